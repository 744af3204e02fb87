"""A fault of our own, wherever it is: a number for the user, a line without values in the log, and a desk that works."""

from __future__ import annotations

import asyncio
import itertools
import subprocess
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from factory_floor import PIN, Floor
from terminal import Terminal, terminal_at
from test_desk_screen import eventually
from textual.widgets import Input, Static

from screens import engine, looking, papermap, sitting, working
from screens.desk import DeskScreen
from screens.faults import FaultLog
from screens.frame import Frame, ScanLine
from screens.login import LoginScreen

Story = Callable[[Terminal], Coroutine[Any, Any, None]]


def with_faults(floor: Floor, story: Story, badge: str = "K1") -> str:
    """Play a story in which something of our own breaks; what the log keeps of it."""

    async def play() -> None:
        async with terminal_at(floor.folder, "finished_store", clock=floor.clock, faults=True) as terminal:
            if badge:
                await terminal.log_in(badge)
            await story(terminal)

    asyncio.run(play())
    log = floor.folder / "faults.log"
    return log.read_text(encoding="utf-8") if log.exists() else ""


def break_once(monkeypatch: pytest.MonkeyPatch, part: object, name: str, error: type[Exception], only: type = object) -> None:
    """Have a method fail the next time it is called on a kind of thing, with a PIN in its message."""
    whole, left = getattr(part, name), [None]

    def broken(self: Any, *given: Any, **named: Any) -> Any:
        if left and isinstance(self, only):
            left.clear()
            raise error(PIN)
        return whole(self, *given, **named)

    monkeypatch.setattr(part, name, broken)


FAULTS: dict[str, tuple[object, str, type, Story]] = {
    "a stock field's key": (Input, "_on_key", ScanLine, lambda terminal: terminal.type("9")),
    "a stock field's picture": (Input, "render_line", ScanLine, lambda terminal: terminal.type("9")),
    "a stock text's picture": (Static, "render", Static, lambda terminal: terminal.type("V-100\r")),
    "a screen's picture": (looking.LookingDesk, "draw_body", object, lambda terminal: terminal.press("f9", "f12")),
    "a screen that comes back": (Frame, "on_screen_resume", object, lambda terminal: terminal.press("f9", "f12")),
    "a screen that goes": (Frame, "on_unmount", object, lambda terminal: terminal.press("f9", "f12")),
    "a screen's making": (papermap.PaperMap, "body", object, lambda terminal: terminal.press("f9")),
    "a screen's beginning": (papermap.PaperMap, "on_mount", object, lambda terminal: terminal.press("f9")),
    "a refusal": (Frame, "refuse", object, lambda terminal: terminal.type("123456\r")),
    "an end of work": (working.WorkingApp, "rest", object, lambda terminal: terminal.press("f9")),
    "a clock": (sitting.SittingApp, "watch_who_types", object, lambda terminal: asyncio.sleep(1.2)),
    "a look for changes": (sitting.SittingApp, "note_version", object, lambda terminal: asyncio.sleep(0.4)),
    "a task nobody waits for": (engine, "record_attempts", object, lambda terminal: terminal.type("123456\r")),
    "a change of size": (looking.LookingDesk, "on_resize", object, lambda terminal: terminal.resize(100, 30)),
}


ERRORS = (ValueError, RecursionError, KeyError, AssertionError)


@pytest.mark.parametrize(("name", "error"), [*zip(FAULTS, itertools.cycle(ERRORS), strict=False)])
def test_a_fault_anywhere_is_told_by_number_and_the_desk_takes_keys_and_scans_as_before(
    floor: Floor, monkeypatch: pytest.MonkeyPatch, name: str, error: type[Exception]
) -> None:
    floor.play("hand_out")
    part, method, only, do = FAULTS[name]

    async def story(terminal: Terminal) -> None:
        break_once(monkeypatch, part, method, error, only)
        await do(terminal)
        await eventually(lambda: bool(terminal.app.fault) and not terminal.app.begins_again)
        await terminal.settled()
        assert "number" in terminal.said
        assert terminal.app.seat is not None
        if not isinstance(terminal.frame, DeskScreen):
            await terminal.press("f12")
        await terminal.scan(floor.code(4))
        assert "may be used here" in terminal.said
        await terminal.press("f9", "f12")
        assert isinstance(terminal.frame, DeskScreen)

    log = with_faults(floor, story)
    assert error.__name__ in log
    assert PIN not in log


