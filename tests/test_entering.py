"""Lines entered by keyboard and scanner: looked up, never guessed, never dropped in silence; and the counting of a store."""

from __future__ import annotations

from typing import Any

import pytest
from factory_floor import PIN, WITH_PARTS, Floor, FloorMaker, description
from terminal import Terminal, at

from screens.acting import ActScreen
from screens.counted import CountedLots
from screens.desk import DeskScreen
from screens.entering import LinesEditor

TO_LINES = "Acme\r\r\r\r\r"


def page_of(terminal: Terminal) -> ActScreen:
    page = terminal.frame
    assert isinstance(page, ActScreen), terminal.said
    return page


def editor(terminal: Terminal, name: str = "lines") -> LinesEditor:
    found = next(each for each in page_of(terminal).questions if each.asked == name)
    assert isinstance(found, LinesEditor)
    return found


def entry(terminal: Terminal, name: str = "lines") -> list[str]:
    return [field.value for field in editor(terminal, name).entry]


def rows(terminal: Terminal, name: str = "lines") -> list[list[Any]]:
    lines = editor(terminal, name)
    return [[row.get(column["name"]) for column in lines.columns] for row in lines.lines.rows]


@pytest.fixture
def named(floors: FloorMaker) -> Floor:
    """A floor whose items have Chinese names."""
    described = description()
    for item, name in zip(described["items"], ["闸阀", "截止阀", "闸阀", "调节阀"], strict=False):
        item["name"] = name
    return floors(described=described)


def test_lines_are_entered_column_by_column_and_the_form_is_written(floor: Floor) -> None:
    async def story(terminal: Terminal) -> None:
        await terminal.press("f2")
        await terminal.type(f"{TO_LINES}V-100\rV-200\r5\r\rVS-1\rVS-2\r1\rS-0001\r")
        assert rows(terminal) == [["V-100", "V-200", "5", ""], ["VS-1", "VS-2", "1", "S-0001"]]
        await terminal.type("\r")
        assert isinstance(terminal.frame, ActScreen) and "F2" in terminal.said
        await terminal.press("f2")
        assert isinstance(terminal.frame, DeskScreen), terminal.said

    at(floor, "sales", story, "S1")
    assert floor.rows("SELECT item, quantity FROM lines ORDER BY number") == [("V-100", 5000), ("VS-1", 1000)]


def test_an_item_is_found_by_its_chinese_name_and_only_taken_when_chosen(named: Floor) -> None:
    async def story(terminal: Terminal) -> None:
        await terminal.press("f2")
        await terminal.type(f"{TO_LINES}闸阀\r")
        assert entry(terminal)[0] == "闸阀" and "Choose" in terminal.said
        await terminal.press("enter", "enter")
        assert entry(terminal)[:2] == ["闸阀", ""]
        await terminal.press("down", "down", "enter")
        assert entry(terminal)[:2] == ["V-300", ""]
        assert terminal.app.focused is editor(terminal).entry[1]
        await terminal.type("没有这种\r")
        assert "没有这种" in terminal.said and entry(terminal)[1] == "没有这种"

    at(named, "sales", story, "S1")


def test_one_match_is_not_a_choice(named: Floor) -> None:
    async def story(terminal: Terminal) -> None:
        await terminal.press("f2")
        await terminal.type(f"{TO_LINES}截止\r\r\r")
        assert entry(terminal)[0] == "截止"
        await terminal.press("down", "enter")
        assert entry(terminal)[0] == "V-200"

    at(named, "sales", story, "S1")


@pytest.mark.parametrize("wherever", ["customer", "entry", "scan line"])
def test_a_scanned_item_goes_into_the_line_whatever_has_the_focus(floor: Floor, wherever: str) -> None:
    async def story(terminal: Terminal) -> None:
        await terminal.press("f2")
        if wherever == "entry":
            await terminal.type(TO_LINES)
        elif wherever == "scan line":
            await terminal.press("up")
        await terminal.scan("V-100")
        await terminal.scan("V-200")
        assert entry(terminal) == ["V-100", "V-200", "", ""]
        focused = terminal.app.focused
        assert (focused is editor(terminal).entry[2]) == (wherever == "entry")
        await terminal.scan("V-300")
        assert "begun" in terminal.said and entry(terminal) == ["V-100", "V-200", "", ""]

    at(floor, "sales", story, "S1")


