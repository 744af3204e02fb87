"""The valve shop: what rework does to stock, and what the shop and the office are asked on the way there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from qdesk.asking import asked_text
from qdesk.cases import CaseFile, Line
from qdesk.errors import Because, Refused
from qdesk.language import Effect, Outcome
from qdesk.scan import format_quantity
from qdesk.site import Site
from qdesk.stock import HELD, Lot, Portion, read_lot
from qdesk.vocabulary import Act, Ask, Inputs, Move, Proposed, Question, Rule, View, Wish, take, text_answer, wishes_of
from qdesk.warehouse import TO_BE_INSPECTED

CONVERSION = "conversion"
REPLACED = "replaced_part"


def convert(act: Act) -> None:
    """Rework: the old model and the parts used go into conversion; the new model, held, and the replaced parts come out."""
    for line, portion in product_by_line(act):
        becomes = str(line.other["becomes"])
        exchange(act, portion, becomes, act.places["product"], act.places["converted"])
    exchange_parts(act)


def exchange_parts(act: Act) -> None:
    """Parts built in leave the floor; parts taken out come onto it, held until someone has looked at them (A14)."""
    floor = act.places["parts"]
    for wish in act.answers.get("installed", ()):
        for portion in take(act.on_floor("parts"), wish.item, wish.quantity, wish.lot):
            usable_lot(act, portion.lot)
            act.stock.move(act.case.code, portion, floor, CONVERSION)
    for wish in act.answers.get("removed", ()):
        lot = act.stock.new_lot(wish.item, act.case.code, hold=REPLACED)
        act.stock.move(act.case.code, Portion(wish.item, lot, wish.quantity), CONVERSION, floor)


def product_by_line(act: Act) -> list[tuple[Line, Portion]]:
    """Return what lies on the product floor, shared out to the lines, those that name a piece first; empty once converted."""
    left = act.on_floor("product")
    shared = []
    for line in sorted(act.first_lines(), key=lambda each: not each.other.get("serial")) if left else ():
        serial = str(line.other.get("serial") or "")
        fitting = [p for p in left if not serial or read_lot(act.cursor, p.lot).serial == serial]
        for portion in take(fitting, line.item, line.quantity):
            shared.append((line, portion))
            left = [less(p, portion) for p in left]
        left = [p for p in left if p.quantity]
    return shared


def less(portion: Portion, taken: Portion) -> Portion:
    """Return a portion without what was taken of the same lot."""
    if portion.lot != taken.lot:
        return portion
    return replace(portion, quantity=portion.quantity - taken.quantity)


def exchange(act: Act, portion: Portion, becomes: str, source: str, target: str) -> None:
    """Send one model into conversion and bring the other out, held, under the same serial number (A24)."""
    old = usable_lot(act, portion.lot)
    act.stock.move(act.case.code, portion, source, CONVERSION)
    lot = act.stock.new_lot(
        becomes, act.case.code, made_from=old.code, serial=old.serial, hold=TO_BE_INSPECTED, expires_at=old.expires_at
    )
    act.stock.move(act.case.code, Portion(becomes, lot, portion.quantity), CONVERSION, target)


def usable_lot(act: Act, code: str) -> Lot:
    """Return a lot that is worked on; one put on hold meanwhile is not, or its hold would be lost in what it becomes."""
    lot = read_lot(act.cursor, code)
    if lot.hold == HELD:
        raise Refused("lot_held", lot=code)
    return lot


def unconvert(act: Act) -> None:
    """A21: dismantling brings back the old model, held until inspected; parts are exchanged as in the rework."""
    for portion in act.on_floor("converted"):
        lot = read_lot(act.cursor, portion.lot)
        before = read_lot(act.cursor, lot.made_from) if lot.made_from else lot
        exchange(act, portion, before.item, act.places["converted"], act.places["product"])
    exchange_parts(act)


def plan_undisturbed(act: Act) -> Iterable[Because]:
    """R020: a modification must not disturb the production plan; going on all the same needs a reason."""
    if act.answers.get("plan_undisturbed") == "no":
        yield Because("plan_undisturbed", {}, where=act.desk, who=act.step.by)


def ask_parts_used(site: Site, case: CaseFile | None, outcome: Outcome | None) -> list[Ask]:
    """The parts built in and the parts taken out, both perhaps none."""
    columns = ("item", "quantity", "lot")
    return [Ask("installed", "lines", False, columns=columns), Ask("removed", "lines", False, columns=columns[:2])]


def read_parts_used(act: Act, inputs: Inputs, optional: bool) -> Mapping[str, Any]:
    """Read the parts built in and taken out."""
    answers: dict[str, list[Wish]] = {}
    for name in ("installed", "removed"):
        wishes = wishes_of(act, inputs, name)
        if wishes:
            answers[name] = wishes
    return answers


def propose_parts_used(view: View) -> Proposed:
    """The parts drawn for the case that lie there and nobody has to look at first; what is taken out only the shop sees."""
    lying_parts = [p for p in view.on_floor("parts") if not read_lot(view.cursor, p.lot).hold]
    rows = [{"item": p.item, "quantity": format_quantity(p.quantity), "lot": p.lot} for p in lying_parts]
    return {"installed": rows, "removed": []}


def ask_parts_removed(site: Site, case: CaseFile | None, outcome: Outcome | None) -> list[Ask]:
    """The parts taken out when a product is dismantled."""
    return ask_parts_used(site, case, outcome)[1:]


def ask_plan_undisturbed(site: Site, case: CaseFile | None, outcome: Outcome | None) -> list[Ask]:
    """Whether the production plan stays undisturbed (A03)."""
    return [Ask("plan_undisturbed", "choice", choices=("yes", "no"))]


def read_plan_undisturbed(act: Act, inputs: Inputs, optional: bool) -> Mapping[str, Any]:
    """Read planning's yes or no; blank is neither."""
    answer = text_answer(act, inputs, "plan_undisturbed", optional)
    if answer not in ("", "yes", "no"):
        raise Refused("choice_unknown", value=answer)
    return {"plan_undisturbed": answer}


RULES = {"plan_undisturbed": Rule(plan_undisturbed, refuses=False)}
MOVES = {
    "convert": Move(convert, Effect(clears=("product",), sets=("converted", "parts"), makes=True)),
    "unconvert": Move(unconvert, Effect(takes=("converted",), puts=("product",), sets=("parts",), makes=True)),
}
QUESTIONS = {
    "reason": asked_text("reason"),
    "plan_undisturbed": Question(ask_plan_undisturbed, read_plan_undisturbed),
    "parts_used": Question(ask_parts_used, read_parts_used, propose_parts_used),
    "parts_removed": Question(ask_parts_removed, read_parts_used),
}
