"""Handing over: what a shift leaves to the next one, and what each stamped, what lies in the workshop, what is late or lost."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from qdesk.cases import VOID
from qdesk.clock import moment, start_of, time_text
from qdesk.database import Cursor
from qdesk.desk.book import Running, running_under
from qdesk.desk.standing import counted_title
from qdesk.errors import Refused
from qdesk.journal import CHANGED, body_of
from qdesk.lookups import place_row, waiting_row
from qdesk.people import find_session
from qdesk.rework import CONVERSION
from qdesk.scan import format_quantity
from qdesk.site import Site
from qdesk.void_paper import found_at, sightings_of, void_row
from qdesk.witness import SHORT
from qdesk.words import Words

Json = dict[str, Any]
MOST_CASES = 200
MOST_ROWS = 200
MOST_VOID = 2000
MOST_WAITING = 1000
COLLECTED_WITHIN = 7
"""Days after which a void piece is no longer asked for: nobody writes down that it was collected."""

FIRST_SINCE = "SELECT seq FROM journal WHERE seq = ? AND at >= ?"
STAMPED = """SELECT s.at, s.in_case, s.serial, s.step, a.outcome, s.kind, s.stamp, s.lapsed_at, c.digest FROM signatures s
  JOIN acts a ON a.seq = s.act JOIN cases c ON c.code = s.in_case
  WHERE s.act >= ? AND s.person = ? ORDER BY s.act DESC, s.number LIMIT ?"""
OCCUPIED = """SELECT c.code, c.procedure, c.opened_at, c.digest, d.fields
  FROM (SELECT DISTINCT in_case FROM balances WHERE in_case <> '' AND quantity <> 0 AND place IN ({places})) o
  JOIN cases c ON c.code = o.in_case JOIN documents d ON d.serial = c.code
  WHERE (c.opened_at, c.code) > (?, ?) ORDER BY c.opened_at, c.code LIMIT ?"""
ON_FLOORS = """SELECT b.place, b.item, i.name, i.unit, b.lot, l.serial, b.quantity, l.hold FROM balances b
  JOIN items i ON i.code = b.item JOIN lots l ON l.code = b.lot
  WHERE b.in_case = ? AND b.in_case <> '' AND b.quantity <> 0 AND b.place IN ({places}) ORDER BY b.place, b.item, b.lot"""
MOVED = """SELECT m.item, m.source, m.target, SUM(m.quantity), MIN(m.at) FROM moves m JOIN acts a ON a.seq = m.act
  WHERE m.in_case = ? AND a.reverses IS NULL AND NOT EXISTS (SELECT 1 FROM acts r WHERE r.reverses = m.act)
  GROUP BY m.item, m.source, m.target ORDER BY m.item"""
OPEN_WORK = "SELECT COUNT(*), MIN(since) FROM waiting WHERE desk = ?"
VOIDED = """SELECT p.number, p.copy, p.void_at, p.void_because, p.replaced_by, c.due, c.seen, c.in_case FROM pieces p
  JOIN copies c ON c.name = p.copy
  WHERE p.void_at IS NOT NULL AND p.void_at >= ? AND (c.seen = ? OR c.due IN (?, 'void')) ORDER BY p.void_at, p.number LIMIT ?"""
ACTS_AT = "SELECT seq FROM acts WHERE in_case = ? AND at = ?"
ASTRAY = """SELECT name, serial, in_case, due, due_since, seen, seen_since, lost_at FROM copies
  WHERE seen = ? AND due <> seen AND due <> 'void' AND lost_at IS NULL AND filed_at IS NULL ORDER BY seen_since LIMIT ?"""
LOST = """SELECT name, serial, in_case, due, due_since, seen, seen_since, lost_at FROM copies
  WHERE lost_at IS NOT NULL AND due <> 'void' AND (? = '' OR due = ?) ORDER BY lost_at LIMIT ?"""
PRINTS = """SELECT p.subject, COALESCE(i.copy, p.subject), p.form, p.state, p.at FROM prints p
  LEFT JOIN pieces i ON p.kind = 'slip' AND i.number = p.subject
  WHERE p.state IN ('waiting', 'sent', 'failed') AND p.desk = ? ORDER BY p.id LIMIT ?"""
HEAD = "SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1"
DRAFTS = """SELECT d.subject, d.at, p.name FROM drafts d JOIN persons p ON p.id = d.person
  WHERE d.desk = ? ORDER BY d.at, d.subject LIMIT ?"""
WAITING = """SELECT w.in_case, w.step, w.desk, w.since, c.procedure, c.digest FROM waiting w JOIN cases c ON c.code = w.in_case
  WHERE w.desk = ? ORDER BY w.since, w.in_case, w.step LIMIT ?"""


def my_stamps(site: Site, token: object, words: Words, since_midnight: bool = True) -> list[Json]:
    """Return the signatures and stamps that the session's person gave today, the newest first; else those of the last week."""
    with site.database.reading() as cursor:
        session = find_session(site, cursor, token)
        midnight = start_of(moment(site.clock.now()).date(), 0 if since_midnight else -7)
        cursor.execute(STAMPED, (first_since(cursor, midnight), session.person.id, MOST_ROWS))
        return [stamp_row(site, cursor, words, row) for row in cursor.fetchall()]


