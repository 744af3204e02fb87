"""What may lie where: zones, classes of goods, customers' property, each rule played by putting something away (R045-R056)."""

from __future__ import annotations

from pathlib import Path

import pytest
from bins_floor import a_store, described, lot_of, opened, put, warned
from factory_floor import DAY, Floor, FloorMaker, description

from qdesk.errors import Refused
from qdesk.factory import load_factory
from qdesk.words import Title
from qdesk.zones import Goods, Spot, StorageOf, ZoneOf, objections

OWN = """
[storage.addition]
zones = ["hand_over", "product"]
"""


@pytest.fixture
def store(floors: FloorMaker) -> Floor:
    return a_store(floors)


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


def test_a_site_that_names_what_there_is_not_is_told_all_of_it_at_once(tmp_path: Path) -> None:
    (tmp_path / "factory.toml").write_text(
        """
[zones.cellar]
title = { zh = "地下室", en = "cellar" }
takes = ["wine"]
places = ["nowhere"]
[storage.cement]
never_with = ["sand"]
zones = ["attic"]
keys = 3
""",
        encoding="utf-8",
    )
    with pytest.raises(Refused) as refused:
        load_factory(tmp_path)
    told = {(reason.arguments["entry"], reason.arguments["key"]) for reason in refused.value.because}
    assert told == {
        ("zones.cellar", "takes"), ("zones.cellar", "places"), ("storage.cement", "never_with"), ("storage.cement", "zones"),
        ("storage.cement", "keys"),
    }  # fmt: skip


def test_a_site_has_zones_and_classes_of_its_own(floors: FloorMaker) -> None:
    own = """
[zones.cold]
title = { zh = "冷藏区", en = "cold" }
[storage.food]
title = { zh = "食品", en = "food" }
zones = ["cold"]
"""
    made = description()
    made["items"].append({"code": "MILK", "unit": "箱", "storage": "food"})
    made["bins"] = [{"code": code, "place": "raw_store", "zone": zone} for code, zone in (("K-1", "cold"), ("A-1", "product"))]
    made["stock"].append({"item": "MILK", "place": "raw_store", "quantity": "3"})
    floor = floors(own=own, described=made)
    assert warned(floor, (lot_of(floor, "MILK"), "1", "", "A-1")) == ["place_not_designated"]
    put(floor, (lot_of(floor, "MILK"), "1", "", "K-1"))
