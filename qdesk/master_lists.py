"""Lists of what is kept: items, parties and bins a page at a time; these, all lots and all stock as tables for files.

What is exported of items, parties and bins can be changed and imported again: the columns are the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from qdesk.clock import moment
from qdesk.errors import Refused
from qdesk.exporting import Row, Table, TableFile, Value, as_number
from qdesk.master import choice_titles, subject_named, title_key
from qdesk.master_columns import AMOUNT, CHOICE, FLAG, SUBJECTS, WHOLE, MasterColumn, Subject
from qdesk.master_kept import told
from qdesk.new_files import EXPORTS, new_file
from qdesk.scan import format_quantity, visible
from qdesk.searching import found_in, sought
from qdesk.site import Site
from qdesk.words import Words

Json = dict[str, Any]
PAGE, PORTION = 50, 500
TEXTS = {"items": ("code", "name", "spec", "model"), "parties": ("code", "name", "address", "telephone"),
         "bins": ("code", "place", "zone")}  # fmt: skip
"""The columns that are looked through for words."""
LOTS = """SELECT l.code, l.item, i.name, i.spec, l.serial, l.batch, l.party, l.made_at, l.expires_at, l.opened_at,
    l.owner, l.origin, l.hold, l.since FROM lots l JOIN items i ON i.code = l.item WHERE l.code > ? ORDER BY l.code LIMIT ?"""
LOT_COLUMNS = (
    "lot", "item", "name", "spec", "serial", "batch", "party", "made", "expires", "opened", "owner", "origin", "hold", "since",
)  # fmt: skip
STOCK = """SELECT b.item, b.place, b.lot, b.in_case, b.bin, i.name, i.spec, i.unit, l.serial, l.expires_at, l.owner,
    l.hold, b.quantity FROM balances b JOIN items i ON i.code = b.item JOIN lots l ON l.code = b.lot
  WHERE b.quantity <> 0 AND b.counter = 0 AND (b.item, b.place, b.lot, b.in_case, b.bin) > (?, ?, ?, ?, ?)
  ORDER BY b.item, b.place, b.lot, b.in_case, b.bin LIMIT ?"""
STOCK_COLUMNS = ("item", "name", "spec", "place", "bin", "lot", "serial", "case", "expires", "owner", "hold", "quantity", "unit")


# A page of a list, for screens


def master_page(site: Site, table: str, looked_for: object = "", after: str = "", limit: int = PAGE) -> Json:
    """Return one page of items, parties or bins by their codes, and where the next begins."""
    subject, words = subject_named(table), sought(looked_for)
    condition, given = found_in(TEXTS[table], words)
    with site.database.reading() as cursor:
        cursor.execute(f"{selected(subject)} WHERE code > ? AND {condition} ORDER BY code LIMIT ?", (after, *given, limit))
        rows = [told(subject, dict(zip(subject.names, row, strict=True))) for row in cursor.fetchall()]
    return {"rows": rows, "next": rows[-1]["code"] if len(rows) == limit else None}


def master_row(site: Site, table: str, code: str) -> Json:
    """Return all that is kept under a code; raises Refused("code_unknown")."""
    subject = subject_named(table)
    rows = site.database.rows(f"{selected(subject)} WHERE code = ?", code)
    if not rows:
        raise Refused("code_unknown", code=visible(code))
    return told(subject, dict(zip(subject.names, rows[0], strict=True)))


def shown_row(site: Site, subject: Subject, row: Json, words: Words) -> Json:
    """Return a row as it is read: choices by their titles, truths as yes or no, nothing where nothing is known."""
    return {column.name: shown(site, column, row[column.name], words) for column in subject.columns}


def shown(site: Site, column: MasterColumn, value: object, words: Words) -> str:
    """Return one value as it is read."""
    if column.kind == FLAG:
        return words.say(f"ask.choice_{'yes' if value else 'no'}")
    if column.kind == CHOICE and value:
        title = choice_titles(site, column).get(str(value))
        return title.in_(words.language) if title else str(value)
    if column.kind in (AMOUNT, WHOLE) and column.name != "decimals" and str(value) == "0":
        return ""
    return str(value)


def selected(subject: Subject) -> str:
    """Return what is selected of a kind of master data."""
    stored = [name for name in subject.names if name != "closed"]
    return f"SELECT {', '.join(stored)}, closed_at IS NOT NULL FROM {subject.table}"


# Whole lists, for files


def list_table(site: Site, name: str, words: Words) -> Table:
    """Return a whole list as a table; its rows are read while it is written. Raises Refused("list_unknown")."""
    if name in SUBJECTS:
        subject = SUBJECTS[name]
        titles = [words.say(title_key(words, subject, column)) for column in subject.names]
        return Table(words.say(f"lists.{name}"), titles, master_portions(site, subject, words))
    if name not in OTHERS:
        raise Refused("list_unknown", name=visible(name), known=LISTS)
    columns, portions = OTHERS[name]
    titles = [words.say(f"lists.{column}") for column in columns]
    return Table(words.say(f"lists.{name}"), titles, portions(site, words))


def master_portions(site: Site, subject: Subject, words: Words) -> Iterator[Sequence[Row]]:
    """Yield the rows of a kind of master data, a portion at a time."""
    after: str | None = ""
    while after is not None:
        page = master_page(site, subject.table, "", after, PORTION)
        yield [[cell(site, column, row[column.name], words) for column in subject.columns] for row in page["rows"]]
        after = page["next"]


def cell(site: Site, column: MasterColumn, value: object, words: Words) -> Value:
    """Return one value as a spreadsheet program should have it."""
    text = shown(site, column, value, words)
    return as_number(text) if column.kind in (AMOUNT, WHOLE) and text else text or None


def lot_portions(site: Site, words: Words) -> Iterator[Sequence[Row]]:
    """Yield every lot, a portion at a time."""
    after = ""
    while rows := site.database.rows(LOTS, after, PORTION):
        yield [lot_cells(row, words) for row in rows]
        after = rows[-1][0]


def lot_cells(row: tuple[Any, ...], words: Words) -> Row:
    """Return one lot."""
    made, expires, opened, owner, origin, hold, since = row[7:]
    return [*row[:7], day(made), day(expires), time_of(opened), owner, origin, hold_text(hold, words), time_of(since)]


def stock_portions(site: Site, words: Words) -> Iterator[Sequence[Row]]:
    """Yield what lies where, a portion at a time."""
    after = ("",) * 5
    while rows := site.database.rows(STOCK, *after, PORTION):
        yield [stock_cells(site, row, words) for row in rows]
        after = rows[-1][:5]


def stock_cells(site: Site, row: tuple[Any, ...], words: Words) -> Row:
    """Return one balance."""
    item, place, lot, case, bin_, name, spec, unit, serial, expires_at, owner, hold, quantity = row
    known = site.factory.places.get(place)
    where = known.title.in_(words.language) if known else place
    number = as_number(format_quantity(quantity))
    return [item, name, spec, where, bin_, lot, serial, case, day(expires_at), owner, hold_text(hold, words), number, unit]


def day(at: int | None) -> Value:
    """Return a moment as the day it is of."""
    return moment(at).date() if at else None


def time_of(at: int | None) -> Value:
    """Return a moment as one."""
    return moment(at) if at else None


def hold_text(hold: str, words: Words) -> str:
    """Return why a lot may not be used."""
    return words.say(f"hold.{hold}") if f"hold.{hold}" in words.keys else hold


OTHERS: dict[str, tuple[Sequence[str], Callable[[Site, Words], Iterator[Sequence[Row]]]]] = {
    "lots": (LOT_COLUMNS, lot_portions),
    "stock": (STOCK_COLUMNS, stock_portions),
}
LISTS = (*SUBJECTS, *OTHERS)
"""All that is exported."""


def export_list(site: Site, name: str, suffix: str, words: Words) -> TableFile:
    """Begin a file with a whole list in the site's folder, under a name that says what it is of."""
    made = moment(site.clock.now()).strftime("%Y%m%d-%H%M%S")
    return TableFile(new_file(site.config.folder / EXPORTS, f"{name}-{made}", suffix), list_table(site, name, words))

