"""Lists of any length: pages are asked for as somebody comes to them, and only the lines in sight are drawn.

The table never takes the focus: the scan line keeps it, and the screen hands the keys on.
"""

from __future__ import annotations

import asyncio
from bisect import bisect_right
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from rich.cells import cell_len, set_cell_size
from textual.content import Content
from textual.widget import Widget

from screens.lettering import fit, shown, stacked, styled

Json = dict[str, Any]
PageOf = Callable[[Any], Awaitable[tuple[list[Json], Any]]]
"""What a page is asked with: where the page before ended (None for the first); its rows, and where it ends if more follows."""

KEPT_PAGES = 8
MOST_ASKED = 12
"""Pages asked for by one key: a search may find nothing on several of them."""
MARK = 2
ROOMY = 106


@dataclass(frozen=True)
class TableColumn:
    """One column: what it shows, at least how wide, its part of the room left over, and on which terminals it is shown."""

    key: str
    title: str
    width: int
    share: int = 0
    wide: bool = False
    narrow: bool = False
    right: bool = False


@dataclass
class Page:
    """One page that has been seen: where it begins; its rows are put away when nobody has looked at it for long."""

    after: Any
    start: int
    count: int
    rows: list[Json] | None


@dataclass
class Pages:
    """All pages seen so far, the rows of a few of them, and how to go on."""

    ask: PageOf
    pages: list[Page] = field(default_factory=list)
    ahead: list[Any] = field(default_factory=lambda: [None])
    """Where the page after the last begins; empty when there is none."""

    @property
    def count(self) -> int:
        """Return how many rows have been seen."""
        return self.pages[-1].start + self.pages[-1].count if self.pages else 0

    def place_of(self, number: int) -> int:
        """Return which page a row is on."""
        return bisect_right(self.pages, number, key=lambda page: page.start) - 1

    def row(self, number: int) -> Json | None:
        """Return a row, None where its page is not at hand."""
        if not 0 <= number < self.count:
            return None
        page = self.pages[self.place_of(number)]
        return page.rows[number - page.start] if page.rows is not None else None

    def missing(self, first: int, end: int) -> Page | None:
        """Return the first page between two rows whose rows were put away."""
        if not self.pages:
            return None
        near = self.pages[max(0, self.place_of(first)) : self.place_of(min(end, self.count) - 1) + 1]
        return next((page for page in near if page.rows is None), None)

    async def follow(self) -> None:
        """Ask for the page after the last; one on which nothing was found only says where to go on."""
        after = self.ahead[0]
        rows, following = await self.ask(after)
        self.ahead = [] if following is None else [following]
        if rows:
            self.pages.append(Page(after, self.count, len(rows), rows))

    async def again(self, page: Page) -> None:
        """Ask for a page once more; where it ends elsewhere than before, what came after it is asked for anew."""
        rows, following = await self.ask(page.after)
        place = self.pages.index(page)
        rest = [each.after for each in self.pages[place + 1 : place + 2]] or self.ahead
        page.rows = rows
        if len(rows) != page.count or rest != ([] if following is None else [following]):
            page.count = len(rows)
            del self.pages[place + 1 if rows else place :]
            self.ahead = [] if following is None else [following]

    async def bring(self, first: int, end: int) -> None:
        """Have the rows between two numbers at hand, as far as there are any."""
        for _ in range(MOST_ASKED):
            page = self.missing(first, end)
            if page is not None:
                await self.again(page)
            elif self.count < end and self.ahead:
                await self.follow()
            else:
                break
        self.put_away(first)

    def put_away(self, number: int) -> None:
        """Keep the rows of the pages around one row and forget those of the others."""
        middle = self.place_of(number)
        for place, page in enumerate(self.pages):
            if abs(place - middle) > KEPT_PAGES // 2:
                page.rows = None


