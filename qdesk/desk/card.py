"""The card: what a paper is, where all its copies are, what may be done here, and why not."""

from __future__ import annotations

import json
from collections.abc import Mapping

from qdesk.cases import VOID, Copy, Document, DoneAct, Line, Signature
from qdesk.clock import time_text
from qdesk.desk.offering import Json as Json
from qdesk.desk.offering import choices
from qdesk.desk.scanning import is_printed
from qdesk.desk.standing import Standing, counted_title, is_late
from qdesk.language import Column, Form
from qdesk.people import Session
from qdesk.scan import format_quantity
from qdesk.words import Words


def case_card(
    standing: Standing, session: Session, words: Words, document: Document, kind: str, told: Mapping[int, tuple[str, str]]
) -> Json:
    """Return the card of a document, as seen from the session's desk; ``told`` is by act who did it and why."""
    case, procedure = standing.case, standing.running.procedure
    can, cannot = choices(standing, session, words)
    return {
        "kind": kind,
        "digest": standing.card_digest(),
        "case": case.code,
        "procedure": case.procedure,
        "title": procedure.title.in_(words.language),
        "ended": case.ended or None,
        "ended_title": ended_title(standing, words),
        "document": document_card(standing, document, words),
        "documents": [each.serial for each in case.documents.values()],
        "papers": vehicle_papers(standing, words),
        "copies": [copy_card(standing, copy, words) for copy in case.copies_of(document.serial)],
        "signatures": [signature_card(standing, mark, words) for mark in case.signatures],
        "acts": [act_card(standing, each, told, words) for each in case.acts],
        "waits": waits(standing, words),
        "can": can,
        "cannot": cannot,
    }


def vehicle_papers(standing: Standing, words: Words) -> list[Json]:
    """Return the documents of each vehicle, the void ones too, in the order they were opened."""
    forms = standing.running.procedure.forms
    mine = [each for each in standing.case.documents.values() if each.round]
    plates = {each.round: plate for each in mine if (plate := json.loads(each.fields).get("plate"))}
    return [
        {
            "serial": each.serial, "form": each.form, "title": forms[each.form].title.in_(words.language), "round": each.round,
            "plate": plates.get(each.round, ""), "void": each.void_at is not None, "per": forms[each.form].per,
        }
        for each in mine
    ]  # fmt: skip


def ended_title(standing: Standing, words: Words) -> str | None:
    """Return how a case ended, in words; None while it goes on."""
    ended = standing.case.ended
    known = standing.running.procedure.endings.get(ended)
    return known.title.in_(words.language) if known else words.say(f"ending.{ended}") if ended else None


def act_title(standing: Standing, step: str, outcome: str, words: Words) -> str:
    """Return what was done, in words: a step with its outcome, or an act beside the procedure."""
    if step in standing.running.procedure.steps:
        return counted_title(standing.running.procedure, f"{step}.{outcome}" if outcome else step).in_(words.language)
    return words.say(f"step.{step}")


def act_card(standing: Standing, done: DoneAct, told: Mapping[int, tuple[str, str]], words: Words) -> Json:
    """Return who did what, where, when, and why where that was written."""
    person, reason = told.get(done.seq, ("", ""))
    title = act_title(standing, done.step, done.outcome, words)
    said = {"act": done.seq, "step": done.step, "outcome": done.outcome or None, "person": person or None, "title": title}
    return {**said, "reason": reason, "at": time_text(done.at), "desk": done.desk}


def waits(standing: Standing, words: Words) -> list[Json]:
    """Return what the case waits for: the step, at which desk, since when, and whether that is late."""
    site, steps = standing.site, standing.running.procedure.steps
    now, told = site.clock.now(), []
    for key, (desk, since) in standing.waiting().items():
        step = steps[key.partition("#")[0]]
        late = is_late(site, standing.case.procedure, step, since, now)
        title = step.title.in_(words.language)
        told.append({"step": key, "title": title, "desk": desk, "who": step.by, "since": time_text(since), "late": late})
    return told


