from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from founded_works import START
from works import PIN, Hand, found_works, log_everyone_in, one_case, play, refusal_code

from qdesk.clock import Clock, FixedClock
from qdesk.desk.recovery import recover_pepper, recover_pin
from qdesk.errors import Refused
from qdesk.people import log_in
from qdesk.safekeeping import backup, restore
from qdesk.site import Site, open_site
from qdesk.verify import verify

NEW = "86420"


def newest(site: Site) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(site.database.rows("SELECT body FROM journal ORDER BY seq DESC LIMIT 1")[0][0])
    return body


def test_an_administrator_gets_a_new_pin_and_the_old_one_no_longer_serves(folder: Path, clock: FixedClock) -> None:
    recover_pin(folder, "A1", NEW, clock)
    site = open_site(folder, clock)
    assert log_in(site, "administration", "A1", NEW)
    assert refusal_code(log_in, site, "administration", "A1", PIN) == "pin_wrong"
    site.close()


def test_a_recovered_pin_is_an_entry_of_the_journal_that_names_whom_and_holds_no_secret(folder: Path, clock: FixedClock) -> None:
    done = recover_pin(folder, "A1", NEW, clock)
    site = open_site(folder, clock)
    body = newest(site)
    assert (body["seq"], body["step"], body["badge"], body["by"]) == (done.act, "recover_pin", "A1", None)
    assert body["system_user"]
    texts = " ".join(row[0] for row in site.database.rows("SELECT body FROM journal"))
    assert NEW not in texts and "argon2" not in texts
    assert verify(site, replay=True).findings == []
    site.close()


def test_a_recovered_pin_ends_the_sessions_opened_under_the_old_one_and_no_others(folder: Path, clock: FixedClock) -> None:
    site = open_site(folder, clock)
    sessions = log_everyone_in(Hand(site))
    site.close()
    recover_pin(folder, "A1", NEW, clock)
    site = open_site(folder, clock)
    answers = {role: Hand(site).ask({"op": "inbox", "session": token})["ok"] for role, token in sessions.items()}
    site.close()
    assert [role for role, works in answers.items() if not works] == ["administrator"]


def test_a_locked_administrator_can_log_in_again_at_once(folder: Path, clock: FixedClock) -> None:
    site = open_site(folder, clock)
    site.database.rows("UPDATE credentials SET failures = 50, locked_until = ?", START * 2)
    site.close()
    recover_pin(folder, "A1", NEW, clock)
    site = open_site(folder, clock)
    assert log_in(site, "administration", "A1", NEW)
    site.close()


@pytest.mark.parametrize(
    ("badge", "pin", "code"),
    [("K1", NEW, "not_an_administrator"), ("X9", NEW, "badge_unknown"), ("A1", "1111", "pin_unfit"), ("A1", None, "pin_unfit")],
)
def test_nobody_but_an_administrator_gets_a_pin_this_way_and_then_nothing_has_happened(
    folder: Path, clock: FixedClock, badge: str, pin: str | None, code: str
) -> None:
    assert refusal_code(recover_pin, folder, badge, pin, clock) == code
    site = open_site(folder, clock)
    assert newest(site)["step"] not in ("recover_pin", "recover_pepper")
    assert log_in(site, "administration", "A1", PIN)
    site.close()


def test_a_deputy_administrator_is_not_one_in_his_own_right(folder: Path, clock: FixedClock) -> None:
    site = open_site(folder, clock)
    with site.writing() as entry:
        entry.insert_numbered("roles_held", person=3, role="administrator", since=START, until=START * 2, deputy_for=9)
        entry.insert("acts", seq=entry.seq, at=entry.at, step="delegate", outcome="", desk="", request="")
        entry.seal(by=None, desk="", step="delegate")
    site.close()
    assert refusal_code(recover_pin, folder, "P1", NEW, clock) == "not_an_administrator"


@pytest.mark.parametrize("damage", ["gone", "short"])
def test_a_lost_pepper_is_replaced_and_the_administrator_gives_everyone_a_new_pin(
    folder: Path, clock: FixedClock, damage: str
) -> None:
    pepper = folder / "pepper"
    pepper.unlink() if damage == "gone" else pepper.write_bytes(b"short")
    assert refusal_code(open_site, folder, clock) == ("pepper_lost" if damage == "gone" else "pepper_damaged")
    recover_pepper(folder, "A1", NEW, clock)
    site = open_site(folder, clock)
    assert refusal_code(log_in, site, "sales", "S1", PIN) == "pin_missing"
    token, _ = log_in(site, "administration", "A1", NEW)
    hand = Hand(site)
    renewed = hand.ask({"op": "act", "session": token, "step": "renew_pin", "inputs": {"badge": "S1", "pin": "97531"}})
    assert renewed["ok"], renewed
    assert log_in(site, "sales", "S1", "97531")
    assert verify(site, replay=True).findings == []
    site.close()
    assert [path.read_bytes() for path in folder.glob("pepper.damaged-*")] == ([] if damage == "gone" else [b"short"])


