"""Action cards: a code on a card does what a key does, on the paper on the desk and nowhere else."""

from __future__ import annotations

from typing import Any

import pytest
from factory_floor import Floor
from terminal import Terminal, at

from qdesk.slips.cards import load_actions
from screens.acting import ActScreen
from screens.codes import action_of
from screens.desk import DeskScreen
from screens.login import LoginScreen


def asked(terminal: Terminal) -> tuple[str, str | None]:
    """The step and the outcome of the page that is open."""
    assert isinstance(terminal.frame, ActScreen)
    return terminal.frame.intent.step, terminal.frame.intent.outcome


def cannot(terminal: Terminal) -> list[dict[str, Any]]:
    """What the card on the desk says cannot be done now."""
    assert isinstance(terminal.frame, DeskScreen)
    return list(terminal.frame.card["cannot"]) if terminal.frame.card else []


def test_every_shipped_card_is_read_as_a_card_however_it_is_typed() -> None:
    for code in load_actions():
        assert action_of(code) == code
        assert action_of(code.upper().replace(".", "。")) == code
    assert [action_of(text) for text in (".2", "F2", "pass", ".", ".p ass", "GX26-000001", "1.5")] == [""] * 7


@pytest.mark.parametrize(("code", "outcome"), [(".pass", "pass"), (".fail", "fail")])
def test_pass_and_fail_choose_the_way_of_the_inspection(floor: Floor, code: str, outcome: str) -> None:
    floor.play("rework")

    async def story(terminal: Terminal) -> None:
        await terminal.scan(floor.code(5))
        await terminal.scan(code)
        assert asked(terminal) == ("inspect", outcome)

    at(floor, "inspection", story, "I1")


def test_issue_begins_the_step_that_gives_goods_out(floor: Floor) -> None:
    floor.play("hand_out")

    async def story(terminal: Terminal) -> None:
        await terminal.scan(floor.code(4))
        await terminal.scan(".issue")
        assert asked(terminal)[0] == "draw"

    at(floor, "finished_store", story, "K1")


def test_without_a_paper_on_the_desk_a_card_does_nothing_and_says_so(floor: Floor) -> None:
    floor.play("hand_out")

    async def story(terminal: Terminal) -> None:
        await terminal.scan(".issue")
        assert "there is none on the desk" in terminal.said
        await terminal.press("f10")
        await terminal.scan(".issue")
        assert "there is none on the desk" in terminal.said

    at(floor, "finished_store", story, "K1")


def test_a_card_for_what_cannot_be_done_now_says_why_not(floor: Floor) -> None:
    floor.play("authorise")

    async def story(terminal: Terminal) -> None:
        await terminal.scan(floor.code(4))
        await terminal.scan(".receive")
        assert isinstance(terminal.frame, DeskScreen)
        said, *reasons = terminal.said.split("\n")
        assert said == "The card “Receive” stands for nothing that may be done with this paper now."
        because = next(each["because"] for each in cannot(terminal) if each["step"] == "receive")
        assert reasons == [reason["message"] for reason in because]
        assert reasons
        await terminal.press("f1", "f12")
        assert terminal.frame.refused == "action_not_here"

    at(floor, "finished_store", story, "K1")


def test_a_card_that_nobody_made_is_refused(floor: Floor) -> None:
    async def story(terminal: Terminal) -> None:
        await terminal.scan(".explode")
        assert ".explode" in terminal.said
        assert isinstance(terminal.frame, DeskScreen)

    at(floor, "finished_store", story, "K1")


def test_a_card_scanned_into_a_field_is_no_answer(floor: Floor) -> None:
    floor.play("hand_out")

    async def story(terminal: Terminal) -> None:
        await terminal.scan(floor.code(4))
        await terminal.press("f2")
        before = [field.value for field in terminal.frame.query("Field").results()]  # type: ignore[attr-defined]  # every Field is an Input
        await terminal.scan(".pass")
        assert [field.value for field in terminal.frame.query("Field").results()] == before  # type: ignore[attr-defined]  # as above
        assert isinstance(terminal.frame, ActScreen)

    at(floor, "finished_store", story, "K1")


def test_back_leaves_the_page_puts_the_paper_aside_and_never_locks(floor: Floor) -> None:
    floor.play("hand_out")

    async def story(terminal: Terminal) -> None:
        await terminal.scan(floor.code(4))
        await terminal.press("f2")
        for _ in range(2):
            await terminal.scan(".back")
        assert isinstance(terminal.frame, DeskScreen)
        assert terminal.frame.card is None
        await terminal.scan(".back")
        assert isinstance(terminal.frame, DeskScreen)
        assert terminal.app.seat is not None

    at(floor, "finished_store", story, "K1")


def test_a_locked_desk_takes_no_card(floor: Floor) -> None:
    async def story(terminal: Terminal) -> None:
        await terminal.press("f12")
        assert isinstance(terminal.frame, LoginScreen)
        await terminal.scan(".back")
        await terminal.scan(".issue")
        assert isinstance(terminal.frame, LoginScreen)
        assert terminal.app.seat is None

    at(floor, "finished_store", story, "K1")


def test_a_site_may_have_cards_of_its_own(floor: Floor) -> None:
    floor.play("hand_out")
    own = floor.folder / "slips"
    own.mkdir()
    card = '[go]\ncode = ".go"\ntitle = { zh = "走", en = "Go" }\nnote = { zh = "出", en = "Out" }\nsteps = ["draw"]\n'
    (own / "actions.toml").write_text(card, encoding="utf-8")

    async def story(terminal: Terminal) -> None:
        await terminal.scan(floor.code(4))
        await terminal.scan(".issue")
        assert isinstance(terminal.frame, DeskScreen)
        await terminal.scan(".go")
        assert asked(terminal)[0] == "draw"

    at(floor, "finished_store", story, "K1")
