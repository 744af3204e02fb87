"""Coming back: what a vehicle's goods did at the customer's, as the signed slip tells, and what is still to be found out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from qdesk.asking import expected_row, line_miscounted, read_all_counts
from qdesk.cases import CaseFile, Line
from qdesk.clock import moment
from qdesk.compiling import in_round
from qdesk.dispatch import slip_field
from qdesk.errors import Because, Refused
from qdesk.language import Effect, Outcome
from qdesk.picking import outstanding
from qdesk.scan import format_quantity, parse_day
from qdesk.site import Site
from qdesk.stock import Portion
from qdesk.vocabulary import Act, Ask, Inputs, Move, Proposed, Question, Rule, View, Writing, text_answer

ROAD, CUSTOMER, LOST, RETURNED = "on_the_road", "customer", "transport_loss", "returned_goods"
BROUGHT_BACK = "brought_back"


def sent_lines(view: View) -> list[Line]:
    """Return what left on this vehicle: the lines of its pass."""
    return view.case.lines.get(view.case.document_of("pass", view.round).serial, [])


# Rules


def lines_used_up(act: Act) -> Iterable[Because]:
    """Every line of the note was brought up and is on a vehicle."""
    for line in outstanding(act):
        if line.quantity:
            told = {"line": line.number, "item": line.item, "left": format_quantity(line.quantity)}
            yield Because("line_open", told, where="finished_store", who="keeper")
    for portion in act.on_floor("staged"):
        told = {"item": portion.item, "left": format_quantity(portion.quantity)}
        yield Because("still_staged", told, where=act.desk, who=act.step.by)


def late_told(act: Act) -> Iterable[Because]:
    """R103: a late delivery is told to the customer."""
    wanted = act.field("wanted_by")
    if wanted and act.answers.get("arrived_on", "") > wanted and not act.answers.get("customer_told"):
        yield Because("late_told", {"wanted": wanted, "arrived": act.answers["arrived_on"]}, where=act.desk)


def differences(act: Act) -> list[tuple[Line, int]]:
    """Return the lines of which not as much was received as was sent, each with what was received (R098)."""
    received = act.answers.get("received", {})
    return [(line, received.get(line.number, 0)) for line in sent_lines(act) if received.get(line.number, 0) != line.quantity]


def received_all(act: Act) -> Iterable[Because]:
    """R098: the customer signed for all that was sent."""
    yield from (line_miscounted(act, line, received) for line, received in differences(act))


def received_differs(act: Act) -> Iterable[Because]:
    """R108: a claim is opened over a difference, not over nothing."""
    if not differences(act):
        yield Because("received_no_difference", {}, where=act.desk)


# Moves


def close_lines(act: Act) -> None:
    """Nothing of the note waits for a vehicle any more (:func:`lines_used_up`)."""


def deliver(act: Act) -> None:
    """R098: all that was on this vehicle is the customer's."""
    to_all(act, CUSTOMER)


def deliver_part(act: Act) -> None:
    """R098: what the customer signed for is theirs; the rest stays on the road until its claim is settled."""
    received: dict[int, int] = act.answers["received"]
    for line in sent_lines(act):
        part = min(line.quantity, received[line.number])
        if part:
            portion = Portion(line.item, str(line.other["lot"]), part)
            act.stock.move(act.case.code, portion, ROAD, CUSTOMER, act.voucher)


def to_all(act: Act, target: str) -> None:
    """Move all that is on the road of this vehicle to one place."""
    for portion in act.on_floor("road"):
        act.stock.move(act.case.code, portion, ROAD, target, act.voucher)


def write_off(act: Act) -> None:
    """R108: what was lost on the way is claimed from who lost it."""
    to_all(act, LOST)


def bring_back(act: Act) -> None:
    """What came back waits, held and apart, for an inspection: it has been outside."""
    for portion in act.on_floor("road"):
        held = act.stock.split(portion, ROAD, act.case.code, hold=BROUGHT_BACK)
        act.stock.move(act.case.code, held, ROAD, RETURNED, act.voucher)


# What the desk writes


def write_claim(act: Act) -> dict[str, str]:
    """Return whose delivery a claim is about, and who drove."""
    fields = {name: slip_field(act, name) for name in ("customer", "plate", "carrier")}
    return {name: value for name, value in fields.items() if value}


def write_claim_lines(act: Act) -> list[Line]:
    """Return the lines on which sent and received differ."""
    found = []
    for number, (line, received) in enumerate(differences(act), 1):
        told = {"sent": format_quantity(line.quantity), "received": format_quantity(received)}
        found.append(Line(number, line.item, abs(line.quantity - received), told))
    return found


# Questions


def ask_received(site: Site, case: CaseFile | None, outcome: Outcome | None) -> list[Ask]:
    """The quantity that the customer signed for, line by line (R098)."""
    return [Ask("received", "count", columns=("line", "quantity"))]


def read_received(act: Act, inputs: Inputs, optional: bool) -> Mapping[str, Any]:
    """Read what was received; a line without a number is refused."""
    return {"received": read_all_counts(act, inputs, "received", sent_lines(act))}


def propose_received(view: View) -> Proposed:
    """What was sent; what was received stands on the customer's paper."""
    return {"expected": [expected_row(line) for line in sent_lines(view)]}


def ask_arrival(site: Site, case: CaseFile | None, outcome: Outcome | None) -> list[Ask]:
    """The day of arrival, and if it was late what the customer was told (R103, R104)."""
    return [Ask("arrived_on", "date"), Ask("customer_told", "text", required=False), Ask("late_cause", "text", required=False)]


def read_arrival(act: Act, inputs: Inputs, optional: bool) -> Mapping[str, Any]:
    """Read the day: not before the vehicle left, and not in the future. Raises Refused("day_impossible")."""
    text = text_answer(act, inputs, "arrived_on", optional=False)
    day, today = parse_day(text), moment(act.at).date()
    if not left_on(act) <= day <= today:
        raise Refused("day_impossible", day=day, earliest=left_on(act), latest=today)
    more = {name: text_answer(act, inputs, name, optional=True) for name in ("customer_told", "late_cause")}
    return {"arrived_on": day.isoformat(), **{name: value for name, value in more.items() if value}}


def left_on(act: Act) -> date:
    """Return the day this vehicle left."""
    left = act.case.done.get(in_round("gate", act.round))
    return moment(left[1] if left else act.case.opened_at).date()


RULES = {
    "lines_used_up": Rule(lines_used_up),
    "late_told": Rule(late_told, refuses=False),
    "received_all": Rule(received_all),
    "received_differs": Rule(received_differs),
}
MOVES = {
    "close_lines": Move(close_lines, Effect(clears=("staged",))),
    "deliver": Move(deliver, Effect(takes=("road",))),
    "deliver_part": Move(deliver_part),
    "deliver_rest": Move(deliver, Effect(clears=("road",))),
    "write_off": Move(write_off, Effect(clears=("road",))),
    "bring_back": Move(bring_back, Effect(clears=("road",))),
}
QUESTIONS = {
    "arrival": Question(ask_arrival, read_arrival),
    "received": Question(ask_received, read_received, propose_received),
}
WRITINGS = {"claim": Writing(write_claim, write_claim_lines)}
