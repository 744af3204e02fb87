"""The desk: what may be done here and with the paper on it, each with its key; it is done, and what happened is said."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from qdesk.desk import Done, look
from qdesk.desk.reversing import undoable
from qdesk.errors import Refused
from qdesk.lookups import serial_of
from screens.choices import FIRST_KEY, LAST_KEY, ON_KEYS, PREVIEW, Choice, Situation, choices_of, last_page
from screens.frame import StatusLine
from screens.intent import Intent, one_way_each, opening_intent, step_intent
from screens.keybar import Action
from screens.laying import LayingDesk
from screens.leading import SHEETS, sheet_of
from screens.looking import CASE_CARDS

if TYPE_CHECKING:
    from screens.actions import ActionCard

Json = dict[str, Any]
UNDO_KEY = 8


class DeskScreen(LayingDesk):
    """One desk; a kind of desk adds what it shows beside what waits and beside the card."""

    waiting: tuple[Intent, Done] | None = None
    """What was done while this desk was locked, still to be said."""

    # Keys

    def choices(self) -> list[Choice]:
        """Return all that may be done with the card, each with its key."""
        if self.card is None or self.card["kind"] not in CASE_CARDS:
            return []
        return choices_of(self.card, self.situation, self.page, self.say)

    @property
    def situation(self) -> Situation:
        """Return how it is with the card here, beside what it says itself."""
        held = bool(self.card) and self.held == (self.card or {}).get("copy")
        return Situation(bool(self.unread()), held, self.settled)

    def unread(self) -> list[Json]:
        """Return the first unread notice of the card's case, if there is one."""
        case = self.card.get("case") if self.card else None
        return [row for row in self.rows if row.get("notice") and row["case"] == case][:1]

    def actions(self) -> list[Action]:
        """Return the card's keys, or those of the empty desk, and what is always there."""
        actions = [
            Action(9, self.say("key.map"), self.show_map),
            Action(10, self.say("key.menu"), self.show_menu),
            Action(12, self.say("key.clear" if self.card else "key.lock"), self.back),
        ]
        if self.undo:
            actions.append(Action(UNDO_KEY, self.say("key.undo"), self.take_back))
        if self.card is None:
            return actions + self.home_actions()
        if self.card["kind"] == "blank":
            return actions + self.opening_actions(self.card["openings"])
        if self.card["kind"] in SHEETS:
            sheet = Action(FIRST_KEY, self.say(f"kind.{sheet_of(self.card)}"), self.print_sheet)
            return [*actions, sheet, *self.stock_actions(FIRST_KEY + 1)]
        for choice in self.choices():
            if choice.key:
                actions.append(Action(choice.key, choice.title, partial(self.choose, choice), choice.short))
        last = last_page(self.card, self.situation)
        if last:
            actions.append(Action(LAST_KEY, self.say("key.less" if self.page >= last else "key.more"), self.turn_over))
        return actions

    def home_actions(self) -> list[Action]:
        """Return the keys of the empty desk: the forms that may be opened here, and the lists of its kind of desk."""
        opened = self.opening_actions(self.opened_here)
        if len(opened) > ON_KEYS:
            opened = [Action(FIRST_KEY, self.say("key.forms"), self.show_forms)]
        return [*opened, *self.list_actions(FIRST_KEY + len(opened))]

    async def show_forms(self) -> None:
        """Show the forms that may be opened here, where there are more of them than keys."""
        from screens.forms import FormsScreen  # loaded when it is asked for

        await self.app.push_screen(FormsScreen(self))

    def list_actions(self, key: int) -> list[Action]:
        """Return the keys, from this one on, of the lists that a kind of desk has."""
        return []

    def opening_actions(self, openings: list[Json]) -> list[Action]:
        """Return a key for each form that may be opened, on the empty desk or on a blank that was filled in by hand."""
        return [
            Action(FIRST_KEY + place, opening["step_title"], partial(self.open_form, opening), opening["title"])
            for place, opening in enumerate(self.ways(openings)[: LAST_KEY - FIRST_KEY])
        ]

    def ways(self, openings: Sequence[Json]) -> list[Json]:
        """Return what may be begun here, each way on its own."""
        return one_way_each(openings)

    async def turn_over(self) -> None:
        """Show the other things that may be done with this paper."""
        last = last_page(self.card, self.situation) if self.card else 0
        self.page = self.page + 1 if self.page < last else 0
        self.redraw()

    async def back(self) -> None:
        """Clear the desk, or lock it when it is clear."""
        if self.card is None:
            await self.house.lock()
            return
        self.clear()
        await self.refresh_home()

    # Acts

    def on_screen_resume(self) -> None:
        """Say what was done while the desk was locked."""
        waiting, self.waiting = self.waiting, None
        if waiting is not None and not self.put_away:
            self.house.work(self.done_before(*waiting))

    async def open_form(self, opening: Json) -> None:
        """Begin a new case."""
        await self.begin(opening_intent(opening, opening["outcomes"][0]))

    async def choose(self, choice: Choice) -> None:
        """Begin what a key offers."""
        if self.card is None:
            return
        if choice.step["step"] == "amend":
            await self.amend(self.card, choice.title)
            return
        if choice.step["step"] == PREVIEW:
            await self.show_slip(self.card)
            return
        card, copies = self.card, choice.step["copies"]
        if copies and serial_of(copies[0]) != card["document"]["serial"]:  # what is signed is the paper that the step is done on
            card = await self.house.engine.ask(look, self.token, serial_of(copies[0]), self.house.words)
        intent = step_intent(card, choice.step, choice.outcome, choice.title, self.pieces)
        intent.others_sign = intent.step in ("reprint", "reissue")  # whoever agrees is somebody else
        await self.begin(intent)

    async def do_action(self, action: ActionCard) -> None:
        """Begin what an action card means for the paper on the desk, if that is one thing."""
        from screens.actions import chosen_by, reasons_against

        if self.card is None or self.card["kind"] not in CASE_CARDS:
            await super().do_action(action)
            return
        found = chosen_by(action, self.card, self.situation, self.say)
        if len(found) == 1:
            await self.choose(found[0])
        elif found:
            raise Refused("action_unclear", name=action.title, ways=[choice.title for choice in found])
        else:
            self.refuse(Refused("action_not_here", name=action.title))
            self.query_one(StatusLine).say(self.said, "refused", reasons_against(action, self.card))

    async def leave_page(self) -> None:
        """Put the paper aside; no card locks the desk."""
        if self.card is not None:
            await self.back()

    async def amend(self, card: Json, title: str) -> None:
        """Open the document on the card to be changed."""
        from qdesk.desk.amending import amendment
        from screens.amending import AmendScreen, amend_intent

        told = await self.house.engine.ask(amendment, self.token, card["document"]["serial"], self.house.words)
        await self.app.push_screen(AmendScreen(amend_intent(card, told, title), told, self))

    async def begin(self, intent: Intent) -> None:
        """Do a step at once where nothing is asked, else ask."""
        if intent.at_once:
            await self.done(intent, await self.house.engine.act(self.house.present_seat, intent.request({}, [])))
            return
        from screens.acting import ActScreen  # the desk and the screen it opens know each other

        await self.app.push_screen(ActScreen(intent, self))

    async def done_before(self, intent: Intent, done: Done) -> None:
        """Say what was done before the desk had locked."""
        await self.done(intent, done)

    async def done(self, intent: Intent, done: Done) -> None:
        """Say what was done, offer to take it back while nothing has followed, and show the paper as it is now.

        Where the desk has locked meanwhile this waits until whoever did it is back.
        """
        if self.house.seat is None:
            self.waiting = intent, done
            return
        await self.house.to_desk()
        self.pieces, self.page, self.undo, self.settled = {}, 0, None, intent.step != "found_here"
        serial = next((each["serial"] for each in done.opened), done.case)
        if serial and (self.card is None or self.card["kind"] == "blank"):
            self.card = await self.house.engine.ask(look, self.token, serial, self.house.words)
        elif self.card is not None:
            await self.look_again()
        if intent.step != "reverse" and await self.house.engine.ask(undoable, self.token, done.act):
            self.undo = (str(done.case), done.act, intent.title)
        await self.refresh_home()
        from screens.outcome import done_sentence

        self.tell(done_sentence(intent, done, self.card, self.reader(80)) + (self.say("done.undo") if self.undo else ""))
        self.house.ring()

    async def show_people(self) -> None:
        """Show what may be done with people and stock."""
        from screens.administration import AdministrationScreen  # it asks with the pages of this desk

        await self.app.push_screen(AdministrationScreen(self))

    async def take_back(self) -> None:
        """Take the act just done back."""
        if self.undo is None:
            return
        case, act, title = self.undo
        intent = Intent(step="reverse", title=self.say("done.taken_back", step=title), case=case, given={"act": act})
        await self.done(intent, await self.house.engine.act(self.house.present_seat, intent.request({}, [])))
