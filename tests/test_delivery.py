"""A delivery from its note to the signed slip: what the paper allows on the way, and what it does not."""

from __future__ import annotations

from delivery_floor import CHECKS, Yard

from qdesk.slips.sheets import box_label
from qdesk.words import Words


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


def test_packing_prints_a_label_for_each_box_with_what_is_in_it_and_where_it_goes_R083(yard: Yard) -> None:
    yard.announce()
    yard.write()
    yard.do("S2", "approve")
    yard.pick()
    yard.start()
    lines = [{"item": "V-100", "quantity": quantity, "box": box} for quantity, box in (("4", "1"), ("3", "2"), ("3", "1"))]
    yard.do("DP1", "pack#1", signers={"inspector": "I1"}, lines=lines, **CHECKS)
    packing = yard.serials["packing#1"]
    assert yard.floor.rows("SELECT subject, desk FROM prints WHERE kind = 'box_label'") == [(packing, "dispatch")]
    site = yard.floor.site
    with site.database.reading() as cursor:
        labels = box_label(site, cursor, packing, Words.load("en"))["labels"]
    told = [[text for _, text in each["rows"]] for each in labels]
    journey = ["天津路 1 号", "王工", "022-1"]
    assert told == [["V-100", "4 台", "V-100", "3 台", *journey, "1"], ["V-100", "3 台", *journey, "2"]]


def test_no_card_offers_what_is_done_by_showing_the_pass(yard: Yard) -> None:
    yard.ready()
    card = yard.floor.card("G1", yard.note)
    assert card["can"] == []
    told = {each["step"]: [reason["code"] for reason in each["because"]] for each in card["cannot"]}
    assert told["gate#1"] == ["scan_the_pass"]

