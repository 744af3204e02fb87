"""Characters that no font can print, named before printing: paper with boxes in place of names helps nobody.

A font may also map a character to an outline with nothing in it, so the map alone does not tell.
"""

from __future__ import annotations

import struct
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from PIL import ImageFont

from qdesk.errors import Refused

FONT_FILES = (".ttf", ".otf", ".ttc")
SEEN_AT = 32
"""The size, in pixels, at which any outline leaves a dot."""
SEGMENTS, GROUPS = 4, 12
"""The two kinds of table that say which characters a font has: 16 bits in segments, and all of Unicode in groups."""
Ranges = list[tuple[int, int]]


def missing_glyphs(contents: Mapping[str, Any], fonts: Sequence[Path]) -> list[str]:
    """Return the characters of any text in the contents that none of the fonts (files, or folders of them) can print."""
    files = [file for path in fonts for file in font_files(path)]
    letters = dict.fromkeys(letter for text in texts(contents) for letter in text if not letter.isspace())
    return [letter for letter in letters if not any(font(file).prints(letter) for file in files)]


def font_files(path: Path) -> list[Path]:
    """Return the font files a path stands for."""
    if not path.is_dir():
        return [path]
    return sorted(file for file in path.iterdir() if file.suffix.lower() in FONT_FILES)


def texts(value: object) -> Iterator[str]:
    """Return every text within, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from texts(each)
    elif isinstance(value, list | tuple):
        for each in value:
            if not isinstance(each, int):  # the pixels of a code
                yield from texts(each)


@cache
def font(file: Path) -> Font:
    """Return a font, read once."""
    return Font(file)


class Font:
    """Which characters a font has, and whether anything of them is seen."""

    def __init__(self, file: Path) -> None:
        """Name the file; it is read when first asked about."""
        self.file = file
        self.known: dict[str, bool] = {}

    @cached_property
    def ranges(self) -> Ranges:
        """Return the ranges of characters the font has, in order."""
        try:
            return sorted(ranges_of(self.file.read_bytes()))
        except (OSError, struct.error) as error:
            raise Refused("file_unreadable", path=str(self.file), reason=str(error)) from error

    @cached_property
    def drawn(self) -> ImageFont.FreeTypeFont:
        """Return the font as it draws."""
        return ImageFont.truetype(str(self.file), SEEN_AT)

    def prints(self, letter: str) -> bool:
        """Tell whether something of a character would be on the paper."""
        if letter not in self.known:
            self.known[letter] = self.maps(ord(letter)) and self.drawn.getmask(letter, mode="1").getbbox() is not None
        return self.known[letter]

    def maps(self, number: int) -> bool:
        """Tell whether the font has a glyph for a character."""
        index = bisect_right(self.ranges, (number, 0x110000)) - 1
        return index >= 0 and self.ranges[index][1] >= number


def ranges_of(held: bytes) -> Ranges:
    """Return the ranges of characters a font file maps to a glyph; of a collection, those of its first font."""
    start = struct.unpack_from(">I", held, 12)[0] if held[:4] == b"ttcf" else 0
    (tables,) = struct.unpack_from(">H", held, start + 4)
    places = dict(struct.unpack_from(">4s4xI", held, start + 12 + 16 * number) for number in range(tables))
    if b"cmap" not in places:
        return []
    table = places[b"cmap"]
    (maps,) = struct.unpack_from(">H", held, table + 2)
    found: Ranges = []
    for number in range(maps):
        (offset,) = struct.unpack_from(">I", held, table + 8 + 8 * number)
        (kind,) = struct.unpack_from(">H", held, table + offset)
        if kind in KINDS:
            found += KINDS[kind](held, table + offset)
    return found


def groups(held: bytes, at: int) -> Ranges:
    """Return the ranges of a table of groups; glyph 0 is the box for what is missing."""
    (many,) = struct.unpack_from(">I", held, at + 12)
    each = (struct.unpack_from(">III", held, at + 16 + 12 * number) for number in range(many))
    return [(first if glyph else first + 1, last) for first, last, glyph in each]


def segments(held: bytes, at: int) -> Ranges:
    """Return the characters of a table of segments, each looked up, since a segment may have gaps."""
    double = struct.unpack_from(">H", held, at + 6)[0]
    many = double // 2
    lasts, firsts, deltas, offsets = (
        struct.unpack_from(f">{many}H", held, at + where) for where in (14, 16 + double, 16 + 2 * double, 16 + 3 * double)
    )
    found: Ranges = []
    for number in range(many):
        place = at + 16 + 3 * double + 2 * number + offsets[number]
        for letter in range(firsts[number], lasts[number] + 1):
            glyph = struct.unpack_from(">H", held, place + 2 * (letter - firsts[number]))[0] if offsets[number] else letter
            if glyph and (glyph + deltas[number]) & 0xFFFF and letter != 0xFFFF:
                found.append((letter, letter))
    return found


KINDS = {SEGMENTS: segments, GROUPS: groups}
