"""The codes on paper: Code 128 and a small QR with the same characters, as the images that the templates place."""

from __future__ import annotations

import io
from typing import Any

import segno
from barcode import Code128  # type: ignore[import-untyped]  # python-barcode has no types
from PIL import Image

from qdesk.errors import Refused
from qdesk.scan import visible

PIXELS = 8
"""Pixels of a module: scaled without interpolation, so that every renderer keeps a bar within two in a hundred of its width."""
ROWS = 80
"""Rows of pixels in a code of bars: a single row would do, but Typst then draws it as a texture many thousand pixels wide."""
LOST_PREFIX = "99"
"""python-barcode drops these two digits at the beginning of a code; no number of ours begins with them."""


def modules_of(text: str) -> str:
    """Return the modules of a text as Code 128, "1" a bar: 134 of them for 18 digits, quiet zones not counted.

    Raises Refused("code_unprintable") for what Code 128 cannot carry.
    """
    if not text or not text.isascii() or not text.isprintable() or (text.isdigit() and text.startswith(LOST_PREFIX)):
        raise Refused("code_unprintable", code=visible(text))
    modules: str = Code128(text).build()[0]  # a new object each time: `build` keeps state
    return modules.strip("0")


def bars(text: str) -> dict[str, Any]:
    """Return the bars of a text for a template: how many modules, and their pixels as a PNG."""
    modules = modules_of(text)
    row = Image.new("1", (len(modules), 1), 1)
    row.putdata([module == "0" for module in modules])
    return {"modules": len(modules), "image": list(png(row.resize((len(modules) * PIXELS, ROWS), Image.Resampling.NEAREST)))}


def square(text: str) -> dict[str, Any]:
    """Return the QR of a text for a template: how many modules its side has, and its pixels as a PNG."""
    code = segno.make(text, error="m", micro=False, boost_error=True)
    drawn = io.BytesIO()
    code.save(drawn, kind="png", scale=PIXELS, border=0)
    return {"modules": len(code.matrix), "image": list(drawn.getvalue())}


def png(image: Image.Image) -> bytes:
    """Return an image as a PNG."""
    written = io.BytesIO()
    image.save(written, "PNG")
    return written.getvalue()
