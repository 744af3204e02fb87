"""People and stock: the acts that belong to no case, each on a key; what one asks is answered on the page of every other step."""

from __future__ import annotations

import time
from functools import partial
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from qdesk.desk import Done, look
from qdesk.desk.openings import fixed_openings
from qdesk.errors import Refused
from screens.about import about_lines
from screens.acting import ActScreen
from screens.asking import CARDS, KnownQuestion, ListedQuestion, PinQuestion, SeveralQuestion, WholeQuestion
from screens.choices import FIRST_KEY, LAST_KEY
from screens.desk import DeskScreen
from screens.fields import PinField
from screens.intent import Intent
from screens.keybar import Action
from screens.lettering import cut, fit, shown, stacked, styled
from screens.questions import Asked, Question
from screens.textframe import TextFrame

Json = dict[str, Any]
ROOM = LAST_KEY - FIRST_KEY + 1
MASTER_KEY = 9
NAMED = 20
"""Cells for what an act is called; what it is for stands behind it."""
KINDS: dict[str, type[Asked]] = {
    "badge": KnownQuestion, "lot": KnownQuestion, "item": KnownQuestion, "bin": KnownQuestion,
    "instrument": KnownQuestion, "choice": ListedQuestion, "choices": SeveralQuestion,
    "number": WholeQuestion, "pin": PinQuestion,
}  # fmt: skip
OF_A_PIN = frozenset(["pin_unfit", "pins_differ"])


class AdministrationScreen(TextFrame):
    """The acts on people and stock that whoever sits here may do."""

    DEFAULT_CSS: ClassVar[str] = "#administration { height: auto; }"

    def __init__(self, desk: DeskScreen) -> None:
        """List the acts of a desk's person."""
        super().__init__()
        self.desk = desk
        self.acts: list[Json] = []
        self.first, self.cursor = 0, 0
        """Which act has the first key, and which is chosen."""

    def body(self) -> ComposeResult:
        """The acts below each other."""
        yield Static("", id="administration", markup=False)

    def on_mount(self) -> None:
        """Ask what may be done."""
        self.house.work(self.changed())

    def title_text(self) -> str:
        """Return what this screen is about."""
        return self.say("key.people")

    def help_page(self) -> str:
        """Return the handbook page on these acts."""
        return "administration"

    async def changed(self) -> None:
        """Ask what may be done, in the language of the moment."""
        self.acts = await self.house.engine.ask(fixed_openings, self.token, self.house.words)
        self.cursor = max(0, min(self.cursor, len(self.acts) - 1))
        self.redraw()

    @property
    def room(self) -> int:
        """Return how many acts have a key at once."""
        return ROOM if len(self.acts) <= ROOM else ROOM - 1

    def keyed(self) -> dict[int, int]:
        """Return the key of each act that has one now, by its place in the list."""
        places = range(self.first, min(len(self.acts), self.first + self.room))
        return {place: FIRST_KEY + number for number, place in enumerate(places)}

    def actions(self) -> list[Action]:
        """Return a key for each act of this page, and one for the next page."""
        actions = [
            Action(key, self.acts[place]["title"], partial(self.open, place))
            for place, key in self.keyed().items()
        ]
        if self.room < ROOM:
            actions.append(Action(LAST_KEY, self.say("key.more"), self.turn_over))
        return [*actions, Action(MASTER_KEY, self.say("master.key"), self.show_master)]

    async def show_master(self) -> None:
        """Show what is kept of items, customers and suppliers, and bins."""
        from screens.master import MasterScreen  # loaded when it is asked for

        await self.app.push_screen(MasterScreen())

    async def turn_over(self) -> None:
        """Give the keys to the next acts, after the last to the first again."""
        self.first = self.first + self.room if self.first + self.room < len(self.acts) else 0
        self.cursor = self.first
        self.redraw()

    def draw_body(self) -> None:
        """Draw every act with its key and what it is for."""
        reader, keys = self.reader(), self.keyed()
        lines = [Content("")]
        for place, act in enumerate(self.acts):
            key = f"F{keys[place]}" if place in keys else ""
            told = f"{'>' if place == self.cursor else ' '} {fit(key, 3)} {fit(shown(act['title']), NAMED)} {self.purpose(act)}"
            lines.append(styled(cut(told, reader.width), "reverse" if place == self.cursor else "" if key else "$quiet"))
        self.query_one("#administration", Static).update(stacked(lines))

    def purpose(self, act: Json) -> str:
        """Return what an act is for."""
        return self.say(f"administration.{act['step']}_for")

    def key_down(self) -> None:
        """Choose the next act."""
        self.choose(self.cursor + 1)

    def key_up(self) -> None:
        """Choose the act before."""
        self.choose(self.cursor - 1)

    def choose(self, place: int) -> None:
        """Choose an act; the keys go with it."""
        if 0 <= place < len(self.acts):
            self.cursor, self.first = place, place - place % self.room
            self.redraw()

    async def enter(self) -> None:
        """Open the chosen act."""
        if self.acts:
            await self.open(self.cursor)

    async def open(self, place: int) -> None:
        """Open the page of an act: also one that asks nothing is done there, after it was read."""
        act = self.acts[place]
        if act["step"] == "put_away":
            from screens.putting_away import PutAwayScreen  # gathered by scanning, not answered

            await self.app.push_screen(PutAwayScreen(self.desk))
            return
        intent = Intent(step=act["step"], title=act["title"], asks=list(act["asks"]), given=dict(act["given"]))
        await self.app.push_screen(AdministeringScreen(intent, self.desk))


