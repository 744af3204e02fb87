"""Passes shown by several `qdesk pipe` processes at several gates at the same instant: each lets its vehicle out exactly once.

    python tests/bench/eight_gates.py [--processes N] [--passes N] [--gates N]

Every pass is shown by every process twice: once by all at the gate it is for, once by each at a gate of its own.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from deliveries import GOOD, PIN, Yard, cheap_hashes, founded, gate_names
from works import PipeProcess

from qdesk.site import open_site
from qdesk.verify import verify

Shown = tuple[str, str, int]
"""The digits of a pass, the gate it is shown at, and which pass it is."""


@dataclass
class Figures:
    """What came of it."""

    kinds: Counter[str] = field(default_factory=Counter)
    released: Counter[int] = field(default_factory=Counter)
    late: list[str] = field(default_factory=list)
    """What was said at its own gate to a pass that all had seen let out: anything but "used"."""
    seconds: list[float] = field(default_factory=list)
    elapsed: float = 0.0
    findings: list[str] = field(default_factory=list)
    left: int = 0
    loaded: int = 0

    def sound(self, passes: int) -> bool:
        """Tell whether every vehicle left once, nothing else was said than why not, and the journal tells the same."""
        once = self.released == Counter(dict.fromkeys(range(passes), 1))
        known = set(self.kinds) <= {"released", "used", "other_gate"}
        return once and known and not self.late and not self.findings and self.left == passes and not self.loaded


class Guard:
    """A guard with a process of his own, logged in at every gate."""

    def __init__(self, folder: Path, number: int, gates: Sequence[str]) -> None:
        """Start the process."""
        self.pipe = PipeProcess(folder)
        self.number, self.own = number, gates[number % len(gates)]
        asked = {"op": "login", "badge": "guard", "pin": PIN}
        self.sessions = {gate: str(self.pipe.ask({**asked, "desk": gate})["session"]) for gate in gates}

    def show(self, code: str, gate: str) -> dict[str, Any]:
        """Show a pass; what the gate said, or the code of a refusal as its kind."""
        asked = {"op": "act", "session": self.sessions[gate], "step": "check_at_gate", "inputs": {"code": code, **GOOD}}
        answer = self.pipe.ask(asked)
        return dict(answer["gate"]) if answer["ok"] else {"verdict": "refused", "kind": answer["error"]["code"]}


def walk(guard: Guard, passes: Sequence[tuple[str, str]], together: threading.Barrier) -> list[tuple[int, bool, str, float]]:
    """Show every pass twice, together with all others: first all at its own gate and then each at his, or the other way round."""
    heard = []
    for place, (code, gate) in enumerate(passes):
        for second, where in enumerate((gate, guard.own) if place % 2 else (guard.own, gate)):
            together.wait()
            started = time.perf_counter()
            said = guard.show(code, where)
            heard.append((place, bool(second), str(said["kind"]), time.perf_counter() - started))
    return heard


def prepared(folder: Path, passes: int, gates: int) -> list[tuple[str, str]]:
    """Make a works with so many vehicles before its gates; return each pass with its gate."""
    site, names = founded(folder, gates), gate_names(gates)
    site.database.rows("PRAGMA synchronous = off")
    with cheap_hashes():
        yard = Yard(site)
        made = [(yard.to_the_pass(names[number % gates])[2], names[number % gates]) for number in range(passes)]
    site.close()
    return made


def run(folder: Path, processes: int, passes: int, gates: int) -> Figures:
    """Show all passes at all gates, and look at what is in the book."""
    made = prepared(folder, passes, gates)
    with ThreadPoolExecutor(processes) as threads:
        guards = list(threads.map(lambda number: Guard(folder, number, gate_names(gates)), range(processes)))
        together, started = threading.Barrier(processes), time.perf_counter()
        heard = [each for told in threads.map(lambda guard: walk(guard, made, together), guards) for each in told]
        figures = Figures(elapsed=time.perf_counter() - started)
    for guard in guards:
        complaints = guard.pipe.close()
        figures.late += [complaints] if complaints else []
    for place, second, kind, seconds in heard:
        figures.kinds[kind] += 1
        figures.seconds.append(seconds)
        figures.released[place] += kind == "released"
        figures.late += [kind] if second and kind != "used" and processes >= gates else []
    return looked_up(folder, figures)


def looked_up(folder: Path, figures: Figures) -> Figures:
    """Look at the book: what is on the road, what is still on a vehicle, and whether the journal tells it all."""
    site = open_site(folder)
    figures.findings = [finding.code for finding in verify(site, replay=True).findings]
    lies: dict[str, int] = dict(site.database.rows("SELECT place, SUM(quantity) / 1000 FROM balances GROUP BY place"))
    figures.left, figures.loaded = lies.get("on_the_road", 0), lies.get("vehicle", 0)
    site.close()
    return figures


def main() -> int:
    """Print the figures."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--processes", type=int, default=8)
    arguments.add_argument("--passes", type=int, default=200)
    arguments.add_argument("--gates", type=int, default=8)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures = run(Path(folder) / "site", given.processes, given.passes, given.gates)
    seconds = sorted(figures.seconds)
    median, late, worst = (seconds[int((len(seconds) - 1) * part)] * 1000 for part in (0.5, 0.99, 1))
    played = f"{given.processes} processes, {given.passes} passes, {given.gates} gates"
    print(f"{played}: {len(seconds)} checks in {figures.elapsed:.1f} s")
    print(f"answer, {given.processes} at once: median {median:.1f} ms, p99 {late:.1f} ms, worst {worst:.1f} ms")
    once = sum(times == 1 for times in figures.released.values())
    print(f"let out once {once}, never {given.passes - len(+figures.released)}, more than once {len(+figures.released) - once}")
    print(f"answers: {dict(figures.kinds)}; anything but used to a pass let out before: {figures.late[:3] or 0}")
    print(f"on the road {figures.left}, on a vehicle {figures.loaded}; verify --replay: {len(figures.findings)} findings")
    return 0 if figures.sound(given.passes) else 1


if __name__ == "__main__":
    sys.exit(main())
