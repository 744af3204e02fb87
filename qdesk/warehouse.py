"""The stores: what issue, receipt and reservation mean at a store's desk."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from qdesk.cases import CaseFile, Line
from qdesk.errors import Because, Refused
from qdesk.language import Effect, Outcome
from qdesk.scan import clean_text, format_quantity, parse_quantity, visible
from qdesk.site import Site
from qdesk.stock import Lot, Portion, choose, free, read_lot, usable
from qdesk.vocabulary import Act, Ask, Inputs, Move, Question, Rule, Wish, in_line, rows_of, take, wishes_of

FINISHED, PARTS, REMAINDER = "finished_store", "parts_store", "workshop_remainder"
PROMISED = """SELECT r.in_case, l.other FROM reservations r JOIN documents d ON d.in_case = r.in_case
  JOIN lines l ON l.serial = d.serial AND l.revision = d.revision
  WHERE r.item = ? AND r.place = ? AND r.quantity > 0 AND r.in_case <> ? AND l.item = ? ORDER BY r.in_case"""
TO_BE_INSPECTED = "to_be_inspected"


def wanted_by_item(lines: Iterable[Line]) -> dict[str, int]:
    """Return how much of each item the lines want together."""
    wanted: dict[str, int] = defaultdict(int)
    for line in lines:
        wanted[line.item] += line.quantity
    return dict(wanted)


def source_of(act: Act) -> str:
    """Return where the products of an application lie: a supplementary one (A07) takes what did not pass before."""
    return REMAINDER if act.field("supplement_to") else FINISHED


# Rules


def item_in_stock(act: Act) -> Iterable[Because]:
    """R021: an application only for product that is in stock, free of holds and of promises to others."""
    source = source_of(act)
    for item, wanted in wanted_by_item(act.first_lines()).items():
        there = free(act.entry.cursor, item, source, act.entry.at, act.case.code, act.field("supplement_to"))
        if there < wanted:
            arguments = {"item": item, "wanted": format_quantity(wanted), "free": format_quantity(max(there, 0))}
            yield Because("item_in_stock", arguments, where="finished_store", who="keeper")
    for line in act.first_lines():
        serial = str(line.other.get("serial", ""))
        pieces = usable(act.entry.cursor, line.item, source, act.entry.at, act.field("supplement_to")) if serial else []
        if serial and serial not in {there for _, _, there in pieces}:
            yield Because("serial_not_here", {"item": line.item, "serial": serial}, where="finished_store", who="keeper")
        for case in promised_to(act, line.item, source, serial) if serial else ():
            yield Because("serial_promised", {"item": line.item, "serial": serial, "case": case}, where="sales")


def promised_to(act: Act, item: str, source: str, serial: str) -> list[str]:
    """Return the other cases a piece is promised to: a reservation is of a quantity, its line names the piece."""
    act.entry.cursor.execute(PROMISED, (item, source, act.case.code, item))
    return [case for case, other in act.entry.cursor.fetchall() if json.loads(other).get("serial") == serial]


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


def issue_to_workshop(act: Act) -> None:
    """R007: issue exactly what the application names, from the lots proposed or scanned, onto the case's floor."""
    source, floor = source_of(act), act.places["product"]
    picked: dict[int, list[tuple[str, int]]] = act.answers.get("lots", {})
    for line in sorted(act.first_lines(), key=lambda each: not each.other.get("serial")):
        for portion in portions_for(act, line, source, picked.get(line.number)):
            act.stock.move(act.case.code, portion, source, floor, act.voucher)
            act.stock.reserve(act.case.code, line.item, source, -portion.quantity)


def portions_for(act: Act, line: Line, source: str, picked: list[tuple[str, int]] | None) -> list[Portion]:
    """Return the lots for one line: those scanned when they add up, else first expired first."""
    cursor, at, code = act.entry.cursor, act.entry.at, act.case.code
    serial, origin = str(line.other.get("serial") or ""), act.field("supplement_to")
    proposed = choose(cursor, line.item, source, line.quantity, at, code, serial, origin)
    if picked is None:
        return proposed
    if sum(quantity for _, quantity in picked) != line.quantity:
        raise Refused("lots_do_not_add_up", line=line.number, wanted=format_quantity(line.quantity))
    here = {lot: (quantity, of) for lot, quantity, of in usable(cursor, line.item, source, at, origin)}
    for lot, quantity in picked:
        there, of = here.get(lot, (0, None))
        if not there:
            refuse_lot(read_lot(cursor, lot), line, at)
        if serial and of != serial:
            raise Refused("serial_not_here", item=line.item, serial=serial)
        if quantity > there:
            raise Refused("not_enough", item=line.item, wanted=format_quantity(quantity), free=format_quantity(there))
    return [Portion(line.item, lot, quantity) for lot, quantity in picked]


def refuse_lot(known: Lot, line: Line, at: int) -> None:
    """Say why a scanned lot cannot be taken: of another item, held, expired, a customer's own, or not here."""
    if known.item != line.item:
        raise Refused("lot_of_another_item", lot=known.code, item=known.item, wanted=line.item)
    if known.hold:
        raise Refused("lot_held", lot=known.code)
    if known.expires_at is not None and known.expires_at <= at:
        raise Refused("lot_expired", lot=known.code)
    if known.owner:
        raise Refused("lot_of_a_customer", lot=known.code, owner=known.owner)
    raise Refused("not_enough", item=line.item, wanted=format_quantity(line.quantity), free="0")


