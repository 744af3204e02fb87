"""Master data taken from sheets: looked through first, every problem by row and column, all or nothing, the same file once."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from factory_floor import PIN, Floor
from openpyxl import Workbook, load_workbook

from qdesk.cli import main
from qdesk.desk import act
from qdesk.errors import Refused
from qdesk.master_columns import LONGEST_LIST, SUBJECTS
from qdesk.master_import import check_file, told
from qdesk.words import Title

Rows = list[list[Any]]


def sheet_of(path: Path, *rows: list[Any]) -> Path:
    if path.suffix == ".csv":
        with open(path, "w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows(rows)
        return path
    made = Workbook()
    made.active.title = "物料"
    for row in rows:
        made.active.append(row)
    made.save(path)
    return path


def looked(floor: Floor, path: Path, name: str = "items", language: str = "en") -> dict[str, Any]:
    return told(floor.site, *check_file(floor.site, name, path), floor.site.languages[language])


def problems(floor: Floor, path: Path, name: str = "items", language: str = "en") -> list[tuple[str, str]]:
    return [(each["row"], each["column"]) for each in looked(floor, path, name, language)["problems"]]


def take(floor: Floor, path: Path, name: str = "items", who: str = "A1") -> int:
    return act(floor.site, floor.token(who), looked(floor, path, name)["request"]).act


def run(floor: Floor, *words: str) -> int:
    return main([*words, "--site", str(floor.folder), "--language", "en"])


@pytest.fixture(params=[".xlsx", ".csv"])
def suffix(request: pytest.FixtureRequest) -> str:
    return str(request.param)


# Reading


def test_titles_may_be_chinese_english_or_those_of_programs_in_any_order(floor: Floor, tmp_path: Path, suffix: str) -> None:
    heads = (
        ["编码", "物料名称", "单位", "保质期（天）"], ["CODE", "Name of the item", "unit *", "Shelf life in days"],
        ["unit", "code", "name"],
    )  # fmt: skip
    for number, head in enumerate(heads):
        row = {"编码": f"N-{number}", "物料名称": "阀", "单位": "台", "unit": "台", "code": f"N-{number}", "name": "阀"}
        cells = [row.get(title, ["N-1", "阀", "台", 30][place]) for place, title in enumerate(head)]
        found = looked(floor, sheet_of(tmp_path / f"{number}{suffix}", head, cells))
        assert (found["problems"], found["add"]) == ([], 1), found["problems"]


def test_every_problem_is_listed_by_row_and_column_and_nothing_is_written(floor: Floor, tmp_path: Path) -> None:
    rows: Rows = [
        ["编码", "物料名称", "单位", "每包数量", "外购", "小数位数"],
        ["N-1", "阀", "台", "2.5", "是", 0],
        ["N-2", "", "", "0", "maybe", 4],
        ["N-3", "=1+1", "台", None, "否", 0],
        ["Ｎ-4", "阀", "台", None, "否", 0],
        ["N-4", "阀", "台", "１２", None, 0],
        ["V-100", "闸阀", "件", None, None, 0],
        [None, "阀", "台", None, None, None],
        ["GX26-000123", "阀", "台", None, None, None],
    ]
    path = sheet_of(tmp_path / "a.xlsx", *rows)
    assert problems(floor, path, language="zh") == [
        ("2", "每包数量"), ("3", "物料名称"), ("3", "单位"), ("3", "小数位数"), ("3", "外购"), ("4", "物料名称"),
        ("6", "每包数量"), ("7", "单位"), ("8", "编码"), ("9", "编码"),
    ]  # fmt: skip
    before = floor.rows("SELECT COUNT(*) FROM items")
    with pytest.raises(Refused) as refused:
        take(floor, path)
    assert refused.value.code == "import_broken"
    told_zh = [floor.site.languages["zh"].because(reason)["message"] for reason in refused.value.because]
    assert "物料，第 2 行，每包数量：" in told_zh[0]
    assert floor.rows("SELECT COUNT(*) FROM items") == before


def test_the_same_code_twice_is_named_with_the_row_where_it_stands_first(floor: Floor, tmp_path: Path, suffix: str) -> None:
    head = ["code", "name", "unit"]
    path = sheet_of(tmp_path / f"a{suffix}", head, ["N-1", "阀", "台"], [], ["Ｎ-1", "阀", "台"])
    [problem] = looked(floor, path)["problems"]
    assert (problem["row"], "row 2" in problem["message"]) == ("4", True)


def test_a_sheet_whose_columns_cannot_be_told_apart_says_so(floor: Floor, tmp_path: Path) -> None:
    head = ["code", "name", "unit", "colour", "名称x", "unit", None]
    path = sheet_of(tmp_path / "a.xlsx", head, ["N-1", "阀", "台", "red", "", "台", "stray"])
    assert problems(floor, path) == [("1", "D"), ("1", "E"), ("1", "F"), ("2", "G")]
    path = sheet_of(tmp_path / "b.xlsx", ["name", "unit"], ["阀", "台"])
    assert [each["message"] for each in looked(floor, path)["problems"]] == ["The column “Code” is missing."]


def test_merged_cells_are_a_problem_since_only_the_first_of_them_is_filled(floor: Floor, tmp_path: Path) -> None:
    made = Workbook()
    for row in (["code", "name", "unit"], ["N-1", "阀", "台"], ["N-2", "阀", None]):
        made.active.append(row)
    made.active.merge_cells("C2:C3")
    made.save(tmp_path / "a.xlsx")
    found = looked(floor, tmp_path / "a.xlsx")["problems"]
    assert ("", "C2:C3" in found[0]["message"]) == (found[0]["row"], True)


def test_text_that_would_move_the_cursor_or_hide_is_refused_in_its_cell(floor: Floor, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes("code,name,unit\nN-1,a\x00b,台\nN-2,a\u202eb,台\nN-3,a\x1b[2Jb,台\n".encode())
    assert problems(floor, tmp_path / "a.csv") == [(row, "Name of the item") for row in "234"]


# Taking in


def test_a_sheet_adds_changes_and_leaves_alone_in_one_act(floor: Floor, tmp_path: Path, suffix: str) -> None:
    head = ["code", "name", "unit", "spec", "pack"]
    path = sheet_of(
        tmp_path / f"a{suffix}", head, ["N-1", "新阀", "台", "DN50", 12], ["V-100", "闸阀", "台", "DN100", None],
        ["V-200", "", "台", "", ""],
    )
    floor.do("A1", "change_item", case="", code="V-200", name="截止阀")
    [before] = floor.rows("SELECT MAX(seq) FROM journal")
    assert [each["row"] for each in looked(floor, path)["problems"]] == ["4"]  # a name that is emptied is no name
    path = sheet_of(tmp_path / f"b{suffix}", head, ["N-1", "新阀", "台", "DN50", 12], ["V-100", "闸阀", "台", "DN100", None])
    changes = {each["code"]: each["columns"] for each in looked(floor, path)["changes"]}
    assert changes == {"N-1": [], "V-100": ["Name of the item", "Spec"]}
    assert take(floor, path) == before[0] + 1
    rows = floor.rows("SELECT code, name, spec, pack, serialised FROM items WHERE spec <> '' ORDER BY code")
    assert rows == [("N-1", "新阀", "DN50", 12_000, 0), ("V-100", "闸阀", "DN100", 0, 0)]


def test_columns_that_are_not_in_the_sheet_stay_as_they_are(floor: Floor, tmp_path: Path) -> None:
    take(floor, sheet_of(tmp_path / "a.csv", ["code", "least"], ["V-100", "20"]))
    assert floor.rows("SELECT least, unit FROM items WHERE code = 'V-100'") == [(20_000, "台")]


def test_the_same_file_is_done_once_and_says_where(floor: Floor, tmp_path: Path) -> None:
    path = sheet_of(tmp_path / "a.csv", ["code", "name", "unit"], ["N-1", "新阀", "台"])
    assert looked(floor, path)["before"] == 0
    request = looked(floor, path)["request"]
    done = act(floor.site, floor.token("A1"), request).act
    assert looked(floor, path)["before"] == done
    assert act(floor.site, floor.token("A1"), request).act == done
    renamed = sheet_of(tmp_path / "b.csv", ["code", "unit", "name"], ["N-1", "台", "新阀"])
    with floor.refused("nothing_to_import"):
        take(floor, renamed)


def test_an_import_closes_and_opens_again_but_never_what_lies_somewhere(floor: Floor, tmp_path: Path) -> None:
    assert problems(floor, sheet_of(tmp_path / "a.csv", ["code", "closed"], ["V-100", "yes"])) == [("2", "Closed")]
    take(floor, sheet_of(tmp_path / "b.csv", ["code", "停用"], ["V-300", "是"]))
    assert floor.card("K1", "V-300")["item"]["closed_at"]
    take(floor, sheet_of(tmp_path / "c.csv", ["code", "停用"], ["V-300", "否"]))
    assert floor.card("K1", "V-300")["item"]["closed_at"] is None


def test_customers_and_suppliers_come_from_sheets_too(floor: Floor, tmp_path: Path) -> None:
    head = ["编码", "顾客或供方", "单位名称", "电话"]
    path = sheet_of(tmp_path / "a.csv", head, ["C-1", "顾客", "海河机械", "+86 22 1"], ["S-1", "Supplier", "东方铸造", ""])
    take(floor, path, "parties")
    assert floor.rows("SELECT code, kind, telephone FROM parties ORDER BY code") == [
        ("C-1", "customer", "+86 22 1"), ("S-1", "supplier", ""),
    ]  # fmt: skip


@pytest.fixture
def zoned(floor: Floor) -> Floor:
    """A factory that names two zones, one of them of the parts store only."""
    zones = {
        "shelves": SimpleNamespace(title=Title(zh="货架", en="shelves"), places=()),
        "cage": SimpleNamespace(title=Title(zh="笼", en="cage"), places=("parts_store",)),
    }
    object.__setattr__(floor.site.factory, "zones", zones)
    return floor


def test_bins_are_opened_from_a_sheet_and_changed_only_at_their_store(zoned: Floor, tmp_path: Path) -> None:
    head = ["库位", "库房", "分区"]
    take(zoned, sheet_of(tmp_path / "a.csv", head, ["A-01", "成品库", "货架"], ["A-02", "parts_store", "cage"]), "bins")
    assert zoned.rows("SELECT code, place, zone FROM bins ORDER BY code") == [
        ("A-01", "finished_store", "shelves"), ("A-02", "parts_store", "cage"),
    ]  # fmt: skip
    rows = [["A-01", "成品库", "货架"], ["A-02", "成品库", "cage"], ["A-03", "成品库", "笼"], ["A-04", "顾客", ""]]
    path = sheet_of(tmp_path / "b.csv", head, *rows)
    assert problems(zoned, path, "bins") == [("3", "Store"), ("4", "Zone"), ("5", "Store"), ("5", "Zone")]


def test_a_request_that_is_no_list_of_rows_is_refused(floor: Floor) -> None:
    for rows in ([], "x", [[1]], [["2", {}]], [[2, []]], [[2, {"code": "N"}]] * (LONGEST_LIST + 1), [[2, {"colour": "red"}]]):
        with floor.refused("request_unreadable", "field_unknown"):
            floor.do("A1", "import_items", case="", rows=rows, file="a", sheet="", digest="")


# Export and back


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_was_exported_is_imported_again_as_it_is_and_changed_where_it_was_changed(
    floor: Floor, tmp_path: Path, suffix: str, language: str
) -> None:
    hostile = {"code": "=N-1", "name": "+公式=1", "unit": "台", "spec": "-5", "model": "'x", "decimals": 2, "pack": "0.25"}
    floor.do("A1", "add_item", case="", **hostile, shelf_days=365, purchased="yes")
    floor.do("A1", "add_party", case="", code="C-1", kind="customer", name="@公司", telephone="+86 22")
    for name in ("items", "parties"):
        target = tmp_path / f"{name}{suffix}"
        assert main(["export", name, str(target), "--site", str(floor.folder), "--language", language]) == 0
        found = looked(floor, target, name)
        [(count,)] = floor.rows(f"SELECT COUNT(*) FROM {name}")
        assert (found["problems"], found["same"], found["add"], found["change"]) == ([], count, 0, 0)
    path = tmp_path / f"items{suffix}"
    if suffix == ".xlsx":
        book = load_workbook(path)
        row = next(row for row in book.active.iter_rows() if row[0].value == "V-100")
        row[1].value, row[8].value = "改名的阀", 6
        book.save(tmp_path / "changed.xlsx")
    else:
        text = path.read_text(encoding="utf-8-sig")
        lines = [cells if cells[0] != "V-100" else ["V-100", "改名的阀", *cells[2:8], "6", *cells[9:]]
                 for cells in csv.reader(io.StringIO(text, newline=""))]  # fmt: skip
        sheet_of(tmp_path / "changed.csv", *lines)
    take(floor, tmp_path / f"changed{suffix}")
    assert floor.rows("SELECT name, pack FROM items WHERE code = 'V-100'") == [("改名的阀", 6_000)]


def test_lots_and_stock_are_exported_whole(floor: Floor, tmp_path: Path, suffix: str, capsys: pytest.CaptureFixture[str]) -> None:
    for name, of in (("lots", "lots"), ("stock", "balances WHERE quantity > 0 AND counter = 0")):
        target = tmp_path / f"{name}{suffix}"
        assert run(floor, "export", name, str(target)) == 0
        [(count,)] = floor.rows(f"SELECT COUNT(*) FROM {of}")
        rows = [[cell.value for cell in row] for row in load_workbook(target).active.iter_rows()] if suffix == ".xlsx" else list(
            csv.reader(io.StringIO(target.read_text(encoding="utf-8-sig"), newline=""))
        )  # fmt: skip
        assert len(rows) == count + 1
    oil = next(row for row in rows if row[0] == "OIL")
    assert [str(oil[place]) for place in (3, 11, 12)] == ["valve shop parts store", "2.5", "L"]
    assert run(floor, "export", "stock", str(target)) == 1
    assert "not written over" in capsys.readouterr().err


# The command


def test_the_command_lists_every_problem_and_writes_nothing(
    floor: Floor, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = sheet_of(tmp_path / "a.csv", ["code", "name", "unit"], ["N-1", "", "台"], ["N-2", "阀", ""])
    for more in ([], ["--dry-run"]):
        assert run(floor, "import", "items", str(path), *more) == 1
        said = capsys.readouterr().out
        assert "2 problems, nothing was written" in said and "Name of the" in said and "Unit" in said
    assert run(floor, "import", "items", str(tmp_path / "none.csv")) == 1
    assert "none.csv" in capsys.readouterr().err


def test_the_command_does_it_as_whoever_gives_badge_and_pin(
    floor: Floor, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = sheet_of(tmp_path / "a.csv", ["code", "name", "unit"], ["N-1", "新阀", "台"])
    assert run(floor, "import", "items", str(path), "--dry-run") == 0
    assert "New: 1. Changed: 0." in capsys.readouterr().out
    for badge, pin, code in (("K1", PIN, 1), ("A1", "0000123", 1), ("A1", PIN, 0)):
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{pin}\n"))
        assert run(floor, "import", "items", str(path), "--badge", badge) == code
        assert floor.rows("SELECT COUNT(*) FROM items WHERE code = 'N-1'") == [(1 - code,)]
    [(badge,)] = floor.rows("SELECT p.badge FROM acts a JOIN persons p ON p.id = a.person WHERE a.step = 'import_items'")
    assert badge == "A1"
    assert run(floor, "import", "items", str(path)) == 0
    assert "imported before" in capsys.readouterr().out


def test_every_list_has_a_code_first_and_titles_that_differ_in_each_language(floor: Floor) -> None:
    from qdesk.master_import import known_titles

    for subject in SUBJECTS.values():
        assert subject.columns[0].name == "code"
        assert set(known_titles(floor.site, subject).values()) == set(subject.names)
