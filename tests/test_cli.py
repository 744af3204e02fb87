from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from factory_floor import P01, PIN, Floor, FloorMaker, description
from pipe_client import QDESK, ROOT, environment, heed_interrupts, qdesk
from rich.console import Console

from qdesk import __version__, telling
from qdesk.cli import main
from qdesk.config import open_config
from qdesk.database import Database
from qdesk.site import open_site
from qdesk.words import LANGUAGES, Words

Told = pytest.CaptureFixture[str]
UNSAID = re.compile(r"\[[a-z_]+\.[a-z_.]+\]|\{[a-z_]+\}")

SITE_AND_ADMINISTRATOR = """
[site]
code = "QD1"
name = "First works"
language = "en"
[[people]]
badge = "A001"
name = "Zhou Min"
roles = ["administrator"]
pin = "480213"
"""

DESCRIPTION = f"""{SITE_AND_ADMINISTRATOR}
[[people]]
badge = "K001"
name = "Song Li"
roles = ["keeper"]
[[items]]
code = "V-1"
unit = "pcs"
[[items]]
code = "OIL"
unit = "kg"
decimals = 3
[[stock]]
item = "V-1"
place = "finished_store"
quantity = "60"
[[stock]]
item = "OIL"
place = "parts_store"
quantity = "2.5"
"""

BROKEN = """
surplus = 1
[[people]]
badge = "A001"
"""

BAD_ROWS = f"""{SITE_AND_ADMINISTRATOR}
[[people]]
badge = "A001"
name = "Twice"
roles = ["keeper"]
[[people]]
badge = "B"
name = "[/b]"
roles = ["emperor"]
[[people]]
badge = "C"
name = "C"
roles = "keeper"
[[people]]
badge = "D"
name = "D"
roles = [["keeper"]]
[[people]]
badge = "E"
name = "E"
roles = ["keeper"]
pin = "1111"
[[people]]
badge = "F"
name = "F"
roles = ["keeper"]
pin = 123456
[[items]]
code = "V-1"
decimals = 4
[[items]]
code = "V-2"
colour = "red"
[[stock]]
item = "V-9"
place = "finished_store"
quantity = "1"
[[stock]]
item = "V-1"
place = "moon"
quantity = "1"
"""


