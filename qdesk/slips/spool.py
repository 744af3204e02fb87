"""The spool: turns rows of the print queue into paper, and keeps in the row what is known for certain.

A row is marked `sent`, committed, before the first byte goes to the printer. Whoever finds a row `sent` that nobody is sending
knows that its process ended meanwhile: paper may have come out, and what is printed again says REPRINT. Only one process at a
time works at a printer, so two terminals and a worker may serve the same desk.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from qdesk.errors import Refused
from qdesk.machines import FOLDER, Printer
from qdesk.paper import SLIP
from qdesk.site import Site
from qdesk.slips.formats import Format
from qdesk.slips.glyphs import missing_glyphs
from qdesk.slips.kinds import kind_of_paper
from qdesk.slips.printers import paper_for, printer_for, printer_named
from qdesk.slips.queue import (
    OPEN,
    ROW,
    Print,
    ask_for,
    cancel_print,
    confirm_print,
    failed_prints,
    is_void,
    kept,
    print_again,
    queue_rows,
    refuse_told,
)
from qdesk.slips.sending import Job, NotPrinted, follow, send
from qdesk.slips.typesetting import FONTS, OWN, Typesetter

try:
    import fcntl
except ImportError:  # Windows has no flock: two processes at one printer may there take each other's prints for interrupted.
    fcntl = None  # type: ignore[assignment]  # mypy knows no optional module

__all__ = ["Spool", "ask_for", "cancel_print", "confirm_print", "failed_prints", "print_again", "queue_rows"]

LOCKS = "printers"
MISSING = "glyphs_missing"
WORK = f"SELECT {ROW} FROM prints WHERE {OPEN} AND state <> 'failed' AND desk IN ({{desks}}) ORDER BY id"
STILL = f"SELECT {ROW} FROM prints WHERE id = ? AND state = ? AND tries = ?"
CLAIM = """UPDATE prints SET state = 'sent', printer = ?, tries = tries + 1, job = '', changed_at = ?
  WHERE id = ? AND state = 'waiting' AND printer = ?"""
CHANGE = """UPDATE prints SET state = ?, maybe = max(maybe, ?), job = ?, why = ?, changed_at = ?
  WHERE id = ? AND state = ? AND tries = ?"""


class Spool:
    """Prints what waits at some desks; `work` may be called again and again, by any number of processes."""

    def __init__(self, site: Site, typesetter: Typesetter) -> None:
        """Print for a site with pages set by a typesetter of the same site."""
        self.site = site
        self.typesetter = typesetter
        self.folder = site.config.folder
        self.troubled: set[str] = set()
        """Printers that failed when they were last tried: those that work come first."""
        self.fonts = fonts_of(self.folder)

    def work(self, desks: Collection[str]) -> int:
        """Print what waits and follow what was sent; return how many rows went on.

        At each printer it ends with the first failure, so that a dead printer keeps the others waiting once and not once a row:
        who wants to try all calls again until nothing goes on.
        """
        went_on = 0
        for printer, rows in sorted(self._by_printer(desks).items(), key=lambda each: each[0].name in self.troubled):
            with alone_at(self.folder / LOCKS / f"{printer.name}.lock") as alone:
                if alone:
                    went_on += self._work_at(printer, rows)
        return went_on

    def _by_printer(self, desks: Collection[str]) -> Mapping[Printer, list[Print]]:
        """Return the rows by the printer that has each or is to have it; where none can be found they fail at once."""
        marks = ", ".join("?" * len(desks))
        found: dict[Printer, list[Print]] = {}
        for each in self.site.database.rows(WORK.format(desks=marks), *desks):
            row = Print(*each)
            try:
                found.setdefault(self.printer_of(row), []).append(row)
            except Refused as refused:
                self._fail(row, refused, came_out=row.state == "sent")
        return found

    def printer_of(self, row: Print) -> Printer:
        """Return the printer named in a row, else the one its desk uses. Raises Refused("printer_unknown")."""
        if row.printer:
            return printer_named(self.site, row.printer)
        return printer_for(self.site, row.desk, row.form, row.kind)

    def _work_at(self, printer: Printer, rows: Collection[Print]) -> int:
        """Work at one printer that nobody else works at now; what others did while we waited for it is not done again."""
        went_on = 0
        self.troubled.discard(printer.name)
        for each in rows:
            row = self._still(each)
            if row is None:
                continue
            if row.state == "sent":
                went_on += self._follow(printer, row) if row.job else self._interrupted(printer, row)
                row = self._still(row._replace(state="waiting"))
            if row is not None:
                went_on += 1
                if not self._print(printer, row):
                    self.troubled.add(printer.name)
                    break
        return went_on

    def _still(self, row: Print) -> Print | None:
        """Return a row again if it stands as it did."""
        found = self.site.database.rows(STILL, row.id, row.state, row.tries)
        return Print(*found[0]) if found else None

    def _interrupted(self, printer: Printer, row: Print) -> int:
        """Judge a row whose process ended while it printed: a folder has the file or not, of all else nobody knows."""
        if printer.kind == FOLDER:
            return self._change(row, "waiting")
        return self._fail(row, Refused("print_interrupted", printer=printer.name), came_out=True)

    def _follow(self, printer: Printer, row: Print) -> int:
        """Ask a printer what became of a job it took."""
        try:
            if follow(printer, row.job):
                return self._change(row, "done")
        except NotPrinted as failure:
            return self._fail(row, failure, failure.came_out)
        return 0

    def _print(self, printer: Printer, row: Print) -> bool:
        """Print one row and return whether the printer may be given the next one."""
        try:
            job = self.job(printer, row)
        except Refused as refused:  # nothing was sent, and the printer has no part in it
            self._fail(row, refused, came_out=False)
            return True
        if not self._claim(printer, row):
            return True
        sent = row._replace(state="sent", tries=row.tries + 1)
        try:
            number = send(printer, job, self.folder)
        except NotPrinted as failure:
            self._fail(sent, failure, failure.came_out)
            return False
        except Refused as refused:  # the job could not be set: nothing was sent
            self._fail(sent, refused, came_out=False)
            return True
        except OSError as trouble:  # the machine has no room or no files left, and how far it came nobody knows
            self._fail(sent, Refused("disk_fault", path=str(trouble.filename or self.folder)), came_out=True)
            return False
        self._change(sent, "done" if number is None else "sent", job=number or "")
        return True

    def job(self, printer: Printer, row: Print) -> Job:
        """Return what is to be printed; it is set when the printer says whether it wants a PDF or dots.

        Raises Refused("glyphs_missing") the first time, for what no font can print: it is printed when somebody asks again.
        """
        kind, words = kind_of_paper(row.kind), self.site.words
        paper = paper_for(printer, kind.papers)
        with self.site.database.reading() as cursor:
            refuse_told(self.site, cursor, row.desk, row.kind, row.subject)
            contents = kind.build(self.site, cursor, row.subject, words, bool(row.maybe))
            name = name_of(cursor, row)
        missing = [] if MISSING in row.why else missing_glyphs(contents, self.fonts)
        if missing:
            raise Refused("glyphs_missing", characters=missing[:20])
        return job_of(self.typesetter, kind.template, contents, paper, name, bool(row.maybe))

    def _claim(self, printer: Printer, row: Print) -> bool:
        """Commit that a row goes to a printer, before anything does; False where somebody decided otherwise meanwhile."""
        with self.site.database.writing() as cursor:
            cursor.execute(CLAIM, (printer.name, self.site.clock.now(), row.id, row.printer))
            return cursor.rowcount == 1

    def _fail(self, row: Print, refused: Refused, came_out: bool) -> int:
        """Note that a row failed, and why; of a slip whose piece is void by now nobody needs to be told."""
        with self.site.database.reading() as cursor:
            state = "cancelled" if is_void(cursor, row) else "failed"
        return self._change(row, state, maybe=came_out, why=kept(refused))

    def _change(self, row: Print, state: str, maybe: bool = False, job: str = "", why: str = "") -> int:
        """Change a row that stands as it did: 1, or 0 where somebody decided otherwise meanwhile."""
        with self.site.database.writing() as cursor:
            cursor.execute(CHANGE, (state, int(maybe), job, why, self.site.clock.now(), row.id, row.state, row.tries))
            return cursor.rowcount


def job_of(setter: Typesetter, template: str, contents: dict[str, Any], paper: Format, name: str, again: bool) -> Job:
    """Return something to print that is set when it is known how."""
    return Job(
        name=name,
        title=name,
        again=again,
        pdf=lambda: setter.pdf(template, contents, paper),
        pages=lambda dots: setter.pages(template, contents, paper, dots),
    )


def print_test_page(site: Site, setter: Typesetter, printer: Printer, patience: float) -> None:
    """Print a test page and wait until it is printed. Raises Refused: printer_busy, print_result_unknown; and NotPrinted."""
    kind = kind_of_paper("test_page")
    with site.database.reading() as cursor:
        contents = kind.build(site, cursor, printer.name, site.words, False)
    job = job_of(setter, kind.template, contents, paper_for(printer, kind.papers), f"{kind.name}-{printer.name}", False)
    with alone_at(site.config.folder / LOCKS / f"{printer.name}.lock") as alone:
        if not alone:
            raise Refused("printer_busy", printer=printer.name)
        number, until = send(printer, job, site.config.folder), time.monotonic() + patience
        while number is not None and not follow(printer, number):
            if time.monotonic() > until:
                raise Refused("print_result_unknown", printer=printer.name, job=number)
            time.sleep(1)


def fonts_of(folder: Path) -> list[Path]:
    """Return the folders with the shipped fonts and with those that a site has put beside its templates."""
    return [place for place in (FONTS, folder / OWN) if place.is_dir()]


def name_of(cursor: Any, row: Print) -> str:
    """Return what a file is called: the copy and its piece, so that the same slip replaces itself; of other sheets the row."""
    cursor.execute("SELECT copy FROM pieces WHERE number = ?", (row.subject,))
    copies = [copy for (copy,) in cursor.fetchall()] if row.kind == SLIP else []
    return "-".join([*(copies or [row.kind]), row.subject]) if copies else f"{row.kind}-{row.subject}-{row.id}"


@contextlib.contextmanager
def alone_at(path: Path) -> Iterator[bool]:
    """Give whether this process alone works at a printer, for as long as it does. Raises Refused("disk_fault")."""
    try:
        path.parent.mkdir(exist_ok=True)
        lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o660)
    except OSError as trouble:
        raise Refused("disk_fault", path=str(path)) from trouble
    try:
        yield is_locked(lock)
    finally:
        os.close(lock)


def is_locked(lock: int) -> bool:
    """Lock an open file, unless another process holds it."""
    if fcntl is None:
        return True
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
