"""Lending: our goods leave by the gate and come back in parts, each held until an inspector has looked at it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from qdesk.arriving import CUSTOMER
from qdesk.asking import expected_row, line_miscounted, not_counted, read_counts
from qdesk.cases import CaseFile, Line
from qdesk.choosing import choose_what_there_is
from qdesk.dispatch import VEHICLE
from qdesk.errors import Because, Refused
from qdesk.issuing import FINISHED, Picked, offered, portions_for
from qdesk.language import Effect, Outcome
from qdesk.moving import move_all
from qdesk.returnables import WRITTEN_OFF, Kept, by_lot, carried, carry_lines
from qdesk.scan import clean_code, format_quantity
from qdesk.shelving import bin_in, go_back
from qdesk.site import Site
from qdesk.stock import HELD, Portion, read_lot
from qdesk.vocabulary import Act, Ask, Inputs, Move, Proposed, Question, Rule, View, Writing, rows_of

OUT = "lent_out"


def still_out(view: View) -> list[Line]:
    """Return the lines of the pass with what of each is still out; their numbers stay, whatever has come back."""
    there = by_lot(view.on_floor("out"))
    left = view.case.lines.get(view.case.document_of("pass").serial, [])
    return [line._replace(quantity=there.get((line.item, str(line.other["lot"])), 0)) for line in left]


# Rules


def within_lent(act: Act) -> Iterable[Because]:
    """A vehicle takes what was approved, and of the lot that was named where one was."""
    approved: Kept = defaultdict(int)
    for line in act.first_lines():
        approved[line.item, str(line.other.get("lot", ""))] += line.quantity
    for (item, lot), quantity in sorted(by_lot(carried(act)).items()):
        left = quantity
        for named in (lot, ""):
            part = min(left, approved[item, named])
            approved[item, named] -= part
            left -= part
        if left:
            told = {"item": item, "lot": lot, "wanted": format_quantity(quantity), "there": format_quantity(quantity - left)}
            yield Because("carried_more", told, where="dispatch", who="dispatcher")


def part_came_back(act: Act) -> Iterable[Because]:
    """Something came back, of no line more than is out, and something is still out."""
    lines, counted = still_out(act), act.answers["came_back"]
    more = [line for line in lines if counted.get(line.number, 0) > line.quantity]
    yield from (line_miscounted(act, line, counted[line.number]) for line in more)
    if not any(counted.values()):
        yield Because("nothing_counted", {}, where=act.desk)
    if all(counted.get(line.number, 0) >= line.quantity for line in lines):
        yield Because("nothing_left", {}, where=act.desk)


def rest_came_back(act: Act) -> Iterable[Because]:
    """Every line that was out was counted, and to the last piece."""
    counted = act.answers["came_back"]
    for line in still_out(act):
        if line.quantity and line.number not in counted:
            yield not_counted(act, line)
        elif counted.get(line.number, 0) != line.quantity:
            yield line_miscounted(act, line, counted[line.number])


# Moves


def carry_out(act: Act) -> None:
    """Ours goes from the store onto the vehicle, the lots that the load list names."""
    for line in carry_lines(act):
        for portion in portions_for(act, line, FINISHED, [Picked(str(line.other["lot"]), line.quantity)]):
            act.stock.move(act.case.code, portion, FINISHED, VEHICLE, act.voucher)


def unload_lent(act: Act) -> None:
    """What never left the works goes back to where it came from, and is promised again."""
    for portion in act.on_floor("vehicle"):
        act.stock.reserve(act.case.code, portion.item, FINISHED, portion.quantity)
    go_back(act, "vehicle", FINISHED)


def take_back(act: Act) -> None:
    """What came back has been outside: it lies in the store, held until an inspector has looked at it and released it."""
    for line in still_out(act):
        counted = act.answers["came_back"].get(line.number, 0)
        if counted:
            portion = held_apart(act, Portion(line.item, str(line.other["lot"]), counted))
            act.stock.move(act.case.code, portion, OUT, FINISHED, act.voucher, to_bin=bin_in(act, FINISHED))


def held_apart(act: Act, portion: Portion) -> Portion:
    """Return the portion as a held lot of its own; a piece with a serial number keeps its lot."""
    if read_lot(act.cursor, portion.lot).serial is None:
        return act.stock.split(portion, OUT, act.case.code, hold=HELD)
    act.stock.hold(portion.lot, HELD)
    return portion


# What the desk proposes


def propose_lent_load(view: View) -> Proposed:
    """What was approved, of the lots that were named, else first expired first; of what is missing nothing."""
    rows, taken = [], dict[str, int]()
    for line in view.first_lines():
        named = str(line.other.get("lot", ""))
        wanted = (view.cursor, line.item, FINISHED, line.quantity, view.at, view.case.code)
        portions = [Portion(line.item, named, line.quantity)] if named else choose_what_there_is(*wanted, taken=taken)
        for portion in portions:
            taken[portion.lot] = taken.get(portion.lot, 0) + portion.quantity
            rows.append(offered(view, portion, FINISHED))
    return {"lines": rows}


# Questions


def ask_came_back(site: Site, case: CaseFile | None, outcome: Outcome | None) -> list[Ask]:
    """The quantity counted of each line as it came back; a row may name the lot instead of the line."""
    return [Ask("came_back", "count", columns=("line", "quantity", "lot"))]


def read_came_back(act: Act, inputs: Inputs, optional: bool) -> Mapping[str, Any]:
    """Read what came back; raises Refused("lot_not_on_lines") for a lot that did not leave on this form."""
    lines = [line for line in still_out(act) if line.quantity]
    raw: Any = inputs.get("came_back")
    if raw is not None and not isinstance(raw, str):
        raw = [on_line(act, row, lines) for row in rows_of(inputs, "came_back") or []]
    return {"came_back": read_counts(act, {"came_back": raw}, "came_back", lines)}


def on_line(act: Act, row: Mapping[str, Any], lines: list[Line]) -> Mapping[str, Any]:
    """Return a row with its line, where it names its lot."""
    if not row.get("lot"):
        return row
    lot = read_lot(act.cursor, clean_code(row["lot"]))
    line = next((each for each in lines if each.other["lot"] == lot.code and row.get("line") in (None, each.number)), None)
    if line is None:
        raise Refused("lot_not_on_lines", lot=lot.code, item=lot.item)
    return {**row, "line": line.number}


def propose_came_back(view: View) -> Proposed:
    """What is still out, line by line; how much has come back only counting tells."""
    return {"expected": [{**expected_row(line), **line.other} for line in still_out(view) if line.quantity]}


RULES = {
    "within_lent": Rule(within_lent),
    "part_came_back": Rule(part_came_back),
    "rest_came_back": Rule(rest_came_back),
}
MOVES = {
    "carry_out": Move(carry_out, Effect(puts=("vehicle",), guarded=True)),
    "unload_lent": Move(unload_lent, Effect(takes=("vehicle",))),
    "let_out_lent": Move(lambda act: move_all(act, "vehicle", OUT), Effect(takes=("vehicle",), puts=("out",), outward=True)),
    "take_back_part": Move(take_back, Effect(takes=("out",), sets=("out",))),
    "take_back_rest": Move(take_back, Effect(takes=("out",))),
    "sell_lent": Move(lambda act: move_all(act, "out", CUSTOMER), Effect(takes=("out",))),
    "write_off_lent": Move(lambda act: move_all(act, "out", WRITTEN_OFF), Effect(takes=("out",))),
}
QUESTIONS = {"came_back": Question(ask_came_back, read_came_back, propose_came_back)}
WRITINGS = {
    "lent": Writing(lambda act: {"direction": "out"}),
    "lent_load": Writing(proposes=propose_lent_load),
}
