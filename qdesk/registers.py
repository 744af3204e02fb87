"""Registers: all documents of a form, a page at a time, narrowed to days, customer, item, vehicle and words.

A page looks through so many documents at most (`SEARCHED`) and then says in "next" where to go on, even when it holds no row at
all. Without "next" all was looked through.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from qdesk.clock import time_text
from qdesk.database import Cursor
from qdesk.desk.book import in_force
from qdesk.errors import Refused
from qdesk.language import Column
from qdesk.narrowing import (
    BEGINNING,
    COLUMNS,
    END,
    Json,
    Narrowed,
    Paper,
    few_meant,
    likely,
    named_in,
    packed,
    read_narrowed,
    sifted,
)  # fmt: skip
from qdesk.people import Session
from qdesk.scan import clean_code, format_quantity
from qdesk.site import Site
from qdesk.words import Words

SEARCHED = 7500
SEARCHED_BY_NAME = 2500
"""Of these, when each document has to be asked for whom it is: so many take as long as the others."""
PORTION = 250
PAGE = 50
EXPORTED = 200
Key = tuple[int, str]

WALK = """SELECT {columns} FROM documents d
  WHERE d.form = ? AND (d.opened_at, d.serial) {beyond} (?, ?) AND d.opened_at {within} ?
    AND (d.opened_at, d.serial) {upto} (?, ?) {words}
  ORDER BY d.opened_at {order}, d.serial {order} LIMIT ?"""
AMONG = """SELECT {columns} FROM json_each(?) k CROSS JOIN documents d ON d.serial = k.value
  WHERE d.form = ? AND (d.opened_at, d.serial) {beyond} (?, ?) AND d.opened_at {within} ?
    AND (d.opened_at, d.serial) {upto} (?, ?) {words}
  ORDER BY d.opened_at {order}, d.serial {order} LIMIT ?"""
FAR = """SELECT d.opened_at, d.serial FROM documents d
  WHERE d.form = ? AND (d.opened_at, d.serial) {beyond} (?, ?) AND d.opened_at {within} ?
  ORDER BY d.opened_at {order}, d.serial {order} LIMIT 1 OFFSET ?"""
NEWEST = {"columns": COLUMNS, "beyond": "<", "within": ">=", "upto": ">=", "order": "DESC"}
OLDEST = {"columns": COLUMNS, "beyond": ">", "within": "<", "upto": "<=", "order": "ASC"}
NEWEST_OF = "SELECT opened_at FROM documents WHERE form = ? ORDER BY opened_at DESC LIMIT 1"
PLACE = "SELECT opened_at, serial FROM documents WHERE serial = ?"
ENDED = "SELECT c.code, c.ended FROM json_each(?) k CROSS JOIN cases c ON c.code = k.value WHERE c.ended <> ''"
LINES = """SELECT l.serial, l.revision, l.item, i.name, i.unit, l.quantity, l.other FROM json_each(?) k
  CROSS JOIN lines l ON l.serial = k.value CROSS JOIN items i ON i.code = l.item ORDER BY l.serial, l.revision, l.number"""


def register_page(
    site: Site, form: object, looked_for: object = "", before: str = "", limit: int = PAGE,
    asked: Mapping[str, Any] | None = None,
) -> Json:  # fmt: skip
    """Return one page of the documents of a form, the newest first; ``asked`` narrows it, ``before`` is the "next" before.

    Raises Refused: form_unknown, document_unknown, and what :func:`qdesk.narrowing.read_narrowed` does.
    """
    narrowed = read_narrowed(site, form, {**(asked or {}), **({"filter": looked_for} if looked_for else {})})
    with site.database.reading() as cursor:
        start = place_of(cursor, before) if before else None
        rows, last = page_of(cursor, narrowed, start, limit, newest=True)
    if not rows and not before:
        require_form(site, narrowed.form)
    return {"form": narrowed.form, "rows": rows, "next": last}


def place_of(cursor: Cursor, serial: str) -> Key:
    """Return when a document was opened, and its serial: its place in a register. Raises Refused("document_unknown")."""
    cursor.execute(PLACE, (serial,))
    found = cursor.fetchall()
    if not found:
        raise Refused("document_unknown", serial=serial)
    at, known = found[0]
    return at, known


@dataclass(frozen=True)
class Stretch:
    """A part of a register in one direction: behind which place it begins, within which moments it lies, and where it ends."""

    newest: bool
    begin: Key
    within: int
    end: Key

    @property
    def ways(self) -> dict[str, str]:
        """Return the words of the queries."""
        return NEWEST if self.newest else OLDEST

    @classmethod
    def of(cls, narrowed: Narrowed, start: Key | None, newest: bool) -> Stretch:
        """Return all of a register behind a place."""
        first, within = ((narrowed.until, ""), narrowed.since) if newest else ((narrowed.since, ""), narrowed.until)
        begin = first if start is None else min(start, first) if newest else max(start, first)
        return cls(newest, begin, within, (BEGINNING, "") if newest else (END, ""))

    def cut(self, cursor: Cursor, form: str, most: int) -> tuple[Stretch, str | None]:
        """Return so many documents of it at most, and the serial at its end where that is not all."""
        cursor.execute(FAR.format(**self.ways), (form, *self.begin, self.within, most - 1))
        found = cursor.fetchall()
        if not found:
            return self, None
        at, serial = found[0]
        within = max(self.within, at) if self.newest else min(self.within, at + 1)
        return replace(self, within=within, end=(at, serial)), serial


def page_of(cursor: Cursor, narrowed: Narrowed, start: Key | None, limit: int, newest: bool) -> tuple[list[Json], str | None]:
    """Return the documents of one page in order, and where to go on if there may be more."""
    stretch, last = Stretch.of(narrowed, start, newest), None
    few = few_meant(cursor, narrowed) if narrowed.is_tested else None
    if narrowed.is_tested and few is None:
        most = min(SEARCHED, SEARCHED_BY_NAME) if narrowed.customer or narrowed.vehicle else SEARCHED
        stretch, last = stretch.cut(cursor, narrowed.form, most)
    found: list[Paper] = []
    for papers in portions(cursor, narrowed, stretch, few, PORTION if narrowed.is_tested else limit):
        found += sifted(cursor, papers, narrowed)
        if len(found) >= limit:
            return rows_of(cursor, found[:limit]), found[limit - 1].serial
    return rows_of(cursor, found), last


def portions(
    cursor: Cursor, narrowed: Narrowed, stretch: Stretch, few: set[str] | None, size: int
) -> Iterator[list[Paper]]:
    """Yield the documents of a stretch that may be meant, of a few that are known or of all, some at a time."""
    condition, words = likely(narrowed)
    sql = (WALK if few is None else AMONG).format(**stretch.ways, words=condition)
    known = [] if few is None else [packed(few)]
    begin = stretch.begin
    while True:
        cursor.execute(sql, (*known, narrowed.form, *begin, stretch.within, *stretch.end, *words, size))
        papers = [Paper(*row) for row in cursor.fetchall()]
        if papers:
            yield papers
            begin = papers[-1].opened_at, papers[-1].serial
        if len(papers) < size:
            return


def rows_of(cursor: Cursor, papers: Sequence[Paper]) -> list[Json]:
    """Return documents as a register tells them: for whom, on which vehicle, what stands on their lines, how their case ended."""
    named = named_in(cursor, papers)
    cursor.execute(ENDED, (packed({paper.case for paper in papers}),))
    ended: dict[str, str] = dict(cursor.fetchall())
    lines: dict[tuple[str, int], list[Json]] = {}
    cursor.execute(LINES, (packed([paper.serial for paper in papers]),))
    for serial, revision, *line in cursor.fetchall():
        lines.setdefault((serial, revision), []).append(line_row(line))
    return [
        {
            "serial": paper.serial,
            "case": paper.case,
            "revision": paper.revision,
            "opened": time_text(paper.opened_at),
            "void": paper.void_at is not None,
            "emergency": time_text(paper.filled_at) if paper.filled_at is not None else None,
            "ended": ended.get(paper.case),
            "fields": json.loads(paper.fields),
            "customers": list(named[paper.serial].customers),
            "vehicles": list(named[paper.serial].vehicles),
            "lines": lines.get((paper.serial, paper.revision), []),
        }
        for paper in papers
    ]


def line_row(line: Sequence[Any]) -> Json:
    """Return one line of a document; one that says no quantity, as of a list to be counted by, has an empty one."""
    item, name, unit, quantity, other = line
    told = {"item": item, "name": name, "unit": unit, "quantity": format_quantity(quantity) if quantity else ""}
    return {**json.loads(other), **told}


def all_rows(site: Site, narrowed: Narrowed) -> Iterator[list[Json]]:
    """Yield every document of a register, the oldest first, a portion at a time; between portions others may work and write."""
    start: Key | None = None
    while True:
        with site.database.reading() as cursor:
            rows, last = page_of(cursor, narrowed, start, EXPORTED, newest=False)
            start = place_of(cursor, last) if last else None
        yield rows
        if start is None:
            return


def require_form(site: Site, form: str) -> None:
    """Refuse a form that no procedure has and that was never written: an empty page would hide a slip of the pen."""
    written = site.database.row("SELECT 1 FROM documents WHERE form = ? LIMIT 1", form)
    if written is None and not any(form in each.procedure.forms for each in in_force(site).values()):
        raise Refused("form_unknown", form=form)


# Which registers there are


def forms_of(site: Site, words: Words) -> list[Json]:
    """Return all forms of the procedures in force: what registers there are; a form of several, such as a pass, has one."""
    found: dict[str, Json] = {}
    for procedure in [running.procedure for running in in_force(site).values()]:
        for form in procedure.forms.values():
            told = {"form": form.id, "number": form.number, "title": form.title.in_(words.language), "procedure": procedure.id}
            found.setdefault(form.id, told)
    return list(found.values())


def books_of(site: Site, words: Words) -> list[Json]:
    """Return every register: its form with what its fields and columns are called, and the endings of its procedures."""
    procedures = [each.procedure for each in in_force(site).values()]
    told = []
    for form in forms_of(site, words):
        using = [procedure for procedure in procedures if form["form"] in procedure.forms]
        known = [procedure.forms[form["form"]] for procedure in using]
        endings = {ending.id: ending.title.in_(words.language) for each in using for ending in each.endings.values()}
        fields = columns_of([column for each in known for column in each.fields], words)
        lines = columns_of([column for each in known for column in each.lines], words)
        plates = any(field.name == "plate" for each in using for of in each.forms.values() for field in of.fields)
        told.append({**form, "fields": fields, "lines": lines, "endings": endings, "has_vehicles": plates})
    return told


def usual_form(site: Site, desk: str) -> str:
    """Return the form whose register a desk most likely wants: of the newest document it opens, else of the newest at all."""
    procedures = [each.procedure for each in in_force(site).values()]
    steps = [step for procedure in procedures for step in procedure.steps.values() if step.desk in site.served[desk]]
    own = {form for step in steps for outcome in step.outcomes for form in outcome.opens}
    newest = {form: site.database.row(NEWEST_OF, form) for procedure in procedures for form in procedure.forms}
    written = [(form in own, at[0], form) for form, at in newest.items() if at is not None]
    return max(written)[2] if written else next((form for form in newest if form in own), "")


def columns_of(columns: Sequence[Column], words: Words) -> list[Json]:
    """Return what fields of a form, or columns of its lines, are called, each once."""
    found: dict[str, Json] = {}
    for column in columns:
        choices = {choice.id: choice.title.in_(words.language) for choice in column.choices}
        told = {"name": column.name, "kind": column.kind, "title": column.title.in_(words.language), "choices": choices}
        found.setdefault(column.name, told)
    return list(found.values())


def book_of(site: Site, form: object, words: Words) -> Json:
    """Return the register of one form; of one no longer in force what was written on it. Raises Refused("form_unknown")."""
    code = clean_code(form)
    found = next((book for book in books_of(site, words) if book["form"] == code), None)
    if found is None:
        require_form(site, code)
        unknown: Json = {"fields": [], "lines": [], "endings": {}, "has_vehicles": True}
        found = {"form": code, "number": "", "title": code, "procedure": "", **unknown}
    return found


# What programs ask


def register(site: Site, form: str, after: str = "", asked: Mapping[str, Any] | None = None) -> Json:
    """Return one page of all documents of a form as programs read it: the oldest first, so that what is new comes at the end."""
    narrowed = read_narrowed(site, form, asked or {})
    with site.database.reading() as cursor:
        start = beyond(cursor, after) if after else None
        rows, last = page_of(cursor, narrowed, start, site.config.number("inbox_page"), newest=False)
    if not rows:
        require_form(site, narrowed.form)
    return {"form": narrowed.form, "documents": rows, "next": last}


def beyond(cursor: Cursor, serial: str) -> Key:
    """Return the place of a document; one that does not exist lies behind all others."""
    cursor.execute(PLACE, (serial,))
    found = cursor.fetchall()
    return (found[0][0], found[0][1]) if found else (END, serial)


def ask_register(site: Site, session: Session, words: Words, raw: Mapping[str, Any]) -> Json:
    """Answer the pipe's register."""
    after = clean_code(raw["after"]) if raw.get("after") is not None else ""
    return register(site, clean_code(raw.get("form")), after, raw)
