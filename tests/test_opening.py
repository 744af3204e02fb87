from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from campaign_tamper import unguarded
from founded_works import START
from works import play_cases, refusal_code

from qdesk.clock import Clock, FixedClock
from qdesk.config import open_config
from qdesk.database import Database
from qdesk.errors import Refused
from qdesk.migrations import migrate
from qdesk.site import open_site
from qdesk.witness import Witness


def test_a_file_that_may_only_be_read_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK and real(path, mode))
    assert refusal_code(open_site, folder) == "database_read_only"


def test_a_folder_that_may_only_be_read_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.open

    def read_only(path: Any, flags: int, mode: int = 0o777) -> int:
        if flags & (os.O_RDWR | os.O_CREAT):
            raise PermissionError(13, "read-only folder", str(path))
        return real(path, flags, mode)

    monkeypatch.setattr(os, "open", read_only)
    assert refusal_code(open_site, folder) in ("database_read_only", "disk_fault", "database_not_opened")


def test_the_database_of_another_site_is_refused(folder: Path) -> None:
    toml = folder / "site.toml"
    toml.write_text(toml.read_text(encoding="utf-8").replace('code = "V1"', 'code = "V2"'), encoding="utf-8")
    assert refusal_code(open_site, folder) == "database_of_another_site"


def test_a_database_with_no_site_in_it_is_refused(site_folder: Path) -> None:
    assert refusal_code(open_site, site_folder) == "database_missing"
    made = Database(site_folder / "qdesk.db", create=True)
    migrate(made, Clock())
    made.close()
    assert refusal_code(open_site, site_folder) == "site_unfinished"


def test_a_database_older_than_its_witness_is_refused(folder: Path, tmp_path: Path) -> None:
    shutil.copy(folder / "qdesk.db", tmp_path / "older.db")
    site = open_site(folder, FixedClock(START))
    play_cases(site, "later", 1, 1)
    site.close()
    shutil.copy(tmp_path / "older.db", folder / "qdesk.db")
    with pytest.raises(Refused, match="database_older_than_witness") as refused:
        open_site(folder)
    assert int(str(refused.value.arguments["witnessed"])) > int(str(refused.value.arguments["found"]))


def test_a_database_with_another_history_than_the_witness_saw_is_refused(folder: Path) -> None:
    with unguarded(folder / "qdesk.db") as connection:
        connection.execute("UPDATE journal SET hash = ? WHERE seq = (SELECT MAX(seq) FROM journal)", ("0" * 64,))
    assert refusal_code(open_site, folder) == "history_differs_from_witness"


def test_a_network_file_system_is_refused(folder: Path) -> None:
    mounts = f"36 35 98:0 / {folder} rw,noatime - nfs4 server:/export rw\n"
    with pytest.raises(Refused, match="network_file_system"):
        open_config(folder, mounts)
    assert open_config(folder, mounts.replace("nfs4", "ext4")).code == "V1"


@pytest.mark.parametrize("content", [b"Dear works, " * 1000, b"SQLite format 3\0" + b"\xff" * 8000])
def test_a_file_that_is_no_database_is_refused_in_words(folder: Path, content: bytes) -> None:
    (folder / "qdesk.db").write_bytes(content)
    assert refusal_code(open_site, folder) == "database_damaged"


def test_a_desk_opens_while_another_one_acts(folder: Path, clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> None:
    other, last = open_site(folder, clock), Witness.last

    def last_after_another_act(witness: Witness) -> tuple[int, str] | None:
        monkeypatch.setattr(Witness, "last", last)
        play_cases(other, "meanwhile", 1, 1)
        return last(witness)

    monkeypatch.setattr(Witness, "last", last_after_another_act)
    open_site(folder, clock).close()
    assert Witness.last is last
    other.close()
