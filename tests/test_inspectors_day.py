"""The inspector's day: what waits, my stamps, what is set apart without a report, and the quality of a month (R110, T40)."""

from __future__ import annotations

from typing import Any

import pytest
from factory_floor import DAY, P01, PIN, Floor, FloorMaker
from quality_floor import Quality
from sheet_reader import words_on
from terminal import Terminal, at

from qdesk.causes import Report, by_cause
from qdesk.inspectors_day import inspectors_day
from qdesk.quality_month import TRIES, quality_page
from qdesk.slips.kinds import kind_of_paper
from qdesk.slips.typesetting import typesetter
from screens.acting import ActScreen
from screens.inspection import InspectionDesk
from screens.inspectors_day import InspectorsDay

DESK, SIZES = "inspection", ((80, 24), (140, 40))


def day_of(quality: Quality, who: str = "I1") -> dict[str, list[dict[str, Any]]]:
    """What the screen is told."""
    return inspectors_day(quality.floor.site, quality.floor.token(who), quality.floor.site.words)


def month_of(floor: Floor, month: str = "2026-03") -> dict[str, Any]:
    """What the screen is told of a month."""
    return quality_page(floor.site, floor.token("I1"), month, floor.site.words)


# What it is told


def test_the_queue_has_what_waits_the_oldest_first(quality: Quality) -> None:
    first, second = quality.mended(), quality.mended()
    queue = day_of(quality)["queue"]
    assert [(row["case"], row["step"]) for row in queue] == [(first, "reinspect"), (second, "reinspect")]
    assert queue[0]["age_seconds"] > queue[1]["age_seconds"] > 0


def test_my_stamps_of_today_are_mine_and_of_today(quality: Quality) -> None:
    quality.mended()
    quality.inspect()
    assert [(row["case"], row["stamp"]) for row in day_of(quality)["stamps"]] == [(quality.case, "07")]
    assert day_of(quality, "I2")["stamps"] == []
    quality.floor.clock.advance(DAY)
    assert day_of(quality)["stamps"] == []


def test_what_is_set_apart_is_listed_until_a_report_takes_it(quality: Quality) -> None:
    lot = quality.apart()
    assert [(row["lot"], row["item"], row["quantity"], row["hold"]) for row in day_of(quality)["apart"]] == [
        (lot, "V-100", "10", "nonconforming")
    ]
    quality.report(lot, "4")
    assert [row["quantity"] for row in day_of(quality)["apart"]] == ["6"]
    quality.report(lot, "6")
    assert day_of(quality)["apart"] == []


# The quality of a month


def test_the_yield_counts_first_tries_and_what_passed_then(floor: Floor) -> None:
    floor.play("inspect")
    floor.apply()
    floor.played[floor.case] = 1
    floor.play("inspect", outcome="fail", reason="漏")
    floor.step("rework")
    floor.step("inspect")
    told = month_of(floor)
    assert (told["first"], told["passed"], told["rate"]) == ("20", "10", "50.00")


def test_the_yield_is_of_quantities_and_a_part_that_passed_counts_as_that_part(floors: FloorMaker) -> None:
    floor = floors(settings={"partial_pass": "supplement"})
    floor.play("inspect", outcome="part", quantity_passed="7", reason="三台漏")
    floor.apply(quantity="2")
    floor.played[floor.case] = 1
    floor.play("inspect", quantity_passed="2")
    told = month_of(floor)
    assert (told["first"], told["passed"], told["rate"]) == ("12", "9", "75.00")


def test_the_yield_of_a_month_is_read_from_indices_alone(floor: Floor) -> None:
    plan = [str(detail) for *_, detail in floor.rows(f"EXPLAIN QUERY PLAN {TRIES}", 0, 1)]
    assert [each.split()[0] for each in plan if "INDEX" in each] == ["SEARCH", "SEARCH"]
    assert "COVERING INDEX inspected_in" in plan[0] and any("COVERING INDEX inspected_of" in each for each in plan), plan


def test_an_inspection_that_was_taken_back_is_no_try(floor: Floor) -> None:
    floor.play("inspect", outcome="fail", reason="漏")
    [(act,)] = floor.rows("SELECT seq FROM acts WHERE step = 'inspect'")
    floor.do("I1", "reverse", case="", act=act, reason="看错")
    assert month_of(floor)["first"] == "0"
    floor.step("inspect")
    told = month_of(floor)
    assert (told["first"], told["passed"]) == ("10", "10")


