"""Duties: what is due again and again at a desk, found out whenever somebody looks; nothing runs in the background for it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from qdesk.clock import moment, start_of, time_text
from qdesk.database import Cursor
from qdesk.desk.book import in_force
from qdesk.people import Session, find_session
from qdesk.periods import DutyOf, Period, before, period_of
from qdesk.site import Site
from qdesk.words import Words

Json = dict[str, Any]
OVERDUE = 3
"""Periods that are over of which a duty is still shown when it was not done."""
EARLY = timedelta(days=31)
"""How long before its period a form may have been written that names the period."""
NAMED = """SELECT MIN(opened_at) FROM documents WHERE form = ? AND void_at IS NULL AND opened_at >= ?
  AND json_extract(fields, '$.' || ?) = ?"""
WITHIN = "SELECT MIN(opened_at) FROM documents WHERE form = ? AND void_at IS NULL AND opened_at >= ? AND opened_at < ?"
BEGAN = "SELECT at FROM journal WHERE seq = 1"


def duties(site: Site, token: object, words: Words) -> list[Json]:
    """Return the duties of the session's desk: those of the period now, done or not, and what is overdue; what is late first."""
    today = moment(site.clock.now()).date()
    with site.database.reading() as cursor:
        session = find_session(site, cursor, token)
        rows = [row for duty in served(site, session) for row in rows_of(site, cursor, duty, today, words)]
    return sorted(rows, key=lambda row: (not row["late"], row["due"], row["period"]))


def served(site: Site, session: Session) -> list[DutyOf]:
    """Return the duties of all desks that are served here, those left out that the site does without."""
    return [duty for duty in site.factory.duties.values() if duty.desk in site.served[session.desk] and not duty.off]


def rows_of(site: Site, cursor: Cursor, duty: DutyOf, today: date, words: Words) -> Iterator[Json]:
    """Yield one duty for each period it is shown of."""
    for period in periods_of(cursor, duty, today):
        about, due = duty.about(period), duty.due_on(period)
        done_at = done_in(site, cursor, duty, about)
        if done_at is None or period.end > today:
            yield {
                "duty": duty.id,
                "title": words.show(duty.title),
                "desk": duty.desk,
                "period": about.name,
                "due": due.isoformat(),
                "late": done_at is None and due < today,
                "done_at": None if done_at is None else time_text(done_at),
            }


def periods_of(cursor: Cursor, duty: DutyOf, today: date) -> list[Period]:
    """Return the period now and, of a duty about what is over, a few before; nothing is due of the days before the site began."""
    found = [period_of(duty.every, today)]
    if duty.of == "this":
        return found
    for _ in range(OVERDUE):
        found.append(before(duty.every, found[-1]))
    cursor.execute(BEGAN)
    began = next((moment(at).date() for (at,) in cursor.fetchall()), today)
    return [period for period in found if period.first > began]


def done_in(site: Site, cursor: Cursor, duty: DutyOf, about: Period) -> int | None:
    """Return when a duty was done of a period; one whose step nobody knows is never done, so that somebody asks why."""
    procedure, step = duty.done_by
    running = in_force(site).get(procedure)
    known = running.procedure.steps.get(step) if running else None
    opens = known.outcomes[0].opens if known else ()
    if not opens:
        return None
    if duty.names:
        cursor.execute(NAMED, (opens[0], start_of(about.first - EARLY), duty.names, about.name))
    else:
        cursor.execute(WITHIN, (opens[0], start_of(about.first), start_of(about.end)))
    at: int | None = cursor.fetchall()[0][0]
    return at
