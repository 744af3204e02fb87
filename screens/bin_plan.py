"""The bin plan (F092): the bins of a store with what lies where; from here goods are put away, and the other lists are seen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from textual.content import Content

from qdesk.bin_plan import bin_plan
from screens.card import Reader
from screens.keybar import Action
from screens.lettering import styled
from screens.listing import ListFrame
from screens.table import Json, TableColumn

SHEET = "bin_plan"


class BinPlanScreen(ListFrame):
    """The bins of one store; a bin, an item, a lot or a zone typed in the scan line looks through it."""

    def __init__(self, place: str = "") -> None:
        """Begin with the store of the desk."""
        super().__init__()
        self.place = place
        self.told: Json = {}

    def title_text(self) -> str:
        """Return what this screen is about."""
        return self.say("bin_plan.title")

    def help_page(self) -> str:
        """Return the handbook page on bins."""
        return "stores"

    @property
    def keeps(self) -> bool:
        """Tell whether this desk keeps a store."""
        return self.house.engine.site.factory.desks[self.house.present_seat.desk].kind == "warehouse"

    def actions(self) -> list[Action]:
        """Return the keys: the next store, what is done in a store, its other lists, its paper."""
        keys = [Action(2, self.say("bin_plan.key_next"), self.next_place)]
        if self.keeps:
            keys.append(Action(3, self.say("bin_plan.key_put_away"), self.fill_bins))
            keys.append(Action(6, self.say("bin_plan.key_acts"), self.show_acts))
        keys.append(Action(4, self.say("bin_plan.key_shelf_life"), self.show_shelf_life))
        keys.append(Action(5, self.say("bin_plan.key_climate"), self.show_climate))
        return [*keys, Action(7, self.say("bin_plan.key_print"), self.print_plan)]

    async def page(self, after: Any) -> tuple[list[Json], Any]:
        """Ask for a page of bins."""
        engine = self.house.engine
        self.told = await engine.ask(bin_plan, self.token, self.house.words, self.place, self.looked_for, after)
        self.place = self.told["place"]
        return self.told["rows"], self.told["next"]

    def columns(self) -> Sequence[TableColumn]:
        """Return the columns; name, end and unit have room on wide terminals."""
        return [
            TableColumn("bin", self.say("column.bin"), 10),
            TableColumn("zone_title", self.say("column.zone"), 14, share=4),
            TableColumn("item", self.say("column.item"), 10, share=1),
            TableColumn("name", self.say("column.name"), 10, share=2, wide=True),
            TableColumn("lot", self.say("column.lot"), 10),
            TableColumn("quantity", self.say("column.quantity"), 8, right=True),
            TableColumn("unit", self.say("column.unit"), 6, wide=True),
            TableColumn("expires", self.say("list.expires"), 10, wide=True),
            TableColumn("note", self.say("column.hold"), 10, share=1),
        ]

    def cell(self, row: Json, key: str) -> str:
        """Return what stands in a cell; what lies in no bin says so."""
        if key == "bin":
            return str(row["bin"] or self.say("put_away.no_bin"))
        if key == "note":
            return self.reader().hold(row["hold"]) if row["hold"] else str(row["owner"])
        return super().cell(row, key)

    def row_style(self, row: Json) -> str:
        """Return how a row looks: what may not be used is seen, and an empty bin is quiet."""
        if not row["lot"]:
            return "$quiet"
        return "$warning" if row["hold"] or row["owner"] or not row["bin"] else ""

    def name_of(self, row: Json) -> object:
        """Return bin and lot."""
        return row["bin"], row["item"], row["lot"]

    def head_lines(self, reader: Reader) -> list[Content]:
        """Return which store is shown."""
        return [styled(self.told.get("title", ""), "bold $primary")]

    def foot(self, row: int, count: int, more: bool) -> str:
        """Return which row is chosen, and what the columns have no room for."""
        chosen, told = self.table.chosen, [super().foot(row, count, more)]
        if chosen and chosen["lot"]:
            expires = f"{self.say('list.expires')} {chosen['expires']}" if chosen["expires"] else ""
            told += [chosen["name"], f"{chosen['quantity']} {chosen['unit']}", expires, self.cell(chosen, "note")]
        return "  ".join(part for part in told if part)

    async def next_place(self) -> None:
        """Show the next store."""
        places: list[str] = self.told.get("places", [])
        if places:
            self.place = places[(places.index(self.place) + 1) % len(places)]
            await self.table.begin()
            self.redraw()

    async def fill_bins(self) -> None:
        """Put goods into bins."""
        from screens.putting_away import PutAwayScreen  # loaded when it is asked for

        await self.app.push_screen(PutAwayScreen(self.house.desk))

    async def show_acts(self) -> None:
        """Show what may be done with bins, packs and the climate."""
        await self.house.desk.show_people()

    async def show_shelf_life(self) -> None:
        """Show what ends soon."""
        from screens.shelf_life import ShelfLifeScreen

        await self.app.push_screen(ShelfLifeScreen())

    async def show_climate(self) -> None:
        """Show the climate of the store."""
        from screens.climate import ClimateScreen

        await self.app.push_screen(ClimateScreen())

    async def print_plan(self) -> None:
        """Have the plan of this store printed."""
        await self.house.have_printed(SHEET, self.place)

    async def open_row(self, row: Json) -> None:
        """Lay the bin on the desk, or the lot that lies in none."""
        await self.to_desk(str(row["bin"] or row["lot"]))
