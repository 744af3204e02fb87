from __future__ import annotations

import os
from pathlib import Path

import hypothesis
import pytest
from delivery_floor import yard as yard
from delivery_floor import yards as yards
from factory_floor import floor as floor
from factory_floor import floors as floors
from factory_floor import works as works
from founded_works import clock as clock
from founded_works import database as database
from founded_works import folder as folder
from founded_works import original as original
from founded_works import site as site
from quality_floor import qualities as qualities
from quality_floor import quality as quality

from qdesk.config import create_pepper, write_site
from qdesk.words import Words

hypothesis.settings.register_profile("house", deadline=None)
hypothesis.settings.load_profile("house")


def pytest_xdist_auto_num_workers() -> int:
    """Return two workers a core: the screens' tests wait as long as they work."""
    return 2 * (os.cpu_count() or 1)


@pytest.fixture
def site_folder(tmp_path: Path) -> Path:
    """A site folder as it is before it has a database."""
    folder = tmp_path / "site"
    folder.mkdir()
    write_site(folder, "V1", "第一阀门厂", "zh", scratch=True)
    create_pepper(folder / "pepper")
    return folder


@pytest.fixture(params=["zh", "en"])
def words(request: pytest.FixtureRequest) -> Words:
    """The shipped words, once in each language."""
    return Words.load(request.param)
