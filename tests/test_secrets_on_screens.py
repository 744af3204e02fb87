"""No PIN is shown, kept or written down wherever it is typed, and a locked desk shows and does nothing."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
from factory_floor import PIN, Floor
from terminal import Terminal, at
from test_cli_desk import Screen
from test_desk_screen import eventually
from textual import events
from textual.widgets import Input

from qdesk.scan import without_pin
from screens.acting import ActScreen
from screens.desk import DeskScreen
from screens.fields import PinField
from screens.frame import Frame
from screens.login import LoginScreen
from screens.stack import StackScreen

FULL_WIDTH = "".join(chr(ord(digit) + 0xFEE0) for digit in PIN)
SLIPS = (PIN, PIN + PIN, f"{PIN}o", f"o{PIN}", f"K1{PIN}", f"{PIN[:6]}-{PIN[6:]}", FULL_WIDTH)
"""A PIN as it is typed by mistake: alone, twice, with a slip, behind a badge, in full width."""


def written(folder: Path) -> str:
    """Everything in a site's files."""
    return "".join(path.read_bytes().decode("latin-1") for path in folder.rglob("*") if path.is_file())


def shows(terminal: Terminal) -> bool:
    """Whether the PIN can be seen, or half of it."""
    seen = terminal.text + terminal.said + "".join(field.value for field in terminal.frame.query(Input) if not field.password)
    plain = seen.translate({0xFF10 + digit: str(digit) for digit in range(10)})
    return PIN[:6] in plain or PIN[6:] in plain


def test_a_pin_typed_where_a_badge_or_a_code_belongs_is_neither_shown_nor_written(floor: Floor) -> None:
    floor.play("hand_out")

    async def story(terminal: Terminal) -> None:
        for text in SLIPS:
            terminal.frame.scanned(text)
            await terminal.settled()
            assert not shows(terminal), text
        await terminal.type("1111\r")
        assert not shows(terminal)
        await terminal.log_in("K1")
        for text in SLIPS:
            await terminal.type(f"{text}\r")
            assert not shows(terminal), text
        await terminal.scan(floor.code(4))
        await terminal.press("f2")
        await terminal.type(f"{PIN}\r")
        for text in SLIPS:
            await terminal.type(f"{text}\r")
            assert isinstance(terminal.frame, ActScreen)
            assert not shows(terminal), text

    at(floor, "finished_store", story)
    assert PIN not in written(floor.folder)
    assert PIN[:6] not in str(floor.rows("SELECT detail FROM attempts"))


@pytest.mark.parametrize("text", [f"{PIN}o", f"{PIN[:6]}K1", f"{PIN[:6]}-{PIN[6:]}", f"-{PIN}", "²³²³"])
def test_a_slip_in_a_pin_field_is_cleared_refused_and_never_looked_up(floor: Floor, text: str) -> None:
    floor.play("hand_out")

    async def story(terminal: Terminal) -> None:
        await terminal.scan(floor.code(4))
        await terminal.press("f2")
        await terminal.type(f"{text}\r")
        assert not shows(terminal)
        assert all(not field.value for field in terminal.frame.query(PinField))
        assert terminal.frame.refused == "pin_unfit"

    at(floor, "finished_store", story, "K1")
    assert PIN[:6] not in written(floor.folder)


def test_only_what_may_be_a_pin_is_put_in_stars() -> None:
    told = {PIN: "*" * 12, PIN + PIN: "*" * 24, f"a {PIN}x": f"a {'*' * 12}x"}
    told |= {text: text for text in ("V-1000", "S-0001", "K1", "102600000159249")}
    assert {text: without_pin(text) for text in told} == told


def test_a_badge_scanned_into_a_pin_field_is_a_badge_and_pin_and_badge_the_wrong_way_round_let_nobody_in(floor: Floor) -> None:
    async def story(terminal: Terminal) -> None:
        await terminal.type(f"{PIN}\rK1\r")
        assert terminal.app.seat is None
        await terminal.type(f"K2\rK1\r{PIN}\r")
        assert terminal.app.seat is not None and terminal.app.seat.badge == "K1"

    at(floor, "finished_store", story)


