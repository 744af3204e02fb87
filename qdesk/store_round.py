"""The round of a store: what whoever keeps it looks at, and what is written of it (R045, R046, R050, R059, R060)."""

from __future__ import annotations

from functools import partial

from qdesk.appraising import appraised, some_no, write_appraisal
from qdesk.asking import all_yes
from qdesk.vocabulary import Move, Rule, Writing

CHECKS = (
    "dry_and_clean", "fire_equipment", "aisles_clear", "nothing_dangerous", "weather_kept_out", "marks_kept", "goods_sound",
)  # fmt: skip
"""The place as P35 wants it (R045, R046), then the goods in it: protected (R060), marked (R059), undamaged (R050)."""

RULES = {"round_in_order": Rule(partial(all_yes, CHECKS)), "round_not_in_order": Rule(partial(some_no, CHECKS))}
MOVES = {"write_round": Move(partial(write_appraisal, CHECKS))}
QUESTIONS = {"store_round": appraised(*CHECKS)}
WRITINGS = {"round": Writing()}
