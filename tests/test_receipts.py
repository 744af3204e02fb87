"""Receipt: in custody until it has passed and was counted; under, over, in part, or not at all (R023-R033, R040, R058)."""

from __future__ import annotations

import pytest
from factory_floor import DAY, START, Json
from quality_floor import Quality
from receipts_floor import TASK, Dock
from receipts_floor import dock as dock
from stocktake_floor import put, writing

from qdesk.desk import act
from qdesk.desk.proposing import propose
from qdesk.errors import Refused
from qdesk.stock import Stock, free
from qdesk.tasks import MENDED, ON_OTHER_SLIPS, RECEIVED


def free_of(dock: Dock, item: str, place: str = "finished_store") -> int:
    """How much of an item may be used there."""
    with dock.floor.site.database.reading() as cursor:
        return free(cursor, item, place, dock.floor.clock.now()) // 1000


def reasons(refused: list[Refused]) -> list[tuple[str, dict[str, object]]]:
    return [(each.code, dict(each.arguments)) for each in refused[0].because]


# Product


def test_product_is_in_custody_until_it_passed_and_was_counted_in_and_then_it_is_stock(dock: Dock) -> None:
    dock.hand_over()
    assert dock.floor.lies("PCB-1") == {"arrivals": 50, "production": -50}
    assert dock.lots("arrivals") == [("PCB-1", 50, "to_be_inspected")] and free_of(dock, "PCB-1") == 0
    dock.inspect(passed="50")
    assert dock.lots("arrivals") == [("PCB-1", 50, "")] and free_of(dock, "PCB-1") == 0
    done = dock.receive("50")
    assert done.ended == "received" and [each["form"] for each in done.opened] == ["receipt"]
    assert dock.floor.lies("PCB-1") == {"finished_store": 50, "production": -50} and free_of(dock, "PCB-1") == 50


def test_the_papers_say_on_what_it_is_received(dock: Dock) -> None:
    dock.hand_over(customer="海河机械")
    checked = dock.inspect(passed="50").opened[0]["serial"]
    card = dock.floor.card("K1", checked)["document"]
    assert card["fields"] == {"task": "RW-1", "certificate": "HG-1"}
    assert card["lines"] == [{"line": 1, "item": "PCB-1", "quantity": "50", "passed": "50", "rejected": "0"}]
    receipt = dock.receive("50").opened[0]["serial"]
    card = dock.floor.card("K1", receipt)["document"]
    assert card["fields"] == {"task": "RW-1", "contract": "HT-7", "customer": "海河机械", "checked": checked}
    [(lot,)] = dock.floor.rows("SELECT lot FROM balances WHERE item = 'PCB-1' AND place = 'finished_store'")
    assert card["lines"] == [{"line": 1, "item": "PCB-1", "quantity": "50", "lot": lot, "spare": "0"}]
    assert dock.prints("lot_label") == [lot]


def test_without_task_traveller_or_certificate_nothing_is_taken_into_custody(dock: Dock) -> None:
    for name in ("task", "traveller", "certificate"):
        with dock.floor.refused("field_missing"):
            dock.hand_over(**{name: ""})


def test_without_a_stamp_nothing_comes_in(dock: Dock) -> None:
    dock.hand_over()
    dock.yard.serials["checked"] = dock.case
    with dock.floor.refused("not_inspected"):
        dock.receive("50")


def test_both_papers_have_to_be_there(dock: Dock) -> None:
    dock.hand_over()
    dock.inspect(passed="50")
    for copies in (("2",), ("checked.1",)):
        with dock.floor.refused("scan_missing"):
            dock.do("K1", "receive", copies, "whole", signers={"inspector": "I2"}, counted_in="50")


def test_a_count_that_differs_is_refused_with_its_line_and_numbers_and_counted_again(dock: Dock) -> None:
    dock.hand_over(dock.line("PCB-1", "50"), dock.line("V-200", "3"))
    dock.inspect(passed=counts("50", "3"))
    with dock.floor.refused("rule_forbids") as refused:
        dock.receive(counts("49", "3"))
    assert reasons(refused) == [("line_miscounted", {"line": 1, "item": "PCB-1", "wanted": "50", "counted": "49"})]
    with dock.floor.refused("answer_missing"):
        dock.receive([{"line": 1, "quantity": "50"}])
    with dock.floor.refused("signature_missing"):
        dock.do("K1", "receive", ("2", "checked.1"), "whole", counted_in=counts("50", "3"))
    assert dock.receive(counts("50", "3")).ended == "received"


