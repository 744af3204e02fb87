"""What a register is narrowed to: days, customer, item, vehicle and words; read once, looked up in the indices, then tested.

A customer and a vehicle are looked for by any part of their names. There are far fewer names than documents, so the names that
fit are found first, and with them the few documents that can be meant at all. Where they are many, they are tested one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import orjson

from qdesk.clock import start_of
from qdesk.database import Cursor
from qdesk.errors import Refused
from qdesk.lookups import as_typed
from qdesk.plates import plain_plate
from qdesk.scan import clean_code, clean_text, parse_day
from qdesk.searching import find_items, sought
from qdesk.site import Site

Json = dict[str, Any]
FILTERS = ("from", "to", "customer", "item", "vehicle", "filter")
"""What a register is narrowed by, as programs and the command line name it."""
MOST_NAMES = 5000
"""So many names are looked through; beyond that each document is tested by itself."""
FEW = 2000
"""So many documents are sorted at once; where more are meant, the register is gone through in its order instead."""
MOST_ITEMS = 50
BEGINNING, END = 0, 2**62

COLUMNS = "d.serial, d.in_case, d.round, d.revision, d.fields, d.opened_at, d.void_at, d.filled_at, d.customer, d.plate"
CUSTOMER, PLATE = ("customer", ("documents", "lines")), ("plate", ("documents",))
"""The columns that names stand in, and the tables that have them."""
NAMES = """WITH RECURSIVE names(name) AS (SELECT MIN({0}) FROM {1} WHERE {0} IS NOT NULL
    UNION ALL SELECT (SELECT MIN({0}) FROM {1} WHERE {0} > name) FROM names WHERE name IS NOT NULL)
  SELECT name FROM names WHERE name IS NOT NULL LIMIT ?"""
CASES_NAMING = "SELECT DISTINCT d.in_case FROM json_each(?) k CROSS JOIN documents d ON d.{} = k.value LIMIT ?"
OF_CASES = "SELECT d.serial FROM json_each(?) k CROSS JOIN documents d ON d.in_case = k.value WHERE +d.form = ? LIMIT ?"
LINES_NAMING = "SELECT DISTINCT l.serial FROM json_each(?) k CROSS JOIN lines l ON l.{} = k.value LIMIT ?"
OF_ITEMS = """SELECT l.serial FROM json_each(?1) k CROSS JOIN lines l ON l.item = k.value
  UNION SELECT l.serial FROM json_each(?1) k CROSS JOIN lines l ON l.becomes = k.value LIMIT ?2"""
NAMED_IN = """SELECT d.in_case, d.round, d.customer, d.plate FROM json_each(?) k CROSS JOIN documents d ON d.in_case = k.value
  WHERE d.customer IS NOT NULL OR d.plate IS NOT NULL"""
NAMED_ON = """SELECT l.serial, l.revision, l.customer FROM json_each(?) k CROSS JOIN lines l ON l.serial = k.value
  WHERE l.customer IS NOT NULL"""
HOLDING = """SELECT l.serial, l.revision FROM json_each(?1) k CROSS JOIN lines l ON l.serial = k.value
  WHERE l.item IN (SELECT value FROM json_each(?2)) OR l.becomes IN (SELECT value FROM json_each(?2))"""
SAYING = " AND d.serial || ' ' || d.in_case || ' ' || d.fields LIKE ? ESCAPE '\\'"

plain_of = lru_cache(maxsize=2 * MOST_NAMES)(plain_plate)
"""What is compared of a plate; the same plates come again with every page."""


class Paper(NamedTuple):
    """One document as the tables have it."""

    serial: str
    case: str
    round: int
    revision: int
    fields: str
    opened_at: int
    void_at: int | None
    filled_at: int | None
    customer: str | None
    plate: str | None


class Named(NamedTuple):
    """Whom a document is for and which vehicles it names: itself, on its lines, or through its case."""

    customers: tuple[str, ...]
    vehicles: tuple[str, ...]


@dataclass(frozen=True)
class Name:
    """A part of a name that is looked for: how it is compared, and all the names that fit unless there are too many to list."""

    looked: tuple[str, ...]
    plain: Callable[[str], str]
    known: frozenset[str] | None = None

    def fits(self, name: str) -> bool:
        """Tell whether a name holds what is looked for."""
        if self.known is not None:
            return name in self.known
        plain = self.plain(name)
        return bool(name) and all(each in plain for each in self.looked)


@dataclass(frozen=True)
class Narrowed:
    """One form, and what its documents are narrowed to; `since` and `until` bound the moment at which one was opened."""

    form: str
    since: int = BEGINNING
    until: int = END
    customer: Name | None = None
    items: tuple[str, ...] = ()
    vehicle: Name | None = None
    words: tuple[str, ...] = ()

    @property
    def is_tested(self) -> bool:
        """Tell whether a document has to be looked at before it is known to be meant."""
        return bool(self.customer or self.items or self.vehicle or self.words)


def asked_of(raw: Mapping[str, Any]) -> Json:
    """Return the filters that a request names, and none that is empty."""
    return {name: raw[name] for name in FILTERS if raw.get(name) not in (None, "")}


def read_narrowed(site: Site, form: object, raw: Mapping[str, Any]) -> Narrowed:
    """Read what a register of a form is narrowed to, and look up what the names and the item mean.

    Raises Refused: date_unreadable, days_reversed, item_unknown, items_too_many, text_unclean, text_too_long, text_expected.
    """
    code, asked = clean_code(form), asked_of(raw)
    since = day_of(asked, "from", 0, BEGINNING)
    until = day_of(asked, "to", 1, END)
    if since >= until:
        raise Refused("days_reversed", first=asked["from"], last=asked["to"])
    customer, vehicle = customer_of(asked), vehicle_of(asked)
    items = items_of(site, clean_text(asked["item"], "item")) if "item" in asked else ()
    words = tuple(each.lower() for each in sought(asked["filter"])) if "filter" in asked else ()
    with site.database.reading() as cursor:
        customer, vehicle = known_names(cursor, customer, *CUSTOMER), known_names(cursor, vehicle, *PLATE)
    return Narrowed(code, since, until, customer, items, vehicle, words)


def day_of(asked: Json, name: str, days_later: int, otherwise: int) -> int:
    """Return when a day begins here, or the day after it; full-width digits are understood."""
    return start_of(parse_day(clean_code(asked[name])), days_later) if name in asked else otherwise


def customer_of(asked: Json) -> Name | None:
    """Return the customer that is looked for: every word somewhere in the name, in whichever order they come."""
    looked = tuple(map(str.casefold, sought(asked["customer"]))) if "customer" in asked else ()
    return Name(looked, str.casefold) if looked else None


def vehicle_of(asked: Json) -> Name | None:
    """Return the vehicle that is looked for, so that no blank, look-alike or province matters; a province alone is one."""
    text = clean_text(asked["vehicle"], "vehicle") if "vehicle" in asked else ""
    if not text:
        return None
    plain = plain_of(text)
    return Name((plain,), plain_of) if plain else Name((text,), str)


def items_of(site: Site, text: str) -> tuple[str, ...]:
    """Return the item of a code, or every item that is called so."""
    if site.database.row("SELECT 1 FROM items WHERE code = ?", text):
        return (text,)
    found = tuple(row["code"] for row in find_items(site, text, MOST_ITEMS + 1))
    if not found:
        raise Refused("item_unknown", item=text)
    if len(found) > MOST_ITEMS:
        raise Refused("items_too_many", text=text, most=MOST_ITEMS)
    return found


def known_names(cursor: Cursor, name: Name | None, column: str, tables: Sequence[str]) -> Name | None:
    """Return what is looked for with all the names that hold it, as long as they are few enough to go through."""
    names: list[str] = []
    for table in tables if name is not None else ():
        cursor.execute(NAMES.format(column, table), (MOST_NAMES + 1,))
        names += [each for (each,) in cursor.fetchall()]
    if name is None or len(names) > MOST_NAMES:
        return name
    return Name(name.looked, name.plain, frozenset(filter(name.fits, names)))


def few_meant(cursor: Cursor, narrowed: Narrowed) -> set[str] | None:
    """Return the few documents that can be meant by customer, item and vehicle; None where they are many or any."""
    few: set[str] | None = None
    found = [of_names(cursor, narrowed.form, narrowed.vehicle, *PLATE), of_items(cursor, narrowed.items)]
    for serials in [*found, of_names(cursor, narrowed.form, narrowed.customer, *CUSTOMER)]:
        if serials is not None:
            few = serials if few is None else few & serials
    return few


def of_names(cursor: Cursor, form: str, name: Name | None, column: str, tables: Sequence[str]) -> set[str] | None:
    """Return the documents of all cases in which a name stands, and those with it on a line; None where they are many."""
    if name is None or name.known is None:
        return None
    cursor.execute(CASES_NAMING.format(column), (packed(name.known), FEW + 1))
    cases = as_few(cursor)
    if cases is None:
        return None
    cursor.execute(OF_CASES, (packed(cases), form, FEW + 1))
    serials = as_few(cursor)
    if "lines" not in tables or serials is None:
        return serials
    cursor.execute(LINES_NAMING.format(column), (packed(name.known), FEW + 1))
    on_lines = as_few(cursor)
    return None if on_lines is None else serials | on_lines


def of_items(cursor: Cursor, items: Collection[str]) -> set[str] | None:
    """Return the documents with some item on one of their lines; None where they are many."""
    if not items:
        return None
    cursor.execute(OF_ITEMS, (packed(items), FEW + 1))
    return as_few(cursor)


def as_few(cursor: Cursor) -> set[str] | None:
    """Return the serials that a query has found, None where it was cut off."""
    serials = {serial for (serial,) in cursor.fetchall()}
    return None if len(serials) > FEW else serials


def packed(values: Collection[str]) -> str:
    """Return texts as one parameter of a query."""
    return orjson.dumps(list(values)).decode()


def named_in(cursor: Cursor, papers: Sequence[Paper]) -> dict[str, Named]:
    """Return whom each document is for and its vehicles: its own, else its round's; one for the whole case has them all."""
    cursor.execute(NAMED_IN, (packed({paper.case for paper in papers}),))
    of_case: dict[str, list[tuple[int, str | None, str | None]]] = {}
    for case, round_, customer, plate in cursor.fetchall():
        of_case.setdefault(case, []).append((round_, customer, plate))
    on_lines = customers_on_lines(cursor, [paper.serial for paper in papers if paper.customer is None])
    return {
        paper.serial: named(paper, of_case.get(paper.case, ()), on_lines.get((paper.serial, paper.revision), ()))
        for paper in papers
    }


