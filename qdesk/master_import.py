"""Sheets of master data looked through before anything is written: every problem by sheet, row and column, and what would change.

Columns are known by their titles in both languages and by the names that programs use; whatever is not in a sheet stays as it is.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from qdesk.database import Cursor
from qdesk.desk.administration import holds_one
from qdesk.desk.allowing import refuse_without
from qdesk.desk.mastering import BY
from qdesk.errors import Refused
from qdesk.importing import Row, Sheet, read_sheet
from qdesk.master import subject_named, title_key
from qdesk.master_columns import Subject
from qdesk.master_kept import Planned, Values
from qdesk.master_rows import Checked, Problem, Raw, check_rows
from qdesk.new_files import EXPORTS
from qdesk.people import find_session
from qdesk.scan import visible
from qdesk.site import Site
from qdesk.words import Words

Json = dict[str, Any]
STARS = "*"
"""What people put beside the title of a column that has to be filled in."""
DONE_BEFORE = "SELECT seq FROM acts WHERE request_key = ?"
LONGEST_TITLE = 40
"""Characters of a column's title that are shown."""


def check_file(site: Site, name: str, path: Path) -> tuple[Sheet, Checked]:
    """Read a file and look through all of it; nothing is written. Raises Refused as :func:`qdesk.importing.read_sheet` does."""
    subject, sheet = subject_named(name), read_sheet(path)
    with site.database.reading() as cursor:
        return sheet, check_sheet(site, cursor, subject, sheet)


def check_sheet(site: Site, cursor: Cursor, subject: Subject, sheet: Sheet) -> Checked:
    """Look through a sheet."""
    checked = Checked(subject)
    columns = columns_of(site, subject, sheet.rows[0], checked)
    for cells in sheet.merged:
        checked.problems.append(Problem(0, "", Refused("cells_merged", cells=cells)))
    if "code" not in columns.values():
        title = site.title(title_key(site.words, subject, "code"))
        checked.problems.append(Problem(sheet.rows[0].number, title, Refused("sheet_column_missing", name=title)))
        return checked
    sound = [(row.number, read_row(site, subject, columns, row, checked)) for row in sheet.rows[1:]]
    checked.rows = [(number, raw) for number, raw in sound if raw is not None]
    check_rows(site, cursor, checked)
    checked.problems.sort(key=lambda problem: problem.row)
    return checked


def columns_of(site: Site, subject: Subject, head: Row, checked: Checked) -> dict[int, str]:
    """Return which column each place of a sheet is; what cannot be told apart is a problem."""
    known = known_titles(site, subject)
    found: dict[int, str] = {}
    for place, cell in enumerate(head.cells):
        name = known.get(plain_title(cell.text))
        if not cell.text:
            continue
        if cell.fault or name is None:
            titles = [site.title(title_key(site.words, subject, each)) for each in subject.names]
            refused = Refused("column_unknown", name=visible(cell.text, LONGEST_TITLE), known=titles)
            checked.problems.append(Problem(head.number, letters(place), refused))
        elif name in found.values():
            checked.problems.append(Problem(head.number, letters(place), Refused("given_twice", value=visible(cell.text))))
        else:
            found[place] = name
    return found


def known_titles(site: Site, subject: Subject) -> dict[str, str]:
    """Return the column meant by each title, in both languages and in programs."""
    named = {name: name for name in subject.names}
    for words in site.languages.values():
        named |= {plain_title(words.say(title_key(words, subject, name))): name for name in subject.names}
    return named


def plain_title(text: str) -> str:
    """Return a title as it is compared: width, case, blanks and stars are no matter."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(plain.translate({ord(star): None for star in STARS}).split())


def read_row(site: Site, subject: Subject, columns: Mapping[int, str], row: Row, checked: Checked) -> Raw | None:
    """Return what a row says by column, none where a cell of it cannot be read."""
    raw: Raw = dict.fromkeys(columns.values(), "")
    before = len(checked.problems)
    for place, cell in enumerate(row.cells):
        name = columns.get(place)
        if cell.fault and name:
            title = site.title(title_key(site.words, subject, name))
            checked.problems.append(Problem(row.number, title, cell.fault))
        elif name:
            raw[name] = cell.text
        elif cell.text and not any(problem.column == letters(place) for problem in checked.problems):
            checked.problems.append(Problem(row.number, letters(place), Refused("column_untitled")))
    return raw if len(checked.problems) == before else None


def letters(place: int) -> str:
    """Return a column as spreadsheet programs name it: A, B … Z, AA."""
    named = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        named = chr(ord("A") + rest) + named
    return named


# Told


def problem_row(problem: Problem, words: Words) -> Json:
    """Return a problem as a line of a list."""
    row = str(problem.row or "")
    return {"row": row, "column": words.show(problem.column), "message": words.refusal(problem.refused)}


def request_of(sheet: Sheet, checked: Checked) -> Json:
    """Return the act that does what a file says; its key is the digest of the file, so that the same file is done once."""
    table = checked.subject.table
    inputs = {"file": sheet.file, "sheet": sheet.name, "digest": sheet.digest, "rows": [[*row] for row in checked.rows]}
    return {
        "case": None, "procedure": "", "step": f"import_{table}", "inputs": inputs, "key": f"import-{table}-{sheet.digest}",
    }  # fmt: skip


def done_before(site: Site, request: Mapping[str, Any]) -> int:
    """Return the act that did a file before, 0 where none did."""
    return int(next(iter(site.database.rows(DONE_BEFORE, request["key"])), (0,))[0])


def told(site: Site, sheet: Sheet, checked: Checked, words: Words) -> Json:
    """Return what a file would do, as screens and the command line show it, with the request that does it."""
    request = request_of(sheet, checked)
    counts = {what: checked.count(what) for what in ("add", "change", "same")}
    return {
        "list": checked.subject.table,
        "file": sheet.file,
        "sheet": sheet.name,
        "problems": [problem_row(problem, words) for problem in checked.problems],
        "changes": [change_row(checked.subject, planned, words) for planned in checked.planned if planned.what != "same"],
        **counts,
        "before": done_before(site, request),
        "request": request,
    }


def change_row(subject: Subject, planned: Planned, words: Words) -> Json:
    """Return what one row would do as a line of a list: the columns that become another."""
    was: Values = planned.was or {}
    names: Sequence[str] = [name for name in subject.names if planned.was is not None and planned.now[name] != was[name]]
    return {
        "code": planned.code,
        "what": planned.what,
        "name": str(planned.now.get("name", "")),
        "columns": [words.say(title_key(words, subject, name)) for name in names],
    }


def look_through(site: Site, token: object, name: str, sheet: Sheet, words: Words) -> Json:
    """Look through a sheet for somebody at a desk who may take it in; raises Refused("wrong_person")."""
    subject = subject_named(name)
    with site.database.reading() as cursor:
        session = find_session(site, cursor, token)
        if not holds_one(session.person, BY[f"import_{subject.table}"]):
            refuse_without(site, session, BY[f"import_{subject.table}"][-1])
        checked = check_sheet(site, cursor, subject, sheet)
    return told(site, sheet, checked, words)


def file_meant(site: Site, text: str) -> Path:
    """Return the file that somebody typed; without a folder it lies among the site's exports."""
    path = Path(text)
    return path if path.is_absolute() else site.config.folder / EXPORTS / path
