"""Customer property: counted, inspected, received apart, listed, checked, reported, given back; never used for another."""

from __future__ import annotations

from typing import Any

import pytest
from delivery_floor import SEEN, Yard
from factory_floor import Floor, FloorMaker

import data
from qdesk.choosing import choose
from qdesk.desk import Done, act, present
from qdesk.desk.book import known_of
from qdesk.desk.proposing import propose
from qdesk.duties import duties
from qdesk.factory import load_factory
from qdesk.lookups import stock
from qdesk.proof import prove_all
from qdesk.property_watch import STOPPED
from qdesk.quarantine import NONCONFORMING
from qdesk.stock import free, usable

PROPERTY, CHECK, PROBLEM = "customer_property", "property_check", "property_problem"
FILES = {
    "customer_property.toml": {"settled", "given_back", "refused", "partly_refused"},
    "property_check.toml": {"in_order", "problem_found", "withdrawn"},
    "property_problem.toml": {"used_on", "to_go_back"},
}
DRIVER = {"paper:driver": "赵师傅"}
VEHICLE = {"plate": "晋A12345", "driver": "赵师傅", "packages": "2"}
JIG = {"item": "V-300", "name": "装夹工装", "spec": "DN25", "model": "J-7", "quantity": "5", "mark": "ACME-017"}
LYING = """SELECT b.place, b.quantity / 1000, l.hold, l.owner FROM balances b JOIN lots l ON l.code = b.lot
  WHERE b.item = 'V-300' AND b.quantity > 0 AND b.counter = 0 ORDER BY b.place, b.lot"""


class Property:
    """One customer's property on one yard."""

    def __init__(self, yard: Yard) -> None:
        """Begin with nothing of anybody's."""
        self.yard, self.floor, self.problem = yard, yard.floor, ""

    def do(self, who: str, step: str, copies: tuple[str, ...] = (), outcome: str = "", **more: Any) -> Done:
        """Do a step; copies of the receipt by number."""
        names = [f"{self.yard.note}/{copy}" if copy.isdecimal() else copy for copy in copies]
        return self.yard.do(who, step, names, outcome, procedure=more.pop("procedure", PROPERTY), **more)

    def count_in(self, *lines: dict[str, str], who: str = "K1") -> str:
        """The keeper counts it in; it is the case played from now on."""
        fields = {"customer": "Acme", "goods": "tool"}
        done = self.do(who, "count_in", case="", fields=fields, lines=list(lines) or [JIG], signers=DRIVER)
        self.yard.note = self.floor.case = done.case or ""
        return self.yard.note

    def inspect(self, outcome: str = "pass", who: str = "I1", **more: Any) -> Done:
        """An inspector stamps it."""
        if outcome != "pass":
            more["reason"] = "裂纹"
        if outcome != "fail":
            more.setdefault("property_passed", "5")
        return self.do(who, "inspect", ("1",), outcome, **more)

    def receive(self, **more: Any) -> Done:
        """The keeper receives what passed."""
        return self.do("K1", "receive", ("1",), **{"permanent_mark": "yes", **more})

    def keep(self) -> str:
        """All the way into the area of its own; the case."""
        case = self.count_in()
        self.inspect()
        self.receive()
        return case

    def lot(self) -> str:
        """The oldest lot with an owner."""
        return str(self.floor.rows("SELECT code FROM lots WHERE owner <> '' ORDER BY code")[0][0])

    def load(self, outcome: str = "rest", number: int = 1) -> Done:
        """What was brought out goes onto a vehicle."""
        rows = propose(self.floor.site, self.floor.token("K1"), self.yard.note, f"load#{number}", outcome)["lines"]
        lines = [{name: row[name] for name in ("item", "quantity", "lot")} for row in rows]
        signers = {**DRIVER, "dispatcher": "DP1"}
        return self.do("K1", f"load#{number}", ("1",), outcome, lines=lines, signers=signers)

    def send_home(self, number: int = 1) -> dict[str, Any]:
        """Load, pass, gate."""
        self.load(number=number)
        self.do("K1", f"issue_pass#{number}", ("1",), fields=VEHICLE)
        serial = self.yard.serials[f"pass#{number}"]
        return self.yard.show(self.yard.pieces[f"{serial}/2"], plate="A12345", count="2")

    def stop(self, quantity: str = "2", **line: str) -> str:
        """The keeper reports a problem; the serial of the report."""
        row: Any = {"item": "V-300", "lot": self.lot(), "quantity": quantity, "problem": "磨损", **line}
        done = self.yard.do("K1", "stop", procedure=PROBLEM, case="", fields={"found": "使用中发现"}, lines=[row])
        self.problem = done.case or ""
        assert sorted(each["desk"] for each in done.notices) == ["quality", "sales", "technical"]
        return self.problem

    def answer(self, outcome: str, tell: bool = True) -> Done:
        """Sales tells the customer and records the answer."""
        copy = [f"{self.problem}/1"]
        if tell:
            self.yard.do("S1", "tell", copy, procedure=PROBLEM, case=self.problem, told="已电话告知")
        return self.yard.do("S1", "answer", copy, outcome, procedure=PROBLEM, case=self.problem, customer_opinion="同意")


