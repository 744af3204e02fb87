"""People: who they are, which roles they hold now, their PINs, sessions and stamps.

A badge is a name, not a secret. A PIN is kept as argon2id over the PIN keyed with a secret outside the database; wrong PINs
lock the person for a while and only delay the terminal.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace

import argon2

from qdesk.clock import SECOND, moment
from qdesk.database import Cursor, Row
from qdesk.errors import Refused
from qdesk.scan import clean_code, visible
from qdesk.site import Site

PIN = re.compile(r"[0-9]{4,12}")
LONGEST_LOCK = 3600 * SECOND
USED_STEP = 30 * SECOND
HASHER = argon2.PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)

PERSON = "SELECT id, badge, name, left_at FROM persons WHERE badge = ?"
PERSON_BY_ID = "SELECT id, badge, name, left_at FROM persons WHERE id = ?"
ROLES = """SELECT role, deputy_for FROM roles_held
  WHERE person = ? AND ended_at IS NULL AND since <= ? AND (until IS NULL OR until > ?) ORDER BY deputy_for IS NULL"""
NEWEST = "SELECT seq, at FROM journal ORDER BY seq DESC LIMIT 1"
SESSION = """SELECT s.token_digest, s.desk, s.used_at, s.pin_at, (SELECT MAX(seq) FROM journal),
  (SELECT at FROM journal ORDER BY seq DESC LIMIT 1), p.id, p.badge, p.name, p.left_at
  FROM sessions s JOIN persons p ON p.id = s.person WHERE s.token_digest = ? AND s.ended_at IS NULL"""


@dataclass(frozen=True)
class Person:
    """A person with the roles held at this moment; a role held as a deputy says for whom."""

    id: int
    badge: str
    name: str
    roles: Mapping[str, int | None]


@dataclass(frozen=True)
class Session:
    """A person at a desk, since a PIN was typed there."""

    token_digest: str
    person: Person
    desk: str
    used_at: int
    pin_at: int
    looked_at: int = -1
    """The newest journal entry when the session and its person were looked at."""


def roles_of(cursor: Cursor, person: int, at: int) -> dict[str, int | None]:
    """Return the roles a person holds at a time; one held in one's own right goes before one held as a deputy."""
    cursor.execute(ROLES, (person, at, at))
    return dict(cursor.fetchall())


def find_person(cursor: Cursor, badge: str, at: int) -> Person:
    """Return who wears a badge; raises Refused("badge_unknown") and Refused("badge_revoked") for a leaver's."""
    cursor.execute(PERSON, (badge,))
    return _person(cursor, cursor.fetchall(), badge, at)


def read_person(cursor: Cursor, identity: int, at: int) -> Person:
    """Return a person by permanent id."""
    cursor.execute(PERSON_BY_ID, (identity,))
    return _person(cursor, cursor.fetchall(), str(identity), at)


def _person(cursor: Cursor, found: list[Row], badge: str, at: int) -> Person:
    if not found:
        raise Refused("badge_unknown", badge=badge)
    identity, badge, name, left_at = found[0]
    if left_at is not None:
        raise Refused("badge_revoked", badge=badge, name=name)
    return Person(identity, badge, name, roles_of(cursor, identity, at))


def stamp_of(cursor: Cursor, person: Person) -> str:
    """Return the number of a person's stamp in use; raises Refused("stamp_missing")."""
    cursor.execute("SELECT number FROM stamps WHERE person = ? AND withdrawn_at IS NULL", (person.id,))
    found = cursor.fetchall()
    if not found:
        raise Refused("stamp_missing", name=person.name)
    number: str = found[0][0]
    return number


