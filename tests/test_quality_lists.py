"""The stamp register and the list of instruments, as quality and the inspectors see them."""

from __future__ import annotations

import pytest
from factory_floor import DAY, Floor, FloorMaker
from known_names import MODIFICATION_TEXT
from terminal import Terminal, at
from test_instruments import WITH_GAUGE, add_instrument

from qdesk.errors import Refused
from qdesk.quality_lists import STAMPED, instrument_list, instruments_due, stamp_register
from qdesk.site import open_site
from screens.quality import InstrumentScreen, StampScreen

INSPECT = "product_modification.inspect"


def stocked(floors: FloorMaker) -> Floor:
    floor = floors(own=WITH_GAUGE)
    for code, days in (("G-1", 1), ("G-2", 20), ("G-3", 90)):
        add_instrument(floor, code, "gauge", days)
    floor.do("Q1", "withdraw_instrument", case="", instrument="G-3", reason="坏")
    add_instrument(floor, "G-4", "gauge", 31)
    floor.clock.advance(2 * DAY)
    floor.do("Q1", "limit_stamp", case="", stamp="07", item="V-2*", operation=INSPECT, trained="2026-02-01")
    floor.do("Q1", "give_stamp", case="", badge="I2", stamp="21")
    return floor


def test_instruments_stand_with_what_is_due_first_and_how_it_is_with_them__R127(floors: FloorMaker) -> None:
    floor = stocked(floors)
    token = floor.token("Q1")
    told = [(row["code"], row["state"]) for row in instrument_list(floor.site, token, floor.site.words, True)]
    assert told == [("G-1", "out_of_date"), ("G-2", "due_soon"), ("G-4", "due_soon"), ("G-3", "withdrawn")]
    assert [row["code"] for row in instruments_due(floor.site, token, floor.site.words)] == ["G-1", "G-2", "G-4"]


def test_how_long_before_an_instrument_is_listed_as_due_is_a_setting(floors: FloorMaker) -> None:
    floor = floors(settings={"instrument_warning": "1d"}, own=WITH_GAUGE)
    add_instrument(floor, "G-1", "gauge", 3)
    assert instruments_due(floor.site, floor.token("Q1"), floor.site.words) == []
    floor.clock.advance(3 * DAY)
    assert [row["state"] for row in instruments_due(floor.site, floor.token("Q1"), floor.site.words)] == ["due_soon"]


def test_the_register_has_every_number_that_was_ever_given(floors: FloorMaker) -> None:
    floor = stocked(floors)
    rows = stamp_register(floor.site, floor.token("I1"), floor.site.languages["en"])
    assert [(row["stamp"], row["state"], row["allows"]) for row in rows] == [
        ("07", "in_use", "some"), ("21", "in_use", "everything"), ("99", "in_use", "everything"),
        ("08", "withdrawn", "everything"),
    ]  # fmt: skip
    assert (rows[0]["item"], rows[0]["trained"]) == ("V-2*", "2026-02-01")
    assert rows[0]["operation_title"] == "Inspect (Product modification)"
    floor.do("Q1", "end_stamp_limit", case="", stamp="07", item="V-2*", operation=INSPECT)
    rows = stamp_register(floor.site, floor.token("I1"), floor.site.languages["en"])
    assert (rows[0]["stamp"], rows[0]["allows"]) == ("07", "nothing")


def test_how_often_a_stamp_was_used_is_looked_up_and_never_counted_through(floor: Floor) -> None:
    floor.play("inspect")
    [row] = [row for row in stamp_register(floor.site, floor.token("I1"), floor.site.words) if row["stamp"] == "07"]
    assert row["times"] == 1 and row["last"].startswith("2026-03-02")
    plan = " ".join(str(row) for row in floor.rows(f"EXPLAIN QUERY PLAN {STAMPED}", "07"))
    assert "signatures_of_stamp" in plan and "SCAN" not in plan


def test_the_lists_need_a_session(floor: Floor) -> None:
    for asked in (stamp_register, instrument_list, instruments_due):
        with pytest.raises(Refused) as refused:
            asked(floor.site, "nobody", floor.site.words)
        assert refused.value.code == "session_unknown"


@pytest.mark.parametrize(("desk", "who"), [("quality", "Q1"), ("inspection", "I1")])
def test_both_lists_are_reached_from_the_desk(floors: FloorMaker, desk: str, who: str) -> None:
    floor = stocked(floors)

    async def story(terminal: Terminal) -> None:
        key = next(action.key for action in terminal.frame.actions() if action.title == "Stamps")
        await terminal.press(f"f{key}")
        assert isinstance(terminal.frame, StampScreen)
        assert "08" not in [row["stamp"] for row in terminal.frame.table.pages.pages[0].rows or []]
        await terminal.press("f2")
        assert "withdrawn" in terminal.text and "V-2*" in terminal.text
        await terminal.press("f3")
        assert isinstance(terminal.frame, InstrumentScreen)
        assert "out of date" in terminal.text and "G-3" not in terminal.text
        await terminal.type("g-2\r")
        assert "G-1" not in terminal.text and "G-2" in terminal.text

    at(floor, desk, story, who)


def test_the_inspectors_see_what_is_due_before_they_measure(floors: FloorMaker) -> None:
    floor = stocked(floors)

    async def story(terminal: Terminal) -> None:
        assert "G-1" in terminal.text and "G-4" in terminal.text and "G-3" not in terminal.text

    at(floor, "inspection", story, "I1")


# R131


@pytest.mark.parametrize("answer", ["yes", "no"])
def test_self_check_and_mutual_check_come_before_the_inspectors_or_a_reason_is_written__R131(floor: Floor, answer: str) -> None:
    (floor.folder / "procedures").mkdir()
    before = 'asks = ["inspection_plan", "quantity_passed"]\nrules = ["all_passed", "within_limits"]'
    after = before.replace('asks = [', 'asks = ["three_checks", ').replace('"within_limits"]', '"within_limits", "three_checks"]')
    text = MODIFICATION_TEXT.replace(before, after, 1)
    (floor.folder / "procedures" / "product_modification.toml").write_text(text, encoding="utf-8")
    floor.site.close()
    floor.site = open_site(floor.folder, floor.clock, synchronous="off")
    floor.play("rework")
    with floor.refused("answer_missing"):
        floor.step("inspect", self_checked="yes")
    checked = {"self_checked": "yes", "mutually_checked": answer}
    if answer == "no":
        with floor.refused("reason_needed"):
            floor.step("inspect", **checked)
        checked["despite"] = "只有一人当班"
    floor.step("inspect", **checked)
