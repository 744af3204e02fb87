"""Counting: the pieces scanned one by one against what the lines of a document expect. An aid, never an answer by itself.

What was not counted is not counted. A count that was begun has to agree before anybody goes on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from textual.content import Content

from qdesk.errors import Because, Refused
from qdesk.scan import format_quantity, parse_quantity
from screens.card import Reader
from screens.lettering import styled

Json = dict[str, Any]
PIECE = 1000
"""One piece, in thousandths of its unit."""


@dataclass
class CountedLine:
    """One line: what is expected, and what was scanned of it, by lot; the empty lot is any."""

    number: int
    item: str
    quantity: int
    serial: str = ""
    scanned: dict[str, int] = field(default_factory=dict)
    lot: str = ""
    """The lot that the next pieces are of."""
    of_lot: str = ""
    """The only lot that the line is of, where it names one."""
    pack: int = PIECE
    """How much one scan of its item counts: a piece, or what a pack of it holds where packs are counted."""
    by_piece: bool = False
    """Whether only pieces count: a lot alone says which one the next pieces are of, and never how many."""
    blind: bool = False
    """Whether nobody is told how much there should be."""
    bin: str = ""
    """Where it lies, where the line says so."""

    @property
    def count(self) -> int:
        """Return how much was scanned; a lot alone, without a piece, stands for the whole line where not pieces are counted."""
        return self.quantity if self.is_whole_lot and not self.by_piece else sum(self.scanned.values())

    @property
    def is_whole_lot(self) -> bool:
        """Tell whether one lot was scanned and no piece of it."""
        return bool(self.lot) and len(self.scanned) == 1 and not any(self.scanned.values())

    @property
    def missing(self) -> int:
        """Return how much is still to be scanned; of what is counted blind nobody says."""
        return 0 if self.blind else self.quantity - self.count

    @property
    def begun(self) -> bool:
        """Tell whether anything of the line was scanned."""
        return bool(self.scanned)


class Count:
    """The count of one document: which lines there are, and what was scanned."""

    def __init__(self, lines: Iterable[CountedLine]) -> None:
        """Begin with nothing scanned."""
        self.lines = list(lines)
        self.serials: set[str] = set()
        self.current: CountedLine | None = None
        """The line whose lot was scanned last: the next pieces are meant for it."""
        self.bin = ""
        """The bin that was scanned last: what is scanned next lies there."""

    @classmethod
    def of(cls, rows: Iterable[Mapping[str, Any]], item: str = "item", by_piece: bool = False) -> Count:
        """Return the count of a document's lines; `item` names the column of what is counted, such as "becomes".

        Lines without a quantity are counted blind.
        """
        return cls(
            CountedLine(int(row["line"]), str(row.get(item) or row["item"]),
                        parse_quantity(row.get("quantity", "0"), 3, zero=True), str(row.get("serial") or ""),
                        of_lot=str(row.get("lot") or ""), by_piece=by_piece,
                        pack=parse_quantity(row["pack"], 3) if row.get("pack") else PIECE, blind="quantity" not in row,
                        bin=str(row.get("bin") or ""))
            for row in rows
        )  # fmt: skip

    @property
    def is_blind(self) -> bool:
        """Tell whether nobody is told how much there should be."""
        return any(line.blind for line in self.lines)

    @property
    def by_piece(self) -> bool:
        """Tell whether only pieces count here, for an answer that says how many."""
        return any(line.by_piece for line in self.lines)

    @property
    def begun(self) -> bool:
        """Tell whether anything was scanned."""
        return any(line.begun for line in self.lines)

    @property
    def agrees(self) -> bool:
        """Tell whether every line was scanned to the last piece."""
        return all(line.missing == 0 for line in self.lines)

    def clear(self) -> None:
        """Forget what was scanned."""
        self.serials.clear()
        self.current, self.bin = None, ""
        for line in self.lines:
            line.scanned, line.lot = {}, ""

    def take_thing(self, thing: Mapping[str, Any]) -> CountedLine:
        """Count what a scan has turned out to be: a piece by its item, or a lot."""
        if thing["kind"] == "lot":
            return self.take_lot(thing["lot"]["code"], thing["lot"]["item"], thing["lot"]["serial"] or "")
        if self.is_blind and thing["item"].get("decimals"):
            raise Refused("count_by_lot", item=thing["item"]["code"])
        if self.by_piece and thing["item"].get("serialised"):
            raise Refused("serial_wanted", item=thing["item"]["code"])
        return self.take_item(thing["item"]["code"])

    def take_item(self, item: str) -> CountedLine:
        """Count one piece of an item; raises Refused: item_not_on_lines, count_full, count_by_lot, serial_wanted."""
        lines = self.lines_of(item)
        if all(line.serial for line in lines):
            raise Refused("serial_wanted", item=item)
        if self.is_blind and len(lines) > 1 and self.current not in lines:  # only the lot tells which of them it is
            raise Refused("lot_wanted", item=item)
        open_lines = [line for line in lines if not line.serial and self.pieces_missing(line) > 0]
        return self.add(next((line for line in open_lines if line is self.current), None) or self.first_of(open_lines, lines))

    def take_bin(self, code: str) -> bool:
        """Take the bin that is counted next, where a list is counted blind; tell whether any line lies there."""
        if not self.is_blind or all(line.bin != code for line in self.lines):
            return False
        self.bin, self.current = code, None
        return True

    def lines_of(self, item: str) -> list[CountedLine]:
        """Return the lines of an item, where a bin was scanned those in it. Raises Refused: item_not_on_lines, not_listed."""
        lines = [line for line in self.lines if line.item == item and self.bin in ("", line.bin)]
        if not lines:
            raise Refused("not_listed" if self.is_blind else "item_not_on_lines", item=item)
        return lines

    @staticmethod
    def first_of(open_lines: list[CountedLine], lines: list[CountedLine]) -> CountedLine:
        """Return the first line that still wants a piece; raises Refused("count_full") by the number of the last one."""
        if not open_lines:
            because = [Because("in_line", {"line": lines[-1].number})]
            told = {"item": lines[0].item, "quantity": format_quantity(sum(line.quantity for line in lines))}
            raise Refused("count_full", because, **told)
        return open_lines[0]

    def take_serial(self, serial: str) -> CountedLine:
        """Count the piece with a serial number; raises Refused: serial_not_on_lines, serial_counted."""
        line = next((line for line in self.lines if line.serial == serial), None)
        if not serial or line is None:
            raise Refused("serial_not_on_lines", serial=serial)
        if serial in self.serials:
            raise Refused("serial_counted", serial=serial)
        self.add(line)
        self.serials.add(serial)
        return line

    def take_lot(self, lot: str, item: str, serial: str = "") -> CountedLine:
        """Take the lot that the next pieces of its item are of; the lot of one piece is that piece."""
        lines = self.lines_of(item)
        if serial and any(line.serial == serial for line in lines):
            line = next(line for line in lines if line.serial == serial)
            line.lot = lot
            return self.take_serial(serial)
        lines = [line for line in lines if not line.serial]
        if not lines:
            raise Refused("serial_wanted", item=item)
        if all(line.of_lot for line in lines):
            lines = [line for line in lines if line.of_lot == lot]
            if not lines:
                raise Refused("not_listed" if self.is_blind else "lot_not_on_lines", lot=lot, item=item)
        if self.is_blind and len(lines) > 1:  # only the bin tells which of them it is
            raise Refused("bin_wanted", lot=lot)
        if serial and self.by_piece:
            return self.take_numbered(lot, serial, lines)
        line = next((line for line in lines if not line.begun or self.pieces_missing(line) > 0), lines[-1])
        line.lot, self.current = lot, line
        line.scanned.setdefault(lot, 0)
        return line

    def take_numbered(self, lot: str, serial: str, lines: list[CountedLine]) -> CountedLine:
        """Count the one piece that a lot with a serial number is; raises Refused: serial_counted, count_full."""
        if serial in self.serials:
            raise Refused("serial_counted", serial=serial)
        line = self.first_of([line for line in lines if self.pieces_missing(line) > 0], lines)
        line.lot = lot
        self.add(line)
        self.serials.add(serial)
        return line

    def write(self, number: int, counted: int | None) -> None:
        """Take what was typed for a line in the place of what was scanned; None where nothing stands there any more."""
        line = next((line for line in self.lines if line.number == number), None)
        if line is not None and (counted or 0) != line.count:
            line.lot = next(iter(line.scanned)) if len(line.scanned) == 1 else ""
            line.scanned = {line.lot: counted or 0} if counted or line.lot else {}

    def add(self, line: CountedLine) -> CountedLine:
        """Count one piece or pack; raises Refused("count_by_lot") where a line is neither of whole pieces nor of packs."""
        if line.quantity % PIECE and line.pack == PIECE:
            raise Refused("count_by_lot", item=line.item)
        line.scanned[line.lot] = line.scanned.get(line.lot, 0) + line.pack
        return line

    @staticmethod
    def pieces_missing(line: CountedLine) -> int:
        """Return how many pieces are still to be scanned, whatever a lot alone stands for; counted blind, always another."""
        return PIECE if line.blind else line.quantity - sum(line.scanned.values())

    def lots(self) -> dict[int, list[Json]]:
        """Return the lots taken, by line, for the lines where every piece has a lot."""
        taken: dict[int, list[Json]] = {}
        for line in self.lines:
            if line.begun and all(line.scanned):
                one = line.by_piece and len(line.scanned) == 1  # of one lot as much is taken as is counted in the end
                parts = {line.lot: line.quantity} if one or line.is_whole_lot else line.scanned
                taken[line.number] = [
                    {"line": line.number, "lot": lot, "quantity": format_quantity(part)} for lot, part in parts.items() if part
                ]
        return taken


def counted_text(line: CountedLine, reader: Reader) -> str:
    """Return what a scan of goods has done: a piece is counted, or the lot of the next pieces is known."""
    if line.is_whole_lot and line.by_piece:
        return reader.say("store.lot_taken", line=line.number, item=line.item, lot=line.lot)
    if line.blind:
        return reader.say("store.counted_blind", line=line.number, item=line.item, count=format_quantity(line.count))
    return reader.say("store.counted", item=line.item, missing=format_quantity(line.missing))


def count_lines(count: Count, reader: Reader) -> list[Content]:
    """Return for each line what is expected, scanned and missing; what is missing is marked without colour too."""
    if count.is_blind:
        return blind_lines(count, reader)
    heads = [("", 2), (reader.say("column.item"), 20), (reader.say("lines.expected"), 10), (reader.say("lines.scanned"), 10)]
    heads += [(reader.say("lines.missing"), 10), (reader.say("column.lot"), 18)]
    told = [reader.row([("", 1), *heads], "$quiet")]
    for line in count.lines:
        done = line.missing == 0
        mark = "=" if done else "!" if count.begun else " "
        item = f"{line.item} {line.serial}".strip()
        lots = ", ".join(lot for lot in line.scanned if lot)
        amounts = [(format_quantity(amount), 10) for amount in (line.quantity, line.count, line.missing)]
        cells: list[tuple[object, int]] = [(mark, 1), (line.number, 2), (item, 20), *amounts, (lots, 18)]
        told.append(styled(reader.row(cells).plain, "bold $warning" if count.begun and not done else ""))
    return told


def blind_lines(count: Count, reader: Reader) -> list[Content]:
    """Return for each line where it lies, what it is and what was scanned; the bin that is being counted is marked."""
    heads = [("", 2), (reader.say("lines.column_bin"), 10), (reader.say("column.item"), 20), (reader.say("column.lot"), 18)]
    told = [reader.row([("", 1), *heads, (reader.say("lines.scanned"), 10)], "$quiet")]
    for line in count.lines:
        mark = ">" if count.bin and line.bin == count.bin else " "
        scanned = format_quantity(line.count) if line.begun else ""
        item = f"{line.item} {line.serial}".strip()
        cells: list[tuple[object, int]] = [(mark, 1), (line.number, 2), (line.bin, 10), (item, 20), (line.of_lot, 18)]
        told.append(reader.row([*cells, (scanned, 10)]))
    return told
