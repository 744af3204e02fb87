"""What a procedure is once it has been read: forms with their copies, steps, endings, and the names it may use."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from qdesk.errors import Because, Refused
from qdesk.words import Title


@dataclass(frozen=True)
class Effect:
    """What a named move does to the abstract places; declared beside the Python function that moves the stock."""

    takes: tuple[str, ...] = ()
    puts: tuple[str, ...] = ()
    sets: tuple[str, ...] = ()
    clears: tuple[str, ...] = ()
    inward: bool = False
    outward: bool = False
    makes: bool = False
    guarded: bool = False

    @property
    def places(self) -> tuple[str, ...]:
        """Every abstract place this move touches, so that a reference to none of the procedure's can be named."""
        return self.takes + self.puts + self.sets + self.clears


@dataclass(frozen=True)
class Known:
    """The names Python gives a meaning to: `rules` says whether a rule may refuse, `roles` how many hold one."""

    moves: Mapping[str, Effect]
    rules: Mapping[str, bool]
    questions: frozenset[str]
    desks: Collection[str]
    roles: Mapping[str, int | None]
    places: Collection[str]
    writings: frozenset[str] = frozenset()
    beside: frozenset[str] = frozenset()
    """Acts beside the procedures, whose names no step may bear."""


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a procedure's text: `code` is a key of the word files, `step` says where in the file."""

    file: str
    step: str
    code: str
    arguments: Mapping[str, object] = field(default_factory=dict)


class ProcedureBroken(Refused):
    """A procedure that cannot be read, with every problem in it at once."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        reasons = [Because(p.code, {**p.arguments, "file": p.file, "step": p.step}) for p in problems]
        super().__init__("procedure_broken", reasons, file=problems[0].file if problems else "")


class Reference(NamedTuple):
    """A mention of a step or outcome done at least so many times: "inspect.fail:2"."""

    name: str
    times: int = 1


@dataclass(frozen=True)
class Asked:
    """A question a step asks; "lots?" in the text is optional."""

    name: str
    optional: bool = False


@dataclass(frozen=True)
class Choice:
    """One answer of a choice column."""

    id: str
    title: Title


@dataclass(frozen=True)
class Column:
    """A field of a form's head or a column of its lines."""

    name: str
    kind: str
    title: Title
    optional: bool = False
    choices: tuple[Choice, ...] = ()
    written: bool = False
    """Whether the desk writes it itself: nobody is asked."""


@dataclass(frozen=True)
class CopyOf:
    """One copy of a form, named "application.4", and the desk where it must end."""

    name: str
    form: str
    number: int
    rests: str
    title: Title


@dataclass(frozen=True)
class Form:
    """A kind of paper; `printed` says whether the set is printed when opened or at its first signature.

    Of a `guarded` one, such as a pass, no second piece is printed without a second person, and it is never amended.
    `written` names what writes the columns that nobody is asked for, and proposes the others.
    """

    id: str
    number: str
    series: str
    title: Title
    copies: tuple[CopyOf, ...]
    fields: tuple[Column, ...]
    lines: tuple[Column, ...]
    optional: bool = False
    per: str = ""
    printed: str = "signed"
    guarded: bool = False
    written: str = ""


@dataclass(frozen=True)
class PlaceOf:
    """Abstract contents in the proof, and the real place of the case that they stand for ("" = none)."""

    name: str
    stands_for: str = ""
    per: str = ""


@dataclass(frozen=True)
class Outcome:
    """One way a step can go, with all that the step itself says already merged in; "" names the only way."""

    name: str
    title: Title
    asks: tuple[Asked, ...] = ()
    rules: tuple[str, ...] = ()
    signs: tuple[str, ...] = ()
    stamps: tuple[str, ...] = ()
    not_by: tuple[str, ...] = ()
    moves: tuple[str, ...] = ()
    keeps: tuple[str, ...] = ()
    sends: Mapping[str, str] = field(default_factory=dict)
    voids: tuple[str, ...] = ()
    opens: tuple[str, ...] = ()
    notifies: tuple[str, ...] = ()
    reopens: tuple[str, ...] = ()
    forgets: tuple[str, ...] = ()
    after: tuple[Reference, ...] = ()
    after_any: tuple[Reference, ...] = ()
    unless: tuple[Reference, ...] = ()
    settled: tuple[str, ...] = ()
    step: str = ""
    """The step it is a way of."""
    again: bool = False
    """Whether another round is waited for after it: such as the rest of what was handed out in part."""

    @property
    def signers(self) -> tuple[str, ...]:
        """Roles that must sign or stamp as persons with a login; handwriting that a clerk only saw is left out."""
        return tuple(role for role in self.signs + self.stamps if not role.startswith("paper:"))


@dataclass(frozen=True)
class Step:
    """One step: the desk, who sits there, which copies lie there and which steps come before, and how it can go."""

    id: str
    title: Title
    desk: str
    by: str
    source: str
    copies: tuple[str, ...]
    outcomes: tuple[Outcome, ...]
    after: tuple[Reference, ...] = ()
    after_any: tuple[Reference, ...] = ()
    unless: tuple[Reference, ...] = ()
    settled: tuple[str, ...] = ()
    scan: str = "one"
    repeats: bool = False
    per: str = ""
    within: int | None = None
    waits: bool = True

    def outcome(self, name: str) -> Outcome:
        """The outcome of this name; KeyError when the step has none such."""
        for outcome in self.outcomes:
            if outcome.name == name:
                return outcome
        raise KeyError(name)


@dataclass(frozen=True)
class Ending:
    """How a case may end: the steps that end it, what has to have happened, and where copies rest otherwise."""

    id: str
    title: Title
    after: tuple[Reference, ...]
    must: tuple[Reference, ...] = ()
    must_any: tuple[Reference, ...] = ()
    must_not: tuple[Reference, ...] = ()
    rests: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Procedure:
    """A whole procedure under one choice of its settings; `digest` names text and choice for ever.

    `order` says where its forms stand among those that a desk may open, "1" to "9".
    """

    id: str
    title: Title
    file: str
    text: str
    digest: str
    settings: Mapping[str, tuple[str, ...]]
    chosen: Mapping[str, str]
    places: tuple[PlaceOf, ...]
    forms: Mapping[str, Form]
    steps: Mapping[str, Step]
    endings: Mapping[str, Ending]
    order: str = "1"

    @property
    def copies(self) -> Mapping[str, CopyOf]:
        """Every copy by its name inside the procedure, "application.4"."""
        return {copy.name: copy for form in self.forms.values() for copy in form.copies}
