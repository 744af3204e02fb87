"""The unusual ways of the goods, played by keys and scans: parts drawn, lost and returned, failing, scrapping, abandoning."""

from __future__ import annotations

from factory_floor import PIN, WITH_PARTS, Floor, FloorMaker
from terminal import Terminal, at

FORM = [
    {"item": "NEW-PART", "quantity": "12", "direction": "out"},
    {"item": "OLD-PART", "quantity": "10", "direction": "in", "condition": "replaced"},
]


async def both_sign(terminal: Terminal) -> None:
    """The storekeeper types a PIN, the reworker comes with a badge and types another."""
    await terminal.type(f"{PIN}\r")
    await terminal.scan("R1")
    await terminal.type(f"{PIN}\r")


def moves_of(floor: Floor, step: str) -> list[tuple[object, ...]]:
    """What the newest act of a step moved."""
    newest = "(SELECT MAX(seq) FROM acts WHERE step = ?)"
    return floor.rows(f"SELECT item, target, quantity FROM moves WHERE act = {newest} ORDER BY number", step)


def test_the_reworker_writes_the_parts_form_with_lines_out_and_back(floor: Floor) -> None:
    floor.play("draw")

    async def story(terminal: Terminal) -> None:
        await terminal.scan(floor.code(5))
        await terminal.press("f3")
        await terminal.type("NEW-PART\r12\r1\r\r")
        await terminal.type("OLD-PART\r10\r2\r1\r")
        await terminal.press("f2")
        assert "is written in 2 copies; copy 1, 2 to Valve shop parts store; 2 slips to print" in terminal.said

    at(floor, "valve_shop", story, "R1")
    assert floor.rows("SELECT item, quantity FROM lines WHERE serial LIKE 'GL%'") == [("NEW-PART", 12000), ("OLD-PART", 10000)]


def test_fewer_parts_are_drawn_than_the_form_lists_and_the_rest_later(floor: Floor) -> None:
    floor.play("open_parts", WITH_PARTS, lines=FORM)

    async def story(terminal: Terminal) -> None:
        await terminal.scan(floor.code(f"{floor.parts}/1"))
        assert "To fetch for “Draw parts”" in terminal.text
        await terminal.press("f2", "up", "up", "f5")
        await terminal.type("\r")
        await terminal.press("ctrl+u")
        await terminal.type("8\r\r")
        await both_sign(terminal)
        assert "NEW-PART 8 to workshop, parts" in terminal.said
        assert "NEW-PART 4" in terminal.text
        assert "May come in for “Return parts”" in terminal.text

    at(floor, "parts_store", story, "PK1")
    assert moves_of(floor, "draw_parts") == [("NEW-PART", "workshop_parts", 8000)]


def test_more_parts_than_the_form_lists_are_drawn_with_a_written_reason_only(floor: Floor) -> None:
    floor.play("open_parts", WITH_PARTS, lines=FORM)

    async def story(terminal: Terminal) -> None:
        await terminal.scan(floor.code(f"{floor.parts}/1"))
        await terminal.press("f2", "up")
        await terminal.type("NEW-PART\r3\r\r")
        await both_sign(terminal)
        assert "The parts form still lists 12 of NEW-PART; 15 are wanted." in terminal.text
        await terminal.type("three came broken\r")
        await terminal.press("f2")
        assert "NEW-PART 12 to workshop, parts; NEW-PART 3 to workshop, parts" in terminal.said
        assert "Draw parts, 人PK1: three came broken" in terminal.text

    at(floor, "parts_store", story, "PK1")
    assert floor.lies("NEW-PART")["workshop_parts"] == 15


def test_the_reworker_says_which_parts_were_built_in_and_which_taken_out(floor: Floor) -> None:
    floor.play("draw_parts", WITH_PARTS)

    async def story(terminal: Terminal) -> None:
        await terminal.scan(floor.code(5))
        await terminal.press("f2", "up")
        await terminal.type("OLD-PART\r10\r\r")
        await terminal.type(f"{PIN}\r")
        assert "OLD-PART 10 to workshop, parts" in terminal.said

    at(floor, "valve_shop", story, "R1")
    assert ("NEW-PART", "conversion", 12000) in moves_of(floor, "rework")


