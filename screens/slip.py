"""The preview: what a slip says, and the page as it comes out of the printer, drawn in blocks; before it is printed or after."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, TypeVar

from textual.binding import BindingType
from textual.content import Content

from qdesk.desk import look
from qdesk.errors import Refused
from qdesk.lookups import serial_of
from qdesk.site import Site
from qdesk.slips.formats import DOTS, FORMATS, Format
from qdesk.words import Words
from screens.frame import ScanLine
from screens.keybar import Action
from screens.pageview import PageFrame
from screens.slip_text import INK, slip_lines
from screens.textframe import by_keys

if TYPE_CHECKING:
    from qdesk.slips.raster import Bitmap
    from screens.printroom import Press

Json = dict[str, Any]
T = TypeVar("T")
SLIP = "slip"
SIZES = (0.0, 1.15, 2.3)
"""How many cells a millimetre a page is drawn with; large text is legible from one on. The first fills the terminal's width."""
STEP = 0.5
"""Which part of the terminal's width Left and Right go by."""


class Sheet(NamedTuple):
    """One thing to be looked at: what kind of print, of what, what it is called, at which printer, and whether again."""

    kind: str
    subject: str
    name: str
    printer: str = ""
    again: bool = False
    form: str = ""


def sheets_of(site: Site, token: object, named: str, words: Words) -> list[Sheet]:
    """Return the slips of a document; raises Refused as looking at it does. Nothing arrives by looking."""
    card = look(site, token, serial_of(named), words)
    form = card["document"]["form"]
    return [Sheet(SLIP, copy["piece"], copy["copy"], form=form) for copy in card["copies"] if copy["piece"]]


class Page(NamedTuple):
    """What stands on a sheet, its bars where it is a slip, and what it is set with."""

    contents: Json
    bars: list[str]
    template: str
    paper: Format


def read_sheet(press: Press, sheet: Sheet, desk: str) -> Page:
    """Return what stands on a sheet, for the paper of its printer, or for its usual paper where that printer has none for it."""
    from qdesk.slips.kinds import kind_of_paper
    from qdesk.slips.preview import bars_lines
    from qdesk.slips.printers import paper_for, printer_for, printer_named
    from qdesk.slips.queue import refuse_told

    kind = kind_of_paper(sheet.kind)
    try:
        known = printer_named(press.site, sheet.printer) if sheet.printer else None
        paper = paper_for(known or printer_for(press.site, desk, sheet.form, sheet.kind), kind.papers)
    except Refused:  # what is wrong with the printer is told where one prints
        paper = FORMATS[kind.papers[0]]
    with press.site.database.reading() as cursor:
        refuse_told(press.site, cursor, desk, sheet.kind, sheet.subject)
        contents = kind.build(press.site, cursor, sheet.subject, press.site.words, sheet.again)
    return Page(contents, bars_lines(sheet.subject) if sheet.kind == SLIP else [], kind.template, paper)


def drawn(bitmap: Bitmap, columns: int) -> list[str]:
    """Return a page as blocks, so many columns wide."""
    from qdesk.slips.preview import preview_lines

    return preview_lines(bitmap, columns)


