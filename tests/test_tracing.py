"""Tracing a lot both ways: what it was made of and from whom it came, what became of it, who has it and how it left (R052)."""

from __future__ import annotations

from typing import Any

from delivery_floor import PLATE, Yard
from factory_floor import WITH_PARTS, Floor, Json
from pipe_client import says

from qdesk import tracing
from qdesk.stock import Portion, Stock
from qdesk.tracing import trace


def lot_of(floor: Floor, item: str) -> str:
    """The oldest lot of an item."""
    code: str = floor.rows("SELECT code FROM lots WHERE item = ? ORDER BY code", item)[0][0]
    return code


def traced(floor: Floor, item: str) -> Json:
    """The trace of the oldest lot of an item."""
    return trace(floor.site, floor.site.words, lot_of(floor, item))


def lots_in(tree: list[Json]) -> list[tuple[str, str]]:
    """What the first steps of a tree lead to: how, and which item."""
    return sorted((step["kind"], step["lot"]["item"]) for step in tree if step["kind"] != "place")


def ends_in(tree: list[Json]) -> list[str]:
    """Where a tree ends in its first steps."""
    return [step["place"] for step in tree if step["kind"] == "place"]


def worked(floor: Floor, *moves: tuple[str, int, str, str]) -> int:
    """An act of no case that moves something: (lot, pieces, from, to)."""
    with floor.site.writing() as entry:
        stock = Stock(entry, floor.site.factory.places)
        for lot, quantity, source, target in moves:
            item = floor.rows("SELECT item FROM lots WHERE code = ?", lot)[0][0]
            stock.move("", Portion(item, lot, quantity * 1000), source, target)
        entry.insert("acts", seq=entry.seq, at=entry.at, step="moved", outcome="", person=1, desk="sales", request="x")
        entry.seal(by=1, desk="sales", case="", step="moved")
    return entry.seq


def test_a_modified_product_is_made_of_the_old_model_and_the_parts_built_in(floor: Floor) -> None:
    floor.play("return_closing_copy", WITH_PARTS)
    found = traced(floor, "V-200")
    assert lots_in(found["from"]) == [("made", "V-100"), ("part", "NEW-PART")]
    made = next(step for step in found["from"] if step["kind"] == "made")
    assert (made["case"], made["quantity"], made["person"]) == (floor.case, "10", "人R1")
    assert ends_in(made["from"]) == ["difference"], "the old model was there when the site was founded"
    assert found["to"] == []
    assert [(place["place"], place["quantity"]) for place in found["lot"]["lies"]] == [("finished_store", "10")]


def test_an_old_model_a_part_built_in_and_a_part_taken_out_lead_to_what_they_became(floor: Floor) -> None:
    floor.play("return_closing_copy", WITH_PARTS)
    assert lots_in(traced(floor, "V-100")["to"]) == [("made", "V-200"), ("taken_out", "OLD-PART")]
    assert lots_in(traced(floor, "NEW-PART")["to"]) == [("part", "V-200")]
    assert lots_in(traced(floor, "OLD-PART")["from"]) == [("taken_out", "V-100")]


def test_what_was_delivered_names_the_customer_the_vehicle_and_the_pass(yard: Yard) -> None:
    yard.ready()
    yard.release()
    [under_way] = [each for each in traced(yard.floor, "V-100")["lot"]["lies"] if each["case"]]
    assert (under_way["customers"], under_way["passes"]) == (["海河机械"], [yard.serials["pass#1"]])
    yard.arrive()
    yard.come_back()
    [end] = traced(yard.floor, "V-100")["to"]
    assert (end["place"], end["case"], end["quantity"]) == ("customer", yard.note, "10")
    assert end["customers"] == ["海河机械"]
    assert end["vehicles"] == [PLATE]
    assert end["passes"] == [yard.serials["pass#1"]]
    assert end["voucher"].startswith("SH")


def test_a_part_split_off_a_lot_leads_back_to_it_and_the_lot_leads_there(floor: Floor) -> None:
    with floor.site.writing() as entry:
        stock = Stock(entry, floor.site.factory.places)
        part = stock.split(Portion("V-100", lot_of(floor, "V-100"), 4000), "finished_store", "", "held")
        entry.insert("acts", seq=entry.seq, at=entry.at, step="moved", outcome="", person=1, desk="sales", request="x")
        entry.seal(by=1, desk="sales", case="", step="moved")
    [step] = trace(floor.site, floor.site.words, part.lot)["from"]
    assert (step["kind"], step["lot"]["code"], step["quantity"]) == ("split", lot_of(floor, "V-100"), "4")
    [step] = traced(floor, "V-100")["to"]
    assert (step["kind"], step["lot"]["code"]) == ("split", part.lot)


