"""Material: asked for by the shop, approved by another, handed out first expired first on a settlement, brought back, settled."""

from __future__ import annotations

import pytest
from factory_floor import DAY, FloorMaker
from known_names import edited_step
from material_floor import EARLY, HELD, LATE, NEVER, OTHERS, OVER, Stores, with_material
from material_floor import stores as stores

import data
from qdesk.desk.book import known_of
from qdesk.factory import load_factory
from qdesk.procedure import combinations, load
from qdesk.proof import prove, prove_all

KNOWN = known_of(load_factory())
TEXT = data.read("procedures/material_issue.toml")


# The way through


def test_material_goes_from_the_store_to_the_shop_and_what_was_used_into_production(stores: Stores) -> None:
    stores.approved({"item": "GLUE", "quantity": "25"})
    stores.hand_out()
    assert stores.lies(EARLY) == {"shop_material": 10} and stores.lies(LATE) == {"raw_store": 5, "shop_material": 15}
    assert stores.settle().ended == "settled"
    assert stores.floor.lies("GLUE") == {"raw_store": 5 + 7 + 5, "production": 25, "difference": -42}


def test_the_settlement_says_lot_by_lot_what_was_handed_out_and_for_which_requisition(stores: Stores) -> None:
    requisition = stores.approved({"item": "GLUE", "quantity": "25"}, task="RW-7")
    done = stores.hand_out()
    assert [(line["item"], line["quantity"], line["lot"]) for line in stores.paper("settlement#1")] == [
        ("GLUE", "10", stores.lots[EARLY]), ("GLUE", "15", stores.lots[LATE]),
    ]  # fmt: skip
    fields = stores.floor.card("RK1", stores.yard.serials["settlement#1"])["document"]["fields"]
    assert fields == {"requisition": requisition, "task": "RW-7"}
    serial = stores.yard.serials["settlement#1"]
    due = stores.floor.rows("SELECT number, due FROM copies WHERE serial = ? ORDER BY number", serial)
    assert due == [(1, "raw_store"), (2, "assembly")]
    assert [each["copy"] for each in done.prints] == [f"{serial}/1", f"{serial}/2"]


def test_keeper_and_receiver_sign_and_are_two_persons(stores: Stores) -> None:
    stores.approved()
    with stores.floor.refused("signature_missing"):
        stores.do("RK1", "hand_out#1", ("2",), "whole", lines=[stores.line(EARLY, "10"), stores.line(LATE, "15")])
    with stores.floor.refused("same_person_twice"):
        lines = [stores.line(EARLY, "10"), stores.line(LATE, "15")]
        stores.do("X1@raw_store", "hand_out#1", ("2",), "whole", lines=lines, signers={"assembler": "X1"})


def test_nothing_is_handed_out_that_nobody_approved_and_nobody_approves_what_he_wrote(stores: Stores) -> None:
    stores.ask_for()
    with stores.floor.refused("step_not_possible"):
        stores.hand_out(stores.line(EARLY, "10"), stores.line(LATE, "15"))
    stores.procedure = "material_issue"
    stores.begin("X1@assembly", "write", [{"item": "GLUE", "quantity": "5"}], {"purpose": "production"})
    with stores.floor.refused("own_work"):
        stores.do("X1@assembly", "approve", ("1",))


def test_packing_material_is_drawn_by_the_shop_only_R065(stores: Stores) -> None:
    stores.approved({"item": "BOX", "quantity": "12"}, purpose="packing")
    stores.hand_out()
    assert stores.lies(NEVER) == {"raw_store": 88, "shop_material": 12}
    with stores.floor.refused("wrong_desk"):
        stores.begin("K1", "write", [{"item": "BOX", "quantity": "1"}], {"purpose": "packing"})


# What may not be handed out


@pytest.mark.parametrize(("lot", "code"), [(OVER, "lot_expired"), (HELD, "lot_held")])
def test_what_is_expired_or_held_is_never_handed_out_R049(stores: Stores, lot: str, code: str) -> None:
    stores.approved({"item": "GLUE", "quantity": "5"})
    with stores.floor.refused(code):
        stores.hand_out(stores.line(lot, "5"))
    assert stores.lots[lot] not in {row["lot"] for row in stores.proposed()}


def test_what_expires_today_is_not_handed_out_any_more_R049(stores: Stores) -> None:
    stores.approved({"item": "GLUE", "quantity": "5"})
    stores.floor.clock.advance(30 * DAY)  # 1 April, some minutes past eight
    with stores.floor.refused("lot_expired"):
        stores.hand_out(stores.line(EARLY, "5"))


def test_a_customers_own_goods_are_not_handed_out(stores: Stores) -> None:
    stores.approved({"item": "BOX", "quantity": "2"})
    with stores.floor.refused("lot_of_a_customer"):
        stores.hand_out(stores.line(OTHERS, "2"))


