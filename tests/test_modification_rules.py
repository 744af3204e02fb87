"""The rules of the modification procedure, one after another: what the paper does not allow does not happen."""

from __future__ import annotations

import json

import pytest
from factory_floor import DAY, PLAIN, WITH_PARTS, Floor, FloorMaker, description

LAST_BEFORE_CONSENT = ("apply", "authorise", "plan")


def test_a_set_has_exactly_six_copies_with_a_number_each__R001(floor: Floor) -> None:
    case = floor.apply()
    copies = [name for name in floor.pieces if name.startswith(case)]
    assert sorted(copies) == [f"{case}/{number}" for number in range(1, 7)]
    assert len({floor.pieces[name] for name in copies}) == 6


@pytest.mark.parametrize("step", [step for step in PLAIN if step not in ("apply", "authorise")])
def test_no_copy_leaves_sales_before_the_leader_has_signed__R002(floor: Floor, step: str) -> None:
    floor.apply()
    with floor.refused("step_not_possible", "not_inspected"):
        floor.step(step)
    assert set(floor.due().values()) == {"sales"}


def test_nothing_is_printed_before_the_leader_has_signed__R002(floor: Floor) -> None:
    floor.apply()
    assert floor.rows("SELECT * FROM prints") == []
    done = floor.step("authorise")
    assert [each["copy"] for each in done.prints] == [f"{floor.case}/{number}" for number in range(1, 7)]


def test_a_handwritten_name_does_not_bring_the_set_to_the_printer__R002(floor: Floor) -> None:
    with floor.refused("signer_not_asked"):
        floor.apply(signers=[{"as": "sales_leader", "paper": True, "name": "王"}])


def test_an_unsigned_copy_cannot_be_lost_and_reissued_to_get_it_on_paper__R002(floor: Floor) -> None:
    floor.apply()
    with floor.refused("not_printed_yet"):
        floor.do("S1", "report_lost", [4], reason="不见了")


def test_sales_keeps_one_and_five_go_to_planning__R003(floor: Floor) -> None:
    floor.play("authorise")
    assert floor.due() == {1: "sales", 2: "planning", 3: "planning", 4: "planning", 5: "planning", 6: "planning"}


def test_planning_keeps_one_and_four_go_to_the_shop__R004(floor: Floor) -> None:
    floor.play("plan")
    assert floor.due() == {1: "sales", 2: "planning"} | dict.fromkeys((3, 4, 5, 6), "shop_dispatch")


@pytest.mark.parametrize("upto", LAST_BEFORE_CONSENT)
@pytest.mark.parametrize("step", ["hand_out", "draw", "open_parts", "draw_parts", "rework"])
def test_no_work_is_arranged_before_the_workshop_consents__R005(floor: Floor, upto: str, step: str) -> None:
    floor.play(upto)
    floor.parts = "GL26-000001"
    with floor.refused("step_not_possible"):
        floor.step(step, copies=[4] if step == "hand_out" else [])


def test_consent_needs_the_workshop_leaders_signature__R005(floor: Floor) -> None:
    floor.play("plan")
    with floor.refused("wrong_person"):
        floor.step("consent", who="D1")
    token = floor.token("W1")
    floor.clock.advance(6 * 60 * 1_000_000)
    with floor.refused("pin_needed"):
        floor.step("consent", token=token)


def test_the_shop_keeps_one_and_three_go_to_the_worker__R006(floor: Floor) -> None:
    floor.play("hand_out")
    assert floor.due() == {1: "sales", 2: "planning", 3: "shop_dispatch"} | dict.fromkeys((4, 5, 6), "valve_shop")


def test_nothing_is_drawn_without_the_approved_copy_in_hand__R007(floor: Floor) -> None:
    floor.play("hand_out")
    with floor.refused("scan_missing"):
        floor.step("draw", copies=[])
    with floor.refused("copy_not_needed"):
        floor.step("draw", copies=[5])
    assert floor.lies("V-100") == {"difference": -50, "finished_store": 50}


def test_exactly_what_the_application_names_is_drawn__R007(floor: Floor) -> None:
    floor.play("draw")
    assert floor.lies("V-100") == {"difference": -50, "finished_store": 40, "workshop_product": 10}
    assert floor.rows("SELECT voucher FROM moves WHERE source = 'finished_store'") == [(f"{floor.case}/4",)]


def test_the_worker_signs_and_the_store_keeps_the_copy__R008(floor: Floor) -> None:
    floor.play("hand_out")
    with floor.refused("signature_missing"):
        floor.step("draw", signers={})
    floor.step("draw")
    signed = floor.rows("SELECT role, name FROM signatures WHERE step = 'draw' ORDER BY role")
    assert signed == [("keeper", "人K1"), ("reworker", "人R1")]
    assert floor.due()[4] == "finished_store"


