"""What looking into the stock costs among a million moves, beside the same among ten thousand. Goals: 50 ms, a trace 1 s.

    python tests/bench/ledger_cost.py [--moves N] [--small N] [--keep DIR]

One item and one lot of it are in a fifth of all moves. Rows go in by the house's own tables, so that its triggers post them.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from floor import PIN, Story, founded, median_ms

from qdesk.choosing import choose
from qdesk.clock import time_text
from qdesk.database import driver
from qdesk.desk import present
from qdesk.ledger import ledger_page, places_of
from qdesk.lookups import inbox, stock
from qdesk.people import log_in
from qdesk.searching import stock_page
from qdesk.site import Site
from qdesk.stock import Portion
from qdesk.tracing import trace

RUNS = 7
ITEMS, PER_LOT = 500, 12
HOT, HOT_LOT = "OLD", "L26-000001"
STORE = "finished_store"
SECONDS = 20
"""Between two moves: a million of them are eight months of work."""
Row = tuple[Any, ...]


def filled(site: Site, moves: int) -> list[int]:
    """Put so many moves in, behind those there are, and return when they were."""
    last = site.database.rows("SELECT MAX(seq), MAX(at) FROM journal")[0]
    items = [f"VLV-{number:04d}" for number in range(ITEMS)]
    lots: dict[str, Row] = {}
    rows: list[Row] = []
    balances: dict[tuple[str, str, str, str], int] = {}
    acts: list[Row] = []
    seq, at = last
    while len(rows) < moves:
        seq, at = seq + 1, at + SECONDS * 1_000_000
        acts.append((seq, at))
        for number, (item, lot, source, target, quantity) in enumerate(act_of(seq, items, lots), 1):
            rows.append((seq, number, item, lot, quantity, source, target, at))
            for place, sign in ((source, -1), (target, 1)):
                key = (item, place, lot, "")
                balances[key] = balances.get(key, 0) + sign * quantity
    written(site, items, lots, acts, rows, balances)
    return [row[1] for row in acts]


def act_of(seq: int, items: list[str], lots: dict[str, Row]) -> list[tuple[str, str, str, str, int]]:
    """Return the moves of one act: the hot item is issued, or a lot of another is received, converted and delivered."""
    if seq % 5 == 0:
        return [(HOT, HOT_LOT, STORE, "customer", 1000)]
    item, other = items[seq % ITEMS], items[(seq + 1) % ITEMS]
    lot, made = f"L27-{2 * seq:08d}", f"L27-{2 * seq + 1:08d}"
    lots[lot], lots[made] = (lot, item, None), (made, other, lot)
    return [
        (item, lot, "supplier", "raw_store", PER_LOT * 1000),
        (item, lot, "raw_store", "conversion", 10_000),
        (other, made, "conversion", STORE, 10_000),
        (other, made, STORE, "customer", 9_000 if seq % 3 else 10_000),
    ]


def written(
    site: Site, items: list[str], lots: dict[str, Row], acts: list[Row], rows: list[Row], balances: dict[Any, int]
) -> None:
    """Write it all: the moves in the order of their acts."""
    counters = {name for name, place in site.factory.places.items() if place.counter}
    lies = [(item, place, lot, case, there, int(place in counters)) for (item, place, lot, case), there in balances.items()]
    with site.database.writing() as cursor:
        cursor.executemany("INSERT INTO items(code, name, unit) VALUES(?, ?, '台')", [(item, f"阀 {item}") for item in items])
        cursor.executemany("INSERT INTO lots(code, item, made_from, origin, since) VALUES(?, ?, ?, '', 1)", list(lots.values()))
        done = "INSERT INTO acts(seq, at, step, outcome, person, desk, request) VALUES(?, ?, 'moved', '', 1, 'sales', '')"
        cursor.executemany(done, acts)
        moved = """INSERT INTO moves(act, number, in_case, item, lot, quantity, source, target, at)
          VALUES(?, ?, '', ?, ?, ?, ?, ?, ?)"""
        cursor.executemany(moved, rows)
        less = "UPDATE balances SET quantity = quantity + ? WHERE item = ? AND place = ? AND lot = ? AND in_case = ''"
        cursor.executemany(less, [(there, *key) for *key, _, there, _ in lies if there < 0 and key[1] == STORE])
        lying = """INSERT INTO balances(item, place, lot, in_case, bin, quantity, counter) VALUES(?, ?, ?, ?, '', ?, ?)"""
        cursor.executemany(lying, [row for row in lies if row[4] >= 0 or row[1] != STORE])


def looks(site: Site, times: list[int]) -> dict[str, Callable[[], object]]:
    """Return everything that is looked up, by what it is called."""
    words, middle = site.words, times[len(times) // 2]
    shelf = {"item": HOT, "place": STORE}
    token, _ = log_in(site, STORE, "keeper", PIN)
    lot = site.database.rows("SELECT lot FROM moves WHERE at >= ? AND source = 'conversion' ORDER BY act LIMIT 1", middle)[0][0]
    day = time_text(middle)[:10]
    page = partial(ledger_page, site, words)
    return {
        "stock of the hot item": partial(stock, site, HOT),
        "stock of an item": partial(stock, site, "VLV-0017"),
        "stock of everything": partial(stock, site),
        "stock of a store, on the screen": partial(stock_page, site, words, "", STORE),
        "stock of an empty store": partial(stock_page, site, words, "", "quarantine"),
        "inbox": partial(inbox, site, STORE, words),
        "card of a lot": partial(present, site, token, lot),
        "card of the hot item": partial(present, site, token, HOT),
        "card of a store": partial(present, site, token, STORE),
        "lots a store gives out": partial(given_out, site, "VLV-0017"),
        "ledger, the newest page": partial(page, shelf),
        "ledger, the oldest page": partial(page, shelf, newest=False),
        "ledger, a page from the middle": partial(page, shelf, [middle, 0, 0, 0], newest=False),
        "ledger, a day in the middle": partial(page, {**shelf, "from": day, "to": day}),
        "ledger of the hot lot": partial(page, {**shelf, "item": "", "lot": HOT_LOT}),
        "ledger, all places of an item": partial(places_of, site, words, {"item": HOT}),
        "stock of the hot item at a moment": partial(stock, site, HOT, STORE, middle),
        "stock of an item at a moment": partial(stock, site, "VLV-0017", STORE, middle),
        "stock of a store at a moment": partial(stock, site, "", STORE, middle),
        "trace of a lot": partial(trace, site, words, lot),
        "trace of the hot lot": partial(trace, site, words, HOT_LOT),
    }


def given_out(site: Site, item: str) -> list[Portion]:
    """Choose the lots for a few pieces, first expired first, as a draw does."""
    with site.database.reading() as cursor:
        return choose(cursor, item, STORE, 3000, site.clock.now(), "")


def measured(folder: Path, moves: int) -> dict[str, float]:
    """Fill a works with so many moves and return the median of each look in milliseconds."""
    site = founded(folder, synchronous="off")
    Story(site).play("first", upto=4)
    started = time.perf_counter()
    times = filled(site, moves)
    print(f"{moves} moves written in {time.perf_counter() - started:.0f} s, {site.database.path.stat().st_size >> 20} MiB")
    found = {}
    for name, look in looks(site, times).items():
        seconds = []
        for _ in range(RUNS):
            started = time.perf_counter()
            look()
            seconds.append(time.perf_counter() - started)
        found[name] = median_ms(seconds)
    site.close()
    return found


def main() -> int:
    """Print the figures."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--moves", type=int, default=1_000_000)
    arguments.add_argument("--small", type=int, default=10_000)
    arguments.add_argument("--keep", type=Path, help="leave the large works there")
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        small = measured(Path(scratch) / "small", given.small)
        large = measured(given.keep or Path(scratch) / "large", given.moves)
    print(f"SQLite {driver.sqlite_version}; median of {RUNS}, at {given.moves} moves and at {given.small}")
    slow = 0
    for name, took in large.items():
        goal = 1000 if name.startswith("trace") else 50
        slow += took > goal
        over = "" if took <= goal else f"  over {goal} ms"
        print(f"{took:9.2f} ms {small[name]:9.2f} ms  ratio {took / small[name]:6.2f}  {name}{over}")
    return 1 if slow else 0


if __name__ == "__main__":
    raise SystemExit(main())
