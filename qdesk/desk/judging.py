"""Judging at the gate: what is known of a pass that is shown, and what follows from what the guard saw."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from qdesk.cases import VOID, Copy, Document
from qdesk.clock import moment
from qdesk.compiling import in_round
from qdesk.database import Cursor
from qdesk.desk.scanning import known_piece
from qdesk.desk.standing import Standing, counted_title, stand, title_of_desk
from qdesk.errors import Refused
from qdesk.gate import (
    GATE,
    HOLD,
    MOMENT,
    RELEASE,
    STOP,
    Judged,
    Seen,
    Told,
    differing,
    fields_of,
    gate_of,
    is_for_gate,
    valid_until,
)  # fmt: skip
from qdesk.plates import same_plate
from qdesk.scan import clean_code, kind_of, visible
from qdesk.site import Site
from qdesk.transition import Transition
from qdesk.void_paper import valid_piece
from qdesk.words import Title

PASS, EMERGENCY_PASS = "pass", "emergency_pass"
AFTER_EMERGENCY = "after_emergency"
"""The way of the gate's step for a vehicle that had left before, in an emergency."""
DIFFERENCES = ("plate_differs", "count_differs", "seal_differs")
OF_PASS = {"plate": "plate", "count": "packages", "seal": "seal"}
"""What a guard sees, and the field of the pass that says it."""
LET_OUT = "SELECT at, desk, plate FROM gate_checks WHERE pass_serial = ? AND verdict = 'release'"
HELD = """SELECT g.at, g.kind, json_extract(j.body, '$.gate.arguments.why') FROM gate_checks g JOIN journal j ON j.seq = g.act
  WHERE g.pass_serial = ? AND g.verdict = 'hold' ORDER BY g.act DESC LIMIT 1"""
RESTORED = "SELECT MAX(seq), MAX(at) FROM acts WHERE step = 'restore'"
WAIT_SINCE = "SELECT COUNT(*) FROM waiting WHERE desk = 'gate' AND since <= ?"
CONFIRMED = "SELECT COUNT(*) FROM gate_checks WHERE pass_serial = ? AND verdict = 'confirmed' AND act > ?"
# Differences since the pass was issued, last confirmed or last answered for: the second one holds the vehicle.
TRIED = """SELECT COUNT(*) FROM gate_checks WHERE pass_serial = ? AND verdict = 'stop' AND kind IN (?, ?, ?) AND act >
  (SELECT COALESCE(MAX(act), 0) FROM gate_checks WHERE pass_serial = ? AND verdict = 'hold')"""
PASS_OF_LOAD = "SELECT serial FROM documents WHERE in_case = ? AND +form = 'pass' AND round = ? AND void_at IS NULL"
# By its serial, or by the digits on its piece.
EMERGENCY_EXIT = """SELECT d.serial, d.fields FROM documents d
  WHERE d.serial = COALESCE((SELECT c.serial FROM pieces p JOIN copies c ON c.name = p.copy WHERE p.number = ?), ?)
  AND d.form = 'emergency_pass' AND d.void_at IS NULL
  AND NOT EXISTS (SELECT 1 FROM gate_checks g WHERE g.emergency = d.serial AND g.emergency <> '')"""


@dataclasses.dataclass
class Shown:
    """A pass that was shown and is good so far: its case, its copy, and the step that lets it out."""

    standing: Standing
    document: Document
    copy: Copy

    @property
    def round(self) -> int:
        """Return the vehicle's number."""
        return self.document.round

    @property
    def sealed(self) -> bool:
        """Tell whether the load is under seal."""
        return bool(fields_of(self.document).get("seal"))

    def transition(self, outcome: str) -> Transition:
        """Return the way of the gate's step for this vehicle."""
        return self.standing.running.transition(in_round(GATE, self.round), outcome)

    def judged(self, verdict: str, kind: str, seen: Seen, **arguments: object) -> Judged:
        """Return the gate's word on this pass."""
        return judged(verdict, kind, seen, self.document.serial, self.standing.case.code, pass_=self.document.serial, **arguments)


