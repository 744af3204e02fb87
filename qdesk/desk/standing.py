"""How a case stands: its marking, what may be done from there, and what that leaves waiting at which desk."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from qdesk.cases import CaseFile, Copy, read_case
from qdesk.clock import moment
from qdesk.compiling import in_round
from qdesk.desk.book import Expected, Running, opening_form, running_under
from qdesk.errors import Because, Refused
from qdesk.journal import Entry
from qdesk.language import Outcome, Procedure, Step
from qdesk.net import Missing
from qdesk.site import Site
from qdesk.transition import Marking, Transition
from qdesk.words import Title, Words

MOST_KEPT = 64


@dataclass
class Standing:
    """A case with its procedure and its marking."""

    site: Site
    case: CaseFile
    running: Running
    named: dict[str, Copy]
    marking: Marking
    digest: str = ""

    def card_digest(self) -> str:
        """Return the digest of the card, taken before an act changes anything: what a request names to say what was seen."""
        if not self.digest:
            self.digest = self.case.card_digest()
        return self.digest

    def copy(self) -> Standing:
        """Return a standing of its own, to be changed while an act is being done."""
        return Standing(self.site, self.case.copy(), self.running, dict(self.named), self.marking, self.card_digest())

    def abstract_floor(self) -> list[str]:
        """Return the abstract places in which something really lies."""
        real, found = self.running.real_places, []
        for place in self.case.floor:
            name, mark, number = place.partition("#")
            if name in real:
                found.append(real[name] + mark + number)
        return found

    def enabled(self, transition: Transition) -> bool:
        """Tell whether paper, order and floor allow this now."""
        return not self.case.ended and self.running.net.enabled(self.marking, transition)

    def copies_of(self, transition: Transition) -> list[Copy]:
        """Return the copies a transition uses."""
        names = self.running.net.copies
        return [self.named[names[index]] for index in transition.copies if names[index] in self.named]

    def reasons(self, transition: Transition) -> list[Because]:
        """Return every reason why this may not be done now: what is missing, who can give it, where that paper is."""
        if self.case.ended:
            ending = self.running.procedure.endings.get(self.case.ended)
            title = ending.title if ending else self.site.title(f"ending.{self.case.ended}")
            return [Because("case_ended", {"case": self.case.code, "ending": title})]
        missing = self.running.net.missing(self.marking, transition)
        return [self._because(each) for each in missing] + self.lost(transition)

    def lost(self, transition: Transition) -> list[Because]:
        """Return the copies it needs that are reported lost."""
        copies = [copy for copy in self.copies_of(transition) if copy.lost_at is not None]
        return [Because("copy_lost", {"copy": copy.name}, where=copy.due) for copy in copies]

    def _because(self, missing: Missing) -> Because:
        factory, procedure = self.site.factory, self.running.procedure
        arguments: dict[str, object] = {"count": missing.count}
        where = who = ""
        if missing.step:
            step = procedure.steps[missing.step.partition(".")[0].partition("#")[0]]
            arguments["step"] = counted_title(procedure, missing.step)
            where, who = step.desk, step.by
        if missing.steps:
            arguments["steps"] = list(dict.fromkeys(counted_title(procedure, name) for name in missing.steps))
        if missing.copy:
            copy = self.named.get(missing.copy)
            arguments["copy"] = copy.name if copy else procedure.copies[_plain(missing.copy)].title
            where = copy.due if copy and copy.due in factory.desks else where
            if copy:
                arguments["seen"] = title_of_desk(self.site, copy.seen)
        if missing.desk:
            arguments["desk"], where = title_of_desk(self.site, missing.desk), missing.desk
        if missing.place:
            arguments["place"] = place_title(self, missing.place)
        if where in factory.desks:
            arguments.setdefault("desk", factory.desks[where].title)
        if who in factory.roles:
            arguments["role"] = factory.roles[who].title
        if missing.kind == "step_excluded" and missing.count > 1:
            return Because("step_excluded_times", arguments, where=where, who=who)
        several = missing.kind == "step_missing" and missing.count > 1
        return Because("step_missing_times" if several else missing.kind, arguments, where=where, who=who)

    def waiting(self) -> dict[str, tuple[str, int]]:
        """Return what waits: for each step that can be done and is not merely possible, its desk and since when."""
        found: dict[str, tuple[str, int]] = {}
        if self.case.ended:
            return found
        net, marking = self.running.net, self.marking
        for each in self.running.expected:
            if net.enabled(marking, each.transition) and self._is_due(each.transition) and self._is_next(each.transition):
                found[each.key] = (terminal_of(self.site, each.transition.step.desk), self._since(each))
        return found

    def _is_due(self, transition: Transition) -> bool:
        """Leave out repeats that nothing asks for: a second draw, a return when nothing lies on the floor."""
        if transition.clears and not transition.sets and not transition.puts:
            return bool(self.marking.floor & transition.clears)
        return not (transition.repeats and self.marking.done[transition.own])

    def _is_next(self, transition: Transition) -> bool:
        """Leave out rounds that nobody waits for: the first is begun by somebody; that there might be another is not work.

        Unless the round before left a rest.
        """
        begun = self.running.net.begun(self.marking)
        if not transition.round or transition.round in begun:
            return True
        return transition.round == max(begun, default=0) + 1 and (not begun or self._left_a_rest(transition.step, max(begun)))

    def _left_a_rest(self, step: Step, number: int) -> bool:
        """Tell whether a round was done in a way after which another one is waited for."""
        ways = (in_round(f"{step.id}.{outcome.name}", number) for outcome in step.outcomes if outcome.again)
        return any(self.case.done.get(way, (0, 0))[0] for way in ways)

    def offered(self, transition: Transition) -> bool:
        """Tell whether a card speaks of a transition: of the rounds not yet begun only of how the next one begins."""
        if self.began_otherwise(transition.step, transition.outcome):
            return False
        begun = self.running.net.begun(self.marking)
        if not transition.round or transition.round in begun:
            return True
        following = min(set(range(1, self.running.net.rounds + 1)) - begun)
        return transition.round == following and (not begun or self.running.net.begins(transition))

    def began_otherwise(self, step: Step, outcome: Outcome) -> bool:
        """Tell whether this belongs to another way of opening such a case: that will never be, and is no news."""
        openings = [each.id for each in self.running.procedure.steps.values() if opening_form(each)]
        never = {each for each in openings if len(openings) > 1 and each not in self.case.done}
        needs = {reference.name.partition(".")[0] for reference in outcome.after}
        return bool(never & {step.id, *needs})

    def title_of(self, transition: Transition, words: Words) -> str:
        """Return the title of a step, with the vehicle it is about: its number, and its plate where that is known."""
        title, number = transition.step.title.in_(words.language), transition.round
        if not number:
            return title
        documents = [each for each in self.case.current_documents() if each.round == number and each.void_at is None]
        plates = [str(json.loads(each.fields).get("plate", "")) for each in documents]
        plate = next((plate for plate in plates if plate), "")
        key = f"word.round_{transition.step.per}"
        key = "word.round_known" if plate else key if key in words.keys else "word.round"
        return words.say(key, step=title, number=number, plate=plate)

    def _since(self, expected: Expected) -> int:
        """Return when it became possible: the latest of its papers' arrivals in the book and of the steps before it."""
        named, done = self.named, self.case.done
        times = [named[name].due_since for name in expected.copies if name in named]
        times += [done[step][1] for step in expected.steps if step in done]
        return max(times, default=self.case.opened_at)


