"""The list of what is lent and borrowed, and goods coming back, played by keys on the real app."""

from __future__ import annotations

import pytest
from delivery_floor import Yard
from factory_floor import DAY
from returnables_floor import Returnables
from terminal import Terminal, at

from screens.help import HelpScreen
from screens.returnables import ReturnablesScreen


@pytest.fixture
def goods(yard: Yard) -> Returnables:
    """Ours lent and partly back, others' taken in and overdue, and a repair whose day was extended."""
    goods = Returnables(yard)
    goods.lent(due_back="2026-03-20", customer="一厂")
    goods.come_back("2")
    goods.borrow(due_back="2026-03-10", customer="二厂", goods="sample")
    goods.lent({"item": "VS-1", "quantity": "1"}, due_back="2026-03-12", customer="三厂", goods="repair")
    goods.extend("2026-03-15")
    goods.floor.clock.advance(9 * DAY)
    return goods


async def open_list(terminal: Terminal) -> None:
    await terminal.press("f10", "enter")
    assert isinstance(terminal.frame, ReturnablesScreen)


def listed(terminal: Terminal) -> list[list[str]]:
    """The rows in sight, word by word."""
    return [line.lstrip(" >").split() for line in terminal.text.splitlines() if line.lstrip(" >").startswith("2026-")]


@pytest.mark.parametrize(("language", "rows"), [
    ("en", [["2026-03-10", "!1", "d", "in", "二厂", "V-100", "0", "5"], ["2026-03-15", "out", "三厂", "VS-1", "0", "1"],
            ["2026-03-20", "out", "一厂", "V-100", "2", "3"]]),
    ("zh", [["2026-03-10", "!1", "天", "入厂", "二厂", "V-100", "0", "5"], ["2026-03-15", "出厂", "三厂", "VS-1", "0", "1"],
            ["2026-03-20", "出厂", "一厂", "V-100", "2", "3"]]),
])  # fmt: skip
def test_what_is_overdue_stands_first_and_is_marked_without_colour(
    goods: Returnables, language: str, rows: list[list[str]]
) -> None:
    async def story(terminal: Terminal) -> None:
        await open_list(terminal)
        assert listed(terminal) == rows

    at(goods.floor, "finished_store", story, "K1", language=language)


def test_f2_shows_ours_then_others_then_what_is_overdue(goods: Returnables) -> None:
    async def story(terminal: Terminal) -> None:
        await open_list(terminal)
        shown = []
        for _ in range(4):
            await terminal.press("f2")
            shown.append([row[0][-2:] for row in listed(terminal)])
        assert shown == [["15", "20"], ["10"], ["10"], ["10", "15", "20"]]

    at(goods.floor, "finished_store", story, "K1")


def test_what_is_typed_looks_through_the_list_and_enter_lays_the_form_on_the_desk(goods: Returnables) -> None:
    async def story(terminal: Terminal) -> None:
        await open_list(terminal)
        await terminal.type("三厂\r")
        assert [row[2] for row in listed(terminal)] == ["三厂"]
        assert "first due 2026-03-12" in terminal.text and "for repair" in terminal.text
        await terminal.press("enter")
        assert goods.case in terminal.said
        assert len(terminal.app.screen_stack) == 2

    at(goods.floor, "finished_store", story, "K1")


def test_a_wide_terminal_also_says_what_for_since_when_and_on_which_form(goods: Returnables) -> None:
    async def story(terminal: Terminal) -> None:
        await open_list(terminal)
        heads = next(line for line in terminal.text.splitlines() if "Due back" in line)
        assert all(head in heads for head in ("Kind", "Purpose", "Went", "Since", "Case"))

    at(goods.floor, "finished_store", story, "K1", size=(140, 40))


def test_f1_opens_the_page_on_goods_that_return(goods: Returnables) -> None:
    async def story(terminal: Terminal) -> None:
        await open_list(terminal)
        await terminal.press("f1")
        assert isinstance(terminal.frame, HelpScreen)
        assert "Goods that return" in terminal.text

    at(goods.floor, "finished_store", story, "K1")


def test_goods_that_come_back_are_counted_at_the_desk_and_the_list_says_so(goods: Returnables) -> None:
    first = next(case for (case,) in goods.floor.rows("SELECT code FROM cases WHERE procedure = 'lent_goods' ORDER BY code"))

    async def story(terminal: Terminal) -> None:
        await terminal.scan(goods.yard.pieces[f"{first}/2"])
        await terminal.press("f2")
        await terminal.type("4")
        await terminal.press("f2")
        assert terminal.frame.refused == "rule_forbids"
        await terminal.press("backspace")
        await terminal.type("1")
        await terminal.press("f2")
        await open_list(terminal)
        assert ["2026-03-20", "out", "一厂", "V-100", "3", "2"] in listed(terminal)

    at(goods.floor, "finished_store", story, "K1")


@pytest.mark.parametrize(("language", "told"), [("en", "overdue forms: 1"), ("zh", "返还物品逾期 1 单")])
def test_the_dispatch_desk_says_how_many_forms_are_overdue(goods: Returnables, language: str, told: str) -> None:
    async def story(terminal: Terminal) -> None:
        assert told in terminal.text
        await terminal.press("f10", "enter")
        assert len(listed(terminal)) == 3

    at(goods.floor, "dispatch", story, "DP1", language=language)


def test_the_dispatch_desk_says_nothing_while_nothing_is_overdue(yard: Yard) -> None:
    Returnables(yard).lent()

    async def story(terminal: Terminal) -> None:
        assert "overdue forms" not in terminal.text

    at(yard.floor, "dispatch", story, "DP1")


def test_a_list_without_anything_owed_is_empty(yard: Yard) -> None:
    async def story(terminal: Terminal) -> None:
        await open_list(terminal)
        assert listed(terminal) == []
        await terminal.press("enter", "f12")
        assert not isinstance(terminal.frame, ReturnablesScreen)

    at(yard.floor, "dispatch", story, "DP1")
