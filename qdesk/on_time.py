"""What arrived on time: every delivery that was due in a stretch of days, one for each vehicle, and the figures of its months.

A delivery is counted once, in the month it was wanted in; where its note was written after that, in the month of the note.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

from qdesk.clock import moment, start_of
from qdesk.database import Cursor
from qdesk.errors import Refused
from qdesk.journal import canonical
from qdesk.scan import parse_day

ON_TIME, LATE, OPEN = "on_time", "late", "open"
ARRIVED, ON_ITS_WAY, NEVER, NOT_SENT = "arrived", "on_its_way", "never", "not_sent"
NOTES = """SELECT d.serial, d.fields, d.opened_at, n.times FROM documents d
  LEFT JOIN done n ON n.in_case = d.serial AND n.step = 'all_loaded' AND n.times > 0
  WHERE d.form = 'note' AND d.void_at IS NULL AND d.opened_at < ?
    AND (d.opened_at >= ? OR (json_extract(d.fields, '$.wanted_by') >= ? AND json_extract(d.fields, '$.wanted_by') < ?))
  ORDER BY d.opened_at, d.serial"""
SLIPS = """SELECT s.in_case, s.round, s.serial FROM json_each(?) k CROSS JOIN documents s ON s.in_case = k.value
  WHERE s.form = 'slip' AND s.void_at IS NULL ORDER BY s.in_case, s.round"""
ARRIVALS = """SELECT a.in_case, json_extract(j.body, '$.step', '$.answers.arrived_on', '$.answers.late_cause', '$.answers.reason')
  FROM json_each(?) k CROSS JOIN acts a ON a.in_case = k.value AND a.step IN ('confirm_arrival', 'never_arrived')
  CROSS JOIN journal j ON j.seq = a.seq WHERE NOT EXISTS (SELECT 1 FROM acts r WHERE r.reverses = a.seq) ORDER BY a.seq"""
LINES = """SELECT d.serial, l.item, SUM(l.quantity) FROM json_each(?) k CROSS JOIN documents d ON d.serial = k.value
  CROSS JOIN lines l ON l.serial = d.serial AND l.revision = d.revision
  GROUP BY d.serial, l.item ORDER BY d.serial, MIN(l.number)"""
HUNDREDTHS = 100


@dataclass(frozen=True)
class Delivery:
    """What one vehicle was to bring to a customer, or what of a note is on no vehicle yet; ``name`` is its slip, or the note."""

    name: str
    note: str
    customer: str
    wanted_by: date
    counted_on: date
    """The day whose month it belongs to."""
    how: str
    state: str
    arrived_on: date | None = None
    cause: str = ""
    items: Mapping[str, int] | None = None
    """What it brings, by item; known of the late ones."""

    def days_late(self, today: date) -> int:
        """Return how many days late it arrived, or is by today."""
        return max(0, ((self.arrived_on or today) - self.wanted_by).days)


@dataclass(frozen=True)
class Figures:
    """The deliveries of a month: how many were due, how many of them on time; ``open`` ones may still be on time."""

    due: int = 0
    on_time: int = 0
    open: int = 0

    @property
    def late(self) -> int:
        """Return how many were late."""
        return self.due - self.on_time

    @property
    def rate(self) -> str:
        """Return the part that was on time in percent, never rounded up: 100 only where all were; empty where none was due."""
        return percent(self.on_time, self.due)


def percent(part: int, whole: int) -> str:
    """Return a part in percent with two decimals, rounded down."""
    if not whole:
        return ""
    hundredths = part * 100 * HUNDREDTHS // whole
    return f"{hundredths // HUNDREDTHS}.{hundredths % HUNDREDTHS:02d}"


def deliveries(cursor: Cursor, first: date, end: date, today: date) -> list[Delivery]:
    """Return every delivery counted on a day from the first one on and before the end, in the order of the notes."""
    cursor.execute(NOTES, (start_of(end), start_of(first), first.isoformat(), end.isoformat()))
    notes = [Note(code, json.loads(fields), moment(at).date(), bool(loaded)) for code, fields, at, loaded in cursor.fetchall()]
    wanted = {note.serial: note for note in notes if first <= note.counted_on < end}
    told = arrivals(cursor, wanted)
    found, begun = [], defaultdict[str, list[str]](list)
    cursor.execute(SLIPS, (canonical(sorted(wanted)),))
    for case, round_, slip in cursor.fetchall():
        begun[case].append(slip)
        found.append(wanted[case].vehicle(slip, told.get((case, round_), {}), today))
    return with_items(cursor, found + rests(cursor, wanted, begun, today))


@dataclass(frozen=True)
class Note:
    """A delivery note as far as its dates go; ``loaded`` says that no more vehicles are to come."""

    serial: str
    fields: Mapping[str, Any]
    opened_on: date
    loaded: bool

    @cached_property
    def wanted_by(self) -> date:
        """Return the day it is wanted by; a field that is no day is that of a damaged file, and then the note's own counts."""
        try:
            return parse_day(str(self.fields.get("wanted_by", "")))
        except Refused:
            return self.opened_on

    @property
    def counted_on(self) -> date:
        """Return the day whose month it belongs to: no month that is over gets another delivery."""
        return max(self.wanted_by, self.opened_on)

    def delivery(self, name: str, how: str, today: date, arrived_on: date | None = None, cause: str = "") -> Delivery:
        """Return one delivery of it: on time when it arrived by the day it was wanted; what may still be so is open."""
        late = how == NEVER or (arrived_on or today) > self.wanted_by
        state = LATE if late else ON_TIME if arrived_on else OPEN
        customer = str(self.fields.get("customer", ""))
        return Delivery(name, self.serial, customer, self.wanted_by, self.counted_on, how, state, arrived_on, cause)

    def vehicle(self, slip: str, told: Mapping[str, str], today: date) -> Delivery:
        """Return what one vehicle brought, by what was told of it."""
        if "never" in told:
            return self.delivery(slip, NEVER, today, cause=told["never"])
        if not told.get("arrived_on"):
            return self.delivery(slip, ON_ITS_WAY, today)
        return self.delivery(slip, ARRIVED, today, parse_day(told["arrived_on"]), told.get("cause", ""))


