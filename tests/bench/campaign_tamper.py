"""Tampering behind the program's back: every column of every replayed table and of the journal, rows, tails, whole files.

Run: python tests/bench/campaign_tamper.py --rounds 1

Proves that `qdesk verify --replay` (or start-up itself, for a cut tail and an older file) finds all of it, and finds nothing on a
site nobody touched. The tamperer knows SQLite: triggers are taken down and put back with the same text, checks are switched off.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import random
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from works import PIN, Hand, found_works, log_everyone_in, one_case, play, play_cases

from qdesk.clock import FixedClock
from qdesk.database import driver
from qdesk.desk import act, present
from qdesk.errors import Refused
from qdesk.journal import NO_HASH, canonical, chained
from qdesk.people import log_in
from qdesk.site import Site, open_site
from qdesk.tables import REPLAYED, Journal, Kinds, Table, columns_of, key_of, name_of
from qdesk.tables_beside import DERIVED
from qdesk.verify import verify

START = 1_795_000_000_000_000
Forge = Callable[[Any, random.Random], bool]


def make_site(folder: Path) -> None:
    """Make a site with a row in every replayed table: cases done and under way, an older copy of the file beside it."""
    clock = FixedClock(START)
    site = found_works(folder, clock)
    play_cases(site, "first", 2)
    site.database.rows("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(folder / "qdesk.db", folder / "older.db")
    hand = Hand(site)
    for steps in (1, 4, 5, 6, 7):
        clock.advance(60_000_000)
        for _ in play(hand, one_case(log_everyone_in(hand), f"open{steps}", steps)):
            pass
    handle_paper(site)
    furnish(site)
    site.close()


def furnish(site: Site) -> None:
    """Write a row into each table of what stores and inspectors work with."""
    with site.writing() as entry:
        at = entry.at
        entry.insert("bins", code="A-01", place="finished_store", zone="", since=at)
        entry.insert("parties", code="C-1", kind="customer", name="华北管道", address="", telephone="", since=at)
        entry.insert("instruments", code="M-1", name="压力表", due_at=at, since=at)
        [(stamp,)] = site.database.rows("SELECT number FROM stamps ORDER BY number LIMIT 1")
        entry.insert_numbered("stamp_limits", stamp=stamp, item="", step="inspect")
        entry.insert_numbered("readings", place="finished_store", at=at, temperature=20_000, humidity=50_000)
        entry.insert("acts", seq=entry.seq, at=at, step="furnish", outcome="", desk="", request="")
        entry.seal(by=None, desk="", step="furnish")


def handle_paper(site: Site) -> None:
    """Reprint a copy, scan the void piece of it, issue a blank form, and show at the gate what is no pass."""
    [(copy, piece)] = site.database.rows("SELECT name, piece FROM copies WHERE due = 'sales' ORDER BY name DESC LIMIT 1")
    token = log_in(site, "sales", "S1", PIN)[0]
    act(site, token, {"step": "reprint", "copies": [copy], "inputs": {"reason": "撕破"}})
    present(site, token, piece)
    token = log_in(site, "administration", "A1", PIN)[0]
    act(site, token, {"step": "issue_blanks", "inputs": {"form": "product_modification.application", "number": 1}})
    token = log_in(site, "gate", "G1", PIN)[0]
    act(site, token, {"step": "check_at_gate", "inputs": {"code": piece}})


def findings(folder: Path) -> list[str]:
    """Return what is found in a site, at its opening or by verify."""
    try:
        site = open_site(folder)
    except Refused as refused:
        return [refused.code]
    try:
        return [finding.code for finding in verify(site, replay=True).findings]
    except Refused as refused:
        return [refused.code]
    finally:
        site.close()


@contextlib.contextmanager
def unguarded(path: Path) -> Iterator[Any]:
    """Open a file as a tamperer does: triggers taken down and put back word for word, checks and references off."""
    connection = driver.connect(str(path), isolation_level=None)
    try:
        for pragma in ("foreign_keys = 0", "ignore_check_constraints = 1", "recursive_triggers = 0"):
            connection.execute(f"PRAGMA {pragma}").fetchall()
        triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            connection.execute(f'DROP TRIGGER "{name}"')
        yield connection
        for _, sql in triggers:
            connection.execute(sql)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    finally:
        connection.close()


def other(value: object, rng: random.Random) -> object:
    """Return a value of the same kind that is not this one."""
    if value is None:
        return rng.choice([1, "1"])
    if isinstance(value, int):
        return value + rng.choice([-1, 1, 1000])
    text = str(value)
    if not text:
        return "x"
    place = rng.randrange(len(text))
    return rng.choice([text[:place] + ("0" if text[place] != "0" else "1") + text[place + 1 :], text + " ", text[:-1]])


def change_column(table: type[Table], column: str) -> Forge:
    """Change one column of one row."""

    def forge(connection: Any, rng: random.Random) -> bool:
        key = key_of(table)
        names = ", ".join(f'"{name}"' for name in (*key, column))
        rows = connection.execute(f'SELECT {names} FROM "{name_of(table)}"').fetchall()
        where = " AND ".join(f'"{name}" = ?' for name in key)
        for _ in range(20):
            row = rng.choice(rows)
            try:
                connection.execute(
                    f'UPDATE "{name_of(table)}" SET "{column}" = ? WHERE {where}', (other(row[-1], rng), *row[:-1])
                )
                return True
            except driver.IntegrityError:
                continue  # the kind of value does not fit or the key is taken: the tamperer tries another
        return False

    return forge


def delete_row(table: type[Table]) -> Forge:
    """Delete one row."""

    def forge(connection: Any, rng: random.Random) -> bool:
        key = key_of(table)
        rows = connection.execute(f"SELECT {', '.join(key)} FROM {name_of(table)}").fetchall()
        where = " AND ".join(f'"{name}" = ?' for name in key)
        connection.execute(f'DELETE FROM "{name_of(table)}" WHERE {where}', rng.choice(rows))
        return True

    return forge


def copy_row(table: type[Table], verb: str) -> Forge:
    """Insert a row like one that is there under another key (INSERT), or write over one that is there (REPLACE)."""

    def forge(connection: Any, rng: random.Random) -> bool:
        columns, key = columns_of(table), key_of(table)
        rows = connection.execute(f"SELECT {', '.join(columns)} FROM {name_of(table)}").fetchall()
        changed = key if verb == "INSERT" else tuple(column for column in columns if column not in key)
        marks = ", ".join("?" * len(columns))
        for _ in range(200):
            row = dict(zip(columns, rng.choice(rows), strict=True))
            row |= {column: other(row[column], rng) for column in changed}
            if verb == "INSERT":  # what must be unique beside the key is made so
                row |= {name: other(row[name], rng) for name in ("badge", "request_key", "reverses") if row.get(name) is not None}
                row |= {"serial": "S-77"} if name_of(table) == "lots" else {}
            try:
                connection.execute(f'{verb} INTO "{name_of(table)}"({", ".join(columns)}) VALUES({marks})', tuple(row.values()))
                return True
            except driver.IntegrityError:
                continue
        return False

    return forge


def cut_tail(connection: Any, rng: random.Random) -> bool:
    """Delete the newest entries and nothing else."""
    newest = connection.execute("SELECT MAX(seq) FROM journal").fetchall()[0][0]
    connection.execute("DELETE FROM journal WHERE seq > ?", (newest - rng.randint(1, 5),))
    return True


def forge_whole_chain(connection: Any, rng: random.Random) -> bool:
    """Change an early entry and compute every later hash anew: only the witness can tell."""
    rows = connection.execute("SELECT seq, at, body FROM journal ORDER BY seq").fetchall()
    changed, previous = rng.randint(2, len(rows)), NO_HASH
    for seq, _, text in rows:
        body = json.loads(text) | ({"desk": "elsewhere"} if seq == changed else {})
        previous = chained(previous, canonical(body))
        connection.execute("UPDATE journal SET body = ?, hash = ? WHERE seq = ?", (canonical(body), previous, seq))
    return True


def drop_fence(connection: Any, rng: random.Random) -> bool:
    """Take an index away; its name says nothing about data, yet it is found."""
    connection.execute("DROP INDEX lot_of_serial")
    return True


def touch_operational(connection: Any, rng: random.Random) -> bool:
    """Change what is only operational, which verify must leave alone: the triggers go down and up again all the same."""
    connection.execute("UPDATE sessions SET used_at = used_at + ?", (rng.randint(1, 1000),))
    return True


def forgeries() -> dict[str, Forge]:
    """Return every way of tampering inside a file, by name."""
    ways: dict[str, Forge] = {}
    tables: Kinds = (Journal, *REPLAYED, *DERIVED)
    for table in tables:
        name = name_of(table)
        ways |= {f"{name}.{column} changed": change_column(table, column) for column in columns_of(table)}
        ways |= {f"{name} row deleted": delete_row(table), f"{name} row inserted": copy_row(table, "INSERT")}
        ways |= {f"{name} row replaced": copy_row(table, "REPLACE")}
    return ways | {"tail cut": cut_tail, "whole chain forged": forge_whole_chain, "index dropped": drop_fence}


def tamper(original: Path, folder: Path, forge: Forge, rng: random.Random) -> list[str]:
    """Forge a copy of a site and return what is found; raises AssertionError when nothing could be forged."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(original, folder)
    before = digest_of_file(folder / "qdesk.db")
    with unguarded(folder / "qdesk.db") as connection:
        assert forge(connection, rng), "nothing was forged"
    assert digest_of_file(folder / "qdesk.db") != before, "nothing was forged"
    return findings(folder)


