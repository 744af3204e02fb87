"""The screen of delivery monitoring: a month, its bars, drawing it up; and the duties above what waits."""

from __future__ import annotations

import json
from typing import Any

import openpyxl
import pytest
from delivery_floor import Yard
from factory_floor import DAY, PIN, Floor
from rich.cells import cell_len
from terminal import Terminal, at

from screens.acting import ActScreen
from screens.card import Reader
from screens.monitoring import MonitoringScreen
from screens.months import bar_lines, bar_of
from screens.office import OfficeDesk

DESK = "general_affairs"


@pytest.fixture
def late(yard: Yard) -> Yard:
    """A yard in April whose only delivery of March arrived a day late."""
    yard.ready()
    yard.release()
    yard.floor.clock.advance(3 * DAY)
    yard.arrive(on="2026-03-05", customer_told="已致电王工", late_cause="=雪天封路")
    yard.floor.clock.advance(30 * DAY)
    return yard


async def to_month(terminal: Terminal) -> None:
    """From the desk to the month before this one."""
    await terminal.press("f2")
    assert isinstance(terminal.frame, MonitoringScreen)
    await terminal.settled()


def words_of(terminal: Terminal) -> str:
    return " ".join(terminal.text.split())


def test_the_month_before_stands_with_its_figures_and_what_was_late(late: Yard) -> None:
    async def story(terminal: Terminal) -> None:
        await to_month(terminal)
        text = words_of(terminal)
        assert "2026-03 Deliveries 1 On time 0 Late 1 On-time rate 0.00%" in text
        assert "Not drawn up yet" in text
        assert f"{late.serials['slip#1']} 海河机械 2026-03-04 2026-03-05 1 =雪天封路" in text
        await terminal.press("f11")
        assert "交付次数 1 按时 0 逾期 1 按时交付率 0.00%" in words_of(terminal)
        assert "要求日期" in terminal.text

    at(late.floor, DESK, story, "GA1")


def test_months_are_gone_through_with_two_keys_and_typed(late: Yard) -> None:
    async def story(terminal: Terminal) -> None:
        await to_month(terminal)
        await terminal.press("f2")
        assert "2026-02 Deliveries 0" in words_of(terminal)
        assert "Nothing was late." in terminal.text
        await terminal.press("f3", "f3")
        assert "2026-04 Deliveries 0" in words_of(terminal)
        assert "has not ended" in terminal.text
        assert not {3, 4} & {action.key for action in terminal.frame.actions()}
        await terminal.type("2025-11\r")
        assert "2025-11 Deliveries 0" in words_of(terminal)
        await terminal.type("2027-01\r")
        assert "2026-04 Deliveries 0" in words_of(terminal)

    at(late.floor, DESK, story, "GA1")


def test_a_month_before_the_calendar_has_a_year_is_refused_and_the_one_shown_stays(late: Yard) -> None:
    async def story(terminal: Terminal) -> None:
        await to_month(terminal)
        await terminal.type("0001-03\r")
        assert isinstance(terminal.frame, MonitoringScreen)
        assert terminal.frame.refused == "month_unreadable" and terminal.frame.month == "2026-03"
        await terminal.press("f11")
        assert "2026-03 交付次数 1" in words_of(terminal)

    at(late.floor, DESK, story, "GA1")


def test_one_key_and_a_pin_draw_up_the_month_in_the_way_that_fits(late: Yard) -> None:
    async def story(terminal: Terminal) -> None:
        await to_month(terminal)
        await terminal.press("f4")
        assert isinstance(terminal.frame, ActScreen)
        assert "2026-03: some late" in terminal.text
        await terminal.type(f"{PIN}\r")
        assert isinstance(terminal.frame, OfficeDesk), terminal.text
        assert late.floor.rows("SELECT outcome FROM acts WHERE step = 'draw_up'") == [("some_late",)]
        await terminal.press("f12", "f2")
        assert "JK26-000001 waits for: Write causes and measures (General affairs)" in words_of(terminal)
        assert 4 not in {action.key for action in terminal.frame.actions()}

    at(late.floor, DESK, story, "GA1")


def test_the_month_is_drawn_up_in_the_language_that_was_switched_to_before(late: Yard) -> None:
    async def story(terminal: Terminal) -> None:
        await to_month(terminal)
        await terminal.press("f11", "f4")
        assert isinstance(terminal.frame, ActScreen)
        assert "编制交付统计 2026-03: 有逾期" in terminal.text
        await terminal.press("f11")
        assert "Draw up the statistics 2026-03: some late" in terminal.text

    at(late.floor, DESK, story, "GA1")


