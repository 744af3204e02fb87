"""What a page of a register costs among 100,000 documents, whatever it is narrowed to: the slowest of some runs. Goal: 50 ms.

    python tests/bench/register_cost.py [--many N] [--export FILE.csv|FILE.xlsx]
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from floor import Story, founded

from qdesk.exporting import write_table
from qdesk.narrowing import read_narrowed
from qdesk.register_columns import table_of
from qdesk.registers import book_of, register_page
from qdesk.site import Site

RUNS = 7
CUSTOMERS, PLATES, ITEMS = 300, 2000, 500
STEP = 600 * 1_000_000
BEGIN = 1_760_000_000 * 1_000_000
RARE = "唯一石化"


def fill(site: Site, many: int) -> None:
    """Put so many notes, slips and passes in: each case has a note and one vehicle with a slip and a pass, all on one line."""
    digest = site.database.rows("SELECT digest FROM procedure_texts LIMIT 1")[0][0]
    cases, documents, lines = [], [], []
    for number in range(many // 3):
        code, at = f"FH26-{number:06d}", BEGIN + number * STEP
        customer = RARE if number == many // 6 else f"第{number % CUSTOMERS}机械公司"
        plate = f"晋A{number % PLATES:05d}"
        cases.append((code, digest, at))
        for form, serial, round_, fields in (
            ("note", code, 0, {"customer": customer, "address": "天津市"}),
            ("slip", f"SH26-{number:06d}", 1, {"plate": plate, "driver": "王师傅"}),
            ("pass", f"CM26-{number:06d}", 1, {"plate": plate, "packages": "12"}),
        ):
            documents.append((serial, code, form, round_, json.dumps(fields, ensure_ascii=False), at))
            lines.append((serial, f"VLV-{number % ITEMS:04d}"))
    items = [(f"VLV-{number:04d}", f"截止阀 {number}") for number in range(ITEMS)]
    with site.database.writing() as cursor:
        cursor.executemany("INSERT INTO items(code, name, unit) VALUES(?, ?, '台')", items)
        opened = "INSERT INTO cases(code, procedure, digest, opened_at, opened_by, last_act) VALUES(?, 'delivery', ?, ?, 1, 1)"
        cursor.executemany(opened, cases)
        new = "INSERT INTO documents(serial, in_case, form, round, fields, opened_at) VALUES(?, ?, ?, ?, ?, ?)"
        cursor.executemany(new, documents)
        new = "INSERT INTO lines(serial, revision, number, item, quantity, other) VALUES(?, 1, 1, ?, 12000, '{}')"
        cursor.executemany(new, lines)


def timed(asked: Callable[[], object]) -> float:
    """Return the milliseconds of the slowest run but the first."""
    times = []
    for _ in range(RUNS):
        started = time.perf_counter()
        asked()
        times.append((time.perf_counter() - started) * 1000)
    return max(times[1:])


def filters(many: int) -> dict[str, dict[str, Any]]:
    """What registers are narrowed to: what is found at once, what fits everything, what is rare, and what is nowhere."""
    return {
        "nothing": {},
        "two days": {"from": "2025-12-01", "to": "2025-12-02"},
        "customer, one of 300": {"customer": "第17机械"},
        "customer, the only one": {"customer": RARE},
        "customer, all of them": {"customer": "公司"},
        "customer, nowhere": {"customer": "nowhere"},
        "vehicle": {"vehicle": "A00017"},
        "vehicle, half of them": {"vehicle": "A0"},
        "item": {"item": "VLV-0017"},
        "item by its name": {"item": "截止阀 17"},
        "words found": {"filter": "天津"},
        "words, a customer of the case": {"filter": RARE},
        "words, nowhere": {"filter": "nowhere"},
        "all of it": {"from": "2025-11-01", "customer": "机械", "vehicle": "A0", "item": "VLV-0017", "filter": "26"},
        "all of it, rare": {"customer": RARE, "vehicle": "A", "filter": "26"},
        "customer and item that never meet": {"customer": "第17机械", "item": "VLV-0018"},
    }


def export(site: Site, target: Path) -> None:
    """Write all passes to a file and say what it took."""
    narrowed, book, words = read_narrowed(site, "pass", {}), book_of(site, "pass", site.words), site.words
    started = time.perf_counter()
    rows = write_table(target, table_of(site, narrowed, book, words))
    print(f"{target.suffix} of {rows} rows: {time.perf_counter() - started:.1f} s, {target.stat().st_size // 1024} KiB")


def main() -> None:
    """Read the command line, fill a works and time every filter on three forms."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--many", type=int, default=100_000)
    given.add_argument("--export", type=Path)
    asked = given.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        site = founded(Path(scratch) / "site", synchronous="off")
        Story(site).play("first")
        started = time.perf_counter()
        fill(site, asked.many)
        print(f"filled in {time.perf_counter() - started:.1f} s")
        for name, narrowed in filters(asked.many).items():
            for form in ("note", "pass"):
                took = timed(partial(register_page, site, form, asked=narrowed))
                found = register_page(site, form, asked=narrowed)
                more = "" if found["next"] is None else ", more"
                print(f"{took:8.1f} ms  {form:5} {name} ({len(found['rows'])} rows{more})")
        if asked.export:
            export(site, asked.export)


if __name__ == "__main__":
    main()
