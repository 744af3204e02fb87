"""Plates as guards type them and as paper prints them: what is the same plate, and what is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qdesk.errors import Refused
from qdesk.plates import OTHERS, PROVINCES, plain_plate, read_plate, same_plate

PLAIN = st.text("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789", min_size=4, max_size=7).filter(lambda text: any(map(str.isdigit, text)))
MARKS = st.text(" ·.-_・　", max_size=3)


@pytest.mark.parametrize(
    ("raw", "stored"),
    [
        ("晋A12345", "晋A12345"), ("晋A·12345", "晋A12345"), (" 晋 a-123 45 ", "晋A12345"), ("晋Ａ１２３４５", "晋A12345"),
        ("a12345", "A12345"), ("晋AD12345", "晋AD12345"), ("晋A1234挂", "晋A1234挂"), ("粤Z·1234港", "粤Z1234港"),
        ("WJ京12345", "WJ京12345"), ("使224578", "使224578"), ("晋AO123I", "晋AO123I"),
    ],
)  # fmt: skip
def test_a_plate_is_stored_in_plain_capitals_without_dots_and_blanks(raw: str, stored: str) -> None:
    assert read_plate(raw) == stored


@pytest.mark.parametrize(
    "raw",
    [
        "", "   ", "晋", "晋A", "ABC", "晋ABCDEF", "A1234567890", "龙A12345", "晋晋晋晋A1234", "А12345", "晋A12345\n",
        "a\u200b12345", "晋A123٤5", "ß12345", "ı12345", "[/b]", "晋A12345" + " " * 40, None, 12345, b"A12345", ["晋A12345"],
    ],
)  # fmt: skip
def test_what_is_no_plate_is_refused_by_name_and_never_stored(raw: object) -> None:
    with pytest.raises(Refused) as refused:
        read_plate(raw)
    assert refused.value.code == "plate_unreadable"
    assert "\u200b" not in str(refused.value.arguments["plate"])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("晋A12345", "A12345"), ("晋A12345", "京A12345"), ("晋AO1234", "晋A01234"), ("晋AI234", "a1234"), 
        ("晋A·123 45", "Ａ１２３４５"), ("晋A1234挂", "A1234"),
    ],
)  # fmt: skip
def test_letters_and_digits_are_compared_and_nothing_else(one: str, other: str) -> None:
    assert same_plate(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("晋A12345", "晋A12346"), ("晋A12345", "晋A1234"), ("晋A12345", "晋B12345"), ("晋AB1234", "晋A81234"), ("", ""),
        ("晋", "京"),
    ],
)
def test_another_plate_and_no_plate_are_never_the_same(one: str, other: str) -> None:
    assert not same_plate(one, other)


@given(PLAIN, st.sampled_from(["", *PROVINCES]), st.sampled_from(["", *OTHERS]), MARKS, st.booleans())
def test_however_a_plate_is_written_it_is_the_same_plate(letters: str, province: str, last: str, mark: str, small: bool) -> None:
    written = province + mark.join(letters.lower() if small else letters) + mark + last
    if len(written) <= 40:
        assert read_plate(written) == province + letters + last
        assert same_plate(written, province + letters + last)


@given(PLAIN, PLAIN)
def test_two_plates_are_the_same_only_if_they_are_but_for_look_alikes(one: str, other: str) -> None:
    table = str.maketrans("OI", "01")
    assert same_plate(one, other) == (one.translate(table) == other.translate(table))


@given(st.text(max_size=60))
def test_any_text_is_compared_without_a_fault_and_in_the_letters_of_plates(text: str) -> None:
    assert set(plain_plate(text)) <= set("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789")


@given(st.text(max_size=50))
def test_what_is_read_as_a_plate_is_read_again_as_the_same(text: str) -> None:
    try:
        stored = read_plate(text)
    except Refused:
        return
    assert read_plate(stored) == stored
    assert same_plate(stored, text)
