"""How much was counted: a number for each line, typed or grown by scanned pieces; nothing is ever filled in beforehand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, cast

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Input, Static

from qdesk.errors import Refused
from qdesk.scan import format_quantity, parse_quantity
from screens.answers import FINEST, narrow
from screens.card import Reader
from screens.counting import Count, CountedLine
from screens.fields import Field
from screens.lettering import shown, stacked, styled
from screens.questions import Asked, Question

Json = dict[str, Any]
BY_SCAN = frozenset(["checked", "loaded", "passed", "counted_in", "taken_over", "counted"])
"""What is counted with the goods at hand, so that scanning them answers it."""
BY_LINE = BY_SCAN | {"received"}
"""What is compared with the paper line by line, even where there is one line only."""
MAY_STAY_OPEN = frozenset(["checked", "counted"])
"""Where a line that is left empty was not counted and comes another time."""


class CountRow(Question):
    """The number of one line, beside it what is expected, and what is still missing as soon as something stands there."""

    wanted: Json | None = None

    def note_text(self, reader: Reader) -> Content:
        """Return what is expected and missing; seen without colour by its mark. What is counted blind expects nothing."""
        if self.wanted is None or "quantity" not in self.wanted:
            return super().note_text(reader)
        expected, counted = parse_quantity(self.wanted["quantity"], FINEST, zero=True), self.counted
        if counted is None:
            return Content(shown(reader.say("ask.expected", quantity=self.wanted["quantity"], item="")).rstrip())
        left, told = expected - counted, {"quantity": self.wanted["quantity"], "left": format_quantity(abs(expected - counted))}
        if left == 0:
            return styled(f"= {reader.say('ask.expected', **told, item='')}".rstrip(), "bold $success")
        key, style = ("short", "bold $warning") if left > 0 else ("over", "bold $error")
        return styled(f"! {reader.say(f'count.{key}', **told)}", style)

    @property
    def counted(self) -> int | None:
        """Return the number that stands there, None where there is none."""
        try:
            return parse_quantity(narrow(self.field.value), FINEST, zero=True)
        except Refused:
            return None

    def on_input_changed(self, message: Input.Changed) -> None:
        """Say at once what is still missing."""
        super().on_input_changed(message)
        if self.wanted is not None:
            cast("CountQuestion", self.parent).typed_in(self)
            self.draw_note()


class CountQuestion(Asked):
    """One number, or a number for each line; what is expected stands beside it and is never filled in."""

    DEFAULT_CSS = "CountQuestion .head { height: auto; }"

    def __init__(self, ask: Json) -> None:
        """Ask for one number until it is known which lines there are."""
        super().__init__(ask)
        self.rows = [CountRow({**ask, "unit": ""})]
        self.lines: list[int] = []
        self.expected: Sequence[Json] = ()
        self.count: Count | None = None
        self.head = Static("", markup=False, classes="head")

    def compose(self) -> ComposeResult:
        """Put the numbers below each other."""
        yield self.head
        yield from self.rows

    def fields(self) -> list[Field]:
        """Return a field for each number."""
        return [row.field for row in self.rows]

    def label_width(self) -> int:
        """Return how many cells the longest title needs."""
        return max(row.label_width() for row in self.rows)

    @property
    def takes_scans(self) -> bool:
        """Tell whether pieces that are scanned are counted here."""
        return self.asked in BY_SCAN and bool(self.lines)

    async def expect(self, expected: Sequence[Json]) -> None:
        """Take what lies there to be counted, by line; several lines are answered one by one."""
        known = [row.field.value for row in self.rows] if len(expected) == len(self.expected) else []
        self.expected = list(expected)
        if len(expected) > 1 or (expected and self.asked in BY_LINE):
            await self.remove_children(CountRow)
            self.lines = [int(row["line"]) for row in expected]
            self.rows = [self.row_of(row) for row in expected]
            await self.mount(*self.rows)
            for row, text in zip(self.rows, known, strict=False):
                row.field.value = text

    def row_of(self, line: Json) -> CountRow:
        """Return the row for one line."""
        row = CountRow(self.line_ask(line))
        row.wanted = line if self.asked in BY_LINE else None
        return row

    def line_ask(self, row: Json) -> Json:
        """Return the question for one line."""
        title = "  ".join(str(part) for part in (row["line"], row.get("bin"), row["item"], row.get("lot")) if part)
        required = self.ask["required"] and self.asked not in MAY_STAY_OPEN
        return {**self.ask, "name": f"{self.asked}.{row['line']}", "title": title, "required": required}

    def ask_again(self, ask: Json) -> None:
        """Take the same question in another language."""
        self.ask = ask
        for number, row in enumerate(self.rows):
            row.ask = self.line_ask(self.expected[number]) if self.lines else {**ask, "unit": ""}

    def draw(self, reader: Reader, label: int) -> None:
        """Draw each number with what is expected."""
        self.head.display = bool(self.lines)
        star = " *" if self.ask["required"] else ""
        hint = f"  {reader.say('count.scan')}" if self.takes_scans else ""
        title = [styled(f"{shown(self.ask['title'])}{star}", "bold $primary"), styled(hint, "$quiet")]
        self.head.update(stacked([Content("").join(title)]))
        for number, row in enumerate(self.rows):
            known = [each for each in self.expected[number : number + 1] if "quantity" in each]
            item = "" if self.lines else known[0]["item"] if known else ""
            row.beside = reader.say("ask.expected", quantity=known[0]["quantity"], item=item).rstrip() if known else ""
            row.draw(reader, label)

    # Scans

    def follow(self, count: Count) -> None:
        """Show what is scanned in the rows; what was scanned before stands there already."""
        self.count = count
        for line in count.lines:
            self.show_counted(line)

    def show_counted(self, line: CountedLine) -> None:
        """Put what was scanned of a line into its row; a lot alone says not how many."""
        if line.number in self.lines and line.count:
            row = self.rows[self.lines.index(line.number)]
            row.field.value = row.settled = format_quantity(line.count)
            row.field.cursor_position = len(row.settled)

    def typed_in(self, row: CountRow) -> None:
        """Take what stands in a row now for the count that further scans add to."""
        readable = row.counted is not None or not row.field.value.strip()  # half a code is no number and takes none away
        if self.count is not None and row in self.rows and readable:
            self.count.write(self.lines[self.rows.index(row)], row.counted)

    @property
    def unanswered(self) -> bool:
        """Tell whether a line is still without a number."""
        return not all(row.field.value.strip() for row in self.rows)

    def first_empty(self) -> Field:
        """Return the first field where nothing stands yet."""
        return next((row.field for row in self.rows if not row.field.value.strip()), self.rows[0].field)

    def passed_by(self) -> list[Field]:
        """Return the fields where a number stands already: what is typed next is not meant for them."""
        return [row.field for row in self.rows if self.lines and row.field.value.strip()]

    def row_for(self, line: object) -> CountRow | None:
        """Return the row of a line by its number."""
        return self.rows[self.lines.index(line)] if isinstance(line, int) and line in self.lines else None

    # Answers and drafts

    def answer(self) -> Any:
        """Return the number, or a number for each line."""
        counted = [row.answer() for row in self.rows]
        if not self.lines:
            return counted[0]
        rows = [{"line": line, "quantity": text} for line, text in zip(self.lines, counted, strict=True) if text]
        return rows or None

    def typed(self) -> Any:
        """Return what stands in the fields."""
        texts = [row.field.value for row in self.rows]
        return texts if any(texts) else None

    def type_again(self, kept: Any) -> None:
        """Put a draft back, but where goods were scanned since; with nothing to put back, forget what was scanned too."""
        if kept is None and self.count is not None:
            self.count.clear()
        texts = kept if isinstance(kept, list) and len(kept) == len(self.rows) else [""] * len(self.rows)
        scanned = [line.number for line in self.count.lines if line.count] if self.count else []
        for row, text in zip(self.rows, texts, strict=True):
            if row.wanted is None or row.wanted["line"] not in scanned:
                row.type_again(text)


def counter_of(questions: Iterable[Asked]) -> CountQuestion | None:
    """Return the question that is answered by scanning goods, if a step asks one."""
    return next((each for each in questions if isinstance(each, CountQuestion) and each.takes_scans), None)
