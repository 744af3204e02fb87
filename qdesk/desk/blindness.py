"""Blindness: as long as a store is counted, no card at its desk tells how much the book says lies there (R047)."""

from __future__ import annotations

import json
from typing import Any

from qdesk.database import Cursor
from qdesk.desk.book import in_force
from qdesk.errors import Refused
from qdesk.people import Session
from qdesk.site import Site

Json = dict[str, Any]
LISTED = """SELECT json_extract(l.other, '$.place'), json_extract(l.other, '$.lot') FROM documents d
  JOIN cases c ON c.code = d.in_case JOIN lines l ON l.serial = d.serial AND l.revision = d.revision
  WHERE d.form IN (SELECT value FROM json_each(?)) AND d.void_at IS NULL AND c.ended = ''
    AND json_extract(l.other, '$.counted') IS NULL"""
SUMS = ("free", "held", "reserved")


def being_counted(site: Site, cursor: Cursor, session: Session) -> set[tuple[str, str]]:
    """Return place and lot of all that stands on a list of this desk of which the result is still to come."""
    forms = [form for form, desk in lists_of(site).items() if desk in site.served[session.desk]]
    if not forms:
        return set()
    cursor.execute(LISTED, (json.dumps(forms),))
    return {(place, lot) for place, lot in cursor.fetchall()}


def refuse_counted(site: Site, cursor: Cursor, session: Session, item: str, place: str = "") -> None:
    """Refuse whatever tells how much of an item the book says lies at a place that is counted at this desk.

    Raises Refused("goods_being_counted").
    """
    cursor.execute("SELECT code FROM lots WHERE item = ?", (item,))
    lots = {code for (code,) in cursor.fetchall()}
    for where, lot in being_counted(site, cursor, session):
        if lot in lots and place in ("", where):
            raise Refused("goods_being_counted", item=item, place=site.factory.places[where].title)


def blind_rows(site: Site, cursor: Cursor, session: Session, rows: list[Json], place: str = "") -> list[Json]:
    """Return rows of what lies where without the figures of what is being counted at this desk."""
    counted = being_counted(site, cursor, session) if rows else set()
    places = {where for where, _ in counted}
    return [blind_row(row, str(row.get("place") or place), counted, places) for row in rows] if counted else rows


def blind_row(row: Json, where: str, counted: set[tuple[str, str]], places: set[str]) -> Json:
    """Return one row: no quantity of a lot that is counted, and no sums of a place that is."""
    sums = {name: None for name in SUMS if where in places and row.get(name) is not None}
    hidden = (where, row["lot"]) in counted if "lot" in row else where in places
    return {**row, **sums, **({"quantity": ""} if hidden else {})}


def lists_of(site: Site) -> dict[str, str]:
    """Return the forms that are counted by, each with the desk that writes it."""
    found: dict[str, str] = {}
    for running in in_force(site).values():
        counted = {form.id for form in running.procedure.forms.values() if form.written == "count_list"}
        for step in running.procedure.steps.values():
            found |= {form: step.desk for outcome in step.outcomes for form in outcome.opens if form in counted}
    return found


def told_blind(site: Site, cursor: Cursor, session: Session, card: Json) -> Json:
    """Return the card of an item, a lot or a place without the quantities of what is being counted at this desk."""
    rows = [name for name in ("balances", "lies") if card.get(name)]
    counted = being_counted(site, cursor, session) if rows else set()
    place = card.get("place") or card.get("bin")
    return card if not counted else {
        **card,
        **{name: [{**row, "quantity": ""} if (row.get("place") or place, row["lot"]) in counted else row for row in card[name]]
           for name in rows},
    }  # fmt: skip
