"""The guided first case as data: which stage the real case has reached, who does it, and what is typed there."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import data
from qdesk.words import Title

Json = dict[str, Any]
FINISHED = "completed"


@dataclass(frozen=True)
class Person:
    """One of the invented people, whom the guide may know by badge and PIN."""

    badge: str
    name: str
    roles: tuple[str, ...]
    pin: str


@dataclass(frozen=True)
class Try:
    """Something forbidden that may be tried: in which situation, at which desk, and how the guide puts it."""

    when: str
    at: str
    text: Title


@dataclass(frozen=True)
class Stage:
    """One step on the way of the guided case."""

    number: int
    step: str
    person: str
    happens: Title
    desk: str = ""
    outcome: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    tries: tuple[Try, ...] = ()


@dataclass(frozen=True)
class Now:
    """Where the guided case is: what is done next, at which desk, by whom, on which paper."""

    step: str
    desk: str
    person: Person
    stage: Stage | None
    """None where somebody has left the way of the story; then the step is done as it is anywhere."""
    title: str = ""
    case: str = ""
    pieces: tuple[tuple[str, str], ...] = ()
    """The copies the step is done on, each by its name and its 18 digits."""
    all_pieces: bool = False
    ended: str = ""
    """How the case ended, in words, where it did not end as the story tells."""
    finished: bool = False


class Story:
    """The stages in their order, and the people who play in them."""

    def __init__(self, described: Json, people: list[Json]) -> None:
        """Take what data/demo says."""
        self.procedure: str = described["procedure"]
        self.stages = [stage(number, row) for number, row in enumerate(described["stage"], 1)]
        self.people = [Person(row["badge"], row["name"], tuple(row["roles"]), row["pin"]) for row in people]
        self.by_step = {each.step: each for each in self.stages}

    def person(self, badge: str) -> Person:
        """Return the person with a badge."""
        return next(person for person in self.people if person.badge == badge)

    def person_for(self, role: str, *others: str) -> Person | None:
        """Return the first person who holds a role and is none of the others."""
        return next((each for each in self.people if role in each.roles and each.badge not in others), None)

    def now(self, case: Json | None) -> Now:
        """Return where a case is; without one, or with one that ended otherwise or waits for nobody, the story begins."""
        if case is not None and case["ended"] == FINISHED:
            last = self.stages[-1]
            return Now(last.step, last.desk, self.person(last.person), last, case=case["case"], finished=True)
        waits = sorted(case["waits"], key=lambda wait: wait["step"] not in self.by_step) if case else []
        if case is None or not waits:
            first = self.stages[0]
            return Now(first.step, first.desk, self.person(first.person), first, ended=(case or {}).get("ending") or "")
        wait = waits[0]
        known = self.by_step.get(wait["step"])
        person = self.person(known.person) if known else self.person_for(wait["who"])
        return Now(
            wait["step"], wait["desk"], person or self.people[0], known, wait["title"], case["case"],
            tuple((name, piece) for name, piece in wait["pieces"]), wait["all"],
        )  # fmt: skip


def stage(number: int, row: Json) -> Stage:
    """Return one stage as it is written in guide.toml."""
    tries = tuple(Try(each["when"], each["at"], title(each)) for each in row.get("tries", ()))
    return Stage(
        number, row["step"], row["person"], title(row["happens"]), row.get("desk", ""), row.get("outcome", ""),
        row.get("answers", {}), tries,
    )  # fmt: skip


def title(row: Json) -> Title:
    """Return a text in both languages."""
    return Title(zh=row["zh"], en=row["en"])


def shipped_story() -> Story:
    """Return the story that is shipped."""
    people = tomllib.loads(data.read("demo/site.toml"))["people"]
    return Story(tomllib.loads(data.read("demo/guide.toml")), people)
