"""Acts taken back after others have changed, promised or drawn the same things: the books stay true, and nobody is robbed."""

from __future__ import annotations

import pytest
from factory_floor import Floor, FloorMaker, description

from qdesk.verify import verify


def sound(floor: Floor) -> list[str]:
    """What verify finds on this floor, by code."""
    return [finding.code for finding in verify(floor.site, replay=True).findings]


def second_case(floor: Floor, upto: str, quantity: str = "10") -> str:
    """Play another case up to a step; return the first one."""
    first = floor.case
    floor.apply(quantity=quantity)
    floor.played[floor.case] = 1
    floor.play(upto)
    return first


def lot_on_the_floor(floor: Floor) -> str:
    """The lot of the modified product."""
    [(lot,)] = floor.rows("SELECT lot FROM balances WHERE place = 'workshop_converted' AND quantity > 0")
    return str(lot)


def test_a_stamp_taken_back_leaves_a_hold_that_was_put_on_the_lot_meanwhile(floor: Floor) -> None:
    floor.play("inspect")
    lot = lot_on_the_floor(floor)
    floor.do("Q1", "hold_lot", case="", lot=lot, reason="疑有裂纹")
    floor.do("Q1", "reverse", reason="错")
    assert floor.rows("SELECT hold FROM lots WHERE code = ?", lot) == [("held",)]
    assert sound(floor) == []
    floor.step("inspect")
    with floor.refused("not_inspected"):
        floor.step("receive")
    floor.do("Q1", "release_lot", case="", lot=lot, reason="查过")
    floor.step("receive")
    assert sound(floor) == []


def test_a_copy_reported_lost_that_has_arrived_stays_found_when_the_report_is_taken_back(floor: Floor) -> None:
    floor.play("authorise")
    floor.do("P1", "report_lost", [3], reason="找不到")
    floor.card("P1", 3)
    floor.do("Q1", "reverse", reason="已找到")
    assert floor.rows("SELECT seen, lost_at FROM copies WHERE name = ?", f"{floor.case}/3") == [("planning", None)]
    assert sound(floor) == []


def test_paper_found_elsewhere_that_has_arrived_stays_where_it_is_when_the_find_is_taken_back(floor: Floor) -> None:
    floor.play("authorise")
    floor.do("K1", "found_here", [3])
    floor.card("P1", 3)
    floor.do("Q1", "reverse", reason="错")
    assert floor.rows("SELECT seen FROM copies WHERE name = ?", f"{floor.case}/3") == [("planning",)]
    assert sound(floor) == []


def test_a_copy_filed_late_is_on_the_list_again_when_the_ending_is_taken_back(floor: Floor) -> None:
    floor.play("plan")
    floor.step("consent", outcome="refuse", reason="产能")
    floor.do("P1", "file_refused", [3])
    assert floor.ended() == "refused"
    floor.card("P1", 4)
    floor.do("Q1", "reverse", reason="错")
    assert floor.ended() == ""
    assert floor.rows("SELECT name FROM copies WHERE filed_at IS NOT NULL") == []
    floor.do("P1", "file_refused", [3])
    assert floor.ended() == "refused"
    assert sound(floor) == []


@pytest.mark.parametrize("released_by", ["withdraw", "consent"])
def test_a_promise_given_to_another_case_meanwhile_is_not_taken_back_from_it(floor: Floor, released_by: str) -> None:
    floor.apply(quantity="50")
    if released_by == "withdraw":
        floor.play("authorise")
        floor.do("S2", "withdraw", reason="取消")
    else:
        floor.play("plan")
        floor.step("consent", outcome="refuse", reason="产能")
    first = second_case(floor, "authorise", quantity="50")
    other, floor.case = floor.case, first
    with floor.refused("not_enough_free"):
        floor.do("S2" if released_by == "withdraw" else "W1", "reverse")
    floor.case = other
    floor.step("plan")
    floor.do("S2", "withdraw", reason="取消")
    floor.case = first
    floor.do("Q1", "reverse", reason="仍要")
    assert floor.rows("SELECT in_case FROM reservations WHERE quantity > 0") == [(first,)]


def test_the_old_model_returned_and_promised_to_another_case_is_not_called_back(floor: Floor) -> None:
    floor.apply(quantity="50")
    floor.play("draw")
    floor.do("W1@valve_shop", "abandon", [5], reason="取消")
    floor.do("I1", "inspect_old", [5, 6], "pass")
    floor.do("K1", "receive_old", [5, 6])
    first = second_case(floor, "authorise", quantity="50")
    other, floor.case = floor.case, first
    with floor.refused("not_enough_free"):
        floor.do("K1", "reverse")
    floor.case = other
    floor.step("plan")
    floor.step("consent")
    floor.step("hand_out")
    floor.step("draw")
    assert floor.lies("V-100")["workshop_product"] == 50


def test_a_modified_product_drawn_for_another_case_is_not_called_back(floors: FloorMaker) -> None:
    described = description()
    described["stock"].append({"item": "V-200", "place": "finished_store", "quantity": "10"})
    floor: Floor = floors(described=described)
    floor.play("receive")
    first = floor.case
    [(lot,)] = floor.rows("SELECT code FROM lots WHERE item = 'V-200' AND origin = ?", first)
    floor.apply("V-200", "V-300")
    floor.played[floor.case] = 1
    floor.play("draw", lots=[{"line": 1, "lot": lot, "quantity": "10"}])
    floor.case = first
    with floor.refused("not_enough"):
        floor.do("Q1", "reverse", reason="错")
    assert sound(floor) == []


def test_a_replayed_case_is_read_from_the_replayed_tables_whatever_is_at_hand(floor: Floor) -> None:
    floor.play("authorise")
    with floor.site.database.writing() as cursor:
        cursor.execute("UPDATE copies SET due = 'sales' WHERE name = ?", (f"{floor.case}/3",))
    floor.site.at_hand.clear()
    floor.card("S1")
    report = verify(floor.site, replay=True)
    told = {(finding.code, finding.arguments.get("table")) for finding in report.findings}
    assert told == {("row_changed", "copies")}
    with floor.site.database.writing() as cursor:
        cursor.execute("UPDATE copies SET due = 'planning' WHERE name = ?", (f"{floor.case}/3",))
    floor.site.at_hand.clear()


def test_a_notice_whose_reading_is_taken_back_is_unread_again(floor: Floor) -> None:
    floor.play("receive")
    floor.do("S1", "acknowledge")
    assert floor.rows("SELECT COUNT(*) FROM notices WHERE read_at IS NULL") == [(0,)]
    floor.do("S1", "reverse")
    assert floor.rows("SELECT COUNT(*) FROM notices WHERE read_at IS NULL AND withdrawn_at IS NULL") == [(1,)]
