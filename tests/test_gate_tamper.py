"""The tamper list, one trick after another: what people do to a gate pass, and what the gate says to it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import campaign_guesses
import eight_gates
import gate_answer
import pytest
from delivery_floor import DELIVERY, Yard
from factory_floor import DAY, MINUTE, PIN, Json

from qdesk import passing, stock
from qdesk.desk import act, judging
from qdesk.desk.openings import fixed_openings
from qdesk.safekeeping import backup, restore
from qdesk.scan import compose_piece
from qdesk.site import open_site
from qdesk.verify import verify

YardMaker = Callable[..., Yard]
GOOD = {"plate": "A12345", "count": "3"}
NORTH = """
[desks.north_gate]
kind = "gate"
works_as = "gate"
title = { zh = "北门", en = "North gate" }
roles = ["guard"]
"""
QUALITY = {"as": "quality_manager", "badge": "Q1", "pin": PIN}
HOUR = 60 * MINUTE


def said(answer: Json) -> tuple[str, str]:
    """The gate's word, without its arguments."""
    return answer["verdict"], answer["kind"]


def code_of(yard: Yard, copy: int = 2, number: int = 1) -> str:
    """The digits on a pass."""
    return yard.pieces[f"{yard.serials[f'pass#{number}']}/{copy}"]


def released(yard: Yard) -> int:
    """How many vehicles the book has let out."""
    count: int = yard.floor.rows("SELECT COUNT(*) FROM gate_checks WHERE verdict = 'release'")[0][0]
    return count


def to_the_pass(yard: Yard, **load: Any) -> None:
    """A whole delivery up to the loaded vehicle."""
    yard.announce()
    yard.write()
    yard.do("S2", "approve")
    yard.pick()
    yard.start(1, container=load.pop("container", ""))
    yard.pack()
    yard.load(1, **load)


# Altered quantity, altered plate


@pytest.mark.parametrize(
    ("wrong", "kind"),
    [({"plate": "A12345", "count": "4"}, "count_differs"), ({"plate": "A12346", "count": "3"}, "plate_differs")],
)
def test_an_altered_pass_is_stopped_once_and_then_held_and_only_then_is_told_what_it_says(
    yard: Yard, wrong: dict[str, str], kind: str
) -> None:
    yard.ready()
    first = yard.show(**wrong)
    assert said(first) == ("stop", kind)
    assert first["arguments"] == {"pass": yard.serials["pass#1"], **wrong}
    second = yard.show(**wrong)
    assert said(second) == ("hold", kind)
    assert (second["arguments"]["on_pass_plate"], second["arguments"]["on_pass_count"]) == ("晋A12345", "3")
    assert yard.floor.lies("V-100")["vehicle"] == 10 and released(yard) == 0


def test_a_difference_that_was_a_miscount_is_mended_by_the_recount(yard: Yard) -> None:
    yard.ready()
    assert said(yard.show(plate="A12345", count="4")) == ("stop", "count_differs")
    assert said(yard.show(**GOOD)) == ("release", "released")


def test_what_is_written_over_on_the_paper_does_not_count_only_the_book_does(yard: Yard) -> None:
    yard.ready()
    yard.show(plate="A12345", count="30")
    assert yard.show(plate="A12345", count="30")["arguments"]["on_pass_count"] == "3"


# Photocopy, replay at another gate


def test_a_photocopy_is_told_when_where_and_which_vehicle_left_on_it(yards: YardMaker) -> None:
    yard = yards(own=NORTH)
    to_the_pass(yard)
    yard.do("K1", "issue_pass#1", [f"{yard.note}/4"], gate="gate")
    yard.release()
    for who in ("G1", "G2@north_gate"):
        answer = yard.show(who=who, plate="B77777", count="3")
        assert said(answer) == ("stop", "used")
        told = answer["arguments"]
        assert (told["at"], told["desk"], told["released_plate"]) == ("2026-03-02 08:08", {"zh": "门卫", "en": "Gate"}, "A12345")
    assert released(yard) == 1


