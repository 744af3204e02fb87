"""Acts taken back: by their doer while nothing has followed, later by who has the right to, newest first."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from factory_audit import marking
from factory_floor import HAPPY, MINUTE, WITH_PARTS, Floor, FloorMaker

HOUR = 60 * MINUTE


def seen(floor: Floor, copy: int) -> tuple[str, str]:
    """Where a copy is due and where it was seen."""
    [(due, seen_at)] = floor.rows("SELECT due, seen FROM copies WHERE name = ?", f"{floor.case}/{copy}")
    return due, seen_at


def without_lots(state: list[list[tuple[object, ...]]]) -> list[list[tuple[object, ...]]]:
    """The same without the codes of lots: what is done again makes lots of new codes."""
    return [rows for number, rows in enumerate(state) if number not in (2, 5)]


STEPS = WITH_PARTS[1:]


@pytest.mark.parametrize("step", STEPS)
def test_the_doer_takes_an_act_back_while_nothing_followed_and_all_is_as_before(floor: Floor, step: str) -> None:
    floor.play(WITH_PARTS[WITH_PARTS.index(step) - 1], WITH_PARTS)
    before = marking(floor.site)
    token = floor.token(who(step))
    floor.play(step, WITH_PARTS, token=token)
    after = marking(floor.site)
    assert after != before
    floor.do(who(step), "reverse", token=token)
    assert marking(floor.site) == before
    floor.played[floor.case] -= 1
    if step != "open_parts":
        floor.play(step, WITH_PARTS)
        assert without_lots(marking(floor.site)) == without_lots(after)
    if floor.ended() == "":
        floor.play("return_closing_copy", WITH_PARTS)
    assert floor.ended() == "completed"


def who(step: str) -> str:
    person: str = HAPPY[step]["who"]
    return person


def to_two_failures(floor: Floor) -> None:
    floor.play("rework")
    for _ in range(2):
        if "rework" in floor.steps_possible("R1"):
            floor.step("rework")
        floor.step("inspect", outcome="fail", reason="漏", quantity_passed="")


def to_abandoned(floor: Floor) -> None:
    floor.play("rework", WITH_PARTS)
    floor.do("W1@valve_shop", "abandon", [5], reason="取消")


def to_the_old_model(floor: Floor) -> None:
    to_abandoned(floor)
    floor.do("R1", "dismantle", [5], installed=[{"item": "OLD-PART", "quantity": "10"}])


def to_the_return_of_the_old_model(floor: Floor) -> None:
    to_the_old_model(floor)
    floor.do("I1", "inspect_old", [5, 6], "pass")


BYWAYS: dict[str, tuple[Callable[[Floor], object], str, list[int], str, dict[str, object]]] = {
    "consent.refuse": (lambda floor: floor.play("plan"), "W1", [3], "refuse", {"reason": "产能"}),
    "withdraw": (lambda floor: floor.play("hand_out"), "S2", [], "", {"reason": "取消"}),
    "inspect.fail": (lambda floor: floor.play("rework"), "I1", [5, 6], "fail", {"reason": "漏"}),
    "inspect.part": (lambda floor: floor.play("rework"), "I1", [5, 6], "part", {"reason": "漏", "quantity_passed": "7"}),
    "dispose.scrap": (to_two_failures, "Q1", [], "scrap", {"reason": "裂"}),
    "dispose.rework": (to_two_failures, "Q1", [], "rework", {"reason": "可修"}),
    "abandon": (lambda floor: floor.play("inspect"), "W1@valve_shop", [5], "", {"reason": "取消"}),
    "dismantle": (to_abandoned, "R1", [5], "", {"installed": [{"item": "OLD-PART", "quantity": "10"}]}),
    "inspect_old.pass": (to_the_old_model, "I1", [5, 6], "pass", {}),
    "inspect_old.scrap": (to_the_old_model, "I1", [5, 6], "scrap", {"reason": "碰坏"}),
    "receive_old": (to_the_return_of_the_old_model, "K1", [5, 6], "", {}),
}


@pytest.mark.parametrize("step", BYWAYS)
def test_on_the_byways_too_all_is_as_before_when_an_act_is_taken_back(floors: FloorMaker, step: str) -> None:
    floor: Floor = floors({"partial_pass": "supplement"})
    before_it, doer, copies, outcome, inputs = BYWAYS[step]
    before_it(floor)
    before = marking(floor.site)
    token = floor.token(doer)
    for _ in range(2):
        floor.do(doer, step.partition(".")[0], copies, outcome, token=token, **inputs)
        assert marking(floor.site) != before
        floor.do(doer, "reverse", token=token)
        assert marking(floor.site) == before
    floor.do(doer, step.partition(".")[0], copies, outcome, token=token, **inputs)


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


def test_no_two_papers_bear_one_number_after_a_printed_signature_is_taken_back(floor: Floor) -> None:
    floor.play("authorise")
    old = dict(floor.pieces)
    with floor.site.database.writing() as cursor:
        cursor.execute("UPDATE prints SET state = 'done'")
    floor.do("Q1", "reverse", reason="错客户")
    done = floor.step("authorise")
    assert len(done.prints) == 6 and not {each["piece"] for each in done.prints} & set(old.values())
    assert floor.card("P1", old[f"{floor.case}/2"])["kind"] == "void"
    floor.played[floor.case] = 2
    floor.play("return_closing_copy")
    assert floor.ended() == "completed"


def test_everything_taken_back_after_printing_leaves_no_valid_piece(floor: Floor) -> None:
    floor.play("authorise")
    with floor.site.database.writing() as cursor:
        cursor.execute("UPDATE prints SET state = 'done'")
    floor.do("Q1", "reverse", reason="错客户")
    floor.do("Q1", "reverse", reason="错客户")
    assert floor.ended() == "reversed"
    assert floor.rows("SELECT COUNT(*) FROM pieces WHERE void_at IS NULL") == [(0,)]


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
        states.append(marking(floor.site))
    first = floor.rows("SELECT MIN(seq) FROM acts WHERE in_case IS NOT NULL")[0][0]
    with floor.refused("later_acts"):
        floor.do("Q1", "reverse", act=first, reason="错")
    while len(states) > 1:
        assert marking(floor.site) == states.pop()
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
