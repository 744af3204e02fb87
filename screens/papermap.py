"""The paper map: where every copy is, who signed, what is late and why; of one document, of a desk, or of the whole works."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from textual.app import ComposeResult
from textual.content import Content

from qdesk.clock import moment
from qdesk.desk import look
from qdesk.handing_over import late_or_lost
from qdesk.lookups import serial_of, where_desk, where_document
from qdesk.site import Site
from qdesk.words import Words
from screens.card import Reader
from screens.frame import Frame
from screens.keybar import Action
from screens.lettering import styled
from screens.listing import ListFrame, paper_kind
from screens.mapping import age, document_lines
from screens.pageview import PageView
from screens.table import ROOMY, Json, TableColumn

VOID = "void"
DOCUMENT, DESK, LATE = "document", "desk", "late"
TROUBLE = ("lost", "astray", "void", "on_its_way", "in_place")
STYLES = {
    "lost": "bold $error",
    "late": "bold $warning",
    "astray": "bold $warning",
    "void": "$quiet",
    "on_its_way": "$accent",
    "in_place": "",
}
SLICE = 50


def map_of(site: Site, token: object, serial: str, words: Words) -> Json:
    """Return where every copy of a document is, and its card: nothing arrives by looking."""
    where = where_document(site, serial, words)
    return {"where": where, "card": look(site, token, serial, words)}


class PaperMap(ListFrame):
    """One screen for "where is it": a document's copies, what is at a desk, or what is late or lost anywhere."""

    def __init__(self, serial: str = "", late: bool = False) -> None:
        """Begin with a document or one of its copies, with what is late or lost, or with the desk somebody sits at."""
        super().__init__()
        self.named = serial
        self.shows = DOCUMENT if serial else LATE if late else DESK
        self.before = ""
        self.desk = ""
        self.found: Json | None = None
        self.rows: list[Json] | None = None

    def body(self) -> ComposeResult:
        """The list, or one document."""
        yield PageView()
        yield from super().body()

    def title_text(self) -> str:
        """Return what this screen is about."""
        if self.shows == DOCUMENT:
            return self.say("map.title_document", serial=serial_of(self.named))
        if self.shows == DESK:
            return self.say("map.title_desk", desk=self.reader().desk(self.shown_desk))
        return self.say("map.title_late")

    @property
    def shown_desk(self) -> str:
        """Return which desk's paper is listed: one's own until another is chosen."""
        return self.desk or self.house.present_seat.desk

    # Keys

    def actions(self) -> list[Action]:
        """Choose what is shown."""
        keys = [
            Action(2, self.say("map.key_this_desk"), self.show_this_desk),
            Action(3, self.say("map.key_late"), self.show_late),
            Action(4, self.say("map.key_next_desk"), self.show_next_desk),
        ]
        keys += self.slip_actions(6, self.named if self.shows == DOCUMENT else (self.table.chosen or {}).get("paper", ""))
        if self.shows != DOCUMENT:
            return [*keys, Action(5, self.say("map.key_copies"), self.show_chosen)]
        if self.found and len(self.found["card"]["documents"]) > 1:
            keys.append(Action(5, self.say("map.key_next_document"), self.show_next_document))
        return keys

    def action_choose(self, key: str) -> None:
        """Go through the list, or scroll the document."""
        if self.shows != DOCUMENT:
            super().action_choose(key)
            return
        self.query_one(PageView).scroll_by_key(key)

    async def show_this_desk(self) -> None:
        """List what is at the desk somebody sits at."""
        await self.show_list(DESK)

    async def show_late(self) -> None:
        """List what is late or lost anywhere."""
        await self.show_list(LATE)

    async def show_next_desk(self) -> None:
        """List what is at the next desk, round and round."""
        desks = list(self.house.engine.site.factory.desks)
        await self.show_list(DESK, desks[(desks.index(self.shown_desk) + 1) % len(desks)])

    async def show_list(self, shows: str, desk: str = "") -> None:
        """Show another list from its beginning."""
        self.shows, self.desk, self.before, self.looked_for = shows, desk, "", ""
        await self.load()

    async def show_chosen(self) -> None:
        """Show the copies of the chosen row's document."""
        row = self.table.chosen
        if row is not None:
            await self.show_document(row["paper"])

    async def show_next_document(self) -> None:
        """Show the next document of the same case."""
        if self.found is not None:
            serials = self.found["card"]["documents"]
            place = serials.index(self.found["where"]["document"])
            await self.show_document(serials[(place + 1) % len(serials)])

    async def show_document(self, named: str) -> None:
        """Show where the copies of a document are; one that is not in the book is refused and nothing changes."""
        self.found = await self.house.engine.ask(map_of, self.token, serial_of(named), self.house.words)
        if self.shows != DOCUMENT:
            self.before = self.shows
        self.shows, self.named = DOCUMENT, named
        self.redraw()
        self.query_one(PageView).go(0)

    async def take(self, code: str) -> None:
        """Show the map of a serial or a copy right here; a piece of paper in hand goes to the desk."""
        kind = paper_kind(code)
        if kind in ("document", "copy"):
            await self.show_document(code)
        elif self.shows == DOCUMENT:
            await Frame.take(self, code)
        else:
            await super().take(code)

    async def enter(self) -> None:
        """Open the document, or the chosen row's, at the desk."""
        if self.shows == DOCUMENT:
            await self.to_desk(self.named)
        else:
            await super().enter()

    async def open_row(self, row: Json) -> None:
        """Open the row's paper at the desk."""
        await self.to_desk(row["paper"])

    async def back(self) -> None:
        """Go back to the list the document was chosen from, or to the screen before."""
        if self.shows == DOCUMENT and self.before:
            self.shows, self.before = self.before, ""
            await self.changed()
            self.redraw()
        else:
            await super().back()

    # Looking

    async def load(self) -> None:
        """Ask for what is shown."""
        if self.shows == DOCUMENT:
            await self.show_document(self.named)
            return
        self.rows = None
        await super().load()

    async def changed(self) -> None:
        """Look again at whatever is shown."""
        self.rows = None
        if self.shows == DOCUMENT and self.found is not None:
            serial = self.found["where"]["document"]
            self.found = await self.house.engine.ask(map_of, self.token, serial, self.house.words)
            if not self.still_shown:
                return
            self.redraw()
        await super().changed()

    async def page(self, after: Any) -> tuple[list[Json], Any]:
        """Return a part of the list; it is asked for whole, since its worst rows come first."""
        if after is None or self.rows is None:
            self.rows = await self.list_rows()
        sought = self.looked_for.casefold().split()
        rows = [row for row in self.rows if all(word in self.row_text(row) for word in sought)] if sought else self.rows
        first = after or 0
        return rows[first : first + SLICE], first + SLICE if first + SLICE < len(rows) else None

    async def list_rows(self) -> list[Json]:
        """Ask for the rows of the list, the worst first."""
        ask, words = self.house.engine.ask, self.house.words
        if self.shows == LATE:
            return late_rows(await ask(late_or_lost, words))
        return desk_rows(await ask(where_desk, self.shown_desk))

    def row_text(self, row: Json) -> str:
        """Return what is looked through for a word."""
        return " ".join(self.cell(row, key) for key in ("paper", "state", "due", "what", "case")).casefold()

    # Drawing

    def draw_body(self) -> None:
        """Draw the list or the document."""
        document = self.shows == DOCUMENT
        view = self.query_one(PageView)
        view.display = document
        self.table.display = not document
        super().draw_body()
        if document and self.found is not None:
            now = moment(self.house.engine.site.clock.now())
            lines = document_lines(self.found, self.named, self.reader(), now, self.app.size.width >= ROOMY)
            view.show(lines, view.top)

    def head_lines(self, reader: Reader) -> list[Content]:
        """Return how much of each kind of trouble the list holds."""
        if self.shows == DOCUMENT or self.rows is None:
            return []
        counts = [(state, sum(row["state"] == state for row in self.rows)) for state in ("late", *TROUBLE)]
        told = [self.say("map.count", state=self.say(f"map.{state}"), count=count) for state, count in counts if count]
        return [styled(reader.words.clauses(told) or self.say("map.no_paper"), "bold $primary")]

    def columns(self) -> Sequence[TableColumn]:
        """Return the columns of the list."""
        late = self.shows == LATE
        return [
            TableColumn("paper", self.say("column.copy"), 15),
            TableColumn("state", self.say("column.state"), 10),
            TableColumn("due", self.say("map.waits_at" if late else "column.due"), 20, share=1),
            TableColumn("what", self.say("map.what" if late else "column.seen"), 20, share=1),
            TableColumn("case", self.say("column.case"), 13, wide=True),
            TableColumn("since", self.say("column.since"), 16, wide=True),
            TableColumn("age", self.say("map.for"), 7, right=True),
        ]

    def cell(self, row: Json, key: str) -> str:
        """Return what stands in a cell."""
        reader = self.reader()
        if key == "state":
            return self.say(f"map.{row['state']}")
        if key == "due":
            return reader.desk(row["due"])
        if key == "what":
            seen = "" if "title" in row else reader.desk(row["seen"])
            told = self.say("map.last_seen", desk=seen) if self.shows == LATE else seen
            return str(row.get("title") or told)
        if key == "since":
            return str(row["since"])[:16].replace("T", " ")
        if key == "age":
            return age(row["since"], reader, moment(reader.site.clock.now()))
        return super().cell(row, key)

    def row_style(self, row: Json) -> str:
        """Return how a row looks: trouble is seen."""
        return STYLES[row["state"]]

    def name_of(self, row: Json) -> object:
        """Return the paper and what is wrong with it."""
        return row["paper"], row["state"], row.get("step")