def also(standing: Standing, session: Session, copy: Copy) -> list[str]:
    """Return the acts beside the procedure that make sense for this piece of paper at this desk."""
    if copy.due == VOID:
        return []
    here, due_here = copy.seen == session.desk, copy.due in standing.site.served[session.desk]
    possible = {
        "found_here": not here and not due_here,
        "send_on": here and not due_here,
        "report_lost": copy.lost_at is None,
        "reissue": copy.lost_at is not None,
        "reprint": copy.lost_at is None and (here or due_here) and is_printed(standing, copy),
        "reverse": may_reverse(standing, session),
    }
    return [step for step, makes_sense in possible.items() if makes_sense]


def may_reverse(standing: Standing, session: Session) -> bool:
    """Tell whether the newest act is this person's own, or the person has the right to reverse what others did."""
    newest, right = standing.case.newest_act(), standing.site.config.setting("undo_right")
    if newest is None or newest.step == "amend":
        return False
    return newest.person == session.person.id or right in session.person.roles


def document_card(standing: Standing, document: Document, words: Words) -> Json:
    """Return a document's head and lines."""
    form = standing.running.procedure.forms[document.form]
    return {
        "serial": document.serial,
        "form": document.form,
        "number": form.number,
        "title": form.title.in_(words.language),
        "revision": document.revision,
        "round": document.round,
        "void": document.void_at is not None,
        "emergency": emergency_card(document),
        "fields": json.loads(document.fields),
        "head": [column_title(column, words) for column in form.fields],
        "columns": [column_title(column, words) for column in form.lines],
        "lines": [line_card(form, line) for line in standing.case.lines.get(document.serial, [])],
    }


def line_card(form: Form, line: Line) -> Json:
    """Return one line of a document; a form without a column for how much, such as a list to be counted by, says no quantity."""
    told = {"quantity": format_quantity(line.quantity)} if any(column.name == "quantity" for column in form.lines) else {}
    return {"line": line.number, "item": line.item, **told, **line.other}


def emergency_card(document: Document) -> Json | None:
    """Return of a document filled in by hand in the hour without power when that was, and when it was entered; else None."""
    if document.filled_at is None:
        return None
    return {"filled": time_text(document.filled_at), "entered": time_text(document.opened_at)}


def column_title(column: Column, words: Words) -> Json:
    """Return what a field or a column is called, and what the choices in it are called."""
    told: Json = {"name": column.name, "title": column.title.in_(words.language)}
    if column.choices:
        told["choices"] = {choice.id: choice.title.in_(words.language) for choice in column.choices}
    return told


def copy_card(standing: Standing, copy: Copy, words: Words) -> Json:
    """Return where a copy is due and where it was seen."""
    form = standing.running.procedure.forms[standing.case.documents[copy.serial].form]
    number = int(copy.name.partition("/")[2])
    return {
        "copy": copy.name,
        "title": next((of.title.in_(words.language) for of in form.copies if of.number == number), ""),
        "piece": copy.piece,
        "due": copy.due,
        "seen": copy.seen,
        "since": time_text(copy.due_since if copy.due != copy.seen else copy.seen_since),
        "state": copy_state(standing, copy),
    }


def copy_state(standing: Standing, copy: Copy) -> str:
    """Return in one word how it is with a copy."""
    if copy.due == VOID:
        return "void"
    if copy.lost_at is not None:
        return "lost"
    if copy.filed_at is not None:
        return "filed"
    return "in_place" if copy.due == copy.seen else "on_its_way"


def signature_card(standing: Standing, mark: Signature, words: Words) -> Json:
    """Return one mark: as whom, by whom, over what."""
    return {
        "as": mark.role,
        "person": mark.name,
        "meaning": mark.step,
        "title": act_title(standing, mark.step, "", words),
        "kind": mark.kind,
        "stamp": mark.stamp,
        "at": time_text(mark.at),
        "lapsed": mark.lapsed_at is not None,
    }
