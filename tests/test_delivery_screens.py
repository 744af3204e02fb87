"""The desks around the vehicle: the keeper's count, loading, the arrival, the slip that comes back; by keys and scans."""

from __future__ import annotations

from typing import Any

import pytest
from counts_at_hand import counted, counter
from delivery_floor import CHECKS, Yard
from factory_floor import DAY, PIN, FloorMaker, description
from terminal import Terminal, at

from screens.acting import ActScreen
from screens.counted import CountedLots
from screens.desk import DeskScreen

THREE = (("V-100", "10"), ("VC-1", "2"), ("VS-1", "1"))
NORTH_GATE = """
[desks.north_gate]
kind = "gate"
works_as = "gate"
title = { zh = "北门", en = "North gate" }
roles = ["guard"]
"""


def approved(yard: Yard, *lines: tuple[str, str], **fields: str) -> str:
    """A note that waits for the keeper; the piece that is scanned for it."""
    yard.announce()
    yard.write(lines or (("V-100", "10"),), **fields)
    yard.do("S2", "approve")
    return yard.pieces[f"{yard.note}/2"]


def notes(terminal: Terminal) -> list[str]:
    """What stands beside the rows of the count."""
    return [str(row.note.content).strip() for row in counter(terminal).rows]


def lots(terminal: Terminal) -> CountedLots:
    page = terminal.frame
    assert isinstance(page, ActScreen), terminal.said
    return next(each for each in page.questions if isinstance(each, CountedLots))


def picked(yard: Yard) -> list[tuple[Any, ...]]:
    """What lies in the dispatch area: item, lot, quantity."""
    lies = "FROM balances WHERE place = 'dispatch_area' AND quantity > 0"
    return yard.floor.rows(f"SELECT item, lot, quantity / 1000 {lies} ORDER BY lot")


def lot_of(yard: Yard, serial: str) -> str:
    lot: str = yard.floor.rows("SELECT code FROM lots WHERE serial = ?", serial)[0][0]
    return lot


async def scans(terminal: Terminal, *codes: str) -> None:
    for code in codes:
        await terminal.scan(code)


# The keeper


def test_a_keeper_who_scans_all_presses_one_key_answers_the_papers_and_signs(yard: Yard) -> None:
    note = approved(yard, *THREE)

    async def story(terminal: Terminal) -> None:
        await scans(terminal, note, *["V-100"] * 10, *["VC-1"] * 2, "S-0002")
        await terminal.press("f2")
        assert counted(terminal) == ["10", "2", "1"] and notes(terminal) == ["= expected 10", "= expected 2", "= expected 1"]
        await terminal.type(f"1\r1\r{PIN}\r")
        assert isinstance(terminal.frame, DeskScreen), terminal.said

    at(yard.floor, "finished_store", story, "K1")
    assert [(item, quantity) for item, _, quantity in picked(yard)] == [("V-100", 10), ("VS-1", 1), ("VC-1", 2)]
    assert lot_of(yard, "S-0002") in [lot for _, lot, _ in picked(yard)]  # the piece that was scanned, not the first to expire


def test_what_was_neither_scanned_nor_typed_stays_empty_and_is_refused_by_its_line(yard: Yard) -> None:
    note = approved(yard, *THREE)

    async def story(terminal: Terminal) -> None:
        await scans(terminal, note, *["V-100"] * 9, "S-0001")
        await terminal.press("f2")
        assert counted(terminal) == ["9", "", "1"] and notes(terminal)[:2] == ["! expected 10, 1 missing", "expected 2"]
        assert terminal.app.focused is counter(terminal).rows[1].field
        await terminal.press("down")
        await terminal.type(f"\r1\r1\r{PIN}\r")
        assert "ine 1" in terminal.said and "ine 2" in terminal.said and counted(terminal) == ["9", "", "1"]
        assert terminal.app.focused is counter(terminal).rows[0].field

    at(yard.floor, "finished_store", story, "K1")
    assert picked(yard) == []


