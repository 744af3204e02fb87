"""`present`: what this paper is. It only reads, but for two things that the paper itself tells: a copy scanned where it is due
has arrived, and a void piece has turned up.

`look` shows the same card and writes nothing at all: for a card that is looked at again because something changed elsewhere.
"""

from __future__ import annotations

import contextlib
from typing import Any

from qdesk import paper
from qdesk.bins import find_bin, inside, zone_of
from qdesk.blanks import Blank, find_blank, read_blank
from qdesk.cases import VOID, Copy, Document
from qdesk.clock import time_text
from qdesk.desk.amending import may_amend
from qdesk.desk.approving import approver_of
from qdesk.desk.authority import within_authority
from qdesk.desk.blindness import told_blind
from qdesk.desk.card import Json, also, case_card, may_reverse
from qdesk.desk.emergency import blank_card
from qdesk.desk.gating import gate_card
from qdesk.desk.openings import blank_openings
from qdesk.desk.scanning import is_printed, known_piece
from qdesk.desk.standing import Standing, stand
from qdesk.errors import Refused
from qdesk.gate import GATE
from qdesk.instruments import instrument_told, read_instrument
from qdesk.journal import digest_of
from qdesk.people import Session, find_session, keep_awake, roles_of
from qdesk.scan import clean_code, format_quantity, kind_of
from qdesk.site import Site
from qdesk.stock import read_lot
from qdesk.vocabulary import ItemCard, read_item
from qdesk.void_paper import is_news, void_told, write_sighting
from qdesk.words import Words
from qdesk.zones import Goods

TOLD = """SELECT a.seq, p.name, COALESCE(json_extract(j.body, '$.answers.reason'), json_extract(j.body, '$.reason'),
    json_extract(j.body, '$.answers.despite'), '')
  FROM acts a JOIN journal j ON j.seq = a.seq LEFT JOIN persons p ON p.id = a.person WHERE a.in_case = ?"""
ITEM_BALANCES = """SELECT place, lot, SUM(quantity), bin FROM balances INDEXED BY balances_lying
  WHERE item = ? AND quantity <> 0 AND counter = 0
  GROUP BY place, lot, bin ORDER BY place, lot, bin LIMIT 200"""
PLACE_BALANCES = """SELECT item, lot, SUM(quantity) FROM balances INDEXED BY balances_at_place
  WHERE place = ? AND quantity <> 0
  GROUP BY item, lot ORDER BY item, lot LIMIT 200"""
LOT_BALANCES = """SELECT place, lot, SUM(quantity), bin FROM balances INDEXED BY balances_of_lot
  WHERE lot = ? AND item = ? AND quantity <> 0 AND counter = 0
  GROUP BY place, lot, bin ORDER BY place, bin"""


def present(site: Site, token: object, scan: object, words: Words | None = None) -> Json:
    """Return the card of whatever was scanned or typed.

    Raises Refused: piece_damaged, piece_foreign, piece_unknown, scanned_twice, code_unreadable, code_unknown, session_….
    """
    with site.database.reading() as cursor:
        session = find_session(site, cursor, token)
        looking = Presenting(site, session, words or site.words, cursor)
        card, arrived = looking.card(clean_code(scan))
    session = keep_awake(site, session)
    if arrived is None and not looking.turned_up:
        return card
    if arrived is not None:
        arrive(site, session, arrived)
    else:
        with contextlib.suppress(Refused):  # that the paper is void is said also where nothing can be written
            write_sighting(site, session, looking.turned_up, card["copy"])
    with site.database.reading() as cursor:
        session = find_session(site, cursor, token)
        card, _ = Presenting(site, session, words or site.words, cursor).card(clean_code(scan))
    return card


def look(site: Site, token: object, scan: object, words: Words | None = None) -> Json:
    """Return the same card as :func:`present`, but only look: nothing arrives, and the session is not kept awake."""
    with site.database.reading() as cursor:
        session = find_session(site, cursor, token)
        return Presenting(site, session, words or site.words, cursor).card(clean_code(scan))[0]


