"""The first article of an item and a process: nine questions, each yes or no with a remark, and what is corrected (R129)."""

from __future__ import annotations

from functools import partial

from qdesk.appraising import appraised, some_no, write_conclusion, write_correction
from qdesk.asking import all_yes, asked_text
from qdesk.vocabulary import Move, Rule, Writing

NINE = (
    "documents_right", "meets_drawing", "equipment_fit", "process_meets_drawing", "process_reasonable", "environment_fit",
    "record_complete", "record_agrees", "people_qualified",
)  # fmt: skip
"""The questions of P06 step 3, in their order: R129, positive only when all nine are."""

RULES = {"nine_yes": Rule(partial(all_yes, NINE)), "some_no": Rule(partial(some_no, NINE))}
MOVES = {"write_appraisal": Move(partial(write_conclusion, NINE)), "write_correction": Move(write_correction)}
QUESTIONS = {"nine_questions": appraised(*NINE), "correction": asked_text("correction")}
WRITINGS = {"first_article": Writing()}
