"""Inspection plans as factory.toml writes them: what is checked and measured of an item, and within which limits."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from qdesk.entries import ID, Entry
from qdesk.errors import Refused
from qdesk.scan import parse_measure
from qdesk.words import Title


@dataclass(frozen=True)
class Check:
    """One question of an inspection plan that is answered yes or no."""

    id: str
    title: Title


@dataclass(frozen=True)
class Measure:
    """One value of an inspection plan with its limits, where None is no limit on that side."""

    id: str
    title: Title
    unit: str
    lowest: Decimal | None
    highest: Decimal | None


@dataclass(frozen=True)
class InspectionPlan:
    """What is checked and measured of an item, or of every item without a plan of its own where `item` is empty."""

    item: str
    checks: tuple[Check, ...]
    measures: tuple[Measure, ...]


def read_plans(entry: Entry) -> dict[str, InspectionPlan]:
    """Return the inspection plans of a factory by item, noting what is wrong."""
    plans: dict[str, InspectionPlan] = {}
    for row in entry.rows("inspection_plan"):
        row.only(("item", "checks", "measures"))
        checks = tuple(_check(check) for check in row.rows("checks"))
        measures = tuple(_measure(measure) for measure in row.rows("measures"))
        plan = InspectionPlan(row.text("item", ""), checks, measures)
        ids = [check.id for check in checks] + [measure.id for measure in measures]
        if plan.item in plans or not ids or len(set(ids)) < len(ids) or not all(map(ID.fullmatch, ids)):
            row.problem("bad_plan", value=plan.item or "*")
        plans[plan.item] = plan
    return plans


def _check(row: Entry) -> Check:
    row.only(("id", "title"))
    return Check(row.text("id"), row.title())


def _measure(row: Entry) -> Measure:
    row.only(("id", "title", "unit", "from", "to"))
    measure = Measure(row.text("id"), row.title(), row.text("unit", ""), _limit(row, "from"), _limit(row, "to"))
    if measure.lowest is not None and measure.highest is not None and measure.lowest > measure.highest:
        row.problem("limits_crossed", value=measure.id)
    return measure


def _limit(row: Entry, key: str) -> Decimal | None:
    if key not in row.table:
        return None
    try:
        return parse_measure(row.table[key])
    except Refused:
        row.problem("wrong_kind", key=key, expected='"0.05"')
        return None
