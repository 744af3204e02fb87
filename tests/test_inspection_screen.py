"""A sampled plan with instruments answered at a terminal: values one after the other, one scan for all points of a kind."""

from __future__ import annotations

import pytest
from factory_floor import DAY, PIN, Floor, FloorMaker
from terminal import Terminal, at
from test_instruments import add_instrument

from screens.acting import ActScreen
from screens.desk import DeskScreen
from screens.values import InstrumentQuestion, ValuesQuestion

PLAN = """
[instruments]
gauge = { title = { zh = "塞尺", en = "feeler gauge" } }
caliper = { title = { zh = "卡尺", en = "caliper" } }
[[inspection_plan]]
checks = [{ id = "look", title = { zh = "外观完好", en = "appearance in order" }, sample = { aql = "6.5" } }]
measures = [
  { id = "gap", title = { zh = "间隙", en = "gap" }, unit = "mm", to = "0.5", each = true, sample = {}, instrument = "gauge" },
  { id = "play", title = { zh = "侧隙", en = "play" }, unit = "mm", to = "0.2", instrument = "gauge" },
]
"""


def to_be_inspected(floors: FloorMaker) -> Floor:
    floor = floors(own=PLAN)
    floor.play("apply", quantity="3")
    floor.play("rework")
    add_instrument(floor, "G-1", "gauge", 30)
    return floor


async def open_plan(terminal: Terminal, floor: Floor) -> None:
    for copy in (5, 6):
        await terminal.scan(floor.code(copy))
    await terminal.press("f2")
    assert isinstance(terminal.frame, ActScreen), terminal.text


@pytest.mark.parametrize(("language", "told"), [("en", "defective (2 of 3)"), ("zh", "不合格数（抽 2/3）")])
def test_values_are_typed_one_after_the_other_and_one_scan_is_for_all_of_a_kind(
    floors: FloorMaker, language: str, told: str
) -> None:
    floor = to_be_inspected(floors)

    async def story(terminal: Terminal) -> None:
        await open_plan(terminal, floor)
        assert told in terminal.text.replace("\n", " ").replace("  ", " ")
        await terminal.type("0\r0.1\r0.2\r")
        assert ("2 of 3" if language == "en" else "已有 2/3 件") in terminal.text
        await terminal.type("0.3\r")
        await terminal.scan("G-1")
        await terminal.type("0.2\r3\r")
        await terminal.type(f"{PIN}\r")
        assert isinstance(terminal.frame, DeskScreen), terminal.text

    at(floor, "inspection", story, "I1", language=language, size=(140, 40))
    assert floor.rows("SELECT point, value, instrument FROM results ORDER BY number") == [
        ("look", "0", ""), ("gap", "0.1 0.2 0.3", "G-1"), ("play", "0.2", "G-1"), ("", "", ""),
    ]  # fmt: skip


def test_the_last_value_is_taken_back_with_backspace_and_a_draft_keeps_all(floors: FloorMaker) -> None:
    floor = to_be_inspected(floors)

    async def story(terminal: Terminal) -> None:
        await open_plan(terminal, floor)
        await terminal.type("0\r0.1\r0.9\r")
        asked: ValuesQuestion = terminal.of("ValuesQuestion")
        assert "0.9" in terminal.text and asked.values == ["0.1", "0.9"]
        await terminal.press("backspace", "backspace")
        assert asked.values == ["0.1"] and asked.field.value == "0."
        await terminal.press("f12")
        await open_plan(terminal, floor)
        again: ValuesQuestion = terminal.of("ValuesQuestion")
        assert again.values == ["0.1"] and again.field.value == "0."

    at(floor, "inspection", story, "I1")


def test_an_instrument_out_of_date_or_of_another_kind_is_said_when_it_is_scanned__R127(floors: FloorMaker) -> None:
    floor = to_be_inspected(floors)
    add_instrument(floor, "C-1", "caliper", 30)
    add_instrument(floor, "G-2", "gauge", 0)
    floor.clock.advance(DAY)

    async def story(terminal: Terminal) -> None:
        await open_plan(terminal, floor)
        await terminal.scan("C-1")
        assert "feeler gauge is needed" in terminal.said
        await terminal.scan("G-2")
        assert "ended on" in terminal.said
        assert all(not each.field.value for each in terminal.frame.query(InstrumentQuestion))

    at(floor, "inspection", story, "I1")


def test_a_value_that_an_instrument_sends_as_a_scan_is_taken_where_values_are_typed(floors: FloorMaker) -> None:
    floor = to_be_inspected(floors)

    async def story(terminal: Terminal) -> None:
        await open_plan(terminal, floor)
        await terminal.scan("0.11")
        assert "0.11" not in terminal.text or "!" in terminal.text  # a number of pieces is never scanned
        await terminal.type("0\r")
        await terminal.scan("0.12")
        assert terminal.of("ValuesQuestion").values == ["0.12"]

    at(floor, "inspection", story, "I1")


def test_an_instrument_scanned_at_a_desk_says_until_when_it_is_good(floors: FloorMaker) -> None:
    floor = to_be_inspected(floors)

    async def story(terminal: Terminal) -> None:
        await terminal.scan("G-1")
        assert "feeler gauge" in terminal.text and "calibrat" in terminal.text and "2026-04-01" in terminal.text

    at(floor, "inspection", story, "I1")


@pytest.mark.parametrize(
    ("kind", "title"),
    [("certificate", "Print the cert"), ("inspection_report", "Print the insp"), ("stamp_label", "Print the stamp")],
)
def test_paper_about_what_passed_is_printed_from_its_card(floors: FloorMaker, kind: str, title: str) -> None:
    floor = to_be_inspected(floors)
    values = {"look": "0", "gap": "0.1 0.1 0.1", "gap.instrument": "G-1", "play": "0.1", "play.instrument": "G-1"}

    async def unstamped(terminal: Terminal) -> None:
        await terminal.scan(floor.code(5))
        assert await key_named(terminal, title) == 0

    async def stamped(terminal: Terminal) -> None:
        await terminal.scan(floor.code(5))
        await terminal.press(f"f{await key_named(terminal, title)}")
        assert "on its way to the printer" in terminal.said

    at(floor, "inspection", unstamped, "I1")
    act = floor.step("inspect", quantity_passed="3", **values).act
    at(floor, "inspection", stamped, "I1")
    assert floor.rows("SELECT kind, subject FROM prints WHERE kind = ?", kind) == [(kind, str(act))]


async def key_named(terminal: Terminal, title: str) -> int:
    """Turn over until something is offered that begins so, and return its key; 0 where nothing does."""
    for _ in range(4):
        for action in terminal.frame.actions():
            if action.title.startswith(title):
                return action.key
        await terminal.press("f7")
    return 0
