"""The commands that open the screens, played through real terminals."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import subprocess
import termios
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from factory_floor import Floor
from pipe_client import QDESK, ROOT, environment, heed_interrupts, qdesk

from qdesk import terminal
from qdesk.cli import main
from qdesk.words import Words
from screens.look import LOOKS

ENTERED, LEFT = "\x1b[?1049h", "\x1b[?1049l"
HIDDEN, SHOWN = "\x1b[?25l", "\x1b[?25h"
COLOUR = re.compile(r"\x1b\[[0-9;]*(?:3[0-7]|4[0-7]|9[0-7]|10[0-7]|[34]8;[25])[0-9;]*m")
RICH = {"TERM": "xterm-256color", "COLORTERM": "truecolor"}


def take_terminal() -> None:
    """Make the terminal a child was given its own, so that it is told when that is closed."""
    heed_interrupts()
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


class Screen:
    """A program on a terminal of its own, of which it is the session's leader; what it draws is kept as it was sent."""

    def __init__(self, *words: str, cwd: Path = ROOT, environ: Mapping[str, str] | None = None, **more: str) -> None:
        """Start it, as a shell would at 80 by 24."""
        self.drawn, self.is_over = "", False
        self.master, other = pty.openpty()
        self.process = subprocess.Popen(
            [*QDESK, *words], cwd=cwd, start_new_session=True, preexec_fn=take_terminal,
            env=environment(**{"LINES": "24", **RICH, **(environ or {}), **more}), stdin=other, stdout=other, stderr=other,
        )  # fmt: skip
        os.close(other)

    def __enter__(self) -> Screen:
        """Hand it out."""
        return self

    def __exit__(self, *error: object) -> None:
        """End it, however the test went."""
        self.process.kill()
        self.process.wait()
        self.close()

    def close(self) -> None:
        """Close the terminal, as who closes its window."""
        with contextlib.suppress(OSError):
            os.close(self.master)

    def read(self, until: Callable[[], bool]) -> None:
        """Read what is drawn until something holds, or until the end."""
        deadline = time.monotonic() + 30
        while not until() and not self.is_over and time.monotonic() < deadline:
            if select.select([self.master], [], [], 0.2)[0]:
                try:
                    self.drawn += os.read(self.master, 65536).decode("utf-8", "replace")
                except OSError:  # the other side has closed its terminal
                    self.is_over = True
        assert until(), self.drawn[-3000:]

    def wait_for(self, text: str) -> None:
        """Wait until something was drawn."""
        self.read(lambda: text in self.drawn)

    def type(self, text: str) -> None:
        """Type."""
        os.write(self.master, text.encode())

    def end(self) -> int:
        """Wait for the end and return the exit code."""
        self.read(lambda: self.is_over)
        return self.process.wait(timeout=30)

    @property
    def is_restored(self) -> bool:
        """Whether the terminal is as it was: the screens were left, and the cursor is shown."""
        return self.drawn.rfind(LEFT) > self.drawn.rfind(ENTERED) >= 0 and self.drawn.rfind(SHOWN) > self.drawn.rfind(HIDDEN)


@pytest.fixture
def site(floor: Floor) -> str:
    """A founded site, as it is named on the command line."""
    return str(floor.folder)


@pytest.mark.parametrize(("language", "asked"), [("en", "Badge:"), ("zh", "工牌：")])
def test_a_desk_opens_on_a_terminal_and_gives_it_back_when_somebody_leaves(site: str, language: str, asked: str) -> None:
    with Screen("desk", "inspection", "--site", site, "--language", language) as screen:
        screen.wait_for("F11")
        screen.wait_for(asked)
        screen.wait_for({"en": "Inspection", "zh": "检验"}[language])
        screen.type("\x1b[24~")
        assert screen.end() == 0
        assert screen.is_restored
        assert "Traceback" not in screen.drawn
    assert not (Path(site) / "faults.log").exists()


def test_qdesk_alone_opens_the_desk_of_the_environment_at_the_site_one_is_in(site: str) -> None:
    with Screen(cwd=Path(site), QDESK_DESK="finished_store", QDESK_LANGUAGE="en") as screen:
        screen.wait_for("成品库")
        assert "计划部" not in screen.drawn
        screen.type("\x1b[24~")
        assert screen.end() == 0


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_a_desk_that_is_told_to_end_gives_the_terminal_back(site: str, name: str) -> None:
    with Screen("desk", "finished_store", "--site", site) as screen:
        screen.wait_for("F11")
        screen.process.send_signal(getattr(signal, name))
        assert screen.end() == 0
        assert screen.is_restored
        assert "Traceback" not in screen.drawn


def test_a_terminal_that_is_closed_ends_the_program(site: str) -> None:
    with Screen("desk", "finished_store", "--site", site) as screen:
        screen.wait_for("F11")
        screen.close()
        assert screen.process.wait(timeout=20) == 0
    assert not (Path(site) / "faults.log").exists()


@pytest.mark.parametrize(
    ("environ", "given", "true_colours", "any_colours"),
    [
        ({}, (), True, True), ({}, ("--look", "dark"), True, True), ({}, ("--look", "plain"), False, True),
        ({"TERM": "vt100", "COLORTERM": ""}, (), False, True), ({"NO_COLOR": "1"}, (), False, False),
        ({"NO_COLOR": "1"}, ("--look", "light"), False, False),
    ],
)  # fmt: skip
def test_colours_are_drawn_only_where_they_are_wanted_and_can_be_shown(
    site: str, environ: Mapping[str, str], given: tuple[str, ...], true_colours: bool, any_colours: bool
) -> None:
    with Screen("desk", "--site", site, *given, environ=environ) as screen:
        screen.wait_for("F11")
        screen.type("\x1b[24~")
        assert screen.end() == 0
        assert ("38;2;" in screen.drawn) == true_colours
        assert bool(COLOUR.search(screen.drawn)) == any_colours


