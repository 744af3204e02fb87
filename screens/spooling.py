"""The spool at the desk: what waits for paper here is printed beside the work, and what did not print is told at once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Collection
from typing import TYPE_CHECKING

from screens.login import LoginScreen
from screens.sitting import SittingApp

if TYPE_CHECKING:
    from screens.app import Opening
    from screens.printroom import PrintRoom

PRINT_EVERY = 1.0
"""Seconds between one look at the queue and the next; an act that prints something has it looked at right away."""
REST_AFTER = 15.0
"""Seconds before the queue is worked on again after it was refused as a whole, such as on a full disk."""


class SpoolingApp(SittingApp):
    """A terminal that prints what waits at its desk."""

    opening: Opening
    failed = 0
    """How many sheets of this desk did not print."""
    untold = False
    """Whether more did not print than the desk has been told."""
    _printing_desk = ""
    _looked_after = -1.0
    _rests_until = 0.0
    _looking = _printing = False

    def __init__(self) -> None:
        """Begin with every room closed."""
        super().__init__()
        self.rooms: dict[str, PrintRoom] = {}

    def room(self, name: str) -> PrintRoom:
        """Return the room for printing, or the one for looking at pages, which never waits for a printer."""
        from screens.printroom import PrintRoom  # nothing of it is needed before something is printed or looked at

        return self.rooms.setdefault(name, PrintRoom(self.opening.folder, self.opening.clock))

    async def close_rooms(self) -> None:
        """End what is done in the rooms."""
        await asyncio.gather(*(room.close() for room in self.rooms.values()))

    @property
    def printing_desk(self) -> str:
        """Return the desk whose paper is printed: a locked terminal goes on printing for the desk it stands at."""
        self._printing_desk = self.seat.desk if self.seat else self._printing_desk or self.opening.desk
        return self._printing_desk

    async def after_work(self) -> None:
        """Print at once what was just done."""
        await super().after_work()
        if self.engine_or_none is not None and self.engine.acted_at != self._looked_after:
            self._looked_after = self.engine.acted_at
            self.look_for_prints()

    async def have_printed(self, kind: str, subject: str) -> None:
        """Have a sheet or a label printed at this desk, and say so."""
        from qdesk.slips.queue import ask_for  # what is printed is loaded when it is asked for

        await self.engine.ask(ask_for, self.present_seat.token, kind, subject)
        self.frame.tell(self.words.say("printing.asked", sheet=self.words.say(f"kind.{kind}")))
        self.ring()
        self.look_for_prints()

    def look_for_prints(self) -> None:
        """Look whether something waits for paper or did not print; one look at a time."""
        if self.opening.prints and not self._looking and self.printing_desk in self.engine.site.factory.desks:
            self._looking = True
            self.aside(self.look_at_queue(self.engine.site.served[self.printing_desk]))

    async def look_at_queue(self, desks: Collection[str], only_look: bool = False) -> None:
        """Have printed what waits at this desk and those it stands in for, and tell what did not print."""
        from screens.engine import count_prints

        try:
            under_way, failed = await self.engine.ask(count_prints, desks)
        finally:
            self._looking = False
        self.note_failed(failed)
        if under_way and not (only_look or self._printing) and time.monotonic() >= self._rests_until:
            self._printing, self._rests_until = True, time.monotonic() + REST_AFTER  # that long, unless it goes well
            self.aside(self.print_what_waits(desks))

    async def print_what_waits(self, desks: Collection[str]) -> None:
        """Print beside the work; what came of it stands in the queue."""
        try:
            await self.room("printing").print_what_waits(desks)
            self._rests_until = 0.0
        finally:
            self._printing = False
        await self.look_at_queue(desks, only_look=True)

    def note_failed(self, failed: int) -> None:
        """Keep how many sheets did not print, and tell it once when they have become more."""
        before, self.failed = self.failed, failed
        self.untold = bool(failed) and (self.untold or failed > before)
        if failed != before and self.seat is not None and self.frame.is_mounted:
            self.frame.redraw()
        self.tell_failed()

    def tell_failed(self) -> None:
        """Tell it as soon as nothing that was refused would be wiped out by it; nobody is told on a locked desk."""
        frame = self.frame
        if self.untold and self.seat is not None and not (frame.refused or frame.put_away or isinstance(frame, LoginScreen)):
            self.untold = False
            frame.tell(self.failed_text(), "refused")
            self.ring(2)

    def failed_text(self) -> str:
        """Return what is said of sheets that did not print, with the keys that lead to them."""
        return self.words.say("printing.failed_one" if self.failed == 1 else "printing.failed_many", number=self.failed)
