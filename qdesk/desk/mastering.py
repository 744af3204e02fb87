"""Master data put in order: items and parties added, changed, closed and opened again; whole lists taken from a file.

Each is an act of the administrator, journalled like any other. Nothing is deleted, a code is a name for ever, and what stock or
paper depends on stays as it is. A file is one act: all of it or nothing, and the same file once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from qdesk.desk.administration import ADMINISTRATOR, Administering, inputs_of
from qdesk.desk.answer import Done
from qdesk.desk.request import Request
from qdesk.desk.signing import Signer
from qdesk.errors import Refused
from qdesk.journal import Entry
from qdesk.master import MasterData, choice_titles
from qdesk.master_columns import CHOICE, CODE, FLAG, ITEM, PARTY, SUBJECTS, WHOLE, YES_OR_NO, MasterColumn, Subject
from qdesk.master_kept import Planned, write
from qdesk.master_rows import Checked, because, check_rows, rows_given
from qdesk.people import Session
from qdesk.scan import visible
from qdesk.site import Site
from qdesk.vocabulary import Ask
from qdesk.words import Title

KINDS = {CODE: "code", WHOLE: "number", CHOICE: "choice", FLAG: "check"}
"""How a column is asked for at a desk; what is not here is typed as text."""
MOST_TOLD = 1_000
"""Problems of a file that a refusal names; a dry run lists every one."""


def add(subject: Subject, site: Site, entry: Entry, session: Session, request: Request, proved: Sequence[Signer]) -> Done:
    """Add an item or a party; its code is its name for ever."""
    return keep(subject, Administering(site, entry, session, request), request.inputs, new=True)


def change(subject: Subject, site: Site, entry: Entry, session: Session, request: Request, proved: Sequence[Signer]) -> Done:
    """Change what is known of an item or a party; what is not named stays as it is, what is empty becomes empty."""
    return keep(subject, Administering(site, entry, session, request), request.inputs, new=False)


def close(subject: Subject, site: Site, entry: Entry, session: Session, request: Request, proved: Sequence[Signer]) -> Done:
    """Close an item or a party: nothing new is begun with it; raises Refused where it is closed, or still lies somewhere."""
    closed = {"code": request.inputs.get("code"), "closed": True}
    return keep(subject, Administering(site, entry, session, request), closed, new=False, otherwise="closed_already")


def reopen(subject: Subject, site: Site, entry: Entry, session: Session, request: Request, proved: Sequence[Signer]) -> Done:
    """Open a closed item or party again."""
    opened = {"code": request.inputs.get("code"), "closed": False}
    return keep(subject, Administering(site, entry, session, request), opened, new=False, otherwise="not_closed")


def keep(
    subject: Subject, act: Administering, raw: Mapping[str, object], new: bool, otherwise: str = "nothing_to_change"
) -> Done:
    """Judge one row and write it; one that changes nothing is refused, since somebody meant something else."""
    act.only(BY[act.request.step])
    planned = MasterData(act.site, act.entry.cursor).judge(subject, raw, new).planned_or_refuse()
    if planned.what == "same":
        raise same_refused(otherwise, planned)
    write(act.entry, subject, planned)
    return act.finish(**{subject.name: planned.code})


def same_refused(otherwise: str, planned: Planned) -> Refused:
    """Return why something that changes nothing is not done."""
    if otherwise == "closed_already":
        return Refused("closed_already", code=planned.code)
    if otherwise == "not_closed":
        return Refused("not_closed", code=planned.code)
    return Refused("nothing_to_change", code=planned.code)


def take_in(subject: Subject, site: Site, entry: Entry, session: Session, request: Request, proved: Sequence[Signer]) -> Done:
    """Take a whole sheet in: everything in it, or nothing with every problem by row."""
    act = Administering(site, entry, session, request)
    act.only(BY[request.step])
    file, sheet, digest = (act.text(name, required=False) for name in ("file", "sheet", "digest"))
    checked = Checked(subject, rows_given(subject, request.inputs.get("rows")))
    check_rows(site, entry.cursor, checked)
    if checked.problems:
        reasons = [because(site, sheet or file, problem) for problem in checked.problems[:MOST_TOLD]]
        raise Refused("import_broken", reasons, file=visible(file), count=len(checked.problems))
    changing = [planned for planned in checked.planned if planned.what != "same"]
    if not changing:
        raise Refused("nothing_to_import", file=visible(file))
    for planned in changing:
        write(entry, subject, planned)
    return act.finish(file=file, digest=digest, added=checked.count("add"), changed=checked.count("change"))


# What the acts ask, and who may do them


def choices_of(site: Site, step: str, name: str) -> Mapping[str, Title]:
    """Return the choices of a question that the factory names, none where it names none."""
    subject = next((each for each in ROWS if step.endswith(f"_{each.name}")), None)
    column = next((each for each in subject.columns if each.name == name and each.kind == CHOICE), None) if subject else None
    return choice_titles(site, column) if column else {}


def ask_of(column: MasterColumn, required: bool) -> Ask:
    """Return a column as a question."""
    limits = ("0", str(column.most)) if column.kind == WHOLE else None
    choices = YES_OR_NO if column.kind == FLAG else column.choices
    return Ask(column.name, KINDS.get(column.kind, "text"), required=required, choices=choices, limits=limits)


def asks_of(subject: Subject) -> tuple[Ask, ...]:
    """Return what is asked of a new one: what has to be there comes first."""
    columns = [column for column in subject.columns if column.name != "closed"]
    return tuple(ask_of(column, column.required) for column in sorted(columns, key=lambda each: not each.required))


ITS_KIND = {ITEM: "item", PARTY: "code"}
ROWS = {subject: (Ask("code", kind),) for subject, kind in ITS_KIND.items()}
SHEET = frozenset(["rows", "file", "sheet", "digest"])
IMPORTS = {f"import_{table}": subject for table, subject in SUBJECTS.items()}
ACTS = {
    **{f"{name}_{subject.name}": partial(act, subject) for subject in ROWS
       for name, act in (("add", add), ("change", change), ("close", close), ("reopen", reopen))},
    **{name: partial(take_in, subject) for name, subject in IMPORTS.items()},
}  # fmt: skip
BY: dict[str, tuple[str, ...]] = dict.fromkeys(ACTS, (ADMINISTRATOR,))
"""Who may do an act, holding any of these roles."""
ASKS: dict[str, tuple[Ask, ...]] = {
    **{f"add_{subject.name}": asks_of(subject) for subject in ROWS},
    **{f"change_{subject.name}": (asked_for[0], *asks_of(subject)[1:]) for subject, asked_for in ROWS.items()},
    **{f"{name}_{subject.name}": asked_for for subject, asked_for in ROWS.items() for name in ("close", "reopen")},
    **dict.fromkeys(IMPORTS, ()),
}
"""What each act asks at a desk; what a file says is asked of nobody."""
AT_ITS_ROW = frozenset(step for step in ACTS if not step.startswith("add_"))
"""Acts that are begun from the list of what they are about, not from the list of all acts."""
INPUTS = {**inputs_of(ASKS), **dict.fromkeys(IMPORTS, SHEET)}
