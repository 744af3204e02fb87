"""Duties as they are written down: what is due again and again, at which desk, and of which stretch of days; pure arithmetic."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from qdesk.entries import Entry
from qdesk.errors import Refused
from qdesk.scan import parse_day
from qdesk.words import Title

MONTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
EVERY = ("day", *MONTHS)
YEAR = MONTHS["year"]
OF = ("this", "last")
DONE_BY = "procedure.step"


class Period(NamedTuple):
    """A stretch of days, up to the day before the end, and what it is called: 2026-03-02, 2026-03, 2026-Q1, 2026-H1, 2026."""

    first: date
    end: date
    name: str


@dataclass(frozen=True)
class DutyOf:
    """Something due again and again: in each period once, by its ``due``-th day; ``of`` says of which period it is.

    ``done_by`` names the step that does it by opening a form, and ``names`` the form's field with the period; without such a
    field a form opened within the period counts.
    """

    id: str
    title: Title
    desk: str
    role: str
    every: str
    due: int | None
    of: str
    done_by: tuple[str, str]
    names: str
    off: bool = False
    """Whether a site does without it."""

    def about(self, period: Period) -> Period:
        """Return the period that the duty of a period is about: itself, or the one before."""
        return period if self.of == "this" else before(self.every, period)

    def due_on(self, period: Period) -> date:
        """Return the last day on which it is done in time; without a word that is the last day of the period."""
        last = period.end - timedelta(days=1)
        return last if self.due is None else min(last, period.first + timedelta(days=self.due - 1))


def period_of(every: str, day: date) -> Period:
    """Return the period that a day lies in."""
    if every == "day":
        return Period(day, day + timedelta(days=1), day.isoformat())
    length = MONTHS[every]
    place = (day.month - 1) // length + 1
    first = date(day.year, (place - 1) * length + 1, 1)
    marks = {"month": f"-{place:02d}", "quarter": f"-Q{place}", "half_year": f"-H{place}", "year": ""}
    return Period(first, later(first, length), f"{day.year:04d}{marks[every]}")


def month_of(text: str) -> date:
    """Return the first day of a month written 2026-03. Raises Refused("month_unreadable")."""
    try:
        return parse_day(f"{text}-01")
    except Refused as wrong:
        raise Refused("month_unreadable", text=text) from wrong


def month_text(day: date) -> str:
    """Return the month of a day as it is written."""
    return f"{day:%Y-%m}"


def later(first: date, months: int) -> date:
    """Return the first day of the month so many months later. Raises Refused("month_unreadable") at the edge of the calendar."""
    number = first.year * 12 + first.month - 1 + months
    try:
        return date(number // 12, number % 12 + 1, 1)
    except ValueError as wrong:
        raise Refused("month_unreadable", text=f"{number // 12}-{number % 12 + 1:02d}") from wrong


def year_upto(first: date) -> list[date]:
    """Return the first days of the twelve months that end with one. Raises Refused("month_unreadable")."""
    return [later(first, number - YEAR + 1) for number in range(YEAR)]


def before(every: str, period: Period) -> Period:
    """Return the period before."""
    return period_of(every, period.first - timedelta(days=1))


def read_duty(name: str, row: Entry, desks: Collection[str], roles: Collection[str]) -> DutyOf:
    """Read one duty, noting what is wrong with it."""
    row.only(("title", "desk", "role", "every", "due", "of", "done_by", "names", "off"))
    desk, role = row.text("desk"), row.text("role")
    for key, value, known in (("desk", desk, desks), ("role", role, roles)):
        if value and value not in known:
            row.problem("bad_value", key=key, value=value, expected=f"[{key}s]")
    done_by = row.text("done_by")
    procedure, _, step = done_by.partition(".")
    if done_by and not (procedure and step):
        row.problem("bad_value", key="done_by", value=done_by, expected=DONE_BY)
    every, of = row.one_of("every", EVERY, "month"), row.one_of("of", OF, "this")
    names, off = row.text("names", ""), row.flag("off", False)
    return DutyOf(name, row.title(), desk, role, every, row.count("due"), of, (procedure, step), names, off)
