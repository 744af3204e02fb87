"""The print queue as people see it: what waits, is under way or failed at a desk, why, and what may be done about it.

A print is a row before it is paper, written in the transaction of the act. This room loads nothing that sets pages; what turns
rows into paper is :mod:`qdesk.slips.spool`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from qdesk.blanks import KIND as BLANK
from qdesk.clock import SECOND, time_text
from qdesk.database import Cursor
from qdesk.desk.blindness import refuse_lots, refuse_place
from qdesk.desk.book import running_under
from qdesk.errors import Refused
from qdesk.journal import canonical
from qdesk.paper import SLIP
from qdesk.people import find_session
from qdesk.scan import clean_code, visible
from qdesk.site import Site
from qdesk.slips.printers import printer_named
from qdesk.words import Title, Words

Json = dict[str, Any]
BY_ACTS = (SLIP, BLANK)
"""Kinds that only an act prints: each piece has its own number, and a second one needs a reason."""
SHOWN_SINCE = 12 * 3600 * SECOND
"""How long what was printed stays in the queue, to be scanned back or found wrong."""
MOST_ROWS = 300
OPEN = "state IN ('waiting', 'sent', 'failed')"
ROW = "id, kind, subject, form, desk, printer, state, at, changed_at, tries, maybe, job, why"
ONE = f"SELECT {ROW} FROM prints WHERE id = ?"
QUEUE = f"""SELECT {ROW} FROM (
    SELECT * FROM prints WHERE {OPEN} AND desk = ?
    UNION ALL SELECT * FROM (SELECT * FROM prints WHERE desk = ? AND state = 'done' AND changed_at > ? ORDER BY id DESC LIMIT 60))
  ORDER BY state = 'done', CASE WHEN state = 'done' THEN -id ELSE id END LIMIT ?"""
FAILED = f"SELECT COUNT(*) FROM prints WHERE {OPEN} AND desk = ? AND state = 'failed'"
OVER = {
    SLIP: "SELECT void_at FROM pieces WHERE number = ?",
    BLANK: "SELECT COALESCE(void_at, used_at) FROM blanks WHERE serial = ?",
}
OF_PIECE = f"""SELECT {ROW} FROM prints WHERE (subject = ? AND kind = 'slip')
  OR (kind = 'blank_form' AND subject = (SELECT serial FROM blank_pieces WHERE number = ?)) ORDER BY id DESC LIMIT 1"""
COPY = """SELECT p.copy, p.void_at, c.digest FROM pieces p JOIN copies k ON k.name = p.copy
  JOIN cases c ON c.code = k.in_case WHERE p.number = ?"""
ASK = "INSERT INTO prints(kind, subject, desk, printer, maybe, at, changed_at) VALUES(?, ?, ?, ?, ?, ?, ?)"
STICKERS = "stickers"
"""They carry the numbers of slips: where a slip came out already they say REPRINT, and one that comes out afterwards does."""
PIECES = "SELECT piece FROM copies WHERE serial = ? OR name = ?"
STUCK_BEFORE = f"SELECT COUNT(*) FROM prints WHERE tries > 0 AND (subject = ? OR subject IN ({PIECES}))"
SAY_AGAIN = f"UPDATE prints SET maybe = 1 WHERE kind = 'slip' AND subject IN ({PIECES})"
AGAIN = "UPDATE prints SET state = 'waiting', printer = ?, maybe = ?, job = '', changed_at = ? WHERE id = ?"
CANCEL = "UPDATE prints SET state = 'cancelled', maybe = ?, changed_at = ? WHERE id = ?"
CONFIRM = "UPDATE prints SET state = 'done', why = '', changed_at = ? WHERE id = ?"


class Print(NamedTuple):
    """One row of the queue."""

    id: int
    kind: str
    subject: str
    form: str
    desk: str
    printer: str
    state: str
    at: int
    changed_at: int
    tries: int
    maybe: int
    job: str
    why: str

    @property
    def on_its_way(self) -> bool:
        """Return whether a process is just handing it to the printer, or was when it ended."""
        return self.state == "sent" and not self.job


def queue_rows(site: Site, desk: str, words: Words) -> list[Json]:
    """Return what is not paper yet at a desk, the oldest first, then what was printed in the last hours, the newest first."""
    with site.database.reading() as cursor:
        cursor.execute(QUEUE, (desk, desk, site.clock.now() - SHOWN_SINCE, MOST_ROWS))
        return [_told(site, cursor, words, Print(*row)) for row in cursor.fetchall()]


def _told(site: Site, cursor: Cursor, words: Words, row: Print) -> Json:
    """Return one row as a screen shows it; `printer` is the one that has it or is to have it, empty while that is open."""
    copy, title = _named(site, cursor, words, row)
    return {
        "id": row.id,
        "kind": row.kind,
        "subject": row.subject,
        "copy": copy,
        "title": title,
        "printer": row.printer,
        "state": row.state,
        "at": time_text(row.at),
        "changed": time_text(row.changed_at),
        "tries": row.tries,
        "why": said(row.why, words) if row.why else "",
        "maybe": bool(row.maybe),
    }


def _named(site: Site, cursor: Cursor, words: Words, row: Print) -> tuple[str, str]:
    """Return the copy that a slip is of and what it is called; of other sheets the kind."""
    cursor.execute(COPY, (row.subject,))
    found = cursor.fetchall() if row.kind == SLIP else []
    if not found:
        return "", words.say(f"kind.{row.kind}")
    name, _, digest = found[0]
    forms = running_under(site, cursor, digest).procedure.forms
    number = int(name.partition("/")[2])
    titles = [each.title for each in forms[row.form].copies if each.number == number] if row.form in forms else []
    return name, words.clauses([words.show(forms[row.form].title), *map(words.show, titles)]) if titles else row.form


def failed_prints(site: Site, desk: str) -> int:
    """Return how many prints of a desk failed and wait for somebody to decide."""
    [(number,)] = site.database.rows(FAILED, desk)
    return int(number)


def print_again(site: Site, token: object, number: int, printer: str = "") -> None:
    """Have something printed after all, at another printer if one is named; it says REPRINT where paper may have come out.

    A slip that is paper is not printed a second time: R171 replaces a damaged one by a piece of its own number. Raises Refused:
    print_unknown, print_under_way, print_done, print_cancelled, printer_unknown.
    """
    if printer:
        printer_named(site, printer)
    with site.database.writing() as cursor:
        row = _own_row(site, cursor, token, number)
        refuse_told(site, cursor, row.desk, row.kind, row.subject)
        if row.on_its_way:
            raise Refused("print_under_way")
        if row.state == "cancelled" or is_void(cursor, row) or (row.state == "done" and row.kind in BY_ACTS):
            raise _final(row)
        handed_over = bool(row.state == "sent" and row.kind in BY_ACTS)
        cursor.execute(AGAIN, (printer, max(row.maybe, handed_over), site.clock.now(), number))


def _final(row: Print) -> Refused:
    """Return why something is not printed again."""
    return Refused("print_done") if row.state == "done" else Refused("print_cancelled")


def cancel_print(site: Site, token: object, number: int) -> None:
    """Give up a print; the copy stays where it is in the books, and a reprint (R171) gives it new paper.

    Raises Refused: print_unknown, print_under_way, print_done, print_cancelled.
    """
    with site.database.writing() as cursor:
        row = _own_row(site, cursor, token, number)
        if row.on_its_way:
            raise Refused("print_under_way")
        if row.state in ("done", "cancelled"):
            raise _final(row)
        cursor.execute(CANCEL, (max(row.maybe, row.state == "sent"), site.clock.now(), number))


def _own_row(site: Site, cursor: Cursor, token: object, number: int) -> Print:
    """Return a row of the session's desk, or of one that this desk stands in for."""
    session = find_session(site, cursor, token)
    cursor.execute(ONE, (number,))
    row = next((Print(*each) for each in cursor.fetchall()), None)
    if row is None or row.desk not in site.served[session.desk]:
        raise Refused("print_unknown", number=number)
    return row


