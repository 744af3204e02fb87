"""Text of any length: only the lines in sight are drawn; the screen hands the keys on, since the scan line keeps the focus."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widget import Widget

from screens.card import Reader
from screens.lettering import stacked
from screens.textframe import TextFrame, by_keys

Json = dict[str, Any]


class PageView(Widget, can_focus=False):
    """The lines of a page that are in sight; only these are drawn, however long the page is."""

    DEFAULT_CSS: ClassVar[str] = "PageView { height: 1fr; width: 1fr; color: $foreground; background: $background; }"

    def __init__(self) -> None:
        """Begin with an empty page."""
        super().__init__()
        self.lines: Sequence[Content] = ()
        self.top = 0
        self.marked = -1

    def show(self, lines: Sequence[Content], top: int = 0, marked: int = -1) -> None:
        """Show a page from one of its lines on."""
        self.lines, self.marked = lines, marked
        self.go(top)

    def go(self, top: int) -> None:
        """Show the page from another line on, as far as it goes."""
        self.top = max(0, min(top, len(self.lines) - self.size.height))
        self.refresh()

    def render(self) -> Content:
        """Draw the lines in sight, the one that was found marked."""
        seen = list(self.lines[self.top : self.top + max(1, self.size.height)])
        here = self.marked - self.top
        if 0 <= here < len(seen):
            seen[here] = seen[here].stylize("reverse")
        return stacked(seen)

    def scroll_by_key(self, key: str) -> None:
        """Go by a line, a page, or to either end."""
        page = max(1, self.size.height - 1)
        tops = {"up": self.top - 1, "down": self.top + 1, "pageup": self.top - page, "pagedown": self.top + page, "home": 0}
        self.go(tops.get(key, len(self.lines)))


class PageFrame(TextFrame):
    """A screen that is one page, gone through by the keys."""

    BINDINGS: ClassVar[list[BindingType]] = by_keys("up", "down", "pageup", "pagedown", "home", "end")

    def body(self) -> ComposeResult:
        """The page."""
        yield PageView()

    @property
    def view(self) -> PageView:
        """Return what shows the page."""
        return self.query_one(PageView)

    def action_choose(self, key: str) -> None:
        """Go through the page."""
        self.view.scroll_by_key(key)


class AskedPage(PageFrame):
    """A page of what the house tells: asked when the screen is opened, and again whenever something has changed."""

    told: Json | None = None
    """What was told, None before it was."""

    def on_mount(self) -> None:
        """Ask for the first time."""
        self.house.work(self.load())

    async def ask(self) -> Json:
        """Return what the house tells now."""
        raise NotImplementedError

    def lines_of(self, told: Json, reader: Reader) -> list[Content]:
        """Return the page."""
        raise NotImplementedError

    async def load(self) -> None:
        """Ask, and show what was told."""
        self.told = await self.ask()
        if self.still_shown:
            self.redraw()

    async def changed(self) -> None:
        """Ask again."""
        await self.load()

    def draw_body(self) -> None:
        """Draw the page, from the line on that was on top."""
        if self.told is not None:
            self.view.show(self.lines_of(self.told, self.reader()), self.view.top)
