from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from founded_works import START
from works import PIN, Hand, log_everyone_in, one_case, play_cases, refusal_code

import qdesk.database
from qdesk.clock import SECOND, FixedClock
from qdesk.database import Database, driver
from qdesk.journal import Entry
from qdesk.people import log_in
from qdesk.site import Site, open_site
from qdesk.verify import verify


def count(database: Database, table: str) -> int:
    number: int = database.rows(f"SELECT COUNT(*) FROM {table}")[0][0]
    return number


def write_item(database: Database, code: str) -> None:
    with database.writing() as cursor:
        cursor.execute("INSERT INTO items(code, name, unit) VALUES(?, 'valve', 'piece')", (code,))


def test_a_full_disk_is_named_as_the_cause_and_the_transaction_is_gone_whole(database: Database) -> None:
    write_item(database, "before")
    pages = database.rows("PRAGMA page_count")[0][0]
    database.rows(f"PRAGMA max_page_count = {pages}")

    def fill() -> None:
        with database.writing() as cursor:
            for number in range(20_000):
                cursor.execute("INSERT INTO items(code, name, unit) VALUES(?, 'valve', 'piece')", (f"V{number}",))

    assert refusal_code(fill) == "disk_full"
    database.rows("PRAGMA max_page_count = 1000000")
    assert count(database, "items") == 1
    write_item(database, "after")
    assert count(database, "items") == 2


def test_whatever_stops_a_transaction_nothing_of_it_stays_and_the_next_one_works(database: Database) -> None:
    with pytest.raises(KeyboardInterrupt), database.writing() as cursor:
        cursor.execute("INSERT INTO items(code, name, unit) VALUES('V', 'valve', 'piece')")
        raise KeyboardInterrupt
    assert count(database, "items") == 0
    write_item(database, "V")
    assert count(database, "items") == 1


def test_writers_in_several_processes_go_through_the_gate_one_after_another(database: Database, tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from qdesk.database import Database\n"
        "database = Database(Path(sys.argv[1]))\n"
        "for _ in range(100):\n"
        "    with database.writing() as cursor:\n"
        "        cursor.execute('SELECT next FROM counters'); number = cursor.fetchall()[0][0]\n"
        "        cursor.execute('UPDATE counters SET next = ?', (number + 1,))\n"
    )
    with database.writing() as cursor:
        cursor.execute("INSERT INTO counters VALUES('n', 1)")
    workers = [subprocess.Popen([sys.executable, "-c", program, str(database.path)]) for _ in range(3)]
    assert [worker.wait() for worker in workers] == [0, 0, 0]
    assert database.rows("SELECT next FROM counters") == [(301,)]


def test_a_writer_waits_at_the_gate_before_it_begins(database: Database) -> None:
    other = Database(database.path, busy_seconds=0)
    order: list[str] = []
    inside = threading.Event()

    def first() -> None:
        mine = Database(database.path, busy_seconds=0)
        with mine.writing():
            inside.set()
            time.sleep(0.1)
            order.append("first")
        mine.close()

    thread = threading.Thread(target=first)
    thread.start()
    inside.wait()
    with other.writing():  # with no busy time at all only the gate can make it wait
        order.append("second")
    thread.join()
    other.close()
    assert order == ["first", "second"]


def only_in_the_file(database: Database, elsewhere: Path) -> int:
    """Return how many items the file itself holds, without its log."""
    subprocess.run(["cp", database.path, elsewhere], check=True)  # whoever closes the file in this process drops its locks
    alone = driver.connect(elsewhere)
    held = alone.execute("SELECT COUNT(*) FROM items").fetchall()[0][0]
    alone.close()
    return int(held)


def test_the_log_is_folded_into_the_file_when_somebody_asks_for_it(database: Database, tmp_path: Path) -> None:
    database.fold()
    write_item(database, "V")
    assert only_in_the_file(database, tmp_path / "before.db") == 0
    database.fold()
    assert only_in_the_file(database, tmp_path / "after.db") == 1


def test_a_log_that_may_grow_is_not_folded_by_the_commit_that_fills_a_thousand_pages(database: Database, tmp_path: Path) -> None:
    database.fold()
    database.fold_later(8000)
    with database.writing() as cursor:
        rows = [(f"{number:05}", "x" * 4000) for number in range(1500)]
        cursor.executemany("INSERT INTO items(code, name, unit) VALUES(?, ?, 'piece')", rows)
    assert only_in_the_file(database, tmp_path / "file.db") == 0


