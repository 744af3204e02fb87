"""Storing: bins opened, changed and closed, goods put from bin to bin of a store, and a pack that is opened.

Each is an act of a keeper at his store's desk. What may lie where stands in factory.toml and is judged in :mod:`qdesk.bins`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from qdesk.bins import Bin, against, goods_of, inside, keepers_of, lies_in, read_bin, stores_of
from qdesk.desk.administration import Administering, inputs_of
from qdesk.desk.allowing import DESPITE
from qdesk.desk.answer import Done
from qdesk.desk.request import Request
from qdesk.desk.signing import Signer
from qdesk.errors import Because, Refused
from qdesk.journal import Entry
from qdesk.master import meant_by
from qdesk.people import Session
from qdesk.scan import clean_code, format_quantity, kind_of, parse_quantity, visible
from qdesk.site import Site
from qdesk.stock import Portion, Stock, read_lot
from qdesk.vocabulary import Ask, in_line, read_item, rows_of
from qdesk.words import Words

ROW = frozenset(["item", "lot", "quantity", "bin", "to_bin"])


class Storing(Administering):
    """One act of a keeper while it is being done."""

    def __init__(self, site: Site, entry: Entry, session: Session, request: Request) -> None:
        """Work at a store's desk; raises Refused("wrong_person")."""
        super().__init__(site, entry, session, request)
        self.only(keepers_of(site, session.desk))
        self.stock = Stock(entry, site.factory.places)
        self.warned: list[Because] = []

    def bin(self, code: object) -> Bin:
        """Return a bin of a store that is kept here. Raises Refused: bin_unknown, bin_closed, place_not_kept."""
        found = read_bin(self.entry.cursor, clean_code(code))
        self.kept(found.place)
        return found

    def kept(self, place: str) -> str:
        """Return a place that is kept here. Raises Refused: place_unknown, place_not_kept."""
        known = self.site.factory.places.get(place)
        if known is None:
            raise Refused("place_unknown", place=visible(place))
        if place not in stores_of(self.site, self.session.desk):
            raise Refused("place_not_kept", place=known.title)
        return place

    def zone(self, place: str) -> str:
        """Return the zone that was named, which the place may have. Raises Refused: zone_unknown, zone_elsewhere."""
        name = self.text("zone")
        zone = self.site.factory.zones.get(name)
        if zone is None:
            raise Refused("zone_unknown", zone=visible(name))
        if zone.places and place not in zone.places:
            raise Refused("zone_elsewhere", zone=zone.title, place=self.site.factory.places[place].title)
        return name

    def empty(self, bin_: Bin) -> None:
        """Refuse a bin in which something lies. Raises Refused("bin_not_empty")."""
        lying = inside(self.entry.cursor, bin_.code, self.entry.at)
        if lying:
            told = [(each.goods, format_quantity(each.quantity)) for each in lying]
            reasons = [Because("lies_there", {"item": goods.item, "lot": goods.lot, "quantity": many}) for goods, many in told]
            raise Refused("bin_not_empty", reasons, bin=bin_.code)

    def put(self, portion: Portion, target: Bin) -> None:
        """Put a portion into a bin of the same store; what only warns is kept.

        Raises Refused: rule_forbids, same_bin, bin_of_another_store, not_enough.
        """
        if portion.bin == target.code:
            raise Refused("same_bin", bin=target.code)
        if portion.bin and self.bin(portion.bin).place != target.place:
            raise Refused("bin_of_another_store", bin=portion.bin, other=target.code)
        cursor, at = self.entry.cursor, self.entry.at
        found = against(self.site, cursor, goods_of(cursor, portion.lot, at), portion, target, at)
        refusing = [each.because for each in found if each.refuses]
        if refusing:
            raise Refused("rule_forbids", refusing, step=self.site.title(f"step.{self.request.step}"))
        self.warned += [each.because for each in found]
        self.stock.move("", portion, target.place, target.place, to_bin=target.code)

    def settle(self) -> dict[str, Any]:
        """Return what warned and the reason that lets it pass. Raises Refused("reason_needed")."""
        despite = self.text(DESPITE, required=False)
        if self.warned and not despite:
            raise Refused("reason_needed", self.warned, step=self.site.title(f"step.{self.request.step}"))
        return {"warned": [each.code for each in self.warned], "reason": despite} if self.warned else {}