def judged(verdict: str, kind: str, seen: Seen, document: str = "", case: str = "", /, **arguments: object) -> Judged:
    """Return the gate's word, its arguments as texts or as texts in both languages."""
    given = {"plate": seen.plate, "count": seen.count, "seal": seen.seal, **arguments}
    told = tuple((name.rstrip("_"), in_both(value)) for name, value in given.items() if value)
    return Judged(verdict, kind, seen, document, case, told)


def in_both(value: object) -> Told:
    """Return what has a title in both languages at once: the guard reads it in his own."""
    return {"zh": value.zh, "en": value.en} if isinstance(value, Title) else str(value)


def shown_at(site: Site, cursor: Cursor, code: str, desk: str) -> Shown | Judged:
    """Return the pass that was shown, or the gate's word where it is no good, whatever the guard saw.

    Raises Refused("piece_damaged") for a misread and Refused("scan_the_piece") for a name: both are scanned again.
    """
    seen = Seen()
    if kind_of(code) == "copy":
        raise Refused("scan_the_piece", copy=code)
    try:
        name, void_at, because, _ = known_piece(site, cursor, code)
    except Refused as refused:
        if refused.code not in ("piece_foreign", "piece_unknown", "blank_unused", "blank_void"):
            raise
        kind = {"piece_foreign": "forged", "piece_unknown": "unknown"}.get(refused.code, "not_a_pass")
        return judged(STOP, kind, seen, code=visible(code))
    standing, copy = case_of_copy(site, cursor, name)
    document = standing.case.documents[copy.serial]
    if document.form != PASS:
        return without_pass(cursor, standing, document)
    shown = Shown(standing, document, copy)
    if void_at is not None or copy.due == VOID:
        why = site.title(f"void.{because or 'step'}")
        at = moment(void_at).strftime(MOMENT) if void_at else ""
        return shown.judged(STOP, "void", seen, since=at, why=why, valid=valid_piece(cursor, name))
    return refused_pass(site, cursor, shown, desk) or shown


def case_of_copy(site: Site, cursor: Cursor, name: str) -> tuple[Standing, Copy]:
    """Return how the case of a copy stands, and the copy."""
    cursor.execute("SELECT in_case FROM copies WHERE name = ?", (name,))
    standing = stand(site, cursor, cursor.fetchall()[0][0])
    return standing, standing.case.copies[name]


def without_pass(cursor: Cursor, standing: Standing, document: Document) -> Judged:
    """Return what is said to other paper: of a delivery what is missing before its vehicle may leave."""
    case = standing.case
    steps = standing.running.procedure.steps
    if "issue_pass" not in steps or document.form == EMERGENCY_PASS:
        return judged(STOP, "not_a_pass", Seen(), document.serial, case.code, document=document.serial)
    cursor.execute(PASS_OF_LOAD, (case.code, document.round))
    written = cursor.fetchall()
    if written:
        return judged(STOP, "not_a_pass", Seen(), document.serial, case.code, document=document.serial, pass_=written[0][0])
    loaded = case.done.get(in_round("load", document.round), (0, 0))[0]
    step = counted_title(standing.running.procedure, "issue_pass" if loaded else "load")
    return judged(STOP, "not_loaded", Seen(), document.serial, case.code, document=document.serial, step=step)


def refused_pass(site: Site, cursor: Cursor, shown: Shown, desk: str) -> Judged | None:
    """Return why a pass is no good here and now, whatever vehicle stands before the gate; None where it is good."""
    seen, document = Seen(), shown.document
    used = used_before(site, cursor, shown)
    if used:
        return used
    if shown.copy.name not in {copy.name for copy in shown.standing.copies_of(shown.transition(RELEASE))}:
        return shown.judged(STOP, "other_copy", seen)
    if is_frozen(cursor, document):
        return shown.judged(STOP, "frozen", seen)
    if shown.standing.case.done.get(in_round(f"{GATE}.{HOLD}", shown.round), (0, 0))[0]:
        return shown.judged(STOP, "held", seen, **why_held(site, cursor, document))
    if shown.copy.lost_at is not None:
        lost_at = moment(shown.copy.lost_at).strftime(MOMENT)
        return shown.judged(STOP, "void", seen, since=lost_at, why=site.title("void.lost"))
    if not shown.standing.enabled(shown.transition(RELEASE)):
        return shown.judged(STOP, "not_loaded", seen)
    if valid_until(document) <= max(site.clock.now(), document.opened_at):
        return shown.judged(STOP, "expired", seen, valid_until=fields_of(document)["valid_until"])
    if not is_for_gate(site, document, desk):
        return shown.judged(STOP, "other_gate", seen, gate=gate_of(site, document))
    return None


