"""Bins: where in a store goods lie, whose store it is, and what speaks against a bin (R044, R045, R051-R056)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from qdesk.config import PlaceOf
from qdesk.database import Cursor
from qdesk.errors import Because, Refused
from qdesk.journal import INSERTED, Entry
from qdesk.site import Site
from qdesk.stock import Portion, read_lot
from qdesk.vocabulary import read_item
from qdesk.words import Title
from qdesk.zones import Goods, Objection, Spot, ZoneOf, objections

STORE = "warehouse"
"""The kind of desk that keeps a store."""
EXPIRED = "expired"
"""What lies beyond its end is as good as on hold, wherever it is put."""
BIN = "SELECT code, place, zone, since, closed_at FROM bins WHERE code = ?"
COLUMNS = "b.item, b.lot, b.quantity, i.storage, l.hold, l.owner, l.opened_at, l.expires_at"
# As the index of what lies in bins has it: without its own conditions the whole table is read.
INSIDE = f"""SELECT {COLUMNS} FROM balances b JOIN items i ON i.code = b.item JOIN lots l ON l.code = b.lot
  WHERE b.bin = ? AND b.bin <> '' AND b.quantity <> 0 ORDER BY b.item, b.lot"""
AROUND = f"""SELECT {COLUMNS} FROM bins n CROSS JOIN balances b ON b.bin = n.code AND b.bin <> '' AND b.quantity <> 0
  JOIN items i ON i.code = b.item JOIN lots l ON l.code = b.lot
  WHERE n.place = ? AND n.zone = ? AND n.code <> ? AND i.storage <> '' ORDER BY b.item, b.lot"""
LIES_IN = """SELECT place, bin, quantity FROM balances
  WHERE item = ? AND lot = ? AND counter = 0 AND in_case = '' AND quantity > 0 ORDER BY place, bin"""


FORBIDDEN = """SELECT DISTINCT l.item, i.storage FROM lots l JOIN items i ON i.code = l.item
  WHERE l.code IN ({lots}) AND l.hold = '' AND i.storage IN ({classes}) ORDER BY l.item"""


class Bin(NamedTuple):
    """A bin: its store, its zone, since when, and when it was closed."""

    code: str
    place: str
    zone: str
    since: int
    closed_at: int | None


class Lying(NamedTuple):
    """A quantity of one lot in a bin, and the goods it is."""

    goods: Goods
    quantity: int


def find_bin(cursor: Cursor, code: str) -> Bin | None:
    """Return a bin, open or closed; None where no bin has this code."""
    cursor.execute(BIN, (code,))
    found = cursor.fetchall()
    return Bin(*found[0]) if found else None


def read_bin(cursor: Cursor, code: str) -> Bin:
    """Return a bin in use. Raises Refused: bin_unknown, bin_closed."""
    found = find_bin(cursor, code)
    if found is None:
        raise Refused("bin_unknown", bin=code)
    if found.closed_at is not None:
        raise Refused("bin_closed", bin=code)
    return found


def stores_of(site: Site, desk: str) -> dict[str, PlaceOf]:
    """Return the places a desk keeps: its own store, and the areas that no desk has for itself; none for other kinds of desks."""
    if site.factory.desks[desk].kind != STORE:
        return {}
    places, desks, served = site.factory.places, site.factory.desks, site.served[desk]
    kept = {name: place.desk or name for name, place in places.items() if place.is_store}
    own = [name for name, keeper in kept.items() if keeper in served]
    return {name: places[name] for name in (*own, *(name for name, keeper in kept.items() if keeper not in desks))}


def keepers_of(site: Site, desk: str) -> tuple[str, ...]:
    """Return the roles of a store's desk: who keeps what lies there; for a desk without a store those of all stores."""
    stores = {name: each for name, each in site.factory.desks.items() if each.kind == STORE}
    own = [each for name, each in stores.items() if name in site.served[desk]] if desk in stores else stores.values()
    return tuple(dict.fromkeys(role for each in own for role in each.roles))


