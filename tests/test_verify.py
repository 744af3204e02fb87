from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from campaign_tamper import change_column, cut_tail, forge_whole_chain, make_site, tamper, unguarded
from founded_works import START
from works import found_works, play_cases

from qdesk.clock import FixedClock
from qdesk.database import driver
from qdesk.errors import Refused
from qdesk.findings import MOST_OF_A_KIND, Finding, Findings
from qdesk.replay import Replay, lacking, looking_at
from qdesk.site import Site, open_site
from qdesk.tables import REPLAYED, Acts, name_of
from qdesk.tables_beside import Balances, Waiting
from qdesk.tables_of_paper import Copies
from qdesk.verify import check_slip, verify
from qdesk.witness import Witness
from qdesk.words import Words

SOURCES = Path(__file__).parent.parent / "qdesk"


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Another original for this module: a site with a row in every replayed table, closed."""
    folder = tmp_path_factory.mktemp("tamper") / "original"
    make_site(folder)
    return folder


@pytest.fixture
def site(folder: Path) -> Iterator[Site]:
    """A copy of that site, open at the time it is."""
    opened = open_site(folder)
    yield opened
    opened.close()


def forge(site: Site, *statements: str) -> None:
    """Change a site's file behind its back."""
    with unguarded(site.database.path) as connection:
        for statement in statements:
            connection.execute(statement)


def codes(site: Site, replay: bool = True) -> list[str]:
    return [finding.code for finding in verify(site, replay).findings]


def test_a_site_nobody_touched_has_no_findings_and_the_summary_names_its_head(site: Site) -> None:
    report = verify(site, replay=True)
    newest, head = site.database.rows("SELECT seq, hash FROM journal ORDER BY seq DESC")[0]
    assert (report.findings, report.entries, report.head) == ([], newest, head)
    assert verify(site) == report


def test_every_replayed_table_has_a_row_to_be_compared(site: Site) -> None:
    empty = [name_of(table) for table in REPLAYED if not site.database.row(f'SELECT 1 FROM "{name_of(table)}"')]
    assert empty == []


def test_a_changed_entry_is_found_by_the_chain_alone(site: Site) -> None:
    forge(site, "UPDATE journal SET body = replace(body, '\"desk\":\"sales\"', '\"desk\":\"planning\"') WHERE seq = 2")
    assert verify(site).findings == [Finding("entry_changed", {"seq": 2})]


def test_a_changed_hash_is_found_at_the_entry_and_at_the_one_after_it(site: Site) -> None:
    forge(site, f"UPDATE journal SET hash = '{'0' * 64}' WHERE seq = 3")
    assert codes(site, replay=False) == ["entry_changed", "entry_changed", "witness_differs"]


def test_a_deleted_entry_is_found_as_a_gap(site: Site) -> None:
    forge(site, "DELETE FROM journal WHERE seq = 4")
    assert Finding("entry_missing", {"seq": 4}) in verify(site).findings


@pytest.mark.parametrize("column", ["seq", "at"])
def test_an_entry_whose_column_is_not_what_its_body_says_is_found(site: Site, column: str) -> None:
    newest = site.database.rows("SELECT MAX(seq) FROM journal")[0][0]
    forge(site, f"UPDATE journal SET {column} = {column} + 1 WHERE seq = {newest}")
    assert "entry_misdated" in codes(site, replay=False)


def test_a_body_that_is_no_entry_is_found_and_the_rest_is_still_checked(site: Site) -> None:
    forge(site, "UPDATE journal SET body = '[1' WHERE seq = 2", "UPDATE journal SET body = '{\"v\":9}' WHERE seq = 3")
    found = verify(site).findings
    assert [f.arguments["seq"] for f in found if f.code == "entry_unreadable"] == [2, 3]


def test_effects_that_cannot_be_performed_are_found_whatever_a_forger_wrote(site: Site) -> None:
    forged = [
        "7", '["+"]', '["+","journal",{"seq":1}]', '["+","items",{"code\\" --":1}]', '["~","cases",["X"],{"ended":["","x"]}]',
        '["~","cases",["X","Y"],{"ended":["","x"]}]', '["~","cases",["X"],{"ended":"x"}]', '["+","items",{"code":[1]}]',
        '["+","items",{"code":99999999999999999999}]',
    ]  # fmt: skip
    for number, effect in enumerate(forged):
        forge(site, f"UPDATE journal SET body = json_set(body, '$.effects', json('[{effect}]')) WHERE seq = {number + 2}")
    failing = {finding.arguments["seq"] for finding in verify(site, replay=True).findings if finding.code == "effect_fails"}
    assert failing >= set(range(2, len(forged) + 2))


def test_a_recorded_change_of_a_row_that_was_not_so_is_found(site: Site) -> None:
    forge(site, "UPDATE journal SET body = replace(body, '\"last_act\":[2,3]', '\"last_act\":[1,3]') WHERE seq = 3")
    assert {"code": "effect_fails", "arguments": {"seq": 3, "table": "cases"}} in [vars(f) for f in verify(site, True).findings]