def test_an_application_is_drawn_once__R009(floor: Floor) -> None:
    floor.play("draw")
    for _ in range(2):
        with floor.refused("step_not_possible"):
            floor.step("draw")
    floor.play("rework")
    with floor.refused("step_not_possible"):
        floor.step("draw")


def test_parts_are_drawn_only_on_the_parts_form_of_a_case__R010(floor: Floor) -> None:
    floor.play("draw")
    floor.parts = floor.case
    with floor.refused("step_not_possible"):
        floor.step("draw_parts", copies=[4])
    assert floor.lies("NEW-PART") == {"difference": -100, "parts_store": 100}


def test_a_parts_form_of_another_case_draws_nothing_here__R010(floor: Floor) -> None:
    floor.play("open_parts", WITH_PARTS)
    foreign = f"{floor.parts}/1"
    floor.apply()
    floor.play("open_parts", WITH_PARTS)
    with floor.refused("copy_of_another_case"):
        floor.step("draw_parts", copies=[foreign])


def test_a_parts_form_is_not_paid_out_twice__R010(floor: Floor) -> None:
    floor.play("draw_parts", WITH_PARTS)
    with floor.refused("nothing_to_draw"):
        floor.step("draw_parts")


def test_more_parts_than_the_form_lists_need_a_written_reason__R010(floor: Floor) -> None:
    floor.play("draw_parts", WITH_PARTS)
    with floor.refused("reason_needed"):
        floor.step("draw_parts", drawn=[{"item": "NEW-PART", "quantity": "1"}])
    done = floor.step("draw_parts", drawn=[{"item": "NEW-PART", "quantity": "1"}], despite="第一件装坏")
    assert [move["quantity"] for move in done.moves] == ["1"]
    [(body,)] = floor.rows("SELECT body FROM journal WHERE seq = ?", done.act)
    assert "第一件装坏" in body and '"warned":["parts_on_form"]' in body


def test_parts_not_returned_keep_the_case_open__R011(floor: Floor) -> None:
    floor.play("rework", WITH_PARTS)
    for step in ("inspect", "receive"):
        floor.step(step)
    with floor.refused("step_not_possible"):
        floor.step("file_parts_form")
    floor.step("return_closing_copy")
    assert floor.ended() == ""
    assert floor.rows("SELECT step, desk FROM waiting") == [("return_parts", "parts_store")]
    floor.step("return_parts")
    assert floor.step("file_parts_form").ended == "completed"


@pytest.mark.parametrize("scanned", [[5], [6], [5, 5], []])
def test_inspection_stamps_only_with_both_copies_there__R012(floor: Floor, scanned: list[int]) -> None:
    floor.play("rework")
    with floor.refused("scan_missing"):
        floor.step("inspect", copies=scanned)


def test_nothing_is_received_without_the_stamp__R012(floor: Floor) -> None:
    floor.play("rework")
    with floor.refused("not_inspected"):
        floor.step("receive")
    floor.step("inspect", outcome="fail", reason="漏", quantity_passed="")
    with floor.refused("not_inspected"):
        floor.step("receive")


PLAN = """
[[inspection_plan]]
checks = [{ id = "appearance", title = { zh = "外观", en = "appearance" } }]
measures = [{ id = "leak", title = { zh = "泄漏量", en = "leakage" }, unit = "mL/min", from = "0", to = "0.5" }]
"""


@pytest.mark.parametrize(
    ("appearance", "leak", "code"),
    [
        ("no", "0.1", "rule_forbids"),
        ("yes", "0.51", "rule_forbids"),
        ("yes", "-0.0001", "rule_forbids"),
        ("", "0.1", "answer_missing"),
        ("yes", "", "answer_missing"),
        ("yes", "ok", "number_unreadable"),
        ("maybe", "0.1", "choice_unknown"),
    ],
)
def test_no_stamp_without_a_passed_inspection__R013(floors: FloorMaker, appearance: str, leak: str, code: str) -> None:
    floor: Floor = floors(own=PLAN)
    floor.play("rework")
    with floor.refused(code):
        floor.step("inspect", appearance=appearance, leak=leak)
    floor.step("inspect", appearance="yes", leak="0.5")
    assert floor.rows("SELECT kind, stamp FROM signatures WHERE step = 'inspect'") == [("stamp", "07")]


def test_an_old_model_gets_no_stamp_without_a_passed_inspection__R013(floors: FloorMaker) -> None:
    floor: Floor = floors(own=PLAN)
    floor.play("draw")
    floor.do("W1@valve_shop", "abandon", [5], reason="取消")
    with floor.refused("rule_forbids"):
        floor.do("I1", "inspect_old", [5, 6], "pass", appearance="yes", leak="0.6")


@pytest.mark.parametrize("scanned", [[5], [6], []])
def test_receipt_needs_both_stamped_copies__R014(floor: Floor, scanned: list[int]) -> None:
    floor.play("inspect")
    with floor.refused("scan_missing"):
        floor.step("receive", copies=scanned)


