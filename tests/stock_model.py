"""Stock as plain Python has it: dictionaries that are added to and taken from. What the house does is compared with it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

Spot = tuple[str, str, str, str, str]
"""Item, place, case ('' but for floors), lot and bin."""
COUNTERS = frozenset(["supplier", "customer", "conversion", "scrap", "difference"])
FLOORS = frozenset(["workshop_product"])


@dataclass
class LotOf:
    """What is known of a lot."""

    item: str
    serial: str
    owner: str
    expires: int | None
    since: int
    hold: str = ""


@dataclass
class Model:
    """What lies where, what is known of lots, what is promised; quantities in thousandths."""

    lies: dict[Spot, int] = field(default_factory=lambda: defaultdict(int))
    lots: dict[str, LotOf] = field(default_factory=dict)
    promised: dict[tuple[str, str, str], int] = field(default_factory=lambda: defaultdict(int))

    def move(
        self, item: str, lot: str, quantity: int, source: str, target: str, case: str = "", bin_: str = "", to: str = ""
    ) -> None:
        """Take from one spot and put into another."""
        self.lies[self.spot(item, source, case, lot, bin_)] -= quantity
        self.lies[self.spot(item, target, case, lot, to)] += quantity

    def spot(self, item: str, place: str, case: str, lot: str, bin_: str) -> Spot:
        """Return where something lies: only a floor keeps its cases apart."""
        return item, place, case if place in FLOORS else "", lot, bin_

    def there(self) -> dict[Spot, int]:
        """Return all that lies anywhere, counter-places too."""
        return {spot: quantity for spot, quantity in self.lies.items() if quantity}

    def sum_of(self, item: str, place: str) -> int:
        """Return how much of an item lies at a place."""
        return sum(quantity for (of, where, *_), quantity in self.lies.items() if (of, where) == (item, place))

    def usable(self, item: str, place: str, at: int) -> list[tuple[str, str, int]]:
        """Return (lot, bin, quantity) of what may be used: first expired first, then the oldest; nobody else's, not held."""
        found = []
        for (of, where, case, code, bin_), quantity in self.lies.items():
            lot = self.lots[code]
            fresh = lot.expires is None or lot.expires > at
            if (of, where, case) == (item, place, "") and quantity > 0 and fresh and not lot.hold and not lot.owner:
                found.append((code, bin_, quantity))
        return sorted(found, key=lambda row: self.order(row[0], row[1]))

    def order(self, code: str, bin_: str) -> tuple[bool, int, int, str, str]:
        """Return where a lot stands among those that may be used."""
        lot = self.lots[code]
        return lot.expires is None, lot.expires or 0, lot.since, code, bin_

    def free(self, item: str, place: str, at: int, case: str) -> int:
        """Return what a case may still take: what others were promised is left."""
        return sum(quantity for *_, quantity in self.usable(item, place, at)) - self.of_others(item, place, case)

    def of_others(self, item: str, place: str, case: str) -> int:
        """Return what is promised to other cases."""
        return sum(
            quantity for (of, where, whose), quantity in self.promised.items() if (of, where) == (item, place) and whose != case
        )

    def chosen(self, item: str, place: str, wanted: int, at: int) -> list[tuple[str, str, int]]:
        """Return which lots serve a quantity, in what order."""
        found = []
        for lot, bin_, quantity in self.usable(item, place, at):
            taken = min(quantity, wanted)
            if taken:
                found.append((lot, bin_, taken))
            wanted -= taken
        return found

    def promise(self, item: str, place: str, case: str, quantity: int) -> None:
        """Promise more or less to a case, never less than nothing."""
        self.promised[item, place, case] = max(0, self.promised[item, place, case] + quantity)

    def lots_at(self, places: Iterable[str]) -> list[Spot]:
        """Return the spots at some places where something lies, in order."""
        wanted = set(places)
        return sorted(spot for spot, quantity in self.lies.items() if quantity > 0 and spot[1] in wanted)
