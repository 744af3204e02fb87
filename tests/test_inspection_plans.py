"""Inspection plans: chosen most narrowly, sampled by the standard, measured in date, and what they found kept."""

from __future__ import annotations

from typing import Any

import pytest
from factory_floor import Floor, FloorMaker
from known_names import MODIFICATION_TEXT

from qdesk.cases import Line
from qdesk.config import open_config
from qdesk.desk import Done
from qdesk.desk.proposing import propose
from qdesk.errors import Refused
from qdesk.plans import covers
from qdesk.results import Verdict, verdicts_on
from qdesk.site import open_site

TITLE = 'title = { zh = "项", en = "point" }'


def plan(head: str = "", checks: str = "", measures: str = "") -> str:
    return f"[[inspection_plan]]\n{head}\nchecks = [{checks}]\nmeasures = [{measures}]\n"


def check(name: str, more: str = "") -> str:
    return f'{{ id = "{name}", {TITLE}{more} }}'


SAMPLED = plan(checks=check("look", ', sample = { aql = "4.0" }'))
SITE_SAMPLED = plan(checks=check("look", ", sample = {}"))
MEASURED = plan(measures=check("gap", ', unit = "mm", from = "0", to = "0.5", each = true, sample = { aql = "6.5" }'))


def reworked(floors: FloorMaker, own: str, quantity: str = "50", **settings: str) -> Floor:
    """A factory with a plan of its own, in which product lies to be inspected."""
    floor = floors(settings=settings, own=own)
    floor.play("apply", quantity=quantity)
    floor.play("rework")
    return floor


def inspect(floor: Floor, **answers: Any) -> Done:
    quantity = answers.pop("quantity_passed", "50")
    return floor.step("inspect", quantity_passed=quantity, **answers)


def results(floor: Floor, what: str) -> list[tuple[Any, ...]]:
    return floor.rows(f"SELECT {what} FROM results ORDER BY act, number")


# Which plan


PLANS = "".join(
    plan(head, checks=check(name))
    for name, head in (
        ("anything", ""), ("family", 'item = "V-*"'), ("nearer", 'item = "V-2*"'), ("item", 'item = "V-200"'),
        ("at_step", 'item = "V-200"\nprocedure = "product_modification"\nstep = "inspect_old"'),
        ("step", 'procedure = "product_modification"\nstep = "inspect"'), ("procedure", 'procedure = "borrowed_goods"'),
    )
)  # fmt: skip


@pytest.mark.parametrize(
    ("item", "procedure", "step", "chosen"),
    [
        ("X", "", "", "anything"), ("V-100", "", "", "family"), ("V-210", "", "", "nearer"), ("V-200", "", "", "item"),
        ("V-200", "product_modification", "inspect", "item"), ("V-200", "product_modification", "inspect_old", "at_step"),
        ("X", "product_modification", "inspect", "step"), ("X", "product_modification", "inspect_old", "anything"),
        ("X", "borrowed_goods", "look", "procedure"),
    ],
)  # fmt: skip
def test_the_plan_that_is_meant_most_narrowly_is_taken(
    floors: FloorMaker, item: str, procedure: str, step: str, chosen: str
) -> None:
    found = floors(own=PLANS).site.factory.plan_for(item, procedure, step)
    assert found is not None and found.checks[0].id == chosen


@pytest.mark.parametrize(
    ("pattern", "item", "does"), [("", "A", True), ("A*", "B-A", False), ("A.*", "AB", False), ("*-2", "V-2", True)]
)
def test_a_family_is_named_by_a_star_and_nothing_else(pattern: str, item: str, does: bool) -> None:
    assert covers(pattern, item) is does


@pytest.mark.parametrize(
    ("own", "problem"),
    [
        (plan(checks=check("look", ', sample = { aql = "0.7" }')), "aql"),
        (plan(checks=check("look", ', sample = { aql = "15" }')), "aql"),
        (plan(checks=check("look", ', sample = { level = "IV" }')), "level"),
        (plan(checks=check("look", ', instrument = "ruler"')), "instrument"),
        (plan(checks=check("look", ", samples = {}")), "samples"),
    ],
)
def test_a_limit_a_level_or_an_instrument_that_does_not_exist_is_a_problem(floor: Floor, own: str, problem: str) -> None:
    (floor.folder / "factory.toml").write_text(own, encoding="utf-8")
    with pytest.raises(Refused) as refused:
        open_config(floor.folder)
    assert problem in str([reason.arguments for reason in refused.value.because])


