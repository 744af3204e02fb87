"""A slip as text: what a terminal shows of it to be read, since no terminal has dots enough for a page of small type."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from rich.cells import cell_len

Json = Mapping[str, Any]
PIECES = re.compile(r"[!-~]+ *| +|[^!-~ ] *")
"""Where a line may break: after a word, and after every character of a script that has no blanks."""
NO_BEGINNING = "，。；：、！？）》”’…,.;:!?)"
ROOM_FOR_INK = "____"
TICKED, UNTICKED = "[x]", "[ ]"


def text_lines(contents: Json, columns: int) -> list[str]:
    """Return all that a slip says, in so many cells, its parts ruled off from each other."""
    rule = "-" * columns
    return [line for _, said in parts(contents, columns) for line in (*said, rule)][:-1]


def parts(contents: Json, columns: int) -> Iterator[tuple[str, list[str]]]:
    """Give each part of a slip that says something, by its name, in lines of so many cells."""
    for name, part in PARTS.items():
        said = [line for first, rest in part(contents) for line in hanging(first, rest, columns)]
        if said:
            yield name, said


def head(contents: Json) -> Iterator[tuple[str, str]]:
    """Tell which paper this is."""
    yield "", spaced(contents["site"], contents["form"])
    yield "", contents["title"]
    yield "", spaced(contents["serial"], contents["revision"], contents["case"])
    yield "", spaced(contents["copies"], contents["purpose"])


def warnings(contents: Json) -> Iterator[tuple[str, str]]:
    """Tell what whoever holds it has to know first: void, printed before, filled in by hand."""
    reprinted = contents["count"] if contents["reprinted"] else ""
    warned = [f"[ {words} ]" for words in (contents["void"], contents["again"], reprinted, contents["emergency"]) if words]
    if warned:
        yield "", " ".join(warned)


def custody(contents: Json) -> Iterator[tuple[str, str]]:
    """Tell its number, who keeps it and the way it goes."""
    yield "", contents["digits"]
    yield f"{contents['kept']['title']}  ", contents["kept"]["value"]
    yield f"{contents['way']['title']}  ", " > ".join(contents["way"]["value"])


def fields(contents: Json) -> Iterator[tuple[str, str]]:
    """Tell the head of the document; what is empty is room for ink."""
    for field in contents["fields"]:
        yield f"{field['title']}  ", field["value"] or ROOM_FOR_INK


def table(contents: Json) -> Iterator[tuple[str, str]]:
    """Tell the lines, each column that has a value with its title."""
    for row in contents["lines"]:
        named = list(zip(contents["columns"], row, strict=True))[1:]
        yield f"{row[0]:>3}  ", "   ".join(f"{column['title']} {cell}" for column, cell in named if cell)


def signatures(contents: Json) -> Iterator[tuple[str, str]]:
    """Tell who signs: the marks given, or what is to be put there."""
    for box in contents["boxes"]:
        ways = spaced(*(f"{TICKED if way['taken'] else UNTICKED} {way['title']}" for way in box["ways"]))
        marks = "   ".join(spaced(mark["name"], mark["at"], mark["note"]) for mark in box["marks"])
        yield f"{box['step']}  ", spaced(box["role"], ways, marks or f"({box['ink']})")


def foot(contents: Json) -> Iterator[tuple[str, str]]:
    """Tell which print this is, and where the journal stood."""
    yield "", spaced(contents["printed"], contents["count"], contents["replaces"], contents["journal"])


PARTS = {
    "head": head, "warnings": warnings, "custody": custody, "fields": fields, "table": table, "signatures": signatures,
    "foot": foot,
}  # fmt: skip


def spaced(*texts: str) -> str:
    """Return what there is of some texts, side by side."""
    return "  ".join(text for text in texts if text)


def hanging(first: str, rest: str, columns: int) -> list[str]:
    """Return a paragraph whose later lines stand below the beginning of its text, as far as there is room for that."""
    indent = min(cell_len(first), columns // 3)
    lines = [first]
    for piece in pieces(rest, columns - indent):
        fits = cell_len(lines[-1]) + cell_len(piece.rstrip()) <= columns
        if fits or piece.rstrip() in NO_BEGINNING:
            lines[-1] += piece
        else:
            lines.append(" " * indent + piece)
    return [line.rstrip() for line in lines]


def pieces(text: str, longest: int) -> Iterator[str]:
    """Return a text in pieces between which a line may break; what is longer than a line breaks anywhere."""
    for found in PIECES.finditer(text):
        piece = found[0]
        while cell_len(piece.rstrip()) > longest:
            yield piece[:longest]
            piece = piece[longest:]
        yield piece
