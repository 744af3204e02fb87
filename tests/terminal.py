"""A terminal for tests: the real app at a real site, keys posted as hands and scanners post them, the screen read as text."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from factory_floor import PIN, Floor
from textual import events
from textual.keys import _character_to_key
from textual.pilot import Pilot
from textual.widget import Widget

from qdesk.clock import Clock
from screens.app import DeskApp, Opening
from screens.frame import Frame
from screens.menu import MenuScreen

NAMES = {"\r": "enter", "\n": "ctrl+j", "\t": "tab", "\x1b": "escape"}

MOST_LOOKS = 200


class Terminal:
    """One terminal somebody works at."""

    def __init__(self, app: DeskApp, pilot: Pilot[Any]) -> None:
        """Work at a running app."""
        self.app = app
        self.pilot = pilot

    async def press(self, *names: str) -> None:
        """Press keys by their names, one after the other, and wait until all they caused is done."""
        for name in names:
            self.app.post_message(events.Key(name, None))
        await self.settled()

    async def type(self, text: str) -> None:
        """Type text; a line end is Enter. Wait until all it caused is done."""
        await self.post(text)
        await self.settled()

    async def post(self, text: str) -> None:
        """Type text and wait for nothing."""
        for letter in text:
            name = NAMES.get(letter) or _character_to_key(letter)
            self.app.post_message(events.Key(name, letter if letter.isprintable() else None))

    async def scan(self, code: str, prefix: str = "]C1") -> None:
        """Scan a code: a burst of keys and Enter."""
        await self.type(f"{prefix}{code}\r")

    async def go_to(self, name: str) -> None:
        """Open one of the lists that the menu names, with the arrows."""
        await self.press("f10")
        menu = self.frame
        assert isinstance(menu, MenuScreen)
        place = [each.name for each in menu.further].index(name)
        await self.press(*["right"] * place, "enter")

    async def settled(self) -> None:
        """Wait until every key is answered and painted."""
        await self.app.drained()
        await asyncio.sleep(0)
        await self.app.drained()
        quiet = 0
        for _ in range(MOST_LOOKS):  # what was drawn anew is laid out and painted a little later, on the screen's own timer
            quiet = 0 if self.unpainted else quiet + 1
            if quiet > 2:
                break
            await asyncio.sleep(0.002)

    @property
    def unpainted(self) -> bool:
        """Whether some part of the screen on top still waits to be laid out or painted."""
        screen = self.app.screen
        waits = any(part._layout_required or part._repaint_required for part in (screen, *screen.walk_children(Widget)))
        return waits or bool(screen._dirty_widgets) or not screen._message_queue.empty()

    async def log_in(self, badge: str, pin: str = PIN) -> None:
        """Scan a badge and type its PIN."""
        await self.scan(badge)
        await self.type(f"{pin}\r")

    async def resize(self, width: int, height: int) -> None:
        """Give the terminal another size."""
        await self.pilot.resize_terminal(width, height)
        await self.settled()

    @property
    def frame(self) -> Frame:
        """The screen on top."""
        return self.app.frame

    @property
    def said(self) -> str:
        """What the status line says."""
        return self.frame.said

    @property
    def text(self) -> str:
        """The whole screen as it is painted."""
        strips = self.app.screen._compositor.render_strips()
        return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in strips)

    def of(self, widget: str) -> Any:
        """A widget of the screen on top."""
        return self.frame.query_one(widget)


@asynccontextmanager
async def terminal_at(
    folder: Path, desk: str, language: str = "en", size: tuple[int, int] = (80, 24), clock: Clock | None = None,
    look: str = "light", settle: bool = True, faults: bool = False, prints: bool = False,
) -> AsyncIterator[Terminal]:  # fmt: skip
    """Open a terminal; when it is closed no fault of our own may have been logged, unless they are what is tested."""
    app = DeskApp(Opening(folder, desk=desk, language=language, clock=clock, look=look, prints=prints))
    async with app.run_test(size=size) as pilot:
        terminal = Terminal(app, pilot)
        if settle:
            await terminal.settled()
        yield terminal
    log = folder / "faults.log"
    assert faults or not log.exists(), log.read_text(encoding="utf-8")


def at(
    floor: Floor, desk: str, story: Callable[[Terminal], Coroutine[Any, Any, None]], badge: str = "", **settings: Any
) -> None:
    """Play a story at one terminal of a floor, logged in where a badge is given."""

    async def play() -> None:
        async with terminal_at(floor.folder, desk, clock=floor.clock, **settings) as terminal:
            if badge:
                await terminal.log_in(badge)
            await story(terminal)

    asyncio.run(play())
