"""The gate's answer: what a guard is asked and told, what follows from release, stop and hold, and who may ask."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from delivery_floor import PLATE, Yard
from factory_floor import DAY, MINUTE, Json

from qdesk.desk import act, present
from qdesk.passing import shift_list, vehicles

YardMaker = Callable[..., Yard]
GOOD = {"plate": "A12345", "count": "3"}


def said(answer: Json) -> tuple[str, str]:
    """The gate's word, without its arguments."""
    return answer["verdict"], answer["kind"]


def code_of(yard: Yard, copy: int = 2, number: int = 1) -> str:
    """The digits on a pass."""
    return yard.pieces[f"{yard.serials[f'pass#{number}']}/{copy}"]


def notices(yard: Yard, desk: str) -> list[str]:
    """What a desk was told."""
    return [step for (step,) in yard.floor.rows("SELECT step FROM notices WHERE desk = ? ORDER BY act", desk)]


# What the guard is asked


def test_before_the_guard_has_looked_the_card_holds_nothing_of_what_is_expected(yard: Yard) -> None:
    yard.ready()
    card = yard.floor.card("G1", code_of(yard))
    assert card | {"digest": ""} == {
        "kind": "gate", "code": code_of(yard), "verdict": "ask", "gate": None, "asks": ["plate", "count"],
        "digest": "", "can": [], "cannot": [],
    }  # fmt: skip
    told = json.dumps(card, ensure_ascii=False)
    for expected in (PLATE, PLATE[1:], "赵师傅", "海河机械", "V-100", yard.serials["pass#1"]):
        assert expected not in told


def test_the_shift_list_tells_a_guard_nothing_that_has_to_be_seen(yard: Yard) -> None:
    yard.ready()
    told = json.dumps(shift_list(yard.floor.site, yard.floor.token("G1"), yard.floor.site.words)["open"], ensure_ascii=False)
    assert yard.serials["pass#1"] in told and PLATE[1:] not in told and "海河机械" not in told


def test_looking_at_a_pass_writes_nothing(yard: Yard) -> None:
    yard.ready()
    token = yard.floor.token("G1")
    before = yard.floor.rows("SELECT COUNT(*) FROM journal")
    present(yard.floor.site, token, code_of(yard))
    assert yard.floor.rows("SELECT COUNT(*) FROM journal") == before


@pytest.mark.parametrize("missing", ["plate", "count"])
def test_a_good_pass_without_what_the_guard_saw_is_asked_for_it(yard: Yard, missing: str) -> None:
    yard.ready()
    with yard.floor.refused("answer_missing"):
        yard.show(**(GOOD | {missing: ""}))


@pytest.mark.parametrize(
    ("count", "code"), [("3.5", "number_too_fine"), ("-3", "number_unreadable"), ("drei", "number_unreadable")]
)
def test_a_count_is_whole_packages(yard: Yard, count: str, code: str) -> None:
    yard.ready()
    with yard.floor.refused(code):
        yard.show(plate="A12345", count=count)


def test_a_misread_code_is_scanned_again_and_no_stop(yard: Yard) -> None:
    yard.ready()
    code = code_of(yard)
    misread = code[:10] + str((int(code[10]) + 1) % 10) + code[11:]
    with yard.floor.refused("piece_damaged"):
        yard.show(misread, **GOOD)


@pytest.mark.parametrize("plate", ["晋A12345", "晋A·12345", "A 12345", "a12345", "Ａ１２３４５", "AI2345"])
def test_a_plate_is_compared_as_people_read_it(yard: Yard, plate: str) -> None:
    yard.ready()
    assert said(yard.release(plate=plate)) == ("release", "released")


# What follows


def test_a_release_moves_the_goods_keeps_the_pass_and_closes_it_for_good(yard: Yard) -> None:
    yard.ready()
    yard.release()
    floor = yard.floor
    assert floor.lies("V-100") == {"finished_store": 40, "on_the_road": 10, "difference": -50}
    copy = f"{yard.serials['pass#1']}/2"
    assert floor.rows("SELECT due FROM copies WHERE name = ?", copy) == [("gate",)]
    assert floor.rows("SELECT voucher, round FROM moves WHERE target = 'on_the_road'") == [(copy, 1)]
    assert floor.rows("SELECT step FROM waiting WHERE desk = 'gate'") == []


