"""The gate as the guard has it: scan, plate, count, one key; played by keys on the real app over the real engine."""

from __future__ import annotations

import time
from typing import Any

import pytest
from delivery_floor import PLATE, Yard
from factory_floor import MINUTE, PIN
from key_bench import PIECES
from terminal import Terminal, at
from textual.widgets import Input

from qdesk.clock import moment
from qdesk.errors import Refused
from qdesk.people import find_session
from screens.gate import GateDesk
from screens.gate_banner import GateBanner
from screens.gate_check import KEPT
from screens.gate_shift import ReliefScreen, ShiftScreen
from screens.login import LoginScreen

HOUR = 60 * MINUTE
UNSEEN = ("12345", "99999", PLATE)
RIGHT = "a12345\r3\r"


def piece(yard: Yard, copy: int = 2, form: str = "pass#1") -> str:
    """The eighteen digits of a copy: the second of the pass is the one for the gate."""
    return yard.pieces[f"{yard.serials[form]}/{copy}"]


def sign(terminal: Terminal) -> tuple[str, str]:
    """What the banner says; nothing where it says nothing."""
    shown = terminal.app.screen.query_one(GateBanner)
    return (shown.sign.verdict, shown.sign.kind) if shown.sign and shown.display else ("", "")


def typed(terminal: Terminal) -> dict[str, str]:
    """What stands in the fields that are asked."""
    fields = terminal.app.screen.query("CheckPanel Input").results(Input)
    return {str(field.id).removeprefix("field-"): field.value for field in fields if field.value}


def focused(terminal: Terminal) -> str:
    """Which field is typed in."""
    return str(terminal.app.focused.id) if terminal.app.focused else ""


