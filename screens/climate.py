"""The climate of a store: the newest readings, and the last days as bars; what was outside the limits stands out (R041, R042)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from textual.content import Content

from qdesk.climate import DAYS, climate_page
from qdesk.desk import Done
from qdesk.desk.openings import fixed_openings
from qdesk.telling import short_time
from screens.acting import ActScreen
from screens.administration import AdministeringScreen
from screens.card import Reader
from screens.intent import Intent
from screens.keybar import Action
from screens.lettering import fit, styled
from screens.listing import ListFrame
from screens.table import Json, TableColumn

READ, NOTE = "read_climate", "note_climate"
LOWEST, HIGHEST = Decimal(0), Decimal(40)
"""The degrees at both ends of a bar."""
BEFORE_BAR, BEHIND_BAR = 6, 20


class ClimateScreen(ListFrame):
    """The readings of one store."""

    def __init__(self, place: str = "") -> None:
        """Begin with the store of the desk."""
        super().__init__()
        self.place = place
        self.told: Json = {}
        self.acts: dict[str, Json] = {}
        """What may be done here: a reading written down, or taken note of."""

    def title_text(self) -> str:
        """Return what this screen is about."""
        return self.say("climate.title")

    def help_page(self) -> str:
        """Return the handbook page on stores."""
        return "stores"

    def actions(self) -> list[Action]:
        """Write a reading down, or take note of those outside the limits; go through the stores."""
        keys = [Action(2, self.acts[READ]["title"], self.read)] if READ in self.acts else []
        if NOTE in self.acts and self.told.get("unnoted"):
            keys.append(Action(2, self.say("climate.key_note"), self.note))
        if len(self.told.get("places", [])) > 1:
            keys.append(Action(3, self.say("bin_plan.key_next"), self.next_place))
        return keys

    async def page(self, after: Any) -> tuple[list[Json], Any]:
        """Ask what may be done here, in the language of the moment, and for the newest readings."""
        found = await self.house.engine.ask(fixed_openings, self.token, self.house.words)
        self.acts = {act["step"]: act for act in found}
        self.told = await self.house.engine.ask(climate_page, self.token, self.house.words, self.place)
        self.place = self.told["place"]
        text = self.looked_for.casefold()
        return [row for row in self.told["rows"] if text in " ".join(map(str, row.values())).casefold()], None

    def columns(self) -> Sequence[TableColumn]:
        """Return the columns; what was done has the most room."""
        return [
            TableColumn("at", self.say("climate.at"), 11),
            TableColumn("temperature", self.say("climate.temperature"), 7, right=True),
            TableColumn("humidity", self.say("climate.humidity"), 7, right=True),
            TableColumn("outside", self.say("climate.outside"), 9),
            TableColumn("measures", self.say("climate.measures"), 12, share=2),
            TableColumn("person", self.say("climate.person"), 10),
            TableColumn("noted_by", self.say("climate.noted_by"), 10),
        ]

    def cell(self, row: Json, key: str) -> str:
        """Return what stands in a cell; what was outside is marked, so that it is seen without colour."""
        if key == "at":
            return short_time(row["at"])
        if key == "outside":
            return self.say("climate.is_outside") if row["outside"] else ""
        return super().cell(row, key)

    def row_style(self, row: Json) -> str:
        """Return how a row looks: an alarm that quality has not seen stands out."""
        return ("bold $warning" if row["noted"] is None else "$warning") if row["outside"] else ""

    def name_of(self, row: Json) -> object:
        """Return the act."""
        return row["act"]

    def head_lines(self, reader: Reader) -> list[Content]:
        """Return which store, the limits, and the last days as bars."""
        if not self.told:
            return []
        head = self.say("climate.head", place=self.told["title"], limits=self.told["limits"])
        room = (reader.width - 2) // 2
        bars = [day_bar(day, max(5, room - BEFORE_BAR - BEHIND_BAR), self.app.theme == "plain") for day in self.told["days"]]
        half = DAYS // 2
        pairs = zip(bars[:half], bars[half:], strict=True)
        return [styled(head, "bold $primary"), *(Content("  ").join(pair) for pair in pairs)]

    def foot(self, row: int, count: int, more: bool) -> str:
        """Return which row is chosen, and all that was done about it."""
        chosen = self.table.chosen
        return "  ".join(part for part in (super().foot(row, count, more), chosen["measures"] if chosen else "") if part)

    async def next_place(self) -> None:
        """Show the next store."""
        places: list[str] = self.told["places"]
        self.place = places[(places.index(self.place) + 1) % len(places)]
        await self.table.begin()
        self.redraw()

    async def read(self) -> None:
        """Write a reading down."""
        act = self.acts[READ]
        intent = Intent(step=READ, title=act["title"], asks=list(act["asks"]))
        await self.app.push_screen(ReadingScreen(intent, self.house.desk))

    async def note(self) -> None:
        """Take note of the readings outside the limits, as far as they are shown."""
        upto = max(row["act"] for row in self.told["rows"])
        intent = Intent(step=NOTE, title=self.acts[NOTE]["title"], given={"upto": upto, "place": self.place})
        await self.house.engine.act(self.house.present_seat, intent.request({}, []))
        await self.changed()
        self.tell(self.say("climate.was_noted"))
        self.house.ring()


class ReadingScreen(AdministeringScreen):
    """A reading being written down; behind it the readings are seen again."""

    async def close_with(self, done: Done) -> None:
        """Go back to the readings; a desk that has locked meanwhile says later what was done."""
        await ActScreen.close_with(self, done)
        if self.house.frame is self.desk:
            shown, said = ClimateScreen(), self.desk.said
            await self.app.push_screen(shown)
            shown.tell(said)


def day_bar(day: Json, width: int, as_marks: bool) -> Content:
    """Return one day: from its lowest to its highest temperature on a scale of 0 to 40 ℃, with the highest humidity."""
    label = styled(fit(day["day"][5:], BEFORE_BAR), "bold $warning" if day["outside"] else "")
    if not day["read"]:
        return Content.assemble(label, styled("." * width + " " * BEHIND_BAR, "$quiet"))
    first, last = (cell_of(Decimal(day[name]), width) for name in ("lowest", "highest"))
    style = "$warning" if day["outside"] else "$success"
    length = last - first + 1
    block = Content.styled("#" * length, style) if as_marks else Content.styled(" " * length, f"{style} reverse")
    told = f" {day['lowest']}-{day['highest']} C {day['humidity']}%{' !' if day['outside'] else ''}"
    before, behind = styled("." * first, "$quiet"), styled("." * (width - last - 1), "$quiet")
    return Content.assemble(label, before, block, behind, styled(fit(told, BEHIND_BAR), ""))


def cell_of(degrees: Decimal, width: int) -> int:
    """Return in which cell of a bar a temperature lies; what is beyond the scale lies at its end."""
    part = (degrees - LOWEST) / (HIGHEST - LOWEST)
    return max(0, min(width - 1, int(part * width)))
