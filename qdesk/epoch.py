"""A new epoch: what a restored backup writes into its journal first, and what it takes over from the database it replaces.

Paper with later numbers is out there, people were logged in, slips were printed since: none of that may come back as if new.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qdesk.clock import Clock
from qdesk.config import Config
from qdesk.database import Cursor, Database, Row, driver
from qdesk.journal import Entry
from qdesk.migrations import migrate
from qdesk.site import check_identity
from qdesk.witness import Witness

# How far running numbers jump when nobody can tell how many were given out after the backup; pieces are printed by the set.
UNKNOWN_NUMBERS, UNKNOWN_PIECES = 1_000, 10_000
ATTEMPT = "at, last_at, desk, person, verb, code, detail, times"
CANCEL_PRINTS = "UPDATE prints SET state = 'cancelled', changed_at = ? WHERE state IN ('waiting', 'sent', 'failed')"
KEEP_ATTEMPT = f"""INSERT INTO attempts({ATTEMPT}) SELECT ?, ?, ?, ?, ?, ?, ?, ? WHERE NOT EXISTS
  (SELECT 1 FROM attempts WHERE at = ? AND desk = ? AND person IS ? AND verb = ? AND code = ? AND detail = ?)"""


@dataclass(frozen=True)
class Left:
    """What could still be read of the database that a backup replaces."""

    newest: int
    counters: dict[str, int]
    attempts: list[Row]


@dataclass(frozen=True)
class Written:
    """The entry that opens an epoch, and the newest act anybody has seen before it."""

    entry: Entry
    epoch: int
    seen: int | None


def look_back(connection: Any) -> Left | None:
    """Return what can be read of the database that is replaced, None where nothing can."""
    if connection is None:
        return None
    try:
        return Left(
            newest=connection.execute("SELECT COALESCE(MAX(seq), 0) FROM journal").fetchall()[0][0],
            counters=dict(connection.execute("SELECT name, next FROM counters").fetchall()),
            attempts=connection.execute(f"SELECT {ATTEMPT} FROM attempts ORDER BY id").fetchall(),
        )
    except driver.DatabaseError:
        return None


def write_epoch(config: Config, coming: Path, left: Left | None, clock: Clock) -> Written:
    """Write the new epoch into the database that is coming, before it takes its place."""
    database = Database(coming)
    try:
        with database.reading() as cursor:
            check_identity(cursor, config.code)
        migrate(database, clock)
        with database.writing() as cursor:
            return _write_epoch(config, Entry(cursor, clock.now()), left)
    finally:
        database.close()


def _write_epoch(config: Config, entry: Entry, left: Left | None) -> Written:
    witnessed = Witness(config.witness).last()
    known = [seq for seq in (left and left.newest, witnessed and witnessed[0]) if seq]
    seen = max(known) if known else None
    entry.cursor.execute("SELECT code, epoch FROM site")
    code, epoch = entry.cursor.fetchall()[0]
    entry.change("site", (code,), {"epoch": epoch}, {"epoch": epoch + 1})
    certain = left is not None and left.newest == seen
    move_counters_on(entry, left.counters if left else {}, certain)
    if left:
        keep_attempts(entry.cursor, left.attempts)
    entry.cursor.execute("UPDATE sessions SET ended_at = ? WHERE ended_at IS NULL", (entry.at,))
    entry.cursor.execute(CANCEL_PRINTS, (entry.at,))
    entry.insert("acts", seq=entry.seq, at=entry.at, step="restore", outcome="", desk="", request="")
    entry.seal(by=None, desk="", step="restore", epoch=epoch + 1, restored_from=[entry.seq - 1, entry.previous], given_up_at=seen)
    return Written(entry, epoch + 1, seen)


def move_counters_on(entry: Entry, others: dict[str, int], certain: bool) -> None:
    """Let running numbers go on where they stood, or jump where nobody knows: paper with later numbers is out there."""
    entry.cursor.execute("SELECT name, next FROM counters")
    here: dict[str, int] = dict(entry.cursor.fetchall())
    for name in sorted(here.keys() | others.keys()):
        then = max(here.get(name, 1), others.get(name, 1))
        if not certain:
            then += UNKNOWN_PIECES if name.startswith("piece") else UNKNOWN_NUMBERS
        if name in here:
            entry.change("counters", (name,), {"next": here[name]}, {"next": then})
        else:
            entry.insert("counters", name=name, next=then)


def keep_attempts(cursor: Cursor, attempts: Sequence[Row]) -> None:
    """Keep refused attempts that were recorded after the backup."""
    for at, last_at, desk, person, verb, code, detail, times in attempts:
        row, which = (at, last_at, desk, person, verb, code, detail, times), (at, desk, person, verb, code, detail)
        cursor.execute(KEEP_ATTEMPT, (*row, *which))


def tell_witness(config: Config, written: Written) -> None:
    """Start the witness anew above the restored history, in the same file: what it has seen before stays to be read."""
    witness = Witness(config.witness)
    witness.restart(written.entry.seq - 1, written.epoch, written.entry.hash)
    witness.close()
