"""What is entered on a form: each field and line read by its column, or refused with the name of the field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qdesk.cases import Line
from qdesk.desk.book import WRITINGS
from qdesk.errors import Refused
from qdesk.language import Column, Form
from qdesk.plates import read_plate
from qdesk.scan import clean_code, clean_text, format_quantity, parse_day, parse_quantity, visible
from qdesk.stock import read_lot
from qdesk.vocabulary import Act, Inputs, in_line, rows_of


def read_fields(act: Act, form: Form, inputs: Inputs) -> dict[str, str]:
    """Read the head of a form; raises Refused: field_unknown, field_missing, column_missing and what the kinds refuse."""
    raw = inputs.get("fields") or {}
    if not isinstance(raw, dict):
        raise Refused("lines_unreadable", name="fields", most=1)
    values = read_columns(act, asked_of(form.fields), raw, "")
    writing = WRITINGS.get(form.written)
    return {**values, **writing.fields(act)} if writing and writing.fields else values


def read_lines(act: Act, form: Form, inputs: Inputs) -> list[Line]:
    """Read the lines of a form; a form that has lines needs at least one."""
    writing = WRITINGS.get(form.written)
    if writing and writing.lines:
        return writing.lines(act)
    if not form.lines:
        return []
    rows = rows_of(inputs, "lines")
    if not rows:
        raise Refused("lines_missing")
    lines = []
    for number, row in enumerate(rows, 1):
        with in_line(number):
            values = read_columns(act, asked_of(form.lines), row, str(number))
            item = values.pop("item")
            quantity = parse_quantity(values.pop("quantity"), act.item(item).decimals)
        lines.append(Line(number, item, quantity, values))
    return lines


def open_item(act: Act, code: str) -> str:
    """Return the code of an item; nothing is begun with one that is closed, what was begun before goes on with it."""
    item = act.item(code)
    if item.closed_at is not None and not act.case.documents:
        raise Refused("item_closed", item=item.code)
    return item.code


def asked_of(columns: tuple[Column, ...]) -> tuple[Column, ...]:
    """Return the columns that somebody is asked for; the others the desk writes itself."""
    return tuple(column for column in columns if not column.written)


def read_columns(act: Act, columns: tuple[Column, ...], raw: Mapping[str, Any], line: str) -> dict[str, str]:
    """Read the values of some columns; what is left out of an optional column stays out."""
    unknown = sorted(set(map(str, raw)) - {column.name for column in columns})
    if unknown:
        raise Refused("field_unknown", name=visible(unknown[0]))
    values = {}
    for column in columns:
        given = raw.get(column.name)
        if given is None or given == "":
            if not column.optional:
                raise missing(column, line)
            continue
        value = read_value(act, column, given)
        if not value and not column.optional:
            raise missing(column, line)
        values[column.name] = value
    return values


def missing(column: Column, line: str) -> Refused:
    """Return the refusal of an empty field: with its line where it is a column of the lines."""
    return Refused("column_missing", name=column.title, line=line) if line else Refused("field_missing", name=column.title)


def read_value(act: Act, column: Column, given: object) -> str:
    """Read one value by its kind and return it as it is stored."""
    longest = act.site.config.number("longest_text")
    if column.kind == "item":
        return open_item(act, clean_code(given))
    if column.kind == "lot":
        return read_lot(act.cursor, clean_code(given)).code
    if column.kind == "quantity":
        return format_quantity(parse_quantity(given, 3))
    if column.kind == "number":
        return format_quantity(parse_quantity(given, 3, zero=True))
    text = clean_text(given, act.site.words.show(column.title), longest)
    if column.kind == "plate":
        return read_plate(given)
    if column.kind == "date":
        return parse_day(text).isoformat()
    if column.kind == "choice" and text not in {choice.id for choice in column.choices}:
        raise Refused("choice_unknown", value=visible(text))
    return text


