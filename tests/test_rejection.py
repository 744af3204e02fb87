"""What a customer rejected: confirmed by quality, made good and inspected, or scrapped and replaced (P48 7.2, R119–R123)."""

from __future__ import annotations

from typing import Any

import pytest
from delivery_floor import Yard
from known_names import edited_step
from quality_floor import GOOD, PLAN, Quality

import data
from qdesk.desk.book import known_of
from qdesk.factory import load_factory
from qdesk.procedure import load
from qdesk.proof import prove
from qdesk.rejecting import names_rejection

FILE = "rejection.toml"
KNOWN = known_of(load_factory())
ABOUT = {"customer": "海河机械", "complaint": "阀体渗漏"}
OUT = {"finished_store": 40, "customer": 6, "difference": -50}


@pytest.fixture
def rejected(yard: Yard) -> Quality:
    """What came back, on a yard with the shipped settings."""
    return brought_back(yard)


def brought_back(yard: Yard) -> Quality:
    """Four of ten that a customer did not take came back and wait apart."""
    yard.ready()
    yard.release()
    yard.arrive()
    yard.come_back(received="6", outcome="differs")
    claim = yard.serials["claim#1"]
    yard.do("DL1", "settle_claim#1", [f"{claim}/1"], "brought_back", reason="客户拒收")
    return Quality(yard, "rejection")


def lot_of(rejected: Quality) -> str:
    return rejected.lot(place="returned_goods")


def register(rejected: Quality, quantity: str = "4", who: str = "AF1", lot: str = "") -> str:
    """After-sales registers it."""
    lines = [{"item": "V-100", "lot": lot or lot_of(rejected), "quantity": quantity}]
    return rejected.begin(who, "register", lines, ABOUT)


def confirm(rejected: Quality, outcome: str) -> None:
    """Quality confirms it."""
    for_it = [f"{rejected.case}/1"]
    rejected.yard.do("Q1", "confirm", for_it, outcome, procedure="rejection", quality_finding="现场复检渗漏属实")


def reworkable(rejected: Quality, shop: str = "valve_shop") -> None:
    """Confirmed, and a production task slip issued."""
    register(rejected)
    confirm(rejected, "rework")
    rejected.do("P1", "task", "2", production_task="SC-118", mended_at=shop)


def inspect(rejected: Quality, outcome: str = "pass", counted: str = "4", who: str = "I1") -> str | None:
    """An inspector looks at it."""
    reason = {} if outcome == "pass" else {"reason": "仍渗漏"}
    asked = reason if outcome == "fail" else {"conforming": counted, **GOOD, **reason}
    return rejected.do(who, "inspect", "4", outcome, **asked).ended


def test_what_came_back_is_taken_up_by_its_case_and_by_no_other_way(rejected: Quality) -> None:
    assert rejected.lies() == {**OUT, "returned_goods": 4}
    with rejected.floor.refused("rule_forbids") as refused:
        register(rejected, "5")
    assert [each.code for each in refused[0].because] == ["not_set_apart"]
    register(rejected)
    assert rejected.lies() == {**OUT, "under_review": 4}


def test_goods_that_never_left_are_not_rejected_by_a_customer(rejected: Quality) -> None:
    with rejected.floor.refused("rule_forbids"):
        register(rejected, "1", lot=rejected.lot())
    apart = rejected.apart(quantity=2)
    with rejected.floor.refused("rule_forbids"):
        register(rejected, "2", lot=apart)


def test_neither_scrap_nor_rework_before_quality_has_confirmed(rejected: Quality) -> None:
    register(rejected)
    for who, step, copy, more in (
        ("DL1", "scrap_rejected", "4", {}),
        ("P1", "task", "2", {"production_task": "SC-118", "mended_at": "valve_shop"}),
        ("R1", "mend", "4", {}),
    ):
        with rejected.floor.refused("step_not_possible"):
            rejected.do(who, step, copy, **more)
    confirm(rejected, "not_reworkable")
    rejected.do("DL1", "scrap_rejected", "4")


def test_who_registers_does_not_confirm(rejected: Quality) -> None:
    register(rejected, who="X1@after_sales")
    with rejected.floor.refused("own_work"):
        rejected.do("X1@quality", "confirm", "1", "rework", quality_finding="属实")


