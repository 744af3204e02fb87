"""The bin plan of a store (F092): its bins with what lies where, what lies in none, and what a code is to who puts away."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from qdesk.bins import find_bin, held_as, lies_in, stores_of, zone_of
from qdesk.clock import moment
from qdesk.database import Cursor
from qdesk.desk.blindness import blind_rows, refuse_counted
from qdesk.errors import Refused
from qdesk.people import find_session
from qdesk.scan import clean_code, format_quantity, visible
from qdesk.shelf_life import places_of
from qdesk.site import Site
from qdesk.stock import read_lot
from qdesk.vocabulary import read_item
from qdesk.words import Words

Json = dict[str, Any]
PAGE, SEARCHED = 50, 2000
"""Bins of a page, and how many are looked through at once for one."""
KEPT = "i.name, i.unit, b.lot, b.quantity, l.hold, l.owner, l.expires_at"
TEXT = "lower(COALESCE(n.code, '') || ' ' || COALESCE(b.item || ' ' || i.name || ' ' || b.lot || ' ' || l.owner, ''))"
PLAN = f"""SELECT n.code, n.zone, b.item, {KEPT} FROM
    (SELECT code, zone FROM bins WHERE place = ? AND closed_at IS NULL AND code > ? ORDER BY code LIMIT ?) n
  LEFT JOIN balances b ON b.bin = n.code AND b.bin <> '' AND b.quantity <> 0
  LEFT JOIN items i ON i.code = b.item LEFT JOIN lots l ON l.code = b.lot WHERE {{}} ORDER BY n.code, b.item, b.lot"""
LAST = """SELECT MAX(code), COUNT(*) FROM
  (SELECT code FROM bins WHERE place = ? AND closed_at IS NULL AND code > ? ORDER BY code LIMIT ?) AS n"""
LOOSE = f"""SELECT '', '', b.item, {KEPT} FROM balances b JOIN items i ON i.code = b.item JOIN lots l ON l.code = b.lot
  LEFT JOIN bins n ON n.code = '' WHERE b.place = ? AND b.bin = '' AND b.counter = 0 AND b.in_case = '' AND b.quantity > 0
    AND (b.item, b.lot) > (?, ?) AND {{}} ORDER BY b.item, b.lot LIMIT ?"""
OF_ITEM = """SELECT b.lot, b.place, b.bin, b.quantity FROM balances b JOIN lots l ON l.code = b.lot
  WHERE b.item = ? AND b.counter = 0 AND b.in_case = '' AND b.quantity > 0
  ORDER BY l.expires_at IS NULL, l.expires_at, l.since, b.lot, b.bin"""


def bin_plan(
    site: Site, token: object, words: Words, place: str = "", looked_for: str = "", after: Sequence[str] | None = None
) -> Json:
    """Return a page of a store's bins with what lies in each, behind the last one what lies in none, and where to go on.

    Raises Refused: place_unknown, request_unreadable.
    """
    with site.database.reading() as cursor:
        session = find_session(site, cursor, token)
        places = places_of(site, session.desk)
        shown = place or next(iter(places), "")
        if shown not in places:
            raise Refused("place_unknown", place=visible(shown))
        rows, following = page_of(site, cursor, words, shown, looked_for.casefold().split(), key_of(after))
        rows = blind_rows(site, cursor, session.desk, rows, shown)
    title = site.factory.places[shown].title.in_(words.language)
    return {"place": shown, "title": title, "places": places, "rows": rows, "next": list(following) if following else None}


def whole_plan(site: Site, cursor: Cursor, words: Words, place: str, most: int) -> list[Json]:
    """Return all bins of a store with what lies where; one row more than so many, and no further, where there are too many."""
    rows, after = page_of(site, cursor, words, place, [], ("",))
    while after is not None and len(rows) <= most:
        more, after = page_of(site, cursor, words, place, [], after)
        rows += more
    return rows[: most + 1]


def key_of(after: Sequence[str] | None) -> tuple[str, ...]:
    """Return where a page begins: behind a bin, or in what lies in none behind an item and lot."""
    if after is None:
        return ("",)
    if len(after) not in (1, 2) or not all(isinstance(each, str) for each in after):
        raise Refused("request_unreadable", name="after")
    return tuple(after)


def page_of(
    site: Site, cursor: Cursor, words: Words, place: str, looked: Sequence[str], after: tuple[str, ...]
) -> tuple[list[Json], tuple[str, ...] | None]:
    """Return the rows of one page and where the next begins, None where nothing is left."""
    condition, given = narrowed(site, looked)
    found, following = (bins_page if len(after) == 1 else loose_page)(cursor, place, after, condition, given)
    now = site.clock.now()
    return [plan_row(site, words, each, now) for each in found], following


def narrowed(site: Site, looked: Sequence[str]) -> tuple[str, list[str]]:
    """Return the condition that every word is found in a row or in what its zone is called, and what it is given."""
    conditions, given = [], list[str]()
    for word in looked:
        zones = [zone.id for zone in site.factory.zones.values() if word in f"{zone.title.zh} {zone.title.en}".casefold()]
        conditions.append(f"(instr({TEXT}, ?) > 0 OR n.zone IN (SELECT value FROM json_each(?)))")
        given += [word, json.dumps(zones)]
    return " AND ".join(conditions) or "1 = 1", given


def bins_page(
    cursor: Cursor, place: str, after: tuple[str, ...], condition: str, given: list[str]
) -> tuple[list[tuple[Any, ...]], tuple[str, ...]]:
    """Return some bins of a store with what lies in them; behind the last bin comes what lies in none."""
    many = SEARCHED if given else PAGE
    cursor.execute(LAST, (place, after[0], many))
    last, count = cursor.fetchall()[0]
    cursor.execute(PLAN.format(condition), (place, after[0], many, *given))
    return cursor.fetchall(), (last,) if count == many else ("", "")


def loose_page(
    cursor: Cursor, place: str, after: tuple[str, ...], condition: str, given: list[str]
) -> tuple[list[tuple[Any, ...]], tuple[str, ...] | None]:
    """Return some of what lies in no bin, and where to go on."""
    cursor.execute(LOOSE.format(condition), (place, *after, *given, PAGE))
    rows = cursor.fetchall()
    return rows, (rows[-1][2], rows[-1][5]) if len(rows) == PAGE else None


def plan_row(site: Site, words: Words, row: tuple[Any, ...], now: int) -> Json:
    """Return one lot in a bin, or an empty bin."""
    code, zone, item, name, unit, lot, quantity, hold, owner, expires_at = row
    title = zone_of(site, zone).title.in_(words.language) if zone else ""
    expires = moment(expires_at).date().isoformat() if expires_at else ""
    return {
        "bin": code, "zone": zone, "zone_title": title, "item": item or "",
        "name": name or "", "unit": unit or "", "lot": lot or "", "quantity": format_quantity(quantity) if quantity else "",
        "hold": held_as(hold or "", expires_at, now), "owner": owner or "", "expires": expires,
    }  # fmt: skip


def what_is(site: Site, token: object, code: object) -> Json:
    """Return what a code is to whoever puts goods away: a bin, or an item or lot with where it lies in the stores kept here.

    Raises Refused: code_unknown, bin_closed, place_not_kept; goods_being_counted, since what is counted stays where it lies.
    """
    name = clean_code(code)
    with site.database.reading() as cursor:
        session = find_session(site, cursor, token)
        kept = stores_of(site, session.desk)
        found = find_bin(cursor, name)
        if found is not None:
            if found.closed_at is not None:
                raise Refused("bin_closed", bin=name)
            if found.place not in kept:
                raise Refused("place_not_kept", place=site.factory.places[found.place].title)
            return {"kind": "bin", "bin": name, "place": found.place, "zone": found.zone}
        item, lot = goods_named(cursor, name)
        refuse_counted(site, cursor, session.desk, item)
        lies = where_lies(cursor, item, lot)
        card = read_item(cursor, item)
    here = [row for row in lies if row["place"] in kept]
    known = {"item": item, "name": card.name, "unit": card.unit, "decimals": card.decimals}
    return {"kind": "goods", **known, "lot": lot, "lies": here}


def goods_named(cursor: Cursor, code: str) -> tuple[str, str]:
    """Return the item and the lot that a code names; the lot is empty for an item. Raises Refused("code_unknown")."""
    for table in ("lots", "items"):
        cursor.execute(f'SELECT 1 FROM "{table}" WHERE code = ?', (code,))
        if cursor.fetchall():
            return (read_lot(cursor, code).item, code) if table == "lots" else (code, "")
    raise Refused("code_unknown", code=code)


def where_lies(cursor: Cursor, item: str, lot: str) -> list[Json]:
    """Return each lot of an item, or the one named, with where it lies and how much, in thousandths; first expired first."""
    if lot:
        rows = [(lot, *row) for row in lies_in(cursor, item, lot)]
    else:
        cursor.execute(OF_ITEM, (item,))
        rows = [tuple(row) for row in cursor.fetchall()]
    return [{"lot": of, "place": place, "bin": bin_, "quantity": quantity} for of, place, bin_, quantity in rows]