def test_a_stop_is_an_act_in_the_chain_and_changes_nothing_else(yard: Yard) -> None:
    yard.ready()
    floor = yard.floor
    before, lies = floor.rows("SELECT MAX(seq) FROM acts")[0][0], floor.lies("V-100")
    yard.release(count="4")
    assert floor.rows("SELECT step, outcome, in_case FROM acts WHERE seq > ?", before) == [("check_at_gate", "stop", None)]
    written = floor.rows("SELECT verdict, kind, plate, count, round FROM gate_checks")
    assert written == [("stop", "count_differs", "A12345", "4", 1)]
    assert floor.lies("V-100") == lies
    body = json.loads(floor.rows("SELECT body FROM journal ORDER BY seq DESC LIMIT 1")[0][0])
    assert body["gate"]["verdict"] == "stop" and body["by"] and body["desk"] == "gate"


def test_after_a_hold_the_dispatch_desk_is_told_and_the_pass_stays_alive(yard: Yard) -> None:
    yard.ready()
    yard.release(count="4")
    assert said(yard.release(count="4")) == ("hold", "count_differs")
    assert notices(yard, "dispatch") == ["gate#1.hold"]
    again = yard.release()
    assert said(again) == ("stop", "held")
    words = yard.floor.site.languages
    why = {language: words[language].say("gate.kind_count_differs") for language in ("zh", "en")}
    assert (again["arguments"]["since"], again["arguments"]["why"]) == ("2026-03-02 08:09", why)
    yard.do("DL1", "answer_hold#1", reason="一件是空托盘")
    assert notices(yard, "gate") == ["answer_hold#1"]
    assert said(yard.release()) == ("release", "released")


def test_after_an_answered_hold_there_is_again_one_recount(yard: Yard) -> None:
    yard.ready()
    for _ in range(2):
        assert said(yard.release(count="4")) == ("stop", "count_differs")
        assert said(yard.release(plate="B99999")) == ("hold", "plate_differs")
        yard.do("DL1", "answer_hold#1", reason="再数一次")


def test_a_held_vehicle_gets_another_pass_and_the_old_one_says_it_is_void(yard: Yard) -> None:
    yard.ready()
    old = code_of(yard)
    yard.release(plate="B99999")
    yard.release(plate="B99999")
    yard.do("DL1", "void_pass#1", reason="换车")
    yard.issue()
    answer = yard.show(old, **GOOD)
    assert said(answer) == ("stop", "void")
    assert answer["arguments"]["since"] and answer["arguments"]["why"]
    assert said(yard.release()) == ("release", "released")


def test_a_guard_holds_a_vehicle_for_a_written_reason(yard: Yard) -> None:
    yard.ready()
    answer = yard.show(plate="A12345", hold="司机不肯开箱")
    assert said(answer) == ("hold", "by_guard") and answer["arguments"]["why"] == "司机不肯开箱"
    [held] = shift_list(yard.floor.site, yard.floor.token("G2"), yard.floor.site.words)["held"]
    assert (held["pass"], held["plate"], held["kind"], held["why"], held["person"]) == (
        yard.serials["pass#1"], "A12345", "by_guard", "司机不肯开箱", "人G1",
    )  # fmt: skip
    again = yard.release()
    assert said(again) == ("stop", "held") and again["arguments"]["why"] == "司机不肯开箱"


def test_only_the_dispatch_leader_answers_a_hold(yard: Yard) -> None:
    yard.ready()
    yard.show(hold="可疑")
    for who, code in (("DP1", "wrong_person"), ("G1", "wrong_desk")):
        with yard.floor.refused(code):
            yard.do(who, "answer_hold#1", reason="走吧")


# Who, and where


@pytest.mark.parametrize("who", ["K1", "DL1", "A1"])
def test_nobody_checks_vehicles_anywhere_but_at_a_gate(yard: Yard, who: str) -> None:
    yard.ready()
    with yard.floor.refused("not_at_the_gate"):
        yard.show(who=who, **GOOD)


def test_only_a_guard_lets_vehicles_out_whoever_may_sit_at_the_gate(yards: YardMaker) -> None:
    yard = yards(own='[desks.gate]\nroles = ["guard", "dispatch_leader"]\n')
    yard.ready()
    for count in ("3", "4"):
        with yard.floor.refused("wrong_person"):
            yard.show(who="DL1@gate", plate="A12345", count=count)


def test_an_input_the_gate_does_not_know_is_refused(yard: Yard) -> None:
    yard.ready()
    with yard.floor.refused("field_unknown"):
        yard.show(**GOOD, verdict="release")


def test_another_guard_goes_on_after_the_change_of_shift(yard: Yard) -> None:
    yard.ready()
    assert said(yard.release(count="4")) == ("stop", "count_differs")
    assert said(yard.release(who="G2", count="4")) == ("hold", "count_differs")


# Keys


def test_the_same_key_again_gives_the_same_answer_and_lets_nothing_out_twice(yard: Yard) -> None:
    yard.ready()
    first = yard.show(key="g-1", **GOOD)
    assert said(first) == ("release", "released")
    before = yard.floor.rows("SELECT COUNT(*) FROM journal")
    assert yard.show(key="g-1", **GOOD) == first
    assert yard.floor.rows("SELECT COUNT(*) FROM journal") == before


