"""Inspection: what is checked and measured, and what a verdict does to the goods it is about. Blank is never a pass."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from qdesk.asking import all_yes, asked_checks
from qdesk.cases import CaseFile
from qdesk.errors import Because, Refused
from qdesk.instruments import fit_instrument, kind_title
from qdesk.issuing import REMAINDER, pieces_first
from qdesk.language import Effect, Outcome
from qdesk.paper import queue_sheet
from qdesk.points import WITH, Found, Point, asks_of, not_good_enough, points, read_found
from qdesk.results import INSTRUMENTS, PLAN, VERDICTS, Verdict, not_passed
from qdesk.scan import clean_code, format_quantity, parse_quantity, visible
from qdesk.site import Site
from qdesk.stock import Portion, read_lot
from qdesk.vocabulary import Act, Ask, Inputs, Move, Proposed, Question, Rule, View, rows_of
from qdesk.warehouse import TO_BE_INSPECTED

SCRAP = "scrap"
THREE_CHECKS = ("self_checked", "mutually_checked")
"""自检 and 互检, which come before the inspector's own, 专检 (R131)."""


def ask_plan(site: Site, case: CaseFile | None, outcome: Outcome | None) -> list[Ask]:
    """Every point of the plan, with the instrument where one is named; nothing is filled in beforehand."""
    found = points(site, case, outcome.step) if case and outcome else ()
    return [ask for point in found for ask in asks_of(site, point)]


def read_plan(act: Act, inputs: Inputs, optional: bool) -> Mapping[str, Any]:
    """Read what was found at each point; each must be answered unless the verdict is no pass anyway."""
    answers: dict[str, Found] = {}
    used: dict[str, str] = {}
    for point in points(act.site, act.case, act.step.id):
        raw = inputs.get(point.name)
        if raw is None or raw in ("", []):
            if not optional:
                raise Refused("answer_missing", name=point.title)
            continue
        answers[point.name] = read_found(point, raw)
        if point.of.instrument:
            used[point.name] = read_used(act, inputs.get(point.name + WITH), point)
    return {PLAN: answers, INSTRUMENTS: used} if used else {PLAN: answers}


def read_used(act: Act, raw: Any, point: Point) -> str:
    """Read what a point was measured with: R127, nothing that is out of calibration."""
    if raw is None or raw == "":
        raise Refused("instrument_missing", name=point.title, kind=kind_title(act.site, point.of.instrument))
    return fit_instrument(act.site, act.cursor, clean_code(raw), point.of.instrument, act.at)


def ask_quantity_passed(site: Site, case: CaseFile | None, outcome: Outcome | None) -> list[Ask]:
    """The quantity counted and passed: one number, or a number for each line."""
    return [Ask("quantity_passed", "count", columns=("line", "quantity"))]


def read_quantity_passed(act: Act, inputs: Inputs, optional: bool) -> Mapping[str, Any]:
    """Read the quantity passed, by item."""
    raw = inputs.get("quantity_passed")
    if raw is None or raw == "":
        if optional:
            return {}
        raise Refused("answer_missing", name=act.site.title("question.quantity_passed"))
    lines = act.first_lines()
    if isinstance(raw, str):
        if len({line.other.get("becomes", line.item) for line in lines}) > 1:
            raise Refused("count_by_line")
        item = str(lines[0].other.get("becomes", lines[0].item))
        return judged(act, {item: parse_quantity(raw, act.item(item).decimals, zero=True)}, [])
    passed: dict[str, int] = {}
    serials: list[tuple[str, str]] = []
    by_number = {line.number: line for line in lines}
    for row in rows_of(inputs, "quantity_passed") or []:
        line = by_number.get(row["line"]) if isinstance(row.get("line"), int) else None
        if line is None:
            raise Refused("line_unknown", line=visible(row.get("line")))
        item = str(line.other.get("becomes", line.item))
        quantity = parse_quantity(row.get("quantity"), act.item(item).decimals, zero=True)
        passed[item] = passed.get(item, 0) + quantity
        if quantity and line.other.get("serial"):
            serials.append((item, str(line.other["serial"])))
    return judged(act, passed, serials)


def judged(act: Act, passed: Mapping[str, int], serials: list[tuple[str, str]]) -> Mapping[str, Any]:
    """Return what was counted, and what that says of each lot."""
    verdicts = [Verdict(lot.item, lot.quantity, good, lot=lot.lot) for lot, good in passed_by_lot(act, passed, serials)]
    return {"passed": passed, "passed_serials": serials, VERDICTS: verdicts}


def expect_quantity(view: View) -> Proposed:
    """What lies there to be counted, by line; how much of it passes nobody proposes."""
    left = [(portion, read_lot(view.cursor, portion.lot).serial) for portion in view.on_floor("converted")]
    rows = []
    for line in pieces_first(view.first_lines()):
        item, wanted, there = str(line.other.get("becomes", line.item)), line.quantity, 0
        for index, (portion, serial) in enumerate(left):
            if portion.item == item and line.other.get("serial") in (None, "", serial):
                part = min(portion.quantity, wanted - there)
                there += part
                left[index] = (Portion(item, portion.lot, portion.quantity - part), serial)
        rows.append({"line": line.number, "item": item, "quantity": format_quantity(there)})
    return {"expected": sorted(rows, key=lambda row: row["line"])}