def used_before(site: Site, cursor: Cursor, shown: Shown) -> Judged | None:
    """Return the word on a pass that let a vehicle out before: when, where, and which vehicle."""
    cursor.execute(LET_OUT, (shown.document.serial,))
    found = cursor.fetchall()
    if not found:
        return None
    at, desk, plate = found[0]
    where = title_of_desk(site, desk)
    return shown.judged(STOP, "used", Seen(), at=moment(at).strftime(MOMENT), desk=where, released_plate=plate)


def why_held(site: Site, cursor: Cursor, document: Document) -> dict[str, object]:
    """Return since when a vehicle waits for an answer, and why: what the guard wrote, else what differed."""
    cursor.execute(HELD, (document.serial,))
    at, kind, written = cursor.fetchall()[0]
    return {"since": moment(at).strftime(MOMENT), "why": written or site.title(f"gate.kind_{kind}")}


def any_frozen(cursor: Cursor) -> bool:
    """Tell whether any pass still to be shown is older than the restored backup."""
    cursor.execute(RESTORED)
    at = cursor.fetchall()[0][1]
    if at is None:
        return False
    cursor.execute(WAIT_SINCE, (at,))
    return bool(cursor.fetchall()[0][0])


def is_frozen(cursor: Cursor, document: Document) -> bool:
    """Tell whether a pass is older than the backup this database was restored from, and nobody confirmed it since."""
    cursor.execute(RESTORED)
    seq, at = cursor.fetchall()[0]
    if seq is None or document.opened_at > at:
        return False
    cursor.execute(CONFIRMED, (document.serial, seq))
    return not cursor.fetchall()[0][0]


def compared(cursor: Cursor, shown: Shown, seen: Seen, inputs: Mapping[str, Any]) -> Judged:
    """Return the gate's word on what was seen: one more look after a first difference, then the vehicle is held."""
    differs = differing(shown.document, seen)
    on_pass = {f"on_pass_{name}": fields_of(shown.document).get(of, "") for name, of in OF_PASS.items()}
    if not differs and inputs.get("emergency"):
        return after_emergency(cursor, shown, seen, clean_code(inputs["emergency"]))
    if not differs:
        return shown.judged(RELEASE, "released", seen, **on_pass)
    serial = shown.document.serial
    cursor.execute(TRIED, (serial, *DIFFERENCES, serial))
    if cursor.fetchall()[0][0]:
        return shown.judged(HOLD, differs, seen, **on_pass)
    return shown.judged(STOP, differs, seen)


def after_emergency(cursor: Cursor, shown: Shown, seen: Seen, code: str) -> Judged:
    """Return the word on a pass written after its vehicle had left in an emergency, of which one emergency answers for one pass.

    Raises Refused: emergency_unknown, emergency_of_another.
    """
    cursor.execute(EMERGENCY_EXIT, (code, code))
    found = cursor.fetchall()
    if not found:
        raise Refused("emergency_unknown", serial=code)
    serial, fields = found[0]
    left = fields_of(Document(serial, EMERGENCY_PASS, 0, 1, fields, 0, None))
    if not same_plate(left["plate"], seen.plate):
        raise Refused("emergency_of_another", serial=serial, plate=left["plate"])
    return dataclasses.replace(shown.judged(RELEASE, AFTER_EMERGENCY, seen, emergency=serial), emergency=serial)