def open_bin(site: Site, entry: Entry, session: Session, request: Request, proved: Sequence[Signer]) -> Done:
    """A new bin of a store in one of its zones; its code is its name for ever (R051)."""
    act = Storing(site, entry, session, request)
    code, place = clean_code(act.text("bin")), act.kept(act.text("place"))
    zone = act.zone(place)
    if kind_of(code) != "other" or meant_by(site, entry.cursor, code):
        raise Refused("given_twice", value=code)
    entry.insert("bins", code=code, place=place, zone=zone, since=entry.at)
    return act.finish(bin=code, place=place, zone=zone)


def change_bin(site: Site, entry: Entry, session: Session, request: Request, proved: Sequence[Signer]) -> Done:
    """R057: an empty bin goes over to another zone once it is cleaned and relabelled; the plan follows by itself."""
    act = Storing(site, entry, session, request)
    bin_ = act.bin(act.text("bin"))
    act.empty(bin_)
    zone = act.zone(bin_.place)
    if zone == bin_.zone:
        raise Refused("same_zone", bin=bin_.code, zone=site.factory.zones[zone].title)
    undone = [name for name in ("cleaned", "relabelled") if act.text(name) != "yes"]
    if undone:
        reasons = [Because("check_not_passed", {"name": site.title(f"question.{name}")}, where=session.desk) for name in undone]
        raise Refused("rule_forbids", reasons, step=site.title("step.change_bin"))
    entry.change("bins", (bin_.code,), {"zone": bin_.zone}, {"zone": zone})
    return act.finish(bin=bin_.code, zone=zone, cleaned=True, relabelled=True)


def close_bin(site: Site, entry: Entry, session: Session, request: Request, proved: Sequence[Signer]) -> Done:
    """An empty bin is given up; its code is never given to another."""
    act = Storing(site, entry, session, request)
    bin_, reason = act.bin(act.text("bin")), act.text("reason")
    act.empty(bin_)
    entry.change("bins", (bin_.code,), {"closed_at": None}, {"closed_at": entry.at})
    return act.finish(bin=bin_.code, reason=reason)


def put_away(site: Site, entry: Entry, session: Session, request: Request, proved: Sequence[Signer]) -> Done:
    """Goods of a store go into bins, or from one to another: all rows or none of them (R051)."""
    act = Storing(site, entry, session, request)
    rows = rows_of(request.inputs, "rows")
    if not rows:
        raise Refused("lines_missing")
    for number, row in enumerate(rows, 1):
        with in_line(number):
            act.put(*row_of(act, row))
    return act.finish(**act.settle())


def row_of(act: Storing, row: Mapping[str, Any]) -> tuple[Portion, Bin]:
    """Read a row: what, how much, from which bin ("" where it lies in none yet), into which."""
    unknown = sorted(set(map(str, row)) - ROW)
    if unknown:
        raise Refused("field_unknown", name=visible(unknown[0]))
    lot = read_lot(act.entry.cursor, clean_code(row.get("lot")))
    if row.get("item") not in (None, "", lot.item):
        raise Refused("lot_of_another_item", lot=lot.code, item=lot.item, wanted=visible(row["item"]))
    quantity = parse_quantity(row.get("quantity"), read_item(act.entry.cursor, lot.item).decimals)
    source = clean_code(row["bin"]) if row.get("bin") else ""
    return Portion(lot.item, lot.code, quantity, source), act.bin(row.get("to_bin"))


