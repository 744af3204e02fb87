"""What the columns of a register are called and what stands in them, in the words of one language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import chain
from typing import Any

from qdesk.clock import moment
from qdesk.errors import Refused
from qdesk.exporting import Row, Table, TableFile, Value, as_day, as_number
from qdesk.narrowing import FILTERS, Narrowed, asked_of, read_narrowed
from qdesk.new_files import EXPORTS, new_file
from qdesk.registers import all_rows, book_of
from qdesk.site import Site
from qdesk.words import Words

Json = dict[str, Any]
NAMES = frozenset(["customer", "plate"])
"""Fields that every register has columns of its own for."""
OF_AN_ITEM = ("item", "name", "unit", "quantity")
SHORT = ("document", "day", "customer", "vehicle", "things", "state")
"""The columns of a register on paper and in the terminal."""


def short_row(book: Json, row: Json, words: Words, most: int = 3) -> list[str]:
    """Return one document as a line of the short register."""
    opened = row["opened"][:10]
    names = [words.show(row["customers"]), words.show(row["vehicles"])]
    return [row["serial"], opened, *names, things_text(row, words, most), state_text(book, row, words)]


def things_text(row: Json, words: Words, most: int) -> str:
    """Return what stands on the lines of a document in short: items with their quantities, and how many more there are."""
    lines = row["lines"]
    told = [f"{line['item']} {line['quantity']} {line['unit']}" if line["quantity"] else line["item"] for line in lines[:most]]
    if len(lines) > most:
        told.append(words.say("register.more_lines", count=len(lines) - most))
    return words.clauses(told)


def state_text(book: Json, row: Json, words: Words) -> str:
    """Return whether a document is open, void, or how its case ended; and that it was written by hand in an emergency."""
    ending = row["ended"]
    if row["void"]:
        said = words.say("word.void")
    elif not ending:
        said = words.say("list.open")
    else:
        said = book["endings"].get(ending) or (words.say(f"ending.{ending}") if f"ending.{ending}" in words.keys else ending)
    return words.clauses([said, words.say("register.emergency")]) if row["emergency"] else str(said)


def filter_text(asked: Json, words: Words) -> str:
    """Return what a register is narrowed to in one line, empty where it is whole."""
    wanted = asked_of(asked)
    told = [words.say(f"register.by_{name}", value=wanted[name]) for name in FILTERS if name in wanted]
    return words.clauses(told)


# The whole register, a row for each line of each document


def table_of(site: Site, narrowed: Narrowed, book: Json, words: Words) -> Table:
    """Return a whole register as a table; its rows are read while it is written. Raises Refused("register_empty")."""
    portions = all_rows(site, narrowed)
    first = next((rows for rows in portions if rows), None)
    if first is None:
        raise Refused("register_empty", form=book["title"])
    whole = chain([first], portions)
    return Table(book["title"], titles_of(book, words), ([*rows_of(book, rows, words)] for rows in whole if rows))


def export_file(site: Site, form: str, asked: Json, suffix: str, words: Words) -> TableFile:
    """Begin a file with all that fits of a register in the site's folder, under a name that says what it is of."""
    narrowed, book = read_narrowed(site, form, asked), book_of(site, form, words)
    table = table_of(site, narrowed, book, words)
    days = [f"{name}-{asked[name]}" for name in ("from", "to") if asked.get(name)]
    made = moment(site.clock.now()).strftime("%Y%m%d-%H%M%S")
    return TableFile(new_file(site.config.folder / EXPORTS, "-".join(["register", narrowed.form, *days, made]), suffix), table)


def titles_of(book: Json, words: Words) -> list[str]:
    """Return the titles of all columns."""
    head = [words.say(f"register.{name}") for name in ("serial", "time", "state", "customer", "vehicle")]
    things = [words.say(f"register.{name}") for name in ("line", "item", "name", "quantity", "unit")] if book["lines"] else []
    foot = [words.say(f"register.{name}") for name in ("others", "revision", "case", "by_hand")]
    fields, columns = ([column["title"] for column in own] for own in (own_fields(book), own_columns(book)))
    return [*head, *fields, *things, *columns, *foot]


def own_fields(book: Json) -> list[Json]:
    """Return the fields of a form that have no column beside them already."""
    return [field for field in book["fields"] if field["name"] not in NAMES]


def own_columns(book: Json) -> list[Json]:
    """Return the columns of a form's lines besides item and quantity."""
    return [column for column in book["lines"] if column["name"] not in OF_AN_ITEM]


def rows_of(book: Json, rows: Sequence[Json], words: Words) -> Iterator[Row]:
    """Yield a row for each line of each document; one without lines has a row all the same."""
    known = {field["name"] for field in book["fields"]}
    for row in rows:
        head = [row["serial"], moment_of(row["opened"]), state_text(book, row, words)]
        names = [words.show(row["customers"]), words.show(row["vehicles"])]
        fields = [value_of(field, row["fields"].get(field["name"])) for field in own_fields(book)]
        others = words.clauses(f"{name}: {value}" for name, value in row["fields"].items() if name not in known | NAMES)
        foot = [others, row["revision"], row["case"], moment_of(row["emergency"])]
        for number, line in enumerate(row["lines"] or [{}], 1):
            yield [*head, *names, *fields, *things_of(book, number, line), *foot]


def things_of(book: Json, number: int, line: Json) -> list[Value]:
    """Return what stands on one line; nothing where the document has none, no column where the form has none."""
    if not book["lines"]:
        return []
    own = [value_of(column, line.get(column["name"])) for column in own_columns(book)]
    if not line:
        return [None] * 5 + own
    return [number, line["item"], line["name"], as_number(line["quantity"]) if line["quantity"] else None, line["unit"], *own]


def value_of(column: Json, value: object) -> Value:
    """Return the value of a field or column as a spreadsheet program should have it, by the kind of its column."""
    if value is None or value == "":
        return None
    if column["kind"] in ("number", "quantity", "measure"):
        return as_number(value)
    if column["kind"] == "date":
        return as_day(value)
    return str(column["choices"].get(str(value), value))


def moment_of(text: str | None) -> datetime | None:
    """Return a moment as people here read it."""
    return datetime.fromisoformat(text) if text else None