def test_wrong_and_extra_goods_are_refused_and_the_extra_ones_by_their_line(yard: Yard) -> None:
    note = approved(yard, *THREE)

    async def story(terminal: Terminal) -> None:
        await scans(terminal, note, "VC-1", "VC-1", "VC-1")
        assert "put this one back" in terminal.said and "line 2" in terminal.said
        await terminal.scan("V-200")
        assert "V-200" in terminal.said and "not on this document" in terminal.said
        await terminal.press("f2")
        await terminal.scan("VC-1")
        assert "line 2" in terminal.said and counted(terminal) == ["", "2", ""]
        await terminal.scan("VS-1")
        assert "serial number" in terminal.said
        await scans(terminal, "S-0001", "S-0001")
        assert "S-0001" in terminal.said and counted(terminal) == ["", "2", "1"]

    at(yard.floor, "finished_store", story, "K1")


def test_a_scan_adds_to_what_was_typed_and_what_is_typed_next_never_joins_the_number(yard: Yard) -> None:
    note = approved(yard, *THREE)

    async def story(terminal: Terminal) -> None:
        await scans(terminal, note)
        await terminal.press("f2")
        await terminal.type("8\r")
        await scans(terminal, "V-100")
        assert counted(terminal) == ["9", "", ""]
        await scans(terminal, "VC-1")
        assert counted(terminal)[1] == "1" and terminal.app.focused is counter(terminal).rows[2].field
        await terminal.type("1")
        assert counted(terminal) == ["9", "1", "1"]
        await scans(terminal, "V-100", "V-100")
        assert "line 1" in terminal.said and counted(terminal)[0] == "10"

    at(yard.floor, "finished_store", story, "K1")


def test_goods_scanned_without_a_prefix_are_counted_wherever_their_code_lands(yard: Yard) -> None:
    note = approved(yard, *THREE)

    async def story(terminal: Terminal) -> None:
        await terminal.scan(note)
        await terminal.press("f2")
        for code in ("V-100", "V-100", "S-0002", "V-100"):
            await terminal.scan(code, "")
        assert counted(terminal) == ["3", "", "1"]
        await terminal.type("2\r")
        await terminal.scan("V-100", "")
        assert counted(terminal) == ["4", "2", "1"]
        terminal.frame.set_focus(counter(terminal).rows[0].field)
        await terminal.scan("V-100", "")
        assert counted(terminal) == ["5", "2", "1"]
        await terminal.type("12abc\r")
        assert "12abc" in terminal.said and "12abc" in terminal.text
        assert counted(terminal) == ["5", "2", "1"]

    at(yard.floor, "finished_store", story, "K1")


def test_a_lot_says_which_pieces_and_never_how_many(floors: FloorMaker) -> None:
    described = description()
    described["stock"].append({"item": "V-100", "place": "finished_store", "quantity": "7"})
    yard = Yard(floors(described=described))
    note = approved(yard, ("V-100", "4"))
    first, second = [lot for (lot,) in yard.floor.rows("SELECT code FROM lots WHERE item = 'V-100' ORDER BY code")]

    async def story(terminal: Terminal) -> None:
        await scans(terminal, note, second)
        assert "how many" in terminal.said
        await terminal.press("f2")
        assert counted(terminal) == [""] and [row["lot"] for row in lots(terminal).lines.rows] == [second]
        await terminal.type(f"4\r1\r1\r{PIN}\r")
        assert isinstance(terminal.frame, DeskScreen), terminal.said

    at(yard.floor, "finished_store", story, "K1")
    assert picked(yard) == [("V-100", second, 4)] and first != second


def test_lots_that_nobody_named_stay_proposals(yard: Yard) -> None:
    note = approved(yard, *THREE)

    async def story(terminal: Terminal) -> None:
        await scans(terminal, note, "S-0002")
        await terminal.press("f2")
        await terminal.type("10\r2\r1\r1\r")
        sent = lots(terminal).answer()
        assert sent == [{"line": 3, "lot": lot_of(yard, "S-0002"), "quantity": "1"}]

    at(yard.floor, "finished_store", story, "K1")


def test_a_part_leaves_the_rest_to_be_counted_and_nothing_of_an_earlier_page(yard: Yard) -> None:
    note = approved(yard, *THREE)

    async def story(terminal: Terminal) -> None:
        await scans(terminal, note, *["V-100"] * 4)
        await terminal.press("f2")
        await terminal.type("2\r")
        await terminal.press("f12", "f3")
        assert counted(terminal) == ["4", "2", ""]
        await terminal.type("\r1\r1\r没有货\r")
        await terminal.type(f"{PIN}\r")
        assert isinstance(terminal.frame, DeskScreen), terminal.said
        await terminal.press("f12")
        await scans(terminal, note, "V-100")
        await terminal.press("f2")
        assert counted(terminal) == ["1", ""] and notes(terminal) == ["! expected 6, 5 missing", "expected 1"]
        assert "raft" not in terminal.said

    at(yard.floor, "finished_store", story, "K1")
    assert [(item, quantity) for item, _, quantity in picked(yard)] == [("V-100", 4), ("VC-1", 2)]


