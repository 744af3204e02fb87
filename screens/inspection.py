"""Inspection: what has to be judged, and what one's own stamp stands for today."""

from __future__ import annotations

from dataclasses import replace

from textual.content import Content

from qdesk.handing_over import my_stamps
from qdesk.inspectors_day import lots_apart
from qdesk.quality_lists import instruments_due
from qdesk.telling import short_time
from screens.card import Reader
from screens.choices import FIRST_KEY, LAST_KEY, Choice, Situation
from screens.desk import DeskScreen, Json
from screens.keybar import Action
from screens.lettering import fit, shown, styled
from screens.quality import due_lines

PAPERS = ("certificate", "inspection_report", "stamp_label")
"""What may be printed about the act by which something passed (F022, F023)."""


class InspectionDesk(DeskScreen):
    """The desk of the inspectors: their stamp is personal, so what it was put on today stands there."""

    def __init__(self) -> None:
        """Begin with an empty desk."""
        super().__init__()
        self.stamps: list[Json] = []
        self.due: list[Json] = []
        """The instruments whose calibration has ended or soon will."""
        self.apart = 0
        """How many lots are set apart without a report (R058)."""

    @property
    def situation(self) -> Situation:
        """Return how it is with the card; with a stamp on it there is paper to be printed about it."""
        return replace(super().situation, papers=PAPERS if self.passed_by() else ())

    def passed_by(self) -> int:
        """Return the number of the newest act on the card by which something passed under a stamp that holds; 0 for none."""
        card = self.card or {}
        stamped = {mark["meaning"] for mark in card.get("signatures", ()) if mark["kind"] == "stamp" and not mark["lapsed"]}
        return max((int(act["act"]) for act in card.get("acts", ()) if act["step"] in stamped), default=0)

    async def choose(self, choice: Choice) -> None:
        """Print what is about the case, or begin what a key offers."""
        kind = str(choice.step["step"])
        if kind not in PAPERS:
            await super().choose(choice)
            return
        await self.house.have_printed(kind, str(self.passed_by()))

    def list_actions(self, key: int) -> list[Action]:
        """Return the key of the registers of stamps and instruments."""
        return [Action(key, self.say("quality.key_stamps"), self.show_stamps)] if key < LAST_KEY else []

    async def show_stamps(self) -> None:
        """Show the stamp register, from which the instruments are reached."""
        from screens.quality import StampScreen  # loaded when it is asked for

        await self.app.push_screen(StampScreen())

    def home_actions(self) -> list[Action]:
        """Return the forms that may be opened here, and the day of the inspector always on the last key."""
        opened = [action for action in super().home_actions() if FIRST_KEY <= action.key < LAST_KEY]
        return [*opened, Action(LAST_KEY, self.say("inspectors_day.key_open"), self.show_day)]

    async def show_day(self) -> None:
        """Show what waits by age, the stamps of today, what is set apart, and the quality of a month."""
        from screens.inspectors_day import InspectorsDay  # the other screens are loaded when they are asked for

        await self.app.push_screen(InspectorsDay())

    async def load_home(self) -> None:
        """Ask what this inspector stamped and signed today, which instruments are due, and what is set apart without a report."""
        self.stamps = await self.house.engine.ask(my_stamps, self.token, self.house.words)
        self.due = await self.house.engine.ask(instruments_due, self.token, self.house.words)
        self.apart = await self.house.engine.ask(lots_apart, self.token)

    def home_lines(self, reader: Reader) -> list[Content]:
        """Return how much is set apart without a report, the instruments that are due, and today's stamps, the newest first."""
        told = self.say("inspectors_day.told_apart", count=self.apart, key=f"F{LAST_KEY}")
        warned = reader.wrapped(told, "", "  ", "bold $warning") if self.apart else []
        above = [*warned, *due_lines(self.due, reader)]
        lines = [*above, Content(""), styled(reader.say("screen.my_stamps"), "bold $primary")]
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
