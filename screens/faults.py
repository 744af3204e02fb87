"""Faults of our own: each gets a number for the user and one line in the log, and never takes the desk down.

The log says where and what kind, never a value: what was typed may be a PIN.
"""

from __future__ import annotations

import time
import traceback
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from textual.message import Message
from textual.message_pump import MessagePump

if TYPE_CHECKING:
    from screens.working import WorkingApp

LOG = "faults.log"
FRAMES = 6
SAME_FOR = 60.0
"""Seconds in which a fault that comes again, as from a clock, keeps its number and its one line in the log."""


def fault_line(error: BaseException) -> str:
    """Return what the log keeps of an error: its kind and the places it came through, no message and no values."""
    frames = traceback.extract_tb(error.__traceback__)[-FRAMES:]
    places = " < ".join(f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in reversed(frames))
    return f"{type(error).__module__}.{type(error).__qualname__} at {places or 'nowhere'}"


class FaultLog:
    """The file beside the site's database where faults are written down."""

    def __init__(self, folder: Path) -> None:
        """Log in a site's folder; where that cannot be written, only the number is told."""
        self.path = folder / LOG
        self.count = 0
        self.latest, self.latest_at, self.number = "", 0.0, ""

    def write(self, error: BaseException) -> str:
        """Write one fault down and return its number, such as 1120-0931-2."""
        line, since = fault_line(error), time.monotonic()
        if line == self.latest and since - self.latest_at < SAME_FOR:
            return self.number
        self.count += 1
        now = datetime.now()
        self.latest, self.latest_at, self.number = line, since, f"{now:%m%d-%H%M}-{self.count}"
        with suppress(OSError), self.path.open("a", encoding="utf-8") as log:
            log.write(f"{now:%Y-%m-%d %H:%M:%S} {self.number} {line}\n")
        return self.number


class FaultTold:
    """The boundary: an error inside becomes a numbered message at the desk, and the desk lives on."""

    def __init__(self, app: WorkingApp) -> None:
        """Tell faults at this app."""
        self.app = app

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> bool:
        """Tell an error, unless it is a cancellation or the program is told to end."""
        if not isinstance(error, Exception):
            return False
        self.app.tell_fault(error)
        return True


class Guarded(MessagePump):
    """A part of the screen whose faulty handler ends the message, not the part."""

    async def _dispatch_message(self, message: Message) -> None:
        app: Any = self.app
        with FaultTold(app):
            await super()._dispatch_message(message)
