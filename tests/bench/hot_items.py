"""Several `qdesk pipe` processes that issue the same few scarce items at once: nothing oversold, no act lost, no lock error.

    python tests/bench/hot_items.py [--processes N] [--issues N] [--items N]

Each issue is a requisition of its own: written, approved, by which what is free is promised to it, and handed out whole on a
settlement; where there is not enough it is withdrawn. The store has less than all of them want.
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
STORE = "raw_store"
WHO = {"assembler": "assembly", "shop_leader": "assembly", "raw_keeper": STORE, "administrator": "administration"}
"""Who sits where; everybody's badge is the name of the role."""
EXPECTED = frozenset(["done", "not_enough"])
Json = dict[str, Any]


@dataclass
class Figures:
    """What came of it."""

    codes: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    elapsed: float = 0.0
    told: Counter[str] = field(default_factory=Counter)
    """Thousandths of each item that the processes were told were handed out."""
    drawn: Counter[str] = field(default_factory=Counter)
    stocked: int = 0
    """Thousandths there were of each item."""
    acts: int = 0
    """Hand-outs in the book."""
    promised: int = 0
    """Thousandths that are still promised when all is over."""
    complaints: list[str] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)
    negative: int = 0

    @property
    def oversold(self) -> list[str]:
        """Return the items of which more was handed out than there was."""
        return [item for item, drawn in self.drawn.items() if drawn > self.stocked]

    def sound(self) -> bool:
        """Tell whether every issue that was answered is in the book, no other, and nothing left that was not there."""
        kept = self.acts == self.codes["done"] and self.told == self.drawn and not self.promised
        clean = not (self.complaints or self.findings or self.oversold or self.negative)
        return kept and clean and set(self.codes) <= EXPECTED


def prepared(folder: Path, items: int, each: int) -> list[str]:
    """Found a works with so many kinds of material, so much of each in the store."""
    codes = [f"HOT-{number:02d}" for number in range(items)]
    described = read_description("") | {
        "site": {"code": "HOT", "name": "热销厂", "language": "en"},
        "settings": {"idle_lock": "9d", "operator_pin_fresh": "9d"},
        "people": [{"badge": role, "name": role, "roles": [role], "pin": PIN} for role in WHO],
        "items": [{"code": code, "name": code, "unit": "pc"} for code in codes],
        "stock": [{"item": code, "place": STORE, "quantity": str(each)} for code in codes],
    }
    with cheap_hashes():
        found(folder, described, Clock()).close()
    return codes


class Counterman:
    """One process that writes requisitions, has them approved and hands out what they want."""

    def __init__(self, folder: Path, number: int, codes: list[str]) -> None:
        """Start the process, log everyone in, and look up the lot of each item."""
        self.pipe, self.number, self.codes = PipeProcess(folder), number, codes
        self.random = random.Random(number)
        self.figures = Figures()
        login = {"op": "login", "pin": PIN}
        self.sessions = {role: str(self.ask({**login, "desk": desk, "badge": role})["session"]) for role, desk in WHO.items()}
        look_up = {"op": "stock", "session": self.sessions["raw_keeper"], "place": STORE}
        self.lots = {code: str(self.ask({**look_up, "item": code})["stock"][0]["lot"]) for code in codes}

    def ask(self, line: Json) -> Json:
        """Send one line; anything but yes ends the bench."""
        answer = self.pipe.ask(line)
        if not answer["ok"]:
            raise RuntimeError(f"{line}: {answer['error']}")
        return answer

    def act(self, role: str, step: str, case: str, copies: list[str], **more: Any) -> Json:
        """Return the line of an act, over the card as it is now."""
        session, code = self.sessions[role], copies[0] if copies else case
        card = self.ask({"op": "present", "session": session, "code": code})
        line = {"op": "act", "session": session, "step": step, "case": case, "copies": copies, "seen": card["card"]["digest"]}
        return {**line, "key": f"{case}/{step}", **more}

    def issue(self, issues: int, together: threading.Barrier) -> Figures:
        """Issue so many times, beginning together with all others."""
        together.wait()
        for number in range(issues):
            item, quantity = self.random.choice(self.codes), self.random.randint(1, 3)
            case, pieces = self.requisition(f"{self.number}-{number}", item, quantity)
            self.hand_out(case, pieces[1], item, quantity)
        self.figures.complaints += [said] if (said := self.pipe.close()) else []
        return self.figures

    def requisition(self, key: str, item: str, quantity: int) -> tuple[str, list[str]]:
        """Write what is wanted and have it approved; return the case and the pieces of its copies."""
        inputs = {"fields": {"purpose": "production"}, "lines": [{"item": item, "quantity": str(quantity)}]}
        write = {"op": "act", "session": self.sessions["assembler"], "procedure": "material_issue", "step": "write"}
        written = self.ask({**write, "inputs": inputs, "key": key})
        pieces = [str(copy["piece"]) for copy in written["opened"][0]["copies"]]
        self.ask(self.act("shop_leader", "approve", written["case"], pieces[:1]))
        return written["case"], pieces

    def hand_out(self, case: str, voucher: str, item: str, quantity: int) -> None:
        """Hand out all that is wanted; where there is not enough, give the requisition up."""
        lines = [{"item": item, "quantity": str(quantity), "lot": self.lots[item]}]
        signers = [{"as": "assembler", "badge": "assembler", "pin": PIN}]
        line = self.act("raw_keeper", "hand_out#1", case, [voucher], outcome="whole", signers=signers, inputs={"lines": lines})
        started = time.perf_counter()
        answer = self.pipe.ask(line)
        self.figures.seconds.append(time.perf_counter() - started)
        self.figures.codes["done" if answer["ok"] else answer["error"]["code"]] += 1
        if answer["ok"]:
            self.figures.told[item] += quantity * 1000
        else:
            self.ask(self.act("shop_leader", "withdraw", case, [], inputs={"reason": "none left"}))


def run(folder: Path, processes: int, issues: int, items: int) -> Figures:
    """Let all of them issue at once, and look at what is in the book; there is two thirds of what they want."""
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
    drawn: Mapping[str, int] = dict(rows("SELECT item, SUM(quantity) FROM moves WHERE source = ? GROUP BY item", STORE))
    figures.drawn = Counter(drawn)
    figures.acts = rows("SELECT COUNT(*) FROM acts WHERE step = 'hand_out'")[0][0]
    figures.promised = rows("SELECT COALESCE(SUM(quantity), 0) FROM reservations")[0][0]
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
    print(f"answers {dict(figures.codes)}; in the book {figures.acts} hand-outs; oversold {figures.oversold or 0}")
    print(f"complaints {figures.complaints[:1] or 0}; verify --replay: {len(figures.findings)} findings")
    return 0 if figures.sound() else 1


if __name__ == "__main__":
    sys.exit(main())
