"""What follows from a step done: where copies are due now, what counts as done, which marks lapse, what is void."""

from __future__ import annotations

from typing import Any

from qdesk import paper
from qdesk.cases import VOID, Copy, floor_of
from qdesk.desk.signing import lapse_signatures
from qdesk.desk.standing import Standing
from qdesk.journal import Entry
from qdesk.transition import Transition


class Advancing:
    """The next marking of a case, while it is being written."""

    def __init__(self, entry: Entry, standing: Standing, transition: Transition) -> None:
        """Write within one entry."""
        self.entry, self.standing, self.transition = entry, standing, transition
        self.site, self.case, self.net = standing.site, standing.case, standing.running.net

    def advance(self, scanned: list[Copy]) -> None:
        """Write the marking that follows; what lies on the floor is taken from the stock as it is now."""
        if self.transition.outcome.opens:
            self.standing.named = self.case.named_copies()
        if self.transition.outcome.moves:
            self.case.floor = floor_of(self.entry.cursor, self.case.code)
        floor = self.net.floor(self.standing.abstract_floor())
        after = self.net.fire(self.standing.marking, self.transition, floor=floor)
        self.send_copies(after.due, scanned)
        self.count_steps(after.done)
        lapsing = {self.net.counted[index].partition(".")[0].partition("#")[0] for index in self.transition.resets}
        if lapsing:
            lapse_signatures(self.entry, self.case, lapsing, round_=self.transition.round)
        self.standing.marking = after

    def send_copies(self, after: tuple[int, ...], scanned: list[Copy]) -> None:
        """Write where copies are due now; those scanned were seen here, and a desk without a terminal has what it is sent."""
        changes: dict[str, dict[str, Any]] = {copy.name: {"seen": self.transition.step.desk, "lost_at": None} for copy in scanned}
        for index, _ in self.transition.goes:
            copy = self.standing.named.get(self.net.copies[index])
            desk = self.net.desks[after[index]]
            if copy is not None:
                here = {} if self.site.factory.desks[desk].terminal else {"seen": desk}
                changes[copy.name] = {**changes.get(copy.name, {}), "due": desk, **here}
        for name, change in changes.items():
            paper.change_copy(self.entry, self.case, name, **change)
        for index in self.transition.voids:
            copy = self.standing.named.get(self.net.copies[index])
            if copy is not None:
                paper.void_copy(self.entry, self.case, copy.name, self.transition.step.id)
        if self.transition.voids:
            self.void_documents()

    def void_documents(self) -> None:
        """A document all of whose copies are void is void itself."""
        for serial, document in self.case.documents.items():
            copies = self.case.copies_of(serial)
            if document.void_at is None and copies and all(copy.due == VOID for copy in copies):
                self.entry.change("documents", (serial,), {"void_at": None}, {"void_at": self.entry.at})
                self.case.documents[serial] = document._replace(void_at=self.entry.at)

    def count_steps(self, after: tuple[int, ...]) -> None:
        """Write how often each step counts as done; what was just done is done now, whatever it counts."""
        done, code, at = self.case.done, self.case.code, self.entry.at
        for index in {index for index, _ in self.transition.counts} | {self.transition.own, *self.transition.resets}:
            name, times = self.net.counted[index], after[index]
            was = done.get(name)
            if was is None and times:
                self.entry.insert("done", in_case=code, step=name, times=times, at=at)
            elif was is not None and (times or was[0]):
                self.entry.change("done", (code, name), {"times": was[0], "at": was[1]}, {"times": times, "at": at})
            if was is not None or times:
                done[name] = (times, at)
