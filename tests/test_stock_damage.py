"""Damage found in a store: reported, held and set apart in one act; the keeper's superior signs, quality knows (R050, R058)."""

from __future__ import annotations

from typing import Any

import pytest
from factory_floor import Floor, FloorMaker
from stocktake_floor import STORE, Stocktake, lots_of, put, shelf, stocked

import data
from qdesk.desk import Done, present
from qdesk.desk.book import known_of
from qdesk.factory import load_factory
from qdesk.proof import prove_all
from qdesk.quarantine import NONCONFORMING, QUARANTINE
from qdesk.stock import free

FILES = ("stock_damage.toml", "stock_damage_parts.toml", "stock_damage_raw.toml")
OTHER_STORES = {FILES[1]: ("parts_store", "parts_keeper"), FILES[2]: ("raw_store", "raw_keeper")}


@pytest.fixture
def store(floor: Floor) -> Stocktake:
    """A store with goods in two bins, about to be looked over."""
    return damage_at(stocked(floor))


def damage_at(stocktake: Stocktake) -> Stocktake:
    """The same store, where damage is reported."""
    stocktake.procedure = "stock_damage"
    return stocktake


def report(store: Stocktake, quantity: str = "2", who: str = "K1", place: str = STORE, **line: str) -> Done:
    """The keeper has found something; it is the case played from now on."""
    [lot] = lots_of(store.floor, "V-300")
    row = {"item": "V-300", "lot": lot, "bin": "A-01", "quantity": quantity, "damage": "锈蚀", **line}
    lines = [{name: text for name, text in row.items() if text}]
    done = store.do(who, "report", case="", fields={"place": place, "found": "月度检查"}, lines=lines)
    store.case = store.floor.case = done.case or ""
    return done


def lying(floor: Floor) -> list[tuple[Any, ...]]:
    """Place, bin, quantity and hold of what lies of V-300."""
    sql = """SELECT b.place, b.bin, b.quantity / 1000, l.hold FROM balances b JOIN lots l ON l.code = b.lot
      WHERE b.item = 'V-300' AND b.quantity > 0 AND b.counter = 0 ORDER BY b.place, b.bin"""
    return floor.rows(sql)


def free_of(floor: Floor) -> int:
    """How much of V-300 may be used in the finished store."""
    with floor.site.database.reading() as cursor:
        return free(cursor, "V-300", STORE, floor.clock.now()) // 1000


def test_the_report_itself_holds_the_damaged_part_and_sets_it_apart_and_the_rest_stays_usable(store: Stocktake) -> None:
    assert free_of(store.floor) == 8
    done = report(store)
    assert lying(store.floor) == [(STORE, "A-01", 3, ""), (STORE, "A-02", 3, ""), (QUARANTINE, "", 2, NONCONFORMING)]
    assert free_of(store.floor) == 6
    assert [each["desk"] for each in done.notices] == ["quality"]
    [old, apart] = store.floor.rows("SELECT code, origin FROM lots WHERE item = 'V-300' ORDER BY code")
    assert old[1] == apart[1]  # of the same origin, so that it can be traced


def test_the_superior_signs_and_the_case_ends_with_the_goods_still_apart(store: Stocktake) -> None:
    report(store)
    done = store.do("Q1", "confirm", (f"{store.case}/2",), opinion="属实，提交评审")
    assert done.ended == "reported"
    assert lying(store.floor)[-1] == (QUARANTINE, "", 2, NONCONFORMING)
    fields = present(store.floor.site, store.floor.token("Q1"), store.case)["document"]["fields"]
    assert fields["opinion"] == "属实，提交评审"


def test_a_report_that_is_taken_back_puts_the_goods_back_where_they_lay(store: Stocktake) -> None:
    before = lying(store.floor)
    report(store)
    store.do("K1", "reverse")
    assert lying(store.floor) == before


def test_a_whole_lot_that_is_damaged_keeps_its_name(floor: Floor) -> None:
    store = damage_at(stocked(floor))
    lot = put(floor, "V-200", 4, "A-02")
    report(store, "4", item="V-200", lot=lot, bin="A-02")
    rows = floor.rows("SELECT lot, place FROM balances WHERE item = 'V-200' AND quantity > 0 AND counter = 0")
    assert rows == [(lot, QUARANTINE)]


