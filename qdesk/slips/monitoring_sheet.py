"""A month of deliveries on paper: its figures, the on-time rate of twelve months as columns, what was late and its measures."""

from __future__ import annotations

from qdesk.clock import moment
from qdesk.database import Cursor
from qdesk.errors import Refused
from qdesk.monitored import COLUMNS, Json, month_told, page_of, read_month
from qdesk.periods import month_of, year_upto
from qdesk.site import Site
from qdesk.slips.month_sheet import MonthSheet
from qdesk.words import Words

SHARES = (12, 16, 16, 10, 10, 8, 18, 18, 18)
MOST_ROWS = 500
SHOWN = tuple(name for name in COLUMNS if name != "state")
SHEET = MonthSheet(
    "monitoring", ("deliveries", "on_time", "late"), ("on_time", "deliveries"), tuple(zip(SHOWN, SHARES, strict=True)),
    "nothing_late",
)  # fmt: skip


def monitoring_sheet(site: Site, cursor: Cursor, subject: str, words: Words, again: bool = False) -> Json:
    """Return a month for the template. Raises Refused: month_unreadable, register_too_long."""
    first, today = month_of(subject), moment(site.clock.now()).date()
    page = page_of(site, cursor, read_month(cursor, first, today), words)
    if len(page["late_rows"]) > MOST_ROWS:
        raise Refused("register_too_long", most=MOST_ROWS)
    year = [month_told(read_month(cursor, each, today)) for each in year_upto(first)]
    rows = [[words.show(row[name]) for name in SHOWN] for row in page["late_rows"]]
    return SHEET.told(site, words, again, words.say("monitoring.title"), state_of(page, words), page, year, rows)


def state_of(page: Json, words: Words) -> str:
    """Return how far the statistics of the month are."""
    if not page["sheet"]:
        return words.say("monitoring.not_drawn_up" if page["over"] else "monitoring.not_over")
    sheet = page["sheet"]
    return "  ".join([sheet["serial"], *(sheet["waits"] or [sheet["ended"]])])
