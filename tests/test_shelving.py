"""Goods that come into a store go into the bin that is scanned, or lie in none; what is called back goes where it was (R051)."""

from __future__ import annotations

import pytest
from delivery_floor import Yard, yard
from factory_floor import WITH_PARTS, Floor, Json
from material_floor import EARLY, NEVER, Stores, stores
from receipts_floor import MATERIAL, Dock, dock
from returnables_floor import Returnables

from qdesk.desk import Done
from qdesk.desk.book import RULES
from qdesk.desk.proposing import propose
from qdesk.errors import Because, Refused
from qdesk.vocabulary import Rule

__all__ = ["dock", "stores", "yard"]


def opened(floor: Floor, who: str, place: str, *bins: str, zone: str = "product") -> None:
    """A keeper opens bins of his store."""
    for code in bins:
        floor.do(who, "open_bin", case="", bin=code, place=place, zone=zone)


def bins_of(floor: Floor, item: str, place: str) -> dict[str, int]:
    """How much of an item lies in which bin of a store."""
    sql = "SELECT bin, SUM(quantity) / 1000 FROM balances WHERE item = ? AND place = ? AND quantity > 0 GROUP BY bin"
    return dict(floor.rows(sql, item, place))


def codes(refused: list[Refused]) -> list[str]:
    """What speaks against an act."""
    return [each.code for each in refused[0].because]


def to_receive(dock: Dock, quantity: str = "50", ordered: str = "50", **fields: str) -> None:
    """A batch of PCB-1 has passed and waits to be counted in."""
    dock.hand_over({"item": "PCB-1", "quantity": quantity, "ordered": ordered}, **fields)
    dock.inspect(passed=quantity)


def receive(dock: Dock, counted: str, outcome: str = "whole", **more: str) -> Done:
    """It is counted into the store, and perhaps a bin is scanned."""
    if dock.procedure == MATERIAL:
        return dock.do("RK1", "receive", ("1",), counted_in=counted, **more)
    return dock.do("K1", "receive", ("2", "checked.1"), outcome, signers={"inspector": "I2"}, counted_in=counted, **more)


# Receipts


def test_product_goes_into_the_bin_that_was_scanned_and_into_none_where_none_was(dock: Dock) -> None:
    opened(dock.floor, "K1", "finished_store", "F-1")
    to_receive(dock)
    receive(dock, "50", bin="F-1")
    assert bins_of(dock.floor, "PCB-1", "finished_store") == {"F-1": 50}
    to_receive(dock, task="RW-2")
    receive(dock, "50")
    assert bins_of(dock.floor, "PCB-1", "finished_store") == {"F-1": 50, "": 50}


def test_of_a_surplus_each_part_goes_into_the_bin_of_its_own_place_R029(dock: Dock) -> None:
    opened(dock.floor, "K1", "spare_area", "B-1", zone="spare")
    to_receive(dock, "60")
    receive(dock, "60", bin="B-1")
    assert bins_of(dock.floor, "PCB-1", "finished_store") == {"": 50}
    assert bins_of(dock.floor, "PCB-1", "spare_area") == {"B-1": 10}


def test_material_goes_into_the_bin_that_was_scanned(dock: Dock) -> None:
    opened(dock.floor, "RK1", "raw_store", "R-1")
    dock.arrive()
    dock.inspect(passed="24")
    receive(dock, "24", bin="R-1")
    assert bins_of(dock.floor, "GLUE", "raw_store") == {"R-1": 24}


def test_a_bin_of_another_store_one_that_is_unknown_and_one_given_up_are_refused(dock: Dock) -> None:
    opened(dock.floor, "RK1", "raw_store", "R-1")
    opened(dock.floor, "K1", "finished_store", "F-1")
    dock.floor.do("K1", "close_bin", case="", bin="F-1", reason="拆除")
    to_receive(dock)
    for bin_, code in (("R-1", "bin_elsewhere"), ("F-1", "bin_closed"), ("X-9", "bin_unknown")):
        with dock.floor.refused(code):
            receive(dock, "50", bin=bin_)
    assert bins_of(dock.floor, "PCB-1", "finished_store") == {}


def test_a_zone_that_is_not_for_the_goods_wants_a_reason_and_a_customers_own_takes_none_R053_R055(dock: Dock) -> None:
    opened(dock.floor, "K1", "finished_store", "P-1", zone="pending")
    opened(dock.floor, "K1", "finished_store", "C-1", zone="customers_own")
    to_receive(dock)
    with dock.floor.refused("rule_forbids") as refused:
        receive(dock, "50", bin="C-1")
    assert codes(refused) == ["area_of_customers"]
    with dock.floor.refused("reason_needed") as refused:
        receive(dock, "50", bin="P-1")
    assert codes(refused) == ["zone_not_for"]
    done = receive(dock, "50", bin="P-1", despite="产品区已满")
    sql = "SELECT json_extract(body, '$.warned[0]'), json_extract(body, '$.answers.despite') FROM journal WHERE seq = ?"
    assert dock.floor.rows(sql, done.act) == [("zone_not_for", "产品区已满")]


