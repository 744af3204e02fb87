"""A stocktake at the screen: bins, lots and pieces scanned, no figure of the book anywhere; and the count sheet on paper."""

from __future__ import annotations

import re

import pytest
from counts_at_hand import counted
from factory_floor import Floor
from slips_at_hand import slip
from stocktake_floor import Stocktake, lots_of, stocked
from terminal import Terminal, at

from screens.desk import DeskScreen


@pytest.fixture
def stocktake(floor: Floor) -> Stocktake:
    """A list of two bins."""
    stocktake = stocked(floor)
    stocktake.begin("A-01,A-02")
    return stocktake


def sheet(stocktake: Stocktake) -> str:
    """What is scanned for the count sheet."""
    return stocktake.pieces[f"{stocktake.case}/1"]


def figures(text: str) -> list[str]:
    """The figures of the book that can be read on a screen: 5 and 3 of V-300 in the two bins, 8 of it altogether."""
    return re.findall(r"(?<![\w:.-])[358](?![\w:.-])", text.split("F1")[0])


@pytest.mark.parametrize("size", [(80, 24), (140, 40)])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_bins_and_goods_are_scanned_and_no_figure_of_the_book_is_shown(
    stocktake: Stocktake, size: tuple[int, int], language: str
) -> None:
    [lot] = lots_of(stocktake.floor, "V-300")
    seen: list[str] = []

    async def story(terminal: Terminal) -> None:
        await terminal.scan(sheet(stocktake))
        seen.append(terminal.text)
        await terminal.press("f2")
        assert counted(terminal) == ["", ""]
        seen.append(terminal.text)
        for code in ("A-02", lot, "V-300", "V-300", "A-01", "V-300"):
            await terminal.scan(code)
        assert counted(terminal) == ["1", "2"]
        seen.append(terminal.text)
        await terminal.press("f2")
        assert isinstance(terminal.frame, DeskScreen), terminal.said
        seen.append(terminal.text)

    at(stocktake.floor, "finished_store", story, "K1", size=size, language=language)
    assert [figures(text) for text in seen] == [[]] * 4, "\n\n".join(seen)
    assert [(row["bin"], row["line"]) for row in stocktake.expected("recount")] == [("A-01", 1), ("A-02", 2)]


def test_goods_scanned_at_the_desk_with_the_sheet_on_it_are_counted_and_go_along(stocktake: Stocktake) -> None:
    [lot] = lots_of(stocktake.floor, "V-300")

    async def story(terminal: Terminal) -> None:
        for code in (sheet(stocktake), "A-01", lot, "V-300", "V-300", "V-300"):
            await terminal.scan(code)
        assert isinstance(terminal.frame, DeskScreen) and figures(terminal.said) == ["3"]  # counted, as said
        await terminal.press("f2")
        assert counted(terminal) == ["3", ""]

    at(stocktake.floor, "finished_store", story, "K1")


def test_which_line_goods_are_of_is_never_guessed(stocktake: Stocktake) -> None:
    async def story(terminal: Terminal) -> None:
        await terminal.scan(sheet(stocktake))
        await terminal.press("f2")
        await terminal.scan("V-300")
        assert "Scan the lot first" in terminal.said and counted(terminal) == ["", ""]
        await terminal.scan(lots_of(stocktake.floor, "V-300")[0])
        assert "Scan the bin first" in terminal.said and counted(terminal) == ["", ""]
        await terminal.scan("V-100")
        assert "not on the list" in terminal.said and counted(terminal) == ["", ""]

    at(stocktake.floor, "finished_store", story, "K1")


def test_what_was_found_is_entered_below_the_list(stocktake: Stocktake) -> None:
    async def story(terminal: Terminal) -> None:
        await terminal.scan(sheet(stocktake))
        await terminal.press("f2")
        await terminal.type("5\r3\r")
        await terminal.type("V-200\r6\r\r\rA-02\r\r")
        await terminal.press("f2")
        assert isinstance(terminal.frame, DeskScreen), terminal.said + terminal.text

    at(stocktake.floor, "finished_store", story, "K1")
    assert [(row["item"], row["bin"]) for row in stocktake.expected("recount")] == [("V-200", "A-02")]


def test_the_count_sheet_names_bins_and_lots_and_leaves_room_for_ink(stocktake: Stocktake) -> None:
    stocktake.floor.pieces = stocktake.pieces
    told = slip(stocktake.floor, 1)
    columns = [column["title"] for column in told["columns"]]
    place = columns.index("实盘")
    assert [line[place] for line in told["lines"]] == ["", ""]
    [lot] = lots_of(stocktake.floor, "V-300")
    assert all(lot in line for line in told["lines"])
    assert not {"5", "3", "8"} & {cell.split(" ")[0] for line in told["lines"] for cell in line}
    assert "账面" not in columns
