"""Returnable goods: what those of ours that leave and come back share with others' that come in and go back.

Which way they go and whether they are back are two facts: the form says the one, acts of their own are the other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from qdesk.cases import CaseFile, Line
from qdesk.clock import moment
from qdesk.errors import Because
from qdesk.gate import MOMENT, fields_of, write_pass_lines
from qdesk.language import Outcome
from qdesk.moving import write_on
from qdesk.scan import parse_day
from qdesk.site import Site
from qdesk.stock import Portion
from qdesk.vocabulary import Act, Ask, Inputs, Move, Question, Rule, View, Writing, text_answer

WRITTEN_OFF = "written_off"
Kept = dict[tuple[str, str], int]
"""Quantities by item and lot."""


def carry_lines(view: View) -> list[Line]:
    """Return what the load list of this vehicle names, lot by lot."""
    return view.case.lines.get(view.case.document_of("carry", view.round).serial, [])


def carried(view: View) -> list[Portion]:
    """Return the load list as portions."""
    return [Portion(line.item, str(line.other["lot"]), line.quantity) for line in carry_lines(view)]


def by_lot(portions: Iterable[Portion]) -> Kept:
    """Return portions by item and lot."""
    sums: Kept = defaultdict(int)
    for portion in portions:
        sums[portion.item, portion.lot] += portion.quantity
    return sums


def due_day(view: View) -> str:
    """Return the day on which the goods are due back, as it was last agreed."""
    return view.field("extended_to") or view.field("due_back")


# Rules


def due_day_ahead(act: Act) -> Iterable[Because]:
    """What is due back is not overdue the moment it leaves."""
    today = moment(act.at).date().isoformat()
    if act.field("due_back") < today:
        yield Because("due_day_past", {"day": act.field("due_back"), "today": today}, where=act.desk)


def due_day_later(act: Act) -> Iterable[Because]:
    """A day is extended to a later one, and not to one that is over."""
    day, today = act.answers["due_back"], moment(act.at).date().isoformat()
    if day <= due_day(act):
        yield Because("due_day_not_later", {"day": day, "due": due_day(act)}, where=act.desk)
    elif day < today:
        yield Because("due_day_past", {"day": day, "today": today}, where=act.desk)


def packages_whole(act: Act) -> Iterable[Because]:
    """A guard counts packages: whole ones, at least one."""
    packages = fields_of(act.case.document_of("pass", act.round))["packages"]
    if not packages.isdecimal() or packages == "0":
        yield Because("packages_whole", {"packages": packages}, where=act.desk)


# Moves


def extend_due(act: Act) -> None:
    """Write on the form until when the goods may stay now; the first day stays beside it."""
    write_on(act, act.first_document(), extended_to=act.answers["due_back"])


# What the desk writes


def write_pass(act: Act) -> dict[str, str]:
    """Return what a pass takes over: whose goods they are or who gets them, for which gate, and until when it is good."""
    until = moment(act.at + act.site.config.duration("pass_valid")).strftime(MOMENT)
    gate = act.site.factory.desks[act.answers["gate"]].title.in_(act.site.config.language)
    return {"customer": act.field("customer"), "gate": gate, "valid_until": until}


# Questions


def ask_due_back(site: Site, case: CaseFile | None, outcome: Outcome | None) -> list[Ask]:
    """The day until which the goods may stay."""
    return [Ask("due_back", "date")]


def read_due_back(act: Act, inputs: Inputs, optional: bool) -> Mapping[str, Any]:
    """Read the day; raises Refused: answer_missing, date_unreadable."""
    return {"due_back": parse_day(text_answer(act, inputs, "due_back", optional=False)).isoformat()}


RULES = {
    "due_day_ahead": Rule(due_day_ahead),
    "due_day_later": Rule(due_day_later),
    "packages_whole": Rule(packages_whole),
}
MOVES = {"extend_due": Move(extend_due)}
QUESTIONS = {"due_back": Question(ask_due_back, read_due_back)}
WRITINGS = {"returnable_pass": Writing(write_pass, write_pass_lines)}