class AdministeringScreen(ActScreen):
    """One act on people or stock being answered and done."""

    def question(self, ask: Json) -> Asked:
        """Return the part of the page for one question, by its kind."""
        return KINDS.get(ask["kind"], Question)(ask)

    def help_page(self) -> str:
        """Return the handbook page on these acts."""
        return "administration"

    def draw_body(self) -> None:
        """Say above the questions what the act is for."""
        super().draw_body()
        reader = self.reader()
        told = reader.wrapped(self.say(f"administration.{self.intent.step}_for"), "  ", "  ", "$quiet")
        self.about.update(stacked([*about_lines(self.intent, reader), *told]))

    async def changed(self) -> None:
        """Take the titles in the language of the moment."""
        for act in await self.ask(fixed_openings, self.token, self.house.words):
            if act["step"] == self.intent.step:
                self.intent.title, self.intent.asks = act["title"], list(act["asks"])
        await self.name_choices()
        self.redraw()

    # Scans

    async def take_thing(self, code: str) -> None:
        """Take a badge, a lot or an item into its question, and a code that nobody has yet into the one for a new code."""
        new = [each for each in self.questions if isinstance(each, Question) and each.ask["kind"] == "code"]
        asked = next((each for each in new if each.field.has_focus), None)
        if asked is None:
            try:
                card = await self.ask(look, self.token, code, self.house.words)
            except Refused:
                asked = next((each for each in new if not each.field.value), None)
                if asked is None:
                    raise
            else:
                self.take_known(code, card)
                return
        asked.field.value = code
        self.entered(asked.field)

    def take_known(self, code: str, card: Json) -> None:
        """Put what is known into the question being answered, else into the first empty one that asks for its kind."""
        fitting = [each for each in self.questions if isinstance(each, KnownQuestion) and CARDS[each.ask["kind"]] == card["kind"]]
        here = [each for each in fitting if each.field.has_focus] or [each for each in fitting if not each.field.value]
        here = here or fitting[:1] * (len(fitting) == 1)  # where only one can be meant, what was there before is replaced
        if not here:
            raise Refused("scan_not_wanted", code=code)
        here[0].know(code, card)
        self.entered(here[0].field)

    # PINs

    def new_pins(self) -> list[PinQuestion]:
        """Return the questions for a new PIN."""
        return [each for each in self.questions if isinstance(each, PinQuestion)]

    def forget_pins(self) -> bool:
        """Forget every new PIN; return whether there was any."""
        return any([each.forget() for each in self.new_pins()])

    def pin_entered(self) -> None:
        """Go to the PIN that is still empty; behind the last the act is done."""
        empty = [field for field in self.fields() if isinstance(field, PinField) and not field.value]
        if empty:
            self.set_focus(empty[0])
        else:
            super().pin_entered()

    def watch_signers(self) -> None:
        """Forget a new PIN when nobody goes on."""
        limit = self.house.engine.site.config.duration("signing_timeout") / 1_000_000
        if time.monotonic() - self.house.typed_at >= limit and self.forget_pins():
            self.tell(self.say("sign.timed_out"), "hint")
        super().watch_signers()

    async def leave(self) -> None:
        """Keep what was typed, but for a PIN."""
        self.forget_pins()
        await super().leave()

    # What came of it

    def go_to_mend(self, refused: Refused) -> None:
        """Go to the PIN, or to the question whose answer the refusal names."""
        named = {str(value) for value in refused.arguments.values()}
        if refused.code in OF_A_PIN:
            self.forget_pins()
            self.set_focus(self.new_pins()[0].fields()[0])
            return
        asked = next((each for each in self.questions if isinstance(each, Question) and each.field.value.strip() in named), None)
        if asked is None:
            super().go_to_mend(refused)
        else:
            self.set_focus(asked.field)

    async def close_with(self, done: Done) -> None:
        """Go back to the list and say what was done, and to whom or what; a desk that has locked meanwhile says so later."""
        subject = self.subject()
        self.forget_pins()
        await super().close_with(done)
        if self.house.frame is not self.desk:
            return
        said = self.desk.said
        listed = AdministrationScreen(self.desk)
        await self.app.push_screen(listed)
        listed.tell(self.house.words.clauses([said, subject]) if subject else said)

    def subject(self) -> str:
        """Return whom or what the act is about: the first code with its name."""
        told = [each for each in self.questions if isinstance(each, Question) and not isinstance(each, ListedQuestion)]
        first = next((each for each in told if each.field.value.strip()), None)
        if first is None:
            return ""
        known = first.card if isinstance(first, KnownQuestion) else None
        name = known["person"]["name"] if known and known["kind"] == "person" else ""
        return " ".join(part for part in (first.field.value.strip(), name) if part)
