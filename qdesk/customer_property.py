"""Customers' property: counted, then inspected, then received into an area of its own; never used for anybody else (R037, R038).

Every lot names its owner and lies apart for its own case; what fails is not received and goes back by the gate.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from qdesk.asking import all_yes, asked_checks, asked_text, expected_row, not_counted, read_counts
from qdesk.borrowing import INSIDE, OWNER
from qdesk.cases import CaseFile, Line
from qdesk.errors import Because, Refused
from qdesk.issuing import offered
from qdesk.language import Effect, Outcome
from qdesk.moving import move_all
from qdesk.property_watch import STOPPED
from qdesk.quarantine import NONCONFORMING
from qdesk.returnables import by_lot, carried
from qdesk.scan import format_quantity
from qdesk.site import Site
from qdesk.stock import Portion, read_lot
from qdesk.vocabulary import Act, Ask, Inputs, Move, Proposed, Question, Rule, View, Wish, wishes_of
from qdesk.warehouse import TO_BE_INSPECTED

ARRIVED, KEPT = "arrivals", "customer_property"


def lots_by_line(view: View) -> list[tuple[Line, Portion]]:
    """Return each line of the receipt with its lot as it arrived: every line became one lot, in order."""
    there = sorted(view.on_floor("arrived"), key=lambda portion: portion.lot)
    return list(zip(view.first_lines(), there, strict=True))


# Rules


def property_all_passed(act: Act) -> Iterable[Because]:
    """R038: every line was counted, and to the last piece."""
    passed = act.answers["property_passed"]
    for line in act.first_lines():
        if line.number not in passed:
            yield not_counted(act, line)
        elif passed[line.number] != line.quantity:
            told = {"line": line.number, "item": line.item, "passed": format_quantity(passed[line.number])}
            yield Because("property_not_passed", {**told, "wanted": format_quantity(line.quantity)}, where=act.desk)


def property_some_passed(act: Act) -> Iterable[Because]:
    """A part passes: more than nothing, less than all, of no line more than arrived."""
    passed, lines = act.answers["property_passed"], act.first_lines()
    yield from (not_counted(act, line) for line in lines if line.number not in passed)
    most = all(passed.get(line.number, 0) <= line.quantity for line in lines)
    if not most or not 0 < sum(passed.values()) < sum(line.quantity for line in lines):
        there = format_quantity(sum(line.quantity for line in lines))
        yield Because("some_passed", {"there": there, "passed": format_quantity(sum(passed.values()))}, where=act.desk)


def property_part_out(act: Act) -> Iterable[Because]:
    """No more is brought out than lies in the area, and something stays."""
    left = left_in_area(act)
    yield from more_than_kept(act, left)
    if not any(quantity > 0 for quantity in left.values()):
        yield Because("nothing_left", {}, where=act.desk)


def none_stopped(act: Act) -> Iterable[Because]:
    """R169: what was stopped goes nowhere before its customer has said so."""
    for portion in carried(act):
        if read_lot(act.cursor, portion.lot).hold == STOPPED:
            yield Because("property_waits", {"item": portion.item, "lot": portion.lot}, where="sales", who="sales_clerk")


def left_in_area(act: Act) -> dict[tuple[str, str], int]:
    """Return what would stay of each lot; below zero is more than there is."""
    left = by_lot(act.on_floor("kept"))
    for wish in taken_out(act):
        left[wish.item, wish.lot] -= wish.quantity
    return left


def more_than_kept(act: Act, left: Mapping[tuple[str, str], int]) -> Iterable[Because]:
    """Return the lots of which more is wanted than lies in the area."""
    for (item, lot), quantity in sorted(left.items()):
        if quantity < 0:
            told = {"item": item, "lot": lot, "left": format_quantity(-quantity)}
            yield Because("property_not_here", told, where=act.desk)


def taken_out(act: Act) -> list[Wish]:
    """Return what is brought out."""
    wishes: list[Wish] = act.answers["property_out"]
    return wishes


# Moves


def bring_property_in(act: Act) -> None:
    """R038: counted goods come into custody under their owner's name, each line a lot that waits for its inspection."""
    for line in act.first_lines():
        lot = act.stock.new_lot(line.item, act.case.code, hold=TO_BE_INSPECTED, owner=act.field("customer"))
        act.stock.move(act.case.code, Portion(line.item, lot, line.quantity), OWNER, ARRIVED, act.voucher)


def pass_property(act: Act) -> None:
    """A pass lifts the hold that waited for it; the owner's name stays on the lot for ever."""
    for portion in act.on_floor("arrived"):
        act.stock.hold(portion.lot, "")


