"""What is out or in and has to come back or go back: with whom, since when, until when, and how much is still owed."""

from __future__ import annotations

import json
from datetime import date
from typing import Any, NamedTuple

from qdesk.borrowing import INSIDE, OWNER
from qdesk.clock import moment, time_text
from qdesk.database import Cursor
from qdesk.dispatch import VEHICLE
from qdesk.lending import OUT
from qdesk.people import find_session
from qdesk.scan import format_quantity
from qdesk.site import Site
from qdesk.words import Words

Json = dict[str, Any]
MOST_CASES = 200


class Way(NamedTuple):
    """Where the goods of a form come from, where they then lie until they are back, and what of that is still owed."""

    source: str
    place: str
    owed: tuple[str, ...]


WAYS = {"lent": Way(VEHICLE, OUT, (OUT,)), "borrowed": Way(OWNER, INSIDE, (INSIDE, VEHICLE))}
"""What waits on a vehicle for its pass is still here; it is given back when the gate lets it out."""
# A floor is a case's own, or one of its rounds': "JR26-000001#2". No other code comes between a code and the same with "$".
FORMS = """SELECT d.serial, d.form, d.fields,
    COALESCE(json_extract(d.fields, '$.extended_to'), json_extract(d.fields, '$.due_back')) AS due
  FROM cases c CROSS JOIN documents d ON d.serial = c.code
  WHERE c.ended = '' AND d.form IN ('lent', 'borrowed') AND EXISTS (SELECT 1 FROM balances b
    WHERE b.in_case >= d.serial AND b.in_case < d.serial || '$' AND b.in_case <> '' AND b.quantity <> 0 AND b.place IN (?, ?, ?))
  ORDER BY due, d.serial LIMIT ?"""
OWED = """SELECT place, item, SUM(quantity) FROM balances
  WHERE in_case >= ?1 AND in_case < ?1 || '$' AND in_case <> '' AND quantity <> 0 GROUP BY place, item"""
WENT = """SELECT m.item, i.name, i.unit, SUM(m.quantity), MIN(m.at) FROM moves m JOIN items i ON i.code = m.item
  WHERE m.in_case = ? AND m.source = ? AND m.target = ? GROUP BY m.item ORDER BY m.item"""


def returnables(site: Site, token: object, words: Words) -> list[Json]:
    """Return what is out or in, item by item, what is due first at the head: so what is overdue comes before everything else."""
    today = moment(site.clock.now()).date()
    with site.database.reading() as cursor:
        find_session(site, cursor, token)
        cursor.execute(FORMS, (OUT, INSIDE, VEHICLE, MOST_CASES))
        return [row for form in cursor.fetchall() for row in rows_of(cursor, form, today)]


def rows_of(cursor: Cursor, form: tuple[str, str, str, str], today: date) -> list[Json]:
    """Return the items of one form of which something is still owed."""
    serial, kind, fields, due = form
    way, told = WAYS[kind], json.loads(fields)
    cursor.execute(OWED, (serial,))
    owed: dict[str, int] = {}
    for place, item, quantity in cursor.fetchall():
        if place in way.owed:
            owed[item] = owed.get(item, 0) + quantity
    cursor.execute(WENT, (serial, way.source, way.place))
    about = {
        "case": serial, "form": kind, "direction": told["direction"], "goods": told["goods"], "customer": told["customer"],
        "purpose": told["purpose"], "due": due, "first_due": told["due_back"],
        "overdue": max(0, (today - date.fromisoformat(due)).days),
    }  # fmt: skip
    return [
        {
            **about, "item": item, "name": name, "unit": unit, "since": time_text(since), "quantity": format_quantity(went),
            "still": format_quantity(owed[item]), "back": format_quantity(went - owed[item]),
        }
        for item, name, unit, went, since in cursor.fetchall()
        if owed.get(item)
    ]  # fmt: skip
