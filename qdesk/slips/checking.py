"""Sheets that check a machine: test barcodes that set up a scanner, and the test page of a printer."""

from __future__ import annotations

from typing import Any

from qdesk.clock import moment
from qdesk.database import Cursor
from qdesk.errors import Refused
from qdesk.scan import clean_text, compose_piece, read_piece
from qdesk.site import Site
from qdesk.slips.codes import code_of
from qdesk.words import Words

Json = dict[str, Any]

KIND_OF_A_TEST = 98
"""The kind of number that no paper ever bears; 99 would be lost in Code 128."""
SHORT, LAYOUT, CHINESE, DENSE, WIDE = "QDESK-1", "Yz-/_.:Q", "阀门喆", "QDESK-DENSE-A1B2", "WIDE-1"
MODULES = {"dense": 0.25, "usual": 0.375, "wide": 0.5}
"""Millimetres of a module: two, three and four dots of a thermal head."""
FOREIGN = "piece_foreign"


def trial_piece(site: Site) -> str:
    """Return eighteen digits with right check digits that this works never issued: every desk refuses them as foreign."""
    made = (compose_piece(KIND_OF_A_TEST, 0, running, b"a scanner test") for running in range(1000))
    return next(piece for piece in made if _is_foreign(piece, site.config.keys.piece))


def _is_foreign(piece: str, key: bytes) -> bool:
    """Tell whether the mark in a number is not ours: of a hundred thousand made with another key, one is right by chance."""
    try:
        read_piece(piece, key)
    except Refused as refused:
        return refused.code == FOREIGN
    return False


def scanner_sheet(site: Site, cursor: Cursor, subject: str, words: Words, again: bool = False) -> Json:
    """Return the sheet of test barcodes: how a scanner is set up, what each code checks, and what must appear at the desk.

    The codes are drawn once for every work of the house; nothing is asked of the book, and the subject is not looked at.
    """
    piece, say = trial_piece(site), words.say
    foreign = words.refusal(Refused(FOREIGN, code=piece))
    checks = [
        ("short", SHORT, "bars", "usual", _unknown(words, SHORT)), ("layout", LAYOUT, "bars", "usual", _unknown(words, LAYOUT)),
        ("piece", piece, "bars", "usual", foreign), ("dense", DENSE, "bars", "dense", _unknown(words, DENSE)),
        ("wide", WIDE, "bars", "wide", _unknown(words, WIDE)), ("square", piece, "square", "wide", foreign),
        ("chinese", CHINESE, "square", "wide", _unknown(words, CHINESE)),
    ]  # fmt: skip
    return {
        "language": words.language,
        "site": site.config.name,
        "title": say("scanner.title"),
        "test": say("scanner.test"),
        "heads": {name: say(f"scanner.{name}") for name in ("sends", "appears", "otherwise")},
        "setup": [say(f"scanner.setup_{number}") for number in range(1, 6)],
        "checks": [_check(words, *check) for check in checks],
    }


def _check(words: Words, name: str, text: str, drawn: str, module: str, appears: str) -> Json:
    prefix = "]C1" if drawn == "bars" else "]Q1"
    told = {"title": words.say(f"scanner.{name}_title"), "otherwise": words.say(f"scanner.{name}_otherwise")}
    return {**told, "code": code_of(text), "drawn": drawn, "module": MODULES[module], "sends": prefix + text, "appears": appears}


def _unknown(words: Words, code: str) -> str:
    return words.refusal(Refused("code_unknown", code=code))


def trial_page(site: Site, cursor: Cursor, subject: str, words: Words, again: bool = False) -> Json:
    """Return the test page of a printer, which the subject names: edges, ruler, bars of two to four dots, text in all sizes."""
    printer = clean_text(subject, words.say("printtest.printer"))
    say, piece = words.say, trial_piece(site)
    return {
        "language": words.language,
        "site": site.config.name,
        "title": say("printtest.title"),
        "printer": printer,
        "at": words.show(moment(site.clock.now())),
        "paper_said": say("printtest.paper"),
        "says": [say(f"printtest.{name}") for name in ("edges", "ruler", "bars", "text")],
        "sample": {language: site.languages[language].say("printtest.sample") for language in ("zh", "en")},
        "code": code_of(piece),
        "modules": sorted(MODULES.values()),
    }
