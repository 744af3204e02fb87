"""The stamp register: whose a number is, what it may be used for, and that a number once given is never given again."""

from __future__ import annotations

import pytest
from factory_floor import Floor, FloorMaker

from qdesk.clock import moment

INSPECT = "product_modification.inspect"


def limit(floor: Floor, stamp: str = "07", who: str = "Q1", **inputs: str) -> None:
    floor.do(who, "limit_stamp", case="", stamp=stamp, **inputs)


def limits(floor: Floor, stamp: str = "07") -> list[tuple[str, str]]:
    return floor.rows("SELECT item, step FROM stamp_limits WHERE stamp = ? AND ended_at IS NULL ORDER BY act, number", stamp)


@pytest.mark.parametrize(
    "allowed",
    [{}, {"item": "V-200"}, {"item": "V-*"}, {"operation": INSPECT}, {"item": "V-200", "operation": INSPECT}],
)
def test_a_stamp_is_put_on_what_it_is_for(floor: Floor, allowed: dict[str, str]) -> None:
    limit(floor, **allowed)
    floor.play("inspect")
    assert floor.rows("SELECT stamp FROM signatures WHERE kind = 'stamp'") == [("07",)]


@pytest.mark.parametrize(
    "allowed",
    [
        {"item": "V-100"}, {"item": "V-3*"}, {"operation": "product_modification.inspect_old"},
        {"item": "V-100", "operation": INSPECT},
    ],
)  # fmt: skip
def test_a_stamp_is_put_on_nothing_it_is_not_for(floor: Floor, allowed: dict[str, str]) -> None:
    limit(floor, **allowed)
    floor.play("rework")
    with floor.refused("stamp_not_for_this"):
        floor.step("inspect")
    floor.step("inspect", who="I2")  # the other inspector's is for everything


def test_a_card_offers_no_pass_to_whoever_may_not_stamp_it_and_still_every_other_way(floor: Floor) -> None:
    limit(floor, item="V-100")
    floor.play("rework")
    [step] = [step for step in floor.card("I1")["can"] if step["step"] == "inspect"]
    assert [outcome["name"] for outcome in step["outcomes"]] == ["fail"]
    [step] = [step for step in floor.card("I2")["can"] if step["step"] == "inspect"]
    assert [outcome["name"] for outcome in step["outcomes"]] == ["pass", "fail"]


def test_a_verdict_without_a_stamp_needs_no_authority(floor: Floor) -> None:
    limit(floor, item="V-100")
    floor.play("rework")
    floor.step("inspect", outcome="fail", reason="漏", quantity_passed="")
    assert floor.rows("SELECT outcome FROM acts WHERE step = 'inspect'") == [("fail",)]
    assert floor.rows("SELECT stamp FROM signatures WHERE step = 'inspect' AND stamp IS NOT NULL") == []


def test_of_several_authorities_one_is_enough(floor: Floor) -> None:
    limit(floor, item="V-100")
    limit(floor, item="V-2*", operation=INSPECT)
    floor.play("inspect")
    assert limits(floor) == [("V-100", ""), ("V-2*", INSPECT)]


def test_without_the_last_authority_a_stamp_is_for_nothing_until_it_is_for_everything_again(floor: Floor) -> None:
    limit(floor, item="V-200")
    floor.do("Q1", "end_stamp_limit", case="", stamp="07", item="V-200")
    floor.play("rework")
    with floor.refused("stamp_not_for_this"):
        floor.step("inspect")
    limit(floor)
    floor.step("inspect")
    assert limits(floor) == [("", "")]


def test_an_authority_for_everything_takes_the_place_of_all_others_and_ends_with_the_first_limit(floor: Floor) -> None:
    limit(floor, item="V-100")
    limit(floor, operation=INSPECT)
    limit(floor, trained="2026-01-15")
    assert limits(floor) == [("", "")]
    limit(floor, item="V-100")
    assert limits(floor) == [("V-100", "")]


def test_what_a_stamp_is_not_for_cannot_be_taken_away(floor: Floor) -> None:
    with floor.refused("stamp_limit_unknown"):
        floor.do("Q1", "end_stamp_limit", case="", stamp="07", item="V-200")


@pytest.mark.parametrize(
    ("inputs", "code"),
    [
        ({"stamp": "55"}, "stamp_unknown"), ({"item": "NONE"}, "item_unknown"), ({"operation": "inspect"}, "choice_unknown"),
        ({"operation": "product_modification.draw"}, "choice_unknown"), ({"trained": "2030-01-01"}, "trained_in_future"),
    ],
)  # fmt: skip
def test_stamp_product_operation_and_day_must_be_real(floor: Floor, inputs: dict[str, str], code: str) -> None:
    with floor.refused(code):
        limit(floor, **inputs)


def test_a_withdrawn_number_is_never_given_again_and_stays_in_the_register(floor: Floor) -> None:
    floor.do("Q1", "withdraw_stamp", case="", badge="I1")
    with floor.refused("stamp_withdrawn"):
        limit(floor, item="V-200")
    for badge in ("I1", "I2"):
        with floor.refused("stamp_used_before"):
            floor.do("Q1", "give_stamp", case="", badge=badge, stamp="07")
    floor.play("rework")
    with floor.refused("stamp_missing"):
        floor.step("inspect")
    assert floor.rows("SELECT COUNT(*) FROM stamps WHERE number = '07' AND withdrawn_at IS NOT NULL") == [(1,)]


def test_a_new_number_is_for_what_the_holders_number_before_was_for(floor: Floor) -> None:
    limit(floor, item="V-100")
    floor.do("Q1", "give_stamp", case="", badge="I1", stamp="21")
    assert limits(floor, "21") == [("V-100", "")]
    floor.play("rework")
    with floor.refused("stamp_not_for_this"):
        floor.step("inspect")


def test_a_number_is_given_with_the_day_its_holder_was_trained(floor: Floor) -> None:
    floor.do("Q1", "give_stamp", case="", badge="I1", stamp="21", trained="2026-02-20")
    with floor.refused("trained_in_future"):
        floor.do("Q1", "give_stamp", case="", badge="I1", stamp="22", trained="2026-04-01")
    [(trained,)] = floor.rows("SELECT trained_at IS NOT NULL FROM stamp_limits WHERE stamp = '21' AND item = '' AND step = ''")
    assert trained == 1
    floor.play("inspect")


@pytest.mark.parametrize(("now", "kept"), [("2026-02-20", "2026-02-20"), ("", "2026-01-15")])
def test_a_new_number_says_when_its_holder_was_trained_last(floor: Floor, now: str, kept: str) -> None:
    limit(floor, item="V-200", trained="2026-01-15")
    floor.do("Q1", "give_stamp", case="", badge="I1", stamp="21", trained=now)
    [(trained,)] = floor.rows("SELECT trained_at FROM stamp_limits WHERE stamp = '21' AND item = 'V-200'")
    assert moment(trained).date().isoformat() == kept


def test_nobody_but_quality_and_the_administrator_gives_stamps(floors: FloorMaker) -> None:
    floor = floors()
    with floor.refused("wrong_person"):
        floor.do("I2", "give_stamp", case="", badge="I1", stamp="21")