def test_a_rejection_registered_by_mistake_is_withdrawn(rejected: Quality) -> None:
    lot = lot_of(rejected)
    register(rejected)
    assert rejected.do("AF1", "withdraw", reason="客户改口").ended == "withdrawn"
    assert rejected.lies() == {**OUT, "returned_goods": 4}
    assert rejected.hold(lot) == "brought_back"


def test_a_rejection_is_signed_and_not_amended_as_goods_have_moved_on_it(rejected: Quality) -> None:
    lot = lot_of(rejected)
    register(rejected, "2")
    with rejected.floor.refused("goods_moved"):
        rejected.do("AF1", "amend", fields=ABOUT, lines=[{"item": "V-100", "lot": lot, "quantity": "4"}])


def test_what_cannot_be_reworked_is_scrapped_and_replaced_on_a_requisition(rejected: Quality) -> None:
    register(rejected)
    confirm(rejected, "not_reworkable")
    with rejected.floor.refused("step_not_possible"):
        rejected.do("AF1", "replace", replacement_requisition="LL-7")
    rejected.do("DL1", "scrap_rejected", "4")
    assert rejected.lies() == {**OUT, "scrap": 4}
    with rejected.floor.refused("answer_missing"):
        rejected.do("AF1", "replace")
    with rejected.floor.refused("reason_needed") as refused:
        rejected.do("AF1", "replace", replacement_requisition="LL-7")
    assert [each.code for each in refused[0].because] == ["requisition_names_it"]
    assert rejected.do("AF1", "replace", replacement_requisition="LL-7", despite="停电前的手工单").ended == "replaced"
    assert rejected.field("replacement_requisition") == "LL-7"


def test_the_replacement_is_set_aside_on_a_requisition_that_names_the_rejection_R120(rejected: Quality) -> None:
    case = register(rejected)
    confirm(rejected, "not_reworkable")
    rejected.do("DL1", "scrap_rejected", "4")
    yard, about = rejected.yard, {"customer": ABOUT["customer"], "rejection": case}
    wanted = [{"item": "V-100", "quantity": "4"}]
    done = yard.do("AF1", "write", procedure="replacement", case="", fields=about, lines=wanted)
    serial = str(done.case)
    yard.do("Q1", "approve", procedure="replacement", case=serial)
    assert yard.do("K1", "set_aside", [f"{serial}/2"], procedure="replacement", case=serial).ended == "set_aside"
    assert rejected.do("AF1", "replace", replacement_requisition=serial).ended == "replaced"
    [(promised,)] = rejected.floor.rows("SELECT quantity FROM reservations WHERE in_case = ?", serial)
    assert promised == 4000


def test_the_sheet_goes_to_each_department_before_the_rework(rejected: Quality) -> None:
    register(rejected)
    assert set(rejected.floor.due().values()) == {"quality", "inspection"}
    confirm(rejected, "rework")
    assert rejected.floor.due() == {1: "quality", 2: "planning", 3: "technical", 4: "inspection"}
    assert rejected.field("quality_finding") == "现场复检渗漏属实"


@pytest.mark.parametrize(("shop", "who", "step"), [("valve_shop", "R1", "mend"), ("assembly", "AS1", "mend_in_assembly")])
def test_reworked_goods_pass_inspection_and_go_into_the_store(rejected: Quality, shop: str, who: str, step: str) -> None:
    reworkable(rejected, shop)
    rejected.do(who, step, "4")
    with rejected.floor.refused("not_inspected"):
        rejected.do("K1", "receive", "4")
    inspect(rejected)
    assert rejected.do("K1", "receive", "4").ended == "received"
    assert rejected.lies() == {**OUT, "finished_store": 44}
    told = rejected.floor.rows("SELECT DISTINCT desk FROM notices WHERE step = 'receive' ORDER BY desk")
    assert told == [("dispatch",), ("sales",)]


