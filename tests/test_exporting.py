"""Tables in files: what spreadsheet programs read back, and that nothing in a cell is ever computed or written over."""

from __future__ import annotations

import csv
import io
import os
import zipfile
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from qdesk import exporting
from qdesk.errors import Refused
from qdesk.exporting import Row, Table, TableFile, as_day, as_number, write_table
from qdesk.new_files import new_file, write_whole

FORMULAS = (
    "=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1+1", "\r=1+1", "\n=1+1", "=cmd|' /C calc'!A0", " =1+1", "＝1+1", "＠SUM(A1)",
    '=HYPERLINK("http://x","y")', "-",
)  # fmt: skip
TEXTS = (
    "[/b] x", "[@click=app.quit]OK[/]", "\x1b]52;c;aGk=\x07", "a\x00b", "\u202egnp.exe", "海河机械，“喆”", 'a "b", c\r\nd',
    "#N/A", "#REF!", "001", "1e5", "2026-11-20", "TRUE", "W" * 40_000, "\ud800", "\U0001f468\u200d\U0001f469",
)  # fmt: skip


def table(rows: Sequence[Row], columns: Sequence[str] = ("单号", "=Title"), title: str = "台账") -> Table:
    return Table(title, columns, iter([rows]))


def cells_of(path: Path) -> list[tuple[Any, ...]]:
    sheet = load_workbook(path).worksheets[0]
    return [tuple(cell for cell in row) for row in sheet.iter_rows()]