def test_a_witness_that_saw_another_entry_is_believed(site: Site) -> None:
    lines = site.witness.path.read_bytes().splitlines(keepends=True)
    lines[2] = b"000000000003 0123456789abcdef\n"
    site.witness.path.write_bytes(b"".join(lines))
    assert verify(site).findings == [Finding("witness_differs", {"seq": 3})]


def test_a_cut_tail_is_found_by_the_witness(original: Path, tmp_path: Path) -> None:
    assert tamper(original, tmp_path / "cut", cut_tail, random.Random(1)) == ["database_older_than_witness"]
    site = open_site(original)
    newest = verify(site).entries
    Witness(site.witness.path).record(newest + 1, "ab" * 32, flush=True)
    found = verify(site).findings
    site.close()
    assert found == [Finding("witness_ahead", {"found": newest, "witnessed": newest + 1})]
    lines = site.witness.path.read_bytes().splitlines(keepends=True)
    site.witness.path.write_bytes(b"".join(lines[:-1]))


def test_a_chain_forged_whole_is_found_by_the_witness_alone(original: Path, tmp_path: Path) -> None:
    found = tamper(original, tmp_path / "forged", forge_whole_chain, random.Random(2))
    assert set(found) <= {"history_differs_from_witness", "witness_differs"} and found


def test_an_act_done_while_verify_runs_is_no_finding(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = Witness.heads

    def heads_after_another_act(witness: Witness) -> Any:
        play_cases(site, "meanwhile", 1, 2)
        return whole(witness)

    monkeypatch.setattr(Witness, "heads", heads_after_another_act)
    assert codes(site) == []


@pytest.mark.parametrize(
    ("table", "column"), [(Copies, "due"), (Acts, "desk"), (Balances, "quantity"), (Waiting, "since"), (Waiting, "desk")]
)
def test_a_changed_value_is_named_with_table_key_and_column(folder: Path, table: Any, column: str) -> None:
    with unguarded(folder / "qdesk.db") as connection:
        assert change_column(table, column)(connection, random.Random(3))
    site = open_site(folder)
    found = [finding.arguments for finding in verify(site, replay=True).findings if finding.code == "row_changed"]
    site.close()
    assert [(each["table"], each["column"]) for each in found] == [(name_of(table), column)]


def test_a_value_of_another_kind_is_found_even_when_it_counts_the_same(site: Site) -> None:
    sql = site.database.rows("SELECT sql FROM sqlite_master WHERE name = 'counters'")[0][0]
    loose = sql.replace(" STRICT, WITHOUT ROWID", " WITHOUT ROWID").replace("next INTEGER", "next")
    forge(site, "CREATE TABLE kept AS SELECT * FROM counters", "DROP TABLE counters", loose,
          "INSERT INTO counters SELECT name, CAST(next AS TEXT) FROM kept", "DROP TABLE kept")  # fmt: skip
    assert {"schema_changed", "row_changed"} <= set(codes(site))


def test_tables_that_are_gone_and_fences_taken_down_are_found(site: Site) -> None:
    with unguarded(site.database.path) as connection:
        connection.execute("DROP TABLE notices")
        connection.execute("DROP INDEX acts_of_case")
        connection.execute("CREATE TABLE spare(x)")
    connection = driver.connect(str(site.database.path), isolation_level=None)
    connection.execute("DROP TRIGGER journal_deleted")
    connection.close()
    found = [(f.code, f.arguments.get("name") or f.arguments.get("table")) for f in verify(site, replay=True).findings]
    assert {("schema_missing", "journal_deleted"), ("schema_missing", "acts_of_case"), ("schema_extra", "spare"),
            ("schema_missing", "notices"), ("table_unreadable", "notices")} <= set(found)  # fmt: skip


def test_a_row_hidden_by_a_damaged_index_is_found(site: Site) -> None:
    indexes = ("moves_of_case", "moves_of_lot")
    connection = driver.connect(str(site.database.path), isolation_level=None)
    connection.execute("PRAGMA writable_schema = 1")
    roots = [connection.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (name,)).fetchall()[0] for name in indexes]
    for name, root in zip(indexes, reversed(roots), strict=True):
        connection.execute("UPDATE sqlite_master SET rootpage = ? WHERE name = ?", (*root, name))
    connection.close()
    site.database.close()
    site.database.peewee.connect()
    assert "file_damaged" in codes(site)


def test_balances_are_compared_with_the_moves_and_named_when_below_nothing(site: Site) -> None:
    forge(site, "UPDATE balances SET quantity = -5 WHERE place = 'finished_store' AND item = 'V-100'")
    assert {"row_changed", "place_negative", "item_unbalanced"} <= set(codes(site))


def test_a_place_the_works_no_longer_has_is_named(site: Site) -> None:
    places = dict(site.factory.places)
    del places["workshop_product"]
    object.__setattr__(site.factory, "places", places)
    assert Finding("place_unknown", {"place": "workshop_product"}) in verify(site, replay=True).findings


