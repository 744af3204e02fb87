"""Choosing: which lots are taken for a case, first expired first; what is promised to others stays untouched."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from qdesk.database import Cursor
from qdesk.errors import Refused
from qdesk.scan import format_quantity
from qdesk.stock import Portion, reserved, usable


def choose(
    cursor: Cursor, item: str, place: str, wanted: int, at: int, for_case: str, serial: str = "", origin: str = ""
) -> list[Portion]:
    """Return the lots to take, first expired first, or Refused("not_enough"): others' reservations stay untouched."""
    lots, left = on_offer(cursor, item, place, at, for_case, serial, origin)
    if serial and not lots:
        raise Refused("serial_not_here", item=item, serial=serial)
    if left < wanted:
        raise Refused("not_enough", item=item, wanted=format_quantity(wanted), free=format_quantity(max(left, 0)))
    return first_of(lots, wanted)


def choose_what_there_is(
    cursor: Cursor, item: str, place: str, wanted: int, at: int, for_case: str, serial: str = "", origin: str = "",
    taken: Mapping[str, int] | None = None,
) -> list[Portion]:
    """Return the lots that :func:`choose` would take after those ``taken`` already, or as many of them as there are."""
    lots, left = on_offer(cursor, item, place, at, for_case, serial, origin, taken)
    return first_of(lots, min(wanted, left))


def on_offer(
    cursor: Cursor, item: str, place: str, at: int, for_case: str, serial: str = "", origin: str = "",
    taken: Mapping[str, int] | None = None,
) -> tuple[list[Portion], int]:
    """Return the lots a case may take from, first expired first, and how much of them it may take altogether."""
    gone, lots = dict(taken or {}), []
    for lot, quantity, of, bin_ in usable(cursor, item, place, at, origin):
        part = min(quantity, gone.get(lot, 0))
        gone[lot] = gone.get(lot, 0) - part
        lots.append((Portion(item, lot, quantity - part, bin_), of))
    free_of_promises = sum(portion.quantity for portion, _ in lots) - reserved(cursor, item, place, for_case, origin)
    fitting = [portion for portion, of in lots if portion.quantity > 0 and serial in ("", of)]
    return fitting, min(free_of_promises, sum(portion.quantity for portion in fitting))


def out_of_bins(lots: Iterable[Portion], item: str, wanted: int, bin_: str = "") -> list[Portion]:
    """Return what is taken of lots that somebody named: out of the bin they named, else out of one bin after the other.

    Raises Refused("not_enough").
    """
    here = [lot for lot in lots if bin_ in ("", lot.bin)]
    there = sum(lot.quantity for lot in here)
    if there < wanted:
        raise Refused("not_enough", item=item, wanted=format_quantity(wanted), free=format_quantity(there))
    return first_of(here, wanted)


def first_of(lots: Iterable[Portion], wanted: int) -> list[Portion]:
    """Return the first lots that make up a quantity, the last of them in part."""
    chosen = []
    for lot in lots:
        if wanted <= 0:
            break
        taken = min(lot.quantity, wanted)
        chosen.append(replace(lot, quantity=taken))
        wanted -= taken
    return chosen
