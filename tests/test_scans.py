"""A scan is a scan whatever has the focus, whichever way it comes, and never a value in a field."""

from __future__ import annotations

import asyncio

import pytest
from key_bench import (
    PIECES,
    WAYS,
    A,
    Asking,
    B,
    Bench,
    C,
    Timed,
    at,
    framed,
    key,
    keys,
    played,
    played_at,
    played_on,
    running,
    typed,
    until,
)
from textual import events
from textual.widgets import Input

from qdesk.errors import Refused
from qdesk.scan import clean_code
from screens.codes import character_of, command_of, split_scan


@pytest.mark.parametrize("way", WAYS)
def test_two_hundred_framed_scans_at_once_arrive_whole_and_in_order(way: str) -> None:
    assert played(framed(*PIECES), way=way).scans == [(code, "framed") for code in PIECES]


@pytest.mark.parametrize("way", ["table", "nothing", "button"])
def test_two_hundred_scans_without_prefix_are_collected_where_no_field_has_the_focus(way: str) -> None:
    app = played(*(keys(f"{code}\r") for code in PIECES), way=way)
    assert app.scans == [(code, "stray") for code in PIECES]
    assert app.pressed == []


def test_scans_without_prefix_typed_into_a_field_come_out_line_by_line() -> None:
    assert played(*(keys(f"{code}\r") for code in PIECES)).lines == PIECES


def test_a_framed_scan_never_enters_the_field_that_has_the_focus() -> None:
    app = played(keys("12"), framed(A), keys("3"), framed(B), keys("4\r"))
    assert (app.codes, app.lines) == ([A, B], ["1234"])


def test_a_framed_scan_is_found_in_full_width_too() -> None:
    assert played(keys("］Ｃ１１２３\r")).codes == ["123"]


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n", "\x03"])
@pytest.mark.parametrize("way", ["quick", "table"])
def test_every_usual_end_of_a_scan_ends_it_once(end: str, way: str) -> None:
    app = played(framed(A, B, end=end), framed(C), way=way)
    assert (app.codes, app.lines) == ([A, B, C], [])


def test_a_line_feed_is_enter_and_the_one_behind_a_return_is_dropped() -> None:
    assert played(keys(f"{A}\n{B}\r\n{C}\r")).lines == [A, B, C]
    assert played(keys(f"{A}\n{B}\r\n{C}\r"), way="table").codes == [A, B, C]


def test_no_letter_is_a_binding_and_enter_behind_letters_presses_nothing() -> None:
    app = played(keys("yy y\r"), way="button")
    assert (app.pressed, app.scans) == ([], [("yy y", "stray")])
    assert played(keys("\r"), way="button").pressed == ["button"]
    assert played(keys(" \r"), way="button").scans == []


def test_what_a_person_typed_at_nothing_does_not_spoil_the_scan_behind_it() -> None:
    app = played(keys(f"x7{A}\r"), keys("junk"), key("f9"), keys(f"FY26-000123/2\r{B}{B}\r"), way="table")
    assert app.codes == [A, "FY26-000123/2", B]


def test_a_scan_begun_at_nothing_is_whole_although_a_field_gets_the_focus_meanwhile() -> None:
    async def check(app: Bench) -> None:
        await typed(app, keys(A[:6]))
        await app.push_screen(Asking())
        await typed(app, keys(A[6:] + "\r"), keys("4821"))
        assert (app.codes, app.lines, app.value("#asked")) == ([A], [], "4821")

    played_on(check, way="table")


def test_a_person_who_clicks_into_a_field_types_into_it_whatever_was_typed_at_nothing() -> None:
    async def check(app: Bench) -> None:
        await typed(app, keys("x"))
        await app.push_screen(Asking())
        row = app.screen.query_one(Input).region.y
        app.post_message(events.MouseDown(None, 3, row + 1, 0, 0, 1, False, False, False, 3, row + 1))
        await typed(app, keys("12\r"))
        assert (app.scans, app.lines) == ([], ["12"])

    played_on(check, way="table")


