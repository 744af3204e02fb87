"""A document amended at a terminal: what stands is in the fields, what changes and what lapses is said before it is done."""

from __future__ import annotations

import pytest
from factory_floor import Floor
from terminal import Terminal, at

from qdesk.desk import look
from qdesk.desk.amending import amendment
from screens.acting import ActScreen
from screens.amending import AmendScreen, paired


def may_be_amended(floor: Floor, who: str, code: str = "") -> bool:
    """Whether the card offers to amend, which is the same as that amending is not refused."""
    token = floor.token(who)
    return "amend" in look(floor.site, token, code or floor.case)["also"]


async def open_amendment(terminal: Terminal) -> None:
    """Open what waits, turn to the second page of its card, and press the key of amending."""
    await terminal.type(f"{terminal.case}\r")  # type: ignore[attr-defined]  # put there by the test
    await terminal.press("f7")
    key = next(action.key for action in terminal.frame.all_actions() if action.title == "Amend")
    await terminal.press(f"f{key}")
    assert isinstance(terminal.frame, AmendScreen), terminal.text


def amending(floor: Floor, terminal: Terminal) -> Terminal:
    """The terminal, knowing the case."""
    terminal.case = floor.case  # type: ignore[attr-defined]  # see open_amendment
    return terminal


def quantities(floor: Floor) -> list[tuple[int, str, int]]:
    """Revision, item and quantity of the newest lines."""
    return floor.rows(
        "SELECT revision, item, quantity FROM lines WHERE serial = ? AND revision = (SELECT MAX(revision) FROM lines)", floor.case
    )


# Where it is offered


def test_amending_is_offered_to_whoever_may_write_the_form_where_it_is_written(floor: Floor) -> None:
    floor.apply()
    assert may_be_amended(floor, "S1")
    assert not may_be_amended(floor, "S2")
    assert not may_be_amended(floor, "P1")


@pytest.mark.parametrize(("upto", "offered"), [("authorise", True), ("hand_out", True), ("draw", False), ("receive", False)])
def test_amending_is_offered_until_goods_have_moved(floor: Floor, upto: str, offered: bool) -> None:
    floor.play(upto)
    assert may_be_amended(floor, "S1") is offered
    if not offered:
        with floor.refused("goods_moved"):
            amendment(floor.site, floor.token("S1"), floor.case, floor.site.words)


def test_an_amendment_says_what_it_asks_and_whose_signature_lapses(floor: Floor) -> None:
    floor.apply()
    told = amendment(floor.site, floor.token("S1"), floor.case, floor.site.words)
    assert (told["signed"], told["lapses"]) == (False, [])
    assert [ask["name"] for ask in told["asks"]][:1] == ["fields.customer"]
    assert told["asks"][-1]["name"] == "lines"
    floor.play("authorise")
    told = amendment(floor.site, floor.token("S1"), floor.case, floor.site.words)
    assert (told["signed"], told["lapses"], told["desk"]) == (True, ["人S2"], "sales")


def test_a_parts_form_is_amended_at_the_shop_until_it_is_signed(floor: Floor) -> None:
    floor.play("draw")
    floor.step("open_parts")
    assert may_be_amended(floor, "R1", floor.parts)
    assert not may_be_amended(floor, "S1", floor.parts)
    floor.step("draw_parts")
    assert not may_be_amended(floor, "R1", floor.parts)


# Stories


def test_a_clerk_amends_a_quantity_before_the_signature(floor: Floor) -> None:
    floor.apply()

    async def story(terminal: Terminal) -> None:
        await open_amendment(amending(floor, terminal))
        assert "only the words change" in terminal.text and "Nothing is changed yet" in terminal.text
        frame = terminal.frame
        assert isinstance(frame, AmendScreen)
        editor = next(frame.editors())
        terminal.app.frame.set_focus(editor.fields()[0])
        await terminal.press("up", "f5")
        place = [column["name"] for column in editor.columns].index("quantity")
        editor.put(place, "")
        frame.set_focus(editor.fields()[place])
        await terminal.type("12\r")
        while editor.has_begun:
            await terminal.type("\r")
        assert "Line 1: " in terminal.text and "10 -> 12" in terminal.text, terminal.text
        await terminal.press("f2")
        assert "Amend: done" in terminal.said, terminal.text
        assert "revision 2" in terminal.text

    at(floor, "sales", story, "S1")
    assert quantities(floor) == [(2, "V-100", 12000)]


