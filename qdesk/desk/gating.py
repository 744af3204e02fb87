"""The gate's one act: a pass is shown, what the guard saw is compared, and the vehicle is let out, stopped or held.

Judging and acting are one transaction: of eight gates that are shown one pass at the same instant one lets it out.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from qdesk.compiling import in_round
from qdesk.database import Cursor
from qdesk.desk.administration import Administering
from qdesk.desk.allowing import refuse_without
from qdesk.desk.answer import Done, answer
from qdesk.desk.doing import Doing
from qdesk.desk.judging import AFTER_EMERGENCY, PASS, Shown, case_of_copy, compared, is_frozen, shown_at
from qdesk.desk.request import Request
from qdesk.desk.scanning import known_piece
from qdesk.desk.signing import Signer, refuse_own_work
from qdesk.errors import Refused
from qdesk.gate import GATE, HOLD, RELEASE, STOP, Judged, Seen, read_seen, write_check
from qdesk.journal import Entry
from qdesk.people import Session
from qdesk.scan import clean_code, clean_text
from qdesk.site import Site
from qdesk.vocabulary import Ask

UNKNOWN = ("unknown", "forged")
IN_A_ROW = 3
"""So much unknown paper one after the other makes a gate wait."""
LONGEST_WAIT = 60 * 1_000_000


def check_at_gate(site: Site, entry: Entry, session: Session, request: Request, proved: Sequence[Signer]) -> Done:
    """Judge a pass that was shown together with what the guard saw, and let the vehicle out, stop or hold it (R068).

    Raises Refused: not_at_the_gate, wrong_person, answer_missing, piece_damaged, gate_waits, own_work.
    """
    refuse_others(site, session)
    code = clean_code(request.inputs.get("code"))
    shown = shown_at(site, entry.cursor, code, session.desk)
    if isinstance(shown, Judged):
        return stop(entry, session, request, code, alarmed(site, entry, session, shown))
    refuse_own_work(
        shown.standing.case, shown.standing.running.procedure, shown.transition(RELEASE).outcome, [session.person]
    )
    why = clean_text(request.inputs.get("hold") or "", site.title("question.reason"), site.config.number("longest_text"))
    if why:
        seen = Seen(*(clean_text(request.inputs.get(name) or "", name, 40) for name in ("plate", "count", "seal")))
        return follow(site, entry, session, request, shown, shown.judged(HOLD, "by_guard", seen, why=why))
    seen = read_seen(site, request.inputs, shown.sealed)
    return follow(site, entry, session, request, shown, compared(entry.cursor, shown, seen, request.inputs))


def refuse_others(site: Site, session: Session) -> None:
    """Refuse anybody but a guard at a gate."""
    if site.factory.desks[session.desk].kind != GATE:
        raise Refused("not_at_the_gate", desk=site.factory.desks[session.desk].title)
    refuse_without(site, session, "guard", session.desk)


def follow(site: Site, entry: Entry, session: Session, request: Request, shown: Shown, word: Judged) -> Done:
    """Stop the vehicle, or let it out or hold it: that is the gate's step of its case, with all that follows from it."""
    if word.verdict == STOP:
        return stop(entry, session, request, shown.copy.piece, word, shown.round)
    asked = dataclasses.replace(
        request, case=shown.standing.case.code, step=in_round(GATE, shown.round),
        outcome=AFTER_EMERGENCY if word.emergency else word.verdict, copies=(shown.copy.piece,), inputs={}, seen="",
        said=request.digest,
    )  # fmt: skip
    write_check(entry, session.desk, session.person, shown.copy.piece, word, shown.round)
    forget_unknown(entry, session)
    return Doing(site, entry, session, asked, [], word).run()


