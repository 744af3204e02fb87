"""Slips on a terminal: what is about to be printed, drawn with blocks of a quarter cell, and bars of two modules a cell."""

from __future__ import annotations

from PIL import Image

from qdesk.slips.marks import modules_of
from qdesk.slips.raster import Bitmap

QUARTERS = " ▘▝▀▖▌▞▛▗▚▐▜▄▙▟█"
"""By its dots: upper left 1, upper right 2, lower left 4, lower right 8."""
HALVES = {"00": " ", "10": "▌", "01": "▐", "11": "█"}
QUIET = 10
"""Modules of white that a scanner needs on either side."""
LIGHT_ABOVE = 215
"""Lighter than this is paper: a rule that fills a sixth of a dot still counts, or boxes and text would fall apart."""


def preview_lines(bitmap: Bitmap, columns: int) -> list[str]:
    """Return a page as lines of blocks, so many cells wide, a cell being twice as high as wide; black on white is the caller's.

    It shows how a page is laid out; to be read it has to be wider than the terminal and looked at in parts.
    """
    rows = max(1, -(-bitmap.height * columns // (2 * bitmap.width)))
    small = bitmap.image().convert("L").resize((2 * columns, 2 * rows), Image.Resampling.BOX)
    dark = [grey < LIGHT_ABOVE for grey in small.tobytes()]
    width = 2 * columns
    lines = []
    for top in range(0, 4 * rows * columns, 2 * width):
        upper, lower = dark[top : top + width], dark[top + width : top + 2 * width]
        cells = zip(upper[::2], upper[1::2], lower[::2], lower[1::2], strict=True)
        lines.append("".join(QUARTERS[a + 2 * b + 4 * c + 8 * d] for a, b, c, d in cells).rstrip())
    return lines


def bars_lines(text: str, height: int = 6) -> list[str]:
    """Return the bars of a text with their quiet zones, two modules a cell: 77 cells for 18 digits.

    Raises Refused("code_unprintable").
    """
    modules = f"{'0' * QUIET}{modules_of(text)}{'0' * QUIET}"
    modules += "0" * (len(modules) % 2)
    line = "".join(HALVES[modules[start : start + 2]] for start in range(0, len(modules), 2))
    return [line] * height