def test_folding_the_log_waits_at_the_gate_like_a_writer(database: Database) -> None:
    other = Database(database.path)
    write_item(database, "V")
    order: list[str] = []
    inside = threading.Event()

    def write() -> None:
        with other.writing():
            inside.set()
            time.sleep(0.1)
            order.append("written")

    thread = threading.Thread(target=write)
    thread.start()
    inside.wait()
    database.fold()
    order.append("folded")
    thread.join()
    other.close()
    assert order == ["written", "folded"]


def test_a_reading_sees_one_unchanging_view_and_leaves_no_query_half_read(database: Database) -> None:
    other = Database(database.path)
    with database.reading() as cursor:
        cursor.execute("SELECT COUNT(*) FROM items")
        before = cursor.fetchall()
        write_item(other, "V")
        cursor.execute("SELECT COUNT(*) FROM items")
        assert cursor.fetchall() == before
    assert count(database, "items") == 1
    assert other.rows("PRAGMA wal_checkpoint(TRUNCATE)") == [(0, 0, 0)]
    other.close()


def test_a_reading_that_was_broken_off_keeps_no_view_that_would_let_the_log_grow(database: Database) -> None:
    for number in range(50):
        write_item(database, f"V{number}")
    with contextlib.suppress(ZeroDivisionError), database.reading() as cursor:
        cursor.execute("SELECT code FROM items")
        cursor.fetchone()
        raise ZeroDivisionError
    other = Database(database.path)
    write_item(other, "after")
    assert other.rows("PRAGMA wal_checkpoint(TRUNCATE)") == [(0, 0, 0)]
    assert count(database, "items") == 51
    other.close()


def test_the_log_stays_small_over_many_acts(folder: Path) -> None:
    site = open_site(folder, FixedClock(START))
    play_cases(site, "many", 25)
    assert Path(f"{site.database.path}-wal").stat().st_size < 6_000_000
    site.close()


def test_a_read_inside_a_write_sees_what_was_just_written(database: Database) -> None:
    with database.writing() as cursor:
        cursor.execute("INSERT INTO items(code, name, unit) VALUES('V', 'valve', 'piece')")
        with database.reading() as inner:
            inner.execute("SELECT COUNT(*) FROM items")
            assert inner.fetchall() == [(1,)]
    assert count(database, "items") == 1


def test_a_commit_waits_for_the_disk_and_references_and_triggers_are_on(database: Database) -> None:
    names = ("journal_mode", "synchronous", "foreign_keys", "recursive_triggers", "trusted_schema")
    assert [database.rows(f"PRAGMA {name}")[0][0] for name in names] == ["wal", 2, 1, 1, 0]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal SET at = at + 1",
        "DELETE FROM journal WHERE seq = 2",
        "INSERT OR REPLACE INTO journal(seq, at, body, hash) SELECT seq, at, body, hash FROM journal WHERE seq = 2",
        "REPLACE INTO journal(seq, at, body, hash) SELECT seq, at, '{}', hash FROM journal WHERE seq = 2",
        "UPDATE OR REPLACE journal SET seq = 1 WHERE seq = 2",
        "INSERT INTO journal(seq, at, body, hash) SELECT seq + 5, at, body, hash FROM journal ORDER BY seq DESC LIMIT 1",
        "UPDATE moves SET quantity = quantity + 1",
        "DELETE FROM moves",
        "INSERT OR REPLACE INTO moves SELECT * FROM moves",
    ],
)
def test_what_only_grows_cannot_be_changed_not_even_by_replacing(folder: Path, statement: str) -> None:
    site = open_site(folder, FixedClock(START))
    before = site.database.rows("SELECT * FROM journal"), site.database.rows("SELECT * FROM moves")
    with pytest.raises(driver.IntegrityError), site.database.writing() as cursor:
        cursor.execute(statement)
    assert (site.database.rows("SELECT * FROM journal"), site.database.rows("SELECT * FROM moves")) == before
    site.close()


@pytest.mark.parametrize("value", ["abc", 2.5, float("inf"), None, -1, b"1"])
def test_a_quantity_is_a_whole_number_that_is_not_below_zero(database: Database, value: Any) -> None:
    with pytest.raises(driver.IntegrityError), database.writing() as cursor:
        cursor.execute("INSERT INTO balances VALUES('store', '', '', 'V', 'L', ?, 0)", (value,))
    assert count(database, "balances") == 0


