"""How long the whole proof of a shipped procedure takes, and what the running desk pays for one look.

Run: python tests/bench/procedures_check.py
"""

from __future__ import annotations

import sys
import timeit
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter

sys.path.insert(0, str(Path(__file__).parents[1]))

from known_names import MODIFICATION_TEXT, modification_known

from qdesk.net import Net
from qdesk.procedure import load
from qdesk.proof import prove_all

WALK = ("apply", "authorise", "plan", "consent.consent", "hand_out", "open_parts", "draw_parts", "draw", "rework")


def prove_once() -> float:
    """Seconds for every choice of the settings, reading included."""
    start = perf_counter()
    proofs = prove_all(MODIFICATION_TEXT, "product_modification.toml", modification_known())
    assert not any(proof.violations for proof in proofs)
    return perf_counter() - start


def microseconds(work: Callable[[], object], times: int = 2000) -> float:
    """Median microseconds of one run."""
    return median(timeit.repeat(work, number=times, repeat=7)) / times * 1e6


def main() -> None:
    """Print the figures."""
    known = modification_known()
    net = Net.compile(load(MODIFICATION_TEXT, "product_modification.toml", known), known.moves)
    marking = net.start
    for name in WALK:
        marking = net.fire(marking, net.by_name[name])
    due, done, floor = net.due_of(marking), net.done_of(marking), net.floor_of(marking)
    steps = net.transitions
    print(f"proof of all settings      {median(prove_once() for _ in range(7)) * 1e3:8.1f} ms")
    figures = {
        f"enabled, all {len(steps)} outcomes": microseconds(lambda: [net.enabled(marking, each) for each in steps]),
        f"missing, all {len(steps)} outcomes": microseconds(lambda: [net.missing(marking, each) for each in steps]),
        "marking from names": microseconds(lambda: net.marking(due, done, floor)),
        "fire": microseconds(lambda: net.fire(marking, net.by_name["abandon"])),
    }
    for name, figure in figures.items():
        print(f"{name:26} {figure:8.1f} us")


if __name__ == "__main__":
    main()
