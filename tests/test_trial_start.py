"""The start of trial production: six conditions checked by the unit and then by three departments (P06 step 2, R124–R127)."""

from __future__ import annotations

from typing import Any

import pytest
from factory_floor import Json
from quality_floor import Quality
from quality_floor import quality as quality
from test_quality_slips import printed

import data
from qdesk.desk.book import known_of
from qdesk.factory import load_factory
from qdesk.procedure import load
from qdesk.proof import prove

FILE = "trial_start.toml"
KNOWN = known_of(load_factory())
SIX = ("people_trained", "documents_valid", "equipment_in_date", "new_approved", "parts_complete", "site_fit")
SIGNERS = {"quality_manager": "Q1", "production_officer": "PO1"}
ABOUT = {"project": "QF-9 试制", "drawing": "TZ-300"}


def answers(**other: str) -> Json:
    """All six yes, but for what is said otherwise."""
    return {**dict.fromkeys(SIX, "yes"), **other}


@pytest.fixture
def trial(quality: Quality) -> Quality:
    """Conditions that a workshop has checked and reported."""
    quality.procedure = "trial_start"
    quality.begin("AL1", "report", [], ABOUT, **answers())
    return quality


def check(trial: Quality, outcome: str = "positive", who: str = "T1", without: str = "", **other: str) -> None:
    """Technical checks, with the others that sign."""
    signers = {role: badge for role, badge in SIGNERS.items() if role != without}
    copies = [f"{trial.case}/1", f"{trial.case}/2"]
    trial.yard.do(who, "check", copies, outcome, procedure="trial_start", signers=signers, **answers(**other))


def start(trial: Quality, who: str = "AL1") -> Any:
    return trial.do(who, "start", "2").ended


def test_nothing_starts_without_a_positive_conclusion__R124(trial: Quality) -> None:
    with trial.floor.refused("step_not_possible"):
        start(trial)
    check(trial, "negative", new_approved="no", new_approved_remark="新材料未批准")
    with trial.floor.refused("step_not_possible"):
        start(trial)
    trial.do("AL1", "rectify", "2", correction="新材料已批准，附合格证")
    with trial.floor.refused("step_not_possible"):
        start(trial)
    check(trial)
    assert start(trial) == "started"
    assert (trial.field("correction"), trial.field("conclusion")) == ("新材料已批准，附合格证", "具备开工条件")


@pytest.mark.parametrize("outcome", ["positive", "negative"])
def test_one_copy_goes_back_to_the_unit_and_the_other_stays__R125(trial: Quality, outcome: str) -> None:
    other = {"site_fit": "no", "site_fit_remark": "照明不足"} if outcome == "negative" else {}
    check(trial, outcome, **other)
    assert trial.floor.due() == {1: "technical", 2: "assembly"}


@pytest.mark.parametrize("condition", SIX)
def test_one_condition_that_is_not_met_is_no_positive_conclusion__R126_R127(trial: Quality, condition: str) -> None:
    with trial.floor.refused("rule_forbids") as refused:
        check(trial, **{condition: "no", f"{condition}_remark": "不符合"})
    assert [each.code for each in refused[0].because] == ["check_not_passed"]
    with trial.floor.refused("answer_missing"):
        check(trial, **{condition: ""})
    with trial.floor.refused("answer_missing"):
        check(trial, "negative", **{condition: "no"})
    check(trial, "negative", **{condition: "no", f"{condition}_remark": "不符合"})
    assert trial.field(condition) == "否；不符合"


def test_six_times_yes_is_no_negative_conclusion(trial: Quality) -> None:
    with trial.floor.refused("rule_forbids") as refused:
        check(trial, "negative")
    assert [each.code for each in refused[0].because] == ["nothing_negative"]


@pytest.mark.parametrize("without", sorted(SIGNERS))
def test_without_quality_or_manufacturing_there_is_no_conclusion(trial: Quality, without: str) -> None:
    with trial.floor.refused("signature_missing"):
        check(trial, without=without)


def test_who_reported_or_put_right_does_not_conclude(quality: Quality) -> None:
    quality.procedure = "trial_start"
    quality.begin("X1@assembly", "report", [], ABOUT, **answers())
    with quality.floor.refused("own_work"):
        check(quality, who="X1@technical")
    quality.begin("AL1", "report", [], ABOUT, **answers())
    check(quality, "negative", site_fit="no", site_fit_remark="照明不足")
    quality.do("X1@assembly", "rectify", "2", correction="已加灯")
    with quality.floor.refused("own_work"):
        check(quality, who="X1@technical")


def test_it_is_withdrawn_until_it_is_positive(trial: Quality) -> None:
    assert trial.do("TM1", "withdraw", reason="项目取消").ended == "withdrawn"


def test_the_check_list_bears_its_number_and_the_six_conditions(trial: Quality) -> None:
    pages = printed(trial, trial.case)
    assert len(pages) == 2
    wanted = ("RCDF-03", "新产品试制开工条件检查单", "QF-9试制", "d新工艺、新技术、新材料已批准使用", "AL1")
    assert [text for text in wanted if text not in pages[1]] == []


def test_it_is_proved() -> None:
    assert prove(load(data.read(f"procedures/{FILE}"), FILE, KNOWN), KNOWN) == []