def counts(*quantities: str) -> list[Json]:
    """Counts of the lines, in their order."""
    return [{"line": number, "quantity": quantity} for number, quantity in enumerate(quantities, 1)]


def test_what_does_not_agree_goes_back_to_the_workshop_and_is_not_received(dock: Dock) -> None:
    dock.hand_over()
    dock.inspect(passed="50")
    done = dock.do("K1", "not_accepted", ("2",), signers={"inspector": "I2"}, reason="少一包")
    assert done.ended == "not_accepted"
    assert dock.floor.lies("PCB-1") == {}
    with dock.floor.refused("step_not_possible"):
        dock.receive("50")


def test_the_workshop_takes_back_what_nobody_has_judged_yet(dock: Dock) -> None:
    dock.hand_over()
    assert dock.do("AS1", "take_back", ("1",), reason="拿错批").ended == "taken_back"
    assert dock.floor.lies("PCB-1") == {}
    dock.hand_over()
    dock.inspect(passed="50")
    with dock.floor.refused("step_not_possible"):
        dock.do("AS1", "take_back", ("1",), reason="拿错批")


def test_nobody_makes_and_judges(dock: Dock) -> None:
    dock.begin("X1@assembly", "hand_over", [dock.line("PCB-1", "5")], TASK)
    with dock.floor.refused("own_work"):
        dock.inspect(who="X1@inspection", passed="5")
    dock.inspect(passed="5")
    with dock.floor.refused("own_work"):
        dock.receive("5", keeper="X1@finished_store")
    with dock.floor.refused("own_work"):
        dock.receive("5", inspector="X1")


def test_a_lot_that_somebody_held_meanwhile_does_not_come_in(dock: Dock) -> None:
    dock.hand_over()
    dock.inspect(passed="50")
    [(lot,)] = dock.floor.rows("SELECT lot FROM balances WHERE place = 'arrivals' AND quantity > 0")
    act(dock.floor.site, dock.floor.token("I1"), {"step": "hold_lot", "inputs": {"lot": lot, "reason": "再看看"}})
    with dock.floor.refused("not_inspected"):
        dock.receive("50")


def test_unprotected_product_is_handed_over_with_a_reason_only(dock: Dock) -> None:
    rows = [dock.line("PCB-1", "5")]
    with dock.floor.refused("answer_missing"):
        dock.begin("AS1", "hand_over", rows, TASK, protected="")
    with dock.floor.refused("reason_needed"):
        dock.begin("AS1", "hand_over", rows, TASK, protected="no")
    assert dock.begin("AS1", "hand_over", rows, TASK, protected="no", despite="马上包装")


def test_a_numbered_piece_has_a_line_of_its_own(dock: Dock) -> None:
    for lines in ([dock.line("VS-1", "1")], [dock.line("VS-1", "1", serial="S-7")] * 2, [dock.line("VS-1", "2", serial="S-7")]):
        with dock.floor.refused("rule_forbids"):
            dock.hand_over(*lines)
    with dock.floor.refused("serial_in_stock"):
        dock.hand_over(dock.line("VS-1", "1", serial="S-0001"))


def test_who_scans_the_papers_at_a_desk_has_no_hand_in_what_was_made(dock: Dock) -> None:
    dock.hand_over()
    dock.scan("I1", "2")
    dock.inspect(passed="50")
    dock.scan("K1", "2", "checked.1")
    assert dock.receive("50").ended == "received"
    dock.arrive()
    dock.scan("I1", "1")
    dock.inspect(passed="24")
    dock.scan("RK1", "1")
    assert dock.receive("24").ended == "received"


# Under and over


def test_of_a_task_that_is_short_what_exists_is_received_and_the_rest_stays_open_until_it_came(dock: Dock) -> None:
    dock.received("30", "50", "short")
    first = dock.case
    assert dock.floor.lies("PCB-1")["finished_store"] == 30 and dock.ended() == ""
    with dock.floor.refused("rule_forbids") as refused:
        dock.do("AL1", "rest", ("1",), "received")
    assert reasons(refused) == [("task_open", {"task": "RW-1", "item": "PCB-1", "ordered": "50", "left": "20"})]
    assert dock.received("20", "50", "whole").ended == "received"
    dock.yard.note = dock.floor.case = first
    assert dock.do("AL1", "rest", ("1",), "received").ended == "rest_settled"


