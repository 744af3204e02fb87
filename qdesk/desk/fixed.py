"""Acts that belong to no procedure: paper found, sent on, lost, reprinted, reissued; notices read; and what others add."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from qdesk import paper
from qdesk.cases import VOID, Copy
from qdesk.desk import (
    administration,
    amending,
    emergency,
    gating,
    mastering,
    measuring,
    quality,
    reversing,
    storing,
    upkeep,
)
from qdesk.desk.answer import Done, answer
from qdesk.desk.approving import approved
from qdesk.desk.request import Request
from qdesk.desk.scanning import copy_of_code, is_printed
from qdesk.desk.signing import Signer
from qdesk.desk.standing import Standing, stand
from qdesk.errors import Refused
from qdesk.journal import Entry
from qdesk.people import Session
from qdesk.scan import clean_text
from qdesk.site import Site

FixedAct = Callable[[Site, Entry, Session, Request, Sequence[Signer]], Done]


def found_here(site: Site, entry: Entry, session: Session, request: Request, proved: Sequence[Signer]) -> Done:
    """A copy turned up at this desk: `seen` changes, never `due`; one reported lost is found again."""
    standing, copy = the_copy(site, entry, request)
    here = copy.due if copy.due in site.served[session.desk] else session.desk
    if copy.seen == here and copy.lost_at is None:
        raise Refused("already_here", copy=copy.name)
    paper.change_copy(entry, standing.case, copy.name, seen=here, lost_at=None)
    return finish(site, entry, session, request, standing, the_remark(site, request))


def send_on(site: Site, entry: Entry, session: Session, request: Request, proved: Sequence[Signer]) -> Done:
    """Paper that is not due here goes on to where it is due: it is on its way again."""
    standing, copy = the_copy(site, entry, request)
    if copy.seen != session.desk:
        raise Refused("not_here", copy=copy.name, desk=site.factory.desks[session.desk].title)
    if copy.due in site.served[session.desk]:
        raise Refused("due_here", copy=copy.name)
    paper.change_copy(entry, standing.case, copy.name, seen="")
    return finish(site, entry, session, request, standing, the_remark(site, request))


def report_lost(site: Site, entry: Entry, session: Session, request: Request, proved: Sequence[Signer]) -> Done:
    """A copy cannot be found: steps that need it wait until it is found or reissued (R172)."""
    standing, copy = the_copy(site, entry, request)
    reason = the_reason(site, request)
    if copy.lost_at is not None:
        raise Refused("already_lost", copy=copy.name)
    if not is_printed(standing, copy):
        raise Refused("not_printed_yet", copy=copy.name)
    paper.change_copy(entry, standing.case, copy.name, lost_at=entry.at)
    return finish(site, entry, session, request, standing, reason)


def reprint(site: Site, entry: Entry, session: Session, request: Request, proved: Sequence[Signer]) -> Done:
    """R171: a damaged piece is taken back here and replaced under the same copy; the old piece is void.

    Guarded paper, such as a pass, gets another piece only with a second person (R178).
    """
    standing, copy = the_copy(site, entry, request)
    reason = the_reason(site, request)
    if copy.lost_at is not None:
        raise Refused("copy_is_lost", copy=copy.name)
    if not is_printed(standing, copy):
        raise Refused("not_printed_yet", copy=copy.name)
    if session.desk not in (copy.seen, copy.due) and copy.due not in site.served[session.desk]:
        raise Refused("not_here", copy=copy.name, desk=site.factory.desks[session.desk].title)
    return replace(site, entry, session, request, proved, standing, copy, "damaged", reason)


def reissue(site: Site, entry: Entry, session: Session, request: Request, proved: Sequence[Signer]) -> Done:
    """R172, R173: a copy reported lost gets a new piece; the lost one is void and recognised when it turns up."""
    standing, copy = the_copy(site, entry, request)
    reason = the_reason(site, request)
    if copy.lost_at is None:
        raise Refused("not_reported_lost", copy=copy.name)
    return replace(site, entry, session, request, proved, standing, copy, "lost", reason)


def replace(
    site: Site, entry: Entry, session: Session, request: Request, proved: Sequence[Signer], standing: Standing, copy: Copy,
    because: str, reason: str,
) -> Done:
    """Put a new piece under a copy, and print it; whoever approved that is written down."""
    form = standing.case.documents[copy.serial].form
    agreed = approved(site, entry, session, request.step, standing.running.procedure.forms[form], proved)
    number = paper.replace_piece(entry, site, standing.case, copy.name, because)
    paper.queue_print(entry, copy.name, number, form, session.desk)
    return finish(site, entry, session, request, standing, reason, approved=agreed)


def acknowledge(site: Site, entry: Entry, session: Session, request: Request, proved: Sequence[Signer]) -> Done:
    """A desk has read what it was told about a case."""
    standing = stand(site, entry.cursor, request.case)
    desks = sorted(site.served[session.desk])
    marks = ", ".join("?" * len(desks))
    entry.cursor.execute(
        f"SELECT act, number FROM notices WHERE in_case = ? AND read_at IS NULL AND withdrawn_at IS NULL AND desk IN ({marks})",
        (request.case, *desks),
    )
    unread = entry.cursor.fetchall()
    if not unread:
        raise Refused("nothing_to_acknowledge", case=request.case)
    for key in unread:
        was = {"read_at": None, "read_by": None}
        entry.change("notices", key, was, {"read_at": entry.at, "read_by": session.person.id})
    return finish(site, entry, session, request, standing, the_remark(site, request))


def the_copy(site: Site, entry: Entry, request: Request) -> tuple[Standing, Copy]:
    """Return the one copy the request is about; a void one is refused with what replaced it."""
    if len(request.copies) != 1:
        raise Refused("one_copy_needed")
    name = copy_of_code(site, entry.cursor, request.copies[0])
    entry.cursor.execute("SELECT in_case FROM copies WHERE name = ?", (name,))
    found = entry.cursor.fetchall()
    if not found:
        raise Refused("copy_unknown", copy=name)
    if request.case and request.case != found[0][0]:
        raise Refused("copy_of_another_case", copy=name, case=request.case)
    standing = stand(site, entry.cursor, found[0][0])
    copy = standing.case.copies[name]
    if copy.due == VOID:
        raise Refused("copy_is_void", copy=name)
    return standing, copy


def the_remark(site: Site, request: Request) -> str:
    """Return what was written to an act that needs no reason."""
    name, longest = site.title("question.reason"), site.config.number("longest_text")
    return clean_text(request.inputs.get("reason") or "", name, longest)


def the_reason(site: Site, request: Request) -> str:
    """Return the written reason an act needs."""
    reason = the_remark(site, request)
    if not reason:
        raise Refused("answer_missing", name=site.title("question.reason"))
    return reason


def finish(
    site: Site, entry: Entry, session: Session, request: Request, standing: Standing, reason: str = "", **facts: Any
) -> Done:
    """Record an act on a case that leaves its marking alone."""
    case = standing.case
    if case.last_act != entry.seq:
        entry.change("cases", (case.code,), {"last_act": case.last_act}, {"last_act": entry.seq})
    entry.insert(
        "acts", seq=entry.seq, at=entry.at, in_case=case.code, step=request.step, outcome="", person=session.person.id,
        desk=session.desk, request_key=request.key, request=request.digest,
    )
    return answer(
        entry.seal(
            by=session.person.id, desk=session.desk, case=case.code, procedure=case.procedure, step=request.step,
            reason=reason, prints=entry.prints, **facts,
        )
    )


REASONED = frozenset(["reason"])
INPUTS: dict[str, frozenset[str]] = {
    "found_here": REASONED,
    "send_on": REASONED,
    "acknowledge": REASONED,
    "report_lost": REASONED,
    "reprint": REASONED,
    "reissue": REASONED,
    "reverse": frozenset(["act", "reason"]),
    "amend": frozenset(["document", "fields", "lines", "despite"]),
    **administration.INPUTS,
    **upkeep.INPUTS,
    **mastering.INPUTS,
    **emergency.INPUTS,
    **gating.INPUTS,
    **quality.INPUTS,
    **storing.INPUTS,
    **measuring.INPUTS,
}
FIXED: dict[str, FixedAct] = {
    "found_here": found_here,
    "send_on": send_on,
    "report_lost": report_lost,
    "reprint": reprint,
    "reissue": reissue,
    "acknowledge": acknowledge,
    "reverse": reversing.reverse,
    "amend": amending.amend,
    **administration.ACTS,
    **upkeep.ACTS,
    **mastering.ACTS,
    **emergency.ACTS,
    **gating.ACTS,
    **quality.ACTS,
    **storing.ACTS,
    **measuring.ACTS,
}
