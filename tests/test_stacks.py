from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from factory_floor import MINUTE, PIN, Floor, Json
from pipe_client import says

from qdesk import people
from qdesk.desk import present
from qdesk.desk.stacks import act_on_stack
from qdesk.errors import Refused
from qdesk.site import Site

LEADER = {"as": "sales_leader", "badge": "S2", "pin": PIN}


def applications(floor: Floor, many: int = 3) -> list[str]:
    """Some applications that wait for the leader's signature."""
    return [floor.apply(quantity=str(number + 1)) for number in range(many)]


def shown(floor: Floor, token: str, cases: Sequence[str]) -> list[Json]:
    """The list as it was on the screen: each case with the digest of its own card."""
    return [{"case": case, "seen": present(floor.site, token, case)["digest"]} for case in cases]


def stack(floor: Floor, token: str, listed: object, **more: Any) -> list[Json]:
    """Authorise a stack and return what became of each case."""
    asked = {"cases": listed, "step": "authorise", "key": "stack-1", **more}
    told: list[Json] = act_on_stack(floor.site, token, asked, floor.site.languages["en"])["acts"]
    return told


def amend(floor: Floor, case: str) -> None:
    """Change one of the applications after the list was shown."""
    line = {"item": "V-100", "becomes": "V-200", "quantity": "7"}
    floor.do("S1", "amend", case=case, fields={"customer": "Other"}, lines=[line])


def refusals(told: Sequence[Json]) -> list[str | None]:
    return [None if each["ok"] else each["error"]["code"] for each in told]


def test_a_stack_signs_every_case_on_the_list_as_an_act_of_its_own(floor: Floor) -> None:
    cases, token = applications(floor), floor.token("S2")
    told = stack(floor, token, shown(floor, token, cases))
    assert refusals(told) == [None, None, None]
    assert [each["case"] for each in told] == cases
    assert len({each["act"] for each in told}) == 3
    signed = floor.rows("SELECT in_case, digest FROM signatures WHERE role = 'sales_leader' ORDER BY in_case")
    assert [case for case, _ in signed] == cases
    assert len({digest for _, digest in signed}) == 3