def test_a_lot_of_another_item_is_refused(stores: Stores) -> None:
    stores.approved({"item": "GLUE", "quantity": "5"})
    with stores.floor.refused("lot_of_another_item"):
        stores.hand_out({**stores.line(EARLY, "5"), "lot": stores.lots[NEVER]})


def test_more_than_a_lot_holds_is_refused(stores: Stores) -> None:
    stores.approved({"item": "GLUE", "quantity": "11"})
    with stores.floor.refused("not_enough"):
        stores.hand_out(stores.line(EARLY, "11"))


def test_what_was_not_asked_for_is_not_handed_out_R064(stores: Stores) -> None:
    stores.approved({"item": "GLUE", "quantity": "5"})
    for line in (stores.line(EARLY, "6"), stores.line(NEVER, "1")):
        with stores.floor.refused("rule_forbids") as refused:
            stores.hand_out(stores.line(EARLY, "5"), line)
        assert "more_than_requisition" in [each.code for each in refused[0].because]


def test_what_is_promised_to_another_requisition_is_not_handed_out(stores: Stores) -> None:
    first = stores.approved({"item": "BOX", "quantity": "95"})
    stores.approved({"item": "BOX", "quantity": "10"})
    assert [row["quantity"] for row in stores.proposed()] == ["5"]
    with stores.floor.refused("not_enough"):
        stores.hand_out(stores.line(NEVER, "10"))
    stores.hand_out(stores.line(NEVER, "5"), outcome="part")
    stores.yard.note = stores.floor.case = first
    stores.hand_out()
    assert stores.lies(NEVER) == {"shop_material": 100}


def test_another_lot_than_the_one_that_expires_first_is_taken_for_a_reason_only(stores: Stores) -> None:
    stores.approved({"item": "GLUE", "quantity": "5"})
    with stores.floor.refused("reason_needed") as refused:
        stores.hand_out(stores.line(LATE, "5"))
    assert [each.code for each in refused[0].because] == ["first_expired_first"]
    stores.hand_out(stores.line(LATE, "5"), despite="先到期的在高架上")
    assert stores.lies(LATE) == {"raw_store": 15, "shop_material": 5}


def test_the_bins_are_proposed_and_what_is_taken_from_a_bin_lay_there(stores: Stores) -> None:
    stores.put_into("A-1", NEVER, 60)
    stores.approved({"item": "BOX", "quantity": "70"})
    assert [(row["bin"], row["quantity"]) for row in stores.proposed()] == [("", "40"), ("A-1", "30")]
    with stores.floor.refused("not_enough"):
        stores.hand_out(stores.line(NEVER, "70", bin="A-1"))
    stores.hand_out(stores.line(NEVER, "60", bin="A-1"), stores.line(NEVER, "10"))
    assert stores.in_bins(NEVER) == {"": 30}


def test_without_a_bin_named_a_lot_is_taken_from_wherever_it_lies(stores: Stores) -> None:
    stores.put_into("A-1", NEVER, 60)
    stores.approved({"item": "BOX", "quantity": "70"})
    stores.hand_out(stores.line(NEVER, "70"))
    assert stores.in_bins(NEVER) == {"A-1": 30}


# Parts


def test_a_short_issue_leaves_the_rest_open_and_the_next_one_hands_it_out(stores: Stores) -> None:
    stores.approved({"item": "BOX", "quantity": "60"}, {"item": "GLUE", "quantity": "5"})
    stores.hand_out(stores.line(NEVER, "20"), outcome="part")
    assert [(row["item"], row["quantity"]) for row in stores.proposed("hand_out#2")] == [("BOX", "40"), ("GLUE", "5")]
    with stores.floor.refused("rule_forbids") as refused:
        stores.settle()
    assert [(each.code, each.arguments["item"], each.arguments["left"]) for each in refused[0].because] == [
        ("left_open", "BOX", "40"), ("left_open", "GLUE", "5"),
    ]  # fmt: skip
    stores.hand_out(number=2)
    assert stores.settle().ended == "settled"


def test_a_part_is_called_a_part_with_its_reason_and_all_is_called_all(stores: Stores) -> None:
    stores.approved({"item": "BOX", "quantity": "60"})
    with stores.floor.refused("rule_forbids") as refused:
        stores.hand_out(stores.line(NEVER, "20"))
    assert [each.code for each in refused[0].because] == ["left_open"]
    with stores.floor.refused("rule_forbids") as refused:
        stores.hand_out(stores.line(NEVER, "60"), outcome="part")
    assert [each.code for each in refused[0].because] == ["nothing_left_open"]
    with stores.floor.refused("answer_missing"):
        stores.hand_out(stores.line(NEVER, "20"), outcome="part", reason="")


