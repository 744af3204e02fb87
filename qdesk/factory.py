"""The desks, roles, places, settings and inspection plans of a factory: the shipped ones under the site's own."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import data
from qdesk.clock import parse_duration
from qdesk.entries import Entry, Table, read_toml
from qdesk.errors import Because, Refused
from qdesk.machines import Printer, read_printer
from qdesk.periods import DutyOf, read_duty
from qdesk.plans import InspectionPlan, narrowest, read_plans
from qdesk.scan import parse_day
from qdesk.words import Title
from qdesk.zones import StorageOf, ZoneOf, read_storage, read_zones

FACTORY_FILE = "factory.toml"
SITE_FILE = "site.toml"
DESK_KINDS = ("office", "rework", "warehouse", "inspection", "dispatch", "gate")
SETTING_KINDS = ("choice", "duration", "number", "role")
EXPECTED = {"duration": "30s 5m 4h 3d", "number": "1 … 999999", "role": "[roles]"}
GROUPS = ("desks", "roles", "places", "settings", "printers", "carriers", "duties", "instruments", "zones", "storage")


@dataclass(frozen=True)
class DeskOf:
    """A place where people work; without a terminal its steps are done at the stand-in."""

    id: str
    kind: str
    title: Title
    roles: tuple[str, ...]
    terminal: bool
    stand_in: str
    works_as: str = ""
    """Another desk whose steps are done here too, as at a second gate."""
    printers: Mapping[str, str] = field(default_factory=dict, hash=False)
    """The name of a printer by form or kind of print, or by "default"."""


@dataclass(frozen=True)
class RoleOf:
    """What a person may act as; `holders` says how many people have it, where that is limited."""

    id: str
    title: Title
    holders: int | None


@dataclass(frozen=True)
class PlaceOf:
    """Where stock lies; a counter-place carries the other side of a move and may go below zero."""

    id: str
    title: Title
    counter: bool
    per_case: bool
    per_round: bool = False
    """Whether what lies there for a case is kept apart by round, such as by vehicle."""
    desk: str = ""
    """Whose floor it is."""

    @property
    def is_store(self) -> bool:
        """Tell whether what lies there is stock: neither the other side of a move nor a case's own."""
        return not (self.counter or self.per_case)


@dataclass(frozen=True)
class CarrierOf:
    """A firm that drives for the house: until when its contract runs (a day, empty: none), and whether it was looked into."""

    id: str
    title: Title
    contract_until: str
    verified: bool


@dataclass(frozen=True)
class Setting:
    """One switch of the house, with the value that holds here."""

    id: str
    kind: str
    value: str
    choices: tuple[str, ...]
    title: Title


@dataclass(frozen=True)
class Factory:
    """All that the procedures and the people of one site refer to by id."""

    desks: Mapping[str, DeskOf]
    roles: Mapping[str, RoleOf]
    places: Mapping[str, PlaceOf]
    settings: Mapping[str, Setting]
    plans: tuple[InspectionPlan, ...]
    printers: Mapping[str, Printer] = field(default_factory=dict)
    carriers: Mapping[str, CarrierOf] = field(default_factory=dict)
    duties: Mapping[str, DutyOf] = field(default_factory=dict)
    instruments: Mapping[str, Title] = field(default_factory=dict)
    """The kinds of instruments that inspection plans ask for."""
    zones: Mapping[str, ZoneOf] = field(default_factory=dict)
    storage: Mapping[str, StorageOf] = field(default_factory=dict)

    def plan_for(self, item: str, procedure: str = "", step: str = "") -> InspectionPlan | None:
        """Return the inspection plan that is meant most narrowly for an item at a step, else none."""
        return narrowest(self.plans, item, procedure, step)


def load_factory(folder: Path | None = None) -> Factory:
    """Return the shipped factory merged with the site's, or refuse with every problem at once."""
    problems: list[Because] = []
    factory = read_factory(folder, {}, problems)
    if problems:
        raise Refused("site_broken", problems)
    return factory


def read_factory(folder: Path | None, settings: Table, problems: list[Because]) -> Factory:
    """Return the merged factory with the site's choice of settings, noting what is wrong."""
    table: Table = tomllib.loads(data.read(FACTORY_FILE))
    if folder is not None and (folder / FACTORY_FILE).exists():
        table = _merged(table, read_toml(folder / FACTORY_FILE, problems))
    entry = Entry(table, FACTORY_FILE, "", problems)
    entry.only((*GROUPS, "inspection_plan"))
    roles = {name: _role(name, row) for name, row in entry.entries("roles")}
    desks = _desks(entry, roles)
    instruments = {name: _instrument(row) for name, row in entry.entries("instruments")}
    places = {name: _place(name, row) for name, row in entry.entries("places")}
    zones = read_zones(entry, places)
    return Factory(
        desks=desks,
        roles=roles,
        places=places,
        settings=_settings(entry, settings, roles),
        plans=read_plans(entry, instruments),
        printers=_printers(entry),
        carriers={name: _carrier(name, row) for name, row in entry.entries("carriers")},
        duties={name: read_duty(name, row, desks, roles) for name, row in entry.entries("duties")},
        instruments=instruments,
        zones=zones,
        storage=read_storage(entry, zones),
    )


