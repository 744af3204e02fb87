"""Asking: the questions and refusals that several desks have in common: checks, texts, and quantities counted line by line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

from qdesk.cases import CaseFile, Line
from qdesk.errors import Because, Refused
from qdesk.language import Outcome
from qdesk.scan import format_quantity, parse_quantity, visible
from qdesk.site import Site
from qdesk.vocabulary import Act, Ask, Inputs, Question, View, in_line, rows_of, text_answer


def yes_or_no(*names: str) -> list[Ask]:
    """Return checks that are answered yes or no; blank is neither."""
    return [Ask(name, "check", choices=("yes", "no")) for name in names]


def read_checks(names: tuple[str, ...], act: Act, inputs: Inputs) -> dict[str, str]:
    """Read checks; raises Refused: answer_missing, choice_unknown."""
    answers = {}
    for name in names:
        raw = inputs.get(name)
        if raw is None or raw == "":
            raise Refused("answer_missing", name=act.site.title(f"question.{name}"))
        if raw not in ("yes", "no"):
            raise Refused("choice_unknown", value=visible(raw))
        answers[name] = str(raw)
    return answers


def all_yes(names: tuple[str, ...], act: Act) -> Iterable[Because]:
    """Return the checks that were not answered yes."""
    for name in names:
        if act.answers.get(name) != "yes":
            yield Because("check_not_passed", {"name": act.site.title(f"question.{name}")}, where=act.desk)


def ask_one(name: str, kind: str, site: Site, case: CaseFile | None, outcome: Outcome | None) -> list[Ask]:
    """Ask one thing."""
    return [Ask(name, kind)]


def read_text(name: str, act: Act, inputs: Inputs, optional: bool) -> Mapping[str, Any]:
    """Read one text."""
    return {name: text_answer(act, inputs, name, optional)}


def asked_text(name: str) -> Question:
    """Return a question for one text."""
    return Question(partial(ask_one, name, "text"), partial(read_text, name))


def asked_checks(*names: str) -> Question:
    """Return a question of checks that are answered yes or no."""
    return Question(lambda site, case, outcome: yes_or_no(*names), lambda act, inputs, optional: read_checks(names, act, inputs))


def read_counts(act: Act, inputs: Inputs, name: str, lines: list[Line]) -> dict[int, int]:
    """Read quantities counted, by line: rows, or one number where there is one line. Raises Refused("answer_missing")."""
    raw = inputs.get(name)
    if raw is None or raw == "" or raw == []:
        raise Refused("answer_missing", name=act.site.title(f"question.{name}"))
    if isinstance(raw, str):
        if len(lines) != 1:
            raise Refused("count_by_line")
        return {lines[0].number: parse_quantity(raw, act.item(lines[0].item).decimals, zero=True)}
    by_number = {line.number: line for line in lines}
    counts: dict[int, int] = {}
    for row in rows_of(inputs, name) or []:
        line = by_number.get(row["line"]) if isinstance(row.get("line"), int) else None
        if line is None or line.number in counts:
            raise Refused("line_unknown", line=visible(row.get("line")))
        if row.get("quantity") not in (None, ""):
            with in_line(line.number):
                counts[line.number] = parse_quantity(row.get("quantity"), act.item(line.item).decimals, zero=True)
    return counts


def read_all_counts(act: Act, inputs: Inputs, name: str, lines: list[Line]) -> dict[int, int]:
    """Read the same where no line may be left out; raises Refused("answer_missing") that names those not counted."""
    counts = read_counts(act, inputs, name, lines)
    uncounted = [line for line in lines if line.number not in counts]
    if uncounted:
        raise Refused("answer_missing", [not_counted(act, line) for line in uncounted], name=act.site.title(f"question.{name}"))
    return counts


def asked_counts(name: str, lines: Callable[[View], list[Line]], row: Callable[[View, Line], dict[str, Any]]) -> Question:
    """Return a question for how much was counted of each line, none left out; what is expected is told, never filled in."""
    return Question(
        lambda site, case, outcome: [Ask(name, "count", columns=("line", "quantity"))],
        lambda act, inputs, optional: {name: read_all_counts(act, inputs, name, lines(act))},
        lambda view: {"expected": [row(view, line) for line in lines(view)]},
    )


def not_counted(act: Act, line: Line) -> Because:
    """Return that a line was left out: what nobody counted is not counted."""
    return Because("line_not_counted", {"line": line.number, "item": line.item}, where=act.desk)


def line_miscounted(act: Act, line: Line, counted: int) -> Because:
    """Return that something else was counted than the paper says, by the number of the line."""
    told = {"line": line.number, "item": line.item, "wanted": format_quantity(line.quantity)}
    return Because("line_miscounted", {**told, "counted": format_quantity(counted)}, where=act.desk)


def expected_row(line: Line) -> dict[str, Any]:
    """Return a line as a count proposes it: what is expected, never what was counted."""
    return {"line": line.number, "item": line.item, "quantity": format_quantity(line.quantity)}


def expected_lot(view: View, line: Line) -> dict[str, Any]:
    """Return the same with the lot that the line is of."""
    return {**expected_row(line), "lot": line.other["lot"]}