def confirm_print(site: Site, token: object, piece: str) -> bool:
    """Note that a slip or a blank was scanned back: the paper is there, whatever its printer said; False where none was sent."""
    with site.database.writing() as cursor:
        find_session(site, cursor, token)
        code = clean_code(piece)
        cursor.execute(OF_PIECE, (code, code))
        row = next((Print(*each) for each in cursor.fetchall()), None)
        if row is None or not row.tries or row.state == "cancelled":
            return False
        if row.state != "done":
            cursor.execute(CONFIRM, (site.clock.now(), row.id))
        return True


def ask_for(site: Site, token: object, kind: str, subject: str = "", printer: str = "") -> int:
    """Have a label, a badge or another sheet printed that needs no act, and return the number of its row.

    Raises Refused: print_kind_unknown, print_needs_act, printer_unknown, and what the kind says of an unknown subject.
    """
    from qdesk.slips.kinds import kind_of_paper  # loads what makes the codes; who only looks at the queue needs none

    if kind in BY_ACTS:
        raise Refused("print_needs_act", kind=site.title(f"kind.{kind}"))
    known = kind_of_paper(kind)
    subject = clean_code(subject) if subject else ""
    if printer:
        printer_named(site, printer)
    with site.database.reading() as cursor:
        refuse_told(site, cursor, find_session(site, cursor, token).desk, kind, subject)
        known.build(site, cursor, subject, site.words, False)
    with site.database.writing() as cursor:
        session, now = find_session(site, cursor, token), site.clock.now()
        again = kind == STICKERS and _numbers_doubled(cursor, subject)
        cursor.execute(ASK, (kind, subject, session.desk, printer, int(again), now, now))
        cursor.execute("SELECT last_insert_rowid()")
        return int(cursor.fetchall()[0][0])


