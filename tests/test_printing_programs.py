from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from cups_at_hand import FakeCups
from printers_at_hand import machine, not_printed, numbered

from qdesk.machines import Printer
from qdesk.slips.sending import Job, NotPrinted, follow, send


@pytest.fixture
def cups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeCups:
    """Programs of CUPS at the head of the PATH."""
    fake = FakeCups(tmp_path / "cups")
    monkeypatch.setenv("PATH", f"{fake.home / 'bin'}:{os.environ['PATH']}")
    return fake


@pytest.fixture
def queue() -> Printer:
    return machine("cups", queue="office", patience=60)


# CUPS


def test_a_queue_is_always_told_the_paper_and_not_to_shrink_it(cups: FakeCups) -> None:
    printer = machine("cups", queue="office", server="hall:631", options=("sides=one-sided",))
    title = "-o media=A0\n$(reboot) 改型"
    send(printer, Job("1", title, False, lambda: b"%PDF 1 0 %", lambda dots: []), Path())
    send(machine("cups", queue="office", paper="label"), numbered(1), Path())
    send(machine("cups", queue="office", media="A5,Tray2"), numbered(1), Path())
    asked = [line for line in (cups.home / "asked").read_text().splitlines() if line.startswith('["lp",')]
    first = asked[0].encode().decode("unicode_escape")
    assert first.startswith('["lp", "-h", "hall:631", "-d", "office", "-t", "-o media=A0$(reboot) 改型", "-o", "media=A5", ')
    assert '"-o", "print-scaling=none", "-o", "sides=one-sided", "--", "/' in first
    assert '"-o", "media=Custom.60x40mm", "-o", "print-scaling=none"' in asked[1]
    assert '"-o", "media=A5,Tray2"' in asked[2]


def test_queued_is_not_printed_until_the_queue_says_so(cups: FakeCups, queue: Printer) -> None:
    cups.be("slow")
    number = send(queue, numbered(1), Path())
    assert number is not None and number.startswith("office-1@")
    assert cups.out() == []
    assert [follow(queue, number) for _ in range(4)] == [False, False, False, True]
    assert cups.out() == [numbered(1).pdf()]


def test_a_job_is_found_among_many(cups: FakeCups, queue: Printer) -> None:
    numbers = []
    for number, behaviour in enumerate(["aborted", *["ok"] * 11], 1):
        cups.be(behaviour)
        numbers.append(send(queue, numbered(number), Path()))
    assert all(follow(queue, str(number)) for number in numbers[1:])
    with pytest.raises(NotPrinted, match="print_job_failed"):
        follow(queue, str(numbers[0]))


@pytest.mark.parametrize(
    ("behaviour", "patience", "code", "came_out"),
    [
        ("aborted", 60, "print_job_failed", True),
        ("held", 60, "print_job_stuck", False),
        ("cannot_be_cancelled", 60, "print_job_stuck", True),
        ("stopped", 60, "print_job_stuck", True),
        ("stuck", 0, "print_job_stuck", True),
        ("vanishes", 0, "print_result_unknown", True),
    ],
)
def test_a_job_that_does_not_end_well_is_taken_back_and_told(
    cups: FakeCups, behaviour: str, patience: float, code: str, came_out: bool
) -> None:
    printer = machine("cups", queue="office", patience=patience)
    cups.be(behaviour)
    number = send(printer, numbered(1), Path())
    time.sleep(0.01)
    with pytest.raises(NotPrinted) as failed:
        follow(printer, str(number))
    assert (failed.value.code, failed.value.came_out) == (code, came_out)
    asked = (cups.home / "asked").read_text()
    assert ('["cancel", "office-1"]' in asked) == (behaviour != "aborted")


def test_a_job_that_is_printed_while_it_is_taken_back_is_printed(cups: FakeCups) -> None:
    printer = machine("cups", queue="office", patience=0)
    cups.be("prints_at_last")
    number = send(printer, numbered(1), Path())
    time.sleep(0.01)
    assert follow(printer, str(number))


def test_a_stuck_job_has_its_time_first(cups: FakeCups, queue: Printer) -> None:
    cups.be("stuck")
    number = send(queue, numbered(1), Path())
    assert not follow(queue, str(number))
    with pytest.raises(NotPrinted, match="print_job_stuck"):
        follow(queue, f"office-1@{int(time.time()) - 61}")


@pytest.mark.parametrize(
    ("behaviour", "code"), [("queue_stopped", "printer_queue_stopped"), ("refuses", "printer_program_failed")]
)
def test_a_queue_that_takes_nothing_is_told_and_nothing_lies_in_it(
    cups: FakeCups, queue: Printer, behaviour: str, code: str
) -> None:
    cups.be(behaviour)
    assert not_printed(queue, numbered(1)) == (code, False)
    assert list((cups.home / "jobs").iterdir()) == []


def test_without_cups_the_missing_program_is_named(queue: Printer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert not_printed(queue, numbered(1)) == ("printer_program_missing", False)


def test_a_job_of_a_printer_that_is_another_one_now_is_not_known() -> None:
    with pytest.raises(NotPrinted, match="print_result_unknown") as failed:
        follow(machine("folder"), "office-1@0")
    assert failed.value.came_out


# Any command line


def own(*command: str, patience: float = 60) -> Printer:
    return machine("command", command=command, patience=patience)


def eventually_let_go(end: int) -> bool:
    """Tell whether nobody holds the other end of a pipe any more, ten seconds on at the latest."""
    for _ in range(200):
        try:
            return os.read(end, 1) == b""
        except BlockingIOError:  # somebody does
            time.sleep(0.05)
    return False


def test_a_command_gets_the_file_and_no_shell_reads_it(tmp_path: Path) -> None:
    kept = tmp_path / "$(touch hurt);kept.pdf"
    assert send(own("cp", "{file}", str(kept)), numbered(1), tmp_path) is None
    assert [path.name for path in tmp_path.iterdir()] == [kept.name]
    assert kept.read_bytes() == numbered(1).pdf()


def test_what_a_command_says_when_it_fails_is_told(tmp_path: Path) -> None:
    printer = own("sh", "-c", "echo no toner; echo >&2 'call \033[31m4711'; exit 3", "{file}")
    with pytest.raises(NotPrinted) as failed:
        send(printer, numbered(1), tmp_path)
    assert (failed.value.code, failed.value.came_out) == ("printer_program_failed", True)
    assert "4711" in str(failed.value.arguments["said"]) and "\033" not in str(failed.value.arguments["said"])
    assert not_printed(own("no-such-program", "{file}"), numbered(1)) == ("printer_program_missing", False)


def test_without_room_for_the_file_no_program_is_started(
    cups: FakeCups, queue: Printer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "gone"))
    assert not_printed(own("touch", str(tmp_path / "started"), "{file}"), numbered(1)) == ("print_not_written", False)
    assert not_printed(queue, numbered(1)) == ("print_not_written", False)
    assert not (tmp_path / "started").exists() and list((cups.home / "jobs").iterdir()) == []


def test_a_command_that_hangs_is_ended_with_all_that_it_started(tmp_path: Path) -> None:
    held = tmp_path / "held"
    os.mkfifo(held)
    end = os.open(held, os.O_RDONLY | os.O_NONBLOCK)
    printer = own("sh", "-c", f"exec 3> '{held}'; sleep 60 & sleep 60", "{file}", patience=0.5)
    assert not_printed(printer, numbered(1)) == ("printer_silent", True)
    assert eventually_let_go(end)
    os.close(end)
