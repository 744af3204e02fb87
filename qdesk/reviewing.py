"""What is under review: goods that a case took out of quarantine, mended, looked at again, and back in a store or gone for good.

They lie apart for their case and stay on hold until an inspector has found that they conform (R039, R058).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

from qdesk.asking import all_yes, asked_checks, expected_row, line_miscounted, read_all_counts
from qdesk.cases import CaseFile, Document, Line
from qdesk.dispatch import VEHICLE
from qdesk.errors import Because, Refused
from qdesk.gate import fields_of
from qdesk.inspection import SCRAP
from qdesk.issuing import offered
from qdesk.language import Effect, Outcome
from qdesk.moving import move_all
from qdesk.quarantine import UNDER_REVIEW, set_apart
from qdesk.results import VERDICTS, Verdict
from qdesk.scan import format_quantity, visible
from qdesk.site import Site
from qdesk.stock import Portion, read_lot, reserved
from qdesk.vocabulary import Act, Ask, Inputs, Move, Proposed, Question, Rule, View, Writing
from qdesk.warehouse import TO_BE_INSPECTED

SUPPLIER = "supplier"
MENDING = ("valve_shop", "assembly")
"""The desks at which goods are reworked and repaired."""
LIES = """SELECT place, item, lot, quantity, bin FROM balances INDEXED BY balances_of_lot
  WHERE item = ? AND lot = ? AND in_case = '' AND counter = 0 AND quantity <> 0 AND quantity > 0
  ORDER BY place <> 'quarantine', place, bin"""
LEFT = """SELECT COALESCE(SUM(quantity), 0) FROM balances INDEXED BY balances_lying
  WHERE item = ? AND place = ? AND in_case = '' AND quantity <> 0 AND counter = 0"""
PROMISED = "SELECT in_case FROM reservations WHERE item = ? AND place = ? AND quantity > 0 ORDER BY in_case LIMIT 10"
Waits = Callable[[str, str], bool]
"""Whether goods of a hold at a place may be taken under review."""


def waiting(view: View, line: Line, waits: Waits) -> list[tuple[str, Portion]]:
    """Return where the lot of a line lies and may be taken under review, quarantine first."""
    lot = read_lot(view.cursor, str(line.other["lot"]))
    view.cursor.execute(LIES, (line.item, lot.code))
    lying = [(place, Portion(*portion)) for place, *portion in view.cursor.fetchall()]
    return [(place, portion) for place, portion in lying if waits(place, lot.hold)]


def too_few(act: Act, waits: Waits) -> Iterable[Because]:
    """Return the lots of which less waits than the lines name together."""
    named: dict[tuple[str, str], int] = {}
    for line in act.first_lines():
        key = line.item, str(line.other["lot"])
        named[key] = named.get(key, 0) + line.quantity
    for line in {(each.item, str(each.other["lot"])): each for each in act.first_lines()}.values():
        there = sum(portion.quantity for _, portion in waiting(act, line, waits))
        wanted = named[line.item, str(line.other["lot"])]
        if there < wanted:
            told = {"item": line.item, "lot": line.other["lot"], "there": format_quantity(there)}
            yield Because("not_set_apart", {**told, "wanted": format_quantity(wanted)}, where=act.desk)


def still_promised(act: Act, waits: Waits) -> Iterable[Because]:
    """Return the promises that what stays in a store would no longer cover: their cases are settled first."""
    taken: dict[tuple[str, str], int] = defaultdict(int)
    for line in act.first_lines():
        left = line.quantity
        for place, portion in waiting(act, line, waits):
            taken[line.item, place] += min(left, portion.quantity)
            left -= min(left, portion.quantity)
    for (item, place), quantity in sorted(taken.items()):
        act.cursor.execute(LEFT, (item, place))
        there: int = act.cursor.fetchall()[0][0]
        promised = reserved(act.cursor, item, place)
        if promised and there - quantity < promised:
            act.cursor.execute(PROMISED, (item, place))
            told = {"item": item, "promised": format_quantity(promised), "left": format_quantity(there - quantity)}
            yield Because("still_promised", {**told, "cases": [case for (case,) in act.cursor.fetchall()]}, where=place)


def take_under(act: Act, waits: Waits) -> None:
    """Take what the lines name under review, each part of a lot as a lot of its own (R058)."""
    for line in act.first_lines():
        left = line.quantity
        for place, portion in waiting(act, line, waits):
            part = min(left, portion.quantity)
            if part:
                set_apart(act, Portion(portion.item, portion.lot, part, portion.bin), place, UNDER_REVIEW)
            left -= part


def all_back(act: Act, target: str, hold: str) -> None:
    """Put all that is under review somewhere, on a hold, as if the case had never taken it."""
    for portion in act.on_floor("review"):
        act.stock.hold(portion.lot, hold)
    move_all(act, "review", target)


def lines_under_review(view: View) -> list[Line]:
    """Return what lies under review, numbered as lines: what is counted and what a list of it says."""
    return [Line(number, p.item, p.quantity, {"lot": p.lot}) for number, p in enumerate(view.on_floor("review"), 1)]


# Rules


def mended_at(desk: str, document: Document) -> Iterable[Because]:
    """The goods are mended where it was said."""
    said = fields_of(document).get("mended_at", "")
    if said != desk:
        yield Because("mended_elsewhere", {}, where=said)


def mended_rule(desk: str) -> Rule:
    """Return the rule of one shop; as long as nobody has said which, either fits."""

    def fits(document: Document) -> Iterable[Because]:
        return mended_at(desk, document) if fields_of(document).get("mended_at") else ()

    return Rule(lambda act: mended_at(desk, act.first_document()), fits=fits)


def all_conform(act: Act) -> Iterable[Because]:
    """R039: a pass is over everything that is under review."""
    counted = act.answers["conforming"]
    for line in lines_under_review(act):
        if counted[line.number] != line.quantity:
            yield line_miscounted(act, line, counted[line.number])


def some_conform(act: Act) -> Iterable[Because]:
    """A part passes: more than nothing, less than all, and of no line more than there is."""
    counted, lines = act.answers["conforming"], lines_under_review(act)
    yield from (line_miscounted(act, line, counted[line.number]) for line in lines if counted[line.number] > line.quantity)
    there, passed = sum(line.quantity for line in lines), sum(counted.values())
    if not 0 < passed < there:
        told = {"there": format_quantity(there), "passed": format_quantity(passed)}
        yield Because("some_passed", told, where=act.desk)


# Moves


def mend_goods(act: Act) -> None:
    """R039: what was mended waits to be looked at again."""
    for portion in act.on_floor("review"):
        act.stock.hold(portion.lot, TO_BE_INSPECTED)


def accept_goods(act: Act) -> None:
    """What conforms, or is accepted as it is, is no longer on hold; it still lies apart until a store has received it."""
    for portion in act.on_floor("review"):
        act.stock.hold(portion.lot, "")


def set_failed_apart(act: Act) -> None:
    """R058: what failed goes back into quarantine by the verdict itself; the rest is free."""
    counted = act.answers["conforming"]
    for line in lines_under_review(act):
        lot, failed = str(line.other["lot"]), line.quantity - counted[line.number]
        if failed:
            set_apart(act, Portion(line.item, lot, failed), UNDER_REVIEW)
        if counted[line.number]:
            act.stock.hold(lot, "")


def set_all_apart(act: Act) -> None:
    """R058: what failed goes into quarantine by the verdict itself."""
    for portion in act.on_floor("review"):
        set_apart(act, portion, UNDER_REVIEW)


def receive_reviewed(act: Act) -> None:
    """What passed is free stock again, in the store of this desk."""
    for portion in act.on_floor("review"):
        if read_lot(act.cursor, portion.lot).hold:
            raise Refused("not_inspected", [Because("lot_held", {"lot": portion.lot})], step=act.step.title)
        act.stock.move(act.case.code, portion, UNDER_REVIEW, act.step.desk, act.voucher)


def expect_reviewed(view: View) -> list[dict[str, Any]]:
    """What has to be there when it is received."""
    lying = view.on_floor("review")
    return [{"line": line, **offered(view, portion, UNDER_REVIEW)} for line, portion in enumerate(lying, 1)]


# Questions


def ask_conforming(site: Site, case: CaseFile | None, outcome: Outcome | None) -> list[Ask]:
    """The quantity counted and found good, line by line."""
    return [Ask("conforming", "count", columns=("line", "quantity"))]


def read_conforming(act: Act, inputs: Inputs, optional: bool) -> Mapping[str, Any]:
    """Read what was found good; a line without a number is refused."""
    lines = lines_under_review(act)
    counted = read_all_counts(act, inputs, "conforming", lines)
    verdicts = [Verdict(each.item, each.quantity, counted[each.number], lot=str(each.other["lot"])) for each in lines]
    return {"conforming": counted, VERDICTS: verdicts}


def expect_conforming(view: View) -> Proposed:
    """What lies there to be looked at; how much of it is good nobody proposes."""
    return {"expected": [{**expected_row(line), **line.other} for line in lines_under_review(view)]}


def ask_mended_at(site: Site, case: CaseFile | None, outcome: Outcome | None) -> list[Ask]:
    """Which shop mends the goods."""
    return [Ask("mended_at", "choice", choices=MENDING, choice_titles=tuple(site.factory.desks[desk].title for desk in MENDING))]


def read_mended_at(act: Act, inputs: Inputs, optional: bool) -> Mapping[str, Any]:
    """Read the shop; raises Refused: answer_missing, choice_unknown."""
    chosen = inputs.get("mended_at")
    if chosen is None or chosen == "":
        raise Refused("answer_missing", name=act.site.title("question.mended_at"))
    if chosen not in MENDING:
        raise Refused("choice_unknown", value=visible(chosen))
    return {"mended_at": str(chosen)}


RULES = {
    **{f"mended_in_{desk}": mended_rule(desk) for desk in MENDING},
    "meets_requirements": Rule(partial(all_yes, ("meets_requirements",))),
    "all_conform": Rule(all_conform),
    "some_conform": Rule(some_conform),
}
MOVES = {
    "mend_goods": Move(mend_goods, Effect(makes=True)),
    "accept_goods": Move(accept_goods),
    "set_failed_apart": Move(set_failed_apart),
    "set_all_apart": Move(set_all_apart, Effect(takes=("review",))),
    "receive_reviewed": Move(receive_reviewed, Effect(takes=("review",), inward=True), expect_reviewed),
    "scrap_reviewed": Move(lambda act: move_all(act, "review", SCRAP), Effect(takes=("review",))),
    "load_return": Move(lambda act: move_all(act, "review", VEHICLE), Effect(takes=("review",), puts=("vehicle",))),
    "unload_return": Move(lambda act: move_all(act, "vehicle", UNDER_REVIEW), Effect(takes=("vehicle",), puts=("review",))),
    "let_out_return": Move(lambda act: move_all(act, "vehicle", SUPPLIER), Effect(takes=("vehicle",), outward=True)),
}
QUESTIONS = {
    "conforming": Question(ask_conforming, read_conforming, expect_conforming),
    "meets_requirements": asked_checks("meets_requirements"),
    "mended_at": Question(ask_mended_at, read_mended_at),
}
WRITINGS = {"scrapping": Writing(lines=lines_under_review)}
