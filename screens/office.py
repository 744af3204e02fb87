"""The offices: forms are opened here, a stack of documents is approved with one PIN, people and stock are kept in order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from textual.content import Content

from qdesk.desk.openings import fixed_openings
from qdesk.duties import duties
from qdesk.monitored import desks_of
from qdesk.store_watch import store_notices
from screens.card import Reader
from screens.choices import FIRST_KEY, LAST_KEY
from screens.desk import DeskScreen
from screens.duties import duty_lines
from screens.intent import one_way_each
from screens.keybar import Action
from screens.lettering import styled
from screens.watching import notice_lines

Json = dict[str, Any]

MONITORED = "monitoring"
"""The form that has a screen of its own."""
LEAST = 2
"""How many documents make a stack."""


class OfficeDesk(DeskScreen):
    """The desk of an office."""

    def __init__(self) -> None:
        """Begin with an empty desk."""
        super().__init__()
        self.acts: list[Json] = []
        """What this person may do with people and stock beyond what everybody may."""
        self.duties: list[Json] = []
        self.follows = False
        """Whether the statistics of deliveries are followed here that another desk draws up."""
        self.watched: list[Json] = []
        """What quality has to see to in the stores."""

    def home_actions(self) -> list[Action]:
        """Return the forms that may be opened, the stacks that may be approved, and people and stock always on the last key."""
        actions, last = super().home_actions(), LAST_KEY - bool(self.acts)
        for (procedure, step), title in self.stacks().items():
            key = FIRST_KEY + len(actions)
            if key <= last:
                actions.append(Action(key, self.say("key.stack", step=title), self.opener(procedure, step, title)))
        if self.follows and FIRST_KEY + len(actions) <= last:
            actions.append(Action(FIRST_KEY + len(actions), self.say("monitoring.key_open"), self.show_monitoring))
        if self.keeps_stamps and FIRST_KEY + len(actions) <= last:
            actions.append(Action(FIRST_KEY + len(actions), self.say("quality.key_stamps"), self.show_stamps))
        if self.watched and FIRST_KEY + len(actions) <= last:
            actions.append(Action(FIRST_KEY + len(actions), self.say("bin_plan.key_open"), self.show_bins))
        return [*actions, Action(LAST_KEY, self.say("key.people"), self.show_people)] if self.acts else actions

    @property
    def keeps_stamps(self) -> bool:
        """Tell whether this person keeps stamps and instruments in order."""
        return any(act["step"] == "limit_stamp" for act in self.acts)

    async def show_stamps(self) -> None:
        """Show the stamp register, from which the instruments are reached."""
        from screens.quality import StampScreen

        await self.app.push_screen(StampScreen())

    async def load_home(self) -> None:
        """Ask what may be done with people and stock; what everybody may do for themselves is in the menu."""
        acts = await self.house.engine.ask(fixed_openings, self.token, self.house.words)
        self.acts = acts if any(not act["own"] for act in acts) else []
        self.duties = await self.house.engine.ask(duties, self.token, self.house.words)
        self.watched = await self.house.engine.ask(store_notices, self.token, self.house.words)
        drawn_up_here = any(opening["form"] == MONITORED for opening in self.opened_here)
        self.follows = not drawn_up_here and self.house.present_seat.desk in await self.house.engine.ask(desks_of)

    def print_lines(self, reader: Reader) -> list[Content]:
        """Return what did not print, and the duties that are due: both stand above what waits."""
        return [*super().print_lines(reader), *duty_lines(self.duties, reader), *notice_lines(self.watched, reader)]

    def ways(self, openings: Sequence[Json]) -> list[Json]:
        """Return what may be begun here; which way statistics go follows from the month they are about."""
        return [way for each in openings for way in ([each] if each["form"] == MONITORED else one_way_each([each]))]

    async def open_form(self, opening: Json) -> None:
        """Begin a new case; statistics are begun from the month they are about."""
        if opening["form"] == MONITORED:
            await self.show_monitoring()
        else:
            await super().open_form(opening)

    async def show_monitoring(self) -> None:
        """Show the deliveries of a month."""
        from screens.monitoring import MonitoringScreen

        await self.app.push_screen(MonitoringScreen())

    async def show_bins(self) -> None:
        """Show the bins of the stores, and from there what ends and what was too warm."""
        from screens.bin_plan import BinPlanScreen

        await self.app.push_screen(BinPlanScreen())

    def home_lines(self, reader: Reader) -> list[Content]:
        """Return what may be done with people and stock, where that is what the desk is for."""
        if not self.acts or self.opened_here:
            return []
        told = [styled(self.say("administration.here", key=f"F{LAST_KEY}"), "bold $primary")]
        return [Content(""), *told, *reader.wrapped(self.house.words.show([act["title"] for act in self.acts]))]

    def stacks(self) -> dict[tuple[str, str], str]:
        """Return the steps that wait here for several cases, by procedure and step, with their title; each vehicle is its own."""
        waiting = [row for row in self.rows if not row.get("notice") and "#" not in row["step"]]
        count = Counter((row["procedure"], row["step"]) for row in waiting)
        return {(r["procedure"], r["step"]): r["title"] for r in waiting if count[r["procedure"], r["step"]] >= LEAST}

    def opener(self, procedure: str, step: str, title: str) -> Any:
        """Return what opens the stack of one step."""

        async def open_stack() -> None:
            from screens.stack import StackScreen

            cases = [row["case"] for row in self.rows if (row.get("procedure"), row["step"]) == (procedure, step)]
            await self.app.push_screen(StackScreen(step, title, cases, self))

        return open_stack
