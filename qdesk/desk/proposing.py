"""Proposing: what the desk would enter for the lines a step asks; people look at it, change it, and only then is it an answer."""

from __future__ import annotations

from typing import Any

from qdesk.desk.blindness import blind_proposals
from qdesk.desk.book import MOVES, QUESTIONS, WRITINGS
from qdesk.desk.standing import stand
from qdesk.people import find_session
from qdesk.site import Site
from qdesk.vocabulary import View


def propose(site: Site, token: object, case: str, step: str, outcome: str = "") -> dict[str, list[dict[str, Any]]]:
    """Return what is proposed for each question of a step, by the name of the ask; a shortage proposes what there is.

    A verdict is never proposed: what somebody counts only comes with what lies there to be counted, as "expected"; and goods
    that the step brings in come as "coming", line by line.
    Raises Refused: session_…, case_unknown, step_unknown, outcome_unknown, form_not_opened.
    """
    with site.database.reading() as cursor:
        session = find_session(site, cursor, token)
        standing = stand(site, cursor, case, session.looked_at)
        transition = standing.running.transition(step, outcome)
        view = View(site, cursor, site.clock.now(), standing.case, standing.running.procedure, round=transition.round)
        proposed: dict[str, list[dict[str, Any]]] = {}
        for each in transition.outcome.asks:
            proposes = QUESTIONS[each.name].proposes
            if proposes:
                proposed.update(proposes(view))
        for form in transition.outcome.opens:
            writing = WRITINGS.get(standing.running.procedure.forms[form].written)
            if writing and writing.proposes:
                proposed.update(writing.proposes(view))
        for move in transition.outcome.moves:
            expects = MOVES[move].expects
            if expects:
                proposed["coming"] = [*proposed.get("coming", []), *expects(view)]
        return blind_proposals(site, cursor, session.desk, proposed)
