from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from campaign_tamper import unguarded
from factory_floor import DAY
from works import PIN, Hand, log_everyone_in, play_cases

from qdesk.attempts import Attempt, record_attempts
from qdesk.clock import FixedClock
from qdesk.database import driver
from qdesk.errors import Refused
from qdesk.people import log_in
from qdesk.safekeeping import backup, restore
from qdesk.site import Site, open_site
from qdesk.verify import verify
from qdesk.witness import LINE, Witness


def findings(folder: Path, clock: FixedClock) -> list[str]:
    opened = open_site(folder, clock)
    found = [finding.code for finding in verify(opened, replay=True).findings]
    opened.close()
    return found


def value(site: Site, sql: str) -> Any:
    return site.database.rows(sql)[0][0]


def given_up(site: Site, clock: FixedClock, target: Path) -> tuple[Path, list[str]]:
    """Take a backup, go on for a day, close the site; return the backup and the numbers given out since."""
    kept = backup(site, target).path
    before = {row[0] for row in site.database.rows("SELECT number FROM pieces UNION SELECT serial FROM documents")}
    clock.advance(DAY)
    play_cases(site, "later", 3)
    after = {row[0] for row in site.database.rows("SELECT number FROM pieces UNION SELECT serial FROM documents")}
    site.close()
    return kept, sorted(after - before)


def test_a_restored_site_stands_where_the_backup_stood_in_a_new_epoch_and_says_so(
    site: Site, clock: FixedClock, tmp_path: Path
) -> None:
    entries = verify(site).entries
    kept, _ = given_up(site, clock, tmp_path / "kept.db")
    witnessed = Witness(site.witness.path).last()
    restored = restore(site.config.folder, kept, clock)
    assert (restored.epoch, restored.entries) == (2, entries + 1)
    assert witnessed is not None and restored.given_up == witnessed[0] - entries
    assert findings(site.config.folder, clock) == []
    again = open_site(site.config.folder, clock)
    assert value(again, "SELECT epoch FROM site") == 2
    assert value(again, "SELECT step FROM acts ORDER BY seq DESC LIMIT 1") == "restore"
    again.close()


def test_a_restored_site_works_on_and_restarts(site: Site, clock: FixedClock, tmp_path: Path) -> None:
    kept, _ = given_up(site, clock, tmp_path / "kept.db")
    restore(site.config.folder, kept, clock)
    again = open_site(site.config.folder, clock)
    play_cases(again, "after", 30)
    again.close()
    assert findings(site.config.folder, clock) == []


def test_what_was_there_is_put_aside_whole(site: Site, clock: FixedClock, tmp_path: Path) -> None:
    kept, _ = given_up(site, clock, tmp_path / "kept.db")
    entries = driver.connect(str(site.database.path)).execute("SELECT COUNT(*) FROM journal").fetchall()
    aside = restore(site.config.folder, kept, clock).aside
    assert driver.connect(str(aside / "qdesk.db")).execute("SELECT COUNT(*) FROM journal").fetchall() == entries
    again = restore(site.config.folder, kept, clock).aside
    assert again != aside and (again / "qdesk.db").exists() and (aside / "qdesk.db").exists()
    assert [path.name for path in site.config.folder.glob("*restoring*")] == []


def test_without_the_witness_line_start_up_would_refuse_the_restored_file(site: Site, clock: FixedClock, tmp_path: Path) -> None:
    kept, _ = given_up(site, clock, tmp_path / "kept.db")
    shutil.copy(site.witness.path, tmp_path / "witness before")
    restore(site.config.folder, kept, clock)
    shutil.copy(tmp_path / "witness before", site.witness.path)
    with pytest.raises(Refused, match=r"database_older_than_witness|history_differs_from_witness"):
        open_site(site.config.folder, clock)