def test_once_all_was_handed_out_nothing_more_is(stores: Stores) -> None:
    stores.approved({"item": "BOX", "quantity": "60"})
    stores.hand_out()
    with stores.floor.refused("rule_forbids"):
        stores.hand_out(stores.line(NEVER, "1"), number=2)


def test_a_rest_that_is_not_wanted_any_more_is_closed_and_promised_no_longer(stores: Stores) -> None:
    stores.approved({"item": "BOX", "quantity": "95"})
    stores.hand_out(stores.line(NEVER, "20"), outcome="part")
    assert stores.settle("short").ended == "settled"
    stores.approved({"item": "BOX", "quantity": "80"})
    stores.hand_out()
    assert stores.lies(NEVER) == {"shop_material": 80}


def test_more_may_be_asked_for_than_there_is_and_what_comes_later_is_handed_out(stores: Stores) -> None:
    stores.approved({"item": "BOX", "quantity": "130"})
    assert [row["quantity"] for row in stores.proposed()] == ["100"]
    stores.hand_out(outcome="part")
    with stores.floor.refused("not_enough"):
        stores.hand_out(stores.line(NEVER, "30"), number=2)


def test_a_requisition_is_withdrawn_while_nothing_was_handed_out_and_promises_nothing_then(stores: Stores) -> None:
    stores.approved({"item": "BOX", "quantity": "95"})
    assert stores.do("AL1", "withdraw", reason="计划变更").ended == "withdrawn"
    assert stores.floor.rows("SELECT quantity FROM reservations WHERE quantity > 0") == []
    stores.approved({"item": "BOX", "quantity": "95"})
    stores.hand_out()
    with stores.floor.refused("step_not_possible"):
        stores.do("AL1", "withdraw", reason="计划变更")


def test_a_requisition_that_is_amended_is_approved_again_and_promises_what_it_says_then(stores: Stores) -> None:
    stores.approved({"item": "BOX", "quantity": "95"})
    stores.do("AS1", "amend", fields={"purpose": "packing"}, lines=[{"item": "BOX", "quantity": "20"}])
    assert stores.floor.rows("SELECT quantity FROM reservations WHERE quantity > 0") == []
    with stores.floor.refused("step_not_possible"):
        stores.hand_out(stores.line(NEVER, "20"))
    stores.do("AL1", "approve", ("1",))
    stores.hand_out()
    assert stores.lies(NEVER) == {"raw_store": 80, "shop_material": 20}
    with stores.floor.refused("goods_moved"):
        stores.do("AS1", "amend", fields={"purpose": "packing"}, lines=[{"item": "BOX", "quantity": "50"}])


def test_all_of_it_may_come_back_and_then_nothing_was_used(stores: Stores) -> None:
    stores.approved({"item": "BOX", "quantity": "20"})
    stores.hand_out()
    stores.bring_back(NEVER, "20")
    assert stores.settle().ended == "settled"
    assert stores.lies(NEVER) == {"raw_store": 100}


# What comes back


def test_what_is_not_used_comes_back_under_its_lot_and_the_settlement_says_so(stores: Stores) -> None:
    stores.approved({"item": "GLUE", "quantity": "25"})
    stores.hand_out()
    stores.bring_back(LATE, "5")
    assert stores.lies(LATE) == {"raw_store": 10, "shop_material": 10}
    assert [line.get("returned") for line in stores.paper("settlement#1")] == [None, "5"]
    stores.bring_back(LATE, "10")
    assert [line.get("returned") for line in stores.paper("settlement#1")] == [None, "15"]
    assert stores.settle().ended == "settled"
    assert stores.floor.lies("GLUE")["production"] == 10


def test_what_comes_back_of_a_lot_handed_out_twice_stands_on_the_newest_settlement_first(stores: Stores) -> None:
    stores.approved({"item": "BOX", "quantity": "60"})
    stores.hand_out(stores.line(NEVER, "40"), outcome="part")
    stores.hand_out(number=2)
    stores.bring_back(NEVER, "30")
    returned = [stores.paper(f"settlement#{number}")[0].get("returned") for number in (1, 2)]
    assert returned == ["10", "20"]


