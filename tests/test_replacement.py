"""A customer's goods cannot be reworked: good ones are set aside, and that customer's next note takes them (R119, R120)."""

from __future__ import annotations

from delivery_floor import NOTE, Yard
from delivery_floor import yard as yard
from known_names import edited_step

import data
from qdesk.desk.book import known_of
from qdesk.factory import load_factory
from qdesk.procedure import load
from qdesk.proof import prove, prove_all
from qdesk.stock import free

KNOWN = known_of(load_factory())
TEXT = data.read("procedures/replacement.toml")
REPLACEMENT = "replacement"


def requisition(yard: Yard, quantity: str = "45", customer: str = "海河机械") -> str:
    """After-sales write what is to be replaced."""
    done = yard.do(
        "AF1", "write", case="", procedure=REPLACEMENT, fields={"customer": customer, "rejection": "ZX-3"},
        lines=[{"item": "V-100", "quantity": quantity}],
    )  # fmt: skip
    yard.note = yard.floor.case = done.case or ""
    return yard.note


def set_aside(yard: Yard, **what: str) -> str:
    """Written, confirmed, and set aside."""
    serial = requisition(yard, **what)
    yard.do("Q1", "approve", [f"{serial}/1"], procedure=REPLACEMENT)
    yard.do("K1", "set_aside", [f"{serial}/2"], procedure=REPLACEMENT)
    return serial


def free_of(yard: Yard) -> int:
    """How much of the product anybody may still take."""
    with yard.floor.site.database.reading() as cursor:
        return free(cursor, "V-100", "finished_store", yard.floor.clock.now()) // 1000


def write_note(yard: Yard, customer: str, quantity: str) -> None:
    """Sales write a delivery note."""
    fields = {**NOTE, "customer": customer}
    done = yard.do("S1", "write", case="", fields=fields, lines=[{"item": "V-100", "quantity": quantity}])
    yard.note = yard.floor.case = done.case or ""


def test_goods_set_aside_are_for_this_customer_and_his_next_delivery_note_takes_them_R061_R120(yard: Yard) -> None:
    yard.announce()
    set_aside(yard)
    assert yard.floor.ended() == "set_aside" and free_of(yard) == 5
    with yard.floor.refused("rule_forbids"):
        write_note(yard, "别家机械", "6")
    write_note(yard, "海河机械", "45")
    yard.do("S2", "approve")
    assert free_of(yard) == 5
    yard.pick(line_1="45")
    assert yard.floor.lies("V-100") == {"finished_store": 5, "dispatch_area": 45, "difference": -50}


def test_nothing_is_set_aside_that_quality_has_not_confirmed_R119(yard: Yard) -> None:
    serial = requisition(yard)
    with yard.floor.refused("step_not_possible"):
        yard.do("K1", "set_aside", procedure=REPLACEMENT)
    with yard.floor.refused("wrong_desk"):
        yard.do("AF1", "approve", [f"{serial}/1"], procedure=REPLACEMENT)


def test_more_than_is_free_is_not_asked_for(yard: Yard) -> None:
    with yard.floor.refused("rule_forbids"):
        requisition(yard, quantity="51")


def test_a_requisition_that_is_withdrawn_promises_nothing(yard: Yard) -> None:
    serial = requisition(yard)
    yard.do("Q1", "approve", [f"{serial}/1"], procedure=REPLACEMENT)
    assert free_of(yard) == 5
    assert yard.do("AF1", "withdraw", procedure=REPLACEMENT, reason="客户同意返修").ended == "withdrawn"
    assert free_of(yard) == 50


def test_the_procedure_is_proved_and_nobody_confirms_what_he_wrote() -> None:
    [proof] = prove_all(TEXT, "replacement.toml", KNOWN)
    assert proof.violations == ()
    procedure = load(edited_step(TEXT, "approve", ('not_by = ["write"]\n', "")), "edited.toml", KNOWN)
    assert "proof.own_approval" in {violation.code for violation in prove(procedure, KNOWN)}


def test_what_is_set_aside_is_not_withdrawn_nor_set_aside_again(yard: Yard) -> None:
    serial = set_aside(yard)
    with yard.floor.refused("step_not_possible"):
        yard.do("AF1", "withdraw", procedure=REPLACEMENT, reason="误开")
    with yard.floor.refused("step_not_possible"):
        yard.do("K1", "set_aside", [f"{serial}/2"], procedure=REPLACEMENT)
