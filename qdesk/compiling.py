"""Turns the names of a procedure into the numbers of its net, once for every round of what exists per vehicle."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from qdesk.language import Effect, Ending, Outcome, Procedure, Reference, Step
from qdesk.transition import EndingRule, Need, Transition


def in_round(name: str, number: int) -> str:
    """The name of a step, copy or place in one round: "load#2", "slip#2.1"; round 0 is what exists once."""
    if not number:
        return name
    head, dot, tail = name.partition(".")
    return f"{head}#{number}{dot}{tail}"


class Compiler:
    """Compiles one procedure; what it found is in its attributes."""

    def __init__(self, procedure: Procedure, moves: Mapping[str, Effect], rounds: int | None) -> None:
        self.procedure = procedure
        self.moves = moves
        has_rounds = any(step.per for step in procedure.steps.values())
        self.rounds = (rounds or 2) if has_rounds else 1
        self.copies = self._copies()
        self.desks = self._desks()
        self.places = self._places()
        self.counted, self.spans = self._counted()
        self._copy = {name: index for index, name in enumerate(self.copies)}
        self._desk = {name: index for index, name in enumerate(self.desks)}
        self._count = {name: index for index, name in enumerate(self.counted)}
        self._bit = {name: 1 << index for index, name in enumerate(self.places)}
        self.tops = self._tops()
        self._forgotten = {
            name for step in procedure.steps.values() for outcome in step.outcomes for name in outcome.forgets
        }
        self.transitions = tuple(self._transitions())
        self.endings = tuple(self._ending(ending) for ending in procedure.endings.values())

    def _numbers(self, per: str) -> Iterable[int]:
        return range(1, self.rounds + 1) if per else (0,)

    def _copies(self) -> tuple[str, ...]:
        forms = self.procedure.forms.values()
        return tuple(in_round(copy.name, n) for form in forms for n in self._numbers(form.per) for copy in form.copies)

    def _desks(self) -> tuple[str, ...]:
        desks = dict.fromkeys(copy.rests for copy in self.procedure.copies.values())
        for step in self.procedure.steps.values():
            desks |= dict.fromkeys((step.desk, step.source))
            desks |= dict.fromkeys(desk for outcome in step.outcomes for desk in outcome.sends.values())
        for ending in self.procedure.endings.values():
            desks |= dict.fromkeys(ending.rests.values())
        return tuple(desks)

    def _places(self) -> tuple[str, ...]:
        return tuple(in_round(place.name, n) for place in self.procedure.places for n in self._numbers(place.per))

    def _counted(self) -> tuple[tuple[str, ...], tuple[tuple[int, int], ...]]:
        """Steps and outcomes by name; those of one round lie together, so that "begun" is one look."""
        steps = self.procedure.steps.values()
        names = [name for step in steps if not step.per for name in _names_of(step)]
        spans = []
        for number in range(1, self.rounds + 1):
            start = len(names)
            names += [in_round(name, number) for step in steps if step.per for name in _names_of(step)]
            spans.append((start, len(names)))
        return tuple(names), tuple(spans)

    def _tops(self) -> tuple[int, ...]:
        """The largest number any reference asks for; counting further, or ways nobody asks for, would only make more states.

        Ways that stamp, or that open a form and sign it, are asked for by the proof: whether that mark still stands.
        """
        asked = dict.fromkeys(self.procedure.steps, 1) | dict.fromkeys(_marking_ways(self.procedure), 1)
        for reference in _all_references(self.procedure):
            asked[reference.name] = max(asked.get(reference.name, 1), reference.times)
        return tuple(asked.get(name, 0) for name in map(_without_round, self.counted))

    def _transitions(self) -> Iterable[Transition]:
        index = 0
        for step in self.procedure.steps.values():
            for number in self._numbers(step.per):
                for outcome in step.outcomes:
                    yield self._transition(step, outcome, number, index)
                    index += 1

    def _transition(self, step: Step, outcome: Outcome, number: int, index: int) -> Transition:
        label = f"{step.id}.{outcome.name}" if outcome.name else step.id
        own = self._count[in_round(step.id, number)]
        counts = dict.fromkeys((own, self._count[in_round(label, number)]))
        after, after_every = self._needs(outcome.after, number)
        opens = tuple(copy for form in outcome.opens for copy in self._form_copies(form, number))
        copies = tuple(self._copy_in(name, number) for name in step.copies)
        goes = dict.fromkeys(copies + opens, self._desk[step.desk])
        goes |= {self._copy_in(name, number): self._desk[desk] for name, desk in outcome.sends.items()}
        return Transition(
            name=in_round(label, number),
            step=step,
            outcome=outcome,
            round=number,
            index=index,
            desk=self._desk[step.desk],
            source=self._desk[step.source],
            copies=copies,
            opens=opens,
            voids=tuple(copy for form in outcome.voids for copy in self._form_copies(form, number)),
            goes=tuple(goes.items()),
            own=own,
            counts=tuple((each, self.tops[each]) for each in counts),
            resets=self._resets(outcome, number),
            after=after,
            after_any=self._any_needs(outcome.after_any, number),
            after_every=after_every,
            unless=self._any_needs(outcome.unless, number),
            repeats=step.repeats,
            **self._moved(outcome, number),
        )

    def _moved(self, outcome: Outcome, number: int) -> dict[str, Any]:
        """Return what a transition's moves of stock need, leave and are."""
        effects = [self.moves[move] for move in outcome.moves]
        bits = {name: self._bits(number, effects, name) for name in ("takes", "puts", "sets", "clears")}
        settled = self._settled(outcome.settled, number)
        return {
            **bits,
            "settled": settled,
            "empty": bits["puts"] | settled,
            "inward": any(effect.inward for effect in effects),
            "outward": any(effect.outward for effect in effects),
            "makes": any(effect.makes for effect in effects),
            "guarded_move": any(effect.guarded for effect in effects),
        }

    def _copy_in(self, name: str, number: int) -> int:
        per = self.procedure.forms[name.split(".")[0]].per
        return self._copy[in_round(name, number if per else 0)]

    def _form_copies(self, form: str, number: int) -> list[int]:
        return [self._copy_in(copy.name, number) for copy in self.procedure.forms[form].copies]

    def _needs(
        self, references: Iterable[Reference], number: int
    ) -> tuple[tuple[Need, ...], tuple[tuple[Need, ...], ...]]:
        """What must be done: plainly, and (seen from outside a round) in every round begun."""
        plain: list[Need] = []
        every: list[tuple[Need, ...]] = []
        for reference in references:
            needs = self._each(reference, number)
            if len(needs) == 1 and (number or not self._is_per(reference)):
                plain += needs
            else:
                every.append(tuple(needs))
        return tuple(plain), tuple(every)

    def _any_needs(self, references: Iterable[Reference], number: int) -> tuple[Need, ...]:
        """Alternatives and exclusions: seen from outside a round, any round will do."""
        return tuple(need for reference in references for need in self._each(reference, number))

    def _each(self, reference: Reference, number: int) -> list[Need]:
        if not self._is_per(reference):
            return [(self._count[reference.name], reference.times)]
        numbers = (number,) if number else range(1, self.rounds + 1)
        return [(self._count[in_round(reference.name, n)], reference.times) for n in numbers]

    def _is_per(self, reference: Reference) -> bool:
        return bool(self.procedure.steps[reference.name.split(".")[0]].per)

    def _resets(self, outcome: Outcome, number: int) -> tuple[int, ...]:
        """A reopened step counts as not done, and so do its outcomes, save those whose number somebody counts."""
        names = list(outcome.forgets)
        for step_id in outcome.reopens:
            step, *outcomes = _names_of(self.procedure.steps[step_id])
            names += [step, *(name for name in outcomes if not self._is_counted(name))]
        return tuple(index for name in names for index, _ in self._each(Reference(name), number))

    def _is_counted(self, name: str) -> bool:
        first = name if name in self._count else in_round(name, 1)
        return name in self._forgotten or self.tops[self._count[first]] > 1

    def _bits(self, number: int, effects: Iterable[Effect], kind: str) -> int:
        names = [name for effect in effects for name in getattr(effect, kind)]
        return self._settled(names, number)

    def _settled(self, names: Iterable[str], number: int) -> int:
        """The bits of places; a step outside the rounds means those of every round."""
        per = {place.name: place.per for place in self.procedure.places}
        bits = 0
        for name in names:
            numbers = (number,) if number and per[name] else self._numbers(per[name])
            for each in numbers:
                bits |= self._bit[in_round(name, each)]
        return bits

    def _ending(self, ending: Ending) -> EndingRule:
        after, after_every = self._needs(ending.after, 0)
        rests = []
        for copy in self.copies:
            name = _without_round(copy)
            rests.append(self._desk[ending.rests.get(name, self.procedure.copies[name].rests)])
        must = tuple((each.name, need) for each in ending.must for need in self._each(each, 0)[:1])
        must_not = tuple((each.name, need) for each in ending.must_not for need in self._each(each, 0))
        must_any = self._any_needs(ending.must_any, 0)
        return EndingRule(ending, after, after_every, must, must_any, must_not, tuple(rests))


def _without_round(name: str) -> str:
    head, dot, tail = name.partition(".")
    return head.partition("#")[0] + dot + tail


def _names_of(step: Step) -> list[str]:
    return [step.id, *(f"{step.id}.{outcome.name}" for outcome in step.outcomes if outcome.name)]


def _marking_ways(procedure: Procedure) -> Iterable[str]:
    for step in procedure.steps.values():
        for outcome in step.outcomes:
            if outcome.name and (outcome.stamps or (outcome.opens and outcome.signers)):
                yield f"{step.id}.{outcome.name}"


def _all_references(procedure: Procedure) -> Iterable[Reference]:
    for step in procedure.steps.values():
        for outcome in step.outcomes:
            yield from outcome.after + outcome.after_any + outcome.unless
    for ending in procedure.endings.values():
        yield from ending.after + ending.must + ending.must_any + ending.must_not
