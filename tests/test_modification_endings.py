"""The five ways a modification can end, and the ways that lead there."""

from __future__ import annotations

from typing import Any

import pytest
from factory_floor import PARTS_USED, WITH_PARTS, Floor, FloorMaker, description

SCAN = {"copies": [5, 6]}
REMOVE_NEW = {"installed": PARTS_USED["removed"], "removed": PARTS_USED["installed"]}


def fail(floor: Floor, times: int = 1) -> None:
    """Fail the inspection, reworking in between."""
    for time in range(times):
        if time:
            floor.step("rework")
        floor.step("inspect", outcome="fail", reason="漏", quantity_passed="")


def abandon(floor: Floor) -> None:
    floor.do("W1@valve_shop", "abandon", [5], reason="客户取消")


def back_to_the_store(floor: Floor) -> None:
    """The end of an abandoned case, once the old model lies there again."""
    floor.do("I1", "inspect_old", outcome="pass", **SCAN)
    floor.do("K1", "receive_old", **SCAN)
    if floor.parts:
        floor.step("file_parts_form")
    assert floor.do("D1", "return_abandoned_copy", [6]).ended == "abandoned"


def test_completed_every_copy_where_it_rests_and_the_new_model_promised_to_its_customer(floor: Floor) -> None:
    done = floor.play("return_closing_copy")
    assert done is not None and done.ended == "completed"
    assert floor.due() == {
        1: "sales", 2: "planning", 3: "shop_dispatch", 4: "finished_store", 5: "finished_store", 6: "shop_dispatch"
    }  # fmt: skip
    assert floor.rows("SELECT * FROM waiting") == []
    assert floor.rows("SELECT item, quantity FROM reservations WHERE quantity > 0") == [("V-200", 10000)]


def test_completed_with_parts_drawn_built_in_taken_out_and_returned(floor: Floor) -> None:
    floor.play("return_closing_copy", WITH_PARTS)
    assert floor.ended() == "completed"
    assert floor.lies("NEW-PART") == {"difference": -100, "parts_store": 90, "conversion": 10}
    assert floor.lies("OLD-PART") == {"conversion": -10, "parts_store": 10}
    assert floor.rows("SELECT DISTINCT hold FROM lots WHERE item = 'OLD-PART'") == [("replaced_part",)]


def test_nothing_more_can_be_done_to_an_ended_case(floor: Floor) -> None:
    floor.play("return_closing_copy", WITH_PARTS)
    assert floor.card("X1@sales")["can"] == []
    for step in ("draw", "open_parts", "draw_parts", "rework", "inspect", "receive", "return_closing_copy"):
        with floor.refused("step_not_possible"):
            floor.step(step)
    with floor.refused("step_not_possible"):
        floor.do("S2", "withdraw", reason="晚了")


def test_refused_by_the_workshop_copies_rest_at_planning_and_the_promise_is_taken_back(floor: Floor) -> None:
    floor.play("plan")
    floor.step("consent", outcome="refuse", reason="产能不足")
    assert floor.rows("SELECT quantity FROM reservations") == [(0,)]
    assert floor.rows("SELECT desk FROM notices") == [("sales",)]
    with floor.refused("step_not_possible"):
        floor.step("hand_out")
    assert floor.do("P1", "file_refused", [3]).ended == "refused"
    assert floor.due() == {1: "sales"} | dict.fromkeys((2, 3, 4, 5, 6), "planning")
    floor.apply(quantity="50")


@pytest.mark.parametrize("upto", ["apply", "authorise", "plan", "consent", "hand_out"])
def test_withdrawn_at_any_moment_before_the_draw_with_all_paper_void(floor: Floor, upto: str) -> None:
    floor.play(upto)
    assert floor.do("S2", "withdraw", reason="客户取消").ended == "withdrawn"
    assert set(floor.due().values()) == {"void"}
    assert floor.rows("SELECT COUNT(*) FROM pieces WHERE void_at IS NULL") == [(0,)]
    assert floor.card("S2", 4)["kind"] == "void"
    with floor.refused("step_not_possible"):
        floor.step("draw")
    floor.apply(quantity="50")


@pytest.mark.parametrize("upto", ["draw", "rework", "inspect", "receive", "return_closing_copy"])
def test_not_withdrawn_once_goods_have_moved(floor: Floor, upto: str) -> None:
    floor.play(upto)
    with floor.refused("step_not_possible"):
        floor.do("S2", "withdraw", reason="客户取消")


