"""Returnable goods played on the floor of the tests: ours lent and back, others' taken in and given back."""

from __future__ import annotations

from delivery_floor import Played
from factory_floor import Json

from qdesk.desk import Done
from qdesk.desk.proposing import propose

LENT, BORROWED = "lent_goods", "borrowed_goods"
ABOUT = {"goods": "tool", "customer": "海河机械", "purpose": "现场调试", "due_back": "2026-03-20"}
VEHICLE = {"plate": "晋A12345", "driver": "赵师傅", "packages": "3"}
DRIVER = {"paper:driver": "赵师傅"}


class Returnables(Played):
    """One case of goods that return, on one yard."""

    procedure = LENT

    def lend(self, *lines: Json, **fields: str) -> str:
        """Ours: written and approved."""
        self.procedure = LENT
        self.begin("DP1", "write", list(lines) or [{"item": "V-100", "quantity": "5"}], {**ABOUT, **fields})
        self.do("DL1", "approve", ("1",))
        return self.case

    def borrow(self, *lines: Json, **fields: str) -> str:
        """Others': taken in."""
        return self.begin_borrowing(*lines, signers=DRIVER, **fields)

    def begin_borrowing(self, *lines: Json, signers: dict[str, str], **fields: str) -> str:
        """Others': taken in as these people sign for it."""
        self.procedure = BORROWED
        rows = list(lines) or [{"item": "V-100", "quantity": "5", "mark": "S/N 77"}]
        return self.begin("K1", "take_in", rows, {**ABOUT, **fields}, signers=signers)

    def proposed(self, step: str, outcome: str = "") -> list[Json]:
        """The lines that the desk proposes for the load list."""
        rows = propose(self.floor.site, self.floor.token("K1"), self.case, step, outcome)["lines"]
        return [{name: row[name] for name in ("item", "quantity", "lot")} for row in rows]

    def load(self, lines: list[Json] | None = None, number: int = 0, outcome: str = "") -> Done:
        """The keeper loads a vehicle."""
        step = f"load#{number}" if number else "load"
        signers = {**DRIVER, "dispatcher": "DP1"} if self.procedure == BORROWED else DRIVER
        return self.do("K1", step, ("2",), outcome, lines=lines or self.proposed(step, outcome), signers=signers)

    def issue(self, number: int = 0, **fields: str) -> str:
        """The vehicle gets its pass."""
        step = f"issue_pass#{number}" if number else "issue_pass"
        self.do("K1", step, ("2",), fields={**VEHICLE, **fields})
        return self.yard.serials[f"pass#{number}" if number else "pass"]

    def show(self, number: int = 0, **seen: str) -> Json:
        """Show the pass at the gate with what the guard saw."""
        serial = self.yard.serials[f"pass#{number}" if number else "pass"]
        return self.yard.show(self.yard.pieces[f"{serial}/2"], **{"plate": "A12345", "count": "3", **seen})

    def send_out(self, lines: list[Json] | None = None, number: int = 0, outcome: str = "") -> str:
        """From the store through the gate; the serial of the pass."""
        self.load(lines, number, outcome)
        serial = self.issue(number)
        assert self.show(number)["verdict"] == "release"
        return serial

    def lent(self, *lines: Json, **fields: str) -> str:
        """Ours, out."""
        self.lend(*lines, **fields)
        self.send_out()
        return self.case

    def come_back(self, came_back: str | list[Json], outcome: str = "part") -> Done:
        """Something comes back."""
        return self.do("K1", "come_back", ("2",), outcome, came_back=came_back)

    def extend(self, to: str, reason: str = "调试未完") -> Done:
        """The leader gives more time."""
        return self.do("DL1", "extend", due_back=to, reason=reason)

    def write_off(self, outcome: str, reason: str = "双方协议") -> Done:
        """The leader writes off the rest."""
        return self.do("DL1", "write_off", ("1",), outcome, reason=reason)
