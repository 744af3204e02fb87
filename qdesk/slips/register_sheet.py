"""A register on paper: the documents of a form that fit, one a line, on as many pages as it takes.

What it is of stands in its subject, such as "pass from=2026-11-01 customer=海河"; blanks within a value are written as %20.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from qdesk.clock import moment
from qdesk.database import Cursor
from qdesk.errors import Refused
from qdesk.narrowing import FILTERS, Narrowed, read_narrowed
from qdesk.new_files import write_whole
from qdesk.people import find_session
from qdesk.register_columns import SHORT, filter_text, short_row
from qdesk.registers import all_rows, book_of
from qdesk.scan import visible
from qdesk.site import Site
from qdesk.slips.formats import FORMATS
from qdesk.slips.queue import ASK
from qdesk.words import Words

Json = dict[str, Any]
KIND, TEMPLATE, PAPER = "register", "register", "a4"
MOST_PRINTED = 1000
MOST_THINGS = 6
SHARES = (13, 9, 22, 12, 34, 14)
"""How much of the width each column gets."""
LONGEST = 400


def subject_of(form: str, asked: Mapping[str, Any]) -> str:
    """Return what a printed register is of."""
    return " ".join([form, *(f"{name}={quoted(str(asked[name]))}" for name in FILTERS if asked.get(name))])


def quoted(value: str) -> str:
    """Return a value without blanks; only what would be misread is written otherwise."""
    return "".join(quote(letter) if letter in " %=" else letter for letter in value)


def read_subject(subject: str) -> tuple[str, Json]:
    """Return the form and the filters that a subject names. Raises Refused("request_unreadable")."""
    form, *parts = subject.split(" ")
    asked = {name: unquote(value) for name, _, value in (part.partition("=") for part in parts if part)}
    if len(subject) > LONGEST or not set(asked) <= set(FILTERS):
        raise Refused("request_unreadable", name=visible(subject))
    return form, asked


def register_sheet(site: Site, cursor: Cursor, subject: str, words: Words, again: bool = False) -> Json:
    """Return a register for the template. Raises Refused: form_unknown, register_empty, register_too_long, and of the filters."""
    form, asked = read_subject(subject)
    book, narrowed = book_of(site, form, words), read_narrowed(site, form, asked)
    rows = [short_row(book, row, words, MOST_THINGS) for row in few_rows(site, narrowed)]
    if not rows:
        raise Refused("register_empty", form=book["title"])
    told = [book["number"], site.config.name, words.say("register.printed", at=moment(site.clock.now()), count=len(rows))]
    return {
        "language": words.language,
        "site": site.config.name,
        "again": words.say("sheet.again") if again else "",
        "title": words.say("list.title_register", form=book["title"]),
        "about": [part for part in told if part],
        "filter": filter_text(asked, words) or words.say("register.whole"),
        "page": words.say("register.page", page="{page}", pages="{pages}"),
        "columns": [[words.say(f"column.{name}"), share] for name, share in zip(SHORT, SHARES, strict=True)],
        "rows": rows,
    }


def few_rows(site: Site, narrowed: Narrowed) -> list[Json]:
    """Return the documents of a register. Raises Refused("register_too_long") where they would fill more than some pages."""
    found: list[Json] = []
    for portion in all_rows(site, narrowed):
        found += portion
        if len(found) > MOST_PRINTED:
            raise Refused("register_too_long", most=MOST_PRINTED)
    return found


def ask_for_register(site: Site, token: object, form: str, asked: Mapping[str, Any]) -> int:
    """Have a register printed at the session's desk, and return how many documents it has.

    Raises Refused as :func:`register_sheet` does: what cannot be printed is not put into the queue.
    """
    subject = subject_of(form, asked)
    form, read = read_subject(subject)
    rows = few_rows(site, read_narrowed(site, form, read))
    if not rows:
        raise Refused("register_empty", form=book_of(site, form, site.words)["title"])
    with site.database.writing() as cursor:
        session, now = find_session(site, cursor, token), site.clock.now()
        cursor.execute(ASK, (KIND, subject, session.desk, "", 0, now, now))
    return len(rows)


def write_pdf(site: Site, form: str, asked: Mapping[str, Any], target: Path, words: Words) -> int:
    """Write a register to a PDF and return how many documents it has. Raises Refused, also for a file that is there."""
    if target.suffix.lower() != ".pdf":
        raise Refused("table_kind_unknown", path=target.name, known=[".pdf"])
    from qdesk.slips.typesetting import typesetter  # who only asks the queue for a register sets no page

    with site.database.reading() as cursor:
        contents = register_sheet(site, cursor, subject_of(form, asked), words)
    with typesetter(site.config.folder) as setter:
        write_whole(target, setter.pdf(TEMPLATE, contents, FORMATS[PAPER]))
    return len(contents["rows"])
