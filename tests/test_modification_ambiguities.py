"""Where the text of the modification procedure leaves a choice: what was decided, and that each choice works whole."""

from __future__ import annotations

import json

import pytest
from factory_floor import DAY, PLAIN, WITH_PARTS, Floor, FloorMaker

from qdesk.site import open_site

SUPPLEMENT = {"partial_pass": "supplement"}
SCAN = {"copies": [5, 6]}


def signed(floor: Floor, step: str) -> list[tuple[str, str]]:
    """Who signed a step, as what."""
    rows = floor.rows("SELECT role, name FROM signatures WHERE step = ? AND lapsed_at IS NULL ORDER BY number", step)
    return [(role, name) for role, name in rows]


def test_the_leaders_signature_is_on_the_set_before_it_is_split__A01(floor: Floor) -> None:
    floor.play("authorise")
    assert signed(floor, "authorise") == [("sales_leader", "人S2")]
    assert floor.rows("SELECT serial FROM signatures") == [(floor.case,)]


def test_sales_and_planning_see_the_consent_that_their_copies_cannot_carry__A02(floor: Floor) -> None:
    floor.play("consent")
    for who in ("S1", "P1"):
        marks = floor.card(who)["signatures"]
        assert ("workshop_leader", "人W1", "consent") in [(mark["as"], mark["person"], mark["meaning"]) for mark in marks]


def test_planning_may_leave_the_question_open_but_is_recorded__A03(floor: Floor) -> None:
    floor.play("plan")
    assert floor.rows("SELECT step, p.badge FROM acts a JOIN persons p ON p.id = a.person WHERE step = 'plan'") == [
        ("plan", "P1")
    ]
    assert floor.rows("SELECT COUNT(*) FROM acts WHERE at IS NULL OR desk = ''") == [(1,)]


def test_planning_answers_yes_or_no_and_nothing_else__A03(floor: Floor) -> None:
    floor.play("authorise")
    for answer in ("maybe", "YES", "是"):
        with floor.refused("choice_unknown"):
            floor.step("plan", plan_undisturbed=answer)
    floor.step("plan", plan_undisturbed="yes")


def test_the_first_failure_goes_back_to_rework_with_the_same_copies_and_without_a_stamp__A06(floor: Floor) -> None:
    floor.play("rework")
    with floor.refused("answer_missing"):
        floor.step("inspect", outcome="fail", quantity_passed="")
    floor.step("inspect", outcome="fail", reason="漏", quantity_passed="7")
    assert floor.rows("SELECT COUNT(*) FROM signatures WHERE kind = 'stamp'") == [(0,)]
    assert (floor.due()[5], floor.due()[6]) == ("valve_shop", "valve_shop")
    assert "rework" in floor.steps_possible("R1")
    assert floor.rows("SELECT COUNT(*) FROM waiting WHERE step = 'dispose'") == [(0,)]


def test_after_the_second_failure_quality_decides__A06(floor: Floor) -> None:
    floor.play("rework")
    floor.step("inspect", outcome="fail", reason="漏", quantity_passed="")
    with floor.refused("step_not_possible"):
        floor.do("Q1", "dispose", outcome="scrap", reason="裂")
    floor.step("rework")
    floor.step("inspect", outcome="fail", reason="漏", quantity_passed="")
    assert ("dispose", "quality") in floor.rows("SELECT step, desk FROM waiting")


def test_by_default_nothing_passes_until_all_pass__A07(floor: Floor) -> None:
    floor.play("rework")
    with floor.refused("outcome_unknown"):
        floor.step("inspect", outcome="part", reason="3 台漏", quantity_passed="7")


def test_by_default_there_is_no_field_for_a_supplement__A07(floor: Floor) -> None:
    with floor.refused("field_unknown"):
        floor.apply(fields={"supplement_to": "GX26-000001"})


