from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from pipe_client import ROOT, environment

PRELUDE = "import contextlib, io, json, sys\n"
REPORT = "\nsys.stderr.write(json.dumps(sorted(sys.modules)))\n"
SCREENS = frozenset(["textual", "screens"])
TYPESETTERS = frozenset(["typst", "barcode", "segno", "PIL", "reportlab", "fitz"])
TERMINAL = frozenset(["rich", "getpass", "curses", "readline"])
COMMANDS = (
    "desk", "init", "demo", "pipe", "where", "stock", "inbox", "procedures", "verify", "backup", "restore", "recover", "print",
    "slip", "sheet", "printers", "register",
)  # fmt: skip
PRINTS = ("demo", "print", "slip", "sheet", "printers")


def loaded(program: str) -> frozenset[str]:
    """Every module, and every package above one, that a program has loaded when it is done."""
    command = [sys.executable, "-c", PRELUDE + program + REPORT]
    done = subprocess.run(command, input=b"", capture_output=True, cwd=ROOT, env=environment(), timeout=60)
    assert done.returncode == 0, done.stderr.decode()
    names = json.loads(done.stderr.decode().splitlines()[-1])
    return frozenset(names) | {name.partition(".")[0] for name in names}


def command(*words: str) -> str:
    """A program that runs one command and keeps what it says to itself."""
    return f"""
from qdesk.cli import main
with contextlib.redirect_stdout(io.TextIOWrapper(io.BytesIO())), contextlib.redirect_stderr(io.StringIO()):
    try:
        main({list(words)!r})
    except SystemExit:
        pass
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A prepared factory."""
    folder = tmp_path_factory.mktemp("imports") / "factory"
    loaded(command("demo", "--prepare", "--site", str(folder)))
    return folder


def test_the_pipe_loads_neither_screens_nor_a_typesetter_nor_what_draws_tables(site: Path) -> None:
    modules = loaded(command("pipe", "--site", str(site)))
    assert "qdesk.pipe" in modules
    assert modules & (SCREENS | TYPESETTERS | TERMINAL) == set()


def test_a_whole_conversation_loads_nothing_of_it_either(site: Path) -> None:
    lines = [
        {"op": "login", "desk": "sales", "badge": "E011", "pin": "135790"},
        {"op": "present", "session": "SESSION", "code": "GX26-000001"},
        {
            "op": "act", "session": "SESSION", "procedure": "product_modification", "step": "apply",
            "inputs": {"fields": {"customer": "x"}, "lines": [{"item": "VLV-25A", "becomes": "VLV-25B", "quantity": "1"}]},
        },
        {"op": "verify", "session": "SESSION"},
    ]  # fmt: skip
    modules = loaded(f"""
from collections.abc import Callable
from pathlib import Path
from qdesk.pipe import Pipe
from qdesk.site import open_site
site, answers, session = open_site(Path({str(site)!r})), io.StringIO(), ""
for line in {lines!r}:
    answers.seek(0), answers.truncate()
    Pipe(site, answers).run(io.BytesIO(json.dumps(line).replace("SESSION", session).encode()))
    told = json.loads(answers.getvalue())
    assert told["ok"], told
    session = told.get("session", session)
""")
    assert modules & (SCREENS | TYPESETTERS | TERMINAL) == set()


@pytest.mark.parametrize(
    "words",
    [("where", "sales"), ("stock",), ("inbox",), ("procedures", "list"), ("procedures", "show"), ("verify", "--replay"),
     ("demo",), ("demo", "--play"), ("desk",), ("init", "nowhere/at/all"), ("recover", "X"), ("restore", "nothing"), (),
     ("print", "--once"), ("slip", "GX26-000001"), ("sheet", "test_page", "folder"), ("printers",),
     ("register",), ("register", "application"), ("export", "items", "/nowhere/x.csv"), ("import", "items", "/nowhere/x.csv")],
    ids=lambda words: " ".join(words),
)  # fmt: skip
def test_no_command_of_the_command_line_loads_textual(site: Path, words: tuple[str, ...]) -> None:
    at_site = ("--site", str(site)) if words and words[0] not in ("demo", "init") else ()
    modules = loaded(command(*words, *at_site))
    assert "qdesk.cli" in modules
    assert modules & (SCREENS if words[:1] and words[0] in PRINTS else SCREENS | TYPESETTERS) == set()


@pytest.mark.parametrize("name", COMMANDS)
def test_help_needs_none_of_the_rooms_behind_it(name: str) -> None:
    modules = loaded(command(name, "--help"))
    assert modules & {"peewee", "rich", "argon2", "orjson", "qdesk.site", "qdesk.desk", *SCREENS, *TYPESETTERS} == set()


def test_the_command_line_itself_loads_only_words_and_refusals() -> None:
    ours = {name for name in loaded("import qdesk.cli") if name.startswith(("qdesk.", "screens"))}
    commands = {f"qdesk.{name}_commands" for name in ("ledger", "look", "master", "print", "register")} | {"qdesk.cli"}
    assert ours == commands | {"qdesk.errors", "qdesk.terminal", "qdesk.words"}


def test_how_long_the_command_line_and_the_pipe_take_to_load_is_reported(record_property: Callable[[str, object], None]) -> None:
    for module in ("qdesk.cli", "qdesk.pipe"):
        times = []
        for _ in range(3):
            started = time.perf_counter()
            assert module in loaded(f"import {module}")
            times.append(time.perf_counter() - started)
        record_property(f"{module} ms", round(min(times) * 1000))
        print(f"{module} loads in {min(times) * 1000:.0f} ms, interpreter and all")
