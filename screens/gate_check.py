"""A vehicle being checked: what the guard types as seen, before anything expected is shown."""

from __future__ import annotations

import unicodedata
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, cast
from weakref import WeakKeyDictionary

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Input, Static

from qdesk.errors import Refused
from qdesk.plates import PROVINCES, read_plate
from qdesk.scan import clean_text, visible
from screens.fields import Field
from screens.lettering import plain, stacked, styled

if TYPE_CHECKING:
    from screens.app import DeskApp

Json = dict[str, Any]
PLATE, COUNT, SEAL, REASON, EMERGENCY = "plate", "count", "seal", "reason", "emergency"
NAMES = (PLATE, COUNT, SEAL, REASON, EMERGENCY)
SENT = {REASON: "hold"}
"""What something typed is called in the request, where that is another name."""
TITLES = {EMERGENCY: "emergency_serial"}
REASONS = ("load", "damage", "driver", "unsafe")
"""The reasons to hold a vehicle that are chosen by a key."""
MOST_DIGITS = 5
"""Digits of a count; a longer number was scanned, not counted."""
LONGEST = 40


@dataclass
class Check:
    """One pass that was shown, until it is answered or put aside."""

    code: str
    asks: tuple[str, ...]
    again: bool = False
    """Whether something differed, so that it is being looked at once more."""
    holding: bool = False
    """Whether the guard is about to hold the vehicle by own decision."""
    left_before: bool = False
    """Whether the vehicle has left in an emergency, before its pass was written."""
    province: str = ""
    asked: Json = field(default_factory=dict)
    key: str = ""

    def request(self, inputs: Json) -> Json:
        """Return what is sent to `act`; the key stays the same as long as what was typed does."""
        if not self.key or inputs != self.asked:
            self.asked, self.key = dict(inputs), uuid.uuid4().hex
        return gate_request({"code": self.code, **inputs}, self.key)

    def look_again(self) -> None:
        """Begin the second look."""
        self.again, self.key = True, ""


def gate_request(inputs: Json, key: str) -> Json:
    """Return the request of the gate's one verb."""
    return {"case": None, "step": "check_at_gate", "inputs": inputs, "key": key}


@dataclass
class Kept:
    """A check that somebody had begun when the screens were taken down."""

    person: int
    check: Check
    typed: dict[str, str]


KEPT: WeakKeyDictionary[DeskApp, Kept] = WeakKeyDictionary()
"""What was typed at the gate of each terminal; it is worth nothing once the vehicle has gone, so it is not written down."""


