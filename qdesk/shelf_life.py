"""Shelf life: which lots end within a month and want a re-inspection (R048, T34), and which have ended (R049, T35)."""

from __future__ import annotations

import calendar
from datetime import date
from typing import Any

from qdesk.bins import STORE, stores_of
from qdesk.clock import moment, start_of
from qdesk.database import Cursor
from qdesk.people import find_session
from qdesk.periods import later
from qdesk.scan import format_quantity
from qdesk.site import Site
from qdesk.words import Words

Json = dict[str, Any]
MOST_ROWS = 500
# By the index of what ends: only lots that end soon enough are looked at, however many there are.
ENDING = """SELECT b.item, i.name, i.unit, b.place, b.bin, l.code, b.quantity, l.expires_at, l.hold, l.owner,
    (SELECT d.serial FROM documents d JOIN cases c ON c.code = d.in_case WHERE d.form = 'reinspection' AND c.ended = ''
      AND d.void_at IS NULL AND json_extract(d.fields, '$.lot') = l.code LIMIT 1)
  FROM lots l CROSS JOIN balances b ON b.item = l.item AND b.lot = l.code JOIN items i ON i.code = l.item
  WHERE l.expires_at IS NOT NULL AND l.expires_at < ? AND b.counter = 0 AND b.in_case = '' AND b.quantity > 0
  ORDER BY l.expires_at, l.code, b.place, b.bin LIMIT ?"""


def month_after(day: date) -> date:
    """Return the same day of the next month, or the last one where that is shorter (T34)."""
    first = later(day.replace(day=1), 1)
    return first.replace(day=min(day.day, calendar.monthrange(first.year, first.month)[1]))


def ends_before(now: int) -> int:
    """Return the moment before which a lot has to end to be shown: the end of the day one month from today."""
    return start_of(month_after(moment(now).date()), days_later=1)


def shelf_life(site: Site, token: object, words: Words) -> list[Json]:
    """Return what ends within a month or has ended: at a store's desk what lies there, elsewhere what lies in any store."""
    with site.database.reading() as cursor:
        session = find_session(site, cursor, token)
        return [row for row in ending(site, cursor, words) if row["place"] in places_of(site, session.desk)]


def places_of(site: Site, desk: str) -> list[str]:
    """Return the places whose goods a desk looks after; for a desk without a store all of them."""
    if site.factory.desks[desk].kind == STORE:
        return list(stores_of(site, desk))
    return [name for name, place in site.factory.places.items() if not (place.counter or place.per_case)]


def ending(site: Site, cursor: Cursor, words: Words) -> list[Json]:
    """Return every quantity that ends within a month or has ended, what ends first at the head."""
    now = site.clock.now()
    cursor.execute(ENDING, (ends_before(now), MOST_ROWS))
    return [ending_row(site, words, row, now) for row in cursor.fetchall()]


def ending_row(site: Site, words: Words, row: tuple[Any, ...], now: int) -> Json:
    """Return one quantity: how many days its lot has left, and the case that re-inspects it."""
    item, name, unit, place, bin_, lot, quantity, expires_at, hold, owner, case = row
    known, ends = site.factory.places.get(place), moment(expires_at).date()
    title = known.title.in_(words.language) if known else place
    return {
        "item": item, "name": name, "unit": unit, "place": place, "place_title": title, "bin": bin_, "lot": lot,
        "quantity": format_quantity(quantity), "expires": ends.isoformat(), "hold": hold, "owner": owner,
        "days": (ends - moment(now).date()).days, "expired": expires_at <= now, "case": case or "",
    }  # fmt: skip
