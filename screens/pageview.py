"""Text of any length: only the lines in sight are drawn; the screen hands the keys on, since the scan line keeps the focus."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.content import Content
from textual.widget import Widget

from screens.lettering import stacked


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
