"""The lots a store hands out: the lines of what is proposed, and above them what was scanned against what is expected."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from textual.content import Content

from qdesk.errors import Refused
from screens.card import Reader
from screens.counting import Count, count_lines
from screens.counts import counter_of
from screens.entering import LinesEditor
from screens.fields import Field
from screens.questions import Asked
from screens.rows import sent

Json = dict[str, Any]


class CountedLots(LinesEditor):
    """The lots of each line; pieces and lots that are scanned are counted."""

    count: Count | None = None
    follows = False
    """Whether the goods are counted in a question of their own; here only stands which lots they were of."""

    def expect(self, count: Count) -> None:
        """Count against the lines of the document; what was counted before goes into the rows."""
        self.count = count
        if count.begun:
            self.counted()

    def follow(self, count: Count) -> None:
        """Show the lots of a count that another question shows and answers."""
        self.follows = True
        self.expect(count)

    def passed_by(self) -> list[Field]:
        """Return the entry row where the lots are only the proof of a count: who wants other lots goes there."""
        return self.fields() if self.follows else []

    def head_lines(self, reader: Reader) -> list[Content]:
        """Return the title with the count below it."""
        counted = count_lines(self.count, reader) if self.count and not self.follows else []
        return [*super().head_lines(reader), *counted]

    def takes(self, kind: str) -> bool:
        """Tell whether a scan can be counted: items and lots are, serial numbers where the document names any; a bin never is."""
        lines = self.count.lines if self.count and not self.follows and kind != "bin" else []
        return any(line.serial for line in lines) if kind == "serial" else bool(lines)

    def take_item(self, item: Json) -> None:
        """Count one piece."""
        if self.count:
            self.count.take_item(item["code"])
            self.counted()

    def take_serial(self, serial: str) -> None:
        """Count the piece with this number."""
        if self.count:
            self.count.take_serial(serial)
            self.counted()

    def take_lot(self, lot: Json) -> None:
        """Take the lot that the next pieces are of."""
        if self.count:
            self.count.take_lot(lot["code"], lot["item"], lot["serial"] or "")
            self.counted()

    def counted(self) -> None:
        """Put the lots that were scanned into the rows; where none were, the rows stay as they were."""
        lots = self.count.lots() if self.count else {}
        if lots:
            others = [row for row in self.lines.rows if int(row["line"]) not in lots]
            scanned = [row for rows in lots.values() for row in rows]
            self.lines.replace(sorted([*others, *scanned], key=lambda row: int(row["line"])))
        self.again()

    @property
    def may_clear(self) -> bool:
        """Tell whether F6 clears the count."""
        return self.count is not None and self.count.begun and self.lines.chosen is None and not (self.follows or self.has_begun)

    def keys(self) -> list[tuple[int, str]]:
        """Clear the count where no row is chosen."""
        return [(6, "lines.clear_count")] if self.may_clear else super().keys()

    def press(self, number: int) -> None:
        """Clear the count, or do what F5 or F6 say of a row."""
        if number == 6 and self.may_clear and self.count:
            self.count.clear()
            self.lines.replace(None)
            self.again()
            return
        super().press(number)

    def answer(self) -> list[Json] | None:
        """Return the lots; raises Refused("count_disagrees") while a begun count does not agree."""
        if self.count and self.count.begun and not (self.follows or self.count.agrees):
            short = [f"{line.number} {line.item}" for line in self.count.lines if line.missing]
            raise Refused("count_disagrees", lines=short)
        answered = super().answer()
        return self.not_proposed(answered) if self.follows and answered else answered

    def not_proposed(self, rows: list[Json]) -> list[Json] | None:
        """Return the rows of the lines that somebody has said the lots of; of the others the desk takes what is best then."""
        proposed = [sent(row, self.columns) for row in self.lines.proposals]
        lines = {row.get("line") for row in rows}
        said = [line for line in lines if of_line(rows, line) != of_line(proposed, line)]
        return [row for row in rows if row.get("line") in said] or None

    def type_again(self, kept: Any) -> None:
        """Put a draft back; what was counted has to be counted again."""
        if self.count and not self.follows:
            self.count.clear()
        super().type_again(kept)


def of_line(rows: list[Json], line: object) -> list[Json]:
    """Return the rows of one line."""
    return [row for row in rows if row.get("line") == line]


def lots_of(questions: Iterable[Asked]) -> list[CountedLots]:
    """Return the questions for the lots that a store hands out."""
    return [each for each in questions if isinstance(each, CountedLots)]


def count_goods(questions: Iterable[Asked], count: Count) -> None:
    """Have the question that is counted and the one for the lots show one and the same count."""
    asked = list(questions)
    counter = counter_of(asked)
    if counter is not None:
        counter.follow(count)
    for lots in lots_of(asked):
        lots.follow(count)


def comes_later(ask: Json) -> bool:
    """Tell whether a question comes behind those that are answered with the goods at hand: which lots they were is proposed."""
    return bool(ask["name"] == "lots")
