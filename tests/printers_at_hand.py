"""Printers for tests: receipt and label printers on loopback ports, good ones and bad ones.

They read what comes with parsers of their own, know no command but those they should be sent, and keep all paper that came out.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import itertools
import random
import re
import socket
import struct
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from qdesk.machines import Printer
from qdesk.slips.raster import Bitmap
from qdesk.slips.sending import Job, NotPrinted, send
from qdesk.words import Title, Words

BEHAVIOURS = ("ok", "slow", "silent", "reset", "no_paper", "paper_ends", "open", "falls_silent")
LABEL = re.compile(
    rb"\^XA\^PW([0-9]+)\^LL([0-9]+)\^LH0,0\^FO0,0\^GFA,([0-9]+),([0-9]+),([0-9]+),:Z64:([A-Za-z0-9+/=]+):([0-9A-F]{4})\^FS\^PQ1\^XZ\n"
)
WELL = b"\x02030,0,0,0320,000,0,0,0,000,0,0,0\x03\r\n\x02000,0,0,0,0,2,4,0,00000000,1,000\x03\r\n\x021234,0\x03\r\n"


class Gone(Exception):
    """The line to the program is closed; with the bytes read so far."""


@dataclass
class Paper:
    """What came out."""

    rows: bytes
    row_bytes: int
    whole: bool = True


@dataclass
class Line:
    """The printer's end of one connection."""

    socket: socket.socket
    behaviour: str
    budget: int
    begun: bool = False
    reads: int = 0

    def read(self, count: int) -> bytes:
        """Return exactly so many bytes; slowly where it is slow, and reset in the middle where it does that."""
        said = b""
        while len(said) < count:
            if self.behaviour == "reset" and self.budget <= 0:
                self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                raise Gone(said)
            self.reads += 1
            if self.behaviour == "slow" and not self.reads % 32:
                time.sleep(0.001)
            wanted = min(count - len(said), 16 if self.behaviour == "slow" else 65536)
            more = self.socket.recv(min(wanted, max(1, self.budget)) if self.behaviour == "reset" else wanted)
            if not more:
                raise Gone(said)
            self.budget -= len(more)
            said += more
        return said

    def say(self, answer: bytes) -> None:
        """Answer, unless it is one that never does."""
        if self.behaviour != "silent" and not (self.behaviour == "falls_silent" and self.begun):
            self.socket.sendall(answer)


