"""Tables read from files of spreadsheet programs, csv and xlsx: every cell as the text it shows, or with what is wrong with it.

A file is hostile until it has been read here: it may be huge, packed to burst, computed, merged or in an encoding of its own.
Nothing is guessed: a formula, a day or a number that has lost digits is a fault of its cell, and whoever reads the rows says so.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
import stat
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

from qdesk.errors import Refused
from qdesk.exporting import is_computed
from qdesk.master_columns import LONGEST_LIST
from qdesk.scan import visible

LARGEST = 20_000_000
"""Bytes of a file."""
LARGEST_UNPACKED, MOST_PARTS = 150_000_000, 2_000
"""What an xlsx may hold once it is unpacked: a small file can be made to burst."""
MOST_ROWS, MOST_COLUMNS = LONGEST_LIST, 256
LAST_ROW = 1_048_576
LONGEST_CELL = 1_000
EXACT_DIGITS = 15
"""A spreadsheet program keeps no more digits of a number."""
ENCODINGS = ("utf-8-sig", "gb18030")
WIDE = (b"\xff\xfe", b"\xfe\xff")
DELIMITERS = ",;\t"
DOCTYPE = b"<!DOCTYPE"
MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^<>]{0,80}?ref=[\"']([A-Z]{1,3}[0-9]{1,7}:[A-Z]{1,3}[0-9]{1,7})[\"']")
CHUNK, OVERLAP = 1 << 16, 200
BROKEN = (
    OSError, zipfile.BadZipFile, zlib.error, EOFError, ParseError, KeyError, ValueError, TypeError, IndexError, AttributeError,
    OverflowError, RuntimeError,
)  # fmt: skip
"""What the reader of xlsx raises at a file that is none, or that somebody has bent."""


@dataclass(frozen=True)
class Cell:
    """One cell: its text, and what is wrong with it."""

    text: str
    fault: Refused | None = None


@dataclass(frozen=True)
class Row:
    """One row with its number as a spreadsheet program shows it; the first row with anything in it has the titles."""

    number: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Sheet:
    """What a file holds: its name, the digest of all its bytes, the sheet's name, its rows, and which cells are merged."""

    file: str
    digest: str
    name: str
    rows: tuple[Row, ...]
    merged: tuple[str, ...] = ()


EMPTY = Cell("")


def read_sheet(path: Path) -> Sheet:
    """Read the one sheet of a file that has anything in it.

    Raises Refused: file_unreadable, table_kind_unread, table_too_large, table_rows_over, table_columns_over, table_empty,
    table_encoding, table_sheets_many.
    """
    readers: dict[str, Callable[[bytes, str], tuple[str, list[Row], list[str]]]] = {".csv": read_csv, ".xlsx": read_xlsx}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise Refused("table_kind_unread", path=visible(path.name), known=sorted(readers))
    held = read_bytes(path)
    name, rows, merged = reader(held, path.name)
    if not rows:
        raise Refused("table_empty", path=visible(path.name))
    return Sheet(path.name, hashlib.sha256(held).hexdigest(), name, tuple(rows), tuple(merged))


def read_bytes(path: Path) -> bytes:
    """Return a file whole: a real one, and none that is too large. Raises Refused: file_unreadable, table_too_large."""
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):  # a pipe or a device would never end
            raise Refused("file_unreadable", path=visible(path, 200), reason="")
        if found.st_size > LARGEST:
            raise Refused("table_too_large", path=visible(path.name), most=LARGEST // 1_000_000)
        return path.read_bytes()
    except (OSError, ValueError) as trouble:  # ValueError: a NUL in the name
        reason = trouble.strerror if isinstance(trouble, OSError) and trouble.strerror else ""
        raise Refused("file_unreadable", path=visible(path, 200), reason=reason) from trouble


def kept(rows: Iterable[tuple[int, list[Cell]]], file: str) -> list[Row]:
    """Return the rows that have anything in them; raises Refused where there are more, or wider ones, than can be read."""
    found: list[Row] = []
    for number, cells in rows:
        while cells and cells[-1] == EMPTY:
            cells.pop()
        if not cells:
            continue
        if len(cells) > MOST_COLUMNS:
            raise Refused("table_columns_over", path=visible(file), most=MOST_COLUMNS)
        if len(found) > MOST_ROWS:  # one row more than those: the titles
            raise Refused("table_rows_over", path=visible(file), most=MOST_ROWS)
        found.append(Row(number, tuple(cells)))
    return found


# csv


def read_csv(held: bytes, file: str) -> tuple[str, list[Row], list[str]]:
    """Read csv in utf-8 or in the Chinese encoding, whichever of comma, semicolon and tabulator parts its columns."""
    text = decoded(held, file)
    head = next(iter(io.StringIO(text, newline="")), "")
    try:
        delimiter = max(DELIMITERS, key=lambda mark: len(next(csv.reader([head], delimiter=mark), ())))
        return file, kept(csv_rows(text, delimiter), file), []
    except csv.Error as wrong:
        raise Refused("file_unreadable", path=visible(file), reason=visible(wrong, 100)) from wrong


def decoded(held: bytes, file: str) -> str:
    """Return the text of a file; raises Refused("table_encoding")."""
    if held.startswith(WIDE):
        raise Refused("table_encoding", path=visible(file))
    for encoding in ENCODINGS:
        try:
            return held.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refused("table_encoding", path=visible(file))


def csv_rows(text: str, delimiter: str) -> Iterator[tuple[int, list[Cell]]]:
    """Return the rows; a mark that keeps a spreadsheet program from computing a text is no part of it."""
    for number, row in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True), 1):
        yield number, [text_cell(value) for value in row]


