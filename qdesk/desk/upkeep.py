"""What is kept up beside the cases: holds on lots, and a clock that was set back and is right."""

from __future__ import annotations

from collections.abc import Sequence

from qdesk.desk.administration import ADMINISTRATOR, Administering, inputs_of
from qdesk.desk.answer import Done
from qdesk.desk.request import Request
from qdesk.desk.signing import Signer
from qdesk.errors import Refused
from qdesk.journal import Entry
from qdesk.people import Session
from qdesk.property_watch import STOPPED
from qdesk.quarantine import NONCONFORMING
from qdesk.scan import clean_code
from qdesk.site import Site
from qdesk.stock import HELD, read_lot
from qdesk.vocabulary import Ask
from qdesk.warehouse import TO_BE_INSPECTED


def hold_lot(site: Site, entry: Entry, session: Session, request: Request, proved: Sequence[Signer]) -> Done:
    """Put a lot on hold: nobody draws from it until it is released."""
    return change_hold(Administering(site, entry, session, request), holding=True)


def release_lot(site: Site, entry: Entry, session: Session, request: Request, proved: Sequence[Signer]) -> Done:
    """Release a held lot, such as replaced parts once looked at (A14)."""
    return change_hold(Administering(site, entry, session, request), holding=False)


def change_hold(act: Administering, holding: bool) -> Done:
    """Hold or release a lot, by an inspector or the quality manager, with a reason; a modified product waits for its stamp."""
    act.only(BY[act.request.step])
    lot, reason = read_lot(act.entry.cursor, clean_code(act.text("lot"))), act.text("reason")
    if bool(lot.hold) == holding:
        raise Refused("lot_held" if holding else "lot_not_held", lot=lot.code)
    if not holding and lot.hold == NONCONFORMING:
        raise Refused("lot_nonconforming", lot=lot.code)
    if not holding and lot.hold in OF_A_CASE:
        raise Refused("lot_in_a_case", lot=lot.code)
    act.entry.change("lots", (lot.code,), {"hold": lot.hold}, {"hold": HELD if holding else ""})
    return act.finish(lot=lot.code, reason=reason)


def confirm_clock(site: Site, entry: Entry, session: Session, request: Request, proved: Sequence[Signer]) -> Done:
    """The administrator confirms that a clock set back is right: acts go on at the last time until it has caught up."""
    act = Administering(site, entry, session, request)
    act.only(BY["confirm_clock"])
    entry.cursor.execute("SELECT code, clock_confirmed FROM site")
    code, confirmed = entry.cursor.fetchall()[0]
    entry.change("site", (code,), {"clock_confirmed": confirmed}, {"clock_confirmed": entry.at})
    return act.finish()


OF_A_CASE = frozenset([TO_BE_INSPECTED, STOPPED])
"""Holds that only the case lifts that they wait for: a stamp, or a customer's word (R169)."""
ACTS = {"hold_lot": hold_lot, "release_lot": release_lot, "confirm_clock": confirm_clock}
INSPECTING = ("inspector", "quality_manager")
BY: dict[str, tuple[str, ...]] = {
    "hold_lot": INSPECTING,
    "release_lot": INSPECTING,
    "confirm_clock": (ADMINISTRATOR,),
}
"""Who may do an act, holding any of these roles."""
OF_A_LOT = (Ask("lot", "lot"), Ask("reason", "text"))
ASKS: dict[str, tuple[Ask, ...]] = {
    "hold_lot": OF_A_LOT,
    "release_lot": OF_A_LOT,
    "confirm_clock": (),
}  # fmt: skip
"""What each act asks at a desk."""
INPUTS = inputs_of(ASKS)
