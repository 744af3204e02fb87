"""A whole month of a keeper and an inspector on qdesk alone: what comes in, goes out, is counted, inspected and rejected.

Nothing here looks into the stock or writes past the two verbs; what the month comes to is read where its people read it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from delivery_floor import Yard
from factory_floor import Floor, FloorMaker, Json
from material_floor import LATE, NEVER, OVER, Stores, with_material
from quality_floor import GOOD, Quality
from receipts_floor import Dock
from stocktake_floor import Stocktake
from test_customer_property import Property
from test_rejection import ABOUT

from qdesk.bin_plan import bin_plan
from qdesk.clock import start_of
from qdesk.duties import duties
from qdesk.inspectors_day import inspectors_day
from qdesk.ledger import all_pages, places_of
from qdesk.lookups import inbox, stock
from qdesk.quality_month import quality_page
from qdesk.replenishing import to_replenish
from qdesk.tracing import trace
from qdesk.verify import verify

DRIVER = {"paper:driver": "赵师傅"}
BINS = {"A-01": "product", "A-02": "product"}


def described() -> Json:
    """Material in the raw-material store, and product that the workshop is going to make."""
    made = with_material()
    made["items"] += [
        {"code": "PCB-1", "name": "线路板", "unit": "块", "pack": "10"},
        {"code": "STEEL", "name": "圆钢", "unit": "根", "purchased": True},
    ]
    return made


class Month:
    """Everybody's work of one March, on one floor."""

    def __init__(self, floor: Floor) -> None:
        """Open the doors on the 2nd."""
        self.floor, self.yard = floor, Yard(floor)
        self.stores = Stores(floor)
        self.dock, self.quality, self.property = Dock(self.yard), Quality(self.yard), Property(self.yard)
        self.stores.yard = self.yard

    def on(self, day: int, hour: int = 8) -> None:
        """It is another day."""
        then = start_of(date(2026, 3, day)) + hour * 3_600_000_000
        assert then > self.floor.clock.now()
        self.floor.clock.advance(then - self.floor.clock.now())

    def fixed(self, who: str, step: str, **inputs: Any) -> None:
        """An act beside all cases."""
        self.floor.do(who, step, case="", **inputs)

    def play(self) -> None:
        """The month."""
        for part in (self.material, self.product, self.customers, self.delivery, self.life_and_transfer, self.damage_and_count):
            part()

    def material(self) -> None:
        """Bins, climate; steel arrives, a part of it is rejected and goes back; glue is handed out, brought back and settled."""
        for code, zone in BINS.items():
            self.fixed("RK1", "open_bin", bin=code, place="raw_store", zone=zone)
        self.fixed("RK1", "read_climate", place="raw_store", temperature="31", humidity="55", climate_measures="开窗通风")
        self.fixed("Q1", "note_climate")
        self.on(3)
        self.dock.arrive({"item": "STEEL", "quantity": "40", "batch": "B-7"})
        rejected = [{"line": 1, "quantity": "4", "reason": "裂纹"}]
        self.dock.inspect("part", passed="36", rejected=rejected)
        self.dock.receive("36")
        steel = self.lot_at("STEEL", "raw_store")
        self.fixed("RK1", "put_away", rows=[{"lot": steel, "quantity": "30", "bin": "", "to_bin": "A-01"}])
        self.on(4)
        self.quality.report(self.lot_at("STEEL", "quarantine"), "4", "STEEL", kind="incoming", home="raw_store", cause="裂纹")
        self.quality.assess()
        self.quality.do("Q1", "dispose", "1", "scrap", reason="无法修复")
        self.quality.do("I1", "scrap", "2")
        self.on(5)
        self.stores.approved({"item": "GLUE", "quantity": "12"}, {"item": "BOX", "quantity": "70"})
        self.stores.hand_out()
        self.stores.bring_back(LATE, "1", "opened")
        self.stores.settle()

    def product(self) -> None:
        """Product comes short of its task, two pieces fail, are mended and follow."""
        self.on(9)
        self.dock.hand_over({"item": "PCB-1", "quantity": "50", "ordered": "50"})
        self.dock.inspect("part", passed="48", rejected=[{"line": 1, "quantity": "2", "reason": "虚焊"}])
        self.dock.receive("48", "short")
        short = self.yard.note
        self.on(10)
        self.quality.report(self.lot_at("PCB-1", "quarantine"), "2", "PCB-1", cause="虚焊")
        self.quality.assess()
        self.quality.do("Q1", "dispose", "1", "rework", mended_at="assembly")
        self.quality.do("AS1", "mend_in_assembly", "2")
        self.quality.inspect(conforming="2", **GOOD)
        self.quality.receive()
        self.yard.note = self.floor.case = short
        self.dock.do("AL1", "rest", ("1",), "received")

    def customers(self) -> None:
        """A customer's jig is taken in under its owner's name."""
        self.on(12)
        self.property.keep()

    def delivery(self) -> None:
        """Ten valves go out by the gate; six are taken, four come back rejected and are made good."""
        self.on(16)
        self.yard.do("S1", "announce", procedure="shipping_notice", case="", fields={"day": "2026-03-16"},
                     lines=[{"item": "V-100", "quantity": "10", "customer": "海河机械"}])  # fmt: skip
        self.yard.write(wanted_by="2026-03-18")
        self.yard.do("S2", "approve")
        self.yard.pick()
        self.yard.to_the_gate()
        assert self.yard.release()["verdict"] == "release"
        self.on(17)
        self.yard.arrive(on="2026-03-17")
        self.yard.come_back(received="6", outcome="differs")
        claim = self.yard.serials["claim#1"]
        self.yard.do("DL1", "settle_claim#1", [f"{claim}/1"], "brought_back", reason="客户拒收")
        self.on(18)
        rejected = Quality(self.yard, "rejection")
        line = {"item": "V-100", "lot": self.lot_at("V-100", "returned_goods"), "quantity": "4"}
        rejected.begin("AF1", "register", [line], ABOUT)
        rejected.do("Q1", "confirm", "1", "rework", quality_finding="现场复检渗漏属实")
        rejected.do("P1", "task", "2", production_task="SC-118", mended_at="valve_shop")
        rejected.do("R1", "mend", "4")
        rejected.do("I1", "inspect", "4", "pass", conforming="4", **GOOD)
        rejected.do("K1", "receive", "4")

    def life_and_transfer(self) -> None:
        """Glue that has ended is inspected again and gets a later end; boxes go over to the finished goods store."""
        self.on(20)
        over = self.stores.lots[OVER]
        done = self.yard.do("RK1", "raise_raw", procedure="reinspection", case="", fields={"lot": over})
        self.yard.do("I1", "reinspect", [f"{done.case}/1"], "pass", {"inspector": "I1"}, "reinspection", case=done.case,
                     good_until="2026-08-31")  # fmt: skip
        self.stores.transfer(self.stores.line(NEVER, "10"))
        self.stores.send()
        self.stores.take("10")

    def damage_and_count(self) -> None:
        """A box is found wet and set apart; at the end of the month the store is counted, and one box more is missing."""
        self.on(23)
        lot = self.stores.lots[NEVER]
        line, found = {"item": "BOX", "lot": lot, "quantity": "1", "damage": "受潮"}, {"place": "raw_store", "found": "巡查"}
        done = self.yard.do("RK1", "report", procedure="stock_damage_raw", case="", fields=found, lines=[line])
        self.yard.do("Q1", "confirm", [f"{done.case}/2"], procedure="stock_damage_raw", case=done.case, opinion="属实")
        self.on(30)
        count = Stocktake(self.floor, "stocktake_raw")
        count.begin(who="RK1")
        missing = next(row for row in count.lines() if row["lot"] == lot)
        count.count_as_booked(who="RK1", **{f"line_{missing['line']}": "18"})
        count.recount("RK2", **{f"line_{missing['line']}": "18"})
        count.conclude(who="RK1")
        count.approve()

    def lot_at(self, item: str, place: str) -> str:
        """The lot of an item that lies at a place, as the stock list tells it."""
        rows = stock(self.floor.site, item=item)["stock"]
        return next(str(row["lot"]) for row in rows if row["place"] == place)


