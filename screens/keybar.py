"""The two lines at the foot of every screen: what each F-key does here and now."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any

from rich.cells import cell_len
from textual.content import Content
from textual.widgets import Static

from screens.lettering import cut, shown

FIRST_LINE = range(1, 8)
SHORTEST = 4


@dataclass(frozen=True)
class Action:
    """One thing an F-key does: its number, what it is called, what is awaited when it is pressed, and its name in little room."""

    key: int
    title: str
    run: Callable[[], Coroutine[Any, Any, None]]
    short: str = ""


class KeyBar(Static):
    """The keys of the screen: what may be done on the first line, what is always there on the second."""

    def __init__(self) -> None:
        """Start without keys."""
        super().__init__("", markup=False)
        self._actions: Sequence[Action] = ()

    def show(self, actions: Sequence[Action]) -> None:
        """Show what the keys do now."""
        self._actions = sorted(actions, key=lambda action: action.key)
        self.draw()

    def on_resize(self) -> None:
        """Share the new width out."""
        self.draw()

    def draw(self) -> None:
        """Draw both lines."""
        width = self.size.width or self.app.size.width
        upper = [action for action in self._actions if action.key in FIRST_LINE]
        lower = [action for action in self._actions if action.key not in FIRST_LINE]
        self.update(Content("\n").join([key_line(upper, width), key_line(lower, width)]))


def key_line(actions: Sequence[Action], width: int) -> Content:
    """Return one line of keys; where all do not fit, short names are taken first, and then the longest titles are cut."""
    titles = [shown(action.title) for action in actions]
    room = width - sum(len(f"F{action.key} ") + 2 for action in actions)
    if sum(map(cell_len, titles)) > room:
        titles = [shown(action.short or action.title) for action in actions]
    longest = max((cell_len(title) for title in titles), default=0)
    while longest > SHORTEST and sum(min(cell_len(title), longest) for title in titles) > room:
        longest -= 1
    parts = []
    for action, title in zip(actions, titles, strict=True):
        parts += [Content.styled(f"F{action.key}", "bold $accent"), Content(f" {cut(title, longest)}  ")]
    return Content("").join(parts)
