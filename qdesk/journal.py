"""The journal: one hash-chained entry an act, carrying every effect the act had on the replayed tables.

An act writes rows only through its :class:`Entry`, which performs each write and records it; :meth:`Entry.seal` writes the
journal line last, in the same transaction. `qdesk verify --replay` performs the recorded effects again and compares.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import orjson

from qdesk.database import Cursor
from qdesk.errors import Refused
from qdesk.tables import BY_NAME, KEYS

VERSION = 1
NO_HASH = "0" * 64
INSERTED, CHANGED = "+", "~"
Body = dict[str, Any]
Values = Mapping[str, Any]


def canonical(value: object) -> str:
    """Return the one way a value is written down: sorted keys, no blanks, no escapes beyond JSON's own."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()


def digest_of(value: object) -> str:
    """Return the SHA-256 of a value's canonical form, in hex."""
    return hashlib.sha256(orjson.dumps(value, option=orjson.OPT_SORT_KEYS)).hexdigest()


def chained(previous: str, body: str) -> str:
    """Return the hash of an entry: SHA-256 over the previous hash and the body."""
    return hashlib.sha256(f"{previous}\n{body}".encode()).hexdigest()


@cache
def insert_text(table: str, columns: tuple[str, ...]) -> str:
    """Return the INSERT of a table, derived once from its model."""
    known = BY_NAME[table]._meta.columns
    names = ", ".join(f'"{known[column].column_name}"' for column in columns)
    return f'INSERT INTO "{table}"({names}) VALUES({", ".join("?" * len(columns))})'


@cache
def update_text(table: str, columns: tuple[str, ...]) -> str:
    """Return the UPDATE of some columns of one row, found by its key."""
    changes = ", ".join(f'"{column}" = ?' for column in columns)
    where = " AND ".join(f'"{column}" = ?' for column in KEYS[table])
    return f'UPDATE "{table}" SET {changes} WHERE {where}'


def perform_insert(cursor: Cursor, table: str, row: Values) -> None:
    """Insert one row."""
    cursor.execute(insert_text(table, tuple(row)), tuple(row.values()))


def perform_change(cursor: Cursor, table: str, key: Iterable[Any], changes: Values) -> None:
    """Change one row; a row that is not there is damage, never a silent nothing."""
    cursor.execute(update_text(table, tuple(changes)), (*changes.values(), *key))
    if cursor.rowcount != 1:
        raise Refused("database_damaged", path=table)


class Entry:
    """One act being written: what it does to the replayed tables, then the line that seals it."""

    def __init__(self, cursor: Cursor, now: int, clock_tolerance: int | None = None) -> None:
        """Start the next entry; times never decrease, and a clock set back by more than the tolerance is refused."""
        self.cursor = cursor
        cursor.execute("SELECT seq, at, hash FROM journal ORDER BY seq DESC LIMIT 1")
        last = cursor.fetchone()
        cursor.fetchall()
        seq, at, self.previous = last or (0, 0, NO_HASH)
        self.seq: int = seq + 1
        self.at: int = max(now, at)
        if clock_tolerance is not None and at - now > clock_tolerance and at > self._clock_confirmed():
            raise Refused("clock_set_back", seconds=(at - now) // 1_000_000)
        self.effects: list[list[Any]] = []
        self.numbers: dict[str, int] = {}
        self.hash = ""
        self.printed = False
        self.prints: list[dict[str, str]] = []

    def _clock_confirmed(self) -> int:
        self.cursor.execute("SELECT COALESCE(MAX(clock_confirmed), 0) FROM site")
        confirmed: int = self.cursor.fetchall()[0][0]
        return confirmed

    def next_number(self, table: str) -> int:
        """Return the next number of this act's rows in a table whose key is (act, number)."""
        number = self.numbers.get(table, 0) + 1
        self.numbers[table] = number
        return number

    def insert(self, table: str, **row: Any) -> None:
        """Insert a row and record it."""
        perform_insert(self.cursor, table, row)
        self.effects.append([INSERTED, table, row])

    def insert_numbered(self, table: str, **row: Any) -> None:
        """Insert a row whose key is this act and a running number."""
        self.insert(table, act=self.seq, number=self.next_number(table), **row)

    def change(self, table: str, key: tuple[Any, ...], was: Values, now: Values) -> None:
        """Change the columns of one row that differ, and record what they were: an undo is built from it."""
        changes = {column: value for column, value in now.items() if was[column] != value}
        if not changes:
            return
        perform_change(self.cursor, table, key, changes)
        self.effects.append([CHANGED, table, list(key), {name: [was[name], now[name]] for name in changes}])

    def take_number(self, counter: str, many: int = 1) -> int:
        """Return the next running number of a series, starting at one, and leave out the ``many - 1`` after it."""
        self.cursor.execute("SELECT next FROM counters WHERE name = ?", (counter,))
        found = self.cursor.fetchall()
        if not found:
            self.insert("counters", name=counter, next=1 + many)
            return 1
        number: int = found[0][0]
        self.change("counters", (counter,), {"next": number}, {"next": number + many})
        return number

    def seal(self, **facts: Any) -> Body:
        """Write the journal line, last in the transaction, and return its body."""
        body = {"v": VERSION, "seq": self.seq, "at": self.at, "effects": self.effects, **facts}
        text = canonical(body)
        self.hash = chained(self.previous, text)
        self.cursor.execute(
            "INSERT INTO journal(seq, at, body, hash) VALUES(?, ?, ?, ?)", (self.seq, self.at, text, self.hash)
        )
        return body


def inserted(body: Body, table: str) -> list[Body]:
    """Return the rows an entry inserted into a table."""
    return [effect[2] for effect in body["effects"] if effect[0] == INSERTED and effect[1] == table]


def body_of(cursor: Cursor, seq: int) -> Body:
    """Return the body of an entry."""
    cursor.execute("SELECT body FROM journal WHERE seq = ?", (seq,))
    body: Body = json.loads(cursor.fetchall()[0][0])
    return body