@dataclass
class FakePrinter:
    """A printer that takes one connection after another, each with the next behaviour."""

    language: str
    behaviours: Iterator[str]
    seed: int = 1
    chatty: bool = False
    """Whether it answers bytes of a picture that look like a question, and says by itself when it stops."""
    papers: list[Paper] = field(default_factory=list)
    strange: list[bytes] = field(default_factory=list)
    """What it was sent and does not know."""
    forgotten: int = 0
    connections: int = 0

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"127.0.0.1:{self.listening.getsockname()[1]}"

    def _serve(self) -> None:
        talk: Callable[[Line], None] = self._receipts if self.language == "escpos" else self._labels
        while True:
            try:
                connection, _ = self.listening.accept()
            except OSError:
                return
            self.connections += 1
            with connection, contextlib.suppress(Gone, OSError):
                talk(Line(connection, next(self.behaviours), self.random.randrange(20, 4000)))

    def close(self) -> None:
        """Switch it off."""
        self.listening.shutdown(socket.SHUT_RDWR)
        self.listening.close()
        self.thread.join(10)

    # Receipts

    def _receipts(self, line: Line) -> None:
        page = Paper(b"", 0, False)
        stopped = line.behaviour == "no_paper"
        held: list[Paper] = []
        try:
            while True:
                stopped = self._receipt_command(line, page, stopped, held)
        finally:
            if page.rows:  # the rest of a page that was begun stays in the machine as torn paper
                self.papers.append(Paper(page.rows, page.row_bytes, False))
            self.papers.extend(held)  # somebody puts paper in, and what lies in the buffer comes out

    def _receipt_command(self, line: Line, page: Paper, stopped: bool, held: list[Paper]) -> bool:
        command = line.read(2)
        if command == b"\x10\x04":
            line.say(self._how_it_is(line.read(1)[0], line.behaviour, stopped))
        elif command == b"\x10\x14":
            line.read(8)
            self.forgotten += 1
            self.papers.extend(Paper(paper.rows, paper.row_bytes, False) for paper in held)
            held.clear()
        elif command == b"\x1dv":
            stopped = self._picture(line, page, stopped)
        elif command == b"\x1dV":
            self._cut(line.read(2), page, stopped, held)
        elif command == b"\x1dr":
            line.read(1)
            if not stopped:
                line.say(b"\x00")
        elif command == b"\x1bd":
            line.read(1)
            self._cut(b"B\x00", page, stopped, held)
        elif command == b"\x1da":
            line.read(1)
        elif command != b"\x1b@":
            self.strange.append(command)
        return stopped

    def _how_it_is(self, question: int, behaviour: str, stopped: bool) -> bytes:
        trouble = {1: 0x08, 4: 0x60 if stopped else 0, 2: 0x20 if stopped else 0x04} if stopped or behaviour == "open" else {}
        if behaviour == "slow":
            trouble = {4: 0x0C}  # its paper is near the end, which stops nothing
        return bytes([0x12 | trouble.get(question, 0)])

    def _picture(self, line: Line, page: Paper, stopped: bool) -> bool:
        head = line.read(6)
        row_bytes, rows = int.from_bytes(head[2:4], "little"), int.from_bytes(head[4:6], "little")
        if head[:2] != b"0\x00" or not 0 < rows <= 255:
            self.strange.append(head)
        page.row_bytes = row_bytes
        line.begun = True
        try:
            read = line.read(row_bytes * rows)
        except Gone as gone:
            page.rows += gone.args[0][: len(gone.args[0]) // row_bytes * row_bytes]
            raise
        if line.behaviour == "paper_ends" and self.random.random() < 0.5:
            stopped = True
        if self.chatty:
            for found in re.finditer(rb"\x10\x04([\x01-\x04])", read):
                line.say(self._how_it_is(found[1][0], line.behaviour, stopped))
            if stopped:
                line.say(b"\x18\x00\x0c\x00")  # what many say by themselves when they stop
        page.rows += read
        return stopped

    def _cut(self, how: bytes, page: Paper, stopped: bool, held: list[Paper]) -> None:
        if how != b"B\x00":
            self.strange.append(how)
        (held if stopped else self.papers).append(Paper(page.rows, page.row_bytes))
        page.rows = b""

    # Labels

    def _labels(self, line: Line) -> None:
        read, stopped, polls = b"", line.behaviour == "no_paper", 0
        held: list[Paper] = []
        try:
            while True:
                read += line.read(1)
                if read == b"~HS":
                    polls += 1
                    line.say(self._label_state(line.behaviour, stopped, len(held), polls))
                    if line.behaviour == "slow" and polls > 3:
                        self.papers.extend(held)
                        held = []
                elif read == b"~JA":
                    self.forgotten += 1
                    held = []
                elif read.endswith(b"^XZ\n"):
                    line.begun = True
                    stopped = stopped or line.behaviour == "paper_ends"
                    (held if stopped or line.behaviour == "slow" else self.papers).extend(self._label(read))
                else:
                    continue
                read = b""
        finally:
            if read and not any(known.startswith(read[:3]) for known in (b"~HS", b"~JA", b"^XA")):
                self.strange.append(read)
            self.papers.extend(held)  # somebody puts labels in, and what lies in the buffer comes out

    def _label_state(self, behaviour: str, stopped: bool, held: int, polls: int) -> bytes:
        lines = [line.split(b",") for line in WELL.split(b"\r\n")]
        lines[0][1] = b"1" if stopped else b"0"
        lines[1][2] = b"1" if behaviour == "open" else b"0"
        lines[1][8] = b"%08d" % held if behaviour == "slow" else b"00000000"
        return b"\r\n".join(b",".join(line) for line in lines)

    def _label(self, read: bytes) -> list[Paper]:
        found = LABEL.fullmatch(read)
        if found is None or binascii.crc_hqx(found[6], 0) != int(found[7], 16):
            self.strange.append(read)
            return []
        rows, row_bytes = zlib.decompress(base64.b64decode(found[6])), int(found[5])
        if len(rows) != int(found[3]) or int(found[2]) * row_bytes != len(rows) or (int(found[1]) + 7) // 8 != row_bytes:
            self.strange.append(read)
        return [Paper(rows, row_bytes)]


@contextlib.contextmanager
def fake_printer(language: str, *behaviours: str, **how: Any) -> Iterator[FakePrinter]:
    """Switch a printer on; its last behaviour stays."""
    each = itertools.chain(behaviours[:-1], itertools.repeat(behaviours[-1]))
    printer = FakePrinter(language, each, **how)
    try:
        yield printer
    finally:
        printer.close()


def machine(kind: str, **settings: Any) -> Printer:
    """A printer as factory.toml would describe it; only where it is to fall silent are tests impatient."""
    papers = {"escpos": "roll58", "zpl": "label", "cups": "a5"}
    given = {"paper": papers.get(kind, ""), "patience": 30, "folder": "prints", **settings}
    return Printer(name=f"the_{kind}", title=Title(zh="打印机", en="printer"), kind=kind, **given)


def picture(number: int, again: bool = False, rows: int = 40) -> Bitmap:
    """A page that says on its first row which job it is, and whether it says REPRINT; the rest belongs to it alone."""
    row_bytes = 48
    head = (number.to_bytes(4, "big") + bytes([again])).ljust(row_bytes, b"\xff")
    rest = random.Random(number * 2 + again).randbytes(row_bytes * (rows - 1))
    return Bitmap(row_bytes * 8, rows, head + rest)


def numbered(number: int, again: bool = False, rows: int = 40) -> Job:
    """A job that can be known again on paper and in a file."""
    pdf = b"%%PDF-1.7 %d %d %%%%EOF" % (number, again)
    return Job(
        f"{number:06}{'-reprint' if again else ''}",
        f"GX26-{number:06}/4",
        again,
        lambda: pdf,
        lambda dots: [picture(number, again, rows)],
    )


def not_printed(printer: Printer, job: Job, folder: Path = Path()) -> tuple[str, bool]:
    """The code of a failure, and whether paper may have come out."""
    with pytest.raises(NotPrinted) as failed:
        send(printer, job, folder)
    for language in ("zh", "en"):
        assert "{" not in Words.load(language).refusal(failed.value)
    return failed.value.code, failed.value.came_out
