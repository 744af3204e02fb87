"""The stock ledger and a trace told in the terminal, and ledgers written to files from the command line."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from rich.console import Console
from rich.text import Text

from qdesk.errors import Refused
from qdesk.exporting import write_table
from qdesk.ledger import ledger_page, places_of
from qdesk.ledger_columns import SHORT, days_text, short_row, table_of, title_of, turnover_text
from qdesk.scan import clean_code
from qdesk.site import Site
from qdesk.telling import console, folding, show, table
from qdesk.telling_registers import told_written
from qdesk.trace_lines import trace_lines
from qdesk.tracing import trace
from qdesk.words import Words

MOST_LISTED = 200
"""So many moves are listed in a terminal, the newest first; a file has all of them."""
INDENT = "    "


def cleaned(asked: Mapping[str, str]) -> dict[str, str]:
    """Return what was typed for each name, cleaned as a scan is."""
    return {name: clean_code(value) for name, value in asked.items()}


def tell_ledger(site: Site, asked: Mapping[str, str], words: Words, out: Console | None = None) -> int:
    """Print the newest moves of a ledger and the turnover of its days; without a place, every place it was at."""
    screen = out or console()
    if not asked.get("place"):
        return tell_places(site, asked, words, screen)
    found = ledger_page(site, words, asked, limit=MOST_LISTED)
    show(screen, table(words, title_of(found, words), SHORT, [short_row(row, words) for row in found["rows"]]))
    screen.print(folding(words.clauses([days_text(asked, words), turnover_text(found, words)])))
    if found["next"]:
        screen.print(folding(words.say("ledger.newest", count=len(found["rows"]))))
    return 0


def tell_places(site: Site, asked: Mapping[str, str], words: Words, screen: Console) -> int:
    """Print the turnover at every place that an item or a lot was ever at."""
    found = places_of(site, words, asked)
    columns = ("place", "opening", "came", "went", "closing")
    rows = [[row["place_title"], *(row[name] for name in columns[1:])] for row in found["places"]]
    name = " ".join(part for part in (found["lot"], found["item"], found["name"]) if part)
    show(screen, table(words, words.say("ledger.places", item=name), columns, rows))
    return 0


def write_ledger(site: Site, asked: Mapping[str, str], target: Path, suffix: str, words: Words) -> int:
    """Write a whole ledger to a file. Raises Refused as :func:`qdesk.exporting.write_table` does."""
    if target.suffix.lower() != suffix:
        raise Refused("table_kind_unknown", path=target.name, known=[suffix])
    return told_written(write_table(target, table_of(site, words, asked)), target, words)


def tell_trace(site: Site, lot: str, words: Words, out: Console | None = None) -> int:
    """Print where a lot came from and where it went, each step below the one it follows."""
    screen, found = out or console(), trace(site, words, clean_code(lot))
    for depth, said, _, _ in trace_lines(found, words):
        screen.print(Text(INDENT * depth + said, overflow="fold"))
    return 0
