"""What the columns of the stock ledger are called and what stands in them: on screens, in the terminal, on paper, in files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from qdesk.clock import moment
from qdesk.errors import Refused
from qdesk.exporting import Row, Table, TableFile, as_number
from qdesk.ledger import all_pages, ledger_page, read_days
from qdesk.new_files import EXPORTS, new_file
from qdesk.register_columns import moment_of
from qdesk.site import Site
from qdesk.words import Words

Json = dict[str, Any]
NAMES = ("item", "place", "lot", "bin", "from", "to")
"""What a ledger is asked for with."""
SHORT = ("day", "voucher", "step", "who", "other", "lot", "came", "went", "balance")
"""The columns of a ledger on paper and in the terminal."""


def short_row(row: Json, words: Words) -> list[str]:
    """Return one move as a line of the short ledger."""
    day = row["at"][:16].replace("T", " ")
    paper, piece = row["voucher"] or row["case"] or "", row["serial"] or row["lot"]
    moved = [row["came"] or "", row["went"] or "", row["balance"]]
    return [day, paper, row["title"], row["person"] or "", row["other_title"], piece, *moved]


def title_of(head: Json, words: Words) -> str:
    """Return what a ledger is of: the item with its name, and the lot or bin that is meant."""
    told = [words.say("ledger.title_of", item=" ".join(part for part in (head["item"], head["name"], head["spec"]) if part))]
    told.append(head["place_title"])
    if head["lot"]:
        told.append(words.say("ledger.of_lot", lot=head["lot"]))
    if head["bin"]:
        told.append(words.say("ledger.of_bin", bin=head["bin"]))
    return words.clauses(part for part in told if part)


def days_text(asked: Mapping[str, Any], words: Words) -> str:
    """Return which days are meant."""
    told = [words.say(f"ledger.days_{name}", day=asked[name]) for name in ("from", "to") if asked.get(name)]
    return words.clauses(told) if told else str(words.say("ledger.whole"))


def turnover_text(head: Json, words: Words) -> str:
    """Return opening, in, out and closing of the days in one line."""
    figures = {name: head[name] for name in ("opening", "came", "went", "closing", "unit")}
    return str(words.say("ledger.turnover", **figures))


def table_of(site: Site, words: Words, asked: Mapping[str, Any], token: object = None) -> Table:
    """Return a whole ledger as a table; its rows are read while it is written.

    Raises Refused("ledger_empty"); with a session, what it counts itself is refused (R047).
    """
    portions = all_pages(site, words, asked, token)
    first = next(portions)
    head = ledger_page(site, words, asked, limit=1)
    if not first:
        raise Refused("ledger_empty", item=head["item"])
    columns = [words.say(f"ledger.{name}") for name in ("time", "item", "place", "case", "step", "desk")]
    columns += [words.say(f"column.{name}") for name in ("who", "voucher", "other")]
    columns += [words.say(f"ledger.{name}") for name in ("lot", "serial")]
    columns += [words.say(f"column.{name}") for name in ("bin", "came", "went", "balance")]
    columns.append(words.say("ledger.unit"))
    return Table(words.say("ledger.title"), columns, ([*rows_of(head, rows)] for rows in chain([first], portions) if rows))


def rows_of(head: Json, rows: Sequence[Json]) -> Iterator[Row]:
    """Yield a row of the file for each move."""
    for row in rows:
        figures = [as_number(row[name]) if row[name] is not None else None for name in ("came", "went", "balance")]
        yield [
            moment_of(row["at"]), head["item"], head["place_title"], row["case"], row["title"], row["desk"], row["person"],
            row["voucher"], row["other_title"], row["lot"], row["serial"], row["bin"], *figures, head["unit"],
        ]  # fmt: skip


def export_file(site: Site, words: Words, asked: Mapping[str, Any], suffix: str, token: object = None) -> TableFile:
    """Begin a file with a whole ledger in the site's folder, under a name that says what it is of."""
    read_days(asked)
    made = moment(site.clock.now()).strftime("%Y%m%d-%H%M%S")
    parts = ["ledger", *(plain(str(asked[name])) for name in NAMES if asked.get(name)), made]
    return TableFile(new_file(site.config.folder / EXPORTS, "-".join(parts), suffix), table_of(site, words, asked, token))


def plain(text: str) -> str:
    """Return a code as it may stand in a file's name."""
    return "".join(letter if letter.isalnum() or letter in "-_." else "_" for letter in text)[:60]
