"""People: PINs, sessions, signatures, and the separation of duties by person."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from factory_floor import DAY, MINUTE, PIN, START, WITH_PARTS, Floor, FloorMaker, description

from qdesk.attempts import attempt_of, record_attempts
from qdesk.clock import SECOND
from qdesk.desk.book import IN_FORCE
from qdesk.errors import Refused
from qdesk.journal import digest_of
from qdesk.people import log_in

WRONG = "271828182845"


def mistype(floor: Floor, badge: str, desk: str = "finished_store", times: int = 1) -> str:
    """Type wrong PINs and return the code of the last refusal."""
    code = ""
    for _ in range(times):
        try:
            log_in(floor.site, desk, badge, WRONG)
        except Refused as refused:
            code = refused.code
        floor.clock.advance(3 * SECOND)
    return code


def test_five_wrong_pins_lock_the_person_for_a_minute_then_longer(floor: Floor) -> None:
    assert mistype(floor, "K1", times=5) == "pin_wrong"
    with floor.refused("person_locked"):
        floor.token("K1")
    floor.clock.advance(MINUTE)
    assert mistype(floor, "K1", times=5) == "pin_wrong"
    floor.clock.advance(MINUTE)
    with floor.refused("person_locked"):
        floor.token("K1")
    floor.clock.advance(MINUTE)
    floor.token("K1")
    assert mistype(floor, "K1", times=4) == "pin_wrong"
    floor.token("K1")


def test_no_lock_is_longer_than_an_hour(floor: Floor) -> None:
    for _ in range(12):
        mistype(floor, "K1", times=5)
        floor.clock.advance(60 * MINUTE)
    floor.token("K1")


def test_a_person_is_locked_everywhere_and_a_colleague_at_the_same_terminal_is_not(floor: Floor) -> None:
    mistype(floor, "X1", times=5)
    with floor.refused("person_locked"):
        floor.token("X1@inspection")
    floor.token("K1")


def test_a_terminal_only_waits_a_little(floor: Floor) -> None:
    for _ in range(5):
        with floor.refused("badge_unknown"):
            log_in(floor.site, "finished_store", "nobody", WRONG)
    with floor.refused("terminal_waits"):
        floor.token("K1")
    floor.token("P1")
    floor.clock.advance(2 * SECOND)
    floor.token("K1")


def test_wrong_pins_of_a_second_signer_count_too(floor: Floor) -> None:
    floor.play("hand_out")
    for _ in range(5):
        with floor.refused("pin_wrong"):
            floor.step("draw", signers=[{"as": "reworker", "badge": "R1", "pin": WRONG}])
        floor.clock.advance(3 * SECOND)
    with floor.refused("person_locked"):
        floor.step("draw")
    floor.clock.advance(MINUTE)
    floor.step("draw")


def test_a_failure_is_remembered_although_the_act_is_refused(floor: Floor) -> None:
    mistype(floor, "K1", times=2)
    assert floor.rows("SELECT failures FROM credentials JOIN persons ON id = person WHERE badge = 'K1'") == [(2,)]


@pytest.mark.parametrize("pin", [None, 918273645018, "", " " + PIN, PIN + " ", "９１８２７３６４５０１８", True, [PIN]])
def test_only_the_very_digits_are_the_pin(floor: Floor, pin: object) -> None:
    with floor.refused("pin_wrong", "text_expected"):
        log_in(floor.site, "finished_store", "K1", pin)


def test_people_log_in_where_one_of_their_roles_works(floor: Floor) -> None:
    with floor.refused("not_your_desk"):
        floor.token("K1@inspection")
    with floor.refused("desk_unknown"):
        floor.token("K1@nowhere")
    with floor.refused("desk_unknown"):
        log_in(floor.site, "\x1b[2J", "K1", PIN)


def test_an_idle_desk_locks_and_a_busy_one_stays_open(floor: Floor) -> None:
    token = floor.token("S1")
    for _ in range(5):
        floor.clock.advance(9 * MINUTE)
        floor.apply(quantity="1", token=token)
    floor.clock.advance(10 * MINUTE + SECOND)
    with floor.refused("session_locked"):
        floor.apply(token=token)


def test_a_session_nobody_opened_opens_nothing(floor: Floor) -> None:
    tokens: tuple[object, ...] = ("x" * 24, 7, "\ud800", ["x"], b"x")
    for token in tokens:
        with floor.refused("session_unknown"):
            floor.do("S1", "apply", case="", token=token)


def test_the_operators_pin_serves_to_sign_for_five_minutes_and_typing_it_again_serves_again(floor: Floor) -> None:
    floor.play("hand_out")
    token = floor.token("K1")
    floor.clock.advance(5 * MINUTE)
    with floor.refused("pin_needed"):
        floor.step("draw", token=token)
    floor.step("draw", token=token, signers={"keeper": "K1", "reworker": "R1"})
    floor.step("rework")
    floor.step("inspect")
    floor.step("receive", token=token)


def test_where_no_pin_stays_fresh_it_is_typed_for_each_signature(floors: FloorMaker) -> None:
    floor: Floor = floors({"operator_pin_fresh": "0m"})
    floor.apply()
    with floor.refused("pin_needed"):
        floor.step("authorise")
    floor.step("authorise", signers={"sales_leader": "S2"})


# Who signs


def test_two_signatures_are_two_persons(floor: Floor) -> None:
    floor.play("hand_out")
    with floor.refused("same_person_twice"):
        floor.step("draw", who="X1@finished_store", signers={})
    with floor.refused("same_person_twice"):
        floor.step("draw", who="X1@finished_store", signers={"keeper": "X1", "reworker": "X1"})


def test_one_signs_only_as_what_one_is_and_as_what_is_asked(floor: Floor) -> None:
    floor.play("hand_out")
    with floor.refused("signer_lacks_role"):
        floor.step("draw", signers={"reworker": "K2"})
    with floor.refused("signer_not_asked"):
        floor.step("draw", signers={"reworker": "R1", "inspector": "I1"})
    with floor.refused("signer_twice"):
        both = [{"as": "reworker", "badge": badge, "pin": PIN} for badge in ("R1", "R2")]
        floor.step("draw", signers=both)
    with floor.refused("signature_missing"):
        floor.step("draw", signers={})


def test_the_operator_may_let_a_colleague_of_the_role_sign(floor: Floor) -> None:
    floor.play("hand_out")
    floor.step("draw", signers={"keeper": "K2", "reworker": "R1"})
    assert floor.rows("SELECT p.badge FROM signatures s JOIN persons p ON p.id = s.person WHERE step = 'draw'") == [
        ("K2",),
        ("R1",),
    ]


def test_what_is_signed_was_on_the_screen_and_has_not_changed_since(floor: Floor) -> None:
    floor.apply()
    digest = floor.card("S2")["digest"]
    line = {"item": "V-100", "becomes": "V-200", "quantity": "50"}
    floor.do("S1", "amend", fields={"customer": "Bolt"}, lines=[line])
    with floor.refused("card_changed"):
        floor.step("authorise", seen=digest)
    with floor.refused("card_not_seen"):
        floor.step("authorise", seen=" ")
    floor.step("authorise")


@pytest.mark.parametrize("role", ["inspector", "paper:inspector", "stamp"])
def test_handwriting_is_never_a_stamp(floor: Floor, role: str) -> None:
    floor.play("rework")
    with floor.refused("signature_missing", "signer_not_asked", "same_person_twice"):
        floor.step("inspect", who="I1", signers=[{"as": role, "paper": True, "name": "老李", "copy": floor.code(5)}])
    assert floor.rows("SELECT COUNT(*) FROM signatures WHERE kind <> 'sign'") == [(0,)]


def test_handwriting_does_not_stand_for_a_signature_with_a_pin(floor: Floor) -> None:
    floor.play("hand_out")
    with floor.refused("signature_missing", "signer_not_asked"):
        floor.step("draw", signers=[{"as": "reworker", "paper": True, "name": "人R1"}])


def paper_floor(floors: FloorMaker) -> Floor:
    """A factory whose workshop leader signs on paper, as leaders do."""
    floor: Floor = floors()
    text = (Path(__file__).parent.parent / "data/procedures/product_modification.toml").read_text(encoding="utf-8")
    own = floor.folder / "procedures"
    own.mkdir()
    old = 'title = { zh = "同意", en = "consent" }\nsigns = ["workshop_leader"]'
    assert old in text
    new = old.replace('["workshop_leader"]', '["paper:driver"]')
    (own / "product_modification.toml").write_text(text.replace(old, new), encoding="utf-8")
    floor.site.compiled.pop(IN_FORCE)
    return floor


def test_a_signature_on_paper_is_recorded_with_the_name_and_the_copy_it_was_seen_on(floors: FloorMaker) -> None:
    floor = paper_floor(floors)
    floor.play("plan")
    with floor.refused("signature_missing"):
        floor.step("consent")
    for copy in ("GX26-009999/1", "102600000000000000"):
        with floor.refused("copy_of_another_case"):
            floor.step("consent", signers=[{"as": "driver", "paper": True, "name": "赵", "copy": copy}])
    for name in ("", "  ", None, "x\u202e"):
        with floor.refused("answer_missing", "text_expected", "text_unclean"):
            floor.step("consent", signers=[{"as": "driver", "paper": True, "name": name}])
    floor.step("consent", signers=[{"as": "driver", "paper": True, "name": "赵", "copy": floor.code(3)}])
    recorded = floor.rows("SELECT role, kind, person, name, copy FROM signatures WHERE step = 'consent'")
    assert recorded == [("driver", "paper", None, "赵", f"{floor.case}/3")]


# Own work


@pytest.mark.parametrize("worked", ["draw", "draw_parts", "rework", "return_parts", "consent"])
def test_who_worked_on_a_case_does_not_stamp_it(floor: Floor, worked: str) -> None:
    floor.play(WITH_PARTS[WITH_PARTS.index(worked) - 1], WITH_PARTS)
    desk = {"draw": "finished_store", "rework": "valve_shop", "consent": "shop_dispatch"}.get(worked, "parts_store")
    floor.play(worked, WITH_PARTS, who=f"X1@{desk}")
    floor.play("return_parts", WITH_PARTS)
    with floor.refused("own_work") as refusals:
        floor.step("inspect", who="X1@inspection")
    assert refusals[0].arguments["person"] == "人X1"
    assert "inspect" not in floor.steps_possible("X1@inspection")
    floor.step("inspect")


def test_who_only_signed_for_the_worker_does_not_stamp_either(floor: Floor) -> None:
    floor.play("hand_out")
    floor.step("draw", signers={"reworker": "X1"})
    floor.step("rework")
    with floor.refused("own_work"):
        floor.step("inspect", who="X1@inspection")
    with floor.refused("own_work"):
        floor.step("inspect", signers={"inspector": "X1"})


def test_own_work_is_remembered_through_a_failed_inspection(floor: Floor) -> None:
    floor.play("hand_out")
    floor.step("draw")
    floor.step("rework", who="X1@valve_shop")
    floor.step("inspect", outcome="fail", reason="漏", quantity_passed="")
    floor.step("rework")
    with floor.refused("own_work"):
        floor.step("inspect", who="X1@inspection")


def test_an_act_taken_back_is_no_work(floor: Floor) -> None:
    floor.play("draw")
    token = floor.token("X1@valve_shop")
    floor.step("rework", token=token)
    floor.do("X1", "reverse", token=token)
    floor.step("rework")
    floor.step("inspect", who="X1@inspection")


def test_who_wrote_the_application_does_not_sign_it_and_who_stamped_does_not_receive(floor: Floor) -> None:
    floor.apply(who="X1@sales")
    with floor.refused("own_work"):
        floor.step("authorise", who="X1@sales")
    floor.play("rework")
    floor.step("inspect", who="X1@inspection")
    with floor.refused("own_work"):
        floor.step("receive", who="X1@finished_store")
    with floor.refused("own_work"):
        floor.step("receive", signers={"keeper": "X1"})
    floor.step("receive")


def test_who_failed_it_or_made_it_does_not_dispose_of_it(floor: Floor) -> None:
    floor.play("rework")
    for who in ("X1@inspection", "I1"):
        floor.step("inspect", who=who, outcome="fail", reason="漏", quantity_passed="")
        floor.step("rework")
    with floor.refused("own_work"):
        floor.do("X1@quality", "dispose", outcome="scrap", reason="裂")
    floor.do("Q1", "dispose", outcome="scrap", reason="裂")


# Secrets


def test_no_pin_and_no_hash_is_anywhere_but_among_the_credentials(floor: Floor) -> None:
    new_pins = ("314159265358", "161803398874")
    floor.play("return_closing_copy", WITH_PARTS)
    floor.do("A1", "enrol", case="", badge="K9", name="新人", roles=["keeper"], pin=new_pins[0], key="e")
    floor.do("A1", "renew_pin", case="", badge="K1", pin=new_pins[1])
    mistype(floor, "K2", times=2)
    floor.apply()
    floor.play("hand_out")
    with pytest.raises(Refused) as refused:
        floor.step("draw", signers=[{"as": "reworker", "badge": "R1", "pin": WRONG}])
    record_attempts(floor.site, [attempt_of(refused.value, "act", refused.value.arguments, "finished_store", 9)])
    hashes = [row[0] for row in floor.rows("SELECT pin_hash FROM credentials")]
    tables = [name for (name,) in floor.rows("SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'credentials'")]
    text = "\n".join(str(row) for name in tables for row in floor.rows(f'SELECT * FROM "{name}"'))
    for secret in (PIN, WRONG, *new_pins, *hashes):
        assert secret not in text
    floor.site.database.rows("PRAGMA wal_checkpoint(TRUNCATE)")
    for path in floor.folder.iterdir():
        raw = path.read_bytes()
        assert [pin for pin in (PIN, WRONG, *new_pins) if pin.encode() in raw] == []


def test_a_session_is_kept_only_as_the_digest_of_its_token(floor: Floor) -> None:
    token = floor.token("K1")
    assert token not in str(floor.rows("SELECT * FROM sessions"))


def test_two_works_with_the_same_pins_have_different_hashes(floors: FloorMaker) -> None:
    first, second = floors(described=description()), floors(described=description(), own="# another works\n")
    hashes = [row for floor in (first, second) for (row,) in floor.rows("SELECT pin_hash FROM credentials")]
    assert len(set(hashes)) == len(hashes)
    assert first.clock.now() + DAY > START


def test_a_signature_is_over_exactly_what_was_shown_and_entered(floor: Floor) -> None:
    floor.play("authorise")
    seen = floor.card("P1")["digest"]
    floor.play("plan", plan_undisturbed="yes")
    shown = floor.card("W1")["digest"]
    assert shown != seen
    done = floor.step("consent", outcome="refuse", reason="产能不足")
    [(body,)] = floor.rows("SELECT body FROM journal WHERE seq = ?", done.act)
    [(digest,)] = floor.rows("SELECT digest FROM signatures WHERE act = ?", done.act)
    signed = json.loads(body)["signed"]
    assert signed == {"card": shown, "step": "consent.refuse", "inputs": {"reason": "产能不足"}}
    assert digest_of(signed) == digest


def test_a_notice_taken_back_is_not_there_to_be_read(floor: Floor) -> None:
    floor.play("inspect")
    token = floor.token("K1")
    floor.step("receive", token=token)
    floor.do("K1", "reverse", token=token)
    with floor.refused("nothing_to_acknowledge"):
        floor.do("S1", "acknowledge")


def test_one_who_holds_a_role_twice_keeps_it_when_the_loan_ends(floor: Floor) -> None:
    floor.do("S2", "delegate", case="", role="sales_leader", to="P1", until="2026-03-03")
    floor.do("A1", "give_role", case="", badge="P1", role="sales_leader")
    floor.clock.advance(5 * DAY)
    floor.apply()
    floor.step("authorise", who="P1@sales")
    assert floor.rows("SELECT deputy_for FROM signatures") == [(None,)]


def test_a_withdrawn_stamp_stays_on_what_it_was_given_for(floor: Floor) -> None:
    floor.play("inspect")
    floor.do("A1", "withdraw_stamp", case="", badge="I1")
    floor.step("receive")
    assert floor.step("return_closing_copy").ended == "completed"
