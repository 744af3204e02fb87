from __future__ import annotations

from pathlib import Path

import campaign_spool


def test_no_slip_is_lost_or_doubled_unsaid_when_workers_are_killed(tmp_path: Path) -> None:
    figures = campaign_spool.campaign(tmp_path, rounds=2, seed=5)
    assert {name: figures[name] for name in campaign_spool.SOUND} == dict.fromkeys(campaign_spool.SOUND, 0)
    assert (figures["killed"], figures["slips"]) == (4, 12)
    assert figures["sheets"] >= 12
