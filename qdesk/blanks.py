"""Blank numbered forms for the hour without power: issued beforehand, filled in by hand, entered afterwards, each once.

A blank has its serial and the eighteen digits of all its copies from the start, out of the same counters as any document, so
that the paper people carried about in that hour is the paper of the case.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from qdesk import paper
from qdesk.database import Cursor
from qdesk.errors import Refused
from qdesk.journal import Entry
from qdesk.language import Form
from qdesk.site import Site

KIND = "blank_form"
"""The kind of paper that the printers know it as."""
BLANK = "SELECT serial, procedure, form, desk, issued_at, used_at, void_at FROM blanks WHERE serial = ?"
PIECES = "SELECT copy, number FROM blank_pieces WHERE serial = ? ORDER BY copy"
OF_PIECE = "SELECT serial FROM blank_pieces WHERE number = ?"
UNUSED = "SELECT serial FROM blanks WHERE used_at IS NULL AND void_at IS NULL ORDER BY issued_at, serial LIMIT ?"


@dataclass(frozen=True)
class Blank:
    """One blank form: what it is for, when and where it was issued, what became of it, and its piece by copy."""

    serial: str
    procedure: str
    form: str
    desk: str
    issued_at: int
    used_at: int | None
    void_at: int | None
    pieces: Mapping[int, str]

    @property
    def state(self) -> str:
        """Return in one word what became of it."""
        return "used" if self.used_at is not None else "void" if self.void_at is not None else "unused"


def issue_blank(entry: Entry, site: Site, procedure: str, form: Form, desk: str) -> Blank:
    """Issue one blank of a form with a piece for every copy, and queue it for the printer."""
    serial = paper.serial_number(entry, form.series)
    numbers = paper.next_piece_numbers(entry, site.config.keys.piece, len(form.copies))
    pieces = {of.number: number for of, number in zip(form.copies, numbers, strict=True)}
    entry.insert("blanks", serial=serial, procedure=procedure, form=form.id, desk=desk, issued_at=entry.at)
    for copy, number in pieces.items():
        entry.insert("blank_pieces", number=number, serial=serial, copy=copy)
    paper.queue_sheet(entry, KIND, serial, form.id, desk)
    entry.prints.append({"kind": KIND, "subject": serial})
    return Blank(serial, procedure, form.id, desk, entry.at, None, None, pieces)


def find_blank(cursor: Cursor, code: str) -> Blank | None:
    """Return the blank that a serial or the digits of one of its pieces name, None where there is none."""
    cursor.execute(OF_PIECE, (code,))
    named = cursor.fetchall()
    cursor.execute(BLANK, (named[0][0] if named else code,))
    found = cursor.fetchall()
    if not found:
        return None
    serial, procedure, form, desk, issued_at, used_at, void_at = found[0]
    cursor.execute(PIECES, (serial,))
    return Blank(serial, procedure, form, desk, issued_at, used_at, void_at, dict(cursor.fetchall()))


def read_blank(cursor: Cursor, code: str) -> Blank:
    """Return the same; raises Refused("blank_unknown")."""
    blank = find_blank(cursor, code)
    if blank is None:
        raise Refused("blank_unknown", code=code)
    return blank


def unused_blanks(cursor: Cursor, most: int) -> list[Blank]:
    """Return the blanks that were neither entered nor made void, the oldest first."""
    cursor.execute(UNUSED, (most,))
    return [read_blank(cursor, serial) for (serial,) in cursor.fetchall()]


def use_blank(entry: Entry, blank: Blank) -> None:
    """Write down that a blank has been entered: its number opens no second case."""
    entry.change("blanks", (blank.serial,), {"used_at": None}, {"used_at": entry.at})


def void_blank(entry: Entry, blank: Blank) -> None:
    """Void a blank that was not used; where it waits for the printer it waits no more."""
    entry.change("blanks", (blank.serial,), {"void_at": None}, {"void_at": entry.at})
    paper.unqueue_sheet(entry, KIND, blank.serial)
