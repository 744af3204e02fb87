"""The points of an inspection: what a plan asks of each item, in which sample, and whether what was found is good enough."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from qdesk.cases import CaseFile, Line
from qdesk.errors import Because, Refused
from qdesk.plans import Check, Measure
from qdesk.sampling import Sample, pieces_in, sample_of
from qdesk.scan import parse_measure, visible
from qdesk.site import Site
from qdesk.vocabulary import MOST_LINES, Act, Ask
from qdesk.words import Title

CONVERTED = "workshop_converted"
NO_LIMIT = "none"
WITH = ".instrument"
"""What follows the name of a point where the instrument it was measured with is asked."""
Found = str | int | Decimal | list[Decimal]
"""What was answered: yes or no, so many defective pieces, one value, or the value of each piece."""


@dataclass(frozen=True)
class Point:
    """One check or measure of an item under inspection; `sample` is None where it is asked once for all."""

    name: str
    item: str
    of: Check | Measure
    sample: Sample | None = None

    @property
    def each(self) -> bool:
        """Tell whether every piece's value is written down."""
        return isinstance(self.of, Measure) and self.of.each

    @property
    def counted(self) -> bool:
        """Tell whether defective pieces are counted."""
        return self.sample is not None and not self.each

    @property
    def title(self) -> Title:
        """Return what the point is called; where several items are inspected, with the item before it."""
        title = self.of.title
        return title if self.name == self.of.id else Title(f"{self.item}：{title.zh}", f"{self.item}: {title.en}")

    @property
    def limits(self) -> tuple[str, str]:
        """Return the limits of a measure as they are written."""
        return (shown(self.of.lowest), shown(self.of.highest)) if isinstance(self.of, Measure) else ("", "")

    def defective(self, found: Found) -> int:
        """Return how many pieces were found defective."""
        if isinstance(found, list):
            return sum(1 for value in found if isinstance(self.of, Measure) and not self.of.holds(value))
        if isinstance(found, Decimal):
            return int(isinstance(self.of, Measure) and not self.of.holds(found))
        return found if isinstance(found, int) else int(found != "yes")

    def allowed(self, not_passed: int = 0) -> int:
        """Return how many pieces may be defective: as the sample allows; of what is inspected whole those that do not pass."""
        return 0 if self.sample is None else not_passed if self.sample.whole else self.sample.accepted

    def holds(self, found: Found | None, not_passed: int = 0) -> bool:
        """Tell whether what was found is good enough; nothing found is not."""
        return found is not None and self.defective(found) <= self.allowed(not_passed)


def shown(limit: Decimal | None) -> str:
    """Return a limit as it is written; none is empty, zero is zero."""
    return "" if limit is None else str(limit)


def item_made(case: CaseFile, line: Line) -> str:
    """Return the item of a line that is inspected: what it becomes, or what it was where nothing is converted."""
    return str(line.other.get("becomes", line.item)) if CONVERTED in case.floor else line.item


def quantities_under_inspection(case: CaseFile) -> dict[str, int]:
    """Return how much of each item the paper brings to be inspected, items in order."""
    quantities: dict[str, int] = {}
    for line in case.lines.get(case.code, []):
        item = item_made(case, line)
        quantities[item] = quantities.get(item, 0) + line.quantity
    return dict(sorted(quantities.items()))


def points(site: Site, case: CaseFile, step: str) -> Iterator[Point]:
    """Return every point of the case's plans at a step; named by item where there are several."""
    quantities = quantities_under_inspection(case)
    for item, quantity in quantities.items():
        plan = site.factory.plan_for(item, case.procedure, step)
        asked: list[Check | Measure] = [*plan.checks, *plan.measures] if plan else []
        for each in asked:
            name = each.id if len(quantities) == 1 else f"{item}.{each.id}"
            yield Point(name, item, each, sample_for(site, each, pieces_in(quantity)))


def sample_for(site: Site, point: Check | Measure, lot: int) -> Sample | None:
    """Return how many pieces a point is about, None where it is asked once for all; the site says what its plan leaves open."""
    if point.sample is None:
        return Sample(lot, lot, 0) if isinstance(point, Measure) and point.each else None
    aql = point.sample.aql or site.config.setting("inspection_aql")
    level = point.sample.level or site.config.setting("inspection_level")
    return sample_of(lot, "" if aql == NO_LIMIT else aql, level)


# Asking


