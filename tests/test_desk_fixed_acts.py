"""Acts that belong to no procedure: paper found, lost and replaced; acts taken back; documents amended; roles lent; people and lots."""

from __future__ import annotations

import json

import pytest
from factory_floor import DAY, MINUTE, PIN, WITH_PARTS, Floor

HOUR = 60 * MINUTE


def seen(floor: Floor, copy: int) -> tuple[str, str]:
    """Where a copy is due and where it was seen."""
    return floor.rows("SELECT due, seen FROM copies WHERE name = ?", f"{floor.case}/{copy}")[0]  # type: ignore[return-value]


def marking(floor: Floor) -> list[list[tuple[object, ...]]]:
    """Where copies are due, what counts as done, what lies where, what is promised, which marks hold, what waits."""
    asked = (
        "SELECT name, due FROM copies WHERE due <> 'void' ORDER BY name",
        "SELECT step, times FROM done WHERE times > 0 ORDER BY step",
        "SELECT place, item, lot, quantity FROM balances WHERE quantity <> 0 ORDER BY place, item, lot",
        "SELECT in_case, item, quantity FROM reservations WHERE quantity > 0 ORDER BY in_case, item",
        "SELECT step, role, person FROM signatures WHERE lapsed_at IS NULL ORDER BY act, number",
        "SELECT code, hold FROM lots WHERE code IN (SELECT lot FROM balances WHERE quantity <> 0) ORDER BY code",
        "SELECT step, desk FROM waiting ORDER BY step",
        "SELECT code, ended FROM cases WHERE ended <> 'reversed'",
    )
    return [floor.rows(sql) for sql in asked]


# Paper


def test_found_here_changes_where_paper_was_seen_and_never_where_it_is_due(floor: Floor) -> None:
    floor.play("plan")
    before = marking(floor)
    floor.do("K1", "found_here", [4])
    assert seen(floor, 4) == ("shop_dispatch", "finished_store")
    assert marking(floor) == before
    with floor.refused("already_here"):
        floor.do("K1", "found_here", [4])
    floor.step("consent", copies=[3])
    floor.step("hand_out")


def test_paper_found_here_is_sent_on_and_arrives_where_it_is_due(floor: Floor) -> None:
    floor.play("plan")
    floor.do("K1", "found_here", [4])
    floor.do("K1", "send_on", [4])
    assert seen(floor, 4) == ("shop_dispatch", "")
    card = floor.card("D1", 4)
    assert (card["due_here"], seen(floor, 4)) == (True, ("shop_dispatch", "shop_dispatch"))
    with floor.refused("due_here"):
        floor.do("D1", "send_on", [4])
    with floor.refused("not_here"):
        floor.do("K1", "send_on", [4])


def test_scanning_a_copy_due_here_takes_it_in_once_and_scanning_one_due_elsewhere_writes_nothing(floor: Floor) -> None:
    floor.play("authorise")
    heads = floor.rows("SELECT COUNT(*) FROM journal")[0][0]
    floor.card("K1", 3)
    floor.card("P1")
    assert floor.rows("SELECT COUNT(*) FROM journal") == [(heads,)]
    for _ in range(2):
        floor.card("P1", 3)
    assert floor.rows("SELECT COUNT(*) FROM journal") == [(heads + 1,)]
    assert seen(floor, 3) == ("planning", "planning")


def test_a_damaged_copy_gets_a_new_piece_under_its_old_name_and_the_old_piece_is_known__R171(floor: Floor) -> None:
    floor.play("plan")
    old, before = floor.code(3), marking(floor)
    done = floor.do("D1", "reprint", [3], reason="撕破")
    new = floor.code(3)
    assert new != old and done.prints == [{"copy": f"{floor.case}/3", "piece": new}]
    assert marking(floor) == before
    with floor.refused("piece_void") as refusals:
        floor.step("consent", copies=[old])
    assert refusals[0].because[0].arguments["piece"] == new
    card = floor.card("D1", old)
    assert (card["kind"], card["void"]["replaced_by"], card["can"]) == ("void", new, [])
    floor.step("consent")


def test_a_copy_is_reprinted_only_where_it_is(floor: Floor) -> None:
    floor.play("plan")
    with floor.refused("not_here"):
        floor.do("K1", "reprint", [3], reason="撕破")
    with floor.refused("answer_missing"):
        floor.do("D1", "reprint", [3])


