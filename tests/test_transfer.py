"""Goods go from one store to another: who gives signs, who takes counts and signs, and what differs a third person settles."""

from __future__ import annotations

import pytest
from known_names import edited, edited_step
from material_floor import EARLY, HELD, LATE, NEVER, OTHERS, OVER, Stores
from material_floor import stores as stores

import data
from qdesk.desk.book import known_of
from qdesk.factory import load_factory
from qdesk.procedure import load
from qdesk.proof import prove, prove_all

KNOWN = known_of(load_factory())
TEXT = data.read("procedures/transfer.toml")


# The way through


def test_goods_leave_one_store_at_once_and_are_in_the_other_when_they_were_counted_there_R052(stores: Stores) -> None:
    stores.transfer(stores.line(NEVER, "30"))
    assert stores.lies(NEVER) == {"raw_store": 70, "in_transfer": 30}
    stores.send()
    assert stores.take("30").ended == "raw_to_finished"
    assert stores.lies(NEVER) == {"raw_store": 70, "finished_store": 30}


@pytest.mark.parametrize(("who", "store", "taker", "at", "ending"), [
    ("RK1", "parts_store", "PK1", "parts", "raw_to_parts"),
    ("K1", "raw_store", "RK1", "raw", "finished_to_raw"),
    ("K1", "parts_store", "PK1", "parts", "finished_to_parts"),
    ("K1", "spare_area", "K2", "finished", "finished_to_finished"),
    ("PK1", "raw_store", "RK1", "raw", "parts_to_raw"),
    ("PK1", "finished_store", "K1", "finished", "parts_to_finished"),
])  # fmt: skip
def test_every_store_gives_to_every_other_and_each_keeps_its_copy(
    stores: Stores, who: str, store: str, taker: str, at: str, ending: str
) -> None:
    item, of = {"RK1": ("BOX", "raw_store"), "K1": ("V-100", "finished_store"), "PK1": ("NEW-PART", "parts_store")}[who]
    [(lot,)] = stores.floor.rows(
        "SELECT b.lot FROM balances b JOIN lots l ON l.code = b.lot WHERE b.item = ? AND b.place = ? AND l.owner = ''", item, of
    )
    stores.transfer({"item": item, "quantity": "2", "lot": lot}, who=who, to=store)
    stores.send(at, who)
    assert stores.take("2", who=taker, at=at).ended == ending
    assert stores.lies(lot)[store] == 2
    desks = {"raw": "raw_store", "finished": "finished_store", "parts": "parts_store"}
    assert [stores.floor.due()[copy] for copy in (1, 2)] == [of, desks[at]]


def test_who_gives_and_who_takes_are_two_persons(stores: Stores) -> None:
    stores.procedure = "transfer"
    lines = [{"item": "V-100", "quantity": "2", "lot": stores.floor.rows("SELECT code FROM lots WHERE item = 'V-100'")[0][0]}]
    stores.begin("K1", "write_finished", lines, {"to_store": "spare_area"})
    stores.send("finished", "K1")
    with stores.floor.refused("own_work"):
        stores.take("2", who="K1")
    assert stores.take("2", who="K2").ended


def test_both_marks_stand_on_the_paper(stores: Stores) -> None:
    stores.transfer()
    stores.send()
    stores.take("30")
    sql = "SELECT s.step, p.badge FROM signatures s JOIN persons p ON p.id = s.person WHERE s.in_case = ? ORDER BY s.act"
    assert stores.floor.rows(sql, stores.case) == [("write_raw", "RK1"), ("take_finished", "K1")]


def test_the_paper_says_which_stores_and_what_was_taken_over(stores: Stores) -> None:
    stores.transfer()
    stores.send()
    stores.take("30")
    document = stores.floor.card("K1", stores.case)["document"]
    assert (document["fields"]["from_store"], document["fields"]["to_store"]) == ("raw_store", "finished_store")
    assert [line["taken"] for line in document["lines"]] == ["30"]


# Which stores


def test_goods_go_to_another_store_out_of_one_that_this_desk_keeps(stores: Stores) -> None:
    for fields, code in (({"to": "raw_store"}, "same_store"), ({"from_store": "parts_store"}, "not_from_here")):
        with stores.floor.refused("rule_forbids") as refused:
            stores.transfer(**fields)
        assert code in [each.code for each in refused[0].because]
    with stores.floor.refused("choice_unknown"):
        stores.transfer(to="quarantine")  # what waits there waits for a decision (R058)
    with stores.floor.refused("choice_unknown"):
        stores.transfer(to="shop_material")


