"""Look-ups among a million moves go by indices: no table that grows with the work is ever read through."""

from __future__ import annotations

from typing import Any

from factory_floor import WITH_PARTS, Floor

from qdesk.choosing import choose
from qdesk.desk import present
from qdesk.ledger import ledger_page, places_of
from qdesk.lookups import inbox, stock
from qdesk.searching import stock_page
from qdesk.stock import ALL_OF_LOT, USABLE, spare
from qdesk.tracing import trace

GROWING = ("moves", "postings", "balances", "lots", "acts", "gate_checks", "documents", "copies", "pieces", "reservations")
ALIASES = {"m": "moves", "p": "postings", "b": "balances", "l": "lots", "a": "acts", "r": "acts", "d": "documents"}
A_PAGE = ("balances_lying", "balances_at_place", "reservations_open")
"""Indices that are walked in order until a page is full."""


def statements_of(floor: Floor) -> list[str]:
    """Every statement of the look-ups of a keeper, an inspector and whoever traces."""
    said: list[str] = []
    words, site, now = floor.site.words, floor.site, floor.clock.now()
    lots = [code for (code,) in floor.rows("SELECT code FROM lots")]
    token = floor.token("K1")
    connection: Any = site.database.cursor().connection  # type: ignore[attr-defined]  # a plain DB-API cursor has it
    connection.set_trace_callback(said.append)
    for item, place in (("V-100", "finished_store"), ("V-100", ""), ("", "finished_store"), ("", "")):
        stock(site, item, place)
        stock(site, item, place, at=now)
        stock_page(site, words, "", place)
    for lot in lots:
        trace(site, words, lot)
        present(site, token, lot)
    trace(site, words, "S-0001")
    present(site, token, "V-100")
    present(site, token, "finished_store")
    inbox(site, "finished_store", words)
    places_of(site, words, {"item": "V-100"})
    lot = floor.rows("SELECT code FROM lots WHERE item = 'V-100'")[0][0]
    for asked in ({"lot": lot}, {"bin": "A-1"}, {"from": "2026-03-01", "to": "2026-03-31"}):
        for newest in (True, False):
            ledger_page(site, words, {"item": "V-100", "place": "finished_store", **asked}, newest=newest)
    with site.database.reading() as cursor:
        choose(cursor, "V-100", "finished_store", 1000, now, "")
        spare(cursor, "V-100", "finished_store", now)
        cursor.execute(ALL_OF_LOT, (lots[0], "V-100"))
        cursor.fetchall()
    connection.set_trace_callback(None)
    return [sql for sql in dict.fromkeys(said) if sql.lstrip().upper().startswith("SELECT")]


def test_no_look_up_reads_a_growing_table_through(floor: Floor) -> None:
    floor.play("return_closing_copy", WITH_PARTS)
    asked = statements_of(floor)
    assert len(asked) > 40
    assert [(line, sql) for sql in asked for line in read_through(plan_of(floor, sql))] == []


def test_what_may_be_used_is_found_among_what_lies_and_not_among_all_that_ever_lay_there(floor: Floor) -> None:
    plan = [row[3] for row in floor.rows(f"EXPLAIN QUERY PLAN {USABLE}", "V-100", "finished_store", 0)]
    assert any("balances_lying" in line for line in plan), plan
    plan = [row[3] for row in floor.rows(f"EXPLAIN QUERY PLAN {ALL_OF_LOT}", "L26-000001", "V-100")]
    assert any("balances_of_lot" in line for line in plan), plan


def plan_of(floor: Floor, sql: str) -> list[str]:
    """How a statement is carried out."""
    return [row[3] for row in floor.rows(f"EXPLAIN QUERY PLAN {sql}")]


def read_through(plan: list[str]) -> list[str]:
    """The steps of a plan that read all of a table that grows; what a page was put together of before is none."""
    within = {line.split()[1] for line in plan if line.startswith(("CO-ROUTINE", "MATERIALIZE"))}
    scans = [line for line in plan if line.startswith("SCAN") and line.split()[1] not in within]
    grows = [line for line in scans if ALIASES.get(line.split()[1], line.split()[1]) in GROWING]
    return [line for line in grows if not any(name in line for name in A_PAGE)]