def test_nobody_signs_the_own_report(store: Stocktake) -> None:
    report(store, who="X1@finished_store")
    with store.floor.refused("own_work"):
        store.do("X1@quality", "confirm", (f"{store.case}/2",), opinion="属实")


def test_the_general_manager_signs_where_the_house_wants_it(floors: FloorMaker) -> None:
    store = damage_at(stocked(floors({"damage_signed": "general_manager"})))
    report(store)
    assert store.do("M1", "confirm", (f"{store.case}/2",), opinion="属实").ended == "reported"


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ({"quantity": "6"}, "damage_more_than_here"),
        ({"bin": ""}, "damage_more_than_here"),
        ({"bin": "A-03"}, "damage_more_than_here"),
        ({"place": "spare_area"}, "damage_more_than_here"),
        ({"item": "V-100"}, "lot_not_of_item"),
    ],
)
def test_what_does_not_lie_there_is_not_reported(store: Stocktake, line: dict[str, str], code: str) -> None:
    with store.floor.refused("rule_forbids") as refused:
        report(store, **line)
    assert [each.code for each in refused[0].because] == [code]


def test_two_lines_do_not_report_the_same_goods_twice(store: Stocktake) -> None:
    [lot] = lots_of(store.floor, "V-300")
    row = {"item": "V-300", "lot": lot, "bin": "A-01", "quantity": "3", "damage": "锈蚀"}
    with store.floor.refused("rule_forbids") as refused:
        store.do("K1", "report", case="", fields={"place": STORE, "found": "巡检"}, lines=[row, {**row, "damage": "裂纹"}])
    assert [(each.code, each.arguments["line"]) for each in refused[0].because] == [("damage_more_than_here", 2)]


@pytest.mark.parametrize("missing", ["damage", "lot", "quantity"])
def test_a_report_says_which_lot_how_much_and_what_is_wrong(store: Stocktake, missing: str) -> None:
    with store.floor.refused("column_missing"):
        report(store, **{missing: ""})


def test_what_was_promised_of_damaged_goods_is_given_up_and_sales_is_told(store: Stocktake) -> None:
    case = store.floor.apply("V-300", "V-200", "7")
    store.floor.play("authorise")
    done = report(store, "5")
    assert sorted(each["desk"] for each in done.notices) == ["quality", "sales"]
    assert store.floor.rows("SELECT quantity / 1000 FROM reservations WHERE in_case = ?", case) == [(3,)]


@pytest.mark.parametrize("file", OTHER_STORES)
def test_every_store_reports_by_the_same_text(file: str) -> None:
    here, there = (data.read(f"procedures/{name}") for name in (FILES[0], file))
    left, right = (text[text.index("[endings."):] for text in (here, there))
    store, keeper = OTHER_STORES[file]
    suffix = file.removeprefix("stock_damage").removesuffix(".toml")
    left = left.replace('"finished_store"', f'"{store}"').replace('"keeper"', f'"{keeper}"')
    assert left.replace("damage_report", f"damage_report{suffix}") == right


@pytest.mark.parametrize(("file", "who", "store"), [(FILES[1], "PK1", "parts_store"), (FILES[2], "RK1", "raw_store")])
def test_the_other_stores_report_at_their_own_desks(floor: Floor, file: str, who: str, store: str) -> None:
    shelf(floor, "P-01", place=store)
    lot = put(floor, "NEW-PART", 4, "P-01", store)
    played = Stocktake(floor, file.removesuffix(".toml"))
    line = {"item": "NEW-PART", "lot": lot, "bin": "P-01", "quantity": "1", "damage": "磕伤"}
    done = played.do(who, "report", case="", fields={"place": store, "found": "月度检查"}, lines=[line])
    played.case = floor.case = done.case or ""
    assert played.do("Q1", "confirm", (f"{played.case}/2",), opinion="属实").ended == "reported"
    assert floor.rows("SELECT quantity FROM balances WHERE place = 'quarantine' AND quantity > 0") == [(1000,)]


@pytest.mark.parametrize("file", FILES)
def test_a_report_of_damage_is_proved_under_all_its_settings(file: str) -> None:
    for proof in prove_all(data.read(f"procedures/{file}"), file, known_of(load_factory())):
        assert proof.violations == () and proof.endings == ("reported",)