@pytest.fixture
def goods(yard: Yard) -> Property:
    """A customer's property, on a yard with the shipped settings."""
    return Property(yard)


def lying(floor: Floor) -> list[tuple[Any, ...]]:
    """Place, quantity, hold and owner of what lies of V-300, of which the works have none of their own."""
    return floor.rows(LYING)


# In


def test_it_is_counted_then_inspected_then_received_under_its_owners_name(goods: Property) -> None:
    goods.count_in()
    assert lying(goods.floor) == [("arrivals", 5, "to_be_inspected", "Acme")]
    with goods.floor.refused("not_inspected"):
        goods.receive()
    goods.inspect()
    assert lying(goods.floor) == [("arrivals", 5, "", "Acme")]
    goods.receive()
    assert lying(goods.floor) == [("customer_property", 5, "", "Acme")]


@pytest.mark.parametrize("missing", ["name", "spec", "model", "quantity", "mark"])
def test_the_receipt_states_name_spec_model_quantity_and_mark(goods: Property, missing: str) -> None:
    with goods.floor.refused("column_missing"):
        goods.count_in({**JIG, missing: ""})


def test_what_fails_is_not_received_and_the_customer_is_told_before_it_goes_back(goods: Property) -> None:
    goods.count_in()
    done = goods.inspect("fail")
    assert [each["desk"] for each in done.notices] == ["sales"]
    assert lying(goods.floor) == [("borrowed_in", 5, NONCONFORMING, "Acme")]
    with goods.floor.refused("step_not_possible"):
        goods.receive()
    with goods.floor.refused("step_not_possible"):
        goods.load()
    goods.do("S1", "tell_customer", customer_opinion="已告知，同意退回")
    assert goods.send_home()["verdict"] == "release"
    assert lying(goods.floor) == [] and goods.floor.ended() == "refused"


def test_a_part_that_fails_goes_its_own_way(goods: Property) -> None:
    goods.count_in()
    goods.inspect("part", property_passed="3")
    goods.receive()
    assert lying(goods.floor) == [("borrowed_in", 2, NONCONFORMING, "Acme"), ("customer_property", 3, "", "Acme")]
    goods.do("S1", "tell_customer", customer_opinion="退回不合格的")
    goods.send_home()
    assert goods.floor.ended() == ""
    goods.do("K1", "take_out", ("1",), "rest")
    goods.send_home(2)
    assert goods.floor.ended() == "partly_refused"


def test_of_several_lines_each_passes_or_fails_for_itself(goods: Property) -> None:
    goods.count_in(JIG, {**JIG, "quantity": "4", "mark": "ACME-018"})
    goods.inspect("part", property_passed=[{"line": 1, "quantity": "0"}, {"line": 2, "quantity": "4"}])
    assert lying(goods.floor) == [("arrivals", 4, "", "Acme"), ("borrowed_in", 5, NONCONFORMING, "Acme")]


@pytest.mark.parametrize(
    ("outcome", "passed", "code"),
    [("pass", "4", "property_not_passed"), *(("part", passed, "some_passed") for passed in ("5", "0", "6"))],
)
def test_the_verdict_is_over_what_was_counted(goods: Property, outcome: str, passed: str, code: str) -> None:
    goods.count_in()
    with goods.floor.refused("rule_forbids") as refused:
        goods.inspect(outcome, property_passed=passed)
    assert [each.code for each in refused[0].because] == [code]


