"""The screens of a store, played by keys: bins, putting away by scanning, shelf life, climate."""

from __future__ import annotations

from typing import Any

import pytest
from delivery_floor import Yard
from factory_floor import DAY, PIN, START, Floor, FloorMaker, description
from terminal import Terminal, at

from qdesk.clock import moment
from screens.administration import AdministeringScreen, AdministrationScreen
from screens.bin_plan import BinPlanScreen
from screens.climate import ClimateScreen, day_bar
from screens.putting_away import PutAwayScreen
from screens.shelf_life import ShelfLifeScreen


@pytest.fixture
def store(floors: FloorMaker) -> Floor:
    made = description()
    made["items"] += [{"code": "GLUE", "name": "胶", "unit": "桶"}, {"code": "BOLT", "unit": "件"}, {"code": "77", "unit": "件"}]
    made["bins"] = [{"code": code, "place": "raw_store", "zone": "product"} for code in ("A-1", "A-2")]
    made["bins"].append({"code": "B-1", "place": "raw_store", "zone": "waiting"})
    made["stock"] += [
        {"item": "GLUE", "place": "raw_store", "quantity": "10", "expires": moment(START + 9 * DAY).date().isoformat()},
        {"item": "BOLT", "place": "raw_store", "quantity": "100", "bin": "A-1"},
        {"item": "77", "place": "raw_store", "quantity": "5"},
    ]
    return floors(described=made)


def lot(store: Floor, item: str) -> str:
    return str(store.rows("SELECT code FROM lots WHERE item = ?", item)[0][0])


def in_bins(store: Floor, item: str) -> dict[str, int]:
    sql = "SELECT bin, quantity / 1000 FROM balances WHERE item = ? AND counter = 0 AND quantity <> 0"
    return dict(store.rows(sql, item))


# Putting away


def test_a_bin_then_goods_then_how_many_and_one_key_does_three_rows(store: Floor) -> None:
    async def story(terminal: Terminal) -> None:
        await terminal.scan("A-2")
        await terminal.scan(lot(store, "GLUE"))
        assert isinstance(terminal.frame, PutAwayScreen)
        assert "How many" in terminal.said
        await terminal.type("4\r")
        await terminal.scan("BOLT")
        await terminal.type("30\r")
        await terminal.scan("77")
        await terminal.press("f3")
        assert "F2" in terminal.said
        await terminal.press("f2")
        assert "Put away" in terminal.said and "GLUE 4 to raw-material store A-2" in terminal.said

    at(store, "raw_store", story, "RK1")
    assert in_bins(store, "GLUE") == {"A-2": 4, "": 6}
    assert in_bins(store, "BOLT") == {"A-1": 70, "A-2": 30}
    assert in_bins(store, "77") == {"A-2": 5}
    assert store.rows("SELECT COUNT(DISTINCT act) FROM moves WHERE source = target") == [(1,)]


def test_the_order_is_free_and_the_desk_says_what_it_still_needs(store: Floor) -> None:
    async def story(terminal: Terminal) -> None:
        await terminal.press("f7", "f3")
        assert "in any order" in terminal.said or "in any order" in terminal.text
        await terminal.type("6\r")
        assert "Scan an item or a lot" in terminal.said
        await terminal.scan(lot(store, "GLUE"))
        assert "Scan the bin" in terminal.said
        await terminal.scan("A-1")
        await terminal.press("f2")

    at(store, "raw_store", story, "RK1")
    assert in_bins(store, "GLUE") == {"A-1": 6, "": 4}


def test_a_scan_is_never_a_quantity_even_if_it_is_all_digits(store: Floor) -> None:
    async def story(terminal: Terminal) -> None:
        await terminal.press("f7", "f3")
        await terminal.scan("A-2")
        await terminal.scan(lot(store, "GLUE"))
        await terminal.scan("5")  # a code that nobody knows
        assert "How many" not in terminal.said and "5" in terminal.said
        screen = terminal.frame
        assert isinstance(screen, PutAwayScreen) and not screen.tray.rows and screen.tray.row.quantity is None
        await terminal.type("77\r")  # an item of this store, without a scanner's prefix
        assert screen.tray.row.quantity is None
        assert screen.tray.row.goods and screen.tray.row.goods["item"] == "77"

    at(store, "raw_store", story, "RK1")


def test_what_warns_wants_a_reason_and_what_was_scanned_stays(store: Floor) -> None:
    store.do("I1", "hold_lot", case="", lot=lot(store, "BOLT"), reason="锈")

    async def story(terminal: Terminal) -> None:
        await terminal.scan(lot(store, "BOLT"))
        await terminal.press("f5")
        await terminal.scan("A-2")
        await terminal.type("8\r")
        await terminal.press("f2")
        assert "is not for a lot such as" in terminal.text
        await terminal.press("f2")
        assert in_bins(store, "BOLT") == {"A-1": 100}
        await terminal.type("no room elsewhere\r")
        await terminal.press("f2")
        assert not isinstance(terminal.frame, PutAwayScreen)

    at(store, "raw_store", story, "RK1")
    assert in_bins(store, "BOLT") == {"A-1": 92, "A-2": 8}