def part_property(act: Act) -> None:
    """What passed is free to be received; what failed is a lot of its own, on hold, and lies where it goes back from."""
    passed = act.answers["property_passed"]
    for line, portion in lots_by_line(act):
        good = passed[line.number]
        act.stock.hold(portion.lot, "" if good else NONCONFORMING)
        bad = Portion(portion.item, portion.lot, portion.quantity - good)
        if bad.quantity:
            apart = act.stock.split(bad, ARRIVED, act.case.code, hold=NONCONFORMING) if good else bad
            act.stock.move(act.case.code, apart, ARRIVED, INSIDE, act.voucher)


def refuse_property(act: Act) -> None:
    """R038: what failed is not received; it is on hold and lies where it goes back from."""
    for portion in act.on_floor("arrived"):
        act.stock.hold(portion.lot, NONCONFORMING)
    move_all(act, "arrived", INSIDE)


def receive_property(act: Act) -> None:
    """R038, R055: what passed comes into the area of customers' property. Raises Refused("not_inspected")."""
    for portion in act.on_floor("arrived"):
        if read_lot(act.cursor, portion.lot).hold:
            raise Refused("not_inspected", [Because("lot_held", {"lot": portion.lot})], step=act.step.title)
    move_all(act, "arrived", KEPT)


def refuse_stopped(act: Act, lots: Iterable[str]) -> None:
    """R169: what was stopped goes nowhere before its customer has said so. Raises Refused("property_stopped")."""
    for lot in lots:
        if read_lot(act.cursor, lot).hold == STOPPED:
            raise Refused("property_stopped", lot=lot)


def take_rest_out(act: Act) -> None:
    """All that lies in the area is brought out to go back."""
    refuse_stopped(act, [portion.lot for portion in act.on_floor("kept")])
    move_all(act, "kept", INSIDE)


def take_part_out(act: Act) -> None:
    """A part of what lies in the area is brought out to go back."""
    refuse_stopped(act, [wish.lot for wish in taken_out(act)])
    for wish in taken_out(act):
        act.stock.move(act.case.code, Portion(wish.item, wish.lot, wish.quantity), KEPT, INSIDE, act.voucher)


# Questions


def ask_property_passed(site: Site, case: CaseFile | None, outcome: Outcome | None) -> list[Ask]:
    """How much of each line passed; nothing is filled in beforehand."""
    return [Ask("property_passed", "count", columns=("line", "quantity"))]


def read_property_passed(act: Act, inputs: Inputs, optional: bool) -> Mapping[str, Any]:
    """Read how much passed, by line."""
    return {"property_passed": read_counts(act, inputs, "property_passed", act.first_lines())}


def ask_property_out(site: Site, case: CaseFile | None, outcome: Outcome | None) -> list[Ask]:
    """Which lots are brought out, and how much of each."""
    return [Ask("property_out", "lines", columns=("item", "lot", "quantity"))]


def read_property_out(act: Act, inputs: Inputs, optional: bool) -> Mapping[str, Any]:
    """Read what is brought out; a lot has to be named. Raises Refused("answer_missing")."""
    wishes = wishes_of(act, inputs, "property_out")
    if not wishes or not all(wish.lot for wish in wishes):
        raise Refused("answer_missing", name=act.site.title("question.property_out"))
    return {"property_out": wishes}


def propose_property_out(view: View) -> Proposed:
    """All that lies in the area for this case."""
    return {"property_out": [offered(view, portion, KEPT) for portion in view.on_floor("kept")]}


RULES = {
    "property_all_passed": Rule(property_all_passed),
    "property_some_passed": Rule(property_some_passed),
    "property_part_out": Rule(property_part_out),
    "none_stopped": Rule(none_stopped),
    "permanent_mark": Rule(lambda act: all_yes(("permanent_mark",), act), refuses=False),
}
MOVES = {
    "bring_property_in": Move(bring_property_in, Effect(puts=("arrived",))),
    "pass_property": Move(pass_property),
    "part_property": Move(part_property, Effect(sets=("inside",))),
    "refuse_property": Move(refuse_property, Effect(takes=("arrived",), puts=("inside",))),
    "receive_property": Move(receive_property, Effect(takes=("arrived",), puts=("kept",), inward=True)),
    "take_property_part": Move(take_part_out, Effect(takes=("kept",), sets=("inside", "kept"))),
    "take_property_rest": Move(take_rest_out, Effect(takes=("kept",), sets=("inside",))),
}
QUESTIONS = {
    "property_passed": Question(
        ask_property_passed, read_property_passed, lambda view: {"expected": [expected_row(line) for line in view.first_lines()]}
    ),
    "permanent_mark": asked_checks("permanent_mark"),
    "property_out": Question(ask_property_out, read_property_out, propose_property_out),
    "customer_opinion": asked_text("customer_opinion"),
}
