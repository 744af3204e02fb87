"""Sheets of the works of `bench/works.py`, built, set and read back by decoders that know nothing of how they were made."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from PIL import Image
from works import PEOPLE, PIN

from qdesk.desk import act
from qdesk.desk.book import in_force
from qdesk.people import log_in
from qdesk.site import Site
from qdesk.slips.formats import DOTS, FORMATS
from qdesk.slips.kinds import KINDS, Kind
from qdesk.slips.typesetting import Typesetter, typesetter

Json = dict[str, Any]
SUBJECTS = {
    "item_label": "V-100", "lot_label": "L26-000002", "place_label": "finished_store", "bin_label": "A-01-02",
    "box_label": "GX26-000001",
    "stamp_label": "10", "stickers": "GX26-000002", "badge": "S1", "scanner_sheet": "", "action_cards": "", "test_page": "office",
    "blank_form": "GX26-000003", "register": "application", "monitoring": "2026-03", "quality_month": "2026-03",
    "replenishing": "", "bin_plan": "finished_store", "ledger": "item=V-100 place=finished_store",
}  # fmt: skip
SQUARE_ONLY = {("place_label", "roll58")}
"""Where the name of a place is too long for bars that a thermal head can print."""
ACROSS = ("register", "monitoring", "quality_month", "replenishing", "ledger", "bin_plan")
"""Kinds that lie across the paper and bear no code."""
OTHERS = [name for name in KINDS if name in SUBJECTS and name not in ACROSS]
"""Every kind but those about a case of their own and those across the paper."""


@pytest.fixture(scope="module")
def pen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Typesetter]:
    """The shipped templates, ready to set pages."""
    with typesetter() as made:
        yield made


def token_of(site: Site, role: str) -> str:
    """Log in as whoever holds a role."""
    desk, badge = PEOPLE[role]
    return log_in(site, desk, badge, PIN)[0]


@pytest.fixture
def blanks(site: Site) -> Site:
    """The works, with one set of blank forms issued."""
    token = token_of(site, "administrator")
    inputs = {"form": "product_modification.application", "number": "1"}
    act(site, token, {"case": None, "procedure": "", "step": "issue_blanks", "inputs": inputs, "key": "blanks"})
    return site


def built(site: Site, name: str, subject: str | None = None, language: str = "zh", again: bool = False) -> Json:
    """What stands on a sheet."""
    in_force(site)
    if name == "bin_label" and subject is None:
        with site.database.writing() as cursor:  # the works has no bin: its first one, where nobody looks at the journal
            cursor.execute("INSERT INTO bins VALUES('A-01-02', 'finished_store', 'shelves', 0, NULL) ON CONFLICT DO NOTHING")
    with site.database.reading() as cursor:
        return KINDS[name].build(site, cursor, SUBJECTS[name] if subject is None else subject, site.languages[language], again)


def codes(told: Any) -> Iterator[Json]:
    """Every code that a sheet is to bear."""
    if isinstance(told, dict) and "square" in told:
        yield told
    elif isinstance(told, dict | list):
        for inner in told.values() if isinstance(told, dict) else told:
            yield from codes(inner)


def read(images: list[Image.Image]) -> tuple[set[str], set[str]]:
    """What a decoder finds on some pages: in bars, and in squares."""
    found = [(each.format.name, each.text) for image in images for each in zxingcpp.read_barcodes(image)]
    return {text for kind, text in found if kind == "Code128"}, {text for kind, text in found if kind == "QRCode"}


def as_dots(pen: Typesetter, kind: Kind, contents: Json, paper: str, dots: int = DOTS) -> list[Image.Image]:
    """The pages as a printer with so many dots a millimetre prints them."""
    return [page.image().convert("L") for page in pen.pages(kind.template, contents, FORMATS[paper], dots)]


def as_paper(pen: Typesetter, kind: Kind, contents: Json, paper: str) -> list[Image.Image]:
    """The pages of the PDF, drawn by another renderer at 300 dots an inch."""
    document = pypdfium2.PdfDocument(pen.pdf(kind.template, contents, FORMATS[paper]))
    return [page.render(scale=300 / 72).to_pil().convert("L") for page in document]


def words_on(pen: Typesetter, kind: Kind, contents: Json, paper: str) -> list[str]:
    """The text of each page of the PDF, without line breaks: where a line is broken is no matter here."""
    document = pypdfium2.PdfDocument(pen.pdf(kind.template, contents, FORMATS[paper]))
    return ["".join(page.get_textpage().get_text_bounded().replace("\u200b", "").split()) for page in document]


def wanted(name: str, paper: str, contents: Json) -> tuple[set[str], set[str]]:
    """What must be found in bars and in squares."""
    all_codes = list(codes(contents))
    bars = {each["text"] for each in all_codes if each["bars"] is not None}
    if name == "scanner_sheet":
        bars = {check["code"]["text"] for check in contents["checks"] if check["drawn"] == "bars"}
        return bars, {check["code"]["text"] for check in contents["checks"] if check["drawn"] == "square"}
    return set() if (name, paper) in SQUARE_ONLY else bars, {each["text"] for each in all_codes}
