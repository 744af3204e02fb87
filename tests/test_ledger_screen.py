"""The stock ledger and the trace of a lot on the real app, played by keys."""

from __future__ import annotations

from typing import Any

from factory_floor import WITH_PARTS, Floor
from terminal import Terminal, at

from screens.ledger import LedgerScreen, PlacesScreen
from screens.stock import StockScreen
from screens.tracing import TraceScreen


async def open_ledger(terminal: Terminal, item: str = "V-100") -> None:
    await terminal.press("f10", "f2")
    await terminal.type(f"{item}\r")
    await terminal.press("enter")
    assert isinstance(terminal.frame, LedgerScreen)


def shown(terminal: Terminal) -> Any:
    """The screen in front, whichever it is."""
    return terminal.frame


def line_of(terminal: Terminal, word: str) -> str:
    return next(line for line in terminal.text.splitlines() if word in line)


def test_enter_on_a_row_of_stock_opens_its_ledger_and_enter_there_the_voucher(floor: Floor) -> None:
    floor.play("receive")
    case = floor.case

    async def story(terminal: Terminal) -> None:
        await open_ledger(terminal)
        assert "opening 0, in 50, out 10, closing 40" in terminal.text
        assert line_of(terminal, f"{case}/4").split()[-2:] == ["10", "40"]
        await terminal.press("enter")
        assert shown(terminal).card["copy"] == f"{case}/4"

    at(floor, "finished_store", story, "K1")


def test_f2_turns_the_ledger_round_and_days_typed_narrow_it(floor: Floor) -> None:
    floor.play("receive")

    async def story(terminal: Terminal) -> None:
        await open_ledger(terminal)
        assert shown(terminal).table.chosen["went"] == "10"
        await terminal.press("f2")
        assert shown(terminal).table.chosen["came"] == "50"
        await terminal.type("2027-01\r")
        assert "opening 40, in 0, out 0, closing 40" in " ".join(terminal.text.split())
        await terminal.type("2027-13\r")
        assert "not a month" in terminal.said.lower()
        assert shown(terminal).asked["from"] == "2027-01-01"
        await terminal.press("f12")
        assert "closing 40" in terminal.text and isinstance(terminal.frame, LedgerScreen)
        await terminal.press("f12")
        assert isinstance(terminal.frame, StockScreen)

    at(floor, "finished_store", story, "K1")


def test_the_ledger_of_one_lot_and_all_lots_again(floor: Floor) -> None:
    async def story(terminal: Terminal) -> None:
        await open_ledger(terminal, "VS-1")
        assert "closing 2" in terminal.text
        await terminal.press("f3")
        assert "closing 1" in terminal.text
        await terminal.press("f3")
        assert "closing 2" in terminal.text

    at(floor, "finished_store", story, "K1")


def test_the_ledger_goes_to_a_file_and_to_the_printer(floor: Floor) -> None:
    floor.play("receive")

    async def story(terminal: Terminal) -> None:
        await open_ledger(terminal)
        await terminal.press("f7")
        while "2 rows are in" not in terminal.said:
            await terminal.settled()
        await terminal.press("f8")
        assert "2 moves go to the printer" in terminal.said

    at(floor, "finished_store", story, "K1")
    [written] = (floor.folder / "exports").glob("ledger-V-100-finished_store-*.csv")
    assert written.read_text(encoding="utf-8-sig").count("\n") == 3
    assert floor.rows("SELECT kind, subject FROM prints WHERE kind = 'ledger'") == [
        ("ledger", "item=V-100 place=finished_store")
    ]


def test_a_lot_on_the_desk_is_traced_and_its_steps_are_opened(floor: Floor) -> None:
    floor.play("return_closing_copy", WITH_PARTS)
    [(made,)] = floor.rows("SELECT code FROM lots WHERE item = 'V-200'")
    [(old,)] = floor.rows("SELECT code FROM lots WHERE item = 'V-100'")

    async def story(terminal: Terminal) -> None:
        await terminal.scan(made)
        await terminal.press("f4")
        assert isinstance(terminal.frame, TraceScreen)
        assert f"made of {old}" in terminal.text and "NEW-PART" in terminal.text
        while f"made of {old}" not in shown(terminal).table.chosen["said"]:
            await terminal.press("down")
        await terminal.press("enter")
        assert shown(terminal).lot == old
        assert f"became {made}" in terminal.text
        await terminal.type("S-0001\r")
        assert "VS-1" in terminal.text
        await terminal.type("S-0009\r")
        assert "S-0009" not in shown(terminal).lot
        await terminal.press("f2")
        assert isinstance(terminal.frame, PlacesScreen)
        await terminal.press("enter")
        assert isinstance(terminal.frame, LedgerScreen)

    at(floor, "finished_store", story, "K1")


def test_an_item_on_the_desk_leads_to_every_place_it_was_ever_at(floor: Floor) -> None:
    floor.play("receive")

    async def story(terminal: Terminal) -> None:
        await terminal.scan("V-100")
        await terminal.press("f3")
        assert isinstance(terminal.frame, PlacesScreen)
        assert line_of(terminal, "> finished goods store").split()[-4:] == ["0", "50", "10", "40"]
        assert line_of(terminal, "count difference").split()[-4:] == ["0", "0", "50", "-50"]
        await terminal.type("2027-01\r")
        assert line_of(terminal, "> finished goods store").split()[-4:] == ["40", "0", "0", "40"]
        assert "from 2027-01-01" in terminal.text
        await terminal.press("enter")
        assert shown(terminal).asked["from"] == "2027-01-01"
        await terminal.press("f12", "f12", "f12")
        assert isinstance(terminal.frame, PlacesScreen)
        assert line_of(terminal, "> finished goods store").split()[-4:] == ["0", "50", "10", "40"]

    at(floor, "finished_store", story, "K1")
