"""The one file everything lives in: how it is opened, read, and written by one writer at a time.

Every write goes through :meth:`Database.writing`: thread lock, then ``flock`` on a side file, then BEGIN IMMEDIATE. The side
file makes waiting writers queue fairly and keeps a commit from meeting another connection's checkpoint, which in SQLite
before 3.51.3 could damage a WAL file.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NoReturn, Protocol

import peewee

from qdesk.errors import Refused

try:
    import fcntl
except ImportError:  # Windows has no flock: there the busy timeout alone queues the writers.
    fcntl = None  # type: ignore[assignment]  # mypy knows no optional module

driver: Any = peewee.__dict__["sqlite3"]  # pysqlite3 where it is installed, else the standard library's
Row = tuple[Any, ...]

KEPT_STATEMENTS = 4096
"""Statements a connection keeps prepared: more than it ever runs, as pysqlite3 keeps those it met first, not the latest."""

# What SQLite says in English, and the refusal a user gets for it.
REFUSALS = (
    ("full", "disk_full"),
    ("locked", "database_busy"),
    ("busy", "database_busy"),
    ("readonly", "database_read_only"),
    ("unable to open", "database_not_opened"),
    ("disk i/o", "disk_fault"),
    ("malformed", "database_damaged"),
    ("not a database", "database_damaged"),
)


class Cursor(Protocol):
    """What is used of a DB-API cursor."""

    rowcount: int

    def execute(self, sql: str, parameters: Sequence[Any] = ...) -> Any:
        """Run one statement."""

    def executemany(self, sql: str, rows: Sequence[Sequence[Any]]) -> Any:
        """Run one statement for many rows."""

    def fetchall(self) -> list[Row]:
        """Return every row left."""

    def fetchone(self) -> Row | None:
        """Return the next row."""


class SafeSqlite(peewee.SqliteDatabase):
    """SQLite whose rollback does not hide the cause: on a full disk the engine has already rolled back."""

    def rollback(self) -> None:
        """Roll back if a transaction is still open."""
        if not self.is_closed() and self.connection().in_transaction:
            super().rollback()


ENGINE_ERRORS = (driver.DatabaseError, peewee.DatabaseError, OSError)


def raise_translated(error: Exception, path: Path) -> NoReturn:
    """Raise the refusal a user can read for an engine's own error; an unknown one stays what it is."""
    if isinstance(error, OSError):
        raise Refused("disk_fault", path=str(path)) from error
    said = str(error).lower()
    for words, code in REFUSALS:
        if words in said:
            raise Refused(code, path=str(path)) from error
    raise error


@contextlib.contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn the engine's own errors into refusals."""
    try:
        yield
    except ENGINE_ERRORS as error:
        raise_translated(error, path)