def test_before_the_set_is_printed_there_is_nothing_to_reprint_lose_or_reissue(floor: Floor) -> None:
    floor.apply()
    for step in ("reprint", "report_lost"):
        with floor.refused("not_printed_yet"):
            floor.do("S1", step, [3], reason="没有")


def test_a_lost_copy_stops_what_needs_it_until_it_is_reissued__R172(floor: Floor) -> None:
    floor.play("hand_out")
    with floor.refused("not_reported_lost"):
        floor.do("R1", "reissue", [4], reason="丢失")
    floor.step("draw")
    floor.do("R1", "report_lost", [6], reason="丢失")
    with floor.refused("step_not_possible"):
        floor.step("rework")
    with floor.refused("copy_is_lost"):
        floor.do("R1", "reprint", [6], reason="丢失")
    with floor.refused("already_lost"):
        floor.do("R1", "report_lost", [6], reason="丢失")
    old = floor.code(6)
    floor.do("R1", "reissue", [f"{floor.case}/6"], reason="丢失")
    floor.step("rework")
    with floor.refused("piece_void"):
        floor.step("inspect", copies=[5, old])
    floor.step("inspect")


def test_a_lost_piece_that_turns_up_after_the_reissue_is_recognised__R172(floor: Floor) -> None:
    floor.play("plan")
    old = floor.code(3)
    floor.do("D1", "report_lost", [3], reason="丢失")
    floor.do("D1", "reissue", [3], reason="丢失")
    card = floor.card("K1", old)
    assert (card["kind"], card["void"]["replaced_by"]) == ("void", floor.code(3))
    for step in ("found_here", "report_lost"):
        with floor.refused("piece_void"):
            floor.do("K1", step, [old], reason="找到")


def test_a_lost_copy_that_turns_up_before_the_reissue_is_simply_found(floor: Floor) -> None:
    floor.play("plan")
    floor.do("D1", "report_lost", [3], reason="丢失")
    with floor.refused("step_not_possible"):
        floor.step("consent", copies=[4])
    floor.card("D1", 3)
    floor.step("consent", copies=[4])


def test_the_reissue_of_a_lost_copy_is_approved_by_a_second_person_where_the_works_says_so__R173(floors) -> None:  # type: ignore[no-untyped-def]
    floor: Floor = floors({"reissue_approver": "quality_manager"})
    floor.play("plan")
    floor.do("D1", "report_lost", [3], reason="丢失")
    for signers in ({}, {"quality_manager": "D1"}, {"quality_manager": "K1"}):
        with floor.refused("signature_missing", "signer_lacks_role"):
            floor.do("D1", "reissue", [3], reason="丢失", signers=signers)
    with floor.refused("signature_missing"):
        floor.do("X1@shop_dispatch", "reissue", [3], reason="丢失", signers={"quality_manager": "X1"})
    floor.do("D1", "reissue", [3], reason="丢失", signers={"quality_manager": "Q1"})


# Reversing


STEPS = ["authorise", "plan", "consent", "hand_out", "draw", "open_parts", "draw_parts", "rework", "return_parts", "inspect", "receive",
         "file_parts_form", "return_closing_copy"]  # fmt: skip


@pytest.mark.parametrize("step", STEPS)
def test_the_doer_takes_an_act_back_while_nothing_followed_and_all_is_as_before(floor: Floor, step: str) -> None:
    floor.play(WITH_PARTS[WITH_PARTS.index(step) - 1], WITH_PARTS)
    before = marking(floor)
    token = floor.token(who(step))
    floor.play(step, WITH_PARTS, token=token)
    after = marking(floor)
    assert after != before
    floor.do(who(step), "reverse", token=token)
    assert marking(floor) == before
    floor.played[floor.case] -= 1
    if step != "open_parts":
        floor.play(step, WITH_PARTS)
        assert [rows for n, rows in enumerate(marking(floor)) if n not in (2, 5)] == [rows for n, rows in enumerate(after) if n not in (2, 5)]
    if floor.ended() == "":
        floor.play("return_closing_copy", WITH_PARTS)
    assert floor.ended() == "completed"


def who(step: str) -> str:
    from factory_floor import HAPPY

    person: str = HAPPY[step]["who"]
    return person


def test_the_opening_taken_back_leaves_a_void_case(floor: Floor) -> None:
    floor.apply()
    floor.do("S1", "reverse")
    assert floor.ended() == "reversed"
    assert set(floor.due().values()) == {"void"}
    assert floor.card("S1")["can"] == []
    with floor.refused("step_not_possible"):
        floor.step("authorise", copies=[])


