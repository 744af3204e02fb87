"""Shelf life: which lots end within a month and want a re-inspection (R048, T34), and which have ended (R049, T35)."""

from __future__ import annotations

import calendar
import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from qdesk.bins import STORE, stores_of
from qdesk.clock import moment, start_of
from qdesk.database import Cursor
from qdesk.desk.blindness import blind_rows
from qdesk.people import find_session
from qdesk.periods import later
from qdesk.reinspecting import under_way
from qdesk.scan import format_quantity
from qdesk.site import Site
from qdesk.words import Words

Json = dict[str, Any]
MOST_ROWS = 500
# By the index of what lies in a store now: lots that ended and were used up long ago are not looked at.
ENDING = """SELECT b.item, i.name, i.unit, b.place, b.bin, b.lot, b.quantity, l.expires_at, l.hold, l.owner
  FROM balances b CROSS JOIN lots l ON l.code = b.lot JOIN items i ON i.code = b.item
  WHERE b.place IN ({places}) AND b.counter = 0 AND b.in_case = '' AND b.quantity > 0 AND l.expires_at < ?
  ORDER BY l.expires_at, b.lot, b.place, b.bin LIMIT ?"""
COUNTED = """SELECT COUNT(DISTINCT CASE WHEN l.expires_at <= ? THEN b.lot END),
    COUNT(DISTINCT CASE WHEN l.expires_at > ? AND b.lot NOT IN (SELECT value FROM json_each(?)) THEN b.lot END)
  FROM balances b CROSS JOIN lots l ON l.code = b.lot
  WHERE b.place IN ({places}) AND b.counter = 0 AND b.in_case = '' AND b.quantity > 0 AND l.expires_at < ?"""


def month_after(day: date) -> date:
    """Return the last day whose month before has come: the same day of the next month, and from its end to its end (T34)."""
    first = later(day.replace(day=1), 1)
    last = last_of(first)
    return first.replace(day=last if day.day == last_of(day) else min(day.day, last))


def last_of(day: date) -> int:
    """Return the last day of a day's month."""
    return calendar.monthrange(day.year, day.month)[1]


def ends_before(now: int) -> int:
    """Return the moment before which a lot has to end to be shown: the end of the day one month from today."""
    return start_of(month_after(moment(now).date()), days_later=1)


def shelf_life(site: Site, token: object, words: Words) -> list[Json]:
    """Return what ends within a month or has ended: at a store's desk what lies there, elsewhere what lies in any store."""
    with site.database.reading() as cursor:
        session = find_session(site, cursor, token)
        return blind_rows(site, cursor, session.desk, ending(site, cursor, words, places_of(site, session.desk)))


def places_of(site: Site, desk: str) -> list[str]:
    """Return the places whose goods a desk looks after; for a desk without a store all of them."""
    if site.factory.desks[desk].kind == STORE:
        return list(stores_of(site, desk))
    return [name for name, place in site.factory.places.items() if place.is_store]


def ending(site: Site, cursor: Cursor, words: Words, places: Sequence[str]) -> list[Json]:
    """Return every quantity at some places that ends within a month or has ended, what ends first at the head."""
    now, cases = site.clock.now(), under_way(cursor)
    cursor.execute(ENDING.format(places=", ".join("?" * len(places))), (*places, ends_before(now), MOST_ROWS))
    return [ending_row(site, words, row, now, cases) for row in cursor.fetchall()]


def counted(cursor: Cursor, places: Sequence[str], now: int) -> tuple[int, int]:
    """Return how many lots have ended at some places, and how many end within a month and nobody re-inspects."""
    named = json.dumps(sorted(under_way(cursor)))
    cursor.execute(COUNTED.format(places=", ".join("?" * len(places))), (now, now, named, *places, ends_before(now)))
    ended, soon = cursor.fetchall()[0]
    return ended, soon


def ending_row(site: Site, words: Words, row: tuple[Any, ...], now: int, cases: Mapping[str, str]) -> Json:
    """Return one quantity: how many days its lot has left, and the case that re-inspects it."""
    item, name, unit, place, bin_, lot, quantity, expires_at, hold, owner = row
    known, ends = site.factory.places.get(place), moment(expires_at).date()
    title = known.title.in_(words.language) if known else place
    return {
        "item": item, "name": name, "unit": unit, "place": place, "place_title": title, "bin": bin_, "lot": lot,
        "quantity": format_quantity(quantity), "expires": ends.isoformat(), "hold": hold, "owner": owner,
        "days": (ends - moment(now).date()).days, "expired": expires_at <= now, "case": cases.get(lot, ""),
    }  # fmt: skip
