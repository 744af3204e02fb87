"""Duties on the desk: what is due again and again and not done yet, above what waits."""

from __future__ import annotations

from typing import Any

from textual.content import Content

from screens.card import Reader
from screens.lettering import cut, shown, styled

Json = dict[str, Any]


def duty_lines(rows: list[Json], reader: Reader) -> list[Content]:
    """Return the duties that are not done, each with its period and its last day; one that is late is seen without colour."""
    lines = []
    for row in rows:
        if row["done_at"] is None:
            key, mark, style = ("duty.late", "!", "bold $warning") if row["late"] else ("duty.due", "-", "$accent")
            told = reader.say(key, title=row["title"], period=row["period"], day=row["due"])
            lines.append(styled(cut(f"{mark} {shown(told)}", reader.width), style))
    return [styled(reader.say("duty.head"), "bold $primary"), *lines, Content("")] if lines else []
