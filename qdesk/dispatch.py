"""Dispatch: the vehicles of a delivery, what each is packed and loaded with, and the pass it gets once it is loaded."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from functools import partial

from qdesk.asking import all_yes, asked_checks
from qdesk.cases import Document, Line
from qdesk.clock import moment
from qdesk.compiling import in_round
from qdesk.errors import Because
from qdesk.factory import CarrierOf
from qdesk.issuing import wanted_by_item
from qdesk.journal import canonical
from qdesk.paper import queue_sheet
from qdesk.scan import format_quantity
from qdesk.stock import Portion
from qdesk.vocabulary import Act, Move, Proposed, Rule, View, Writing

VEHICLE = "vehicle"
BOX_LABEL = "box_label"
"""The kind of sheet that the labels of a packing list's boxes are."""
PACKING_CHECKS = ("certificate_inside", "manual_inside", "address_right")
OF_THE_NOTE = ("customer", "address", "consignee", "telephone")


def slip_of(view: View) -> Document:
    """Return the delivery slip of this vehicle."""
    return view.case.document_of("slip", view.round)


def slip_lines(view: View) -> list[Line]:
    """Return the lines of this vehicle's slip."""
    return view.case.lines.get(slip_of(view).serial, [])


def slip_field(view: View, name: str) -> str:
    """Return a field of this vehicle's slip, empty when it was left out."""
    return str(json.loads(slip_of(view).fields).get(name, ""))


def write_on_slip(act: Act, **facts: str) -> None:
    """Write what loading found on the slip, before it is printed; an empty text takes it off again."""
    slip = slip_of(act)
    fields = {name: value for name, value in {**json.loads(slip.fields), **facts}.items() if value}
    revised = slip._replace(fields=canonical(fields))
    act.entry.change("documents", (slip.serial,), {"fields": slip.fields}, {"fields": revised.fields})
    act.case.documents[slip.serial] = revised


# Rules


def way_is(way: str, note: Document) -> Iterable[Because]:
    """P48 6.5: each of the three ways of delivery is signed for by other people."""
    if json.loads(note.fields).get("way") != way:
        yield Because("another_way", {})


def way_rule(way: str) -> Rule:
    """Return the rule that a note names this way of delivery."""
    return Rule(lambda act: way_is(way, act.first_document()), fits=partial(way_is, way))


def within_staged(act: Act) -> Iterable[Because]:
    """R087: a vehicle takes only what was checked for this note and is not meant for another vehicle of it."""
    there = unplanned(act)
    for item, quantity in sorted(wanted_by_item(slip_lines(act)).items()):
        if quantity > there.get(item, 0):
            told = {"item": item, "wanted": format_quantity(quantity), "there": format_quantity(there.get(item, 0))}
            yield Because("within_staged", told, where="finished_store", who="keeper")


def unplanned(view: View) -> dict[str, int]:
    """Return how much of each item lies in the dispatch area and is on no other vehicle's slip still to be loaded."""
    there: dict[str, int] = defaultdict(int)
    for portion in view.on_floor("staged"):
        there[portion.item] += portion.quantity
    for slip in view.case.current_documents():
        waits = slip.form == "slip" and slip.void_at is None and slip.round != view.round
        if waits and not view.case.done.get(in_round("load", slip.round), (0, 0))[0]:
            for line in view.case.lines.get(slip.serial, []):
                there[line.item] -= line.quantity
    return there


def carrier_of(act: Act) -> CarrierOf | None:
    """Return the carrier the slip names, by its id or what it is called."""
    named = slip_field(act, "carrier")
    return next((each for each in act.site.factory.carriers.values() if named in (each.id, each.title.zh, each.title.en)), None)


def foreign_carrier(act: Act) -> str:
    """Return the name of a carrier that we send; nobody's where it is our own fleet or the customer's affair."""
    return slip_field(act, "carrier") if act.field("way") == "own" else ""


