"""A program at a real pseudo-terminal: what a keyboard and a scanner send it, what it paints and when, what memory it takes.

Linux only, as the program is spawned, written to and looked at from outside, the way a person sits before it.
"""

from __future__ import annotations

import codecs
import contextlib
import fcntl
import os
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
COLOURS = re.compile(r"\x1b\[[0-9;:]*m")
MOVES = re.compile(r"\x1b(?:\[[0-9;?<>=]*[ -/]*[@-~]|[\]P_][^\x07\x1b]*(?:\x07|\x1b\\)|[()#].|[=>78MDEc])")
HALF = re.compile(r"\x1b(?:\[[0-9;?<>=]*|[\]P_][^\x07\x1b]*|[()#])?$")
PATIENCE = 30.0
LOOKED_AT = 65536
QUIET = 0.25

QDESK = "import sys; from qdesk.cli import main; sys.exit(main(sys.argv[1:]))"


class NotPainted(Exception):
    """What was waited for did not come; says what was painted instead."""


class PseudoTerminal:
    """A terminal of 80 columns and 24 rows with one program at it."""

    def __init__(
        self, program: Sequence[str], size: tuple[int, int] = (80, 24), environment: Mapping[str, str] | None = None
    ) -> None:
        """Start the program; the clock runs from here."""
        self.master, slave = os.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
        given = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "TEXTUAL", "COLUMNS", "LINES")}
        given |= {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8", "PYTHONUTF8": "1"}
        path = os.pathsep.join([str(ROOT), str(ROOT / "tests" / "bench"), str(ROOT / "tests")])
        given |= {"PYTHONPATH": path, **(environment or {})}
        self.raw = ""
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self.started = time.perf_counter()
        self.process = subprocess.Popen(
            list(program), stdin=slave, stdout=slave, stderr=slave, env=given, cwd=ROOT, start_new_session=True
        )
        os.close(slave)

    # What it paints

    def read(self, seconds: float) -> bool:
        """Take in what was painted within so many seconds at most; return whether there was anything."""
        if not select.select([self.master], [], [], max(0.0, seconds))[0]:
            return False
        try:
            painted = os.read(self.master, LOOKED_AT)
        except OSError:  # the program has ended and nobody holds the other side
            painted = b""
        if not painted:
            raise NotPainted(f"the program has ended with {self.process.wait(PATIENCE)}:\n{self.painted[-3000:]}")
        self.raw += self._decoder.decode(painted)
        return True

    @property
    def painted(self) -> str:
        """All that was painted since :meth:`forget`, as text: a move of the cursor is a line end, colours are nothing."""
        return MOVES.sub("\n", COLOURS.sub("", HALF.sub("", self.raw)))

    def forget(self) -> None:
        """Look only at what is painted from now on."""
        self.raw = HALF.search(self.raw)[0] if HALF.search(self.raw) else ""  # type: ignore[index]  # found twice alike

    def until(self, wanted: str | Callable[[str], bool], seconds: float = PATIENCE) -> float:
        """Wait until a text is painted, or until what is painted satisfies; return the moment it was seen."""
        satisfied = wanted if callable(wanted) else lambda painted: wanted in painted
        end = time.perf_counter() + seconds
        while not satisfied(self.painted):
            if not self.read(end - time.perf_counter()) and time.perf_counter() >= end:
                raise NotPainted(f"{wanted!r} is not painted within {seconds} s:\n{self.painted[-3000:]}")
        return time.perf_counter()

    def still(self, seconds: float = QUIET, most: float = 5.0) -> None:
        """Wait until nothing is painted for a while; it has to be shorter than the cursor's blinking, which is painted too."""
        end = time.perf_counter() + most
        while self.read(seconds) and time.perf_counter() < end:
            pass

    # What is typed

    def send(self, text: str) -> float:
        """Type or scan: one write, as a burst comes; return the moment before it."""
        sent, rest = time.perf_counter(), text.encode()
        while rest:
            rest = rest[os.write(self.master, rest) :]
        return sent

    def scan(self, code: str, prefix: str = "]C1") -> float:
        """Scan a code as a scanner does that sends its prefix and Enter."""
        return self.send(f"{prefix}{code}\r")

    def log_in(self, badge: str, pin: str, painted: str) -> None:
        """Scan a badge, type its PIN, and wait until the desk is painted."""
        self.scan(badge)
        self.until(badge)
        self.still()
        self.forget()
        self.send(f"{pin}\r")
        self.until(painted)
        self.still()
        self.forget()

    # Memory and the end

    @property
    def memory(self) -> float:
        """Resident memory of the program in MiB."""
        return resident(self.process.pid)

    @property
    def processor(self) -> float:
        """Milliseconds of processor time that the program has taken; unlike the clock it does not count who else is working."""
        tasks = Path(f"/proc/{self.process.pid}/task").glob("*/schedstat")
        return sum(int(task.read_text(encoding="ascii").split()[0]) for task in tasks) / 1_000_000

    def close(self) -> None:
        """End the program as a closed terminal window does, at the latest after some seconds by force."""
        self.process.send_signal(signal.SIGTERM)
        end = time.perf_counter() + 5
        with contextlib.suppress(NotPainted):
            while time.perf_counter() < end:  # what nobody reads would keep the program from ending
                self.read(0.1)
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.close(self.master)


def resident(process: int) -> float:
    """Return the resident memory of a process in MiB."""
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


@contextlib.contextmanager
def at_a_terminal(*program: str, environment: Mapping[str, str] | None = None) -> Iterator[PseudoTerminal]:
    """Have a program at a terminal as long as a block lasts."""
    terminal = PseudoTerminal(program, environment=environment)
    try:
        yield terminal
    finally:
        terminal.close()


def python(text: str, *arguments: str) -> list[str]:
    """Return the command that runs a Python text."""
    return [sys.executable, "-c", text, *arguments]


def desk_program(folder: Path, desk: str) -> list[str]:
    """Return the command that opens the terminal at one desk of a site, as the console script `qdesk` runs it."""
    return python(QDESK, "desk", desk, "--site", str(folder), "--language", "en", "--look", "light")


def part(figures: Sequence[float], share: float) -> float:
    """Return the figure that so large a share of them stays at or under."""
    ordered = sorted(figures)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