def test_what_did_not_pass_waits_and_a_supplementary_application_takes_the_remainder__A07(floors: FloorMaker) -> None:
    floor: Floor = floors(SUPPLEMENT)
    floor.play("inspect", outcome="part", reason="3 台漏", quantity_passed="7")
    assert floor.lies("V-200") == {"conversion": -10, "workshop_converted": 7, "workshop_remainder": 3}
    floor.step("receive")
    assert floor.step("return_closing_copy").ended == "completed"
    first = floor.case
    with floor.refused("rule_forbids"):
        floor.apply("V-200", "V-200", "4", fields={"supplement_to": first})
    floor.apply("V-200", "V-200", "3", fields={"supplement_to": first})
    assert floor.case != first
    floor.play("rework")
    assert floor.lies("V-200").get("workshop_remainder", 0) == 0
    with floor.refused("rule_forbids"):
        floor.step("inspect", quantity_passed="10")
    floor.step("inspect", quantity_passed="3")
    floor.step("receive")
    assert floor.step("return_closing_copy").ended == "completed"
    assert floor.lies("V-200") == {"conversion": -10, "finished_store": 10}
    assert floor.rows(
        "SELECT COUNT(*) FROM lots l JOIN balances b ON b.lot = l.code WHERE hold <> '' AND counter = 0 AND quantity > 0"
    ) == [(0,)]


@pytest.mark.parametrize("passed", ["0", "10", "11"])
def test_a_part_is_more_than_nothing_and_less_than_all__A07(floors: FloorMaker, passed: str) -> None:
    floor: Floor = floors(SUPPLEMENT)
    floor.play("rework")
    with floor.refused("rule_forbids"):
        floor.step("inspect", outcome="part", reason="漏", quantity_passed=passed)


def partly_passed(floor: Floor, passed: str) -> str:
    """Play one case to its end with only a part of ten passed."""
    floor.apply()
    floor.play("inspect", outcome="part", reason="漏", quantity_passed=passed)
    floor.step("receive")
    floor.step("return_closing_copy")
    return floor.case


def test_two_supplements_to_different_applications_do_not_stand_in_each_others_way__A07(floors: FloorMaker) -> None:
    floor: Floor = floors(SUPPLEMENT)
    first, second = partly_passed(floor, "8"), partly_passed(floor, "5")
    floor.apply("V-200", "V-200", "5", fields={"supplement_to": second})
    floor.play("authorise")
    floor.apply("V-200", "V-200", "2", fields={"supplement_to": first})
    floor.play("draw")
    assert floor.lies("V-200")["workshop_remainder"] == 5


def test_two_supplements_to_one_application_cannot_both_take_the_remainder__A07(floors: FloorMaker) -> None:
    floor: Floor = floors(SUPPLEMENT)
    first = partly_passed(floor, "8")
    floor.apply("V-200", "V-200", "2", fields={"supplement_to": first})
    floor.play("authorise")
    with floor.refused("rule_forbids"):
        floor.apply("V-200", "V-200", "1", fields={"supplement_to": first})


def test_a_remainder_goes_to_nobody_who_does_not_name_it__A07(floors: FloorMaker) -> None:
    floor: Floor = floors(SUPPLEMENT)
    first = partly_passed(floor, "8")
    with floor.refused("rule_forbids"):
        floor.apply("V-200", "V-300", "9")
    with floor.refused("rule_forbids"):
        floor.apply("V-200", "V-200", "1", fields={"supplement_to": "GX26-999999"})
    with floor.refused("rule_forbids"):
        floor.apply("V-200", "V-200", "1")
    floor.apply("V-200", "V-200", "2", fields={"supplement_to": first})


def test_the_lots_of_a_remainder_may_be_scanned_although_they_are_held__A07(floors: FloorMaker) -> None:
    floor: Floor = floors(SUPPLEMENT)
    first = partly_passed(floor, "8")
    [(lot,)] = floor.rows("SELECT lot FROM balances WHERE place = 'workshop_remainder'")
    floor.apply("V-200", "V-200", "2", fields={"supplement_to": first})
    floor.play("draw", lots=[{"line": 1, "lot": lot, "quantity": "2"}])
    assert floor.lies("V-200")["workshop_product"] == 2


def test_a_part_passed_and_then_abandoned_comes_back_as_the_old_model__A07(floors: FloorMaker) -> None:
    floor: Floor = floors(SUPPLEMENT)
    floor.play("inspect", outcome="part", reason="漏", quantity_passed="7")
    floor.do("W1@valve_shop", "abandon", [5], reason="取消")
    floor.do("R1", "dismantle", [5])
    floor.do("I1", "inspect_old", outcome="pass", **SCAN)
    floor.do("K1", "receive_old", **SCAN)
    assert floor.do("D1", "return_abandoned_copy", [6]).ended == "abandoned"
    assert floor.lies("V-100")["finished_store"] == 47
    assert floor.lies("V-200") == {"conversion": -3, "workshop_remainder": 3}


