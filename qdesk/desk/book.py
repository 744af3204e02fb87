"""The book of procedures: which are in force at a site, which text a running case keeps to, and what their names mean."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import data
from qdesk import (
    arriving,
    borrowing,
    customer_property,
    damaging,
    dispatch,
    first_article,
    gate,
    handing_out,
    inspection,
    lending,
    loading,
    monitoring,
    nonconformity,
    picking,
    process_review,
    property_watch,
    receiving,
    reinspecting,
    rejecting,
    returnables,
    reviewing,
    rework,
    stock_lists,
    stocktaking,
    store_round,
    transferring,
    trial_start,
    verdicts,
    warehouse,
)
from qdesk.desk.beside import BESIDE
from qdesk.errors import Refused
from qdesk.factory import Factory
from qdesk.journal import Entry, canonical
from qdesk.language import Known, Procedure, ProcedureBroken, Step
from qdesk.net import Net
from qdesk.procedure import load
from qdesk.proof import prove, verdict_digest
from qdesk.site import Site
from qdesk.transition import Transition
from qdesk.vocabulary import Move, Question, Rule, Writing

ROOMS = (
    warehouse, rework, inspection, picking, dispatch, loading, gate, arriving, monitoring, returnables, lending, borrowing,
    verdicts, receiving, handing_out, transferring, stocktaking, damaging, customer_property, property_watch,
    reviewing, nonconformity, rejecting, first_article, trial_start, process_review, reinspecting, store_round,
)  # fmt: skip
WRITERS = (
    dispatch, gate, arriving, monitoring, returnables, lending, borrowing, receiving, handing_out, transferring, stock_lists,
    damaging, property_watch, reviewing, nonconformity, rejecting, first_article, trial_start, process_review, reinspecting,
    store_round,
)  # fmt: skip
MOVES: dict[str, Move] = {name: move for room in ROOMS for name, move in room.MOVES.items()}
RULES: dict[str, Rule] = {name: rule for room in ROOMS for name, rule in room.RULES.items()}
QUESTIONS: dict[str, Question] = {name: asked for room in ROOMS for name, asked in room.QUESTIONS.items()}
WRITINGS: dict[str, Writing] = {name: writing for room in WRITERS for name, writing in room.WRITINGS.items()}
IN_FORCE = "in force"


class Expected(NamedTuple):
    """A transition that waits when it can be done, with what says since when: its copies, and the steps before it."""

    transition: Transition
    key: str
    copies: tuple[str, ...]
    steps: tuple[str, ...]


@dataclass(frozen=True)
class Running:
    """A procedure with its net, as cases run under it."""

    procedure: Procedure
    net: Net
    more: dict[int, Running] = field(default_factory=dict)
    """The same with nets of more rounds, made when a case has begun so many."""

    def with_rounds(self, begun: int) -> Running:
        """Return the procedure with a net that has one round more than a case has begun: another may always begin."""
        if begun < self.net.rounds or not any(step.per for step in self.procedure.steps.values()):
            return self
        if begun not in self.more:
            effects = {name: move.effect for name, move in MOVES.items()}
            self.more[begun] = Running(self.procedure, Net.compile(self.procedure, effects, begun + 1), self.more)
        return self.more[begun]

    @cached_property
    def expected(self) -> tuple[Expected, ...]:
        """Return the transitions that somebody is waited for to do, those that are merely possible left out."""
        return tuple(self._expected(transition) for transition in self.net.transitions if transition.step.waits)

    def transition(self, step: str, outcome: str) -> Transition:
        """Return the transition a step and its outcome name; raises Refused: step_unknown, outcome_unknown."""
        plain, mark, round_ = step.partition("#")
        known = self.procedure.steps.get(plain)
        if known is None:
            raise Refused("step_unknown", step=step)
        found = self.net.by_name.get(f"{plain}{mark}{round_}.{outcome}" if outcome else step)
        if found is None:
            raise Refused("outcome_unknown", step=known.title, outcomes=[each.name for each in known.outcomes])
        return found

    def _expected(self, transition: Transition) -> Expected:
        net, step = self.net, transition.step
        rounds = (need for needs in transition.after_every for need in needs)
        needs = {transition.own, *(index for index, _ in (*transition.after, *transition.after_any, *rounds))}
        key = f"{step.id}#{transition.round}" if transition.round else step.id
        copies = tuple(net.copies[index] for index in transition.copies)
        return Expected(transition, key, copies, tuple(net.counted[index] for index in sorted(needs)))

    @cached_property
    def real_places(self) -> Mapping[str, str]:
        """Return the abstract place by the real place that it stands for."""
        return {place.stands_for: place.name for place in self.procedure.places if place.stands_for}


def known_of(factory: Factory) -> Known:
    """Return the names a procedure of this factory may use."""
    return Known(
        moves={name: move.effect for name, move in MOVES.items()},
        rules={name: rule.refuses for name, rule in RULES.items()},
        questions=frozenset(QUESTIONS),
        desks=factory.desks,
        roles={role.id: role.holders for role in factory.roles.values()},
        places=factory.places,
        writings=frozenset(WRITINGS),
        beside=BESIDE,
    )


def texts_of(site_folder: Path | None) -> dict[str, str]:
    """Return the procedure files of a site by name: the shipped ones, overridden and added to by the site's own."""
    texts = {name: data.read(f"procedures/{name}") for name in data.names("procedures") if name.endswith(".toml")}
    folder = site_folder / "procedures" if site_folder else None
    for path in sorted(folder.glob("*.toml")) if folder and folder.is_dir() else ():
        try:
            texts[path.name] = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise Refused("file_unreadable", path=str(path), reason=str(error)) from error
    return texts


