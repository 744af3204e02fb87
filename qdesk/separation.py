"""Who may not do what: nobody makes and approves, and there must be people enough for that to hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations

from qdesk.language import Known, Outcome, Procedure, Step

Slot = tuple[str, str]
"""A step and a role that has a hand in it."""

Holders = Mapping[str, Sequence[str] | None]
"""The people who hold each role; None means plenty."""


def counted_holders(known: Known) -> Holders:
    """Nameless people, as many as each role may have; where a site knows its people it gives those instead."""
    counts = known.roles.items()
    return {role: None if count is None else [f"{role} {n}" for n in range(1, count + 1)] for role, count in counts}


def fillable(procedure: Procedure, holders: Holders) -> bool:
    """Whether people can be given to every step and signature so that all rules of separation hold."""
    return unfilled_step(procedure, holders) is None


def unfilled_step(procedure: Procedure, holders: Holders) -> Step | None:
    """The first step that nobody is left for, when every step before it has been given its people."""
    if _assignable(list(procedure.steps.values()), holders):
        return None
    taken: list[Step] = []
    for step in procedure.steps.values():
        taken.append(step)
        if not _assignable(taken, holders):
            return step
    return None


def hands_in(step: Step, outcome: Outcome) -> frozenset[str]:
    """The roles that have a hand in one act: who sits at the desk and who signs, each a different person."""
    return frozenset((step.by, *outcome.signers))


def unseparated_makers(procedure: Procedure, known: Known) -> Iterator[tuple[Step, Outcome, Step]]:
    """Every stamping outcome whose stamper may have made what is stamped, with the step that made it."""
    makers = [step for step in procedure.steps.values() if _makes(step, known)]
    for step in procedure.steps.values():
        for outcome in step.outcomes:
            if outcome.stamps:
                yield from ((step, outcome, maker) for maker in makers if maker.id not in outcome.not_by)


def unseparated_guards(procedure: Procedure, known: Known) -> Iterator[tuple[Step, Outcome, Step]]:
    """Every outward outcome whose doer may have made the pass, with the step that made it."""
    for step in procedure.steps.values():
        for outcome in step.outcomes:
            if any(known.moves[move].outward for move in outcome.moves):
                makers = openers_of(procedure, {copy.split(".")[0] for copy in step.copies})
                yield from ((step, outcome, maker) for maker in makers if maker.id not in outcome.not_by)


def openers_of(procedure: Procedure, forms: Iterable[str]) -> list[Step]:
    """The steps that open one of these forms."""
    wanted = set(forms)
    steps = procedure.steps.values()
    return [step for step in steps if any(wanted.intersection(outcome.opens) for outcome in step.outcomes)]


def _makes(step: Step, known: Known) -> bool:
    return any(known.moves[move].makes for outcome in step.outcomes for move in outcome.moves)


def _assignable(steps: Sequence[Step], holders: Holders) -> bool:
    """Whether these steps can be given people; a slot with more people than rivals never stands in the way."""
    rivals = _rivals(steps)
    people = {slot: holders.get(slot[1]) for slot in rivals}
    core = {slot: list(who) for slot, who in people.items() if who is not None}
    while easy := [slot for slot in core if len(core[slot]) > len(rivals[slot] & core.keys())]:
        for slot in easy:
            del core[slot]
    return _assign(core, rivals)


def _assign(free: Mapping[Slot, list[str]], rivals: Mapping[Slot, set[Slot]]) -> bool:
    """Give the slot with the fewest people left one of them, and go on; back when that leads nowhere."""
    if not free:
        return True
    slot = min(free, key=lambda each: len(free[each]))
    rest = {other: who for other, who in free.items() if other != slot}
    for person in free[slot]:
        left = {
            other: [each for each in who if each != person] if other in rivals[slot] else who
            for other, who in rest.items()
        }
        if all(left.values()) and _assign(left, rivals):
            return True
    return False


def _rivals(steps: Sequence[Step]) -> dict[Slot, set[Slot]]:
    """For each slot the slots that must be somebody else."""
    slots: dict[str, set[Slot]] = {}
    rivals: dict[Slot, set[Slot]] = {}
    for step in steps:
        slots[step.id] = {(step.id, role) for outcome in step.outcomes for role in hands_in(step, outcome)}
        rivals |= {slot: set() for slot in slots[step.id]}
    pairs: list[tuple[Slot, Slot]] = []
    for step in steps:
        for outcome in step.outcomes:
            pairs += combinations([(step.id, role) for role in sorted(hands_in(step, outcome))], 2)
            others = [slot for name in outcome.not_by for slot in slots.get(name, ())]
            pairs += [(mine, other) for mine in slots[step.id] for other in others]
    for one, other in pairs:
        rivals[one].add(other)
        rivals[other].add(one)
    return rivals