def asks_of(site: Site, point: Point) -> list[Ask]:
    """Return what one point asks, and what it was measured with; nothing is filled in beforehand."""
    asked = [ask_of(point)]
    kind = site.factory.instruments.get(point.of.instrument)
    if kind is not None:
        title = Title(f"{point.title.zh}·{kind.zh}", f"{point.title.en}: {kind.en}")
        asked.append(Ask(point.name + WITH, "instrument", choices=(point.of.instrument,), choice_titles=(kind,), title=title))
    return asked


def ask_of(point: Point) -> Ask:
    """Return the question itself: yes or no, one value, a value for each piece, or how many pieces are defective."""
    unit = point.of.unit if isinstance(point.of, Measure) else ""
    if point.sample is not None and point.each:
        return Ask(point.name, "values", unit=unit, limits=point.limits, title=sampled_title(point), pieces=point.sample.size)
    if point.sample is not None:
        limits = ("", str(point.sample.accepted))
        return Ask(point.name, "defective", limits=limits, title=sampled_title(point), pieces=point.sample.size)
    if isinstance(point.of, Measure):
        return Ask(point.name, "measure", unit=unit, limits=point.limits, title=point.title)
    return Ask(point.name, "check", choices=("yes", "no"), title=point.title)


def sampled_title(point: Point) -> Title:
    """Return what a point is called, with how many pieces of how many it is about, and that the defective ones are counted."""
    sample, title = point.sample or Sample(1, 1, 0), point.title
    limits = f" {range_text(*point.limits, point.of.unit)}" if point.counted and isinstance(point.of, Measure) else ""
    zh = f"全检 {sample.size}" if sample.whole else f"抽 {sample.size}/{sample.lot}"
    en = f"all {sample.size}" if sample.whole else f"{sample.size} of {sample.lot}"
    of_zh, of_en = ("，不合格数", ", defective") if point.counted else ("", "")
    return Title(f"{title.zh}{limits}{of_zh}（{zh}）", f"{title.en}{limits}{of_en} ({en})")


def range_text(low: str, high: str, unit: str) -> str:
    """Return limits with their unit as they stand on a drawing; nothing where there are none."""
    told = f"{low} … {high}" if low and high else f"≥ {low}" if low else f"≤ {high}" if high else ""
    return f"{told} {unit}".strip() if told else ""


# Reading


def read_found(point: Point, raw: Any) -> Found:
    """Read what was found at one point; raises Refused: choice_unknown, number_unreadable, more_than_sample, values_missing."""
    if point.sample is not None and point.each:
        return read_values(point, raw, point.sample.size)
    if point.sample is not None:
        return read_defective(point, raw, point.sample.size)
    if isinstance(point.of, Measure):
        return parse_measure(raw)
    if raw in ("yes", "no"):
        return str(raw)
    raise Refused("choice_unknown", value=visible(raw))


def read_defective(point: Point, raw: Any, size: int) -> int:
    """Read how many pieces of the sample are defective."""
    if not isinstance(raw, str) or not (raw.isascii() and raw.isdigit() and len(raw) <= 9):
        raise Refused("number_unreadable", text=visible(raw))
    if int(raw) > size:
        raise Refused("more_than_sample", name=point.title, found=int(raw), size=size)
    return int(raw)


def read_values(point: Point, raw: Any, size: int) -> list[Decimal]:
    """Read the value of each piece: a list, or one text with blanks between them."""
    given = raw.split() if isinstance(raw, str) else raw
    if not isinstance(given, list) or len(given) > max(size, MOST_LINES):
        raise Refused("lines_unreadable", name=point.name, most=max(size, MOST_LINES))
    values = [parse_measure(each) for each in given]
    if len(values) != size:
        raise Refused("values_missing", name=point.title, wanted=size, given=len(values))
    return values


# Judging


def not_good_enough(act: Act, point: Point, found: Found | None, not_passed: int) -> Iterable[Because]:
    """Return why a point does not hold; what nobody answered holds nothing."""
    if point.holds(found, not_passed):
        return
    if point.sample is not None and found is not None:
        told = {"found": point.defective(found), "size": point.sample.size, "accepted": point.allowed(not_passed)}
        yield Because("too_many_defective", {"name": point.title, **told}, where=act.desk)
    elif isinstance(point.of, Measure):
        limits = range_text(*point.limits, point.of.unit)
        value = "" if found is None else str(found)
        yield Because("out_of_limits", {"name": point.title, "value": value, "limits": limits}, where=act.desk)
    else:
        yield Because("check_not_passed", {"name": point.title}, where=act.desk)
