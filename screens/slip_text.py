"""A slip as text: all that it says, in its order, where a terminal has too few cells to draw it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from textual.content import Content

from screens.lettering import indented, shown, styled

Json = dict[str, Any]
INK = "$ink on $sheet"
STAND_OUT = ("again", "void", "replaces")


def slip_lines(slip: Json, bars: Sequence[str], width: int) -> list[Content]:
    """Return what stands on a slip, in lines of at most so many cells; its bars are drawn where they have room."""
    lines = [styled(each, style) for text, style in head(slip) for each in indented(text, width, "", "  ")]
    for title, value in said(slip):
        lines += [styled(each, "") for each in indented(f"{title}: {value}", width, "  ", "    ")]
    lines += table_lines(slip, width)
    lines += box_lines(slip, width)
    lines.append(Content(""))
    if bars and len(bars[0]) <= width:
        lines += [Content.styled(each, INK) for each in bars]
    foot = joined(slip["digits"], slip["count"], slip["printed"], slip["journal"])
    return lines + [styled(each, "") for each in indented(foot, width, "", "  ")]


def head(slip: Json) -> Iterator[tuple[str, str]]:
    """Give which paper this is, and whether it may be used at all."""
    yield joined(slip["title"], slip["serial"], slip["form"]), "bold"
    yield joined(slip["copies"], slip["purpose"], slip["revision"], slip["case"], slip["site"]), "bold $primary"
    for name in STAND_OUT:
        if slip[name]:
            yield shown(slip[name]), "bold $error"


def said(slip: Json) -> Iterator[tuple[str, str]]:
    """Give who keeps the copy, the way it goes, and the fields that were filled in."""
    yield shown(slip["kept"]["title"]), shown(slip["kept"]["value"])
    yield shown(slip["way"]["title"]), " > ".join(map(shown, slip["way"]["value"]))
    for field in slip["fields"]:
        yield shown(field["title"]), shown(field["value"]) or "____"


def table_lines(slip: Json, width: int) -> list[Content]:
    """Return the lines of the document, each value with what it is called."""
    titles = [shown(column["title"]) for column in slip["columns"]][1:]
    lines = []
    for number, *values in slip["lines"]:
        told = "  ".join(f"{title} {shown(value)}" for title, value in zip(titles, values, strict=True) if value)
        lines += [styled(each, "") for each in indented(told, width, f"  {shown(number)}  ", "     ")]
    return lines


def box_lines(slip: Json, width: int) -> list[Content]:
    """Return who has signed, and who still signs with ink."""
    lines = []
    for box in slip["boxes"]:
        marks = [joined(mark["name"], mark["at"], mark["note"]) for mark in box["marks"]]
        ways = [f"[{'x' if way['taken'] else ' '}] {shown(way['title'])}" for way in box["ways"]]
        told = joined(f"{shown(box['step'])}, {shown(box['role'])}:", *(marks or [f"____ ({shown(box['ink'])})"]), *ways)
        lines += [styled(each, "" if marks else "$quiet") for each in indented(told, width, "  ", "    ")]
    return lines


def joined(*parts: object) -> str:
    """Return what there is of some texts, side by side."""
    return "  ".join(shown(part) for part in parts if part)
