"""The checks of a proof: each looks at one thing a procedure must never let happen and yields what it finds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from qdesk.exploring import MOST_STATES, Graph
from qdesk.language import Known, Procedure
from qdesk.net import Marking, Net, Transition
from qdesk.separation import Holders, hands_in, openers_of, unfilled_step, unseparated_guards, unseparated_makers
from qdesk.transition import EndingRule
from qdesk.words import Title


@dataclass(frozen=True)
class Violation:
    """One thing a procedure would let happen, with the shortest way there."""

    code: str
    arguments: Mapping[str, object]
    trace: tuple[Transition, ...] = ()


def title_of(transition: Transition) -> Title:
    """Step, outcome and round in one title."""
    step, outcome = transition.step.title, transition.outcome
    number = f" #{transition.round}" if transition.round else ""
    if not outcome.name:
        return Title(step.zh + number, step.en + number)
    return Title(f"{step.zh}{number}：{outcome.title.zh}", f"{step.en}{number}: {outcome.title.en}")


def copy_title(procedure: Procedure, name: str) -> Title:
    """A copy as people call it: form, number and use."""
    head, _, number = name.partition(".")
    form_id, _, round_number = head.partition("#")
    form = procedure.forms[form_id]
    copy = procedure.copies[f"{form_id}.{number}"]
    which = f" #{round_number}" if round_number else ""
    zh = f"{form.title.zh}{which}第{number}联（{copy.title.zh}）"
    return Title(zh, f"{form.title.en}{which}, copy {number} ({copy.title.en})")


class Checks:
    """All checks of one net; each yields what it finds."""

    def __init__(self, net: Net, graph: Graph, known: Known, people: Holders) -> None:
        self.net = net
        self.graph = graph
        self.known = known
        self.people = people
        self.procedure = net.procedure
        self.stamping = [each for each in net.transitions if each.outcome.stamps]

    def all(self) -> Iterator[Violation]:
        """Everything that is wrong; nothing means proved."""
        yield from self._own_work()
        yield from self._people_enough()
        if not self.graph.complete:
            yield Violation("proof.too_many_states", {"most": MOST_STATES})
            return
        yield from self._dead_steps()
        yield from self._endings_never_reached()
        yield from self._stuck()
        yield from self._ended_too_early()
        yield from self._stock_without_stamp()
        yield from self._outside_without_pass()
        yield from self._guards_without_way_out()
        yield from self._own_approval()

    def _trace(self, *path: int) -> tuple[Transition, ...]:
        return tuple(self.net.transitions[index] for index in path)

    def _way_to(self, state: int, *then: int) -> tuple[Transition, ...]:
        return self._trace(*self.graph.path(state), *then)

    def _dead_steps(self) -> Iterator[Violation]:
        alive = {self.net.transitions[index].label for index in self.graph.firings}
        for transition in self.net.transitions:
            if transition.label not in alive and transition.round <= 1:
                yield Violation("proof.dead_step", {"step": title_of(transition), "id": transition.label})

    def _endings_never_reached(self) -> Iterator[Violation]:
        reached = {ending.id for ending in self.graph.endings.values()}
        for ending in self.procedure.endings.values():
            if ending.id not in reached:
                yield Violation("proof.ending_never_reached", {"ending": ending.title, "id": ending.id})

    def _stuck(self) -> Iterator[Violation]:
        """States that cannot finish, named by what is not at rest where the steps of an ending are done."""
        lost = self.graph.lost
        near = [(state, rule) for state in lost for rule in self.net.endings if self._is_near(state, rule)]
        last = [(state, rule) for state, rule in near if {target for _, target in self.graph.edges[state]} <= {state}]
        blamed = {(rule.ending.id, each) for state, rule in last or near for each in self._restless(state, rule)}
        for state, rule in near:
            for each in self._restless(state, rule):
                if (rule.ending.id, each) in blamed:
                    blamed.remove((rule.ending.id, each))
                    yield self._not_at_rest(state, rule, each)
        explained = self.graph.leading_to(state for state, _ in near)
        for state in lost:
            if state not in explained:
                yield Violation("proof.stuck", {}, self._way_to(state))
                return

    def _is_near(self, state: int, rule: EndingRule) -> bool:
        return self.net.near(self.graph.states[state], rule)

    def _restless(self, state: int, rule: EndingRule) -> list[str]:
        """The copies and places that keep this state from being the ending."""
        marking = self.graph.states[state]
        return [*self.net.restless(marking, rule), *sorted(self.net.floor_of(marking))]

    def _not_at_rest(self, state: int, rule: EndingRule, name: str) -> Violation:
        ending, due = rule.ending.title, self.net.due_of(self.graph.states[state])
        if name not in due:
            return Violation("proof.floor_not_empty", {"ending": ending, "place": name}, self._way_to(state))
        about = {"ending": ending, "copy": copy_title(self.procedure, name), "desk": due[name]}
        return Violation("proof.copy_not_at_rest", about, self._way_to(state))

    def _ended_too_early(self) -> Iterator[Violation]:
        """The first case of each ending in which something that must have happened has not."""
        rules = {rule.ending.id: rule for rule in self.net.endings}
        seen: set[tuple[str, str]] = set()
        for state, ending in self.graph.endings.items():
            for code, name, title in self._lacking(self.graph.states[state], rules[ending.id]):
                if (ending.id, name) not in seen:
                    seen.add((ending.id, name))
                    yield Violation(code, {"ending": ending.title, "what": title}, self._way_to(state))

    def _lacking(self, marking: Marking, rule: EndingRule) -> Iterator[tuple[str, str, Title]]:
        for name, (index, times) in rule.must:
            if marking.done[index] < times:
                yield "proof.ending_without", name, self._named(name)
        if rule.must_any and not any(marking.done[index] >= times for index, times in rule.must_any):
            name = rule.ending.must_any[0].name
            yield "proof.ending_without", name, self._named(name)
        for name, (index, times) in rule.must_not:
            if marking.done[index] >= times:
                yield "proof.ending_despite", name, self._named(name)
        due = self.net.due_of(marking)
        for form in self.procedure.forms.values():
            if not form.optional and not form.per and not any(copy.name in due for copy in form.copies):
                yield "proof.form_never_opened", form.id, form.title

    def _named(self, name: str) -> Title:
        step_id, _, outcome = name.partition(".")
        step = self.procedure.steps[step_id].title
        if not outcome:
            return step
        title = self.procedure.steps[step_id].outcome(outcome).title
        return Title(f"{step.zh}：{title.zh}", f"{step.en}: {title.en}")

    def _stands(self, marking: Marking, transition: Transition) -> bool:
        """Whether this was done and has not been reopened since."""
        return all(marking.done[index] for index, _ in transition.counts)

    def _stock_without_stamp(self) -> Iterator[Violation]:
        """Nothing becomes free stock without a stamp on the paper handed in; no stamp outlives work done after it."""
        for transition in self.net.transitions:
            if transition.inward:
                stamps = [each for each in self.stamping if set(each.copies) & set(transition.copies)]
                for state in self.graph.firings.get(transition.index, ()):
                    if not any(self._stands(self.graph.states[state], stamp) for stamp in stamps):
                        about = {"step": title_of(transition)}
                        yield Violation("proof.stock_without_stamp", about, self._way_to(state, transition.index))
                        break
            if transition.makes:
                yield from self._outlived_stamp(transition)

    def _outlived_stamp(self, maker: Transition) -> Iterator[Violation]:
        for state in self.graph.firings.get(maker.index, ()):
            after = self.net.fire(self.graph.states[state], maker)
            for stamp in self.stamping:
                if self._stands(after, stamp) and stamp.round == maker.round:
                    about = {"step": title_of(maker), "stamp": title_of(stamp)}
                    yield Violation("proof.stamp_outlives_work", about, self._way_to(state, maker.index))
                    return

    def _outside_without_pass(self) -> Iterator[Violation]:
        """Nothing leaves unless the guarded paper handed in was opened by a step with a signature that still stands."""
        for transition in self.net.transitions:
            if not transition.outward:
                continue
            handed_in = {each for each in transition.copies if self._guarded(self.net.copies[each])}
            passes = [each for each in self.net.transitions if each.outcome.signers and handed_in & set(each.opens)]
            for state in self.graph.firings.get(transition.index, ()):
                if not any(self._stands(self.graph.states[state], each) for each in passes):
                    about = {"step": title_of(transition)}
                    yield Violation("proof.outside_without_pass", about, self._way_to(state, transition.index))
                    break
            yield from self._outlived_pass(transition, passes)

    def _guarded(self, copy: str) -> bool:
        """Whether no second piece of this copy is printed without a second person: any other paper is no pass."""
        return self.procedure.forms[copy.partition(".")[0].partition("#")[0]].guarded

    def _outlived_pass(self, outward: Transition, passes: list[Transition]) -> Iterator[Violation]:
        """A pass says what lies there; whoever puts more there must have it lapse."""
        for loading in self.net.transitions:
            if loading.puts & outward.takes:
                for state in self.graph.firings.get(loading.index, ()):
                    after = self.net.fire(self.graph.states[state], loading)
                    if any(self._stands(after, each) for each in passes):
                        about = {"step": title_of(loading), "other": title_of(outward)}
                        yield Violation("proof.pass_outlives_loading", about, self._way_to(state, loading.index))
                        break

    def _guards_without_way_out(self) -> Iterator[Violation]:
        """What the data may refuse, one by one and all of one step together, must leave another way to finish."""
        by_step: dict[tuple[str, int], list[Transition]] = {}
        for transition in self.net.transitions:
            if transition.guarded_move or any(self.known.rules[rule] for rule in transition.outcome.rules):
                by_step.setdefault((transition.step.id, transition.round), []).append(transition)
        for guarded in by_step.values():
            together = [guarded] if len(guarded) > 1 else []
            for refused in [*([each] for each in guarded), *together]:
                path = self.graph.trapped_without(frozenset(each.index for each in refused))
                if path is not None:
                    about = {"step": [title_of(each) for each in refused]}
                    yield Violation("proof.no_way_out", about, self._trace(*path))
                    break

    def _own_work(self) -> Iterator[Violation]:
        for step, outcome, maker in unseparated_makers(self.procedure, self.known):
            about = {"step": step.title, "outcome": outcome.title, "other": maker.title}
            yield Violation("proof.own_work_stamped", about)
        for step, _, maker in unseparated_guards(self.procedure, self.known):
            yield Violation("proof.own_pass_released", {"step": step.title, "other": maker.title})

    def _people_enough(self) -> Iterator[Violation]:
        step = unfilled_step(self.procedure, self.people)
        if step:
            roles = sorted({role for outcome in step.outcomes for role in hands_in(step, outcome)})
            yield Violation("proof.too_few_people", {"step": step.title, "roles": roles})

    def _own_approval(self) -> Iterator[Violation]:
        """Who opened a form does not alone sign it first."""
        for form in self.procedure.forms.values():
            names = {copy.name for copy in form.copies}
            signing = [each for each in self.net.transitions if each.outcome.signers and names & set(each.step.copies)]
            for opener in openers_of(self.procedure, [form.id]):
                for transition in signing:
                    signers = set(transition.outcome.signers) | {transition.step.by} - {opener.by}
                    if opener.id in transition.outcome.not_by or len(signers) > 1 or transition.round > 1:
                        continue
                    state = self._first_signature(transition, signing)
                    if state is not None:
                        about = {"step": title_of(transition), "other": opener.title, "form": form.title}
                        yield Violation("proof.own_approval", about, self._way_to(state, transition.index))

    def _first_signature(self, transition: Transition, signing: list[Transition]) -> int | None:
        """The nearest state in which this can be the first signature on its form."""
        others = {each.own for each in signing if each.round == transition.round}
        for state in self.graph.firings.get(transition.index, ()):
            if not any(self.graph.states[state].done[index] for index in others):
                return state
        return None
