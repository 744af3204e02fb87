"""Void paper: what it says of itself, that its being found is kept, and who has to agree before guarded paper is printed anew."""

from __future__ import annotations

import json
from typing import Any

import pytest
from factory_audit import marking
from factory_floor import DAY, MINUTE, PIN, Floor, FloorMaker

import data
from qdesk.clock import moment
from qdesk.desk import look, present
from qdesk.handing_over import handover
from qdesk.lookups import where_document
from qdesk.verify import verify
from qdesk.words import Words

LONG_AGO = 9 * DAY


def torn(floor: Floor, copy: int = 3) -> str:
    """Reprint a copy at the dispatch group; return the piece that is void now."""
    old = floor.code(copy)
    floor.do("D1", "reprint", [copy], reason="撕破")
    return old


def sightings(floor: Floor) -> list[tuple[Any, ...]]:
    """Where void pieces turned up, the first at the top."""
    return floor.rows("SELECT piece, desk FROM sightings ORDER BY act")


def guarded(floors: FloorMaker, **settings: str) -> Floor:
    """A floor where the application is guarded paper, as a pass is."""
    floor = floors(settings)
    text = data.read("procedures/product_modification.toml")
    folder = floor.folder / "procedures"
    folder.mkdir()
    marked = text.replace("[forms.application]\n", "[forms.application]\nguarded = true\n")
    assert marked != text
    (folder / "product_modification.toml").write_text(marked, encoding="utf-8")
    floor.site.compiled.clear()
    floor.play("plan")
    return floor


# What a void piece says


def test_a_void_piece_says_since_when_why_by_whom_and_which_piece_holds__R171(floor: Floor) -> None:
    floor.play("plan")
    at = floor.clock.now()
    old = torn(floor)
    void = floor.card("K1", old)["void"]
    assert (void["piece"], void["copy"]) == (old, f"{floor.case}/3")
    assert void["replaced_by"] == void["valid"] == floor.code(3)
    assert (void["at"], void["person"], void["desk"]) == (moment(at).isoformat(timespec="seconds"), "人D1", "shop_dispatch")
    assert (void["because"], void["reason"], void["approved"]) == (floor.site.words.say("void.damaged"), "撕破", [])


def test_of_two_pieces_replaced_one_after_the_other_the_first_names_the_one_that_holds_now(floor: Floor) -> None:
    floor.play("plan")
    first, second = torn(floor), torn(floor)
    void = floor.card("D1", first)["void"]
    assert (void["replaced_by"], void["valid"]) == (second, floor.code(3))
    with floor.refused("piece_void") as refusals:
        floor.step("consent", copies=[first])
    assert refusals[0].because[0].arguments["piece"] == floor.code(3)


def test_a_piece_of_a_copy_that_is_void_itself_has_none_that_holds(floor: Floor) -> None:
    floor.play("plan")
    floor.do("S2", "withdraw", reason="不做了")
    void = floor.card("S1", 3)["void"]
    assert (void["valid"], void["reason"] is None) == (None, True)
    with floor.refused("piece_void") as refusals:
        floor.do("D1", "report_lost", [3], case="", reason="丢")
    assert refusals[0].because == ()


def test_why_a_piece_is_void_after_a_reversal_is_said_as_such(floor: Floor, words: Words) -> None:
    floor.play("plan")
    floor.do("D1", "reprint", [3], reason="撕破")
    new = floor.code(3)
    floor.do("D1", "reverse")
    card = look(floor.site, floor.token("D1"), new, words)
    assert card["void"]["because"] == words.say("void.reversed")


# That it was found is kept


