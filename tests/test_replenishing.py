"""What has to be replenished: of which items less is free than there should be, on the screen, in a file and on paper."""

from __future__ import annotations

from typing import Any

import pypdfium2
import pytest
from factory_floor import DAY, FloorMaker
from material_floor import EARLY, HELD, LATE, NEVER, Stores, with_material
from material_floor import stores as stores
from openpyxl import load_workbook
from sheet_reader import pen as pen
from terminal import Terminal, at

from qdesk.replenishing import SCARCE, export_scarce, to_replenish
from qdesk.slips.formats import FORMATS
from qdesk.slips.kinds import KINDS
from qdesk.slips.typesetting import Typesetter
from screens.help import HelpScreen
from screens.replenishing import ReplenishingScreen


def scarce(stores: Stores) -> list[tuple[str, str, str]]:
    """The list: item, free, lacking."""
    rows = to_replenish(stores.floor.site, stores.floor.token("RK1"))
    return [(row["item"], row["free"], row["lacking"]) for row in rows]


# There are 30 kg of glue that may be used, and 100 boxes; at least 15 kg and 40 boxes there should be.


def test_nothing_is_listed_while_there_is_enough(stores: Stores) -> None:
    assert scarce(stores) == []


def test_what_was_handed_out_is_gone_and_what_comes_back_is_there_again(stores: Stores) -> None:
    stores.approved({"item": "BOX", "quantity": "61"})
    stores.hand_out()
    assert scarce(stores) == [("BOX", "39", "1")]
    stores.bring_back(NEVER, "1")
    assert scarce(stores) == []


def test_what_is_promised_is_not_free(stores: Stores) -> None:
    stores.approved({"item": "BOX", "quantity": "61"})
    assert scarce(stores) == [("BOX", "39", "1")]
    stores.do("AL1", "withdraw", reason="计划变更")
    assert scarce(stores) == []


def test_what_expires_is_held_or_is_somebody_elses_is_not_free(stores: Stores) -> None:
    stores.floor.clock.advance(31 * DAY)  # the ten of 1 April are gone, twenty are left
    assert scarce(stores) == []
    stores.floor.do("Q1", "hold_lot", case="", lot=stores.lots[LATE], reason="疑失效")
    assert scarce(stores) == [("GLUE", "0", "15")]
    stores.floor.do("Q1", "release_lot", case="", lot=stores.lots[HELD], reason="查过")
    assert scarce(stores) == [("GLUE", "5", "10")]


def test_what_lies_in_any_store_counts_and_what_is_between_two_does_not(stores: Stores) -> None:
    stores.transfer(stores.line(EARLY, "10"), stores.line(LATE, "10"))
    assert scarce(stores) == [("GLUE", "10", "5")]
    stores.send()
    stores.take_lines({1: "10", 2: "10"})
    assert scarce(stores) == []


def test_the_scarcest_stands_first_and_nothing_is_free_where_more_is_promised_than_lies_there(stores: Stores) -> None:
    stores.approved({"item": "BOX", "quantity": "70"}, {"item": "GLUE", "quantity": "30"})
    stores.floor.do("Q1", "hold_lot", case="", lot=stores.lots[LATE], reason="疑失效")
    assert scarce(stores) == [("GLUE", "0", "35"), ("BOX", "30", "10")]


def test_what_is_scarcest_for_what_there_should_be_comes_before_what_is_fewest(floors: FloorMaker) -> None:
    described = with_material()
    for code, there, least in (("AXLE", "100", "400"), ("BELT", "3", "4"), ("CORD", "2", "5")):
        described["items"].append({"code": code, "unit": "件", "least": least})
        described["stock"].append({"item": code, "place": "raw_store", "quantity": there})
    listed = scarce(Stores(floors(described=described)))
    assert listed == [("AXLE", "100", "300"), ("CORD", "2", "3"), ("BELT", "3", "1")]


