"""The first article of an item and a process: nine questions, who signs, and what follows a negative conclusion (P06, R129)."""

from __future__ import annotations

import pytest
from factory_floor import Json
from quality_floor import NINE, Quality

import data
from qdesk.desk.book import known_of
from qdesk.factory import load_factory
from qdesk.procedure import load
from qdesk.proof import prove

FILE = "first_article.toml"
KNOWN = known_of(load_factory())
SIGNERS = {"quality_manager": "Q1", "production_officer": "PO1"}
ABOUT = {"drawing": "TZ-200", "process_sheet": "GY-17", "process": "阀体精加工", "operator": "毛建国"}


@pytest.fixture
def article(quality: Quality) -> Quality:
    """An appraisal that a workshop has applied for."""
    quality.procedure = "first_article"
    quality.begin("AL1", "apply", [{"item": "V-100", "quantity": "1", "mark": "001"}], ABOUT)
    return quality


def answers(**other: str) -> Json:
    """All nine yes, but for what is said otherwise."""
    return {**dict.fromkeys(NINE, "yes"), **other}


def appraise(article: Quality, outcome: str = "positive", who: str = "T1", without: str = "", **other: str) -> str:
    """Technical appraises, with the others that sign."""
    signers = {role: badge for role, badge in SIGNERS.items() if role != without}
    return article.do(who, "appraise", "1", outcome, signers=signers, **answers(**other)).ended or ""


def test_nine_yes_and_three_departments_make_it_positive(article: Quality) -> None:
    assert appraise(article, meets_drawing_remark="尺寸全检") == "positive"
    assert article.field("meets_drawing") == "是；尺寸全检"
    assert article.field("conclusion") == "合格"
    roles = article.floor.rows("SELECT role FROM signatures WHERE in_case = ? ORDER BY role", article.case)
    assert roles == [("production_officer",), ("quality_manager",), ("technician",)]


def test_each_question_is_asked_with_a_remark_and_nothing_is_filled_in(article: Quality) -> None:
    card = article.floor.card("T1", article.case)
    [step] = [each for each in card["can"] if each["step"] == "appraise"]
    asks = step["outcomes"][0]["asks"]
    assert [each["name"] for each in asks if each["kind"] == "check"] == list(NINE)
    assert [each["name"] for each in asks if each["kind"] == "text"] == [f"{name}_remark" for name in NINE]
    for left_out in NINE:
        with article.floor.refused("answer_missing"):
            article.do("T1", "appraise", "1", "positive", signers=SIGNERS, **answers(**{left_out: ""}))


def test_one_no_is_not_positive_and_nine_yes_not_negative(article: Quality) -> None:
    with article.floor.refused("rule_forbids") as refused:
        appraise(article, equipment_fit="no", equipment_fit_remark="压力表过期")
    assert [each.code for each in refused[0].because] == ["check_not_passed"]
    with article.floor.refused("rule_forbids") as refused:
        appraise(article, "negative")
    assert [each.code for each in refused[0].because] == ["nothing_negative"]


def test_a_no_says_why(article: Quality) -> None:
    with article.floor.refused("answer_missing") as refused:
        appraise(article, "negative", equipment_fit="no")
    assert [each.code for each in refused[0].because] == ["no_without_remark"]


def test_a_negative_conclusion_is_corrected_and_appraised_again(article: Quality) -> None:
    appraise(article, "negative", equipment_fit="no", equipment_fit_remark="压力表过期")
    assert article.field("equipment_fit") == "否；压力表过期"
    with article.floor.refused("step_not_possible"):
        appraise(article)
    with article.floor.refused("answer_missing"):
        article.do("AL1", "correct", "1")
    article.do("AL1", "correct", "1", correction="更换已检定压力表")
    assert appraise(article) == "positive"
    assert article.field("correction") == "更换已检定压力表"
    assert article.field("equipment_fit") == "是"


@pytest.mark.parametrize("without", sorted(SIGNERS))
def test_without_quality_or_manufacturing_there_is_no_appraisal(article: Quality, without: str) -> None:
    with article.floor.refused("signature_missing"):
        appraise(article, without=without)


def test_who_applied_does_not_appraise(quality: Quality) -> None:
    quality.procedure = "first_article"
    quality.begin("X1@assembly", "apply", [{"item": "V-100", "quantity": "1"}], ABOUT)
    with quality.floor.refused("own_work"):
        appraise(quality, who="X1@technical")


def test_who_corrected_does_not_appraise(article: Quality) -> None:
    appraise(article, "negative", equipment_fit="no", equipment_fit_remark="压力表过期")
    article.do("X1@assembly", "correct", "1", correction="更换已检定压力表")
    with article.floor.refused("own_work"):
        appraise(article, who="X1@technical")


def test_an_application_is_withdrawn_until_it_is_positive(article: Quality) -> None:
    appraise(article, "negative", equipment_fit="no", equipment_fit_remark="压力表过期")
    assert article.do("TM1", "withdraw", reason="改图").ended == "withdrawn"


def test_the_report_bears_its_number_and_the_proof_stands() -> None:
    procedure = load(data.read(f"procedures/{FILE}"), FILE, KNOWN)
    assert procedure.forms["first_article"].number == "RCDF-04"
    assert prove(procedure, KNOWN) == []
