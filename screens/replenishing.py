"""What has to be replenished: the items of which less is free than there should be, on the screen, in a file and on paper."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from textual.content import Content

from qdesk.replenishing import export_scarce, to_replenish
from screens.card import Reader
from screens.keybar import Action
from screens.lettering import styled
from screens.listing import ListFrame
from screens.table import Json, TableColumn

KIND = "replenishing"
LOOKED_AT = ("item", "name", "spec")


class ReplenishingScreen(ListFrame):
    """The scarcest first; a code, a name or a spec typed in the scan line looks through the list."""

    def __init__(self) -> None:
        """Begin with the whole list."""
        super().__init__()
        self.scarce: list[Json] = []

    def title_text(self) -> str:
        """Return what this screen is about."""
        return self.say("replenishing.title")

    def help_page(self) -> str:
        """Return the handbook page on material."""
        return "material"

    def actions(self) -> list[Action]:
        """Write the list to a file, or have it printed."""
        keys = [Action(2, self.say("replenishing.key_export"), self.export)]
        return [*keys, Action(3, self.say("replenishing.key_print"), self.print_list)]

    async def page(self, after: Any) -> tuple[list[Json], Any]:
        """Ask for all of it: what is scarce fits on one page."""
        self.scarce = await self.house.engine.ask(to_replenish, self.token)
        looked = self.looked_for.lower().split()
        return [row for row in self.scarce if all(word in text_of(row) for word in looked)], None

    def columns(self) -> Sequence[TableColumn]:
        """Return the columns; on a wide terminal also spec and unit."""
        return [
            TableColumn("item", self.say("replenishing.item"), 10, share=1),
            TableColumn("name", self.say("replenishing.name"), 12, share=2),
            TableColumn("spec", self.say("replenishing.spec"), 12, share=1, wide=True),
            TableColumn("unit", self.say("replenishing.unit"), 6, wide=True),
            TableColumn("least", self.say("replenishing.least"), 9, right=True),
            TableColumn("free", self.say("replenishing.free"), 9, right=True),
            TableColumn("lacking", self.say("replenishing.lacking"), 9, right=True),
            TableColumn("way", self.say("replenishing.way"), 7),
        ]

    def cell(self, row: Json, key: str) -> str:
        """Return what stands in a cell."""
        return self.say(f"replenishing.way_{row['way']}") if key == "way" else super().cell(row, key)

    def row_style(self, row: Json) -> str:
        """Return how a row looks: what there is nothing of at all stands out."""
        return "bold $warning" if row["free"] == "0" else ""

    def name_of(self, row: Json) -> object:
        """Return the item."""
        return row["item"]

    def head_lines(self, reader: Reader) -> list[Content]:
        """Return how many items are scarce, and what counts as free."""
        told = [styled(self.say("replenishing.head", count=len(self.scarce)), "bold $primary")]
        return [*told, *reader.wrapped(self.say("replenishing.about"), style="$quiet")]

    def foot(self, row: int, count: int, more: bool) -> str:
        """Return which row is chosen, and what a narrow terminal has no column for."""
        chosen, told = self.table.chosen, [super().foot(row, count, more)]
        if chosen:
            told += [str(chosen["spec"]), f"{chosen['lacking']} {chosen['unit']}"]
        return "  ".join(part for part in told if part)

    async def export(self) -> None:
        """Write the list to a file."""
        path = await self.house.engine.ask(export_scarce, self.token, self.house.words)
        self.tell(self.say("replenishing.exported", path=str(path)))
        self.house.ring()

    async def print_list(self) -> None:
        """Have the list printed."""
        await self.house.have_printed(KIND, "")

    async def open_row(self, row: Json) -> None:
        """Lay the item's card on the desk."""
        await self.to_desk(str(row["item"]))


def text_of(row: Json) -> str:
    """Return what of a row is looked through."""
    return " ".join(str(row[name]) for name in LOOKED_AT).lower()
