"""Nonconforming goods: marked and set apart, disposed of in one of five ways, free again only with a stamp (P04, R112–R118)."""

from __future__ import annotations

from typing import Any

import pytest
from factory_floor import DAY
from known_names import edited_step
from quality_floor import DRIVER, PLAN, REPORT, Quality

import data
from qdesk.desk.book import known_of
from qdesk.factory import load_factory
from qdesk.procedure import combinations, load
from qdesk.proof import prove
from qdesk.quarantine import NONCONFORMING
from qdesk.stock import free

FILE = "nonconformity.toml"
KNOWN = known_of(load_factory())
START = {"finished_store": 40, "quarantine": 10, "difference": -50}
REVIEWED = {"finished_store": 40, "under_review": 10, "difference": -50}
BACK = {"finished_store": 50, "difference": -50}


def free_of(quality: Quality, item: str = "V-100") -> int:
    """How much of an item may be used."""
    with quality.floor.site.database.reading() as cursor:
        return free(cursor, item, "finished_store", quality.floor.clock.now()) // 1000


# What is reported


def test_a_report_takes_the_goods_out_of_quarantine_for_its_case(quality: Quality) -> None:
    lot = quality.apart()
    assert quality.lies() == START
    quality.report(lot)
    assert quality.lies() == REVIEWED
    assert quality.hold(lot) == NONCONFORMING
    assert free_of(quality) == 40


def test_of_a_lot_in_quarantine_a_part_is_reported_and_the_rest_waits(quality: Quality) -> None:
    lot = quality.apart()
    quality.report(lot, "4")
    assert quality.lies() == {**START, "quarantine": 6, "under_review": 4}
    first = quality.case
    quality.report(lot, "6")
    assert quality.case != first
    assert quality.lies() == REVIEWED


def test_a_held_lot_is_reported_where_a_store_keeps_it(quality: Quality) -> None:
    lot = quality.lot()
    with quality.floor.refused("rule_forbids") as refused:
        quality.report(lot, "10")
    assert [(each.code, each.arguments["there"]) for each in refused[0].because] == [("not_set_apart", "0")]
    quality.fixed("Q1", "hold_lot", lot=lot, reason="铸件有疑")
    quality.report(lot, "10")
    assert quality.lies() == REVIEWED
    assert quality.hold(lot) == "held"


def test_more_than_waits_is_not_reported_nor_the_same_twice(quality: Quality) -> None:
    lot = quality.apart()
    for lines in ([("11",)], [("6",), ("5",)]):
        rows = [{"item": "V-100", "lot": lot, "quantity": quantity} for (quantity,) in lines]
        with quality.floor.refused("rule_forbids") as refused:
            quality.begin("I1", "open", rows, REPORT)
        assert [(each.code, each.arguments["wanted"]) for each in refused[0].because] == [("not_set_apart", "11")]


def test_a_report_is_signed_and_not_amended_as_goods_have_moved_on_it(quality: Quality) -> None:
    lot = quality.apart()
    quality.report(lot, "4")
    assert quality.floor.rows("SELECT role FROM signatures WHERE in_case = ?", quality.case) == [("inspector",)]
    lines = [{"item": "V-100", "lot": lot, "quantity": "6"}]
    with quality.floor.refused("goods_moved"):
        quality.do("I1", "amend", fields=REPORT, lines=lines)


def test_goods_that_a_case_counts_on_are_reported_when_it_is_settled(quality: Quality) -> None:
    promised, lot = quality.floor.apply(quantity="45"), quality.lot()
    quality.floor.step("authorise")
    quality.fixed("Q1", "hold_lot", lot=lot, reason="铸件有疑")
    with quality.floor.refused("rule_forbids") as refused:
        quality.report(lot, "10")
    assert [(each.code, each.arguments["cases"]) for each in refused[0].because] == [("still_promised", [promised])]
    quality.report(lot, "5")
    quality.floor.do("S2", "withdraw", case=promised, reason="铸件有疑")
    quality.report(lot, "10")


