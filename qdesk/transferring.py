"""Transferring: goods go from one store to another, and between the two they are in nobody's stock; who takes them counts."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import partial

from qdesk.asking import asked_counts, expected_lot, line_miscounted
from qdesk.bins import lies_in
from qdesk.cases import Document, Line
from qdesk.choosing import out_of_bins
from qdesk.errors import Because, Refused
from qdesk.issuing import FINISHED, PARTS, RAW
from qdesk.language import Effect
from qdesk.moving import move_all, write_on_line
from qdesk.scan import format_quantity
from qdesk.shelving import bin_in, go_back
from qdesk.stock import Portion, free, in_store, read_lot, reserved
from qdesk.vocabulary import Act, Move, Rule, View, Writing, take

LOST = "difference"


def keeper_of(store: str) -> str:
    """Return the desk that keeps a store; the areas beside the stores are the finished store's."""
    return store if store in (RAW, PARTS) else FINISHED


def usable_now(view: View, portion: Portion) -> bool:
    """Tell whether a lot is free stock: neither held nor expired nor somebody's own."""
    lot = read_lot(view.cursor, portion.lot)
    return not lot.hold and not lot.owner and (lot.expires_at is None or lot.expires_at > view.at)


# Rules


def another_store(act: Act) -> Iterable[Because]:
    """Goods go from a store of this desk to another one."""
    if keeper_of(act.field("from_store")) != act.step.desk:
        yield Because("not_from_here", {"desk": act.site.factory.desks[act.step.desk].title}, where=act.desk)
    if act.field("from_store") == act.field("to_store"):
        yield Because("same_store", {}, where=act.desk)


def goes_to(desk: str, document: Document) -> Iterable[Because]:
    """The copy goes with the goods to the desk that keeps the store they are for."""
    if keeper_of(str(json.loads(document.fields).get("to_store"))) != desk:
        yield Because("goes_elsewhere", {})


def goes_to_rule(desk: str) -> Rule:
    """Return the rule that a transfer is for a store of this desk."""
    return Rule(lambda act: goes_to(desk, act.first_document()), fits=partial(goes_to, desk))


def owned_goods_apart(act: Act) -> Iterable[Because]:
    """R055: a customer's own goods lie in their own area, and come and go by their own procedure only."""
    for line in act.first_lines():
        owner = read_lot(act.cursor, str(line.other["lot"])).owner
        if owner:
            yield Because("owned_goods_apart", {"line": line.number, "owner": owner}, where=act.desk)


def taken_agrees(act: Act) -> Iterable[Because]:
    """R052: what was counted is what was sent, line by line."""
    yield from (line_miscounted(act, line, counted) for line, counted in counted_lines(act) if counted != line.quantity)


def taken_less(act: Act) -> Iterable[Because]:
    """Something is missing; more than was sent cannot have come: that is corrected by who gave."""
    yield from (line_miscounted(act, line, counted) for line, counted in counted_lines(act) if counted > line.quantity)
    if all(counted >= line.quantity for line, counted in counted_lines(act)):
        yield Because("nothing_missing", {}, where=act.desk)


def counted_lines(act: Act) -> list[tuple[Line, int]]:
    """Return the lines of the transfer, each with what was counted."""
    counted: Mapping[int, int] = act.answers["taken_over"]
    return [(line, counted[line.number]) for line in act.first_lines()]


# Moves


def send_across(act: Act) -> None:
    """R052: the lots that the form names leave their store at once; what is held stays held, what is promised to others stays."""
    source, gone = act.field("from_store"), defaultdict[tuple[str, bool], int](int)
    for line in act.first_lines():
        for portion in portions_of(act, line, source):
            gone[line.item, usable_now(act, portion)] += portion.quantity
            act.stock.move(act.case.code, portion, source, act.places["moving"], act.voucher)
    for (item, of_use), quantity in sorted(gone.items()):
        there = in_store(act.cursor, item, source)  # held or not: what is held may be released for a promise
        left = free(act.cursor, item, source, act.at) if of_use else there - reserved(act.cursor, item, source)
        if left < 0:
            most = format_quantity(max(0, quantity + left))
            raise Refused("not_enough", item=item, wanted=format_quantity(quantity), free=most)


def portions_of(act: Act, line: Line, source: str) -> list[Portion]:
    """Return what a line takes from the bins of its lot; raises Refused: lot_of_another_item, not_enough."""
    lot = read_lot(act.cursor, str(line.other["lot"]))
    if lot.item != line.item:
        raise Refused("lot_of_another_item", lot=lot.code, item=lot.item, wanted=line.item)
    there = [(quantity, bin_) for place, bin_, quantity in lies_in(act.cursor, line.item, lot.code) if place == source]
    here = [Portion(line.item, lot.code, quantity, bin_) for quantity, bin_ in there]
    return out_of_bins(here, line.item, line.quantity, str(line.other.get("bin", "")))


def take_over(act: Act) -> None:
    """R052: what was counted lies in the store at once; the form says how much it was."""
    target = act.field("to_store")
    for line, counted in counted_lines(act):
        write_on_line(act, act.first_document(), line, taken=format_quantity(counted))
        for portion in take(act.on_floor("moving"), line.item, counted, str(line.other["lot"])) if counted else ():
            act.stock.move(act.case.code, portion, act.places["moving"], target, act.voucher, to_bin=bin_in(act, target))


def back_to_giver(act: Act) -> None:
    """All that is still between the two stores goes back to where it was, into the bins it left."""
    go_back(act, "moving", act.field("from_store"))


# What the desk writes


def write_transfer(act: Act) -> dict[str, str]:
    """Return the store that the goods leave, where nobody named one: this desk's own."""
    named = (act.inputs.get("fields") or {}).get("from_store")
    return {} if named else {"from_store": act.step.desk}


RULES = {
    "another_store": Rule(another_store),
    "goes_to_raw_store": goes_to_rule(RAW),
    "goes_to_finished_store": goes_to_rule(FINISHED),
    "goes_to_parts_store": goes_to_rule(PARTS),
    "owned_goods_apart": Rule(owned_goods_apart),
    "taken_agrees": Rule(taken_agrees),
    "taken_less": Rule(taken_less),
}
MOVES = {
    "send_across": Move(send_across, Effect(puts=("moving",), guarded=True)),
    "take_over_all": Move(take_over, Effect(takes=("moving",))),
    "take_over_part": Move(take_over, Effect(takes=("moving",), sets=("moving",))),
    "take_over_rest": Move(lambda act: move_all(act, "moving", act.field("to_store")), Effect(takes=("moving",))),
    "back_to_giver": Move(back_to_giver, Effect(takes=("moving",))),
    "call_back": Move(back_to_giver, Effect(clears=("moving",))),
    "lose_transfer": Move(lambda act: move_all(act, "moving", LOST), Effect(takes=("moving",))),
}
QUESTIONS = {"taken_over": asked_counts("taken_over", lambda view: view.first_lines(), expected_lot)}
WRITINGS = {"transfer": Writing(write_transfer)}
