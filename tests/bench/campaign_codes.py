"""Every code on every kind of paper read back from its dots: clean by two decoders, damaged by one, ruined never as another.

    python tests/bench/campaign_codes.py [--damaged N] [--ruined N] [--seed N] [--only KIND]

Goals: clean renders of every kind on every paper at 203, 300 and 600 dots an inch, read by two independent decoders, 100 %;
blurred, smeared, faint (15 % contrast) and turned (8 degrees) at least 99 % by Code 128 or QR; of ruined images none is taken for
another number by the entry gate (length, check digits, our mark). The issue's figure is --ruined 100000: hours on one core.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import zxingcpp
from damage import DAMAGES, ruined
from papers import papers_at_hand
from PIL import Image

from qdesk.errors import Refused
from qdesk.scan import read_piece
from qdesk.site import Site
from qdesk.slips.formats import FORMATS
from qdesk.slips.kinds import KINDS
from qdesk.slips.typesetting import Typesetter, typesetter

DOTS = (8, 12, 24)
"""Dots a millimetre of printers with 203, 300 and 600 an inch."""
SEEN = 16
"""Dots a millimetre at which a scanner sees what was printed at 203 an inch."""
AROUND = 5 * SEEN


class Sheet(NamedTuple):
    """One kind of paper as it is printed, and the codes that must be read from it."""

    kind: str
    paper: str
    contents: dict[str, Any]
    codes: frozenset[str]


def codes_in(contents: Any) -> Iterator[str]:
    """Give every code that a sheet bears."""
    if isinstance(contents, dict):
        if "square" in contents or "bars" in contents:
            yield str(contents.get("text") or contents["piece"])
        for each in contents.values():
            yield from codes_in(each)
    elif isinstance(contents, list) and not all(isinstance(each, int) for each in contents):
        for each in contents:
            yield from codes_in(each)


def sheets(site: Site, subjects: dict[str, str], only: Sequence[str] = ()) -> list[Sheet]:
    """Return every kind of paper on each of its formats, in both languages by turns."""
    made = []
    with site.database.reading() as cursor:
        for place, (kind, subject) in enumerate(subjects.items()):
            words = site.languages[("zh", "en")[place % 2]]
            contents = KINDS[kind].build(site, cursor, subject, words, False)
            found = frozenset(codes_in(contents))
            made += [Sheet(kind, paper, contents, found) for paper in KINDS[kind].papers if not only or kind in only]
    return made


def drawn(setter: Typesetter, sheet: Sheet, dots: int) -> list[Image.Image]:
    """Return the pages of a sheet as grey images."""
    pages = setter.pages(KINDS[sheet.kind].template, sheet.contents, FORMATS[sheet.paper], dots)
    return [page.image().convert("L") for page in pages]


def by_zxing(page: Image.Image) -> set[str]:
    """Return what ZXing reads."""
    return {code.text for code in zxingcpp.read_barcodes(page)}


def by_zbar(page: Image.Image) -> set[str]:
    """Return what ZBar reads; its library is the system's own."""
    from pyzbar.pyzbar import decode

    return {code.data.decode("utf-8", "replace") for code in decode(page)}


def clean(setter: Typesetter, made: Sequence[Sheet], readers: Sequence[Any], dots: Sequence[int] = DOTS) -> tuple[int, list[str]]:
    """Return how many codes were read by each reader from clean renders, and which were not."""
    read, missed = 0, []
    for sheet in made:
        for each in dots:
            pages = drawn(setter, sheet, each)
            for reader in readers:
                left = sheet.codes - set().union(*(reader(page) for page in pages))
                read += len(sheet.codes) - len(left)
                missed += [f"{sheet.kind} on {sheet.paper} at {each} dots: {code} by {reader.__name__}" for code in sorted(left)]
    return read, missed


def seen(page: Image.Image, dots: int) -> Image.Image:
    """Return a printed page as a scanner sees it: finer than it was printed."""
    times = SEEN // dots
    return page.resize((page.width * times, page.height * times), Image.Resampling.NEAREST) if times > 1 else page


def damaged(setter: Typesetter, made: Sequence[Sheet], each_time: int, chance: random.Random) -> dict[str, tuple[int, int]]:
    """Return, by damage, how many damaged pages gave their number by one code or the other, of how many."""
    pages = [(sheet, seen(drawn(setter, sheet, 8)[0], 8)) for sheet in made if len(sheet.codes) == 1]
    told = {}
    for name, damage in DAMAGES.items():
        read = [sheet.codes <= by_zxing(damage(page, chance, SEEN)) for sheet, page in pages for _ in range(each_time)]
        told[name] = (sum(read), len(read))
    return told


def around_codes(page: Image.Image) -> Image.Image:
    """Return the part of a page that bears its codes, with some of what stands around them."""
    corners = [
        (corner.x, corner.y)
        for code in zxingcpp.read_barcodes(page)
        for corner in (code.position.top_left, code.position.top_right, code.position.bottom_left, code.position.bottom_right)
    ]
    across, down = zip(*corners, strict=True)
    return page.crop((min(across) - AROUND, min(down) - AROUND, max(across) + AROUND, max(down) + AROUND))


def misread(
    site: Site, setter: Typesetter, made: Sequence[Sheet], many: int, chance: random.Random
) -> tuple[int, int, list[str]]:
    """Return how many ruined images gave their number, how many gave something the gate refused, and what it took for another."""
    pages = [(sheet.codes, around_codes(seen(drawn(setter, sheet, 8)[0], 8))) for sheet in made if len(sheet.codes) == 1]
    read, refused, wrong = 0, 0, []
    for number in range(many):
        codes, page = pages[number % len(pages)]
        found = by_zxing(ruined(page, chance, SEEN))
        read += bool(codes & found)
        for code in found - codes:
            try:
                read_piece(code, site.config.keys.piece)
                wrong.append(code)
            except Refused:
                refused += 1
    return read, refused, wrong


def main() -> None:
    """Print the three figures."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--damaged", type=int, default=20, help="damaged images of each page and damage")
    arguments.add_argument("--ruined", type=int, default=2_000)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--only", nargs="*", default=[])
    given = arguments.parse_args()
    chance = random.Random(given.seed)
    with tempfile.TemporaryDirectory() as scratch, typesetter() as setter, papers_at_hand(Path(scratch)) as (site, subjects):
        made = sheets(site, subjects, given.only)
        read, missed = clean(setter, made, (by_zxing, by_zbar))
        told = f"clean: {read} of {read + len(missed)} read, {len(made)} sheets, two decoders, {len(DOTS)} densities"
        print(told, *missed, sep="\n  ")
        slips = [sheet for sheet in made if sheet.kind in ("slip", "lot_label", "badge")]
        for name, (good, all_) in damaged(setter, slips, given.damaged, chance).items():
            print(f"{name}: {good} of {all_} read ({good / all_:.2%}); goal 99 %")
        pieces = [sheet for sheet in slips if sheet.kind == "slip"]
        good, refused, wrong = misread(site, setter, pieces, given.ruined, chance)
        told = f"ruined: {good} of {given.ruined} read; {refused} misread and refused by the gate; {len(wrong)} taken for another"
        print(told, *wrong)


if __name__ == "__main__":
    main()
