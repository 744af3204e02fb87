"""The registers: all documents of a form, the newest first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from textual.content import Content

from qdesk.desk.book import in_force
from qdesk.searching import forms_of, register_page
from qdesk.site import Site
from qdesk.telling import short_time
from qdesk.words import Words
from screens.card import Reader
from screens.keybar import Action
from screens.lettering import styled
from screens.listing import ListFrame
from screens.table import Json, TableColumn

SHOWN_FIELDS = 4


def books_of(site: Site, words: Words) -> list[Json]:
    """Return every register: its form with the fields' titles and choices, and what the endings of its procedure are called."""
    running = {each.procedure.id: each.procedure for each in in_force(site).values()}
    told = []
    for form in forms_of(site, words):
        procedure = running[form["procedure"]]
        fields = [
            {
                "name": column.name,
                "title": column.title.in_(words.language),
                "choices": {choice.id: choice.title.in_(words.language) for choice in column.choices},
            }
            for column in procedure.forms[form["form"]].fields
        ]
        endings = {ending.id: ending.title.in_(words.language) for ending in procedure.endings.values()}
        told.append({**form, "fields": fields, "endings": endings})
    return told


class RegisterScreen(ListFrame):
    """All documents of a form; a serial or a word from any field typed in the scan line looks through them."""

    def __init__(self) -> None:
        """Begin with the first form."""
        super().__init__()
        self.books: list[Json] = []
        self.form = 0

    @property
    def book(self) -> Json | None:
        """Return the register that is shown."""
        return self.books[self.form] if self.books else None

    def title_text(self) -> str:
        """Return what this screen is about."""
        return self.say("list.title_register", form=self.book["title"]) if self.book else self.say("list.registers")

    def actions(self) -> list[Action]:
        """Go through the forms."""
        slip = self.slip_actions(4, (self.table.chosen or {}).get("serial", ""))
        if len(self.books) < 2:
            return slip
        keys = [Action(2, self.say("list.key_next_form"), self.next_form)]
        return [*keys, Action(3, self.say("list.key_last_form"), self.last_form), *slip]

    async def load(self) -> None:
        """Ask what registers there are, then for the first page."""
        self.books = await self.house.engine.ask(books_of, self.house.words)
        await super().load()

    async def changed(self) -> None:
        """Ask anew: the titles of the forms are in the language of the moment, too."""
        self.books = await self.house.engine.ask(books_of, self.house.words)
        await super().changed()

    async def page(self, after: Any) -> tuple[list[Json], Any]:
        """Ask for a page of the register."""
        if self.book is None:
            return [], None
        found = await self.house.engine.ask(register_page, self.book["form"], self.looked_for, after or "")
        return found["rows"], found["next"]

    def columns(self) -> Sequence[TableColumn]:
        """Return the columns: as many fields of the form as there is room for."""
        fields = self.book["fields"][:SHOWN_FIELDS] if self.book else []
        return [
            TableColumn("serial", self.say("list.document"), 13),
            TableColumn("opened", self.say("list.opened"), 11),
            TableColumn("revision", self.say("list.revision"), 4, right=True),
            TableColumn("state", self.say("column.state"), 12),
            *(
                TableColumn(f"field.{field['name']}", field["title"], 10, share=2 if place == 0 else 1, wide=place > 1)
                for place, field in enumerate(fields)
            ),
            TableColumn("lines_count", self.say("list.lines"), 5, wide=True, right=True),
            TableColumn("case", self.say("column.case"), 13, wide=True),
        ]

    def cell(self, row: Json, key: str) -> str:
        """Return what stands in a cell."""
        if key == "state":
            return self.state_of(row)
        if key == "opened":
            return short_time(row["opened"])
        if key.startswith("field.") and self.book:
            name = key.partition(".")[2]
            value = row["fields"].get(name) or ""
            choices: Json = next((field["choices"] for field in self.book["fields"] if field["name"] == name), {})
            return str(choices.get(value, value))
        return super().cell(row, key)

    def state_of(self, row: Json) -> str:
        """Return whether a document is open, void, or how its case ended."""
        if row["void"]:
            return self.say("word.void")
        if not row["ended"]:
            return self.say("list.open")
        ending = row["ended"]
        known = self.book["endings"] if self.book else {}
        said = self.say(f"ending.{ending}") if f"ending.{ending}" in self.house.words.keys else ending
        return str(known.get(ending, said))

    def row_style(self, row: Json) -> str:
        """Return how a row looks: what is open stands out from what is done with."""
        return "$quiet strike" if row["void"] else "$quiet" if row["ended"] else ""

    def name_of(self, row: Json) -> object:
        """Return the serial."""
        return row["serial"]

    def head_lines(self, reader: Reader) -> list[Content]:
        """Return which form is shown, of how many."""
        if self.book is None:
            return []
        place, count = self.form + 1, len(self.books)
        told = self.say("list.form", number=self.book["number"], form=self.book["title"], place=place, count=count)
        return [styled(told, "bold $primary")]

    async def next_form(self) -> None:
        """Show the register of the next form."""
        await self.turn_to(1)

    async def last_form(self) -> None:
        """Show the register of the form before."""
        await self.turn_to(-1)

    async def turn_to(self, step: int) -> None:
        """Show another form's register from its newest document."""
        self.form = (self.form + step) % len(self.books)
        self.looked_for = ""
        await self.table.begin()
        self.redraw()

    async def open_row(self, row: Json) -> None:
        """Open the document at the desk."""
        await self.to_desk(str(row["serial"]))
