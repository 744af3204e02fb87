"""The banner of the gate: one answer over the whole screen, to be read from three metres."""

from __future__ import annotations

from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from screens.gate_picture import INK, STOP, Sign, picture

REVERSED = Style(reverse=True)


class GateBanner(Widget, can_focus=False):
    """A sign drawn with cells of two kinds, told apart by colour and, where there is none, by reverse video."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"banner--release", "banner--stop", "banner--hold"}
    DEFAULT_CSS: ClassVar[str] = "GateBanner { width: 1fr; height: 1fr; }"

    def __init__(self) -> None:
        """Begin with nothing to say."""
        super().__init__(id="banner")
        self.sign: Sign | None = None

    def show(self, sign: Sign | None) -> None:
        """Say something else, or nothing."""
        self.sign = sign
        self.display = sign is not None
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Return one row of the sign."""
        width, height = self.size
        if self.sign is None or width <= 0 or not 0 <= y < height:
            return Strip.blank(width)
        cells, text = picture(self.sign, width, height)[y]
        ground, ink = self.grounds(self.sign.verdict)
        if text:
            return Strip([Segment(cells, ground + Style(bold=True))])
        return Strip([Segment(" " * len(run), ink if run[0] == INK else ground) for run in runs(cells)])

    def grounds(self, verdict: str) -> tuple[Style, Style]:
        """Return the styles of ground and ink.

        One of them is the other in reverse video, so that they differ on a terminal without colours too; of a stop it is the
        ground, which is light where that of a release is dark.
        """
        style = self.get_component_rich_style(f"banner--{verdict}")
        if verdict != STOP:
            return style, style + REVERSED
        turned = Style(color=style.bgcolor, bgcolor=style.color)
        return turned + REVERSED, turned


def runs(cells: str) -> list[str]:
    """Return the longest parts of a row that are of one kind."""
    found: list[str] = []
    for cell in cells:
        if found and found[-1][0] == cell:
            found[-1] += cell
        else:
            found.append(cell)
    return found
