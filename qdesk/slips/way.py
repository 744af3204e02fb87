"""The usual way of a copy: the steps that use it when all goes well, the desks it comes to, and who signs on it."""

from __future__ import annotations

from collections.abc import Callable

from qdesk.language import CopyOf, Form, Outcome, Procedure, Reference, Step

Fits = Callable[[Step, Outcome], bool]
"""Whether a step can go this way at all, as far as the case is known."""


def anything(step: Step, outcome: Outcome) -> bool:
    """Tell of a case of which nothing is known that it may go any way."""
    return True


class Usual:
    """A case of a procedure in which all goes well, for the sake of one form.

    Nothing in it is optional, and nothing follows a second way of a step that fits. A form that a case may do without is opened
    by an optional step; once it is there, what follows is usual for it.
    """

    def __init__(self, procedure: Procedure, form: Form, fits: Fits = anything) -> None:
        """Find which steps are usual."""
        self.procedure, self.form, self.fits = procedure, form, fits
        self.known: dict[str, bool] = {}
        self.steps = [step for step in procedure.steps.values() if self.has(step)]

    def way(self, step: Step) -> Outcome:
        """Return how a step usually goes: the first way that fits."""
        return next((outcome for outcome in step.outcomes if self.fits(step, outcome)), step.outcomes[0])

    def has(self, step: Step) -> bool:
        """Tell whether a step is usual."""
        if step.id not in self.known:
            self.known[step.id] = False  # a step that waits for itself is on nobody's way
            way = self.way(step)
            begun = all(map(self.follows, way.after)) and (not way.after_any or any(map(self.follows, way.after_any)))
            self.known[step.id] = begun and self.fits(step, way) and (step.waits or self.form.id in way.opens)
        return self.known[step.id]

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


def desks_of(procedure: Procedure, copy: CopyOf, fits: Fits = anything) -> list[str]:
    """Return the desks a copy comes to, in order, to where it rests."""
    usual = Usual(procedure, procedure.forms[copy.form], fits)
    way: list[str] = []
    for step in usual.using(copy):
        way += [step.desk, usual.way(step).sends.get(copy.name, step.desk)]
    way.append(usual.rests(copy))
    return [desk for before, desk in zip(["", *way], way, strict=False) if desk != before]


def signing_of(procedure: Procedure, copy: CopyOf, fits: Fits = anything) -> list[tuple[Step, str]]:
    """Return who signs on a copy in which step, whichever fitting way the step goes; the role as the procedure names it."""
    found: dict[tuple[str, str], tuple[Step, str]] = {}
    for step in Usual(procedure, procedure.forms[copy.form], fits).using(copy):
        for outcome in step.outcomes:
            if fits(step, outcome):
                for role in (*outcome.signs, *outcome.stamps):
                    found.setdefault((step.id, role), (step, role))
    return list(found.values())