def carrier_contract(act: Act) -> Iterable[Because]:
    """R075: a carrier drives for us only under a contract with quality duties."""
    named, known = foreign_carrier(act), carrier_of(act)
    if named and (known is None or known.contract_until < moment(act.at).date().isoformat()):
        yield Because("carrier_contract", {"carrier": named}, where=act.desk)


def carrier_verified(act: Act) -> Iterable[Because]:
    """R076: the carrier's transport quality ability was verified."""
    named, known = foreign_carrier(act), carrier_of(act)
    if named and known is not None and not known.verified:
        yield Because("carrier_verified", {"carrier": named}, where=act.desk)


def packing_equals_slip(act: Act) -> Iterable[Because]:
    """R074: the packing list equals the dispatch list, lot by lot."""
    packed, wanted = by_lot(act.case.lines[act.case.document_of("packing", act.round).serial]), by_lot(slip_lines(act))
    for item, lot in sorted(packed.keys() | wanted.keys()):
        there, meant = packed.get((item, lot), 0), wanted.get((item, lot), 0)
        if there != meant:
            told = {"item": f"{item} {lot}".strip(), "packed": format_quantity(there), "wanted": format_quantity(meant)}
            yield Because("packing_equals_slip", told, where=act.desk)


def by_lot(lines: Iterable[Line]) -> dict[tuple[str, str], int]:
    """Return the quantities of lines by item and lot, the lot empty where a line names none."""
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for line in lines:
        sums[line.item, str(line.other.get("lot", ""))] += line.quantity
    return sums


def staged_lines(view: View) -> list[Portion]:
    """Return what lies in the dispatch area and no other vehicle is to take, lot by lot."""
    left, found = unplanned(view), []
    for portion in view.on_floor("staged"):
        part = min(portion.quantity, max(0, left.get(portion.item, 0)))
        left[portion.item] = left.get(portion.item, 0) - part
        if part:
            found.append(Portion(portion.item, portion.lot, part))
    return found


# What the desk writes


def of_the_note(act: Act) -> dict[str, str]:
    """Return where the goods go, as the note says."""
    return {name: act.field(name) for name in OF_THE_NOTE}


def write_slip(act: Act) -> dict[str, str]:
    """Return what a slip takes over from the note."""
    return {**of_the_note(act), "note": act.case.code}


def propose_slip(view: View) -> Proposed:
    """All that waits in the dispatch area for a vehicle; the dispatcher takes off what does not fit on it."""
    return {"lines": [{"item": p.item, "quantity": format_quantity(p.quantity), "lot": p.lot} for p in staged_lines(view)]}


def propose_packing(view: View) -> Proposed:
    """The lines of the slip, all in one box; which box it is the packer says."""
    said = [{"item": line.item, "quantity": format_quantity(line.quantity), **line.other} for line in slip_lines(view)]
    return {"lines": [{**row, "box": "1"} for row in said]}


RULES = {
    "way_is_own": way_rule("own"),
    "way_is_carrier": way_rule("carrier"),
    "way_is_pickup": way_rule("pickup"),
    "within_staged": Rule(within_staged),
    "carrier_contract": Rule(carrier_contract),
    "carrier_verified": Rule(carrier_verified, refuses=False),
    "packing_equals_slip": Rule(packing_equals_slip),
    "packing_checked": Rule(partial(all_yes, PACKING_CHECKS)),
}
def label_boxes(act: Act) -> None:
    """R083, R084: every box gets its label, printed with the packing list."""
    packing = act.case.document_of("packing", act.round)
    queue_sheet(act.entry, BOX_LABEL, packing.serial, packing.form, act.desk)


MOVES = {"label_boxes": Move(label_boxes)}
QUESTIONS = {
    "packing_checks": asked_checks(*PACKING_CHECKS),
}
WRITINGS = {
    "slip": Writing(write_slip, proposes=propose_slip),
    "packing": Writing(of_the_note, proposes=propose_packing),
}