def test_the_rest_waits_at_the_workshop_and_may_be_cancelled_with_a_reason(dock: Dock) -> None:
    dock.received("30", "50", "short")
    assert dock.floor.rows("SELECT desk, step FROM waiting WHERE in_case = ?", dock.case) == [("assembly", "rest")]
    with dock.floor.refused("answer_missing"):
        dock.do("AL1", "rest", ("1",), "cancelled")
    assert dock.do("AL1", "rest", ("1",), "cancelled", reason="客户减量").ended == "rest_settled"


def mended(dock: Dock, quantity: str = "2") -> Quality:
    """A task of which some were rejected, mended, inspected again and received after all."""
    dock.hand_over({"item": "PCB-1", "quantity": "50", "ordered": "50"})
    dock.inspect("part", passed=str(50 - int(quantity)), rejected=[{"line": 1, "quantity": quantity, "reason": "虚焊"}])
    dock.receive(str(50 - int(quantity)), "short")
    receipt, quality = dock.case, Quality(dock.yard)
    quality.report(quality.lot("PCB-1", "quarantine"), quantity, "PCB-1")
    made_good(quality, quantity)
    dock.yard.note = dock.floor.case = receipt
    return quality


def made_good(quality: Quality, quantity: str) -> None:
    """Judged, reworked, inspected and received."""
    quality.assess()
    quality.do("Q1", "dispose", "1", "rework", mended_at="assembly")
    quality.do("AS1", "mend_in_assembly", "2")
    quality.inspect(conforming=quantity)
    quality.receive()


def test_what_was_rejected_and_mended_counts_for_its_task_when_it_is_received_R028(dock: Dock) -> None:
    mended(dock)
    assert dock.floor.lies("PCB-1")["finished_store"] == 50
    assert dock.do("AL1", "rest", ("1",), "received").ended == "rest_settled"


def test_what_is_mended_and_not_yet_received_again_is_still_open(dock: Dock) -> None:
    quality, receipt = mended(dock), dock.case
    [(report,)] = dock.floor.rows("SELECT code FROM cases WHERE procedure = 'nonconformity'")
    dock.yard.note = dock.floor.case = report
    [(act,)] = dock.floor.rows("SELECT MAX(seq) FROM acts WHERE in_case = ?", report)
    quality.fixed("K1", "reverse", act=act, reason="放错货架")
    assert left_of(dock, receipt) == "2"


def test_what_the_store_sets_apart_later_was_received_once(dock: Dock) -> None:
    dock.received("30", "50", "short")
    receipt, quality = dock.case, Quality(dock.yard)
    lot = quality.lot("PCB-1")
    quality.fixed("Q1", "hold_lot", lot=lot, reason="受潮")
    quality.report(lot, "30", "PCB-1")
    report = dock.case
    assert left_of(dock, receipt) == "20"
    dock.yard.note = dock.floor.case = report
    made_good(quality, "30")
    assert left_of(dock, receipt) == "20"


def left_of(dock: Dock, receipt: str) -> object:
    """How much of the task is still open, as the leader is told who says that all has come."""
    dock.yard.note = dock.floor.case = receipt
    with dock.floor.refused("rule_forbids") as refused:
        dock.do("AL1", "rest", ("1",), "received")
    return reasons(refused)[0][1]["left"]


def test_neither_way_is_taken_where_it_does_not_fit(dock: Dock) -> None:
    dock.hand_over(dock.line("PCB-1", "30", "50"))
    dock.inspect(passed="30")
    with dock.floor.refused("rule_forbids") as refused:
        dock.receive("30", "whole")
    assert [code for code, _ in reasons(refused)] == ["task_open"]
    dock.receive("30", "short")
    dock.hand_over(dock.line("PCB-1", "20", "50"))
    dock.inspect(passed="20")
    with dock.floor.refused("rule_forbids") as refused:
        dock.receive("20", "short")
    assert [code for code, _ in reasons(refused)] == ["task_not_open"]


def test_what_is_over_is_spare_lies_apart_and_is_marked(dock: Dock) -> None:
    done = dock.received("53", "50", "whole", customer="海河机械")
    assert done.ended == "received"
    assert dock.floor.lies("PCB-1") == {"finished_store": 50, "spare_area": 3, "production": -53}
    lies = "SELECT lot FROM balances WHERE item = 'PCB-1' AND counter = 0 AND quantity > 0 ORDER BY quantity"
    lots = [lot for (lot,) in dock.floor.rows(lies)]
    assert len(set(lots)) == 2 and dock.prints("lot_label") == lots
    assert dock.floor.card("K1", done.opened[0]["serial"])["document"]["lines"][0]["spare"] == "3"


