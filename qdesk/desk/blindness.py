"""Blindness: as long as a store is counted, nothing that its desk is told says how much the book says lies there (R047)."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import chain
from typing import Any

from qdesk.database import Cursor
from qdesk.desk.book import WRITINGS, in_force
from qdesk.errors import Because, Refused
from qdesk.language import Form
from qdesk.scan import format_quantity
from qdesk.site import Site
from qdesk.stock import in_bin
from qdesk.vocabulary import Act

Json = dict[str, Any]
LISTED = """SELECT json_extract(l.other, '$.place'), json_extract(l.other, '$.lot') FROM documents d
  JOIN cases c ON c.code = d.in_case JOIN lines l ON l.serial = d.serial AND l.revision = d.revision
  WHERE d.form IN (SELECT value FROM json_each(?)) AND d.void_at IS NULL AND c.ended = ''
    AND json_extract(l.other, '$.counted') IS NULL"""
ITEMS = "SELECT DISTINCT item FROM lots WHERE code IN (SELECT value FROM json_each(?))"
SUMS = ("free", "held", "reserved")
FIGURES = ("free", "there", "left", "quantity")
"""What a refusal calls how much the book has."""
UNTOLD = "—"


def being_counted(site: Site, cursor: Cursor, desk: str) -> set[tuple[str, str]]:
    """Return place and lot of all that stands on a list of this desk of which the result is still to come."""
    forms = [form for form, writer in lists_of(site).items() if writer in site.served[desk]]
    if not forms:
        return set()
    cursor.execute(LISTED, (json.dumps(forms),))
    return {(place, lot) for place, lot in cursor.fetchall()}


def refuse_counted(site: Site, cursor: Cursor, desk: str, item: str, place: str = "") -> None:
    """Refuse whatever tells how much of an item the book says lies at a place that is counted at this desk.

    Raises Refused("goods_being_counted").
    """
    cursor.execute("SELECT code FROM lots WHERE item = ?", (item,))
    lots = {code for (code,) in cursor.fetchall()}
    for where, lot in being_counted(site, cursor, desk):
        if lot in lots and place in ("", where):
            raise Refused("goods_being_counted", item=item, place=site.factory.places[where].title)


def refuse_lots(site: Site, cursor: Cursor, desk: str, lots: Iterable[str]) -> None:
    """Refuse whatever tells how much there is of one of these lots. Raises Refused("goods_being_counted")."""
    places = {lot: where for where, lot in being_counted(site, cursor, desk)}
    for lot in lots:
        if lot in places:
            raise Refused("goods_being_counted", item=lot, place=site.factory.places[places[lot]].title)


def refuse_place(site: Site, cursor: Cursor, desk: str, place: str = "") -> None:
    """Refuse whatever tells how much lies at a place, or anywhere, where something of it is counted at this desk.

    Raises Refused("goods_being_counted").
    """
    refuse_lots(site, cursor, desk, sorted(lot for where, lot in being_counted(site, cursor, desk) if place in ("", where)))


def refuse_told(act: Act, form: Form, desk: str) -> None:
    """Refuse a form on which the desk itself writes how much the book has of what is counted at it.

    Raises Refused("goods_being_counted").
    """
    writing = WRITINGS.get(form.written)
    if writing and writing.tells:
        refuse_lots(act.site, act.cursor, desk, writing.tells(act))


def items_counted(site: Site, cursor: Cursor, desk: str) -> set[str]:
    """Return the items of which something is being counted at this desk."""
    lots = [lot for _, lot in being_counted(site, cursor, desk)]
    cursor.execute(ITEMS, (json.dumps(lots),))
    return {item for (item,) in cursor.fetchall()}


@contextmanager
def refusing_blind(site: Site, desk: str) -> Iterator[None]:
    """Say no without the figure: what is refused inside does not tell how much the book has of what is counted here."""
    try:
        yield
    except Refused as refused:
        if not any(tells(arguments) for arguments in (refused.arguments, *(each.arguments for each in refused.because))):
            raise
        with site.database.reading() as cursor:
            items = items_counted(site, cursor, desk)
        reasons = [Because(each.code, untold(each.arguments, items), each.where, each.who) for each in refused.because]
        raise Refused(refused.code, reasons, **untold(refused.arguments, items)) from refused


def tells(arguments: Mapping[str, object]) -> bool:
    """Tell whether a refusal says of an item how much there is."""
    return "item" in arguments and any(name in arguments for name in FIGURES)


def untold(arguments: Mapping[str, object], items: Collection[object]) -> dict[str, object]:
    """Return what a refusal says, without the figures where it is about one of these items."""
    hidden = FIGURES if arguments.get("item") in items else ()
    return {name: UNTOLD if name in hidden else value for name, value in arguments.items()}


def blind_rows(site: Site, cursor: Cursor, desk: str, rows: list[Json], place: str = "") -> list[Json]:
    """Return rows of what lies where without the figures of what is being counted at this desk."""
    counted = being_counted(site, cursor, desk) if rows else set()
    places = {where for where, _ in counted}
    return [blind_row(row, str(row.get("place") or place), counted, places) for row in rows] if counted else rows


def blind_row(row: Json, where: str, counted: set[tuple[str, str]], places: set[str]) -> Json:
    """Return one row: no quantity of a lot that is counted, and no sums of a place that is."""
    sums = {name: None for name in SUMS if where in places and row.get(name) is not None}
    hidden = (where, row["lot"]) in counted if "lot" in row else where in places
    return {**row, **sums, **({"quantity": ""} if hidden else {})}


def blind_proposals(site: Site, cursor: Cursor, desk: str, proposed: dict[str, list[Json]]) -> dict[str, list[Json]]:
    """Return what is proposed; where it empties a bin of a lot that is counted at this desk, it does not say how much that is."""

    def lies(row: Json) -> bool:
        return bool(row.get("place") and row.get("lot"))

    counted = being_counted(site, cursor, desk) if any(map(lies, chain(*proposed.values()))) else set()

    def empties(row: Json) -> bool:
        if not lies(row) or (row["place"], row["lot"]) not in counted:
            return False
        there = in_bin(cursor, row["item"], row["place"], row["lot"], row.get("bin", ""))
        return str(row.get("quantity")) == format_quantity(there or 0)

    return {name: [{**row, "quantity": ""} if empties(row) else row for row in each] for name, each in proposed.items()}


def lists_of(site: Site) -> dict[str, str]:
    """Return the forms that are counted by, each with the desk that writes it."""
    found: dict[str, str] = {}
    for running in in_force(site).values():
        counted = {form.id for form in running.procedure.forms.values() if form.written == "count_list"}
        for step in running.procedure.steps.values():
            found |= {form: step.desk for outcome in step.outcomes for form in outcome.opens if form in counted}
    return found


def told_blind(site: Site, cursor: Cursor, desk: str, card: Json) -> Json:
    """Return the card of an item, a lot or a place without the quantities of what is being counted at this desk."""
    rows = [name for name in ("balances", "lies") if card.get(name)]
    counted = being_counted(site, cursor, desk) if rows else set()
    place = card.get("place") or card.get("bin")
    return card if not counted else {
        **card,
        **{name: [{**row, "quantity": ""} if (row.get("place") or place, row["lot"]) in counted else row for row in card[name]]
           for name in rows},
    }  # fmt: skip
