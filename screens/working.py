"""Work: what a key or a scan starts is done beside the painting, keys typed ahead wait for it, and no fault ends the program."""

from __future__ import annotations

import asyncio
import contextlib
import re
import time
from collections.abc import Coroutine
from typing import Any, cast

from textual.app import ScreenStackError
from textual.css.query import NoMatches
from textual.events import Key, Paste
from textual.message import Message
from textual.worker import Worker, WorkerState

from qdesk.errors import Refused
from qdesk.words import Words
from screens.codes import action_of, command_of
from screens.faults import FaultLog, Guarded
from screens.frame import Frame
from screens.scanner import DeskKeys, Scanned

WORKING_AFTER = 0.08
"""Seconds after which somebody who waits is told so."""
F_KEY = re.compile("f[0-9]{1,2}")
LONGEST_PASTE = 4000
AGAIN_AFTER = 1.0
"""Seconds between one time that a desk is built anew after a fault and the next."""


class WorkingApp(Guarded, DeskKeys):
    """An app whose keys start work; a refusal is said where the user looks, a fault gets a number."""

    words: Words
    faults: FaultLog
    fault = ""
    """What was said of the last fault."""
    begun_again_at = 0.0
    begins_again = False
    _given_out: Message | None = None

    @property
    def frame(self) -> Frame:
        """Return the screen on top."""
        return cast("Frame", self.screen)

    def work(self, job: Coroutine[Any, Any, None]) -> None:
        """Do what a key or scan started; keys typed ahead wait until it is done, painting goes on."""
        self.hold()
        self.run_worker(self._work(job, self.frame), group="work", exit_on_error=False)

    async def _work(self, job: Coroutine[Any, Any, None], begun_on: Frame) -> None:
        done = asyncio.Event()  # the timer may have struck already while what it says waits behind the end of the work
        working = self.set_timer(WORKING_AFTER, lambda: self.say_working() if not done.is_set() else None)
        try:
            await job
        except Refused as refused:
            await self.refuse(refused, begun_on)
        finally:
            done.set()
            working.stop()
            try:
                self.rest()
                await self.after_work()
            finally:
                self.release()

    def say_working(self) -> None:
        """Say that something takes a moment."""
        self.frame.show_working(self.words.say("screen.working"))

    def _receive_paste(self, paste: Paste) -> None:
        """Take in what was pasted, unless it is far more than a field holds: drawing that anew with every key takes for ever."""
        if len(paste.text) > LONGEST_PASTE:
            self.frame.refuse(Refused("text_too_long", field=self.words.say("word.paste"), longest=LONGEST_PASTE))
        else:
            super()._receive_paste(paste)

    async def _give_out(self, item: Message) -> None:
        """Let the next in line have its effect, unless it only says once more what was being done already."""
        before, self._given_out = self._given_out, item
        if before is not None and same_key(before, item) and item.time < self.acted_at():
            self.bell()
        else:
            await super()._give_out(item)

    def acted_at(self) -> float:
        """Return when the last act was done, on the clock of the keys."""
        return 0.0

    def rest(self) -> None:
        """Say on no screen any more that something takes a moment: another may have been put on top meanwhile."""
        for screen in self.screen_stack:
            if isinstance(screen, Frame):
                screen.show_working("")

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
        """Turn a fault of our own into a numbered message and a line in the log.

        That a screen or a part of one is missing is none while the program closes: a timer has struck, or work has ended.
        """
        if isinstance(error, (ScreenStackError, NoMatches)) and not self.is_running:
            return
        self.fault = self.words.say("screen.fault", number=self.faults.write(error))
        with contextlib.suppress(ScreenStackError):  # there is no screen at all before the first and after the last
            self.frame.tell(self.fault, "refused")
        self.bell()

    def on_loop_fault(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Tell a fault of a call or a task that nobody waits for; the terminal is no place for its traceback."""
        error = context.get("exception")
        if isinstance(error, Exception) and not loop.is_closed():
            self.tell_fault(error)

    def _handle_exception(self, error: Exception) -> None:
        """Stay alive: what no boundary caught broke a part of this screen, so the desk is built anew."""
        self.tell_fault(error)
        if not self.is_running or self.begins_again:
            return
        self.begins_again = True
        wait = self.begun_again_at + AGAIN_AFTER - time.monotonic()
        self.set_timer(max(wait, 0.001), lambda: self.run_worker(self._start_again(), group="again", exit_on_error=False))

    async def _start_again(self) -> None:
        """Build the desk anew; where that ended in a fault before anybody touched a key, the login."""
        typed, now = self._given_out.time if self._given_out else 0.0, time.monotonic()
        soon, self.begun_again_at = self.begun_again_at > max(typed, now - 2 * AGAIN_AFTER), now
        try:
            async with self.holding():
                await self.start_again(soon)
        finally:
            self.begins_again = False
        self.frame.tell(self.fault, "refused")

    def panic(self, *renderables: Any) -> None:
        """End without a traceback, which would show what was typed; whoever calls this has nothing left to run on."""
        self.call_later(self.exit, return_code=1)

    async def refuse(self, refused: Refused, begun_on: Frame) -> None:
        """Say a refusal where the user looks."""
        self.frame.refuse(refused)

    async def start_again(self, soon: bool) -> None:
        """Build anew what a fault may have broken; `soon` says that this was done only just before."""

    def ring(self, times: int = 1) -> None:
        """Ring: once for what was taken, twice for what was refused."""
        for turn in range(times):
            self.set_timer(0.001 + turn * 0.18, self.bell)


def same_key(before: Message, item: Message) -> bool:
    """Tell whether an F-key, its code or an action card came twice: again during an act it is impatience, not the card's next."""
    if isinstance(before, Scanned) and isinstance(item, Scanned):
        return before.code == item.code and (command_of(item.code) is not None or bool(action_of(item.code)))
    return isinstance(before, Key) and isinstance(item, Key) and before.key == item.key and F_KEY.fullmatch(item.key) is not None