def test_goods_and_papers_scanned_without_a_prefix_are_no_reason_to_go_on_all_the_same(store: Floor) -> None:
    store.play("hand_out")
    store.do("I1", "hold_lot", case="", lot=lot(store, "BOLT"), reason="锈")

    async def story(terminal: Terminal) -> None:
        await terminal.scan("A-2")
        await terminal.scan(lot(store, "BOLT"))
        await terminal.type("8\r")
        await terminal.press("f2")
        page: Any = terminal.frame
        assert page.warned and not page.despite
        await terminal.scan(store.pieces[f"{store.case}/4"], prefix="")
        assert not page.despite
        await terminal.scan("GLUE", prefix="")
        assert not page.despite and not page.warned and page.tray.row.goods["item"] == "GLUE"

    at(store, "raw_store", story, "RK1")


def test_a_paper_scanned_while_nothing_is_begun_goes_to_the_desk(store: Floor) -> None:
    store.play("hand_out")

    async def story(terminal: Terminal) -> None:
        await terminal.press("f7", "f3")
        await terminal.scan(store.code(4))
        assert len(terminal.app.screen_stack) == 2 and f"{store.case}/4" in terminal.said

    at(store, "finished_store", story, "K1")


def test_f4_drops_what_was_begun_and_then_the_last_row(store: Floor) -> None:
    async def story(terminal: Terminal) -> None:
        await terminal.press("f7", "f3")
        await terminal.scan("A-2")
        await terminal.scan(lot(store, "GLUE"))
        await terminal.type("4\r")
        await terminal.scan("BOLT")
        screen = terminal.frame
        assert isinstance(screen, PutAwayScreen)
        await terminal.press("f4")
        assert len(screen.tray.rows) == 1
        await terminal.press("f4")
        assert not screen.tray.begun

    at(store, "raw_store", story, "RK1")


# The plan


def test_the_plan_shows_each_bin_what_lies_there_and_what_lies_in_none(store: Floor) -> None:
    async def story(terminal: Terminal) -> None:
        await terminal.press("f7")
        assert isinstance(terminal.frame, BinPlanScreen)
        lines = terminal.text.splitlines()
        assert any("A-1" in line and "BOLT" in line and "100" in line for line in lines)
        assert any("B-1" in line and "waiting" in line for line in lines)
        assert any("(no bin)" in line and "GLUE" in line for line in lines)
        await terminal.type("bolt\r")
        assert "GLUE" not in terminal.text and "BOLT" in terminal.text
        await terminal.press("enter")
        assert "A-1" in terminal.text and "raw-material store" in terminal.text

    at(store, "raw_store", story, "RK1")


def test_a_bin_is_opened_on_the_page_of_the_acts(store: Floor) -> None:
    async def story(terminal: Terminal) -> None:
        await terminal.press("f7", "f6")
        listed = terminal.frame
        assert isinstance(listed, AdministrationScreen)
        place = [act["step"] for act in listed.acts].index("open_bin")
        await terminal.press(*["down"] * place, "enter")
        assert isinstance(terminal.frame, AdministeringScreen)
        await terminal.type("C-9\r1\r3\r")
        await terminal.press("f2")

    at(store, "raw_store", story, "RK1")
    assert store.rows("SELECT place, zone FROM bins WHERE code = 'C-9'") == [("raw_store", "product")]


def test_an_unknown_scan_while_a_row_is_gathered_is_answered_and_written_down(store: Floor) -> None:
    async def story(terminal: Terminal) -> None:
        await terminal.press("f7", "f3")
        await terminal.scan("A-2")
        await terminal.scan("123456")
        assert isinstance(terminal.frame, PutAwayScreen)
        assert "is not known here" in terminal.said

    at(store, "raw_store", story, "RK1")
    assert store.rows("SELECT verb, code FROM attempts") == [("present", "code_unknown")]


# Shelf life


def test_the_home_says_how_many_lots_end_and_one_key_asks_for_a_re_inspection(store: Floor) -> None:
    async def story(terminal: Terminal) -> None:
        assert "Lots that end within a month" in terminal.text
        await terminal.press("f7", "f4")
        assert isinstance(terminal.frame, ShelfLifeScreen)
        assert "GLUE" in terminal.text and "9" in terminal.text
        await terminal.press("f2")
        assert len(terminal.app.screen_stack) == 2
        assert "that end within a month" not in terminal.text

    at(store, "raw_store", story, "RK1")
    assert store.rows("SELECT desk FROM waiting") == [("inspection",)]