def test_what_waits_is_worked_out_anew(site: Site) -> None:
    forge(site, "DELETE FROM waiting", "INSERT INTO waiting VALUES('GX99-000001', 'draw', 'sales', 1)")
    found = verify(site, replay=True).findings
    assert {finding.code for finding in found} == {"row_missing", "row_extra"}
    assert {finding.arguments["table"] for finding in found} == {"waiting"}


def test_a_migration_that_is_not_the_one_of_this_program_is_found(site: Site) -> None:
    forge(site, "UPDATE schema_version SET digest = 'x' WHERE version = 1")
    assert codes(site, replay=False) == ["migration_differs"]


def test_of_many_findings_of_a_kind_some_are_kept_and_the_rest_counted() -> None:
    found = Findings()
    for seq in range(MOST_OF_A_KIND + 7):
        found.add("entry_changed", seq=seq)
    assert (len(found.all()), found.all()[-1]) == (MOST_OF_A_KIND + 1, Finding("more", {"count": 7}))


def test_what_a_damaged_book_says_is_made_safe_to_show() -> None:
    found = Findings()
    found.add("row_extra", table="items", key="\x1b[2J\u202e" + "x" * 500)
    assert "\x1b" not in str(found.all()[0].arguments["key"]) and len(str(found.all()[0].arguments["key"])) < 140


def test_verify_writes_nothing(site: Site) -> None:
    site.database.rows("PRAGMA wal_checkpoint(TRUNCATE)")
    before = site.database.path.read_bytes(), site.witness.path.read_bytes()
    verify(site, replay=True)
    assert (site.database.path.read_bytes(), site.witness.path.read_bytes()) == before
    assert Path(f"{site.database.path}-wal").stat().st_size == 0


def test_the_fresh_tables_go_to_the_disk_when_they_grow_and_nothing_stays_there(site: Site) -> None:
    with looking_at(site.database.path) as connection:
        fresh = Path(next(row[2] for row in connection.execute("PRAGMA database_list") if row[1] == "main"))
        connection.execute("PRAGMA main.cache_size = 10")
        connection.execute("CREATE TABLE main.big(x)")
        connection.execute("INSERT INTO main.big VALUES(zeroblob(1000000))")
        assert fresh.stat().st_size > 500_000
    assert not fresh.exists() and not fresh.parent.exists()


def test_a_full_disk_is_no_finding(site: Site) -> None:
    with pytest.raises(Refused, match="disk_full"), looking_at(site.database.path) as connection:
        found = Findings()
        fresh = Replay(connection, found)
        connection.execute(f"PRAGMA main.max_page_count = {connection.execute('PRAGMA main.page_count').fetchall()[0][0]}")
        for code in range(1000):
            fresh.perform(1, [["+", "items", {"code": f"{code}", "name": "x" * 100, "unit": "x"}]])
            assert found.all() == []


def test_the_comparison_goes_both_ways() -> None:
    connection = driver.connect(":memory:")
    connection.executescript("CREATE TABLE a(k); CREATE TABLE b(k); INSERT INTO a VALUES(1),(2); INSERT INTO b VALUES(2),(3);")
    assert connection.execute(lacking("a", "b", ["k"])).fetchall() == [(1,)]
    assert connection.execute(lacking("b", "a", ["k"])).fetchall() == [(3,)]
    connection.close()


def test_a_slip_is_checked_by_its_number_and_short_head(site: Site) -> None:
    seq, head = site.database.rows("SELECT seq, hash FROM journal WHERE seq = 3")[0]
    assert check_slip(site, str(seq), head[:16].upper()) == []
    assert check_slip(site, "3", "0" * 16) == [Finding("slip_differs", {"seq": 3})]
    assert check_slip(site, "9999", head[:16]) == [Finding("slip_unknown", {"seq": 9999})]


@pytest.mark.parametrize(("seq", "head"), [("３", "a" * 16), ("3", "a" * 7), ("3", "g" * 16), ("-3", "a" * 16), ("3", "")])
def test_what_cannot_stand_on_a_slip_is_refused(site: Site, seq: str, head: str) -> None:
    with pytest.raises(Refused, match="slip_unreadable"):
        check_slip(site, seq, head)


def test_every_finding_has_its_sentence_in_both_languages(words: Words) -> None:
    texts = [path.read_text(encoding="utf-8") for path in SOURCES.glob("*.py") if path.name in ("verify.py", "replay.py")]
    said = {code for text in texts for code in re.findall(r'(?:found\.add\(\s*|Finding\()"(\w+)"', text)}
    assert {"entry_changed", "row_changed", "slip_differs"} <= said
    assert sorted(code for code in said | {"more"} if f"verify.{code}" not in words.keys) == []


def test_an_ended_case_waits_for_nothing_and_time_may_stand_still(tmp_path: Path) -> None:
    site = found_works(tmp_path / "still", FixedClock(START))
    play_cases(site, "one", 1)
    assert site.database.rows("SELECT COUNT(*) FROM waiting") == [(0,)]
    assert codes(site) == []
    site.close()


