"""The stock ledger 库存物资台账 (F040): every move of an item at a place, in order, with what lay there after it (R052).

The same ledger is kept of one lot and of one bin. A page is asked for from either end, a period has its opening and closing
balance, and what lay where at any moment is known: each costs a seek in the postings, however many moves there are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from qdesk.clock import start_of, time_text
from qdesk.database import Cursor, Row
from qdesk.desk.blindness import refuse_counted
from qdesk.desk.book import running_under
from qdesk.desk.standing import counted_title
from qdesk.errors import Refused
from qdesk.people import Session, find_session
from qdesk.periods import later, month_of
from qdesk.scan import clean_code, clean_text, format_quantity, parse_day, visible
from qdesk.site import Site
from qdesk.words import Words

Json = dict[str, Any]
Key = tuple[int, int, int, int]
"""A row's place in a ledger: when, by which act, which of its moves, and which side of it."""
PAGE, MOST_PAGE, EXPORTED = 50, 500, 500
MOST_PLACES = 200
FIRST: Key = (0, 0, 0, 0)
LAST: Key = (2**62, 0, 0, 0)
ROWS = """SELECT p.at, p.act, p.number, p.side, {came}, {lay}, p.lot, p.bin, m.quantity, m.in_case, m.round, m.voucher,
    CASE p.side WHEN 0 THEN m.target ELSE m.source END, l.serial, a.step, a.outcome, a.desk, w.name, c.procedure, c.digest
  FROM postings p CROSS JOIN moves m ON m.act = p.act AND m.number = p.number CROSS JOIN lots l ON l.code = p.lot
    LEFT JOIN acts a ON a.seq = p.act LEFT JOIN persons w ON w.id = a.person LEFT JOIN cases c ON c.code = m.in_case
  WHERE {which} AND {told} AND (p.at, p.act, p.number, p.side) {beyond} (?, ?, ?, ?) AND p.at >= ? AND p.at < ?
  ORDER BY p.at {order}, p.act {order}, p.number {order}, p.side {order} LIMIT ?"""
NEWEST, OLDEST = {"beyond": "<", "order": "DESC"}, {"beyond": ">", "order": "ASC"}
STATE = """SELECT {came}, {lay} FROM postings p WHERE {which} AND p.at < ?
  ORDER BY p.at DESC, p.act DESC, p.number DESC, p.side DESC LIMIT 1"""
ITEM = "SELECT name, spec, unit FROM items WHERE code = ?"
LOT = "SELECT item, serial FROM lots WHERE code = ?"
# The places an item or a lot was ever at, one seek for each, as no list of them is kept.
NEXT_PLACE = "SELECT place FROM postings WHERE {} = ? AND place > ? ORDER BY place LIMIT 1"


@dataclass(frozen=True)
class Book:
    """Which ledger is meant: of an item at a place, of one lot there, or of one bin."""

    item: str
    place: str
    lot: str = ""
    bin: str = ""

    @property
    def words(self) -> Mapping[str, str]:
        """Return the words of its queries: which postings it holds, and where they say what came and what lay there."""
        if self.lot:
            return {"which": "p.lot = ? AND p.place = ?", "came": "p.lot_came", "lay": "p.lot_lay"}
        if self.bin:  # the last condition is the index's own
            return {"which": "p.item = ? AND p.place = ? AND p.bin = ? AND p.bin <> ''", "came": "p.bin_came", "lay": "p.bin_lay"}
        return {"which": "p.item = ? AND p.place = ?", "came": "p.came", "lay": "p.lay"}

    @property
    def told(self) -> str:
        """Return which of its moves are told: what goes from bin to bin is told by the ledger of a bin only."""
        return "1" if self.bin and not self.lot else "m.source <> m.target"

    @property
    def key(self) -> tuple[str, ...]:
        """Return what its queries are given."""
        return (self.lot, self.place) if self.lot else (self.item, self.place, *([self.bin] if self.bin else []))


@dataclass(frozen=True)
class Days:
    """The days that are meant, as moments: from the first up to the end, which is no longer within."""

    since: int = 0
    until: int = 2**62


def read_days(raw: Mapping[str, Any]) -> Days:
    """Read "from" and "to", each a day that is still within. Raises Refused: date_unreadable, days_reversed."""
    first, last = (parse_day(raw[name]) if raw.get(name) else None for name in ("from", "to"))
    if first and last and last < first:
        raise Refused("days_reversed", first=first, last=last)
    return Days(start_of(first) if first else 0, start_of(last, 1) if last else 2**62)


