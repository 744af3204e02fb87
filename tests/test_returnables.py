"""Goods that return: ours lent and back in parts, others' taken in and given back; what is overdue, and what the gate says."""

from __future__ import annotations

from typing import Any

import pytest
from delivery_floor import SEEN, Yard
from factory_floor import DAY
from known_names import edited_step
from returnables_floor import ABOUT, VEHICLE, Returnables

import data
from qdesk.desk import act
from qdesk.desk.book import known_of
from qdesk.factory import load_factory
from qdesk.overdue import returnables
from qdesk.passing import shift_list
from qdesk.procedure import combinations, load
from qdesk.proof import prove
from qdesk.stock import HELD, free

PROCEDURES = ("lent_goods.toml", "borrowed_goods.toml")
KNOWN = known_of(load_factory())
NAMED = ("form", "customer", "goods", "item", "quantity", "back", "still", "due", "overdue")


@pytest.fixture
def goods(yard: Yard) -> Returnables:
    """Goods that return, on a yard with the shipped settings."""
    return Returnables(yard)


def owed(goods: Returnables) -> list[tuple[Any, ...]]:
    """The list of what is owed, without what the tests look at elsewhere."""
    rows = returnables(goods.floor.site, goods.floor.token("DP1"), goods.floor.site.words)
    return [tuple(row[name] for name in NAMED) for row in rows]


def lots(goods: Returnables, place: str) -> list[tuple[Any, ...]]:
    """Item, lot, quantity, hold and owner of what lies at a place."""
    sql = """SELECT b.item, b.lot, b.quantity / 1000, l.hold, l.owner FROM balances b JOIN lots l ON l.code = b.lot
      WHERE b.place = ? AND b.quantity > 0 ORDER BY b.lot"""
    return goods.floor.rows(sql, place)


def free_of(goods: Returnables, item: str = "V-100") -> int:
    """How much of an item may be used."""
    with goods.floor.site.database.reading() as cursor:
        return free(cursor, item, "finished_store", goods.floor.clock.now()) // 1000


def release_lot(goods: Returnables, lot: str) -> None:
    """An inspector has looked at a lot."""
    act(goods.floor.site, goods.floor.token("I1"), {"step": "release_lot", "inputs": {"lot": lot, "reason": "外观、功能完好"}})


# Ours, out and back


def test_our_goods_go_out_by_the_gate_and_come_back_in_parts(goods: Returnables) -> None:
    goods.lent()
    assert goods.floor.lies("V-100") == {"finished_store": 45, "lent_out": 5, "difference": -50}
    goods.come_back("2")
    assert goods.floor.lies("V-100") == {"finished_store": 47, "lent_out": 3, "difference": -50}
    assert goods.come_back("3", "rest").ended == "returned"
    assert goods.floor.lies("V-100") == {"finished_store": 50, "difference": -50}


def test_the_form_says_which_way_the_goods_go_and_nobody_is_asked(goods: Returnables) -> None:
    goods.lend()
    assert goods.floor.card("DP1", goods.case)["document"]["fields"]["direction"] == "out"
    goods.borrow()
    assert goods.floor.card("K1", goods.case)["document"]["fields"]["direction"] == "in"
    with goods.floor.refused("field_unknown"):
        goods.lend(direction="in")


def test_what_came_back_is_held_until_an_inspector_has_looked_at_it(goods: Returnables) -> None:
    goods.lent()
    goods.come_back("2")
    assert free_of(goods) == 45
    [held] = [lot for lot in lots(goods, "finished_store") if lot[3] == HELD and lot[0] == "V-100"]
    assert held[2] == 2
    with goods.floor.refused("not_enough_free", "rule_forbids"):
        goods.lend({"item": "V-100", "quantity": "46"})
    release_lot(goods, held[1])
    assert free_of(goods) == 47


def test_a_piece_with_a_serial_number_comes_back_as_the_lot_it_was(goods: Returnables) -> None:
    goods.lent({"item": "VS-1", "quantity": "1", "lot": lot_of(goods, "S-0002")})
    [(_, lot, _, hold, _)] = lots(goods, "lent_out")
    assert (lot, hold) == (lot_of(goods, "S-0002"), "")
    goods.come_back("1", "rest")
    assert [(lot, hold) for item, lot, _, hold, _ in lots(goods, "finished_store") if item == "VS-1"] == [
        (lot_of(goods, "S-0001"), ""), (lot_of(goods, "S-0002"), HELD),
    ]  # fmt: skip