@pytest.mark.parametrize("locked", [False, True])
def test_a_fault_on_the_login_leaves_a_login_that_works_and_shows_nothing_of_a_locked_desk(
    floor: Floor, monkeypatch: pytest.MonkeyPatch, locked: bool
) -> None:
    floor.play("hand_out")

    async def story(terminal: Terminal) -> None:
        if locked:
            await terminal.log_in("K1")
            await terminal.scan(floor.code(4))
            await terminal.app.lock()
        break_once(monkeypatch, Input, "_on_key", ValueError, ScanLine)
        await terminal.post("9")
        await eventually(lambda: bool(terminal.app.fault) and not terminal.app.begins_again)
        await terminal.settled()
        assert "number" in terminal.said
        assert floor.case not in terminal.text
        await terminal.log_in("K1")
        assert isinstance(terminal.frame, DeskScreen)

    assert "ValueError" in with_faults(floor, story, badge="")


def test_a_desk_that_can_never_be_drawn_is_left_for_the_login_and_its_log_does_not_grow(
    floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(self: object, *given: object) -> None:
        raise AssertionError(PIN)

    async def story(terminal: Terminal) -> None:
        with monkeypatch.context() as patched:
            patched.setattr(looking.LookingDesk, "compose", broken)
            await terminal.log_in("K1")
            await eventually(lambda: type(terminal.frame) is LoginScreen and not terminal.app.begins_again)
        await terminal.log_in("K1")
        assert isinstance(terminal.frame, DeskScreen)

    assert with_faults(floor, story, badge="").count("AssertionError") <= 2


def test_a_clock_that_strikes_while_the_program_closes_is_no_fault(floor: Floor) -> None:
    async def play() -> None:
        async with terminal_at(floor.folder, "finished_store", clock=floor.clock) as terminal:
            pass
        assert terminal.app.screen_stack == []
        terminal.app.watch_the_clock()

    asyncio.run(play())
    assert not (floor.folder / "faults.log").exists()


def test_a_change_noticed_while_a_screen_is_taken_down_with_the_program_is_no_fault(
    floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def play() -> None:
        async with terminal_at(floor.folder, "finished_store", clock=floor.clock) as terminal:
            await terminal.log_in("K1")
            app, going, looked = terminal.app, asyncio.Event(), asyncio.Event()

            async def noted() -> bool:
                await going.wait()
                return True

            async def changed(shown: Frame) -> None:
                looked.set()
                shown.query_one(ScanLine).value = ""

            async def unmounted(_: Frame) -> None:
                going.set()
                async with asyncio.timeout(10):
                    await looked.wait()

            monkeypatch.setattr(app, "note_version", noted)
            monkeypatch.setattr(DeskScreen, "changed", changed)
            monkeypatch.setattr(DeskScreen, "on_unmount", unmounted, raising=False)
            app.look_for_changes()

    asyncio.run(play())


def test_a_fault_that_comes_again_with_every_tick_keeps_its_number_and_its_line(tmp_path: Path) -> None:
    log = FaultLog(tmp_path)
    first, again, other = log.write(ValueError(PIN)), log.write(ValueError(PIN)), log.write(KeyError(PIN))
    assert first == again != other
    assert len((tmp_path / "faults.log").read_text(encoding="utf-8").splitlines()) == 2


def test_what_was_typed_before_a_fault_is_kept_and_a_log_that_cannot_be_written_hinders_nobody(
    floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    (floor.folder / "faults.log").mkdir()

    async def story(terminal: Terminal) -> None:
        await terminal.press("f2")
        await terminal.type("Acme")
        break_once(monkeypatch, Static, "render", KeyError)
        await terminal.press("f11")
        await eventually(lambda: bool(terminal.app.fault) and not terminal.app.begins_again)
        await terminal.press("f11", "f2")
        assert "Acme" in terminal.text

    async def play() -> None:
        async with terminal_at(floor.folder, "sales", clock=floor.clock, faults=True) as terminal:
            await terminal.log_in("S1")
            await story(terminal)

    asyncio.run(play())


def test_a_program_that_ends_though_nobody_asked_says_its_number_and_no_value(floor: Floor) -> None:
    code = (
        "import sys; from pathlib import Path; from screens import app\n"
        f"def broken(self): raise ValueError('{PIN}')\n"
        "app.DeskApp._get_default_css = broken\n"
        "sys.exit(app.run(app.Opening(Path(sys.argv[1]), language='en')))"
    )
    done = subprocess.run([sys.executable, "-c", code, str(floor.folder)], capture_output=True, text=True, timeout=30)
    assert done.returncode == 1
    assert "number" in done.stderr
    assert PIN not in done.stdout + done.stderr
