"""Tables written to files for spreadsheet programs, csv and xlsx; whatever stands in them, nobody who opens them computes it.

Texts stay texts: what looks like a formula is marked as one in xlsx and quoted in csv.
"""

from __future__ import annotations

import contextlib
import csv
import io
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Protocol

from qdesk.errors import Refused
from qdesk.new_files import name_part, part_of, refuse_existing, written
from qdesk.scan import visible

Value = str | int | Decimal | date | datetime | None
Row = Sequence[Value]

COMPUTED = frozenset("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
"""What spreadsheet programs take for the beginning of a formula, in full width, too, or skip before they look for one."""
LONGEST_CELL = 32_000
MOST_ROWS = 1_000_000
"""A sheet of xlsx ends at 1,048,576 rows."""
LEAST_WIDTH, MOST_WIDTH, HEADED = 6, 60, 500
FORMATS: dict[type, str] = {datetime: "yyyy-mm-dd hh:mm", date: "yyyy-mm-dd"}


@dataclass(frozen=True)
class Table:
    """What is written: what it is called, the titles of its columns, and its rows, a portion at a time."""

    title: str
    columns: Sequence[str]
    portions: Iterator[Sequence[Row]]


class Sheet(Protocol):
    """One way of writing rows into an open file."""

    def begin(self, columns: Sequence[str], rows: Sequence[Row]) -> None:
        """Write the titles; the first rows tell how wide the columns are to be."""

    def add(self, rows: Iterable[Row]) -> None:
        """Write rows."""

    def end(self) -> None:
        """Write what stands behind the rows."""


class CsvSheet:
    """UTF-8 with a mark in front, without which spreadsheet programs take Chinese for something else, and CRLF."""

    def __init__(self, file: IO[bytes], title: str) -> None:
        """Write into an open file; csv has no place for a title."""
        self.text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=False)
        self.writer = csv.writer(self.text)

    def begin(self, columns: Sequence[str], rows: Sequence[Row]) -> None:
        """Write the titles."""
        self.writer.writerow([text_cell(title) for title in columns])

    def add(self, rows: Iterable[Row]) -> None:
        """Write rows."""
        self.writer.writerows([csv_cell(value) for value in row] for row in rows)

    def end(self) -> None:
        """Hand all that was written on to the file, which stays open."""
        self.text.flush()
        self.text.detach()


class XlsxSheet:
    """One sheet: numbers as numbers, days as days, texts as nothing but text; its first row stays in sight."""

    def __init__(self, file: IO[bytes], title: str) -> None:
        """Write into an open file; what writes xlsx is loaded when a file of it is written."""
        from openpyxl import Workbook

        self.file = file
        self.book = Workbook(write_only=True)
        self.sheet = self.book.create_sheet(sheet_title(title))

    def begin(self, columns: Sequence[str], rows: Sequence[Row]) -> None:
        """Set the widths, which have to be known first, and write the titles in bold."""
        from openpyxl.styles import Font
        from openpyxl.utils import get_column_letter

        self.sheet.freeze_panes = "A2"
        for number, width in enumerate(widths(columns, rows), 1):
            self.sheet.column_dimensions[get_column_letter(number)].width = width
        heads = [self.cell(title) for title in columns]
        for head in heads:
            head.font = Font(bold=True)
        self.sheet.append(heads)

    def add(self, rows: Iterable[Row]) -> None:
        """Write rows."""
        for row in rows:
            self.sheet.append([None if value is None or value == "" else self.cell(value) for value in row])

    def end(self) -> None:
        """Put the book together."""
        self.book.save(self.file)

    def cell(self, value: Value) -> Any:
        """Return a cell; a text is one even where it looks like a formula or the name of a fault, also when somebody edits it."""
        from openpyxl.cell import WriteOnlyCell

        if not isinstance(value, str):
            made = WriteOnlyCell(self.sheet, value.replace(tzinfo=None) if isinstance(value, datetime) else value)
            made.number_format = FORMATS.get(type(value), "General")
            return made
        made = WriteOnlyCell(self.sheet, plain_cell(value))
        made.data_type = "s"
        if is_computed(value):
            made.quotePrefix = True
        return made