def test_after_the_signature_what_lapses_is_said_and_the_next_key_does_it(floor: Floor) -> None:
    floor.play("authorise")

    async def story(terminal: Terminal) -> None:
        await open_amendment(amending(floor, terminal))
        assert "signatures lapse: 人S2" in terminal.text
        await terminal.type(" Ltd\r")
        await terminal.press("f2")
        assert "Acme -> Acme Ltd" in terminal.said and "F2 again" in terminal.said
        assert floor.rows("SELECT MAX(revision) FROM documents") == [(1,)]
        await terminal.press("f2")
        assert "Amend: done" in terminal.said, terminal.text

    at(floor, "sales", story, "S1")
    assert floor.rows("SELECT revision FROM documents") == [(2,)]
    assert floor.rows("SELECT COUNT(*) FROM signatures WHERE lapsed_at IS NULL") == [(0,)]


def test_nothing_changed_is_nothing_done_and_leaves_no_draft(floor: Floor) -> None:
    floor.apply()

    async def story(terminal: Terminal) -> None:
        await open_amendment(amending(floor, terminal))
        await terminal.press("f2")
        assert "Nothing is changed yet" in terminal.said
        assert isinstance(terminal.frame, AmendScreen)
        await terminal.press("f12")

    at(floor, "sales", story, "S1")
    assert floor.rows("SELECT MAX(revision) FROM documents") == [(1,)]
    assert floor.rows("SELECT * FROM drafts") == []


def test_what_was_changed_and_not_done_is_kept_and_may_be_put_back_as_it_stands(floor: Floor) -> None:
    floor.apply()

    async def story(terminal: Terminal) -> None:
        await open_amendment(amending(floor, terminal))
        await terminal.type(" Ltd\r")
        await terminal.press("f12", "f12")
        await open_amendment(terminal)
        assert "Acme -> Acme Ltd" in terminal.text
        await terminal.press("f3")
        assert "Nothing is changed yet" in terminal.text
        assert isinstance(terminal.frame, ActScreen)
        assert terminal.frame.questions[0].typed() == "Acme"

    at(floor, "sales", story, "S1")


def test_an_amendment_over_a_case_that_has_changed_is_refused_and_looked_at_again(floor: Floor) -> None:
    floor.apply()

    async def story(terminal: Terminal) -> None:
        await open_amendment(amending(floor, terminal))
        await terminal.type(" Ltd\r")
        floor.play("authorise")
        await terminal.press("f2")
        assert "Amend: done" not in terminal.said
        await terminal.press("f4")
        assert "signatures lapse: 人S2" in terminal.text
        await terminal.press("f2", "f2")
        assert "Amend: done" in terminal.said, terminal.text

    at(floor, "sales", story, "S1")
    assert floor.rows("SELECT revision FROM documents") == [(2,)]


def test_a_warning_is_read_and_answered_as_when_the_form_was_written(floor: Floor) -> None:
    floor.apply(item="VC-1", quantity="2", despite="known")

    async def story(terminal: Terminal) -> None:
        await open_amendment(amending(floor, terminal))
        await terminal.type(" Ltd\r")
        await terminal.press("f2")
        assert "Please read this" in terminal.text, terminal.text
        await terminal.type("the customer knows\r")
        await terminal.press("f2")
        assert "Amend: done" in terminal.said, terminal.text

    at(floor, "sales", story, "S1")


def test_the_page_speaks_the_language_of_the_moment(floor: Floor) -> None:
    floor.apply()

    async def story(terminal: Terminal) -> None:
        await open_amendment(amending(floor, terminal))
        await terminal.type(" Ltd\r")
        await terminal.press("f11")
        assert "只改内容" in terminal.text and "[question" not in terminal.text and "由Acme改为Acme Ltd" in terminal.text

    at(floor, "sales", story, "S1")


def test_lines_that_are_changed_added_and_removed_are_told_apart() -> None:
    one, two, three = ("A", "1"), ("B", "2"), ("C", "3")
    assert list(paired([one, two], [one, two])) == []
    assert list(paired([one, two], [one, ("B", "5")])) == [(2, two, ("B", "5"))]
    assert list(paired([one, two, three], [one, three])) == [(2, two, ())]
    assert list(paired([one, three], [one, two, three])) == [(2, (), two)]