def test_only_the_doer_at_the_same_desk_takes_back_and_nobody_else(floor: Floor) -> None:
    floor.play("plan")
    with floor.refused("not_your_act"):
        floor.do("S2", "reverse")
    with floor.refused("not_your_act"):
        floor.do("K1", "reverse")


@pytest.mark.parametrize("state", ["sent", "done"])
def test_what_was_printed_is_not_taken_back_by_its_doer(floor: Floor, state: str) -> None:
    floor.play("authorise")
    with floor.site.database.writing() as cursor:
        cursor.execute("UPDATE prints SET state = ?", (state,))
    with floor.refused("something_followed") as refusals:
        floor.do("S2", "reverse")
    assert [each.code for each in refusals[0].because] == ["followed_by_print"]


def test_what_waits_at_the_printer_is_cancelled_when_taken_back(floor: Floor) -> None:
    floor.play("authorise")
    floor.do("S2", "reverse")
    assert floor.rows("SELECT DISTINCT state FROM prints") == [("cancelled",)]


def test_what_was_read_or_has_arrived_is_not_taken_back_by_its_doer(floor: Floor) -> None:
    floor.play("authorise")
    floor.card("P1", 2)
    with floor.refused("something_followed") as refusals:
        floor.do("S2", "reverse")
    assert [each.code for each in refusals[0].because] == ["followed_by_arrival"]


def test_a_notice_read_is_something_that_followed(floor: Floor) -> None:
    done = floor.play("receive")
    floor.do("S1", "acknowledge")
    with floor.refused("later_acts", "something_followed"):
        floor.do("K1", "reverse", act=done.act if done else 0)


def test_the_quality_manager_takes_back_later_with_a_reason(floor: Floor) -> None:
    floor.play("authorise")
    floor.card("P1", 2)
    with floor.refused("answer_missing"):
        floor.do("Q1", "reverse")
    done = floor.do("Q1", "reverse", reason="错客户")
    [(body,)] = floor.rows("SELECT body FROM journal WHERE seq = ?", done.act)
    assert json.loads(body)["reason"] == "错客户"
    assert set(floor.due().values()) == {"sales"}


def test_acts_are_taken_back_newest_first_all_the_way_to_the_beginning(floor: Floor) -> None:
    states = []
    for step in ("apply", "authorise", "plan", "consent", "hand_out", "draw", "rework", "inspect", "receive"):
        floor.play(step)
        states.append(marking(floor))
    first = floor.rows("SELECT MIN(seq) FROM acts WHERE in_case IS NOT NULL")[0][0]
    with floor.refused("later_acts"):
        floor.do("Q1", "reverse", act=first, reason="错")
    while len(states) > 1:
        assert marking(floor) == states.pop()
        floor.do("Q1", "reverse", reason="错")
    assert floor.lies("V-100") == {"difference": -50, "finished_store": 50}
    floor.played[floor.case] = 1
    floor.play("return_closing_copy")
    assert floor.ended() == "completed"


def test_an_act_is_taken_back_once(floor: Floor) -> None:
    floor.apply()
    done = floor.play("authorise")
    floor.do("S2", "reverse")
    with floor.refused("reversed_already"):
        floor.do("S2", "reverse", act=done.act if done else 0)
    with floor.refused("not_your_act"):
        floor.do("S2", "reverse")


def test_a_reversal_and_an_act_without_a_case_are_not_taken_back(floor: Floor) -> None:
    floor.play("authorise")
    done = floor.do("S2", "reverse")
    with floor.refused("cannot_be_reversed"):
        floor.do("Q1", "reverse", act=done.act, reason="错")
    done = floor.do("A1", "give_role", case="", badge="K1", role="inspector")
    with floor.refused("cannot_be_reversed"):
        floor.do("Q1", "reverse", case="", act=done.act, reason="错")


@pytest.mark.parametrize("act", [10**30, -1, 0, 999, "\u202e1", 1.5, True, [], {}])
def test_no_act_of_that_number(floor: Floor, act: object) -> None:
    floor.play("authorise")
    with floor.refused("act_unknown", "not_your_act", "cannot_be_reversed"):
        floor.do("K1", "reverse", act=act)