def test_a_scan_never_becomes_a_quantity(floor: Floor) -> None:
    floor.play("authorise")
    code = floor.code(1)

    async def story(terminal: Terminal) -> None:
        await terminal.press("f2")
        await terminal.type(f"{TO_LINES}V-100\rV-200\r")
        for prefix in ("]C1", ""):
            await terminal.scan(code, prefix)
            assert terminal.said and entry(terminal) == ["V-100", "V-200", "", ""] and rows(terminal) == []

    at(floor, "sales", story, "S1")


def test_a_quantity_is_judged_whole_and_in_the_unit_of_its_item(floor: Floor) -> None:
    async def story(terminal: Terminal) -> None:
        await terminal.press("f2")
        await terminal.type(f"{TO_LINES}V-100\rV-200\r")
        for wrong in ("1,5", "0", "0.5", "-1", "１２a", "1e3"):
            await terminal.type(f"{wrong}\r")
            assert entry(terminal)[2] == wrong and terminal.said
            await terminal.press(*["backspace"] * len(wrong))
        await terminal.type("１２\r\r")
        assert rows(terminal) == [["V-100", "V-200", "12", ""]]

    at(floor, "sales", story, "S1")


def test_rows_are_chosen_changed_and_removed(floor: Floor) -> None:
    async def story(terminal: Terminal) -> None:
        await terminal.press("f2")
        await terminal.type(f"{TO_LINES}V-100\rV-200\r5\r\rV-300\rV-200\r6\r\r")
        await terminal.press("up", "up", "f5")
        assert entry(terminal) == ["V-100", "V-200", "5", ""]
        assert len(rows(terminal)) == 2
        await terminal.type("\r\r")
        await terminal.press("backspace")
        await terminal.type("7\r\r")
        assert [row[2] for row in rows(terminal)] == ["7", "6"]
        await terminal.press("up", "f6")
        assert [row[2] for row in rows(terminal)] == ["7"]

    at(floor, "sales", story, "S1")


def test_a_row_being_changed_and_put_aside_stays_as_it_was(floor: Floor) -> None:
    async def story(terminal: Terminal) -> None:
        await terminal.press("f2")
        await terminal.type(f"{TO_LINES}V-100\rV-200\r5\r\r")
        await terminal.press("up", "f5", "f6")
        assert entry(terminal) == ["", "", "", ""]
        assert [row[2] for row in rows(terminal)] == ["5"]

    at(floor, "sales", story, "S1")


def test_a_line_half_entered_is_never_left_out_in_silence(floor: Floor) -> None:
    async def story(terminal: Terminal) -> None:
        await terminal.press("f2")
        await terminal.type(f"{TO_LINES}V-100\rV-200\r5\r\rV-300\r")
        await terminal.press("f2")
        assert "begun" in terminal.said and entry(terminal)[0] == "V-300"
        await terminal.press("f6", "f2")
        assert isinstance(terminal.frame, DeskScreen), terminal.said

    at(floor, "sales", story, "S1")


def test_the_language_changes_between_columns_and_the_line_goes_on(floor: Floor) -> None:
    async def story(terminal: Terminal) -> None:
        await terminal.press("f2")
        await terminal.type(f"{TO_LINES}V-100\r")
        await terminal.press("f11")
        await terminal.app.workers.wait_for_complete()
        await terminal.type("V-200\r5\r\r")
        assert rows(terminal) == [["V-100", "V-200", "5", ""]]
        assert editor(terminal).columns[0]["title"] == "原型号"

    at(floor, "sales", story, "S1")