def test_what_was_scanned_after_a_draft_counts_and_not_the_draft(yard: Yard) -> None:
    note = approved(yard, *THREE)

    async def story(terminal: Terminal) -> None:
        await scans(terminal, note, "V-100", "V-100")
        await terminal.press("f2")
        await terminal.press("f12")
        await scans(terminal, "V-100")
        await terminal.press("f2")
        assert counted(terminal) == ["3", "", ""]

    at(yard.floor, "finished_store", story, "K1")


def test_nothing_is_expected_once_all_is_checked(yard: Yard) -> None:
    note = approved(yard)
    yard.pick()

    async def story(terminal: Terminal) -> None:
        await terminal.scan(note)
        assert "Expected" not in terminal.text

    at(yard.floor, "finished_store", story, "K1")


# Dispatch


def two_vehicles(yard: Yard) -> None:
    """A checked note with two vehicles, both packed."""
    approved(yard, ("V-100", "10"), ("VC-1", "2"))
    yard.pick(line_1="10", line_2="2")
    first = [{"item": "V-100", "quantity": "6"}, {"item": "VC-1", "quantity": "2"}]
    second = [{"item": "V-100", "quantity": "4"}]
    for number, plate, lines in ((1, "晋A12345", first), (2, "晋B77777", second)):
        yard.do("DP1", f"start#{number}", fields={"plate": plate, "driver": "赵师傅"}, lines=lines)
        boxes = [{**line, "box": "1"} for line in lines]
        yard.do("DP1", f"pack#{number}", signers={"inspector": "I1"}, lines=boxes, **CHECKS)


def test_a_vehicle_begins_with_its_lines_proposed_and_what_does_not_fit_taken_off(yard: Yard) -> None:
    approved(yard, *THREE)
    yard.pick(line_1="10", line_2="2", line_3="1")

    async def story(terminal: Terminal) -> None:
        await terminal.scan(yard.pieces[f"{yard.note}/4"])
        await terminal.press("f2")
        await terminal.type("晋\r")
        page: Any = terminal.frame
        assert "晋" in terminal.said and terminal.app.focused is page.questions[0].field
        await terminal.type("ａ・12345\r")
        assert "= 晋A12345" in terminal.text
        await terminal.type("赵师傅\r\r\r")
        await terminal.press("up", "f6")
        await terminal.press("f2")
        assert "SH26-000001" in terminal.said

    at(yard.floor, "dispatch", story, "DP1")
    assert yard.floor.rows("SELECT item, quantity FROM lines WHERE serial = 'SH26-000001'") == [("V-100", 10000), ("VC-1", 2000)]
    assert "晋A12345" in yard.floor.rows("SELECT fields FROM documents WHERE serial = 'SH26-000001'")[0][0]


def test_loading_is_counted_by_scans_and_refused_by_the_line_until_it_agrees(yard: Yard) -> None:
    two_vehicles(yard)
    packing = yard.serials["packing#1"]

    async def story(terminal: Terminal) -> None:
        await terminal.scan(yard.pieces[f"{packing}/1"])
        await terminal.press("f2")
        assert counted(terminal) == ["", ""]
        assert f"[x] {packing}/1" in terminal.text
        await scans(terminal, *["V-100"] * 6)
        await terminal.type("3\r4\r\r1\r")
        await terminal.type(f"{PIN}\r")
        await terminal.scan("K1")
        await terminal.type(f"{PIN}\r赵师傅\r2\r")
        await terminal.press("f2")
        assert "ine 2" in terminal.said and terminal.app.focused is counter(terminal).rows[1].field
        await terminal.press("backspace")
        await terminal.scan("VC-1")
        await terminal.scan("VC-1")
        assert counted(terminal) == ["6", "2"]
        for role in ("dispatcher", "keeper"):
            page: Any = terminal.frame
            row = next(row for row in page.signers.rows if row.role == role)
            terminal.frame.set_focus(row.fields()[-1])
            await terminal.type(PIN)
        await terminal.press("f2")
        assert isinstance(terminal.frame, DeskScreen), terminal.said

    at(yard.floor, "dispatch", story, "DP1")
    assert yard.floor.lies("V-100")["vehicle"] == 6 and yard.floor.lies("VC-1")["vehicle"] == 2
    assert '"packages":"4"' in yard.floor.rows("SELECT fields FROM documents WHERE serial = 'SH26-000001'")[0][0]


