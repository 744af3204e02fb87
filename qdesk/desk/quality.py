"""What the quality manager keeps in order: instruments with their calibration, and what each inspection stamp may be used for."""

from __future__ import annotations

from collections.abc import Sequence

from qdesk.clock import start_of
from qdesk.desk.administration import QUALITY_MANAGER, Administering, inputs_of
from qdesk.desk.answer import Done
from qdesk.desk.book import in_force
from qdesk.desk.request import Request
from qdesk.desk.signing import Signer
from qdesk.errors import Refused
from qdesk.instruments import read_instrument
from qdesk.journal import Entry
from qdesk.master import meant_by
from qdesk.people import Session
from qdesk.plans import ANYTHING
from qdesk.scan import clean_code, parse_day, visible
from qdesk.site import Site
from qdesk.stamps import end_limits, open_limits, read_stamp, set_limit
from qdesk.vocabulary import Ask, read_item
from qdesk.words import Title


def add_instrument(site: Site, entry: Entry, session: Session, request: Request, proved: Sequence[Signer]) -> Done:
    """A new instrument with a code of its own; it is measured with until its calibration ends (R127)."""
    act = Administering(site, entry, session, request)
    act.only(BY["add_instrument"])
    code, kind, name = clean_code(act.text("code")), act.text("kind"), act.text("name", required=False)
    if kind not in site.factory.instruments:
        raise Refused("choice_unknown", value=visible(kind))
    if meant_by(site, entry.cursor, code):
        raise Refused("given_twice", value=code)
    entry.insert("instruments", code=code, kind=kind, name=name, due_at=good_until(act), since=entry.at, closed_at=None)
    return act.finish(instrument=code)


def calibrate_instrument(site: Site, entry: Entry, session: Session, request: Request, proved: Sequence[Signer]) -> Done:
    """An instrument came back from its calibration: it is good until another day."""
    act = Administering(site, entry, session, request)
    act.only(BY["calibrate_instrument"])
    instrument = read_instrument(entry.cursor, clean_code(act.text("instrument")))
    if instrument.closed_at is not None:
        raise Refused("instrument_withdrawn", instrument=instrument.code, name=instrument.name)
    due = good_until(act)
    entry.change("instruments", (instrument.code,), {"due_at": instrument.due_at}, {"due_at": due})
    return act.finish(instrument=instrument.code, certificate=act.text("certificate", required=False))


def withdraw_instrument(site: Site, entry: Entry, session: Session, request: Request, proved: Sequence[Signer]) -> Done:
    """An instrument is no longer measured with; its code stays its own."""
    act = Administering(site, entry, session, request)
    act.only(BY["withdraw_instrument"])
    instrument, reason = read_instrument(entry.cursor, clean_code(act.text("instrument"))), act.text("reason")
    if instrument.closed_at is not None:
        raise Refused("instrument_withdrawn", instrument=instrument.code, name=instrument.name)
    entry.change("instruments", (instrument.code,), {"closed_at": None}, {"closed_at": entry.at})
    return act.finish(instrument=instrument.code, reason=reason)


def good_until(act: Administering) -> int:
    """Return when the calibration ends: with the day that was named, which is still to come."""
    due = start_of(parse_day(act.text("good_until")), 1)
    if due <= act.entry.at:
        raise Refused("calibration_past", day=act.text("good_until"))
    return due


def limit_stamp(site: Site, entry: Entry, session: Session, request: Request, proved: Sequence[Signer]) -> Done:
    """What a stamp may be used for: one product or family, one operation, or both; the first limit ends that it is for all."""
    act = Administering(site, entry, session, request)
    act.only(BY["limit_stamp"])
    number, item, operation = wanted_limit(act)
    trained = act.day("trained")
    if trained is not None and trained > entry.at:
        raise Refused("trained_in_future", day=act.text("trained"))
    set_limit(entry, number, item, operation, trained)
    return act.finish(stamp=number, item=item, operation=operation)


def end_stamp_limit(site: Site, entry: Entry, session: Session, request: Request, proved: Sequence[Signer]) -> Done:
    """Take one thing away from what a stamp may be used for; without the last of them it is for nothing."""
    act = Administering(site, entry, session, request)
    act.only(BY["end_stamp_limit"])
    number, item, operation = wanted_limit(act)
    found = [limit for limit in open_limits(entry.cursor, number) if (limit.item, limit.step) == (item, operation)]
    if not found:
        raise Refused("stamp_limit_unknown", stamp=number, item=item or ANYTHING, operation=operation or ANYTHING)
    end_limits(entry, found)
    return act.finish(stamp=number, item=item, operation=operation)


def wanted_limit(act: Administering) -> tuple[str, str, str]:
    """Return stamp, item and operation from the inputs; a withdrawn number is never used again, so it has no limits to set."""
    stamp = read_stamp(act.entry.cursor, clean_code(act.text("stamp")))
    if stamp.withdrawn_at is not None:
        raise Refused("stamp_withdrawn", stamp=stamp.number, name=stamp.name)
    item, operation = act.text("item", required=False), act.text("operation", required=False)
    if item and ANYTHING not in item:
        item = read_item(act.entry.cursor, clean_code(item)).code
    if operation and operation not in operations(act.site):
        raise Refused("choice_unknown", value=visible(operation))
    return stamp.number, item, operation


def choices_of(site: Site, step: str, name: str) -> dict[str, Title]:
    """Return what may be chosen where one of these acts asks for an operation or a kind of instrument; else nothing."""
    if name == "operation":
        return operations(site)
    return dict(site.factory.instruments) if name == "kind" else {}


def operations(site: Site) -> dict[str, Title]:
    """Return the steps at which somebody stamps, by procedure and step, each with what both are called."""
    found = {}
    for running in in_force(site).values():
        procedure = running.procedure
        for step in procedure.steps.values():
            if any(outcome.stamps for outcome in step.outcomes):
                found[f"{procedure.id}.{step.id}"] = operation_named(procedure.title, step.title)
    return found


def operation_named(procedure: Title, step: Title) -> Title:
    """Return what an operation is called: the step, and behind it whose."""
    return Title(f"{step.zh}（{procedure.zh}）", f"{step.en} ({procedure.en})")


ACTS = {
    "add_instrument": add_instrument,
    "calibrate_instrument": calibrate_instrument,
    "withdraw_instrument": withdraw_instrument,
    "limit_stamp": limit_stamp,
    "end_stamp_limit": end_stamp_limit,
}
BY: dict[str, tuple[str, ...]] = dict.fromkeys(ACTS, (QUALITY_MANAGER,))
"""Who may do an act."""
INSTRUMENT = Ask("instrument", "instrument")
LIMIT = (Ask("stamp", "text"), Ask("item", "text", required=False), Ask("operation", "choice", required=False))
ASKS: dict[str, tuple[Ask, ...]] = {
    "add_instrument": (
        Ask("code", "code"), Ask("kind", "choice"), Ask("name", "text", required=False), Ask("good_until", "date"),
    ),
    "calibrate_instrument": (INSTRUMENT, Ask("good_until", "date"), Ask("certificate", "text", required=False)),
    "withdraw_instrument": (INSTRUMENT, Ask("reason", "text")),
    "limit_stamp": (*LIMIT, Ask("trained", "date", required=False)),
    "end_stamp_limit": LIMIT,
}  # fmt: skip
"""What each act asks at a desk."""
INPUTS = inputs_of(ASKS)
