"""The journal performed once more, into empty tables, and everything compared with what the database holds.

The fresh tables are made by the same migrations in a temporary file, which stays in memory while it is small and goes to the disk
when it grows: a million entries need no memory for all. The live file is only read, in one unchanging view.
"""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from qdesk.config import PlaceOf
from qdesk.database import Row, driver, translated
from qdesk.findings import Findings
from qdesk.journal import insert_text
from qdesk.migrations import VERSION_TABLE, scripts, statements
from qdesk.tables import BY_NAME, KEYS, Table, columns_of, key_of, name_of
from qdesk.tables_beside import Balances, Waiting

PORTION = 500
# What a forged effect may run into; trouble of this machine, such as a full disk, is none of it.
FORGED = (driver.IntegrityError, driver.InterfaceError, driver.ProgrammingError, OverflowError, UnicodeEncodeError)
# Nothing of the fresh tables is ever committed: they need no sync and no journal on the disk.
PRAGMAS = ("trusted_schema = 0", "main.journal_mode = memory", "main.synchronous = off", "main.cache_size = -64000")
SCHEMA = "SELECT name, type, tbl_name, sql FROM {}.sqlite_master WHERE name NOT LIKE 'sqlite_stat%'"
# What each place should hold by the moves alone; a place kept per case holds for each case apart.
EXPECTED_BALANCES = """INSERT INTO temp.expected_balances(place, in_case, bin, item, lot, quantity, counter)
  SELECT m.place, CASE WHEN p.per_round AND m.round THEN m.in_case || '#' || m.round WHEN p.per_case THEN m.in_case ELSE '' END
    AS whose, m.bin, m.item, m.lot, SUM(m.quantity), p.counter
  FROM (SELECT source AS place, in_case, round, bin, item, lot, -quantity AS quantity FROM main.moves
        UNION ALL SELECT target, in_case, round, to_bin, item, lot, quantity FROM main.moves) m
  JOIN temp.places p ON p.name = m.place GROUP BY m.item, m.place, m.lot, whose, m.bin"""
UNKNOWN_PLACES = """SELECT place FROM (SELECT source AS place FROM main.moves UNION SELECT target FROM main.moves)
  WHERE place NOT IN (SELECT name FROM temp.places)"""
NEGATIVE = """SELECT b.place, b.item, b.lot, b.quantity FROM {} b JOIN temp.places p ON p.name = b.place
  WHERE p.counter = 0 AND b.quantity < 0"""
UNBALANCED = "SELECT item, SUM(quantity) FROM live.balances GROUP BY item HAVING SUM(quantity) <> 0"


@contextlib.contextmanager
def looking_at(path: Path) -> Iterator[Any]:
    """A connection with an empty temporary database, and the live file beside it, read-only and in one view."""
    with translated(path), tempfile.TemporaryDirectory(prefix="qdesk-") as folder:
        connection = driver.connect(str(Path(folder) / "fresh.db"), isolation_level=None, uri=True, timeout=10)
        try:
            for pragma in PRAGMAS:
                connection.execute(f"PRAGMA {pragma}").fetchall()
            connection.execute("ATTACH ? AS live", (f"{path.resolve().as_uri()}?mode=ro",))
            connection.execute("BEGIN")
            connection.execute("SELECT COUNT(*) FROM live.sqlite_master").fetchall()
            yield connection
        finally:
            connection.close()


def portions(cursor: Any) -> Iterator[Row]:
    """Return the rows of a query, a portion at a time."""
    while rows := cursor.fetchmany(PORTION):
        yield from rows


