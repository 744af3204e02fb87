"""The desk: what waits, the card, its keys, the lock; played by keys on the real app."""

from __future__ import annotations

import asyncio
import subprocess
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from factory_floor import MINUTE, PIN, Floor, FloorMaker
from terminal import Terminal, at, terminal_at

from qdesk.database import driver
from qdesk.errors import Refused
from screens import looking, sitting
from screens.desk import DeskScreen
from screens.login import LoginScreen


def piece(floor: Floor, copy: int) -> str:
    """The eighteen digits of a copy of the case."""
    return floor.code(copy)


async def eventually(true: Callable[[], bool]) -> None:
    """Wait until something is so, at most ten seconds."""
    for _ in range(200):
        if true():
            return
        await asyncio.sleep(0.05)
    raise AssertionError("it never became so")


def attempts(floor: Floor) -> list[tuple[Any, ...]]:
    """What was refused, as it is kept."""
    return [tuple(row) for row in floor.site.database.rows("SELECT verb, code, times FROM attempts ORDER BY id")]


def test_a_clerk_logs_in_with_badge_and_pin_and_sees_what_waits(floor: Floor) -> None:
    floor.play("hand_out")

    async def story(terminal: Terminal) -> None:
        assert "scan it" in terminal.text
        await terminal.log_in("K1")
        assert floor.case in terminal.text
        assert "Draw the product" in terminal.text

    at(floor, "finished_store", story)


def test_everything_typed_before_the_site_is_open_waits_its_turn(floor: Floor) -> None:
    async def play() -> None:
        async with terminal_at(floor.folder, "finished_store", clock=floor.clock, settle=False) as terminal:
            await terminal.type(f"K1\r{PIN}\r")
            assert "Waits here" in terminal.text

    asyncio.run(play())


