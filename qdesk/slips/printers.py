"""Which printer takes what: the one a desk names for a form or for a kind of print, its usual one, or the folder of PDFs."""

from __future__ import annotations

from collections.abc import Sequence

from qdesk.errors import Refused
from qdesk.factory import Factory
from qdesk.machines import FOLDER, Printer
from qdesk.site import Site
from qdesk.slips.formats import FORMATS, Format

__all__ = ["DEFAULT", "FOLDER", "Printer", "chosen_printer", "paper_for", "printer_for", "printer_named"]

DEFAULT = "default"


def printer_for(site: Site, desk: str, form: str, kind: str) -> Printer:
    """Return where a desk prints something: by its form, else by the kind of print, else the desk's usual printer.

    What a desk does not say, the desk that stands in for it may say; else it lands in the folder of PDFs.
    """
    return chosen_printer(site.factory, desk, form, kind)


def chosen_printer(factory: Factory, desk: str, form: str, kind: str) -> Printer:
    """Return what a factory says of that."""
    here = factory.desks.get(desk)
    there = factory.desks.get(here.stand_in) if here is not None else None
    for chosen in [each.printers for each in (here, there) if each is not None]:
        for use in (form, kind, DEFAULT):
            if use and use in chosen:
                return factory.printers[chosen[use]]
    return factory.printers[FOLDER]


def printer_named(site: Site, name: str) -> Printer:
    """Return a printer. Raises Refused("printer_unknown")."""
    found = site.factory.printers.get(name)
    if found is None:
        raise Refused("printer_unknown", printer=name)
    return found


def paper_for(printer: Printer, papers: Sequence[str]) -> Format:
    """Return the paper that something comes on, of those it can be set for, the usual one first.

    Raises Refused("printer_paper_unfit") where nothing of it lies in the printer.
    """
    name = printer.paper or papers[0]
    if name not in papers:
        raise Refused("printer_paper_unfit", printer=printer.name, paper=name, papers=list(papers))
    return FORMATS[name]