class Replay:
    """The fresh tables while the journal is performed into them."""

    def __init__(self, connection: Any, found: Findings) -> None:
        """Make the tables; a migration that was changed after it was applied is found here."""
        self.connection, self.found = connection, found
        self.cursor = connection.cursor()
        applied = dict(connection.execute("SELECT version, digest FROM live.schema_version").fetchall())
        self.cursor.execute(VERSION_TABLE)
        for version, text in scripts():
            if version in applied:
                for statement in statements(text):
                    self.cursor.execute(statement)

    def perform(self, seq: int, effects: object) -> None:
        """Perform the effects of one entry; what cannot be performed is found, and the rest goes on."""
        for effect in effects if isinstance(effects, list) else [effects]:
            table = effect[1] if isinstance(effect, list) and len(effect) > 1 else ""
            try:
                performed = self._perform(effect)
            except FORGED:
                performed = False
            if not performed:
                self.found.add("effect_fails", seq=seq, table=table)

    def _perform(self, effect: object) -> bool:
        match effect:
            case ["+", str(table), dict(row)] if table in BY_NAME and known_columns(table).issuperset(row) and row:
                self.cursor.execute(insert_text(table, tuple(row)), tuple(row.values()))
                return True
            case ["~", str(table), list(key), dict(changes)] if table in BY_NAME and fits(table, key, changes):
                was, now = zip(*changes.values(), strict=True)
                self.cursor.execute(change_text(table, tuple(changes)), (*now, *key, *was))
                return bool(self.cursor.rowcount == 1)
        return False

    def compare_schema(self) -> None:
        """Compare what the tables, indexes and triggers are: a fence that was taken down is found."""
        fresh = {row[0]: row[1:] for row in self.connection.execute(SCHEMA.format("main"))}
        live = {row[0]: row[1:] for row in self.connection.execute(SCHEMA.format("live"))}
        for name in sorted(fresh.keys() | live.keys()):
            if name not in live:
                self.found.add("schema_missing", name=name)
            elif name not in fresh:
                self.found.add("schema_extra", name=name)
            elif fresh[name] != live[name]:
                self.found.add("schema_changed", name=name)

    def compare_tables(self) -> None:
        """Compare every replayed table row for row, all columns, both ways."""
        for name, table in BY_NAME.items():
            self.compare(table, f'main."{name}"')

    def compare(self, table: type[Table], expected: str) -> None:
        """Compare one table of the live file with what it should hold."""
        name, columns, key = name_of(table), columns_of(table), key_of(table)
        live = f'live."{name}"'
        try:
            for row in portions(self.connection.execute(differing(expected, live, columns, key))):
                self._note_changes(name, columns, key, row)
            for row in portions(self.connection.execute(lacking(expected, live, key))):
                self.found.add("row_missing", table=name, key=shown(row))
            for row in portions(self.connection.execute(lacking(live, expected, key))):
                self.found.add("row_extra", table=name, key=shown(row))
        except driver.Error as error:  # a table that is gone or is no longer the one it was
            self.found.add("table_unreadable", table=name, reason=error)

    def _note_changes(self, name: str, columns: Sequence[str], key: Sequence[str], row: Row) -> None:
        recorded, here = row[: len(columns)], row[len(columns) :]
        which = shown(recorded[columns.index(column)] for column in key)
        for column, was, now in zip(columns, recorded, here, strict=True):
            if was != now or type(was) is not type(now):
                self.found.add("row_changed", table=name, key=which, column=column, recorded=was, there=now)

    def compare_balances(self, places: Mapping[str, PlaceOf]) -> None:
        """Compare the balances with the moves: they follow from them alone, sum to nothing, and no real place owes anything."""
        run = self.connection.execute
        run("CREATE TEMP TABLE places(name TEXT PRIMARY KEY, per_case INTEGER, per_round INTEGER, counter INTEGER)")
        for place in places.values():
            kept = (place.id, int(place.per_case), int(place.per_round), int(place.counter))
            run("INSERT INTO temp.places VALUES(?, ?, ?, ?)", kept)
        run(table_like(Balances, "expected_balances"))
        run(EXPECTED_BALANCES)
        for (place,) in run(UNKNOWN_PLACES).fetchall():
            self.found.add("place_unknown", place=place)
        run("INSERT INTO main.balances SELECT * FROM temp.expected_balances WHERE quantity >= 0 OR counter = 1")
        self.compare(Balances, "temp.expected_balances")
        negative = {*run(NEGATIVE.format("temp.expected_balances")), *self._live(NEGATIVE.format("live.balances"))}
        for place, item, lot, quantity in sorted(negative, key=repr):
            self.found.add("place_negative", place=place, item=item, lot=lot, thousandths=quantity)
        for item, total in self._live(UNBALANCED):
            self.found.add("item_unbalanced", item=item, thousandths=total)

    def _live(self, sql: str) -> list[Row]:
        try:
            rows: list[Row] = self.connection.execute(sql).fetchall()
        except driver.Error:  # an unreadable table was found already by the comparison
            return []
        return rows

    def compare_waiting(self, waiting: Iterable[Row]) -> None:
        """Compare what waits where with the rows (case, step, desk, since) that follow from the replayed tables."""
        self.connection.execute(table_like(Waiting, "expected_waiting"))
        for row in waiting:
            self.connection.execute("INSERT INTO temp.expected_waiting(in_case, step, desk, since) VALUES(?, ?, ?, ?)", row)
        self.compare(Waiting, "temp.expected_waiting")

    def open_cases(self) -> Iterator[str]:
        """Return the cases that have not ended."""
        cursor = self.connection.execute("SELECT code FROM main.cases WHERE ended = '' ORDER BY code")
        return (code for (code,) in portions(cursor))


