"""What the screens ask of the house, asked on one database thread so that no screen ever waits for a lock."""

from __future__ import annotations

import asyncio
import contextlib
import gc
from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from textual._time import get_time

from qdesk.attempts import attempt_of, record_attempts
from qdesk.clock import Clock
from qdesk.desk import Done, act, present
from qdesk.desk.book import in_force
from qdesk.desk.stacks import act_on_stack
from qdesk.errors import Refused
from qdesk.people import log_in
from qdesk.scan import is_checked
from qdesk.site import Site, open_site
from qdesk.words import Words
from screens.seat import Seat

P = ParamSpec("P")
T = TypeVar("T")
Json = dict[str, Any]

OPEN_PRINTS = """SELECT state, COUNT(*) FROM prints
  WHERE desk = ? AND state IN ('waiting', 'sent', 'failed') GROUP BY state"""
"""Asked every second, so here and not in the spool, which loads all that sets pages."""
LONGEST_LOG = 8000
"""Pages of 4 KiB that the log may hold before a user's commit folds it; a desk folds it whenever nobody types."""


class Engine:
    """One open site and the thread its database is spoken to from; peewee keeps a connection for each thread."""

    def __init__(self, site: Site, thread: ThreadPoolExecutor) -> None:
        """Keep what :func:`open_engine` has opened."""
        self.site = site
        self._thread = thread
        self._notes: set[asyncio.Task[None]] = set()
        self.acted_at = 0.0
        """When the last act was done, on the clock that keys are timed by."""

    async def ask(self, function: Callable[Concatenate[Site, P], T], *arguments: P.args, **named: P.kwargs) -> T:
        """Return what a function of the house says of this site; raises Refused as the function does.

        Cancelling stops the waiting, never the thread: what was begun is done, so every act carries its own key.
        """
        return await asyncio.get_running_loop().run_in_executor(self._thread, lambda: function(self.site, *arguments, **named))

    async def log_in(self, desk: str, badge: str, pin: str) -> Seat:
        """Open a session at a desk."""
        with self.noting("login", badge, desk):
            token, session = await self.ask(log_in, desk, badge, pin)
        person = session.person
        return Seat(token, person.id, person.badge, person.name, session.desk, frozenset(person.roles))

    async def present(self, seat: Seat, code: str, words: Words) -> Json:
        """Return the card of what was scanned: the first of the two verbs."""
        with self.noting("present", code, seat.desk, seat.person):
            return await self.ask(present, seat.token, code, words)

    async def act(self, seat: Seat, request: Mapping[str, Any]) -> Done:
        """Do a step: the second of the two verbs."""
        with self.noting("act", f"{request.get('case') or ''} {request.get('step')}".strip(), seat.desk, seat.person):
            done = await self.ask(act, seat.token, request)
        self.acted_at = get_time()
        return done

    async def act_on_stack(self, seat: Seat, request: Mapping[str, Any], words: Words) -> Json:
        """Do one step for a list of cases under one PIN."""
        with self.noting("act", f"stack {request.get('step')}", seat.desk, seat.person):
            answers = await self.ask(act_on_stack, seat.token, request, words)
        self.acted_at = get_time()
        return answers

    @contextlib.contextmanager
    def noting(self, verb: str, tried: str, desk: str, person: int | None = None) -> Iterator[None]:
        """Have whatever is refused inside written down, after the answer was given."""
        try:
            yield
        except Refused as refused:
            task = asyncio.create_task(self._note(attempt_of(refused, verb, tried, desk, person)))
            self._notes.add(task)
            task.add_done_callback(self._notes.discard)
            raise

    async def _note(self, attempt: Any) -> None:
        with contextlib.suppress(Refused):  # a full or busy database has refused already what the user was told of
            await self.ask(record_attempts, [attempt])

    async def close(self) -> None:
        """Close the site on its own thread, after whatever is still being done there."""
        if self._notes:
            await asyncio.wait(self._notes)
        await asyncio.get_running_loop().run_in_executor(self._thread, self.site.close)
        self._thread.shutdown(wait=True)


def fold(site: Site) -> None:
    """Fold the log of what was written here into the database file; raises Refused as a write does."""
    site.database.fold()


def changes(site: Site) -> int:
    """Return a number that changes when another process has changed the database."""
    return site.database.data_version()


def count_prints(site: Site, desks: Collection[str]) -> tuple[int, int]:
    """Return how many sheets of some desks wait for paper or are on their way to it, and how many did not print."""
    states = dict.fromkeys(("waiting", "sent", "failed"), 0)
    for desk in desks:
        states |= {state: states[state] + number for state, number in site.database.rows(OPEN_PRINTS, desk)}
    return states["waiting"] + states["sent"], states["failed"]


def open_engine(folder: Path, clock: Clock | None, thread: ThreadPoolExecutor) -> Engine:
    """Open a site on the thread that will speak to it, with all at hand that makes the first scan as quick as any.

    Raises Refused as :func:`qdesk.site.open_site` does.
    """
    site = open_site(folder, clock)
    site.database.fold_later(LONGEST_LOG)
    in_force(site)
    is_checked("0")  # loads the check digits
    gc.freeze()  # what is loaded by now stays for good; to go through it again and again would hold up one scan in a hundred
    return Engine(site, thread)