def test_a_pass_for_one_gate_opens_no_other_and_the_right_one_is_named(yards: YardMaker) -> None:
    yard = yards(own=NORTH)
    to_the_pass(yard)
    yard.do("K1", "issue_pass#1", [f"{yard.note}/4"], gate="north_gate")
    answer = yard.show(**GOOD)
    assert said(answer) == ("stop", "other_gate") and answer["arguments"]["gate"] == {"zh": "北门", "en": "North gate"}
    assert said(yard.show(who="G1@north_gate", **GOOD)) == ("release", "released")
    assert yard.floor.rows("SELECT desk FROM gate_checks WHERE verdict = 'release'") == [("north_gate",)]


@pytest.mark.parametrize(("gate", "code"), [("", "answer_missing"), ("dispatch", "choice_unknown"), ("south", "choice_unknown")])
def test_where_there_are_two_gates_a_pass_names_one_of_them(yards: YardMaker, gate: str, code: str) -> None:
    yard = yards(own=NORTH)
    to_the_pass(yard)
    with yard.floor.refused(code):
        yard.do("K1", "issue_pass#1", [f"{yard.note}/4"], gate=gate)


# Replay after a backup was put back


def put_back(yard: Yard, kept: Path) -> None:
    """Restore a backup, and open the works again."""
    floor = yard.floor
    floor.site.close()
    floor.clock.advance(MINUTE)
    restore(floor.folder, kept, floor.clock)
    floor.site = open_site(floor.folder, floor.clock, synchronous="off")
    floor.clock.advance(MINUTE)


def test_a_pass_used_after_the_backup_is_frozen_until_somebody_vouches_for_it(yard: Yard, tmp_path: Path) -> None:
    yard.ready()
    kept = backup(yard.floor.site, tmp_path / "kept.db").path
    yard.release()
    put_back(yard, kept)
    assert yard.floor.card("G1", code_of(yard))["verdict"] == "stop"
    for _ in range(2):
        assert said(yard.show(**GOOD)) == ("stop", "frozen")
    for who in ("K1", "DP1", "G1"):
        with yard.floor.refused("wrong_person"):
            yard.do(who, "confirm_pass", case="", code=code_of(yard), reason="车还在")
    with yard.floor.refused("answer_missing"):
        yard.do("DL1", "confirm_pass", case="", code=code_of(yard))
    yard.do("DL1", "confirm_pass", case="", code=code_of(yard), reason="车还在院里")
    assert said(yard.show(**GOOD)) == ("release", "released")
    assert verify(yard.floor.site, replay=True).findings == []


def test_what_needs_no_confirmation_is_not_confirmed(yard: Yard, tmp_path: Path) -> None:
    yard.ready()
    with yard.floor.refused("not_frozen"):
        yard.do("DL1", "confirm_pass", case="", code=code_of(yard), reason="为了保险")
    kept = backup(yard.floor.site, tmp_path / "kept.db").path
    put_back(yard, kept)
    yard.do("Q1", "confirm_pass", case="", code=code_of(yard), reason="车还在")
    with yard.floor.refused("not_frozen"):
        yard.do("DL1", "confirm_pass", case="", code=code_of(yard), reason="再来一次")
    with yard.floor.refused("not_frozen"):
        yard.do("DL1", "confirm_pass", case="", code=yard.pieces[f"{yard.note}/4"], reason="发货单")


def test_confirming_is_offered_to_whoever_may_once_a_backup_was_put_back(yard: Yard, tmp_path: Path) -> None:
    yard.ready()

    def offered(who: str) -> bool:
        acts = fixed_openings(yard.floor.site, yard.floor.token(who), yard.floor.site.words)
        return "confirm_pass" in {act["step"] for act in acts}

    assert not offered("DL1")
    put_back(yard, backup(yard.floor.site, tmp_path / "kept.db").path)
    assert (offered("DL1"), offered("Q1"), offered("G1"), offered("DP1")) == (True, True, False, False)


def test_a_confirmation_holds_until_the_next_backup_is_put_back(yard: Yard, tmp_path: Path) -> None:
    yard.ready()
    put_back(yard, backup(yard.floor.site, tmp_path / "first.db").path)
    yard.do("DL1", "confirm_pass", case="", code=code_of(yard), reason="车还在")
    put_back(yard, backup(yard.floor.site, tmp_path / "second.db").path)
    assert said(yard.show(**GOOD)) == ("stop", "frozen")


