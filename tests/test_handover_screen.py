"""The hand-over: what this desk leaves to the next shift, and the way out."""

from __future__ import annotations

from factory_floor import Floor
from terminal import Terminal, at

from screens.handover import HandoverScreen
from screens.login import LoginScreen


async def open_handover(terminal: Terminal) -> None:
    await terminal.press("f10", "f10")
    assert isinstance(terminal.frame, HandoverScreen)


def test_the_head_of_the_journal_stands_first_to_be_written_down(floor: Floor) -> None:
    floor.play("authorise")
    (seq, head), = floor.rows("SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1")

    async def story(terminal: Terminal) -> None:
        await open_handover(terminal)
        first = terminal.text.splitlines()[1]
        assert f"Act {seq}" in first
        assert str(head)[:8] in first

    at(floor, "planning", story, "P1")


def test_it_tells_what_waits_what_is_void_what_is_lost_and_what_is_due_elsewhere(floor: Floor) -> None:
    floor.play("plan")
    floor.do("D1", "found_here", [f"{floor.case}/2"])
    floor.do("D1", "reprint", [3], reason="torn")
    floor.do("D1", "report_lost", [f"{floor.case}/6"], reason="gone")

    async def story(terminal: Terminal) -> None:
        await open_handover(terminal)
        text = " ".join(terminal.text.split())
        assert "Waiting here: 1" in text
        assert f"Lost paper: 1 {floor.case}/6" in text
        assert f"Void paper to be collected: 1 {floor.case}/3" in text
        assert f"due elsewhere: 1 {floor.case}/2 to Planning" in text
        await terminal.press("f11")
        await terminal.settled()
        assert "遗失的纸 1 张" in terminal.text

    at(floor, "shop_dispatch", story, "D1")


def test_a_desk_with_nothing_open_says_so(floor: Floor) -> None:
    async def story(terminal: Terminal) -> None:
        await open_handover(terminal)
        assert "Nothing waits here." in terminal.text
        assert "Nothing else is left." in terminal.text

    at(floor, "quality", story, "Q1")


def test_f2_logs_out_and_the_session_is_over(floor: Floor) -> None:
    async def story(terminal: Terminal) -> None:
        await open_handover(terminal)
        await terminal.press("f2")
        assert isinstance(terminal.frame, LoginScreen)
        assert (terminal.app.seat, len(terminal.app.screen_stack)) == (None, 1)
        assert floor.rows("SELECT COUNT(*) FROM sessions WHERE ended_at IS NULL") == [(0,)]

    at(floor, "quality", story, "Q1")


def test_leaving_is_not_next_to_another_key(floor: Floor) -> None:
    async def story(terminal: Terminal) -> None:
        await open_handover(terminal)
        keys = {action.key for action in terminal.frame.all_actions()}
        assert 7 in keys
        assert not keys & {6, 8}

    at(floor, "quality", story, "Q1")
