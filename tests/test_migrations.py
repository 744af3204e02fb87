from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest
from works import refusal_code

from qdesk import migrations
from qdesk.clock import Clock
from qdesk.database import Database, driver
from qdesk.migrations import migrate, newest, scripts, statements
from qdesk.tables import REPLAYED, Journal, Kinds, columns_of, key_of, name_of
from qdesk.tables_beside import DERIVED, OPERATIONAL


def test_four_starts_at_once_migrate_once(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from qdesk.clock import Clock; from qdesk.database import Database\n"
        "from qdesk.migrations import migrate\n"
        "database = Database(Path(sys.argv[1]), create=True)\n"
        "print('ready', flush=True)\n"
        "print(migrate(database, Clock()))\n"
    )
    first = Database(tmp_path / "qdesk.db", create=True)
    with first.writing():  # all four have looked and wait at the gate before any of them may write
        command = [sys.executable, "-c", program, str(first.path)]
        starts = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(4)]
        ready = [start.stdout.readline() for start in starts if start.stdout]
        time.sleep(0.2)
    said = [start.communicate()[0].strip() for start in starts]
    first.close()
    assert ready == ["ready\n"] * 4
    assert sorted(said) == sorted([str([version for version, _ in scripts()]), "[]", "[]", "[]"])
    assert [start.returncode for start in starts] == [0, 0, 0, 0]


def test_a_file_of_a_newer_program_is_refused_and_left_untouched(database: Database) -> None:
    with database.writing() as cursor:
        cursor.execute("INSERT INTO schema_version VALUES(?, 1, 'x')", (newest() + 1,))
    before = database.rows("SELECT * FROM schema_version")
    assert refusal_code(migrate, database, Clock()) == "schema_newer"
    assert database.rows("SELECT * FROM schema_version") == before


def test_a_migration_that_breaks_off_leaves_the_file_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = [(1, "CREATE TABLE first(x) STRICT;\nCREATE TABLE second(x INTEGER) STRICT;\n")]
    monkeypatch.setattr(migrations, "scripts", lambda engine="sqlite": broken)
    made = Database(tmp_path / "qdesk.db", create=True)
    with pytest.raises(driver.OperationalError):
        migrate(made, Clock())
    assert made.rows("SELECT name FROM sqlite_master") == []
    made.close()


def test_what_waited_for_the_printer_before_the_spool_still_waits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = Database(tmp_path / "qdesk.db", create=True)
    every = scripts()
    with monkeypatch.context() as before:
        before.setattr(migrations, "scripts", lambda engine="sqlite": every[:2])
        migrate(made, Clock())
    rows = [(7, 1, "102600000014384946", "application", "sales", "waiting", 5), (7, 2, "x", "parts", "valve_shop", "done", 6)]
    with made.writing() as cursor:
        cursor.executemany("INSERT INTO prints(act, number, piece, form, desk, state, at) VALUES(?, ?, ?, ?, ?, ?, ?)", rows)
    assert migrate(made, Clock()) == [version for version, _ in every[2:]]
    assert made.rows("SELECT act, number, subject, form, desk, state, at FROM prints ORDER BY id") == rows
    assert made.rows("SELECT DISTINCT kind, printer, tries, maybe, job, why FROM prints") == [("slip", "", 0, 0, "", "")]
    made.close()


def test_trigger_bodies_stay_whole_when_a_script_is_split() -> None:
    text = "CREATE TABLE t(x); -- t\nCREATE TRIGGER g BEFORE DELETE ON t\n  BEGIN SELECT 1;\n  SELECT 2; END;\nDROP TABLE t;\n"
    assert [statement.split("\n")[0] for statement in statements(text)] == [
        "CREATE TABLE t(x)", "CREATE TRIGGER g BEFORE DELETE ON t", "DROP TABLE t",
    ]  # fmt: skip


def test_the_tables_as_peewee_sees_them_are_those_of_the_migrations(database: Database) -> None:
    tables: Kinds = (Journal, *REPLAYED, *DERIVED, *OPERATIONAL)
    for table in tables:
        here = database.rows(f"PRAGMA table_info({name_of(table)})")
        assert {row[1] for row in here} == set(columns_of(table)), name_of(table)
        assert [row[1] for row in sorted(here, key=lambda row: row[5]) if row[5]] == list(key_of(table)), name_of(table)
    known = {name_of(table) for table in tables} | {"schema_version"}
    assert {row[0] for row in database.rows("SELECT name FROM sqlite_master WHERE type = 'table'")} == known
    assert [row for row in database.rows("PRAGMA table_list") if row[1] in known and not row[5]] == []
