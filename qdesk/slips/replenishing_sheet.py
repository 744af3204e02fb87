"""What has to be replenished, on paper: one item a line, as a register is set."""

from __future__ import annotations

from typing import Any

from qdesk.clock import moment
from qdesk.database import Cursor
from qdesk.replenishing import cells, heads, scarce
from qdesk.site import Site
from qdesk.words import Words

SHARES = (14, 20, 16, 6, 10, 10, 10, 8)
"""How much of the width each column gets."""


def replenishing_sheet(site: Site, cursor: Cursor, subject: str, words: Words, again: bool = False) -> dict[str, Any]:
    """Return the list for the template of registers; an empty list says so."""
    rows = [cells(row, words) for row in scarce(site, cursor)]
    return {
        "language": words.language,
        "site": site.config.name,
        "again": words.say("sheet.again") if again else "",
        "title": words.say("replenishing.title"),
        "about": [site.config.name, words.say("replenishing.printed", at=moment(site.clock.now()), count=len(rows))],
        "filter": words.say("replenishing.about"),
        "page": words.say("register.page", page="{page}", pages="{pages}"),
        "columns": [[title, share] for title, share in zip(heads(words), SHARES, strict=True)],
        "rows": rows,
    }
