"""A case as it stands: its documents, where its copies are, which steps count as done, what lies on its floors.

There is no status: this is all the state a case has. It is read with a fixed number of queries, whatever its history.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from qdesk.database import Cursor
from qdesk.errors import Refused
from qdesk.journal import digest_of

VOID = "void"

CASE = "SELECT code, procedure, digest, opened_at, opened_by, last_act, ended FROM cases WHERE code = ?"
DOCUMENTS = """SELECT serial, form, round, revision, fields, opened_at, void_at, filled_at FROM documents
  WHERE in_case = ? ORDER BY opened_at, serial"""
LINES = """SELECT l.serial, l.number, l.item, l.quantity, l.other FROM documents d
  JOIN lines l ON l.serial = d.serial AND l.revision = d.revision WHERE d.in_case = ? ORDER BY l.serial, l.number"""
COPIES = """SELECT name, serial, number, due, due_since, seen, seen_since, piece, lost_at, filed_at FROM copies
  WHERE in_case = ? ORDER BY serial, number"""
DONE = "SELECT step, times, at FROM done WHERE in_case = ?"
# A floor is a case's own, or one of its rounds': "FH26-000001#2". No other code comes between a code and the same with "$".
FLOOR = """SELECT DISTINCT place, in_case FROM balances
  WHERE in_case >= ?1 AND in_case < ?1 || '$' AND in_case <> '' AND quantity <> 0"""
SIGNATURES = """SELECT act, number, serial, step, role, kind, person, name, stamp, deputy_for, copy, digest, at, lapsed_at
  FROM signatures WHERE in_case = ? ORDER BY act, number"""
ACTS = "SELECT seq, at, step, outcome, person, desk, reverses FROM acts WHERE in_case = ? ORDER BY seq"


class Document(NamedTuple):
    """One filled-in form; ``fields`` as stored, ``filled_at`` when it was filled in by hand on an emergency form."""

    serial: str
    form: str
    round: int
    revision: int
    fields: str
    opened_at: int
    void_at: int | None
    filled_at: int | None = None

    @property
    def by_hand(self) -> bool:
        """Tell whether the paper in use is a blank that was filled in by hand: it exists although nothing was printed."""
        return self.filled_at is not None and self.revision == 1


class Line(NamedTuple):
    """One line of a document's revision in force; ``other`` holds the columns beyond item and quantity."""

    number: int
    item: str
    quantity: int
    other: Mapping[str, Any]


class Copy(NamedTuple):
    """One copy: where it is due (the book), where it was last seen (the paper)."""

    name: str
    serial: str
    number: int
    due: str
    due_since: int
    seen: str
    seen_since: int
    piece: str
    lost_at: int | None
    filed_at: int | None = None


class Signature(NamedTuple):
    """One mark a person made."""

    act: int
    number: int
    serial: str | None
    step: str
    role: str
    kind: str
    person: int | None
    name: str
    stamp: str | None
    deputy_for: int | None
    copy: str | None
    digest: str
    at: int
    lapsed_at: int | None


class DoneAct(NamedTuple):
    """One act of the case that was not reversed."""

    seq: int
    at: int
    step: str
    outcome: str
    person: int | None
    desk: str