def test_a_change_of_design_has_drawing_and_process_before_the_task_slip(rejected: Quality) -> None:
    register(rejected)
    confirm(rejected, "redesign")
    with rejected.floor.refused("step_not_possible"):
        rejected.do("P1", "task", "2", production_task="SC-118", mended_at="valve_shop")
    with rejected.floor.refused("answer_missing"):
        rejected.do("T1", "drawings", "3", rework_drawing="TZ-9", signers={"technical_manager": "TM1"})
    rejected.do("T1", "drawings", "3", rework_drawing="TZ-9", rework_process="GY-4", signers={"technical_manager": "TM1"})
    rejected.do("P1", "task", "2", production_task="SC-118", mended_at="valve_shop")
    assert (rejected.field("rework_drawing"), rejected.field("production_task")) == ("TZ-9", "SC-118")


@pytest.mark.parametrize(("shop", "other"), [("valve_shop", "assembly"), ("assembly", "valve_shop")])
def test_who_reworked_does_not_stamp_and_the_other_shop_does_not_rework(rejected: Quality, shop: str, other: str) -> None:
    steps = {"valve_shop": ("R1", "mend"), "assembly": ("AS1", "mend_in_assembly")}
    lot = lot_of(rejected)
    reworkable(rejected, shop)
    with rejected.floor.refused("rule_forbids"):
        rejected.do(*steps[other], "4")
    rejected.do(f"X1@{shop}", steps[shop][1], "4")
    assert rejected.hold(lot) == "to_be_inspected"
    with rejected.floor.refused("own_work"):
        inspect(rejected, who="X1@inspection")


def test_who_confirmed_does_not_stamp_nor_scrap(rejected: Quality) -> None:
    register(rejected)
    papers = [f"{rejected.case}/1"]
    rejected.yard.do("X1@quality", "confirm", papers, "sound", procedure="rejection", quality_finding="未见渗漏")
    with rejected.floor.refused("own_work"):
        inspect(rejected, who="X1@inspection")
    rejected.do("I1", "inspect", "4", "fail", reason="渗漏")


@pytest.mark.parametrize("outcome", ["not_reworkable", "rework"])
def test_who_decided_that_it_is_scrap_does_not_scrap_it(rejected: Quality, outcome: str) -> None:
    register(rejected)
    papers, who = [f"{rejected.case}/1"], {"not_reworkable": "X1@quality", "rework": "Q1"}[outcome]
    rejected.yard.do(who, "confirm", papers, outcome, procedure="rejection", quality_finding="渗漏")
    if outcome == "rework":
        rejected.do("X1@quality", "give_up", "1", reason="阀体壁厚不足")
    with rejected.floor.refused("own_work"):
        rejected.do("X1@dispatch", "scrap_rejected", "4")
    rejected.do("DL1", "scrap_rejected", "4")


def test_who_registered_does_not_give_it_up_and_who_stamped_does_not_receive(rejected: Quality) -> None:
    register(rejected, who="X1@after_sales")
    confirm(rejected, "rework")
    with rejected.floor.refused("own_work"):
        rejected.do("X1@quality", "give_up", "1", reason="算了")
    rejected.do("P1", "task", "2", production_task="SC-118", mended_at="valve_shop")
    rejected.do("R1", "mend", "4")
    inspect(rejected, who="X1@inspection")
    with rejected.floor.refused("own_work"):
        rejected.do("X1@finished_store", "receive", "4")


@pytest.mark.parametrize(("outcome", "good"), [("pass", "4"), ("part", "3")])
def test_nothing_passes_outside_the_limits_of_the_plan(yards: Any, outcome: str, good: str) -> None:
    rejected = brought_back(yards(own=PLAN))
    reworkable(rejected)
    rejected.do("R1", "mend", "4")
    told = {"conforming": good, **GOOD, **({"reason": "仍渗漏"} if outcome == "part" else {})}
    with rejected.floor.refused("rule_forbids") as refused:
        rejected.do("I1", "inspect", "4", outcome, leak="0.9", **told)
    assert [each.code for each in refused[0].because] == ["out_of_limits"]
    rejected.do("I1", "inspect", "4", outcome, leak="0.1", **told)


