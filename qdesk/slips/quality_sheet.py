"""A month of quality on paper: the first-pass yield of twelve months as columns, and the causes, the most frequent first."""

from __future__ import annotations

from qdesk.clock import moment
from qdesk.database import Cursor
from qdesk.periods import month_of, year_upto
from qdesk.quality_month import Json, figures_told, page_of, tries_of
from qdesk.site import Site
from qdesk.words import Words

COLUMNS = (("cause", 36), ("kinds", 24), ("count", 10), ("so_far", 12), ("quantity", 12), ("reports", 30))
"""What stands of a cause, and how much of the width it gets."""
MOST_NAMED = 6


def quality_sheet(site: Site, cursor: Cursor, subject: str, words: Words, again: bool = False) -> Json:
    """Return a month for the template. Raises Refused("month_unreadable")."""
    first = month_of(subject)
    page = page_of(site, cursor, first)
    year = [figures_told(each, tries_of(cursor, each)) for each in year_upto(first)]
    return {
        "language": words.language,
        "again": words.say("sheet.again") if again else "",
        "title": words.say("kind.quality_month"),
        "month": page["month"],
        "about": [site.config.name, words.say("slip.printed", at=moment(site.clock.now()))],
        "state": words.clauses([words.say("inspectors_day.watched", **each) for each in page["watched"]]),
        "figures": [[words.say(f"inspectors_day.{name}"), str(page[name])] for name in ("first", "passed", "reports")],
        "rate": [words.say("inspectors_day.rate"), f"{page['rate']}%" if page["rate"] else "-"],
        "year": [[each["month"], each["rate"], f"{each['passed']}/{each['first']}"] for each in year],
        "columns": [[words.say(f"inspectors_day.{name}"), share] for name, share in COLUMNS],
        "rows": [row_of(row, words) for row in page["causes"]],
        "none": words.say("inspectors_day.no_causes"),
        "page": words.say("register.page", page="{page}", pages="{pages}"),
    }


def row_of(row: Json, words: Words) -> list[str]:
    """Return what stands of one cause; of many reports the first few are named."""
    named = row["serials"][:MOST_NAMED]
    more = ["…"] if len(row["serials"]) > MOST_NAMED else []
    kinds = words.show([words.say(f"inspectors_day.{kind}") for kind in row["kinds"]])
    return [row["cause"], kinds, str(row["count"]), f"{row['so_far']}%", row["quantity"], words.show([*named, *more])]