def test_what_was_taken_back_made_nothing(floor: Floor) -> None:
    floor.play("draw")
    token = floor.token("R1")
    floor.step("rework", token=token)
    made = lot_of(floor, "V-200")
    floor.do("R1", "reverse", token=token)
    assert traced(floor, "V-100")["to"] == []
    undone = trace(floor.site, floor.site.words, made)
    assert (undone["from"], undone["to"]) == ([], []), "nor did taking it back"
    assert ends_in(traced(floor, "V-100")["from"]) == ["difference"]
    assert lots_in(traced(floor, "V-100")["from"]) == []


def test_a_piece_is_found_by_its_serial_number_through_all_its_models(floor: Floor) -> None:
    floor.apply("VS-1", "VS-2", "1", line={"serial": "S-0002"})
    floor.play("rework")
    for code in (lot_of(floor, "VS-2"), floor.rows("SELECT code FROM lots WHERE item = 'VS-1' AND serial = 'S-0002'")[0][0]):
        found = trace(floor.site, floor.site.words, code)
        assert lots_in([*found["from"], *found["to"]]) in ([("made", "VS-1")], [("made", "VS-2")])
    with floor.refused("serial_of_several"):
        trace(floor.site, floor.site.words, "S-0002")
    assert trace(floor.site, floor.site.words, "S-0001")["lot"]["item"] == "VS-1"
    with floor.refused("lot_unknown"):
        trace(floor.site, floor.site.words, "S-9999")


def test_a_ring_of_lots_is_walked_round_once(floor: Floor) -> None:
    first = lot_of(floor, "V-100")
    with floor.site.writing() as entry:
        second = Stock(entry, floor.site.factory.places).new_lot("V-200", "", made_from=first)
        entry.seal(by=1, desk="sales", case="", step="moved")
    worked(floor, (first, 3, "finished_store", "conversion"), (second, 3, "conversion", "finished_store"))
    worked(floor, (second, 3, "finished_store", "conversion"), (first, 3, "conversion", "finished_store"))
    [step] = trace(floor.site, floor.site.words, first)["to"]
    [again] = step["to"]
    assert (step["lot"]["code"], again["lot"]["code"], again["again"], again["to"]) == (second, first, True, [])


def test_a_lot_of_very_many_moves_is_cut_off_and_says_so(floor: Floor, monkeypatch: Any) -> None:
    monkeypatch.setattr(tracing, "MOST_OF_ONE", 3)
    lot = lot_of(floor, "V-100")
    for _ in range(3):
        worked(floor, (lot, 1, "finished_store", "customer"))
    assert not traced(floor, "V-100")["cut"]
    last = worked(floor, (lot, 1, "finished_store", "customer"))
    found = traced(floor, "V-100")
    assert found["cut"]
    assert [end["act"] for end in found["to"]] == [last, last - 1, last - 2], "the newest are told"


def test_a_long_row_of_lots_is_walked_as_far_as_it_can_be_told(floor: Floor) -> None:
    lots = [lot_of(floor, "V-100")]
    for number in range(tracing.DEEPEST + 5):
        with floor.site.writing() as entry:
            item = "V-200" if number % 2 == 0 else "V-100"
            lots.append(Stock(entry, floor.site.factory.places).new_lot(item, "", made_from=lots[-1]))
            entry.seal(by=1, desk="sales", case="", step="moved")
        worked(floor, (lots[-2], 1, "finished_store", "conversion"), (lots[-1], 1, "conversion", "finished_store"))
    [told] = says(floor.site, {"op": "trace", "session": floor.token("K1"), "lot": lots[-1]})
    assert told["cut"]
    depth, steps = 0, told["from"]
    while steps:
        depth, steps = depth + 1, steps[0]["from"]
    assert depth == tracing.DEEPEST
    assert trace(floor.site, floor.site.words, lots[5])["from"][0]["lot"]["code"] == lots[4]


def test_the_pipe_traces_a_lot(floor: Floor) -> None:
    floor.play("receive")
    asked = {"op": "trace", "session": floor.token("K1"), "lot": lot_of(floor, "V-200")}
    told, unknown = says(floor.site, asked, {**asked, "lot": "L26-999999"})
    assert lots_in(told["from"]) == [("made", "V-100")]
    assert unknown["error"]["code"] == "lot_unknown"
