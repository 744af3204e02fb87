"""The demo's second act: what was modified is delivered, on two vehicles, past the gate, and the signed slips come back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from qdesk.clock import moment
from qdesk.desk import Done, act
from qdesk.playing import DAY, MINUTE, Json, Player

DELIVERY, NOTICE = "delivery", "shipping_notice"
CUSTOMER = "东海船舶"
PAPERS: Json = {"report_seen": "yes", "certificate_seen": "yes"}
BOX: Json = {"certificate_inside": "yes", "manual_inside": "yes", "address_right": "yes"}


@dataclass
class Delivery:
    """One delivery being played."""

    player: Player
    note: str = ""
    serials: dict[str, str] = field(default_factory=dict)
    """The newest document of each form, by vehicle: "pass#1"."""

    def do(self, desk: str, badge: str, step: str, copies: tuple[str, ...] = (), procedure: str = DELIVERY, **more: Any) -> Done:
        """Do one step of it, and keep the numbers of what it opened."""
        done = self.player.do(desk, badge, step, self.note, copies, procedure=procedure, **more)
        number = step.partition("#")[2]
        self.serials |= {f"{each['form']}#{number}": each["serial"] for each in done.opened}
        return done

    def order(self) -> None:
        """The notice of the day, and the note for what was modified for this customer (A26, R096)."""
        today = moment(self.player.clock.now()).date()
        line: Json = {"item": "VLV-25B", "quantity": "10"}
        self.do("sales", "E011", "announce", procedure=NOTICE, fields={"day": str(today)}, lines=[{**line, "customer": CUSTOMER}])
        fields = {
            "customer": CUSTOMER, "address": "东海路 8 号", "consignee": "孙工", "telephone": "0532-0000", "way": "own",
            "wanted_by": str(moment(self.player.clock.now() + DAY).date()),
        }  # fmt: skip
        self.note = self.do("sales", "E011", "write", fields=fields, lines=[line]).case or ""
        self.do("sales", "E012", "approve")
        checked = [{"line": 1, "quantity": "10"}]
        self.do("finished_store", "E041", "check", (f"{self.note}/2",), outcome="whole", checked=checked, **PAPERS)

    def vehicle(self, number: int, plate: str, quantity: str, packages: str) -> None:
        """One vehicle: begun, packed, loaded, and given its pass."""
        line = {"item": "VLV-25B", "quantity": quantity}
        self.do("dispatch", "E071", f"start#{number}", fields={"plate": plate, "driver": "曹师傅"}, lines=[line])
        box = [{**line, "box": "1"}]
        self.do("dispatch", "E071", f"pack#{number}", signers={"inspector": "E051"}, lines=box, **BOX)
        self.do(
            "dispatch", "E071", f"load#{number}", (f"{self.serials[f'packing#{number}']}/1",), outcome="own",
            signers={"keeper": "E041"}, handwriting={"driver": "曹师傅"}, loaded=quantity, packages=packages, vehicle_fit="yes",
        )  # fmt: skip
        self.do("finished_store", "E041", f"issue_pass#{number}", (f"{self.note}/4",))

    def gate(self, number: int, plate: str, count: str, badge: str = "E081") -> str:
        """Show a pass at the gate with what the guard saw, and tell what the gate says."""
        player = self.player
        player.clock.advance(2 * MINUTE)
        copy = f"{self.serials[f'pass#{number}']}/2"
        token = player.log_in("gate", badge)
        asked = {"code": player.code(copy), "plate": plate, "count": count}
        done = act(player.site, token, {"step": "check_at_gate", "inputs": asked})
        verdict = done.gate or {}
        told = player.words.say("demo.gate", copy=copy, plate=plate, count=count)
        word = player.words.say(f"gate.word_{verdict['verdict']}")
        about = "" if verdict["verdict"] == "release" else " " + player.words.say(f"gate.kind_{verdict['kind']}")
        player.tell_line("gate", badge, told, f"{word}{about}")
        return f"{verdict['verdict']} {verdict['kind']}"

    def come_back(self, number: int, quantity: str, received: str) -> None:
        """The goods arrive, and the slip comes back signed with what was really received (R098, R104)."""
        today = str(moment(self.player.clock.now()).date())
        self.do("sales", "E011", f"confirm_arrival#{number}", arrived_on=today)
        outcome = "complete" if quantity == received else "differs"
        slip = f"{self.serials[f'slip#{number}']}/2"
        signed = {"customer": "孙工"}
        self.do("sales", "E011", f"come_back#{number}", (slip,), outcome=outcome, handwriting=signed, received=received)


def whole_delivery(player: Player) -> tuple[str, bool]:
    """Play it all; return the note, and whether the gate said what it must each time."""
    delivery = Delivery(player)
    delivery.order()
    delivery.vehicle(1, "晋A23456", "6", "3")
    delivery.vehicle(2, "晋A65432", "4", "2")
    said = [
        delivery.gate(1, "A23456", "4"),
        delivery.gate(1, "A23456", "3"),
        delivery.gate(1, "A23456", "3"),
        delivery.gate(2, "A65432", "2"),
    ]
    delivery.do("dispatch", "E071", "all_loaded", (f"{delivery.note}/4",), outcome="used_up")
    player.clock.advance(DAY * 7 // 8)
    delivery.come_back(1, "6", "6")
    delivery.come_back(2, "4", "3")
    claim = delivery.serials["claim#2"]
    delivery.do("dispatch", "E072", "settle_claim#2", (f"{claim}/1",), outcome="lost", reason="承运途中丢失一台")
    return delivery.note, said == ["stop count_differs", "release released", "stop used", "release released"]
