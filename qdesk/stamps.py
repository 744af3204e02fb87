"""Stamps: whose a number is, for which products and operations it may be used, and that it is used for nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from qdesk.database import Cursor
from qdesk.errors import Refused
from qdesk.journal import Entry
from qdesk.plans import covers
from qdesk.words import Title

STAMP = """SELECT s.number, s.person, p.badge, p.name, s.since, s.withdrawn_at FROM stamps s JOIN persons p ON p.id = s.person
  WHERE s.number = ?"""
STAMPS = """SELECT s.number, s.person, p.badge, p.name, s.since, s.withdrawn_at FROM stamps s JOIN persons p ON p.id = s.person
  ORDER BY s.withdrawn_at IS NOT NULL, s.number LIMIT ?"""
LIMITS = "SELECT act, number, item, step, trained_at, ended_at FROM stamp_limits WHERE stamp = ? ORDER BY act, number"
MOST = 500


@dataclass(frozen=True)
class Stamp:
    """One stamp number: whose it is or was, and since when it is withdrawn."""

    number: str
    person: int
    badge: str
    name: str
    since: int
    withdrawn_at: int | None


@dataclass(frozen=True)
class Limit:
    """What a stamp may be used for, an item or a family at a step, each empty for any; and when its holder was trained."""

    act: int
    number: int
    item: str
    step: str
    trained_at: int | None
    ended_at: int | None

    def allows(self, item: str, procedure: str, step: str) -> bool:
        """Tell whether this lets an item be stamped at a step."""
        return self.ended_at is None and covers(self.item, item) and self.step in ("", f"{procedure}.{step}")


def read_stamp(cursor: Cursor, number: str) -> Stamp:
    """Return a stamp, in use or withdrawn; raises Refused("stamp_unknown")."""
    cursor.execute(STAMP, (number,))
    found = cursor.fetchall()
    if not found:
        raise Refused("stamp_unknown", stamp=number)
    return Stamp(*found[0])


def refuse_used(cursor: Cursor, number: str) -> None:
    """Refuse a number that was ever given, in use or withdrawn."""
    cursor.execute("SELECT COUNT(*) FROM stamps WHERE number = ?", (number,))
    if cursor.fetchall()[0][0]:
        raise Refused("stamp_used_before", stamp=number)


def number_of(cursor: Cursor, person: int) -> str:
    """Return the number of a person's stamp in use, empty where there is none."""
    cursor.execute("SELECT number FROM stamps WHERE person = ? AND withdrawn_at IS NULL", (person,))
    return next((str(number) for (number,) in cursor.fetchall()), "")


def all_stamps(cursor: Cursor) -> list[Stamp]:
    """Return every stamp number that was ever given, those in use first."""
    cursor.execute(STAMPS, (MOST,))
    return [Stamp(*row) for row in cursor.fetchall()]


def limits_of(cursor: Cursor, stamp: str) -> list[Limit]:
    """Return every limit a stamp ever had, in the order they were set."""
    cursor.execute(LIMITS, (stamp,))
    return [Limit(*row) for row in cursor.fetchall()]


def open_limits(cursor: Cursor, stamp: str) -> list[Limit]:
    """Return the limits of a stamp that hold."""
    return [limit for limit in limits_of(cursor, stamp) if limit.ended_at is None]


def set_limit(entry: Entry, stamp: str, item: str, step: str, trained_at: int | None) -> None:
    """Set a limit: one for everything takes the place of all others, and any other the place of that and of its own kind."""
    replaced = (("", ""), (item, step))
    everything = (item, step) == ("", "")
    end_limits(entry, [each for each in open_limits(entry.cursor, stamp) if everything or (each.item, each.step) in replaced])
    entry.insert_numbered("stamp_limits", stamp=stamp, item=item, step=step, trained_at=trained_at, ended_at=None)


def carry_limits(entry: Entry, before: str, stamp: str, trained_at: int | None) -> bool:
    """Give a new number all that the holder's number before was limited to; tell whether it was limited at all."""
    limits = limits_of(entry.cursor, before)
    for limit in limits:
        trained = limit.trained_at if trained_at is None else trained_at
        row = {"item": limit.item, "step": limit.step, "trained_at": trained, "ended_at": limit.ended_at}
        entry.insert_numbered("stamp_limits", stamp=stamp, **row)
    return bool(limits)


def end_limits(entry: Entry, limits: Iterable[Limit]) -> None:
    """End some limits; they stay in the register."""
    for limit in limits:
        entry.change("stamp_limits", (limit.act, limit.number), {"ended_at": None}, {"ended_at": entry.at})


def refuse_beyond_authority(cursor: Cursor, stamp: str, items: Iterable[str], procedure: str, step: str, title: Title) -> None:
    """Refuse a stamp on a product or at an operation it is not for; a number that never had a limit is for all of them.

    Where limits were set once, nothing but what they say is allowed, also when the last of them has been taken away.
    """
    limits = limits_of(cursor, stamp)
    for item in list(items) or [""]:
        if limits and not any(limit.allows(item, procedure, step) for limit in limits):
            raise Refused("stamp_not_for_this", stamp=stamp, item=item or "-", step=title)