def test_the_acts_that_were_given_up_cannot_be_put_back_unseen(site: Site, clock: FixedClock, tmp_path: Path) -> None:
    kept, _ = given_up(site, clock, tmp_path / "kept.db")
    aside = restore(site.config.folder, kept, clock).aside
    again = open_site(site.config.folder, clock)
    play_cases(again, "after", 1)
    again.close()
    shutil.copy(aside / "qdesk.db", site.database.path)
    with pytest.raises(Refused, match=r"history_differs_from_witness|database_older"):
        open_site(site.config.folder, clock)


def test_the_witness_goes_on_in_the_same_file_and_still_vouches_for_what_was_before(
    site: Site, clock: FixedClock, tmp_path: Path
) -> None:
    kept, _ = given_up(site, clock, tmp_path / "kept.db")
    before = site.witness.path.read_bytes()
    restored = restore(site.config.folder, kept, clock)
    after = site.witness.path.read_bytes()
    assert after.startswith(before)
    assert f"{restored.entries - 1:012d} epoch 0000000002\n".encode() in after
    with unguarded(site.database.path) as connection:
        connection.execute("UPDATE journal SET hash = ? WHERE seq = 2", ("0" * 64,))
    assert "witness_differs" in findings(site.config.folder, clock)


@pytest.mark.parametrize("lost", [False, True])
def test_numbers_given_out_after_the_backup_are_never_given_again(
    site: Site, clock: FixedClock, tmp_path: Path, lost: bool
) -> None:
    kept, numbers = given_up(site, clock, tmp_path / "kept.db")
    if lost:
        site.database.path.unlink()
    restore(site.config.folder, kept, clock)
    again = open_site(site.config.folder, clock)
    play_cases(again, "after", 4)
    here = {row[0] for row in again.database.rows("SELECT number FROM pieces UNION SELECT serial FROM documents")}
    again.close()
    assert len(numbers) == 3 * 7
    assert here & set(numbers) == set()


def test_open_sessions_end_and_queued_slips_are_cancelled(site: Site, clock: FixedClock, tmp_path: Path) -> None:
    assert value(site, "SELECT COUNT(*) FROM prints WHERE state = 'waiting'") > 0
    token, _ = log_in(site, "sales", "S1", PIN)
    kept, _ = given_up(site, clock, tmp_path / "kept.db")
    restore(site.config.folder, kept, clock)
    again = open_site(site.config.folder, clock)
    assert value(again, "SELECT COUNT(*) FROM sessions WHERE ended_at IS NULL") == 0
    assert value(again, "SELECT COUNT(*) FROM prints WHERE state <> 'cancelled'") == 0
    assert Hand(again).ask({"op": "inbox", "session": token})["error"]["code"] == "session_unknown"
    again.close()


def test_refused_attempts_recorded_after_the_backup_are_kept(site: Site, clock: FixedClock, tmp_path: Path) -> None:
    record_attempts(site, [Attempt("sales", None, "login", "pin_wrong", "before")])
    kept = backup(site, tmp_path / "kept.db").path
    clock.advance(DAY)
    record_attempts(site, [Attempt("sales", None, "login", "pin_wrong", "after"), Attempt("sales", 2, "act", "x", "after")])
    site.close()
    restore(site.config.folder, kept, clock)
    again = open_site(site.config.folder, clock)
    assert again.database.rows("SELECT detail FROM attempts ORDER BY id") == [("before",), ("after",), ("after",)]
    again.close()


def test_a_database_in_use_is_not_replaced(site: Site, clock: FixedClock, tmp_path: Path) -> None:
    kept = backup(site, tmp_path / "kept.db").path
    play_cases(site, "more", 1)
    with pytest.raises(Refused, match="site_in_use"):
        restore(site.config.folder, kept, clock)
    assert value(site, "SELECT MAX(epoch) FROM site") == 1
    assert [path.name for path in site.config.folder.glob("*restoring*")] == []
    assert verify(site, replay=True).findings == []


