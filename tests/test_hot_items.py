"""Several processes that issue the same scarce items at once: nothing is oversold, no act is lost, no lock is ever an answer."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import hot_items
import pytest
from hot_items import Figures


def test_what_several_processes_hand_out_at_once_is_never_more_than_there_is(tmp_path: Path) -> None:
    figures = hot_items.run(tmp_path / "site", processes=4, issues=12, items=2)
    assert figures.codes["done"] + figures.codes["not_enough"] == 48
    assert figures.codes["not_enough"] > 0, "the items were scarce"
    assert figures.sound(), figures


SOUND: dict[str, Any] = {
    "codes": Counter(done=2), "told": Counter({"A": 2000}), "drawn": Counter({"A": 2000}), "stocked": 3000, "acts": 2,
}  # fmt: skip


@pytest.mark.parametrize("wrong", [
    {"drawn": Counter({"A": 4000}), "told": Counter({"A": 4000})}, {"acts": 1}, {"drawn": Counter({"A": 1000})},
    {"codes": Counter(done=2, database_busy=1)}, {"complaints": ["Traceback"]}, {"findings": ["row_changed"]}, {"negative": 1},
    {"promised": 1},
])  # fmt: skip
def test_the_bench_would_see_what_went_wrong(wrong: dict[str, object]) -> None:
    assert Figures(**SOUND).sound()
    assert not Figures(**{**SOUND, **wrong}).sound()
