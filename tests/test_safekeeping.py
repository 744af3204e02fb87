from __future__ import annotations

import os
import re
import shutil
import stat
import threading
from pathlib import Path

import pytest
from campaign_tamper import unguarded
from founded_works import START
from works import Hand, log_everyone_in, one_case, play_cases

from qdesk import safekeeping
from qdesk.attempts import Attempt, record_attempts
from qdesk.clock import FixedClock
from qdesk.errors import Refused
from qdesk.findings import Report
from qdesk.safekeeping import backup
from qdesk.site import Site, open_site
from qdesk.verify import verify


def test_a_backup_is_one_whole_file_that_only_its_owner_can_read(site: Site, tmp_path: Path) -> None:
    kept = backup(site, tmp_path / "kept.db")
    assert (kept.entries, kept.head) == (verify(site).entries, verify(site).head)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["kept.db", "site"]
    assert stat.S_IMODE(kept.path.stat().st_mode) == 0o600
    assert not kept.holds_pepper


def test_a_backup_given_a_folder_names_itself_by_site_and_time(site: Site, tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    kept = backup(site, tmp_path / "disk")
    assert re.fullmatch(r"V1-\d{8}-\d{6}\.db", kept.path.name) and kept.path.parent == tmp_path / "disk"


def test_a_backup_is_taken_while_others_work_and_is_whole(site: Site, tmp_path: Path) -> None:
    other = open_site(site.config.folder, FixedClock(START))
    working = threading.Thread(target=lambda: play_cases(other, "meanwhile", 8))
    working.start()
    kept = [backup(site, tmp_path / f"kept{number}.db") for number in range(4)]
    working.join()
    other.close()
    assert kept[0].entries <= kept[-1].entries <= verify(site).entries
    assert verify(site, replay=True).findings == []


def test_a_backup_never_writes_over_anything(site: Site, tmp_path: Path) -> None:
    (tmp_path / "kept.db").write_text("mine")
    with pytest.raises(Refused, match="backup_exists"):
        backup(site, tmp_path / "kept.db")
    assert (tmp_path / "kept.db").read_text() == "mine"


def test_the_settings_and_the_pepper_lie_beside_a_backup_only_when_asked_for(site: Site, tmp_path: Path) -> None:
    kept = backup(site, tmp_path / "kept.db", whole=True)
    assert kept.holds_pepper
    assert sorted(path.name for path in (tmp_path / "kept.db.site").iterdir()) == ["pepper", "site.toml"]
    assert stat.S_IMODE((tmp_path / "kept.db.site" / "pepper").stat().st_mode) == 0o600


def test_a_backup_that_does_not_verify_never_gets_its_name(site: Site, tmp_path: Path) -> None:
    with unguarded(site.database.path) as connection:
        connection.execute("UPDATE journal SET body = replace(body, 'sales', 'saled') WHERE seq = 2")
    with pytest.raises(Refused, match="backup_damaged") as refused:
        backup(site, tmp_path / "kept.db")
    assert [reason.code for reason in refused.value.because] == ["verify.entry_changed"]
    assert list(tmp_path.glob("kept*")) == []


def test_a_backup_stopped_in_the_middle_leaves_nothing(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(path: Path) -> Report:
        raise KeyboardInterrupt

    monkeypatch.setattr(safekeeping, "verify_file", stopped)
    with pytest.raises(KeyboardInterrupt):
        backup(site, tmp_path / "kept.db")
    assert list(tmp_path.glob("kept*")) == []


def test_a_desk_that_still_has_the_replaced_file_open_writes_nothing_into_it(site: Site, tmp_path: Path) -> None:
    site.database.path.rename(tmp_path / "moved.db")
    shutil.copy(tmp_path / "moved.db", site.database.path)
    with pytest.raises(Refused, match="database_replaced"):
        record_attempts(site, [Attempt("sales", None, "login", "pin_wrong", "x")])


def test_a_witness_that_cannot_be_written_stops_the_next_act_and_never_the_answer_to_one_done(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand = Hand(site)
    sessions = log_everyone_in(hand)
    real = os.write

    def no_room(descriptor: int, data: bytes) -> int:
        return real(descriptor, data[:12]) if descriptor == site.witness.file else real(descriptor, data)

    monkeypatch.setattr(os, "write", no_room)
    requests = one_case(sessions, "full")
    line = next(requests)
    answer = hand.ask(line)
    assert answer["ok"] and hand.ask(line) == answer
    line = requests.send(answer)
    line = requests.send(hand.ask(line))
    assert hand.ask(line)["error"]["code"] == "witness_not_written"
    assert verify(site, replay=True).findings == []
    monkeypatch.setattr(os, "write", real)
    assert hand.ask(line)["ok"]
    assert [seq for seq, _ in site.witness.heads()][-2:] == [answer["act"], answer["act"] + 1]
