"""The gate: the pass a vehicle gets once it is loaded, and what is compared before it is let out.

What a guard shows and sees is judged in :mod:`qdesk.desk.gating`; a release moves the goods only on its word.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from qdesk.arriving import ROAD
from qdesk.cases import CaseFile, Document, Line
from qdesk.clock import SECOND, moment
from qdesk.dispatch import VEHICLE, slip_field
from qdesk.errors import Refused
from qdesk.journal import Entry
from qdesk.language import Effect, Outcome
from qdesk.people import Person
from qdesk.plates import same_plate
from qdesk.scan import THOUSAND, clean_text, parse_quantity, visible
from qdesk.site import Site
from qdesk.vocabulary import Act, Ask, Inputs, Move, Question, Rule, Writing

GATE = "gate"
RELEASE, STOP, HOLD, EMERGENCY_OUT = "release", "stop", "hold", "emergency"
Told = str | dict[str, str]
"""A text, or one in both languages, by "zh" and "en"."""
OF_THE_SLIP = ("plate", "driver", "packages", "seal", "container", "customer")
MOMENT = "%Y-%m-%d %H:%M"
"""How a pass says until when it is valid: to the minute, local time."""


@dataclass(frozen=True)
class Seen:
    """What a guard saw, before anything expected was shown: the plate, and the packages counted or the number of the seal."""

    plate: str = ""
    count: str = ""
    seal: str = ""


@dataclass(frozen=True)
class Judged:
    """The word of the gate on one pass shown: which verdict, of what kind, and what was seen. No program can send one."""

    verdict: str
    kind: str
    seen: Seen
    document: str = ""
    case: str = ""
    arguments: tuple[tuple[str, Told], ...] = ()
    emergency: str = ""
    """The emergency pass on which the vehicle had left before."""

    def told(self) -> dict[str, Any]:
        """Return it as an answer tells it."""
        return {"verdict": self.verdict, "kind": self.kind, "arguments": dict(self.arguments)}


def gates(site: Site) -> list[str]:
    """Return the desks that are gates."""
    return [desk.id for desk in site.factory.desks.values() if desk.kind == GATE]


def fields_of(document: Document) -> dict[str, str]:
    """Return the head of a document."""
    told: dict[str, str] = json.loads(document.fields)
    return told


def valid_until(document: Document) -> int:
    """Return until when a pass is valid, in microseconds: to the end of the minute it names."""
    until = datetime.strptime(fields_of(document)["valid_until"], MOMENT).astimezone()
    return (int(until.timestamp()) + 60) * SECOND


def is_for_gate(site: Site, document: Document, desk: str) -> bool:
    """Tell whether a pass is for this gate."""
    return gate_of(site, document) == site.factory.desks[desk].title


def gate_of(site: Site, document: Document) -> object:
    """Return the title of the gate that a pass names, or what stands there where the house has no such gate any more."""
    named = fields_of(document)["gate"]
    titles = [site.factory.desks[gate].title for gate in gates(site)]
    return next((title for title in titles if named in (title.zh, title.en)), named)


def differing(document: Document, seen: Seen) -> str:
    """Return what of a pass differs from what the guard saw: plate, seal or count; empty when all agrees.

    A sealed container is checked by its seal, everything else by its packages.
    """
    told = fields_of(document)
    if not same_plate(told["plate"], seen.plate):
        return "plate_differs"
    if told.get("seal"):
        return "" if same_seal(told["seal"], seen.seal) else "seal_differs"
    return "" if told["packages"] == seen.count else "count_differs"


def same_seal(one: str, other: str) -> bool:
    """Tell whether two numbers of seals are the same, whatever width, blanks, dashes and small letters they are written with."""
    letters = [unicodedata.normalize("NFKC", text).upper() for text in (one, other)]
    plain = ["".join(letter for letter in text if letter.isalnum()) for text in letters]
    return plain[0] == plain[1] != ""


def read_seen(site: Site, inputs: Inputs, sealed: bool) -> Seen:
    """Read what a guard saw; raises Refused: answer_missing, number_unreadable and what texts refuse."""
    wanted = ("plate", "seal") if sealed else ("plate", "count")
    texts = {name: clean_text(inputs.get(name) or "", site.title(f"question.{name}_seen"), 40) for name in wanted}
    for name, text in texts.items():
        if not text:
            raise Refused("answer_missing", name=site.title(f"question.{name}_seen"))
    if "count" in texts:
        texts["count"] = str(parse_quantity(texts["count"], 0, zero=True) // THOUSAND)
    return Seen(**texts)


def write_check(entry: Entry, desk: str, person: Person, piece: str, judged: Judged, round_: int = 0) -> None:
    """Write down what was shown and seen at a gate, and what was said to it."""
    entry.insert(
        "gate_checks", act=entry.seq, at=entry.at, desk=desk, person=person.id, piece=piece, pass_serial=judged.document,
        in_case=judged.case, round=round_, verdict=judged.verdict, kind=judged.kind, plate=judged.seen.plate,
        count=judged.seen.count, seal=judged.seen.seal, emergency=judged.emergency,
    )


# Moves, questions and what the desk writes


def release(act: Act) -> None:
    """R068: what is on the vehicle has left the works: once, and only on a pass that the gate judged."""
    for portion in act.on_floor("vehicle"):
        act.stock.move(act.case.code, portion, VEHICLE, ROAD, act.voucher)


def note_emergency(act: Act) -> None:
    """An emergency is on the gate's list like every other vehicle that passed."""
    document = act.first_document()
    told = fields_of(document)
    seen = Seen(told["plate"], told["packages"], told.get("seal", ""))
    piece = next(copy.piece for copy in act.case.copies_of(document.serial))
    judged = Judged(EMERGENCY_OUT, EMERGENCY_OUT, seen, document.serial, act.case.code)
    write_check(act.entry, act.desk, act.person, piece, judged)


