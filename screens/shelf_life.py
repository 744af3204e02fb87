"""Shelf life: what has ended or ends within a month; from here a re-inspection is asked for (R048, R049)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from textual.content import Content

from qdesk.desk.openings import openings
from qdesk.shelf_life import shelf_life
from screens.card import Reader
from screens.intent import opening_about
from screens.keybar import Action
from screens.lettering import styled
from screens.listing import ListFrame
from screens.table import Json, TableColumn

FORM = "reinspection"
LOOKED_AT = ("item", "name", "lot", "bin", "place_title", "case")


class ShelfLifeScreen(ListFrame):
    """Lots near their end; an item, a lot or a bin typed in the scan line looks through them."""

    def __init__(self) -> None:
        """Begin with all of them."""
        super().__init__()
        self.ending: list[Json] = []
        self.opening: Json | None = None
        """How a re-inspection is asked for, for whoever may do it here."""

    def title_text(self) -> str:
        """Return what this screen is about."""
        return self.say("shelf_life.title")

    def help_page(self) -> str:
        """Return the handbook page on stores."""
        return "stores"

    def actions(self) -> list[Action]:
        """Ask for a re-inspection of the chosen lot, or see the paper of the one that is under way."""
        chosen = self.table.chosen
        if chosen is None:
            return []
        if chosen["case"]:
            return self.slip_actions(3, chosen["case"])
        return [Action(2, self.say("shelf_life.key_raise"), self.ask_for_it)] if self.opening else []

    async def page(self, after: Any) -> tuple[list[Json], Any]:
        """Ask what may be done here, in the language of the moment, and for all of it: that fits on one page."""
        found = await self.house.engine.ask(openings, self.token, self.house.words)
        self.opening = next((each for each in found if each["form"] == FORM), None)
        self.ending = await self.house.engine.ask(shelf_life, self.token, self.house.words)
        words = self.looked_for.casefold().split()
        return [row for row in self.ending if all(word in text_of(row) for word in words)], None

    def columns(self) -> Sequence[TableColumn]:
        """Return the columns; the store and the name have room on wide terminals."""
        return [
            TableColumn("expires", self.say("list.expires"), 10),
            TableColumn("days", self.say("shelf_life.days"), 9, right=True),
            TableColumn("item", self.say("column.item"), 9, share=1),
            TableColumn("name", self.say("column.name"), 10, share=2, wide=True),
            TableColumn("lot", self.say("column.lot"), 10),
            TableColumn("place_title", self.say("column.place"), 12, share=1, wide=True),
            TableColumn("bin", self.say("column.bin"), 8),
            TableColumn("quantity", self.say("column.quantity"), 8, right=True),
            TableColumn("case", self.say("shelf_life.case"), 11, share=1),
        ]

    def cell(self, row: Json, key: str) -> str:
        """Return what stands in a cell; what has ended is marked, so that it is seen without colour."""
        if key == "days":
            return self.say("shelf_life.ended") if row["expired"] else str(row["days"])
        if key == "case":
            return str(row["case"] or (self.reader().hold(row["hold"]) if row["hold"] else ""))
        return super().cell(row, key)

    def row_style(self, row: Json) -> str:
        """Return how a row looks: what has ended stands out."""
        return "bold $warning" if row["expired"] else ""

    def name_of(self, row: Json) -> object:
        """Return lot and bin."""
        return row["lot"], row["place"], row["bin"]

    def head_lines(self, reader: Reader) -> list[Content]:
        """Return how many lots have ended and how many will."""
        ended = len({row["lot"] for row in self.ending if row["expired"]})
        soon = len({row["lot"] for row in self.ending if not row["expired"]})
        return [styled(self.say("shelf_life.head", ended=ended, soon=soon), "bold $primary")]

    def foot(self, row: int, count: int, more: bool) -> str:
        """Return which row is chosen, and what a narrow terminal has no column for."""
        chosen, told = self.table.chosen, [super().foot(row, count, more)]
        if chosen:
            told += [chosen["name"], chosen["place_title"], f"{chosen['quantity']} {chosen['unit']}"]
        return "  ".join(part for part in told if part)

    async def ask_for_it(self) -> None:
        """Ask for a re-inspection of the chosen lot: nothing has to be typed."""
        row, opening = self.table.chosen, self.opening
        if row is None or opening is None:
            return
        given = {"fields": {"lot": row["lot"]}}
        await self.house.desk.begin(opening_about(opening, opening["outcomes"][0], row["lot"], given))

    async def open_row(self, row: Json) -> None:
        """Lay the record on the desk, or the lot."""
        await self.to_desk(str(row["case"] or row["lot"]))


def text_of(row: Json) -> str:
    """Return what is looked through."""
    return " ".join(str(row[name]) for name in LOOKED_AT).casefold()
