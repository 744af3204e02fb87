"""A month of quality: what passed at the first try, which causes came up how often, and which of them too often (R110, T40)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from qdesk.causes import Cause, by_cause, quarter_of, reports_between
from qdesk.clock import start_of
from qdesk.database import Cursor
from qdesk.on_time import percent
from qdesk.people import find_session
from qdesk.periods import later, month_of, month_text
from qdesk.scan import THOUSAND, clean_text, format_quantity
from qdesk.site import Site
from qdesk.words import Words

Json = dict[str, Any]
KINDS = ("incoming", "in_process", "delivery", "customer_return")
# The first inspection of a case at a step; those that were taken back are left out. As the indices have it.
TRIES = """SELECT COALESCE(SUM(v.inspected), 0), COALESCE(SUM(v.passed), 0) FROM results v
  WHERE v.at >= ? AND v.at < ? AND v.point = '' AND v.void_at IS NULL AND v.step GLOB 'inspect*'
    AND NOT EXISTS (SELECT 1 FROM results e WHERE e.in_case = v.in_case AND e.step = v.step AND e.act < v.act
      AND e.point = '' AND e.void_at IS NULL AND e.step GLOB 'inspect*')"""


@dataclass(frozen=True)
class Tries:
    """How much was inspected for the first time in a month, and how much of it passed at once (thousandths)."""

    inspected: int = 0
    passed: int = 0

    @property
    def rate(self) -> str:
        """Return the first-pass yield in percent, rounded down; empty where nothing was inspected."""
        return percent(self.passed, self.inspected)


@dataclass(frozen=True)
class Month:
    """A month: its first tries, and its causes, the most frequent first."""

    first: date
    tries: Tries
    causes: Sequence[Cause]


def tries_of(cursor: Cursor, first: date) -> Tries:
    """Return the first tries of a month."""
    cursor.execute(TRIES, (start_of(first), start_of(later(first, 1))))
    return Tries(*cursor.fetchall()[0])


def read_month(cursor: Cursor, first: date) -> Month:
    """Read a month."""
    return Month(first, tries_of(cursor, first), by_cause(reports_between(cursor, first, later(first, 1))))


def too_often(site: Site, cursor: Cursor, day: date) -> list[Json]:
    """Return the causes that customers met with too often in the quarter of a day, or with too many pieces at once (T40)."""
    quarter = quarter_of(day)
    often, many = (site.config.number(name) for name in ("cause_per_quarter", "cause_pieces"))
    found = []
    for cause in by_cause(reports_between(cursor, quarter.first, quarter.end)):
        most = max((report.quantity for report in cause.after_sale), default=0)
        if len(cause.after_sale) > often or most > many * THOUSAND:
            about = {"cause": cause.name, "quarter": quarter.name, "count": len(cause.after_sale)}
            found.append({**about, "pieces": format_quantity(most), "often": often, "many": many})
    return found


def quality_page(site: Site, token: object, month: object, words: Words) -> Json:
    """Return a month as the screen shows it. Raises Refused: month_unreadable, session_…."""
    first = month_of(clean_text(month, words.say("question.month")))
    with site.database.reading() as cursor:
        find_session(site, cursor, token)
        return page_of(site, cursor, first)


def page_of(site: Site, cursor: Cursor, first: date) -> Json:
    """Return a month: its figures, its causes, and the causes of its quarter that came up too often."""
    month = read_month(cursor, first)
    return {
        **figures_told(first, month.tries),
        "reports": sum(len(cause.reports) for cause in month.causes),
        "causes": cause_rows(month.causes),
        "watched": too_often(site, cursor, first),
    }


def month_yield(site: Site, token: object, month: object, words: Words) -> Json:
    """Return the first-pass yield of one month: a year is asked for month by month, so that nothing else waits long."""
    first = month_of(clean_text(month, words.say("question.month")))
    with site.database.reading() as cursor:
        find_session(site, cursor, token)
        return figures_told(first, tries_of(cursor, first))


def figures_told(first: date, tries: Tries) -> Json:
    """Return the figures of a month by name."""
    inspected, passed = format_quantity(tries.inspected), format_quantity(tries.passed)
    return {"month": month_text(first), "first": inspected, "passed": passed, "rate": tries.rate}


def cause_rows(causes: Sequence[Cause]) -> list[Json]:
    """Return the causes with how often, how much, and the part of all reports that they and those before them make up."""
    whole, so_far, rows = sum(len(cause.reports) for cause in causes), 0, []
    for cause in causes:
        so_far += len(cause.reports)
        kinds = [kind for kind in KINDS if any(report.kind == kind for report in cause.reports)]
        counted = {"count": len(cause.reports), "most": len(causes[0].reports), "quantity": format_quantity(cause.quantity)}
        found = {"cause": cause.name, "kinds": kinds, "serials": [report.serial for report in cause.reports]}
        rows.append({**found, **counted, "so_far": percent(so_far, whole)})
    return rows
