"""Openings: the cases that a person may begin at a desk, and the acts beside all cases, each with all that it asks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qdesk.bins import keepers_of, stores_of
from qdesk.blanks import Blank
from qdesk.climate import unnoted
from qdesk.database import Cursor
from qdesk.desk import administration, emergency, gating, mastering, measuring, quality, storing, upkeep
from qdesk.desk.administration import OTHERS, holds_one, key_of_ask
from qdesk.desk.book import in_force, opening_form
from qdesk.desk.judging import any_frozen
from qdesk.desk.offering import Json, ask_card, outcome_card
from qdesk.language import Procedure, Step
from qdesk.people import Session, find_session, newest_entry
from qdesk.site import Site
from qdesk.vocabulary import Ask
from qdesk.words import Words

ROOMS = (administration, upkeep, mastering, emergency, gating, quality, storing, measuring)
ASKS = {name: asks for room in ROOMS for name, asks in room.ASKS.items()}
BY = {name: roles for room in ROOMS for name, roles in room.BY.items()}
ROLES = frozenset(["role", "roles"])
AT_STORES = frozenset([*storing.ACTS, "read_climate"])
"""What is done at the desk of a store only, by those who keep it."""


def openings(site: Site, token: object, words: Words) -> list[Json]:
    """Return the steps that open a case at the session's desk and that its person may do, told as a card tells its steps."""
    with site.database.reading() as cursor:
        session = find_session(site, cursor, token)
    return openings_of(site, session, words)


def openings_of(site: Site, session: Session, words: Words) -> list[Json]:
    """Return the same for a session already found."""
    served, roles = site.served[session.desk], session.person.roles
    procedures = sorted((running.procedure for running in in_force(site).values()), key=lambda each: each.order)
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


def blank_openings(site: Site, session: Session, blank: Blank, words: Words) -> list[Json]:
    """Return the ways to open a case on a blank that was filled in by hand: each also asks when that was."""
    if blank.state != "unused":
        return []
    possible, form = openings_of(site, session, words), (blank.procedure, blank.form)
    wanted = [each for each in possible if (each["procedure"], each["form"]) == form]
    when = ask_card(Ask(emergency.FILLED_AT, "moment"), words, required=True)
    for each in wanted:
        each["outcomes"] = [{**outcome, "asks": [when, *outcome["asks"]]} for outcome in each["outcomes"]]
    return [{**each, "given": {emergency.EMERGENCY: blank.serial}} for each in wanted]


def ask_openings(site: Site, session: Session, words: Words, raw: Mapping[str, Any]) -> Json:
    """Answer the pipe's openings."""
    return {"openings": openings_of(site, session, words)}


def fixed_openings(site: Site, token: object, words: Words) -> list[Json]:
    """Return the acts on people and stock that the session's person may do, by the rules that the acts themselves judge by.

    What is begun from the list of what it is about (:func:`row_openings`) is not among them.

    ``own`` are those that everybody may do for themselves; ``given`` is what nobody is asked for then.
    """
    with site.database.reading() as cursor:
        session = find_session(site, cursor, token)
        by = {**BY, **dict.fromkeys(AT_STORES, keepers_of(site, session.desk))}
        steps = [step for step in ASKS if holds_one(session.person, by[step]) and makes_sense(site, cursor, session, step)]
    return [fixed_opening(site, session, step, words) for step in steps if step not in mastering.AT_ITS_ROW]


def row_openings(site: Site, token: object, words: Words) -> dict[str, Json]:
    """Return the acts on master data that the session's person may do, by their steps."""
    with site.database.reading() as cursor:
        session = find_session(site, cursor, token)
    steps = [step for step, by in mastering.BY.items() if holds_one(session.person, by)]
    return {step: fixed_opening(site, session, step, words) for step in steps}


def makes_sense(site: Site, cursor: Cursor, session: Session, step: str) -> bool:
    """Tell whether there is anything to do it to: a clock set back, a frozen pass, a store, a role to lend, a kind to add."""
    if step == "confirm_pass":
        return any_frozen(cursor)
    if step == "note_climate":
        return bool(unnoted(cursor))
    if step in AT_STORES:
        return bool(stores_of(site, session.desk))
    if step == "confirm_clock":
        return newest_entry(cursor)[1] > site.clock.now()
    if step == "add_instrument":
        return bool(site.factory.instruments)
    return step != "delegate" or bool(roles_to_name(site, session, step))


def fixed_opening(site: Site, session: Session, step: str, words: Words) -> Json:
    """Return one of these acts; who may do it only for themselves is not asked for whom."""
    own = not BY.get(step, AT_STORES)
    alone = own and not holds_one(session.person, OTHERS)
    asks = [ask for ask in ASKS[step] if not (alone and ask.name == "badge") and has_choices(site, step, ask)]
    return {
        "step": step,
        "title": words.say(f"step.{step}"),
        "asks": [fixed_ask(site, session, step, ask, words) for ask in asks],
        "signs": [],
        "own": own,
        "given": {"badge": session.person.badge} if alone else {},
    }


def has_choices(site: Site, step: str, ask: Ask) -> bool:
    """Tell whether there is anything to choose where something is to be chosen: a factory may name no classes of goods."""
    return ask.name != "storage" or bool(mastering.choices_of(site, step, ask.name))


def fixed_ask(site: Site, session: Session, step: str, ask: Ask, words: Words) -> Json:
    """Return one question of such an act; roles, forms, operations and kinds of instruments come with what they are called."""
    told = {**ask_card(ask, words, ask.required), "title": words.say(key_of_ask(words, step, ask.name))}
    if ask.name == "form":
        forms = emergency.forms_of_blanks(site)
        titles = [f"{form.title.in_(words.language)} {form.number}".strip() for _, _, form in forms]
        return {**told, "choices": tuple(key for key, _, _ in forms), "choice_titles": titles}
    if step in AT_STORES and ask.name in ("zone", "place"):
        return {**told, **storing.choices_of(site, session.desk, ask.name, words)}
    if ask.kind == "measure":
        return {**told, **measuring.limits_asked(site, ask.name)}
    named = quality.choices_of(site, step, ask.name) if step in quality.ASKS else mastering.choices_of(site, step, ask.name)
    if named:
        return {**told, "choices": tuple(named), "choice_titles": [title.in_(words.language) for title in named.values()]}
    if ask.name not in ROLES:
        return told
    roles = roles_to_name(site, session, step)
    return {**told, "choices": roles, "choice_titles": [site.factory.roles[role].title.in_(words.language) for role in roles]}


def roles_to_name(site: Site, session: Session, step: str) -> tuple[str, ...]:
    """Return the roles that may be named: all of them, or those of one's own where a person lends a role."""
    held, all_roles = session.person.roles, site.factory.roles
    if step != "delegate" or holds_one(session.person, OTHERS):
        return tuple(all_roles)
    return tuple(role for role in all_roles if role in held and held[role] is None)
