"""Re-inspection: a lot near its end is looked at again; it gets another end, or it is held and set apart (R048, R049, R058)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from qdesk.asking import ask_one, asked_text
from qdesk.bins import lies_in
from qdesk.cases import Line
from qdesk.clock import moment, start_of
from qdesk.database import Cursor
from qdesk.errors import Because, Refused
from qdesk.moving import write_on
from qdesk.quarantine import NONCONFORMING, QUARANTINE, set_apart
from qdesk.scan import clean_code, parse_day
from qdesk.stock import Lot, Portion, read_lot
from qdesk.vocabulary import Act, Inputs, Move, Question, Rule, View, Writing, text_answer

FORM = "reinspection"
UNDER_WAY = """SELECT json_extract(d.fields, '$.lot'), d.serial FROM cases c CROSS JOIN documents d ON d.serial = c.code
  WHERE c.ended = '' AND c.procedure = 'reinspection' AND d.void_at IS NULL AND c.code <> ?"""


def under_way(cursor: Cursor, but_for: str = "") -> dict[str, str]:
    """Return the case that re-inspects a lot, by the lot, but for one case."""
    cursor.execute(UNDER_WAY, (but_for,))
    return {lot: serial for lot, serial in cursor.fetchall()}


def lot_of(view: View) -> Lot:
    """Return the lot the record is about."""
    fields: Mapping[str, Any] = json.loads(view.case.document_of(FORM).fields)
    return read_lot(view.cursor, str(fields["lot"]))


def in_stock(view: View, lot: Lot) -> list[tuple[str, Portion]]:
    """Return where all of a lot lies that is in stock, but for what was set apart already."""
    there = lies_in(view.cursor, lot.item, lot.code)
    return [(place, Portion(lot.item, lot.code, many, bin_)) for place, bin_, many in there if place != QUARANTINE]


# Rules


def lot_has_an_end(act: Act) -> Iterable[Because]:
    """R048: what has no shelf life, or was rejected already, is not re-inspected."""
    lot = lot_of(act)
    if lot.expires_at is None:
        yield Because("lot_has_no_end", {"lot": lot.code}, where=act.desk)
    if lot.hold == NONCONFORMING:
        yield Because("lot_held", {"lot": lot.code}, where=act.desk)


def one_reinspection(act: Act) -> Iterable[Because]:
    """A lot is re-inspected once at a time."""
    lot = lot_of(act)
    serial = under_way(act.cursor, act.case.code).get(lot.code)
    if serial:
        yield Because("one_reinspection", {"lot": lot.code, "serial": serial}, where="inspection", who="inspector")


def lot_still_lies(act: Act) -> Iterable[Because]:
    """Only what lies there can be judged."""
    lot = lot_of(act)
    if not in_stock(act, lot):
        yield Because("lot_is_used_up", {"lot": lot.code}, where=act.desk)


def later_end(act: Act) -> Iterable[Because]:
    """The new end is later than the old one, and not over already: a pass on goods that stay expired would say nothing."""
    lot, end = lot_of(act), start_of(parse_day(act.answers["good_until"]))
    if end <= act.at or (lot.expires_at is not None and end <= lot.expires_at):
        told = {"day": act.answers["good_until"], "lot": lot.code}
        yield Because("end_not_later", told, where=act.desk)


# What the desk writes


def write_head(act: Act) -> dict[str, str]:
    """Return until when the lot was good so far; a lot without an end has none to be written."""
    fields = act.inputs.get("fields")
    lot = read_lot(act.cursor, clean_code(fields.get("lot") if isinstance(fields, dict) else ""))
    return {"expires": moment(lot.expires_at).date().isoformat()} if lot.expires_at is not None else {}


def write_lines(act: Act) -> list[Line]:
    """Return a line for each store and bin that the lot lies in. Raises Refused("lot_not_in_stock")."""
    fields = act.inputs["fields"]
    lot = read_lot(act.cursor, clean_code(fields["lot"]))
    there = in_stock(act, lot)
    if not there:
        raise Refused("lot_not_in_stock", lot=lot.code)
    lines = []
    for number, (place, portion) in enumerate(there, 1):
        title = act.site.words.show(act.site.factory.places[place].title)
        lines.append(Line(number, lot.item, portion.quantity, {"place": title, **({"bin": portion.bin} if portion.bin else {})}))
    return lines


# Questions and moves


def read_end(act: Act, inputs: Inputs, optional: bool) -> Mapping[str, Any]:
    """Read the day until which the lot is good after its re-inspection."""
    return {"good_until": parse_day(text_answer(act, inputs, "good_until", optional)).isoformat()}


def extend_life(act: Act) -> None:
    """R048: the lot is good until the day the inspector named; the stamp on the record answers for it."""
    lot, end = lot_of(act), start_of(parse_day(act.answers["good_until"]))
    act.entry.change("lots", (lot.code,), {"expires_at": lot.expires_at}, {"expires_at": end})
    write_on(act, act.case.document_of(FORM), good_until=act.answers["good_until"])


def reject_lot(act: Act) -> None:
    """R049, R058: what failed is held and goes into quarantine, wherever it lies."""
    for place, portion in in_stock(act, lot_of(act)):
        set_apart(act, portion, place)
    write_on(act, act.case.document_of(FORM), cause=act.answers["failure"])


RULES = {
    "lot_has_an_end": Rule(lot_has_an_end),
    "one_reinspection": Rule(one_reinspection),
    "lot_still_lies": Rule(lot_still_lies),
    "later_end": Rule(later_end),
}
MOVES = {"extend_life": Move(extend_life), "reject_lot": Move(reject_lot)}
QUESTIONS = {
    "good_until": Question(partial(ask_one, "good_until", "date"), read_end),
    "failure": asked_text("failure"),
}
WRITINGS = {FORM: Writing(write_head, write_lines, tells=lambda act: [lot_of(act).code])}
