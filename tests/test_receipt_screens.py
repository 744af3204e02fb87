"""Receipt at the desks, by scans and keys: one scan a pack, one key, and the signatures that are due (R026)."""

from __future__ import annotations

import asyncio

import pytest
from counts_at_hand import counted, counter
from delivery_floor import Yard
from factory_floor import PIN, FloorMaker, Json
from receipts_floor import Dock, stocked
from receipts_floor import dock as dock
from terminal import Terminal, at

from screens.desk import DeskScreen


class Hands:
    """Counts what hands do at a terminal: scans, keys, and what is typed to sign."""

    def __init__(self, terminal: Terminal) -> None:
        """Begin with nothing done."""
        self.terminal, self.scans, self.keys = terminal, 0, 0

    async def scan(self, *codes: str) -> None:
        """Scan codes one after the other."""
        for code in codes:
            self.scans += 1
            await self.terminal.scan(code)

    async def press(self, key: str) -> None:
        """Press a key."""
        self.keys += 1
        await self.terminal.press(key)


def ten_lines(dock: Dock) -> list[Json]:
    """Ten lines of ten products, a pack of each but two of the last."""
    return [dock.line(f"BOX-{number}", "20" if number == 9 else "10") for number in range(10)]


@pytest.fixture
def boxes(floors: FloorMaker) -> Dock:
    """A dock with ten products that come in packs of ten."""
    described = stocked()
    described["items"] += [{"code": f"BOX-{number}", "unit": "块", "pack": "10"} for number in range(10)]
    return Dock(Yard(floors(described=described)))


def pieces_of(dock: Dock) -> tuple[str, str]:
    """What is scanned for the two papers of a receipt."""
    return dock.yard.pieces[f"{dock.case}/2"], dock.yard.pieces[dock.named("checked.1")]


def test_ten_lines_are_received_with_one_scan_a_pack_and_one_key(boxes: Dock) -> None:
    boxes.hand_over(*ten_lines(boxes))
    boxes.inspect(passed=[{"line": n, "quantity": "20" if n == 10 else "10"} for n in range(1, 11)])
    papers = pieces_of(boxes)
    packs = [*(f"BOX-{number}" for number in range(10)), "BOX-9"]

    async def story(terminal: Terminal) -> None:
        hands = Hands(terminal)
        await hands.scan(*papers, *packs)
        await hands.press("f2")
        assert counted(terminal) == [*["10"] * 9, "20"]
        await terminal.type(f"{PIN}\r")
        await terminal.scan("I2")
        await terminal.type(f"{PIN}\r")
        assert isinstance(terminal.frame, DeskScreen), terminal.said
        assert (hands.scans - len(papers), hands.keys) == (len(packs), 1)

    at(boxes.floor, "finished_store", story, "K1")
    assert boxes.ended() == "received" and boxes.floor.lies("BOX-9")["finished_store"] == 20


def test_a_delivery_of_ten_lines_is_received_the_same_way(boxes: Dock) -> None:
    boxes.arrive(*({"item": f"BOX-{number}", "quantity": "10"} for number in range(10)))
    boxes.inspect(passed=[{"line": n, "quantity": "10"} for n in range(1, 11)])

    async def story(terminal: Terminal) -> None:
        hands = Hands(terminal)
        await hands.scan(boxes.yard.pieces[f"{boxes.case}/1"], *(f"BOX-{number}" for number in range(10)))
        await hands.press("f2")
        await terminal.type(f"{PIN}\r")
        assert isinstance(terminal.frame, DeskScreen), terminal.said
        assert (hands.scans, hands.keys) == (11, 1)

    at(boxes.floor, "raw_store", story, "RK2")
    assert boxes.ended() == "received"


def test_the_inspector_counts_by_scanning_packs_and_writes_what_is_rejected(dock: Dock) -> None:
    dock.hand_over(dock.line("PCB-1", "50"), dock.line("V-200", "3"))

    async def story(terminal: Terminal) -> None:
        await terminal.scan(dock.yard.pieces[f"{dock.case}/2"])
        await terminal.press("f3")
        assert counted(terminal) == ["", ""]
        for code in [*["PCB-1"] * 4, "V-200", "V-200"]:
            await terminal.scan(code)
        assert counted(terminal) == ["40", "2"]
        await terminal.type("1\r10\r虚焊\r2\r1\r漏\r\r")
        await terminal.type(f"{PIN}\r")
        assert isinstance(terminal.frame, DeskScreen), terminal.said

    at(dock.floor, "inspection", story, "I1")
    assert dock.lots("quarantine") == [("PCB-1", 10, "nonconforming"), ("V-200", 1, "nonconforming")]


