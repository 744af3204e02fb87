"""What no font can print is named before it is printed."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import pytest
from PIL import Image

from data import SHIPPED
from qdesk.errors import Refused
from qdesk.slips.formats import FORMATS
from qdesk.slips.glyphs import missing_glyphs, ranges_of, segments
from qdesk.slips.typesetting import Typesetter, typesetter
from qdesk.words import LANGUAGES, Words

FONTS = SHIPPED / "fonts"
SHIPPED_FONT = FONTS / "NotoSansSC-Regular.ttf"


def test_the_shipped_font_prints_names_and_symbols_of_the_trade() -> None:
    assert missing_glyphs({"text": "喆镕堃淼 ℃ ℉ Ⅴ Ⅹ φ ± × № □ ① → · “”（）、￥ ABC abc 0189"}, [FONTS]) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_shipped_font_prints_every_word_of_the_house(language: str) -> None:
    words = Words.load(language)
    block_letters = set("▄▀█▌▐")
    missing = missing_glyphs({key: words.say(key) for key in words.keys}, [FONTS])
    assert [letter for letter in missing if letter not in block_letters] == []


def test_characters_without_a_glyph_are_named_once_and_in_order_wherever_they_stand() -> None:
    contents = {"title": "阀𠀀", "lines": [["1", "☺ 铜"], ["2", "𠀀"]], "boxes": [{"marks": [{"name": "䶮"}]}], "count": 3}
    assert missing_glyphs(contents, [SHIPPED_FONT]) == ["𠀀", "☺", "䶮"]


def test_blanks_need_no_glyph_and_pixels_are_no_text() -> None:
    assert missing_glyphs({"text": " \n\u3000", "bars": {"image": [255, 0, 1]}}, []) == []
    assert missing_glyphs({"text": "a"}, []) == ["a"]


def test_a_character_mapped_to_an_empty_outline_counts_as_missing(tmp_path: Path) -> None:
    assert missing_glyphs({"text": "\u2060"}, [FONTS]) == ["\u2060"]  # a font maps it, and nothing of it is seen
    font = bytearray(SHIPPED_FONT.read_bytes())
    blank_outline(font, "℃")
    hollow = tmp_path / "hollow.ttf"
    hollow.write_bytes(font)
    assert any(first <= ord("℃") <= last for first, last in ranges_of(bytes(font)))
    assert missing_glyphs({"text": "20 ℃"}, [hollow]) == ["℃"]
    assert missing_glyphs({"text": "20 ℃"}, [hollow, SHIPPED_FONT]) == []


def test_what_is_named_as_missing_is_what_the_paper_would_show_as_a_box(tmp_path: Path) -> None:
    (tmp_path / "slips").mkdir()
    (tmp_path / "slips" / "own.typ").write_text('#import "base.typ": *\n#show: sheet\n#data.text\n', encoding="utf-8")
    with typesetter(tmp_path) as setter:
        drawn = {letter: dots(setter, letter) for letter in "阀☺𠀀℃"}
    assert drawn["☺"] == drawn["𠀀"]
    assert len({drawn[letter] for letter in "阀☺℃"}) == 3


def test_a_map_in_groups_is_read_like_one_in_segments() -> None:
    found = [(0x20, 0x7E, 1), (0x4E00, 0x4E02, 0), (0x20000, 0x20001, 500)]
    body = b"".join(struct.pack(">III", *each) for each in found)
    table = struct.pack(">HHIII", 12, 0, 16 + len(body), 0, len(found)) + body
    font = struct.pack(">4sHHHH4s4xII", b"OTTO", 1, 0, 0, 0, b"cmap", 28, len(table)) + struct.pack(">HHHHI", 0, 1, 3, 10, 12)
    assert ranges_of(font + table) == [(0x20, 0x7E), (0x4E01, 0x4E02), (0x20000, 0x20001)]
    collection = struct.pack(">4sIII", b"ttcf", 0x10000, 1, 16)
    moved = struct.pack(">4sHHHH4s4xII", b"OTTO", 1, 0, 0, 0, b"cmap", 44, len(table)) + struct.pack(">HHHHI", 0, 1, 3, 10, 12)
    assert ranges_of(collection + moved + table) == ranges_of(font + table)
    assert ranges_of(struct.pack(">4sHHHH", b"OTTO", 0, 0, 0, 0)) == []


def test_gaps_in_a_segment_are_no_characters() -> None:
    ends, starts, deltas, offsets = (0x43, 0x52, 0xFFFF), (0x41, 0x51, 0xFFFF), (10, 0xFFFF - 0x50, 1), (6, 0, 0)
    table = struct.pack(">HHHHHHH3HH3H3H3H3H", 4, 0, 0, 6, 0, 0, 0, *ends, 0, *starts, *deltas, *offsets, 5, 0, 7)
    assert segments(table, 0) == [(0x41, 0x41), (0x43, 0x43), (0x52, 0x52)]  # B has no glyph, and Q is mapped to the box
    letters = {first for first, _ in ranges_of(SHIPPED_FONT.read_bytes())}
    assert len(letters) > 20_000
    assert ord("阀") in letters
    assert not {0xFFFF, 0x0378, ord("☺")} & letters


def test_a_file_that_is_no_font_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "broken.ttf").write_bytes(b"\0\1\0\0\0\5")
    with pytest.raises(Refused) as refused:
        missing_glyphs({"text": "a"}, [tmp_path])
    assert refused.value.code == "file_unreadable"
    assert refused.value.arguments["path"] == str(tmp_path / "broken.ttf")


def dots(setter: Typesetter, letter: str) -> bytes:
    """How one letter comes out, without what is white around it."""
    [page] = setter.pages("own", {"text": letter}, FORMATS["label"])
    image = page.image()
    cut = image.crop(Image.eval(image.convert("L"), lambda grey: 255 - grey).getbbox())
    written = io.BytesIO()
    cut.save(written, "PNG")
    return written.getvalue()


def places(font: bytes) -> dict[bytes, int]:
    """Where each table of a font begins."""
    (tables,) = struct.unpack_from(">H", font, 4)
    return dict(struct.unpack_from(">4s4xI", font, 12 + 16 * number) for number in range(tables))


def blank_outline(font: bytearray, letter: str) -> None:
    """Make the outline of one letter of the shipped font as long as nothing."""
    at = places(bytes(font))
    (long_offsets,) = struct.unpack_from(">h", font, at[b"head"] + 50)
    glyph = glyph_of(bytes(font), at[b"cmap"], ord(letter))
    kind, size = (">I", 4) if long_offsets else (">H", 2)
    (begin,) = struct.unpack_from(kind, font, at[b"loca"] + size * glyph)
    real = begin if long_offsets else 2 * begin
    struct.pack_into(">h8x", font, at[b"glyf"] + real, 0)  # no contours


def glyph_of(font: bytes, table: int, letter: int) -> int:
    """The number of a letter's glyph, by the map in segments."""
    (maps,) = struct.unpack_from(">H", font, table + 2)
    found = [table + struct.unpack_from(">I", font, table + 8 + 8 * number)[0] for number in range(maps)]
    at = next(each for each in found if struct.unpack_from(">H", font, each)[0] == 4)
    double = struct.unpack_from(">H", font, at + 6)[0]
    for number in range(double // 2):
        place = at + 2 * number
        last, first = (struct.unpack_from(">H", font, place + where)[0] for where in (14, 16 + double))
        if first <= letter <= last:
            delta, offset = (struct.unpack_from(">H", font, place + 16 + where * double)[0] for where in (2, 3))
            listed = place + 16 + 3 * double + offset + 2 * (letter - first)
            shown = struct.unpack_from(">H", font, listed)[0] if offset else letter
            return int(shown + delta) & 0xFFFF
    raise AssertionError("the shipped font has this letter")