def test_the_list_is_read_by_its_indices(stores: Stores) -> None:
    plan = [row[-1] for row in stores.floor.rows(f"EXPLAIN QUERY PLAN {SCARCE}", 0, 500)]
    assert any("items_to_replenish" in step for step in plan)
    assert any("reservations_standing" in step for step in plan)
    read_whole = [step for step in plan if step.startswith("SCAN") and "items_to_replenish" not in step]
    assert read_whole == ["SCAN watched"]


# On the screen


async def open_list(terminal: Terminal) -> None:
    await terminal.press("f10")
    for _ in range(20):  # the menu names it among the lists that have no key
        if "> To replenish" in terminal.text or "> 补货清单" in terminal.text:
            break
        await terminal.press("right")
    await terminal.press("enter")
    assert isinstance(terminal.frame, ReplenishingScreen)


@pytest.mark.parametrize(("language", "row"), [
    ("en", ["BOX", "包装箱", "40", "30", "10", "made"]), ("zh", ["BOX", "包装箱", "40", "30", "10", "自制"]),
])  # fmt: skip
@pytest.mark.parametrize("size", [(80, 24), (140, 40)])
def test_the_screen_says_what_is_lacking(stores: Stores, language: str, row: list[str], size: tuple[int, int]) -> None:
    stores.approved({"item": "BOX", "quantity": "70"})

    async def story(terminal: Terminal) -> None:
        await open_list(terminal)
        [line] = [line.lstrip(" >").split() for line in terminal.text.splitlines() if line.lstrip(" >").startswith("BOX")]
        assert [word for word in line if word != "个"] == row

    at(stores.floor, "raw_store", story, "RK1", language=language, size=size)


def test_enter_lays_the_item_on_the_desk_and_f1_explains_the_list(stores: Stores) -> None:
    stores.approved({"item": "BOX", "quantity": "70"})

    async def story(terminal: Terminal) -> None:
        await open_list(terminal)
        await terminal.type("没有的\r")
        assert "包装箱" not in terminal.text
        await terminal.press("f12", "f1")
        assert isinstance(terminal.frame, HelpScreen)
        await terminal.press("f12", "enter")
        assert len(terminal.app.screen_stack) == 2 and "包装箱" in terminal.text

    at(stores.floor, "raw_store", story, "RK1")


def test_f2_writes_a_file_and_f3_has_it_printed(stores: Stores) -> None:
    stores.approved({"item": "BOX", "quantity": "70"})

    async def story(terminal: Terminal) -> None:
        await open_list(terminal)
        await terminal.press("f2")
        assert "to-replenish-2026-03-02" in terminal.said
        await terminal.press("f3")
        assert "Items to replenish" in terminal.said

    at(stores.floor, "raw_store", story, "RK1")
    assert stores.floor.rows("SELECT kind, subject FROM prints WHERE kind = 'replenishing'") == [("replenishing", "")]


# In a file and on paper


def test_a_file_has_the_same_rows_with_quantities_as_numbers(stores: Stores) -> None:
    stores.approved({"item": "BOX", "quantity": "70"})
    path = export_scarce(stores.floor.site, stores.floor.token("RK1"), stores.floor.site.languages["zh"])
    rows = [[cell.value for cell in row] for row in load_workbook(path).worksheets[0]]
    assert rows == [
        ["物资", "名称", "规格", "单位", "最低库存", "可用", "短缺", "来源"],
        ["BOX", "包装箱", None, "个", 40, 30, 10, "自制"],
    ]  # fmt: skip


def test_the_list_on_paper_says_the_same(stores: Stores, pen: Typesetter) -> None:
    stores.approved({"item": "BOX", "quantity": "70"})
    kind: Any = KINDS["replenishing"]
    with stores.floor.site.database.reading() as cursor:
        contents = kind.build(stores.floor.site, cursor, "", stores.floor.site.languages["zh"], False)
    [page] = pypdfium2.PdfDocument(pen.pdf(kind.template, contents, FORMATS["a4"]))
    text = "".join(page.get_textpage().get_text_bounded().replace("\u200b", "").split())
    assert "补货清单" in text and "BOX包装箱个403010自制" in text and "共1种物资" in text