def test_a_pack_too_many_is_seen_at_once_and_refused_by_its_line_and_the_goods_may_be_sent_back(dock: Dock) -> None:
    dock.hand_over()
    dock.inspect(passed="50")
    papers = pieces_of(dock)

    async def story(terminal: Terminal) -> None:
        for code in (*papers, *["PCB-1"] * 4):
            await terminal.scan(code)
        await terminal.press("f2")
        assert counted(terminal) == ["40"]
        assert [str(row.note.content).strip() for row in counter(terminal).rows] == ["! expected 50, 10 missing"]
        await terminal.type(f"{PIN}\r")
        await terminal.scan("I2")
        await terminal.type(f"{PIN}\r")
        assert "ine 1" in terminal.said and "40" in terminal.said
        assert terminal.app.focused is counter(terminal).rows[0].field
        await terminal.press("f12", "f4")
        await terminal.type(f"少一包\r{PIN}\r")
        await terminal.scan("I2")
        await terminal.type(f"{PIN}\r")
        assert isinstance(terminal.frame, DeskScreen), terminal.said

    at(dock.floor, "finished_store", story, "K1")
    assert dock.ended() == "not_accepted"


def test_goods_of_another_receipt_are_refused_at_the_scan(dock: Dock) -> None:
    dock.hand_over()
    dock.inspect(passed="50")
    papers = pieces_of(dock)

    async def story(terminal: Terminal) -> None:
        for code in (*papers, "V-200"):
            await terminal.scan(code)
        assert "V-200" in terminal.said and "not on this document" in terminal.said

    at(dock.floor, "finished_store", story, "K1")


def test_the_workshop_writes_its_slip_and_the_store_its_arrival_by_keys(dock: Dock) -> None:
    async def hand_over(terminal: Terminal) -> None:
        await terminal.press("f2")
        await terminal.type("RW-9\rSG-9\rHG-9\r\r\r")
        await terminal.scan("PCB-1")
        await terminal.type("20\r50\r\r\r\r\r1\r")
        await terminal.type(f"{PIN}\r")
        assert isinstance(terminal.frame, DeskScreen), terminal.said

    async def arrival(terminal: Terminal) -> None:
        await terminal.press("f2")
        await terminal.type("arrival\r")
        await terminal.press("enter")
        await terminal.type("北方铸造\r\r\r")
        await terminal.scan("GLUE")
        await terminal.type("24\rB-7\r2026-02-01\r\r\r")
        await terminal.type(f"{PIN}\r")
        assert isinstance(terminal.frame, DeskScreen), terminal.said

    at(dock.floor, "assembly", hand_over, "AS1")
    at(dock.floor, "raw_store", arrival, "RK1")
    assert dock.lots("arrivals") == [("PCB-1", 20, "to_be_inspected"), ("GLUE", 24, "to_be_inspected")]


def test_what_was_printed_meanwhile_is_not_offered_to_be_taken_back(dock: Dock) -> None:
    def printed() -> None:
        with dock.floor.site.database.writing() as cursor:
            cursor.execute("UPDATE prints SET state = 'sent' WHERE kind = 'slip'")

    async def story(terminal: Terminal) -> None:
        await terminal.press("f2")
        await terminal.type("RW-9\rSG-9\rHG-9\r\r\r")
        await terminal.scan("PCB-1")
        await terminal.type("20\r50\r\r\r\r\r1\r")
        await terminal.type(f"{PIN}\r")
        assert terminal.said.endswith("(F8 takes it back)"), terminal.said
        await asyncio.to_thread(printed)
        await terminal.frame.changed()
        await terminal.settled()
        assert "Hand product over" in terminal.said and "F8" not in terminal.text

    at(dock.floor, "assembly", story, "AS1")
