"""Choices: what may be done with the paper on the desk, each with the key that does it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]
Say = Callable[..., str]
FIRST_KEY, LAST_KEY = 2, 7
ON_KEYS = 3
"""How many forms have keys of their own on an empty desk: more titles would not be read on eighty columns."""
BESIDE = ("found_here", "send_on", "amend", "report_lost", "reprint", "reissue", "reverse")
"""Acts beside the procedure, in their order. Which of them come right after its steps the situation says; the others stand
on the second page, so that no hand hits them by habit."""
REASONED = ("report_lost", "reprint", "reissue", "reverse")
PAPERLESS = ("amend", "reverse", "acknowledge", "preview")
"""What is done to the case or its document, whichever copy is on the desk."""
PREVIEW = "preview"
"""Looking at the paper is no act; it stands behind the others where there is a second page anyway."""


@dataclass(frozen=True)
class Situation:
    """How it is at the desk beside what the card says."""

    unread: bool = False
    """A notice of this case has not been read."""
    held: bool = True
    """The copy was scanned, not only asked for by its number."""
    settled: bool = False
    """Something was just done with this paper, so nobody wonders where it belongs."""
    papers: tuple[str, ...] = ()
    """What may be printed about the case here: no act either, it stands behind everything else."""


@dataclass(frozen=True)
class Choice:
    """One thing that may be done with the card, and its key; 0 where it stands on the other page."""

    key: int
    step: Json
    outcome: Json

    @property
    def title(self) -> str:
        """Return the step's title, with its outcome's where it has several."""
        several = self.outcome["name"] is not None
        return f"{self.step['title']}: {self.outcome['title']}" if several else str(self.step["title"])

    @property
    def short(self) -> str:
        """Return what tells it from the other outcomes where there is little room; empty where there are none."""
        vehicle = self.step["step"].partition("#")[2]
        if not vehicle:
            return str(self.outcome["title"]) if self.outcome["name"] is not None else ""
        several = len(self.step["outcomes"]) > 1
        return f"{self.outcome['title'] if several else self.step['plain']} {vehicle}"


def at_hand(card: Mapping[str, Any], situation: Situation, say: Say) -> list[tuple[Json, Json]]:
    """Return what stands on the first page: the steps, those of this vehicle and those waited for first; then stray paper's."""
    waited_for = {wait["step"] for wait in card["waits"]}
    steps = sorted(card["can"], key=lambda step: (of_another_vehicle(card, step), step["step"] not in waited_for))
    found = [(step, outcome) for step in steps for outcome in step["outcomes"]]
    found += [fixed_step(card, name, say) for name in likely(card, situation)]
    return [*found, fixed_step(card, "acknowledge", say)] if situation.unread else found


def of_another_vehicle(card: Mapping[str, Any], step: Mapping[str, Any]) -> bool:
    """Tell whether a step is about another vehicle than the paper on the desk; what is about the whole case is not."""
    mine, vehicle = card["document"].get("round"), step["step"].partition("#")[2]
    return bool(mine and vehicle) and vehicle != str(mine)


def likely(card: Mapping[str, Any], situation: Situation) -> list[str]:
    """Return the acts beside the procedure that one looks for now: stray paper is found or sent on, missing paper replaced."""
    used = any(card.get("copy") in step["copies"] for step in card["can"])
    wanted = {
        "found_here": situation.held and not used and not situation.settled,
        "send_on": not situation.settled,
        "report_lost": not situation.held and not situation.settled,
        "reissue": True,  # only a copy that was reported lost can be
    }
    return [name for name in possible(card) if wanted.get(name)]


def possible(card: Mapping[str, Any]) -> list[str]:
    """Return the acts beside the procedure that the card allows; none for a void piece, which they are not about."""
    allowed = set() if card["kind"] == "void" else set(card.get("also", [])) - (set() if newest_act(card) else {"reverse"})
    return [name for name in BESIDE if name in allowed]


def beside(card: Mapping[str, Any], situation: Situation, say: Say) -> list[tuple[Json, Json]]:
    """Return what stands on the second page."""
    first = likely(card, situation)
    others = [name for name in possible(card) if name not in first]
    return [fixed_step(card, name, say) for name in (*others, PREVIEW, *situation.papers)] if others else []


def has_more(card: Mapping[str, Any], situation: Situation) -> bool:
    """Tell whether there is a second page, and so a key to turn to it; what is no paper has none."""
    if "can" not in card or "waits" not in card:
        return False
    plain: Say = str
    return bool(beside(card, situation, plain)) or len(at_hand(card, situation, plain)) > LAST_KEY - FIRST_KEY + 1


def choices_of(card: Mapping[str, Any], situation: Situation, page: int, say: Say) -> list[Choice]:
    """Return the choices of one page; the first also names, without a key, the steps it has no room for."""
    first, second = at_hand(card, situation, say), beside(card, situation, say)
    room = LAST_KEY - FIRST_KEY + (0 if has_more(card, situation) else 1)
    if page:
        others = [*first[room:], *second][(page - 1) * room :]
        return [Choice(FIRST_KEY + place, *pair) for place, pair in enumerate(others[:room])]
    keyed = [Choice(FIRST_KEY + place, *pair) for place, pair in enumerate(first[:room])]
    return keyed + [Choice(0, *pair) for pair in first[room:]]


def last_page(card: Mapping[str, Any], situation: Situation) -> int:
    """Return the number of the last page of choices, the first being 0."""
    if not has_more(card, situation):
        return 0
    plain: Say = str
    room, first, second = LAST_KEY - FIRST_KEY, at_hand(card, situation, plain), beside(card, situation, plain)
    return max(1, -(-(len(first[room:]) + len(second)) // room))


def fixed_step(card: Mapping[str, Any], name: str, say: Say) -> tuple[Json, Json]:
    """Return an act beside the procedure in the shape of a step of the card."""
    reasoned = name in REASONED
    asks = [{"name": "reason", "kind": "text", "title": say("question.reason"), "required": True}] if reasoned else []
    given = {"act": newest_act(card)} if name == "reverse" else {}
    copies = [card["copy"]] if name in BESIDE and name not in PAPERLESS else []
    step = {"step": name, "title": say(f"act.{name}"), "copies": copies, "to_scan": copies, "scan": "named", "given": given}
    if given:
        step["note"] = next(f"{each['title']}, {each['person'] or ''}" for each in card["acts"] if each["act"] == given["act"])
    signs = [card["approves"][name]] if name in card.get("approves", {}) else []  # R173, R178: a second person agrees
    return step, {"name": None, "title": "", "asks": asks, "signs": signs, "stamps": []}


def newest_act(card: Mapping[str, Any]) -> int:
    """Return the number of the newest act on the card that is no arrival; 0 where nothing was done."""
    return max((each["act"] for each in card.get("acts", ()) if each["step"] != "arrive"), default=0)
