"""What stands on labels and badges: of items, lots, places and boxes, of a stamp or signature, and of a person."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from qdesk.clock import moment
from qdesk.database import Cursor
from qdesk.desk.book import running_under
from qdesk.desk.signing import role_title
from qdesk.errors import Refused
from qdesk.people import find_person
from qdesk.scan import clean_code, format_quantity, visible
from qdesk.site import Site
from qdesk.slips.codes import code_of
from qdesk.stock import read_lot
from qdesk.vocabulary import read_item
from qdesk.witness import SHORT
from qdesk.words import Words

Json = dict[str, Any]
Row = tuple[str, str]
"""What a line of a label is about, and what it says; "" is left to be written by hand."""

DOCUMENT = """SELECT d.form, d.fields, d.revision, d.void_at, c.digest FROM documents d JOIN cases c ON c.code = d.in_case
  WHERE d.serial = ?"""
DOCUMENT_LINES = """SELECT l.number, l.item, l.quantity, i.name, i.unit, l.other FROM lines l JOIN items i ON i.code = l.item
  WHERE l.serial = ? AND l.revision = ? ORDER BY l.number"""
SIGNATURES = """SELECT s.number, s.serial, s.copy, s.step, s.role, s.kind, COALESCE(p.name, s.name), s.stamp, s.at, s.lapsed_at,
    c.digest, j.hash FROM signatures s JOIN journal j ON j.seq = s.act JOIN cases c ON c.code = s.in_case
  LEFT JOIN persons p ON p.id = s.person WHERE s.act = ? ORDER BY s.number"""
BOX_FIELDS = (
    ("destination", ("destination", "address")), ("consignee", ("consignee", "customer")), ("telephone", ("telephone", "phone")),
)  # fmt: skip
"""What a box label must say of the journey (R083), and the fields of a document that say it."""


def label(title: str, head: str, rows: Sequence[Row], code: str) -> Json:
    """Return one label for the template: what it is of, its name in large letters, lines, and the code."""
    return {"title": title, "head": head, "rows": [list(row) for row in rows], "code": code_of(code)}


def labels(site: Site, words: Words, again: bool, made: Sequence[Json]) -> Json:
    """Return several labels as a template takes them; `again` marks each as printed once more."""
    mark = words.say("sheet.again") if again else ""
    return {"language": words.language, "site": site.config.name, "again": mark, "labels": list(made)}


def item_label(site: Site, cursor: Cursor, subject: str, words: Words, again: bool = False) -> Json:
    """Return the label of an item. Raises Refused("item_unknown")."""
    item = read_item(cursor, clean_code(subject))
    rows = [("", item.name if item.name != item.code else ""), ("spec", item.spec), ("model", item.model), ("unit", item.unit)]
    return labels(site, words, again, [label(words.say("sheet.item"), item.code, _said(words, rows), item.code)])


def lot_label(site: Site, cursor: Cursor, subject: str, words: Words, again: bool = False) -> Json:
    """Return the label of a lot: what stays true of it, so not whether it is held. Raises Refused("lot_unknown")."""
    code = clean_code(subject)
    lot = read_lot(cursor, code)
    item = read_item(cursor, lot.item)
    expires = words.show(moment(lot.expires_at).date()) if lot.expires_at else ""
    rows = [
        ("item", lot.item), ("", item.name if item.name != item.code else ""), ("spec", item.spec), ("serial", lot.serial or ""),
        ("origin", lot.origin), ("owner", lot.owner), ("expires", expires),
    ]  # fmt: skip
    return labels(site, words, again, [label(words.say("sheet.lot"), code, _said(words, rows), code)])


def place_label(site: Site, cursor: Cursor, subject: str, words: Words, again: bool = False) -> Json:
    """Return the label of a place where stock lies. Raises Refused("place_unknown")."""
    place = site.factory.places.get(subject)
    if place is None or place.counter:  # a counter-place is nowhere that a label could hang
        raise Refused("place_unknown", place=visible(subject))
    other = place.title.in_("en" if words.language == "zh" else "zh")
    made = label(words.say("sheet.place"), place.title.in_(words.language), [("", other)], place.id)
    return labels(site, words, again, [made])


def box_label(site: Site, cursor: Cursor, subject: str, words: Words, again: bool = False) -> Json:
    """Return the labels of a document's boxes, one a box: packing list, products, quantities and where it goes (R083, R084).

    Lines that name no box have one each; what the document does not say is left to be written by hand.
    Raises Refused: document_unknown, document_not_open.
    """
    serial = clean_code(subject).partition("/")[0]
    cursor.execute(DOCUMENT, (serial,))
    found = cursor.fetchall()
    if not found:
        raise Refused("document_unknown", serial=visible(serial))
    _, text, revision, void_at, _ = found[0]
    if void_at is not None:
        raise Refused("document_not_open", serial=serial)
    fields = json.loads(text)
    journey = [(name, next((str(fields[key]) for key in keys if fields.get(key)), "")) for name, keys in BOX_FIELDS]
    cursor.execute(DOCUMENT_LINES, (serial, revision))
    boxes: dict[str, list[tuple[Any, ...]]] = {}
    for line in cursor.fetchall():
        boxes.setdefault(_box_of(line) or f"#{line[0]}", []).append(line)
    made = [_box(words, serial, lines, journey) for lines in boxes.values()]
    return labels(site, words, again, made or [_box(words, serial, [(1, "", 0, "", "", "{}")], journey)])


def _box_of(line: tuple[Any, ...]) -> str:
    return str(json.loads(line[5]).get("box", ""))


def _box(words: Words, serial: str, lines: Sequence[tuple[Any, ...]], journey: Sequence[Row]) -> Json:
    rows: list[Row] = []
    for _, item, quantity, name, unit, _ in lines:
        named = item if name in ("", item) else f"{item} {name}"
        rows += [("product", named), ("quantity", f"{format_quantity(quantity)} {unit}" if item else "")]
    rows += [*journey, ("box", _box_of(lines[0]))]
    return label(words.say("sheet.packing_list"), serial, [(words.say(f"sheet.{name}"), text) for name, text in rows], serial)


def stamp_label(site: Site, cursor: Cursor, subject: str, words: Words, again: bool = False) -> Json:
    """Return a label for each signature of an act, "17", or for one of them, "17.2", to be stuck into the box on the slip.

    Raises Refused: signature_unknown, signature_lapsed.
    """
    act, _, number = subject.partition(".")
    marks: list[tuple[Any, ...]] = []
    if act.isascii() and act.isdigit() and len(act) <= 12:
        cursor.execute(SIGNATURES, (int(act),))
        marks = [row for row in cursor.fetchall() if number in ("", str(row[0]))]
    if not marks:
        raise Refused("signature_unknown", signature=visible(subject))
    if all(row[9] is not None for row in marks):
        raise Refused("signature_lapsed", signature=visible(subject))
    return labels(site, words, again, [_stamp(site, cursor, words, int(act), row) for row in marks if row[9] is None])


def _stamp(site: Site, cursor: Cursor, words: Words, act: int, row: tuple[Any, ...]) -> Json:
    _, serial, copy, step, role, kind, name, stamp, at, _, digest, head = row
    steps = running_under(site, cursor, digest).procedure.steps
    known = steps.get(step.partition("#")[0])
    rows = [
        ("step", words.show(known.title) if known else words.say(f"step.{step}")), ("role", words.show(role_title(site, role))),
        ("signed", words.show(moment(at))), ("entry", f"{act} {head[:SHORT]}"),
    ]  # fmt: skip
    paper = copy or serial or ""
    if stamp:
        rows.insert(0, ("name", name))
    large = words.say("sheet.stamp", number=stamp) if stamp else name
    return label(words.say(f"sheet.mark_{kind}"), large, [("", paper), *_said(words, rows)], paper)


def badge(site: Site, cursor: Cursor, subject: str, words: Words, again: bool = False) -> Json:
    """Return the badge of a person: no secret, and no role, which may change. Raises Refused: badge_unknown, badge_revoked."""
    person = find_person(cursor, clean_code(subject), site.clock.now())
    told = labels(site, words, again, [label(words.say("sheet.badge"), person.name, [], person.badge)])
    return {**told, "found": words.say("sheet.found", site=site.config.name)}


def _said(words: Words, rows: Sequence[Row]) -> list[Row]:
    """Return the lines that say something, each with what it is about in words."""
    return [(words.say(f"sheet.{name}") if name else "", text) for name, text in rows if text]
