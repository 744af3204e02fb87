"""What the gate's banner looks like, as cells: words in large letters, a picture and an edge for each kind of answer.

Ink and ground are cells without a glyph, so that no font is needed and no terminal is too old. What is told by colour is told by
shape too: a release has no edge, a hold a line round it, and each kind of stop a picture and a hatching of its own.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from rich.cells import cell_len

import data
from screens.lettering import cut, fit

INK, GROUND = "#", "."
RELEASE, STOP, HOLD = "release", "stop", "hold"
ACROSS, GAP = 3, 2
"""Cells between a picture and its word; rows between two words."""
LEAST_EDGE = 2
LEAST_WIDTH = 24
"""Cells below which there is no room for an edge."""
ALARMS = frozenset(["unknown", "forged"])
"""Paper that this house never made: whoever shows it has more to explain than a mistake."""
MARKS = {RELEASE: ">>", STOP: "XX", HOLD: "=="}
"""What stands beside the word where there is no room to draw it."""

HATCHINGS: dict[str, Callable[[int, int], bool]] = {
    "used": lambda x, y: (x + y) % 4 < 2,
    "void": lambda x, y: (x + y) % 4 == 0 or (x - y) % 4 == 0,
    "expired": lambda x, y: y % 4 < 2,
    "not_loaded": lambda x, y: x % 2 == 0 and y % 2 == 0,
    "other_gate": lambda x, y: (x - y) % 4 < 2,
    "unknown": lambda x, y: (x // 2 + y // 2) % 2 == 0,
    "forged": lambda x, y: (x // 3 + y // 3) % 2 == 0,
    "other_copy": lambda x, y: x % 3 != 2,
    "frozen": lambda x, y: (x + y) % 2 == 0,
    "held": lambda x, y: x % 2 == 0,
    "not_a_pass": lambda x, y: x % 3 == 0 or y % 3 == 0,
    "plate_differs": lambda x, y: y % 3 != 2 and (x + y // 3 * 2) % 4 != 3,
    "count_differs": lambda x, y: y % 2 == 0,
    "seal_differs": lambda x, y: (y + abs(x % 4 - 2)) % 4 < 2,
}
"""Whether there is ink at a place of the edge, by what the stop is about; `x` is counted from the nearer side."""

Block = Sequence[str]
Row = tuple[str, bool]
"""One row of cells, and whether they are text rather than ink and ground."""


@dataclass(frozen=True)
class Sign:
    """What the banner says: the answer, what it is about, and both in one word each."""

    verdict: str
    kind: str
    word: str
    second: str


@lru_cache(8)
def picture(sign: Sign, width: int, height: int) -> list[Row]:
    """Return the rows of the banner, each of exactly so many cells."""
    edged = sign.verdict != RELEASE and width >= LEAST_WIDTH
    room = width - 2 * (LEAST_EDGE + 1) if edged else width
    block = next((block for block in layouts(sign) if breadth(block) <= room and len(block) <= height), None)
    if block is None:
        return text_rows(sign, width, height)
    left, top = (width - breadth(block)) // 2, (height - len(block)) // 2
    rows = [GROUND * width] * top
    rows += [(GROUND * left + row).ljust(width, GROUND) for row in block]
    rows += [GROUND * width] * (height - len(rows))
    return [(row, False) for row in (with_edge(rows, sign, left, top) if edged else rows)]


def layouts(sign: Sign) -> Iterator[Block]:
    """Return every way to draw a sign, the one that says most first."""
    big, small = written(sign.word, 2), written(sign.word, 1)
    second, less = written(sign.second, 2), written(sign.second, 1)
    drawn = scaled(bitmaps()["pictures"].get(sign.kind, ""), 2, 1)
    told = beside(drawn, big)
    ways = [above(told, second), above(told, less), told]
    if sign.verdict != RELEASE:  # what a stop is about is seen from afar too; of a release the larger word says more
        drawn = scaled(bitmaps()["pictures_small"].get(sign.kind, ""), 2, 1)
        told = beside(drawn, narrow(sign.word))
        ways += [above(told, second), above(told, less), told, beside(drawn, small)]
    ways += [above(big, second), above(big, less), big, above(small, less), small, written(sign.word, 0)]
    return (way for way in ways if way)


def written(word: str, size: int) -> Block:
    """Return a word in one of three sizes; nothing where a character of it was never drawn, or not so small."""
    tables = bitmaps()
    if not word:
        return []
    if all(letter in tables["letters"] for letter in word):
        across, down = ((1, 1), (2, 1), (2, 2))[size]
        return scaled("\n".join(row_of_letters(word, tables["letters"])), across, down)
    table = {} if size == 0 else tables[("characters_12", "characters_16")[size - 1]]
    return scaled("\n".join(row_of_letters(word, table)), 2, 1) if all(letter in table for letter in word) else []


def narrow(word: str) -> Block:
    """Return a word as high as the large one and not as wide, so that a picture finds room beside it."""
    table = bitmaps()["characters_narrow"]
    if all(letter in table for letter in word):
        return scaled("\n".join(row_of_letters(word, table)), 2, 1)
    return written(word, 2)


def row_of_letters(word: str, table: dict[str, str]) -> Block:
    """Return the letters of a word beside each other, a point apart."""
    letters = [table[letter].split("\n") for letter in word]
    return [GROUND.join(parts) for parts in zip(*letters, strict=True)]


def scaled(drawn: str, across: int, down: int) -> Block:
    """Return a drawing with every point so many cells wide and rows high."""
    return [
        "".join(point * across for point in row)
        for row in drawn.split("\n")
        for _ in range(down)
        if row
    ]  # fmt: skip


def beside(left: Block, right: Block) -> Block:
    """Return two blocks beside each other, both in the middle of their height; nothing where one of them is missing."""
    if not (left and right):
        return []
    height = max(len(left), len(right))
    pairs = zip(amid(left, height), amid(right, height), strict=True)
    return [one + GROUND * ACROSS + other for one, other in pairs]


def amid(block: Block, height: int) -> Block:
    """Return a block in the middle of so many rows."""
    top, empty = (height - len(block)) // 2, GROUND * breadth(block)
    return [*[empty] * top, *block, *[empty] * (height - top - len(block))]


def above(upper: Block, lower: Block) -> Block:
    """Return two blocks below each other, both in the middle of their width; nothing where one of them is missing."""
    if not (upper and lower):
        return []
    width = max(breadth(upper), breadth(lower))
    rows = [*upper, *[""] * GAP, *lower]
    return [(GROUND * ((width - len(row)) // 2) + row).ljust(width, GROUND) for row in rows]


def breadth(block: Block) -> int:
    """Return how many cells a block is wide."""
    return len(block[0]) if block else 0


def with_edge(rows: Sequence[str], sign: Sign, left: int, top: int) -> list[str]:
    """Return the rows with the edge that belongs to the answer drawn into what is free around the words."""
    alarm = sign.kind in ALARMS
    sides = max(LEAST_EDGE, min(12 if alarm else 8 if sign.verdict == STOP else 6, (left - 1) // 2 * 2))
    ends = max(0, min(3 if alarm else 2, top - 1))
    width, height = len(rows[0]), len(rows)
    drawn = []
    for y, row in enumerate(rows):
        whole = min(y, height - 1 - y) < ends
        cells = [
            (INK if inked(sign, min(x, width - 1 - x) // 2, y, height) else GROUND)
            if whole or min(x, width - 1 - x) < sides
            else cell
            for x, cell in enumerate(row)
        ]
        drawn.append("".join(cells))
    return drawn


def inked(sign: Sign, x: int, y: int, height: int) -> bool:
    """Tell whether there is ink at a place of the edge."""
    if sign.verdict == HOLD:
        return x in (0, 2) or min(y, height - 1 - y) == 0
    return HATCHINGS.get(sign.kind, HATCHINGS["used"])(x, y)


def text_rows(sign: Sign, width: int, height: int) -> list[Row]:
    """Return the words as text, where there is no room to draw them."""
    mark = MARKS[sign.verdict]
    lines = [cut(f"{mark} {sign.word} {mark}", width), cut(sign.second, width)][: max(1, height)]
    top = max(0, (height - len(lines)) // 2)
    rows: list[Row] = [(GROUND * width, False)] * top
    rows += [(middled(line, width), True) for line in lines]
    return (rows + [(GROUND * width, False)] * height)[:height]


def middled(text: str, width: int) -> str:
    """Return text in the middle of so many cells."""
    return fit(" " * ((width - cell_len(text)) // 2) + text, width)


@cache
def bitmaps() -> dict[str, dict[str, str]]:
    """Return what was drawn: letters, characters and pictures, by name."""
    return tomllib.loads(data.read("banner.toml"))