def customers_on_lines(cursor: Cursor, serials: Collection[str]) -> dict[tuple[str, int], list[str]]:
    """Return the customers that the lines of documents name, by document and revision."""
    cursor.execute(NAMED_ON, (packed(serials),))
    found: dict[tuple[str, int], list[str]] = {}
    for serial, revision, customer in cursor.fetchall():
        found.setdefault((serial, revision), []).append(customer)
    return found


def named(paper: Paper, of_case: Collection[tuple[int, str | None, str | None]], on_lines: Collection[str]) -> Named:
    """Return what a document says, or what its lines or the others of its case say for it."""
    customers = on_lines or [each for _, each, _ in of_case if each]
    plates = [plate for round_, _, plate in of_case if plate and paper.round in (0, round_)]
    own_customer = (paper.customer,) if paper.customer else tuple(dict.fromkeys(customers))
    return Named(own_customer, (paper.plate,) if paper.plate else tuple(dict.fromkeys(plates)))


def sifted(cursor: Cursor, papers: Sequence[Paper], narrowed: Narrowed) -> list[Paper]:
    """Return the documents among a portion that are meant."""
    kept = list(papers)
    if narrowed.items:
        cursor.execute(HOLDING, (packed([paper.serial for paper in kept]), packed(narrowed.items)))
        holding = set(cursor.fetchall())
        kept = [paper for paper in kept if (paper.serial, paper.revision) in holding]
    if narrowed.words:
        kept = said_in(kept, narrowed.words)
    if narrowed.customer or narrowed.vehicle:
        names = named_in(cursor, kept)
        kept = [paper for paper in kept if is_named(names[paper.serial], narrowed)]
    return kept


def is_named(names: Named, narrowed: Narrowed) -> bool:
    """Tell whether customer and vehicle of a document are those that are looked for."""
    customer, vehicle = narrowed.customer, narrowed.vehicle
    fits = customer is None or any(map(customer.fits, names.customers))
    return fits and (vehicle is None or any(map(vehicle.fits, names.vehicles)))


def said_in(papers: Sequence[Paper], words: Sequence[str]) -> list[Paper]:
    """Return the documents whose serial, case or fields' values hold every word; a field's name is no value."""
    kept = []
    for paper in papers:
        values = " ".join([paper.serial, paper.case, *map(str, orjson.loads(paper.fields).values())]).lower()
        if all(word in values for word in words):
            kept.append(paper)
    return kept


def likely(narrowed: Narrowed) -> tuple[str, list[str]]:
    """Return a condition that most documents without some word do not meet, and what it is given.

    Kept text writes marks in ways of its own, and LIKE knows capitals of plain letters only: such words are tested later.
    """
    known = [word for word in narrowed.words if word.isalnum() and (word.isascii() or word == word.upper())]
    return SAYING * len(known), [f"%{as_typed(word)}%" for word in known]