@cache
def known_columns(table: str) -> frozenset[str]:
    """Return the columns of a replayed table."""
    return frozenset(columns_of(BY_NAME[table]))


def fits(table: str, key: Sequence[object], changes: Mapping[str, object]) -> bool:
    """Tell whether a recorded change names a row and pairs of (was, is)."""
    pairs = all(isinstance(change, list) and len(change) == 2 for change in changes.values())
    return len(key) == len(KEYS[table]) and known_columns(table).issuperset(changes) and bool(changes) and pairs


@cache
def change_text(table: str, columns: tuple[str, ...]) -> str:
    """Return the UPDATE of a recorded change, which finds its row only when it is as it was."""
    changes = ", ".join(f'"{column}" = ?' for column in columns)
    where = " AND ".join([*(f'"{column}" = ?' for column in KEYS[table]), *(f'"{column}" IS ?' for column in columns)])
    return f'UPDATE main."{table}" SET {changes} WHERE {where}'


def table_like(table: type[Table], name: str) -> str:
    """Return a temporary table with the same columns and key but no checks: what is expected may itself be wrong."""
    return f'CREATE TEMP TABLE {name}({", ".join(columns_of(table))}, PRIMARY KEY({", ".join(key_of(table))})) WITHOUT ROWID'


def differing(expected: str, live: str, columns: Sequence[str], key: Sequence[str]) -> str:
    """Return the query for rows that both have, with some column different: all recorded columns, then all there."""
    pairs = ", ".join([*(f'e."{column}"' for column in columns), *(f'l."{column}"' for column in columns)])
    same_key = " AND ".join(f'e."{column}" = l."{column}"' for column in key)
    other = " OR ".join(f'+e."{column}" IS NOT +l."{column}"' for column in columns)  # with the plus, 1 and "1" differ
    return f"SELECT {pairs} FROM {live} l JOIN {expected} e ON {same_key} WHERE {other}"


def lacking(full: str, other: str, key: Sequence[str]) -> str:
    """Return the query for the keys of rows that only the first table has."""
    same_key = " AND ".join(f'f."{column}" = o."{column}"' for column in key)
    keys = ", ".join(f'f."{column}"' for column in key)
    return f"SELECT {keys} FROM {full} f WHERE NOT EXISTS (SELECT 1 FROM {other} o WHERE {same_key})"


def shown(values: Iterable[object]) -> str:
    """Return a key as people read it."""
    return " ".join(map(str, values))
