"""A whole month of a keeper and an inspector on qdesk alone: everything that comes in, goes out, is counted, inspected and rejected.

Nothing here looks into the stock or writes past the two verbs; what the month comes to is read where its people read it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from delivery_floor import Yard
from factory_floor import Floor, FloorMaker, Json
from quality_floor import GOOD, Quality
from receipts_floor import Dock
from stocktake_floor import Stocktake
from stores_floor import EARLY, LATE, NEVER, Stores, with_material
from test_customer_property import Property
from test_rejection import ABOUT

from qdesk.bin_plan import bin_plan
from qdesk.clock import start_of
from qdesk.duties import duties
from qdesk.inspectors_day import inspectors_day
from qdesk.ledger import all_pages, places_of
from qdesk.lookups import stock
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
        for first in (self.material, self.product, self.customers, self.delivery, self.damage_and_count):
            first()

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
        rejected.begin("AF1", "register", [{"item": "V-100", "lot": self.lot_at("V-100", "returned_goods"), "quantity": "4"}], ABOUT)
        rejected.do("Q1", "confirm", "1", "rework", quality_finding="现场复检渗漏属实")
        rejected.do("P1", "task", "2", production_task="SC-118", mended_at="valve_shop")
        rejected.do("R1", "mend", "4")
        rejected.do("I1", "inspect", "4", "pass", conforming="4", **GOOD)
        rejected.do("K1", "receive", "4")

    def damage_and_count(self) -> None:
        """A box is found wet and set apart; at the end of the month the store is counted, and one box more is missing."""
        self.on(23)
        lot = self.stores.lots[NEVER]
        line = {"item": "BOX", "lot": lot, "quantity": "1", "damage": "受潮"}
        done = self.yard.do("RK1", "report", procedure="stock_damage_raw", case="", fields={"place": "raw_store", "found": "巡查"},
                            lines=[line])  # fmt: skip
        self.yard.do("Q1", "confirm", [f"{done.case}/2"], procedure="stock_damage_raw", case=done.case, opinion="属实")
        self.on(30)
        count = Stocktake(self.floor, "stocktake_raw")
        count.begin(who="RK1")
        missing = next(row for row in count.lines() if row["lot"] == lot)
        count.count_as_booked(who="RK1", **{f"line_{missing['line']}": "28"})
        count.recount("RK2", **{f"line_{missing['line']}": "28"})
        count.conclude(who="RK1")
        count.approve()

    def lot_at(self, item: str, place: str) -> str:
        """The lot of an item that lies at a place, as the stock list tells it."""
        rows = stock(self.floor.site, item=item)["stock"]
        return next(row["lot"] for row in rows if row["place"] == place)


@pytest.fixture
def month(floors: FloorMaker) -> Iterator[Month]:
    """A month on a floor with material."""
    yield Month(floors(described=described()))


def test_a_keeper_and_an_inspector_work_a_whole_month_on_qdesk_alone(month: Month) -> None:
    month.play()
