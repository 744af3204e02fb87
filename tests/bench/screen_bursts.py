"""A thousand scans in every situation a desk can be in: each answered exactly once, in order, none lost, glued or in a field.

    python tests/bench/screen_bursts.py [--scans N] [--ways WAY ...] [--slowest MS] [--seed N] [--site DIR]

Scans come with the scanner's prefix and without. `idle` waits for each answer; everything else is sent ahead without waiting:
`ahead` back to back; `slow` while each answer takes 50 to 300 ms; `screens` with keys between that open and leave other screens
and switch the language; `lists` onto the lists of the menu; `field` into a text field that is being typed in. `terminal` mixes
them through a pseudo-terminal into a process of its own, the other ways post the same keys within this process.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from factory_at_hand import CLERK, STORE, Sitting, pieces_for, prepared
from pseudo_terminal import at_a_terminal, python
from textual import events
from textual.keys import _character_to_key
from textual.widgets import Input

from screens.app import DeskApp, Opening
from screens.engine import Engine

WAYS = ("idle", "ahead", "slow", "screens", "lists", "field", "terminal")
PREFIX = "]C1"
QUICKEST = 0.05
FUNCTION_KEYS = {
    "f2": "\x1bOQ", "f3": "\x1bOR", "f5": "\x1b[15~", "f9": "\x1b[20~", "f10": "\x1b[21~", "f11": "\x1b[23~", "f12": "\x1b[24~",
}  # fmt: skip
BETWEEN = (["f9"], ["f10"], ["f9", "f12"], ["f10", "f12"], ["f11"], ["f9", "f11", "f12"], ["f10", "f9"], ["f10", "f11", "f12"])
LISTS = (["f10", "f2"], ["f10", "f3"], ["f10", "f5"], ["f9"])
PATIENCE = 300.0

CHILD = """
import sys
from screen_bursts import child
child(*sys.argv[1:])
"""


@dataclass
class Outcome:
    """What became of the scans of one run."""

    asked: list[str]
    answered: list[str] = field(default_factory=list)
    strays: list[str] = field(default_factory=list)
    """Texts that stood in a field when they should not have."""

    @property
    def faults(self) -> dict[str, int]:
        """Return how often each fault was seen; empty when everything is exact."""
        asked, answered = Counter(self.asked), Counter(self.answered)
        known = [code for code in self.answered if code in asked]
        found = {
            "lost": sum((asked - answered).values()),
            "twice": sum((Counter(known) - asked).values()),
            "glued": len(self.answered) - len(known),
            "out of order": sum(one != other for one, other in zip(list(dict.fromkeys(known)), self.asked, strict=False))
            if not asked - answered
            else 0,
            "in a field": len(self.strays),
        }
        return {name: count for name, count in found.items() if count}


class Listening:
    """Listens where the engine is asked what a scan is: takes its time, and notes the code and what stands in the fields then."""

    def __init__(self, note: Callable[[str, list[str]], None], slowest: float, seed: int) -> None:
        """Take up to so many seconds for each answer; none when it is 0."""
        self.note, self.slowest = note, slowest
        self.chosen = random.Random(seed)
        self.present: Any = Engine.present
        self.app: DeskApp | None = None

    def __enter__(self) -> Listening:
        """Begin to listen at every engine."""
        listening = self

        async def present(engine: Engine, seat: Any, code: str, words: Any) -> Any:
            app = listening.app
            if listening.slowest:
                await asyncio.sleep(listening.chosen.uniform(min(QUICKEST, listening.slowest), listening.slowest))
            try:
                return await listening.present(engine, seat, code, words)
            finally:
                listening.note(code, [each.value for each in app.screen.query(Input)] if app else [])

        Engine.present = present  # type: ignore[method-assign, assignment]  # the benchmark listens where scans are answered
        return self

    def __exit__(self, *error: object) -> None:
        """Listen no more."""
        Engine.present = self.present  # type: ignore[method-assign]  # as above


def script(way: str, pieces: list[str], prefix: str, chosen: random.Random) -> Iterator[list[str]]:
    """Yield for each scan what is pressed before it, by names, and the scan itself, by letters."""
    for number, piece in enumerate(pieces):
        between: list[str] = []
        if way == "screens":
            between = list(chosen.choice(BETWEEN))
        elif way == "lists":
            between = list(LISTS[number % len(LISTS)])
        elif way == "mixed":
            between = list(chosen.choice((*BETWEEN, *LISTS)))
        elif way == "field":
            between = [chosen.choice("0123456789")]
        yield [*between, *prefix, *piece, "enter"]


def event_of(key: str) -> events.Key:
    """Return the event the terminal driver makes of one key."""
    name = key if len(key) > 1 else _character_to_key(key)
    return events.Key(name, key if len(key) == 1 else None)


async def play(app: DeskApp, way: str, keys: Iterator[list[str]], chosen: random.Random) -> None:
    """Press everything; only the idle desk is waited for."""
    for each in keys:
        for key in each:
            app.post_message(event_of(key))
        if way == "idle":
            await app.drained()
            await asyncio.sleep(chosen.uniform(0, 0.005))
        elif way in ("slow", "screens", "lists", "field"):
            await asyncio.sleep(chosen.choice((0, 0, 0.003, 0.03)))
    await app.drained()


async def log_in(app: DeskApp, sitting: Sitting) -> None:
    """Scan the badge and type the PIN."""
    for text in (f"{PREFIX}{sitting.badge}", sitting.pin):
        for key in [*text, "enter"]:
            app.post_message(event_of(key))
        await app.drained()


async def run_way(folder: Path, way: str, pieces: list[str], prefix: str, slowest: float, seed: int) -> Outcome:
    """Play one way within this process and return what became of it."""
    outcome, chosen = Outcome(pieces), random.Random(seed)
    sitting = CLERK if way == "field" else STORE
    keys = list(script(way, pieces, prefix, chosen))
    typed = "".join(each[0] for each in keys) if way == "field" else ""

    def note(code: str, values: list[str]) -> None:
        outcome.answered.append(code)
        outcome.strays.extend(value for value in values if value and not (typed and typed.startswith(value)))

    with Listening(note, slowest if way == "slow" else 0.0, seed) as listening:
        app = DeskApp(Opening(folder, desk=sitting.desk, language="en"))
        async with app.run_test(size=(80, 24)):
            await app.drained()
            await log_in(app, sitting)
            listening.app = app
            if way == "field":
                app.post_message(event_of("f2"))
                await app.drained()
            await asyncio.wait_for(play(app, way, iter(keys), chosen), PATIENCE + len(pieces) * 2)
            left = [each.value for each in app.screen.query(Input)]
            outcome.strays.extend(value for value in left if value and value != typed)
            if typed and typed not in left:
                outcome.strays.append(f"typed and gone: {typed}")
    return outcome


def run_at_terminal(folder: Path, pieces: list[str], prefix: str, slowest: float, seed: int, record: Path) -> Outcome:
    """Play all ways mixed at a pseudo-terminal."""
    outcome, chosen = Outcome(pieces), random.Random(seed)
    record.write_text("", encoding="ascii")
    program = python(CHILD, str(folder), str(record), str(slowest / 3), str(seed))
    with at_a_terminal(*program) as terminal:
        terminal.until(STORE.title)
        terminal.log_in(STORE.badge, STORE.pin, "Waits here")
        for each in script("mixed", pieces, prefix, chosen):
            terminal.send("".join("\r" if key == "enter" else FUNCTION_KEYS.get(key, key) for key in each))
            terminal.read(chosen.choice((0, 0, 0.01, 0.1)))
            terminal.forget()
        end = time.monotonic() + PATIENCE + len(pieces)
        while record.read_text(encoding="utf-8").count("\n") < len(pieces) and time.monotonic() < end:
            terminal.read(0.1)
            terminal.forget()
        terminal.still(0.4, most=2.0)  # whatever is answered twice would come now
    for line in record.read_text(encoding="utf-8").splitlines():
        code, values = json.loads(line)
        outcome.answered.append(code)
        outcome.strays.extend(value for value in values if value)
    return outcome


def child(folder: str, record: str, slowest: str, seed: str) -> None:
    """Be the app at the pseudo-terminal; what is answered is written to a file."""
    app = DeskApp(Opening(Path(folder), desk=STORE.desk, language="en"))
    with Path(record).open("a", encoding="utf-8", buffering=1) as told:

        def note(code: str, values: list[str]) -> None:
            told.write(json.dumps([code, values]) + "\n")

        with Listening(note, float(slowest), int(seed)) as listening:
            listening.app = app
            app.run(mouse=False)


def measure(folder: Path, way: str, scans: int, prefix: str, slowest: float, seed: int) -> tuple[Outcome, float]:
    """Return what became of the scans of one way, and the seconds it took."""
    pieces = [piece for piece, _ in pieces_for(folder, STORE, scans)]
    random.Random(seed).shuffle(pieces)
    started = time.perf_counter()
    if way == "terminal":
        outcome = run_at_terminal(folder, pieces, prefix, slowest, seed, folder / "answered.txt")
    else:
        outcome = asyncio.run(run_way(folder, way, pieces, prefix, slowest, seed))
    return outcome, time.perf_counter() - started


def main() -> int:
    """Print what became of every scan; return 1 when any fault was seen."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--scans", type=int, default=1_000)
    arguments.add_argument("--ways", nargs="+", choices=WAYS, default=WAYS)
    arguments.add_argument("--slowest", type=float, default=300, help="milliseconds")
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--site", type=Path)
    given = arguments.parse_args()
    faulty = 0
    with tempfile.TemporaryDirectory() as scratch:
        folder = prepared(given.site or Path(scratch) / "site", max(given.scans, 10))
        for way in given.ways:
            for name, prefix in (("framed", PREFIX), ("unframed", "")):
                outcome, seconds = measure(folder, way, given.scans, prefix, given.slowest / 1000, given.seed)
                faulty += bool(outcome.faults)
                told = ", ".join(f"{count} {what}" for what, count in outcome.faults.items()) or "exact"
                counted = f"{len(outcome.answered)} of {len(outcome.asked)} answered in {seconds:.0f} s"
                print(f"{way:9} {name:9} {counted}: {told}", flush=True)
    return 1 if faulty else 0


if __name__ == "__main__":
    raise SystemExit(main())
