"""Walks every marking a net can reach, breadth first, so that the way to each is a shortest one."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from qdesk.language import Ending
from qdesk.net import Marking, Net

MOST_STATES = 50_000


class Graph:
    """The reachable markings by number, and which transition (by number) leads from which to which."""

    def __init__(self, net: Net, most: int = MOST_STATES) -> None:
        self.states: list[Marking] = [net.start]
        self.edges: list[list[tuple[int, int]]] = []
        self.came_from: list[tuple[int, int]] = [(-1, -1)]
        self.endings: dict[int, Ending] = {}
        self._explore(net, most)
        self.complete = len(self.edges) == len(self.states)

    def _explore(self, net: Net, most: int) -> None:
        numbers = {net.start: 0}
        for number, marking in enumerate(self.states):
            if len(self.states) > most:
                return
            found: list[tuple[int, int]] = []
            self.edges.append(found)
            ending = net.ending(marking) if number else None
            if ending:
                self.endings[number] = ending
                continue
            for transition in net.transitions:
                if net.enabled(marking, transition):
                    after = net.fire(marking, transition)
                    target = numbers.setdefault(after, len(self.states))
                    if target == len(self.states):
                        self.states.append(after)
                        self.came_from.append((number, transition.index))
                    found.append((transition.index, target))

    @cached_property
    def firings(self) -> dict[int, list[int]]:
        """For each transition the states it can happen in, nearest first."""
        firings: dict[int, list[int]] = {}
        for number, found in enumerate(self.edges):
            for transition, _ in found:
                firings.setdefault(transition, []).append(number)
        return firings

    @cached_property
    def back(self) -> list[list[tuple[int, int]]]:
        """For each state the transitions into it and where they start."""
        back: list[list[tuple[int, int]]] = [[] for _ in self.states]
        for number, found in enumerate(self.edges):
            for transition, target in found:
                back[target].append((transition, number))
        return back

    @cached_property
    def able(self) -> set[int]:
        """The states from which the case can still finish."""
        return self.leading_to(self.endings)

    @cached_property
    def lost(self) -> list[int]:
        """The states from which the case can never finish, nearest first."""
        return [number for number in range(len(self.states)) if number not in self.able]

    def leading_to(self, goals: Iterable[int], without: frozenset[int] = frozenset()) -> set[int]:
        """The states from which some goal can be reached without these transitions."""
        waiting = list(goals)
        found = set(waiting)
        for number in waiting:
            for transition, source in self.back[number]:
                if source not in found and transition not in without:
                    found.add(source)
                    waiting.append(source)
        return found

    def path(self, number: int) -> list[int]:
        """The shortest way to a state, as transitions."""
        path = []
        while number:
            number, transition = self.came_from[number]
            path.append(transition)
        return path[::-1]

    def trapped_without(self, without: frozenset[int]) -> list[int] | None:
        """The shortest way to a state, not the start, that cannot finish once these transitions never happen."""
        able = self.leading_to(self.endings, without)
        if len(able) == len(self.able):
            return None
        ways: dict[int, list[int]] = {0: []}
        waiting = [0]
        for number in waiting:
            if number and number in self.able and number not in able:
                return ways[number]
            for transition, target in self.edges[number]:
                if target not in ways and transition not in without:
                    ways[target] = [*ways[number], transition]
                    waiting.append(target)
        return None
