"""Several vehicles for one note: each with its own slip, pass and way back; what is unloaded, sent away, cancelled, withdrawn."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

import pytest
from delivery_floor import CHECKS, PLATE, SEEN, Yard
from factory_audit import audit
from factory_floor import DAY, Json

from qdesk.desk import act
from qdesk.errors import Refused
from qdesk.passing import vehicles

YardMaker = Callable[..., Yard]


def picked(yard: Yard, lines: Sequence[tuple[str, str]] = (("V-100", "10"),), **counted: str) -> None:
    """A note whose goods wait in the dispatch area."""
    yard.announce()
    yard.write(lines)
    yard.do("S2", "approve")
    yard.pick(**counted)


def vehicle(yard: Yard, number: int, quantity: str) -> None:
    """A vehicle with its pass, of a plate of its own."""
    yard.start(number, quantity, plate=f"晋A1234{number}")
    yard.pack(number, quantity)
    yard.load(number, quantity, packages=str(number))
    yard.issue(number)


def release(yard: Yard, number: int) -> Json:
    """Let it out."""
    return yard.release(number, plate=f"A1234{number}", count=str(number))


# Several vehicles, partial loads


def test_three_vehicles_leave_and_come_back_in_any_order(yard: Yard) -> None:
    picked(yard)
    for number, quantity in ((1, "5"), (2, "3"), (3, "2")):
        vehicle(yard, number, quantity)
    for number in (3, 1, 2):
        assert release(yard, number)["verdict"] == "release"
    yard.do("DP1", "all_loaded", [f"{yard.note}/4"], "used_up")
    for number, quantity in ((2, "3"), (3, "2"), (1, "5")):
        yard.arrive(number)
        assert yard.ended() == ""
        yard.come_back(number, quantity)
    assert yard.ended() == "delivered"
    assert yard.floor.lies("V-100") == {"finished_store": 40, "customer": 10, "difference": -50}


def test_each_vehicle_has_a_pass_of_its_own_and_none_opens_the_way_for_another(yard: Yard) -> None:
    picked(yard)
    vehicle(yard, 1, "4")
    vehicle(yard, 2, "6")
    first, second = (yard.pieces[f"{yard.serials[f'pass#{number}']}/2"] for number in (1, 2))
    assert first != second
    assert yard.show(first, plate="A12342", count="2")["kind"] == "plate_differs"
    assert release(yard, 1)["verdict"] == "release"
    assert yard.show(first, plate="A12342", count="2")["kind"] == "used"
    assert yard.floor.lies("V-100")["vehicle"] == 6
    assert release(yard, 2)["verdict"] == "release"


def test_a_rest_that_comes_tomorrow_stays_open_and_leaves_on_a_vehicle_of_its_own(yard: Yard) -> None:
    yard.announce()
    yard.write()
    yard.do("S2", "approve")
    yard.pick("part", line_1="4")
    vehicle(yard, 1, "4")
    release(yard, 1)
    with yard.floor.refused("rule_forbids") as refusals:
        yard.do("DP1", "all_loaded", [f"{yard.note}/4"], "used_up")
    assert [each.code for each in refusals[0].because] == ["line_open"]
    yard.floor.clock.advance(DAY)
    yard.pick(line_1="6")
    vehicle(yard, 2, "6")
    release(yard, 2)
    yard.do("DP1", "all_loaded", [f"{yard.note}/4"], "used_up")
    for number, quantity in ((1, "4"), (2, "6")):
        yard.arrive(number, on="2026-03-03")
        yard.come_back(number, quantity)
    assert yard.ended() == "delivered"


def test_goods_still_in_the_dispatch_area_keep_the_note_open(yard: Yard) -> None:
    picked(yard)
    vehicle(yard, 1, "4")
    with yard.floor.refused("rule_forbids") as refusals:
        yard.do("DP1", "all_loaded", [f"{yard.note}/4"], "used_up")
    assert [each.code for each in refusals[0].because] == ["still_staged"]


def test_a_rest_that_is_cancelled_goes_back_to_the_store_and_is_free_again(yard: Yard) -> None:
    yard.announce()
    yard.write()
    yard.do("S2", "approve")
    yard.pick("part", line_1="7")
    vehicle(yard, 1, "4")
    with yard.floor.refused("answer_missing"):
        yard.do("DP1", "all_loaded", [f"{yard.note}/4"], "rest_cancelled")
    yard.do("DP1", "all_loaded", [f"{yard.note}/4"], "rest_cancelled", reason="客户改期")
    assert yard.floor.rows("SELECT SUM(quantity) FROM reservations WHERE in_case = ?", yard.note) == [(0,)]
    assert yard.floor.lies("V-100") == {"finished_store": 46, "vehicle": 4, "difference": -50}
    with yard.floor.refused("step_not_possible"):
        yard.pick(line_1="3")
    release(yard, 1)
    yard.arrive()
    assert yard.come_back(received="4").ended == "delivered"


def test_a_second_vehicle_may_begin_while_the_first_is_on_the_road(yard: Yard) -> None:
    picked(yard)
    vehicle(yard, 1, "4")
    release(yard, 1)
    yard.arrive(1)
    yard.come_back(1, "4")
    assert yard.ended() == ""
    vehicle(yard, 2, "6")
    release(yard, 2)
    yard.do("DP1", "all_loaded", [f"{yard.note}/4"], "used_up")
    yard.arrive(2)
    assert yard.come_back(2, "6").ended == "delivered"


def test_several_lines_and_lots_leave_as_they_were_loaded(yard: Yard) -> None:
    picked(yard, (("V-100", "10"), ("VC-1", "5")), line_1="10", line_2="5")
    lines = [{"item": "V-100", "quantity": "10"}, {"item": "VC-1", "quantity": "2"}]
    yard.do("DP1", "start#1", fields={"plate": PLATE, "driver": "赵"}, lines=lines)
    yard.do("DP1", "pack#1", signers={"inspector": "I1"}, lines=[{**line, "box": "1"} for line in lines], **CHECKS)
    packing = yard.serials["packing#1"]
    signers = {"keeper": "K1", "paper:driver": "赵"}
    loaded = [{"line": 1, "quantity": "10"}]
    asked = {"packages": "3", "vehicle_fit": "yes"}
    with yard.floor.refused("answer_missing") as refusals:
        yard.do("DP1", "load#1", [f"{packing}/1"], "own", signers, loaded=loaded, **asked)
    assert [each.code for each in refusals[0].because] == ["line_not_counted"]
    yard.do("DP1", "load#1", [f"{packing}/1"], "own", signers, loaded=[*loaded, {"line": 2, "quantity": "2"}], **asked)
    pass_ = yard.issue()
    told = yard.floor.rows("SELECT item, quantity / 1000 FROM lines WHERE serial = ? ORDER BY number", pass_)
    assert sorted(told) == [("V-100", 10), ("VC-1", 2)]
    yard.release()
    yard.arrive()
    received = [{"line": number, "quantity": str(quantity)} for number, (_, quantity) in enumerate(told, 1)]
    yard.do("S1", "come_back#1", [f"{yard.serials['slip#1']}/2"], "complete", {"paper:customer": "王"}, received=received)
    assert yard.floor.lies("VC-1") == {"dispatch_area": 3, "customer": 2, "difference": -5}


def test_two_notes_on_the_road_at_once_keep_their_goods_apart__R087(yard: Yard) -> None:
    picked(yard)
    vehicle(yard, 1, "10")
    first = yard.note
    yard.write((("V-100", "20"),), customer="别家")
    yard.do("S2", "approve")
    yard.pick(line_1="20")
    vehicle(yard, 1, "20")
    release(yard, 1)
    there = yard.floor.rows("SELECT quantity / 1000 FROM balances WHERE item = 'V-100' AND in_case <> '' AND quantity > 0")
    assert sorted(there) == [(10,), (20,)]
    lies = yard.floor.lies("V-100")
    assert (lies["vehicle"], lies["on_the_road"]) == (10, 20)
    assert first != yard.note


# Unloaded, sent away, withdrawn


def test_an_unloaded_vehicle_is_packed_and_loaded_again_and_its_old_packing_list_is_void(yard: Yard) -> None:
    picked(yard)
    yard.start()
    yard.pack()
    old = yard.serials["packing#1"]
    yard.load()
    yard.do("DL1", "unload#1", [f"{yard.serials['slip#1']}/2"], reason="装错顺序")
    assert yard.floor.lies("V-100")["dispatch_area"] == 10
    assert yard.floor.rows("SELECT void_at IS NOT NULL FROM documents WHERE serial = ?", old) == [(1,)]
    with yard.floor.refused("step_not_possible"):
        yard.issue()
    yard.pack()
    yard.load(packages="4")
    yard.issue()
    assert yard.release(count="3")["kind"] == "count_differs"
    assert yard.release(count="4")["verdict"] == "release"


def test_a_vehicle_with_a_pass_is_not_unloaded_under_it(yard: Yard) -> None:
    yard.ready()
    slip = yard.serials["slip#1"]
    with yard.floor.refused("step_not_possible"):
        yard.do("DL1", "unload#1", [f"{slip}/2"], reason="要多装")
    yard.do("DL1", "void_pass#1", reason="要多装")
    yard.do("DL1", "unload#1", [f"{slip}/2"], reason="要多装")
    yard.pack()
    yard.load()
    yard.issue()
    assert yard.release()["verdict"] == "release"


def test_a_vehicle_sent_away_empty_leaves_its_goods_for_the_next_one(yard: Yard) -> None:
    picked(yard)
    yard.start()
    yard.pack()
    slip, packing = yard.serials["slip#1"], yard.serials["packing#1"]
    with yard.floor.refused("wrong_person"):
        yard.do("DP1", "cancel_vehicle#1", reason="车坏了")
    yard.do("DL1", "cancel_vehicle#1", reason="车坏了")
    void = "SELECT COUNT(*) FROM documents WHERE serial IN (?, ?) AND void_at IS NOT NULL"
    assert yard.floor.rows(void, slip, packing) == [(2,)]
    yard.to_the_gate()
    assert yard.serials["slip#1"] != slip
    assert yard.release()["verdict"] == "release"
    assert [row["plate"] for row in vehicles(yard.floor.site, yard.floor.token("DP1"), yard.floor.site.words)] == [PLATE]


def test_a_loaded_vehicle_is_not_sent_away_before_it_is_unloaded(yard: Yard) -> None:
    picked(yard)
    yard.start()
    yard.pack()
    yard.load()
    with yard.floor.refused("step_not_possible"):
        yard.do("DL1", "cancel_vehicle#1", reason="车坏了")


@pytest.mark.parametrize("upto", ["written", "approved", "picked"])
def test_a_note_is_withdrawn_until_a_vehicle_begins_and_leaves_nothing_behind(yard: Yard, upto: str) -> None:
    yard.announce()
    yard.write()
    if upto != "written":
        yard.do("S2", "approve")
    if upto == "picked":
        yard.pick("part", line_1="4")
    yard.do("S2", "withdraw", reason="客户不要了")
    assert yard.ended() == "withdrawn"
    assert yard.floor.lies("V-100") == {"finished_store": 50, "difference": -50}
    assert yard.floor.rows("SELECT COALESCE(SUM(quantity), 0) FROM reservations") == [(0,)]


def test_a_note_with_a_vehicle_is_not_withdrawn_before_it_is_sent_away(yard: Yard) -> None:
    picked(yard)
    yard.start()
    with yard.floor.refused("step_not_possible"):
        yard.do("S2", "withdraw", reason="客户不要了")
    yard.do("DL1", "cancel_vehicle#1", reason="客户不要了")
    yard.do("S2", "withdraw", reason="客户不要了")
    assert yard.ended() == "withdrawn"


def test_a_voided_pass_is_replaced_as_often_as_it_takes_and_only_the_last_one_counts(yard: Yard) -> None:
    yard.ready()
    codes = []
    for _ in range(3):
        codes.append(yard.pieces[f"{yard.serials['pass#1']}/2"])
        yard.do("DL1", "void_pass#1", reason="写错")
        yard.issue()
    assert {yard.show(code, plate="A12345", count="3")["kind"] for code in codes} == {"void"}
    assert yard.release()["verdict"] == "release"


def test_the_loading_just_done_can_be_undone_while_nothing_followed(yard: Yard) -> None:
    picked(yard)
    yard.start()
    yard.pack()
    yard.load()
    act(yard.floor.site, yard.floor.token("DP1"), {"case": yard.note, "step": "reverse", "inputs": {}})
    assert yard.floor.lies("V-100")["dispatch_area"] == 10
    yard.load()
    yard.issue()
    assert yard.release()["verdict"] == "release"


def test_a_pass_that_was_reversed_lets_nothing_out(yard: Yard) -> None:
    yard.ready()
    code = yard.pieces[f"{yard.serials['pass#1']}/2"]
    act(yard.floor.site, yard.floor.token("Q1"), {"case": yard.note, "step": "reverse", "inputs": {"reason": "开错"}})
    assert yard.show(code, plate="A12345", count="3")["kind"] == "void"
    yard.issue()
    assert yard.release()["verdict"] == "release"


# Every combination of the settings


CHOSEN = ("pass_issuer", "pass_signed", "note_copies", "packing_list", "in_stock_review", "substitute_bill")
COMBINATIONS = [
    dict(zip(CHOSEN, values, strict=True))
    for values in (
        ("keeper", "two", "3", "no", "yes", "yes"),
        ("production", "one", "4", "no", "yes", "no"),
        ("production", "two", "3", "yes", "no", "yes"),
        ("sales", "one", "3", "yes", "yes", "no"),
        ("sales", "two", "4", "no", "no", "yes"),
        ("keeper", "one", "4", "yes", "yes", "yes"),
    )
]
ISSUERS = {
    "keeper": ("K1", {}),
    "production": ("PO1", {}),
    "sales": ("S1", {"finance_officer": "F1", "general_affairs_officer": "GA1"}),
}


@pytest.mark.parametrize("settings", COMBINATIONS, ids=lambda settings: "-".join(settings.values()))
def test_a_delivery_reaches_its_end_whatever_the_house_has_chosen(yards: YardMaker, settings: dict[str, str]) -> None:
    yard = yards(settings)
    yard.announce()
    yard.write()
    yard.do("S2", "approve")
    review = {"sales_clerk": "S1"} if settings["in_stock_review"] == "yes" else {}
    yard.do("K1", "check", [f"{yard.note}/2"], "whole", review, checked="10", **SEEN)
    for number, quantity in ((1, "4"), (2, "6")):
        yard.start(number, quantity)
        if settings["packing_list"] == "yes":
            yard.pack(number, quantity)
        bill = {"substitute_bill": "DY-1"} if settings["substitute_bill"] == "yes" else {}
        inputs = {"loaded": quantity, "packages": "3", "vehicle_fit": "yes", **bill}
        shown = "packing" if settings["packing_list"] == "yes" else "slip"
        paper = yard.serials[f"{shown}#{number}"]
        yard.do("DP1", f"load#{number}", [f"{paper}/1"], "own", {"keeper": "K1", "paper:driver": "赵"}, **inputs)
        who, signers = ISSUERS[settings["pass_issuer"]]
        two = {"dispatch_leader": "DL1"} if settings["pass_signed"] == "two" and who != "S1" else {}
        yard.do(who, f"issue_pass#{number}", [] if who == "S1" else [f"{yard.note}/4"], signers={**signers, **two})
        assert yard.release(number)["verdict"] == "release"
    yard.do("DP1", "all_loaded", [f"{yard.note}/4"], "used_up")
    for number, quantity in ((1, "4"), (2, "6")):
        yard.arrive(number)
        yard.come_back(number, quantity)
    assert yard.ended() == "delivered"


# Whatever people do


class NoPaper(Exception):
    """There is no such paper yet, so nobody can show it."""


class Papers(dict[str, str]):
    """What has been printed so far."""

    def __missing__(self, name: str) -> str:
        """Say that it is not there."""
        raise NoPaper(name)


class Crowd:
    """People who do anything at any time; what is refused is refused, what happens keeps the book right."""

    def __init__(self, yard: Yard, chance: random.Random) -> None:
        """Two notes to play with, for all the goods there are."""
        self.yard, self.chance = yard, chance
        yard.announce()
        yard.pieces = Papers(yard.pieces)
        self.notes = []
        for quantity in ("20", "30"):
            yard.serials = Papers(yard.serials)
            self.notes.append((yard.write((("V-100", quantity),)), yard.serials))

    def one_more(self) -> str:
        """Do one thing on one of the notes, mostly what waits there; return what came of it."""
        yard, chance = self.yard, self.chance
        yard.note, yard.serials = chance.choice(self.notes)
        yard.floor.case = yard.note
        waiting = [step for (step,) in yard.floor.rows("SELECT step FROM waiting WHERE in_case = ? ORDER BY step", yard.note)]
        step = chance.choice(waiting) if waiting and chance.random() < 0.7 else ""
        name, number = STEPS.get(step.partition("#")[0], ""), int(step.partition("#")[2] or chance.choice((1, 2, 3)))
        name = name or chance.choice(list(WHAT))
        try:
            WHAT[name](yard, number, chance.choice(("10", "10", "10", "10", "7")), chance)
        except Refused as refused:
            return f"{name}: {refused.code}"
        except NoPaper:
            return f"{name}: nothing to show"
        return name


def look_and_do(yard: Yard, chance: random.Random) -> None:
    """Show any paper there is at the gate, with anything that may have been seen."""
    code = chance.choice(sorted(yard.pieces.values()))
    if chance.random() < 0.3:
        yard.show(code, hold="可疑")
    else:
        yard.show(code, plate=chance.choice(("A12345", "B77777")), count=chance.choice(("3", "3", "4")))


def reverse(yard: Yard, chance: random.Random) -> None:
    """Take back the newest act."""
    act(yard.floor.site, yard.floor.token("Q1"), {"case": yard.note, "step": "reverse", "inputs": {"reason": "错"}})


def settle(yard: Yard, number: int, chance: random.Random) -> None:
    """Settle a claim."""
    claim = yard.serials[f"claim#{number}"]
    outcome = chance.choice(("delivered", "lost", "brought_back"))
    yard.do("DL1", f"settle_claim#{number}", [f"{claim}/1", f"{claim}/2"], outcome, reason="查清")


WHAT: dict[str, Callable[[Yard, int, str, random.Random], object]] = {
    "approve": lambda yard, number, many, chance: yard.do("S2", "approve"),
    "pick": lambda yard, number, many, chance: yard.pick(chance.choice(("part", "whole")), line_1=many),
    "start": lambda yard, number, many, chance: yard.start(number, many),
    "pack": lambda yard, number, many, chance: yard.pack(number, many),
    "load": lambda yard, number, many, chance: yard.load(number, many),
    "issue": lambda yard, number, many, chance: yard.issue(number),
    "release": lambda yard, number, many, chance: yard.release(number),
    "show": lambda yard, number, many, chance: look_and_do(yard, chance),
    "arrive": lambda yard, number, many, chance: yard.arrive(number),
    "come_back": lambda yard, number, many, chance: yard.come_back(number, many, chance.choice(("complete", "differs"))),
    "settle": lambda yard, number, many, chance: settle(yard, number, chance),
    "never": lambda yard, number, many, chance: yard.do("S2", f"never_arrived#{number}", reason="翻车"),
    "void": lambda yard, number, many, chance: yard.do("DL1", f"void_pass#{number}", reason="写错"),
    "answer": lambda yard, number, many, chance: yard.do("DL1", f"answer_hold#{number}", reason="查过"),
    "unload": lambda yard, number, many, chance: yard.do(
        "DL1", f"unload#{number}", [f"{yard.serials[f'slip#{number}']}/2"], reason="重装"
    ),
    "cancel": lambda yard, number, many, chance: yard.do("DL1", f"cancel_vehicle#{number}", reason="车坏"),
    "withdraw": lambda yard, number, many, chance: yard.do("S2", "withdraw", reason="不要"),
    "all_loaded": lambda yard, number, many, chance: yard.do(
        "DP1", "all_loaded", [f"{yard.note}/4"], chance.choice(("used_up", "rest_cancelled")), reason="改期"
    ),
    "reverse": lambda yard, number, many, chance: reverse(yard, chance),
}
STEPS = {
    "approve": "approve", "check": "pick", "start": "start", "pack": "pack", "load": "load", "issue_pass": "issue",
    "gate": "release", "answer_hold": "answer", "confirm_arrival": "arrive", "come_back": "come_back",
    "settle_claim": "settle", "all_loaded": "all_loaded",
}  # fmt: skip
"""What waits at some desk, and who does it."""


LEFT = """SELECT in_case, round, COUNT(DISTINCT act) FROM moves
  WHERE source = 'vehicle' AND target = 'on_the_road' GROUP BY in_case, round"""
LET_OUT = "SELECT in_case, round, COUNT(*) FROM gate_checks WHERE verdict = 'release' GROUP BY in_case, round"


@pytest.mark.parametrize("seed", range(4))
def test_whatever_people_do_no_goods_are_lost_and_none_leaves_without_its_pass(yard: Yard, seed: int) -> None:
    crowd = Crowd(yard, random.Random(seed))
    done = [crowd.one_more() for _ in range(120)]
    assert len(set(done) & set(WHAT)) >= 8, done
    audit(yard.floor.site)
    lies = yard.floor.lies("V-100")
    assert sum(lies.values()) == 0 and sum(quantity for quantity in lies.values() if quantity > 0) == 50
    left = yard.floor.rows(LEFT)
    assert left and sorted(left) == sorted(yard.floor.rows(LET_OUT))
