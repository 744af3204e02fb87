"""Void paper: what made a piece void, which one holds now, and where the void one turned up.

A void piece that is scanned is written down: at the first scan, and whenever it has gone to another desk since.
"""

from __future__ import annotations

from typing import Any

from qdesk.cases import VOID
from qdesk.clock import time_text
from qdesk.database import Cursor
from qdesk.journal import CHANGED, Body, Entry, body_of, digest_of
from qdesk.people import Session
from qdesk.site import Site
from qdesk.words import Words

Json = dict[str, Any]
STEP = "void_found"
MOST_SIGHTINGS = 20
VALID = "SELECT piece, due FROM copies WHERE name = ?"
ACTS_AT = "SELECT a.seq FROM acts a JOIN copies c ON c.in_case = a.in_case WHERE c.name = ? AND a.at = ? ORDER BY a.seq"
LAST_SEEN = "SELECT desk FROM sightings WHERE piece = ? ORDER BY act DESC LIMIT 1"
SIGHTINGS = """SELECT s.at, s.desk, p.name FROM sightings s JOIN persons p ON p.id = s.person
  WHERE s.piece = ? ORDER BY s.act DESC LIMIT ?"""
OF_DOCUMENT = """SELECT p.number, p.copy, p.void_at, p.void_because, p.replaced_by FROM copies c
  JOIN pieces p ON p.copy = c.name WHERE c.in_case = ? AND c.serial = ? AND p.void_at IS NOT NULL ORDER BY p.void_at, p.number"""
FOUND_AT = """SELECT i.number, i.copy, i.void_at, i.void_because, i.replaced_by, s.at, p.name FROM sightings s
  JOIN pieces i ON i.number = s.piece JOIN persons p ON p.id = s.person
  WHERE s.desk = ? AND s.at >= ? AND i.void_at IS NOT NULL
    AND s.act = (SELECT MAX(l.act) FROM sightings l WHERE l.piece = s.piece) ORDER BY s.act LIMIT ?"""


def why_void(words: Words, because: str) -> str:
    """Return in words why a piece is void; it may be a step of a procedure that made it so."""
    key = f"void.{because}"
    return words.say(key if key in words.keys else "void.step")


def valid_piece(cursor: Cursor, copy: str) -> str | None:
    """Return the piece of a copy that holds now; None for a copy that is void itself."""
    cursor.execute(VALID, (copy,))
    piece, due = cursor.fetchall()[0]
    return None if due == VOID else str(piece)


def made_void(cursor: Cursor, piece: str, copy: str, at: int) -> Body | None:
    """Return the entry of the act that made a piece void."""
    cursor.execute(ACTS_AT, (copy, at))
    for (seq,) in cursor.fetchall():
        body = body_of(cursor, seq)
        if any(effect[:3] == [CHANGED, "pieces", [piece]] and "void_at" in effect[3] for effect in body["effects"]):
            return body
    return None


def void_told(cursor: Cursor, words: Words, piece: str, copy: str, at: int, because: str, replaced_by: str | None) -> Json:
    """Return all there is to say of a void piece: since when, why, by whom, what holds instead, and where it turned up."""
    body = made_void(cursor, piece, copy, at) or {}
    cursor.execute("SELECT name FROM persons WHERE id = ?", (body.get("by"),))
    names = [name for (name,) in cursor.fetchall()]
    return {
        "copy": copy,
        "piece": piece,
        "at": time_text(at),
        "because": why_void(words, because),
        "replaced_by": replaced_by,
        "valid": valid_piece(cursor, copy),
        "person": names[0] if names else None,
        "desk": body.get("desk"),
        "reason": body.get("reason") or None,
        "approved": [each["name"] for each in body.get("approved", [])],
        "found": sightings_of(cursor, piece),
    }


def sightings_of(cursor: Cursor, piece: str) -> list[Json]:
    """Return where a void piece turned up, the newest first."""
    cursor.execute(SIGHTINGS, (piece, MOST_SIGHTINGS))
    return [{"at": time_text(at), "desk": desk, "person": name} for at, desk, name in cursor.fetchall()]


def void_pieces_of(cursor: Cursor, words: Words, case: str, serial: str) -> list[Json]:
    """Return the void pieces of a document, each with where it turned up."""
    cursor.execute(OF_DOCUMENT, (case, serial))
    return [{**void_row(words, row), "found": sightings_of(cursor, row[0])} for row in cursor.fetchall()]


def void_row(words: Words, row: tuple[Any, ...]) -> Json:
    """Return one void piece in short."""
    piece, copy, at, because, replaced_by = row
    told = {"piece": piece, "copy": copy, "at": time_text(at), "because": because, "why": why_void(words, because)}
    return {**told, "replaced_by": replaced_by}


def found_at(cursor: Cursor, words: Words, desk: str, since: int, most: int) -> list[Json]:
    """Return the void pieces that turned up at a desk and were not seen elsewhere since."""
    cursor.execute(FOUND_AT, (desk, since, most))
    return [{**void_row(words, row[:5]), "found": time_text(row[5]), "person": row[6]} for row in cursor.fetchall()]


def is_news(cursor: Cursor, piece: str, desk: str) -> bool:
    """Tell whether a void piece is here for the first time, or for the first time since it was somewhere else."""
    cursor.execute(LAST_SEEN, (piece,))
    found = cursor.fetchall()
    return not found or found[0][0] != desk


def write_sighting(site: Site, session: Session, piece: str, copy: str) -> None:
    """Write down that a void piece turned up at this desk: an act of no case, so that nothing in the case waits on it."""
    with site.writing() as entry:
        note_sighting(entry, session, piece, copy)


def note_sighting(entry: Entry, session: Session, piece: str, copy: str) -> None:
    """Write the sighting within an entry, unless another terminal of this desk has just written it."""
    desk, person = session.desk, session.person.id
    if not is_news(entry.cursor, piece, desk):
        return
    entry.insert("sightings", act=entry.seq, piece=piece, desk=desk, person=person, at=entry.at)
    digest = digest_of([STEP, piece])
    entry.insert("acts", seq=entry.seq, at=entry.at, step=STEP, outcome="", person=person, desk=desk, request=digest)
    entry.seal(by=person, desk=desk, step=STEP, copy=copy, piece=piece)