def test_the_copy_goes_to_the_desk_that_keeps_the_store_and_the_card_offers_no_other_way(stores: Stores) -> None:
    stores.transfer(to="parts_store")
    [step] = [each for each in stores.floor.card("RK1")["can"] if each["step"] == "send_raw"]
    assert [outcome["name"] for outcome in step["outcomes"]] == ["to_parts"]
    with stores.floor.refused("rule_forbids"):
        stores.send("finished")


# Which goods


def test_what_is_held_or_expired_may_be_moved_and_stays_what_it_is(stores: Stores) -> None:
    stores.transfer(stores.line(HELD, "5"), stores.line(OVER, "7"))
    stores.send()
    stores.take_lines({1: "5", 2: "7"})
    assert stores.lies(HELD) == {"finished_store": 5}
    [(hold,)] = stores.floor.rows("SELECT hold FROM lots WHERE code = ?", stores.lots[HELD])
    assert hold == "held"
    with stores.floor.refused("rule_forbids"):
        stores.yard.do("DP1", "write", case="", procedure="lent_goods", lines=[{"item": "GLUE", "quantity": "1"}], fields={
            "goods": "tool", "customer": "海河机械", "purpose": "调试", "due_back": "2026-03-20",
        })  # fmt: skip


def test_a_customers_goods_are_not_moved_between_our_stores_R055(stores: Stores) -> None:
    with stores.floor.refused("rule_forbids") as refused:
        stores.transfer(stores.line(OTHERS, "3"), to="finished_store")
    assert [each.code for each in refused[0].because] == ["owned_goods_apart"]


def test_what_is_promised_to_a_case_does_not_leave_its_store(stores: Stores) -> None:
    stores.approved({"item": "BOX", "quantity": "95"})
    with stores.floor.refused("not_enough") as refused:
        stores.transfer(stores.line(NEVER, "6"))
    assert (refused[0].arguments["wanted"], refused[0].arguments["free"]) == ("6", "5")
    stores.transfer(stores.line(NEVER, "5"))


def test_held_goods_may_leave_a_store_of_which_all_the_rest_is_promised(stores: Stores) -> None:
    stores.approved({"item": "GLUE", "quantity": "30"})
    with stores.floor.refused("not_enough"):
        stores.transfer(stores.line(EARLY, "1"))
    stores.floor.do("Q1", "hold_lot", case="", lot=stores.lots[LATE], reason="疑失效")  # now more is promised than may be used
    stores.transfer(stores.line(HELD, "5"), stores.line(OVER, "7"))
    with stores.floor.refused("not_enough"):
        stores.transfer(stores.line(LATE, "1"))  # it may be released for what is promised


def test_no_more_leaves_than_lies_there_of_the_lot_and_only_of_its_item(stores: Stores) -> None:
    with stores.floor.refused("not_enough"):
        stores.transfer(stores.line(NEVER, "101"))
    with stores.floor.refused("not_enough"):
        stores.transfer(stores.line(NEVER, "60"), stores.line(NEVER, "60"))
    with stores.floor.refused("lot_of_another_item"):
        stores.transfer({**stores.line(NEVER, "1"), "item": "GLUE"})
    with stores.floor.refused("not_enough"):
        stores.transfer(stores.line(NEVER, "1", bin="A-1"))


def test_goods_between_two_stores_are_nobodys_to_use(stores: Stores) -> None:
    stores.transfer(stores.line(NEVER, "30"))
    stores.approved({"item": "BOX", "quantity": "71"})
    assert [row["quantity"] for row in stores.proposed()] == ["70"]


def test_goods_leave_the_bin_that_is_named_or_wherever_their_lot_lies(stores: Stores) -> None:
    stores.put_into("A-1", NEVER, 60)
    stores.transfer(stores.line(NEVER, "50", bin="A-1"))
    assert stores.in_bins(NEVER) == {"": 40, "A-1": 10}
    stores.transfer(stores.line(NEVER, "45"))
    assert stores.in_bins(NEVER) == {"A-1": 5}


# What differs


def test_what_is_missing_waits_for_a_third_person(stores: Stores) -> None:
    stores.transfer()
    stores.send()
    with stores.floor.refused("rule_forbids"):
        stores.take("29")
    assert stores.take("29", "differs").ended in (None, "")
    assert stores.lies(NEVER) == {"raw_store": 70, "finished_store": 29, "in_transfer": 1}
    assert [row for row in stores.floor.card("Q1")["can"] if row["step"] == "settle_difference"]


