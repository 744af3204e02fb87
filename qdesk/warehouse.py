"""The stores: what promise, receipt and return mean at a store's desk; what goes out is in :mod:`qdesk.issuing`."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from qdesk import issuing
from qdesk.cases import CaseFile
from qdesk.errors import Because, Refused
from qdesk.issuing import FINISHED, PARTS, outstanding_parts, source_of, wanted_by_item
from qdesk.language import Effect, Outcome
from qdesk.scan import format_quantity
from qdesk.shelving import INTO_BIN, bin_in
from qdesk.site import Site
from qdesk.stock import free, read_lot, usable
from qdesk.vocabulary import Act, Ask, Inputs, Move, Proposed, Question, Rule, View, Wish, take, wishes_of

PROMISED = """SELECT r.in_case, l.other FROM reservations r INDEXED BY reservations_open
  CROSS JOIN documents d ON d.in_case = r.in_case CROSS JOIN lines l ON l.serial = d.serial AND l.revision = d.revision
  WHERE r.item = ? AND r.place = ? AND r.quantity > 0 AND r.in_case <> ? AND l.item = ? ORDER BY r.in_case"""
TO_BE_INSPECTED = "to_be_inspected"


# Rules


def item_in_stock(act: Act) -> Iterable[Because]:
    """R021: an application only for product that is in stock, free of holds and of promises to others."""
    source = source_of(act)
    for item, wanted in wanted_by_item(act.first_lines()).items():
        there = free(act.cursor, item, source, act.at, act.case.code, act.field("supplement_to"))
        if there < wanted:
            arguments = {"item": item, "wanted": format_quantity(wanted), "free": format_quantity(max(there, 0))}
            yield Because("item_in_stock", arguments, where="finished_store", who="keeper")
    for line in act.first_lines():
        serial = str(line.other.get("serial", ""))
        pieces = usable(act.cursor, line.item, source, act.at, act.field("supplement_to")) if serial else []
        if serial and serial not in {there for _, _, there, _ in pieces}:
            yield Because("serial_not_here", {"item": line.item, "serial": serial}, where="finished_store", who="keeper")
        for case in promised_to(act, line.item, source, serial) if serial else ():
            yield Because("serial_promised", {"item": line.item, "serial": serial, "case": case}, where="sales")


def promised_to(act: Act, item: str, source: str, serial: str) -> list[str]:
    """Return the other cases a piece is promised to: a reservation is of a quantity, its line names the piece."""
    act.cursor.execute(PROMISED, (item, source, act.case.code, item))
    return [case for case, other in act.cursor.fetchall() if json.loads(other).get("serial") == serial]


def customer_named(act: Act) -> Iterable[Because]:
    """R022: the application rests on a customer's demand."""
    if not act.field("customer"):
        yield Because("customer_named", {}, where=act.desk, who=act.step.by)


def one_line_per_serial(act: Act) -> Iterable[Because]:
    """A09, A24: a piece with a serial number has a line of its own, once, and becomes another model."""
    seen: set[tuple[str, str]] = set()
    for line in act.first_lines():
        serial = str(line.other.get("serial", ""))
        if line.item == line.other.get("becomes") and not act.field("supplement_to"):
            yield Because("becomes_itself", {"line": line.number, "item": line.item})
        if serial and line.quantity != 1000:
            yield Because("serial_is_one_piece", {"line": line.number, "serial": serial})
        if serial and (line.item, serial) in seen:
            yield Because("serial_twice", {"line": line.number, "serial": serial})
        if not serial and act.item(line.item).serialised:
            yield Because("serial_missing", {"line": line.number, "item": line.item})
        seen.add((line.item, serial))


def parts_on_form(act: Act) -> Iterable[Because]:
    """R010: parts are drawn as the form lists them; a failed inspection may need more, and then the reason is written."""
    listed = {wish.item: wish.quantity for wish in outstanding_parts(act, act.case.document_of("parts").serial)}
    wanted: dict[str, int] = defaultdict(int)
    for wish in act.answers.get("drawn", ()):
        wanted[wish.item] += wish.quantity
    for item, quantity in sorted(wanted.items()):
        if quantity > listed.get(item, 0):
            left = format_quantity(listed.get(item, 0))
            yield Because("parts_on_form", {"item": item, "wanted": format_quantity(quantity), "listed": left}, where=act.desk)


def warn_certificate_scope(act: Act) -> Iterable[Because]:
    """A25, R182: a model change of a certified product may need the certificate changed before sale."""
    for line in act.first_lines():
        if act.item(line.item).certified:
            yield Because("warn_certificate_scope", {"item": line.item})


# Moves


def reserve(act: Act) -> None:
    """A22: promise the stock to the case, so that it is not sold elsewhere meanwhile."""
    reasons = list(item_in_stock(act))
    if reasons:
        raise Refused("not_enough_free", reasons)
    for item, wanted in sorted(wanted_by_item(act.first_lines()).items()):
        act.stock.reserve(act.case.code, item, source_of(act), wanted)


def release_reservation(act: Act) -> None:
    """A08: take the promise back."""
    act.stock.release(act.case.code, wanted_by_item(act.first_lines()), source_of(act))