def test_a_bracket_typed_by_a_person_arrives_in_order_after_a_while() -> None:
    async def check(app: Timed) -> None:
        await app.typed("a]")
        await app.passes(app.PATIENCE / 2)
        assert app.value() == "a"
        await app.passes(app.PATIENCE / 2)
        assert app.value() == "a]"
        await app.typed("b]c]]C2\b")
        await app.passes(app.PATIENCE)
        assert app.value() == "a]b]c]]C"

    played_at(Timed(), check)


def test_the_patience_of_a_real_desk_ends_by_itself() -> None:
    async def check(app: Bench) -> None:
        app.PATIENCE = 0.1
        await typed(app, keys("a]"))
        await until(lambda: app.value() == "a]")

    played_on(check)


@pytest.mark.parametrize("text", ["]", "]]]", "]\b", "]5x", "]C-", "a]b c"])
def test_what_cannot_be_a_prefix_is_typed_at_once(text: str) -> None:
    assert played(keys(f"{text}.\r")).lines == [text.replace("]\b", "") + "."]


def test_a_prefix_without_a_code_is_typed_text() -> None:
    assert played(keys("]C1\r")).lines == ["]C1"]


def test_a_key_that_no_scanner_sends_ends_the_frame_and_all_is_typed() -> None:
    app = played(keys("]C1ab"), key("left"), keys("X\r"))
    assert app.lines == ["]C1aXb"]


def test_control_keys_in_a_scan_press_nothing_and_the_entry_gate_refuses_the_code() -> None:
    app = played(keys("7"), framed("AB\x11\x10\tC"), keys("]d201\x1dX\r"), keys("8\r"))
    assert app.codes == ["AB\x11\x10\tC", "01\x1dX"]
    assert (app.pressed, app.lines) == ([], ["78"])
    for code in app.codes:
        with pytest.raises(Refused, match="code_unreadable"):
            clean_code(code)


def test_control_keys_of_a_scan_that_broke_off_press_nothing() -> None:
    async def check(app: Timed) -> None:
        await app.typed("]C1AB\x11C")
        await app.passes(app.PATIENCE)
        assert (app.value(), app.pressed) == ("]C1ABC", [])

    played_at(Timed(), check)


def test_control_keys_are_known_by_name_where_the_terminal_names_them() -> None:
    names = ["ctrl+q", "ctrl+right_square_bracket", "f2", "left", "shift+tab"]
    assert [character_of(events.Key(name, None)) for name in names] == ["\x11", "\x1d", None, None, None]


def test_a_scanner_slower_than_the_patience_as_a_whole_is_waited_for_key_by_key() -> None:
    async def check(app: Timed) -> None:
        for character in f"]C1{A}\r":
            await app.typed(character)
            await app.passes(app.PATIENCE * 7 / 8)
        assert (app.codes, app.value()) == ([A], "")

    played_at(Timed(), check)


def test_a_machine_that_stood_still_gives_up_no_scan() -> None:
    async def check(app: Timed) -> None:
        await app.typed("]C1" + A[:4])
        app.stands_still(app.PATIENCE + 2 * app.STOOD_STILL)
        await app.passes(app.PATIENCE * 7 / 8)
        await app.typed(A[4:] + "\r")
        assert (app.codes, app.value()) == ([A], "")

    played_at(Timed(), check)


def test_keys_that_arrived_while_a_handler_blocked_still_belong_to_their_scan() -> None:
    class Blocked(Timed):
        def __init__(self) -> None:
            super().__init__()
            self.begun, self.done = asyncio.Event(), asyncio.Event()

        async def action_ask(self) -> None:
            self.begun.set()
            await self.done.wait()

    async def check(app: Timed) -> None:
        assert isinstance(app, Blocked)
        await app.typed("]C1" + A[:4])
        app.call_later(app.action_ask)
        await app.begun.wait()
        for event in at(app.clock, keys(A[4:] + "\r")):
            app.post_message(event)
        app.stands_still(app.PATIENCE)
        app.done.set()
        await typed(app)
        assert (app.codes, app.value()) == ([A], "")

    played_at(Blocked(), check)


# Paste


@pytest.mark.parametrize("text", [A, f" {A}\r\n", "FY26-000123/2", "FY26-000123\n", "１" * 18, ".2", "。12", "f9"])
def test_a_pasted_code_is_a_scan(text: str) -> None:
    app = played([events.Paste(text)])
    assert len(app.scans) == 1 and app.scans[0][1] == "paste"
    assert app.lines == []