def test_an_act_of_one_case_is_not_taken_back_in_the_name_of_another(floor: Floor) -> None:
    floor.apply()
    floor.play("authorise")
    seq = floor.rows("SELECT MAX(seq) FROM acts")[0][0]
    other = floor.case
    floor.apply()
    with floor.refused("act_unknown"):
        floor.do("S2", "reverse", act=seq)
    floor.case = other
    floor.do("S2", "reverse", act=seq)


def test_goods_that_went_on_cannot_be_called_back_by_reversing(floor: Floor) -> None:
    floor.play("return_parts", WITH_PARTS)
    first = floor.case
    [(lot,)] = floor.rows("SELECT code FROM lots WHERE item = 'OLD-PART'")
    floor.do("I1", "release_lot", case="", lot=lot, reason="可用")
    floor.apply()
    floor.played[floor.case] = 1
    floor.parts = ""
    floor.play("open_parts", WITH_PARTS, lines=[{"item": "OLD-PART", "quantity": "10", "direction": "out"}])
    floor.step("draw_parts")
    floor.case = first
    with floor.refused("not_enough"):
        floor.do("Q1", "reverse", reason="错")


def test_paper_found_or_sent_on_by_mistake_is_put_right_by_reversing(floor: Floor) -> None:
    floor.play("plan")
    floor.do("K1", "found_here", [4])
    floor.do("K1", "reverse")
    assert seen(floor, 4) == ("shop_dispatch", "sales")


def test_after_a_reprint_taken_back_the_old_piece_is_good_again(floor: Floor) -> None:
    floor.play("plan")
    old = floor.code(3)
    floor.do("D1", "reprint", [3], reason="撕破")
    new = floor.code(3)
    floor.do("D1", "reverse")
    with floor.refused("piece_void"):
        floor.step("consent", copies=[new])
    floor.step("consent", copies=[old])


# Amending


def changed(floor: Floor, quantity: str = "12", customer: str = "Bolt", who: str = "S1", **more: object) -> None:
    line = {"item": "V-100", "becomes": "V-200", "quantity": quantity}
    floor.do(who, "amend", fields={"customer": customer}, lines=[line], **more)


def test_before_the_first_signature_only_the_words_change(floor: Floor) -> None:
    floor.apply()
    pieces = dict(floor.pieces)
    changed(floor)
    card = floor.card("S1")["document"]
    assert (card["revision"], card["fields"]["customer"], card["lines"][0]["quantity"]) == (2, "Bolt", "12")
    assert pieces == floor.pieces
    assert floor.rows("SELECT COUNT(*) FROM lines") == [(2,)]
    floor.play("hand_out")
    floor.step("draw")
    assert floor.lies("V-100")["workshop_product"] == 12


@pytest.mark.parametrize("upto", ["authorise", "plan", "consent", "hand_out"])
def test_after_the_first_signature_the_set_starts_its_way_anew(floor: Floor, upto: str) -> None:
    floor.play(upto)
    old = floor.code(4)
    changed(floor, quantity="50")
    assert set(floor.due().values()) == {"sales"} and seen(floor, 4) == ("sales", "sales")
    assert floor.rows("SELECT COUNT(*) FROM signatures WHERE lapsed_at IS NULL") == [(0,)]
    assert floor.rows("SELECT * FROM reservations WHERE quantity > 0") == []
    assert floor.rows("SELECT step FROM waiting") == [("authorise",)]
    assert floor.card("K1", old)["kind"] == "void"
    floor.played[floor.case] = 1
    done = floor.play("authorise")
    assert done is not None and len(done.prints) == 6
    floor.play("rework")
    floor.step("inspect", quantity_passed="50")
    floor.step("receive")
    assert floor.step("return_closing_copy").ended == "completed"


def test_a_parts_form_opened_meanwhile_is_void_when_the_application_changes(floor: Floor) -> None:
    floor.play("hand_out")
    floor.step("open_parts")
    parts = floor.parts
    changed(floor)
    assert floor.rows("SELECT DISTINCT due FROM copies WHERE serial = ?", parts) == [("void",)]
    floor.played[floor.case] = 1
    floor.play("return_parts", WITH_PARTS)
    assert floor.parts != parts
    floor.step("inspect", quantity_passed="12")
    for step in ("receive", "file_parts_form", "return_closing_copy"):
        done = floor.step(step)
    assert done.ended == "completed"


