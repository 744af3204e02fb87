"""The one entry gate: whatever is scanned, typed or imported is hostile until it has passed here."""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import ModuleType

from qdesk.errors import Refused

LONGEST_CODE = 64
THOUSAND = 1000
KINDS_OF_PIECE = range(10, 99)
"""Code128 writers silently drop a leading 99."""

QUANTITY = re.compile(r"([0-9]{1,12})(?:\.([0-9]{1,3}))?")
MEASURE = re.compile(r"-?[0-9]{1,9}(?:\.[0-9]{1,6})?")
PIECE = re.compile(r"[0-9]{18}")
PIECE_LIKE = re.compile(r"[0-9]{18}(?:[0-9]{18})?")
DOCUMENT = re.compile(r"[A-Z]{1,6}[0-9]{2}-[0-9]{6,7}")
COPY = re.compile(rf"{DOCUMENT.pattern}/[1-9][0-9]?")
WORD, DIGIT = re.compile(r"\S+"), re.compile(r"\d")
LONGEST_PIN = 12
UNSEEN = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]")
"""Marks that Unicode calls printable although nothing is seen of them."""


@dataclass(frozen=True)
class Piece:
    """What a piece number says: the kind of paper, the year and the running number of the physical piece."""

    kind: int
    year: int
    running: int


def clean_text(raw: object, field: object, longest: int = 200) -> str:
    """Return text fit to store, or refuse what would be invisible, move the cursor or turn the reading order."""
    if not isinstance(raw, str):
        raise Refused("text_expected", field=field)
    if len(raw) > 4 * longest:
        raise Refused("text_too_long", field=field, longest=longest)
    text = raw
    if not (raw.isascii() and raw.isprintable()):
        text = _seen_text(unicodedata.normalize("NFC", raw), field)
    text = text.strip(" ")
    if len(text) > longest:
        raise Refused("text_too_long", field=field, longest=longest)
    return text


def _seen_text(text: str, field: object) -> str:
    """Turn every kind of blank into a plain one and refuse each character that would not be seen."""
    plain = "".join(" " if unicodedata.category(letter) == "Zs" else letter for letter in text)
    bad = _first_unseen(plain)
    if bad is not None:
        raise Refused("text_unclean", field=field, character=f"U+{ord(bad):04X}")
    return plain


def _first_unseen(text: str) -> str | None:
    if not text.isprintable():
        return next(letter for letter in text if not letter.isprintable())
    found = UNSEEN.search(text)
    return found[0] if found else None


def visible(raw: object, longest: int = 40) -> str:
    """Return refused input in a form that is safe to show back: short, every unseen character named."""
    text = str(raw)
    named = "".join(f"<U+{ord(letter):04X}>" if _first_unseen(letter) else letter for letter in text[:longest])
    return f"{named}…" if len(text) > longest else named


def clean_code(raw: object) -> str:
    """Return a scanned or typed code, full-width letters made plain; nothing else is guessed."""
    if not isinstance(raw, str) or len(raw) > 4 * LONGEST_CODE:
        raise Refused("code_unreadable", code=visible(raw))
    code = raw if raw.isascii() else unicodedata.normalize("NFKC", raw)
    code = code.strip(" ")
    if not code or len(code) > LONGEST_CODE or _first_unseen(code) is not None:
        raise Refused("code_unreadable", code=visible(raw))
    return code


def parse_quantity(raw: object, decimals: int, *, zero: bool = False) -> int:
    """Return thousandths of the unit; zero only where the caller takes it, as in a count."""
    found = QUANTITY.fullmatch(raw) if isinstance(raw, str) else None
    if found is None:
        raise Refused("number_unreadable", text=visible(raw))
    fraction = (found[2] or "").ljust(3, "0")
    if fraction[decimals:].strip("0"):
        raise Refused("number_too_fine", text=found[0], decimals=decimals)
    thousandths = int(found[1]) * THOUSAND + int(fraction)
    if thousandths == 0 and not zero:
        raise Refused("number_zero")
    return thousandths


