"""The boxes on a slip for signatures and stamps: those given when it was printed, and room for ink in the others."""

from __future__ import annotations

from typing import Any

from qdesk.cases import Document, Signature
from qdesk.clock import moment
from qdesk.desk.card import act_title
from qdesk.desk.offering import unfit
from qdesk.desk.signing import PAPER, role_title
from qdesk.desk.standing import Standing
from qdesk.language import CopyOf, Outcome, Step
from qdesk.slips.way import Course, signing_of
from qdesk.words import Words

Json = dict[str, Any]


def boxes(standing: Standing, cursor: Any, document: Document, of: CopyOf, words: Words) -> list[Json]:
    """Return a box for everyone who usually signs on this copy and for whoever else has signed its document, step by step."""
    given: dict[tuple[str, str], list[Signature]] = {}
    for mark in standing.case.signatures:
        if mark.lapsed_at is None and mark.serial == document.serial:
            given.setdefault((mark.step, mark.role), []).append(mark)
    usual = signing_of(standing.running.procedure, of, course_of(standing, document))
    asked = [(step.id, role.removeprefix(PAPER)) for step, role in usual]
    order = {step: number for number, step in enumerate(standing.running.procedure.steps)}
    signed = sorted(dict.fromkeys([*asked, *given]), key=lambda key: order.get(key[0], len(order)))
    return [box(standing, cursor, step, role, given.get((step, role), []), words) for step, role in signed]


def course_of(standing: Standing, document: Document) -> Course:
    """Return what is known of how the case of a document goes; of what is done vehicle by vehicle, the document's own."""

    def fits(step: Step, outcome: Outcome) -> bool:
        return not standing.began_otherwise(step, outcome) and not unfit(standing, outcome)

    done: set[str] = set()
    for name, (times, _) in standing.case.done.items():
        step, _, round_ = name.partition("#")
        if times and "." not in name and (not round_ or document.round in (0, int(round_))):
            done.add(step)  # the others are ways of steps
    return Course(fits, {act.step: act.outcome for act in standing.case.acts if act.step in done})  # the newest act is the last


def box(standing: Standing, cursor: Any, step: str, role: str, marks: list[Signature], words: Words) -> Json:
    """Return one box: what is signed, as whom, the ways the step can go, and the marks in it."""
    known = standing.running.procedure.steps.get(step)
    stamps = known is not None and any(role in outcome.stamps for outcome in known.outcomes)
    return {
        "step": act_title(standing, step, "", words),
        "role": words.show(role_title(standing.site, role)),
        "stamp": stamps,
        "ink": words.say("slip.ink_stamp" if stamps else "slip.ink_sign"),
        "ways": ways(standing, known, marks, words) if known else [],
        "marks": [mark_told(cursor, mark, words) for mark in marks],
    }


def ways(standing: Standing, step: Step, marks: list[Signature], words: Words) -> list[Json]:
    """Return the ways a step can go in this case, to be ticked, with the one that was taken; nothing where there is one only."""
    taken = {act.outcome for act in standing.case.acts for mark in marks if act.seq == mark.act}
    possible = [way for way in step.outcomes if way.name and (way.name in taken or not unfit(standing, way))]
    if len(possible) < len(step.outcomes) and len(possible) == 1:
        return []
    return [{"title": words.show(way.title), "taken": way.name in taken} for way in possible]


def mark_told(cursor: Any, mark: Signature, words: Words) -> Json:
    """Return one mark: who, when, with which stamp, for whom, or that it was seen on paper."""
    notes = []
    if mark.stamp:
        notes.append(words.say("slip.stamp", number=mark.stamp))
    if mark.deputy_for:
        cursor.execute("SELECT name FROM persons WHERE id = ?", (mark.deputy_for,))
        notes += [words.say("slip.deputy", name=name) for (name,) in cursor.fetchall()]
    if mark.kind == "paper":
        notes.append(words.say("slip.on_paper"))
    return {"name": mark.name, "at": words.show(moment(mark.at)), "note": words.clauses(notes)}