def open_pack(site: Site, entry: Entry, session: Session, request: Request, proved: Sequence[Signer]) -> Done:
    """R044: what was opened is a lot of its own from now on, and goes into a bin apart from what is still closed."""
    act = Storing(site, entry, session, request)
    lot, target = read_lot(entry.cursor, clean_code(act.text("lot"))), act.bin(act.text("to_bin"))
    if lot.opened_at is not None:
        raise Refused("opened_already", lot=lot.code)
    portion = opened_portion(act, lot.code, lot.item, target)
    opened = open_lot(act, portion, target.place)
    if portion.bin != target.code:
        act.put(opened, target)
    elif any(each.goods.lot == lot.code != opened.lot for each in inside(entry.cursor, target.code, entry.at)):
        act.warned.append(Because("opened_beside", {"lot": opened.lot, "other": lot.code, "bin": target.code}))
    return act.finish(lot=opened.lot, **act.settle())


def opened_portion(act: Storing, lot: str, item: str, target: Bin) -> Portion:
    """Return how much of a lot is opened, and from which bin of the store: the one named, else the only one it lies in."""
    quantity = parse_quantity(act.request.inputs.get("quantity"), read_item(act.entry.cursor, item).decimals)
    there = [bin_ for place, bin_, _ in lies_in(act.entry.cursor, item, lot) if place == target.place]
    named = act.text("bin", required=False)
    if named and named not in there:
        raise Refused("not_in_bin", lot=lot, bin=visible(named))
    if not there or (len(there) > 1 and not named):
        raise Refused("which_bin" if there else "lot_not_here", lot=lot)
    return Portion(item, lot, quantity, named or there[0])


def open_lot(act: Storing, portion: Portion, place: str) -> Portion:
    """Write down that a portion was opened: a part of a lot becomes a lot of its own."""
    cursor, opened = act.entry.cursor, portion
    everything = sum(quantity for _, _, quantity in lies_in(cursor, portion.item, portion.lot))
    if everything != portion.quantity:
        opened = act.stock.split(portion, place, "", hold=read_lot(cursor, portion.lot).hold)
    act.entry.change("lots", (opened.lot,), {"opened_at": None}, {"opened_at": act.entry.at})
    return replace(opened, bin=portion.bin)


def choices_of(site: Site, desk: str, name: str, words: Words) -> dict[str, Any]:
    """Return the zones or places that an act at this desk may name, with their titles."""
    known = site.factory.zones if name == "zone" else stores_of(site, desk)
    return {"choices": tuple(known), "choice_titles": [each.title.in_(words.language) for each in known.values()]}


ACTS = {"put_away": put_away, "open_bin": open_bin, "change_bin": change_bin, "close_bin": close_bin, "open_pack": open_pack}
BY: dict[str, tuple[str, ...]] = {}
"""Who may do an act is whoever keeps the store of the desk (:func:`qdesk.bins.keepers_of`)."""
NEW_BIN, BIN = Ask("bin", "code"), Ask("bin", "bin")
YES_OR_NO = ("yes", "no")
ASKS: dict[str, tuple[Ask, ...]] = {
    "put_away": (Ask("rows", "lines", columns=("lot", "quantity", "bin", "to_bin")),),
    "open_bin": (NEW_BIN, Ask("place", "choice"), Ask("zone", "choice")),
    "change_bin": (BIN, Ask("zone", "choice"), Ask("cleaned", "check", choices=YES_OR_NO),
                   Ask("relabelled", "check", choices=YES_OR_NO)),
    "close_bin": (BIN, Ask("reason", "text")),
    "open_pack": (Ask("lot", "lot"), Ask("quantity", "text"), Ask("bin", "bin", required=False), Ask("to_bin", "bin")),
}  # fmt: skip
"""What each act asks at a desk."""
INPUTS = {step: names | {DESPITE} for step, names in inputs_of(ASKS).items()}