def test_every_refusal_and_every_new_badge_leaves_the_pin_fields_empty(floor: Floor) -> None:
    floor.play("hand_out")

    async def story(terminal: Terminal) -> None:
        await terminal.scan("K2")
        await terminal.type("99")
        await terminal.scan("K1")
        await terminal.type(f"{PIN}\r")
        assert isinstance(terminal.frame, DeskScreen)
        await terminal.scan(floor.code(4))
        await terminal.press("f2")
        await terminal.type(f"{PIN}\r")
        await terminal.scan("R1")
        await terminal.type("87654321\r")
        assert "wrong" in terminal.said
        assert [field.value for field in terminal.frame.query(PinField)] == ["", ""]

    at(floor, "finished_store", story)


def test_nothing_of_the_second_signer_is_left_after_the_act(floor: Floor) -> None:
    floor.play("hand_out")

    async def story(terminal: Terminal) -> None:
        await terminal.scan(floor.code(4))
        await terminal.press("f2")
        page = terminal.frame
        assert isinstance(page, ActScreen)
        await terminal.type(f"{PIN}\r")
        await terminal.scan("R1")
        await terminal.type(f"{PIN}\r")
        assert not page.signers.holds
        assert terminal.app.present_seat.badge == "K1"

    at(floor, "finished_store", story, "K1")
    seated = "SELECT DISTINCT p.badge FROM sessions s JOIN persons p ON p.id = s.person WHERE s.desk = 'finished_store'"
    assert floor.rows(seated) == [("K1",)]


def test_who_begins_to_log_in_or_to_sign_and_goes_away_leaves_nothing(floor: Floor) -> None:
    floor.play("apply")

    def wait(terminal: Terminal) -> None:
        app = terminal.app
        app.typed_at = time.monotonic() - app.engine.site.config.duration("signing_timeout") / 1_000_000 - 1
        app.watch_the_clock()

    async def story(terminal: Terminal) -> None:
        await terminal.scan("S2")
        await terminal.type("12")
        wait(terminal)
        await terminal.settled()
        assert "S2" not in terminal.text
        await terminal.log_in("S2")
        desk = terminal.frame
        assert isinstance(desk, DeskScreen)
        for leave in (wait, lambda terminal: terminal.app.aside(terminal.app.lock())):
            stack = StackScreen("authorise", "Authorise", [floor.case], desk)
            await terminal.app.push_screen(stack)
            await terminal.settled()
            await terminal.type(PIN)
            assert stack.query_one(PinField).value == PIN
            leave(terminal)
            await eventually(lambda stack=stack: not stack.query_one(PinField).value)  # type: ignore[misc]  # mypy cannot infer it

    at(floor, "sales", story)


def test_a_pin_is_never_copied_to_a_clipboard(floor: Floor) -> None:
    async def story(terminal: Terminal) -> None:
        await terminal.scan("K1")
        await terminal.type(PIN)
        for copy in ("ctrl+c", "ctrl+x", "super+c"):
            await terminal.press("end", "shift+home", copy)
            assert terminal.app.clipboard == ""
        await terminal.press("ctrl+v", "ctrl+q", "ctrl+p", "ctrl+z", "ctrl+c", "ctrl+d", "ctrl+backslash")
        assert len(terminal.app.screen_stack) == 1
        assert terminal.app.is_running
        assert terminal.app.return_code is None

    at(floor, "finished_store", story)


