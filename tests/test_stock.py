"""Stock: what lies where, who may take it, and that nothing is made or lost; the floor's audit adds up after every test."""

from __future__ import annotations

import pytest
from factory_floor import DAY, PIN, START, WITH_PARTS, Floor, FloorMaker, Json, description
from stocktake_floor import writing

from qdesk.desk import act
from qdesk.errors import Refused
from qdesk.journal import Entry
from qdesk.lookups import stock
from qdesk.stock import Portion, Stock, read_lot
from qdesk.verify import verify


def stocked(floors: FloorMaker, *rows: Json) -> Floor:
    """A factory with more in stock."""
    described = description()
    described["stock"] += [{"place": "finished_store", **row} for row in rows]
    floor: Floor = floors(described=described)
    return floor


def drawn(floor: Floor) -> list[tuple[str, int]]:
    """The lots drawn by the case, with how much of each, in order."""
    return [(lot, quantity // 1000) for lot, quantity in floor.rows(
        "SELECT lot, quantity FROM moves WHERE in_case = ? AND target = 'workshop_product' ORDER BY act, number", floor.case
    )]  # fmt: skip


def lots(floor: Floor, item: str) -> list[str]:
    return [lot for (lot,) in floor.rows("SELECT code FROM lots WHERE item = ? ORDER BY code", item)]


def test_every_move_has_two_sides(floor: Floor) -> None:
    floor.play("return_closing_copy", WITH_PARTS)
    for item in ("V-100", "V-200", "NEW-PART", "OLD-PART"):
        assert sum(floor.lies(item).values()) == 0


def test_a_real_place_never_goes_below_zero(floor: Floor) -> None:
    [lot] = lots(floor, "V-100")
    with floor.refused("not_enough"), floor.site.writing() as entry:
        shelf = Stock(entry, floor.site.factory.places)
        shelf.move("", Portion("V-100", lot, 30_000), "finished_store", "customer")
        shelf.move("", Portion("V-100", lot, 20_001), "finished_store", "customer")
    with floor.refused("not_enough"), floor.site.writing() as entry:
        Stock(entry, floor.site.factory.places).move("", Portion("V-100", lot, 1), "parts_store", "customer")
    with floor.refused("place_unknown"), floor.site.writing() as entry:
        Stock(entry, floor.site.factory.places).move("", Portion("V-100", lot, 1), "finished_store", "moon")


def test_what_expires_first_goes_first(floors: FloorMaker) -> None:
    floor = stocked(
        floors,
        {"item": "V-300", "quantity": "5"},
        {"item": "V-300", "quantity": "5", "expires": "2027-01-01"},
        {"item": "V-300", "quantity": "5", "expires": "2026-06-01"},
    )
    never, later, sooner = lots(floor, "V-300")
    floor.apply("V-300", "V-200", "12")
    floor.play("draw")
    assert drawn(floor) == [(sooner, 5), (later, 5), (never, 2)]


def test_an_expired_lot_is_left_lying(floors: FloorMaker) -> None:
    floor = stocked(floors, {"item": "V-300", "quantity": "5", "expires": "2026-03-04"}, {"item": "V-300", "quantity": "5"})
    floor.apply("V-300", "V-200", "6")
    floor.play("hand_out")
    floor.clock.advance(2 * DAY)
    with floor.refused("not_enough"):
        floor.step("draw")


@pytest.mark.parametrize(("row", "code"), [({"expires": "2026-03-01"}, "lot_expired"), ({"owner": "Acme"}, "lot_of_a_customer")])
def test_a_lot_that_may_not_be_used_is_not_taken_by_scanning_it(floors: FloorMaker, row: Json, code: str) -> None:
    floor = stocked(floors, {"item": "V-300", "quantity": "5"}, {"item": "V-300", "quantity": "5", **row})
    floor.apply("V-300", "V-200", "5")
    floor.play("hand_out")
    with floor.refused(code):
        floor.step("draw", lots=[{"line": 1, "lot": lots(floor, "V-300")[1], "quantity": "5"}])


