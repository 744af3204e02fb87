"""Stocktaking: what lies where is listed without its quantity, counted blind, and what differs is counted again (R047).

The book is looked at in the very act in which a count is entered: what moved between the list and the count is in it already,
and a move after it changes book and goods alike, so a difference stays the difference.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any

from qdesk.asking import not_counted, read_counts
from qdesk.cases import CaseFile, Document, Line
from qdesk.clock import moment
from qdesk.errors import Because, Refused
from qdesk.journal import canonical
from qdesk.language import Effect, Outcome
from qdesk.periods import month_text
from qdesk.scan import clean_code, format_quantity, parse_quantity
from qdesk.shortfall import give_up_promises
from qdesk.site import Site
from qdesk.stock import HELD, Portion, read_lot
from qdesk.vocabulary import MOST_LINES, Act, Ask, Inputs, Move, Proposed, Question, Rule, View, Writing, in_line, rows_of

DIFFERENCE = "difference"
FOUND = ("item", "quantity", "lot", "serial", "bin")
SEPARATORS = str.maketrans("，、;；", ",,,,")
LYING_AT = """SELECT b.bin, b.item, b.lot, l.serial FROM balances b JOIN lots l ON l.code = b.lot
  WHERE b.place = ? AND b.in_case = '' AND b.quantity > 0 AND b.counter = 0 ORDER BY b.bin, b.item, b.lot"""
BOOK = "SELECT quantity FROM balances WHERE item = ? AND place = ? AND lot = ? AND in_case = '' AND bin = ?"
OPEN_LISTS = """SELECT d.serial, json_extract(l.other, '$.place'), json_extract(l.other, '$.bin'), json_extract(l.other, '$.lot')
  FROM cases c JOIN documents d ON d.in_case = c.code JOIN lines l ON l.serial = d.serial AND l.revision = d.revision
  WHERE c.ended = '' AND d.form = ? AND d.void_at IS NULL AND d.serial <> ?"""
TOLD = "SELECT seq, json_extract(body, '$.answers.counted') FROM journal WHERE seq IN (SELECT value FROM json_each(?))"
PLACE_OF_BIN = "SELECT place FROM bins WHERE code = ? AND closed_at IS NULL"
Key = tuple[str, str, str]
"""Place, bin and lot."""


@dataclass(frozen=True)
class Tally:
    """What was counted of one line, and what the book said of it in the same act; goods of no known lot have an empty one."""

    line: int
    item: str
    place: str
    counted: int
    book: int
    lot: str = ""
    serial: str = ""
    bin: str = ""

    @property
    def key(self) -> Key:
        """Return where it lies and what it is."""
        return self.place, self.bin, self.lot

    @property
    def difference(self) -> int:
        """Return how much more was counted than the book says."""
        return self.counted - self.book


# What stands on the list, and what was counted so far


def form_of(view: View, written: str) -> str:
    """Return the id of the form that a desk writes in this way: each store has its own."""
    return next(form.id for form in view.procedure.forms.values() if form.written == written)


def sheet_of(view: View) -> Document:
    """Return the stock list of the case."""
    return view.case.document_of(form_of(view, "count_list"))


def listed(view: View) -> list[Line]:
    """Return the lines of the stock list."""
    return view.case.lines.get(sheet_of(view).serial, [])


def places_listed(view: View) -> tuple[str, ...]:
    """Return the places that the list is of; the first is the store itself."""
    columns = view.procedure.forms[form_of(view, "count_list")].lines
    return tuple(choice.id for column in columns if column.name == "place" for choice in column.choices)


def tallies(view: View) -> dict[int, Tally]:
    """Return the newest count of each line, by its number; what was found beside the list has numbers after it."""
    counts = {act.seq: act.step for act in view.case.acts if act.step in ("count", "recount")}
    view.cursor.execute(TOLD, (json.dumps(list(counts)),))
    found: dict[int, Tally] = {}
    for _, told in sorted(view.cursor.fetchall()):
        found |= {row["line"]: Tally(**row) for row in json.loads(told or "[]")}
    return found


def after_this(act: Act) -> dict[int, Tally]:
    """Return the same with what is counted in this act."""
    counted: list[Tally] = act.answers.get("counted", [])
    return {**tallies(act), **{tally.line: tally for tally in counted}}


def differing(view: View) -> list[Tally]:
    """Return what does not agree with the book."""
    return [tally for _, tally in sorted(tallies(view).items()) if tally.difference]


def to_count(view: View) -> list[Line]:
    """Return the lines of the list that nobody has counted yet."""
    known = tallies(view)
    return [line for line in listed(view) if line.number not in known]


def to_recount(view: View) -> list[Line]:
    """Return what differs as lines to be counted again."""
    told = [(tally, {"place": tally.place, "bin": tally.bin, "lot": tally.lot, "serial": tally.serial}) for tally in differing(view)]
    return [Line(tally.line, tally.item, 0, {name: text for name, text in other.items() if text}) for tally, other in told]


def tally_of(view: View, line: Line, counted: int) -> Tally:
    """Return a count beside what the book says at this moment."""
    place, bin_, lot, serial = (str(line.other.get(name, "")) for name in ("place", "bin", "lot", "serial"))
    view.cursor.execute(BOOK, (line.item, place, lot, bin_))
    book = next((quantity for (quantity,) in view.cursor.fetchall()), 0) if lot else 0
    return Tally(line.number, line.item, place, counted, book, lot, serial, bin_)


def elsewhere(act: Act) -> dict[Key, str]:
    """Return what stands on another open list of this store, with its serial: a difference is set right once."""
    act.cursor.execute(OPEN_LISTS, (form_of(act, "count_list"), act.case.code))
    return {(place, bin_ or "", lot): serial for serial, place, bin_, lot in act.cursor.fetchall()}


# What the desk writes


def write_list(act: Act) -> dict[str, str]:
    """Return the month of the list."""
    return {"month": month_text(moment(act.at).date())}


def write_list_lines(act: Act) -> list[Line]:
    """Return what lies there by bin and lot at this moment, and never how much of it. Raises Refused("bin_unknown")."""
    wanted, lines = bins_named(act), list[Line]()
    for place in places_listed(act):
        act.cursor.execute(LYING_AT, (place,))
        for bin_, item, lot, serial in act.cursor.fetchall():
            if not wanted or bin_ in wanted:
                other = {"place": place, "bin": bin_, "lot": lot, "serial": serial}
                lines.append(Line(len(lines) + 1, item, 0, {name: text for name, text in other.items() if text}))
    return lines


def bins_named(act: Act) -> set[str]:
    """Return the bins that the list is narrowed to, none for the whole store. Raises Refused("bin_unknown")."""
    given = act.inputs.get("fields")
    text = str(given.get("bins") or "") if isinstance(given, dict) else ""
    return {known_bin(act, code) for code in text.translate(SEPARATORS).split(",") if code.strip()}


def known_bin(act: Act, raw: object) -> str:
    """Return a bin of this store by its code. Raises Refused("bin_unknown")."""
    code = clean_code(raw)
    if place_of_bin(act, code) not in places_listed(act):
        raise Refused("bin_unknown", bin=code)
    return code


def place_of_bin(act: Act, code: str) -> str:
    """Return which place a bin belongs to, empty where it is unknown."""
    act.cursor.execute(PLACE_OF_BIN, (code,))
    return next((str(place) for (place,) in act.cursor.fetchall()), "")


def write_result(act: Act) -> dict[str, str]:
    """Return how much was counted and how much of it differs; the month only where the whole store was counted."""
    known, head = tallies(act), json.loads(sheet_of(act).fields)
    counted = {"lines_counted": str(len(known)), "lines_differ": str(len(differing(act)))}
    return counted if head.get("bins") else {**counted, "month": head["month"]}


def write_result_lines(act: Act) -> list[Line]:
    """Return what differs: book, count and difference."""
    return [Line(number, tally.item, abs(tally.difference), result_row(tally)) for number, tally in enumerate(differing(act), 1)]


def result_row(tally: Tally) -> dict[str, str]:
    """Return one difference in words of the form."""
    sign = "+" if tally.difference > 0 else "-"
    told = {"place": tally.place, "bin": tally.bin, "lot": tally.lot, "serial": tally.serial}
    amounts = {"book": format_quantity(tally.book), "counted": format_quantity(tally.counted)}
    difference = f"{sign}{format_quantity(abs(tally.difference))}"
    return {**{name: text for name, text in told.items() if text}, **amounts, "difference": difference}


# Rules


def list_fits(act: Act) -> Iterable[Because]:
    """More lines than a form has are counted bin by bin."""
    if len(listed(act)) > MOST_LINES:
        yield Because("list_too_long", {"count": len(listed(act)), "most": MOST_LINES}, where=act.desk)


def listed_once(act: Act) -> Iterable[Because]:
    """What is being counted on another list is not counted on a second one."""
    others = elsewhere(act)
    keys = [(str(line.other["place"]), str(line.other.get("bin", "")), str(line.other["lot"])) for line in listed(act)]
    for serial in sorted({others[key] for key in keys if key in others}):
        yield Because("counted_on_another_list", {"serial": serial}, where=act.desk)


def all_counted(act: Act) -> Iterable[Because]:
    """A line that nobody counted is not counted, and never zero."""
    known = after_this(act)
    yield from (not_counted(act, line) for line in listed(act) if line.number not in known)


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

    Goods of a lot that is known are that lot's. Those of none become a new lot on hold: nobody knows yet what they are. Raises
    Refused("not_enough") where what is missing was taken out meanwhile; then the difference is counted again.
    """
    for tally in differing(act):
        lot = tally.lot or act.stock.new_lot(tally.item, act.case.code, serial=tally.serial or None, hold=HELD)
        if tally.difference > 0:
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
    """Read what was found beside the list. Raises Refused: found_on_list, counted_elsewhere, lot_of_another_item, bin_unknown."""
    known = tallies(act)
    keys = {(str(line.other["place"]), str(line.other.get("bin", "")), str(line.other["lot"])): line.number for line in listed(act)}
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
    serial, lot = (clean_code(given[name]) if given.get(name) else "" for name in ("serial", "lot"))
    if lot and read_lot(act.cursor, lot).item != item.code:
        raise Refused("lot_of_another_item", lot=lot, item=item.code)
    if item.serialised and not (lot or serial):
        raise Refused("serial_wanted", item=item.code)
    bin_ = known_bin(act, given["bin"]) if given.get("bin") else ""
    place = place_of_bin(act, bin_) or places_listed(act)[0]
    told = {"place": place, "bin": bin_, "lot": lot, "serial": "" if lot else serial}
    quantity = parse_quantity(given.get("quantity"), item.decimals)
    return Line(number, item.code, 0, {name: text for name, text in told.items() if text}), quantity


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
WRITINGS = {
    "count_list": Writing(write_list, write_list_lines),
    "count_result": Writing(write_result, write_result_lines),
}
