"""Instruments: what is measured with, until when its calibration holds, and that nothing else is measured with (R127)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from qdesk.clock import moment, time_text
from qdesk.database import Cursor
from qdesk.errors import Refused
from qdesk.site import Site
from qdesk.words import Title, Words

INSTRUMENT = "SELECT code, kind, name, due_at, since, closed_at FROM instruments WHERE code = ?"
INSTRUMENTS = """SELECT code, kind, name, due_at, since, closed_at FROM instruments
  WHERE closed_at IS NULL OR ? ORDER BY closed_at IS NOT NULL, due_at, code LIMIT ?"""
MOST = 500


@dataclass(frozen=True)
class Instrument:
    """One instrument: its kind and name, until when its calibration holds, and since when it is no longer used."""

    code: str
    kind: str
    name: str
    due_at: int
    since: int
    closed_at: int | None

    def state(self, at: int, warning: int) -> str:
        """Return how it is with the instrument at a time: withdrawn, out of date, due soon, or good."""
        if self.closed_at is not None:
            return "withdrawn"
        return "out_of_date" if self.due_at <= at else "due_soon" if self.due_at - warning <= at else "good"


def read_instrument(cursor: Cursor, code: str) -> Instrument:
    """Return an instrument; raises Refused("instrument_unknown")."""
    cursor.execute(INSTRUMENT, (code,))
    found = cursor.fetchall()
    if not found:
        raise Refused("instrument_unknown", instrument=code)
    return Instrument(*found[0])


def all_instruments(cursor: Cursor, withdrawn: bool = False) -> list[Instrument]:
    """Return the instruments, what is due first before the others, and those withdrawn at the end where they are wanted."""
    cursor.execute(INSTRUMENTS, (int(withdrawn), MOST))
    return [Instrument(*row) for row in cursor.fetchall()]


def kind_title(site: Site, kind: str) -> Title:
    """Return what a kind of instrument is called; one that the site no longer names by its id."""
    return site.factory.instruments.get(kind) or Title(kind, kind)


def last_day(due_at: int) -> date:
    """Return the last day of a calibration that ends with that day."""
    return moment(due_at - 1).date()


def fit_instrument(site: Site, cursor: Cursor, code: str, kind: str, at: int) -> str:
    """Return the code of an instrument that may be measured with now (R127).

    Raises Refused: instrument_unknown, instrument_withdrawn, instrument_of_other_kind, instrument_out_of_date.
    """
    found = read_instrument(cursor, code)
    refuse_state(code, found.name, found.state(at, 0), last_day(found.due_at))
    if found.kind != kind:
        wanted = kind_title(site, kind)
        raise Refused("instrument_of_other_kind", instrument=code, kind=kind_title(site, found.kind), wanted=wanted)
    return code


def refuse_state(code: str, name: str, state: str, due: object) -> None:
    """Refuse an instrument that is withdrawn or out of date."""
    if state == "withdrawn":
        raise Refused("instrument_withdrawn", instrument=code, name=name)
    if state == "out_of_date":
        raise Refused("instrument_out_of_date", instrument=code, name=name, due=due)


def instrument_told(site: Site, instrument: Instrument, words: Words) -> dict[str, Any]:
    """Return an instrument in the words of the pipe, with how it is with it now."""
    state = instrument.state(site.clock.now(), site.config.duration("instrument_warning"))
    kind = kind_title(site, instrument.kind).in_(words.language)
    told = {"code": instrument.code, "kind": instrument.kind, "kind_title": kind, "name": instrument.name, "state": state}
    return {**told, "due": last_day(instrument.due_at).isoformat(), "since": time_text(instrument.since)}