class PagedTable(Widget, can_focus=False):
    """A table with one chosen row; its screen tells it the columns, what stands in a cell, and how a row looks."""

    DEFAULT_CSS: ClassVar[str] = "PagedTable { height: 1fr; width: 1fr; color: $foreground; background: $background; }"

    def __init__(self, ask: PageOf, cell: Callable[[Json, str], str], style: Callable[[Json], str]) -> None:
        """Begin empty; :meth:`begin` asks for the first page."""
        super().__init__()
        self.ask, self.cell, self.style = ask, cell, style
        self.pages = Pages(ask)
        self.table_columns: Sequence[TableColumn] = ()
        self.named: Callable[[Json], object] = lambda row: row
        self.foot: Callable[[int, int, bool], str] = lambda row, count, more: ""
        self.cursor = self.top = 0
        self.begun = False
        self._turn = asyncio.Lock()

    @property
    def room(self) -> int:
        """Return how many rows are in sight: the first line is the head, the last says which row is chosen."""
        return max(1, self.size.height - 2)

    @property
    def chosen(self) -> Json | None:
        """Return the chosen row."""
        return self.pages.row(self.cursor)

    # Pages

    async def begin(self) -> None:
        """Show a list from its first row; what was shown stays until the first page is there."""
        async with self._turn:
            pages = Pages(self.ask)
            await pages.bring(0, self.room)
            self.pages, self.cursor, self.top, self.begun = pages, 0, 0, True
        self.refresh()

    async def reload(self) -> None:
        """Ask anew for what is in sight; the chosen row stays chosen where it still is there."""
        async with self._turn:
            named = self.named(self.chosen) if self.chosen else None
            for page in self.pages.pages:
                page.rows = None
            if not self.pages.pages:
                self.pages.ahead = [None]
            await self.pages.bring(self.top, self.top + self.room)
            self._choose_again(named)
        self.refresh()

    def _choose_again(self, named: object) -> None:
        kept = (row for page in self.pages.pages if page.rows for row in enumerate(page.rows, page.start))
        number = next((number for number, row in kept if self.named(row) == named), self.cursor)
        self.top = max(0, self.top + number - self.cursor) if number < self.pages.count else self.top
        self.cursor = number
        self._into_sight()

    async def fill(self) -> None:
        """Ask for what is in sight and not at hand, such as after the terminal was made larger."""
        async with self._turn:
            await self.pages.bring(self.top, self.top + self.room)
            self._into_sight()
        self.refresh()

    # Moving

    def step(self, by: int) -> bool:
        """Choose another row if all that has to be shown for it is at hand; return whether it was done."""
        target, pages = self.cursor + by, self.pages
        top = self.top_for(min(max(target, 0), max(0, pages.count - 1)))
        if (target + 1 >= pages.count and pages.ahead) or pages.missing(top, top + self.room) is not None:
            return False
        self._choose(target)
        return True

    async def move(self, by: int) -> None:
        """Choose another row, and ask for the pages it takes."""
        async with self._turn:
            target = self.cursor + by
            if target + 1 >= self.pages.count and self.pages.ahead:
                await self.pages.bring(max(0, self.pages.count - 1), max(target, 0) + 2)
            self._choose(target)
            await self.pages.bring(self.top, self.top + self.room)
            self._into_sight()
        self.refresh()

    def _choose(self, number: int) -> None:
        self.cursor = number
        self._into_sight()
        self.refresh()

    def _into_sight(self) -> None:
        self.cursor = max(0, min(self.cursor, self.pages.count - 1))
        self.top = self.top_for(self.cursor)

    def top_for(self, number: int) -> int:
        """Return which row stands on the first line when a row is chosen: as little as possible moves."""
        last = max(0, self.pages.count - self.room)
        return max(0, min(max(min(self.top, number), number - self.room + 1), last))

    # Drawing

    def render(self) -> Content:
        """Draw the head, the rows in sight and the foot."""
        width = self.size.width
        widths = cell_widths(self.table_columns, width - MARK)
        columns = [(column, cells) for column, cells in zip(self.table_columns, widths, strict=True) if cells]
        lines = [row_line(columns, [column.title for column, _ in columns], " ", width, "$quiet")]
        for number in range(self.top, min(self.top + self.room, self.pages.count)):
            row = self.pages.row(number)
            if row is not None:
                texts = [self.cell(row, column.key) for column, _ in columns]
                here = number == self.cursor
                style = f"{self.style(row)} reverse".strip() if here else self.style(row)
                lines.append(row_line(columns, texts, ">" if here else " ", width, style))
            else:
                lines.append(Content(""))
        if self.begun:
            foot = self.foot(self.cursor + 1 if self.pages.count else 0, self.pages.count, bool(self.pages.ahead))
            lines.append(styled(fit("  " + foot, width), "$quiet"))
        return stacked(lines)


def cell_widths(columns: Sequence[TableColumn], room: int) -> list[int]:
    """Return how many cells each column gets: its own, and its part of what is left over; 0 where it is not shown."""
    there = [not (column.narrow if room >= ROOMY else column.wide) for column in columns]
    widths = [column.width if here else 0 for column, here in zip(columns, there, strict=True)]
    left = room - sum(widths) - sum(there) + 1
    shares = sum(column.share for column, here in zip(columns, there, strict=True) if here)
    if left > 0 and shares:
        widths = [
            width + left * column.share // shares if here else 0
            for width, column, here in zip(widths, columns, there, strict=True)
        ]
    return widths


def row_line(columns: Sequence[tuple[TableColumn, int]], texts: Sequence[str], mark: str, width: int, style: str) -> Content:
    """Return one line: a mark, then each text in exactly its column; numbers end at the same cell."""
    cells = [fit(mark, MARK - 1)]
    for (column, room), text in zip(columns, texts, strict=True):
        clean = shown(text)
        cells.append(" " * (room - cell_len(clean)) + clean if column.right and cell_len(clean) <= room else fit(clean, room))
    return styled(set_cell_size(" ".join(cells), width), style)