def test_a_month_in_which_all_was_on_time_is_drawn_up_so(floor: Floor) -> None:
    floor.clock.advance(31 * DAY)

    async def story(terminal: Terminal) -> None:
        await to_month(terminal)
        await terminal.press("f4")
        assert "2026-03: all on time" in terminal.text
        await terminal.type(f"{PIN}\r")
        await terminal.press("f12", "f2")
        assert "JK26-000001 All on time" in words_of(terminal)

    at(floor, DESK, story, "GA1")


def test_measures_are_written_on_what_is_proposed_and_shown_with_the_month(late: Yard) -> None:
    done = late.do("GA1", "draw_up", case="", procedure="delivery_monitoring", outcome="some_late", fields={"month": "2026-03"})
    piece = late.pieces[f"{done.case}/2"]

    async def story(terminal: Terminal) -> None:
        await terminal.scan(piece)
        await terminal.press("f2")
        assert isinstance(terminal.frame, ActScreen)
        assert late.serials["slip#1"] in terminal.text
        await terminal.press("up", "f5")
        await terminal.type("\r\r改走国道\r冬季提前发车\r")
        await terminal.press("f2")
        assert isinstance(terminal.frame, OfficeDesk), terminal.text
        await terminal.press("f12", "f2")
        assert "Correction: 改走国道" in words_of(terminal)

    at(late.floor, DESK, story, "GA1")


def test_what_another_desk_does_is_shown_and_the_chosen_row_stays(late: Yard) -> None:
    async def story(terminal: Terminal) -> None:
        await to_month(terminal)
        await terminal.type("海河\r")
        late.do("GA1", "draw_up", case="", procedure="delivery_monitoring", outcome="some_late", fields={"month": "2026-03"})
        terminal.app.work(terminal.frame.changed())
        await terminal.settled()
        assert "JK26-000001 waits for: Write causes and measures" in words_of(terminal)
        assert isinstance(terminal.frame, MonitoringScreen)
        assert terminal.frame.looked_for == "海河"

    at(late.floor, DESK, story, "GA1")


def test_quality_follows_the_months_and_draws_up_none(late: Yard) -> None:
    async def story(terminal: Terminal) -> None:
        assert "Monitoring" in terminal.text
        await to_month(terminal)
        assert "2026-03 Deliveries 1" in words_of(terminal)
        assert 4 not in {action.key for action in terminal.frame.actions()}

    at(late.floor, "quality", story, "Q1")


def test_a_desk_that_has_nothing_to_do_with_it_has_no_such_key(late: Yard) -> None:
    async def story(terminal: Terminal) -> None:
        assert "Monitoring" not in terminal.text

    at(late.floor, "planning", story, "P1")


def test_enter_lays_the_delivery_on_the_desk(late: Yard) -> None:
    async def story(terminal: Terminal) -> None:
        await to_month(terminal)
        await terminal.type("\r")
        assert isinstance(terminal.frame, OfficeDesk)
        assert terminal.frame.card is not None
        assert terminal.frame.card["document"]["serial"] == late.serials["slip#1"]

    at(late.floor, DESK, story, "GA1")


def test_what_was_late_is_looked_through(late: Yard) -> None:
    async def story(terminal: Terminal) -> None:
        await to_month(terminal)
        await terminal.type("nowhere\r")
        assert "海河机械" not in terminal.text
        await terminal.type("海河\r")
        assert "海河机械" in terminal.text

    at(late.floor, DESK, story, "GA1")


def test_the_month_is_written_to_a_file_with_numbers_days_and_no_formula(late: Yard) -> None:
    async def story(terminal: Terminal) -> None:
        await to_month(terminal)
        await terminal.press("f6")
        assert "Written to" in terminal.said

    at(late.floor, DESK, story, "GA1")
    [path] = (late.floor.folder / "exports").glob("*.xlsx")
    rows = list(openpyxl.load_workbook(path).active.iter_rows())
    row = dict(zip([cell.value for cell in rows[0]], rows[1], strict=True))
    assert row["Delivery"].value == late.serials["slip#1"]
    assert row["Days late"].value == 1
    assert f"{row['Wanted by'].value:%Y-%m-%d}" == "2026-03-04"
    assert (row["Cause"].value, row["Cause"].data_type, row["Cause"].quotePrefix) == ("=雪天封路", "s", True)
    figures = {cells[0].value: [cell.value for cell in cells[1:5]] for cells in rows[3:]}
    assert figures["2026-03"] == [1, 0, 1, 0]
    assert figures["2026-02"] == [0, 0, 0, None]


def test_the_month_is_printed_with_its_bars(late: Yard) -> None:
    async def story(terminal: Terminal) -> None:
        await to_month(terminal)
        await terminal.press("f7")
        assert "delivery monitoring" in terminal.said

    at(late.floor, DESK, story, "GA1")
    assert late.floor.rows("SELECT subject, desk FROM prints WHERE kind = 'monitoring'") == [("2026-03", DESK)]


