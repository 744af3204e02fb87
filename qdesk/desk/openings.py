"""Openings: the cases that a person may begin at a desk, each with all that its first form asks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qdesk.desk.book import in_force, opening_form
from qdesk.desk.card import Json, outcome_card
from qdesk.language import Procedure, Step
from qdesk.people import Session, find_session
from qdesk.site import Site
from qdesk.words import Words


def openings(site: Site, token: object, words: Words) -> list[Json]:
    """Return the steps that open a case at the session's desk and that its person may do, told as a card tells its steps."""
    with site.database.reading() as cursor:
        session = find_session(site, cursor, token)
    return openings_of(site, session, words)


def openings_of(site: Site, session: Session, words: Words) -> list[Json]:
    """Return the same for a session already found."""
    served, roles = site.served[session.desk], session.person.roles
    procedures = [running.procedure for running in in_force(site).values()]
    possible = [(procedure, step) for procedure in procedures for step in procedure.steps.values() if opening_form(step)]
    return [opening(site, *each, words) for each in possible if each[1].desk in served and each[1].by in roles]


def opening(site: Site, procedure: Procedure, step: Step, words: Words) -> Json:
    """Return one step that opens a case: whose procedure it is, the form that is written, and what it asks."""
    form = procedure.forms[opening_form(step)]
    return {
        "procedure": procedure.id,
        "title": procedure.title.in_(words.language),
        "step": step.id,
        "step_title": step.title.in_(words.language),
        "form": form.id,
        "form_title": form.title.in_(words.language),
        "form_number": form.number,
        "outcomes": [outcome_card(site, procedure, None, outcome, words) for outcome in step.outcomes],
    }


def ask_openings(site: Site, session: Session, words: Words, raw: Mapping[str, Any]) -> Json:
    """Answer the pipe's openings."""
    return {"openings": openings_of(site, session, words)}
