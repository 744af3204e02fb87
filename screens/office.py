"""The offices: forms are opened here, and a stack of documents is approved with one PIN over the list that is shown."""

from __future__ import annotations

from collections import Counter
from typing import Any

from screens.choices import FIRST_KEY, LAST_KEY
from screens.desk import DeskScreen
from screens.keybar import Action

LEAST = 2
"""How many documents make a stack."""


class OfficeDesk(DeskScreen):
    """The desk of an office."""

    def home_actions(self) -> list[Action]:
        """Return the forms that may be opened, and the stacks that may be approved."""
        actions = super().home_actions()
        for (procedure, step), title in self.stacks().items():
            key = FIRST_KEY + len(actions)
            if key <= LAST_KEY:
                actions.append(Action(key, self.say("key.stack", step=title), self.opener(procedure, step, title)))
        return actions

    def stacks(self) -> dict[tuple[str, str], str]:
        """Return the steps that wait here for several cases, by procedure and step, with their title."""
        waiting = [row for row in self.rows if not row.get("notice")]
        count = Counter((row["procedure"], row["step"]) for row in waiting)
        return {(r["procedure"], r["step"]): r["title"] for r in waiting if count[r["procedure"], r["step"]] >= LEAST}

    def opener(self, procedure: str, step: str, title: str) -> Any:
        """Return what opens the stack of one step."""

        async def open_stack() -> None:
            from screens.stack import StackScreen

            cases = [row["case"] for row in self.rows if (row.get("procedure"), row["step"]) == (procedure, step)]
            await self.app.push_screen(StackScreen(step, title, cases, self))

        return open_stack
