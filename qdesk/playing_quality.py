"""The demo's nonconforming goods: held, reported, repaired to a standard, inspected again, and back in the store."""

from __future__ import annotations

from qdesk.desk import act
from qdesk.playing import Json, Player

NONCONFORMITY = "nonconformity"
ITEM = "VLV-25A"
LYING = "SELECT lot FROM balances WHERE item = ? AND place = 'finished_store' AND quantity >= 2000 ORDER BY lot LIMIT 1"


def whole_nonconformity(player: Player) -> str:
    """Two scratched valves all the way; the rest of their lot is released by hand behind them. Return the report."""
    [(lot,)] = player.site.database.rows(LYING, ITEM)
    hold(player, "hold_lot", lot, "运输架刮伤，逐台检查")
    fields: Json = {"kind": "in_process", "nature": "cosmetic", "cause": "运输架刮伤", "home": "finished_store"}
    lines = [{"item": ITEM, "lot": lot, "quantity": "2"}]
    done = player.do("inspection", "E051", "open", procedure=NONCONFORMITY, fields=fields, lines=lines)
    report = done.case or ""
    hold(player, "release_lot", lot, "其余完好")
    player.do(
        "quality", "E061", "assess", report, [1], "ordinary", procedure=NONCONFORMITY, responsible_unit="成品库",
    )  # fmt: skip
    player.do(
        "quality", "E061", "dispose", report, [1], "repair", procedure=NONCONFORMITY, mended_at="valve_shop",
        repair_standard="FX-03 补漆后外观检验",
    )  # fmt: skip
    player.do("valve_shop", "E033", "mend", report, [2], procedure=NONCONFORMITY)
    found: Json = {"appearance": "yes", "nameplate": "yes", "leak_rate": "0.10", "meets_requirements": "yes", "conforming": "2"}
    player.do("inspection", "E051", "reinspect", report, [2], "pass", procedure=NONCONFORMITY, **found)
    player.do("finished_store", "E041", "receive_finished", report, [2], procedure=NONCONFORMITY)
    return report


def hold(player: Player, step: str, lot: str, reason: str) -> None:
    """Put a lot on hold or release it by hand, as the quality manager may."""
    token = player.log_in("quality", "E061")
    act(player.site, token, {"step": step, "inputs": {"lot": lot, "reason": reason}})
    player.tell_line("quality", "E061", player.words.say(f"step.{step}"), lot)
