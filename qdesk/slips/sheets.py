"""What stands on labels and badges: of items, lots, places, bins and boxes, of a stamp or signature, and of a person."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from qdesk.clock import moment
from qdesk.database import Cursor
from qdesk.desk.book import running_under
from qdesk.desk.signing import role_title
from qdesk.errors import Refused
from qdesk.master import choice_titles
from qdesk.master_columns import BIN as BINS
from qdesk.master_columns import MasterColumn
from qdesk.people import find_person
from qdesk.scan import clean_code, format_quantity, visible
from qdesk.site import Site
from qdesk.slips.codes import code_of
from qdesk.stock import Lot, read_lot
from qdesk.vocabulary import read_item
from qdesk.witness import SHORT
from qdesk.words import Words

Json = dict[str, Any]
Row = tuple[str, str]
"""What a line of a label is about, and what it says; "" is left to be written by hand."""
FIRST_PRODUCTS, MORE_PRODUCTS = 2, 6
"""How many products of a box have room on its first label, beside where it goes, and on each that follows."""

DOCUMENT = """SELECT d.form, d.fields, d.revision, d.void_at, c.digest, d.in_case FROM documents d
  JOIN cases c ON c.code = d.in_case WHERE d.serial = ?"""
DOCUMENT_LINES = """SELECT l.number, l.item, l.quantity, i.name, i.unit, l.other, i.spec, i.shelf_days FROM lines l
  JOIN items i ON i.code = l.item WHERE l.serial = ? AND l.revision = ? ORDER BY l.number"""
SIGNATURES = """SELECT s.number, s.serial, s.copy, s.step, s.role, s.kind, COALESCE(p.name, s.name), s.stamp, s.at, s.lapsed_at,
    c.digest, j.hash FROM signatures s JOIN journal j ON j.seq = s.act JOIN cases c ON c.code = s.in_case
  LEFT JOIN persons p ON p.id = s.person WHERE s.act = ? ORDER BY s.number"""
LOTS_OF_CASE = """SELECT DISTINCT l.made_at, l.expires_at FROM moves m JOIN lots l ON l.code = m.lot
  WHERE m.in_case = ? AND m.item = ? ORDER BY l.made_at, l.expires_at"""
LIES = """SELECT COALESCE(SUM(quantity), 0) FROM balances INDEXED BY balances_of_lot
  WHERE lot = ? AND item = ? AND counter = 0 AND quantity <> 0"""
IS_SPARE = """SELECT COUNT(*) FROM balances INDEXED BY balances_of_lot
  WHERE lot = ? AND item = ? AND place = 'spare_area' AND quantity <> 0 AND quantity > 0"""
ORIGIN = "SELECT fields FROM documents WHERE serial = ?"
BIN = "SELECT place, zone FROM bins WHERE code = ?"
BOX_FIELDS = (
    ("destination", ("destination", "address")), ("consignee", ("consignee", "customer")), ("telephone", ("telephone", "phone")),
)  # fmt: skip
"""What a box label must say of the journey (R083), and the fields of a document that say it."""
BIN_OF = {column.name: column for column in BINS.columns}
TRANSPORT = ("transport_notes", "transport")
"""The fields that say how the goods want to be carried (R092)."""


def label(title: str, head: str, rows: Sequence[tuple[str, ...]], code: str, mark: str = "", names: int = 1) -> Json:
    """Return one label for the template: what it is of, its name and perhaps a mark in large letters, lines, and the code.

    A line may say two things beside each other. The first lines are names: where there is no room they lose their end.
    """
    lines = [list(row) for row in rows]
    return {"title": title, "head": head, "mark": mark, "rows": lines, "names": names, "code": code_of(code)}


def labels(site: Site, words: Words, again: bool, made: Sequence[Json]) -> Json:
    """Return several labels as a template takes them; `again` marks each as printed once more."""
    mark = words.say("sheet.again") if again else ""
    return {"language": words.language, "site": site.config.name, "again": mark, "labels": list(made)}


def item_label(site: Site, cursor: Cursor, subject: str, words: Words, again: bool = False) -> Json:
    """Return the label of an item. Raises Refused("item_unknown")."""
    item = read_item(cursor, clean_code(subject))
    pack = f"{format_quantity(item.pack)} {item.unit}".strip() if item.pack else ""
    life = words.say("sheet.days", number=item.shelf_days) if item.shelf_days else ""
    rows = [
        ("", item.name if item.name != item.code else ""), ("spec", item.spec), ("model", item.model), ("unit", item.unit),
        ("pack", pack), ("shelf_life", life),
    ]  # fmt: skip
    return labels(site, words, again, [label(words.say("sheet.item"), item.code, _said(words, rows), item.code)])


def lot_label(site: Site, cursor: Cursor, subject: str, words: Words, again: bool = False) -> Json:
    """Return the label of a lot (R030, R035): what it is, whose, until when; how much there is of it and its mark as of today.

    Where nothing of it lies anywhere, the quantity is left to be written by hand. Raises Refused("lot_unknown").
    """
    code = clean_code(subject)
    lot = read_lot(cursor, code)
    item, today = read_item(cursor, lot.item), words.show(moment(site.clock.now()).date())
    made, expires = (words.show(moment(at).date()) if at else "" for at in (lot.made_at, lot.expires_at))
    there = _one(cursor, LIES, code, lot.item)
    much = f"{format_quantity(there)} {item.unit}".strip() if there else ""
    pairs = [
        [("item", _named(lot.item, item.name, item.spec))],
        [("expires", expires), ("made", made)],
        [("owner", lot.owner)],
        [("customer", _customer_of(cursor, lot.origin)), ("origin", lot.origin)],
        [("batch", lot.batch), ("serial", lot.serial or "")],
    ]  # fmt: skip
    rows = [_beside(_said(words, pair)) for pair in pairs if any(text for _, text in pair)]
    rows.insert(1, (words.say("sheet.quantity_on", day=today), much))
    made_label = label(words.say("sheet.lot"), code, rows, code, _mark_of(site, cursor, lot, words))
    return labels(site, words, again, [made_label])


def _named(item: str, name: str, spec: str) -> str:
    """Return an item in one line, nothing twice."""
    return " ".join(dict.fromkeys(part for part in (item, name, spec) if part))


def _beside(rows: Sequence[Row]) -> tuple[str, ...]:
    """Return lines that stand beside each other as one."""
    return tuple(text for row in rows for text in row)


def _mark_of(site: Site, cursor: Cursor, lot: Lot, words: Words) -> str:
    """Return what is seen of a lot from afar: a customer's own (R038), on hold, spare (R029), opened (R044), expired (R049)."""
    marks = {
        "owned": bool(lot.owner), "held": bool(lot.hold), "spare": bool(_one(cursor, IS_SPARE, lot.code, lot.item)),
        "opened": lot.opened_at is not None, "expired": bool(lot.expires_at and lot.expires_at <= site.clock.now()),
    }  # fmt: skip
    return "  ".join(words.say(f"sheet.lot_{mark}") for mark, so in marks.items() if so)


