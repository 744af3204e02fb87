"""Label printers: pages as ZPL pictures, compressed and in base64, so that no letter of what is printed can be a command."""

from __future__ import annotations

import base64
import binascii
import re
import time
import zlib
from dataclasses import dataclass

from qdesk.machines import Printer
from qdesk.slips.jobs import Job, NotPrinted
from qdesk.slips.raster import Bitmap
from qdesk.slips.wire import Wire

HOW_IS = b"~HS"
FORGET = b"~JA"
LINE = re.compile(rb"\x02([^\x02\x03]*)\x03")
LINES = 3
LONGEST_ANSWER = 1000
LOOK_AGAIN = 0.2
"""Seconds between two looks whether the labels are out."""


@dataclass(frozen=True)
class State:
    """What a printer says of itself."""

    trouble: str
    """The code of what is wrong, empty when nothing is."""
    left: int
    """What is still to be printed or being received."""


def to_labels(printer: Printer, job: Job) -> None:
    """Print a job; when this returns no label of it is left in the printer. Raises NotPrinted."""
    pages = job.pages(printer.dots)
    with Wire(printer) as wire:
        if printer.asked != "never":
            refuse_trouble(wire)
        for page in pages:
            wire.page(picture(page))
        if printer.asked == "in_order":
            wait_for_the_end(wire)
            wire.part()
            return
        wire.part_for_certain()


def picture(page: Bitmap) -> bytes:
    """Return the bytes of one label: its size, its picture, and that it is printed once."""
    packed = base64.b64encode(zlib.compress(page.rows, 9))
    size = len(page.rows)
    head = f"^XA^PW{page.width}^LL{page.height}^LH0,0^FO0,0^GFA,{size},{size},{page.row_bytes},:Z64:"
    return head.encode("ascii") + packed + f":{binascii.crc_hqx(packed, 0):04X}^FS^PQ1^XZ\n".encode("ascii")


def refuse_trouble(wire: Wire) -> State:
    """Return how the printer is, or refuse when something is wrong with it."""
    wire.put(HOW_IS)
    state = state_of(_answer(wire))
    if state is None:
        raise wire.failed("printer_silent")
    if state.trouble:
        raise wire.failed(state.trouble)
    return state


def wait_for_the_end(wire: Wire) -> None:
    """Wait until the printer says twice that nothing is left; what it cannot finish it is to forget."""
    try:
        last, until = -1, time.monotonic() + wire.printer.patience
        while (left := refuse_trouble(wire).left) or last:
            if left != last:
                last, until = left, time.monotonic() + wire.printer.patience
            if time.monotonic() > until:
                raise wire.failed("printer_silent")
            time.sleep(min(LOOK_AGAIN, wire.printer.patience / 10))
    except NotPrinted:
        wire.give_up(FORGET)
        raise


def _answer(wire: Wire) -> bytes:
    """Return the three lines that a printer answers, or what there is of them when its time is over."""
    said, until = b"", time.monotonic() + wire.printer.patience
    while said.count(b"\x03") < LINES and len(said) < LONGEST_ANSWER:
        more = wire.take(LONGEST_ANSWER, until)
        if not more:
            break
        said += more
    return said


def state_of(said: bytes) -> State | None:
    """Read the answer; none where it is not one."""
    lines = [line.split(b",") for line in LINE.findall(said)]
    if len(lines) < LINES - 1 or len(lines[0]) < 12 or len(lines[1]) < 9:
        return None
    first, second = lines[:2]
    troubles = (
        (first[1], "printer_no_paper"),
        (second[2], "printer_open"),
        (second[3], "printer_no_ribbon"),
        (first[9], "printer_error"),  # its memory has lost what it was set to
        (first[10], "printer_error"),  # too cold
        (first[11], "printer_error"),  # too hot
        (first[2], "printer_paused"),
    )
    trouble = next((code for flag, code in troubles if flag == b"1"), "")
    counts = (first[4], first[7], second[8])
    return State(trouble, sum(int(count) for count in counts if count.isdigit()))