def stand(site: Site, cursor: Any, code: str, looked_at: int = -1) -> Standing:
    """Find how a case stands, before anything is written in this transaction.

    A case just scanned is usually acted on next: its file is kept at hand, and good while the journal stands where it stood
    (``looked_at``) or at least no act has been added to the case.
    """
    kept = site.at_hand.get(code)
    if kept is None or looked_at < 0 or kept[0] != looked_at:
        cursor.execute("SELECT MAX(seq) FROM acts WHERE in_case = ?", (code,))
        newest = cursor.fetchall()[0][0]
        kept = (looked_at, newest, kept[2] if kept and kept[1] == newest else stand_anew(site, cursor, code))
        if len(site.at_hand) >= MOST_KEPT:
            site.at_hand.clear()
        site.at_hand[code] = kept
    standing: Standing = kept[2].copy()
    return standing


def stand_anew(site: Site, cursor: Any, code: str) -> Standing:
    """Find how a case stands in the middle of an act, from what has been written so far."""
    return standing_of(site, cursor, read_case(cursor, code))


def standing_of(site: Site, cursor: Any, case: CaseFile) -> Standing:
    """Find the marking of a case already read: the same net that was proved decides at the desk."""
    running = running_under(site, cursor, case.digest).with_rounds(case.rounds)
    named = case.named_copies()
    done = {step: times for step, (times, _) in case.done.items() if times}
    standing = Standing(site, case, running, named, running.net.start)
    standing.marking = running.net.marking({name: copy.due for name, copy in named.items()}, done, standing.abstract_floor())
    return standing


