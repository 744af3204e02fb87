"""Receipt of material: recorded when it arrives, received when it passed and was counted, with batch, day and shelf life."""

from __future__ import annotations

from factory_floor import Json
from receipts_floor import Dock
from receipts_floor import dock as dock
from test_receipts import counts, free_of, reasons, slice_of

from qdesk.clock import moment


def test_material_that_arrived_is_received_when_it_passed_and_was_counted(dock: Dock) -> None:
    dock.arrive()
    assert dock.floor.lies("GLUE") == {"arrivals": 24, "supplier": -24} and free_of(dock, "GLUE", "raw_store") == 0
    dock.inspect(passed="24")
    done = dock.receive("24")
    assert done.ended == "received" and free_of(dock, "GLUE", "raw_store") == 24
    [line] = dock.floor.card("RK1", done.opened[0]["serial"])["document"]["lines"]
    assert (line["quantity"], line["batch"], line["expires"]) == ("24", "B-7", "2026-07-31")
    assert dock.prints("lot_label") == [line["lot"]]


def test_the_lot_bears_batch_supplier_day_and_shelf_life(dock: Dock) -> None:
    dock.arrive()
    [(batch, party, *days)] = dock.floor.rows("SELECT batch, party, made_at, expires_at FROM lots WHERE item = 'GLUE'")
    assert (batch, party) == ("B-7", "北方铸造")
    assert [moment(day).date().isoformat() for day in days] == ["2026-02-01", "2026-07-31"]


def test_a_supplier_who_is_known_is_named_by_code_on_the_lot(dock: Dock) -> None:
    site = dock.floor.site
    with site.writing() as entry:
        for code, kind in (("KH-1", "customer"), ("GF-1", "supplier")):
            told = {"name": "北方铸造", "address": "", "telephone": "", "since": entry.at}
            entry.insert("parties", code=code, kind=kind, **told)
        entry.insert("acts", seq=entry.seq, at=entry.at, step="add_party", outcome="", desk="", request="")
        entry.seal(by=None, desk="", step="add_party")
    dock.arrive()
    assert dock.floor.rows("SELECT party FROM lots WHERE item = 'GLUE'") == [("GF-1",)]


def test_what_has_a_shelf_life_needs_its_day_and_no_day_is_ahead(dock: Dock) -> None:
    for line, code in ((glue(), "made_on_missing"), (glue(made_on="2026-03-03"), "made_on_ahead")):
        with dock.floor.refused("rule_forbids") as refused:
            dock.arrive(line)
        assert [each for each, _ in reasons(refused)] == [code]
    dock.arrive(glue(made_on="2026-03-02"))
    dock.arrive({"item": "OLD-PART", "quantity": "5"})


def glue(**more: str) -> Json:
    return {"item": "GLUE", "quantity": "24", **more}


def test_what_is_past_its_shelf_life_does_not_pass(dock: Dock) -> None:
    dock.arrive(glue(made_on="2025-01-01"), {"item": "OLD-PART", "quantity": "5"})
    with dock.floor.refused("rule_forbids") as refused:
        dock.inspect(passed=counts("24", "5"))
    assert reasons(refused) == [("slice_expired", {"line": 1, "item": "GLUE"})]
    dock.inspect("part", passed=counts("0", "5"), rejected=[slice_of(1, "24", "过期")])
    assert dock.receive([{"line": 2, "quantity": "5"}]).ended == "received"
    assert dock.lots("quarantine") == [("GLUE", 24, "nonconforming")]


def test_material_that_fails_is_not_received_and_waits_apart(dock: Dock) -> None:
    dock.arrive()
    assert dock.inspect("fail", reason="固化不良").ended == "rejected"
    assert dock.floor.lies("GLUE") == {"quarantine": 24, "supplier": -24} and free_of(dock, "GLUE", "raw_store") == 0
    assert dock.floor.rows("SELECT desk FROM notices WHERE in_case = ?", dock.case) == [("purchasing",)]
    with dock.floor.refused("step_not_possible"):
        dock.receive("24")


def test_material_whose_count_cannot_be_made_to_agree_waits_apart(dock: Dock) -> None:
    dock.arrive()
    dock.inspect(passed="24")
    with dock.floor.refused("rule_forbids"):
        dock.receive("23")
    assert dock.do("RK2", "not_accepted", ("1",), reason="少一支").ended == "not_accepted"
    assert dock.floor.lies("GLUE") == {"quarantine": 24, "supplier": -24}


def test_who_recorded_the_arrival_does_not_judge_it(dock: Dock) -> None:
    dock.procedure = "material_receipt"
    dock.begin("X1@raw_store", "record_arrival", [{"item": "OLD-PART", "quantity": "5"}], {"supplier": "北方铸造"})
    with dock.floor.refused("own_work"):
        dock.inspect(who="X1@inspection", passed="5")


def test_a_numbered_piece_that_arrives_has_a_line_of_its_own(dock: Dock) -> None:
    piece = {"item": "VS-1", "quantity": "1", "serial": "S-7"}
    for lines, code in (
        ([{**piece, "serial": ""}], "serial_missing"), ([piece, piece], "serial_twice"),
        ([{**piece, "quantity": "2"}], "serial_is_one_piece"),
    ):  # fmt: skip
        with dock.floor.refused("rule_forbids") as refused:
            dock.arrive(*lines)
        assert reasons(refused)[0][0] == code
