"""Bins: opened, changed and closed by their keeper, filled by putting away, and what may lie where judged each time."""

from __future__ import annotations

import json
from typing import Any

import pytest
from factory_floor import DAY, START, Floor, FloorMaker, Json, description

from qdesk.clock import moment
from qdesk.desk import present
from qdesk.verify import verify
from qdesk.words import Title
from qdesk.zones import Goods, Spot, StorageOf, ZoneOf, objections

CLASSES = ("cement", "addition", "aggregate", "toxic")
OWN = """
[storage.addition]
zones = ["hand_over", "product"]
"""


def described() -> Json:
    """The floor of every test, with goods in classes, of a customer, and some that end."""
    made = description()
    made["items"] += [{"code": f"S-{name}", "unit": "袋", "storage": name} for name in CLASSES]
    made["items"].append({"code": "BOLT", "unit": "件"})
    made["stock"] += [{"item": f"S-{name}", "place": "raw_store", "quantity": "10"} for name in CLASSES]
    made["stock"] += [
        {"item": "BOLT", "place": "raw_store", "quantity": "100"},
        {"item": "BOLT", "place": "raw_store", "quantity": "7", "owner": "海河机械"},
        {"item": "BOLT", "place": "raw_store", "quantity": "5", "expires": moment(START + 20 * DAY).date().isoformat()},
    ]
    return made


@pytest.fixture
def store(floors: FloorMaker) -> Floor:
    """A raw-material store with a few bins."""
    floor = floors(described=described())
    zones = {"A-1": "product", "A-2": "product", "B-1": "hand_over", "C-1": "customers_own", "P-1": "pending"}
    for code, zone in zones.items():
        opened(floor, code, zone)
    return floor


def opened(floor: Floor, code: str, zone: str = "product", place: str = "raw_store", who: str = "RK1") -> None:
    floor.do(who, "open_bin", case="", bin=code, place=place, zone=zone)


def lot_of(floor: Floor, item: str, owner: str = "", ends: bool = False) -> str:
    sql = "SELECT code FROM lots WHERE item = ? AND owner = ? AND (expires_at IS NOT NULL) = ?"
    return str(floor.rows(sql, item, owner, int(ends))[0][0])


def put(floor: Floor, *rows: tuple[str, str, str, str], who: str = "RK1", **more: Any) -> Any:
    told = [{"lot": lot, "quantity": quantity, "bin": source, "to_bin": target} for lot, quantity, source, target in rows]
    return floor.do(who, "put_away", case="", rows=told, **more)


def in_bins(floor: Floor, lot: str) -> dict[str, int]:
    return dict(floor.rows("SELECT bin, quantity / 1000 FROM balances WHERE lot = ? AND counter = 0 AND quantity <> 0", lot))


# Bins


def test_a_bin_is_opened_once_by_its_keeper_under_a_name_that_nothing_else_has(store: Floor) -> None:
    assert store.rows("SELECT place, zone, closed_at FROM bins WHERE code = 'A-1'") == [("raw_store", "product", None)]
    for taken in ("A-1", "BOLT", "RK1", "raw_store", lot_of(store, "BOLT"), "GX26-000001"):
        with store.refused("given_twice"):
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


# What may lie where


def test_what_burns_bursts_or_poisons_is_never_stored_R045(store: Floor) -> None:
    with store.refused("rule_forbids") as caught:
        put(store, (lot_of(store, "S-toxic"), "1", "", "A-1"), despite="就放一天")
    assert [reason.code for reason in caught[0].because] == ["storage_forbidden", "in_line"]


def test_no_procedure_brings_what_is_forbidden_into_a_store_R045(floors: FloorMaker) -> None:
    made = description()
    next(item for item in made["items"] if item["code"] == "V-200")["storage"] = "explosive"
    floor = floors(described=made)
    floor.play("inspect")
    with floor.refused("rule_forbids") as caught:
        floor.play("receive")
    assert [reason.code for reason in caught[0].because] == ["storage_forbidden"]


def test_a_customers_goods_lie_in_their_own_area_and_nothing_else_does_R055(store: Floor) -> None:
    theirs, ours = lot_of(store, "BOLT", "海河机械"), lot_of(store, "BOLT")
    with store.refused("rule_forbids"):
        put(store, (theirs, "1", "", "A-1"), despite="暂放")
    with store.refused("rule_forbids"):
        put(store, (ours, "1", "", "C-1"), despite="暂放")
    put(store, (theirs, "7", "", "C-1"))


