"""The registers: all documents of a form, the newest first, narrowed, exported to a file and printed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from textual.content import Content

from qdesk.exporting import TableFile
from qdesk.narrowing import FILTERS
from qdesk.register_columns import NAMES, export_file, filter_text, state_text, things_text
from qdesk.registers import PAGE, books_of, register_page, usual_form
from screens.card import Reader
from screens.keybar import Action
from screens.lettering import styled
from screens.table import Json, TableColumn
from screens.taken_away import TakenAway

SHOWN_FIELDS = 3
SHOWN_THINGS = 3


class RegisterScreen(TakenAway):
    """All documents of a form; a serial or a word from any field typed in the scan line looks through them."""

    def __init__(self) -> None:
        """Begin with the first form."""
        super().__init__()
        self.books: list[Json] = []
        self.form = 0
        self.asked: Json = {}
        """What the register is narrowed to, besides what is looked for."""

    @property
    def book(self) -> Json | None:
        """Return the register that is shown."""
        return self.books[self.form] if self.books else None

    @property
    def wanted(self) -> Json:
        """Return the form and all that its register is narrowed to."""
        looked = {"filter": self.looked_for} if self.looked_for else {}
        return {"form": str(self.form + 1), **self.asked, **looked}

    def title_text(self) -> str:
        """Return what this screen is about."""
        return self.say("list.title_register", form=self.book["title"]) if self.book else self.say("list.registers")

    def help_page(self) -> str:
        """Return the page about registers."""
        return "registers"

    def actions(self) -> list[Action]:
        """Go through the forms, narrow the register, and take it away as a file or on paper."""
        keys = self.slip_actions(4, (self.table.chosen or {}).get("serial", ""))
        if len(self.books) > 1:
            keys += [Action(2, self.say("list.key_next_form"), self.next_form, self.say("list.key_next_form_short"))]
            keys += [Action(3, self.say("list.key_last_form"), self.last_form, self.say("list.key_last_form_short"))]
        if self.book is None:
            return keys
        keys += [Action(5, self.say("list.key_filter"), self.filter)]
        return [*keys, *self.export_actions(6), Action(8, self.say("list.key_print"), self.print_register)]

    def all_actions(self) -> list[Action]:
        """Return every key; of a narrowed register the way back shows all of it first."""
        actions = super().all_actions()
        if not self.asked:
            return actions
        return [Action(12, self.say("list.key_all"), self.back) if action.key == 12 else action for action in actions]

    async def load(self) -> None:
        """Ask what registers there are and which this desk most likely wants, then for its first page."""
        self.books = await self.house.engine.ask(books_of, self.house.words)
        self.turn_to_form(await self.house.engine.ask(usual_form, self.house.present_seat.desk))
        await super().load()

    def turn_to_form(self, form: str) -> None:
        """Turn to the register of a form, where there is one."""
        self.form = next((place for place, book in enumerate(self.books) if book["form"] == form), self.form)

    async def changed(self) -> None:
        """Ask anew: the titles of the forms are in the language of the moment, too."""
        self.books = await self.house.engine.ask(books_of, self.house.words)
        await super().changed()

    async def page(self, after: Any) -> tuple[list[Json], Any]:
        """Ask for a page of the register."""
        if self.book is None:
            return [], None
        arguments = (self.book["form"], self.looked_for, after or "", PAGE, self.asked)
        found = await self.house.engine.ask(register_page, *arguments)
        return found["rows"], found["next"]

    # Drawing

    def columns(self) -> Sequence[TableColumn]:
        """Return the columns: what every register has, and on a wide terminal as many fields of the form as there is room for."""
        book = self.book or {"fields": [], "has_vehicles": False}
        fields = [field for field in book["fields"] if field["name"] not in NAMES][:SHOWN_FIELDS]
        vehicle = [TableColumn("vehicles", self.say("column.vehicle"), 9)] if book["has_vehicles"] else []
        return [
            TableColumn("serial", self.say("list.document"), 12),
            TableColumn("opened", self.say("column.day"), 10),
            TableColumn("customers", self.say("column.customer"), 10, share=2),
            *vehicle,
            TableColumn("lines", self.say("column.things"), 13, share=3),
            TableColumn("state", self.say("column.state"), 12, share=1),
            *(TableColumn(f"field.{field['name']}", field["title"], 10, share=1, wide=True) for field in fields),
            TableColumn("revision", self.say("list.revision"), 4, wide=True, right=True),
            TableColumn("case", self.say("column.case"), 12, wide=True),
        ]

    def cell(self, row: Json, key: str) -> str:
        """Return what stands in a cell."""
        words = self.house.words
        if key == "state":
            return self.state_of(row)
        if key == "opened":
            return str(row["opened"][:10])
        if key in ("customers", "vehicles"):
            return words.show(row[key])
        if key == "lines":
            return things_text(row, words, SHOWN_THINGS)
        if key.startswith("field.") and self.book:
            name = key.partition(".")[2]
            value = row["fields"].get(name) or ""
            choices: Json = next((field["choices"] for field in self.book["fields"] if field["name"] == name), {})
            return str(choices.get(value, value))
        return super().cell(row, key)

    def state_of(self, row: Json) -> str:
        """Return whether a document is open, void, or how its case ended."""
        return state_text(self.book or {"endings": {}}, row, self.house.words)

    def row_style(self, row: Json) -> str:
        """Return how a row looks: what is open stands out from what is done with."""
        return "$quiet strike" if row["void"] else "$quiet" if row["ended"] else ""

    def name_of(self, row: Json) -> object:
        """Return the serial."""
        return row["serial"]

    def head_lines(self, reader: Reader) -> list[Content]:
        """Return which form is shown, of how many, and what it is narrowed to."""
        if self.book is None:
            return []
        place, count = self.form + 1, len(self.books)
        told = self.say("list.form", number=self.book["number"], form=self.book["title"], place=place, count=count)
        lines = [styled(told, "bold $primary")]
        if self.asked:
            narrowed = self.say("list.narrowed", text=filter_text(self.asked, self.house.words))
            lines += reader.wrapped(narrowed, "", "  ", "bold $accent")
        return lines

    def foot(self, row: int, count: int, more: bool) -> str:
        """Return which row is chosen; of a narrowed register without rows, that nothing fits."""
        return self.say("list.nothing") if self.asked and not count and not more else super().foot(row, count, more)

    # Going through the registers

    async def next_form(self) -> None:
        """Show the register of the next form."""
        await self.turn_to(1)

    async def last_form(self) -> None:
        """Show the register of the form before."""
        await self.turn_to(-1)

    async def turn_to(self, places: int) -> None:
        """Show another form's register from its newest document; what it was narrowed to stays, but for words."""
        self.form = (self.form + places) % len(self.books)
        self.looked_for = ""
        await self.table.begin()
        self.redraw()

    async def filter(self) -> None:
        """Ask what the register is to be narrowed to."""
        from screens.filtering import FilterScreen  # read when somebody wants to narrow a register

        await self.app.push_screen(FilterScreen(self))

    async def show_narrowed(self, form: str, asked: Json) -> None:
        """Show what fits of a form."""
        self.turn_to_form(form)
        self.looked_for = asked.pop("filter", "")
        self.asked = {name: asked[name] for name in FILTERS if name in asked}
        await self.table.begin()
        self.redraw()

    async def back(self) -> None:
        """Show the whole register again, or go back to the screen before."""
        if not self.asked:
            await super().back()
            return
        self.asked, self.looked_for = {}, ""
        await self.table.begin()
        self.redraw()

    async def open_row(self, row: Json) -> None:
        """Open the document at the desk."""
        await self.to_desk(str(row["serial"]))

    # Taking it away

    async def file_of(self, suffix: str) -> TableFile:
        """Return the file of all that fits."""
        form, asked = (self.book or {})["form"], {**self.wanted}
        return await self.house.engine.ask(export_file, form, asked, suffix, self.house.words)

    async def print_register(self) -> None:
        """Have all that fits printed at this desk."""
        from qdesk.slips.register_sheet import ask_for_register  # who prints nothing loads nothing that prints

        form = (self.book or {})["form"]
        count = await self.house.engine.ask(ask_for_register, self.token, form, self.wanted)
        self.tell(self.say("list.sent_to_print", count=count))
