"""Receipts played on the floor of the tests: product that the workshop hands over, material that a supplier delivers."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
from delivery_floor import Played, Yard
from factory_floor import FloorMaker, Json, description

from qdesk.desk import Done, present

PRODUCT, MATERIAL = "finished_receipt", "material_receipt"
TASK = {"task": "RW-1", "traveller": "SG-1", "certificate": "HG-1", "contract": "HT-7"}
SUPPLIED = {"supplier": "北方铸造", "note": "BF-88"}
PACKED = """
[[items]]
code = "PCB-1"
unit = "块"
pack = "10"
[[items]]
code = "GLUE"
unit = "支"
pack = "12"
shelf_days = 180
"""


def stocked() -> Json:
    """The floor's description with items that are packed, and one with a shelf life."""
    described = description()
    described["items"] += tomllib.loads(PACKED)["items"]
    return described


class Dock(Played):
    """One receipt on one floor."""

    procedure = PRODUCT

    def scan(self, who: str, *copies: str) -> None:
        """Scan papers at a desk: they have arrived."""
        for copy in copies:
            present(self.floor.site, self.floor.token(who), self.yard.pieces[self.named(copy)])

    def begin(self, who: str, step: str, lines: list[Json], fields: Json, **more: Any) -> str:
        """Write the first paper; product is protected where nothing else is said."""
        return super().begin(who, step, lines, fields, **({"protected": "yes", **more} if self.procedure == PRODUCT else more))

    def hand_over(self, *lines: Json, **fields: str) -> str:
        """The workshop hands product over."""
        self.procedure = PRODUCT
        rows = list(lines) or [{"item": "PCB-1", "quantity": "50", "ordered": "50"}]
        return self.begin("AS1", "hand_over", rows, {**TASK, **fields})

    def arrive(self, *lines: Json, **fields: str) -> str:
        """A supplier's material arrives."""
        self.procedure = MATERIAL
        rows = list(lines) or [{"item": "GLUE", "quantity": "24", "batch": "B-7", "made_on": "2026-02-01"}]
        return self.begin("RK1", "record_arrival", rows, {**SUPPLIED, **fields})

    def inspect(self, outcome: str = "pass", who: str = "I1", **more: Any) -> Done:
        """The inspector judges."""
        return self.do(who, "inspect", ("2" if self.procedure == PRODUCT else "1",), outcome, **more)

    def receive(self, counted: Any, outcome: str = "whole", keeper: str = "K1", inspector: str = "I2") -> Done:
        """It is counted in."""
        if self.procedure == MATERIAL:
            return self.do("RK1" if keeper == "K1" else keeper, "receive", ("1",), counted_in=counted)
        return self.do(
            keeper, "receive", ("2", "checked.1"), outcome, signers={"inspector": inspector}, counted_in=counted
        )

    def received(self, quantity: str, ordered: str, outcome: str, **fields: str) -> Done:
        """One batch of PCB-1, from the workshop into the store."""
        self.hand_over({"item": "PCB-1", "quantity": quantity, "ordered": ordered}, **fields)
        self.inspect(passed=quantity)
        return self.receive(quantity, outcome)

    def line(self, item: str, quantity: str, ordered: str = "", **more: str) -> Json:
        """A line of an entry slip."""
        return {"item": item, "quantity": quantity, "ordered": ordered or quantity, **more}

    def ended(self) -> str:
        """How the receipt has ended."""
        return self.floor.ended()

    def lots(self, place: str) -> list[tuple[Any, ...]]:
        """Item, quantity and hold of the lots at a place."""
        sql = """SELECT b.item, b.quantity / 1000, l.hold FROM balances b JOIN lots l ON l.code = b.lot
          WHERE b.place = ? AND b.quantity > 0 ORDER BY b.lot"""
        return self.floor.rows(sql, place)

    def prints(self, kind: str) -> list[str]:
        """What is queued to be printed of a kind."""
        return [subject for (subject,) in self.floor.rows("SELECT subject FROM prints WHERE kind = ? ORDER BY act, number", kind)]


@pytest.fixture
def dock(floors: FloorMaker) -> Iterator[Dock]:
    """A dock on a floor with packed goods."""
    yield Dock(Yard(floors(described=stocked())))
