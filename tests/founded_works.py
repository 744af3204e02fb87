"""The works of `bench/works.py` for tests of files and folders: founded once, every test gets a copy of its own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from works import found_works, play_cases

from qdesk.clock import FixedClock
from qdesk.database import Database
from qdesk.migrations import migrate
from qdesk.site import Site, open_site

START = 1_795_000_000_000_000


@pytest.fixture
def clock() -> FixedClock:
    """A clock that stands where the works was founded."""
    return FixedClock(START)


@pytest.fixture
def database(tmp_path: Path, clock: FixedClock) -> Iterator[Database]:
    """An empty database with every table."""
    made = Database(tmp_path / "qdesk.db", create=True)
    migrate(made, clock)
    yield made
    made.close()


@pytest.fixture(scope="session")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A works where one case was done and one is under way, closed; to be copied and not to be touched."""
    founded = found_works(tmp_path_factory.mktemp("original") / "site", FixedClock(START))
    play_cases(founded, "done", 1)
    play_cases(founded, "open", 1, 3)
    founded.close()
    return founded.config.folder


@pytest.fixture
def folder(original: Path, tmp_path: Path) -> Path:
    """The folder of a copy of the original, closed."""
    return Path(shutil.copytree(original, tmp_path / "site"))


@pytest.fixture
def site(folder: Path, clock: FixedClock) -> Iterator[Site]:
    """That copy, open."""
    opened = open_site(folder, clock)
    yield opened
    opened.close()
