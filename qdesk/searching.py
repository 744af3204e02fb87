"""Searching: items by what people remember of them, and stock a page at a time, however much there is.

A search that finds nothing would read everything: a page of stock looks through so many rows at most (`SEARCHED`) and then says
in "next" where to go on, even when it holds no row at all. Without "next" all was looked through.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from qdesk.database import Cursor
from qdesk.desk.blindness import blind_rows
from qdesk.errors import Refused
from qdesk.lookups import as_typed, stock_row
from qdesk.people import find_session
from qdesk.scan import clean_text, format_quantity
from qdesk.site import Site
from qdesk.stock import reserved
from qdesk.words import Words

Json = dict[str, Any]
Key = tuple[str, str, str, str, str]
SEARCHED = 10_000
PAGE = 50

ITEM_COLUMNS = ("code", "name", "spec", "model", "unit", "decimals", "serialised", "certified")
ITEMS = f"SELECT {', '.join(ITEM_COLUMNS)} FROM items WHERE {{}} ORDER BY code LIMIT ?"
ITEM_TEXTS = ("code", "name", "spec", "model")
STOCK_TEXTS = ("i.code", "i.name", "i.spec", "b.lot", "l.serial")
LYING = """SELECT item, place, lot, in_case, quantity, bin FROM balances INDEXED BY balances_lying
  WHERE quantity <> 0 AND counter = 0 AND (item, place, lot, in_case, bin) > (?, ?, ?, ?, ?)
  ORDER BY item, place, lot, in_case, bin LIMIT ?"""
LYING_AT = """SELECT item, place, lot, in_case, quantity, bin FROM balances INDEXED BY balances_at_place
  WHERE quantity <> 0 AND counter = 0 AND place = ? AND (item, lot, in_case, bin) > (?, ?, ?, ?)
  ORDER BY item, lot, in_case, bin LIMIT ?"""
STOCK = """SELECT b.item, i.name, i.unit, b.place, b.in_case, b.lot, l.serial, l.owner, l.hold, l.expires_at, b.quantity, b.bin,
  i.spec FROM ({}) b JOIN items i ON i.code = b.item JOIN lots l ON l.code = b.lot
  WHERE {} ORDER BY b.item, b.place, b.lot, b.in_case, b.bin LIMIT ?"""
THERE = """SELECT COALESCE(SUM(b.quantity), 0), COALESCE(SUM(CASE WHEN l.owner <> '' OR l.hold <> ''
    OR l.expires_at <= ? THEN b.quantity ELSE 0 END), 0) FROM balances b INDEXED BY balances_lying
  JOIN lots l ON l.code = b.lot WHERE b.item = ? AND b.place = ? AND b.in_case = '' AND b.quantity <> 0 AND b.counter = 0"""
NOT_FREE: Json = {"free": None, "held": None, "reserved": None}
"""What lies there for a case is nobody else's."""


def sought(text: object) -> list[str]:
    """Return the words of what is looked for: each of them has to be found somewhere, whichever order they come in."""
    return clean_text(text, "filter").split()


def found_in(columns: Sequence[str], words: Sequence[str]) -> tuple[str, list[str]]:
    """Return the condition that every word is found in some column, and what it is given."""
    somewhere = " OR ".join(f"{column} LIKE ? ESCAPE '\\'" for column in columns)
    given = [f"%{as_typed(each)}%" for each in words for _ in columns]
    return " AND ".join([f"({somewhere})"] * len(words)) or "1 = 1", given


