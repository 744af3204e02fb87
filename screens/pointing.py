"""What the guide says while a step is being done: which answer, badge or PIN comes next in the field that has the focus."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qdesk.errors import Refused
from screens.answers import chosen, narrow, within_limits
from screens.counts import CountQuestion
from screens.entering import LinesEditor
from screens.questions import Asked, Question
from screens.signer import OperatorRow, SecondRow, SignerRow

if TYPE_CHECKING:
    from textual.widget import Widget

    from screens.acting import ActScreen
    from screens.guide import Guide

EXPECTED = "expected"
USUAL = {"choice": "1", "check": "1", "text": "-", "number": "1", "count": EXPECTED}
"""What answers a question that the story does not know, where it has to be answered."""


class Answering:
    """One look at the screen of a step, field by field."""

    def __init__(self, guide: Guide, page: ActScreen) -> None:
        """Look at a page for a guide."""
        self.guide, self.page = guide, page
        self.answers = guide.now.stage.answers if guide.now.stage else {}

    def told(self) -> tuple[str, str]:
        """Return the words of the keys, and what a point scans."""
        field = self.page.focused
        signing = next((row for row in self.page.signers.rows if field in row.fields()), None)
        asked = next((each for each in self.asked() if field in each.fields()), None)
        wrong = next((each for each in self.asked() if each is not asked and self.is_wrong(each, before=asked)), None)
        if wrong is not None:
            return self.say("guide.up", field=wrong.ask["title"]), ""
        if signing is not None:
            return self.signature(signing, field)
        if isinstance(asked, LinesEditor):
            return self.line(asked, asked.fields().index(field)), ""  # type: ignore[arg-type]  # it is one of them
        if asked is not None:
            return self.question(asked, field), ""
        return (self.say("guide.go_on") if self.is_open() else self.do()), ""

    def say(self, key: str, /, **arguments: object) -> str:
        """Return a sentence of the guide."""
        return self.guide.say(key, **arguments)

    def do(self) -> str:
        """Return the key that does the step."""
        return self.say("guide.do", step=self.page.intent.title)

    def asked(self) -> list[Asked]:
        """Return what is asked, in the order it is gone through."""
        return [*self.page.questions, *([self.page.despite] if self.page.warned else [])]

    # Questions

    def wanted(self, asked: Asked, row: Question | None = None) -> str:
        """Return what the story answers; empty where a question may stay empty."""
        ask = asked.ask
        usual = USUAL.get(ask["kind"], "") if ask["required"] else ""
        wanted = self.answers.get(asked.asked, usual if isinstance(asked, Question | CountQuestion) else "")
        if wanted == EXPECTED and isinstance(asked, CountQuestion):
            place = asked.rows.index(row) if row in asked.rows else 0
            return str(asked.expected[place]["quantity"]) if place < len(asked.expected) else "1"
        if not wanted and ask["required"] and ask["kind"] == "measure":
            return next((str(limit) for limit in ask["limits"] or () if limit), "0")
        return str(wanted)

    def rows(self, asked: Asked) -> list[Question]:
        """Return the single questions of a part of the page."""
        return list(asked.rows) if isinstance(asked, CountQuestion) else [asked] if isinstance(asked, Question) else []

    def is_wrong(self, asked: Asked, before: Asked | None) -> bool:
        """Tell whether a part above has to be gone back to: empty though it must not be, or answered as will be refused."""
        order = self.asked()
        if before is not None and order.index(asked) > order.index(before):
            return False
        if isinstance(asked, LinesEditor):
            return asked.has_begun or (bool(asked.ask["required"]) and not asked.lines.rows)
        return any(self.is_bad(asked, row) for row in self.rows(asked))

    def is_bad(self, asked: Asked, row: Question) -> bool:
        """Tell whether what stands in a field will be refused."""
        text, kind = narrow(row.field.value), asked.ask["kind"]
        if not text:
            return bool(asked.ask["required"])
        try:
            if kind == "check":
                return chosen(asked.ask, text) != str(asked.ask["choices"][0])
            if kind == "measure":
                return not within_limits(asked.ask, text)
        except Refused:
            return True
        return kind == "count" and text != self.wanted(asked, row)

    def question(self, asked: Asked, field: Widget | None) -> str:
        """Return what is typed in a field, or that it may stay empty."""
        row = next(each for each in self.rows(asked) if each.field is field)
        title, wanted = row.ask["title"], self.wanted(asked, row)
        if row.field.value and (self.is_bad(asked, row) or row.refused is not None):
            return self.say("guide.correct", field=title, answer=wanted)
        if row.field.value:
            return self.say("guide.entered", field=title)
        return self.say("guide.answer", field=title, answer=wanted) if wanted else self.say("guide.empty", field=title)

    def line(self, editor: LinesEditor, place: int) -> str:
        """Return what is typed in a column of a line; when there is a line, that the step can be done."""
        column = editor.columns[place]
        wanted, typed = self.answers.get(column["name"], ""), editor.entry[place].value
        if editor.lines.chosen is not None:
            return self.say("guide.remove_line")
        if not editor.has_begun and (editor.lines.rows or not editor.ask["required"]):
            return self.do_or_go_on(editor)
        if editor.refused is not None and typed:
            return self.say("guide.correct", field=column["title"], answer=wanted)
        if typed:
            return self.say("guide.entered", field=column["title"])
        title = column["title"]
        return self.say("guide.answer", field=title, answer=wanted) if wanted else self.say("guide.empty", field=title)

    def do_or_go_on(self, editor: LinesEditor) -> str:
        """Return what follows a line: the step itself, or whatever is asked below."""
        told = self.say("guide.more", field=editor.ask["title"]) if self.is_open() else self.do()
        return self.guide.joined(told, self.say("guide.if_refused")) if editor.lines.rows and editor.ask["required"] else told

    def is_open(self) -> bool:
        """Tell whether something that is needed is still empty."""
        unsigned = any(not field.value for field in self.page.signers.fields())
        return unsigned or any(self.is_wrong(each, before=None) for each in self.asked())

    # Signatures

    def signature(self, row: SignerRow, field: Widget | None) -> tuple[str, str]:
        """Return whose badge and whose PIN come next."""
        if isinstance(row, OperatorRow):
            return self.pin(row.seat.badge), ""
        if not isinstance(row, SecondRow):
            return self.do(), ""
        if row.person is not None:
            return (self.pin(row.known_as) if field is row.pin else self.say("guide.go_on")), ""
        other = self.guide.story.person_for(row.role, *self.worn())
        if other is None:
            return self.do(), ""
        if field is row.badge and row.badge.value:
            return self.say("guide.clear"), other.badge
        return self.say("guide.second", person=other.name), other.badge

    def worn(self) -> list[str]:
        """Return the badges that already sign here."""
        rows: list[Any] = self.page.signers.rows
        return [row.seat.badge if isinstance(row, OperatorRow) else getattr(row, "known_as", "") for row in rows]

    def pin(self, badge: str) -> str:
        """Return whose PIN is typed now."""
        person = self.guide.story.person(badge)
        return self.say("guide.sign", person=person.name, pin=person.pin)
