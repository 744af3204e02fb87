"""A connection to a printer on the network (raw TCP, port 9100) that notices what becomes of what was sent.

Libraries that only write miss a printer that is reset, has no paper or takes nothing any more; so this one asks, waits and reads.
"""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Iterator
from types import TracebackType
from typing import Self

from qdesk.machines import Printer
from qdesk.slips.jobs import NotPrinted, troubles

CHUNK = 4096
CONNECTING = 5.0
"""Seconds that a printer has to take the connection; one that is switched off never answers."""
PARTING = 2.0


class Wire:
    """One connection for one job; every trouble on it is a NotPrinted that knows whether paper may have come out."""

    def __init__(self, printer: Printer) -> None:
        """Connect."""
        self.printer = printer
        self.begun = False
        try:
            self.socket = socket.create_connection(printer.place, timeout=min(CONNECTING, printer.patience))
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except OSError as trouble:
            raise self.failed("printer_unreachable") from trouble

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.socket.close()

    def failed(self, code: str) -> NotPrinted:
        """Return the failure for a code; once a page was begun some of it may have come out."""
        return NotPrinted(troubles(self.printer)[code], self.begun)

    def put(self, data: bytes) -> None:
        """Send all of it; the printer may be as slow as it likes, but not stand still for longer than its patience."""
        left = memoryview(data)
        self.socket.settimeout(self.printer.patience)
        with self._troubles():
            while left:
                left = left[self.socket.send(left[:CHUNK]) :]

    def page(self, data: bytes) -> None:
        """Send a page; from its first byte on paper may come out."""
        self.begun = True
        self.put(data)

    def take(self, most: int, until: float) -> bytes:
        """Return what the printer says, at most so many bytes, empty when nothing came until this moment."""
        left = until - time.monotonic()
        if left <= 0:
            return b""
        self.socket.settimeout(left)
        with self._troubles(), contextlib.suppress(TimeoutError):
            said = self.socket.recv(most)
            if not said:
                raise ConnectionError
            return said
        return b""

    def give_up(self, command: bytes) -> None:
        """Tell the printer to forget what it still has of the job, so that it does not come out later; it may not hear."""
        with contextlib.suppress(OSError):
            self.socket.settimeout(min(1.0, self.printer.patience))
            self.socket.sendall(command)

    def part(self) -> None:
        """Say that this was all, and wait shortly until the printer has hung up; the job is known to be printed."""
        with contextlib.suppress(OSError):
            self._hang_up(min(PARTING, self.printer.patience))

    def part_for_certain(self) -> None:
        """Say that this was all; that the printer hangs up too is the only sign that it took everything."""
        with self._troubles():
            self._hang_up(self.printer.patience)

    def _hang_up(self, patience: float) -> None:
        self.socket.shutdown(socket.SHUT_WR)
        until = time.monotonic() + patience
        while True:
            self.socket.settimeout(max(0.001, until - time.monotonic()))
            if not self.socket.recv(CHUNK):
                return
            if time.monotonic() > until:
                raise TimeoutError

    @contextlib.contextmanager
    def _troubles(self) -> Iterator[None]:
        """Turn what goes wrong with a connection into what the user is told."""
        try:
            yield
        except TimeoutError as trouble:
            raise self.failed("printer_silent") from trouble
        except OSError as trouble:
            raise self.failed("printer_broke_off") from trouble
