"""The inspector's day: what waits by age, my stamps today, what is set apart without a report, and the quality of a month."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from textual.content import Content

from qdesk.clock import moment
from qdesk.desk.openings import openings
from qdesk.errors import Refused
from qdesk.inspectors_day import inspectors_day
from qdesk.periods import later, month_of, month_text, year_upto
from qdesk.quality_month import month_yield, quality_page
from qdesk.telling import age_text, short_time
from screens.card import Reader
from screens.desk import DeskScreen
from screens.intent import opening_intent
from screens.keybar import Action
from screens.lettering import styled
from screens.listing import ListFrame
from screens.monitoring import bar_lines
from screens.table import Json, TableColumn

FORM, SHEET = "nonconforming", "quality_month"
SHOWN = ("queue", "stamps", "apart", "causes")
LONGEST_BAR = 20
HEADS = {"title": "inspectors_day.what", "item": "column.item", "case": "column.case"}
"""What a column is called where that is not its own name."""


class InspectorsDay(ListFrame):
    """Four lists, one key from each other; a month typed in the scan line is shown, anything else is looked for."""

    def __init__(self) -> None:
        """Begin with what waits."""
        super().__init__()
        self.shows = "queue"
        self.day: Json | None = None
        self.month = ""
        self.told: Json | None = None
        """The month that is shown."""
        self.year: dict[str, Json] = {}
        self.opening: Json | None = None
        """How a report is begun, for whoever may write one here."""

    def help_page(self) -> str:
        """Return the handbook page on what does not conform."""
        return "nonconformity"

    def title_text(self) -> str:
        """Return what this screen is about."""
        return self.say("inspectors_day.title")

    @property
    def this_month(self) -> str:
        """Return the month of today."""
        return month_text(moment(self.house.engine.site.clock.now()).date())

    def actions(self) -> list[Action]:
        """Show the next list; go through the months; have the month printed."""
        keys = [Action(2, self.say("inspectors_day.key_next"), self.show_next)]
        if self.shows != "causes":
            return keys
        keys.append(Action(3, self.say("monitoring.key_before"), self.show_before))
        if self.month < self.this_month:
            keys.append(Action(4, self.say("monitoring.key_after"), self.show_after))
        return [*keys, Action(7, self.say("monitoring.key_print"), self.print_month)]

    # What is asked for

    async def load(self) -> None:
        """Ask what may be begun here, and for the first list."""
        found = await self.house.engine.ask(openings, self.token, self.house.words)
        self.opening = next((each for each in found if each["form"] == FORM), None)
        self.month = self.this_month
        await super().load()

    async def page(self, after: Any) -> tuple[list[Json], Any]:
        """Return the list that is shown, as far as it fits what is looked for."""
        self.day = await self.house.engine.ask(inspectors_day, self.token, self.house.words)
        self.told = await self.house.engine.ask(quality_page, self.token, self.month, self.house.words)
        self.year[self.month] = self.told
        rows: list[Json] = self.told["causes"] if self.shows == "causes" else self.day[self.shows]
        text = self.looked_for.casefold()
        return [row for row in rows if text in " ".join(map(str, row.values())).casefold()], None

    async def show(self, shows: str, month: str) -> None:
        """Show one of the lists, and of the causes a month; the bars of the year come after it."""
        self.shows, self.month, self.looked_for = shows, month, ""
        await self.table.begin()
        if self.still_shown:
            self.redraw()
            if shows == "causes":
                self.house.aside(self.load_year())

    async def load_year(self) -> None:
        """Ask for the yield of the months that are shown as bars and not known yet."""
        for month in self.months():
            if month not in self.year and self.house.seat is not None:
                self.year[month] = await self.house.engine.ask(month_yield, self.token, month, self.house.words)
        if self.still_shown:
            self.redraw()

    def months(self) -> list[str]:
        """Return the months shown as bars."""
        return [month_text(day) for day in year_upto(month_of(self.month))]

    async def show_next(self) -> None:
        """Show the next of the lists."""
        await self.show(SHOWN[(SHOWN.index(self.shows) + 1) % len(SHOWN)], self.month)

    async def show_before(self) -> None:
        """Show the month before."""
        await self.show("causes", month_text(later(month_of(self.month), -1)))

    async def show_after(self) -> None:
        """Show the month after."""
        await self.show("causes", month_text(later(month_of(self.month), 1)))

    async def take(self, code: str) -> None:
        """Show the month that was typed; what is none is a paper, or looked for."""
        try:
            month = month_text(month_of(code))
        except Refused:
            await super().take(code)
        else:
            await self.show("causes", min(month, self.this_month))

    # Doing

    async def open_row(self, row: Json) -> None:
        """Lay the paper on the desk, or begin the report on what is set apart."""
        if self.shows == "apart":
            await self.begin_report(row)
        else:
            await self.to_desk(row["serials"][-1] if self.shows == "causes" else row["case"])

    async def begin_report(self, row: Json) -> None:
        """Begin a report on a lot: which goods it is about is known already."""
        if self.opening is None:
            return
        intent = opening_intent(self.opening, self.opening["outcomes"][0])
        intent.title = f"{intent.title} {row['lot']}"
        intent.asks, intent.form = [ask for ask in intent.asks if ask["name"] != "lines"], ""
        intent.given = {"lines": [{name: row[name] for name in ("item", "lot", "quantity")}]}
        desk = next(each for each in self.app.screen_stack if isinstance(each, DeskScreen))
        await desk.begin(intent)

    async def print_month(self) -> None:
        """Have the month printed, with its bars."""
        from qdesk.slips.queue import ask_for  # what is printed is loaded when it is asked for

        await self.house.engine.ask(ask_for, self.token, SHEET, self.month)
        self.tell(self.say("printing.asked", sheet=self.say(f"kind.{SHEET}")))
        self.house.ring()

    # The list

    def columns(self) -> Sequence[TableColumn]:
        """Return the columns of the list that is shown."""
        of = {
            "queue": (("case", 13, 0), ("title", 20, 1), ("age_seconds", 10, 0), ("since", 12, 0)),
            "stamps": (("serial", 13, 0), ("title", 20, 1), ("at", 12, 0), ("stamp", 8, 0), ("lapsed", 8, 0)),
            "apart": (("lot", 12, 0), ("item", 12, 1), ("name", 12, 1), ("quantity", 8, 0), ("age_seconds", 10, 0)),
            "causes": (("cause", 16, 2), ("count", 5, 0), ("bar", LONGEST_BAR, 0), ("so_far", 8, 0), ("quantity", 8, 0)),
        }[self.shows]  # fmt: skip
        right = ("count", "so_far", "quantity")
        heads = {key: self.say(HEADS.get(key, f"inspectors_day.{key}")) for key, _, _ in of}
        return [TableColumn(key, heads[key], width, share, right=key in right) for key, width, share in of]

    def cell(self, row: Json, key: str) -> str:
        """Return what stands in a cell."""
        told: dict[str, Callable[[], str]] = {
            "age_seconds": lambda: age_text(row[key], self.house.words),
            "since": lambda: short_time(row[key]),
            "at": lambda: short_time(row[key]),
            "lapsed": lambda: self.say("card.lapsed") if row[key] else "",
            "bar": lambda: "#" * max(1, LONGEST_BAR * row["count"] // row["most"]),
            "so_far": lambda: f"{row[key]}%",
            "quantity": lambda: f"{row[key]} {row.get('unit', '')}".rstrip(),
        }
        return told[key]() if key in told else super().cell(row, key)

    def row_style(self, row: Json) -> str:
        """Return how a row looks: what is late stands out, a stamp that lapsed is struck."""
        return "bold $warning" if row.get("late") else "$quiet strike" if row.get("lapsed") else ""

    def name_of(self, row: Json) -> object:
        """Return what a row is known by."""
        return tuple(str(row.get(name, "")) for name in ("case", "step", "at", "lot", "cause"))

    def foot(self, row: int, count: int, more: bool) -> str:
        """Return which row is chosen, and what Enter does with it."""
        if not count:
            return self.say("list.nothing" if self.looked_for else f"inspectors_day.no_{self.shows}")
        told = [super().foot(row, count, more)]
        if self.shows == "apart" and self.opening:
            told.append(self.say("inspectors_day.enter_reports"))
        return "  ".join(told)

    # What stands above it

    def head_lines(self, reader: Reader) -> list[Content]:
        """Return how much there is of each, the causes that came up too often, and of a month its yield with the bars."""
        if self.day is None or self.told is None:
            return []
        parts = [f"{self.say(f'inspectors_day.{name}')} {len(self.day[name])}" for name in SHOWN[:-1]]
        names = [f"{'>' if name == self.shows else ' '}{part}" for name, part in zip(SHOWN[:-1], parts, strict=True)]
        last = f"{'>' if self.shows == 'causes' else ' '}{self.say('inspectors_day.causes')} {self.told['reports']}"
        lines = reader.wrapped("  ".join([*names, last]), "", "  ", "bold $primary")
        for each in self.told["watched"]:
            lines += reader.wrapped(self.say("inspectors_day.watched", **each), "", "  ", "bold $warning")
        if self.shows == "causes":
            figures = {name: self.told[name] for name in ("month", "first", "passed")}
            rate = f"{self.told['rate']}%" if self.told["rate"] else "-"
            lines.append(styled(self.say("inspectors_day.figures", **figures, rate=rate), ""))
            year = [self.year.get(month, {"month": month}) for month in self.months()]
            lines += bar_lines(year, self.month, reader, self.app.theme == "plain")
        return lines

    async def changed(self) -> None:
        """Ask anew: another desk has changed something, or the language is another."""
        self.year = {}
        await super().changed()
        if self.still_shown and self.shows == "causes":
            self.house.aside(self.load_year())
