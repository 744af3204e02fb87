"""From the command to the first picture of the desk, beside a bare Textual app with the same widgets. Goal: at most 1.3 times.

    python tests/bench/screen_start.py [--rounds N] [--site DIR]

Both run in turns as processes of their own at a pseudo-terminal, the first round of each uncounted: it writes the .pyc files.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from factory_at_hand import STORE, prepared
from pseudo_terminal import at_a_terminal, desk_program, python

BARE = "from bare_app import main; main()"
BARE_TEXT, FIRST_TEXT = "Opening the files of the factory", "The site is being opened"


@dataclass
class Started:
    """What some starts took: milliseconds and MiB."""

    first: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)
    opened: list[float] = field(default_factory=list)
    memory_open: list[float] = field(default_factory=list)


def start_bare(into: Started) -> None:
    """Start the bare app once."""
    with at_a_terminal(*python(BARE)) as terminal:
        into.first.append((terminal.until(BARE_TEXT) - terminal.started) * 1000)
        into.processor.append(terminal.processor)
        into.memory.append(terminal.memory)


def start_desk(folder: Path, into: Started) -> None:
    """Start the desk once: the first picture, then the login ready for a badge."""
    with at_a_terminal(*desk_program(folder, STORE.desk)) as terminal:
        into.first.append((terminal.until(FIRST_TEXT) - terminal.started) * 1000)
        into.processor.append(terminal.processor)
        into.memory.append(terminal.memory)
        into.opened.append((terminal.until(STORE.title) - terminal.started) * 1000)
        terminal.still()
        into.memory_open.append(terminal.memory)


def measure(folder: Path, rounds: int) -> tuple[Started, Started]:
    """Return what the desk and the bare app took, in turns."""
    start_bare(Started())
    start_desk(folder, Started())
    desk, bare = Started(), Started()
    for _ in range(rounds):
        start_bare(bare)
        start_desk(folder, desk)
    return desk, bare


def median(figures: list[float]) -> float:
    """Return the median."""
    return statistics.median(figures)


def main() -> None:
    """Print the figures."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=21)
    arguments.add_argument("--site", type=Path)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        desk, bare = measure(prepared(given.site or Path(scratch) / "site"), given.rounds)
    for name, what, floor, unit in (
        ("first picture", desk.first, bare.first, "ms"),
        ("processor time of it", desk.processor, bare.processor, "ms"),
        ("memory then", desk.memory, bare.memory, "MiB"),
    ):
        here, there, best = median(what), median(floor), min(what) / min(floor)
        print(
            f"{name}: desk {here:.0f} {unit}, bare app {there:.0f} {unit}, ratio {here / there:.2f},"
            f" of the least {best:.2f}; goal 1.30"
        )
    print(f"ready for a badge: {median(desk.opened):.0f} ms, memory then {median(desk.memory_open):.0f} MiB")


if __name__ == "__main__":
    main()