def format_quantity(thousandths: int) -> str:
    """Return a quantity as people write it, without needless zeros."""
    whole, fraction = divmod(abs(thousandths), THOUSAND)
    text = f"{whole}.{fraction:03}".rstrip("0").rstrip(".") if fraction else str(whole)
    return f"-{text}" if thousandths < 0 else text


def parse_day(text: str) -> date:
    """Return a day written as 2026-11-20, the one way it is written here."""
    try:
        day = date.fromisoformat(text)
    except ValueError as wrong:
        raise Refused("date_unreadable", text=visible(text)) from wrong
    if day.isoformat() != text:
        raise Refused("date_unreadable", text=visible(text))
    return day


def parse_measure(raw: object) -> Decimal:
    """Return a measured value exactly as typed; unlike a quantity it may be negative or zero."""
    if not isinstance(raw, str) or MEASURE.fullmatch(raw) is None:
        raise Refused("number_unreadable", text=visible(raw))
    return Decimal(raw)


def compose_piece(kind: int, year: int, running: int, key: bytes) -> str:
    """Return the 18 digits of one printed piece: kind, year, running number, our mark, check digits."""
    if kind not in KINDS_OF_PIECE or not 0 <= year <= 99:
        raise ValueError(f"no piece is of kind {kind} and year {year}")
    if not 0 <= running <= 9_999_999:
        raise Refused("piece_numbers_spent", year=year)
    digits = f"{kind:02}{year:02}{running:07}"
    marked = digits + _mark(digits, key)
    return marked + str(_check_digits().calc_check_digits(marked))


def read_piece(code: str, key: bytes) -> Piece:
    """Return what a piece number says, or refuse a damaged, doubled or foreign one."""
    if len(code) == 36 and code[:18] == code[18:] and PIECE.fullmatch(code[:18]):
        raise Refused("scanned_twice", code=code[:18])
    if PIECE.fullmatch(code) is None or not is_checked(code):
        raise Refused("piece_damaged", code=visible(code))
    kind, year, running = int(code[:2]), int(code[2:4]), int(code[4:11])
    if kind not in KINDS_OF_PIECE or not hmac.compare_digest(_mark(code[:11], key), code[11:16]):
        raise Refused("piece_foreign", code=code)
    return Piece(kind, year, running)


def is_checked(code: str) -> bool:
    """Return whether the check digits at the end of a number are right."""
    return bool(_check_digits().is_valid(code))


def _check_digits() -> ModuleType:
    from stdnum.iso7064 import mod_97_10  # loads pydoc and half the library with it, and no picture needs it

    return mod_97_10


def _mark(digits: str, key: bytes) -> str:
    mac = hmac.digest(key, digits.encode("ascii"), hashlib.sha256)
    return f"{int.from_bytes(mac, 'big') % 100_000:05}"


def kind_of(code: str) -> str:
    """Return whether a cleaned code looks like a "piece", a "copy", a "document" or something "other"."""
    if PIECE_LIKE.fullmatch(code):
        return "piece"
    if COPY.fullmatch(code):
        return "copy"
    return "document" if DOCUMENT.fullmatch(code) else "other"


def without_pin(text: str) -> str:
    """Return text that named nothing known, in stars wherever a word may be a PIN: alone, typed twice, with a slip or a badge."""
    return WORD.sub(lambda word: DIGIT.sub("*", word[0]) if may_hold_pin(word[0]) else word[0], text)


def may_hold_pin(word: str) -> bool:
    """Tell whether a word may be a PIN; longer numbers are of paper, and with more letters it is a code."""
    digits, half = len(DIGIT.findall(word)), len(word) // 2
    others = len(word) - digits
    if others:
        return (others == 1 and digits >= 4) or (others == 2 and digits >= 6)
    return 4 <= digits <= LONGEST_PIN or (half <= LONGEST_PIN and word[:half] == word[half:])


def names_nothing(refusal: str) -> bool:
    """Tell whether a refusal says that something typed names nothing known: it may be anything, also a PIN in the wrong field."""
    return refusal.endswith("_unknown") or refusal in ("piece_damaged", "code_unreadable", "pin_missing")
