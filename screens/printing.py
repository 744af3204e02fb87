"""The print queue of a desk: what is not on paper yet and why, and the ways out: again, another printer, not at all."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from qdesk.errors import Refused
from qdesk.scan import clean_code
from qdesk.site import Site
from qdesk.slips.queue import BY_ACTS, ask_for, cancel_print, confirm_print, print_again, queue_rows
from qdesk.telling import short_time
from qdesk.words import Words
from screens.card import Reader
from screens.keybar import Action
from screens.lettering import stacked, styled
from screens.listing import ListFrame, paper_kind
from screens.slip import Sheet, SlipScreen
from screens.table import Json, TableColumn

WORST_FIRST = ("failed", "sent", "waiting", "done")
STYLES = {"failed": "bold $error", "sent": "$accent", "waiting": "", "done": "$quiet"}
SHEETS_OF_NOTHING = {7: "action_cards", 8: "scanner_sheet"}
"""Sheets that anybody may want at a desk, by their keys."""
TOLD_LINES = 3
"""Lines kept for what is said of the chosen row, so that the list stays where it is."""


def rows_of(site: Site, desk: str, words: Words) -> list[Json]:
    """Return the queues of a desk and of those it stands in for, what did not print first."""
    rows = [{**row, "desk": each} for each in site.served[desk] for row in queue_rows(site, each, words)]
    return sorted(rows, key=lambda row: WORST_FIRST.index(row["state"]))


class PrintQueue(ListFrame):
    """What this desk has to print; a slip that is scanned here is on paper for certain."""

    DEFAULT_CSS = f"#print-told {{ height: {TOLD_LINES}; }}"

    def __init__(self) -> None:
        """Begin before anything was asked."""
        super().__init__()
        self.rows: list[Json] = []
        self.sure = 0
        """The row that will not be printed at all when the key is pressed once more."""

    def body(self) -> ComposeResult:
        """The list, and what is said of the chosen row."""
        yield from super().body()
        yield Static("", id="print-told", markup=False)

    def title_text(self) -> str:
        """Return what this screen is about."""
        return self.say("printing.title")

    def actions(self) -> list[Action]:
        """Go on with the chosen row, or with all that did not print."""
        keys = []
        if self.rows:
            keys += [
                Action(2, self.say("printing.key_again"), self.again),
                Action(3, self.say("printing.key_other"), self.choose_printer),
                Action(4, self.say("printing.key_cancel"), self.cancel),
                Action(5, self.say("printing.key_preview"), self.preview),
            ]
        if any(row["state"] == "failed" for row in self.rows):
            keys.append(Action(6, self.say("printing.key_all_again"), self.all_again))
        return keys + [
            Action(key, self.say(f"kind.{kind}"), partial(self.ask_sheet, kind)) for key, kind in SHEETS_OF_NOTHING.items()
        ]

    async def ask_sheet(self, kind: str) -> None:
        """Have a sheet printed that is about nothing in particular."""
        await self.house.engine.ask(ask_for, self.token, kind)
        await self.looked_after("printing.asked", sheet=self.say(f"kind.{kind}"))

    # Looking

    async def page(self, after: Any) -> tuple[list[Json], Any]:
        """Ask for the queue, which is short; only what holds the words looked for."""
        desk = self.house.present_seat.desk
        self.rows = await self.house.engine.ask(rows_of, desk, self.house.words)
        sought = self.looked_for.casefold().split()
        return [row for row in self.rows if all(word in self.row_text(row) for word in sought)], None

    def row_text(self, row: Json) -> str:
        """Return what is looked through for a word."""
        return " ".join(self.cell(row, key) for key in ("paper", "title", "state", "printer")).casefold()

    def columns(self) -> Sequence[TableColumn]:
        """Return the columns."""
        return [
            TableColumn("paper", self.say("printing.what"), 15),
            TableColumn("title", self.say("column.name"), 18, share=2),
            TableColumn("state", self.say("column.state"), 13),
            TableColumn("printer", self.say("printing.printer"), 14, share=1),
            TableColumn("at", self.say("column.since"), 11, wide=True),
            TableColumn("subject", self.say("printing.number"), 18, wide=True),
        ]

    def cell(self, row: Json, key: str) -> str:
        """Return what stands in a cell."""
        if key == "paper":
            return str(row["copy"] or row["subject"])
        if key == "state":
            return self.say(f"printing.{row['state']}")
        if key == "printer":
            return self.printer_title(row["printer"])
        if key == "at":
            return short_time(row["at"])
        return super().cell(row, key)

    def printer_title(self, name: str) -> str:
        """Return what a printer is called; nothing while it is open which one takes the row."""
        known = self.house.engine.site.factory.printers.get(name)
        return known.title.in_(self.house.language) if known else name

    def row_style(self, row: Json) -> str:
        """Return how a row looks."""
        return STYLES[row["state"]]

    def name_of(self, row: Json) -> object:
        """Return the row's number."""
        return row["id"]

    def head_lines(self, reader: Reader) -> list[Content]:
        """Return how many there are of each."""
        counts = [(state, sum(row["state"] == state for row in self.rows)) for state in WORST_FIRST]
        told = [self.say("map.count", state=self.say(f"printing.{state}"), count=count) for state, count in counts if count]
        return [styled(reader.words.clauses(told) or self.say("printing.all_done"), "bold $primary")]

    def draw_body(self) -> None:
        """Draw the list and what is said of the chosen row."""
        super().draw_body()
        row = self.table.chosen
        lines = self.told_lines(row, self.reader()) if row else []
        self.query_one("#print-told", Static).update(stacked(lines[:TOLD_LINES]))

    def told_lines(self, row: Json, reader: Reader) -> list[Content]:
        """Return why a row is not on paper, or what is still to be done with it."""
        state = "done_sheet" if row["state"] == "done" and row["kind"] not in BY_ACTS else row["state"]
        told = row["why"] if state == "failed" else self.say(f"printing.told_{state}")
        lines = reader.wrapped(told, "! " if row["state"] == "failed" else "  ", "  ", STYLES[row["state"]])
        return lines + (reader.wrapped(self.say("printing.maybe"), "  ", "  ", "$warning") if row["maybe"] else [])

    def action_choose(self, key: str) -> None:
        """Go through the list; what is said is said of the row chosen now."""
        super().action_choose(key)
        self.sure = 0
        self.draw_body()

    # Going on with a row

    async def again(self) -> None:
        """Have the chosen row printed after all."""
        if self.table.chosen is not None:
            await self.print_at(self.table.chosen, "")

    async def print_at(self, row: Json, printer: str) -> None:
        """Have a row printed, at another printer where one is named."""
        await self.house.engine.ask(print_again, self.token, row["id"], printer)
        await self.looked_after("printing.again_told", what=self.cell(row, "paper"))

    async def all_again(self) -> None:
        """Have everything printed that did not print; what cannot be is told, the others go on."""
        refused: Refused | None = None
        for row in [each for each in self.rows if each["state"] == "failed"]:
            try:
                await self.house.engine.ask(print_again, self.token, row["id"], "")
            except Refused as why:
                refused = why
        await self.looked_after("printing.all_again_told")
        if refused is not None:
            raise refused

    async def choose_printer(self) -> None:
        """Show the printers, to take another one for the chosen row."""
        if self.table.chosen is not None:
            await self.app.push_screen(PrinterChoice(partial(self.print_at, self.table.chosen), self.table.chosen["printer"]))

    async def cancel(self) -> None:
        """Give the chosen row up; the key has to be pressed twice, since there is no paper then."""
        row = self.table.chosen
        if row is None:
            return
        if self.sure != row["id"]:
            self.sure = row["id"]
            self.tell(self.say("printing.sure", what=self.cell(row, "paper")), "hint")
            return
        self.sure = 0
        await self.house.engine.ask(cancel_print, self.token, row["id"])
        await self.looked_after("printing.cancelled_told", what=self.cell(row, "paper"))

    async def preview(self) -> None:
        """Show the chosen row as it would come out."""
        row = self.table.chosen
        if row is not None:
            sheet = Sheet(row["kind"], row["subject"], self.cell(row, "paper"), row["printer"], row["maybe"])
            await self.app.push_screen(SlipScreen([sheet]))

    async def looked_after(self, key: str, **told: object) -> None:
        """Say what was done, and have the queue worked on at once."""
        await self.changed()
        self.tell(self.say(key, **told))
        self.house.look_for_prints()

    async def take(self, code: str) -> None:
        """Take a slip that is scanned back as printed for certain; everything else as in every list."""
        if paper_kind(code) == "piece" and await self.house.engine.ask(confirm_print, self.token, clean_code(code)):
            await self.changed()
            row = next((each for each in self.rows if each["subject"] == clean_code(code)), None)
            self.tell(self.say("printing.confirmed", what=self.cell(row, "paper") if row else code))
            self.house.ring()
        else:
            await super().take(code)

    async def open_row(self, row: Json) -> None:
        """Show the row as it would come out."""
        await self.preview()