def arrivals(cursor: Cursor, notes: Iterable[str]) -> dict[tuple[str, int], dict[str, str]]:
    """Return what was told of each vehicle: when it arrived and why so late, or why it never did."""
    cursor.execute(ARRIVALS, (canonical(sorted(notes)),))
    told: dict[tuple[str, int], dict[str, str]] = defaultdict(dict)
    for case, text in cursor.fetchall():
        step, arrived_on, cause, reason = json.loads(text)
        plain, _, number = str(step).partition("#")
        told[case, int(number or 0)] |= (
            {"never": reason or ""} if plain == "never_arrived" else {"arrived_on": arrived_on or "", "cause": cause or ""}
        )
    return told


def rests(cursor: Cursor, notes: Mapping[str, Note], begun: Mapping[str, Sequence[str]], today: date) -> list[Delivery]:
    """Return what is on no vehicle yet, of notes of which more vehicles are to come: all of it is one delivery."""
    waiting = [note for note in notes.values() if not note.loaded]
    lines = lines_of(cursor, [serial for note in waiting for serial in (note.serial, *begun.get(note.serial, ()))])
    found = []
    for note in waiting:
        left = dict(lines.get(note.serial, {}))
        for slip in begun.get(note.serial, ()):
            for item, quantity in lines.get(slip, {}).items():
                left[item] = left.get(item, 0) - quantity
        items = {item: quantity for item, quantity in left.items() if quantity > 0}
        if items:
            found.append(replace(note.delivery(note.serial, NOT_SENT, today), items=items))
    return found


def lines_of(cursor: Cursor, serials: Iterable[str]) -> dict[str, dict[str, int]]:
    """Return the quantities on the lines of documents, by item."""
    cursor.execute(LINES, (canonical(sorted(serials)),))
    lines: dict[str, dict[str, int]] = defaultdict(dict)
    for serial, item, quantity in cursor.fetchall():
        lines[serial][item] = quantity
    return lines


def with_items(cursor: Cursor, found: Sequence[Delivery]) -> list[Delivery]:
    """Return the deliveries in the order of their notes, the late ones with what they bring."""
    lines = lines_of(cursor, [each.name for each in found if each.state == LATE and each.items is None])
    known = [each if each.name not in lines else replace(each, items=lines[each.name]) for each in found]
    return sorted(known, key=lambda each: (each.wanted_by, each.note, each.name))


def figures_of(found: Iterable[Delivery]) -> Figures:
    """Return the figures of some deliveries."""
    states = [each.state for each in found]
    return Figures(len(states) - states.count(OPEN), states.count(ON_TIME), states.count(OPEN))