def test_the_inspector_scans_the_record_and_names_the_new_end(store: Floor) -> None:
    yard = Yard(store)
    case = yard.do("RK1", "raise_raw", case="", procedure="reinspection", fields={"lot": lot(store, "GLUE")}).case

    async def story(terminal: Terminal) -> None:
        await terminal.scan(yard.pieces[f"{case}/1"])
        assert "Re-inspect: pass" in terminal.text and "Good until, so far" in terminal.text
        await terminal.press("f2")
        await terminal.type("2026-09-01\r")
        if "PIN" in terminal.text and terminal.app.focused is not terminal.of("ScanLine"):
            await terminal.type(f"{PIN}\r")
        else:
            await terminal.press("f2")
        assert "Re-inspect" in terminal.said

    at(store, "inspection", story, "I1")
    assert store.rows("SELECT ended FROM cases WHERE code = ?", case) == [("extended",)]


def test_what_has_ended_is_told_to_the_keeper_and_to_quality_at_once_R049(store: Floor) -> None:
    store.clock.advance(10 * DAY)

    async def keeper(terminal: Terminal) -> None:
        assert "past the end of their shelf life" in terminal.text

    async def quality(terminal: Terminal) -> None:
        assert "past the end of their shelf life" in terminal.text
        key = next(action.key for action in terminal.frame.all_actions() if action.title == "Bins")
        await terminal.press(f"f{key}", "f4")
        assert "ended" in terminal.text and "GLUE" in terminal.text

    at(store, "raw_store", keeper, "RK1")
    at(store, "quality", quality, "Q1", size=(140, 40))


# Climate


def test_a_reading_outside_the_limits_wants_what_was_done_and_rings_at_quality(store: Floor) -> None:
    async def keeper(terminal: Terminal) -> None:
        await terminal.press("f7", "f5")
        assert isinstance(terminal.frame, ClimateScreen)
        await terminal.press("f2")
        await terminal.type("1\r28\r50\r")
        await terminal.press("f2")
        assert "What was done about it" in terminal.said
        await terminal.type("aired\r")
        await terminal.press("f2")
        assert isinstance(terminal.frame, ClimateScreen) and "aired" in terminal.text
        await terminal.press("f12")
        assert "28 ℃" in terminal.text and ", outside 15" in terminal.text

    async def quality(terminal: Terminal) -> None:
        assert "Climate readings outside the limits" in terminal.text
        key = next(action.key for action in terminal.frame.all_actions() if action.title == "Bins")
        await terminal.press(f"f{key}", "f5")
        assert "aired" in terminal.text and "outside" in terminal.text
        await terminal.press("f3")
        assert "Finished goods store" in terminal.text or "finished goods store" in terminal.text
        await terminal.press("f3", "f3")
        assert "aired" in terminal.text
        await terminal.press("f2")
        assert "Taken note" in terminal.said

    at(store, "raw_store", keeper, "RK1")
    at(store, "quality", quality, "Q1", size=(140, 40))
    assert store.rows("SELECT noted_by IS NULL FROM readings") == [(0,)]


def test_the_bar_of_a_day_tells_all_its_figures_and_that_it_was_outside() -> None:
    told = {"day": "2026-03-02", "read": True, "outside": True, "lowest": "15.5", "highest": "28.5", "humidity": "57.5"}
    assert day_bar(told, 11, True).plain.endswith("15.5-28.5 C 57.5% !")


def test_a_reading_is_due_only_where_the_site_says_how_often(floors: FloorMaker) -> None:
    async def due(terminal: Terminal) -> None:
        assert "are to be read" in terminal.text

    async def not_due(terminal: Terminal) -> None:
        assert "are to be read" not in terminal.text

    at(floors(), "raw_store", not_due, "RK1")
    floor = floors({"climate_every": "24h"})
    at(floor, "raw_store", due, "RK1")
    floor.do("RK1", "read_climate", case="", place="raw_store", temperature="20", humidity="50")
    at(floor, "raw_store", not_due, "RK1")
    floor.clock.advance(DAY)
    at(floor, "raw_store", due, "RK1")


@pytest.mark.parametrize("size", [(80, 24), (140, 40)])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_screen_of_a_store_is_drawn_in_both_languages(store: Floor, language: str, size: tuple[int, int]) -> None:
    store.do("RK1", "read_climate", case="", place="raw_store", temperature="20", humidity="50")

    async def story(terminal: Terminal) -> None:
        for keys in (("f7",), ("f3",), ("f12", "f4"), ("f12", "f5")):
            await terminal.press(*keys)
            assert "[" not in terminal.text.replace("[]", "") or "put_away" not in terminal.text
            assert "{" not in terminal.text

    at(store, "raw_store", story, "RK1", language=language, size=size)
