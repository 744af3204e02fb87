"""Lists of quality: every inspection stamp that was ever given with what it is for, and the instruments with what is due soon."""

from __future__ import annotations

from typing import Any

from qdesk.clock import moment, time_text
from qdesk.desk.book import in_force
from qdesk.desk.quality import operation_named
from qdesk.instruments import all_instruments, instrument_told
from qdesk.people import find_session
from qdesk.site import Site
from qdesk.stamps import Limit, Stamp, all_stamps, limits_of
from qdesk.words import Words

Json = dict[str, Any]
STAMPED = "SELECT COUNT(*), MAX(at) FROM signatures WHERE stamp = ? AND lapsed_at IS NULL"


def stamp_register(site: Site, token: object, words: Words) -> list[Json]:
    """Return a row for each thing a stamp may be used for, numbers in use first; one without limits is for everything."""
    with site.database.reading() as cursor:
        find_session(site, cursor, token)
        told = []
        for stamp in all_stamps(cursor):
            limits = limits_of(cursor, stamp.number)
            open_ones = [limit for limit in limits if limit.ended_at is None]
            cursor.execute(STAMPED, (stamp.number,))
            [(times, last)] = cursor.fetchall()
            used = {"times": times, "last": time_text(last) if last else ""}
            rows: list[Limit | None] = [*open_ones] or [None]
            told += [{**stamp_row(stamp), **limit_row(site, words, limit, bool(limits)), **used} for limit in rows]
        return told


def stamp_row(stamp: Stamp) -> Json:
    """Return whose a number is, since when, and whether it is withdrawn."""
    withdrawn = time_text(stamp.withdrawn_at) if stamp.withdrawn_at is not None else ""
    state = {"state": "withdrawn" if withdrawn else "in_use", "withdrawn": withdrawn}
    return {"stamp": stamp.number, "badge": stamp.badge, "name": stamp.name, "since": time_text(stamp.since), **state}


def limit_row(site: Site, words: Words, limit: Limit | None, limited: bool) -> Json:
    """Return what a stamp may be used for: everything, nothing, or a product at an operation, and when its holder was trained."""
    if limit is None:
        blank = dict.fromkeys(("item", "operation", "operation_title", "trained"), "")
        return {"allows": "nothing" if limited else "everything", **blank}
    trained = moment(limit.trained_at).date().isoformat() if limit.trained_at is not None else ""
    allows = "some" if limit.item or limit.step else "everything"
    title = operation_title(site, words, limit.step)
    return {"allows": allows, "item": limit.item, "operation": limit.step, "operation_title": title, "trained": trained}


def operation_title(site: Site, words: Words, operation: str) -> str:
    """Return what an operation is called; one that no procedure has any more by its name."""
    name, _, step = operation.partition(".")
    running = in_force(site).get(name)
    known = running.procedure.steps.get(step) if running else None
    return operation_named(running.procedure.title, known.title).in_(words.language) if running and known else operation


def instrument_list(site: Site, token: object, words: Words, withdrawn: bool = False) -> list[Json]:
    """Return the instruments, those whose calibration ends first at the head."""
    with site.database.reading() as cursor:
        find_session(site, cursor, token)
        return [instrument_told(site, each, words) for each in all_instruments(cursor, withdrawn)]


def instruments_due(site: Site, token: object, words: Words) -> list[Json]:
    """Return the instruments that are out of date or soon will be (R127)."""
    return [row for row in instrument_list(site, token, words) if row["state"] in ("out_of_date", "due_soon")]
