"""Amending: a document is changed freely before its first signature; after it by a new revision that starts its way anew."""

from __future__ import annotations

from collections.abc import Sequence

from qdesk import paper
from qdesk.cases import Document, Signature
from qdesk.database import Cursor
from qdesk.desk.allowing import DESPITE, follow_rules, let_pass, refuse_elsewhere
from qdesk.desk.answer import Done, answer
from qdesk.desk.blindness import refuse_told
from qdesk.desk.entering import read_fields, read_lines
from qdesk.desk.offering import Json, form_asks
from qdesk.desk.request import Request
from qdesk.desk.signing import Signer, lapse_signatures
from qdesk.desk.standing import Standing, refuse_changed, rewrite_waiting, stand, stand_anew
from qdesk.errors import Refused
from qdesk.journal import Entry, canonical
from qdesk.language import Outcome, Step
from qdesk.people import Session, find_session
from qdesk.scan import clean_code
from qdesk.site import Site
from qdesk.vocabulary import Act
from qdesk.words import Words

# Moves that were neither taken back nor take one back.
STANDING_MOVES = """SELECT COUNT(*) FROM moves m JOIN acts a ON a.seq = m.act
  WHERE m.in_case = ? AND a.reverses IS NULL AND NOT EXISTS (SELECT 1 FROM acts r WHERE r.reverses = m.act)"""


def amend(site: Site, entry: Entry, session: Session, request: Request, proved: Sequence[Signer]) -> Done:
    """Write a new revision of a document.

    Before the first signature only the words change. After it, what was signed has changed: the signatures lapse, every copy
    goes back to where the document was opened, the old paper is void and a new set is printed when it is signed again. Once
    goods have moved on it, only reversing or abandoning helps. Raises Refused: card_changed,
    goods_moved, wrong_desk, wrong_person, never_amended.
    """
    standing = stand(site, entry.cursor, request.case)
    refuse_changed(entry.cursor, standing, request.seen)
    case = standing.case
    serial = clean_code(request.inputs["document"]) if request.inputs.get("document") else case.code
    document, step, outcome, signed = to_be_amended(site, entry.cursor, session, standing, serial)
    procedure, person = standing.running.procedure, session.person
    act = Act(
        site, entry.cursor, entry.at, case, procedure, entry, step, outcome, step.desk, person, request.inputs,
        round=document.round,
    )  # fmt: skip
    form = standing.running.procedure.forms[document.form]
    fields, lines = read_fields(act, form, request.inputs), read_lines(act, form, request.inputs)
    revised = document._replace(revision=document.revision + 1, fields=canonical(fields))
    entry.change("documents", (serial,), document._asdict(), {"revision": revised.revision, "fields": revised.fields})
    if signed and serial == case.code:
        release(act, case.code)
    case.documents[serial] = revised
    paper.write_lines(entry, case, serial, revised.revision, lines)
    refuse_told(act, form, session.desk)
    let_pass(act, follow_rules(act, outcome.rules), request)
    if signed or document.by_hand:  # what people hold in their hands says what no longer holds
        start_anew(site, entry, standing, step)
    elif form.printed == "opened":
        print_anew(site, entry, session, standing, serial)
    return finish(site, entry, session, request, standing, step, act.answers.get(DESPITE, ""))


def to_be_amended(
    site: Site, cursor: Cursor, session: Session, standing: Standing, serial: str
) -> tuple[Document, Step, Outcome, bool]:
    """Return a document, the step that opens it, and whether it is signed; raises Refused where it may not be amended here."""
    case = standing.case
    document = case.documents.get(serial)
    if document is None or document.void_at is not None or case.ended:
        raise Refused("document_not_open", serial=serial)
    if standing.running.procedure.forms[document.form].guarded:
        raise Refused("never_amended", serial=serial)
    step, outcome = opening_step(standing, document.form)
    refuse_elsewhere(site, session, step)
    signed = bool(standing_marks(standing, serial))
    if signed:
        refuse_moved(cursor, case.code, serial == case.code)
    return document, step, outcome, signed


def standing_marks(standing: Standing, serial: str) -> list[Signature]:
    """Return the signatures on a document that have not lapsed."""
    return [mark for mark in standing.case.signatures if mark.serial == serial and mark.lapsed_at is None]


