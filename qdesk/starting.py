"""Starting a site from the command line: by asking, or from a file; and the way back for a lost PIN or secret."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from qdesk.clock import Clock
from qdesk.desk.founding import found, read_description
from qdesk.desk.recovery import recover_pepper, recover_pin
from qdesk.errors import Because, Refused
from qdesk.words import Words

MOST_TRIES = 3


def init(folder: Path, source: Path | None, pins_from_input: bool, words: Words, language: str) -> int:
    """Make a site: from a file when one is named, else by asking for the site and its first administrator."""
    described: Mapping[str, Any]
    if source is not None:
        try:
            text = source.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise Refused("file_unreadable", path=str(source), reason=str(error)) from error
        described = read_description(text, read_pins(sys.stdin) if pins_from_input else None)
    else:
        described = ask_description(words, language)
    site = found(folder, described, Clock(), scratch=False)
    print(site.words.say("cli.initialised", folder=str(site.config.folder), witness=str(site.config.witness)))
    site.close()
    return 0


def read_pins(lines: Iterable[str]) -> dict[str, str]:
    """Read lines of badge and PIN; raises Refused("init_broken") with every line that is none, and never shows one."""
    pairs = [(number, line.split()) for number, line in enumerate(lines, 1) if line.strip()]
    broken = [Because("init_pins_line", {"number": number}) for number, pair in pairs if len(pair) != 2]
    if broken:
        raise Refused("init_broken", broken)
    return {pair[0]: pair[1] for _, pair in pairs}


def ask_description(words: Words, language: str) -> Mapping[str, Any]:
    """Ask for what a site cannot be without; empty input takes what stands in brackets."""
    if not sys.stdin.isatty():
        raise Refused("init_needs_terminal")
    print(words.say("init.hello"))
    site = {
        "code": ask(words, "init.code", "QD1"),
        "name": ask(words, "init.name"),
        "language": ask(words, "init.language", language or words.language),
    }
    administrator = {
        "badge": ask(words, "init.badge", "A001"),
        "name": ask(words, "init.person"),
        "roles": ["administrator"],
        "pin": ask_pin(words),
    }
    return {"site": site, "people": [administrator]}


def ask(words: Words, key: str, otherwise: str = "") -> str:
    """Ask one question until it is answered."""
    prompt = words.say(key) + (f" [{otherwise}]: " if otherwise else ": ")
    while True:
        answer = input(prompt).strip() or otherwise
        if answer:
            return answer


def ask_pin(words: Words) -> str:
    """Ask for a PIN twice, unseen."""
    for _ in range(MOST_TRIES):
        pin = getpass.getpass(words.say("init.pin") + ": ")
        if pin == getpass.getpass(words.say("init.pin_again") + ": "):
            return pin
        print(words.say("init.pin_differs"))
    raise Refused("pin_unfit")


def recover(folder: Path, badge: str, pepper: bool, words: Words) -> int:
    """Give an administrator a new PIN; with a lost pepper, a new secret first, after which every PIN is given anew."""
    pin = ask_pin(words) if sys.stdin.isatty() else sys.stdin.readline().strip()
    (recover_pepper if pepper else recover_pin)(folder, badge, pin, Clock())
    print(words.say("cli.recovered", badge=badge))
    return 0
