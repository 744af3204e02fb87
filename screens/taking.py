"""What is scanned while a step is answered and signed: copies, goods, badges; anything else is refused and changes nothing."""

from __future__ import annotations

from typing import Any

from qdesk.desk import look
from qdesk.errors import Refused
from qdesk.lookups import numbered_pieces
from qdesk.scan import clean_code, kind_of, parse_measure, without_pin
from screens.counted import CountedLots, lots_of
from screens.counting import CountedLine, counted_text
from screens.counts import CountQuestion, counter_of
from screens.entering import LinesEditor
from screens.frame import ScanLine
from screens.kept import KeptPage
from screens.questions import Question
from screens.signer import PaperRow, SecondRow
from screens.values import InstrumentQuestion

Json = dict[str, Any]


def is_shelf(card: Json) -> bool:
    """Tell whether a card is that of a bin; that of a whole store, which has no zone, is not."""
    return bool(card["kind"] == "bin" and card.get("zone"))


class TakingPage(KeptPage):
    """A page that takes scans, whatever has the focus."""

    async def take(self, code: str) -> None:
        """Answer a scan: a copy that is needed, something for the lines, a badge; anything else is refused."""
        plain = clean_code(code)
        kind = kind_of(plain)
        if kind == "piece":
            await self.take_piece(plain)
        elif kind != "copy":
            await self.take_thing(plain)
        elif not self.written_on(plain):  # the name of a copy never stands for the paper itself
            raise Refused("scan_the_piece", copy=plain)
        self.house.ring()

    async def take_piece(self, code: str) -> None:
        """Take a copy that the step needs; its arrival is recorded as at the desk."""
        card = await self.house.engine.present(self.house.present_seat, code, self.house.words)
        copy = str(card.get("copy", code))
        if card["kind"] == "void":
            raise Refused("copy_is_void", copy=copy)
        if self.intent.case and card["case"] != self.intent.case:
            raise Refused("copy_of_another_case", copy=copy, case=self.intent.case)
        if copy in self.intent.copies:
            self.intent.pieces[copy] = code
            self.take_card(card)
            self.tell(self.said_of(copy))
        elif not self.written_on(copy):
            raise Refused("copy_not_needed", step=self.intent.title, copy=copy)

    def said_of(self, copy: str) -> str:
        """Return what the scan of a copy means: what is still missing, or that only the key is."""
        if self.intent.missing:
            return self.say("ask.still_missing", copies=self.intent.missing)
        asked = any(each.ask["required"] and each.unanswered for each in self.questions)
        signed = all(field.value for field in self.signers.fields())
        return self.say("ask.copy_taken" if asked or not signed else "ask.copy_taken_do", copy=copy)

    def take_card(self, card: Json) -> None:
        """Draw the copy's mark; a case that has changed meanwhile is said, and has to be looked at before it is signed."""
        before = self.intent.card
        if before is not None and card["digest"] != before["digest"] and not self.outdated:
            self.outdated = True
        self.redraw()

    def written_on(self, copy: str) -> bool:
        """Take a copy as the one on which handwriting was seen, if that is being asked."""
        row = next((row for row in self.signers.rows if isinstance(row, PaperRow) and row.copy.has_focus), None)
        if row is not None:
            row.copy.value = copy
        return row is not None

    def take_into_question(self, code: str, kind: str) -> bool:
        """Put a code into an empty question that asks for its kind, a serial only where the text is being typed; tell whether."""
        for asked in self.questions:
            fitting = isinstance(asked, Question) and asked.ask["kind"] == ("text" if kind == "document" else kind)
            for field in asked.fields() if fitting else ():
                if not field.value and (kind != "document" or field is self.focused):
                    field.value = code
                    self.entered(field)
                    return True
        return False

    async def take_thing(self, code: str) -> None:
        """Take an item, a lot, a bin, a serial number or a badge where one is asked."""
        if self.take_bin(code):
            return
        try:
            card = await self.ask(look, self.token, code, self.house.words)
        except Refused:
            if not (self.take_serial(code) or self.take_value(code) or await self.count_numbered(code)):
                await self.house.engine.present(self.house.present_seat, code, self.house.words)
            return
        kind = card["kind"]
        counter = counter_of(self.questions)
        if kind in ("item", "lot") and counter is not None and counter.count is not None and not self.entering_lines:
            self.counted(counter, counter.count.take_thing(card))
            return
        editor = self.taker(kind) if kind in ("item", "lot") or is_shelf(card) else None
        if kind == "instrument":
            self.take_instrument(code, card)
        elif kind == "person":
            self.take_person(code, card["person"], self.signers.empty_badge())
        elif editor is not None:
            take = {"item": editor.take_item, "lot": editor.take_lot, "bin": editor.take_bin}[kind]
            take(card[kind])
        elif not self.take_into_question(code, kind):
            raise Refused("scan_not_wanted", code=code)

    def take_instrument(self, code: str, card: Json) -> None:
        """Take an instrument where one of its kind is asked, once for all that is measured with it."""
        asked = [each for each in self.questions if isinstance(each, InstrumentQuestion)]
        fitting = [each for each in asked if each.fits(card)]
        fitting = [each for each in fitting if not each.field.value] or fitting or asked[:1]
        if not fitting:
            raise Refused("scan_not_wanted", code=code)
        for each in fitting:
            each.know(code, card)
        self.keep()
        self.hush()
        self.go_to_first_empty()

    def take_value(self, code: str) -> bool:
        """Take a measured value that an instrument sends as a scan, where one is being typed; tell whether it was."""
        here = next((each for each in self.questions if self.focused in each.fields()), None)
        if not isinstance(here, Question) or here.ask["kind"] not in ("measure", "values") or here.field.value:
            return False
        try:
            parse_measure(code)
        except Refused:
            return False
        here.field.value = code
        here.field.post_message(here.field.Submitted(here.field, code))
        return True

    def take_serial(self, code: str) -> bool:
        """Take a serial number where pieces are counted, or where a line with one is being entered; tell whether it was."""
        editor = self.taker("serial")
        if editor is None or (editor is not self.editor and not isinstance(editor, CountedLots)):
            return False
        editor.take_serial(code)
        return True

    def take_bin(self, code: str) -> bool:
        """Take the bin that is counted next, unless a line is being entered; tell whether it is one of those to be counted."""
        counter = counter_of(self.questions)
        if counter is None or counter.count is None or self.entering_lines or not counter.count.take_bin(code):
            return False
        self.tell(self.say("store.bin_taken", bin=code))
        return True

    # Goods that are counted

    @property
    def takes_goods(self) -> bool:
        """Tell whether goods are scanned on this page, with whatever scanner."""
        return counter_of(self.questions) is not None

    async def names_something(self, code: str) -> bool:
        """Tell whether a text is the code of something known, or the serial number of a piece that is expected."""
        counter = counter_of(self.questions)
        try:
            return bool(await self.ask(look, self.token, clean_code(code), self.house.words))
        except Refused:
            items = [line.item for line in counter.count.lines] if counter is not None and counter.count is not None else []
            return bool(code and await self.ask(numbered_pieces, code, items))

    @property
    def entering_lines(self) -> bool:
        """Tell whether a line is being entered by hand, so that a scan is meant for it."""
        return self.editor is not None and self.editor.has_begun

    async def count_numbered(self, serial: str) -> bool:
        """Count the piece with a serial number where its item is expected; tell whether there is one."""
        counter = counter_of(self.questions)
        if counter is None or counter.count is None:
            return False
        pieces = await self.ask(numbered_pieces, serial, [line.item for line in counter.count.lines])
        if pieces:
            self.counted(counter, counter.count.take_lot(pieces[0]["code"], pieces[0]["item"], serial))
        return bool(pieces)

    def counted(self, counter: CountQuestion, line: CountedLine) -> None:
        """Show what was counted, which lots it was of, and what is still missing."""
        counter.show_counted(line)
        for lots in lots_of(self.questions):
            lots.counted()
        if self.focused in counter.passed_by():  # what is typed next would be added to the digits of the number
            self.go_to_first_empty()
        self.redraw()
        self.keep()
        self.tell(counted_text(line, self.reader()))

    def taker(self, kind: str) -> LinesEditor | None:
        """Return the lines editor that takes a kind of code: the one being worked in, else the first."""
        editors = [each for each in self.questions if isinstance(each, LinesEditor) and each.takes(kind)]
        current = self.editor
        return current if current in editors else next(iter(editors), None)

    def take_person(self, badge: str, person: Json, row: SecondRow | None) -> None:
        """Put on a badge, and go to its PIN if nobody is typing elsewhere."""
        if row is None:
            raise Refused("scan_not_wanted", code=badge)
        if badge == self.house.present_seat.badge:
            raise Refused("same_person_twice")
        leads_on = self.focused is None or self.focused is row.badge or isinstance(self.focused, ScanLine)
        row.wear(badge, person)
        self.draw_signers()
        if leads_on:
            self.set_focus(row.pin)

    async def take_badge(self, badge: str, row: SecondRow) -> None:
        """Look whose badge was typed; what may be a PIN does not stay in a field that everybody can read."""
        try:
            card = await self.ask(look, self.token, clean_code(badge), self.house.words)
            if card["kind"] != "person":
                raise Refused("badge_unknown", badge=badge)
        except Refused:
            if without_pin(badge) != badge:
                row.badge.value = ""
            raise
        self.take_person(badge, card["person"], row)

    def copy_named(self, number: str) -> str:
        """Return a copy of the document on the page by its number."""
        card = self.intent.card or {}
        return f"{card['document']['serial']}/{int(number)}" if "document" in card else number
