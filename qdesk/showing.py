"""Shows procedures on a terminal: what was proved, the way of every copy through the desks, and what there is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from qdesk.procedure import CopyOf, Known, Outcome, Problem, Procedure, ProcedureBroken, Step
from qdesk.proof import Proof, Violation, prove_all, trace_in_words
from qdesk.separation import Holders
from qdesk.words import Title, Words

Titles = Mapping[str, Title]
"""What desks, roles and places are called, by id; an id without a title is shown as it is."""
MOST_ABREAST = 8
"""So many copies fit beside the steps at 80 columns."""
MOST_CHOICES = 12
"""So many choices of the settings are told one by one."""


def check(
    console: Console,
    files: Mapping[str, str],
    known: Known,
    words: Words,
    titles: Titles,
    people: Holders | None = None,
) -> bool:
    """Prove the procedures in these files (name to text) and say what was found; whether all is well."""
    well = True
    for file, text in files.items():
        try:
            proofs = prove_all(text, file, known, people)
        except ProcedureBroken as broken:
            console.print(Text(words.refusal(broken), style="bold red"))
            for problem in broken.problems:
                console.print(Text(f"  {problem_in_words(problem, words)}"))
            well = False
            continue
        _show_proofs(console, proofs, words, titles)
        well = well and not any(proof.violations for proof in proofs)
    return well


def problem_in_words(problem: Problem, words: Words) -> str:
    """One mistake in a file: where it is and what is wrong."""
    what = words.say(problem.code, file=problem.file, step=problem.step, **problem.arguments)
    return words.say("procedures.where", file=problem.file, place=problem.step or "-", what=what)


def violation_in_words(violation: Violation, words: Words, titles: Titles) -> list[str]:
    """What a procedure would let happen, then the shortest way there, one line a step."""
    about = {name: _titled(value, titles) for name, value in violation.arguments.items()}
    lines = [words.say(violation.code, **about)]
    trace = trace_in_words(violation, words, titles)
    if trace:
        lines.append(words.say("procedures.trace"))
    return lines + [f"  {number}. {line}" for number, line in enumerate(trace, 1)]


def show(console: Console, procedure: Procedure, words: Words, titles: Titles) -> None:
    """The way of every copy through the desks: a row for each step, a column for each copy."""
    letters = _letters(procedure)
    for number, copies in enumerate(_abreast(procedure)):
        title = Text("" if number else words.show(procedure.title))
        table = Table(title=title, box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
        table.add_column("", no_wrap=True)
        table.add_column(Text(words.say("procedures.step")), ratio=1, overflow="fold")
        for copy in copies:
            table.add_column(Text(f"{procedure.forms[copy.form].series}\n/{copy.number}"), no_wrap=True, justify="center")
        for step in procedure.steps.values():
            for row in _rows(step, copies, letters, words):
                table.add_row(*(Text(cell) for cell in row))
        console.print(table)
    for form in procedure.forms.values():
        named = ", ".join(f"/{copy.number} {words.show(copy.title)}" for copy in form.copies)
        console.print(Text(" ".join(filter(None, (form.series, form.number, words.show(form.title)))) + f": {named}"))
    desks = [f"{letter}={words.show(_titled(desk, titles))}" for desk, letter in letters.items()]
    console.print(Text("  ".join(desks)))
    console.print(Text(words.say("procedures.legend")))


def show_list(console: Console, proofs: Iterable[Proof], words: Words) -> None:
    """One row for each procedure: its id, title, forms, number of steps and of states."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in ("procedure", "title", "forms", "steps", "states"):
        numeric = name in ("steps", "states")
        heading = Text(words.say(f"procedures.{name}"))
        table.add_column(heading, justify="right" if numeric else "left", no_wrap=name == "procedure")
    for proof in proofs:
        procedure = proof.procedure
        forms = ", ".join(form.number or form.series for form in procedure.forms.values())
        cells = (procedure.id, words.show(procedure.title), forms, str(len(procedure.steps)), str(proof.states))
        table.add_row(*(Text(cell) for cell in cells))
    console.print(table)


