"""What a card offers: the steps that may be done at a desk, what each asks and who signs, and why the others may not be done."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from qdesk.cases import CaseFile
from qdesk.desk.book import QUESTIONS, RULES
from qdesk.desk.entering import asked_of
from qdesk.desk.scanning import is_printed
from qdesk.desk.standing import Standing, terminal_of
from qdesk.errors import Because
from qdesk.language import Column, Form, Outcome, Procedure
from qdesk.people import Session
from qdesk.site import Site
from qdesk.transition import Transition
from qdesk.vocabulary import Ask
from qdesk.words import Words

Json = dict[str, Any]


def choices(standing: Standing, session: Session, words: Words) -> tuple[list[Json], list[Json]]:
    """Return what may be done at this desk and what may not, with the reasons."""
    here, elsewhere = split_by_desk(standing, session)
    can: dict[str, Json] = {}
    cannot: dict[str, Json] = {}
    for transition in here:
        reasons = standing.reasons(transition) or personal(standing, session, transition) or unfit(standing, transition.outcome)
        key = f"{transition.step.id}#{transition.round}" if transition.round else transition.step.id
        if not reasons:
            step = can.setdefault(key, step_card(standing, transition, words, key))
            procedure, case = standing.running.procedure, standing.case
            step["outcomes"].append(outcome_card(standing.site, procedure, case, transition.outcome, words))
        elif any(reason.code not in ("already_done", "case_ended") for reason in reasons):
            told = [words.because(reason) for reason in reasons]
            cannot.setdefault(key, {"step": key, "title": standing.title_of(transition, words), "because": told})
    for transition in elsewhere:
        if standing.enabled(transition) and transition.step.waits:
            desk = standing.site.factory.desks[terminal_of(standing.site, transition.step.desk)]
            reason = Because("at_other_desk", {"desk": desk.title}, where=desk.id, who=transition.step.by)
            told = [words.because(reason)]
            title = standing.title_of(transition, words)
            cannot.setdefault(transition.step.id, {"step": transition.step.id, "title": title, "because": told})
    return list(can.values()), [each for key, each in cannot.items() if key not in can]


def split_by_desk(standing: Standing, session: Session) -> tuple[list[Transition], list[Transition]]:
    """Return the transitions done at the session's desk, and the others; none once the case has ended."""
    if standing.case.ended:
        return [], []
    served = standing.site.served[session.desk]
    offered = [t for t in standing.running.net.transitions if standing.offered(t)]
    return [t for t in offered if t.step.desk in served], [t for t in offered if t.step.desk not in served]


def unfit(standing: Standing, outcome: Outcome) -> list[Because]:
    """Return why this way does not fit the case at all, as far as that is known before anything is entered."""
    rules = [RULES[name].fits for name in outcome.rules]
    first = standing.case.documents[standing.case.code]
    return [reason for fits in rules if fits for reason in fits(first)]


def personal(standing: Standing, session: Session, transition: Transition) -> list[Because]:
    """Return why this person may not do it: the role is missing, or it would be judging one's own work."""
    step = transition.step
    role = standing.site.factory.roles[step.by]
    if step.by not in session.person.roles:
        return [Because("role_missing", {"role": role.title, "person": session.person.name}, where=step.desk, who=step.by)]
    doers = standing.case.doers(set(transition.outcome.not_by))
    if session.person.id in doers:
        done = standing.running.procedure.steps[doers[session.person.id]]
        arguments = {"person": session.person.name, "step": done.title}
        return [Because("own_work", arguments, where=step.desk, who=step.by)]
    return []


def step_card(standing: Standing, transition: Transition, words: Words, key: str) -> Json:
    """Return a step that may be done, its outcomes still to be added; what is not printed yet cannot be scanned."""
    copies = standing.copies_of(transition)
    return {
        "step": key,
        "title": standing.title_of(transition, words),
        "plain": transition.step.title.in_(words.language),
        "outcomes": [],
        "copies": [copy.name for copy in copies],
        "to_scan": [copy.name for copy in copies if is_printed(standing, copy)],
        "scan": transition.step.scan,
    }


def outcome_card(site: Site, procedure: Procedure, case: CaseFile | None, outcome: Outcome, words: Words) -> Json:
    """Return one way a step can go: what it asks, and who signs or stamps; of a case that is still to be opened, too."""
    return {
        "name": outcome.name or None,
        "title": outcome.title.in_(words.language),
        "asks": asks_of(site, procedure, case, outcome, words),
        "signs": [*outcome.signs, *outcome.stamps],
        "stamps": list(outcome.stamps),
    }


def asks_of(site: Site, procedure: Procedure, case: CaseFile | None, outcome: Outcome, words: Words) -> list[Json]:
    """Return the questions of an outcome in the words of the pipe."""
    asked: list[Json] = []
    for form in outcome.opens:
        asked += form_asks(procedure.forms[form], words)
    for question in outcome.asks:
        for ask in QUESTIONS[question.name].asks(site, case, outcome):
            asked.append(ask_card(ask, words, required=ask.required and not question.optional))
    return asked


def form_asks(form: Form, words: Words) -> list[Json]:
    """Return what opening a form asks: its fields, and its lines."""
    asked = [column_ask(f"fields.{column.name}", column, words) for column in asked_of(form.fields)]
    columns = asked_of(form.lines)
    if columns:
        lines = ask_card(Ask("lines", "lines", columns=tuple(column.name for column in columns)), words, required=True)
        asked.append({**lines, "asks": [column_ask(column.name, column, words) for column in columns]})
    return asked


def column_ask(name: str, column: Column, words: Words) -> Json:
    """Return one column of a form as a question, told in full like any other; a quantity is a number to a program."""
    kind, choices = column.kind.replace("quantity", "number"), tuple(choice.id for choice in column.choices)
    asked = ask_card(Ask(name, kind, choices=choices, title=column.title), words, required=not column.optional)
    return {**asked, "choice_titles": [choice.title.in_(words.language) for choice in column.choices]} if choices else asked


def ask_card(ask: Ask, words: Words, required: bool) -> Json:
    """Return one question."""
    title = ask.title.in_(words.language) if ask.title else words.say(f"question.{ask.name}")
    told = {**asdict(ask), "title": title, "required": required}
    del told["choice_titles"]
    if not ask.pieces:
        del told["pieces"]
    named = {"choice_titles": [each.in_(words.language) for each in ask.choice_titles]} if ask.choice_titles else {}
    return {**told, **named}
