"""The usual way of a copy: the steps that use it when all goes well, the desks it comes to, and who signs on it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from qdesk.language import CopyOf, Form, Outcome, Procedure, Reference, Step


def anything(step: Step, outcome: Outcome) -> bool:
    """Tell of a case of which nothing is known that it may go any way."""
    return True


@dataclass(frozen=True)
class Course:
    """What is known of how a case goes: whether a step can go a way at all, and how each step went that is done."""

    fits: Callable[[Step, Outcome], bool] = anything
    went: Mapping[str, str] = field(default_factory=dict)


UNKNOWN = Course()


class Usual:
    """A case of a procedure in which all goes well from here on, for the sake of one form.

    What is done is done, and so is what had to be done for the form to be opened, since it is there. Of the rest nothing is
    optional, nothing follows a second way of a step that fits, and of two steps that exclude each other the first is meant.
    """

    def __init__(self, procedure: Procedure, form: Form, course: Course = UNKNOWN) -> None:
        """Find which steps are usual."""
        self.procedure, self.form, self.fits, self.went = procedure, form, course.fits, course.went
        self.led: dict[str, Outcome] = {}
        openings = [(step, way) for step in procedure.steps.values() for way in step.outcomes if form.id in way.opens]
        if len({step.id for step, _ in openings}) == 1:
            self.lead(*openings[0])
        self.known: dict[str, bool] = {}
        self.steps = [step for step in procedure.steps.values() if self.has(step)]

    def lead(self, step: Step, way: Outcome) -> None:
        """Note the steps that have to be done, and how, for this one to be done this way."""
        if step.id not in self.led:
            self.led[step.id] = way
            for reference in (*way.after, *way.after_any[:1]):
                before, _, outcome = reference.name.partition(".")
                needed = self.procedure.steps[before]
                self.lead(needed, needed.outcome(outcome) if outcome else needed.outcomes[0])

    def way(self, step: Step) -> Outcome:
        """Return how a step went, had to go, or else usually goes: the first way that fits."""
        if step.id in self.went:
            return step.outcome(self.went[step.id])
        if step.id in self.led:
            return self.led[step.id]
        return next((outcome for outcome in step.outcomes if self.fits(step, outcome)), step.outcomes[0])

    def ways(self, step: Step) -> list[Outcome]:
        """Return the ways a step can still go, or the one it went and will not go again."""
        if step.id in self.went and not step.repeats:
            return [self.way(step)]
        return [outcome for outcome in step.outcomes if self.fits(step, outcome)]

    def has(self, step: Step) -> bool:
        """Tell whether a step is usual."""
        if step.id in self.went or step.id in self.led:
            return True
        if step.id not in self.known:
            self.known[step.id] = False  # a step that waits for itself is on nobody's way
            way = self.way(step)
            begun = all(map(self.follows, way.after)) and (not way.after_any or any(map(self.follows, way.after_any)))
            here = self.form.id in way.opens or (step.waits and not any(map(self.follows, self.before(step, way.unless))))
            self.known[step.id] = begun and here and self.fits(step, way)
        return self.known[step.id]

    def before(self, step: Step, references: tuple[Reference, ...]) -> list[Reference]:
        """Return those that name a step which the procedure tells of before this one."""
        order = list(self.procedure.steps)
        return [each for each in references if order.index(each.name.partition(".")[0]) < order.index(step.id)]

    def follows(self, reference: Reference) -> bool:
        """Tell whether what is named is usual."""
        step_id, _, outcome = reference.name.partition(".")
        step = self.procedure.steps[step_id]
        return self.has(step) and outcome in ("", self.way(step).name)

    def rests(self, copy: CopyOf) -> str:
        """Return where a copy is in the end: by the first ending that is usual."""
        ends = (each for each in self.procedure.endings.values() if all(map(self.follows, (*each.after, *each.must))))
        return next((ending.rests.get(copy.name, copy.rests) for ending in ends), copy.rests)

    def using(self, copy: CopyOf) -> list[Step]:
        """Return the usual steps that use a copy, the one that opens its form among them."""
        return [step for step in self.steps if copy.name in step.copies or copy.form in self.way(step).opens]


def desks_of(procedure: Procedure, copy: CopyOf, course: Course = UNKNOWN) -> list[str]:
    """Return the desks a copy comes to, in order, to where it rests."""
    usual = Usual(procedure, procedure.forms[copy.form], course)
    way: list[str] = []
    for step in usual.using(copy):
        way += [step.desk, usual.way(step).sends.get(copy.name, step.desk)]
    way.append(usual.rests(copy))
    return [desk for before, desk in zip(["", *way], way, strict=False) if desk != before]


def signing_of(procedure: Procedure, copy: CopyOf, course: Course = UNKNOWN) -> list[tuple[Step, str]]:
    """Return who signs on a copy in which step, whichever fitting way the step goes; the role as the procedure names it."""
    found: dict[tuple[str, str], tuple[Step, str]] = {}
    usual = Usual(procedure, procedure.forms[copy.form], course)
    for step in usual.using(copy):
        for outcome in usual.ways(step):
            for role in (*outcome.signs, *outcome.stamps):
                found.setdefault((step.id, role), (step, role))
    return list(found.values())
