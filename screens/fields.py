"""Fields where something is typed: the whole text is judged when it is entered, and a scan never becomes a value."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from rich.text import Text
from textual.widgets import Input

from qdesk.errors import Refused
from qdesk.scan import without_pin
from screens.codes import split_scan
from screens.scanner import Scanned

if TYPE_CHECKING:
    from screens.app import DeskApp


class Field(Input):
    """One field of a form; a code scanned into it by a scanner without prefix is taken out again and answered as a scan."""

    def __init__(self, value: str = "", identity: str | None = None, password: bool = False) -> None:
        """Start with a value; nothing is selected, so that typing adds to it."""
        super().__init__(value, id=identity, password=password, compact=True, select_on_focus=False)

    @property
    def _value(self) -> Text:
        """Return what is shown of the text: a mark that is not seen is a question mark here, and sent to no terminal."""
        seen = "".join(letter if letter.isprintable() else "?" for letter in self.value)
        return Text(seen, no_wrap=True, overflow="ignore", end="")

    async def action_submit(self) -> None:
        """Enter what was typed, unless it is a scan."""
        before, code = split_scan(self.value)
        guide = cast("DeskApp", self.app).guide
        if guide is not None and guide.takes(self.value.strip()):
            before, code = "", self.value.strip()
        if not code:
            await super().action_submit()
            return
        self.value = before
        self.post_message(Scanned(code, "typed"))


class PinField(Field):
    """A PIN: never shown, never kept, and nothing else than digits."""

    def __init__(self, identity: str | None = None) -> None:
        """Start empty."""
        super().__init__("", identity, password=True)

    @property
    def _value(self) -> Text:
        """Return as many stars as digits: the usual bullet is two cells wide on old terminals."""
        return Text("*" * len(self.value), no_wrap=True, overflow="ignore", end="")

    async def action_submit(self) -> None:
        """Enter a PIN; digits with something between are a slip, anything else is a badge scanned while the PIN was asked for."""
        text = self.value.strip()
        if not text or (text.isascii() and text.isdigit()) or split_scan(text)[1]:
            await super().action_submit()
            return
        self.value = ""
        if text[0].isnumeric() or (without_pin(text) != text and not text[0].isalpha()):
            cast("DeskApp", self.app).frame.refuse(Refused("pin_unfit"))
        else:
            self.post_message(Scanned(text, "typed"))

    def action_copy(self) -> None:
        """Copy nothing: a clipboard can be read by anybody."""
        self.app.bell()

    def action_cut(self) -> None:
        """Cut nothing into a clipboard."""
        self.app.bell()
