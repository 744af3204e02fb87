"""A stocktake: the list tells no quantity, counts are blind, differences are counted again and approved by another (R047)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from factory_floor import DAY, Floor, FloorMaker
from stocktake_floor import STORE, Stocktake, lots_of, put, shelf, shift, stocked

import data
from qdesk import stocktaking
from qdesk.desk import act, present
from qdesk.desk.book import known_of
from qdesk.duties import duties
from qdesk.factory import load_factory
from qdesk.proof import prove_all
from qdesk.stock import HELD

FILES = ("stocktake.toml", "stocktake_parts.toml", "stocktake_raw.toml")
OTHER_STORES = {
    "stocktake_parts.toml": (("finished_store", "parts_store"), ("keeper", "parts_keeper")),
    "stocktake_raw.toml": (("finished_store", "raw_store"), ("keeper", "raw_keeper")),
}


@pytest.fixture
def stocktake(floor: Floor) -> Stocktake:
    """A store with two bins and goods in them, about to be counted."""
    return stocked(floor)


def lying(floor: Floor, item: str) -> list[tuple[Any, ...]]:
    """Lot, bin, quantity and hold of what lies of an item in the finished store."""
    sql = """SELECT b.lot, b.bin, b.quantity / 1000, l.hold FROM balances b JOIN lots l ON l.code = b.lot
      WHERE b.item = ? AND b.place = ? AND b.quantity > 0 ORDER BY b.lot, b.bin"""
    return floor.rows(sql, item, STORE)


def adjustments(floor: Floor) -> list[tuple[Any, ...]]:
    """The moves against the place of count differences since the site was founded."""
    sql = """SELECT item, lot, quantity / 1000, source, bin, target, to_bin FROM moves
      WHERE (source = 'difference' OR target = 'difference') AND in_case LIKE 'PD%' ORDER BY act, number"""
    return floor.rows(sql)


def differing(stocktake: Stocktake, counted: str = "4") -> int:
    """A count in which one bin differs, up to its second count; the line of it."""
    stocktake.begin()
    number = stocktake.line("V-300", "A-01")
    stocktake.count_as_booked(**{f"line_{number}": counted})
    stocktake.recount(**{f"line_{number}": counted})
    return number


# The whole way


def test_a_store_that_agrees_with_the_book_is_counted_once_and_nothing_is_moved(stocktake: Stocktake) -> None:
    stocktake.begin()
    assert stocktake.count_as_booked().ended is None
    assert stocktake.conclude("agrees", cause="").ended == "agrees"
    assert adjustments(stocktake.floor) == []
    assert {row["counted"] for row in stocktake.lines() if row["item"] == "V-300"} == {"5", "3"}


def test_a_difference_is_counted_again_proposed_and_set_right_by_another_person(stocktake: Stocktake) -> None:
    differing(stocktake)
    stocktake.conclude()
    assert adjustments(stocktake.floor) == []
    assert stocktake.approve().ended == "adjusted"
    [lot] = lots_of(stocktake.floor, "V-300")
    assert adjustments(stocktake.floor) == [("V-300", lot, 1, STORE, "A-01", "difference", "")]
    assert lying(stocktake.floor, "V-300") == [(lot, "A-01", 4, ""), (lot, "A-02", 3, "")]


def test_more_than_the_book_says_comes_into_the_bin_where_it_was_counted(stocktake: Stocktake) -> None:
    differing(stocktake, "7")
    stocktake.conclude()
    stocktake.approve()
    [lot] = lots_of(stocktake.floor, "V-300")
    assert adjustments(stocktake.floor) == [("V-300", lot, 2, "difference", "", STORE, "A-01")]


def test_the_result_says_book_count_and_difference_of_what_differs_and_of_nothing_else(stocktake: Stocktake) -> None:
    differing(stocktake)
    stocktake.conclude()
    card = present(stocktake.floor.site, stocktake.floor.token("Q1"), stocktake.result)["document"]
    [line] = card["lines"]
    assert {name: line[name] for name in ("item", "bin", "book", "counted", "difference")} == {
        "item": "V-300", "bin": "A-01", "book": "5", "counted": "4", "difference": "-1",
    }  # fmt: skip
    assert (card["fields"]["lines_counted"], card["fields"]["lines_differ"]) == (str(len(stocktake.lines())), "1")


def test_a_difference_that_the_second_count_does_not_find_is_none(stocktake: Stocktake) -> None:
    stocktake.begin()
    number = stocktake.line("V-300", "A-01")
    stocktake.count_as_booked(**{f"line_{number}": "4"})
    with stocktake.floor.refused("rule_forbids"):
        stocktake.conclude("agrees")
    stocktake.recount(**{f"line_{number}": "5"})
    with stocktake.floor.refused("rule_forbids"):
        stocktake.conclude("differs")
    assert stocktake.conclude("agrees", cause="").ended == "agrees"


def test_a_result_that_is_not_approved_is_counted_again_and_the_paper_of_it_is_void(stocktake: Stocktake) -> None:
    number = differing(stocktake)
    stocktake.conclude()
    first = stocktake.result
    stocktake.approve("again", reason="再数一遍")
    assert adjustments(stocktake.floor) == []
    assert present(stocktake.floor.site, stocktake.floor.token("Q1"), first)["document"]["void"]
    assert [row["line"] for row in stocktake.expected("recount")] == [number]
    stocktake.recount(**{f"line_{number}": "3"})
    stocktake.conclude()
    stocktake.approve()
    assert [row[2] for row in adjustments(stocktake.floor)] == [2]


def test_a_list_is_withdrawn_before_it_is_concluded_and_another_may_be_written(stocktake: Stocktake) -> None:
    stocktake.begin()
    stocktake.count("part", line_1="1")
    assert stocktake.do("K1", "withdraw", (f"{stocktake.case}/1",), reason="搬库").ended == "withdrawn"
    stocktake.begin()


# Blind


def figures(told: Any) -> list[str]:
    """All figures of the books that could be read in something told: 5 and 3 of V-300 in its bins, 50 of V-100."""
    text = json.dumps(told, ensure_ascii=False)
    known = ('"5"', '"3"', '"8"', '"50"', '"50000"', '"5000"', '"3000"', "quantity", "book")
    return [figure for figure in known if figure in text]


def test_nobody_who_counts_is_told_what_the_book_says(stocktake: Stocktake) -> None:
    stocktake.begin()
    card = present(stocktake.floor.site, stocktake.floor.token("K1"), stocktake.case)
    assert figures(card["document"]["lines"]) == [] and figures(card["document"]["fields"]) == []
    expected = stocktake.expected("count", "whole")
    assert figures(expected) == [] and len(expected) == len(stocktake.lines())
    number = stocktake.line("V-300", "A-01")
    done = stocktake.count_as_booked(**{f"line_{number}": "4"})
    assert figures(done.told()) == []
    assert [row["line"] for row in stocktake.expected("recount")] == [number]
    assert figures(stocktake.expected("recount")) == [] and '"4"' not in json.dumps(stocktake.expected("recount"))
    card = present(stocktake.floor.site, stocktake.floor.token("K2"), stocktake.case)
    assert figures(card["document"]["lines"]) == [] and '"4"' not in json.dumps(card["document"])


def test_no_card_at_the_desk_tells_what_is_being_counted_until_the_result_is_out(stocktake: Stocktake) -> None:
    """Neither the item, nor its lot, nor the place; at other desks work goes on."""
    floor, [lot] = stocktake.floor, lots_of(stocktake.floor, "V-300")

    def told(who: str) -> set[str]:
        cards = [present(floor.site, floor.token(who), code) for code in ("V-300", lot, STORE)]
        rows = [row for card in cards for row in (card.get("balances") or card.get("lies") or []) if row["lot"] == lot]
        return {row["quantity"] for row in rows}

    assert "8" in told("K1")
    stocktake.begin("A-01,A-02")
    assert told("K1") == {""} and "8" in told("S1") and "8" in told("PK1")
    stocktake.count(line_1="4", line_2="3")
    stocktake.recount(line_1="4")
    assert told("K2") == {""}
    stocktake.conclude()
    assert "8" in told("K1")


# Not counted is not zero


def test_a_line_that_nobody_counted_is_not_zero_and_the_count_is_not_whole(stocktake: Stocktake) -> None:
    stocktake.begin()
    many = len(stocktake.lines())
    with stocktake.floor.refused("rule_forbids") as refused:
        stocktake.count("whole", line_1="50")
    assert [each.code for each in refused[0].because] == ["line_not_counted"] * (many - 1)
    stocktake.count("part", line_1="50")
    assert [row["line"] for row in stocktake.expected("count", "whole")] == list(range(2, many + 1))
    with stocktake.floor.refused("step_not_possible"):
        stocktake.conclude("agrees")


def test_zero_is_typed_and_is_a_count(stocktake: Stocktake) -> None:
    differing(stocktake, "0")
    stocktake.conclude()
    stocktake.approve()
    assert [row[2] for row in adjustments(stocktake.floor)] == [5]


def test_nothing_at_all_is_no_count(stocktake: Stocktake) -> None:
    stocktake.begin()
    with stocktake.floor.refused("answer_missing"):
        stocktake.count("part")


def test_every_difference_is_counted_again_and_none_of_them_left_out(stocktake: Stocktake) -> None:
    stocktake.begin()
    one, two = stocktake.line("V-300", "A-01"), stocktake.line("V-300", "A-02")
    stocktake.count_as_booked(**{f"line_{one}": "4", f"line_{two}": "9"})
    with stocktake.floor.refused("answer_missing"):
        stocktake.recount(**{f"line_{one}": "4"})
    with stocktake.floor.refused("line_unknown"):
        stocktake.recount(**{f"line_{one}": "4", f"line_{two}": "9", f"line_{max(one, two) + 1}": "1"})
    with stocktake.floor.refused("step_not_possible"):
        stocktake.conclude()


# What moved meanwhile


def test_what_moved_between_list_and_count_is_in_the_book_the_count_is_compared_with(stocktake: Stocktake) -> None:
    stocktake.begin()
    [lot] = lots_of(stocktake.floor, "V-300")
    shift(stocktake.floor, "V-300", lot, 2, "A-01")
    number = stocktake.line("V-300", "A-01")
    stocktake.count_as_booked(**{f"line_{number}": "3"})
    assert stocktake.conclude("agrees", cause="").ended == "agrees"


def test_what_moves_after_the_count_leaves_the_difference_as_it_was(stocktake: Stocktake) -> None:
    differing(stocktake)
    stocktake.conclude()
    [lot] = lots_of(stocktake.floor, "V-300")
    shift(stocktake.floor, "V-300", lot, 2, "A-01")
    stocktake.approve()
    assert lying(stocktake.floor, "V-300") == [(lot, "A-01", 2, ""), (lot, "A-02", 3, "")]


def test_what_is_missing_and_gone_meanwhile_is_refused_and_counted_again(stocktake: Stocktake) -> None:
    number = differing(stocktake, "0")
    stocktake.conclude()
    [lot] = lots_of(stocktake.floor, "V-300")
    shift(stocktake.floor, "V-300", lot, 2, "A-01")
    with stocktake.floor.refused("not_enough"):
        stocktake.approve()
    stocktake.approve("again", reason="期间已出库")
    stocktake.recount(**{f"line_{number}": "0"})
    stocktake.conclude()
    stocktake.approve()
    assert [row[2] for row in adjustments(stocktake.floor)] == [3]


def test_one_place_is_not_on_two_open_lists_and_a_difference_is_set_right_once(stocktake: Stocktake) -> None:
    stocktake.begin("A-01")
    first = stocktake.case
    with stocktake.floor.refused("rule_forbids") as refused:
        stocktake.begin()
    assert [(each.code, each.arguments["serial"]) for each in refused[0].because] == [("counted_on_another_list", first)]
    stocktake.begin("A-02")
    [lot] = lots_of(stocktake.floor, "V-300")
    with stocktake.floor.refused("counted_elsewhere"):
        stocktake.count("whole", line_1="3", found=[{"item": "V-300", "lot": lot, "bin": "A-01", "quantity": "5"}])


def test_what_was_promised_of_goods_that_are_missing_is_given_up_and_sales_is_told(stocktake: Stocktake) -> None:
    floor = stocktake.floor
    older = floor.apply("V-300", "V-200", "5")
    floor.play("authorise")
    newer = floor.apply("V-300", "V-200", "3")
    floor.play("authorise")
    differing(stocktake, "0")
    stocktake.conclude()
    stocktake.approve()
    promised = dict(floor.rows("SELECT in_case, quantity / 1000 FROM reservations WHERE item = 'V-300'"))
    assert promised == {older: 3, newer: 0}
    assert floor.rows("SELECT step FROM notices WHERE in_case = ? AND desk = 'sales'", stocktake.case) == [("approve.approved",)]


# Found


def test_goods_of_a_known_lot_in_a_bin_where_none_should_be_are_that_lot_there(stocktake: Stocktake) -> None:
    stocktake.begin()
    [lot] = lots_of(stocktake.floor, "V-100")
    found = [{"item": "V-100", "lot": lot, "bin": "A-02", "quantity": "2"}]
    told = {f"line_{row['line']}": f"{stocktake.booked(row):g}" for row in stocktake.lines()}
    stocktake.count(found=found, **told)
    [again] = stocktake.expected("recount")
    assert (again["item"], again["bin"], again["lot"]) == ("V-100", "A-02", lot)
    stocktake.recount(**{f"line_{again['line']}": "2"})
    stocktake.conclude()
    stocktake.approve()
    assert (lot, "A-02", 2, "") in lying(stocktake.floor, "V-100")


def test_goods_of_no_known_lot_become_a_new_lot_on_hold(stocktake: Stocktake) -> None:
    stocktake.begin("A-01")
    stocktake.count(line_1="5", found=[{"item": "V-200", "bin": "A-01", "quantity": "6"}])
    stocktake.recount(line_2="6")
    stocktake.conclude(cause="来源不明")
    stocktake.approve()
    [(_, bin_, quantity, hold)] = lying(stocktake.floor, "V-200")
    assert (bin_, quantity, hold) == ("A-01", 6, HELD)
    assert stocktake.floor.rows("SELECT origin FROM lots WHERE item = 'V-200'") == [(stocktake.case,)]


def pieces(floor: Floor) -> list[tuple[Any, ...]]:
    """Serial number, bin and hold of the numbered pieces in the finished store."""
    sql = """SELECT l.serial, b.bin, l.hold FROM balances b JOIN lots l ON l.code = b.lot
      WHERE b.item = 'VS-1' AND b.place = ? AND b.quantity > 0 ORDER BY l.serial"""
    return floor.rows(sql, STORE)


def test_a_numbered_piece_found_in_another_bin_lies_there_and_nowhere_else(stocktake: Stocktake) -> None:
    stocktake.begin()
    line = next(row["line"] for row in stocktake.lines() if row.get("serial") == "S-0001")
    told = {f"line_{row['line']}": f"{stocktake.booked(row):g}" for row in stocktake.lines()}
    found = [{"item": "VS-1", "serial": "S-0001", "bin": "A-01", "quantity": "1"}]
    stocktake.count(found=found, **{**told, f"line_{line}": "0"})
    again = [row["line"] for row in stocktake.expected("recount")]
    stocktake.recount(**{f"line_{number}": "0" if number == line else "1" for number in again})
    stocktake.conclude()
    stocktake.approve()
    assert pieces(stocktake.floor) == [("S-0001", "A-01", ""), ("S-0002", "", "")]


def test_a_piece_that_lies_elsewhere_by_the_book_is_not_there_twice(stocktake: Stocktake) -> None:
    stocktake.begin("A-01")
    stocktake.count(line_1="5", found=[{"item": "VS-1", "serial": "S-0001", "bin": "A-01", "quantity": "1"}])
    stocktake.recount(line_2="1")
    stocktake.conclude()
    with stocktake.floor.refused("serial_in_stock"):
        stocktake.approve()


def test_a_piece_with_an_unknown_number_becomes_a_held_lot_of_that_number(stocktake: Stocktake) -> None:
    stocktake.begin("A-01")
    stocktake.count(line_1="5", found=[{"item": "VS-1", "serial": "S-0009", "bin": "A-01", "quantity": "1"}])
    stocktake.recount(line_2="1")
    stocktake.conclude()
    stocktake.approve()
    assert ("S-0009", "A-01", HELD) in pieces(stocktake.floor)


def test_a_numbered_piece_is_there_once_or_not_at_all(stocktake: Stocktake) -> None:
    stocktake.begin()
    line = next(row["line"] for row in stocktake.lines() if row.get("serial") == "S-0001")
    with stocktake.floor.refused("rule_forbids") as refused:
        stocktake.count("part", **{f"line_{line}": "2"})
    assert [each.code for each in refused[0].because] == ["serial_is_one_piece"]


def test_a_list_longer_than_a_form_is_counted_bin_by_bin(stocktake: Stocktake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stocktaking, "MOST_LINES", 2)
    with stocktake.floor.refused("rule_forbids") as refused:
        stocktake.begin()
    assert [each.code for each in refused[0].because] == ["list_too_long"]
    stocktake.begin("A-01,A-02")


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"item": "V-100", "lot": "V-300"}, "lot_of_another_item"),
        ({"item": "V-300", "lot": "V-300", "bin": "A-01"}, "found_on_list"),
        ({"item": "V-300", "bin": "Z-99"}, "bin_elsewhere"),
        ({"item": "VS-1"}, "serial_wanted"),
        ({"item": "V-300", "quantity": "0"}, "number_zero"),
        ({"item": "V-300", "where": "A-01"}, "field_unknown"),
    ],
)
def test_what_cannot_have_been_found_is_refused(stocktake: Stocktake, row: dict[str, str], code: str) -> None:
    stocktake.begin()
    if "lot" in row:
        row = {**row, "lot": lots_of(stocktake.floor, row["lot"])[0]}
    with stocktake.floor.refused(code):
        stocktake.count("part", found=[{"quantity": "1", **row}])


# Changed, and taken back


def amend(stocktake: Stocktake, **fields: str) -> None:
    """The keeper has the list written anew."""
    token = stocktake.floor.token("K1")
    seen = present(stocktake.floor.site, token, stocktake.case)["digest"]
    inputs = {"document": stocktake.case, "fields": fields}
    act(stocktake.floor.site, token, {"step": "amend", "case": stocktake.case, "inputs": inputs, "seen": seen})


def test_a_list_is_written_anew_until_the_first_of_it_was_counted(stocktake: Stocktake) -> None:
    stocktake.begin("A-01")
    put(stocktake.floor, "V-200", 4, "A-01")
    amend(stocktake, bins="A-01")
    assert [row["item"] for row in stocktake.lines()] == ["V-200", "V-300"]
    stocktake.pieces[f"{stocktake.case}/1"] = stocktake.floor.rows(
        "SELECT piece FROM copies WHERE serial = ?", stocktake.case
    )[0][0]  # fmt: skip
    stocktake.count("part", line_2="5")
    with stocktake.floor.refused("count_begun"):
        amend(stocktake, bins="A-02")


def test_what_was_set_right_is_taken_back_to_the_last_piece(stocktake: Stocktake) -> None:
    stocktake.begin("A-01")
    stocktake.count(line_1="4", found=[{"item": "V-200", "bin": "A-01", "quantity": "6"}])
    stocktake.recount(line_1="4", line_2="6")
    stocktake.conclude()
    before = (lying(stocktake.floor, "V-300"), lying(stocktake.floor, "V-200"))
    stocktake.approve()
    assert (lying(stocktake.floor, "V-300"), lying(stocktake.floor, "V-200")) != before
    stocktake.do("Q1", "reverse")
    assert (lying(stocktake.floor, "V-300"), lying(stocktake.floor, "V-200")) == before
    assert stocktake.approve().ended == "adjusted"


def test_a_count_that_is_taken_back_was_never_made(stocktake: Stocktake) -> None:
    stocktake.begin("A-01,A-02")
    stocktake.count("part", line_1="4")
    stocktake.do("K1", "reverse")
    assert [row["line"] for row in stocktake.expected("count", "whole")] == [1, 2]


# Who


def test_whoever_counted_or_proposed_does_not_approve(stocktake: Stocktake) -> None:
    stocktake.begin(who="X1@finished_store")
    number = stocktake.line("V-300", "A-01")
    stocktake.count_as_booked(**{f"line_{number}": "4"})
    stocktake.recount(**{f"line_{number}": "4"})
    stocktake.conclude()
    with stocktake.floor.refused("own_work"):
        stocktake.approve(who="X1@quality")
    stocktake.approve(who="Q1")


def test_the_second_count_is_another_persons_or_the_reason_is_written(stocktake: Stocktake) -> None:
    stocktake.begin()
    number = stocktake.line("V-300", "A-01")
    stocktake.count_as_booked(**{f"line_{number}": "4"})
    with stocktake.floor.refused("reason_needed") as refused:
        stocktake.recount("K1", **{f"line_{number}": "4"})
    assert [each.code for each in refused[0].because] == ["counted_by_oneself"]
    rows = [{"line": number, "quantity": "4"}]
    stocktake.do("K1", "recount", (f"{stocktake.case}/1",), counted=rows, despite="当班仅一人")


def test_whoever_proposes_a_difference_says_where_it_comes_from(stocktake: Stocktake) -> None:
    differing(stocktake)
    with stocktake.floor.refused("rule_forbids") as refused:
        stocktake.conclude(cause="")
    assert [each.code for each in refused[0].because] == ["cause_told"]


def test_the_general_manager_approves_where_the_house_wants_it(floors: FloorMaker) -> None:
    stocktake = stocked(floors({"count_approved": "general_manager"}))
    differing(stocktake)
    stocktake.conclude()
    with stocktake.floor.refused("wrong_desk"):
        stocktake.approve()
    assert stocktake.approve(who="M1").ended == "adjusted"


# Bins, duties, stores


def test_a_list_of_some_bins_has_only_what_lies_in_them(stocktake: Stocktake) -> None:
    stocktake.begin("A-01，A-02")
    assert [(row["item"], row["bin"]) for row in stocktake.lines()] == [("V-300", "A-01"), ("V-300", "A-02")]
    with stocktake.floor.refused("bin_elsewhere"):
        stocktake.begin("B-01")
    shelf(stocktake.floor, "P-01", place="parts_store")
    with stocktake.floor.refused("bin_elsewhere"):
        stocktake.begin("P-01")


def due(floor: Floor, who: str) -> list[tuple[str, bool]]:
    """The duties of a desk: which, and whether done."""
    return [(row["duty"], row["done_at"] is not None) for row in duties(floor.site, floor.token(who), floor.site.words)]


def test_the_monthly_count_is_done_when_the_whole_store_was_counted(stocktake: Stocktake) -> None:
    floor = stocktake.floor
    assert due(floor, "K1")[0] == ("stocktake", False)
    stocktake.begin("A-01")
    stocktake.count(line_1="5")
    stocktake.conclude("agrees", cause="")
    assert due(floor, "K1")[0] == ("stocktake", False)
    stocktake.begin()
    assert due(floor, "K1")[0] == ("stocktake", False)
    stocktake.count_as_booked()
    stocktake.conclude("agrees", cause="")
    assert due(floor, "K1")[0] == ("stocktake", True)
    assert due(floor, "RK1")[0] == ("stocktake_raw", False)
    floor.clock.advance(31 * DAY)
    assert due(floor, "K1")[0] == ("stocktake", False)


@pytest.mark.parametrize("file", OTHER_STORES)
def test_every_store_is_counted_by_the_same_text(file: str) -> None:
    """But for the store, its keeper, its places, and what the papers are called."""
    here, there = (data.read(f"procedures/{name}") for name in (FILES[0], file))
    left, right = (text[text.index("[endings.agrees]"):] for text in (here, there))
    for ours, theirs in OTHER_STORES[file]:
        left = left.replace(f'"{ours}"', f'"{theirs}"').replace(f"{ours} =", f"{theirs} =")
    suffix = file.removeprefix("stocktake").removesuffix(".toml")
    left = left.replace("count_result", f"count_result{suffix}").replace("count_list", f"count_list{suffix}")
    assert left == right


@pytest.mark.parametrize(("file", "who", "store"), [(FILES[1], "PK1", "parts_store"), (FILES[2], "RK1", "raw_store")])
def test_the_other_stores_are_counted_at_their_own_desks(floor: Floor, file: str, who: str, store: str) -> None:
    shelf(floor, "P-01", place=store)
    put(floor, "NEW-PART", 4, "P-01", store)
    stocktake = Stocktake(floor, file.removesuffix(".toml"))
    stocktake.begin("P-01", who=who)
    stocktake.count("whole", who, line_1="3")
    stocktake.do("X1@" + store, "recount", (f"{stocktake.case}/1",), counted=[{"line": 1, "quantity": "3"}])
    stocktake.conclude(who=who)
    assert stocktake.approve().ended == "adjusted"
    assert floor.rows("SELECT quantity FROM balances WHERE place = ? AND bin = 'P-01'", store) == [(3000,)]


@pytest.mark.parametrize("file", FILES)
def test_a_stocktake_is_proved_under_all_its_settings(file: str) -> None:
    for proof in prove_all(data.read(f"procedures/{file}"), file, known_of(load_factory())):
        assert proof.violations == () and set(proof.endings) == {"agrees", "adjusted", "withdrawn"}
