"""The workflow net of a procedure: what may be done from a marking, what is missing, and what follows.

The same code decides in the proof and at the desk.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from functools import cached_property

from qdesk.compiling import Compiler
from qdesk.language import Effect, Ending, Procedure
from qdesk.transition import NOT_OPENED, VOID, EndingRule, Marking, Missing, Need, Transition

__all__ = ["NOT_OPENED", "VOID", "Effect", "Marking", "Missing", "Net", "Transition"]

_SHAPING = tuple(field.name for field in fields(Transition) if field.name not in ("step", "outcome"))


class Net:
    """A procedure compiled to numbers."""

    def __init__(self, procedure: Procedure, compiler: Compiler) -> None:
        self.procedure = procedure
        self.rounds = compiler.rounds
        self.copies = compiler.copies
        self.desks = compiler.desks
        self.counted = compiler.counted
        self.places = compiler.places
        self.transitions: tuple[Transition, ...] = compiler.transitions
        self.endings: tuple[EndingRule, ...] = compiler.endings
        self.by_name = {transition.name: transition for transition in self.transitions}
        self.start = Marking((NOT_OPENED,) * len(self.copies), (0,) * len(self.counted), 0)
        self._spans = compiler.spans
        self._tops = compiler.tops
        self._copy_index = {name: index for index, name in enumerate(self.copies)}
        self._desk_index = {"void": VOID, "": NOT_OPENED} | {name: index for index, name in enumerate(self.desks)}
        self._count_index = {name: index for index, name in enumerate(self.counted)}
        self._place_bit = {name: 1 << index for index, name in enumerate(self.places)}

    @classmethod
    def compile(cls, procedure: Procedure, moves: Mapping[str, Effect], rounds: int | None = None) -> Net:
        """The net of a procedure, with two rounds of what exists once per vehicle unless told otherwise."""
        return cls(procedure, Compiler(procedure, moves, rounds))

    @cached_property
    def shape(self) -> tuple[object, ...]:
        """All that decides which markings can be reached; two nets of one shape need exploring once."""
        steps = tuple(tuple(getattr(each, name) for name in _SHAPING) for each in self.transitions)
        return steps, tuple((rule.ending.id, rule.after, rule.after_every, rule.rests) for rule in self.endings)

    def marking(self, due: Mapping[str, str], done: Mapping[str, int], floor: Iterable[str]) -> Marking:
        """The marking for copies due at desks ("void", "" or absent = not opened), steps done and places filled."""
        dues = [NOT_OPENED] * len(self.copies)
        for copy, desk in due.items():
            dues[self._copy_index[copy]] = self._desk_index[desk]
        counts = [0] * len(self.counted)
        for name, count in done.items():
            index = self._count_index[name]
            counts[index] = min(count, self._tops[index])
        return Marking(tuple(dues), tuple(counts), self.floor(floor))

    def floor(self, places: Iterable[str]) -> int:
        """The bits of the places in which something lies."""
        bits = 0
        for place in places:
            bits |= self._place_bit[place]
        return bits

    def due_of(self, marking: Marking) -> dict[str, str]:
        """Where each opened copy is due; void ones say "void"."""
        pairs = zip(self.copies, marking.due, strict=True)
        return {copy: "void" if desk == VOID else self.desks[desk] for copy, desk in pairs if desk != NOT_OPENED}

    def done_of(self, marking: Marking) -> dict[str, int]:
        """How often each step and outcome was done, as far as anything asks."""
        return {name: count for name, count in zip(self.counted, marking.done, strict=True) if count}

    def floor_of(self, marking: Marking) -> set[str]:
        """The places in which something lies."""
        return {name for name, bit in self._place_bit.items() if marking.floor & bit}

    def enabled(self, marking: Marking, transition: Transition) -> bool:
        """Whether this may be done now, as far as paper, order and floor go; the same as nothing being missing."""
        due, done, floor = marking
        if done[transition.own] and not transition.repeats:
            return False
        for index, count in transition.after:
            if done[index] < count:
                return False
        desk, source = transition.desk, transition.source
        for copy in transition.copies:
            if due[copy] != desk and due[copy] != source:
                return False
        for index, count in transition.unless:
            if done[index] >= count:
                return False
        if floor & transition.empty or floor & transition.takes != transition.takes:
            return False
        for copy in transition.opens:
            if due[copy] >= 0:
                return False
        if transition.after_any and not any(done[index] >= count for index, count in transition.after_any):
            return False
        return not transition.after_every or self._in_every_round(done, transition.after_every)

    def missing(self, marking: Marking, transition: Transition) -> list[Missing]:
        """Every reason why this may not be done now; none means that it may."""
        done = marking.done
        reasons = []
        if done[transition.own] and not transition.repeats:
            reasons.append(Missing("already_done", step=self.counted[transition.own]))
        reasons += [self._missing_step(need) for need in transition.after if done[need[0]] < need[1]]
        if transition.after_every and not self._in_every_round(done, transition.after_every):
            reasons += self._missing_rounds(done, transition.after_every)
        if transition.after_any and not any(done[index] >= count for index, count in transition.after_any):
            names = tuple(self.counted[index] for index, _ in transition.after_any)
            reasons.append(Missing("step_any_missing", step=names[0], steps=names))
        for index, count in transition.unless:
            if done[index] >= count:
                reasons.append(Missing("step_excluded", step=self.counted[index], count=count))
        reasons += self._missing_copies(marking, transition)
        reasons += self._missing_contents(marking.floor, transition)
        return reasons

    def fire(self, marking: Marking, transition: Transition, floor: int | None = None) -> Marking:
        """The marking after the act; the desk that knows what then really lies on the floor gives that instead."""
        due, done = list(marking.due), list(marking.done)
        for copy, desk in transition.goes:
            due[copy] = desk
        for copy in transition.voids:
            if due[copy] != NOT_OPENED:
                due[copy] = VOID
        for index, top in transition.counts:
            if done[index] < top:
                done[index] += 1
        for index in transition.resets:
            done[index] = 0
        if floor is None:
            floor = marking.floor & ~(transition.takes | transition.clears) | transition.puts | transition.sets
        return Marking(tuple(due), tuple(done), floor)

    def ending(self, marking: Marking) -> Ending | None:
        """The ending this marking is, with every copy at rest and the floor empty; such a case takes no more steps."""
        if marking.floor:
            return None
        for rule in self.endings:
            if self.near(marking, rule) and not self.restless(marking, rule):
                return rule.ending
        return None

    def near(self, marking: Marking, rule: EndingRule) -> bool:
        """Whether the steps of an ending are done, wherever its copies are."""
        done = marking.done
        if not all(done[index] >= count for index, count in rule.after):
            return False
        return not rule.after_every or self._in_every_round(done, rule.after_every)

    def restless(self, marking: Marking, rule: EndingRule) -> list[str]:
        """The copies that are neither void nor where they rest in this ending."""
        triples = zip(self.copies, marking.due, rule.rests, strict=True)
        return [copy for copy, desk, rest in triples if desk not in (rest, VOID, NOT_OPENED)]

    def _in_every_round(self, done: tuple[int, ...], needs: tuple[tuple[Need, ...], ...]) -> bool:
        """Whether each of these was done in every round begun, and at least one round was begun."""
        begun = self._begun(done)
        return bool(begun) and all(done[need[number][0]] >= need[number][1] for need in needs for number in begun)

    def begun(self, marking: Marking) -> set[int]:
        """The numbers of the rounds of which any step counts as done."""
        return {number + 1 for number in self._begun(marking.done)}

    def begins(self, transition: Transition) -> bool:
        """Whether this begins its round: it follows no step of the same round."""
        start, end = self._spans[transition.round - 1]
        return not any(start <= index < end for index, _ in (*transition.after, *transition.after_any))

    def _begun(self, done: tuple[int, ...]) -> list[int]:
        return [number for number, (start, end) in enumerate(self._spans) if any(done[start:end])]

    def _missing_step(self, need: Need) -> Missing:
        return Missing("step_missing", step=self.counted[need[0]], count=need[1])

    def _missing_rounds(self, done: tuple[int, ...], needs: tuple[tuple[Need, ...], ...]) -> Iterator[Missing]:
        begun = self._begun(done) or [0]
        return (self._missing_step(need[n]) for need in needs for n in begun if done[need[n][0]] < need[n][1])

    def _missing_copies(self, marking: Marking, transition: Transition) -> Iterator[Missing]:
        for copy in transition.copies:
            due = marking.due[copy]
            if due == NOT_OPENED:
                yield Missing("copy_not_opened", copy=self.copies[copy])
            elif due == VOID:
                yield Missing("copy_void", copy=self.copies[copy])
            elif due not in (transition.desk, transition.source):
                yield Missing("copy_elsewhere", copy=self.copies[copy], desk=self.desks[due])
        for copy in transition.opens:
            if marking.due[copy] >= 0:
                yield Missing("form_already_open", copy=self.copies[copy], desk=self.desks[marking.due[copy]])

    def _missing_contents(self, floor: int, transition: Transition) -> Iterator[Missing]:
        for place, bit in self._place_bit.items():
            if transition.takes & bit and not floor & bit:
                yield Missing("place_empty", place=place)
            if transition.puts & bit and floor & bit:
                yield Missing("place_full", place=place)
            if transition.settled & bit and floor & bit:
                yield Missing("place_not_settled", place=place)
