"""Vehicle plates: how one is stored and printed, and what of two of them is compared.

A guard types what he sees without an input method: letters and digits are compared, the character of the province and every other
character is not. 0 and O, 1 and I are one: no plate has a neighbour that differs in them alone.
"""

from __future__ import annotations

import unicodedata

from qdesk.errors import Refused
from qdesk.scan import visible

PROVINCES = "京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新"
"""The characters that plates begin with, in the order of the provinces' numbers."""
OTHERS = "使领警学港澳挂试超应急临"
"""The other characters that stand on plates: of embassies, police, schools, trailers, trials."""
MOST_CHARACTERS = 3
LEAST, MOST = 4, 9
"""Letters and digits on a plate: 晋A12345 has six, that of an electric car seven."""
LONGEST = 40
"""How much is looked at: nothing longer is a plate, however many blanks it has."""
MARKS = frozenset(["P", "S", "Z"])
"""The first letters of Unicode's categories of dots, dashes and blanks."""
LOOK_ALIKES = str.maketrans("OI", "01")


def read_plate(raw: object) -> str:
    """Return a plate as it is stored and printed, such as 晋A12345; raises Refused("plate_unreadable")."""
    plate = without_marks(raw) if isinstance(raw, str) and len(raw) <= LONGEST else ""
    others = [letter for letter in plate if not is_plain(letter)]
    known = len(others) <= MOST_CHARACTERS and all(letter in PROVINCES + OTHERS for letter in others)
    if not known or not LEAST <= len(plate) - len(others) <= MOST or not any(letter in "0123456789" for letter in plate):
        raise Refused("plate_unreadable", plate=visible(raw))
    return plate.upper()


def plain_plate(text: str) -> str:
    """Return what is compared of a plate: its letters and digits, O read as 0 and I as 1."""
    return "".join(filter(is_plain, without_marks(text))).upper().translate(LOOK_ALIKES)


def same_plate(one: str, other: str) -> bool:
    """Tell whether two plates are the same; nothing is the same as no plate at all."""
    return plain_plate(one) == plain_plate(other) != ""


def without_marks(text: str) -> str:
    """Return a plate in letters of plain width, without blanks, dots and dashes."""
    plain = unicodedata.normalize("NFKC", text)
    return "".join(letter for letter in plain if unicodedata.category(letter)[0] not in MARKS)


def is_plain(letter: str) -> bool:
    """Tell whether a character is one of the letters and digits that plates are made of."""
    return letter.isascii() and letter.isalnum()
