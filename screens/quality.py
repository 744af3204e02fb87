"""Quality's lists: the stamps with what each is for, in use and withdrawn, and the instruments with what is due soon."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from textual.content import Content

from qdesk.quality_lists import instrument_list, stamp_register
from screens.card import Reader
from screens.keybar import Action
from screens.lettering import shown, styled
from screens.listing import ListFrame
from screens.table import Json, TableColumn

DAY = len("2026-03-02")
STYLES = {"withdrawn": "$quiet strike", "out_of_date": "bold $error", "due_soon": "bold $warning"}


class QualityList(ListFrame):
    """A list of which all is asked for at once; what is typed is looked for in it."""

    looks_at: Sequence[str] = ()

    def __init__(self) -> None:
        """Begin with what is in use."""
        super().__init__()
        self.withdrawn_too = False
        self.rows: list[Json] = []

    def help_page(self) -> str:
        """Return the handbook page of quality."""
        return "quality"

    def actions(self) -> list[Action]:
        """Show those that are withdrawn, too, or leave them out; go to the other list."""
        key = "quality.key_in_use" if self.withdrawn_too else "quality.key_withdrawn"
        return [Action(2, self.say(key), self.turn_over)]

    def is_shown(self, row: Json) -> bool:
        """Tell whether a row is shown: in use or wanted, and with every word that was typed."""
        text = " ".join(str(row[name]) for name in self.looks_at).lower()
        in_use = row["state"] != "withdrawn" or self.withdrawn_too
        return in_use and all(word in text for word in self.looked_for.lower().split())

    async def page(self, after: Any) -> tuple[list[Json], Any]:
        """Ask for all of it."""
        self.rows = await self.all_rows()
        return [row for row in self.rows if self.is_shown(row)], None

    async def all_rows(self) -> list[Json]:
        """Return every row."""
        return []

    def row_style(self, row: Json) -> str:
        """Return how a row looks: what is due stands out, what is withdrawn is struck out."""
        return STYLES.get(row["state"], "")

    async def turn_over(self) -> None:
        """Show those withdrawn, too, or leave them out."""
        self.withdrawn_too = not self.withdrawn_too
        await self.table.begin()
        self.redraw()


class StampScreen(QualityList):
    """The stamp register: number, holder, products and operations, training."""

    looks_at = ("stamp", "badge", "name", "item", "operation_title")

    def title_text(self) -> str:
        """Return what this screen is about."""
        return self.say("quality.stamps")

    def actions(self) -> list[Action]:
        """Go to the instruments."""
        return [*super().actions(), Action(3, self.say("quality.key_instruments"), self.show_instruments)]

    async def all_rows(self) -> list[Json]:
        """Ask for the register."""
        return await self.house.engine.ask(stamp_register, self.token, self.house.words)

    def columns(self) -> Sequence[TableColumn]:
        """Return the columns; on a wide terminal also since when, and how often it was used."""
        return [
            TableColumn("stamp", self.say("quality.stamp"), 8),
            TableColumn("name", self.say("quality.holder"), 10, share=1),
            TableColumn("item", self.say("quality.product"), 12, share=1),
            TableColumn("operation", self.say("quality.operation"), 12, share=2),
            TableColumn("trained", self.say("quality.trained"), 10),
            TableColumn("state", self.say("quality.state"), 10),
            TableColumn("since", self.say("quality.since"), 10, wide=True),
            TableColumn("times", self.say("quality.times"), 6, right=True, wide=True),
            TableColumn("last", self.say("quality.last"), 10, wide=True),
        ]

    def cell(self, row: Json, key: str) -> str:
        """Return what stands in a cell; an empty limit is said in words."""
        if key in ("item", "operation"):
            text = row["operation_title"] if key == "operation" else row["item"]
            return str(text) or self.say(f"quality.{'nothing' if row['allows'] == 'nothing' else 'everything'}")
        if key == "state":
            return self.say("quality.in_use" if row["state"] == "in_use" else "quality.taken_back")
        if key in ("since", "last"):
            return str(row[key])[:DAY]
        return str(row[key]) if key == "times" else super().cell(row, key)

    def name_of(self, row: Json) -> object:
        """Return the stamp and what it is for."""
        return row["stamp"], row["item"], row["operation"]

    def head_lines(self, reader: Reader) -> list[Content]:
        """Return how many numbers are in use and how many are withdrawn for ever."""
        counts = {state: len({row["stamp"] for row in self.rows if row["state"] == state}) for state in ("in_use", "withdrawn")}
        return [styled(self.say("quality.stamps_head", **counts), "bold $primary")]

    async def open_row(self, row: Json) -> None:
        """Lay the holder's badge on the desk."""
        await self.to_desk(str(row["badge"]))

    async def show_instruments(self) -> None:
        """Show the instruments."""
        await self.app.push_screen(InstrumentScreen())


class InstrumentScreen(QualityList):
    """The instruments: kind, name, and until when each is calibrated; what ends first stands first (R127)."""

    looks_at = ("code", "kind_title", "name")

    def title_text(self) -> str:
        """Return what this screen is about."""
        return self.say("quality.instruments")

    async def all_rows(self) -> list[Json]:
        """Ask for the instruments, those withdrawn too."""
        return await self.house.engine.ask(instrument_list, self.token, self.house.words, True)

    def columns(self) -> Sequence[TableColumn]:
        """Return the columns."""
        return [
            TableColumn("code", self.say("quality.code"), 12),
            TableColumn("kind_title", self.say("quality.kind"), 12, share=1),
            TableColumn("name", self.say("quality.name"), 12, share=2),
            TableColumn("due", self.say("quality.due"), 10),
            TableColumn("state", self.say("quality.state"), 12),
            TableColumn("since", self.say("quality.since"), 10, wide=True),
        ]

    def cell(self, row: Json, key: str) -> str:
        """Return what stands in a cell; how it is with an instrument is said in words, so that it is seen without colour."""
        if key == "state":
            return self.say(f"quality.{row['state']}")
        return str(row["since"])[:DAY] if key == "since" else super().cell(row, key)

    def name_of(self, row: Json) -> object:
        """Return the instrument's code."""
        return row["code"]

    def head_lines(self, reader: Reader) -> list[Content]:
        """Return how many instruments are out of date and how many soon will be."""
        counts = {state: sum(1 for row in self.rows if row["state"] == state) for state in ("out_of_date", "due_soon")}
        style = "bold $warning" if any(counts.values()) else "bold $primary"
        return [styled(self.say("quality.instruments_head", **counts), style)]

    async def open_row(self, row: Json) -> None:
        """Lay the instrument on the desk."""
        await self.to_desk(str(row["code"]))


def due_lines(rows: Sequence[Json], reader: Reader) -> list[Content]:
    """Return the instruments that are due on the desk where one measures with them."""
    if not rows:
        return []
    lines = [Content(""), styled(reader.say("quality.due_here"), "bold $warning")]
    for row in rows[:5]:
        state = reader.say(f"instrument.{row['state']}", due=row["due"])
        told = f"  {shown(row['code'])}  {shown(row['kind_title'])}  {state}"
        lines += reader.wrapped(told, style=STYLES.get(row["state"], ""))
    return lines