def test_a_scanned_lot_must_be_of_the_item_here_and_enough(floors: FloorMaker) -> None:
    row = {"item": "V-300", "quantity": "5"}
    floor = stocked(floors, row, row, {**row, "place": "parts_store"})
    first, second, elsewhere = lots(floor, "V-300")
    floor.apply("V-300", "V-200", "6")
    floor.play("hand_out")
    for picked, code in (
        ([(lots(floor, "V-100")[0], "6")], "lot_of_another_item"),
        ([("L26-999999", "6")], "lot_unknown"),
        ([(first, "6")], "not_enough"),
        ([(elsewhere, "6")], "not_enough"),
        ([(first, "3"), (first, "3")], "not_enough"),
        ([(first, "5")], "lots_do_not_add_up"),
        ([(first, "5"), (second, "2")], "lots_do_not_add_up"),
    ):
        with floor.refused(code):
            floor.step("draw", lots=[{"line": 1, "lot": lot, "quantity": quantity} for lot, quantity in picked])
    floor.step("draw", lots=[{"line": 1, "lot": second, "quantity": "5"}, {"line": 1, "lot": first, "quantity": "1"}])
    assert drawn(floor) == [(second, 5), (first, 1)]


def test_a_line_with_a_serial_number_takes_that_piece_and_no_other(floor: Floor) -> None:
    first, second = lots(floor, "VS-1")
    floor.apply("VS-1", "VS-2", "1", line={"serial": "S-0002"})
    floor.play("hand_out")
    with floor.refused("serial_not_here"):
        floor.step("draw", lots=[{"line": 1, "lot": first, "quantity": "1"}])
    floor.step("draw")
    assert drawn(floor) == [(second, 1)]


def test_a_line_without_a_serial_number_leaves_the_piece_to_the_line_that_names_it(floors: FloorMaker) -> None:
    named = {"item": "V-300", "quantity": "1", "serial": "N-1", "expires": "2026-04-01"}
    floor = stocked(floors, named, {"item": "V-300", "quantity": "1"})
    line = {"item": "V-300", "becomes": "V-200", "quantity": "1"}
    floor.apply(lines=[{**line, "becomes": "V-100"}, {**line, "serial": "N-1"}])
    floor.play("rework")
    rows = floor.rows("SELECT item, serial FROM lots WHERE origin = ? ORDER BY item", floor.case)
    assert rows == [("V-100", None), ("V-200", "N-1")]


def test_the_same_serial_number_is_not_put_in_stock_twice(floors: FloorMaker) -> None:
    row = {"item": "V-300", "quantity": "1", "serial": "N-1"}
    with pytest.raises(Refused) as refused:
        stocked(floors, row, row)
    assert refused.value.code == "init_broken"


def test_a_new_model_does_not_take_the_serial_number_of_a_piece_that_lies_in_stock(floors: FloorMaker) -> None:
    floor = stocked(floors, {"item": "VS-2", "quantity": "1", "serial": "S-0001"})
    floor.apply("VS-1", "VS-2", "1", line={"serial": "S-0001"})
    floor.play("draw")
    with floor.refused("serial_in_stock"):
        floor.step("rework")


def test_two_cases_want_the_last_piece_and_only_one_gets_it(floor: Floor) -> None:
    first, second = floor.apply(quantity="50"), floor.apply(quantity="50")
    floor.step("authorise")
    floor.case = first
    with floor.refused("not_enough_free"):
        floor.step("authorise")
    floor.case = second
    floor.do("S2", "withdraw", reason="取消")
    floor.case = first
    floor.play("draw")
    assert drawn(floor)[0][1] == 50


def test_a_promise_is_no_move_and_holds_against_all_others(floor: Floor) -> None:
    floor.apply(quantity="50")
    floor.step("authorise")
    assert floor.lies("V-100") == {"difference": -50, "finished_store": 50}
    told = stock(floor.site, "V-100")
    assert told["free"] == [
        {"item": "V-100", "place": "finished_store", "quantity": "50", "held": "0", "reserved": "50", "free": "0"}
    ]