def test_the_same_key_gives_a_stop_again_too(yard: Yard) -> None:
    yard.ready()
    first = yard.show(key="g-1", plate="A12345", count="4")
    assert yard.show(key="g-1", plate="A12345", count="4") == first
    assert len(yard.floor.rows("SELECT act FROM gate_checks")) == 1


def test_the_same_key_with_another_count_is_refused(yard: Yard) -> None:
    yard.ready()
    yard.show(key="g-1", plate="A12345", count="4")
    with yard.floor.refused("key_reused"):
        yard.show(key="g-1", **GOOD)


# Never back


def test_a_release_is_never_reversed_and_never_undone(yard: Yard) -> None:
    yard.ready()
    yard.release()
    [(seq,)] = yard.floor.rows("SELECT act FROM gate_checks WHERE verdict = 'release'")
    for who in ("G1", "Q1"):
        token = yard.floor.token(who)
        for asked in ({"act": seq}, {"act": seq, "reason": "弄错了"}, {"reason": "弄错了"}):
            with yard.floor.refused("cannot_be_reversed"):
                act(yard.floor.site, token, {"case": yard.note, "step": "reverse", "inputs": asked})


def test_a_hold_is_answered_and_not_reversed(yard: Yard) -> None:
    yard.ready()
    yard.show(hold="可疑")
    with yard.floor.refused("cannot_be_reversed"):
        act(yard.floor.site, yard.floor.token("Q1"), {"case": yard.note, "step": "reverse", "inputs": {"reason": "算了"}})


def test_the_loading_under_a_released_pass_cannot_be_reversed_either(yard: Yard) -> None:
    yard.ready()
    yard.release()
    [(seq,)] = yard.floor.rows("SELECT seq FROM acts WHERE step = 'load'")
    with yard.floor.refused("later_acts"):
        asked = {"case": yard.note, "step": "reverse", "inputs": {"act": seq, "reason": "错"}}
        act(yard.floor.site, yard.floor.token("Q1"), asked)


@pytest.mark.parametrize("step", ["void_pass#1", "answer_hold#1", "unload#1", "issue_pass#1"])
def test_after_a_release_nothing_of_it_can_be_taken_back(yard: Yard, step: str) -> None:
    yard.ready()
    yard.release()
    with yard.floor.refused("step_not_possible"):
        if step == "issue_pass#1":
            yard.issue()
        else:
            yard.do("DL1", step, reason="弄错了")


# What the lists say


def test_the_vehicles_list_follows_a_vehicle_all_the_way(yard: Yard) -> None:
    def state() -> tuple[str, bool]:
        [row] = vehicles(yard.floor.site, yard.floor.token("DP1"), yard.floor.site.words)
        return row["state"], row["late"]

    yard.announce()
    yard.write()
    yard.do("S2", "approve")
    yard.pick()
    yard.start()
    states = [state()]
    yard.pack()
    yard.load()
    states.append(state())
    yard.issue()
    states.append(state())
    yard.show(hold="可疑")
    states.append(state())
    yard.do("DL1", "answer_hold#1", reason="查过了")
    yard.release()
    states.append(state())
    yard.floor.clock.advance(3 * DAY)
    states.append(state())
    yard.arrive(on="2026-03-05", customer_told="电话")
    yard.come_back()
    assert states == [(name, False) for name in ("begun", "loaded", "pass", "held", "out")] + [("out", True)]
    assert state() == ("back", False)


def test_the_shift_list_counts_every_verdict_of_today_and_stands_at_the_head_of_the_journal(yard: Yard) -> None:
    yard.ready()
    yard.release(count="4")
    yard.release()
    yard.release()
    listed = shift_list(yard.floor.site, yard.floor.token("G2"), yard.floor.site.words)
    assert [(row["verdict"], row["kind"]) for row in listed["today"]] == [
        ("stop", "used"), ("release", "released"), ("stop", "count_differs"),
    ]  # fmt: skip
    assert listed["open"] == listed["held"] == []
    assert listed["journal"]["seq"] == yard.floor.rows("SELECT MAX(seq) FROM journal")[0][0]


def test_a_pass_that_ran_out_is_still_on_the_shift_list_and_marked(yard: Yard) -> None:
    yard.ready()
    yard.floor.clock.advance(5 * 60 * MINUTE)
    [row] = shift_list(yard.floor.site, yard.floor.token("G1"), yard.floor.site.words)["open"]
    assert row["expired"] and row["pass"] == yard.serials["pass#1"]
