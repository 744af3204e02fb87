"""The paged table: only what is in sight is asked for and drawn, however long the list is."""

from __future__ import annotations

import asyncio
from bisect import bisect_right
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from textual.app import App, ComposeResult

from screens.table import KEPT_PAGES, MARK, Json, PagedTable, Pages, TableColumn, cell_widths, row_line

SIZE = 50


class Book:
    """A long list, given out by keyset pages; it remembers what was asked."""

    def __init__(self, rows: int) -> None:
        self.numbers = list(range(rows))
        self.asked: list[Any] = []

    def begin(self, after: Any) -> int:
        """Where a page begins at the earliest: the numbers are in order."""
        return 0 if after is None else bisect_right(self.numbers, after)

    async def page(self, after: Any) -> tuple[list[Json], Any]:
        self.asked.append(after)
        found = self.numbers[self.begin(after) :][: SIZE + 1]
        rows = [{"number": number, "name": f"row {number}"} for number in found[:SIZE]]
        return rows, found[SIZE - 1] if len(found) > SIZE else None


class Bench(App[None]):
    """A table alone on the screen."""

    def __init__(self, book: Book) -> None:
        super().__init__()
        self.book = book

    def compose(self) -> ComposeResult:
        table = PagedTable(self.book.page, lambda row, key: str(row[key]), lambda row: "")
        table.table_columns = [TableColumn("number", "No.", 8, right=True), TableColumn("name", "Name", 20, share=1)]
        table.named = lambda row: row["number"]
        yield table


def shown(table: PagedTable) -> list[str]:
    return [line.rstrip() for line in table.render().plain.split("\n")]


def chosen(table: PagedTable) -> int:
    assert table.chosen is not None
    number: int = table.chosen["number"]
    return number


def on_a_bench(book: Book, story: Callable[[PagedTable], Coroutine[Any, Any, None]], height: int = 24) -> None:
    async def play() -> None:
        app = Bench(book)
        async with app.run_test(size=(80, height)):
            table = app.query_one(PagedTable)
            await table.begin()
            await story(table)

    asyncio.run(play())


async def go(table: PagedTable, by: int) -> None:
    if not table.step(by):
        await table.move(by)


def test_only_the_first_page_is_asked_for_and_only_what_is_in_sight_is_drawn() -> None:
    book = Book(1000)

    async def story(table: PagedTable) -> None:
        assert book.asked == [None]
        assert len(shown(table)) == 24
        assert shown(table)[1] == ">        0 row 0"

    on_a_bench(book, story)


def test_down_at_the_end_of_a_page_asks_for_the_next() -> None:
    book = Book(120)

    async def story(table: PagedTable) -> None:
        for _ in range(60):
            await go(table, 1)
        assert chosen(table) == 60
        assert book.asked == [None, 49]
        await go(table, 500)
        assert chosen(table) == 119
        await go(table, 1)
        assert chosen(table) == 119
        await go(table, -500)
        assert chosen(table) == 0

    on_a_bench(book, story)


def test_a_page_far_down_costs_no_more_than_the_first_and_only_a_few_pages_are_kept() -> None:
    book = Book(100_000)

    async def story(table: PagedTable) -> None:
        drawn, whole = 0, table.cell

        def cell(row: Json, key: str) -> str:
            nonlocal drawn
            drawn += 1
            return whole(row, key)

        table.cell = cell
        for _ in range(400):
            asked = len(book.asked)
            await go(table, 40)
            assert len(book.asked) - asked <= 2
            drawn = 0
            table.render()
            assert 0 < drawn <= 2 * table.room * len(table.table_columns)
        assert chosen(table) == 16_000
        assert sum(page.rows is not None for page in table.pages.pages) <= KEPT_PAGES + 1

    on_a_bench(book, story)


def test_what_was_put_away_is_asked_for_again_when_somebody_comes_back() -> None:
    book = Book(5000)

    async def story(table: PagedTable) -> None:
        for _ in range(90):
            await go(table, 20)
        assert table.pages.pages[0].rows is None
        await go(table, -1800)
        assert chosen(table) == 0
        assert shown(table)[1:4] == [">        0 row 0", "         1 row 1", "         2 row 2"]

    on_a_bench(book, story)


def test_a_reload_keeps_the_chosen_row_chosen_when_rows_have_come_before_it() -> None:
    book = Book(200)

    async def story(table: PagedTable) -> None:
        await go(table, 30)
        book.numbers = [-3, -2, -1, *book.numbers]
        await table.reload()
        assert chosen(table) == 30
        await go(table, 40)
        assert chosen(table) == 70
        seen = [table.pages.row(number) for number in range(table.pages.count)]
        assert [row["number"] for row in seen if row] == book.numbers[: len(seen)]

    on_a_bench(book, story)


def test_a_reload_after_rows_have_gone_stays_within_the_list() -> None:
    book = Book(60)

    async def story(table: PagedTable) -> None:
        await go(table, 58)
        book.numbers = book.numbers[:5]
        await table.reload()
        assert chosen(table) <= 4
        book.numbers = []
        await table.reload()
        assert table.chosen is None
        book.numbers = [7]
        await table.reload()
        assert chosen(table) == 7

    on_a_bench(book, story)


def test_pages_without_any_row_are_passed_over() -> None:
    async def page(after: Any) -> tuple[list[Json], Any]:
        number = 0 if after is None else after
        return ([{"number": number}] if number == 5 else []), number + 1 if number < 5 else None

    async def play() -> None:
        pages = Pages(page)
        await pages.bring(0, 10)
        assert (pages.count, len(pages.pages), pages.ahead) == (1, 1, [])

    asyncio.run(play())


def test_a_taller_terminal_is_filled() -> None:
    book = Book(500)

    async def story(table: PagedTable) -> None:
        await table.fill()
        assert len(shown(table)) == 100
        assert book.asked == [None, 49]

    on_a_bench(book, story, height=100)


def test_columns_share_what_is_left_and_wide_ones_wait_for_a_wide_terminal() -> None:
    columns = [TableColumn("a", "A", 10), TableColumn("b", "B", 10, share=1), TableColumn("c", "C", 10, wide=True)]
    assert cell_widths(columns, 80 - MARK) == [10, 67, 0]
    assert cell_widths(columns, 140 - MARK) == [10, 116, 10]
    assert cell_widths([*columns, TableColumn("d", "D", 5, narrow=True)], 140 - MARK)[3] == 0


@pytest.mark.parametrize("text", ["[/b] x", "[@click=app.quit]OK[/]", "\x1b]52;c;aGk=\x07", "a\u202eb", "截止阀" * 40, "W" * 300])
def test_a_row_is_as_wide_as_the_table_whatever_stands_in_it(text: str) -> None:
    columns = [(TableColumn("a", "A", 10), 10), (TableColumn("b", "B", 20, right=True), 20)]
    line = row_line(columns, [text, text], ">", 60, "$warning")
    assert line.cell_length == 60
    assert line.plain.isprintable()
    assert "截止阀" not in text or "截止" in line.plain
