"""Shortfall: what was promised out of goods that turn out not to be there, or not to be good, is given up and told to sales."""

from __future__ import annotations

from qdesk.stock import in_store
from qdesk.vocabulary import Act

SALES = "sales"
PROMISED = """SELECT r.in_case, r.quantity FROM reservations r JOIN cases c ON c.code = r.in_case
  WHERE r.item = ? AND r.place = ? AND r.quantity > 0 ORDER BY c.opened_at DESC, r.in_case DESC"""


def give_up_promises(act: Act, item: str, place: str) -> None:
    """Take back the newest promises of an item that a place can no longer keep, and tell sales that it has to ask anew."""
    there = in_store(act.cursor, item, place)
    act.cursor.execute(PROMISED, (item, place))
    promised = act.cursor.fetchall()
    missing = sum(quantity for _, quantity in promised) - there
    if missing > 0:
        step = ".".join(filter(None, (act.step.id, act.outcome.name)))
        act.entry.insert_numbered("notices", in_case=act.case.code, desk=SALES, step=step, at=act.at)
    for case, quantity in promised:
        if missing > 0:
            act.stock.reserve(case, item, place, -min(quantity, missing))
            missing -= quantity
