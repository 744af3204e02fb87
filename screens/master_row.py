"""The page of one row of master data: all that is kept of it."""

from __future__ import annotations

from textual.content import Content

from qdesk.master import title_key
from qdesk.master_columns import SUBJECTS
from qdesk.master_lists import master_row, shown_row
from qdesk.site import Site
from qdesk.words import Words
from screens.card import Reader
from screens.keybar import Action
from screens.lettering import fit, shown, styled
from screens.master import MasterScreen
from screens.pageview import AskedPage
from screens.table import Json

NAMED = 24
"""Cells for what a column is called."""


def row_of(site: Site, table: str, code: str, words: Words) -> Json:
    """Return one row as it is read and as it is kept."""
    kept = master_row(site, table, code)
    return {**shown_row(site, SUBJECTS[table], kept, words), "kept": kept}


class MasterRow(AskedPage):
    """All that is kept of an item, a party or a bin."""

    def __init__(self, listed: MasterScreen, code: str) -> None:
        """Show one row of a list."""
        super().__init__()
        self.listed, self.code = listed, code

    def title_text(self) -> str:
        """Return what this screen is about."""
        return f"{self.say('master.title')} {self.code}"

    def help_page(self) -> str:
        """Return the handbook page about master data."""
        return "master_data"

    def actions(self) -> list[Action]:
        """Return what may be done with the row."""
        return self.listed.row_actions(self.told)

    async def ask(self) -> Json:
        """Ask for the row."""
        return await self.house.engine.ask(row_of, self.listed.list, self.code, self.house.words)

    def lines_of(self, told: Json, reader: Reader) -> list[Content]:
        """Return every column with what is known; an empty one stands there empty."""
        words, subject = reader.words, SUBJECTS[self.listed.list]
        lines = [styled(shown(f"{told['code']}  {told.get('name', '')}".strip()), "bold $primary"), Content("")]
        for name in subject.names[1:]:
            title = fit(shown(words.say(title_key(words, subject, name))), NAMED)
            lines += reader.wrapped(told[name] or "-", f"  {title} ", " " * (NAMED + 3), "" if told[name] else "$quiet")
        return lines
