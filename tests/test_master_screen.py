"""Master data at a terminal: looked through, opened, changed by one key, taken from a file and written to one."""

from __future__ import annotations

from pathlib import Path

from factory_floor import Floor
from openpyxl import load_workbook
from terminal import Terminal, at

from screens.master import MasterScreen
from screens.master_acting import MasterActing
from screens.master_import import ImportScreen
from screens.master_row import MasterRow


async def open_list(terminal: Terminal, *keys: str) -> MasterScreen:
    await terminal.press("f7", "f9")
    listed = terminal.frame
    assert isinstance(listed, MasterScreen), terminal.text
    await terminal.press(*keys)
    return listed


def line_of(terminal: Terminal, word: str) -> str:
    return next(line for line in terminal.text.splitlines() if word in line)


def test_what_is_typed_looks_through_the_items_and_enter_opens_the_whole_row(floor: Floor) -> None:
    floor.do("A1", "add_item", case="", code="N-1", name="截止阀", unit="台", spec="DN80", pack="12", shelf_days=365)

    async def story(terminal: Terminal) -> None:
        await open_list(terminal)
        await terminal.type("dn80\r")
        assert "截止阀" in line_of(terminal, "> N-1") and "V-100" not in terminal.text
        await terminal.press("enter")
        assert isinstance(terminal.frame, MasterRow)
        assert "365" in line_of(terminal, "Shelf life") and "12" in line_of(terminal, "In one pack")
        await terminal.press("f11")
        assert "保质期（天）" in terminal.text

    at(floor, "administration", story, "A1")


def test_a_row_is_changed_by_one_key_from_what_is_kept_of_it(floor: Floor) -> None:
    floor.do("A1", "add_item", case="", code="A-1", name="截止阀", unit="台", spec="DN80", pack="12", purchased="yes")

    async def story(terminal: Terminal) -> None:
        await open_list(terminal, "f4")
        page = terminal.frame
        assert isinstance(page, MasterActing) and "A-1" in terminal.text and "DN80" in terminal.text
        floor.do("A1@administration", "change_item", case="", code="A-1", model="由别人改")
        spec = next(each for each in page.questions if each.asked == "spec")
        page.set_focus(spec.fields()[0])
        await terminal.press("ctrl+u")
        await terminal.type("DN90\r")
        await terminal.press("f2")
        assert isinstance(terminal.frame, MasterScreen), terminal.text
        assert "Change an item" in terminal.said and "A-1" in terminal.said
        assert "DN90" in line_of(terminal, "A-1")

    at(floor, "administration", story, "A1")
    assert floor.rows("SELECT spec, model, pack, purchased FROM items WHERE code = 'A-1'") == [("DN90", "由别人改", 12_000, 1)]


def test_what_is_emptied_becomes_empty_and_a_draft_belongs_to_its_row(floor: Floor) -> None:
    for code in ("A-1", "A-2"):
        floor.do("A1", "add_item", case="", code=code, name=code, unit="台", spec="DN80", pack="12")

    async def story(terminal: Terminal) -> None:
        await open_list(terminal, "f4")
        page = terminal.frame
        assert isinstance(page, MasterActing)
        for name in ("spec", "pack"):
            page.set_focus(next(each for each in page.questions if each.asked == name).fields()[0])
            await terminal.press("ctrl+u", "enter")
        await terminal.press("f12", "down", "f4")
        page = terminal.frame
        assert isinstance(page, MasterActing) and page.code == "A-2"
        assert [each.typed() for each in page.questions if each.asked == "spec"] == ["DN80"]
        await terminal.press("f12", "home", "f4", "f2")
        assert isinstance(terminal.frame, MasterScreen), terminal.text

    at(floor, "administration", story, "A1")
    kept = floor.rows("SELECT code, spec, pack FROM items WHERE code LIKE 'A-%' ORDER BY code")
    assert kept == [("A-1", "", 0), ("A-2", "DN80", 12_000)]


def test_what_stock_depends_on_is_refused_with_the_answer_and_what_was_typed_stays(floor: Floor) -> None:
    floor.do("A1", "change_item", case="", code="V-100", name="闸阀")

    async def story(terminal: Terminal) -> None:
        await open_list(terminal)
        await terminal.type("V-100\r")
        await terminal.press("f4")
        page = terminal.frame
        assert isinstance(page, MasterActing)
        page.set_focus(next(each for each in page.questions if each.asked == "unit").fields()[0])
        await terminal.press("ctrl+u")
        await terminal.type("件\r")
        await terminal.press("f2")
        assert "Unit" in terminal.said and "cannot change" in terminal.said and "件" in terminal.text

    at(floor, "administration", story, "A1")