def test_a_void_piece_that_is_scanned_is_written_down_once_for_each_desk_it_comes_to__R172(floor: Floor) -> None:
    floor.play("plan")
    floor.do("D1", "report_lost", [3], reason="丢失")
    old = floor.code(3)
    floor.do("D1", "reissue", [f"{floor.case}/3"], reason="丢失")
    stood = marking(floor.site)
    found_at = floor.clock.now()
    for who in ("K1", "K2", "K1"):
        floor.card(who, old)
        floor.clock.advance(MINUTE)
    floor.card("D1", old)
    floor.clock.advance(MINUTE)
    void = floor.card("K2", old)["void"]
    assert sightings(floor) == [(old, "finished_store"), (old, "shop_dispatch"), (old, "finished_store")]
    assert [(each["desk"], each["person"]) for each in void["found"]] == [
        ("finished_store", "人K2"), ("shop_dispatch", "人D1"), ("finished_store", "人K1"),
    ]  # fmt: skip
    assert void["found"][-1]["at"] == moment(found_at).isoformat(timespec="seconds")
    assert marking(floor.site) == stood
    assert verify(floor.site, replay=True).findings == []


def test_the_card_tells_of_the_finding_with_the_very_scan_that_found_it(floor: Floor) -> None:
    floor.play("plan")
    old = torn(floor)
    assert len(floor.card("K1", old)["void"]["found"]) == 1


def test_only_looking_writes_nothing_down(floor: Floor) -> None:
    floor.play("plan")
    old = torn(floor)
    for code in (old, floor.case, f"{floor.case}/3"):
        look(floor.site, floor.token("K1"), code)
    assert sightings(floor) == []
    floor.card("K1", floor.code(3))
    floor.card("K1", f"{floor.case}/3")
    assert sightings(floor) == []


def test_finding_void_paper_stands_in_nobodys_way(floor: Floor) -> None:
    floor.play("plan")
    token = floor.token("D1")
    old = torn(floor)
    floor.card("K1", old)
    seen = floor.card("D1")["digest"]
    floor.card("P1", old)
    floor.do("D1", "reverse", token=token, seen=seen)
    assert floor.card("D1", old)["kind"] == "copy"


def test_a_finding_cannot_be_reversed(floor: Floor) -> None:
    floor.play("plan")
    floor.card("K1", torn(floor))
    [(act,)] = floor.rows("SELECT act FROM sightings")
    with floor.refused("cannot_be_reversed", "act_unknown"):
        floor.do("Q1", "reverse", act=act, reason="x", case="")


def test_that_paper_is_void_is_said_also_where_nothing_can_be_written(floor: Floor) -> None:
    floor.play("plan")
    old = torn(floor)
    floor.clock.advance(-DAY)
    token = floor.token("K1")
    assert present(floor.site, token, old)["void"]["found"] == []
    assert sightings(floor) == []


def test_the_hand_over_names_the_void_paper_that_turned_up_here_and_has_not_gone_elsewhere(floor: Floor, words: Words) -> None:
    floor.play("plan")
    old = torn(floor)
    floor.clock.advance(LONG_AGO)
    floor.card("K1", old)
    [row] = handover(floor.site, floor.token("K2"), words)["found"]
    assert (row["piece"], row["copy"], row["replaced_by"], row["person"]) == (old, f"{floor.case}/3", floor.code(3), "人K1")
    assert row["why"] == words.say("void.damaged")
    assert handover(floor.site, floor.token("D1"), words)["found"] == []
    floor.card("D1", old)
    assert handover(floor.site, floor.token("K1"), words)["found"] == []
    assert [row["piece"] for row in handover(floor.site, floor.token("D1"), words)["found"]] == [old]
    floor.clock.advance(LONG_AGO)
    assert handover(floor.site, floor.token("D1"), words)["found"] == []


def test_void_paper_to_be_collected_says_where_it_was_seen_last(floor: Floor) -> None:
    floor.play("plan")
    old = torn(floor)
    floor.card("K1", old)
    [row] = handover(floor.site, floor.token("D1"), floor.site.words)["void"]
    assert (row["piece"], [each["desk"] for each in row["found"]]) == (old, ["finished_store"])