def test_an_amendment_keeps_to_the_rules_of_opening(floor: Floor) -> None:
    floor.play("authorise")
    with floor.refused("rule_forbids"):
        changed(floor, quantity="51")
    with floor.refused("field_missing"):
        changed(floor, customer="")
    with floor.refused("wrong_desk"):
        changed(floor, who="K1")
    with floor.refused("wrong_person"):
        changed(floor, who="S2")


def test_nothing_is_amended_once_goods_have_moved_or_the_case_has_ended(floor: Floor) -> None:
    floor.play("draw")
    with floor.refused("goods_moved"):
        changed(floor)
    floor.play("return_closing_copy")
    with floor.refused("document_not_open"):
        changed(floor)


def test_who_amended_an_application_does_not_sign_it(floor: Floor) -> None:
    floor.apply()
    floor.step("authorise", who="S2")
    changed(floor, quantity="50", who="X1@sales")
    with floor.refused("own_work"):
        floor.step("authorise", who="X1@sales")
    floor.step("authorise", who="S2")


def test_a_parts_form_is_amended_until_it_is_signed(floor: Floor) -> None:
    floor.play("open_parts", WITH_PARTS)
    line = {"item": "NEW-PART", "quantity": "3", "direction": "out"}
    floor.do("R1", "amend", document=floor.parts, lines=[line])
    floor.step("draw_parts")
    assert floor.lies("NEW-PART")["workshop_parts"] == 3
    with floor.refused("goods_moved"):
        floor.do("R1", "amend", document=floor.parts, lines=[line])


# Deputies


def test_a_deputy_signs_between_two_days_and_the_signature_says_for_whom(floor: Floor) -> None:
    floor.apply()
    floor.do("S2", "delegate", case="", role="sales_leader", to="P1", until="2026-03-05", **{"from": "2026-03-04"})
    with floor.refused("wrong_person", "not_your_desk"):
        floor.step("authorise", who="P1@sales")
    floor.clock.advance(2 * DAY)
    floor.step("authorise", who="P1@sales")
    [(owner,)] = floor.rows("SELECT p.badge FROM signatures s JOIN persons p ON p.id = s.deputy_for")
    assert owner == "S2"
    floor.clock.advance(DAY)
    floor.apply()
    with floor.refused("wrong_person", "not_your_desk"):
        floor.step("authorise", who="P1@sales")


def test_a_role_is_lent_only_by_its_owner_for_a_time_to_one_who_lacks_it(floor: Floor) -> None:
    lend = {"role": "sales_leader", "to": "P1", "until": "2026-03-09"}
    with floor.refused("role_not_held"):
        floor.do("S1", "delegate", case="", **lend)
    with floor.refused("wrong_person"):
        floor.do("S1", "delegate", case="", badge="S2", **lend)
    with floor.refused("until_needed"):
        floor.do("S2", "delegate", case="", role="sales_leader", to="P1")
    with floor.refused("until_needed"):
        floor.do("S2", "delegate", case="", role="sales_leader", to="P1", until="2026-03-01")
    with floor.refused("date_unreadable"):
        floor.do("S2", "delegate", case="", role="sales_leader", to="P1", until="next week")
    floor.do("S2", "delegate", case="", **lend)
    with floor.refused("role_held_already"):
        floor.do("S2", "delegate", case="", **lend)
    with floor.refused("role_not_held"):
        floor.do("P1", "delegate", case="", role="sales_leader", to="K1", until="2026-03-09")
    floor.do("A1", "delegate", case="", badge="W1", role="workshop_leader", to="D1", until="2026-03-09")


def test_what_was_lent_ends_with_the_owners_role(floor: Floor) -> None:
    floor.do("X1@sales", "delegate", case="", role="sales_leader", to="P1", until="2026-03-09")
    floor.do("A1", "take_role", case="", badge="X1", role="sales_leader")
    floor.apply()
    with floor.refused("wrong_person", "not_your_desk"):
        floor.step("authorise", who="P1@sales")


def test_a_deputy_is_still_kept_from_judging_own_work(floor: Floor) -> None:
    floor.do("S2", "delegate", case="", role="sales_leader", to="S1", until="2026-03-09")
    floor.apply()
    with floor.refused("own_work"):
        floor.step("authorise", who="S1")


# Lots