def issue_parts(act: Act) -> None:
    """R010: issue parts on the parts form: the lines named now, else all that the form wants and was not drawn yet."""
    wishes: list[Wish] | None = act.answers.get("drawn")
    form = act.case.document_of("parts")
    if wishes is None:
        wishes = outstanding_parts(act, form.serial)
    if not wishes:
        raise Refused("nothing_to_draw", serial=form.serial)
    for wish in wishes:
        for portion in choose(act.entry.cursor, wish.item, PARTS, wish.quantity, act.entry.at, act.case.code):
            act.stock.move(act.case.code, portion, PARTS, act.places["parts"], act.voucher)


def outstanding_parts(act: Act, serial: str) -> list[Wish]:
    """Return what the parts form still wants out: its lines less what was drawn on the case already."""
    wanted = wanted_by_item(line for line in act.case.lines.get(serial, []) if line.other.get("direction") == "out")
    act.entry.cursor.execute(
        "SELECT item, SUM(quantity) FROM moves m WHERE in_case = ? AND source = ?"
        " AND NOT EXISTS (SELECT 1 FROM acts r WHERE r.reverses = m.act) GROUP BY item",
        (act.case.code, PARTS),
    )
    for item, drawn in act.entry.cursor.fetchall():
        wanted[item] = wanted.get(item, 0) - drawn
    return [Wish(item, quantity) for item, quantity in sorted(wanted.items()) if quantity > 0]


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
            left[portion.lot] = Portion(portion.item, portion.lot, remaining)
            act.stock.move(act.case.code, portion, act.places["parts"], target, act.voucher)


def receive_new(act: Act) -> None:
    """R014, R019, A26: the modified product, and only what passed, comes into the store and is promised to its customer."""
    floor = act.places["converted"]
    for portion in act.on_floor("converted"):
        if read_lot(act.entry.cursor, portion.lot).hold:
            raise Refused("not_inspected", [Because("lot_held", {"lot": portion.lot})], step=act.step.title)
        act.stock.move(act.case.code, portion, floor, FINISHED, act.voucher)
        act.stock.reserve(act.case.code, portion.item, FINISHED, portion.quantity)


def receive_old(act: Act) -> None:
    """A21: an abandoned product comes back under its old model."""
    for portion in act.on_floor("product"):
        if read_lot(act.entry.cursor, portion.lot).hold:
            raise Refused("not_inspected", [Because("lot_held", {"lot": portion.lot})], step=act.step.title)
        act.stock.move(act.case.code, portion, act.places["product"], FINISHED, act.voucher)


# Questions


def ask_lots(site: Site, case: CaseFile | None, outcome: Outcome | None) -> list[Ask]:
    """The lots taken, by line; left out, the desk proposes first expired first."""
    return [Ask("lots", "lines", required=False, columns=("line", "lot", "quantity"))]


def read_lots(act: Act, inputs: Inputs, optional: bool) -> Mapping[str, Any]:
    """Read scanned lots by line number."""
    rows = rows_of(inputs, "lots")
    if rows is None:
        return {}
    lines = {line.number: line for line in act.first_lines()}
    picked: dict[int, list[tuple[str, int]]] = defaultdict(list)
    for row in rows:
        line = lines.get(row.get("line", 1)) if isinstance(row.get("line", 1), int) else None
        if line is None:
            raise Refused("line_unknown", line=visible(row.get("line")))
        with in_line(line.number):
            quantity = parse_quantity(row.get("quantity"), act.item(line.item).decimals)
            picked[line.number].append((clean_text(row.get("lot", ""), "lot"), quantity))
    return {"lots": dict(picked)}


def ask_drawn(site: Site, case: CaseFile | None, outcome: Outcome | None) -> list[Ask]:
    """The parts drawn now; left out, all the form still wants."""
    return [Ask("drawn", "lines", required=False, columns=("item", "quantity"))]


def read_drawn(act: Act, inputs: Inputs, optional: bool) -> Mapping[str, Any]:
    """Read the parts drawn now."""
    wishes = wishes_of(act, inputs, "drawn")
    return {} if wishes is None else {"drawn": wishes}


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
            raise Refused("answer_missing", name=act.site.words.say("question.reason"))
    return {} if wishes is None else {"returned": wishes}


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
    "issue_to_workshop": Move(issue_to_workshop, Effect(puts=("product",), guarded=True)),
    "issue_parts": Move(issue_parts, Effect(sets=("parts",), guarded=True)),
    "return_parts": Move(return_parts, Effect(clears=("parts",))),
    "receive_new": Move(receive_new, Effect(takes=("converted",), inward=True)),
    "receive_old": Move(receive_old, Effect(takes=("product",), inward=True)),
}
QUESTIONS = {
    "lots": Question(ask_lots, read_lots),
    "parts_drawn": Question(ask_drawn, read_drawn),
    "parts_returned": Question(ask_returned, read_returned),
}
