"""The start of trial production: six conditions, checked by the unit itself and then by three departments (R124–R127)."""

from __future__ import annotations

from functools import partial

from qdesk.appraising import appraised, some_no, write_appraisal, write_conclusion
from qdesk.asking import all_yes
from qdesk.vocabulary import Move, Rule, Writing

CONDITIONS = ("people_trained", "documents_valid", "equipment_in_date", "new_approved", "parts_complete", "site_fit")
"""The conditions a to f of P06 step 2; R127 is the third, R126 the fourth."""

RULES = {"conditions_met": Rule(partial(all_yes, CONDITIONS)), "condition_missing": Rule(partial(some_no, CONDITIONS))}
MOVES = {
    "write_conditions": Move(partial(write_appraisal, CONDITIONS)),
    "write_start_check": Move(partial(write_conclusion, CONDITIONS)),
}
QUESTIONS = {"start_conditions": appraised(*CONDITIONS)}
WRITINGS = {"start_check": Writing()}