def return_parts(act: Act) -> None:
    """R011, A14, A15: parts go back to the parts store, replaced ones still on hold; lost or broken ones are named."""
    lying_parts = act.on_floor("parts")
    wishes: list[Wish] | None = act.answers.get("returned")
    if wishes is None:
        wishes = [Wish(portion.item, portion.quantity, portion.lot) for portion in lying_parts]
    if not wishes:
        raise Refused("nothing_to_return", case=act.case.code)
    left = {portion.lot: portion for portion in lying_parts}
    for wish in wishes:
        target = {"": PARTS, "returned": PARTS, "lost": "difference", "broken": "scrap"}[wish.condition]
        for portion in take(list(left.values()), wish.item, wish.quantity, wish.lot):
            remaining = left[portion.lot].quantity - portion.quantity
            left[portion.lot] = replace(portion, quantity=remaining)
            act.stock.move(act.case.code, portion, act.places["parts"], target, act.voucher, to_bin=bin_in(act, target))


def receive_new(act: Act) -> None:
    """R014, R019, A26: the modified product, and only what passed, comes into the store and is promised to its customer."""
    floor = act.places["converted"]
    for portion in act.on_floor("converted"):
        if read_lot(act.cursor, portion.lot).hold:
            raise Refused("not_inspected", [Because("lot_held", {"lot": portion.lot})], step=act.step.title)
        act.stock.move(act.case.code, portion, floor, FINISHED, act.voucher, to_bin=bin_in(act, FINISHED))
        act.stock.reserve(act.case.code, portion.item, FINISHED, portion.quantity)


def receive_old(act: Act) -> None:
    """A21: an abandoned product comes back under its old model."""
    for portion in act.on_floor("product"):
        if read_lot(act.cursor, portion.lot).hold:
            raise Refused("not_inspected", [Because("lot_held", {"lot": portion.lot})], step=act.step.title)
        act.stock.move(act.case.code, portion, act.places["product"], FINISHED, act.voucher, to_bin=bin_in(act, FINISHED))


def expect_new(view: View) -> list[dict[str, Any]]:
    """What has to be there when the new model is received: what lies on the floor and passed."""
    return coming_from(view, "converted")


def expect_old(view: View) -> list[dict[str, Any]]:
    """What has to be there when an abandoned product comes back."""
    return coming_from(view, "product")


def coming_from(view: View, floor: str) -> list[dict[str, Any]]:
    """Return what lies on a floor of the case, numbered as lines, so that it can be counted in."""
    free = [portion for portion in view.on_floor(floor) if not read_lot(view.cursor, portion.lot).hold]
    return [{"line": line, **issuing.offered(view, portion, view.places[floor])} for line, portion in enumerate(free, 1)]


# Questions


def ask_returned(site: Site, case: CaseFile | None, outcome: Outcome | None) -> list[Ask]:
    """The parts coming back; left out, all that lies on the floor."""
    columns = ("item", "quantity", "lot", "condition", "reason")
    return [Ask("returned", "lines", required=False, choices=("returned", "lost", "broken"), columns=columns)]


def read_returned(act: Act, inputs: Inputs, optional: bool) -> Mapping[str, Any]:
    """Read the parts coming back; what is lost or broken needs a reason."""
    wishes = wishes_of(act, inputs, "returned")
    for wish in wishes or ():
        if wish.condition not in ("", "returned", "lost", "broken"):
            raise Refused("choice_unknown", value=wish.condition)
        if wish.condition in ("lost", "broken") and not wish.reason:
            raise Refused("answer_missing", name=act.site.title("question.reason"))
    return {} if wishes is None else {"returned": wishes}


def propose_returned(view: View) -> Proposed:
    """All that lies on the floor for the case comes back, unless someone says otherwise."""
    lying_parts = view.on_floor("parts")
    rows = [{"item": p.item, "quantity": format_quantity(p.quantity), "lot": p.lot, "condition": ""} for p in lying_parts]
    return {"returned": rows}


RULES = {
    "item_in_stock": Rule(item_in_stock),
    "customer_named": Rule(customer_named),
    "one_line_per_serial": Rule(one_line_per_serial),
    "warn_certificate_scope": Rule(warn_certificate_scope, refuses=False),
    "parts_on_form": Rule(parts_on_form, refuses=False),
}
MOVES = {
    "reserve": Move(reserve, Effect(guarded=True)),
    "release_reservation": Move(release_reservation),
    "issue_to_workshop": Move(issuing.issue_to_workshop, Effect(puts=("product",), guarded=True)),
    "issue_parts": Move(issuing.issue_parts, Effect(sets=("parts",), guarded=True)),
    "return_parts": Move(return_parts, Effect(clears=("parts",))),
    "receive_new": Move(receive_new, Effect(takes=("converted",), inward=True), expect_new),
    "receive_old": Move(receive_old, Effect(takes=("product",), inward=True), expect_old),
}
QUESTIONS = {
    "lots": Question(issuing.ask_lots, issuing.read_lots, issuing.propose_lots),
    "parts_drawn": Question(issuing.ask_drawn, issuing.read_drawn, issuing.propose_drawn),
    "into_bin": INTO_BIN,
    "parts_returned": Question(ask_returned, read_returned, propose_returned),
}
