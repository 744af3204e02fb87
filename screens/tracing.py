"""A lot traced on the screen: where it lies, where it came from and where it went; Enter opens what a line leads to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from qdesk.errors import Refused
from qdesk.scan import clean_code
from qdesk.trace_lines import trace_lines
from qdesk.tracing import trace
from screens.keybar import Action
from screens.lettering import indented, shown
from screens.listing import ListFrame, paper_kind
from screens.table import MARK, Json, TableColumn

INDENT = "  "


class TraceScreen(ListFrame):
    """One trace, a line for each step of it."""

    def __init__(self, lot: str) -> None:
        """Trace a lot."""
        super().__init__()
        self.lot = lot

    def title_text(self) -> str:
        """Return what this screen is about."""
        return self.say("trace.title", lot=self.lot)

    def help_page(self) -> str:
        """Return the page about the ledger."""
        return "ledger"

    def actions(self) -> list[Action]:
        """Show the ledger of the lot."""
        return [Action(2, self.say("ledger.key_lot"), self.show_ledger, self.say("ledger.key_ledger"))]

    async def page(self, after: Any) -> tuple[list[Json], Any]:
        """Ask for the trace; a long line goes on below itself."""
        found = await self.house.engine.ask(trace, self.house.words, self.lot, self.token)
        self.lot = found["lot"]["code"]  # a serial number may have been typed
        width, rows = self.app.size.width - MARK - 1, []
        for depth, said, lot, paper in trace_lines(found, self.house.words):
            first, leads = INDENT * depth, {"lot": lot, "paper": paper, "depth": depth}
            rows += [{"said": line, **leads} for line in indented(shown(said), width, first, first + INDENT)]
        return rows, None

    def resized(self) -> None:
        """Break the lines anew."""
        super().resized()
        if self.table.begun:
            self.house.aside(self.table.reload())

    def columns(self) -> Sequence[TableColumn]:
        """Return the one column there is."""
        return [TableColumn("said", self.say("column.other"), 20, share=1)]

    def row_style(self, row: Json) -> str:
        """Return how a row looks: a head stands out."""
        return "" if row["depth"] else "bold $primary"

    async def take(self, code: str) -> None:
        """Trace the lot or the serial number that was scanned; a paper is presented at the desk as everywhere."""
        try:
            await self.open_lot(clean_code(code))
        except Refused as refused:
            if refused.code != "lot_unknown" or not paper_kind(code):
                raise
            await super().take(code)

    async def open_row(self, row: Json) -> None:
        """Trace the lot that a line leads to, or show its paper at the desk."""
        if row["paper"]:
            await self.to_desk(row["paper"])
        elif row["lot"] and row["lot"] != self.lot:
            await self.open_lot(row["lot"])

    async def open_lot(self, code: str) -> None:
        """Trace another lot; the one before is a step back."""
        await self.house.engine.ask(trace, self.house.words, code)  # what is no lot is refused here, and this trace stays
        await self.app.push_screen(TraceScreen(code))

    async def show_ledger(self) -> None:
        """Show where the lot was at all."""
        from screens.ledger import PlacesScreen  # loaded when it is asked for

        await self.app.push_screen(PlacesScreen("", self.lot))
