"""The first article of an item and a process: nine questions, each yes or no with a remark, and what is corrected (R129)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from qdesk.asking import all_yes, asked_text, read_checks
from qdesk.cases import CaseFile
from qdesk.errors import Because, Refused
from qdesk.language import Outcome
from qdesk.moving import write_on
from qdesk.scan import clean_text
from qdesk.site import Site
from qdesk.vocabulary import Act, Ask, Inputs, Move, Question, Rule, Writing

NINE = (
    "documents_right", "meets_drawing", "equipment_fit", "process_meets_drawing", "process_reasonable", "environment_fit",
    "record_complete", "record_agrees", "people_qualified",
)  # fmt: skip
"""The questions of P06 step 3, in their order."""


def nine_yes(act: Act) -> Iterable[Because]:
    """R129: positive only when all nine are."""
    return all_yes(NINE, act)


def some_no(act: Act) -> Iterable[Because]:
    """A negative conclusion says which of the nine it is."""
    if all(act.answers[name] == "yes" for name in NINE):
        yield Because("nothing_negative", {}, where=act.desk)


def write_appraisal(act: Act) -> None:
    """Write the nine answers with their remarks, and the conclusion, in the language of the site."""
    words = act.site.words
    told = {}
    for name in NINE:
        answer, remark = words.say(f"ask.choice_{act.answers[name]}"), act.answers.get(remark_of(name), "")
        told[name] = words.clauses([answer, remark]) if remark else answer
    write_on(act, act.first_document(), **told, conclusion=words.show(act.outcome.title))


def write_correction(act: Act) -> None:
    """Write what was corrected; what was written before stands in the journal."""
    write_on(act, act.first_document(), correction=act.answers["correction"])


def remark_of(name: str) -> str:
    """Return the name of the remark on one of the questions."""
    return f"{name}_remark"


def ask_nine(site: Site, case: CaseFile | None, outcome: Outcome | None) -> list[Ask]:
    """Each question, and beside it a remark; nothing is filled in beforehand."""
    remark = site.title("question.remark")
    pairs = [
        (Ask(name, "check", choices=("yes", "no")), Ask(remark_of(name), "text", required=False, title=remark)) for name in NINE
    ]
    return [ask for pair in pairs for ask in pair]


def read_nine(act: Act, inputs: Inputs, optional: bool) -> Mapping[str, Any]:
    """Read the answers; a no says why. Raises Refused: answer_missing, choice_unknown."""
    answers = read_checks(NINE, act, inputs)
    title, longest = act.site.title("question.remark"), act.site.config.number("longest_text")
    for name in NINE:
        remark = clean_text(inputs.get(remark_of(name)) or "", title, longest)
        if answers[name] == "no" and not remark:
            because = Because("no_without_remark", {"name": act.site.title(f"question.{name}")})
            raise Refused("answer_missing", [because], name=title)
        if remark:
            answers[remark_of(name)] = remark
    return answers


RULES = {"nine_yes": Rule(nine_yes), "some_no": Rule(some_no)}
MOVES = {"write_appraisal": Move(write_appraisal), "write_correction": Move(write_correction)}
QUESTIONS = {"nine_questions": Question(ask_nine, read_nine), "correction": asked_text("correction")}
WRITINGS = {"first_article": Writing()}