def test_each_month_has_its_own_tries(floor: Floor) -> None:
    floor.play("inspect")
    floor.clock.advance(31 * DAY)
    floor.apply()
    floor.played[floor.case] = 1
    floor.play("inspect", outcome="fail", reason="漏")
    assert [(month_of(floor, month)["first"], month_of(floor, month)["rate"]) for month in ("2026-02", "2026-03", "2026-04")] == [
        ("0", ""), ("10", "100.00"), ("10", "0.00"),
    ]  # fmt: skip


def test_a_repeated_inspection_after_rework_is_no_first_try(quality: Quality) -> None:
    quality.mended()
    quality.inspect()
    assert month_of(quality.floor)["first"] == "0"


def test_causes_are_ordered_by_how_often_and_added_up() -> None:
    names = ("Leak", "scratch", "leak", "LEAK ", "划伤")
    causes = by_cause(Report(f"BH{n}", name, "in_process", 1000 * n) for n, name in enumerate(names))
    assert [(cause.name, len(cause.reports), cause.quantity) for cause in causes] == [
        ("Leak", 3, 5000), ("划伤", 1, 4000), ("scratch", 1, 1000),
    ]  # fmt: skip


def test_the_causes_of_a_month_say_what_part_they_make_up(quality: Quality) -> None:
    lot = quality.apart()
    for cause in ("划伤", "漏油", "划伤", "划伤"):
        quality.report(lot, "1", cause=cause)
    rows = month_of(quality.floor)["causes"]
    assert [(row["cause"], row["count"], row["so_far"], row["quantity"]) for row in rows] == [
        ("划伤", 3, "75.00", "3"), ("漏油", 1, "100.00", "1"),
    ]  # fmt: skip
    assert month_of(quality.floor, "2026-02")["causes"] == []


def test_a_report_that_was_withdrawn_is_not_counted(quality: Quality) -> None:
    quality.report()
    quality.do("Q1", "withdraw", reason="重复")
    assert month_of(quality.floor)["reports"] == 0


def test_causes_that_customers_met_with_too_often_are_watched(qualities: Any) -> None:
    quality = qualities({"cause_per_quarter": "1"})
    lot = quality.apart()
    quality.report(lot, "1", kind="customer_return", cause="漏油")
    quality.report(lot, "5", kind="in_process", cause="漏油")
    assert month_of(quality.floor)["watched"] == []
    quality.report(lot, "1", kind="delivery", cause="漏油", despite="已立项")
    [watched] = month_of(quality.floor)["watched"]
    assert (watched["cause"], watched["count"], watched["often"], watched["quarter"]) == ("漏油", 2, 1, "2026-Q1")
    assert month_of(quality.floor, "2026-04")["watched"] == []


def test_a_month_on_paper_has_its_causes_and_twelve_months(quality: Quality) -> None:
    quality.report()
    site = quality.floor.site
    with site.database.reading() as cursor:
        sheet = kind_of_paper("quality_month").build(site, cursor, "2026-03", site.words, False)
    assert len(sheet["year"]) == 12
    assert sheet["rows"] == [["划伤", "制程", "1", "100.00%", "10", quality.case]]
    with typesetter() as pen:
        [page] = words_on(pen, kind_of_paper("quality_month"), sheet, "a4")
    assert "[" not in page
    assert all(text in page for text in ("一次合格率", "划伤", "100.00%", quality.case, "2026-03"))


# The screen


def words_of(terminal: Terminal) -> str:
    return " ".join(terminal.text.split())


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("size", SIZES)
def test_four_lists_are_gone_through_with_one_key(quality: Quality, language: str, size: tuple[int, int]) -> None:
    quality.mended()
    quality.inspect()
    quality.mended()
    lot = quality.apart(quantity=3)
    waiting = quality.case

    async def story(terminal: Terminal) -> None:
        await terminal.press("f7")
        assert isinstance(terminal.frame, InspectorsDay)
        assert waiting in terminal.text
        await terminal.press("f2")
        assert "07" in terminal.text
        await terminal.press("f2")
        assert lot in terminal.text
        await terminal.press("f2")
        assert "划伤" in terminal.text
        assert "####" in terminal.text
        assert "2026-03" in terminal.text
        await terminal.press("f3")
        assert "2026-02" in terminal.text
        assert "划伤" not in terminal.text

    at(quality.floor, DESK, story, "I1", language=language, size=size)