def test_a_pass_issued_after_the_backup_is_unknown_and_its_number_is_never_given_again(yard: Yard, tmp_path: Path) -> None:
    to_the_pass(yard)
    kept = backup(yard.floor.site, tmp_path / "kept.db").path
    yard.issue()
    lost, serial = code_of(yard), yard.serials["pass#1"]
    put_back(yard, kept)
    assert said(yard.show(lost, **GOOD)) == ("stop", "unknown")
    yard.issue()
    assert yard.serials["pass#1"] != serial and code_of(yard) != lost
    assert said(yard.show(lost, **GOOD)) == ("stop", "unknown")
    assert said(yard.show(**GOOD)) == ("release", "released")


def test_a_pass_written_after_the_restore_is_not_frozen_and_a_used_one_stays_used(yard: Yard, tmp_path: Path) -> None:
    yard.ready()
    yard.release()
    put_back(yard, backup(yard.floor.site, tmp_path / "kept.db").path)
    assert said(yard.show(**GOOD)) == ("stop", "used")


# Reprint beside the original


def reprinted(yard: Yard) -> str:
    """Reprint the pass with a second person; return the piece that is void now."""
    old = code_of(yard)
    copy = f"{yard.serials['pass#1']}/2"
    done = act(
        yard.floor.site, yard.floor.token("G1"),
        {"step": "reprint", "copies": [copy], "inputs": {"reason": "淋湿"}, "signers": [QUALITY]},
    )  # fmt: skip
    yard.pieces |= {each["copy"]: each["piece"] for each in done.custody if "piece" in each}
    yard.floor.clock.advance(MINUTE)
    return old


def test_a_pass_is_not_reprinted_by_one_person_alone(yard: Yard) -> None:
    yard.ready()
    asked = {"step": "reprint", "copies": [f"{yard.serials['pass#1']}/2"], "inputs": {"reason": "淋湿"}}
    with yard.floor.refused("signature_missing"):
        act(yard.floor.site, yard.floor.token("G1"), asked)


def test_of_a_pass_and_its_reprint_only_the_new_piece_lets_the_vehicle_out(yard: Yard) -> None:
    yard.ready()
    old = reprinted(yard)
    new = code_of(yard)
    answer = yard.show(old, **GOOD)
    assert said(answer) == ("stop", "void")
    assert (answer["arguments"]["valid"], answer["arguments"]["since"]) == (new, "2026-03-02 08:08")
    assert said(yard.show(new, **GOOD)) == ("release", "released")
    assert said(yard.show(old, **GOOD)) == ("stop", "void")
    assert said(yard.show(new, **GOOD)) == ("stop", "used")
    assert released(yard) == 1


def test_a_pass_reported_lost_lets_nothing_out_until_it_is_issued_again(yard: Yard) -> None:
    yard.ready()
    copy, lost = f"{yard.serials['pass#1']}/2", code_of(yard)
    act(yard.floor.site, yard.floor.token("G1"), {"step": "report_lost", "copies": [copy], "inputs": {"reason": "丢了"}})
    assert said(yard.show(lost, **GOOD)) == ("stop", "void")
    done = act(
        yard.floor.site, yard.floor.token("DP1"),
        {"step": "reissue", "copies": [copy], "inputs": {"reason": "丢了"}, "signers": [QUALITY]},
    )  # fmt: skip
    yard.pieces |= {each["copy"]: each["piece"] for each in done.custody if "piece" in each}
    assert said(yard.show(lost, **GOOD)) == ("stop", "void")
    assert said(yard.show(**GOOD)) == ("release", "released")


# A pass for another day