def test_one_reason_answers_all_warnings_and_none_goes_by_unseen(dock: Dock, monkeypatch: pytest.MonkeyPatch) -> None:
    """A rule that warns before the goods are put away, and a zone that warns after."""
    warns = Rule(lambda act: [Because("task_not_open", {"task": "RW-1"}, where=act.desk)], refuses=False)
    monkeypatch.setitem(RULES, "task_filled", warns)
    opened(dock.floor, "K1", "finished_store", "P-1", zone="pending")
    to_receive(dock)
    with dock.floor.refused("reason_needed") as refused:
        receive(dock, "50", bin="P-1")
    assert codes(refused) == ["task_not_open", "zone_not_for"]
    receive(dock, "50", bin="P-1", despite="产品区已满，任务已补记")


# Material that comes back, and goods taken over


def back(stores: Stores, condition: str, quantity: str, **more: str) -> Done:
    """The shop brings glue back."""
    row = {**stores.line(EARLY, quantity), "condition": condition}
    return stores.do("RK1", "return_unused", ("1",), unused=[row], signers={"assembler": "AS2"}, **more)


def test_what_comes_back_goes_into_the_bin_that_was_scanned_the_opened_apart_R044(stores: Stores) -> None:
    opened(stores.floor, "RK1", "raw_store", "R-1")
    stores.approved({"item": "GLUE", "quantity": "10"})
    stores.hand_out()
    back(stores, "unopened", "5", bin="R-1")
    assert stores.in_bins(EARLY) == {"R-1": 5}
    with stores.floor.refused("reason_needed") as refused:
        back(stores, "opened", "2", bin="R-1")
    assert codes(refused) == ["opened_beside"]
    back(stores, "opened", "2")
    assert bins_of(stores.floor, "GLUE", "raw_store")["R-1"] == 5


def test_what_is_taken_over_goes_into_the_bin_that_was_scanned(stores: Stores) -> None:
    opened(stores.floor, "K1", "finished_store", "F-1")
    opened(stores.floor, "PK1", "parts_store", "T-1")
    stores.transfer()
    stores.send()
    with stores.floor.refused("bin_elsewhere"):
        taken(stores, bin="T-1")
    taken(stores, bin="F-1")
    assert stores.in_bins(NEVER, "finished_store") == {"F-1": 30}


def taken(stores: Stores, **more: str) -> Done:
    """The other store takes over all that was sent."""
    return stores.do("K1", "take_finished", ("2",), "agrees", taken_over="30", **more)


def in_two_bins(stores: Stores) -> None:
    """The boxes lie in two bins, and some in none; 75 of them are sent away."""
    opened(stores.floor, "RK1", "raw_store", "R-1", "R-2")
    stores.put_into("R-1", NEVER, 60)
    stores.put_into("R-2", NEVER, 30)
    stores.transfer(stores.line(NEVER, "50", bin="R-1"), stores.line(NEVER, "25", bin="R-2"))
    assert stores.in_bins(NEVER) == {"": 10, "R-1": 10, "R-2": 5}


def test_a_transfer_that_is_called_back_puts_the_goods_into_the_bins_they_left(stores: Stores) -> None:
    in_two_bins(stores)
    stores.do("RK1", "withdraw_raw", reason="写错")
    assert stores.in_bins(NEVER) == {"": 10, "R-1": 60, "R-2": 30}


def test_what_never_left_lies_in_its_bin_again_and_in_none_where_the_bin_was_given_up(stores: Stores) -> None:
    opened(stores.floor, "RK1", "raw_store", "R-1", "R-2")
    stores.put_into("R-1", NEVER, 60)
    stores.put_into("R-2", NEVER, 40)
    for bin_, sent in (("R-1", "50"), ("R-2", "40")):
        stores.transfer(stores.line(NEVER, sent, bin=bin_))
        stores.send()
        stores.take(str(int(sent) - 3), "differs")
        if bin_ == "R-2":
            stores.floor.do("RK1", "close_bin", case="", bin="R-2", reason="拆除")
        stores.do("Q1", "settle_difference", (), "never_left", reason="清点时找到")
    assert stores.in_bins(NEVER) == {"R-1": 13, "": 3}


# A lot that lies in several bins


def drawn(floor: Floor, *rows: Json) -> None:
    """Ten of V-100 are drawn by their lots."""
    floor.apply(quantity="10")
    floor.play("draw", lots=[{"line": 1, **row} for row in rows])


@pytest.fixture
def goods(yard: Yard) -> Returnables:
    """Goods that are lent."""
    return Returnables(yard)


