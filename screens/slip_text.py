"""A slip as text: all that it says, in its order, where a terminal has too few cells to draw it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from textual.content import Content

from qdesk.slips.in_words import parts
from screens.lettering import shown, styled

Json = dict[str, Any]
INK = "$ink on $sheet"
HANGING = 2
"""Cells by which a full stop may stand out of a line, since it never begins one."""
STYLES = {"head": "bold", "warnings": "bold $error"}


def slip_lines(slip: Json, bars: Sequence[str], width: int) -> list[Content]:
    """Return what stands on a slip, in lines of at most so many cells; its bars are drawn where they have room."""
    lines: list[Content] = []
    for name, said in parts(harmless(slip), width - HANGING):
        if name == "foot" and bars and len(bars[0]) <= width:
            lines += [*(Content.styled(each, INK) for each in bars), Content("")]
        lines += [*(styled(each, STYLES.get(name, "")) for each in said), Content("")]
    return lines[:-1]


def harmless(told: Any) -> Any:
    """Return what is told with every text in it as a terminal may show it."""
    if isinstance(told, str):
        return shown(told)
    if isinstance(told, dict):
        return {name: harmless(each) for name, each in told.items()}
    return [harmless(each) for each in told] if isinstance(told, list) else told
