"""Files of spreadsheet programs read as hostile input: each cell a text, or what is wrong with it; nothing hangs or bursts."""

from __future__ import annotations

import io
import os
import random
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from qdesk import importing
from qdesk.errors import Refused
from qdesk.importing import Sheet, read_sheet


def book(path: Path, *rows: list[Any], **more: list[list[Any]]) -> Path:
    made = Workbook()
    made.active.title = "物料"
    for row in rows:
        made.active.append(row)
    for name, others in more.items():
        sheet = made.create_sheet(name)
        for row in others:
            sheet.append(row)
    made.save(path)
    return path


def texts(sheet: Sheet) -> list[tuple[int, list[str]]]:
    return [(row.number, [cell.text for cell in row.cells]) for row in sheet.rows]


def faults(sheet: Sheet) -> list[tuple[int, int, str]]:
    return [(row.number, place, cell.fault.code) for row in sheet.rows for place, cell in enumerate(row.cells) if cell.fault]


def refusal(path: Path) -> str:
    with pytest.raises(Refused) as refused:
        read_sheet(path)
    return refused.value.code


def bent(path: Path, to: Path, part: str, old: bytes, new: bytes) -> Path:
    """The same book with one of its parts changed."""
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as target:
        for each in source.infolist():
            held = source.read(each)
            target.writestr(each.filename, held.replace(old, new) if each.filename.endswith(part) else held)
    return to


def test_rows_are_read_with_the_numbers_a_spreadsheet_program_shows_and_empty_ones_left_out(tmp_path: Path) -> None:
    rows: list[list[Any]] = [["编码", "名称"], [], ["V-1", " 闸阀 "], ["", None], ["V-2", "球阀", ""]]
    sheet = read_sheet(book(tmp_path / "a.xlsx", *rows))
    assert texts(sheet) == [(1, ["编码", "名称"]), (3, ["V-1", "闸阀"]), (5, ["V-2", "球阀"])]
    (tmp_path / "a.csv").write_text("编码,名称\n,\nV-1, 闸阀 \n\nV-2,球阀,\n", encoding="utf-8")
    assert texts(read_sheet(tmp_path / "a.csv")) == [(1, ["编码", "名称"]), (3, ["V-1", "闸阀"]), (5, ["V-2", "球阀"])]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_is_read_in_the_encodings_and_with_the_marks_that_spreadsheet_programs_write(
    tmp_path: Path, encoding: str, delimiter: str
) -> None:
    text = f'code{delimiter}name\r\nV-1{delimiter}"喆阀, 1; 2"\r\n'
    (tmp_path / "a.csv").write_bytes(text.encode(encoding))
    assert texts(read_sheet(tmp_path / "a.csv"))[1] == (2, ["V-1", "喆阀, 1; 2"])


def test_other_encodings_are_refused_by_name(tmp_path: Path) -> None:
    for number, held in enumerate(("code\nV-1".encode("utf-16"), b"code\n\xff\xff\xff")):
        path = tmp_path / f"{number}.csv"
        path.write_bytes(held)
        assert refusal(path) == "table_encoding"


def test_what_is_computed_a_fault_a_day_or_has_lost_digits_is_said_of_its_cell(tmp_path: Path) -> None:
    row = ["=1+1", "#REF!", date(2026, 1, 2), 12345678901234567890, 0.1 + 0.2, 1.0, 7, True, 0.25]
    sheet = read_sheet(book(tmp_path / "a.xlsx", ["a"] * 9, row))
    assert faults(sheet) == [(2, 0, "cell_formula"), (2, 1, "cell_error"), (2, 2, "cell_day"), (2, 3, "cell_digits_lost")]
    assert [cell.text for cell in sheet.rows[1].cells[5:]] == ["1", "7", "yes", "0.25"]


def test_a_text_that_was_kept_from_being_computed_comes_back_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a,b,c\n'=1+1,'plain,-\n", encoding="utf-8")
    assert texts(read_sheet(tmp_path / "a.csv"))[1] == (2, ["=1+1", "'plain", "-"])


def test_merged_cells_are_named(tmp_path: Path) -> None:
    made = Workbook()
    for row in (["code", "unit"], ["V-1", "件"], ["V-2", ""]):
        made.active.append(row)
    made.active.merge_cells("B2:B3")
    made.save(tmp_path / "a.xlsx")
    assert read_sheet(tmp_path / "a.xlsx").merged == ("B2:B3",)


def test_a_book_with_two_filled_sheets_is_refused_and_empty_ones_are_no_matter(tmp_path: Path) -> None:
    assert refusal(book(tmp_path / "a.xlsx", ["code"], Sheet2=[["code"]])) == "table_sheets_many"
    sheet = read_sheet(book(tmp_path / "b.xlsx", [], Sheet2=[["code"], ["V-1"]], Sheet3=[]))
    assert (sheet.name, len(sheet.rows)) == ("Sheet2", 2)


def test_more_rows_or_columns_than_are_read_are_refused_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.csv").write_text("code\n" + "V-1\n" * 100_000, encoding="utf-8")
    assert refusal(tmp_path / "a.csv") == "table_rows_over"
    (tmp_path / "b.csv").write_text("code\n" + "x," * 300 + "x\n", encoding="utf-8")
    assert refusal(tmp_path / "b.csv") == "table_columns_over"
    monkeypatch.setattr(importing, "MOST_ROWS", 3)
    assert refusal(book(tmp_path / "c.xlsx", *[["x"]] * 5)) == "table_rows_over"
    assert len(read_sheet(book(tmp_path / "d.xlsx", *[["x"]] * 4)).rows) == 4


