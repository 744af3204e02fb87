"""What was typed, judged by the kind of its question: the whole text, when it is entered. Blank is no answer and never a pass."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from qdesk.desk.book import in_force
from qdesk.errors import Refused
from qdesk.plates import read_plate
from qdesk.scan import clean_code, clean_text, parse_day, parse_measure, parse_quantity, visible
from qdesk.site import Site
from qdesk.words import Words

Json = dict[str, Any]
CODES = frozenset(["item", "lot", "bin", "badge", "code", "instrument"])
CHOSEN = frozenset(["choice", "check"])
NUMBERED = frozenset(["number", "count"])
NARROW = {ord("\u3000"): " ", **{wide: chr(wide - 0xFEE0) for wide in range(0xFF01, 0xFF5F)}}
"""What a Chinese keyboard types in full width: letters, digits and marks, and nothing that only looks like them."""
FINEST = 3
UNASKED: Json = {"choices": (), "unit": "", "limits": None, "columns": (), "required": True}
"""What a question says nothing of where it has nothing to say."""


def narrow(text: str) -> str:
    """Return typed text with full-width letters and digits made plain, without blanks around it."""
    return text.translate(NARROW).strip()


def judged(ask: Mapping[str, Any], typed: str, longest: int, decimals: int = FINEST) -> str:
    """Return an answer as it is sent, empty where nothing was answered that need not be; raises Refused with what is wrong."""
    kind, title = ask["kind"], ask["title"]
    text = typed.strip() if kind == "text" else narrow(typed)
    if not text:
        if ask["required"]:
            raise Refused("answer_missing", name=title)
        return ""
    if kind in CHOSEN:
        return chosen(ask, text)
    if kind in NUMBERED:
        parse_quantity(text, decimals, zero=ask["name"] != "quantity")
    elif kind == "measure":
        parse_measure(text)
    elif kind == "defective":
        if not (text.isascii() and text.isdigit()):
            raise Refused("number_unreadable", text=visible(text))
        if int(text) > ask["pieces"]:
            raise Refused("more_than_sample", name=title, found=int(text), size=ask["pieces"])
    elif kind == "date":
        parse_day(clean_text(text, title))
    elif kind in CODES:
        return clean_code(text)
    elif kind == "plate":
        return read_plate(text)
    elif kind == "line":
        if not (text.isascii() and text.isdigit()):
            raise Refused("line_unknown", line=visible(text))
    elif not clean_text(text, title, longest) and ask["required"]:
        raise Refused("answer_missing", name=title)
    return text


def chosen(ask: Mapping[str, Any], text: str) -> str:
    """Return the choice that was meant by its number, its name or its word; raises Refused("choice_unknown")."""
    choices, titles = list(ask["choices"]), ask.get("titles", {})
    if text.isascii() and text.isdigit() and 1 <= int(text) <= len(choices):
        return str(choices[int(text) - 1])
    for choice in choices:
        if text.casefold() in (choice.casefold(), str(titles.get(choice, choice)).casefold()):
            return str(choice)
    raise Refused("choice_unknown", value=visible(text))


def reworded(before: Mapping[str, Any], text: str) -> str:
    """Return a choice that was answered in the words of one language by its name, which is the same in both."""
    try:
        return chosen(before, narrow(text)) if text.strip() and before["kind"] in CHOSEN else text
    except Refused:
        return text


def within_limits(ask: Mapping[str, Any], text: str) -> bool:
    """Tell whether a measured value lies within its limits; where there is no limit on a side, everything does."""
    low, high = ask["limits"] or ("", "")
    value = parse_measure(narrow(text))
    return (not low or value >= Decimal(low)) and (not high or value <= Decimal(high))


def numbered(ask: Mapping[str, Any]) -> list[str]:
    """Return the choices as they are answered, each with its number."""
    titles = ask.get("titles", {})
    return [f"{number} {titles.get(choice, choice)}" for number, choice in enumerate(ask["choices"], 1)]


def limits_text(ask: Mapping[str, Any], words: Words) -> str:
    """Return the unit and the limits of a measured value."""
    low, high = ask["limits"] or ("", "")
    key = "between" if low and high else "at_least" if low else "at_most" if high else ""
    told = words.say(f"ask.{key}", low=low, high=high) if key else ""
    return "  ".join(part for part in (ask["unit"], told) if part)


def choice_titles(site: Site, procedure: str, language: str) -> dict[tuple[str, str], str]:
    """Return what the choices on a procedure's forms are called, by the name of the column and of the choice."""
    running = in_force(site).get(procedure)
    forms = running.procedure.forms.values() if running else ()
    columns = [column for form in forms for column in (*form.fields, *form.lines)]
    return {(column.name, choice.id): choice.title.in_(language) for column in columns for choice in column.choices}


def titled(ask: Json, words: Words, named: Mapping[tuple[str, str], str]) -> Json:
    """Return a question with what its choices are called; the house has words for those that nothing else names."""

    told = dict(zip(ask.get("choices", ()), ask.get("choice_titles", ()), strict=False))

    def title(choice: str) -> str:
        known = named.get((str(ask["name"]).removeprefix("fields."), choice)) or told.get(choice)
        key = f"ask.choice_{choice}"
        return known or (words.say(key) if key in words.keys else choice)

    return {**UNASKED, **ask, "titles": {choice: title(choice) for choice in ask.get("choices", ())}}


def columns_of(ask: Json, words: Words, named: Mapping[tuple[str, str], str]) -> list[Json]:
    """Return the columns of a question for lines, each as a question of its own."""
    asks = ask.get("asks") or [column_named(name, ask, words) for name in ask["columns"]]
    return [titled(each, words, named) for each in asks]


def column_named(name: str, ask: Json, words: Words) -> Json:
    """Return a column that only its name tells of."""
    kinds = {"line": "line", "item": "item", "quantity": "number", "lot": "lot", "condition": "choice"}
    keys = (f"lines.column_{name}", f"column.{name}", f"question.{name}")
    title = next((words.say(key) for key in keys if key in words.keys), name)
    required = name in ("line", "item", "quantity") or (name == "lot" and "line" in ask["columns"])
    choices = tuple(ask["choices"]) if name == "condition" else ()
    kind = kinds.get(name, "text")
    return {**UNASKED, "name": name, "kind": kind, "title": title, "required": required, "choices": choices}


def inputs_of(answers: Mapping[str, Any]) -> Json:
    """Return the answers in the shape of a request: the head of a form apart, what was left empty left out."""
    inputs: Json = {}
    for name, answer in answers.items():
        if answer is None or answer == "":
            continue
        part, _, rest = name.partition(".")
        if part == "fields" and rest:
            inputs.setdefault("fields", {})[rest] = answer
        else:
            inputs[name] = answer
    return inputs