def lot_of(goods: Returnables, serial: str) -> str:
    """The lot of a piece."""
    return str(goods.floor.rows("SELECT code FROM lots WHERE serial = ?", serial)[0][0])


def test_more_than_is_out_does_not_come_back(goods: Returnables) -> None:
    goods.lent()
    goods.come_back("3")
    with goods.floor.refused("rule_forbids") as refused:
        goods.come_back("3", "rest")
    assert [(each.code, each.arguments["wanted"], each.arguments["counted"]) for each in refused[0].because] == [
        ("line_miscounted", "2", "3"),
    ]  # fmt: skip
    with goods.floor.refused("rule_forbids"):
        goods.come_back("3", "part")
    goods.come_back("2", "rest")
    with goods.floor.refused("step_not_possible"):
        goods.come_back("1", "part")


def test_of_no_line_comes_back_more_than_is_out_though_of_another_nothing_did(goods: Returnables) -> None:
    goods.lent({"item": "V-100", "quantity": "5"}, {"item": "VC-1", "quantity": "2"})
    with goods.floor.refused("rule_forbids") as refused:
        goods.come_back([{"line": 1, "quantity": "6"}], "part")
    assert [(each.code, each.arguments["line"]) for each in refused[0].because] == [("line_miscounted", 1)]
    goods.come_back([{"line": 1, "quantity": "5"}], "part")
    assert goods.come_back("2", "rest").ended == "returned"


def test_a_part_leaves_something_out_and_the_rest_leaves_nothing(goods: Returnables) -> None:
    goods.lent()
    tried = (("5", "part", "nothing_left"), ("4", "rest", "line_miscounted"), ("0", "part", "nothing_counted"))
    for counted, outcome, code in tried:
        with goods.floor.refused("rule_forbids") as refused:
            goods.come_back(counted, outcome)
        assert [each.code for each in refused[0].because] == [code]


def test_a_lot_that_did_not_leave_on_this_form_does_not_come_back_on_it(goods: Returnables) -> None:
    goods.lent({"item": "VS-1", "quantity": "1", "lot": lot_of(goods, "S-0002")})
    with goods.floor.refused("lot_not_on_lines"):
        goods.come_back([{"lot": lot_of(goods, "S-0001"), "quantity": "1"}], "rest")
    with goods.floor.refused("lot_unknown"):
        goods.come_back([{"lot": "L26-999999", "quantity": "1"}], "rest")
    assert goods.come_back([{"lot": lot_of(goods, "S-0002"), "quantity": "1"}], "rest").ended == "returned"


def test_a_vehicle_takes_only_what_was_approved_and_of_the_lot_that_was_named(goods: Returnables) -> None:
    goods.lend({"item": "VS-1", "quantity": "1", "lot": lot_of(goods, "S-0002")}, {"item": "V-100", "quantity": "5"})
    [piece, others] = goods.proposed("load")
    assert piece == {"item": "VS-1", "quantity": "1", "lot": lot_of(goods, "S-0002")}
    for lines in ([{**others, "quantity": "6"}], [{**piece, "lot": lot_of(goods, "S-0001")}], [others, others]):
        with goods.floor.refused("rule_forbids") as refused:
            goods.load(lines)
        assert [each.code for each in refused[0].because] == ["carried_more"]
    goods.load([{**others, "quantity": "4"}])
    assert goods.floor.lies("V-100")["vehicle"] == 4


def test_what_is_lent_is_promised_until_it_is_loaded_and_what_stays_is_free_again(goods: Returnables) -> None:
    goods.lend({"item": "V-100", "quantity": "40"})
    assert free_of(goods) == 10
    [line] = goods.proposed("load")
    goods.load([{**line, "quantity": "30"}])
    assert free_of(goods) == 20
    goods.do("K1", "unload", ("2",), reason="车坏了")
    assert (free_of(goods), goods.floor.lies("V-100")) == (20, {"finished_store": 50, "difference": -50})
    goods.do("DL1", "withdraw", reason="不借了")
    assert (free_of(goods), goods.floor.ended()) == (50, "withdrawn")


def test_nothing_is_due_back_before_it_leaves(goods: Returnables) -> None:
    with goods.floor.refused("rule_forbids") as refused:
        goods.lend(due_back="2026-03-01")
    assert [each.code for each in refused[0].because] == ["due_day_past"]
    with goods.floor.refused("rule_forbids"):
        goods.borrow(due_back="2026-03-01")
    with goods.floor.refused("field_missing"):
        goods.borrow(due_back="")


