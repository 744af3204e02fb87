"""What is kept up beside the cases: items, holds on lots, and a clock that was set back and is right."""

from __future__ import annotations

from collections.abc import Sequence

from qdesk.desk.administration import ADMINISTRATOR, Administering
from qdesk.desk.answer import Done
from qdesk.desk.request import Request
from qdesk.desk.signing import Signer
from qdesk.errors import Refused
from qdesk.journal import Entry
from qdesk.people import Session
from qdesk.scan import clean_code, visible
from qdesk.site import Site
from qdesk.stock import HELD, read_lot
from qdesk.warehouse import TO_BE_INSPECTED


def hold_lot(site: Site, entry: Entry, session: Session, request: Request, proved: Sequence[Signer]) -> Done:
    """Put a lot on hold: nobody draws from it until it is released."""
    return change_hold(Administering(site, entry, session, request), holding=True)


def release_lot(site: Site, entry: Entry, session: Session, request: Request, proved: Sequence[Signer]) -> Done:
    """Release a held lot, such as replaced parts once looked at (A14)."""
    return change_hold(Administering(site, entry, session, request), holding=False)


def change_hold(act: Administering, holding: bool) -> Done:
    """Hold or release a lot, by an inspector or the quality manager, with a reason; a modified product waits for its stamp."""
    if "inspector" not in act.session.person.roles:
        act.only("quality_manager")
    lot, reason = read_lot(act.entry.cursor, clean_code(act.text("lot"))), act.text("reason")
    if bool(lot.hold) == holding:
        raise Refused("lot_held" if holding else "lot_not_held", lot=lot.code)
    if not holding and lot.hold == TO_BE_INSPECTED:
        raise Refused("lot_in_a_case", lot=lot.code)
    act.entry.change("lots", (lot.code,), {"hold": lot.hold}, {"hold": HELD if holding else ""})
    return act.finish(lot=lot.code, reason=reason)


def add_item(site: Site, entry: Entry, session: Session, request: Request, proved: Sequence[Signer]) -> Done:
    """A new item of the stock list; its code is its name for ever."""
    act = Administering(site, entry, session, request)
    act.only(ADMINISTRATOR)
    code = clean_code(act.text("code"))
    entry.cursor.execute("SELECT COUNT(*) FROM items WHERE code = ?", (code,))
    if entry.cursor.fetchall()[0][0]:
        raise Refused("given_twice", value=code)
    decimals = request.inputs.get("decimals", 0)
    if type(decimals) is not int or not 0 <= decimals <= 3:
        raise Refused("number_unreadable", text=visible(decimals))
    words = {name: act.text(name, required=name in ("name", "unit")) for name in ("name", "spec", "model", "unit")}
    flags = {name: int(request.inputs.get(name) is True) for name in ("serialised", "certified")}
    entry.insert("items", code=code, decimals=decimals, **words, **flags)
    return act.finish(item=code)


def confirm_clock(site: Site, entry: Entry, session: Session, request: Request, proved: Sequence[Signer]) -> Done:
    """The administrator confirms that a clock set back is right: acts go on at the last time until it has caught up."""
    act = Administering(site, entry, session, request)
    act.only(ADMINISTRATOR)
    entry.cursor.execute("SELECT code, clock_confirmed FROM site")
    code, confirmed = entry.cursor.fetchall()[0]
    entry.change("site", (code,), {"clock_confirmed": confirmed}, {"clock_confirmed": entry.at})
    return act.finish()


ACTS = {"hold_lot": hold_lot, "release_lot": release_lot, "add_item": add_item, "confirm_clock": confirm_clock}
INPUTS = {
    "add_item": frozenset(["code", "name", "spec", "model", "unit", "decimals", "serialised", "certified"]),
    "hold_lot": frozenset(["lot", "reason"]),
    "release_lot": frozenset(["lot", "reason"]),
}
