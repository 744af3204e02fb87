"""Two programs on one file: what one does the other sees at once, and of two who want the same thing one gets it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from factory_floor import Floor

from qdesk.errors import Refused
from qdesk.site import open_site


@contextmanager
def beside(floor: Floor) -> Iterator[Floor]:
    """The same factory as another program has it open."""
    site = open_site(floor.folder, floor.clock, synchronous="off")
    site.compiled = dict(floor.site.compiled)
    try:
        yield Floor(site, floor.clock, floor.folder, floor.case, floor.parts, dict(floor.played), dict(floor.pieces))
    finally:
        site.close()


def all_at_once(floor: Floor, work: Callable[[str], object], given: Iterable[str]) -> list[str]:
    """Do the work on each of what is given, several at a time; sorted, what became of each: done, or the refusal's code."""

    def outcome(one: str) -> str:
        try:
            work(one)
        except Refused as refused:
            return refused.code
        finally:
            floor.site.database.peewee.close()
        return "done"

    with ThreadPoolExecutor(4) as pool:
        return sorted(pool.map(outcome, given))


def test_what_one_program_did_the_other_sees_at_once(floor: Floor) -> None:
    floor.play("authorise")
    with beside(floor) as other:
        seen = other.card("P1")["digest"]
        floor.step("plan")
        with other.refused("step_not_possible"):
            other.step("plan", seen=seen)
        with other.refused("card_changed"):
            other.step("consent", seen=seen)
        other.step("consent")
        assert "hand_out" in floor.steps_possible("D1")
        floor.step("hand_out")
        floor.card("K1", 4)
        other.step("draw")
        token = floor.token("R1")
        floor.step("rework", token=token)
        other.card("R1")
        floor.do("R1", "reverse", token=token)
        assert "rework" in other.steps_possible("R1")


def test_what_one_program_took_back_or_amended_the_other_does_not_go_on_with(floor: Floor) -> None:
    floor.play("plan")
    with beside(floor) as other:
        seen = other.card("W1")["digest"]
        line = {"item": "V-100", "becomes": "V-200", "quantity": "50"}
        floor.do("S1", "amend", fields={"customer": "Bolt"}, lines=[line])
        with other.refused("step_not_possible", "piece_void"):
            other.step("consent", seen=seen)
        assert other.steps_possible("W1") == set()


def test_a_role_taken_in_one_program_is_gone_in_the_other(floor: Floor) -> None:
    floor.play("hand_out")
    with beside(floor) as other:
        token = other.token("K1")
        floor.do("A1", "dismiss", case="", badge="K1")
        with other.refused("badge_revoked", "session_unknown"):
            other.step("draw", token=token)


@pytest.mark.parametrize("many", [8])
def test_of_many_who_draw_on_one_application_at_once_one_gets_the_goods(floor: Floor, many: int) -> None:
    floor.play("hand_out")
    tokens = [floor.token("K1") for _ in range(many)]
    seen = floor.card("K1")["digest"]

    outcomes = all_at_once(floor, lambda token: floor.step("draw", token=token, seen=seen), tokens)
    assert outcomes.count("done") == 1
    assert set(outcomes) <= {"done", "step_not_possible", "card_changed"}
    assert floor.lies("V-100")["workshop_product"] == 10


def test_of_many_who_want_the_last_goods_at_once_no_more_get_them_than_there_are(floor: Floor) -> None:
    cases = [floor.apply(quantity="20") for _ in range(6)]
    tokens = {case: floor.token("S2") for case in cases}

    def authorise(case: str) -> None:
        Floor(floor.site, floor.clock, floor.folder, case).step("authorise", token=tokens[case])

    assert all_at_once(floor, authorise, cases) == ["done"] * 2 + ["not_enough_free"] * 4
    assert floor.rows("SELECT SUM(quantity) FROM reservations") == [(40_000,)]


def test_the_same_key_sent_twice_at_once_does_its_work_once(floor: Floor) -> None:
    token = floor.token("S1")

    def apply(_: int) -> str:
        try:
            return Floor(floor.site, floor.clock, floor.folder).apply(token=token, key="one")
        finally:
            floor.site.database.peewee.close()

    with ThreadPoolExecutor(4) as pool:
        cases = set(pool.map(apply, range(8)))
    assert len(cases) == 1
    assert floor.rows("SELECT COUNT(*) FROM cases") == [(1,)]