@pytest.mark.parametrize("text", ["twelve bolts", "12", "0.5", f"lot {A}"])
def test_other_pasted_text_goes_to_the_field(text: str) -> None:
    app = played(keys("> "), [events.Paste(text)], keys("<\r"))
    assert (app.scans, app.lines) == ([], [f"> {text}<"])


def test_a_paste_of_three_codes_is_three_scans_and_mixed_lines_are_text() -> None:
    three, mixed = f"{A}\r\n{B}\n\nFY26-000123/2\n", f"{A}\nhello"
    app = played(keys("7"), [events.Paste(three)], keys("8\r"), [events.Paste(mixed)], keys("\r"))
    assert app.codes == [A, B, "FY26-000123/2"]
    assert app.lines == ["78", A]


def test_a_paste_behind_a_bracket_comes_behind_it() -> None:
    assert played(keys("]a"), [events.Paste("xyz")], keys("\r")).lines == ["]axyz"]


def test_an_app_may_say_itself_which_pastes_are_codes() -> None:
    class Badges(Bench):
        def is_code(self, text: str) -> bool:
            return text.startswith("badge")

    async def check() -> None:
        app = Badges()
        async with running(app):
            await typed(app, [events.Paste("badge 7")], [events.Paste(A)])
            assert (app.codes, app.value()) == (["badge 7"], A)

    asyncio.run(check())


# The same scan twice


@pytest.mark.parametrize("way", ["quick", "slow", "table"])
def test_a_scan_that_comes_twice_for_one_pull_of_the_trigger_counts_once(way: str) -> None:
    app = played(at(100.0, framed(A)), at(100.25, framed(A)), at(100.3, framed(B)), way=way)
    assert app.codes == [A, B]


def test_two_scans_of_one_piece_a_while_apart_are_both_answered_however_late() -> None:
    app = played(at(100.0, framed(A)), at(100.4, framed(A)), at(100.5, framed(B)), at(100.6, framed(A)), way="slow")
    assert app.codes == [A, A, B, A]


def test_only_pieces_come_twice_by_mistake() -> None:
    assert played(framed("F2", "F2", "FY26-000123", "FY26-000123")).codes == ["F2", "F2", "FY26-000123", "FY26-000123"]


def test_a_doubled_scan_is_found_whatever_way_it_came() -> None:
    app = played(at(5.0, keys(f"{A}\r")), at(5.1, framed(A)), at(5.2, [events.Paste(A)]), way="table")
    assert app.scans == [(A, "stray")]


# What typed text means


@pytest.mark.parametrize(
    ("text", "number"),
    [(".2", 2), ("。2", 2), ("F2", 2), ("f12", 12), ("．２", 2), ("ｆ１", 1), ("｡7", 7), (" .1 ", 1)]
    + [(text, None) for text in ("", ".", "F", ".0", "f13", ".02", "2", "..2", "F2F", "0.2", "Ff1", A)],
)
def test_every_f_key_has_a_second_way(text: str, number: int | None) -> None:
    assert command_of(text) == number


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (A, ("", A)),
        (f"12{A}", ("12", A)),
        (f"4821{A}{A}", ("4821", A)),
        (A + A, ("", A)),
        (A + B, (A, B)),
        (f"12]C1{A}", ("12", A)),
        ("".join(chr(ord(digit) + 0xFEE0) for digit in A), ("", A)),
        (f" {A} ", ("", A)),
        ("FY26-000123/2", ("", "FY26-000123/2")),
        ("FY26-000123", ("", "FY26-000123")),
        ("5FY26-000123", ("5FY26-000123", "")),
        (A[:-1], (A[:-1], "")),
        (f"{A}1", (f"{A}1", "")),
        (A[:16] + "00", (A[:16] + "00", "")),
        ("１２", ("１２", "")),
        ("", ("", "")),
    ],
)
def test_a_scan_typed_into_a_field_is_taken_out_of_it_again(text: str, parts: tuple[str, str]) -> None:
    assert split_scan(text) == parts
