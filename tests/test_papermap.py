"""The paper map: where is copy 4, who signed it, why is it late? Answered on one screen of 80 by 24."""

from __future__ import annotations

import dataclasses

import pytest
from factory_floor import DAY, P01, Floor
from terminal import Terminal, at

from screens.papermap import PaperMap, desk_rows, late_rows


def line_of(terminal: Terminal, word: str) -> str:
    return next(line for line in terminal.text.splitlines() if word in line)


async def map_of(terminal: Terminal, code: str) -> None:
    await terminal.press("f9")
    await terminal.type(f"{code}\r")
    assert isinstance(terminal.frame, PaperMap)


def heads(floor: Floor) -> int:
    number: int = floor.rows("SELECT COUNT(*) FROM journal")[0][0]
    return number


def make_late(floor: Floor, step: str, days: int = 3) -> None:
    """Let a step be late: the site allows a day, and some have passed."""
    floor.clock.advance(days * DAY)
    text = (floor.folder / "site.toml").read_text(encoding="utf-8")
    (floor.folder / "site.toml").write_text(f'{text}\n[within]\n"{P01}.{step}" = "1d"\n', encoding="utf-8")
    floor.site.config = dataclasses.replace(floor.site.config, within={f"{P01}.{step}": DAY})


def test_where_a_copy_is_who_signed_and_why_it_is_late_stands_on_one_screen(floor: Floor) -> None:
    floor.play("hand_out")
    make_late(floor, "draw")

    async def story(terminal: Terminal) -> None:
        await map_of(terminal, f"{floor.case}/4")
        text = " ".join(terminal.text.split())
        assert f"> {floor.case}/4 issue voucher: due at Valve shop" in text
        assert "LATE: “Draw the product” waits at Finished goods store for the storekeeper" in text
        assert "(3 d)" in text
        assert "sales leader 人S2 Sign the application" in text
        assert "workshop leader 人W1" in text
        assert "> 4 issue voucher" in text

    at(floor, "quality", story, "Q1")


def test_lost_paper_stands_before_everything_else(floor: Floor) -> None:
    floor.play("plan")
    floor.do("P1", "report_lost", [f"{floor.case}/5"], reason="gone")

    async def story(terminal: Terminal) -> None:
        await map_of(terminal, floor.case)
        lines = terminal.text.splitlines()
        assert lines[2].startswith(f" ! LOST: {floor.case}/5")
        assert "lost" in line_of(terminal, "! 5 receipt")

    at(floor, "quality", story, "Q1")


def test_looking_at_the_map_takes_nothing_in_and_writes_nothing(floor: Floor) -> None:
    floor.play("plan")
    before = heads(floor)

    async def story(terminal: Terminal) -> None:
        await map_of(terminal, floor.case)
        assert "on its way" in line_of(terminal, "3 shop file")
        await terminal.type(f"{floor.case}/3\r")
        assert "> 3 shop file" in terminal.text

    at(floor, "shop_dispatch", story, "D1")
    assert heads(floor) == before


def test_a_piece_that_is_scanned_goes_to_the_desk_and_arrives_there(floor: Floor) -> None:
    floor.play("plan")

    async def story(terminal: Terminal) -> None:
        await map_of(terminal, floor.case)
        await terminal.scan(floor.code(3))
        assert len(terminal.app.screen_stack) == 2
        assert f"{floor.case}/3 is here" in terminal.said

    at(floor, "shop_dispatch", story, "D1")
    assert floor.rows("SELECT seen FROM copies WHERE name = ?", f"{floor.case}/3") == [("shop_dispatch",)]


def test_a_document_that_is_not_in_the_book_is_refused_and_the_map_stays(floor: Floor) -> None:
    floor.play("plan")

    async def story(terminal: Terminal) -> None:
        await map_of(terminal, floor.case)
        await terminal.type("GX26-999999\r")
        assert "GX26-999999" in terminal.said
        assert f"Where is {floor.case}" in terminal.text

    at(floor, "quality", story, "Q1")


