"""Fields where something is typed: the whole text is judged when it is entered, and a scan never becomes a value."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from textual.widgets import Input

from screens.scanner import Scanned, split_scan

if TYPE_CHECKING:
    from screens.app import DeskApp


class Field(Input):
    """One field of a form; a code scanned into it by a scanner without prefix is taken out again and answered as a scan."""

    def __init__(self, value: str = "", identity: str | None = None, password: bool = False) -> None:
        """Start with a value; nothing is selected, so that typing adds to it."""
        super().__init__(value, id=identity, password=password, compact=True, select_on_focus=False)

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

    async def action_submit(self) -> None:
        """Enter a PIN; letters are a badge that was scanned while the PIN was asked for."""
        text = self.value.strip()
        if text and not text.isdigit() and not split_scan(text)[1]:
            self.value = ""
            self.post_message(Scanned(text, "typed"))
            return
        await super().action_submit()
