"""Leading on: from the desk to the map, the menu, people, the slip as it was printed, and to a sheet of the thing on the desk."""

from __future__ import annotations

from typing import Any

from screens.keybar import Action
from screens.looking import LookingDesk

Json = dict[str, Any]
SHEETS = {"item": "item_label", "lot": "lot_label", "bin": "place_label", "person": "badge"}
"""What is printed of a thing, by the kind of its card."""


def sheet_of(card: Json) -> str:
    """Return what is printed of the thing on a card; a bin, which has a zone, has a label of its own."""
    return "bin_label" if "zone" in card else SHEETS[card["kind"]]


class LeadingDesk(LookingDesk):
    """A desk from which other screens are reached."""

    laid = ""
    """The code by which the card on the desk was found."""

    async def show_map(self) -> None:
        """Show where every copy is: of the card's document, or of this desk."""
        from screens.papermap import PaperMap

        serial = self.card["document"]["serial"] if self.card and "document" in self.card else ""
        await self.app.push_screen(PaperMap(serial))

    async def show_slip(self, card: Json) -> None:
        """Show the paper on the desk as it was printed."""
        from screens.slip import SlipScreen  # what is looked at as paper is loaded when it is asked for

        await self.app.push_screen(SlipScreen(named=str(card.get("copy") or card["document"]["serial"])))

    async def show_menu(self) -> None:
        """Show the other screens and the settings of this terminal."""
        from screens.menu import MenuScreen

        await self.app.push_screen(MenuScreen())

    def stock_actions(self, key: int) -> list[Action]:
        """Return the keys that look into the stock: the ledger of the item or lot on the desk, and the trace of the lot."""
        kind = (self.card or {})["kind"]
        ledger = Action(key, self.say("ledger.title"), self.show_ledger, self.say("ledger.key_ledger"))
        trace = Action(key + 1, self.say("ledger.key_trace"), self.show_trace, self.say("ledger.key_trace_short"))
        return [ledger, trace] if kind == "lot" else [ledger] if kind == "item" else []

    async def show_ledger(self) -> None:
        """Show where the item or the lot on the desk was at all."""
        from screens.ledger import PlacesScreen  # loaded when it is asked for

        card = self.card or {}
        lot = card["lot"]["code"] if card["kind"] == "lot" else ""
        await self.app.push_screen(PlacesScreen("" if lot else card["item"]["code"], lot))

    async def show_trace(self) -> None:
        """Trace the lot on the desk."""
        from screens.tracing import TraceScreen  # loaded when it is asked for

        await self.app.push_screen(TraceScreen((self.card or {})["lot"]["code"]))

    async def print_sheet(self) -> None:
        """Have the label of the thing on the desk printed, or the badge of the person."""
        if self.card is None or self.card["kind"] not in SHEETS:
            return
        await self.house.have_printed(sheet_of(self.card), self.laid)
