"""Where what may lie: the zones of the stores and the classes of goods as factory.toml writes them, and what follows from both.

P12 names the zones, P26 and P35 the classes. The rules are data; what they mean is said by one function, :func:`objections`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from qdesk.entries import Entry
from qdesk.errors import Because
from qdesk.words import Title

FREE, HELD, OPENED, OWNED = "free", "held", "opened", "owned"
CONDITIONS = (FREE, HELD, OPENED, OWNED)
"""What a lot is that may be used, is on hold, was opened, or belongs to a customer."""


@dataclass(frozen=True)
class ZoneOf:
    """A part of a store that is kept apart from the others (R053); a destination's zone also from other destinations' (R054)."""

    id: str
    title: Title
    takes: tuple[str, ...] = ()
    """The conditions of lots that it is for; empty: of all but customers' own."""
    places: tuple[str, ...] = ()
    """The places that may have it; empty: all."""
    destination: bool = False


@dataclass(frozen=True)
class StorageOf:
    """A class of goods: whether it may be stored at all (R045), alone in its bin, never in a zone with others (R056), where."""

    id: str
    title: Title
    forbidden: bool = False
    alone: bool = False
    never_with: tuple[str, ...] = ()
    zones: tuple[str, ...] = ()


@dataclass(frozen=True)
class Goods:
    """What lies somewhere or is to be put there, as far as its place depends on it."""

    item: str
    lot: str
    storage: str = ""
    hold: str = ""
    owner: str = ""
    opened: bool = False

    @property
    def condition(self) -> str:
        """Return what the lot is; whose it is comes before everything else."""
        return OWNED if self.owner else HELD if self.hold else OPENED if self.opened else FREE


@dataclass(frozen=True)
class Spot:
    """A bin that something is to be put into: its zone, what lies in it, what lies in the zone, and which zone it comes from."""

    bin: str
    zone: ZoneOf
    inside: Collection[Goods] = ()
    around: Collection[Goods] = ()
    """What lies in the other bins of this zone in the same store."""
    before: ZoneOf | None = None


@dataclass(frozen=True)
class Objection:
    """One reason against a place; one that does not refuse lets the goods in with a written reason."""

    refuses: bool
    because: Because


def objections(goods: Goods, spot: Spot, classes: Mapping[str, StorageOf]) -> Iterator[Objection]:
    """Yield what speaks against putting goods into a bin: the one place where the rules of what may lie where are read."""
    kind = classes.get(goods.storage)
    if kind is not None and kind.forbidden:
        yield Objection(True, Because("storage_forbidden", {"item": goods.item, "storage": kind.title}))
    yield from zone_objections(goods, spot)
    yield from class_objections(goods, spot, classes)
    for other in spot.inside:
        if other.opened != goods.opened:  # R044
            told = {"lot": goods.lot, "other": other.lot, "bin": spot.bin}
            yield Objection(False, Because("opened_beside", told))
            break


def zone_objections(goods: Goods, spot: Spot) -> Iterator[Objection]:
    """R053, R054, R055: each zone for what it is for; a customer's goods in their own area and nothing else there."""
    zone, told = spot.zone, {"lot": goods.lot, "bin": spot.bin, "zone": spot.zone.title}
    if (goods.condition == OWNED) != (OWNED in zone.takes):
        yield Objection(True, Because("owned_elsewhere" if goods.owner else "area_of_customers", told))
    elif zone.takes and goods.condition not in zone.takes:
        yield Objection(False, Because("zone_not_for", told))
    before = spot.before
    if before is not None and before.destination and zone.destination and before.id != zone.id:
        yield Objection(False, Because("other_destination", {**told, "before": before.title}))


def class_objections(goods: Goods, spot: Spot, classes: Mapping[str, StorageOf]) -> Iterator[Objection]:
    """R051, R056: a class lies where it was assigned to, and apart from what it must not lie with, whichever of both says so."""
    kind, told = classes.get(goods.storage), {"item": goods.item, "bin": spot.bin, "zone": spot.zone.title}
    if kind is not None and kind.zones and spot.zone.id not in kind.zones:
        yield Objection(False, Because("place_not_designated", told))
    for other in spot.inside:
        if other.storage != goods.storage and any(each and each.alone for each in (kind, classes.get(other.storage))):
            yield Objection(False, Because("class_not_alone", {**told, "other": other.item}))
            break
    for other in (*spot.inside, *spot.around):
        if never_together(kind, classes.get(other.storage)):
            yield Objection(False, Because("never_together", {**told, "other": other.item}))
            break


def never_together(kind: StorageOf | None, other: StorageOf | None) -> bool:
    """Tell whether one of two classes names the other as what it never lies with."""
    return kind is not None and other is not None and (other.id in kind.never_with or kind.id in other.never_with)


def read_zones(entry: Entry, places: Collection[str]) -> dict[str, ZoneOf]:
    """Return the zones of a factory, noting what is wrong with them."""
    zones = {}
    for name, row in entry.entries("zones"):
        row.only(("title", "takes", "places", "destination"))
        takes, where = named(row, "takes", CONDITIONS), named(row, "places", places)
        zones[name] = ZoneOf(name, row.title(), takes, where, row.flag("destination", False))
    return zones


def read_storage(entry: Entry, zones: Collection[str]) -> dict[str, StorageOf]:
    """Return the classes of goods of a factory, noting what is wrong with them."""
    rows = dict(entry.entries("storage"))
    classes = {}
    for name, row in rows.items():
        row.only(("title", "forbidden", "alone", "never_with", "zones"))
        flags = (row.flag("forbidden", False), row.flag("alone", False))
        classes[name] = StorageOf(name, row.title(), *flags, named(row, "never_with", rows), named(row, "zones", zones))
    return classes


def named(row: Entry, key: str, known: Iterable[str]) -> tuple[str, ...]:
    """Return a list of names, each of which has to be known."""
    names, all_known = row.names(key), sorted(known)
    for name in names:
        if name not in all_known:
            row.problem("not_a_choice", key=key, value=name, choices=all_known)
    return names
