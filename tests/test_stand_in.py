"""A desk without a terminal: what is sent there has arrived, and its steps are done at its stand-in, on its behalf."""

from __future__ import annotations

import pytest
from factory_floor import PLAIN, WITH_PARTS, Floor, FloorMaker

NO_TERMINAL = """
[desks.valve_shop]
terminal = false
stand_in = "shop_dispatch"
"""


@pytest.fixture
def floor(floors: FloorMaker) -> Floor:
    made: Floor = floors(own=NO_TERMINAL)
    return made


def play(floor: Floor, upto: str, script: tuple[str, ...] = PLAIN) -> None:
    """Play on, with the valve shop's people at the stand-in."""
    for step in script[floor.played.get(floor.case, 0) : script.index(upto) + 1]:
        at_stand_in = step in ("open_parts", "rework")
        floor.play(step, script, **({"who": "R1@shop_dispatch"} if at_stand_in else {}))


def test_nobody_logs_in_where_there_is_no_terminal(floor: Floor) -> None:
    with floor.refused("no_terminal"):
        floor.token("R1")
    floor.token("R1@shop_dispatch")


@pytest.mark.parametrize("script", [PLAIN, WITH_PARTS])
def test_a_case_is_played_whole_and_no_paper_is_ever_on_its_way_to_a_desk_that_cannot_scan(
    floor: Floor, script: tuple[str, ...]
) -> None:
    for step in script:
        play(floor, step, script)
        there = floor.rows("SELECT name, due, seen FROM copies WHERE due = 'valve_shop'")
        assert [row for row in there if row[1] != row[2]] == []
    assert floor.ended() == "completed"
    assert ("rework", "shop_dispatch", "valve_shop") in floor.rows("SELECT step, desk, behalf FROM acts")


def test_what_waits_at_the_shop_waits_at_its_stand_in(floor: Floor) -> None:
    play(floor, "draw")
    assert ("rework", "shop_dispatch") in floor.rows("SELECT step, desk FROM waiting")


def test_a_copy_of_the_shop_found_at_the_stand_in_is_where_it_is_due(floor: Floor) -> None:
    play(floor, "draw")
    floor.do("K1", "found_here", [5])
    floor.do("D1", "found_here", [5])
    assert floor.rows("SELECT due, seen FROM copies WHERE name = ?", f"{floor.case}/5") == [("valve_shop", "valve_shop")]


def test_a_copy_of_the_shop_scanned_at_the_stand_in_arrives(floor: Floor) -> None:
    play(floor, "draw")
    floor.do("K1", "found_here", [5])
    floor.card("D1", 5)
    assert floor.rows("SELECT due, seen FROM copies WHERE name = ?", f"{floor.case}/5") == [("valve_shop", "valve_shop")]
    floor.do("D1", "report_lost", [5], reason="丢失")
    floor.do("D1", "reissue", [5], reason="丢失")
    play(floor, "rework")