def test_parts_come_back_and_what_is_lost_or_broken_takes_a_reason(floor: Floor) -> None:
    floor.play("rework", WITH_PARTS, installed=[{"item": "NEW-PART", "quantity": "10"}])

    async def story(terminal: Terminal) -> None:
        await terminal.scan(floor.code(f"{floor.parts}/1"))
        await terminal.press("f2", "up", "up", "up", "f5")
        await terminal.type("\r")
        await terminal.press("ctrl+u")
        await terminal.type("1\r\r2\r\r")
        assert "Please answer “Reason”" in terminal.said
        await terminal.type("fell into the pit\r")
        await terminal.type("NEW-PART\r1\r\r3\rthread torn\r\r")
        await both_sign(terminal)
        assert "Return parts: done" in terminal.said, terminal.text

    at(floor, "parts_store", story, "PK1")
    assert set(moves_of(floor, "return_parts")) >= {("NEW-PART", "difference", 1000), ("NEW-PART", "scrap", 1000)}


def test_the_parts_form_is_filed_once_everything_is_back(floor: Floor) -> None:
    floor.play("receive", WITH_PARTS)

    async def story(terminal: Terminal) -> None:
        await terminal.scan(floor.code(f"{floor.parts}/1"))
        await terminal.press("f2")
        assert "File the parts form: done" in terminal.said
        assert "copy 2 to Valve shop dispatch group" in terminal.said

    at(floor, "parts_store", story, "PK1")


def fail(floor: Floor, reason: str) -> None:
    """Fail the inspection at the desk: two scans, a key, the reason, a key."""

    async def story(terminal: Terminal) -> None:
        await terminal.scan(floor.code(5))
        await terminal.scan(floor.code(6))
        await terminal.press("f3")
        await terminal.type(f"{reason}\r")
        await terminal.press("f2")
        assert "Inspect: fail: done" in terminal.said
        assert "now waits: Rework at Valve shop" in terminal.said

    at(floor, "inspection", story, "I1")


def test_who_reworks_again_is_told_why_it_failed(floor: Floor) -> None:
    floor.play("rework")
    fail(floor, "leaks at the stem")

    async def story(terminal: Terminal) -> None:
        await terminal.scan(floor.code(5))
        assert "Inspect: fail, 人I1: leaks at the stem" in terminal.text
        await terminal.press("f2")
        await terminal.type(f"{PIN}\r")
        assert "now waits: Inspect at Inspection" in terminal.said
        assert "leaks at the stem" not in terminal.text.split("What was done")[0]

    at(floor, "valve_shop", story, "R1")
    assert floor.rows("SELECT COUNT(*) FROM signatures WHERE kind = 'stamp'") == [(0,)]


def test_after_the_second_failure_quality_decides_and_its_keys_tell_the_ways_apart(floor: Floor) -> None:
    floor.play("rework")
    floor.step("inspect", outcome="fail", reason="漏", quantity_passed="")
    floor.step("rework")
    fail(floor, "cracked")

    async def story(terminal: Terminal) -> None:
        await terminal.type("\r")
        assert "Inspect: fail, 人I1: cracked" in terminal.text
        assert "F2 rework again  F3 scrap" in terminal.text
        await terminal.press("f3")
        await terminal.type(f"cannot be welded\r{PIN}\r")
        assert "V-200 10 to scrap" in terminal.said, terminal.text

    at(floor, "quality", story, "Q1")

    async def returns(terminal: Terminal) -> None:
        await terminal.scan(floor.code(5))
        assert "Decide what becomes of it: scrap, 人Q1: cannot be welded" in terminal.text
        await terminal.press("f2")
        assert "the case has ended" in terminal.said

    at(floor, "shop_dispatch", returns, "D1")
    assert floor.ended() == "scrapped"


