"""Who signs: the operator by PIN, others by badge and PIN or by their handwriting; nothing of it outlives the act."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from factory_floor import PIN, Floor
from terminal import Terminal, at

from qdesk.errors import Because, Refused
from screens.acting import ActScreen
from screens.desk import DeskScreen
from screens.intent import Intent
from screens.signer import OperatorRow, PaperRow, SecondRow

Story = Callable[[Terminal], Coroutine[Any, Any, None]]


async def page_for(terminal: Terminal, **intent: Any) -> ActScreen:
    """A page for a step of our own making; what it asks of the engine is caught by the test."""
    desk = terminal.frame
    assert isinstance(desk, DeskScreen)
    await terminal.app.push_screen(ActScreen(Intent(step="draw", title="Draw", **intent), desk))
    await terminal.settled()
    page = terminal.frame
    assert isinstance(page, ActScreen)
    return page


def refusing(terminal: Terminal, *refusals: Refused) -> list[dict[str, Any]]:
    """Have the engine refuse, and return what it was asked."""
    left, asked = list(refusals), list[dict[str, Any]]()

    async def act(seat: Any, request: dict[str, Any]) -> Any:
        asked.append(request)
        raise left.pop(0)

    terminal.app.engine.act = act  # type: ignore[method-assign, assignment]  # the desk's own answer is tested elsewhere
    return asked


def test_a_page_has_its_focus_at_once_so_that_nothing_takes_it_from_a_pin_later(floor: Floor) -> None:
    class Beginning(ActScreen):
        async def begin(self) -> None:
            """Go to no field yet."""

    async def story(terminal: Terminal) -> None:
        desk = terminal.frame
        assert isinstance(desk, DeskScreen)
        await terminal.app.push_screen(Beginning(Intent(step="draw", title="Draw", signs=["keeper"]), desk))
        assert terminal.app.focused is terminal.of("#scan")

    at(floor, "finished_store", story, "K1")


def test_the_operator_signs_one_role_and_somebody_else_the_other(floor: Floor) -> None:
    async def story(terminal: Terminal) -> None:
        page = await page_for(terminal, signs=["reworker", "keeper"])
        assert [type(row) for row in page.signers.rows] == [OperatorRow, SecondRow]
        assert page.signers.rows[0].role == "keeper"

    at(floor, "finished_store", story, "K1")


def test_whoever_holds_every_role_still_signs_only_once(floor: Floor) -> None:
    async def story(terminal: Terminal) -> None:
        page = await page_for(terminal, signs=["keeper", "reworker"])
        assert [type(row) for row in page.signers.rows] == [OperatorRow, SecondRow]
        await terminal.scan("X1")
        assert "same person" in terminal.said
        assert not page.signers.rows[1].fields()[0].value

    at(floor, "finished_store", story, "X1")


def test_a_badge_without_the_role_says_so_before_a_pin_is_typed(floor: Floor) -> None:
    async def story(terminal: Terminal) -> None:
        page = await page_for(terminal, signs=["keeper", "reworker"])
        await terminal.scan("P1")
        assert "lacks this role" in page.signers.rows[1].who.content.plain  # type: ignore[union-attr]  # what was drawn is content

    at(floor, "finished_store", story, "K1")


def test_a_badge_can_be_typed_and_an_unknown_one_is_refused_and_kept(floor: Floor) -> None:
    async def story(terminal: Terminal) -> None:
        page = await page_for(terminal, signs=["keeper", "reworker"])
        badge, pin = page.signers.rows[1].fields()
        await terminal.press("down")
        await terminal.type("R9\r")
        assert terminal.app.focused is badge and badge.value == "R9" and "R9" in terminal.said
        await terminal.type("\b")
        await terminal.press("backspace")
        await terminal.type("1\r")
        assert terminal.app.focused is pin

    at(floor, "finished_store", story, "K1")


def test_a_third_badge_is_asked_by_nobody(floor: Floor) -> None:
    async def story(terminal: Terminal) -> None:
        page = await page_for(terminal, signs=["keeper", "reworker"])
        await terminal.scan("R1")
        await terminal.scan("R2")
        assert "not asked for" in terminal.said
        assert page.signers.rows[1].fields()[0].value == "R1"

    at(floor, "finished_store", story, "K1")


def test_pins_are_gone_from_the_screen_before_the_desk_is_asked(floor: Floor) -> None:
    async def story(terminal: Terminal) -> None:
        page = await page_for(terminal, signs=["keeper"])
        seen: list[str] = []

        async def act(seat: Any, request: dict[str, Any]) -> Any:
            seen.extend([page.signers.rows[0].fields()[0].value, request["signers"][0]["pin"]])
            raise Refused("database_busy")

        terminal.app.engine.act = act  # type: ignore[method-assign, assignment]  # as above
        await terminal.type(f"{PIN}\r")
        assert seen == ["", PIN]
        assert "busy" in terminal.said

    at(floor, "finished_store", story, "K1")


def test_handwriting_asks_whose_and_on_which_copy(floor: Floor) -> None:
    floor.play("hand_out")

    async def story(terminal: Terminal) -> None:
        await terminal.scan(floor.code(4))
        card = terminal.frame.card  # type: ignore[attr-defined]  # the desk has one
        page = await page_for(terminal, signs=["keeper", "paper:driver"], case=floor.case, card=card)
        assert isinstance(page.signers.rows[1], PaperRow)
        asked = refusing(terminal, Refused("database_busy"))
        await terminal.type(f"{PIN}\r")
        await terminal.press("f2")
        assert "handwriting" in terminal.said and not asked
        await terminal.type("王师傅\r4\r")
        assert not asked
        await terminal.press("f2")
        assert asked[0]["signers"] == [
            {"as": "keeper", "badge": "K1", "pin": PIN},
            {"as": "paper:driver", "paper": True, "name": "王师傅", "copy": f"{floor.case}/4"},
        ]

    at(floor, "finished_store", story, "K1")


@pytest.mark.parametrize(
    ("refused", "row", "field"),
    [
        (Refused("pin_wrong", name="人K1"), 0, 0),
        (Refused("pin_wrong", name="人R1"), 1, 1),
        (Refused("badge_revoked", name="人R1", badge="R1"), 1, 0),
        (Refused("signer_lacks_role", name="人R1", role="x"), 1, 0),
        (Refused("own_work", person="人R1", step="x"), 1, 0),
        (Refused("person_locked", until="x"), 0, 0),
    ],
)
def test_a_refusal_leads_to_where_it_is_mended(floor: Floor, refused: Refused, row: int, field: int) -> None:
    async def story(terminal: Terminal) -> None:
        page = await page_for(terminal, signs=["keeper", "reworker"])
        refusing(terminal, refused)
        await terminal.scan("R1")
        await terminal.type(f"{PIN}\r{PIN}\r")
        assert terminal.app.focused is page.signers.rows[row].fields()[field]
        assert [each.fields()[-1].value for each in page.signers.rows] == ["", ""]

    at(floor, "finished_store", story, "K1")


def test_a_signature_the_desk_still_wants_gets_a_row_of_its_own(floor: Floor) -> None:
    async def story(terminal: Terminal) -> None:
        page = await page_for(terminal, signs=["keeper"])
        wanted = Because("signature_missing", {"role": "x"}, where="finished_store", who="quality_manager")
        refusing(terminal, Refused("signature_missing", [wanted], role="x"))
        await terminal.type(f"{PIN}\r")
        assert [row.role for row in page.signers.rows] == ["keeper", "quality_manager"]

    at(floor, "finished_store", story, "K1")


def test_a_warning_keeps_the_pins_that_were_right(floor: Floor) -> None:
    async def story(terminal: Terminal) -> None:
        page = await page_for(terminal, signs=["keeper", "reworker"])
        warning = Because("certificate", {"item": "V-100"})
        refusing(terminal, Refused("reason_needed", [warning], step="x"))
        await terminal.scan("R1")
        await terminal.type(f"{PIN}\r{PIN}\r")
        assert [row.fields()[-1].value for row in page.signers.rows] == [PIN, PIN]
        assert terminal.app.focused is page.despite.field

    at(floor, "finished_store", story, "K1")
