"""The frame of every screen of text: set in the width of the terminal, and anew when that changes."""

from __future__ import annotations

from textual.binding import Binding, BindingType

from screens.card import Reader
from screens.frame import Frame

LEAST_WIDTH, MARGIN = 20, 3


def by_keys(*keys: str) -> list[BindingType]:
    """Return the bindings of keys that go through a text or a list, whatever has the focus."""
    return [Binding(key, f"choose('{key}')", show=False, priority=True) for key in keys]


class TextFrame(Frame):
    """A screen that sets text for its reader."""

    def on_resize(self) -> None:
        """Set the text anew in the new width."""
        self.call_after_refresh(self.resized)

    def resized(self) -> None:
        """Do what another size asks for."""
        self.redraw()

    @property
    def text_width(self) -> int:
        """Return how many cells a line has."""
        return max(LEAST_WIDTH, self.app.size.width - MARGIN)

    @property
    def still_shown(self) -> bool:
        """Tell whether this screen is still there: while something was asked, somebody may have gone back."""
        return self.is_attached and self.is_running

    @property
    def token(self) -> str:
        """Return the session's secret."""
        return self.house.present_seat.token

    def reader(self) -> Reader:
        """Return for whom text is set."""
        return Reader(self.house.engine.site, self.house.words, self.text_width)