def ask_nothing(site: Site, case: CaseFile | None, outcome: Outcome | None) -> list[Ask]:
    """What the gate asks it asks itself, before it judges."""
    return []


def read_judged(act: Act, inputs: Inputs, optional: bool) -> Mapping[str, Any]:
    """Take the gate's word, and nobody else's; raises Refused("only_at_the_gate")."""
    judged = act.judged
    if not isinstance(judged, Judged):
        raise Refused("only_at_the_gate", step=act.step.title)
    seen = judged.seen
    return {"plate_seen": seen.plate, "count_seen": seen.count, "seal_seen": seen.seal, **dict(judged.arguments)}


def ask_gate(site: Site, case: CaseFile | None, outcome: Outcome | None) -> list[Ask]:
    """Which gate the vehicle leaves by, where there are several."""
    names = gates(site)
    titles = tuple(site.factory.desks[name].title for name in names)
    return [Ask("gate", "choice", choices=tuple(names), choice_titles=titles)] if len(names) > 1 else []


def read_gate(act: Act, inputs: Inputs, optional: bool) -> Mapping[str, Any]:
    """Read the gate; raises Refused: answer_missing, choice_unknown."""
    names = gates(act.site)
    chosen = inputs.get("gate") or (names[0] if len(names) == 1 else "")
    if not chosen:
        raise Refused("answer_missing", name=act.site.title("question.gate"))
    if chosen not in names:
        raise Refused("choice_unknown", value=visible(chosen))
    return {"gate": str(chosen)}


def write_pass(act: Act) -> dict[str, str]:
    """R069, R080: a pass says what was loaded: vehicle, packages, seal; and for which gate and until when it is good."""
    taken = {name: slip_field(act, name) for name in OF_THE_SLIP}
    until = moment(act.at + act.site.config.duration("pass_valid")).strftime(MOMENT)
    gate = act.site.factory.desks[act.answers["gate"]].title.in_(act.site.config.language)
    return {**{name: value for name, value in taken.items() if value}, "gate": gate, "valid_until": until}


def write_pass_lines(act: Act) -> list[Line]:
    """Return what really lies on the vehicle, lot by lot."""
    loaded = act.on_floor("vehicle")
    return [Line(number, p.item, p.quantity, {"lot": p.lot}) for number, p in enumerate(loaded, 1)]


RULES: dict[str, Rule] = {}
MOVES = {
    "release": Move(release, Effect(takes=("vehicle",), puts=("road",), outward=True)),
    "note_emergency": Move(note_emergency),
}
QUESTIONS = {
    "gate": Question(ask_gate, read_gate),
    "gate_check": Question(ask_nothing, read_judged),
}
WRITINGS = {"pass": Writing(write_pass, write_pass_lines)}
