"""A raw-material store for tests: bins in its zones, goods of every class, of a customer, and some that end."""

from __future__ import annotations

import json
from typing import Any

from factory_floor import DAY, START, Floor, FloorMaker, Json, description

from qdesk.clock import moment

CLASSES = ("cement", "addition", "aggregate", "toxic")
ZONES = {"A-1": "product", "A-2": "product", "B-1": "hand_over", "C-1": "customers_own", "P-1": "pending"}


def described() -> Json:
    """The floor of every test, with goods in classes, of a customer, and some that end."""
    made = description()
    made["items"] += [{"code": f"S-{name}", "unit": "袋", "storage": name} for name in CLASSES]
    made["items"].append({"code": "BOLT", "unit": "件"})
    made["stock"] += [{"item": f"S-{name}", "place": "raw_store", "quantity": "10"} for name in CLASSES]
    made["stock"] += [
        {"item": "BOLT", "place": "raw_store", "quantity": "100"},
        {"item": "BOLT", "place": "raw_store", "quantity": "7", "owner": "海河机械"},
        {"item": "BOLT", "place": "raw_store", "quantity": "5", "expires": moment(START + 20 * DAY).date().isoformat()},
    ]
    return made


def a_store(floors: FloorMaker) -> Floor:
    """Open a raw-material store with a few bins."""
    floor = floors(described=described())
    for code, zone in ZONES.items():
        opened(floor, code, zone)
    return floor


def opened(floor: Floor, code: str, zone: str = "product", place: str = "raw_store", who: str = "RK1") -> None:
    """Open a bin."""
    floor.do(who, "open_bin", case="", bin=code, place=place, zone=zone)


def lot_of(floor: Floor, item: str, owner: str = "", ends: bool = False) -> str:
    """Return the lot of an item, a customer's or one that ends."""
    sql = "SELECT code FROM lots WHERE item = ? AND owner = ? AND (expires_at IS NOT NULL) = ?"
    return str(floor.rows(sql, item, owner, int(ends))[0][0])


def put(floor: Floor, *rows: tuple[str, str, str, str], who: str = "RK1", **more: Any) -> Any:
    """Put away: lot, quantity, from which bin, into which."""
    told = [{"lot": lot, "quantity": quantity, "bin": source, "to_bin": target} for lot, quantity, source, target in rows]
    return floor.do(who, "put_away", case="", rows=told, **more)


def in_bins(floor: Floor, lot: str) -> dict[str, int]:
    """Return how much of a lot lies in which bin."""
    return dict(floor.rows("SELECT bin, quantity / 1000 FROM balances WHERE lot = ? AND counter = 0 AND quantity <> 0", lot))


def warned(store: Floor, *rows: tuple[str, str, str, str]) -> list[str]:
    """What a keeper is warned of; with a reason the same is done."""
    with store.refused("reason_needed") as caught:
        put(store, *rows)
    done = put(store, *rows, despite="场地紧张，明日移走")
    ((body,),) = store.rows("SELECT body FROM journal WHERE seq = ?", done.act)
    codes = [reason.code for reason in caught[0].because]
    assert (json.loads(body)["warned"], json.loads(body)["reason"]) == (codes, "场地紧张，明日移走")
    return codes
