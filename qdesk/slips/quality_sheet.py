"""A month of quality on paper: the first-pass yield of twelve months as columns, and the causes, the most frequent first."""

from __future__ import annotations

from qdesk.database import Cursor
from qdesk.periods import month_of, year_upto
from qdesk.quality_month import Json, figures_told, page_of, tries_of
from qdesk.site import Site
from qdesk.slips.month_sheet import MonthSheet
from qdesk.words import Words

SHEET = MonthSheet(
    "inspectors_day", ("first", "passed", "reports"), ("passed", "first"),
    (("cause", 36), ("kinds", 24), ("count", 10), ("so_far", 12), ("quantity", 12), ("reports", 30)), "no_causes",
)  # fmt: skip
MOST_NAMED = 6


def quality_sheet(site: Site, cursor: Cursor, subject: str, words: Words, again: bool = False) -> Json:
    """Return a month for the template. Raises Refused("month_unreadable")."""
    first = month_of(subject)
    page = page_of(site, cursor, first)
    state = words.clauses([words.say("inspectors_day.watched", **each) for each in page["watched"]])
    year = [figures_told(each, tries_of(cursor, each)) for each in year_upto(first)]
    rows = [row_of(row, words) for row in page["causes"]]
    return SHEET.told(site, words, again, words.say("kind.quality_month"), state, page, year, rows)


def row_of(row: Json, words: Words) -> list[str]:
    """Return what stands of one cause; of many reports the first few are named."""
    named = row["serials"][:MOST_NAMED]
    more = ["…"] if len(row["serials"]) > MOST_NAMED else []
    kinds = words.show([words.say(f"inspectors_day.{kind}") for kind in row["kinds"]])
    return [row["cause"], kinds, str(row["count"]), f"{row['so_far']}%", row["quantity"], words.show([*named, *more])]
