"""The login: desk, badge, PIN. The same screen locks an idle desk and hides everything until somebody logs in."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Input, Static

from qdesk.errors import Refused
from qdesk.scan import without_pin
from screens.fields import PinField
from screens.frame import Frame, ScanLine
from screens.keybar import Action
from screens.lettering import plain, shown, stacked, styled

if TYPE_CHECKING:
    from qdesk.factory import DeskOf
    from screens.seat import Seat


DESK_NUMBER = re.compile("[0-9]{1,3}")


class LoginScreen(Frame):
    """Who works here: the desk is given or chosen, the badge is scanned, the PIN is typed."""

    def __init__(self, locked: Seat | None = None) -> None:
        """Begin anew, or over the screens of somebody whose desk has locked."""
        super().__init__()
        self.locked = locked
        self.desk = locked.desk if locked else ""
        self.badge = ""

    def body(self) -> ComposeResult:
        """Desks, badge and PIN below each other."""
        yield Static("", id="login", markup=False)
        yield PinField("pin")

    def title_text(self) -> str:
        """Return what the program is called and whose it is, before anybody sits here."""
        engine = self.house.engine_or_none
        own = engine.site.config.name if engine else ""
        return "  ".join(part for part in (self.say("login.locked" if self.locked else "login.title"), own) if part)

    def actions(self) -> list[Action]:
        """Choose the desk, end the program; there is no way back from here."""
        actions = [Action(11, self.say("key.language"), self.house.switch_language)]
        if self.house.engine_or_none is None or not self.locked:
            actions.append(Action(12, self.say("key.quit"), self.quit))
        if self.may_choose and len(self.desks()) > 1:
            actions.append(Action(2, self.say("key.next_desk"), self.next_desk))
            actions.append(Action(3, self.say("key.last_desk"), self.last_desk))
        return actions

    @property
    def may_choose(self) -> bool:
        """Tell whether the desk is still to be chosen: not where the terminal has its desk, nor where one is locked."""
        return not self.locked and not self.house.opening.desk

    def all_actions(self) -> list[Action]:
        """Return every key; from a locked desk no key leads back to what it hides, only badge and PIN do."""
        return [each for each in super().all_actions() if each.key != 12 or not self.locked]

    def desks(self) -> list[DeskOf]:
        """Return the desks that have a terminal, once the site is open."""
        engine = self.house.engine_or_none
        return [desk for desk in engine.site.factory.desks.values() if desk.terminal] if engine else []

    def cannot_open(self, refused: Refused) -> None:
        """Say why the site cannot be opened; the program stays, so that it can be read."""
        words = self.house.words
        reasons = [words.because(reason)["message"] for reason in refused.because]
        self.tell(words.refusal(refused), "refused", reasons)
        self.show_keys()

    def site_is_open(self) -> None:
        """Offer the desks."""
        known = {desk.id for desk in self.desks()}
        wanted = self.house.opening.desk
        self.desk = wanted if wanted in known else next(iter(known & {self.desk}), self.desks()[0].id)
        self.redraw()
        if wanted and wanted not in known:
            self.house.opening = replace(self.house.opening, desk="")
            self.refuse(Refused("desk_unknown", desk=wanted))

    def draw_body(self) -> None:
        """Draw desks and what is known of who logs in."""
        lines = [Content("")]
        if self.locked:
            lines += [styled(self.say("login.locked_by", name=self.locked.name), "bold"), Content("")]
        for number, desk in enumerate(self.desks(), 1):
            chosen = desk.id == self.desk
            if chosen or self.may_choose:
                place = f"{'>' if chosen else ' '} {number}  " if self.may_choose else ""
                text = place + shown(desk.title.in_(self.house.language))
                lines.append(styled(text, "bold $accent" if chosen else ""))
        if not self.desks():
            lines.append(styled(self.say("login.opening"), "$quiet"))
        badge = without_pin(self.badge) or self.say("login.scan_badge")
        lines += [Content(""), plain(self.say("login.badge"), badge), Content("")]
        lines.append(plain(self.say("login.pin")))
        self.query_one("#login", Static).update(stacked(lines))
        self.query_one("#scan-label", Static).update(plain(self.say("login.badge_label")))

    async def next_desk(self) -> None:
        """Choose the next desk."""
        self.choose(1)

    async def last_desk(self) -> None:
        """Choose the desk before."""
        self.choose(-1)

    def choose(self, step: int) -> None:
        """Go through the desks, round and round."""
        names = [desk.id for desk in self.desks()]
        self.desk = names[(names.index(self.desk) + step) % len(names)]
        self.redraw()

    async def take(self, code: str) -> None:
        """Take a desk's number, or a badge."""
        desks = self.desks()
        number = int(code) if DESK_NUMBER.fullmatch(code) else 0
        if self.may_choose and not self.badge and 1 <= number <= len(desks):
            self.desk = desks[number - 1].id
            self.redraw()
            return
        self.badge = code
        self.query_one(PinField).value = ""
        self.house.ring()
        self.redraw()
        self.set_focus(self.query_one(PinField))

    async def enter(self) -> None:
        """Go on to the PIN."""
        if self.badge:
            self.set_focus(self.query_one(PinField))

    def on_input_submitted(self, message: Input.Submitted) -> None:
        """Log in with the PIN that was typed."""
        if isinstance(message.input, PinField):
            message.stop()
            pin, message.input.value = message.value, ""
            self.house.work(self.log_in(pin))

    async def log_in(self, pin: str) -> None:
        """Open the session; the PIN is gone from the screen before it is checked."""
        if not self.badge:
            self.set_focus(self.query_one(ScanLine))
            return
        badge = self.badge
        try:
            seat = await self.house.engine.log_in(self.desk, badge, pin)
        except Refused as refused:
            self.forget()
            raise Refused(refused.code, refused.because, **refused.arguments) from refused
        self.forget()
        if self.locked and seat.person == self.locked.person:
            self.house.unlock(seat)
            return
        if self.locked:
            await self.house.to_login()
        await self.house.sit_down(seat)

    def forget(self) -> None:
        """Forget whose badge it was."""
        self.badge = ""
        self.redraw()
        self.set_focus(self.query_one(ScanLine))

    def drop_pins(self) -> None:
        """Forget badge and PIN of somebody who began to log in and went away."""
        if self.badge or any(field.value for field in self.query(Input)):
            self.query_one(ScanLine).value = ""
            super().drop_pins()
            self.forget()

    async def quit(self) -> None:
        """End the program."""
        self.app.exit(0)
