"""A sheet of master data looked through and taken in: every problem by row, or what would change, and one key that does it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from qdesk.errors import Refused
from qdesk.importing import read_sheet
from qdesk.master_import import file_meant, look_through
from qdesk.new_files import EXPORTS
from qdesk.scan import clean_text
from screens.card import Reader
from screens.keybar import Action
from screens.lettering import stacked, styled
from screens.listing import ListFrame, paper_kind
from screens.master import MasterScreen
from screens.table import Json, TableColumn

TOLD_LINES = 3
"""Lines kept for the whole of what is said of the chosen row."""
LONGEST_PATH = 500


class ImportScreen(ListFrame):
    """A file that is typed is looked through; nothing is written before the key is pressed."""

    DEFAULT_CSS = f"#import-told {{ height: {TOLD_LINES}; }}"

    def __init__(self, listed: MasterScreen) -> None:
        """Begin without a file."""
        super().__init__()
        self.listed, self.list = listed, listed.list
        self.path = ""
        self.looked: Json | None = None
        """What the file would do, none before one was read."""

    def body(self) -> ComposeResult:
        """The list, and what is said of the chosen row."""
        yield from super().body()
        yield Static("", id="import-told", markup=False)

    def title_text(self) -> str:
        """Return what this screen is about."""
        return self.say(f"step.import_{self.list}")

    def help_page(self) -> str:
        """Return the handbook page about master data."""
        return "master_data"

    def actions(self) -> list[Action]:
        """Take the file in where nothing is wrong with it, or look at it once more."""
        keys = [Action(3, self.say("import.key_again"), self.look_again)] if self.path else []
        looked = self.looked
        possible = looked and not looked["problems"] and not looked["before"] and looked["changes"]
        return [Action(2, self.say("import.key_do"), self.take_in), *keys] if possible else keys

    # Looking through

    async def take(self, code: str) -> None:
        """Look through the file that was typed; the number of a paper is presented at the desk as everywhere."""
        if paper_kind(code):
            await super().take(code)
            return
        self.path = clean_text(code, self.say("import.file"), LONGEST_PATH)
        await self.look_again()

    async def look_again(self) -> None:
        """Read the file and look through it; a file that is large keeps nobody else waiting."""
        self.looked = None
        try:
            path = await self.house.engine.ask(file_meant, self.path)
            sheet = await asyncio.to_thread(read_sheet, path)
            self.looked = await self.house.engine.ask(look_through, self.token, self.list, sheet, self.house.words)
        finally:
            if self.still_shown:
                await self.table.begin()
                self.redraw()
        looked = self.looked
        if looked["problems"]:
            raise Refused("import_broken", file=looked["file"], count=len(looked["problems"]))
        self.tell(self.counts(looked))
        self.house.ring()

    def counts(self, looked: Json) -> str:
        """Return what the file would do in numbers, or that it was done before."""
        if looked["before"]:
            return self.say("import.before", act=looked["before"])
        return self.say("import.counts", **{what: looked[what] for what in ("add", "change", "same")})

    async def take_in(self) -> None:
        """Do what the file says: all of it or nothing."""
        request = (self.looked or {})["request"]
        done = await self.house.engine.act(self.house.present_seat, request)
        shown, app, said = MasterScreen(self.list), self.app, self.say("import.done", act=done.act)
        await self.house.to_desk()
        await app.push_screen(shown)
        shown.tell(said)
        shown.house.ring()

    # Drawing

    async def page(self, after: Any) -> tuple[list[Json], Any]:
        """Return what is wrong, else what would change."""
        looked = self.looked or {"problems": [], "changes": []}
        return looked["problems"] or looked["changes"], None

    @property
    def is_broken(self) -> bool:
        """Tell whether something is wrong with the file."""
        return bool(self.looked and self.looked["problems"])

    def columns(self) -> Sequence[TableColumn]:
        """Return the columns: of problems, or of changes."""
        if self.is_broken:
            return [
                TableColumn("row", self.say("column.row"), 6, right=True),
                TableColumn("column", self.say("column.column"), 16),
                TableColumn("message", self.say("column.why"), 30, share=1),
            ]
        return [
            TableColumn("code", self.say("master.column_code"), 14, share=1),
            TableColumn("name", self.say("master.column_name"), 16, share=1),
            TableColumn("what", self.say("import.what"), 10),
            TableColumn("columns", self.say("import.columns"), 20, share=2),
        ]

    def cell(self, row: Json, key: str) -> str:
        """Return what stands in a cell."""
        if key == "what":
            return self.say(f"import.what_{row['what']}")
        return self.house.words.show(row["columns"]) if key == "columns" else super().cell(row, key)

    def row_style(self, row: Json) -> str:
        """Return how a row looks."""
        return "$error" if self.is_broken else ""

    def head_lines(self, reader: Reader) -> list[Content]:
        """Return which file is shown and what it would do, or how one is named."""
        if self.looked is None:
            return reader.wrapped(self.say("import.how", folder=EXPORTS), "", "  ", "bold $primary")
        named = " / ".join(dict.fromkeys(part for part in (self.looked["file"], self.looked["sheet"]) if part))
        told = [styled(line, "bold $primary") for line in [named]]
        return [*told, *reader.wrapped(self.counts(self.looked), "", "  ")] if not self.is_broken else told

    def foot(self, row: int, count: int, more: bool) -> str:
        """Return which row is chosen; without a file nothing."""
        return super().foot(row, count, more) if count else ""

    def draw_body(self) -> None:
        """Draw the list, and below it what is wrong with the chosen row in full."""
        super().draw_body()
        row, reader = self.table.chosen, self.reader()
        lines = reader.wrapped(row["message"], "! ", "  ", "$error") if row and self.is_broken else []
        self.query_one("#import-told", Static).update(stacked(lines[:TOLD_LINES]))

    def action_choose(self, key: str) -> None:
        """Go through the list; what is said is said of the row chosen now."""
        super().action_choose(key)
        self.draw_body()

    async def changed(self) -> None:
        """Look at the same sheet in the language of the moment, which is read anew."""
        if self.path and self.looked is not None:
            await self.look_again()
        else:
            await super().changed()
