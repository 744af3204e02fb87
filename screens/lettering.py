"""How text is set on the screen: cleaned of what would not be seen, cut by cell width, never read as markup."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len, set_cell_size
from textual.content import Content

from qdesk.scan import visible

LONGEST_SHOWN = 2000
CLOSING = "，。；：！？、）》”’"


def shown(value: object) -> str:
    """Return any value as text that is safe on a terminal: every unseen character is named, none is sent."""
    if value is None:
        return ""
    text = str(value)
    if text.isascii() and text.isprintable():
        return text[:LONGEST_SHOWN]
    return visible(text.replace("\n", " ").replace("\t", " "), LONGEST_SHOWN)


def fit(text: str, width: int) -> str:
    """Return text in exactly so many cells, cut with a dot-dot where it is longer."""
    if width <= 0:
        return ""
    if cell_len(text) <= width:
        return set_cell_size(text, width)
    return set_cell_size(set_cell_size(text, max(0, width - 2)).rstrip() + "..", width)


def cut(text: str, width: int) -> str:
    """Return text in at most so many cells."""
    return text if cell_len(text) <= width else fit(text, width).rstrip()


def plain(*parts: object) -> Content:
    """Return data as content without any style."""
    return Content(" ".join(shown(part) for part in parts))


def styled(value: object, style: str) -> Content:
    """Return data as content in one style of the theme, such as "$warning" or "bold"."""
    return Content.styled(shown(value), style)


def stacked(lines: Sequence[Content]) -> Content:
    """Return lines of content below each other."""
    return Content("\n").join(lines)


def indented(text: str, width: int, first: str, rest: str) -> list[str]:
    """Return text broken into lines of at most so many cells, at blanks where there are any, else anywhere (Chinese)."""
    lines: list[str] = []
    head, room = first, max(8, width - cell_len(first))
    line = ""
    for word in pieces(text):
        if line and cell_len(line + word.rstrip()) > room:
            lines.append(head + line.rstrip())
            head, line = rest, ""
            room = max(8, width - cell_len(rest))
        line += word
    lines.append(head + line.rstrip())
    return lines


def packed(parts: Sequence[str], room: int) -> list[Content]:
    """Return some short texts in as few lines as hold them whole."""
    lines = [""]
    for part in parts:
        longer = f"{lines[-1]}  {part}" if lines[-1] else part
        if Content(longer).cell_length > room and lines[-1]:
            lines.append(part)
        else:
            lines[-1] = longer
    return [Content(line) for line in lines]


def pieces(text: str) -> list[str]:
    """Return the smallest parts a line may be broken between: words with their blank, and each Chinese character."""
    found: list[str] = []
    word = ""
    for letter in text:
        if letter in CLOSING and (word or found):  # no line begins with what closes the one before
            found, word = ([*found, word + letter], "") if word else ([*found[:-1], found[-1] + letter], "")
        elif cell_len(letter) == 2:
            found += [word, letter] if word else [letter]
            word = ""
        else:
            word += letter
            if letter == " " or len(word) >= 40:
                found.append(word)
                word = ""
    return [*found, word] if word else found