def test_a_pass_is_good_to_the_last_minute_it_names_and_no_longer(yard: Yard) -> None:
    yard.ready()
    until = yard.floor.rows("SELECT json_extract(fields, '$.valid_until') FROM documents WHERE form = 'pass'")[0][0]
    assert until == "2026-03-02 12:07"
    yard.floor.clock.advance(4 * HOUR - MINUTE)
    assert said(yard.show(plate="A12345", count="4")) == ("stop", "count_differs")
    answer = yard.show(**GOOD)
    assert said(answer) == ("stop", "expired") and answer["arguments"]["valid_until"] == until
    yard.floor.clock.advance(DAY)
    assert said(yard.show(**GOOD)) == ("stop", "expired")


def test_how_long_a_pass_is_good_is_a_setting(yards: YardMaker) -> None:
    yard = yards({"pass_valid": "30m"})
    yard.ready()
    yard.floor.clock.advance(31 * MINUTE)
    assert said(yard.show(**GOOD)) == ("stop", "expired")


def test_an_expired_pass_is_made_void_and_replaced(yard: Yard) -> None:
    yard.ready()
    yard.floor.clock.advance(5 * HOUR)
    yard.show(**GOOD)
    yard.do("DL1", "void_pass#1", reason="过期")
    yard.issue()
    assert said(yard.show(**GOOD)) == ("release", "released")


# Other paper, and no paper


def test_the_stub_of_a_pass_lets_nothing_out(yard: Yard) -> None:
    yard.ready()
    assert said(yard.show(code_of(yard, copy=1), **GOOD)) == ("stop", "other_copy")


def test_before_there_is_a_pass_every_other_paper_says_what_is_missing(yard: Yard) -> None:
    yard.announce()
    yard.write()
    yard.do("S2", "approve")
    yard.pick()
    yard.start()
    yard.pack()
    note, packing = yard.pieces[f"{yard.note}/4"], yard.pieces[f"{yard.serials['packing#1']}/2"]
    assert [said(yard.show(code, **GOOD)) for code in (note, packing)] == [("stop", "not_loaded")] * 2
    assert yard.show(packing, **GOOD)["arguments"]["step"] == {"zh": "装车", "en": "Load"}
    yard.load()
    slip = yard.pieces[f"{yard.serials['slip#1']}/2"]
    assert yard.show(slip, **GOOD)["arguments"]["step"]["zh"] == "开出门证"
    yard.issue()
    answer = yard.show(slip, **GOOD)
    assert said(answer) == ("stop", "not_a_pass") and answer["arguments"]["pass"] == yard.serials["pass#1"]


def test_paper_of_another_procedure_is_no_pass(yard: Yard) -> None:
    yard.ready()
    notice = yard.pieces[f"{yard.serials['notice']}/1"]
    assert said(yard.show(notice, **GOOD)) == ("stop", "not_a_pass")


@pytest.mark.parametrize("name", ["copy", "serial"])
def test_a_name_that_is_typed_is_not_the_paper(yard: Yard, name: str) -> None:
    yard.ready()
    typed = yard.serials["pass#1"] + ("/2" if name == "copy" else "")
    with yard.floor.refused("scan_the_piece" if name == "copy" else "piece_damaged"):
        yard.show(typed, **GOOD)


# Past the gate


@pytest.mark.parametrize("outcome", ["release", "after_emergency", "hold"])
def test_the_step_of_the_gate_is_done_by_the_gate_and_by_no_request(yard: Yard, outcome: str) -> None:
    yard.ready()
    floor, token = yard.floor, yard.floor.token("G1")
    asked = {"case": yard.note, "procedure": DELIVERY, "step": "gate#1", "outcome": outcome, "copies": [code_of(yard)]}
    for inputs in ({}, {"gate_check": "release"}, {"plate": "A12345", "count": "3"}, {"verdict": "release", "kind": "released"}):
        with floor.refused("only_at_the_gate"):
            act(floor.site, token, {**asked, "inputs": inputs})
    assert released(yard) == 0


def test_who_made_a_pass_does_not_let_it_out(yards: YardMaker) -> None:
    yard = yards()
    to_the_pass(yard)
    yard.issue(who="X1@finished_store")
    with yard.floor.refused("own_work"):
        yard.show(who="X1@gate", **GOOD)
    assert said(yard.show(**GOOD)) == ("release", "released")


