"""Signing: who signs an act, proved by PIN before the transaction, judged and written down inside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from qdesk.cases import CaseFile
from qdesk.desk.request import Request
from qdesk.errors import Because, Refused
from qdesk.journal import Entry, digest_of
from qdesk.language import Outcome, Procedure
from qdesk.people import Person, Session, check_pin, pin_typed, read_person, stamp_of
from qdesk.scan import clean_code, clean_text
from qdesk.site import Site

PAPER = "paper:"


@dataclass(frozen=True)
class Signer:
    """One who signs: a person proved by PIN, or a name whose handwriting the clerk saw on a copy."""

    role: str
    person: Person | None
    name: str
    copy: str = ""


def prove_signers(site: Site, session: Session, request: Request) -> list[Signer]:
    """Check badge and PIN of everyone who signs, outside any transaction."""
    proved = []
    for raw in request.signers:
        role = clean_text(raw.get("as"), "as").removeprefix(PAPER)
        if raw.get("paper"):
            name = clean_text(raw.get("name"), "name")
            if not name:
                raise Refused("answer_missing", name=site.title("question.name"))
            proved.append(Signer(PAPER + role, None, name, clean_code(raw["copy"]) if raw.get("copy") else ""))
        else:
            person = check_pin(site, session.desk, raw.get("badge"), raw.get("pin"))
            proved.append(Signer(role, person, person.name))
    return proved


def signers_of(
    site: Site, entry: Entry, session: Session, person: Person, outcome: Outcome, proved: Sequence[Signer]
) -> list[Signer]:
    """Return who signs this outcome: those proved, and the operator where the PIN typed at the desk is still fresh.

    Raises Refused: signature_missing, pin_needed, signer_lacks_role, signer_not_asked, same_person_twice.
    """
    wanted = [*outcome.signs, *outcome.stamps]
    given = {signer.role: signer for signer in proved}
    if len(given) < len(proved):
        raise Refused("signer_twice")
    for role, signer in given.items():
        if role not in wanted:
            raise Refused("signer_not_asked", role=role_title(site, role), name=signer.name)
    signers = [given.pop(role) if role in given else operator_signs(site, entry, session, person, role) for role in wanted]
    current = [signer if signer.person is person else judged(entry, site, signer) for signer in signers]
    persons = [signer.person.id for signer in current if signer.person]
    if len(set(persons)) < len(persons):
        raise Refused("same_person_twice")
    if any(signer.person is not None and signer.person.id == person.id for signer in proved):
        pin_typed(site, entry.cursor, session)
    return current


def operator_signs(site: Site, entry: Entry, session: Session, person: Person, role: str) -> Signer:
    """Let the operator sign as who sits at the terminal, if the PIN was typed there a short while ago."""
    if role.startswith(PAPER) or role not in person.roles:
        where = Because("signature_missing", {"role": role_title(site, role)}, where=session.desk, who=role)
        raise Refused("signature_missing", [where], role=role_title(site, role))
    if abs(site.clock.now() - session.pin_at) >= site.config.duration("operator_pin_fresh"):
        raise Refused("pin_needed", name=person.name, role=role_title(site, role))
    return Signer(role, person, person.name)


def judged(entry: Entry, site: Site, signer: Signer) -> Signer:
    """Look once more, inside the transaction, whether the person still holds the role."""
    if signer.person is None:
        return signer
    person = read_person(entry.cursor, signer.person.id, entry.at)
    if signer.role not in person.roles:
        raise Refused("signer_lacks_role", name=person.name, role=role_title(site, signer.role))
    return Signer(signer.role, person, person.name)


def refuse_own_work(case: CaseFile, procedure: Procedure, outcome: Outcome, persons: Sequence[Person]) -> None:
    """Separation of duties, by person and over the whole case: who did the work does not judge it."""
    doers = case.doers(set(outcome.not_by))
    for person in persons:
        if person.id in doers:
            step = procedure.steps[doers[person.id]].title
            raise Refused("own_work", [Because("own_work", {"person": person.name, "step": step})], person=person.name, step=step)


def write_signatures(
    entry: Entry, case: CaseFile, step: str, outcome: Outcome, signers: Sequence[Signer], serial: str | None,
    signed: Mapping[str, Any],
) -> list[dict[str, Any]]:
    """Write each mark over the digest of exactly what was shown and entered; a stamp carries its number."""
    digest = digest_of(signed)
    written = []
    copies = {code: copy.name for copy in case.copies.values() for code in (copy.name, copy.piece)}
    for signer in signers:
        stamps = signer.role in outcome.stamps and signer.person is not None
        kind = "stamp" if stamps else "paper" if signer.person is None else "sign"
        if signer.copy and signer.copy not in copies:
            raise Refused("copy_of_another_case", copy=signer.copy, case=case.code)
        row = {
            "in_case": case.code, "serial": serial, "step": step, "role": signer.role.removeprefix(PAPER), "kind": kind,
            "person": signer.person.id if signer.person else None, "name": signer.name,
            "stamp": stamp_of(entry.cursor, signer.person) if stamps and signer.person else None,
            "deputy_for": signer.person.roles.get(signer.role) if signer.person else None, "copy": copies.get(signer.copy),
            "digest": digest, "at": entry.at,
        }
        entry.insert_numbered("signatures", **row)
        written.append(row)
    return written


def lapse_signatures(entry: Entry, case: CaseFile, steps: set[str], serial: str | None = None, round_: int = 0) -> None:
    """Lapse the marks of steps that count as not done again, in one round only its own, or of a document that was changed."""
    for index, mark in enumerate(case.signatures):
        document = case.documents.get(mark.serial or "")
        in_round = not round_ or document is None or document.round in (0, round_)
        concerned = (mark.step in steps and in_round) or (serial is not None and mark.serial == serial)
        if concerned and mark.lapsed_at is None:
            entry.change("signatures", (mark.act, mark.number), {"lapsed_at": None}, {"lapsed_at": entry.at})
            case.signatures[index] = mark._replace(lapsed_at=entry.at)


def role_title(site: Site, role: str) -> object:
    """Return a role's title; of who signs on paper only, the word for it or the name itself."""
    plain = role.removeprefix(PAPER)
    known = site.factory.roles.get(plain)
    if known is None and f"signer.{plain}" in site.words.keys:
        return site.title(f"signer.{plain}")
    return known.title if known else plain
