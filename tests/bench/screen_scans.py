"""From a scan to its painted card, with many documents in the file. Goal: p99 under 100 ms.

    python tests/bench/screen_scans.py [--documents N] [--scans N] [--site DIR] [--cold]

The app is a process of its own at a pseudo-terminal; a scan is one write of prefix, 18 digits and Enter; the time ends when the
head of the card and the sentence in the status line are both painted. At the finished store a scan only looks, at the valve shop
it writes that the copy has arrived. Every scan is of another document, so that nothing is at hand. With --site the factory is
kept for the next run; what has arrived cannot arrive again, so many runs use it up.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from factory_at_hand import SHOP, STORE, Sitting, pieces_for, prepared
from pseudo_terminal import at_a_terminal, desk_program, part

SMALL = 1_000
WARM = 5


def read_through(path: Path) -> None:
    """Have the system hold the file, as it does for one that is worked with all day."""
    with path.open("rb") as file:
        while file.read(1 << 24):
            pass


def scan_all(folder: Path, sitting: Sitting, scans: int, cold: bool) -> list[float]:
    """Return the milliseconds from each scan to its painted card; a cold file is met as it is after the machine was started."""
    pieces = pieces_for(folder, sitting, scans + WARM)
    times = []
    if not cold:
        read_through(folder / "qdesk.db")
    with at_a_terminal(*desk_program(folder, sitting.desk)) as terminal:
        terminal.until(sitting.title)
        terminal.log_in(sitting.badge, sitting.pin, "Waits here")
        for piece, serial in pieces:
            terminal.forget()
            scanned = terminal.scan(piece)
            head, said = f"{serial}  ", f"= {serial}/{sitting.copy}"
            painted = terminal.until(lambda text, head=head, said=said: head in text and said in text)  # type: ignore[misc]  # a lambda with defaults
            times.append((painted - scanned) * 1000)
            terminal.still(0.02)
    return times[WARM:]


def measure(documents: int, scans: int, folder: Path | None, cold: bool) -> dict[str, list[float]]:
    """Return the times of scans that only look and of scans that write an arrival."""
    with tempfile.TemporaryDirectory() as scratch:
        site = prepared(folder or Path(scratch) / "site", documents)
        return {"a look": scan_all(site, STORE, scans, cold), "an arrival": scan_all(site, SHOP, scans, cold)}


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
    for name, times in large.items():
        ratio = part(times, 0.5) / part(small[name], 0.5)
        print(
            f"scan to card, {name}: p50 {part(times, 0.5):.0f} ms, p99 {part(times, 0.99):.0f} ms, worst {max(times):.0f} ms"
            f" of {len(times)} at {given.documents} documents; p50 ratio to {SMALL} documents {ratio:.2f}; goal p99 100 ms"
        )


if __name__ == "__main__":
    main()
