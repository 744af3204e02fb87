"""Stock: double entry between places, by lot; real places never go below zero, and all places together hold nothing.

A floor (a place kept per case) keeps what lies there for each case apart. A reservation is not a move: free is what lies
there and may be used, less what is promised.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from qdesk.clock import moment
from qdesk.config import PlaceOf
from qdesk.database import Cursor
from qdesk.errors import Refused
from qdesk.journal import Entry
from qdesk.scan import format_quantity

LOT_SERIES = "L"
HELD = "held"  # by hand, until it is released by hand; a case puts on holds of its own

# By the index of what lies, with its own conditions; by its key, all that ever lay there would be read.
USABLE = """SELECT b.lot, b.quantity, l.serial, b.bin FROM balances b INDEXED BY balances_lying JOIN lots l ON l.code = b.lot
  WHERE b.item = ? AND b.place = ? AND b.in_case = '' AND b.quantity <> 0 AND b.counter = 0 AND b.quantity > 0
    AND l.hold = '' AND l.owner = ''
    AND (l.expires_at IS NULL OR l.expires_at > ?)
  ORDER BY l.expires_at IS NULL, l.expires_at, l.since, b.lot, b.bin"""
LEFT_OVER = """SELECT b.lot, b.quantity, l.serial, b.bin FROM balances b INDEXED BY balances_lying JOIN lots l ON l.code = b.lot
  WHERE b.item = ? AND b.place = ? AND b.in_case = '' AND b.quantity <> 0 AND b.counter = 0 AND b.quantity > 0
    AND l.origin = ? ORDER BY l.since, b.lot, b.bin"""
RESERVED = """SELECT COALESCE(SUM(quantity), 0) FROM reservations INDEXED BY reservations_open
  WHERE item = ? AND place = ? AND in_case <> ? AND quantity > 0"""
THERE = """SELECT COALESCE(SUM(b.quantity), 0) FROM balances b INDEXED BY balances_lying JOIN lots l ON l.code = b.lot
  WHERE b.item = ? AND b.place = ? AND b.in_case = '' AND b.quantity <> 0 AND b.counter = 0 AND l.hold <> 'held' AND l.owner = ''
    AND (l.expires_at IS NULL OR l.expires_at > ?)"""
ADD = """UPDATE balances SET quantity = quantity + ?
  WHERE item = ? AND place = ? AND lot = ? AND in_case = ? AND bin = ? AND (counter = 1 OR quantity + ? >= 0)"""
FIRST = "INSERT INTO balances(place, in_case, bin, item, lot, quantity, counter) VALUES(?, ?, ?, ?, ?, ?, ?)"
IN_BIN = "SELECT quantity FROM balances WHERE item = ? AND place = ? AND lot = ? AND in_case = ? AND bin = ?"
LEFT_OVER_RESERVED = """SELECT r.quantity, d.fields FROM reservations r INDEXED BY reservations_open
  CROSS JOIN documents d ON d.serial = r.in_case
  WHERE r.item = ? AND r.place = ? AND r.in_case <> ? AND r.quantity > 0"""
# As the index of what lies for cases has it: without its own conditions the whole table is read.
LYING = """SELECT item, lot, quantity FROM balances
  WHERE in_case = ? AND place = ? AND in_case <> '' AND quantity <> 0 AND quantity > 0 ORDER BY item, lot"""
ALL_OF_LOT = """SELECT COALESCE(SUM(quantity), 0) FROM balances INDEXED BY balances_of_lot
  WHERE lot = ? AND item = ? AND counter = 0 AND quantity <> 0"""
IN_STORE = """SELECT COALESCE(SUM(quantity), 0) FROM balances INDEXED BY balances_lying
  WHERE item = ? AND place = ? AND in_case = '' AND quantity <> 0 AND counter = 0"""
LOT_OF_SERIAL = "SELECT code FROM lots WHERE item = ? AND serial = ?"
LOT = """SELECT item, serial, origin, made_from, owner, expires_at, hold, batch, party, made_at, opened_at FROM lots
  WHERE code = ?"""


@dataclass(frozen=True)
class Portion:
    """A quantity (thousandths of the unit) of one lot, and the bin it is taken from, empty where none is named."""

    item: str
    lot: str
    quantity: int
    bin: str = ""


@dataclass(frozen=True)
class Lot:
    """What is known of a lot; ``hold`` names why it may not be used, empty when it may."""

    code: str
    item: str
    serial: str | None
    origin: str
    made_from: str | None
    owner: str
    expires_at: int | None
    hold: str
    batch: str = ""
    """The maker's own name for it."""
    party: str = ""
    """Who delivered it, or made it."""
    made_at: int | None = None
    opened_at: int | None = None
    """When its pack was opened (R044)."""


def usable(cursor: Cursor, item: str, place: str, at: int, origin: str = "") -> list[tuple[str, int, str | None, str]]:
    """Return (lot, quantity, serial, bin) of what may be used, first expired first: not held, not expired, nobody else's.

    With ``origin``, what a case left over, held or not: only a case that names it may take it (A07).
    """
    if origin:
        cursor.execute(LEFT_OVER, (item, place, origin))
    else:
        cursor.execute(USABLE, (item, place, at))
    return [(lot, quantity, serial, bin_) for lot, quantity, serial, bin_ in cursor.fetchall()]


