"""The acting screen: a step is answered, signed and done, or refused with everything that was typed still there."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from functools import partial
from typing import Any

from qdesk.desk import Done
from qdesk.drafts import drop_draft
from qdesk.errors import Because, Refused
from screens.answers import inputs_of
from screens.counts import CountQuestion, CountRow
from screens.entering import LinesEditor
from screens.fields import PinField
from screens.frame import ScanLine
from screens.keybar import Action
from screens.questions import Asked
from screens.signer import SignerRow, Unsigned
from screens.taking import TakingPage

Json = dict[str, Any]
DO, EMPTY, AGAIN = 2, 3, 4
OF_A_BADGE = frozenset(["badge_unknown", "badge_revoked", "signer_lacks_role", "same_person_twice", "own_work", "stamp_missing"])
"""Refusals that are mended with another badge; others of a signer with the PIN."""
MISCOUNTED = frozenset(["line_not_counted", "line_miscounted"])
"""Reasons that name the line of a count."""
WANTS = {"late_told": "customer_told"}
"""Warnings that an answer on the same page takes away."""
OUTDATED = frozenset(["card_changed", "step_not_possible", "not_inspected"])
"""Refusals that say that the case is not as the page shows it."""


class ActScreen(TakingPage):
    """One step being answered, signed and done."""

    waiting: Done | None = None
    """What was done while this screen could not be seen, still to be shown."""

    def actions(self) -> list[Action]:
        """Do it, begin anew, look again or take an earlier one, and what the lines editor offers."""
        signed = bool(self.signers.rows)
        actions = [Action(DO, self.say("ask.sign" if signed else "ask.do"), self.submit)]
        if self.restored:
            actions.append(Action(EMPTY, self.say("ask.start_empty"), self.start_empty))
        if self.intent.form:
            actions.append(Action(AGAIN, self.say("ask.from_earlier"), self.show_earlier))
        elif self.outdated:
            actions.append(Action(AGAIN, self.say("ask.look_again"), self.look_again))
        editor = self.editor
        if editor is None:
            return actions
        offered = editor.keys()
        return [*actions, *(Action(number, self.say(title), partial(edit, editor, number)) for number, title in offered)]

    # The act

    async def submit(self) -> None:
        """Judge every answer, ask every signature, and do the step; whatever is refused leaves what was typed as it is."""
        inputs = self.answers()
        missing = self.intent.missing
        if missing:
            raise Refused("scan_missing", [Because("scan_missing", {"copy": name}) for name in missing], step=self.intent.title)
        try:
            signers = self.signers.signers()
        except Unsigned as unsigned:
            self.set_focus(unsigned.field)
            raise unsigned.refused from unsigned
        pins = self.signers.take_pins()
        signed = [{**signer, "pin": pin} if "badge" in signer else signer for signer, pin in zip(signers, pins, strict=True)]
        try:
            done = await self.house.engine.act(self.house.present_seat, self.intent.request(inputs, signed))
        except Refused as refused:
            await self.mend(refused, pins)
            raise
        await self.close_with(done)

    def answers(self) -> Json:
        """Return all answers; raises Refused and goes to the first that is not fit."""
        answers: Json = {}
        for asked in [*self.questions, *([self.despite] if self.warned else [])]:
            try:
                answers[asked.asked] = asked.answer()
            except Refused:
                parts = asked.rows if isinstance(asked, CountQuestion) else [asked]
                wrong = next((part for part in parts if getattr(part, "refused", None)), parts[0])
                self.set_focus(wrong.fields()[0])
                raise
        return inputs_of(answers)

    async def close_with(self, done: Done) -> None:
        """Drop the draft and go back to the desk; a desk that has locked meanwhile is told when it is open again."""
        self.finished = True
        self.signers.forget()
        with contextlib.suppress(Refused):
            for subject in self.intent.subjects:
                await self.house.engine.ask(drop_draft, self.token, subject)
        if self.house.seat is not None and self.house.screen is self:
            await self.desk.done(self.intent, done)
        else:
            self.waiting = done

    def on_screen_resume(self) -> None:
        """Show what was done while the desk was locked; the desk does so only to the person who did it."""
        done, self.waiting = self.waiting, None
        if done is not None:
            self.house.work(self.desk.done_before(self.intent, done))

    async def mend(self, refused: Refused, pins: Sequence[str]) -> None:
        """Go to where a refusal can be mended; everything but the PINs stays."""
        unsaid = self.unsaid(refused)
        if unsaid is not None:
            self.signers.put_pins_back(pins)
            self.set_focus(unsaid.fields()[0])
        elif refused.code == "reason_needed":
            self.warned = refused.because
            self.signers.put_pins_back(pins)
            self.redraw()
            self.set_focus(self.despite.field)
        elif refused.code in OUTDATED:
            self.outdated = True
            self.show_keys()
            self.set_focus(self.query_one(ScanLine))
        elif refused.code == "signature_missing" and not self.asked_to_sign(refused):
            await self.signers.also(refused.because[0].who)
            self.redraw()
            self.go_to_first_empty()
        else:
            self.go_to_mend(refused)

    def unsaid(self, refused: Refused) -> Asked | None:
        """Return the question whose answer is all that a warning wants, as long as it is left empty."""
        names = {WANTS.get(reason.code) for reason in refused.because} if refused.code == "reason_needed" else set()
        return next((each for each in self.questions if names == {each.asked} and each.unanswered), None)

    def asked_to_sign(self, refused: Refused) -> bool:
        """Tell whether the role of a missing signature has its row already."""
        return not refused.because or refused.because[0].who in [row.role for row in self.signers.rows]

    def go_to_mend(self, refused: Refused) -> None:
        """Go to the field a refusal speaks of: whose PIN or badge, or which question; else to the first PIN."""
        row = self.signer_named(refused)
        if row is not None:
            self.set_focus(row.fields()[0 if refused.code in OF_A_BADGE else -1])
            return
        told = [refused.arguments, *(reason.arguments for reason in refused.because)]
        named = {self.house.words.show(each[key]) for each in told for key in ("name", "field") if each.get(key)}
        row_of_line = self.row_miscounted(refused)
        if row_of_line is not None:
            self.set_focus(row_of_line.field)
            return
        asked = next((each for each in self.questions if each.ask["title"] in named), None)
        if asked is None and any("line" in each for each in told):
            asked = next((each for each in self.questions if isinstance(each, LinesEditor)), None)
        pin = next((field for field in self.signers.fields() if isinstance(field, PinField)), None)
        target = asked.fields()[0] if asked is not None else pin
        if target is not None:
            self.set_focus(target)

    def row_miscounted(self, refused: Refused) -> CountRow | None:
        """Return the row of the first line that a refusal says was not counted, or not as it should be."""
        lines = [reason.arguments.get("line") for reason in refused.because if reason.code in MISCOUNTED]
        rows = [each.row_for(line) for line in lines for each in self.questions if isinstance(each, CountQuestion)]
        return next((row for row in rows if row is not None), None)

    def signer_named(self, refused: Refused) -> SignerRow | None:
        """Return the row of the signer a refusal names."""
        told = refused.arguments
        names = [str(told[key]) for key in ("badge", "name", "person") if isinstance(told.get(key), str)]
        return next((row for row in map(self.signers.row_of, names) if row is not None), None)

    # Looking again, and earlier ones

    async def look_again(self) -> None:
        """Put the card as it is now on the page; who signs has to sign what stands there now."""
        self.intent.card = card = await self.look()
        self.outdated = False
        self.signers.take_pins()
        await self.take_proposals()
        self.redraw()
        if any(step["step"] == self.intent.step for step in card["can"]) or self.intent.scan == "named":
            self.go_to_first_empty()
            self.tell(self.say("ask.looked_again"))
            return
        reasons = [reason["message"] for each in card["cannot"] if each["step"] == self.intent.step for reason in each["because"]]
        self.tell(self.say("ask.no_longer", step=self.intent.title), "refused", reasons)
        self.house.ring(2)

    async def show_earlier(self) -> None:
        """Show the earlier documents of this form, to take one over."""
        from screens.earlier import EarlierScreen  # the list is loaded when it is asked for

        await self.app.push_screen(EarlierScreen(self.intent.form, self))

    def take_over(self, document: Json) -> None:
        """Take head and lines of an earlier document; all of it can still be changed."""
        for asked in self.questions:
            name = asked.asked
            if name.startswith("fields."):
                value = document["fields"].get(name.removeprefix("fields."))
                asked.type_again(value)
            elif name == "lines":
                asked.type_again({"rows": document["lines"]})
        self.redraw()
        self.keep()
        self.go_to_first_empty()
        self.tell(self.say("ask.taken_over", serial=document["serial"]))


async def edit(editor: LinesEditor, number: int) -> None:
    """Do what an F-key says in a lines editor."""
    editor.press(number)
