"""People and lots put in order: who works here, in which roles, with which stamp; deputies; holds; a clock confirmed.

Each is an act of the administrator (or of whoever it names), journalled like any other; a PIN never enters the journal.
What each asks (`ASKS`) and who may do it (`BY`) stand below as data: screens are told the same that is judged here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from qdesk.clock import start_of
from qdesk.desk.allowing import refuse_without
from qdesk.desk.answer import Done, answer
from qdesk.desk.request import Request
from qdesk.desk.signing import Signer, role_title
from qdesk.errors import Because, Refused
from qdesk.journal import Entry
from qdesk.naming import refuse_taken
from qdesk.people import Person, Session, find_person, set_pin
from qdesk.scan import clean_code, clean_text, parse_day, visible
from qdesk.site import Site
from qdesk.stamps import carry_limits, refuse_used, set_limit
from qdesk.vocabulary import Ask
from qdesk.words import Words

ADMINISTRATOR = "administrator"
QUALITY_MANAGER = "quality_manager"
OTHERS = (ADMINISTRATOR,)
"""Who may do for others what everybody does for themselves."""
HELD_OR_LENT = """SELECT act, number, role FROM roles_held WHERE (person = ? OR deputy_for = ?) AND ended_at IS NULL
  ORDER BY act, number"""
HOLDERS = """SELECT DISTINCT r.person FROM roles_held r JOIN persons p ON p.id = r.person
  WHERE r.role = ? AND r.ended_at IS NULL AND r.since <= ? AND (r.until IS NULL OR r.until > ?) AND p.left_at IS NULL
    AND r.deputy_for IS NULL"""


class Administering:
    """One act of administration while it is being done."""

    def __init__(self, site: Site, entry: Entry, session: Session, request: Request) -> None:
        """Keep what the act works with."""
        self.site, self.entry, self.session, self.request = site, entry, session, request

    def only(self, roles: Sequence[str]) -> None:
        """Refuse everyone who holds none of some roles."""
        if not holds_one(self.session.person, roles):
            refuse_without(self.site, self.session, roles[-1])

    def oneself_or_others(self, person: Person) -> None:
        """Refuse everyone who may not do for others what this person may do alone."""
        if person.id != self.session.person.id:
            self.only(OTHERS)

    def text(self, name: str, required: bool = True) -> str:
        """Return a text from the inputs."""
        title = self.site.title(key_of_ask(self.site.words, self.request.step, name))
        text = clean_text(self.request.inputs.get(name) or "", title, self.site.config.number("longest_text"))
        if required and not text:
            raise Refused("answer_missing", name=title)
        return text

    def role(self) -> str:
        """Return a role from the inputs."""
        role = self.text("role")
        if role not in self.site.factory.roles:
            raise Refused("role_unknown", role=role)
        return role

    def person(self, name: str = "badge") -> Person:
        """Return the person whose badge is in the inputs."""
        return find_person(self.entry.cursor, clean_code(self.text(name)), self.entry.at)

    def day(self, name: str, days_later: int = 0) -> int | None:
        """Return the start of a day from the inputs, or of one some days later, in microseconds."""
        text = self.text(name, required=False)
        return start_of(parse_day(text), days_later) if text else None

    def give(self, person: int, role: str, since: int, until: int | None = None, deputy_for: int | None = None) -> None:
        """Give a role."""
        self.entry.insert_numbered(
            "roles_held", person=person, role=role, since=since, until=until, deputy_for=deputy_for
        )

    def take(self, person: int, role: str = "") -> None:
        """End the roles a person holds, or one of them, and with them what was lent of them."""
        self.entry.cursor.execute(HELD_OR_LENT, (person, person))
        for act, number, held in self.entry.cursor.fetchall():
            if role in ("", held):
                self.entry.change("roles_held", (act, number), {"ended_at": None}, {"ended_at": self.entry.at})

    def holders(self, role: str) -> set[int]:
        """Return who holds a role in their own right."""
        self.entry.cursor.execute(HOLDERS, (role, self.entry.at, self.entry.at))
        return {person for (person,) in self.entry.cursor.fetchall()}

    def finish(self, **facts: Any) -> Done:
        """Record the act."""
        entry, request, session = self.entry, self.request, self.session
        entry.insert(
            "acts", seq=entry.seq, at=entry.at, step=request.step, outcome="", person=session.person.id, desk=session.desk,
            request_key=request.key, request=request.digest,
        )
        return answer(entry.seal(by=session.person.id, desk=session.desk, step=request.step, **facts))


def holds_one(person: Person, roles: Sequence[str]) -> bool:
    """Tell whether a person holds one of some roles; what names none is open to everybody."""
    return not roles or any(role in person.roles for role in roles)


def key_of_ask(words: Words, step: str, name: str) -> str:
    """Return where the title of a question stands: under a name of its own for this act, else where it stands for all."""
    own = f"question.{step}_{name}"
    return own if own in words.keys else f"question.{name}"


def enrol(site: Site, entry: Entry, session: Session, request: Request, proved: Sequence[Signer]) -> Done:
    """A new person: badge, name, roles; the PIN is kept beside the journal."""
    act = Administering(site, entry, session, request)
    act.only(BY["enrol"])
    badge, name = clean_code(act.text("badge")), act.text("name")
    entry.cursor.execute("SELECT COUNT(*) FROM persons WHERE badge = ?", (badge,))
    if entry.cursor.fetchall()[0][0]:
        raise Refused("badge_taken", badge=badge)
    refuse_taken(site, entry.cursor, badge, "person")
    entry.cursor.execute("SELECT COALESCE(MAX(id), 0) + 1 FROM persons")
    identity = entry.cursor.fetchall()[0][0]
    entry.insert("persons", id=identity, badge=badge, name=name, since=entry.at)
    for role in roles_wanted(site, request.inputs.get("roles") or []):
        act.give(identity, role, entry.at)
    if request.pin_hash:
        set_pin(entry.cursor, identity, request.pin_hash)
    return act.finish(badge=badge)


def roles_wanted(site: Site, raw: object) -> list[str]:
    """Return the roles named for a new person, each once."""
    if not isinstance(raw, list):
        raise Refused("role_unknown", role=visible(raw))
    for name in raw:
        if not isinstance(name, str) or name not in site.factory.roles:
            raise Refused("role_unknown", role=visible(name))
    return list(dict.fromkeys(raw))


def dismiss(site: Site, entry: Entry, session: Session, request: Request, proved: Sequence[Signer]) -> Done:
    """A person leaves: the badge is revoked at once, and roles nobody else holds go to whoever takes over."""
    act = Administering(site, entry, session, request)
    act.only(BY["dismiss"])
    person = act.person()
    heir = act.person("hand_to") if request.inputs.get("hand_to") else None
    heir = None if heir and heir.id == person.id else heir
    alone = [role for role, deputy in person.roles.items() if deputy is None and act.holders(role) == {person.id}]
    if alone and heir is None:
        reasons = [Because("role_left_empty", {"role": role_title(site, role)}, who=role) for role in alone]
        raise Refused("roles_left_empty", reasons, name=person.name)
    act.take(person.id)
    for role in alone if heir else ():
        act.give(heir.id, role, entry.at) if heir else None
    withdraw(entry, person.id)
    entry.change("persons", (person.id,), {"left_at": None}, {"left_at": entry.at})
    end_sessions(entry, person.id)
    entry.cursor.execute("DELETE FROM credentials WHERE person = ?", (person.id,))
    return act.finish(badge=person.badge, handed=alone)


def renew_pin(site: Site, entry: Entry, session: Session, request: Request, proved: Sequence[Signer]) -> Done:
    """A new PIN: for oneself, or by the administrator for anyone, who then has to log in anew with it."""
    act = Administering(site, entry, session, request)
    person = act.person()
    act.oneself_or_others(person)
    if not request.pin_hash:
        raise Refused("pin_unfit")
    set_pin(entry.cursor, person.id, request.pin_hash)
    if person.id != session.person.id:
        end_sessions(entry, person.id)
    return act.finish(badge=person.badge)


def end_sessions(entry: Entry, person: int) -> None:
    """End what was opened under a PIN that is no longer trusted."""
    entry.cursor.execute("UPDATE sessions SET ended_at = ? WHERE person = ? AND ended_at IS NULL", (entry.at, person))


def give_role(site: Site, entry: Entry, session: Session, request: Request, proved: Sequence[Signer]) -> Done:
    """Give a person a role."""
    act = Administering(site, entry, session, request)
    act.only(BY["give_role"])
    person, role = act.person(), act.role()
    if role in person.roles and person.roles[role] is None:
        raise Refused("role_held_already", name=person.name, role=role_title(site, role))
    act.give(person.id, role, entry.at)
    return act.finish(badge=person.badge, role=role)


def take_role(site: Site, entry: Entry, session: Session, request: Request, proved: Sequence[Signer]) -> Done:
    """Take a role from a person; the last administrator keeps it."""
    act = Administering(site, entry, session, request)
    act.only(BY["take_role"])
    person, role = act.person(), act.role()
    if role not in person.roles:
        raise Refused("role_not_held", name=person.name, role=role_title(site, role))
    if role == ADMINISTRATOR and act.holders(role) == {person.id}:
        raise Refused("last_administrator", name=person.name)
    act.take(person.id, role)
    return act.finish(badge=person.badge, role=role)


def delegate(site: Site, entry: Entry, session: Session, request: Request, proved: Sequence[Signer]) -> Done:
    """A role lent to a named person between two days; signatures made under it say for whom."""
    act = Administering(site, entry, session, request)
    role, deputy = act.role(), act.person("to")
    owner = act.person() if request.inputs.get("badge") else session.person
    act.oneself_or_others(owner)
    if owner.roles.get(role, -1) is not None:
        raise Refused("role_not_held", name=owner.name, role=role_title(site, role))
    if deputy.id == owner.id or role in deputy.roles:
        raise Refused("role_held_already", name=deputy.name, role=role_title(site, role))
    since, until = act.day("from") or entry.at, act.day("until", days_later=1)  # the last day counts
    if until is None or until <= entry.at or until <= since:
        raise Refused("until_needed")
    act.give(deputy.id, role, since, until, owner.id)
    return act.finish(badge=deputy.badge, role=role, deputy_for=owner.badge)


def give_stamp(site: Site, entry: Entry, session: Session, request: Request, proved: Sequence[Signer]) -> Done:
    """A16: a personal inspection stamp, and when its holder was trained; a number is never given twice, not even if withdrawn."""
    act = Administering(site, entry, session, request)
    act.only(BY["give_stamp"])
    person, number = act.person(), clean_code(act.text("stamp"))
    refuse_used(entry.cursor, number)
    trained = act.day("trained")
    if trained is not None and trained > entry.at:
        raise Refused("trained_in_future", day=act.text("trained"))
    before = withdraw(entry, person.id)
    entry.insert("stamps", number=number, person=person.id, since=entry.at)
    carried = [carry_limits(entry, each, number, trained) for each in before]
    if trained is not None and not any(carried):
        set_limit(entry, number, "", "", trained)
    return act.finish(badge=person.badge, stamp=number)


def withdraw_stamp(site: Site, entry: Entry, session: Session, request: Request, proved: Sequence[Signer]) -> Done:
    """Withdraw a person's stamp."""
    act = Administering(site, entry, session, request)
    act.only(BY["withdraw_stamp"])
    person = act.person()
    if not withdraw(entry, person.id):
        raise Refused("stamp_missing", name=person.name)
    return act.finish(badge=person.badge)


