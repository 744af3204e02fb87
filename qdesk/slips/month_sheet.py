"""A month on paper across: its figures, the rate of twelve months as columns, and a list of what has to be seen to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from qdesk.clock import moment
from qdesk.site import Site
from qdesk.words import Words

Json = dict[str, Any]


@dataclass(frozen=True)
class MonthSheet:
    """What the sheets of one kind have in common: the section of their words, their figures and the columns of their list."""

    section: str
    figures: tuple[str, ...]
    """The figures beside the rate, by name."""
    of: tuple[str, str]
    """What the rate is made of: so many of so many."""
    columns: tuple[tuple[str, int], ...]
    """What stands in a row of the list, and how much of the width it gets."""
    none: str
    """The word for an empty list."""

    def told(
        self, site: Site, words: Words, again: bool, title: str, state: str, page: Json, year: Iterable[Json],
        rows: Sequence[Sequence[str]],
    ) -> Json:
        """Return a month for the template: its page, the figures of its twelve months, and the rows of its list."""
        part, whole = self.of
        return {
            "language": words.language,
            "again": words.say("sheet.again") if again else "",
            "title": title,
            "month": page["month"],
            "about": [site.config.name, words.say("slip.printed", at=moment(site.clock.now()))],
            "state": state,
            "figures": [[self.say(words, name), str(page[name])] for name in self.figures],
            "rate": [self.say(words, "rate"), f"{page['rate']}%" if page["rate"] else "-"],
            "year": [[each["month"], each["rate"], f"{each[part]}/{each[whole]}"] for each in year],
            "columns": [[self.say(words, name), share] for name, share in self.columns],
            "rows": rows,
            "none": self.say(words, self.none),
            "page": words.say("register.page", page="{page}", pages="{pages}"),
        }  # fmt: skip

    def say(self, words: Words, name: str) -> str:
        """Return a word of the section."""
        return words.say(f"{self.section}.{name}")