def test_a_wrong_pin_is_refused_twice_rung_and_written_down(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    async def story(terminal: Terminal) -> None:
        rung: list[int] = []
        monkeypatch.setattr(terminal.app, "ring", lambda times=1: rung.append(times))
        await terminal.log_in("K1", "111122")
        assert terminal.said == "The PIN of 人K1 is wrong."
        assert rung[-1] == 2
        assert "111122" not in terminal.text
        await terminal.log_in("K1")
        assert "Waits here" in terminal.text

    at(floor, "finished_store", story)
    assert attempts(floor) == [("login", "pin_wrong", 1)]


def test_what_waits_is_opened_with_up_down_and_enter(floor: Floor) -> None:
    floor.play("apply")
    first = floor.case
    floor.case = ""
    floor.play("apply")

    async def story(terminal: Terminal) -> None:
        await terminal.press("down")
        await terminal.type("\r")
        assert f"{floor.case}  Product modification application" in terminal.text
        await terminal.press("f12", "up")
        await terminal.type("\r")
        assert f"{first}  Product modification application" in terminal.text

    at(floor, "sales", story, "S2")


def test_what_waits_goes_on_to_the_next_page_and_back(floors: FloorMaker) -> None:
    floor = floors({"inbox_page": "3"})
    cases = []
    for _ in range(5):
        floor.case = ""
        floor.play("apply")
        cases.append(floor.case)

    async def story(terminal: Terminal) -> None:
        assert cases[2] in terminal.text
        assert cases[3] not in terminal.text
        await terminal.press("down", "down", "down")
        assert cases[3] in terminal.text
        assert cases[2] not in terminal.text
        await terminal.press("up")
        assert cases[0] in terminal.text

    at(floor, "sales", story, "S2")


def test_a_code_typed_or_scanned_is_the_second_way_for_an_f_key(floor: Floor) -> None:
    floor.play("hand_out")

    async def story(terminal: Terminal) -> None:
        await terminal.scan(piece(floor, 4))
        await terminal.type(".2\r")
        assert "Signatures" in terminal.text
        await terminal.scan("F12")
        assert "May be done here" in terminal.text

    at(floor, "finished_store", story, "K1")


def test_every_scan_is_answered_on_the_screen_also_the_unknown_one(floor: Floor) -> None:
    async def story(terminal: Terminal) -> None:
        for code, said in (("123456", "is not known here"), ("102600001592497", "is incomplete or wrong"), ("V-100", "An item")):
            await terminal.scan(code)
            assert said in terminal.said

    at(floor, "finished_store", story, "K1")
    assert [row[:2] for row in attempts(floor)] == [("present", "code_unknown"), ("present", "piece_damaged")]


def test_an_act_is_taken_back_from_the_status_line_while_nothing_has_followed(floor: Floor) -> None:
    floor.play("consent")

    async def story(terminal: Terminal) -> None:
        await terminal.scan(piece(floor, 4))
        await terminal.press("f2")
        assert "F8 takes it back" in terminal.said
        await terminal.press("f8")
        assert "Take back “Hand out to the reworker”: done" in terminal.said
        assert "Hand out to the reworker" in terminal.text

    at(floor, "shop_dispatch", story, "D1")
    assert floor.site.database.rows("SELECT due FROM copies WHERE name = ?", f"{floor.case}/4")[0][0] == "shop_dispatch"


def test_no_act_is_offered_to_be_taken_back_when_something_has_followed(floor: Floor) -> None:
    floor.play("consent")

    async def story(terminal: Terminal) -> None:
        await terminal.scan(piece(floor, 4))
        await terminal.press("f2")
        await asyncio.to_thread(floor_arrival, floor)
        await eventually(lambda: "Take back" not in terminal.text)

    at(floor, "shop_dispatch", story, "D1")


def floor_arrival(floor: Floor) -> None:
    """Somebody scans copy 5 in the valve shop."""
    floor.card("R1", 5)


def test_the_card_shows_by_itself_what_another_desk_has_done(floor: Floor) -> None:
    floor.play("hand_out")

    async def story(terminal: Terminal) -> None:
        await terminal.scan(piece(floor, 4))
        assert "F2  Draw the product" in terminal.text
        await asyncio.to_thread(floor.play, "draw")
        await eventually(lambda: "Another desk has done something" in terminal.said)
        await eventually(lambda: "F2  Draw the product" not in terminal.text)

    at(floor, "finished_store", story, "K1")


def test_a_stale_act_is_refused_with_what_has_changed(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    floor.play("hand_out")

    async def no_notice(self: DeskScreen) -> None:
        """This desk hears of nothing."""

    monkeypatch.setattr(DeskScreen, "changed", no_notice)

    async def story(terminal: Terminal) -> None:
        await terminal.scan(piece(floor, 4))
        await terminal.press("f2")
        await asyncio.to_thread(floor.play, "draw")
        await terminal.type(f"{PIN}\r")
        await terminal.scan("R1")
        await terminal.type(f"{PIN}\r")
        assert "“Draw the product”" in terminal.said

    at(floor, "finished_store", story, "K1")
    assert floor.site.database.rows("SELECT COUNT(*) FROM acts WHERE step = 'draw'")[0][0] == 1


def test_the_language_changes_everywhere_at_once_and_nothing_is_lost(floor: Floor) -> None:
    floor.play("hand_out")

    async def story(terminal: Terminal) -> None:
        await terminal.scan(piece(floor, 4))
        await terminal.type("abc")
        await terminal.press("f11")
        assert "这里可以办" in terminal.text
        assert "May be done" not in terminal.text
        assert terminal.of("#scan").value == "abc"

    at(floor, "finished_store", story, "K1")


def test_a_locked_desk_hides_everything_and_the_same_person_finds_it_again(floor: Floor) -> None:
    floor.play("hand_out")

    async def story(terminal: Terminal) -> None:
        await terminal.scan(piece(floor, 4))
        await terminal.press("f2")
        await terminal.app.lock()
        assert floor.case not in terminal.text
        assert "人K1 goes on" in terminal.text
        await terminal.press("f12", "f9", "f10")
        assert isinstance(terminal.frame, LoginScreen)
        await terminal.log_in("K1")
        assert "Signatures" in terminal.text

    at(floor, "finished_store", story, "K1")


def test_somebody_else_at_a_locked_desk_begins_with_an_empty_desk(floor: Floor) -> None:
    floor.play("hand_out")

    async def story(terminal: Terminal) -> None:
        await terminal.scan(piece(floor, 4))
        await terminal.app.lock()
        await terminal.log_in("K2")
        assert isinstance(terminal.frame, DeskScreen)
        assert terminal.frame.card is None
        assert len(terminal.app.screen_stack) == 2

    at(floor, "finished_store", story, "K1")
    assert floor.site.database.rows("SELECT COUNT(*) FROM sessions WHERE ended_at IS NULL AND desk = 'finished_store'")[0][0] == 1


def test_an_idle_desk_locks_by_itself_and_one_that_is_typed_at_stays_awake(floor: Floor) -> None:
    async def story(terminal: Terminal) -> None:
        idle = terminal.app.engine.site.config.duration("idle_lock") / 1_000_000
        terminal.app.typed_at = time.monotonic() - idle + 30
        terminal.app.watch_the_clock()
        await terminal.settled()
        assert terminal.app.seat is not None
        terminal.app.typed_at = time.monotonic() - idle
        terminal.app.watch_the_clock()
        await eventually(lambda: isinstance(terminal.frame, LoginScreen))

    at(floor, "finished_store", story, "K1")


def test_once_nobody_types_what_was_written_is_folded_into_the_file_itself(
    floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    floor.play("plan")

    def entries() -> int:
        return int(floor.rows("SELECT COUNT(*) FROM journal")[0][0])

    def entries_in_the_file() -> int:
        elsewhere = floor.folder / "file_alone.db"
        subprocess.run(["cp", floor.site.database.path, elsewhere], check=True)  # whoever closes the file here drops its locks
        alone = driver.connect(elsewhere)
        found = alone.execute("SELECT COUNT(*) FROM journal").fetchall()[0][0]
        alone.close()
        return int(found)

    async def story(terminal: Terminal) -> None:
        monkeypatch.setattr(sitting, "FOLD_AFTER", 3600)
        written = entries()
        await terminal.scan(piece(floor, 4))
        assert entries() == written + 1 > entries_in_the_file()
        monkeypatch.setattr(sitting, "FOLD_AFTER", 0)
        await eventually(lambda: entries_in_the_file() == written + 1)

    at(floor, "shop_dispatch", story, "D1")


def test_a_session_the_engine_has_locked_locks_the_screen(floor: Floor) -> None:
    floor.play("hand_out")

    async def story(terminal: Terminal) -> None:
        floor.clock.advance(20 * MINUTE)
        await terminal.scan(piece(floor, 4))
        assert isinstance(terminal.frame, LoginScreen)
        assert "Log in" in terminal.said or "log in" in terminal.said

    at(floor, "finished_store", story, "K1")


def test_a_fault_of_our_own_gets_a_number_and_a_line_without_secrets_and_the_desk_lives_on(
    floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    floor.play("hand_out")
    secret = "PIN 123456 of somebody"

    def broken(*arguments: object) -> object:
        raise ValueError(secret)

    async def play() -> None:
        async with terminal_at(floor.folder, "finished_store", clock=floor.clock, faults=True) as terminal:
            await terminal.log_in("K1")
            with monkeypatch.context() as patched:
                patched.setattr(looking, "case_lines", broken)
                await terminal.scan(piece(floor, 4))
            assert "number" in terminal.said
            assert terminal.app.is_running
            await terminal.press("f12")
            await asyncio.sleep(0.35)  # the same piece at once would be one scan that came twice
            await terminal.scan(piece(floor, 4))
            assert "May be done here" in terminal.text

    asyncio.run(play())
    log = (floor.folder / "faults.log").read_text(encoding="utf-8")
    assert "ValueError" in log
    assert secret not in log


def test_keys_go_on_and_the_desk_says_so_while_another_process_holds_the_database(floor: Floor) -> None:
    floor.play("plan")
    holding, done = threading.Event(), threading.Event()

    def hold() -> None:
        with floor.site.database.writing():
            holding.set()
            done.wait(10)

    async def story(terminal: Terminal) -> None:
        thread = threading.Thread(target=hold)
        thread.start()
        await asyncio.to_thread(holding.wait, 10)
        await terminal.post(f"]C1{piece(floor, 3)}\r")
        await eventually(lambda: "Working" in terminal.text)
        done.set()
        await terminal.settled()
        thread.join()
        assert "may be used here" in terminal.said

    at(floor, "shop_dispatch", story, "W1")


def test_a_database_that_is_gone_is_said_and_the_desk_stays(floor: Floor) -> None:
    async def story(terminal: Terminal) -> None:
        def refuse(*arguments: object, **named: object) -> object:
            raise Refused("disk_full", path="qdesk.db")

        terminal.app.engine.ask = refuse  # type: ignore[assignment,method-assign]  # stands in for a disk nobody can fill here
        await terminal.scan("V-100")
        assert "full" in terminal.said
        del terminal.app.engine.ask
        await terminal.scan("V-100")
        assert "An item" in terminal.said

    at(floor, "finished_store", story, "K1")


def test_a_site_that_cannot_be_opened_says_why_on_the_screen(floor: Floor) -> None:
    database = driver.connect(floor.folder / "qdesk.db")
    database.execute("INSERT INTO schema_version(version, at, digest) VALUES(9999, 0, 'x')")
    database.commit()
    database.close()

    async def play() -> None:
        async with terminal_at(floor.folder, "finished_store", clock=floor.clock) as terminal:
            assert "9999" in terminal.said
            await terminal.log_in("K1")
            assert "9999" in terminal.said

    asyncio.run(play())
    database = driver.connect(floor.folder / "qdesk.db")
    database.execute("DELETE FROM schema_version WHERE version = 9999")
    database.commit()
    database.close()


def test_help_after_a_refusal_finds_its_code_with_one_more_key(floor: Floor) -> None:
    async def story(terminal: Terminal) -> None:
        await terminal.scan("123456")
        await terminal.press("f1", "f2")
        assert "code_unknown" in terminal.text

    at(floor, "finished_store", story, "K1")


def test_no_scan_and_no_key_opens_a_locked_desk(floor: Floor) -> None:
    floor.play("hand_out")

    async def story(terminal: Terminal) -> None:
        await terminal.scan(piece(floor, 4))
        await terminal.app.lock()
        for key in [f"f{number}" for number in range(1, 13)] + ["escape"]:
            await terminal.press(key)
            await terminal.scan(piece(floor, 4))
            await terminal.type(".12\r")
            assert floor.case not in terminal.text, key
            assert terminal.app.seat is None

    at(floor, "finished_store", story, "K1")
