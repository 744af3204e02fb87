"""Drafts: what was typed at a desk and not yet done, kept over a lock, a shift or a power cut; never an act, never a PIN."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from qdesk.clock import time_text
from qdesk.errors import Refused
from qdesk.journal import canonical
from qdesk.people import find_session
from qdesk.scan import clean_text
from qdesk.site import Site

Json = dict[str, Any]
LONGEST_DRAFT = 200_000
KEEP = """INSERT INTO drafts(desk, person, subject, contents, at) VALUES(?, ?, ?, ?, ?)
  ON CONFLICT(desk, person, subject) DO UPDATE SET contents = excluded.contents, at = excluded.at"""
DROP = "DELETE FROM drafts WHERE desk = ? AND person = ? AND subject = ?"
FIND = "SELECT contents FROM drafts WHERE desk = ? AND person = ? AND subject = ?"
OWN = "SELECT subject, contents, at FROM drafts WHERE desk = ? AND person = ? ORDER BY at DESC, subject"


def keep_draft(site: Site, token: object, subject: object, contents: Mapping[str, Any]) -> None:
    """Keep what was typed about something, in place of what was kept before; nothing at all, or what is done, drops the draft.

    It is put away at the moment a desk locks, so a locked session may do it, and none is kept awake by it.
    Raises Refused: session_unknown, text_too_long, request_unreadable.
    """
    kept = without_pins(contents)
    if not kept or is_done(site, kept.get("key")):
        return drop_draft(site, token, subject)
    try:
        text = canonical(kept)
    except TypeError as error:  # a number beyond 64 bits, or half a character
        raise Refused("request_unreadable", name="contents") from error
    if len(text.encode()) > LONGEST_DRAFT:
        raise Refused("text_too_long", field=site.title("word.draft"), longest=LONGEST_DRAFT)
    key = key_of(site, token, subject, even_locked=True)
    with site.database.writing() as cursor:
        cursor.execute(KEEP, (*key, text, site.clock.now()))


def is_done(site: Site, key: object) -> bool:
    """Tell whether the act a draft was typed for is done: the program may have ended before it could drop the draft."""
    return isinstance(key, str) and site.database.row("SELECT 1 FROM acts WHERE request_key = ?", key) is not None


def drop_draft(site: Site, token: object, subject: object) -> None:
    """Forget a draft; where there is none, nothing happens."""
    key = key_of(site, token, subject, even_locked=True)
    if site.database.row(FIND, *key) is not None:
        with site.database.writing() as cursor:
            cursor.execute(DROP, key)


def find_draft(site: Site, token: object, subject: object) -> Json | None:
    """Return what the session's person had typed about something at its desk, None where nothing was kept."""
    found = site.database.row(FIND, *key_of(site, token, subject))
    if found is None:
        return None
    contents: Json = json.loads(found[0])
    return contents


def drafts_of(site: Site, token: object) -> list[Json]:
    """Return all that the session's person has typed at its desk and not yet done, the newest first."""
    with site.database.reading() as cursor:
        session = find_session(site, cursor, token)
        cursor.execute(OWN, (session.desk, session.person.id))
        rows = cursor.fetchall()
    return [{"subject": subject, "at": time_text(at), "contents": json.loads(contents)} for subject, contents, at in rows]


def key_of(site: Site, token: object, subject: object, even_locked: bool = False) -> tuple[str, int, str]:
    """Return desk, person and subject: one draft for each."""
    with site.database.reading() as cursor:
        session = find_session(site, cursor, token, even_locked)
    return session.desk, session.person.id, clean_text(subject, "subject")


def without_pins(value: Any) -> Any:
    """Return contents without any field named "pin", however deep: a PIN is not kept where it can be read."""
    if isinstance(value, Mapping):
        return {key: without_pins(each) for key, each in value.items() if str(key).casefold() != "pin"}
    return [without_pins(each) for each in value] if isinstance(value, list | tuple) else value