class Database:
    """One SQLite file, opened by this process, with a writer gate beside it."""

    def __init__(self, path: Path, synchronous: str = "full", create: bool = False, busy_seconds: float = 10) -> None:
        """Open ``path``; ``synchronous`` is full but for benchmarks. Raises Refused when it cannot be opened."""
        self.path = path
        if not create and not path.exists():
            raise Refused("database_missing", path=str(path))
        refuse_unsafe_engine()
        pragmas = [
            ("journal_mode", "wal"),
            ("synchronous", synchronous),
            ("foreign_keys", 1),
            ("recursive_triggers", 1),
            ("trusted_schema", 0),
            ("cache_size", -16000),
        ]
        self.peewee = SafeSqlite(
            str(path), lock_type="IMMEDIATE", timeout=busy_seconds, cached_statements=KEPT_STATEMENTS, pragmas=pragmas
        )
        self.lock = threading.RLock()
        self.gate: int | None = None
        self.folded = 0
        """How many changes this connection had made when it last folded the log."""
        with translated(path):
            if not create and not os.access(path, os.W_OK):
                raise Refused("database_read_only", path=str(path))
            if fcntl is not None:
                self.gate = os.open(f"{path}.gate", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o660)
            self.peewee.connect()
            self.peewee.execute_sql("SELECT COUNT(*) FROM sqlite_master").fetchall()
            self.inode = path.stat().st_ino

    def close(self) -> None:
        """Close the connection and the gate."""
        self.peewee.close()
        if self.gate is not None:
            os.close(self.gate)
            self.gate = None

    def cursor(self) -> Cursor:
        """Return a plain cursor on this thread's connection."""
        cursor: Cursor = self.peewee.cursor()
        return cursor

    def rows(self, sql: str, *parameters: object) -> list[Row]:
        """Return every row of a query; never left half read, so the write-ahead log can always be folded in."""
        with translated(self.path):
            cursor = self.cursor()
            cursor.execute(sql, parameters)
            return cursor.fetchall()

    def row(self, sql: str, *parameters: object) -> Row | None:
        """Return the first row of a query, or None."""
        rows = self.rows(sql, *parameters)
        return rows[0] if rows else None

    def data_version(self) -> int:
        """Return a number that changes when another connection has committed, and only then: a look at it costs microseconds."""
        version: int = self.rows("PRAGMA data_version")[0][0]
        return version

    @contextlib.contextmanager
    def reading(self) -> Iterator[Cursor]:
        """One unchanging view of the file for several queries; inside a write it is that write's own view."""
        connection = self.peewee.connection()
        if connection.in_transaction:
            yield self.cursor()
            return
        try:
            connection.execute("BEGIN")
            cursor = connection.cursor()
            try:
                yield cursor
            finally:
                cursor.close()  # a query half read would keep the view, and the log would grow
                connection.execute("ROLLBACK")
        except ENGINE_ERRORS as error:
            raise_translated(error, self.path)

    @contextlib.contextmanager
    def writing(self) -> Iterator[Cursor]:
        """The only way to write: one transaction, whole or not at all, one writer at a time."""
        with self.lock:
            try:
                yield from self._writing(self.peewee.connection())
            except ENGINE_ERRORS as error:
                raise_translated(error, self.path)

    def fold_later(self, pages: int) -> None:
        """Let the log grow to so many pages before a commit has to fold it into the file; for whoever calls :meth:`fold`.

        SQLite folds at a thousand pages, within the commit that fills them: that user waits for a thousand scattered pages.
        """
        self.rows(f"PRAGMA wal_autocheckpoint = {pages:d}")

    def fold(self) -> None:
        """Write what the log holds into the file, at the gate like a writer: for a moment in which nobody waits.

        Nothing is done where this connection has written nothing since. Raises Refused as a write does; what other connections
        still read stays in the log.
        """
        written = self.peewee.connection().total_changes
        if written == self.folded:
            return
        with self.lock:
            if self.gate is not None:
                fcntl.flock(self.gate, fcntl.LOCK_EX)
            try:
                self.rows("PRAGMA wal_checkpoint(PASSIVE)")
                self.folded = written
            finally:
                if self.gate is not None:
                    fcntl.flock(self.gate, fcntl.LOCK_UN)

    def _writing(self, connection: Any) -> Iterator[Cursor]:
        """Hold the gate around one immediate transaction."""
        if self.gate is not None:
            fcntl.flock(self.gate, fcntl.LOCK_EX)
        try:
            if os.stat(self.path).st_ino != self.inode:  # a backup was restored: acts must not go into the file put aside
                raise Refused("database_replaced", path=str(self.path))
            connection.execute("BEGIN IMMEDIATE")
            yield self.cursor()
            connection.execute("COMMIT")
        finally:
            if connection.in_transaction:  # a full disk has rolled back already; a second ROLLBACK would hide the cause
                connection.execute("ROLLBACK")
            if self.gate is not None:
                fcntl.flock(self.gate, fcntl.LOCK_UN)


def refuse_unsafe_engine() -> None:
    """Refuse an SQLite whose checkpoint may damage a WAL file (3.7.0 to 3.51.2, mended in 3.50.7 and 3.44.6) without a gate.

    With the writer gate no commit meets another connection's checkpoint; where there is no flock only a newer engine is safe.
    """
    version = tuple(driver.sqlite_version_info)
    mended = version >= (3, 51, 3) or (3, 50, 7) <= version < (3, 51) or (3, 44, 6) <= version < (3, 45)
    if fcntl is None and not mended:
        raise Refused("engine_unsafe", version=driver.sqlite_version)
