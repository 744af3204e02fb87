"""An app to be typed and scanned at: keys are posted as the terminal driver posts them, faster than any person or scanner."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import ClassVar

from stdnum.iso7064 import mod_97_10
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widgets import Button, DataTable, Input, Static

from screens.keys import SerialKeys
from screens.scanner import DeskKeys, ScanFrame, Scanned

NAMES = {
    "\r": "enter",
    "\n": "ctrl+j",
    "\t": "tab",
    "\b": "backspace",
    "\x03": "ctrl+c",
    "\x10": "ctrl+p",
    "\x11": "ctrl+q",
    "\x1d": "ctrl+right_square_bracket",
    "]": "right_square_bracket",
}


def piece(running: int) -> str:
    """One piece number with right check digits."""
    digits = f"1126{running:07}00000"
    return digits + str(mod_97_10.calc_check_digits(digits))


PIECES = [piece(running) for running in range(1, 201)]
A, B, C = PIECES[:3]
HUNG_AFTER = 120
"""Seconds after which a desk is taken to be stuck; thousands of keys take long on a machine that has other things to do."""
WAYS = ("quick", "slow", "pushing", "table", "nothing")


def keys(text: str) -> list[events.Event]:
    """What the terminal makes of characters."""
    return [events.Key(NAMES.get(character, character), character) for character in text]


def key(name: str) -> list[events.Event]:
    return [events.Key(name, None)]


def framed(*codes: str, end: str = "\r") -> list[events.Event]:
    """Scans as a scanner sends them when it is set up as we recommend."""
    return [event for code in codes for event in keys(f"]C1{code}{end}")]


def at(moment: float, batch: list[events.Event]) -> list[events.Event]:
    """The same events as if all had been read at one moment."""
    for event in batch:
        event.time = moment
    return batch


class Asking(Screen[None]):
    """A screen with a field, slow to be built."""

    def compose(self) -> ComposeResult:
        yield Static("PIN")
        yield Input(id="asked")

    async def on_mount(self) -> None:
        await asyncio.sleep(0.02)


class Bench(DeskKeys):
    """A desk that answers scans and typed lines quickly, slowly or with another screen, and remembers everything."""

    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f2", "ask", priority=True),
        Binding("f3", "work", priority=True),
        Binding("f4", "remove_line", priority=True),
        Binding("f5", "pop", priority=True),
        Binding("f6", "fail", priority=True),
        Binding("f7", "switch", priority=True),
        Binding("y", "yes"),
    ]

    def __init__(self, way: str = "quick") -> None:
        super().__init__()
        self.way = way
        self.scans: list[tuple[str, str]] = []
        self.lines: list[str] = []
        self.pressed: list[str] = []

    def compose(self) -> ComposeResult:
        if self.way == "table":
            yield DataTable[str]()
        elif self.way == "nothing":
            yield Static("")
        elif self.way == "button":
            yield Button("OK")
        else:
            yield Input(id="line")

    @property
    def codes(self) -> list[str]:
        return [code for code, _ in self.scans]

    def value(self, selector: str = "#line") -> str:
        return self.screen.query_one(selector, Input).value

    def work(self, job: Awaitable[None]) -> None:
        """Work on a thread as the desk does it: the keys are held, the pumps stay free."""
        self.hold()
        self.run_worker(self._work(job), exit_on_error=False)

    async def _work(self, job: Awaitable[None]) -> None:
        try:
            await job
        finally:
            self.release()

    async def slow_answer(self, scan: Scanned) -> None:
        await asyncio.to_thread(time.sleep, 0.002)
        self.scans.append((scan.code, scan.how))

    async def slow_ask(self) -> None:
        await asyncio.to_thread(time.sleep, 0.2)
        self.call_later(self.push_screen, Asking())

    async def failing(self) -> None:
        await asyncio.to_thread(time.sleep, 0.02)
        raise RuntimeError("the engine has a fault")

    def on_scanned(self, scan: Scanned) -> None:
        if self.way == "slow":
            self.work(self.slow_answer(scan))
            return
        self.scans.append((scan.code, scan.how))
        if self.way == "pushing":
            self.push_screen(Asking()) if len(self.screen_stack) == 1 else self.pop_screen()

    def on_input_submitted(self, message: Input.Submitted) -> None:
        if message.value == "ask":
            self.call_later(self.push_screen, Asking())
        self.lines.append(message.value)
        message.input.value = ""

    def on_button_pressed(self) -> None:
        self.pressed.append("button")

    def action_yes(self) -> None:
        self.pressed.append("y")

    async def action_ask(self) -> None:
        self.push_screen(Asking())

    def action_work(self) -> None:
        self.work(self.slow_ask())

    def action_fail(self) -> None:
        self.work(self.failing())

    def action_pop(self) -> None:
        self.pop_screen()

    def action_switch(self) -> None:
        self.switch_screen(Asking())

    def action_remove_line(self) -> None:
        self.query_one("#line").remove()
        self.mount(Input(id="next"))

    async def action_quit(self) -> None:
        self.pressed.append("quit")


class Timed(Bench):
    """A desk whose patience goes by a clock that only the test moves, however long the machine takes."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = 1000.0
        self.looks: list[tuple[float, ScanFrame]] = []

    def now(self) -> float:
        return self.clock

    def _look_at_frame_in(self, seconds: float, frame: ScanFrame) -> None:
        self.looks.append((self.clock + seconds, frame))

    def stands_still(self, seconds: float) -> None:
        """Let time go by as if the machine did nothing meanwhile; what was to be looked at is looked at late."""
        self.clock += seconds
        planned, self.looks = self.looks, []
        for moment, frame in planned:
            if moment > self.clock:
                self.looks.append((moment, frame))
            else:
                self._look_at_frame(frame, moment)

    async def passes(self, seconds: float) -> None:
        """Let time go by, an eighth of a second at a time."""
        for _ in range(round(seconds * 8)):
            self.stands_still(1 / 8)
            await asyncio.wait_for(self.drained(), HUNG_AFTER)

    async def typed(self, text: str) -> None:
        """Type at this moment and wait until it is answered."""
        await typed(self, at(self.clock, keys(text)))


@asynccontextmanager
async def running(app: SerialKeys) -> AsyncIterator[None]:
    async with app.run_test():
        await app.drained()
        yield


async def typed(app: SerialKeys, *batches: list[events.Event]) -> None:
    """Post everything at once and wait until it is answered."""
    for batch in batches:
        for event in batch:
            app.post_message(event)
    await asyncio.wait_for(app.drained(), HUNG_AFTER)


def played(*batches: list[events.Event], way: str = "quick") -> Bench:
    """A desk at which all this was typed ahead."""
    app = Bench(way)

    async def play() -> None:
        async with running(app):
            await typed(app, *batches)

    asyncio.run(play())
    return app


def played_at(app: Timed, check: Callable[[Timed], Awaitable[None]]) -> None:
    """Run a check at a desk with a clock of its own."""

    async def play() -> None:
        async with running(app):
            await check(app)

    asyncio.run(play())


def played_on(check: Callable[[Bench], Awaitable[None]], way: str = "quick") -> None:
    """Run a check at a desk."""

    async def play() -> None:
        app = Bench(way)
        async with running(app):
            await check(app)

    asyncio.run(play())


async def until(true: Callable[[], bool]) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(30):
        while not true():
            await asyncio.sleep(0.02)
