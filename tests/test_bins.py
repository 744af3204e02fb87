"""Bins: opened, changed and closed by their keeper, and filled by putting away: all rows or none."""

from __future__ import annotations

import pytest
from bins_floor import a_store, described, in_bins, lot_of, opened, put, warned
from factory_floor import PIN, Floor, FloorMaker

from qdesk.desk import present
from qdesk.desk.openings import fixed_openings
from qdesk.verify import verify


@pytest.fixture
def store(floors: FloorMaker) -> Floor:
    return a_store(floors)


# Bins


def test_a_bin_is_opened_once_by_its_keeper_under_a_name_that_nothing_else_has(store: Floor) -> None:
    assert store.rows("SELECT place, zone, closed_at FROM bins WHERE code = 'A-1'") == [("raw_store", "product", None)]
    papers = dict.fromkeys((lot_of(store, "BOLT"), "GX26-000001"), "code_of_paper")
    for taken, code in {"A-1": "given_twice", **dict.fromkeys(("BOLT", "RK1", "raw_store"), "code_taken"), **papers}.items():
        with store.refused(code):
            opened(store, taken)
    with store.refused("wrong_person"):
        opened(store, "A-9", who="S1")
    with store.refused("place_not_kept"):
        opened(store, "A-9", place="finished_store")
    with store.refused("place_not_kept"):  # whoever may do everything still needs a store's desk
        opened(store, "A-9", who="X1@quality")
    with store.refused("zone_unknown"):
        opened(store, "A-9", zone="cellar")
    with store.refused("zone_elsewhere"):
        opened(store, "A-9", zone="spare")
    opened(store, "S-1", zone="spare", place="spare_area")


def test_a_changed_bin_is_empty_clean_and_relabelled_R057(store: Floor) -> None:
    lot = lot_of(store, "BOLT")
    put(store, (lot, "4", "", "A-1"))
    asked = {"bin": "A-1", "zone": "hand_over", "cleaned": "yes", "relabelled": "yes"}
    with store.refused("bin_not_empty"):
        store.do("RK1", "change_bin", case="", **asked)
    put(store, (lot, "4", "A-1", "A-2"))
    for name in ("cleaned", "relabelled"):
        with store.refused("rule_forbids"):
            store.do("RK1", "change_bin", case="", **{**asked, name: "no"})
        with store.refused("answer_missing"):
            store.do("RK1", "change_bin", case="", **{**asked, name: ""})
    with store.refused("same_zone"):
        store.do("RK1", "change_bin", case="", **{**asked, "zone": "product"})
    store.do("RK1", "change_bin", case="", **asked)
    assert store.rows("SELECT zone FROM bins WHERE code = 'A-1'") == [("hand_over",)]


def test_a_bin_is_given_up_when_it_is_empty_and_its_code_never_used_again(store: Floor) -> None:
    lot = lot_of(store, "BOLT")
    put(store, (lot, "4", "", "A-1"))
    with store.refused("bin_not_empty"):
        store.do("RK1", "close_bin", case="", bin="A-1", reason="货架拆除")
    put(store, (lot, "4", "A-1", "A-2"))
    store.do("RK1", "close_bin", case="", bin="A-1", reason="货架拆除")
    with store.refused("bin_closed"):
        put(store, (lot, "4", "A-2", "A-1"))
    with store.refused("given_twice"):
        opened(store, "A-1")


# Putting away


def test_goods_go_into_bins_all_rows_or_none(store: Floor) -> None:
    lot = lot_of(store, "BOLT")
    put(store, (lot, "60", "", "A-1"), (lot, "30", "", "A-2"))
    assert in_bins(store, lot) == {"A-1": 60, "A-2": 30, "": 10}
    put(store, (lot, "20", "A-1", "A-2"))
    assert in_bins(store, lot) == {"A-1": 40, "A-2": 50, "": 10}
    with store.refused("not_enough"):
        put(store, (lot, "10", "", "A-1"), (lot, "41", "A-1", "A-2"), (lot, "30", "", "A-1"))
    assert store.lies("BOLT")["raw_store"] == 112


def test_what_is_put_away_stays_in_its_store_and_is_named_rightly(store: Floor) -> None:
    lot = lot_of(store, "BOLT")
    opened(store, "S-1", zone="spare", place="spare_area")
    put(store, (lot, "4", "", "A-1"))
    for row, code in (
        ((lot, "4", "A-1", "A-1"), "same_bin"),
        ((lot, "4", "A-1", "S-1"), "bin_of_another_store"),
        ((lot, "4", "A-2", "B-1"), "not_enough"),
        ((lot, "4", "", "Z-9"), "bin_unknown"),
        ((lot, "0", "", "A-1"), "number_zero"),
        ((lot, "0.5", "", "A-1"), "number_too_fine"),
        (("L26-999999", "1", "", "A-1"), "lot_unknown"),
    ):
        with store.refused(code):
            put(store, row)
    with store.refused("lines_missing"):
        store.do("RK1", "put_away", case="", rows=[])
    with store.refused("lot_of_another_item"):
        store.do("RK1", "put_away", case="", rows=[{"item": "OIL", "lot": lot, "quantity": "1", "to_bin": "A-1"}])
    with store.refused("place_not_kept"):
        put(store, (lot, "4", "", "A-2"), who="K1")
    with store.refused("wrong_person"):
        put(store, (lot, "4", "", "A-2"), who="I1@inspection")


