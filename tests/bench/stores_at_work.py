"""Stores and inspection at work for the pictures: goods to be counted in, handed out, counted blind, judged and set apart."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from qdesk.desk import Done, act
from qdesk.new_files import EXPORTS
from qdesk.playing import Player, inspected
from qdesk.playing_quality import NONCONFORMITY, hold
from qdesk.playing_receipt import MATERIAL, PRODUCT, SEEN
from qdesk.playing_stocktake import STOCKTAKE

Json = dict[str, Any]
ISSUE = "material_issue"
ITEMS = "编码,物料名称,单位,每包数量,外购\nN-01,端盖,件,10,是\nN-02,,件,,\nVLV-25A,截止阀,套,,\nN-01,端盖,件,x,也许\n"
"""A sheet of items that is right in its first row only."""


def fill_stores(player: Player) -> dict[str, str]:
    """Have papers wait at the stores, at inspection and at quality; return what is scanned to show each."""
    codes = {"arrived": arrive(player, "RUBBER-O", "100")}
    sealed = received(player)
    codes |= {"receipt": player.code(f"{sealed[0]}/2"), "checked": player.code(f"{sealed[1]}/1")}
    codes["requisition"] = player.code(f"{requisition(player)}/2")
    listed = do(player, "finished_store", "E041", "list", STOCKTAKE).case
    codes["count_sheet"] = player.code(f"{listed}/1")
    report = nonconforming(player, "VLV-50C", "3")
    codes["report"] = player.code(f"{report}/1")
    read_climate(player, temperature="21.5", humidity="48")
    read_climate(player, temperature="28.5", humidity="57.5", climate_measures="已开启空调，一小时后复测")
    write_items(player.site.config.folder)
    return codes


def do(
    player: Player, desk: str, badge: str, step: str, procedure: str, case: str = "", copies: Sequence[int] = (),
    outcome: str = "", **more: Any,
) -> Done:  # fmt: skip
    """Do a step a minute later."""
    return player.do(desk, badge, step, case, copies, outcome, procedure=procedure, minutes=1, **more)


def arrive(player: Player, item: str, quantity: str) -> str:
    """Have a supplier deliver something; return what is scanned for its paper."""
    line, fields = {"item": item, "quantity": quantity, "batch": "P-31"}, {"supplier": "北方密封材料厂", "note": "BF-91"}
    done = do(player, "raw_store", "E094", "record_arrival", MATERIAL, fields=fields, lines=[line])
    return player.code(f"{done.case}/1")


def received(player: Player) -> tuple[str, str]:
    """Have a batch of the workshop judged, two of it set apart; return the two papers it is counted in with."""
    fields = {"task": "RW-0412", "traveller": "SG-0412", "certificate": "HG-0412", "contract": "HT-0301"}
    line: Json = {"item": "VLV-32D", "quantity": "42", "ordered": "50"}
    case = do(player, "assembly", "E096", "hand_over", PRODUCT, fields=fields, lines=[line], **SEEN).case or ""
    rejected = [{"line": 1, "quantity": "2", "reason": "密封面划伤"}]
    judged = do(
        player, "inspection", "E051", "inspect", PRODUCT, case, [2], "part", passed="40", rejected=rejected, **inspected()
    )
    return case, judged.opened[0]["serial"]


def requisition(player: Player) -> str:
    """Have the shop ask for material, more of it than lies in one lot."""
    lines = [{"item": "GLUE-243", "quantity": "10"}, {"item": "RUBBER-O", "quantity": "450"}]
    fields = {"purpose": "production", "task": "RW-0412"}
    case = do(player, "assembly", "E096", "write", ISSUE, fields=fields, lines=lines).case or ""
    do(player, "assembly", "E098", "approve", ISSUE, case, [1])
    return case


def nonconforming(player: Player, item: str, quantity: str) -> str:
    """Have a lot held, reported on in part, and judged by quality; return the report."""
    lot = player.site.database.rows("SELECT lot FROM balances WHERE item = ? AND place = 'finished_store'", item)[0][0]
    hold(player, "hold_lot", lot, "铭牌字迹不清")
    fields = {"kind": "in_process", "nature": "cosmetic", "cause": "铭牌字迹不清", "home": "finished_store"}
    lines = [{"item": item, "lot": lot, "quantity": quantity}]
    report = do(player, "inspection", "E051", "open", NONCONFORMITY, fields=fields, lines=lines).case or ""
    hold(player, "release_lot", lot, "其余完好")
    do(player, "quality", "E061", "assess", NONCONFORMITY, report, [1], "ordinary", responsible_unit="装配车间")
    return report


def read_climate(player: Player, **read: str) -> None:
    """Have the raw-material store's climate written down."""
    token = player.log_in("raw_store", "E094")
    act(player.site, token, {"step": "read_climate", "inputs": {"place": "raw_store", **read}})


def write_items(folder: Path) -> None:
    """Put a sheet of items where one is looked for by its name."""
    exports = folder / EXPORTS
    exports.mkdir(exist_ok=True)
    (exports / "items.csv").write_text(ITEMS, encoding="utf-8-sig")
