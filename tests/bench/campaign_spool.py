"""Workers killed at random moments: `qdesk print` turns slips into paper, `kill -9` ends it, somebody presses again what failed.

Run: python tests/bench/campaign_spool.py --rounds 100

Proves, with two workers at one printer: every slip comes out, and none comes out twice unless the second one says REPRINT.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import pypdfium2
from works import PEOPLE, PIN, found_works, play_cases

from qdesk.database import driver
from qdesk.people import log_in
from qdesk.site import Site, open_site
from qdesk.slips.queue import print_again
from qdesk.words import Words

FACTORY = """[printers.slow]
kind = "command"
title = {{ zh = "慢", en = "slow" }}
command = ["sh", "-c", "sleep 0.05; cp \\"$0\\" \\"$(mktemp {papers}/XXXXXXXXXXXX)\\"", "{{file}}"]
[desks.sales.printers]
default = "slow"
"""
PROGRAM = "import sys; from qdesk.cli import main; sys.exit(main(sys.argv[1:]))"
WORKERS, LONGEST = 2, 30.0
DIGITS = re.compile(r"[0-9]{18}")


def campaign(work: Path, rounds: int, seed: int, cases: int = 1) -> Counter[str]:
    """Kill workers so many times, with new slips before each, and return the figures."""
    folder, papers, rng = work / "site", work / "papers", random.Random(seed)
    found_works(folder).close()
    papers.mkdir()
    (folder / "factory.toml").write_text(FACTORY.format(papers=papers), encoding="utf-8")
    site, figures = open_site(folder), Counter[str]()
    token = log_in(site, *PEOPLE["sales_clerk"], PIN)[0]
    for number in range(rounds):
        play_cases(site, f"paper.{number}", cases, 1)
        figures["killed"] += run_and_kill(folder, work, rng)
        figures["pressed again"] += press_again(site, token)
    finish(site, token, folder, work, figures)
    judge(site, papers, figures)
    site.close()
    return figures


def worker(folder: Path, work: Path, *options: str) -> subprocess.Popen[bytes]:
    """Start one worker."""
    command = [sys.executable, "-c", PROGRAM, "print", "--site", str(folder), *options]
    environment = {**os.environ, "TMPDIR": str(work), "PYTHONPATH": str(Path(__file__).parents[2])}
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, env=environment)


def run_and_kill(folder: Path, work: Path, rng: random.Random) -> int:
    """Let two workers begin to print and kill both, each at a moment of its own."""
    before = progress(folder)
    workers = [worker(folder, work) for _ in range(WORKERS)]
    until = time.monotonic() + LONGEST
    while progress(folder) == before and time.monotonic() < until:
        time.sleep(0.002)
    for each in workers:
        time.sleep(rng.uniform(0, 0.15))
        each.kill()
        each.wait()
    return len(workers)


def progress(folder: Path) -> int:
    """Return how often anything was begun, looked up beside the program."""
    connection = driver.connect(str(folder / "qdesk.db"), isolation_level=None)
    try:
        return int(connection.execute("SELECT COALESCE(SUM(tries), 0) FROM prints").fetchall()[0][0])
    finally:
        connection.close()


def press_again(site: Site, token: str) -> int:
    """Press again for whatever failed, as people would."""
    failed = site.database.rows("SELECT id FROM prints WHERE state = 'failed' ORDER BY id")
    for (number,) in failed:
        print_again(site, token, number)
    return len(failed)


def finish(site: Site, token: str, folder: Path, work: Path, figures: Counter[str]) -> None:
    """Let a worker print what is left, until everything is on paper."""
    while worker(folder, work, "--once").wait() and figures["finishing"] < 20:
        figures["finishing"] += 1
        figures["pressed again"] += press_again(site, token)
    time.sleep(0.5)  # what a killed worker had begun comes out behind it


def judge(site: Site, papers: Path, figures: Counter[str]) -> None:
    """Look at every sheet of paper."""
    plain, marked = Counter[str](), Counter[str]()
    for path in papers.iterdir():
        text = text_of(path)
        piece = DIGITS.search(re.sub(r"\s", "", text))
        (marked if Words.load("zh").say("slip.again") in text else plain)[piece[0] if piece else ""] += 1
    pieces = [piece for (piece,) in site.database.rows("SELECT subject FROM prints")]
    figures["slips"] = len(pieces)
    figures["sheets"] = sum(plain.values()) + sum(marked.values())
    figures["sheets that say REPRINT"] = sum(marked.values())
    figures["lost"] = sum(not plain[piece] + marked[piece] for piece in pieces)
    figures["doubled unsaid"] = sum(many - 1 for many in plain.values())
    figures["sheets of nothing known"] = sum(many for piece, many in (plain + marked).items() if piece not in pieces)
    figures["not done"] = len(site.database.rows("SELECT id FROM prints WHERE state <> 'done'"))


def text_of(path: Path) -> str:
    """Return the words on a sheet."""
    document = pypdfium2.PdfDocument(path.read_bytes())
    try:
        return "\n".join(page.get_textpage().get_text_bounded() for page in document)
    finally:
        document.close()


SOUND = ("lost", "doubled unsaid", "sheets of nothing known", "not done")


def main() -> int:
    """Run the campaign and print its figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        figures = campaign(Path(work), given.rounds, given.seed)
    for name, figure in figures.items():
        print(f"{name:28} {figure:8}{'   must be 0' if name in SOUND else ''}")
    return int(any(figures[name] for name in SOUND))


if __name__ == "__main__":
    sys.exit(main())