# Sampling


def asked(floor: Floor, who: str = "I1") -> dict[str, dict[str, Any]]:
    (step,) = [step for step in floor.card(who)["can"] if step["step"] == "inspect"]
    return {ask["name"]: ask for ask in step["outcomes"][0]["asks"]}


def test_a_sampled_point_asks_how_many_of_the_sample_are_defective(floors: FloorMaker) -> None:
    floor = reworked(floors, SAMPLED)  # 50 pieces: D, 8; at 4.0 the plan of E, 13 with one accepted
    look = asked(floor)["look"]
    assert (look["kind"], look["pieces"], look["limits"]) == ("defective", 13, ("", "1"))
    assert "13 of 50" in look["title"] or "13/50" in look["title"]


@pytest.mark.parametrize(
    ("found", "code"), [("2", "rule_forbids"), ("13", "rule_forbids"), ("14", "more_than_sample"), ("", "answer_missing")]
)
def test_more_defective_than_the_plan_accepts_is_never_passed(floors: FloorMaker, found: str, code: str) -> None:
    floor = reworked(floors, SAMPLED)
    with floor.refused(code):
        inspect(floor, look=found)
    inspect(floor, outcome="fail", reason="漏", look=found if code == "rule_forbids" else "2", quantity_passed="")


@pytest.mark.parametrize("found", ["0", "1"])
def test_no_more_than_the_plan_accepts_is_passed(floors: FloorMaker, found: str) -> None:
    floor = reworked(floors, SAMPLED)
    inspect(floor, look=found)
    assert floor.rows("SELECT stamp FROM signatures WHERE kind = 'stamp'") == [("07",)]


@pytest.mark.parametrize("found", ["-1", "1.5", "one", "１", " 1", True, 1, ["1"]])
def test_a_number_of_pieces_is_digits_and_nothing_else(floors: FloorMaker, found: Any) -> None:
    floor = reworked(floors, SAMPLED)
    with floor.refused("number_unreadable"):
        inspect(floor, look=found)


def test_without_a_limit_every_piece_is_inspected_and_none_may_be_defective(floors: FloorMaker) -> None:
    floor = reworked(floors, SITE_SAMPLED)
    assert (asked(floor)["look"]["pieces"], asked(floor)["look"]["limits"]) == (50, ("", "0"))
    with floor.refused("rule_forbids"):
        inspect(floor, look="1")
    inspect(floor, look="0")


def test_the_site_says_limit_and_level_where_the_plan_says_none(floors: FloorMaker) -> None:
    floor = reworked(floors, SITE_SAMPLED, inspection_aql="10", inspection_level="S-1")  # A, 2: down to C, 5 with one
    assert (asked(floor)["look"]["pieces"], asked(floor)["look"]["limits"]) == (5, ("", "1"))


def test_where_a_part_passes_what_is_defective_of_all_is_what_does_not_pass(floors: FloorMaker) -> None:
    floor = reworked(floors, SITE_SAMPLED, partial_pass="supplement")
    with floor.refused("rule_forbids"):
        inspect(floor, outcome="part", reason="划伤", look="3", quantity_passed="48")
    inspect(floor, outcome="part", reason="划伤", look="3", quantity_passed="47")
    assert results(floor, "verdict, inspected, passed, rejected, cause")[-1] == ("part", 50000, 47000, 3000, "划伤")


# Values


def test_each_piece_of_the_sample_has_its_value(floors: FloorMaker) -> None:
    floor = reworked(floors, MEASURED)  # 50 pieces: D, 8, at 6.5 one accepted
    gap = asked(floor)["gap"]
    assert (gap["kind"], gap["pieces"], gap["unit"]) == ("values", 8, "mm")
    with floor.refused("values_missing"):
        inspect(floor, gap=["0.1"] * 7)
    with floor.refused("number_unreadable"):
        inspect(floor, gap=["0.1"] * 7 + ["x"])
    with floor.refused("rule_forbids"):
        inspect(floor, gap=["0.51"] * 2 + ["0.1"] * 6)
    inspect(floor, gap="0.51 0.50 0 0.1 0.1 0.1 0.1 0.1")
    assert results(floor, "point, value, verdict, sample, accepted") == [
        ("gap", "0.51 0.50 0 0.1 0.1 0.1 0.1 0.1", "pass", 8, 1), ("", "", "pass", 0, 0),
    ]  # fmt: skip