@pytest.mark.parametrize(("outcome", "lies"), [
    ("never_left", {"raw_store": 71, "finished_store": 29}),
    ("came_later", {"raw_store": 70, "finished_store": 30}),
    ("lost", {"raw_store": 70, "finished_store": 29}),
])  # fmt: skip
def test_the_difference_is_settled_with_a_reason_by_somebody_who_neither_gave_nor_took(
    stores: Stores, outcome: str, lies: dict[str, float]
) -> None:
    stores.transfer()
    stores.send()
    stores.take("29", "differs")
    with stores.floor.refused("answer_missing"):
        stores.do("Q1", "settle_difference", outcome=outcome)
    assert stores.do("Q1", "settle_difference", outcome=outcome, reason="复查").ended == "raw_to_finished"
    assert stores.lies(NEVER) == lies
    assert stores.floor.lies("BOX").get("difference") == (-102 if outcome == "lost" else -103)


def test_whoever_gave_or_took_does_not_settle_the_difference(stores: Stores) -> None:
    stores.procedure = "transfer"
    stores.begin("X1@raw_store", "write_raw", [stores.line(NEVER, "30")], {"to_store": "finished_store"})
    stores.do("X1@raw_store", "send_raw", ("2",), "to_finished")
    stores.take("29", "differs")
    with stores.floor.refused("own_work"):
        stores.do("X1@quality", "settle_difference", outcome="lost", reason="复查")


def test_more_than_was_sent_does_not_arrive(stores: Stores) -> None:
    stores.transfer()
    stores.send()
    for outcome in ("agrees", "differs"):
        with stores.floor.refused("rule_forbids") as refused:
            stores.take("31", outcome)
        assert "line_miscounted" in [each.code for each in refused[0].because]
    with stores.floor.refused("rule_forbids") as refused:
        stores.take("30", "differs")
    assert [each.code for each in refused[0].because] == ["nothing_missing"]


def test_a_line_that_was_not_counted_has_not_come(stores: Stores) -> None:
    stores.transfer(stores.line(NEVER, "30"), stores.line(EARLY, "5"))
    stores.send()
    with stores.floor.refused("answer_missing"):
        stores.take_lines({1: "30"})


def test_what_nobody_took_over_comes_back_to_where_it_was(stores: Stores) -> None:
    stores.transfer()
    stores.send()
    assert stores.do("RK2", "withdraw_raw", reason="对方库位不足").ended == "withdrawn_raw"
    assert stores.lies(NEVER) == {"raw_store": 100}


def test_a_transfer_is_not_amended_its_goods_have_moved(stores: Stores) -> None:
    stores.transfer()
    with stores.floor.refused("goods_moved"):
        stores.do("RK1", "amend", fields={"to_store": "parts_store"}, lines=[stores.line(NEVER, "3")])


def test_what_was_taken_over_is_not_called_back(stores: Stores) -> None:
    stores.transfer()
    stores.send()
    stores.take("29", "differs")
    with stores.floor.refused("step_not_possible"):
        stores.do("RK1", "withdraw_raw", reason="对方库位不足")


def test_what_was_taken_over_by_mistake_is_taken_back(stores: Stores) -> None:
    stores.transfer()
    stores.send()
    stores.take("30")
    stores.do("K1", "reverse")
    assert stores.lies(NEVER) == {"raw_store": 70, "in_transfer": 30}
    assert stores.take("30").ended == "raw_to_finished"


# The proof


def test_the_procedure_is_proved() -> None:
    [proof] = prove_all(TEXT, "transfer.toml", KNOWN)
    assert proof.violations == ()
    assert len(proof.endings) == 10


@pytest.mark.parametrize(("step", "edit", "code"), [
    ("take_finished", ('not_by = ["write_raw", "write_finished", "write_parts"]\n', ""), "proof.own_approval"),
    ("settle_difference", ('moves = ["lose_transfer"]\n', ""), "proof.floor_not_empty"),
])  # fmt: skip
def test_a_control_taken_out_is_found(step: str, edit: tuple[str, str], code: str) -> None:
    procedure = load(edited_step(TEXT, step, edit), "edited.toml", KNOWN)
    assert code in {violation.code for violation in prove(procedure, KNOWN)}


def test_a_store_without_an_ending_of_its_own_is_found() -> None:
    text = edited(TEXT, ("rests = { raw_store = [1], parts_store = [2] }", ""))
    assert "proof.copy_not_at_rest" in {violation.code for violation in prove(load(text, "edited.toml", KNOWN), KNOWN)}
