"""Look-ups: what waits at a desk, where every copy of a document is, and what lies in stock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from qdesk.clock import time_text
from qdesk.desk.blindness import blind_rows
from qdesk.desk.book import running_under
from qdesk.desk.card import Json, copy_state
from qdesk.desk.standing import counted_title, is_late, stand
from qdesk.errors import Refused
from qdesk.people import Session
from qdesk.scan import clean_code, clean_text, format_quantity, kind_of, visible
from qdesk.site import Site
from qdesk.void_paper import void_pieces_of
from qdesk.words import Words

INBOX = """SELECT w.in_case, w.step, w.desk, w.since, c.procedure, c.digest FROM waiting w JOIN cases c ON c.code = w.in_case
  WHERE w.desk = ? AND (w.since, w.in_case, w.step) > (?, ?, ?) ORDER BY w.since, w.in_case, w.step LIMIT ?"""
NOTICES = """SELECT n.act, n.number, n.in_case, n.step, n.at, c.digest FROM notices n JOIN cases c ON c.code = n.in_case
  WHERE n.desk = ? AND n.read_at IS NULL AND n.withdrawn_at IS NULL ORDER BY n.at LIMIT ?"""
STOCK = """SELECT b.item, i.name, i.unit, b.place, b.in_case, b.lot, l.serial, l.owner, l.hold, l.expires_at, b.quantity, b.bin
  FROM balances b INDEXED BY {} CROSS JOIN items i ON i.code = b.item CROSS JOIN lots l ON l.code = b.lot
  WHERE b.quantity <> 0 AND b.counter = 0 {} ORDER BY b.item, b.place, b.lot, b.in_case, b.bin LIMIT ?"""
# Of every lot that ever lay there, what the last posting by that moment says: one seek each, no move is summed.
STOCK_AT = """SELECT i.code, b.place, b.lot, (SELECT p.lot_lay FROM postings p
    WHERE p.lot = b.lot AND p.place = b.place AND p.at <= ?
    ORDER BY p.at DESC, p.act DESC, p.number DESC, p.side DESC LIMIT 1) AS lay
  FROM items i CROSS JOIN balances b ON b.item = i.code WHERE b.counter = 0 {}
  GROUP BY i.code, b.place, b.lot HAVING lay <> 0 ORDER BY i.code, b.place, b.lot LIMIT ?"""
RESERVED = """SELECT b.item, b.place, SUM(b.quantity) FROM reservations b INDEXED BY reservations_open
  WHERE b.quantity > 0 {} GROUP BY b.item, b.place"""
AT_DESK = """SELECT name, serial, in_case, due, due_since, seen, seen_since, lost_at FROM copies
  WHERE due = ? AND filed_at IS NULL ORDER BY due_since LIMIT ?"""
STRAY = """SELECT name, serial, in_case, due, due_since, seen, seen_since, lost_at FROM copies
  WHERE seen = ? AND due <> seen AND filed_at IS NULL ORDER BY seen_since LIMIT ?"""
PIECE = "SELECT code, item, serial FROM lots WHERE item = ? AND serial = ?"
MOST_ROWS = 1000


def inbox(site: Site, desk: str, words: Words, after: tuple[int, str, str] = (0, "", "")) -> Json:
    """Return one page of what waits at a desk, oldest first, with what is late; and what the desk has to be told."""
    size, now = site.config.number("inbox_page"), site.clock.now()
    with site.database.reading() as cursor:
        cursor.execute(INBOX, (desk, *after, size))
        rows = cursor.fetchall()
        cursor.execute(NOTICES, (desk, size))
        told = [notice_row(site, cursor, words, row) for row in cursor.fetchall()]
        waiting = [waiting_row(site, cursor, words, row, now) for row in rows]
    last = rows[-1] if len(rows) == size else None
    return {"desk": desk, "waiting": waiting, "notices": told, "next": [last[3], last[0], last[1]] if last else None}


def notice_row(site: Site, cursor: Any, words: Words, row: tuple[Any, ...]) -> Json:
    """Return one thing a desk has to be told: what was done in which case."""
    act, number, case, step, at, digest = row
    title = counted_title(running_under(site, cursor, digest).procedure, step).in_(words.language)
    return {"case": case, "step": step, "title": title, "at": time_text(at), "notice": f"{act}.{number}"}


def waiting_row(site: Site, cursor: Any, words: Words, row: tuple[Any, ...], now: int) -> Json:
    """Return one thing that waits: since when, and whether it is late (A27: only where the site set a limit)."""
    case, key, desk, since, procedure, digest = row
    step = running_under(site, cursor, digest).procedure.steps[key.partition("#")[0]]
    return {
        "case": case,
        "procedure": procedure,
        "step": key,
        "title": step.title.in_(words.language),
        "desk": desk,
        "since": time_text(since),
        "age_seconds": max(0, now - since) // 1_000_000,
        "late": is_late(site, procedure, step, since, now),
        **({"per": step.per} if step.per else {}),
    }


def serial_of(code: str) -> str:
    """Return the serial of the document a copy's name begins with; any other code is left as it is."""
    return code.partition("/")[0] if kind_of(code) == "copy" else code


