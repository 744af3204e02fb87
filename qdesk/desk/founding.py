"""Founding a site: its folder, its secret, its database, and the first journal entry with people, items and opening stock."""

from __future__ import annotations

import shutil
import tomllib
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Any

from qdesk.clock import Clock, start_of
from qdesk.config import create_pepper, open_config, write_site
from qdesk.database import Database
from qdesk.entries import Entry as Table
from qdesk.errors import Because, Refused
from qdesk.journal import Entry
from qdesk.migrations import migrate
from qdesk.naming import refuse_taken
from qdesk.people import hash_pin, set_pin
from qdesk.scan import clean_code, clean_text, parse_day, parse_quantity, visible
from qdesk.site import Site
from qdesk.stamps import refuse_used
from qdesk.stock import Portion, Stock

GROUPS = ("site", "settings", "within", "people", "items", "bins", "stock", "instruments")
OPENING = "difference"
AMOUNTS = ("pack", "least")
"""Quantities of an item that are not its stock."""


def read_description(text: str, pins: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Read the description of a new site; PINs may come apart from it. Raises Refused("init_broken") with all problems."""
    try:
        described = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Refused("init_broken", [Because("init_not_toml", {"reason": str(error)})]) from error
    problems: list[Because] = []
    table = Table(described, "init", "", problems)
    table.only(GROUPS)
    for group in ("site", "settings", "within"):
        table.inner(group)
    for group in ("people", "items", "bins", "stock", "instruments"):
        table.rows(group)
    problems = problems or give_pins(described.get("people", []), pins or {})
    if problems:
        raise Refused("init_broken", problems)
    return described


def give_pins(people: list[dict[str, Any]], pins: Mapping[str, str]) -> list[Because]:
    """Give everyone the PIN that came apart; return a problem for each badge that nobody has."""
    left = dict(pins)
    for person in people:
        badge = str(person.get("badge"))
        if badge in left:
            person["pin"] = left.pop(badge)
    return [Because("badge_unknown", {"badge": visible(badge)}) for badge in left]


def found(folder: Path, described: Mapping[str, Any], clock: Clock, scratch: bool = False) -> Site:
    """Make a site in a folder that has none yet, whole or not at all.

    Raises Refused: site_exists, init_broken.
    """
    refuse_site(folder)
    made = not folder.exists()
    make_folder(folder)
    with ExitStack() as half_made:
        half_made.callback(remove_site, folder, made)
        site = _found(folder, described, clock, scratch)
        half_made.pop_all()
    return site


def remove_site(folder: Path, made: bool) -> None:
    """Remove a half-made site, and its folder where that was made for it: nothing of it may stay behind."""
    for name in ("site.toml", "qdesk.db", "qdesk.db-wal", "qdesk.db-shm", "qdesk.db.gate", "pepper", "witness"):
        (folder / name).unlink(missing_ok=True)
    if made:
        shutil.rmtree(folder, ignore_errors=True)


def refuse_site(folder: Path) -> None:
    """Refuse a folder that has a site in it already."""
    if (folder / "site.toml").exists() or (folder / "qdesk.db").exists():
        raise Refused("site_exists", folder=str(folder))


def make_folder(folder: Path) -> None:
    """Make the folder of a site with those above it; raises Refused("folder_not_made")."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Refused("folder_not_made", folder=str(folder), reason=str(error.strerror)) from error


def _found(folder: Path, described: Mapping[str, Any], clock: Clock, scratch: bool) -> Site:
    head = described.get("site", {})
    code, name = clean_text(head.get("code", ""), "code"), clean_text(head.get("name", ""), "name")
    write_site(folder, code, name, str(head.get("language", "zh")), scratch=scratch)
    with (folder / "site.toml").open("a", encoding="utf-8") as file:
        for group in ("settings", "within"):
            if described.get(group):
                file.write(f"\n[{group}]\n" + "".join(f'"{key}" = "{value}"\n' for key, value in described[group].items()))
    create_pepper(folder / "pepper")
    config = open_config(folder)
    database = Database(config.database, create=True)
    with ExitStack() as half_made:
        half_made.callback(database.close)  # a file must be closed before it can be removed
        migrate(database, clock)
        site = Site(config, database, clock)
        with site.writing(flush_witness=True) as entry:
            Founding(site, entry, described).write(code, name)
        half_made.pop_all()
    return site


class Founding:
    """The first entry of a journal while it is being written; every problem is collected before anything is refused."""

    def __init__(self, site: Site, entry: Entry, described: Mapping[str, Any]) -> None:
        """Write within one entry."""
        self.site, self.entry, self.described = site, entry, described
        self.stock = Stock(entry, site.factory.places)
        self.problems: list[Because] = []
        self.decimals: dict[str, int] = {}
        self.bins: dict[str, str] = {}

    def write(self, code: str, name: str) -> None:
        """Write the site, its people, items and stock; raises Refused("init_broken") with every problem by row."""
        self.entry.insert("site", code=code, name=name, epoch=1, clock_confirmed=0)
        administrators = [self.row("people", n, row, self.person) for n, row in self.rows("people")]
        for number, row in self.rows("items"):
            self.row("items", number, row, self.item)
        for number, row in self.rows("bins"):
            self.row("bins", number, row, self.bin)
        for number, row in self.rows("stock"):
            self.row("stock", number, row, self.opening_stock)
        for number, row in self.rows("instruments"):
            self.row("instruments", number, row, self.instrument)
        if not any(administrators):
            self.problems.append(Because("init_no_administrator", {}))
        if self.problems:
            raise Refused("init_broken", self.problems)
        self.entry.insert("acts", seq=self.entry.seq, at=self.entry.at, step="found", outcome="", desk="", request="")
        self.entry.seal(by=None, desk="", step="found")

    def rows(self, group: str) -> list[tuple[int, Any]]:
        """Return the rows of a group with their numbers."""
        rows = self.described.get(group, [])
        return list(enumerate(rows if isinstance(rows, list) else [rows], 1))

    def row(self, group: str, number: int, row: Any, write: Any) -> Any:
        """Write one row, or note what is wrong with it."""
        try:
            if not isinstance(row, dict):
                raise Refused("lines_unreadable", name=group, most=0)
            return write(number, row)
        except Refused as refused:
            words = self.site.words.refusal(refused)
            self.problems.append(Because("init_row", {"group": group, "number": number, "reason": words}))
            return None

    def person(self, number: int, row: Mapping[str, Any]) -> bool:
        """Write one person; return whether it is an administrator."""
        self.only(row, ("badge", "name", "roles", "pin", "stamp"))
        badge, name = clean_code(row.get("badge")), clean_text(row.get("name"), "name")
        refuse_taken(self.site, self.entry.cursor, badge, "person")
        self.entry.insert("persons", id=number, badge=badge, name=name, since=self.entry.at)
        roles = row.get("roles", [])
        if not isinstance(roles, list):
            raise Refused("role_unknown", role=visible(roles))
        for role in roles:
            if not isinstance(role, str) or role not in self.site.factory.roles:
                raise Refused("role_unknown", role=visible(role))
            self.entry.insert_numbered("roles_held", person=number, role=role, since=self.entry.at)
        if row.get("stamp"):
            stamp = clean_code(row["stamp"])
            refuse_used(self.entry.cursor, stamp)
            self.entry.insert("stamps", number=stamp, person=number, since=self.entry.at)
        if row.get("pin") is not None:
            set_pin(self.entry.cursor, number, hash_pin(self.site, row["pin"]))
        return "administrator" in roles and row.get("pin") is not None

    def item(self, number: int, row: Mapping[str, Any]) -> None:
        """Write one item."""
        known = ("code", "name", "spec", "model", "unit", "decimals", "serialised", "certified", "purchased", "storage", *AMOUNTS)
        self.only(row, (*known, "shelf_days"))
        code = clean_code(row.get("code"))
        refuse_taken(self.site, self.entry.cursor, code, "item")
        decimals = row.get("decimals", 0)
        if not isinstance(decimals, int) or not 0 <= decimals <= 3:
            raise Refused("number_unreadable", text=visible(decimals))
        words = {key: clean_text(row.get(key, ""), key) for key in ("name", "spec", "model", "unit")}
        flags = {key: int(bool(row.get(key, False))) for key in ("serialised", "certified", "purchased")}
        shelf_days = row.get("shelf_days", 0)
        if not isinstance(shelf_days, int) or shelf_days < 0:
            raise Refused("number_unreadable", text=visible(shelf_days))
        amounts = {key: parse_quantity(row[key], decimals) for key in AMOUNTS if row.get(key)}
        further = {**amounts, **({"shelf_days": shelf_days} if shelf_days else {})}
        self.entry.insert("items", code=code, decimals=decimals, **words, **flags, **further, **self.storage(row.get("storage")))
        self.decimals[code] = decimals

    def instrument(self, number: int, row: Mapping[str, Any]) -> None:
        """Write one instrument, of a kind that the factory names, with the last day of its calibration (R127)."""
        self.only(row, ("code", "kind", "name", "good_until"))
        code, kind = clean_code(row.get("code")), clean_text(row.get("kind"), "kind")
        if kind not in self.site.factory.instruments:
            raise Refused("choice_unknown", value=visible(kind))
        refuse_taken(self.site, self.entry.cursor, code, "instrument")
        due = start_of(parse_day(clean_text(row.get("good_until"), "good_until")), 1)
        name = clean_text(row.get("name", ""), "name")
        self.entry.insert("instruments", code=code, kind=kind, name=name, due_at=due, since=self.entry.at, closed_at=None)

    def storage(self, raw: object) -> dict[str, str]:
        """Return the class of goods of an item, where one is named (R045, R056)."""
        storage = clean_text(raw, "storage") if raw else ""
        if storage and storage not in self.site.factory.storage:
            raise Refused("choice_unknown", value=storage)
        return {"storage": storage} if storage else {}

    def bin(self, number: int, row: Mapping[str, Any]) -> None:
        """Write one bin of a store."""
        self.only(row, ("code", "place", "zone"))
        code = clean_code(row.get("code"))
        place, zone = (clean_text(row.get(name), name) for name in ("place", "zone"))
        refuse_taken(self.site, self.entry.cursor, code, "bin")
        self.stock_place(place)
        if zone not in self.site.factory.zones:
            raise Refused("zone_unknown", zone=zone)
        self.entry.insert("bins", code=code, place=place, zone=zone, since=self.entry.at)
        self.bins[code] = place

    def stock_place(self, place: str) -> None:
        """Refuse what is no place where stock lies for nobody in particular."""
        known = self.site.factory.places.get(place)
        if known is None or not known.is_store:
            raise Refused("place_unknown", place=place)

    def bin_of(self, raw: object, place: str) -> str:
        """Return the bin of this place that goods lie in, empty where none is named. Raises Refused("bin_unknown")."""
        code = clean_code(raw) if raw else ""
        if code and self.bins.get(code) != place:
            raise Refused("bin_unknown", bin=code)
        return code

    def opening_stock(self, number: int, row: Mapping[str, Any]) -> None:
        """Write one opening quantity: a count, so it comes from the count difference."""
        self.only(row, ("item", "place", "quantity", "serial", "expires", "owner", "bin"))
        item, place = clean_code(row.get("item")), clean_text(row.get("place"), "place")
        self.stock_place(place)
        if item not in self.decimals:
            raise Refused("item_unknown", item=item)
        raw = row.get("quantity")
        quantity = parse_quantity(str(raw) if type(raw) is int else raw, self.decimals[item])
        serial = clean_text(row.get("serial", ""), "serial") or None
        if serial and quantity != 1000:
            raise Refused("serial_is_one_piece", serial=serial)
        lot = self.stock.new_lot(
            item, "opening", serial=serial, expires_at=expiry(row.get("expires")), owner=clean_text(row.get("owner", ""), "owner")
        )
        self.stock.move("", Portion(item, lot, quantity), OPENING, place, to_bin=self.bin_of(row.get("bin"), place))

    def only(self, row: Mapping[str, Any], known: tuple[str, ...]) -> None:
        """Refuse a column nobody knows."""
        unknown = sorted(set(row) - set(known))
        if unknown:
            raise Refused("field_unknown", name=visible(unknown[0]))


def expiry(raw: object) -> int | None:
    """Return the end of a shelf life, in microseconds: the start of the day named."""
    if raw is None:
        return None
    return start_of(raw if isinstance(raw, date) else parse_day(clean_text(raw, "expires")))