@pytest.mark.parametrize("upto", ["open", "dispose", "mend", "reinspect"])
def test_what_was_done_last_is_taken_back_and_all_lies_as_before(quality: Quality, upto: str) -> None:
    lot = quality.apart()
    moments, before = {}, [quality.lies(), quality.hold(lot)]
    for step, do in (
        ("open", lambda: quality.report(lot, "4")),
        ("assess", quality.assess),
        ("dispose", lambda: quality.do("Q1", "dispose", "1", "rework", mended_at="valve_shop")),
        ("mend", lambda: quality.do("R1", "mend", "2")),
        ("reinspect", lambda: quality.inspect("part", conforming="3", reason="一件仍有划伤")),
    ):
        moments[step] = [quality.lies(), quality.hold(lot)]
        do()
        if step == upto:
            break
    [(act,)] = quality.floor.rows("SELECT MAX(seq) FROM acts WHERE step = ?", upto)
    quality.do("Q1", "reverse", case="", act=act, reason="办错")
    assert [quality.lies(), quality.hold(lot)] == moments[upto]
    assert moments["open"] == before


def test_nobody_frees_nonconforming_goods_by_hand(quality: Quality) -> None:
    lot = quality.apart()
    for who in ("I1", "Q1"):
        with quality.floor.refused("lot_nonconforming"):
            quality.fixed(who, "release_lot", lot=lot, reason="没事")


def test_a_report_by_mistake_is_withdrawn_and_the_goods_wait_on(quality: Quality) -> None:
    lot = quality.apart()
    quality.report(lot)
    assert quality.do("Q1", "withdraw", reason="重复填写").ended == "withdrawn"
    assert quality.lies() == START
    assert quality.hold(lot) == NONCONFORMING
    quality.report(lot)


# How grave it is


def test_who_reports_does_not_judge_or_dispose(quality: Quality) -> None:
    quality.report(who="X1@inspection")
    with quality.floor.refused("own_work"):
        quality.do("X1@quality", "assess", "1", "ordinary", responsible_unit="阀车间")
    quality.assess()
    with quality.floor.refused("own_work"):
        quality.do("X1@quality", "dispose", "1", "rework", mended_at="valve_shop")


def test_class_a_goes_to_the_general_manager_with_a_countermeasure_before_anything_goes_on(quality: Quality) -> None:
    quality.report()
    with quality.floor.refused("answer_missing"):
        quality.assess("class_a")
    quality.assess("class_a", countermeasure="更换刀具并全检")
    assert quality.field("defect_class") == "A"
    assert quality.field("countermeasure") == "更换刀具并全检"
    with quality.floor.refused("step_not_possible") as refused:
        quality.do("Q1", "dispose", "1", "scrap", reason="裂纹")
    assert {each.code for each in refused[0].because} == {"step_any_missing", "copy_elsewhere"}
    quality.do("M1", "confirm", "1", "confirm")
    quality.do("Q1", "dispose", "1", "scrap", reason="裂纹")


def test_a_countermeasure_that_is_sent_back_is_judged_anew(quality: Quality) -> None:
    quality.report()
    quality.assess("class_a", countermeasure="加强教育")
    quality.do("M1", "confirm", "1", "refuse", reason="对策不具体")
    with quality.floor.refused("step_not_possible"):
        quality.do("Q1", "dispose", "1", "scrap", reason="裂纹")
    quality.do("X1@quality", "assess", "1", "class_a", responsible_unit="阀车间", countermeasure="更换刀具并全检")
    with quality.floor.refused("own_work"):
        quality.do("X1@management", "confirm", "1", "confirm")
    quality.do("M1", "confirm", "1", "confirm")


def test_a_functional_failure_is_judged_by_the_general_manager_or_a_reason_is_written(quality: Quality) -> None:
    quality.report(nature="functional")
    with quality.floor.refused("reason_needed") as refused:
        quality.assess()
    assert [each.code for each in refused[0].because] == ["functional_judged"]
    quality.assess("functional")
    quality.do("M1", "confirm", "1", "confirm")
    quality.do("Q1", "dispose", "1", "rework", mended_at="valve_shop")
    quality.report(nature="functional")
    quality.assess(despite="总经理出差，已电话同意")


def test_a_site_names_its_own_classes(quality: Quality) -> None:
    quality.report()
    quality.assess(defect_class="C")
    assert quality.field("defect_class") == "C"


# Five ways


def test_there_are_exactly_five_dispositions() -> None:
    procedure = load(data.read(f"procedures/{FILE}"), FILE, KNOWN)
    ways = [outcome.name for outcome in procedure.steps["dispose"].outcomes]
    assert ways == ["rework", "repair", "concession", "scrap", "return"]
    [column] = [each for each in procedure.forms["nonconforming"].fields if each.name == "disposition"]
    assert [(choice.id, choice.title.zh) for choice in column.choices] == list(
        zip(ways, ["返工", "返修", "让步接收", "报废", "退货"], strict=True)
    )


