"""What stands on a slip: one printed piece of one copy, with everything that was known when it was printed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from qdesk.cases import VOID, Copy, Document, Line
from qdesk.clock import moment
from qdesk.desk.standing import Standing, stand, title_of_desk
from qdesk.errors import Refused
from qdesk.language import Column, CopyOf, Form
from qdesk.scan import format_quantity
from qdesk.site import Site
from qdesk.slips.boxes import boxes, course_of
from qdesk.slips.marks import bars, square
from qdesk.slips.way import desks_of
from qdesk.witness import SHORT
from qdesk.words import Words

Json = dict[str, Any]
GROUP = 3
"""Digits that are read in one breath."""
PIECE = "SELECT copy, print_count, void_at FROM pieces WHERE number = ?"
REPLACED = "SELECT number FROM pieces WHERE replaced_by = ?"
HEAD = "SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1"
ITEM = "SELECT name, spec, unit FROM items WHERE code = ?"


def slip_contents(site: Site, cursor: Any, piece: str, words: Words, again: bool = False) -> Json:
    """Return what a slip says, for the template; `again`: paper with this number may have come out before.

    Raises Refused("piece_unknown").
    """
    slip = slip_of(site, cursor, piece, words)
    return {
        "language": words.language,
        "site": _one(cursor, "SELECT name FROM site"),
        **slip.head(),
        **slip.custody(),
        "fields": slip.fields(),
        **slip.table(),
        "boxes": boxes(slip.standing, cursor, slip.document, slip.of, words),
        **codes(piece),
        **slip.printing(again),
    }


def codes(piece: str) -> Json:
    """Return the number of a piece for eyes and for scanners."""
    return {"piece": piece, "digits": grouped(piece), "bars": bars(piece), "square": square(piece)}


def copy_told(form: Form, number: int, words: Words) -> str:
    """Return which copy this is of how many; where a site's settings left one out, of which."""
    numbers = [copy.number for copy in form.copies]
    told = str(len(numbers)) if numbers[-1] == len(numbers) else words.show([str(each) for each in numbers])
    return words.say("slip.copy", number=number, of=told)


def grouped(digits: str) -> str:
    """Return digits in groups that can be read aloud and compared."""
    return " ".join(digits[start : start + GROUP] for start in range(0, len(digits), GROUP))


@dataclass
class Slip:
    """One piece with its copy, its document and the case around it."""

    site: Site
    cursor: Any
    words: Words
    standing: Standing
    piece: str
    count: int
    void: bool
    document: Document
    copy: Copy
    form: Form
    of: CopyOf

    def head(self) -> Json:
        """Return which paper this is."""
        say, document = self.words.say, self.document
        case = self.standing.case.code
        return {
            "title": self.words.show(self.form.title),
            "form": self.form.number,
            "serial": document.serial,
            "revision": say("slip.revision", number=document.revision) if document.revision > 1 else "",
            "case": say("slip.case", case=case) if case != document.serial else "",
            "emergency": say("slip.emergency", filled=moment(document.filled_at)) if document.filled_at is not None else "",
            "copy": self.copy.name,
            "number": str(self.copy.number),
            "copies": copy_told(self.form, self.copy.number, self.words),
            "purpose": self.words.show(self.of.title),
        }

    def custody(self) -> Json:
        """Return who keeps the copy in the end, and the desks it comes to until then."""
        desks = desks_of(self.standing.running.procedure, self.of, course_of(self.standing, self.document))
        way = [self.words.show(title_of_desk(self.site, desk)) for desk in desks]
        return {
            "kept": {"title": self.words.say("slip.kept"), "value": way[-1]},
            "way": {"title": self.words.say("slip.way"), "value": way},
        }

    def fields(self) -> list[Json]:
        """Return the head of the document; what was left empty stands there empty, for ink."""
        given = json.loads(self.document.fields)
        return [
            {"title": self.words.show(field.title), "value": self.shown(field, given.get(field.name)), "kind": field.kind}
            for field in self.form.fields
        ]

    def table(self) -> Json:
        """Return the lines of the document's revision in force, each with its number."""
        lines = self.standing.case.lines.get(self.document.serial, [])
        columns: list[Json] = [{"title": self.words.say("slip.line"), "kind": "line"}]
        columns += [{"title": self.words.show(column.title), "kind": column.kind} for column in self.form.lines]
        rows = [[str(line.number), *(self.cell(column, line) for column in self.form.lines)] for line in lines]
        return {"columns": columns if self.form.lines else [], "lines": rows}

    def cell(self, column: Column, line: Line) -> str:
        """Return one cell: items with their name, quantities with their unit."""
        if column.name == "item":
            return self.shown(column, line.item)
        if column.name == "quantity":
            return f"{format_quantity(line.quantity)} {self.item(line.item)[2]}".rstrip()
        return self.shown(column, line.other.get(column.name))

    def shown(self, column: Column, value: object) -> str:
        """Return a value as it is read: the title of a choice, the name beside an item's code."""
        if value is None or value == "":
            return ""
        if column.kind == "item":
            return " ".join(dict.fromkeys(part for part in (str(value), *self.item(str(value))[:2]) if part))
        titles = {choice.id: self.words.show(choice.title) for choice in column.choices}
        return titles.get(str(value), self.words.show(value))

    def item(self, code: str) -> tuple[str, str, str]:
        """Return (name, specification, unit) of an item."""
        self.cursor.execute(ITEM, (code,))
        return next(iter(self.cursor.fetchall()), ("", "", ""))

    def printing(self, again: bool) -> Json:
        """Return which print this is, what it replaces, and where the journal stood: `qdesk verify --slip` takes these two."""
        say = self.words.say
        self.cursor.execute(HEAD)
        seq, head = self.cursor.fetchall()[0]
        replaced = _one(self.cursor, REPLACED, self.piece)
        return {
            "count": say("slip.count", count=self.count),
            "reprinted": self.count > 1,
            "again": say("slip.again") if again else "",
            "void": say("slip.void") if self.void else "",
            "replaces": say("slip.replaces", piece=grouped(replaced)) if replaced else "",
            "printed": say("slip.printed", at=moment(self.site.clock.now())),
            "journal": say("slip.journal", seq=seq, head=head[:SHORT]),
            "page": say("slip.page"),  # the template puts the numbers in
        }


def slip_of(site: Site, cursor: Any, piece: str, words: Words) -> Slip:
    """Find a piece with all that belongs to it; raises Refused("piece_unknown")."""
    cursor.execute(PIECE, (piece,))
    found = cursor.fetchall()
    if not found:
        raise Refused("piece_unknown", code=piece)
    name, count, void_at = found[0]
    standing = stand(site, cursor, str(_one(cursor, "SELECT in_case FROM copies WHERE name = ?", name)))
    copy = standing.case.copies[name]
    document = standing.case.documents[copy.serial]
    form = standing.running.procedure.forms[document.form]
    of = next(each for each in form.copies if each.number == copy.number)
    void = void_at is not None or copy.due == VOID
    return Slip(site, cursor, words, standing, piece, count, void, document, copy, form, of)


def _one(cursor: Any, sql: str, *parameters: object) -> str:
    cursor.execute(sql, parameters)
    return next((str(value) for (value,) in cursor.fetchall()), "")
