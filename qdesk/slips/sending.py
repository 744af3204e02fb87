"""Hands a finished print to a printer, and follows it until it is certain that it came out, or that it did not."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from pathlib import Path

from qdesk.errors import Refused
from qdesk.machines import Printer
from qdesk.slips.escpos import to_receipts
from qdesk.slips.jobs import Job, NotPrinted, of_the_disk
from qdesk.slips.programs import follow_queue, to_command, to_queue
from qdesk.slips.zpl import to_labels

__all__ = ["Job", "NotPrinted", "follow", "send"]

LONGEST_NAME = 80


def send(printer: Printer, job: Job, folder: Path) -> str | None:
    """Print a job; `folder` is the folder of the site. Raises NotPrinted, and Refused where the job cannot be set.

    Returns None when it is printed for certain, else the printer's own job number, which `follow` wants.
    """
    return SENDERS[printer.kind](printer, job, folder)


def follow(printer: Printer, number: str) -> bool:
    """Tell whether a job that was handed over is printed; False while it is still at work. Raises NotPrinted."""
    if printer.kind != "cups":  # the printer was set up anew since
        raise NotPrinted(Refused("print_result_unknown", printer=printer.name, job=number), came_out=True)
    return follow_queue(printer, number)


def to_folder(printer: Printer, job: Job, folder: Path) -> None:
    """Leave a PDF in the folder, whole or not at all: it gets its name only when it lies on the disk."""
    place = folder / printer.folder
    target = place / f"{file_name(job.name)}.pdf"
    beside = place / f".{target.name}.part"
    pdf = job.pdf()
    try:
        place.mkdir(parents=True, exist_ok=True)
        write_through(beside, pdf)
        os.replace(beside, target)
        settle(place)
    except OSError as trouble:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)
        raise NotPrinted(of_the_disk(trouble, target), came_out=False) from trouble


def write_through(path: Path, contents: bytes) -> None:
    """Write a file and wait until it lies on the disk."""
    with path.open("wb") as file:
        file.write(contents)
        file.flush()
        os.fsync(file.fileno())


def settle(folder: Path) -> None:
    """Wait until the names in a folder lie on the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def file_name(name: str) -> str:
    """Return a name that is one of a file in any folder, and of no other folder."""
    kept = "".join(letter if letter.isalnum() or letter in "-_." else "-" for letter in name)
    return kept.lstrip(".-")[:LONGEST_NAME] or "print"


SENDERS: dict[str, Callable[[Printer, Job, Path], str | None]] = {
    "folder": to_folder,
    "cups": lambda printer, job, folder: to_queue(printer, job),
    "escpos": lambda printer, job, folder: to_receipts(printer, job),
    "zpl": lambda printer, job, folder: to_labels(printer, job),
    "command": lambda printer, job, folder: to_command(printer, job),
}
