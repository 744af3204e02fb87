"""Who sits here: logging in and out, the lock of an idle desk, and what other desks change meanwhile."""

from __future__ import annotations

import asyncio
import contextlib
import time
from datetime import datetime
from typing import TYPE_CHECKING, Any

from qdesk.errors import Because, Refused
from screens.faults import FaultTold
from screens.frame import Frame
from screens.login import LoginScreen
from screens.working import WorkingApp

if TYPE_CHECKING:
    from screens.desk import DeskScreen
    from screens.engine import Engine
    from screens.seat import Seat

AWAKE_EVERY = 60.0
"""Seconds after which a session is told that somebody is still typing."""
FOLD_AFTER = 2.0
"""Seconds without a key after which the database's log is folded into its file: nobody is in the midst of scanning then."""
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
        self.keeping: set[asyncio.Task[None]] = set()
        """What was typed and is being written down."""

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

    async def refuse(self, refused: Refused, begun_on: Frame) -> None:
        """Say a refusal where the user looks; a session that is over locks the desk, another's revoked badge does not.

        What was begun before the desk locked is told on the screen it was begun on: a locked desk says nothing of it.
        """
        if refused.code in LOCKS and self.seat is not None and refused.arguments.get("badge", self.seat.badge) == self.seat.badge:
            await self.lock()
        elif isinstance(self.frame, LoginScreen) and begun_on in self.screen_stack:
            begun_on.refuse(refused)
            return
        self.frame.refuse(refused)

    def reason_text(self, reason: Because) -> str:
        """Return one reason with the desk and the role where it can be mended."""
        told = self.words.because(reason)
        factory = self.engine.site.factory
        where = factory.desks[told["where"]].title.in_(self.language) if told["where"] in factory.desks else ""
        who = factory.roles[told["who"]].title.in_(self.language) if told["who"] in factory.roles else ""
        place = self.words.clauses(part for part in (where, who) if part and part not in told["message"])
        return f"{told['message']} ({place})" if place else told["message"]

    async def start_again(self, soon: bool) -> None:
        """Show the desk anew; where nobody sits, or this ended in a fault only just before, the login. What was typed is kept."""
        await self.begin_keeping()
        await self.to_login()
        self.begins_again = False  # what the screens that were there still got wrong is over
        if self.seat is not None and not soon:
            await self.sit_down()
            return
        left, self.seat = self.seat, None
        if left is not None:
            self.aside(self.end_session(left))
        await self.renew_login()

    async def renew_login(self) -> None:
        """Put a new login in the place of the one at the bottom."""
        login, old = LoginScreen(), self.screen
        await self.push_screen(login)
        self._screen_stack.remove(old)  # Textual can only take the top one down, and never the last
        await old.remove()
        if self.engine_or_none is not None:
            login.site_is_open()

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
        with FaultTold(self):  # a clock that fails would have the desk built anew every second
            if self.frame.is_mounted and not self.frame.put_away:  # a screen that is just being built draws itself
                self.frame.draw_title()
                self.watch_who_types()
                if time.monotonic() - self.typed_at >= FOLD_AFTER:
                    self.aside(self.fold())

    async def fold(self) -> None:
        """Have the database fold its log; one that is busy or full is folded another time."""
        from screens.engine import fold

        await self.engine.ask(fold)

    def watch_who_types(self) -> None:
        """Lock an idle desk, forget who has begun to log in and went away, and keep the session of who is typing."""
        config, now = self.engine.site.config, time.monotonic()
        idle = config.duration("idle_lock") / 1_000_000
        if now - self.typed_at >= config.duration("signing_timeout") / 1_000_000:
            for screen in self.screen_stack:
                if isinstance(screen, Frame):
                    screen.drop_pins()
        if self.seat is None:
            return
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
            if await self.note_version():
                for screen in self.screen_stack:
                    if isinstance(screen, Frame):
                        screen.outlived = True
            frame = self.frame
            if frame.outlived and frame.is_mounted:
                await frame.changed()
                frame.outlived = False

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

    @property
    def desk(self) -> DeskScreen:
        """Return the desk that lies under every other screen of whoever sits here: acts are done there."""
        from screens.desk import DeskScreen  # loaded with the desk that is there by then

        return next(each for each in self.screen_stack if isinstance(each, DeskScreen))

    async def sit_down(self, seat: Seat | None = None) -> None:
        """Show the desk of whoever has logged in."""
        from screens.kinds import desk_screen  # the desks are loaded after the first picture

        self.seat = seat or self.seat
        self.typed_at = self.awake_at = time.monotonic()
        kind = self.engine.site.factory.desks[self.present_seat.desk].kind
        await self.push_screen(desk_screen(kind))

    async def to_login(self) -> None:
        """Take every screen down but the login; none of them is drawn again on the way, whoever looks at it."""
        for screen in self.screen_stack[1:]:
            if isinstance(screen, Frame):
                screen.put_away = True
        with self.batch_update():
            while len(self.screen_stack) > 1:
                await self.pop_screen()

    async def to_desk(self) -> None:
        """Go back to the desk, whatever is shown on top of it; where nobody sits, no further than to the login on top."""
        while len(self.screen_stack) > 2 and (self.seat is not None or not isinstance(self.screen, LoginScreen)):
            await self.pop_screen()

    def acted_at(self) -> float:
        """Return when the last act was done here."""
        return self.engine_or_none.acted_at if self.engine_or_none is not None else 0.0

    async def begin_keeping(self) -> list[asyncio.Task[None]]:
        """Have every screen put away what was typed; what it is, is read before this returns, the writing takes its time."""
        keeping = [asyncio.create_task(self.keep_typed(screen)) for screen in self.screen_stack if isinstance(screen, Frame)]
        for task in keeping:
            self.keeping.add(task)
            task.add_done_callback(self.keeping.discard)
        await asyncio.sleep(0)
        return keeping

    async def keep_typed(self, screen: Frame) -> None:
        """Have one screen put away what was typed, even if the one beside it is broken or the database cannot take it."""
        with FaultTold(self), contextlib.suppress(Refused):
            await screen.leave()

    async def end_session(self, seat: Seat) -> None:
        """End a session in the books; who sat there is gone from the screen already."""
        from qdesk.people import log_out_token

        with contextlib.suppress(Refused):
            await self.engine.ask(log_out_token, seat.token)

    async def lock(self) -> None:
        """Hide everything until somebody logs in, however busy the database; whoever was here finds the screens as they were."""
        await self.begin_keeping()
        locked, self.seat = self.seat, None
        if locked is None:  # nobody sat here, or the desk was locked while what was typed was being put away
            return
        self.aside(self.end_session(locked))
        await self.push_screen(LoginScreen(locked))

    def unlock(self, seat: Seat) -> None:
        """Show the screens as they were, for the person who was here; the session is a new one."""
        self.seat = seat
        self.typed_at = self.awake_at = time.monotonic()
        for screen in self.screen_stack:
            if isinstance(screen, Frame):
                screen.outlived = True
        self.pop_screen()

    async def log_out(self) -> None:
        """Show the login and end the session, also where the database cannot be written."""
        await self.begin_keeping()
        left, self.seat = self.present_seat, None
        await self.to_login()
        self.frame.redraw()
        await self.end_session(left)
