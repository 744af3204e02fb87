"""Slips for tests: what a copy's slip says now, and the pages that come out of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pypdfium2
import pytest
from factory_floor import Floor
from PIL import Image

from qdesk.slips.contents import slip_contents
from qdesk.slips.formats import FORMATS, INCH, Format
from qdesk.slips.typesetting import Typesetter, typesetter

Json = dict[str, Any]


@pytest.fixture(scope="module")
def setter() -> Iterator[Typesetter]:
    """The shipped templates."""
    with typesetter() as made:
        yield made


def slip(floor: Floor, copy: int | str, language: str = "zh", again: bool = False) -> Json:
    """What the slip of a copy says now."""
    with floor.site.database.reading() as cursor:
        return slip_contents(floor.site, cursor, floor.code(copy), floor.site.languages[language], again)


def signed(floor: Floor, upto: str = "authorise", **fields: str) -> Floor:
    """A case whose set has been printed."""
    floor.apply(fields=fields)
    floor.play(upto)
    return floor


def pages(setter: Typesetter, contents: Json, paper: Format, dots: int = 8) -> list[Image.Image]:
    """The pages as they come out: a PDF drawn by a renderer that is not Typst's, a roll as its dots."""
    if paper.roll:
        return [page.image().convert("L") for page in setter.pages("slip", contents, paper, dots)]
    document = pypdfium2.PdfDocument(setter.pdf("slip", contents, paper))
    return [page.render(scale=dots * INCH / 72).to_pil().convert("L") for page in document]


def text_of(setter: Typesetter, contents: Json, paper: str = "a5") -> list[str]:
    """What can be read on each page."""
    document = pypdfium2.PdfDocument(setter.pdf("slip", contents, FORMATS[paper]))
    return [page.get_textpage().get_text_range().replace("\r\n", "\n") for page in document]
