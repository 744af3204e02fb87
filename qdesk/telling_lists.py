"""Lists exported and imported from the command line, told in the terminal."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.text import Text

from qdesk.desk import act
from qdesk.errors import Refused
from qdesk.exporting import write_table
from qdesk.master_import import check_file, told
from qdesk.master_lists import list_table
from qdesk.people import log_in, log_out_token
from qdesk.site import Site
from qdesk.telling import console, show, table
from qdesk.words import Words

Identity = Callable[[], tuple[str, str]]


def tell_export(site: Site, name: str, target: Path, words: Words, out: Console | None = None) -> int:
    """Write a list to a new file and say how many rows it has. Raises Refused as :func:`qdesk.exporting.write_table` does."""
    rows = write_table(target, list_table(site, name, words))
    (out or console()).print(Text(words.say("register.written", count=rows, path=str(target))), soft_wrap=True)
    return 0


def tell_import(site: Site, name: str, path: Path, identity: Identity | None, words: Words, out: Console | None = None) -> int:
    """List every problem of a file by row, or take it in; without anybody's identity only tell what would change."""
    screen = out or console()
    looked = told(site, *check_file(site, name, path), words)
    if looked["problems"]:
        rows = [(each["row"], each["column"], each["message"]) for each in looked["problems"]]
        title = words.say("import.problems", file=looked["file"], sheet=looked["sheet"], count=len(rows))
        show(screen, table(words, title, ("row", "column", "why"), rows))
        return 1
    counts = {what: looked[what] for what in ("add", "change", "same")}
    screen.print(Text(words.say("import.counts", **counts)), soft_wrap=True)
    if looked["before"]:
        screen.print(Text(words.say("import.before", act=looked["before"])), soft_wrap=True)
    if identity is not None and not looked["before"]:
        screen.print(Text(words.say("import.done", act=take_in(site, looked["request"], identity))), soft_wrap=True)
    return 0


def asked_who(badge: str, words: Words) -> Identity:
    """Return what asks for badge and PIN, a badge that is known already left out; a program gives each on a line."""

    def identity() -> tuple[str, str]:
        if sys.stdin.isatty():
            wearer = badge or input(words.say("import.badge") + ": ")
            return wearer.strip(), getpass.getpass(words.say("import.pin") + ": ")
        wearer = badge or sys.stdin.readline()
        return wearer.strip(), sys.stdin.readline().strip()

    return identity


def take_in(site: Site, request: dict[str, object], identity: Identity) -> int:
    """Do an import as whoever gives badge and PIN, at a desk of the administrator; return the act."""
    desk = next((desk.id for desk in site.factory.desks.values() if "administrator" in desk.roles and desk.terminal), "")
    if not desk:
        raise Refused("desk_unknown", desk="administrator")
    token, _ = log_in(site, desk, *identity())
    try:
        return act(site, token, request).act
    finally:
        log_out_token(site, token)
