"""Receipt printers: pages as ESC/POS raster, never as text, asked before and after how the printer is.

The raster is sent as it is, also where its bytes look like a question (`10 04`): to filter it would tear the picture. A printer
may answer such bytes, so answers are told apart by their fixed bits.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

from qdesk.machines import Printer
from qdesk.slips.jobs import Job, NotPrinted
from qdesk.slips.raster import Bitmap
from qdesk.slips.wire import Wire

RESET = b"\x1b@"
NO_STATUS_BACK = b"\x1da\x00"
RASTER = b"\x1dv0\x00"
SLICE = 128
"""Rows sent at a time: what the smallest buffers hold."""
CUT = b"\x1dVB\x00"
FEED = b"\x1bd\x05"
"""Past the edge to tear at, where nothing cuts."""
HOW_IS = b"\x10\x04"
PAPER_IN_ORDER = b"\x1dr\x01"
"""Answered only when everything before it is printed, and not at all by a printer that has stopped."""
FORGET = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"
AT_TIMES, IN_ORDER, BY_ITSELF = (0x93, 0x12), (0x90, 0x00), (0x93, 0x10)
"""The fixed bits of an answer to `HOW_IS`, to `PAPER_IN_ORDER`, and of four bytes that some printers send by themselves."""
NO_PAPER_IN_ORDER = 0x0C
PAPER, NO_PAPER = 4, 0x60
TROUBLES = (
    (PAPER, NO_PAPER, "printer_no_paper"),
    (2, 0x04, "printer_open"),
    (3, 0x28, "printer_error"),
    (1, 0x08, "printer_error"),
)
"""What to ask, the bits of a trouble in the answer, and what that is called."""
LOOK_AGAIN, QUIET = 1.0, 0.05
"""Seconds."""


def to_receipts(printer: Printer, job: Job) -> None:
    """Print a job; when this returns the last line is on paper. Raises NotPrinted."""
    pages = job.pages(printer.dots)
    with Wire(printer) as wire:
        if printer.asked != "never":
            refuse_trouble(wire)
        for page in pages:
            wire.page(b"".join(commands(page, printer.cut)))
        if printer.asked == "in_order":
            wait_for_the_end(wire)
            wire.part()
            return
        wire.part_for_certain()


def commands(page: Bitmap, cut: bool) -> Iterator[bytes]:
    """Return the bytes of one page: its raster in slices, then the cut."""
    yield RESET + NO_STATUS_BACK
    for top in range(0, page.height, SLICE):
        rows = min(SLICE, page.height - top)
        size = page.row_bytes.to_bytes(2, "little") + rows.to_bytes(2, "little")
        yield RASTER + size + page.rows[top * page.row_bytes : (top + rows) * page.row_bytes]
    yield CUT if cut else FEED


def refuse_trouble(wire: Wire) -> None:
    """Ask paper, cover, errors and readiness one by one, and refuse the first trouble."""
    if wire.begun:  # what it still says to bytes of the raster that looked like a question
        list(answers(wire, time.monotonic() + QUIET))
    for question, bits, code in TROUBLES:
        wire.put(HOW_IS + bytes([question]))
        until = time.monotonic() + wire.printer.patience
        said = next((byte for byte in answers(wire, until) if fits(byte, AT_TIMES)), None)
        if said is None:
            raise wire.failed("printer_silent")
        if said & bits:
            raise wire.failed(code)


def wait_for_the_end(wire: Wire) -> None:
    """Wait for the answer that comes after the last line; what the printer cannot finish it is to forget."""
    try:
        wire.put(PAPER_IN_ORDER)
        until = time.monotonic() + wire.printer.patience
        while time.monotonic() < until:
            if ended(wire, min(until, time.monotonic() + LOOK_AGAIN)):
                return
            wire.put(HOW_IS + bytes([PAPER]))
        refuse_trouble(wire)
        raise wire.failed("printer_silent")
    except NotPrinted:
        wire.give_up(FORGET)
        raise


def ended(wire: Wire, until: float) -> bool:
    """Tell whether the last line is on paper, and refuse at once when the paper is not."""
    for said in answers(wire, until):
        if fits(said, IN_ORDER):
            if said & NO_PAPER_IN_ORDER:
                raise wire.failed("printer_no_paper")
            return True
        if fits(said, AT_TIMES) and said & NO_PAPER:
            raise wire.failed("printer_no_paper")
    return False


def answers(wire: Wire, until: float) -> Iterator[int]:
    """Return what the printer says, byte by byte, without the four bytes that some send by themselves."""
    unasked = 0
    while said := wire.take(1, until):
        if unasked:
            unasked -= 1
        elif fits(said[0], BY_ITSELF):
            unasked = 3
        else:
            yield said[0]


def fits(byte: int, form: tuple[int, int]) -> bool:
    """Tell whether an answer has these fixed bits."""
    return byte & form[0] == form[1]
