"""Searching: items by what people remember of them, stock and registers a page at a time, however much there is.

A search that finds nothing would read everything: a page of stock or of a register looks through so many rows at most
(`SEARCHED`) and then says in "next" where to go on, even when it holds no row at all. Without "next" all was looked through.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

import orjson

from qdesk.clock import time_text
from qdesk.database import Cursor
from qdesk.desk.book import in_force
from qdesk.errors import Refused
from qdesk.registers import as_typed, require_form, stock_row
from qdesk.scan import clean_code, clean_text, format_quantity
from qdesk.site import Site
from qdesk.stock import reserved
from qdesk.words import Words

Json = dict[str, Any]
Key = tuple[str, str, str, str]
SEARCHED = 10_000
PAGE = 50

ITEM_COLUMNS = ("code", "name", "spec", "model", "unit", "decimals", "serialised", "certified")
ITEMS = f"SELECT {', '.join(ITEM_COLUMNS)} FROM items WHERE {{}} ORDER BY code LIMIT ?"
ITEM_TEXTS = ("code", "name", "spec", "model")
STOCK_TEXTS = ("i.code", "i.name", "i.spec", "b.lot", "l.serial")
LYING = """SELECT item, place, lot, in_case, quantity FROM balances
  WHERE quantity <> 0 AND counter = 0 AND (item, place, lot, in_case) > (?, ?, ?, ?) AND (? = '' OR place = ?)
  ORDER BY item, place, lot, in_case LIMIT ?"""
STOCK = """SELECT b.item, i.name, i.unit, b.place, b.in_case, b.lot, l.serial, l.owner, l.hold, l.expires_at, b.quantity, i.spec
  FROM ({}) b JOIN items i ON i.code = b.item JOIN lots l ON l.code = b.lot
  WHERE {} ORDER BY b.item, b.place, b.lot, b.in_case LIMIT ?"""
THERE = """SELECT COALESCE(SUM(b.quantity), 0), COALESCE(SUM(CASE WHEN l.owner <> '' OR l.hold <> ''
    OR l.expires_at <= ? THEN b.quantity ELSE 0 END), 0) FROM balances b JOIN lots l ON l.code = b.lot
  WHERE b.item = ? AND b.place = ? AND b.in_case = '' AND b.counter = 0"""
DOCUMENT = """SELECT d.serial, d.in_case, d.revision, d.fields, d.opened_at, d.void_at, c.ended,
    (SELECT COUNT(*) FROM lines l WHERE l.serial = d.serial AND l.revision = d.revision)
  FROM documents d JOIN cases c ON c.code = d.in_case"""
NAMED = f"{DOCUMENT} WHERE d.serial = ?"
NEWEST = f"""{DOCUMENT} WHERE d.form = ? AND (d.opened_at, d.serial) < (?, ?)
  ORDER BY d.opened_at DESC, d.serial DESC LIMIT ?"""
FIELDS = """SELECT serial, fields FROM documents WHERE form = ? AND (opened_at, serial) < (?, ?)
  ORDER BY opened_at DESC, serial DESC LIMIT ?"""
LATEST = (2**62, "")
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


def find_items(site: Site, text: object, limit: int = PAGE) -> list[Json]:
    """Return items by code, name, spec or model: the very code first, then codes that begin so, then whatever holds the words."""
    words = sought(text)
    condition, given = found_in(ITEM_TEXTS, words)
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
    site: Site, words: Words, looked_for: object = "", place: str = "", after: Sequence[str] | None = None, limit: int = PAGE
) -> Json:
    """Return one page of what lies where, with what is free, held and promised of the same item at the same place.

    Rows come by item, place, lot and case; ``after`` is the "next" of the page before. Raises Refused: place_unknown,
    request_unreadable.
    """
    if place and place not in site.factory.places:
        raise Refused("place_unknown", place=place)
    looked = sought(looked_for)
    condition, given = found_in(STOCK_TEXTS, looked)
    start = (*key_of(after), place, place)
    searched = SEARCHED if looked else limit
    with site.database.reading() as cursor:
        cursor.execute(STOCK.format(LYING, condition), (*start, searched, *given, limit))
        rows = cursor.fetchall()
        sums = {each: sums_of(site, cursor, *each) for each in {(row[0], row[3]) for row in rows if not row[4]}}
        last = key_at(rows[-1]) if len(rows) == limit else None
        if last is None and looked:
            cursor.execute(f"{LYING} OFFSET ?", (*start, 1, searched - 1))
            last = next(((item, at, lot, case) for item, at, lot, case, _ in cursor.fetchall()), None)
    told = [{**lying_row(site, words, row), **sums.get((row[0], row[3]), NOT_FREE)} for row in rows]
    return {"rows": told, "next": list(last) if last else None}


def key_of(after: Sequence[str] | None) -> Key:
    """Return where a page of stock begins; raises Refused("request_unreadable") for what no page has named."""
    if after is None:
        return "", "", "", ""
    if len(after) != 4 or not all(isinstance(each, str) for each in after):
        raise Refused("request_unreadable", name="after")
    item, place, lot, case = after
    return item, place, lot, case


def key_at(row: Sequence[Any]) -> Key:
    """Return the key of a row of stock."""
    return row[0], row[3], row[5], row[4]


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


def register_page(site: Site, form: object, looked_for: object = "", before: str = "", limit: int = PAGE) -> Json:
    """Return one page of the documents of a form, the newest first, by serial or by what any of their fields says.

    ``before`` is the "next" of the page before. Raises Refused: form_unknown, document_unknown.
    """
    code, looked = clean_code(form), sought(looked_for)
    with site.database.reading() as cursor:
        start = opened(cursor, before) if before else LATEST
        if looked:
            rows, last = search(cursor, code, looked, start, limit)
        else:
            cursor.execute(NEWEST, (code, *start, limit))
            rows = cursor.fetchall()
            last = rows[-1][0] if len(rows) == limit else None
    if not rows and not before:
        require_form(site, code)
    return {"form": code, "rows": [document_row(row) for row in rows], "next": last}


def opened(cursor: Cursor, serial: str) -> tuple[int, str]:
    """Return when a document was opened, and its serial: its place in a register."""
    cursor.execute("SELECT opened_at, serial FROM documents WHERE serial = ?", (serial,))
    found = cursor.fetchall()
    if not found:
        raise Refused("document_unknown", serial=serial)
    at, known = found[0]
    return at, known


def search(
    cursor: Cursor, form: str, looked: Sequence[str], start: tuple[int, str], limit: int
) -> tuple[list[tuple[Any, ...]], str | None]:
    """Return the documents that hold every word among the next so many, and where to go on if there may be more."""
    cursor.execute(FIELDS, (form, *start, SEARCHED))
    newest = cursor.fetchall()
    found: list[str] = []
    last = newest[-1][0] if len(newest) == SEARCHED else None
    for serial in holding(newest, [each.lower() for each in looked]):
        found.append(serial)
        if len(found) == limit:
            last = serial
            break
    rows = []
    for serial in found:
        cursor.execute(NAMED, (serial,))
        rows += cursor.fetchall()
    return rows, last


def holding(documents: Sequence[tuple[Any, ...]], looked: Sequence[str]) -> Iterator[str]:
    """Return the serials of documents whose serial or whose fields' values hold every word; a field's name is no value."""
    for serial, fields in documents:
        known = f"{serial} {fields}".lower()
        if all(each in known or not each.isalnum() for each in looked):
            said = " ".join([serial, *map(str, orjson.loads(fields).values())]).lower()
            if all(each in said for each in looked):
                yield serial


def document_row(row: tuple[Any, ...]) -> Json:
    """Return one document of a register."""
    serial, case, revision, fields, opened_at, void_at, ended, lines = row
    return {
        "serial": serial,
        "case": case,
        "revision": revision,
        "opened": time_text(opened_at),
        "void": void_at is not None,
        "ended": ended or None,
        "fields": json.loads(fields),
        "lines_count": lines,
    }


def forms_of(site: Site, words: Words) -> list[Json]:
    """Return all forms of the procedures in force: what registers there are."""
    procedures = [running.procedure for running in in_force(site).values()]
    return [
        {"form": form.id, "number": form.number, "title": form.title.in_(words.language), "procedure": procedure.id}
        for procedure in procedures
        for form in procedure.forms.values()
    ]
