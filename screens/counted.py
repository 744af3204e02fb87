"""The lots a store hands out: the lines of what is proposed, and above them what was scanned against what is expected."""

from __future__ import annotations

from typing import Any

from textual.content import Content

from qdesk.errors import Refused
from screens.card import Reader
from screens.counting import Count, count_lines
from screens.entering import LinesEditor

Json = dict[str, Any]


class CountedLots(LinesEditor):
    """The lots of each line; pieces and lots that are scanned are counted."""

    count: Count | None = None

    def expect(self, count: Count) -> None:
        """Count against the lines of the document; what was counted before goes into the rows."""
        self.count = count
        if count.begun:
            self.counted()

    def head_lines(self, reader: Reader) -> list[Content]:
        """Return the title with the count below it."""
        counted = count_lines(self.count, reader) if self.count else []
        return [*super().head_lines(reader), *counted]

    def takes(self, kind: str) -> bool:
        """Tell whether a scan can be counted: items and lots are, serial numbers where the document names any."""
        lines = self.count.lines if self.count else []
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
        return self.count is not None and self.count.begun and self.lines.chosen is None and not self.has_begun

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
        if self.count and self.count.begun and not self.count.agrees:
            short = [f"{line.number} {line.item}" for line in self.count.lines if line.missing]
            raise Refused("count_disagrees", lines=short)
        return super().answer()

    def type_again(self, kept: Any) -> None:
        """Put a draft back; what was counted has to be counted again."""
        if self.count:
            self.count.clear()
        super().type_again(kept)