@pytest.fixture
def month(floors: FloorMaker) -> Iterator[Month]:
    """A month on a floor with material."""
    yield Month(floors(described=described()))


AT_THE_END = {
    "GLUE": {("raw_store", ""): "26", ("raw_store", "held"): "5"},
    "BOX": {("raw_store", ""): "21", ("finished_store", ""): "10", ("quarantine", "nonconforming"): "1"},
    "STEEL": {("raw_store", ""): "36"},
    "PCB-1": {("finished_store", ""): "50"},
    "V-100": {("finished_store", ""): "44"},
    "V-300": {("customer_property", ""): "5"},
}
"""What lies where in the evening of the 30th, held or not."""
STILL_GOING_ON = {"customer_property", "delivery", "shipping_notice"}
"""A customer's jig is still here, four valves are still owed, and dispatch has filed no notice."""


def lies(month: Month, item: str) -> dict[tuple[str, str], str]:
    """How much of an item lies where, held or not, as the stock is told."""
    sums: Counter[tuple[str, str]] = Counter()
    for row in stock(month.floor.site, item=item)["stock"]:
        sums[row["place"], row["hold"] or ""] += int(row["quantity"])
    return {key: str(quantity) for key, quantity in sums.items()}


def test_a_keeper_and_an_inspector_work_a_whole_month_on_qdesk_alone(month: Month) -> None:
    month.play()
    site, words, token = month.floor.site, month.floor.site.words, month.floor.token
    assert {item: lies(month, item) for item in AT_THE_END} == AT_THE_END
    assert {procedure for (procedure,) in month.floor.rows("SELECT procedure FROM cases WHERE ended = ''")} == STILL_GOING_ON
    assert verify(site, replay=True).findings == []
    assert inbox(site, "inspection", words)["waiting"] == inbox(site, "raw_store", words)["waiting"] == []
    assert [(row["duty"], row["done_at"] is None) for row in duties(site, token("RK1"), words)] == [("stocktake_raw", False)]
    assert [row["item"] for row in inspectors_day(site, token("I1"), words)["apart"]] == ["BOX"]
    told = quality_page(site, token("Q1"), "2026-03", words)
    assert (told["first"], told["passed"]) == ("94", "88")  # 40 of steel, 50 boards and 4 valves that came back
    assert [(row["cause"], row["quantity"]) for row in told["causes"]] == [("裂纹", "4"), ("虚焊", "2")]
    assert [(row["item"], row["free"], row["lacking"]) for row in to_replenish(site, token("BU1"))] == [("BOX", "28", "12")]
    assert [(row["bin"], row["item"], row["quantity"]) for row in bin_plan(site, token("RK1"), words, "raw_store")["rows"]] == [
        ("A-01", "STEEL", "30"), ("A-02", "", ""),
    ]  # fmt: skip


