"""Slips as they come out: read by eyes and scanners from every paper, over several pages, whatever was typed."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from pathlib import Path

import pytest
import zxingcpp
from factory_floor import Floor, FloorMaker, description
from PIL import Image
from slip_cost import measure
from slips_at_hand import pages, signed, slip, text_of
from slips_at_hand import setter as setter

from qdesk.desk import acting
from qdesk.errors import Refused
from qdesk.slips.formats import FORMATS
from qdesk.slips.marks import modules_of, png
from qdesk.slips.raster import Bitmap, bitmap_of, opaque
from qdesk.slips.typesetting import Typesetter, typesetter

CODES = {zxingcpp.BarcodeFormat.Code128, zxingcpp.BarcodeFormat.QRCode}
PAPERS = ("a5", "a4", "roll80", "roll58")
HOSTILE = '#panic("no") *b* _i_ $x$ [c] \\ <l> @r //c {{0}} ^XA~JR \'"'
LONG = "华东石油化工机械设备制造有限责任公司南京江北新区第三分公司阀门成套设备采购中心仓储物流管理部"


@pytest.mark.parametrize("dots", [8, 12, 24])
@pytest.mark.parametrize("paper", PAPERS)
def test_both_codes_are_read_from_every_paper_at_every_fineness(floor: Floor, setter: Typesetter, paper: str, dots: int) -> None:
    signed(floor)
    [page] = pages(setter, slip(floor, 5), FORMATS[paper], dots)
    read = zxingcpp.read_barcodes(page)
    assert {code.format for code in read} == CODES
    assert {code.text for code in read} == {floor.code(5)}


@pytest.mark.parametrize(("paper", "dots"), [("roll80", 3), ("roll58", 2)])
def test_bars_on_a_roll_are_whole_dots(floor: Floor, setter: Typesetter, paper: str, dots: int) -> None:
    [page] = setter.pages("slip", slip(signed(floor), 5), FORMATS[paper])
    rows = Counter(tuple(runs(page, number)) for number in range(page.height))
    row = max((row for row in rows if len(row) > 60), key=lambda row: rows[row])
    assert rows[row] == 12 * 8  # what is as high as the bars are
    assert {length % dots for length in row} == {0}
    assert min(row) == dots


def test_bars_on_a_sheet_keep_their_width_in_another_renderer(floor: Floor, setter: Typesetter) -> None:
    signed(floor)
    [page] = pages(setter, slip(floor, 5), FORMATS["a5"], 24)
    [at] = [code.position for code in zxingcpp.read_barcodes(page) if code.format == zxingcpp.BarcodeFormat.Code128]
    row = page.crop((at.top_left.x - 48, at.top_left.y + 48, at.top_right.x + 48, at.top_left.y + 49))
    black = modules_of(floor.code(5)).count("1") * FORMATS["a5"].module * 24
    assert abs(sum(grey < 128 for grey in row.tobytes()) / black - 1) < 0.02


@pytest.mark.parametrize("paper", PAPERS)
def test_bars_have_ten_modules_of_white_on_either_side(floor: Floor, setter: Typesetter, paper: str) -> None:
    signed(floor)
    [page] = pages(setter, slip(floor, 5), FORMATS[paper], 24)
    [at] = [code.position for code in zxingcpp.read_barcodes(page) if code.format == zxingcpp.BarcodeFormat.Code128]
    quiet, top, bottom = int(9.8 * FORMATS[paper].module * 24), at.top_left.y + 8, at.bottom_left.y - 8
    for left in (at.top_left.x - quiet - 3, at.top_right.x + 3):
        assert page.crop((left, top, left + quiet, bottom)).getextrema() == (255, 255)


def runs(page: Bitmap, number: int) -> list[int]:
    """How long the bars and gaps of one row are, between the first and the last bar."""
    bits = "".join(f"{byte:08b}" for byte in page.row(number)).strip("0")
    return [len(list(run)) for _, run in groupby(bits)]


def test_a_document_of_many_lines_has_its_head_its_copy_and_its_codes_on_each_page(floor: Floor, setter: Typesetter) -> None:
    many = [{"item": "V-100", "becomes": f"V-{2 + number % 2}00", "quantity": "1"} for number in range(36)]
    floor.apply(lines=many)
    floor.play("authorise")
    said = slip(floor, 5, "en")
    texts = text_of(setter, said)
    assert len(texts) > 2
    for number, text in enumerate(texts, 1):
        for wanted in (floor.case, "Copy 5 of 6", "receipt voucher", f"page {number} of {len(texts)}", said["digits"]):
            assert wanted in text, (number, wanted)
    assert all("New model" in text for text in texts if "V-100" in text)
    assert sum(text.count("V-100") for text in texts) == 36
    for page in pages(setter, said, FORMATS["a5"]):
        assert {code.text for code in zxingcpp.read_barcodes(page)} == {floor.code(5)}


NAMED = "大口径双法兰蝶式止回阀门总成含密封圈螺栓特制衬套及全部附件第二代加强型耐高温防腐甲"


def test_a_line_with_a_long_name_stands_whole_on_one_page_and_takes_no_more_room_than_it_needs(
    floor: Floor, setter: Typesetter
) -> None:
    floor.apply(lines=[{"item": "V-100", "becomes": "V-200", "quantity": "1"}])
    floor.play("authorise")
    said = slip(floor, 5)
    kinds = ("line", "choice", "text", "item", "text", "text", "number", "number", "text")
    said["columns"] = [{"title": "物资", "kind": kind} for kind in kinds]
    named = [f"行{n}始{NAMED}行{n}终" for n in range(1, 13)]
    said["lines"] = [[str(n), "成品库", "A-01", item, "L26-000001", "S-1", "12", "13", "+1"] for n, item in enumerate(named, 1)]
    texts = ["".join(text.split()) for text in text_of(setter, said)]
    assert len(texts) == 3
    assert [sum(f"行{n}始" in text and f"行{n}终" in text for text in texts) for n in range(1, 13)] == [1] * 12
    said["lines"] = [["1", "成品库", "A" * 500 + "末", NAMED, "L26-000001", "S-1", "12", "13", "+1"]]
    assert "末" in "".join(text_of(setter, said))  # a line longer than a page goes on


@pytest.mark.parametrize("paper", ["a5", "a4"])
def test_text_that_people_typed_is_never_a_command_to_the_typesetter(floor: Floor, setter: Typesetter, paper: str) -> None:
    said = slip(signed(floor, customer=HOSTILE, reason="#import \"base.typ\": *"), 2)
    text = " ".join(" ".join(text_of(setter, said, paper)).split())
    assert HOSTILE in text
    assert '#import "base.typ": *' in text


@pytest.mark.parametrize("paper", PAPERS)
def test_long_names_are_broken_into_lines_and_nothing_runs_into_the_margin(
    floors: FloorMaker, setter: Typesetter, paper: str
) -> None:
    described = description()
    described["site"]["name"] = LONG
    next(item for item in described["items"] if item["code"] == "V-200").update(name=LONG, spec="X" * 60)
    floor = signed(floors(described=described), customer=LONG * 4, contract="A" * 180, reason="-" * 199)
    form = FORMATS[paper]
    for page in pages(setter, slip(floor, 5), form):
        for side in (0, page.width - round(form.margin * 8) + 1):
            margin = page.crop((side, 0, side + round(form.margin * 8) - 1, page.height))
            assert margin.getextrema()[0] == 255, side
        assert {code.text for code in zxingcpp.read_barcodes(page)} == {floor.code(5)}


def test_a_sites_own_template_and_font_take_the_place_of_the_shipped(floor: Floor, tmp_path: Path) -> None:
    own = tmp_path / "site" / "slips"
    own.mkdir(parents=True)
    (own / "slip.typ").write_text('#import "base.typ": *\n#show: sheet\n我厂自己的 #data.serial\n', encoding="utf-8")
    said = slip(signed(floor), 1)
    with typesetter(tmp_path / "site") as setter:
        assert text_of(setter, said)[0].strip() == f"我厂自己的 {floor.case}"
    (own / "slip.typ").write_text("#nothing\n", encoding="utf-8")
    with typesetter(tmp_path / "site") as setter, pytest.raises(Refused) as refused:
        setter.pdf("slip", said, FORMATS["a5"])
    assert refused.value.code == "slip_template_broken"
    assert refused.value.arguments["template"] == "slip.typ"


def test_a_template_reads_no_file_beyond_its_folder(tmp_path: Path, setter: Typesetter) -> None:
    (tmp_path / "secret").write_text("pepper", encoding="utf-8")
    (tmp_path / "slips").mkdir()
    (tmp_path / "slips" / "slip.typ").write_text(f'#read("{tmp_path}/secret")\n#read("../secret")\n', encoding="utf-8")
    with typesetter(tmp_path) as own, pytest.raises(Refused):
        own.pdf("slip", {}, FORMATS["a5"])


def test_the_bench_of_slips_sets_whole_sets_both_ways(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(vars(acting), "prove_signers", vars(acting)["prove_signers"])  # the bench takes signers at their word
    measured = measure(2)
    assert [len(times) for times in (measured.sets, measured.contents, measured.bare, measured.dots)] == [2] * 4


def test_a_picture_that_shines_through_is_white_paper(setter: Typesetter) -> None:
    clear = Image.new("RGBA", (16, 2), (0, 0, 0, 0))
    clear.putpixel((3, 1), (0, 0, 0, 255))
    assert not opaque(clear)
    assert bitmap_of(png(clear)).rows == bytes([0, 0, 0b00010000, 0])
    grey = Image.new("L", (8, 1), 128)
    grey.putpixel((0, 0), 127)
    assert bitmap_of(png(grey)).rows == bytes([0b10000000])
