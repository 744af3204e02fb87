"""A month of deliveries as screens, paper and files show it: what was drawn up or, before that, what is known today."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from qdesk.clock import moment
from qdesk.database import Cursor
from qdesk.desk.book import in_force
from qdesk.desk.standing import stand
from qdesk.exporting import Row, Table, as_day, as_number, write_table
from qdesk.monitoring import MEASURES
from qdesk.new_files import EXPORTS, new_file
from qdesk.on_time import LATE, Delivery, Figures, deliveries, figures_of
from qdesk.people import find_session
from qdesk.periods import later, month_of, month_text, year_upto
from qdesk.scan import clean_text, format_quantity
from qdesk.site import Site
from qdesk.words import Words

Json = dict[str, Any]
FORM = "monitoring"
STATED = """SELECT serial, in_case, revision, fields FROM documents
  WHERE form = 'monitoring' AND void_at IS NULL AND json_extract(fields, '$.month') = ?"""
LINES = "SELECT item, quantity, other FROM lines WHERE serial = ? AND revision = ? ORDER BY number"
COLUMNS = ("delivery", "customer", "items", "wanted_by", "arrived_on", "days", "state", *MEASURES)
NUMBERS = ("deliveries", "on_time", "late", "rate")


@dataclass(frozen=True)
class Stated:
    """Statistics that were drawn up and are not void."""

    serial: str
    case: str
    revision: int
    fields: Mapping[str, Any]

    @property
    def figures(self) -> Figures:
        """Return the figures as they were drawn up."""
        due, on_time = (str(self.fields.get(name, "")) for name in ("deliveries", "on_time"))
        return Figures(int(due), int(on_time)) if due.isdecimal() and on_time.isdecimal() else Figures()


@dataclass(frozen=True)
class Month:
    """A month: its first day, what was drawn up of it, and while nothing is, its deliveries as they are known today."""

    first: date
    today: date
    stated: Stated | None
    found: Sequence[Delivery]

    @property
    def name(self) -> str:
        """Return how the month is written."""
        return month_text(self.first)

    @property
    def figures(self) -> Figures:
        """Return its figures."""
        return self.stated.figures if self.stated else figures_of(self.found)


def read_month(cursor: Cursor, first: date, today: date) -> Month:
    """Read a month."""
    cursor.execute(STATED, (month_text(first),))
    stated = [Stated(serial, case, revision, json.loads(fields)) for serial, case, revision, fields in cursor.fetchall()]
    found = [] if stated else deliveries(cursor, first, later(first, 1), today)
    return Month(first, today, stated[0] if stated else None, found)


def named(site: Site, month: object, words: Words) -> tuple[date, date]:
    """Return the first day of a month that is asked for, and today. Raises Refused("month_unreadable")."""
    return month_of(clean_text(month, words.say("question.month"))), moment(site.clock.now()).date()


def month_page(site: Site, token: object, month: object, words: Words) -> Json:
    """Return a month: its figures, what was late, and how far its statistics are. Raises Refused: month_unreadable, session_…."""
    first, today = named(site, month, words)
    with site.database.reading() as cursor:
        find_session(site, cursor, token)
        return page_of(site, cursor, read_month(cursor, first, today), words)


def page_of(site: Site, cursor: Cursor, month: Month, words: Words) -> Json:
    """Return the same of what was read."""
    return {
        **month_told(month),
        "open": month.figures.open,
        "over": later(month.first, 1) <= month.today,
        "sheet": sheet_told(site, cursor, month.stated, words) if month.stated else None,
        "late_rows": stated_rows(cursor, month.stated, month.today) if month.stated else late_rows(month),
    }


def month_told(month: Month) -> Json:
    """Return the figures of a month by name, and whether they were drawn up."""
    return {"month": month.name, "stated": month.stated is not None, **figures_told(month.figures)}


def month_figures(site: Site, token: object, month: object, words: Words) -> Json:
    """Return the figures of one month: a year is asked for month by month, so that nothing else waits long."""
    first, today = named(site, month, words)
    with site.database.reading() as cursor:
        find_session(site, cursor, token)
        return month_told(read_month(cursor, first, today))


def desks_of(site: Site) -> frozenset[str]:
    """Return the desks at which copies of the statistics end: those that follow them."""
    procedures = (running.procedure for running in in_force(site).values())
    return frozenset(copy.rests for each in procedures for copy in each.copies.values() if copy.form == FORM)


def figures_told(figures: Figures) -> Json:
    """Return the figures of a month by name."""
    return {"deliveries": figures.due, "on_time": figures.on_time, "late": figures.late, "rate": figures.rate}


def sheet_told(site: Site, cursor: Cursor, stated: Stated, words: Words) -> Json:
    """Return the statistics that were drawn up: their number, what they wait for and where, or how they ended."""
    standing = stand(site, cursor, stated.case)
    procedure, ended = standing.running.procedure, standing.case.ended
    if ended:
        return {"serial": stated.serial, "waits": [], "ended": words.show(procedure.endings[ended].title)}
    waiting = [(procedure.steps[step], site.factory.desks[desk]) for step, (desk, _) in standing.waiting().items()]
    waits = [words.say("monitoring.waits", step=words.show(step.title), desk=words.show(desk.title)) for step, desk in waiting]
    return {"serial": stated.serial, "waits": waits, "ended": ""}


def stated_rows(cursor: Cursor, stated: Stated, today: date) -> list[Json]:
    """Return the late deliveries as they were drawn up, each with its items on one row."""
    cursor.execute(LINES, (stated.serial, stated.revision))
    rows: dict[str, Json] = {}
    for item, quantity, other in cursor.fetchall():
        told = {name: str(value) for name, value in json.loads(other).items()}
        row = rows.setdefault(told.get("delivery", ""), {**dict.fromkeys(COLUMNS, ""), **told, "state": LATE, "items": []})
        row["items"].append(item_told(item, quantity))
    return [{**row, "days": days_between(row["wanted_by"], row["arrived_on"], today)} for row in rows.values()]


def days_between(wanted_by: str, arrived_on: str, today: date) -> str:
    """Return how many days late something arrived or is by today."""
    wanted, arrived = (as_day(text) if text else today for text in (wanted_by, arrived_on))
    return str((arrived - wanted).days) if isinstance(wanted, date) and isinstance(arrived, date) else ""


def late_rows(month: Month) -> list[Json]:
    """Return the late deliveries of a month as far as they are known today."""
    return [live_row(each, month.today) for each in month.found if each.state == LATE]


def live_row(each: Delivery, today: date) -> Json:
    """Return one delivery."""
    return {
        **dict.fromkeys(COLUMNS, ""),
        "delivery": each.name,
        "customer": each.customer,
        "items": [item_told(*item) for item in (each.items or {}).items()],
        "wanted_by": each.wanted_by.isoformat(),
        "arrived_on": each.arrived_on.isoformat() if each.arrived_on else "",
        "days": str(each.days_late(today)) if each.state == LATE else "",
        "state": each.state,
        "cause": each.cause,
    }


def item_told(item: str, quantity: int) -> str:
    """Return an item with how much of it."""
    return f"{item} {format_quantity(quantity)}"


# Files


def export_month(site: Site, token: object, month: object, words: Words) -> Path:
    """Write a month to a new xlsx file among the exports of the site: every delivery, and the figures of twelve months.

    Raises Refused: month_unreadable, file_unwritable, session_….
    """
    first, today = named(site, month, words)
    with site.database.reading() as cursor:
        find_session(site, cursor, token)
        page = page_of(site, cursor, read_month(cursor, first, today), words)
        year = [month_told(read_month(cursor, each, today)) for each in year_upto(first)]
        live = deliveries(cursor, first, later(first, 1), today)
    target = new_file(site.config.folder / EXPORTS, f"{words.say('monitoring.file')}-{page['month']}", ".xlsx")
    write_table(target, month_table(page, [live_row(each, today) for each in live], year, words))
    return target


def month_table(page: Json, live: Iterable[Json], year: Iterable[Json], words: Words) -> Table:
    """Return a month as a table: what was late as it was drawn up, the other deliveries, and below them the figures of a year."""
    late = {row["delivery"] for row in page["late_rows"]}
    rows = [*page["late_rows"], *(row for row in live if row["delivery"] not in late and row["state"] != LATE)]
    heads = [words.say(f"monitoring.{name}") for name in COLUMNS]
    return Table(words.say("monitoring.title"), heads, iter([[*map(cells_in(words), rows), *figure_rows(year, words)]]))


def cells_in(words: Words) -> Callable[[Json], Row]:
    """Return what makes cells of a delivery: days as days, numbers as numbers, and its state in words."""

    def cells(row: Json) -> Row:
        told = {**row, "items": words.show(row["items"]), "state": words.say(f"monitoring.{row['state']}")}
        made = {name: as_day(row[name]) if row[name] else None for name in ("wanted_by", "arrived_on")}
        return [made[name] if name in made else as_number(told[name]) if name == "days" else told[name] for name in COLUMNS]

    return cells


def figure_rows(year: Iterable[Json], words: Words) -> Iterator[Row]:
    """Yield the figures of the months, below a row of their titles."""
    blank = [None] * (len(COLUMNS) - len(NUMBERS) - 1)
    yield [None] * len(COLUMNS)
    yield [words.say("question.month"), *(words.say(f"monitoring.{name}") for name in NUMBERS), *blank]
    for each in year:
        yield [each["month"], *(as_number(each[name]) if each[name] != "" else None for name in NUMBERS), *blank]
