"""A yard at work for the pictures: vehicles at every stage, notes that wait, goods that are lent, and what is late."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from qdesk.clock import moment
from qdesk.desk import act, present
from qdesk.desk.proposing import propose
from qdesk.people import log_in
from qdesk.playing import Player
from qdesk.playing_delivery import BOX, NOTICE, PAPERS, Delivery
from qdesk.site import Site

Json = dict[str, Any]
CUSTOMER = "华北管道"
FIELDS = {"customer": CUSTOMER, "address": "津塘路 2 号", "consignee": "周工", "telephone": "022-0", "way": "own"}
PLATES = ("晋A11223", "晋A22334", "晋A33445", "晋A44556", "晋A55667")
VEHICLE = {"driver": "曹师傅"}


def deliver(player: Player) -> dict[str, str]:
    """Have five vehicles begun, one of them let out, and return what is scanned to show it: passes, and papers that wait."""
    today = moment(player.clock.now()).date()
    delivery = Delivery(player)
    announced = [{"item": item, "quantity": "9", "customer": CUSTOMER} for item in ("VLV-25A", "VLV-50C")]
    delivery.do("sales", "E011", "announce", procedure=NOTICE, fields={"day": str(today)}, lines=announced)
    waiting = write(player, today, ("VLV-25A", "4"), ("VLV-50C", "2")).note
    delivery = write(player, today - timedelta(days=1), ("VLV-25A", "5"))
    checked = [{"line": 1, "quantity": "5"}]
    delivery.do("finished_store", "E041", "check", (f"{delivery.note}/2",), outcome="whole", checked=checked, **PAPERS)
    for number, plate in enumerate(PLATES, 1):
        begin(delivery, number, plate)
    for number in (1, 2, 3, 4):
        load(delivery, number)
    for number in (1, 2, 3):
        delivery.do("finished_store", "E041", f"issue_pass#{number}", (f"{delivery.note}/4",))
    delivery.gate(1, "A11223", "3")
    lend(player, today)
    names = {"used": "pass#1/2", "ready": "pass#2/2", "open": "pass#3/2", "slip": "slip#1/2", "packing": "packing#5/1"}
    copies = {name: copy.split("/") for name, copy in names.items()}
    return {
        "check": player.code(f"{waiting}/2"),
        **{name: player.code(f"{delivery.serials[form]}/{copy}") for name, (form, copy) in copies.items()},
    }


def write(player: Player, wanted: date, *lines: tuple[str, str]) -> Delivery:
    """Have a note written and approved."""
    delivery = Delivery(player)
    rows = [{"item": item, "quantity": quantity} for item, quantity in lines]
    done = delivery.do("sales", "E011", "write", fields={**FIELDS, "wanted_by": str(wanted)}, lines=rows)
    delivery.note = done.case or ""
    delivery.do("sales", "E012", "approve")
    return delivery


def begin(delivery: Delivery, number: int, plate: str) -> None:
    """Have one valve packed for a vehicle."""
    line = {"item": "VLV-25A", "quantity": "1"}
    delivery.do("dispatch", "E071", f"start#{number}", fields={**VEHICLE, "plate": plate}, lines=[line])
    delivery.do("dispatch", "E071", f"pack#{number}", (), signers={"inspector": "E051"}, lines=[{**line, "box": "1"}], **BOX)


def load(delivery: Delivery, number: int) -> None:
    """Have a vehicle loaded with its three packages."""
    delivery.do(
        "dispatch", "E071", f"load#{number}", (f"{delivery.serials[f'packing#{number}']}/1",), outcome="own",
        signers={"keeper": "E041"}, handwriting={"driver": "曹师傅"}, loaded="1", packages="3", vehicle_fit="yes",
    )  # fmt: skip


def lend(player: Player, today: date) -> None:
    """Have a valve lent that should be back, and one for repair, each with a day of its own."""
    for goods, purpose, due in (("tool", "现场调试", today), ("repair", "返厂维修", today + timedelta(days=9))):
        about = {"goods": goods, "customer": "海河机械", "purpose": purpose, "due_back": str(due)}
        lent = Delivery(player)
        rows = [{"item": "VLV-25A", "quantity": "1"}]
        lent.note = lent.do("dispatch", "E071", "write", procedure="lent_goods", fields=about, lines=rows).case or ""
        lent.do("dispatch", "E072", "approve", (f"{lent.note}/1",), procedure="lent_goods")
        send_out(lent, rows)


def send_out(lent: Delivery, rows: list[Json]) -> None:
    """Have what is lent loaded and let out."""
    player, driven = lent.player, {"driver": "赵师傅"}
    more: Json = {"procedure": "lent_goods", "copies": (f"{lent.note}/2",)}
    proposed = propose(player.site, player.log_in("finished_store", "E041"), lent.note, "load")["lines"]
    lines = [{**row, "lot": proposed[0]["lot"]} for row in rows]
    lent.do("finished_store", "E041", "load", lines=lines, handwriting=driven, **more)
    done = lent.do("finished_store", "E041", "issue_pass", fields={**driven, "plate": "晋A66778", "packages": "1"}, **more)
    show(player.site, player.log_in("gate", "E081"), player.code(f"{done.opened[0]['serial']}/2"), "A66778", "1")


def show(site: Site, token: str, code: str, plate: str, count: str) -> None:
    """Show a pass at the gate with what the guard saw."""
    present(site, token, code)
    act(site, token, {"step": "check_at_gate", "inputs": {"code": code, "plate": plate, "count": count}})


def show_wrong(site: Site, sheet: Json) -> None:
    """Show a pass twice with another plate, so that its vehicle is held."""
    pin = next(row["pin"] for row in sheet["people"] if row["badge"] == "E081")
    for _ in range(2):
        show(site, log_in(site, "gate", "E081", pin)[0], sheet["passes"]["open"], "A11111", "3")
