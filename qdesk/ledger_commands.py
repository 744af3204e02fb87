"""The commands that tell the stock ledger and trace a lot; what sets pages or writes sheets is loaded when it is needed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from qdesk.print_commands import Add, Arguments, Open, at_site
from qdesk.register_commands import FILES

if TYPE_CHECKING:
    from qdesk.site import Site
    from qdesk.words import Words


def add_ledger_commands(add: Add, opened: Open) -> None:
    """Add them: `add` makes one command, `opened` opens the site that is meant."""
    about = "the stock ledger of an item at a place, move by move; without a place, where it was at all"
    made = add("ledger", at_site(opened, run_ledger), about)
    made.add_argument("item", nargs="?", default="", help="an item; may be left out where a lot is named")
    told = {"place": "a place", "lot": "only this lot", "bin": "only this bin", "from": "the first day", "to": "the last day"}
    for name, said in told.items():
        made.add_argument(f"--{name}", dest=name, default="", help=said)
    target = made.add_mutually_exclusive_group()
    for suffix, name in FILES.items():
        target.add_argument(f"--{name}", type=Path, metavar="FILE", help=f"write all of it to a {suffix} file")
    trace = add("trace", at_site(opened, run_trace), "where a lot came from and where it went, both ways as far as it goes")
    trace.add_argument("lot", help="a lot or a serial number")


def run_ledger(site: Site, words: Words, given: Arguments) -> int:
    """Tell a ledger, or write it to a file."""
    from qdesk import telling_ledger as telling
    from qdesk.ledger_columns import NAMES

    asked = telling.cleaned({name: getattr(given, name) for name in NAMES if getattr(given, name)})
    if given.pdf:
        from qdesk.slips.ledger_sheet import write_pdf
        from qdesk.telling_registers import told_written

        return told_written(write_pdf(site, asked, given.pdf, words), given.pdf, words)
    if given.csv or given.xlsx:
        return telling.write_ledger(site, asked, given.csv or given.xlsx, ".csv" if given.csv else ".xlsx", words)
    return telling.tell_ledger(site, asked, words)


def run_trace(site: Site, words: Words, given: Arguments) -> int:
    """Tell a trace."""
    from qdesk.telling_ledger import tell_trace

    return tell_trace(site, given.lot, words)
