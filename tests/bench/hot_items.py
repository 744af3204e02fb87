"""Several `qdesk pipe` processes that issue the same few scarce items at once: nothing oversold, no act lost, no lock error.

    python tests/bench/hot_items.py [--processes N] [--issues N] [--items N]

Each process draws parts for cases of its own, one item an act, from a store that has less than all of them want.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from deliveries import cheap_hashes
from works import PipeProcess

from qdesk.clock import Clock
from qdesk.desk.founding import found, read_description
from qdesk.site import open_site
from qdesk.verify import verify

PIN = "24680246"
WHO = {
    "sales_clerk": "sales", "sales_leader": "sales", "planner": "planning", "workshop_leader": "shop_dispatch",
    "shop_dispatcher": "shop_dispatch", "reworker": "valve_shop", "keeper": "finished_store", "parts_keeper": "parts_store",
    "administrator": "administration",
}  # fmt: skip
"""Who sits where; everybody's badge is the name of the role."""
WAY: tuple[tuple[str, str, tuple[int, ...], str], ...] = (
    ("authorise", "sales_leader", (), ""), ("plan", "planner", (2,), ""), ("consent", "workshop_leader", (3,), "consent"),
    ("hand_out", "shop_dispatcher", (4,), ""), ("draw", "keeper", (4,), ""),
)  # fmt: skip
A_CASE = 25
"""So many issues are made for one case: a case of hundreds of acts is nothing that happens."""
EXPECTED = frozenset(["done", "not_enough"])
Json = dict[str, Any]


@dataclass
class Figures:
    """What came of it."""

    codes: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    elapsed: float = 0.0
    told: Counter[str] = field(default_factory=Counter)
    """Thousandths of each item that the processes were told they drew."""
    drawn: Counter[str] = field(default_factory=Counter)
    stocked: int = 0
    """Thousandths there were of each item."""
    acts: int = 0
    """Draws in the book."""
    complaints: list[str] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)
    negative: int = 0

    @property
    def oversold(self) -> list[str]:
        """Return the items of which more was drawn than there was."""
        return [item for item, drawn in self.drawn.items() if drawn > self.stocked]

    def sound(self) -> bool:
        """Tell whether every draw that was answered is in the book, no other, and nothing was drawn that was not there."""
        kept = self.acts == self.codes["done"] and self.told == self.drawn
        clean = not (self.complaints or self.findings or self.oversold or self.negative)
        return kept and clean and set(self.codes) <= EXPECTED


def prepared(folder: Path, items: int, each: int) -> list[str]:
    """Found a works with so many parts, so many pieces of each."""
    codes = [f"HOT-{number:02d}" for number in range(items)]
    described = read_description("") | {
        "site": {"code": "HOT", "name": "热销厂", "language": "en"},
        "settings": {"idle_lock": "9d", "operator_pin_fresh": "9d"},
        "people": [{"badge": role, "name": role, "roles": [role], "pin": PIN} for role in WHO],
        "items": [{"code": code, "name": code, "unit": "pc"} for code in ("OLD", "NEW", *codes)],
        "stock": [
            {"item": "OLD", "place": "finished_store", "quantity": "100000"},
            *({"item": code, "place": "parts_store", "quantity": str(each)} for code in codes),
        ],
    }
    with cheap_hashes():
        found(folder, described, Clock()).close()
    return codes


