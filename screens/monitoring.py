"""Delivery monitoring: a month with its figures, the on-time rate of twelve months as bars, and below it what was late."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from qdesk.monitored import export_month, month_figures, month_page
from qdesk.periods import later, month_of, month_text
from screens.card import Reader
from screens.intent import opening_about
from screens.keybar import Action
from screens.months import MonthsFrame
from screens.table import Json, TableColumn


class MonitoringScreen(MonthsFrame):
    """One month; a month typed in the scan line is shown, anything else is looked for in what was late."""

    begins = sheet = "monitoring"

    def help_page(self) -> str:
        """Return the handbook page of the office that keeps these statistics."""
        return "general_affairs"

    def title_text(self) -> str:
        """Return what this screen is about."""
        return self.say("monitoring.title")

    def actions(self) -> list[Action]:
        """Go through the months, draw one up, see its paper, have it printed or written to a file."""
        if self.told is None:
            return []
        keys = self.month_actions(2)
        if self.opening and self.told["over"] and not self.told["stated"]:
            keys.append(Action(4, self.say("monitoring.key_draw_up"), self.draw_up))
        keys += self.slip_actions(5, self.told["sheet"]["serial"] if self.told["sheet"] else "")
        keys.append(Action(6, self.say("monitoring.key_export"), self.export))
        return [*keys, Action(7, self.say("monitoring.key_print"), self.print_month)]

    async def load(self) -> None:
        """Begin with the month before this one."""
        self.month = month_text(later(month_of(self.this_month), -1))
        await super().load()

    async def ask_month(self, month: str) -> Json:
        """Return the figures of a month, what was late, and how far its statistics are."""
        return await self.house.engine.ask(month_page, self.token, month, self.house.words)

    async def ask_figures(self, month: str) -> Json:
        """Return the figures of a month alone."""
        return await self.house.engine.ask(month_figures, self.token, month, self.house.words)

    def rows(self, told: Json) -> list[Json]:
        """Return what was late."""
        late: list[Json] = told["late_rows"]
        return late

    # Doing

    async def draw_up(self) -> None:
        """Begin the statistics of the month, in the way that fits its figures; the page that follows only asks to sign."""
        if self.opening is None or self.told is None:
            return
        way = "some_late" if self.told["late"] else "all_on_time"
        outcome = next(each for each in self.opening["outcomes"] if each["name"] == way)
        await self.house.desk.begin(opening_about(self.opening, outcome, self.month, {"fields": {"month": self.month}}))

    async def export(self) -> None:
        """Write the month to a file."""
        path = await self.house.engine.ask(export_month, self.token, self.month, self.house.words)
        self.tell(self.say("monitoring.exported", path=str(path)))
        self.house.ring()

    async def open_row(self, row: Json) -> None:
        """Lay the paper of the delivery on the desk."""
        await self.to_desk(row["delivery"])

    # What was late

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
        return [*lines, *self.year_bars(reader)]

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
