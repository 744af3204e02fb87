"""Borrowing: others' goods come in and go back. They lie apart under their owner's name, and no other work can take them."""

from __future__ import annotations

from collections.abc import Iterable

from qdesk.dispatch import VEHICLE
from qdesk.errors import Because
from qdesk.issuing import FINISHED, offered
from qdesk.language import Effect
from qdesk.moving import move_all
from qdesk.returnables import WRITTEN_OFF, Kept, by_lot, carried
from qdesk.scan import format_quantity
from qdesk.stock import HELD, Portion, read_lot
from qdesk.vocabulary import Act, Move, Proposed, Question, Rule, View, Writing

INSIDE, OWNER, CONVERSION = "borrowed_in", "outside_owner", "conversion"


# Rules


def part_is_here(act: Act) -> Iterable[Because]:
    """No more goes back than lies here of each lot, and something stays."""
    left = left_here(act)
    yield from more_than_here(act, left)
    if not any(quantity > 0 for quantity in left.values()):
        yield Because("nothing_left", {}, where=act.desk)


def rest_is_here(act: Act) -> Iterable[Because]:
    """All that lies here goes back, and no more."""
    left = left_here(act)
    yield from more_than_here(act, left)
    for (item, lot), quantity in sorted(left.items()):
        if quantity > 0:
            yield Because("left_behind", {"item": item, "lot": lot, "left": format_quantity(quantity)}, where=act.desk)


def left_here(act: Act) -> Kept:
    """Return what would stay of each lot when this vehicle has been loaded; below zero is more than there is."""
    left = by_lot(act.on_floor("inside"))
    for portion in carried(act):
        left[portion.item, portion.lot] -= portion.quantity
    return left


def more_than_here(act: Act, left: Kept) -> Iterable[Because]:
    """Return the lots of which more is on the load list than lies here."""
    wanted = by_lot(carried(act))
    for (item, lot), quantity in sorted(left.items()):
        if quantity < 0:
            there = format_quantity(wanted[item, lot] + quantity)
            told = {"item": item, "lot": lot, "wanted": format_quantity(wanted[item, lot]), "there": there}
            yield Because("carried_more", told, where=act.desk)


# Moves


def bring_in(act: Act) -> None:
    """Others' goods come in, each line a lot under its owner's name; they lie apart for this case."""
    for line in act.first_lines():
        lot = act.stock.new_lot(line.item, act.case.code, owner=act.field("customer"))
        act.stock.move(act.case.code, Portion(line.item, lot, line.quantity), OWNER, INSIDE, act.voucher)


def carry_back(act: Act) -> None:
    """Others' goods go onto the vehicle that takes them home, the lots that the load list names."""
    for portion in carried(act):
        act.stock.move(act.case.code, portion, INSIDE, VEHICLE, act.voucher)


def keep_borrowed(act: Act) -> None:
    """What was bought of its owner becomes ours: a lot without an owner, held until an inspector has looked at it."""
    for portion in act.on_floor("inside"):
        was = read_lot(act.cursor, portion.lot)
        lot = act.stock.new_lot(was.item, act.case.code, made_from=was.code, hold=HELD, expires_at=was.expires_at)
        act.stock.move(act.case.code, portion, INSIDE, CONVERSION, act.voucher)
        act.stock.move(act.case.code, Portion(was.item, lot, portion.quantity), CONVERSION, FINISHED, act.voucher)


# What the desk proposes


def propose_borrowed_load(view: View) -> Proposed:
    """All that still lies here."""
    return {"lines": [offered(view, portion, INSIDE) for portion in view.on_floor("inside")]}


RULES = {"part_is_here": Rule(part_is_here), "rest_is_here": Rule(rest_is_here)}
MOVES = {
    "bring_in": Move(bring_in, Effect(puts=("inside",))),
    "carry_back_part": Move(carry_back, Effect(takes=("inside",), puts=("vehicle",), sets=("inside",), guarded=True)),
    "carry_back_rest": Move(carry_back, Effect(takes=("inside",), puts=("vehicle",), guarded=True)),
    "unload_borrowed": Move(lambda act: move_all(act, "vehicle", INSIDE), Effect(takes=("vehicle",), sets=("inside",))),
    "let_out_borrowed": Move(lambda act: move_all(act, "vehicle", OWNER), Effect(takes=("vehicle",), outward=True)),
    "keep_borrowed": Move(keep_borrowed, Effect(takes=("inside",))),
    "write_off_borrowed": Move(lambda act: move_all(act, "inside", WRITTEN_OFF), Effect(takes=("inside",))),
}
QUESTIONS: dict[str, Question] = {}
WRITINGS = {
    "borrowed": Writing(lambda act: {"direction": "in"}),
    "borrowed_load": Writing(proposes=propose_borrowed_load),
}