class SlipScreen(PageFrame):
    """The slips of a document, or one sheet, page by page."""

    BINDINGS: ClassVar[list[BindingType]] = by_keys("left", "right")
    DEFAULT_CSS: ClassVar[str] = "SlipScreen #body { overflow: hidden; }"

    def __init__(self, sheets: Sequence[Sheet] = (), named: str = "") -> None:
        """Show some sheets, or the slips of the document with a name, beginning with the copy if it is that of one."""
        super().__init__()
        self.sheets, self.named = list(sheets), named
        self.at = self.page = self.left = self.size_at = 0
        self.as_text = False
        """Whether what a slip says is shown, not how it looks."""
        self.read: Page | None = None
        self.pages: list[Bitmap] = []
        self.lines: list[str] = []

    def on_mount(self) -> None:
        """Ask for the slips, and have the first set."""
        self.house.work(self.load())

    def resized(self) -> None:
        """Draw the page anew in the new width."""
        if self.read is not None:
            self.house.aside(self.show_page())

    @property
    def sheet(self) -> Sheet | None:
        """Return the sheet that is shown."""
        return self.sheets[self.at] if self.sheets else None

    @property
    def width(self) -> int:
        """Return how many cells of a page are in sight side by side."""
        return max(20, self.app.size.width - 2)

    def title_text(self) -> str:
        """Return which sheet is shown, and which page of it."""
        told = self.say("printing.title_preview", what=self.sheet.name if self.sheet else self.named)
        if self.as_text or len(self.pages) < 2:
            return told
        return f"{told}  {self.say('printing.page', page=self.page + 1, pages=len(self.pages))}"

    def actions(self) -> list[Action]:
        """Go through the copies and pages, show what it says or how it looks, and draw larger or smaller."""
        keys = []
        if len(self.sheets) > 1:
            keys += [Action(2, self.say("printing.key_next_copy"), self.next_copy)]
            keys += [Action(3, self.say("printing.key_last_copy"), self.last_copy)]
        if self.read is not None and self.sheet and self.sheet.kind == SLIP:
            keys.append(Action(4, self.say("printing.key_as_page" if self.as_text else "printing.key_as_text"), self.turn))
        if self.pages and not self.as_text:
            keys.append(Action(5, self.say("printing.key_size"), self.next_size))
        if len(self.pages) > 1 and not self.as_text:
            keys.append(Action(6, self.say("printing.key_next_page"), self.next_page))
        return keys

    # Setting

    async def load(self) -> None:
        """Ask for the slips, and show the first as text: that can be read on every terminal."""
        if self.named:
            seat, words = self.house.present_seat, self.house.words
            self.sheets = await self.house.engine.ask(sheets_of, seat.token, self.named, words)
            names = [sheet.name for sheet in self.sheets]
            self.at = names.index(self.named) if self.named in names else 0
        self.as_text = any(sheet.kind == SLIP for sheet in self.sheets)
        await self.show_sheet()

    async def show_sheet(self) -> None:
        """Show a sheet from its beginning, as the one before was shown."""
        sheet, desk = self.sheet, self.house.present_seat.desk
        if sheet is None:
            self.tell(self.say("printing.no_slip"), "hint")
            return
        self.read = await self.looking(lambda press: read_sheet(press, sheet, desk))
        self.pages, self.page, self.left = [], 0, 0
        await self.show_page()
        self.view.go(0)

    async def show_page(self) -> None:
        """Have the pages set where they are to be seen, and draw one in the size chosen."""
        read = self.read
        if read is not None and not self.as_text:
            self.pages = self.pages or await self.looking(
                lambda at: at.typesetter.pages(read.template, read.contents, read.paper)
            )
            page = self.pages[self.page]
            columns = max(self.width, int(page.width / DOTS * SIZES[self.size_at]))
            self.lines = await self.looking(lambda press: drawn(page, columns))
        self.redraw()

    async def looking(self, function: Callable[[Press], T]) -> T:
        """Return what a function makes of the press; ends the work here where this screen was taken down meanwhile."""
        told = await self.house.room("looking").do(function)
        if not self.still_shown:
            raise asyncio.CancelledError
        return told

    def draw_body(self) -> None:
        """Show what the slip says, or the part of the page that is in sight."""
        if self.as_text and self.read is not None:
            self.view.show(slip_lines(self.read.contents, self.read.bars, self.width), self.view.top)
            return
        self.left = max(0, min(self.left, max(map(len, self.lines), default=0) - self.width))
        seen = slice(self.left, self.left + self.width)
        self.view.show([Content.styled(line[seen].ljust(self.width), INK) for line in self.lines], self.view.top)

    # Going through

    async def next_copy(self) -> None:
        """Show the next slip."""
        self.at = (self.at + 1) % len(self.sheets)
        await self.show_sheet()

    async def last_copy(self) -> None:
        """Show the slip before."""
        self.at = (self.at - 1) % len(self.sheets)
        await self.show_sheet()

    async def next_page(self) -> None:
        """Show the next page."""
        self.page = (self.page + 1) % len(self.pages)
        await self.show_page()
        self.view.go(0)

    async def turn(self) -> None:
        """Show how a slip looks in place of what it says, or the other way round."""
        self.as_text = not self.as_text
        await self.show_page()
        self.view.go(0)
        self.tell(self.say("printing.as_text_told" if self.as_text else "printing.how_to_look"), "hint")

    async def next_size(self) -> None:
        """Draw the page larger, and after the largest whole again."""
        self.size_at = (self.size_at + 1) % len(SIZES)
        self.left = 0
        await self.show_page()

    def action_choose(self, key: str) -> None:
        """Go over the page; in a line that holds text, the keys stay with the text."""
        line = self.query_one(ScanLine)
        if line.value and key in ("left", "right", "home", "end"):
            moves = {"left": line.action_cursor_left, "right": line.action_cursor_right}
            moves.get(key, line.action_home if key == "home" else line.action_end)()
        elif key in ("left", "right"):
            self.left += int(self.width * STEP) * (1 if key == "right" else -1)
            self.draw_body()
        else:
            super().action_choose(key)

    async def changed(self) -> None:
        """Draw in the language of the moment; what was set stays as it was when one looked."""
        self.redraw()
