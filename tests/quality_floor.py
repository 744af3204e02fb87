"""Nonconforming goods, rejections and first articles played on the floor of the tests, through the two verbs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from delivery_floor import Played, Yard
from factory_floor import Floor, FloorMaker, Json

from qdesk.desk import Done, act
from qdesk.desk.proposing import propose
from qdesk.quarantine import NONCONFORMING, QUARANTINE
from qdesk.stock import Portion, Stock

REPORT = {"kind": "in_process", "nature": "cosmetic", "cause": "划伤", "home": "finished_store"}
PLAN = """
[[inspection_plan]]
checks = []
measures = [{ id = "leak", title = { zh = "泄漏量", en = "leakage" }, unit = "mL/min", from = "0", to = "0.5" }]
"""
"""A site's own inspection plan."""
GOOD = {"meets_requirements": "yes"}
CUSTOMER = {"paper:customer": "王工"}
DRIVER = {"paper:driver": "赵师傅"}
NINE = (
    "documents_right", "meets_drawing", "equipment_fit", "process_meets_drawing", "process_reasonable", "environment_fit",
    "record_complete", "record_agrees", "people_qualified",
)  # fmt: skip


class Quality(Played):
    """One case of the quality department on one yard."""

    procedure = "nonconformity"

    def lot(self, item: str = "V-100", place: str = "finished_store") -> str:
        """The lot of an item that lies somewhere."""
        sql = "SELECT lot FROM balances WHERE item = ? AND place = ? AND quantity > 0 AND in_case = ''"
        return str(self.floor.rows(sql, item, place)[0][0])

    def apart(self, item: str = "V-100", quantity: int = 10, place: str = "finished_store", **known: int) -> str:
        """A lot of its own in quarantine, as a verdict leaves it; what is known of the item may be said with it."""
        with self.floor.site.writing() as entry:
            stock = Stock(entry, self.floor.site.factory.places)
            part = stock.split(Portion(item, self.lot(item, place), quantity * 1000), place, "", NONCONFORMING)
            stock.move("", part, place, QUARANTINE)
            for name, value in known.items():
                entry.change("items", (item,), {name: 0}, {name: value})
            entry.seal(by=1, desk="inspection", step="set_apart")
        return part.lot

    def report(self, lot: str = "", quantity: str = "10", item: str = "V-100", who: str = "I1", **fields: str) -> str:
        """An inspector writes the report on a lot in quarantine."""
        despite = {name: fields.pop(name) for name in ("despite",) if name in fields}
        lines = [{"item": item, "lot": lot or self.apart(item, int(quantity)), "quantity": quantity}]
        return self.begin(who, "open", lines, {**REPORT, **fields}, **despite)

    def assess(self, outcome: str = "ordinary", **more: Any) -> Done:
        """Quality judges it."""
        return self.do("Q1", "assess", "1", outcome, responsible_unit="装配车间", **more)

    def disposed(self, way: str, lot: str = "", item: str = "V-100", **more: Any) -> str:
        """A report that quality has disposed of one way."""
        fields = more.pop("fields", {})
        self.report(lot, item=item, **fields)
        self.assess()
        self.do("Q1", "dispose", "1", way, **more)
        return self.case

    def mended(self, way: str = "rework", **more: Any) -> str:
        """A report whose goods the valve shop has mended."""
        self.disposed(way, mended_at="valve_shop", **more)
        self.do("R1", "mend", "2")
        return self.case

    def inspect(self, outcome: str = "pass", who: str = "I1", step: str = "reinspect", copy: str = "2", **more: Any) -> Done:
        """An inspector looks at it again."""
        asked = {"reason": "仍有划伤"} if outcome == "fail" else {"conforming": "10", **GOOD}
        return self.do(who, step, copy, outcome, **{**asked, **more})

    def receive(self, store: str = "finished", who: str = "K1") -> Done:
        """A store takes it back."""
        return self.do(who, f"receive_{store}", "2")

    def conceded(self, home: str = "finished_store", **fields: str) -> str:
        """A report whose goods a customer is asked to accept as they are; the serial of the application."""
        self.report(home=home)
        self.assess()
        asked = {"customer": "海河机械", "deviation": "表面划伤 0.2 mm", **fields}
        self.do("Q1", "dispose", "1", "concession", fields=asked)
        return self.yard.serials["concession"]

    def approve(self, outcome: str = "approved", **more: Any) -> Done:
        """The customer answers."""
        asked: Json = {"customer_approval": "海河函 2026-07", "signers": CUSTOMER}
        asked = {"reason": "客户不同意"} if outcome == "refused" else asked
        return self.do("Q1", "approve_concession", f"{self.yard.serials['concession']}/1", outcome, **{**asked, **more})

    def lies(self, item: str = "V-100") -> dict[str, float]:
        """Where it lies."""
        return self.floor.lies(item)

    def hold(self, lot: str) -> str:
        """Why a lot is on hold."""
        return str(self.floor.rows("SELECT hold FROM lots WHERE code = ?", lot)[0][0])

    def field(self, name: str) -> str:
        """What stands in the head of the first form."""
        card = self.floor.card("Q1", self.case)
        return str(card["document"]["fields"].get(name, ""))

    def proposed(self, who: str, step: str, outcome: str = "") -> dict[str, list[Json]]:
        """What the desk proposes."""
        return propose(self.floor.site, self.floor.token(who), self.case, step, outcome)

    def fixed(self, who: str, step: str, **inputs: str) -> Done:
        """An act beside all cases."""
        return act(self.floor.site, self.floor.token(who), {"step": step, "inputs": inputs})


@pytest.fixture
def quality(yard: Yard) -> Quality:
    """Nonconforming goods on a yard with the shipped settings."""
    return Quality(yard)


@pytest.fixture
def qualities(floors: FloorMaker) -> Iterator[Any]:
    """Make the same on floors with chosen settings."""

    def make(settings: dict[str, str] | None = None, own: str = "", procedure: str = "") -> Quality:
        floor: Floor = floors(settings, own)
        return Quality(Yard(floor), procedure)

    yield make
