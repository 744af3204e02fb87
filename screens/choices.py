"""Choices: what may be done with the paper on the desk, each with the key that does it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]
Say = Callable[..., str]
FIRST_KEY, LAST_KEY = 2, 7
AT_HAND = ("found_here", "send_on")
"""Acts beside the procedure that come right after its steps."""
BESIDE = ("report_lost", "reprint", "reissue", "reverse")
"""Those that stand on the second page, so that no hand hits them by habit."""


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


def at_hand(card: Mapping[str, Any], unread: bool, say: Say) -> list[tuple[Json, Json]]:
    """Return what stands on the first page: the steps, first those the case waits for, then what one does with stray paper."""
    waited_for = {wait["step"] for wait in card["waits"]}
    steps = sorted(card["can"], key=lambda step: step["step"] not in waited_for)
    found = [(step, outcome) for step in steps for outcome in step["outcomes"]]
    found += [fixed_step(card, name, say) for name in AT_HAND if name in card.get("also", [])]
    return [*found, fixed_step(card, "acknowledge", say)] if unread else found


def beside(card: Mapping[str, Any], say: Say) -> list[tuple[Json, Json]]:
    """Return what stands on the second page."""
    possible = set(card.get("also", [])) - (set() if newest_act(card) else {"reverse"})
    return [fixed_step(card, name, say) for name in BESIDE if name in possible]


def has_more(card: Mapping[str, Any], unread: bool) -> bool:
    """Tell whether there is a second page, and so a key to turn to it; what is no paper has none."""
    if "can" not in card or "waits" not in card:
        return False
    plain: Say = str
    return bool(beside(card, plain)) or len(at_hand(card, unread, plain)) > LAST_KEY - FIRST_KEY + 1


def choices_of(card: Mapping[str, Any], unread: bool, more: bool, say: Say) -> list[Choice]:
    """Return the choices of one page; the first also names, without a key, the steps it has no room for."""
    first, second = at_hand(card, unread, say), beside(card, say)
    room = LAST_KEY - FIRST_KEY + (0 if has_more(card, unread) else 1)
    if more:
        return [Choice(FIRST_KEY + place, *pair) for place, pair in enumerate([*first[room:], *second][:room])]
    keyed = [Choice(FIRST_KEY + place, *pair) for place, pair in enumerate(first[:room])]
    return keyed + [Choice(0, *pair) for pair in first[room:]]


def fixed_step(card: Mapping[str, Any], name: str, say: Say) -> tuple[Json, Json]:
    """Return an act beside the procedure in the shape of a step of the card."""
    reasoned = name in BESIDE
    asks = [{"name": "reason", "kind": "text", "title": say("question.reason"), "required": True}] if reasoned else []
    given = {"act": newest_act(card)} if name == "reverse" else {}
    copies = [] if name in ("reverse", "acknowledge") else [card["copy"]]
    step = {"step": name, "title": say(f"act.{name}"), "copies": copies, "to_scan": copies, "scan": "named", "given": given}
    return step, {"name": None, "title": "", "asks": asks, "signs": [], "stamps": []}


def newest_act(card: Mapping[str, Any]) -> int:
    """Return the number of the newest act on the card that is no arrival; 0 where nothing was done."""
    return max((each["act"] for each in card.get("acts", ()) if each["step"] != "arrive"), default=0)
