"""People enrolled and dismissed, roles and stamps given and taken, PINs renewed."""

from __future__ import annotations

import pytest
from factory_floor import MINUTE, PIN, Floor

from qdesk.desk import present
from qdesk.people import log_in

HOUR = 60 * MINUTE


def test_a_new_person_works_from_the_next_moment(floor: Floor) -> None:
    floor.do("A1", "enrol", case="", badge="K9", name="新人", roles=["keeper"], pin=PIN)
    floor.play("hand_out")
    floor.step("draw", who="K9")
    with floor.refused("badge_taken"):
        floor.do("A1", "enrol", case="", badge="K9", name="又一个", roles=["keeper"], pin=PIN)


@pytest.mark.parametrize("roles", [["cook"], [["keeper"]], [{}], [7], "keeper", {"keeper": 1}, 3, [None]])
def test_only_known_roles_are_given(floor: Floor, roles: object) -> None:
    with floor.refused("role_unknown", "role_held_already", "lines_unreadable"):
        floor.do("A1", "enrol", case="", badge="K9", name="新人", roles=roles, pin=PIN)


@pytest.mark.parametrize("pin", ["", "123", "1111", "1234567890123", "12 34", "１２３４", "12a4", 1234, None])
def test_a_pin_is_four_to_twelve_digits_not_all_alike(floor: Floor, pin: object) -> None:
    with floor.refused("pin_unfit"):
        floor.do("A1", "renew_pin", case="", badge="K1", pin=pin)


def test_only_the_administrator_administers(floor: Floor) -> None:
    asked: dict[str, dict[str, object]] = {
        "enrol": {"badge": "K9", "name": "新人", "roles": ["keeper"], "pin": PIN},
        "dismiss": {"badge": "K2"},
        "give_role": {"badge": "K1", "role": "inspector"},
        "take_role": {"badge": "K2", "role": "keeper"},
        "give_stamp": {"badge": "I1", "stamp": "11"},
        "withdraw_stamp": {"badge": "I1"},
        "renew_pin": {"badge": "K2", "pin": "7788"},
        "confirm_clock": {},
    }
    for step, inputs in asked.items():
        with floor.refused("wrong_person"):
            floor.do("K1", step, case="", **inputs)


def test_a_leaver_is_out_at_once_and_the_roles_nobody_else_holds_are_handed_over(floor: Floor) -> None:
    for role in ("planner", "keeper"):
        floor.do("A1", "take_role", case="", badge="X1", role=role)
    token = floor.token("P1")
    with floor.refused("roles_left_empty"):
        floor.do("A1", "dismiss", case="", badge="P1")
    with floor.refused("roles_left_empty", "hand_to_unfit"):
        floor.do("A1", "dismiss", case="", badge="P1", hand_to="P1")
    floor.do("A1", "dismiss", case="", badge="P1", hand_to="D1")
    with floor.refused("session_unknown", "badge_revoked"):
        floor.do("P1", "plan", token=token, case="")
    with floor.refused("badge_revoked"):
        floor.token("P1")
    floor.play("authorise")
    floor.step("plan", who="D1@planning")
    for step, more in (("dismiss", {}), ("give_role", {"role": "planner"}), ("renew_pin", {"pin": "7788"})):
        with floor.refused("badge_revoked"):
            floor.do("A1", step, case="", badge="P1", **more)


def test_the_last_administrator_stays(floor: Floor) -> None:
    floor.do("A1", "take_role", case="", badge="X1", role="administrator")
    with floor.refused("last_administrator"):
        floor.do("A1", "take_role", case="", badge="A1", role="administrator")
    with floor.refused("roles_left_empty"):
        floor.do("A1", "dismiss", case="", badge="A1")


def test_a_role_taken_away_ends_at_the_next_act_of_an_open_session(floor: Floor) -> None:
    floor.play("hand_out")
    token = floor.token("K1")
    floor.do("A1", "take_role", case="", badge="K1", role="keeper")
    with floor.refused("wrong_person"):
        floor.step("draw", token=token)


def test_a_stamp_number_is_never_given_twice(floor: Floor) -> None:
    for number in ("07", "08"):
        with floor.refused("stamp_used_before"):
            floor.do("A1", "give_stamp", case="", badge="I1", stamp=number)
    floor.do("A1", "give_stamp", case="", badge="I1", stamp="11")
    for badge in ("I1", "I2"):
        with floor.refused("stamp_used_before"):
            floor.do("A1", "give_stamp", case="", badge=badge, stamp="07")
    floor.play("inspect")
    assert floor.rows("SELECT stamp FROM signatures WHERE kind = 'stamp'") == [("11",)]


def test_a_new_pin_replaces_the_old_one(floor: Floor) -> None:
    floor.do("K1", "renew_pin", case="", badge="K1", pin="7788")
    with floor.refused("pin_wrong"):
        floor.token("K1")
    log_in(floor.site, "finished_store", "K1", "7788")


def test_an_act_of_administration_comes_once_whatever_is_sent_again(floor: Floor) -> None:
    first = floor.do("A1", "enrol", case="", badge="K9", name="新人", roles=["keeper"], pin=PIN, key="enrol-1")
    again = floor.do("A1", "enrol", case="", badge="K9", name="新人", roles=["keeper"], pin=PIN, key="enrol-1")
    assert first == again
    with floor.refused("key_reused"):
        floor.do("A1", "enrol", case="", badge="K8", name="新人", roles=["keeper"], pin=PIN, key="enrol-1")


def test_an_act_beside_the_procedures_refuses_what_it_does_not_ask(floor: Floor) -> None:
    with floor.refused("field_unknown"):
        floor.do("A1", "give_role", case="", badge="P1", role="planner", until="2026-12-31")
    floor.play("plan")
    with floor.refused("field_unknown"):
        floor.do("D1", "report_lost", [3], reason="丢失", copy="3")


def test_the_administrator_adds_an_item_once(floor: Floor) -> None:
    item = {"code": "V-900", "name": "新阀", "unit": "台", "decimals": 1}
    with floor.refused("wrong_person"):
        floor.do("S1", "add_item", case="", **item)
    for wrong in ({"decimals": 4}, {"decimals": "one"}, {"unit": ""}, {"code": "V-100"}):
        with floor.refused("number_over", "number_unreadable", "answer_missing", "given_twice"):
            floor.do("A1", "add_item", case="", **{**item, **wrong})
    floor.do("A1", "add_item", case="", **item)
    assert floor.card("K1", "V-900")["item"]["decimals"] == 1
    with floor.refused("given_twice"):
        floor.do("A1", "add_item", case="", **item)


def test_whoever_got_a_new_pin_from_the_administrator_has_to_log_in_with_it(floor: Floor) -> None:
    token, own = floor.token("K1"), floor.token("K2")
    floor.do("A1", "renew_pin", case="", badge="K1", pin="20262026")
    with floor.refused("session_unknown"):
        present(floor.site, token, "V-100")
    floor.do("K2", "renew_pin", case="", badge="K2", pin="20262026", token=own)
    assert present(floor.site, own, "V-100")["kind"] == "item"