def test_what_was_opened_comes_back_as_a_lot_of_its_own_that_expires_as_before_R044(stores: Stores) -> None:
    stores.approved({"item": "GLUE", "quantity": "10"})
    stores.hand_out()
    stores.bring_back(EARLY, "3.5", "opened")
    [(lot, quantity)] = stores.floor.rows(
        "SELECT b.lot, b.quantity FROM balances b JOIN lots l ON l.code = b.lot WHERE b.place = 'raw_store'"
        " AND b.quantity > 0 AND l.opened_at IS NOT NULL"
    )
    assert lot != stores.lots[EARLY] and quantity == 3500
    assert stores.lies(EARLY) == {"shop_material": 6.5}
    [(days,)] = stores.floor.rows("SELECT COUNT(DISTINCT expires_at) FROM lots WHERE code IN (?, ?)", lot, stores.lots[EARLY])
    assert days == 1
    stores.settle()
    stores.approved({"item": "GLUE", "quantity": "3.5"})
    stores.hand_out()
    assert stores.lies(lot) == {"shop_material": 3.5}
    stores.lots["opened"] = lot
    row = {"item": "GLUE", "quantity": "1.5", "lot": lot, "condition": "opened"}
    stores.do("RK1", "return_unused", ("1",), unused=[row], signers={"assembler": "AS2"})
    assert stores.lies("opened") == {"raw_store": 1.5, "shop_material": 2}


def test_what_is_no_whole_number_of_packs_has_been_opened_R044(stores: Stores) -> None:
    stores.approved({"item": "GLUE", "quantity": "10"})
    stores.hand_out()
    with stores.floor.refused("pack_not_whole"):
        stores.bring_back(EARLY, "3")
    stores.bring_back(EARLY, "5")


def test_more_than_lies_at_the_shop_does_not_come_back_nor_another_lot(stores: Stores) -> None:
    stores.approved({"item": "GLUE", "quantity": "10"})
    stores.hand_out()
    for lot, quantity in ((EARLY, "15"), (LATE, "5"), (NEVER, "1")):
        with stores.floor.refused("more_than_there_is"):
            stores.bring_back(lot, quantity)


def test_whoever_brings_back_says_which_lot_where_there_are_several_and_whether_it_was_opened(stores: Stores) -> None:
    stores.approved({"item": "GLUE", "quantity": "25"})
    stores.hand_out()
    with stores.floor.refused("lot_not_named"):
        stores.bring_back(LATE, "5", named=False)
    with stores.floor.refused("answer_missing"):
        stores.bring_back(LATE, "5", "")
    with stores.floor.refused("choice_unknown"):
        stores.bring_back(LATE, "5", "broken")
    with stores.floor.refused("lines_missing"):
        stores.do("RK1", "return_unused", ("1",), signers={"assembler": "AS2"})


def test_what_was_settled_was_used_and_comes_back_no_more(stores: Stores) -> None:
    stores.approved({"item": "GLUE", "quantity": "10"})
    stores.hand_out()
    stores.settle()
    with stores.floor.refused("step_not_possible"):
        stores.bring_back(EARLY, "5")


def test_what_was_handed_out_by_mistake_is_taken_back_and_handed_out_anew(stores: Stores) -> None:
    stores.approved({"item": "BOX", "quantity": "60"})
    stores.hand_out()
    stores.do("RK1", "reverse")
    assert stores.lies(NEVER) == {"raw_store": 100}
    assert [row["quantity"] for row in stores.proposed()] == ["60"]
    stores.hand_out()
    assert stores.settle().ended == "settled"


def test_what_came_back_opened_by_mistake_is_taken_back(stores: Stores) -> None:
    stores.approved({"item": "GLUE", "quantity": "10"})
    stores.hand_out()
    stores.bring_back(EARLY, "3", "opened")
    stores.do("RK1", "reverse")
    assert stores.lies(EARLY) == {"shop_material": 10}
    assert [line.get("returned") for line in stores.paper("settlement#1")] == [None]
    stores.bring_back(EARLY, "5")


# The proof


def test_the_procedure_is_proved_under_all_its_settings() -> None:
    proofs = prove_all(TEXT, "material_issue.toml", KNOWN)
    assert len(proofs) == len(combinations(TEXT)) == 2
    assert [proof.violations for proof in proofs if proof.violations] == []
    assert {proof.endings for proof in proofs} == {("settled", "withdrawn")}


@pytest.mark.parametrize(("step", "edit", "code"), [
    ("approve", ('not_by = ["write"]\n', ""), "proof.own_approval"),
    ("settle", ('moves = ["use_material", "release_material"]', 'moves = ["release_material"]'), "proof.floor_not_empty"),
])  # fmt: skip
def test_a_control_taken_out_is_found(step: str, edit: tuple[str, str], code: str) -> None:
    procedure = load(edited_step(TEXT, step, edit), "edited.toml", KNOWN)
    assert code in {violation.code for violation in prove(procedure, KNOWN)}


def test_with_one_copy_of_the_settlement_all_goes_the_same_way(floors: FloorMaker) -> None:
    stores = Stores(floors({"settlement_copies": "1"}, "", with_material()))
    stores.approved()
    assert [copy["copy"][-2:] for copy in stores.hand_out().opened[0]["copies"]] == ["/1"]
    stores.bring_back(LATE, "5")
    assert stores.settle().ended == "settled"
