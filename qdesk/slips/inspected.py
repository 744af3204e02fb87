"""Paper about what passed: the certificate 合格证 with each pack, and the report 出厂检验报告 with what was found (R074).

Both are made of the recorded results of one act, "17". Their forms have no number of their own in any source.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any, NamedTuple

from qdesk.clock import moment
from qdesk.database import Cursor
from qdesk.desk.book import running_under
from qdesk.errors import Refused
from qdesk.sampling import pieces_in
from qdesk.scan import format_quantity, visible
from qdesk.site import Site
from qdesk.slips.codes import code_of
from qdesk.slips.sheets import label, labels
from qdesk.vocabulary import ItemCard, read_item
from qdesk.witness import SHORT
from qdesk.words import Title, Words

Json = dict[str, Any]
MOST_PACKS = 200
OF_THE_CASE = ("customer", "contract", "task")
"""Fields of the case's first document that stand on the paper where they were filled in."""
ACT = """SELECT r.in_case, r.at, r.stamp, c.digest, r.step, j.hash, d.fields FROM results r JOIN cases c ON c.code = r.in_case
  JOIN journal j ON j.seq = r.act JOIN documents d ON d.serial = r.in_case
  WHERE r.act = ? AND r.void_at IS NULL AND r.stamp <> '' LIMIT 1"""
STAMPED_BY = "SELECT COALESCE(MAX(name), '') FROM signatures WHERE act = ? AND kind = 'stamp' AND lapsed_at IS NULL"
VERDICTS = """SELECT r.item, r.lot, MAX(l.serial), SUM(r.inspected), SUM(r.passed), SUM(r.rejected) FROM results r
  LEFT JOIN lots l ON l.code = r.lot WHERE r.act = ? AND r.point = '' GROUP BY r.item, r.lot ORDER BY r.item, r.lot"""
POINTS = """SELECT item, title_zh, title_en, value, limits, sample, accepted, verdict, instrument FROM results
  WHERE act = ? AND point <> '' ORDER BY number"""


class Passing(NamedTuple):
    """The act that passed something: its case, when, under whose stamp, at which operation, and its mark in the journal."""

    act: int
    case: str
    at: int
    stamp: str
    name: str
    operation: Title
    head: str
    fields: Json


class Passed(NamedTuple):
    """How much of a lot was inspected, passed and rejected by the act, in thousandths, and its serial number where it has one."""

    item: str
    lot: str
    serial: str | None
    inspected: int
    passed: int
    rejected: int


def passing_of(site: Site, cursor: Cursor, subject: str) -> tuple[Passing, list[Passed]]:
    """Return the act that a subject names and what it said of each lot; raises Refused("nothing_passed")."""
    number = subject if subject.isascii() and subject.isdigit() and len(subject) <= 12 else "0"
    cursor.execute(ACT, (int(number),))
    found = cursor.fetchall()
    cursor.execute(VERDICTS, (int(number),))
    passed = [Passed._make(row) for row in cursor.fetchall()]
    if not found or not any(each.passed for each in passed):
        raise Refused("nothing_passed", act=visible(subject))
    case, at, stamp, digest, step, head, fields = found[0]
    cursor.execute(STAMPED_BY, (int(number),))
    name = cursor.fetchall()[0][0]
    if not name:
        raise Refused("signature_lapsed", signature=visible(subject))
    title = running_under(site, cursor, digest).procedure.steps[step].title
    return Passing(int(number), case, at, stamp, name, title, head, json.loads(fields)), passed


def certificate(site: Site, cursor: Cursor, subject: str, words: Words, again: bool = False) -> Json:
    """Return the certificates of what an act passed: one for each pack of each lot, or one for a lot that has no packs."""
    act, passed = passing_of(site, cursor, subject)
    made = []
    for each in [lot for lot in passed if lot.passed]:
        item = read_item(cursor, each.item)
        packs = packs_of(each.passed, item.pack)
        for number, quantity in enumerate(packs, 1):
            which = f"{number}/{len(packs)}" if len(packs) > 1 else ""
            rows = certificate_rows(act, item, quantity, each, words)
            rows += [(words.say("inspected.pack"), which)] if which else []
            made.append(label(words.say("inspected.certificate"), item.code, rows, f"{act.case}"))
    return labels(site, words, again, made)


