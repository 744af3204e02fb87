"""Acts of no procedure: paper found, sent on, lost and replaced; roles lent; lots held; a clock set right."""

from __future__ import annotations

from factory_audit import marking
from factory_floor import DAY, MINUTE, Floor, FloorMaker

HOUR = 60 * MINUTE


def seen(floor: Floor, copy: int) -> tuple[str, str]:
    """Where a copy is due and where it was seen."""
    [(due, seen_at)] = floor.rows("SELECT due, seen FROM copies WHERE name = ?", f"{floor.case}/{copy}")
    return due, seen_at


def test_found_here_changes_where_paper_was_seen_and_never_where_it_is_due(floor: Floor) -> None:
    floor.play("plan")
    before = marking(floor.site)
    floor.do("K1", "found_here", [4])
    assert seen(floor, 4) == ("shop_dispatch", "finished_store")
    assert marking(floor.site) == before
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
    old, before = floor.code(3), marking(floor.site)
    done = floor.do("D1", "reprint", [3], reason="撕破")
    new = floor.code(3)
    assert new != old and done.prints == [{"copy": f"{floor.case}/3", "piece": new}]
    assert marking(floor.site) == before
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


def test_the_reissue_of_a_lost_copy_is_approved_by_a_second_person_where_the_works_says_so__R173(floors: FloorMaker) -> None:
    floor: Floor = floors({"reissue_approver": "quality_manager"})
    floor.play("plan")
    floor.do("D1", "report_lost", [3], reason="丢失")
    for signers in ({}, {"quality_manager": "D1"}, {"quality_manager": "K1"}):
        with floor.refused("signature_missing", "signer_lacks_role"):
            floor.do("D1", "reissue", [3], reason="丢失", signers=signers)
    with floor.refused("signature_missing"):
        floor.do("X1@shop_dispatch", "reissue", [3], reason="丢失", signers={"quality_manager": "X1"})
    floor.do("D1", "reissue", [3], reason="丢失", signers={"quality_manager": "Q1"})


def test_a_deputy_signs_between_two_days_and_the_signature_says_for_whom(floor: Floor) -> None:
    floor.apply()
    floor.do("S2", "delegate", case="", role="sales_leader", to="P1", until="2026-03-05", **{"from": "2026-03-04"})
    with floor.refused("wrong_person", "not_your_desk"):
        floor.step("authorise", who="P1@sales")
    floor.clock.advance(3 * DAY)
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


def test_a_remainder_that_did_not_pass_is_not_released_past_the_inspection(floors: FloorMaker) -> None:
    floor: Floor = floors({"partial_pass": "supplement"})
    floor.play("inspect", outcome="part", reason="漏", quantity_passed="7")
    [(lot,)] = floor.rows("SELECT lot FROM balances WHERE place = 'workshop_remainder'")
    with floor.refused("lot_in_a_case"):
        floor.do("I1", "release_lot", case="", lot=lot, reason="算了")


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
