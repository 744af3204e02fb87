"""The gate: what is open there while no vehicle stands at it, and the answer that is read from three metres."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from qdesk.desk import Done
from screens.card import Reader
from screens.choices import Choice
from screens.desk import Json
from screens.gate_banner import GateBanner
from screens.gate_check import CheckPanel
from screens.gate_checking import CHECK, CheckingDesk
from screens.gate_home import home_lines, today_lines
from screens.gate_picture import RELEASE
from screens.gate_shift import RELIEF, ReliefScreen, ShiftScreen
from screens.gate_words import EMERGENCY, reasons_of, sign_of
from screens.intent import Intent
from screens.keybar import Action
from screens.lettering import stacked, styled
from screens.looking import WIDE

SHIFT = 3
LET_OUT = "let_out"
"""The step that lets a vehicle out without a pass."""
OPENINGS = (6, 7, 5)
"""The keys of what may be opened at a gate: an emergency release first."""
MOST_BESIDE, MOST_BELOW = 30, 6
"""How many of today's answers are shown beside what is open, and below it."""


class GateDesk(CheckingDesk):
    """The desk of the guard."""

    def body(self) -> ComposeResult:
        """The empty gate, and in its place the answer and what is asked."""
        yield from super().body()
        yield GateBanner()
        yield Static("", id="verdict", markup=False)
        yield CheckPanel()

    def help_page(self) -> str:
        """Return the handbook page of the gate, whatever this gate is called."""
        return "gate"

    # Keys

    def actions(self) -> list[Action]:
        """Return the keys of the check, of the answer, or of the empty gate."""
        if self.check is not None:
            return self.check_actions(self.check)
        if self.answer is None and self.card is not None:
            return super().actions()
        actions = [
            Action(SHIFT, self.say("gate.key_shift"), self.show_shift),
            Action(RELIEF, self.say("gate.key_relief"), self.relieve),
            Action(9, self.say("key.map"), self.show_map),
            Action(10, self.say("key.menu"), self.show_menu),
            Action(12, self.say("key.clear" if self.answer else "key.lock"), self.back),
        ]
        return actions if self.answer else actions + self.home_actions()

    def home_actions(self) -> list[Action]:
        """Return the keys of the empty gate: what is to be noted, and what may be opened here."""
        opened = zip(OPENINGS, self.opening_actions(self.opened_here), strict=False)
        actions = [Action(key, action.title, action.run, action.short) for key, action in opened]
        return [Action(CHECK, self.say("gate.key_read"), self.note), *actions] if self.rows else actions

    def choices(self) -> list[Choice]:
        """Return what may be done with a paper that was looked up by its name; no vehicle is let out from there."""
        return [choice for choice in super().choices() if choice.step["step"].partition("#")[0] != "gate"]

    async def back(self) -> None:
        """Put the check aside, clear the answer or the paper, or lock the empty gate."""
        if self.check is None and self.answer is None:
            await super().back()
            return
        put_aside = self.check is not None
        self.put_off()
        await self.refresh_home()
        self.tell(self.say("gate.put_aside" if put_aside else "gate.scan_pass"), "hint")

    async def leave_page(self) -> None:
        """Do what the key that leads back does; the empty gate stays as it is."""
        if self.check is not None or self.answer is not None or self.card is not None:
            await self.back()

    async def show_shift(self) -> None:
        """Show the list of the shift."""
        await self.app.push_screen(ShiftScreen())

    async def relieve(self) -> None:
        """Ask for the badge of whoever takes over."""
        await self.app.push_screen(ReliefScreen())

    async def enter(self) -> None:
        """Go to where something is to be typed; nothing else happens by Enter."""
        if self.check is not None:
            self.set_focus(self.panel.first_empty())

    async def note(self) -> None:
        """Note what the chosen notice says."""
        row = self.rows[self.cursor]
        intent = Intent(step="acknowledge", title=self.say("act.acknowledge"), case=row["case"])
        done = await self.house.engine.act(self.house.present_seat, intent.request({}, []))
        await self.refresh_home()
        self.tell(self.say("done.act", step=intent.title, act=done.act))
        self.house.ring()

    async def done_before(self, intent: Intent, done: Done) -> None:
        """Say what was done, as it is said at once too; paper of the gate itself is not laid on the desk."""
        await super().done(intent, done)
        if self.card is not None and self.card["kind"] == "gate":
            self.clear()
            self.redraw()

    async def done(self, intent: Intent, done: Done) -> None:
        """Say what was done; a vehicle let out in an emergency drives off on it, unless that was written down by hand before."""
        await self.done_before(intent, done)
        if intent.step == LET_OUT and self.card is not None and not intent.given:
            self.say_emergency(self.card["document"])

    def say_emergency(self, document: Json) -> None:
        """Say that a vehicle may leave though it has no pass, and that this will be reviewed."""
        fields = document["fields"]
        told = {"pass": document["serial"], "plate": fields["plate"], "count": fields["packages"], "seal": fields.get("seal")}
        self.clear()
        self.say_answer({"verdict": RELEASE, "kind": EMERGENCY, "arguments": {name: each for name, each in told.items() if each}})

    # Drawing

    async def load_home(self) -> None:
        """Ask what is open at the gate; of what waits here only the notices are shown, the rest names the plates expected."""
        self.rows, self.next_page = [row for row in self.rows if row.get("notice")], None
        self.cursor = min(self.cursor, max(0, len(self.rows) - 1))
        await self.load_shift()

    def draw_body(self) -> None:
        """Draw the empty gate, or the answer and what is asked."""
        super().draw_body()
        self.query_one("#desk").display = self.answer is None and self.check is None
        self.panel.draw()
        self.draw_answer(self.answer)
        if self.check is None and self.answer is None and self.card is None:
            self.draw_home()

    def draw_answer(self, answer: Json | None) -> None:
        """Draw the banner and why it says so."""
        words = self.house.words
        others = [other for name, other in self.house.languages.items() if name != self.house.language]
        self.query_one(GateBanner).show(sign_of(answer, words, next(iter(others), None)) if answer else None)
        reader = self.reader(max(20, self.app.size.width - 3))
        reasons = reasons_of(answer, words) if answer else []
        verdict = self.query_one("#verdict", Static)
        verdict.display = bool(reasons)
        verdict.update(stacked([line for text in reasons for line in reader.wrapped(text, "", "", "bold")]))

    def draw_home(self) -> None:
        """Draw what is open on the left, and on the right or below it who has passed today."""
        if self.shift is None:
            return
        width, wide = max(20, self.app.size.width - 3), self.app.size.width >= WIDE
        home = max(40, width * 2 // 5) if wide else width
        lines = self.print_lines(self.reader(home)) + home_lines(self.shift, self.rows, self.cursor, self.reader(home))
        today = today_lines(self.shift, self.reader(width - home - 2 if wide else width), MOST_BESIDE if wide else MOST_BELOW)
        self.query_one("#inbox", Static).update(stacked(lines if wide else lines + today))
        self.query_one("#card-text", Static).update(stacked(today[1:] if wide else []))

    def card_lines(self, reader: Reader) -> list[Content]:
        """Return the card on the desk; what was scanned at the gate is answered, not laid there."""
        if self.card is None or self.card["kind"] == "gate":
            return [styled(self.say("gate.scan_pass"), "$quiet")]
        return super().card_lines(reader)
