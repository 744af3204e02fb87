"""Looking: what waits at a desk on the left, the card on the right; on a narrow terminal one of them."""

from __future__ import annotations

from typing import Any

from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from qdesk.desk.openings import openings
from qdesk.lookups import inbox
from screens.card import Reader, case_lines
from screens.choices import Choice
from screens.frame import Frame
from screens.inbox import inbox_lines, sorted_rows
from screens.lettering import stacked
from screens.things import thing_lines

Json = dict[str, Any]
CASE_CARDS = ("copy", "document", "void")
WIDE = 110


class LookingDesk(Frame):
    """A desk that is looked at: which rows and which card it shows; what scans and keys do is said in the rooms above."""

    def __init__(self) -> None:
        """Begin with an empty desk."""
        super().__init__()
        self.card: Json | None = None
        self.pieces: dict[str, str] = {}
        self.rows: list[Json] = []
        self.pages: list[tuple[int, str, str]] = []
        """After which row each page begins that was turned to."""
        self.next_page: list[Any] | None = None
        self.opened_here: list[Json] = []
        self.cursor = 0
        self.page = 0
        """Which page of what may be done with the card is shown."""
        self.held = ""
        """The copy that was scanned last; the paper of one that was only asked for by its number is somewhere else."""
        self.settled = False
        """Whether something was just done with this paper."""
        self.undo: tuple[str, int, str] | None = None
        """The case, the act and the title of what can be taken back."""

    def body(self) -> ComposeResult:
        """What waits on the left, the card on the right; on a narrow terminal one of them."""
        with Horizontal(id="desk"):
            with VerticalScroll(id="home", can_focus=False):
                yield Static("", id="inbox", markup=False)
            with VerticalScroll(id="card", can_focus=False):
                yield Static("", id="card-text", markup=False)

    def on_mount(self) -> None:
        """Look what waits here."""
        self.house.work(self.refresh_home())

    def on_resize(self) -> None:
        """Set the text anew in the new width."""
        self.call_after_refresh(self.redraw)

    def help_page(self) -> str:
        """Return the handbook page of this desk."""
        return self.house.present_seat.desk

    @property
    def token(self) -> str:
        """Return the session's secret."""
        return self.house.present_seat.token

    def reader(self, width: int) -> Reader:
        """Return for whom text is set."""
        return Reader(self.house.engine.site, self.house.words, width)

    async def refresh_home(self) -> None:
        """Ask what waits here and what may be begun here."""
        after = self.pages[-1] if self.pages else (0, "", "")
        page = await self.house.engine.ask(inbox, self.house.present_seat.desk, self.house.words, after)
        self.rows, self.next_page = sorted_rows(page), page["next"]
        self.cursor = min(self.cursor, max(0, len(self.rows) - 1))
        self.opened_here = await self.house.engine.ask(openings, self.token, self.house.words)
        await self.load_home()
        self.redraw()

    async def load_home(self) -> None:
        """Ask what this kind of desk shows beside what waits here."""

    async def load_card(self) -> None:
        """Ask what this kind of desk shows beside the card."""

    def home_lines(self, reader: Reader) -> list[Content]:
        """Return what this kind of desk shows under what waits here."""
        return []

    def draw_body(self) -> None:
        """Draw what waits and the card."""
        wide, width = self.app.size.width >= WIDE, max(20, self.app.size.width - 3)
        self.set_class(self.card is not None, "-card")
        home, card = (max(40, width * 2 // 5), width - max(40, width * 2 // 5) - 2) if wide else (width, width)
        reader = self.reader(home)
        lines = self.print_lines(reader) + inbox_lines(self.rows, self.cursor, self.next_page is not None, reader)
        lines += self.home_lines(reader)
        self.query_one("#inbox", Static).update(stacked(lines))
        self.query_one("#card-text", Static).update(stacked(self.card_lines(self.reader(card))))

    def print_lines(self, reader: Reader) -> list[Content]:
        """Return that something did not print, as long as that is so."""
        return reader.wrapped(self.house.failed_text(), "! ", "  ", "bold $error") if self.house.failed else []

    def card_lines(self, reader: Reader) -> list[Content]:
        """Return the card on the desk, or what to do to get one."""
        if self.card is None:
            return reader.wrapped(self.say("screen.scan_something"), "", "", "$quiet")
        if self.card["kind"] not in CASE_CARDS:
            return thing_lines(self.card, reader)
        return case_lines(self.card, reader, self.choices(), self.pieces, self.goods_lines(reader))

    def goods_lines(self, reader: Reader) -> list[Content]:
        """Return what this kind of desk has to say of the goods the card is about."""
        return []

    def choices(self) -> list[Choice]:
        """Return what may be done with the card."""
        return []

    def key_down(self) -> None:
        """Choose the next row of what waits."""
        self.move_cursor(1)

    def key_up(self) -> None:
        """Choose the row before."""
        self.move_cursor(-1)

    def move_cursor(self, step: int) -> None:
        """Go through what waits; with a card on a narrow screen, scroll it by a line."""
        if self.card is not None and self.has_class("-narrow"):
            self.query_one("#card").scroll_relative(y=step, animate=False)
            return
        if not 0 <= self.cursor + step < len(self.rows):
            self.house.work(self.turn_page(step))
            return
        self.cursor += step
        self.draw_body()
        self.query_one("#home").scroll_to(y=max(0, self.cursor - 5), animate=False)

    async def turn_page(self, step: int) -> None:
        """Go on to the next page of what waits, or back to the one before."""
        if step > 0 and self.next_page:
            self.pages.append((self.next_page[0], self.next_page[1], self.next_page[2]))
        elif step < 0 and self.pages:
            self.pages.pop()
        else:
            return
        self.cursor = 0
        await self.refresh_home()

    def action_page(self, direction: int) -> None:
        """Scroll the card, or what waits, by a page."""
        part = self.query_one("#card" if self.card else "#home")
        part.scroll_relative(y=direction * max(1, part.size.height - 1), animate=False)
