"""The stores: which lots to fetch from where for the paper on the desk, and what is expected, scanned and missing."""

from __future__ import annotations

from textual.content import Content

from qdesk.desk import look
from qdesk.desk.proposing import propose
from qdesk.errors import Refused
from qdesk.lookups import numbered_pieces
from qdesk.scan import clean_code, kind_of
from qdesk.store_watch import store_notices
from qdesk.telling import day_text
from screens.card import Reader
from screens.choices import LAST_KEY
from screens.counting import Count, CountedLine, count_lines, counted_text
from screens.counts import BY_SCAN
from screens.desk import DeskScreen, Json
from screens.intent import Intent
from screens.keybar import Action
from screens.lettering import styled
from screens.watching import notice_lines

PUT_AWAY_KEY = 5
SHELVED = ("lot", "item", "bin")
"""What may be put away, by the kind of its card."""
GOODS = ("other", "document")
"""What the code of goods may look like: a lot has a letter, a year and a number like a serial."""


TAKES_COUNT = BY_SCAN | {"lots"}
"""Questions that what was counted at the desk answers."""


class WarehouseDesk(DeskScreen):
    """The desk of a storekeeper; goods that are scanned while a paper lies here are counted against it."""

    def __init__(self) -> None:
        """Begin with an empty desk."""
        super().__init__()
        self.proposed: dict[str, list[Json]] = {}
        self.count: Count | None = None
        self.counted: tuple[str, list[Json]] = ("", [])
        """For which case and which lines the count is."""
        self.counts_for: set[str] = set()
        """The steps that goods are counted for: no other step is kept from being done by a count that does not agree."""
        self.watched: list[Json] = []
        """What has to be seen to in this store."""

    # The store

    async def load_home(self) -> None:
        """Ask what has to be seen to: shelf lives, the climate."""
        self.watched = await self.house.engine.ask(store_notices, self.token, self.house.words)

    def print_lines(self, reader: Reader) -> list[Content]:
        """Return what did not print, and what has to be seen to: both stand above what waits."""
        return [*super().print_lines(reader), *notice_lines(self.watched, reader)]

    def home_actions(self) -> list[Action]:
        """Return the forms that may be opened, and the bins of the store on the last key."""
        return [*super().home_actions(), Action(LAST_KEY, self.say("bin_plan.key_open"), self.show_bins)]

    def actions(self) -> list[Action]:
        """Return the keys; goods and bins on the desk may be put away."""
        actions = super().actions()
        if self.card is not None and self.card["kind"] in SHELVED:
            actions.append(Action(PUT_AWAY_KEY, self.say("step.put_away"), self.fill_bins))
        return actions

    async def show_bins(self) -> None:
        """Show the bins of the store, and what is done with them."""
        from screens.bin_plan import BinPlanScreen  # loaded when it is asked for

        await self.app.push_screen(BinPlanScreen())

    async def fill_bins(self, *codes: str) -> None:
        """Put away what lies on the desk, and what was scanned after it."""
        from screens.putting_away import PutAwayScreen

        await self.app.push_screen(PutAwayScreen(self, [self.laid, *codes]))

    def is_location(self) -> bool:
        """Tell whether a bin lies on the desk, so that goods scanned after it are meant for it; a whole store is no bin."""
        return self.card is not None and self.card["kind"] == "bin" and bool(self.card.get("zone"))

    async def load_card(self) -> None:
        """Ask which lots the steps that may be done here would take, and which goods they bring in."""
        expected: list[Json] = []
        by_piece = False
        self.proposed, self.counts_for = {}, set()
        card = self.card
        for step in card.get("can", []) if card else []:
            proposed = await self.propose(str(card["case"]) if card else "", step)
            goods, checked = proposed.pop("coming", []), proposed.pop("expected", None)
            self.proposed[step["title"]] = [row for rows in proposed.values() for row in rows]
            by_piece = by_piece or (bool(checked) and not expected)
            drawn = card["document"]["lines"] if card and checked is None and "lots" in proposed else []
            expected = expected or goods or checked or drawn
            self.counts_for |= {step["step"]} if goods or checked or drawn else set()
        counted = (str(card.get("case", "")) if card else "", expected)
        if counted != self.counted:
            self.counted, self.count = counted, Count.of(expected, by_piece=by_piece) if expected else None

    async def propose(self, case: str, step: Json) -> dict[str, list[Json]]:
        """Return what is proposed for a step; what is refused here is said when the step is done."""
        try:
            return dict(await self.house.engine.ask(propose, self.token, case, step["step"], step["outcomes"][0]["name"] or ""))
        except Refused:
            return {}

    def clear(self) -> None:
        """Put the paper aside, and with it what was counted."""
        super().clear()
        self.proposed, self.count, self.counted = {}, None, ("", [])

    # Counting

    async def take(self, code: str) -> None:
        """Count goods while a paper lies here that expects some; anything else is laid on the desk."""
        if self.count is not None and self.count.take_bin(clean_code(code)):
            self.house.ring()
            self.redraw()
            self.tell(self.say("store.bin_taken", bin=clean_code(code)))
            return
        line = await self.counted_line(code) if kind_of(clean_code(code)) in GOODS else None
        if line is None and self.is_location() and await self.is_goods(code):
            await self.fill_bins(code)
            return
        if line is None:
            await super().take(code)
            return
        self.house.ring()
        self.redraw()
        self.tell(counted_text(line, self.reader(80)))

    async def is_goods(self, code: str) -> bool:
        """Tell whether a code names an item or a lot."""
        try:
            thing = await self.house.engine.ask(look, self.token, code, self.house.words)
        except Refused:  # said, and written down, by presenting it
            return False
        return thing["kind"] in ("item", "lot")

    async def counted_line(self, code: str) -> CountedLine | None:
        """Count what was scanned: a piece by its item, a lot, or the piece with a serial number; None where it is no goods."""
        count = self.count
        if count is None:
            return None
        if any(line.serial == code for line in count.lines):
            return count.take_serial(code)
        try:
            thing = await self.house.engine.ask(look, self.token, code, self.house.words)
        except Refused:  # said, and written down, by presenting it
            return await self.counted_piece(count, code)
        return count.take_thing(thing) if thing["kind"] in ("item", "lot") else None

    async def counted_piece(self, count: Count, serial: str) -> CountedLine | None:
        """Count the piece with a serial number where the lines name none; None where no such piece is known."""
        if not count.by_piece:
            return None
        pieces = await self.house.engine.ask(numbered_pieces, serial, [line.item for line in count.lines])
        return count.take_lot(pieces[0]["code"], pieces[0]["item"], serial) if pieces else None

    async def begin(self, intent: Intent) -> None:
        """Begin a step; a count that was begun goes along, or has to agree where the step asks for no lots."""
        count = self.count
        if count is not None and count.begun:
            if count.is_blind or any(ask["name"] in TAKES_COUNT for ask in intent.asks):
                intent.count = count
            elif intent.scan != "named" and intent.step in self.counts_for and not count.agrees:
                short = [f"{line.number} {line.item}" for line in count.lines if line.missing]
                raise Refused("count_disagrees", lines=short)
        await super().begin(intent)

    # Drawing

    def goods_lines(self, reader: Reader) -> list[Content]:
        """Return what is expected, scanned and missing, and what to fetch."""
        head = "store.blind" if self.count and self.count.is_blind else "store.expected"
        lines = [*reader.head(head), *count_lines(self.count, reader)] if self.count else []
        for title, rows in self.proposed.items():
            if rows:
                key = "store.to_fetch" if any(row.get("place") for row in rows) else "store.to_take_back"
                lines += [Content(""), styled(self.say(key, step=title), "bold $primary")]
                lines += [line for row in rows for line in fetch_line(row, reader)]
        return lines


def fetch_line(row: Json, reader: Reader) -> list[Content]:
    """Return one portion: what, how much, from which lot, place and bin."""
    parts = [f"{row['item']} {row['quantity']}"]
    if row.get("lot"):
        parts.append(f"{reader.say('column.lot')} {row['lot']}")
    if row.get("serial"):
        parts.append(f"{reader.say('column.serial')} {row['serial']}")
    if row.get("expires"):
        parts.append(f"{reader.say('column.expires')} {day_text(row['expires'])[:10]}")
    if row.get("place"):
        parts.append(" ".join(part for part in (reader.place(row["place"]), row.get("bin", "")) if part))
    return reader.wrapped("  ".join(parts), "  ", "    ")
