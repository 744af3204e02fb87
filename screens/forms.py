"""The forms that may be begun at a desk, where there are more of them than keys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from qdesk.desk.openings import openings
from screens.listing import ListFrame
from screens.table import Json, TableColumn

if TYPE_CHECKING:
    from screens.desk import DeskScreen


class FormsScreen(ListFrame):
    """Every form by what is done with it and what it belongs to; Enter begins it."""

    def __init__(self, desk: DeskScreen) -> None:
        """List the forms of a desk."""
        super().__init__()
        self.desk = desk

    def title_text(self) -> str:
        """Return what this screen is about."""
        return self.say("key.forms")

    async def page(self, after: Any) -> tuple[list[Json], Any]:
        """Ask for the forms; what is looked for stands in their titles."""
        found = await self.house.engine.ask(openings, self.token, self.house.words)
        words = self.looked_for.casefold().split()
        return [row for row in self.desk.ways(found) if all(word in titles_of(row).casefold() for word in words)], None

    def columns(self) -> Sequence[TableColumn]:
        """Return what is begun, and the form."""
        return [
            TableColumn("step_title", self.say("column.step"), 30, share=1),
            TableColumn("form_title", self.say("column.form"), 32, share=1),
        ]

    def name_of(self, row: Json) -> object:
        """Return procedure and form, and the way it goes."""
        return row["procedure"], row["form"], row["outcomes"][0]["name"]

    def foot(self, row: int, count: int, more: bool) -> str:
        """Return which row is chosen, and that Enter begins it."""
        told = [super().foot(row, count, more), self.say("list.enter_begins") if count else ""]
        return "  ".join(part for part in told if part)

    async def open_row(self, row: Json) -> None:
        """Begin the chosen form at the desk."""
        self.app.pop_screen()
        await self.desk.open_form(row)


def titles_of(row: Json) -> str:
    """Return what a form is found by."""
    return f"{row['step_title']} {row['form_title']}"
