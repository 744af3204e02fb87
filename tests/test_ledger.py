"""The stock ledger (F040, R052): every move in order with what lay there after it, from either end, at any moment."""

from __future__ import annotations

from typing import Any

import pytest
from bins_floor import a_store, lot_of, put
from factory_floor import DAY, WITH_PARTS, Floor, FloorMaker, Json
from pipe_client import says

from qdesk.database import driver
from qdesk.errors import Refused
from qdesk.ledger import all_pages, ledger_page, places_of
from qdesk.lookups import stock
from qdesk.stock import Portion, Stock
from qdesk.verify import verify

SHELF: Json = {"item": "V-100", "place": "finished_store"}
SUMMED = """SELECT place, lot, SUM(q) FROM (SELECT target AS place, lot, quantity AS q, at, item FROM moves
  UNION ALL SELECT source, lot, -quantity, at, item FROM moves)
  WHERE item = ? AND at <= ? GROUP BY place, lot HAVING SUM(q) <> 0 ORDER BY place, lot"""
KEYS = ("opening", "came", "went", "closing")


def page(floor: Floor, **asked: Any) -> Json:
    """A page of the ledger, of V-100 on its shelf unless something else is said."""
    return ledger_page(floor.site, floor.site.words, {**SHELF, **asked})


def rows_of(floor: Floor, limit: int, newest: bool, **asked: Any) -> list[Json]:
    """All rows of a ledger, some a page."""
    rows: list[Json] = []
    after = None
    while True:
        found = ledger_page(floor.site, floor.site.words, {**SHELF, **asked}, after, limit, newest)
        rows += found["rows"]
        after = found["next"]
        if after is None:
            return rows


def shift(floor: Floor, quantity: int, source: str, target: str, lot: str = "", bin_: str = "", to_bin: str = "") -> None:
    """Move some of V-100 by an act of no case."""
    with floor.site.writing() as entry:
        code = lot or floor.rows("SELECT code FROM lots WHERE item = 'V-100'")[0][0]
        moving = Stock(entry, floor.site.factory.places)
        moving.move("", Portion("V-100", code, quantity * 1000, bin_), source, target, to_bin=to_bin)
        entry.seal(by=1, desk="finished_store", case="", step="moved")
    floor.clock.advance(DAY)


def busy(floor: Floor) -> Floor:
    """A shelf that much came to and went from, a move a day."""
    for number in range(1, 12):
        shift(floor, number, *(("finished_store", "parts_store") if number % 3 else ("supplier", "finished_store")))
    return floor


def test_each_row_says_what_moved_by_which_voucher_step_and_person_and_what_lay_there_then(floor: Floor) -> None:
    floor.play("receive")
    drawn, opened = page(floor)["rows"]
    assert (opened["came"], opened["went"], opened["balance"], opened["case"]) == ("50", None, "50", None)
    assert opened["title"] == floor.site.words.say("step.found")
    assert (drawn["came"], drawn["went"], drawn["balance"]) == (None, "10", "40")
    assert (drawn["case"], drawn["step"], drawn["person"], drawn["desk"]) == (floor.case, "draw", "人K1", "finished_store")
    assert drawn["voucher"] == f"{floor.case}/4"
    assert drawn["other"] == "workshop_product"
    assert drawn["title"] == next(act["title"] for act in floor.card("K1")["acts"] if act["step"] == "draw")


def test_the_pages_from_either_end_hold_every_row_once(floor: Floor) -> None:
    busy(floor)
    oldest, newest = rows_of(floor, 3, newest=False), rows_of(floor, 5, newest=True)
    assert oldest == newest[::-1]
    assert len(oldest) == 12
    there = 0
    for row in oldest:
        there += int(row["came"] or 0) - int(row["went"] or 0)
        assert row["balance"] == str(there)
    assert [row for each in all_pages(floor.site, floor.site.words, SHELF) for row in each] == oldest


def test_a_period_opens_with_what_lay_there_and_closes_with_what_was_left(floor: Floor) -> None:
    busy(floor)
    days = sorted({row["at"][:10] for row in rows_of(floor, 50, newest=False)})
    found = page(floor, **{"from": days[3], "to": days[6]})
    within = [row for row in rows_of(floor, 50, newest=False) if days[3] <= row["at"][:10] <= days[6]]
    assert found["rows"] == within[::-1]
    came, went = (sum(int(row[name] or 0) for row in within) for name in ("came", "went"))
    before = [row for row in rows_of(floor, 50, newest=False) if row["at"][:10] < days[3]][-1]["balance"]
    assert [found[name] for name in KEYS] == [before, str(came), str(went), within[-1]["balance"]]
    whole = page(floor)
    assert whole["opening"] == "0"
    assert whole["closing"] == whole["rows"][0]["balance"]
    assert page(floor, **{"from": "2031-01-01"})["opening"] == whole["closing"]


