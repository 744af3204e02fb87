"""An open site: its files checked, its database ready, its clock, words and witness at hand."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from qdesk.clock import Clock, FixedClock
from qdesk.config import Config, open_config
from qdesk.database import Cursor, Database
from qdesk.errors import Refused
from qdesk.journal import Entry
from qdesk.migrations import migrate
from qdesk.witness import SHORT, Witness
from qdesk.words import LANGUAGES, Title, Words


class Site:
    """Everything a room needs to know of where it works; opened once per process."""

    def __init__(self, config: Config, database: Database, clock: Clock) -> None:
        """Put together what :func:`open_site` has opened."""
        self.config = config
        self.database = database
        self.clock = clock
        self.factory = config.factory
        self.languages = {language: config.words(language) for language in LANGUAGES}
        self.witness = Witness(config.witness)
        self.clock_tolerance = config.duration("clock_tolerance")
        self.compiled: dict[str, Any] = {}
        self.at_hand: dict[str, tuple[int, int, Any]] = {}  # how cases just looked at stand, kept by the desk
        desks = self.factory.desks.values()
        self.served = {
            desk.id: frozenset(other.id for other in desks if desk.id in (other.id, other.stand_in) or other.id == desk.works_as)
            for desk in desks
        }

    @property
    def words(self) -> Words:
        """Return the words in the site's language."""
        return self.languages[self.config.language]

    def title(self, key: str) -> Title:
        """Return a word of the house in both languages, for a refusal that each desk reads in its own."""
        return Title(zh=self.languages["zh"].say(key), en=self.languages["en"].say(key))

    @contextlib.contextmanager
    def writing(self, flush_witness: bool = False, any_clock: bool = False) -> Iterator[Entry]:
        """One journalled transaction: the caller writes through the entry and seals it; then the witness is told.

        ``any_clock`` is for confirming a clock that was set back: that act cannot wait until the clock is right.
        """
        self.witness.ready()
        with self.database.writing() as cursor:
            entry = Entry(cursor, self.clock.now(), None if any_clock else self.clock_tolerance)
            yield entry
        if entry.hash:
            self.witness.record(entry.seq, entry.hash, flush_witness or entry.printed)

    def close(self) -> None:
        """Close the database and the witness."""
        self.database.close()
        self.witness.close()


def open_site(folder: Path, clock: Clock | None = None, synchronous: str = "full", busy_seconds: float = 10) -> Site:
    """Open an initialised site or refuse: newer schema, another site's file, or one older than its witness."""
    config = open_config(folder)
    if isinstance(clock, FixedClock) and not config.scratch:
        raise Refused("clock_not_scratch", folder=str(folder))
    clock = clock or Clock()
    database = Database(config.database, synchronous, busy_seconds=busy_seconds)
    with contextlib.ExitStack() as half_open:
        half_open.callback(database.close)
        migrate(database, clock)
        witnessed = Witness(config.witness).last()  # before the view is taken: other desks go on acting meanwhile
        with database.reading() as cursor:
            check_identity(cursor, config.code)
            check_witness(cursor, witnessed)
        half_open.pop_all()
    return Site(config, database, clock)


def check_identity(cursor: Cursor, code: str) -> None:
    """Refuse a database that belongs to another site, or to none yet."""
    cursor.execute("SELECT code FROM site")
    codes = [row[0] for row in cursor.fetchall()]
    if not codes:
        raise Refused("site_unfinished")
    if codes != [code]:
        raise Refused("database_of_another_site", found=codes[0], expected=code)


def check_witness(cursor: Cursor, witnessed: tuple[int, str] | None) -> None:
    """Refuse a database older than its witness, or one whose history is not the witnessed one."""
    if witnessed is None:
        return
    seq, short = witnessed
    cursor.execute("SELECT hash FROM journal WHERE seq = ?", (seq,))
    found = cursor.fetchall()
    if not found:
        cursor.execute("SELECT COALESCE(MAX(seq), 0) FROM journal")
        raise Refused("database_older_than_witness", found=cursor.fetchall()[0][0], witnessed=seq)
    if found[0][0][:SHORT] != short:
        raise Refused("history_differs_from_witness", seq=seq)
