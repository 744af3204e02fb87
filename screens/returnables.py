"""Returnable goods: what of ours is out and what of others' is here, with whom and until when; what is overdue comes first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from textual.content import Content

from qdesk.overdue import returnables
from qdesk.telling import short_time
from screens.card import Reader
from screens.keybar import Action
from screens.lettering import styled
from screens.listing import ListFrame
from screens.table import Json, TableColumn

SHOWN = ("all", "out", "in", "late")
LOOKED_AT = ("case", "customer", "item", "name", "purpose")


class ReturnablesScreen(ListFrame):
    """What is owed; a customer, an item, a purpose or a serial typed in the scan line looks through it."""

    def __init__(self) -> None:
        """Begin with everything that is out or in."""
        super().__init__()
        self.shows = "all"
        self.owed: list[Json] = []

    def title_text(self) -> str:
        """Return what this screen is about."""
        return self.say("returnables.title")

    def help_page(self) -> str:
        """Return the handbook page on goods that return."""
        return "returnables"

    def actions(self) -> list[Action]:
        """Show the other way, or only what is overdue."""
        slip = self.slip_actions(4, (self.table.chosen or {}).get("case", ""))
        return [Action(2, self.say("returnables.key_next"), self.show_next), *slip]

    async def page(self, after: Any) -> tuple[list[Json], Any]:
        """Ask for all of it: what is owed at one time fits on one page."""
        self.owed = await self.house.engine.ask(returnables, self.token, self.house.words)
        return [row for row in self.owed if self.is_shown(row) and self.is_looked_for(row)], None

    def is_shown(self, row: Json) -> bool:
        """Tell whether a row is of the kind that is shown."""
        return self.shows in ("all", row["direction"]) or (self.shows == "late" and row["overdue"] > 0)

    def is_looked_for(self, row: Json) -> bool:
        """Tell whether a row holds every word that was typed."""
        text = " ".join(str(row[name]) for name in LOOKED_AT).lower()
        return all(word in text for word in self.looked_for.lower().split())

    def columns(self) -> Sequence[TableColumn]:
        """Return the columns: on a wide terminal also what for, since when and on which form."""
        return [
            TableColumn("due", self.say("returnables.due"), 10),
            TableColumn("overdue", self.say("returnables.overdue"), 7, right=True),
            TableColumn("direction", self.say("returnables.direction"), 4),
            TableColumn("customer", self.say("returnables.whom"), 10, share=2),
            TableColumn("goods", self.say("returnables.goods"), 10, wide=True),
            TableColumn("item", self.say("column.item"), 9, share=1),
            TableColumn("purpose", self.say("returnables.purpose"), 10, share=1, wide=True),
            TableColumn("quantity", self.say("returnables.quantity"), 8, right=True, wide=True),
            TableColumn("back", self.say("returnables.back"), 6, right=True),
            TableColumn("still", self.say("returnables.still"), 6, right=True),
            TableColumn("since", self.say("returnables.since"), 11, wide=True),
            TableColumn("case", self.say("column.case"), 11, wide=True),
        ]

    def cell(self, row: Json, key: str) -> str:
        """Return what stands in a cell; what is overdue is marked, so that it is seen without colour."""
        if key == "overdue":
            return self.say("returnables.days", days=row["overdue"]) if row["overdue"] else ""
        if key in ("direction", "goods"):
            return self.say(f"returnables.{row[key]}")
        if key == "since":
            return short_time(row["since"])
        return super().cell(row, key)

    def row_style(self, row: Json) -> str:
        """Return how a row looks: what is overdue stands out."""
        return "bold $warning" if row["overdue"] else ""

    def name_of(self, row: Json) -> object:
        """Return the form and the item."""
        return row["case"], row["item"]

    def head_lines(self, reader: Reader) -> list[Content]:
        """Return what is shown, and how much of all that is owed is overdue."""
        late = len({row["case"] for row in self.owed if row["overdue"]})
        told = self.say("returnables.head", shown=self.say(f"returnables.show_{self.shows}"), count=len(self.owed), late=late)
        return [styled(told, "bold $primary")]

    def foot(self, row: int, count: int, more: bool) -> str:
        """Return which row is chosen, and what a narrow terminal has no column for."""
        chosen, told = self.table.chosen, [super().foot(row, count, more)]
        if chosen:
            told.append(chosen["case"])
            if chosen["due"] != chosen["first_due"]:
                told.append(self.say("returnables.foot_extended", day=chosen["first_due"]))
            went = f"{chosen['quantity']} {chosen['unit']}"
            told += [self.say(f"returnables.{chosen['goods']}"), chosen["purpose"]]
            told.append(self.say("returnables.foot_since", quantity=went, since=short_time(chosen["since"])))
        return "  ".join(part for part in told if part)

    async def show_next(self) -> None:
        """Show the next kind: all, ours that are out, others' that are here, what is overdue."""
        self.shows = SHOWN[(SHOWN.index(self.shows) + 1) % len(SHOWN)]
        await self.table.begin()
        self.redraw()

    async def open_row(self, row: Json) -> None:
        """Lay the form on the desk."""
        await self.to_desk(str(row["case"]))
