"""What acts on people and stock ask besides plain fields: somebody's badge, a lot, a new PIN typed twice, several roles."""

from __future__ import annotations

import re
from typing import Any

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Input, Static

from qdesk.desk import look
from qdesk.errors import Refused
from qdesk.scan import clean_code
from screens.answers import chosen, limits_text, narrow, numbered
from screens.card import Reader
from screens.fields import Field, PinField
from screens.lettering import indented, packed, plain, shown, stacked, styled
from screens.questions import Asked, Question

Json = dict[str, Any]
CARDS = {"badge": "person", "lot": "lot", "item": "item", "instrument": "instrument", "bin": "bin"}
"""The kind of card that answers a question for a code that is known already."""
BETWEEN = re.compile(r"[,;、]")
PIN_WIDTH = 14


class KnownQuestion(Question):
    """A badge, a lot or an item: whose it is, or what it is, stands beside it as soon as it is entered or scanned."""

    card: Json | None = None
    known_as = ""

    def know(self, code: str, card: Json) -> None:
        """Take a code that is known; raises Refused for the card of something else."""
        kind = self.ask["kind"]
        if card["kind"] != CARDS[kind]:
            raise Refused("badge_unknown", badge=code) if kind == "badge" else Refused("scan_not_wanted", code=code)
        self.field.value, self.card, self.known_as = code, card, code
        self.draw_note()

    async def look_up(self) -> None:
        """Look whose or what it is."""
        code = clean_code(narrow(self.field.value))
        self.know(code, await self.page.ask(look, self.page.token, code, self.page.house.words))

    async def go_on(self) -> None:
        """Look whose or what it is, and go on."""
        await self.look_up()
        self.page.entered(self.field)

    def note_text(self, reader: Reader) -> Content:
        """Return what is known of it."""
        if self.card is None:
            return Content(shown(reader.say("sign.scan_badge"))) if self.ask["kind"] == "badge" else Content("")
        return stacked(known_lines(self.card, reader))

    def on_input_submitted(self, message: Input.Submitted) -> None:
        """Look it up before going on."""
        if narrow(self.field.value) and self.card is None:
            message.stop()
            self.page.house.work(self.go_on())
        else:
            super().on_input_submitted(message)

    def on_input_changed(self, message: Input.Changed) -> None:
        """What is changed is nobody's until it is entered."""
        if self.card is not None and narrow(message.value) != self.known_as:
            self.card, self.known_as = None, ""
            self.draw_note()
        super().on_input_changed(message)


def known_lines(card: Json, reader: Reader) -> list[Content]:
    """Return in few words who or what a card is about."""
    if card["kind"] == "person":
        return person_known(card["person"], reader)
    if card["kind"] == "instrument":
        return instrument_known(card["instrument"], reader)
    if card["kind"] == "item":
        return [styled("  ".join(part for part in (card["item"]["name"], card["item"]["spec"]) if part), "bold")]
    if card["kind"] == "bin":
        return [styled(card["title"], "bold")]
    lot = card["lot"]
    lines = [styled("  ".join(str(part) for part in (lot["item"], lot["serial"], lot["owner"]) if part), "bold")]
    held = f"{reader.say('column.hold')}: {reader.hold(lot['hold'])}" if lot["hold"] else ""
    return [*lines, styled(held, "bold $warning")] if held else lines


def instrument_known(instrument: Json, reader: Reader) -> list[Content]:
    """Return what an instrument is called, and until when its calibration holds; what may not be used stands out."""
    named = "  ".join(part for part in (instrument["kind_title"], instrument["name"]) if part)
    state = reader.say(f"instrument.{instrument['state']}", due=instrument["due"])
    style = {"good": "", "due_soon": "bold $warning"}.get(instrument["state"], "bold $error")
    return [styled(named, "bold"), styled(state, style)]


def person_known(person: Json, reader: Reader) -> list[Content]:
    """Return name, roles and stamp; of whoever has left, that."""
    lines = [styled(person["name"], "bold")]
    if person["left"]:
        return [*lines, styled(reader.say("card.has_left"), "bold $error")]
    roles = reader.words.show([reader.role(role) for role in person["roles"]]) if person["roles"] else ""
    lines.append(plain(roles or reader.say("administration.no_role")))
    return [*lines, plain(reader.say("card.stamp", number=person["stamp"]))] if person["stamp"] else lines


class ListedQuestion(Question):
    """A choice among many: they stand beside the field, none broken in two."""

    def note_text(self, reader: Reader) -> Content:
        """Return the choices with their numbers, and below them what was chosen."""
        told = [shown(choice) for choice in numbered(self.ask)]
        verdict = self.verdict(reader)
        return stacked([*packed(told, self.room_beside(reader)), *([verdict] if verdict.plain else [])])

    def title(self, choice: str) -> str:
        """Return what a choice is called."""
        return str(self.ask["titles"].get(choice, choice))


