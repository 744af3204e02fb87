"""The commands that export lists and import master data; what reads and writes sheets is loaded when it is needed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from qdesk.print_commands import Add, Arguments, Open, at_site

if TYPE_CHECKING:
    from qdesk.site import Site
    from qdesk.words import Words

IMPORTED = ("items", "parties", "bins")
EXPORTED = (*IMPORTED, "lots", "stock")


def add_master_commands(add: Add, opened: Open) -> None:
    """Add them: `add` makes one command, `opened` opens the site that is meant."""
    taken = add("import", at_site(opened, run_import), "take items, parties or bins from a sheet, all of it or nothing")
    taken.add_argument("list", choices=IMPORTED)
    taken.add_argument("file", type=Path, help="an .xlsx or .csv file; its first row has the titles, in Chinese or in English")
    taken.add_argument("--dry-run", action="store_true", help="only list every problem by row, and what would change")
    taken.add_argument("--badge", default="", help="of the administrator who does it; asked where it is left out")
    written = add("export", at_site(opened, run_export), "write a whole list to a new file")
    written.add_argument("list", choices=EXPORTED)
    written.add_argument("file", type=Path, help="an .xlsx or .csv file that does not exist yet")


def run_export(site: Site, words: Words, given: Arguments) -> int:
    """Write a list to a file."""
    from qdesk.telling_lists import tell_export

    return tell_export(site, given.list, given.file, words)


def run_import(site: Site, words: Words, given: Arguments) -> int:
    """Look a file through, and take it in where nothing is wrong with it and somebody may."""
    from qdesk.telling_lists import asked_who, tell_import

    return tell_import(site, given.list, given.file, None if given.dry_run else asked_who(given.badge, words), words)
