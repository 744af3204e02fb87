"""The commands that look something up: where paper is, what lies in stock, what waits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qdesk.print_commands import Add, Arguments, Open, at_site

if TYPE_CHECKING:
    from qdesk.site import Site
    from qdesk.words import Words


def add_look_commands(add: Add, opened: Open) -> None:
    """Add them: `add` makes one command, `opened` opens the site that is meant."""
    where = add("where", at_site(opened, run_where), "where every copy of a document is, or what lies at a desk")
    where.add_argument("what", help="a serial, a copy, the 18 digits of a piece, or a desk")
    stock = add("stock", at_site(opened, run_stock), "what lies in stock, now or as of a moment")
    stock.add_argument("--item", default="")
    stock.add_argument("--place", default="")
    stock.add_argument("--at", default="", help="a moment such as 2026-11-20T08:00")
    inbox = add("inbox", at_site(opened, run_inbox), "what waits at a desk")
    inbox.add_argument("desk", nargs="?", default="", help="a desk; all desks when left out")


def run_where(site: Site, words: Words, given: Arguments) -> int:
    """Print where every copy of a document is, or what is at a desk."""
    from qdesk.telling import tell_where

    return tell_where(site, given.what, words)


def run_stock(site: Site, words: Words, given: Arguments) -> int:
    """Print what lies in stock."""
    from qdesk.telling import tell_stock

    return tell_stock(site, given.item, given.place, given.at, words)


def run_inbox(site: Site, words: Words, given: Arguments) -> int:
    """Print what waits at a desk, or at all."""
    from qdesk.telling import tell_inbox

    return tell_inbox(site, given.desk, words)
