"""The frame of every list: what is typed looks through it, Enter opens the chosen row, a paper goes to the desk."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Static

from qdesk.errors import Refused
from qdesk.scan import clean_code, clean_text, kind_of
from screens.card import Reader
from screens.frame import ScanLine
from screens.keybar import Action
from screens.lettering import stacked
from screens.table import Json, PagedTable, TableColumn
from screens.textframe import TextFrame, by_keys

PAPERS = ("piece", "copy", "document")


def paper_kind(code: str) -> str:
    """Return whether a code is a "piece", a "copy" or a "document"; "" for everything else that can be typed."""
    try:
        kind = kind_of(clean_code(code))
    except Refused:  # too long or too odd for a code, and still something that can be looked for
        return ""
    return kind if kind in PAPERS else ""


class ListFrame(TextFrame):
    """A screen that shows a list."""

    DEFAULT_CSS: ClassVar[str] = "#list-head { height: auto; } ListFrame #body { overflow: hidden; }"
    BINDINGS: ClassVar[list[BindingType]] = by_keys("up", "down", "pageup", "pagedown", "home", "end")

    def __init__(self) -> None:
        """Begin with the whole list."""
        super().__init__()
        self.looked_for = ""

    def body(self) -> ComposeResult:
        """What is listed, and the list."""
        yield Static("", id="list-head", markup=False)
        yield PagedTable(self.page, self.cell, self.row_style)

    def on_mount(self) -> None:
        """Ask for the first page."""
        self.table.named = self.name_of
        self.table.foot = self.foot
        self.house.work(self.load())

    def resized(self) -> None:
        """Draw in the new size, and ask for the rows that have come into sight."""
        super().resized()
        if self.table.begun:
            self.house.aside(self.table.fill())

    @property
    def table(self) -> PagedTable:
        """Return the list."""
        return self.query_one(PagedTable)

    # What a list says of itself

    async def load(self) -> None:
        """Ask for what the list needs to be shown, and for its first page."""
        await self.table.begin()
        self.redraw()

    async def page(self, after: Any) -> tuple[list[Json], Any]:
        """Return one page of the list and where the next begins."""
        return [], None

    def columns(self) -> Sequence[TableColumn]:
        """Return the columns, titled in the language of the moment."""
        return ()

    def cell(self, row: Json, key: str) -> str:
        """Return what stands in a cell."""
        return str(row.get(key) or "")

    def row_style(self, row: Json) -> str:
        """Return how a row looks."""
        return ""

    def name_of(self, row: Json) -> object:
        """Return what a row is known by when the list is asked for anew."""
        return row

    def head_lines(self, reader: Reader) -> list[Content]:
        """Return what stands above the list."""
        return []

    async def open_row(self, row: Json) -> None:
        """Do what Enter does with the chosen row."""

    # What every list does

    def foot(self, row: int, count: int, more: bool) -> str:
        """Return which row is chosen of how many that have been looked at so far."""
        if not count:
            return self.say("list.looked_on" if more else "list.nothing" if self.looked_for else "list.empty")
        return self.say("list.row_more" if more else "list.row", row=row, count=count)

    def draw_body(self) -> None:
        """Draw the head and the list."""
        reader = self.reader()
        lines = self.head_lines(reader)
        if self.looked_for:
            lines += reader.wrapped(self.say("list.looked_for", text=self.looked_for), "", "  ", "bold $accent")
        self.query_one("#list-head", Static).update(stacked(lines))
        self.query_one("#list-head").display = bool(lines)
        self.table.table_columns = self.columns()
        self.table.refresh()

    def all_actions(self) -> list[Action]:
        """Return every key; while something is looked for, the way back shows the whole list first."""
        actions = super().all_actions()
        if not self.looked_for:
            return actions
        return [Action(12, self.say("list.key_all"), self.back) if action.key == 12 else action for action in actions]

    def slip_actions(self, key: int, named: str) -> list[Action]:
        """Return the key that shows a paper as it was printed, where there is a paper."""

        async def show_slip() -> None:
            from screens.slip import SlipScreen  # what is looked at as paper is loaded when it is asked for

            await self.app.push_screen(SlipScreen(named=named))

        return [Action(key, self.say("printing.key_slip"), show_slip)] if named else []

    def action_choose(self, key: str) -> None:
        """Go through the list; in a line that holds text, Home and End stay with the text."""
        line = self.query_one(ScanLine)
        if line.value and key in ("home", "end"):
            line.action_home() if key == "home" else line.action_end()
            return
        table, page = self.table, max(1, self.table.room - 1)
        far = {"up": -1, "down": 1, "pageup": -page, "pagedown": page, "home": -table.cursor}
        by = far.get(key, table.pages.count - 1 - table.cursor)
        if not table.step(by):
            self.house.work(table.move(by))

    async def take(self, code: str) -> None:
        """Look for what was typed; the number of a paper is presented at the desk as everywhere."""
        if paper_kind(code):
            await super().take(code)
        else:
            await self.look_for(clean_text(code, "filter"))

    async def look_for(self, text: str) -> None:
        """Show only what holds a text; where it cannot be looked for, the list stays as it was."""
        before, self.looked_for = self.looked_for, text
        try:
            await self.table.begin()
        except Refused:
            self.looked_for = before
            raise
        self.redraw()

    async def enter(self) -> None:
        """Open the chosen row."""
        row = self.table.chosen
        if row is not None:
            await self.open_row(row)

    async def to_desk(self, code: str) -> None:
        """Lay something on the desk."""
        await self.house.to_desk()
        await self.house.frame.take(code)

    async def back(self) -> None:
        """Show the whole list again, or go back to the screen before."""
        if self.looked_for:
            await self.look_for("")
        else:
            await super().back()

    async def changed(self) -> None:
        """Ask anew for what is in sight: another desk has changed something, or the language is another."""
        if self.still_shown and self.table.begun:
            await self.table.reload()
            if self.still_shown:
                self.redraw()
