"""Nonconforming goods: the report, how grave it is, what becomes of the goods, and what each of the five ways needs (P04)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import partial
from typing import Any

from qdesk.asking import asked_text
from qdesk.cases import CaseFile, Document
from qdesk.causes import AFTER_SALE, by_cause, quarter_of, reports_between, same
from qdesk.clock import moment, start_of
from qdesk.errors import Because
from qdesk.gate import MOMENT, fields_of, write_pass_lines
from qdesk.language import Effect, Outcome
from qdesk.moving import write_on
from qdesk.quarantine import NONCONFORMING, QUARANTINE
from qdesk.reviewing import all_back, lines_under_review, still_promised, take_under, too_few
from qdesk.scan import format_quantity
from qdesk.site import Site
from qdesk.stock import HELD, read_lot
from qdesk.vocabulary import Act, Ask, Inputs, Move, Question, Rule, Writing, text_answer

HOMES = ("finished_store", "parts_store", "raw_store")
CLASS_A = "A"


def set_apart_or_held(place: str, hold: str) -> bool:
    """Tell whether goods may be taken under review: those in quarantine, and those on hold wherever a store keeps them."""
    return place == QUARANTINE or hold in (HELD, NONCONFORMING)


# Rules


def goods_wait(act: Act) -> Iterable[Because]:
    """R058: a report is about goods that are marked and set apart, and that nobody counts on any more."""
    return [*too_few(act, set_apart_or_held), *still_promised(act, set_apart_or_held)]


def cause_in_limits(act: Act) -> Iterable[Because]:
    """R110, T40: one cause that customers met with comes up so often in a quarter at most, with so many pieces each time."""
    if act.field("kind") not in AFTER_SALE:
        return
    quarter, cause = quarter_of(moment(act.at).date()), act.field("cause")
    often, many = (act.site.config.number(name) for name in ("cause_per_quarter", "cause_pieces"))
    found = [each for each in by_cause(reports_between(act.cursor, quarter.first, quarter.end)) if same(each.name) == same(cause)]
    count = sum(len(each.after_sale) for each in found)
    if count > often:
        yield Because("cause_too_often", {"cause": cause, "count": count, "most": often, "quarter": quarter.name})
    pieces = sum(line.quantity for line in act.first_lines())
    if pieces > many * 1000:
        yield Because("cause_too_many", {"cause": cause, "pieces": format_quantity(pieces), "most": many})


def functional_judged(act: Act) -> Iterable[Because]:
    """R118: a functional failure is judged by the general manager."""
    if act.field("nature") == "functional":
        yield Because("functional_judged", {}, where="management", who="general_manager")


def use_until_ahead(act: Act) -> Iterable[Because]:
    """R112: what may be used until a day may be used at least today."""
    until, today = fields_of(act.case.document_of("concession")).get("use_until", ""), moment(act.at).date().isoformat()
    if until and until < today:
        yield Because("use_until_past", {"day": until, "today": today}, where=act.desk)


def all_purchased(act: Act) -> Iterable[Because]:
    """R116: only what was bought goes back to a supplier."""
    for item in sorted({portion.item for portion in act.on_floor("review")}):
        if not act.item(item).purchased:
            yield Because("not_purchased", {"item": item}, where=act.desk)


def home_is(store: str, document: Document) -> Iterable[Because]:
    """What is good again goes to the store that the report names."""
    home = fields_of(document).get("home", "")
    if home != store:
        yield Because("other_home", {}, where=home)


def home_rule(store: str) -> Rule:
    """Return the rule of one store."""
    return Rule(lambda act: home_is(store, act.first_document()), fits=partial(home_is, store))


# Moves


def write_assessment(act: Act) -> None:
    """P04: write how grave it is, who answers for it, and what he does against it."""
    named = CLASS_A if act.outcome.name == "class_a" else act.answers["defect_class"]
    told = {name: act.answers[name] for name in ("responsible_unit", "countermeasure")}
    write_on(act, act.first_document(), defect_class=named, **told)


def write_disposition(act: Act) -> None:
    """R115: write which of the five it is, and what it needs; what an earlier one needed is taken off."""
    needs = {name: act.answers.get(name, "") for name in ("mended_at", "repair_standard")}
    supplier = act.answers.get("returned_to", "")
    write_on(act, act.first_document(), disposition=act.outcome.name, customer_approval="", supplier=supplier, **needs)


def write_approval(act: Act) -> None:
    """R112: write which paper of the customer's it is."""
    write_on(act, act.first_document(), customer_approval=act.answers["customer_approval"])


def limit_use(act: Act) -> None:
    """R112: what was accepted for a time is expired when that is over."""
    until = fields_of(act.case.document_of("concession")).get("use_until", "")
    if not until:
        return
    end = start_of(date.fromisoformat(until) + timedelta(days=1))
    for portion in act.on_floor("review"):
        was = read_lot(act.cursor, portion.lot).expires_at
        if was is None or was > end:
            act.entry.change("lots", (portion.lot,), {"expires_at": was}, {"expires_at": end})


# Questions


def ask_assessment(site: Site, case: CaseFile | None, outcome: Outcome | None) -> list[Ask]:
    """Who answers for it and what he does against it; a class of the site's own where it is not A."""
    needed = outcome is not None and outcome.name == "class_a"
    own = [] if needed else [Ask("defect_class", "text", required=False)]
    return [Ask("responsible_unit", "text"), *own, Ask("countermeasure", "text", required=needed)]


def read_assessment(act: Act, inputs: Inputs, optional: bool) -> Mapping[str, Any]:
    """Read them; R117: class A is not judged without a countermeasure."""
    asked = ask_assessment(act.site, act.case, act.outcome)
    return {"defect_class": "", **{ask.name: text_answer(act, inputs, ask.name, not ask.required) for ask in asked}}


# What the desk writes


def write_supplier_pass(act: Act) -> dict[str, str]:
    """Return what the pass takes over: who gets the goods, for which gate, and until when it is good."""
    until = moment(act.at + act.site.config.duration("pass_valid")).strftime(MOMENT)
    gate = act.site.factory.desks[act.answers["gate"]].title.in_(act.site.config.language)
    return {"customer": act.field("supplier"), "gate": gate, "valid_until": until}


RULES = {
    "goods_wait": Rule(goods_wait),
    "cause_in_limits": Rule(cause_in_limits, refuses=False),
    "functional_judged": Rule(functional_judged, refuses=False),
    "use_until_ahead": Rule(use_until_ahead),
    "all_purchased": Rule(all_purchased),
    **{f"home_is_{store}": home_rule(store) for store in HOMES},
}
MOVES = {
    "take_under_review": Move(lambda act: take_under(act, set_apart_or_held), Effect(puts=("review",))),
    "back_to_quarantine": Move(lambda act: all_back(act, QUARANTINE, NONCONFORMING), Effect(takes=("review",))),
    "write_assessment": Move(write_assessment),
    "write_disposition": Move(write_disposition),
    "write_approval": Move(write_approval),
    "limit_use": Move(limit_use),
}
QUESTIONS = {
    "assessment": Question(ask_assessment, read_assessment),
    "repair_standard": asked_text("repair_standard"),
    "returned_to": asked_text("returned_to"),
    "customer_approval": asked_text("customer_approval"),
}
WRITINGS = {
    "nonconforming": Writing(),
    "concession": Writing(lines=lines_under_review),
    "return_load": Writing(lambda act: {"supplier": act.field("supplier")}, lines_under_review),
    "supplier_pass": Writing(write_supplier_pass, write_pass_lines),
}