def warned(store: Floor, *rows: tuple[str, str, str, str]) -> list[str]:
    """What a keeper is warned of; with a reason the same is done."""
    with store.refused("reason_needed") as caught:
        put(store, *rows)
    done = put(store, *rows, despite="场地紧张，明日移走")
    ((body,),) = store.rows("SELECT body FROM journal WHERE seq = ?", done.act)
    codes = [reason.code for reason in caught[0].because]
    assert (json.loads(body)["warned"], json.loads(body)["reason"]) == (codes, "场地紧张，明日移走")
    return codes


def test_a_held_lot_in_the_zone_of_good_ones_needs_a_reason_R053(store: Floor) -> None:
    lot = lot_of(store, "BOLT")
    store.do("I1", "hold_lot", case="", lot=lot, reason="锈")
    put(store, (lot, "10", "", "P-1"), (lot, "10", "", "B-1"))
    assert warned(store, (lot, "10", "", "A-1")) == ["zone_not_for"]


def test_what_has_expired_is_as_good_as_held_R043(store: Floor) -> None:
    lot = lot_of(store, "BOLT", ends=True)
    put(store, (lot, "1", "", "A-1"))
    store.clock.advance(21 * DAY)
    assert warned(store, (lot, "1", "", "A-2")) == ["zone_not_for"]
    put(store, (lot, "3", "", "P-1"))


def test_goods_for_one_destination_need_a_reason_to_go_to_another_R054(store: Floor) -> None:
    lot = lot_of(store, "BOLT")
    opened(store, "D-1", "to_beijing")
    opened(store, "D-2", "to_tianjin")
    put(store, (lot, "10", "", "D-1"))
    assert warned(store, (lot, "4", "D-1", "D-2")) == ["other_destination"]
    put(store, (lot, "4", "D-1", "A-1"))


def test_each_class_has_its_bins_to_itself_R056(store: Floor) -> None:
    cement, aggregate = lot_of(store, "S-cement"), lot_of(store, "S-aggregate")
    put(store, (cement, "5", "", "A-1"))
    assert warned(store, (aggregate, "1", "", "A-1")) == ["class_not_alone"]
    assert warned(store, (lot_of(store, "BOLT"), "1", "", "A-1")) == ["class_not_alone"]


def test_additions_are_kept_out_of_the_zone_of_cement_R056(store: Floor) -> None:
    cement, addition = lot_of(store, "S-cement"), lot_of(store, "S-addition")
    put(store, (cement, "5", "", "A-1"))
    assert warned(store, (addition, "1", "", "A-2")) == ["never_together"]
    put(store, (addition, "1", "", "B-1"))
    assert warned(store, (cement, "1", "", "B-1")) == ["class_not_alone", "never_together"]


def test_a_class_lies_where_it_was_assigned_to_R051(floors: FloorMaker) -> None:
    floor = floors(own=OWN, described=described())
    opened(floor, "A-1")
    opened(floor, "W-1", "waiting")
    addition = lot_of(floor, "S-addition")
    put(floor, (addition, "1", "", "A-1"))
    assert warned(floor, (addition, "1", "", "W-1")) == ["place_not_designated"]


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


# The rules themselves


def found(goods: Goods, spot: Spot, classes: dict[str, StorageOf]) -> list[tuple[str, bool]]:
    return [(each.because.code, each.refuses) for each in objections(goods, spot, classes)]


def test_whichever_class_names_the_other_they_are_kept_apart() -> None:
    title = Title("甲", "a")
    classes = {name: StorageOf(name, title, forbidden=name == "c", never_with=("b",) if name == "a" else ()) for name in "abc"}
    zone = ZoneOf("z", title)
    for one, other in (("a", "b"), ("b", "a")):
        spot = Spot("Z-1", zone, around=[Goods("X", "L1", other)])
        assert found(Goods("Y", "L2", one), spot, classes) == [("never_together", False)]
    assert found(Goods("Y", "L2", "c"), Spot("Z-1", zone), classes) == [("storage_forbidden", True)]
    assert found(Goods("Y", "L2", "gone"), Spot("Z-1", zone), classes) == []
