"""The demo's goods that come in: a batch from the workshop, over its task and in part rejected, and a supplier's material."""

from __future__ import annotations

from qdesk.clock import moment
from qdesk.playing import DAY, Json, Player, inspected

PRODUCT, MATERIAL = "finished_receipt", "material_receipt"
SEEN: Json = {"protected": "yes"}


def whole_receipts(player: Player) -> None:
    """Play both: each is judged by quantity and counted in; what was rejected and what is over lie apart."""
    product(player)
    material(player)


def product(player: Player) -> None:
    """A batch of 53 for a task of 50: one is rejected, so 50 are received and two are spare."""
    fields = {"task": "RW-0311", "traveller": "SG-0311", "certificate": "HG-0311", "contract": "HT-0277"}
    line: Json = {"item": "VLV-32D", "quantity": "53", "ordered": "50"}
    case = player.do("assembly", "E096", "hand_over", procedure=PRODUCT, fields=fields, lines=[line], **SEEN).case or ""
    rejected = [{"line": 1, "quantity": "1", "reason": "密封面划伤"}]
    done = player.do(
        "inspection", "E051", "inspect", case, [2], "part", procedure=PRODUCT, passed="52", rejected=rejected, **inspected()
    )
    papers = [f"{case}/2", f"{done.opened[0]['serial']}/1"]
    player.do(
        "finished_store", "E041", "receive", case, papers, "whole", {"inspector": "E051"}, procedure=PRODUCT, counted_in="52"
    )


def material(player: Player) -> None:
    """Two packs of sealant that a supplier delivers, with batch, day and shelf life."""
    made_on = moment(player.clock.now() - 20 * DAY).date().isoformat()
    line: Json = {"item": "SEAL-201", "quantity": "24", "batch": "B-77", "made_on": made_on}
    fields = {"supplier": "北方密封材料厂", "note": "BF-88"}
    case = player.do("raw_store", "E094", "record_arrival", procedure=MATERIAL, fields=fields, lines=[line]).case or ""
    player.do("inspection", "E051", "inspect", case, [1], "pass", procedure=MATERIAL, passed="24", intact="yes")
    player.do("raw_store", "E094", "receive", case, [1], procedure=MATERIAL, counted_in="24")