def test_reworked_goods_are_free_only_with_a_stamp_and_in_the_store(quality: Quality) -> None:
    lot = quality.apart()
    quality.mended(lot=lot)
    assert quality.hold(lot) == "to_be_inspected"
    with quality.floor.refused("not_inspected"):
        quality.receive()
    quality.inspect()
    assert quality.lies() == REVIEWED
    assert free_of(quality) == 40
    assert quality.receive().ended == "in_finished_store"
    assert quality.lies() == BACK
    assert free_of(quality) == 50


def test_who_mends_does_not_stamp(quality: Quality) -> None:
    quality.disposed("rework", mended_at="assembly")
    quality.do("X1@assembly", "mend_in_assembly", "2")
    with quality.floor.refused("own_work"):
        quality.inspect(who="X1@inspection")
    quality.inspect()


SHOPS = {"valve_shop": ("R1", "mend"), "assembly": ("AS1", "mend_in_assembly")}


@pytest.mark.parametrize(("named", "other"), [("valve_shop", "assembly"), ("assembly", "valve_shop")])
def test_the_shop_that_was_named_mends(quality: Quality, named: str, other: str) -> None:
    lot = quality.apart()
    quality.disposed("rework", lot, mended_at=named)
    with quality.floor.refused("rule_forbids") as refused:
        quality.do(*SHOPS[other], "2")
    assert [(each.code, each.where) for each in refused[0].because] == [("mended_elsewhere", named)]
    quality.do(*SHOPS[named], "2")
    assert quality.hold(lot) == "to_be_inspected"


def test_goods_are_mended_by_a_shop_and_no_other_desk(quality: Quality) -> None:
    quality.report()
    quality.assess()
    for answer, code in (("sales", "choice_unknown"), ("", "answer_missing")):
        with quality.floor.refused(code):
            quality.do("Q1", "dispose", "1", "rework", mended_at=answer)


def test_nothing_is_repaired_without_a_written_standard(quality: Quality) -> None:
    quality.report()
    quality.assess()
    with quality.floor.refused("answer_missing"):
        quality.do("Q1", "dispose", "1", "repair", mended_at="valve_shop")
    quality.do("Q1", "dispose", "1", "repair", mended_at="valve_shop", repair_standard="FX-12 补焊检验")
    assert quality.field("repair_standard") == "FX-12 补焊检验"
    quality.do("R1", "mend", "2")
    with quality.floor.refused("rule_forbids") as refused:
        quality.inspect(meets_requirements="no")
    assert [each.code for each in refused[0].because] == ["check_not_passed"]
    with quality.floor.refused("answer_missing"):
        quality.inspect(meets_requirements="")
    quality.inspect()
    assert quality.receive().ended == "in_finished_store"


@pytest.mark.parametrize(("outcome", "good"), [("pass", "10"), ("part", "7")])
def test_nothing_passes_outside_the_plan_or_short_of_what_was_asked(qualities: Any, outcome: str, good: str) -> None:
    quality = qualities(own=PLAN)
    quality.mended()
    reason = {"reason": "三件仍有划伤"} if outcome == "part" else {}
    for measured, meets, code in (("0.9", "yes", "out_of_limits"), ("0.1", "no", "check_not_passed")):
        with quality.floor.refused("rule_forbids") as refused:
            quality.inspect(outcome, conforming=good, leak=measured, meets_requirements=meets, **reason)
        assert [each.code for each in refused[0].because] == [code]
    quality.inspect(outcome, conforming=good, leak="0.1", **reason)


def test_a_pass_is_over_everything_and_a_part_over_less(quality: Quality) -> None:
    quality.mended()
    tried = (("9", "pass", "line_miscounted"), ("10", "part", "some_passed"), ("0", "part", "some_passed"))
    for counted, outcome, code in (*tried, ("11", "part", "line_miscounted")):
        more = {"reason": "漏检"} if outcome == "part" else {}
        with quality.floor.refused("rule_forbids") as refused:
            quality.inspect(outcome, conforming=counted, **more)
        assert refused[0].because[0].code == code
    for outcome in ("pass", "part"):
        proposed = quality.proposed("I1", "reinspect", outcome)
        assert set(proposed) == {"expected"} and proposed["expected"][0]["quantity"] == "10"


