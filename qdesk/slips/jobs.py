"""One thing to print, and the refusal that says that it failed."""

from __future__ import annotations

import errno
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from qdesk.errors import Refused
from qdesk.machines import Printer
from qdesk.slips.raster import Bitmap


@dataclass(frozen=True)
class Job:
    """One thing to print; it is set only when the printer says what it wants: a PDF, or pages at so many dots a millimetre."""

    name: str
    """The name of the file in a folder; the same name again replaces it."""
    title: str
    again: bool
    """Whether it says REPRINT on it."""
    pdf: Callable[[], bytes]
    pages: Callable[[int], list[Bitmap]]


class NotPrinted(Refused):
    """A print that failed; `came_out` says that some paper may have come out, so that the next try has to say REPRINT."""

    def __init__(self, why: Refused, came_out: bool) -> None:
        """Take over what was refused."""
        super().__init__(why.code, why.because, **why.arguments)
        self.came_out = came_out


def troubles(printer: Printer) -> dict[str, Refused]:
    """Return by code what a printer on the network can have."""
    name = printer.name
    every = (
        Refused("printer_unreachable", printer=name, address=printer.address),
        Refused("printer_broke_off", printer=name),
        Refused("printer_silent", printer=name),
        Refused("printer_no_paper", printer=name),
        Refused("printer_open", printer=name),
        Refused("printer_no_ribbon", printer=name),
        Refused("printer_paused", printer=name),
        Refused("printer_error", printer=name),
    )
    return {each.code: each for each in every}


def of_the_disk(trouble: OSError, target: Path) -> Refused:
    """Return what is said when a print cannot be written to the disk."""
    if trouble.errno in (errno.ENOSPC, errno.EDQUOT):
        return Refused("print_disk_full", folder=str(target.parent))
    return Refused("print_not_written", file=str(target), reason=trouble.strerror or type(trouble).__name__)
