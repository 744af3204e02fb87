"""Finding an item by what is remembered of it: its code is taken at once, anything else is only offered."""

from __future__ import annotations

from typing import Any

from textual.content import Content

from screens.card import Reader
from screens.lettering import fit, plain, shown, styled

Json = dict[str, Any]
MOST_MATCHES = 8


class Finder:
    """The items that match what was typed into one field, and which of them is chosen; at first none is."""

    def __init__(self) -> None:
        """Begin without matches."""
        self.matches: list[Json] = []
        self.place: int | None = None
        self.more = False
        self.column: int | None = None
        """The column that the matches are for."""

    def offer(self, found: list[Json], column: int | None = None) -> None:
        """Offer what a search has found; one more than is shown says that there are more."""
        self.matches, self.place, self.column = found[:MOST_MATCHES], None, column
        self.more = len(found) > MOST_MATCHES

    def clear(self) -> None:
        """Offer nothing."""
        self.offer([])

    def move(self, step: int) -> None:
        """Choose the next match or the one before."""
        first = 0 if step > 0 else len(self.matches) - 1
        self.place = first if self.place is None else max(0, min(len(self.matches) - 1, self.place + step))

    @property
    def chosen(self) -> Json | None:
        """Return the match that was chosen, None as long as none was."""
        return None if self.place is None else self.matches[self.place]

    def lines(self, reader: Reader) -> list[Content]:
        """Return the matches, the chosen one marked."""
        told = []
        for place, item in enumerate(self.matches):
            mark, style = (">", "reverse") if place == self.place else (" ", "")
            told.append(styled(fit(f" {mark} {item_text(item)}", reader.width), style))
        if self.more:
            told.append(styled(reader.say("lines.more_matches"), "$quiet"))
        return [*told, styled(reader.say("lines.choose"), "$quiet")] if told else []


def item_text(item: Json) -> str:
    """Return what an item is, in one line."""
    parts = (item["code"], item["name"], item["spec"], item["model"], item["unit"])
    return "  ".join(shown(part) for part in parts if part)


def item_line(item: Json) -> Content:
    """Return the same as content."""
    return plain(item_text(item))
