"""A works that only delivers, for what is tried at the gate: its gates, its people, and vehicles up to their passes."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import argon2

from qdesk import people
from qdesk.clock import Clock, moment
from qdesk.desk import Done, act, present
from qdesk.desk.founding import found, read_description
from qdesk.people import log_in
from qdesk.site import Site

PIN = "24680246"
DESCRIPTION = """
[site]
code = "V1"
name = "第一阀门厂"
[settings]
idle_lock = "9d"
operator_pin_fresh = "9d"
pass_valid = "9d"
[[items]]
code = "V-100"
name = "闸阀"
unit = "台"
[[stock]]
item = "V-100"
place = "finished_store"
quantity = "1000000"
"""
DESKS = {
    "sales_clerk": "sales", "sales_leader": "sales", "keeper": "finished_store", "dispatcher": "dispatch",
    "dispatch_leader": "dispatch", "inspector": "inspection", "guard": "gate", "administrator": "administration",
}  # fmt: skip
"""Who sits where; everybody's badge is the name of the role."""
SEEN: dict[str, Any] = {"report_seen": "yes", "certificate_seen": "yes"}
CHECKS: dict[str, Any] = {"certificate_inside": "yes", "manual_inside": "yes", "address_right": "yes"}
PLATE, PACKAGES = "晋A12345", "3"
GOOD = {"plate": "A12345", "count": PACKAGES}
Json = dict[str, Any]


@contextlib.contextmanager
def cheap_hashes() -> Iterator[None]:
    """PINs are hashed cheaply meanwhile: what a login costs is measured elsewhere."""
    kept = people.HASHER
    people.HASHER = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    try:
        yield
    finally:
        people.HASHER = kept


def gate_names(gates: int) -> list[str]:
    """Return the desks of so many gates."""
    return ["gate", *(f"gate{number}" for number in range(2, gates + 1))]


def founded(folder: Path, gates: int = 1, clock: Clock | None = None) -> Site:
    """Found the works in a folder; with a fixed clock as a scratch site."""
    folder.mkdir(parents=True)
    desk = '[desks.{0}]\nkind = "gate"\nworks_as = "gate"\nroles = ["guard"]\ntitle = {{ zh = "{0} 号门", en = "{0}" }}\n'
    if gates > 1:
        (folder / "factory.toml").write_text("".join(desk.format(name) for name in gate_names(gates)[1:]), encoding="utf-8")
    described = read_description(DESCRIPTION)
    described["people"] = [
        {"badge": role, "name": role, "roles": [role], "pin": PIN, **({"stamp": "07"} if role == "inspector" else {})}
        for role in DESKS
    ]
    with cheap_hashes():
        return found(folder, described, clock or Clock(), scratch=clock is not None)


@dataclass
class Yard:
    """People who load vehicles, one a note; everyone is logged in once."""

    site: Site
    tokens: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Log everyone in, and write the notice of the day."""
        self.tokens = {role: log_in(self.site, desk, role, PIN)[0] for role, desk in DESKS.items()}
        self.today = moment(self.site.clock.now()).date()
        lines = [{"item": "V-100", "quantity": "1", "customer": "海河机械"}]
        self.do("sales_clerk", "announce", procedure="shipping_notice", fields={"day": self.today.isoformat()}, lines=lines)

    def do(
        self, role: str, step: str, case: str = "", copies: list[str] | None = None, outcome: str = "", signers: Any = (),
        procedure: str = "delivery", **inputs: Any,
    ) -> Done:  # fmt: skip
        """Look at the card and do a step."""
        seen = present(self.site, self.tokens[role], case)["digest"] if case else None
        signed = [
            {"as": each, "paper": True, "name": "赵师傅"} if each == "driver" else {"as": each, "badge": each, "pin": PIN}
            for each in signers
        ]
        return act(
            self.site, self.tokens[role],
            {"case": case or None, "procedure": procedure, "step": step, "outcome": outcome or None, "copies": copies or [],
             "inputs": inputs, "seen": seen, "signers": signed},
        )  # fmt: skip

    def to_the_pass(self, gate: str = "") -> tuple[str, str, str]:
        """Play one delivery until its pass is signed; return the note, the pass and the digits the guard scans."""
        fields = {
            "customer": "海河机械", "way": "own", "address": "天津路 1 号", "consignee": "王工", "telephone": "1",
            "wanted_by": (self.today + timedelta(days=2)).isoformat(),
        }  # fmt: skip
        line = {"item": "V-100", "quantity": "1"}
        opened = self.do("sales_clerk", "write", fields=fields, lines=[line])
        note = opened.case or ""
        pieces = {copy["copy"]: copy["piece"] for copy in opened.opened[0]["copies"]}
        self.do("sales_leader", "approve", note)
        self.do("keeper", "check", note, [pieces[f"{note}/2"]], "whole", checked="1", **SEEN)
        self.do("dispatcher", "start#1", note, fields={"plate": PLATE, "driver": "赵师傅"}, lines=[line])
        packed = self.do("dispatcher", "pack#1", note, signers=["inspector"], lines=[{**line, "box": "1"}], **CHECKS)
        box = packed.opened[0]["copies"][0]["piece"]
        loading: dict[str, Any] = {"loaded": "1", "packages": PACKAGES, "vehicle_fit": "yes"}
        self.do("dispatcher", "load#1", note, [box], "own", ["keeper", "driver"], **loading)
        which: dict[str, Any] = {"gate": gate} if gate else {}
        pass_ = self.do("keeper", "issue_pass#1", note, [pieces[f"{note}/4"]], **which).opened[0]
        return note, pass_["serial"], pass_["copies"][1]["piece"]
