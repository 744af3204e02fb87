"""The campaign of the codes, small: what is printed is read back by two decoders, damaged by one, and ruined never as another."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
import zxingcpp
from campaign_codes import Sheet, by_zxing, clean, codes_in, damaged, drawn, misread, sheets
from damage import stained
from papers import papers_at_hand

from qdesk.site import Site
from qdesk.slips.kinds import KINDS
from qdesk.slips.marks import modules_of
from qdesk.slips.typesetting import Typesetter, typesetter


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, list[Sheet]]]:
    """A works with every kind of paper."""
    with papers_at_hand(tmp_path_factory.mktemp("papers")) as (site, subjects):
        assert set(subjects) == set(KINDS)
        yield site, sheets(site, subjects)


@pytest.fixture(scope="module")
def setter() -> Iterator[Typesetter]:
    """Where pages are set."""
    with typesetter() as opened:
        yield opened


def usual(made: list[Sheet]) -> list[Sheet]:
    """Every kind on the paper it is usually printed on."""
    return [sheet for sheet in made if sheet.paper == KINDS[sheet.kind].papers[0]]


def test_every_code_of_every_kind_of_paper_is_read_back_by_two_decoders(
    papers: tuple[Site, list[Sheet]], setter: Typesetter
) -> None:
    pytest.importorskip("pyzbar.pyzbar", reason="ZBar is a library of the system (libzbar0)", exc_type=ImportError)
    from campaign_codes import by_zbar

    made = usual(papers[1])
    read, missed = clean(setter, made, (by_zxing, by_zbar), (8,))
    assert missed == []
    assert read == 2 * sum(len(sheet.codes) for sheet in made) > 0


@pytest.mark.parametrize("kind", ["slip", "blank_form", "lot_label", "stickers", "badge"])
def test_bars_have_ten_modules_of_white_on_either_side_of_every_kind_of_paper(
    papers: tuple[Site, list[Sheet]], setter: Typesetter, kind: str
) -> None:
    [sheet] = [sheet for sheet in usual(papers[1]) if sheet.kind == kind]
    page = drawn(setter, sheet, 24)[0]
    [bars] = [code for code in zxingcpp.read_barcodes(page) if code.format == zxingcpp.BarcodeFormat.Code128]
    left, right = bars.position.top_left, bars.position.bottom_right
    quiet = int(9.7 * (right.x - left.x) / len(modules_of(bars.text)))
    for edge in (left.x - quiet - 4, right.x + 4):
        assert page.crop((edge, left.y + 8, edge + quiet, right.y - 8)).getextrema() == (255, 255)


def test_every_code_is_read_back_from_rolls(papers: tuple[Site, list[Sheet]], setter: Typesetter) -> None:
    made = [sheet for sheet in papers[1] if sheet.paper == "roll58"]
    read, missed = clean(setter, made, (by_zxing,), (8,))
    assert missed == [] and read > 0


def test_a_slip_that_was_blurred_smeared_faded_or_laid_askew_still_gives_its_number(
    papers: tuple[Site, list[Sheet]], setter: Typesetter
) -> None:
    slips = [sheet for sheet in papers[1] if sheet.kind == "slip" and sheet.paper == "roll58"]
    told = damaged(setter, slips, 4, random.Random(7))
    assert told == {name: (4, 4) for name in ("blurred", "smeared", "faint", "turned")}


def test_ruined_paper_is_read_as_itself_or_not_at_all(papers: tuple[Site, list[Sheet]], setter: Typesetter) -> None:
    site, made = papers
    slips = [sheet for sheet in made if sheet.kind == "slip" and sheet.paper == "roll58"]
    read, _, wrong = misread(site, setter, slips, 25, random.Random(3))
    assert 0 < read < 25
    assert wrong == []


def test_the_campaign_sees_a_code_that_is_not_there(papers: tuple[Site, list[Sheet]], setter: Typesetter) -> None:
    sheet = next(sheet for sheet in papers[1] if (sheet.kind, sheet.paper) == ("lot_label", "label"))
    missing = sheet._replace(codes=sheet.codes | {"L26-999999"})
    assert clean(setter, [missing], (by_zxing,), (8,))[1] == ["lot_label on label at 8 dots: L26-999999 by by_zxing"]
    page = drawn(setter, sheet, 8)[0]
    assert stained(page, random.Random(1), 8).tobytes() != page.tobytes()
    assert set(codes_in(sheet.contents)) == sheet.codes
