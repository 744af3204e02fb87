"""Watching: what a store's keeper, or quality, has to see to, in sentences above what waits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from textual.content import Content

from screens.card import Reader

Json = dict[str, Any]


def notice_lines(rows: Sequence[Json], reader: Reader) -> list[Content]:
    """Return each sentence; what is late is seen without colour, too."""
    lines: list[Content] = []
    for row in rows:
        mark, style = ("! ", "bold $warning") if row["late"] else ("- ", "$accent")
        lines += reader.wrapped(row["text"], mark, "  ", style)
    return [*lines, Content("")] if lines else []
