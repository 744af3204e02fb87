"""Bad printers: jobs go to printers that are slow, silent, reset, out of paper or full, and are tried until they are printed.

Run: python tests/bench/campaign_printers.py --jobs 1000

Every printer prints so many jobs, three connections in ten bad ones. Proves that what is called printed came out whole, and that
no job came out a second time without saying REPRINT.
"""

from __future__ import annotations

import argparse
import itertools
import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from cups_at_hand import FakeCups
from printers_at_hand import BEHAVIOURS, FakePrinter, Paper, machine, numbered, picture

from qdesk.machines import Printer
from qdesk.slips.sending import NotPrinted, follow, send

CUPS_WAYS = ("slow", "aborted", "held", "stopped", "stuck", "prints_at_last", "vanishes", "queue_stopped", "refuses")
BAD, TRIES = 0.3, 60
PATIENCE = {"silent": 0.3, "falls_silent": 0.3}
"""Seconds; with the others nothing is waited for that does not come, however busy the machine is."""
Printed = list[tuple[int, bool, bool]]
"""Number, whether it says REPRINT, whether it is whole; in the order in which it came out."""
Trouble = Callable[[], None]
Scene = Callable[[Counter[str]], None]


def behaviours(bad: str, rng: random.Random) -> Iterator[str]:
    """Give the bad behaviour now and then; one that prints all the same goes on so."""
    while True:
        yield bad if bad in ("ok", "slow") or rng.random() < BAD else "ok"


def print_all(printer: Printer, folder: Path, jobs: int, figures: Counter[str], trouble: Trouble = lambda: None) -> None:
    """Print each job, again and again until it is called printed."""
    for number in range(1, jobs + 1):
        again = False
        for _ in range(TRIES):
            trouble()
            try:
                waited = send(printer, numbered(number, again), folder)
                while waited and not follow(printer, waited):
                    pass
            except NotPrinted as failed:
                figures[failed.code] += 1
                again = again or failed.came_out
            else:
                break
        else:
            figures["given up"] += 1


def judge(printed: Printed, jobs: int, figures: Counter[str]) -> None:
    """Count what never came out whole, and what came out again as if it were the first."""
    seen: set[int] = set()
    for number, again, _ in printed:
        figures["doubled"] += number in seen and not again
        figures["says REPRINT"] += again
        seen.add(number)
    figures["papers"] += len(printed)
    figures["lost"] += jobs - len({number for number, _, whole in printed if whole})


def known(paper: Paper) -> tuple[int, bool, bool]:
    """Read which job a paper belongs to, and hold a whole one against the picture that was sent."""
    number, again = int.from_bytes(paper.rows[:4], "big"), bool(paper.rows[4])
    return number, again, paper.whole and paper.rows == picture(number, again).rows


def network_scene(language: str, bad: str, jobs: int, seed: int, figures: Counter[str]) -> None:
    """Print on a receipt or label printer."""
    printer = FakePrinter(language, behaviours(bad, random.Random(seed)), seed)
    print_all(machine(language, address=printer.address, patience=PATIENCE.get(bad, 10)), Path(), jobs, figures)
    printer.close()
    figures["strange bytes"] += len(printer.strange)
    judge([known(paper) for paper in printer.papers], jobs, figures)


def folder_scene(work: Path, bad: str, jobs: int, seed: int, figures: Counter[str]) -> None:
    """Print into a folder whose disk is full now and then: the file that is written turns out to be /dev/full."""
    rng, at = random.Random(seed), work / "prints"
    at.mkdir(parents=True)
    numbers = iter(range(1, jobs + 1))

    def trouble() -> None:
        if bad == "disk_full" and rng.random() < BAD:
            coming = len(list(at.glob("*.pdf"))) + 1
            (at / f".{coming:06}.pdf.part").symlink_to("/dev/full")

    print_all(machine("folder"), work, jobs, figures, trouble)
    whole = [path for path in sorted(at.iterdir()) if path.read_bytes() == numbered(next(numbers)).pdf()]
    judge([(int(path.stem), False, True) for path in whole], jobs, figures)
    figures["strange bytes"] += len(list(at.iterdir())) - len(whole)


def queue_scene(work: Path, bad: str, jobs: int, seed: int, figures: Counter[str]) -> None:
    """Print through a queue of CUPS."""
    rng, cups = random.Random(seed), FakeCups(work)
    path = os.environ["PATH"]
    os.environ["PATH"] = f"{cups.home / 'bin'}:{path}"
    try:
        patience = 0.0 if bad in ("stuck", "prints_at_last", "vanishes") else 60.0
        printer = machine("cups", queue="office", patience=patience)
        print_all(printer, work, jobs, figures, lambda: cups.be(bad if bad == "slow" or rng.random() < BAD else "ok"))
    finally:
        os.environ["PATH"] = path
    judge([(number, again, True) for number, again in map(_of_pdf, cups.out())], jobs, figures)


def _of_pdf(pdf: bytes) -> tuple[int, bool]:
    _, number, again, _ = pdf.split()
    return int(number), again == b"1"


def scenes(work: Path, jobs: int, seed: int) -> Iterator[tuple[str, Scene]]:
    """Return every printer with every way to be bad."""
    for language, bad in itertools.product(("escpos", "zpl"), BEHAVIOURS):
        yield f"{language} {bad}", partial(network_scene, language, bad, jobs, seed)
    for bad in ("ok", "disk_full"):
        yield f"folder {bad}", partial(folder_scene, work / f"folder_{bad}", bad, jobs, seed)
    for bad in CUPS_WAYS:
        yield f"cups {bad}", partial(queue_scene, work / f"cups_{bad}", bad, max(1, jobs // 10), seed)


SOUND = ("lost", "doubled", "given up", "strange bytes")


def campaign(work: Path, jobs: int, seed: int, only: str = "") -> Iterator[tuple[str, Counter[str]]]:
    """Play one scene after another and give its figures."""
    for name, play in scenes(work, jobs, seed):
        if not name.startswith(only):
            continue
        figures: Counter[str] = Counter(dict.fromkeys(SOUND, 0))
        began = time.monotonic()
        play(figures)
        figures["seconds"] = round(time.monotonic() - began)
        yield name, figures


def main() -> int:
    """Run the campaign and print its figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=100, help="jobs for each printer; a tenth of it for the queues of CUPS")
    parser.add_argument("--only", default="", help="only the scenes that begin with this")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    unsound = 0
    with tempfile.TemporaryDirectory() as work:
        for name, figures in campaign(Path(work), given.jobs, given.seed, given.only):
            print(f"{name:24} " + ", ".join(f"{what} {figure}" for what, figure in figures.items()), flush=True)
            unsound += sum(figures[each] for each in SOUND)
    print(f"{'must be 0':24} {unsound}")
    return int(unsound > 0)


if __name__ == "__main__":
    sys.exit(main())
