"""Where a lot came from and where it went, both ways as far as it goes (R052): what it was made of, split off, delivered with.

Read from the moves alone: what an act took into conversion became what the same act brought out of it. An act that was reversed
made nothing. A lot of thousands of moves is cut off and says so; each step costs a few seeks, however many moves there are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from qdesk.clock import time_text
from qdesk.database import Cursor, Row
from qdesk.desk.blindness import refuse_lots
from qdesk.errors import Refused
from qdesk.ledger import Telling, place_title
from qdesk.people import Session, find_session
from qdesk.scan import clean_code, format_quantity
from qdesk.site import Site
from qdesk.words import Words

Json = dict[str, Any]
CONVERSION = "conversion"
MOST_LOTS, MOST_OF_ONE, DEEPEST = 200, 40, 40
"""So many lots are told of altogether each way, so many acts of any one lot, the newest, and so many lots made of one another."""
LOT = """SELECT l.code, l.item, i.name, i.unit, l.serial, l.origin, l.owner, l.hold, l.expires_at, l.since, l.batch, l.party
  FROM lots l JOIN items i ON i.code = l.item WHERE l.code = ?"""
OF_SERIAL = "SELECT code FROM lots WHERE serial = ? ORDER BY code LIMIT 2"
# What a lot did at a place; an act taken back, and the act that took it back, did nothing.
AT_PLACE = """SELECT p.act, p.number, m.quantity, p.at, m.in_case, m.round, m.voucher, a.step, a.outcome, a.desk, w.name, c.digest
  FROM postings p CROSS JOIN moves m ON m.act = p.act AND m.number = p.number LEFT JOIN acts a ON a.seq = p.act
    LEFT JOIN persons w ON w.id = a.person LEFT JOIN cases c ON c.code = m.in_case
  WHERE p.lot = ? AND p.place = ? AND p.side = ? AND a.reverses IS NULL
    AND NOT EXISTS(SELECT 1 FROM acts r WHERE r.reverses = p.act)
  ORDER BY p.at DESC, p.act DESC, p.number DESC LIMIT ?"""
CONVERTED = """SELECT m.number, m.item, m.lot, m.quantity, m.target, l.made_from FROM moves m CROSS JOIN lots l ON l.code = m.lot
  WHERE m.act = ? AND (m.source = ? OR m.target = ?) ORDER BY m.number"""
LYING = """SELECT place, in_case, bin, quantity FROM balances INDEXED BY balances_of_lot
  WHERE lot = ? AND quantity <> 0 AND counter = 0 ORDER BY place LIMIT ?"""
NAMED = """SELECT customer, plate FROM documents
  WHERE in_case = ? AND round IN (0, ?) AND (customer IS NOT NULL OR plate IS NOT NULL)"""
PASSES = "SELECT pass_serial, plate FROM gate_checks WHERE in_case = ? AND round = ? AND verdict IN ('release', 'emergency')"


class Converted(NamedTuple):
    """One move into conversion or out of it, within one act."""

    number: int
    item: str
    lot: str
    quantity: int
    target: str
    made_from: str | None


def trace(site: Site, words: Words, code: str, token: object = None) -> Json:
    """Return a lot with all it came from and all that became of it.

    Raises Refused: lot_unknown, serial_of_several; with a session, goods_being_counted for what it counts itself (R047).
    """
    with site.database.reading() as cursor:
        tracing = Tracing(site, cursor, words)
        found = tracing.trace(find_lot(cursor, code))
        if token is not None:
            refuse_lots(site, cursor, find_session(site, cursor, token).desk, tracing.told)
        return found


def find_lot(cursor: Cursor, code: str) -> str:
    """Return the lot of a code or of a serial number."""
    cursor.execute("SELECT code FROM lots WHERE code = ?", (code,))
    found = cursor.fetchall()
    if not found:
        cursor.execute(OF_SERIAL, (code,))
        found = cursor.fetchall()
    if not found:
        raise Refused("lot_unknown", lot=code)
    if len(found) > 1:
        raise Refused("serial_of_several", serial=code, lots=[lot for (lot,) in found])
    lot: str = found[0][0]
    return lot


class Tracing:
    """One trace, within one view of the database."""

    def __init__(self, site: Site, cursor: Cursor, words: Words) -> None:
        """Trace at a site."""
        self.site, self.cursor, self.words = site, cursor, words
        self.telling = Telling(site, cursor, words)
        self.counters = [place.id for place in site.factory.places.values() if place.counter and place.id != CONVERSION]
        self.seen: set[str] = set()
        self.told: list[str] = []
        """The lots of which something was told."""
        self.cut = False

    def trace(self, code: str) -> Json:
        """Return the lot, what it came from and what became of it."""
        origin = self.way(code, 1, 1)
        self.seen.clear()
        return {"lot": self.lot(code), "from": origin, "to": self.way(code, 0, 1), "cut": self.cut}

    def way(self, code: str, side: int, depth: int) -> list[Json]:
        """Return one way: with side 1 where a lot came from, with side 0 where it went."""
        self.seen.add(code)
        ends = [end for place in self.counters for end in self.ends(code, place, side)]
        lots = [step for act in self.at(code, CONVERSION, 1 - side) for step in self.steps(code, act, side, depth)]
        return [*lots, *ends]

    def at(self, code: str, place: str, side: int) -> list[Row]:
        """Return what a lot did at a place, the newest first."""
        self.cursor.execute(AT_PLACE, (code, place, side, MOST_OF_ONE + 1))
        rows = self.cursor.fetchall()
        self.cut = self.cut or len(rows) > MOST_OF_ONE
        return rows[:MOST_OF_ONE]

    def ends(self, code: str, place: str, side: int) -> list[Json]:
        """Return where a lot came into the house, or left it: which case, which customer, which vehicle on which pass."""
        told = []
        for row in self.at(code, place, 1 - side):
            end = {"kind": "place", "place": place, "place_title": place_title(self.site, self.words, place), **self.act(row)}
            told.append({**end, **self.named(row[4], row[5])})
        return told

    def act(self, row: Row) -> Json:
        """Return in which case a lot moved, by which act, when, how much, and the paper that is kept of it."""
        act, number, quantity, at, case, round_, voucher, step, outcome, desk, person, digest = row
        title = self.telling.title(digest, step or "", outcome or "")
        return {
            "act": act, "number": number, "at": time_text(at), "case": case or None, "round": round_, "title": title,
            "quantity": format_quantity(quantity), "voucher": voucher or None, "desk": desk, "person": person,
        }  # fmt: skip

    def named(self, case: str, round_: int) -> Json:
        """Return for whom a case is, on which vehicle its goods went, and the passes it was let out on."""
        self.cursor.execute(NAMED, (case, round_))
        papers = self.cursor.fetchall()
        self.cursor.execute(PASSES, (case, round_))
        passes = self.cursor.fetchall()
        customers = sorted({customer for customer, _ in papers if customer})
        plates = {plate for _, plate in papers if plate} or {plate for _, plate in passes if plate}
        return {"customers": customers, "vehicles": sorted(plates), "passes": sorted({serial for serial, _ in passes if serial})}

    def steps(self, code: str, row: Row, side: int, depth: int) -> list[Json]:
        """Return the lots on the other side of one conversion, each with what it came from or became in turn."""
        self.cursor.execute(CONVERTED, (row[0], CONVERSION, CONVERSION))
        told = []
        for kind, other, quantity in related([Converted(*each) for each in self.cursor.fetchall()], code, row[1], side):
            step = {"kind": kind, **self.act(row), "quantity": format_quantity(quantity)}
            told.append({**step, **self.further(other, side, depth)})
        return told

    def further(self, code: str, side: int, depth: int) -> Json:
        """Return a lot with where it came from or went; one that was told of already, or too many, without."""
        again = code in self.seen
        too_many = not again and (len(self.seen) >= MOST_LOTS or depth >= DEEPEST)
        self.cut = self.cut or too_many
        name = "from" if side else "to"
        return {"lot": self.lot(code), name: [] if again or too_many else self.way(code, side, depth + 1), "again": again}

    def lot(self, code: str) -> Json:
        """Return what is known of a lot, and where it lies."""
        self.told.append(code)
        self.cursor.execute(LOT, (code,))
        known, item, name, unit, serial, origin, owner, hold, expires, since, batch, party = self.cursor.fetchall()[0]
        self.cursor.execute(LYING, (code, MOST_OF_ONE + 1))
        lying = self.cursor.fetchall()
        self.cut = self.cut or len(lying) > MOST_OF_ONE
        lies = [self.lying(*row) for row in lying[:MOST_OF_ONE]]
        return {
            "code": known, "item": item, "name": name, "unit": unit, "serial": serial, "origin": origin, "owner": owner or None,
            "hold": hold or None, "expires": time_text(expires) if expires else None, "since": time_text(since),
            "batch": batch, "party": party, "lies": lies,
        }  # fmt: skip

    def lying(self, place: str, floor: str, bin_: str, quantity: int) -> Json:
        """Return where some of a lot lies; on a vehicle or under way, for whom and on which pass."""
        case, _, round_ = floor.partition("#")
        told = {"place": place, "place_title": place_title(self.site, self.words, place), "case": case or None, "bin": bin_}
        named = self.named(case, int(round_ or 0)) if case else {"customers": [], "vehicles": [], "passes": []}
        return {**told, "quantity": format_quantity(quantity), **named}


def related(moves: Sequence[Converted], code: str, number: int, side: int) -> list[tuple[str, str, int]]:
    """Return (kind, lot, quantity) of what one lot's move into conversion became, or what its move out of it was made of.

    A lot is made of the one it names, or of the one split right before it; what is left over are parts built in and parts taken
    out, which belong to all that was made in the same act, since nobody says into which piece a part went.
    """
    pairs = paired(moves)
    taken = {each.number for _, *both in pairs for each in both}
    loose = [each for each in moves if each.number not in taken and (each.target == CONVERSION) == bool(side)]
    ends = [(kind, *(both if side else reversed(both))) for kind, *both in pairs]
    mine = [(kind, other) for kind, other, own in ends if own.number == number]
    if not mine:
        of_made = [other for kind, other, _ in ends if kind == "made"]
        mine = [("taken_out" if side else "part", each) for each in of_made] or [("made", each) for each in loose]
    elif mine[0][0] == "made":
        mine += [("part" if side else "taken_out", each) for each in loose]
    return [(kind, each.lot, each.quantity) for kind, each in mine if each.lot != code]


def paired(moves: Sequence[Converted]) -> list[tuple[str, Converted, Converted]]:
    """Return (kind, what went in, what came out of it), each move at most once: "made" of another, or "split" off it."""
    pairs = []
    for before, after in pairwise(moves):
        if before.target != CONVERSION or after.target == CONVERSION or before.quantity != after.quantity:
            continue
        if after.made_from == before.lot:
            pairs.append(("made", before, after))
        elif after.item == before.item:
            pairs.append(("split", before, after))
    return pairs


def ask_trace(site: Site, session: Session, words: Words, raw: Mapping[str, Any]) -> Json:
    """Answer the pipe's trace of a lot or a serial number."""
    return trace(site, words, clean_code(raw.get("lot")), raw.get("session"))
