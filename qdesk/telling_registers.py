"""Registers told in the terminal, and written to files from the command line."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from qdesk.errors import Refused
from qdesk.exporting import write_table
from qdesk.narrowing import read_narrowed
from qdesk.register_columns import SHORT, filter_text, short_row, table_of
from qdesk.registers import book_of, books_of, register_page
from qdesk.site import Site
from qdesk.telling import console, show, table
from qdesk.words import Words

Json = dict[str, Any]
MOST_LISTED = 200
"""So many documents are listed in a terminal, the newest first; a file has all of them."""


def tell_registers(site: Site, words: Words, out: Console | None = None) -> int:
    """Print which registers there are."""
    rows = [(book["form"], book["number"], book["title"]) for book in books_of(site, words)]
    show(out or console(), table(words, words.say("list.registers"), ("form", "number", "name"), rows))
    return 0


def tell_register(site: Site, form: str, asked: Mapping[str, Any], words: Words, out: Console | None = None) -> int:
    """Print the newest documents of a form that fit, and whether there are more."""
    screen, book = out or console(), book_of(site, form, words)
    rows, more = newest(site, form, asked)
    title = words.clauses(part for part in (book["title"], filter_text(dict(asked), words)) if part)
    show(screen, table(words, title, SHORT, [short_row(book, row, words) for row in rows]))
    if more or not rows:
        screen.print(Text(words.say("register.newest", count=len(rows)) if more else words.say("list.nothing")))
    return 0


def newest(site: Site, form: str, asked: Mapping[str, Any]) -> tuple[list[Json], bool]:
    """Return as many documents as are listed, and whether there are more."""
    rows: list[Json] = []
    before = ""
    while len(rows) < MOST_LISTED:
        page = register_page(site, form, "", before, MOST_LISTED - len(rows), asked)
        rows += page["rows"]
        before = page["next"] or ""
        if not before:
            return rows, False
    return rows, bool(register_page(site, form, "", before, 1, asked)["rows"])


def write_register(site: Site, form: str, asked: Mapping[str, Any], target: Path, suffix: str, words: Words) -> int:
    """Write all of a register that fits to a file. Raises Refused as :func:`qdesk.exporting.write_table` does."""
    if target.suffix.lower() != suffix:
        raise Refused("table_kind_unknown", path=target.name, known=[suffix])
    narrowed, book = read_narrowed(site, form, asked), book_of(site, form, words)
    rows = write_table(target, table_of(site, narrowed, book, words))
    return told_written(rows, target, words)


def told_written(rows: int, target: Path, words: Words, out: Console | None = None) -> int:
    """Say what was written where."""
    (out or console()).print(Text(words.say("register.written", count=rows, path=str(target))), soft_wrap=True)
    return 0
