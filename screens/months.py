"""The frame of what is told month by month: keys go through the months, one that is typed is shown, twelve stand as bars."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, ClassVar

from rich.cells import cell_len
from textual.content import Content

from qdesk.clock import moment
from qdesk.desk.openings import openings
from qdesk.errors import Refused
from qdesk.periods import later, month_of, month_text, year_upto
from screens.card import Reader
from screens.keybar import Action
from screens.lettering import fit, shown, styled
from screens.listing import ListFrame
from screens.table import Json

BAR_ROWS = 6
BEFORE_BAR, BEHIND_BAR = 9, 10
"""Cells for the month, and for its rate."""
NARROWEST_BAR = 5
FULL = 10_000
"""A whole rate in hundredths of a percent."""


class MonthsFrame(ListFrame):
    """One month with its rows; the figures of the months before it are asked for one by one, so that scans need not wait."""

    begins: ClassVar[str] = ""
    """The form that is begun from here."""
    sheet: ClassVar[str] = ""
    """The kind of paper a month is printed on."""

    def __init__(self) -> None:
        """Begin with no month told."""
        super().__init__()
        self.month = ""
        self.told: Json | None = None
        """The month that is shown."""
        self.year: dict[str, Json] = {}
        """The figures of the months asked for so far."""
        self.opening: Json | None = None
        """How that form is begun, for whoever may do it here."""

    @property
    def this_month(self) -> str:
        """Return the month of today."""
        return month_text(moment(self.house.engine.site.clock.now()).date())

    @property
    def is_plain(self) -> bool:
        """Tell whether nothing is to depend on what a terminal makes of reversed blanks."""
        return self.app.theme == "plain"

    @property
    def has_bars(self) -> bool:
        """Tell whether the months stand as bars just now."""
        return True

    def month_actions(self, key: int) -> list[Action]:
        """Return the keys, from this one on, of the month before and of the one after, where there is one."""
        keys = [Action(key, self.say("monitoring.key_before"), self.show_before)]
        if self.month < self.this_month:
            keys.append(Action(key + 1, self.say("monitoring.key_after"), self.show_after))
        return keys

    # What is asked for

    async def ask_month(self, month: str) -> Json:
        """Return a month with its rows."""
        raise NotImplementedError

    async def ask_figures(self, month: str) -> Json:
        """Return the figures of a month alone."""
        raise NotImplementedError

    def rows(self, told: Json) -> list[Json]:
        """Return the rows of what was told."""
        raise NotImplementedError

    async def load(self) -> None:
        """Show the first month: this one, where none was named."""
        self.month = self.month or self.this_month
        await self.begin_list()

    async def page(self, after: Any) -> tuple[list[Json], Any]:
        """Ask what may be begun here, in the language of the moment, and for the month; rows fit on one page."""
        found = await self.house.engine.ask(openings, self.token, self.house.words)
        self.opening = next((each for each in found if each["form"] == self.begins), None)
        self.told = self.year[self.month] = await self.ask_month(self.month)
        text = self.looked_for.casefold()
        return [row for row in self.rows(self.told) if text in " ".join(map(str, row.values())).casefold()], None

    async def begin_list(self) -> None:
        """Show the list from its first row; the bars come after it."""
        self.looked_for = ""
        await self.table.begin()
        if self.still_shown:
            self.redraw()
            self.draw_year(self.year.keys())

    def draw_year(self, known: Collection[str]) -> None:
        """Have the bars drawn of the months that are not known yet."""
        if self.has_bars:
            self.house.aside(self.load_year(known))

    async def load_year(self, known: Collection[str]) -> None:
        """Ask for the figures of the months shown as bars, but for those that are known; until then bars stay as they are."""
        for month in self.months():
            if month not in known and self.house.seat is not None:
                self.year[month] = await self.ask_figures(month)
        if self.still_shown:
            self.redraw()

    def months(self) -> list[str]:
        """Return the months shown as bars."""
        return [month_text(day) for day in year_upto(month_of(self.month))]

    async def changed(self) -> None:
        """Ask anew: another desk has changed something, or the language is another; the chosen row stays chosen."""
        await super().changed()
        if self.still_shown and self.told is not None:
            self.year = {month: self.year[month] for month in self.months() if month in self.year}
            self.draw_year([self.month])

    # Going through the months

    async def show_month(self, month: str) -> None:
        """Show a month. Raises Refused("month_unreadable") where the calendar has no year up to it."""
        year_upto(month_of(month))
        self.month = month
        await self.begin_list()

    async def show_before(self) -> None:
        """Show the month before."""
        await self.show_month(month_text(later(month_of(self.month), -1)))

    async def show_after(self) -> None:
        """Show the month after."""
        await self.show_month(month_text(later(month_of(self.month), 1)))

    async def take(self, code: str) -> None:
        """Show the month that was typed; what is none is a paper, or looked for."""
        try:
            month = month_text(month_of(code))
        except Refused:
            await super().take(code)
        else:
            await self.show_month(min(month, self.this_month))

    async def print_month(self) -> None:
        """Have the month printed, with its bars."""
        await self.house.have_printed(self.sheet, self.month)

    def year_bars(self, reader: Reader) -> list[Content]:
        """Return the months as bars."""
        return bar_lines([self.year.get(month, {"month": month}) for month in self.months()], self.month, reader, self.is_plain)


def bar_lines(year: Sequence[Json], chosen: str, reader: Reader, as_marks: bool) -> list[Content]:
    """Return the months as bars, six below each other: the older half on the left."""
    room = (reader.width - 2) // 2
    bar = max(NARROWEST_BAR, room - BEFORE_BAR - BEHIND_BAR)
    cells = [bar_of(month, month["month"] == chosen, bar, as_marks) for month in year]
    return [Content("  ").join([left, right]) for left, right in zip(cells[:BAR_ROWS], cells[BAR_ROWS:], strict=True)]


def bar_of(month: Json, chosen: bool, width: int, as_marks: bool) -> Content:
    """Return one month: a whole bar only where all was on time, and no bar where nothing was due or it is not known yet."""
    rate = str(month.get("rate", ""))
    filled = width * int(rate.replace(".", "")) // FULL if rate else 0
    style = "$success" if filled == width else "$warning"
    block = Content.styled("#" * filled, style) if as_marks else Content.styled(" " * filled, f"{style} reverse")
    label = styled(fit(f"{'>' if chosen else ' '}{month['month']}", BEFORE_BAR), "bold" if chosen else "")
    told = f"{rate}%" if rate else "-" if "rate" in month else ".."
    rest = styled("." * (width - filled) if rate else " " * width, "$quiet")
    return Content.assemble(label, block, rest, styled(" " * (BEHIND_BAR - 1 - cell_len(told)) + shown(told) + " ", ""))
