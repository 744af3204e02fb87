"""The store's side of a delivery: what a note promises, and what the keeper checks line by line and brings up for dispatch."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from qdesk.asking import all_yes, asked_checks, expected_row, line_miscounted, not_counted, read_counts
from qdesk.cases import CaseFile, Line
from qdesk.choosing import choose_what_there_is
from qdesk.clock import moment
from qdesk.errors import Because, Refused
from qdesk.issuing import FINISHED, Picked, ask_lots, offered, portions_for, read_lots, wanted_by_item
from qdesk.language import Effect, Outcome
from qdesk.scan import format_quantity
from qdesk.shelving import go_back
from qdesk.site import Site
from qdesk.stock import free
from qdesk.vocabulary import Act, Ask, Inputs, Move, Proposed, Question, Rule, View

AREA = "dispatch_area"
PAPERS = ("report_seen", "certificate_seen")
"""R074: what has to be seen before anything is shipped."""
# What was received for somebody: a modified product waits for its delivery (A26), and so does the part of a task that is here
# already while its rest is still to come (R028).
WAITING_FOR = """SELECT r.in_case, r.quantity, d.fields FROM reservations r JOIN cases c ON c.code = r.in_case
  JOIN documents d ON d.serial = r.in_case
  WHERE r.item = ? AND r.place = ? AND r.quantity > 0 AND (c.ended <> '' OR c.procedure = 'finished_receipt')
  ORDER BY c.ended = '', c.ended_at, r.in_case"""
PICKED = """SELECT item, SUM(CASE source WHEN ? THEN quantity ELSE -quantity END) FROM moves
  WHERE in_case = ? AND ((source = ? AND target = ?) OR (source = ? AND target = ?)) GROUP BY item"""
NOTICE_OF = """SELECT COUNT(*) FROM documents WHERE form = 'notice' AND void_at IS NULL AND opened_at > ?
  AND json_extract(fields, '$.day') = ?"""
NOTICE_WITHIN = 31 * 24 * 3600 * 1_000_000
"""How far back a notice of today may have been written, in microseconds."""


def waiting_for(view: View, item: str) -> list[tuple[str, int]]:
    """Return the ended cases that left goods promised to the note's customer, with how much, the oldest first (A26)."""
    view.cursor.execute(WAITING_FOR, (item, FINISHED))
    customer = view.field("customer")
    return [(case, left) for case, left, fields in view.cursor.fetchall() if json.loads(fields).get("customer") == customer]


# Rules


def goods_received(act: Act) -> Iterable[Because]:
    """R024, R066: a note only for goods received into the store, free or received for this very customer."""
    for item, wanted in wanted_by_item(act.first_lines()).items():
        there = free(act.cursor, item, FINISHED, act.at, act.case.code) + sum(left for _, left in waiting_for(act, item))
        if there < wanted:
            arguments = {"item": item, "wanted": format_quantity(wanted), "free": format_quantity(max(there, 0))}
            yield Because("item_in_stock", arguments, where=FINISHED, who="keeper")


def shipping_notice(act: Act) -> Iterable[Because]:
    """R072, R096: a shipping notice of the day exists before dispatch work."""
    day = moment(act.at).date().isoformat()
    act.cursor.execute(NOTICE_OF, (act.at - NOTICE_WITHIN, day))
    if not act.cursor.fetchall()[0][0]:
        yield Because("shipping_notice", {"day": day}, where="sales", who="sales_clerk")


def every_line_counted(act: Act) -> Iterable[Because]:
    """R062, R063: every open line was counted, and to the last piece; what is wrong is named by its line."""
    yield from miscounted(act, whole=True)


def part_counted(act: Act) -> Iterable[Because]:
    """R062: a part comes now: no line more than it still wants; the rest stays open."""
    yield from miscounted(act, whole=False)


def miscounted(act: Act, whole: bool) -> Iterable[Because]:
    """Return the lines that were not counted as they should be."""
    checked = act.answers.get("checked", {})
    for line in outstanding(act):
        counted = checked.get(line.number)
        if counted is None and whole and line.quantity:
            yield not_counted(act, line)
        elif counted is not None and (counted > line.quantity or (whole and counted != line.quantity)):
            yield line_miscounted(act, line, counted)
    if not any(checked.values()):
        yield Because("nothing_counted", {}, where=act.desk)


# Moves