def first_since(cursor: Cursor, at: int) -> int:
    """Return the number of the first entry since a moment: the journal's times never run backwards, so halving finds it."""
    cursor.execute("SELECT COALESCE(MAX(seq), 0) FROM journal")
    low, high = 1, int(cursor.fetchall()[0][0]) + 1
    while low < high:
        middle = (low + high) // 2
        cursor.execute(FIRST_SINCE, (middle, at))
        low, high = (low, middle) if cursor.fetchall() else (middle + 1, high)
    return low


def stamp_row(site: Site, cursor: Cursor, words: Words, row: tuple[Any, ...]) -> Json:
    """Return one mark: on which document, at which step, and whether it still holds."""
    at, case, serial, step, outcome, kind, stamp, lapsed_at, digest = row
    procedure = running_under(site, cursor, digest).procedure
    title = counted_title(procedure, f"{step}.{outcome}" if outcome else step).in_(words.language)
    told = {"at": time_text(at), "case": case, "serial": serial, "step": step, "outcome": outcome or None, "title": title}
    return {**told, "kind": kind, "stamp": stamp, "lapsed": lapsed_at is not None}


def on_the_floor(site: Site, token: object, words: Words, after: Sequence[Any] | None = None) -> Json:
    """Return the cases for which anything lies on this desk's floor, the oldest first: what was drawn, used, is to come back.

    At most so many cases (`MOST_CASES`); ``after`` is the "next" of the page before.
    """
    if after is not None and not (len(after) == 2 and isinstance(after[0], int) and isinstance(after[1], str)):
        raise Refused("request_unreadable", name="after")
    with site.database.reading() as cursor:
        own = floors_of(site, find_session(site, cursor, token).desk)
        cursor.execute(OCCUPIED.format(places=", ".join("?" * len(own))), (*own, *(after or (0, "")), MOST_CASES))
        found = cursor.fetchall()
        told = [floor_case(site, cursor, words, own, row) for row in found]
    last = [found[-1][2], found[-1][0]] if len(found) == MOST_CASES else None
    return {"cases": told, "next": last}


def floors_of(site: Site, desk: str) -> list[str]:
    """Return the floors of a desk: the places where something lies for a case, and that no other desk keeps."""
    served = {"", *site.served[desk]}
    return [place.id for place in site.factory.places.values() if place.per_case and place.desk in served]


def floor_case(site: Site, cursor: Cursor, words: Words, own: Sequence[str], row: tuple[Any, ...]) -> Json:
    """Return what lies on a floor for one case, and what was drawn and used; what was taken back counts for neither."""
    code, procedure, _, digest, fields = row
    cursor.execute(ON_FLOORS.format(places=", ".join("?" * len(own))), (code, *own))
    floor = [floor_row(site, words, each) for each in cursor.fetchall()]
    cursor.execute(MOVED, (code,))
    moved = cursor.fetchall()
    counters = {name for name, place in site.factory.places.items() if place.counter}
    drawn = [each for each in moved if each[2] in own and each[1] not in {*own, *counters}]
    since = min((each[4] for each in moved if each[2] in own), default=0)
    parts = parts_place(running_under(site, cursor, digest))
    return {
        "case": code,
        "procedure": procedure,
        "customer": json.loads(fields).get("customer"),
        "since": time_text(since),
        "floor": floor,
        "drawn": [{"place": place, "item": item, "quantity": format_quantity(many)} for item, _, place, many, _ in drawn],
        "used": [{"place": at, "item": item, "quantity": format_quantity(many)} for (at, item), many in used_up(moved, own)],
        "to_return": [each for each in floor if each["place"] == parts],
    }


def used_up(moved: Sequence[tuple[Any, ...]], own: Sequence[str]) -> list[tuple[tuple[str, str], int]]:
    """Return what went into the rework by place and item, less what came out of it again."""
    used: dict[tuple[str, str], int] = defaultdict(int)
    for item, source, target, quantity, _ in moved:
        if source in own and target == CONVERSION:
            used[source, item] += quantity
        elif source == CONVERSION and target in own:
            used[target, item] -= quantity
    return [(key, quantity) for key, quantity in sorted(used.items()) if quantity > 0]


def parts_place(running: Running) -> str:
    """Return the real place that holds a case's parts; empty where its procedure keeps none."""
    return next((place.stands_for for place in running.procedure.places if place.name == "parts"), "")


def floor_row(site: Site, words: Words, row: tuple[Any, ...]) -> Json:
    """Return one balance in the workshop."""
    place, item, name, unit, lot, serial, quantity, hold = row
    known = site.factory.places.get(place)
    title = known.title.in_(words.language) if known else place
    told = {"place": place, "title": title, "item": item, "name": name, "unit": unit, "lot": lot, "serial": serial}
    return {**told, "quantity": format_quantity(quantity), "hold": hold or None}


