"""The print queue at the desk: what waits is printed beside the work, what did not print is told at once, with a way out."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from factory_floor import Floor, FloorMaker
from pipe_client import ROOT
from terminal import Terminal, at

from qdesk.errors import Refused
from qdesk.slips import sending
from qdesk.slips.spool import Spool
from screens import printroom
from screens.desk import DeskScreen
from screens.printing import PrinterChoice, PrintQueue
from screens.slip import SlipScreen

TYPESETTING = {"typst", "PIL", "segno", "barcode", "qdesk.slips", "qdesk.slips.spool", "qdesk.slips.typesetting"}
OFFICE = '[printers.office]\nkind = "folder"\nfolder = "office"\ntitle = { zh = "办公室", en = "Office" }\n'


async def eventually(terminal: Terminal, true: Callable[[], object]) -> None:
    """Wait until something is so, at most twenty seconds."""
    for _ in range(400):
        if true():
            await terminal.settled()
            return
        await asyncio.sleep(0.05)
    raise AssertionError("it never became so")


def states(floor: Floor) -> dict[str, int]:
    """How many rows of the queue there are of each state."""
    return dict(floor.rows("SELECT state, COUNT(*) FROM prints GROUP BY state"))


def change(floor: Floor, now: str) -> None:
    """Have every row of the queue stand as a printer would leave it."""
    with floor.site.database.writing() as cursor:
        cursor.execute(f"UPDATE prints SET {now}")


def printed(floor: Floor, folder: str = "prints") -> list[str]:
    """What has come out."""
    return sorted(path.name for path in (floor.folder / folder).glob("*.pdf"))


@pytest.fixture
def jammed(floor: Floor) -> Iterator[Path]:
    """A factory where something stands in the place of the folder of prints."""
    floor.play("authorise")
    jam = floor.folder / "prints"
    jam.write_text("in the way", encoding="utf-8")
    yield jam


async def open_queue(terminal: Terminal) -> None:
    await terminal.press("f10", "f4")
    assert isinstance(terminal.frame, PrintQueue)


def test_the_first_picture_loads_nothing_that_sets_pages() -> None:
    program = "import sys, screens.app; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert TYPESETTING.isdisjoint(loaded.stdout.split())


def test_a_desk_with_nothing_to_print_never_opens_the_print_room(floor: Floor) -> None:
    async def story(terminal: Terminal) -> None:
        terminal.app.look_for_prints()
        await asyncio.sleep(0.3)
        assert terminal.app.rooms == {}

    at(floor, "sales", story, "S2", prints=True)


def test_what_waits_is_printed_and_nobody_has_to_do_anything(floor: Floor) -> None:
    floor.play("authorise")
    assert states(floor) == {"waiting": 6}

    async def story(terminal: Terminal) -> None:
        await open_queue(terminal)
        await eventually(terminal, lambda: states(floor) == {"done": 6})
        await eventually(terminal, lambda: "printed: 6" in terminal.text)
        assert len(printed(floor)) == 6

    at(floor, "sales", story, "S2", prints=True)


def test_what_is_done_here_is_printed_right_away(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("screens.app.PRINT_EVERY", 3600.0)
    floor.play("authorise")
    change(floor, "state = 'done'")

    async def story(terminal: Terminal) -> None:
        await terminal.scan(floor.code(1))
        await terminal.press("f7")
        title = next(line for line in terminal.text.splitlines() if "Reprint" in line)
        await terminal.press(title.split()[0].lower())
        await terminal.type("coffee\r")
        await terminal.press("f2")
        await eventually(terminal, lambda: len(printed(floor)) == 1)

    at(floor, "sales", story, "S2", prints=True)


def test_what_did_not_print_is_told_at_once_with_the_keys_that_lead_there(floor: Floor, jammed: Path) -> None:
    async def story(terminal: Terminal) -> None:
        await eventually(terminal, lambda: "did not print: F10, then F4." in terminal.said)
        await eventually(terminal, lambda: "! 6 sheets did not print: F10, then F4." in terminal.text)
        await open_queue(terminal)
        assert "not printed: 6" in terminal.text
        assert f"! The print {jammed}" in terminal.text or str(jammed)[:20] in terminal.text
        jammed.unlink()
        await terminal.press("f6")
        assert terminal.said == "Everything that did not print is being printed again."
        await eventually(terminal, lambda: states(floor) == {"done": 6})
        await terminal.press("f12", "f12")
        await eventually(terminal, lambda: "did not print" not in terminal.text.replace(terminal.said, ""))

    at(floor, "sales", story, "S2", prints=True)


def test_the_desk_that_is_locked_is_told_when_somebody_is_back(floor: Floor, jammed: Path) -> None:
    async def story(terminal: Terminal) -> None:
        await terminal.press("f12", "f1")
        terminal.app.look_for_prints()
        await eventually(terminal, lambda: terminal.app.failed == 6)
        assert "did not print" not in terminal.text
        await terminal.press("f12")
        await terminal.log_in("S2")
        await eventually(terminal, lambda: "6 sheets did not print" in terminal.said)

    at(floor, "sales", story, "S2", prints=True)


def test_a_refusal_that_is_being_read_is_not_wiped_out(floor: Floor, jammed: Path) -> None:
    async def story(terminal: Terminal) -> None:
        await terminal.scan("NO-SUCH-THING")
        refused = terminal.said
        await eventually(terminal, lambda: terminal.app.failed == 6)
        assert terminal.said == refused
        await terminal.scan(floor.code(1))
        await eventually(terminal, lambda: "did not print" in terminal.said)

    at(floor, "sales", story, "S2", prints=True)


def test_one_row_goes_to_another_printer(floors: FloorMaker) -> None:
    floor = floors(own=OFFICE)
    floor.play("authorise")

    async def story(terminal: Terminal) -> None:
        await open_queue(terminal)
        await terminal.press("f3")
        assert isinstance(terminal.frame, PrinterChoice)
        await terminal.type("office\r\r")
        assert isinstance(terminal.frame, PrintQueue)
        assert "is being printed" in terminal.said
        assert floor.rows("SELECT printer, COUNT(*) FROM prints GROUP BY printer ORDER BY printer") == [("", 5), ("office", 1)]
        assert "Office" in terminal.text

    at(floor, "sales", story, "S2")


def test_giving_a_slip_up_takes_the_key_twice_on_the_same_row(floor: Floor) -> None:
    floor.play("authorise")

    async def story(terminal: Terminal) -> None:
        await open_queue(terminal)
        await terminal.press("f4")
        assert "once more" in terminal.said
        await terminal.press("down", "f4")
        assert states(floor) == {"waiting": 6}
        await terminal.press("up", "down", "f4")
        assert states(floor) == {"waiting": 6}
        await terminal.press("f4")
        assert states(floor) == {"waiting": 5, "cancelled": 1}
        assert terminal.said.endswith("will not be printed.")

    at(floor, "sales", story, "S2")


def test_words_look_through_the_queue(floor: Floor) -> None:
    floor.play("authorise")

    async def story(terminal: Terminal) -> None:
        await open_queue(terminal)
        await terminal.type("closing waits nowhere\r")
        assert "Nothing is found." in terminal.text
        await terminal.type("closing WAITS\r")
        assert [line for line in terminal.text.splitlines() if f"{floor.case}/" in line] == [
            line for line in terminal.text.splitlines() if f"{floor.case}/6" in line
        ]
        assert f"{floor.case}/6" in terminal.text

    at(floor, "sales", story, "S2", size=(120, 30))


def test_a_slip_scanned_in_the_queue_is_on_paper_whatever_its_printer_said(floor: Floor) -> None:
    floor.play("authorise")
    change(floor, "state = 'sent', tries = 1, job = '17'")

    async def story(terminal: Terminal) -> None:
        await open_queue(terminal)
        await terminal.scan(floor.code(3))
        assert terminal.said == f"{floor.case}/3 is on paper: it was scanned back."
        assert states(floor) == {"sent": 5, "done": 1}
        assert isinstance(terminal.frame, PrintQueue)

    at(floor, "sales", story, "S2")


def test_paper_that_was_never_printed_goes_to_the_desk_as_from_everywhere(floor: Floor) -> None:
    floor.play("authorise")

    async def story(terminal: Terminal) -> None:
        await open_queue(terminal)
        await terminal.scan(floor.code(3))
        assert isinstance(terminal.frame, DeskScreen)
        assert states(floor) == {"waiting": 6}

    at(floor, "sales", story, "S2")


@pytest.fixture
def silent(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """A printer that does not answer until it is let go."""
    go = threading.Event()
    real = sending.SENDERS["folder"]

    def wait(*arguments: Any) -> str | None:
        go.wait(30)
        return real(*arguments)

    monkeypatch.setitem(sending.SENDERS, "folder", wait)
    yield go
    go.set()


def test_a_printer_that_does_not_answer_holds_no_key_and_no_preview(floor: Floor, silent: threading.Event) -> None:
    floor.play("authorise")

    async def story(terminal: Terminal) -> None:
        await eventually(terminal, lambda: states(floor).get("sent") == 1)
        await terminal.scan(floor.code(1))
        assert floor.case in terminal.text
        await open_queue(terminal)
        await terminal.press("f5")
        assert isinstance(terminal.frame, SlipScreen)
        assert floor.case in terminal.text
        assert states(floor) == {"sent": 1, "waiting": 5}
        silent.set()
        await eventually(terminal, lambda: states(floor) == {"done": 6})

    at(floor, "sales", story, "S2", prints=True)


def test_the_program_ends_although_a_printer_does_not_answer(
    floor: Floor, silent: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(printroom, "LAST_SHEET", 0.2)
    floor.play("authorise")

    async def story(terminal: Terminal) -> None:
        await eventually(terminal, lambda: states(floor).get("sent") == 1)

    at(floor, "sales", story, "S2", prints=True)
    room = next(thread for thread in threading.enumerate() if thread.name == "print room")
    assert states(floor) == {"sent": 1, "waiting": 5}  # the program has ended, and the printer has still not answered
    silent.set()
    room.join(10)
    assert not room.is_alive()


def test_a_fault_in_the_print_room_is_told_with_a_number_and_the_desk_goes_on(
    floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    floor.play("authorise")

    def broken(spool: Spool, desks: object) -> int:
        raise ZeroDivisionError

    monkeypatch.setattr(Spool, "work", broken)

    async def story(terminal: Terminal) -> None:
        await eventually(terminal, lambda: "Something went wrong" in terminal.said)
        await terminal.scan(floor.code(1))
        assert floor.case in terminal.text

    at(floor, "sales", story, "S2", prints=True, faults=True)


def test_a_queue_that_cannot_be_worked_on_rests_before_it_is_tried_again(
    floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    floor.play("authorise")
    tried: list[float] = []
    monkeypatch.setattr("screens.app.PRINT_EVERY", 0.02)

    async def refuse(room: object, desks: object) -> int:
        tried.append(time.monotonic())
        raise Refused("disk_full", path="x")

    monkeypatch.setattr(printroom.PrintRoom, "print_what_waits", refuse)

    async def story(terminal: Terminal) -> None:
        await eventually(terminal, lambda: tried)
        await asyncio.sleep(0.5)
        assert len(tried) == 1

    at(floor, "sales", story, "S2", prints=True)


@pytest.mark.parametrize(
    ("code", "kind", "key"),
    [("V-100", "item_label", "Item label"), ("K1", "badge", "Badge"), ("finished_store", "place_label", "Place label")],
)
def test_the_label_of_what_was_scanned_is_one_key_away(floor: Floor, code: str, kind: str, key: str) -> None:
    async def story(terminal: Terminal) -> None:
        await terminal.type(f"{code}\r")
        assert f"F2 {key}" in terminal.text
        await terminal.press("f2")
        assert terminal.said == f"{key}: on its way to the printer."
        assert floor.rows("SELECT kind, subject, desk FROM prints") == [(kind, code, "finished_store")]
        await eventually(terminal, lambda: states(floor) == {"done": 1})

    at(floor, "finished_store", story, "K1", prints=True)


def test_the_sheets_that_set_up_a_desk_are_asked_for_at_the_queue(floor: Floor) -> None:
    async def story(terminal: Terminal) -> None:
        await open_queue(terminal)
        await terminal.press("f7", "f8")
        assert terminal.said == "Scanner test sheet: on its way to the printer."
        assert [kind for (kind,) in floor.rows("SELECT kind FROM prints ORDER BY id")] == ["action_cards", "scanner_sheet"]
        await eventually(terminal, lambda: states(floor) == {"done": 2})
        assert len(printed(floor)) == 2
        await eventually(terminal, lambda: "Printed. F2 prints it again." in terminal.text)

    at(floor, "finished_store", story, "K1", prints=True)
