"""Processes killed at random moments: `qdesk pipe` plays P01, `kill -9` ends it, the next one asks again for what had no answer.

Run: python tests/bench/campaign_kill.py --rounds 500

Proves, over one growing site with a second pipe that goes on working all the while: every act that was acknowledged is in the
books, none is half done, and the same key again gives the answer whether or not the act had been committed.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from works import Json, PipeProcess, Refusal, cases_without_end, found_works, log_everyone_in, play

from qdesk.database import driver
from qdesk.site import open_site
from qdesk.verify import verify

STARTING = 0.1  # the share of pipes killed before they have answered anything


class Bystander(threading.Thread):
    """A pipe nobody kills, which works on while others die beside it."""

    def __init__(self, folder: Path) -> None:
        """Start it and log everyone in."""
        super().__init__()
        self.pipe = PipeProcess(folder)
        self.sessions = log_everyone_in(self.pipe)
        self.ended = threading.Event()
        self.acknowledged: list[str] = []
        self.trouble = ""

    def run(self) -> None:
        """Play one case after another, a little slower than one could."""
        try:
            for line, _ in play(self.pipe, cases_without_end(self.sessions, "bystander")):
                self.acknowledged += [line["key"]] if line["op"] == "act" else []
                if self.ended.wait(0.01):
                    break
        except (Refusal, OSError) as error:
            self.trouble = str(error)
        self.pipe.close()


class Victim:
    """Plays one case after another through pipes that are killed under its hands; remembers what had no answer."""

    def __init__(self, folder: Path, sessions: dict[str, str], rng: random.Random, longest: float) -> None:
        """Play in a site, with a pipe living at most so many seconds."""
        self.folder, self.rng, self.longest = folder, rng, longest
        self.requests = cases_without_end(sessions, "victim")
        self.line: Json = next(self.requests)
        self.acknowledged: list[str] = []
        self.figures: Counter[str] = Counter()

    def round(self) -> None:
        """Live through one pipe: ask again for what had no answer, work on, die."""
        pipe = PipeProcess(self.folder)
        if self.rng.random() < STARTING:
            time.sleep(self.rng.uniform(0, 0.3))
            pipe.kill()
            self.figures["killed while starting"] += 1
            return
        before = committed(self.folder, self.line)
        self.take(pipe.ask(self.line), before)
        killer = threading.Timer(self.rng.uniform(0, self.longest), pipe.process.kill)
        killer.start()
        try:
            while True:
                self.take(pipe.ask(self.line), None)
        except (ConnectionError, ValueError):  # dead before it had answered, or in the middle of its answer
            killer.join()
            pipe.close()
        self.figures["killed"] += 1
        if self.line["op"] == "act":
            self.figures["committed, not acknowledged" if committed(self.folder, self.line) else "not committed"] += 1

    def take(self, answer: Json, before: int | None) -> None:
        """Note an answer and go on to the next line; what was committed before must be answered with its own act."""
        if not answer["ok"]:
            raise Refusal(f"{self.line}: {answer['error']}")
        if before is not None:
            self.figures["asked again: answered"] += 1
            self.figures["asked again: done twice"] += answer["act"] != before
        if self.line["op"] == "act":
            self.acknowledged.append(self.line["key"])
        self.line = self.requests.send(answer)


def committed(folder: Path, line: Json) -> int | None:
    """Return the act of a line's key, looked up beside the program."""
    rows = [seq for key, seq in keys_of(folder) if key == line.get("key")]
    return rows[0] if rows else None


def keys_of(folder: Path) -> list[tuple[str, int]]:
    """Return every key in the books with its act."""
    connection = driver.connect(str(folder / "qdesk.db"), isolation_level=None)
    try:
        rows: list[tuple[str, int]] = connection.execute("SELECT request_key, seq FROM acts WHERE request_key <> ''").fetchall()
        return rows
    finally:
        connection.close()


def campaign(folder: Path, rounds: int, seed: int, longest: float = 0.06) -> Counter[str]:
    """Kill so many pipes and return the figures; raises AssertionError when something was lost, doubled or half done."""
    found_works(folder).close()
    bystander = Bystander(folder)
    victim = Victim(folder, bystander.sessions, random.Random(seed), longest)
    bystander.start()
    try:
        for _ in range(rounds):
            victim.round()
    finally:
        bystander.ended.set()
        bystander.join()
    assert not bystander.trouble, bystander.trouble
    figures = victim.figures
    acknowledged = [*victim.acknowledged, *bystander.acknowledged]
    keys = [key for key, _ in keys_of(folder)]
    figures["acknowledged"] = len(acknowledged)
    figures["acknowledged and lost"] = len(set(acknowledged) - set(keys))
    figures["done twice"] = len(keys) - len(set(keys)) + figures.pop("asked again: done twice", 0)
    site = open_site(folder)
    report = verify(site, replay=True)
    site.close()
    figures["acts in the journal"] = report.entries
    figures["findings of verify --replay"] = len(report.findings)
    return figures


SOUND = ("acknowledged and lost", "done twice", "findings of verify --replay")


def main() -> int:
    """Run the campaign and print its figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        figures = campaign(Path(work) / "site", given.rounds, given.seed)
    for name, figure in figures.items():
        print(f"{name:28} {figure:8}{'   must be 0' if name in SOUND else ''}")
    return int(any(figures[name] for name in SOUND))


if __name__ == "__main__":
    sys.exit(main())
