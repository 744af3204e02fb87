"""Stocktaking: what is listed is counted blind, what differs is counted again, and another person approves it (R047)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from qdesk.asking import not_counted, read_counts
from qdesk.cases import CaseFile, Line
from qdesk.errors import Because, Refused
from qdesk.journal import canonical
from qdesk.language import Effect, Outcome
from qdesk.scan import clean_code, format_quantity, parse_quantity
from qdesk.shortfall import give_up_promises
from qdesk.site import Site
from qdesk.stock import HELD, Portion, read_lot
from qdesk.stock_lists import (
    Key,
    Tally,
    after_this,
    differing,
    elsewhere,
    form_of,
    key_of,
    known_bin,
    listed,
    place_of_bin,
    places_listed,
    sheet_of,
    tallies,
    tally_of,
    to_count,
    to_recount,
)
from qdesk.vocabulary import MOST_LINES, Act, Ask, Inputs, ItemCard, Move, Question, Rule, in_line, rows_of

DIFFERENCE, PIECE = "difference", 1000
FOUND = ("item", "quantity", "lot", "serial", "bin")


# Rules


def list_fits(act: Act) -> Iterable[Because]:
    """More lines than a form has are counted bin by bin."""
    if len(listed(act)) > MOST_LINES:
        yield Because("list_too_long", {"count": len(listed(act)), "most": MOST_LINES}, where=act.desk)


def listed_once(act: Act) -> Iterable[Because]:
    """What is being counted on another list is not counted on a second one."""
    others = elsewhere(act)
    for serial in sorted({others[key] for key in map(key_of, listed(act)) if key in others}):
        yield Because("counted_on_another_list", {"serial": serial}, where=act.desk)


def all_counted(act: Act) -> Iterable[Because]:
    """A line that nobody counted is not counted, and never zero."""
    known = after_this(act)
    yield from (not_counted(act, line) for line in listed(act) if line.number not in known)


def one_piece_each(act: Act) -> Iterable[Because]:
    """A numbered piece is there or it is not."""
    counted: list[Tally] = act.answers["counted"]
    for tally in counted:
        if tally.serial and tally.counted not in (0, PIECE):
            yield Because("serial_is_one_piece", {"line": tally.line, "serial": tally.serial}, where=act.desk)


def something_differs(act: Act) -> Iterable[Because]:
    """Where book and goods agree nothing is counted again and nothing is set right."""
    if not differing(act):
        yield Because("count_agrees", {}, where=act.desk)


def nothing_differs(act: Act) -> Iterable[Because]:
    """What differs is not passed over."""
    left = len(differing(act))
    if left:
        yield Because("count_differs", {"count": left}, where=act.desk)


def counted_by_another(act: Act) -> Iterable[Because]:
    """A second look is worth more from other eyes; where there are none, the reason is written."""
    if act.person.id in act.case.doers({"count"}):
        yield Because("counted_by_oneself", {"person": act.person.name}, where=act.desk, who=act.step.by)


def cause_told(act: Act) -> Iterable[Because]:
    """Whoever proposes a difference says where it comes from, as far as it is known."""
    result = act.case.document_of(form_of(act, "count_result"))
    if not json.loads(result.fields).get("cause"):
        yield Because("cause_told", {}, where=act.desk)


# Moves


def write_counted(act: Act) -> None:
    """Write what was counted on the list, now that nobody counts by it any more."""
    sheet, known = sheet_of(act), tallies(act)
    lines = act.case.lines.get(sheet.serial, [])
    for place, line in enumerate(lines):
        now = {**line.other, "counted": format_quantity(known[line.number].counted)}
        key = (sheet.serial, sheet.revision, line.number)
        act.entry.change("lines", key, {"other": canonical(dict(line.other))}, {"other": canonical(now)})
        lines[place] = line._replace(other=now)


def adjust_stock(act: Act) -> None:
    """Set the book right by the approved differences, each by a move that names lot and bin.

    Goods of a lot that is known are that lot's. Those of none become a new lot on hold: nobody knows yet what they are. What is
    missing goes first, so that a numbered piece found in another bin lies there once. Raises Refused: not_enough where what is
    missing was taken out meanwhile, serial_in_stock where a piece lies somewhere else by the book; then it is counted again.
    """
    for tally in sorted(differing(act), key=lambda tally: tally.difference):
        lot = tally.lot or act.stock.new_lot(tally.item, act.case.code, serial=tally.serial or None, hold=HELD)
        if tally.difference > 0:
            if tally.serial:
                act.stock.refuse_here_already(tally.item, tally.serial, lot)
            portion = Portion(tally.item, lot, tally.difference)
            act.stock.move(act.case.code, portion, DIFFERENCE, tally.place, act.voucher, to_bin=tally.bin)
        else:
            portion = Portion(tally.item, lot, -tally.difference, tally.bin)
            act.stock.move(act.case.code, portion, tally.place, DIFFERENCE, act.voucher)
            give_up_promises(act, tally.item, tally.place)


# Questions


def ask_count(site: Site, case: CaseFile | None, outcome: Outcome | None) -> list[Ask]:
    """The quantity counted of each line, and what was found that is not on the list."""
    return [Ask("counted", "count", required=False, columns=("line", "quantity")), *ask_found()]


def ask_found() -> list[Ask]:
    """What lies there and is not on the list."""
    return [Ask("found", "lines", required=False, columns=FOUND)]


def ask_recount(site: Site, case: CaseFile | None, outcome: Outcome | None) -> list[Ask]:
    """The quantity counted again of each line that differs."""
    return [Ask("counted", "count", columns=("line", "quantity"))]


def read_count(act: Act, inputs: Inputs, optional: bool) -> Mapping[str, Any]:
    """Read what was counted, line by line; zero has to be typed. Raises Refused("answer_missing") where nothing was."""
    open_lines = to_count(act)
    counts = read_counts(act, inputs, "counted", open_lines) if inputs.get("counted") not in (None, "", []) else {}
    found = list(read_found(act, inputs))
    if open_lines and not counts and not found:
        raise Refused("answer_missing", name=act.site.title("question.counted"))
    return {"counted": [*(tally_of(act, line, counts[line.number]) for line in open_lines if line.number in counts), *found]}


def read_found(act: Act, inputs: Inputs) -> Iterator[Tally]:
    """Read what was found beside the list.

    Raises Refused: found_on_list, counted_elsewhere, lot_of_another_item, bin_elsewhere.
    """
    known = tallies(act)
    keys = {key_of(line): line.number for line in listed(act)}
    keys |= {tally.key: tally.line for tally in known.values() if tally.lot}
    number = max([len(listed(act)), *known])
    for row, given in enumerate(rows_of(inputs, "found") or [], 1):
        with in_line(row):
            tally = tally_of(act, *found_line(act, given, number + row))
            refuse_listed(act, tally, keys)
        keys |= {tally.key: tally.line} if tally.lot else {}
        yield tally


def found_line(act: Act, given: Mapping[str, Any], number: int) -> tuple[Line, int]:
    """Read one row of what was found: its line and how much of it."""
    unknown = sorted(set(map(str, given)) - set(FOUND))
    if unknown:
        raise Refused("field_unknown", name=clean_code(unknown[0][:40]))
    item = act.item(clean_code(given.get("item", "")))
    lot, serial = lot_found(act, item, given)
    bin_ = known_bin(act, given["bin"]) if given.get("bin") else ""
    place = place_of_bin(act, bin_) or places_listed(act)[0]
    told = {"place": place, "bin": bin_, "lot": lot, "serial": serial}
    quantity = parse_quantity(given.get("quantity"), item.decimals)
    return Line(number, item.code, 0, {name: text for name, text in told.items() if text}), quantity


def lot_found(act: Act, item: ItemCard, given: Mapping[str, Any]) -> tuple[str, str]:
    """Return lot and serial number of what was found, as far as they are known; the number of a piece tells its lot."""
    serial, lot = (clean_code(given[name]) if given.get(name) else "" for name in ("serial", "lot"))
    if lot and read_lot(act.cursor, lot).item != item.code:
        raise Refused("lot_of_another_item", lot=lot, item=item.code)
    if item.serialised and not (lot or serial):
        raise Refused("serial_wanted", item=item.code)
    if serial and not lot:
        act.cursor.execute("SELECT code FROM lots WHERE item = ? AND serial = ?", (item.code, serial))
        lot = next((str(code) for (code,) in act.cursor.fetchall()), "")
    return lot, (read_lot(act.cursor, lot).serial or "") if lot else serial


def refuse_listed(act: Act, tally: Tally, keys: Mapping[Key, int]) -> None:
    """Refuse as found what has a line already, here or on another open list."""
    if tally.lot and tally.key in keys:
        raise Refused("found_on_list", lot=tally.lot, line=keys[tally.key])
    other = elsewhere(act).get(tally.key) if tally.lot else None
    if other:
        raise Refused("counted_elsewhere", lot=tally.lot, serial=other)


def read_recount(act: Act, inputs: Inputs, optional: bool) -> Mapping[str, Any]:
    """Read the second count: every line that differs, none left out."""
    lines = to_recount(act)
    counts = read_counts(act, inputs, "counted", lines)
    reasons = [not_counted(act, line) for line in lines if line.number not in counts]
    if reasons:
        raise Refused("answer_missing", reasons, name=act.site.title("question.counted"))
    return {"counted": [tally_of(act, line, counts[line.number]) for line in lines]}


def blind(line: Line) -> dict[str, Any]:
    """Return a line as whoever counts may know it: what, which lot and where, never how much."""
    return {"line": line.number, "item": line.item, **line.other}


RULES = {
    "list_fits": Rule(list_fits),
    "listed_once": Rule(listed_once),
    "all_counted": Rule(all_counted),
    "one_piece_each": Rule(one_piece_each),
    "something_differs": Rule(something_differs),
    "nothing_differs": Rule(nothing_differs),
    "counted_by_another": Rule(counted_by_another, refuses=False),
    "cause_told": Rule(cause_told),
}
MOVES = {
    "write_counted": Move(write_counted),
    "adjust_stock": Move(adjust_stock, Effect(guarded=True)),
}
QUESTIONS = {
    "blind_count": Question(ask_count, read_count, lambda view: {"expected": [blind(line) for line in to_count(view)]}),
    "blind_recount": Question(ask_recount, read_recount, lambda view: {"expected": [blind(line) for line in to_recount(view)]}),
}
