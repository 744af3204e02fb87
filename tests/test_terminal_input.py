"""Whatever a terminal may send, and however often screens come and go, the desk stays as it is."""

from __future__ import annotations

import asyncio
import os
import select
import signal

import pytest
from factory_floor import PIN, Floor
from terminal import Terminal, at
from test_cli_desk import Screen
from test_desk_screen import eventually
from test_never_dies import gate_held, press, steps

from screens.desk import DeskScreen
from screens.stack import StackScreen

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
