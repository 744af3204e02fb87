"""Shelf life: what ends within a month is shown and re-inspected, what has ended is never issued, what fails is set apart."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from delivery_floor import Yard
from factory_floor import DAY, START, Floor, FloorMaker, Json, description
from stocktake_floor import writing

from qdesk.choosing import choose
from qdesk.clock import FixedClock, moment, start_of
from qdesk.desk.standing import stand
from qdesk.errors import Refused
from qdesk.quarantine import NONCONFORMING
from qdesk.shelf_life import ends_before, month_after, shelf_life
from qdesk.stock import Portion, Stock, free, usable

FORM = "reinspection"
PLENTY = (start_of(date(2026, 9, 1)), date(2026, 9, 1).isoformat())


def ends(days: int) -> str:
    return moment(START + days * DAY).date().isoformat()


def described() -> Json:
    """Glue that ends in 20 days in two stores, some that ends in 60, and steel that never ends."""
    made = description()
    made["items"] += [{"code": "GLUE", "unit": "桶"}, {"code": "STEEL", "unit": "件"}]
    made["bins"] = [{"code": "A-1", "place": "raw_store", "zone": "product"}]
    made["stock"] += [
        {"item": "GLUE", "place": "raw_store", "quantity": "10", "expires": ends(20), "bin": "A-1"},
        {"item": "GLUE", "place": "raw_store", "quantity": "6", "expires": ends(60)},
        {"item": "GLUE", "place": "parts_store", "quantity": "4", "expires": ends(10)},
        {"item": "STEEL", "place": "raw_store", "quantity": "9"},
    ]
    return made


@pytest.fixture
def store(floors: FloorMaker) -> Floor:
    return floors(described=described())


def glue(store: Floor, quantity: int) -> str:
    return str(store.rows("SELECT lot FROM balances WHERE item = 'GLUE' AND counter = 0 AND quantity = ?", quantity * 1000)[0][0])


def shown(store: Floor, who: str) -> list[tuple[str, int, bool]]:
    rows = shelf_life(store.site, store.token(who), store.site.words)
    return [(row["quantity"], row["days"], row["expired"]) for row in rows]


def ask(store: Floor, lot: str, who: str = "RK1", step: str = "raise_raw") -> str:
    """Ask for a re-inspection; it is the case played from now on."""
    yard = Yard(store)
    done = yard.do(who, step, case="", procedure=FORM, fields={"lot": lot})
    store.pieces |= yard.pieces
    store.case = str(done.case)
    return store.case


def judge(store: Floor, outcome: str, who: str = "I1", **inputs: Any) -> Any:
    """Judge the lot, with the stamp of whoever does it."""
    yard = Yard(store, note=store.case, pieces=store.pieces)
    signers = {"inspector": who.partition("@")[0]}
    return yard.do(who, "reinspect", [f"{store.case}/1"], outcome, signers, FORM, **inputs)


# What ends


def test_a_month_before_the_end_is_by_the_calendar_T34() -> None:
    assert [month_after(date(2026, month, day)) for month, day in ((1, 31), (3, 2), (12, 15))] == [
        date(2026, 2, 28), date(2026, 4, 2), date(2027, 1, 15),
    ]  # fmt: skip
    ends = {date(2028, 2, 29): date(2028, 3, 31), date(2026, 2, 28): date(2026, 3, 31), date(2026, 4, 30): date(2026, 5, 31)}
    assert {day: month_after(day) for day in ends} == ends, "what ends on the 31st has no later day a month before"
    assert [month_after(day) for day in (date(2026, 1, 30), date(2026, 12, 31))] == [date(2026, 2, 28), date(2027, 1, 31)]
    now = FixedClock(START).now()
    assert moment(ends_before(now)).date() == date(2026, 4, 3)


def test_what_ends_within_a_month_is_on_the_list_of_its_own_keeper_R048(store: Floor) -> None:
    assert shown(store, "RK1") == [("10", 20, False)]
    assert shown(store, "PK1") == [("4", 10, False)]
    assert shown(store, "Q1") == [("4", 10, False), ("10", 20, False)]
    assert shown(store, "K1") == []
    store.clock.advance(30 * DAY)
    assert shown(store, "RK1") == [("10", -10, True), ("6", 30, False)]


def test_a_lot_that_ends_tomorrow_month_is_not_shown_a_day_early(floors: FloorMaker) -> None:
    made = description()
    made["stock"] += [
        {"item": "V-100", "place": "finished_store", "quantity": "1", "expires": day} for day in ("2026-04-02", "2026-04-03")
    ]
    assert shown(floors(described=made), "K1") == [("1", 31, False)]


def test_what_has_ended_is_never_issued_R049(store: Floor) -> None:
    """The block is in the stock itself: no case, no proposal and no promise sees an expired lot."""
    def free_glue() -> int:
        with store.site.database.reading() as cursor:
            return free(cursor, "GLUE", "raw_store", store.clock.now()) // 1000

    assert free_glue() == 16
    store.clock.advance(21 * DAY)
    assert free_glue() == 6
    with store.site.database.reading() as cursor:
        lots = [lot for lot, *_ in usable(cursor, "GLUE", "raw_store", store.clock.now())]
    assert lots == [glue(store, 6)]
    with store.site.writing() as entry, pytest.raises(Refused) as refused:
        choose(entry.cursor, "GLUE", "raw_store", 7000, store.clock.now(), "")
    assert refused.value.code == "not_enough"


# Re-inspection


def test_a_pass_gives_the_lot_another_end_under_a_stamp_R048(store: Floor) -> None:
    lot = glue(store, 10)
    store.clock.advance(21 * DAY)  # expired meanwhile
    ask(store, lot)
    assert [row["case"] for row in shelf_life(store.site, store.token("RK1"), store.site.words)] == [store.case]
    done = judge(store, "pass", good_until=PLENTY[1])
    assert store.ended() == "extended" and done.case == store.case
    assert store.rows("SELECT expires_at FROM lots WHERE code = ?", lot) == [(PLENTY[0],)]
    assert store.rows("SELECT stamp, person FROM signatures WHERE kind = 'stamp'") == [("07", person_of(store, "I1"))]
    assert shown(store, "RK1") == []
    with store.site.database.reading() as cursor:
        assert free(cursor, "GLUE", "raw_store", store.clock.now()) == 16_000
        record = stand(store.site, cursor, store.case).case.documents[store.case]
    assert f'"good_until":"{PLENTY[1]}"' in record.fields and f'"expires":"{ends(20)}"' in record.fields


def person_of(store: Floor, badge: str) -> int:
    return int(store.rows("SELECT id FROM persons WHERE badge = ?", badge)[0][0])


def test_the_record_says_where_all_of_the_lot_lies(store: Floor) -> None:
    case = ask(store, glue(store, 10))
    ((line,),) = store.rows("SELECT other FROM lines WHERE serial = ?", case)
    assert line == '{"bin":"A-1","place":"原材料库"}'


def test_the_new_end_is_later_than_the_old_one_and_than_today(store: Floor) -> None:
    ask(store, glue(store, 10))
    for day in (ends(20), ends(3), "2026-03-02"):
        with store.refused("rule_forbids"):
            judge(store, "pass", good_until=day)
    for wrong in ("", "soon", "2026-13-01", None):
        with store.refused("answer_missing", "date_unreadable"):
            judge(store, "pass", good_until=wrong)
    store.clock.advance(40 * DAY)
    with store.refused("rule_forbids"):  # later than the old end, and over already
        judge(store, "pass", good_until=ends(30))


def test_what_fails_is_held_and_in_quarantine_at_once_and_quality_is_told_R049_R058(store: Floor) -> None:
    lot = glue(store, 10)
    ask(store, lot)
    with store.refused("answer_missing"):
        judge(store, "fail")
    judge(store, "fail", failure="结块")
    assert store.ended() == "rejected"
    assert store.rows("SELECT hold FROM lots WHERE code = ?", lot) == [("nonconforming",)]
    assert store.rows("SELECT place, quantity FROM balances WHERE lot = ? AND counter = 0 AND quantity <> 0", lot) == [
        ("quarantine", 10_000)
    ]
    assert store.rows("SELECT desk FROM notices WHERE in_case = ?", store.case) == [("quality",)]
    with store.refused("rule_forbids", "lot_not_in_stock"):
        ask(store, lot)


def test_only_an_inspector_who_did_not_ask_judges_and_only_with_a_stamp(store: Floor) -> None:
    ask(store, glue(store, 10), who="X1@raw_store")
    with store.refused("own_work"):
        judge(store, "pass", who="X1@inspection", good_until=PLENTY[1])
    store.do("A1", "give_role", case="", badge="K2", role="inspector")
    with store.refused("stamp_missing"):
        judge(store, "pass", who="K2@inspection", good_until=PLENTY[1])
    with store.refused("wrong_desk"):
        judge(store, "pass", who="RK1", good_until=PLENTY[1])


def test_each_store_asks_for_its_own_and_a_lot_once_at_a_time(store: Floor) -> None:
    first = glue(store, 10)
    ask(store, first)
    with store.refused("rule_forbids"):
        ask(store, first)
    ask(store, glue(store, 4), "PK1", "raise_parts")
    with store.refused("wrong_desk"):
        ask(store, glue(store, 6), "RK1", "raise_parts")


def test_what_has_no_end_is_not_re_inspected(store: Floor) -> None:
    steel = str(store.rows("SELECT lot FROM balances WHERE item = 'STEEL' AND counter = 0")[0][0])
    with store.refused("rule_forbids"):
        ask(store, steel)


def test_a_re_inspection_is_withdrawn_with_a_reason(store: Floor) -> None:
    ask(store, glue(store, 10))
    with store.refused("answer_missing"):
        judge(store, "withdraw")
    judge(store, "withdraw", reason="已用完")
    assert store.ended() == "withdrawn"
    ask(store, glue(store, 10))


def test_what_was_rejected_is_not_re_inspected_wherever_it_lies(store: Floor) -> None:
    lot = glue(store, 10)
    with writing(store) as entry:
        Stock(entry, store.site.factory.places).hold(lot, NONCONFORMING)
    with store.refused("rule_forbids") as refused:
        ask(store, lot)
    assert [each.code for each in refused[0].because] == ["lot_held"]


@pytest.mark.parametrize(("outcome", "given"), [("pass", {"good_until": PLENTY[1]}), ("fail", {"failure": "结块"})])
def test_a_lot_that_was_used_up_meanwhile_is_not_judged(store: Floor, outcome: str, given: dict[str, str]) -> None:
    lot = glue(store, 10)
    ask(store, lot)
    with writing(store) as entry:
        Stock(entry, store.site.factory.places).move("", Portion("GLUE", lot, 10_000, "A-1"), "raw_store", "customer")
    with store.refused("rule_forbids") as refused:
        judge(store, outcome, **given)
    assert [each.code for each in refused[0].because] == ["lot_is_used_up"]
