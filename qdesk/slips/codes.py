"""A code as a sheet bears it: bars where its characters have any, the square with the same characters, and its text."""

from __future__ import annotations

from typing import Any

from qdesk.errors import Refused
from qdesk.scan import PIECE
from qdesk.slips.contents import grouped
from qdesk.slips.marks import bars, square


def code_of(text: str) -> dict[str, Any]:
    """Return a code for a template; no bars where Code 128 cannot carry it, as with Chinese: the square stands alone."""
    try:
        drawn = bars(text)
    except Refused:
        drawn = None
    return {"text": text, "grouped": grouped(text) if PIECE.fullmatch(text) else text, "bars": drawn, "square": square(text)}
