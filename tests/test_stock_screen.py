"""The stock look-up, played by keys on the real app."""

from __future__ import annotations

from factory_floor import Floor, FloorMaker, description
from terminal import Terminal, at

from screens.stock import StockScreen


async def open_stock(terminal: Terminal) -> None:
    await terminal.press("f10", "f2")
    assert isinstance(terminal.frame, StockScreen)


def line_of(terminal: Terminal, word: str) -> str:
    return next(line for line in terminal.text.splitlines() if word in line)


def test_stock_says_what_lies_there_what_is_promised_and_what_is_free(floor: Floor) -> None:
    floor.play("authorise")

    async def story(terminal: Terminal) -> None:
        await open_stock(terminal)
        assert line_of(terminal, "V-100").split()[-4:] == ["50", "0", "10", "40"]
        assert "Finished goods store" in line_of(terminal, "V-100") or "finished goods store" in line_of(terminal, "V-100")

    at(floor, "finished_store", story, "K1")


def test_what_is_typed_looks_through_the_stock_and_f12_shows_all_again(floor: Floor) -> None:
    async def story(terminal: Terminal) -> None:
        await open_stock(terminal)
        await terminal.type("S-0002\r")
        assert "S-0002" in line_of(terminal, "> VS-1")
        assert "V-100" not in terminal.text
        await terminal.press("f12")
        assert "V-100" in terminal.text
        await terminal.press("f12")
        assert not isinstance(terminal.frame, StockScreen)

    at(floor, "finished_store", story, "K1")


def test_f2_goes_through_the_places_where_goods_lie(floor: Floor) -> None:
    async def story(terminal: Terminal) -> None:
        await open_stock(terminal)
        await terminal.press("f2")
        assert "V-100" in terminal.text and "OIL" not in terminal.text
        await terminal.press("f2")
        assert "OIL" in terminal.text and "V-100" not in terminal.text
        await terminal.type(".3\r")
        assert "OIL" in terminal.text and "V-100" in terminal.text

    at(floor, "finished_store", story, "K1")


def test_f5_lays_the_card_of_the_chosen_item_on_the_desk(floor: Floor) -> None:
    async def story(terminal: Terminal) -> None:
        await open_stock(terminal)
        await terminal.type("V-100\r")
        await terminal.press("f5")
        assert "An item" in terminal.said
        assert len(terminal.app.screen_stack) == 2

    at(floor, "finished_store", story, "K1")


def test_an_item_that_is_called_like_a_key_presses_none(floors: FloorMaker) -> None:
    described = description()
    described["items"].append({"code": "F12", "unit": "pc"})
    described["stock"].append({"item": "F12", "place": "finished_store", "quantity": "1"})
    floor = floors(described=described)

    async def story(terminal: Terminal) -> None:
        await open_stock(terminal)
        assert "> F12" in terminal.text
        await terminal.press("f5")
        assert "An item" in terminal.said

    at(floor, "finished_store", story, "K1")


def test_a_text_that_cannot_be_looked_for_is_refused_and_the_list_stays(floor: Floor) -> None:
    async def story(terminal: Terminal) -> None:
        await open_stock(terminal)
        before = terminal.text.splitlines()[:8]
        await terminal.type("x" * 250 + "\r")
        assert "too long" in terminal.said
        assert terminal.text.splitlines()[:8] == before

    at(floor, "finished_store", story, "K1")


def test_a_scan_leaves_the_list_and_lays_the_paper_on_the_desk(floor: Floor) -> None:
    floor.play("hand_out")

    async def story(terminal: Terminal) -> None:
        await open_stock(terminal)
        await terminal.type("half a wo")
        await terminal.scan(floor.code(4))
        assert len(terminal.app.screen_stack) == 2
        assert f"{floor.case}/4" in terminal.said

    at(floor, "finished_store", story, "K1")


def test_a_wide_terminal_shows_more_columns(floor: Floor) -> None:
    async def story(terminal: Terminal) -> None:
        await open_stock(terminal)
        heads = line_of(terminal, "There").split()
        assert {"Spec", "Case", "Expires"} <= set(heads)

    at(floor, "finished_store", story, "K1", size=(140, 40))


def test_the_list_speaks_the_other_language_at_once(floor: Floor) -> None:
    async def story(terminal: Terminal) -> None:
        await open_stock(terminal)
        await terminal.press("f11")
        await terminal.settled()
        assert "结存" in terminal.text
        assert "There" not in terminal.text

    at(floor, "finished_store", story, "K1")