def reserved(cursor: Cursor, item: str, place: str, but_for: str = "", origin: str = "") -> int:
    """Return what is promised to cases but for ``but_for``; with ``origin``, of what that case left over (A07)."""
    if origin:
        cursor.execute(LEFT_OVER_RESERVED, (item, place, but_for))
        return sum(quantity for quantity, fields in cursor.fetchall() if json.loads(fields).get("supplement_to") == origin)
    cursor.execute(RESERVED, (item, place, but_for))
    quantity: int = cursor.fetchall()[0][0]
    return quantity


def free(cursor: Cursor, item: str, place: str, at: int, for_case: str = "", origin: str = "") -> int:
    """Return balance less held less reserved: what ``for_case`` may still take."""
    there = sum(quantity for _, quantity, _, _ in usable(cursor, item, place, at, origin))
    return there - reserved(cursor, item, place, for_case, origin)


def spare(cursor: Cursor, item: str, place: str, at: int) -> int:
    """Return what lies there less all that is promised of it; what waits for a stamp is promised, too (A07)."""
    cursor.execute(THERE, (item, place, at))
    there: int = cursor.fetchall()[0][0]
    return there - reserved(cursor, item, place)


def floor_key(in_case: str, round_: int) -> str:
    """Return whose what lies on a floor is: a case's, or one round's of a case."""
    return f"{in_case}#{round_}" if round_ else in_case


def lying(cursor: Cursor, in_case: str, place: str) -> list[Portion]:
    """Return what lies on a floor for a case, or for one round of it (:func:`floor_key`)."""
    cursor.execute(LYING, (in_case, place))
    return [Portion(*row) for row in cursor.fetchall()]


def in_store(cursor: Cursor, item: str, place: str) -> int:
    """Return what lies in a store, whoever may use it, in whatever bins."""
    cursor.execute(IN_STORE, (item, place))
    quantity: int = cursor.fetchall()[0][0]
    return quantity


def all_of(cursor: Cursor, item: str, lot: str) -> int:
    """Return how much there is of a lot in the works, wherever it lies."""
    cursor.execute(ALL_OF_LOT, (lot, item))
    quantity: int = cursor.fetchall()[0][0]
    return quantity


def in_bin(cursor: Cursor, item: str, place: str, lot: str, bin_: str, whose: str = "") -> int | None:
    """Return how much of a lot lies in a bin of a place, in none where none is named; None where it never lay there."""
    cursor.execute(IN_BIN, (item, place, lot, whose, bin_))
    return next((quantity for (quantity,) in cursor.fetchall()), None)


def read_lot(cursor: Cursor, code: str) -> Lot:
    """Return a lot; raises Refused("lot_unknown")."""
    cursor.execute(LOT, (code,))
    found = cursor.fetchall()
    if not found:
        raise Refused("lot_unknown", lot=code)
    return Lot(code, *found[0])