def find_items(site: Site, text: object, limit: int = PAGE, closed: bool = True) -> list[Json]:
    """Return items by code, name, spec or model: the very code first, then codes that begin so, then whatever holds the words.

    Without ``closed`` an item that is closed is found by its very code alone: nothing new is to be begun with it.
    """
    words = sought(text)
    condition, given = found_in(ITEM_TEXTS, words)
    condition = condition if closed else f"{condition} AND closed_at IS NULL"
    begins = f"{as_typed(words[0])}%" if words else "%"
    searches: tuple[tuple[str, list[str]], ...] = (
        ("code = ?", [" ".join(words)]),
        (f"code LIKE ? ESCAPE '\\' AND {condition}", [begins, *given]),
        (condition, given),
    )
    found: dict[str, Json] = {}
    with site.database.reading() as cursor:
        for where, parameters in searches:
            if len(found) < limit:  # each search ends as soon as it has a page; only the last may have to read everything
                cursor.execute(ITEMS.format(where), (*parameters, limit))
                for row in cursor.fetchall():
                    found.setdefault(row[0], item_row(row))
    return list(found.values())[:limit]


def item_row(row: tuple[Any, ...]) -> Json:
    """Return one item."""
    told = dict(zip(ITEM_COLUMNS, row, strict=True))
    return {**told, "serialised": bool(told["serialised"]), "certified": bool(told["certified"])}


def stock_page(
    site: Site, words: Words, looked_for: object = "", place: str = "", after: Sequence[str] | None = None, limit: int = PAGE,
    token: object = None,
) -> Json:
    """Return one page of what lies where, with what is free, held and promised of the same item at the same place.

    Rows come by item, place, lot and case; ``after`` is the "next" of the page before. Whoever asks with a session at a desk
    that counts is not told the book (R047). Raises Refused: place_unknown, request_unreadable, session_….
    """
    if place and place not in site.factory.places:
        raise Refused("place_unknown", place=place)
    looked = sought(looked_for)
    condition, given = found_in(STOCK_TEXTS, looked)
    lying, start = which_lying(key_of(after), place)
    searched = SEARCHED if looked else limit
    with site.database.reading() as cursor:
        cursor.execute(STOCK.format(lying, condition), (*start, searched, *given, limit))
        rows = cursor.fetchall()
        sums = {each: sums_of(site, cursor, *each) for each in {(row[0], row[3]) for row in rows if not row[4]}}
        last = key_at(rows[-1]) if len(rows) == limit else None
        if last is None and looked:
            cursor.execute(f"{lying} OFFSET ?", (*start, 1, searched - 1))
            last = next(((item, at, lot, case, bin_) for item, at, lot, case, _, bin_ in cursor.fetchall()), None)
        told = [{**lying_row(site, words, row), **sums.get((row[0], row[3]), NOT_FREE)} for row in rows]
        if token is not None:
            told = blind_rows(site, cursor, find_session(site, cursor, token).desk, told)
    return {"rows": told, "next": list(last) if last else None}


def which_lying(start: Key, place: str) -> tuple[str, tuple[str, ...]]:
    """Return the query for what lies behind a row, everywhere or at one place, each by an index of its own."""
    return (LYING_AT, (place, start[0], *start[2:])) if place else (LYING, start)


def key_of(after: Sequence[str] | None) -> Key:
    """Return where a page of stock begins; raises Refused("request_unreadable") for what no page has named."""
    if after is None:
        return "", "", "", "", ""
    if len(after) != 5 or not all(isinstance(each, str) for each in after):
        raise Refused("request_unreadable", name="after")
    item, place, lot, case, bin_ = after
    return item, place, lot, case, bin_


def key_at(row: Sequence[Any]) -> Key:
    """Return the key of a row of stock."""
    return row[0], row[3], row[5], row[4], row[11]


def lying_row(site: Site, words: Words, row: tuple[Any, ...]) -> Json:
    """Return one balance, with the item's spec and the title of the place."""
    title = site.factory.places[row[3]].title if row[3] in site.factory.places else None
    return {**stock_row(row[:-1]), "spec": row[-1], "place_title": title.in_(words.language) if title else row[3]}


def sums_of(site: Site, cursor: Cursor, item: str, place: str) -> Json:
    """Return how much of an item at a place is free, may not be used, and is promised."""
    cursor.execute(THERE, (site.clock.now(), item, place))
    there, held = cursor.fetchall()[0]
    promised = reserved(cursor, item, place)
    free = max(0, there - held - promised)
    return {"free": format_quantity(free), "held": format_quantity(held), "reserved": format_quantity(promised)}
