"""Quarantine: what an inspector rejects, or a keeper finds damaged, is set apart by the act itself (R058)."""

from __future__ import annotations

from dataclasses import replace

from qdesk.stock import Portion, read_lot
from qdesk.vocabulary import Act

QUARANTINE, UNDER_REVIEW = "quarantine", "under_review"
"""Where what was set apart waits, and where a nonconformity case has it in hand."""
NONCONFORMING = "nonconforming"
EVERYWHERE = """SELECT COALESCE(SUM(quantity), 0) FROM balances INDEXED BY balances_of_lot
  WHERE item = ? AND lot = ? AND quantity <> 0 AND counter = 0"""


def set_apart(act: Act, portion: Portion, source: str, target: str = QUARANTINE) -> Portion:
    """Put a rejected quantity on hold and into quarantine, or where it is reviewed, and return it as it lies there.

    A part of a lot becomes a lot of its own, so that the rest stays usable; a whole lot, as a numbered piece is, keeps its name.
    """
    act.cursor.execute(EVERYWHERE, (portion.item, portion.lot))
    everything: int = act.cursor.fetchall()[0][0]
    apart = portion
    if everything == portion.quantity or read_lot(act.cursor, portion.lot).serial is not None:
        act.stock.hold(portion.lot, NONCONFORMING)
    else:
        apart = act.stock.split(portion, source, act.case.code, hold=NONCONFORMING)
    act.stock.move(act.case.code, apart, source, target, act.voucher)
    return replace(apart, bin="")
