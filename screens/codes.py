"""What was typed or scanned: an F-key by its number, an action card, a scan behind typed text; and what a key has sent."""

from __future__ import annotations

import re
import unicodedata

from textual import events

from qdesk.scan import is_checked, kind_of

PREFIX = re.compile(r"\][A-Za-z][0-9A-Za-z]")
"""What a scanner may send before a code to say of which kind it is."""
COMMAND = re.compile(r"[.。Ff]([1-9]|1[0-2])")
ACTION = re.compile(r"\.[a-z][a-z_]{1,14}")
TYPED_AGAIN = re.compile(r"(.*?)([0-9]{18})(?:\2)?", re.DOTALL)
LAST_PREFIX = re.compile(rf"{PREFIX.pattern}$")

CONTROL_NAMES = {
    "tab": "\t",
    "backspace": "\b",
    "escape": "\x1b",
    "ctrl+backslash": "\x1c",
    "ctrl+right_square_bracket": "\x1d",
    "ctrl+circumflex_accent": "\x1e",
    "ctrl+underscore": "\x1f",
}
"""What the terminal makes of control characters inside a barcode; ]d2 and GS1 codes use `\\x1d` between their parts."""


def command_of(text: str) -> int | None:
    """Return the number of the F-key meant by `.2`, `。2` or `F2`, typed or scanned, in any width; None if it means none."""
    found = COMMAND.fullmatch(plain_form(text))
    return int(found[1]) if found else None


def action_of(text: str) -> str:
    """Return what an action card sends, such as ".pass", scanned or typed in any width; "" for everything else."""
    plain = plain_form(text).lower().replace("。", ".", 1)
    return plain if ACTION.fullmatch(plain) else ""


def split_scan(text: str) -> tuple[str, str]:
    """Return what a person had typed and the scan that was typed behind it; without a scan the text as it came and "".

    A piece number is found behind anything by its check digits, doubled as if it were there once; the name of a copy or a
    document only if it stands alone.
    """
    plain = plain_form(text)
    if kind_of(plain) in ("copy", "document"):
        return "", plain
    found = TYPED_AGAIN.fullmatch(plain)
    if found is None or not is_checked(found[2]):
        return text, ""
    return LAST_PREFIX.sub("", found[1]), found[2]


def character_of(key: events.Key) -> str | None:
    """Return the character a scanner sent for a key to be pressed, also a control character; None if it sent none."""
    if key.is_printable:
        return unicodedata.normalize("NFKC", key.character or "")
    modifier, _, letter = key.key.rpartition("+")
    if modifier == "ctrl" and len(letter) == 1:
        return chr(ord(letter) & 0x1F)
    return CONTROL_NAMES.get(key.key)


def plain_form(text: str) -> str:
    """Return a text in plain letters and digits, without blanks around it."""
    return unicodedata.normalize("NFKC", text).strip()