SHEETS: dict[str, type[CsvSheet] | type[XlsxSheet]] = {".csv": CsvSheet, ".xlsx": XlsxSheet}


def is_computed(text: str) -> bool:
    """Tell whether a spreadsheet program would take a text for a formula."""
    return text.lstrip(" ")[:1] in COMPUTED and bool(text.strip(" "))


def plain_cell(text: str) -> str:
    """Return a text that has nothing unseen in it and fits into a cell."""
    return text[:LONGEST_CELL] if text.isascii() and text.isprintable() else visible(text, LONGEST_CELL)


def text_cell(text: str) -> str:
    """Return a text as csv has it: quoted where it would be computed."""
    return f"'{plain_cell(text)}" if is_computed(text) else plain_cell(text)


def csv_cell(value: Value) -> str:
    """Return any value as csv has it; a number is never quoted."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    return text_cell(value) if isinstance(value, str) else value.isoformat() if isinstance(value, date) else str(value)


def sheet_title(title: str) -> str:
    """Return what a sheet may be called."""
    return "".join("-" if letter in "[]:*?/\\'" else letter for letter in plain_cell(title))[:31] or "-"


def widths(columns: Sequence[str], rows: Sequence[Row]) -> list[int]:
    """Return how wide each column is to be in characters, a Chinese one counted as two."""
    from rich.cells import cell_len

    found = []
    for place, title in enumerate(columns):
        cells = [csv_cell(row[place]) for row in rows[:HEADED]]
        found.append(min(MOST_WIDTH, max(LEAST_WIDTH, *(cell_len(text[:MOST_WIDTH]) for text in [title, *cells])) + 2))
    return found


class TableFile:
    """A file while a table is written into it, portion by portion, so that others may work in between."""

    def __init__(self, target: Path, table: Table) -> None:
        """Begin a file beside its place. Raises Refused: table_kind_unknown, file_exists, file_unwritable."""
        if target.suffix.lower() not in SHEETS:
            raise Refused("table_kind_unknown", path=target.name, known=sorted(SHEETS))
        refuse_existing(target)
        self.target, self.table, self.rows, self.begun = target, table, 0, False
        self.part = part_of(target)
        with written(target):
            self.file = os.fdopen(os.open(self.part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o660), "wb")
        self.sheet: Sheet = SHEETS[target.suffix.lower()](self.file, table.title)

    def step(self) -> bool:
        """Write the next portion; return whether there is another. Raises Refused: rows_too_many, file_unwritable."""
        portion = next(self.table.portions, None)
        with written(self.target):
            if not self.begun:
                self.sheet.begin(self.table.columns, portion or [])
                self.begun = True
            self.sheet.add(portion or [])
        self.rows += len(portion or [])
        if self.rows > MOST_ROWS:
            raise Refused("rows_too_many", most=MOST_ROWS)
        return portion is not None

    def finish(self) -> Path:
        """Bring the file to the disk and give it its name. Raises Refused: file_exists, file_unwritable."""
        with written(self.target):
            self.sheet.end()
            self.file.flush()
            os.fsync(self.file.fileno())
            self.file.close()
        name_part(self.part, self.target)
        return self.target

    def __enter__(self) -> TableFile:
        """Write it within a block."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Leave nothing behind of a file that was not finished."""
        with contextlib.suppress(OSError):
            self.file.close()
        with contextlib.suppress(OSError):
            self.part.unlink(missing_ok=True)


def write_table(target: Path, table: Table) -> int:
    """Write a whole table and return how many rows it has. Raises Refused as :class:`TableFile` does."""
    with TableFile(target, table) as file:
        while file.step():
            pass
        file.finish()
        return file.rows


def as_number(text: Any) -> Value:
    """Return what is written as a plain number as one, anything else as the text it is."""
    written_so = str(text)
    digits = written_so.removeprefix("-").replace(".", "", 1)
    if digits.isascii() and digits.isdigit() and len(digits) <= 15 and not written_so.endswith("."):
        return Decimal(written_so)
    return written_so


def as_day(text: Any) -> Value:
    """Return a day as one, anything else as the text it is."""
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        return str(text)
