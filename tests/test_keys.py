"""Keys typed ahead land where they belong, however slowly each is answered."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest
from key_bench import PIECES, A, Asking, Bench, framed, key, keys, played, played_on, running, typed, until
from textual import events
from textual.app import ComposeResult
from textual.screen import Screen
from textual.widgets import Input, TextArea


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
            await typed(app, keys("abx12\r"))
            assert app.lines == ["12"]

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