def test_of_pieces_with_serial_numbers_the_very_ones_named_pass__A07(floors: FloorMaker) -> None:
    floor: Floor = floors(SUPPLEMENT)
    serials = ("S-0001", "S-0002")
    floor.apply(lines=[{"item": "VS-1", "becomes": "VS-2", "quantity": "1", "serial": serial} for serial in serials])
    floor.play("rework")
    with floor.refused("count_by_line"):
        floor.step("inspect", outcome="part", reason="漏", quantity_passed="1")
    floor.step("inspect", outcome="part", reason="漏", quantity_passed=[{"line": 2, "quantity": "1"}])
    joined = "balances b JOIN lots l ON l.code = b.lot"
    sql = f"SELECT serial, place, hold FROM {joined} WHERE b.item = 'VS-2' AND quantity > 0 ORDER BY serial"
    assert floor.rows(sql) == [("S-0001", "workshop_remainder", "to_be_inspected"), ("S-0002", "workshop_converted", "")]


def test_a_refusal_by_the_workshop_needs_a_reason_and_is_told_to_sales__A08(floor: Floor) -> None:
    floor.play("plan")
    with floor.refused("answer_missing"):
        floor.step("consent", outcome="refuse")
    assert floor.step("consent", outcome="refuse", reason="产能").notices == [{"desk": "sales", "step": "consent.refuse"}]
    assert dict.fromkeys((3, 4, 5, 6), "planning").items() <= floor.due().items()


def test_an_application_has_many_lines_each_from_one_model_to_one__A09(floor: Floor) -> None:
    lines = [
        {"item": "V-100", "becomes": "V-200", "quantity": "4"},
        {"item": "V-100", "becomes": "V-300", "quantity": "3"},
        {"item": "VS-1", "becomes": "VS-2", "quantity": "1", "serial": "S-0002"},
    ]
    floor.apply(lines=lines)
    floor.play("rework")
    with floor.refused("count_by_line"):
        floor.step("inspect", quantity_passed="8")
    floor.step("inspect", quantity_passed=[{"line": n, "quantity": q} for n, q in ((1, "4"), (2, "3"), (3, "1"))])
    floor.step("receive")
    assert floor.step("return_closing_copy").ended == "completed"
    assert (floor.lies("V-200")["finished_store"], floor.lies("V-300")["finished_store"]) == (4, 3)
    assert floor.lies("VS-1") == {"difference": -2, "finished_store": 1, "conversion": 1}


@pytest.mark.parametrize(
    "line",
    [{"becomes": "V-100"}, {"item": "VS-1", "becomes": "VS-2", "quantity": "1"},
     {"item": "VS-1", "becomes": "VS-2", "quantity": "2", "serial": "S-0001"}],
)  # fmt: skip
def test_a_line_that_changes_nothing_or_hides_a_serial_number_is_refused__A09(floor: Floor, line: dict[str, str]) -> None:
    with floor.refused("rule_forbids"):
        floor.apply(lines=[{"item": "V-100", "becomes": "V-200", "quantity": "1", **line}])


def test_the_same_piece_is_not_applied_for_on_two_lines__A09(floor: Floor) -> None:
    line = {"item": "VS-1", "becomes": "VS-2", "quantity": "1", "serial": "S-0001"}
    with floor.refused("rule_forbids"):
        floor.apply(lines=[line, line])


def test_the_whole_application_is_drawn_at_once__A10(floor: Floor) -> None:
    floor.play("hand_out")
    [(lot,)] = floor.rows("SELECT code FROM lots WHERE item = 'V-100'")
    with floor.refused("lots_do_not_add_up"):
        floor.step("draw", lots=[{"line": 1, "lot": lot, "quantity": "9"}])
    floor.step("draw", lots=[{"line": 1, "lot": lot, "quantity": "10"}])


@pytest.mark.parametrize("first", ["draw", "draw_parts"])
def test_parts_are_drawn_before_or_after_the_product__A11(floor: Floor, first: str) -> None:
    floor.play("hand_out")
    floor.step("open_parts")
    for step in ("draw", "draw_parts") if first == "draw" else ("draw_parts", "draw"):
        floor.step(step)
    floor.step("rework")