def test_the_store_keeps_one_stamped_copy_and_the_keeper_signs__R015(floor: Floor) -> None:
    floor.play("receive")
    assert (floor.due()[5], floor.due()[6]) == ("finished_store", "valve_shop")
    assert floor.rows("SELECT role, person FROM signatures WHERE step = 'receive'") == [("keeper", 9)]
    assert floor.rows("SELECT badge FROM persons WHERE id = 9") == [("K1",)]


def test_the_case_stays_open_until_the_signed_copy_is_back__R016(floor: Floor) -> None:
    floor.play("receive")
    floor.clock.advance(30 * DAY)
    assert floor.ended() == ""
    assert floor.rows("SELECT step, desk FROM waiting") == [("return_closing_copy", "shop_dispatch")]
    assert floor.step("return_closing_copy").ended == "completed"
    assert floor.due()[6] == "shop_dispatch"


def test_sales_is_told_of_the_receipt__R017(floor: Floor) -> None:
    done = floor.play("receive")
    assert done is not None and done.notices == [{"desk": "sales", "step": "receive"}]
    floor.do("S1", "acknowledge")
    assert floor.rows("SELECT read_by FROM notices") == [(2,)]


def test_the_copies_at_all_desks_always_sum_to_six__R018(floor: Floor) -> None:
    for step in PLAIN:
        floor.play(step)
        placed = floor.rows("SELECT due FROM copies WHERE serial = ?", floor.case)
        assert len(placed) == 6 and all(due in floor.site.factory.desks for (due,) in placed)


def test_what_is_drawn_is_received_scrapped_or_still_there__R019(floor: Floor) -> None:
    for step in PLAIN:
        floor.play(step)
        old, new = floor.lies("V-100"), floor.lies("V-200")
        drawn = 50 - old["finished_store"]
        there = new.get("finished_store", 0) + new.get("workshop_converted", 0) + old.get("workshop_product", 0)
        assert drawn == there
    assert floor.lies("V-200") == {"conversion": -10, "finished_store": 10}


def test_only_the_whole_quantity_passes__R019(floor: Floor) -> None:
    floor.play("rework")
    for passed in ("9", "11", "0", "1000000"):
        with floor.refused("rule_forbids"):
            floor.step("inspect", quantity_passed=passed)
    with floor.refused("answer_missing"):
        floor.step("inspect", quantity_passed="")


def test_planning_says_whether_the_plan_is_disturbed_and_why_it_goes_on__R020(floor: Floor) -> None:
    floor.play("authorise")
    with floor.refused("reason_needed"):
        floor.step("plan", plan_undisturbed="no")
    done = floor.step("plan", plan_undisturbed="no", despite="客户急用")
    [(body,)] = floor.rows("SELECT body FROM journal WHERE seq = ?", done.act)
    assert json.loads(body)["answers"] == {"plan_undisturbed": "no", "despite": "客户急用"}
    assert json.loads(body)["warned"] == ["plan_undisturbed"]


def test_only_for_product_in_stock__R021(floor: Floor) -> None:
    with floor.refused("rule_forbids"):
        floor.apply(quantity="51")
    with floor.refused("rule_forbids"):
        floor.apply(item="V-200", becomes="V-100", quantity="1")
    with floor.refused("rule_forbids"):
        line = {"item": "V-100", "becomes": "V-200", "quantity": "26"}
        floor.apply(lines=[line, line])


def test_only_for_the_very_piece_in_stock__R021(floor: Floor) -> None:
    with floor.refused("rule_forbids"):
        floor.apply("VS-1", "VS-2", "1", line={"serial": "S-9999"})
    floor.apply("VS-1", "VS-2", "1", line={"serial": "S-0001"})


def test_held_expired_promised_and_foreign_goods_are_not_in_stock__R021(floors: FloorMaker) -> None:
    described = description()
    described["stock"] += [
        {"item": "V-300", "place": "finished_store", "quantity": "5", "expires": "2026-03-02"},
        {"item": "V-300", "place": "finished_store", "quantity": "5", "owner": "Acme"},
    ]
    floor: Floor = floors(described=described)
    with floor.refused("rule_forbids"):
        floor.apply("V-300", "V-200", "1")
    floor.apply(quantity="40")
    floor.step("authorise")
    with floor.refused("rule_forbids"):
        floor.apply(quantity="11")
    [(lot,)] = floor.rows("SELECT code FROM lots WHERE item = 'VC-1'")
    floor.do("Q1", "hold_lot", case="", lot=lot, reason="复查")
    with floor.refused("rule_forbids"):
        floor.apply("VC-1", "V-200", "1", despite="查过")


@pytest.mark.parametrize("customer", ["", "   ", None])
def test_an_application_names_its_customer__R022(floor: Floor, customer: str | None) -> None:
    with floor.refused("field_missing"):
        floor.apply(fields={"customer": customer})