def test_rows_and_columns_that_claim_to_lie_far_away_neither_hang_nor_fill_the_memory(tmp_path: Path) -> None:
    plain = book(tmp_path / "a.xlsx", ["code"], ["V-1"])
    far = bent(plain, tmp_path / "b.xlsx", "sheet1.xml", b'r="2"', b'r="999999999"')
    assert len(read_sheet(far).rows) == 1
    wide = bent(plain, tmp_path / "c.xlsx", "sheet1.xml", b'r="A2"', b'r="ZZZ2"')
    assert refusal(wide) == "table_columns_over"


def test_a_file_that_is_too_large_or_would_burst_is_refused_before_it_is_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open(tmp_path / "a.csv", "wb") as file:
        file.truncate(importing.LARGEST + 1)
    assert refusal(tmp_path / "a.csv") == "table_too_large"
    monkeypatch.setattr(importing, "LARGEST_UNPACKED", 3_000_000)
    with zipfile.ZipFile(tmp_path / "b.xlsx", "w", zipfile.ZIP_DEFLATED) as packed:
        for number in range(4):
            packed.writestr(f"xl/{number}.bin", bytes(1_000_000))
    assert (tmp_path / "b.xlsx").stat().st_size < 10_000
    assert refusal(tmp_path / "b.xlsx") == "table_too_large"
    with zipfile.ZipFile(tmp_path / "c.xlsx", "w") as packed:
        for number in range(importing.MOST_PARTS + 1):
            packed.writestr(f"xl/{number}.bin", b"")
    assert refusal(tmp_path / "c.xlsx") == "table_too_large"


def test_a_cell_that_is_too_long_is_cut_and_its_fault_named(tmp_path: Path) -> None:
    longest = importing.LONGEST_CELL
    (tmp_path / "a.csv").write_text(f"code,name\n{'x' * longest},{'y' * (longest + 1)}\n", encoding="utf-8")
    sheet = read_sheet(tmp_path / "a.csv")
    assert faults(sheet) == [(2, 1, "cell_too_long")]
    assert [len(text) for text in texts(sheet)[1][1]] == [longest, longest]


def test_a_book_that_defines_things_to_be_unfolded_is_refused(tmp_path: Path) -> None:
    plain = book(tmp_path / "a.xlsx", ["code"], ["V-1"])
    laughs = b'<!DOCTYPE lolz [<!ENTITY a "ha">]><worksheet'
    assert refusal(bent(plain, tmp_path / "b.xlsx", "sheet1.xml", b"<worksheet", laughs)) == "file_unreadable"


def test_what_is_no_table_is_refused(tmp_path: Path) -> None:
    for name, held in (("a.xlsx", b"PK\x03\x04 no"), ("b.xlsx", b""), ("c.csv", b'code\n"V-1\n'), ("d.xlsx", b"code\nV-1\n")):
        (tmp_path / name).write_bytes(held)
        assert refusal(tmp_path / name) == "file_unreadable", name
    (tmp_path / "e.csv").write_bytes(b"\n,,\n")
    assert refusal(tmp_path / "e.csv") == "table_empty"
    assert refusal(tmp_path / "f.ods") == "table_kind_unread"
    assert refusal(tmp_path / "missing.csv") == "file_unreadable"
    assert refusal(tmp_path / "nul\0.csv") == "file_unreadable"
    os.mkfifo(tmp_path / "pipe.csv")
    assert refusal(tmp_path / "pipe.csv") == "file_unreadable"


def test_a_nul_in_a_cell_reaches_whoever_judges_the_cell(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"code\nV\x001\n")
    assert texts(read_sheet(tmp_path / "a.csv"))[1] == (2, ["V\x001"])


def test_a_bent_book_is_read_or_refused_and_nothing_else(tmp_path: Path) -> None:
    held = book(tmp_path / "a.xlsx", ["code", "name", "pack"], ["V-1", "闸阀", 2.5], ["V-2", "=1", date(2026, 1, 2)]).read_bytes()
    parts = {part.filename: zipfile.ZipFile(io.BytesIO(held)).read(part) for part in zipfile.ZipFile(io.BytesIO(held)).infolist()}
    dice = random.Random(6)
    for number in range(150):
        name = dice.choice(sorted(parts))
        changed = bytearray(parts[name])
        for _ in range(dice.randint(1, 6)):
            changed[dice.randrange(len(changed))] = dice.choice(b"0189<>\"'/=azZ&;\x00\xff ")
        path = tmp_path / f"bent{number}.xlsx"
        with zipfile.ZipFile(path, "w") as packed:
            for part, was in parts.items():
                packed.writestr(part, bytes(changed) if part == name else was)
        try:
            read_sheet(path)
        except Refused as refused:
            assert refused.code in ("file_unreadable", "table_empty", "table_columns_over")


def test_bytes_of_any_kind_are_read_as_csv_or_refused_and_nothing_else(tmp_path: Path) -> None:
    dice = random.Random(7)
    letters = b'a1,;\t"\r\n\x00\xef\xbb\xbf\xff\xfe\xc4\xe3=\'' + "喆阀".encode("gb18030")
    for number in range(400):
        path = tmp_path / f"{number}.csv"
        path.write_bytes(bytes(dice.choice(letters) for _ in range(dice.randrange(60))))
        try:
            sheet = read_sheet(path)
        except Refused as refused:
            assert refused.code in ("file_unreadable", "table_empty", "table_encoding")
        else:
            assert all(row.cells[-1].text for row in sheet.rows)
