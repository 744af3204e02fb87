"""Verdicts are kept lot by lot: how much of each was inspected, how much passed, and why not the rest."""

from __future__ import annotations

from typing import Any

import pytest
from factory_floor import Floor, FloorMaker
from quality_floor import Quality
from quality_floor import qualities as qualities
from quality_floor import quality as quality
from receipts_floor import Dock
from receipts_floor import dock as dock
from test_inspection_paper import built
from test_inspection_plans import SITE_SAMPLED, reworked

VERDICTS = "SELECT lot, verdict, inspected / 1000, passed / 1000, cause FROM results WHERE point = '' ORDER BY act, number"
LYING = """SELECT b.lot, b.quantity / 1000, l.hold FROM balances b JOIN lots l ON l.code = b.lot
  WHERE b.item = ? AND b.place = ? AND b.quantity > 0 ORDER BY b.lot"""


def verdicts(floor: Floor) -> list[tuple[Any, ...]]:
    return floor.rows(VERDICTS)


def test_a_verdict_on_a_modification_names_the_lot_that_it_is_about(floors: FloorMaker) -> None:
    floor = reworked(floors, "")
    [(lot, there, _)] = floor.rows(LYING, "V-200", "workshop_converted")
    floor.step("inspect", outcome="fail", reason="漏", quantity_passed=str(there))
    floor.step("rework")
    floor.step("inspect", quantity_passed=str(there))
    assert [row[1:] for row in verdicts(floor)] == [("fail", 50, 0, "漏"), ("pass", 50, 50, "")]
    assert lot and {row[0] for row in verdicts(floor)} == {lot}


def test_of_a_modification_that_passes_in_part_what_passed_keeps_its_lot_and_the_rest_gets_one(floors: FloorMaker) -> None:
    floor = reworked(floors, "", partial_pass="supplement")
    [(lot, _, _)] = floor.rows(LYING, "V-200", "workshop_converted")
    done = floor.step("inspect", outcome="part", reason="划伤", quantity_passed="47")
    assert verdicts(floor) == [(lot, "part", 50, 47, "划伤")]
    assert floor.rows(LYING, "V-200", "workshop_converted") == [(lot, 47, "")]
    [(rest, quantity, hold)] = floor.rows(LYING, "V-200", "workshop_remainder")
    assert rest != lot and (quantity, hold) == (3, "to_be_inspected")
    assert ["V-200", "50 台", "47 台", "3 台", lot] in built(floor, "inspection_report", str(done.act))["products"]


def test_a_lot_that_is_held_for_another_reason_stays_held_when_a_part_of_it_passes(floors: FloorMaker) -> None:
    floor = reworked(floors, "", partial_pass="supplement")
    [(lot, _, _)] = floor.rows(LYING, "V-200", "workshop_converted")
    with floor.site.writing() as entry:
        entry.change("lots", (lot,), {"hold": "to_be_inspected"}, {"hold": "held"})
        entry.seal(by=1, desk="quality", step="hold_lot")
    floor.step("inspect", outcome="part", reason="划伤", quantity_passed="47")
    lying = [row for place in ("workshop_converted", "workshop_remainder") for row in floor.rows(LYING, "V-200", place)]
    assert [hold for *_, hold in lying] == ["held", "held"]


def test_a_part_that_conforms_is_kept_as_that_part_with_its_cause(quality: Quality) -> None:
    lot = quality.apart()
    quality.mended(lot=lot)
    quality.inspect("part", conforming="7", reason="三件仍有划伤")
    assert verdicts(quality.floor) == [(lot, "part", 10, 7, "三件仍有划伤")]


def test_where_every_piece_is_inspected_those_found_defective_are_those_that_do_not_conform(qualities: Any) -> None:
    quality = qualities(own=SITE_SAMPLED)
    quality.mended()
    part = {"conforming": "7", "reason": "三件仍有划伤"}
    with quality.floor.refused("rule_forbids"):
        quality.inspect("part", look="4", **part)
    quality.inspect("part", look="3", **part)
    assert quality.floor.rows("SELECT value, verdict FROM results WHERE point = 'look'") == [("3", "pass")]


def test_a_receipt_names_each_lot_and_its_certificate_only_what_passed(dock: Dock) -> None:
    dock.hand_over(dock.line("PCB-1", "20", "50"), dock.line("PCB-1", "30", "50"))
    first, second = [lot for lot, *_ in dock.floor.rows(LYING, "PCB-1", "arrivals")]
    passed = [{"line": 1, "quantity": "20"}, {"line": 2, "quantity": "0"}]
    rejected = [{"line": 2, "quantity": "28", "reason": "虚焊"}, {"line": 2, "quantity": "2", "reason": "缺件"}]
    done = dock.inspect("part", passed=passed, rejected=rejected)
    assert verdicts(dock.floor) == [
        (first, "pass", 20, 20, ""), (second, "fail", 28, 0, "虚焊"), (second, "fail", 2, 0, "缺件"),
    ]  # fmt: skip
    labels = built(dock.floor, "certificate", str(done.act))["labels"]
    assert len(labels) == 2 and first in str(labels) and second not in str(labels)


@pytest.mark.parametrize("outcome", ["pass", "fail"])
def test_what_nobody_counted_line_by_line_is_judged_as_it_lies_there(dock: Dock, outcome: str) -> None:
    lines = [{"item": "NEW-PART", "quantity": quantity} for quantity in ("5", "7")]
    dock.arrive(*lines) if outcome == "fail" else dock.hand_over()
    how = {"passed": "50"} if outcome == "pass" else {"reason": "锈蚀"}
    item = {"pass": "PCB-1", "fail": "NEW-PART"}[outcome]
    lots = [lot for lot, *_ in dock.floor.rows(LYING, item, "arrivals")]
    dock.inspect(outcome, **how)
    told = {"pass": [("pass", 50, 50, "")], "fail": [("fail", 5, 0, "锈蚀"), ("fail", 7, 0, "锈蚀")]}[outcome]
    assert verdicts(dock.floor) == [(lot, *row) for lot, row in zip(lots, told, strict=True)]


def test_what_is_kept_as_results_is_not_written_again_among_the_answers(dock: Dock) -> None:
    dock.hand_over()
    done = dock.inspect(passed="50")
    [(body,)] = dock.floor.rows("SELECT body FROM journal WHERE seq = ?", done.act)
    assert '"verdicts"' not in body and '"results"' in body