def test_who_wrote_the_form_does_not_approve_it_nor_write_off_what_is_missing(goods: Returnables) -> None:
    goods.begin("X1@dispatch", "write", [{"item": "V-100", "quantity": "5"}], ABOUT)
    with goods.floor.refused("own_work"):
        goods.do("X1@dispatch", "approve", ("1",))
    goods.do("DL1", "approve", ("1",))
    goods.send_out()
    with goods.floor.refused("own_work"):
        goods.do("X1@dispatch", "write_off", ("1",), "lost", reason="丢失")


@pytest.mark.parametrize(("outcome", "place"), [("bought", "customer"), ("lost", "written_off")])
def test_what_does_not_come_back_is_written_off_by_a_leader_with_a_reason(goods: Returnables, outcome: str, place: str) -> None:
    goods.lent()
    goods.come_back("2")
    with goods.floor.refused("wrong_person"):
        goods.do("DP1", "write_off", ("1",), outcome, reason="丢失")
    with goods.floor.refused("answer_missing"):
        goods.write_off(outcome, reason="")
    assert goods.write_off(outcome).ended == "settled"
    assert goods.floor.lies("V-100") == {"finished_store": 47, place: 3, "difference": -50}
    assert owed(goods) == []
    signed = "SELECT role FROM signatures WHERE in_case = ? AND step = 'write_off' AND lapsed_at IS NULL"
    assert goods.floor.rows(signed, goods.case) == [("dispatch_leader",)]


def test_a_return_taken_back_is_owed_again(goods: Returnables) -> None:
    goods.lent()
    done = goods.come_back("2")
    assert owed(goods)[0][4:7] == ("5", "2", "3")
    goods.yard.do("K1", "reverse", procedure=goods.procedure, act=done.act)
    assert owed(goods)[0][4:7] == ("5", "0", "5")
    assert goods.floor.lies("V-100")["lent_out"] == 5


# Until when


def test_the_list_says_what_is_out_and_what_is_overdue_first(goods: Returnables) -> None:
    goods.lent(due_back="2026-03-20", customer="一厂")
    goods.come_back("2")
    goods.borrow(due_back="2026-03-10", customer="二厂", goods="sample")
    goods.procedure = "lent_goods"
    goods.borrow(due_back="2026-03-30", customer="三厂", goods="packaging")
    goods.lend(due_back="2026-03-05", customer="未出厂")
    goods.lent({"item": "NEW-PART", "quantity": "1"}, due_back="2026-03-05", customer="三厂") if False else None
    goods.floor.clock.advance(9 * DAY)
    assert owed(goods) == [
        ("borrowed", "二厂", "sample", "V-100", "5", "0", "5", "2026-03-10", 1),
        ("lent", "一厂", "tool", "V-100", "5", "2", "3", "2026-03-20", 0),
        ("borrowed", "三厂", "packaging", "V-100", "5", "0", "5", "2026-03-30", 0),
    ]
    goods.floor.clock.advance(-9 * DAY)


def test_on_the_day_it_is_due_nothing_is_overdue_yet(goods: Returnables) -> None:
    goods.lent(due_back="2026-03-04")
    for days, overdue in ((0, 0), (2, 0), (1, 1), (27, 28)):
        goods.floor.clock.advance(days * DAY)
        assert owed(goods)[0][-1] == overdue


def test_a_leader_extends_the_day_with_a_reason_and_each_extension_is_an_act(goods: Returnables) -> None:
    goods.lent(due_back="2026-03-04")
    goods.floor.clock.advance(3 * DAY)
    assert owed(goods)[0][-2:] == ("2026-03-04", 1)
    goods.extend("2026-03-10")
    assert owed(goods)[0][-2:] == ("2026-03-10", 0)
    goods.extend("2026-03-12", "再延两天")
    fields = goods.floor.card("DP1", goods.case)["document"]["fields"]
    assert (fields["due_back"], fields["extended_to"]) == ("2026-03-04", "2026-03-12")
    bodies = """SELECT json_extract(j.body, '$.answers.due_back'), json_extract(j.body, '$.answers.reason') FROM acts a
      JOIN journal j ON j.seq = a.seq WHERE a.in_case = ? AND a.step = 'extend' ORDER BY a.seq"""
    assert goods.floor.rows(bodies, goods.case) == [("2026-03-10", "调试未完"), ("2026-03-12", "再延两天")]
    with goods.floor.refused("rule_forbids") as refused:
        goods.extend("2026-03-12")
    assert [each.code for each in refused[0].because] == ["due_day_not_later"]
    with goods.floor.refused("answer_missing"):
        goods.extend("2026-03-20", "")
    with goods.floor.refused("wrong_person"):
        goods.do("DP1", "extend", due_back="2026-03-20", reason="x")