def test_withdrawn_only_when_parts_drawn_before_are_back(floor: Floor) -> None:
    floor.play("hand_out")
    floor.step("open_parts")
    floor.step("draw_parts")
    with floor.refused("step_not_possible"):
        floor.do("S2", "withdraw", reason="客户取消")
    floor.step("return_parts")
    assert floor.do("S2", "withdraw", reason="客户取消").ended == "withdrawn"
    assert floor.rows("SELECT COUNT(*) FROM copies WHERE due <> 'void'") == [(0,)]
    assert floor.lies("NEW-PART")["parts_store"] == 100


def test_abandoned_before_rework_returns_the_old_model(floor: Floor) -> None:
    floor.play("draw")
    abandon(floor)
    with floor.refused("step_not_possible"):
        floor.step("rework")
    back_to_the_store(floor)
    assert floor.lies("V-100") == {"difference": -50, "finished_store": 50}
    assert floor.lies("V-200") == {}
    assert floor.rows("SELECT * FROM reservations WHERE quantity > 0") == []


def test_abandoned_after_rework_is_dismantled_and_inspected_before_it_returns(floor: Floor) -> None:
    floor.play("rework")
    abandon(floor)
    with floor.refused("step_not_possible"):
        floor.do("I1", "inspect_old", outcome="pass", **SCAN)
    floor.do("R1", "dismantle", [5])
    with floor.refused("not_inspected"):
        floor.do("K1", "receive_old", **SCAN)
    back_to_the_store(floor)
    assert floor.lies("V-100") == {"difference": -50, "finished_store": 50}
    assert floor.lies("V-200") == {}
    held = "SELECT COUNT(*) FROM lots l JOIN balances b ON b.lot = l.code WHERE hold <> '' AND counter = 0 AND quantity > 0"
    assert floor.rows(held) == [(0,)]


def test_abandoned_after_a_pass_lets_the_stamp_lapse(floor: Floor) -> None:
    floor.play("inspect")
    abandon(floor)
    assert floor.rows("SELECT COUNT(*) FROM signatures WHERE kind = 'stamp' AND lapsed_at IS NULL") == [(0,)]
    for step, who in (("receive", "K1"), ("receive_old", "K1")):
        with floor.refused("not_inspected", "step_not_possible"):
            floor.do(who, step, **SCAN)
    floor.do("R1", "dismantle", [5])
    back_to_the_store(floor)


def test_abandoned_after_a_failure(floor: Floor) -> None:
    floor.play("rework")
    fail(floor)
    abandon(floor)
    floor.do("R1", "dismantle", [5])
    back_to_the_store(floor)


def test_abandoned_with_parts_the_old_parts_are_built_in_again_and_the_new_ones_come_back(floor: Floor) -> None:
    floor.play("rework", WITH_PARTS)
    abandon(floor)
    floor.do("R1", "dismantle", [5], **REMOVE_NEW)
    assert floor.lies("OLD-PART") == {}
    floor.step("return_parts")
    back_to_the_store(floor)
    assert floor.lies("NEW-PART") == {"difference": -100, "parts_store": 100}


def test_abandoned_after_the_old_parts_were_returned_they_are_drawn_again(floor: Floor) -> None:
    floor.play("return_parts", WITH_PARTS)
    [(lot,)] = floor.rows("SELECT code FROM lots WHERE item = 'OLD-PART'")
    abandon(floor)
    with floor.refused("not_enough"):
        floor.step("draw_parts", drawn=[{"item": "OLD-PART", "quantity": "10"}], despite="恢复原型号")
    floor.do("I1", "release_lot", case="", lot=lot, reason="可用")
    floor.step("draw_parts", drawn=[{"item": "OLD-PART", "quantity": "10"}], despite="恢复原型号")
    floor.do("R1", "dismantle", [5], **REMOVE_NEW)
    floor.step("return_parts")
    back_to_the_store(floor)
    assert floor.lies("OLD-PART") == {}


@pytest.mark.parametrize("with_parts", [False, True])
def test_scrapped_after_failing_twice(floor: Floor, with_parts: bool) -> None:
    floor.play("return_parts" if with_parts else "rework", WITH_PARTS if with_parts else ("apply", *WITH_PARTS[1:6], "rework"))
    fail(floor, 2)
    for step in ("inspect", "receive"):
        with floor.refused("step_not_possible", "not_inspected"):
            floor.step(step)
    floor.do("Q1", "dispose", outcome="scrap", reason="裂纹")
    for step in ("rework", "inspect", "receive"):
        with floor.refused("step_not_possible", "not_inspected"):
            floor.step(step)
    done = floor.do("D1", "return_scrap_copies", **SCAN)
    if with_parts:
        done = floor.step("file_parts_form")
    assert done.ended == "scrapped"
    assert floor.lies("V-200") == {"conversion": -10, "scrap": 10}
    assert floor.lies("V-100") == {"difference": -50, "finished_store": 40, "conversion": 10}


