"""Measuring: the climate of a store is read and written down (R041, R042), and quality takes note of what was outside."""

from __future__ import annotations

from collections.abc import Sequence

from qdesk.climate import limits_of, limits_text, limits_told, read_degrees, read_humidity, told_reading, unnoted
from qdesk.desk.administration import Administering, inputs_of
from qdesk.desk.answer import Done
from qdesk.desk.request import Request
from qdesk.desk.signing import Signer
from qdesk.desk.storing import Storing
from qdesk.errors import Because, Refused
from qdesk.journal import Entry
from qdesk.people import Session
from qdesk.scan import visible
from qdesk.site import Site
from qdesk.vocabulary import Ask


def read_climate(site: Site, entry: Entry, session: Session, request: Request, proved: Sequence[Signer]) -> Done:
    """R041, R042: temperature and humidity of a store; outside the limits only with what was done about it."""
    act = Storing(site, entry, session, request)
    place = act.kept(act.text("place"))
    temperature, humidity = read_degrees(request.inputs.get("temperature")), read_humidity(request.inputs.get("humidity"))
    measures, limits = act.text("climate_measures", required=False), limits_of(site)
    outside = limits.outside(temperature, humidity)
    if outside and not measures:
        told = {"reading": told_reading(temperature, humidity), "limits": limits_text(limits)}
        reasons = [Because("climate_outside", {**told, "place": site.factory.places[place].title}, where=session.desk)]
        raise Refused("measures_needed", reasons, name=site.title("question.climate_measures"))
    entry.insert_numbered(
        "readings", place=place, at=entry.at, temperature=temperature, humidity=humidity, outside=int(outside), measures=measures,
    )
    return act.finish(place=place, temperature=temperature, humidity=humidity, outside=outside)


def note_climate(site: Site, entry: Entry, session: Session, request: Request, proved: Sequence[Signer]) -> Done:
    """Quality takes note of the readings outside the limits, as far as they were shown: of the store and up to the act named.

    Raises Refused: number_unreadable, nothing_to_note.
    """
    act = Administering(site, entry, session, request)
    act.only(BY["note_climate"])
    upto = request.inputs.get("upto")
    if upto is not None and (type(upto) is not int or not 0 < upto < entry.seq):
        raise Refused("number_unreadable", text=visible(upto))
    found, place = unnoted(entry.cursor), act.text("place", required=False)
    waiting = [(reading, number) for reading, number, of, _ in found if (upto is None or reading <= upto) and place in ("", of)]
    if not waiting:
        raise Refused("nothing_to_note")
    for key in waiting:
        was = {"noted_at": None, "noted_by": None}
        entry.change("readings", key, was, {"noted_at": entry.at, "noted_by": session.person.id})
    return act.finish(noted=len(waiting))


def limits_asked(site: Site, name: str) -> dict[str, tuple[str, str]]:
    """Return the limits that stand beside the question for a reading."""
    return {"limits": limits_told(site, name)}


ACTS = {"read_climate": read_climate, "note_climate": note_climate}
BY: dict[str, tuple[str, ...]] = {"note_climate": ("quality_manager",)}
"""Who may do an act, holding any of these roles; a reading is for whoever keeps the store."""
ASKS: dict[str, tuple[Ask, ...]] = {
    "read_climate": (
        Ask("place", "choice"), Ask("temperature", "measure", unit="℃"), Ask("humidity", "measure", unit="%"),
        Ask("climate_measures", "text", required=False),
    ),
    "note_climate": (),
}  # fmt: skip
"""What each act asks at a desk."""
INPUTS = {**inputs_of(ASKS), "note_climate": frozenset(["upto", "place"])}
