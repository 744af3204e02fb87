"""One story for each desk, played by keys and scans alone: what is said, what is written, what waits for the printer."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from factory_floor import PIN, Floor, FloorMaker
from terminal import Terminal, at

Story = Callable[[Terminal], Coroutine[Any, Any, None]]


def rows(floor: Floor, sql: str, *parameters: object) -> list[tuple[Any, ...]]:
    """What the database holds."""
    return [tuple(row) for row in floor.site.database.rows(sql, *parameters)]


def piece(floor: Floor, copy: int | str) -> str:
    """The eighteen digits of a copy of the case."""
    name = f"{floor.case}/{copy}" if isinstance(copy, int) else copy
    found: str = rows(floor, "SELECT piece FROM copies WHERE name = ?", name)[0][0]
    return found


def test_the_sales_clerk_writes_an_application_by_keys_alone(floor: Floor) -> None:
    async def story(terminal: Terminal) -> None:
        await terminal.press("f2")
        await terminal.type("Acme\r\r\r\rV-100\rV-200\r10\r\r")
        await terminal.press("f2")
        assert "written in 6 copies" in terminal.said, terminal.text

    at(floor, "sales", story, "S1")
    assert rows(floor, "SELECT item, quantity FROM lines") == [("V-100", 10000)]
    assert rows(floor, "SELECT COUNT(*) FROM copies") == [(6,)]
    assert rows(floor, "SELECT COUNT(*) FROM prints") == [(0,)]


def test_the_sales_leader_signs_and_the_set_is_queued_for_print(floor: Floor) -> None:
    floor.play("apply")

    async def story(terminal: Terminal) -> None:
        await terminal.type("\r")
        await terminal.press("f2")
        await terminal.type(f"{PIN}\r")
        assert "6 slips to print" in terminal.said, terminal.text

    at(floor, "sales", story, "S2")
    assert rows(floor, "SELECT state, COUNT(*) FROM prints GROUP BY state") == [("waiting", 6)]
    assert rows(floor, "SELECT role, kind FROM signatures") == [("sales_leader", "sign")]


def test_planning_takes_an_application_into_the_plan(floor: Floor) -> None:
    floor.play("authorise")

    async def story(terminal: Terminal) -> None:
        await terminal.scan(piece(floor, 2))
        await terminal.press("f2", "f2")
        assert "copy 3, 4, 5, 6 to Valve shop dispatch group" in terminal.said, terminal.text

    at(floor, "planning", story, "P1")
    assert rows(floor, "SELECT due FROM copies WHERE name = ?", f"{floor.case}/3") == [("shop_dispatch",)]


def test_the_workshop_consents_with_one_key_and_a_pin_and_the_dispatcher_hands_out(floor: Floor) -> None:
    floor.play("plan")

    async def consents(terminal: Terminal) -> None:
        await terminal.scan(piece(floor, 3))
        await terminal.press("f2")
        await terminal.type(f"{PIN}\r")
        assert "consent: done" in terminal.said, terminal.text

    async def hands_out(terminal: Terminal) -> None:
        await terminal.scan(piece(floor, 4))
        await terminal.press("f2")
        assert "copy 4, 5, 6 to Valve shop" in terminal.said, terminal.text

    at(floor, "shop_dispatch", consents, "W1")
    at(floor, "shop_dispatch", hands_out, "D1")
    assert rows(floor, "SELECT outcome FROM acts WHERE step = 'consent'") == [("consent",)]


def test_the_keeper_issues_on_copy_4_and_both_sign(floor: Floor) -> None:
    floor.play("hand_out")

    async def story(terminal: Terminal) -> None:
        await terminal.scan(piece(floor, 4))
        assert "To fetch" in terminal.text or "Draw the product" in terminal.text
        await terminal.press("f2")
        await terminal.type(f"{PIN}\r")
        await terminal.scan("R1")
        await terminal.type(f"{PIN}\r")
        assert "V-100 10 to workshop, product to be modified" in terminal.said, terminal.text

    at(floor, "finished_store", story, "K1")
    signed = rows(floor, "SELECT role FROM signatures WHERE step = 'draw' ORDER BY role")
    assert signed == [("keeper",), ("reworker",)]
    assert rows(floor, "SELECT quantity FROM balances WHERE place = 'finished_store' AND item = 'V-100'") == [(40000,)]


def test_the_reworker_reworks_with_a_scan_a_key_and_a_pin(floor: Floor) -> None:
    floor.play("draw")

    async def story(terminal: Terminal) -> None:
        assert "On the floor" in terminal.text
        await terminal.scan(piece(floor, 5))
        await terminal.press("f2")
        await terminal.type(f"{PIN}\r")
        assert "V-200 10 to workshop, modified product" in terminal.said, terminal.text

    at(floor, "valve_shop", story, "R1")
    assert rows(floor, "SELECT COUNT(*) FROM acts WHERE step = 'rework'") == [(1,)]


def test_the_inspector_measures_and_stamps_and_nothing_is_a_pass_by_itself(floors: FloorMaker) -> None:
    floor = floors()
    floor.play("rework")

    async def story(terminal: Terminal) -> None:
        await terminal.scan(piece(floor, 5))
        await terminal.scan(piece(floor, 6))
        await terminal.press("f2")
        await terminal.type("10\r")
        await terminal.type(f"{PIN}\r")
        assert "pass: done" in terminal.said, terminal.text
        await terminal.press("f12")
        assert "stamp 07" in terminal.text, terminal.text

    at(floor, "inspection", story, "I1")
    assert rows(floor, "SELECT kind, stamp FROM signatures WHERE step = 'inspect'") == [("stamp", "07")]


def test_the_keeper_receives_on_both_stamped_copies_and_sales_is_told(floor: Floor) -> None:
    floor.play("inspect")

    async def story(terminal: Terminal) -> None:
        await terminal.scan(piece(floor, 5))
        await terminal.scan(piece(floor, 6))
        await terminal.press("f2")
        await terminal.type(f"{PIN}\r")
        assert "V-200 10 to finished goods store" in terminal.said, terminal.text

    async def reads(terminal: Terminal) -> None:
        assert "Notice" in terminal.text
        await terminal.type("\r")
        await terminal.press("f2")
        assert "Notice read: done" in terminal.said, terminal.text

    at(floor, "finished_store", story, "K1")
    at(floor, "sales", reads, "S1")
    assert rows(floor, "SELECT COUNT(*) FROM notices WHERE read_at IS NOT NULL") == [(1,)]


def test_the_dispatcher_takes_the_closing_copy_back_and_the_case_ends(floor: Floor) -> None:
    floor.play("receive")

    async def story(terminal: Terminal) -> None:
        await terminal.scan(piece(floor, 6))
        await terminal.press("f2")
        assert "the case has ended" in terminal.said, terminal.text

    at(floor, "shop_dispatch", story, "D1")
    assert rows(floor, "SELECT ended FROM cases") == [("completed",)]


def test_goods_are_counted_against_the_paper_on_the_desk_and_a_begun_count_has_to_agree(floor: Floor) -> None:
    floor.play("apply", quantity="2")
    floor.play("inspect", quantity_passed="2")

    async def story(terminal: Terminal) -> None:
        await terminal.scan(piece(floor, 5))
        await terminal.scan(piece(floor, 6))
        assert "Expected, scanned and missing" in terminal.text
        await terminal.scan("V-200")
        assert terminal.said == "V-200 counted; 1 still missing."
        await terminal.scan("V-100")
        assert "V-100" in terminal.said
        assert "counted" not in terminal.said
        await terminal.press("f2")
        assert "1 V-200" in terminal.said
        await terminal.scan("V-200")
        await terminal.press("f2")
        await terminal.type(f"{PIN}\r")
        assert "V-200 2 to finished goods store" in terminal.said, terminal.text

    at(floor, "finished_store", story, "K1")


def test_what_was_counted_on_the_desk_goes_along_to_the_signature(floor: Floor) -> None:
    floor.play("apply", quantity="2")
    floor.play("hand_out")

    async def story(terminal: Terminal) -> None:
        await terminal.scan(piece(floor, 4))
        lot = rows(floor, "SELECT code FROM lots WHERE item = 'V-100'")[0][0]
        await terminal.scan(lot)
        await terminal.scan("V-100")
        await terminal.press("f2")
        await terminal.scan("V-100")
        assert f"2          0          {lot}" in terminal.text
        await terminal.type(f"{PIN}\r")
        await terminal.scan("R1")
        await terminal.type(f"{PIN}\r")
        assert "V-100 2 to workshop" in terminal.said, terminal.text

    at(floor, "finished_store", story, "K1")
