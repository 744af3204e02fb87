"""The dispatch desk: the vehicles under way, loud when one is held at the gate, opened with Enter."""

from __future__ import annotations

from typing import Any

import pytest
from delivery_floor import Yard
from factory_floor import DAY
from terminal import Terminal, at

from qdesk.scan import compose_piece
from screens.dispatch import DispatchDesk


def shown(terminal: Terminal) -> list[str]:
    """The lines of the screen that say something, without the blanks around them."""
    return [line.strip() for line in terminal.text.splitlines() if line.strip()]


def below(terminal: Terminal, head: str, count: int) -> list[str]:
    """What stands below a head on the screen."""
    lines = shown(terminal)
    start = lines.index(head) + 1
    return lines[start : start + count]


def begin_two(yard: Yard) -> None:
    """A note that was checked, with a vehicle for each of two lots."""
    yard.announce()
    yard.write()
    yard.do("S2", "approve")
    yard.pick()
    yard.start(1, "6")
    yard.start(2, "4", plate="晋B77777", driver="李师傅")


def hold(yard: Yard) -> None:
    """The guard has seen another plate twice."""
    for _ in range(2):
        yard.show(plate="B99999", count="3")


@pytest.mark.parametrize(
    ("language", "states"),
    [("en", ["begun", "loaded, no pass", "has its pass", "out"]), ("zh", ["已安排", "已装车，无出门证", "已开出门证", "已出门"])],
)
def test_each_vehicle_says_in_words_how_far_it_has_come(yard: Yard, language: str, states: list[str]) -> None:
    told: list[str] = []

    async def look(terminal: Terminal) -> None:
        told.append(next(line for line in shown(terminal) if "晋A12345" in line).split("  ")[-1].strip())

    yard.announce()
    yard.write()
    yard.do("S2", "approve")
    yard.pick()
    for step in (yard.start, lambda: (yard.pack(), yard.load()), yard.issue, yard.release):
        step()
        at(yard.floor, "dispatch", look, "DP1", language=language)
    assert told == states


def test_a_pass_shows_until_when_it_is_good_and_a_late_vehicle_that_it_is_late(yard: Yard) -> None:
    yard.ready()
    told: list[str] = []

    async def story(terminal: Terminal) -> None:
        told.append(" ".join(terminal.text.split()))

    at(yard.floor, "dispatch", story, "DP1")
    yard.floor.clock.advance(3 * DAY)
    at(yard.floor, "dispatch", story, "DP1")
    assert "good until 03-02 12:07" in told[0] and "LATE" not in told[0]
    assert "LATE, wanted by 2026-03-04" in told[1]


def test_a_held_vehicle_stands_on_top_with_its_reason_and_enter_leads_to_the_answer(yard: Yard) -> None:
    yard.announce()
    yard.write()
    yard.do("S2", "approve")
    yard.pick()
    yard.start(1, "4", plate="晋B77777")
    yard.start(2, "6")
    yard.pack(2, "6")
    yard.load(2, "6")
    yard.issue(2)
    for _ in range(2):
        yard.show(yard.pieces[f"{yard.serials['pass#2']}/2"], plate="B99999", count="3")

    async def story(terminal: Terminal) -> None:
        first, _, why = below(terminal, "Vehicles under way", 3)
        assert first.startswith(">! 晋A12345") and first.endswith("HELD AT THE GATE")
        assert "another plate" in why and "B99999" in why and "人G1" in why
        await terminal.type("\r")
        assert terminal.text.count(yard.serials["slip#2"]) and "F2  Answer the hold, vehicle 2 晋A12345" in terminal.text
        await terminal.press("f2")
        await terminal.type("车牌看过了\r")
        await terminal.press("f2", "f12")
        assert "has its pass" in terminal.text and "HELD" not in terminal.text

    at(yard.floor, "dispatch", story, "DL1")
    assert yard.release(2)["verdict"] == "release"


def test_a_vehicle_that_is_newly_held_is_said_and_rung(yard: Yard, monkeypatch: pytest.MonkeyPatch) -> None:
    yard.ready()

    async def story(terminal: Terminal) -> None:
        rung: list[int] = []
        monkeypatch.setattr(terminal.app, "ring", lambda times=1: rung.append(times))
        hold(yard)
        await terminal.frame.changed()
        await terminal.settled()
        assert "Held at the gate" in terminal.said and "晋A12345" in terminal.said and rung == [2]
        await terminal.frame.changed()
        await terminal.settled()
        assert rung == [2]

    at(yard.floor, "dispatch", story, "DP1")


def test_up_leads_to_the_vehicles_and_down_back_to_what_waits(yard: Yard) -> None:
    begin_two(yard)

    def chosen(terminal: Terminal) -> str:
        return next(line for line in shown(terminal) if line.startswith(">"))

    async def story(terminal: Terminal) -> None:
        assert isinstance(terminal.frame, DispatchDesk)
        assert chosen(terminal).startswith("> TZ26-000001")
        await terminal.press("up")
        assert "晋B77777" in chosen(terminal)
        await terminal.press("up", "up", "up")
        assert "晋A12345" in chosen(terminal)
        await terminal.press("down", "down", "down")
        assert chosen(terminal).startswith("> FH26-000001   Pack, vehicle 1")
        await terminal.press("up", "up")
        await terminal.type("\r")
        assert yard.serials["slip#2"] in terminal.text

    at(yard.floor, "dispatch", story, "DP1")


def test_what_stands_on_a_slip_is_never_read_as_markup(yard: Yard) -> None:
    yard.announce()
    yard.write(customer="[/b] 坏[@click=app.quit]x[/]")
    yard.do("S2", "approve")
    yard.pick()
    yard.start(1, driver="[b]赵[/b]")

    async def story(terminal: Terminal) -> None:
        assert "[/b] 坏[@click=app.quit]x[/]" in terminal.text

    at(yard.floor, "dispatch", story, "DP1", size=(140, 40))


@pytest.mark.parametrize("size", [(80, 24), (140, 40)])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_line_is_wider_than_its_part_of_the_terminal(yard: Yard, size: tuple[int, int], language: str) -> None:
    yard.ready()
    hold(yard)

    async def story(terminal: Terminal) -> None:
        held: Any = terminal.of("#inbox")
        assert "晋A12345" in terminal.text
        assert held.size.height == len(str(held.content).splitlines())

    at(yard.floor, "dispatch", story, "DP1", size=size, language=language)


@pytest.mark.parametrize(("language", "told"), [("en", "! ALARM at Gate, "), ("zh", "! 警报：门卫 ")])
def test_a_row_of_unknown_paper_at_the_gate_is_said_at_dispatch(yard: Yard, language: str, told: str) -> None:
    async def look(terminal: Terminal) -> None:
        assert any(line.startswith(told) and " 3 " in line for line in shown(terminal)) == alarmed, terminal.text

    alarmed = False
    at(yard.floor, "dispatch", look, "DP1", language=language)
    for _ in range(3):
        yard.show(compose_piece(10, 26, 999, b"somebody else's key"))
    alarmed = True
    at(yard.floor, "dispatch", look, "DP1", language=language)
