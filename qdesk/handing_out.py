"""Handing out: material leaves the raw-material store line by line on a settlement (R064), and what is not used comes back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from qdesk.cases import CaseFile, Document, Line
from qdesk.choosing import choose, choose_what_there_is, out_of_bins
from qdesk.clock import time_text
from qdesk.errors import Because, Refused
from qdesk.issuing import RAW, offered, refuse_lot, wanted_by_item
from qdesk.language import Effect, Outcome
from qdesk.moving import move_all, write_on_line
from qdesk.scan import format_quantity, parse_quantity
from qdesk.shelving import bin_in
from qdesk.site import Site
from qdesk.stock import Portion, free, read_lot, usable
from qdesk.vocabulary import Act, Ask, Inputs, Move, Proposed, Question, Rule, View, Wish, Writing, take, wishes_of

PRODUCTION = "production"
UNOPENED, OPENED = "unopened", "opened"


def settlements(view: View) -> list[Document]:
    """Return what was handed out for this requisition so far, each time on a settlement of its own."""
    return [each for each in view.case.current_documents() if each.form == "settlement" and each.void_at is None]


def this_settlement(act: Act) -> list[Line]:
    """Return what is handed out by this act, lot by lot."""
    return act.case.lines.get(act.case.document_of("settlement", act.round).serial, [])


def handed_out(view: View, but_for: int = 0) -> dict[str, int]:
    """Return how much of each item was handed out, by every settlement but one."""
    serials = [document.serial for document in settlements(view) if document.round != but_for]
    return wanted_by_item(line for serial in serials for line in view.case.lines.get(serial, []))


def still_wanted(view: View, but_for: int = 0) -> dict[str, int]:
    """Return what the requisition still wants of each item; what came back unused is not wanted again."""
    gone = handed_out(view, but_for)
    return {item: wanted - gone.get(item, 0) for item, wanted in wanted_by_item(view.first_lines()).items()}


# Rules


def within_requisition(act: Act) -> Iterable[Because]:
    """R064, R065: only what was asked for and approved is handed out, and no more of it."""
    wanted = still_wanted(act, act.round)
    for item, quantity in sorted(wanted_by_item(this_settlement(act)).items()):
        if quantity > wanted.get(item, 0):
            told = {"item": item, "wanted": format_quantity(wanted.get(item, 0)), "counted": format_quantity(quantity)}
            yield Because("more_than_requisition", told, where="assembly", who="assembler")


def whole_handed_out(act: Act) -> Iterable[Because]:
    """All that is still wanted is handed out."""
    yield from left_open(act, act.desk)


def part_handed_out(act: Act) -> Iterable[Because]:
    """Something stays open: what is whole is not called a part."""
    if not any(left > 0 for left in still_wanted(act).values()):
        yield Because("nothing_left_open", {}, where=act.desk)


def requisition_used_up(act: Act) -> Iterable[Because]:
    """Nothing of the requisition is open."""
    yield from left_open(act, RAW)


def left_open(act: Act, where: str) -> Iterable[Because]:
    """Return what is still wanted of each item."""
    for item, left in sorted(still_wanted(act).items()):
        if left > 0:
            yield Because("left_open", {"item": item, "left": format_quantity(left)}, where=where, who="raw_keeper")


def first_expired_first(act: Act) -> Iterable[Because]:
    """R049: what expires first is used first; another lot is taken for a reason."""
    taken: dict[str, int] = defaultdict(int)
    for line in this_settlement(act):
        taken[str(line.other["lot"])] += line.quantity
    for item in sorted({line.item for line in this_settlement(act)}):
        lots = [lot for lot, quantity, _, _ in usable(act.cursor, item, RAW, act.at)]
        there = wanted_by_lot(usable(act.cursor, item, RAW, act.at))
        left = [lot for lot in dict.fromkeys(lots) if there[lot] > taken.get(lot, 0)]
        later = [lot for lot in dict.fromkeys(lots) if taken.get(lot, 0)]
        if left and later and expires_before(act, left[0], later[-1]):
            told = {"item": item, "lot": later[-1], "earlier": left[0], "expires": expiry(act, left[0])}
            yield Because("first_expired_first", told, where=act.desk)


def wanted_by_lot(rows: Iterable[tuple[str, int, str | None, str]]) -> dict[str, int]:
    """Return how much there is of each lot, in whatever bins."""
    there: dict[str, int] = defaultdict(int)
    for lot, quantity, _, _ in rows:
        there[lot] += quantity
    return there


def expires_before(act: Act, one: str, other: str) -> bool:
    """Tell whether one lot expires before another; what never expires comes last."""
    first, second = read_lot(act.cursor, one).expires_at, read_lot(act.cursor, other).expires_at
    return first is not None and (second is None or first < second)


def expiry(act: Act, lot: str) -> str:
    """Return when a lot expires."""
    at = read_lot(act.cursor, lot).expires_at
    return time_text(at)[:10] if at is not None else ""


# Moves


def promise_material(act: Act) -> None:
    """A22: as much as is free now is promised to the requisition; what is short is no reason to write none."""
    for item, wanted in sorted(wanted_by_item(act.first_lines()).items()):
        there = min(wanted, free(act.cursor, item, RAW, act.at, act.case.code))
        if there > 0:
            act.stock.reserve(act.case.code, item, RAW, there)


def release_material(act: Act) -> None:
    """What is not wanted any more is promised no longer."""
    act.stock.release(act.case.code, wanted_by_item(act.first_lines()), RAW)


def hand_out_material(act: Act) -> None:
    """R049, R052, R064: what the settlement says goes to the shop at once, the lots it names; never held or expired ones."""
    for line in this_settlement(act):
        for portion in portions_of(act, line):
            act.stock.move(act.case.code, portion, RAW, act.places["shop"], act.voucher)
        act.stock.reserve(act.case.code, line.item, RAW, -line.quantity)


def portions_of(act: Act, line: Line) -> list[Portion]:
    """Return what a line takes from the bins of its lot; raises Refused for what is held, expired, promised or not there."""
    lot, wanted_bin = str(line.other["lot"]), str(line.other.get("bin", ""))
    choose(act.cursor, line.item, RAW, line.quantity, act.at, act.case.code)  # what is promised to others stays
    rows = usable(act.cursor, line.item, RAW, act.at)
    here = [Portion(line.item, lot, there, bin_) for of, there, _, bin_ in rows if of == lot]
    if not here:
        refuse_lot(read_lot(act.cursor, lot), line, act.at)
    return out_of_bins(here, line.item, line.quantity, wanted_bin)


def return_material(act: Act) -> None:
    """R044: what was not used comes back under its lot; what was opened as a lot of its own that says since when."""
    wishes: list[Wish] = act.answers["unused"]
    for wish in wishes:
        for portion in take(act.on_floor("shop"), wish.item, wish.quantity, wish.lot):
            write_returned(act, portion)
            back = opened_apart(act, portion) if wish.condition == OPENED else portion
            act.stock.move(act.case.code, back, act.places["shop"], RAW, act.voucher, to_bin=bin_in(act, RAW))


def opened_apart(act: Act, portion: Portion) -> Portion:
    """Return an opened quantity as a lot of its own, unless its lot is one that was opened before, or a numbered piece."""
    lot = read_lot(act.cursor, portion.lot)
    if lot.opened_at is not None or lot.serial is not None:
        return portion
    opened = act.stock.split(portion, act.places["shop"], act.case.code, hold=lot.hold)
    act.entry.change("lots", (opened.lot,), {"opened_at": None}, {"opened_at": act.at})
    return opened


def write_returned(act: Act, portion: Portion) -> None:
    """Write on the settlements what came back of the lots they handed out, the newest first."""
    left = portion.quantity
    for document in sorted(settlements(act), key=lambda each: -each.round):
        for line in act.case.lines[document.serial]:
            back = parse_quantity(line.other.get("returned", "0"), 3, zero=True)
            part = min(left, line.quantity - back) if line.other["lot"] == portion.lot else 0
            if part:
                write_on_line(act, document, line, returned=format_quantity(back + part))
                left -= part


# What the desk writes and proposes


def write_settlement(act: Act) -> dict[str, str]:
    """Return for which requisition and task it is."""
    fields = {"requisition": act.case.code, "task": act.field("task")}
    return {name: value for name, value in fields.items() if value}


def propose_settlement(view: View) -> Proposed:
    """What is still wanted, first expired first, from its bins; of what is missing nothing."""
    rows = []
    for item, wanted in still_wanted(view).items():
        for portion in choose_what_there_is(view.cursor, item, RAW, wanted, view.at, view.case.code):
            rows.append(offered(view, portion, RAW))
    return {"lines": rows}


# Questions


def ask_unused(site: Site, case: CaseFile | None, outcome: Outcome | None) -> list[Ask]:
    """What comes back, lot by lot, opened or not."""
    return [Ask("unused", "lines", choices=(UNOPENED, OPENED), columns=("item", "quantity", "lot", "condition"))]


def read_unused(act: Act, inputs: Inputs, optional: bool) -> Mapping[str, Any]:
    """Read what comes back; raises Refused: lines_missing, choice_unknown, answer_missing, lot_not_named."""
    wishes = wishes_of(act, inputs, "unused")
    if not wishes:
        raise Refused("lines_missing")
    for wish in wishes:
        if not wish.condition:
            raise Refused("answer_missing", name=act.site.title("lines.column_condition"))
        if wish.condition not in (UNOPENED, OPENED):
            raise Refused("choice_unknown", value=wish.condition)
        if not wish.lot and len({each.lot for each in act.on_floor("shop") if each.item == wish.item}) > 1:
            raise Refused("lot_not_named", item=wish.item)
        refuse_part_of_a_pack(act, wish)
    return {"unused": wishes}


def refuse_part_of_a_pack(act: Act, wish: Wish) -> None:
    """R044: what is no whole number of packs has been opened; raises Refused("pack_not_whole")."""
    pack = act.item(wish.item).pack
    if wish.condition == UNOPENED and pack and wish.quantity % pack:
        raise Refused("pack_not_whole", item=wish.item, pack=format_quantity(pack), quantity=format_quantity(wish.quantity))


RULES = {
    "within_requisition": Rule(within_requisition),
    "whole_handed_out": Rule(whole_handed_out),
    "part_handed_out": Rule(part_handed_out),
    "requisition_used_up": Rule(requisition_used_up),
    "first_expired_first": Rule(first_expired_first, refuses=False),
}
MOVES = {
    "promise_material": Move(promise_material),
    "release_material": Move(release_material),
    "hand_out_material": Move(hand_out_material, Effect(sets=("shop",), guarded=True)),
    "return_material": Move(return_material, Effect(clears=("shop",))),
    "use_material": Move(lambda act: move_all(act, "shop", PRODUCTION), Effect(clears=("shop",))),
}
QUESTIONS = {"unused": Question(ask_unused, read_unused)}
WRITINGS = {"settlement": Writing(write_settlement, proposes=propose_settlement)}