@pytest.fixture
def lot(floor: Floor) -> str:
    """The lot of V-100, six of it in one bin and all the rest in another."""
    return in_bins(floor)


def in_bins(floor: Floor) -> str:
    """All of V-100 is put into two bins; its lot."""
    [(code,)] = floor.rows("SELECT code FROM lots WHERE item = 'V-100'")
    opened(floor, "K1", "finished_store", "A-01", "A-02")
    rows = [{"lot": code, "quantity": many, "bin": "", "to_bin": bin_} for bin_, many in (("A-01", "6"), ("A-02", "44"))]
    floor.do("K1", "put_away", case="", rows=rows)
    return str(code)


def test_a_lot_is_taken_out_of_the_bin_that_is_named(floor: Floor, lot: str) -> None:
    drawn(floor, {"lot": lot, "quantity": "10", "bin": "A-02"})
    assert bins_of(floor, "V-100", "finished_store") == {"A-01": 6, "A-02": 34}


def test_no_more_is_taken_out_of_the_bin_that_is_named_than_lies_there(floor: Floor, lot: str) -> None:
    floor.apply(quantity="10")
    floor.play("hand_out")
    with floor.refused("not_enough") as refused:
        floor.step("draw", lots=[{"line": 1, "lot": lot, "quantity": "10", "bin": "A-01"}])
    assert refused[0].arguments["free"] == "6"


def test_two_rows_of_one_lot_are_taken_out_of_one_bin_after_the_other(floor: Floor, lot: str) -> None:
    drawn(floor, {"lot": lot, "quantity": "6"}, {"lot": lot, "quantity": "4"})
    assert bins_of(floor, "V-100", "finished_store") == {"A-02": 40}


def test_the_desk_proposes_bin_by_bin_and_takes_what_it_proposed(floor: Floor, lot: str) -> None:
    floor.apply(quantity="10")
    floor.play("hand_out")
    rows = propose(floor.site, floor.token("K1"), floor.case, "draw")["lots"]
    assert [(row["bin"], row["quantity"]) for row in rows] == [("A-01", "6"), ("A-02", "4")]
    floor.play("draw", lots=[{name: row[name] for name in ("line", "lot", "quantity", "bin")} for row in rows])
    assert bins_of(floor, "V-100", "finished_store") == {"A-02": 40}


# Goods that come back to their store by other procedures


def test_a_modified_product_and_replaced_parts_go_into_the_bins_that_were_scanned(floor: Floor) -> None:
    opened(floor, "PK1", "parts_store", "T-1", zone="hand_over")
    opened(floor, "K1", "finished_store", "F-1")
    floor.play("return_parts", WITH_PARTS, bin="T-1")
    assert bins_of(floor, "OLD-PART", "parts_store")["T-1"] == 10
    floor.play("receive", WITH_PARTS, bin="F-1")
    assert bins_of(floor, "V-200", "finished_store") == {"F-1": 10}


def test_an_abandoned_product_goes_into_the_bin_that_was_scanned(floor: Floor, lot: str) -> None:
    floor.play("draw")
    floor.do("W1@valve_shop", "abandon", [5], reason="客户取消")
    floor.do("I1", "inspect_old", [5, 6], "pass")
    floor.do("K1", "receive_old", [5, 6], bin="A-01")
    assert bins_of(floor, "V-100", "finished_store") == {"A-01": 10, "A-02": 40}


def test_what_was_lent_comes_back_into_the_bin_that_was_scanned_held_as_it_is(goods: Returnables) -> None:
    opened(goods.floor, "K1", "finished_store", "P-1", zone="pending")
    goods.lent()
    goods.do("K1", "come_back", ("2",), "rest", came_back="5", bin="P-1")
    assert bins_of(goods.floor, "V-100", "finished_store") == {"": 45, "P-1": 5}


def test_what_is_unloaded_and_never_left_lies_in_its_bin_again(goods: Returnables) -> None:
    in_bins(goods.floor)
    goods.lend({"item": "V-100", "quantity": "40"})
    goods.load()
    assert bins_of(goods.floor, "V-100", "finished_store") == {"A-02": 10}
    goods.do("K1", "unload", ("2",), reason="车坏了")
    assert bins_of(goods.floor, "V-100", "finished_store") == {"A-01": 6, "A-02": 44}


def test_what_was_brought_up_for_dispatch_and_stays_lies_in_its_bin_again(yard: Yard) -> None:
    in_bins(yard.floor)
    yard.announce()
    yard.write()
    yard.do("S2", "approve")
    yard.pick(line_1="10")
    assert bins_of(yard.floor, "V-100", "finished_store") == {"A-02": 40}
    yard.do("S2", "withdraw", reason="客户改期")
    assert bins_of(yard.floor, "V-100", "finished_store") == {"A-01": 6, "A-02": 44}
