"""What is shipped with qdesk and only ever read."""

from __future__ import annotations

from pathlib import Path

SHIPPED = Path(__file__).parent
"""The folder itself: a wheel is unpacked where it is installed, and a path needs no machinery before the first picture."""


def names(folder: str) -> list[str]:
    """Return the names of the shipped files in a folder, sorted."""
    return sorted(file.name for file in SHIPPED.joinpath(*folder.split("/")).iterdir() if file.is_file())


def read(path: str) -> str:
    """Return the text of one shipped file, from a checkout as from an installed wheel."""
    return SHIPPED.joinpath(*path.split("/")).read_text(encoding="utf-8")
