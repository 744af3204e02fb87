"""Power cuts: two `qdesk pipe` play P01 under a recorder of writes and syncs, then the power is cut at random moments.

Run: python tests/bench/campaign_power.py --rounds 200

At a cut, what was synced stays; what was not may stay, vanish, or be torn at 512 bytes, each on its own. Proves that the site
opens after every cut, that no acknowledged act is lost, and that none is half done (verify --replay). With --careless the syncs
of the write-ahead log do not count: it shows what the campaign would see if a commit did not wait for the disk.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from recording import (
    ACKNOWLEDGED,
    DATABASE,
    LOG,
    NAMES,
    SYNC_BEGINS,
    SYNC_ENDS,
    TRUNCATE,
    WRITE,
    Operation,
    build_recorder,
    recorded,
)  # fmt: skip
from works import PipeProcess, found_works, log_everyone_in, one_case, play

from qdesk.errors import Refused
from qdesk.site import open_site
from qdesk.verify import verify

SECTOR = 512
STAYS, VANISHES = 0.45, 0.35  # what becomes of a write that was not synced; the rest is torn
Files = dict[int, bytearray]


def record(work: Path, cases: int) -> tuple[Files, list[Operation]]:
    """Play some cases in two processes at once and return the files as they were before, and everything done to them."""
    folder, log = work / "site", work / "recorded"
    site = found_works(folder)
    site.database.rows("PRAGMA wal_checkpoint(TRUNCATE)")
    site.close()
    environment = {"LD_PRELOAD": str(build_recorder(work)), "REC_LOG": str(log), "REC_MATCH": str(folder.resolve())}
    before = {file: bytearray((folder / name).read_bytes() if (folder / name).exists() else b"") for file, name in NAMES.items()}
    pipes = [PipeProcess(folder, environment) for _ in range(2)]
    sessions = log_everyone_in(pipes[0])
    threads = [threading.Thread(target=play_some, args=(pipe, sessions, f"p{n}", cases)) for n, pipe in enumerate(pipes)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for pipe in pipes:
        pipe.close()
    return before, recorded(log)


def play_some(pipe: PipeProcess, sessions: dict[str, str], name: str, cases: int) -> None:
    """Play some cases through one pipe."""
    for number in range(cases):
        for _ in play(pipe, one_case(sessions, f"{name}.{number}")):
            pass


def after_cut(before: Files, operations: Sequence[Operation], rng: random.Random, careless: bool = False) -> Files:
    """Return the files as a power cut after these operations leaves them."""
    safe = {file: -1 for file in NAMES}
    begun: dict[tuple[int, int], int] = {}
    for index, each in enumerate(operations):
        if each.what == SYNC_BEGINS:
            begun[each.process, each.file] = index
        elif each.what == SYNC_ENDS and not (careless and each.file == LOG):
            safe[each.file] = max(safe[each.file], begun[each.process, each.file])
    files = {file: bytearray(content) for file, content in before.items()}
    for index, each in enumerate(operations):
        if each.what == WRITE:
            write(files[each.file], each, None if index < safe[each.file] else rng)
        elif each.what == TRUNCATE and (index < safe[each.file] or rng.random() < 0.5):
            del files[each.file][each.offset :]
            files[each.file].extend(bytes(each.offset - len(files[each.file])))
    return files


def write(content: bytearray, each: Operation, rng: random.Random | None) -> None:
    """Do one write, whole when it is safe; else it stays, vanishes or is torn. What vanishes from the end leaves zeros."""
    end = each.offset + len(each.data)
    fate = 0.0 if rng is None else rng.random()
    if len(content) < end:
        content.extend(bytes(end - len(content)))
    if fate < STAYS:
        content[each.offset : end] = each.data
    elif rng is not None and fate >= STAYS + VANISHES:
        for start in range(0, len(each.data), SECTOR):
            if rng.random() < 0.5:
                part = each.data[start : start + SECTOR]
                content[each.offset + start : each.offset + start + len(part)] = part


def acknowledged_acts(operations: Sequence[Operation]) -> set[int]:
    """Return the acts that were answered with yes."""
    answers = [json.loads(line) for each in operations if each.what == ACKNOWLEDGED for line in each.data.splitlines()]
    return {answer["act"] for answer in answers if "act" in answer}


def open_after(folder: Path, files: Files, acknowledged: set[int]) -> tuple[int, list[str]]:
    """Open the site as the cut left it; return how many acknowledged acts are lost, and what is wrong."""
    for file, name in NAMES.items():
        (folder / name).unlink(missing_ok=True)
        if files[file] or file == DATABASE:
            (folder / name).write_bytes(files[file])
    (folder / "qdesk.db-shm").unlink(missing_ok=True)
    try:
        site = open_site(folder)
    except Refused as refused:
        return len(acknowledged), [refused.code]
    try:
        here = {seq for (seq,) in site.database.rows("SELECT seq FROM acts")}
        return len(acknowledged - here), [finding.code for finding in verify(site, replay=True).findings]
    finally:
        site.close()


def campaign(work: Path, cuts: int, seed: int, cases: int = 10, careless: bool = False) -> Counter[str]:
    """Record once, cut the power so often, and return the figures."""
    rng = random.Random(seed)
    before, operations = record(work, cases)
    figures = Counter({"writes and syncs recorded": len(operations)})
    folder = work / "cut"
    shutil.copytree(work / "site", folder, ignore=shutil.ignore_patterns("qdesk.db*", "witness"))
    for _ in range(cuts):
        done = operations[: rng.randrange(len(operations)) + 1]
        lost, wrong = open_after(folder, after_cut(before, done, rng, careless), acknowledged_acts(done))
        figures["power cuts"] += 1
        figures["cuts that lose acknowledged acts"] += bool(lost)
        figures["acknowledged acts lost"] += lost
        figures["cuts with findings or no opening"] += bool(wrong)
        figures.update(f"found: {code}" for code in set(wrong))
    figures["acknowledged acts in all"] = len(acknowledged_acts(operations))
    return figures


SOUND = ("acknowledged acts lost", "cuts that lose acknowledged acts", "cuts with findings or no opening")


def main() -> int:
    """Run the campaign and print its figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=40, help="how many power cuts")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--careless", action="store_true", help="as if a commit did not wait for the disk")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        figures = campaign(Path(work), given.rounds, given.seed, careless=given.careless)
    for name, figure in figures.items():
        print(f"{name:34} {figure:8}{'   must be 0' if name in SOUND else ''}")
    return int(any(figures[name] for name in SOUND))


if __name__ == "__main__":
    sys.exit(main())
