"""Delivery monitoring: a month's statistics as a desk draws them up, and the measures that late deliveries need (R105, R106)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from qdesk.asking import asked_text
from qdesk.cases import CaseFile, Document, Line
from qdesk.clock import moment
from qdesk.errors import Because, Refused
from qdesk.journal import canonical
from qdesk.language import Outcome
from qdesk.moving import write_on
from qdesk.on_time import LATE, Delivery, deliveries, figures_of
from qdesk.periods import later, month_of, month_text
from qdesk.scan import clean_text, visible
from qdesk.site import Site
from qdesk.vocabulary import Act, Ask, Inputs, Move, Proposed, Question, Rule, View, Writing, in_line, rows_of

MEASURES = ("cause", "correction", "prevention")
SAME_MONTH = """SELECT serial FROM documents WHERE form = 'monitoring' AND void_at IS NULL AND serial <> ?
  AND json_extract(fields, '$.month') = ?"""


def today_of(view: View) -> date:
    """Return the day of the act."""
    return moment(view.at).date()


def month_named(act: Act) -> date:
    """Return the first day of the month that statistics are asked for. Raises Refused: field_missing, month_unreadable."""
    fields = act.inputs.get("fields")
    return month_of(visible(fields.get("month", "")) if isinstance(fields, dict) else "")


def due_in(act: Act) -> list[Delivery]:
    """Return all deliveries of the month named."""
    first = month_named(act)
    return deliveries(act.cursor, first, later(first, 1), today_of(act))


# Rules


def month_over(act: Act) -> Iterable[Because]:
    """R105: a month is totalled when it has ended."""
    first = month_named(act)
    if later(first, 1) > today_of(act):
        yield Because("month_over", {"month": month_text(first)}, where=act.desk)


def month_once(act: Act) -> Iterable[Because]:
    """A month is drawn up once, as long as what was drawn up is not void."""
    month = month_text(month_named(act))
    act.cursor.execute(SAME_MONTH, (act.case.code, month))
    for (serial,) in act.cursor.fetchall():
        yield Because("month_once", {"month": month, "serial": serial}, where=act.desk)


def none_late(act: Act) -> Iterable[Because]:
    """R106: only a month in which all was on time needs no measures."""
    late = late_lines(act)
    if late:
        yield Because("none_late", {"count": len(late)}, where=act.desk)


def some_late(act: Act) -> Iterable[Because]:
    """A month in which all was on time is not followed any further."""
    if not late_lines(act):
        yield Because("some_late", {}, where=act.desk)


# What the desk writes


def write_figures(act: Act) -> dict[str, str]:
    """Return the figures of the month; the rate says part, whole and percent."""
    figures = figures_of(due_in(act))
    counted = {"deliveries": str(figures.due), "on_time": str(figures.on_time), "late": str(figures.late)}
    rate = {"rate": f"{figures.on_time}/{figures.due} = {figures.rate}%"} if figures.rate else {}
    return {"month": month_text(month_named(act)), **counted, **rate}


def write_late(act: Act) -> list[Line]:
    """Return the late deliveries, a line for each item."""
    lines: list[Line] = []
    for each in due_in(act):
        if each.state == LATE:
            for item, quantity in (each.items or {}).items():
                lines.append(Line(len(lines) + 1, item, quantity, told_of(each)))
    return lines


def told_of(each: Delivery) -> dict[str, str]:
    """Return what a line says of a late delivery; what is not known stays out."""
    arrived = each.arrived_on.isoformat() if each.arrived_on else ""
    told = {"delivery": each.name, "customer": each.customer, "wanted_by": each.wanted_by.isoformat(), "arrived_on": arrived}
    return {name: value for name, value in {**told, "cause": each.cause}.items() if value}


# Measures


def sheet_of(view: View) -> Document:
    """Return the statistics that this case is about."""
    return view.case.document_of("monitoring")


def late_lines(view: View) -> dict[str, list[Line]]:
    """Return the lines of the statistics by delivery."""
    found: dict[str, list[Line]] = {}
    for line in view.case.lines.get(sheet_of(view).serial, []):
        found.setdefault(str(line.other.get("delivery", "")), []).append(line)
    return found


def ask_measures(site: Site, case: CaseFile | None, outcome: Outcome | None) -> list[Ask]:
    """Cause, correction and prevention of each late delivery."""
    return [Ask("measures", "lines", columns=("line", *MEASURES))]


def read_measures(act: Act, inputs: Inputs, optional: bool) -> Mapping[str, Any]:
    """Read the measures: every late delivery has all three, on one of its lines. Raises Refused: answer_missing, line_unknown."""
    late = late_lines(act)
    deliveries_of = {line.number: delivery for delivery, lines in late.items() for line in lines}
    rows: dict[str, dict[str, str]] = {}
    for number, row in enumerate(rows_of(inputs, "measures") or [], 1):
        line = row.get("line")
        delivery = deliveries_of.get(line, "") if isinstance(line, int) else ""
        if not delivery or delivery in rows:
            raise Refused("line_unknown", line=visible(line))
        with in_line(number):
            rows[delivery] = read_measure(act, row)
    lacking = {delivery: missing(act, rows.get(delivery, {})) for delivery in late}
    reasons = [Because("measures_missing", {"delivery": each, "names": names}) for each, names in lacking.items() if names]
    if reasons:
        raise Refused("answer_missing", reasons, name=act.site.title("question.measures"))
    return {"measures": rows}


def read_measure(act: Act, row: Inputs) -> dict[str, str]:
    """Read what is written of one delivery. Raises Refused: field_unknown, and of the texts."""
    unknown = sorted(set(map(str, row)) - {"line", *MEASURES})
    if unknown:
        raise Refused("field_unknown", name=visible(unknown[0]))
    longest = act.site.config.number("longest_text")
    return {name: clean_text(row.get(name) or "", act.site.title(f"question.{name}"), longest) for name in MEASURES}


def missing(act: Act, measures: Mapping[str, str]) -> list[Any]:
    """Return what is still missing of one delivery, by its title."""
    return [act.site.title(f"question.{name}") for name in MEASURES if not measures.get(name)]


def propose_measures(view: View) -> Proposed:
    """Each late delivery with what is known of it: the cause told at its arrival, or the measures of the round before."""
    rows = []
    for delivery, lines in late_lines(view).items():
        known = {name: str(lines[0].other.get(name, "")) for name in MEASURES}
        rows.append({"line": lines[0].number, "serial": delivery, **known})
    return {"measures": rows}


def write_measures(act: Act) -> None:
    """R106: write cause, correction and prevention on the lines of each late delivery."""
    sheet, measures = sheet_of(act), act.answers["measures"]
    lines = act.case.lines[sheet.serial]
    for place, line in enumerate(lines):
        now = canonical({**line.other, **measures[line.other["delivery"]]})
        key = (sheet.serial, sheet.revision, line.number)
        act.entry.change("lines", key, {"other": canonical(dict(line.other))}, {"other": now})
        lines[place] = line._replace(other=json.loads(now))


def write_effect(act: Act) -> None:
    """R106: write on the statistics what was found of the effect; what was found before stands in the journal."""
    write_on(act, sheet_of(act), effect=act.answers["effect"])


RULES = {
    "month_over": Rule(month_over),
    "month_once": Rule(month_once),
    "none_late": Rule(none_late),
    "some_late": Rule(some_late),
}
MOVES = {"write_measures": Move(write_measures), "write_effect": Move(write_effect)}
QUESTIONS = {
    "measures": Question(ask_measures, read_measures, propose_measures),
    "effect": asked_text("effect"),
}
WRITINGS = {"monitoring": Writing(write_figures, write_late)}
