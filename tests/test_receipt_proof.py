"""Both receipts are proved under all their settings, and each control taken out of their text is found."""

from __future__ import annotations

import pytest
from known_names import edited_step

import data
from qdesk.desk.book import known_of
from qdesk.factory import load_factory
from qdesk.language import ProcedureBroken
from qdesk.procedure import load
from qdesk.proof import prove, prove_all

TEXTS = {name: data.read(f"procedures/{name}.toml") for name in ("finished_receipt", "material_receipt")}
KNOWN = known_of(load_factory())


@pytest.mark.parametrize("name", TEXTS)
def test_it_is_proved_with_every_ending_reached_and_stays_small(name: str) -> None:
    for proof in prove_all(TEXTS[name], f"{name}.toml", KNOWN):
        assert not proof.violations
        assert set(proof.endings) == set(proof.procedure.endings)
        assert proof.states < 50


CONTROLS = [
    ("finished_receipt", "inspect", 'not_by = ["hand_over"]\n', "", "own_work_stamped"),
    ("finished_receipt", "inspect", 'stamps = ["inspector"]\nmoves = [\n  "part_slices",\n',
     'signs = ["inspector"]\nmoves = [\n  "part_slices",\n', "stock_without_stamp"),
    ("finished_receipt", "take_back", 'unless = ["inspect"]\n', "", "ending_despite"),
    ("finished_receipt", "not_accepted", 'moves = ["give_back"]\n', "", "floor_not_empty"),
    ("finished_receipt", "receive", 'moves = ["receive_product"]\n', "", "floor_not_empty"),
    ("material_receipt", "inspect", 'not_by = ["record_arrival"]\n', "", "own_work_stamped"),
    ("material_receipt", "inspect", 'rules = ["slices_all_passed", "slices_in_date", "within_limits"]\nstamps = ["inspector"]\n',
     'rules = ["slices_all_passed", "slices_in_date", "within_limits"]\nsigns = ["inspector"]\n', "stock_without_stamp"),
    ("material_receipt", "inspect", 'signs = ["inspector"]\nmoves = ["reject_all"]\n', 'signs = ["inspector"]\n',
     "floor_not_empty"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "step", "old", "new", "code"), CONTROLS)
def test_a_control_that_is_taken_out_is_missed(name: str, step: str, old: str, new: str, code: str) -> None:
    text = edited_step(TEXTS[name], step, (old, new))
    try:
        found = {violation.code for violation in prove(load(text, "edited.toml", KNOWN), KNOWN)}
    except ProcedureBroken as broken:
        found = {problem.code for problem in broken.problems}
    assert f"proof.{code}" in found


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", TEXTS)
def test_the_handbook_tells_every_step_and_way(name: str, language: str) -> None:
    page = data.read(f"handbook/{language}/receipts.md")
    steps = load(TEXTS[name], f"{name}.toml", KNOWN).steps.values()
    titles = [step.title for step in steps] + [way.title for step in steps for way in step.outcomes]
    assert [title.in_(language) for title in titles if title.in_(language) not in page] == []
