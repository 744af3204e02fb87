"""Counting: an aid that has to agree once it was begun."""

from __future__ import annotations

import pytest

from qdesk.errors import Refused
from screens.counting import Count

LINES = [
    {"line": 1, "item": "V-100", "quantity": "3"},
    {"line": 2, "item": "VS-1", "quantity": "1", "serial": "S-0001"},
    {"line": 3, "item": "OIL", "quantity": "2.5"},
]


def refused(code: str) -> pytest.RaisesExc[Refused]:
    return pytest.raises(Refused, match=code)


def test_nothing_counted_is_no_count() -> None:
    count = Count.of(LINES)
    assert not count.begun and not count.agrees and count.lots() == {}


def test_each_scan_counts_one_piece_of_its_line() -> None:
    count = Count.of(LINES)
    for _ in range(3):
        assert count.take_item("V-100").number == 1
    assert [line.missing for line in count.lines] == [0, 1000, 2500]
    with refused("count_full"):
        count.take_item("V-100")


def test_a_serial_number_is_one_piece_and_counts_once() -> None:
    count = Count.of(LINES)
    count.take_serial("S-0001")
    with refused("serial_counted"):
        count.take_serial("S-0001")
    with refused("serial_wanted"):
        count.take_item("VS-1")
    with refused("serial_not_on_lines"):
        count.take_serial("S-000")


def test_a_lot_stands_for_its_line_until_pieces_of_it_are_counted() -> None:
    count = Count.of(LINES)
    count.take_lot("L-1", "V-100")
    assert count.lines[0].missing == 0
    assert count.lots() == {1: [{"line": 1, "lot": "L-1", "quantity": "3"}]}
    count.take_item("V-100")
    assert count.lines[0].missing == 2000


def test_pieces_belong_to_the_lot_scanned_before_them() -> None:
    count = Count.of(LINES)
    for lot, pieces in (("L-1", 2), ("L-2", 1)):
        count.take_lot(lot, "V-100")
        for _ in range(pieces):
            count.take_item("V-100")
    assert count.lots() == {1: [{"line": 1, "lot": "L-1", "quantity": "2"}, {"line": 1, "lot": "L-2", "quantity": "1"}]}


def test_the_lot_of_one_piece_is_that_piece() -> None:
    count = Count.of(LINES)
    count.take_lot("L-7", "VS-1", "S-0001")
    assert count.lines[1].missing == 0 and count.lots() == {2: [{"line": 2, "lot": "L-7", "quantity": "1"}]}


def test_what_is_not_whole_pieces_is_counted_by_lot_only() -> None:
    count = Count.of(LINES)
    with refused("count_by_lot"):
        count.take_item("OIL")
    count.take_lot("L-3", "OIL")
    assert count.lots() == {3: [{"line": 3, "lot": "L-3", "quantity": "2.5"}]}


def test_goods_of_no_line_are_refused_and_a_cleared_count_is_none() -> None:
    count = Count.of(LINES)
    with refused("item_not_on_lines"):
        count.take_item("V-200")
    with refused("item_not_on_lines"):
        count.take_lot("L-9", "V-200")
    count.take_item("V-100")
    assert count.begun
    count.clear()
    assert not count.begun


TWO_LOTS = [
    {"line": 1, "item": "V-100", "quantity": "3", "lot": "L-1"},
    {"line": 2, "item": "V-100", "quantity": "2", "lot": "L-2"},
]


def test_where_pieces_are_counted_a_lot_alone_says_only_which_the_next_are() -> None:
    count = Count.of(LINES, by_piece=True)
    assert count.take_lot("L-1", "V-100").count == 0
    assert count.lots() == {1: [{"line": 1, "lot": "L-1", "quantity": "3"}]}
    count.take_item("V-100")
    assert [line.count for line in count.lines] == [1000, 0, 0]


def test_pieces_go_to_the_line_of_the_lot_that_was_scanned_last() -> None:
    count = Count.of(TWO_LOTS, by_piece=True)
    count.take_lot("L-2", "V-100")
    assert [count.take_item("V-100").number for _ in range(5)] == [2, 2, 1, 1, 1]
    with refused("count_full"):
        count.take_item("V-100")