def lines_of(path: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("text", [*FORMULAS, *TEXTS])
def test_a_text_is_a_text_in_xlsx_whatever_it_looks_like(tmp_path: Path, text: str) -> None:
    path = tmp_path / "t.xlsx"
    write_table(path, table([(text, "x")]))
    cell = cells_of(path)[1][0]
    assert cell.data_type == "s"
    assert text.startswith(str(cell.value)[:3].replace("<U+", "")[:1]) or "<U+" in cell.value
    assert all(letter.isprintable() for letter in cell.value)
    assert bool(cell.quotePrefix) == (text in FORMULAS)  # edited in place, it stays a text too
    with zipfile.ZipFile(path) as packed:
        assert b"<f>" not in b"".join(packed.read(name) for name in packed.namelist())


@pytest.mark.parametrize("text", FORMULAS)
def test_what_would_be_computed_is_quoted_in_csv(tmp_path: Path, text: str) -> None:
    path = tmp_path / "t.csv"
    write_table(path, table([(text, "x")]))
    assert lines_of(path)[1][0].startswith("'")
    assert lines_of(path)[0] == ["单号", "'=Title"]


@pytest.mark.parametrize("text", TEXTS)
def test_any_other_text_stays_as_it_is_in_csv_and_nothing_unseen_is_in_it(tmp_path: Path, text: str) -> None:
    path = tmp_path / "t.csv"
    write_table(path, table([(text, "x")]))
    [_, [cell, beside]] = lines_of(path)
    assert beside == "x" and cell.isprintable() and not cell.startswith("'")
    assert cell == text or "<U+" in cell or len(text) > 32_000


def test_csv_has_a_mark_in_front_and_ends_its_lines_as_spreadsheet_programs_do(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    write_table(path, table([("海河", Decimal("2.5")), (None, -3)]))
    assert path.read_bytes() == "\ufeff单号,'=Title\r\n海河,2.5\r\n,-3\r\n".encode()


def test_numbers_and_days_are_numbers_and_days_in_xlsx(tmp_path: Path) -> None:
    path, moment = tmp_path / "t.xlsx", datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
    write_table(path, table([(Decimal("2.5"), date(2026, 3, 2)), (-3, moment), (None, ""), ("z", "z")]))
    (_, first, second, third, _) = cells_of(path)
    assert [(cell.value, cell.data_type) for cell in first] == [(2.5, "n"), (datetime(2026, 3, 2), "d")]
    assert (second[0].value, second[1].value) == (-3, datetime(2026, 3, 2, 8, 30))
    assert (first[1].number_format, second[1].number_format) == ("yyyy-mm-dd", "yyyy-mm-dd hh:mm")
    assert [cell.value for cell in third] == [None, None]


def test_the_titles_stay_in_sight_and_columns_are_as_wide_as_what_stands_in_them(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    write_table(path, table([("海河机械有限公司", "x"), ("W" * 300, "y")], title="a/b[c]:*?\\" + "d" * 60))
    sheet = load_workbook(path).worksheets[0]
    assert sheet.freeze_panes == "A2" and sheet["A1"].font.bold
    assert sheet.title == "a-b-c-----" + "d" * 21
    assert (sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width) == (60, 8)
    chinese = tmp_path / "c.xlsx"
    write_table(chinese, table([("海河机械有限公司", "x")]))
    assert load_workbook(chinese).worksheets[0].column_dimensions["A"].width == 18


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_every_portion_is_written_once_and_an_empty_one_is_no_end(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"t{suffix}"
    portions = [[], [("a", 1), ("b", 2)], [], [("c", 3)]]
    assert write_table(path, Table("t", ("x", "y"), iter(portions))) == 3
    rows = lines_of(path) if suffix == ".csv" else [[cell.value for cell in row] for row in cells_of(path)]
    assert [row[0] for row in rows] == ["x", "a", "b", "c"]


# Files


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_nothing_is_ever_written_over(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"t{suffix}"
    path.write_text("mine")
    rows = iter([[("a", "b")]])
    with pytest.raises(Refused) as refused:
        write_table(path, Table("t", ("x", "y"), rows))
    assert refused.value.code == "file_exists"
    assert path.read_text() == "mine" and os.listdir(tmp_path) == [path.name]
    assert next(rows)  # refused before anything was read for it


def test_a_file_that_appears_meanwhile_is_not_written_over_either(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    with pytest.raises(Refused) as refused, TableFile(path, table([("a", "b")])) as file:
        while file.step():
            pass
        path.write_text("somebody else's")
        file.finish()
    assert refused.value.code == "file_exists"
    assert path.read_text() == "somebody else's" and os.listdir(tmp_path) == ["t.csv"]


def test_a_file_has_its_name_only_when_it_is_whole_and_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, seen, real = tmp_path / "t.xlsx", [], os.fsync

    def noted(handle: int) -> None:
        seen.append((path.exists(), os.fstat(handle).st_size))
        real(handle)

    monkeypatch.setattr(os, "fsync", noted)
    write_table(path, table([("a", "b")]))
    assert seen[0] == (False, path.stat().st_size)  # the whole file, before it had its name
    assert len(seen) == 2  # then the folder, so that the name is there after a power cut


def test_a_table_that_breaks_off_leaves_nothing_behind(tmp_path: Path) -> None:
    def portions() -> Any:
        yield [("a", "b")]
        raise Refused("database_busy", path="x")

    with pytest.raises(Refused) as refused:
        write_table(tmp_path / "t.csv", Table("t", ("x", "y"), portions()))
    assert (refused.value.code, os.listdir(tmp_path)) == ("database_busy", [])


def test_a_folder_that_cannot_be_written_is_a_refusal(tmp_path: Path) -> None:
    for write in (lambda path: write_table(path, table([])), lambda path: write_whole(path, b"x")):
        with pytest.raises(Refused) as refused:
            write(tmp_path / "nowhere" / "t.csv")
        assert refused.value.code == "file_unwritable"
    with pytest.raises(Refused) as refused:
        write_table(tmp_path / "t.pdf", table([]))
    assert refused.value.code == "table_kind_unknown"


def test_more_rows_than_a_sheet_holds_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "MOST_ROWS", 2)
    with pytest.raises(Refused) as refused:
        write_table(tmp_path / "t.csv", table([("a", "b")] * 3))
    assert (refused.value.code, os.listdir(tmp_path)) == ("rows_too_many", [])


def test_bytes_are_written_whole_and_over_nothing(tmp_path: Path) -> None:
    write_whole(tmp_path / "a.pdf", b"%PDF")
    with pytest.raises(Refused) as refused:
        write_whole(tmp_path / "a.pdf", b"other")
    assert refused.value.code == "file_exists"
    assert (tmp_path / "a.pdf").read_bytes() == b"%PDF" and os.listdir(tmp_path) == ["a.pdf"]


def test_a_new_file_gets_a_name_that_nothing_has(tmp_path: Path) -> None:
    folder = tmp_path / "exports"
    names = []
    for _ in range(3):
        path = new_file(folder, "register-note", ".csv")
        path.write_text("x")
        names.append(path.name)
    assert names == ["register-note.csv", "register-note-2.csv", "register-note-3.csv"]


# Values


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", Decimal(12)), ("-0.25", Decimal("-0.25")), ("0.5", Decimal("0.5")), ("", ""), ("-", "-"), ("1.", "1."),
        ("NaN", "NaN"), ("1e5", "1e5"), ("１２", "１２"), ("1_000", "1_000"), ("=1", "=1"), ("1.2.3", "1.2.3"),
        ("9" * 16, "9" * 16), (7, Decimal(7)),
    ],
)  # fmt: skip
def test_only_a_plain_number_is_a_number(text: object, value: object) -> None:
    assert as_number(text) == value and type(as_number(text)) is type(value)


def test_only_a_day_is_a_day() -> None:
    assert as_day("2026-03-02") == date(2026, 3, 2)
    assert as_day("tomorrow") == "tomorrow" and as_day("=1+1") == "=1+1"
