"""Help: a page of the handbook in the language of the moment, looked through by what is typed."""

from __future__ import annotations

import asyncio

import data
from qdesk.errors import Refused
from screens.handbook import Sheet, sheet_of_page
from screens.keybar import Action
from screens.listing import paper_kind
from screens.pageview import PageFrame

CONTENTS, ERRORS = "index", "errors"


class HelpScreen(PageFrame):
    """One page; a number opens the page a link leads to, a word is looked for, Enter goes on to where it stands next."""

    def __init__(self, page: str = CONTENTS, code: str = "") -> None:
        """Begin with a page; `code` is that of a refusal that somebody wants explained."""
        super().__init__()
        self.page_name = page
        self.code = code
        self.sought = ""
        self.earlier: list[tuple[str, int]] = []
        self.sheet: Sheet | None = None
        self.set_for = ("", "", 0)

    def on_mount(self) -> None:
        """Show the first page, and how one finds something in it."""
        self.show_page(self.page_name, 0)

    def title_text(self) -> str:
        """Return what this screen is about."""
        return self.say("help.title")

    def actions(self) -> list[Action]:
        """Turn to the codes of refusals or to the contents; help on help is the contents."""
        return [
            Action(1, self.say("help.key_keys"), self.show_keys_page),
            Action(2, self.say("help.key_errors"), self.show_errors),
            Action(3, self.say("help.key_contents"), self.show_contents),
        ]

    async def show_keys_page(self) -> None:
        """Show what the keys do."""
        await self.turn_to("screens")

    async def show_errors(self) -> None:
        """Show the table of refusals, at the row of the last one."""
        await self.turn_to(ERRORS)
        if self.code:
            self.find(self.code, from_top=True)

    async def show_contents(self) -> None:
        """Show the contents."""
        await self.turn_to(CONTENTS)

    async def turn_to(self, page: str) -> None:
        """Show another page from its beginning; the way back leads to this one. A long one is set beside the painting."""
        await asyncio.to_thread(sheet_of_page, page_text(self.house.language, page), self.text_width)
        if page != self.page_name:
            self.earlier.append((self.page_name, self.view.top))
        self.show_page(page, 0)

    def show_page(self, page: str, top: int) -> None:
        """Show a page from one of its lines on; nothing is looked for in it yet."""
        self.page_name, self.sought, self.view.marked = page, "", -1
        self.redraw()
        self.view.go(top)
        links = bool(self.sheet and self.sheet.links)
        self.tell(self.say("help.how_links" if links else "help.how"), "hint")

    def draw_body(self) -> None:
        """Draw the page, set anew only in another language or width."""
        width = self.text_width
        wanted = (self.page_name, self.house.language, width)
        if wanted != self.set_for:
            same_page = self.set_for[0] == self.page_name
            self.sheet, self.set_for = sheet_of_page(page_text(self.house.language, self.page_name), width), wanted
            self.view.show(self.sheet.lines, self.view.top if same_page else 0)
        self.view.refresh()

    async def take(self, code: str) -> None:
        """Open the page of a link's number, or look for what was typed; a paper goes to the desk as everywhere."""
        links = self.sheet.links if self.sheet else []
        if paper_kind(code):
            if self.house.seat is None:  # help on a locked desk leads to no desk
                raise Refused("session_unknown")
            await super().take(code)
        elif code.isascii() and code.isdigit() and 1 <= int(code) <= len(links):
            await self.turn_to(links[int(code) - 1])
        else:
            self.find(code, from_top=True)

    async def enter(self) -> None:
        """Go on to where the text that is looked for stands next; without one, to the next screenful."""
        if self.sought:
            self.find(self.sought)
        else:
            self.action_choose("pagedown")

    def find(self, text: str, from_top: bool = False) -> None:
        """Show the next line that holds a text, from the page's beginning again after its end."""
        lines = self.sheet.lines if self.sheet else []
        wanted, start = text.casefold(), 0 if from_top else self.view.marked + 1
        order = [*range(start, len(lines)), *range(start)]
        place = next((number for number in order if wanted in lines[number].plain.casefold()), None)
        if place is None:
            self.tell(self.say("help.not_found", text=text), "refused")
            self.house.ring(2)
            return
        self.sought = text
        self.view.marked = place
        self.view.go(place - 2)
        self.tell(self.say("help.found", text=text), "hint")

    async def back(self) -> None:
        """Go back to the page before, or to the screen before."""
        if not self.earlier:
            await super().back()
            return
        page, top = self.earlier.pop()
        self.show_page(page, top)


def page_text(language: str, page: str) -> str:
    """Return a page of the handbook; one that there is not falls back to the contents."""
    name = f"{page}.md"
    return data.read(f"handbook/{language}/{name if name in data.names(f'handbook/{language}') else 'index.md'}")