def test_of_a_part_that_passes_the_rest_is_set_apart_again_for_a_report_of_its_own(quality: Quality) -> None:
    quality.mended()
    quality.inspect("part", conforming="7", reason="三件仍有划伤")
    assert quality.lies() == {"finished_store": 40, "under_review": 7, "quarantine": 3, "difference": -50}
    assert quality.receive().ended == "in_finished_store"
    assert quality.lies() == {"finished_store": 47, "quarantine": 3, "difference": -50}
    assert free_of(quality) == 47
    [lot] = [row[0] for row in quality.floor.rows("SELECT lot FROM balances WHERE place = 'quarantine' AND quantity > 0")]
    assert quality.hold(lot) == NONCONFORMING
    quality.report(lot, "3")


def test_what_fails_again_is_disposed_of_again(quality: Quality) -> None:
    quality.mended()
    quality.inspect("fail")
    assert quality.lies() == REVIEWED
    with quality.floor.refused("step_not_possible"):
        quality.do("R1", "mend", "2")
    quality.do("Q1", "dispose", "1", "scrap", reason="返工无效")
    assert quality.do("I1", "scrap", "2").ended == "scrapped"


def test_a_disposition_is_changed_while_nothing_has_come_of_it(quality: Quality) -> None:
    quality.disposed("rework", mended_at="valve_shop")
    quality.do("Q1", "revise", "1", reason="返工成本过高")
    quality.do("Q1", "dispose", "1", "scrap", reason="不值得返工")
    assert quality.field("disposition") == "scrap"
    assert quality.field("mended_at") == ""
    quality.do("I1", "scrap", "2")
    with quality.floor.refused("step_not_possible"):
        quality.do("Q1", "revise", "1", reason="晚了")


def test_scrap_leaves_with_a_second_signature_and_its_register_says_what_was_collected(quality: Quality) -> None:
    lot = quality.apart()
    quality.report(lot)
    quality.assess()
    quality.do("X1@quality", "dispose", "1", "scrap", reason="裂纹")
    with quality.floor.refused("own_work"):
        quality.do("X1@inspection", "scrap", "2")
    assert quality.do("I1", "scrap", "2").ended == "scrapped"
    assert quality.lies() == {"finished_store": 40, "scrap": 10, "difference": -50}
    sql = "SELECT l.item, l.quantity / 1000 FROM documents d JOIN lines l ON l.serial = d.serial WHERE d.form = 'scrapping'"
    assert quality.floor.rows(sql) == [("V-100", 10)]


# Concession


def test_a_concession_waits_for_the_customers_written_approval(quality: Quality) -> None:
    quality.conceded()
    with quality.floor.refused("step_not_possible"):
        quality.do("I1", "accept", "2")
    with quality.floor.refused("answer_missing"):
        quality.approve(customer_approval="")
    with quality.floor.refused("signature_missing"):
        quality.approve(signers={})
    quality.approve()
    assert quality.field("customer_approval") == "海河函 2026-07"
    with quality.floor.refused("not_inspected"):
        quality.receive()
    quality.do("I1", "accept", "2")
    assert quality.receive().ended == "in_finished_store"
    assert free_of(quality) == 50


def test_who_decided_on_the_concession_does_not_stamp_it(quality: Quality) -> None:
    quality.report()
    quality.assess()
    asked = {"customer": "海河机械", "deviation": "划伤"}
    quality.do("X1@quality", "dispose", "1", "concession", fields=asked)
    quality.approve()
    with quality.floor.refused("own_work"):
        quality.do("X1@inspection", "accept", "2")


def test_quality_keeps_the_approval(quality: Quality) -> None:
    serial = quality.conceded()
    quality.approve()
    quality.do("I1", "accept", "2")
    quality.receive()
    assert quality.floor.rows("SELECT due, filed_at IS NOT NULL FROM copies WHERE serial = ?", serial) == [("quality", 1)]


def test_a_concession_is_not_until_a_day_that_is_over(quality: Quality) -> None:
    quality.report()
    quality.assess()
    asked = {"customer": "海河机械", "deviation": "划伤", "use_until": "2026-03-01"}
    with quality.floor.refused("rule_forbids") as refused:
        quality.do("Q1", "dispose", "1", "concession", fields=asked)
    assert [each.code for each in refused[0].because] == ["use_until_past"]


def test_what_is_accepted_for_a_time_is_expired_when_it_is_over(quality: Quality) -> None:
    serial = quality.conceded(use_until="2026-03-10")
    lines = quality.floor.rows("SELECT item, quantity / 1000 FROM lines WHERE serial = ?", serial)
    assert lines == [("V-100", 10)]
    quality.approve()
    quality.do("I1", "accept", "2")
    quality.receive()
    assert free_of(quality) == 50
    quality.floor.clock.advance(8 * DAY)
    assert free_of(quality) == 50
    quality.floor.clock.advance(DAY)
    assert free_of(quality) == 40