def test_the_ledger_of_the_month_closes_with_what_lies_there(month: Month) -> None:
    month.play()
    site, words = month.floor.site, month.floor.site.words
    for item in AT_THE_END:
        for book in places_of(site, words, {"item": item, "from": "2026-03-01", "to": "2026-03-31"})["places"]:
            asked = {"item": item, "place": book["place"], "from": "2026-03-01", "to": "2026-03-31"}
            rows = [row for page in all_pages(site, words, asked) for row in page]
            came, went = (sum(Decimal(row[side] or 0) for row in rows) for side in ("came", "went"))
            assert (came, went) == (Decimal(book["came"]), Decimal(book["went"])), book
            assert rows[-1]["balance"] == book["closing"]
            lying = sum(int(row["quantity"]) for row in stock(site, item=item)["stock"] if row["place"] == book["place"])
            assert book["counter"] or lying == Decimal(book["closing"])


def test_of_a_lot_of_the_month_everything_is_known(month: Month) -> None:
    month.play()
    site, words = month.floor.site, month.floor.site.words
    valve = trace(site, words, month.lot_at("V-100", "finished_store"))
    [(split, customer)] = [valve["to"]]
    assert (split["kind"], split["quantity"], split["lot"]["lies"][0]["place"]) == ("split", "4", "finished_store")
    assert (customer["customers"], customer["vehicles"], customer["quantity"]) == (["海河机械"], ["晋A12345"], "6")
    steel = trace(site, words, month.lot_at("STEEL", "raw_store"))
    assert (steel["lot"]["batch"], steel["from"][0]["place"], steel["from"][0]["quantity"]) == ("B-7", "supplier", "40")