def test_a_held_lot_is_not_drawn_until_it_is_released(floor: Floor) -> None:
    floor.play("hand_out")
    [(lot,)] = floor.rows("SELECT code FROM lots WHERE item = 'V-100'")
    for who in ("K1", "R1", "A1"):
        with floor.refused("wrong_person"):
            floor.do(who, "hold_lot", case="", lot=lot, reason="复查")
    with floor.refused("answer_missing"):
        floor.do("I1", "hold_lot", case="", lot=lot)
    floor.do("I1", "hold_lot", case="", lot=lot, reason="复查")
    with floor.refused("lot_held"):
        floor.do("Q1", "hold_lot", case="", lot=lot, reason="复查")
    with floor.refused("not_enough"):
        floor.step("draw")
    floor.do("Q1", "release_lot", case="", lot=lot, reason="合格")
    with floor.refused("lot_not_held"):
        floor.do("Q1", "release_lot", case="", lot=lot, reason="合格")
    floor.step("draw")


def test_what_is_in_a_case_is_released_by_its_inspection_only(floor: Floor) -> None:
    floor.play("rework")
    [(lot,)] = floor.rows("SELECT code FROM lots WHERE item = 'V-200'")
    with floor.refused("lot_in_a_case"):
        floor.do("Q1", "release_lot", case="", lot=lot, reason="算了")
    with floor.refused("lot_unknown"):
        floor.do("Q1", "hold_lot", case="", lot="L26-999999", reason="复查")


def test_a_lot_is_released_although_part_of_it_lies_in_the_workshop(floor: Floor) -> None:
    [(lot,)] = floor.rows("SELECT code FROM lots WHERE item = 'V-100'")
    floor.play("draw")
    floor.do("Q1", "hold_lot", case="", lot=lot, reason="复查")
    floor.do("Q1", "release_lot", case="", lot=lot, reason="合格")


def test_an_inspection_for_return_does_not_free_a_lot_that_quality_holds(floor: Floor) -> None:
    [(lot,)] = floor.rows("SELECT code FROM lots WHERE item = 'V-100'")
    floor.play("draw")
    floor.do("Q1", "hold_lot", case="", lot=lot, reason="铸件有疑")
    floor.do("W1@valve_shop", "abandon", [5], reason="取消")
    floor.do("I1", "inspect_old", [5, 6], "pass")
    with floor.refused("not_inspected"):
        floor.do("K1", "receive_old", [5, 6])
    floor.do("Q1", "release_lot", case="", lot=lot, reason="合格")
    floor.do("K1", "receive_old", [5, 6])


def test_a_remainder_that_did_not_pass_is_not_released_past_the_inspection(floors) -> None:  # type: ignore[no-untyped-def]
    floor: Floor = floors({"partial_pass": "supplement"})
    floor.play("inspect", outcome="part", reason="漏", quantity_passed="7")
    [(lot,)] = floor.rows("SELECT lot FROM balances WHERE place = 'workshop_remainder'")
    with floor.refused("lot_in_a_case"):
        floor.do("I1", "release_lot", case="", lot=lot, reason="算了")


# People


def test_a_new_person_works_from_the_next_moment(floor: Floor) -> None:
    floor.do("A1", "enrol", case="", badge="K9", name="新人", roles=["keeper"], pin=PIN)
    floor.play("hand_out")
    floor.step("draw", who="K9")
    with floor.refused("badge_taken"):
        floor.do("A1", "enrol", case="", badge="K9", name="又一个", roles=["keeper"], pin=PIN)


@pytest.mark.parametrize("roles", [["cook"], [["keeper"]], [{}], [7], "keeper", {"keeper": 1}, 3, [None]])
def test_only_known_roles_are_given(floor: Floor, roles: object) -> None:
    with floor.refused("role_unknown", "role_held_already", "lines_unreadable"):
        floor.do("A1", "enrol", case="", badge="K9", name="新人", roles=roles, pin=PIN)


@pytest.mark.parametrize("pin", ["", "123", "1111", "1234567890123", "12 34", "１２３４", "12a4", 1234, None])
def test_a_pin_is_four_to_twelve_digits_not_all_alike(floor: Floor, pin: object) -> None:
    with floor.refused("pin_unfit"):
        floor.do("A1", "renew_pin", case="", badge="K1", pin=pin)


