"""Inspection: what has to be judged, and what one's own stamp stands for today."""

from __future__ import annotations

from textual.content import Content

from qdesk.handing_over import my_stamps
from qdesk.quality_lists import instruments_due
from qdesk.telling import short_time
from screens.card import Reader
from screens.choices import LAST_KEY
from screens.desk import DeskScreen, Json
from screens.keybar import Action
from screens.lettering import fit, shown, styled
from screens.quality import due_lines


class InspectionDesk(DeskScreen):
    """The desk of the inspectors: their stamp is personal, so what it was put on today stands there."""

    def __init__(self) -> None:
        """Begin with an empty desk."""
        super().__init__()
        self.stamps: list[Json] = []
        self.due: list[Json] = []
        """The instruments whose calibration has ended or soon will."""

    def list_actions(self, key: int) -> list[Action]:
        """Return the key of the registers of stamps and instruments."""
        return [Action(key, self.say("quality.key_stamps"), self.show_stamps)] if key < LAST_KEY else []

    async def show_stamps(self) -> None:
        """Show the stamp register, from which the instruments are reached."""
        from screens.quality import StampScreen  # loaded when it is asked for

        await self.app.push_screen(StampScreen())

    async def load_home(self) -> None:
        """Ask what this inspector stamped and signed today, and which instruments are due."""
        self.stamps = await self.house.engine.ask(my_stamps, self.token, self.house.words)
        self.due = await self.house.engine.ask(instruments_due, self.token, self.house.words)

    def home_lines(self, reader: Reader) -> list[Content]:
        """Return the instruments that are due, and today's stamps, the newest first."""
        lines = [*due_lines(self.due, reader), Content(""), styled(reader.say("screen.my_stamps"), "bold $primary")]
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
