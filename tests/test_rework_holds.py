"""What is known of a lot goes on through the rework: a hold put on it on the shop floor, and the day it expires."""

from __future__ import annotations

import pytest
from factory_floor import PARTS_USED, WITH_PARTS, Floor, FloorMaker, description


def lot_at(floor: Floor, place: str) -> str:
    """The one lot at a place."""
    [(lot,)] = floor.rows("SELECT lot FROM balances WHERE place = ? AND quantity > 0", place)
    return str(lot)


@pytest.mark.parametrize("place", ["workshop_product", "workshop_parts"])
def test_what_was_put_on_hold_on_the_shop_floor_is_not_built_in_until_it_is_released(floor: Floor, place: str) -> None:
    floor.play("draw_parts", WITH_PARTS)
    lot = lot_at(floor, place)
    floor.do("Q1", "hold_lot", case="", lot=lot, reason="疑有裂纹")
    with floor.refused("lot_held"):
        floor.step("rework", **PARTS_USED)
    floor.do("Q1", "release_lot", case="", lot=lot, reason="查过")
    floor.step("rework", **PARTS_USED)


def test_a_held_modified_product_is_not_dismantled_until_it_is_released(floor: Floor) -> None:
    floor.play("inspect")
    lot = lot_at(floor, "workshop_converted")
    floor.do("Q1", "hold_lot", case="", lot=lot, reason="疑有裂纹")
    floor.do("W1@valve_shop", "abandon", [5], reason="取消")
    with floor.refused("lot_held"):
        floor.do("R1", "dismantle", [5])
    floor.do("Q1", "release_lot", case="", lot=lot, reason="查过")
    floor.do("R1", "dismantle", [5])


def test_a_modification_makes_nothing_keep_longer(floors: FloorMaker) -> None:
    described = description()
    described["stock"] = [
        {"item": "V-100", "place": "finished_store", "quantity": "10", "expires": "2026-12-31"},
        {"item": "VS-1", "place": "finished_store", "quantity": "1", "serial": "S-0001", "expires": "2026-11-30"},
    ]
    floor: Floor = floors(described=described)
    floor.play("return_closing_copy")
    floor.apply("VS-1", "VS-2", "1", line={"serial": "S-0001"})
    floor.played[floor.case] = 1
    floor.play("rework")
    floor.do("W1@valve_shop", "abandon", [5], reason="取消")
    floor.do("R1", "dismantle", [5])
    days = dict(floor.rows("SELECT DISTINCT item, expires_at FROM lots"))
    assert days["V-100"] == days["V-200"] is not None
    assert days["VS-1"] == days["VS-2"] is not None
