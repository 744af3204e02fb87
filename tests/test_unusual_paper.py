"""The unusual ways of the paper, played by keys and scans: refused, withdrawn, lost, damaged, astray, taken back, void."""

from __future__ import annotations

from typing import Any

import pytest
from factory_floor import DAY, PIN, WITH_PARTS, Floor, FloorMaker
from terminal import Terminal, at


def test_a_refusal_is_told_to_sales_with_its_reason_and_filed_at_planning(floor: Floor) -> None:
    floor.play("plan")

    async def refuses(terminal: Terminal) -> None:
        await terminal.scan(floor.code(3))
        assert "F2 consent  F3 refuse" in terminal.text
        await terminal.press("f3")
        await terminal.type(f"no capacity\r{PIN}\r")
        assert "copy 3, 4, 5, 6 to Planning" in terminal.said

    async def reads(terminal: Terminal) -> None:
        await terminal.type("\r")
        assert "Decide for the workshop: refuse, 人W1: no capacity" in terminal.text
        await terminal.press("f2")
        assert "Notice read: done" in terminal.said

    async def files(terminal: Terminal) -> None:
        await terminal.scan(floor.code(3))
        await terminal.press("f2")
        assert "the case has ended" in terminal.said

    at(floor, "shop_dispatch", refuses, "W1")
    at(floor, "sales", reads, "S1")
    at(floor, "planning", files, "P1")
    assert floor.ended() == "refused"


def test_a_withdrawal_says_which_paper_is_void_and_is_taken_back_by_its_name(floor: Floor) -> None:
    floor.play("hand_out")

    async def withdraws(terminal: Terminal) -> None:
        await terminal.type(f"{floor.case}\r")
        await terminal.press("f2")
        await terminal.type("customer gone\r")
        await terminal.press("f2")
        assert "void and to be collected: copy 1, 2, 3, 4, 5, 6; the case has ended" in terminal.said
        await terminal.press("f8")
        assert "Take back “Withdraw the application”: done" in terminal.said
        assert "copy 4, 5, 6 to Valve shop" in terminal.said
        await terminal.press("f2")
        await terminal.type("customer gone\r")
        await terminal.press("f2")

    async def scans(terminal: Terminal) -> None:
        await terminal.scan(floor.code(5))
        assert terminal.said == f"{floor.case}/5 is void."
        assert "Withdraw the application, 人S2: customer gone" in terminal.text
        assert "F7" not in terminal.text

    at(floor, "sales", withdraws, "S2")
    at(floor, "valve_shop", scans, "R1")


async def lose(terminal: Terminal, copy: str) -> None:
    """Report a copy lost: its number, a key, the reason, a key."""
    await terminal.type(f"{copy}\r")
    assert "F4 Report lost" in terminal.text, terminal.text
    await terminal.press("f4")
    assert f"Copies: {copy} closing copy" in terminal.text
    await terminal.type("blown away\r")
    await terminal.press("f2")
    assert "Report lost: done" in terminal.said


def test_a_lost_copy_is_reissued_and_the_old_piece_says_what_replaced_it(floor: Floor) -> None:
    floor.play("draw")
    lost = floor.code(6)

    async def story(terminal: Terminal) -> None:
        await lose(terminal, f"{floor.case}/6")
        assert "F3 Reissue (lost)" in terminal.text
        await terminal.press("f3")
        await terminal.type("needed for the inspection\r")
        await terminal.press("f2")
        assert "1 slip to print" in terminal.said
        await terminal.scan(lost)
        [(valid,)] = floor.rows("SELECT piece FROM copies WHERE name = ?", f"{floor.case}/6")
        told = " ".join(terminal.text.split())
        assert f"Valid now is the piece {valid}. {floor.case}/6 closing copy: due at Valve shop" in told
        assert "F7" not in terminal.text
        assert "Not now" not in terminal.text

    at(floor, "valve_shop", story, "R1")
    assert floor.rows("SELECT state FROM prints p JOIN acts a ON a.seq = p.act WHERE a.step = 'reissue'") == [("waiting",)]


def test_a_reissue_needs_a_second_person_where_the_site_says_so(floors: FloorMaker) -> None:
    floor = floors({"reissue_approver": "quality_manager"})
    floor.play("draw")

    async def story(terminal: Terminal) -> None:
        await lose(terminal, f"{floor.case}/6")
        await terminal.press("f3")
        await terminal.type("needed\r")
        await terminal.scan("Q1")
        await terminal.type(f"{PIN}\r")
        assert "Reissue (lost): done" in terminal.said

    at(floor, "valve_shop", story, "R1")


