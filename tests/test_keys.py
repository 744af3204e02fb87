"""Keys typed ahead land where they belong, and a scan is a scan whatever has the focus.

Keys are posted as the terminal driver posts them, all at once and faster than any person or scanner; then the line of keys is
waited for.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, ClassVar

import pytest
from stdnum.iso7064 import mod_97_10
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widgets import Button, DataTable, Input, Static, TextArea

from qdesk.errors import Refused
from qdesk.scan import clean_code
from screens.keys import SerialKeys
from screens.scanner import DeskKeys, Scanned, character_of, command_of, split_scan

NAMES = {
    "\r": "enter",
    "\n": "ctrl+j",
    "\t": "tab",
    "\b": "backspace",
    "\x03": "ctrl+c",
    "\x10": "ctrl+p",
    "\x11": "ctrl+q",
    "\x1d": "ctrl+right_square_bracket",
    "]": "right_square_bracket",
}


def piece(running: int) -> str:
    """One piece number with right check digits."""
    digits = f"1126{running:07}00000"
    return digits + str(mod_97_10.calc_check_digits(digits))


PIECES = [piece(running) for running in range(1, 201)]
A, B, C = PIECES[:3]
WAYS = ("quick", "slow", "pushing", "table", "nothing")


def keys(text: str) -> list[events.Event]:
    """What the terminal makes of characters."""
    return [events.Key(NAMES.get(character, character), character) for character in text]


def key(name: str) -> list[events.Event]:
    return [events.Key(name, None)]


def framed(*codes: str, end: str = "\r") -> list[events.Event]:
    """Scans as a scanner sends them when it is set up as we recommend."""
    return [event for code in codes for event in keys(f"]C1{code}{end}")]


def at(moment: float, batch: list[events.Event]) -> list[events.Event]:
    """The same events as if all had been read at one moment."""
    for event in batch:
        event.time = moment
    return batch


class Asking(Screen[None]):
    """A screen with a field, slow to be built."""

    def compose(self) -> ComposeResult:
        yield Static("PIN")
        yield Input(id="asked")

    async def on_mount(self) -> None:
        await asyncio.sleep(0.02)


class Bench(DeskKeys):
    """A desk that answers scans and typed lines quickly, slowly or with another screen, and remembers everything."""

    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f2", "ask", priority=True),
        Binding("f3", "work", priority=True),
        Binding("f4", "remove_line", priority=True),
        Binding("f5", "pop", priority=True),
        Binding("f6", "fail", priority=True),
        Binding("f7", "switch", priority=True),
        Binding("y", "yes"),
    ]

    def __init__(self, way: str = "quick") -> None:
        super().__init__()
        self.way = way
        self.scans: list[tuple[str, str]] = []
        self.lines: list[str] = []
        self.pressed: list[str] = []

    def compose(self) -> ComposeResult:
        if self.way == "table":
            yield DataTable[str]()
        elif self.way == "nothing":
            yield Static("")
        elif self.way == "button":
            yield Button("OK")
        else:
            yield Input(id="line")

    @property
    def codes(self) -> list[str]:
        return [code for code, _ in self.scans]

    def value(self, selector: str = "#line") -> str:
        return self.screen.query_one(selector, Input).value

    def work(self, job: Awaitable[None]) -> None:
        """Work on a thread as the desk does it: the keys are held, the pumps stay free."""
        self.hold()
        self.run_worker(self._work(job), exit_on_error=False)

    async def _work(self, job: Awaitable[None]) -> None:
        try:
            await job
        finally:
            self.release()

    async def slow_answer(self, scan: Scanned) -> None:
        await asyncio.to_thread(time.sleep, 0.002)
        self.scans.append((scan.code, scan.how))

    async def slow_ask(self) -> None:
        await asyncio.to_thread(time.sleep, 0.2)
        self.call_later(self.push_screen, Asking())

    async def failing(self) -> None:
        await asyncio.to_thread(time.sleep, 0.02)
        raise RuntimeError("the engine has a fault")

    def on_scanned(self, scan: Scanned) -> None:
        if self.way == "slow":
            self.work(self.slow_answer(scan))
            return
        self.scans.append((scan.code, scan.how))
        if self.way == "pushing":
            self.push_screen(Asking()) if len(self.screen_stack) == 1 else self.pop_screen()

    def on_input_submitted(self, message: Input.Submitted) -> None:
        if message.value == "ask":
            self.call_later(self.push_screen, Asking())
        self.lines.append(message.value)
        message.input.value = ""

    def on_button_pressed(self) -> None:
        self.pressed.append("button")

    def action_yes(self) -> None:
        self.pressed.append("y")

    async def action_ask(self) -> None:
        self.push_screen(Asking())

    def action_work(self) -> None:
        self.work(self.slow_ask())

    def action_fail(self) -> None:
        self.work(self.failing())

    def action_pop(self) -> None:
        self.pop_screen()

    def action_switch(self) -> None:
        self.switch_screen(Asking())

    def action_remove_line(self) -> None:
        self.query_one("#line").remove()
        self.mount(Input(id="next"))

    async def action_quit(self) -> None:
        self.pressed.append("quit")


@asynccontextmanager
async def running(app: SerialKeys) -> AsyncIterator[None]:
    async with app.run_test():
        await app.drained()
        yield


async def typed(app: SerialKeys, *batches: list[events.Event]) -> None:
    """Post everything at once and wait until it is answered."""
    for batch in batches:
        for event in batch:
            app.post_message(event)
    await asyncio.wait_for(app.drained(), 20)


def played(*batches: list[events.Event], way: str = "quick") -> Bench:
    """A desk at which all this was typed ahead."""
    app = Bench(way)

    async def play() -> None:
        async with running(app):
            await typed(app, *batches)

    asyncio.run(play())
    return app


def played_on(check: Callable[[Bench], Awaitable[None]], way: str = "quick") -> None:
    """Run a check at a desk."""

    async def play() -> None:
        app = Bench(way)
        async with running(app):
            await check(app)

    asyncio.run(play())


# The line of keys


def test_keys_typed_ahead_are_exact_with_backspace_and_enter() -> None:
    app = played(*(keys(f"abc{number}\b\bd\r") for number in range(30)))
    assert app.lines == [f"abc{number}"[:-2] + "d" for number in range(30)]


def test_an_f_key_opens_a_screen_and_what_was_typed_ahead_lands_in_its_field() -> None:
    async def check(app: Bench) -> None:
        for turn in range(10):
            await typed(app, keys("before"), key("f2"), keys(f"48{turn}1"))
            assert app.value("#asked") == f"48{turn}1"
            await typed(app, key("f5"), keys("\b" * 6))
            assert app.value() == ""

    played_on(check)


def test_keys_typed_ahead_follow_screens_that_are_pushed_popped_and_switched() -> None:
    app = played(keys("a"), key("f2"), keys("b\r"), key("f7"), keys("c\r"), key("f5"), keys("d\r"), key("f2"), keys("e\r"))
    assert app.lines == ["b", "c", "ad", "e"]


def test_type_ahead_waits_for_work_under_a_hold_and_lands_where_the_work_led() -> None:
    async def check(app: Bench) -> None:
        await typed(app, keys("12"), key("f3"), keys("4821\r"))
        assert app.lines == ["4821"]
        assert app.screen_stack[0].query_one("#line", Input).value == "12"

    played_on(check)


def test_type_ahead_waits_for_a_screen_that_a_handler_opens_by_another_message() -> None:
    async def check(app: Bench) -> None:
        await typed(app, keys("ask\r4821"))
        assert app.value("#asked") == "4821"

    played_on(check)


def test_type_ahead_waits_for_a_slow_handler_of_every_letter() -> None:
    class Complete(Screen[None]):
        def compose(self) -> ComposeResult:
            yield Input()

        async def on_input_changed(self, message: Input.Changed) -> None:
            await asyncio.sleep(0.02)
            if len(message.value) == 4:
                self.app.push_screen(Asking())

    async def check(app: Bench) -> None:
        await app.push_screen(Complete())
        await typed(app, keys("48219"))
        assert app.value("#asked") == "9"

    played_on(check)


def test_type_ahead_waits_for_a_screen_that_is_slow_to_find_its_focus() -> None:
    class Finding(Screen[None]):
        def compose(self) -> ComposeResult:
            yield Input(id="first")
            yield Input(id="second")

        async def on_screen_resume(self) -> None:
            await asyncio.sleep(0.1)
            self.query_one("#second").focus()

    class Opening(Screen[None]):
        def compose(self) -> ComposeResult:
            yield Input()

        async def on_input_submitted(self) -> None:
            self.app.push_screen(Finding())
            await asyncio.sleep(0.05)

    async def check(app: Bench) -> None:
        app.MORE_FENCES = 0
        await app.push_screen(Opening())
        await typed(app, keys("\r48"))
        assert (app.value("#first"), app.value("#second")) == ("", "48")

    played_on(check)


def test_a_screen_may_hold_and_release_the_keys_in_a_handler_of_its_own() -> None:
    class Working(Screen[None]):
        app: Bench

        def compose(self) -> ComposeResult:
            yield Input(id="asked")

        async def on_input_submitted(self, message: Input.Submitted) -> None:
            message.stop()
            async with self.app.holding():
                await asyncio.sleep(0.02)
                message.input.value = ""

    async def check(app: Bench) -> None:
        await app.push_screen(Working())
        await typed(app, keys("first\rsecond"))
        assert app.value("#asked") == "second"

    played_on(check)


def test_screens_go_on_working_while_the_keys_are_held() -> None:
    async def check(app: Bench) -> None:
        app.hold()
        for event in keys("abc"):
            app.post_message(event)
        app.query_one("#line", Input).value = "shown "
        app.query_one("#line", Input).cursor_position = 6
        await asyncio.sleep(3 * app.LOOK_AFTER)
        assert app.keys_held and app.value() == "shown "
        app.release()
        await app.drained()
        assert not app.keys_held and app.value() == "shown abc"

    played_on(check)


def test_keys_go_on_only_after_the_last_of_several_holds() -> None:
    async def check(app: Bench) -> None:
        app.hold()
        async with app.holding():
            for event in keys("abc"):
                app.post_message(event)
        await asyncio.sleep(0.05)
        assert app.value() == ""
        app.release()
        await app.drained()
        assert app.value() == "abc"
        with pytest.raises(RuntimeError):
            app.release()

    played_on(check)


def test_a_hold_that_ends_in_an_error_is_released() -> None:
    async def check(app: Bench) -> None:
        with pytest.raises(ValueError):
            async with app.holding():
                raise ValueError
        await typed(app, keys("a"), key("f6"), keys("b"))
        assert app.value() == "ab"

    played_on(check)


def test_a_handler_slower_than_the_look_after_the_fence_is_waited_for() -> None:
    class Slow(Bench):
        async def action_ask(self) -> None:
            await asyncio.sleep(3 * self.LOOK_AFTER)
            await super().action_ask()

    class SlowScreen(Screen[None]):
        def compose(self) -> ComposeResult:
            yield Input()

        async def on_input_submitted(self, message: Input.Submitted) -> None:
            await asyncio.sleep(3 * Bench.LOOK_AFTER)
            self.app.push_screen(Asking())

    async def check() -> None:
        app = Slow()
        async with running(app):
            await typed(app, key("f2"), keys("1"))
            assert app.value("#asked") == "1"
            await app.push_screen(SlowScreen())
            await typed(app, keys("go\r4821"))
            assert app.value("#asked") == "4821"

    asyncio.run(check())


def test_a_field_removed_while_its_key_is_answered_stops_nothing() -> None:
    async def check(app: Bench) -> None:
        await typed(app, keys("abc"), key("f4"), keys("\tde"))
        await typed(app, keys("f\r"))
        assert app.lines == ["def"]

    played_on(check)


def test_a_field_that_removes_itself_at_a_key_stops_nothing() -> None:
    class Vanishing(Input):
        async def on_key(self, event: events.Key) -> None:
            if event.key == "x":
                self.remove()

    class Desk(Bench):
        def compose(self) -> ComposeResult:
            yield Vanishing()
            yield Input(id="line")

    async def check() -> None:
        app = Desk()
        async with running(app):
            started = time.monotonic()
            await typed(app, keys("abx12\r"))
            assert app.lines == ["12"]
            assert time.monotonic() - started < 1

    asyncio.run(check())


def test_a_screen_that_dies_of_its_own_fault_does_not_stop_the_keys() -> None:
    class Stubborn(Bench):
        def _handle_exception(self, error: Exception) -> None:
            self.pressed.append(str(error))

    class Faulty(Screen[None]):
        def compose(self) -> ComposeResult:
            yield Input(id="asked")

        def on_input_submitted(self) -> None:
            raise ValueError("fault")

    async def check() -> None:
        app = Stubborn()
        async with running(app):
            await app.push_screen(Faulty())
            await typed(app, keys("a\r"), keys("lost"))
            assert app.pressed == ["fault"]
            app.pop_screen()
            await typed(app, keys("b"))
            assert app.value() == "b"

    asyncio.run(check())


def test_an_action_that_fails_does_not_stop_the_keys_behind_it() -> None:
    class Stubborn(Bench):
        async def action_ask(self) -> None:
            raise ValueError("fault")

        async def _dispatch_message(self, message: Any) -> None:
            try:
                await super()._dispatch_message(message)
            except ValueError as error:
                self.pressed.append(str(error))

    async def check() -> None:
        app = Stubborn()
        async with running(app):
            app.hold()
            for event in key("f2") + keys("b"):
                app.post_message(event)
            await asyncio.sleep(0.05)
            app.release()
            await until(lambda: app.value() == "b")
            assert app.pressed == ["fault"]

    asyncio.run(check())


# Scans


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
    async def check(app: Bench) -> None:
        await typed(app, keys("a]"))
        assert app.value() == "a"
        await until(lambda: app.value() == "a]")
        await typed(app, keys("b]c]]C2\b"))
        await until(lambda: app.value() == "a]b]c]]C")

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
    async def check(app: Bench) -> None:
        await typed(app, keys("]C1AB\x11C"))
        await until(lambda: app.value() == "]C1ABC")
        assert app.pressed == []

    played_on(check)


def test_control_keys_are_known_by_name_where_the_terminal_names_them() -> None:
    names = ["ctrl+q", "ctrl+right_square_bracket", "f2", "left", "shift+tab"]
    assert [character_of(events.Key(name, None)) for name in names] == ["\x11", "\x1d", None, None, None]


def test_a_scanner_slower_than_the_patience_as_a_whole_is_waited_for_key_by_key() -> None:
    async def check(app: Bench) -> None:
        app.PATIENCE = 0.2
        for event in framed(A):
            await typed(app, [event] if event.time else [])
            event.time = time.monotonic()
            await asyncio.sleep(0.02)
        assert (app.codes, app.value()) == ([A], "")

    played_on(check)


def test_a_machine_that_stood_still_gives_up_no_scan() -> None:
    async def check(app: Bench) -> None:
        app.PATIENCE = 0.1
        await typed(app, keys("]C1" + A[:4]))
        time.sleep(0.5)
        await asyncio.sleep(0.05)
        await typed(app, keys(A[4:] + "\r"))
        assert (app.codes, app.value()) == ([A], "")

    played_on(check)


def test_keys_that_arrived_while_a_handler_blocked_still_belong_to_their_scan() -> None:
    class Blocked(Bench):
        PATIENCE = 0.1

        async def action_ask(self) -> None:
            await asyncio.sleep(0.3)

    async def check() -> None:
        app = Blocked()
        async with running(app):
            await typed(app, keys("]C1" + A[:4]))
            app.call_later(app.action_ask)
            await asyncio.sleep(0.05)
            await typed(app, keys(A[4:] + "\r"))
            assert (app.codes, app.value()) == ([A], "")

    asyncio.run(check())


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


# The rest


async def until(true: Callable[[], bool]) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(5):
        while not true():
            await asyncio.sleep(0.02)


def test_a_text_area_is_a_text_field() -> None:
    class Notes(Bench):
        def compose(self) -> ComposeResult:
            yield TextArea()

    async def check() -> None:
        app = Notes()
        async with running(app):
            await typed(app, keys("ab\rc"), framed(A))
            assert (app.query_one(TextArea).text, app.codes) == ("ab\nc", [A])

    asyncio.run(check())


def test_keys_posted_by_another_thread_are_taken_in_order() -> None:
    async def check(app: Bench) -> None:
        thread = threading.Thread(target=lambda: [app.post_message(event) for event in framed(*PIECES[:50])])
        thread.start()
        await asyncio.to_thread(thread.join)
        await asyncio.sleep(0)
        await app.drained()
        assert app.codes == PIECES[:50]

    played_on(check)