def test_a_lot_and_a_bin_have_ledgers_of_their_own(floor: Floor) -> None:
    lot = floor.rows("SELECT code FROM lots WHERE item = 'V-100'")[0][0]
    shift(floor, 30, "finished_store", "finished_store", to_bin="A-1")
    shift(floor, 12, "finished_store", "finished_store", bin_="A-1", to_bin="A-2")
    shift(floor, 5, "finished_store", "customer", bin_="A-1")
    with floor.site.writing() as entry:
        second = Stock(entry, floor.site.factory.places).new_lot("V-100", "")
        entry.seal(by=1, desk="finished_store", case="", step="moved")
    shift(floor, 7, "supplier", "finished_store", second)
    assert [page(floor)[name] for name in KEYS] == ["0", "57", "5", "52"], "what goes from bin to bin neither comes nor goes"
    assert [page(floor, lot=lot)[name] for name in KEYS] == ["0", "50", "5", "45"]
    assert [page(floor, lot=second)[name] for name in KEYS] == ["0", "7", "0", "7"]
    assert [page(floor, bin="A-1")[name] for name in KEYS] == ["0", "30", "17", "13"]
    assert [(row["came"], row["went"], row["balance"]) for row in page(floor, bin="A-1")["rows"]] == [
        (None, "5", "13"), (None, "12", "18"), ("30", None, "30"),
    ]  # fmt: skip
    assert [row["balance"] for row in page(floor, bin="A-2")["rows"]] == ["12"]
    assert verify(floor.site, replay=True).findings == []


def test_what_lay_where_at_any_moment_is_what_all_moves_until_then_add_up_to(floor: Floor) -> None:
    busy(floor)
    floor.play("return_closing_copy", WITH_PARTS)
    real = {name for name, place in floor.site.factory.places.items() if not place.counter}
    for (at,) in floor.rows("SELECT DISTINCT at FROM moves"):
        for moment in (at - 1, at):
            for item in ("V-100", "NEW-PART"):
                summed = [row for row in floor.rows(SUMMED, item, moment) if row[0] in real]
                told = stock(floor.site, item, at=moment)["stock"]
                assert [(row["place"], row["lot"], row["quantity"]) for row in told] == [
                    (place, lot, f"{quantity / 1000:g}") for place, lot, quantity in summed
                ]
    every, parts = (stock(floor.site, "", place, floor.clock.now())["stock"] for place in ("", "parts_store"))
    assert [row for row in every if row["place"] == "parts_store"] == parts


def test_without_a_place_the_ledger_tells_every_place_the_item_was_ever_at(floor: Floor) -> None:
    floor.play("receive")
    found = places_of(floor.site, floor.site.words, {"item": "V-100"})
    told = {row["place"]: [row[name] for name in KEYS] for row in found["places"]}
    assert told == {
        "difference": ["0", "0", "50", "-50"], "finished_store": ["0", "50", "10", "40"],
        "workshop_product": ["0", "10", "10", "0"], "conversion": ["0", "10", "0", "10"],
    }  # fmt: skip


def test_a_move_back_is_a_row_of_its_own_and_nothing_is_rubbed_out(floor: Floor) -> None:
    floor.play("hand_out")
    token = floor.token("K1")
    floor.step("draw", token=token)
    floor.do("K1", "reverse", token=token)
    assert [(row["came"], row["went"], row["balance"]) for row in page(floor)["rows"]] == [
        ("10", None, "50"), (None, "10", "40"), ("50", None, "50"),
    ]  # fmt: skip


@pytest.mark.parametrize(("wrong", "code"), [
    ({"place": "moon"}, "place_unknown"), ({"item": "NOTHING"}, "item_unknown"), ({"lot": "L26-999999"}, "lot_unknown"),
    ({"from": "2026-13-01"}, "date_unreadable"), ({"from": "2026-03-02", "to": "2026-03-01"}, "days_reversed"),
    ({"lot": "L26-000001", "bin": "A-1"}, "request_unreadable"),
])  # fmt: skip
def test_a_ledger_that_is_none_is_refused_in_words(floor: Floor, wrong: Json, code: str) -> None:
    with floor.refused(code):
        page(floor, **wrong)


@pytest.mark.parametrize("after", ["x", [1, 2, 3], [1, 2, 3, "4"], [1, 2, 3, -1], [True, 0, 0, 0], [2**70, 0, 0, 0]])
def test_a_page_begins_only_where_a_page_has_ended(floor: Floor, after: Any) -> None:
    with pytest.raises(Refused) as refused:
        ledger_page(floor.site, floor.site.words, SHELF, after)
    assert refused.value.code == "request_unreadable"