def rings(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How often the bell rings from now on."""
    rung: list[int] = []
    monkeypatch.setattr(terminal.app, "ring", lambda times=1: rung.append(times))
    return rung


def checks(yard: Yard) -> list[tuple[Any, ...]]:
    """What was written down at the gate."""
    return yard.floor.rows("SELECT verdict, kind, plate, count FROM gate_checks ORDER BY act")


# The usual way


def test_a_release_takes_a_scan_a_plate_a_count_and_one_key(yard: Yard, monkeypatch: pytest.MonkeyPatch) -> None:
    yard.ready()

    async def story(terminal: Terminal) -> None:
        rung = rings(terminal, monkeypatch)
        await terminal.scan(piece(yard))
        await terminal.type("a12345\r")
        await terminal.type("3")
        await terminal.press("f2")
        assert sign(terminal) == ("release", "released")
        assert f"{yard.serials['pass#1']}  {PLATE}  3 packages" in terminal.text
        assert "raise the barrier" in terminal.said
        assert rung == [1, 1]
        assert focused(terminal) == "scan"

    at(yard.floor, "gate", story, "G1")
    assert checks(yard) == [("release", "released", "A12345", "3")]
    assert yard.floor.lies("V-100")["on_the_road"] == 10


@pytest.mark.parametrize("size", [(80, 24), (140, 40), (40, 12)])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_nothing_expected_is_shown_before_what_was_seen_is_typed(yard: Yard, language: str, size: tuple[int, int]) -> None:
    yard.ready()

    def blind(terminal: Terminal) -> bool:
        shown = terminal.text + terminal.said
        return not any(each in shown for each in UNSEEN) and "海河" not in shown and "3 件" not in shown and "3 pack" not in shown

    async def story(terminal: Terminal) -> None:
        assert blind(terminal)
        await terminal.scan(piece(yard))
        assert blind(terminal)
        await terminal.press("f5", "f4", "f7", "f7")
        assert blind(terminal)
        await terminal.type("b777\r4\r")
        await terminal.press("f2")
        assert sign(terminal) == ("stop", "plate_differs")
        assert blind(terminal)
        await terminal.press("f12", "f3")
        assert blind(terminal)

    at(yard.floor, "gate", story, "G1", language=language, size=size)


def test_a_sealed_container_is_checked_by_its_seal(yard: Yard) -> None:
    yard.announce()
    yard.write()
    yard.do("S2", "approve")
    yard.pick()
    yard.start(container="CONT-1")
    yard.pack()
    yard.load(seal="SL-0042")
    yard.issue()

    async def story(terminal: Terminal) -> None:
        await terminal.scan(piece(yard))
        assert "Seal as seen" in terminal.text
        assert "Packages counted" not in terminal.text
        await terminal.type("a12345\rsl0042\r")
        await terminal.press("f2")
        assert sign(terminal) == ("release", "released")
        assert "seal SL-0042" in terminal.text

    at(yard.floor, "gate", story, "G1")


def test_the_province_is_chosen_by_one_key_and_is_not_compared(yard: Yard) -> None:
    yard.ready()

    async def story(terminal: Terminal) -> None:
        await terminal.scan(piece(yard))
        await terminal.press("f5", "f5", "f4")
        assert " 京" in terminal.text
        await terminal.type(RIGHT)
        await terminal.press("f2")
        assert sign(terminal) == ("release", "released")

    at(yard.floor, "gate", story, "G1")
    assert checks(yard) == [("release", "released", "京A12345", "3")]


def test_a_province_typed_after_all_takes_the_place_of_the_one_chosen(yard: Yard) -> None:
    yard.ready()

    async def story(terminal: Terminal) -> None:
        await terminal.scan(piece(yard))
        await terminal.press("f5")
        await terminal.type("晋" + RIGHT)
        await terminal.press("f2")

    at(yard.floor, "gate", story, "G1")
    assert checks(yard)[0][2] == PLATE


# What is typed


def test_enter_leads_on_and_never_checks(yard: Yard) -> None:
    yard.ready()

    async def story(terminal: Terminal) -> None:
        await terminal.scan(piece(yard))
        assert focused(terminal) == "field-plate"
        await terminal.type("\r")
        assert focused(terminal) == "field-plate"
        await terminal.type("a12345\r")
        assert focused(terminal) == "field-count"
        await terminal.type("3\r\r\r")
        assert "F2" in terminal.said
        assert sign(terminal) == ("", "")
        await terminal.press("up", "up", "up")
        assert focused(terminal) == "field-plate"

    at(yard.floor, "gate", story, "G1")
    assert checks(yard) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [("a12345\rthree\r", "not a usable number"), ("a12345\r69012345\r", "not a usable number"), ("晋\r", "no plate"),
     ("[/b]\r", "no plate"), ("\r", "Plate as seen"), ("a12345\r\r", "Packages counted")],
)  # fmt: skip
def test_what_is_no_plate_or_no_count_is_refused_and_stays(yard: Yard, text: str, said: str) -> None:
    yard.ready()

    async def story(terminal: Terminal) -> None:
        await terminal.scan(piece(yard))
        await terminal.type(text)
        before = typed(terminal)
        await terminal.press("f2")
        assert said in terminal.said
        assert typed(terminal) == before
        assert sign(terminal) == ("", "")

    at(yard.floor, "gate", story, "G1")
    assert checks(yard) == []


def test_full_width_digits_and_letters_are_what_they_look_like(yard: Yard) -> None:
    yard.ready()

    async def story(terminal: Terminal) -> None:
        await terminal.scan(piece(yard))
        await terminal.type("Ａ１２３４５\r３\r")
        await terminal.press("f2")
        assert sign(terminal) == ("release", "released")

    at(yard.floor, "gate", story, "G1")


@pytest.mark.parametrize("prefix", ["]C1", ""])
def test_a_scan_never_becomes_a_plate_or_a_count(yard: Yard, prefix: str, monkeypatch: pytest.MonkeyPatch) -> None:
    yard.ready()

    async def story(terminal: Terminal) -> None:
        await terminal.scan(piece(yard))
        await terminal.type("a123")
        rung = rings(terminal, monkeypatch)
        await terminal.scan(piece(yard, 1), prefix)
        assert "F12" in terminal.said
        assert rung == [2]
        assert typed(terminal) == {"plate": "a123"}
        await terminal.type("45\r3")
        await terminal.scan(PIECES[0], prefix)
        await terminal.scan("G2", "]C1")
        assert rung == [2, 2, 2]
        assert typed(terminal) == {"plate": "a12345", "count": "3"}
        await terminal.press("f2")
        assert sign(terminal) == ("release", "released")

    at(yard.floor, "gate", story, "G1")
    assert [row[0] for row in checks(yard)] == ["release"]


def test_its_own_pass_scanned_again_goes_on_with_the_check(yard: Yard, monkeypatch: pytest.MonkeyPatch) -> None:
    yard.ready()

    async def story(terminal: Terminal) -> None:
        await terminal.scan(piece(yard))
        await terminal.type("a12345\r")
        rung = rings(terminal, monkeypatch)
        await terminal.scan(piece(yard))
        assert rung == [1]
        assert "the pass being checked" in terminal.said
        assert typed(terminal) == {"plate": "a12345"}
        assert focused(terminal) == "field-count"

    at(yard.floor, "gate", story, "G1")


def test_put_aside_nothing_is_recorded_and_the_next_pass_can_be_scanned(yard: Yard) -> None:
    yard.ready()

    async def story(terminal: Terminal) -> None:
        await terminal.scan(piece(yard))
        await terminal.type("a1234")
        await terminal.press("f12")
        assert "nothing was recorded" in terminal.said
        assert "Open passes: 1" in terminal.text
        assert "Check at the gate" not in terminal.text
        await terminal.scan(piece(yard))
        assert typed(terminal) == {}
        await terminal.scan(".back")
        assert "Open passes: 1" in terminal.text

    at(yard.floor, "gate", story, "G1")
    assert checks(yard) == []


def test_a_refusal_leaves_what_was_typed_and_is_tried_again_under_the_same_key(
    yard: Yard, monkeypatch: pytest.MonkeyPatch
) -> None:
    yard.ready()

    async def story(terminal: Terminal) -> None:
        real, keys = terminal.app.engine.act, []

        async def act(seat: Any, request: Any) -> Any:
            keys.append(request["key"])
            if len(keys) == 1:
                raise Refused("database_busy")
            return await real(seat, request)

        monkeypatch.setattr(terminal.app.engine, "act", act)
        await terminal.scan(piece(yard))
        await terminal.type(RIGHT)
        await terminal.press("f2")
        assert sign(terminal) == ("", "")
        assert typed(terminal) == {"plate": "a12345", "count": "3"}
        await terminal.press("f2")
        assert sign(terminal) == ("release", "released")
        assert keys[0] == keys[1]

    at(yard.floor, "gate", story, "G1")


# What differs


def test_after_a_first_difference_what_differed_is_typed_again_and_a_second_one_holds(yard: Yard) -> None:
    yard.ready()

    async def story(terminal: Terminal) -> None:
        await terminal.scan(piece(yard))
        await terminal.type("a99999\r3\r")
        await terminal.press("f2")
        assert sign(terminal) == ("stop", "plate_differs")
        assert typed(terminal) == {"count": "3"}
        assert focused(terminal) == "field-plate"
        await terminal.type("a88888\r")
        await terminal.press("f2")
        assert sign(terminal) == ("hold", "plate_differs")
        assert f"on the pass {PLATE}, seen A88888" in terminal.text
        assert "Plate as seen" not in terminal.text
        await terminal.scan(piece(yard))
        assert sign(terminal) == ("stop", "held")
        await terminal.press("f12")
        assert "Vehicles on hold: 1" in terminal.text
        assert "A88888" in terminal.text

    at(yard.floor, "gate", story, "G1")
    kinds = [row[:3] for row in checks(yard)]
    assert kinds == [("stop", "plate_differs", "A99999"), ("hold", "plate_differs", "A88888"), ("stop", "held", "")]


def test_the_same_difference_typed_twice_is_a_second_difference(yard: Yard) -> None:
    yard.ready()

    async def story(terminal: Terminal) -> None:
        await terminal.scan(piece(yard))
        await terminal.type("a99999\r3\r")
        await terminal.press("f2")
        await terminal.type("a99999\r")
        await terminal.press("f2")
        assert sign(terminal) == ("hold", "plate_differs")

    at(yard.floor, "gate", story, "G1")


def test_a_count_that_is_right_the_second_time_lets_the_vehicle_out(yard: Yard) -> None:
    yard.ready()

    async def story(terminal: Terminal) -> None:
        await terminal.scan(piece(yard))
        await terminal.type("a12345\r4\r")
        await terminal.press("f2")
        assert sign(terminal) == ("stop", "count_differs")
        assert typed(terminal) == {"plate": "a12345"}
        await terminal.type("3")
        await terminal.press("f2")
        assert sign(terminal) == ("release", "released")

    at(yard.floor, "gate", story, "G1")


def test_the_guard_holds_a_vehicle_by_own_decision_with_a_reason(yard: Yard) -> None:
    yard.ready()

    async def story(terminal: Terminal) -> None:
        await terminal.scan(piece(yard))
        await terminal.type("a12345\r")
        await terminal.press("f7", "f2")
        assert "Why it is held" in terminal.said
        assert focused(terminal) == "field-reason"
        await terminal.press("f5")
        assert typed(terminal)["reason"] == "The load does not look like what was loaded"
        await terminal.press("f5", "f4", "f2")
        assert sign(terminal) == ("hold", "by_guard")
        assert "The load does not look like" in terminal.text

    at(yard.floor, "gate", story, "G1")
    assert checks(yard) == [("hold", "by_guard", "A12345", "")]


def test_a_hold_that_was_begun_can_be_left_and_what_was_seen_stays(yard: Yard) -> None:
    yard.ready()

    async def story(terminal: Terminal) -> None:
        await terminal.scan(piece(yard))
        await terminal.type(RIGHT)
        await terminal.press("f7", "f7", "f2")
        assert sign(terminal) == ("release", "released")

    at(yard.floor, "gate", story, "G1")


def test_a_pass_let_out_elsewhere_while_it_is_checked_here_is_stopped(yard: Yard) -> None:
    yard.ready()

    async def story(terminal: Terminal) -> None:
        await terminal.scan(piece(yard))
        await terminal.type(RIGHT)
        yard.release(who="G2")
        await terminal.press("f2")
        assert sign(terminal) == ("stop", "used")
        assert typed(terminal) == {}
        assert focused(terminal) == "scan"

    at(yard.floor, "gate", story, "G1")


def test_whoever_issued_a_pass_does_not_let_its_vehicle_out(yard: Yard) -> None:
    yard.announce()
    yard.write()
    yard.do("S2", "approve")
    yard.pick()
    yard.start()
    yard.pack()
    yard.load()
    yard.issue(who="X1@finished_store")

    async def story(terminal: Terminal) -> None:
        await terminal.scan(piece(yard))
        await terminal.type(RIGHT)
        await terminal.press("f2")
        assert sign(terminal) == ("", "")
        assert "X1" in terminal.said
        assert typed(terminal) == {"plate": "a12345", "count": "3"}

    at(yard.floor, "gate", story, "X1")
    assert checks(yard) == []


# Stop at the scan


def stop_of(yard: Yard, kind: str) -> str:
    """Make a paper that is stopped with this kind, and return what is scanned."""
    if kind == "used":
        yard.release()
    elif kind == "expired":
        yard.floor.clock.advance(5 * HOUR)
    elif kind == "void":
        yard.do("DL1", "void_pass#1", reason="写错")
    elif kind == "other_copy":
        return piece(yard, 1)
    elif kind == "forged":
        return PIECES[0]
    elif kind == "held":
        yard.show(hold="看着不对")
    elif kind == "not_a_pass":
        return piece(yard, 2, "slip#1")
    elif kind == "not_loaded":
        return yard.pieces[f"{yard.note}/1"]
    return piece(yard)


STOPS = ("used", "expired", "void", "other_copy", "forged", "held", "not_a_pass", "not_loaded")


@pytest.mark.parametrize("kind", STOPS)
def test_paper_that_lets_nobody_out_is_stopped_at_the_scan_and_written_down(
    yard: Yard, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    yard.ready()
    code = stop_of(yard, kind)
    before = len(checks(yard))

    async def story(terminal: Terminal) -> None:
        rung = rings(terminal, monkeypatch)
        await terminal.scan(code)
        assert sign(terminal) == ("stop", kind)
        assert rung == [5 if kind == "forged" else 2]
        assert typed(terminal) == {}
        assert focused(terminal) == "scan"
        await terminal.press("f12")
        assert sign(terminal) == ("", "")
        assert "Today at the gate" in terminal.text

    at(yard.floor, "gate", story, "G1")
    assert [row[:2] for row in checks(yard)[before:]] == [("stop", kind)]


NORTH = """
[desks.north_gate]
kind = "gate"
title = { zh = "北门", en = "North gate" }
roles = ["guard"]
works_as = "gate"
"""


def test_the_pass_of_another_gate_is_sent_there_and_let_out_there(yards: Any) -> None:
    yard = yards(own=NORTH)
    yard.announce()
    yard.write()
    yard.do("S2", "approve")
    yard.pick()
    yard.start()
    yard.pack()
    yard.load()
    yard.do("K1", "issue_pass#1", [f"{yard.note}/4"], gate="north_gate")

    async def main(terminal: Terminal) -> None:
        await terminal.scan(piece(yard))
        assert sign(terminal) == ("stop", "other_gate")
        assert "North gate" in terminal.text

    async def north(terminal: Terminal) -> None:
        await terminal.scan(piece(yard))
        await terminal.type(RIGHT)
        await terminal.press("f2")
        assert sign(terminal)[0] == "release"
        await terminal.press("f12", "f1")
        assert "A vehicle at the barrier" in terminal.text or "Gate" in terminal.text

    at(yard.floor, "gate", main, "G1")
    at(yard.floor, "north_gate", north, "G1")


def test_a_used_pass_says_when_where_and_which_vehicle(yard: Yard) -> None:
    yard.ready()
    yard.release()

    async def story(terminal: Terminal) -> None:
        await terminal.scan(piece(yard))
        assert "This pass has been used: 03-02 08:" in terminal.text
        assert "A12345" in terminal.text

    at(yard.floor, "gate", story, "G1")


def test_a_row_of_unknown_paper_is_counted_aloud_and_then_waits_under_its_stop(yard: Yard) -> None:
    yard.ready()

    async def story(terminal: Terminal) -> None:
        for code in PIECES[:3]:
            await terminal.scan(code)
            assert sign(terminal) == ("stop", "forged")
        assert "unknown paper number 3 in a row" in terminal.text
        await terminal.scan(PIECES[3])
        assert sign(terminal) == ("stop", "forged")
        assert "seconds" in terminal.said
        await terminal.scan(piece(yard))
        assert sign(terminal) == ("", "")
        await terminal.type(RIGHT)
        await terminal.press("f2")
        assert sign(terminal)[0] == "release"

    at(yard.floor, "gate", story, "G1")
    assert [row[1] for row in checks(yard)] == ["forged"] * 3 + ["released"]


def test_a_misread_is_no_answer_of_the_gate_and_an_old_answer_is_none_to_it(yard: Yard) -> None:
    yard.ready()

    async def story(terminal: Terminal) -> None:
        await terminal.scan(piece(yard))
        await terminal.type(RIGHT)
        await terminal.press("f2")
        assert sign(terminal)[0] == "release"
        await terminal.scan(piece(yard)[:-1] + ("0" if piece(yard)[-1] != "0" else "1"))
        assert sign(terminal) == ("", "")
        assert "incomplete or wrong" in terminal.said

    at(yard.floor, "gate", story, "G1")
    assert len(checks(yard)) == 1


def test_a_release_nobody_looks_at_any_more_goes_but_a_stop_stays(yard: Yard) -> None:
    yard.ready()

    async def story(terminal: Terminal) -> None:
        await terminal.scan(piece(yard))
        await terminal.type(RIGHT)
        await terminal.press("f2")
        terminal.app.typed_at = time.monotonic() - 120
        terminal.app.watch_the_clock()
        await terminal.settled()
        assert sign(terminal) == ("", "")
        await terminal.scan(piece(yard))
        terminal.app.typed_at = time.monotonic() - 120
        terminal.app.watch_the_clock()
        await terminal.settled()
        assert sign(terminal) == ("stop", "used")

    at(yard.floor, "gate", story, "G1")


# Who is there


def idle(terminal: Terminal) -> None:
    """Nobody has typed for a long time, and the clock strikes."""
    terminal.app.typed_at = time.monotonic() - 10_000
    if isinstance(terminal.app.screen, GateDesk):
        terminal.app.screen.keep_awake()
    terminal.app.watch_the_clock()


def test_the_idle_lock_never_cuts_a_check_short_and_comes_afterwards(yard: Yard) -> None:
    yard.ready()

    async def story(terminal: Terminal) -> None:
        await terminal.scan(piece(yard))
        await terminal.type("a12345\r")
        idle(terminal)
        await terminal.settled()
        assert isinstance(terminal.app.screen, GateDesk)
        await terminal.type("3\r")
        await terminal.press("f2")
        assert sign(terminal)[0] == "release"
        idle(terminal)
        await terminal.settled()
        assert isinstance(terminal.app.screen, LoginScreen)

    at(yard.floor, "gate", story, "G1")


def test_the_session_is_kept_awake_as_long_as_a_check_takes(yard: Yard) -> None:
    yard.ready()

    async def story(terminal: Terminal) -> None:
        await terminal.scan(piece(yard))
        await terminal.type(RIGHT)
        for _ in range(3):  # the idle lock is ten minutes
            yard.floor.clock.advance(9 * MINUTE)
            terminal.app.awake_at = 0.0
            idle(terminal)
            await terminal.app.workers.wait_for_complete()
        await terminal.press("f2")
        assert sign(terminal)[0] == "release"

    at(yard.floor, "gate", story, "G1")


def test_what_was_typed_outlives_a_fault_and_a_log_out_of_the_same_guard(yard: Yard) -> None:
    yard.ready()

    async def story(terminal: Terminal) -> None:
        await terminal.scan(piece(yard))
        await terminal.press("f5")
        await terminal.type("a12345\r")
        await terminal.app.start_again(False)
        await terminal.settled()
        assert typed(terminal) == {"plate": "a12345"}
        assert "goes on" in terminal.said
        await terminal.app.log_out()
        await terminal.log_in("G1")
        assert typed(terminal) == {"plate": "a12345"}
        assert focused(terminal) == "field-count"
        await terminal.type("3")
        await terminal.press("f2")
        assert sign(terminal)[0] == "release"
        assert terminal.app not in KEPT

    at(yard.floor, "gate", story, "G1")
    assert checks(yard)[0][2] == "京A12345"


def test_what_one_guard_began_is_nothing_to_the_next(yard: Yard) -> None:
    yard.ready()

    async def story(terminal: Terminal) -> None:
        await terminal.scan(piece(yard))
        await terminal.type("a12345\r")
        await terminal.app.lock()
        await terminal.log_in("G2")
        assert typed(terminal) == {}
        assert "Open passes: 1" in terminal.text
        await terminal.app.log_out()
        await terminal.log_in("G1")
        assert typed(terminal) == {}

    at(yard.floor, "gate", story, "G1")


def test_the_gate_changes_hands_by_badge_and_pin_in_one_step(yard: Yard) -> None:
    yard.ready()

    async def story(terminal: Terminal) -> None:
        left = terminal.app.present_seat.token
        await terminal.scan("G2")
        assert isinstance(terminal.app.screen, ReliefScreen)
        await terminal.type(f"{PIN}\r")
        assert isinstance(terminal.app.screen, ShiftScreen)
        assert "人G2 has taken over" in terminal.said
        assert "Open passes: 1" in terminal.text
        with pytest.raises(Refused, match="session_unknown"):
            await terminal.app.engine.ask(session_of, left)
        await terminal.scan(piece(yard))
        await terminal.type(RIGHT)
        await terminal.press("f2")
        assert sign(terminal)[0] == "release"

    at(yard.floor, "gate", story, "G1")
    assert yard.floor.rows("SELECT p.badge FROM gate_checks g JOIN persons p ON p.id = g.person") == [("G2",)]


def session_of(site: Any, token: str) -> Any:
    """The session of a token."""
    with site.database.reading() as cursor:
        return find_session(site, cursor, token)


def test_a_wrong_pin_hands_nothing_over(yard: Yard) -> None:
    yard.ready()

    async def story(terminal: Terminal) -> None:
        await terminal.press("f4")
        await terminal.scan("G2")
        await terminal.type("111122\r")
        assert "PIN" in terminal.said
        assert "111122" not in terminal.text
        assert terminal.of("PinField").value == ""
        assert terminal.app.present_seat.badge == "G1"
        await terminal.press("f12")
        await terminal.scan(piece(yard))
        assert focused(terminal) == "field-plate"

    at(yard.floor, "gate", story, "G1")


def test_a_pin_in_the_place_of_a_badge_is_not_shown_and_a_badge_nobody_goes_on_with_is_forgotten(yard: Yard) -> None:
    yard.ready()

    async def story(terminal: Terminal) -> None:
        await terminal.press("f4")
        await terminal.type(f"{PIN}\r")
        assert PIN[:6] not in terminal.text + terminal.said
        await terminal.scan("G2")
        assert "G2" in terminal.text
        await terminal.type("9182")
        terminal.app.typed_at = time.monotonic() - 120
        terminal.app.watch_the_clock()
        await terminal.settled()
        assert "G2" not in terminal.text
        assert terminal.of("PinField").value == ""

    at(yard.floor, "gate", story, "G1")


def test_somebody_without_the_gate_does_not_take_it_over(yard: Yard) -> None:
    yard.ready()

    async def story(terminal: Terminal) -> None:
        await terminal.scan("K1")
        await terminal.type(f"{PIN}\r")
        assert terminal.app.present_seat.badge == "G1"
        assert isinstance(terminal.app.screen, ReliefScreen)

    at(yard.floor, "gate", story, "G1")


# What is open


async def sign_both(terminal: Terminal) -> None:
    """The guard signs, and whoever answers for an emergency."""
    await terminal.type(f"{PIN}\r")
    await terminal.scan("E1")
    await terminal.type(f"{PIN}\r")


def test_an_emergency_release_is_begun_at_the_gate_and_shown_until_somebody_else_has_reviewed_it(yard: Yard) -> None:
    yard.announce()

    async def story(terminal: Terminal) -> None:
        await terminal.press("f6")
        await terminal.type("晋B55555\r赵师傅\r2\r\r\r救护车\r")
        await sign_both(terminal)
        assert "YJ26-000001" in terminal.text
        await terminal.press("f12")
        assert "Emergency releases not reviewed yet: 1" in terminal.text
        assert "晋B55555" in terminal.text
        assert "救护车" in terminal.text

    at(yard.floor, "gate", story, "G1")
    slip = yard.floor.rows("SELECT name, piece FROM copies WHERE serial = 'YJ26-000001'")
    yard.pieces |= dict(slip)
    yard.do("Q1", "review_exit", [slip[0][0]], "confirmed", procedure="emergency_exit", case="YJ26-000001", reason="属实")

    async def reviewed(terminal: Terminal) -> None:
        assert "Emergency releases" not in terminal.text
        assert "晋B55555" in terminal.text

    at(yard.floor, "gate", reviewed, "G1")


def test_a_blank_of_the_hour_without_power_is_scanned_and_entered_afterwards_and_marked_so(yard: Yard) -> None:
    floor = yard.floor
    [blank] = floor.do("A1", "issue_blanks", case="", form="emergency_exit.emergency_pass", number=1).prints
    [(sheet,)] = floor.rows("SELECT number FROM blank_pieces WHERE serial = ?", blank["subject"])
    written = moment(floor.clock.now()).strftime("%Y-%m-%d %H:%M")
    floor.clock.advance(HOUR)

    async def story(terminal: Terminal) -> None:
        await terminal.scan(sheet)
        assert blank["subject"] in terminal.text
        assert sign(terminal) == ("", "")
        await terminal.press("f2")
        await terminal.type(f"{written}\r晋B55555\r赵师傅\r2\r\r\r停电\r")
        await sign_both(terminal)
        await terminal.press("f12")
        assert "not reviewed yet: 1" in terminal.text
        assert "停电  entered afterwards" in terminal.text
        await terminal.scan(sheet)
        assert sign(terminal) == ("stop", "not_a_pass")

    at(floor, "gate", story, "G1")


def test_a_pass_written_after_its_vehicle_left_is_written_down_for_the_emergency_and_nothing_drives_off_on_it(
    yard: Yard,
) -> None:
    yard.ready()
    fields = {"plate": PLATE, "driver": "赵师傅", "packages": "3", "reason": "救灾"}
    yard.do("G2", "let_out", procedure="emergency_exit", case="", signers={"emergency_leader": "E1"}, fields=fields)

    async def story(terminal: Terminal) -> None:
        assert "Emergency releases not reviewed yet: 1" in terminal.text
        await terminal.scan(piece(yard))
        await terminal.type(RIGHT)
        await terminal.press("f6", "f2")
        assert "Emergency pass" in terminal.said
        await terminal.press("f5")
        assert typed(terminal)["emergency"] == "YJ26-000001"
        await terminal.press("f2")
        assert sign(terminal) == ("", "")
        assert "its vehicle left in an emergency" in terminal.said

    at(yard.floor, "gate", story, "G1")
    assert checks(yard)[-1][:2] == ("release", "after_emergency")


def test_a_paper_looked_up_by_its_name_lets_nobody_out(yard: Yard) -> None:
    yard.ready()

    async def story(terminal: Terminal) -> None:
        await terminal.type(f"{yard.serials['pass#1']}\r")
        assert "Scan the eighteen digits" in terminal.text
        assert "Check at the gate" not in terminal.text.split("\n")[-2]
        await terminal.press("f2")
        assert isinstance(terminal.app.screen, GateDesk)
        await terminal.scan(piece(yard))
        assert focused(terminal) == "field-plate"

    at(yard.floor, "gate", story, "G1")
    assert checks(yard) == []


def test_what_the_gate_is_told_is_noted_with_a_key_and_not_by_enter(yard: Yard) -> None:
    yard.ready()
    yard.show(hold="看着不对")
    yard.do("DL1", "answer_hold#1", reason="看过了，没问题")
    unread = "SELECT COUNT(*) FROM notices WHERE desk = 'gate' AND read_at IS NULL"
    assert yard.floor.rows(unread) == [(1,)]

    async def story(terminal: Terminal) -> None:
        assert "Answer the hold" in terminal.text
        assert "12345" not in terminal.text
        await terminal.type("\r")
        assert yard.floor.rows(unread) == [(1,)]
        await terminal.press("f2")
        assert "Answer the hold" not in terminal.text
        assert yard.floor.rows(unread) == [(0,)]
        await terminal.scan(piece(yard))
        await terminal.type(RIGHT)
        await terminal.press("f2")
        assert sign(terminal)[0] == "release"

    at(yard.floor, "gate", story, "G1")


@pytest.mark.parametrize("keys", [(), ("f3",), ("f4",), ("f1",)])
def test_every_state_reads_the_same_when_the_language_is_switched(yard: Yard, keys: tuple[str, ...]) -> None:
    yard.ready()

    async def story(terminal: Terminal) -> None:
        await terminal.press(*keys)
        before = terminal.text
        await terminal.press("f11")
        assert terminal.text != before
        await terminal.press("f11")
        status = terminal.of("StatusLine").region
        kept = [line for row, line in enumerate(terminal.text.split("\n")) if not status.y <= row < status.bottom]
        assert kept == [line for row, line in enumerate(before.split("\n")) if not status.y <= row < status.bottom]

    at(yard.floor, "gate", story, "G1")


def test_switching_the_language_in_a_check_keeps_what_was_typed_and_turns_the_banner(yard: Yard) -> None:
    yard.ready()

    async def story(terminal: Terminal) -> None:
        await terminal.scan(piece(yard))
        await terminal.type("a99999\r3\r")
        await terminal.press("f2", "f11")
        assert typed(terminal) == {"count": "3"}
        shown = terminal.app.screen.query_one(GateBanner).sign
        assert shown is not None
        assert shown.word == "拒绝"
        assert "看到的车牌" in terminal.text
        await terminal.type("a12345")
        await terminal.press("f2")
        assert sign(terminal)[0] == "release"

    at(yard.floor, "gate", story, "G1")
