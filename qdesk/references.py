"""Checks that every name in a procedure means something: desks, roles, moves, rules, steps, copies, places, forms."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from qdesk.language import Ending, Form, Known, Outcome, Procedure, Reference, Step
from qdesk.reading import Problems


def check_references(procedure: Procedure, known: Known, problems: Problems) -> None:
    """Report every name that nothing answers to, and every copy a step keeps or sends without having it."""
    names = _Names.of(procedure)
    for form in procedure.forms.values():
        _check_form(form, known, problems)
    for place in procedure.places:
        if place.stands_for and place.stands_for not in known.places:
            problems.add("places", "unknown_place", place=place.stands_for)
    for step in procedure.steps.values():
        _check_step(step, known, names, problems)
        for outcome in step.outcomes:
            _check_outcome(procedure, step, outcome, known, names, problems)
        _check_rounds(procedure, step, known, problems)
    for ending in procedure.endings.values():
        _check_ending(ending, known, names, problems)
    if not procedure.endings:
        problems.add("", "missing_key", key="endings")


@dataclass(frozen=True)
class _Names:
    """What a reference inside this procedure may point at."""

    steps: frozenset[str]
    outcomes: frozenset[str]
    forms: frozenset[str]
    places: frozenset[str]

    @classmethod
    def of(cls, procedure: Procedure) -> _Names:
        steps = procedure.steps.values()
        return cls(
            frozenset(procedure.steps),
            frozenset(f"{step.id}.{outcome.name}" for step in steps for outcome in step.outcomes if outcome.name),
            frozenset(procedure.forms),
            frozenset(place.name for place in procedure.places),
        )


def where_is(step: Step, outcome: Outcome | None = None) -> str:
    """How a place in the file is called in a problem, as the reader calls it."""
    return f"step {step.id}" + (f".outcome.{outcome.name}" if outcome and outcome.name else "")


def _each_unknown(names: Iterable[str], known: Collection[str]) -> Iterator[str]:
    return (name for name in names if name not in known)


def _check_form(form: Form, known: Known, problems: Problems) -> None:
    for copy in form.copies:
        if copy.rests not in known.desks:
            problems.add(f"forms.{form.id}", "unknown_desk", desk=copy.rests)
    columns = [column.name for column in (*form.fields, *form.lines) if column.written]
    if form.written and form.written not in known.writings:
        problems.add(f"forms.{form.id}", "unknown_writing", writing=form.written)
    if columns and not form.written:
        problems.add(f"forms.{form.id}", "nobody_writes", columns=columns)


def _check_step(step: Step, known: Known, names: _Names, problems: Problems) -> None:
    where = where_is(step)
    for desk in _each_unknown((step.desk, step.source), known.desks):
        problems.add(where, "unknown_desk", desk=desk)
    if step.by not in known.roles:
        problems.add(where, "unknown_role", role=step.by)
    if step.id in known.beside:
        problems.add(where, "step_beside", step_named=step.id)


def _check_outcome(
    procedure: Procedure, step: Step, outcome: Outcome, known: Known, names: _Names, problems: Problems
) -> None:
    where = where_is(step, outcome)
    _check_people(outcome, where, known, problems)
    lists: tuple[tuple[str, str, Iterable[str], Collection[str]], ...] = (
        ("move", "unknown_move", outcome.moves, known.moves),
        ("rule", "unknown_rule", outcome.rules, known.rules),
        ("question", "unknown_question", (asked.name for asked in outcome.asks), known.questions),
        ("desk", "unknown_desk", (*outcome.sends.values(), *outcome.notifies), known.desks),
        ("form", "unknown_form", outcome.opens + outcome.voids, names.forms),
        ("step_named", "unknown_step", outcome.not_by + outcome.reopens, names.steps),
        ("step_named", "unknown_step", outcome.forgets, names.outcomes),
        ("place", "unknown_place", outcome.settled, names.places),
    )
    for kind, code, mentioned, meant in lists:
        for name in _each_unknown(mentioned, meant):
            problems.add(where, code, **{kind: name})
    for move in outcome.moves:
        for place in _each_unknown(known.moves[move].places if move in known.moves else (), names.places):
            problems.add(where, "move_without_place", move=move, place=place)
    _check_steps_mentioned(outcome.after + outcome.after_any + outcome.unless, where, names, problems)
    _check_custody(procedure, step, outcome, problems)


def _check_people(outcome: Outcome, where: str, known: Known, problems: Problems) -> None:
    for role in outcome.signs:
        if not role.removeprefix("paper:") or (not role.startswith("paper:") and role not in known.roles):
            problems.add(where, "unknown_role", role=role)
    for role in outcome.stamps:
        if role.startswith("paper:"):
            problems.add(where, "stamp_on_paper", role=role)
        elif role not in known.roles:
            problems.add(where, "unknown_role", role=role)


def _check_steps_mentioned(references: Iterable[Reference], where: str, names: _Names, problems: Problems) -> None:
    for reference in references:
        if reference.name not in names.steps and reference.name not in names.outcomes:
            problems.add(where, "unknown_step", step_named=reference.name)


def _check_custody(procedure: Procedure, step: Step, outcome: Outcome, problems: Problems) -> None:
    """A step keeps or sends only what it holds, and keeps only what may rest at its desk."""
    where = where_is(step, outcome)
    held = set(step.copies)
    for form in outcome.opens:
        held |= {copy.name for copy in procedure.forms[form].copies} if form in procedure.forms else set()
    for copy in outcome.sends:
        if copy not in held:
            problems.add(where, "sends_unheld", copy=copy)
    for copy in outcome.keeps:
        if copy not in held:
            problems.add(where, "keeps_unheld", copy=copy)
        elif copy in outcome.sends:
            problems.add(where, "keeps_and_sends", copy=copy)
        elif step.desk not in _resting_places(procedure, copy):
            problems.add(where, "keeps_elsewhere", copy=copy, desk=step.desk)


def _resting_places(procedure: Procedure, copy: str) -> set[str]:
    overrides = {ending.rests[copy] for ending in procedure.endings.values() if copy in ending.rests}
    return overrides | {procedure.copies[copy].rests}


def _check_rounds(procedure: Procedure, step: Step, known: Known, problems: Problems) -> None:
    """One kind of round in a procedure; what exists once per round is used only by steps done once per round."""
    rounds = _kinds_of_round(procedure)
    if len(rounds) > 1:
        problems.add("", "two_kinds_of_round", rounds=sorted(rounds))
    if step.per:
        return
    mentioned = {name.split(".")[0] for name in step.copies}
    mentioned |= {form for outcome in step.outcomes for form in outcome.opens + outcome.voids}
    for form in sorted(mentioned):
        if form in procedure.forms and procedure.forms[form].per:
            problems.add(where_is(step), "round_form_outside", form=form)
    per_round = {place.name for place in procedure.places if place.per}
    for move in sorted({move for outcome in step.outcomes for move in outcome.moves} & known.moves.keys()):
        effect = known.moves[move]
        for place in sorted(per_round.intersection(effect.takes + effect.puts + effect.sets)):
            problems.add(where_is(step), "move_outside_round", move=move, place=place)


def _kinds_of_round(procedure: Procedure) -> set[str]:
    parts: Mapping[str, Collection[str]] = {
        "steps": [step.per for step in procedure.steps.values()],
        "forms": [form.per for form in procedure.forms.values()],
        "places": [place.per for place in procedure.places],
    }
    return {per for kinds in parts.values() for per in kinds if per}


def _check_ending(ending: Ending, known: Known, names: _Names, problems: Problems) -> None:
    where = f"endings.{ending.id}"
    _check_steps_mentioned(ending.after + ending.must + ending.must_any + ending.must_not, where, names, problems)
    for desk in _each_unknown(ending.rests.values(), known.desks):
        problems.add(where, "unknown_desk", desk=desk)