def test_a_clock_set_back_is_refused_until_the_administrator_confirms_it(folder: Path) -> None:
    site = open_site(folder, FixedClock(START))
    tolerance = site.clock_tolerance
    site.close()
    early = open_site(folder, FixedClock(START - tolerance))
    play_cases(early, "within", 1, 1)
    early.close()
    behind = open_site(folder, FixedClock(START - tolerance - SECOND))
    hand = Hand(behind)
    sessions = log_everyone_in(hand)
    line = next(one_case(sessions, "behind"))
    assert hand.ask(line)["error"]["code"] == "clock_set_back"
    confirmed = hand.ask({"op": "act", "session": sessions["administrator"], "step": "confirm_clock", "inputs": {}})
    assert confirmed["ok"], confirmed
    assert hand.ask(line)["ok"]
    assert verify(behind, replay=True).findings == []
    behind.close()


def test_times_in_the_journal_never_run_backwards(folder: Path) -> None:
    site = open_site(folder, FixedClock(START - SECOND))
    play_cases(site, "earlier", 1, 2)
    times = [at for (at,) in site.database.rows("SELECT at FROM journal ORDER BY seq")]
    site.close()
    assert times == sorted(times)


def test_a_busy_database_is_refused_in_words_and_works_again_later(folder: Path) -> None:
    site = open_site(folder, FixedClock(START), busy_seconds=0.05)
    intruder = driver.connect(str(folder / "qdesk.db"), isolation_level=None)
    intruder.execute("BEGIN IMMEDIATE")
    assert refusal_code(log_in, site, "sales", "S1", PIN) == "database_busy"
    intruder.execute("ROLLBACK")
    intruder.close()
    assert log_in(site, "sales", "S1", PIN)
    site.close()


def test_the_entry_of_an_act_is_written_last_and_belongs_to_it_alone(folder: Path) -> None:
    site: Site = open_site(folder, FixedClock(START))
    last = site.database.rows("SELECT MAX(seq) FROM journal")[0][0]
    with pytest.raises(ZeroDivisionError), site.writing() as entry:
        entry.change("site", ("V1",), {"name": "第一阀门厂"}, {"name": "x"})
        entry.seal(by=None, desk="", step="x")
        raise ZeroDivisionError
    assert site.database.rows("SELECT MAX(seq) FROM journal") == [(last,)]
    assert [seq for seq, _ in site.witness.heads()][-1] == last
    with site.database.reading() as cursor:
        assert Entry(cursor, START).seq == last + 1
    site.close()


@pytest.mark.parametrize(
    ("version", "gate", "safe"),
    [
        ((3, 40, 1), True, True), ((3, 40, 1), False, False), ((3, 51, 2), False, False), ((3, 51, 3), False, True),
        ((3, 50, 6), False, False), ((3, 50, 7), False, True), ((3, 44, 6), False, True), ((3, 45, 0), False, False),
    ],
)
def test_an_engine_that_may_damage_the_log_is_refused_where_there_is_no_gate(
    version: tuple[int, ...], gate: bool, safe: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(driver, "sqlite_version_info", version)
    if not gate:
        monkeypatch.setattr(qdesk.database, "fcntl", None)
    assert refusal_code(qdesk.database.refuse_unsafe_engine) == ("" if safe else "engine_unsafe")


def test_a_database_is_not_opened_by_an_unsafe_engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(driver, "sqlite_version_info", (3, 40, 1))
    monkeypatch.setattr(qdesk.database, "fcntl", None)
    assert refusal_code(Database, tmp_path / "new.db", "full", True) == "engine_unsafe"
    assert not (tmp_path / "new.db").exists()


def test_the_data_version_changes_when_another_connection_commits_and_only_then(database: Database) -> None:
    other = Database(database.path)
    before = database.data_version()
    write_item(database, "own")
    assert database.data_version() == before
    with contextlib.suppress(ZeroDivisionError), other.writing() as cursor:
        cursor.execute("INSERT INTO items(code, name, unit) VALUES('broken off', 'valve', 'piece')")
        raise ZeroDivisionError
    assert database.data_version() == before
    write_item(other, "other")
    after = database.data_version()
    assert after != before
    assert database.data_version() == after
    other.close()
