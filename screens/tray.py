"""The tray: what is being put away, row by row, from bins, goods and quantities that come in any order; pure arithmetic.

It says itself what it still needs. A code that was scanned is never a quantity: quantities come by a way of their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from qdesk.errors import Refused
from qdesk.scan import format_quantity, parse_quantity

Json = dict[str, Any]
GOODS, LOT, SOURCE, TARGET, QUANTITY = "goods", "lot", "source", "target", "quantity"
NOWHERE = ""
"""Where goods lie that nobody has put into a bin yet."""


@dataclass
class Row:
    """One row being gathered: what, how much, and the bins that were scanned for it."""

    goods: Json | None = None
    quantity: int | None = None
    bins: list[str] = field(default_factory=list)


class Tray:
    """The rows that are whole, and the one being gathered."""

    def __init__(self) -> None:
        """Begin empty."""
        self.rows: list[Json] = []
        self.row = Row()
        self.places: dict[str, str] = {}
        """The store of each bin that was scanned."""
        self.into: str | None = None
        """The bin that the last row went into: the next one goes there, too, unless another is scanned."""

    @property
    def begun(self) -> bool:
        """Tell whether anything stands here."""
        return bool(self.rows) or self.row != Row()

    # What comes in

    def take(self, thing: Mapping[str, Any]) -> None:
        """Take a bin or goods, in any order. Raises Refused: bin_of_another_store, lot_not_here, not_in_bin, not_enough."""
        before = Row(self.row.goods, self.row.quantity, list(self.row.bins)), dict(self.places), self.into
        try:
            if thing["kind"] == "bin":
                self._take_bin(thing["bin"], thing["place"])
            else:
                self._take_goods(dict(thing))
            self._close_row()
        except Refused:
            self.row, self.places, self.into = before
            raise

    def take_quantity(self, text: str) -> None:
        """Take how much. Raises Refused: number_unreadable, number_too_fine, number_zero, not_enough."""
        before, decimals = self.row.quantity, self.row.goods["decimals"] if self.row.goods else 3
        self.row.quantity = parse_quantity(text, decimals)
        try:
            self._close_row()
        except Refused:
            self.row.quantity = before
            raise

    def take_all(self) -> None:
        """Take all that lies where the goods are taken from."""
        there = sum(self.there().values())
        if there:
            self.take_quantity(format_quantity(there))

    def drop(self) -> None:
        """Leave the row that is being gathered; where there is none, take the last one off."""
        if self.row != Row():
            self.row = Row()
        elif self.rows:
            self.rows.pop()
        self.into = self.rows[-1]["to_bin"] if self.rows else None

    def _take_bin(self, code: str, place: str) -> None:
        if any(self.places[known] != place for known in (*self.row.bins, *(row["to_bin"] for row in self.rows))):
            raise Refused("bin_of_another_store", bin=code, other=[*self.row.bins, *(row["to_bin"] for row in self.rows)][0])
        self.places[code] = place
        if not self.row.bins and not self.row.goods:
            self.into = None
        if code not in self.row.bins:
            self.row.bins = [*self.row.bins, code][-2:]

    def _take_goods(self, goods: Json) -> None:
        if not goods["lies"]:
            raise Refused("lot_not_here", lot=goods["lot"] or goods["item"])
        known = self.row.goods
        if known is not None and goods["lot"] and known["item"] != goods["item"]:
            raise Refused("lot_of_another_item", lot=goods["lot"], item=goods["item"], wanted=known["item"])
        self.row.goods = goods
        if self.row.quantity is not None:
            parse_quantity(format_quantity(self.row.quantity), goods["decimals"])

    # What it comes to

    def lying(self) -> dict[tuple[str, str], int]:
        """Return how much of the goods lies where, by lot and bin, less what the rows above take, in the store of the bins."""
        if self.row.goods is None:
            return {}
        stores = {self.places[code] for code in (*self.row.bins, *(row["to_bin"] for row in self.rows))}
        there: dict[tuple[str, str], int] = {}
        for each in self.row.goods["lies"]:
            if not stores or each["place"] in stores:
                key = each["lot"], each["bin"]
                there[key] = there.get(key, 0) + each["quantity"]
        for row in self.rows:
            taken = parse_quantity(row["quantity"], 3)
            there[row["lot"], row["bin"]] = there.get((row["lot"], row["bin"]), 0) - taken
            if (row["lot"], row["to_bin"]) in there or any(lot == row["lot"] for lot, _ in there):
                there[row["lot"], row["to_bin"]] = there.get((row["lot"], row["to_bin"]), 0) + taken
        return {key: quantity for key, quantity in there.items() if quantity > 0}

    def ways(self) -> tuple[str | None, str | None]:
        """Return the bin that the goods are taken from and the one they go into; None for what is not known yet."""
        holds = {bin_ for _, bin_ in self.lying()}
        bins = self.row.bins
        if len(bins) == 2:
            return (bins[0], bins[1]) if bins[0] in holds or bins[1] not in holds else (bins[1], bins[0])
        if not bins:
            return self._only({each for each in holds if each != self.into}), self.into
        (scanned,) = bins
        if scanned in holds and NOWHERE not in holds and self.row.goods is not None:
            return scanned, self.into
        return self._only(holds - {scanned}), scanned

    @staticmethod
    def _only(holds: set[str]) -> str | None:
        """Return where goods are taken from without a word: what nobody has put away yet first, else the only bin."""
        return NOWHERE if NOWHERE in holds else next(iter(holds)) if len(holds) == 1 else None

    def there(self) -> dict[str, int]:
        """Return how much of each lot lies where the goods are taken from."""
        source = self.ways()[0]
        return {lot: quantity for (lot, bin_), quantity in self.lying().items() if source in (None, bin_)}

    def lots(self) -> list[str]:
        """Return the lots that may be meant."""
        return list(dict.fromkeys(lot for lot in self.there()))

    def needs(self) -> str:
        """Return what is still to be scanned or typed, the most telling first; empty where nothing was begun."""
        if self.row == Row():
            return ""
        source, target = self.ways()
        if self.row.goods is None:
            return GOODS
        if len(self.lots()) > 1:
            return LOT
        if source is None:
            return SOURCE
        if target is None:
            return TARGET
        return QUANTITY if self.row.quantity is None else ""

    def _close_row(self) -> None:
        """Put the row to the others as soon as it is whole. Raises Refused: not_in_bin, same_bin, not_enough."""
        goods, (source, target) = self.row.goods, self.ways()
        if goods is None:
            return
        if not self.there():
            raise Refused("not_in_bin", lot=goods["lot"] or goods["item"], bin=source or "-")
        if self.needs():
            return
        (lot,), wanted = self.lots(), self.row.quantity or 0
        if self.there()[lot] < wanted:
            free = format_quantity(self.there()[lot])
            raise Refused("not_enough", item=goods["item"], wanted=format_quantity(wanted), free=free)
        told = {"lot": lot, "quantity": format_quantity(wanted), "bin": source, "to_bin": target}
        self.rows.append({**told, "item": goods["item"], "name": goods["name"], "unit": goods["unit"]})
        self.row, self.into = Row(), str(target)

    def told(self) -> list[Json]:
        """Return the rows as they are sent."""
        return [{name: row[name] for name in ("lot", "quantity", "bin", "to_bin")} for row in self.rows]