def test_a_task_that_was_received_whole_makes_all_that_comes_after_it_spare(dock: Dock) -> None:
    dock.received("50", "50", "whole")
    dock.received("4", "50", "whole")
    assert dock.floor.lies("PCB-1") == {"finished_store": 50, "spare_area": 4, "production": -54}


def test_another_task_is_another_task(dock: Dock) -> None:
    dock.received("50", "50", "whole")
    dock.received("4", "4", "whole", task="RW-2")
    assert dock.floor.lies("PCB-1") == {"finished_store": 54, "production": -54}


def test_one_task_orders_one_quantity_whichever_slip_says_so(dock: Dock) -> None:
    dock.received("30", "50", "short")
    first = dock.case
    with dock.floor.refused("rule_forbids") as refused:
        dock.hand_over(dock.line("PCB-1", "20", "60"))
    told = {"line": 1, "item": "PCB-1", "said": "60", "ordered": "50", "serial": first}
    assert reasons(refused) == [("task_disagrees", told)]
    with dock.floor.refused("rule_forbids"):
        dock.hand_over(dock.line("V-200", "1", "2"), dock.line("V-200", "1", "3"))


def test_goods_for_an_order_are_kept_for_its_customer(dock: Dock) -> None:
    dock.received("30", "50", "short", customer="海河机械")
    assert free_of(dock, "PCB-1") == 0
    dock.yard.announce()
    with dock.floor.refused("rule_forbids"):
        dock.yard.write((("PCB-1", "30"),), customer="别家")
    dock.yard.write((("PCB-1", "30"),))
    dock.yard.do("S2", "approve")
    dock.yard.pick(line_1="30")
    assert dock.floor.lies("PCB-1") == {"dispatch_area": 30, "production": -30}


# Verdicts by slices


def test_a_part_passes_and_the_rejected_part_is_set_apart_by_the_verdict_itself(dock: Dock) -> None:
    dock.hand_over()
    done = dock.inspect("part", passed="44", rejected=[slice_of(1, "4", "划伤"), slice_of(1, "2", "虚焊")])
    assert dock.lots("arrivals") == [("PCB-1", 44, "")] and dock.lots("quarantine") == [("PCB-1", 6, "nonconforming")]
    [line] = dock.floor.card("I1", done.opened[0]["serial"])["document"]["lines"]
    assert (line["passed"], line["rejected"], line["cause"]) == ("44", "6", "划伤; 虚焊")
    dock.receive("44", "short")
    assert free_of(dock, "PCB-1") == 44 and dock.lots("quarantine") == [("PCB-1", 6, "nonconforming")]


def slice_of(line: int, quantity: str, reason: str) -> Json:
    return {"line": line, "quantity": quantity, "reason": reason}


def test_of_several_lines_each_goes_its_own_way_and_keeps_its_number(dock: Dock) -> None:
    dock.hand_over(dock.line("V-300", "2"), dock.line("PCB-1", "50"), dock.line("V-200", "3"))
    dock.inspect("part", passed=counts("0", "50", "1"), rejected=[slice_of(1, "2", "裂纹"), slice_of(3, "2", "漏")])
    assert dock.lots("quarantine") == [("V-300", 2, "nonconforming"), ("V-200", 2, "nonconforming")]
    rows = propose(dock.floor.site, dock.floor.token("K1"), dock.case, "receive", "short")["expected"]
    assert [(row["line"], row["item"], row["quantity"]) for row in rows] == [(2, "PCB-1", "50"), (3, "V-200", "1")]
    dock.receive([{"line": 2, "quantity": "50"}, {"line": 3, "quantity": "1"}], "short")
    assert free_of(dock, "V-200") == 1 and free_of(dock, "V-300") == 0


