"""Material and transfers played on the floor of the tests: what the shop asks for, what the stores hand out and pass on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from delivery_floor import Played, Yard
from factory_floor import Floor, FloorMaker, Json, description

from qdesk.desk import Done
from qdesk.desk.proposing import propose
from qdesk.stock import Portion, Stock

ISSUE, TRANSFER, REPLACEMENT = "material_issue", "transfer", "replacement"
EARLY, LATE, NEVER, OVER, HELD, OTHERS = "early", "late", "never", "over", "held", "others"
STOCK = {
    EARLY: {"item": "GLUE", "quantity": "10", "expires": "2026-04-01"},
    LATE: {"item": "GLUE", "quantity": "20", "expires": "2026-09-01"},
    OVER: {"item": "GLUE", "quantity": "7", "expires": "2026-03-01"},
    NEVER: {"item": "BOX", "quantity": "100"},
    HELD: {"item": "GLUE", "quantity": "5", "expires": "2026-08-01"},
    OTHERS: {"item": "BOX", "quantity": "3", "owner": "海河机械"},
}
"""What lies in the raw-material store in the beginning, by what the tests call it; the floor begins on 2 March 2026."""


def with_material(settings: Mapping[str, str] | None = None) -> Json:
    """A works with a raw-material store: glue with a shelf life in packs of five, and boxes to pack in."""
    described = description()
    described["items"] += [
        {"code": "GLUE", "name": "密封胶", "unit": "kg", "decimals": 1, "pack": "5", "least": "15"},
        {"code": "BOX", "name": "包装箱", "unit": "个", "least": "40"},
    ]
    described["stock"] += [{**row, "place": "raw_store"} for row in STOCK.values()]
    return described


class Stores(Played):
    """One case at the stores of one floor."""

    procedure = ISSUE

    def __init__(self, floor: Floor) -> None:
        """Begin with the stock as it was counted, one lot of it put on hold."""
        super().__init__(Yard(floor))
        codes = [code for (code,) in floor.rows("SELECT code FROM lots WHERE item IN ('GLUE', 'BOX') ORDER BY code")]
        self.lots = dict(zip(STOCK, codes, strict=True))
        floor.do("Q1", "hold_lot", case="", lot=self.lots[HELD], reason="包装破损")

    # Material

    def ask_for(self, *lines: Json, purpose: str = "production", **fields: str) -> str:
        """The shop writes what it needs."""
        self.procedure = ISSUE
        rows = list(lines) or [{"item": "GLUE", "quantity": "25"}]
        return self.begin("AS1", "write", rows, {"purpose": purpose, **fields})

    def approved(self, *lines: Json, **fields: str) -> str:
        """And its leader approves it."""
        self.ask_for(*lines, **fields)
        self.do("AL1", "approve", ("1",))
        return self.case

    def proposed(self, step: str = "hand_out#1", outcome: str = "whole") -> list[Json]:
        """The lines that the store's desk proposes."""
        return propose(self.floor.site, self.floor.token("RK1"), self.case, step, outcome)["lines"]

    def line(self, lot: str, quantity: str, **more: str) -> Json:
        """A line of what is handed out, by what the tests call the lot."""
        return {"item": STOCK[lot]["item"], "quantity": quantity, "lot": self.lots[lot], **more}

    def hand_out(self, *lines: Json, outcome: str = "whole", number: int = 1, **more: Any) -> Done:
        """The keeper hands out, by default what is proposed."""
        step, signers = f"hand_out#{number}", {"assembler": "AS2", **more.pop("signers", {})}
        rows = list(lines) or [{n: row[n] for n in ("item", "quantity", "lot")} for row in self.proposed(step, outcome)]
        reason = {"reason": "余量未到"} if outcome == "part" else {}
        return self.do("RK1", step, ("2",), outcome, lines=rows, signers=signers, **{**reason, **more})

    def bring_back(self, lot: str, quantity: str, condition: str = "unopened", named: bool = True) -> Done:
        """The shop brings back what it did not use."""
        row = {**self.line(lot, quantity), "condition": condition, **({} if named else {"lot": ""})}
        return self.do("RK1", "return_unused", ("1",), unused=[row], signers={"assembler": "AS2"})

    def settle(self, outcome: str = "complete") -> Done:
        """The shop settles what it used."""
        more = {"reason": "不再需要"} if outcome == "short" else {}
        return self.do("AS1", "settle", ("1",), outcome, **more)

    # Transfers

    def transfer(self, *lines: Json, who: str = "RK1", to: str = "finished_store", **fields: str) -> str:
        """A keeper gives goods out of his store and sends them."""
        self.procedure = TRANSFER
        of = {"RK": "raw", "K": "finished", "PK": "parts"}[who.rstrip("12")]
        rows = list(lines) or [self.line(NEVER, "30")]
        return self.begin(who, f"write_{of}", rows, {"to_store": to, **fields})

    def send(self, to: str = "finished", who: str = "RK1") -> Done:
        """The goods go, with their copy."""
        of = {"RK": "raw", "K": "finished", "PK": "parts"}[who.rstrip("12")]
        return self.do(who, f"send_{of}", ("2",), f"to_{to}")

    def take(self, counted: str, outcome: str = "agrees", who: str = "K1", at: str = "finished") -> Done:
        """The keeper of the other store counts."""
        more = {"reason": "少一箱"} if outcome == "differs" else {}
        return self.do(who, f"take_{at}", ("2",), outcome, taken_over=counted, **more)

    def take_lines(self, counted: Mapping[int, str]) -> Done:
        """The keeper of the other store counts several lines."""
        rows = [{"line": line, "quantity": quantity} for line, quantity in counted.items()]
        return self.do("K1", "take_finished", ("2",), "agrees", taken_over=rows)

    # Bins

    def put_into(self, bin_: str, lot: str, quantity: int) -> None:
        """Put part of a lot of the raw-material store into a bin of it, in an entry of its own."""
        site, item = self.floor.site, STOCK[lot]["item"]
        with site.writing() as entry:
            portion = Portion(item, self.lots[lot], quantity * 1000)
            Stock(entry, site.factory.places).move("", portion, "raw_store", "raw_store", to_bin=bin_)
            entry.insert("acts", seq=entry.seq, at=entry.at, step="shelve", outcome="", desk="", request="")
            entry.seal(by=None, desk="", step="shelve")

    def in_bins(self, lot: str, place: str = "raw_store") -> dict[str, float]:
        """How much of a lot lies in which bin of a store."""
        sql = "SELECT bin, quantity FROM balances WHERE lot = ? AND place = ? AND quantity > 0"
        return {bin_: quantity / 1000 for bin_, quantity in self.floor.rows(sql, self.lots[lot], place)}

    # Looking

    def lies(self, lot: str) -> dict[str, float]:
        """How much of a lot lies where."""
        code = self.lots.get(lot, lot)
        sql = "SELECT place, SUM(quantity) FROM balances WHERE lot = ? AND counter = 0 GROUP BY place HAVING SUM(quantity) <> 0"
        return {place: quantity / 1000 for place, quantity in self.floor.rows(sql, code)}

    def paper(self, form: str) -> list[Json]:
        """The lines of the newest document of a form."""
        card = self.floor.card("RK1", self.yard.serials[form])
        lines: list[Json] = card["document"]["lines"]
        return lines


@pytest.fixture
def stores(floors: FloorMaker) -> Stores:
    """A works with material."""
    return Stores(floors(described=with_material()))
