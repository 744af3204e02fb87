"""Every screen, in both languages, with hostile data in every field: nothing dies, is read as markup or sent unseen."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from pictures import SCREENS, factory, shown
from rich.cells import cell_len

from qdesk.database import driver

HOSTILE = (
    "[/b] x", "[@click=app.quit]OK[/]", "[TODO] bolt", "\x1b]52;c;aGk=\x07\x1b[2J", "\u202egnp.exe", "a\u200bb\x00c", "喻喆" * 60,
    "W" * 300, "=1+1", "${HOME} {name} %s \\", "①·●★φ℃№", "\U0001f468\u200d\U0001f469\u200d\U0001f467",
)  # fmt: skip
"""Markup, links, terminal commands, a turned reading order, unseen marks, great lengths, what other programs would compute."""
UNWRITTEN = re.compile(r"\[[a-z]+\.[a-z_]+\]")
"""A sentence that no word file has shows its key."""
SIZES = (
    ((140, 40), ("pagedown", "up")), ((20, 5), ("down",)), ((1, 1), ("pageup",)),
    ((80, 24), ("pagedown", "pageup", "down", "up")),
)  # fmt: skip
TURNS = [
    (name, language)
    for number, name in enumerate(sorted(SCREENS))
    for place, language in enumerate(("en", "zh"))
    if "QDESK_EVERY_LANGUAGE" in os.environ or number % 2 == place
]
"""Each screen in one of the languages, the next one in the other; with QDESK_EVERY_LANGUAGE set each in both."""
TIME = re.compile(r"\d\d:\d\d|\d+ (?:分钟|分|小时|天) *")
"""What goes on while one screen is drawn after the other: the time of day, and how long something has waited, in Chinese."""
COLUMNS = (
    ("persons", "id", "name"), ("items", "code", "name"), ("items", "code", "spec"), ("items", "code", "model"),
    ("lots", "code", "serial"), ("signatures", "act", "name"), 
)  # fmt: skip


def poison(folder: Path) -> None:
    """Put something hostile into every text that people or programs may have given, behind the program's back."""
    database = driver.connect(folder / "qdesk.db")
    for trigger in [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")]:
        database.execute(f"DROP TRIGGER {trigger}")
    for table, key, name in COLUMNS:
        for place, (row,) in enumerate(database.execute(f"SELECT DISTINCT {key} FROM {table}").fetchall()):
            text = HOSTILE[place % len(HOSTILE)] + (str(place) if name == "serial" else "")
            database.execute(f"UPDATE {table} SET {name} = ? WHERE {key} = ?", (text, row))
    fields = {"customer": " ".join(HOSTILE), "reason": HOSTILE[3], "contract": HOSTILE[1], "wanted_by": HOSTILE[4]}
    database.execute("UPDATE documents SET fields = json_patch(fields, ?)", (json.dumps(fields),))
    database.execute("UPDATE lines SET other = ?", (json.dumps({"becomes": HOSTILE[2], "serial": HOSTILE[0]}),))
    database.commit()
    database.close()
    titles = "\n".join(
        f'[desks.{desk}]\ntitle = {{ zh = {json.dumps(HOSTILE[1] + "库")}, en = {json.dumps(HOSTILE[0])} }}'
        for desk in ("finished_store", "planning")
    )
    with (folder / "factory.toml").open("a", encoding="utf-8") as factory:
        factory.write("\n" + titles + "\n")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Mapping[str, Any]]:
    """A demo factory full of hostile data, which no language makes any tamer."""
    folder = tmp_path_factory.mktemp("hostile") / "factory"
    sheet = factory(folder, "zh")
    poison(folder)
    return folder, sheet


@pytest.mark.parametrize(("name", "language"), TURNS)
def test_a_screen_shows_hostile_data_as_the_text_it_is_in_every_size(
    hostile: tuple[Path, dict[str, Any]], name: str, language: str
) -> None:
    folder, sheet = hostile
    seen: dict[tuple[int, int], str] = {}

    async def look() -> None:
        async with shown(folder, sheet, name, language, (80, 24), "light") as terminal:
            for size, keys in SIZES:
                await terminal.resize(*size)
                await terminal.press(*keys)
                assert terminal.app.is_running
                seen[size] = terminal.text

    asyncio.run(look())
    for (width, height), text in seen.items():
        lines = text.split("\n")
        assert len(lines) == height
        assert max(map(cell_len, lines)) <= width
        assert all(letter.isprintable() for line in lines for letter in line)
        assert not UNWRITTEN.search(text)


@pytest.fixture(scope="module")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """A demo factory as it is."""
    folder = tmp_path_factory.mktemp("quiet") / "factory"
    return folder, factory(folder, "en")


@pytest.mark.parametrize("name", sorted(SCREENS))
def test_a_screen_whose_language_is_switched_reads_as_if_it_had_been_opened_in_that_language(
    quiet: tuple[Path, dict[str, Any]], name: str, tmp_path: Path
) -> None:
    folder, sheet = quiet

    async def lines(place: Path, language: str, *keys: str) -> list[str]:
        shutil.copytree(folder, place)
        async with shown(place, sheet, name, language, (100, 40), "light") as terminal:
            await terminal.press(*keys)
            status = terminal.of("StatusLine").region
            painted = terminal.text.split("\n")
        return [TIME.sub("", line) for row, line in enumerate(painted) if not status.y <= row < status.bottom]

    assert asyncio.run(lines(tmp_path / "switched", "en", "f11")) == asyncio.run(lines(tmp_path / "opened", "zh"))
