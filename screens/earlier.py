"""Earlier documents of a form, the newest first: Enter takes one over into the form that is being written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qdesk.desk import look
from qdesk.errors import Refused
from qdesk.registers import books_of
from screens.listing import ListFrame, paper_kind
from screens.registers import RegisterScreen
from screens.table import Json

if TYPE_CHECKING:
    from screens.acting import ActScreen


class EarlierScreen(RegisterScreen):
    """The register of one form; what is opened goes into the form below."""

    def __init__(self, form: str, writing: ActScreen) -> None:
        """List the documents of a form for a page."""
        super().__init__()
        self.only = form
        self.writing = writing

    async def load(self) -> None:
        """Ask for the register of this form alone."""
        await self.find_book()
        await ListFrame.load(self)

    async def changed(self) -> None:
        """Ask anew, for this form alone."""
        await self.find_book()
        await ListFrame.changed(self)

    async def find_book(self) -> None:
        """Ask what the form and its fields are called."""
        books = await self.house.engine.ask(books_of, self.house.words)
        self.books = [book for book in books if book["form"] == self.only]

    async def take(self, code: str) -> None:
        """Take over the document of a paper that is scanned; anything else is looked for."""
        if paper_kind(code):
            await self.take_over(code)
        else:
            await super().take(code)

    async def open_row(self, row: Json) -> None:
        """Take over the chosen document."""
        await self.take_over(str(row["serial"]))

    async def take_over(self, code: str) -> None:
        """Go back to the form with head and lines of a document; raises Refused("scan_not_wanted") for one of another form."""
        card = await self.house.engine.ask(look, self.token, code, self.house.words)
        if card["document"]["form"] != self.only:
            raise Refused("scan_not_wanted", code=code)
        await self.app.pop_screen()
        self.writing.take_over(card["document"])
