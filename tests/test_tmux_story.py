"""A whole product modification on real terminals: six desks at once in tmux, 80x24, keys and scans as hands give them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from qdesk.demo import prepare
from qdesk.site import open_site
from qdesk.verify import verify

PATIENCE = 30.0
pytestmark = pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not on this machine; .ci/run installs it")


class Desks:
    """A tmux server of our own with one window for each desk."""

    def __init__(self, folder: Path, sheet: dict[str, Any]) -> None:
        """Open no window yet."""
        self.folder, self.sheet = folder, sheet
        self.socket = f"qdesk-{os.getpid()}-{time.monotonic_ns()}"
        self.opened: set[str] = set()

    def tmux(self, *arguments: str) -> str:
        """Run one command of tmux."""
        done = subprocess.run(["tmux", "-L", self.socket, "-f", "/dev/null", "-u", *arguments], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def open(self, desk: str) -> None:
        """Start the program at a desk; the terminal stays when it ends, so that its last words can be read."""
        program = f"exec {sys.executable} -m qdesk.cli desk {desk} --site {self.folder} --language en"
        command = f"sh -c '{program}'; echo ENDED $?; sleep 600"
        if self.opened:
            self.tmux("new-window", "-d", "-n", desk, command)
        else:
            self.tmux("new-session", "-d", "-x", "80", "-y", "24", "-n", desk, command)
            self.tmux("set", "-g", "escape-time", "0")
        self.opened.add(desk)

    def type(self, desk: str, text: str) -> None:
        """Type text and Enter, in one burst as a scanner does."""
        self.tmux("send-keys", "-t", desk, "-l", "--", text)
        self.tmux("send-keys", "-t", desk, "Enter")

    def press(self, desk: str, *keys: str) -> None:
        """Press keys by their names."""
        self.tmux("send-keys", "-t", desk, *keys)

    def screen(self, desk: str) -> str:
        """What the terminal shows."""
        return self.tmux("capture-pane", "-p", "-t", desk)

    def await_text(self, desk: str, text: str) -> str:
        """Wait until the terminal shows something."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            shown = self.screen(desk)
            if text in " ".join(shown.split()):
                return shown
            time.sleep(0.05)
        raise AssertionError(f"{desk} never showed {text!r}:\n{self.screen(desk)}")

    def log_in(self, desk: str, badge: str) -> None:
        """Sit down: badge and PIN."""
        self.await_text(desk, "Badge:")
        self.type(desk, badge)
        self.type(desk, self.pin(badge))
        self.await_text(desk, "Waits here")

    def pin(self, badge: str) -> str:
        """The PIN of one of the invented people."""
        return next(str(row["pin"]) for row in self.sheet["people"] if row["badge"] == badge)

    def close(self) -> None:
        """End everything."""
        subprocess.run(["tmux", "-L", self.socket, "kill-server"], capture_output=True, check=False)


@pytest.fixture
def desks(tmp_path: Path) -> Iterator[Desks]:
    """A demo factory and terminals on it."""
    prepare(tmp_path / "factory", "en")
    sheet = json.loads((tmp_path / "factory" / "sheet.json").read_text(encoding="utf-8"))
    opened = Desks(tmp_path / "factory", sheet)
    yield opened
    opened.close()


SEATS = {
    "sales": "E011", "planning": "E021", "shop_dispatch": "E031", "valve_shop": "E033", "finished_store": "E041",
    "inspection": "E051",
}  # fmt: skip
STORY = """
sales           press   F2
sales           see     Customer
sales           enter   Acme||||VLV-25A|VLV-25B|3|
sales           press   F2
sales           see     is written in 6 copies
sales           press   F12 F12
sales           sit     E012
sales           enter   CASE
sales           see     Sign the application
sales           press   F2
sales           see     PIN
sales           pin     E012
sales           see     6 slips to print
planning        see     CASE
planning        scan    2
planning        see     may be used here for Take into the plan
planning        press   F2
planning        see     Production plan undisturbed
planning        press   F2
planning        see     copy 3, 4, 5, 6 to Valve shop dispatch group
shop_dispatch   scan    3
shop_dispatch   see     Decide for the workshop: consent
shop_dispatch   press   F2
shop_dispatch   see     PIN
shop_dispatch   pin     E031
shop_dispatch   see     consent: done
shop_dispatch   press   F12 F12
shop_dispatch   sit     E032
shop_dispatch   scan    4
shop_dispatch   see     may be used here for Hand out
shop_dispatch   press   F2
shop_dispatch   see     copy 4, 5, 6 to Valve shop
finished_store  see     CASE
finished_store  scan    4
finished_store  see     may be used here for Draw the product
finished_store  press   F2
finished_store  see     rework worker
finished_store  pin     E041
finished_store  enter   ]C1E033
finished_store  pin     E033
finished_store  see     VLV-25A 3 to workshop, product to be modified
valve_shop      scan    5
valve_shop      see     may be used here for
valve_shop      press   F2
valve_shop      see     Signatures
valve_shop      pin     E033
valve_shop      see     VLV-25B 3 to workshop, modified product
inspection      scan    5
inspection      scan    6
inspection      see     all scanned
inspection      press   F2
inspection      see     leakage
inspection      enter   1|1|0.2|3
inspection      pin     E051
inspection      see     Inspect: pass: done
finished_store  scan    5
finished_store  scan    6
finished_store  see     all scanned
finished_store  press   F2
finished_store  see     PIN
finished_store  pin     E041
finished_store  see     VLV-25B 3 to finished goods store
shop_dispatch   scan    6
shop_dispatch   see     may be used here for Return the closing copy
shop_dispatch   press   F2
shop_dispatch   see     the case has ended
"""
"""Desk, what is done there, and with what: one thing a line. CASE is the case of the story, whatever the year calls it."""


def case_of(desks: Desks) -> str:
    """Return the case that was opened last."""
    site = open_site(desks.folder)
    found: str = site.database.rows("SELECT in_case FROM acts WHERE step = 'apply' ORDER BY seq DESC LIMIT 1")[0][0]
    site.close()
    return found


def piece(desks: Desks, copy: str) -> str:
    """What a scanner sends for a copy of the case."""
    site, case = open_site(desks.folder), case_of(desks)
    found = site.database.rows("SELECT piece FROM copies WHERE name = ?", f"{case}/{copy}")
    site.close()
    return f"]C1{found[0][0]}"


def play(desks: Desks, desk: str, verb: str, what: str) -> None:
    """Do one line of the story."""
    what = what.replace("CASE", case_of(desks)) if "CASE" in what else what
    if verb == "see":
        desks.await_text(desk, what)
    elif verb == "press":
        desks.press(desk, *what.split())
    elif verb == "sit":
        desks.log_in(desk, what)
    else:
        typed = {"enter": lambda: what, "pin": lambda: desks.pin(what), "scan": lambda: piece(desks, what)}[verb]()
        for text in typed.split("|"):
            desks.type(desk, text)


def test_a_modification_goes_through_six_terminals_from_the_application_to_the_closing_copy(desks: Desks) -> None:
    for desk in SEATS:
        desks.open(desk)
    for desk, badge in SEATS.items():
        desks.log_in(desk, badge)
    for line in STORY.strip().splitlines():
        play(desks, *line.split(maxsplit=2))
    site = open_site(desks.folder)
    assert site.database.rows("SELECT ended FROM cases WHERE code = ?", case_of(desks))[0][0] == "completed"
    assert verify(site, replay=True).findings == []
    site.close()
    assert not (desks.folder / "faults.log").exists()
