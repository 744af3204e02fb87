"""The lines entered so far: what was proposed, what was changed, which row is chosen, and how they are shown and sent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from textual.content import Content

from qdesk.errors import Because, Refused
from qdesk.scan import visible
from screens.card import Reader
from screens.lettering import cut, fit, shown, styled

Json = dict[str, Any]
WISHED = {"item": 16, "line": 5, "number": 10, "count": 10, "lot": 14, "date": 13, "choice": 10, "check": 10}
TEXT, LEAST, LONGEST_HEAD = 16, 6, 12
TAKEN_ANYWAY = frozenset(["lots", "drawn", "returned"])
"""Where the desk takes by itself what it proposed, when nothing is said; everywhere else nothing said means none."""
MOST_LINES = 500


def widths(columns: Sequence[Json], width: int) -> list[int]:
    """Return how many cells each column has, together at most so many; all shrink alike where there is little room."""
    heads = [min(LONGEST_HEAD, Content(shown(column["title"])).cell_length + 1) for column in columns]
    wished = [max(WISHED.get(column["kind"], TEXT), head) for column, head in zip(columns, heads, strict=True)]
    room = max(len(columns) * LEAST, width - len(columns) - 5)
    if sum(wished) <= room:
        return wished
    return [max(LEAST, each * room // sum(wished)) for each in wished]


def cell_text(column: Json, value: object) -> str:
    """Return a value as the table shows it: a choice in its words."""
    return str(column.get("titles", {}).get(value, value if value is not None else ""))


class Rows:
    """The lines of one question, apart from the line that is being entered."""

    def __init__(self) -> None:
        """Begin without lines."""
        self.rows: list[Json] = []
        self.proposals: list[Json] = []
        self.edited = False
        """Whether anybody has said anything else than what is proposed."""
        self.chosen: int | None = None
        self.changing: int | None = None

    def propose(self, rows: Sequence[Json]) -> None:
        """Take what the desk proposes, as long as nobody has said otherwise."""
        self.proposals = list(rows)
        if not self.edited:
            self.rows = [dict(row) for row in rows]

    def replace(self, rows: Sequence[Json] | None) -> None:
        """Take other rows altogether; None brings the proposals back."""
        self.edited = rows is not None
        self.rows = [dict(row) for row in (self.proposals if rows is None else rows)]
        self.chosen = self.changing = None

    def put(self, row: Json, name: str) -> None:
        """Add a row, or put it in the place of the one that is being changed."""
        if self.changing is not None:
            self.rows[self.changing] = row
        elif len(self.rows) >= MOST_LINES:
            raise Refused("lines_unreadable", name=name, most=MOST_LINES)
        else:
            self.rows.append(row)
        self.edited, self.changing = True, None

    def remove(self) -> None:
        """Remove the chosen row."""
        if self.chosen is not None:
            del self.rows[self.chosen]
            self.edited, self.chosen = True, None

    def change(self) -> Json:
        """Return the chosen row, to be entered anew; it stays where it is until then."""
        if self.chosen is None:
            return {}
        self.changing, self.chosen = self.chosen, None
        return self.rows[self.changing]

    def move(self, step: int) -> bool:
        """Choose the row above or below, the entry row being the last; tell whether there was one."""
        at = (len(self.rows) if self.chosen is None else self.chosen) + step
        if not 0 <= at <= len(self.rows):
            return False
        self.chosen = at if at < len(self.rows) else None
        return True

    @property
    def number(self) -> int:
        """Return the number of the line that is being entered."""
        return (len(self.rows) if self.changing is None else self.changing) + 1

    def answer(self, asked: str, columns: Sequence[Json]) -> list[Json] | None:
        """Return the rows as they are sent; None where the desk's own proposal stands, or there are none."""
        if not self.edited and asked in TAKEN_ANYWAY:
            return None
        return [sent(row, columns) for row in self.rows] or ([] if asked in TAKEN_ANYWAY else None)


def sent(row: Json, columns: Sequence[Json]) -> Json:
    """Return a row as it is sent: its columns, the number of a line as a number, what is empty left out."""
    told: Json = {column["name"]: row[column["name"]] for column in columns if row.get(column["name"]) not in (None, "")}
    if "line" in told:
        text = str(told["line"])
        if not (text.isascii() and text.isdigit()):
            raise Refused("line_unknown", [Because("in_line", {"line": visible(text)})], line=visible(text))
        told["line"] = int(text)
    return told


def table_lines(lines: Rows, columns: Sequence[Json], reader: Reader) -> list[Content]:
    """Return the heads of the columns and each row with its number and how it came there."""
    cells = widths(columns, reader.width)
    heads = " ".join(fit(shown(column["title"]), width) for column, width in zip(columns, cells, strict=True))
    told = [styled(cut(f"     {heads}", reader.width), "$quiet")]
    for place, row in enumerate(lines.rows):
        pairs = zip(columns, cells, strict=True)
        values = " ".join(fit(shown(cell_text(column, row.get(column["name"]))), width) for column, width in pairs)
        mark = ">" if place == lines.chosen else "*" if place == lines.changing else " "
        text = f"{mark} {place + 1:>2} {values}".rstrip()
        noted = f"{mark} {place + 1:>2} {values} {row_note(lines, row, columns, reader)}".rstrip()
        text = noted if Content(noted).cell_length <= reader.width else text
        style = "reverse" if place == lines.chosen else "" if lines.edited else "$quiet"
        told.append(styled(cut(text, reader.width), style))
    return told


def row_note(lines: Rows, row: Json, columns: Sequence[Json], reader: Reader) -> str:
    """Return what stands behind a row: what the store knows of it, and that it is only proposed."""
    names = {column["name"] for column in columns}
    known = [shown(row[name]) for name in ("item", "serial") if row.get(name) and name not in names]
    return "  ".join([*known, *([] if lines.edited else [reader.say("lines.proposed")])])