def counted_on_floor(act: Act) -> dict[str, int]:
    """Return how much of each item lies there to be inspected."""
    lying: dict[str, int] = {}
    for portion in act.on_floor("converted"):
        lying[portion.item] = lying.get(portion.item, 0) + portion.quantity
    return lying


def all_passed(act: Act) -> Iterable[Because]:
    """R019, A07: a pass is over the whole quantity that was issued; anything less is no pass."""
    passed = act.answers.get("passed", {})
    lying = counted_on_floor(act)
    for item in sorted(set(lying) | set(passed)):
        if lying.get(item, 0) != passed.get(item, 0):
            arguments = {"item": item, "there": format_quantity(lying.get(item, 0))}
            yield Because("all_passed", {**arguments, "passed": format_quantity(passed.get(item, 0))}, where=act.desk)


def some_passed(act: Act) -> Iterable[Because]:
    """A07: a part passes: more than nothing, less than all."""
    passed = act.answers.get("passed", {})
    lying = counted_on_floor(act)
    too_many = any(quantity > lying.get(item, 0) for item, quantity in passed.items())
    if too_many or not 0 < sum(passed.values()) < sum(lying.values()):
        there = format_quantity(sum(lying.values()))
        yield Because("some_passed", {"there": there, "passed": format_quantity(sum(passed.values()))}, where=act.desk)


def within_limits(act: Act) -> Iterable[Because]:
    """R013: no stamp without a passed inspection: every point answered and good, no more defective than its sample allows."""
    answers, rejected = act.answers.get(PLAN, {}), not_passed(act)
    for point in points(act.site, act.case, act.step.id):
        yield from not_good_enough(act, point, answers.get(point.name), rejected.get(point.item, 0))


def lift_hold(act: Act) -> None:
    """A pass lifts the hold on what waited for it; it moves nothing, and a lot held for another reason stays held."""
    for place in ("converted", "product"):
        for portion in act.on_floor(place):
            if read_lot(act.cursor, portion.lot).hold == TO_BE_INSPECTED:
                act.stock.hold(portion.lot, "")


def passed_by_lot(act: Act, passed: Mapping[str, int], named: Iterable[tuple[str, str]]) -> list[tuple[Portion, int]]:
    """Return how much of each lot that lies there passes: of numbered pieces those named where any are, of others the first."""
    left, pieces, found = dict(passed), set(named), []
    for portion in act.on_floor("converted"):
        serial = read_lot(act.cursor, portion.lot).serial
        wanted = serial is None or not pieces or (portion.item, serial) in pieces
        good = min(portion.quantity, left.get(portion.item, 0)) if wanted else 0
        left[portion.item] = left.get(portion.item, 0) - good
        found.append((portion, good))
    return found


def leave_remainder(act: Act) -> None:
    """A07: what passed is freed; the rest waits apart, still held and a lot of its own, for a supplementary application."""
    named = [(item, serial) for item, serial in act.answers.get("passed_serials", ())]
    floor, lots = act.places["converted"], passed_by_lot(act, act.answers["passed"], named)
    if not named and any(read_lot(act.cursor, portion.lot).serial for portion, _ in lots):
        raise Refused("count_by_line")
    for portion, good in lots:
        hold, rest = read_lot(act.cursor, portion.lot).hold, replace(portion, quantity=portion.quantity - good)
        if good and rest.quantity:
            rest = act.stock.split(rest, floor, act.case.code, hold)
        if rest.quantity:
            act.stock.move(act.case.code, rest, floor, REMAINDER)
        if good and hold == TO_BE_INSPECTED:
            act.stock.hold(portion.lot, "")


def scrap_product(act: Act) -> None:
    """A06: what cannot be mended leaves the floor as scrap."""
    for place in ("product", "converted"):
        for portion in act.on_floor(place):
            act.stock.move(act.case.code, portion, act.places[place], SCRAP)


def print_sheet(kind: str, act: Act) -> None:
    """F022, F023: queue the paper about what this act passes; it is set from the results once they are written."""
    queue_sheet(act.entry, kind, str(act.entry.seq), "", act.desk)


RULES = {
    "all_passed": Rule(all_passed),
    "some_passed": Rule(some_passed),
    "within_limits": Rule(within_limits),
    "three_checks": Rule(partial(all_yes, THREE_CHECKS), refuses=False),
}
MOVES = {
    "lift_hold": Move(lift_hold),
    "leave_remainder": Move(leave_remainder),
    "print_certificate": Move(partial(print_sheet, "certificate")),
    "print_inspection_report": Move(partial(print_sheet, "inspection_report")),
    "scrap_product": Move(scrap_product, Effect(clears=("product", "converted"))),
}
QUESTIONS = {
    "inspection_plan": Question(ask_plan, read_plan),
    "three_checks": asked_checks(*THREE_CHECKS),
    "quantity_passed": Question(ask_quantity_passed, read_quantity_passed, expect_quantity),
}
