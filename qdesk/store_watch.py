"""What a keeper has to look after, found out whenever somebody looks: shelf lives (T34, T35) and the climate (R041, R042)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from qdesk.bins import STORE
from qdesk.climate import QUALITY, latest, limits_of, limits_text, places_read, unnoted
from qdesk.clock import moment
from qdesk.database import Cursor
from qdesk.people import find_session
from qdesk.shelf_life import counted, places_of
from qdesk.site import Site
from qdesk.words import Words

Json = dict[str, Any]


def store_notices(site: Site, token: object, words: Words) -> list[Json]:
    """Return in sentences what a keeper, or quality, has to see to, what is late first. Other desks are told nothing."""
    with site.database.reading() as cursor:
        session = find_session(site, cursor, token)
        is_store = site.factory.desks[session.desk].kind == STORE
        if not is_store and QUALITY not in site.served[session.desk]:
            return []
        told = list(shelf_notices(site, cursor, session.desk, words))
        told += climate_notices(site, cursor, session.desk, words) if is_store else noted_notices(cursor, words)
    return sorted(told, key=lambda row: not row["late"])


def notice(late: bool, words: Words, key: str, /, **arguments: object) -> Json:
    """Return one sentence, by the name of its words."""
    return {"late": late, "about": key, "text": words.say(f"store_watch.{key}", **arguments)}


def shelf_notices(site: Site, cursor: Cursor, desk: str, words: Words) -> Iterator[Json]:
    """R048, R049: how many lots have ended, and how many end within a month and nobody re-inspects."""
    ended, soon = counted(cursor, places_of(site, desk), site.clock.now())
    if ended:
        yield notice(True, words, "expired", count=ended)
    if soon and site.factory.desks[desk].kind == STORE:
        yield notice(False, words, "ending", count=soon)


def climate_notices(site: Site, cursor: Cursor, desk: str, words: Words) -> Iterator[Json]:
    """R041, R042: the alarm while the newest reading of a store is outside the limits; and a reading that is due."""
    every, now = site.config.duration("climate_every"), site.clock.now()
    for place in places_read(site, desk)[:1]:
        newest, title = latest(cursor, place), site.factory.places[place].title.in_(words.language)
        if newest is not None and newest["outside"]:
            told = {"place": title, "reading": newest["reading"], "limits": limits_text(limits_of(site))}
            yield notice(True, words, "climate_alarm", at=moment(newest["at"]), **told)
        if every and (newest is None or newest["at"] + every <= now):
            yield notice(False, words, "climate_due", place=title)


def noted_notices(cursor: Cursor, words: Words) -> Iterator[Json]:
    """R041, R042: how many readings were outside the limits that quality has not taken note of."""
    waiting = unnoted(cursor)
    if waiting:
        yield notice(True, words, "climate_unnoted", count=len(waiting), at=moment(waiting[0][3]))
