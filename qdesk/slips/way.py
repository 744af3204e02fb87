"""The usual way of a copy: the steps that use it when all goes well, the desks it comes to, and who signs on it."""

from __future__ import annotations

from collections.abc import Callable

from qdesk.language import CopyOf, Form, Outcome, Procedure, Reference, Step


def usual_steps(procedure: Procedure, form: Form) -> list[Step]:
    """Return the steps of a case in which all goes well: none that is optional, none that follows a second way of a step.

    A form that a case may do without is opened by an optional step; once it is there, what follows is usual for it.
    """
    usual: dict[str, bool] = {}

    def follows(reference: Reference) -> bool:
        step_id, _, outcome = reference.name.partition(".")
        return is_usual(procedure.steps[step_id]) and outcome in ("", procedure.steps[step_id].outcomes[0].name)

    def is_usual(step: Step) -> bool:
        if step.id not in usual:
            usual[step.id] = False  # a step that waits for itself is on nobody's way
            first = step.outcomes[0]
            begun = all(map(follows, first.after)) and (not first.after_any or any(map(follows, first.after_any)))
            usual[step.id] = begun and (step.waits or form.id in first.opens)
        return usual[step.id]

    return [step for step in procedure.steps.values() if is_usual(step)]


def steps_of(procedure: Procedure, copy: CopyOf) -> list[Step]:
    """Return the usual steps that use a copy, the one that opens its form among them."""
    steps = usual_steps(procedure, procedure.forms[copy.form])
    return [step for step in steps if copy.name in step.copies or copy.form in step.outcomes[0].opens]


def desks_of(procedure: Procedure, copy: CopyOf) -> list[str]:
    """Return the desks a copy comes to, in order, to where it rests."""
    way: list[str] = []
    for step in steps_of(procedure, copy):
        way += [step.desk, step.outcomes[0].sends.get(copy.name, step.desk)]
    way.append(copy.rests)
    return [desk for before, desk in zip(["", *way], way, strict=False) if desk != before]


def signing_of(procedure: Procedure, copy: CopyOf, fits: Callable[[Outcome], bool] = lambda _: True) -> list[tuple[Step, str]]:
    """Return who signs on a copy in which step, whichever fitting way the step goes; the role as the procedure names it."""
    found: dict[tuple[str, str], tuple[Step, str]] = {}
    for step in steps_of(procedure, copy):
        for outcome in filter(fits, step.outcomes):
            for role in (*outcome.signs, *outcome.stamps):
                found.setdefault((step.id, role), (step, role))
    return list(found.values())
