"""The inspector's day: what waits, the oldest first, what was stamped today, and what is set apart without a report (R058)."""

from __future__ import annotations

from typing import Any

from qdesk.clock import SECOND, time_text
from qdesk.database import Cursor
from qdesk.handing_over import my_stamps
from qdesk.lookups import waiting_row
from qdesk.people import find_session
from qdesk.scan import format_quantity
from qdesk.site import Site
from qdesk.words import Words

Json = dict[str, Any]
MOST_ROWS = 300
WAITING = """SELECT w.in_case, w.step, w.desk, w.since, c.procedure, c.digest FROM waiting w JOIN cases c ON c.code = w.in_case
  WHERE w.desk = ? ORDER BY w.since, w.in_case, w.step LIMIT ?"""
# What a report has taken under review lies for its case; whatever still lies here has none. As the index has it.
APART = """SELECT b.item, i.name, i.unit, b.lot, b.quantity, l.hold,
    (SELECT MAX(m.at) FROM moves m WHERE m.lot = b.lot AND m.target = b.place) AS since
  FROM balances b JOIN items i ON i.code = b.item JOIN lots l ON l.code = b.lot
  WHERE b.place = 'quarantine' AND b.quantity <> 0 AND b.quantity > 0 ORDER BY since, b.lot LIMIT ?"""
COUNTED = "SELECT COUNT(DISTINCT lot) FROM balances WHERE place = 'quarantine' AND quantity <> 0 AND quantity > 0"


def lots_apart(site: Site, token: object) -> int:
    """Return how many lots are set apart without a report."""
    with site.database.reading() as cursor:
        find_session(site, cursor, token)
        cursor.execute(COUNTED)
        return int(cursor.fetchall()[0][0])


def inspectors_day(site: Site, token: object, words: Words) -> Json:
    """Return the queue of the session's desk, the stamps of its person today, and what is set apart without a report."""
    stamps = [row for row in my_stamps(site, token, words) if row["kind"] == "stamp"]
    with site.database.reading() as cursor:
        desk, now = find_session(site, cursor, token).desk, site.clock.now()
        cursor.execute(WAITING, (desk, MOST_ROWS))
        queue = [waiting_row(site, cursor, words, row, now) for row in cursor.fetchall()]
        return {"queue": queue, "stamps": stamps, "apart": apart(site, cursor)}


def apart(site: Site, cursor: Cursor) -> list[Json]:
    """Return what does not conform and waits for somebody to write a report, the oldest first."""
    cursor.execute(APART, (MOST_ROWS,))
    now = site.clock.now()
    return [
        {
            "item": item, "name": name, "unit": unit, "lot": lot, "quantity": format_quantity(quantity), "hold": hold,
            "since": time_text(since), "age_seconds": max(0, now - since) // SECOND,
        }
        for item, name, unit, lot, quantity, hold, since in cursor.fetchall()
    ]  # fmt: skip