def _show_proofs(console: Console, proofs: Sequence[Proof], words: Words, titles: Titles) -> None:
    first = proofs[0].procedure
    console.print(Text(f"{words.show(first.title)}  {first.file}", style="bold"))
    found: dict[tuple[str, ...], list[Proof]] = {}
    for proof in proofs:
        found.setdefault(_findings(proof, words, titles), []).append(proof)
    for lines, alike in found.items():
        if len(alike) > MOST_CHOICES:
            console.print(Text(f"  {words.say('procedures.choices', count=len(alike))}"))
        for proof in alike if len(alike) <= MOST_CHOICES else ():
            chosen = ", ".join(f"{name}={value}" for name, value in proof.procedure.chosen.items())
            console.print(Text(f"  {chosen or words.say('procedures.default')}"))
        for line in lines:
            console.print(Text(f"    {line}", style="red" if alike[0].violations else "green"))


def _findings(proof: Proof, words: Words, titles: Titles) -> tuple[str, ...]:
    """What was found, in words; choices of the settings with the same findings are shown together."""
    count = len(proof.violations)
    verdict = words.say("procedures.violations", count=count) if count else words.say("procedures.proved")
    states, endings = words.say("procedures.states"), words.say("procedures.endings")
    lines = [f"{states} {proof.states}, {endings} {len(proof.endings)}: {verdict}"]
    for violation in proof.violations:
        lines += violation_in_words(violation, words, titles)
    return tuple(lines)


def _titled(value: object, titles: Titles) -> object:
    if isinstance(value, list):
        return [_titled(each, titles) for each in value]
    return titles.get(value, value) if isinstance(value, str) else value


def _letters(procedure: Procedure) -> dict[str, str]:
    """A letter for each desk, in the order in which the procedure comes to them."""
    desks: dict[str, None] = {}
    for step in procedure.steps.values():
        desks |= dict.fromkeys((step.desk, *(desk for outcome in step.outcomes for desk in outcome.sends.values())))
    desks |= dict.fromkeys(copy.rests for copy in procedure.copies.values())
    return {desk: chr(ord("A") + number) for number, desk in enumerate(desks)}


def _abreast(procedure: Procedure) -> list[list[CopyOf]]:
    """The copies in groups that fit side by side, the forms whole."""
    groups: list[list[CopyOf]] = [[]]
    for form in procedure.forms.values():
        if groups[-1] and len(groups[-1]) + len(form.copies) > MOST_ABREAST:
            groups.append([])
        groups[-1] += form.copies
    return groups


def _rows(step: Step, copies: Sequence[CopyOf], letters: Mapping[str, str], words: Words) -> list[list[str]]:
    """A row for the step, or one for each group of outcomes that treat these copies alike; none where it does not use them."""
    rows = []
    marked = [(_marks(step, outcome, copies, letters), outcome) for outcome in step.outcomes]
    for marks, group in groupby(marked, key=lambda pair: pair[0]):
        if not any(marks):
            continue
        names = " / ".join(words.show(outcome.title) for _, outcome in group if outcome.name)
        title = words.show(step.title) + (f": {names}" if names else "")
        rows.append([letters[step.desk], title, *marks])
    return rows


def _marks(step: Step, outcome: Outcome, copies: Sequence[CopyOf], letters: Mapping[str, str]) -> list[str]:
    """What becomes of each copy in one outcome; blank where the step has nothing to do with it."""
    marks = []
    for copy in copies:
        name = copy.name
        opened = copy.form in outcome.opens
        mark = ("+" if opened else "") + letters[step.desk] if opened or name in step.copies else ""
        if name in outcome.sends:
            mark += f">{letters[outcome.sends[name]]}"
        if name in outcome.keeps:
            mark += "*"
        marks.append("×" if copy.form in outcome.voids else mark)
    return marks