def _customer_of(cursor: Cursor, origin: str) -> str:
    """Return whose order a lot was made or set aside for (R034), where the document it comes from names one."""
    cursor.execute(ORIGIN, (origin,))
    return next((str(json.loads(fields).get("customer") or "") for (fields,) in cursor.fetchall()), "")


def _one(cursor: Cursor, sql: str, *parameters: str) -> int:
    cursor.execute(sql, parameters)
    found: int = cursor.fetchall()[0][0]
    return found


def place_label(site: Site, cursor: Cursor, subject: str, words: Words, again: bool = False) -> Json:
    """Return the label of a place where stock lies. Raises Refused("place_unknown")."""
    place = site.factory.places.get(subject)
    if place is None or place.counter:  # a counter-place is nowhere that a label could hang
        raise Refused("place_unknown", place=visible(subject))
    other = place.title.in_("en" if words.language == "zh" else "zh")
    made = label(words.say("sheet.place"), place.title.in_(words.language), [("", other)], place.id)
    return labels(site, words, again, [made])


def bin_label(site: Site, cursor: Cursor, subject: str, words: Words, again: bool = False) -> Json:
    """Return the label of a bin: its store and its zone, so that nothing is put where it must not lie (R051, R053).

    Raises Refused("code_unknown").
    """
    code = clean_code(subject)
    cursor.execute(BIN, (code,))
    found = cursor.fetchall()
    if not found:
        raise Refused("code_unknown", code=visible(code))
    place, zone = found[0]
    rows = [(words.say(f"sheet.bin_{name}"), _titled(site, column, value, words)) for name, column, value in (
        ("store", BIN_OF["place"], place), ("zone", BIN_OF["zone"], zone))]  # fmt: skip
    return labels(site, words, again, [label(words.say("sheet.bin"), code, rows, code)])


