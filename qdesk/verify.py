"""Checks the books: that the journal is whole, that it is the witnessed one, and that every table follows from it.

A chain alone finds no cut tail and no put-back old file; the witness does, up to its last head. What is printed on a slip is a
witness too: :func:`check_slip`.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from qdesk.database import Row, driver
from qdesk.desk.standing import stand_anew
from qdesk.errors import Refused
from qdesk.findings import Finding, Findings, Report
from qdesk.journal import NO_HASH, VERSION, chained
from qdesk.migrations import scripts
from qdesk.replay import Replay, looking_at, portions
from qdesk.scan import visible
from qdesk.site import Site
from qdesk.witness import SHORT

SLIP_SEQ, SLIP_HEAD = re.compile(r"[0-9]{1,12}"), re.compile(r"[0-9a-f]{8,64}")


def verify(site: Site, replay: bool = False) -> Report:
    """Check the journal and its witness; with ``replay`` also every table, row for row, against the journal."""
    found = Findings()
    with looking_at(site.database.path) as connection:
        check_file(connection, found, thoroughly=replay)
        check_schema_version(connection, found)
        fresh = Replay(connection, found) if replay else None
        chain = Chain(connection, found)
        for seq, body in chain.entries():
            if fresh:
                fresh.perform(seq, body.get("effects"))
        check_witness(connection, site, found)
        if fresh:
            compare(site, fresh, sound=not found.kept)
    return Report(found.all(), chain.count, chain.head)


def verify_file(path: Path) -> Report:
    """Check a database that belongs to no open site, such as a backup: the file itself and its chain."""
    found = Findings()
    with looking_at(path) as connection:
        check_file(connection, found, thoroughly=False)
        chain = Chain(connection, found)
        for _ in chain.entries():
            pass
    return Report(found.all(), chain.count, chain.head)


def check_file(connection: Any, found: Findings, thoroughly: bool) -> None:
    """Let the engine look through the file; thoroughly means every index against its table as well."""
    try:
        said = [row[0] for row in connection.execute(f"PRAGMA live.{'integrity' if thoroughly else 'quick'}_check").fetchall()]
    except driver.DatabaseError as error:
        said = [str(error)]
    for reason in said:
        if reason != "ok":
            found.add("file_damaged", reason=reason)


def check_schema_version(connection: Any, found: Findings) -> None:
    """Check that the migrations written down as applied are those of this program."""
    applied = dict(connection.execute("SELECT version, digest FROM live.schema_version").fetchall())
    known = {version: hashlib.sha256(text.encode()).hexdigest() for version, text in scripts()}
    for version in sorted(known.keys() | applied.keys()):
        if known.get(version) != applied.get(version):
            found.add("migration_differs", version=version)


class Chain:
    """The journal read once from its beginning; remembers where it stands."""

    def __init__(self, connection: Any, found: Findings) -> None:
        """Start before the first entry."""
        self.connection, self.found = connection, found
        self.seq, self.at, self.count, self.head = 0, 0, 0, ""

    def entries(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """Check every entry against the one before it and return those that can be read."""
        previous = NO_HASH
        for seq, at, text, head in self.rows():
            if seq != self.seq + 1:
                self.found.add("entry_missing", seq=self.seq + 1)
            if not isinstance(text, str) or chained(previous, text) != head:
                self.found.add("entry_changed", seq=seq)
            body = self.read(seq, at, text)
            self.seq, self.at, self.count, previous = seq, at, self.count + 1, str(head)
            if body is not None:
                yield seq, body
        self.head = previous if self.count else ""

    def rows(self) -> Iterator[Row]:
        """Return every row of the journal, as far as it can be read."""
        try:
            yield from portions(self.connection.execute("SELECT seq, at, body, hash FROM live.journal ORDER BY seq"))
        except driver.DatabaseError as error:
            self.found.add("table_unreadable", table="journal", reason=error)

    def read(self, seq: int, at: int, text: str) -> dict[str, Any] | None:
        """Return the body of an entry, which says its own number and time; time never runs backwards."""
        try:
            body = json.loads(text)
        except (ValueError, TypeError, RecursionError):
            body = None
        if not isinstance(body, dict) or body.get("v") != VERSION:
            self.found.add("entry_unreadable", seq=seq)
            return None
        if body.get("seq") != seq or body.get("at") != at or at < self.at:
            self.found.add("entry_misdated", seq=seq)
        return body


def check_witness(connection: Any, site: Site, found: Findings) -> None:
    """Check that every head the witness has seen is in the journal; heads of acts done meanwhile are left to the next time."""
    last = 0
    for seq, short in site.witness.heads():
        last = max(last, seq)
        rows = connection.execute("SELECT hash FROM live.journal WHERE seq = ?", (seq,)).fetchall()
        if rows and str(rows[0][0])[:SHORT] != short:
            found.add("witness_differs", seq=seq)
    newest = site.database.rows("SELECT COALESCE(MAX(seq), 0) FROM journal")[0][0]
    if last > newest:
        found.add("witness_ahead", found=newest, witnessed=last)


def compare(site: Site, fresh: Replay, sound: bool) -> None:
    """Compare everything with the replayed tables; what waits is worked out only from a journal that is sound."""
    fresh.compare_schema()
    fresh.compare_tables()
    fresh.compare_balances(site.factory.places)
    fresh.compare_postings()
    if sound:
        fresh.compare_waiting(waiting(site, fresh))


def waiting(site: Site, fresh: Replay) -> Iterator[Row]:
    """Return (case, step, desk, since) of all that waits by the replayed tables: a case that has ended waits for nothing."""
    cursor = fresh.connection.cursor()
    for code in fresh.open_cases():
        try:
            steps = stand_anew(site, cursor, code).waiting()
        except (Refused, LookupError, ValueError, TypeError, driver.Error) as error:  # a journal forged whole may say anything
            fresh.found.add("case_unreadable", case=code, reason=error)
            continue
        for step, (desk, since) in steps.items():
            yield code, step, desk, since


def check_slip(site: Site, seq: str, head: str) -> list[Finding]:
    """Check what is printed on a slip against the journal; raises Refused("slip_unreadable")."""
    number, short = str(seq).strip(), str(head).strip().lower()
    if SLIP_SEQ.fullmatch(number) is None or SLIP_HEAD.fullmatch(short) is None:
        raise Refused("slip_unreadable", text=visible(f"{seq} {head}"))
    row = site.database.row("SELECT hash FROM journal WHERE seq = ?", int(number))
    if row is None:
        return [Finding("slip_unknown", {"seq": int(number)})]
    return [] if row[0].startswith(short) else [Finding("slip_differs", {"seq": int(number)})]
