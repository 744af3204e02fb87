"""What a scan and an inbox page cost with many documents in the file. Goals: under 5 ms median, at most 1.5 times the small file.

    python tests/bench/present_cost.py [--documents N]
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from pathlib import Path

from floor import PIN, Story, founded, median_ms

from qdesk.database import driver
from qdesk.desk import present
from qdesk.lookups import inbox
from qdesk.people import log_in
from qdesk.site import Site

SCANS = 400
# Every table of a case, and how the names in a copied row change: the case's own serial, and numbers that must stay unique.
COPIED = ("cases", "documents", "lines", "copies", "pieces", "done", "waiting")


def grow(site: Site, pattern: str, documents: int, numbered_after: int | None = None) -> None:
    """Copy one case many times straight into the tables: a big file quickly, with the same shape of rows.

    The copied acts are numbered after the last there is; where acts are still to be done, after a number far below zero.
    """
    connection = site.database.peewee.connection()
    connection.execute("PRAGMA foreign_keys = 0")
    connection.execute("BEGIN")
    for table in COPIED:
        columns = [row[1] for row in connection.execute(f'PRAGMA table_info("{table}")').fetchall()]
        chosen = ", ".join(copied_column(table, column) for column in columns)
        named = ", ".join(f'"{column}"' for column in columns)
        key = {"cases": "code", "documents": "in_case", "lines": "serial", "pieces": "copy"}.get(table, "in_case")
        condition = f"{key} LIKE :pattern || '%'" if table == "pieces" else f"{key} = :pattern"
        connection.execute(
            f'WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < :many)'
            f' INSERT INTO "{table}"({named}) SELECT {chosen} FROM n, (SELECT * FROM "{table}" WHERE {condition})',
            {"pattern": pattern, "many": documents},
        )
    last = connection.execute("SELECT MAX(seq) FROM acts").fetchall()[0][0] if numbered_after is None else numbered_after
    for each in ("acts", "signatures"):
        copy_numbered(connection, each, pattern, documents, last)
    connection.execute("COMMIT")
    connection.execute("ANALYZE")
    connection.execute("PRAGMA foreign_keys = 1")


def copied_column(table: str, column: str) -> str:
    """Return the SQL for one column of a copied row: names get a new running number, the rest stays."""
    if column in ("in_case", "code", "serial") and table != "pieces":
        return "'GX90-' || printf('%06d', n)"
    if column in ("name", "copy"):
        return f"'GX90-' || printf('%06d', n) || substr({column}, 12)"
    if (table, column) in (("pieces", "number"), ("copies", "piece")):
        return f"'99' || printf('%09d', n) || substr({column}, 5, 7)"
    return f'"{column}"'


def copy_numbered(connection: object, table: str, pattern: str, documents: int, last: int) -> None:
    """Copy rows whose key is an act, giving every copied act a number of its own."""
    execute = connection.execute  # type: ignore[attr-defined]  # a driver's connection, which has no types
    columns = [row[1] for row in execute(f'PRAGMA table_info("{table}")').fetchall()]
    changed = {
        "seq": f"seq + n * 1000 + {last}", "act": f"act + n * 1000 + {last}", "in_case": "'GX90-' || printf('%06d', n)",
        "serial": "'GX90-' || printf('%06d', n)", "request_key": "NULL", "reverses": "NULL",
    }
    chosen = ", ".join(changed.get(column, f'"{column}"') for column in columns)
    named = ", ".join(f'"{column}"' for column in columns)
    execute(
        f'WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < {documents})'
        f' INSERT INTO "{table}"({named}) SELECT {chosen} FROM n, (SELECT * FROM "{table}" WHERE in_case = ?)',
        (pattern,),
    )


def measure(documents: int) -> tuple[float, float]:
    """Return (median ms of a scan, median ms of an inbox page) with so many documents in the file."""
    with tempfile.TemporaryDirectory() as folder:
        site = founded(Path(folder) / "site")
        story = Story(site)
        pattern = story.play("pattern", upto=4)
        grow(site, pattern, documents)
        token, _ = log_in(site, "shop_dispatch", "shop_dispatcher", PIN)
        chooser = random.Random(7)
        codes = [f"GX90-{chooser.randint(1, documents):06d}/{chooser.randint(1, 6)}" for _ in range(SCANS)]
        scans, pages = [], []
        for code in codes:
            site.at_hand.clear()
            started = time.perf_counter()
            present(site, token, code)
            scans.append(time.perf_counter() - started)
        for _ in range(100):
            started = time.perf_counter()
            page = inbox(site, "finished_store", site.words)
            pages.append(time.perf_counter() - started)
        assert len(page["waiting"]) == min(documents + 1, site.config.number("inbox_page"))
        site.close()
    return median_ms(scans), median_ms(pages)


def main() -> None:
    """Print the figures and their floor, the same at a thousand documents."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--documents", type=int, default=100_000)
    documents = arguments.parse_args().documents
    small_scan, small_page = measure(1_000)
    scan, page = measure(documents)
    print(f"SQLite {driver.sqlite_version}; {SCANS} scans of random copies, the case never at hand")
    for name, large, small in (("present", scan, small_scan), ("inbox page", page, small_page)):
        ratio = f"ratio {large / small:.2f}"
        print(f"{name}: {large:.3f} ms at {documents} documents, {small:.3f} ms at 1000, {ratio}; goals 5 ms, 1.50")


if __name__ == "__main__":
    main()
