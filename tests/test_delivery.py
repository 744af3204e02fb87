"""A delivery from its note to the signed slip: what the paper allows on the way, and what it does not."""

from __future__ import annotations

from delivery_floor import CHECKS, PLATE, Yard
from factory_floor import DAY

from qdesk.passing import alarms
from qdesk.scan import compose_piece
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
    told = [[text for row in each["rows"] for text in row[1::2] if text] for each in labels]
    journey = ["天津路 1 号", "王工", "022-1"]
    assert told == [["V-100  4 台", "V-100  3 台", *journey, "1"], ["V-100", "3 台", *journey, "2"]]


def test_what_is_still_to_be_checked_is_shown_at_the_gate_and_never_looked_up(yard: Yard) -> None:
    yard.ready()
    serial = yard.serials["pass#1"]
    for name in (yard.note, serial, f"{serial}/2", yard.serials["slip#1"]):
        with yard.floor.refused("scan_the_piece"):
            yard.floor.card("G1", name)
        assert yard.floor.card("DP1", name)["kind"] in ("document", "copy")
    yard.release()
    assert yard.floor.card("G1", serial)["kind"] == "document"


def test_dispatch_is_told_of_a_row_of_unknown_paper_at_the_gate(yard: Yard) -> None:
    site = yard.floor.site
    unknown = compose_piece(10, 26, 999, b"somebody else's key")
    for seen in range(3):
        assert alarms(site, yard.floor.token("DP1")) == [], seen
        yard.show(unknown)
    [told] = alarms(site, yard.floor.token("DP1"))
    assert (told["desk"], told["count"]) == ("gate", 3)
    yard.floor.clock.advance(DAY)
    assert alarms(site, yard.floor.token("DP1")) == []


def test_the_packing_list_equals_the_slip_lot_by_lot_R074(yard: Yard) -> None:
    yard.announce()
    yard.write()
    yard.do("S2", "approve")
    yard.pick()
    [(lot,)] = yard.floor.rows("SELECT lot FROM balances WHERE place = 'dispatch_area' AND quantity > 0")
    line = {"item": "V-100", "quantity": "10"}
    yard.do("DP1", "start#1", fields={"plate": PLATE, "driver": "赵师傅"}, lines=[{**line, "lot": lot}])
    [(other,)] = yard.floor.rows("SELECT code FROM lots WHERE item = 'VC-1'")
    for wrong in ({}, {"lot": other}):
        with yard.floor.refused("rule_forbids"):
            yard.do("DP1", "pack#1", signers={"inspector": "I1"}, lines=[{**line, **wrong, "box": "1"}], **CHECKS)
    yard.do("DP1", "pack#1", signers={"inspector": "I1"}, lines=[{**line, "lot": lot, "box": "1"}], **CHECKS)