def test_a_piece_of_a_lot_that_is_not_on_the_slip_is_not_loaded(yard: Yard) -> None:
    approved(yard, ("VS-1", "2"))
    yard.pick(line_1="2")
    here, stays = lot_of(yard, "S-0001"), lot_of(yard, "S-0002")
    line = {"item": "VS-1", "quantity": "1", "lot": here}
    yard.do("DP1", "start#1", fields={"plate": "晋A12345", "driver": "赵师傅"}, lines=[line])
    yard.do("DP1", "pack#1", signers={"inspector": "I1"}, lines=[{**line, "box": "1"}], **CHECKS)

    async def story(terminal: Terminal) -> None:
        await terminal.scan(yard.pieces[f"{yard.serials['packing#1']}/1"])
        await terminal.press("f2")
        await terminal.scan("S-0002")
        assert stays in terminal.said and counted(terminal) == [""]
        await terminal.scan("S-0001")
        assert counted(terminal) == ["1"]

    at(yard.floor, "dispatch", story, "DP1")


def test_the_paper_of_a_vehicle_offers_its_own_steps_first_and_names_no_other_that_cannot_be_done(yard: Yard) -> None:
    two_vehicles(yard)

    async def story(terminal: Terminal) -> None:
        await terminal.scan(yard.pieces[f"{yard.serials['packing#2']}/1"])
        assert "F2  Load, vehicle 2" in terminal.text and "F3  Load, vehicle 1" in terminal.text
        assert "F2 Load 2  F3 Load 1" in terminal.text
        assert "Send the vehicle away, vehicle 2" in terminal.text and "Send the vehicle away, vehicle 1" not in terminal.text
        assert "Settle the claim" not in terminal.text

    at(yard.floor, "dispatch", story, "DP1", size=(100, 40))


def test_a_card_shows_the_papers_of_each_vehicle_and_the_inbox_which_one_waits(yard: Yard) -> None:
    two_vehicles(yard)

    async def story(terminal: Terminal) -> None:
        assert "Load, vehicle 1" in terminal.text and "Load, vehicle 2" in terminal.text
        await terminal.scan(yard.serials["slip#2"])
        text = " ".join(terminal.text.split())
        assert "1 晋A12345 Vehicle delivery slip SH26-000001 Packing list ZX26-000001" in text
        assert "> 2 晋B77777 Vehicle delivery slip SH26-000002 Packing list ZX26-000002" in text

    at(yard.floor, "dispatch", story, "DP1", size=(100, 60))


@pytest.mark.parametrize(("language", "driver"), [("en", "driver"), ("zh", "司机")])
def test_who_signs_on_paper_is_named_in_the_language(yard: Yard, language: str, driver: str) -> None:
    two_vehicles(yard)

    async def story(terminal: Terminal) -> None:
        await terminal.scan(yard.pieces[f"{yard.serials['packing#1']}/1"])
        assert driver in terminal.text
        await terminal.press("f2")
        assert driver in terminal.text

    at(yard.floor, "dispatch", story, "DP1", size=(100, 40), language=language)


def test_the_gate_of_a_pass_is_chosen_by_name_in_the_language_of_the_moment(floors: FloorMaker) -> None:
    yard = Yard(floors(own=NORTH_GATE))
    two_vehicles(yard)
    yard.do(
        "DP1", "load#2", [f"{yard.serials['packing#2']}/1"], "own", {"keeper": "K1", "paper:driver": "赵师傅"},
        loaded="4", packages="1", vehicle_fit="yes",
    )  # fmt: skip

    async def story(terminal: Terminal) -> None:
        await terminal.scan(yard.pieces[f"{yard.note}/4"])
        await terminal.press("f2")
        assert f"晋B77777   Vehicle delivery slip {yard.serials['slip#2']}" in terminal.text
        assert yard.serials["slip#1"] not in terminal.text
        assert "1 Gate  2 North gate" in terminal.text
        await terminal.press("f11")
        assert "2 北门" in terminal.text
        await terminal.type(f"2\r{PIN}\r")
        assert isinstance(terminal.frame, DeskScreen), terminal.said

    at(yard.floor, "finished_store", story, "K1")
    assert "北门" in yard.floor.rows("SELECT fields FROM documents WHERE form = 'pass'")[0][0]


