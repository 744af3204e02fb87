"""What an act costs beside the plain rows it writes: median over P01's acts, synchronous FULL and OFF. Goal: at most 3 times.

    python tests/bench/act_cost.py [--rounds N]
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

from floor import Floor, Story, copy_of, founded, median_ms, recorded_writes

from qdesk.people import HASHER


def measure(synchronous: str, rounds: int) -> tuple[float, float, int]:
    """Return (median ms of an act, median ms of its plain rows, rows an act) from one run, act by act in turns."""
    acts: list[float] = []
    plain: list[float] = []
    rows = 0
    with tempfile.TemporaryDirectory() as folder:
        site = founded(Path(folder) / "site", synchronous=synchronous)
        story = Story(site)
        story.play("warm")
        for number in range(rounds):
            copy = copy_of(site, Path(folder) / f"floor{number}.db")
            writes = recorded_writes(site, story, f"written-{number}")
            rows = sum(map(len, writes)) // len(writes)
            floor = Floor(copy, writes, synchronous)
            story.times.clear()
            story.after_each = floor.write_next
            story.play(f"timed-{number}")
            story.after_each = lambda: None
            floor.connection.close()
            plain += floor.seconds
            acts += [second for seconds in story.times.values() for second in seconds]
        site.close()
    return median_ms(acts), median_ms(plain), rows


def main() -> None:
    """Print the figure and its floor."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=20)
    rounds = arguments.parse_args().rounds
    for synchronous in ("full", "off"):
        act, plain, rows = measure(synchronous, rounds)
        figures = f"act {act:.3f} ms, floor {plain:.3f} ms ({rows} writes an act), ratio {act / plain:.2f}, goal 3.00"
        print(f"synchronous={synchronous}: {figures}")
    started = time.perf_counter()
    HASHER.hash("0" * 64)
    print(f"checking one PIN, outside the transaction: {(time.perf_counter() - started) * 1000:.1f} ms")


if __name__ == "__main__":
    main()
