"""A delivery played on the floor of the tests: from the note to the vehicle at the gate and the signed slip that comes back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from factory_floor import MINUTE, PIN, Floor, FloorMaker, Json

from qdesk.desk import Done, act, present

DELIVERY = "delivery"
SEEN: Json = {"report_seen": "yes", "certificate_seen": "yes"}
CHECKS: Json = {"certificate_inside": "yes", "manual_inside": "yes", "address_right": "yes"}
NOTE = {
    "customer": "海河机械", "contract": "HT-7", "way": "own", "address": "天津路 1 号", "consignee": "王工", "telephone": "022-1",
    "wanted_by": "2026-03-04",
}  # fmt: skip
PLATE = "晋A12345"


@dataclass
class Yard:
    """One delivery on one floor."""

    floor: Floor
    note: str = ""
    pieces: dict[str, str] = field(default_factory=dict)
    serials: dict[str, str] = field(default_factory=dict)
    """The newest document of each form and vehicle: "pass#1"."""

    def do(
        self, who: str, step: str, copies: Sequence[str] = (), outcome: str = "", signers: dict[str, str] | None = None,
        procedure: str = DELIVERY, case: str | None = None, key: str = "", **inputs: Any,
    ) -> Done:  # fmt: skip
        """Act as people would: log in, look at the card, do the step."""
        floor = self.floor
        token, code = floor.token(who), self.note if case is None else case
        digest = present(floor.site, token, code)["digest"] if code else None
        raw = {
            "case": code or None, "procedure": procedure, "step": step, "outcome": outcome or None,
            "copies": [self.pieces[name] for name in copies], "inputs": inputs, "seen": digest, "key": key or None,
            "signers": [self.signer(role, name) for role, name in (signers or {}).items()],
        }  # fmt: skip
        done = act(floor.site, token, raw)
        number = step.partition("#")[2]
        for document in done.opened:
            self.serials[f"{document['form']}#{number}" if number else document["form"]] = document["serial"]
            self.pieces |= {copy["copy"]: copy["piece"] for copy in document["copies"]}
        self.pieces |= {copy["copy"]: copy["piece"] for copy in done.custody if "piece" in copy}
        floor.clock.advance(MINUTE)
        return done

    def signer(self, role: str, name: str) -> Json:
        """A second signer: a badge, or a name that was written on paper."""
        if role.startswith("paper:"):
            return {"as": role.removeprefix("paper:"), "paper": True, "name": name}
        return {"as": role, "badge": name, "pin": PIN}

    def announce(self) -> None:
        """The notice of the day (R096)."""
        lines = [{"item": "V-100", "quantity": "10", "customer": "海河机械"}]
        self.do("S1", "announce", procedure="shipping_notice", case="", fields={"day": "2026-03-02"}, lines=lines)

    def write(self, lines: Sequence[tuple[str, str]] = (("V-100", "10"),), **fields: str) -> str:
        """Write the note; it is the case played from now on."""
        rows = [{"item": item, "quantity": quantity} for item, quantity in lines]
        done = self.do("S1", "write", case="", fields={**NOTE, **fields}, lines=rows)
        self.note = self.floor.case = done.case or ""
        return self.note

    def checked(self, **counted: str) -> list[Json]:
        """Counts by line: line_1="10"."""
        return [{"line": int(name.removeprefix("line_")), "quantity": quantity} for name, quantity in counted.items()]

    def pick(self, outcome: str = "whole", who: str = "K1", **counted: str) -> Done:
        """The keeper checks the lines."""
        more: Json = {"reason": "明天再来"} if outcome == "part" else {}
        checked = self.checked(**(counted or {"line_1": "10"}))
        return self.do(who, "check", [f"{self.note}/2"], outcome, checked=checked, **SEEN, **more)

    def start(self, number: int = 1, quantity: str = "10", item: str = "V-100", **fields: str) -> str:
        """A vehicle begins."""
        vehicle = {"plate": PLATE, "driver": "赵师傅", **fields}
        self.do("DP1", f"start#{number}", fields=vehicle, lines=[{"item": item, "quantity": quantity}])
        return self.serials[f"slip#{number}"]

    def pack(self, number: int = 1, quantity: str = "10", item: str = "V-100") -> Done:
        """It is packed."""
        lines = [{"item": item, "quantity": quantity, "box": "1"}]
        return self.do("DP1", f"pack#{number}", signers={"inspector": "I1"}, lines=lines, **CHECKS)

    def load(self, number: int = 1, counted: str = "10", outcome: str = "own", packages: str = "3", **more: Any) -> Done:
        """It is loaded."""
        signers = {"keeper": "K1", "paper:driver": "赵师傅", **more.pop("signers", {})}
        inputs = {"loaded": counted, "packages": packages, "vehicle_fit": "yes", **more}
        packing = self.serials[f"packing#{number}"]
        return self.do("DP1", f"load#{number}", [f"{packing}/1"], outcome, signers, **inputs)

    def issue(self, number: int = 1, who: str = "K1") -> str:
        """It gets its pass."""
        self.do(who, f"issue_pass#{number}", [f"{self.note}/4"])
        return self.serials[f"pass#{number}"]

    def to_the_gate(self, number: int = 1, quantity: str = "10") -> str:
        """From the note that was checked to the pass in the driver's hand."""
        self.start(number, quantity)
        self.pack(number, quantity)
        self.load(number, quantity)
        return self.issue(number)

    def ready(self) -> str:
        """A whole delivery up to the gate."""
        self.announce()
        self.write()
        self.do("S2", "approve")
        self.pick()
        return self.to_the_gate()

    def show(self, code: str = "", who: str = "G1", key: str = "", **seen: str) -> Json:
        """Show a paper at the gate with what the guard saw; what the gate said of it."""
        asked = {"code": code or self.pieces[f"{self.serials['pass#1']}/2"], **seen}
        done = act(self.floor.site, self.floor.token(who), {"step": "check_at_gate", "inputs": asked, "key": key or None})
        self.floor.clock.advance(MINUTE)
        assert done.gate is not None
        return done.gate

    def release(self, number: int = 1, who: str = "G1", plate: str = "A12345", count: str = "3") -> Json:
        """Let a vehicle out."""
        return self.show(self.pieces[f"{self.serials[f'pass#{number}']}/2"], who, plate=plate, count=count)

    def arrive(self, number: int = 1, on: str = "2026-03-02", **more: Any) -> Done:
        """The customer's goods have arrived."""
        return self.do("S1", f"confirm_arrival#{number}", arrived_on=on, **more)

    def come_back(self, number: int = 1, received: str = "10", outcome: str = "complete") -> Done:
        """The signed slip comes back."""
        slip = self.serials[f"slip#{number}"]
        return self.do("S1", f"come_back#{number}", [f"{slip}/2"], outcome, {"paper:customer": "王工"}, received=received)

    def ended(self) -> str:
        """How the delivery has ended."""
        return self.floor.ended()


