"""A month of deliveries on paper: its figures, the on-time rate of twelve months as columns, what was late and its measures."""

from __future__ import annotations

from qdesk.clock import moment
from qdesk.database import Cursor
from qdesk.errors import Refused
from qdesk.monitored import COLUMNS, Json, month_told, page_of, read_month
from qdesk.periods import month_of, year_upto
from qdesk.site import Site
from qdesk.words import Words

SHARES = (12, 16, 16, 10, 10, 8, 18, 18, 18)
"""How much of the width each column gets."""
MOST_ROWS = 500
SHOWN = tuple(name for name in COLUMNS if name != "state")


def monitoring_sheet(site: Site, cursor: Cursor, subject: str, words: Words, again: bool = False) -> Json:
    """Return a month for the template. Raises Refused: month_unreadable, register_too_long."""
    first, today = month_of(subject), moment(site.clock.now()).date()
    page = page_of(site, cursor, read_month(cursor, first, today), words)
    if len(page["late_rows"]) > MOST_ROWS:
        raise Refused("register_too_long", most=MOST_ROWS)
    year = [month_told(read_month(cursor, each, today)) for each in year_upto(first)]
    return {
        "language": words.language,
        "again": words.say("sheet.again") if again else "",
        "title": words.say("monitoring.title"),
        "month": page["month"],
        "about": [site.config.name, words.say("slip.printed", at=moment(site.clock.now()))],
        "state": state_of(page, words),
        "figures": [[words.say(f"monitoring.{name}"), str(page[name])] for name in ("deliveries", "on_time", "late")],
        "rate": [words.say("monitoring.rate"), f"{page['rate']}%" if page["rate"] else "-"],
        "year": [[each["month"], each["rate"], f"{each['on_time']}/{each['deliveries']}"] for each in year],
        "columns": [[words.say(f"monitoring.{name}"), share] for name, share in zip(SHOWN, SHARES, strict=True)],
        "rows": [[words.show(row[name]) for name in SHOWN] for row in page["late_rows"]],
        "none": words.say("monitoring.nothing_late"),
        "page": words.say("register.page", page="{page}", pages="{pages}"),
    }


def state_of(page: Json, words: Words) -> str:
    """Return how far the statistics of the month are."""
    if not page["sheet"]:
        return words.say("monitoring.not_drawn_up" if page["over"] else "monitoring.not_over")
    sheet = page["sheet"]
    return "  ".join([sheet["serial"], *(sheet["waits"] or [sheet["ended"]])])