def test_whoever_may_approve_a_reissue_cannot_approve_an_own_one(floors: FloorMaker) -> None:
    floor = floors({"reissue_approver": "quality_manager"})
    floor.play("draw")
    floor.do("R1", "report_lost", [6], reason="丢失")

    async def story(terminal: Terminal) -> None:
        await terminal.type(f"{floor.case}/6\r")
        await terminal.press("f2")
        await terminal.type("needed\r")
        assert "scan the badge" in terminal.text
        await terminal.scan("Q1")
        assert "The same person cannot sign in two places" in terminal.said

    at(floor, "quality", story, "Q1")


def test_a_damaged_copy_is_reprinted_from_the_second_page_of_keys(floor: Floor) -> None:
    floor.play("draw")

    async def story(terminal: Terminal) -> None:
        await terminal.scan(floor.code(5))
        assert "Reprint" not in terminal.text
        await terminal.press("f7", "f3")
        assert f"Copies: {floor.case}/5 receipt voucher" in terminal.text
        await terminal.type("oil\r")
        await terminal.press("f2")
        assert "Reprint (damaged): done" in terminal.said
        await terminal.press("f8")
        assert "Take back “Reprint (damaged)”: done" in terminal.said

    at(floor, "valve_shop", story, "R1")


def test_stray_paper_is_found_and_sent_on_with_two_keys_and_late_work_says_so(floors: FloorMaker) -> None:
    floor = floors()
    floor.play("rework")
    floor.clock.advance(3 * DAY)

    async def story(terminal: Terminal) -> None:
        await terminal.scan(floor.code(6))
        await terminal.press("f2")
        assert "Found here: done" in terminal.said
        await terminal.press("f2")
        assert "Send on: done" in terminal.said
        assert "please carry it to Valve shop" in terminal.said
        assert "途中" not in terminal.text
        await terminal.press("f2")
        assert "Send on: done" in terminal.said

    at(floor, "planning", story, "P1")
    assert floor.rows("SELECT step FROM acts WHERE step IN ('found_here', 'send_on') ORDER BY seq") == [
        ("found_here",), ("send_on",),
    ]  # fmt: skip


def test_the_quality_manager_reverses_later_and_sees_what(floor: Floor) -> None:
    floor.play("rework")

    async def story(terminal: Terminal) -> None:
        await terminal.type(f"{floor.case}\r")
        await terminal.press("f7")
        assert "F2  Reverse the newest act  (Rework, 人R1)" in terminal.text
        await terminal.press("f2")
        assert "Valve shop  人R1  Rework" in terminal.text
        await terminal.type("wrong valve\r")
        await terminal.press("f2")
        assert "V-100 10 to workshop, product to be modified" in terminal.said

    at(floor, "quality", story, "Q1")
    assert floor.lies("V-200") == {}


def test_nobody_without_the_right_is_offered_to_reverse_what_others_did(floor: Floor) -> None:
    floor.play("rework")

    async def story(terminal: Terminal) -> None:
        await terminal.scan(floor.code(5))
        await terminal.press("f7")
        assert "Reverse" not in terminal.text

    at(floor, "valve_shop", story, "R2")


def test_two_documents_of_a_case_are_scanned_one_after_the_other(floor: Floor) -> None:
    floor.play("rework", WITH_PARTS)

    async def story(terminal: Terminal) -> None:
        await terminal.scan(floor.code(5))
        await terminal.scan(floor.code(f"{floor.parts}/1"))
        assert f"Belongs to the case {floor.case}" in terminal.text
        await terminal.scan(floor.code(5))
        await terminal.press("f9", "f5")
        assert f"Where is {floor.parts}" in terminal.text
        await terminal.press("f5")
        assert f"Where is {floor.case}" in terminal.text

    at(floor, "valve_shop", story, "R1")


@pytest.mark.parametrize("wide", [{}, {"size": (140, 40)}])
def test_the_plain_look_of_a_failed_case_is_plain_letters(floor: Floor, wide: dict[str, Any]) -> None:
    floor.play("rework")
    floor.step("inspect", outcome="fail", reason="leaks", quantity_passed="")

    async def story(terminal: Terminal) -> None:
        await terminal.scan(floor.code(5))
        await terminal.press("f2")
        await terminal.press("f2")
        await terminal.press("f12")
        odd = {letter for letter in terminal.text if not letter.isascii()} - set("人中文“”")
        assert not odd, terminal.text

    at(floor, "valve_shop", story, "R1", look="plain", **wide)


def test_a_failed_case_reads_in_chinese(floor: Floor) -> None:
    floor.play("rework")
    floor.step("inspect", outcome="fail", reason="漏", quantity_passed="")

    async def story(terminal: Terminal) -> None:
        await terminal.scan(floor.code(5))
        assert "检验：不合格，人I1写明：漏" in terminal.text
        await terminal.press("f2")
        await terminal.type(f"{PIN}\r")
        assert "接下来：检验部门办“检验”" in terminal.said, terminal.said

    at(floor, "valve_shop", story, "R1", language="zh")