def where_document(site: Site, serial: str, words: Words | None = None) -> Json:
    """Return where every copy of a document is, and which of its paper is void and may still lie about."""
    with site.database.reading() as cursor:
        cursor.execute("SELECT in_case FROM documents WHERE serial = ?", (serial,))
        found = cursor.fetchall()
        if not found:
            raise Refused("document_unknown", serial=serial)
        standing = stand(site, cursor, found[0][0])
        void = void_pieces_of(cursor, words or site.words, standing.case.code, serial)
    document = standing.case.documents[serial]
    form = standing.running.procedure.forms[document.form]
    language = words.language if words else site.config.language
    titles = {of.number: of.title.in_(language) for of in form.copies}
    copies = [
        {
            "copy": copy.name,
            "purpose": titles[copy.number],
            "due": copy.due,
            "due_since": time_text(copy.due_since),
            "seen": copy.seen,
            "seen_since": time_text(copy.seen_since),
            "state": copy_state(standing, copy),
        }
        for copy in standing.case.copies_of(serial)
    ]
    return {"document": serial, "case": standing.case.code, "ended": standing.case.ended or None, "copies": copies, "void": void}


def where_desk(site: Site, desk: str) -> Json:
    """Return what is due at a desk, and what lies there that is due elsewhere."""
    if desk not in site.factory.desks:
        raise Refused("desk_unknown", desk=desk)
    with site.database.reading() as cursor:
        cursor.execute(AT_DESK, (desk, MOST_ROWS + 1))
        due = cursor.fetchall()
        cursor.execute(STRAY, (desk, MOST_ROWS + 1))
        stray = cursor.fetchall()
    told = {"due": [place_row(row) for row in due[:MOST_ROWS]], "astray": [place_row(row) for row in stray[:MOST_ROWS]]}
    return {"desk": desk, **told, "more": max(len(due), len(stray)) > MOST_ROWS}


def place_row(row: tuple[Any, ...]) -> Json:
    """Return where one copy is."""
    name, serial, case, due, due_since, seen, seen_since, lost_at = row
    state = "lost" if lost_at else "in_place" if due == seen else "on_its_way"
    return {
        "copy": name,
        "document": serial,
        "case": case,
        "due": due,
        "due_since": time_text(due_since),
        "seen": seen,
        "seen_since": time_text(seen_since),
        "state": state,
    }


def stock(site: Site, item: str = "", place: str = "", at: int | None = None) -> Json:
    """Return balances by item, place and lot, now or as of any past moment, and what is promised and free."""
    if place and place not in site.factory.places:
        raise Refused("place_unknown", place=place)
    with site.database.reading() as cursor:
        if item:
            cursor.execute("SELECT 1 FROM items WHERE code = ?", (item,))
            if not cursor.fetchall():
                raise Refused("item_unknown", item=item)
        which, given = which_stock(item, place)
        if at is not None:
            found = stock_at(cursor, which, given, at)
            return {"at": time_text(at), "stock": found[:MOST_ROWS], "more": len(found) > MOST_ROWS}
        index = "balances_at_place" if place and not item else "balances_lying"
        cursor.execute(STOCK.format(index, which), (*given, MOST_ROWS + 1))
        rows = cursor.fetchall()
        cursor.execute(RESERVED.format(which), given)
        reserved = {(i, p): quantity for i, p, quantity in cursor.fetchall()}
    more = len(rows) > MOST_ROWS
    told = {"stock": [stock_row(row) for row in rows[:MOST_ROWS]], "more": more}
    return {**told, "free": free_rows(whole_sums(rows) if more else rows, reserved, site.clock.now())}


