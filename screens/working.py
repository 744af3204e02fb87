"""Work: what a key or a scan starts is done beside the painting, keys typed ahead wait for it, and no fault ends the program."""

from __future__ import annotations

import contextlib
from collections.abc import Coroutine
from typing import Any, cast

from textual.app import ScreenStackError
from textual.worker import Worker, WorkerState

from qdesk.errors import Refused
from qdesk.words import Words
from screens.faults import FaultLog, Guarded
from screens.frame import Frame
from screens.scanner import DeskKeys

WORKING_AFTER = 0.08
"""Seconds after which somebody who waits is told so."""


class WorkingApp(Guarded, DeskKeys):
    """An app whose keys start work; a refusal is said where the user looks, a fault gets a number."""

    words: Words
    faults: FaultLog

    @property
    def frame(self) -> Frame:
        """Return the screen on top."""
        return cast("Frame", self.screen)

    def work(self, job: Coroutine[Any, Any, None]) -> None:
        """Do what a key or scan started; keys typed ahead wait until it is done, painting goes on."""
        self.hold()
        self.run_worker(self._work(job), group="work", exit_on_error=False)

    async def _work(self, job: Coroutine[Any, Any, None]) -> None:
        working = self.set_timer(WORKING_AFTER, lambda: self.frame.show_working(self.words.say("screen.working")))
        try:
            await job
        except Refused as refused:
            await self.refuse(refused)
        finally:
            working.stop()
            self.frame.show_working("")
            try:
                await self.after_work()
            finally:
                self.release()

    async def after_work(self) -> None:
        """Do what belongs to every piece of work, while the keys still wait."""

    def aside(self, job: Coroutine[Any, Any, None]) -> None:
        """Do something nobody waits for; what it refuses is said by what asks for it next time."""
        self.run_worker(self._aside(job), group="aside", exit_on_error=False)

    async def _aside(self, job: Coroutine[Any, Any, None]) -> None:
        with contextlib.suppress(Refused):
            await job

    def on_worker_state_changed(self, message: Worker.StateChanged) -> None:
        """Tell what went wrong in a worker."""
        error = message.worker.error
        if message.state == WorkerState.ERROR and isinstance(error, Exception):
            self.tell_fault(error)

    def tell_fault(self, error: Exception) -> None:
        """Turn a fault of our own into a numbered message and a line in the log."""
        number = self.faults.write(error)
        with contextlib.suppress(ScreenStackError):  # there is no screen at all before the first and after the last
            self.frame.tell(self.words.say("screen.fault", number=number), "refused")
        self.bell()

    def _handle_exception(self, error: Exception) -> None:
        """Stay alive: what no boundary caught broke a part of this screen, so the desk is built anew."""
        self.tell_fault(error)
        if self.is_running:
            self.call_later(self.start_again)

    async def refuse(self, refused: Refused) -> None:
        """Say a refusal where the user looks."""
        self.frame.refuse(refused)

    async def start_again(self) -> None:
        """Build anew what a fault may have broken."""

    def ring(self, times: int = 1) -> None:
        """Ring: once for what was taken, twice for what was refused."""
        for turn in range(times):
            self.set_timer(0.001 + turn * 0.18, self.bell)