# What is kept


def test_results_say_value_limits_and_stamp_and_one_row_the_verdict(floors: FloorMaker) -> None:
    own = plan(checks=check("look"), measures=check("gap", ', unit = "mm", from = "0", to = "0.5"'))
    floor = reworked(floors, own)
    inspect(floor, outcome="fail", reason="漏", look="yes", gap="0.7", quantity_passed="")
    floor.step("rework")
    inspect(floor, look="yes", gap="0.4")
    assert results(floor, "item, point, value, limits, verdict, stamp") == [
        ("V-200", "look", "yes", "", "pass", ""), ("V-200", "gap", "0.7", "0 … 0.5 mm", "fail", ""),
        ("V-200", "", "", "", "fail", ""),
        ("V-200", "look", "yes", "", "pass", "07"), ("V-200", "gap", "0.4", "0 … 0.5 mm", "pass", "07"),
        ("V-200", "", "", "", "pass", "07"),
    ]  # fmt: skip
    verdicts = floor.rows("SELECT inspected, passed, rejected, cause FROM results WHERE point = '' ORDER BY act")
    assert verdicts == [(50000, 0, 50000, "漏"), (50000, 50000, 0, "")]


def test_a_verdict_that_is_taken_back_no_longer_counts(floors: FloorMaker) -> None:
    floor = reworked(floors, plan(checks=check("look")))
    done = inspect(floor, look="yes")
    floor.do("I1", "reverse", act=done.act)
    assert {void is None for (void,) in results(floor, "void_at")} == {False}
    inspect(floor, look="yes")
    assert floor.rows("SELECT COUNT(*) FROM results WHERE void_at IS NULL AND point = ''") == [(1,)]


def test_without_a_plan_the_verdict_alone_is_kept(floor: Floor) -> None:
    floor.play("inspect")
    assert results(floor, "item, point, verdict, inspected, passed, stamp") == [("V-200", "", "pass", 10000, 10000, "07")]


def test_slices_of_a_line_are_a_verdict_for_each_cause_and_add_up() -> None:
    line = Line(2, "V-200", 10_000, {"lot": "L26-000001"})
    rejected = [
        {"line": 2, "quantity": 2000, "reason": "漏"}, {"line": 1, "quantity": 9000, "reason": "裂"},
        {"line": 2, "quantity": 1000, "reason": "划伤"},
    ]  # fmt: skip
    told = verdicts_on(line, {1: 0, 2: 7000}, rejected)
    assert told == [Verdict("V-200", 9000, 7000, "漏", "L26-000001"), Verdict("V-200", 1000, 0, "划伤", "L26-000001")]
    assert [each.word for each in told] == ["part", "fail"]
    assert [each.word for each in verdicts_on(line, {2: 10_000}, [])] == ["pass"]
    assert verdicts_on(line, {2: 0}, []) == []


# Blank is never a pass


def test_what_nobody_answered_never_passes_also_where_a_site_asks_for_it_perhaps(floors: FloorMaker) -> None:
    floor = floors(own=plan(checks=check("look"), measures=check("gap", ', unit = "mm", to = "0.5"')))
    (floor.folder / "procedures").mkdir()
    asks = 'asks = ["inspection_plan", "quantity_passed"]'
    text = MODIFICATION_TEXT.replace(asks, asks.replace("plan", "plan?"), 1)
    (floor.folder / "procedures" / "product_modification.toml").write_text(text, encoding="utf-8")
    floor.site.close()
    floor.site = open_site(floor.folder, floor.clock, synchronous="off")
    floor.play("rework")
    for answered, left in (({}, ["check_not_passed", "out_of_limits"]), ({"gap": "0.1"}, ["check_not_passed"])):
        with floor.refused("rule_forbids") as refused:
            floor.step("inspect", **answered)
        assert [each.code for each in refused[0].because] == left
    floor.step("inspect", look="yes", gap="0.1")


def test_of_what_an_inspector_finds_nothing_is_proposed_but_what_there_is(floors: FloorMaker) -> None:
    floor = reworked(floors, plan(checks=check("look")), partial_pass="supplement")
    token = floor.token("I1")
    for outcome in ("pass", "part", "fail"):
        assert set(propose(floor.site, token, floor.case, "inspect", outcome)) <= {"expected"}
