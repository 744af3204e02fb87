"""The inspector's day: what waits by age, my stamps today, what is set apart without a report, and the quality of a month."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from textual.content import Content

from qdesk.inspectors_day import inspectors_day
from qdesk.quality_month import month_yield, quality_page
from qdesk.telling import age_text, short_time
from screens.card import Reader
from screens.intent import opening_about
from screens.keybar import Action
from screens.lettering import styled
from screens.months import MonthsFrame
from screens.table import Json, TableColumn

SHOWN = ("queue", "stamps", "apart", "causes")
LONGEST_BAR = 20
HEADS = {"title": "inspectors_day.what", "item": "column.item", "case": "column.case"}
"""What a column is called where that is not its own name."""


class InspectorsDay(MonthsFrame):
    """Four lists, one key from each other; a month typed in the scan line is shown, anything else is looked for."""

    begins, sheet = "nonconforming", "quality_month"

    def __init__(self) -> None:
        """Begin with what waits."""
        super().__init__()
        self.shows = self.wanted = "queue"
        """Which list is in the table, and which is asked for: what is drawn meanwhile is the one that is there."""
        self.day: Json | None = None

    def help_page(self) -> str:
        """Return the handbook page on what does not conform."""
        return "nonconformity"

    def title_text(self) -> str:
        """Return what this screen is about."""
        return self.say("inspectors_day.title")

    @property
    def has_bars(self) -> bool:
        """Tell whether the months stand as bars: those of the causes do."""
        return self.shows == "causes"

    def actions(self) -> list[Action]:
        """Show the next list; go through the months; have the month printed."""
        keys = [Action(2, self.say("inspectors_day.key_next"), self.show_next)]
        if not self.has_bars:
            return keys
        return [*keys, *self.month_actions(3), Action(7, self.say("monitoring.key_print"), self.print_month)]

    # What is asked for

    async def page(self, after: Any) -> tuple[list[Json], Any]:
        """Ask for the day, then for the list that is shown."""
        self.day = await self.house.engine.ask(inspectors_day, self.token, self.house.words)
        return await super().page(after)

    async def ask_month(self, month: str) -> Json:
        """Return the yield of a month, its causes, and those that came up too often."""
        return await self.house.engine.ask(quality_page, self.token, month, self.house.words)

    async def ask_figures(self, month: str) -> Json:
        """Return the yield of a month alone."""
        return await self.house.engine.ask(month_yield, self.token, month, self.house.words)

    def rows(self, told: Json) -> list[Json]:
        """Return the list that is asked for, which is in the table from here on."""
        self.shows = self.wanted
        rows: list[Json] = told["causes"] if self.has_bars else (self.day or {}).get(self.shows, [])
        return rows

    async def show_next(self) -> None:
        """Show the next of the lists."""
        self.wanted = SHOWN[(SHOWN.index(self.shows) + 1) % len(SHOWN)]
        await self.begin_list()

    async def show_month(self, month: str) -> None:
        """Show the causes of a month."""
        self.wanted = "causes"
        await super().show_month(month)

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
        about = f"{row['lot']} {row['item']} {row['quantity']} {row['unit']}"
        lines = [{name: row[name] for name in ("item", "lot", "quantity")}]
        await self.house.desk.begin(opening_about(self.opening, self.opening["outcomes"][0], about, {"lines": lines}))

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
        if self.has_bars:
            figures = {name: self.told[name] for name in ("month", "first", "passed")}
            rate = f"{self.told['rate']}%" if self.told["rate"] else "-"
            lines.append(styled(self.say("inspectors_day.figures", **figures, rate=rate), ""))
            lines += self.year_bars(reader)
        return lines
