"""The sheets beside the slip, as they come out: every code read back by an independent decoder, from dots and from the PDF."""

from __future__ import annotations

from itertools import pairwise

import pypdfium2
import pytest
import zxingcpp
from sheet_reader import OTHERS, as_dots, as_paper, built, codes, read, token_of, wanted, words_on
from sheet_reader import blanks as blanks
from sheet_reader import pen as pen

from qdesk.desk import present
from qdesk.errors import Refused
from qdesk.scan import kind_of
from qdesk.site import Site
from qdesk.slips.formats import DOTS, FORMATS, INCH
from qdesk.slips.kinds import KINDS
from qdesk.slips.raster import Bitmap
from qdesk.slips.typesetting import Typesetter

MANY_PAGES = {"blank_form", "action_cards"}
"""Kinds of which one page is looked at where the dots are fine: all are the same but for their words."""
LONG_CHINESE = "大口径双法兰蝶式止回阀门总成（含密封圈、螺栓、喆堃特制衬套）" * 5
HOSTILE = ["#panic[x]", "$ x $ *bold* _it_ \\u{41} // no", "^XA^FO0,0^FDhi^FS~HS", ']] #eval("1") <label> @ref']
HOSTILE += [LONG_CHINESE, "W" * 190]


@pytest.mark.parametrize(("name", "paper"), [(name, paper) for name in OTHERS for paper in KINDS[name].papers])
def test_every_code_of_every_sheet_is_read_back_from_the_coarsest_dots(
    blanks: Site, pen: Typesetter, name: str, paper: str
) -> None:
    contents = built(blanks, name, language="en" if paper == "a4" else "zh", again=paper == "a4")
    assert read(as_dots(pen, KINDS[name], contents, paper)) == wanted(name, paper, contents)


@pytest.mark.parametrize("name", OTHERS)
def test_every_code_is_read_back_from_the_pdf_and_from_fine_dots_too(blanks: Site, pen: Typesetter, name: str) -> None:
    kind, contents = KINDS[name], built(blanks, name)
    paper = kind.papers[0]
    assert read(as_paper(pen, kind, contents, paper)) == wanted(name, paper, contents)
    for group in ("cards", "sheets"):
        contents |= {group: contents[group][:1]} if name in MANY_PAGES and group in contents else {}
    narrow = min(kind.papers, key=lambda each: FORMATS[each].width)  # where a decoder has less white to go through
    for dots, chosen in ((12, paper), (24, narrow)):
        assert read(as_dots(pen, kind, contents, chosen, dots)) == wanted(name, chosen, contents)


@pytest.mark.parametrize("name", OTHERS)
def test_a_sheet_has_the_size_of_its_paper_and_a_label_is_one_page(blanks: Site, pen: Typesetter, name: str) -> None:
    kind, contents = KINDS[name], built(blanks, name)
    pieces = len(next((contents[group] for group in ("labels", "stickers", "cards", "sheets") if group in contents), [0]))
    for paper in (FORMATS[each] for each in kind.papers):
        document = pypdfium2.PdfDocument(pen.pdf(kind.template, contents, paper))
        for page in document:
            assert page.get_width() / 72 * INCH == pytest.approx(paper.width, abs=0.1)
            assert paper.roll or page.get_height() / 72 * INCH == pytest.approx(paper.height, abs=0.1)
        one_each = paper.roll or paper.width < 100 or name == "blank_form"
        assert name == "scanner_sheet" or len(document) == (pieces if one_each else 1), paper.name


TEST_PAGES = [("a5", 3, 3), ("roll80", 2, 3), ("roll58", 1, 2), ("label", 1, 1), ("card", 1, 1)]


@pytest.mark.parametrize(("paper", "bars", "squares"), TEST_PAGES)
def test_the_test_page_has_whole_codes_of_every_width_that_the_paper_takes(
    site: Site, pen: Typesetter, paper: str, bars: int, squares: int
) -> None:
    [page] = as_dots(pen, KINDS["test_page"], built(site, "test_page"), paper)
    kinds = [each.format.name for each in zxingcpp.read_barcodes(page)]
    assert (kinds.count("Code128"), kinds.count("QRCode")) == (bars, squares)