def test_a_damaged_backup_is_refused_with_everything_found_and_nothing_is_touched(
    site: Site, clock: FixedClock, tmp_path: Path
) -> None:
    kept = backup(site, tmp_path / "kept.db").path
    with unguarded(kept) as connection:
        connection.execute("DELETE FROM journal WHERE seq = 3")
    site.close()
    before = site.database.path.read_bytes()
    with pytest.raises(Refused, match="backup_damaged") as refused:
        restore(site.config.folder, kept, clock)
    assert "verify.entry_missing" in [reason.code for reason in refused.value.because]
    assert site.database.path.read_bytes() == before


def test_a_file_that_is_no_backup_is_refused(site: Site, clock: FixedClock, tmp_path: Path) -> None:
    site.close()
    (tmp_path / "letter.db").write_bytes(b"Dear works, " * 500)
    for source, code in ((tmp_path / "letter.db", "backup_damaged|database_damaged"), (tmp_path / "none.db", "backup_missing")):
        with pytest.raises(Refused, match=code):
            restore(site.config.folder, source, clock)


def test_a_backup_of_another_site_or_of_a_newer_program_is_refused(site: Site, clock: FixedClock, tmp_path: Path) -> None:
    kept = backup(site, tmp_path / "kept.db").path
    site.close()
    toml = site.config.folder / "site.toml"
    toml.write_text(toml.read_text().replace('"V1"', '"V2"'))
    with pytest.raises(Refused, match="database_of_another_site"):
        restore(site.config.folder, kept, clock)
    toml.write_text(toml.read_text().replace('"V2"', '"V1"'))
    with unguarded(kept) as connection:
        connection.execute("INSERT INTO schema_version VALUES(99, 1, 'x')")
    with pytest.raises(Refused, match="schema_newer"):
        restore(site.config.folder, kept, clock)
    assert findings(site.config.folder, clock) == []


def test_a_lost_folder_comes_back_from_a_whole_backup(site: Site, clock: FixedClock, tmp_path: Path) -> None:
    kept = backup(site, tmp_path / "kept.db", whole=True).path
    site.close()
    restored = restore(tmp_path / "new machine", kept, clock)
    assert restored.given_up is None
    again = open_site(tmp_path / "new machine", clock)
    log_everyone_in(Hand(again))
    assert verify(again, replay=True).findings == []
    again.close()


def test_a_damaged_database_is_no_hindrance_to_restoring(site: Site, clock: FixedClock, tmp_path: Path) -> None:
    kept, numbers = given_up(site, clock, tmp_path / "kept.db")
    content = bytearray(site.database.path.read_bytes())
    content[: len(content) // 2] = os.urandom(len(content) // 2)
    site.database.path.write_bytes(content)
    restored = restore(site.config.folder, kept, clock)
    assert (restored.aside / "qdesk.db").read_bytes() == bytes(content)
    assert findings(site.config.folder, clock) == []
    again = open_site(site.config.folder, clock)
    play_cases(again, "after", 3)
    here = {row[0] for row in again.database.rows("SELECT number FROM pieces")}
    again.close()
    assert here & set(numbers) == set()


def test_of_two_restored_backups_the_older_sets_the_bound(tmp_path: Path) -> None:
    witness = Witness(tmp_path / "witness")
    for seq in range(1, 9):
        witness.ready()
        witness.record(seq, f"{seq:064x}", flush=False)
    witness.restart(6, 2, "6" * 64)
    witness.restart(4, 3, "4" * 64)
    assert [(seq, head[0]) for seq, head in witness.heads()] == [(1, "0"), (2, "0"), (3, "0"), (4, "0"), (5, "4")]
    assert witness.last() == (5, "4" * 16)
    witness.close()


def test_a_torn_line_of_the_witness_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "witness"
    path.write_bytes(b"000000000001 0123456789abcdef\n000000000002 01234\n" + bytes(LINE) + b"\n000000000003 0123456789abcdef\n")
    assert list(Witness(path).heads()) == [(1, "0123456789abcdef"), (3, "0123456789abcdef")]
