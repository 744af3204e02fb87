"""Amending: a document stands in the fields as it is, is changed there, and what changes and lapses is said before it is done."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from qdesk.desk.amending import amendment
from qdesk.errors import Refused
from screens.acting import EMPTY, ActScreen
from screens.answers import narrow
from screens.desk import DeskScreen
from screens.entering import LinesEditor
from screens.intent import Intent
from screens.keybar import Action
from screens.lettering import indented, shown, stacked, styled
from screens.rows import cell_text

Json = dict[str, Any]


@dataclass
class AmendIntent(Intent):
    """The amendment of one document of a case."""

    @property
    def subject(self) -> str:
        """Return what a draft of this is kept under: one for each document."""
        return ":".join([self.case or "", self.step, self.given["document"]])


def amend_intent(card: Json, told: Json, title: str) -> AmendIntent:
    """Return the intent to amend the document on a card."""
    return AmendIntent(
        step="amend", title=title, case=card["case"], procedure=card["procedure"], asks=list(told["asks"]), card=card,
        given={"document": told["document"]},
    )  # fmt: skip


class AmendScreen(ActScreen):
    """A document being amended."""

    DEFAULT_CSS: ClassVar[str] = "#changes { height: auto; }"

    def __init__(self, intent: AmendIntent, told: Json, desk: DeskScreen) -> None:
        """Ask what the form asks."""
        super().__init__(intent, desk)
        self.told = told
        self.filled = False
        self.warned_of: list[str] | None = None
        """The changes of which it was said that they let signatures lapse."""

    def body(self) -> ComposeResult:
        """What is changed stands below the questions."""
        yield from super().body()
        yield Static("", id="changes", markup=False)

    @property
    def document(self) -> Json:
        """Return the document as it stands."""
        card = self.intent.card or {}
        document: Json = card["document"]
        return document

    async def take_proposals(self) -> None:
        """Put in the fields what stands on the document; looked at again, only ask what would lapse now."""
        if self.filled:
            self.told = await self.ask(amendment, self.token, self.told["document"], self.house.words)
            return
        self.fill()
        self.filled = True

    def fill(self) -> None:
        """Put in the fields what stands on the document."""
        for asked in self.questions:
            if isinstance(asked, LinesEditor):
                asked.type_again({"rows": self.document["lines"]})
            else:
                asked.type_again(self.document["fields"].get(asked.asked.removeprefix("fields.")))

    async def rename_step(self, before: Json) -> None:
        """Take the titles of the form in the language of the moment."""
        await super().rename_step(before)
        with contextlib.suppress(Refused):  # what has become impossible is refused when it is done
            self.told = await self.ask(amendment, self.token, self.told["document"], self.house.words)
            self.intent.asks = list(self.told["asks"])
        self.rename_asks(self.intent.asks)

    # What changes

    def changes(self) -> list[str]:
        """Return every change in words, the head first, then line by line."""
        found: list[str] = []
        for asked in self.questions:
            if isinstance(asked, LinesEditor):
                found += self.line_changes(asked)
                continue
            before = str(self.document["fields"].get(asked.asked.removeprefix("fields."), ""))
            after = str(asked.typed() or "").strip()
            if before not in (after, narrow(after)):
                found.append(self.changed_text(asked.ask, before, after))
        return found

    def changed_text(self, column: Json, before: object, after: object) -> str:
        """Return one value before and after."""
        told = [cell_text(column, value) or self.say("amending.empty") for value in (before, after)]
        return self.say("amending.changed", title=column["title"], before=told[0], after=told[1])

    def line_changes(self, editor: LinesEditor) -> list[str]:
        """Return which lines are changed, added and removed."""
        names = [column["name"] for column in editor.columns]
        old, new = (
            [tuple(str(row.get(name) or "") for name in names) for row in rows]
            for rows in (self.document["lines"], editor.lines.rows)
        )
        return [self.line_text(editor, *pair) for pair in paired(old, new)]

    def line_text(self, editor: LinesEditor, number: int, old: Sequence[str], new: Sequence[str]) -> str:
        """Return one line that is changed, added or removed."""
        if old and new:
            both = zip(editor.columns, old, new, strict=True)
            told = self.house.words.clauses(self.changed_text(column, *pair) for column, *pair in both if pair[0] != pair[1])
            return self.say("amending.line_changed", line=number, changes=told)
        told = "  ".join(cell_text(column, value) for column, value in zip(editor.columns, new or old, strict=True) if value)
        return self.say("amending.line_added" if new else "amending.line_removed", line=number, told=told)

    # Drawing

    def draw_body(self) -> None:
        """Say above the questions what becomes of signatures and paper, and below them what changes."""
        super().draw_body()
        reader, document = self.reader(), self.document
        head = "  ".join(part for part in (self.intent.title, document["serial"], document["title"], document["number"]) if part)
        lines = [styled(line, "bold $primary") for line in indented(shown(head), reader.width, "", "  ")]
        lines += reader.wrapped(self.consequence(), "  ", "  ", "bold $warning" if self.told["signed"] else "$quiet")
        self.about.update(stacked(lines))
        self.draw_changes()

    def draw_changes(self) -> None:
        """Say what changes."""
        reader, changes = self.reader(), self.changes()
        lines = [styled(self.say("amending.changes" if changes else "amending.nothing"), "bold" if changes else "$quiet")]
        for change in changes:
            lines += reader.wrapped(change, "  ", "    ")
        self.query_one("#changes", Static).update(stacked([Content(""), *lines]))

    def consequence(self) -> str:
        """Return what becomes of signatures and paper."""
        if not self.told["signed"]:
            return self.say("amending.free")
        return self.say("amending.lapses", names=self.told["lapses"], desk=self.reader().desk(self.told["desk"]))

    def actions(self) -> list[Action]:
        """Offer to put back what stands."""
        own = [action for action in super().actions() if action.key != EMPTY]
        return [*own, Action(EMPTY, self.say("amending.as_it_stands"), self.start_empty)] if self.changes() else own

    # Drafts, and doing it

    def contents(self) -> Json:
        """Return what was typed, nothing where all is as it stands."""
        return super().contents() if self.changes() or any(each.has_begun for each in self.editors()) else {}

    def editors(self) -> Iterator[LinesEditor]:
        """Return the editors of lines."""
        return (each for each in self.questions if isinstance(each, LinesEditor))

    def keep(self) -> None:
        """Keep what was typed, and say what it changes."""
        super().keep()
        self.draw_changes()
        self.show_keys()

    async def start_empty(self) -> None:
        """Put back what stands on the document."""
        await super().start_empty()
        self.fill()
        self.redraw()
        self.tell(self.say("amending.put_back"))

    async def submit(self) -> None:
        """Say once more what changes where signatures lapse by it, and do it with the next key."""
        self.answers()
        changes = self.changes()
        self.draw_changes()
        if not changes:
            self.tell(self.say("amending.nothing"), "hint")
        elif self.told["signed"] and self.warned_of != changes:
            self.warned_of = changes
            self.tell(self.say("amending.lapses_again", names=self.told["lapses"]), "hint", changes)
        else:
            await super().submit()


def paired(old: Sequence[tuple[str, ...]], new: Sequence[tuple[str, ...]]) -> Iterator[tuple[int, Sequence[str], Sequence[str]]]:
    """Return each line that differs with its number, before and after; one that is added or removed is empty on one side."""
    for kind, first, last, begin, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        both = min(last - first, end - begin)
        yield from ((begin + place + 1, old[first + place], new[begin + place]) for place in range(both))
        yield from ((place + 1, old[place], ()) for place in range(first + both, last))
        yield from ((place + 1, (), new[place]) for place in range(begin + both, end))
