"""What a screen asks the desk beside the two verbs: the same card again, what may be begun here, what would be taken."""

from __future__ import annotations

import pytest
from factory_audit import contents
from factory_floor import MINUTE, P01, WITH_PARTS, Floor, FloorMaker, Json, description

from qdesk.desk import look, present
from qdesk.desk.openings import openings
from qdesk.desk.proposing import propose
from qdesk.desk.reversing import undoable
from qdesk.errors import Refused
from qdesk.people import token_digest
from qdesk.words import Words

EXPIRING = (("2026-09-01", "4"), ("2026-06-01", "3"), ("", "20"))


def used_at(floor: Floor, token: str) -> int:
    found: int = floor.rows("SELECT used_at FROM sessions WHERE token_digest = ?", token_digest(token))[0][0]
    return found


def with_stock(floors: FloorMaker, *rows: Json) -> Floor:
    """A floor whose V-100 lies in the lots named here, by the day each expires."""
    described = description()
    described["stock"] = [each for each in described["stock"] if each["item"] != "V-100"]
    described["stock"] += [{"item": "V-100", "place": "finished_store", **row} for row in rows]
    return floors(described=described)


def expiring(floors: FloorMaker) -> Floor:
    return with_stock(floors, *({"quantity": each, **({"expires": day} if day else {})} for day, each in EXPIRING))


# The same card again


def test_a_look_shows_the_card_and_nothing_arrives(floor: Floor) -> None:
    floor.play("authorise")
    token, piece = floor.token("P1"), floor.code(2)
    before = contents(floor.site)
    looked = look(floor.site, token, piece)
    assert contents(floor.site) == before
    assert [copy["state"] for copy in looked["copies"]][1] == "on_its_way"
    presented = present(floor.site, token, piece)
    assert contents(floor.site) != before
    assert look(floor.site, token, piece) == presented


def test_a_look_does_not_keep_a_session_awake_and_a_scan_does(floor: Floor) -> None:
    floor.apply()
    token = floor.token("S1")
    at = used_at(floor, token)
    floor.clock.advance(2 * MINUTE)
    look(floor.site, token, floor.case)
    assert used_at(floor, token) == at
    present(floor.site, token, floor.case)
    assert used_at(floor, token) == at + 2 * MINUTE


def test_a_look_of_a_locked_session_is_refused(floor: Floor) -> None:
    floor.apply()
    token = floor.token("S1")
    floor.clock.advance(24 * 60 * MINUTE)
    with pytest.raises(Refused) as refused:
        look(floor.site, token, floor.case)
    assert refused.value.code == "session_locked"


@pytest.mark.parametrize("code", ["V-100", "L26-000001", "finished_store", "K1"])
def test_a_look_knows_whatever_can_be_scanned(floor: Floor, code: str) -> None:
    token = floor.token("K1")
    assert look(floor.site, token, code) == present(floor.site, token, code)


# What may be begun here


def test_a_clerk_may_open_an_application_and_is_asked_what_a_card_would_ask(floor: Floor, words: Words) -> None:
    opening = openings(floor.site, floor.token("S1"), words)[0]  # the first of all forms that sales may open
    named = {name: opening[name] for name in ("procedure", "step", "form", "form_number")}
    assert named == {"procedure": P01, "step": "apply", "form": "application", "form_number": "XS-72-98"}
    assert opening["step_title"] == {"zh": "填写改型申请单", "en": "Write the application"}[words.language]
    (outcome,) = opening["outcomes"]
    assert [ask["name"] for ask in outcome["asks"] if ask["required"]] == ["fields.customer", "lines"]
    assert [ask["name"] for ask in outcome["asks"][-1]["asks"]] == ["item", "becomes", "quantity", "serial"]
    assert (outcome["signs"], outcome["stamps"]) == ([], [])


@pytest.mark.parametrize("who", ["S2", "P1", "K1", "X1@inspection", "R1"])
def test_nobody_else_and_no_other_desk_opens_one(floor: Floor, who: str) -> None:
    assert P01 not in {each["procedure"] for each in openings(floor.site, floor.token(who), floor.site.words)}


def test_what_may_be_opened_can_be_opened(floor: Floor) -> None:
    opening = openings(floor.site, floor.token("X1@sales"), floor.site.words)[0]
    floor.apply(who="X1@sales")
    assert floor.rows("SELECT procedure FROM cases") == [(opening["procedure"],)]


# What would be taken


