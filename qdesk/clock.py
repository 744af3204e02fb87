"""The time of the house: integer microseconds UTC inside, local time only where it is shown."""

from __future__ import annotations

import re
import time
from datetime import UTC, date, datetime, timedelta
from datetime import time as dawn

from qdesk.errors import Refused

SECOND = 1_000_000
UNITS = {"s": SECOND, "m": 60 * SECOND, "h": 3600 * SECOND, "d": 86400 * SECOND}
DURATION = re.compile(r"([0-9]{1,6})([smhd])")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Clock:
    """The clock of the machine, read once per act."""

    def now(self) -> int:
        """Return microseconds since 1970, UTC."""
        return time.time_ns() // 1000


class FixedClock(Clock):
    """A clock that moves only when told to, for scratch sites and tests."""

    def __init__(self, start: int) -> None:
        """Stand at `start` microseconds UTC."""
        self._now = start

    def now(self) -> int:
        """Return the microseconds the clock was set to."""
        return self._now

    def advance(self, microseconds: int) -> None:
        """Move the clock on."""
        self._now += microseconds


def moment(microseconds: int) -> datetime:
    """Return the local time of a stored time, exact to the microsecond."""
    return (EPOCH + timedelta(microseconds=microseconds)).astimezone()


def time_text(microseconds: int) -> str:
    """Return a time as programs are told it: local, with its offset."""
    return moment(microseconds).isoformat(timespec="seconds")


def start_of(day: date, days_later: int = 0) -> int:
    """Return when a day begins here, in microseconds; raises Refused("date_unreadable") at the edge of the calendar."""
    try:
        return int(datetime.combine(day + timedelta(days=days_later), dawn()).astimezone().timestamp()) * SECOND
    except (ValueError, OverflowError) as wrong:
        raise Refused("date_unreadable", text=day.isoformat()) from wrong


def parse_duration(text: str) -> int:
    """Return the microseconds of "30s", "5m", "4h" or "3d"."""
    found = DURATION.fullmatch(text)
    if found is None:
        raise Refused("duration_unreadable", text=text)
    return int(found[1]) * UNITS[found[2]]