def test_no_key_is_written_down_by_what_developers_may_have_switched_on(floor: Floor, tmp_path: Path) -> None:
    switched = {"TEXTUAL_LOG": str(tmp_path / "log"), "TEXTUAL_DEBUG": "1", "TEXTUAL": "debug,devtools"}
    site = str(floor.folder)
    with Screen("desk", "finished_store", "--site", site, "--language", "en", cwd=tmp_path, environ=switched) as screen:
        screen.wait_for("Badge")
        screen.type(f"K1\r{PIN}\r")
        screen.wait_for("Waits here")
        screen.process.terminate()
        assert screen.end() == 0
        assert PIN not in screen.drawn
    assert list(tmp_path.glob("*log*")) == []
    assert PIN not in written(floor.folder) + written(tmp_path)


KEYS = ("enter", "tab", "shift+tab", "up", "down", "pageup", "home", "ctrl+a", "ctrl+v", "ctrl+c")
MICE = (events.MouseDown, events.MouseUp, events.MouseScrollUp)
LOCKED: tuple[events.Event, ...] = (
    events.Paste("GX26-000001/4"), events.Paste(".9"), events.Paste("x" * 500),
    *(events.Key(key, None) for key in KEYS),
    *(event(None, 5, 5, 0, 0, 1, False, False, False, 5, 5) for event in MICE),
)  # fmt: skip


def test_no_event_on_the_lock_shows_or_does_anything_of_what_it_hides(floor: Floor) -> None:
    floor.play("consent")

    async def story(terminal: Terminal) -> None:
        await terminal.scan(floor.code(4))
        await terminal.app.lock()
        for number in range(1, 13):
            await terminal.press(f"f{number}")
            await terminal.type(f".{number}\r")
            assert floor.case not in terminal.text
        for event in LOCKED:
            terminal.app.post_message(event)
            await terminal.settled()
            assert floor.case not in terminal.text
        await terminal.press("f1")
        await terminal.scan(floor.code(4))
        assert floor.case not in terminal.text
        assert terminal.app.seat is None

    at(floor, "shop_dispatch", story, "D1")
    assert floor.rows("SELECT MAX(step) FROM acts WHERE step = 'hand_out'")[0][0] is None


def test_whoever_takes_over_a_locked_desk_never_has_its_screens_drawn(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    floor.play("hand_out")

    async def story(terminal: Terminal) -> None:
        await terminal.scan(floor.code(4))
        await terminal.press("f2", "f1")
        hidden = [screen for screen in terminal.app.screen_stack[1:] if isinstance(screen, Frame)]
        await terminal.app.lock()
        drawn: list[Frame] = []
        draw = Frame.draw_title

        def seen(self: Frame) -> None:
            drawn.append(self)
            draw(self)

        monkeypatch.setattr(Frame, "draw_title", seen)
        await terminal.log_in("K2")
        assert isinstance(terminal.frame, DeskScreen)
        assert not [screen for screen in drawn if screen in hidden]
        assert floor.case not in terminal.frame.said

    at(floor, "finished_store", story, "K1")


def test_the_lock_falls_with_pins_typed_and_help_on_top_and_leaves_no_pin(floor: Floor) -> None:
    floor.play("hand_out")

    async def story(terminal: Terminal) -> None:
        await terminal.scan(floor.code(4))
        await terminal.press("f2")
        page: Any = terminal.frame
        await terminal.type(PIN)
        await terminal.press("f1")
        await terminal.app.lock()
        assert isinstance(terminal.frame, LoginScreen)
        assert not page.signers.holds
        await terminal.log_in("K1")
        await terminal.press("f12")
        assert terminal.frame is page

    at(floor, "finished_store", story, "K1")


def test_what_is_said_at_the_end_of_a_killed_terminal_holds_no_pin(floor: Floor) -> None:
    with Screen("desk", "finished_store", "--site", str(floor.folder), "--language", "en") as screen:
        screen.wait_for("Badge")
        screen.type(f"K1\r{PIN}")
        screen.wait_for("*" * len(PIN))
        screen.close()
        assert screen.process.wait(timeout=20) == 0
        assert PIN not in screen.drawn
    found = subprocess.run(["grep", "-rl", PIN, str(floor.folder)], capture_output=True, text=True, check=False)
    assert found.stdout == ""