def test_a_day_that_is_over_is_not_extended_to_another_that_is_over(goods: Returnables) -> None:
    goods.lent(due_back="2026-03-04")
    goods.floor.clock.advance(20 * DAY)
    with goods.floor.refused("rule_forbids") as refused:
        goods.extend("2026-03-10")
    assert [each.code for each in refused[0].because] == ["due_day_past"]


# Others', in and back


def test_others_goods_go_back_in_parts_each_on_a_vehicle_with_a_pass_of_its_own(goods: Returnables) -> None:
    goods.borrow()
    [line] = goods.proposed("load#1", "part")
    goods.send_out([{**line, "quantity": "2"}], 1, "part")
    assert goods.floor.lies("V-100") == {"finished_store": 50, "borrowed_in": 3, "outside_owner": -3, "difference": -50}
    assert owed(goods)[0][4:7] == ("5", "2", "3")
    goods.load(number=2, outcome="rest")
    assert owed(goods)[0][4:7] == ("5", "2", "3"), "what waits for its pass is still here"
    goods.issue(2)
    assert (goods.show(2)["verdict"], goods.floor.ended(), owed(goods)) == ("release", "given_back", [])
    assert goods.floor.lies("V-100") == {"finished_store": 50, "difference": -50}


def test_others_goods_name_their_owner_and_are_never_taken_for_another(goods: Returnables) -> None:
    goods.borrow({"item": "V-300", "quantity": "10"})
    [(item, lot, quantity, _, owner)] = lots(goods, "borrowed_in")
    assert (item, quantity, owner, free_of(goods, "V-300")) == ("V-300", 10, "海河机械", 0)
    yard = goods.yard
    yard.announce()
    with goods.floor.refused("rule_forbids") as refused:
        yard.write([("V-300", "1")])
    assert [each.code for each in refused[0].because] == ["item_in_stock"]
    yard.write([("V-100", "10")])
    yard.do("S2", "approve")
    with goods.floor.refused("lot_of_another_item"):
        pick(yard, lot)


def test_others_goods_of_an_item_that_we_stock_too_are_not_picked_either(goods: Returnables) -> None:
    goods.borrow({"item": "V-100", "quantity": "10"})
    [(_, lot, _, _, _)] = lots(goods, "borrowed_in")
    yard = goods.yard
    yard.announce()
    yard.write([("V-100", "10")])
    yard.do("S2", "approve")
    with goods.floor.refused("lot_of_a_customer"):
        pick(yard, lot)
    goods.procedure = "lent_goods"
    goods.lend({"item": "V-100", "quantity": "5", "lot": lot})
    with goods.floor.refused("lot_of_a_customer"):
        goods.load()


def pick(yard: Yard, lot: str) -> None:
    """The keeper scans a lot for the only line of a note."""
    lots: Any = [{"line": 1, "lot": lot, "quantity": "10"}]
    seen: dict[str, Any] = dict(SEEN)
    yard.do("K1", "check", [f"{yard.note}/2"], "whole", checked=yard.checked(line_1="10"), lots=lots, **seen)


def test_no_more_is_given_back_than_is_here_and_no_other_lot(goods: Returnables) -> None:
    goods.borrow()
    [line] = goods.proposed("load#1", "rest")
    ours = str(goods.floor.rows("SELECT lot FROM balances WHERE place = 'finished_store' AND item = 'V-100'")[0][0])
    tried = (
        ("part", {**line, "quantity": "6"}, "carried_more"), ("rest", {**line, "quantity": "6"}, "carried_more"),
        ("part", line, "nothing_left"), ("rest", {**line, "quantity": "4"}, "left_behind"),
        ("part", {**line, "lot": ours, "quantity": "1"}, "carried_more"),
    )  # fmt: skip
    for outcome, row, code in tried:
        with goods.floor.refused("rule_forbids") as refused:
            goods.load([row], 1, outcome)
        assert code in [each.code for each in refused[0].because], (outcome, row)