def days_typed(text: str) -> dict[str, str]:
    """Return the days somebody typed: a month, one day, or the first and the last. Raises Refused: date_unreadable, month_…."""
    typed = clean_text(text, "days").split()
    if len(typed) == 1 and typed[0].count("-") == 1:
        first = month_of(typed[0])
        return {"from": first.isoformat(), "to": (later(first, 1) - timedelta(days=1)).isoformat()}
    if not 1 <= len(typed) <= 2:
        raise Refused("date_unreadable", text=visible(text))
    days = [parse_day(day).isoformat() for day in typed]
    return {"from": days[0], "to": days[-1]}


def find_book(cursor: Cursor, site: Site, item: str, place: str, lot: str = "", bin_: str = "") -> Book:
    """Return the ledger that is meant; a lot names its item. Raises Refused: place_unknown, lot_unknown, item_unknown."""
    if place and place not in site.factory.places:
        raise Refused("place_unknown", place=place)
    if lot and bin_:
        raise Refused("request_unreadable", name="bin")
    if lot:
        cursor.execute(LOT, (lot,))
        found = cursor.fetchall()
        if not found or item not in ("", found[0][0]):
            raise Refused("lot_unknown", lot=lot)
        item = found[0][0]
    cursor.execute(ITEM, (item,))
    if not cursor.fetchall():
        raise Refused("item_unknown", item=item)
    return Book(item, place, lot, bin_)


def state_at(cursor: Cursor, book: Book, until: int) -> tuple[int, int]:
    """Return all that had come before a moment, and what lay there then."""
    cursor.execute(STATE.format(**book.words), (*book.key, until))
    found = cursor.fetchall()
    return (found[0][0], found[0][1]) if found else (0, 0)


def turnover(cursor: Cursor, book: Book, days: Days) -> Json:
    """Return opening and closing balance of the days, and what came and went in between."""
    (came_before, opening), (came, closing) = (state_at(cursor, book, at) for at in (days.since, days.until))
    told = {"opening": opening, "came": came - came_before, "went": came - came_before + opening - closing, "closing": closing}
    return {name: format_quantity(quantity) for name, quantity in told.items()}


def ledger_page(
    site: Site, words: Words, asked: Mapping[str, Any], after: Sequence[int] | None = None, limit: int = PAGE,
    newest: bool = True, token: object = None,
) -> Json:
    """Return one page of a ledger with the turnover of its days, the newest move first or the oldest.

    ``asked`` has item, place, lot, bin, from and to; ``after`` is the "next" of the page before. Raises Refused as
    :func:`find_book`, :func:`read_days` and :func:`read_key` do; with a session, what it counts itself is refused (R047).
    """
    days, names = read_days(asked), [str(asked.get(name) or "") for name in ("item", "place", "lot", "bin")]
    start = read_key(after) if after is not None else LAST if newest else FIRST
    with site.database.reading() as cursor:
        book = find_book(cursor, site, *names)
        if token is not None:
            refuse_counted(site, cursor, find_session(site, cursor, token).desk, book.item, book.place)
        rows = page_rows(cursor, book, days, start, limit, newest)
        head = {**head_of(cursor, site, words, book), **turnover(cursor, book, days)}
        told = Telling(site, cursor, words).rows(rows)
    return {**head, "rows": told, "next": list(rows[-1][:4]) if len(rows) == limit else None}


def page_rows(cursor: Cursor, book: Book, days: Days, start: Key, limit: int, newest: bool) -> list[Row]:
    """Return the rows of one page; it begins no further off than its days do, or all moves outside them would be read."""
    start = min(start, (days.until, 0, 0, 0)) if newest else max(start, (days.since, 0, 0, 0))
    sql = ROWS.format(**book.words, told=book.told, **(NEWEST if newest else OLDEST))
    cursor.execute(sql, (*book.key, *start, days.since, days.until, limit))
    return cursor.fetchall()


def head_of(cursor: Cursor, site: Site, words: Words, book: Book) -> Json:
    """Return what a ledger is of."""
    cursor.execute(ITEM, (book.item,))
    name, spec, unit = cursor.fetchall()[0]
    title = place_title(site, words, book.place)
    return {
        "item": book.item, "name": name, "spec": spec, "unit": unit, "place": book.place, "place_title": title,
        "lot": book.lot, "bin": book.bin,
    }  # fmt: skip


def place_title(site: Site, words: Words, place: str) -> str:
    """Return what a place is called; one that the factory no longer has by its name."""
    known = site.factory.places.get(place)
    return known.title.in_(words.language) if known else place


