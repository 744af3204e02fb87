"""How long the whole proof of a shipped procedure takes, and what the running desk pays for one look.

Run: python tests/bench/procedures_check.py
"""

from __future__ import annotations

import sys
import timeit
from pathlib import Path
from statistics import median
from time import perf_counter

sys.path.insert(0, str(Path(__file__).parents[1]))

from known_names import MODIFICATION_TEXT, modification_known  # noqa: E402  found through the line above

from qdesk.net import Net  # noqa: E402  sorted after it
from qdesk.procedure import load  # noqa: E402
from qdesk.proof import prove_all  # noqa: E402

WALK = ("apply", "authorise", "plan", "consent.consent", "hand_out", "open_parts", "draw_parts", "draw", "rework")


def prove_once() -> float:
    """Seconds for every choice of the settings, reading included."""
    start = perf_counter()
    proofs = prove_all(MODIFICATION_TEXT, "product_modification.toml", modification_known())
    assert not any(proof.violations for proof in proofs)
    return perf_counter() - start


def microseconds(work: object, times: int = 2000) -> float:
    """Median microseconds of one run."""
    assert callable(work)
    return median(timeit.repeat(work, number=times, repeat=7)) / times * 1e6


def main() -> None:
    """Print the figures."""
    known = modification_known()
    net = Net.compile(load(MODIFICATION_TEXT, "product_modification.toml", known), known.moves)
    marking = net.start
    for name in WALK:
        marking = net.fire(marking, net.by_name[name])
    due, done, floor = net.due_of(marking), net.done_of(marking), net.floor_of(marking)
    print(f"proof of all settings   {median(prove_once() for _ in range(7)) * 1e3:8.1f} ms")
    print(f"enabled, all {len(net.transitions)} steps   {microseconds(lambda: [net.enabled(marking, t) for t in net.transitions]):8.1f} us")
    print(f"missing, all {len(net.transitions)} steps   {microseconds(lambda: [net.missing(marking, t) for t in net.transitions]):8.1f} us")
    print(f"marking from names      {microseconds(lambda: net.marking(due, done, floor)):8.1f} us")
    print(f"fire                    {microseconds(lambda: net.fire(marking, net.by_name['abandon'])):8.1f} us")


if __name__ == "__main__":
    main()