def promise(act: Act) -> None:
    """A22, A26: promise the goods to the note; what was received for its customer is taken over first."""
    reasons = list(goods_received(act))
    if reasons:
        raise Refused("not_enough_free", reasons)
    for item, wanted in sorted(wanted_by_item(act.first_lines()).items()):
        left = wanted
        for case, there in waiting_for(act, item):
            part = min(there, left)
            act.stock.reserve(case, item, FINISHED, -part)
            left -= part
        act.stock.reserve(act.case.code, item, FINISHED, wanted)


def release_promise(act: Act) -> None:
    """Take back what is still promised to the note."""
    act.stock.release(act.case.code, wanted_by_item(act.first_lines()), FINISHED)


def pick(act: Act) -> None:
    """R062: what was counted goes to the dispatch area, apart for this note (R087), first expired first or as scanned."""
    checked: Mapping[int, int] = act.answers["checked"]
    lots: dict[int, list[Picked]] = act.answers.get("lots", {})
    for line in outstanding(act):
        counted = checked.get(line.number, 0)
        if counted:
            for portion in portions_for(act, line._replace(quantity=counted), FINISHED, cut_to(lots.get(line.number), counted)):
                act.stock.move(act.case.code, portion, FINISHED, AREA, act.voucher)
            act.stock.reserve(act.case.code, line.item, FINISHED, -counted)


def cut_to(lots: list[Picked] | None, counted: int) -> list[Picked] | None:
    """Return the lots of a line, the last of them in part where less was counted than was to be fetched."""
    if lots is None:
        return None
    taken = []
    for each in lots:
        part = min(each.quantity, counted)
        counted -= part
        if part:
            taken.append(each._replace(quantity=part))
    return taken


def put_back(act: Act) -> None:
    """What was brought to the dispatch area and does not leave goes back to where it came from: it never left the works."""
    go_back(act, "staged", FINISHED)


def picked(view: View) -> dict[str, int]:
    """Return how much of each item was brought to the dispatch area and not put back."""
    view.cursor.execute(PICKED, (FINISHED, view.case.code, FINISHED, AREA, AREA, FINISHED))
    return dict(view.cursor.fetchall())


def outstanding(view: View) -> list[Line]:
    """Return the lines of the note with what each still wants."""
    there, left = picked(view), []
    for line in view.first_lines():
        part = min(line.quantity, there.get(line.item, 0))
        there[line.item] = there.get(line.item, 0) - part
        left.append(line._replace(quantity=line.quantity - part))
    return left


# Questions


def ask_every_line(site: Site, case: CaseFile | None, outcome: Outcome | None) -> list[Ask]:
    """The lots taken, and the quantity counted of each line: nothing is filled in beforehand."""
    return [*ask_lots(site, case, outcome), Ask("checked", "count", columns=("line", "quantity"))]


def read_every_line(act: Act, inputs: Inputs, optional: bool) -> Mapping[str, Any]:
    """Read lots and counts; a line that was left empty was not counted."""
    open_lines = [line for line in outstanding(act) if line.quantity]
    return {**read_lots(act, inputs, optional), "checked": read_counts(act, inputs, "checked", open_lines)}


def propose_every_line(view: View) -> Proposed:
    """The lots to fetch, first expired first, and what each line still wants; how much is there only counting tells."""
    lots, expected, taken = [], [], dict[str, int]()
    for line in outstanding(view):
        if not line.quantity:
            continue
        expected.append(expected_row(line))
        wanted = (view.cursor, line.item, FINISHED, line.quantity, view.at, view.case.code)
        for portion in choose_what_there_is(*wanted, taken=taken):
            taken[portion.lot] = taken.get(portion.lot, 0) + portion.quantity
            lots.append({"line": line.number, **offered(view, portion, FINISHED)})
    return {"lots": lots, "expected": expected}


RULES = {
    "goods_received": Rule(goods_received),
    "shipping_notice": Rule(shipping_notice, refuses=False),
    "papers_seen": Rule(partial(all_yes, PAPERS)),
    "every_line_counted": Rule(every_line_counted),
    "part_counted": Rule(part_counted),
}
MOVES = {
    "promise": Move(promise, Effect(guarded=True)),
    "release_promise": Move(release_promise),
    "pick": Move(pick, Effect(sets=("staged",), guarded=True)),
    "put_back": Move(put_back, Effect(clears=("staged",))),
}
QUESTIONS = {
    "every_line": Question(ask_every_line, read_every_line, propose_every_line),
    "papers_seen": asked_checks(*PAPERS),
}