def test_who_made_a_pass_does_not_hold_it_either(yard: Yard) -> None:
    to_the_pass(yard)
    yard.issue(who="X1@finished_store")
    with yard.floor.refused("own_work"):
        yard.show(who="X1@gate", hold="可疑")


def test_a_pass_is_never_amended(yard: Yard) -> None:
    yard.ready()
    changed = {"document": yard.serials["pass#1"], "fields": {"plate": "B77777"}}
    for who in ("K1", "DP1", "DL1", "Q1"):
        with yard.floor.refused("never_amended"):
            act(yard.floor.site, yard.floor.token(who), {"case": yard.note, "step": "amend", "inputs": changed})


def test_what_a_pass_says_nobody_enters(yard: Yard) -> None:
    to_the_pass(yard)
    for fields in ({"plate": "B77777"}, {"packages": "9"}, {"valid_until": "2027-01-01 00:00"}):
        with yard.floor.refused("field_unknown"):
            yard.do("K1", "issue_pass#1", [f"{yard.note}/4"], fields=fields)


def test_a_slip_is_not_amended_under_a_loaded_vehicle(yard: Yard) -> None:
    yard.ready()
    with yard.floor.refused("goods_moved"):
        act(
            yard.floor.site, yard.floor.token("DP1"),
            {"case": yard.note, "step": "amend", "inputs": {
                "document": yard.serials["slip#1"], "fields": {"plate": "B77777", "driver": "赵师傅"},
                "lines": [{"item": "V-100", "quantity": "10"}]}},
        )  # fmt: skip


# Seals


@pytest.mark.parametrize("seal", ["sn 0042", "SN-0042", "ＳＮ００４２"])
def test_a_sealed_container_is_checked_by_its_seal_and_nobody_counts(yard: Yard, seal: str) -> None:
    to_the_pass(yard, container="MSKU 123456-7", seal="SN-0042")
    yard.issue()
    assert yard.floor.card("G1", code_of(yard))["asks"] == ["plate", "seal"]
    with yard.floor.refused("answer_missing"):
        yard.show(**GOOD)
    assert said(yard.show(plate="A12345", seal="SN-0043")) == ("stop", "seal_differs")
    answer = yard.show(plate="A12345", seal=seal)
    assert said(answer) == ("release", "released") and answer["arguments"]["on_pass_seal"] == "SN-0042"


def test_a_broken_seal_holds_the_vehicle(yard: Yard) -> None:
    to_the_pass(yard, container="MSKU1234567", seal="SN-0042")
    yard.issue()
    first = yard.show(plate="A12345", seal="SN-0043")
    assert "on_pass_seal" not in first["arguments"]
    second = yard.show(plate="A12345", seal="SN-0043")
    assert said(second) == ("hold", "seal_differs") and second["arguments"]["on_pass_seal"] == "SN-0042"


# Guessed numbers


def guessed(yard: Yard, running: int, key: bytes | None = None) -> str:
    """A piece that was never issued, marked with the house's own secret or with another."""
    return compose_piece(10, 26, 9_000_000 + running, key or yard.floor.site.config.keys.piece)


def test_numbers_never_issued_are_unknown_and_those_of_another_secret_forged(yard: Yard) -> None:
    yard.ready()
    assert said(yard.show(guessed(yard, 1), **GOOD)) == ("stop", "unknown")
    assert said(yard.show(guessed(yard, 2, b"somebody else's key"), **GOOD)) == ("stop", "forged")


def test_a_row_of_unknown_paper_raises_the_alarm_and_makes_the_gate_wait_longer_each_time(yard: Yard) -> None:
    yard.ready()
    alarms = []
    for number in range(6):
        told = yard.show(guessed(yard, number), **GOOD)["arguments"]
        alarms.append(told.get("alarm", ""))
    assert alarms == ["", "", "3", "4", "5", "6"]
    at_once = yard.floor.clock.now() - MINUTE
    yard.floor.clock.advance(at_once - yard.floor.clock.now())
    with yard.floor.refused("gate_waits") as refusals:
        yard.show(guessed(yard, 7), **GOOD)
    assert refusals[0].arguments["seconds"] == 16


