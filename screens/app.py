"""The app: one terminal at one desk. It opens the site, knows who sits here, and keeps every part alive."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, cast

from textual.binding import Binding, BindingType
from textual.filter import Monochrome, NoColor
from textual.screen import Screen

from qdesk.errors import Refused
from qdesk.words import LANGUAGES, Words
from screens.faults import FaultLog
from screens.login import LoginScreen
from screens.look import LOOKS, THEMES
from screens.spooling import PRINT_EVERY, SpoolingApp

if TYPE_CHECKING:
    from textual.driver import Driver

    from qdesk.clock import Clock
    from screens.engine import Engine
    from screens.guide import Guide

NOTICE_EVERY = 0.25
FIRST_WORDS = ("screen", "login", "key", "guide")
"""The sections of the words that the first picture needs; all of them are read with the site."""
LAST_WORDS = 2.0
"""Seconds that what was typed may take to be put away before the terminal is given back; it is written down all the same."""


@dataclass(frozen=True)
class Opening:
    """What the command line asked for."""

    folder: Path
    desk: str = ""
    language: str = ""
    look: str = "light"
    clock: Clock | None = None
    guided: bool = False
    prints: bool = True
    """Whether what waits at the desk is printed from here."""


class DeskApp(SpoolingApp):
    """The terminal at a desk."""

    CSS_PATH = Path(__file__).parent / "look.tcss"
    ENABLE_COMMAND_PALETTE = False
    ALLOW_SELECT = False
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]  # noqa: RUF012  # textual declares it in a way that a ClassVar clashes with
    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(f"f{number}", f"press({number})", show=False, priority=True) for number in range(1, 13)),
        Binding("escape", "press(12)", show=False, priority=True),
    ]

    def __init__(self, opening: Opening) -> None:
        """Start before the site is open: the first picture needs words only."""
        super().__init__()
        if self.no_color:  # Textual would make grey of colours, and black on black of the terminal's own
            self._filters = [NoColor() if isinstance(each, Monochrome) else each for each in self._filters]
        self.opening = opening
        self.language = opening.language or ("zh" if os.environ.get("LANG", "").startswith("zh") else "en")
        self.words = Words.first(self.language, FIRST_WORDS)
        self.languages: dict[str, Words] = {self.language: self.words}
        self.guide: Guide | None = None
        self.faults = FaultLog(opening.folder)
        self.thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="database")
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = opening.look if opening.look in LOOKS else LOOKS[0]
        if opening.guided:
            from screens.guide import Guide  # only the demo has one

            self.guide = Guide(self)

    def get_default_screen(self) -> Screen[Any]:
        """Begin with the login."""
        return LoginScreen()

    def get_driver_class(self) -> type[Driver]:
        """Read the terminal in our own way wherever there is one."""
        if sys.platform == "win32":
            return super().get_driver_class()
        from screens.driver import SteadyDriver

        return SteadyDriver

    def on_mount(self) -> None:
        """Be ready to be told to end, and begin."""
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(self.on_loop_fault)
        for name in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            with contextlib.suppress(NotImplementedError, ValueError, RuntimeError):
                loop.add_signal_handler(name, self.end)
        self.work(self._open_site())

    async def _open_site(self) -> None:
        """Open the site as soon as the first picture is painted; what is typed meanwhile waits its turn."""
        painted = asyncio.Event()
        self.call_after_refresh(painted.set)
        await painted.wait()
        try:
            self.engine_or_none = await asyncio.get_running_loop().run_in_executor(self.thread, self._opened)
        except Refused as refused:
            self.not_open, self.words = refused, Words.load(self.language)
            self.languages = {self.language: self.words}
            cast("LoginScreen", self.screen_stack[0]).cannot_open(refused)
            return
        site = self.engine.site
        self.languages = dict(site.languages)
        self.language = self.opening.language or site.config.language
        self.words = self.languages[self.language]
        await self.note_version()
        self.set_interval(NOTICE_EVERY, self.look_for_changes)
        self.set_interval(1.0, self.watch_the_clock)
        self.set_interval(PRINT_EVERY, self.look_for_prints)
        cast("LoginScreen", self.screen_stack[0]).site_is_open()

    def _opened(self) -> Engine:
        from screens.engine import open_engine  # the house is loaded after the first picture, on the thread that needs it

        return open_engine(self.opening.folder, self.opening.clock, self.thread)

    def end(self) -> None:
        """End the program: the terminal is restored, what was typed is kept."""
        self.run_worker(self._end(), exit_on_error=False)

    async def _end(self) -> None:
        keeping = await self.begin_keeping()
        if keeping:
            await asyncio.wait(keeping, timeout=LAST_WORDS)
        self.exit(0)

    async def after_work(self) -> None:
        """Let the guide of the demo look where its case is."""
        await super().after_work()
        if self.guide is not None:
            await self.guide.follow()

    async def on_unmount(self) -> None:
        """Close the site, and the rooms where pages are set."""
        await self.close_rooms()
        if self.engine_or_none is not None:
            await self.engine_or_none.close()
        else:
            self.thread.shutdown(wait=False)

    async def action_quit(self) -> None:
        """Do nothing: a scan may contain the key that quits other programs."""
        self.bell()

    def action_suspend_process(self) -> None:
        """Do nothing: a desk that is suspended cannot lock."""
        self.bell()

    def action_help_quit(self) -> None:
        """Say how one leaves."""
        self.frame.tell(self.words.say("screen.how_to_leave"), "hint")

    def action_press(self, number: int) -> None:
        """Do what an F-key says on the screen on top."""
        self.frame.press(number)

    async def switch_language(self) -> None:
        """Speak the other language, everywhere, at once."""
        other = LANGUAGES[1 - LANGUAGES.index(self.language)]
        self.words = self.languages.setdefault(other, self.words if other == self.language else Words.load(other))
        self.language = other
        await self.frame.changed()
        self.frame.redraw()
        self.frame.tell(self.words.say("screen.language_now"), "hint")

    async def switch_look(self) -> None:
        """Take the next of the three looks."""
        self.theme = LOOKS[(LOOKS.index(self.theme) + 1) % len(LOOKS)]
        self.frame.redraw()

    async def show_help(self, page: str, code: str = "") -> None:
        """Show a page of the handbook; a refusal's code is found from there with one key."""
        from screens.help import HelpScreen

        await self.push_screen(HelpScreen(page, code))


def run(opening: Opening) -> int:
    """Open the desk in this terminal and return the exit code."""
    app = DeskApp(opening)
    app.run(mouse=False)
    if app.return_code is None:  # nobody asked for the end: what was wrong is told where it can still be read
        print(app.fault, file=sys.stderr)
        return 1
    return app.return_code

