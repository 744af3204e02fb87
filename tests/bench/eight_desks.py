"""Several `qdesk pipe` processes playing P01 on the same scarce stock: acts a second, p99, fairness, invariants.

    python tests/bench/eight_desks.py [--processes N] [--cases N]
"""

from __future__ import annotations

import argparse
import json
import selectors
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Generator
from pathlib import Path
from typing import Any

from floor import PIN, ROLES, STORY, founded

from qdesk.site import open_site
from qdesk.verify import verify

Json = dict[str, Any]
Asking = Generator[Json, Json, None]


def desk_work(name: str, cases: int) -> Asking:
    """Play so many cases: every line asked for is yielded, every answer comes back."""
    sessions = {}
    for role, desk in ROLES.items():
        answer = yield {"op": "login", "desk": desk, "badge": role, "pin": PIN}
        sessions[role] = answer["session"]
    for number in range(cases):
        inputs = {"fields": {"customer": name}, "lines": [{"item": "OLD", "becomes": "NEW", "quantity": "1"}]}
        opened = yield act(sessions["sales_clerk"], f"{name}-{number}", "apply", inputs, procedure="product_modification")
        if not opened["ok"]:
            continue
        pieces = {copy["copy"]: copy["piece"] for copy in opened["opened"][0]["copies"]}
        yield from play(sessions, f"{name}-{number}", opened["case"], pieces)


def play(sessions: dict[str, str], name: str, case: str, pieces: dict[str, str]) -> Asking:
    """Play one case until it ends or is refused."""
    for role, step, outcome, numbers in STORY:
        copies = [pieces[f"{case}/{number}"] for number in numbers]
        card = yield {"op": "present", "session": sessions[role], "code": copies[0] if copies else case}
        signers = [{"as": "reworker", "badge": "reworker", "pin": PIN}] if step == "draw" else []
        done = yield act(
            sessions[role], f"{name}/{step}", step, {"quantity_passed": "1"} if step == "inspect" else {}, case=case,
            outcome=outcome or None, copies=copies, seen=card["card"]["digest"], signers=signers,
        )
        if not done["ok"]:
            return


def act(session: str, key: str, step: str, inputs: Json, **more: Any) -> Json:
    """Return the line of an act."""
    return {"op": "act", "session": session, "step": step, "inputs": inputs, "key": key, **more}


class Desk:
    """One pipe process with the work it is given."""

    def __init__(self, folder: Path, name: str, cases: int) -> None:
        """Start the process and the first line."""
        command = [sys.executable, "-m", "qdesk.cli", "pipe", "--site", str(folder)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.work = desk_work(name, cases)
        self.seconds: list[float] = []
        self.codes: Counter[str] = Counter()
        self.asked: Json = {}
        self.finished = 0.0
        self.send(next(self.work))

    def send(self, line: Json) -> None:
        """Ask."""
        assert self.process.stdin
        self.asked, self.started = line, time.perf_counter()
        self.process.stdin.write(json.dumps(line).encode() + b"\n")
        self.process.stdin.flush()

    def hear(self) -> bool:
        """Take one answer and ask the next; return whether there is more."""
        assert self.process.stdout and self.process.stdin
        line = self.process.stdout.readline()
        answer = json.loads(line)
        if self.asked["op"] == "act":
            self.seconds.append(time.perf_counter() - self.started)
            self.codes["done" if answer["ok"] else answer["error"]["code"]] += 1
        try:
            self.send(self.work.send(answer))
        except StopIteration:
            self.finished = time.perf_counter()
            self.process.stdin.close()
            return False
        return True


def run(processes: int, cases: int) -> int:
    """Play, print the figures, check the invariants; return 0 when all hold."""
    with tempfile.TemporaryDirectory() as folder:
        site_folder = Path(folder) / "site"
        scarce = processes * cases * 3 // 4
        founded(site_folder, quantity=str(scarce), operator_pin_fresh="60m").close()
        started = time.perf_counter()
        desks = [Desk(site_folder, f"desk{number}", cases) for number in range(processes)]
        listening = selectors.DefaultSelector()
        for desk in desks:
            assert desk.process.stdout
            listening.register(desk.process.stdout, selectors.EVENT_READ, desk)
        while listening.get_map():
            for key, _ in listening.select():
                if not key.data.hear():
                    listening.unregister(key.fileobj)
        elapsed = time.perf_counter() - started
        for desk in desks:
            desk.process.wait()
        return report(site_folder, desks, elapsed, scarce)


def report(folder: Path, desks: list[Desk], elapsed: float, scarce: int) -> int:
    """Print what was measured and what holds."""
    seconds = sorted(second for desk in desks for second in desk.seconds)
    codes: Counter[str] = Counter()
    for desk in desks:
        codes += desk.codes
    means = [statistics.mean(desk.seconds) for desk in desks]
    print(f"{len(desks)} processes, {len(seconds)} acts in {elapsed:.1f} s: {codes['done'] / elapsed:.0f} acts a second")
    median, late, worst = (seconds[int((len(seconds) - 1) * part)] * 1000 for part in (0.5, 0.99, 1))
    print(f"act: median {median:.1f} ms, p99 {late:.1f} ms, worst {worst:.1f} ms")
    print(f"fairness: fastest desk's mean wait over the slowest's {min(means) / max(means):.2f}; goal 0.80")
    print(f"answers: {dict(codes)}")
    site = open_site(folder)
    found = verify(site, replay=True)
    drawn = site.database.row("SELECT COALESCE(SUM(quantity), 0) / 1000 FROM moves WHERE target = 'workshop_product'")
    received = site.database.row("SELECT COUNT(*) FROM cases WHERE ended = 'completed'")
    site.close()
    busy = codes["database_busy"]
    assert drawn and received
    print(f"lock errors {busy}; drawn {drawn[0]} of {scarce}; completed {received[0]}")
    print(f"verify --replay: {len(found.findings)} findings in {found.entries} entries")
    return 0 if not busy and not found.findings and drawn[0] == received[0] == scarce else 1


def main() -> None:
    """Print the figures."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--processes", type=int, default=8)
    arguments.add_argument("--cases", type=int, default=20)
    given = arguments.parse_args()
    sys.exit(run(given.processes, given.cases))


if __name__ == "__main__":
    main()
