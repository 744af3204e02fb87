"""The desk never dies, loses nothing and does nothing twice, whatever happens to it: busy, broken or gone things, and ends."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import resource
import select
import signal
import subprocess
import sys
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest
from factory_floor import PIN, Floor
from terminal import Terminal, at, terminal_at
from test_cli_desk import Screen
from test_desk_screen import eventually
from textual import events
from textual.widgets import Input, Static

from qdesk.site import Site
from screens import engine, looking, papermap, sitting, working
from screens.acting import ActScreen
from screens.desk import DeskScreen
from screens.faults import FaultLog
from screens.frame import Frame, ScanLine
from screens.keybar import Action
from screens.login import LoginScreen
from screens.stack import StackScreen

Story = Callable[[Terminal], Coroutine[Any, Any, None]]
HOLD = "import fcntl, sys; gate = open(sys.argv[1], 'r+'); fcntl.flock(gate, fcntl.LOCK_EX); print(flush=True); sys.stdin.read()"


@contextlib.contextmanager
def gate_held(floor: Floor) -> Iterator[Callable[[], None]]:
    """Another process holds the writer gate until it is told to let go."""
    command = [sys.executable, "-c", HOLD, str(floor.folder / "qdesk.db.gate")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin and process.stdout
        process.stdout.readline()
        try:
            yield process.stdin.close
        finally:
            process.stdin.close()


def steps(floor: Floor) -> list[str]:
    """The steps done so far."""
    return [row[0] for row in floor.rows("SELECT step FROM acts ORDER BY seq")]


def press(terminal: Terminal, *names: str) -> None:
    """Press keys and wait for nothing."""
    for name in names:
        terminal.app.post_message(events.Key(name, None))


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


# Somebody else holds the database


def test_a_key_pressed_again_while_its_act_waits_does_not_press_the_next_card(
    floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[object] = []

    def act(site: Site, token: object, request: object) -> None:
        with site.database.writing():
            done.append(request)

    async def story(terminal: Terminal) -> None:
        house = terminal.app

        async def do() -> None:
            await house.engine.act(house.present_seat, {"step": "next"})

        monkeypatch.setattr(engine, "act", act)
        monkeypatch.setattr(terminal.frame, "actions", lambda: [Action(2, "whatever comes next", do)])
        with gate_held(floor) as let_go:
            press(terminal, "f2")
            await eventually(lambda: "Working" in terminal.text)
            press(terminal, "f2", "f2")
            let_go()
        await terminal.settled()
        assert len(done) == 1
        await terminal.press("f2")
        assert len(done) == 2
        await terminal.scan("F2")
        assert len(done) == 3

    at(floor, "shop_dispatch", story, "D1")


def test_keys_typed_ahead_of_a_busy_database_come_in_their_order_and_the_way_back_waits_too(floor: Floor) -> None:
    floor.play("consent")

    async def story(terminal: Terminal) -> None:
        with gate_held(floor) as let_go:
            await terminal.post(f"]C1{floor.code(4)}\r")
            press(terminal, "f2", "f12", "escape")
            await eventually(lambda: "Working" in terminal.text)
            let_go()
        await terminal.settled()
        assert isinstance(terminal.frame, LoginScreen)

    at(floor, "shop_dispatch", story, "D1")
    assert steps(floor)[-1] == "hand_out"


def test_a_desk_locks_and_is_left_at_once_however_busy_the_database_is(floor: Floor) -> None:
    async def story(terminal: Terminal) -> None:
        for leave in (terminal.app.lock, terminal.app.log_out):
            await terminal.log_in("S1")
            await terminal.press("f2")
            await terminal.type("Acme")
            with gate_held(floor) as let_go:
                locks = [asyncio.create_task(leave()) for _ in range(2 if leave == terminal.app.lock else 1)]
                await eventually(lambda: isinstance(terminal.frame, LoginScreen))
                assert "Acme" not in terminal.text
                let_go()
            await asyncio.gather(*locks)
            await terminal.settled()
            assert sum(isinstance(screen, LoginScreen) for screen in terminal.app.screen_stack) <= 2
        await terminal.log_in("S1")
        await terminal.press("f2")
        assert "Acme" in terminal.text

    at(floor, "sales", story)


def test_what_is_refused_after_the_desk_has_locked_is_told_to_whoever_asked(floor: Floor) -> None:
    floor.play("hand_out")

    async def story(terminal: Terminal) -> None:
        await terminal.scan(floor.code(4))
        await terminal.press("f2")
        await terminal.type(f"{PIN}\r")
        await terminal.scan("R1")
        with gate_held(floor) as let_go:
            await terminal.post("11112222\r")
            await eventually(lambda: "Working" in terminal.text)
            await terminal.app.lock()
            let_go()
        await terminal.settled()
        assert isinstance(terminal.frame, LoginScreen)
        assert "R1" not in terminal.text
        await terminal.log_in("K1")
        assert terminal.said == "The PIN of 人R1 is wrong."

    at(floor, "finished_store", story, "K1")


def test_what_was_done_while_the_desk_locked_is_told_to_whoever_did_it(floor: Floor) -> None:
    floor.play("consent")

    async def story(terminal: Terminal) -> None:
        await terminal.scan(floor.code(4))
        with gate_held(floor) as let_go:
            press(terminal, "f2")
            await eventually(lambda: "Working" in terminal.text)
            await terminal.app.lock()
            let_go()
        await terminal.settled()
        assert floor.case not in terminal.text
        await terminal.log_in("D1")
        assert "done, act" in terminal.said

    at(floor, "shop_dispatch", story, "D1")
    assert steps(floor)[-1] == "hand_out"


def test_nobody_else_is_told_what_was_done_while_the_desk_locked(floor: Floor) -> None:
    async def story(terminal: Terminal) -> None:
        await terminal.press("f2")
        await fill_in_an_application(terminal)
        with gate_held(floor) as let_go:
            press(terminal, "f2")
            await eventually(lambda: "Working" in terminal.text)
            await terminal.app.lock()
            let_go()
        await terminal.settled()
        await terminal.log_in("S2")
        assert isinstance(terminal.frame, DeskScreen)
        assert "done" not in terminal.said
        assert floor.rows("SELECT COUNT(*) FROM drafts")[0][0] == 0
        await terminal.app.log_out()
        await terminal.log_in("S1")
        await terminal.press("f2")
        assert "Acme" not in terminal.text

    at(floor, "sales", story, "S1")
    assert steps(floor).count("apply") == 1


async def fill_in_an_application(terminal: Terminal) -> None:
    """Answer everything of an application."""
    page = terminal.frame
    assert isinstance(page, ActScreen)
    line = {"item": "V-100", "becomes": "V-200", "quantity": "1"}
    page.take_over({"serial": "X", "fields": {"customer": "Acme"}, "lines": [line]})
    await terminal.settled()


# The program ends in the middle


def test_a_draft_of_what_was_done_when_the_program_was_killed_is_not_offered_again(
    floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def killed(self: ActScreen, done: object) -> None:
        """The act is in the book, and its answer never came."""

    async def story(terminal: Terminal) -> None:
        await terminal.press("f2")
        await fill_in_an_application(terminal)
        with monkeypatch.context() as patched:
            patched.setattr(ActScreen, "close_with", killed)
            await terminal.press("f2")

    async def again(terminal: Terminal) -> None:
        await terminal.press("f2")
        assert "has been done" in terminal.said
        assert "Acme" not in terminal.text

    at(floor, "sales", story, "S1")
    assert floor.rows("SELECT COUNT(*) FROM drafts")[0][0] == 1
    at(floor, "sales", again, "S1")
    assert floor.rows("SELECT COUNT(*) FROM drafts")[0][0] == 0


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT"])
def test_a_desk_told_to_end_while_its_draft_waits_gives_the_terminal_back_and_keeps_the_draft(floor: Floor, name: str) -> None:
    with Screen("desk", "sales", "--site", str(floor.folder), "--language", "en") as screen:
        screen.wait_for("Badge")
        screen.type(f"S1\r{PIN}\r")
        screen.wait_for("Waits here")
        screen.type("\x1bOQ")
        screen.wait_for("Customer")
        screen.type("Acme")
        screen.wait_for("Acme")
        with gate_held(floor) as let_go:
            screen.process.send_signal(getattr(signal, name))
            screen.read(lambda: screen.is_restored)
            assert screen.process.poll() is None
            let_go()
            assert screen.end() == 0
        assert "Traceback" not in screen.drawn
    assert "Acme" in floor.rows("SELECT contents FROM drafts")[0][0]


# The database is gone, or full


def test_a_database_that_was_put_away_is_said_and_used_again_when_it_is_back(floor: Floor) -> None:
    floor.play("consent")

    async def story(terminal: Terminal) -> None:
        await terminal.scan(floor.code(4))
        (floor.folder / "qdesk.db").rename(floor.folder / "away.db")
        await terminal.press("f2")
        assert "disk fails" in terminal.said
        (floor.folder / "away.db").rename(floor.folder / "qdesk.db")
        await terminal.press("f2")
        assert "done, act" in terminal.said

    at(floor, "shop_dispatch", story, "D1")


def test_a_full_disk_refuses_the_act_whole_and_takes_it_when_there_is_room(floor: Floor) -> None:
    floor.play("consent")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)

    async def story(terminal: Terminal) -> None:
        await terminal.scan(floor.code(4))
        before = steps(floor)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1, limits[1]))
        try:
            await terminal.press("f2")
            assert "full" in terminal.said or "disk fails" in terminal.said
            assert steps(floor) == before
            await terminal.app.log_out()
            assert isinstance(terminal.frame, LoginScreen)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        await terminal.log_in("D1")
        await asyncio.sleep(0.35)  # the same piece at once would be one scan that came twice
        await terminal.scan(floor.code(4))
        await terminal.press("f2")
        assert "done, act" in terminal.said

    at(floor, "shop_dispatch", story, "D1")


# Faults of our own


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


# Whatever the terminal sends


ODD_BYTES = (
    b"\xff\xfe\xc3(", b"\x1b[99999999999999999999u", b"\x1b[2000000000000~", b"\x1b[<0;5;5M\x1b[<0;5;5m", b"\x00\x11\x10\x1a\x03",
    b"\x1b[200~" + b"\x07\x1b]52;c;aGk=\x07" * 50 + b"\x1b[201~", b"\x1b[200~" + b"x" * 1_000_000 + b"\x1b[201~",
    b"\x9b\x90\x80", b"9" * 2_000,
)  # fmt: skip


def test_no_bytes_a_terminal_may_send_end_the_desk(floor: Floor) -> None:
    with Screen("desk", "finished_store", "--site", str(floor.folder), "--language", "en") as screen:
        screen.wait_for("Badge")
        for odd in ODD_BYTES:
            send(screen, odd)
        send(screen, b"\x1b[23~")
        screen.wait_for("工牌")
        screen.process.send_signal(signal.SIGTERM)
        assert screen.end() == 0
        assert screen.is_restored
        assert "Traceback" not in screen.drawn
    assert not (floor.folder / "faults.log").exists()


def send(screen: Screen, given: bytes) -> None:
    """Send bytes as fast as the program takes them, reading what it draws meanwhile."""
    while given:
        readable, writable, _ = select.select([screen.master], [screen.master], [], 10)
        if readable:
            screen.drawn += os.read(screen.master, 65536).decode("utf-8", "replace")
        if writable:
            given = given[os.write(screen.master, given[:1024]) :]


def test_a_storm_of_sizes_leaves_what_was_typed(floor: Floor) -> None:
    async def story(terminal: Terminal) -> None:
        await terminal.press("f2")
        await terminal.type("Acme")
        for size in ((1, 1), (500, 200), (3, 90), (200, 2), (80, 24)):
            await terminal.pilot.resize_terminal(*size)
            await terminal.press("f1", "f12", "f11", "f11")
        await terminal.settled()
        assert "Acme" in terminal.text

    at(floor, "sales", story, "S1")


def test_screens_that_were_closed_leave_no_timer_and_no_work_behind(floor: Floor) -> None:
    floor.play("hand_out")

    async def story(terminal: Terminal) -> None:
        await terminal.scan(floor.code(4))
        await terminal.press("f2", "f12", "f9", "f12")
        tasks, workers = len(asyncio.all_tasks()), len(terminal.app.workers)
        for _ in range(5):
            await terminal.press("f2", "f12", "f9", "f12", "f10", "f12", "f1", "f12")
        await eventually(lambda: len(asyncio.all_tasks()) <= tasks and len(terminal.app.workers) <= workers)

    at(floor, "finished_store", story, "K1")


def test_a_whole_task_typed_ahead_is_done_exactly(floor: Floor) -> None:
    floor.play("hand_out")

    async def story(terminal: Terminal) -> None:
        press(terminal, "f2", "f2")
        await terminal.post(f"K1\r{PIN}\r]C1{floor.code(4)}\r")
        press(terminal, "f2")
        await terminal.post(f"{PIN}\r]C1R1\r{PIN}\r")
        await terminal.settled()
        assert "done, act" in terminal.said

    at(floor, "finished_store", story)
    assert steps(floor)[-1] == "draw"


def test_keys_typed_ahead_of_a_lock_go_to_the_lock_and_what_they_waited_for_is_told(floor: Floor) -> None:
    floor.play("hand_out")

    async def story(terminal: Terminal) -> None:
        await terminal.scan(floor.code(4))
        await terminal.press("f2")
        await terminal.type(f"{PIN}\r")
        await terminal.scan("R1")
        with gate_held(floor) as let_go:
            await terminal.post(f"{PIN}\r")
            await eventually(lambda: "Working" in terminal.text)
            await terminal.post(f"K1\r{PIN}\r")
            await terminal.app.lock()
            let_go()
        await terminal.settled()
        await eventually(lambda: "done, act" in terminal.said)
        assert isinstance(terminal.frame, DeskScreen)

    at(floor, "finished_store", story, "K1")
    assert steps(floor).count("draw") == 1


def test_what_became_of_a_stack_while_the_desk_locked_is_told_to_whoever_signed_it(floor: Floor) -> None:
    floor.play("apply")

    async def story(terminal: Terminal) -> None:
        desk = terminal.frame
        assert isinstance(desk, DeskScreen)
        await terminal.app.push_screen(StackScreen("authorise", "Authorise", [floor.case], desk))
        await terminal.settled()
        with gate_held(floor) as let_go:
            await terminal.post(f"{PIN}\r")
            await eventually(lambda: "Working" in terminal.text)
            await terminal.app.lock()
            let_go()
        await terminal.settled()
        await terminal.log_in("S2")
        assert terminal.said == "1 documents done."

    at(floor, "sales", story, "S2")
    assert steps(floor)[-1] == "authorise"


@pytest.mark.parametrize("number", ["0051", "²", "00", "9" * 30])
def test_a_number_of_no_desk_is_no_fault(floor: Floor, number: str) -> None:
    async def story(terminal: Terminal) -> None:
        await terminal.type(f"{number}\r")
        assert terminal.app.fault == ""

    at(floor, "", story)


def test_a_change_by_another_desk_is_seen_also_on_the_desk_under_the_screen_on_top(floor: Floor) -> None:
    floor.play("hand_out")

    async def story(terminal: Terminal) -> None:
        await terminal.scan(floor.code(4))
        await terminal.press("f10")
        await asyncio.to_thread(floor.play, "draw")
        await eventually(lambda: not terminal.frame.outlived and terminal.app.screen_stack[1].outlived)  # type: ignore[attr-defined]  # a Frame
        await terminal.press("f12")
        await eventually(lambda: "F2  Draw the product" not in terminal.text)

    at(floor, "finished_store", story, "K1")
