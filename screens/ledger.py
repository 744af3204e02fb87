"""The stock ledger on the screen: every move of an item at a place with what lay there then, and the papers it was moved on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from textual.content import Content

from qdesk.errors import Refused
from qdesk.exporting import TableFile
from qdesk.ledger import PAGE, days_typed, ledger_page, places_of
from qdesk.ledger_columns import days_text, export_file, title_of, turnover_text
from qdesk.telling import day_text
from screens.card import Reader
from screens.keybar import Action
from screens.listing import ListFrame, paper_kind
from screens.table import Json, TableColumn
from screens.taken_away import TakenAway


class LedgerScreen(TakenAway):
    """One ledger; days typed in the scan line narrow it, Enter shows the paper of the chosen move at the desk."""

    def __init__(self, item: str, place: str, lot: str = "") -> None:
        """Begin with the newest move."""
        super().__init__()
        self.asked: Json = {"item": item, "place": place, "lot": lot}
        self.newest = True
        self.head: Json = {}

    def title_text(self) -> str:
        """Return what this screen is about."""
        return self.say("ledger.title")

    def help_page(self) -> str:
        """Return the page about the ledger."""
        return "ledger"

    def actions(self) -> list[Action]:
        """Turn the order, narrow to the chosen lot, trace it, and take the ledger away as a file or on paper."""
        order = self.say("ledger.key_oldest" if self.newest else "ledger.key_newest")
        keys = [Action(2, order, self.turn, self.say("ledger.key_order_short"))]
        if self.asked["lot"]:
            keys.append(Action(3, self.say("ledger.key_all_lots"), self.all_lots, self.say("ledger.key_all_lots_short")))
        elif self.table.chosen:
            keys.append(Action(3, self.say("ledger.key_lot"), self.one_lot, self.say("ledger.key_lot_short")))
        if self.table.chosen:
            keys.append(Action(4, self.say("ledger.key_trace"), self.trace, self.say("ledger.key_trace_short")))
        keys += self.slip_actions(5, self.paper_of(self.table.chosen))
        return [*keys, *self.export_actions(6), Action(8, self.say("list.key_print"), self.print_ledger)]

    def all_actions(self) -> list[Action]:
        """Return every key; of a ledger of some days the way back shows all of it first."""
        actions = super().all_actions()
        if not self.is_narrowed:
            return actions
        return [Action(12, self.say("list.key_all"), self.back) if action.key == 12 else action for action in actions]

    @property
    def is_narrowed(self) -> bool:
        """Tell whether only some days are shown."""
        return bool(self.asked.get("from") or self.asked.get("to"))

    async def page(self, after: Any) -> tuple[list[Json], Any]:
        """Ask for a page of the ledger."""
        found = await self.house.engine.ask(
            ledger_page, self.house.words, self.asked, after, PAGE, self.newest, self.token
        )  # fmt: skip
        self.head = found
        return found["rows"], found["next"]

    # Drawing

    def columns(self) -> Sequence[TableColumn]:
        """Return the columns: what came, what went and the balance always, the rest as there is room."""
        return [
            TableColumn("day", self.say("column.day"), 10, narrow=True),
            TableColumn("at", self.say("ledger.time"), 16, wide=True),
            TableColumn("voucher", self.say("column.voucher"), 13, share=1),
            TableColumn("title", self.say("column.step"), 10, share=2),
            TableColumn("person", self.say("column.who"), 8, wide=True, share=1),
            TableColumn("other_title", self.say("column.other"), 9, share=2),
            TableColumn("lot", self.say("column.lot"), 10, share=1, wide=True),
            TableColumn("serial", self.say("list.serial"), 9, share=1, wide=True),
            TableColumn("bin", self.say("column.bin"), 6, wide=True),
            TableColumn("came", self.say("column.came"), 6, right=True),
            TableColumn("went", self.say("column.went"), 6, right=True),
            TableColumn("balance", self.say("column.balance"), 8, right=True),
        ]

    def cell(self, row: Json, key: str) -> str:
        """Return what stands in a cell."""
        if key in ("at", "day"):
            return day_text(row["at"]) if key == "at" else str(row["at"][:10])
        return self.paper_of(row) if key == "voucher" else super().cell(row, key)

    def name_of(self, row: Json) -> object:
        """Return which move it is, and which side of it."""
        return row["act"], row["number"], row["came"] is None

    def paper_of(self, row: Json | None) -> str:
        """Return the paper of a move: the copy kept as its voucher, else its case."""
        return str((row or {}).get("voucher") or (row or {}).get("case") or "")

    def head_lines(self, reader: Reader) -> list[Content]:
        """Return which ledger it is, of which days, and their opening, in, out and closing."""
        if not self.head:
            return []
        lines = [*reader.wrapped(title_of(self.head, self.house.words), "", "  ", "bold $primary")]
        told = self.house.words.clauses([days_text(self.asked, self.house.words), turnover_text(self.head, self.house.words)])
        return [*lines, *reader.wrapped(told, "", "  ", "bold $accent" if self.is_narrowed else "")]

    def foot(self, row: int, count: int, more: bool) -> str:
        """Return which row is chosen, and what the columns have no room for."""
        chosen = self.table.chosen
        if not chosen:
            return "  ".join([super().foot(row, count, more), self.say("ledger.days_hint")])
        told = [super().foot(row, count, more), chosen["serial"] or chosen["lot"], chosen["bin"], chosen["person"] or ""]
        return "  ".join(part for part in told if part)

    # Going about in it

    async def take(self, code: str) -> None:
        """Narrow the ledger to the days that were typed; the number of a paper is presented at the desk as everywhere."""
        if paper_kind(code):
            await super().take(code)
            return
        await self.show({**self.asked, **days_typed(code)})

    async def show(self, asked: Json) -> None:
        """Show another ledger from its first row; where it cannot be shown, this one stays."""
        before, self.asked = self.asked, asked
        try:
            await self.table.begin()
        except Refused:
            self.asked = before
            raise
        self.redraw()

    async def turn(self) -> None:
        """Begin at the other end."""
        self.newest = not self.newest
        await self.show(self.asked)

    async def one_lot(self) -> None:
        """Show the ledger of the chosen lot alone."""
        chosen = self.table.chosen
        if chosen:
            await self.show({**self.asked, "lot": chosen["lot"]})

    async def all_lots(self) -> None:
        """Show all lots again."""
        await self.show({**self.asked, "item": self.head["item"], "lot": ""})

    async def trace(self) -> None:
        """Trace the chosen lot."""
        from screens.tracing import TraceScreen  # loaded when somebody traces

        if self.table.chosen:
            await self.app.push_screen(TraceScreen(self.table.chosen["lot"]))

    async def back(self) -> None:
        """Show all days again, or go back to the screen before."""
        if not self.is_narrowed:
            await super().back()
            return
        await self.show({name: value for name, value in self.asked.items() if name not in ("from", "to")})

    async def open_row(self, row: Json) -> None:
        """Show the paper of a move at the desk."""
        paper = self.paper_of(row)
        if paper:
            await self.to_desk(paper)
        else:
            self.tell(self.say("ledger.not_paged"), "hint")

    # Taking it away

    async def file_of(self, suffix: str) -> TableFile:
        """Return the file of all of the ledger."""
        return await self.house.engine.ask(export_file, self.house.words, {**self.asked}, suffix, self.token)

    async def print_ledger(self) -> None:
        """Have the ledger printed at this desk."""
        from qdesk.slips.ledger_sheet import ask_for_ledger  # who prints nothing loads nothing that prints

        count = await self.house.engine.ask(ask_for_ledger, self.token, self.asked)
        self.tell(self.say("ledger.sent_to_print", count=count))


class PlacesScreen(ListFrame):
    """Every place that an item or a lot was ever at, with what came and went there; Enter opens the ledger of one."""

    def __init__(self, item: str, lot: str = "") -> None:
        """Begin with all days."""
        super().__init__()
        self.asked: Json = {"item": item, "lot": lot}

    def title_text(self) -> str:
        """Return what this screen is about."""
        return self.say("ledger.places", item=self.asked["lot"] or self.asked["item"])

    def help_page(self) -> str:
        """Return the page about the ledger."""
        return "ledger"

    async def page(self, after: Any) -> tuple[list[Json], Any]:
        """Ask for the places."""
        found = await self.house.engine.ask(places_of, self.house.words, self.asked, self.token)
        return found["places"], None

    def columns(self) -> Sequence[TableColumn]:
        """Return the columns."""
        names = ("opening", "came", "went", "closing")
        figures = [TableColumn(name, self.say(f"column.{name}"), 9, right=True) for name in names]
        return [TableColumn("place_title", self.say("column.place"), 20, share=1), *figures]

    def row_style(self, row: Json) -> str:
        """Return how a row looks: what is not in the house is quiet."""
        return "$quiet" if row["counter"] else ""

    def name_of(self, row: Json) -> object:
        """Return the place."""
        return row["place"]

    def head_lines(self, reader: Reader) -> list[Content]:
        """Return which days are meant, where not all are."""
        return reader.wrapped(days_text(self.asked, self.house.words), "", "  ", "bold $accent") if self.asked.get("from") else []

    async def back(self) -> None:
        """Show all days again, or go back to the screen before."""
        if not self.asked.get("from"):
            await super().back()
            return
        self.asked = {name: self.asked[name] for name in ("item", "lot")}
        await self.table.begin()
        self.redraw()

    async def take(self, code: str) -> None:
        """Narrow to the days that were typed."""
        if paper_kind(code):
            await super().take(code)
            return
        self.asked = {**self.asked, **days_typed(code)}
        await self.table.begin()
        self.redraw()

    async def open_row(self, row: Json) -> None:
        """Open the ledger of a place."""
        screen = LedgerScreen(self.asked["item"], row["place"], self.asked["lot"])
        screen.asked |= {name: self.asked[name] for name in ("from", "to") if name in self.asked}
        await self.app.push_screen(screen)