def packs_of(quantity: int, pack: int) -> list[int]:
    """Return what lies in each pack, the last perhaps less; where packs are unknown or too many to print, all in one."""
    if not pack or pieces_in(quantity * 1000 // pack) > MOST_PACKS:
        return [quantity]
    full, rest = divmod(quantity, pack)
    return [pack] * full + ([rest] if rest else [])


def certificate_rows(act: Passing, item: ItemCard, quantity: int, passed: Passed, words: Words) -> list[tuple[str, str]]:
    """Return the lines of a certificate: product, quantity, lot, and who let it pass when."""
    rows = [
        ("", item.name if item.name != item.code else ""), ("spec", item.spec), ("model", item.model),
        ("quantity", f"{format_quantity(quantity)} {item.unit}".rstrip()), ("lot", passed.lot), ("serial", passed.serial or ""),
        ("inspector", words.say("inspected.by", name=act.name, stamp=act.stamp)), ("date", words.show(moment(act.at).date())),
        ("entry", f"{act.act} {act.head[:SHORT]}"),
    ]  # fmt: skip
    return [(words.say(f"inspected.{name}") if name else "", text) for name, text in rows if text]


def inspection_report(site: Site, cursor: Cursor, subject: str, words: Words, again: bool = False) -> Json:
    """Return the report on what an act passed: what was found point by point, in which sample, and the conclusion."""
    act, passed = passing_of(site, cursor, subject)
    say, fields, whole = words.say, act.fields, not any(each.rejected for each in passed)
    about = [(say(f"inspected.{name}"), str(fields[name])) for name in OF_THE_CASE if fields.get(name)]
    about += [(say("inspected.operation"), words.show(act.operation)), (say("inspected.case"), act.case)]
    return {
        "language": words.language,
        "site": site.config.name,
        "again": say("sheet.again") if again else "",
        "title": say("inspected.report"),
        "number": f"{act.case}-{act.act}",
        "about": [list(row) for row in about],
        "goods": [say(f"inspected.{name}") for name in ("product", "inspected", "passed", "rejected", "lot")],
        "products": [product_row(cursor, each) for each in passed],
        "columns": [say(f"inspected.{name}") for name in ("point", "limits", "sample", "found", "instrument", "result")],
        "rows": point_rows(cursor, act.act, {each.item for each in passed}, words),
        "none": say("inspected.no_points"),
        "conclusion": [say("inspected.conclusion"), say("inspected.conforms" if whole else "inspected.conforms_part")],
        "stamp": say("sheet.stamp", number=act.stamp),
        "signed": [[say("inspected.inspector"), act.name], [say("inspected.date"), words.show(moment(act.at))]],
        "code": code_of(act.case),
        "foot": [say("slip.printed", at=moment(site.clock.now())), say("slip.journal", seq=act.act, head=act.head[:SHORT])],
        "page": say("slip.page"),
    }


def product_row(cursor: Cursor, passed: Passed) -> list[str]:
    """Return what a product is and how much of it passed."""
    item = read_item(cursor, passed.item)
    named = "  ".join(dict.fromkeys(part for part in (item.code, item.name, item.spec, item.model) if part))
    quantities = [f"{format_quantity(q)} {item.unit}".rstrip() for q in (passed.inspected, passed.passed, passed.rejected)]
    return [named, *quantities, " ".join(filter(None, (passed.lot, passed.serial)))]


def point_rows(cursor: Cursor, act: int, items: Collection[str], words: Words) -> list[list[str]]:
    """Return a line for each point: what it is, what is demanded, the sample, what was found, with what, and the result."""
    cursor.execute(POINTS, (act,))
    rows = []
    for item, zh, en, value, limits, sample, accepted, verdict, instrument in cursor.fetchall():
        title = Title(zh, en).in_(words.language)
        named = title if len(items) == 1 else f"{item} {title}"
        drawn = words.say("inspected.drawn", size=sample, accepted=accepted) if sample else ""
        result = words.say(f"inspected.result_{verdict}")
        rows.append([named, limits, drawn, found_text(value, sample, words), instrument, result])
    return rows


def found_text(value: str, sample: int, words: Words) -> str:
    """Return what was found as people read it: yes or no in words, defective pieces as such, values as they are."""
    if value in ("yes", "no"):
        return words.say(f"inspected.{value}")
    return words.say("inspected.defective", count=value) if sample and " " not in value and value.isdigit() else value
