"""What a net is made of: markings, compiled transitions, and the reasons why a step may not be done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from qdesk.language import Ending, Outcome, Step

NOT_OPENED = -1
VOID = -2

Need = tuple[int, int]


class Marking(NamedTuple):
    """The state of a case: where each copy is due, how often each step was done, what lies on the floor (bits)."""

    due: tuple[int, ...]
    done: tuple[int, ...]
    floor: int


@dataclass(frozen=True)
class Missing:
    """One reason why a step may not be done now; which fields are filled depends on the kind."""

    kind: str
    step: str = ""
    count: int = 1
    steps: tuple[str, ...] = ()
    copy: str = ""
    desk: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class Transition:
    """One outcome of one step in one round, compiled to numbers; the readable parts are beside them."""

    name: str
    step: Step
    outcome: Outcome
    round: int
    index: int
    desk: int
    source: int
    copies: tuple[int, ...]
    opens: tuple[int, ...]
    voids: tuple[int, ...]
    goes: tuple[tuple[int, int], ...]
    own: int
    counts: tuple[tuple[int, int], ...]
    resets: tuple[int, ...]
    after: tuple[Need, ...]
    after_any: tuple[Need, ...]
    after_every: tuple[tuple[Need, ...], ...]
    unless: tuple[Need, ...]
    takes: int
    puts: int
    sets: int
    clears: int
    settled: int
    empty: int
    repeats: bool
    inward: bool
    outward: bool
    makes: bool
    guarded_move: bool

    @property
    def label(self) -> str:
        """The step and outcome without the round, "load" for "load#2"."""
        return f"{self.step.id}.{self.outcome.name}" if self.outcome.name else self.step.id


@dataclass(frozen=True)
class EndingRule:
    """An ending compiled to numbers; `rests` holds a desk for every copy, `must` each need with how it is written."""

    ending: Ending
    after: tuple[Need, ...]
    after_every: tuple[tuple[Need, ...], ...]
    must: tuple[tuple[str, Need], ...]
    must_any: tuple[Need, ...]
    must_not: tuple[tuple[str, Need], ...]
    rests: tuple[int, ...]
