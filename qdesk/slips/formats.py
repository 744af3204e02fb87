"""The sheets that things are printed on: their size, how wide a module of a code is there, and at how many dots a millimetre."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Format:
    """One kind of paper; `height` 0 is a roll, cut where the print ends. Millimetres."""

    name: str
    width: float
    height: float
    module: float
    """How wide the thinnest bar is; on a raster a whole number of dots."""
    size: float
    """The size of the text, in points."""
    margin: float

    @property
    def roll(self) -> bool:
        """Return whether the paper has no end."""
        return not self.height

    def told(self) -> dict[str, Any]:
        """Return what a template is told of the paper."""
        return {**asdict(self), "roll": self.roll}


FORMATS = {
    each.name: each
    for each in (
        Format("a5", 210, 148, 0.33, 9, 7),
        Format("a4", 210, 297, 0.33, 10, 10),
        Format("roll80", 72, 0, 0.375, 8.5, 1),  # 576 dots of 8 a millimetre: what a printer for paper of 80 mm reaches
        Format("roll58", 48, 0, 0.25, 8, 1),  # 384 dots
        Format("label", 60, 40, 0.25, 7, 1.5),
        Format("card", 85.5, 54, 0.33, 8, 3),
    )
}
DOTS = 8
"""Dots a millimetre of a usual thermal head, 203 a inch; 12 and 24 are those of 300 and 600."""
INCH = 25.4
