"""The demo: a factory with people, stock and two running cases; then a whole modification, and ten things that are refused."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path

from rich.text import Text

from qdesk.clock import Clock, FixedClock, moment
from qdesk.forbidden import ten_forbidden_things
from qdesk.playing import (
    CHECKED,
    DAY,
    MODIFICATION,
    Json,
    Player,
    description,
    make_factory,
    running_cases,
    whole_modification,
)
from qdesk.site import Site
from qdesk.telling import console, tell_inbox, tell_stock, tell_verify, tell_where
from qdesk.words import Words


def demonstrate(folder: Path | None, language: str) -> int:
    """Tell the whole story on a scratch site, then prove the journal; return 0 when all went as it must."""
    if folder is not None:
        return play(folder, language)
    with tempfile.TemporaryDirectory(prefix="qdesk-demo-") as scratch:
        return play(Path(scratch) / "factory", language)


def play(folder: Path, language: str) -> int:
    """Tell the story in a folder."""
    screen = console()
    words = Words.load(language)

    def say(line: str) -> None:
        screen.print(Text(line), soft_wrap=True)

    clock = FixedClock(morning(Clock().now() - 5 * DAY))
    site = make_factory(folder, clock, language)
    player = Player(site, clock, words, say)
    say(words.say("demo.hello", folder=str(folder)))
    say(words.say("demo.chapter_running"))
    late, _ = running_cases(player)
    say(words.say("demo.chapter_whole"))
    whole = whole_modification(player)
    tell_where(site, whole, words, screen)
    tell_stock(site, "", "finished_store", "", words, screen)
    tell_inbox(site, "planning", words, screen)
    say(words.say("demo.chapter_forbidden"))
    refused = ten_forbidden_things(player, late, whole)
    say(words.say("demo.chapter_verify"))
    code = tell_verify(site, True, None, words, screen)
    site.close()
    say(words.say("demo.goodbye", refused=refused))
    return code if refused == 10 else 1


def morning(at: int) -> int:
    """Return half past seven of a day, local time: when the demo's shift begins."""
    return int(moment(at).replace(hour=7, minute=30, second=0, microsecond=0).timestamp() * 1_000_000)


def prepare(folder: Path, language: str) -> int:
    """Make the demo factory in a folder, with its two running cases, and write sheet.json with every badge, PIN and code."""
    clock = FixedClock(Clock().now() - 4 * DAY)
    site = make_factory(folder, clock, language)
    words = Words.load(language)
    player = Player(site, clock, words, lambda line: None)
    late, fresh = running_cases(player)
    sheet = sheet_of(site, player, [late, fresh])
    path = site.config.folder / "sheet.json"
    path.write_text(json.dumps(sheet, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    site.close()
    print(words.say("demo.prepared", folder=str(site.config.folder), sheet=str(path)))
    return 0


def sheet_of(site: Site, player: Player, cases: Sequence[str]) -> Json:
    """Return everything a program or a tester needs to work at the demo factory."""
    described = description()
    rows = site.database.rows("SELECT code, item, serial FROM lots ORDER BY code")
    pieces = site.database.rows("SELECT name, serial, in_case, due, piece FROM copies ORDER BY name")
    people = [{**row, "desks": desks_of(site, row["roles"])} for row in described["people"]]
    return {
        "site": str(site.config.folder),
        "people": people,
        "desks": [desk.id for desk in site.factory.desks.values()],
        "items": described["items"],
        "stock": described["stock"],
        "places": [place.id for place in site.factory.places.values() if not place.counter],
        "lots": [{"lot": lot, "item": item, "serial": serial} for lot, item, serial in rows],
        "cases": list(cases),
        "copies": [{"copy": n, "document": s, "case": c, "due": due, "piece": piece} for n, s, c, due, piece in pieces],
        "procedures": [MODIFICATION],
        "inspection": CHECKED,
    }


def desks_of(site: Site, roles: Sequence[str]) -> list[str]:
    """Return the desks where a person with these roles may log in."""
    return [desk.id for desk in site.factory.desks.values() if desk.terminal and set(roles) & set(desk.roles)]
