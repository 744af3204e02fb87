"""Putting away: a bin, goods and a quantity in any order; the screen says what it still needs, and one key does all rows.

What is scanned is always a code, never a quantity; a number counts as one only when it was typed and names nothing itself.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Input, Static

from qdesk.bin_plan import what_is
from qdesk.errors import Because, Refused
from qdesk.scan import QUANTITY, format_quantity, names_nothing
from screens.card import Reader
from screens.codes import action_of, command_of
from screens.desk import DeskScreen
from screens.frame import ScanLine
from screens.intent import Intent
from screens.keybar import Action
from screens.lettering import stacked, styled
from screens.listing import paper_kind
from screens.textframe import TextFrame
from screens.tray import LOT, Tray

Json = dict[str, Any]
STEP = "put_away"
LONGEST_QUANTITY = 8
"""Digits and point of a quantity that somebody types; what is longer is a code."""


class PutAwayScreen(TextFrame):
    """Rows of goods that go into bins, gathered by scanning."""

    DEFAULT_CSS: ClassVar[str] = "#tray { height: auto; }"

    def __init__(self, desk: DeskScreen, codes: Sequence[str] = ()) -> None:
        """Begin with what was scanned at the desk already."""
        super().__init__()
        self.desk, self.codes = desk, list(codes)
        self.tray = Tray()
        self.warned: Sequence[Because] = ()
        self.despite = ""
        self.key = uuid.uuid4().hex

    def body(self) -> ComposeResult:
        """The rows, and what is still needed."""
        yield Static("", id="tray", markup=False)

    def on_mount(self) -> None:
        """Take what was scanned at the desk."""
        super().on_mount()
        self.house.work(self.begin())

    async def begin(self) -> None:
        """Take what was scanned at the desk, one after the other."""
        codes, self.codes = self.codes, []
        for code in codes:
            await self.take(code)

    def title_text(self) -> str:
        """Return what this screen is about."""
        return self.say("step.put_away")

    def help_page(self) -> str:
        """Return the handbook page on bins."""
        return "stores"

    def actions(self) -> list[Action]:
        """Return the keys: do it, take all of it, leave a row."""
        keys = [Action(2, self.say("put_away.key_do"), self.submit)] if self.tray.rows else []
        if len(self.tray.lots()) == 1:
            keys.append(Action(3, self.say("put_away.key_all"), self.take_all))
        return [*keys, Action(4, self.say("put_away.key_drop"), self.drop)] if self.tray.begun else keys

    # What comes in

    def on_input_submitted(self, message: Input.Submitted) -> None:
        """Take what was typed: a number is how much, unless it names something; while a reason is wanted it is the reason."""
        text = message.value.strip()
        plain = bool(text) and command_of(text) is None and not (action_of(text) or paper_kind(text))
        if not (plain and isinstance(message.input, ScanLine) and (self.warned or is_quantity(text))):
            return  # the frame takes it as on every screen
        message.stop()
        message.prevent_default()
        message.input.value = ""
        self.house.work(self.take_typed(text))

    async def take_typed(self, text: str) -> None:
        """Take a number that was typed, or the reason to go on all the same; what names something is neither."""
        try:
            thing = await self.house.engine.ask(what_is, self.token, text)
        except Refused as refused:
            if not names_nothing(refused.code):
                raise
            if not is_quantity(text):
                self.despite = text
                self.said_need(self.say("put_away.reason_taken"))
                return
            self.tray.take_quantity(text)
        else:
            self.tray.take(thing)
        self.taken()

    async def take(self, code: str) -> None:
        """Take a bin, an item or a lot; anything else goes to the desk."""
        try:
            thing = await self.house.engine.ask(what_is, self.token, code)
        except Refused as refused:
            if refused.code == "code_unknown" and not self.tray.begun:
                await super().take(code)
                return
            seat = self.house.present_seat
            with self.house.engine.noting("present", code, seat.desk, seat.person):
                raise
        self.tray.take(thing)
        self.taken()

    def taken(self) -> None:
        """Say what is still needed; what was warned of before is judged anew."""
        self.warned, self.despite = (), ""
        self.house.ring()
        self.said_need()

    def said_need(self, before: str = "") -> None:
        """Say what comes next."""
        self.redraw()
        self.tell(" ".join(part for part in (before, self.need_text()) if part))

    async def take_all(self) -> None:
        """Take all that lies there."""
        self.tray.take_all()
        self.taken()

    async def drop(self) -> None:
        """Leave the row that is being gathered, or the last one."""
        self.tray.drop()
        self.taken()

    # What is shown

    def need_text(self) -> str:
        """Return what is still to be scanned or typed, in one sentence."""
        need = self.tray.needs()
        if not need:
            return self.say("put_away.press" if self.tray.rows else "put_away.start")
        lots = self.tray.lots()[:5] if need == LOT else []
        return self.say(f"put_away.need_{need}", lots=lots) if lots else self.say(f"put_away.need_{need}")

    def draw_body(self) -> None:
        """Draw the rows, the row being gathered, what is needed and what speaks against it."""
        reader = self.reader()
        lines = row_lines(self.tray, reader)
        lines += [Content(""), *self.gathering(reader), *reader.wrapped(self.need_text(), "> ", "  ", "bold $accent")]
        if self.warned:
            lines += reader.head("put_away.warned")
            for reason in self.warned:
                lines += reader.wrapped(self.house.reason_text(reason), "! ", "  ", "$warning")
            lines += reader.wrapped(self.despite or self.say("put_away.reason_wanted"), "  ", "  ", "bold")
        self.query_one("#tray", Static).update(stacked(lines))

    def gathering(self, reader: Reader) -> list[Content]:
        """Return the row being gathered, with what is not known of it yet as dots."""
        row, (source, target) = self.tray.row, self.tray.ways()
        goods = row.goods
        if not (goods or row.bins or row.quantity is not None):
            return []
        lots = self.tray.lots()
        named = " ".join([goods["item"], goods["name"], lots[0] if len(lots) == 1 else ""]).strip() if goods else ".."
        many = format_quantity(row.quantity) if row.quantity is not None else ".."
        there = format_quantity(sum(self.tray.there().values())) if goods else ""
        told = {"goods": named, "quantity": many, "source": bin_text(source, reader), "target": target or ".."}
        lines = reader.wrapped(self.say("put_away.row", **told), "  ", "    ")
        return lines + (reader.wrapped(self.say("put_away.there", quantity=f"{there} {goods['unit']}")) if goods else [])

    # Doing

    async def submit(self) -> None:
        """Do all rows in one act; what warns wants a reason, and everything stays until then."""
        if self.tray.needs():
            raise Refused("row_not_whole", row=len(self.tray.rows) + 1)
        inputs: Json = {"rows": self.tray.told(), **({"despite": self.despite} if self.despite else {})}
        intent = Intent(step=STEP, title=self.say("step.put_away"), key=self.key)
        try:
            done = await self.house.engine.act(self.house.present_seat, intent.request(inputs, []))
        except Refused as refused:
            if refused.code == "reason_needed":
                self.warned, self.key = refused.because, uuid.uuid4().hex
                self.redraw()
            raise
        await self.desk.done(intent, done)


def is_quantity(text: str) -> bool:
    """Tell whether a text may be a quantity that somebody typed."""
    return len(text) <= LONGEST_QUANTITY and QUANTITY.fullmatch(text) is not None


def bin_text(code: str | None, reader: Reader) -> str:
    """Return a bin as the rows name it."""
    return ".." if code is None else code or reader.say("put_away.no_bin")


def row_lines(tray: Tray, reader: Reader) -> list[Content]:
    """Return the rows that are whole, numbered."""
    if not tray.rows:
        return []
    bin_, lot = 12, 14
    item = max(12, reader.width - 2 * bin_ - lot - 18)
    heads = [("", 3), (reader.say("column.item"), item), (reader.say("column.lot"), lot), (reader.say("column.quantity"), 8)]
    lines = [reader.row([*heads, (reader.say("put_away.from"), bin_), (reader.say("put_away.into"), bin_)], "$quiet")]
    for number, row in enumerate(tray.rows, 1):
        cells = [(f"{number:>2}", 3), (f"{row['item']} {row['name']}", item), (row["lot"], lot), (row["quantity"], 8)]
        lines.append(reader.row([*cells, (bin_text(row["bin"], reader), bin_), (row["to_bin"], bin_)]))
    return [*lines, styled("", "")]
