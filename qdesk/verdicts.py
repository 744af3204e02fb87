"""Verdicts on quantity: of every line that is judged so much passes, so much is rejected, and each slice goes its own way.

What is judged lies on the floor that a procedure calls "custody". Its lines are the lots as they were brought there, numbered
in that order, which is the order of the lines of the paper they came with.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypedDict

from qdesk.asking import expected_row, line_miscounted, read_all_counts
from qdesk.cases import CaseFile, Line
from qdesk.errors import Because, Refused
from qdesk.language import Effect, Outcome
from qdesk.quarantine import set_apart
from qdesk.results import VERDICTS, verdicts_on
from qdesk.scan import clean_text, format_quantity, parse_quantity, visible
from qdesk.site import Site
from qdesk.stock import Portion, read_lot
from qdesk.vocabulary import Act, Ask, Inputs, Move, Proposed, Question, Rule, View, in_line, rows_of
from qdesk.warehouse import TO_BE_INSPECTED

CUSTODY = "custody"
WHOLE = "slices_all_passed"
BROUGHT = "SELECT lot FROM moves WHERE in_case = ? AND target = ? AND source <> 'conversion' ORDER BY act, number"


class Slice(TypedDict):
    """What of one line was rejected, and why."""

    line: int
    quantity: int
    reason: str


def judged_lines(view: View) -> list[Line]:
    """Return what lies in custody, lot by lot, numbered as it was brought there; a lot of which nothing is left stays away."""
    there = {portion.lot: portion for portion in view.on_floor(CUSTODY)}
    view.cursor.execute(BROUGHT, (view.case.code, view.places[CUSTODY]))
    brought = list(dict.fromkeys(lot for (lot,) in view.cursor.fetchall()))
    order = [*brought, *(lot for lot in there if lot not in brought)]
    found = []
    for number, lot in enumerate(order, 1):
        if lot in there:
            known = read_lot(view.cursor, lot)
            other = {"lot": lot, **({"serial": known.serial} if known.serial else {})}
            found.append(Line(number, known.item, there[lot].quantity, other))
    return found


def counted_row(view: View, line: Line) -> dict[str, Any]:
    """Return a line as it is counted: what is expected, and how much a pack of it holds, so that scanning a pack counts it."""
    pack = view.item(line.item).pack
    return {**expected_row(line), **line.other, **({"pack": format_quantity(pack)} if pack else {})}


def rejected_of(act: Act) -> dict[int, int]:
    """Return how much of each line was rejected."""
    rejected: dict[int, int] = {}
    for each in act.answers.get("rejected", ()):
        rejected[each["line"]] = rejected.get(each["line"], 0) + each["quantity"]
    return rejected


# Rules


def slices_all_passed(act: Act) -> Iterable[Because]:
    """R023: a pass is over the whole quantity that lies there, line by line."""
    passed = act.answers["passed"]
    for line in judged_lines(act):
        if passed.get(line.number, 0) != line.quantity:
            yield line_miscounted(act, line, passed.get(line.number, 0))


def slices_part_passed(act: Act) -> Iterable[Because]:
    """A part passes: more than nothing and less than all; of every line the slices are together what lies there."""
    passed, rejected = act.answers["passed"], rejected_of(act)
    lines = judged_lines(act)
    for line in lines:
        slices = passed.get(line.number, 0), rejected.get(line.number, 0)
        if sum(slices) != line.quantity:
            told = {"line": line.number, "item": line.item, "there": format_quantity(line.quantity)}
            parts = {"passed": format_quantity(slices[0]), "rejected": format_quantity(slices[1])}
            yield Because("slices_do_not_add_up", {**told, **parts}, where=act.desk)
    if not 0 < sum(passed.values()) < sum(line.quantity for line in lines):
        told = {"there": format_quantity(sum(line.quantity for line in lines)), "passed": format_quantity(sum(passed.values()))}
        yield Because("some_passed", told, where=act.desk)


def slices_in_date(act: Act) -> Iterable[Because]:
    """R049: what is past its shelf life does not pass."""
    for line in judged_lines(act):
        expires = read_lot(act.cursor, str(line.other["lot"])).expires_at
        if act.answers["passed"].get(line.number, 0) and expires is not None and expires <= act.at:
            yield Because("slice_expired", {"line": line.number, "item": line.item}, where=act.desk)


# Moves


def lift_slices(act: Act) -> None:
    """What passed is free of the hold that waited for it; it moves nowhere, and a lot held for another reason stays held."""
    for portion in act.on_floor(CUSTODY):
        if read_lot(act.cursor, portion.lot).hold == TO_BE_INSPECTED:
            act.stock.hold(portion.lot, "")


def part_slices(act: Act) -> None:
    """R058: what was rejected is set apart by the verdict itself, as a lot of its own; what passed is freed."""
    rejected = rejected_of(act)
    for line in judged_lines(act):
        if rejected.get(line.number):
            set_apart(act, Portion(line.item, str(line.other["lot"]), rejected[line.number]), act.places[CUSTODY])
    lift_slices(act)


def reject_all(act: Act) -> None:
    """R040, R058: nothing passed: all of it is set apart, and none is received."""
    for portion in act.on_floor(CUSTODY):
        set_apart(act, portion, act.places[CUSTODY])


# Questions


def ask_slices(site: Site, case: CaseFile | None, outcome: Outcome | None) -> list[Ask]:
    """How much of each line passed and, unless all has to, how much was rejected and why. Blank is no pass."""
    passed = Ask("passed", "count", columns=("line", "quantity"))
    if outcome is not None and WHOLE in outcome.rules:
        return [passed]
    return [passed, Ask("rejected", "lines", columns=("line", "quantity", "reason"))]


def read_slices(act: Act, inputs: Inputs, optional: bool) -> Mapping[str, Any]:
    """Read the slices; raises Refused where a line was left out: what nobody judged has not passed."""
    lines = judged_lines(act)
    passed = read_all_counts(act, inputs, "passed", lines)
    if WHOLE in act.outcome.rules:
        return {"passed": passed, VERDICTS: [verdict for line in lines for verdict in verdicts_on(line, passed, ())]}
    rows = rows_of(inputs, "rejected")
    if not rows:
        raise Refused("answer_missing", name=act.site.title("question.rejected"))
    by_number = {line.number: line for line in lines}
    rejected = [read_rejected(act, row, by_number) for row in rows]
    verdicts = [verdict for line in lines for verdict in verdicts_on(line, passed, rejected)]
    return {"passed": passed, "rejected": rejected, VERDICTS: verdicts}


def read_rejected(act: Act, row: Inputs, lines: Mapping[int, Line]) -> Slice:
    """Read one rejected slice; raises Refused: field_unknown, line_unknown, answer_missing."""
    unknown = sorted(set(map(str, row)) - {"line", "quantity", "reason"})
    if unknown:
        raise Refused("field_unknown", name=visible(unknown[0]))
    line = lines.get(row["line"]) if isinstance(row.get("line"), int) else None
    if line is None:
        raise Refused("line_unknown", line=visible(row.get("line")))
    with in_line(line.number):
        quantity = parse_quantity(row.get("quantity"), act.item(line.item).decimals)
        title = act.site.title("question.reason")
        reason = clean_text(row.get("reason") or "", title, act.site.config.number("longest_text"))
        if not reason:
            raise Refused("answer_missing", name=title)
    return {"line": line.number, "quantity": quantity, "reason": reason}


def propose_slices(view: View) -> Proposed:
    """What lies there to be judged, line by line; how much of it passes nobody proposes."""
    return {"expected": [counted_row(view, line) for line in judged_lines(view)]}


RULES = {
    WHOLE: Rule(slices_all_passed),
    "slices_part_passed": Rule(slices_part_passed),
    "slices_in_date": Rule(slices_in_date),
}
MOVES = {
    "lift_slices": Move(lift_slices),
    "part_slices": Move(part_slices),
    "reject_all": Move(reject_all, Effect(takes=(CUSTODY,))),
}
QUESTIONS = {"verdict_slices": Question(ask_slices, read_slices, propose_slices)}