def _titled(site: Site, column: MasterColumn, value: str, words: Words) -> str:
    """Return a choice of the factory by its title."""
    title = choice_titles(site, column).get(value)
    return title.in_(words.language) if title else value


def box_label(site: Site, cursor: Cursor, subject: str, words: Words, again: bool = False) -> Json:
    """Return the labels of a document's boxes, one a box: packing list, products, quantities and where it goes (R083, R084);
    when it was made, how long it keeps and how it wants to be carried (R092).

    Lines that name no box have one each; what the document does not say is left to be written by hand.
    Raises Refused: document_unknown, document_not_open.
    """
    serial = clean_code(subject).partition("/")[0]
    _, text, revision, _, _, case = _open_document(cursor, serial)
    fields = json.loads(text)
    journey = [(name, next((str(fields[key]) for key in keys if fields.get(key)), "")) for name, keys in BOX_FIELDS]
    carried = [("transport", next((str(fields[key]) for key in TRANSPORT if fields.get(key)), ""))]
    cursor.execute(DOCUMENT_LINES, (serial, revision))
    boxes: dict[str, list[tuple[Any, ...]]] = {}
    for line in cursor.fetchall():
        boxes.setdefault(_box_of(line) or f"#{line[0]}", []).append(line)
    empty = {"#": [(1, "", 0, "", "", "{}", "", 0)]}
    made = [
        each for lines in (boxes or empty).values()
        for each in _box(words, serial, lines, journey, [*_keeping(cursor, words, case, lines), *carried])
    ]  # fmt: skip
    return labels(site, words, again, made)


def _open_document(cursor: Cursor, serial: str) -> tuple[Any, ...]:
    """Return a document that is in force. Raises Refused: document_unknown, document_not_open."""
    cursor.execute(DOCUMENT, (serial,))
    found = cursor.fetchall()
    if not found:
        raise Refused("document_unknown", serial=visible(serial))
    if found[0][3] is not None:
        raise Refused("document_not_open", serial=serial)
    row: tuple[Any, ...] = found[0]
    return row


def _box_of(line: tuple[Any, ...]) -> str:
    return str(json.loads(line[5]).get("box", ""))


def _keeping(cursor: Cursor, words: Words, case: str, lines: Sequence[tuple[Any, ...]]) -> list[Row]:
    """Return when the goods of a box were made and how long they keep, as far as their lots and items say so."""
    made, life = dict[str, None](), dict[str, None]()
    for line in lines:
        cursor.execute(LOTS_OF_CASE, (case, line[1]))
        known = cursor.fetchall()
        made |= dict.fromkeys(words.show(moment(at).date()) for at, _ in known if at)
        until = [words.say("sheet.until", day=moment(at).date()) for _, at in known if at]
        life |= dict.fromkeys([words.say("sheet.days", number=line[7])] if line[7] else until)
    return [("made", ", ".join(made)), ("shelf_life", ", ".join(life))]


def _box(
    words: Words, serial: str, lines: Sequence[tuple[Any, ...]], journey: Sequence[Row], keeping: Sequence[Row]
) -> list[Json]:
    """Return the label of a box, and those that follow where it holds more products than one has room for."""
    title, box = words.say("sheet.packing_list"), ("box", _box_of(lines[0]))
    products = [
        (_named(item, name, spec), f"{format_quantity(quantity)} {unit}" if item else "")
        for _, item, quantity, name, unit, _, spec, _ in lines
    ]
    destination, consignee, telephone = journey
    made, life, transport = keeping
    pairs = [[destination], [consignee], [telephone, box], [made, life], [transport]]
    if len(products) == 1:
        first = [[("product", products[0][0])], [("quantity", products[0][1])]]
    else:
        first = [[("product", "  ".join(product))] for product in products[:FIRST_PRODUCTS]]
    more = [products[start : start + MORE_PRODUCTS] for start in range(FIRST_PRODUCTS, len(products), MORE_PRODUCTS)]
    told = [_spoken(words, pair) for pair in [*first, *pairs]]
    made_labels = [label(title, serial, told, serial, names=min(len(products), FIRST_PRODUCTS))]
    for part in more:
        rows = [_spoken(words, [("product", "  ".join(product))]) for product in part]
        made_labels.append(label(title, serial, [*rows, _spoken(words, [box])], serial, names=len(rows)))
    return made_labels


def _spoken(words: Words, rows: Sequence[Row]) -> tuple[str, ...]:
    """Return lines in words as one, also what is left to be written by hand."""
    return _beside([(words.say(f"sheet.{name}"), text) for name, text in rows])


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
