"""The stock ledger on paper (F040): the moves of some days, one a line, on as many pages as it takes.

What it is of stands in its subject, such as "item=V-100 place=finished_store from=2026-11-01".
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from qdesk.clock import moment
from qdesk.database import Cursor
from qdesk.desk.blindness import refuse_counted
from qdesk.errors import Refused
from qdesk.ledger import all_pages, find_book, ledger_page
from qdesk.ledger_columns import NAMES, SHORT, days_text, short_row, title_of, turnover_text
from qdesk.new_files import write_whole
from qdesk.people import find_session
from qdesk.scan import visible
from qdesk.site import Site
from qdesk.slips.formats import FORMATS
from qdesk.slips.queue import ASK
from qdesk.slips.register_sheet import LONGEST, quoted
from qdesk.words import Words

Json = dict[str, Any]
KIND, TEMPLATE, PAPER = "ledger", "register", "a4"
MOST_PRINTED = 1000
SHARES = (14, 13, 22, 9, 14, 13, 8, 8, 9)
"""How much of the width each column gets."""


def subject_of(asked: Mapping[str, Any]) -> str:
    """Return what a printed ledger is of."""
    return " ".join(f"{name}={quoted(str(asked[name]))}" for name in NAMES if asked.get(name))


def read_subject(subject: str) -> dict[str, str]:
    """Return which ledger a subject names. Raises Refused("request_unreadable")."""
    asked = {name: unquote(value) for name, _, value in (part.partition("=") for part in subject.split(" ") if part)}
    if len(subject) > LONGEST or not set(asked) <= set(NAMES):
        raise Refused("request_unreadable", name=visible(subject))
    return asked


def ledger_sheet(site: Site, cursor: Cursor, subject: str, words: Words, again: bool = False) -> Json:
    """Return a ledger for the template. Raises Refused: ledger_empty, ledger_too_long, and as :func:`ledger_page`."""
    asked = read_subject(subject)
    rows = few_rows(site, words, asked)
    head = ledger_page(site, words, asked, limit=1)
    return {
        "language": words.language,
        "site": site.config.name,
        "again": words.say("sheet.again") if again else "",
        "title": title_of(head, words),
        "about": [site.config.name, words.say("ledger.printed", at=moment(site.clock.now()), count=len(rows))],
        "filter": words.clauses([days_text(asked, words), turnover_text(head, words)]),
        "page": words.say("register.page", page="{page}", pages="{pages}"),
        "columns": [[words.say(f"column.{name}"), share] for name, share in zip(SHORT, SHARES, strict=True)],
        "rows": [short_row(row, words) for row in rows],
    }


def few_rows(site: Site, words: Words, asked: Mapping[str, Any]) -> list[Json]:
    """Return the moves of a ledger, the oldest first. Raises Refused: ledger_empty, ledger_too_long."""
    found: list[Json] = []
    for portion in all_pages(site, words, asked):
        found += portion
        if len(found) > MOST_PRINTED:
            raise Refused("ledger_too_long", most=MOST_PRINTED)
    if not found:
        raise Refused("ledger_empty", item=str(asked.get("item") or asked.get("lot") or ""))
    return found


def refuse_ledger(site: Site, cursor: Cursor, desk: str, subject: str) -> None:
    """Refuse the ledger of what is being counted at this desk (R047). Raises Refused("goods_being_counted")."""
    asked = read_subject(subject)
    book = find_book(cursor, site, *(str(asked.get(name) or "") for name in ("item", "place", "lot", "bin")))
    refuse_counted(site, cursor, desk, book.item, book.place)


def ask_for_ledger(site: Site, token: object, asked: Mapping[str, Any]) -> int:
    """Have a ledger printed at the session's desk, and return how many moves it has.

    Raises Refused as the sheet does, and goods_being_counted.
    """
    subject = subject_of(asked)
    rows = few_rows(site, site.words, read_subject(subject))
    with site.database.writing() as cursor:
        session, now = find_session(site, cursor, token), site.clock.now()
        refuse_ledger(site, cursor, session.desk, subject)
        cursor.execute(ASK, (KIND, subject, session.desk, "", 0, now, now))
    return len(rows)


def write_pdf(site: Site, asked: Mapping[str, Any], target: Path, words: Words) -> int:
    """Write a ledger to a PDF and return how many moves it has. Raises Refused, also for a file that is there."""
    if target.suffix.lower() != ".pdf":
        raise Refused("table_kind_unknown", path=target.name, known=[".pdf"])
    from qdesk.slips.typesetting import typesetter  # who only asks the queue for a ledger sets no page

    with site.database.reading() as cursor:
        contents = ledger_sheet(site, cursor, subject_of(asked), words)
    with typesetter(site.config.folder) as setter:
        write_whole(target, setter.pdf(TEMPLATE, contents, FORMATS[PAPER]))
    return len(contents["rows"])