def zone_of(site: Site, name: str) -> ZoneOf:
    """Return a zone; one that the factory no longer has takes whatever a zone without a word takes."""
    return site.factory.zones.get(name) or ZoneOf(name, Title(name, name))


def lies_in(cursor: Cursor, item: str, lot: str) -> list[tuple[str, str, int]]:
    """Return where a lot lies in stock: place, bin, quantity."""
    cursor.execute(LIES_IN, (item, lot))
    return [(place, bin_, quantity) for place, bin_, quantity in cursor.fetchall()]


def inside(cursor: Cursor, code: str, at: int) -> list[Lying]:
    """Return what lies in a bin."""
    cursor.execute(INSIDE, (code,))
    return list(rows_lying(cursor, at))


def around(cursor: Cursor, bin_: Bin, at: int) -> list[Lying]:
    """Return what lies in the other bins of the same zone of the store, as far as it is of a class of goods."""
    cursor.execute(AROUND, (bin_.place, bin_.zone, bin_.code))
    return list(rows_lying(cursor, at))


def rows_lying(cursor: Cursor, at: int) -> Iterator[Lying]:
    """Yield what was asked for as goods with their quantity."""
    for item, lot, quantity, storage, hold, owner, opened_at, expires_at in cursor.fetchall():
        yield Lying(Goods(item, lot, storage, held_as(hold, expires_at, at), owner, opened_at is not None), quantity)


def held_as(hold: str, expires_at: int | None, at: int) -> str:
    """Return why a lot may not be used at a moment, empty when it may."""
    return hold or (EXPIRED if expires_at is not None and expires_at <= at else "")


def goods_of(cursor: Cursor, code: str, at: int) -> Goods:
    """Return a lot as goods that are to be put somewhere. Raises Refused("lot_unknown")."""
    lot = read_lot(cursor, code)
    storage = read_item(cursor, lot.item).storage
    return Goods(lot.item, lot.code, storage, held_as(lot.hold, lot.expires_at, at), lot.owner, lot.opened_at is not None)


def refuse_forbidden(site: Site, entry: Entry, step: Title) -> None:
    """R045: nothing of a forbidden class becomes stock, whichever procedure brings it in; what was rejected may wait apart.

    Raises Refused("rule_forbids").
    """
    places, classes = site.factory.places, [kind.id for kind in site.factory.storage.values() if kind.forbidden]
    stores = {name for name, place in places.items() if place.is_store}
    moved = [row for kind, table, row in (effect[:3] for effect in entry.effects) if kind == INSERTED and table == "moves"]
    lots = sorted({row["lot"] for row in moved if row["target"] in stores and row["source"] not in stores})
    if not (lots and classes):
        return
    marks = {"lots": ", ".join("?" * len(lots)), "classes": ", ".join("?" * len(classes))}
    entry.cursor.execute(FORBIDDEN.format(**marks), (*lots, *classes))
    named = [(item, site.factory.storage[storage].title) for item, storage in entry.cursor.fetchall()]
    if named:
        reasons = [Because("storage_forbidden", {"item": item, "storage": title}) for item, title in named]
        raise Refused("rule_forbids", reasons, step=step)


def against(site: Site, cursor: Cursor, goods: Goods, portion: Portion, target: Bin, at: int) -> list[Objection]:
    """Return what speaks against putting a portion of some goods into a bin."""
    before = find_bin(cursor, portion.bin) if portion.bin else None
    spot = Spot(
        target.code, zone_of(site, target.zone),
        inside=[each.goods for each in inside(cursor, target.code, at) if each.goods.lot != goods.lot],
        around=[each.goods for each in around(cursor, target, at)],
        before=zone_of(site, before.zone) if before else None,
    )  # fmt: skip
    return list(objections(goods, spot, site.factory.storage))