def test_the_choices_of_a_column_are_answered_by_number_or_word(floor: Floor) -> None:
    floor.play("hand_out")

    async def story(terminal: Terminal) -> None:
        await terminal.scan(floor.code(5))
        await terminal.press(key_for(terminal, "open_parts"))
        await terminal.type("NEW-PART\r2\r1\r\r")
        await terminal.type("OLD-PART\r2\rreturn\r1\r")
        assert rows(terminal) == [["NEW-PART", "2", "out", ""], ["OLD-PART", "2", "in", "replaced"]]
        await terminal.press("f2")
        assert isinstance(terminal.frame, DeskScreen), terminal.said

    at(floor, "valve_shop", story, "R1")


def key_for(terminal: Terminal, step: str) -> str:
    """The key that offers a step at the desk."""
    desk = terminal.frame
    assert isinstance(desk, DeskScreen)
    return f"f{next(choice.key for choice in desk.choices() if choice.step['step'] == step)}"


def test_what_is_proposed_to_be_built_in_is_entered_unless_it_is_changed(floor: Floor) -> None:
    floor.play("draw_parts", WITH_PARTS)

    async def story(terminal: Terminal) -> None:
        await terminal.scan(floor.code(5))
        await terminal.press(key_for(terminal, "rework"))
        assert [row[:2] for row in rows(terminal, "installed")] == [["NEW-PART", "12"]]
        assert "proposed" in terminal.text
        await terminal.press("up", "up", "up", "f5")
        await terminal.type("\r")
        await terminal.press("backspace", "backspace")
        await terminal.type("10\r\r\rOLD-PART\r10\r\r")
        await terminal.type(f"{PIN}\r")
        assert isinstance(terminal.frame, DeskScreen), terminal.said

    at(floor, "valve_shop", story, "R1")
    assert floor.lies("NEW-PART")["conversion"] == 10
    assert floor.lies("OLD-PART")["workshop_parts"] == 10


def test_what_is_proposed_to_come_back_is_left_to_the_desk_when_nobody_changes_it(floor: Floor) -> None:
    floor.play("rework", WITH_PARTS)

    async def story(terminal: Terminal) -> None:
        await terminal.scan(floor.pieces[f"{floor.parts}/1"])
        await terminal.press(key_for(terminal, "return_parts"))
        assert len(rows(terminal, "returned")) == 2
        assert editor(terminal, "returned").answer() is None
        await terminal.type(f"{PIN}\r")
        await terminal.scan("R1")
        await terminal.type(f"{PIN}\r")
        assert isinstance(terminal.frame, DeskScreen), terminal.said

    at(floor, "parts_store", story, "PK1")
    assert "workshop_parts" not in floor.lies("NEW-PART")


async def drawing(terminal: Terminal, floor: Floor) -> CountedLots:
    await terminal.scan(floor.code(4))
    await terminal.press("f2")
    lots = editor(terminal, "lots")
    assert isinstance(lots, CountedLots)
    return lots


def test_pieces_are_counted_as_they_are_scanned_and_a_begun_count_has_to_agree(floor: Floor) -> None:
    floor.apply(quantity="2")
    floor.play("hand_out")

    async def story(terminal: Terminal) -> None:
        lots = await drawing(terminal, floor)
        await terminal.scan("V-100")
        assert lots.count is not None and lots.count.lines[0].missing == 1000
        await terminal.type(f"{PIN}\r")
        await terminal.scan("R1")
        await terminal.type(f"{PIN}\r")
        assert "does not agree" in terminal.said and isinstance(terminal.frame, ActScreen)
        await terminal.scan("V-100")
        await terminal.scan("V-100")
        assert "counted already" in terminal.said
        await terminal.press("f2")
        assert isinstance(terminal.frame, DeskScreen), terminal.said

    at(floor, "finished_store", story, "K1")


