"""Nothing comes in outside the limits of its plan or past its shelf life, product and material, whole or in part (R013, R049)."""

from __future__ import annotations

from typing import Any

import pytest
from delivery_floor import Yard
from factory_floor import FloorMaker
from quality_floor import PLAN
from receipts_floor import Dock, stocked

from qdesk.desk.proposing import propose

PASSED: dict[str, dict[str, Any]] = {
    "pass": {"passed": "24"}, "part": {"passed": "20", "rejected": [{"line": 1, "quantity": "4", "reason": "漏"}]},
}  # fmt: skip
both_receipts_whole_and_in_part = pytest.mark.parametrize(
    ("receipt", "outcome"), [(receipt, outcome) for receipt in ("product", "material") for outcome in PASSED]
)


def brought(floors: FloorMaker, receipt: str, made_on: str, own: str = "") -> Dock:
    """A receipt that waits for the inspector, of something with a shelf life of 180 days."""
    dock = Dock(Yard(floors(own=own, described=stocked())))
    line = {"item": "GLUE", "quantity": "24", "made_on": made_on}
    dock.hand_over({**line, "ordered": "24"}) if receipt == "product" else dock.arrive(line)
    return dock


@both_receipts_whole_and_in_part
def test_what_is_outside_the_limits_of_its_plan_does_not_come_in(floors: FloorMaker, receipt: str, outcome: str) -> None:
    dock = brought(floors, receipt, "2026-02-01", PLAN)
    with dock.floor.refused("answer_missing"):
        dock.inspect(outcome, **PASSED[outcome])
    with dock.floor.refused("rule_forbids") as refused:
        dock.inspect(outcome, leak="0.51", **PASSED[outcome])
    assert [each.code for each in refused[0].because] == ["out_of_limits"]
    dock.inspect(outcome, leak="0.50", **PASSED[outcome])


@both_receipts_whole_and_in_part
def test_what_is_past_its_shelf_life_does_not_come_in(floors: FloorMaker, receipt: str, outcome: str) -> None:
    dock = brought(floors, receipt, "2025-06-01")
    with dock.floor.refused("rule_forbids") as refused:
        dock.inspect(outcome, **PASSED[outcome])
    assert [each.code for each in refused[0].because] == ["slice_expired"]
    dock.inspect("fail", reason="过期")


@both_receipts_whole_and_in_part
def test_of_what_passes_nothing_is_proposed_but_what_there_is(floors: FloorMaker, receipt: str, outcome: str) -> None:
    dock = brought(floors, receipt, "2026-02-01")
    proposed = propose(dock.floor.site, dock.floor.token("I1"), dock.case, "inspect", outcome)
    assert set(proposed) == {"expected"} and proposed["expected"][0]["quantity"] == "24"