def test_a_customer_who_refuses_sends_it_back_to_the_disposition(quality: Quality) -> None:
    quality.conceded()
    quality.approve("refused")
    with quality.floor.refused("step_not_possible"):
        quality.do("I1", "accept", "2")
    quality.do("Q1", "dispose", "1", "scrap", reason="客户不接收")
    quality.do("I1", "scrap", "2")


# Back to the supplier


def to_supplier(quality: Quality, **known: int) -> None:
    """A report on a part that is to go back to who delivered it; what is known of the item is said with it."""
    quality.report(quality.apart("NEW-PART", 10, "parts_store", **known), item="NEW-PART", kind="incoming", home="parts_store")
    quality.assess()
    quality.do("Q1", "dispose", "1", "return", returned_to="华北铸造")


def test_only_what_was_bought_goes_back_to_a_supplier(quality: Quality) -> None:
    quality.report()
    quality.assess()
    with quality.floor.refused("rule_forbids") as refused:
        quality.do("Q1", "dispose", "1", "return", returned_to="华北铸造")
    assert [each.code for each in refused[0].because] == ["not_purchased"]


def test_returned_goods_leave_by_the_gate_with_a_pass_and_not_without(quality: Quality) -> None:
    to_supplier(quality, purchased=1)
    quality.do("RK1", "load#1", "2", signers=DRIVER)
    assert quality.lies("NEW-PART") == {"parts_store": 90, "vehicle": 10, "difference": -100}
    vehicle = {"plate": "晋A12345", "driver": "赵师傅", "packages": "3"}
    quality.do("RK1", "issue_pass#1", "2", fields=vehicle)
    piece = quality.yard.pieces[f"{quality.yard.serials['pass#1']}/2"]
    assert quality.yard.show(piece, plate="A99999", count="3")["verdict"] != "release"
    assert quality.yard.show(piece, plate="A12345", count="3")["verdict"] == "release"
    assert quality.lies("NEW-PART") == {"parts_store": 90, "supplier": 10, "difference": -100}
    assert quality.floor.ended() == "returned"
    card = quality.floor.card("Q1", quality.yard.serials["pass#1"])
    assert card["document"]["fields"]["customer"] == "华北铸造"


def test_who_reported_or_decided_does_not_load_it(quality: Quality) -> None:
    lot = quality.apart("NEW-PART", 10, "parts_store", purchased=1)
    quality.report(lot, "5", item="NEW-PART", who="X1@inspection")
    quality.assess()
    quality.do("Q1", "dispose", "1", "return", returned_to="华北铸造")
    with quality.floor.refused("own_work"):
        quality.do("X1@raw_store", "load#1", "2", signers=DRIVER)
    quality.report(lot, "5", item="NEW-PART")
    quality.assess()
    quality.do("X1@quality", "dispose", "1", "return", returned_to="华北铸造")
    with quality.floor.refused("own_work"):
        quality.do("X1@raw_store", "load#1", "2", signers=DRIVER)


def test_a_pass_counts_whole_packages(quality: Quality) -> None:
    to_supplier(quality, purchased=1)
    quality.do("RK1", "load#1", "2", signers=DRIVER)
    with quality.floor.refused("rule_forbids") as refused:
        quality.do("RK1", "issue_pass#1", "2", fields={"plate": "晋A12345", "driver": "赵师傅", "packages": "0"})
    assert [each.code for each in refused[0].because] == ["packages_whole"]


def test_a_vehicle_that_is_unloaded_gives_the_goods_back_to_the_case(quality: Quality) -> None:
    to_supplier(quality, purchased=1)
    quality.do("RK1", "load#1", "2", signers=DRIVER)
    quality.do("RK1", "unload#1", "2", reason="供方车不合要求")
    assert quality.lies("NEW-PART") == {"parts_store": 90, "under_review": 10, "difference": -100}
    quality.do("Q1", "revise", "1", reason="供方不收")
    quality.do("Q1", "dispose", "1", "scrap", reason="供方不收")
    quality.do("I1", "scrap", "2")


# Which store


STORES = {"finished_store": ("finished", "K1"), "parts_store": ("parts", "PK1"), "raw_store": ("raw", "RK1")}


