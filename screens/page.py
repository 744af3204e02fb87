"""The page on which a step is answered and signed: what stands on it, how one goes through it, and what is kept of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Concatenate, ParamSpec, TypeVar

from textual import events
from textual.app import ComposeResult
from textual.widget import Widget
from textual.widgets import Input, Static

from qdesk.desk import look
from qdesk.desk.proposing import propose
from qdesk.errors import Because
from qdesk.site import Site
from screens.about import about_lines, warning_lines
from screens.answers import choice_titles, columns_of, titled
from screens.asking import ListedQuestion
from screens.counted import CountedLots, comes_later, count_goods, lots_of
from screens.counting import Count
from screens.counts import CountQuestion, counter_of
from screens.desk import DeskScreen
from screens.entering import LinesEditor
from screens.fields import Field, PinField
from screens.frame import ScanLine, StatusLine
from screens.intent import Intent
from screens.lettering import stacked
from screens.questions import LEAST_LABEL, MOST_LABEL, Asked, Question
from screens.signing import Signers
from screens.textframe import TextFrame
from screens.values import InstrumentQuestion, ValuesQuestion

Json = dict[str, Any]
DESPITE = "despite"
FEW_CHOICES = 4
"""More than these are listed so that none is broken in two."""
P = ParamSpec("P")
T = TypeVar("T")


class StepPage(TextFrame):
    """One step with its questions and its signers below each other."""

    DEFAULT_CSS: ClassVar[str] = """
    #about, #warnings { height: auto; }
    #about { margin-bottom: 1; }
    """

    def __init__(self, intent: Intent, desk: DeskScreen) -> None:
        """Ask what the step asks, with nothing filled in."""
        super().__init__()
        self.intent, self.desk = intent, desk
        self.named: dict[tuple[str, str], str] = {}
        words = desk.house.words
        self.questions = [self.question(titled(ask, words, {})) for ask in sorted(intent.asks, key=comes_later)]
        title = words.say(f"question.{DESPITE}")
        self.despite = Question(titled({"name": DESPITE, "kind": "text", "title": title}, words, {}))
        self.warned: Sequence[Because] = ()
        self.signers = Signers(intent.signs, intent.stamps, None if intent.others_sign else desk.house.present_seat)
        self.about, self.warnings = Static("", id="about", markup=False), Static("", id="warnings", markup=False)
        self.restored = False
        self.finished = False
        self.outdated = False
        """Whether the case has changed since its card was put on this page."""

    def question(self, ask: Json) -> Asked:
        """Return the part of the page for one question, by its kind."""
        if ask["kind"] == "lines":
            editor = CountedLots if ask["name"] == "lots" else LinesEditor
            return editor(ask, columns_of(ask, self.desk.house.words, self.named))
        if ask["kind"] == "choice" and len(ask["choices"]) > FEW_CHOICES:
            return ListedQuestion(ask)
        kinds: dict[str, type[Asked]] = {"count": CountQuestion, "values": ValuesQuestion, "instrument": InstrumentQuestion}
        return kinds.get(ask["kind"], Question)(ask)

    def columns(self, ask: Json) -> list[Json]:
        """Return the columns of a question for lines in the language of the moment."""
        return columns_of(ask, self.house.words, self.named)

    def body(self) -> ComposeResult:
        """What is signed, the questions, the warnings, the signers."""
        yield self.about
        yield from self.questions
        yield self.warnings
        yield self.despite
        yield self.signers

    def on_mount(self) -> None:
        """Ask what the desk proposes and what was typed here before."""
        self.house.work(self.begin())
        body = self.query_one("#body")
        self.watch(body, "virtual_size", self.show_focused_soon, init=False)

    def title_text(self) -> str:
        """Return what this screen is about."""
        return self.intent.title

    def help_page(self) -> str:
        """Return the handbook page of this desk."""
        return self.house.present_seat.desk

    @property
    def longest(self) -> int:
        """Return how long a text may be."""
        return self.house.engine.site.config.number("longest_text")

    async def ask(self, function: Callable[Concatenate[Site, P], T], *arguments: P.args, **named: P.kwargs) -> T:
        """Return what a function of the house says; ends the work here where this page was taken down meanwhile."""
        told = await self.house.engine.ask(function, *arguments, **named)
        if not self.still_shown:
            raise asyncio.CancelledError
        return told

    # Beginning

    async def begin(self) -> None:
        """Ask for what belongs to the questions, restore a draft, and go to the first empty field."""
        await self.name_choices()
        await self.take_proposals()
        await self.restore()
        self.redraw()
        self.go_to_first_empty()
        self.call_after_refresh(self.say_more_above)

    def say_more_above(self) -> None:
        """Say where the rest of a long page is: what is signed has to be seen."""
        body = self.query_one("#body")
        if body.virtual_size.height > body.size.height and not self.said:
            self.tell(self.say("ask.more_above"), "hint")

    async def name_choices(self) -> None:
        """Ask what the choices are called."""
        procedure = self.intent.procedure or ""
        self.named = await self.ask(choice_titles, procedure, self.house.language)
        self.rename_asks(self.intent.asks)

    def rename_asks(self, asks: Sequence[Json]) -> None:
        """Take the questions in the language of the moment; what was typed stays."""
        by_name = {ask["name"]: ask for ask in asks}
        for asked in self.questions:
            if asked.asked in by_name:
                asked.ask_again(titled(by_name[asked.asked], self.house.words, self.named))
        self.despite.ask_again({**self.despite.ask, "title": self.say(f"question.{DESPITE}")})

    async def take_proposals(self) -> None:
        """Ask what the desk would enter, and what it expects to be counted."""
        case = self.intent.case
        if not case or not any(ask["kind"] in ("lines", "count") for ask in self.intent.asks):
            return
        proposed = await self.ask(propose, self.token, case, self.intent.step, self.intent.outcome or "")
        expected = proposed.get("expected", [])
        for asked in self.questions:
            asked.propose(proposed.get(asked.asked, []))
            if isinstance(asked, CountQuestion):
                await asked.expect(expected)
        if counter_of(self.questions) is not None:
            count_goods(self.questions, self.intent.count or Count.of(expected, by_piece=True))
            return
        for lots in lots_of(self.questions):
            lots.expect(self.intent.count or Count.of(await self.first_lines(case)))

    async def first_lines(self, case: str) -> list[Json]:
        """Return the lines of the document that the case was opened with."""
        card = self.intent.card
        if card is None or card["document"]["serial"] != case:
            card = await self.ask(look, self.token, case, self.house.words)
        lines: list[Json] = card["document"]["lines"]
        return lines

    # Drawing

    def draw_body(self) -> None:
        """Draw everything in the language of the moment."""
        reader = self.reader()
        self.about.update(stacked(about_lines(self.intent, reader)))
        label = max([asked.label_width() for asked in self.questions], default=0)
        for asked in self.questions:
            asked.draw(reader, max(LEAST_LABEL, min(label, MOST_LABEL, reader.width // 2)))
        self.warnings.update(stacked(warning_lines(self.warned, reader)))
        self.warnings.display = self.despite.display = bool(self.warned)
        self.despite.draw(reader, min(self.despite.label_width(), MOST_LABEL, reader.width // 2))
        self.draw_signers()

    def draw_signers(self) -> None:
        """Draw who signs."""
        self.signers.draw(self.reader())

    # Going through the fields

    def fields(self) -> list[Field]:
        """Return every field in the order they are gone through."""
        asked: list[Asked] = [*self.questions, *([self.despite] if self.warned else [])]
        return [field for each in asked for field in each.fields()] + self.signers.fields()

    def entered(self, field: Widget) -> None:
        """Keep what was entered and go on; Enter in the last PIN does the step, Enter elsewhere only leads on."""
        self.keep()
        self.hush()
        fields = self.fields()
        owner = next((asked for asked in self.questions if field in asked.fields() and isinstance(asked, LinesEditor)), None)
        last = owner.fields()[-1] if owner else field
        passed = [each for asked in self.questions for each in asked.passed_by()]
        after = [each for each in fields[fields.index(last) + 1 :] if each not in passed] if last in fields else []
        if isinstance(field, PinField):
            self.pin_entered()
        elif after:
            self.set_focus(after[0])
        else:
            self.set_focus(self.query_one(ScanLine))
            self.tell(self.say("ask.press_f2"), "hint")

    def hush(self) -> None:
        """Say nothing any more of what has been mended."""
        status = self.query_one(StatusLine)
        status.said = ""
        status.update("")

    def pin_entered(self) -> None:
        """Go to the next who has to sign; with the last PIN the step is done."""
        unsigned = [field for field in self.signers.fields() if not field.value]
        if unsigned:
            self.set_focus(unsigned[0])
        else:
            self.house.work(self.submit())

    def go_to_first_empty(self) -> None:
        """Go to the first field that is empty: one that has to be filled in first, else any PIN or badge."""
        needed = [each.first_empty() for each in self.questions if each.ask["required"] and each.unanswered and each.fields()]
        empty = [field for field in self.signers.fields() if not field.value]
        self.set_focus(next(iter([*needed, *empty, *self.fields(), self.query_one(ScanLine)])))

    async def enter(self) -> None:
        """Do nothing but go to where something is still to be typed."""
        self.go_to_first_empty()

    def set_focus(self, widget: Widget | None, scroll_visible: bool = True, from_app_focus: bool = False) -> None:
        """Focus a field and bring it into view, once everything has its place."""
        super().set_focus(widget, scroll_visible, from_app_focus)
        self.show_focused_soon()

    def show_focused_soon(self) -> None:
        """Bring the field that is being typed in into view once everything has its place."""
        self.call_after_refresh(self.show_focused)

    def show_focused(self) -> None:
        """Bring the field that is being typed in into view."""
        if self.focused is not None and not isinstance(self.focused, ScanLine):
            self.query_one("#body").scroll_to_widget(self.focused, animate=False)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Show the keys of the part that is being worked on."""
        self.show_keys()

    def key_up(self, event: events.Key) -> None:
        """Go to the field before."""
        self.step_focus(-1)

    def key_down(self, event: events.Key) -> None:
        """Go to the next field."""
        self.step_focus(1)

    def step_focus(self, step: int) -> None:
        """Go through the fields and the scan line, round and round; the columns of one line are one place."""
        editors: list[list[Input]] = [[*each.fields()] for each in self.questions if isinstance(each, LinesEditor)]
        columns = [field for fields in editors for field in fields[1:]]
        places: list[Input] = [*(field for field in self.fields() if field not in columns), self.query_one(ScanLine)]
        here = next((fields[0] for fields in editors if self.focused in fields), self.focused)
        at = next((place for place, field in enumerate(places) if field is here), len(places) - 1)
        self.set_focus(places[(at + step) % len(places)])

    @property
    def editor(self) -> LinesEditor | None:
        """Return the lines editor that is being worked in."""
        editors = [each for each in self.questions if isinstance(each, LinesEditor)]
        return next((each for each in editors if each.column_with_focus() is not None), None)

    # What the screens built on this page do

    def keep(self) -> None:
        """Keep what was typed."""

    async def restore(self) -> None:
        """Put back what was typed here before."""

    async def submit(self) -> None:
        """Do the step."""