def test_the_books_agree_bin_by_bin_and_the_answer_says_from_where_to_where_R052(store: Floor) -> None:
    lot = lot_of(store, "BOLT")
    put(store, (lot, "60", "", "A-1"))
    done = put(store, (lot, "20", "A-1", "A-2"))
    store.do("RK1", "open_pack", case="", lot=lot, quantity="5", bin="A-2", to_bin="B-1")
    ends = {"from": "raw_store", "to": "raw_store", "bin": "A-1", "to_bin": "A-2"}
    assert done.moves == [{"item": "BOLT", "lot": lot, "quantity": "20", **ends}]
    assert verify(store.site, replay=True).findings == []


def test_the_same_request_sent_again_puts_nothing_away_twice(store: Floor) -> None:
    lot = lot_of(store, "BOLT")
    first = put(store, (lot, "60", "", "A-1"), key="away-1")
    assert put(store, (lot, "60", "", "A-1"), key="away-1") == first
    assert in_bins(store, lot) == {"A-1": 60, "": 40}


def test_a_bin_says_what_lies_there_by_lot(store: Floor) -> None:
    lot = lot_of(store, "BOLT")
    put(store, (lot, "60", "", "A-1"))
    card = present(store.site, store.token("G1"), "A-1")
    assert card["kind"] == "bin" and card["bin"] == "A-1" and card["zone"] == "product"
    assert [(row["item"], row["lot"], row["quantity"]) for row in card["lies"]] == [("BOLT", lot, "60")]
    assert [(row["bin"], row["quantity"]) for row in present(store.site, store.token("G1"), lot)["balances"]] == [
        ("", "40"), ("A-1", "60"),
    ]  # fmt: skip


# Opened packs


def test_an_opened_pack_is_a_lot_of_its_own_and_lies_apart_R044(store: Floor) -> None:
    lot = lot_of(store, "BOLT")
    put(store, (lot, "50", "", "A-1"))
    with store.refused("which_bin"):
        store.do("RK1", "open_pack", case="", lot=lot, quantity="10", to_bin="A-2")
    store.do("RK1", "open_pack", case="", lot=lot, quantity="10", bin="A-1", to_bin="A-2")
    ((new,),) = store.rows("SELECT code FROM lots WHERE opened_at IS NOT NULL")
    assert in_bins(store, new) == {"A-2": 10} and in_bins(store, lot) == {"A-1": 40, "": 50}
    with store.refused("opened_already"):
        store.do("RK1", "open_pack", case="", lot=new, quantity="1", to_bin="A-1")
    assert warned(store, (new, "1", "A-2", "A-1")) == ["opened_beside"]
    assert warned(store, (lot, "1", "", "A-2")) == ["opened_beside"]


def test_a_pack_opened_where_the_closed_ones_stay_needs_a_reason_R044(store: Floor) -> None:
    lot = lot_of(store, "BOLT")
    put(store, (lot, "100", "", "A-1"))
    with store.refused("reason_needed"):
        store.do("RK1", "open_pack", case="", lot=lot, quantity="10", to_bin="A-1")
    store.do("RK1", "open_pack", case="", lot=lot, quantity="10", to_bin="A-1", despite="今天用完")
    put(store, (lot, "90", "A-1", "A-2"))
    store.do("RK1", "open_pack", case="", lot=lot, quantity="90", to_bin="A-2")
    assert store.rows("SELECT COUNT(*) FROM lots WHERE code = ? AND opened_at IS NOT NULL", lot) == [(1,)]


COLD = """
[desks.cold_store]
kind = "warehouse"
title = { zh = "冷库", en = "Cold store" }
roles = ["cold_keeper"]
[roles]
cold_keeper = { title = { zh = "冷库保管员", en = "cold storekeeper" } }
[places]
cold_store = { title = { zh = "冷库", en = "cold store" } }
"""


def test_who_keeps_a_store_is_whoever_the_factory_says(floors: FloorMaker) -> None:
    """A store that a site adds has keepers of its own, who keep no other."""
    works = described()
    works["people"].append({"badge": "C1", "name": "人C1", "roles": ["cold_keeper"], "pin": PIN})
    store = floors(own=COLD, described=works)
    opened(store, "N-1", place="cold_store", who="C1@cold_store")
    with store.refused("place_not_kept"):
        opened(store, "N-2", who="C1@cold_store")
    with store.refused("wrong_person"):
        opened(store, "N-2", who="S1")
    offered = {each["step"] for each in fixed_openings(store.site, store.token("C1@cold_store"), store.site.words)}
    assert offered >= {"open_bin", "put_away", "read_climate"}