@dataclass
class CaseFile:
    """Everything on the table when one case is looked at."""

    code: str
    procedure: str
    digest: str
    opened_at: int
    opened_by: int
    last_act: int
    ended: str
    documents: dict[str, Document]
    lines: dict[str, list[Line]]
    copies: dict[str, Copy]
    done: dict[str, tuple[int, int]]
    floor: set[str]
    signatures: list[Signature]
    acts: list[DoneAct]

    def copy(self) -> CaseFile:
        """Return a case file of its own, to be written on while the act is being done."""
        return replace(
            self, documents=dict(self.documents), lines=dict(self.lines), copies=dict(self.copies), done=dict(self.done),
            floor=set(self.floor), signatures=list(self.signatures), acts=list(self.acts),
        )

    def document_of(self, form: str, round_: int = 0) -> Document:
        """Return the newest document of a form, one in force before one that is void."""
        found = [d for d in self.documents.values() if d.form == form and d.round == round_]
        if not found:
            raise Refused("form_not_opened", form=form)
        return max(found, key=lambda d: (d.void_at is None, d.opened_at, d.serial))

    def current_documents(self) -> Iterator[Document]:
        """Return one document for each form and round: the one in force, else the newest void one."""
        for form, round_ in sorted({(d.form, d.round) for d in self.documents.values()}):
            yield self.document_of(form, round_)

    @property
    def rounds(self) -> int:
        """Return the highest number of a round that was ever begun."""
        return max((document.round for document in self.documents.values()), default=0)

    def copies_of(self, serial: str) -> list[Copy]:
        """Return a document's copies in order."""
        return [copy for copy in self.copies.values() if copy.serial == serial]

    def named_copies(self) -> dict[str, Copy]:
        """Return the copies in force by the name the procedure uses: "application.4", "pass#2.1"."""
        named = {}
        for document in self.current_documents():
            form = f"{document.form}#{document.round}" if document.round else document.form
            for copy in self.copies_of(document.serial):
                named[f"{form}.{copy.number}"] = copy
        return named

    def doers(self, steps: frozenset[str] | set[str]) -> dict[int, str]:
        """Return who did or signed any of these steps at any time in the case, with the step (separation of duties)."""
        work = [(act.person, act.outcome if act.step == "amend" else act.step) for act in self.acts]
        found = {person: step for person, step in work if step in steps and person is not None}
        living = {act.seq for act in self.acts}
        for mark in self.signatures:
            if mark.step in steps and mark.person is not None and mark.act in living:
                found[mark.person] = mark.step
        return found

    def newest_act(self) -> DoneAct | None:
        """Return the newest act, arrivals of paper left out."""
        return next((act for act in reversed(self.acts) if act.step != "arrive"), None)

    def stamped(self) -> bool:
        """Tell whether an inspection stamp stands on the case that has not lapsed."""
        return any(mark.kind == "stamp" and mark.lapsed_at is None for mark in self.signatures)

    def content(self) -> dict[str, Any]:
        """Return what a signature is over: all that the card shows and the procedure decides on."""
        return {
            "case": self.code,
            "procedure": self.digest,
            "last_act": self.last_act,
            "documents": [[d.serial, d.revision, d.fields, d.void_at] for d in self.documents.values()],
            "lines": {serial: [list(line) for line in lines] for serial, lines in self.lines.items()},
            "copies": [[c.name, c.due, c.piece, c.lost_at] for c in self.copies.values()],
            "done": {step: times for step, (times, _) in self.done.items() if times},
            "floor": sorted(self.floor),
            "signatures": [[s.act, s.number, s.digest, s.lapsed_at] for s in self.signatures],
            "ended": self.ended,
        }

    def card_digest(self) -> str:
        """Return the digest that an act names to say what was on the screen."""
        return digest_of(self.content())


def read_case(cursor: Cursor, code: str) -> CaseFile:
    """Read a case; raises Refused("case_unknown")."""
    cursor.execute(CASE, (code,))
    found = cursor.fetchall()
    if not found:
        raise Refused("case_unknown", case=code)

    def rows(sql: str) -> list[tuple[Any, ...]]:
        cursor.execute(sql, (code,))
        return cursor.fetchall()

    lines: dict[str, list[Line]] = {}
    for serial, number, item, quantity, other in rows(LINES):
        lines.setdefault(serial, []).append(Line(number, item, quantity, json.loads(other)))
    code, procedure, digest, opened_at, opened_by, last_act, ended = found[0]
    return CaseFile(
        code=code,
        procedure=procedure,
        digest=digest,
        opened_at=opened_at,
        opened_by=opened_by,
        last_act=last_act,
        ended=ended,
        documents={row[0]: Document(*row) for row in rows(DOCUMENTS)},
        lines=lines,
        copies={row[0]: Copy(*row) for row in rows(COPIES)},
        done={step: (times, at) for step, times, at in rows(DONE)},
        floor=floors(rows(FLOOR)),
        signatures=[Signature(*row) for row in rows(SIGNATURES)],
        acts=living_acts(rows(ACTS)),
    )


def living_acts(rows: list[tuple[Any, ...]]) -> list[DoneAct]:
    """Return the acts that were neither reversed nor are reversals themselves."""
    reversed_acts = {row[6] for row in rows}
    return [DoneAct(*row[:6]) for row in rows if row[6] is None and row[0] not in reversed_acts]


def floor_of(cursor: Cursor, code: str) -> set[str]:
    """Return the places of a case in which something lies."""
    cursor.execute(FLOOR, (code,))
    return floors(cursor.fetchall())


def floors(rows: list[tuple[Any, ...]]) -> set[str]:
    """Return the places in which something lies, those of one round with its number: "vehicle#2"."""
    return {place + "".join(whose.partition("#")[1:]) for place, whose in rows}
