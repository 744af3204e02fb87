"""The emergency way out: a named person answers for it, somebody else reviews it, and the pass comes afterwards."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from delivery_floor import Yard
from factory_floor import MINUTE, Json

from qdesk.clock import moment
from qdesk.desk import Done, act
from qdesk.passing import shift_list
from qdesk.registers import register_page
from qdesk.verify import verify

YardMaker = Callable[..., Yard]
EXIT = "emergency_exit"
FIELDS = {"plate": "晋A12345", "driver": "赵师傅", "packages": "3", "reason": "病人等药"}
GOOD = {"plate": "A12345", "count": "3"}


def said(answer: Json) -> tuple[str, str]:
    """The gate's word, without its arguments."""
    return answer["verdict"], answer["kind"]


def let_out(yard: Yard, who: str = "G1", leader: str = "E1", **more: Any) -> str:
    """Let a vehicle out in an emergency; the serial of its emergency pass."""
    fields = {**FIELDS, **more.pop("fields", {})}
    signers = {"emergency_leader": leader} if leader else {}
    done = yard.do(who, "let_out", signers=signers, procedure=EXIT, case="", fields=fields, **more)
    return str(done.case)


def review(yard: Yard, serial: str, who: str = "Q1", outcome: str = "confirmed") -> Done:
    """Review it at quality."""
    return yard.do(who, "review_exit", [f"{serial}/1"], outcome, procedure=EXIT, case=serial, reason="查了录像")


def shifts(yard: Yard) -> Json:
    """What the next shift is told."""
    return shift_list(yard.floor.site, yard.floor.token("G2"), yard.floor.site.words)


def up_to_the_gate(yard: Yard) -> None:
    """A delivery of which only the pass is missing."""
    yard.announce()
    yard.write()
    yard.do("S2", "approve")
    yard.pick()
    yard.start()
    yard.pack()
    yard.load()


# Letting out


def test_a_guard_alone_lets_nobody_out_in_an_emergency(yard: Yard) -> None:
    with yard.floor.refused("signature_missing"):
        let_out(yard, leader="")


@pytest.mark.parametrize("who", ["DL1", "G2", "Q1"])
def test_only_those_named_answer_for_an_emergency(yard: Yard, who: str) -> None:
    with yard.floor.refused("signer_lacks_role"):
        let_out(yard, leader=who)


@pytest.mark.parametrize("field", ["plate", "driver", "packages", "reason"])
def test_an_emergency_is_written_down_whole(yard: Yard, field: str) -> None:
    with yard.floor.refused("field_missing"):
        let_out(yard, fields={field: ""})


def test_an_emergency_stands_on_the_list_until_somebody_else_has_reviewed_it(yard: Yard) -> None:
    serial = let_out(yard, who="X1@gate")
    [row] = shifts(yard)["emergencies"]
    assert (row["serial"], row["plate"], row["reason"], row["by_hand"]) == (serial, "晋A12345", "病人等药", False)
    assert [(each["verdict"], each["pass"]) for each in shifts(yard)["today"]] == [("emergency", serial)]
    with yard.floor.refused("own_work"):
        review(yard, serial, who="X1@quality")
    assert review(yard, serial).ended == "reviewed"
    assert shifts(yard)["emergencies"] == []


def test_who_answered_for_an_emergency_does_not_review_it(yard: Yard) -> None:
    serial = let_out(yard, leader="X1")
    with yard.floor.refused("own_work"):
        review(yard, serial, who="X1@quality")


def test_an_objection_is_an_ending_too_and_stays_in_the_book(yard: Yard) -> None:
    serial = let_out(yard)
    assert review(yard, serial, outcome="objected").ended == "reviewed"
    assert yard.floor.rows("SELECT outcome FROM acts WHERE step = 'review_exit'") == [("objected",)]
    assert [row["serial"] for row in register_page(yard.floor.site, "emergency_pass", asked={})["rows"]] == [serial]


def test_an_emergency_pass_is_no_pass_when_it_is_shown(yard: Yard) -> None:
    serial = let_out(yard)
    assert said(yard.show(yard.pieces[f"{serial}/1"], **GOOD)) == ("stop", "not_a_pass")


def test_an_emergency_moves_no_goods_by_itself(yard: Yard) -> None:
    up_to_the_gate(yard)
    let_out(yard, fields={"document": yard.note})
    assert yard.floor.lies("V-100")["vehicle"] == 10


# The pass that is written afterwards


def test_the_pass_written_afterwards_closes_the_emergency_and_sends_the_goods_off(yard: Yard) -> None:
    up_to_the_gate(yard)
    serial = let_out(yard)
    yard.issue()
    answer = yard.show(**GOOD, emergency=serial)
    assert said(answer) == ("release", "after_emergency") and answer["arguments"]["emergency"] == serial
    assert yard.floor.lies("V-100")["on_the_road"] == 10
    assert said(yard.show(**GOOD)) == ("stop", "used")
    yard.arrive()
    yard.come_back()
    assert yard.do("DP1", "all_loaded", [f"{yard.note}/4"], "used_up").ended == "delivered"


def test_the_emergency_pass_is_scanned_or_typed(yard: Yard) -> None:
    up_to_the_gate(yard)
    serial = let_out(yard)
    yard.issue()
    answer = yard.show(**GOOD, emergency=yard.pieces[f"{serial}/1"])
    assert said(answer) == ("release", "after_emergency") and answer["arguments"]["emergency"] == serial
    assert yard.floor.rows("SELECT emergency FROM gate_checks WHERE verdict = 'release'") == [(serial,)]


