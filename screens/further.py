"""The lists and plans that have no key of their own: the menu shows them by name, arrows choose and Enter opens."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from textual.content import Content

from screens.card import Reader
from screens.lettering import fit, shown, styled

if TYPE_CHECKING:
    from screens.frame import Frame

CELLS = 24
"""Cells of one name with the mark before it."""


@dataclass(frozen=True)
class Further:
    """A screen by its name in the words, the class that makes it (loaded when it is asked for), and where it belongs."""

    name: str
    screen: str
    kinds: frozenset[str] = frozenset()
    """The kinds of desks it belongs to; none: everywhere."""

    def open(self) -> Frame:
        """Return the screen."""
        module, _, name = self.screen.partition(":")
        maker: Callable[[], Frame] = getattr(import_module(f"screens.{module}"), name)
        return maker()


FURTHER = (
    Further("returnables", "returnables:ReturnablesScreen"),
    Further("replenishing", "replenishing:ReplenishingScreen", frozenset(["warehouse", "office"])),
    Further("monitoring", "monitoring:MonitoringScreen", frozenset(["office"])),
    Further("quality_month", "inspectors_day:InspectorsDay", frozenset(["office"])),
    Further("stamps", "quality:StampScreen", frozenset(["office"])),
    Further("bins", "bin_plan:BinPlanScreen"),
    Further("master", "master:MasterScreen"),
)


def further_at(kind: str) -> list[Further]:
    """Return what belongs to a desk of this kind."""
    return [each for each in FURTHER if not each.kinds or kind in each.kinds]


def columns_in(width: int) -> int:
    """Return how many names stand side by side."""
    return max(1, width // CELLS)


def moved(cursor: int, key: str, count: int, columns: int) -> int:
    """Return where an arrow leads; at an edge it stays."""
    target = cursor + {"left": -1, "right": 1, "up": -columns, "down": columns}[key]
    return target if 0 <= target < count else cursor


def further_lines(entries: Sequence[Further], cursor: int, reader: Reader) -> list[Content]:
    """Return the names side by side, the chosen one marked without colour too."""
    if not entries:
        return []
    columns = columns_in(reader.width)
    cells = []
    for number, each in enumerate(entries):
        text = fit(("> " if number == cursor else "  ") + shown(reader.say(f"menu.to_{each.name}")), CELLS)
        cells.append(styled(text, "reverse" if number == cursor else ""))
    rows = [Content.assemble(" ", *cells[start : start + columns]) for start in range(0, len(cells), columns)]
    return [*reader.head("menu.further"), *rows]