def keyed(site: Site, pin: str) -> str:
    """Return the PIN keyed with the pepper: what the slow hash is made of."""
    return hmac.new(site.config.keys.pin, pin.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def hash_pin(site: Site, pin: object) -> str:
    """Return the argon2id hash of a new PIN; raises Refused("pin_unfit") unless 4 to 12 digits, not all alike."""
    if not isinstance(pin, str) or not PIN.fullmatch(pin) or len(set(pin)) == 1:
        raise Refused("pin_unfit")
    return HASHER.hash(keyed(site, pin))


def set_pin(cursor: Cursor, person: int, pin_hash: str) -> None:
    """Store a PIN hash beside the truth, never in the journal, and forget earlier failures."""
    cursor.execute("DELETE FROM credentials WHERE person = ?", (person,))
    cursor.execute("INSERT INTO credentials(person, pin_hash) VALUES(?, ?)", (person, pin_hash))


def check_pin(site: Site, terminal: str, badge: object, pin: object) -> Person:
    """Return who typed badge and PIN, verified outside any transaction.

    Raises Refused: badge_unknown, badge_revoked, terminal_waits, person_locked, pin_wrong.
    """
    now = site.clock.now()
    code = clean_code(badge)
    if not isinstance(pin, str):  # a slip of the program that asks, not a guess: it locks nobody
        raise Refused("text_expected", field="pin")
    with site.database.reading() as cursor:
        _refuse_waiting(cursor, terminal, now)
        try:
            person = find_person(cursor, code, house_time(cursor, now))
        except Refused:
            person = None
        credential = _credential(cursor, person.id, now) if person else None
    if person is None or credential is None:
        _count_failure(site, terminal, None, now)
        with site.database.reading() as cursor:
            find_person(cursor, code, now)
        raise Refused("pin_missing", name=person.name if person else code)
    pin_hash, failures = credential
    try:
        HASHER.verify(pin_hash, keyed(site, pin))
    except argon2.exceptions.VerificationError as wrong:
        _count_failure(site, terminal, person.id, now)
        raise Refused("pin_wrong", name=person.name) from wrong
    if failures:
        _forget_failures(site, terminal, person.id)
    return person


def _refuse_waiting(cursor: Cursor, terminal: str, now: int) -> None:
    cursor.execute("SELECT not_before FROM terminals WHERE name = ?", (terminal,))
    found = cursor.fetchall()
    if found and found[0][0] > now:
        raise Refused("terminal_waits", seconds=-((now - found[0][0]) // SECOND))


def _credential(cursor: Cursor, person: int, now: int) -> tuple[str, int] | None:
    cursor.execute("SELECT pin_hash, failures, locked_until FROM credentials WHERE person = ?", (person,))
    found = cursor.fetchall()
    if not found:
        return None
    pin_hash, failures, locked_until = found[0]
    if locked_until > now:
        raise Refused("person_locked", until=moment(locked_until))
    return pin_hash, failures


def _count_failure(site: Site, terminal: str, person: int | None, now: int) -> None:
    """Count a wrong PIN: a person is locked after some, longer each time; a terminal only has to wait a little."""
    tries, lock = site.config.number("pin_tries"), site.config.duration("pin_lock")
    with site.database.writing() as cursor:
        cursor.execute("INSERT INTO terminals(name) VALUES(?) ON CONFLICT(name) DO NOTHING", (terminal,))
        cursor.execute("UPDATE terminals SET failures = failures + 1 WHERE name = ?", (terminal,))
        cursor.execute("SELECT failures FROM terminals WHERE name = ?", (terminal,))
        if cursor.fetchall()[0][0] % tries == 0:
            wait = now + site.config.duration("terminal_delay")
            cursor.execute("UPDATE terminals SET not_before = ? WHERE name = ?", (wait, terminal))
        if person is None:
            return
        cursor.execute("UPDATE credentials SET failures = failures + 1 WHERE person = ?", (person,))
        cursor.execute("SELECT failures FROM credentials WHERE person = ?", (person,))
        failures = cursor.fetchall()[0][0]
        if failures % tries == 0:
            until = now + min(lock << min(failures // tries - 1, 12), LONGEST_LOCK)
            cursor.execute("UPDATE credentials SET locked_until = ? WHERE person = ?", (until, person))


def _forget_failures(site: Site, terminal: str, person: int) -> None:
    with site.database.writing() as cursor:
        cursor.execute("UPDATE credentials SET failures = 0, locked_until = 0 WHERE person = ?", (person,))
        cursor.execute("UPDATE terminals SET failures = 0 WHERE name = ?", (terminal,))


def house_time(cursor: Cursor, now: int) -> int:
    """Return the time acts go by: with a clock set back, that of the last act, so that an administrator can still log in."""
    return max(now, newest_entry(cursor)[1])


def newest_entry(cursor: Cursor) -> tuple[int, int]:
    """Return number and time of the newest journal entry."""
    cursor.execute(NEWEST)
    seq, at = (cursor.fetchall() or [(0, 0)])[0]
    return seq, at


def token_digest(token: object) -> str:
    """Return what is stored of a session's secret."""
    return hashlib.sha256(str(token).encode("utf-8", "replace")).hexdigest()


def log_in(site: Site, desk: object, badge: object, pin: object) -> tuple[str, Session]:
    """Open a session at a desk and return its secret; raises Refused(desk_unknown, no_terminal, not_your_desk)."""
    known = site.factory.desks.get(str(desk))
    if known is None:
        raise Refused("desk_unknown", desk=visible(desk))
    if not known.terminal:
        raise Refused("no_terminal", desk=known.title, stand_in=site.factory.desks[known.stand_in].title)
    person = check_pin(site, known.id, badge, pin)
    served = {role for other in site.served[known.id] for role in site.factory.desks[other].roles}
    if not served & set(person.roles):
        raise Refused("not_your_desk", name=person.name, desk=known.title)
    token, now = secrets.token_urlsafe(18), site.clock.now()
    session = Session(token_digest(token), person, known.id, now, now)
    with site.database.writing() as cursor:
        cursor.execute(
            "INSERT INTO sessions(token_digest, person, desk, opened_at, used_at, pin_at) VALUES(?, ?, ?, ?, ?, ?)",
            (session.token_digest, person.id, known.id, now, now, now),
        )
    return token, session


def stay_awake(site: Site, token: object) -> None:
    """Note that somebody is typing at a desk, although nothing is asked of the books; raises Refused(session_…)."""
    with site.database.reading() as cursor:
        session = find_session(site, cursor, token)
    keep_awake(site, session)


def log_out_token(site: Site, token: object) -> None:
    """End the session of a token, also one that has been idle too long."""
    with site.database.reading() as cursor:
        session = find_session(site, cursor, token, even_locked=True)
    log_out(site, session)


def log_out(site: Site, session: Session) -> None:
    """End a session."""
    with site.database.writing() as cursor:
        end = (site.clock.now(), session.token_digest)
        cursor.execute("UPDATE sessions SET ended_at = ? WHERE token_digest = ?", end)


def find_session(site: Site, cursor: Cursor, token: object, even_locked: bool = False) -> Session:
    """Return an open session; raises Refused: session_unknown, session_locked (idle too long), badge_revoked.

    ``even_locked`` is for what a desk still has to put away while it locks.
    """
    now = site.clock.now()
    cursor.execute(SESSION, (token_digest(token),))
    found = cursor.fetchall()
    if not found:
        raise Refused("session_unknown")
    digest, desk, used_at, pin_at, looked_at, last_at, *person = found[0]
    if abs(now - used_at) > site.config.duration("idle_lock") and not even_locked:
        raise Refused("session_locked")
    found_person = _person(cursor, [tuple(person)], "", max(now, last_at))
    return Session(digest, found_person, desk, used_at, pin_at, looked_at)


def pin_typed(site: Site, cursor: Cursor, session: Session) -> None:
    """Note that the operator has just typed the PIN again, to sign: it stays fresh from now on."""
    cursor.execute("UPDATE sessions SET pin_at = ? WHERE token_digest = ?", (site.clock.now(), session.token_digest))


def keep_awake(site: Site, session: Session) -> Session:
    """Note that a session is in use, at most every half minute."""
    now = site.clock.now()
    if now - session.used_at < USED_STEP:
        return session
    with site.database.writing() as cursor:
        cursor.execute("UPDATE sessions SET used_at = ? WHERE token_digest = ?", (now, session.token_digest))
    return replace(session, used_at=now)
