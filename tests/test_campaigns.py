from __future__ import annotations

import random
from pathlib import Path

import campaign_disk_full
import campaign_kill
import campaign_power
import campaign_tamper
import pytest
from recording import LOG, NAMES, SYNC_BEGINS, SYNC_ENDS, WITNESS, WRITE, Operation

from qdesk.tables import REPLAYED, columns_of, name_of


def test_acts_survive_killed_processes_and_the_same_key_gives_the_answer(tmp_path: Path) -> None:
    figures = campaign_kill.campaign(tmp_path / "site", rounds=6, seed=3)
    assert [figures[name] for name in campaign_kill.SOUND] == [0, 0, 0]
    assert figures["killed"] + figures["killed while starting"] == 6
    assert figures["acknowledged"] > 20


def test_acts_survive_power_cuts(tmp_path: Path) -> None:
    figures = campaign_power.campaign(tmp_path, cuts=12, seed=3, cases=3)
    assert [figures[name] for name in campaign_power.SOUND] == [0, 0, 0]
    assert figures["acknowledged acts in all"] == 60


def test_the_power_campaign_would_see_a_commit_that_does_not_wait_for_the_disk(tmp_path: Path) -> None:
    figures = campaign_power.campaign(tmp_path, cuts=6, seed=3, cases=2, careless=True)
    assert figures["cuts that lose acknowledged acts"] > 0


def test_only_what_was_written_before_a_sync_began_is_safe_after_it() -> None:
    early, late = (Operation(WRITE, LOG, 1, place, b"x" * 512) for place in (0, 512))
    begins, ends = Operation(SYNC_BEGINS, LOG, 2, 0, b""), Operation(SYNC_ENDS, LOG, 2, 0, b"")
    kept = [campaign_power.after_cut({file: bytearray() for file in NAMES}, [early, begins, late, ends], random.Random(seed))[LOG]
            for seed in range(40)]  # fmt: skip
    assert all(content[:512] == b"x" * 512 for content in kept)
    assert {bytes(content[512:]) for content in kept} >= {b"x" * 512, bytes(512)}
    witness = Operation(WRITE, WITNESS, 1, 0, b"y" * 30)
    torn = [campaign_power.after_cut({file: bytearray() for file in NAMES}, [witness], random.Random(seed))[WITNESS]
            for seed in range(40)]  # fmt: skip
    assert {bytes(content) for content in torn} == {b"y" * 30, bytes(30)}


@pytest.mark.parametrize("shim", [True, False])
def test_a_full_disk_refuses_clearly_and_leaves_nothing_half_done(tmp_path: Path, shim: bool) -> None:
    figures = campaign_disk_full.campaign(tmp_path, rounds=4, seed=3, shim=shim)
    assert [figures[name] for name in campaign_disk_full.SOUND] == [0] * len(campaign_disk_full.SOUND)
    assert sum(figure for name, figure in figures.items() if name.startswith("refused")) == 4


def test_tampering_is_found_and_a_clean_site_raises_no_alarm(tmp_path: Path) -> None:
    counts, missed = campaign_tamper.campaign(tmp_path, rounds=1, seed=3, only=60)
    assert missed == []
    assert counts["forged"] == 61
    assert counts["false alarms"] == 0


def test_every_column_of_every_replayed_table_is_among_the_ways_of_tampering() -> None:
    ways = campaign_tamper.forgeries()
    for table in REPLAYED:
        name = name_of(table)
        assert {f"{name}.{column} changed" for column in columns_of(table)} <= set(ways)
        assert {f"{name} row deleted", f"{name} row inserted", f"{name} row replaced"} <= set(ways)
