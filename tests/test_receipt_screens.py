"""Receipt at the desks, by scans and keys: one scan a pack, one key, and the signatures that are due (R026)."""

from __future__ import annotations

import pytest
from factory_floor import PIN, Json
from receipts_floor import Dock
from receipts_floor import dock as dock
from terminal import Terminal, at

from screens.acting import ActScreen
from screens.counts import CountQuestion
from screens.desk import DeskScreen


def counter(terminal: Terminal) -> CountQuestion:
    page = terminal.frame
    assert isinstance(page, ActScreen), terminal.said
    return next(each for each in page.questions if isinstance(each, CountQuestion))


def counted(terminal: Terminal) -> list[str]:
    return [row.field.value for row in counter(terminal).rows]


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
def boxes(floors: object) -> Dock:
    """A dock with ten products that come in packs of ten."""
    from delivery_floor import Yard
    from receipts_floor import stocked

    described = stocked()
    described["items"] += [{"code": f"BOX-{number}", "unit": "块", "pack": "10"} for number in range(10)]
    return Dock(Yard(floors(described=described)))  # type: ignore[operator]


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
