"""Master data: items, customers and suppliers, bins; what is typed looks through them, Enter opens a row, one key changes it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from textual.content import Content

from qdesk.desk.openings import row_openings
from qdesk.exporting import TableFile
from qdesk.master_columns import SUBJECTS
from qdesk.master_lists import export_list, master_page, shown_row
from qdesk.site import Site
from qdesk.words import Words
from screens.card import Reader
from screens.keybar import Action
from screens.lettering import styled
from screens.table import Json, TableColumn
from screens.taken_away import TakenAway

LABELS = {"items": "item_label", "bins": "bin_label"}
"""What is printed of a row."""
COLUMNS = {
    "items": (
        ("code", 10, 1), ("name", 14, 2), ("spec", 10, 1), ("model", 10, 1), ("unit", 5, 0), ("pack", 8, 0), ("storage", 12, 1),
    ),
    "parties": (("code", 10, 1), ("kind", 9, 0), ("name", 18, 2), ("telephone", 14, 1), ("address", 18, 2)),
    "bins": (("code", 12, 1), ("place", 18, 2), ("zone", 18, 2)),
}  # fmt: skip
"""The columns of each list: name, least width, its part of what is left."""
ROOMY_ONLY = frozenset(["model", "pack", "storage", "address"])
AMOUNTS = frozenset(["pack"])


def page_of(site: Site, table: str, looked_for: str, after: str, words: Words) -> tuple[list[Json], Any]:
    """Return a page of a list, each row as it is read and as it is kept, and where the next begins."""
    found = master_page(site, table, looked_for, after)
    subject = SUBJECTS[table]
    return [{**shown_row(site, subject, row, words), "kept": row} for row in found["rows"]], found["next"]


class MasterScreen(TakenAway):
    """One list of master data at a time."""

    def __init__(self, table: str = "items", looked_for: str = "") -> None:
        """Begin with one of the lists."""
        super().__init__()
        self.list, self.looked_for = table, looked_for
        self.acts: dict[str, Json] = {}
        """What whoever sits here may do with master data, by step."""

    @property
    def subject(self) -> str:
        """Return what one row of the list is."""
        return SUBJECTS[self.list].name

    def title_text(self) -> str:
        """Return what this screen is about."""
        return self.say("master.title")

    def help_page(self) -> str:
        """Return the handbook page about master data."""
        return "master_data"

    def actions(self) -> list[Action]:
        """Go through the lists, and do what this person may do with the list and with its chosen row."""
        keys = [Action(2, self.say("master.key_next"), self.next_list, self.say("master.key_next_short"))]
        keys += self.row_actions(self.table.chosen)
        if f"add_{self.subject}" in self.acts:
            keys.append(Action(3, self.say("master.key_add"), partial(self.begin, "add", None)))
        if f"import_{self.list}" in self.acts:
            keys.append(Action(6, self.say("master.key_import"), self.show_import))
        return [*keys, Action(7, self.say("list.key_xlsx"), partial(self.export, ".xlsx"), "xlsx")]

    def row_actions(self, row: Json | None) -> list[Action]:
        """Return what may be done with a row."""
        if row is None:
            return []
        closing = "reopen" if row["kept"]["closed"] else "close"
        keys = [(4, "change"), (5, closing)]
        told = [
            Action(key, self.say(f"master.key_{what}"), partial(self.begin, what, row))
            for key, what in keys if f"{what}_{self.subject}" in self.acts
        ]  # fmt: skip
        return [*told, Action(8, self.say("master.key_label"), partial(self.print_label, row))] if self.list in LABELS else told

    # Looking

    async def load(self) -> None:
        """Ask what may be done here, and for the first page."""
        self.acts = await self.house.engine.ask(row_openings, self.token, self.house.words)
        await super().load()

    async def changed(self) -> None:
        """Ask anew, in the language of the moment."""
        self.acts = await self.house.engine.ask(row_openings, self.token, self.house.words)
        await super().changed()

    async def page(self, after: Any) -> tuple[list[Json], Any]:
        """Ask for a page of the list."""
        return await self.house.engine.ask(page_of, self.list, self.looked_for, after or "", self.house.words)

    def columns(self) -> Sequence[TableColumn]:
        """Return the columns of the list."""
        return [
            TableColumn(name, self.say(f"master.column_{name}"), width, share, wide=name in ROOMY_ONLY, right=name in AMOUNTS)
            for name, width, share in COLUMNS[self.list]
        ]

    def row_style(self, row: Json) -> str:
        """Return how a row looks: what is closed is done with."""
        return "$quiet strike" if row["kept"]["closed"] else ""

    def name_of(self, row: Json) -> object:
        """Return the code."""
        return row["code"]

    def head_lines(self, reader: Reader) -> list[Content]:
        """Return which list is shown, of how many."""
        place, count = list(SUBJECTS).index(self.list) + 1, len(SUBJECTS)
        told = self.say("master.list", list=self.say(f"lists.{self.list}"), place=place, count=count)
        return [styled(told, "bold $primary")]

    def foot(self, row: int, count: int, more: bool) -> str:
        """Return which row is chosen, and that it is closed."""
        chosen = self.table.chosen
        closed = self.say("master.is_closed") if chosen and chosen["kept"]["closed"] else ""
        return "  ".join(part for part in (super().foot(row, count, more), closed) if part)

    def draw_body(self) -> None:
        """Draw the list; what the keys do depends on the chosen row."""
        super().draw_body()
        self.show_keys()

    def action_choose(self, key: str) -> None:
        """Go through the list; the keys are those of the row chosen now."""
        super().action_choose(key)
        self.draw_body()

    # Going on

    async def next_list(self) -> None:
        """Show the next list."""
        lists = list(SUBJECTS)
        self.list, self.looked_for = lists[(lists.index(self.list) + 1) % len(lists)], ""
        await self.table.begin()
        self.redraw()

    async def open_row(self, row: Json) -> None:
        """Open the page of a row."""
        from screens.master_row import MasterRow  # loaded when it is asked for

        await self.app.push_screen(MasterRow(self, str(row["code"])))

    async def begin(self, what: str, row: Json | None) -> None:
        """Open the page of an act: of a new row, or of one that is there."""
        from screens.master_acting import acting_screen  # loaded when it is asked for

        await self.app.push_screen(acting_screen(self, f"{what}_{self.subject}", row))

    async def show_import(self) -> None:
        """Ask for a file to take in."""
        from screens.master_import import ImportScreen  # loaded when it is asked for

        await self.app.push_screen(ImportScreen(self))

    async def print_label(self, row: Json) -> None:
        """Have the label of a row printed."""
        await self.house.have_printed(LABELS[self.list], str(row["code"]))

    async def file_of(self, suffix: str) -> TableFile:
        """Return the file of the whole list."""
        return await self.house.engine.ask(export_list, self.list, suffix, self.house.words)
