"""Moving and writing: what the moves of several procedures do alike, to all that lies on a floor and to a document's fields."""

from __future__ import annotations

import json

from qdesk.cases import Document, Line
from qdesk.journal import canonical
from qdesk.vocabulary import Act


def move_all(act: Act, floor: str, target: str) -> None:
    """Move all that lies on a floor of this case to one place."""
    for portion in act.on_floor(floor):
        act.stock.move(act.case.code, portion, act.places[floor], target, act.voucher)


def write_on(act: Act, document: Document, **facts: str) -> None:
    """Write fields on a document beside those it has; an empty text takes a field off again."""
    fields = canonical({name: value for name, value in {**json.loads(document.fields), **facts}.items() if value})
    act.entry.change("documents", (document.serial,), {"fields": document.fields}, {"fields": fields})
    act.case.documents[document.serial] = document._replace(fields=fields)


def write_on_line(act: Act, document: Document, line: Line, **facts: str) -> None:
    """Write columns on one line of a document beside those it has."""
    now = line._replace(other={**line.other, **facts})
    key = (document.serial, document.revision, line.number)
    act.entry.change("lines", key, {"other": canonical(dict(line.other))}, {"other": canonical(dict(now.other))})
    lines = act.case.lines[document.serial]
    act.case.lines[document.serial] = [now if each.number == line.number else each for each in lines]