def test_goods_without_a_permanent_mark_are_received_only_with_a_reason(goods: Property) -> None:
    goods.count_in()
    goods.inspect()
    with goods.floor.refused("reason_needed"):
        goods.receive(permanent_mark="no")
    goods.receive(permanent_mark="no", despite="文件资料无法打标，已封装标识")


def test_whoever_counted_it_in_does_not_stamp_it(goods: Property) -> None:
    goods.count_in(who="X1@finished_store")
    with goods.floor.refused("own_work"):
        goods.inspect(who="X1@inspection")


# Never used for another


def test_it_is_never_used_for_anybody_else(goods: Property) -> None:
    """Not by delivery, modification or lending, not by its lot, and not as free stock anywhere."""
    goods.keep()
    floor, lot = goods.floor, goods.lot()
    with floor.site.database.reading() as cursor:
        for place in ("customer_property", "finished_store"):
            assert usable(cursor, "V-300", place, floor.clock.now()) == []
            assert free(cursor, "V-300", place, floor.clock.now()) == 0
    with floor.refused("not_enough"), floor.site.database.reading() as cursor:
        choose(cursor, "V-300", "customer_property", 1000, floor.clock.now(), "")
    assert [row["free"] for row in stock(floor.site, "V-300")["free"] if row["free"] != "0"] == []
    with floor.refused("rule_forbids"):
        floor.apply("V-300", "V-200", "1")
    goods.yard.announce()
    with floor.refused("rule_forbids"):
        goods.yard.write([("V-300", "1")])
    lend = {"goods": "tool", "customer": "海河机械", "purpose": "调试", "due_back": "2026-03-20"}
    with floor.refused("rule_forbids"):
        row = {"item": "V-300", "quantity": "1", "lot": lot}
        note = goods.yard.do("DP1", "write", procedure="lent_goods", case="", fields=lend, lines=[row])
        goods.yard.do("DL1", "approve", [f"{note.case}/1"], procedure="lent_goods", case=note.case)


def test_a_keeper_who_scans_a_customers_lot_for_a_delivery_is_refused(goods: Property) -> None:
    goods.count_in({**JIG, "item": "V-100", "quantity": "10"})
    goods.inspect(property_passed="10")
    goods.receive()
    yard, lots = goods.yard, [{"line": 1, "lot": goods.lot(), "quantity": "10"}]
    yard.announce()
    yard.write()
    yard.do("S2", "approve")
    with goods.floor.refused("lot_of_a_customer"):
        yard.do("K1", "check", [f"{yard.note}/2"], "whole", checked="10", lots=lots, **SEEN)


# Back to its owner


def test_it_goes_back_in_parts_each_by_the_gate(goods: Property) -> None:
    goods.keep()
    row = {"item": "V-300", "lot": goods.lot(), "quantity": "2"}
    goods.do("K1", "take_out", ("1",), "part", property_out=[row])
    assert goods.send_home()["verdict"] == "release"
    assert goods.floor.ended() == "" and [row[:2] for row in lying(goods.floor)] == [("customer_property", 3)]
    goods.do("K1", "take_out", ("1",), "rest")
    goods.send_home(2)
    assert goods.floor.ended() == "given_back" and lying(goods.floor) == []
    assert goods.floor.lies("V-300") == {}


@pytest.mark.parametrize(("quantity", "code"), [("5", "nothing_left"), ("6", "property_not_here")])
def test_a_part_leaves_something_and_is_no_more_than_there_is(goods: Property, quantity: str, code: str) -> None:
    goods.keep()
    row = {"item": "V-300", "lot": goods.lot(), "quantity": quantity}
    with goods.floor.refused("rule_forbids") as refused:
        goods.do("K1", "take_out", ("1",), "part", property_out=[row])
    assert code in [each.code for each in refused[0].because]


