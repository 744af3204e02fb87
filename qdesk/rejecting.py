"""Rejected by a customer: quality confirms what came back, it is made good or scrapped, all on one sheet (R119–R123)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from qdesk.arriving import BROUGHT_BACK, RETURNED
from qdesk.asking import asked_text
from qdesk.cases import CaseFile
from qdesk.database import Cursor
from qdesk.errors import Because
from qdesk.language import Effect, Outcome
from qdesk.moving import write_on
from qdesk.reviewing import all_back, take_under, too_few
from qdesk.site import Site
from qdesk.vocabulary import Act, Ask, Inputs, Move, Question, Rule, Writing, text_answer

REQUISITION = """SELECT serial FROM documents
  WHERE serial = ? AND form = 'requisition' AND void_at IS NULL AND json_extract(fields, '$.rejection') = ?"""
DESIGN = ("rework_drawing", "rework_process")


def brought_back(place: str, hold: str) -> bool:
    """Tell whether goods are what came back from a customer and waits."""
    return place == RETURNED


def rejected_goods_wait(act: Act) -> Iterable[Because]:
    """R119: a rejection is about goods that came back and lie apart."""
    return too_few(act, brought_back)


def requisition_names_it(act: Act) -> Iterable[Because]:
    """R120: the replacement is drawn on a requisition of this house that names the rejection."""
    serial = act.answers["replacement_requisition"]
    if not names_rejection(act.cursor, serial, act.case.code):
        yield Because("requisition_names_it", {"serial": serial, "case": act.case.code}, where=act.desk)


def names_rejection(cursor: Cursor, serial: str, case: str) -> bool:
    """Tell whether a requisition names a rejection."""
    cursor.execute(REQUISITION, (serial, case))
    return bool(cursor.fetchall())


def write_answers(act: Act) -> None:
    """Write on the sheet what was answered, by its name."""
    sheet = {column.name for column in act.procedure.forms["feedback"].fields}
    write_on(act, act.first_document(), **{name: str(text) for name, text in act.answers.items() if name in sheet})


def ask_design(site: Site, case: CaseFile | None, outcome: Outcome | None) -> list[Ask]:
    """The drawing and the process sheet (R122)."""
    return [Ask(name, "text") for name in DESIGN]


def read_design(act: Act, inputs: Inputs, optional: bool) -> Mapping[str, Any]:
    """Read both."""
    return {name: text_answer(act, inputs, name, optional=False) for name in DESIGN}


RULES = {
    "rejected_goods_wait": Rule(rejected_goods_wait),
    "requisition_names_it": Rule(requisition_names_it, refuses=False),
}
MOVES = {
    "take_rejected": Move(lambda act: take_under(act, brought_back), Effect(puts=("review",))),
    "put_back_rejected": Move(lambda act: all_back(act, RETURNED, BROUGHT_BACK), Effect(takes=("review",))),
    "write_feedback": Move(write_answers),
}
QUESTIONS = {
    "quality_finding": asked_text("quality_finding"),
    "rework_design": Question(ask_design, read_design),
    "production_task": asked_text("production_task"),
    "replacement_requisition": asked_text("replacement_requisition"),
}
WRITINGS = {"feedback": Writing()}