def test_blank_never_passes_and_the_slices_are_together_what_is_there(dock: Dock) -> None:
    dock.hand_over(dock.line("PCB-1", "50"), dock.line("V-200", "3"))
    for inputs in ({}, {"passed": ""}, {"passed": [{"line": 1, "quantity": "50"}]}, {"passed": "53"}):
        with dock.floor.refused("answer_missing", "count_by_line"):
            dock.inspect(**inputs)
    with dock.floor.refused("rule_forbids") as refused:
        dock.inspect(passed=counts("49", "3"))
    assert [code for code, _ in reasons(refused)] == ["line_miscounted"]
    with dock.floor.refused("rule_forbids") as refused:
        dock.inspect("part", passed=counts("49", "3"), rejected=[slice_of(1, "2", "划伤")])
    told = {"line": 1, "item": "PCB-1", "there": "50", "passed": "49", "rejected": "2"}
    assert ("slices_do_not_add_up", told) in reasons(refused)
    for rejected in ([], [slice_of(1, "1", "")], [slice_of(9, "1", "x")], [{**slice_of(1, "1", "x"), "lot": "L"}]):
        with dock.floor.refused("answer_missing", "line_unknown", "field_unknown"):
            dock.inspect("part", passed=counts("49", "3"), rejected=rejected)
    with dock.floor.refused("field_unknown"):
        dock.inspect(passed=counts("50", "3"), rejected=[slice_of(1, "1", "x")])


@pytest.mark.parametrize("passed", ["0", "50"])
def test_a_part_is_more_than_none_and_less_than_all(dock: Dock, passed: str) -> None:
    dock.hand_over()
    rejected = [slice_of(1, "50" if passed == "0" else "1", "划伤")]
    with dock.floor.refused("rule_forbids") as refused:
        dock.inspect("part", passed=passed, rejected=rejected)
    assert "some_passed" in [code for code, _ in reasons(refused)]


def test_when_nothing_passes_nothing_is_received_and_all_of_it_is_set_apart(dock: Dock) -> None:
    dock.hand_over()
    with dock.floor.refused("answer_missing"):
        dock.inspect("fail")
    assert dock.inspect("fail", reason="绿油起泡").ended == "rejected"
    assert dock.lots("quarantine") == [("PCB-1", 50, "nonconforming")] and free_of(dock, "PCB-1") == 0
    assert dock.floor.rows("SELECT kind FROM signatures WHERE in_case = ? AND step = 'inspect'", dock.case) == [("sign",)]


def test_a_numbered_piece_that_is_rejected_keeps_its_name(dock: Dock) -> None:
    pieces = [dock.line("VS-1", "1", "2", serial=serial) for serial in ("S-7", "S-8")]
    dock.hand_over(*pieces)
    dock.inspect("part", passed=counts("1", "0"), rejected=[slice_of(2, "1", "漏")])
    held = "SELECT l.serial, l.hold FROM balances b JOIN lots l ON l.code = b.lot WHERE b.place = ? AND b.quantity > 0"
    assert dock.floor.rows(held, "quarantine") == [("S-8", "nonconforming")]
    assert dock.floor.rows(held, "arrivals") == [("S-7", "")]


def test_a_verdict_taken_back_brings_all_of_it_back_into_custody(dock: Dock) -> None:
    dock.hand_over()
    dock.inspect("part", passed="44", rejected=[slice_of(1, "6", "划伤")])
    dock.do("I1", "reverse")
    assert dock.lots("arrivals") == [("PCB-1", 50, "to_be_inspected")] and dock.lots("quarantine") == []
    dock.inspect(passed="50")
    assert dock.receive("50").ended == "received"


def test_what_came_under_a_task_is_found_without_reading_what_came_under_others(dock: Dock) -> None:
    asked = (
        (RECEIVED, ("finished_store", "RW-1", "arrivals")),
        (MENDED, ("finished_store", "RW-1", "under_review", "quarantine")),
        (ON_OTHER_SLIPS, ("RW-1", "RK26-000001")),
    )
    for sql, values in asked:
        plan = " | ".join(row[3] for row in dock.floor.rows(f"EXPLAIN QUERY PLAN {sql}", *values))
        assert "documents_of_task" in plan and "SCAN" not in plan.replace("SCAN (subquery", ""), plan


@pytest.mark.parametrize(("days", "refused"), [(-1, True), (30, False)])
def test_what_has_expired_keeps_no_promise_when_a_receipt_is_taken_back_R049(dock: Dock, days: int, refused: bool) -> None:
    """Fifty are received and twenty promised; the hundred that lie there besides keep the promise only while they are good."""
    put(dock.floor, "PCB-1", 100, "", expires_at=START + days * DAY)
    other = dock.hand_over(task="RW-9")
    dock.received("50", "50", "whole")
    with writing(dock.floor) as entry:
        Stock(entry, dock.floor.site.factory.places).reserve(other, "PCB-1", "finished_store", 20_000)
    if refused:
        with dock.floor.refused("not_enough_free"):
            dock.floor.do("K1", "reverse", case=dock.case)
    else:
        dock.floor.do("K1", "reverse", case=dock.case)
