"""What finished goods get when they pass: the certificate, on demand the report, and three checks (F022, F023, R131, R132)."""

from __future__ import annotations

import pytest
from delivery_floor import Yard
from factory_floor import FloorMaker, Json
from receipts_floor import TASK, Dock, stocked
from receipts_floor import dock as dock
from test_inspection_paper import built

PAPERS = "SELECT kind FROM prints WHERE kind IN ('certificate', 'inspection_report') ORDER BY number"
PASSED: dict[str, Json] = {
    "pass": {"passed": "50"}, "part": {"passed": "44", "rejected": [{"line": 1, "quantity": "6", "reason": "划伤"}]},
}  # fmt: skip
CARD = {**TASK, "tracking_card": "ZK-7"}


def dock_of(floors: FloorMaker, **settings: str) -> Dock:
    return Dock(Yard(floors(settings=settings, described=stocked())))


@pytest.mark.parametrize("outcome", PASSED)
@pytest.mark.parametrize(
    ("setting", "papers"),
    [("", ["certificate"]), ("certificate", ["certificate"]), ("both", ["certificate", "inspection_report"]), ("none", [])],
)
def test_product_that_passes_gets_the_papers_that_the_site_wants(
    floors: FloorMaker, setting: str, papers: list[str], outcome: str
) -> None:
    dock = dock_of(floors, **({"passed_papers": setting} if setting else {}))
    dock.hand_over()
    dock.inspect(outcome, **PASSED[outcome])
    assert [kind for (kind,) in dock.floor.rows(PAPERS)] == papers


def test_there_is_a_certificate_for_each_pack_of_what_passed_and_the_report_whenever_it_is_asked_for(dock: Dock) -> None:
    dock.hand_over()
    done = dock.inspect("part", **PASSED["part"])
    labels = built(dock.floor, "certificate", str(done.act))["labels"]
    assert len(labels) == 5 and "4 块" in str(labels[-1]["rows"])
    report = built(dock.floor, "inspection_report", str(done.act))
    [product] = report["products"]
    assert product[1:4] == ["50 块", "44 块", "6 块"]
    assert report["conclusion"][1].startswith("上列合格数量检验合格")
    dock.hand_over(task="RW-2")
    assert built(dock.floor, "inspection_report", str(dock.inspect(passed="50").act))["conclusion"][1] == "检验合格"


def test_what_fails_gets_no_certificate_and_a_pass_that_is_taken_back_none_that_waits(dock: Dock) -> None:
    dock.hand_over()
    dock.inspect("fail", reason="锈蚀")
    assert dock.floor.rows(PAPERS) == []
    dock.hand_over()
    done = dock.inspect(passed="50")
    dock.do("I1", "reverse", act=done.act, reason="看错")
    assert dock.floor.rows("SELECT state FROM prints WHERE kind = 'certificate'") == [("cancelled",)]


@pytest.mark.parametrize("outcome", PASSED)
def test_self_check_and_mutual_check_come_before_the_inspectors_or_a_reason_is_written__R131(
    floors: FloorMaker, outcome: str
) -> None:
    dock = dock_of(floors, three_checks="yes")
    dock.hand_over(**CARD)
    for left_out in ("self_checked", "mutually_checked"):
        checked = {"self_checked": "yes", "mutually_checked": "yes", left_out: ""}
        with dock.floor.refused("answer_missing"):
            dock.inspect(outcome, **PASSED[outcome], **checked)
    with dock.floor.refused("reason_needed") as refused:
        dock.inspect(outcome, **PASSED[outcome], self_checked="yes", mutually_checked="no")
    assert [each.code for each in refused[0].because] == ["check_not_passed"]
    despite = {"self_checked": "yes", "mutually_checked": "no", "despite": "只有一人当班"}
    dock.inspect(outcome, **PASSED[outcome], **despite)


def test_the_workshop_names_the_card_on_which_it_wrote_its_own_check__R132(floors: FloorMaker) -> None:
    dock = dock_of(floors, three_checks="yes")
    with dock.floor.refused("field_missing"):
        dock.hand_over()
    serial = dock.hand_over(**CARD)
    assert dock.floor.card("I1", serial)["document"]["fields"]["tracking_card"] == "ZK-7"


def test_a_site_that_does_without_the_three_checks_is_not_asked(dock: Dock) -> None:
    dock.hand_over()
    with dock.floor.refused("field_unknown"):
        dock.inspect(passed="50", self_checked="yes", mutually_checked="yes")


def test_a_pack_holds_one_lot_and_a_numbered_piece_has_a_certificate_of_its_own(dock: Dock) -> None:
    dock.hand_over(
        dock.line("PCB-1", "12", "30"), dock.line("PCB-1", "18", "30"), dock.line("V-300", "1", serial="N-1"),
        dock.line("V-300", "1", serial="N-2"),
    )  # fmt: skip
    passed = [{"line": line, "quantity": quantity} for line, quantity in enumerate(("12", "15", "1", "0"), 1)]
    rejected = [{"line": 2, "quantity": "3", "reason": "虚焊"}, {"line": 4, "quantity": "1", "reason": "裂纹"}]
    done = dock.inspect("part", passed=passed, rejected=rejected)
    labels = [dict(each["rows"]) | {"head": each["head"]} for each in built(dock.floor, "certificate", str(done.act))["labels"]]
    first, second = labels[0]["批次"], labels[2]["批次"]
    assert first != second and "N-2" not in str(labels)
    assert [(each["head"], each["批次"], each["数量"], each.get("产品编号", "")) for each in labels[:4]] == [
        ("PCB-1", lot, f"{quantity} 块", "") for lot, quantity in ((first, 10), (first, 2), (second, 10), (second, 5))
    ]
    assert [(each["head"], each["产品编号"]) for each in labels[4:]] == [("V-300", "N-1")]
    products = built(dock.floor, "inspection_report", str(done.act))["products"]
    assert [row[1:4] for row in products[:2]] == [["12 块", "12 块", "0 块"], ["18 块", "15 块", "3 块"]]
    assert [row[4].split()[1] for row in products[2:]] == ["N-1", "N-2"]