@pytest.fixture(autouse=True)
def plain_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Eighty columns, no colours, and nothing of the tester's own language or site."""
    for name in ("LANG", "QDESK_SITE", "QDESK_LANGUAGE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "80")


@pytest.fixture
def told(capsys: Told) -> Callable[..., tuple[int, str, str]]:
    """Run a command within this process: exit code, what it said, what it complained of."""

    def run(*words: str | Path) -> tuple[int, str, str]:
        code = main([str(word) for word in words])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


Run = Callable[..., tuple[int, str, str]]


def is_clear(complaint: str) -> bool:
    """Tell whether a complaint is a sentence: no traceback, no key without words, no argument left out."""
    return bool(complaint.strip()) and "Traceback" not in complaint and not UNSAID.search(complaint.replace("{name}", ""))


# Sites that cannot be opened


def nothing(folder: Path) -> None:
    shutil.rmtree(folder)


def emptied(folder: Path) -> None:
    nothing(folder)
    folder.mkdir()


def a_file(folder: Path) -> None:
    nothing(folder)
    folder.write_text("", encoding="utf-8")


def without_database(folder: Path) -> None:
    (folder / "qdesk.db").unlink()


def with_another_file(folder: Path) -> None:
    (folder / "qdesk.db").write_bytes(b"no database at all" * 400)


def with_an_empty_database(folder: Path) -> None:
    (folder / "qdesk.db").write_bytes(b"")


def with_torn_pages(folder: Path) -> None:
    content = bytearray((folder / "qdesk.db").read_bytes())
    content[40_000:200_000] = b"\xff" * 160_000
    (folder / "qdesk.db").write_bytes(content)


def with_broken_toml(folder: Path) -> None:
    (folder / "site.toml").write_text("code = ", encoding="utf-8")


def with_unknown_settings(folder: Path) -> None:
    with (folder / "site.toml").open("a", encoding="utf-8") as file:
        file.write("[settings]\nnonsense = 'x'\nidle_lock = 'soon'\n")


def without_pepper(folder: Path) -> None:
    (folder / "pepper").unlink()


def with_short_pepper(folder: Path) -> None:
    (folder / "pepper").write_bytes(b"x")


def with_open_pepper(folder: Path) -> None:
    (folder / "pepper").chmod(0o644)


def of_another_site(folder: Path) -> None:
    text = (folder / "site.toml").read_text(encoding="utf-8")
    (folder / "site.toml").write_text(text.replace('"T1"', '"T2"'), encoding="utf-8")


def older_than_its_witness(folder: Path) -> None:
    with (folder / "witness").open("a", encoding="utf-8") as file:
        file.write(f"{99:012d} {'a' * 16}\n")


def unlike_its_witness(folder: Path) -> None:
    with (folder / "witness").open("a", encoding="utf-8") as file:
        file.write(f"{1:012d} {'f' * 16}\n")


def written_by_a_newer_program(folder: Path) -> None:
    database = Database(folder / "qdesk.db")
    with database.writing() as cursor:
        cursor.execute("SELECT * FROM schema_version")
        columns = len(cursor.fetchall()[0])
        cursor.execute(f"INSERT INTO schema_version VALUES({', '.join(['999'] * columns)})")
    database.close()


def with_broken_words(folder: Path) -> None:
    (folder / "words").mkdir()
    (folder / "words" / "en.toml").write_text('[error]\npin_wrong = "{0.__class__}"\n', encoding="utf-8")


def with_words_in_another_encoding(folder: Path) -> None:
    (folder / "words").mkdir()
    (folder / "words" / "zh.toml").write_bytes("[error]\npin_wrong = '错'\n".encode("gbk"))


WRONG = (
    nothing, emptied, a_file, without_database, with_another_file, with_an_empty_database, with_torn_pages, with_broken_toml,
    with_unknown_settings, without_pepper, with_short_pepper, with_open_pepper, of_another_site, older_than_its_witness,
    unlike_its_witness, written_by_a_newer_program, with_broken_words, with_words_in_another_encoding,
)  # fmt: skip


@pytest.fixture
def spoilt(works: Any, tmp_path: Path) -> Path:
    """A founded and closed site."""
    made = works.floor(tmp_path / "spoilt", {}, "", None)
    made.site.close()
    return tmp_path / "spoilt"


@pytest.mark.parametrize("spoil", WRONG, ids=lambda spoil: spoil.__name__)
def test_a_site_that_cannot_be_opened_is_refused_clearly(spoilt: Path, spoil: Callable[[Path], None], told: Run) -> None:
    spoil(spoilt)
    for language in LANGUAGES:
        code, said, complaint = told("pipe", "--site", spoilt, "--language", language)
        assert (code, said) == (1, "")
        assert is_clear(complaint), complaint
        assert complaint.isascii() == (language == "en") or "“" in complaint


def test_a_process_that_cannot_open_its_site_ends_with_one_and_no_traceback(tmp_path: Path) -> None:
    done = qdesk("pipe", "--site", str(tmp_path / "nowhere"), said=b'{"op": "inbox"}\n')
    assert (done.returncode, done.stdout) == (1, "")
    assert is_clear(done.stderr) and len(done.stderr.splitlines()) == 1


BOUND = """import ctypes, os, sys
if os.geteuid() == 0 and ctypes.CDLL(None).prctl(24, 1, 0, 0, 0):
    sys.exit("CAP_DAC_OVERRIDE could not be given up")
os.execv(sys.executable, [sys.executable, "-m", "qdesk.cli", *sys.argv[1:]])
"""
"""Starts a command whom permissions bind even where tests run as root."""


@pytest.mark.parametrize(("folder_mode", "file_mode"), [(0o555, 0o444), (0o755, 0o444), (0o555, 0o644)])
def test_a_site_that_can_only_be_read_is_refused_clearly(spoilt: Path, folder_mode: int, file_mode: int) -> None:
    for path in spoilt.iterdir():
        path.chmod(0o400 if path.name == "pepper" else file_mode)
    spoilt.chmod(folder_mode)
    command = [sys.executable, "-c", BOUND, "pipe", "--site", str(spoilt), "--language", "en"]
    done = subprocess.run(command, input=b"", capture_output=True, cwd=ROOT, env=environment())
    spoilt.chmod(0o755)
    assert (done.returncode, done.stdout) == (1, b"")
    complaint = done.stderr.decode()
    assert is_clear(complaint) and str(spoilt) in complaint
    assert "only be read" in complaint or "cannot be opened" in complaint


# Making a site


def test_init_makes_a_site_from_a_file_with_its_people_items_and_stock(tmp_path: Path, told: Run) -> None:
    (tmp_path / "works.toml").write_text(DESCRIPTION, encoding="utf-8")
    code, said, complaint = told("init", tmp_path / "site", "--from", tmp_path / "works.toml")
    assert (code, complaint) == (0, "")
    assert str(tmp_path / "site") in said
    site = open_site(tmp_path / "site")
    assert site.database.rows("SELECT badge, name FROM persons ORDER BY id") == [("A001", "Zhou Min"), ("K001", "Song Li")]
    assert site.database.rows("SELECT item, quantity FROM balances WHERE counter = 0 ORDER BY item") == [
        ("OIL", 2500), ("V-1", 60_000),
    ]  # fmt: skip
    assert (site.config.scratch, site.config.language) == (False, "en")
    assert (tmp_path / "site" / "pepper").stat().st_mode & 0o777 == 0o600
    assert not [row for row in site.database.rows("SELECT body FROM journal") if "480213" in row[0]]
    site.close()
    assert told("verify", "--replay", "--site", tmp_path / "site")[0] == 0


def test_pins_may_come_apart_on_standard_input(tmp_path: Path) -> None:
    text = DESCRIPTION.replace('pin = "480213"\n', "")
    (tmp_path / "works.toml").write_text(text, encoding="utf-8")
    words = ("init", str(tmp_path / "site"), "--from", str(tmp_path / "works.toml"), "--pins", "-")
    done = qdesk(*words, said="A001 480213\n\n  K001\t 141421 \r\n")
    assert (done.returncode, done.stderr) == (0, "")
    asked = [{"op": "login", "desk": "administration", "badge": "A001", "pin": "480213"},
             {"op": "login", "desk": "finished_store", "badge": "K001", "pin": "141421"}]  # fmt: skip
    lines = "".join(json.dumps(each) + "\n" for each in asked)
    told = qdesk("pipe", "--site", str(tmp_path / "site"), said=lines)
    assert [json.loads(line)["ok"] for line in told.stdout.splitlines()] == [True, True]


@pytest.mark.parametrize(
    ("pins", "named"),
    [("A001 480213 K001 141421\n", "line 1"), ("A001 480213\nK001\n", "line 2"), ("A001 480213\nK999 141421\n", "K999")],
)
def test_pins_that_belong_to_nobody_are_refused_and_never_shown(tmp_path: Path, pins: str, named: str) -> None:
    (tmp_path / "works.toml").write_text(DESCRIPTION.replace('pin = "480213"\n', ""), encoding="utf-8")
    done = qdesk("init", str(tmp_path / "site"), "--from", str(tmp_path / "works.toml"), "--pins", "-", said=pins)
    assert (done.returncode, done.stdout) == (1, "")
    assert named in done.stderr and is_clear(done.stderr)
    assert "480213" not in done.stderr and "141421" not in done.stderr
    assert not (tmp_path / "site").exists()


def test_every_problem_of_a_description_is_listed_by_row_at_once_and_nothing_stays_behind(tmp_path: Path, told: Run) -> None:
    (tmp_path / "works.toml").write_text(BAD_ROWS, encoding="utf-8")
    code, said, complaint = told("init", tmp_path / "site", "--from", tmp_path / "works.toml", "--language", "en")
    assert (code, said) == (1, "")
    rows = [line.removeprefix("  - ").partition(":")[0] for line in complaint.splitlines()[1:]]
    assert rows == [
        *(f"people, row {number}" for number in (2, 3, 4, 5, 6, 7)), *(f"items, row {number}" for number in (1, 2)),
        *(f"stock, row {number}" for number in (1, 2)),
    ]  # fmt: skip
    assert "123456" not in complaint and "1111" not in complaint
    assert is_clear(complaint)
    assert [path.name for path in tmp_path.iterdir()] == ["works.toml"]


def test_a_folder_that_was_there_keeps_what_was_in_it_when_init_is_refused(tmp_path: Path, told: Run) -> None:
    (tmp_path / "works.toml").write_text(BAD_ROWS, encoding="utf-8")
    assert told("init", tmp_path, "--from", tmp_path / "works.toml")[0] == 1
    assert [path.name for path in tmp_path.iterdir()] == ["works.toml"]


@pytest.mark.parametrize(
    "text",
    [
        "", "people = ", BROKEN, "people = 5", "site = 5", "[site]\ncode = 5\nname = 'x'", "[site]\ncode = 'x'\nname = 'x'",
        "[site]\ncode = 'X'\nname = 'x'\nlanguage = 'fr'", "[site]\ncode = 'X'\nname = '\\u001b[31m'", "stock = [1]",
        "[settings]\nidle_lock = 'a\"b'\n[site]\ncode = 'X'\nname = 'x'", "settings = 'x'", "within = []",
        "[within]\nx = 5\n[site]\ncode = 'X'\nname = 'x'", "[site]\ncode = 'X'\nname = 'x'",
        "[site]\ncode = 'X'\nname = 'x'\n[[people]]\nbadge = 'A'\nname = 'A'\nroles = ['administrator']",
    ],
)  # fmt: skip
def test_a_description_of_a_wrong_shape_is_refused_clearly_and_makes_nothing(tmp_path: Path, text: str, told: Run) -> None:
    (tmp_path / "works.toml").write_text(text, encoding="utf-8")
    code, said, complaint = told("init", tmp_path / "site", "--from", tmp_path / "works.toml", "--language", "en")
    assert (code, said) == (1, "")
    assert is_clear(complaint), complaint
    assert "\x1b" not in complaint
    assert not (tmp_path / "site").exists()


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00"])
def test_a_description_that_cannot_be_read_is_refused_by_its_name(tmp_path: Path, content: bytes | None, told: Run) -> None:
    if content is not None:
        (tmp_path / "works.toml").write_bytes(content)
    code, _, complaint = told("init", tmp_path / "site", "--from", tmp_path / "works.toml")
    assert code == 1
    assert str(tmp_path / "works.toml") in complaint and is_clear(complaint)


def test_init_is_refused_where_a_site_is(spoilt: Path, tmp_path: Path, told: Run) -> None:
    (tmp_path / "works.toml").write_text(DESCRIPTION, encoding="utf-8")
    before = (spoilt / "qdesk.db").read_bytes()
    code, _, complaint = told("init", spoilt, "--from", tmp_path / "works.toml")
    assert (code, is_clear(complaint)) == (1, True)
    assert (spoilt / "qdesk.db").read_bytes() == before


def test_init_without_a_terminal_or_a_file_says_what_it_needs(tmp_path: Path) -> None:
    done = qdesk("init", str(tmp_path / "site"))
    assert (done.returncode, done.stdout) == (1, "")
    assert "--from" in done.stderr
    assert not (tmp_path / "site").exists()


class Terminal:
    """A program on a terminal of its own, answered as a person would."""

    def __init__(self, *words: str) -> None:
        """Start it."""
        self.said, self.over = "", False
        self.descriptor, other = pty.openpty()
        self.process = subprocess.Popen(
            [*QDESK, *words], cwd=ROOT, env=environment(), start_new_session=True, stdin=other, stdout=other, stderr=other,
            preexec_fn=heed_interrupts,
        )
        os.close(other)

    def __enter__(self) -> Terminal:
        """Hand it out."""
        return self

    def __exit__(self, *error: object) -> None:
        """End it, however the test went."""
        self.process.kill()
        self.process.wait()
        os.close(self.descriptor)

    def answer(self, prompt: str, *typed: str) -> None:
        """Wait for a prompt, then type."""
        self.wait(lambda: prompt in self.said)
        self.said = self.said.partition(prompt)[2]
        os.write(self.descriptor, "".join(each + "\n" for each in typed).encode())

    def wait(self, until: Callable[[], bool]) -> None:
        """Read what is said until something holds, or until the end."""
        end = time.monotonic() + 30
        while not until() and time.monotonic() < end:
            if select.select([self.descriptor], [], [], 0.2)[0]:
                try:
                    self.said += os.read(self.descriptor, 4096).decode("utf-8", "replace")
                except OSError:  # the other side has closed its terminal
                    self.over = True
                    break
        assert until(), self.said

    def interrupt(self) -> None:
        """Interrupt it until it has heard: one that comes between two questions may be lost."""
        deadline = time.monotonic() + 30
        while self.process.poll() is None and time.monotonic() < deadline:
            self.process.send_signal(signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(timeout=0.2)

    def end(self) -> int:
        """Wait for the end and return the exit code."""
        self.wait(lambda: self.over)
        return self.process.wait(timeout=30)


def test_init_asked_in_both_languages_makes_a_site_whose_administrator_can_log_in(tmp_path: Path) -> None:
    for language, words in ((each, Words.load(each)) for each in LANGUAGES):
        folder = tmp_path / language
        with Terminal("init", str(folder), "--language", language) as terminal:
            terminal.answer(words.say("init.code"), "")
            terminal.answer(words.say("init.name"), "", "First works")
            terminal.answer(words.say("init.language"), "")
            terminal.answer(words.say("init.badge"), "")
            terminal.answer(words.say("init.person"), "周敏")
            terminal.answer(words.say("init.pin") + ":", "480213")
            terminal.answer(words.say("init.pin_again") + ":", "480214")
            terminal.answer(words.say("init.pin_differs"))
            terminal.answer(words.say("init.pin") + ":", "480213")
            terminal.answer(words.say("init.pin_again") + ":", "480213")
            terminal.wait(lambda: "witness" in terminal.said)
            assert "480213" not in terminal.said
            assert terminal.end() == 0
        config = open_config(folder)
        assert (config.code, config.name, config.language, config.scratch) == ("QD1", "First works", language, False)
        asked = json.dumps({"op": "login", "desk": "administration", "badge": "A001", "pin": "480213"})
        answer = json.loads(qdesk("pipe", "--site", str(folder), said=asked).stdout)
        assert answer["person"] == {"id": 1, "name": "周敏", "roles": ["administrator"]}


@pytest.mark.parametrize("leaving", ["\x03", "\x04"])
def test_whoever_leaves_in_the_middle_of_the_questions_leaves_nothing_behind(tmp_path: Path, leaving: str) -> None:
    with Terminal("init", str(tmp_path / "site"), "--language", "en") as terminal:
        terminal.answer("Code of the works", "")
        terminal.answer("Name of the works")
        if leaving == "\x03":
            terminal.interrupt()
        else:
            os.write(terminal.descriptor, leaving.encode())
        assert terminal.end() == 130
        assert "Traceback" not in terminal.said
    assert not (tmp_path / "site").exists()


# What is told in the terminal


def commands(floor: Floor) -> list[tuple[str, ...]]:
    """Every look-up there is."""
    return [
        ("where", floor.case), ("where", f"{floor.case}/4"), ("where", "finished_store"),
        ("where", floor.pieces[f"{floor.case}/5"]),
        ("stock",), ("stock", "--item", "V-200"), ("stock", "--place", "workshop_converted"),
        ("stock", "--at", "2026-03-02T08:30"),
        ("inbox",), ("inbox", "planning"), ("inbox", "sales"), ("procedures", "list"), ("procedures", "show"),
        ("procedures", "check"), ("verify",), ("verify", "--replay"),
    ]  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_at_80_columns_no_line_is_too_long_no_code_is_cut_and_nothing_is_without_words(
    floor: Floor, language: str, told: Run
) -> None:
    floor.play("consent", outcome="refuse", reason="no room")
    floor.case = ""
    floor.apply("VS-1", "VS-2", "1", line={"serial": "S-0001"})
    floor.played[floor.case] = 1
    floor.play("rework")
    said = ""
    for words in commands(floor):
        code, out, complaint = told(*words, "--site", floor.folder, "--language", language)
        assert (code, complaint) == (0, ""), words
        assert "…" not in out.replace("0 … 0.5", ""), (words, out)
        assert not UNSAID.search(out), (words, out)
        said += out
    codes = [
        floor.case, "GX26-000001", *(f"{floor.case}/{number}" for number in range(1, 7)), "VS-1", "VS-2", "V-100", "OIL",
        "NEW-PART", "S-0001", "S-0002", "L26-000001", P01, "XS-72-98",
    ]  # fmt: skip
    assert [each for each in codes if each not in said] == []


@pytest.mark.parametrize("width", [60, 80, 200])
def test_however_narrow_the_terminal_every_character_of_a_code_is_shown(floors: FloorMaker, width: int, tmp_path: Path) -> None:
    long = {"code": "VALVE-" + "0123456789" * 5, "unit": "pcs", "name": "阀门" * 20, "serialised": True}
    described = description()
    described["items"].append(long)
    described["stock"].append({"item": long["code"], "place": "finished_store", "quantity": "1", "serial": "SERIAL-" + "9" * 20})
    floor = floors({}, "", described)
    with (tmp_path / "out").open("w+", encoding="utf-8") as file:
        telling.tell_stock(floor.site, str(long["code"]), "", "", floor.site.words, Console(width=width, file=file, markup=False))
        file.seek(0)
        out = file.read()
    assert "…" not in out
    assert out.count("阀") == 20
    assert all(out.count(digit) >= 5 for digit in "0123456789")
    assert out.count("9") >= 25


HOSTILE = ("[/b]", "[bold red]x[/bold red]", ":warning:", "{name}", "%s", "=1+1", "<b>x</b>", "\\", "[link=x]y[/link]")


@pytest.mark.parametrize("language", LANGUAGES)
def test_markup_in_data_is_shown_as_it_is_and_does_nothing(
    floors: FloorMaker, language: str, told: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    described = description()
    described["items"] += [{"code": f"H-{number}", "unit": text, "name": text} for number, text in enumerate(HOSTILE)]
    described["stock"] += [
        {"item": f"H-{number}", "place": "finished_store", "quantity": "1"} for number in range(len(HOSTILE))
    ]  # fmt: skip
    monkeypatch.setenv("COLUMNS", "200")
    floor = floors({}, "", described)
    code, out, _ = told("stock", "--site", floor.folder, "--language", language)
    assert code == 0
    assert [text for text in HOSTILE if text not in out] == []
    assert "\x1b" not in out


@pytest.mark.parametrize(
    "code", ["[/b]", "[bold]x", "\x1b[31mred", "\u202egnp", "{step}", "a" * 300, "", "中文", "GX26-000001/[/b]"]
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_hostile_codes_on_the_command_line_are_shown_harmlessly(floor: Floor, code: str, language: str, told: Run) -> None:
    for words in (["where", code], ["stock", "--item", code or "x"], ["stock", "--place", code or "x"], ["inbox", code or "x"]):
        exit_code, said, complaint = told(*words, "--site", floor.folder, "--language", language)
        assert (exit_code, said) == (1, "")
        assert complaint.replace("\n", "").isprintable()
        assert "Traceback" not in complaint and len(complaint) < 600


def test_a_refusal_is_told_in_the_language_of_the_site_unless_another_is_asked_for(floor: Floor, told: Run) -> None:
    assert floor.site.config.language == "zh"
    assert "账上没有" in told("where", "GX26-999999", "--site", floor.folder)[2]
    assert told("where", "GX26-999999", "--site", floor.folder, "--language", "en")[2].startswith("The book has no document")


def test_the_site_may_be_named_by_the_environment_or_be_the_folder_one_is_in(
    floor: Floor, told: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    floor.apply()
    monkeypatch.setenv("QDESK_SITE", str(floor.folder))
    assert told("where", floor.case)[0] == 0
    monkeypatch.delenv("QDESK_SITE")
    monkeypatch.chdir(floor.folder)
    assert told("where", floor.case)[0] == 0


def test_a_slip_is_checked_by_what_is_printed_on_it(floor: Floor, told: Run) -> None:
    ((seq, head),) = floor.rows("SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1")
    assert told("verify", "--site", floor.folder, "--slip", str(seq), head[:8])[0] == 0
    assert told("verify", "--site", floor.folder, "--slip", str(seq), "deadbeef")[0] == 1
    assert told("verify", "--site", floor.folder, "--slip", "999", head[:8])[0] == 1
    code, _, complaint = told("verify", "--site", floor.folder, "--slip", "[/b]", "\x1b[31m")
    assert (code, is_clear(complaint), "\x1b" in complaint) == (1, True, False)


def test_what_waits_everywhere_is_told_desk_by_desk_and_late_work_is_marked(floor: Floor, told: Run) -> None:
    floor.play("authorise")
    floor.site.config = dataclasses.replace(floor.site.config, within={f"{P01}.plan": 1})
    with Path(floor.folder / "site.toml").open("a", encoding="utf-8") as file:
        file.write(f'[within]\n"{P01}.plan" = "1s"\n')
    _, out, _ = told("inbox", "--site", floor.folder, "--language", "en")
    assert ("Planning" in out, "late" in out, "Sales" in out) == (True, True, False)


def test_without_a_command_the_help_is_shown_and_the_program_was_misused(told: Run) -> None:
    code, said, _ = told()
    assert code == 2
    assert all(name in said for name in ("init", "demo", "pipe", "where", "stock", "inbox", "procedures", "verify", "backup"))


@pytest.mark.parametrize(
    "words", [["bogus"], ["pipe", "--bogus"], ["procedures"], ["where"], ["init"], ["demo", "--language", "fr"]]
)
def test_a_misused_command_line_ends_with_two(words: list[str], capsys: Told) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2
    assert "usage:" in capsys.readouterr().err


def test_the_version_is_told(capsys: Told) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert (ended.value.code, capsys.readouterr().out) == (0, f"qdesk {__version__}\n")


@pytest.fixture
def backup(floor: Floor, tmp_path: Path, told: Run) -> Iterator[Path]:
    """A verified copy of a site's database."""
    code, said, complaint = told("backup", tmp_path / "copy.db", "--site", floor.folder, "--language", "en")
    assert (code, complaint, str(tmp_path / "copy.db") in said) == (0, "", True)
    yield tmp_path / "copy.db"


def test_a_backup_is_made_and_never_written_over(backup: Path, floor: Floor, told: Run) -> None:
    code, _, complaint = told("backup", backup, "--site", floor.folder, "--language", "en")
    assert (code, is_clear(complaint)) == (1, True)


def test_a_new_pin_for_an_administrator_comes_on_standard_input(spoilt: Path) -> None:
    done = qdesk("recover", "A1", "--site", str(spoilt), "--language", "en", said="123789\n")
    assert (done.returncode, done.stderr) == (0, "")
    asked = [{"op": "login", "desk": "administration", "badge": "A1", "pin": pin} for pin in (PIN, "123789")]
    lines = "".join(json.dumps(each) + "\n" for each in asked)
    told = qdesk("pipe", "--site", str(spoilt), said=lines)
    assert [json.loads(line)["ok"] for line in told.stdout.splitlines()] == [False, True]
