"""Inspection plans as factory.toml writes them: what is checked and measured of an item at a step, in which sample, with what."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from qdesk.entries import ID, Entry
from qdesk.errors import Refused
from qdesk.sampling import levels, limits
from qdesk.scan import parse_measure
from qdesk.words import Title

ANYTHING = "*"
POINT_KEYS = ("id", "title", "sample", "instrument")


@dataclass(frozen=True)
class Sampled:
    """How a point is sampled; an empty limit or level is the site's own choice."""

    aql: str = ""
    level: str = ""


@dataclass(frozen=True)
class Check:
    """One question of an inspection plan: answered yes or no, or where it is sampled by how many pieces are defective."""

    id: str
    title: Title
    sample: Sampled | None = None
    instrument: str = ""
    """The kind of instrument it is looked at with, whose code is scanned; empty where none is needed."""


@dataclass(frozen=True)
class Measure:
    """One value of an inspection plan with its limits, where None is no limit on that side."""

    id: str
    title: Title
    unit: str
    lowest: Decimal | None
    highest: Decimal | None
    sample: Sampled | None = None
    instrument: str = ""
    each: bool = False
    """Whether the value of every piece is written down, of the sample or of all."""

    def holds(self, value: Decimal) -> bool:
        """Tell whether a value lies within the limits."""
        return (self.lowest is None or value >= self.lowest) and (self.highest is None or value <= self.highest)


@dataclass(frozen=True)
class InspectionPlan:
    """What is checked and measured; where item, procedure or step is empty, of every one without a plan of its own."""

    item: str
    checks: tuple[Check, ...]
    measures: tuple[Measure, ...]
    procedure: str = ""
    step: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        """Return what the plan is for."""
        return self.item, self.procedure, self.step

    @property
    def rank(self) -> tuple[bool, int, bool, bool]:
        """Return how narrowly the plan is meant: one item before a family, a longer name before a shorter, a step before none."""
        return ANYTHING not in self.item and bool(self.item), len(self.item), bool(self.procedure), bool(self.step)

    def fits(self, item: str, procedure: str, step: str) -> bool:
        """Tell whether the plan is for an item at a step of a procedure."""
        return covers(self.item, item) and self.procedure in ("", procedure) and self.step in ("", step)


def covers(pattern: str, item: str) -> bool:
    """Tell whether an item, a family such as "V-*" or, written as nothing, every item covers this one."""
    if not pattern:
        return True
    return re.fullmatch(".*".join(map(re.escape, pattern.split(ANYTHING))), item, re.DOTALL) is not None


def narrowest(plans: Iterable[InspectionPlan], item: str, procedure: str, step: str) -> InspectionPlan | None:
    """Return the plan that is meant most narrowly for an item at a step, None where there is none."""
    return max((plan for plan in plans if plan.fits(item, procedure, step)), key=lambda plan: plan.rank, default=None)


def read_plans(entry: Entry, instruments: Mapping[str, Title]) -> tuple[InspectionPlan, ...]:
    """Return the inspection plans of a factory, noting what is wrong."""
    plans: dict[tuple[str, str, str], InspectionPlan] = {}
    for row in entry.rows("inspection_plan"):
        row.only(("item", "procedure", "step", "checks", "measures"))
        checks = tuple(_check(check, instruments) for check in row.rows("checks"))
        measures = tuple(_measure(measure, instruments) for measure in row.rows("measures"))
        plan = InspectionPlan(row.text("item", ""), checks, measures, row.text("procedure", ""), row.text("step", ""))
        ids = [check.id for check in checks] + [measure.id for measure in measures]
        if plan.key in plans or not ids or len(set(ids)) < len(ids) or not all(map(ID.fullmatch, ids)):
            row.problem("bad_plan", value=plan.item or ANYTHING)
        plans[plan.key] = plan
    return tuple(plans.values())


def _check(row: Entry, instruments: Mapping[str, Title]) -> Check:
    row.only(POINT_KEYS)
    return Check(row.text("id"), row.title(), _sampled(row), _instrument(row, instruments))


def _measure(row: Entry, instruments: Mapping[str, Title]) -> Measure:
    row.only((*POINT_KEYS, "unit", "from", "to", "each"))
    measure = Measure(
        row.text("id"), row.title(), row.text("unit", ""), _limit(row, "from"), _limit(row, "to"), _sampled(row),
        _instrument(row, instruments), row.flag("each", False),
    )
    if measure.lowest is not None and measure.highest is not None and measure.lowest > measure.highest:
        row.problem("limits_crossed", value=measure.id)
    return measure


def _sampled(row: Entry) -> Sampled | None:
    """Read how a point is sampled; a limit or a level that the standard has not is a problem."""
    if "sample" not in row.table:
        return None
    sample = row.inner("sample")
    sample.only(("aql", "level"))
    return Sampled(
        sample.one_of("aql", limits()) if "aql" in sample.table else "",
        sample.one_of("level", levels()) if "level" in sample.table else "",
    )


def _instrument(row: Entry, instruments: Mapping[str, Title]) -> str:
    return row.one_of("instrument", tuple(instruments)) if "instrument" in row.table else ""


def _limit(row: Entry, key: str) -> Decimal | None:
    if key not in row.table:
        return None
    try:
        return parse_measure(row.table[key])
    except Refused:
        row.problem("wrong_kind", key=key, expected='"0.05"')
        return None
