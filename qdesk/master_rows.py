"""Rows of master data judged before anything is written: what is wrong with each by number and column, and what it would do."""

from __future__ import annotations

from dataclasses import dataclass, field

from qdesk.database import Cursor
from qdesk.errors import Because, Refused
from qdesk.master import MasterData
from qdesk.master_columns import LONGEST_LIST, Subject
from qdesk.master_kept import Planned
from qdesk.scan import visible
from qdesk.site import Site
from qdesk.words import Title

Raw = dict[str, object]


@dataclass(frozen=True)
class Problem:
    """What is wrong with one cell, or with a row or a sheet as a whole: row 0 and column "" then."""

    row: int
    column: Title | str
    refused: Refused


@dataclass
class Checked:
    """What a file would do."""

    subject: Subject
    rows: list[tuple[int, Raw]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    planned: list[Planned] = field(default_factory=list)

    def count(self, what: str) -> int:
        """Return how many rows add something, change it, or leave it as it is."""
        return sum(planned.what == what for planned in self.planned)


def check_rows(site: Site, cursor: Cursor, checked: Checked) -> None:
    """Judge every row: what is wrong with it, or what it would do; the same code twice is one too many."""
    subject, data = checked.subject, MasterData(site, cursor)
    seen: dict[str, int] = {}
    for number, raw in checked.rows:
        judged = data.judge(subject, raw)
        planned = judged.planned
        for name, refused in judged.faults:
            checked.problems.append(Problem(number, data.title(subject, name), refused))
        if planned is None:
            continue
        if planned.code in seen:
            refused = Refused("row_twice", code=planned.code, row=seen[planned.code])
            checked.problems.append(Problem(number, data.title(subject, "code"), refused))
            continue
        seen[planned.code] = number
        checked.planned.append(planned)


def rows_given(subject: Subject, raw: object) -> list[tuple[int, Raw]]:
    """Return the rows of a request: pairs of a row's number and its values; raises Refused: request_unreadable, field_unknown."""
    if not isinstance(raw, list) or not raw or len(raw) > LONGEST_LIST:
        raise Refused("request_unreadable", name="rows")
    rows: list[tuple[int, Raw]] = []
    for each in raw:
        if not (isinstance(each, list | tuple) and len(each) == 2 and type(each[0]) is int and isinstance(each[1], dict)):
            raise Refused("request_unreadable", name="rows")
        unknown = sorted(set(map(str, each[1])) - set(subject.names))
        if unknown:
            raise Refused("field_unknown", name=visible(unknown[0]))
        rows.append((each[0], each[1]))
    return rows


def because(site: Site, sheet: str, problem: Problem) -> Because:
    """Return a problem as a reason that everybody reads in a language of their own."""
    reason = Title(zh=site.languages["zh"].refusal(problem.refused), en=site.languages["en"].refusal(problem.refused))
    if not problem.row:
        return Because("import_sheet", {"sheet": visible(sheet), "reason": reason})
    told = {"sheet": visible(sheet), "row": problem.row, "column": problem.column, "reason": reason}
    return Because("import_row", told)
