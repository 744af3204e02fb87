"""The desk never dies, loses nothing and does nothing twice, whatever happens to it: busy, broken or gone things, and ends."""

from __future__ import annotations

import asyncio
import contextlib
import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

import pytest
from factory_floor import PIN, Floor
from terminal import Terminal, at
from test_cli_desk import Screen
from test_desk_screen import eventually
from textual import events

from qdesk.site import Site
from screens import engine
from screens.acting import ActScreen
from screens.desk import DeskScreen
from screens.keybar import Action
from screens.login import LoginScreen

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
