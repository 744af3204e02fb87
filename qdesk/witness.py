"""The witness: the journal's heads, kept in a file outside the database.

A chain alone does not show a cut tail or a put-back old file. Each committed entry leaves one line ``seq hash`` here (flushed to
the disk with each print and gate release); start-up refuses a database older than its witness. A restored backup gives up what
came after it: a line ``seq epoch`` says so, and the heads above that seq count no longer.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path

from qdesk.errors import Refused

SHORT = 16
LINE = 12 + 1 + SHORT + 1
EPOCH = "epoch "


class Witness:
    """An append-only file of fixed-width lines, so that its last line is found without reading it all."""

    def __init__(self, path: Path) -> None:
        """Name the file; it is made by its first line."""
        self.path = path
        self.file: int | None = None
        self.owed = b""

    def ready(self) -> None:
        """Refuse while a head cannot be written: asked before an act begins, so that no act that was done is called refused."""
        try:
            if self.file is None:
                self.file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o660)
            if self.owed:
                self._append(self.owed, flush=True)
                self.owed = b""
        except OSError as error:
            raise Refused("witness_not_written", path=str(self.path)) from error

    def record(self, seq: int, head: str, flush: bool) -> None:
        """Add one head, flushed to the disk on request; what cannot be written is owed, and the next act waits for it."""
        line = f"{seq:012d} {head[:SHORT]}\n".encode()
        try:
            self._append(line, flush)
        except OSError:
            self.owed += b"\n" + line  # the line break first: what was written of a torn line must not spoil this one

    def restart(self, seq: int, epoch: int, head: str) -> None:
        """Say that everything above ``seq`` was given up for a restored backup, whose own first entry follows with its head."""
        self.ready()
        try:
            self._append(f"\n{seq:012d} {EPOCH}{epoch:010d}\n{seq + 1:012d} {head[:SHORT]}\n".encode(), flush=True)
        except OSError as error:
            raise Refused("witness_not_written", path=str(self.path)) from error

    def _append(self, lines: bytes, flush: bool) -> None:
        if self.file is None:
            self.file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o660)
        if os.write(self.file, lines) != len(lines):
            raise OSError("short write")
        if flush:
            os.fsync(self.file)

    def lines(self) -> Iterator[tuple[int, str]]:
        """Return every whole line recorded; a torn one is left out."""
        if not self.path.exists():
            return
        with self.path.open("rb") as file:
            for line in file:
                head = read_line(line)
                if head:
                    yield head

    def heads(self) -> Iterator[tuple[int, str]]:
        """Return every (seq, short hash) that still counts: not those above a seq to which a restored backup went back."""
        kept = [seq for seq, head in self.lines() if head.startswith(EPOCH)]
        bounds = [*accumulate(reversed(kept), min)][::-1]
        restarts = 0
        for seq, head in self.lines():
            if head.startswith(EPOCH):
                restarts += 1
            elif restarts == len(bounds) or seq <= bounds[restarts]:
                yield seq, head

    def last(self) -> tuple[int, str] | None:
        """Return the newest head since the last restored backup, reading only the end of the file."""
        if not self.path.exists():
            return None
        with self.path.open("rb") as file:
            file.seek(0, os.SEEK_END)
            file.seek(max(0, file.tell() - 64 * LINE))
            found = [head for head in map(read_line, file.read().splitlines(keepends=True)) if head]
        restarts = [index for index, (_, head) in enumerate(found) if head.startswith(EPOCH)]
        since = found[restarts[-1] + 1 :] if restarts else found
        return max(since) if since else None

    def close(self) -> None:
        """Close the file."""
        if self.file is not None:
            os.close(self.file)
            self.file = None


def read_line(line: bytes) -> tuple[int, str] | None:
    """Return (seq, short hash or epoch) of a whole line, None of a torn one."""
    if len(line) != LINE or line[12:13] != b" " or not line[:12].isdigit() or not line.endswith(b"\n"):
        return None
    return int(line[:12]), line[13:-1].decode("ascii", "replace")
