"""The rules of the delivery, R061 to R104: each kept once and broken once."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from delivery_floor import CHECKS, NOTE, PLATE, SEEN, Yard
from factory_floor import DAY, PLAIN

from qdesk.desk import Done, act, present
from qdesk.errors import Refused

YardMaker = Callable[..., Yard]
CARRIERS = """
[carriers.shunda]
title = { zh = "顺达物流", en = "Shunda" }
contract_until = "2027-12-31"
verified = true
[carriers.new]
title = { zh = "新来的", en = "Newcomer" }
contract_until = "2027-12-31"
verified = false
[carriers.old]
title = { zh = "老李车队", en = "Li" }
contract_until = "2026-03-01"
verified = true
"""


def approved(yard: Yard, *lines: tuple[str, str], **fields: str) -> None:
    """A note the leader has signed."""
    yard.announce()
    yard.write(lines or (("V-100", "10"),), **fields)
    yard.do("S2", "approve")


def picked(yard: Yard, **fields: str) -> None:
    """A note whose goods wait in the dispatch area."""
    approved(yard, **fields)
    yard.pick()


def packed(yard: Yard, **fields: str) -> None:
    """A vehicle ready to be loaded; container and carrier belong to the slip, the rest to the note."""
    slip: dict[str, Any] = {name: fields.pop(name) for name in ("container", "carrier") if name in fields}
    picked(yard, **fields)
    yard.start(**slip)
    yard.pack()


def reasons(refused: Refused) -> list[str]:
    """Why something was refused."""
    return [each.code for each in refused.because]


def warned(yard: Yard) -> list[str]:
    """Which rules the newest act was done despite."""
    told: list[str] = json.loads(yard.floor.rows("SELECT body FROM journal ORDER BY seq DESC LIMIT 1")[0][0])["warned"]
    return told


# The note: R061, R066, R096


def test_goods_leave_stock_only_on_a_note_signed_by_the_leader__R061(yard: Yard) -> None:
    yard.announce()
    yard.write()
    with yard.floor.refused("step_not_possible"):
        yard.pick()
    with yard.floor.refused("wrong_person"):
        yard.do("S1", "approve")
    yard.do("S2", "approve")
    yard.pick()


def test_who_wrote_a_note_does_not_sign_it__R061(yard: Yard) -> None:
    yard.announce()
    done = yard.do("X1@sales", "write", case="", fields=NOTE, lines=[{"item": "V-100", "quantity": "1"}])
    yard.note = yard.floor.case = done.case or ""
    with yard.floor.refused("own_work"):
        yard.do("X1@sales", "approve")


def test_a_note_is_written_only_for_goods_in_the_store__R066(yard: Yard) -> None:
    yard.announce()
    with yard.floor.refused("rule_forbids") as refusals:
        yard.write([("V-100", "51")])
    assert reasons(refusals[0]) == ["item_in_stock"]
    yard.write([("V-100", "50")])


def test_two_notes_do_not_promise_the_same_goods__R066(yard: Yard) -> None:
    yard.announce()
    first = yard.write([("V-100", "30")])
    yard.write([("V-100", "30")])
    yard.do("S2", "approve")
    yard.note = yard.floor.case = first
    with yard.floor.refused("not_enough_free"):
        yard.do("S2", "approve")


def modified(yard: Yard, customer: str) -> None:
    """A modification whose new model was received for its customer."""
    yard.floor.apply(fields={"customer": customer})
    yard.floor.play("return_closing_copy", PLAIN)
    assert yard.floor.ended() == "completed"


def test_what_a_modification_received_for_a_customer_is_delivered_to_this_customer__R066_A26(yard: Yard) -> None:
    modified(yard, "海河机械")
    yard.announce()
    with yard.floor.refused("rule_forbids") as refusals:
        yard.write([("V-200", "10")], customer="别家")
    assert reasons(refusals[0]) == ["item_in_stock"]
    yard.write([("V-200", "10")])
    yard.do("S2", "approve")
    promised = dict(yard.floor.rows("SELECT in_case, quantity / 1000 FROM reservations WHERE item = 'V-200' AND quantity > 0"))
    assert promised == {yard.note: 10}
    yard.pick()
    yard.start(item="V-200")
    yard.pack(item="V-200")
    yard.load()
    yard.issue()
    assert yard.release()["verdict"] == "release"
    assert yard.floor.lies("V-200")["on_the_road"] == 10


def test_a_withdrawn_note_gives_back_what_it_took_over_as_free_goods__R066(yard: Yard) -> None:
    modified(yard, "海河机械")
    approved(yard, ("V-200", "10"))
    yard.do("S2", "withdraw", reason="客户不要了")
    assert yard.ended() == "withdrawn"
    assert yard.floor.rows("SELECT SUM(quantity) FROM reservations WHERE item = 'V-200'") == [(0,)]


def test_without_the_notice_of_the_day_a_note_needs_a_written_reason_which_stays_in_the_book__R072_R096(yard: Yard) -> None:
    with yard.floor.refused("reason_needed"):
        yard.write()
    asked: dict[str, Any] = {"fields": NOTE, "lines": [{"item": "V-100", "quantity": "1"}]}
    yard.do("S1", "write", case="", despite="客户自己来催", **asked)
    assert warned(yard) == ["shipping_notice"]
    yard.announce()
    yard.do("S1", "write", case="", **asked)
    assert warned(yard) == []
    yard.floor.clock.advance(DAY)
    with yard.floor.refused("reason_needed"):
        yard.write()


# Checking: R062, R063, R074, R094


@pytest.mark.parametrize(
    ("counted", "code"),
    [
        ({"line_1": "10"}, "line_not_counted"),
        ({"line_1": "10", "line_2": "4"}, "line_miscounted"),
        ({"line_1": "11", "line_2": "5"}, "line_miscounted"),
    ],
)
def test_every_line_is_counted_to_the_last_piece_and_what_is_wrong_is_named__R062_R063(
    yard: Yard, counted: dict[str, str], code: str
) -> None:
    approved(yard, ("V-100", "10"), ("VC-1", "5"))
    with yard.floor.refused("rule_forbids") as refusals:
        yard.pick(**counted)
    assert reasons(refusals[0]) == [code]
    yard.pick(line_1="10", line_2="5")
    assert yard.floor.lies("V-100")["dispatch_area"] == 10 and yard.floor.lies("VC-1")["dispatch_area"] == 5


def test_a_part_is_checked_with_a_reason_and_the_rest_later__R062(yard: Yard) -> None:
    approved(yard, ("V-100", "10"), ("VC-1", "5"))
    yard.pick("part", line_1="4")
    with yard.floor.refused("rule_forbids"):
        yard.pick("part", line_1="7")
    expected = present(yard.floor.site, yard.floor.token("K1"), yard.note)
    assert "check" in {step["step"] for step in expected["can"]}
    yard.pick(line_1="6", line_2="5")
    assert yard.floor.lies("V-100")["dispatch_area"] == 10


def test_nothing_at_all_is_not_a_part__R062(yard: Yard) -> None:
    approved(yard)
    with yard.floor.refused("rule_forbids") as refusals:
        yard.pick("part", line_1="0")
    assert reasons(refusals[0]) == ["nothing_counted"]


@pytest.mark.parametrize("paper", list(SEEN))
def test_report_and_certificate_are_seen_before_goods_are_brought_up__R074(yard: Yard, paper: str) -> None:
    approved(yard)
    for answer, code in (("no", "rule_forbids"), ("", "answer_missing")):
        with yard.floor.refused(code):
            seen: dict[str, Any] = {**SEEN, paper: answer}
            yard.do("K1", "check", [f"{yard.note}/2"], "whole", checked="10", **seen)


def test_an_order_from_stock_is_reviewed_by_salesperson_and_keeper__R094(yards: YardMaker) -> None:
    yard = yards({"in_stock_review": "yes"})
    approved(yard)
    with yard.floor.refused("signature_missing"):
        yard.pick()
    yard.do("K1", "check", [f"{yard.note}/2"], "whole", {"sales_clerk": "S1"}, checked="10", **SEEN)
    yard.to_the_gate()
    assert yard.release()["verdict"] == "release"


# Vehicles: R075, R076, R080, R087


def test_a_vehicle_takes_only_what_was_checked_for_its_note__R087(yard: Yard) -> None:
    picked(yard)
    for quantity, item in (("11", "V-100"), ("1", "VC-1")):
        with yard.floor.refused("rule_forbids") as refusals:
            yard.start(1, quantity, item)
        assert reasons(refusals[0]) == ["within_staged"]


def test_goods_of_another_note_are_not_taken_along__R087(yard: Yard) -> None:
    picked(yard)
    yard.write([("V-100", "5")], customer="别家")
    yard.do("S2", "approve")
    yard.pick(line_1="5")
    with yard.floor.refused("rule_forbids"):
        yard.start(1, "6")
    yard.start(1, "5")


def test_goods_that_another_vehicle_is_to_take_are_not_promised_twice__R087(yard: Yard) -> None:
    picked(yard)
    yard.start(1, "6")
    with yard.floor.refused("rule_forbids"):
        yard.start(2, "5", plate="晋B77777")
    yard.start(2, "4", plate="晋B77777")


@pytest.mark.parametrize("carrier", ["old", "老李车队", "nobody"])
def test_a_carrier_without_a_contract_does_not_drive_for_us__R075(yards: YardMaker, carrier: str) -> None:
    yard = yards(own=CARRIERS)
    picked(yard)
    with yard.floor.refused("rule_forbids") as refusals:
        yard.start(carrier=carrier)
    assert reasons(refusals[0]) == ["carrier_contract"]


def test_a_carrier_nobody_verified_is_named_and_drives_only_despite_that__R076(yards: YardMaker) -> None:
    yard = yards(own=CARRIERS)
    picked(yard)
    vehicle = {"plate": PLATE, "driver": "赵师傅", "carrier": "Newcomer"}
    lines = [{"item": "V-100", "quantity": "4"}]
    with yard.floor.refused("reason_needed"):
        yard.do("DP1", "start#1", fields=vehicle, lines=lines)
    yard.do("DP1", "start#1", fields=vehicle, lines=lines, despite="只有这一家")
    assert warned(yard) == ["carrier_verified"]
    yard.do("DP1", "start#2", fields={**vehicle, "carrier": "shunda"}, lines=lines)
    assert warned(yard) == []


def test_the_customers_carrier_is_the_customers_affair__R075(yards: YardMaker) -> None:
    yard = yards(own=CARRIERS)
    picked(yard, way="carrier")
    yard.start(carrier="nobody")


@pytest.mark.parametrize("field", ["plate", "driver"])
def test_plate_and_driver_are_written_down__R080(yard: Yard, field: str) -> None:
    picked(yard)
    empty: dict[str, Any] = {field: ""}
    with yard.floor.refused("field_missing"):
        yard.start(**empty)


# Packing: R074, R085, R086


@pytest.mark.parametrize("quantity", ["9", "11"])
def test_the_packing_list_equals_the_slip__R074(yard: Yard, quantity: str) -> None:
    picked(yard)
    yard.start()
    with yard.floor.refused("rule_forbids") as refusals:
        yard.pack(quantity=quantity)
    assert reasons(refusals[0]) == ["packing_equals_slip"]


def amend_slip(yard: Yard, quantity: str) -> None:
    """The dispatcher changes the slip of a vehicle that is not loaded yet."""
    token = yard.floor.token("DP1")
    changed = {"document": yard.serials["slip#1"], "fields": {"plate": PLATE, "driver": "赵师傅"}}
    lines = [{"item": "V-100", "quantity": quantity}]
    seen = present(yard.floor.site, token, yard.note)["digest"]
    act(yard.floor.site, token, {"case": yard.note, "step": "amend", "seen": seen, "inputs": {**changed, "lines": lines}})


@pytest.mark.parametrize(("way", "outcome"), [("own", "own"), ("pickup", "pickup_differs")])
def test_a_slip_amended_after_the_packing_is_not_loaded_as_it_was_packed__R074(yard: Yard, way: str, outcome: str) -> None:
    packed(yard, way=way)
    amend_slip(yard, "8")
    pickup = {"sales_clerk": "S1", "sales_leader": "S2", "paper:customer": "王工"}
    signers = {"paper:driver": "赵师傅"} if way == "own" else pickup
    more = {} if way == "own" else {"reason": "车小", "consignee": "李工"}
    with yard.floor.refused("rule_forbids") as refusals:
        load(yard, outcome, signers, "8" if way == "own" else "7", **more)
    assert reasons(refusals[0]) == ["packing_equals_slip"]
    amend_slip(yard, "10")
    load(yard, outcome, signers, "10" if way == "own" else "7", **more)


def test_a_slip_is_not_amended_beyond_what_waits_for_it__R087(yard: Yard) -> None:
    picked(yard)
    yard.start()
    with yard.floor.refused("rule_forbids") as refusals:
        amend_slip(yard, "11")
    assert reasons(refusals[0]) == ["within_staged"]


@pytest.mark.parametrize("check", list(CHECKS))
def test_the_inspector_sees_certificate_manual_and_address_before_a_box_is_closed__R085_R086(yard: Yard, check: str) -> None:
    picked(yard)
    yard.start()
    box = [{"item": "V-100", "quantity": "10", "box": "1"}]
    right: dict[str, Any] = dict(CHECKS)
    answers = {**right, check: "no"}
    with yard.floor.refused("rule_forbids"):
        yard.do("DP1", "pack#1", signers={"inspector": "I1"}, lines=box, **answers)
    with yard.floor.refused("signature_missing"):
        yard.do("DP1", "pack#1", lines=box, **right)


def test_loose_goods_are_loaded_without_a_packing_list__5_K_1(yards: YardMaker) -> None:
    yard = yards({"packing_list": "no"})
    picked(yard)
    yard.start()
    signers = {"keeper": "K1", "paper:driver": "赵师傅"}
    slip = yard.serials["slip#1"]
    yard.do("DP1", "load#1", [f"{slip}/1"], "own", signers, loaded="10", packages="3", vehicle_fit="yes")
    yard.issue()
    assert yard.release()["verdict"] == "release"
    yard.arrive()
    yard.come_back()
    assert yard.do("DP1", "all_loaded", [f"{yard.note}/4"], "used_up").ended == "delivered"


# Loading: R071, R077 to R082, R091


@pytest.mark.parametrize(("way", "outcome"), [("own", "carrier"), ("carrier", "pickup"), ("pickup", "own")])
def test_a_vehicle_is_loaded_the_way_the_note_says(yard: Yard, way: str, outcome: str) -> None:
    packed(yard, way=way)
    signers = {"sales_clerk": "S1", "paper:customer": "王工"} if outcome == "pickup" else {"paper:driver": "赵师傅"}
    with yard.floor.refused("rule_forbids") as refusals:
        load(yard, outcome, signers)
    assert reasons(refusals[0]) == ["another_way"]


def load(yard: Yard, outcome: str, signers: dict[str, str], counted: str = "10", **more: Any) -> Done:
    """Load with just these signers beside dispatcher and keeper."""
    packing = yard.serials["packing#1"]
    inputs = {"loaded": counted, "packages": "3", "vehicle_fit": "yes", **more}
    return yard.do("DP1", "load#1", [f"{packing}/1"], outcome, {"keeper": "K1", **signers}, **inputs)


@pytest.mark.parametrize("way", ["own", "carrier"])
def test_the_driver_counts_and_signs__R077(yard: Yard, way: str) -> None:
    packed(yard, way=way)
    with yard.floor.refused("signature_missing"):
        load(yard, way, {})
    load(yard, way, {"paper:driver": "赵师傅"})
    yard.issue()
    assert yard.release()["verdict"] == "release"


@pytest.mark.parametrize("missing", ["sales_clerk", "paper:customer"])
def test_who_picks_up_is_checked_by_clerk_keeper_and_customer__R078(yard: Yard, missing: str) -> None:
    packed(yard, way="pickup")
    signers = {"sales_clerk": "S1", "paper:customer": "王工"}
    with yard.floor.refused("signature_missing"):
        load(yard, "pickup", {role: name for role, name in signers.items() if role != missing})
    load(yard, "pickup", signers)
    yard.issue()
    assert yard.release()["verdict"] == "release"


def test_a_difference_at_pickup_needs_the_leader_the_customer_and_a_consignee__R079(yard: Yard) -> None:
    packed(yard, way="pickup")
    signers = {"sales_clerk": "S1", "paper:customer": "王工"}
    with yard.floor.refused("rule_forbids"):
        load(yard, "pickup", signers, "8")
    told = {"reason": "车小", "consignee": "李工"}
    with yard.floor.refused("signature_missing"):
        load(yard, "pickup_differs", signers, "8", **told)
    signers["sales_leader"] = "S2"
    with yard.floor.refused("answer_missing"):
        load(yard, "pickup_differs", signers, "8", reason="车小")
    for counted in ("10", "11", "0"):
        with yard.floor.refused("rule_forbids"):
            load(yard, "pickup_differs", signers, counted, **told)
    load(yard, "pickup_differs", signers, "8", **told)
    assert yard.floor.lies("V-100")["vehicle"] == 8 and yard.floor.lies("V-100")["dispatch_area"] == 2
    slip = yard.serials["slip#1"]
    assert yard.floor.rows("SELECT json_extract(fields, '$.consignee') FROM documents WHERE serial = ?", slip) == [("李工",)]
    yard.issue()
    assert yard.release()["verdict"] == "release"
    yard.arrive()
    yard.come_back(received="8")
    with yard.floor.refused("rule_forbids"):
        yard.do("DP1", "all_loaded", [f"{yard.note}/4"], "used_up")
    assert yard.do("DP1", "all_loaded", [f"{yard.note}/4"], "rest_cancelled", reason="客户只要 8 台").ended == "delivered"
    assert yard.floor.lies("V-100") == {"finished_store": 42, "customer": 8, "difference": -50}


@pytest.mark.parametrize("counted", ["9", "11"])
def test_what_is_loaded_agrees_with_the_slip__R081_R082(yard: Yard, counted: str) -> None:
    packed(yard)
    with yard.floor.refused("rule_forbids") as refusals:
        yard.load(counted=counted)
    assert reasons(refusals[0]) == ["line_miscounted"]


def test_the_keeper_signs_what_is_loaded__R081(yard: Yard) -> None:
    packed(yard)
    packing = yard.serials["packing#1"]
    with yard.floor.refused("signature_missing"):
        driver = {"paper:driver": "赵师傅"}
        yard.do("DP1", "load#1", [f"{packing}/1"], "own", driver, loaded="10", packages="3", vehicle_fit="yes")


def test_a_container_is_sealed_and_its_seal_written_down__R080_R082(yard: Yard) -> None:
    packed(yard, container="MSKU1234567")
    with yard.floor.refused("rule_forbids") as refusals:
        yard.load()
    assert reasons(refusals[0]) == ["seal_of_container"]
    yard.load(seal="SN-1")
    yard.issue()
    [(fields,)] = yard.floor.rows("SELECT fields FROM documents WHERE form = 'pass'")
    assert (json.loads(fields)["seal"], json.loads(fields)["container"]) == ("SN-1", "MSKU1234567")


def test_a_vehicle_that_is_not_fit_is_not_loaded__R091(yard: Yard) -> None:
    packed(yard)
    with yard.floor.refused("rule_forbids"):
        yard.load(vehicle_fit="no")


@pytest.mark.parametrize("packages", ["", "0", "2.5"])
def test_packages_are_counted_whole(yard: Yard, packages: str) -> None:
    packed(yard)
    with yard.floor.refused("answer_missing", "number_zero", "number_too_fine"):
        yard.load(packages=packages)


def test_where_it_is_asked_for_a_substitute_bill_comes_before_loading__R071(yards: YardMaker) -> None:
    yard = yards({"substitute_bill": "yes"})
    packed(yard)
    with yard.floor.refused("answer_missing"):
        yard.load()
    yard.load(substitute_bill="DY-77")
    yard.issue()
    assert yard.release()["verdict"] == "release"


# The pass: R067 to R070


def test_there_is_no_pass_before_the_vehicle_is_loaded__R069(yard: Yard) -> None:
    packed(yard)
    with yard.floor.refused("step_not_possible"):
        yard.issue()


def test_a_pass_is_made_only_against_the_dispatch_groups_copy_of_the_note__R067(yard: Yard) -> None:
    packed(yard)
    yard.load()
    for copies in ([], [f"{yard.note}/2"]):
        with yard.floor.refused("scan_missing", "copy_not_needed"):
            yard.do("K1", "issue_pass#1", copies)
    yard.issue()


@pytest.mark.parametrize(
    ("settings", "who", "copies", "signers"),
    [
        ({"pass_issuer": "keeper", "pass_signed": "two"}, "K1", True, {"dispatch_leader": "DL1"}),
        ({"pass_issuer": "production", "pass_signed": "one"}, "PO1", True, {}),
        ({"pass_issuer": "production", "pass_signed": "two"}, "PO1", True, {"dispatch_leader": "DL1"}),
        ({"pass_issuer": "sales"}, "S1", False, {"finance_officer": "F1", "general_affairs_officer": "GA1"}),
    ],
    ids=["keeper-two", "production-one", "production-two", "sales"],
)  # fmt: skip
def test_whoever_issues_the_pass_signs_it_with_those_the_house_asks_for__R070(
    yards: YardMaker, settings: dict[str, str], who: str, copies: bool, signers: dict[str, str]
) -> None:
    yard = yards(settings)
    packed(yard)
    yard.load()
    paper = [f"{yard.note}/4"] if copies else []
    for missing in signers:
        with yard.floor.refused("signature_missing"):
            yard.do(who, "issue_pass#1", paper, signers={role: name for role, name in signers.items() if role != missing})
    yard.do(who, "issue_pass#1", paper, signers=signers)
    assert yard.release()["verdict"] == "release"
    yard.arrive()
    yard.come_back()
    assert yard.do("DP1", "all_loaded", [f"{yard.note}/4"], "used_up").ended == "delivered"


def test_who_wrote_the_note_does_not_make_its_pass__R067(yard: Yard) -> None:
    yard.announce()
    done = yard.do("X1@sales", "write", case="", fields=NOTE, lines=[{"item": "V-100", "quantity": "10"}])
    yard.note = yard.floor.case = done.case or ""
    yard.do("S2", "approve")
    yard.pick()
    yard.start()
    yard.pack()
    yard.load()
    with yard.floor.refused("own_work"):
        yard.issue(who="X1@finished_store")


def test_a_note_of_three_copies_is_delivered_just_the_same(yards: YardMaker) -> None:
    yard = yards({"note_copies": "3"})
    yard.ready()
    assert yard.release()["verdict"] == "release"
    assert [name for (name,) in yard.floor.rows("SELECT name FROM copies WHERE serial = ? ORDER BY number", yard.note)] == [
        f"{yard.note}/{number}" for number in (1, 2, 4)
    ]


# Coming back: R098, R099, R103, R104, R108


def out(yard: Yard) -> None:
    """A delivery whose vehicle has left and whose note is closed."""
    yard.ready()
    yard.release()
    yard.do("DP1", "all_loaded", [f"{yard.note}/4"], "used_up")


def test_the_case_is_open_until_the_signed_slip_is_back__R099_R104(yard: Yard) -> None:
    out(yard)
    with yard.floor.refused("step_not_possible"):
        yard.come_back()
    yard.arrive()
    assert yard.ended() == ""
    assert yard.come_back().ended == "delivered"


@pytest.mark.parametrize("day", ["2026-03-01", "2026-03-03"])
def test_nothing_arrives_before_it_left_or_tomorrow__R104(yard: Yard, day: str) -> None:
    out(yard)
    with yard.floor.refused("day_impossible"):
        yard.arrive(on=day)


def test_a_late_delivery_is_told_to_the_customer__R103(yard: Yard) -> None:
    out(yard)
    yard.floor.clock.advance(3 * DAY)
    with yard.floor.refused("reason_needed"):
        yard.arrive(on="2026-03-05")
    yard.arrive(on="2026-03-05", despite="电话打不通")
    assert warned(yard) == ["late_told"]


def test_a_late_delivery_that_was_told_is_no_reproach__R103(yard: Yard) -> None:
    out(yard)
    yard.floor.clock.advance(3 * DAY)
    yard.arrive(on="2026-03-05", customer_told="电话告知王工", late_cause="大雪")
    assert warned(yard) == []


def test_a_claim_is_not_opened_over_nothing__R108(yard: Yard) -> None:
    out(yard)
    yard.arrive()
    with yard.floor.refused("rule_forbids") as refusals:
        yard.come_back(outcome="differs")
    assert reasons(refusals[0]) == ["received_no_difference"]
    with yard.floor.refused("rule_forbids") as refusals:
        yard.come_back(received="7")
    assert reasons(refusals[0]) == ["line_miscounted"]


SETTLED = {
    "delivered": {"finished_store": 40, "customer": 10},
    "lost": {"finished_store": 40, "customer": 7, "transport_loss": 3},
    "brought_back": {"finished_store": 40, "customer": 7, "returned_goods": 3},
}


@pytest.mark.parametrize("settlement", list(SETTLED))
def test_what_did_not_arrive_is_a_claim_until_dispatch_has_settled_it__R098_R108(yard: Yard, settlement: str) -> None:
    out(yard)
    yard.arrive()
    assert yard.come_back(received="7", outcome="differs").ended is None
    claim = yard.serials["claim#1"]
    told = yard.floor.rows("SELECT item, quantity / 1000, json_extract(other, '$.received') FROM lines WHERE serial = ?", claim)
    assert told == [("V-100", 3, "7")]
    assert yard.floor.lies("V-100")["on_the_road"] == 3
    yard.do("DL1", "settle_claim#1", [f"{claim}/1", f"{claim}/2"], settlement, reason="查清了")
    assert yard.ended() == "delivered"
    assert yard.floor.lies("V-100") == {**SETTLED[settlement], "difference": -50}


def test_goods_brought_back_are_held_for_an_inspection__R108(yard: Yard) -> None:
    out(yard)
    yard.arrive()
    yard.come_back(received="7", outcome="differs")
    claim = yard.serials["claim#1"]
    yard.do("DL1", "settle_claim#1", [f"{claim}/1", f"{claim}/2"], "brought_back", reason="退回")
    lying = "SELECT l.hold FROM balances b JOIN lots l ON l.code = b.lot WHERE b.place = 'returned_goods' AND b.quantity > 0"
    assert yard.floor.rows(lying) == [("brought_back",)]


@pytest.mark.parametrize("settlement", list(SETTLED))
def test_a_vehicle_that_never_arrived_is_a_claim_over_all_of_it__R108(yard: Yard, settlement: str) -> None:
    out(yard)
    yard.do("S2", "never_arrived#1", reason="翻车")
    with yard.floor.refused("step_not_possible"):
        yard.arrive()
    claim = yard.serials["claim#1"]
    assert yard.floor.rows("SELECT quantity / 1000 FROM lines WHERE serial = ?", claim) == [(10,)]
    yard.do("DL1", "settle_claim#1", [f"{claim}/1", f"{claim}/2"], settlement, reason="查清了")
    assert yard.ended() == "delivered"
    assert sum(quantity for place, quantity in yard.floor.lies("V-100").items() if place != "difference") == 50


def test_more_than_was_sent_is_a_claim_too__R108(yard: Yard) -> None:
    out(yard)
    yard.arrive()
    yard.come_back(received="12", outcome="differs")
    assert yard.floor.lies("V-100")["customer"] == 10
    claim = yard.serials["claim#1"]
    yard.do("DL1", "settle_claim#1", [f"{claim}/1", f"{claim}/2"], "delivered", reason="别的单子的货")
    assert yard.ended() == "delivered"
