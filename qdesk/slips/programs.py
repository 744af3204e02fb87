"""Printing with other programs: any command line that takes a file, and the queues of CUPS.

A queue that took a job has not printed it. So the job is followed until CUPS says how it ended; one that cannot go on is taken
out of the queue again before it is called failed, or it would come out later beside its reprint.
"""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from qdesk.errors import Refused
from qdesk.machines import FILE, Printer
from qdesk.scan import visible
from qdesk.slips.formats import FORMATS
from qdesk.slips.jobs import Job, NotPrinted, of_the_disk

LONGEST_SAID, LONGEST_TITLE = 120, 80
SHEETS = {"a5": "A5", "a4": "A4"}
TAKEN = re.compile(r"request id is (\S+-[0-9]+) ")
PRINTED = frozenset(("job-completed-successfully", "job-completed-with-warnings"))
STANDS = ("job-hold", "job-held", "job-stopped", "printer-stopped", "resources-are-not-ready")
ASKING, QUEUEING = 10.0, 60.0
"""Seconds that a question to CUPS and handing a job over may take."""


def to_command(printer: Printer, job: Job) -> None:
    """Print with the site's own command line; what ends with 0 has printed. Raises NotPrinted."""
    with laid_down(job.pdf()) as file:
        code, said = run(printer, [part.replace(FILE, str(file)) for part in printer.command], printer.patience)
    if code:
        raise NotPrinted(Refused("printer_program_failed", printer=printer.name, said=said or str(code)), came_out=True)


def to_queue(printer: Printer, job: Job) -> str:
    """Put a job into a queue of CUPS and return its number there with the time. Raises NotPrinted."""
    refuse_stopped(printer)
    with laid_down(job.pdf()) as file:
        code, said = run(printer, queueing(printer, job.title, file), QUEUEING)
    if code:
        raise NotPrinted(Refused("printer_program_failed", printer=printer.name, said=said or str(code)), came_out=False)
    taken = TAKEN.search(said)
    if taken is None:
        raise NotPrinted(Refused("print_result_unknown", printer=printer.name, job=said), came_out=True)
    return f"{taken[1]}@{int(time.time())}"


@contextlib.contextmanager
def laid_down(pdf: bytes) -> Iterator[Path]:
    """Give a print as a file that only its owner reads, for as long as a program needs it. Raises NotPrinted."""
    with contextlib.ExitStack() as stack:
        try:
            file = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="qdesk-print-"))) / "print.pdf"
            file.write_bytes(pdf)
        except OSError as trouble:
            raise NotPrinted(of_the_disk(trouble, Path(trouble.filename or "print.pdf")), came_out=False) from trouble
        yield file


def refuse_stopped(printer: Printer) -> None:
    """Refuse a queue that stands still, before anything lies in it that could come out later."""
    _, said = run(printer, ["lpstat", *server(printer), "-p", printer.queue], ASKING, whole=True)
    if " disabled since " in said.partition("\n")[0]:
        reason = visible(said.partition("\n")[2].strip().partition("\n")[0], LONGEST_SAID)
        raise NotPrinted(Refused("printer_queue_stopped", printer=printer.name, said=reason), came_out=False)


def server(printer: Printer) -> list[str]:
    """Return what tells the programs of CUPS where it runs, when not on this machine."""
    return ["-h", printer.server] if printer.server else []


def queueing(printer: Printer, title: str, file: Path) -> list[str]:
    """Return the command line; paper and scaling are always given, or the queue's own shrink the bars."""
    paper = FORMATS[printer.paper]
    media = printer.media or SHEETS.get(printer.paper, f"Custom.{paper.width:g}x{paper.height:g}mm")
    options = [f"media={media}", "print-scaling=none", *printer.options]
    shown = "".join(letter for letter in title if letter.isprintable())[:LONGEST_TITLE]
    given = [part for each in options for part in ("-o", each)]
    return ["lp", *server(printer), "-d", printer.queue, "-t", shown, *given, "--", str(file)]


def follow_queue(printer: Printer, number: str) -> bool:
    """Tell whether a job of a queue is printed. Raises NotPrinted when it ended otherwise, stands, or takes too long."""
    name, _, since = number.partition("@")
    ended = how_it_is(printer, name, "completed")
    if ended is not None:
        return _ended_well(printer, name, ended)
    waiting = how_it_is(printer, name, "not-completed")
    reasons = waiting.split() if waiting else []
    stands = any(reason.startswith(STANDS) for reason in reasons)
    late = since.isdigit() and time.time() - int(since) > printer.patience
    if not stands and not late:
        return False
    return _take_back(printer, name, waiting)


def _ended_well(printer: Printer, name: str, ended: str) -> bool:
    if PRINTED & set(ended.split()):
        return True
    raise NotPrinted(Refused("print_job_failed", printer=printer.name, job=name, said=ended), came_out=True)


def _take_back(printer: Printer, name: str, waiting: str | None) -> bool:
    """Take a job out of its queue; if it was printed at the last moment, say so."""
    code, _ = run(printer, ["cancel", *server(printer), name], ASKING)
    ended = how_it_is(printer, name, "completed")
    if ended is not None and PRINTED & set(ended.split()):
        return True
    if waiting is None:
        raise NotPrinted(Refused("print_result_unknown", printer=printer.name, job=name), came_out=True)
    held = not code and all(reason.startswith("job-h") for reason in waiting.split())
    raise NotPrinted(Refused("print_job_stuck", printer=printer.name, job=name, said=waiting), came_out=not held)


def how_it_is(printer: Printer, name: str, which: str) -> str | None:
    """Return what CUPS gives as the reasons for the state of a job, or none where the job is not among those asked for."""
    code, said = run(printer, ["lpstat", *server(printer), "-W", which, "-l", "-o", printer.queue], ASKING, whole=True)
    found = None
    for line in said.splitlines() if not code else []:
        if not line[:1].isspace():
            if found is not None:
                return found
            found = "" if line.split()[:1] == [name] else None
        elif found is not None and line.strip().startswith("Alerts:"):
            found = line.partition(":")[2].strip()
    return found


def run(printer: Printer, command: Sequence[str], patience: float, whole: bool = False) -> tuple[int, str]:
    """Run a program and return its code and its last line, or all it said. Raises NotPrinted where it does not start or end."""
    try:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            env={**os.environ, "LC_ALL": "C.UTF-8"}, start_new_session=True,
        )  # fmt: skip
    except OSError as trouble:
        missing = Refused("printer_program_missing", printer=printer.name, program=command[0])
        raise NotPrinted(missing, came_out=False) from trouble
    try:
        said = process.communicate(timeout=patience)[0].decode("utf-8", "replace")
    except subprocess.TimeoutExpired as trouble:
        _end(process)
        raise NotPrinted(Refused("printer_silent", printer=printer.name), came_out=True) from trouble
    last = next((line for line in reversed(said.splitlines()) if line.strip()), "")
    return process.returncode, said if whole else visible(last.strip(), LONGEST_SAID)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a program with all that it started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.communicate(timeout=1)
