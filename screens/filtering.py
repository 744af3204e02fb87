"""What a register is narrowed to, on one page: the form, days, customer, item, vehicle and words; nothing has to be filled in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input

from qdesk.errors import Refused
from qdesk.narrowing import FILTERS, read_narrowed
from qdesk.registers import books_of
from qdesk.site import Site
from screens.answers import titled
from screens.card import Reader
from screens.frame import ScanLine
from screens.keybar import Action
from screens.listing import paper_kind
from screens.questions import LEAST_LABEL, MOST_LABEL, Question
from screens.textframe import TextFrame

if TYPE_CHECKING:
    from screens.registers import RegisterScreen

Json = dict[str, Any]
DAYS = ("from", "to")
HINTED = ("customer", "item", "vehicle", "filter")


def is_item(site: Site, code: str) -> bool:
    """Tell whether a code is that of an item."""
    return site.database.row("SELECT 1 FROM items WHERE code = ?", code) is not None


class FormQuestion(Question):
    """Which form: all there are stand beside it only while one is being chosen, so that the other questions are in view."""

    def note_text(self, reader: Reader) -> Content:
        """Return the choices while somebody chooses, else what was chosen."""
        return super().note_text(reader) if self.field.has_focus else self.verdict(reader)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Show the choices."""
        self.draw_note()

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        """Show what was chosen."""
        self.draw_note()


class FilterScreen(TextFrame):
    """The page over a register; F2 shows what fits, F12 leaves the register as it was."""

    DEFAULT_CSS: ClassVar[str] = "FilterScreen #body { padding-top: 1; }"
    takes_goods = False
    """Nothing is counted here: a code typed where a day is asked for is a slip of the pen."""

    def __init__(self, register: RegisterScreen) -> None:
        """Begin with what the register is narrowed to now."""
        super().__init__()
        self.register = register
        self.books = register.books
        words = register.house.words
        kinds = {"form": FormQuestion}
        self.questions = [kinds.get(ask["name"], Question)(titled(ask, words, {})) for ask in self.asks()]

    def asks(self) -> list[Json]:
        """Return the questions in the language of the moment."""
        say = self.register.house.words.say
        titles = [book["title"] for book in self.books]
        forms = {"kind": "choice", "choices": [book["form"] for book in self.books], "choice_titles": titles}
        asks: list[Json] = [{"name": name, "kind": "date" if name in DAYS else "text"} for name in FILTERS]
        asks = [{"name": "form", **forms}, *asks] if len(self.books) > 1 else asks
        return [{**ask, "title": say(f"list.filter_{ask['name']}"), "required": False} for ask in asks]

    def body(self) -> ComposeResult:
        """The questions below each other."""
        yield from self.questions

    def on_mount(self) -> None:
        """Begin once the screen stands; the frame has put the focus into the scan line by then."""
        self.house.work(self.begin())

    async def begin(self) -> None:
        """Put in what the register is narrowed to, and go to the first field that narrows it."""
        for question in self.questions:
            question.type_again(self.register.wanted.get(question.asked, ""))
        self.redraw()
        self.set_focus(self.first.field)

    @property
    def first(self) -> Question:
        """Return the first question that narrows the register: which form it is has been chosen before."""
        return next(question for question in self.questions if question.asked == FILTERS[0])

    def title_text(self) -> str:
        """Return what this screen is about."""
        return self.say("list.title_filter")

    def help_page(self) -> str:
        """Return the page about registers."""
        return "registers"

    def actions(self) -> list[Action]:
        """Show what fits, or empty every field."""
        return [Action(2, self.say("list.key_show"), self.show_found), Action(3, self.say("list.key_empty"), self.empty)]

    @property
    def longest(self) -> int:
        """Return how long a text may be."""
        return self.house.engine.site.config.number("longest_text")

    def draw_body(self) -> None:
        """Draw every question in the language of the moment."""
        reader = self.reader()
        label = max(question.label_width() for question in self.questions)
        for question, ask in zip(self.questions, self.asks(), strict=True):
            question.ask_again(titled(ask, self.house.words, {}))
            question.beside = self.say(f"list.hint_{question.asked}") if question.asked in HINTED else ""
            question.draw(reader, max(LEAST_LABEL, min(label, MOST_LABEL, reader.width // 2)))

    async def changed(self) -> None:
        """Take the titles of the forms in the language of the moment."""
        books = await self.house.engine.ask(books_of, self.house.words)
        named = {book["form"]: book for book in books}
        self.books = [named.get(book["form"], book) for book in self.books]
        self.redraw()

    # Going through the fields

    def entered(self, field: Widget) -> None:
        """Go to the next field; behind the last one the key is named."""
        places = self.places()
        self.set_focus(places[places.index(field) + 1 if field in places else 0])
        if self.focused is self.query_one(ScanLine):
            self.tell(self.say("list.press_show"), "hint")

    def places(self) -> list[Input]:
        """Return everything that can be typed into, in order."""
        return [*(question.field for question in self.questions), self.query_one(ScanLine)]

    def show_focused(self) -> None:
        """Bring the field that is being typed in into view."""
        if self.focused is not None and not isinstance(self.focused, ScanLine):
            self.query_one("#body").scroll_to_widget(self.focused, animate=False)

    def key_up(self, event: events.Key) -> None:
        """Go to the field before."""
        self.step_focus(-1)

    def key_down(self, event: events.Key) -> None:
        """Go to the next field."""
        self.step_focus(1)

    def step_focus(self, step: int) -> None:
        """Go through the fields and the scan line, round and round."""
        places = self.places()
        at = next((place for place, field in enumerate(places) if field is self.focused), len(places) - 1)
        self.set_focus(places[(at + step) % len(places)])
        self.call_after_refresh(self.show_focused)

    async def enter(self) -> None:
        """Go back to the first field."""
        self.set_focus(self.first.field)

    # What is done

    async def take(self, code: str) -> None:
        """Take the item of a label that is scanned here; anything else is answered at the desk, as everywhere."""
        if not paper_kind(code) and await self.house.engine.ask(is_item, code):
            question = next(question for question in self.questions if question.asked == "item")
            question.type_again(code)
            self.entered(question.field)
        else:
            await super().take(code)

    async def show_found(self) -> None:
        """Go back to the register and show what fits; what cannot be read is said where it stands."""
        wanted = {question.asked: question.answer() for question in self.questions}
        form = wanted.pop("form", "") or (self.register.book or {}).get("form", "")
        asked = {name: answer for name, answer in wanted.items() if answer}
        try:
            await self.house.engine.ask(read_narrowed, form, asked)
        except Refused as refused:
            self.mark(refused)
            raise
        await self.app.pop_screen()
        await self.register.show_narrowed(form, asked)

    def mark(self, refused: Refused) -> None:
        """Go to the field that a refusal is about."""
        about = {"item_unknown": "item", "items_too_many": "item", "days_reversed": "to"}.get(refused.code)
        for question in self.questions:
            if question.asked == about:
                self.set_focus(question.field)

    async def empty(self) -> None:
        """Empty every field but the form."""
        for question in self.questions:
            if question.asked != "form":
                question.type_again("")
        self.set_focus(self.first.field)
