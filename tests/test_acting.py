"""A step answered and signed at a terminal: everything through real keys, at a real site."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest
from factory_floor import PIN, Floor, FloorMaker
from terminal import Terminal, at
from test_desk_screen import eventually
from textual.widgets import Input

from qdesk.drafts import drafts_of
from screens.acting import ActScreen
from screens.desk import DeskScreen
from screens.fields import PinField
from screens.login import LoginScreen

PLAN = """
[[inspection_plan]]
checks = [{ id = "appearance", title = { zh = "外观完好", en = "appearance in order" } }]
measures = [{ id = "leak_rate", title = { zh = "泄漏量", en = "leakage" }, unit = "mL/min", from = "0", to = "0.5" }]
"""
WRONG = "000001"
HOSTILE = "[/b] x [@click=app.quit]OK[/]"


def field(terminal: Terminal, name: str) -> Input:
    """The field of a question."""
    page = terminal.frame
    assert isinstance(page, ActScreen)
    found: Input = next(asked for asked in page.questions if asked.asked == name).fields()[0]
    return found


def pins(terminal: Terminal) -> list[str]:
    return [pin.value for pin in terminal.frame.query(PinField)]


async def painted(terminal: Terminal) -> str:
    """The screen once everything that was asked beside the keys has come back."""
    await terminal.app.workers.wait_for_complete()
    await terminal.settled()
    await asyncio.sleep(0.05)
    return terminal.text


async def draw_page(terminal: Terminal, floor: Floor) -> ActScreen:
    await terminal.scan(floor.code(4))
    await terminal.press("f2")
    page = terminal.frame
    assert isinstance(page, ActScreen)
    return page


def to_be_inspected(floors: FloorMaker) -> Floor:
    """A factory with a plan of its own, in which a case has been reworked."""
    floor = floors(own=PLAN)
    floor.play("rework")
    return floor


async def to_the_values(terminal: Terminal, floor: Floor) -> None:
    """Scan the two copies that inspection needs, and open the page of its values."""
    for copy in (5, 6):
        await terminal.scan(floor.code(copy))
    await terminal.press("f2")


def test_what_is_signed_stands_there_in_full(floor: Floor) -> None:
    floor.play("hand_out")

    async def story(terminal: Terminal) -> None:
        await draw_page(terminal, floor)
        text = await painted(terminal)
        for part in ("Draw the product", floor.case, "Acme", "V-100", "V-200", "[x] 4", "storekeeper", "人K1", "rework worker"):
            assert part in text

    at(floor, "finished_store", story, "K1")


def test_scan_key_pin_and_the_second_badge_and_pin_draw_the_product(floor: Floor) -> None:
    floor.play("hand_out")

    async def story(terminal: Terminal) -> None:
        await terminal.scan(floor.code(4))
        await terminal.press("f2")
        await terminal.type(f"{PIN}\r")
        await terminal.scan("R1")
        await terminal.type(f"{PIN}\r")
        assert isinstance(terminal.frame, DeskScreen), terminal.said
        assert "Draw the product: done" in terminal.said

    at(floor, "finished_store", story, "K1")
    assert floor.lies("V-100")["workshop_product"] == 10
    signed = floor.rows("SELECT role, name FROM signatures WHERE in_case = ? AND step = 'draw' ORDER BY role", floor.case)
    assert signed == [("keeper", "人K1"), ("reworker", "人R1")]


def test_keys_typed_ahead_of_the_screen_do_the_whole_step(floor: Floor) -> None:
    floor.play("hand_out")

    async def story(terminal: Terminal) -> None:
        from textual import events

        await terminal.scan(floor.code(4))
        terminal.app.post_message(events.Key("f2", None))
        await terminal.type(f"{PIN}\r]C1R1\r{PIN}\r")
        assert "Draw the product: done" in terminal.said

    at(floor, "finished_store", story, "K1")


def test_a_wrong_pin_of_the_second_keeps_everything_but_the_pins(floor: Floor) -> None:
    floor.play("hand_out")

    async def story(terminal: Terminal) -> None:
        page = await draw_page(terminal, floor)
        await terminal.type(f"{PIN}\r")
        await terminal.scan("R1")
        await terminal.type(f"{WRONG}\r")
        assert "PIN of 人R1" in terminal.said
        assert pins(terminal) == ["", ""]
        assert terminal.app.focused is page.signers.rows[1].fields()[1]
        assert page.signers.rows[1].fields()[0].value == "R1"
        await terminal.type(f"{PIN}\r{PIN}\r")
        assert "done" in terminal.said

    at(floor, "finished_store", story, "K1")


@pytest.mark.parametrize("prefix", ["]C1", ""])
def test_a_badge_scanned_while_a_pin_has_the_focus_is_a_badge(floor: Floor, prefix: str) -> None:
    floor.play("hand_out")

    async def story(terminal: Terminal) -> None:
        page = await draw_page(terminal, floor)
        assert isinstance(terminal.app.focused, PinField)
        await terminal.scan("R1", prefix)
        assert page.signers.rows[1].fields()[0].value == "R1"
        assert pins(terminal) == ["", ""]
        assert terminal.app.focused is page.signers.rows[0].fields()[0]
        assert "人R1" in await painted(terminal)
        await terminal.type(f"{PIN}\r{PIN}\r")
        assert "done" in terminal.said

    at(floor, "finished_store", story, "K1")


def test_enter_anywhere_but_in_the_last_pin_does_nothing_that_cannot_be_taken_back(floor: Floor) -> None:
    floor.play("hand_out")

    async def story(terminal: Terminal) -> None:
        page = await draw_page(terminal, floor)
        await terminal.type(f"{PIN}\r")
        for _ in range(12):
            await terminal.press("enter", "down")
        assert terminal.frame is page

    at(floor, "finished_store", story, "K1")
    assert "workshop_product" not in floor.lies("V-100")


def test_values_are_answered_by_whoever_inspects_and_nothing_is_filled_in(floors: FloorMaker) -> None:
    floor = to_be_inspected(floors)

    async def story(terminal: Terminal) -> None:
        await to_the_values(terminal, floor)
        page = terminal.frame
        assert isinstance(page, ActScreen)
        assert [each.typed() for each in page.questions] == [None, None, None]
        await terminal.press("enter", "enter")
        assert terminal.app.focused is field(terminal, "appearance") and "appearance" in terminal.said
        await terminal.press("down", "down", "down")
        await terminal.type(f"{PIN}\r")
        assert terminal.app.focused is field(terminal, "appearance") and "appearance" in terminal.said
        await terminal.type("yes\r0.7\r")
        text = await painted(terminal)
        assert "! out of limits" in text and "= yes" in text and "expected 10" in text
        await terminal.press("up", "backspace")
        await terminal.type("2\r10\r")
        assert "= within limits" in await painted(terminal)
        await terminal.press("enter")
        assert "done" in terminal.said, terminal.said

    at(floor, "inspection", story, "I1")
    assert floor.rows("SELECT kind, stamp FROM signatures WHERE step = 'inspect'") == [("stamp", "07")]


def test_a_value_out_of_limits_is_refused_and_leads_back_to_its_field(floors: FloorMaker) -> None:
    floor = to_be_inspected(floors)

    async def story(terminal: Terminal) -> None:
        await to_the_values(terminal, floor)
        await terminal.type(f"1\r0.7\r10\r{PIN}\r")
        assert "leakage" in terminal.said
        assert terminal.app.focused is field(terminal, "leak_rate")
        assert field(terminal, "quantity_passed").value == "10"
        assert pins(terminal) == [""]

    at(floor, "inspection", story, "I1")


def test_the_language_changes_in_the_midst_and_nothing_typed_is_lost(floors: FloorMaker) -> None:
    floor = to_be_inspected(floors)

    async def story(terminal: Terminal) -> None:
        await to_the_values(terminal, floor)
        await terminal.type("1\r0.3\r")
        await terminal.press("f11")
        text = await painted(terminal)
        for part in ("检验：合格", "外观完好", "泄漏量", "在限内", "= 是", "签字", "客户"):
            assert part in text.replace("检验: 合格", "检验：合格"), (part, text)
        for word in ("within", "appearance", "Signatures", "[ask."):
            assert word not in text
        assert field(terminal, "leak_rate").value == "0.3"
        await terminal.type(f"10\r{PIN}\r")
        assert "已办" in terminal.said

    at(floor, "inspection", story, "I1")


def test_copies_are_scanned_on_the_page_and_wrong_ones_are_refused_and_lose_nothing(floors: FloorMaker) -> None:
    floor = to_be_inspected(floors)
    other = floor.case
    pieces = dict(floor.pieces)
    floor.case = ""
    floor.play("rework")

    async def story(terminal: Terminal) -> None:
        await terminal.scan(floor.code(5))
        await terminal.press("f2")
        page = terminal.frame
        assert isinstance(page, ActScreen)
        await terminal.type("1")
        assert "[ ] 6" in await painted(terminal)
        await terminal.scan(pieces[f"{other}/6"])
        assert "does not belong" in terminal.said
        await terminal.scan(floor.code(4))
        assert "does not use" in terminal.said
        assert page.intent.missing == [f"{floor.case}/6"]
        await terminal.type(f"\r0.3\r10\r{PIN}\r")
        assert "still needs these copies" in terminal.said
        await terminal.scan(floor.code(6))
        assert page.intent.missing == [] and "[x] 6" in await painted(terminal)
        await terminal.press("f2")
        assert isinstance(terminal.frame, DeskScreen), terminal.said

    at(floor, "inspection", story, "I1")


def test_a_scan_that_nobody_asked_for_changes_nothing(floor: Floor) -> None:
    floor.play("authorise")

    async def story(terminal: Terminal) -> None:
        await terminal.press("f2")
        page = terminal.frame
        assert isinstance(page, ActScreen)
        await terminal.type("Acme")
        for code in (floor.code(1), f"{floor.case}/2", "K1", "finished_store", "NO-SUCH-CODE"):
            await terminal.scan(code)
            assert terminal.said and terminal.frame is page
            assert field(terminal, "fields.customer").value == "Acme"

    at(floor, "sales", story, "S1")


def test_a_draft_survives_a_lock_and_is_said_and_can_be_dropped(floor: Floor) -> None:
    async def story(terminal: Terminal) -> None:
        await terminal.press("f2")
        await terminal.type("Acme\rC-17\r")
        await terminal.app.lock()
        assert isinstance(terminal.frame, LoginScreen)
        await terminal.log_in("S2")
        await terminal.press("f12")
        await terminal.log_in("S1")
        await terminal.press("f2")
        assert field(terminal, "fields.customer").value == "Acme"
        assert field(terminal, "fields.contract").value == "C-17"
        assert "Draft of" in terminal.said
        await terminal.press("f3")
        assert field(terminal, "fields.customer").value == ""
        await terminal.press("f12", "f2")
        assert field(terminal, "fields.contract").value == ""

    at(floor, "sales", story, "S1")


def test_going_back_keeps_the_draft_and_doing_it_drops_it(floor: Floor) -> None:
    async def story(terminal: Terminal) -> None:
        await terminal.press("f2")
        await terminal.type("Acme")
        await terminal.press("escape", "f2")
        assert field(terminal, "fields.customer").value == "Acme"
        await terminal.type("\r\r\r\r\rV-100\rV-200\r5\r\r")
        await terminal.press("f2")
        assert isinstance(terminal.frame, DeskScreen), terminal.said
        await terminal.app.workers.wait_for_complete()

    at(floor, "sales", story, "S1")
    assert drafts_of(floor.site, floor.token("S1")) == []


def test_a_draft_never_holds_who_signs(floor: Floor) -> None:
    floor.play("hand_out")

    async def story(terminal: Terminal) -> None:
        page = await draw_page(terminal, floor)
        await terminal.type(f"{PIN}\r")
        await terminal.scan("R1")
        await terminal.type(PIN)
        await terminal.press("f12")
        assert not page.signers.holds
        await terminal.app.workers.wait_for_complete()

    at(floor, "finished_store", story, "K1")
    kept = floor.rows("SELECT contents FROM drafts")
    assert PIN not in str(kept) and "R1" not in str(kept)


def test_nobody_going_on_clears_badges_and_pins_and_nothing_else(floors: FloorMaker) -> None:
    floor = to_be_inspected(floors)

    async def story(terminal: Terminal) -> None:
        await to_the_values(terminal, floor)
        await terminal.type(f"1\r0.3\r10\r{PIN}")
        page = terminal.frame
        assert isinstance(page, ActScreen)
        page.watch_signers()
        assert pins(terminal) == [PIN]
        terminal.app.typed_at = time.monotonic() - 61
        page.watch_signers()
        assert pins(terminal) == [""]
        assert "cleared" in terminal.said
        assert field(terminal, "leak_rate").value == "0.3"

    at(floor, "inspection", story, "I1")


def test_a_warning_is_read_and_answered_and_the_pins_need_not_be_typed_again(floor: Floor) -> None:
    floor.play("authorise")

    async def story(terminal: Terminal) -> None:
        await terminal.scan(floor.code(2))
        await terminal.press("f2")
        page = terminal.frame
        assert isinstance(page, ActScreen)
        await terminal.type("2\r")
        await terminal.press("f2")
        text = await painted(terminal)
        assert "write why" in text and terminal.app.focused is page.despite.field
        await terminal.type("the customer waits\r")
        await terminal.press("f2")
        assert "done" in terminal.said

    at(floor, "planning", story, "P1")


def test_a_case_that_changed_meanwhile_is_said_and_looked_at_again(floor: Floor) -> None:
    floor.play("hand_out")

    async def story(terminal: Terminal) -> None:
        page = await draw_page(terminal, floor)
        floor.do("S2", "withdraw", reason="no more")
        await terminal.type(f"{PIN}\r")
        await terminal.scan("R1")
        await terminal.type(f"{PIN}\r")
        assert terminal.frame is page and page.outdated
        assert pins(terminal) == ["", ""]
        await terminal.press("f4")
        assert "cannot be done any more" in terminal.said
        assert not page.outdated

    at(floor, "finished_store", story, "K1")


def test_an_earlier_form_is_taken_over_and_can_still_be_changed(floor: Floor) -> None:
    floor.apply(fields={"contract": "C-9"}, quantity="3")

    async def story(terminal: Terminal) -> None:
        await terminal.press("f2", "f4")
        await terminal.press("enter")
        page = terminal.frame
        assert isinstance(page, ActScreen)
        assert field(terminal, "fields.contract").value == "C-9"
        text = await painted(terminal)
        assert "V-100" in text and f"Taken over from {floor.case}" in terminal.said
        await terminal.press("f2")
        assert isinstance(terminal.frame, DeskScreen), terminal.said

    at(floor, "sales", story, "S1")
    assert floor.rows("SELECT COUNT(*) FROM cases") == [(2,)]


@pytest.mark.parametrize("size", [(80, 24), (30, 8), (120, 40), (12, 4)])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_hostile_and_long_texts_are_shown_as_they_are_and_break_nothing(floor: Floor, size: Any, language: str) -> None:
    floor.apply(fields={"customer": HOSTILE + " 长" * 40, "reason": "词" * 180})
    floor.play("hand_out")

    async def story(terminal: Terminal) -> None:
        page = await draw_page(terminal, floor)
        await terminal.press("pageup", "pageup", "pageup")
        text = await painted(terminal)
        if size[0] >= 80:
            assert "[/b] x [@click=app.quit]OK[/]" in text
        await terminal.press("f11", "pagedown", "pageup", "down", "down", "up", "tab", "shift+tab")
        await painted(terminal)
        assert terminal.frame is page

    at(floor, "finished_store", story, "K1", size=size, language=language)


def test_the_field_with_the_focus_is_always_in_view(floor: Floor) -> None:
    floor.apply(lines=[{"item": "V-100", "becomes": "V-200", "quantity": "1"} for _ in range(30)])
    floor.play("hand_out")

    async def story(terminal: Terminal) -> None:
        await draw_page(terminal, floor)
        def in_view() -> bool:
            focused = terminal.app.focused
            return focused is not None and terminal.frame.can_view_entire(focused)

        for _ in range(4):
            await eventually(in_view)
            await terminal.press("down")

    at(floor, "finished_store", story, "K1")


def test_a_desk_that_locks_while_the_act_is_being_done_shows_it_after_unlocking(floor: Floor) -> None:
    floor.play("hand_out")

    async def story(terminal: Terminal) -> None:
        page = await draw_page(terminal, floor)
        await terminal.type(f"{PIN}\r")
        await terminal.scan("R1")
        act = terminal.app.engine.act

        async def locked(*arguments: Any) -> Any:
            done = await act(*arguments)
            await terminal.app.lock()
            return done

        terminal.app.engine.act = locked  # type: ignore[method-assign, assignment]  # the lock falls between the act and its answer
        await terminal.type(f"{PIN}\r")
        assert isinstance(terminal.frame, LoginScreen) and page.finished
        await terminal.log_in("K1")
        await painted(terminal)
        assert isinstance(terminal.frame, DeskScreen), terminal.said
        assert "done" in terminal.said

    at(floor, "finished_store", story, "K1")


def test_a_page_taken_down_while_it_is_being_filled_leaves_no_fault(floor: Floor) -> None:
    floor.play("hand_out")

    async def story(terminal: Terminal) -> None:
        await terminal.scan(floor.code(4))
        ask, begun = terminal.app.engine.ask, asyncio.Event()

        async def slow(*arguments: Any) -> Any:
            begun.set()
            await asyncio.sleep(0.05)
            return await ask(*arguments)

        terminal.app.engine.ask = slow  # type: ignore[method-assign, assignment]  # a slow disk
        terminal.frame.press(2)
        await begun.wait()
        await terminal.app.to_login()
        await asyncio.sleep(0.3)  # the worker that is ended here cannot be waited for
        await terminal.settled()
        assert isinstance(terminal.frame, LoginScreen)

    at(floor, "finished_store", story, "K1")


def test_a_step_without_questions_says_that_only_the_key_is_missing(floor: Floor) -> None:
    floor.play("consent")

    async def story(terminal: Terminal) -> None:
        await terminal.press("enter")
        await terminal.press("f2")
        assert isinstance(terminal.frame, ActScreen)
        await terminal.scan(floor.code(3))
        assert "F2 does it" in terminal.said
        await terminal.press("f2")
        assert isinstance(terminal.frame, DeskScreen) and "done" in terminal.said

    at(floor, "shop_dispatch", story, "D1")


def test_a_choice_answered_in_words_holds_in_the_other_language_and_in_a_draft(floors: FloorMaker) -> None:
    floor = to_be_inspected(floors)

    async def story(terminal: Terminal) -> None:
        await to_the_values(terminal, floor)
        await terminal.type("是\r")
        await terminal.press("f11")
        assert "= yes" in await painted(terminal)
        await terminal.press("f12", "f2")
        assert "= yes" in await painted(terminal)

    at(floor, "inspection", story, "I1", language="zh")


@pytest.mark.parametrize("look", ["dark", "plain"])
def test_the_page_is_drawn_in_every_look(floor: Floor, look: str) -> None:
    floor.play("hand_out")

    async def story(terminal: Terminal) -> None:
        await draw_page(terminal, floor)
        assert "[x] 4" in await painted(terminal)

    at(floor, "finished_store", story, "K1", look=look)
