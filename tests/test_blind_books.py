"""While a store is counted, no book at its desk tells what should lie there; other desks work on (R047)."""

from __future__ import annotations

from typing import Any

import pytest
from factory_floor import Floor
from stocktake_floor import STORE, Stocktake, lots_of, stocked

from qdesk.bin_plan import bin_plan, what_is
from qdesk.ledger import ledger_page
from qdesk.lookups import ask_stock
from qdesk.people import find_session
from qdesk.searching import stock_page


@pytest.fixture
def stocktake(floor: Floor) -> Stocktake:
    """A store with two bins and goods in them, about to be counted."""
    return stocked(floor)


def figures(rows: list[dict[str, Any]], lot: str, *names: str) -> set[Any]:
    """What rows tell of one lot in the finished store."""
    return {row[name] for row in rows if row.get("lot") == lot and row.get("place", STORE) == STORE for name in names}


def test_the_stock_page_the_pipe_and_the_bin_plan_tell_no_figure_of_what_is_counted(stocktake: Stocktake) -> None:
    floor, site = stocktake.floor, stocktake.floor.site
    [lot] = lots_of(floor, "V-300")

    def told(who: str) -> set[Any]:
        token = floor.token(who)
        with site.database.reading() as cursor:
            session = find_session(site, cursor, token)
        page = stock_page(site, site.words, "V-300", token=token)["rows"]
        piped = ask_stock(site, session, site.words, {"item": "V-300"})
        plan = bin_plan(site, token, site.words, STORE)["rows"] if who == "K1" else []
        free = {row[name] for row in piped["free"] if row["place"] == STORE for name in ("quantity", "free", "held")}
        seen = figures(page, lot, "quantity", "free", "held", "reserved") | figures(piped["stock"], lot, "quantity")
        return {each for each in seen | free | figures(plan, lot, "quantity") if each}

    assert {"5", "3", "8"} <= told("K1")
    stocktake.begin("A-01,A-02")
    assert told("K1") == set()
    assert {"5", "3", "8"} <= told("S1")
    stocktake.count(line_1="4", line_2="3")
    stocktake.recount(line_1="4")
    stocktake.conclude()
    assert {"5", "3", "8"} <= told("K1")


def test_neither_the_ledger_nor_putting_away_tells_what_is_counted_here(stocktake: Stocktake) -> None:
    floor, site = stocktake.floor, stocktake.floor.site
    asked = {"item": "V-300", "place": STORE}
    stocktake.begin("A-01,A-02")
    with floor.refused("goods_being_counted"):
        ledger_page(site, site.words, asked, token=floor.token("K1"))
    with floor.refused("goods_being_counted"):
        what_is(site, floor.token("K1"), "V-300")
    assert ledger_page(site, site.words, asked, token=floor.token("S1"))["closing"] == "8"
    assert what_is(site, floor.token("K1"), "V-100")["lies"]
