"""Sheets for a whole set of copies: stickers for pre-printed carbon sets, and numbered blank forms for the hour without power."""

from __future__ import annotations

from typing import Any

from qdesk.blanks import Blank, read_blank
from qdesk.cases import VOID
from qdesk.database import Cursor
from qdesk.desk.book import in_force, running_under
from qdesk.desk.emergency import refuse_spent
from qdesk.desk.signing import role_title
from qdesk.desk.standing import title_of_desk
from qdesk.errors import Refused
from qdesk.language import CopyOf, Form, Procedure
from qdesk.scan import clean_code, visible
from qdesk.site import Site
from qdesk.slips.codes import code_of
from qdesk.slips.contents import copy_told
from qdesk.slips.way import desks_of, signing_of
from qdesk.words import Words

Json = dict[str, Any]

DOCUMENT = "SELECT d.form, c.digest FROM documents d JOIN cases c ON c.code = d.in_case WHERE d.serial = ?"
STICKERS = """SELECT c.number, c.name, c.piece, p.print_count, c.due = ?, c.lost_at IS NOT NULL
  FROM copies c JOIN pieces p ON p.number = c.piece WHERE c.serial = ? AND ? IN ('', c.name) ORDER BY c.number"""


def stickers(site: Site, cursor: Cursor, subject: str, words: Words, again: bool = False) -> Json:
    """Return a sticker for each copy of a document, or for the one copy named: one blow prints all plies of a carbon set alike.

    What is void or lost gets none. Raises Refused: document_unknown, copy_unknown, copy_is_void, copy_is_lost.
    """
    code = clean_code(subject)
    serial = code.partition("/")[0]
    cursor.execute(DOCUMENT, (serial,))
    found = cursor.fetchall()
    if not found:
        raise Refused("document_unknown", serial=visible(serial))
    form = running_under(site, cursor, found[0][1]).procedure.forms[found[0][0]]
    cursor.execute(STICKERS, (VOID, serial, code if code != serial else ""))
    rows = cursor.fetchall()
    made = [_sticker(form, words, *row[:4]) for row in rows if not any(row[4:])]
    if not made:
        lost = bool(rows) and rows[0][5]
        raise Refused("copy_is_lost" if lost else "copy_is_void" if rows else "copy_unknown", copy=visible(code))
    mark = words.say("sheet.again") if again else ""
    head = {"form": form.number, "title": words.show(form.title), "serial": serial}
    return {"language": words.language, "site": site.config.name, "again": mark, **head, "stickers": made}


def _sticker(form: Form, words: Words, number: int, name: str, piece: str, count: int) -> Json:
    of = next(each for each in form.copies if each.number == number)
    return {
        "copy": name,
        "said": copy_told(form, number, words),
        "purpose": words.show(of.title),
        "code": code_of(piece),
        "count": words.say("slip.count", count=count) if count > 1 else "",
    }


def blank_form(site: Site, cursor: Cursor, subject: str, words: Words, again: bool = False) -> Json:
    """Return a numbered set of empty forms by its serial, or one sheet of it by its piece, to be filled in by hand.

    None is printed for a blank that was entered or made void. Raises Refused: blank_unknown, blank_used, blank_void,
    blank_outdated.
    """
    code = clean_code(subject)
    blank = read_blank(cursor, code)
    refuse_spent(blank)
    procedure, form = form_in_force(site, blank)
    chosen = [of for of in form.copies if blank.pieces[of.number] == code or code == blank.serial]
    say = words.say
    return {
        "language": words.language, "site": site.config.name, "again": say("sheet.again") if again else "",
        "emergency": _in_both(site, "sheet.emergency"), "rule": say("sheet.blank_rule"), "by_hand": say("sheet.by_hand"),
        "form": form.number, "title": words.show(form.title), "serial": blank.serial,
        "fields": [words.show(field.title) for field in form.fields],
        "columns": [[words.show(column.title), column.kind] for column in form.lines],
        "line": say("slip.line"), "way": say("slip.way"), "ink": [say("slip.ink_sign"), say("slip.ink_stamp")],
        "sheets": [_blank(site, words, procedure, of, blank.pieces[of.number]) for of in chosen],
    }  # fmt: skip


def _in_both(site: Site, key: str) -> str:
    """Return a word in both languages: whoever finds the paper may read either."""
    return " ".join(site.languages[language].say(key) for language in ("zh", "en"))


def form_in_force(site: Site, blank: Blank) -> tuple[Procedure, Form]:
    """Return the form of a blank as it is now; raises Refused("blank_outdated") where its copies have changed since."""
    running = in_force(site).get(blank.procedure)
    form = running.procedure.forms.get(blank.form) if running else None
    if running is None or form is None or set(blank.pieces) != {of.number for of in form.copies}:
        raise Refused("blank_outdated", serial=blank.serial, form=form.title if form else blank.form)
    return running.procedure, form


def _blank(site: Site, words: Words, procedure: Procedure, of: CopyOf, piece: str) -> Json:
    form = procedure.forms[of.form]
    return {
        "said": copy_told(form, of.number, words),
        "purpose": words.show(of.title),
        "way": [words.show(title_of_desk(site, desk)) for desk in desks_of(procedure, of)],
        "boxes": _boxes(site, words, procedure, of),
        "code": code_of(piece),
    }


def _boxes(site: Site, words: Words, procedure: Procedure, of: CopyOf) -> list[Json]:
    """Return an empty box for everyone who usually signs on a copy; whether it takes a stamp says which ink."""
    return [
        {
            "step": words.show(step.title),
            "role": words.show(role_title(site, role)),
            "stamp": any(role in outcome.stamps for outcome in step.outcomes),
            "ways": [words.show(outcome.title) for outcome in step.outcomes if outcome.name],
        }
        for step, role in signing_of(procedure, of)
    ]