def test_only_the_administrator_administers(floor: Floor) -> None:
    asked: dict[str, dict[str, object]] = {
        "enrol": {"badge": "K9", "name": "新人", "roles": ["keeper"], "pin": PIN},
        "dismiss": {"badge": "K2"},
        "give_role": {"badge": "K1", "role": "inspector"},
        "take_role": {"badge": "K2", "role": "keeper"},
        "give_stamp": {"badge": "I1", "stamp": "11"},
        "withdraw_stamp": {"badge": "I1"},
        "renew_pin": {"badge": "K2", "pin": "7788"},
        "confirm_clock": {},
    }
    for step, inputs in asked.items():
        with floor.refused("wrong_person"):
            floor.do("K1", step, case="", **inputs)


def test_a_leaver_is_out_at_once_and_the_roles_nobody_else_holds_are_handed_over(floor: Floor) -> None:
    for role in ("planner", "keeper"):
        floor.do("A1", "take_role", case="", badge="X1", role=role)
    token = floor.token("P1")
    with floor.refused("roles_left_empty"):
        floor.do("A1", "dismiss", case="", badge="P1")
    with floor.refused("roles_left_empty", "hand_to_unfit"):
        floor.do("A1", "dismiss", case="", badge="P1", hand_to="P1")
    floor.do("A1", "dismiss", case="", badge="P1", hand_to="D1")
    with floor.refused("session_unknown", "badge_revoked"):
        floor.do("P1", "plan", token=token, case="")
    with floor.refused("badge_revoked"):
        floor.token("P1")
    floor.play("authorise")
    floor.step("plan", who="D1@planning")
    for step in ("dismiss", "give_role", "renew_pin"):
        with floor.refused("badge_revoked"):
            floor.do("A1", step, case="", badge="P1", role="planner", pin="7788")


def test_the_last_administrator_stays(floor: Floor) -> None:
    floor.do("A1", "take_role", case="", badge="X1", role="administrator")
    with floor.refused("last_administrator"):
        floor.do("A1", "take_role", case="", badge="A1", role="administrator")
    with floor.refused("roles_left_empty"):
        floor.do("A1", "dismiss", case="", badge="A1")


def test_a_role_taken_away_ends_at_the_next_act_of_an_open_session(floor: Floor) -> None:
    floor.play("hand_out")
    token = floor.token("K1")
    floor.do("A1", "take_role", case="", badge="K1", role="keeper")
    with floor.refused("wrong_person"):
        floor.step("draw", token=token)


def test_a_stamp_number_is_never_given_twice(floor: Floor) -> None:
    for number in ("07", "08"):
        with floor.refused("stamp_used_before"):
            floor.do("A1", "give_stamp", case="", badge="I1", stamp=number)
    floor.do("A1", "give_stamp", case="", badge="I1", stamp="11")
    for badge in ("I1", "I2"):
        with floor.refused("stamp_used_before"):
            floor.do("A1", "give_stamp", case="", badge=badge, stamp="07")
    floor.play("inspect")
    assert floor.rows("SELECT stamp FROM signatures WHERE kind = 'stamp'") == [("11",)]


def test_a_new_pin_replaces_the_old_one(floor: Floor) -> None:
    from qdesk.people import log_in

    floor.do("K1", "renew_pin", case="", badge="K1", pin="7788")
    with floor.refused("pin_wrong"):
        floor.token("K1")
    log_in(floor.site, "finished_store", "K1", "7788")


def test_an_act_of_administration_comes_once_whatever_is_sent_again(floor: Floor) -> None:
    first = floor.do("A1", "enrol", case="", badge="K9", name="新人", roles=["keeper"], pin=PIN, key="enrol-1")
    again = floor.do("A1", "enrol", case="", badge="K9", name="新人", roles=["keeper"], pin=PIN, key="enrol-1")
    assert first == again
    with floor.refused("key_reused"):
        floor.do("A1", "enrol", case="", badge="K8", name="新人", roles=["keeper"], pin=PIN, key="enrol-1")


# The clock


def test_a_clock_set_back_stops_all_acts_until_the_administrator_confirms_it(floor: Floor) -> None:
    floor.clock.advance(10 * DAY)
    floor.apply()
    floor.clock.advance(-2 * HOUR)
    with floor.refused("clock_set_back"):
        floor.step("authorise")
    with floor.refused("wrong_person", "clock_set_back"):
        floor.do("K1", "confirm_clock", case="")
    floor.do("A1", "confirm_clock", case="")
    floor.step("authorise")
    times = [at for (at,) in floor.rows("SELECT at FROM journal ORDER BY seq")]
    assert times == sorted(times)
    floor.clock.advance(3 * HOUR)
    floor.step("plan")
