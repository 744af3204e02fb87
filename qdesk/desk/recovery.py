"""The way back when the last administrator's PIN or the pepper is lost: whoever holds the site's folder may; it is journalled.

It needs no session, since nobody can open one; it needs the files of the site, which is more than any desk gives.
"""

from __future__ import annotations

import getpass
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from typing import Any

from qdesk.clock import Clock
from qdesk.config import create_pepper, open_config
from qdesk.desk.answer import Done, answer
from qdesk.errors import Refused
from qdesk.journal import Entry
from qdesk.people import Person, find_person, hash_pin, set_pin
from qdesk.scan import clean_code, visible
from qdesk.site import Site, open_site

ADMINISTRATOR = "administrator"


def recover_pin(folder: Path, badge: object, pin: object, clock: Clock) -> Done:
    """Give an administrator a new PIN; raises Refused: not_an_administrator, badge_unknown, badge_revoked, pin_unfit."""
    site = open_site(folder, clock)
    try:
        pin_hash = hash_pin(site, pin)
        with site.writing(flush_witness=True) as entry:
            person = administrator(entry, badge)
            set_pin(entry.cursor, person.id, pin_hash)
            end_sessions(entry, "person = ?", person.id)
            return finish(entry, "recover_pin", person)
    finally:
        site.close()


def recover_pepper(folder: Path, badge: object, pin: object, clock: Clock) -> Done:
    """Make a new pepper for a lost or damaged one, and a new PIN for one administrator, who gives everyone else a new one.

    Paper printed under the lost pepper stays good, since its numbers are in the book. Raises Refused("pepper_not_lost").
    """
    path = lost_pepper(folder)
    damaged = put_aside(path)
    create_pepper(path)
    with ExitStack() as unwritten:
        unwritten.callback(bring_back, path, damaged)
        with closing(open_site(folder, clock)) as site:
            done = _recover_pepper(site, badge, pin)
        unwritten.pop_all()
    return done


def bring_back(path: Path, damaged: Path | None) -> None:
    """Put the old pepper back in its place: without its journal entry no new one may stay."""
    path.unlink()
    if damaged:
        damaged.rename(path)


def _recover_pepper(site: Site, badge: object, pin: object) -> Done:
    pin_hash = hash_pin(site, pin)
    with site.writing(flush_witness=True) as entry:
        person = administrator(entry, badge)
        entry.cursor.execute("DELETE FROM credentials")
        set_pin(entry.cursor, person.id, pin_hash)
        end_sessions(entry, "ended_at IS NULL")
        return finish(entry, "recover_pepper", person)


def lost_pepper(folder: Path) -> Path:
    """Return where the pepper should be; one that is there and whole is never replaced."""
    try:
        config = open_config(folder)
    except Refused as refused:
        if refused.code in ("pepper_lost", "pepper_damaged"):
            return Path(str(refused.arguments["path"]))
        raise
    raise Refused("pepper_not_lost", path=str(config.pepper))


def put_aside(path: Path) -> Path | None:
    """Move a damaged pepper aside, under a name that is free; nothing is deleted."""
    if not path.exists():
        return None
    number = 1
    while (aside := path.with_name(f"{path.name}.damaged-{number}")).exists():
        number += 1
    return path.rename(aside)


def administrator(entry: Entry, badge: object) -> Person:
    """Return who wears a badge, if that is an administrator in their own right."""
    person = find_person(entry.cursor, clean_code(badge), entry.at)
    if person.roles.get(ADMINISTRATOR, -1) is not None:
        raise Refused("not_an_administrator", name=person.name)
    return person


def end_sessions(entry: Entry, which: str, *values: object) -> None:
    """End sessions: what was opened under a PIN that is no longer trusted must not go on."""
    entry.cursor.execute(f"UPDATE sessions SET ended_at = ? WHERE ended_at IS NULL AND {which}", (entry.at, *values))


def finish(entry: Entry, step: str, person: Person) -> Done:
    """Record who was helped, and under which name on this machine."""
    entry.insert("acts", seq=entry.seq, at=entry.at, step=step, outcome="", desk="", request="")
    facts: dict[str, Any] = {"by": None, "desk": "", "badge": person.badge, "system_user": system_user()}
    return answer(entry.seal(step=step, **facts))


def system_user() -> str:
    """Return the name of the machine's account, empty where it has none."""
    with suppress(OSError, KeyError, ImportError):
        return visible(getpass.getuser())
    return ""
