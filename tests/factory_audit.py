"""What must hold on any factory floor after whatever was done or refused there."""

from __future__ import annotations

import json
from datetime import date, datetime
from functools import cache
from typing import Any

from qdesk.database import driver
from qdesk.desk.standing import stand, stand_anew
from qdesk.errors import Because, Refused
from qdesk.journal import INSERTED, perform_change, perform_insert
from qdesk.migrations import scripts, statements
from qdesk.site import Site
from qdesk.tables import BY_NAME, KEYS, columns_of
from qdesk.words import Title

PROMISED_TWICE = """SELECT item, place, SUM(quantity) AS promised FROM reservations r GROUP BY item, place
  HAVING promised > (SELECT COALESCE(SUM(b.quantity), 0) FROM balances b
    WHERE b.item = r.item AND b.place = r.place AND b.in_case = '')"""
WATCHED = ("journal", *BY_NAME, "balances", "postings", "waiting", "prints")


def say_everything(site: Site, refused: Refused) -> None:
    """A refusal carries only what words can say, and says all that its sentence speaks of."""
    reasons = [Because(f"error.{refused.code}", refused.arguments), *refused.because]
    for reason in reasons:
        assert all(is_plain(value) for value in reason.arguments.values()), (reason.code, reason.arguments)
        for words in site.languages.values():
            for key in {reason.code, f"why.{reason.code}"} & words.keys:
                assert words.placeholders(key) <= set(reason.arguments), (key, reason.arguments)


def is_plain(value: object) -> bool:
    """Tell whether words can say a value, and a terminal can show it."""
    if isinstance(value, list | tuple):
        return all(map(is_plain, value))
    if isinstance(value, str):
        return value.isprintable() and len(value) <= 250
    return isinstance(value, int | datetime | date | Title) and not isinstance(value, bool)


def contents(site: Site) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of the journal, of all that is replayed or derived from it, and of the spool."""
    return {name: site.database.rows(f'SELECT * FROM "{name}"') for name in WATCHED}


def audit(site: Site) -> None:
    """What must hold after whatever was done: nothing lost or made, and the journal tells it all."""
    assert site.database.rows("SELECT item FROM balances GROUP BY item HAVING SUM(quantity) <> 0") == []
    assert site.database.rows("SELECT * FROM balances WHERE quantity < 0 AND counter = 0") == []
    moved = """SELECT place, item, lot, SUM(q) AS s FROM (
      SELECT target AS place, item, lot, quantity AS q FROM moves UNION ALL SELECT source, item, lot, -quantity FROM moves)
      GROUP BY place, item, lot HAVING s <> 0 ORDER BY place, item, lot"""
    kept = """SELECT place, item, lot, SUM(quantity) AS s FROM balances GROUP BY place, item, lot HAVING s <> 0
      ORDER BY place, item, lot"""
    assert site.database.rows(moved) == site.database.rows(kept)
    assert site.database.rows("SELECT serial FROM copies WHERE serial LIKE 'GX%' GROUP BY serial HAVING COUNT(*) <> 6") == []
    assert site.database.rows("SELECT copy FROM pieces WHERE void_at IS NULL GROUP BY copy HAVING COUNT(*) <> 1") == []
    assert site.database.rows("SELECT name FROM copies c JOIN pieces p ON p.number = c.piece WHERE p.copy <> c.name") == []
    assert replayed(site) == {name: ordered(site.database.cursor(), name) for name in BY_NAME}
    with site.database.reading() as cursor:
        for (code,) in site.database.rows("SELECT code FROM cases"):
            standing = stand_anew(site, cursor, code)
            cursor.execute("SELECT step, desk FROM waiting WHERE in_case = ?", (code,))
            assert dict(cursor.fetchall()) == {step: desk for step, (desk, _) in standing.waiting().items()}
            assert stand(site, cursor, code).case == standing.case, "the file at hand is not the case as it stands"
    assert site.database.rows(PROMISED_TWICE) == []


@cache
def blank() -> Any:
    """Tables with nothing in them, made once by the migrations, to be copied."""
    made = driver.connect(":memory:")
    for _, text in scripts():
        for statement in statements(text):
            made.execute(statement)
    made.commit()
    return made


def replayed(site: Site) -> dict[str, list[tuple[Any, ...]]]:
    """Perform every effect of the journal in empty tables, and return these."""
    empty = driver.connect(":memory:")
    blank().backup(empty)
    cursor = empty.cursor()
    from_journal = site.database.rows("SELECT body FROM journal ORDER BY seq")
    for (body,) in from_journal:
        for effect in json.loads(body)["effects"]:
            if effect[0] == INSERTED:
                perform_insert(cursor, effect[1], effect[2])
            else:
                assert as_recorded(cursor, *effect[1:]), effect
                perform_change(cursor, effect[1], effect[2], {name: now for name, (_, now) in effect[3].items()})
    tables = {name: ordered(cursor, name) for name in BY_NAME}
    empty.close()
    return tables


def as_recorded(cursor: Any, table: str, key: list[Any], changes: dict[str, list[Any]]) -> bool:
    """Tell whether a row is what a recorded change says it was."""
    names, where = ", ".join(f'"{name}"' for name in changes), " AND ".join(f'"{column}" = ?' for column in KEYS[table])
    cursor.execute(f'SELECT {names} FROM "{table}" WHERE {where}', key)
    return bool(cursor.fetchall() == [tuple(was for was, _ in changes.values())])


def ordered(cursor: Any, name: str) -> list[tuple[Any, ...]]:
    """Return a table's rows in the order of its key."""
    columns, key = (", ".join(f'"{column}"' for column in of) for of in (columns_of(BY_NAME[name]), KEYS[name]))
    cursor.execute(f'SELECT {columns} FROM "{name}" ORDER BY {key}')
    rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def marking(site: Site) -> list[list[tuple[object, ...]]]:
    """Where copies are due, what counts as done, what lies where, what is promised, which marks hold, what waits."""
    asked = (
        "SELECT name, due FROM copies WHERE due <> 'void' ORDER BY name",
        "SELECT step, times FROM done WHERE times > 0 ORDER BY step",
        "SELECT place, item, lot, quantity FROM balances WHERE quantity <> 0 ORDER BY place, item, lot",
        "SELECT in_case, item, quantity FROM reservations WHERE quantity > 0 ORDER BY in_case, item",
        "SELECT step, role, person FROM signatures WHERE lapsed_at IS NULL ORDER BY act, number",
        "SELECT code, hold FROM lots WHERE code IN (SELECT lot FROM balances WHERE quantity <> 0) ORDER BY code",
        "SELECT step, desk FROM waiting ORDER BY step",
        "SELECT code, ended FROM cases WHERE ended <> 'reversed'",
    )
    return [site.database.rows(sql) for sql in asked]
