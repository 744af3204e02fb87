"""The hour without power: blank forms issued and made void, and a case opened afterwards on one that was filled in by hand."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from qdesk.blanks import Blank, issue_blank, read_blank, unused_blanks, void_blank
from qdesk.clock import SECOND, moment, time_text
from qdesk.database import Cursor
from qdesk.desk.administration import ADMINISTRATOR, Administering, inputs_of
from qdesk.desk.answer import Done
from qdesk.desk.book import in_force, opening_form
from qdesk.desk.request import Request
from qdesk.desk.signing import Signer
from qdesk.errors import Refused
from qdesk.journal import Entry
from qdesk.language import Form, Procedure
from qdesk.people import Session
from qdesk.scan import THOUSAND, clean_code, clean_text, parse_quantity, visible
from qdesk.site import Site
from qdesk.vocabulary import Ask
from qdesk.words import Words

Json = dict[str, Any]
EMERGENCY, FILLED_AT = "emergency", "filled_at"
INPUTS_OF_OPENING = frozenset([EMERGENCY, FILLED_AT])
MOST_BLANKS, MOST_TOLD = 50, 1000
MINUTE = 60 * SECOND
MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}(:[0-9]{2})?([+-][0-9]{2}:[0-9]{2})?")


@dataclass(frozen=True)
class ByHand:
    """A blank that was filled in by hand, and when."""

    blank: Blank
    filled_at: int

    def recorded(self) -> Json:
        """Return what the journal says of it."""
        return {"serial": self.blank.serial, "filled_at": time_text(self.filled_at)}


def issue_blanks(site: Site, entry: Entry, session: Session, request: Request, proved: Sequence[Signer]) -> Done:
    """Issue blank numbered forms, printed at this desk, to lie ready for the hour without power."""
    act = Administering(site, entry, session, request)
    act.only(BY["issue_blanks"])
    procedure, form = wanted_form(site, act.text("form"))
    issued = [issue_blank(entry, site, procedure.id, form, session.desk).serial for _ in range(wanted_number(request))]
    return act.finish(blanks=issued, prints=entry.prints)


def wanted_form(site: Site, named: str) -> tuple[Procedure, Form]:
    """Return the procedure and form that "procedure.form" names; raises Refused("form_opens_nothing")."""
    for key, procedure, form in forms_of_blanks(site):
        if key == named:
            return procedure, form
    raise Refused("form_opens_nothing", form=visible(named))


def forms_of_blanks(site: Site) -> list[tuple[str, Procedure, Form]]:
    """Return the forms that a case is opened with: only on these can it be opened afterwards."""
    procedures = [running.procedure for running in in_force(site).values()]
    openers = [(each, opening_form(step)) for each in procedures for step in each.steps.values()]
    known = {f"{each.id}.{name}": (each, each.forms[name]) for each, name in openers if name}
    return [(key, procedure, form) for key, (procedure, form) in known.items()]


def wanted_number(request: Request) -> int:
    """Return how many blanks are wanted; raises Refused: number_unreadable, number_too_fine, number_zero, too_many_blanks."""
    raw = request.inputs.get("number")
    number = parse_quantity(str(raw) if type(raw) is int else raw, 0) // THOUSAND
    if number > MOST_BLANKS:
        raise Refused("too_many_blanks", most=MOST_BLANKS)
    return number


def make_void(site: Site, entry: Entry, session: Session, request: Request, proved: Sequence[Signer]) -> Done:
    """Void a blank nobody will enter: spoiled, lost, or of a form that has changed; its number is used up."""
    act = Administering(site, entry, session, request)
    act.only(BY["void_blank"])
    blank, reason = read_blank(entry.cursor, clean_code(act.text("blank"))), act.text("reason")
    refuse_spent(blank)
    void_blank(entry, blank)
    return act.finish(blank=blank.serial, reason=reason)


def refuse_spent(blank: Blank) -> None:
    """Refuse a blank that was entered or made void before."""
    if blank.used_at is not None:
        raise Refused("blank_used", serial=blank.serial, at=moment(blank.used_at))
    if blank.void_at is not None:
        raise Refused("blank_void", serial=blank.serial, at=moment(blank.void_at))


def by_hand(site: Site, entry: Entry, request: Request, procedure: Procedure) -> ByHand | None:
    """Return the blank a case is opened on afterwards, None where none is named: the common way.

    Raises Refused: answer_missing, blank_unknown, blank_used, blank_void, blank_of_another_form, blank_outdated,
    moment_unreadable, filled_later, filled_before_issue.
    """
    code, when = (request.inputs.get(name) or "" for name in (EMERGENCY, FILLED_AT))
    if not code and not when:
        return None
    for name, given in ((EMERGENCY, code), (FILLED_AT, when)):
        if not given:
            raise Refused("answer_missing", name=site.title(f"question.{name}"))
    blank = read_blank(entry.cursor, clean_code(code))
    refuse_spent(blank)
    refuse_unfit(blank, procedure, request.step)
    return ByHand(blank, filled_when(site, entry, blank, when))


def refuse_unfit(blank: Blank, procedure: Procedure, step: str) -> None:
    """Refuse a blank of another form than the step opens, or of one whose copies have changed since it was printed."""
    known = procedure.steps.get(step)
    form = procedure.forms.get(opening_form(known)) if known else None
    if form is None or (blank.procedure, blank.form) != (procedure.id, form.id):
        raise Refused("blank_of_another_form", serial=blank.serial)
    if set(blank.pieces) != {of.number for of in form.copies}:
        raise Refused("blank_outdated", serial=blank.serial, form=form.title)


def filled_when(site: Site, entry: Entry, blank: Blank, raw: object) -> int:
    """Return when a blank was filled in: between its printing and now, to the minute."""
    at = read_moment(clean_text(raw, site.title(f"question.{FILLED_AT}"), 40))
    if at > entry.at:
        raise Refused("filled_later", at=moment(at))
    if at + MINUTE <= blank.issued_at:
        raise Refused("filled_before_issue", at=moment(at), serial=blank.serial, issued=moment(blank.issued_at))
    return at


def read_moment(text: str) -> int:
    """Return a moment written as 2026-11-20 14:05, local time where it names no zone; raises Refused("moment_unreadable")."""
    if MOMENT.fullmatch(text) is None:
        raise Refused("moment_unreadable", text=visible(text))
    try:
        return int(datetime.fromisoformat(text).astimezone().timestamp()) * SECOND
    except (ValueError, OverflowError) as wrong:  # no such day or hour, or one at the edge of the calendar
        raise Refused("moment_unreadable", text=visible(text)) from wrong


def blank_card(site: Site, blank: Blank, words: Words) -> Json:
    """Return what a blank is and what became of it; a form that is no longer in force is told by its name."""
    running = in_force(site).get(blank.procedure)
    form = running.procedure.forms.get(blank.form) if running else None
    return {
        "serial": blank.serial,
        "procedure": blank.procedure,
        "form": blank.form,
        "title": form.title.in_(words.language) if form else blank.form,
        "number": form.number if form else "",
        "copies": len(blank.pieces),
        "state": blank.state,
        "desk": blank.desk,
        "issued": time_text(blank.issued_at),
        "voided": time_text(blank.void_at) if blank.void_at is not None else None,
    }


def blanks_out(site: Site, cursor: Cursor, words: Words) -> list[Json]:
    """Return the blanks still to be entered or made void, the oldest first."""
    return [blank_card(site, blank, words) for blank in unused_blanks(cursor, MOST_TOLD)]


def ask_blanks(site: Site, session: Session, words: Words, raw: Mapping[str, Any]) -> Json:
    """Answer the pipe's blanks."""
    with site.database.reading() as cursor:
        return {"blanks": blanks_out(site, cursor, words)}


ACTS = {"issue_blanks": issue_blanks, "void_blank": make_void}
BY: dict[str, tuple[str, ...]] = dict.fromkeys(ACTS, (ADMINISTRATOR, "quality_manager"))
"""Who may do an act, holding any of these roles."""
ASKS: dict[str, tuple[Ask, ...]] = {
    "issue_blanks": (Ask("form", "choice"), Ask("number", "number", limits=("1", str(MOST_BLANKS)))),
    "void_blank": (Ask("blank", "code"), Ask("reason", "text")),
}
"""What each act asks at a desk."""
INPUTS = inputs_of(ASKS)