def test_quantities_are_exact(floor: Floor) -> None:
    floor.play("open_parts", WITH_PARTS, lines=[{"item": "OIL", "quantity": "0.3", "direction": "out"}])
    for _ in range(8):
        floor.step("draw_parts", drawn=[{"item": "OIL", "quantity": "0.3"}], despite="再领")
    floor.step("draw_parts", drawn=[{"item": "OIL", "quantity": "0.1"}], despite="再领")
    assert floor.rows("SELECT quantity FROM balances WHERE item = 'OIL' AND place = 'parts_store'") == [(0,)]
    with floor.refused("not_enough"):
        floor.step("draw_parts", drawn=[{"item": "OIL", "quantity": "0.001"}], despite="再领")
    with floor.refused("number_too_fine"):
        floor.step("draw_parts", drawn=[{"item": "NEW-PART", "quantity": "0.5"}])


def test_parts_are_built_in_only_from_the_floor_of_the_case(floor: Floor) -> None:
    floor.play("draw_parts", WITH_PARTS)
    first = floor.case
    floor.parts = ""
    floor.apply()
    floor.play("draw")
    with floor.refused("more_than_there_is"):
        floor.step("rework", installed=[{"item": "NEW-PART", "quantity": "1"}])
    floor.case = first
    with floor.refused("more_than_there_is"):
        floor.step("rework", installed=[{"item": "NEW-PART", "quantity": "13"}])
    floor.step("rework", installed=[{"item": "NEW-PART", "quantity": "12"}])


def test_a_draw_taken_back_may_be_drawn_again(floor: Floor) -> None:
    floor.play("open_parts", WITH_PARTS)
    token = floor.token("PK1")
    floor.step("draw_parts", token=token)
    floor.do("PK1", "reverse", token=token)
    floor.step("draw_parts", token=token)
    assert floor.lies("NEW-PART")["workshop_parts"] == 12


def test_what_lay_where_at_any_time_is_known(floor: Floor) -> None:
    times = []
    for step in ("hand_out", "draw", "rework", "receive"):
        floor.play(step)
        times.append(floor.clock.now())
        floor.clock.advance(DAY)
    told = [stock(floor.site, at=at)["stock"] for at in times]
    assert [
        {(row["item"], row["place"]): row["quantity"] for row in rows if row["item"] in ("V-100", "V-200")} for rows in told
    ] == [
        {("V-100", "finished_store"): "50"},
        {("V-100", "finished_store"): "40", ("V-100", "workshop_product"): "10"},
        {("V-100", "finished_store"): "40", ("V-200", "workshop_converted"): "10"},
        {("V-100", "finished_store"): "40", ("V-200", "finished_store"): "10"},
    ]


def test_the_same_request_sent_again_moves_nothing_again(floor: Floor) -> None:
    floor.play("hand_out")
    token = floor.token("K1")
    request = {
        "case": floor.case, "step": "draw", "copies": [floor.code(4)], "seen": floor.card("K1")["digest"], "key": "k",
        "signers": [{"as": "reworker", "badge": "R1", "pin": PIN}],
    }  # fmt: skip
    first = act(floor.site, token, request)
    assert act(floor.site, token, request) == first
    assert act(floor.site, "another session", {**request, "signers": [{"as": "reworker", "badge": "R1"}]}) == first
    with floor.refused("key_reused"):
        act(floor.site, token, {**request, "copies": [floor.code(5)]})
    assert drawn(floor) == [(lots(floor, "V-100")[0], 10)]


def test_one_piece_is_promised_to_one_case_only(floor: Floor) -> None:
    line = {"serial": "S-0001"}
    floor.apply("VS-1", "VS-2", "1", line=line)
    first = floor.case
    floor.step("authorise")
    with floor.refused("rule_forbids") as caught:
        floor.apply("VS-1", "VS-2", "1", line=line)
    assert [reason.code for reason in caught[0].because] == ["serial_promised"]
    assert caught[0].because[0].arguments["case"] == first
    floor.do("S2", "withdraw", case=first, reason="不要了")
    floor.apply("VS-1", "VS-2", "1", line=line)
    floor.step("authorise")


