"""The tray of whoever puts goods away: bin, goods and quantity in any order, and what it still needs."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from qdesk.errors import Refused
from screens.tray import Tray

Lies = tuple[str, str, int]


def a_bin(code: str, place: str = "raw_store") -> dict[str, Any]:
    return {"kind": "bin", "bin": code, "place": place, "zone": "product"}


def goods(*lies: Lies, lot: str = "", item: str = "BOLT", decimals: int = 0) -> dict[str, Any]:
    rows = [{"lot": of, "bin": bin_, "quantity": many * 1000, "place": "raw_store"} for of, bin_, many in lies]
    return {"kind": "goods", "item": item, "name": "螺栓", "unit": "件", "decimals": decimals, "lot": lot, "lies": rows}


def take(tray: Tray, *things: Any) -> Tray:
    for thing in things:
        tray.take_quantity(thing) if isinstance(thing, str) else tray.take(thing)
    return tray


def rows(tray: Tray) -> list[tuple[str, str, str, str]]:
    return [(row["lot"], row["quantity"], row["bin"], row["to_bin"]) for row in tray.told()]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_bin_goods_and_quantity_come_in_any_order(order: tuple[int, ...]) -> None:
    things = (a_bin("A-1"), goods(("L1", "", 10), lot="L1"), "4")
    assert rows(take(Tray(), *(things[place] for place in order))) == [("L1", "4", "", "A-1")]


def test_goods_that_nobody_has_put_away_yet_only_need_the_bin_they_go_into() -> None:
    tray = take(Tray(), "6", goods(("L1", "", 10), lot="L1"))
    assert (tray.needs(), tray.ways()) == ("target", ("", None))


def test_it_says_what_it_still_needs() -> None:
    tray = Tray()
    assert tray.needs() == ""
    tray.take(a_bin("A-1"))
    assert tray.needs() == "goods"
    tray.take(goods(("L1", "", 10), ("L2", "", 5)))
    assert (tray.needs(), tray.lots()) == ("lot", ["L1", "L2"])
    tray.take(goods(("L2", "", 5), lot="L2"))
    assert tray.needs() == "quantity"
    tray.take_quantity("5")
    assert (tray.needs(), rows(tray)) == ("", [("L2", "5", "", "A-1")])


def test_from_bin_to_bin_the_first_is_where_the_goods_lie_whichever_comes_first() -> None:
    lying = goods(("L1", "A-1", 10), lot="L1")
    assert rows(take(Tray(), a_bin("A-1"), lying, "3", a_bin("B-1"))) == [("L1", "3", "A-1", "B-1")]
    assert rows(take(Tray(), a_bin("B-1"), a_bin("A-1"), lying, "3")) == [("L1", "3", "A-1", "B-1")]
    tray = take(Tray(), lying, "3")
    assert tray.needs() == "target"
    assert rows(take(tray, a_bin("B-1"))) == [("L1", "3", "A-1", "B-1")]


def test_what_lies_in_the_bin_that_was_scanned_is_taken_from_there() -> None:
    tray = take(Tray(), goods(("L1", "A-1", 10), ("L1", "A-2", 5), lot="L1"), a_bin("A-2"))
    assert (tray.needs(), tray.ways()) == ("target", ("A-2", None))


def test_goods_in_several_bins_and_a_new_one_need_the_bin_they_come_from() -> None:
    tray = take(Tray(), goods(("L1", "A-1", 10), ("L1", "A-2", 5), lot="L1"), a_bin("B-1"), "2")
    assert tray.needs() == "source"
    assert rows(take(tray, a_bin("A-2"))) == [("L1", "2", "A-2", "B-1")]


def test_what_is_not_put_away_yet_joins_its_lot_in_the_bin() -> None:
    assert rows(take(Tray(), a_bin("A-1"), goods(("L1", "", 10), ("L1", "A-1", 5), lot="L1"), "2")) == [("L1", "2", "", "A-1")]


def test_the_bin_stays_for_the_next_row_until_another_is_scanned() -> None:
    tray = take(Tray(), a_bin("A-1"), goods(("L1", "", 10), lot="L1"), "4", goods(("L2", "", 5), lot="L2"), "5")
    tray = take(tray, a_bin("B-1"), goods(("L3", "", 5), lot="L3"), "1")
    assert [row[3] for row in rows(tray)] == ["A-1", "A-1", "B-1"]


def test_what_the_rows_above_take_is_not_there_twice() -> None:
    lying = goods(("L1", "", 10), lot="L1")
    tray = take(Tray(), a_bin("A-1"), lying, "7")
    with pytest.raises(Refused, match="not_enough"):
        take(tray, a_bin("B-1"), lying, "4")
    tray.take_all()
    assert rows(tray) == [("L1", "7", "", "A-1"), ("L1", "3", "", "B-1")]


@pytest.mark.parametrize(
    ("things", "code"),
    [
        ((a_bin("A-1"), a_bin("F-1", "finished_store")), "bin_of_another_store"),
        ((a_bin("A-1"), goods(lot="L1")), "lot_not_here"),
        ((a_bin("A-1"), goods(("L1", "", 10), lot="L1"), "11"), "not_enough"),
        ((a_bin("A-1"), goods(("L1", "", 10), lot="L1"), "0"), "number_zero"),
        ((a_bin("A-1"), goods(("L1", "", 10), lot="L1"), "0.5"), "number_too_fine"),
        (("0.5", goods(("L1", "", 10), lot="L1")), "number_too_fine"),
        ((goods(("L1", "", 10)), goods(("L9", "", 1), lot="L9", item="NUT")), "lot_of_another_item"),
        ((a_bin("A-1"), a_bin("A-2"), goods(("L1", "B-1", 10), lot="L1")), "not_in_bin"),
    ],
)
def test_what_does_not_fit_is_refused_and_the_row_stays_as_it_was(things: tuple[Any, ...], code: str) -> None:
    tray = take(Tray(), *things[:-1])
    before = (tray.row.goods, tray.row.quantity, list(tray.row.bins))
    with pytest.raises(Refused, match=code):
        take(tray, things[-1])
    assert (tray.row.goods, tray.row.quantity, list(tray.row.bins)) == before and not tray.rows


def test_what_was_begun_is_dropped_first_then_the_last_row() -> None:
    tray = take(Tray(), a_bin("A-1"), goods(("L1", "", 10), lot="L1"), "4", goods(("L2", "", 5), lot="L2"))
    tray.drop()
    assert len(tray.rows) == 1 and tray.begun
    tray.drop()
    assert not tray.begun
