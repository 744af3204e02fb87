"""Attempts: every refused scan, act and login, in a table of its own; never in the chain, never delaying an answer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from qdesk.clock import SECOND
from qdesk.errors import Refused
from qdesk.scan import names_nothing, visible, without_pin
from qdesk.site import Site

BURST = 60 * SECOND


@dataclass(frozen=True)
class Attempt:
    """One thing refused: at which desk, to whom, which verb, why, and what was tried (never a PIN)."""

    desk: str
    person: int | None
    verb: str
    code: str
    detail: str


def attempt_of(refused: Refused, verb: str, tried: object, desk: str = "", person: int | None = None) -> Attempt:
    """Return what is kept of a refusal; of digits that name nothing known only how many, since they may be a PIN."""
    detail = visible(tried, 80)
    if names_nothing(refused.code):
        detail = without_pin(detail)
    return Attempt(desk, person, visible(verb, 20), refused.code, detail)


def record_attempts(site: Site, attempts: Iterable[Attempt]) -> None:
    """Write refused attempts down, after the answer was given; a burst of the same counts up one row."""
    now = site.clock.now()
    with site.database.writing() as cursor:
        for each in attempts:
            key = (each.desk, each.person, each.verb, each.code, each.detail)
            cursor.execute(
                "SELECT MAX(id) FROM attempts WHERE desk = ? AND person IS NOT DISTINCT FROM ? AND verb = ? AND code = ?"
                " AND detail = ? AND last_at >= ?",
                (*key, now - BURST),
            )
            found = cursor.fetchall()[0][0]
            if found is not None:
                cursor.execute("UPDATE attempts SET times = times + 1, last_at = ? WHERE id = ?", (now, found))
                continue
            cursor.execute(
                "INSERT INTO attempts(at, last_at, desk, person, verb, code, detail) VALUES(?, ?, ?, ?, ?, ?, ?)",
                (now, now, *key),
            )
