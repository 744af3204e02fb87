"""The pages of the handbook as lines of text: heads, paragraphs, lists, tables; links become numbers, nothing is live."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.content import Content

from screens.lettering import pieces, shown, styled

if TYPE_CHECKING:
    from markdown_it.token import Token

HEADS = {"h1": "bold reverse", "h2": "bold $primary", "h3": "bold"}
PLAINER = str.maketrans({"\u3000": "  ", "→": "->", "…": ".."})
"""Characters that old terminals draw twice as wide as others, or not at all."""
NARROWEST = 22
LONGEST_KEPT = 26
GAP = 2


@dataclass
class Sheet:
    """A page set in so many cells: its lines, and the page each numbered link leads to."""

    width: int
    lines: list[Content] = field(default_factory=list)
    links: list[str] = field(default_factory=list)


@lru_cache(maxsize=8)
def sheet_of_page(text: str, width: int) -> Sheet:
    """Return a page of the handbook set in so many cells."""
    from markdown_it import MarkdownIt  # only whoever asks for help waits for it

    tokens = MarkdownIt("commonmark", {"html": False}).enable("table").parse(text.translate(PLAINER))
    sheet = Sheet(width)
    set_blocks(sheet, tokens)
    while sheet.lines and not sheet.lines[-1].plain:
        sheet.lines.pop()
    return sheet


def set_blocks(sheet: Sheet, tokens: Sequence[Token]) -> None:
    """Set every block of a page."""
    place, depth, marks = 0, 0, [""]
    while place < len(tokens):
        token = tokens[place]
        if token.type == "table_open":
            end = next(number for number in range(place, len(tokens)) if tokens[number].type == "table_close")
            sheet.lines += [*table_lines(list(rows_of(sheet, tokens[place:end])), sheet.width), Content("")]
            place = end
        elif token.type in ("bullet_list_open", "ordered_list_open"):
            depth += 1
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            depth -= 1
            sheet.lines += [] if depth else [Content("")]
        elif token.type == "list_item_open":
            marks = [f"{token.info}. " if token.info else "- "]
        elif token.type in ("fence", "code_block"):
            code = [wrapped(styled(line, "$accent"), sheet.width, "    ", "      ") for line in token.content.splitlines()]
            sheet.lines += [line for lines in code for line in lines] + [Content("")]
        elif token.type == "hr":
            sheet.lines += [styled("-" * sheet.width, "$quiet"), Content("")]
        elif token.type == "inline":
            set_text(sheet, token, tokens[place - 1].tag, "  " * depth, marks)
        place += 1


def set_text(sheet: Sheet, token: Token, tag: str, indent: str, marks: list[str]) -> None:
    """Set a head, a paragraph or what stands in an item of a list; its mark stands before the first line only."""
    said = inline(sheet, token)
    if tag in HEADS or tag.startswith("h"):
        sheet.lines += [*wrapped(said.stylize(HEADS.get(tag, "bold")), sheet.width), Content("")]
    elif indent:
        mark = marks.pop() if marks else ""
        marks.clear()
        first = f"{indent[2:]}{mark or '  '}"
        sheet.lines += wrapped(said, sheet.width, first, " " * max(cell_len(first), len(indent)))
    else:
        sheet.lines += [*wrapped(said, sheet.width), Content("")]


def inline(sheet: Sheet, token: Token) -> Content:
    """Return the text of a block: strong, code and numbered links; whatever else it is, it is shown as it is written."""
    parts: list[Content] = []
    style, target = "", ""
    for child in token.children or []:
        if child.type in ("strong_open", "em_open"):
            style = "bold"
        elif child.type in ("strong_close", "em_close"):
            style = ""
        elif child.type == "link_open":
            target = str(child.attrGet("href") or "")
        elif child.type == "link_close":
            parts.append(
                Content.styled(f" [{numbered(sheet, target)}]", "bold $accent") if target.endswith(".md") else Content("")
            )
        elif child.type in ("softbreak", "hardbreak"):
            parts.append(Content(" "))
        elif child.type == "code_inline":
            parts.append(styled(child.content, "$accent"))
        else:
            parts.append(styled(child.content, style))
    return Content("").join(parts)


def numbered(sheet: Sheet, target: str) -> int:
    """Return the number of a link."""
    page = target.removesuffix(".md")
    if page not in sheet.links:
        sheet.links.append(page)
    return sheet.links.index(page) + 1


def wrapped(text: Content, width: int, first: str = "", rest: str = "") -> list[Content]:
    """Return text over as many lines as it takes, its styles kept; Chinese is broken anywhere, the rest at blanks."""
    lines: list[Content] = []
    begin = end = used = 0
    head, rooms = first, [max(8, width - cell_len(each)) for each in (first, rest)]
    room = rooms[0]
    for piece in (part for whole in pieces(text.plain) for part in broken(whole, min(rooms))):
        cells = cell_len(piece)
        if used and used + cells - (1 if piece.endswith(" ") else 0) > room:
            lines.append(Content(head) + text[begin:end].rstrip())
            begin, head, room, used = end, rest, rooms[1], 0
        used += cells
        end += len(piece)
    lines.append(Content(head) + text[begin:end].rstrip())
    return lines


def broken(word: str, room: int) -> list[str]:
    """Return a word in parts that have room on a line."""
    return [word] if len(word) <= room else [word[place : place + room] for place in range(0, len(word), room)]


# Tables


def rows_of(sheet: Sheet, tokens: Sequence[Token]) -> Iterator[list[Content]]:
    """Yield the rows of a table, the head first."""
    row: list[Content] = []
    for token in tokens:
        if token.type == "tr_open":
            row = []
        elif token.type == "inline":
            row.append(inline(sheet, token))
        elif token.type == "tr_close":
            yield row


def table_lines(rows: list[list[Content]], width: int) -> list[Content]:
    """Return a table in columns, or below each other where the columns would be too narrow to be read."""
    if not rows:
        return []
    widths = column_widths(rows, width)
    if widths is None:
        return [line for row in rows[1:] for line in record_lines(rows[0], row, width)]
    lines = []
    for place, row in enumerate(rows):
        cells = [wrapped(cell if place else cell.stylize("$quiet"), room) for cell, room in zip(row, widths, strict=False)]
        for number in range(max((len(cell) for cell in cells), default=0)):
            parts = [
                padded(cell[number] if number < len(cell) else Content(""), room)
                for cell, room in zip(cells, widths, strict=False)
            ]
            lines.append(Content(" " * GAP).join(parts).rstrip())
    return lines


def column_widths(rows: list[list[Content]], width: int) -> list[int] | None:
    """Return the cells of each column: short ones get what they need, long ones an equal part; None where that is too little."""
    needed = [max(cell_len(row[place].plain) for row in rows if place < len(row)) for place in range(len(rows[0]))]
    room = width - GAP * (len(needed) - 1)
    if sum(needed) <= room:
        return needed
    long = [place for place, need in enumerate(needed) if need > LONGEST_KEPT]
    left = room - sum(need for place, need in enumerate(needed) if place not in long)
    if not long or left // len(long) < NARROWEST:
        return None
    shares = {place: left // len(long) + (1 if number < left % len(long) else 0) for number, place in enumerate(long)}
    return [shares.get(place, need) for place, need in enumerate(needed)]


def record_lines(heads: list[Content], row: list[Content], width: int) -> list[Content]:
    """Return one row with its cells below each other."""
    lines = [*wrapped(row[0].stylize("bold"), width)]
    for head, cell in zip(heads[1:], row[1:], strict=False):
        name = f"  {shown(head.plain)}: " if head.plain else "  "
        lines += wrapped(cell, width, name, "    ")
    return [*lines, Content("")]


def padded(text: Content, room: int) -> Content:
    """Return text in exactly so many cells."""
    return text + Content(" " * max(0, room - cell_len(text.plain)))