def _merged(shipped: Table, own: Table) -> dict[str, object]:
    """Lay the site's keys over the shipped ones, table by table; lists are replaced whole."""
    merged = dict(shipped)
    for key, value in own.items():
        below = shipped.get(key)
        merged[key] = _merged(below, value) if isinstance(below, dict) and isinstance(value, dict) else value
    return merged


def _role(name: str, row: Entry) -> RoleOf:
    row.only(("title", "holders"))
    return RoleOf(name, row.title(), row.count("holders"))


def _carrier(name: str, row: Entry) -> CarrierOf:
    row.only(("title", "contract_until", "verified"))
    until = row.text("contract_until", "")
    if until and not is_day(until):
        row.problem("bad_value", key="contract_until", value=until, expected="2027-12-31")
    return CarrierOf(name, row.title(), until, row.flag("verified", False))


def _instrument(row: Entry) -> Title:
    row.only(("title",))
    return row.title()


def is_day(text: str) -> bool:
    """Tell whether a text is a day, 2027-12-31."""
    try:
        return parse_day(text).isoformat() == text
    except Refused:
        return False


def _place(name: str, row: Entry) -> PlaceOf:
    row.only(("title", "counter", "per_case", "per_round", "desk"))
    per_case, per_round = row.flag("per_case", False), row.flag("per_round", False)
    place = PlaceOf(name, row.title(), row.flag("counter", False), per_case or per_round, per_round, row.text("desk", ""))
    if place.counter and place.per_case:
        row.problem("counter_per_case")
    return place


def _desks(entry: Entry, roles: Mapping[str, RoleOf]) -> dict[str, DeskOf]:
    rows = dict(entry.entries("desks"))
    desks = {name: _desk(name, row, roles) for name, row in rows.items()}
    called = [text for desk in desks.values() if desk.kind == "gate" for text in {desk.title.zh, desk.title.en}]
    for name, desk in desks.items():
        if desk.kind == "gate" and called.count(desk.title.zh) + called.count(desk.title.en) > 2:
            rows[name].problem("gates_alike", value=desk.title.zh)
        stand_in = desks.get(desk.stand_in)
        as_which = desks.get(desk.works_as)
        if desk.works_as and (as_which is None or as_which.works_as or as_which.kind != desk.kind):
            rows[name].problem("bad_value", key="works_as", value=desk.works_as, expected="[desks]")
        if desk.terminal and desk.stand_in:
            rows[name].problem("needless_stand_in")
        elif not desk.terminal and (stand_in is None or not stand_in.terminal):
            rows[name].problem("no_stand_in", value=desk.stand_in)
    return desks


def _desk(name: str, row: Entry, roles: Mapping[str, RoleOf]) -> DeskOf:
    row.only(("kind", "title", "roles", "terminal", "stand_in", "works_as", "printers"))
    desk = DeskOf(
        id=name,
        kind=row.one_of("kind", DESK_KINDS),
        title=row.title(),
        roles=row.names("roles"),
        terminal=row.flag("terminal", True),
        stand_in=row.text("stand_in", ""),
        works_as=row.text("works_as", ""),
        printers={use: chosen.text(use) for chosen in [row.inner("printers")] for use in chosen.table},
    )
    for role in desk.roles:
        if role not in roles:
            row.problem("unknown_role", value=role)
    return desk


def _printers(entry: Entry) -> dict[str, Printer]:
    """Read the printers; a desk may only name one that there is."""
    printers = {name: read_printer(name, row) for name, row in entry.entries("printers")}
    for _, desk in entry.entries("desks"):
        chosen = desk.inner("printers")
        for use, name in chosen.table.items():
            if name not in printers:
                chosen.problem("bad_value", key=use, value=name, expected="[printers]")
    return printers


def _settings(entry: Entry, chosen: Table, roles: Mapping[str, RoleOf]) -> dict[str, Setting]:
    """Read the settings; a value chosen in site.toml goes before the one in factory.toml."""
    settings = {}
    for name, row in entry.entries("settings"):
        row.only(("kind", "value", "choices", "title"))
        own = Entry({"value": chosen.get(name)}, SITE_FILE, f"settings.{name}", entry.problems)
        place = own if name in chosen else row
        choices = row.names("choices")
        kind = row.one_of("kind", SETTING_KINDS, "choice")
        setting = Setting(name, kind, place.text("value"), choices, row.title())
        if not _holds(setting, roles):
            expected = choices if kind == "choice" else EXPECTED.get(kind, "")
            place.problem("bad_value", key="value", value=setting.value, expected=expected)
        settings[name] = setting
    for name in sorted(set(chosen) - set(settings)):
        Entry({}, SITE_FILE, "settings", entry.problems).problem("unknown_key", key=name)
    return settings


def _holds(setting: Setting, roles: Mapping[str, RoleOf]) -> bool:
    """Tell whether the value is one that the setting can have."""
    if setting.kind == "duration":
        return _is_duration(setting.value)
    if setting.kind == "number":
        return setting.value.isascii() and setting.value.isdigit() and 0 < int(setting.value[:7]) <= 999_999
    if setting.kind == "role":
        return not setting.value or setting.value in roles
    return setting.value in setting.choices


def _is_duration(text: str) -> bool:
    try:
        parse_duration(text)
    except Refused:
        return False
    return True
