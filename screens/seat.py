"""Who sits at the desk: the session that the login opened, and what the frame says of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Seat:
    """One person logged in at one desk."""

    token: str
    person: int
    badge: str
    name: str
    desk: str
    roles: frozenset[str]
