"""Loading: what is counted onto a vehicle, what has to hold before it is loaded, and how it is unloaded again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from qdesk.asking import all_yes, ask_one, asked_checks, asked_text, expected_row, line_miscounted, read_all_counts
from qdesk.cases import CaseFile, Line
from qdesk.dispatch import VEHICLE, packing_equals_slip, slip_field, slip_lines, write_on_slip
from qdesk.errors import Because, Refused
from qdesk.language import Effect, Outcome
from qdesk.picking import AREA
from qdesk.scan import THOUSAND, parse_quantity
from qdesk.site import Site
from qdesk.vocabulary import Act, Ask, Inputs, Move, Proposed, Question, Rule, View, take

# Rules


def seal_of_container(act: Act) -> Iterable[Because]:
    """R082: a container is sealed after loading, and the seal's number written down (R080)."""
    if slip_field(act, "container") and not act.answers.get("seal"):
        yield Because("seal_of_container", {"container": slip_field(act, "container")}, where=act.desk)


def loaded_agrees(act: Act) -> Iterable[Because]:
    """R081, R082: what was loaded is what the slip says, line by line, and so is what was packed."""
    yield from packed_otherwise(act)
    yield from (line_miscounted(act, line, counted) for line, counted in loaded_lines(act) if counted != line.quantity)


def loaded_differs(act: Act) -> Iterable[Because]:
    """R079: a customer who picks up takes less than the slip says, never more, and not nothing."""
    pairs = loaded_lines(act)
    yield from packed_otherwise(act)
    if all(counted == line.quantity for line, counted in pairs) or not any(counted for _, counted in pairs):
        yield Because("loaded_differs", {}, where=act.desk)
    yield from (line_miscounted(act, line, counted) for line, counted in pairs if counted > line.quantity)


def packed_otherwise(act: Act) -> Iterable[Because]:
    """R074: a slip that was amended after the packing no longer equals its packing list."""
    if any(each.form == "packing" and each.round == act.round for each in act.case.current_documents()):
        yield from packing_equals_slip(act)


def loaded_lines(act: Act) -> list[tuple[Line, int]]:
    """Return each line of the slip with what was counted onto the vehicle."""
    return [(line, act.answers["loaded"].get(line.number, 0)) for line in slip_lines(act)]


# Moves


def load(act: Act) -> None:
    """R081: what was counted goes from the dispatch area onto this vehicle; the slip says how many packages and which seal."""
    for line, counted in loaded_lines(act):
        for portion in take(act.on_floor("staged"), line.item, counted, str(line.other.get("lot", ""))) if counted else ():
            act.stock.move(act.case.code, portion, AREA, VEHICLE, act.voucher)
    who = {"consignee": act.answers["consignee"]} if act.answers.get("consignee") else {}
    write_on_slip(act, packages=str(act.answers["packages"]), seal=act.answers.get("seal", ""), **who)


def unload(act: Act) -> None:
    """All that is on this vehicle comes back to the dispatch area."""
    for portion in act.on_floor("vehicle"):
        act.stock.move(act.case.code, portion, VEHICLE, AREA, act.voucher)
    write_on_slip(act, packages="", seal="")


# Questions


def ask_loaded(site: Site, case: CaseFile | None, outcome: Outcome | None) -> list[Ask]:
    """The quantity counted onto the vehicle, line by line; nothing is filled in beforehand."""
    return [Ask("loaded", "count", columns=("line", "quantity"))]


def read_loaded(act: Act, inputs: Inputs, optional: bool) -> Mapping[str, Any]:
    """Read what was counted; a line that was not counted is refused by its number."""
    return {"loaded": read_all_counts(act, inputs, "loaded", slip_lines(act))}


def propose_loaded(view: View) -> Proposed:
    """What the slip says is to be loaded; how much is on the vehicle only counting tells."""
    lots = [{"lot": line.other["lot"]} if line.other.get("lot") else {} for line in slip_lines(view)]
    return {"expected": [{**expected_row(line), **lot} for line, lot in zip(slip_lines(view), lots, strict=True)]}


def read_packages(act: Act, inputs: Inputs, optional: bool) -> Mapping[str, Any]:
    """Read how many packages there are: whole ones, at least one."""
    raw = inputs.get("packages")
    if raw is None or raw == "":
        raise Refused("answer_missing", name=act.site.title("question.packages"))
    return {"packages": parse_quantity(raw, 0) // THOUSAND}


RULES = {
    "vehicle_fit": Rule(partial(all_yes, ("vehicle_fit",))),
    "seal_of_container": Rule(seal_of_container),
    "loaded_agrees": Rule(loaded_agrees),
    "loaded_differs": Rule(loaded_differs),
}
MOVES = {
    "load": Move(load, Effect(takes=("staged",), puts=("vehicle",), sets=("staged",), guarded=True)),
    "unload": Move(unload, Effect(takes=("vehicle",), sets=("staged",))),
}
QUESTIONS = {
    "loaded": Question(ask_loaded, read_loaded, propose_loaded),
    "packages": Question(partial(ask_one, "packages", "number"), read_packages),
    "seal": asked_text("seal"),
    "consignee": asked_text("consignee"),
    "substitute_bill": asked_text("substitute_bill"),
    "vehicle_fit": asked_checks("vehicle_fit"),
}
