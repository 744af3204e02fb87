"""A delivery from its note to the signed slip: what the paper allows on the way, and what it does not."""

from __future__ import annotations

from delivery_floor import Yard


def test_a_delivery_goes_from_the_note_to_the_signed_slip(yard: Yard) -> None:
    yard.ready()
    assert yard.floor.lies("V-100")["vehicle"] == 10
    told = {"plate": "A12345", "count": "3", "on_pass_plate": "晋A12345", "on_pass_count": "3"}
    assert yard.release() == {"verdict": "release", "kind": "released", "arguments": {"pass": yard.serials["pass#1"], **told}}
    assert yard.floor.lies("V-100")["on_the_road"] == 10
    yard.arrive()
    yard.do("DP1", "all_loaded", [f"{yard.note}/4"], "used_up")
    assert not yard.ended()
    assert yard.come_back().ended == "delivered"
    assert yard.floor.lies("V-100") == {"finished_store": 40, "customer": 10, "difference": -50}


def test_no_card_offers_what_is_done_by_showing_the_pass(yard: Yard) -> None:
    yard.ready()
    card = yard.floor.card("G1", yard.note)
    assert card["can"] == []
    told = {each["step"]: [reason["code"] for reason in each["because"]] for each in card["cannot"]}
    assert told["gate#1"] == ["scan_the_pass"]