class Counterman:
    """One process that opens cases and draws parts for them."""

    def __init__(self, folder: Path, number: int, codes: list[str]) -> None:
        """Start the process and log everyone in."""
        self.pipe, self.number, self.codes = PipeProcess(folder), number, codes
        self.random = random.Random(number)
        self.figures = Figures()
        login = {"op": "login", "pin": PIN}
        self.sessions = {role: str(self.ask({**login, "desk": desk, "badge": role})["session"]) for role, desk in WHO.items()}

    def ask(self, line: Json) -> Json:
        """Send one line; anything but yes ends the bench."""
        answer = self.pipe.ask(line)
        if not answer["ok"]:
            raise RuntimeError(f"{line}: {answer['error']}")
        return answer

    def act(self, role: str, step: str, copies: list[str], **more: Any) -> Json:
        """Return the line of an act, over the card as it is now."""
        card = self.ask({"op": "present", "session": self.sessions[role], "code": copies[0] if copies else more["case"]})
        line = {"op": "act", "session": self.sessions[role], "step": step, "copies": copies, **more}
        return {**line, "seen": card["card"]["digest"]}

    def new_case(self, name: str) -> tuple[str, str]:
        """Open a case and bring it to its parts form; return both."""
        inputs = {"fields": {"customer": name}, "lines": [{"item": "OLD", "becomes": "NEW", "quantity": "1"}]}
        apply = {"op": "act", "session": self.sessions["sales_clerk"], "procedure": "product_modification", "step": "apply"}
        opened = self.ask({**apply, "inputs": inputs, "key": name})
        pieces = [copy["piece"] for copy in opened["opened"][0]["copies"]]
        for step, role, copies, outcome in WAY:
            signers = [{"as": "reworker", "badge": "reworker", "pin": PIN}] if step == "draw" else []
            scanned = [pieces[number - 1] for number in copies]
            line = self.act(role, step, scanned, case=opened["case"], outcome=outcome or None, signers=signers)
            self.ask({**line, "key": f"{name}/{step}"})
        parts = {"lines": [{"item": code, "quantity": "1", "direction": "out"} for code in self.codes]}
        form = self.ask(self.act("reworker", "open_parts", [], case=opened["case"], inputs=parts, key=f"{name}/parts"))
        return opened["case"], form["opened"][0]["copies"][0]["piece"]

    def issue(self, issues: int, together: threading.Barrier) -> Figures:
        """Draw so many times, beginning together with all others."""
        for number in range(issues):
            if number % A_CASE == 0:
                case, form = self.new_case(f"{self.number}-{number}")
            if number == 0:
                together.wait()
            self.draw(case, form, f"{self.number}-{number}/issue")
        self.figures.complaints += [said] if (said := self.pipe.close()) else []
        return self.figures

    def draw(self, case: str, form: str, key: str) -> None:
        """Draw some of one item."""
        item, quantity = self.random.choice(self.codes), self.random.randint(1, 3)
        line = self.act(
            "parts_keeper", "draw_parts", [form], case=case, key=key,
            signers=[{"as": "reworker", "badge": "reworker", "pin": PIN}],
            inputs={"drawn": [{"item": item, "quantity": str(quantity)}], "despite": "more"},
        )  # fmt: skip
        started = time.perf_counter()
        answer = self.pipe.ask(line)
        self.figures.seconds.append(time.perf_counter() - started)
        self.figures.codes["done" if answer["ok"] else answer["error"]["code"]] += 1
        if answer["ok"]:
            self.figures.told[item] += quantity * 1000


def run(folder: Path, processes: int, issues: int, items: int) -> Figures:
    """Let all of them draw at once, and look at what is in the book; there is two thirds of what they want."""
    each = max(1, processes * issues * 4 // 3 // items)
    codes = prepared(folder, items, each)
    with ThreadPoolExecutor(processes) as threads:
        counter = list(threads.map(lambda number: Counterman(folder, number, codes), range(processes)))
        together, started = threading.Barrier(processes), time.perf_counter()
        told = list(threads.map(lambda man: man.issue(issues, together), counter))
    figures = Figures(elapsed=time.perf_counter() - started, stocked=each * 1000)
    for one in told:
        figures.codes += one.codes
        figures.told += one.told
        figures.seconds += one.seconds
        figures.complaints += one.complaints
    return looked_up(folder, figures)


def looked_up(folder: Path, figures: Figures) -> Figures:
    """Look at the book."""
    site = open_site(folder)
    rows = site.database.rows
    drawn: Mapping[str, int] = dict(rows("SELECT item, SUM(quantity) FROM moves WHERE source = 'parts_store' GROUP BY item"))
    figures.drawn = Counter(drawn)
    figures.acts = rows("SELECT COUNT(*) FROM acts WHERE step = 'draw_parts'")[0][0]
    figures.negative = rows("SELECT COUNT(*) FROM balances WHERE quantity < 0 AND counter = 0")[0][0]
    figures.findings = [finding.code for finding in verify(site, replay=True).findings]
    site.close()
    return figures


def main() -> int:
    """Print the figures."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--processes", type=int, default=8)
    arguments.add_argument("--issues", type=int, default=500)
    arguments.add_argument("--items", type=int, default=20)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures = run(Path(folder) / "site", given.processes, given.issues, given.items)
    seconds = sorted(figures.seconds)
    median, late, worst = (seconds[int((len(seconds) - 1) * part)] * 1000 for part in (0.5, 0.99, 1))
    print(f"{given.processes} processes, {given.issues} issues each on {given.items} items in {figures.elapsed:.1f} s")
    pace = f"{len(seconds) / figures.elapsed:.0f} issues a second"
    print(f"{pace}; median {median:.1f} ms, p99 {late:.1f} ms, worst {worst:.1f} ms")
    print(f"answers {dict(figures.codes)}; in the book {figures.acts} draws; oversold {figures.oversold or 0}")
    print(f"complaints {figures.complaints[:1] or 0}; verify --replay: {len(figures.findings)} findings")
    return 0 if figures.sound() else 1


if __name__ == "__main__":
    sys.exit(main())