class Presenting:
    """One look at one code."""

    def __init__(self, site: Site, session: Session, words: Words, cursor: Any) -> None:
        """Look from a session's desk, within one view of the database."""
        self.site, self.session, self.words, self.cursor = site, session, words, cursor
        self.turned_up = ""
        self.is_gate = site.factory.desks[session.desk].kind == GATE

    def card(self, code: str) -> tuple[Json, Copy | None]:
        """Return the card, and the copy that has just arrived here if one has."""
        kind = kind_of(code)
        if kind == "piece" and self.at_gate(code):
            told = gate_card(self.site, self.cursor, code, self.session)
            return {**told, "digest": digest_of(told), "can": [], "cannot": []}, None
        if kind == "piece":
            return self.piece(code)
        if kind == "copy":
            return self.copy(code, "copy"), None
        if kind == "document":
            return self.document(code), None
        return self.other(code), None

    def at_gate(self, code: str) -> bool:
        """Tell whether a piece is shown at a gate; a blank that is still to be entered is looked at as anywhere."""
        if not self.is_gate:
            return False
        blank = find_blank(self.cursor, code)
        return blank is None or blank.state == "used"

    def piece(self, code: str) -> tuple[Json, Copy | None]:
        """Return the card of a printed piece; a void one says what replaced it, and that it is here is still to be written."""
        try:
            name, void_at, because, replaced_by = known_piece(self.site, self.cursor, code)
        except Refused as refused:
            if refused.code not in ("blank_unused", "blank_void"):
                raise
            return self.blank(read_blank(self.cursor, code)), None
        if void_at is not None:
            self.turned_up = code if is_news(self.cursor, code, self.session.desk) else ""
            return self.void(code, name, void_at, because, replaced_by), None
        card = self.copy(name, "copy")
        standing, copy = self.standing, self.standing.case.copies[name]
        arrives = copy.due in self.site.served[self.session.desk] and (copy.seen != copy.due or copy.lost_at is not None)
        return card, copy if arrives and is_printed(standing, copy) else None

    def void(self, piece: str, name: str, void_at: int, because: str, replaced_by: str | None) -> Json:
        """Return the card of a void piece: since when, why, which paper is the valid one, and where this one turned up."""
        card = self.copy(name, "void")
        told = void_told(self.cursor, self.words, piece, name, void_at, because, replaced_by)
        return {**card, "kind": "void", "void": told, "can": []}

    def blank(self, blank: Blank) -> Json:
        """Return the card of a blank form that was not entered, with the ways to open a case on it here."""
        told = {"kind": "blank", "blank": blank_card(self.site, blank, self.words)}
        openings = blank_openings(self.site, self.session, blank, self.words)
        return {**told, "digest": digest_of(told), "openings": openings, "can": [], "cannot": []}

    def copy(self, name: str, kind: str) -> Json:
        """Return the card of a copy by its name."""
        self.cursor.execute("SELECT serial, in_case FROM copies WHERE name = ?", (name,))
        found = self.cursor.fetchall()
        if not found:
            raise Refused("copy_unknown", copy=name)
        serial, code = found[0]
        self.standing: Standing = stand(self.site, self.cursor, code, self.session.looked_at)
        document = self.standing.case.documents[serial]
        copy = self.standing.case.copies[name]
        card = self.case_card(document, "void" if copy.due == VOID else kind)
        due_here = copy.due in self.site.served[self.session.desk]
        beside = [*also(self.standing, self.session, copy), *self.amending(document)]
        form = self.standing.running.procedure.forms[document.form]
        approvers = {step: approver_of(self.site, step, form) for step in beside}
        approves = {step: role for step, role in approvers.items() if role}
        return {**card, "copy": name, "due_here": due_here, "also": beside, "approves": approves}

    def document(self, serial: str) -> Json:
        """Return the card of a document by its serial."""
        self.cursor.execute("SELECT in_case FROM documents WHERE serial = ?", (serial,))
        found = self.cursor.fetchall()
        if not found:
            blank = find_blank(self.cursor, serial)
            return self.blank(blank) if blank else self.other(serial)
        self.standing = stand(self.site, self.cursor, found[0][0], self.session.looked_at)
        document = self.standing.case.documents[serial]
        beside = ["reverse"] if may_reverse(self.standing, self.session) else []
        return {**self.case_card(document, "document"), "also": [*beside, *self.amending(document)]}

    def amending(self, document: Document) -> list[str]:
        """Return the act of amending where the person at the desk may amend this document."""
        return ["amend"] if may_amend(self.site, self.cursor, self.session, self.standing, document.serial) else []

    def case_card(self, document: Document, kind: str) -> Json:
        """Return the card of a document of the case on the table.

        At a gate a vehicle that is still to be checked is known by its paper alone: what a card says would be expected of the
        guard's own eyes. Raises Refused("scan_the_piece").
        """
        here = self.site.served[self.session.desk]
        if self.is_gate and any(desk in here for desk, _ in self.standing.waiting().values()):
            raise Refused("scan_the_piece", copy=document.serial)
        self.cursor.execute(TOLD, (self.standing.case.code,))
        told = {seq: (name or "", reason) for seq, name, reason in self.cursor.fetchall()}
        card = case_card(self.standing, self.session, self.words, document, kind, told)
        return within_authority(card, self.standing, self.cursor, self.session, self.words)

    def other(self, code: str) -> Json:
        """Return the card of an item, a lot, a badge, an instrument, a bin or a place by its exact code; nothing is guessed."""
        for table, column, card in (
            ("items", "code", self.item),
            ("lots", "code", self.lot),
            ("persons", "badge", self.person),
            ("instruments", "code", self.instrument),
            ("bins", "code", self.bin),
        ):
            self.cursor.execute(f'SELECT 1 FROM "{table}" WHERE "{column}" = ?', (code,))
            if self.cursor.fetchall():
                told = told_blind(self.site, self.cursor, self.session.desk, card(code))
                return {**told, "digest": digest_of(told), "can": [], "cannot": []}
        if code in self.site.factory.places:
            told = told_blind(self.site, self.cursor, self.session.desk, self.place(code))
            return {**told, "digest": digest_of(told), "can": [], "cannot": []}
        if code.isdigit() and len(code) > 12:  # longer than what people type: most likely a damaged piece number
            known_piece(self.site, self.cursor, code)
        raise Refused("code_unknown", code=code)

    def item(self, code: str) -> Json:
        """Return what an item is and where it lies."""
        item = read_item(self.cursor, code)
        self.cursor.execute(ITEM_BALANCES, (code,))
        return {"kind": "item", "item": item_told(item), "balances": balances(self.cursor.fetchall())}

    def lot(self, code: str) -> Json:
        """Return what a lot is and where it lies."""
        lot = read_lot(self.cursor, code)
        self.cursor.execute(LOT_BALANCES, (code, lot.item))
        times = {name: time_text(at) if (at := getattr(lot, name)) else None for name in ("expires_at", "made_at", "opened_at")}
        return {"kind": "lot", "lot": {**vars(lot), **times}, "balances": balances(self.cursor.fetchall())}

    def person(self, badge: str) -> Json:
        """Return whose badge this is and which roles the person holds now."""
        self.cursor.execute("SELECT id, name, left_at FROM persons WHERE badge = ?", (badge,))
        identity, name, left_at = self.cursor.fetchall()[0]
        roles = sorted(roles_of(self.cursor, identity, self.site.clock.now()))
        self.cursor.execute("SELECT number FROM stamps WHERE person = ? AND withdrawn_at IS NULL", (identity,))
        stamp = next((number for (number,) in self.cursor.fetchall()), None)
        told = {"id": identity, "name": name, "roles": roles, "stamp": stamp, "left": left_at is not None}
        return {"kind": "person", "person": told}

    def instrument(self, code: str) -> Json:
        """Return which instrument this is, and until when its calibration holds (R127)."""
        return {"kind": "instrument", "instrument": instrument_told(self.site, read_instrument(self.cursor, code), self.words)}

    def bin(self, code: str) -> Json:
        """Return what lies in a bin, lot by lot, and where the bin is."""
        found = find_bin(self.cursor, code)
        if found is None:
            raise Refused("bin_unknown", bin=code)
        named = (self.site.factory.places[found.place].title, zone_of(self.site, found.zone).title)
        rows = inside(self.cursor, code, self.site.clock.now())
        lies = [{**kept_told(each.goods), "quantity": format_quantity(each.quantity)} for each in rows]
        closed = time_text(found.closed_at) if found.closed_at else None
        told = {"place": found.place, "zone": found.zone, "closed": closed, "lies": lies}
        return {"kind": "bin", "bin": code, "title": "  ".join(title.in_(self.words.language) for title in named), **told}

    def place(self, code: str) -> Json:
        """Return what lies at a place."""
        self.cursor.execute(PLACE_BALANCES, (code,))
        lies = [{"item": i, "lot": lot, "quantity": format_quantity(q)} for i, lot, q in self.cursor.fetchall()]
        return {"kind": "bin", "bin": code, "title": self.site.factory.places[code].title.in_(self.words.language), "lies": lies}


