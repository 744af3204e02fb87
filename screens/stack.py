"""A stack: one step for a list of documents that is shown, under one PIN; each is judged and booked for itself."""

from __future__ import annotations

import uuid
from typing import Any

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Input, Static

from qdesk.desk import look
from qdesk.errors import Refused
from screens.card import Reader
from screens.desk import DeskScreen
from screens.fields import PinField
from screens.frame import Frame
from screens.keybar import Action
from screens.lettering import fit, shown, stacked, styled

Json = dict[str, Any]


class StackScreen(Frame):
    """The list that is signed: every document with customer and lines, each of which may be left out."""

    waiting: list[Json] | None = None
    """What became of each while the desk was locked, still to be said."""

    def __init__(self, step: str, title: str, cases: list[str], desk: DeskScreen) -> None:
        """Show the cases that wait for one step."""
        super().__init__()
        self.step, self.title_given, self.cases, self.desk = step, title, cases, desk
        self.cards: list[Json] = []
        self.left_out: set[str] = set()
        self.results: dict[str, str] = {}
        self.pieces: dict[str, dict[str, str]] = {}
        self.outcome = 0
        self.cursor = 0
        self.key = uuid.uuid4().hex

    def body(self) -> ComposeResult:
        """The list, and the PIN under it."""
        yield Static("", id="stack", markup=False)
        yield PinField("pin")

    def title_text(self) -> str:
        """Return which step is approved."""
        return self.say("stack.title", step=self.step_title)

    def on_mount(self) -> None:
        """Look at every case of the list."""
        self.house.work(self.load())

    async def load(self) -> None:
        """Look at the cards that are shown, and so signed; what cannot be done now is not in the list."""
        self.cards = []
        for case in self.cases:
            card = await self.house.engine.ask(look, self.desk.token, case, self.house.words)
            if any(step["step"] == self.step for step in card["can"]):
                self.cards.append(card)
        self.redraw()
        self.set_focus(self.query_one(PinField))

    async def changed(self) -> None:
        """Read the cards in the language of the moment; one that has changed stays as it was read, so that it is refused."""
        for place, card in enumerate(self.cards):
            now = await self.house.engine.ask(look, self.desk.token, card["case"], self.house.words)
            if now["digest"] == card["digest"]:
                self.cards[place] = now
        self.redraw()

    @property
    def steps(self) -> list[Json]:
        """Return the step as the first card has it, since all run the same one; nothing while there is no card."""
        return [step for step in self.cards[0]["can"] if step["step"] == self.step] if self.cards else []

    @property
    def step_title(self) -> str:
        """Return what the step is called in the language of the moment."""
        return str(self.steps[0]["title"]) if self.steps else self.title_given

    @property
    def ways(self) -> list[Json]:
        """Return the outcomes the step may have."""
        return list(self.steps[0]["outcomes"]) if self.steps else []

    @property
    def way(self) -> Json:
        """Return the chosen outcome."""
        return self.ways[self.outcome] if self.ways else {"name": None, "title": "", "signs": [], "asks": []}

    def actions(self) -> list[Action]:
        """Leave a document out, choose the outcome, go back."""
        actions = [Action(2, self.say("key.sign_stack", number=len(self.chosen)), self.to_pin)]
        actions.append(Action(3, self.say("key.leave_out"), self.leave_out))
        if len(self.ways) > 1:
            actions.append(Action(4, self.say("key.other_outcome"), self.other_outcome))
        return actions

    @property
    def chosen(self) -> list[Json]:
        """Return the cards that are signed: those not left out, whose paper is here."""
        return [card for card in self.cards if card["case"] not in self.left_out and not self.missing(card)]

    def draw_body(self) -> None:
        """Draw the list in full, since it is what is signed."""
        reader = self.desk.reader(max(20, self.app.size.width - 3))
        way = self.way["title"] if len(self.ways) > 1 else ""
        lines = reader.wrapped(self.say("stack.intro", step=f"{self.step_title} {way}".strip(), number=len(self.chosen)), "", "")
        lines.append(Content(""))
        for place, card in enumerate(self.cards):
            lines += self.row_lines(place, card, reader)
        if not self.cards:
            lines += reader.wrapped(self.say("stack.nothing"), "  ", "  ", "$quiet")
        lines += [Content(""), styled(self.say("stack.pin", name=self.house.present_seat.name), "bold")]
        self.query_one("#stack", Static).update(stacked(lines))

    def row_lines(self, place: int, card: Json, reader: Reader) -> list[Content]:
        """Return one document of the list: its mark, its customer, its lines, and what became of it."""
        document, case = card["document"], card["case"]
        mark = "-" if case in self.left_out else "x"
        customer = shown(document["fields"].get("customer", ""))
        head = f"{'>' if place == self.cursor else ' '} [{mark}] {document['serial']}  {customer}"
        style = "reverse" if place == self.cursor else "$quiet" if case in self.left_out else ""
        lines = [styled(fit(head, reader.width), style)]
        for line in document["lines"]:
            said = [str(line[column["name"]]) for column in document["columns"] if line.get(column["name"])]
            lines += reader.wrapped("  ".join(said), "        ", "          ", "$quiet")
        if self.missing(card):
            told = self.say("card.scan_one", copies=[name.partition("/")[2] for name in self.missing(card)])
            lines += reader.wrapped(told, "        ", "          ", "$warning")
        if case in self.results:
            lines += reader.wrapped(self.results[case], "        ", "          ", "bold")
        return lines

    def key_down(self) -> None:
        """Choose the next document."""
        self.cursor = min(len(self.cards) - 1, self.cursor + 1)
        self.draw_body()

    def key_up(self) -> None:
        """Choose the document before."""
        self.cursor = max(0, self.cursor - 1)
        self.draw_body()

    async def leave_out(self) -> None:
        """Take the chosen document out of the list, or in again."""
        if self.cards:
            self.left_out ^= {self.cards[self.cursor]["case"]}
            self.key = uuid.uuid4().hex
            self.redraw()

    async def other_outcome(self) -> None:
        """Choose the next outcome; one that asks something is answered document by document, at the desk."""
        self.outcome = (self.outcome + 1) % len(self.ways)
        self.key = uuid.uuid4().hex
        self.redraw()

    async def take(self, code: str) -> None:
        """Put a scanned paper on the stack: its case is added, if the step may be done for it now."""
        card = await self.house.engine.present(self.house.present_seat, code, self.house.words)
        step = next((step for step in card["can"] if step["step"] == self.step), None)
        if step is None or card.get("copy") not in step["to_scan"]:
            raise Refused("not_on_this_stack", code=code, step=self.step_title)
        case, copy = card["case"], card["copy"]
        if any(each["copy"] == copy and each["piece"] == code for each in card["copies"]):
            self.pieces.setdefault(case, {})[copy] = code
        self.cases = [*self.cases, case] if case not in self.cases else self.cases
        self.house.ring()
        await self.load()
        self.cursor = [each["case"] for each in self.cards].index(case)
        self.redraw()
        self.tell(self.say("stack.added", copy=copy))

    def missing(self, card: Json) -> list[str]:
        """Return the copies of which one (or, where presence counts, each) still has to be scanned."""
        step = next(step for step in card["can"] if step["step"] == self.step)
        scanned = self.pieces.get(card["case"], {})
        left = [name for name in step["to_scan"] if name not in scanned]
        return left if step["scan"] == "all" or not scanned else []

    async def to_pin(self) -> None:
        """Go to the PIN."""
        self.set_focus(self.query_one(PinField))

    async def enter(self) -> None:
        """Go to the PIN."""
        await self.to_pin()

    def on_input_submitted(self, message: Input.Submitted) -> None:
        """Sign with the PIN that was typed."""
        if isinstance(message.input, PinField):
            message.stop()
            pin, message.input.value = message.value, ""
            self.house.work(self.sign(pin))

    async def sign(self, pin: str) -> None:
        """Send the list with the digests of what was shown; what is refused stays in the list with its reason."""
        seat, role = self.house.present_seat, next(iter(self.way["signs"]), "")
        if not self.chosen or not pin:
            return
        if any(ask["required"] for ask in self.way["asks"]):
            raise Refused("stack_asks", step=self.step_title)
        cases = [
            {"case": card["case"], "seen": card["digest"], "copies": list(self.pieces.get(card["case"], {}).values())}
            for card in self.chosen
        ]
        signers = [{"as": role, "badge": seat.badge, "pin": pin}] if role else []
        request = {"cases": cases, "step": self.step, "outcome": self.way["name"], "signers": signers, "key": self.key}
        answers = (await self.house.engine.act_on_stack(seat, request, self.house.words))["acts"]
        self.key = uuid.uuid4().hex
        await self.told(answers)

    def on_screen_resume(self) -> None:
        """Say what became of each while the desk was locked."""
        waiting, self.waiting = self.waiting, None
        if waiting is not None and not self.put_away:
            self.house.work(self.told(waiting))

    async def told(self, answers: list[Json]) -> None:
        """Say what became of each; all done goes back to the desk. Where that has locked, this waits until who signed is back."""
        if self.house.seat is None:
            self.waiting = answers
            return
        self.results = {each["case"]: answer_text(each) for each in answers if not each["ok"]}
        done = sum(1 for each in answers if each["ok"])
        self.cases = [case for case in self.cases if case not in {each["case"] for each in answers if each["ok"]}]
        if not self.results:
            await self.house.to_desk()
            await self.desk.refresh_home()
            self.desk.tell(self.say("stack.done", number=done))
            self.house.ring()
            return
        await self.load()
        self.tell(self.say("stack.partly", number=done, refused=len(self.results)), "refused")
        self.house.ring(2)


def answer_text(answer: Json) -> str:
    """Return why one of the list was refused."""
    error = answer["error"]
    return " ".join([error["message"], *(reason["message"] for reason in error["because"])])