class PrinterChoice(ListFrame):
    """The printers of the site, to choose one of them."""

    def __init__(self, take: Any, present: str) -> None:
        """Hand the chosen printer's name on; `present` is the one that had it."""
        super().__init__()
        self.take_printer, self.present = take, present

    def title_text(self) -> str:
        """Return what this screen is about."""
        return self.say("printing.title_printers")

    def head_lines(self, reader: Reader) -> list[Content]:
        """Return what to do here."""
        return [styled(self.say("printing.choose_printer"), "bold $primary")]

    async def page(self, after: Any) -> tuple[list[Json], Any]:
        """Return the printers."""
        site, language = self.house.engine.site, self.house.language
        rows = [
            {"name": each.name, "title": each.title.in_(language), "kind": each.kind, "paper": each.paper}
            for each in site.factory.printers.values()
        ]
        sought = self.looked_for.casefold().split()
        return [row for row in rows if all(word in " ".join(row.values()).casefold() for word in sought)], None

    def columns(self) -> Sequence[TableColumn]:
        """Return the columns."""
        return [
            TableColumn("title", self.say("printing.printer"), 20, share=2),
            TableColumn("kind", self.say("printing.sort"), 14, share=1),
            TableColumn("paper", self.say("printing.paper"), 12),
            TableColumn("had", "", 14),
        ]

    def cell(self, row: Json, key: str) -> str:
        """Return what stands in a cell."""
        if key == "kind":
            return self.say(f"printing.sort_{row['kind']}")
        if key == "paper":
            return self.say(f"printing.paper_{row['paper']}") if row["paper"] else self.say("printing.any_paper")
        if key == "had":
            return self.say("printing.had_it") if row["name"] == self.present else ""
        return super().cell(row, key)

    def name_of(self, row: Json) -> object:
        """Return the printer's name."""
        return row["name"]

    async def open_row(self, row: Json) -> None:
        """Take the chosen printer, and go back."""
        self.app.pop_screen()
        await self.take_printer(row["name"])
