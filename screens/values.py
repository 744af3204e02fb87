"""The value of every piece: typed one after the other into one field, or sent by the instrument; what is out stands out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from textual.content import Content
from textual.widgets import Input

from qdesk.errors import Refused
from qdesk.instruments import refuse_state
from qdesk.scan import parse_measure
from screens.answers import limits_text, narrow, within_limits
from screens.asking import KnownQuestion
from screens.card import Reader
from screens.fields import Field
from screens.lettering import shown, stacked, styled
from screens.questions import Question

Json = dict[str, Any]
SEEN = 8
"""How many of the newest values stand beside the field."""


class ValueField(Field):
    """A field for one value after the other; Backspace in the empty field takes the last value back to be typed anew."""

    def action_delete_left(self) -> None:
        """Take the last value back where nothing is typed."""
        parent = self.parent.parent if self.parent is not None else None
        if not self.value and isinstance(parent, ValuesQuestion):
            parent.take_last_back()
        else:
            super().action_delete_left()


class ValuesQuestion(Question):
    """A value for each piece of a sample."""

    def __init__(self, ask: Json) -> None:
        """Begin with no value."""
        super().__init__(ask)
        width, self.field = self.field.styles.width, ValueField()
        self.field.styles.width = width
        self.values: list[str] = []

    @property
    def wanted(self) -> int:
        """Return how many values are needed."""
        return int(self.ask["pieces"])

    @property
    def unanswered(self) -> bool:
        """Tell whether values are still missing."""
        return len(self.values) < self.wanted

    def ask_again(self, ask: Json) -> None:
        """Take the same question in another language."""
        self.ask = ask

    def note_text(self, reader: Reader) -> Content:
        """Return how many values there are of how many, their limits, how many are out, and the newest of them."""
        limits = limits_text(self.ask, reader.words)
        lines = [Content(shown(reader.say("values.given", given=len(self.values), wanted=self.wanted, limits=limits)))]
        out = [value for value in self.values if not within_limits(self.ask, value)]
        if self.values:
            lines.append(Content(shown("  ".join(self.values[-SEEN:]))))
        if out:
            lines.append(styled(reader.say("values.out", count=len(out), values="  ".join(out[-SEEN:])), "bold $error"))
        return stacked(lines)

    def take(self, text: str) -> None:
        """Take one value or several; raises Refused where one is none, or they are more than are needed."""
        values = narrow(text).split()
        for value in values:
            parse_measure(value)
        if len(self.values) + len(values) > self.wanted:
            raise Refused("values_missing", name=self.ask["title"], wanted=self.wanted, given=len(self.values) + len(values))
        self.values += values

    def take_last_back(self) -> None:
        """Put the last value back into the field."""
        if self.values:
            self.field.value = self.values.pop()
            self.field.cursor_position = len(self.field.value)
            self.draw_note()

    def answer(self) -> Any:
        """Return every value; raises Refused and says it under the field."""
        try:
            self.take_typed()
            if not self.values and not self.ask["required"]:
                return None
            if self.unanswered:
                raise Refused("values_missing", name=self.ask["title"], wanted=self.wanted, given=len(self.values))
        except Refused as refused:
            self.refused = refused
            self.draw_note()
            raise
        return list(self.values)

    def take_typed(self) -> None:
        """Take what stands in the field."""
        self.take(self.field.value)
        self.field.value, self.refused = "", None
        self.draw_note()

    def typed(self) -> Any:
        """Return what a draft keeps."""
        return " ".join([*self.values, self.field.value]).strip() or None

    def type_again(self, kept: Any) -> None:
        """Put a draft back; what was typed and not entered yet stands in the field again."""
        self.values, self.field.value, self.refused = [], "", None
        for text in str(kept or "").split():
            if self.unanswered and is_measure(text):
                self.values.append(text)
            else:
                self.field.value = text
        self.draw_note()

    def on_input_submitted(self, message: Input.Submitted) -> None:
        """Take the value and stay for the next; behind the last, and from an empty field, go on."""
        message.stop()
        typed = bool(self.field.value.strip())
        try:
            self.take_typed()
        except Refused as refused:
            self.page.refuse(refused)
            return
        self.page.keep()
        if not typed or not self.unanswered:
            self.page.entered(self.field)


def is_measure(text: str) -> bool:
    """Tell whether a text is a whole value."""
    try:
        parse_measure(text)
    except Refused:
        return False
    return True


class InstrumentQuestion(KnownQuestion):
    """The instrument that something is measured with: of the right kind and in date, or it is not taken."""

    def passed_by(self) -> list[Field]:
        """Let Enter lead past an instrument that was scanned already."""
        return self.fields() if self.card is not None else []

    def fits(self, card: Mapping[str, Any]) -> bool:
        """Tell whether an instrument is of the kind that is asked for."""
        return bool(card["instrument"]["kind"] in self.ask["choices"]) if self.ask["choices"] else True

    def know(self, code: str, card: Json) -> None:
        """Take an instrument; raises Refused for one that nothing may be measured with now (R127)."""
        if card["kind"] == "instrument":
            told = card["instrument"]
            refuse_state(told["code"], told["name"], told["state"], told["due"])
            if not self.fits(card):
                wanted = self.ask["titles"].get(self.ask["choices"][0], self.ask["choices"][0])
                raise Refused("instrument_of_other_kind", instrument=code, kind=told["kind_title"], wanted=wanted)
        super().know(code, card)

    async def look_up(self) -> None:
        """Look which instrument it is; what nobody knows is no instrument."""
        code = narrow(self.field.value)
        try:
            await super().look_up()
        except Refused as refused:
            if refused.code == "code_unknown":
                raise Refused("instrument_unknown", instrument=code) from refused
            raise