def with_another_round(standing: Standing, cursor: Any) -> Standing:
    """Return how a case stands after an act that began the last round its net has: with one round more, as another may begin."""
    if standing.running.with_rounds(standing.case.rounds) is standing.running:
        return standing
    return standing_of(standing.site, cursor, standing.case)


def refuse_changed(cursor: Any, standing: Standing, seen: str) -> None:
    """Refuse a card that changed since it was on the screen, with what changed it; raises Refused("card_changed")."""
    if not seen or seen == standing.card_digest():
        return
    cursor.execute("SELECT step, at, desk FROM acts WHERE seq = ?", (standing.case.last_act,))
    last, at, desk = cursor.fetchall()[0]
    known = standing.running.procedure.steps.get(last)
    step = known.title if known else standing.site.title(f"step.{last}")
    raise Refused("card_changed", step=step, at=moment(at), desk=title_of_desk(standing.site, desk))


def rewrite_waiting(entry: Entry, standing: Standing) -> None:
    """Keep what waits where, beside the marking, so that an inbox is one indexed query."""
    code, now = standing.case.code, standing.waiting()
    entry.cursor.execute("DELETE FROM waiting WHERE in_case = ?", (code,))
    rows = [(code, step, desk, since) for step, (desk, since) in now.items()]
    if rows:
        entry.cursor.executemany("INSERT INTO waiting(in_case, step, desk, since) VALUES(?, ?, ?, ?)", rows)


def is_late(site: Site, procedure: str, step: Step, since: int, now: int) -> bool:
    """Tell whether a step waits longer than the site allows, or the procedure where the site says nothing (A27)."""
    limit = site.config.within.get(f"{procedure}.{step.id}", step.within)
    return limit is not None and now - since > limit


def terminal_of(site: Site, desk: str) -> str:
    """Return the desk where a desk's steps are done: itself, or its stand-in when it has no terminal."""
    known = site.factory.desks.get(desk)
    return desk if known is None or known.terminal else known.stand_in


def title_of_desk(site: Site, desk: str) -> object:
    """Return a desk's title; the book also says "void"."""
    known = site.factory.desks.get(desk)
    return known.title if known else site.title(f"word.{desk or 'nowhere'}")


def place_title(standing: Standing, place: str) -> object:
    """Return the title of the real place behind an abstract one."""
    for each in standing.running.procedure.places:
        if each.name == place and each.stands_for in standing.site.factory.places:
            return standing.site.factory.places[each.stands_for].title
    return place


def counted_title(procedure: Procedure, name: str) -> Title:
    """Return the title of what the net counts: a step, or a step with its outcome, since "pass" alone names no step."""
    step_id, _, rest = name.partition(".")
    step, outcome = procedure.steps[step_id.partition("#")[0]], rest.partition("#")[0]
    if not outcome:
        return step.title
    way = step.outcome(outcome).title
    return Title(f"{step.title.zh}：{way.zh}", f"{step.title.en}: {way.en}")


def _plain(name: str) -> str:
    form, _, number = name.partition(".")
    return f"{form.partition('#')[0]}.{number}"
