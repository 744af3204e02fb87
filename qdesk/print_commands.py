"""The commands that print, or show what would be printed; what sets pages is loaded only when one of them runs."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qdesk.site import Site
    from qdesk.words import Words

Arguments = argparse.Namespace
Open = Callable[[Arguments], "Site"]
Add = Callable[[str, Callable[[Arguments], int], str], argparse.ArgumentParser]
Run = Callable[["Site", "Words", Arguments], int]


def add_print_commands(add: Add, opened: Open) -> None:
    """Add them: `add` makes one command, `opened` opens the site that is meant."""
    worker = add("print", at_site(opened, run_print), "print what waits, until it is stopped; desks also print by themselves")
    worker.add_argument("--once", action="store_true", help="end when nothing waits any more; 1 when something is not on paper")
    worker.add_argument("--desk", default="", help="only what waits at one desk")
    slip = add("slip", at_site(opened, run_slip), "show the slip of a copy, or write it to a file, marked REPRINT")
    slip.add_argument("code", help="the 18 digits of a piece, a copy such as GX26-000001/4, or a serial for all its copies")
    add_showing(slip)
    sheet = add("sheet", at_site(opened, run_sheet), "show a label, a badge, cards or a test sheet, or write it to a file")
    sheet.add_argument("kind", help="item_label, lot_label, place_label, box_label, badge, scanner_sheet, action_cards, …")
    sheet.add_argument("subject", nargs="?", default="", help="what it is of, such as an item's code; nothing for some")
    add_showing(sheet)
    printers = add("printers", at_site(opened, run_printers), "list the printers, or print a test page")
    printers.add_argument("verb", nargs="?", choices=["list", "test"], default="list")
    printers.add_argument("name", nargs="?", default="", help="the printer to test")


def add_showing(made: argparse.ArgumentParser) -> None:
    """Add the options of what is shown or written to a file."""
    made.add_argument("--to", type=Path, help="a .pdf or .png file; without it the page is shown in the terminal")
    made.add_argument("--paper", default="", help="a5, a4, roll80, roll58, label or card; else the usual one")
    made.add_argument("--preview", action="store_true", help="show it in the terminal, also when it is written to a file")


def at_site(opened: Open, run: Run) -> Callable[[Arguments], int]:
    """Return a command that opens its site, does its work in the site's words, and closes it."""

    def run_there(given: Arguments) -> int:
        site = opened(given)
        try:
            return run(site, site.config.words(given.language), given)
        finally:
            site.close()

    return run_there


def run_print(site: Site, words: Words, given: Arguments) -> int:
    """Print what waits."""
    from qdesk.printing import keep_printing, print_once

    return print_once(site, given.desk, words) if given.once else keep_printing(site, given.desk, words)


def run_slip(site: Site, words: Words, given: Arguments) -> int:
    """Show or write the slip of one copy or of all copies of a document."""
    from qdesk.printing import tell_slip

    return tell_slip(site, given.code, given.paper, given.to, given.preview, words)


def run_sheet(site: Site, words: Words, given: Arguments) -> int:
    """Show or write any other sheet."""
    from qdesk.printing import tell_sheet

    return tell_sheet(site, (given.kind, given.subject), given.paper, given.to, given.preview, words)


def run_printers(site: Site, words: Words, given: Arguments) -> int:
    """List the printers, or test one."""
    from qdesk.printing import tell_printers, try_printer

    return try_printer(site, given.name, words) if given.verb == "test" else tell_printers(site, words)
