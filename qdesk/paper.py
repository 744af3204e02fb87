"""Paper: documents, their copies and the printed pieces; where each copy is due and where it was last seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from qdesk.cases import VOID, CaseFile, Copy, Document, Line
from qdesk.errors import Refused
from qdesk.journal import Entry, canonical
from qdesk.language import Form
from qdesk.scan import compose_piece
from qdesk.site import Site
from qdesk.stock import year_of

QUEUE = "INSERT INTO prints(act, number, kind, subject, form, desk, at, changed_at) VALUES(?, ?, ?, ?, ?, ?, ?, ?)"
UNQUEUE = """UPDATE prints SET state = 'cancelled', changed_at = ?
  WHERE kind = ? AND subject = ? AND state IN ('waiting', 'failed')"""
SLIP = "slip"
"""The kind of paper that the printers know a copy's slip as."""
PIECE_OF_A_COPY = 10  # the type of number that names a copy of a document; labels and badges get types of their own


def serial_number(entry: Entry, series: str) -> str:
    """Return the next serial of a series in the year of the act, such as GX26-000123."""
    year = year_of(entry.at)
    return f"{series}{year}-{entry.take_number(f'{series}{year}'):06d}"


def next_piece_numbers(entry: Entry, key: bytes, many: int) -> list[str]:
    """Return the 18 digits of the next printed pieces of any copies."""
    year = year_of(entry.at)
    first = entry.take_number(f"piece{PIECE_OF_A_COPY}{year}", many)
    return [compose_piece(PIECE_OF_A_COPY, int(year), first + n, key) for n in range(many)]


def write_piece(entry: Entry, number: str, copy: str, print_count: int) -> None:
    """Write down a printed piece under its copy."""
    entry.insert("pieces", number=number, copy=copy, print_count=print_count, made_at=entry.at, void_because="")


def open_document(
    entry: Entry, site: Site, case: CaseFile, form: Form, desk: str, fields: Mapping[str, Any],
    lines: Sequence[Line], serial: str, round_: int = 0, blank: Mapping[int, str] | None = None, filled_at: int | None = None,
) -> Document:
    """Open a document with all its copies at a desk (R001), each copy with the number of its first piece.

    One that was filled in by hand has its pieces already: those of the blank, by copy.
    """
    document = Document(serial, form.id, round_, 1, canonical(dict(fields)), entry.at, None, filled_at)
    entry.insert(
        "documents", serial=serial, in_case=case.code, form=form.id, round=round_, revision=1, fields=document.fields,
        opened_at=entry.at, **({} if filled_at is None else {"filled_at": filled_at}),
    )
    case.documents[serial] = document
    write_lines(entry, case, serial, 1, lines)
    made = [] if blank else next_piece_numbers(entry, site.config.keys.piece, len(form.copies))
    numbers = [blank[of.number] for of in form.copies] if blank else made
    for of, number in zip(form.copies, numbers, strict=True):
        copy = Copy(f"{serial}/{of.number}", serial, of.number, desk, entry.at, desk, entry.at, number, None)
        entry.insert("copies", in_case=case.code, **copy._asdict())
        write_piece(entry, number, copy.name, 1)
        case.copies[copy.name] = copy
    return document


def write_lines(entry: Entry, case: CaseFile, serial: str, revision: int, lines: Sequence[Line]) -> None:
    """Write the lines of one revision of a document."""
    for line in lines:
        entry.insert(
            "lines", serial=serial, revision=revision, number=line.number, item=line.item, quantity=line.quantity,
            other=canonical(dict(line.other)),
        )
    case.lines[serial] = list(lines)


def change_copy(entry: Entry, case: CaseFile, name: str, **now: Any) -> None:
    """Change where a copy is due or was seen, or its piece; `due_since` and `seen_since` follow by themselves."""
    copy = case.copies[name]
    if "due" in now and now["due"] != copy.due:
        now["due_since"] = entry.at
    if "seen" in now and now["seen"] != copy.seen:
        now["seen_since"] = entry.at
    entry.change("copies", (name,), {column: getattr(copy, column) for column in now}, now)
    case.copies[name] = copy._replace(**now)


def file_copies(entry: Entry, case: CaseFile) -> None:
    """File every copy of an ended case that lies where it rests; one still on its way is filed when it arrives."""
    for copy in list(case.copies.values()):
        if copy.due == copy.seen and copy.filed_at is None:
            change_copy(entry, case, copy.name, filed_at=entry.at)


def void_copy(entry: Entry, case: CaseFile, name: str, because: str) -> None:
    """Void a copy wherever it is, and the piece of paper with it."""
    copy = case.copies[name]
    if copy.due == VOID:
        return
    change_copy(entry, case, name, due=VOID)
    void_piece(entry, copy.piece, because)


def void_piece(entry: Entry, number: str, because: str, replaced_by: str | None = None) -> None:
    """Void one piece of paper, naming the piece that replaces it if one does; where it waits for the printer it waits no more."""
    was = {"void_at": None, "void_because": "", "replaced_by": None}
    entry.change("pieces", (number,), was, {"void_at": entry.at, "void_because": because, "replaced_by": replaced_by})
    unqueue_sheet(entry, SLIP, number)


def replace_piece(entry: Entry, site: Site, case: CaseFile, name: str, because: str) -> str:
    """Put a new piece under the same copy and void the old one (R171 damaged, R172 lost)."""
    copy = case.copies[name]
    entry.cursor.execute("SELECT print_count FROM pieces WHERE number = ?", (copy.piece,))
    count = entry.cursor.fetchall()[0][0]
    [number] = next_piece_numbers(entry, site.config.keys.piece, 1)
    write_piece(entry, number, name, count + 1)
    void_piece(entry, copy.piece, because, number)
    change_copy(entry, case, name, piece=number, lost_at=None)
    return number


def queue_print(entry: Entry, name: str, piece: str, form: str, desk: str) -> None:
    """Queue the slip of one copy: a row in the transaction of the act, paper later."""
    entry.prints.append({"copy": name, "piece": piece})
    queue_sheet(entry, SLIP, piece, form, desk)


def queue_sheet(entry: Entry, kind: str, subject: str, form: str, desk: str) -> None:
    """Queue a sheet of any kind that an act prints."""
    entry.printed = True
    entry.cursor.execute(QUEUE, (entry.seq, entry.next_number("prints"), kind, subject, form, desk, entry.at, entry.at))


def unqueue_sheet(entry: Entry, kind: str, subject: str) -> None:
    """Have a sheet that is void wait for the printer no more."""
    entry.cursor.execute(UNQUEUE, (entry.at, kind, subject))


def find_piece(cursor: Any, number: str) -> tuple[str, int | None, str, str | None]:
    """Return (copy, void at, why void, replaced by) of a piece; raises Refused("piece_unknown")."""
    cursor.execute("SELECT copy, void_at, void_because, replaced_by FROM pieces WHERE number = ?", (number,))
    found = cursor.fetchall()
    if not found:
        raise Refused("piece_unknown", code=number)
    copy, void_at, because, replaced_by = found[0]
    return copy, void_at, because, replaced_by