@pytest.mark.parametrize("home", STORES)
def test_what_is_good_again_goes_to_the_store_that_the_report_names(quality: Quality, home: str) -> None:
    quality.mended(fields={"home": home})
    quality.inspect()
    for other in sorted(set(STORES) - {home}):
        with quality.floor.refused("rule_forbids") as refused:
            quality.receive(*STORES[other])
        assert [(each.code, each.where) for each in refused[0].because] == [("other_home", home)]
    before = quality.lies().get(home, 0)
    assert quality.receive(*STORES[home]).ended == f"in_{home}"
    assert quality.lies()[home] == before + 10


@pytest.mark.parametrize("home", STORES)
def test_who_stamped_does_not_take_it_into_the_store(quality: Quality, home: str) -> None:
    quality.mended(fields={"home": home})
    quality.inspect(who="X1@inspection")
    with quality.floor.refused("own_work"):
        quality.receive(STORES[home][0], f"X1@{home}")
    quality.conceded(home=home)
    quality.approve()
    quality.do("X1@inspection", "accept", "2")
    with quality.floor.refused("own_work"):
        quality.receive(STORES[home][0], f"X1@{home}")


def test_a_lot_held_by_hand_meanwhile_is_not_received(quality: Quality) -> None:
    lot = quality.apart()
    quality.mended(lot=lot)
    quality.inspect()
    quality.fixed("Q1", "hold_lot", lot=lot, reason="再看一眼")
    with quality.floor.refused("not_inspected"):
        quality.receive()
    quality.fixed("Q1", "release_lot", lot=lot, reason="没问题")
    quality.receive()


# The same cause again and again (R110, T40)


def test_one_cause_that_customers_met_with_is_warned_of_from_the_eleventh_time_in_a_quarter(qualities: Any) -> None:
    quality = qualities({"cause_per_quarter": "2"})
    lot = quality.apart()
    for cause in ("Seal leaks", "seal  LEAKS"):
        quality.report(lot, "1", kind="customer_return", cause=cause)
    quality.report(lot, "1", kind="in_process", cause="seal leaks")
    with quality.floor.refused("reason_needed") as refused:
        quality.report(lot, "1", kind="delivery", cause="seal leaks")
    [why] = refused[0].because
    assert why.code == "cause_too_often"
    assert [why.arguments[name] for name in ("count", "most", "quarter")] == [3, 2, "2026-Q1"]
    quality.report(lot, "1", kind="delivery", cause="seal leaks", despite="已立项整改")
    quality.floor.clock.advance(40 * DAY)
    quality.report(lot, "1", kind="delivery", cause="seal leaks")


def test_more_than_three_pieces_of_one_cause_at_a_customer_are_warned_of(quality: Quality) -> None:
    lot = quality.apart()
    quality.report(lot, "3", kind="customer_return")
    with quality.floor.refused("reason_needed") as refused:
        quality.report(lot, "4", kind="customer_return", cause="另一种")
    assert [(each.code, each.arguments["pieces"], each.arguments["most"]) for each in refused[0].because] == [
        ("cause_too_many", "4", 3)
    ]
    quality.report(lot, "4", kind="in_process")


def test_the_limits_are_ten_a_quarter_and_three_pieces() -> None:
    settings = load_factory().settings
    assert (settings["cause_per_quarter"].value, settings["cause_pieces"].value) == ("10", "3")


# Proved


def test_nonconforming_goods_are_proved_whatever_the_settings() -> None:
    text = data.read(f"procedures/{FILE}")
    for chosen in combinations(text, FILE):
        assert prove(load(text, FILE, KNOWN, chosen), KNOWN) == []


@pytest.mark.parametrize(
    ("step", "edit", "code"),
    [
        ("receive_finished", ('["reinspect.pass", "reinspect.part", "accept"]', '["dispose"]'), "proof.stock_without_stamp"),
        ("reinspect", ('not_by = ["mend", "mend_in_assembly", "dispose"]', "not_by = []"), "proof.own_work_stamped"),
        ("gate", ('not_by = ["issue_pass"]', "not_by = []"), "proof.own_pass_released"),
        ("assess", ('not_by = ["open"]', "not_by = []"), "proof.own_approval"),
    ],
)
def test_the_proof_sees_a_control_that_is_taken_out(step: str, edit: tuple[str, str], code: str) -> None:
    text = edited_step(data.read(f"procedures/{FILE}"), step, edit)
    assert code in {each.code for each in prove(load(text, FILE, KNOWN), KNOWN)}