def test_a_list_that_is_drawn_while_the_next_is_asked_for_is_still_the_one_before(quality: Quality) -> None:
    quality.mended()
    quality.inspect()
    quality.mended()
    quality.apart(quantity=3)

    async def story(terminal: Terminal) -> None:
        await terminal.press("f7")
        day = terminal.frame
        assert isinstance(day, InspectorsDay)
        ask = terminal.app.engine.ask

        async def asked(*arguments: Any) -> Any:
            told = await ask(*arguments)
            day.redraw()
            day.table.render()
            return told

        terminal.app.engine.ask = asked  # type: ignore[assignment,method-assign]  # the terminal is drawn with every answer
        for _ in range(8):
            await terminal.press("f2")

    at(quality.floor, DESK, story, "I1")


def test_enter_begins_the_report_on_what_is_set_apart(quality: Quality) -> None:
    lot = quality.apart()

    async def story(terminal: Terminal) -> None:
        await terminal.press("f7", "f2", "f2", "enter")
        assert isinstance(terminal.frame, ActScreen)
        assert lot in terminal.text
        await terminal.press("1", "enter", "1", "enter")
        await terminal.type("划伤\r")
        await terminal.press("1", "enter")
        await terminal.type(f"{PIN}\r")
        assert isinstance(terminal.frame, InspectionDesk), terminal.text
        assert quality.lies()["under_review"] == 10

    at(quality.floor, DESK, story, "I1")


@pytest.mark.parametrize(("language", "choices"), [
    ("en", ("4 returned by a customer", "3 raw material store")), ("zh", ("4 顾客退货", "3 原材料库")),
])  # fmt: skip
def test_no_choice_of_the_report_is_broken_in_two(quality: Quality, language: str, choices: tuple[str, ...]) -> None:
    quality.apart()

    async def story(terminal: Terminal) -> None:
        await terminal.press("f7", "f2", "f2", "enter")
        assert all(choice in terminal.text for choice in choices), terminal.text
        await terminal.type("4\r")
        assert f"= {choices[0][2:]}" in terminal.text

    at(quality.floor, DESK, story, "I1", language=language)


def test_the_report_follows_the_language_wherever_it_is_switched(quality: Quality) -> None:
    lot = quality.apart()
    english = (f"Write the nonconformity report {lot} V-100 10", "Found", "Store when good")
    chinese = (f"填写不合格品处理单 {lot} V-100 10", "来源", "合格后入库")

    def reads(terminal: Terminal, wanted: tuple[str, ...], other: tuple[str, ...]) -> bool:
        return all(text in terminal.text for text in wanted) and not any(text in terminal.text for text in other)

    async def story(terminal: Terminal) -> None:
        await terminal.press("f7", "f2", "f2", "f11", "enter")
        assert isinstance(terminal.frame, ActScreen)
        assert reads(terminal, chinese, english), terminal.text
        await terminal.press("f11")
        assert reads(terminal, english, chinese), terminal.text
        await terminal.press("f11")
        assert reads(terminal, chinese, english), terminal.text

    at(quality.floor, DESK, story, "I1", size=(140, 40))


def test_the_desk_says_how_much_is_set_apart_without_a_report(quality: Quality) -> None:
    lot = quality.apart()

    async def story(terminal: Terminal) -> None:
        assert "1 lots set apart have no report yet (F7)" in words_of(terminal)

    at(quality.floor, DESK, story, "I1")
    quality.report(lot)

    async def nothing(terminal: Terminal) -> None:
        assert "no report yet" not in words_of(terminal)

    at(quality.floor, DESK, nothing, "I1")


def test_the_day_leads_to_the_paper_that_waits(quality: Quality) -> None:
    case = quality.mended()

    async def story(terminal: Terminal) -> None:
        await terminal.press("f7", "enter")
        assert isinstance(terminal.frame, InspectionDesk)
        assert case in terminal.text

    at(quality.floor, DESK, story, "I1")


def test_a_month_is_printed(quality: Quality) -> None:
    async def story(terminal: Terminal) -> None:
        await terminal.press("f7")
        await terminal.type("2026-02\r")
        await terminal.press("f7")
        assert quality.floor.rows("SELECT subject FROM prints WHERE kind = 'quality_month'") == [("2026-02",)]

    at(quality.floor, DESK, story, "I1")


def test_the_inspectors_of_a_modification_are_counted(floor: Floor) -> None:
    floor.play("inspect")
    assert floor.rows("SELECT procedure FROM cases") == [(P01,)]
    assert month_of(floor)["passed"] == "10"