def test_the_lots_proposed_are_those_that_the_issue_takes(floors: FloorMaker) -> None:
    floor = expiring(floors)
    floor.apply(lines=[{"item": "V-100", "becomes": "V-200", "quantity": q} for q in ("5", "6")])
    floor.play("hand_out")
    proposed = propose(floor.site, floor.token("K1"), floor.case, "draw")["lots"]
    assert [(row["line"], row["quantity"], (row["expires"] or "")[:10]) for row in proposed] == [
        (1, "3", "2026-06-01"), (1, "2", "2026-09-01"), (2, "2", "2026-09-01"), (2, "4", ""),
    ]  # fmt: skip
    assert {(row["place"], row["item"], row["serial"]) for row in proposed} == {("finished_store", "V-100", None)}
    moved = floor.step("draw").moves
    assert [(row["lot"], row["quantity"]) for row in moved] == [(row["lot"], row["quantity"]) for row in proposed]


def test_the_lots_proposed_are_an_answer_as_they_stand(floors: FloorMaker) -> None:
    floor = expiring(floors)
    floor.apply()
    floor.play("hand_out")
    proposed = propose(floor.site, floor.token("K1"), floor.case, "draw")["lots"]
    assert floor.step("draw", lots=[{name: row[name] for name in ("line", "lot", "quantity")} for row in proposed]).moves


def test_a_line_that_names_a_piece_is_offered_that_piece(floor: Floor) -> None:
    line = {"item": "VS-1", "becomes": "VS-2", "quantity": "1"}
    floor.apply(lines=[{**line, "serial": serial} for serial in ("S-0002", "S-0001")])
    floor.play("hand_out")
    proposed = propose(floor.site, floor.token("K1"), floor.case, "draw")["lots"]
    assert [(row["line"], row["serial"]) for row in proposed] == [(1, "S-0002"), (2, "S-0001")]


def test_a_shortage_proposes_what_there_is_and_never_what_is_promised_to_others(floors: FloorMaker) -> None:
    floor = with_stock(floors, {"quantity": "12"}, {"quantity": "8"})
    first = floor.apply(quantity="10")
    floor.play("hand_out")
    floor.apply(quantity="10")
    floor.play("authorise")
    lots = dict(floor.rows("SELECT quantity, lot FROM balances WHERE item = 'V-100' AND counter = 0"))
    floor.do("Q1", "hold_lot", case="", lot=lots[8000], reason="doubtful")
    proposed = propose(floor.site, floor.token("K1"), first, "draw")["lots"]
    assert [(row["lot"], row["quantity"]) for row in proposed] == [(lots[12000], "2")]
    floor.case = first
    with floor.refused("not_enough"):
        floor.step("draw")


def test_the_parts_proposed_are_those_the_form_still_wants(floor: Floor) -> None:
    floor.play("open_parts", WITH_PARTS)
    token = floor.token("PK1")
    (row,) = propose(floor.site, token, floor.case, "draw_parts")["drawn"]
    assert (row["item"], row["quantity"], row["place"]) == ("NEW-PART", "12", "parts_store")
    floor.step("draw_parts", drawn=[{"item": "NEW-PART", "quantity": "5"}])
    (row,) = propose(floor.site, token, floor.case, "draw_parts")["drawn"]
    assert row["quantity"] == "7"
    moved = floor.step("draw_parts").moves
    assert [(move["lot"], move["quantity"]) for move in moved] == [(row["lot"], "7")]
    assert propose(floor.site, token, floor.case, "draw_parts") == {"drawn": []}


def test_parts_wanted_before_any_form_was_written_are_refused(floor: Floor) -> None:
    floor.play("hand_out")
    with pytest.raises(Refused) as refused:
        propose(floor.site, floor.token("PK1"), floor.case, "draw_parts")
    assert refused.value.code == "form_not_opened"


def test_the_rework_is_offered_the_parts_drawn_but_none_that_came_out_of_a_product(floor: Floor) -> None:
    floor.play("draw_parts", WITH_PARTS)
    token = floor.token("R1")
    proposed = propose(floor.site, token, floor.case, "rework")
    assert ([(row["item"], row["quantity"]) for row in proposed["installed"]], proposed["removed"]) == ([("NEW-PART", "12")], [])
    assert {"item", "quantity", "lot"} == set(proposed["installed"][0])
    floor.play("rework", WITH_PARTS)
    floor.step("inspect", outcome="fail", reason="漏", quantity_passed="")
    again = propose(floor.site, token, floor.case, "rework")["installed"]
    assert [(row["item"], row["quantity"]) for row in again] == [("NEW-PART", "2")]


def test_all_that_lies_on_the_floor_is_proposed_to_come_back(floor: Floor) -> None:
    floor.play("rework", WITH_PARTS)
    rows = propose(floor.site, floor.token("PK1"), floor.case, "return_parts")["returned"]
    assert {(row["item"], row["quantity"], row["condition"]) for row in rows} == {("NEW-PART", "2", ""), ("OLD-PART", "10", "")}
    assert floor.step("return_parts", returned=rows).moves
    assert propose(floor.site, floor.token("PK1"), floor.case, "return_parts") == {"returned": []}