class Played:
    """One case of any procedure on one yard; each floor of the tests says what is written on its papers."""

    procedure: str

    def __init__(self, yard: Yard, procedure: str = "") -> None:
        """Begin with nothing written, in the procedure that is usual here or another."""
        self.yard, self.floor, self.procedure = yard, yard.floor, procedure or self.procedure

    @property
    def case(self) -> str:
        """The case being played."""
        return self.yard.note

    def named(self, copy: str) -> str:
        """A copy of the first document by its number "2", of the newest document of a form as "checked.1", or whole."""
        if copy.isdecimal():
            return f"{self.case}/{copy}"
        form, dot, number = copy.partition(".")
        return f"{self.yard.serials[form]}/{number}" if dot else copy

    def do(self, who: str, step: str, copies: str | Sequence[str] = (), outcome: str = "", **more: Any) -> Done:
        """Do a step of this case with some copies, by the names they have in a test: ("2", "checked.1") or "2 checked.1"."""
        names = copies.split() if isinstance(copies, str) else copies
        return self.yard.do(who, step, [self.named(copy) for copy in names], outcome, procedure=self.procedure, **more)

    def begin(self, who: str, step: str, lines: list[Json], fields: Json, **more: Any) -> str:
        """Write the form; it is the case played from now on."""
        done = self.yard.do(who, step, case="", procedure=self.procedure, fields=fields, lines=lines, **more)
        self.yard.note = self.floor.case = done.case or ""
        return self.case


@pytest.fixture
def yards(floors: FloorMaker) -> Iterator[Any]:
    """Make yards on floors with chosen settings."""

    def make(settings: dict[str, str] | None = None, own: str = "") -> Yard:
        return Yard(floors(settings, own))

    yield make


@pytest.fixture
def yard(floor: Floor) -> Yard:
    """A yard with the shipped settings."""
    return Yard(floor)
