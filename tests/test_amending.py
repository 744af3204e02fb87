"""Documents changed: freely before the first signature, after it as a new revision that starts its way anew."""

from __future__ import annotations

import pytest
from factory_floor import MINUTE, WITH_PARTS, Floor

HOUR = 60 * MINUTE


def seen(floor: Floor, copy: int) -> tuple[str, str]:
    """Where a copy is due and where it was seen."""
    [(due, seen_at)] = floor.rows("SELECT due, seen FROM copies WHERE name = ?", f"{floor.case}/{copy}")
    return due, seen_at


def changed(floor: Floor, quantity: str = "12", customer: str = "Bolt", who: str = "S1") -> None:
    line = {"item": "V-100", "becomes": "V-200", "quantity": quantity}
    floor.do(who, "amend", fields={"customer": customer}, lines=[line])


def test_before_the_first_signature_only_the_words_change(floor: Floor) -> None:
    floor.apply()
    pieces = dict(floor.pieces)
    changed(floor)
    card = floor.card("S1")["document"]
    assert (card["revision"], card["fields"]["customer"], card["lines"][0]["quantity"]) == (2, "Bolt", "12")
    assert pieces == floor.pieces
    assert floor.rows("SELECT COUNT(*) FROM lines") == [(2,)]
    floor.play("hand_out")
    floor.step("draw")
    assert floor.lies("V-100")["workshop_product"] == 12


@pytest.mark.parametrize("upto", ["authorise", "plan", "consent", "hand_out"])
def test_after_the_first_signature_the_set_starts_its_way_anew(floor: Floor, upto: str) -> None:
    floor.play(upto)
    old = floor.code(4)
    changed(floor, quantity="50")
    assert set(floor.due().values()) == {"sales"} and seen(floor, 4) == ("sales", "sales")
    assert floor.rows("SELECT COUNT(*) FROM signatures WHERE lapsed_at IS NULL") == [(0,)]
    assert floor.rows("SELECT * FROM reservations WHERE quantity > 0") == []
    assert floor.rows("SELECT step FROM waiting") == [("authorise",)]
    assert floor.card("K1", old)["kind"] == "void"
    floor.played[floor.case] = 1
    done = floor.play("authorise")
    assert done is not None and len(done.prints) == 6
    floor.play("rework")
    floor.step("inspect", quantity_passed="50")
    floor.step("receive")
    assert floor.step("return_closing_copy").ended == "completed"


def test_a_parts_form_opened_meanwhile_is_void_when_the_application_changes(floor: Floor) -> None:
    floor.play("hand_out")
    floor.step("open_parts")
    parts = floor.parts
    changed(floor)
    assert floor.rows("SELECT DISTINCT due FROM copies WHERE serial = ?", parts) == [("void",)]
    floor.played[floor.case] = 1
    floor.play("return_parts", WITH_PARTS)
    assert floor.parts != parts
    floor.step("inspect", quantity_passed="12")
    for step in ("receive", "file_parts_form", "return_closing_copy"):
        done = floor.step(step)
    assert done.ended == "completed"


def test_an_amendment_keeps_to_the_rules_of_opening(floor: Floor) -> None:
    floor.play("authorise")
    with floor.refused("rule_forbids"):
        changed(floor, quantity="51")
    with floor.refused("field_missing"):
        changed(floor, customer="")
    with floor.refused("wrong_desk"):
        changed(floor, who="K1")
    with floor.refused("wrong_person"):
        changed(floor, who="S2")


def test_nothing_is_amended_once_goods_have_moved_or_the_case_has_ended(floor: Floor) -> None:
    floor.play("draw")
    with floor.refused("goods_moved"):
        changed(floor)
    floor.play("return_closing_copy")
    with floor.refused("document_not_open"):
        changed(floor)


def test_once_the_draw_is_taken_back_the_application_may_be_amended(floor: Floor) -> None:
    floor.play("draw")
    floor.do("Q1", "reverse", reason="错")
    changed(floor)
    floor.played[floor.case] = 1
    floor.play("draw")
    assert floor.lies("V-100")["workshop_product"] == 12


def test_who_amended_an_application_does_not_sign_it(floor: Floor) -> None:
    floor.apply()
    floor.step("authorise", who="S2")
    changed(floor, quantity="50", who="X1@sales")
    with floor.refused("own_work"):
        floor.step("authorise", who="X1@sales")
    floor.step("authorise", who="S2")


def test_what_somebody_else_has_amended_meanwhile_is_not_written_over(floor: Floor) -> None:
    floor.apply()
    seen_before = floor.card("S1")["digest"]
    changed(floor, quantity="12", who="X1@sales")
    line = {"item": "V-100", "becomes": "V-200", "quantity": "9"}
    with floor.refused("card_changed"):
        floor.do("S1", "amend", seen=seen_before, fields={"customer": "Acme"}, lines=[line])
    changed(floor, quantity="9")


def test_a_form_that_lies_there_as_paper_is_printed_anew_when_it_is_amended(floor: Floor) -> None:
    floor.play("open_parts", WITH_PARTS)
    name = f"{floor.parts}/1"
    before = floor.pieces[name]
    line = {"item": "NEW-PART", "quantity": "11", "direction": "out"}
    done = floor.do("R1", "amend", document=floor.parts, lines=[line])
    now = floor.pieces[name]
    assert now != before
    assert floor.rows("SELECT void_because, replaced_by FROM pieces WHERE number = ?", before) == [("amended", now)]
    assert {"copy": name, "piece": now} in done.prints
    assert floor.card("R1", before)["kind"] == "void"


def test_a_parts_form_is_amended_until_it_is_signed(floor: Floor) -> None:
    floor.play("open_parts", WITH_PARTS)
    line = {"item": "NEW-PART", "quantity": "3", "direction": "out"}
    floor.do("R1", "amend", document=floor.parts, lines=[line])
    floor.step("draw_parts")
    assert floor.lies("NEW-PART")["workshop_parts"] == 3
    with floor.refused("goods_moved"):
        floor.do("R1", "amend", document=floor.parts, lines=[line])


@pytest.mark.parametrize("way", ["amend", "withdraw", "reprint"])
def test_a_void_piece_does_not_wait_at_the_printer(floor: Floor, way: str) -> None:
    floor.play("authorise")
    if way == "amend":
        changed(floor)
    elif way == "withdraw":
        floor.do("S2", "withdraw", reason="取消")
    else:
        floor.do("S1", "reprint", [1], reason="撕破")
    waiting = (
        "SELECT COUNT(*) FROM prints p JOIN pieces v ON v.number = p.subject WHERE p.state = 'waiting' AND v.void_at IS NOT NULL"
    )
    assert floor.rows(waiting) == [(0,)]