def test_nothing_is_booked_into_the_past(floor: Floor) -> None:
    busy(floor)
    [(at, act)] = floor.rows("SELECT MAX(at), MAX(act) FROM moves")
    lot = floor.rows("SELECT code FROM lots WHERE item = 'V-100'")[0][0]
    row = """INSERT INTO moves(act, number, in_case, item, lot, quantity, source, target, at)
      VALUES(?, 9, '', 'V-100', ?, 1, 'a', 'b', ?)"""
    for wrong in ((act - 1, at), (act, at - 1)):
        with pytest.raises(driver.IntegrityError), floor.site.database.writing() as cursor:
            cursor.execute(row, (wrong[0], lot, wrong[1]))


def test_a_ledger_that_was_tampered_with_is_found(floor: Floor) -> None:
    busy(floor)
    assert verify(floor.site, replay=True).findings == []
    with floor.site.database.writing() as cursor:
        cursor.execute("UPDATE postings SET lay = lay + 1 WHERE item = 'V-100' AND place = 'finished_store' AND side = 0")
    assert {finding.code for finding in verify(floor.site, replay=True).findings} == {"row_changed"}
    with floor.site.database.writing() as cursor:
        cursor.execute("UPDATE postings SET lay = lay - 1 WHERE item = 'V-100' AND place = 'finished_store' AND side = 0")


def test_an_older_file_gets_its_ledger_when_it_is_brought_up_to_date(floors: FloorMaker) -> None:
    floor = busy(floors())
    before = floor.rows("SELECT * FROM postings ORDER BY item, place, at, act, number, side")
    filling = next(text for text in statements_of_13() if text.startswith("INSERT INTO postings"))
    with floor.site.database.writing() as cursor:
        cursor.execute("DELETE FROM postings")
        cursor.execute(filling)
    assert floor.rows("SELECT * FROM postings ORDER BY item, place, at, act, number, side") == before


def statements_of_13() -> list[str]:
    """The statements of the migration that makes the ledger."""
    from qdesk.migrations import scripts, statements

    return statements(dict(scripts())[13])


def test_every_look_into_the_ledger_goes_by_an_index(floor: Floor) -> None:
    busy(floor)
    said: list[str] = []
    connection: Any = floor.site.database.cursor().connection  # type: ignore[attr-defined]  # a plain DB-API cursor has it
    connection.set_trace_callback(said.append)
    lot = floor.rows("SELECT code FROM lots WHERE item = 'V-100'")[0][0]
    for asked_for in ({}, {"lot": lot}, {"bin": "A-1"}):
        page(floor, **asked_for)
    places_of(floor.site, floor.site.words, {"item": "V-100"})
    stock(floor.site, "V-100", "finished_store", floor.clock.now())
    connection.set_trace_callback(None)
    asked_of = [sql for sql in said if "postings" in sql]
    assert asked_of
    for sql in asked_of:
        plan = [row[3] for row in floor.rows(f"EXPLAIN QUERY PLAN {sql}")]
        assert not [line for line in plan if line.startswith("SCAN") and line != "SCAN i"], (sql, plan)
        assert not [line for line in plan if "TEMP B-TREE" in line], (sql, plan)


def test_the_pipe_tells_the_ledger_page_by_page(floor: Floor) -> None:
    floor.play("receive")
    shelf = {"op": "ledger", "session": floor.token("K1"), **SHELF}
    told, newest, places, wrong = says(
        floor.site, shelf, {**shelf, "newest": True}, {**shelf, "place": None}, {**shelf, "newest": "x"}
    )
    assert [row["balance"] for row in told["rows"]] == ["50", "40"]
    assert newest["rows"] == told["rows"][::-1]
    assert {row["place"] for row in places["places"]} >= {"finished_store", "workshop_product"}
    assert wrong["error"]["code"] == "request_unreadable"


def test_what_goes_from_bin_to_bin_is_told_by_the_ledger_of_a_bin_and_by_no_other(floors: FloorMaker) -> None:
    store = a_store(floors)
    lot = lot_of(store, "BOLT")
    put(store, (lot, "30", "", "A-1"))
    put(store, (lot, "10", "A-1", "A-2"))

    def told(**book: str) -> list[tuple[str | None, str | None, str]]:
        asked = {"item": "BOLT", "place": "raw_store", **book}
        rows = ledger_page(store.site, store.site.words, asked, newest=False)["rows"]
        return [(row["came"], row["went"], row["balance"]) for row in rows]

    assert told(bin="A-1") == [("30", None, "30"), (None, "10", "20")]
    assert told(lot=lot) == [("100", None, "100")]
    assert all(came for came, _, _ in told())