def test_scrapped_while_being_inspected_for_return(floor: Floor) -> None:
    floor.play("draw")
    abandon(floor)
    floor.do("I1", "inspect_old", outcome="scrap", reason="碰坏", **SCAN)
    with floor.refused("step_not_possible", "not_inspected"):
        floor.do("K1", "receive_old", **SCAN)
    assert floor.do("D1", "return_scrap_copies", **SCAN).ended == "scrapped"
    assert floor.lies("V-100") == {"difference": -50, "finished_store": 40, "scrap": 10}


def test_after_two_failures_quality_may_let_it_be_reworked_and_the_count_starts_anew(floor: Floor) -> None:
    floor.play("rework")
    for _ in range(2):
        fail(floor, 2)
        floor.do("Q1", "dispose", outcome="rework", reason="可修")
        floor.step("rework")
    floor.step("inspect")
    floor.step("receive")
    assert floor.step("return_closing_copy").ended == "completed"


def test_after_a_failure_it_is_reworked_before_it_is_inspected_again(floor: Floor) -> None:
    floor.play("rework")
    fail(floor)
    with floor.refused("step_not_possible"):
        floor.step("inspect")
    assert floor.rows("SELECT COUNT(*) FROM signatures WHERE step = 'rework' AND lapsed_at IS NULL") == [(0,)]
    floor.step("rework")
    assert floor.lies("V-200") == {"conversion": -10, "workshop_converted": 10}
    floor.step("inspect")
    floor.step("receive")
    assert floor.step("return_closing_copy").ended == "completed"


SERIAL: dict[str, Any] = {"item": "VS-1", "becomes": "VS-2", "quantity": "1", "line": {"serial": "S-0001"}}


def test_a_serial_number_outlives_the_modification__A24(floor: Floor) -> None:
    floor.apply(**SERIAL)
    floor.play("rework")
    floor.step("inspect", quantity_passed="1")
    floor.step("receive")
    floor.step("return_closing_copy")
    [(new, made_from)] = floor.rows("SELECT code, made_from FROM lots WHERE item = 'VS-2' AND serial = 'S-0001'")
    assert floor.rows("SELECT item, serial FROM lots WHERE code = ?", made_from) == [("VS-1", "S-0001")]
    assert floor.rows("SELECT quantity FROM balances WHERE lot = ? AND place = 'finished_store'", new) == [(1000,)]


def test_a_serial_number_keeps_its_lot_when_the_case_is_abandoned__A24(floor: Floor) -> None:
    [(old,)] = floor.rows("SELECT code FROM lots WHERE serial = 'S-0001'")
    floor.apply(**SERIAL)
    floor.play("rework")
    abandon(floor)
    floor.do("R1", "dismantle", [5])
    back_to_the_store(floor)
    assert floor.rows("SELECT quantity FROM balances WHERE lot = ? AND place = 'finished_store'", old) == [(1000,)]


def test_a_piece_modified_back_and_abandoned_on_the_way_returns_as_what_it_was__A24(floors: FloorMaker) -> None:
    described = description()
    described["stock"].append({"item": "VS-2", "place": "finished_store", "quantity": "1", "serial": "S-0003"})
    floor: Floor = floors(described=described)
    floor.apply("VS-2", "VS-1", "1", line={"serial": "S-0003"})
    floor.play("rework")
    floor.step("inspect", quantity_passed="1")
    floor.step("receive")
    floor.step("return_closing_copy")
    floor.apply("VS-1", "VS-2", "1", line={"serial": "S-0003"})
    floor.play("rework")
    abandon(floor)
    floor.do("R1", "dismantle", [5])
    back_to_the_store(floor)
    lot = "(SELECT code FROM lots WHERE serial = 'S-0003')"
    assert floor.rows(f"SELECT item, place FROM balances WHERE quantity > 0 AND counter = 0 AND lot IN {lot}") == [
        ("VS-1", "finished_store")
    ]


def test_a_part_drawn_and_not_used_goes_back_free__A15(floor: Floor) -> None:
    floor.play("return_closing_copy", WITH_PARTS)
    assert floor.rows("SELECT hold FROM lots WHERE item = 'NEW-PART'") == [("",)]
    assert floor.lies("NEW-PART")["parts_store"] == 90
