"""Whatever stands in whatever field of whatever paper, a printer gets dots and its few commands, and nothing else."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from campaign_codes import Sheet, by_zxing, sheets
from papers import papers_at_hand
from printers_at_hand import fake_printer, machine

from qdesk.slips.formats import FORMATS
from qdesk.slips.jobs import Job
from qdesk.slips.kinds import KINDS
from qdesk.slips.raster import Bitmap
from qdesk.slips.sending import send
from qdesk.slips.typesetting import Typesetter, typesetter

COMMANDS = (
    "\x1b@", "\x1dV\x00", "\x10\x14\x01\x00\x01", "\x1bp\x00", "^XA^FO0,0^FDhi^FS^XZ", "~JR", "~HS", "^FX", "%!PS showpage",
    "\x1b%-12345X@PJL", "#panic[x]", '#read("/etc/passwd")', "$sum_1^2$", "*b* _i_ `c` <l> @r //", "\\u{1b}", ']]#eval("1")',
    "=1+1", "\u202e", "喻喆℃\u0000", "{page}", "W" * 60,
)  # fmt: skip
NOT_TEXT = {"text", "piece", "drawn", "kind", "language", "grouped", "digits"}
"""What a sheet holds that nobody types: codes, and names of ways to draw."""


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Sheet]]:
    """Every kind of paper on everything it is printed on without a PDF."""
    with papers_at_hand(tmp_path_factory.mktemp("fuzz")) as (site, subjects):
        yield [sheet for sheet in sheets(site, subjects) if sheet.paper in ("roll58", "roll80", "label")]


@pytest.fixture(scope="module")
def setter() -> Iterator[Typesetter]:
    """Where pages are set."""
    with typesetter() as opened:
        yield opened


def fuzzed(told: Any, chance: random.Random) -> Any:
    """Return what a sheet says with something hostile in every text that people or site files give."""
    if isinstance(told, dict):
        return {name: each if name in NOT_TEXT else fuzzed(each, chance) for name, each in told.items()}
    if isinstance(told, list | tuple):
        return [fuzzed(each, chance) for each in told]
    return f"{told[:20]}{chance.choice(COMMANDS)}" if isinstance(told, str) else told


def printed(language: str, kind: str, pages: list[Bitmap]) -> tuple[list[bytes], list[bytes]]:
    """Send pages to a printer; return what came out of it, and what it was sent and does not know."""
    with fake_printer(language, "ok") as printer:
        send(machine(kind, address=printer.address, patience=30), Job("fuzz", "fuzz", False, bytes, lambda dots: pages), Path())
        return [paper.rows for paper in printer.papers], printer.strange


@pytest.mark.parametrize("name", sorted(KINDS))
@pytest.mark.parametrize(("language", "kind"), [("escpos", "escpos"), ("zpl", "zpl")])
def test_no_text_on_any_paper_becomes_a_printer_command(
    papers: list[Sheet], setter: Typesetter, name: str, language: str, kind: str
) -> None:
    chance = random.Random(f"{name} {language}")
    for sheet in [sheet for sheet in papers if sheet.kind == name][:2]:
        contents = fuzzed(sheet.contents, chance)
        paper, template = FORMATS[sheet.paper], KINDS[name].template
        pages = setter.pages(template, contents, paper)
        assert pages != setter.pages(template, sheet.contents, paper)
        rows, strange = printed(language, kind, pages)
        assert strange == []
        assert rows == [page.rows for page in pages]
        read: set[str] = set().union(*(by_zxing(page.image().convert("L")) for page in pages))
        assert sheet.codes - read == set()
