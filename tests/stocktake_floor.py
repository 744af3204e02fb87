"""Stocktakes played on the floor of the tests: goods put into bins, a list, blind counts, and what follows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from factory_floor import PIN, Floor, Json

from qdesk.desk import Done, act, present
from qdesk.desk.proposing import propose
from qdesk.journal import Entry
from qdesk.stock import Portion, Stock

STOCKTAKE = "stocktake"
STORE = "finished_store"


def lots_of(floor: Floor, item: str) -> list[str]:
    """The lots of an item, the oldest first."""
    return [lot for (lot,) in floor.rows("SELECT code FROM lots WHERE item = ? ORDER BY since, code", item)]


@contextmanager
def writing(floor: Floor) -> Iterator[Entry]:
    """An entry of its own, as some other work writes it."""
    with floor.site.writing() as entry:
        yield entry
        entry.insert("acts", seq=entry.seq, at=entry.at, step="shelve", outcome="", desk="", request="")
        entry.seal(by=None, desk="", step="shelve")


def shelf(floor: Floor, *codes: str, place: str = STORE) -> None:
    """Put up bins."""
    with writing(floor) as entry:
        for code in codes:
            entry.insert("bins", code=code, place=place, zone="", since=entry.at, closed_at=None)


def put(floor: Floor, item: str, quantity: int, bin_: str, place: str = STORE, **lot: Any) -> str:
    """Put a new lot into a bin; its code."""
    with writing(floor) as entry:
        stock = Stock(entry, floor.site.factory.places)
        code = stock.new_lot(item, "", **lot)
        stock.move("", Portion(item, code, quantity * 1000), "supplier", place, to_bin=bin_)
    return code


def shift(floor: Floor, item: str, lot: str, quantity: int, bin_: str, target: str = "customer") -> None:
    """Take goods out of a bin of the finished store, as any other work may."""
    with writing(floor) as entry:
        Stock(entry, floor.site.factory.places).move("", Portion(item, lot, quantity * 1000, bin_), STORE, target)


@dataclass
class Stocktake:
    """One stocktake on one floor."""

    floor: Floor
    procedure: str = STOCKTAKE
    case: str = ""
    result: str = ""
    pieces: dict[str, str] = field(default_factory=dict)

    def do(self, who: str, step: str, copies: tuple[str, ...] = (), outcome: str = "", **more: Any) -> Done:
        """Act as people would: log in, look at the card, do the step."""
        floor, token = self.floor, self.floor.token(who)
        case = more.pop("case", self.case)
        signers = [{"as": role, "badge": badge, "pin": PIN} for role, badge in more.pop("signers", {}).items()]
        digest = present(floor.site, token, case)["digest"] if case else None
        raw = {
            "case": case or None, "procedure": self.procedure, "step": step, "outcome": outcome or None, "signers": signers,
            "copies": [self.pieces.get(name, name) for name in copies], "inputs": more, "seen": digest, "key": None,
        }  # fmt: skip
        done = act(floor.site, token, raw)
        for document in done.opened:
            self.pieces |= {copy["copy"]: copy["piece"] for copy in document["copies"]}
            if document["form"].startswith("count_result"):
                self.result = document["serial"]
        floor.clock.advance(60_000_000)
        return done

    def begin(self, bins: str = "", who: str = "K1") -> Done:
        """Write the list; it is the case played from now on."""
        done = self.do(who, "list", case="", fields={"bins": bins} if bins else {})
        self.case = self.floor.case = done.case or ""
        return done

    def lines(self) -> list[Json]:
        """The lines of the list as its card shows them."""
        lines: list[Json] = present(self.floor.site, self.floor.token("K1"), self.case)["document"]["lines"]
        return lines

    def line(self, item: str, bin_: str = "") -> int:
        """The number of the line of an item in a bin."""
        return next(int(row["line"]) for row in self.lines() if row["item"] == item and row.get("bin", "") == bin_)

    def expected(self, step: str, outcome: str = "", who: str = "K1") -> list[Json]:
        """What the desk says is to be counted."""
        return propose(self.floor.site, self.floor.token(who), self.case, step, outcome)["expected"]

    def count(self, outcome: str = "whole", who: str = "K1", found: Any = None, **counted: str) -> Done:
        """Count lines: line_1="10"."""
        rows = [{"line": int(name.removeprefix("line_")), "quantity": quantity} for name, quantity in counted.items()]
        more = {"found": found} if found else {}
        return self.do(who, "count", (f"{self.case}/1",), outcome, **({"counted": rows} if rows else {}), **more)

    def count_as_booked(self, **otherwise: str) -> Done:
        """Count every line as the book has it, but for what is said otherwise."""
        told = {f"line_{row['line']}": f"{self.booked(row):g}" for row in self.lines()}
        return self.count(**{**told, **otherwise})

    def booked(self, row: Json) -> float:
        """What the book says of a line."""
        sql = "SELECT quantity FROM balances WHERE item = ? AND lot = ? AND place = ? AND bin = ?"
        found = self.floor.rows(sql, row["item"], row["lot"], row["place"], row.get("bin", ""))
        return found[0][0] / 1000 if found else 0

    def recount(self, who: str = "K2", **counted: str) -> Done:
        """Count again what differs."""
        rows = [{"line": int(name.removeprefix("line_")), "quantity": quantity} for name, quantity in counted.items()]
        return self.do(who, "recount", (f"{self.case}/1",), counted=rows)

    def conclude(self, outcome: str = "differs", cause: str = "漏记出库", who: str = "K1") -> Done:
        """Propose the result."""
        return self.do(who, "conclude", (), outcome, fields={"cause": cause} if cause else {})

    def approve(self, outcome: str = "approved", who: str = "Q1", **more: Any) -> Done:
        """Somebody else approves it, or does not."""
        return self.do(who, "approve", (f"{self.result}/2",), outcome, **more)


def stocked(floor: Floor) -> Stocktake:
    """A store with two bins, one lot in both and one in one of them, beside what every floor has."""
    shelf(floor, "A-01", "A-02")
    lot = put(floor, "V-300", 8, "A-01")
    with writing(floor) as entry:
        stock = Stock(entry, floor.site.factory.places)
        stock.move("", Portion("V-300", lot, 3000, "A-01"), STORE, STORE, to_bin="A-02")
    return Stocktake(floor)