def handover(site: Site, token: object, words: Words) -> Json:
    """Return what the session's desk hands over to the next shift, and the head of the journal to write on the sheet."""
    with site.database.reading() as cursor:
        session = find_session(site, cursor, token)
        served = sorted(site.served[session.desk])
        return {
            "desk": session.desk,
            "person": session.person.name,
            "at": time_text(site.clock.now()),
            "work": open_work(cursor, session.desk),
            "void": [each for desk in served for each in voided(site, cursor, words, desk)],
            "found": [each for desk in served for each in found_at(cursor, words, desk, collected_since(site), MOST_ROWS)],
            "astray": [place_row(row) for desk in served for row in rows_of(cursor, ASTRAY, desk)],
            "lost": [place_row(row) for desk in served for row in rows_of(cursor, LOST, desk, desk)],
            "prints": [print_row(row) for row in rows_of(cursor, PRINTS, session.desk)],
            "drafts": [
                {"subject": subject, "person": name, "since": time_text(at)}
                for subject, at, name in rows_of(cursor, DRAFTS, session.desk)
            ],
            "head": head_of(cursor),
        }


def rows_of(cursor: Cursor, sql: str, *parameters: object) -> list[tuple[Any, ...]]:
    """Return the rows of one query, at most so many (`MOST_ROWS`)."""
    cursor.execute(sql, (*parameters, MOST_ROWS))
    return cursor.fetchall()


def open_work(cursor: Cursor, desk: str) -> Json:
    """Return how much waits at a desk, and since when the oldest of it."""
    cursor.execute(OPEN_WORK, (desk,))
    count, oldest = cursor.fetchall()[0]
    return {"count": count, "oldest": time_text(oldest) if oldest is not None else None}


def voided(site: Site, cursor: Cursor, words: Words, desk: str) -> list[Json]:
    """Return the void pieces to be collected at a desk: when and why each became void, and which piece replaced it."""
    cursor.execute(VOIDED, (collected_since(site), desk, desk, MOST_VOID))
    told: list[Json] = []
    known: dict[tuple[str, int], dict[str, str]] = {}
    for piece, copy, at, because, replaced_by, due, seen, case in cursor.fetchall():
        if due == VOID:
            if (case, at) not in known:
                known[case, at] = due_before(cursor, case, at)
            due = known[case, at].get(copy, "")
        if desk in (due, seen) and len(told) < MOST_ROWS:
            row = void_row(words, (piece, copy, at, because, replaced_by))
            told.append({**row, "due": due or None, "seen": seen or None, "found": sightings_of(cursor, piece)})
    return told


def collected_since(site: Site) -> int:
    """Return the moment before which void paper is no longer asked for."""
    return start_of(moment(site.clock.now()).date(), -COLLECTED_WITHIN)


def due_before(cursor: Cursor, case: str, at: int) -> dict[str, str]:
    """Return where the copies of a case were due before they became void: paper on its way when it happened may lie there."""
    cursor.execute(ACTS_AT, (case, at))
    bodies = [body_of(cursor, seq) for (seq,) in cursor.fetchall()]
    changed = [effect for body in bodies for effect in body["effects"] if effect[0] == CHANGED and effect[1] == "copies"]
    return {key[0]: changes["due"][0] for _, _, key, changes in changed if changes.get("due", ["", ""])[1] == VOID}


def print_row(row: tuple[Any, ...]) -> Json:
    """Return one slip that is not on paper yet."""
    piece, copy, form, state, at = row  # of a label the code that is on it
    return {"piece": piece, "copy": copy, "form": form, "state": state, "at": time_text(at)}


def head_of(cursor: Cursor) -> Json:
    """Return number and short hash of the newest entry: whoever has this sheet can show later that the books were not changed."""
    cursor.execute(HEAD)
    seq, head = cursor.fetchall()[0]
    return {"seq": seq, "hash": head[:SHORT]}


def late_or_lost(site: Site, words: Words, desk: str | None = None) -> Json:
    """Return what waits longer than the site allows, at one desk or at all, and the copies reported lost, the oldest first.

    Of each desk the oldest work is looked through (`MOST_WAITING`); "more" says that there was more of it.
    Raises Refused("desk_unknown").
    """
    if desk is not None and desk not in site.factory.desks:
        raise Refused("desk_unknown", desk=desk)
    now, late, more = site.clock.now(), [], False
    with site.database.reading() as cursor:
        for each in [desk] if desk is not None else site.factory.desks:
            cursor.execute(WAITING, (each, MOST_WAITING + 1))
            waiting = cursor.fetchall()
            more = more or len(waiting) > MOST_WAITING
            told = [waiting_row(site, cursor, words, row, now) for row in waiting[:MOST_WAITING]]
            late += [row for row in told if row["late"]]
        lost = rows_of(cursor, LOST, desk or "", desk or "")
    late.sort(key=lambda row: (-row["age_seconds"], row["case"], row["step"]))
    return {"late": late, "lost": [place_row(row) for row in lost], "more": more or len(lost) == MOST_ROWS}
