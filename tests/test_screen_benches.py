"""The benchmarks of the screens, in small: what they count is exact. How long anything takes is never asserted."""

from __future__ import annotations

import asyncio
import gc
import subprocess
import sys
from pathlib import Path

import pytest
from factory_at_hand import STORE, pieces_for, prepared
from pseudo_terminal import ROOT, NotPainted, at_a_terminal, python
from screen_bursts import PREFIX, WAYS, Outcome, event_of, log_in, measure
from screen_echo import measure as measure_echo
from screen_lists import asked, filled, shown
from screen_memory import measure as measure_memory
from screen_scans import measure as measure_scans
from screen_start import measure as measure_start
from textual._styles_cache import StylesCache

from screens.app import DeskApp, Opening

DOCUMENTS = 60
NOT_BEFORE_THE_FIRST_PICTURE = {
    "peewee", "argon2", "orjson", "stdnum",
    "qdesk.site", "qdesk.desk", "qdesk.database", "qdesk.people", "screens.engine", "screens.desk",
}  # fmt: skip


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo factory with some documents to be scanned."""
    return prepared(tmp_path_factory.mktemp("screens") / "site", DOCUMENTS)


def test_the_first_picture_needs_nothing_of_the_house_but_words() -> None:
    program = "import sys, screens.app; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert NOT_BEFORE_THE_FIRST_PICTURE.isdisjoint(loaded.stdout.split())


def test_the_desk_and_the_bare_app_paint_at_a_real_terminal(demo: Path) -> None:
    desk, bare = measure_start(demo, 1)
    assert len(desk.first) == len(desk.opened) == len(bare.first) == 1


def test_every_scan_is_painted_as_its_card_whether_it_writes_or_not(demo: Path) -> None:
    measured = measure_scans(DOCUMENTS, 4, demo, cold=False)
    assert {name: len(times) for name, times in measured.items()} == {"a look": 4, "an arrival": 4, "the disk alone": 9}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("prefix", [PREFIX, ""], ids=["framed", "unframed"])
def test_every_scan_of_a_burst_is_answered_once_and_in_order(demo: Path, way: str, prefix: str) -> None:
    outcome, _ = measure(demo, way, 12, prefix, 0.1, 3)
    assert len(outcome.answered) == 12
    assert outcome.faults == {}


def test_what_became_of_scans_names_every_fault() -> None:
    assert Outcome(["a", "b", "c"], ["a", "c"]).faults == {"lost": 1}
    assert Outcome(["a", "b"], ["a", "b", "b"]).faults == {"twice": 1}
    assert Outcome(["a", "b", "c"], ["a", "b", "bc", "c"]).faults == {"glued": 1}
    assert Outcome(["a", "b", "c"], ["a", "c", "b"]).faults == {"out of order": 2}
    assert Outcome(["a"], ["a"], ["7a"]).faults == {"in a field": 1}


def test_every_key_is_echoed_while_another_process_holds_the_write_lock(demo: Path) -> None:
    told = measure_echo(demo, 8)
    assert {name: (len(held), len(free)) for name, (held, free) in told.items()} == {
        "scan line": (8, 8), "field": (8, 8), "scan that writes": (2, 2),
    }  # fmt: skip


def test_each_list_is_painted_and_paged(tmp_path: Path) -> None:
    folder = filled(tmp_path / "site", 400)
    assert all(asked(folder, 1).values())
    assert all(shown(folder, 1, visits=1).values())


def test_the_memory_is_told_after_every_so_many_scans(demo: Path) -> None:
    told = measure_memory(demo, 20, step=10)
    assert [number for number, _ in told] == [0, 10, 20]
    assert all(memory > 1 for _, memory in told)


def test_a_screen_that_was_left_is_not_kept_as_it_was_painted(demo: Path) -> None:
    async def painted_parts(visits: int) -> int:
        app = DeskApp(Opening(demo, desk=STORE.desk, language="en"))
        async with app.run_test(size=(80, 24)):
            await app.drained()
            await log_in(app, STORE)
            for _ in range(visits):
                for key in ("f10", "f12"):
                    app.post_message(event_of(key))
                    await app.drained()
                    await asyncio.sleep(0.02)
            gc.collect()
            return sum(isinstance(each, StylesCache) for each in gc.get_objects())

    few = asyncio.run(painted_parts(2))
    assert asyncio.run(painted_parts(12)) < few + 20


def test_a_text_that_is_not_painted_is_reported_with_what_was() -> None:
    with at_a_terminal(*python("print('here')\ninput()")) as terminal:
        terminal.until("here")
        with pytest.raises(NotPainted, match="here"):
            terminal.until("nowhere", seconds=0.2)


def test_a_piece_that_has_arrived_is_not_taken_for_an_arrival_again(demo: Path) -> None:
    with pytest.raises(SystemExit, match="take another folder"):
        pieces_for(demo, STORE, DOCUMENTS + 1)
