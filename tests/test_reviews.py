"""The reviews of a new product: of its process, and of its quality (P06 steps 1 and 4, R128, R130)."""

from __future__ import annotations

import pytest
from quality_floor import Quality
from quality_floor import quality as quality
from test_quality_slips import printed

import data
from qdesk.desk.book import known_of
from qdesk.factory import load_factory
from qdesk.procedure import load
from qdesk.proof import prove

KNOWN = known_of(load_factory())
REPORT = {"basis": "设计任务书", "opinions": "焊缝须加工艺试验"}
CONCLUDED = {"group": "科技部、品管部", "contents": "性能、可靠性", "conclusion": "通过"}
MANAGER = {"technical_manager": "TM1"}


@pytest.fixture
def process(quality: Quality) -> Quality:
    """A process of which the items to be reviewed are listed."""
    quality.procedure = "process_review"
    quality.begin("T1", "list_items", [], {"project": "QF-9", "items": "特种工艺"})
    return quality


def reviewed(process: Quality) -> str:
    """The manager has approved the items, and the group has reported; the serial of the report."""
    process.do("TM1", "approve_items", "1")
    process.do("TM1", "review", "1", fields=REPORT)
    return process.yard.serials["review_report"]


@pytest.fixture
def product(quality: Quality) -> Quality:
    """A product of which a quality review is applied for."""
    quality.procedure = "quality_review"
    quality.begin("T1", "request_review", [], {"project": "QF-9", "materials": "a–j"})
    return quality


def test_nothing_is_reviewed_before_the_manager_has_approved_the_items(process: Quality) -> None:
    with process.floor.refused("step_not_possible"):
        process.do("TM1", "review", "1", fields=REPORT)
    reviewed(process)


def test_what_is_not_adopted_needs_its_reason_and_the_manager__R128(process: Quality) -> None:
    report = reviewed(process)
    with process.floor.refused("answer_missing"):
        process.do("T1", "follow", f"{report}/1", "not_adopted", signers=MANAGER)
    for signers, code in (({}, "signature_missing"), ({"technical_manager": "T2"}, "signer_lacks_role")):
        with process.floor.refused(code):
            process.do("T1", "follow", f"{report}/1", "not_adopted", not_adopted="焊缝试验费用过高", signers=signers)
    with process.floor.refused("same_person_twice"):
        signed = {"technical_manager": "X1"}
        process.do("X1@technical", "follow", f"{report}/1", "not_adopted", not_adopted="焊缝试验费用过高", signers=signed)
    done = process.do("T1", "follow", f"{report}/1", "not_adopted", not_adopted="焊缝试验费用过高", signers=MANAGER)
    assert done.ended == "followed"
    [page] = printed(process, report)
    assert "RCDF-02" in page and "焊缝试验费用过高" in page


def test_what_is_adopted_says_what_was_done(process: Quality) -> None:
    report = reviewed(process)
    with process.floor.refused("answer_missing"):
        process.do("T1", "follow", f"{report}/1", "adopted")
    assert process.do("T1", "follow", f"{report}/1", "adopted", followed_up="已补工艺试验").ended == "followed"


def test_who_led_the_review_does_not_say_alone_that_all_was_adopted(process: Quality) -> None:
    process.do("TM1", "approve_items", "1")
    process.do("X1@technical", "review", "1", fields=REPORT)
    with process.floor.refused("own_work"):
        process.do("X1@technical", "follow", f"{process.yard.serials['review_report']}/1", "adopted", followed_up="已补")


def test_a_process_review_is_withdrawn_while_nothing_was_reviewed(process: Quality) -> None:
    assert process.do("TM1", "withdraw", reason="项目取消").ended == "withdrawn"


def test_a_quality_review_is_examined_and_approved_and_its_report_signed_by_the_leader__R130(product: Quality) -> None:
    with product.floor.refused("step_not_possible"):
        product.do("M1", "allow_review", "1", "approved")
    product.do("TM1", "examine", "1")
    with product.floor.refused("step_not_possible"):
        product.do("T1", "conclude", "1", fields=CONCLUDED, signers=MANAGER)
    product.do("M1", "allow_review", "1", "approved")
    with product.floor.refused("signature_missing"):
        product.do("T1", "conclude", "1", fields=CONCLUDED)
    assert product.do("T1", "conclude", "1", fields=CONCLUDED, signers=MANAGER).ended == "reviewed"
    [page] = printed(product, product.yard.serials["quality_report"])
    assert all(text in page for text in ("RCDF-05", "产品质量评审报告", "通过", "TM1"))


def test_a_quality_review_may_be_refused_or_withdrawn(product: Quality) -> None:
    product.do("TM1", "examine", "1")
    assert product.do("M1", "allow_review", "1", "refused", reason="资料不全").ended == "refused"
    product.begin("T1", "request_review", [], {"project": "QF-9", "materials": "a–j"})
    assert product.do("TM1", "withdraw", reason="项目取消").ended == "withdrawn"


@pytest.mark.parametrize(
    ("procedure", "field", "opens", "step"),
    [("process_review", "items", "list_items", "approve_items"), ("quality_review", "materials", "request_review", "examine")],
)
def test_who_wrote_it_does_not_approve_it(quality: Quality, procedure: str, field: str, opens: str, step: str) -> None:
    quality.procedure = procedure
    quality.begin("X1@technical", opens, [], {"project": "QF-9", field: "特种工艺"})
    with quality.floor.refused("own_work"):
        quality.do("X1@technical", step, "1")


def test_who_applied_or_examined_does_not_allow_the_review(product: Quality) -> None:
    product.do("X1@technical", "examine", "1")
    with product.floor.refused("own_work"):
        product.do("X1@management", "allow_review", "1", "approved")
    product.do("M1", "allow_review", "1", "approved")


@pytest.mark.parametrize("name", ["process_review", "quality_review"])
def test_it_is_proved(name: str) -> None:
    assert prove(load(data.read(f"procedures/{name}.toml"), f"{name}.toml", KNOWN), KNOWN) == []