def test_one_emergency_answers_for_one_pass(yard: Yard) -> None:
    yard.announce()
    yard.write()
    yard.do("S2", "approve")
    yard.pick()
    serial = let_out(yard)
    yard.to_the_gate(1, "4")
    yard.to_the_gate(2, "6")
    first, second = (yard.pieces[f"{yard.serials[f'pass#{number}']}/2"] for number in (1, 2))
    assert said(yard.show(first, **GOOD, emergency=serial)) == ("release", "after_emergency")
    with yard.floor.refused("emergency_unknown"):
        yard.show(second, **GOOD, emergency=serial)


def test_an_emergency_of_another_vehicle_answers_for_nothing(yard: Yard) -> None:
    yard.ready()
    serial = let_out(yard, fields={"plate": "晋B77777"})
    with yard.floor.refused("emergency_of_another"):
        yard.show(**GOOD, emergency=serial)


@pytest.mark.parametrize("serial", ["YJ26-000099", "CM26-000001", "FH26-000001", "' OR 1=1 --"])
def test_an_emergency_that_never_was_answers_for_nothing(yard: Yard, serial: str) -> None:
    yard.ready()
    with yard.floor.refused("emergency_unknown"):
        yard.show(**GOOD, emergency=serial)


def test_after_an_emergency_plate_and_count_are_compared_all_the_same(yard: Yard) -> None:
    yard.ready()
    serial = let_out(yard)
    for verdict in ("stop", "hold"):
        assert said(yard.show(plate="A12345", count="4", emergency=serial)) == (verdict, "count_differs")
    assert yard.floor.rows("SELECT COUNT(*) FROM gate_checks WHERE emergency <> ''") == [(0,)]


def test_an_emergency_reviewed_before_its_pass_still_answers_for_it(yard: Yard) -> None:
    up_to_the_gate(yard)
    serial = let_out(yard)
    review(yard, serial)
    yard.issue()
    assert said(yard.show(**GOOD, emergency=serial)) == ("release", "after_emergency")


# The hour without power


def blank(yard: Yard) -> tuple[str, str]:
    """Print a numbered emergency pass beforehand; its serial and the digits on it."""
    [made] = yard.do("A1", "issue_blanks", case="", form=f"{EXIT}.emergency_pass", number=1).prints
    [(piece,)] = yard.floor.rows("SELECT number FROM blank_pieces WHERE serial = ?", made["subject"])
    return made["subject"], piece


def test_a_blank_emergency_pass_is_entered_afterwards_with_the_hour_it_was_filled_in(yard: Yard) -> None:
    serial, piece = blank(yard)
    filled = moment(yard.floor.clock.now()).strftime("%Y-%m-%d %H:%M")
    yard.floor.clock.advance(90 * MINUTE)
    assert let_out(yard, emergency=piece, filled_at=filled) == serial
    [row] = shifts(yard)["emergencies"]
    assert row["by_hand"] and row["at"].startswith(filled.replace(" ", "T"))
    with yard.floor.refused("blank_used"):
        let_out(yard, emergency=piece, filled_at=filled)
    assert yard.floor.rows("SELECT COUNT(*) FROM prints WHERE kind = 'slip' AND form = 'emergency_pass'") == [(0,)]
    yard.pieces[f"{serial}/1"] = piece
    review(yard, serial)
    assert shifts(yard)["emergencies"] == []
    assert verify(yard.floor.site, replay=True).findings == []


def test_the_pass_after_a_night_without_power_names_the_blank_it_left_on(yard: Yard) -> None:
    up_to_the_gate(yard)
    serial, _ = blank(yard)
    filled = moment(yard.floor.clock.now()).strftime("%Y-%m-%d %H:%M")
    yard.floor.clock.advance(8 * 60 * MINUTE)
    let_out(yard, emergency=serial, filled_at=filled)
    yard.issue()
    assert said(yard.show(**GOOD, emergency=serial)) == ("release", "after_emergency")


def test_a_blank_that_nobody_entered_is_no_pass(yard: Yard) -> None:
    _, piece = blank(yard)
    assert said(yard.show(piece, **GOOD)) == ("stop", "not_a_pass")


def test_a_gate_pass_is_never_printed_beforehand(yard: Yard) -> None:
    with yard.floor.refused("form_opens_nothing"):
        yard.do("A1", "issue_blanks", case="", form="delivery.pass", number=1)


def test_the_person_who_answers_for_it_is_another_than_the_guard(yard: Yard) -> None:
    with yard.floor.refused("same_person_twice"):
        let_out(yard, who="X1@gate", leader="X1")
    with yard.floor.refused("same_person_twice"):
        let_out(yard, who="X1@gate", leader="")


def test_an_emergency_is_reviewed_and_never_undone(yard: Yard) -> None:
    serial = let_out(yard)
    for who, asked in (("G1", {}), ("Q1", {"reason": "弄错了"})):
        with yard.floor.refused("cannot_be_reversed"):
            act(yard.floor.site, yard.floor.token(who), {"case": serial, "step": "reverse", "inputs": asked})
    assert [row["serial"] for row in shifts(yard)["emergencies"]] == [serial]
