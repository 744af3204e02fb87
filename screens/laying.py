"""Laying: a paper or a thing that was scanned is laid on the desk, looked at again when something has changed, and put aside."""

from __future__ import annotations

from typing import Any

from qdesk.desk import look
from qdesk.desk.reversing import undoable
from qdesk.lookups import serial_of
from screens.leading import LeadingDesk

Json = dict[str, Any]


class LayingDesk(LeadingDesk):
    """A desk on which papers are laid."""

    async def take(self, code: str) -> None:
        """Put on the desk whatever was scanned."""
        card = await self.house.engine.present(self.house.present_seat, code, self.house.words)
        await self.lay(card, code)
        wrong = card["kind"] == "void" or (card["kind"] == "copy" and not (card["due_here"] or usable_steps(card)))
        self.tell(self.said_of(card), "refused" if wrong else "told")
        self.house.ring(2 if wrong else 1)

    async def enter(self) -> None:
        """Open the chosen row of what waits."""
        if self.card is None and self.rows:
            await self.take(await self.paper_of(self.rows[self.cursor]))

    async def paper_of(self, row: Json) -> str:
        """Return the document that what waits is done on, such as the parts form; else that of the case."""
        card = await self.house.engine.ask(look, self.token, str(row["case"]), self.house.words)
        step = next((step for step in card["can"] if step["step"] == row["step"] and step["copies"]), None)
        return serial_of(step["copies"][0]) if step else str(row["case"])

    async def lay(self, card: Json, code: str) -> None:
        """Lay a card on the desk; the pieces of one case are kept together until it is done."""
        same = self.card is not None and self.card.get("case") == card.get("case") and "case" in card
        if not same:
            self.pieces, self.page = {}, 0
        self.held, self.settled = "", False
        piece = next((copy["piece"] for copy in card.get("copies", []) if copy["copy"] == card.get("copy")), None)
        if card["kind"] == "copy" and code == piece:
            self.pieces[card["copy"]] = code
            self.held = card["copy"]
        self.card, self.undo, self.laid = card, self.undo if same else None, code
        await self.load_card()
        self.redraw()
        self.query_one("#card").scroll_home(animate=False)

    def said_of(self, card: Json) -> str:
        """Return what a scan found, in one sentence."""
        if card["kind"] == "copy":
            if usable_steps(card):
                return self.say("scan.usable", copy=card["copy"], steps=usable_steps(card))
            copy = next(each for each in card["copies"] if each["copy"] == card["copy"])
            key = "scan.here" if card["due_here"] else "scan.elsewhere"
            return self.say(key, copy=card["copy"], desk=self.reader(80).desk(copy["due"]))
        if card["kind"] == "void":
            return self.say("scan.void", copy=card.get("copy", card["case"]))
        if card["kind"] == "document":
            return self.say("scan.document", serial=card["document"]["serial"])
        return self.say(f"scan.{card['kind']}")

    async def changed(self) -> None:
        """Another desk has acted: look again at what waits and at the card, without taking anything in."""
        if self.card is not None:
            await self.look_again()
        await self.refresh_home()

    async def look_again(self) -> None:
        """Show the card as it is now; nothing arrives by looking."""
        card = self.card
        if card is None:
            return
        code = card.get("copy") or (card["document"]["serial"] if "document" in card else None)
        if code is None:
            return
        again = await self.house.engine.ask(look, self.token, code, self.house.words)
        if self.card is not card:  # another paper was scanned meanwhile
            return
        changed = again["digest"] != card.get("digest")
        self.card = {**again, "kind": card["kind"], **({"void": card["void"]} if "void" in card else {})}
        await self.load_card()
        if self.undo and not await self.house.engine.ask(undoable, self.token, self.undo[1]):
            self.undo = None
            self.tell_no_undo()
        if changed:
            self.tell(self.say("screen.card_changed"), "hint")

    def tell_no_undo(self) -> None:
        """Say no more that the last act can be taken back: something has followed, such as its print."""
        hint = self.say("done.undo")
        if self.said.endswith(hint):
            self.tell(self.said.removesuffix(hint))

    def clear(self) -> None:
        """Put the paper aside."""
        self.card, self.pieces, self.page, self.undo, self.held, self.settled = None, {}, 0, None, "", False


def usable_steps(card: Json) -> list[str]:
    """Return the steps that the copy on the card may be used for here."""
    return [step["title"] for step in card["can"] if card["copy"] in step["copies"]]
