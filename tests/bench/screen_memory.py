"""The memory of one desk over thousands of scans of different documents. Goal: flat after the first 500.

    python tests/bench/screen_memory.py [--scans N] [--documents N] [--site DIR]

The app is a process of its own at a pseudo-terminal; each scan waits until its card is painted. Every tenth scan is followed by
opening and leaving another screen, so that screens that are never given back would be seen, too. With many documents SQLite's
own 16 MB of pages are full within the first 500 scans; in a small file they fill slowly and would look like growth.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from factory_at_hand import STORE, pieces_for, prepared
from pseudo_terminal import PseudoTerminal, at_a_terminal, desk_program

STEP = 500
SCREEN_EVERY = 10
F9, F10, F12 = "\x1b[20~", "\x1b[21~", "\x1b[24~"


def look_elsewhere(terminal: PseudoTerminal, key: str) -> None:
    """Open another screen by its key and come back."""
    terminal.send(key)
    terminal.still(0.05)
    terminal.send(F12)
    terminal.still(0.05)


def measure(folder: Path, scans: int, step: int = STEP) -> list[tuple[int, float]]:
    """Return the resident memory in MiB after every so many scans."""
    pieces = pieces_for(folder, STORE, scans)
    told = []
    with at_a_terminal(*desk_program(folder, STORE.desk)) as terminal:
        terminal.until(STORE.title)
        terminal.log_in(STORE.badge, STORE.pin, "Waits here")
        told.append((0, terminal.memory))
        for number, (piece, serial) in enumerate(pieces, 1):
            terminal.forget()
            terminal.scan(piece)
            terminal.until(f"= {serial}/{STORE.copy}")
            if number % SCREEN_EVERY == 0:
                look_elsewhere(terminal, F9 if number % (2 * SCREEN_EVERY) else F10)
            if number % step == 0:
                told.append((number, terminal.memory))
    return told


def main() -> None:
    """Print the figures."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--scans", type=int, default=5_000)
    arguments.add_argument("--documents", type=int, default=50_000)
    arguments.add_argument("--site", type=Path)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        told = measure(prepared(given.site or Path(scratch) / "site", given.documents), given.scans)
    for number, memory in told:
        print(f"after {number:5} scans: {memory:.1f} MiB")
    after_first, last = told[min(1, len(told) - 1)], told[-1]
    print(f"growth from scan {after_first[0]} to {last[0]}: {last[1] - after_first[1]:+.1f} MiB; goal flat")


if __name__ == "__main__":
    main()
