"""The command that lists a register, or writes it to a file; what sets pages or writes sheets is loaded when it is needed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qdesk.print_commands import Add, Arguments, Open, at_site

if TYPE_CHECKING:
    from qdesk.site import Site
    from qdesk.words import Words

FILTERS = {
    "from": "the first day, such as 2026-11-01",
    "to": "the last day",
    "customer": "a part of the customer's name",
    "item": "an item, by its code or its name",
    "vehicle": "a plate, or a part of it",
    "filter": "words from serial or fields",
}
FILES = {".csv": "csv", ".xlsx": "xlsx", ".pdf": "pdf"}


def add_register_commands(add: Add, opened: Open) -> None:
    """Add it: `add` makes one command, `opened` opens the site that is meant."""
    about = "the documents of a form, narrowed and listed, or written to a file; without a form, which registers there are"
    made = add("register", at_site(opened, run_register), about)
    made.add_argument("form", nargs="?", default="", help="a form, such as note or pass")
    for name, told in FILTERS.items():
        made.add_argument(f"--{'text' if name == 'filter' else name}", dest=name, default="", help=told)
    target = made.add_mutually_exclusive_group()
    for suffix, name in FILES.items():
        target.add_argument(f"--{name}", type=Path, metavar="FILE", help=f"write all of it to a {suffix} file")


def run_register(site: Site, words: Words, given: Arguments) -> int:
    """List the registers, or the documents of one; or write them to a file."""
    from qdesk import telling_registers as telling

    asked: Mapping[str, Any] = {name: getattr(given, name) for name in FILTERS if getattr(given, name)}
    if not given.form:
        return telling.tell_registers(site, words)
    if given.pdf:
        from qdesk.slips.register_sheet import write_pdf

        return telling.told_written(write_pdf(site, given.form, asked, given.pdf, words), given.pdf, words)
    if given.csv or given.xlsx:
        return telling.write_register(site, given.form, asked, given.csv or given.xlsx, ".csv" if given.csv else ".xlsx", words)
    return telling.tell_register(site, given.form, asked, words)
