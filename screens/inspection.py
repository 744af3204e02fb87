"""Inspection: what has to be judged, and what one's own stamp stands for today."""

from __future__ import annotations

from textual.content import Content

from qdesk.handing_over import my_stamps
from qdesk.inspectors_day import lots_apart
from qdesk.telling import short_time
from screens.card import Reader
from screens.choices import FIRST_KEY, LAST_KEY
from screens.desk import DeskScreen, Json
from screens.keybar import Action
from screens.lettering import fit, shown, styled


class InspectionDesk(DeskScreen):
    """The desk of the inspectors: their stamp is personal, so what it was put on today stands there."""

    def __init__(self) -> None:
        """Begin with an empty desk."""
        super().__init__()
        self.stamps: list[Json] = []
        self.apart = 0
        """How many lots are set apart without a report (R058)."""

    def home_actions(self) -> list[Action]:
        """Return the forms that may be opened here, and the day of the inspector always on the last key."""
        opened = [action for action in super().home_actions() if FIRST_KEY <= action.key < LAST_KEY]
        return [*opened, Action(LAST_KEY, self.say("inspectors_day.key_open"), self.show_day)]

    async def show_day(self) -> None:
        """Show what waits by age, the stamps of today, what is set apart, and the quality of a month."""
        from screens.inspectors_day import InspectorsDay  # the other screens are loaded when they are asked for

        await self.app.push_screen(InspectorsDay())

    async def load_home(self) -> None:
        """Ask what this inspector stamped and signed today, and what is set apart without a report."""
        self.stamps = await self.house.engine.ask(my_stamps, self.token, self.house.words)
        self.apart = await self.house.engine.ask(lots_apart, self.token)

    def home_lines(self, reader: Reader) -> list[Content]:
        """Return how much is set apart without a report, and today's stamps, the newest first."""
        told = self.say("inspectors_day.told_apart", count=self.apart, key=f"F{LAST_KEY}")
        warned = reader.wrapped(told, "", "  ", "bold $warning") if self.apart else []
        lines = [*warned, Content(""), styled(reader.say("screen.my_stamps"), "bold $primary")]
        if not self.stamps:
            return [*lines, *reader.wrapped(reader.say("screen.no_stamps"), style="$quiet")]
        title = max(12, reader.width - 36)
        for row in self.stamps:
            stamp = reader.say("card.stamp", number=row["stamp"]) if row["stamp"] else ""
            lapsed = reader.say("card.lapsed") if row["lapsed"] else ""
            name, at = fit(row["serial"] or row["case"], 13), short_time(row["at"])[6:]
            told = f"  {name} {fit(shown(row['title']), title)} {at} {stamp} {lapsed}"
            lines.append(styled(fit(told, reader.width).rstrip(), "$quiet strike" if row["lapsed"] else ""))
        return lines