def test_a_desk_lists_its_paper_the_worst_first(floor: Floor) -> None:
    floor.play("plan")
    floor.do("D1", "found_here", [f"{floor.case}/2"])
    floor.do("D1", "report_lost", [f"{floor.case}/6"], reason="gone")

    async def story(terminal: Terminal) -> None:
        await terminal.press("f9")
        rows = [line.split()[0:3] for line in terminal.text.replace(">", " ").splitlines() if f"{floor.case}/" in line]
        states = [(row[0][-1], row[1]) for row in rows]
        assert states[:2] == [("6", "lost"), ("2", "elsewhere")]
        assert {state for _, state in states[2:]} == {"on"}
        await terminal.press("enter")
        assert f"{floor.case}/6" in terminal.said

    at(floor, "shop_dispatch", story, "D1")


def test_late_steps_and_lost_copies_of_the_whole_works_and_the_way_to_their_copies_and_back(floor: Floor) -> None:
    floor.play("hand_out")
    floor.do("R1", "report_lost", [f"{floor.case}/5"], reason="gone")
    make_late(floor, "draw")

    async def story(terminal: Terminal) -> None:
        await terminal.press("f10", "f5")
        assert "lost" in line_of(terminal, f"> {floor.case}/5")
        assert "Draw the product" in line_of(terminal, "late   ")
        await terminal.press("down", "f5")
        assert f"Where is {floor.case}" in terminal.text
        await terminal.press("f12")
        assert "Late or lost" in terminal.text
        await terminal.press("f12", "f12")
        assert len(terminal.app.screen_stack) == 2

    at(floor, "quality", story, "Q1")


def test_f4_shows_one_desk_after_the_other_and_a_word_looks_through_its_paper(floor: Floor) -> None:
    floor.play("plan")

    async def story(terminal: Terminal) -> None:
        await terminal.press("f9", "f4")
        assert "Paper: Administration" in terminal.text
        await terminal.press("f4")
        assert "Paper: Sales" in terminal.text
        await terminal.type("originator\r")
        assert "nothing" in terminal.text.lower()
        await terminal.press("f12")
        assert f"{floor.case}/1" in terminal.text

    at(floor, "quality", story, "Q1")


def test_the_map_changes_when_another_desk_acts(floor: Floor) -> None:
    floor.play("authorise")

    async def story(terminal: Terminal) -> None:
        await map_of(terminal, floor.case)
        assert "workshop leader" not in terminal.text
        floor.step("plan")
        await terminal.frame.changed()
        assert "Planning" in line_of(terminal, "2 planning file")
        assert "in place" in line_of(terminal, "2 planning file")

    at(floor, "quality", story, "Q1")


@pytest.mark.parametrize("size", [(80, 24), (140, 40)])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_line_is_wider_than_the_terminal_and_the_keys_are_in_sight(floor: Floor, language: str, size: tuple[int, int]) -> None:
    floor.play("hand_out")

    async def story(terminal: Terminal) -> None:
        await map_of(terminal, floor.case)
        assert "F12" in terminal.text.splitlines()[-1]
        await terminal.press("f3")
        assert "F12" in terminal.text.splitlines()[-1]

    at(floor, "quality", story, "Q1", size=size, language=language)


def test_void_paper_that_still_lies_at_a_desk_is_told_as_void() -> None:
    copy = {"copy": "A26-000001/1", "case": "A26-000001", "due": "void", "seen": "sales", "state": "on_its_way"}
    times = {"due_since": "2026-11-20T08:00:00+08:00", "seen_since": "2026-11-19T08:00:00+08:00"}
    rows = desk_rows({"due": [], "astray": [{**copy, **times}]})
    assert [row["state"] for row in rows] == ["void"]
    assert late_rows({"late": [], "lost": []}) == []