def test_a_stack_asks_for_one_pin_however_long_the_list(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    cases, token = applications(floor), floor.token("S2")
    listed = shown(floor, token, cases)
    floor.clock.advance(6 * MINUTE)
    checked, keyed = [], people.keyed

    def counted(site: Site, pin: str) -> str:
        checked.append(pin)
        return keyed(site, pin)

    monkeypatch.setattr(people, "keyed", counted)
    assert refusals(stack(floor, token, listed, signers=[LEADER])) == [None, None, None]
    assert checked == [PIN]


def test_a_pin_typed_too_long_ago_signs_nothing_of_the_stack(floor: Floor) -> None:
    cases, token = applications(floor), floor.token("S2")
    listed = shown(floor, token, cases)
    floor.clock.advance(6 * MINUTE)
    assert refusals(stack(floor, token, listed)) == ["pin_needed"] * 3
    assert floor.rows("SELECT COUNT(*) FROM signatures") == [(0,)]


def test_a_wrong_pin_refuses_the_whole_stack(floor: Floor) -> None:
    cases, token = applications(floor), floor.token("S2")
    listed = shown(floor, token, cases)
    with floor.refused("pin_wrong"):
        stack(floor, token, listed, signers=[{**LEADER, "pin": "000001"}])


def test_one_that_is_refused_does_not_keep_the_others_from_being_done(floor: Floor) -> None:
    cases, token = applications(floor), floor.token("S2")
    listed = [*shown(floor, token, cases), {"case": "GX26-000999", "seen": "x"}, {"case": cases[0], "seen": 5}]
    told = stack(floor, token, [listed[0], listed[3], listed[1], listed[4], listed[2]])
    assert refusals(told) == [None, "case_unknown", None, "text_expected", None]
    assert told[1]["error"]["message"] == "There is no case GX26-000999."


def test_a_case_that_changed_since_the_list_was_shown_is_left_out(floor: Floor) -> None:
    cases, token = applications(floor), floor.token("S2")
    listed = shown(floor, token, cases)
    amend(floor, cases[1])
    assert refusals(stack(floor, token, listed)) == [None, "card_changed", None]


def test_the_digest_of_another_case_signs_nothing(floor: Floor) -> None:
    cases, token = applications(floor), floor.token("S2")
    one, other, _ = shown(floor, token, cases)
    assert refusals(stack(floor, token, [{**one, "seen": other["seen"]}])) == ["card_changed"]


def test_whoever_wrote_one_of_them_signs_only_the_others(floor: Floor) -> None:
    own, token = floor.apply(who="X1@sales"), floor.token("X1@sales")
    cases = [*applications(floor, 1), own]
    assert refusals(stack(floor, token, shown(floor, token, cases))) == [None, "own_work"]


def test_a_stack_sent_again_under_its_key_gives_the_same_answers(floor: Floor) -> None:
    cases, token = applications(floor), floor.token("S2")
    listed = shown(floor, token, cases)
    told = stack(floor, token, listed)
    acts = floor.rows("SELECT COUNT(*) FROM acts")
    assert stack(floor, token, listed) == told
    assert stack(floor, floor.token("S2"), listed) == told
    assert floor.rows("SELECT COUNT(*) FROM acts") == acts


def test_the_key_of_a_stack_is_looked_up_before_session_and_pin(floor: Floor) -> None:
    cases, token = applications(floor), floor.token("S2")
    listed = shown(floor, token, cases)
    told = stack(floor, token, listed, signers=[LEADER])
    floor.clock.advance(60 * MINUTE)
    assert stack(floor, token, listed, signers=[{**LEADER, "pin": "000001"}]) == told
    assert stack(floor, "no session", listed, signers=[LEADER]) == told


def test_the_key_of_a_stack_with_other_contents_is_refused_case_by_case(floor: Floor) -> None:
    cases, token = applications(floor), floor.token("S2")
    listed = shown(floor, token, cases)
    stack(floor, token, listed[:2])
    assert refusals(stack(floor, token, listed, signers=[LEADER])) == ["key_reused", "key_reused", None]


def test_what_was_refused_of_a_stack_is_tried_again_under_the_same_key(floor: Floor) -> None:
    cases, token = applications(floor), floor.token("S2")
    listed = shown(floor, token, cases)
    amend(floor, cases[1])
    first = stack(floor, token, listed)
    again = stack(floor, token, shown(floor, token, cases))
    assert refusals(first) == [None, "card_changed", None]
    assert refusals(again) == [None, None, None]
    assert (first[0], first[2]) == (again[0], again[2])


@pytest.mark.parametrize(
    "listed",
    [None, [], {}, "GX26-000001", [None], ["GX26-000001"], [{}], [{"case": "x"}], [{"case": "x", "seen": ""}],
     [{"case": "x", "seen": "y", "step": "withdraw"}], [{"case": "x", "seen": "y"}] * 101],
)  # fmt: skip
def test_a_list_that_is_none_is_refused_whole(floor: Floor, listed: object) -> None:
    token = floor.token("S2")
    with floor.refused("stack_unreadable"):
        stack(floor, token, listed)


@pytest.mark.parametrize("more", [{"case": "GX26-000001"}, {"copies": []}, {"procedure": "x"}, {"seen": "x"}])
def test_what_belongs_to_one_case_cannot_be_said_for_all(floor: Floor, more: Json) -> None:
    token = floor.token("S2")
    with floor.refused("stack_unreadable"):
        stack(floor, token, [{"case": "GX26-000001", "seen": "x"}], **more)


def test_a_key_that_is_too_long_for_its_cases_is_refused(floor: Floor) -> None:
    token = floor.token("S2")
    with pytest.raises(Refused) as refused:
        stack(floor, token, [{"case": "GX26-000001", "seen": "x"}], key="k" * 91)
    assert refused.value.code == "text_too_long"


def test_each_case_refused_in_a_stack_is_an_attempt_of_its_own(floor: Floor) -> None:
    token = floor.token("S2")
    cases = [{"case": f"GX26-00000{number}", "seen": "x"} for number in range(2)]
    (told,) = says(floor.site, {"id": 7, "op": "stack", "session": token, "step": "authorise", "cases": cases})
    assert (told["id"], told["ok"], refusals(told["acts"])) == (7, True, ["case_unknown"] * 2)
    kept = floor.rows("SELECT desk, verb, code, detail, times FROM attempts ORDER BY id")
    assert kept == [("sales", "stack", "case_unknown", f"GX26-00000{number} authorise", 1) for number in range(2)]
