"""From a scan to its painted card, with many documents in the file. Goal: p99 under 100 ms.

    python tests/bench/screen_scans.py [--documents N] [--scans N] [--site DIR] [--cold]

The app is a process of its own at a pseudo-terminal; a scan is one write of prefix, 18 digits and Enter; the time ends when the
head of the card and the sentence in the status line are both painted. At the finished store a scan only looks, at the valve shop
it writes that the copy has arrived. Every scan is of another document, so that nothing is at hand. With --site the factory is
kept for the next run; what has arrived cannot arrive again, so many runs use it up.

An arrival waits for the disk. Beside each one a few pages are written to a file of their own and flushed, so that what the disk
itself takes on this machine, at this time, stands beside the figure.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from pathlib import Path

from factory_at_hand import SHOP, STORE, Sitting, pieces_for, prepared
from pseudo_terminal import at_a_terminal, desk_program, part

SMALL = 1_000
WRITTEN = 6 * 4096
"""Bytes an arrival adds to the log, about."""
WARM = 5


def read_through(path: Path) -> None:
    """Have the system hold the file, as it does for one that is worked with all day."""
    with path.open("rb") as file:
        while file.read(1 << 24):
            pass


def flushed(file: int) -> float:
    """Return the milliseconds that the disk takes for what one arrival writes."""
    begun = time.perf_counter()
    os.write(file, b"x" * WRITTEN)
    os.fdatasync(file)
    return (time.perf_counter() - begun) * 1000


def scan_all(folder: Path, sitting: Sitting, scans: int, cold: bool, disk: list[float]) -> list[float]:
    """Return the milliseconds from each scan to its painted card; a cold file is met as it is after the machine was started."""
    pieces = pieces_for(folder, sitting, scans + WARM)
    times = []
    if not cold:
        read_through(folder / "qdesk.db")
    program = desk_program(folder, sitting.desk)
    with tempfile.TemporaryFile(dir=folder, buffering=0) as beside, at_a_terminal(*program) as terminal:
        terminal.until(sitting.title)
        terminal.log_in(sitting.badge, sitting.pin, "Waits here")
        for piece, serial in pieces:
            terminal.forget()
            scanned = terminal.scan(piece)
            head, said = f"{serial}  ", f"= {serial}/{sitting.copy}"
            painted = terminal.until(lambda text, head=head, said=said: head in text and said in text)  # type: ignore[misc]  # a lambda with defaults
            times.append((painted - scanned) * 1000)
            disk.append(flushed(beside.fileno()))
            terminal.still(0.02)
    return times[WARM:]


def measure(documents: int, scans: int, folder: Path | None, cold: bool) -> dict[str, list[float]]:
    """Return the times of scans that only look, of scans that write an arrival, and of the disk alone."""
    with tempfile.TemporaryDirectory() as scratch:
        site = prepared(folder or Path(scratch) / "site", documents)
        disk: list[float] = []
        look = scan_all(site, STORE, scans, cold, disk)
        disk.clear()
        return {"a look": look, "an arrival": scan_all(site, SHOP, scans, cold, disk), "the disk alone": disk}


def main() -> None:
    """Print the figures, and beside them those of a small file."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--documents", type=int, default=100_000)
    arguments.add_argument("--scans", type=int, default=300)
    arguments.add_argument("--site", type=Path)
    arguments.add_argument("--cold", action="store_true", help="do not read the file first: what the disk takes counts, too")
    given = arguments.parse_args()
    large = measure(given.documents, given.scans, given.site, given.cold)
    small = measure(SMALL, min(100, given.scans), None, given.cold)
    print(f"scan to card at {given.documents} documents, beside the p50 at {SMALL}; goal p99 100 ms")
    for name, times in large.items():
        ratio = part(times, 0.5) / part(small[name], 0.5)
        print(
            f"{name}: p50 {part(times, 0.5):.1f} ms, ratio {ratio:.2f}, p99 {part(times, 0.99):.0f} ms, worst {max(times):.0f} ms"
            f" of {len(times)}"
        )


if __name__ == "__main__":
    main()