def runs(page: Bitmap, number: int) -> list[int]:
    """How many dots each bar and each gap of a row has, the white at both ends included."""
    row = f"{int.from_bytes(page.row(number), 'big'):0{page.row_bytes * 8}b}"[: page.width]
    edges = [0, *(at for at in range(1, len(row)) if row[at] != row[at - 1]), len(row)]
    return [after - before for before, after in pairwise(edges)]


TEN_LETTERS = "ABCDEFGHIJ"
"""Bars of three dots would fit on a label, but not the white beside them."""
BARS = [
    ("stickers", None, "label", 3), ("stickers", None, "roll58", 2), ("badge", None, "card", 3),
    ("item_label", TEN_LETTERS, "label", 2),
]  # fmt: skip


@pytest.mark.parametrize(("name", "subject", "paper", "module"), BARS)
def test_bars_are_whole_dots_wide_with_ten_modules_of_white_beside(
    site: Site, pen: Typesetter, name: str, subject: str | None, paper: str, module: int
) -> None:
    with site.database.writing() as cursor:
        cursor.execute("INSERT INTO items(code, name, unit) VALUES(?, '', '台')", (TEN_LETTERS,))
    [page, *_] = pen.pages(KINDS[name].template, built(site, name, subject), FORMATS[paper])
    at = page.height - 8 * DOTS if paper != "card" else page.height - 10 * DOTS  # across the middle of the bars
    left, *inside, right = runs(page, at)
    assert len(inside) > 20
    assert {dots % module for dots in inside} == {0}
    assert min(left, right) >= 10 * module


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_the_scanner_sheet_says_will_appear_is_what_a_desk_answers(site: Site, language: str) -> None:
    token = token_of(site, "keeper")
    for check in built(site, "scanner_sheet", language=language)["checks"]:
        with pytest.raises(Refused) as refused:
            present(site, token, check["code"]["text"])
        assert site.languages[language].refusal(refused.value) == check["appears"]
        assert check["sends"] in ("]C1" + check["code"]["text"], "]Q1" + check["code"]["text"])


def test_the_number_on_the_scanner_sheet_is_whole_and_never_this_works_own(site: Site) -> None:
    token = token_of(site, "keeper")
    [number] = {each["text"] for each in codes(built(site, "scanner_sheet")) if kind_of(each["text"]) == "piece"}
    with pytest.raises(Refused) as refused:
        present(site, token, number)
    assert refused.value.code == "piece_foreign"  # not damaged: all its digits were read
    with pytest.raises(Refused) as refused:
        present(site, token, number[:-1] + str(9 - int(number[-1])))
    assert refused.value.code == "piece_damaged"


@pytest.mark.parametrize("hostile", HOSTILE)
def test_nothing_in_a_name_is_a_command_or_covers_a_code(site: Site, pen: Typesetter, hostile: str) -> None:
    with site.database.writing() as cursor:
        cursor.execute("UPDATE items SET name = ?, spec = ? WHERE code = 'V-100'", (hostile, hostile))
        cursor.execute("UPDATE persons SET name = ? WHERE badge = 'S1'", (hostile,))
    for name, paper in (("item_label", "label"), ("box_label", "roll58"), ("badge", "card"), ("badge", "roll58")):
        contents = built(site, name)
        assert read(as_dots(pen, KINDS[name], contents, paper)) == wanted(name, paper, contents), name
    contents = built(site, "item_label", language="en")
    assert "".join(hostile.split())[:30] in words_on(pen, KINDS["item_label"], contents, "label")[0]


CODES = [("阀门-喆", False), ("A" * 64, False), ("9912345678", False), ("LOT-2026/0012345", True)]


@pytest.mark.parametrize(("code", "bars"), CODES)
def test_a_code_without_bars_that_fit_is_read_from_its_square(site: Site, pen: Typesetter, code: str, bars: bool) -> None:
    with site.database.writing() as cursor:
        cursor.execute("INSERT INTO items(code, name, unit) VALUES(?, '阀', '台')", (code,))
    pages = as_dots(pen, KINDS["item_label"], built(site, "item_label", code), "label")
    assert read(pages) == ({code} if bars else set(), {code})
