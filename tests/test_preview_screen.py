"""The preview: any slip as text and as its page, from the card, the map, a register and the queue; nothing arrives by looking."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from factory_floor import Floor, FloorMaker
from terminal import Terminal, at

from screens.slip import SlipScreen

BLOCKS = set("▘▝▀▖▌▞▛▗▚▐▜▄▙▟█")
Way = Callable[[Terminal, Floor], Coroutine[Any, Any, None]]


async def from_the_card(terminal: Terminal, floor: Floor) -> None:
    await terminal.scan(floor.code(2))
    await terminal.press("f7")
    line = next(line for line in terminal.text.splitlines() if "Look at the slip" in line and line.strip().startswith("F"))
    await terminal.press(line.split()[0].lower())


async def from_the_map(terminal: Terminal, floor: Floor) -> None:
    await terminal.press("f9")
    await terminal.type(f"{floor.case}/2\r")
    await terminal.press("f6")


async def from_a_desk_of_the_map(terminal: Terminal, floor: Floor) -> None:
    await terminal.press("f9")
    await terminal.type(f"{floor.case}/2\r")
    await terminal.press("f2", "f6")


async def from_the_register(terminal: Terminal, floor: Floor) -> None:
    await terminal.press("f10", "f3", "f4", "f2")


def slip_shown(terminal: Terminal) -> SlipScreen:
    """The preview on top."""
    assert isinstance(terminal.frame, SlipScreen)
    return terminal.frame


@pytest.mark.parametrize("way", [from_the_card, from_the_map, from_a_desk_of_the_map, from_the_register])
def test_a_slip_is_read_from_everywhere_and_nothing_arrives_by_looking(floor: Floor, way: Way) -> None:
    floor.play("authorise")
    before: list[Any] = []

    async def story(terminal: Terminal) -> None:
        if way is from_the_card:
            await terminal.scan(floor.code(2))
        before.append(floor.rows("SELECT COUNT(*) FROM journal"))
        await way(terminal, floor)
        shown = slip_shown(terminal)
        assert f"{floor.case}/2" in terminal.text.splitlines()[0]
        text = " ".join(line.strip() for line in terminal.text.splitlines())
        assert floor.case in text
        assert "Acme" in text
        assert shown.sheet is not None
        assert shown.sheet.subject == floor.code(2)
        assert floor.rows("SELECT COUNT(*) FROM journal") == before[0]

    at(floor, "planning", story, "P1", size=(110, 40))


def test_the_slip_says_who_has_signed_and_carries_its_number(floor: Floor) -> None:
    floor.play("authorise")

    async def story(terminal: Terminal) -> None:
        await from_the_register(terminal, floor)
        code = floor.code(2)
        assert "人S2" in terminal.text
        assert " ".join(code[start : start + 3] for start in range(0, 18, 3)) in terminal.text
        assert BLOCKS & set(terminal.text)

    at(floor, "planning", story, "P1", size=(110, 40))


def test_keys_go_through_the_copies_round_and_round(floor: Floor) -> None:
    floor.play("authorise")

    async def story(terminal: Terminal) -> None:
        await from_the_map(terminal, floor)
        seen = []
        for key in ("f2", "f2", "f2", "f2", "f2", "f3"):
            await terminal.press(key)
            seen.append(terminal.frame.title_text()[-1])
        assert seen == ["3", "4", "5", "6", "1", "6"]

    at(floor, "planning", story, "P1")


def test_the_page_is_drawn_whole_and_larger_and_gone_over_with_the_arrows(floor: Floor) -> None:
    floor.play("authorise")

    async def story(terminal: Terminal) -> None:
        await from_the_map(terminal, floor)
        await terminal.press("f4")
        shown = slip_shown(terminal)
        widths = []
        for _ in range(3):
            widths.append(max(map(len, shown.lines)))
            await terminal.press("f5")
        assert widths[0] <= 78
        assert widths == sorted(set(widths))
        await terminal.press("f5")
        body = terminal.text.splitlines()[1:18]
        assert BLOCKS & set("".join(body))
        await terminal.press("right")
        assert terminal.text.splitlines()[1:18] != body
        await terminal.press("left")
        assert terminal.text.splitlines()[1:18] == body
        for _ in range(20):
            await terminal.press("right", "down")
        assert shown.left == max(map(len, shown.lines)) - shown.width
        await terminal.press("f4")
        assert floor.case in terminal.text

    at(floor, "planning", story, "P1")


def test_the_arrows_stay_with_what_is_being_typed(floor: Floor) -> None:
    floor.play("authorise")

    async def story(terminal: Terminal) -> None:
        await from_the_map(terminal, floor)
        await terminal.press("f4", "f5")
        await terminal.type("abd")
        await terminal.press("left")
        await terminal.type("c")
        assert terminal.of("ScanLine").value == "abcd"
        assert slip_shown(terminal).left == 0

    at(floor, "planning", story, "P1")


def test_a_paper_scanned_over_a_preview_goes_to_the_desk(floor: Floor) -> None:
    floor.play("authorise")

    async def story(terminal: Terminal) -> None:
        await from_the_map(terminal, floor)
        await terminal.scan(floor.code(2))
        assert not isinstance(terminal.frame, SlipScreen)
        assert f"{floor.case}/2" in terminal.said

    at(floor, "planning", story, "P1")


def test_a_label_is_looked_at_as_the_page_it_is(floor: Floor) -> None:
    with floor.site.database.writing() as cursor:
        cursor.execute(
            "INSERT INTO prints(kind, subject, desk, at, changed_at) VALUES('item_label', 'V-100', 'finished_store', 1, 1)"
        )

    async def story(terminal: Terminal) -> None:
        await terminal.press("f10", "f4", "f5")
        shown = slip_shown(terminal)
        assert not shown.as_text
        assert len(shown.pages) == 1
        assert {action.key for action in shown.actions()} == {5}
        assert BLOCKS & set(terminal.text)

    at(floor, "finished_store", story, "K1")


def test_a_broken_template_is_told_and_the_text_is_there_all_the_same(floors: FloorMaker) -> None:
    floor = floors()
    floor.play("authorise")
    (floor.folder / "slips").mkdir()
    (floor.folder / "slips" / "slip.typ").write_text("#nothing-that-typst-knows", encoding="utf-8")

    async def story(terminal: Terminal) -> None:
        await from_the_map(terminal, floor)
        assert floor.case in terminal.text
        await terminal.press("f4")
        assert "slip.typ" in terminal.said
        await terminal.press("f4")
        assert "Acme" in terminal.text

    at(floor, "planning", story, "P1", size=(100, 30))
