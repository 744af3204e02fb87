"""Issuing: what a store hands out for a case, first expired first. What the desk proposes is what the move would take."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from qdesk.cases import CaseFile, Line
from qdesk.choosing import choose, choose_what_there_is, out_of_bins
from qdesk.clock import time_text
from qdesk.errors import Refused
from qdesk.language import Outcome
from qdesk.scan import clean_text, format_quantity, parse_quantity, visible
from qdesk.site import Site
from qdesk.stock import Lot, Portion, read_lot, usable
from qdesk.vocabulary import Act, Ask, Inputs, Proposed, View, Wish, in_line, rows_of, wishes_of

FINISHED, PARTS, REMAINDER = "finished_store", "parts_store", "workshop_remainder"
RAW = "raw_store"


class Picked(NamedTuple):
    """What somebody took of a lot, and out of which bin; where they named none, out of one bin after the other."""

    lot: str
    quantity: int
    bin: str = ""


def wanted_by_item(lines: Iterable[Line]) -> dict[str, int]:
    """Return how much of each item the lines want together."""
    wanted: dict[str, int] = defaultdict(int)
    for line in lines:
        wanted[line.item] += line.quantity
    return dict(wanted)


def source_of(view: View) -> str:
    """Return where the products of an application lie: a supplementary one (A07) takes what did not pass before."""
    return REMAINDER if view.field("supplement_to") else FINISHED


def pieces_first(lines: Iterable[Line]) -> list[Line]:
    """Return lines in the order they are served: those that name a piece before those that take any."""
    return sorted(lines, key=lambda each: not each.other.get("serial"))


def issue_to_workshop(act: Act) -> None:
    """R007: issue exactly what the application names, from the lots proposed or scanned, onto the case's floor."""
    source, floor = source_of(act), act.places["product"]
    picked: dict[int, list[Picked]] = act.answers.get("lots", {})
    for line in pieces_first(act.first_lines()):
        for portion in portions_for(act, line, source, picked.get(line.number)):
            act.stock.move(act.case.code, portion, source, floor, act.voucher)
            act.stock.reserve(act.case.code, line.item, source, -portion.quantity)


def portions_for(act: Act, line: Line, source: str, picked: list[Picked] | None) -> list[Portion]:
    """Return the lots for one line: those scanned when they add up, else first expired first."""
    cursor, at, code = act.cursor, act.at, act.case.code
    serial, origin = str(line.other.get("serial") or ""), act.field("supplement_to")
    proposed = choose(cursor, line.item, source, line.quantity, at, code, serial, origin)
    if picked is None:
        return proposed
    if sum(each.quantity for each in picked) != line.quantity:
        raise Refused("lots_do_not_add_up", line=line.number, wanted=format_quantity(line.quantity))
    here = [(Portion(line.item, lot, there, bin_), of) for lot, there, of, bin_ in usable(cursor, line.item, source, at, origin)]
    taken: list[Portion] = []
    for lot, quantity, bin_ in picked:
        bins = [portion for portion, of in here if portion.lot == lot and serial in ("", of)]
        if not any(portion.lot == lot for portion, _ in here):
            refuse_lot(read_lot(cursor, lot), line, at)
        if not bins:
            raise Refused("serial_not_here", item=line.item, serial=serial)
        taken += out_of_bins(less(bins, taken), line.item, quantity, bin_)
    return taken


def less(bins: Iterable[Portion], taken: Iterable[Portion]) -> list[Portion]:
    """Return what is left in bins of one lot: two rows may name the same lot, and the second finds less there."""
    gone: dict[tuple[str, str], int] = defaultdict(int)
    for each in taken:
        gone[each.lot, each.bin] += each.quantity
    left = [replace(each, quantity=each.quantity - gone[each.lot, each.bin]) for each in bins]
    return [each for each in left if each.quantity]


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
        for portion in choose(act.cursor, wish.item, PARTS, wish.quantity, act.at, act.case.code):
            act.stock.move(act.case.code, portion, PARTS, act.places["parts"], act.voucher)


