"""Who sits here: logging in and out, the lock of an idle desk, and what other desks change meanwhile."""

from __future__ import annotations

import contextlib
import time
from datetime import datetime
from typing import TYPE_CHECKING, Any

from qdesk.errors import Because, Refused
from screens.frame import Frame
from screens.login import LoginScreen
from screens.working import WorkingApp

if TYPE_CHECKING:
    from screens.engine import Engine
    from screens.seat import Seat

AWAKE_EVERY = 60.0
"""Seconds after which a session is told that somebody is still typing."""
LOCKS = frozenset(["session_locked", "session_unknown", "badge_revoked"])
"""Refusals that mean: whoever sat here no longer does."""


class SittingApp(WorkingApp):
    """A terminal at which somebody sits down, is away for a while, and gets up."""

    language: str

    def __init__(self) -> None:
        """Begin with nobody there, and the site not yet open."""
        super().__init__()
        self.engine_or_none: Engine | None = None
        self.not_open = Refused("session_unknown")
        self.seat: Seat | None = None
        self.typed_at = time.monotonic()
        self.awake_at = 0.0
        self._data_version: int | None = None

    @property
    def engine(self) -> Engine:
        """Return the engine; while there is none, what kept the site from being opened is refused again."""
        if self.engine_or_none is None:
            raise self.not_open
        return self.engine_or_none

    @property
    def present_seat(self) -> Seat:
        """Return who sits here; raises Refused("session_unknown") when nobody does."""
        if self.seat is None:
            raise Refused("session_unknown")
        return self.seat

    async def refuse(self, refused: Refused) -> None:
        """Say a refusal where the user looks; a session that is over locks the desk, another's revoked badge does not."""
        if refused.code in LOCKS and self.seat is not None and refused.arguments.get("badge", self.seat.badge) == self.seat.badge:
            await self.lock()
        self.frame.refuse(refused)

    def reason_text(self, reason: Because) -> str:
        """Return one reason with the desk and the role where it can be mended."""
        told = self.words.because(reason)
        factory = self.engine.site.factory
        where = factory.desks[told["where"]].title.in_(self.language) if told["where"] in factory.desks else ""
        who = factory.roles[told["who"]].title.in_(self.language) if told["who"] in factory.roles else ""
        place = self.words.clauses(part for part in (where, who) if part and part not in told["message"])
        return f"{told['message']} ({place})" if place else told["message"]

    async def start_again(self) -> None:
        """Show the desk anew, with nothing of the screens that were there."""
        if self.seat is not None:
            await self.to_login()
            await self.sit_down()

    def time_of_day(self) -> str:
        """Return the site's time as hours and minutes."""
        if self.engine_or_none is None:
            return f"{datetime.now():%H:%M}"
        from qdesk.clock import moment

        return f"{moment(self.engine.site.clock.now()):%H:%M}"

    async def on_event(self, event: Any) -> None:
        """Note when something was typed, so that an idle desk is known."""
        if event.__class__.__name__ in ("Key", "Paste"):
            self.typed_at = time.monotonic()
        await super().on_event(event)

    def watch_the_clock(self) -> None:
        """Lock an idle desk, keep the session of one that is being typed at, and show the time."""
        if self.seat is None or not self.frame.is_mounted:  # a screen that is just being built draws itself
            return
        self.frame.draw_title()
        idle, now = self.engine.site.config.duration("idle_lock") / 1_000_000, time.monotonic()
        if now - self.typed_at >= idle:
            self.aside(self.lock())
        elif self.typed_at > self.awake_at and now - self.awake_at > min(AWAKE_EVERY, idle / 4):
            self.awake_at = now
            self.aside(self.stay_awake())

    async def stay_awake(self) -> None:
        """Tell the session that somebody is typing."""
        from qdesk.people import stay_awake

        await self.engine.ask(stay_awake, self.present_seat.token)

    def look_for_changes(self) -> None:
        """Look whether another process has changed the database."""
        if self.seat is not None and not any(worker.group == "notice" and worker.is_running for worker in self.workers):
            self.run_worker(self._look_for_changes(), group="notice", exit_on_error=False)

    async def _look_for_changes(self) -> None:
        with contextlib.suppress(Refused):
            if await self.note_version() and self.frame.is_mounted:
                await self.frame.changed()

    async def note_version(self) -> bool:
        """Note how the database stands, and tell whether another process has changed it since the last time."""
        from screens.engine import changes

        known, self._data_version = self._data_version, await self.engine.ask(changes)
        return known != self._data_version

    def desk_title(self) -> str:
        """Return the title of the desk somebody sits at."""
        if self.seat is None or self.engine_or_none is None:
            return ""
        return self.engine.site.factory.desks[self.seat.desk].title.in_(self.language)

    async def sit_down(self, seat: Seat | None = None) -> None:
        """Show the desk of whoever has logged in."""
        from screens.kinds import desk_screen  # the desks are loaded after the first picture

        self.seat = seat or self.seat
        self.typed_at = self.awake_at = time.monotonic()
        kind = self.engine.site.factory.desks[self.present_seat.desk].kind
        await self.push_screen(desk_screen(kind))

    async def to_login(self) -> None:
        """Take every screen down but the login."""
        while len(self.screen_stack) > 1:
            await self.pop_screen()

    async def to_desk(self) -> None:
        """Go back to the desk, whatever is shown on top of it; where nobody sits, no further than to the login on top."""
        while len(self.screen_stack) > 2 and (self.seat is not None or not isinstance(self.screen, LoginScreen)):
            await self.pop_screen()

    async def keep_drafts(self) -> None:
        """Have every screen keep what was typed."""
        for screen in self.screen_stack:
            if isinstance(screen, Frame):
                await screen.leave()

    async def lock(self) -> None:
        """Hide everything until somebody logs in; whoever was here finds the screens as they were."""
        if self.seat is None:
            return
        from qdesk.people import log_out_token

        with contextlib.suppress(Refused):
            await self.keep_drafts()
        locked, self.seat = self.seat, None
        self.aside(self.engine.ask(log_out_token, locked.token))
        await self.push_screen(LoginScreen(locked))

    def unlock(self, seat: Seat) -> None:
        """Show the screens as they were, for the person who was here; the session is a new one."""
        self.seat = seat
        self.typed_at = self.awake_at = time.monotonic()
        self.pop_screen()

    async def log_out(self) -> None:
        """End the session and show the login."""
        from qdesk.people import log_out_token

        await self.keep_drafts()
        await self.engine.ask(log_out_token, self.present_seat.token)
        self.seat = None
        await self.to_login()
        self.frame.redraw()
