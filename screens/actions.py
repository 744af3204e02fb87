"""Action cards: a code on a card that hangs at the desk does what a key does, for whoever has no hand free for the keyboard."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from qdesk.errors import Refused
from qdesk.site import Site
from qdesk.slips.cards import Action as ActionCard
from qdesk.slips.cards import load_actions
from screens.choices import Choice, Say, Situation, at_hand

if TYPE_CHECKING:
    from screens.app import DeskApp

__all__ = ["ActionCard", "chosen_by", "find_action", "reasons_against"]
Json = dict[str, Any]


async def find_action(house: DeskApp, code: str) -> ActionCard:
    """Return what the card with a code stands for; raises Refused("action_unknown")."""
    known = await house.engine.ask(actions_of)
    if code not in known:
        raise Refused("action_unknown", name=code, known=sorted(known))
    return known[code]


def actions_of(site: Site) -> Mapping[str, ActionCard]:
    """Return the cards of the site."""
    return load_actions(site.config.folder)


def chosen_by(action: ActionCard, card: Json, situation: Situation, say: Say) -> list[Choice]:
    """Return what a card chooses of all that may be done with the paper on the desk, also what stands on the other page."""
    return [
        Choice(0, step, outcome)
        for step, outcome in at_hand(card, situation, say)
        if outcome["name"] in action.outcomes or step["step"] in action.steps
    ]


def reasons_against(action: ActionCard, card: Json) -> list[str]:
    """Return why the first of a card's steps that belongs to this paper cannot be done now."""
    against = {each["step"]: each["because"] for each in card["cannot"]}
    step = next((step for step in action.steps if step in against), "")
    return [reason["message"] for reason in against.get(step, ())]
