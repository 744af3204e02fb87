"""The print room: one thread beside all others that sets pages and talks to printers, on its own connection to the site.

It is opened when there is something to print or to look at, never before the first picture: what sets pages takes a while to
load. A printer that is slow keeps nobody waiting but the paper behind it.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Collection
from concurrent.futures import Future
from pathlib import Path
from queue import SimpleQueue
from types import TracebackType
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

if TYPE_CHECKING:
    from qdesk.clock import Clock
    from qdesk.site import Site
    from qdesk.slips.spool import Spool
    from qdesk.slips.typesetting import Typesetter

T = TypeVar("T")
LAST_SHEET = 3.0
"""Seconds that a sheet on its way to a printer may take while the program ends; then its row says that it was interrupted."""


class Press(NamedTuple):
    """What the thread works with."""

    site: Site
    typesetter: Typesetter
    spool: Spool


class Job(NamedTuple):
    """One thing to do there, and where its answer goes."""

    function: Callable[[Press], Any]
    answer: Future[Any]


class Carried:
    """The boundary: what goes wrong in the thread is raised where the answer is waited for."""

    def __init__(self, answer: Future[Any]) -> None:
        """Carry to one answer."""
        self.answer = answer

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> bool:
        """Carry an error over; the end of the program is none."""
        if isinstance(error, Exception):
            self.answer.set_exception(error)
        return isinstance(error, Exception)


class PrintRoom:
    """The thread, begun with the first job."""

    def __init__(self, folder: Path, clock: Clock | None) -> None:
        """Stand before the closed door."""
        self.folder, self.clock = folder, clock
        self.jobs: SimpleQueue[Job | None] = SimpleQueue()
        self.thread: threading.Thread | None = None

    async def do(self, function: Callable[[Press], T]) -> T:
        """Return what a function makes of the press, after all that was asked for before; raises what it raises."""
        if self.thread is None:  # a daemon: a printer that does not answer must not keep the program from ending
            self.thread = threading.Thread(target=self._run, name="print room", daemon=True)
            self.thread.start()
        answer: Future[T] = Future()
        self.jobs.put(Job(function, answer))
        return await asyncio.wrap_future(answer)

    async def print_what_waits(self, desks: Collection[str]) -> int:
        """Print what waits for some desks and follow what was sent; return how many rows that concerned."""
        return await self.do(lambda press: press.spool.work(desks))

    async def close(self) -> None:
        """End the thread; what is being printed gets a moment to be finished."""
        if self.thread is None:
            return
        self.jobs.put(None)
        await asyncio.to_thread(self.thread.join, LAST_SHEET)

    def _run(self) -> None:
        with contextlib.ExitStack() as room:
            press: Press | None = None
            while (job := self.jobs.get()) is not None:
                if job.answer.set_running_or_notify_cancel():
                    with Carried(job.answer):
                        press = press or self._open(room)
                        job.answer.set_result(job.function(press))

    def _open(self, room: contextlib.ExitStack) -> Press:
        """Open the site once more, for this thread, and make the typesetter ready."""
        from qdesk.site import open_site
        from qdesk.slips.spool import Spool
        from qdesk.slips.typesetting import typesetter

        with contextlib.ExitStack() as half_open:
            site = open_site(self.folder, self.clock)
            half_open.callback(site.close)
            setter = half_open.enter_context(typesetter(self.folder))
            press = Press(site, setter, Spool(site, setter))
            room.push(half_open.pop_all())
        return press