def whole_sums(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Return the rows without the last item and place: where rows were cut off, only of these is all there."""
    last = rows[-1][0], rows[-1][3]
    return [row for row in rows if (row[0], row[3]) != last]


def which_stock(item: str, place: str) -> tuple[str, tuple[str, ...]]:
    """Return the condition that narrows stock to an item and a place, and what it is given; nothing where all is meant."""
    named = [(column, value) for column, value in (("item", item), ("place", place)) if value]
    return "".join(f" AND b.{column} = ?" for column, _ in named), tuple(value for _, value in named)


def stock_at(cursor: Any, which: str, given: Sequence[str], at: int) -> list[Json]:
    """Return the real balances as of a moment, each from the ledger of its lot."""
    cursor.execute(STOCK_AT.format(which), (at, *given, MOST_ROWS + 1))
    return [
        {"item": item, "place": place, "lot": lot, "quantity": format_quantity(quantity)}
        for item, place, lot, quantity in cursor.fetchall()
    ]


def stock_row(row: tuple[Any, ...]) -> Json:
    """Return one balance."""
    item, name, unit, place, case, lot, serial, owner, hold, expires_at, quantity, bin_ = row
    return {
        "item": item,
        "name": name,
        "unit": unit,
        "place": place,
        "bin": bin_ or None,
        "case": case or None,
        "lot": lot,
        "serial": serial,
        "owner": owner or None,
        "hold": hold or None,
        "expires": time_text(expires_at) if expires_at else None,
        "quantity": format_quantity(quantity),
    }


def numbered_pieces(site: Site, serial: str, items: Iterable[str]) -> list[Json]:
    """Return the lots of one piece that bear this serial number, among some items; two items may bear the same number."""
    found: list[Json] = []
    with site.database.reading() as cursor:
        for item in sorted(set(items)):
            cursor.execute(PIECE, (item, clean_code(serial)))
            found += [{"code": code, "item": of, "serial": known} for code, of, known in cursor.fetchall()]
    return found


def free_rows(rows: list[tuple[Any, ...]], reserved: Mapping[tuple[str, str], int], now: int) -> list[Json]:
    """Return for each item and place: what lies there, may not be used (or is a customer's), is promised, is free."""
    sums: dict[tuple[str, str], list[int]] = {}
    for item, _, _, place, case, _, _, owner, hold, expires_at, quantity, _ in rows:
        if case:
            continue
        total = sums.setdefault((item, place), [0, 0])
        total[0] += quantity
        total[1] += quantity if owner or hold or (expires_at is not None and expires_at <= now) else 0
    told = []
    for (item, place), (there, held) in sums.items():
        promised = reserved.get((item, place), 0)
        told.append(
            {
                "item": item,
                "place": place,
                "quantity": format_quantity(there),
                "held": format_quantity(held),
                "reserved": format_quantity(promised),
                "free": format_quantity(max(0, there - held - promised)),
            }
        )
    return told


def as_typed(text: str) -> str:
    """Return a text as LIKE finds it and nothing else, its own special characters escaped."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def read_at(raw: object) -> int:
    """Return the moment a program names: ISO 8601, local time where it names no zone."""
    text = clean_text(raw, "at")
    try:
        return int(datetime.fromisoformat(text).astimezone().timestamp() * 1_000_000)
    except (ValueError, OverflowError) as wrong:  # a year beyond what a clock can count overflows
        raise Refused("date_unreadable", text=visible(text)) from wrong


def ask_inbox(site: Site, session: Session, words: Words, raw: Mapping[str, Any]) -> Json:
    """Answer the pipe's inbox: the session's desk, and one page after another."""
    after = raw.get("after")
    if after is None:
        return inbox(site, session.desk, words)
    if not isinstance(after, list) or len(after) != 3 or not isinstance(after[0], int) or not 0 <= after[0] < 2**63:
        raise Refused("request_unreadable", name="after")
    return inbox(site, session.desk, words, (after[0], clean_text(after[1], "after"), clean_text(after[2], "after")))


def ask_where(site: Site, session: Session, words: Words, raw: Mapping[str, Any]) -> Json:
    """Answer the pipe's where: a document's copies, or what is at a desk."""
    if raw.get("document") is not None:
        return where_document(site, serial_of(clean_code(raw["document"])), words)
    return where_desk(site, clean_code(raw.get("desk") or session.desk))


def ask_stock(site: Site, session: Session, words: Words, raw: Mapping[str, Any]) -> Json:
    """Answer the pipe's stock."""
    item = clean_code(raw["item"]) if raw.get("item") is not None else ""
    place = clean_code(raw["place"]) if raw.get("place") is not None else ""
    told = stock(site, item, place, read_at(raw["at"]) if raw.get("at") is not None else None)
    with site.database.reading() as cursor:
        rows = {name: told[name] for name in ("stock", "free") if name in told}
        return {**told, **{name: blind_rows(site, cursor, session.desk, each) for name, each in rows.items()}}
