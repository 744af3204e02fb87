"""A process review: what was done about the opinions of the group, and which of them were not adopted, and why (R128)."""

from __future__ import annotations

from qdesk.asking import asked_text
from qdesk.moving import write_on
from qdesk.vocabulary import Act, Move, Rule, Writing

FOLLOWED = ("followed_up", "not_adopted")


def write_follow_up(act: Act) -> None:
    """Write both on the report."""
    write_on(act, act.case.document_of("review_report"), **{name: act.answers.get(name, "") for name in FOLLOWED})


RULES: dict[str, Rule] = {}
MOVES = {"write_follow_up": Move(write_follow_up)}
QUESTIONS = {name: asked_text(name) for name in FOLLOWED}
WRITINGS = {"review_report": Writing()}