def test_a_verdict_is_never_proposed_only_what_lies_there_to_be_counted(floor: Floor) -> None:
    line = {"item": "V-100", "quantity": "4", "becomes": "V-200"}
    floor.apply(lines=[line, {**line, "quantity": "3"}, {**line, "becomes": "V-300", "quantity": "2"}])
    floor.play("rework")
    told = propose(floor.site, floor.token("I1"), floor.case, "inspect", "pass")
    assert told == {
        "expected": [
            {"line": 1, "item": "V-200", "quantity": "4"},
            {"line": 2, "item": "V-200", "quantity": "3"},
            {"line": 3, "item": "V-300", "quantity": "2"},
        ]
    }
    assert propose(floor.site, floor.token("W1"), floor.case, "consent", "refuse") == {}


def test_what_is_expected_of_pieces_is_the_piece_of_the_line(floor: Floor) -> None:
    line = {"item": "VS-1", "becomes": "VS-2", "quantity": "1"}
    floor.apply(lines=[{**line, "serial": serial} for serial in ("S-0002", "S-0001")])
    floor.play("rework")
    told = propose(floor.site, floor.token("I1"), floor.case, "inspect", "pass")["expected"]
    assert [(row["line"], row["quantity"]) for row in told] == [(1, "1"), (2, "1")]


@pytest.mark.parametrize(
    ("step", "outcome", "code"),
    [
        ("nonsense", "", "step_unknown"), ("inspect", "", "outcome_unknown"), ("draw#2", "", "outcome_unknown"),
        ("draw#", "", "outcome_unknown"), ("consent", "perhaps", "outcome_unknown"),
    ],
)  # fmt: skip
def test_a_step_that_does_not_exist_is_refused(floor: Floor, step: str, outcome: str, code: str) -> None:
    floor.apply()
    with pytest.raises(Refused) as refused:
        propose(floor.site, floor.token("K1"), floor.case, step, outcome)
    assert refused.value.code == code


def test_a_proposal_writes_nothing(floor: Floor) -> None:
    floor.play("hand_out")
    token = floor.token("K1")
    before = contents(floor.site)
    propose(floor.site, token, floor.case, "draw")
    assert contents(floor.site) == before


# Whether an act can be taken back


def test_ones_own_newest_act_can_be_taken_back_until_something_follows(floor: Floor) -> None:
    floor.play("authorise")
    token = floor.token("P1")
    done = floor.step("plan", token=token)
    assert undoable(floor.site, token, done.act)
    assert not undoable(floor.site, floor.token("S2"), done.act)
    floor.card("W1", 3)
    assert not undoable(floor.site, token, done.act)


def test_an_act_that_another_followed_cannot_and_one_taken_back_not_again(floor: Floor) -> None:
    floor.play("plan")
    token = floor.token("W1")
    done = floor.step("consent", token=token)
    handed = floor.step("hand_out")
    assert not undoable(floor.site, token, done.act)
    floor.do("D1", "reverse")
    assert not undoable(floor.site, floor.token("D1"), handed.act)
    assert undoable(floor.site, token, done.act)
    floor.do("W1", "reverse", token=token)
    assert not undoable(floor.site, token, done.act)


def test_what_is_offered_to_be_taken_back_is_taken_back_without_a_reason(floor: Floor) -> None:
    floor.play("consent")
    for who, step in (("D1", "hand_out"), ("K1", "draw"), ("R1", "rework")):
        token = floor.token(who)
        done = floor.step(step, token=token)
        assert undoable(floor.site, token, done.act)
        floor.do(who, "reverse", token=token, act=done.act)
        floor.step(step, token=token)


@pytest.mark.parametrize("act", [0, -1, 10**9])
def test_an_act_that_never_was_cannot_be_taken_back(floor: Floor, act: int) -> None:
    assert not undoable(floor.site, floor.token("S1"), act)


def test_an_act_of_no_case_cannot_be_taken_back(floor: Floor) -> None:
    done = floor.do("Q1", "hold_lot", case="", lot="L26-000001", reason="doubtful")
    assert not undoable(floor.site, floor.token("Q1"), done.act)


def test_the_store_is_told_which_goods_come_in_and_only_those_that_passed(floor: Floor) -> None:
    floor.play("rework")
    held = propose(floor.site, floor.token("K1"), floor.case, "receive")["coming"]
    floor.play("inspect")
    coming = propose(floor.site, floor.token("K1"), floor.case, "receive")["coming"]
    assert held == []
    assert [(row["line"], row["item"], row["quantity"]) for row in coming] == [(1, "V-200", "10")]