def text_cell(value: str) -> Cell:
    """Return a text as a cell, without blanks around it."""
    plain = value.strip(" \u3000\u00a0")
    if plain.startswith("'") and is_computed(plain[1:]):
        plain = plain[1:]
    if len(plain) > LONGEST_CELL:
        return Cell(plain[:LONGEST_CELL], Refused("cell_too_long"))
    return Cell(plain) if plain else EMPTY


# xlsx


def read_xlsx(held: bytes, file: str) -> tuple[str, list[Row], list[str]]:
    """Read the one sheet of a book that has anything in it, row by row, and which of its cells are merged."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what the reader finds odd is said of its cell, not on the terminal
            refuse_bursting(held, file)
            return one_sheet(held, file)
    except BROKEN as wrong:
        raise Refused("file_unreadable", path=visible(file), reason=visible(wrong, 100)) from wrong


def refuse_bursting(held: bytes, file: str) -> None:
    """Refuse a book that would unpack to far more than it looks, or that defines things of its own to be unfolded."""
    with zipfile.ZipFile(io.BytesIO(held)) as book:
        parts = book.infolist()
        if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
            raise Refused("table_too_large", path=visible(file), most=LARGEST_UNPACKED // 1_000_000)
        for part in parts:
            if part.filename.endswith((".xml", ".rels")):
                with book.open(part) as text:
                    if DOCTYPE in text.read(1024):
                        raise Refused("file_unreadable", path=visible(file), reason=DOCTYPE.decode())


def one_sheet(held: bytes, file: str) -> tuple[str, list[Row], list[str]]:
    """Return name, rows and merged cells of the one sheet with anything in it; raises Refused("table_sheets_many")."""
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(held), read_only=True)
    try:
        filled: list[tuple[str, list[Row], list[str]]] = []
        for sheet in book.worksheets:
            rows = kept(xlsx_rows(sheet), file)
            if rows:
                filled.append((sheet.title, rows, merged_in(held, sheet)))
        if len(filled) > 1:
            raise Refused("table_sheets_many", path=visible(file), sheets=[visible(name) for name, _, _ in filled])
        return filled[0] if filled else ("", [], [])
    finally:
        book.close()


def xlsx_rows(sheet: Any) -> Iterator[tuple[int, list[Cell]]]:
    """Return the rows of a sheet; what it says of its own size is not believed."""
    sheet.reset_dimensions()
    for number, row in enumerate(sheet.iter_rows(max_row=LAST_ROW), 1):
        if row:
            yield number, [xlsx_cell(cell) for cell in row]


def xlsx_cell(cell: Any) -> Cell:
    """Return one cell as the text it shows; what is computed, a fault or a day is none of the texts and numbers asked for."""
    value, kind = cell.value, cell.data_type
    if value is None:
        return EMPTY
    if kind == "f":
        told = visible(getattr(value, "text", value))
        return Cell(told, Refused("cell_formula", text=told))
    if kind == "e":
        return Cell(visible(value), Refused("cell_error", text=visible(value)))
    if isinstance(value, bool):
        return Cell("yes" if value else "no")
    if isinstance(value, datetime | date | time | timedelta):
        return Cell(visible(value), Refused("cell_day", text=visible(value)))
    if isinstance(value, int | float):
        return number_cell(value)
    return text_cell(str(value))


def number_cell(value: int | float) -> Cell:
    """Return a number without an exponent; of one with more digits than are kept, the last are wrong."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 10**EXACT_DIGITS:
        value = int(value)
    told = str(value)
    digits = told.lstrip("-").replace(".", "")
    exact = digits.isdigit() and len(digits) <= EXACT_DIGITS + 2
    if exact and abs(value) < 10**EXACT_DIGITS:
        return Cell(told)
    return Cell(visible(told), Refused("cell_digits_lost", text=visible(told)))


def merged_in(held: bytes, sheet: Any) -> list[str]:
    """Return which cells of a sheet are merged: all but the first of them look filled and are empty."""
    found: list[str] = []
    with zipfile.ZipFile(io.BytesIO(held)) as book, book.open(sheet._worksheet_path) as part:
        before = b""
        while chunk := part.read(CHUNK):
            found += [ref.decode() for ref in MERGED.findall(before + chunk)]
            before = chunk[-OVERLAP:]
    return list(dict.fromkeys(found))