def item_told(item: ItemCard) -> Json:
    """Return an item in the words of the pipe: quantities as texts, a closed one with the time."""
    closed = time_text(item.closed_at) if item.closed_at else None
    return {**vars(item), "pack": format_quantity(item.pack), "least": format_quantity(item.least), "closed_at": closed}


def kept_told(goods: Goods) -> Json:
    """Return what lies in a bin, and why it may not be used."""
    return {"item": goods.item, "lot": goods.lot, "hold": goods.hold or None, "owner": goods.owner or None}


def balances(rows: list[tuple[Any, ...]]) -> list[Json]:
    """Return balances in the words of the pipe."""
    return [{"place": place, "bin": bin_, "lot": lot, "quantity": format_quantity(many)} for place, lot, many, bin_ in rows]


def arrive(site: Site, session: Session, copy: Copy) -> None:
    """Write down that a copy was seen where it is due: the one thing a scan writes."""
    with site.writing() as entry:
        standing = stand(site, entry.cursor, _case_of(entry.cursor, copy.name))
        now = standing.case.copies[copy.name]
        if now.due not in site.served[session.desk] or (now.seen == now.due and now.lost_at is None):
            return
        paper.change_copy(entry, standing.case, copy.name, seen=now.due, lost_at=None)
        if standing.case.ended:
            paper.file_copies(entry, standing.case)
        entry.insert(
            "acts", seq=entry.seq, at=entry.at, in_case=standing.case.code, step="arrive", outcome="",
            person=session.person.id, desk=session.desk, request=digest_of(["arrive", copy.name]),
        )
        entry.seal(by=session.person.id, desk=session.desk, case=standing.case.code, step="arrive", copy=copy.name)


def _case_of(cursor: Any, name: str) -> str:
    cursor.execute("SELECT in_case FROM copies WHERE name = ?", (name,))
    code: str = cursor.fetchall()[0][0]
    return code