# Sales


def on_the_road(yard: Yard) -> None:
    yard.ready()
    yard.release()


def test_an_arrival_is_dated_by_hand_and_a_late_one_wants_what_the_customer_was_told(yard: Yard) -> None:
    on_the_road(yard)
    yard.floor.clock.advance(3 * DAY)

    async def story(terminal: Terminal) -> None:
        await terminal.scan(yard.note)
        await terminal.press("f2")
        page = terminal.frame
        assert isinstance(page, ActScreen) and page.questions[0].typed() is None and "today is 2026-03-05" in terminal.text
        await terminal.type("2026-03-05\r")
        await terminal.press("f2")
        assert terminal.app.focused is page.questions[1].fields()[0] and page.questions[1].asked == "customer_told"
        assert not page.despite.display
        await terminal.type("电话告知，明天到\r")
        await terminal.press("f2")
        assert isinstance(terminal.frame, DeskScreen), terminal.said

    at(yard.floor, "sales", story, "S1")
    [body] = [body for (body,) in yard.floor.rows("SELECT body FROM journal ORDER BY seq DESC LIMIT 1")]
    assert "电话告知" in body


def test_what_came_back_is_entered_by_line_from_nothing_and_a_difference_opens_a_claim(yard: Yard) -> None:
    on_the_road(yard)
    yard.arrive()

    async def story(terminal: Terminal) -> None:
        await terminal.scan(yard.pieces[f"{yard.serials['slip#1']}/2"])
        await terminal.press("f3")
        assert counted(terminal) == [""] and notes(terminal) == ["expected 10"]
        await terminal.scan("V-100")
        assert counted(terminal) == [""]  # what the customer signed for is read from the paper, not scanned
        await terminal.type("8\r王工\r2\r")
        assert notes(terminal) == ["! expected 10, 2 missing"]
        await terminal.press("f2")
        assert "SP26-000001" in terminal.said

    at(yard.floor, "sales", story, "S1")
    assert yard.floor.lies("V-100")["customer"] == 8 and yard.floor.lies("V-100")["on_the_road"] == 2


def test_arrivals_are_no_stack_and_each_form_that_may_be_opened_has_its_name_on_its_key(yard: Yard) -> None:
    on_the_road(yard)
    yard.write()
    yard.do("S2", "approve")
    yard.pick()
    yard.to_the_gate()
    yard.release()

    async def story(terminal: Terminal) -> None:
        assert terminal.text.count("Confirm the arrival, vehicle 1") == 2 and "Stack" not in terminal.text
        assert "F3 Delivery  F4 Shipping notice" in terminal.text

    at(yard.floor, "sales", story, "S1")


def test_every_step_of_four_vehicles_is_reached_by_turning_pages(yard: Yard) -> None:
    approved(yard)
    yard.pick()
    for number in range(1, 5):
        yard.start(number, "2", plate=f"晋A1234{number}")

    async def story(terminal: Terminal) -> None:
        desk = terminal.frame
        assert isinstance(desk, DeskScreen)
        await terminal.scan(yard.pieces[f"{yard.note}/4"])
        seen = []
        for _ in range(6):
            seen.append([choice.title for choice in desk.choices() if choice.key])
            await terminal.press("f7")
        reached = {title for titles in seen for title in titles}
        assert seen[-1] in seen[:-1] and len({*map(tuple, seen)}) > 2
        for number in range(1, 5):
            plate = f"vehicle {number} 晋A1234{number}"
            assert {f"Pack, {plate}", f"Send the vehicle away, {plate}"} <= reached
        assert {"Begin a vehicle, vehicle 5", "Reprint (damaged)"} <= reached

    at(yard.floor, "dispatch", story, "X1")