@pytest.mark.parametrize(("outcome", "good"), [("pass", "4"), ("part", "3")])
def test_nothing_passes_that_does_not_meet_what_was_asked(rejected: Quality, outcome: str, good: str) -> None:
    reworkable(rejected)
    rejected.do("R1", "mend", "4")
    reason = {"reason": "仍渗漏"} if outcome == "part" else {}
    with rejected.floor.refused("rule_forbids"):
        rejected.do("I1", "inspect", "4", outcome, conforming=good, meets_requirements="no", **reason)
    wrong = {"pass": "3", "part": "4"}[outcome]
    with rejected.floor.refused("rule_forbids"):
        rejected.do("I1", "inspect", "4", outcome, conforming=wrong, **GOOD, **reason)


def test_of_a_part_that_passes_the_rest_is_set_apart(rejected: Quality) -> None:
    reworkable(rejected)
    rejected.do("R1", "mend", "4")
    inspect(rejected, "part", "3")
    rejected.do("K1", "receive", "4")
    assert rejected.lies() == {**OUT, "finished_store": 43, "quarantine": 1}


def test_what_fails_is_set_apart_by_the_verdict_and_reported_as_nonconforming(rejected: Quality) -> None:
    reworkable(rejected)
    rejected.do("R1", "mend", "4")
    assert inspect(rejected, "fail") == "set_apart"
    assert rejected.lies() == {**OUT, "quarantine": 4}
    again = Quality(rejected.yard)
    again.report(rejected.lot(place="quarantine"), "3", kind="customer_return")


def test_goods_in_which_nothing_was_found_are_inspected_all_the_same(rejected: Quality) -> None:
    register(rejected)
    confirm(rejected, "sound")
    with rejected.floor.refused("not_inspected"):
        rejected.do("K1", "receive", "4")
    inspect(rejected)
    assert rejected.do("K1", "receive", "4").ended == "received"


def test_a_rework_that_proves_impossible_ends_as_scrap(rejected: Quality) -> None:
    reworkable(rejected)
    rejected.do("Q1", "give_up", "1", reason="阀体壁厚不足")
    with rejected.floor.refused("step_not_possible"):
        rejected.do("R1", "mend", "4")
    rejected.do("DL1", "scrap_rejected", "4")
    assert rejected.do("AF1", "replace", replacement_requisition="LL-7", despite="手工单").ended == "replaced"


def test_the_requisition_of_a_replacement_is_one_that_names_the_rejection(rejected: Quality) -> None:
    case = register(rejected)
    written = "INSERT INTO documents(serial, in_case, form, round, revision, fields, opened_at, void_at) VALUES(?,?,?,0,1,?,1,?)"
    rows = (
        ("LL1", "requisition", f'{{"rejection":"{case}"}}', None), ("LL2", "requisition", '{"rejection":"FK26-9"}', None),
        ("LL3", "requisition", f'{{"rejection":"{case}"}}', 1), ("LL4", "note", f'{{"rejection":"{case}"}}', None),
    )  # fmt: skip
    with pytest.raises(Undone), rejected.floor.site.database.writing() as cursor:
        for serial, form, fields, void_at in rows:
            cursor.execute(written, (serial, case, form, fields, void_at))
        assert [serial for serial, *_ in rows if names_rejection(cursor, serial, case)] == ["LL1"]
        raise Undone


class Undone(Exception):
    """Nothing of it stays."""


def test_a_rejection_is_proved() -> None:
    assert prove(load(data.read(f"procedures/{FILE}"), FILE, KNOWN), KNOWN) == []


@pytest.mark.parametrize(
    ("step", "edit", "code"),
    [
        ("receive", ('["inspect.pass", "inspect.part"]', '["inspect.pass", "mend"]'), "proof.stock_without_stamp"),
        ("inspect", ('"mend", "mend_in_assembly", "confirm"]\nkeeps', '"confirm"]\nkeeps'), "proof.own_work_stamped"),
        ("confirm", ('not_by = ["register"]', "not_by = []"), "proof.own_approval"),
    ],
)
def test_the_proof_sees_a_control_that_is_taken_out(step: str, edit: tuple[str, str], code: str) -> None:
    text = edited_step(data.read(f"procedures/{FILE}"), step, edit)
    assert code in {each.code for each in prove(load(text, FILE, KNOWN), KNOWN)}
