"""Receiving: goods are taken into custody with their papers, and into stock when what passed was counted and agrees."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from qdesk.asking import all_yes, asked_checks, asked_counts, line_miscounted
from qdesk.cases import Line
from qdesk.clock import moment, start_of
from qdesk.errors import Because, Refused
from qdesk.issuing import FINISHED
from qdesk.language import Effect
from qdesk.moving import move_all
from qdesk.paper import queue_sheet
from qdesk.scan import format_quantity, parse_day
from qdesk.shelving import bin_in
from qdesk.stock import Portion, read_lot
from qdesk.tasks import RULES as TASK_RULES
from qdesk.tasks import still_open
from qdesk.verdicts import CUSTODY, counted_row, judged_lines, rejected_of
from qdesk.vocabulary import Act, Move, Rule, Writing
from qdesk.warehouse import TO_BE_INSPECTED

RAW, SPARE, PRODUCTION, SUPPLIER = "raw_store", "spare_area", "production", "supplier"
LOT_LABEL = "lot_label"
SUPPLIER_NAMED = """SELECT code FROM parties WHERE kind = 'supplier' AND closed_at IS NULL AND ? IN (code, name)
  ORDER BY code LIMIT 1"""
PROTECTION = ("protected",)
"""R036: what the workshop has seen to before it hands over; going on without it needs a reason."""


# Rules


def made_on_known(act: Act) -> Iterable[Because]:
    """R048: what has a shelf life comes with the day it was made on; no day is ahead."""
    today = moment(act.at).date().isoformat()
    for line in act.first_lines():
        made_on = str(line.other.get("made_on", ""))
        if act.item(line.item).shelf_days and not made_on:
            yield Because("made_on_missing", {"line": line.number, "item": line.item}, where=act.desk)
        elif made_on > today:
            yield Because("made_on_ahead", {"line": line.number, "item": line.item, "day": made_on}, where=act.desk)


def count_agrees(act: Act) -> Iterable[Because]:
    """R026: what was counted is what passed, to the last pack of every line; else it is counted again, and not accepted."""
    for line in judged_lines(act):
        counted = act.answers["counted_in"][line.number]
        if counted != line.quantity:
            yield line_miscounted(act, line, counted)


# Moves


def into_custody(act: Act, source: str, party: str = "") -> None:
    """R023: each line becomes a lot that lies in custody for this case, held until an inspector has passed it."""
    for line in act.first_lines():
        made_on = line.other.get("made_on")
        day = parse_day(str(made_on)) if made_on else None
        life = act.item(line.item).shelf_days
        lot = act.stock.new_lot(
            line.item, act.case.code, serial=str(line.other.get("serial") or "") or None, hold=TO_BE_INSPECTED,
            expires_at=start_of(day, life) if day and life else None, batch=str(line.other.get("batch", "")), party=party,
            made_at=start_of(day) if day else None,
        )  # fmt: skip
        act.stock.move(act.case.code, Portion(line.item, lot, line.quantity), source, act.places[CUSTODY], act.voucher)


def hand_in(act: Act) -> None:
    """R033: the workshop hands its product over."""
    into_custody(act, PRODUCTION)


def arrive(act: Act) -> None:
    """R040: a supplier's material is here, and not ours to use yet; its lots bear the supplier's code where there is one."""
    act.cursor.execute(SUPPLIER_NAMED, (act.field("supplier"),))
    into_custody(act, SUPPLIER, next((str(code) for (code,) in act.cursor.fetchall()), act.field("supplier")))


def passed_portion(act: Act, line: Line) -> Portion:
    """Return what is received of a line; raises Refused("not_inspected") for a lot that is held."""
    lot = str(line.other["lot"])
    if read_lot(act.cursor, lot).hold:
        raise Refused("not_inspected", [Because("lot_held", {"lot": lot})], step=act.step.title)
    return Portion(line.item, lot, line.quantity)


def receive_product(act: Act) -> None:
    """R026–R029: what the task still wants comes into the store, for its customer where one is named; the surplus lies apart."""
    left, code = still_open(act), act.case.code
    for line in judged_lines(act):
        portion = passed_portion(act, line)
        wanted = min(line.quantity, left[line.item])
        left[line.item] -= wanted
        if wanted < line.quantity:
            lay_apart(act, portion, line.quantity - wanted)
        if wanted:
            taken = Portion(line.item, portion.lot, wanted)
            act.stock.move(code, taken, act.places[CUSTODY], FINISHED, act.voucher, to_bin=bin_in(act, FINISHED))
            queue_sheet(act.entry, LOT_LABEL, portion.lot, act.case.document_of("receipt").form, act.desk)
            if act.field("customer"):
                act.stock.reserve(code, line.item, FINISHED, wanted)


def lay_apart(act: Act, portion: Portion, surplus: int) -> None:
    """R029: the surplus is a lot of its own in the spare area; its label bears 备份, product number and pieces."""
    part = Portion(portion.item, portion.lot, surplus)
    if surplus < portion.quantity:
        part = act.stock.split(part, act.places[CUSTODY], act.case.code, hold="")
    act.stock.move(act.case.code, part, act.places[CUSTODY], SPARE, act.voucher, to_bin=bin_in(act, SPARE))
    queue_sheet(act.entry, LOT_LABEL, part.lot, act.case.document_of("receipt").form, act.desk)


def receive_material(act: Act) -> None:
    """R032: what passed comes into the store, each lot with its label."""
    for line in judged_lines(act):
        portion = passed_portion(act, line)
        act.stock.move(act.case.code, portion, act.places[CUSTODY], RAW, act.voucher, to_bin=bin_in(act, RAW))
        queue_sheet(act.entry, LOT_LABEL, portion.lot, act.case.document_of("slip").form, act.desk)


# What the desk writes


def taken_over(act: Act, *names: str) -> dict[str, str]:
    """Return fields of the first document that are filled in."""
    return {name: act.field(name) for name in names if act.field(name)}


def write_checked_lines(act: Act) -> list[Line]:
    """Return what an inspection slip says of each line: so much passed, so much rejected, and why."""
    passed, rejected = act.answers.get("passed", {}), rejected_of(act)
    causes: dict[int, list[str]] = {}
    for each in act.answers.get("rejected", ()):
        causes.setdefault(each["line"], []).append(each["reason"])
    found = []
    for line in judged_lines(act):
        good = passed.get(line.number, 0)
        bad = rejected.get(line.number, 0) if passed else line.quantity
        cause = "; ".join(causes.get(line.number, [])) or (act.answers.get("reason", "") if bad else "")
        told = {"passed": format_quantity(good), "rejected": format_quantity(bad), **({"cause": cause} if cause else {})}
        found.append(Line(line.number, line.item, line.quantity, told))
    return found


def write_receipt(act: Act) -> dict[str, str]:
    """R031: return on what it is received."""
    return {**taken_over(act, "task", "contract", "customer"), "checked": act.case.document_of("checked").serial}


def write_receipt_lines(act: Act) -> list[Line]:
    """R029, R030: return what is received of each lot, and how much of it the task no longer wants."""
    left, found = still_open(act), []
    for line in judged_lines(act):
        wanted = min(line.quantity, left[line.item])
        left[line.item] -= wanted
        told = {"lot": str(line.other["lot"]), "spare": format_quantity(line.quantity - wanted)}
        found.append(Line(line.number, line.item, line.quantity, told))
    return found


def write_material_lines(act: Act) -> list[Line]:
    """R030, R032: return what is received of each lot, with the supplier's batch and until when it is good."""
    found = []
    for line in judged_lines(act):
        lot = read_lot(act.cursor, str(line.other["lot"]))
        expires = moment(lot.expires_at).date().isoformat() if lot.expires_at else ""
        told = {"lot": lot.code, "batch": lot.batch, "expires": expires}
        found.append(Line(line.number, line.item, line.quantity, {name: value for name, value in told.items() if value}))
    return found


RULES = {
    "protection": Rule(partial(all_yes, PROTECTION), refuses=False),
    "made_on_known": Rule(made_on_known),
    "count_agrees": Rule(count_agrees),
    **TASK_RULES,
}
MOVES = {
    "hand_in": Move(hand_in, Effect(puts=(CUSTODY,), makes=True)),
    "arrive": Move(arrive, Effect(puts=(CUSTODY,), makes=True)),
    "give_back": Move(lambda act: move_all(act, CUSTODY, PRODUCTION), Effect(takes=(CUSTODY,))),
    "receive_product": Move(receive_product, Effect(takes=(CUSTODY,), inward=True)),
    "receive_material": Move(receive_material, Effect(takes=(CUSTODY,), inward=True)),
}
QUESTIONS = {
    "protection": asked_checks(*PROTECTION),
    "counted_in": asked_counts("counted_in", judged_lines, counted_row),  # pack by pack (R026)
}
WRITINGS = {
    "checked": Writing(lambda act: taken_over(act, "task", "certificate"), write_checked_lines),
    "receipt": Writing(write_receipt, write_receipt_lines),
    "material_slip": Writing(lambda act: taken_over(act, "supplier", "contract"), write_material_lines),
}
