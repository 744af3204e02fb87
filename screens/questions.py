"""One field for each kind of question, on one row: its title, the field, and beside it what belongs to the answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static

from qdesk.clock import moment
from qdesk.errors import Refused
from screens.answers import CHOSEN, judged, limits_text, narrow, numbered, reworded, within_limits
from screens.card import Reader
from screens.faults import Guarded
from screens.fields import Field
from screens.lettering import indented, packed, plain, shown, stacked, styled

if TYPE_CHECKING:
    from screens.acting import ActScreen

Json = dict[str, Any]
WIDTHS = {"text": 44, "date": 16, "item": 24, "lot": 24, "bin": 24, "plate": 16, "code": 24, "choices": 24, "instrument": 24}
NO_CODES = frozenset(["number", "count", "date", "defective", *CHOSEN])
"""Kinds of answers that the code of goods never is."""
MEANT = (*CHOSEN, "measure", "plate", "defective")
"""Kinds of answers beside which stands what they mean."""
NARROWEST = 14
LEAST_LABEL, MOST_LABEL = 12, 30


class Asked(Guarded, Widget):
    """Something the page asks: it draws itself, answers, and gives what was typed to the draft."""

    DEFAULT_CSS = """
    Asked { height: auto; width: 1fr; layout: vertical; }
    Asked Horizontal { height: auto; }
    Asked .problem { height: auto; display: none; color: $error; }
    Asked .problem.-said { display: block; }
    """

    def __init__(self, ask: Json) -> None:
        """Ask, with nothing answered."""
        super().__init__()
        self.ask = ask

    @property
    def page(self) -> ActScreen:
        """Return the screen this stands on."""
        return cast("ActScreen", self.screen)

    @property
    def asked(self) -> str:
        """Return the name the answer is sent under."""
        return str(self.ask["name"])

    def fields(self) -> list[Field]:
        """Return the fields in the order they are gone through."""
        return []

    def passed_by(self) -> list[Field]:
        """Return the fields that Enter leads past: they are reached with Up and Down."""
        return []

    def label_width(self) -> int:
        """Return how many cells the title needs."""
        return Content(shown(self.ask["title"])).cell_length + 3

    def ask_again(self, ask: Json) -> None:
        """Take the same question in another language; what was typed stays."""
        self.ask = ask

    def draw(self, reader: Reader, label: int) -> None:
        """Draw everything in the language of the moment."""

    def answer(self) -> Any:
        """Return the answer as it is sent, None or empty where it is left out; raises Refused, and says it where it is."""
        return None

    def typed(self) -> Any:
        """Return what a draft keeps, None where nothing was typed."""
        return None

    def type_again(self, kept: Any) -> None:
        """Put back what a draft kept."""

    @property
    def unanswered(self) -> bool:
        """Tell whether something is still to be typed here."""
        return self.typed() is None

    def first_empty(self) -> Field:
        """Return the field to begin at."""
        return self.fields()[0]

    def propose(self, rows: Sequence[Json]) -> None:
        """Take what the desk proposes."""


class Question(Asked):
    """One question with one field."""

    DEFAULT_CSS = """
    Question .label { height: auto; }
    Question .note { width: 1fr; height: auto; padding: 0 1; }
    """

    def __init__(self, ask: Json) -> None:
        """Begin empty: nothing is ever filled in beforehand."""
        super().__init__(ask)
        self.field = Field()
        self.field.styles.width = WIDTHS.get(ask["kind"], NARROWEST)
        self.label = Static("", markup=False, classes="label")
        self.note = Static("", markup=False, classes="note")
        self.problem = Static("", markup=False, classes="problem")
        self.refused: Refused | None = None
        self.reader: Reader | None = None
        self.label_cells = 0
        self.settled = ""
        """What stood in the field when it was entered last: what a scanner without prefix adds to it is no part of it."""
        self.beside = ""
        """What is known beside the question, such as how much is expected."""

    def compose(self) -> ComposeResult:
        """Title, field and note in a row, what is wrong below."""
        with Horizontal():
            yield self.label
            yield self.field
            yield self.note
        yield self.problem

    def ask_again(self, ask: Json) -> None:
        """Take the same question in another language; a choice answered in words is kept by its name."""
        if not self.field.value.strip().isdigit():
            self.field.value = reworded(self.ask, self.field.value)
        super().ask_again(ask)

    def fields(self) -> list[Field]:
        """Return the field."""
        return [self.field]

    def draw(self, reader: Reader, label: int) -> None:
        """Draw title, note and what is wrong."""
        self.reader, self.label_cells = reader, label
        self.label.styles.width = label
        star = " *" if self.ask["required"] else ""
        self.label.update(stacked([plain(line) for line in indented(shown(self.ask["title"]) + star, label - 1, "", " ")]))
        self.field.styles.width = min(WIDTHS.get(self.ask["kind"], NARROWEST), max(6, reader.width - label - 1))
        self.draw_note()

    def draw_note(self) -> None:
        """Draw what stands beside the field, by what is in it now."""
        if self.reader is None:
            return
        self.note.update(self.note_text(self.reader))
        told = self.reader.words.refusal(self.refused) if self.refused else ""
        self.problem.update(stacked(self.reader.wrapped(f"! {told}", "    ", "      ", "$error")) if told else "")
        self.problem.set_class(bool(told), "-said")

    def note_text(self, reader: Reader) -> Content:
        """Return the note: choices with what was chosen, unit and limits with the verdict, how a date is written."""
        kind = self.ask["kind"]
        known = {"measure": limits_text(self.ask, reader.words), "date": reader.say("ask.date_form", today=today(reader))}
        known["plate"] = reader.say("ask.plate_form")
        known["defective"] = limits_text(self.ask, reader.words)
        if kind not in CHOSEN:
            return Content("").join([Content(shown(known.get(kind, self.beside))), self.verdict(reader)])
        *above, last = packed([shown(choice) for choice in numbered(self.ask)], self.room_beside(reader))
        verdict = self.verdict(reader)
        together = last.cell_length + verdict.cell_length <= self.room_beside(reader)
        return stacked([*above, *([Content("").join([last, verdict])] if together else [last, verdict])])

    def room_beside(self, reader: Reader) -> int:
        """Return how many cells a line beside the field has."""
        return reader.width - self.label_cells - WIDTHS.get(self.ask["kind"], NARROWEST) - 3

    def verdict(self, reader: Reader) -> Content:
        """Return what an answer means: the choice in words, a value within its limits or not; nothing for what is not fit."""
        kind, text = self.ask["kind"], narrow(self.field.value)
        if not text or self.refused is not None or kind not in MEANT:
            return Content("")
        try:
            answer = judged(self.ask, text, reader.site.config.number("longest_text"))
        except Refused:
            return Content("")
        if kind in CHOSEN or kind == "plate":
            return styled(f"   = {shown(self.ask['titles'].get(answer, answer))}", "bold")
        if within_limits(self.ask, text):
            return styled(f"   = {reader.say('ask.within_limits')}", "bold $success")
        return styled(f"   ! {reader.say('ask.out_of_limits')}", "bold $error")

    def answer(self) -> Any:
        """Return the answer; raises Refused and says it under the field."""
        try:
            answered = judged(self.ask, self.field.value, self.page.longest)
        except Refused as refused:
            self.refused = refused
            self.draw_note()
            raise
        self.refused, self.settled = None, self.field.value
        self.draw_note()
        return answered

    def typed(self) -> Any:
        """Return what stands in the field, a choice by its name."""
        return reworded(self.ask, self.field.value) or None

    def type_again(self, kept: Any) -> None:
        """Put a draft back."""
        self.field.value = self.settled = str(kept or "")
        self.refused = None
        self.draw_note()

    def on_input_submitted(self, message: Input.Submitted) -> None:
        """Judge the whole text; only what is fit moves on."""
        message.stop()
        try:
            self.answer()
        except Refused as refused:
            if self.ask["kind"] in NO_CODES and self.page.takes_goods:
                self.page.house.work(self.take_or_refuse(refused))
            else:
                self.page.refuse(refused)
        else:
            self.page.entered(self.field)

    async def take_or_refuse(self, refused: Refused) -> None:
        """Count the goods whose code a scanner without prefix typed here; what is no code either is refused and left standing."""
        typed, before = self.field.value, self.settled
        code = (typed.removeprefix(before) if typed.startswith(before) else typed.removesuffix(before)).strip()
        if not await self.page.names_something(code):
            self.page.refuse(refused)
            return
        self.field.value, self.refused = self.settled, None
        self.draw_note()
        await self.page.take(code)

    def on_input_changed(self, message: Input.Changed) -> None:
        """What was wrong is being mended."""
        message.stop()
        self.page.show_focused()
        if self.refused is not None:
            self.refused = None
            self.draw_note()

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        """Say what the answer means as soon as the field is left, however it is left."""
        self.draw_note()


def today(reader: Reader) -> str:
    """Return today's date as one is written."""
    return moment(reader.site.clock.now()).date().isoformat()