def test_the_journal_says_that_the_pepper_was_replaced(folder: Path, clock: FixedClock) -> None:
    (folder / "pepper").unlink()
    done = recover_pepper(folder, "A1", NEW, clock)
    site = open_site(folder, clock)
    assert (newest(site)["seq"], newest(site)["step"]) == (done.act, "recover_pepper")
    assert site.database.rows("SELECT COUNT(*) FROM credentials") == [(1,)]
    assert site.database.rows("SELECT COUNT(*) FROM sessions WHERE ended_at IS NULL") == [(0,)]
    site.close()


def test_paper_printed_under_the_lost_pepper_stays_good_and_new_paper_is_printed_beside_it(
    folder: Path, clock: FixedClock
) -> None:
    (folder / "pepper").unlink()
    recover_pepper(folder, "A1", NEW, clock)
    site = open_site(folder, clock)
    hand = Hand(site)
    token, _ = log_in(site, "administration", "A1", NEW)
    for badge in ("S1", "S2", "P1", "W1", "D1", "R1", "K1", "I1", "G1"):
        assert hand.ask({"op": "act", "session": token, "step": "renew_pin", "inputs": {"badge": badge, "pin": PIN}})["ok"]
    assert hand.ask({"op": "act", "session": token, "step": "renew_pin", "inputs": {"badge": "A1", "pin": PIN}})["ok"]
    old = site.database.rows("SELECT number FROM pieces ORDER BY number DESC LIMIT 1")[0][0]
    sessions = log_everyone_in(hand)
    assert hand.ask({"op": "present", "session": sessions["planner"], "code": old})["ok"]
    assert len(list(play(hand, one_case(sessions, "new")))) == 19
    site.close()


def test_a_pepper_that_is_there_is_never_replaced(folder: Path, clock: FixedClock) -> None:
    before = (folder / "pepper").read_bytes()
    assert refusal_code(recover_pepper, folder, "A1", NEW, clock) == "pepper_not_lost"
    (folder / "pepper").chmod(0o644)
    assert refusal_code(recover_pepper, folder, "A1", NEW, clock) == "pepper_exposed"
    assert (folder / "pepper").read_bytes() == before


@pytest.mark.parametrize(("badge", "pin"), [("K1", NEW), ("A1", "12")])
@pytest.mark.parametrize("left", [[], [b"short"]])
def test_a_refused_recovery_leaves_the_pepper_as_it_was(
    folder: Path, clock: FixedClock, badge: str, pin: str, left: list[bytes]
) -> None:
    (folder / "pepper").unlink()
    for content in left:
        (folder / "pepper").write_bytes(content)
    with pytest.raises(Refused, match=r"not_an_administrator|pin_unfit"):
        recover_pepper(folder, badge, pin, clock)
    assert [path.read_bytes() for path in folder.glob("pepper*")] == left


def test_a_site_restored_without_its_pepper_is_recovered_in_two_steps(folder: Path, clock: FixedClock, tmp_path: Path) -> None:
    site = open_site(folder, clock)
    kept = backup(site, tmp_path / "kept.db").path
    site.close()
    (folder / "pepper").unlink()
    (folder / "qdesk.db").unlink()
    restore(folder, kept, clock)
    recover_pepper(folder, "A1", NEW, clock)
    site = open_site(folder, clock)
    assert log_in(site, "administration", "A1", NEW)
    assert verify(site, replay=True).findings == []
    site.close()


def test_recovery_works_on_a_site_that_is_no_scratch_site(tmp_path: Path) -> None:
    found_works(tmp_path / "real").close()
    recover_pin(tmp_path / "real", "A1", NEW, Clock())
    site = open_site(tmp_path / "real")
    assert log_in(site, "administration", "A1", NEW)
    site.close()
    assert refusal_code(open_site, tmp_path / "real", FixedClock(START)) == "clock_not_scratch"
