"""A page on the terminal: laid out as on paper, and bars that a camera reads from the screen."""

from __future__ import annotations

import pytest
import zxingcpp
from factory_floor import Floor
from PIL import Image
from rich.cells import cell_len

from qdesk.errors import Refused
from qdesk.slips.contents import slip_contents
from qdesk.slips.in_words import text_lines
from qdesk.slips.preview import HALVES, QUARTERS, bars_lines, preview_lines
from qdesk.slips.raster import Bitmap

NUMBER = "102600000046442282"


def bitmap(*rows: str) -> Bitmap:
    """A bitmap from rows of # and blank."""
    row_bytes = (len(rows[0]) + 7) // 8
    bits = [int(row.replace("#", "1").replace(" ", "0").ljust(8 * row_bytes, "0"), 2) for row in rows]
    return Bitmap(len(rows[0]), len(rows), b"".join(each.to_bytes(row_bytes, "big") for each in bits))


def test_four_dots_make_a_cell() -> None:
    assert preview_lines(bitmap("# ##  ", " # #  "), 3) == ["▚▜"]
    assert [preview_lines(bitmap(upper, lower), 1) for upper, lower in (("##", "  "), (" #", " #"), ("  ", "##"))] == [
        ["▀"], ["▐"], ["▄"],
    ]  # fmt: skip


def test_a_page_keeps_its_shape_and_its_width() -> None:
    black = bitmap(*["#" * 160] * 80)
    lines = preview_lines(black, 40)
    assert lines == ["█" * 40] * 10  # a cell is twice as high as wide
    assert preview_lines(bitmap("#" * 160), 40) != []
    assert max(map(len, preview_lines(black, 7))) == 7


def test_strokes_thinner_than_a_dot_are_still_seen() -> None:
    rows = ["   #" * 20] * 40  # every fourth dot is black, three to a dot of the preview would be white
    assert set("".join(preview_lines(bitmap(*rows), 20))) & set(QUARTERS[1:])


def test_eighteen_digits_take_77_cells_and_a_camera_reads_them_from_the_screen() -> None:
    lines = bars_lines(NUMBER, 10)
    assert {len(line) for line in lines} == {77}
    assert len(lines) == 10
    [read] = zxingcpp.read_barcodes(screen(lines))
    assert (read.text, read.format) == (NUMBER, zxingcpp.BarcodeFormat.Code128)


def test_text_that_no_bars_can_carry_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        bars_lines("阀门")
    assert refused.value.code == "code_unprintable"


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("columns", [24, 78, 138])
def test_a_slip_to_be_read_says_all_that_is_on_the_paper_and_keeps_its_width(floor: Floor, language: str, columns: int) -> None:
    floor.apply(fields={"customer": "华东石油化工机械设备制造有限责任公司" * 3, "reason": "x" * 90, "contract": "[b] <i> #let"})
    floor.play("inspect")
    with floor.site.database.reading() as cursor:
        said = slip_contents(floor.site, cursor, floor.code(5), floor.site.languages[language], again=True)
    lines = text_lines(said, columns)
    assert max(map(cell_len, lines)) <= columns + 2  # a full stop may hang over, never begin a line
    text = "".join("".join(lines).split())
    fields = [part for field in said["fields"] for part in (field["title"], field["value"])]
    boxes = [part for box in said["boxes"] for part in (box["step"], box["role"], *(way["title"] for way in box["ways"]))]
    marks = [part for box in said["boxes"] for mark in box["marks"] for part in mark.values()]
    named = ("site", "title", "form", "serial", "copies", "purpose", "again", "digits", "journal", "printed")
    heads = [said[name] for name in named]
    for part in (*heads, *fields, *boxes, *marks, *said["lines"][0], *said["way"]["value"]):
        assert "".join(part.split()) in text, part
    ticked = {"en": "[x]pass[]fail", "zh": "[x]合格[]不合格"}
    assert ticked[language] in text


def screen(lines: list[str]) -> Image.Image:
    """What a terminal shows: cells of 8 by 16, black on white."""
    dots = {cell: modules for modules, cell in HALVES.items()}
    image = Image.new("L", (2 * len(lines[0]), len(lines)), 255)
    for y, line in enumerate(lines):
        for x, module in enumerate("".join(dots[cell] for cell in line)):
            image.putpixel((x, y), 0 if module == "1" else 255)
    return image.resize((image.width * 4, image.height * 16), Image.Resampling.NEAREST)
