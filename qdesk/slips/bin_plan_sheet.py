"""The bin plan of a store on paper (F092): each bin with its zone and what lies there, as it hangs at the door."""

from __future__ import annotations

from typing import Any

from qdesk.bin_plan import whole_plan
from qdesk.clock import moment
from qdesk.database import Cursor
from qdesk.errors import Refused
from qdesk.scan import visible
from qdesk.site import Site
from qdesk.words import Words

Json = dict[str, Any]
COLUMNS = ("bin", "zone", "item", "name", "lot", "quantity", "unit", "hold")
SHARES = (12, 16, 14, 22, 12, 9, 6, 14)
"""How much of the width each column gets."""
MOST_ROWS = 2000


def bin_plan_sheet(site: Site, cursor: Cursor, subject: str, words: Words, again: bool = False) -> Json:
    """Return the plan of a store for the template of the registers. Raises Refused: place_unknown, register_too_long."""
    place = site.factory.places.get(subject)
    if place is None or not place.is_store:
        raise Refused("place_unknown", place=visible(subject))
    rows = whole_plan(site, cursor, words, place.id, MOST_ROWS)
    if len(rows) > MOST_ROWS:
        raise Refused("register_too_long", most=MOST_ROWS)
    bins = len({row["bin"] for row in rows if row["bin"]})
    return {
        "language": words.language,
        "site": site.config.name,
        "again": words.say("sheet.again") if again else "",
        "title": words.say("bin_plan.sheet", place=place.title.in_(words.language)),
        "about": [site.config.name, words.say("slip.printed", at=moment(site.clock.now()))],
        "filter": words.say("bin_plan.count", count=bins),
        "page": words.say("register.page", page="{page}", pages="{pages}"),
        "columns": [[words.say(f"column.{name}"), share] for name, share in zip(COLUMNS, SHARES, strict=True)],
        "rows": [sheet_row(row, words) for row in rows],
    }


def sheet_row(row: Json, words: Words) -> list[str]:
    """Return one line of the plan; what lies in no bin says so."""
    key = f"hold.{row['hold']}"
    held = words.say(key) if key in words.keys else row["hold"]
    note = words.clauses([part for part in (held, row["owner"]) if part])
    told = [row["bin"] or words.say("put_away.no_bin"), row["zone_title"], row["item"], row["name"], row["lot"]]
    return [*told, row["quantity"], row["unit"], note]
