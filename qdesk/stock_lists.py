"""Stock lists: what lies where, without its quantity, what was counted of it, and what of that differs from the book (R047).

The book is looked at in the very act in which a count is entered: what moved between the list and the count is in it already,
and a move after it changes book and goods alike, so a difference stays the difference.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from qdesk.cases import Document, Line
from qdesk.clock import moment
from qdesk.errors import Refused
from qdesk.periods import month_text
from qdesk.scan import clean_code, format_quantity
from qdesk.stock import in_bin
from qdesk.vocabulary import Act, View, Writing

SEPARATORS = str.maketrans("，、;；", ",,,,")
LYING_AT = """SELECT b.bin, b.item, b.lot, l.serial FROM balances b JOIN lots l ON l.code = b.lot
  WHERE b.place = ? AND b.in_case = '' AND b.quantity > 0 AND b.counter = 0 ORDER BY b.bin, b.item, b.lot"""
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
    return [Line(tally.line, tally.item, 0, where_and_what(tally)) for tally in differing(view)]


def where_and_what(tally: Tally) -> dict[str, str]:
    """Return where it lies and which goods they are, as the columns of the forms name it."""
    told = {"place": tally.place, "bin": tally.bin, "lot": tally.lot, "serial": tally.serial}
    return {name: text for name, text in told.items() if text}


def key_of(line: Line) -> Key:
    """Return where what stands on a line of the list lies, and its lot."""
    return str(line.other["place"]), str(line.other.get("bin", "")), str(line.other["lot"])


def tally_of(view: View, line: Line, counted: int) -> Tally:
    """Return a count beside what the book says at this moment."""
    place, bin_, lot, serial = (str(line.other.get(name, "")) for name in ("place", "bin", "lot", "serial"))
    book = (in_bin(view.cursor, line.item, place, lot, bin_) or 0) if lot else 0
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
    """Return what lies there by bin and lot at this moment, and never how much of it.

    Amended, a list says what lies there now, until the first of it was counted. Raises Refused: bin_elsewhere, count_begun.
    """
    if tallies(act):
        raise Refused("count_begun", serial=act.case.code)
    wanted, lines = bins_named(act), list[Line]()
    for place in places_listed(act):
        act.cursor.execute(LYING_AT, (place,))
        for bin_, item, lot, serial in act.cursor.fetchall():
            if not wanted or bin_ in wanted:
                other = {"place": place, "bin": bin_, "lot": lot, "serial": serial}
                lines.append(Line(len(lines) + 1, item, 0, {name: text for name, text in other.items() if text}))
    return lines


def bins_named(act: Act) -> set[str]:
    """Return the bins that the list is narrowed to, none for the whole store. Raises Refused("bin_elsewhere")."""
    given = act.inputs.get("fields")
    text = str(given.get("bins") or "") if isinstance(given, dict) else ""
    return {known_bin(act, code) for code in text.translate(SEPARATORS).split(",") if code.strip()}


def known_bin(act: Act, raw: object) -> str:
    """Return a bin of this store by its code. Raises Refused("bin_elsewhere")."""
    code = clean_code(raw)
    if place_of_bin(act, code) not in places_listed(act):
        raise Refused("bin_elsewhere", bin=code)
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
    amounts = {"book": format_quantity(tally.book), "counted": format_quantity(tally.counted)}
    difference = f"{sign}{format_quantity(abs(tally.difference))}"
    return {**where_and_what(tally), **amounts, "difference": difference}


WRITINGS = {
    "count_list": Writing(write_list, write_list_lines),
    "count_result": Writing(write_result, write_result_lines),
}