def test_what_we_buy_of_its_owner_is_ours_and_held(goods: Returnables) -> None:
    goods.borrow({"item": "V-300", "quantity": "4"})
    assert goods.write_off("kept").ended == "settled"
    [(item, lot, quantity, hold, owner)] = [row for row in lots(goods, "finished_store") if row[0] == "V-300"]
    assert (quantity, hold, owner, free_of(goods, "V-300")) == (4, HELD, "", 0)
    release_lot(goods, lot)
    assert free_of(goods, item) == 4


def test_what_is_lost_while_a_part_waits_at_the_gate_ends_the_case_when_that_has_left(goods: Returnables) -> None:
    goods.borrow()
    [line] = goods.proposed("load#1", "part")
    goods.load([{**line, "quantity": "2"}], 1, "part")
    goods.issue(1)
    assert not goods.write_off("lost").ended
    assert goods.show(1)["verdict"] == "release"
    assert goods.floor.ended() == "settled"
    assert goods.floor.lies("V-100") == {"finished_store": 50, "written_off": 3, "outside_owner": -3, "difference": -50}


# The gate


def test_a_pass_of_lent_goods_lets_out_once(goods: Returnables) -> None:
    goods.lent()
    again = goods.show()
    assert (again["verdict"], again["kind"], again["arguments"]["released_plate"]) == ("stop", "used", "A12345")
    assert goods.floor.lies("V-100")["lent_out"] == 5


def test_a_pass_of_others_goods_lets_out_once(goods: Returnables) -> None:
    goods.borrow()
    goods.send_out(None, 1, "rest")
    assert goods.show(1)["kind"] == "used"


def test_the_gate_compares_what_it_sees_and_holds_what_differs_twice(goods: Returnables) -> None:
    goods.lend()
    goods.load()
    goods.issue()
    assert goods.show(plate="B99999")["kind"] == "plate_differs"
    assert (goods.show(count="4")["verdict"], goods.show()["kind"]) == ("hold", "held")
    site = goods.floor.site
    [held] = shift_list(site, goods.floor.token("G1"), site.words)["held"]
    assert held["case"] == goods.case
    goods.do("DL1", "answer_hold", reason="再清点")
    [waits] = shift_list(site, goods.floor.token("G1"), site.words)["open"]
    assert waits["case"] == goods.case
    assert goods.show()["verdict"] == "release"


def test_paper_of_lent_goods_shown_at_the_gate_says_what_is_missing(goods: Returnables) -> None:
    goods.lend()
    form = goods.yard.pieces[f"{goods.case}/2"]
    assert (goods.yard.show(form)["kind"], goods.yard.show(form)["arguments"]["step"]["zh"]) == ("not_loaded", "借出装车")
    goods.load()
    assert goods.yard.show(form)["arguments"]["step"]["zh"] == "开出门证"
    serial = goods.issue()
    assert goods.yard.show(form)["arguments"]["pass"] == serial


def test_a_void_pass_stops_and_its_load_gets_another(goods: Returnables) -> None:
    goods.lend()
    goods.load()
    serial = goods.issue()
    goods.do("DL1", "void_pass", reason="车牌换了")
    assert goods.yard.show(goods.yard.pieces[f"{serial}/2"])["kind"] == "void"
    goods.issue(plate="晋B55555")
    assert goods.show(plate="B55555")["verdict"] == "release"


def test_a_guard_counts_whole_packages(goods: Returnables) -> None:
    goods.lend()
    goods.load()
    for packages in ("0", "2.5"):
        with goods.floor.refused("rule_forbids"):
            goods.issue(packages=packages)
    goods.issue(packages="2")


def test_who_issued_the_pass_does_not_let_it_out(goods: Returnables) -> None:
    goods.lend()
    goods.load()
    goods.do("X1@finished_store", "issue_pass", ("2",), fields=VEHICLE)
    with goods.floor.refused("own_work"):
        goods.yard.show(goods.yard.pieces[f"{goods.yard.serials['pass']}/2"], "X1@gate", plate="A12345", count="3")


def test_two_sign_the_pass_where_the_setting_says_so(yards: Any) -> None:
    goods = Returnables(yards({"pass_signed": "two"}))
    goods.lend()
    goods.load()
    with goods.floor.refused("signature_missing"):
        goods.issue()
    goods.do("K1", "issue_pass", ("2",), fields=VEHICLE, signers={"dispatch_leader": "DL1"})
    assert goods.show()["verdict"] == "release"