def test_nothing_leaves_the_area_without_its_paper_and_the_gate(goods: Property) -> None:
    goods.keep()
    with goods.floor.refused("step_not_possible"):
        goods.do("K1", "issue_pass#1", ("1",), fields=VEHICLE)
    goods.do("K1", "take_out", ("1",), "rest")
    goods.load()
    assert [row[0] for row in lying(goods.floor)] == ["vehicle"]


def test_what_the_customer_sells_or_what_was_used_up_is_written_off_by_sales(goods: Property) -> None:
    goods.keep()
    goods.do("K1", "take_out", ("1",), "rest")
    done = goods.do("S2", "write_off", (), "kept", customer_opinion="转让给本厂")
    assert done.ended == "settled"
    assert lying(goods.floor) == [("finished_store", 5, "held", "")]


# The list and its check


def listed(goods: Property, **settings: str) -> str:
    """A list is written; its case."""
    done = goods.yard.do("T1", "draw_up", procedure=CHECK, case="")
    return str(done.case)


def checked(goods: Property, case: str, found: str = "5", outcome: str = "in_order", **more: Any) -> Done:
    """The keeper checks by the list."""
    more = {"area_apart": "yes", "marks_legible": "yes", **more}
    fields = {"remarks": "完好"}
    copy = [f"{case}/2"]
    return goods.yard.do("K1", "check", copy, outcome, procedure=CHECK, case=case, property_found=found, fields=fields, **more)


def test_the_list_is_written_from_the_book_and_checked_every_half_year(goods: Property) -> None:
    receipt = goods.keep()
    token = goods.floor.token("K1")

    def due() -> list[bool]:
        rows = duties(goods.floor.site, token, goods.floor.site.words)
        return [row["done_at"] is not None for row in rows if row["duty"] == "property_check" and row["period"] == "2026-H1"]

    case = listed(goods)
    [line] = present(goods.floor.site, goods.floor.token("T1"), case)["document"]["lines"]
    assert (line["owner"], line["quantity"], line["receipt"], line["place"]) == ("Acme", "5", receipt, "顾客财产区")
    assert due() == [False]
    assert checked(goods, case).ended == "in_order"
    assert due() == [True]


@pytest.mark.parametrize("wrong", [{"found": "4"}, {"area_apart": "no"}, {"marks_legible": "no"}])
def test_a_check_that_finds_something_says_so_to_all_who_have_to_know(goods: Property, wrong: dict[str, str]) -> None:
    goods.keep()
    case = listed(goods)
    with goods.floor.refused("rule_forbids"):
        checked(goods, case, **wrong)
    done = checked(goods, case, outcome="problem", **wrong)
    assert done.ended == "problem_found" and sorted(each["desk"] for each in done.notices) == ["quality", "sales", "technical"]


def test_no_line_of_the_list_is_passed_over_and_an_empty_list_is_none(goods: Property) -> None:
    with goods.floor.refused("rule_forbids"):
        listed(goods)
    goods.keep()
    case = listed(goods)
    with goods.floor.refused("answer_missing"):
        checked(goods, case, found="")


def test_the_market_side_keeps_the_list_where_the_house_wants_it(floors: FloorMaker) -> None:
    goods = Property(Yard(floors({"property_list": "sales"})))
    goods.keep()
    assert [desk for (desk,) in goods.floor.rows("SELECT due FROM copies WHERE serial = ? ORDER BY number", goods.yard.note)] == [
        "finished_store", "sales",
    ]  # fmt: skip
    done = goods.yard.do("S1", "draw_up", procedure=CHECK, case="")
    assert checked(goods, str(done.case)).ended == "in_order"


# Something is wrong


def test_a_problem_stops_the_part_it_is_about_and_the_customers_word_is_done(goods: Property) -> None:
    goods.keep()
    goods.stop("2")
    assert lying(goods.floor) == [("customer_property", 3, "", "Acme"), ("customer_property", 2, STOPPED, "Acme")]
    with goods.floor.refused("step_not_possible"):
        goods.answer("use_on", tell=False)
    assert goods.answer("use_on").ended == "used_on"
    assert [row[2] for row in lying(goods.floor)] == ["", ""]


