"""Delivery monitoring: a month with its figures, the on-time rate of twelve months as bars, and below it what was late."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.cells import cell_len
from textual.content import Content

from qdesk.clock import moment
from qdesk.desk.openings import openings
from qdesk.errors import Refused
from qdesk.monitored import export_month, month_figures, month_page
from qdesk.periods import later, month_of, month_text, year_upto
from screens.card import Reader
from screens.desk import DeskScreen
from screens.intent import opening_intent, way_title
from screens.keybar import Action
from screens.lettering import fit, shown, styled
from screens.listing import ListFrame
from screens.table import Json, TableColumn

FORM = "monitoring"
BAR_ROWS = 6
BEFORE_BAR, BEHIND_BAR = 9, 10
"""Cells for the month, and for its rate."""
NARROWEST_BAR = 5
FULL = 10_000
"""A whole rate in hundredths of a percent."""


class MonitoringScreen(ListFrame):
    """One month; a month typed in the scan line is shown, anything else is looked for in what was late."""

    def __init__(self, month: str = "") -> None:
        """Begin with the month that was named, else with the one before this."""
        super().__init__()
        self.month = month
        self.told: Json | None = None
        self.year: dict[str, Json] = {}
        """The figures of the months asked for so far."""
        self.opening: Json | None = None
        """How statistics are drawn up, for whoever may do it here."""

    def help_page(self) -> str:
        """Return the handbook page of the office that keeps these statistics."""
        return "general_affairs"

    def title_text(self) -> str:
        """Return what this screen is about."""
        return self.say("monitoring.title")

    @property
    def this_month(self) -> str:
        """Return the month of today."""
        return month_text(moment(self.house.engine.site.clock.now()).date())

    def actions(self) -> list[Action]:
        """Go through the months, draw one up, see its paper, have it printed or written to a file."""
        keys = [Action(2, self.say("monitoring.key_before"), self.show_before)]
        if self.told is None:
            return keys
        if self.month < self.this_month:
            keys.append(Action(3, self.say("monitoring.key_after"), self.show_after))
        if self.opening and self.told["over"] and not self.told["stated"]:
            keys.append(Action(4, self.say("monitoring.key_draw_up"), self.draw_up))
        keys += self.slip_actions(5, self.told["sheet"]["serial"] if self.told["sheet"] else "")
        keys.append(Action(6, self.say("monitoring.key_export"), self.export))
        return [*keys, Action(7, self.say("monitoring.key_print"), self.print_month)]

    # Months

    async def load(self) -> None:
        """Ask what may be done here, and for the first month."""
        found = await self.house.engine.ask(openings, self.token, self.house.words)
        self.opening = next((each for each in found if each["form"] == FORM), None)
        first = month_text(later(month_of(self.this_month), -1))
        await self.show_month(self.month or first)

    async def show_month(self, month: str) -> None:
        """Show a month; the bars of those before it are asked for one by one, so that scans need not wait."""
        self.told = await self.house.engine.ask(month_page, self.token, month, self.house.words)
        self.month, self.looked_for = self.told["month"], ""
        self.year[self.month] = self.told
        if self.still_shown:
            await self.table.begin()
        if self.still_shown:
            self.redraw()
            self.house.aside(self.load_year())

    async def load_year(self) -> None:
        """Ask for the figures of the months that are shown as bars and not known yet."""
        for month in self.months():
            if month not in self.year and self.house.seat is not None:
                self.year[month] = await self.house.engine.ask(month_figures, self.token, month, self.house.words)
        if self.still_shown:
            self.redraw()

    def months(self) -> list[str]:
        """Return the months shown as bars."""
        return [month_text(day) for day in year_upto(month_of(self.month))]

    async def changed(self) -> None:
        """Ask anew: another desk has changed something, or the language is another; the chosen row stays chosen."""
        if self.told is not None:
            self.told = await self.house.engine.ask(month_page, self.token, self.month, self.house.words)
            self.year = {self.month: self.told}
            if self.still_shown:
                await super().changed()
                self.house.aside(self.load_year())

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

    # Doing

    async def draw_up(self) -> None:
        """Begin the statistics of the month, in the way that fits its figures; the page that follows only asks to sign."""
        if self.opening is None or self.told is None:
            return
        way = "some_late" if self.told["late"] else "all_on_time"
        outcome = next(each for each in self.opening["outcomes"] if each["name"] == way)
        intent = opening_intent(self.opening, outcome)
        intent.title, intent.about = way_title(self.opening, outcome, self.month), self.month
        intent.asks, intent.given, intent.form = [], {"fields": {"month": self.month}}, ""
        desk = next(each for each in self.app.screen_stack if isinstance(each, DeskScreen))
        await desk.begin(intent)

    async def export(self) -> None:
        """Write the month to a file."""
        path = await self.house.engine.ask(export_month, self.token, self.month, self.house.words)
        self.tell(self.say("monitoring.exported", path=str(path)))
        self.house.ring()

    async def print_month(self) -> None:
        """Have the month printed, with its bars."""
        from qdesk.slips.queue import ask_for  # what is printed is loaded when it is asked for

        await self.house.engine.ask(ask_for, self.token, FORM, self.month)
        self.tell(self.say("printing.asked", sheet=self.say(f"kind.{FORM}")))
        self.house.ring()

    async def open_row(self, row: Json) -> None:
        """Lay the paper of the delivery on the desk."""
        await self.to_desk(row["delivery"])

    # What was late

    async def page(self, after: Any) -> tuple[list[Json], Any]:
        """Return what was late, as far as it fits what is looked for."""
        rows: list[Json] = self.told["late_rows"] if self.told else []
        text = self.looked_for.casefold()
        return [row for row in rows if text in " ".join(map(str, row.values())).casefold()], None

    def columns(self) -> Sequence[TableColumn]:
        """Return the columns; measures have room on wide terminals, and for the chosen row at the foot."""
        return [
            TableColumn("delivery", self.say("monitoring.delivery"), 11),
            TableColumn("customer", self.say("monitoring.customer"), 10, share=2),
            TableColumn("items", self.say("monitoring.items"), 10, share=1, wide=True),
            TableColumn("wanted_by", self.say("monitoring.wanted_by"), 10),
            TableColumn("arrived_on", self.say("monitoring.arrived_on"), 10),
            TableColumn("days", self.say("monitoring.days"), 9, right=True),
            TableColumn("cause", self.say("monitoring.cause"), 10, share=2),
            TableColumn("correction", self.say("monitoring.correction"), 10, share=2, wide=True),
            TableColumn("prevention", self.say("monitoring.prevention"), 10, share=2, wide=True),
        ]

    def cell(self, row: Json, key: str) -> str:
        """Return what stands in a cell."""
        if key == "items":
            return self.house.words.show(row["items"])
        return str(row.get(key) or ("-" if key == "arrived_on" else ""))

    def name_of(self, row: Json) -> object:
        """Return the delivery."""
        return row["delivery"]

    def foot(self, row: int, count: int, more: bool) -> str:
        """Return which row is chosen, and its measures."""
        if not count:
            return self.say("list.nothing" if self.looked_for else "monitoring.nothing_late")
        chosen = self.table.chosen or {}
        told = [f"{self.say(f'monitoring.{name}')}: {chosen[name]}" for name in ("correction", "prevention") if chosen.get(name)]
        return "  ".join([super().foot(row, count, more), *told])

    # What stands above it

    def head_lines(self, reader: Reader) -> list[Content]:
        """Return the figures, how far the statistics are, and the bars."""
        if self.told is None:
            return []
        lines = reader.wrapped("  ".join([self.month, *self.figures(self.told)]), "", "  ", "bold $primary")
        lines += reader.wrapped(self.standing(self.told), "", "  ", "$quiet" if self.told["stated"] else "$warning")
        return [*lines, *bar_lines([self.year.get(m, {"month": m}) for m in self.months()], self.month, reader, self.is_plain)]

    @property
    def is_plain(self) -> bool:
        """Tell whether nothing is to depend on what a terminal makes of reversed blanks."""
        return self.app.theme == "plain"

    def figures(self, told: Json) -> list[str]:
        """Return the figures in words; what may still be on time only while there is something."""
        numbers = [(name, told[name]) for name in ("deliveries", "on_time", "late")]
        parts = [f"{self.say(f'monitoring.{name}')} {number}" for name, number in numbers]
        parts += [f"{self.say('monitoring.open')} {told['open']}"] if told["open"] else []
        return [*parts, f"{self.say('monitoring.rate')} {told['rate']}%"] if told["rate"] else parts

    def standing(self, told: Json) -> str:
        """Return how far the statistics of the month are."""
        if told["sheet"]:
            sheet = told["sheet"]
            return "  ".join([sheet["serial"], *(sheet["waits"] or [sheet["ended"]])])
        return self.say("monitoring.not_drawn_up" if told["over"] else "monitoring.not_over")


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