@pytest.mark.parametrize(("value", "resting"), [("2", ["parts_store", "shop_dispatch"]), ("1", ["parts_store"])])
def test_the_parts_form_has_as_many_copies_as_the_works_chose__A12(floors: FloorMaker, value: str, resting: list[str]) -> None:
    floor: Floor = floors({"parts_form_copies": value})
    floor.play("return_closing_copy", WITH_PARTS)
    assert floor.ended() == "completed"
    assert [due for (due,) in floor.rows("SELECT due FROM copies WHERE serial = ? ORDER BY number", floor.parts)] == resting


@pytest.mark.parametrize(
    ("value", "roles"), [("both", ["parts_keeper", "reworker"]), ("keeper", ["parts_keeper"]), ("worker", ["reworker"])]
)
def test_the_parts_form_is_signed_by_whom_the_works_chose__A13(floors: FloorMaker, value: str, roles: list[str]) -> None:
    floor: Floor = floors({"parts_form_signed": value})
    signers = {"reworker": "R1"} if "reworker" in roles else {}
    floor.play("draw_parts", WITH_PARTS, signers=signers)
    assert [role for role, _ in signed(floor, "draw_parts")] == roles
    floor.step("rework")
    floor.step("return_parts", signers=signers)
    assert [role for role, _ in signed(floor, "return_parts")] == roles
    for step in ("inspect", "receive", "file_parts_form", "return_closing_copy"):
        done = floor.step(step)
    assert done.ended == "completed"


def test_where_the_keeper_alone_signs_who_wrote_the_form_does_not_pay_out_on_it__A13(floors: FloorMaker) -> None:
    floor: Floor = floors({"parts_form_signed": "keeper"})
    floor.play("draw")
    floor.step("open_parts", who="X1@valve_shop")
    with floor.refused("own_work"):
        floor.step("draw_parts", who="X1@parts_store", signers={})


def test_replaced_parts_come_back_held_until_looked_at__A14(floor: Floor) -> None:
    floor.play("return_parts", WITH_PARTS)
    [(lot,)] = floor.rows("SELECT code FROM lots WHERE item = 'OLD-PART' AND hold = 'replaced_part'")
    with floor.refused("not_enough"):
        floor.step("draw_parts", drawn=[{"item": "OLD-PART", "quantity": "1"}], despite="还要用")
    floor.do("I1", "release_lot", case="", lot=lot, reason="完好")
    floor.step("draw_parts", drawn=[{"item": "OLD-PART", "quantity": "1"}], despite="还要用")


def test_unused_lost_and_broken_parts_are_told_apart_on_the_way_back__A15(floor: Floor) -> None:
    floor.play("draw_parts", WITH_PARTS)
    with floor.refused("answer_missing"):
        floor.step("return_parts", returned=[{"item": "NEW-PART", "quantity": "1", "condition": "lost"}])
    rows = [
        {"item": "NEW-PART", "quantity": "9"},
        {"item": "NEW-PART", "quantity": "2", "condition": "lost", "reason": "掉了"},
        {"item": "NEW-PART", "quantity": "1", "condition": "broken", "reason": "坏了"},
    ]
    floor.step("return_parts", returned=rows)
    assert floor.lies("NEW-PART") == {"difference": -98, "parts_store": 97, "scrap": 1}


def test_more_cannot_come_back_than_lies_there__A15(floor: Floor) -> None:
    floor.play("draw_parts", WITH_PARTS)
    with floor.refused("more_than_there_is"):
        floor.step("return_parts", returned=[{"item": "NEW-PART", "quantity": "13"}])
    with floor.refused("more_than_there_is"):
        floor.step("return_parts", returned=[{"item": "NEW-PART", "quantity": "7"}, {"item": "NEW-PART", "quantity": "6"}])


def test_parts_of_one_kind_come_back_line_by_line_from_several_lots__A15(floor: Floor) -> None:
    floor.play("rework", WITH_PARTS, removed=[{"item": "OLD-PART", "quantity": "1"}, {"item": "OLD-PART", "quantity": "1"}])
    one = {"item": "OLD-PART", "quantity": "1"}
    floor.step("return_parts", returned=[one, one, {"item": "NEW-PART", "quantity": "2"}])
    assert floor.lies("OLD-PART") == {"conversion": -2, "parts_store": 2}