def refuse_told(site: Site, cursor: Cursor, desk: str, kind: str, subject: str) -> None:
    """Refuse a sheet that tells how much the book has of what is being counted at a desk (R047).

    Raises Refused("goods_being_counted").
    """
    if kind == "lot_label":
        refuse_lots(site, cursor, desk, [subject])
    elif kind in ("replenishing", "bin_plan"):
        refuse_place(site, cursor, desk, subject)
    elif kind == "ledger":
        from qdesk.slips.ledger_sheet import refuse_ledger  # needs this room itself

        refuse_ledger(site, cursor, desk, subject)


def _numbers_doubled(cursor: Cursor, subject: str) -> bool:
    """Tell whether paper with the numbers of a document or a copy came out before; slips that come after it say REPRINT."""
    cursor.execute(STUCK_BEFORE, (subject, subject, subject))
    [(before,)] = cursor.fetchall()
    cursor.execute(SAY_AGAIN, (subject, subject))
    return bool(before)


def is_void(cursor: Cursor, row: Print) -> bool:
    """Tell whether nobody is to have a paper any more: its piece was replaced or taken back, its blank used or void."""
    if row.kind not in OVER:
        return False
    cursor.execute(OVER[row.kind], (row.subject,))
    return any(over_at is not None for (over_at,) in cursor.fetchall())


def kept(refused: Refused) -> str:
    """Return a failure as it is kept: its code and arguments, so that everybody reads it in a language of their own."""
    return canonical({"code": refused.code, "arguments": {name: _plain(each) for name, each in refused.arguments.items()}})


def _plain(value: object) -> object:
    if isinstance(value, Title):
        return {"zh": value.zh, "en": value.en}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value if isinstance(value, int) else visible(value, 250)


def said(why: str, words: Words) -> str:
    """Return the sentence of a failure."""
    failure: Mapping[str, Any] = json.loads(why)
    return words.refusal(Refused(failure["code"], (), **{name: _read(each) for name, each in failure["arguments"].items()}))


def _read(value: object) -> object:
    return Title(**value) if isinstance(value, dict) else value