def test_a_part_passes_where_the_site_allows_it(floors: FloorMaker) -> None:
    floor = floors({"partial_pass": "supplement"})
    floor.play("rework")

    async def story(terminal: Terminal) -> None:
        await terminal.scan(floor.code(5))
        await terminal.scan(floor.code(6))
        assert "F2 pass  F3 part passed  F4 fail" in terminal.text
        await terminal.press("f3")
        await terminal.type(f"two leak\r8\r{PIN}\r")
        assert "V-200 2 to workshop, quantity not yet passed" in terminal.said, terminal.text

    at(floor, "inspection", story, "I1")
    assert floor.lies("V-200")["workshop_remainder"] == 2


def test_two_lines_are_counted_line_by_line_and_a_shortfall_names_its_item(floor: Floor) -> None:
    serial = {"item": "VS-1", "becomes": "VS-2", "quantity": "1", "serial": "S-0001"}
    floor.apply(lines=[{"item": "V-100", "becomes": "V-200", "quantity": "10"}, serial])
    floor.play("rework")

    async def story(terminal: Terminal) -> None:
        await terminal.scan(floor.code(5))
        await terminal.scan(floor.code(6))
        await terminal.press("f2")
        await terminal.type(f"9\r1\r{PIN}\r")
        assert "V-200: 10 are there, 9 passed." in terminal.said
        await terminal.press("up", "up", "ctrl+u")
        await terminal.type(f"10\r\r{PIN}\r")
        assert "now waits: Receive the new model at Finished goods store" in terminal.said

    at(floor, "inspection", story, "I1")
    assert floor.rows("SELECT stamp FROM signatures WHERE kind = 'stamp'") == [("07",)]


def test_an_abandoned_modification_is_restored_inspected_and_received_as_the_old_model(floor: Floor) -> None:
    floor.play("rework")

    async def abandons(terminal: Terminal) -> None:
        await terminal.scan(floor.code(5))
        await terminal.press("f2")
        await terminal.type(f"customer gone\r{PIN}\r")
        assert "now waits: Restore the old model at Valve shop" in terminal.said, terminal.text

    async def restores(terminal: Terminal) -> None:
        await terminal.scan(floor.code(5))
        assert "Abandon the modification, 人W1: customer gone" in terminal.text
        await terminal.press("f2")
        await terminal.type(f"{PIN}\r")
        assert "V-100 10 to workshop" in terminal.said, terminal.text

    async def inspects(terminal: Terminal) -> None:
        await terminal.scan(floor.code(5))
        await terminal.scan(floor.code(6))
        await terminal.press("f2")
        await terminal.type(f"{PIN}\r")
        assert "Inspect for return: pass: done" in terminal.said, terminal.text

    async def receives(terminal: Terminal) -> None:
        await terminal.scan(floor.code(5))
        await terminal.scan(floor.code(6))
        await terminal.press("f2")
        await terminal.type(f"{PIN}\r")
        assert "V-100 10 to finished goods store" in terminal.said

    for desk, badge, story in (
        ("valve_shop", "W1", abandons), ("valve_shop", "R1", restores), ("inspection", "I1", inspects),
        ("finished_store", "K1", receives),
    ):  # fmt: skip
        at(floor, desk, story, badge)
    assert floor.lies("V-200") == {}


def test_what_waits_on_the_parts_form_opens_the_parts_form_and_that_is_what_is_signed(floor: Floor) -> None:
    floor.play("open_parts", WITH_PARTS, lines=FORM)

    async def story(terminal: Terminal) -> None:
        await terminal.type("\r")
        assert f"{floor.parts}  Modification parts return / issue" in terminal.text
        await terminal.press("f12")
        await terminal.type(f"{floor.case}\r")
        assert f"{floor.case}  Product modification application" in terminal.text
        await terminal.press("f2")
        assert "Part NEW-PART  Quantity 12" in terminal.text
        assert "[ ] 1 voucher" in terminal.text
        await both_sign(terminal)
        assert "has not been scanned" in terminal.said
        await terminal.scan(floor.code(f"{floor.parts}/1"))
        assert terminal.said == f"{floor.parts}/1 is here. F2 does it."
        await terminal.press("f2")
        assert "NEW-PART 12 to workshop, parts" in terminal.said

    at(floor, "parts_store", story, "PK1")