class CheckPanel(Vertical):
    """The fields of a check below each other."""

    DEFAULT_CSS: ClassVar[str] = """
    CheckPanel { height: auto; }
    CheckPanel .seen-row { height: 1; margin-top: 1; }
    CheckPanel .seen-label { width: 20; height: 1; }
    CheckPanel #province { width: 3; height: 1; text-style: bold; }
    CheckPanel Field { width: 30; }
    CheckPanel #field-reason { width: 1fr; }
    CheckPanel #look { height: auto; margin-top: 1; }
    CheckPanel #provinces { height: auto; margin-top: 1; }
    CheckPanel.-again .seen-row { margin-top: 0; }
    """

    def __init__(self) -> None:
        """Begin with nothing to be checked."""
        super().__init__(id="check")
        self.check: Check | None = None
        self.lately: list[str] = []
        """The provinces that were chosen here, the latest first."""
        self.emergencies: list[str] = []
        """The emergency releases that nobody has reviewed yet."""

    def compose(self) -> ComposeResult:
        """What to look at, one row for each thing seen, and the provinces."""
        yield Static("", id="look", markup=False)
        for name in NAMES:
            with Horizontal(classes="seen-row", id=f"row-{name}"):
                yield Static("", classes="seen-label", id=f"label-{name}", markup=False)
                if name == PLATE:
                    yield Static("", id="province", markup=False)
                yield Field("", f"field-{name}")
        yield Static("", id="provinces", markup=False)

    @property
    def house(self) -> DeskApp:
        """Return the app, by its own type."""
        return cast("DeskApp", self.app)

    def say(self, key: str, **arguments: object) -> str:
        """Return a sentence of the screens in the language of the moment."""
        return self.house.words.say(key, **arguments)

    def title(self, name: str) -> str:
        """Return what something seen is called."""
        return self.say(f"gate.{TITLES.get(name, name)}")

    # What is asked

    def begin(self, check: Check | None, typed: dict[str, str] | None = None) -> None:
        """Ask for a check, or for nothing any more; with what was typed for it before."""
        self.check = check
        for name in NAMES:
            self.field(name).value = (typed or {}).get(name, "")
        self.draw()

    def names(self) -> list[str]:
        """Return what is asked, in its order."""
        if self.check is None:
            return []
        more = [REASON] if self.check.holding else [EMERGENCY] if self.check.left_before else []
        return [*self.check.asks, *more]

    def field(self, name: str) -> Input:
        """Return the field of something seen."""
        return self.query_one(f"#field-{name}", Input)

    def fields(self) -> list[Input]:
        """Return the fields that are gone through."""
        return [self.field(name) for name in self.names()]

    def first_empty(self) -> Input:
        """Return the field that is typed in next."""
        fields = self.fields()
        if self.check is not None and self.check.holding:
            return fields[-1]
        return next((each for each in fields if not each.value.strip()), fields[-1])

    def typed(self) -> dict[str, str]:
        """Return everything that was typed."""
        return {name: self.field(name).value for name in NAMES}

    def choose(self, step: int) -> None:
        """Choose another province, or another reason to hold the vehicle."""
        check = self.check
        if check is None:
            return
        if check.holding or check.left_before:
            name = REASON if check.holding else EMERGENCY
            offered = [self.say(f"gate.reason_{each}") for each in REASONS] if check.holding else self.emergencies
            self.field(name).value = following(self.field(name).value, offered, step) if offered else self.field(name).value
            return
        order = ["", *self.lately, *(each for each in PROVINCES if each not in self.lately)]
        check.province = following(check.province, order, step)
        self.draw()

    # What was typed

    def inputs(self) -> Json:
        """Return what was seen; raises Refused with the field in focus that is not fit."""
        found: Json = {}
        holding = bool(self.check and self.check.holding)
        for name in self.names():
            text = self.field(name).value.strip()
            if not text and holding and name != REASON:
                continue  # who holds a vehicle need not have looked at all of it
            try:
                found[SENT.get(name, name)] = self.read(name, text)
            except Refused:
                self.screen.set_focus(self.field(name))
                raise
        if self.check is not None and self.check.province:
            self.lately = [self.check.province, *(each for each in self.lately if each != self.check.province)]
        return found

    def read(self, name: str, text: str) -> str:
        """Return one thing seen as it is sent; raises Refused: answer_missing, plate_unreadable, number_unreadable."""
        if not text:
            raise Refused("answer_missing", name=self.title(name))
        if name == PLATE:
            province = self.check.province if self.check and text[0] not in PROVINCES else ""
            return read_plate(province + text)
        if name == COUNT:
            return read_count(text)
        return clean_text(text, self.title(name), 200 if name == REASON else LONGEST)

    # Drawing

    def draw(self) -> None:
        """Draw everything in the language of the moment."""
        check = self.check
        self.display = check is not None
        if check is None:
            return
        self.set_class(check.again, "-again")
        for name in NAMES:
            self.query_one(f"#row-{name}").display = name in self.names()
            self.query_one(f"#label-{name}", Static).update(plain(self.title(name)))
        look = styled(self.say("gate.look_first"), "bold $primary")
        self.query_one("#look", Static).update(stacked([look, styled(check.code, "$quiet")]))
        self.query_one("#look", Static).display = not check.again
        self.query_one("#province", Static).update(plain(check.province))
        self.query_one("#province").display = bool(check.province)
        asked = self.query_one("#provinces", Static)
        asked.display = PLATE in check.asks and not (check.holding or check.left_before or check.again)
        asked.update(self.provinces(check.province))

    def provinces(self, chosen: str) -> Content:
        """Return the provinces, the chosen one marked; nothing but the hint as long as none is."""
        if not chosen:
            return styled(self.say("gate.province_hint"), "$quiet")
        half = len(PROVINCES) // 2 + 1
        return stacked([province_line(PROVINCES[:half], chosen), province_line(PROVINCES[half:], chosen)])


def province_line(provinces: str, chosen: str) -> Content:
    """Return some provinces beside each other."""
    parts = [Content.styled(f" {each} ", "reverse bold" if each == chosen else "") for each in provinces]
    return Content("").join(parts)


def following(now: str, order: Sequence[str], step: int) -> str:
    """Return what comes after something or before it, round and round; the first after what is none of them."""
    return order[(order.index(now) + step) % len(order)] if now in order else order[0]


def read_count(text: str) -> str:
    """Return a count of packages; raises Refused("number_unreadable") for what nobody counts."""
    digits = unicodedata.normalize("NFKC", text)
    if not (digits.isascii() and digits.isdigit() and len(digits) <= MOST_DIGITS):
        raise Refused("number_unreadable", text=visible(text))
    return str(int(digits))
