"""`act`: one step done in one transaction, with rules, signatures, stock, custody, notices, prints and journal; or nothing."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from qdesk.desk import fixed
from qdesk.desk.answer import Done, answer
from qdesk.desk.blindness import refusing_blind
from qdesk.desk.book import in_force
from qdesk.desk.doing import Doing
from qdesk.desk.request import Request, read_request
from qdesk.desk.signing import Signer, prove_signers
from qdesk.errors import Refused
from qdesk.journal import body_of
from qdesk.people import Session, find_session, hash_pin, keep_awake, read_person
from qdesk.scan import visible
from qdesk.site import Site


def act(site: Site, token: object, raw: Mapping[str, Any]) -> Done:
    """Do a step and return what it did; raises Refused with every reason, and then nothing has happened.

    The same key gives the same answer again and does nothing again; it is looked up before anything else.
    """
    request = read_request(raw)
    with site.database.reading() as cursor:
        before = answered_before(cursor, request)
        if before:
            return before
        session = find_session(site, cursor, token)
    session = keep_awake(site, session)
    proved = prove_signers(site, session, request)
    if request.pin is not None:
        request = dataclasses.replace(request, pin_hash=hash_pin(site, request.pin))
    return act_as(site, session, request, proved)


def act_as(site: Site, session: Session, request: Request, proved: list[Signer]) -> Done:
    """Do one step in one transaction, its signers already proved by PIN.

    Key and person have been looked at with the session; they are looked at again only if the journal has grown since.
    """
    in_force(site)  # read and proved before the transaction: a verdict is written in one of its own
    with refusing_blind(site, session.desk), site.writing(any_clock=request.step == "confirm_clock") as entry:
        if entry.seq != session.looked_at + 1:
            again = answered_before(entry.cursor, request)
            if again:
                return again
            session = dataclasses.replace(session, person=read_person(entry.cursor, session.person.id, entry.at))
        fixed_act = fixed.FIXED.get(request.step)
        if fixed_act:
            refuse_unasked(request)
            return fixed_act(site, entry, session, request, proved)
        return Doing(site, entry, session, request, proved).run()


def refuse_unasked(request: Request) -> None:
    """Refuse what an act beside the procedures does not ask for: an input nobody reads is a misunderstanding."""
    unknown = sorted(set(request.inputs) - fixed.INPUTS.get(request.step, frozenset()))
    if unknown:
        raise Refused("field_unknown", name=visible(unknown[0]))


def answered_before(cursor: Any, request: Request) -> Done | None:
    """Return the answer a key was given before; raises Refused("key_reused") when it came with other contents."""
    if request.key is None:
        return None
    cursor.execute("SELECT seq, request FROM acts WHERE request_key = ?", (request.key,))
    found = cursor.fetchall()
    if not found:
        return None
    seq, digest = found[0]
    if digest != request.digest:
        raise Refused("key_reused", act=seq)
    return answer(body_of(cursor, seq))
