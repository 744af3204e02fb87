"""Results: what an inspection found, point by point, and how much of each item passed, kept so that they can be counted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from qdesk.cases import Line
from qdesk.plans import Measure
from qdesk.points import Found, Point, points, quantities_under_inspection, range_text
from qdesk.sampling import PIECE
from qdesk.vocabulary import Act

PLAN, INSTRUMENTS, VERDICTS = "plan", "instruments", "verdicts"
"""Names of answers that results are made of; a question that counts what passes answers VERDICTS, lot by lot."""
FLOORS = ("custody", "converted", "product", "review")
"""The abstract places on which goods lie while they are inspected."""
QUESTIONS_OF_INSPECTION = frozenset(["inspection_plan", "quantity_passed", "verdict_slices"])


@dataclass(frozen=True)
class Verdict:
    """How much of an item was inspected at once, how much of it passed, and why the rest did not."""

    item: str
    inspected: int
    passed: int
    cause: str = ""
    lot: str = ""

    @property
    def word(self) -> str:
        """Return the verdict in one word."""
        return "fail" if not self.passed else "pass" if self.passed == self.inspected else "part"


@dataclass(frozen=True)
class Inspected:
    """What an act is about, looked at before it moves anything: items, points that were answered, and a verdict on each item."""

    items: Sequence[str]
    points: Sequence[Point]
    verdicts: Sequence[Verdict]


def inspected_by(act: Act) -> Inspected:
    """Take from an act what it is about; one that asks no question of inspection has no points and no verdict of its own."""
    items = list(quantities_under_inspection(act.case))
    if not any(each.name in QUESTIONS_OF_INSPECTION for each in act.outcome.asks):
        return Inspected(items, (), ())
    answered, verdicts = act.answers.get(PLAN, {}), verdicts_of(act)
    found = [point for point in points(act.site, act.case, act.step.id) if point.name in answered]
    act.answers.pop(VERDICTS, None)  # they are kept as results: the answers they were made of say the same
    return Inspected(items, found, verdicts)


def verdicts_of(act: Act) -> list[Verdict]:
    """Return the verdict on each lot: what was counted as passed, else all of it; without a stamp nothing passes."""
    told: Sequence[Verdict] | None = act.answers.get(VERDICTS)
    if told is None:
        told = [Verdict(item, quantity, quantity, lot=lot) for item, quantity, lot in lots_inspected(act)]
    if not act.outcome.stamps:
        told = [replace(verdict, passed=0) for verdict in told]
    reason = str(act.answers.get("reason", ""))
    return [verdict if verdict.word == "pass" else replace(verdict, cause=verdict.cause or reason) for verdict in told]


def lots_inspected(act: Act) -> list[tuple[str, int, str]]:
    """Return item, quantity and lot of all that lies there to be inspected; by the paper where nothing lies anywhere yet."""
    lying = [portion for floor in FLOORS if floor in act.places for portion in act.on_floor(floor)]
    if lying:
        return [(portion.item, portion.quantity, portion.lot) for portion in lying]
    return [(item, quantity, "") for item, quantity in quantities_under_inspection(act.case).items()]


def verdicts_on(line: Line, passed: Mapping[int, int], rejected: Iterable[Mapping[str, Any]]) -> list[Verdict]:
    """Return the verdict on a line of which a part passed: one for each cause, the first with what passed."""
    good, lot = passed.get(line.number, 0), str(line.other.get("lot", ""))
    causes = [(each["quantity"], str(each["reason"])) for each in rejected if each["line"] == line.number] or [(0, "")]
    told = []
    for quantity, cause in causes:
        told.append(Verdict(line.item, good + quantity, good, cause, lot))
        good = 0
    return [verdict for verdict in told if verdict.inspected]


def not_passed(act: Act) -> dict[str, int]:
    """Return how many whole pieces of each item do not pass by an act."""
    return pieces_left(verdicts_of(act))


def pieces_left(verdicts: Iterable[Verdict]) -> dict[str, int]:
    """Return how many whole pieces of each item do not pass."""
    left: dict[str, int] = {}
    for verdict in verdicts:
        left[verdict.item] = left.get(verdict.item, 0) + verdict.inspected - verdict.passed
    return {item: quantity // PIECE for item, quantity in left.items()}


def record_results(act: Act, inspected: Inspected, stamp: str) -> None:
    """Write a row for each point that was answered and one for each verdict."""
    # Of what is inspected whole the defective pieces are those that do not pass.
    left = pieces_left(inspected.verdicts) if stamp else {}
    for point in inspected.points:
        write_point(act, point, left.get(point.item, 0), stamp)
    for verdict in inspected.verdicts:
        act.entry.insert_numbered(
            "results", in_case=act.case.code, procedure=act.case.procedure, step=act.step.id, item=verdict.item, lot=verdict.lot,
            point="", title_zh="", title_en="", value="", limits="", sample=0, accepted=0, verdict=verdict.word, instrument="",
            stamp=stamp, inspected=verdict.inspected, passed=verdict.passed, rejected=verdict.inspected - verdict.passed,
            cause=verdict.cause, at=act.at, void_at=None,
        )  # fmt: skip


def write_point(act: Act, point: Point, left: int, stamp: str) -> None:
    """Write what was found at one point, with the limits it was held against."""
    sample, instrument = point.sample, act.answers.get(INSTRUMENTS, {}).get(point.name, "")
    found: Found = act.answers[PLAN][point.name]
    value = " ".join(map(str, found)) if isinstance(found, list) else str(found)
    limits = range_text(*point.limits, point.of.unit) if isinstance(point.of, Measure) else ""
    act.entry.insert_numbered(
        "results", in_case=act.case.code, procedure=act.case.procedure, step=act.step.id, item=point.item, lot="",
        point=point.of.id, title_zh=point.of.title.zh, title_en=point.of.title.en, value=value, limits=limits,
        sample=sample.size if sample else 0, accepted=sample.accepted if sample else 0,
        verdict="pass" if point.holds(found, left) else "fail", instrument=instrument, stamp=stamp, inspected=0, passed=0,
        rejected=0, cause="", at=act.at, void_at=None,
    )  # fmt: skip
