"""Production tasks: how much of each product was ordered, received with whichever batch, and is still to come (R027, R028)."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping

from qdesk.cases import Line
from qdesk.errors import Because
from qdesk.issuing import FINISHED
from qdesk.quarantine import QUARANTINE, UNDER_REVIEW
from qdesk.scan import format_quantity, parse_quantity
from qdesk.verdicts import CUSTODY, judged_lines
from qdesk.vocabulary import Act, Rule, View

RECEIVED = """SELECT m.item, SUM(CASE m.target WHEN ?1 THEN m.quantity ELSE -m.quantity END) FROM documents d
  CROSS JOIN moves m ON m.in_case = d.in_case
  WHERE d.task = ?2 AND d.form = 'entry' AND ((m.source = ?3 AND m.target = ?1) OR (m.source = ?1 AND m.target = ?3))
  GROUP BY m.item"""
# What was rejected at such a receipt and is good now; what the store set apart by itself was received before and counts once.
MENDED = """SELECT item, SUM(MAX(0, came)) FROM (
  SELECT m.item, SUM(CASE WHEN m.target = ?1 THEN m.quantity ELSE -m.quantity END) AS came FROM documents d
    CROSS JOIN lots l ON l.origin = d.in_case CROSS JOIN moves m ON m.lot = l.code
    WHERE d.task = ?2 AND d.form = 'entry' AND ((m.source = ?3 AND m.target = ?1) OR (m.source = ?1 AND m.target IN (?3, ?4)))
    GROUP BY m.item, m.lot)
  GROUP BY item"""
ON_OTHER_SLIPS = """SELECT d.serial, l.item, l.other FROM documents d
  CROSS JOIN lines l ON l.serial = d.serial AND l.revision = d.revision
  WHERE d.task = ? AND d.form = 'entry' AND d.void_at IS NULL AND d.in_case <> ? ORDER BY d.serial, l.number"""


def ordered_on(line: Line) -> int:
    """Return how much the task of a line wants of its item altogether."""
    return parse_quantity(line.other["ordered"], 3, zero=True)


def ordered(view: View) -> dict[str, int]:
    """Return how much the task wants of each item on the slip."""
    return {line.item: ordered_on(line) for line in view.first_lines()}


def received(view: View) -> dict[str, int]:
    """Return how much of each item was received under the task of a case, with whichever batch; what was spare counts not.

    What was rejected of it counts as soon as it was mended, inspected again and received.
    """
    came: Counter[str] = Counter()
    view.cursor.execute(RECEIVED, (FINISHED, view.field("task"), view.places[CUSTODY]))
    came.update(dict(view.cursor.fetchall()))
    view.cursor.execute(MENDED, (FINISHED, view.field("task"), UNDER_REVIEW, QUARANTINE))
    came.update(dict(view.cursor.fetchall()))
    return came


def still_open(view: View) -> dict[str, int]:
    """Return how much of each item on the slip its task still wants."""
    came = received(view)
    return {item: max(0, wanted - came.get(item, 0)) for item, wanted in ordered(view).items()}


def open_after(view: View) -> dict[str, int]:
    """Return what the task still wants of each item once what passed is received."""
    left = still_open(view)
    for line in judged_lines(view):
        left[line.item] -= min(line.quantity, left[line.item])
    return left


# Rules


def task_agrees(act: Act) -> Iterable[Because]:
    """R027: one task wants one quantity of an item, on every line and on every slip under it."""
    first: dict[str, tuple[str, int]] = {}
    act.cursor.execute(ON_OTHER_SLIPS, (act.field("task"), act.case.code))
    for serial, item, other in act.cursor.fetchall():
        first.setdefault(item, (serial, parse_quantity(json.loads(other)["ordered"], 3, zero=True)))
    for line in act.first_lines():
        serial, wanted = first.setdefault(line.item, (act.case.code, ordered_on(line)))
        if ordered_on(line) != wanted:
            told = {"line": line.number, "item": line.item, "said": format_quantity(ordered_on(line))}
            yield Because("task_disagrees", {**told, "ordered": format_quantity(wanted), "serial": serial}, where=act.desk)


def task_filled(act: Act) -> Iterable[Because]:
    """R027: with what passed nothing of the task is open any more."""
    yield from told_open(act, open_after(act))


def task_short(act: Act) -> Iterable[Because]:
    """R028: after what passed something of the task is still to come."""
    if not any(open_after(act).values()):
        yield Because("task_not_open", {"task": act.field("task")}, where=act.desk)


def rest_received(act: Act) -> Iterable[Because]:
    """R028: the rest came with a later batch."""
    yield from told_open(act, still_open(act))


def told_open(act: Act, left: Mapping[str, int]) -> Iterable[Because]:
    """Return the items of which something of the task is open, with the numbers."""
    for item, quantity in left.items():
        if quantity:
            wanted = format_quantity(ordered(act)[item])
            told = {"task": act.field("task"), "item": item, "ordered": wanted, "left": format_quantity(quantity)}
            yield Because("task_open", told, where=act.desk)


RULES = {
    "task_agrees": Rule(task_agrees),
    "task_filled": Rule(task_filled),
    "task_short": Rule(task_short),
    "rest_received": Rule(rest_received),
}
