"""Authority: a card offers no stamp to whoever's number is not for the goods of the case at that step."""

from __future__ import annotations

from qdesk.database import Cursor
from qdesk.desk.offering import Json
from qdesk.desk.standing import Standing
from qdesk.errors import Because, Refused
from qdesk.people import Session
from qdesk.points import quantities_under_inspection
from qdesk.stamps import number_of, refuse_beyond_authority
from qdesk.words import Words


def within_authority(card: Json, standing: Standing, cursor: Cursor, session: Session, words: Words) -> Json:
    """Take off a card the ways that need a stamp which this person's number may not give here."""
    can, cannot = [], []
    for step in card["can"]:
        stamped = [outcome for outcome in step["outcomes"] if outcome["stamps"]]
        reason = beyond_authority(standing, cursor, session, step["step"]) if stamped else None
        left = [outcome for outcome in step["outcomes"] if reason is None or outcome not in stamped]
        if left or reason is None:
            can.append({**step, "outcomes": left})
        else:
            cannot.append({"step": step["step"], "title": step["title"], "because": [words.because(reason)]})
    return {**card, "can": can, "cannot": [*card["cannot"], *cannot]}


def beyond_authority(standing: Standing, cursor: Cursor, session: Session, key: str) -> Because | None:
    """Return why this person's stamp is not for the goods of the case at a step, None where it is."""
    case, step = standing.case, standing.running.procedure.steps[key.partition("#")[0]]
    number = number_of(cursor, session.person.id)
    try:
        refuse_beyond_authority(cursor, number, quantities_under_inspection(case), case.procedure, step.id, step.title)
    except Refused as refused:
        return Because(refused.code, refused.arguments, where=step.desk, who=step.by)
    return None
