"""The witness: the journal's heads, kept in a file outside the database.

A chain alone does not show a cut tail or a put-back old file. Each committed entry leaves one line ``seq hash`` here (flushed to
the disk with each print and gate release); start-up refuses a database older than its witness.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from qdesk.errors import Refused

SHORT = 16
LINE = 12 + 1 + SHORT + 1


class Witness:
    """An append-only file of fixed-width lines, so that its last line is found without reading it all."""

    def __init__(self, path: Path) -> None:
        """Name the file; it is made by its first line."""
        self.path = path
        self.file: int | None = None

    def record(self, seq: int, head: str, flush: bool) -> None:
        """Add one head; ``flush`` waits until it is on the disk."""
        line = f"{seq:012d} {head[:SHORT]}\n".encode()
        try:
            if self.file is None:
                self.file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o660)
            os.write(self.file, line)
            if flush:
                os.fsync(self.file)
        except OSError as error:
            raise Refused("witness_not_written", path=str(self.path)) from error

    def heads(self) -> Iterator[tuple[int, str]]:
        """Return every (seq, short hash) recorded; a torn line is left out."""
        if not self.path.exists():
            return
        with self.path.open("rb") as file:
            for line in file:
                head = read_line(line)
                if head:
                    yield head

    def last(self) -> tuple[int, str] | None:
        """Return the newest head, reading only the end of the file."""
        if not self.path.exists():
            return None
        with self.path.open("rb") as file:
            file.seek(0, os.SEEK_END)
            file.seek(max(0, file.tell() - 64 * LINE))
            found = [head for head in map(read_line, file.read().splitlines(keepends=True)) if head]
        return max(found) if found else None

    def close(self) -> None:
        """Close the file."""
        if self.file is not None:
            os.close(self.file)
            self.file = None


def read_line(line: bytes) -> tuple[int, str] | None:
    """Return (seq, short hash) of a whole line, None of a torn one."""
    if len(line) != LINE or line[12:13] != b" " or not line[:12].isdigit() or not line.endswith(b"\n"):
        return None
    return int(line[:12]), line[13:-1].decode("ascii", "replace")
