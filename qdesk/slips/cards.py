"""Action cards: codes that a scanner sends instead of a key, for work without a keyboard."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data import SHIPPED
from qdesk.database import Cursor
from qdesk.entries import Entry, read_toml
from qdesk.errors import Because, Refused
from qdesk.site import Site
from qdesk.words import Title, Words

ACTIONS_FILE = "actions.toml"
OWN = "slips"
"""The folder of a site in which an actions.toml of its own may lie."""
CODE = re.compile(r"\.[a-z][a-z_]{1,14}")
"""What a card sends: short enough for a card, and neither a key such as `.5` nor anything a paper, lot or badge is called."""


@dataclass(frozen=True)
class Action:
    """One card: what it sends, what it is called, and the outcomes or steps that it stands for; neither means "back"."""

    id: str
    code: str
    title: Title
    note: Title
    outcomes: tuple[str, ...]
    steps: tuple[str, ...]


def load_actions(site_folder: Path | None = None) -> Mapping[str, Action]:
    """Return the cards of a site by the code they send, its own or else those shipped; raises Refused("site_broken")."""
    own = site_folder / OWN / ACTIONS_FILE if site_folder else None
    path = own if own is not None and own.is_file() else SHIPPED / OWN / ACTIONS_FILE
    problems: list[Because] = []
    table = read_toml(path, problems)
    actions: dict[str, Action] = {}
    for name, row in Entry({"card": table}, ACTIONS_FILE, "", problems).entries("card"):
        action = _action(name, row)
        if action.code in actions:
            row.problem("bad_value", key="code", value=action.code, expected=CODE.pattern)
        actions[action.code] = action
    if problems:
        raise Refused("site_broken", problems)
    return actions


def _action(name: str, row: Entry) -> Action:
    row.only(("code", "title", "note", "outcomes", "steps"))
    code = row.text("code")
    if CODE.fullmatch(code) is None:
        row.problem("bad_value", key="code", value=code, expected=CODE.pattern)
    note = row.inner("note")
    return Action(
        name, code, row.title(), Title(zh=note.text("zh", ""), en=note.text("en", "")), row.names("outcomes"), row.names("steps")
    )


def action_cards(site: Site, cursor: Cursor, subject: str, words: Words, again: bool = False) -> dict[str, Any]:
    """Return the sheet of all cards, or the one card named; both languages, since whoever holds it has no switch.

    Raises Refused("action_unknown").
    """
    from qdesk.slips.codes import code_of  # draws pictures, which the screens that only read the codes do not need

    actions = {action.id: action for action in load_actions(site.config.folder).values()}
    if subject and subject not in actions:
        raise Refused("action_unknown", name=subject[:40], known=list(actions))
    chosen = [actions[subject]] if subject else list(actions.values())
    cards = [{"title": vars(each.title), "note": vars(each.note), "code": code_of(each.code)} for each in chosen]
    return {"language": words.language, "cards": cards}
