"""Causes of nonconformity, counted: how often each came up, and the limits on those that customers met with (R110, T40)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from qdesk.clock import start_of
from qdesk.database import Cursor
from qdesk.periods import Period, period_of

REPORTS = """SELECT d.serial, json_extract(d.fields, '$.cause'), json_extract(d.fields, '$.kind'), (
    SELECT COALESCE(SUM(l.quantity), 0) FROM lines l WHERE l.serial = d.serial AND l.revision = d.revision)
  FROM documents d WHERE d.form = 'nonconforming' AND d.void_at IS NULL AND d.opened_at >= ? AND d.opened_at < ?
  ORDER BY d.opened_at, d.serial"""
AFTER_SALE = ("delivery", "customer_return")
"""What a customer met with: the limits of P09 are on these."""


class Report(NamedTuple):
    """One report: its cause as it was written, what kind of nonconformity, and how much (thousandths)."""

    serial: str
    cause: str
    kind: str
    quantity: int


@dataclass(frozen=True)
class Cause:
    """A cause with the reports that name it, written as the first of them has it."""

    name: str
    reports: tuple[Report, ...]

    @property
    def quantity(self) -> int:
        """Return how much it was altogether."""
        return sum(report.quantity for report in self.reports)

    @property
    def after_sale(self) -> tuple[Report, ...]:
        """Return the reports that the limits are on."""
        return tuple(report for report in self.reports if report.kind in AFTER_SALE)


def same(cause: str) -> str:
    """Return a cause so that two writings of one are the same: width, capitals and blanks do not make another."""
    return " ".join(unicodedata.normalize("NFKC", cause).casefold().split())


def by_cause(reports: Iterable[Report]) -> list[Cause]:
    """Return the causes, the most frequent first; of two as frequent the one with more goods."""
    found: dict[str, list[Report]] = {}
    for report in reports:
        found.setdefault(same(report.cause), []).append(report)
    causes = [Cause(reports[0].cause, tuple(reports)) for reports in found.values()]
    return sorted(causes, key=lambda each: (-len(each.reports), -each.quantity, each.name))


def reports_between(cursor: Cursor, first: date, end: date) -> list[Report]:
    """Return the reports opened from a day on, up to the day before the end."""
    cursor.execute(REPORTS, (start_of(first), start_of(end)))
    return [Report(serial, cause or "", kind or "", quantity) for serial, cause, kind, quantity in cursor.fetchall()]


def quarter_of(day: date) -> Period:
    """Return the quarter that the limits are counted in."""
    return period_of("quarter", day)
