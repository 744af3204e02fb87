"""The demo: a factory with people, stock and two running cases; then a whole modification, and ten things that are refused."""

from __future__ import annotations

import contextlib
import json
import tempfile
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from rich.text import Text

from qdesk.clock import Clock, FixedClock, moment
from qdesk.desk.card import ended_title, waits
from qdesk.desk.standing import Standing, stand
from qdesk.forbidden import ten_forbidden_things
from qdesk.machines import FOLDER
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
from qdesk.playing_delivery import whole_delivery
from qdesk.playing_quality import whole_nonconformity
from qdesk.playing_receipt import whole_receipts
from qdesk.playing_stocktake import whole_stocktake
from qdesk.site import Site
from qdesk.telling import console, tell_inbox, tell_stock, tell_verify, tell_where
from qdesk.words import Words


def demonstrate(folder: Path | None, language: str) -> int:
    """Tell the whole story on a scratch site, then prove the journal; return 0 when all went as it must."""
    if folder is not None:
        return play(folder, language)
    with tempfile.TemporaryDirectory(prefix="qdesk-demo-") as scratch:
        return play(Path(scratch) / "factory", language, stays=False)


def play(folder: Path, language: str, stays: bool = True) -> int:
    """Tell the story in a folder, which stays or is removed behind it."""
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
    say(words.say("demo.chapter_delivery"))
    note, as_it_must = whole_delivery(player)
    tell_where(site, note, words, screen)
    say(words.say("demo.chapter_receipt"))
    whole_receipts(player)
    say(words.say("demo.chapter_nonconforming"))
    whole_nonconformity(player)
    say(words.say("demo.chapter_stocktake"))
    whole_stocktake(player)
    say(words.say("demo.chapter_forbidden"))
    refused = ten_forbidden_things(player, late, whole)
    say(words.say("demo.chapter_verify"))
    code = tell_verify(site, True, None, words, screen)
    say(words.say("demo.chapter_paper"))
    say(words.say("demo.printed" if stays else "demo.printed_removed", count=print_all(site), folder=str(prints_of(site))))
    site.close()
    say(words.say("demo.goodbye", refused=refused))
    return code if refused == 10 and as_it_must else 1


def morning(at: int) -> int:
    """Return half past seven of a day, local time: when the demo's shift begins."""
    return int(moment(at).replace(hour=7, minute=30, second=0, microsecond=0).timestamp() * 1_000_000)


def prepare(folder: Path, language: str) -> int:
    """Make the demo factory in a folder, with its two running cases, and write sheet.json with every badge, PIN and code."""
    words = Words.load(language)
    site, player, cases = running_factory(folder, words)
    sheet = sheet_of(site, player, cases)
    path = site.config.folder / "sheet.json"
    path.write_text(json.dumps(sheet, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    count = print_all(site)
    site.close()
    print(words.say("demo.prepared", folder=str(site.config.folder), sheet=str(path)))
    print(words.say("demo.printed", count=count, folder=str(prints_of(site))))
    return 0


def print_all(site: Site) -> int:
    """Print every slip that waits and return how many there are; nothing has to be set up for it."""
    from qdesk.printing import print_everything  # sets pages: the guide, which needs this room too, does not

    print_everything(site)
    return len(list(prints_of(site).glob("*.pdf")))


def prints_of(site: Site) -> Path:
    """Return the folder where slips land as PDFs unless a site says otherwise."""
    return site.config.folder / site.factory.printers[FOLDER].folder


def running_factory(folder: Path, words: Words) -> tuple[Site, Player, tuple[str, str]]:
    """Make the demo factory with its two running cases, begun days ago; return who plays there, and the cases."""
    clock = FixedClock(Clock().now() - 4 * DAY)
    site = make_factory(folder, clock, words.language)
    player = Player(site, clock, words, lambda line: None)
    return site, player, running_cases(player)


@contextlib.contextmanager
def guided_factory(folder: Path | None, language: str) -> Iterator[Path]:
    """Make the demo factory for the guide, in a folder that is named or in one that is removed behind it."""
    with contextlib.ExitStack() as cleared:
        if folder is None:
            folder = Path(cleared.enter_context(tempfile.TemporaryDirectory(prefix="qdesk-demo-"))) / "factory"
        running_factory(folder, Words.load(language))[0].close()
        yield folder


def cases_of(site: Site) -> frozenset[str]:
    """Return the names of all cases there are."""
    return frozenset(name for (name,) in site.database.rows("SELECT code FROM cases"))


def newest_case(site: Site, known: Collection[str], words: Words) -> Json | None:
    """Return how the newest case stands that is not known yet: what waits, on which pieces of paper, and where all copies are.

    This is what a guide may know and nobody at a desk: it needs no session.
    """
    with site.database.reading() as cursor:
        cursor.execute("SELECT code FROM cases ORDER BY opened_at DESC, code DESC")
        new = [name for (name,) in cursor.fetchall() if name not in known]
        if not new:
            return None
        standing = stand(site, cursor, new[0])
    told = [{**wait, **paper_of(standing, wait["step"])} for wait in waits(standing, words)]
    copies = [{"copy": copy.name, "piece": copy.piece, "due": copy.due} for copy in standing.named.values()]
    case = standing.case
    return {"case": case.code, "ended": case.ended, "ending": ended_title(standing, words), "waits": told, "copies": copies}


def paper_of(standing: Standing, key: str) -> Json:
    """Return the pieces of paper that a waiting step needs, and whether all of them have to be scanned."""
    for each in standing.running.expected:
        if each.key == key:
            pieces = [(copy.name, copy.piece) for copy in standing.copies_of(each.transition)]
            return {"pieces": pieces, "all": each.transition.step.scan == "all"}
    return {"pieces": [], "all": False}


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