def put_into(floor: Floor, bin_: str, lot: str, quantity: int, out_of: str = "") -> None:
    """Move part of a lot of V-100 into a bin of the finished store, in an entry of its own."""
    with floor.site.writing() as entry:
        portion = Portion("V-100", lot, quantity * 1000, out_of)
        Stock(entry, floor.site.factory.places).move("", portion, "finished_store", "finished_store", to_bin=bin_)
        entry.insert("acts", seq=entry.seq, at=entry.at, step="shelve", outcome="", desk="", request="")
        entry.seal(by=None, desk="", step="shelve")


def in_bins(floor: Floor) -> dict[str, int]:
    """What lies of V-100 in the bins of the finished store."""
    rows = floor.rows("SELECT bin, quantity FROM balances WHERE item = 'V-100' AND place = 'finished_store' AND quantity > 0")
    return {bin_: quantity // 1000 for bin_, quantity in rows}


def test_the_bins_of_a_store_add_up_to_the_store_and_are_emptied_one_after_the_other(floor: Floor) -> None:
    [lot] = lots(floor, "V-100")
    put_into(floor, "A-01", lot, 8)
    put_into(floor, "A-02", lot, 30)
    put_into(floor, "A-01", lot, 3, out_of="A-02")
    assert in_bins(floor) == {"": 12, "A-01": 11, "A-02": 27}
    assert stock(floor.site, "V-100")["free"][0]["free"] == "50"
    floor.apply(quantity="20")
    floor.play("draw")
    assert in_bins(floor) == {"A-01": 3, "A-02": 27}
    assert sum(quantity for _, quantity in drawn(floor)) == 20


def test_no_more_is_taken_out_of_a_bin_than_lies_in_it(floor: Floor) -> None:
    [lot] = lots(floor, "V-100")
    put_into(floor, "A-01", lot, 8)
    with floor.refused("not_enough"):
        put_into(floor, "A-02", lot, 9, out_of="A-01")
    assert in_bins(floor) == {"": 42, "A-01": 8}


def test_what_was_drawn_from_a_bin_goes_back_into_it_when_the_act_is_reversed(floor: Floor) -> None:
    [lot] = lots(floor, "V-100")
    put_into(floor, "A-01", lot, 50)
    floor.apply(quantity="20")
    floor.play("draw")
    assert in_bins(floor) == {"A-01": 30}
    floor.do("K1", "reverse")
    assert in_bins(floor) == {"A-01": 50}


def test_a_lot_that_is_named_is_taken_from_all_bins_it_lies_in(floor: Floor) -> None:
    [lot] = lots(floor, "V-100")
    put_into(floor, "A-01", lot, 6)
    put_into(floor, "A-02", lot, 44)
    floor.apply(quantity="10")
    floor.play("draw", lots=[{"line": 1, "lot": lot, "quantity": "10"}])
    assert in_bins(floor) == {"A-02": 40}


def test_a_numbered_piece_that_comes_back_says_what_it_is_now_and_keeps_what_nobody_says_anew(floor: Floor) -> None:
    """A24: its lot is the same; whose it is, until when it is good and whether it was opened are of now."""
    with writing(floor) as entry:
        stock = Stock(entry, floor.site.factory.places)
        code = stock.new_lot(
            "VS-1", "SL-1", serial="Z-1", owner="海河机械", batch="B-1", party="甲厂", made_at=7, opened_at=START,
            expires_at=40 * DAY + START,
        )  # fmt: skip
        told = ("SL-2", "", None, None, "B-2", "乙厂", 8)
        assert stock.new_lot("VS-1", "SL-2", serial="Z-1", batch="B-2", party="乙厂", made_at=8) == code
        assert lot_now(floor, entry, code) == told
        assert stock.new_lot("VS-1", "SL-3", serial="Z-1", hold="held") == code
        assert lot_now(floor, entry, code) == ("SL-3", *told[1:])
    assert verify(floor.site, replay=True).findings == []


def lot_now(floor: Floor, entry: Entry, code: str) -> tuple[object, ...]:
    """What is known of a lot within one entry."""
    lot = read_lot(entry.cursor, code)
    return lot.origin, lot.owner, lot.expires_at, lot.opened_at, lot.batch, lot.party, lot.made_at
