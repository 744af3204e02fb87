"""Replenishing: the items of which less is free in the stores than somebody said there should be, the scarcest first."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from qdesk.clock import moment
from qdesk.database import Cursor
from qdesk.desk.blindness import items_counted
from qdesk.exporting import Table, as_number, write_table
from qdesk.new_files import EXPORTS, new_file
from qdesk.people import find_session
from qdesk.scan import format_quantity
from qdesk.site import Site
from qdesk.words import Words

Json = dict[str, Any]
MOST = 500
COLUMNS = ("item", "name", "spec", "unit", "least", "free", "lacking", "way")
# Only what may be used counts: held, expired and others' goods do not, nor what is promised. The conditions are those of the
# indices of what lies anywhere and of what is promised, so that neither is read whole.
SCARCE = """WITH watched AS MATERIALIZED (SELECT i.code, i.name, i.spec, i.unit, i.purchased, i.least,
    (SELECT COALESCE(SUM(b.quantity), 0) FROM balances b JOIN lots l ON l.code = b.lot
      WHERE b.item = i.code AND b.in_case = '' AND b.quantity <> 0 AND b.counter = 0 AND l.hold = '' AND l.owner = ''
        AND (l.expires_at IS NULL OR l.expires_at > ?))
    - (SELECT COALESCE(SUM(r.quantity), 0) FROM reservations r WHERE r.item = i.code AND r.quantity > 0) AS free
    FROM items i WHERE i.least > 0 AND i.closed_at IS NULL)
  SELECT code, name, spec, unit, purchased, least, free FROM watched
  WHERE free < least ORDER BY free * 1.0 / least, code LIMIT ?"""


def to_replenish(site: Site, token: object) -> list[Json]:
    """Return the items to replenish, with what is free and what is lacking; what is bought is told from what is made.

    Of what is being counted at this desk (R047) only that it is scarce, at the end: the order would tell how scarce.
    """
    with site.database.reading() as cursor:
        items = items_counted(site, cursor, find_session(site, cursor, token).desk)
        rows = scarce(site, cursor)
    blind = [{**row, "free": "", "lacking": ""} for row in rows if row["item"] in items]
    return [*(row for row in rows if row["item"] not in items), *sorted(blind, key=lambda row: str(row["item"]))]


def scarce(site: Site, cursor: Cursor) -> list[Json]:
    """Return the same in a view that is open already."""
    cursor.execute(SCARCE, (site.clock.now(), MOST))
    return [scarce_row(row) for row in cursor.fetchall()]


def scarce_row(row: tuple[Any, ...]) -> Json:
    """Return one item; more may be promised than there is, and then nothing is free."""
    item, name, spec, unit, purchased, least, free = row
    amounts = {"least": least, "free": max(0, free), "lacking": least - free}
    about = {"item": item, "name": name, "spec": spec, "unit": unit, "way": "bought" if purchased else "made"}
    return {**about, **{key: format_quantity(amount) for key, amount in amounts.items()}}


def heads(words: Words) -> list[str]:
    """Return the titles of the columns."""
    return [words.say(f"replenishing.{name}") for name in COLUMNS]


def cells(row: Json, words: Words) -> list[str]:
    """Return the cells of one item as people read them."""
    return [words.say(f"replenishing.way_{row['way']}") if name == "way" else str(row[name]) for name in COLUMNS]


def export_scarce(site: Site, token: object, words: Words) -> Path:
    """Write the list to a new xlsx file among the exports of the site. Raises Refused: file_unwritable, session_…."""
    rows = to_replenish(site, token)
    day = moment(site.clock.now()).date().isoformat()
    target = new_file(site.config.folder / EXPORTS, f"{words.say('replenishing.file')}-{day}", ".xlsx")
    write_table(target, Table(words.say("replenishing.title"), heads(words), iter([list(numbered(rows, words))])))
    return target


def numbered(rows: Iterable[Json], words: Words) -> Iterable[list[Any]]:
    """Return the cells of all items, quantities as numbers."""
    for row in rows:
        told = zip(COLUMNS, cells(row, words), strict=True)
        yield [as_number(cell) if name in ("least", "free", "lacking") else cell for name, cell in told]
