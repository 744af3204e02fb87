"""From a key to its echo while another process holds the write lock for a second at a time. Goal: p99 under 50 ms.

    python tests/bench/screen_echo.py [--keys N] [--site DIR]

The app is a process of its own at a pseudo-terminal. Keys are typed in the scan line of a desk, and in a field of a form whose
draft waits to be written all the while. A scan that has to write waits for the lock, and what is typed behind it waits with it:
there the time is taken until the screen says so. The same keys with nobody holding the lock are the floor.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from factory_at_hand import CLERK, SHOP, STORE, Sitting, pieces_for, prepared
from pseudo_terminal import ROOT, PseudoTerminal, at_a_terminal, desk_program, part

WORD = 8
LETTERS = "abdeghkmnpqrstuvwxyz"
F2, SHIFT_TAB, BACKSPACE = "\x1bOQ", "\x1b[Z", "\x7f"
BREATH = 0.05
HELD = 1.0

HOLDER = """
import sys, time
from pathlib import Path
from qdesk.site import open_site
site = open_site(Path(sys.argv[1]), busy_seconds=60)
while True:
    with site.database.writing():
        print("held", flush=True)
        time.sleep(float(sys.argv[2]))
    time.sleep(float(sys.argv[3]))
"""


@contextmanager
def lock_held(folder: Path, seconds: float = HELD) -> Iterator[None]:
    """Have another process hold the write lock, gate and all, again and again."""
    command = [sys.executable, "-c", HOLDER, str(folder), str(seconds), str(BREATH)]
    holder = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)
    assert holder.stdout
    holder.stdout.readline()
    try:
        yield
    finally:
        holder.kill()
        holder.communicate()


def echo(terminal: PseudoTerminal, word: str, chosen: random.Random) -> list[float]:
    """Return the milliseconds from each letter of a word to its echo."""
    times = []
    for length, letter in enumerate(word, 1):
        terminal.still(chosen.uniform(0.005, 0.03), most=0.1)
        terminal.forget()
        sent = terminal.send(letter)
        times.append((terminal.until(word[:length]) - sent) * 1000)
    return times


def words(keys: int, chosen: random.Random) -> Iterator[str]:
    """Yield words of different letters, so many keys in all."""
    for _ in range(max(1, keys // WORD)):
        yield "".join(chosen.sample(LETTERS, WORD))


@contextmanager
def sitting_at(folder: Path, sitting: Sitting) -> Iterator[PseudoTerminal]:
    """Sit at a desk, logged in."""
    with at_a_terminal(*desk_program(folder, sitting.desk)) as terminal:
        terminal.until(sitting.title)
        terminal.log_in(sitting.badge, sitting.pin, "Waits here")
        yield terminal


def in_scan_line(terminal: PseudoTerminal, keys: int, chosen: random.Random) -> list[float]:
    """Type words in the scan line and take them out again."""
    times = []
    for word in words(keys, chosen):
        times += echo(terminal, word, chosen)
        terminal.send(BACKSPACE * WORD)
        terminal.still(0.1)
    return times


def in_field(terminal: PseudoTerminal, keys: int, chosen: random.Random) -> list[float]:
    """Type words in the first field of a form; each Enter has the draft kept, which waits for the lock."""
    times = []
    for word in words(keys, chosen):
        times += echo(terminal, word, chosen)
        terminal.send("\r")
        terminal.send(SHIFT_TAB + BACKSPACE * WORD)
        terminal.still(0.1)
    return times


def until_told(terminal: PseudoTerminal, pieces: list[tuple[str, str]]) -> list[float]:
    """Scan what has to be written down; return the milliseconds until the card is there or the screen says it is working."""
    times = []
    for piece, serial in pieces:
        terminal.forget()
        scanned = terminal.scan(piece)
        said = f"= {serial}/{SHOP.copy}"
        told = terminal.until(lambda text, said=said: said in text or "Working" in text)  # type: ignore[misc]  # a lambda with a default
        times.append((told - scanned) * 1000)
        terminal.until(said)
        time.sleep(0.1)
    return times


def measure(folder: Path, keys: int) -> dict[str, tuple[list[float], list[float]]]:
    """Return for each place the times with the lock held, and with nobody holding it."""
    told = {}
    for name, sitting, opened, play in (("scan line", STORE, "", in_scan_line), ("field", CLERK, F2, in_field)):
        with sitting_at(folder, sitting) as terminal:
            terminal.send(opened)
            terminal.still()
            with lock_held(folder):
                held = play(terminal, keys, random.Random(1))
            terminal.still()
            told[name] = held, play(terminal, keys, random.Random(2))
    scans = max(2, keys // 20)
    pieces = pieces_for(folder, SHOP, 2 * scans)
    with sitting_at(folder, SHOP) as terminal:
        with lock_held(folder):
            held = until_told(terminal, pieces[:scans])
        told["scan that writes"] = held, until_told(terminal, pieces[scans:])
    return told


def main() -> None:
    """Print the figures."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--keys", type=int, default=400)
    arguments.add_argument("--site", type=Path)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        told = measure(prepared(given.site or Path(scratch) / "site", 1_000), given.keys)
    for name, (held, free) in told.items():
        ratio = part(held, 0.5) / part(free, 0.5)
        goal = "said within" if name == "scan that writes" else "goal p99 50 ms,"
        print(
            f"{name}: p50 {part(held, 0.5):.1f} ms, p99 {part(held, 0.99):.1f} ms, worst {max(held):.1f} ms of {len(held)} with"
            f" the lock held; free p50 {part(free, 0.5):.1f} ms, p99 {part(free, 0.99):.1f} ms; {goal} ratio {ratio:.2f}"
        )


if __name__ == "__main__":
    main()