def running(site: Site, text: str, file: str, chosen: Mapping[str, str]) -> Running:
    """Load and compile a text under a choice of settings; raises ProcedureBroken."""
    procedure = load(text, file, known_of(site.factory), chosen)
    return Running(procedure, Net.compile(procedure, {name: move.effect for name, move in MOVES.items()}))


def in_force(site: Site) -> Mapping[str, Running]:
    """Return the procedures new cases open under, by id; read and proved once per process.

    Raises ProcedureBroken or Refused("procedure_not_proved"): a procedure is proved before it is used.
    """
    found: dict[str, Running] | None = site.compiled.get(IN_FORCE)
    if found is None:
        chosen = {name: setting.value for name, setting in site.factory.settings.items()}
        found = {}
        for file, text in texts_of(site.config.folder).items():
            each = running(site, text, file, chosen)
            require_proved(site, each)
            found[each.procedure.id] = each
            site.compiled[each.procedure.digest] = each
        site.compiled[IN_FORCE] = found
    return found


def require_proved(site: Site, each: Running) -> None:
    """Refuse a procedure that is not proved; the verdict is kept by digest, so this costs once."""
    known = known_of(site.factory)
    digest = verdict_digest(each.procedure.text, each.procedure.chosen, known)
    row = site.database.row("SELECT proved FROM verdicts WHERE digest = ?", digest)
    if row is None:
        proved = not prove(each.procedure, known)
        with site.database.writing() as cursor:
            cursor.execute(
                "INSERT INTO verdicts(digest, proved, at) VALUES(?, ?, ?) ON CONFLICT(digest) DO NOTHING",
                (digest, int(proved), site.clock.now()),
            )
        row = (int(proved),)
    if not row[0]:
        raise Refused("procedure_not_proved", procedure=each.procedure.title)


def opening_form(step: Step) -> str:
    """Return the form a case begins with when this step begins it; empty for a step that follows another."""
    follows = step.after or step.after_any or step.copies
    return "" if follows or not step.outcomes[0].opens else step.outcomes[0].opens[0]


def open_under(site: Site, procedure: object) -> Running:
    """Return the procedure a new case would run under; raises Refused("procedure_unknown")."""
    found = in_force(site).get(str(procedure))
    if found is None:
        raise Refused("procedure_unknown", procedure=str(procedure)[:40])
    return found


def running_under(site: Site, cursor: Any, digest: str) -> Running:
    """Return the exact procedure a case was opened under, whatever is in force now."""
    found: Running | None = site.compiled.get(digest)
    if found is None:
        cursor.execute("SELECT procedure, text, settings FROM procedure_texts WHERE digest = ?", (digest,))
        procedure, text, settings = cursor.fetchall()[0]
        found = running(site, text, procedure, json.loads(settings))
        site.compiled[digest] = found
    return found


def keep_text(entry: Entry, each: Running) -> None:
    """Keep the text a case is opened under, once."""
    procedure = each.procedure
    entry.cursor.execute("SELECT COUNT(*) FROM procedure_texts WHERE digest = ?", (procedure.digest,))
    if not entry.cursor.fetchall()[0][0]:
        entry.insert(
            "procedure_texts", digest=procedure.digest, procedure=procedure.id, text=procedure.text,
            settings=canonical(dict(procedure.chosen)),
        )


def stranded(site: Site) -> list[tuple[str, Refused]]:
    """Name open cases whose desk, role or other name is gone from the site, with what is missing."""
    lost: list[tuple[str, Refused]] = []
    rows = site.database.rows("SELECT DISTINCT digest FROM cases WHERE ended = ''")
    with site.database.reading() as cursor:
        for (digest,) in rows:
            try:
                running_under(site, cursor, digest)
            except ProcedureBroken as broken:
                cursor.execute("SELECT code FROM cases WHERE ended = '' AND digest = ?", (digest,))
                lost += [(code, broken) for (code,) in cursor.fetchall()]
    return lost