def test_a_stamp_has_its_number_its_person_and_its_time__A16(floor: Floor) -> None:
    done = floor.play("inspect")
    assert done is not None
    [(stamp, name, at)] = floor.rows("SELECT stamp, name, at FROM signatures WHERE kind = 'stamp'")
    assert (stamp, name) == ("07", "人I1")
    assert at == floor.rows("SELECT at FROM acts WHERE seq = ?", done.act)[0][0]


def test_an_inspector_without_a_stamp_cannot_pass_anything__A16(floor: Floor) -> None:
    floor.play("rework")
    floor.do("A1", "withdraw_stamp", case="", badge="I1")
    with floor.refused("stamp_missing"):
        floor.step("inspect")


def test_the_notice_to_sales_stays_until_it_is_read_whatever_its_age__A19(floor: Floor) -> None:
    floor.play("receive")
    floor.clock.advance(60 * DAY)
    floor.do("S1", "acknowledge")
    with floor.refused("nothing_to_acknowledge"):
        floor.do("S1", "acknowledge")


def test_a_draw_takes_only_what_is_promised_to_its_own_case__A22(floor: Floor) -> None:
    floor.apply(quantity="30")
    floor.play("hand_out")
    first = floor.case
    with floor.refused("rule_forbids"):
        floor.apply(quantity="21")
    floor.apply(quantity="20")
    floor.play("draw")
    floor.case = first
    floor.step("draw")
    assert floor.lies("V-100") == {"difference": -50, "workshop_product": 50}
    assert floor.rows("SELECT * FROM reservations WHERE quantity > 0") == []


def test_two_applications_for_the_last_goods_only_the_first_signed_gets_them__A22(floor: Floor) -> None:
    first, second = floor.apply(quantity="50"), floor.apply(quantity="50")
    floor.step("authorise")
    floor.case = first
    with floor.refused("not_enough_free"):
        floor.step("authorise")
    assert floor.rows("SELECT in_case FROM reservations") == [(second,)]


def test_every_hand_over_is_recorded_with_from_to_and_time__A23(floor: Floor) -> None:
    done = floor.play("authorise")
    assert done is not None
    [(body,)] = floor.rows("SELECT body FROM journal WHERE seq = ?", done.act)
    moved = {tuple(e[2]): e[3]["due"] for e in json.loads(body)["effects"] if e[1] == "copies" and "due" in e[3]}
    assert moved == {(f"{floor.case}/{n}",): ["sales", "planning"] for n in range(2, 7)}
    assert {(each["copy"], each["due"]) for each in done.custody} == {(f"{floor.case}/{n}", "planning") for n in range(2, 7)}


def test_a_certified_product_needs_a_reason_to_go_on__A25(floor: Floor) -> None:
    with floor.refused("reason_needed"):
        floor.apply("VC-1", "V-200", "1")
    for reason in ("", "   "):
        with floor.refused("reason_needed"):
            floor.apply("VC-1", "V-200", "1", despite=reason)
    floor.apply("VC-1", "V-200", "1", despite="证书已变更")


def test_the_new_model_is_kept_for_the_customer_it_was_modified_for__A26(floor: Floor) -> None:
    floor.play("return_closing_copy")
    with floor.refused("rule_forbids"):
        floor.apply("V-200", "V-300", "1")
    card = floor.card("S1")
    assert card["document"]["fields"]["customer"] == "Acme"


def test_the_age_of_what_waits_is_known_and_nothing_lapses_by_itself__A27(floor: Floor) -> None:
    for step in PLAIN:
        floor.play(step)
        floor.clock.advance(100 * DAY)
        since = floor.rows("SELECT MAX(since) FROM waiting")[0][0]
        assert step == "return_closing_copy" or floor.clock.now() - since >= 100 * DAY
    assert floor.ended() == "completed"


def test_a_running_case_keeps_to_the_settings_it_was_opened_under__A07(floor: Floor) -> None:
    floor.play("rework")
    floor.site.close()
    with (floor.folder / "site.toml").open("a", encoding="utf-8") as file:
        file.write('\n[settings]\npartial_pass = "supplement"\n')
    floor.site = open_site(floor.folder, floor.clock, synchronous="off")
    old = floor.case
    with floor.refused("outcome_unknown"):
        floor.step("inspect", outcome="part", reason="漏", quantity_passed="7")
    floor.apply()
    floor.play("inspect", outcome="part", reason="漏", quantity_passed="7")
    floor.case = old
    floor.step("inspect")
    floor.step("receive")
    assert floor.step("return_closing_copy").ended == "completed"