@pytest.mark.parametrize("look", ["light", "plain"])
@pytest.mark.parametrize("size", [(80, 24), (140, 40), (40, 12)])
def test_the_bars_have_room_in_every_size_and_look(late: Yard, size: tuple[int, int], look: str) -> None:
    async def story(terminal: Terminal) -> None:
        await to_month(terminal)
        assert max(map(cell_len, terminal.text.split("\n"))) <= size[0]
        if size[0] >= 80:
            assert all(month in terminal.text for month in ("2025-04", "2025-10", "2026-03"))
            assert "海河机械" in terminal.text

    at(late.floor, DESK, story, "GA1", size=size, look=look)


def test_hostile_data_is_shown_as_the_text_it_is_in_every_size(late: Yard) -> None:
    hostile = {"customer": "[/b] \x1b]52;c;aGk=\x07\x1b[2J \u202egnp.exe" + "喻喆" * 60, "wanted_by": "\u200bnever", "way": "own"}
    with late.floor.site.database.writing() as cursor:
        cursor.execute("UPDATE documents SET fields = ? WHERE form = 'note'", (json.dumps(hostile),))

    async def story(terminal: Terminal) -> None:
        await to_month(terminal)
        for size in ((80, 24), (140, 40), (20, 5), (1, 1), (80, 24)):
            await terminal.resize(*size)
            await terminal.press("pagedown", "up", "down")
            lines = terminal.text.split("\n")
            assert len(lines) == size[1]
            assert all(letter.isprintable() for line in lines for letter in line)
        assert "[/b] <U+001B>" in terminal.text
        await terminal.press("f6")
        assert "Written to" in terminal.said

    at(late.floor, DESK, story, "GA1")
    with late.floor.site.database.writing() as cursor:
        cursor.execute("UPDATE documents SET fields = ? WHERE form = 'note'", (late_note(late),))


def late_note(late: Yard) -> str:
    """What stood on the note, as the journal has it: the books are looked at when the test is over."""
    [(body,)] = late.floor.rows("SELECT body FROM journal WHERE json_extract(body, '$.step') = 'write'")
    rows = [effect[2] for effect in json.loads(body)["effects"] if effect[:2] == ["+", "documents"]]
    return str(rows[0]["fields"])


def filled(rate: str, width: int = 20) -> int:
    """How many cells of a bar are filled."""
    bar = bar_of({"month": "2026-03", "rate": rate}, False, width, as_marks=True)
    return bar.plain.count("#")


def test_only_a_month_in_which_all_was_on_time_has_a_whole_bar() -> None:
    assert [filled(rate) for rate in ("100.00", "99.99", "50.00", "0.00", "")] == [20, 19, 10, 0, 0]


def test_bars_of_blocks_and_of_marks_are_equally_long(floor: Floor) -> None:
    year: list[dict[str, Any]] = [{"month": f"2026-{number:02d}", "rate": "95.83"} for number in range(1, 13)]
    reader = Reader(floor.site, floor.site.languages["zh"], 77)
    marks, blocks = (bar_lines(year, "2026-12", reader, as_marks) for as_marks in (True, False))
    assert [line.cell_length for line in marks] == [line.cell_length for line in blocks] == [76] * 6
    assert sum(span.end - span.start for span in blocks[0].spans if "reverse" in str(span.style)) == marks[0].plain.count("#")


# Duties on the desk


def test_duties_stand_above_what_waits_until_they_are_done(floor: Floor) -> None:
    floor.clock.advance(31 * DAY)

    async def story(terminal: Terminal) -> None:
        text = words_of(terminal)
        assert "Due here - delivery statistics of the month before 2026-03, by 2026-04-05" in text
        assert text.index("Due here") < text.index("Nothing waits here")
        await terminal.press("f2", "f4")
        await terminal.type(f"{PIN}\r")
        await terminal.press("f12")
        assert "Due here" not in terminal.text

    at(floor, DESK, story, "GA1")


def test_a_late_duty_is_marked_without_colour(floor: Floor) -> None:
    floor.clock.advance(38 * DAY)

    async def story(terminal: Terminal) -> None:
        assert "! 上月产品交付监控统计 2026-03：已逾期，应于 2026-04-05 完成" in words_of(terminal)

    at(floor, DESK, story, "GA1", language="zh", look="plain")


def test_the_notice_of_the_day_is_due_at_sales(floor: Floor) -> None:
    async def story(terminal: Terminal) -> None:
        assert "- shipping notice of the day 2026-03-02" in words_of(terminal)

    at(floor, "sales", story, "S1")