def test_no_step_of_the_desk_lets_out_what_only_the_gate_may(goods: Returnables) -> None:
    goods.lend()
    goods.load()
    serial = goods.issue()
    with goods.floor.refused("only_at_the_gate"):
        asked = {"case": goods.case, "step": "gate", "outcome": "release", "copies": [goods.yard.pieces[f"{serial}/2"]]}
        act(goods.floor.site, goods.floor.token("G1"), {**asked, "seen": goods.yard.floor.card("DP1", goods.case)["digest"]})
    with goods.floor.refused("step_not_possible"):
        goods.come_back("1", "part")


def test_a_vehicle_that_left_in_an_emergency_is_written_down_on_its_pass(goods: Returnables) -> None:
    goods.lend()
    goods.load()
    left = {"plate": "晋A12345", "driver": "赵师傅", "packages": "3", "reason": "急救送修"}
    done = goods.yard.do("G1", "let_out", procedure="emergency_exit", case="", fields=left, signers={"emergency_leader": "E1"})
    goods.issue()
    assert goods.show(emergency=str(done.case))["kind"] == "after_emergency"
    assert goods.floor.lies("V-100")["lent_out"] == 5


def test_the_driver_signs_for_what_he_takes_and_for_what_he_brought(goods: Returnables) -> None:
    goods.lend()
    with goods.floor.refused("signature_missing"):
        goods.do("K1", "load", ("2",), lines=goods.proposed("load"))
    with goods.floor.refused("signature_missing"):
        goods.begin_borrowing(signers={})


# Proved


@pytest.mark.parametrize("name", PROCEDURES)
def test_goods_that_return_are_proved_whatever_the_settings(name: str) -> None:
    text = data.read(f"procedures/{name}")
    for chosen in combinations(text, name):
        assert prove(load(text, name, KNOWN, chosen), KNOWN) == []


def violations(name: str, step: str, *edits: tuple[str, str]) -> dict[str, list[str]]:
    """What the proof says of a text with passages of one step replaced: each violation with the way to the first."""
    text = edited_step(data.read(f"procedures/{name}"), step, *edits)
    found: dict[str, list[str]] = {}
    for each in prove(load(text, name, KNOWN), KNOWN):
        found.setdefault(each.code, [transition.name for transition in each.trace])
    return found


@pytest.mark.parametrize(
    ("name", "way"), [("lent_goods.toml", ["write", "approve", "load"]), ("borrowed_goods.toml", ["take_in", "load#1.part"])]
)
def test_the_proof_objects_when_goods_leave_without_a_pass(name: str, way: list[str]) -> None:
    paper = ('copies = ["pass.2"]\nafter = ["issue_pass"]\nscan = "all"\n', 'after = ["load"]\n')
    found = violations(name, "gate", paper, ('keeps = ["pass.2"]\n', ""))
    assert found["proof.outside_without_pass"][: len(way)] == way
    assert found["proof.outside_without_pass"][len(way)].startswith("gate")


def test_the_proof_objects_when_the_store_lets_goods_out_itself() -> None:
    found = violations("lent_goods.toml", "issue_pass", ('asks = ["gate"]', 'asks = ["gate"]\nmoves = ["let_out_lent"]'))
    assert found["proof.outside_without_pass"] == ["write", "approve", "load", "issue_pass"]


@pytest.mark.parametrize("name", PROCEDURES)
def test_the_proof_objects_to_a_pass_that_nobody_signs_that_outlives_its_load_or_that_its_maker_lets_out(name: str) -> None:
    signs = 'signs = ["keeper", { is = "dispatch_leader", only_if = "pass_signed=two" }]\n'
    assert "proof.outside_without_pass" in violations(name, "issue_pass", (signs, ""))
    late = ('unless = ["issue_pass", "gate.release", ', 'unless = ["gate.release", ')
    assert "proof.pass_outlives_loading" in violations(name, "unload", late)
    assert "proof.own_pass_released" in violations(name, "gate", ('not_by = ["issue_pass"]\n', ""))


def test_the_proof_objects_to_goods_that_have_no_way_back() -> None:
    kept = violations("lent_goods.toml", "write_off", ('moves = ["sell_lent"]', ""), ('moves = ["write_off_lent"]', ""))
    assert "proof.no_way_out" in kept