class Stock:
    """The stock as one act changes it: every change goes through the act's entry."""

    def __init__(self, entry: Entry, places: Mapping[str, PlaceOf], round_: int = 0) -> None:
        """Work within one entry, with the factory's places, and perhaps in one round of a case."""
        self.entry = entry
        self.places = places
        self.round = round_

    def move(self, in_case: str, portion: Portion, source: str, target: str, voucher: str = "", to_bin: str = "") -> None:
        """Move a portion from one place to another, out of its bin and into one, and keep both balances.

        Raises Refused("not_enough").
        """
        further: dict[str, Any] = {"round": self.round, "bin": portion.bin, "to_bin": to_bin}
        self.entry.insert_numbered(
            "moves", in_case=in_case, item=portion.item, lot=portion.lot, quantity=portion.quantity, source=source,
            target=target, at=self.entry.at, voucher=voucher, **{name: value for name, value in further.items() if value},
        )
        self.post(in_case, portion, source, -portion.quantity)
        self.post(in_case, replace(portion, bin=to_bin), target, portion.quantity)

    def post(self, in_case: str, portion: Portion, place: str, change: int) -> None:
        """Change one balance by a signed quantity."""
        post_balance(self.entry.cursor, self.places, in_case, portion, place, change, self.round)

    def new_lot(
        self, item: str, origin: str, made_from: str | None = None, serial: str | None = None, hold: str = "",
        expires_at: int | None = None, owner: str = "", batch: str = "", party: str = "", made_at: int | None = None,
        opened_at: int | None = None,
    ) -> str:
        """Make a lot and return its code; a serial number that was here before keeps its lot (A24)."""
        state: dict[str, Any] = {"origin": origin, "made_from": made_from, "owner": owner, "expires_at": expires_at, "hold": hold}
        further: dict[str, Any] = {"batch": batch, "party": party, "made_at": made_at, "opened_at": opened_at}
        here_before = self.lot_of_serial(item, serial) if serial else ""
        if here_before:
            self.take_up_again(here_before, {**state, "opened_at": opened_at}, further)
            return here_before
        year = year_of(self.entry.at)
        code = f"{LOT_SERIES}{year}-{self.entry.take_number(f'{LOT_SERIES}{year}'):06d}"
        self.entry.insert(
            "lots", code=code, item=item, serial=serial, since=self.entry.at, **state,
            **{name: value for name, value in further.items() if value},
        )
        return code

    def lot_of_serial(self, item: str, serial: str) -> str:
        """Return the lot of a piece that was here before, empty where it never was. Raises Refused("serial_in_stock")."""
        self.entry.cursor.execute(LOT_OF_SERIAL, (item, serial))
        code = next((str(code) for (code,) in self.entry.cursor.fetchall()), "")
        if code:
            self.refuse_here_already(item, serial, code)
        return code

    def take_up_again(self, code: str, state: Mapping[str, Any], further: Mapping[str, Any]) -> None:
        """Write of a piece that is back what it is now; whose batch it is, who made it and when stays unless it is said anew."""
        now = {**state, **{name: value for name, value in further.items() if value}}
        known = read_lot(self.entry.cursor, code)
        self.entry.change("lots", (code,), {name: getattr(known, name) for name in now}, now)

    def refuse_here_already(self, item: str, serial: str, lot: str) -> None:
        """Refuse a serial number whose piece lies somewhere already: two pieces never share one."""
        if all_of(self.entry.cursor, item, lot):
            raise Refused("serial_in_stock", item=item, serial=serial)

    def hold(self, lot: str, reason: str) -> None:
        """Put a lot on hold, or lift the hold with an empty reason."""
        found = read_lot(self.entry.cursor, lot)
        self.entry.change("lots", (lot,), {"hold": found.hold}, {"hold": reason})

    def hold_apart(self, portion: Portion, place: str, in_case: str, reason: str) -> Portion:
        """Put a portion on hold where it lies, and return it as it is then.

        A part of a lot becomes a lot of its own, so that the rest stays usable; a whole lot or numbered piece keeps its name.
        """
        if all_of(self.entry.cursor, portion.item, portion.lot) != portion.quantity:
            return self.split(portion, place, in_case, hold=reason)
        self.hold(portion.lot, reason)
        return portion

    def split(self, portion: Portion, place: str, in_case: str, hold: str) -> Portion:
        """Turn part of a lot into a lot of its own where it lies, made from the same, through the conversion place."""
        lot = read_lot(self.entry.cursor, portion.lot)
        code = self.new_lot(
            lot.item, lot.origin, made_from=lot.made_from, hold=hold, expires_at=lot.expires_at, owner=lot.owner,
            batch=lot.batch, party=lot.party, made_at=lot.made_at, opened_at=lot.opened_at,
        )
        self.move(in_case, portion, place, "conversion")
        self.move(in_case, Portion(portion.item, code, portion.quantity), "conversion", place, to_bin=portion.bin)
        return replace(portion, lot=code)

    def reserve(self, in_case: str, item: str, place: str, quantity: int) -> None:
        """Promise a quantity to a case, or take a promise back with a negative quantity (never below zero)."""
        cursor = self.entry.cursor
        key = (item, place, in_case)
        cursor.execute("SELECT quantity FROM reservations WHERE item = ? AND place = ? AND in_case = ?", key)
        found = cursor.fetchall()
        if found:
            now = max(0, found[0][0] + quantity)
            self.entry.change("reservations", key, {"quantity": found[0][0]}, {"quantity": now})
        elif quantity > 0:
            self.entry.insert("reservations", in_case=in_case, item=item, place=place, quantity=quantity)

    def release(self, in_case: str, items: Iterable[str], place: str) -> None:
        """Take back all that is promised to a case of these items."""
        for item in sorted(set(items)):
            self.reserve(in_case, item, place, -(10**15))


def post_balance(
    cursor: Cursor, places: Mapping[str, PlaceOf], in_case: str, portion: Portion, place: str, change: int, round_: int = 0
) -> None:
    """Change one balance by a signed quantity; a real place that would fall below zero refuses."""
    known = places.get(place)
    if known is None:
        raise Refused("place_unknown", place=place)
    whose = "" if not known.per_case else floor_key(in_case, round_ if known.per_round else 0)
    key = (portion.item, place, portion.lot, whose, portion.bin)
    cursor.execute(ADD, (change, *key, change))
    if cursor.rowcount:
        return
    there = in_bin(cursor, portion.item, place, portion.lot, portion.bin, whose)
    if there is not None or (change < 0 and not known.counter):
        raise Refused(
            "not_enough", item=portion.item, wanted=format_quantity(portion.quantity), free=format_quantity(there or 0)
        )
    cursor.execute(FIRST, (place, whose, portion.bin, portion.item, portion.lot, change, int(known.counter)))


def year_of(at: int) -> str:
    """Return the two digits of the year of a time, as serial numbers carry it."""
    return moment(at).strftime("%y")