def test_what_is_stopped_goes_nowhere_before_the_customer_has_answered(goods: Property) -> None:
    goods.keep()
    goods.stop("5")
    with goods.floor.refused("property_stopped"):
        goods.do("K1", "take_out", ("1",), "rest")
    with goods.floor.refused("property_stopped"):
        goods.do("K1", "take_out", ("1",), "part", property_out=[{"item": "V-300", "lot": goods.lot(), "quantity": "1"}])
    assert goods.answer("give_back").ended == "to_go_back"
    assert lying(goods.floor) == [("customer_property", 5, NONCONFORMING, "Acme")]
    goods.do("K1", "take_out", ("1",), "rest")
    goods.send_home()
    assert goods.floor.ended() == "given_back"


def test_what_is_stopped_while_it_waits_to_be_loaded_is_not_loaded(goods: Property) -> None:
    goods.keep()
    goods.do("K1", "take_out", ("1",), "rest")
    goods.stop("2")
    with goods.floor.refused("rule_forbids") as refused:
        goods.load()
    assert {each.code for each in refused[0].because} == {"property_waits"}


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ({"quantity": "6"}, "property_not_there"),
        ({"item": "V-100"}, "property_not_there"),
        ({"lot": "ours"}, "property_of_nobody"),
    ],
)
def test_only_what_lies_here_and_belongs_to_a_customer_is_reported(goods: Property, line: dict[str, str], code: str) -> None:
    goods.keep()
    if "lot" in line:
        ours = goods.floor.rows("SELECT code FROM lots WHERE item = 'V-100' AND owner = ''")[0][0]
        line = {"lot": ours, "item": "V-100"}
    with goods.floor.refused("rule_forbids") as refused:
        goods.stop(**line)
    assert [each.code for each in refused[0].because] == [code]


def test_a_report_is_about_one_customer_and_names_a_lot_once(goods: Property) -> None:
    goods.keep()
    done = goods.do(
        "K1", "count_in", case="", fields={"customer": "海河", "goods": "tool"}, lines=[{**JIG, "item": "V-200"}], signers=DRIVER
    )
    assert done.case
    [other] = [code for (code,) in goods.floor.rows("SELECT code FROM lots WHERE owner = '海河'")]
    rows = [{"item": "V-300", "lot": goods.lot(), "quantity": "1", "problem": "磨损"}]
    for more, code in (({**rows[0]}, "property_twice"), ({**rows[0], "item": "V-200", "lot": other}, "property_of_several")):
        with goods.floor.refused("rule_forbids") as refused:
            goods.yard.do("K1", "stop", procedure=PROBLEM, case="", fields={"found": "使用中发现"}, lines=[*rows, more])
        assert [each.code for each in refused[0].because] == [code]


def test_what_is_stopped_is_not_stopped_twice_and_an_inspector_does_not_release_it(goods: Property) -> None:
    goods.keep()
    goods.stop("5")
    with goods.floor.refused("rule_forbids") as refused:
        goods.stop("5")
    assert [each.code for each in refused[0].because] == ["property_stopped_already"]
    with goods.floor.refused("lot_in_a_case"):
        inputs = {"lot": goods.lot(), "reason": "看过"}
        act(goods.floor.site, goods.floor.token("I1"), {"step": "release_lot", "inputs": inputs})


def test_a_report_is_not_changed_any_more_and_taking_it_back_frees_what_it_stopped(goods: Property) -> None:
    goods.keep()
    before = lying(goods.floor)
    serial, token = goods.stop("2"), goods.floor.token("K1")
    seen = present(goods.floor.site, token, serial)["digest"]
    row = {"item": "V-300", "lot": goods.lot(), "quantity": "1", "problem": "磨损"}
    inputs = {"document": serial, "fields": {"found": "误报"}, "lines": [row]}
    with goods.floor.refused("goods_moved"):
        act(goods.floor.site, token, {"step": "amend", "case": serial, "inputs": inputs, "seen": seen})
    goods.yard.do("K1", "reverse", case=serial)
    assert lying(goods.floor) == before


@pytest.mark.parametrize("file", FILES)
def test_customer_property_is_proved_under_all_its_settings(file: str) -> None:
    for proof in prove_all(data.read(f"procedures/{file}"), file, known_of(load_factory())):
        assert proof.violations == () and set(proof.endings) == FILES[file]
