"""Looking and acting cost a fixed number of queries, whatever has happened before and however much lies around."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from factory_floor import DAY, WITH_PARTS, Floor

from qdesk.desk import present


@contextmanager
def queries(floor: Floor) -> Iterator[Callable[[], int]]:
    """Count the statements the engine runs."""
    said: list[str] = []
    connection: Any = floor.site.database.cursor().connection  # type: ignore[attr-defined]  # a plain DB-API cursor has it
    connection.set_trace_callback(said.append)
    try:
        yield lambda: len(said)
    finally:
        connection.set_trace_callback(None)


@contextmanager
def preparations(floor: Floor) -> Iterator[Callable[[], int]]:
    """Count the names that the engine looks up to prepare statements; those prepared before are forgotten."""
    looked_up: list[object] = []

    def allow(*asked: object) -> int:
        looked_up.append(asked)
        return 0

    connection: Any = floor.site.database.cursor().connection  # type: ignore[attr-defined]  # as above
    connection.set_authorizer(allow)
    try:
        yield lambda: len(looked_up)
    finally:
        connection.set_authorizer(None)


def fresh(floor: Floor) -> None:
    """Forget what is kept at hand, as a desk that has not looked at this case has it."""
    floor.site.at_hand.clear()


def cost_of_looking(floor: Floor, who: str, code: str) -> int:
    token = floor.token(who)
    present(floor.site, token, code)  # the arrival is written once
    fresh(floor)
    with queries(floor) as count:
        present(floor.site, token, code)
        return count()


def cost_of(floor: Floor, step: str, **other: object) -> int:
    """Count what a step costs from log-in to done."""
    fresh(floor)
    with queries(floor) as count:
        floor.step(step, **other)
        return count()


def fail_and_rework(floor: Floor) -> None:
    floor.step("inspect", outcome="fail", reason="漏", quantity_passed="")
    floor.step("rework")


def long_history(floor: Floor) -> None:
    """Two failures, a decision, and again; paper found here and there, lost and reissued."""
    for _ in range(3):
        fail_and_rework(floor)
        floor.step("inspect", outcome="fail", reason="漏", quantity_passed="")
        floor.do("Q1", "dispose", outcome="rework", reason="可修")
        floor.do("R1", "report_lost", [6], reason="丢失")
        floor.do("R1", "reissue", [6], reason="丢失")
        for _ in range(5):
            floor.do("K1", "found_here", [6])
            floor.do("K1", "send_on", [6])
            floor.card("R1", 6)
        floor.step("rework")


def test_looking_costs_the_same_on_the_first_day_and_after_a_long_history(floor: Floor) -> None:
    floor.play("rework")
    before = cost_of_looking(floor, "R1", floor.code(5))
    long_history(floor)
    assert floor.rows("SELECT COUNT(*) FROM acts WHERE in_case = ?", floor.case)[0][0] > 60
    assert cost_of_looking(floor, "R1", floor.code(5)) == before


def test_looking_costs_the_same_in_an_empty_works_and_among_many_cases(floor: Floor) -> None:
    floor.play("authorise")
    first, before = floor.case, cost_of_looking(floor, "P1", floor.case)
    for _ in range(20):
        floor.apply(quantity="1")
        floor.play("plan")
    assert cost_of_looking(floor, "P1", first) == before


def test_an_act_costs_the_same_on_the_first_day_and_after_a_long_history(floor: Floor) -> None:
    floor.play("draw")
    first = cost_of(floor, "rework")
    long_history(floor)
    floor.step("inspect", outcome="fail", reason="漏", quantity_passed="")
    again = cost_of(floor, "rework")
    assert again <= first
    inspected = cost_of(floor, "inspect")
    floor.apply()
    floor.play("rework")
    assert cost_of(floor, "inspect") >= inspected


def test_an_act_costs_the_same_in_an_empty_works_and_among_many_cases(floor: Floor) -> None:
    floor.play("authorise")
    before = cost_of(floor, "plan")
    for _ in range(20):
        floor.apply(quantity="1")
        floor.play("plan")
        floor.clock.advance(DAY)
    floor.apply(quantity="1")
    floor.play("authorise")
    assert cost_of(floor, "plan") == before


def test_a_refusal_costs_no_more_than_the_act(floor: Floor) -> None:
    floor.play("authorise")
    with queries(floor) as count, floor.refused("step_not_possible"):
        floor.step("consent")
    refused = count()
    assert refused < 200


def test_no_statement_of_an_act_is_prepared_a_second_time_whatever_a_terminal_has_asked_before(floor: Floor) -> None:
    for number in range(500):
        floor.rows(f"SELECT {number}")
    with preparations(floor) as count:
        floor.play("return_closing_copy", WITH_PARTS)
        first = count()
        floor.apply()
        floor.play("return_closing_copy", WITH_PARTS)
        assert count() == first > 0
