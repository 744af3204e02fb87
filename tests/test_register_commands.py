"""`qdesk register`: registers in the terminal and in files, in both languages."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pypdfium2
import pytest
from factory_floor import WITH_PARTS, Floor
from openpyxl import load_workbook

from qdesk.cli import main
from qdesk.errors import Refused
from qdesk.exporting import write_table
from qdesk.narrowing import read_narrowed
from qdesk.register_columns import export_file, table_of
from qdesk.registers import book_of
from qdesk.words import Words

HOSTILE = ("=cmd|' /C calc'!A0", "[/b] x", "@SUM(A1)", "海河机械")


def run(floor: Floor, *words: str) -> int:
    """Run the command as a shell does; the command opens and closes a site of its own."""
    return main(["register", *words, "--site", str(floor.folder)])


def lines_of(path: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")))


@pytest.fixture
def hostile(floor: Floor) -> Iterator[Floor]:
    """Applications for customers that a spreadsheet program would compute, or a terminal obey."""
    for customer in HOSTILE:
        floor.apply(quantity="1", fields={"customer": customer})
    yield floor


def test_without_a_form_the_registers_are_listed(floor: Floor, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(floor, "--language", "en") == 0
    said = capsys.readouterr().out
    assert "application" in said and "XS-72-98" in said and "parts" in said


def test_a_register_is_listed_newest_first_as_plain_text(hostile: Floor, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(hostile, "application", "--language", "en") == 0
    said = capsys.readouterr().out
    rows = [line.split()[0] for line in said.splitlines() if "GX26-" in line]
    assert rows == sorted(rows, reverse=True) and len(rows) == len(HOSTILE)
    assert "[/b] x" in said and "V-100 1 台" in said


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (("--customer", "海河"), 1), (("--customer", "nobody"), 0), (("--item", "V-200"), 4), (("--item", "V-300"), 0),
        (("--from", "2026-03-02", "--to", "2026-03-02"), 4), (("--from", "2026-03-03"), 0), (("--to", "2026-03-01"), 0),
        (("--vehicle", "A12345"), 0), (("--text", "SUM"), 1), (("--text", "gx26-000002", "--customer", "x"), 1),
    ],
)  # fmt: skip
def test_every_filter_has_its_option(
    hostile: Floor, words: tuple[str, ...], found: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(hostile, "application", *words) == 0
    assert capsys.readouterr().out.count("GX26-") == found


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("nonsense",), "nonsense"), (("application", "--from", "x"), "x"), (("application", "--item", "V-999"), "V-999"),
        (("application", "--from", "2026-03-03", "--to", "2026-03-02"), "2026-03-03"),
        (("application", "--customer", "nobody", "--csv", "FILE.csv"), "Product modification application"),
        (("application", "--csv", "FILE.xlsx"), "FILE.xlsx"), (("application", "--pdf", "FILE.txt"), "FILE.txt"),
    ],
)  # fmt: skip
def test_what_cannot_be_told_is_refused(
    hostile: Floor, tmp_path: Path, words: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(hostile, *(str(tmp_path / word) if "FILE" in word else word for word in words), "--language", "en") == 1
    assert said in capsys.readouterr().err
    assert not list(tmp_path.glob("FILE*"))


def test_csv_has_a_row_for_every_line_and_nothing_in_it_is_computed(hostile: Floor, tmp_path: Path) -> None:
    line = {"item": "V-100", "becomes": "V-200", "quantity": "2"}
    hostile.apply(lines=[line, {**line, "becomes": "V-300", "quantity": "5"}])
    path = tmp_path / "register.csv"
    assert run(hostile, "application", "--csv", str(path), "--language", "en") == 0
    head, *rows = lines_of(path)
    found = [dict(zip(head, row, strict=True)) for row in rows]
    assert [row["Document"] for row in found] == [f"GX26-{number:06d}" for number in (1, 2, 3, 4, 5, 5)]
    assert [row["Customer"] for row in found][:4] == [f"'{HOSTILE[0]}", HOSTILE[1], f"'{HOSTILE[2]}", HOSTILE[3]]
    things = [(row["Line"], row["Item"], row["Quantity"], row["Unit"], row["New model"]) for row in found[-2:]]
    assert things == [("1", "V-100", "2", "台", "V-200"), ("2", "V-100", "5", "台", "V-300")]
    assert not any(cell[:1] in "=+@" for row in rows for cell in row if cell)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_xlsx_has_quantities_as_numbers_and_days_as_days(floor: Floor, tmp_path: Path, language: str) -> None:
    words = Words.load(language)
    floor.play("open_parts", WITH_PARTS)
    floor.apply(quantity="3", fields={"customer": "=1+1", "wanted_by": "2026-04-01", "reason": "喆"})
    for form, title in (("application", "wanted_by"), ("parts", "direction")):
        path = tmp_path / f"{form}.xlsx"
        assert run(floor, form, "--xlsx", str(path), "--language", language) == 0
        sheet = load_workbook(path).worksheets[0]
        head = [cell.value for cell in sheet[1]]
        columns = {**book_of(floor.site, form, words)}
        titles = {column["name"]: column["title"] for column in [*columns["fields"], *columns["lines"]]}
        last = {name: sheet.cell(sheet.max_row, place) for place, name in enumerate(head, 1)}
        assert last[words.say("register.quantity")].value == {"application": 3, "parts": 12}[form]
        assert isinstance(last[words.say("register.time")].value, datetime)
        wanted = {"wanted_by": datetime(2026, 4, 1), "direction": {"zh": "出库", "en": "issue"}[language]}
        assert last[titles[title]].value == wanted[title]
    assert (last[words.say("register.customer")].value) == "Acme"  # the parts form says for whom through its case


def test_a_register_that_ended_or_is_void_says_so_in_words(floor: Floor, tmp_path: Path) -> None:
    floor.play("return_closing_copy")
    floor.apply()
    floor.do("S2", "withdraw", reason="changed their mind")
    floor.apply()
    path = tmp_path / "states.csv"
    assert run(floor, "application", "--csv", str(path), "--language", "zh") == 0
    head, *rows = lines_of(path)
    assert [row[head.index("状态")] for row in rows] == ["改型完成", "作废", "未结"]


def test_pdf_has_all_that_fits(hostile: Floor, tmp_path: Path) -> None:
    path = tmp_path / "register.pdf"
    assert run(hostile, "application", "--customer", "海河", "--pdf", str(path), "--language", "zh") == 0
    [page] = pypdfium2.PdfDocument(path)
    text = page.get_textpage().get_text_bounded().replace("\u200b", "")
    assert page.get_width() > page.get_height()
    assert "GX26-000004" in text and "GX26-000001" not in text and "海河" in text and "第 1 页，共 1 页" in text
    assert run(hostile, "application", "--pdf", str(path)) == 1  # nothing is written over


def test_ten_thousand_documents_are_exported_each_once_and_in_order(floor: Floor, tmp_path: Path) -> None:
    floor.apply()
    fill(floor, 10_000)
    words = floor.site.words
    narrowed, book = read_narrowed(floor.site, "application", {"customer": "客户"}), book_of(floor.site, "application", words)
    assert write_table(tmp_path / "many.csv", table_of(floor.site, narrowed, book, words)) == 10_000
    _, *rows = lines_of(tmp_path / "many.csv")
    assert [row[0] for row in rows] == [f"XX26-{number:06d}" for number in range(10_000)]
    assert write_table(tmp_path / "many.xlsx", table_of(floor.site, narrowed, book, words)) == 10_000
    with zipfile.ZipFile(tmp_path / "many.xlsx") as packed:  # to load it as a book takes longer than to write it
        held = b"".join(packed.read(name) for name in packed.namelist())
    assert (held.count(b"<row "), len(set(re.findall(rb"XX26-[0-9]{6}", held)))) == (10_001, 10_000)
    empty(floor)


def fill(floor: Floor, many: int) -> None:
    """Put documents in behind the program's back; :func:`empty` takes them out before the books are compared."""
    with floor.site.database.writing() as cursor:
        digest = cursor.execute("SELECT digest FROM cases LIMIT 1").fetchall()[0][0]
        codes = [f"XX26-{number:06d}" for number in range(many)]
        new = "INSERT INTO cases(code, procedure, digest, opened_at, opened_by, last_act) VALUES(?, 'p', ?, 1, 1, 1)"
        cursor.executemany(new, [(code, digest) for code in codes])
        rows = [(code, code, f'{{"customer":"客户{n % 7}"}}', 10**15 + n // 3) for n, code in enumerate(codes)]
        new = "INSERT INTO documents(serial, in_case, form, fields, opened_at) VALUES(?, ?, 'application', ?, ?)"
        cursor.executemany(new, rows)


def empty(floor: Floor) -> None:
    with floor.site.database.writing() as cursor:
        cursor.execute("DELETE FROM documents WHERE serial LIKE 'XX26-%'")
        cursor.execute("DELETE FROM cases WHERE code LIKE 'XX26-%'")


def test_an_export_from_a_desk_lies_in_the_sites_folder_under_a_telling_name(floor: Floor) -> None:
    floor.apply()
    names = []
    for _ in range(2):
        with export_file(floor.site, "application", {"from": "2026-03-01", "form": "1"}, ".csv", floor.site.words) as file:
            while file.step():
                pass
            names.append(file.finish())
    assert [path.parent for path in names] == [floor.folder / "exports"] * 2
    assert names[0].name == "register-application-from-2026-03-01-20260302-080100.csv"
    assert names[1].name == "register-application-from-2026-03-01-20260302-080100-2.csv"


def test_an_empty_register_makes_no_file(floor: Floor) -> None:
    with pytest.raises(Refused) as refused:
        export_file(floor.site, "parts", {}, ".csv", floor.site.words)
    assert refused.value.code == "register_empty"
    assert not (floor.folder / "exports").exists()