class Telling:
    """Rows of a ledger told in the words of one language."""

    def __init__(self, site: Site, cursor: Cursor, words: Words) -> None:
        """Tell of a site."""
        self.site, self.cursor, self.words = site, cursor, words
        self.titles: dict[tuple[str | None, str, str], str] = {}

    def rows(self, rows: Sequence[Row]) -> list[Json]:
        """Return what each row says."""
        return [self.row(row) for row in rows]

    def row(self, row: Row) -> Json:
        """Return one move: when, by which act and voucher, what came or went, from where or where to, and what lay there then."""
        at, act, number, side, _, lay, lot, bin_, quantity, case, round_, voucher, other, serial, step, outcome, *rest = row
        desk, person, procedure, digest = rest
        moved = format_quantity(quantity)
        return {
            "at": time_text(at), "act": act, "number": number, "case": case or None, "round": round_,
            "procedure": procedure, "step": step, "title": self.title(digest, step or "", outcome or ""),
            "desk": desk, "person": person, "voucher": voucher or None, "lot": lot, "serial": serial, "bin": bin_,
            "came": moved if side else None, "went": None if side else moved, "balance": format_quantity(lay),
            "other": other, "other_title": place_title(self.site, self.words, other),
        }  # fmt: skip

    def title(self, digest: str | None, step: str, outcome: str) -> str:
        """Return what was done: a step of the very procedure its case runs under, or an act beside it."""
        key = (digest, step, outcome)
        if key not in self.titles:
            self.titles[key] = self.new_title(digest, step, outcome)
        return self.titles[key]

    def new_title(self, digest: str | None, step: str, outcome: str) -> str:
        """Return the title of a step that was not met before."""
        procedure = running_under(self.site, self.cursor, digest).procedure if digest else None
        if procedure is not None and step in procedure.steps:
            return counted_title(procedure, f"{step}.{outcome}" if outcome else step).in_(self.words.language)
        key = f"step.{step}"
        return self.words.say(key) if key in self.words.keys else step


def all_pages(site: Site, words: Words, asked: Mapping[str, Any], token: object = None) -> Iterator[list[Json]]:
    """Yield every row of a ledger, the oldest first, a portion at a time; between portions others may work and write."""
    after: Sequence[int] | None = None
    while True:
        page = ledger_page(site, words, asked, after, EXPORTED, newest=False, token=token)
        yield page["rows"]
        after = page["next"]
        if after is None:
            return


def places_of(site: Site, words: Words, asked: Mapping[str, Any], token: object = None) -> Json:
    """Return the turnover of an item, or of a lot, at every place it was ever at: the ledger's own table of contents.

    With a session, what it counts itself is refused (R047).
    """
    days, told = read_days(asked), []
    with site.database.reading() as cursor:
        book = find_book(cursor, site, str(asked.get("item") or ""), "", str(asked.get("lot") or ""))
        if token is not None:
            refuse_counted(site, cursor, find_session(site, cursor, token).desk, book.item)
        for place in seen_places(cursor, book):
            there = replace(book, place=place)
            counter = place in site.factory.places and site.factory.places[place].counter
            title = place_title(site, words, place)
            told.append({"place": place, "place_title": title, "counter": counter, **turnover(cursor, there, days)})
        head = head_of(cursor, site, words, book)
    return {**head, "places": sorted(told, key=lambda row: (row["counter"], row["place"]))}


def seen_places(cursor: Cursor, book: Book) -> Iterator[str]:
    """Yield the places that an item or a lot was ever at."""
    place, sql = "", NEXT_PLACE.format("lot" if book.lot else "item")
    for _ in range(MOST_PLACES):
        cursor.execute(sql, (book.lot or book.item, place))
        found = cursor.fetchall()
        if not found:
            return
        place = found[0][0]
        yield place


def read_key(raw: object) -> Key:
    """Return where a page begins; raises Refused("request_unreadable") for what no page has named."""
    if not isinstance(raw, list | tuple) or len(raw) != len(FIRST):
        raise Refused("request_unreadable", name="after")
    if not all(isinstance(part, int) and not isinstance(part, bool) and 0 <= part < 2**62 for part in raw):
        raise Refused("request_unreadable", name="after")
    at, act, number, side = raw
    return at, act, number, side


def asked_of(raw: Mapping[str, Any]) -> dict[str, str]:
    """Return which ledger a program asks for, each name cleaned."""
    names = ("item", "place", "lot", "bin", "from", "to")
    return {name: clean_code(raw[name]) for name in names if raw.get(name) is not None}


def ask_ledger(site: Site, session: Session, words: Words, raw: Mapping[str, Any]) -> Json:
    """Answer the pipe's ledger: the oldest move first, or with "newest" the newest; without a place, where it was at all."""
    asked = asked_of(raw)
    if not asked.get("place"):
        return places_of(site, words, asked, raw.get("session"))
    newest = raw.get("newest")
    if newest not in (None, True, False):
        raise Refused("request_unreadable", name="newest")
    size = site.config.number("inbox_page")
    return ledger_page(site, words, asked, raw.get("after"), size, newest=bool(newest), token=raw.get("session"))
