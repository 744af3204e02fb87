"""A page of each list among 100,000 of everything: asking the engine, and from the key to the painted page. Goal: 50 ms.

    python tests/bench/screen_lists.py [--many N] [--pages N] [--site DIR]

The engine is asked within this process; the lists are opened and paged at a pseudo-terminal, at the desk where the most waits.
"""

from __future__ import annotations

import argparse
import re
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from factory_at_hand import CLERK, prepared, sheet_of
from pseudo_terminal import PseudoTerminal, at_a_terminal, desk_program, part
from search_cost import fill

from qdesk.desk.book import in_force
from qdesk.desk.openings import openings
from qdesk.handing_over import handover, late_or_lost
from qdesk.lookups import inbox, where_desk
from qdesk.people import log_in
from qdesk.registers import register_page
from qdesk.searching import find_items, stock_page
from qdesk.site import Site, open_site

FILLED = "filled"
RUNS = 15
VISITS = 5
F2, F3, F4, F5, F9, F10, F12, PAGE_DOWN = "\x1bOQ", "\x1bOR", "\x1bOS", "\x1b[15~", "\x1b[20~", "\x1b[21~", "\x1b[24~", "\x1b[6~"
ROW = re.compile(r"Row ([0-9]+) of")
Times = dict[str, list[float]]


def filled(folder: Path, many: int) -> Path:
    """Return the demo factory with so many items, lots, balances, cases, documents and copies more."""
    prepared(folder)
    mark = folder / FILLED
    if not mark.exists():
        site = open_site(folder, synchronous="off")
        fill(site, many)
        trouble(site, many)
        site.close()
        mark.write_text(str(many), encoding="ascii")
    if mark.read_text(encoding="ascii") != str(many):
        raise SystemExit(f"{folder} was filled with another number: {mark.read_text(encoding='ascii')}")
    return folder


def trouble(site: Site, many: int) -> None:
    """Have a tenth of the filled copies lost, and work wait far too long at a desk whose steps have a limit."""
    late = next(iter(site.config.within)).partition(".")[2]
    desk = next(r.procedure.steps[late].desk for r in in_force(site).values() if late in r.procedure.steps)
    with site.database.writing() as cursor:
        cursor.execute("UPDATE copies SET lost_at = 6 WHERE name LIKE 'XX26-%7/1'")
        cases = [(f"XX26-{n:06d}", late, desk) for n in range(many // 10, many // 5)]
        cursor.executemany("INSERT INTO waiting VALUES(?, ?, ?, 5)", cases)
        cursor.execute("ANALYZE")


def asked(folder: Path, runs: int) -> Times:
    """Return the milliseconds of each question the lists ask, the first run of each uncounted."""
    site = open_site(folder)
    words = site.languages["en"]
    token, _ = log_in(site, CLERK.desk, CLERK.badge, CLERK.pin)
    questions: dict[str, Callable[[], object]] = {
        "what waits": lambda: inbox(site, CLERK.desk, words),
        "what may be begun": lambda: openings(site, token, words),
        "a desk's paper": lambda: where_desk(site, CLERK.desk),
        "late or lost": lambda: late_or_lost(site, words),
        "register": lambda: register_page(site, "application"),
        "stock": lambda: stock_page(site, words),
        "items": lambda: find_items(site, "截止阀 DN299"),
        "hand-over": lambda: handover(site, token, words),
    }
    times = {}
    for name, question in questions.items():
        question()
        times[name] = [timed(question) for _ in range(runs)]
    site.close()
    return times


def timed(question: Callable[[], object]) -> float:
    """Return the milliseconds of one question."""
    started = time.perf_counter()
    question()
    return (time.perf_counter() - started) * 1000


def row_painted(terminal: PseudoTerminal) -> int:
    """Return the number of the row that the foot of the list has named last, 0 if none."""
    found = ROW.findall(terminal.painted)
    return int(found[-1]) if found else 0


def opened(terminal: PseudoTerminal, key: str, painted: str) -> float:
    """Press a key; return the milliseconds until what it opens is painted."""
    terminal.still(0.1, most=1.0)
    terminal.forget()
    pressed = terminal.send(key)
    return (terminal.until(painted) - pressed) * 1000


def paged(terminal: PseudoTerminal, pages: int) -> list[float]:
    """Go down by pages; return the milliseconds from each key to the painted page."""
    times = []
    for _ in range(pages):
        terminal.still(0.03, most=0.3)
        terminal.forget()
        pressed = terminal.send(PAGE_DOWN)
        times.append((terminal.until(lambda _: row_painted(terminal) > 1) - pressed) * 1000)
    return times


def shown(folder: Path, pages: int, visits: int = VISITS) -> Times:
    """Return the milliseconds of opening each list, so many times, and of its pages."""
    times: Times = {}
    copies = sheet_of(folder)["copies"]
    with at_a_terminal(*desk_program(folder, CLERK.desk)) as terminal:
        terminal.until(CLERK.title)
        terminal.log_in(CLERK.badge, CLERK.pin, "Waits here")
        for name, keys in (("stock", (F10, F2)), ("register", (F10, F3)), ("late or lost", (F10, F5)), ("a desk's paper", (F9,))):
            for _ in range(visits):
                if len(keys) > 1:
                    opened(terminal, keys[0], "Lock")
                times.setdefault(f"{name}: open", []).append(opened(terminal, keys[-1], "Row 1 of"))
                times.setdefault(f"{name}: page", []).extend(paged(terminal, pages))
                for _ in keys:
                    terminal.send(F12)
                    terminal.still(0.2, most=1.0)
        for number in range(pages):
            copy = copies[number % 2]  # the same piece twice at once would be one scan
            opened(terminal, f"]C1{copy['piece']}\r", copy["document"])
            times.setdefault("what waits: shown again", []).append(opened(terminal, F12, "Waits here"))
    return times


def main() -> None:
    """Print the figures."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--many", type=int, default=100_000)
    arguments.add_argument("--pages", type=int, default=10)
    arguments.add_argument("--site", type=Path)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = filled(given.site or Path(scratch) / "site", given.many)
        measured = {"asked of the engine": asked(folder, RUNS), "from the key to the picture": shown(folder, given.pages)}
        for head, times in measured.items():
            print(f"{head}; goal 50 ms")
            for name, figures in times.items():
                print(f"  {name:26} p50 {part(figures, 0.5):6.1f} ms, worst {max(figures):6.1f} ms of {len(figures)}")


if __name__ == "__main__":
    main()
