"""Builds the recorder beside it (reclog.c) and reads what it has recorded."""

from __future__ import annotations

import struct
import subprocess
from pathlib import Path
from typing import NamedTuple

WRITE, SYNC_BEGINS, SYNC_ENDS, TRUNCATE, ACKNOWLEDGED = range(1, 6)
DATABASE, LOG, WITNESS, OUTPUT = range(1, 5)
NAMES = {DATABASE: "qdesk.db", LOG: "qdesk.db-wal", WITNESS: "witness"}
HEAD = struct.Struct("<IIIIQ")


class Operation(NamedTuple):
    """One thing a process did to a file."""

    what: int
    file: int
    process: int
    offset: int
    data: bytes


def build_recorder(folder: Path) -> Path:
    """Compile the recorder; needs a C compiler."""
    library = folder / "reclog.so"
    source = Path(__file__).parent / "reclog.c"
    subprocess.run(["cc", "-shared", "-fPIC", "-O2", "-o", str(library), str(source), "-ldl"], check=True)
    return library


def recorded(log: Path) -> list[Operation]:
    """Return every operation, in the order in which they happened."""
    raw = log.read_bytes()
    operations, place = [], 0
    while place < len(raw):
        what, file, process, length, offset = HEAD.unpack_from(raw, place)
        place += HEAD.size
        operations.append(Operation(what, file, process, offset, raw[place : place + length]))
        place += length
    return operations