def put_back_older(original: Path, folder: Path) -> list[str]:
    """Put an older copy of the file back and return what is found."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(original, folder)
    shutil.copy(folder / "older.db", folder / "qdesk.db")
    return findings(folder)


def digest_of_file(path: Path) -> str:
    """Return what a file holds, as a digest."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def campaign(work: Path, rounds: int, seed: int, only: int = 0) -> tuple[Counter[str], list[str]]:
    """Forge in every way so many times; return the counts and what was not found. ``only`` takes some ways of each round."""
    rng = random.Random(seed)
    original, folder = work / "original", work / "forged"
    make_site(original)
    counts: Counter[str] = Counter()
    missed: list[str] = []
    for _ in range(rounds):
        ways = list(forgeries().items())
        for name, forge in rng.sample(ways, only) if only else ways:
            counts["forged"] += 1
            if not tamper(original, folder, forge, rng):
                missed.append(name)
        counts["forged"] += 1
        if not put_back_older(original, folder):
            missed.append("older file put back")
        counts["left alone"] += 2
        counts["false alarms"] += bool(findings(original)) + bool(tamper(original, folder, touch_operational, rng))
    counts["found"] = counts["forged"] - len(missed)
    return counts, missed


def main() -> int:
    """Run the campaign and print its figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        counts, missed = campaign(Path(work), given.rounds, given.seed)
    print(f"{'ways of tampering':22}  {len(forgeries()) + 1:8}   columns, rows, tail, chain, file")
    for name in ("forged", "found", "left alone", "false alarms"):
        print(f"{name:22}  {counts[name]:8}")
    for name in missed:
        print(f"NOT FOUND: {name}")
    return 1 if missed or counts["false alarms"] else 0


if __name__ == "__main__":
    sys.exit(main())
