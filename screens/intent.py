"""What somebody is about to do: one step with its questions, its signers, its paper, over the card that was on the screen."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from screens.counting import Count

Json = dict[str, Any]


@dataclass
class Intent:
    """One step chosen by a key, until it is done or left."""

    step: str
    title: str
    outcome: str | None = None
    case: str | None = None
    procedure: str | None = None
    asks: list[Json] = field(default_factory=list)
    signs: list[str] = field(default_factory=list)
    stamps: list[str] = field(default_factory=list)
    copies: list[str] = field(default_factory=list)
    """The copies the step needs, by name."""
    scan: str = "one"
    """Whether one scan of them is enough, "all" have to be there, or a copy may be "named" though nobody has it in hand."""
    card: Json | None = None
    pieces: dict[str, str] = field(default_factory=dict)
    """The 18 digits scanned so far, by the copy's name."""
    given: Json = field(default_factory=dict)
    """Answers that nobody is asked for, such as the act to be taken back."""
    count: Count | None = None
    """What the store has counted for it at the desk already."""
    form: str = ""
    """The form an opening step writes, for finding earlier ones."""
    about: str = ""
    """What an opening is about that nobody is asked for, such as a month; it stands in the title in either language."""
    others_sign: bool = False
    """Whether those who sign have to be others than whoever sits here."""
    key: str = field(default_factory=lambda: uuid.uuid4().hex)

    @property
    def subject(self) -> str:
        """Return what a draft of this is kept under."""
        return ":".join([self.case or self.procedure or "", self.step, self.outcome or ""])

    @property
    def subjects(self) -> list[str]:
        """Return what drafts of this step are kept under, whichever way it was begun: once it is done they are of the past."""
        steps = [step for step in (self.card or {}).get("can", ()) if step["step"] == self.step]
        others = [replace(self, outcome=outcome["name"]).subject for step in steps for outcome in step["outcomes"]]
        return list(dict.fromkeys([self.subject, *others]))

    @property
    def missing(self) -> list[str]:
        """Return the copies that still have to be scanned before it can be done."""
        if self.scan == "named":
            return []
        if self.scan == "all":
            return [name for name in self.copies if name not in self.pieces]
        return [] if not self.copies or any(name in self.pieces for name in self.copies) else list(self.copies)

    @property
    def at_once(self) -> bool:
        """Tell whether one key is enough: nothing is asked, nobody signs, the paper is there."""
        return not (self.asks or self.signs or self.missing)

    def not_given(self, asks: Sequence[Json]) -> list[Json]:
        """Return the questions whose answers are not given already."""
        return [ask for ask in asks if ask["name"].partition(".")[0] not in self.given]

    def request(self, inputs: Mapping[str, Any], signers: list[Json]) -> Json:
        """Return what is sent to `act`; the key stays the same however often it is tried."""
        return {
            "case": self.case,
            "procedure": self.procedure,
            "step": self.step,
            "outcome": self.outcome,
            "copies": self.copies if self.scan == "named" else [self.pieces[n] for n in self.copies if n in self.pieces],
            "inputs": {**self.given, **inputs},
            "seen": self.card["digest"] if self.card and self.case else None,
            "signers": signers,
            "key": self.key,
        }


def way_title(opening: Json, outcome: Json, about: str = "") -> str:
    """Return the title of an opening, about something that is known already, with that of its way where it has several."""
    title = f"{opening['step_title']} {about}".rstrip()
    return f"{title}: {outcome['title']}" if len(opening["outcomes"]) > 1 else title


def one_way_each(openings: Sequence[Json]) -> list[Json]:
    """Return each opening once for every way it can go, so that a key or a row chooses the way, too."""
    return [
        {**opening, "step_title": way_title(opening, outcome), "outcomes": [outcome]}
        for opening in openings
        for outcome in opening["outcomes"]
    ]


def step_intent(card: Json, step: Json, outcome: Json, title: str, pieces: Mapping[str, str]) -> Intent:
    """Return the intent to do a step of the card's case."""
    return Intent(
        step=step["step"], title=title, outcome=outcome["name"], case=card["case"], procedure=card["procedure"],
        asks=list(outcome["asks"]), signs=list(outcome["signs"]), stamps=list(outcome["stamps"]), copies=list(step["to_scan"]),
        scan=step["scan"], card=card, pieces=dict(pieces), given=dict(step.get("given", {})),
    )  # fmt: skip


def opening_intent(opening: Json, outcome: Json) -> Intent:
    """Return the intent to begin a new case."""
    return Intent(
        step=opening["step"], title=opening["step_title"], outcome=outcome["name"], procedure=opening["procedure"],
        asks=list(outcome["asks"]), signs=list(outcome["signs"]), stamps=list(outcome["stamps"]), form=opening["form"],
        given=dict(opening.get("given", {})),
    )  # fmt: skip


def opening_about(opening: Json, outcome: Json, about: str, given: Json) -> Intent:
    """Return the intent to begin a case about something that is known already; what is given is not asked for."""
    intent = opening_intent(opening, outcome)
    intent.title, intent.about, intent.form = way_title(opening, outcome, about), about, ""
    intent.given |= given
    intent.asks = intent.not_given(intent.asks)
    return intent
