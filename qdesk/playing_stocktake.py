"""The demo's stocktake: the finished goods store is counted blind, a piece is missing, and another person approves it (R047)."""

from __future__ import annotations

from qdesk.desk import present
from qdesk.playing import Json, Player
from qdesk.scan import format_quantity

STOCKTAKE, STORE = "stocktake", "finished_store"
BOOK = "SELECT quantity FROM balances WHERE item = ? AND lot = ? AND place = ? AND bin = ? AND in_case = ''"


def whole_stocktake(player: Player) -> str:
    """Play it all; return the serial of the list."""
    listed = player.do(STORE, "E041", "list", procedure=STOCKTAKE).case or ""
    sheet = (f"{listed}/1",)
    lines: list[Json] = present(player.site, player.log_in(STORE, "E041"), listed, player.words)["document"]["lines"]
    counted = [{"line": row["line"], "quantity": format_quantity(lies_there(player, row))} for row in lines]
    missing = next(row for row in counted if row["quantity"] != "1")
    missing["quantity"] = str(int(missing["quantity"]) - 1)
    player.do(STORE, "E041", "count", listed, sheet, "whole", procedure=STOCKTAKE, counted=counted)
    alone = "当班只有一名保管员"
    player.do(STORE, "E041", "recount", listed, sheet, procedure=STOCKTAKE, counted=[missing], despite=alone)
    cause = {"cause": "漏记出库一台"}
    done = player.do(STORE, "E041", "conclude", listed, outcome="differs", procedure=STOCKTAKE, fields=cause)
    copy = (f"{done.opened[0]['serial']}/2",)
    player.do("quality", "E061", "approve", listed, copy, "approved", procedure=STOCKTAKE)
    return listed


def lies_there(player: Player, row: Json) -> int:
    """Return what a keeper finds in the store: in the demo, what the book says."""
    found = player.site.database.rows(BOOK, row["item"], row["lot"], row["place"], row.get("bin", ""))
    return int(found[0][0]) if found else 0
