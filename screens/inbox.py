"""What waits at a desk: late first, then oldest, each with its age; and what the desk has to be told."""

from __future__ import annotations

from typing import Any

from rich.cells import cell_len
from textual.content import Content

from qdesk.telling import age_text, short_time
from screens.card import Reader
from screens.lettering import fit, shown, styled

Json = dict[str, Any]


def sorted_rows(page: Json) -> list[Json]:
    """Return notices, then what is late, then the rest, each oldest first."""
    return [*page["notices"], *sorted(page["waiting"], key=lambda row: not row["late"])]


def inbox_lines(rows: list[Json], cursor: int, more: bool, reader: Reader) -> list[Content]:
    """Return what waits here, the chosen row marked."""
    lines = [styled(reader.say("screen.waits_here"), "bold $primary")]
    if not rows:
        return [*lines, *reader.wrapped(reader.say("screen.nothing_waits"), "  ", "  ", "$quiet")]
    title = max(12, reader.width - 29)
    for place, row in enumerate(rows):
        if row.get("notice"):
            age, text, style = short_time(row["at"])[:5], reader.say("screen.notice", step=row["title"]), "$accent"
        else:
            late = reader.say("word.late") if row["late"] else ""
            age, text = age_text(row["age_seconds"], reader.words), title_of(row, reader, title)
            style = "bold $warning" if late else ""
            age = f"{age} {late}".strip()
        cells = f"{'>' if place == cursor else ' '} {fit(row['case'], 13)} {fit(shown(text), title)} {age}"
        lines.append(styled(fit(cells, reader.width), f"{style} reverse".strip() if place == cursor else style))
    if more:
        lines += reader.wrapped(reader.say("screen.more_waits"), "  ", "  ", "$quiet")
    return lines


def title_of(row: Json, reader: Reader, width: int) -> str:
    """Return what waits, with the vehicle it is about; where there is little room its number is not what is cut."""
    vehicle = str(row["step"]).partition("#")[2]
    key = f"word.round_{row.get('per')}"
    told = reader.say(key if key in reader.words.keys else "word.round", step=row["title"], number=vehicle)
    whole = told if vehicle else str(row["title"])
    if not vehicle or cell_len(whole) <= width:
        return whole
    return f"{fit(shown(row['title']), width - len(vehicle) - 1)} {vehicle}"
