"""The valve shop: the cases on its floor, what was drawn for each, what was used, what has to go back."""

from __future__ import annotations

from textual.content import Content

from qdesk.handing_over import on_the_floor
from screens.card import Reader
from screens.desk import DeskScreen, Json
from screens.lettering import styled


class ReworkDesk(DeskScreen):
    """The desk of the workshop."""

    def __init__(self) -> None:
        """Begin with an empty desk."""
        super().__init__()
        self.floor: list[Json] = []

    async def load_home(self) -> None:
        """Ask what lies on the floor."""
        self.floor = (await self.house.engine.ask(on_the_floor, self.token, self.house.words))["cases"]

    def home_lines(self, reader: Reader) -> list[Content]:
        """Return the cases on the floor, the oldest first."""
        lines = [Content(""), styled(reader.say("screen.on_the_floor"), "bold $primary")]
        if not self.floor:
            return [*lines, *reader.wrapped(reader.say("screen.floor_empty"), style="$quiet")]
        for case in self.floor:
            lines += floor_lines(case, reader)
        return lines

    def card_lines(self, reader: Reader) -> list[Content]:
        """Return the card, and what lies on the floor for its case."""
        lines = super().card_lines(reader)
        mine = [case for case in self.floor if self.card and case["case"] == self.card.get("case")]
        for case in mine:
            lines += [*reader.head("screen.on_the_floor"), *floor_lines(case, reader)]
        return lines


def floor_lines(case: Json, reader: Reader) -> list[Content]:
    """Return one case: what lies there, what was drawn and used, what is to go back."""
    lines = reader.wrapped("  ".join(part for part in (case["case"], case["customer"] or "") if part), "  ", "    ", "bold")
    for key in ("drawn", "used"):
        if case[key]:
            said = [f"{row['item']} {row['quantity']}" for row in case[key]]
            lines += reader.wrapped(reader.say(f"floor.{key}", goods=said), "    ", "      ")
    for row in case["floor"]:
        held = f" ({reader.hold(row['hold'])})" if row["hold"] else ""
        serial = f" {row['serial']}" if row["serial"] else ""
        goods = f"{row['item']} {row['quantity']}{serial}{held}"
        key = "floor.to_return" if row in case["to_return"] else "floor.lies"
        lines += reader.wrapped(reader.say(key, goods=goods, place=row["title"]), "    ", "      ")
    return lines
