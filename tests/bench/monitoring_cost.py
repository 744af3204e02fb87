"""What the figures of one month, and of twelve, cost among 10,000 deliveries: the middle and the slowest of some runs.

    python tests/bench/monitoring_cost.py [--many N]
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

from floor import Story, founded

from qdesk.clock import start_of
from qdesk.duties import duties
from qdesk.monitored import export_month, month_page
from qdesk.on_time import deliveries, figures_of
from qdesk.people import log_in
from qdesk.periods import later, month_of
from qdesk.site import Site

RUNS = 7
MONTHS = 12
FIRST = date(2025, 1, 1)
ACTS = ("write", "approve", "check", "start", "pack", "load", "issue_pass", "gate", "all_loaded", "confirm_arrival", "come_back")
PIN = "2468"
EFFECTS = [["~", "done", ["FH25-000001", "confirm_arrival#1"], {"times": [0, 1], "at": [0, 1]}]] * 12
"""As much as such an entry of the journal holds."""


def days(many: int) -> Iterator[tuple[int, date]]:
    """Yield the deliveries with the day each is wanted by, spread over twelve months."""
    for number in range(many):
        yield number, FIRST + timedelta(days=number * 364 // many)


def fill(site: Site, many: int) -> None:
    """Put so many deliveries in: a note, a vehicle and eleven acts each; some are late or never there."""
    digest = site.database.rows("SELECT digest FROM procedure_texts LIMIT 1")[0][0]
    seq = site.database.rows("SELECT MAX(seq) FROM journal")[0][0]
    cases, documents, lines, done, acts, journal = [], [], [], [], [], []
    for number, wanted in days(many):
        code, slip, at = f"FH25-{number:06d}", f"SH25-{number:06d}", start_of(wanted - timedelta(days=3)) + number
        note = {"customer": f"第{number % 300}机械公司", "wanted_by": wanted.isoformat(), "address": "天津市", "way": "own"}
        cases.append((code, digest, at))
        documents += [(code, code, "note", 0, json.dumps(note), at), (slip, code, "slip", 1, '{"plate": "晋A12345"}', at)]
        lines += [(code, "NEW"), (slip, "NEW")]
        done.append((code, at))
        for step in ACTS:
            seq += 1
            acts.append((seq, at, code, step))
            told = {"arrived_on": (wanted + timedelta(days=number % 20 == 0)).isoformat()} if number % 100 else {}
            answers = told if step == "confirm_arrival" else {}
            journal.append((seq, at, json.dumps({"answers": answers, "effects": EFFECTS, "step": f"{step}#1"}), "0" * 64))
    with site.database.writing() as cursor:
        cursor.execute("PRAGMA defer_foreign_keys = 1")
        opened = "INSERT INTO cases(code, procedure, digest, opened_at, opened_by, last_act) VALUES(?, 'delivery', ?, ?, 1, 1)"
        cursor.executemany(opened, cases)
        new = "INSERT INTO documents(serial, in_case, form, round, fields, opened_at) VALUES(?, ?, ?, ?, ?, ?)"
        cursor.executemany(new, documents)
        new = "INSERT INTO lines(serial, revision, number, item, quantity, other) VALUES(?, 1, 1, ?, 1000, '{}')"
        cursor.executemany(new, lines)
        cursor.executemany("INSERT INTO done(in_case, step, times, at) VALUES(?, 'all_loaded', 1, ?)", done)
        cursor.executemany("INSERT INTO journal(seq, at, body, hash) VALUES(?, ?, ?, ?)", journal)
        new = "INSERT INTO acts(seq, at, in_case, step, outcome, desk, request) VALUES(?, ?, ?, ?, '', 'sales', '')"
        cursor.executemany(new, acts)


def timed(asked: Callable[[], object]) -> tuple[float, float]:
    """Return the milliseconds of the middle and of the slowest run but the first."""
    times = []
    for _ in range(RUNS):
        started = time.perf_counter()
        asked()
        times.append((time.perf_counter() - started) * 1000)
    return statistics.median(times[1:]), max(times[1:])


def counted(site: Site, first: date, months: int) -> object:
    """Return the figures of some months."""
    with site.database.reading() as cursor:
        return figures_of(deliveries(cursor, first, later(first, months), date(2026, 2, 1)))


def main() -> None:
    """Print the figures."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--many", type=int, default=10_000)
    many = given.parse_args().many
    with tempfile.TemporaryDirectory() as folder:
        site = founded(Path(folder) / "site", synchronous="off")
        Story(site).play("first")
        fill(site, many)
        words, token = site.words, log_in(site, "sales", "sales_clerk", PIN)[0]
        questions: dict[str, Callable[[], object]] = {
            "one month": lambda: counted(site, month_of("2025-06"), 1),
            "an empty month": lambda: counted(site, month_of("2024-06"), 1),
            "the page of a month": lambda: month_page(site, token, "2025-12", words),
            "twelve months": lambda: counted(site, FIRST, MONTHS),
            "the duties of a desk": lambda: duties(site, token, words),
            "a file of a month": lambda: export_month(site, token, "2025-12", words),
        }
        for name, asked in questions.items():
            middle, slowest = timed(asked)
            print(f"{name:20} {middle:7.1f} ms, at most {slowest:7.1f} ms")
        site.close()


if __name__ == "__main__":
    main()
