"""What a set of six slips costs from the database to PDFs. Goal: at most 1.5 times Typst alone with the same template and data.

    python tests/bench/slip_cost.py [--sets N]

Typst remembers what it has set before, so no two prints are alike: each case is new to the set, and its data new to Typst alone.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import typst
from floor import Story, founded, median_ms

from qdesk.site import Site
from qdesk.slips.contents import slip_contents
from qdesk.slips.formats import FORMATS
from qdesk.slips.typesetting import Typesetter, typesetter

GOAL = 1.5
PIECES = "SELECT piece FROM copies WHERE serial = ? ORDER BY number"
PAPER = FORMATS["a5"]
Json = dict[str, Any]


@dataclass
class Measured:
    """Seconds for each set of six."""

    sets: list[float] = field(default_factory=list)
    contents: list[float] = field(default_factory=list)
    bare: list[float] = field(default_factory=list)
    dots: list[float] = field(default_factory=list)


def measure(sets: int) -> Measured:
    """Print so many sets both ways, in turn."""
    measured = Measured()
    with tempfile.TemporaryDirectory() as folder, typesetter() as setter:
        site = founded(Path(folder) / "site", synchronous="off")
        story = Story(site)
        for number in range(sets + 1):
            case = story.play(f"set{number}", upto=1)
            pieces = [piece for (piece,) in site.database.rows(PIECES, case)]
            one = measured if number else Measured()  # the first set warms up
            timed_set(site, setter, pieces, one)
        site.close()
    return measured


def timed_set(site: Site, setter: Typesetter, pieces: Sequence[str], measured: Measured) -> None:
    """Time one set from the database to PDFs, Typst alone with other data of the same kind, and dots for a thermal printer."""
    site.at_hand.clear()
    started = time.perf_counter()
    with site.database.reading() as cursor:
        told = [slip_contents(site, cursor, piece, site.words) for piece in pieces]
    read = time.perf_counter()
    made = [setter.pdf("slip", contents, PAPER) for contents in told]
    done = time.perf_counter()
    measured.contents.append(read - started)
    measured.sets.append(done - started)
    measured.bare.append(bare(setter, told))
    started = time.perf_counter()
    setter.pages("slip", {**told[0], "printed": "as dots"}, FORMATS["roll80"])
    measured.dots.append(time.perf_counter() - started)
    assert len(made) == len(pieces) == 6
    assert all(pdf.startswith(b"%PDF") for pdf in made)


def bare(setter: Typesetter, told: Sequence[Json]) -> float:
    """Return how long Typst alone takes for data that lie ready."""
    other = [{**contents, "digits": contents["digits"][::-1], "serial": contents["serial"][::-1]} for contents in told]
    ready = [{"data": json.dumps({**each, "paper": PAPER.told()}, ensure_ascii=False)} for each in other]
    template = str(setter.folder / "slip.typ")
    started = time.perf_counter()
    for data in ready:
        typst.compile(template, root=str(setter.folder), font_paths=setter.fonts, format="pdf", sys_inputs=data)
    return time.perf_counter() - started


def main() -> None:
    """Print the figures and what they are held against."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--sets", type=int, default=60)
    sets = arguments.parse_args().sets
    measured = measure(sets)
    whole, alone = median_ms(measured.sets), median_ms(measured.bare)
    print(f"{sets} sets of six slips, A5, as PDF")
    print(f"from the database to the PDF: {whole:.1f} ms a set, of it reading and codes {median_ms(measured.contents):.1f} ms")
    print(f"Typst alone with the same template: {alone:.1f} ms a set; ratio {whole / alone:.2f}, goal {GOAL:.2f}")
    print(f"one slip as dots for a roll of 80 mm: {median_ms(measured.dots):.1f} ms")


if __name__ == "__main__":
    main()
