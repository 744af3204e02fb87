"""The round of a store: the place and the goods in it, looked at one by one (P21, P35; R045, R046, R050, R059, R060)."""

from __future__ import annotations

from typing import Any

import pytest
from delivery_floor import Yard
from factory_floor import DAY, FloorMaker, Json

import data
from qdesk.desk import Done
from qdesk.desk.book import known_of
from qdesk.duties import duties
from qdesk.factory import load_factory
from qdesk.proof import prove_all
from qdesk.store_round import CHECKS

FILES = ("store_round.toml", "store_round_parts.toml", "store_round_raw.toml")
KEEPERS = (("K1", "store_round"), ("PK1", "store_round_parts"), ("RK1", "store_round_raw"))
KNOWN = known_of(load_factory())
WRONG = {"fire_equipment": "no", "fire_equipment_remark": "灭火器压力不足", "correction": "已更换"}
EVERY_MONTH = "[duties.store_round]\noff = false\n"


def walk(yard: Yard, outcome: str = "in_order", who: str = "K1", procedure: str = "store_round", **answers: str) -> Done:
    """Go round a store and answer each check."""
    told: Json = {**dict.fromkeys(CHECKS, "yes"), **answers}
    return yard.do(who, "walk", outcome=outcome, procedure=procedure, case="", **told)


def fields(yard: Yard, done: Done, who: str = "K1") -> dict[str, Any]:
    """What stands on the record."""
    told: dict[str, Any] = yard.floor.card(who, str(done.case))["document"]["fields"]
    return told


@pytest.mark.parametrize(("who", "procedure"), KEEPERS)
def test_every_keeper_goes_round_the_own_store_and_signs_and_the_record_stays_there(yard: Yard, who: str, procedure: str) -> None:
    done = walk(yard, who=who, procedure=procedure)
    [(ended,)] = yard.floor.rows("SELECT ended FROM cases WHERE code = ?", done.case)
    [(role,)] = yard.floor.rows("SELECT role FROM signatures WHERE in_case = ?", done.case)
    [(rests, piece)] = yard.floor.rows("SELECT seen, piece FROM copies WHERE in_case = ?", done.case)
    assert yard.floor.rows("SELECT subject FROM prints") == [(piece,)], "what it writes itself is printed, too"
    assert (ended, done.notices) == ("in_order", [])
    assert role in yard.floor.site.factory.desks[rests].roles
    assert [fields(yard, done, who)[name] for name in CHECKS] == ["是"] * len(CHECKS)


@pytest.mark.parametrize("check", CHECKS)
def test_what_is_not_in_order_is_not_said_to_be(yard: Yard, check: str) -> None:
    with yard.floor.refused("rule_forbids") as refused:
        walk(yard, **{check: "no", f"{check}_remark": "有问题"})
    assert [each.code for each in refused[0].because] == ["check_not_passed"]


def test_what_is_not_in_order_is_said_with_what_was_done_and_quality_is_told(yard: Yard) -> None:
    for left_out in ("fire_equipment_remark", "correction"):
        with yard.floor.refused("answer_missing"):
            walk(yard, "not_in_order", **{**WRONG, left_out: ""})
    done = walk(yard, "not_in_order", **WRONG)
    assert [each["desk"] for each in done.notices] == ["quality"]
    told = fields(yard, done)
    assert (told["fire_equipment"], told["correction"]) == ("否；灭火器压力不足", "已更换")


def test_nothing_is_wrong_where_every_check_is_yes(yard: Yard) -> None:
    with yard.floor.refused("rule_forbids") as refused:
        walk(yard, "not_in_order", correction="无")
    assert [each.code for each in refused[0].because] == ["nothing_negative"]


def test_no_check_is_left_blank(yard: Yard) -> None:
    for check in CHECKS:
        with yard.floor.refused("answer_missing"):
            walk(yard, **{check: ""})


def test_a_site_that_says_how_often_is_reminded_of_each_store_by_itself_R046(floors: FloorMaker) -> None:
    yard = Yard(floors(own=EVERY_MONTH))
    site, words = yard.floor.site, yard.floor.site.words

    def open_rounds(who: str) -> list[str]:
        rows = duties(site, yard.floor.token(who), words)
        return [row["duty"] for row in rows if row["duty"].startswith("store_round") and row["done_at"] is None]

    assert (open_rounds("K1"), open_rounds("RK1")) == (["store_round"], [])
    walk(yard, who="RK1", procedure="store_round_raw")
    assert open_rounds("K1") == ["store_round"]
    walk(yard)
    assert open_rounds("K1") == []
    yard.floor.clock.advance(40 * DAY)
    assert open_rounds("K1") == ["store_round"]


@pytest.mark.parametrize("file", FILES)
def test_the_round_is_proved(file: str) -> None:
    for proof in prove_all(data.read(f"procedures/{file}"), file, KNOWN):
        assert proof.violations == () and proof.endings == ("in_order", "put_right")