def test_the_paper_map_lists_the_void_pieces_of_a_document_with_where_they_turned_up(floor: Floor, words: Words) -> None:
    floor.play("plan")
    assert where_document(floor.site, floor.case, words)["void"] == []
    first, second = torn(floor), torn(floor, 4)
    floor.card("K1", second)
    told = where_document(floor.site, floor.case, words)["void"]
    assert [(row["piece"], row["copy"][-1], len(row["found"])) for row in told] == [(first, "3", 0), (second, "4", 1)]
    assert told[0]["why"] == words.say("void.damaged")


# The second person for guarded paper


def test_guarded_paper_gets_another_piece_only_with_a_second_person__R178(floors: FloorMaker) -> None:
    floor = guarded(floors)
    for signers in ({}, {"quality_manager": "K1"}):
        with floor.refused("signature_missing", "signer_lacks_role"):
            floor.do("D1", "reprint", [3], reason="撕破", signers=signers)
    with floor.refused("signer_not_asked"):
        floor.do("D1", "reprint", [3], reason="撕破", signers={"inspector": "I1", "quality_manager": "Q1"})
    with floor.refused("signature_missing"):
        floor.do("X1@shop_dispatch", "reprint", [3], reason="撕破", signers={"quality_manager": "X1"})
    with floor.refused("signature_missing"):
        floor.do("D1", "reprint", [3], reason="撕破", signers=[{"as": "quality_manager", "paper": True, "name": "某人"}])
    old = floor.code(3)
    floor.do("D1", "reprint", [3], reason="撕破", signers={"quality_manager": "Q1"})
    assert floor.card("D1", old)["void"]["approved"] == ["人Q1"]


def test_a_lost_guarded_paper_is_reissued_with_the_same_second_person__R172_R178(floors: FloorMaker) -> None:
    floor = guarded(floors, reissue_approver="planner")
    floor.do("D1", "report_lost", [3], reason="丢失")
    for signers in ({}, {"planner": "P1"}):
        with floor.refused("signature_missing", "signer_not_asked"):
            floor.do("D1", "reissue", [3], reason="丢失", signers=signers)
    floor.do("D1", "reissue", [3], reason="丢失", signers={"quality_manager": "Q1"})


def test_a_site_may_do_without_the_second_person_or_name_another(floors: FloorMaker) -> None:
    floor = guarded(floors, guarded_approver="")
    floor.do("D1", "reprint", [3], reason="撕破")
    other = guarded(floors, guarded_approver="planner")
    other.do("D1", "reprint", [3], reason="撕破", signers={"planner": "P1"})


def test_who_agreed_is_in_the_journal_and_for_whom_it_was_a_deputy__R173(floors: FloorMaker) -> None:
    floor = guarded(floors)
    floor.do("Q1", "delegate", case="", role="quality_manager", to="P1", until="2026-03-09")
    floor.do("D1", "reprint", [3], reason="撕破", signers={"quality_manager": "P1"})
    [(body,)] = floor.rows("SELECT body FROM journal ORDER BY seq DESC LIMIT 1")
    people = dict(floor.rows("SELECT badge, id FROM persons"))
    assert json.loads(body)["approved"] == [
        {"role": "quality_manager", "person": people["P1"], "name": "人P1", "deputy_for": people["Q1"]}
    ]
    assert PIN not in body


def test_plain_paper_is_reprinted_by_one_person_and_no_second_signs_for_nothing(floor: Floor) -> None:
    floor.play("plan")
    with floor.refused("signer_not_asked"):
        floor.do("D1", "reprint", [3], reason="撕破", signers={"quality_manager": "Q1"})
    floor.do("D1", "reprint", [3], reason="撕破")


@pytest.mark.parametrize("lost", [False, True])
def test_the_card_says_who_has_to_agree_before_anybody_tries(floors: FloorMaker, lost: bool) -> None:
    floor = guarded(floors)
    if lost:
        floor.do("D1", "report_lost", [3], reason="丢失")
    card = look(floor.site, floor.token("D1"), f"{floor.case}/3")
    assert card["approves"] == {"reissue" if lost else "reprint": "quality_manager"}
    plain = floors()
    plain.play("plan")
    assert look(plain.site, plain.token("D1"), f"{plain.case}/3")["approves"] == {}
