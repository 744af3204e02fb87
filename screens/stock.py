"""Stock: what lies where, how much of it is free, and the card of the item that is chosen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from textual.content import Content

from qdesk.searching import stock_page
from qdesk.telling import day_text
from screens.card import Reader
from screens.keybar import Action
from screens.lettering import styled
from screens.listing import ListFrame
from screens.table import ROOMY, Json, TableColumn


class StockScreen(ListFrame):
    """What lies where; a code, a name, a spec, a lot or a serial number typed in the scan line looks through it."""

    def __init__(self) -> None:
        """Begin with every place."""
        super().__init__()
        self.place = ""

    def title_text(self) -> str:
        """Return what this screen is about."""
        return self.say("title.stock")

    def actions(self) -> list[Action]:
        """Go through the places, one after the other or back to all."""
        keys = [Action(2, self.say("list.key_next_place"), self.next_place)]
        if self.table.chosen:
            keys.append(Action(5, self.say("ledger.key_item"), self.show_item, self.say("ledger.key_item_short")))
            keys.append(Action(6, self.say("ledger.key_trace"), self.trace, self.say("ledger.key_trace_short")))
        return [*keys, Action(3, self.say("list.key_all_places"), self.all_places)] if self.place else keys

    async def page(self, after: Any) -> tuple[list[Json], Any]:
        """Ask for a page of stock."""
        asked = self.house.engine.ask(
            stock_page, self.house.words, self.looked_for, self.place, after, token=self.token
        )  # fmt: skip
        found = await asked
        return found["rows"], found["next"]

    def columns(self) -> Sequence[TableColumn]:
        """Return the columns: what lies at places of cases has no free quantity."""
        place = [] if self.place else [TableColumn("place", self.say("column.place"), 20, share=1)]
        number = 9 if self.app.size.width >= ROOMY else 5
        return [
            TableColumn("item", self.say("column.item"), 9, share=1),
            TableColumn("name", self.say("column.name"), 9, share=2),
            TableColumn("spec", self.say("list.spec"), 10, share=1, wide=True),
            *place,
            TableColumn("piece", self.say("list.lot_or_serial"), 10, share=1, narrow=True),
            TableColumn("lot", self.say("column.lot"), 10, wide=True),
            TableColumn("serial", self.say("list.serial"), 10, share=1, wide=True),
            TableColumn("case", self.say("column.case"), 11, wide=True),
            TableColumn("expires", self.say("list.expires"), 10, wide=True),
            TableColumn("quantity", self.say("list.quantity"), number, right=True),
            TableColumn("held", self.say("list.held"), number, right=True),
            TableColumn("reserved", self.say("list.reserved"), number, right=True),
            TableColumn("free", self.say("column.free"), number, right=True),
        ]

    def cell(self, row: Json, key: str) -> str:
        """Return what stands in a cell."""
        if key == "place":
            return str(row["place_title"])
        if key == "piece":
            return str(row["serial"] or row["lot"])
        if key == "expires":
            return day_text(row["expires"])[:10] if row["expires"] else ""
        return super().cell(row, key)

    def row_style(self, row: Json) -> str:
        """Return how a row looks: what may not be used is seen."""
        return "$warning" if row["hold"] or row["owner"] else ""

    def name_of(self, row: Json) -> object:
        """Return item, place, lot and case."""
        return row["item"], row["place"], row["lot"], row["case"]

    def head_lines(self, reader: Reader) -> list[Content]:
        """Return which place is shown."""
        return [styled(reader.place(self.place) if self.place else self.say("list.every_place"), "bold $primary")]

    def foot(self, row: int, count: int, more: bool) -> str:
        """Return which row is chosen, and what the columns have no room for: its spec, unit, owner, why it may not be used."""
        chosen, told = self.table.chosen, [super().foot(row, count, more)]
        if chosen:
            told += [f"{chosen['quantity']} {chosen['unit']}", chosen["spec"], chosen["lot"]]
            told.append(self.say("list.for_case", case=chosen["case"]) if chosen["case"] else "")
            told.append(self.say("list.owned", owner=chosen["owner"]) if chosen["owner"] else "")
            told.append(self.reader().hold(chosen["hold"]) if chosen["hold"] else "")
        return "  ".join(part for part in told if part)

    async def next_place(self) -> None:
        """Show the next place where goods really lie."""
        places = ["", *(place.id for place in self.house.engine.site.factory.places.values() if not place.counter)]
        await self.show_place(places[(places.index(self.place) + 1) % len(places)])

    async def all_places(self) -> None:
        """Show every place."""
        await self.show_place("")

    async def show_place(self, place: str) -> None:
        """Show one place, or all."""
        self.place = place
        await self.table.begin()
        self.redraw()

    async def show_item(self) -> None:
        """Lay the chosen item's card on the desk."""
        if self.table.chosen:
            await self.to_desk(str(self.table.chosen["item"]))

    async def trace(self) -> None:
        """Trace the chosen lot."""
        from screens.tracing import TraceScreen  # loaded when it is asked for

        if self.table.chosen:
            await self.app.push_screen(TraceScreen(self.table.chosen["lot"]))

    async def open_row(self, row: Json) -> None:
        """Open the stock ledger of the item at its place."""
        from screens.ledger import LedgerScreen  # loaded when it is asked for

        await self.app.push_screen(LedgerScreen(row["item"], row["place"]))