def desk_rows(found: Json) -> list[Json]:
    """Return what is at a desk: lost paper, what lies here and is due elsewhere, what is on its way, what is in place."""
    rows = [row_of(copy, copy["state"]) for copy in found["due"]]
    rows += [row_of(copy, stray_state(copy)) for copy in found["astray"]]
    newest = sorted(rows, key=lambda row: str(row["since"]), reverse=True)
    return sorted(newest, key=lambda row: TROUBLE.index(row["state"]))


def stray_state(copy: Json) -> str:
    """Return in one word how it is with paper that lies where it is not due."""
    return "lost" if copy["state"] == "lost" else "void" if copy["due"] == VOID else "astray"


def late_rows(found: Json) -> list[Json]:
    """Return the lost copies and the late steps of the whole works."""
    lost = [row_of(copy, "lost") for copy in found["lost"]]
    late = [{**row, "paper": row["case"], "state": "late", "due": row["desk"]} for row in found["late"]]
    return [*lost, *late]


def row_of(copy: Json, state: str) -> Json:
    """Return one copy as a row: what is on its way is so since it was sent, everything else since it was seen."""
    since = copy["due_since" if state == "on_its_way" else "seen_since"]
    return {"paper": copy["copy"], "case": copy["case"], "state": state, "due": copy["due"], "seen": copy["seen"], "since": since}
