"""What a search and a page of a list cost among 100,000 of everything: the slowest of some runs. Goal: at most 50 ms each.

    python tests/bench/search_cost.py [--many N]
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from floor import PIN, Story, founded

from qdesk.handing_over import handover, late_or_lost, my_stamps, on_the_floor
from qdesk.people import log_in
from qdesk.registers import register_page
from qdesk.searching import find_items, stock_page
from qdesk.site import Site

PLACES = ("finished_store", "parts_store")
RUNS = 7


def fill(site: Site, many: int) -> None:
    """Put so many items, lots, balances, cases and documents beside what is there."""
    with site.database.writing() as cursor:
        cursor.execute("PRAGMA defer_foreign_keys = 1")
        names = [(f"VLV-{n:06d}", f"不锈钢截止阀 {n % 300}", f"DN{n % 300} PN{n % 40}", f"J41W-{n % 64}P") for n in range(many)]
        cursor.executemany("INSERT INTO items(code, name, spec, model, unit) VALUES(?, ?, ?, ?, '台')", names)
        lots = [(f"X26-{n:06d}", f"VLV-{n:06d}", f"S-{n:06d}") for n in range(many)]
        cursor.executemany("INSERT INTO lots(code, item, serial, origin, since) VALUES(?, ?, ?, 'opening', 1)", lots)
        balances = [(PLACES[n % 2], f"VLV-{n:06d}", f"X26-{n:06d}") for n in range(many)]
        cursor.executemany("INSERT INTO balances VALUES(?, '', '', ?, ?, 1000, 0)", balances)
        cases = [(f"XX26-{n:06d}", 10**15 + n * 10**6) for n in range(many)]
        opened = "INSERT INTO cases(code, procedure, digest, opened_at, opened_by, last_act) VALUES(?, 'p', ?, ?, 1, 1)"
        digest = cursor.execute("SELECT digest FROM procedure_texts LIMIT 1").fetchall()[0][0]
        cursor.executemany(opened, [(code, digest, at) for code, at in cases])
        fields = [json.dumps({"customer": f"客户 {n}", "reason": "改型"}, ensure_ascii=False) for n in range(many)]
        documents = [(code, code, fields[n], at) for n, (code, at) in enumerate(cases)]
        new = "INSERT INTO documents(serial, in_case, form, fields, opened_at) VALUES(?, ?, 'application', ?, ?)"
        cursor.executemany(new, documents)
        floors = [(code, f"VLV-{n:06d}", f"X26-{n:06d}") for n, (code, _) in enumerate(cases[: many // 10])]
        cursor.executemany("INSERT INTO balances VALUES('workshop_parts', ?, '', ?, ?, 1000, 0)", floors)
        copies = [(f"{code}/1", code, code, f"{n:018d}") for n, (code, _) in enumerate(cases)]
        new = "INSERT INTO copies VALUES(?, ?, 1, ?, 'sales', 5, 'sales', 5, ?, NULL, NULL)"
        cursor.executemany(new, copies)
        cursor.executemany("INSERT INTO waiting VALUES(?, 'authorise', 'sales', 5)", [(code,) for code, _ in cases[: many // 10]])


def timed(asked: Callable[[], object]) -> float:
    """Return the milliseconds of the slowest run but the first."""
    times = []
    for _ in range(RUNS):
        started = time.perf_counter()
        asked()
        times.append((time.perf_counter() - started) * 1000)
    return max(times[1:])


def questions(site: Site, many: int) -> dict[str, Callable[[], object]]:
    """What is asked: what is found at once, what matches everything, and what is nowhere."""
    words, token = site.words, log_in(site, "sales", "sales_clerk", PIN)[0]
    middle = (f"VLV-{many // 2:06d}", "", "", "")
    return {
        "items: a code": lambda: find_items(site, f"VLV-{many - 1:06d}"),
        "items: everything": lambda: find_items(site, "v"),
        "items: two words": lambda: find_items(site, "截止阀 DN299"),
        "items: nothing": lambda: find_items(site, "nowhere to be found"),
        "stock: a page in the middle": lambda: stock_page(site, words, after=middle),
        "stock: of one place": lambda: stock_page(site, words, place="parts_store", after=middle),
        "stock: of an empty place": lambda: stock_page(site, words, place="workshop_remainder"),
        "stock: nothing": lambda: stock_page(site, words, "nowhere"),
        "stock: everything": lambda: stock_page(site, words, "v"),
        "stock: nothing at one place": lambda: stock_page(site, words, "nowhere", "parts_store"),
        "register: newest": lambda: register_page(site, "application"),
        "register: in the middle": lambda: register_page(site, "application", before=f"XX26-{many // 2:06d}"),
        "register: everything": lambda: register_page(site, "application", "客户"),
        "register: nothing": lambda: register_page(site, "application", "nowhere"),
        "register: the name of a field": lambda: register_page(site, "application", "customer"),
        "my stamps": lambda: my_stamps(site, token, words),
        "on the floor": lambda: on_the_floor(site, token, words),
        "hand-over": lambda: handover(site, token, words),
        "late or lost": lambda: late_or_lost(site, words),
    }


def main() -> None:
    """Print the figures."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--many", type=int, default=100_000)
    many = arguments.parse_args().many
    with tempfile.TemporaryDirectory() as folder:
        site = founded(Path(folder) / "site", synchronous="off")
        Story(site).play("first")
        fill(site, many)
        for name, asked in questions(site, many).items():
            print(f"{name:30} {timed(asked):7.1f} ms")
        site.close()


if __name__ == "__main__":
    main()