def outstanding_parts(view: View, serial: str) -> list[Wish]:
    """Return what the parts form still wants out: its lines less what was drawn on the case already."""
    wanted = wanted_by_item(line for line in view.case.lines.get(serial, []) if line.other.get("direction") == "out")
    view.cursor.execute(
        "SELECT item, SUM(quantity) FROM moves m WHERE in_case = ? AND source = ?"
        " AND NOT EXISTS (SELECT 1 FROM acts r WHERE r.reverses = m.act) GROUP BY item",
        (view.case.code, PARTS),
    )
    for item, drawn in view.cursor.fetchall():
        wanted[item] = wanted.get(item, 0) - drawn
    return [Wish(item, quantity) for item, quantity in sorted(wanted.items()) if quantity > 0]


def ask_lots(site: Site, case: CaseFile | None, outcome: Outcome | None) -> list[Ask]:
    """The lots taken, by line; left out, the desk proposes first expired first."""
    return [Ask("lots", "lines", required=False, columns=("line", "lot", "quantity", "bin"))]


def read_lots(act: Act, inputs: Inputs, optional: bool) -> Mapping[str, Any]:
    """Read scanned lots by line number."""
    rows = rows_of(inputs, "lots")
    if rows is None:
        return {}
    lines = {line.number: line for line in act.first_lines()}
    picked: dict[int, list[Picked]] = defaultdict(list)
    for row in rows:
        line = lines.get(row.get("line", 1)) if isinstance(row.get("line", 1), int) else None
        if line is None:
            raise Refused("line_unknown", line=visible(row.get("line")))
        with in_line(line.number):
            quantity = parse_quantity(row.get("quantity"), act.item(line.item).decimals)
            lot, bin_ = (clean_text(row.get(name) or "", name) for name in ("lot", "bin"))
            picked[line.number].append(Picked(lot, quantity, bin_))
    return {"lots": dict(picked)}


def propose_lots(view: View) -> Proposed:
    """The lots that the issue would take now, line by line; of what is missing nothing."""
    source, origin = source_of(view), view.field("supplement_to")
    rows, taken = [], defaultdict[str, int](int)
    for line in pieces_first(view.first_lines()):
        serial = str(line.other.get("serial") or "")
        wanted = (view.cursor, line.item, source, line.quantity, view.at, view.case.code)
        for portion in choose_what_there_is(*wanted, serial, origin, taken):
            taken[portion.lot] += portion.quantity
            rows.append({"line": line.number, **offered(view, portion, source)})
    return {"lots": sorted(rows, key=lambda row: row["line"])}


def offered(view: View, portion: Portion, place: str) -> dict[str, Any]:
    """Return a portion as it is proposed: which lot, how much of it, and where it lies."""
    lot = read_lot(view.cursor, portion.lot)
    expires = time_text(lot.expires_at) if lot.expires_at else None
    told = {"item": portion.item, "lot": lot.code, "quantity": format_quantity(portion.quantity)}
    return {**told, "serial": lot.serial, "expires": expires, "place": place, "bin": portion.bin}


def ask_drawn(site: Site, case: CaseFile | None, outcome: Outcome | None) -> list[Ask]:
    """The parts drawn now; left out, all the form still wants."""
    return [Ask("drawn", "lines", required=False, columns=("item", "quantity"))]


def read_drawn(act: Act, inputs: Inputs, optional: bool) -> Mapping[str, Any]:
    """Read the parts drawn now."""
    wishes = wishes_of(act, inputs, "drawn")
    return {} if wishes is None else {"drawn": wishes}


def propose_drawn(view: View) -> Proposed:
    """What the parts form still wants, from the lots that would be taken now; of what is missing nothing."""
    rows = []
    for wish in outstanding_parts(view, view.case.document_of("parts").serial):
        wanted = (view.cursor, wish.item, PARTS, wish.quantity, view.at, view.case.code)
        rows += [offered(view, portion, PARTS) for portion in choose_what_there_is(*wanted)]
    return {"drawn": rows}
