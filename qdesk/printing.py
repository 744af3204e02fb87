"""Printing from the command line: the worker, pages shown in the terminal or written to files, and the printers."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from qdesk.desk.scanning import known_piece
from qdesk.errors import Refused
from qdesk.lookups import serial_of
from qdesk.machines import Printer
from qdesk.paper import SLIP
from qdesk.scan import clean_code, kind_of
from qdesk.site import Site
from qdesk.slips.formats import FORMATS, Format
from qdesk.slips.glyphs import missing_glyphs
from qdesk.slips.in_words import text_lines
from qdesk.slips.kinds import Kind, kind_of_paper
from qdesk.slips.marks import png
from qdesk.slips.preview import preview_lines
from qdesk.slips.printers import printer_named
from qdesk.slips.queue import BY_ACTS, STICKERS, Json, failed_prints, queue_rows
from qdesk.slips.spool import Spool, fonts_of, print_test_page
from qdesk.slips.typesetting import Typesetter, typesetter
from qdesk.telling import console, desk_title, show, table
from qdesk.words import Words

EVERY = 1.0
"""Seconds between one look at the queue and the next."""
REST = 15.0
"""Seconds of rest after the queue could not be worked on at all, such as on a full disk."""
LONGEST_FOLLOWED = 60.0
"""Seconds that a single run follows what printers have taken and not yet printed."""
FILE_DOTS = 12
SUFFIXES = (".pdf", ".png")


def print_everything(site: Site, desks: Collection[str] = (), followed: float = LONGEST_FOLLOWED) -> None:
    """Print what waits at some desks, else at all, until nothing goes on; jobs that printers took are followed for a while."""
    desks, until = desks or list(site.factory.desks), time.monotonic() + followed
    with typesetter(site.config.folder) as setter:
        spool = Spool(site, setter)
        while spool.work(desks) or (under_way(site, desks) and time.monotonic() < until):
            time.sleep(EVERY if under_way(site, desks) else 0)


def under_way(site: Site, desks: Collection[str]) -> int:
    """Return how many prints of some desks a printer has taken and not yet printed."""
    marks = ", ".join("?" * len(desks))
    sql = f"SELECT COUNT(*) FROM prints WHERE state = 'sent' AND job <> '' AND desk IN ({marks})"
    return int(site.database.rows(sql, *desks)[0][0])


def print_once(site: Site, desk: str, words: Words, out: Console | None = None) -> int:
    """Print what waits and tell what is not on paper then; 0 when everything is."""
    desks = wanted_desks(site, desk)
    print_everything(site, desks)
    screen, left = out or console(), 0
    for each in desks:
        rows = [row for row in queue_rows(site, each, words) if row["state"] != "done"]
        left += len(rows)
        if rows:
            columns = ("copy", "name", "printer", "state", "why")
            show(screen, table(words, desk_title(site, each, words), columns, told(rows, words)))
    screen.print(Text(words.say("print.left", count=left) if left else words.say("print.nothing_left")))
    return 1 if left else 0


def told(rows: Collection[Json], words: Words) -> Iterator[list[object]]:
    """Return rows of the queue as cells."""
    for row in rows:
        state = words.say(f"handover.print_{row['state']}")
        yield [row["copy"] or row["subject"], row["title"], row["printer"], state, row["why"]]


def wanted_desks(site: Site, desk: str) -> list[str]:
    """Return the desk that is meant, or all. Raises Refused("desk_unknown")."""
    if desk and desk not in site.factory.desks:
        raise Refused("desk_unknown", desk=desk)
    return [desk] if desk else list(site.factory.desks)


def keep_printing(site: Site, desk: str, words: Words, out: Console | None = None) -> int:
    """Print what waits until the program is stopped, and tell each print that fails; a fault that passes is waited for."""
    desks, screen = wanted_desks(site, desk), out or console()
    screen.print(Text(words.say("print.working")))
    known: set[int] = set()
    with typesetter(site.config.folder) as setter:
        spool = Spool(site, setter)
        while True:
            try:
                spool.work(desks)
                known = tell_failures(site, desks, known, words, screen)
            except Refused as refused:
                screen.print(Text(words.refusal(refused)))
                time.sleep(REST)
            time.sleep(EVERY)


def tell_failures(site: Site, desks: Collection[str], known: set[int], words: Words, screen: Console) -> set[int]:
    """Tell the failures that are new, and return all there are."""
    now = set()
    for desk in desks:
        if not failed_prints(site, desk):
            continue
        for row in queue_rows(site, desk, words):
            if row["state"] == "failed":
                now.add(row["id"])
                if row["id"] not in known:
                    line = [desk_title(site, desk, words), row["copy"] or row["subject"], row["title"], row["why"]]
                    screen.print(Text("  ".join(part for part in line if part)), soft_wrap=True)
    return now


@dataclass
class Press:
    """What pages are set with for looking at: nothing of it goes into the queue."""

    site: Site
    setter: Typesetter
    words: Words
    screen: Console

    def sheet(self, kind: Kind, subject: str, paper: str, again: bool) -> Sheet:
        """Return one sheet. Raises Refused for an unknown subject or a paper it is not made for."""
        name = paper or kind.papers[0]
        if name not in kind.papers:
            raise Refused("paper_unfit", paper=name, papers=list(kind.papers))
        with self.site.database.reading() as cursor:
            contents = kind.build(self.site, cursor, subject, self.words, again)
        missing = missing_glyphs(contents, fonts_of(self.site.config.folder))
        if missing:
            self.screen.print(Text(self.words.say("error.glyphs_missing", characters=missing)))
        return Sheet(self.setter, kind.template, contents, FORMATS[name])

    def show(self, sheet: Sheet) -> None:
        """Show the pages of a sheet in the terminal; a slip in words, since no terminal has dots enough for its small type."""
        if sheet.template == "slip":
            for line in text_lines(sheet.contents, max(20, self.screen.width)):
                self.screen.print(Text(line), soft_wrap=True)
            return
        for page in sheet.setter.pages(sheet.template, sheet.contents, sheet.paper):
            for line in preview_lines(page, max(20, self.screen.width)):
                self.screen.print(Text(line), soft_wrap=True)

    def deliver(self, sheet: Sheet, to: Path | None, preview: bool) -> None:
        """Write a sheet to a file, or show it."""
        if to is not None:
            for path in sheet.write(to):
                self.screen.print(Text(self.words.say("print.written", path=str(path))), soft_wrap=True)
        if to is None or preview:
            self.show(sheet)


@dataclass
class Sheet:
    """One sheet that can be set."""

    setter: Typesetter
    template: str
    contents: dict[str, Any]
    paper: Format

    def write(self, to: Path) -> list[Path]:
        """Write it as PDF, or as one picture a page, and return the files. Raises Refused: file_kind_unknown, file_unwritable."""
        if to.suffix.lower() == ".pdf":
            files = {to: self.setter.pdf(self.template, self.contents, self.paper)}
        else:
            pages = self.setter.pages(self.template, self.contents, self.paper, FILE_DOTS)
            files = {numbered(to, n, len(pages)): png(page.image()) for n, page in enumerate(pages, 1)}
        for path, written in files.items():
            try:
                path.write_bytes(written)
            except OSError as trouble:
                raise Refused("file_unwritable", path=str(path), reason=trouble.strerror or "") from trouble
        return list(files)


def numbered(path: Path, number: int, of: int) -> Path:
    """Return the name of one file of several."""
    return path.with_name(f"{path.stem}-{number}{path.suffix}") if of > 1 else path


def tell_slip(site: Site, code: str, paper: str, to: Path | None, preview: bool, words: Words, out: Console | None = None) -> int:
    """Show or write the slips of a copy or of a document; what leaves the house beside the queue says REPRINT."""
    refuse_suffix(to)
    pieces = pieces_of(site, code)
    with typesetter(site.config.folder) as setter:
        press = Press(site, setter, words, out or console())
        for number, piece in enumerate(pieces, 1):
            sheet = press.sheet(kind_of_paper(SLIP), piece, paper, again=to is not None)
            press.deliver(sheet, to and numbered(to, number, len(pieces)), preview)
    return 0


def pieces_of(site: Site, code: str) -> list[str]:
    """Return the pieces that a code means: itself, the one of a copy, those of a document. Raises Refused("document_unknown")."""
    code = clean_code(code)
    if kind_of(code) == "piece":
        with site.database.reading() as cursor:
            known_piece(site, cursor, code)
        return [code]
    found = site.database.rows("SELECT piece FROM copies WHERE name = ? OR serial = ? ORDER BY number", code, code)
    if not found:
        raise Refused("document_unknown", serial=serial_of(code))
    return [piece for (piece,) in found]


def tell_sheet(
    site: Site, what: tuple[str, str], paper: str, to: Path | None, preview: bool, words: Words, out: Console | None = None
) -> int:
    """Show or write a sheet of another kind; `what` is the kind and what it is of."""
    refuse_suffix(to)
    kind = kind_of_paper(what[0])
    if kind.name in BY_ACTS:
        raise Refused("print_needs_act", kind=site.title(f"kind.{kind.name}"))
    subject = clean_code(what[1]) if what[1] else ""
    with typesetter(site.config.folder) as setter:
        press = Press(site, setter, words, out or console())
        press.deliver(press.sheet(kind, subject, paper, again=kind.name == STICKERS and to is not None), to, preview)
    return 0


def refuse_suffix(to: Path | None) -> None:
    """Refuse a file of a kind that is not written."""
    if to is not None and to.suffix.lower() not in SUFFIXES:
        raise Refused("file_kind_unknown", path=str(to), known=list(SUFFIXES))


def tell_printers(site: Site, words: Words, out: Console | None = None) -> int:
    """List the printers, and which desk prints what where."""
    screen = out or console()
    rows = [
        (each.name, words.show(each.title), words.say(f"machine.{each.kind}"), each.paper, where(each))
        for each in site.factory.printers.values()
    ]
    show(screen, table(words, words.say("title.printers"), ("printer", "name", "kind", "paper", "where"), rows))
    uses = [
        (desk_title(site, desk.id, words), use, printer)
        for desk in site.factory.desks.values()
        for use, printer in desk.printers.items()
    ]
    if uses:
        show(screen, table(words, words.say("title.printers_of_desks"), ("desk", "what", "printer"), uses))
    return 0


def where(printer: Printer) -> str:
    """Return where a printer is found."""
    places = {"folder": printer.folder, "cups": printer.queue, "command": " ".join(printer.command)}
    return places.get(printer.kind, printer.address)


def try_printer(site: Site, name: str, words: Words, out: Console | None = None) -> int:
    """Print a test page, follow it, and tell what became of it."""
    screen, printer = out or console(), printer_named(site, name)
    with typesetter(site.config.folder) as setter:
        print_test_page(site, setter, printer, LONGEST_FOLLOWED)
    screen.print(Text(words.say("print.tested", printer=printer.title)))
    return 0
