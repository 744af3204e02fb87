"""The printers of a factory, as `[printers.NAME]` of factory.toml describes them; how they are spoken to is the slips' matter."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from qdesk.clock import SECOND, parse_duration
from qdesk.entries import Entry
from qdesk.errors import Refused
from qdesk.words import Title

FOLDER = "folder"
"""The shipped printer: PDFs in a folder of the site, nothing to set up."""
PAPERS = ("a5", "a4", "roll80", "roll58", "label", "card")
"""What may lie in a printer; the formats of the slips, which a test holds against these."""
ASKED = ("in_order", "before", "never")
"""How far a printer on the network tells how it is: after the last line too, only at times, or not at all."""
COMMON = ("kind", "title", "paper", "patience")
OWN_KEYS: Mapping[str, tuple[str, ...]] = {
    "folder": ("folder",),
    "cups": ("queue", "server", "media", "options"),
    "escpos": ("address", "dots", "cut", "asked"),
    "zpl": ("address", "dots", "asked"),
    "command": ("command",),
}
KINDS = tuple(OWN_KEYS)
PATIENCE = {"folder": "1m", "cups": "5m", "escpos": "30s", "zpl": "30s", "command": "1m"}
PAPER_NEEDED = ("cups", "escpos", "zpl")
ROLLS = ("roll80", "roll58")
DOTS = (8, 12, 24)
"""Dots a millimetre of a head: 203, 300 and 600 an inch."""
ADDRESS = re.compile(r"(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(?::([0-9]{1,5}))?")
FILE = "{file}"


@dataclass(frozen=True)
class Printer:
    """One printer; what does not belong to its kind is empty."""

    name: str
    title: Title
    kind: str
    paper: str = ""
    """What lies in it; empty: whatever is printed comes on its usual paper."""
    patience: float = 60
    """After so many seconds without progress it is given up."""
    folder: str = ""
    queue: str = ""
    server: str = ""
    media: str = ""
    options: tuple[str, ...] = ()
    address: str = ""
    dots: int = 8
    """Dots a millimetre of its head."""
    cut: bool = True
    asked: str = ASKED[0]
    command: tuple[str, ...] = ()

    @property
    def place(self) -> tuple[str, int]:
        """Return host and port of a printer on the network; 9100 is the usual one."""
        found = ADDRESS.fullmatch(self.address)
        return (found[1].strip("[]"), int(found[2] or 9100)) if found else (self.address, 0)


def read_printer(name: str, row: Entry) -> Printer:
    """Return one printer, noting what is wrong with it."""
    kind = row.one_of("kind", KINDS)
    row.only((*COMMON, *OWN_KEYS.get(kind, ())))
    printer = Printer(
        name=name,
        title=row.title(),
        kind=kind,
        paper=row.one_of("paper", PAPERS, None if kind in PAPER_NEEDED else ""),
        patience=_seconds(row, PATIENCE.get(kind, "1m")),
        folder=row.text("folder", "prints"),
        queue=row.text("queue", None if kind == "cups" else ""),
        server=row.text("server", ""),
        media=row.text("media", ""),
        options=row.names("options"),
        address=row.text("address", None if kind in ("escpos", "zpl") else ""),
        dots=row.count("dots") or DOTS[0],
        cut=row.flag("cut", True),
        asked=row.one_of("asked", ASKED, ASKED[0]),
        command=row.names("command"),
    )
    _check(row, printer)
    return printer


def _check(row: Entry, printer: Printer) -> None:
    """Note what fits together badly."""
    if printer.dots not in DOTS:
        row.problem("bad_value", key="dots", value=printer.dots, expected="8 12 24")
    if printer.kind == "escpos" and printer.paper and printer.paper not in ROLLS:
        row.problem("not_a_choice", key="paper", value=printer.paper, choices=sorted(ROLLS))
    if printer.address and not 0 < printer.place[1] < 1 << 16:
        row.problem("bad_value", key="address", value=printer.address, expected="192.168.1.50:9100")
    if printer.kind == "command" and not any(FILE in part for part in printer.command[1:]):
        row.problem("bad_value", key="command", value=list(printer.command), expected=f'["print-it", "{FILE}"]')
    for key, value in (("queue", printer.queue), ("server", printer.server)):
        if value.startswith("-"):
            row.problem("bad_value", key=key, value=value, expected="a-z 0-9")


def _seconds(row: Entry, default: str) -> float:
    text = row.text("patience", default)
    try:
        seconds = parse_duration(text) / SECOND
    except Refused:
        seconds = 0
    if seconds < 1:
        row.problem("bad_value", key="patience", value=text, expected="30s 5m")
    return seconds