def withdraw(entry: Entry, person: int) -> list[str]:
    """Withdraw whatever stamp a person has, and return the numbers."""
    entry.cursor.execute("SELECT number FROM stamps WHERE person = ? AND withdrawn_at IS NULL", (person,))
    numbers = [number for (number,) in entry.cursor.fetchall()]
    for number in numbers:
        entry.change("stamps", (number,), {"withdrawn_at": None}, {"withdrawn_at": entry.at})
    return numbers


def inputs_of(asks: Mapping[str, Sequence[Ask]]) -> dict[str, frozenset[str]]:
    """Return which inputs each act takes; a PIN comes apart from them and goes no further than its hash."""
    return {step: frozenset(ask.name for ask in asked if ask.kind != "pin") for step, asked in asks.items()}


ACTS = {
    "enrol": enrol,
    "give_role": give_role,
    "take_role": take_role,
    "give_stamp": give_stamp,
    "withdraw_stamp": withdraw_stamp,
    "renew_pin": renew_pin,
    "delegate": delegate,
    "dismiss": dismiss,
}
BY: dict[str, tuple[str, ...]] = {**dict.fromkeys(ACTS, (ADMINISTRATOR,)), "renew_pin": (), "delegate": ()}
BY |= dict.fromkeys(("give_stamp", "withdraw_stamp"), (QUALITY_MANAGER, ADMINISTRATOR))
"""Who may do an act, holding any of these roles; where there is none, everybody, for themselves."""
BADGE, ROLE, PIN = Ask("badge", "badge"), Ask("role", "choice"), Ask("pin", "pin")
ASKS: dict[str, tuple[Ask, ...]] = {
    "enrol": (Ask("badge", "code"), Ask("name", "text"), Ask("roles", "choices"), PIN),
    "give_role": (BADGE, ROLE),
    "take_role": (BADGE, ROLE),
    "give_stamp": (BADGE, Ask("stamp", "code"), Ask("trained", "date", required=False)),
    "withdraw_stamp": (BADGE,),
    "renew_pin": (BADGE, PIN),
    "delegate": (
        Ask("badge", "badge", required=False), ROLE, Ask("to", "badge"), Ask("from", "date", required=False),
        Ask("until", "date"),
    ),
    "dismiss": (BADGE, Ask("hand_to", "badge", required=False)),
}  # fmt: skip
"""What each act asks at a desk; a "code" names something new, "choices" are any number of them, a "badge" is somebody's."""
INPUTS = inputs_of(ASKS)
