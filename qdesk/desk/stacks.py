"""Stacks: one PIN over a list that was shown; each case is an act of its own, over its own digest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from qdesk.desk.acting import act_as, answered_before
from qdesk.desk.request import name_of, read_request
from qdesk.desk.signing import prove_signers
from qdesk.errors import Refused
from qdesk.people import find_session, keep_awake
from qdesk.site import Site
from qdesk.words import Words

Json = dict[str, Any]
MOST_CASES = 100
OWN = ("cases", "key", "step", "outcome", "signers", "inputs")


def act_on_stack(site: Site, token: object, raw: Mapping[str, Any], words: Words) -> Json:
    """Do one step for a list of cases under one PIN; one that is refused does not keep the others from being done.

    Raises Refused("stack_unreadable") for a list that is none; each case must carry the digest of the card that was shown.
    """
    listed = raw.get("cases")
    if not isinstance(listed, list) or not 0 < len(listed) <= MOST_CASES or set(raw) - set(OWN):
        raise Refused("stack_unreadable", most=MOST_CASES)
    if any(not isinstance(each, dict) or set(each) - {"case", "seen", "copies"} or not each.get("seen") for each in listed):
        raise Refused("stack_unreadable", most=MOST_CASES)
    key = name_of(raw, "key", 90)
    common = {name: raw.get(name) for name in ("step", "outcome", "signers", "inputs")}
    stack = [{**common, **each, "key": f"{key}/{each.get('case')}" if key else None} for each in listed]
    before = answered_whole(site, stack)
    if before:
        return {"acts": before}
    with site.database.reading() as cursor:
        session = find_session(site, cursor, token)
    session = replace(keep_awake(site, session), looked_at=-1)  # the keys have to be looked up again, case by case
    proved = prove_signers(site, session, read_request(common))
    answers: list[Json] = []
    for one in stack:
        try:
            answers.append({"case": one.get("case"), "ok": True, **act_as(site, session, read_request(one), proved).told()})
        except Refused as refused:
            because = [words.because(reason) for reason in refused.because]
            error = {"code": refused.code, "message": words.refusal(refused), "because": because}
            answers.append({"case": one.get("case"), "ok": False, "error": error})
    return {"acts": answers}


def answered_whole(site: Site, stack: list[Json]) -> list[Json]:
    """Return the answers of a stack that was done whole before, found by its keys before anything else is looked at."""
    with site.database.reading() as cursor:
        try:
            done = [answered_before(cursor, read_request(one)) for one in stack]
        except Refused:  # said of the one case it belongs to, when its turn comes
            return []
    return [{"case": one.case, "ok": True, **one.told()} for one in done if one] if all(done) else []