def test_while_the_gate_waits_a_good_pass_is_let_out_and_ends_the_row(yard: Yard) -> None:
    yard.ready()
    for number in range(3):
        yard.show(guessed(yard, number), **GOOD)
    yard.floor.clock.advance(-MINUTE)
    with yard.floor.refused("gate_waits"):
        yard.show(guessed(yard, 9), **GOOD)
    assert said(yard.show(**GOOD)) == ("release", "released")
    assert "alarm" not in yard.show(guessed(yard, 10), **GOOD)["arguments"]


def test_another_gate_does_not_wait_for_the_guesses_at_this_one(yards: YardMaker) -> None:
    yard = yards(own=NORTH)
    for number in range(3):
        yard.show(guessed(yard, number), **GOOD)
    yard.floor.clock.advance(-MINUTE)
    assert said(yard.show(guessed(yard, 9), who="G1@north_gate", **GOOD)) == ("stop", "unknown")


@pytest.mark.parametrize("seed", [1, 2])
def test_of_many_numbers_guessed_none_opens_the_gate_and_the_passes_that_hold_still_do(tmp_path: Path, seed: int) -> None:
    scans, checks, told = campaign_guesses.campaign(tmp_path / "site", guesses=600, acted=3, seed=seed)
    assert scans["accepted"] == checks["accepted"] == 0
    assert {"unknown", "forged", "piece_damaged"} <= set(scans) and checks["gate_waits"] > 0
    assert told == ["accepted"] * campaign_guesses.PASSES


# The same instant


def test_passes_shown_by_eight_processes_at_eight_gates_at_once_are_let_out_exactly_once_each(tmp_path: Path) -> None:
    figures = eight_gates.run(tmp_path / "site", processes=8, passes=4, gates=8)
    assert figures.released == {number: 1 for number in range(4)}
    assert set(figures.kinds) <= {"released", "used", "other_gate"} and figures.kinds.total() == 64
    assert (figures.late, figures.findings) == ([], [])
    assert (figures.left, figures.loaded) == (4, 0)
    assert figures.sound(4)


def test_the_eight_gates_would_see_a_pass_that_is_let_out_twice() -> None:
    twice = eight_gates.Figures(left=2)
    twice.kinds.update({"released": 3, "used": 5})
    twice.released.update({0: 2, 1: 1})
    assert not twice.sound(2)
    twice.released[0] = 1
    assert twice.sound(2)
    twice.kinds["database_busy"] += 1
    assert not twice.sound(2)


# Quick however many there are


def test_the_bench_of_the_gate_answers_gets_every_answer_right(tmp_path: Path) -> None:
    figures = gate_answer.measure(passes=400, answers=6)
    assert {name: len(times) for name, times in figures.items()} == {
        "released": 6, "used": 6, "shift list": gate_answer.LISTS, "vehicles": gate_answer.LISTS,
    }  # fmt: skip


WHOLE = {"acts_of_restoring", "waiting_for_answers", "waiting_for_review", "cases_open"}
"""Indices that hold only the few rows that are asked for."""


@pytest.mark.parametrize(
    ("room", "name"),
    [
        *((judging, name) for name in ("LET_OUT", "HELD", "RESTORED", "CONFIRMED", "TRIED", "PASS_OF_LOAD", "EMERGENCY_EXIT")),
        *((passing, name) for name in ("AT_THE_GATE", "HELD", "WHY_HELD", "EMERGENCIES", "TODAY", "VEHICLES", "DONE", "PASS")),
        (stock, "LYING"),
    ],
    ids=lambda each: each if isinstance(each, str) else each.__name__,
)
def test_no_query_of_the_gate_reads_a_table_whole(yard: Yard, room: ModuleType, name: str) -> None:
    sql = getattr(room, name)
    plan = [row[-1] for row in yard.floor.rows(f"EXPLAIN QUERY PLAN {sql}", *["0"] * sql.count("?"))]
    scans = [step for step in plan if step.startswith("SCAN") and not any(step.endswith(index) for index in WHOLE)]
    assert scans == [] and not any("documents_of_form (form=?)" in step for step in plan), plan
