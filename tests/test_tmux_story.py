"""A whole product modification on real terminals: seven desks at once in tmux, 80x24, keys and scans as hands give them."""

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


def test_a_modification_goes_through_seven_terminals_from_the_application_to_the_closing_copy(desks: Desks) -> None:
    seats = {
        "sales": "E011", "planning": "E021", "shop_dispatch": "E031", "valve_shop": "E033", "finished_store": "E041",
        "inspection": "E051",
    }  # fmt: skip
    for desk in seats:
        desks.open(desk)
    for desk, badge in seats.items():
        desks.log_in(desk, badge)

    desks.press("sales", "F2")
    desks.await_text("sales", "Customer")
    for answer in ("Acme", "", "", "", "VLV-25A", "VLV-25B", "3", ""):
        desks.type("sales", answer)
    desks.press("sales", "F2")
    desks.await_text("sales", "GX26-000003 is written in 6 copies")
    desks.press("sales", "F12", "F12")
    desks.log_in("sales", "E012")
    desks.type("sales", "GX26-000003")
    desks.await_text("sales", "Sign the application")
    desks.press("sales", "F2")
    desks.await_text("sales", "PIN")
    desks.type("sales", desks.pin("E012"))
    desks.await_text("sales", "6 slips to print")

    def piece(copy: int) -> str:
        site = open_site(desks.folder)
        found = site.database.rows("SELECT piece FROM copies WHERE name = ?", f"GX26-000003/{copy}")
        site.close()
        return f"]C1{found[0][0]}"

    desks.await_text("planning", "GX26-000003")
    desks.type("planning", piece(2))
    desks.await_text("planning", "may be used here for Take into the plan")
    desks.press("planning", "F2")
    desks.await_text("planning", "Production plan undisturbed")
    desks.press("planning", "F2")
    desks.await_text("planning", "copy 3, 4, 5, 6 to Valve shop dispatch group")

    desks.type("shop_dispatch", piece(3))
    desks.await_text("shop_dispatch", "Decide for the workshop: consent")
    desks.press("shop_dispatch", "F2")
    desks.await_text("shop_dispatch", "PIN")
    desks.type("shop_dispatch", desks.pin("E031"))
    desks.await_text("shop_dispatch", "consent: done")
    desks.press("shop_dispatch", "F12", "F12")
    desks.log_in("shop_dispatch", "E032")
    desks.type("shop_dispatch", piece(4))
    desks.await_text("shop_dispatch", "may be used here for Hand out")
    desks.press("shop_dispatch", "F2")
    desks.await_text("shop_dispatch", "copy 4, 5, 6 to Valve shop")

    desks.await_text("finished_store", "GX26-000003")
    desks.type("finished_store", piece(4))
    desks.await_text("finished_store", "may be used here for Draw the product")
    desks.press("finished_store", "F2")
    desks.await_text("finished_store", "rework worker")
    desks.type("finished_store", desks.pin("E041"))
    desks.type("finished_store", "]C1E033")
    desks.type("finished_store", desks.pin("E033"))
    desks.await_text("finished_store", "VLV-25A 3 to workshop, product to be modified")

    desks.type("valve_shop", piece(5))
    desks.await_text("valve_shop", "may be used here for")
    desks.press("valve_shop", "F2")
    desks.await_text("valve_shop", "Signatures")
    desks.type("valve_shop", desks.pin("E033"))
    desks.await_text("valve_shop", "VLV-25B 3 to workshop, modified product")

    desks.type("inspection", piece(5))
    desks.type("inspection", piece(6))
    desks.await_text("inspection", "all scanned")
    desks.press("inspection", "F2")
    desks.await_text("inspection", "leakage")
    for answer in ("1", "1", "0.2", "3", desks.pin("E051")):
        desks.type("inspection", answer)
    desks.await_text("inspection", "Inspect: pass: done")

    desks.type("finished_store", piece(5))
    desks.type("finished_store", piece(6))
    desks.await_text("finished_store", "all scanned")
    desks.press("finished_store", "F2")
    desks.await_text("finished_store", "PIN")
    desks.type("finished_store", desks.pin("E041"))
    desks.await_text("finished_store", "VLV-25B 3 to finished goods store")

    desks.type("shop_dispatch", piece(6))
    desks.await_text("shop_dispatch", "may be used here for Return the closing copy")
    desks.press("shop_dispatch", "F2")
    desks.await_text("shop_dispatch", "the case has ended")

    site = open_site(desks.folder)
    assert site.database.rows("SELECT ended FROM cases WHERE code = 'GX26-000003'")[0][0] == "completed"
    assert verify(site, replay=True).findings == []
    site.close()
    assert not (desks.folder / "faults.log").exists()