def may_amend(site: Site, cursor: Cursor, session: Session, standing: Standing, serial: str) -> bool:
    """Tell whether the session's person may amend a document at its desk."""
    try:
        to_be_amended(site, cursor, session, standing, serial)
    except Refused:
        return False
    return True


def amendment(site: Site, token: object, serial: object, words: Words) -> Json:
    """Return what amending a document asks and what it takes back: all that its form has, and which signatures would lapse.

    Raises Refused: session_…, document_not_open, goods_moved, wrong_desk, wrong_person.
    """
    wanted = clean_code(serial)
    with site.database.reading() as cursor:
        session = find_session(site, cursor, token)
        cursor.execute("SELECT in_case FROM documents WHERE serial = ?", (wanted,))
        found = cursor.fetchall()
        if not found:
            raise Refused("document_not_open", serial=wanted)
        standing = stand(site, cursor, found[0][0], session.looked_at)
        document, step, _, signed = to_be_amended(site, cursor, session, standing, wanted)
    return {
        "document": wanted,
        "asks": form_asks(standing.running.procedure.forms[document.form], words),
        "signed": signed,
        "lapses": [mark.name for mark in standing.case.signatures if mark.lapsed_at is None] if signed else [],
        "desk": step.desk,
    }


def opening_step(standing: Standing, form: str) -> tuple[Step, Outcome]:
    """Return the step that opens a form: who may open it may amend it."""
    for step in standing.running.procedure.steps.values():
        for outcome in step.outcomes:
            if form in outcome.opens:
                return step, outcome
    raise Refused("document_not_open", serial=form)


def refuse_moved(cursor: Cursor, code: str, first: bool) -> None:
    """Refuse once goods have moved, and for a later form once it is signed: its lines are what was handed over."""
    cursor.execute(STANDING_MOVES, (code,))
    if cursor.fetchall()[0][0] or not first:
        raise Refused("goods_moved", case=code)


def release(act: Act, code: str) -> None:
    """Take back what was promised under the lines that no longer hold."""
    act.cursor.execute("SELECT item, place FROM reservations WHERE in_case = ? AND quantity > 0", (code,))
    for item, place in act.cursor.fetchall():
        act.stock.release(code, [item], place)


def start_anew(site: Site, entry: Entry, standing: Standing, opening: Step) -> None:
    """Bring the case back to where it stood right after its opening, with new pieces of paper."""
    case = standing.case
    lapse_signatures(entry, case, set(standing.running.procedure.steps))
    for name, (times, at) in list(case.done.items()):
        if times and name != opening.id:
            entry.change("done", (case.code, name), {"times": times, "at": at}, {"times": 0, "at": entry.at})
            case.done[name] = (0, entry.at)
    for copy in case.copies_of(case.code):
        paper.replace_piece(entry, site, case, copy.name, "amended")
        paper.change_copy(entry, case, copy.name, due=opening.desk, seen=opening.desk)
    for document in list(case.documents.values()):
        for copy in case.copies_of(document.serial) if document.serial != case.code else ():
            paper.void_copy(entry, case, copy.name, "amended")


def print_anew(site: Site, entry: Entry, session: Session, standing: Standing, serial: str) -> None:
    """A form that is printed as soon as it is written lies there as it was: its pieces are void, and others are printed."""
    case = standing.case
    for copy in case.copies_of(serial):
        number = paper.replace_piece(entry, site, case, copy.name, "amended")
        paper.queue_print(entry, copy.name, number, case.documents[serial].form, session.desk)


def finish(
    site: Site, entry: Entry, session: Session, request: Request, standing: Standing, opening: Step, despite: str
) -> Done:
    """Record the amendment, under the step whose work it changes, and what waits after it."""
    case = standing.case
    entry.change("cases", (case.code,), {"last_act": case.last_act}, {"last_act": entry.seq})
    rewrite_waiting(entry, stand_anew(site, entry.cursor, case.code))
    entry.insert(
        "acts", seq=entry.seq, at=entry.at, in_case=case.code, step="amend", outcome=opening.id, person=session.person.id,
        desk=session.desk, request_key=request.key, request=request.digest,
    )
    sealed = entry.seal(
        by=session.person.id, desk=session.desk, case=case.code, procedure=case.procedure, step="amend",
        despite=despite, prints=entry.prints,
    )
    return answer(sealed)