def stop(entry: Entry, session: Session, request: Request, code: str, word: Judged, round_: int = 0) -> Done:
    """Write down that a vehicle was not let out, and why: an act, though it changes nothing."""
    write_check(entry, session.desk, session.person, code, word, round_)
    entry.insert(
        "acts", seq=entry.seq, at=entry.at, in_case=None, step=request.step, outcome=STOP, person=session.person.id,
        desk=session.desk, request_key=request.key, request=request.digest,
    )
    return answer(entry.seal(by=session.person.id, desk=session.desk, step=request.step, gate=word.told(), prints=entry.prints))


def alarmed(site: Site, entry: Entry, session: Session, word: Judged) -> Judged:
    """Count unknown paper at this gate: a row of it makes the gate wait, longer each time; raises Refused("gate_waits")."""
    if word.kind not in UNKNOWN:
        return word
    name, now, cursor = f"{GATE} {session.desk}", site.clock.now(), entry.cursor
    cursor.execute("INSERT INTO terminals(name) VALUES(?) ON CONFLICT(name) DO NOTHING", (name,))
    cursor.execute("SELECT failures, not_before FROM terminals WHERE name = ?", (name,))
    failures, not_before = cursor.fetchall()[0]
    if not_before > now:
        raise Refused("gate_waits", seconds=-((now - not_before) // 1_000_000))
    failures += 1
    if failures >= IN_A_ROW:
        delay = site.config.duration("terminal_delay") << min(failures - IN_A_ROW, 12)
        not_before = now + min(delay, LONGEST_WAIT)
        word = dataclasses.replace(word, arguments=(*word.arguments, ("alarm", str(failures))))
    cursor.execute("UPDATE terminals SET failures = ?, not_before = ? WHERE name = ?", (failures, not_before, name))
    return word


def forget_unknown(entry: Entry, session: Session) -> None:
    """A good pass ends the row."""
    entry.cursor.execute("UPDATE terminals SET failures = 0 WHERE name = ? AND failures > 0", (f"{GATE} {session.desk}",))


def gate_card(site: Site, cursor: Cursor, code: str, session: Session) -> dict[str, Any]:
    """Return what a gate's screen may know of a paper before the guard has looked: whether to look, and at what."""
    shown = shown_at(site, cursor, code, session.desk)
    if isinstance(shown, Judged):
        return {"kind": GATE, "code": code, "verdict": STOP, "gate": shown.told(), "asks": []}
    asks = ["plate", "seal" if shown.sealed else "count"]
    return {"kind": GATE, "code": code, "verdict": "ask", "gate": None, "asks": asks}


def confirm_pass(site: Site, entry: Entry, session: Session, request: Request, proved: Sequence[Signer]) -> Done:
    """Let a pass hold again that is older than the backup the house was restored from: its vehicle is still here.

    Raises Refused: not_frozen, answer_missing, wrong_person, and what a pass that is no good is refused with.
    """
    act = Administering(site, entry, session, request)
    act.only(BY["confirm_pass"])
    reason, code = act.text("reason"), clean_code(act.text("code"))
    name, void_at, _, _ = known_piece(site, entry.cursor, code)
    standing, copy = case_of_copy(site, entry.cursor, name)
    document = standing.case.documents[copy.serial]
    if document.form != PASS or void_at is not None or not is_frozen(entry.cursor, document):
        raise Refused("not_frozen", serial=document.serial)
    confirmed = Judged("confirmed", "confirmed", Seen(), document.serial, standing.case.code)
    write_check(entry, session.desk, session.person, code, confirmed, document.round)
    return act.finish(reason=reason)


ACTS = {"check_at_gate": check_at_gate, "confirm_pass": confirm_pass}
BY: dict[str, tuple[str, ...]] = {"confirm_pass": ("dispatch_leader", "quality_manager")}
"""Who may do an act that is offered beside all cases, holding any of these roles."""
ASKS: dict[str, tuple[Ask, ...]] = {"confirm_pass": (Ask("code", "code"), Ask("reason", "text"))}
"""What it asks at a desk."""
INPUTS = {
    "check_at_gate": frozenset(["code", "plate", "count", "seal", "hold", "emergency"]),
    "confirm_pass": frozenset(["code", "reason"]),
}
