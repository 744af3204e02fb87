"""Blank forms, void paper and the second person as people meet them at a desk."""

from __future__ import annotations

from factory_floor import MINUTE, PIN, Floor, FloorMaker
from terminal import Terminal, at

import data
from qdesk.clock import moment


def issued(floor: Floor) -> tuple[str, str]:
    """Issue one blank; return its serial and the digits on its first sheet."""
    [blank] = floor.do("A1", "issue_blanks", case="", form="product_modification.application", number=1).prints
    [(piece,)] = floor.rows("SELECT number FROM blank_pieces WHERE serial = ? AND copy = 1", blank["subject"])
    return blank["subject"], piece


def test_a_blank_filled_in_by_hand_is_scanned_and_entered_at_the_desk_of_its_case(floor: Floor) -> None:
    blank, piece = issued(floor)
    written = moment(floor.clock.now()).strftime("%Y-%m-%d %H:%M")
    floor.clock.advance(5 * MINUTE)

    async def story(terminal: Terminal) -> None:
        await terminal.scan(piece)
        assert blank in terminal.text and "Nobody has entered it yet" in " ".join(terminal.text.split())
        await terminal.press("f2")
        await terminal.type(f"{written}\rAcme\r\r\r\rV-100\rV-200\r10\r\r")
        await terminal.press("f11", "f11")
        await terminal.press("f2")
        assert f"{blank} is written in 6 copies" in terminal.said, terminal.text
        assert "Filled in by hand on an emergency form" in " ".join(terminal.text.split())

    at(floor, "sales", story, "S1")
    assert floor.rows("SELECT piece FROM copies WHERE name = ?", f"{blank}/1") == [(piece,)]


def test_a_blank_at_another_desk_says_that_it_is_entered_elsewhere(floor: Floor) -> None:
    _, piece = issued(floor)

    async def story(terminal: Terminal) -> None:
        await terminal.scan(piece)
        assert "at the desk where its case begins" in terminal.text

    at(floor, "finished_store", story, "K1")


def test_void_paper_says_who_replaced_it_and_where_it_turned_up(floor: Floor) -> None:
    floor.play("plan")
    old = floor.code(3)
    for _ in range(2):
        floor.do("D1", "reprint", [3], reason="torn")

    async def story(terminal: Terminal) -> None:
        await terminal.scan(old)
        told = " ".join(terminal.text.split())
        assert f"Valid now is the piece {floor.code(3)}" in told and "torn" in told
        assert "turned up" in told
        await terminal.press("f9")
        assert "void since" in " ".join(terminal.text.split())

    at(floor, "finished_store", story, "K1")


def test_guarded_paper_asks_for_the_second_person_before_it_is_reprinted(floors: FloorMaker) -> None:
    floor = floors()
    text = data.read("procedures/product_modification.toml")
    (floor.folder / "procedures").mkdir()
    guarded = text.replace("[forms.application]\n", "[forms.application]\nguarded = true\n")
    (floor.folder / "procedures" / "product_modification.toml").write_text(guarded, encoding="utf-8")
    floor.site.compiled.clear()
    floor.play("draw")

    async def story(terminal: Terminal) -> None:
        await terminal.scan(floor.code(5))
        await terminal.press("f7", "f3")
        await terminal.type("oil\r")
        await terminal.scan("Q1")
        await terminal.type(f"{PIN}\r")
        assert "Reprint (damaged): done" in terminal.said

    at(floor, "valve_shop", story, "R1")