class SeveralQuestion(ListedQuestion):
    """Any number of choices in one field, such as "3 9" or "inspector, storekeeper"."""

    def ask_again(self, ask: Json) -> None:
        """Take the same question in another language; what was chosen in words is kept by its names."""
        if not re.fullmatch(r"[\d\s,;、]*", self.field.value):
            self.field.value = str(self.typed() or "")
        self.ask = ask

    def answer(self) -> list[str] | None:
        """Return what was chosen; raises Refused and says it under the field."""
        self.refused = None
        try:
            ones = chosen_ones(self.ask, self.field.value)
            if not ones and self.ask["required"]:
                raise Refused("answer_missing", name=self.ask["title"])
        except Refused as refused:
            self.refused = refused
            raise
        finally:
            self.draw_note()
        return ones or None

    def typed(self) -> Any:
        """Return what was chosen, by names where it can be read."""
        try:
            return ", ".join(chosen_ones(self.ask, self.field.value)) or None
        except Refused:
            return self.field.value

    def verdict(self, reader: Reader) -> Content:
        """Return what was chosen, in words."""
        try:
            ones = chosen_ones(self.ask, self.field.value)
        except Refused:
            ones = []
        told = reader.words.show([self.title(one) for one in ones]) if ones else ""
        return styled(f"= {told}", "bold") if told else styled(reader.say("administration.several"), "$quiet")


def chosen_ones(ask: Json, text: str) -> list[str]:
    """Return the choices that were meant, each once: a part is one choice in its words, else each word of it is one."""
    found: list[str] = []
    for part in filter(None, map(str.strip, BETWEEN.split(narrow(text)))):
        try:
            found.append(chosen(ask, part))
        except Refused:
            found += [chosen(ask, word) for word in part.split()]
    return list(dict.fromkeys(found))


class WholeQuestion(Question):
    """A whole number within its limits."""

    def note_text(self, reader: Reader) -> Content:
        """Return the limits."""
        return Content(shown(limits_text(self.ask, reader.words)))

    def answer(self) -> int | None:
        """Return the number as a program writes one."""
        text = super().answer()
        if text and not text.isdigit():
            self.refused = Refused("number_unreadable", text=text)
            self.draw_note()
            raise self.refused
        return int(text) if text else None


class PinQuestion(Asked):
    """A new PIN, typed twice: never shown, never kept, forgotten as soon as nobody goes on."""

    DEFAULT_CSS = "PinQuestion Static { height: auto; } PinQuestion .note { width: 1fr; padding: 0 1; }"

    def __init__(self, ask: Json) -> None:
        """Begin empty."""
        super().__init__(ask)
        self.pins = (PinField(), PinField())
        self.labels = tuple(Static("", markup=False) for _ in self.pins)
        self.note, self.problem = Static("", markup=False, classes="note"), Static("", markup=False, classes="problem")
        self.refused: Refused | None = None
        for pin in self.pins:
            pin.styles.width = PIN_WIDTH

    def compose(self) -> ComposeResult:
        """The PIN, the same again, and what is wrong."""
        for number, (label, pin) in enumerate(zip(self.labels, self.pins, strict=True)):
            with Horizontal():
                yield label
                yield pin
                if not number:
                    yield self.note
        yield self.problem

    def label_width(self) -> int:
        """Return how many cells the longer title needs."""
        return max(super().label_width(), Content(self.page.say("administration.pin_again")).cell_length + 1)

    def fields(self) -> list[Field]:
        """Return both fields."""
        return list(self.pins)

    def draw(self, reader: Reader, label: int) -> None:
        """Draw the titles and what is wrong."""
        star = " *" if self.ask["required"] else ""
        for static, text in zip(self.labels, (f"{self.ask['title']}{star}", reader.say("administration.pin_again")), strict=True):
            static.styles.width = label
            static.update(stacked([plain(line) for line in indented(shown(text), label - 1, "", " ")]))
        self.note.update(styled(reader.say("administration.pin_form"), "$quiet"))
        told = reader.words.refusal(self.refused) if self.refused else ""
        self.problem.update(stacked(reader.wrapped(f"! {told}", "    ", "      ", "$error")) if told else "")
        self.problem.set_class(bool(told), "-said")

    def answer(self) -> str | None:
        """Return the PIN; raises Refused where it is missing or the two do not agree, and then both are gone."""
        first, again = (pin.value.strip() for pin in self.pins)
        self.refused = None
        if first != again:
            self.refused = Refused("pins_differ")
            self.forget()
        elif self.ask["required"] and not first:
            self.refused = Refused("answer_missing", name=self.ask["title"])
        if self.refused:
            raise self.refused
        return first or None

    def forget(self) -> bool:
        """Forget what was typed; return whether anything was."""
        held = any(pin.value for pin in self.pins)
        for pin in self.pins:
            pin.value = ""
        return held

    def type_again(self, kept: Any) -> None:
        """Begin empty again: no draft holds a PIN."""
        self.forget()
        self.refused = None

    def on_input_changed(self, message: Input.Changed) -> None:
        """Keep in view what is being typed."""
        message.stop()
        self.page.show_focused()

    def on_input_submitted(self, message: Input.Submitted) -> None:
        """Go on to the next field."""
        message.stop()
        self.page.entered(message.input)
