"""What has to hold before anything is done, whichever act it is: the right desk, the right person, the rules of the step."""

from __future__ import annotations

from collections.abc import Sequence

from qdesk.desk.book import RULES
from qdesk.desk.request import Request
from qdesk.errors import Because, Refused
from qdesk.language import Step
from qdesk.people import Session
from qdesk.scan import clean_text
from qdesk.shelving import objections_of
from qdesk.site import Site
from qdesk.vocabulary import Act

DESPITE = "despite"


def refuse_elsewhere(site: Site, session: Session, step: Step) -> None:
    """Refuse the wrong desk or person for a step; raises Refused: wrong_desk, wrong_person."""
    if step.desk not in site.served[session.desk]:
        desk = site.factory.desks[step.desk]
        raise Refused("wrong_desk", [Because("at_other_desk", {"desk": desk.title}, desk.id, step.by)], desk=desk.title)
    refuse_without(site, session, step.by, step.desk)


def refuse_without(site: Site, session: Session, role: str, desk: str = "") -> None:
    """Refuse everyone who does not hold a role; raises Refused("wrong_person")."""
    person = session.person
    if role not in person.roles:
        title = site.factory.roles[role].title
        reason = Because("role_missing", {"role": title, "person": person.name}, desk, role)
        raise Refused("wrong_person", [reason], role=title, person=person.name)


def follow_rules(act: Act, names: Sequence[str]) -> list[Because]:
    """Refuse what a rule forbids, and return what rules only warn of (:func:`let_pass`). Raises Refused("rule_forbids")."""
    refusing = [reason for name in names if RULES[name].refuses for reason in RULES[name].check(act)]
    if refusing:
        raise Refused("rule_forbids", refusing, step=act.step.title)
    return [reason for name in names if not RULES[name].refuses for reason in RULES[name].check(act)]


def follow_zones(act: Act) -> list[Because]:
    """Refuse a bin that its goods must not lie in, and return why they should not lie in it (R044, R053-R056).

    Raises Refused: bin_elsewhere, rule_forbids.
    """
    found = objections_of(act)
    refusing = [each.because for each in found if each.refuses]
    if refusing:
        raise Refused("rule_forbids", refusing, step=act.step.title)
    return [each.because for each in found]


def let_pass(act: Act, warning: Sequence[Because], request: Request) -> list[str]:
    """Write down the reason for going on in spite of all the warnings and return their codes: nobody passes one unseen.

    Raises Refused("reason_needed").
    """
    if not warning:
        return []
    title = act.site.title(f"question.{DESPITE}")
    despite = clean_text(request.inputs.get(DESPITE) or "", title, act.site.config.number("longest_text"))
    if not despite:
        raise Refused("reason_needed", warning, step=act.step.title)
    act.answers[DESPITE] = despite
    return [each.code for each in warning]
