"""The shipped delivery is proved under every choice of its settings, and each control taken out of its text is found."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest
from known_names import edited_step

import data
from qdesk.checks import Violation
from qdesk.desk.book import known_of
from qdesk.factory import load_factory
from qdesk.procedure import Effect, Known, ProcedureBroken, combinations, load
from qdesk.proof import prove, prove_all, trace_in_words
from qdesk.showing import violation_in_words
from qdesk.words import Words

TEXT = data.read("procedures/delivery.toml")
EXIT = data.read("procedures/emergency_exit.toml")
KNOWN = known_of(load_factory())
ENGLISH = Words.load("en")
TO_CHECK = [
    "sales · Write the delivery note",
    "sales · Sign the delivery note",
    "finished_store · Check and pick every line: every line",
]
TO_LOAD = [*TO_CHECK, "dispatch · Begin a vehicle #1", "dispatch · Pack #1", "dispatch · Load #1: we deliver"]
TO_PASS = [*TO_LOAD, "finished_store · Issue the gate pass #1"]
OUT = "gate · Check at the gate #1: release"


def found(text: str, code: str, known: Known = KNOWN, chosen: Mapping[str, str] | None = None) -> Violation:
    """The first violation of one kind; the failure says what was found instead."""
    violations = prove(load(text, "edited.toml", known, chosen or {}), known)
    wanted = [violation for violation in violations if violation.code == f"proof.{code}"]
    assert wanted, f"{code} not among {[violation.code for violation in violations]}"
    return wanted[0]


def said(violation: Violation) -> str:
    """What it says."""
    return violation_in_words(violation, ENGLISH, {})[0]


def way(violation: Violation) -> list[str]:
    """The shortest way there."""
    return trace_in_words(violation, ENGLISH)


def known_with(**moves: Effect) -> Known:
    """The names of the factory, some moves with another effect."""
    factory = load_factory()
    known = known_of(factory)
    return Known(
        moves={**known.moves, **moves}, rules=known.rules, questions=known.questions, desks=known.desks, roles=known.roles,
        places=known.places, writings=known.writings,
    )  # fmt: skip


def test_the_delivery_is_proved_under_all_ninety_six_choices() -> None:
    proofs = prove_all(TEXT, "delivery.toml", KNOWN)
    assert len(proofs) == len(combinations(TEXT)) == 96
    assert [proof.procedure.chosen for proof in proofs if proof.violations] == []
    assert {proof.endings for proof in proofs} == {("delivered", "withdrawn")}
    assert list(proofs[0].procedure.chosen.values()) == ["keeper", "one", "4", "yes", "no", "no"]


def test_the_emergency_exit_is_proved() -> None:
    assert prove(load(EXIT, "emergency_exit.toml", KNOWN), KNOWN) == []


def test_a_delivery_without_its_gate_is_no_procedure() -> None:
    text = re.sub(r'\[\[step\]\]\nid = "gate".*?(?=\[\[step\]\])', "", TEXT, flags=re.DOTALL)
    assert text != TEXT
    with pytest.raises(ProcedureBroken) as broken:
        load(text, "edited.toml", KNOWN)
    assert "gate" in str(broken.value.because)


def test_goods_let_out_on_the_slip_instead_of_the_pass_are_found() -> None:
    edits = [
        ('copies = ["pass.2"]\nafter = ["issue_pass"]', 'copies = ["slip.2"]\nfrom = "sales"\nafter = ["load"]'),
        ('keeps = ["pass.2"]\n', 'sends = { sales = ["slip.2"] }\n'),
    ]
    violation = found(edited_step(TEXT, "gate", *edits), "outside_without_pass")
    assert said(violation) == "“Check at the gate #1: release” can let goods out without a signed pass that stands."
    assert way(violation) == [*TO_LOAD, OUT]


def test_goods_that_leave_while_they_are_loaded_are_found() -> None:
    text = edited_step(TEXT, "load", ('moves = ["load"]', 'moves = ["load", "release"]'))
    loads_and_leaves = known_with(release=Effect(outward=True))
    violation = found(text, "outside_without_pass", loads_and_leaves, {"packing_list": "no"})
    assert way(violation) == [*TO_LOAD[:4], TO_LOAD[5]]


@pytest.mark.parametrize(
    ("issuer", "edit"),
    [
        ("keeper", ('signs = ["keeper", { is = "dispatch_leader", only_if = "pass_signed=two" }]', "")),
        ("production", ('signs = ["production_officer", { is = "dispatch_leader", only_if = "pass_signed=two" }]', "")),
        ("sales", ('signs = ["sales_clerk", "finance_officer", "general_affairs_officer"]', "")),
    ],
)
def test_a_pass_that_nobody_signed_is_no_pass(issuer: str, edit: tuple[str, str]) -> None:
    assert TEXT.count(edit[0]) == 1
    violation = found(TEXT.replace(*edit), "outside_without_pass", chosen={"pass_issuer": issuer})
    assert way(violation)[-1] == OUT and "Load #1" in way(violation)[5]


def test_a_pass_made_before_the_loading_is_found__R069() -> None:
    text = edited_step(TEXT, "issue_pass", ('after = ["load"]', 'after = ["start"]'))
    violation = found(text, "pass_outlives_loading")
    assert way(violation) == [*TO_LOAD[:-1], "finished_store · Issue the gate pass #1", "dispatch · Load #1: we deliver"]


def test_who_made_a_pass_may_not_let_it_out() -> None:
    text = edited_step(TEXT, "gate", ('not_by = ["issue_pass"]\n', ""))
    violation = found(text, "own_pass_released")
    assert said(violation) == "Whoever does “Issue the gate pass” might let it out at “Check at the gate”."


def test_a_load_changed_under_a_pass_is_found() -> None:
    text = edited_step(TEXT, "unload", ('unless = ["issue_pass", "gate.release"', 'unless = ["gate.release"'))
    violation = found(text, "pass_outlives_loading")
    assert way(violation)[: len(TO_PASS)] == TO_PASS and way(violation)[-1].startswith("dispatch · Load #1")


def test_a_pass_voided_after_the_release_is_found() -> None:
    edit = ('unless = ["gate.release", "gate.after_emergency"]\n', "")
    violation = found(edited_step(TEXT, "void_pass", edit), "ending_without")
    assert said(violation) == "“Delivered” is reached although “Check at the gate: release” never happened."
    assert "dispatch · Void the gate pass #1" in way(violation)


def test_a_release_that_moves_nothing_leaves_the_goods_on_the_vehicle() -> None:
    edit = ('en = "release" }\nmoves = ["release"]\n', 'en = "release" }\n')
    violation = found(edited_step(TEXT, "gate", edit), "floor_not_empty")
    assert "something is left in “vehicle#1”" in said(violation)
    assert way(violation) == [*TO_LOAD, "dispatch · All loaded: every line used up", TO_PASS[-1], OUT]


def test_a_delivery_that_ends_without_a_release_is_found() -> None:
    text = edited_step(TEXT, "all_loaded", ('after = ["load"]', 'after = ["check"]'))
    violation = found(text, "ending_without")
    assert way(violation) == [*TO_CHECK, "dispatch · All loaded: every line used up"]


def test_a_note_withdrawn_under_a_vehicle_is_found() -> None:
    text = edited_step(TEXT, "withdraw", ('unless = ["start", "all_loaded"]', 'unless = ["all_loaded"]'))
    violation = found(text, "ending_despite")
    assert said(violation) == "“Withdrawn” is reached although “Check at the gate: release” has happened."
    assert way(violation)[:7] == TO_PASS and OUT in way(violation)


def test_a_vehicle_sent_away_takes_its_papers_with_it() -> None:
    edit = ('voids = ["slip", { is = "packing", only_if = "packing_list=yes" }]\n', "")
    violation = found(edited_step(TEXT, "cancel_vehicle", edit), "copy_not_at_rest")
    assert way(violation) == [*TO_LOAD[:4], "dispatch · Send the vehicle away #1", "sales · Withdraw the note"]


def test_who_writes_a_note_and_alone_signs_it_is_found__R061() -> None:
    violation = found(edited_step(TEXT, "approve", ('not_by = ["write"]\n', "")), "own_approval")
    assert way(violation) == TO_CHECK[:2]


def test_a_rest_that_may_not_be_cancelled_either_is_no_way_out() -> None:
    edit = ("[step.outcome.rest_cancelled]\n", '[step.outcome.rest_cancelled]\nrules = ["lines_used_up"]\n')
    violation = found(edited_step(TEXT, "all_loaded", edit), "no_way_out")
    assert way(violation) == [*TO_PASS, OUT]


@pytest.mark.parametrize("move", ["write_off", "bring_back", "deliver_rest"])
def test_a_claim_settled_with_goods_still_on_the_road_is_found__R108(move: str) -> None:
    violation = found(edited_step(TEXT, "settle_claim", (f'moves = ["{move}"]\n', "")), "floor_not_empty")
    assert "something is left in “road#1”" in said(violation)


def test_an_emergency_that_nobody_else_reviews_is_not_the_shipped_one() -> None:
    procedure = load(EXIT, "emergency_exit.toml", KNOWN)
    review = procedure.steps["review_exit"].outcomes
    assert all(outcome.not_by == ("let_out",) for outcome in review)
    assert procedure.endings["reviewed"].after
