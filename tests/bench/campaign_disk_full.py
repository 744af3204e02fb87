"""Full disks: a `qdesk pipe` plays P01 on a disk that fills up at random moments, and works on when there is room again.

Run: python tests/bench/campaign_disk_full.py --rounds 50

The disk is a small tmpfs where one may be mounted, else (or with --shim) the recorder of the power campaign, which then lets no
file grow. Proves that the refusal says what is wrong, that nothing is half done (verify --replay), that no acknowledged act is
lost, and that the very same request goes through once there is room.
"""

from __future__ import annotations

import argparse
import contextlib
import random
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from campaign_kill import keys_of
from recording import build_recorder
from works import Json, PipeProcess, Requests, cases_without_end, found_works, log_everyone_in

from qdesk.site import open_site
from qdesk.verify import verify

SMALL_DISK, A_ROUND = 8 * 1024 * 1024, 1024 * 1024  # room to begin with, and for the acts of each round
CLEAR = {"disk_full", "witness_not_written"}


class Disk:
    """A folder whose disk can be filled; this one by a file that takes the room."""

    environment: Mapping[str, str] = {}

    def __init__(self, folder: Path) -> None:
        """Use a folder on a small disk."""
        self.folder, self.ballast = folder, folder / "ballast"

    def fill(self, left: int) -> None:
        """Take all the room but so many bytes."""
        room = shutil.disk_usage(self.folder).free
        with self.ballast.open("ab") as file, contextlib.suppress(OSError):
            file.write(bytes(max(0, room - left)))

    def free(self) -> None:
        """Make room."""
        self.ballast.unlink(missing_ok=True)


class ShimDisk(Disk):
    """A folder where the recorder says that there is no room; it knows only full and not full."""

    def __init__(self, folder: Path, library: Path) -> None:
        """Use any folder."""
        super().__init__(folder)
        self.ballast = folder.parent / "full"
        self.environment = {"LD_PRELOAD": str(library), "REC_MATCH": str(folder.resolve()), "REC_FULL": str(self.ballast)}

    def fill(self, left: int) -> None:
        """Let no file grow."""
        self.ballast.touch()


@contextlib.contextmanager
def small_disk(work: Path, size: int, shim: bool) -> Iterator[Disk]:
    """Mount a small tmpfs, or stand in for one where mounting is not allowed."""
    folder = work / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    if shim or shutil.which("mount") is None or subprocess.run(mount, capture_output=True).returncode:
        yield ShimDisk(folder, build_recorder(work))
        return
    try:
        yield Disk(folder)
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def campaign(work: Path, rounds: int, seed: int, shim: bool = False) -> Counter[str]:
    """Fill the disk so often while one case follows another, and return the figures."""
    rng = random.Random(seed)
    figures: Counter[str] = Counter()
    with small_disk(work, SMALL_DISK + rounds * A_ROUND, shim) as disk:
        figures[f"disk: {type(disk).__name__}"] = 1
        folder = disk.folder / "site"
        found_works(folder).close()
        pipe = PipeProcess(folder, disk.environment)
        try:
            acknowledged = play_rounds(pipe, disk, rounds, rng, figures)
        finally:
            pipe.close()
        keys = [key for key, _ in keys_of(folder)]
    figures["acknowledged"] = len(acknowledged)
    figures["acknowledged and lost"] = len(set(acknowledged) - set(keys))
    figures["done twice"] = len(keys) - len(set(keys))
    return figures


def play_rounds(pipe: PipeProcess, disk: Disk, rounds: int, rng: random.Random, figures: Counter[str]) -> list[str]:
    """Play on, through one full disk after another; return the keys that were acknowledged."""
    requests = cases_without_end(log_everyone_in(pipe), "full")
    line = next(requests)
    acknowledged: list[str] = []
    for _ in range(rounds):
        for _ in range(rng.randrange(12)):
            line = go_on(pipe, requests, line, acknowledged)
        line = through_a_full_disk(pipe, disk, requests, line, acknowledged, figures, rng)
        figures["findings of verify --replay"] += count_findings(disk.folder / "site")
    return acknowledged


def go_on(pipe: PipeProcess, requests: Requests, line: Json, acknowledged: list[str]) -> Json:
    """Carry one line out where there is room, and return the next."""
    answer = pipe.ask(line)
    assert answer["ok"], (line, answer)
    if line["op"] == "act":
        acknowledged.append(line["key"])
    return requests.send(answer)


def through_a_full_disk(
    pipe: PipeProcess, disk: Disk, requests: Requests, line: Json, acknowledged: list[str], figures: Counter[str],
    rng: random.Random,
) -> Json:  # fmt: skip
    """Fill the disk, work until an act is refused, make room, and ask the very same again; return the next line."""
    disk.fill(rng.randrange(200_000))
    while True:
        answer = pipe.ask(line)
        if not answer["ok"]:
            break
        figures["done on the last room"] += 1
        if line["op"] == "act":
            acknowledged.append(line["key"])
        line = requests.send(answer)
    code = answer["error"]["code"]
    figures[f"refused: {code}"] += 1
    figures["unclear refusals"] += code not in CLEAR
    figures["asked again while full: not refused"] += pipe.ask(line)["ok"]
    disk.free()
    answer = pipe.ask(line)
    assert answer["ok"], (line, answer, shutil.disk_usage(disk.folder))
    if line["op"] == "act":
        acknowledged.append(line["key"])
    return requests.send(answer)


def count_findings(folder: Path) -> int:
    """Return how much verify finds."""
    site = open_site(folder)
    try:
        return len(verify(site, replay=True).findings)
    finally:
        site.close()


SOUND = (
    "acknowledged and lost", "done twice", "findings of verify --replay", "unclear refusals",
    "asked again while full: not refused",
)  # fmt: skip


def main() -> int:
    """Run the campaign and print its figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--shim", action="store_true", help="do not mount a tmpfs even where one may")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        figures = campaign(Path(work), given.rounds, given.seed, given.shim)
    for name, figure in figures.items():
        print(f"{name:36} {figure:8}{'   must be 0' if name in SOUND else ''}")
    return int(any(figures[name] for name in SOUND))


if __name__ == "__main__":
    sys.exit(main())
