"""Appraising: a list of questions, each yes or no with a remark, that is answered as a whole and written on the paper with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from qdesk.asking import read_checks
from qdesk.cases import CaseFile
from qdesk.errors import Because, Refused
from qdesk.language import Outcome
from qdesk.moving import write_on
from qdesk.scan import clean_text
from qdesk.site import Site
from qdesk.vocabulary import Act, Ask, Inputs, Question

Names = tuple[str, ...]


def remark_of(name: str) -> str:
    """Return the name of the remark on one of the questions."""
    return f"{name}_remark"


def some_no(names: Names, act: Act) -> Iterable[Because]:
    """A negative conclusion says which of them it is."""
    if all(act.answers[name] == "yes" for name in names):
        yield Because("nothing_negative", {}, where=act.desk)


def write_appraisal(names: Names, act: Act, **further: str) -> None:
    """Write the answers with their remarks in the language of the site, and what is said beside them."""
    words, told = act.site.words, {}
    for name in names:
        answer, remark = words.say(f"ask.choice_{act.answers[name]}"), act.answers.get(remark_of(name), "")
        told[name] = words.clauses([answer, remark]) if remark else answer
    write_on(act, act.first_document(), **told, **further)


def write_conclusion(names: Names, act: Act) -> None:
    """Write the answers and the conclusion."""
    write_appraisal(names, act, conclusion=act.site.words.show(act.outcome.title))


def write_correction(act: Act) -> None:
    """Write what was corrected; what was written before stands in the journal."""
    write_on(act, act.first_document(), correction=act.answers["correction"])


def appraised(*names: str) -> Question:
    """Return the question."""
    return Question(partial(ask_each, names), partial(read_each, names))


def ask_each(names: Names, site: Site, case: CaseFile | None, outcome: Outcome | None) -> list[Ask]:
    """Each question, and beside it a remark; nothing is filled in beforehand."""
    remark = site.title("question.remark")
    pairs: Sequence[tuple[Ask, Ask]] = [
        (Ask(name, "check", choices=("yes", "no")), Ask(remark_of(name), "text", required=False, title=remark)) for name in names
    ]
    return [ask for pair in pairs for ask in pair]


def read_each(names: Names, act: Act, inputs: Inputs, optional: bool) -> Mapping[str, Any]:
    """Read the answers; a no says why. Raises Refused: answer_missing, choice_unknown."""
    answers = read_checks(names, act, inputs)
    title, longest = act.site.title("question.remark"), act.site.config.number("longest_text")
    for name in names:
        remark = clean_text(inputs.get(remark_of(name)) or "", title, longest)
        if answers[name] == "no" and not remark:
            because = Because("no_without_remark", {"name": act.site.title(f"question.{name}")})
            raise Refused("answer_missing", [because], name=title)
        if remark:
            answers[remark_of(name)] = remark
    return answers
