"""What the names in a procedure mean: a move, a rule or a question is one Python function.

The rooms of the desks (warehouse, rework, inspection) say which names they give; :mod:`qdesk.desk` puts them together. A move's
effect on the abstract places of the proof is declared beside its function.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from qdesk.cases import CaseFile, Document, Line
from qdesk.database import Cursor
from qdesk.errors import Because, Refused
from qdesk.journal import Entry
from qdesk.language import Effect, Outcome, Procedure, Step
from qdesk.people import Person
from qdesk.scan import clean_text, format_quantity, parse_quantity
from qdesk.site import Site
from qdesk.stock import Portion, Stock, floor_key, lying
from qdesk.words import Title

Inputs = Mapping[str, Any]
Proposed = Mapping[str, list[dict[str, Any]]]
MOST_LINES = 500
ITEM = """SELECT code, name, spec, model, unit, decimals, serialised, certified, pack, shelf_days, storage, purchased,
  least, closed_at FROM items WHERE code = ?"""


@dataclass(frozen=True)
class Ask:
    """One thing a step asks of the person at the desk, as screens and programs are told it."""

    name: str
    kind: str
    required: bool = True
    unit: str = ""
    choices: tuple[str, ...] = ()
    choice_titles: tuple[Title, ...] = ()
    """Where the factory names them; else the word files do."""
    limits: tuple[str, str] | None = None
    columns: tuple[str, ...] = ()
    title: Title | None = None
    """Where the factory names it; else the word files do, under its name."""
    pieces: int = 0
    """How many pieces it is about, where that is known."""


@dataclass
class View:
    """A case in one view of the tables at one moment: all that is needed to say what would be taken, or what lies there."""

    site: Site
    cursor: Cursor
    at: int
    case: CaseFile
    procedure: Procedure
    round: int = field(default=0, kw_only=True)

    @property
    def places(self) -> dict[str, str]:
        """Return the real place behind each abstract one."""
        return {place.name: place.stands_for for place in self.procedure.places if place.stands_for}

    def on_floor(self, place: str) -> list[Portion]:
        """Return what lies on a floor of this case, named by the abstract place."""
        real = self.places[place]
        in_round = self.round if self.site.factory.places[real].per_round else 0
        return lying(self.cursor, floor_key(self.case.code, in_round), real)

    def first_document(self) -> Document:
        """Return the document the case was opened with."""
        return self.case.document_of(next(iter(self.procedure.forms)))

    def first_lines(self) -> list[Line]:
        """Return the lines of the document the case was opened with."""
        return self.case.lines.get(self.first_document().serial, [])

    def field(self, name: str) -> str:
        """Return a field of the first document, empty when it was left out."""
        return str(json.loads(self.first_document().fields).get(name, ""))

    def item(self, code: str) -> ItemCard:
        """Return what is known of an item."""
        return read_item(self.cursor, code)


@dataclass
class Act(View):
    """One step being done: where it stands, what was entered, and the entry that will record it."""

    entry: Entry
    step: Step
    outcome: Outcome
    desk: str
    person: Person
    inputs: Inputs
    voucher: str = ""
    answers: dict[str, Any] = field(default_factory=dict)
    judged: object = None
    """What the gate itself said of the pass; nothing that is sent from outside."""

    def __post_init__(self) -> None:
        """Open the stock for this act."""
        self.stock = Stock(self.entry, self.site.factory.places, self.round)


@dataclass(frozen=True)
class ItemCard:
    """What is known of an item."""

    code: str
    name: str
    spec: str
    model: str
    unit: str
    decimals: int
    serialised: bool
    certified: bool
    pack: int
    """Thousandths of the unit in one pack, 0 where it has none."""
    shelf_days: int
    storage: str
    purchased: bool
    least: int
    """Thousandths below which to replenish, 0 where nobody said any."""
    closed_at: int | None


def read_item(cursor: Any, code: str) -> ItemCard:
    """Return an item; raises Refused("item_unknown")."""
    cursor.execute(ITEM, (code,))
    found = cursor.fetchall()
    if not found:
        raise Refused("item_unknown", item=code)
    card = ItemCard(*found[0])
    return replace(card, serialised=bool(card.serialised), certified=bool(card.certified), purchased=bool(card.purchased))


@dataclass(frozen=True)
class Move:
    """A named move: what it does to stock, to the abstract places of the proof, and which goods have to be there."""

    run: Callable[[Act], None]
    effect: Effect = field(default_factory=Effect)
    expects: Callable[[View], list[dict[str, Any]]] | None = None


@dataclass(frozen=True)
class Rule:
    """A named rule: the reasons why not. One that only warns lets the act pass when a reason is given.

    What ``fits`` says of the document that the case was opened with is known before anything is entered: a card does not offer
    a way that does not fit.
    """

    check: Callable[[Act], Iterable[Because]]
    refuses: bool = True
    fits: Callable[[Document], Iterable[Because]] | None = None


@dataclass(frozen=True)
class Writing:
    """What a desk writes on a form by itself: columns of the head, all lines; and what it proposes for lines that are asked.

    What ``tells`` says are the lots of which the form says how much the book has: it is not written where they are counted.
    """

    fields: Callable[[Act], Mapping[str, str]] | None = None
    lines: Callable[[Act], list[Line]] | None = None
    proposes: Callable[[View], Proposed] | None = None
    tells: Callable[[Act], list[str]] | None = None


@dataclass(frozen=True)
class Question:
    """A named question: what it asks in a given case (None while a list of asks is only shown), and how an answer is read.

    What the desk proposes comes by the name of the ask; a question about what somebody has to see or count proposes nothing.
    """

    asks: Callable[[Site, CaseFile | None, Outcome | None], list[Ask]]
    read: Callable[[Act, Inputs, bool], Mapping[str, Any]]
    proposes: Callable[[View], Proposed] | None = None


@dataclass(frozen=True)
class Wish:
    """A wish for part of the stock as it was typed or scanned."""

    item: str
    quantity: int
    lot: str = ""
    condition: str = ""
    reason: str = ""


def text_answer(act: Act, inputs: Inputs, name: str, optional: bool) -> str:
    """Return a text that was asked for; raises Refused("answer_missing")."""
    raw = inputs.get(name)
    if raw is None or raw == "":
        if optional:
            return ""
        raise Refused("answer_missing", name=act.site.title(f"question.{name}"))
    text = clean_text(raw, act.site.title(f"question.{name}"), act.site.config.number("longest_text"))
    if not text and not optional:
        raise Refused("answer_missing", name=act.site.title(f"question.{name}"))
    return text


def rows_of(inputs: Inputs, name: str) -> list[Mapping[str, Any]] | None:
    """Return a list of lines as entered, None when it was left out; raises Refused("lines_unreadable")."""
    raw = inputs.get(name)
    if raw is None:
        return None
    if not isinstance(raw, list) or len(raw) > MOST_LINES or not all(isinstance(row, dict) for row in raw):
        raise Refused("lines_unreadable", name=name, most=MOST_LINES)
    return raw


def wishes_of(act: Act, inputs: Inputs, name: str) -> list[Wish] | None:
    """Read lines of item, quantity and perhaps lot, condition and reason; None when left out."""
    rows = rows_of(inputs, name)
    if rows is None:
        return None
    wishes = []
    for number, row in enumerate(rows, 1):
        with in_line(number):
            wishes.append(wish_of(act, row))
    return wishes


def wish_of(act: Act, row: Inputs) -> Wish:
    """Read one line."""
    unknown = sorted(set(row) - {"item", "quantity", "lot", "condition", "reason"})
    if unknown:
        raise Refused("field_unknown", name=clean_text(str(unknown[0])[:40], "name"))
    item = act.item(clean_text(row.get("item", ""), "item"))
    quantity = parse_quantity(row.get("quantity"), item.decimals)
    words = [clean_text(row.get(key, ""), key) for key in ("lot", "condition", "reason")]
    return Wish(item.code, quantity, *words)


@contextmanager
def in_line(number: int) -> Iterator[None]:
    """Say of whatever is refused inside that it stands in this line."""
    try:
        yield
    except Refused as refused:
        reasons = [*refused.because, Because("in_line", {"line": number})]
        raise Refused(refused.code, reasons, **refused.arguments) from refused


def take(portions: list[Portion], item: str, quantity: int, lot: str = "") -> list[Portion]:
    """Take a quantity of an item out of portions that lie somewhere; raises Refused("more_than_there_is")."""
    taken, left = [], quantity
    for portion in portions:
        if portion.item == item and (not lot or portion.lot == lot) and left and portion.quantity:
            part = min(portion.quantity, left)
            taken.append(replace(portion, quantity=part))
            left -= part
    if left:
        raise Refused(
            "more_than_there_is", item=item, wanted=format_quantity(quantity), there=format_quantity(quantity - left)
        )
    return taken