def test_a_customer_is_added_closed_and_opened_again(floor: Floor) -> None:
    async def story(terminal: Terminal) -> None:
        await open_list(terminal, "f2")
        assert "Customers and suppliers, list 2 of 3" in terminal.text
        await terminal.press("f3")
        await terminal.type("C-1\rcustomer\rHaihe\rTianjin\r022\r")
        await terminal.press("f2")
        assert "Haihe" in line_of(terminal, "> C-1"), terminal.text
        await terminal.press("f5", "f2")
        assert "closed" in terminal.text and "Open again" in terminal.text
        await terminal.press("f5", "f2")
        assert "Open again" not in terminal.text

    at(floor, "administration", story, "A1")
    assert floor.rows("SELECT code, kind, name, closed_at FROM parties") == [("C-1", "customer", "Haihe", None)]


def test_the_card_of_a_closed_item_says_so(floor: Floor) -> None:
    async def story(terminal: Terminal) -> None:
        await terminal.type("V-300\r")
        assert "closed" not in terminal.text
        floor.do("A1", "close_item", case="", code="V-300")
        await terminal.type("V-300\r")
        assert "closed" in terminal.text

    at(floor, "finished_store", story, "K1")


def test_everybody_may_look_and_print_labels_and_only_the_administrator_changes(floor: Floor) -> None:
    async def story(terminal: Terminal) -> None:
        await terminal.go_to("master")
        listed = terminal.frame
        assert isinstance(listed, MasterScreen)
        assert [action.key for action in listed.actions()] == [2, 8, 7]
        await terminal.type("V-100\r")
        await terminal.press("f8")
        assert "Item label" in terminal.said

    at(floor, "finished_store", story, "K1")
    assert floor.rows("SELECT kind, subject FROM prints WHERE kind = 'item_label'") == [("item_label", "V-100")]


def test_a_file_is_looked_through_mended_and_taken_in(floor: Floor) -> None:
    folder = floor.folder / "exports"
    folder.mkdir(exist_ok=True)
    head = "编码,物料名称,单位\n"
    (folder / "items.csv").write_text(head + "N-1,新阀,\nN-2,,台\nN-3,阀,台\n", encoding="gb18030")

    async def story(terminal: Terminal) -> None:
        await open_list(terminal, "f6")
        assert isinstance(terminal.frame, ImportScreen)
        await terminal.type("nothing.csv\r")
        assert "nothing.csv" in terminal.said
        await terminal.type("items.csv\r")
        assert "2 problems" in terminal.said and "Unit" in line_of(terminal, "> "), terminal.text
        await terminal.press("f2")
        assert floor.rows("SELECT COUNT(*) FROM items WHERE code LIKE 'N-_'") == [(0,)]
        (folder / "items.csv").write_text(head + "N-1,新阀,台\nN-2,阀,台\nN-3,阀,台\n", encoding="gb18030")
        await terminal.press("f3")
        assert "New: 3" in terminal.said and "新阀" in line_of(terminal, "> N-1")
        await terminal.press("f2")
        assert isinstance(terminal.frame, MasterScreen) and "Imported" in terminal.said
        await terminal.press("f6")
        await terminal.type("items.csv\r")
        assert "imported before" in terminal.said
        assert [action.key for action in terminal.frame.actions()] == [3]

    at(floor, "administration", story, "A1")
    assert floor.rows("SELECT COUNT(*) FROM items WHERE code LIKE 'N-_'") == [(3,)]


def test_a_list_is_written_to_a_file_in_the_sites_folder(floor: Floor) -> None:
    async def story(terminal: Terminal) -> None:
        await open_list(terminal, "f7")
        await terminal.settled()

    at(floor, "administration", story, "A1")
    [path] = Path(floor.folder / "exports").glob("items-*.xlsx")
    assert load_workbook(path).active.max_row == floor.rows("SELECT COUNT(*) FROM items")[0][0] + 1


def test_the_list_speaks_chinese_and_fits_a_small_and_a_large_terminal(floor: Floor) -> None:
    async def story(terminal: Terminal) -> None:
        await open_list(terminal, "f11")
        assert "基础资料" in terminal.text and "编码" in terminal.text and "储存类别" not in terminal.text
        await terminal.resize(140, 40)
        assert "储存类别" in terminal.text

    at(floor, "administration", story, "A1")
