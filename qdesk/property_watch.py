"""Watching over customers' property: the list, its half-yearly check, and what happens when something is wrong (R055, R169)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import NamedTuple

from qdesk.asking import all_yes, asked_checks, asked_counts, asked_text, expected_lot, line_miscounted
from qdesk.cases import Line
from qdesk.clock import moment
from qdesk.errors import Because, Refused
from qdesk.journal import canonical
from qdesk.moving import write_on
from qdesk.periods import period_of
from qdesk.quarantine import NONCONFORMING
from qdesk.scan import format_quantity
from qdesk.stock import Portion, read_lot
from qdesk.vocabulary import Act, Move, Rule, Writing, in_line

STOPPED = "property_problem"
CHECKS = ("area_apart", "marks_legible")
OWNED = """SELECT l.owner, b.item, SUM(b.quantity), b.lot, l.origin, b.place FROM balances b JOIN lots l ON l.code = b.lot
  WHERE l.owner <> '' AND b.quantity > 0 AND b.counter = 0 GROUP BY l.owner, b.item, b.lot, l.origin, b.place
  ORDER BY l.owner, b.item, b.lot, b.place"""
SPOTS = """SELECT place, in_case, bin, quantity FROM balances
  WHERE lot = ? AND item = ? AND quantity >= ? AND counter = 0 ORDER BY quantity DESC, place"""


class Spot(NamedTuple):
    """Where goods lie: the place, for which case, and the bin."""

    place: str
    in_case: str
    bin: str


# The list, and its check


def write_list(act: Act) -> dict[str, str]:
    """Return the half year that the list is of."""
    return {"half_year": period_of("half_year", moment(act.at).date()).name}


def write_list_lines(act: Act) -> list[Line]:
    """Return all that belongs to others and lies in the works: whose, what, how much, and since which receipt."""
    act.cursor.execute(OWNED)
    lines = []
    for number, (owner, item, quantity, lot, receipt, place) in enumerate(act.cursor.fetchall(), 1):
        title = act.site.factory.places[place].title.in_(act.site.config.language)
        told = {"owner": owner, "lot": lot, "receipt": receipt, "place": title}
        lines.append(Line(number, item, quantity, {name: text for name, text in told.items() if text}))
    return lines


def write_record_lines(act: Act) -> list[Line]:
    """Return what was found of each line of the list."""
    found = act.answers["property_found"]
    rows = []
    for line in act.first_lines():
        told = {"owner": line.other["owner"], "lot": line.other["lot"], "listed": format_quantity(line.quantity)}
        rows.append(Line(line.number, line.item, found[line.number], {**told, "found": format_quantity(found[line.number])}))
    return rows


def some_property(act: Act) -> Iterable[Because]:
    """Where nothing belongs to others there is nothing to check."""
    if not act.first_lines():
        yield Because("no_property", {}, where=act.desk)


def property_in_order(act: Act) -> Iterable[Because]:
    """R055: all that is listed is there, lies apart, and bears its mark."""
    found = act.answers["property_found"]
    for line in act.first_lines():
        if found[line.number] != line.quantity:
            yield line_miscounted(act, line, found[line.number])
    yield from all_yes(CHECKS, act)


# What is wrong with it


def write_problem(act: Act) -> dict[str, str]:
    """Return nothing yet: whose it is follows from the lots. What was stopped on a report is not changed on it any more.

    Raises Refused("goods_moved").
    """
    if act.case.documents:
        raise Refused("goods_moved", case=act.case.code)
    return {}


def spot_of(act: Act, line: Line) -> Spot | None:
    """Return where so much of a lot lies, None where it does not; what is on a vehicle is on its way."""
    act.cursor.execute(SPOTS, (line.other["lot"], line.item, line.quantity))
    for place, in_case, bin_, _ in act.cursor.fetchall():
        if not act.site.factory.places[place].per_round:
            return Spot(place, in_case, bin_)
    return None


def property_of_one_customer(act: Act) -> Iterable[Because]:
    """R169: what is reported belongs to one customer, lies here, and is not stopped already."""
    lots = [(line, read_lot(act.cursor, str(line.other["lot"]))) for line in act.first_lines()]
    if len({line.other["lot"] for line, _ in lots}) < len(lots):
        yield Because("property_twice", {}, where=act.desk)
    if len({lot.owner for _, lot in lots}) > 1:
        yield Because("property_of_several", {}, where=act.desk)
    for line, lot in lots:
        told = {"line": line.number, "lot": lot.code, "item": line.item}
        if not lot.owner:
            yield Because("property_of_nobody", told, where=act.desk)
        elif lot.item != line.item or spot_of(act, line) is None:
            yield Because("property_not_there", told, where=act.desk)
        elif lot.hold == STOPPED:
            yield Because("property_stopped_already", told, where=act.desk)


def stop_property(act: Act) -> None:
    """R169: what is wrong is stopped: a part of a lot as a lot of its own, on hold, where it lies for its owner."""
    document, lines = act.first_document(), act.first_lines()
    for place, line in enumerate(list(lines)):
        with in_line(line.number):
            apart = stop_line(act, line)
        now = {**line.other, "apart": apart}
        key = (document.serial, document.revision, line.number)
        act.entry.change("lines", key, {"other": canonical(dict(line.other))}, {"other": canonical(now)})
        lines[place] = line._replace(other=json.loads(canonical(now)))
    write_on(act, document, customer=read_lot(act.cursor, str(lines[0].other["lot"])).owner)


def stop_line(act: Act, line: Line) -> str:
    """Put the quantity of one line on hold, and return the lot it is now."""
    lot, spot = str(line.other["lot"]), spot_of(act, line)
    if spot is None:
        raise Refused("more_than_there_is", item=line.item, wanted=format_quantity(line.quantity), there="0")
    return act.stock.hold_apart(Portion(line.item, lot, line.quantity, spot.bin), spot.place, spot.in_case, STOPPED).lot


def release_stopped(act: Act, hold: str) -> None:
    """Do what the customer said with all that was stopped by this report, and write it on the paper."""
    for line in act.first_lines():
        if read_lot(act.cursor, str(line.other["apart"])).hold == STOPPED:
            act.stock.hold(str(line.other["apart"]), hold)
    write_on(act, act.first_document(), opinion=act.answers["customer_opinion"])


def write_told(act: Act) -> None:
    """Write on the report what the customer was told."""
    write_on(act, act.first_document(), told=act.answers["told"])


RULES = {
    "some_property": Rule(some_property),
    "property_in_order": Rule(property_in_order),
    "property_of_one_customer": Rule(property_of_one_customer),
}
MOVES = {
    "stop_property": Move(stop_property),
    "write_told": Move(write_told),
    "use_property_on": Move(lambda act: release_stopped(act, "")),
    "give_property_up": Move(lambda act: release_stopped(act, NONCONFORMING)),
}
QUESTIONS = {
    "property_found": asked_counts("property_found", lambda view: view.first_lines(), expected_lot),
    "property_checks": asked_checks(*CHECKS),
    "told": asked_text("told"),
}
WRITINGS = {
    "property_list": Writing(write_list, write_list_lines),
    "property_record": Writing(write_list, write_record_lines),
    "property_problem": Writing(write_problem),
}