def test_a_lot_that_no_line_names_is_refused_where_the_lines_name_theirs() -> None:
    count = Count.of(TWO_LOTS, by_piece=True)
    with refused("lot_not_on_lines"):
        count.take_lot("L-3", "V-100")
    assert not count.begun


def test_the_lot_of_one_piece_is_one_piece_and_counts_once() -> None:
    count = Count.of([{"line": 1, "item": "VS-1", "quantity": "2"}], by_piece=True)
    count.take_lot("L-1", "VS-1", "S-0001")
    with refused("serial_counted"):
        count.take_lot("L-1", "VS-1", "S-0001")
    count.take_lot("L-2", "VS-1", "S-0002")
    assert count.agrees and [row["lot"] for row in count.lots()[1]] == ["L-1", "L-2"]
    with refused("count_full"):
        count.take_lot("L-3", "VS-1", "S-0003")


def test_what_is_typed_takes_the_place_of_what_was_scanned_and_further_scans_add_to_it() -> None:
    count = Count.of(LINES, by_piece=True)
    count.take_lot("L-1", "V-100")
    count.take_item("V-100")
    count.write(1, 2000)
    assert count.take_item("V-100").count == 3000
    assert count.lots() == {1: [{"line": 1, "lot": "L-1", "quantity": "3"}]}
    count.write(1, None)
    assert count.lines[0].count == 0


def test_a_scan_of_a_pack_counts_what_the_pack_holds() -> None:
    count = Count.of([{"line": 1, "item": "PCB-1", "quantity": "25", "pack": "10"}, LINES[0]], by_piece=True)
    assert [count.take_item("PCB-1").count for _ in range(3)] == [10000, 20000, 30000]
    assert count.lines[0].missing == -5000 and not count.agrees  # the last pack is not full: how much is in it is typed
    count.write(1, 25000)
    assert count.lines[0].missing == 0
    with refused("count_full"):
        count.take_item("PCB-1")
    assert count.take_item("V-100").count == 1000


def test_packs_of_what_is_no_whole_pieces_are_counted_as_packs() -> None:
    count = Count.of([{"line": 1, "item": "OIL", "quantity": "2.5", "pack": "1.25"}], by_piece=True)
    count.take_item("OIL")
    assert count.take_item("OIL").missing == 0


BLIND = [
    {"line": 1, "item": "V-100", "lot": "L-1", "bin": "A-01"},
    {"line": 2, "item": "V-100", "lot": "L-1", "bin": "A-02"},
    {"line": 3, "item": "OIL", "lot": "L-2", "bin": "A-02"},
    {"line": 4, "item": "VS-1", "lot": "L-3", "serial": "S-0001"},
]


def test_a_blind_count_knows_no_end_and_never_disagrees() -> None:
    count = Count.of(BLIND, by_piece=True)
    assert count.is_blind and count.take_bin("A-01")
    for _ in range(7):
        assert count.take_lot("L-1", "V-100").number == 1
        count.take_item("V-100")
    assert (count.lines[0].count, count.lines[0].missing, count.agrees) == (7000, 0, True)


def test_a_blind_count_goes_by_the_bin_and_the_lot_and_guesses_neither() -> None:
    count = Count.of(BLIND, by_piece=True)
    with refused("lot_wanted"):
        count.take_item("V-100")
    with refused("bin_wanted"):
        count.take_lot("L-1", "V-100")
    assert not count.take_bin("B-01") and count.take_bin("A-02")
    assert count.take_item("V-100").number == 2  # the only line of it in this bin
    with refused("not_listed"):
        count.take_lot("L-9", "V-100")
    with refused("not_listed"):
        count.take_item("V-200")
    with refused("count_by_lot"):
        count.take_thing({"kind": "item", "item": {"code": "OIL", "decimals": 3}})
    assert count.take_serial("S-0001").number == 4
    with refused("serial_counted"):
        count.take_serial("S-0001")
