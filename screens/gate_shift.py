"""From one guard to the next: what is open at the gate, and the badge and PIN that take it over."""

from __future__ import annotations

from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Input, Static

from qdesk.passing import shift_list
from qdesk.scan import without_pin
from screens.card import Reader
from screens.fields import PinField
from screens.frame import ScanLine
from screens.gate_home import emergency_text, held_text, listed, open_text, titled, today_lines
from screens.keybar import Action
from screens.lettering import plain, stacked, styled
from screens.pageview import AskedPage
from screens.textframe import TextFrame

Json = dict[str, Any]
ALL = 500
RELIEF = 4
"""The key of the change of guard, the same on every screen of the gate."""


class ShiftScreen(AskedPage):
    """The list of the shift: open passes, vehicles on hold, emergencies, today's answers, the head of the journal."""

    def __init__(self, taken_over: str = "") -> None:
        """Begin before anything has been asked; `taken_over` names who has just come on duty."""
        super().__init__()
        self.taken_over = taken_over

    def title_text(self) -> str:
        """Return what this screen is about."""
        return self.say("gate.shift_title")

    def help_page(self) -> str:
        """Return the handbook page of the gate."""
        return "gate"

    def actions(self) -> list[Action]:
        """Hand the gate over."""
        return [Action(RELIEF, self.say("gate.key_relief"), self.relieve)]

    async def relieve(self) -> None:
        """Ask for the badge of whoever takes over."""
        await self.app.push_screen(ReliefScreen())

    async def ask(self) -> Json:
        """Ask what is open."""
        return await self.house.engine.ask(shift_list, self.token, self.house.words)

    async def load(self) -> None:
        """Show what is open, and say once who has taken it over."""
        await super().load()
        if self.still_shown and self.taken_over:
            self.tell(self.say("gate.relieved", name=self.taken_over))
            self.taken_over = ""

    def lines_of(self, told: Json, reader: Reader) -> list[Content]:
        """Return the list."""
        return shift_lines(told, reader)


def shift_lines(shift: Json, reader: Reader) -> list[Content]:
    """Return the whole list: the head of the journal to be written down, then what is open, the most pressing first."""
    head = shift["journal"]
    lines = [styled(reader.say("handover.head", act=head["seq"], hash=head["head"]), "bold")]
    lines += reader.wrapped(reader.say("handover.write_down"), "", "", "$quiet")
    open_ones = [row for row in shift["emergencies"] if not row["reviewed"]]
    lines += section("unreviewed", open_ones, [emergency_text(row, reader) for row in open_ones], "no_emergencies", reader)
    lines += section("held_now", shift["held"], [held_text(row, reader) for row in shift["held"]], "no_held", reader)
    lines += section("open_now", shift["open"], [open_text(row, reader) for row in shift["open"]], "no_open", reader)
    return lines + today_lines(shift, reader, ALL)


def section(key: str, rows: list[Json], texts: list[str], nothing: str, reader: Reader) -> list[Content]:
    """Return one kind of what is open; that there is none is said too, so that nobody has to guess."""
    if not rows:
        return [Content(""), *reader.wrapped(reader.say(f"gate.{nothing}"), "", "", "$quiet")]
    return titled(key, rows, reader) + listed(texts, reader, most=ALL)


class ReliefScreen(TextFrame):
    """The change of guard: whoever scans the badge and types the PIN has the gate from then on."""

    DEFAULT_CSS: ClassVar[str] = """
    ReliefScreen #relief { height: auto; margin-top: 1; }
    ReliefScreen PinField { width: 24; }
    """

    def __init__(self, badge: str = "") -> None:
        """Begin with a badge that was scanned at the gate already, or with none."""
        super().__init__()
        self.badge = badge

    def body(self) -> ComposeResult:
        """Who is on duty, whose badge was scanned, and the PIN."""
        yield Static("", id="relief", markup=False)
        yield PinField("pin")

    def on_mount(self) -> None:
        """Go on to the PIN where the badge is known."""
        self.call_after_refresh(self.go_on)

    def go_on(self) -> None:
        """Go to what is still missing."""
        self.set_focus(self.query_one(PinField) if self.badge else self.query_one(ScanLine))

    def title_text(self) -> str:
        """Return what this screen is about."""
        return self.say("gate.relief_title")

    def help_page(self) -> str:
        """Return the handbook page of the gate."""
        return "gate"

    def draw_body(self) -> None:
        """Draw who is on duty and who takes over."""
        reader = self.reader()
        seat = self.house.seat
        lines = reader.wrapped(self.say("gate.relief_now", name=seat.name if seat else ""), "", "", "bold")
        lines += [*reader.wrapped(self.say("gate.relief_how"), "", "", "$quiet"), Content("")]
        badge = without_pin(self.badge) or self.say("login.scan_badge")
        lines += [plain(self.say("login.badge"), badge), Content(""), plain(self.say("login.pin"))]
        self.query_one("#relief", Static).update(stacked(lines))
        self.query_one("#scan-label", Static).update(plain(self.say("login.badge_label")))

    async def take(self, code: str) -> None:
        """Take a badge."""
        self.badge = code
        self.query_one(PinField).value = ""
        self.house.ring()
        self.redraw()
        self.set_focus(self.query_one(PinField))

    def on_input_submitted(self, message: Input.Submitted) -> None:
        """Take the gate over with the PIN that was typed; it is gone from the screen before it is checked."""
        if isinstance(message.input, PinField):
            message.stop()
            pin, message.input.value = message.value, ""
            self.house.work(self.take_over(pin))

    async def take_over(self, pin: str) -> None:
        """Open the session of the new guard, end that of the one before, and show what is open."""
        badge, self.badge = self.badge, ""
        if not badge:
            self.set_focus(self.query_one(ScanLine))
            return
        leaving = self.house.present_seat
        self.redraw()
        self.set_focus(self.query_one(ScanLine))
        seat = await self.house.engine.log_in(leaving.desk, badge, pin)
        await self.house.to_login()
        await self.house.end_session(leaving)
        await self.house.sit_down(seat)
        await self.app.push_screen(ShiftScreen(taken_over=seat.name))

    def drop_pins(self) -> None:
        """Forget the badge and the PIN of somebody who began to take over and went away."""
        super().drop_pins()
        if self.badge:
            self.badge = ""
            self.redraw()
            self.set_focus(self.query_one(ScanLine))