def test_a_count_can_be_cleared_and_not_counted_is_fine(floor: Floor) -> None:
    floor.apply(quantity="2")
    floor.play("hand_out")

    async def story(terminal: Terminal) -> None:
        lots = await drawing(terminal, floor)
        await terminal.scan("V-100")
        await terminal.scan("V-200")
        assert "not on this document" in terminal.said
        await terminal.type(f"{PIN}\r")
        await terminal.scan("R1")
        await terminal.type(f"{PIN}\r")
        assert terminal.app.focused is lots.entry[0]
        await terminal.press("f6")
        assert lots.count is not None and not lots.count.begun
        await terminal.press("f2")
        assert isinstance(terminal.frame, DeskScreen), terminal.said

    at(floor, "finished_store", story, "K1")


def test_a_scanned_serial_number_counts_its_piece_and_a_scanned_lot_is_sent(floor: Floor) -> None:
    floor.apply(item="VS-1", becomes="VS-2", quantity="1", line={"serial": "S-0002"})
    floor.play("hand_out")
    lot = floor.rows("SELECT code FROM lots WHERE serial = 'S-0002'")[0][0]

    async def story(terminal: Terminal) -> None:
        lots = await drawing(terminal, floor)
        await terminal.scan("S-0001")
        assert "not on this document" in terminal.said
        await terminal.scan("S-0002")
        assert lots.count is not None and lots.count.agrees
        await terminal.press("f12", "f2")
        await terminal.scan(lot)
        assert editor(terminal, "lots").answer() == [{"line": 1, "lot": lot, "quantity": "1"}]

    at(floor, "finished_store", story, "K1")


def test_what_was_found_for_one_column_is_never_taken_into_another(named: Floor) -> None:
    async def story(terminal: Terminal) -> None:
        await terminal.press("f2")
        await terminal.type(TO_LINES)
        await terminal.press("tab")
        await terminal.type("V-200")
        await terminal.press("shift+tab")
        await terminal.type("闸阀\r")
        await terminal.press("down", "tab", "enter")
        assert entry(terminal)[:2] == ["闸阀", "V-200"]

    at(named, "sales", story, "S1")


def test_a_draft_brings_lines_back_and_a_row_being_changed_is_not_doubled(floor: Floor) -> None:
    async def story(terminal: Terminal) -> None:
        await terminal.press("f2")
        await terminal.type(f"{TO_LINES}V-100\rV-200\r5\r\rV-300\rV-200\r6\r\r")
        await terminal.press("up", "f5")
        await terminal.type("\r\r")
        await terminal.press("f12", "f2")
        assert entry(terminal) == ["V-300", "V-200", "6", ""]
        await terminal.press("down")
        assert isinstance(terminal.frame, ActScreen)
        terminal.frame.set_focus(editor(terminal).entry[3])
        await terminal.press("enter")
        assert [row[2] for row in rows(terminal)] == ["5", "6"]

    at(floor, "sales", story, "S1")


def test_several_models_are_counted_line_by_line(floor: Floor) -> None:
    floor.apply(
        lines=[
            {"item": "V-100", "becomes": "V-200", "quantity": "3"},
            {"item": "V-100", "becomes": "V-300", "quantity": "2"},
        ]
    )
    floor.play("rework")

    async def story(terminal: Terminal) -> None:
        for copy in (5, 6):
            await terminal.scan(floor.code(copy))
        await terminal.press("f2")
        page = page_of(terminal)
        assert len(page.questions[0].fields()) == 2
        text = " ".join(terminal.text.split())
        assert "1 V-200 * expected 3" in text and "2 V-300 * expected 2" in text
        await terminal.type(f"3\r2\r{PIN}\r")
        assert isinstance(terminal.frame, DeskScreen), terminal.said

    at(floor, "inspection", story, "I1")


def test_what_is_proposed_to_be_built_in_is_sent_when_nobody_changes_it(floor: Floor) -> None:
    floor.play("draw_parts", WITH_PARTS)

    async def story(terminal: Terminal) -> None:
        await terminal.scan(floor.code(5))
        await terminal.press(key_for(terminal, "rework"))
        await terminal.type(f"{PIN}\r")
        assert isinstance(terminal.frame, DeskScreen), terminal.said

    at(floor, "valve_shop", story, "R1")
    assert floor.lies("NEW-PART")["conversion"] == 12