LOOKED: list[tuple[dict[str, str], str, str]] = [
    ({"TERM": "xterm-256color"}, "", "light"), ({"TERM": "xterm-256color", "QDESK_LOOK": "dark"}, "", "dark"),
    ({"TERM": "xterm-256color", "QDESK_LOOK": "dark", "NO_COLOR": "1"}, "", "plain"), ({"TERM": "linux"}, "", "plain"),
    ({"TERM": "linux", "COLORTERM": "truecolor"}, "", "light"), ({"TERM": "vt100", "QDESK_LOOK": "dark"}, "", "plain"),
    ({"TERM": "vt100"}, "dark", "dark"), ({"TERM": "xterm-256color", "QDESK_LOOK": "pink"}, "", "light"),
]  # fmt: skip


@pytest.mark.parametrize(("environ", "wanted", "look"), LOOKED)
def test_the_look_is_what_was_asked_for_else_what_the_terminal_can_show(
    environ: dict[str, str], wanted: str, look: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("TERM", "COLORTERM", "NO_COLOR", "QDESK_LOOK"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    assert terminal.look_for(wanted) == look


def test_the_command_line_knows_the_looks_of_the_screens() -> None:
    assert terminal.LOOKS == LOOKS


def refusal(code: str, language: str = "en", **arguments: object) -> str:
    """The sentence of a refusal."""
    return Words.load(language).say(f"error.{code}", **arguments)


def test_a_folder_without_a_site_is_refused_before_any_screen_with_what_to_do(tmp_path: Path) -> None:
    for words in ((), ("desk",), ("desk", "sales", "--site", str(tmp_path))):
        with Screen(*words, cwd=tmp_path, COLUMNS="200") as screen:
            assert screen.end() == 1
            told = screen.drawn.replace("\r\n", "\n")
            assert refusal("site_uninitialised", folder=str(tmp_path)) in told
            assert "qdesk init DIR" in told and "qdesk demo" in told
            assert ENTERED not in told and "Traceback" not in told


@pytest.mark.parametrize("kind", ["dumb", "unknown", "DUMB"])
def test_a_terminal_that_cannot_show_screens_is_refused(site: str, kind: str) -> None:
    with Screen("desk", "--site", site, "--language", "en", TERM=kind) as screen:
        assert screen.end() == 1
        assert refusal("terminal_dumb", kind=kind) in screen.drawn.replace("\r\n", "\n")
        assert ENTERED not in screen.drawn


@pytest.mark.parametrize("language", ["zh", "en"])
def test_without_a_terminal_the_screens_are_refused(site: str, language: str) -> None:
    done = qdesk("desk", "--site", site, "--language", language)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.strip() == refusal("terminal_missing", language)


def test_qdesk_alone_without_a_terminal_shows_the_help_and_was_misused() -> None:
    done = qdesk()
    assert (done.returncode, done.stderr) == (2, "")
    assert "desk" in done.stdout and "demo" in done.stdout


def test_a_site_that_cannot_be_opened_is_told_on_the_first_screen_which_can_be_left(site: str) -> None:
    (Path(site) / "pepper").unlink()
    with Screen("desk", "--site", site, "--language", "en") as screen:
        screen.wait_for("The secret file")
        screen.type("\x1b[24~")
        assert screen.end() == 0
        assert screen.is_restored


@pytest.mark.parametrize("words", [["desk", "--look", "pink"], ["desk", "--language", "fr"], ["demo", "--look", "pink"]])
def test_a_look_or_language_nobody_made_is_misuse(words: list[str], capsys: Any) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2
    assert "usage:" in capsys.readouterr().err


@pytest.fixture
def scratch(tmp_path: Path) -> Iterator[Path]:
    """A folder for temporary folders."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    yield folder


def test_the_demo_on_a_terminal_guides_and_leaves_nothing_but_one_line_behind(scratch: Path) -> None:
    with Screen("demo", "--language", "en", TMPDIR=str(scratch), COLUMNS="200") as screen:
        screen.wait_for("1/10")
        assert [path.name.startswith("qdesk-demo-") for path in scratch.iterdir()] == [True]
        screen.type("\x1b[24~")
        assert screen.end() == 0
        assert screen.is_restored
        behind = screen.drawn.rpartition(LEFT)[2]
        assert "The demo is over" in behind and "qdesk init DIR" in behind
    assert list(scratch.iterdir()) == []


def test_a_demo_that_is_told_to_end_clears_its_factory_away(scratch: Path) -> None:
    with Screen("demo", "--language", "zh", TMPDIR=str(scratch)) as screen:
        screen.wait_for("1/10")
        screen.close()
        assert screen.process.wait(timeout=20) == 0
    assert list(scratch.iterdir()) == []


def test_a_demo_in_a_named_folder_stays(tmp_path: Path) -> None:
    folder = tmp_path / "factory"
    with Screen("demo", "--language", "en", "--site", str(folder), COLUMNS="200") as screen:
        screen.wait_for("1/10")
        screen.type("\x1b[24~")
        assert screen.end() == 0
        assert f"stays in {folder}" in screen.drawn.replace("\r\n", "")
    assert qdesk("verify", "--replay", "--site", str(folder)).returncode == 0


def test_the_demo_tells_its_story_where_no_screen_can_be_drawn(tmp_path: Path) -> None:
    with Screen("demo", "--language", "en", "--site", str(tmp_path / "factory"), TERM="dumb") as screen:
        assert screen.end() == 0
        assert "10 of the ten were refused." in screen.drawn
        assert ENTERED not in screen.drawn
