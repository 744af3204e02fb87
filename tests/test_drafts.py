"""Drafts: kept over a lock and a restart, each for its own desk and person, and never with a PIN."""

from __future__ import annotations

from typing import Any

import pytest
from factory_audit import contents
from factory_floor import PIN, START, Floor

from qdesk.clock import time_text
from qdesk.drafts import LONGEST_DRAFT, drafts_of, drop_draft, find_draft, keep_draft
from qdesk.errors import Refused
from qdesk.people import find_session, log_out
from qdesk.site import open_site
from qdesk.verify import verify

HOUR = 3600 * 1_000_000
TYPED: dict[str, Any] = {"fields": {"customer": "海河"}, "lines": [{"item": "V-100", "quantity": "1"}]}


def test_a_draft_is_found_again_as_it_was_typed_and_the_later_one_stands(floor: Floor) -> None:
    token = floor.token("S1")
    assert find_draft(floor.site, token, "apply") is None
    keep_draft(floor.site, token, "apply", {"fields": {}, "note": "x"})
    keep_draft(floor.site, token, "apply", TYPED)
    assert find_draft(floor.site, floor.token("S1"), "apply") == TYPED


def test_a_draft_is_only_of_its_own_desk_and_person(floor: Floor) -> None:
    keep_draft(floor.site, floor.token("X1@sales"), "apply", TYPED)
    assert find_draft(floor.site, floor.token("S1"), "apply") is None
    assert find_draft(floor.site, floor.token("X1@planning"), "apply") is None
    assert find_draft(floor.site, floor.token("X1@sales"), "apply") == TYPED


def test_a_desk_that_locks_still_puts_its_draft_away_and_cannot_read_it(floor: Floor) -> None:
    token = floor.token("S1")
    floor.clock.advance(24 * HOUR)
    keep_draft(floor.site, token, "apply", TYPED)
    for asked in (lambda: find_draft(floor.site, token, "apply"), lambda: drafts_of(floor.site, token)):
        with pytest.raises(Refused) as refused:
            asked()
        assert refused.value.code == "session_locked"
    assert find_draft(floor.site, floor.token("S1"), "apply") == TYPED
    drop_draft(floor.site, token, "apply")
    assert find_draft(floor.site, floor.token("S1"), "apply") is None


def test_a_session_that_was_ended_keeps_nothing(floor: Floor) -> None:
    token = floor.token("S1")
    with floor.site.database.reading() as cursor:
        session = find_session(floor.site, cursor, token)
    log_out(floor.site, session)
    with floor.refused("session_unknown"):
        keep_draft(floor.site, token, "apply", TYPED)


def test_keeping_a_draft_does_not_keep_the_session_awake(floor: Floor) -> None:
    token = floor.token("S1")
    before = floor.rows("SELECT * FROM sessions")
    floor.clock.advance(HOUR // 20)
    keep_draft(floor.site, token, "apply", TYPED)
    assert floor.rows("SELECT * FROM sessions") == before


def test_a_pin_is_never_kept_however_deep_it_was_typed(floor: Floor) -> None:
    token = floor.token("S1")
    signer = {"as": "reworker", "badge": "R1", "pin": PIN}
    typed = {"signers": [signer, [{"PIN": PIN}]], "inputs": {"a": {"pin": {"pin": PIN}}}, "pin": PIN}
    keep_draft(floor.site, token, "draw", typed)
    assert find_draft(floor.site, token, "draw") == {"signers": [{"as": "reworker", "badge": "R1"}, [{}]], "inputs": {"a": {}}}
    assert PIN not in str(floor.rows("SELECT * FROM drafts"))


@pytest.mark.parametrize("nothing", [{}, {"pin": PIN}])
def test_nothing_typed_drops_the_draft(floor: Floor, nothing: dict[str, str]) -> None:
    token = floor.token("S1")
    keep_draft(floor.site, token, "apply", TYPED)
    keep_draft(floor.site, token, "apply", nothing)
    assert floor.rows("SELECT * FROM drafts") == []
    drop_draft(floor.site, token, "apply")


def test_a_draft_that_is_too_long_or_no_text_is_refused_and_the_one_before_stays(floor: Floor) -> None:
    token = floor.token("S1")
    keep_draft(floor.site, token, "apply", TYPED)
    with floor.refused("text_too_long"):
        keep_draft(floor.site, token, "apply", {"note": "字" * (LONGEST_DRAFT // 3)})
    with floor.refused("request_unreadable"):
        keep_draft(floor.site, token, "apply", {"note": "\ud800"})
    with floor.refused("text_expected"):
        keep_draft(floor.site, token, 5, TYPED)
    assert find_draft(floor.site, token, "apply") == TYPED
    keep_draft(floor.site, token, "apply", {"note": "字" * (LONGEST_DRAFT // 3 - 10)})


def test_the_drafts_of_a_person_are_told_newest_first(floor: Floor) -> None:
    token = floor.token("S1")
    assert drafts_of(floor.site, token) == []
    keep_draft(floor.site, token, "apply", TYPED)
    floor.clock.advance(HOUR // 60)
    keep_draft(floor.site, token, "GX26-000001", {"a": "b"})
    keep_draft(floor.site, floor.token("S2"), "other", {"a": "b"})
    assert drafts_of(floor.site, token) == [
        {"subject": "GX26-000001", "at": time_text(START + HOUR // 60), "contents": {"a": "b"}},
        {"subject": "apply", "at": time_text(START), "contents": TYPED},
    ]


def test_a_draft_is_there_after_a_restart_and_is_no_part_of_the_books(floor: Floor) -> None:
    before = contents(floor.site)
    keep_draft(floor.site, floor.token("S1"), "apply", TYPED)
    assert contents(floor.site) == before
    assert verify(floor.site, replay=True).findings == []
    again = open_site(floor.folder, floor.clock, synchronous="off")
    assert find_draft(again, floor.token("S1"), "apply") == TYPED
    again.close()
