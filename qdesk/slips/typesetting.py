"""Typesetting: a template and what stands on it become a PDF, or one-bit pages for printers that know only dots.

Templates are data: those shipped, and in their place whatever a site has under the same name in its folder `slips`. What is to be
printed reaches a template as JSON and is never part of its text, so nothing anybody typed is ever read as a command.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import typst

from data import SHIPPED
from qdesk.errors import Refused
from qdesk.slips.formats import DOTS, INCH, Format
from qdesk.slips.glyphs import font_files
from qdesk.slips.raster import Bitmap, bitmap_of

TEMPLATES = SHIPPED / "slips"
FONTS = SHIPPED / "fonts"
OWN = "slips"
"""The folder of a site with templates and fonts of its own."""


class Typesetter:
    """Sets pages from the shipped templates and those of one site, in a folder of its own that nothing else can be read from."""

    def __init__(self, folder: Path, site: Path | None = None) -> None:
        """Lay the templates together in an empty folder; `site` is the folder of a site."""
        self.folder = folder
        folders = [FONTS]
        shutil.copytree(TEMPLATES, folder, dirs_exist_ok=True)
        if site is not None and (site / OWN).is_dir():
            for own in (site / OWN).glob("*.typ"):
                shutil.copy(own, folder / own.name)
            folders.append(site / OWN)
        self.font_files = [file for each in folders for file in font_files(each)]
        paths = [str(each) for each in folders]
        self.fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=paths)

    def pdf(self, template: str, contents: Mapping[str, Any], paper: Format) -> bytes:
        """Return the pages as one PDF. Raises Refused("slip_template_broken")."""
        return self._set(template, contents, paper, "pdf", None)[0]

    def pages(self, template: str, contents: Mapping[str, Any], paper: Format, dots: int = DOTS) -> list[Bitmap]:
        """Return each page as dots, so many a millimetre. Raises Refused("slip_template_broken")."""
        return [bitmap_of(page) for page in self._set(template, contents, paper, "png", dots * INCH)]

    def _set(self, template: str, contents: Mapping[str, Any], paper: Format, kind: Any, ppi: float | None) -> list[bytes]:
        told = {"data": json.dumps({**contents, "paper": paper.told()}, ensure_ascii=False)}
        try:
            made = typst.compile(
                str(self.folder / f"{template}.typ"), root=str(self.folder), font_paths=self.fonts, format=kind, ppi=ppi,
                sys_inputs=told,
            )  # fmt: skip
        except typst.TypstError as error:
            raise Refused("slip_template_broken", template=f"{template}.typ", said=error.message) from error
        return made if isinstance(made, list) else [made]


@contextlib.contextmanager
def typesetter(site: Path | None = None) -> Iterator[Typesetter]:
    """Give a typesetter for as long as it is needed."""
    with tempfile.TemporaryDirectory(prefix="qdesk-slips-") as folder:
        yield Typesetter(Path(folder), site)
