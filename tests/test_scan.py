from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qdesk.errors import Refused
from qdesk.scan import (
    Piece,
    clean_code,
    clean_text,
    compose_piece,
    format_quantity,
    kind_of,
    parse_measure,
    parse_quantity,
    read_piece,
    visible,
)

KEY = b"our factory's own piece key 0000"
PIECES = st.builds(
    Piece, kind=st.integers(10, 98), year=st.integers(0, 99), running=st.integers(0, 9_999_999)
)


def code_of(piece: Piece) -> str:
    return compose_piece(piece.kind, piece.year, piece.running, KEY)


@pytest.mark.parametrize("text", ["10 Stück", "老王", "[/b] x", "[@click=app.quit]OK[/]", "=1+1", "'; DROP", "喆", ""])
def test_text_that_is_only_seen_passes_unchanged(text: str) -> None:
    assert clean_text(text, "reason") == text


def test_outer_blanks_of_every_kind_are_dropped_and_inner_ones_become_plain() -> None:
    assert clean_text("\u3000\u00a0 阀\u3000门 \u2003", "reason") == "阀 门"


def test_text_is_stored_composed() -> None:
    assert clean_text("e\u0301", "reason") == "\u00e9"


@pytest.mark.parametrize(
    ("raw", "character"),
    [
        ("a\x1b[2Jb", "U+001B"),
        ("a\x1b]52;c;aGk=\x07", "U+001B"),
        ("a\x00b", "U+0000"),
        ("two\nlines", "U+000A"),
        ("tab\there", "U+0009"),
        ("end\n", "U+000A"),
        ("c1\x9b31m", "U+009B"),
        ("abc\u202e321", "U+202E"),
        ("abc\u2066321", "U+2066"),
        ("zero\u200bwidth", "U+200B"),
        ("join\u200der", "U+200D"),
        ("\ufeffmark", "U+FEFF"),
        ("lone\ud800half", "U+D800"),
        ("line\u2028end", "U+2028"),
        ("filler\u3164", "U+3164"),
        ("variation\ufe0f", "U+FE0F"),
        ("tag\U000e0041", "U+E0041"),
        ("nobody\uffff", "U+FFFF"),
        ("private\ue000", "U+E000"),
    ],
)
def test_text_with_an_unseen_character_is_refused_by_its_number(raw: str, character: str) -> None:
    with pytest.raises(Refused) as refused:
        clean_text(raw, "reason")
    assert refused.value.code == "text_unclean"
    assert refused.value.arguments == {"field": "reason", "character": character}


@pytest.mark.parametrize("raw", ["a" * 201, "阀" * 201, "e\u0301" * 201, "x" * 10_000_000])
def test_text_longer_than_its_field_is_refused(raw: str) -> None:
    with pytest.raises(Refused) as refused:
        clean_text(raw, "reason")
    assert refused.value.code == "text_too_long"
    assert refused.value.arguments["longest"] == 200


@pytest.mark.parametrize("clean", [lambda raw: clean_text(raw, "reason"), clean_code])
def test_a_flood_of_marks_is_refused_without_being_sorted(
    clean: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qdesk.scan.unicodedata", None)
    with pytest.raises(Refused):
        clean("a" + "\u0301\u0316" * 50_000)


def test_text_is_measured_after_cleaning() -> None:
    assert clean_text("  " + "e\u0301" * 200 + "  ", "reason") == "\u00e9" * 200


@pytest.mark.parametrize("raw", [None, 12, True, ["x"], b"x"])
def test_what_is_no_text_is_refused(raw: object) -> None:
    with pytest.raises(Refused) as refused:
        clean_text(raw, "reason")
    assert refused.value.code == "text_expected"


@given(st.text(max_size=300))
def test_cleaned_text_is_printable_and_cleaning_it_again_changes_nothing(raw: str) -> None:
    try:
        text = clean_text(raw, "reason")
    except Refused:
        return
    assert text.isprintable()
    assert clean_text(text, "reason") == text


def test_plain_text_is_not_looked_at_letter_by_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qdesk.scan.unicodedata", None)
    assert clean_text("Valve 12-3, flange bent", "reason") == "Valve 12-3, flange bent"


@given(st.text(max_size=100))
def test_what_is_shown_back_of_refused_input_is_short_and_seen(raw: str) -> None:
    shown = visible(raw)
    assert shown.isprintable()
    assert len(shown) <= 41 * len("<U+10FFFF>")


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("１０２６０００００１２３", "102600000123"),
        (" GX26-000123/4 ", "GX26-000123/4"),
        ("\u3000ＧＸ２６－０００１２３\u3000", "GX26-000123"),
        ("a" * 64, "a" * 64),
    ],
)
def test_a_code_loses_only_its_outer_blanks_and_its_full_width(raw: str, code: str) -> None:
    assert clean_code(raw) == code


@pytest.mark.parametrize(
    "raw", ["", "   ", "a" * 65, "12\x1d34", "12\n", "12\u200b", "1\x0034", None, 12, "\u202e12", "1" * 9999]
)
def test_an_unreadable_code_is_refused_and_shown_back_safely(raw: object) -> None:
    with pytest.raises(Refused) as refused:
        clean_code(raw)
    assert refused.value.code == "code_unreadable"
    assert str(refused.value.arguments["code"]).isprintable()


@pytest.mark.parametrize(
    ("raw", "decimals", "thousandths"),
    [
        ("10", 0, 10_000),
        ("0.5", 1, 500),
        ("0.125", 3, 125),
        ("007", 0, 7_000),
        ("2.0", 0, 2_000),
        ("999999999999", 0, 999_999_999_999_000),
    ],
)
def test_a_quantity_is_read_exactly(raw: str, decimals: int, thousandths: int) -> None:
    assert parse_quantity(raw, decimals) == thousandths


@pytest.mark.parametrize(
    "raw",
    [
        *("１２", "1_000", "1,000", "-3", "+5", "1e3", "NaN", "inf", "", " 1", "1\n", ".5", "5.", "0x1", "٣", "0.0001"),
        *("1" * 13, "1.2.3", 10, 1.5, None, True),
    ],
)
def test_what_only_resembles_a_quantity_is_refused(raw: object) -> None:
    with pytest.raises(Refused) as refused:
        parse_quantity(raw, 3)
    assert refused.value.code == "number_unreadable"


@pytest.mark.parametrize(("raw", "decimals"), [("0.5", 0), ("1.05", 1), ("1.001", 2)])
def test_a_quantity_finer_than_its_unit_is_refused(raw: str, decimals: int) -> None:
    with pytest.raises(Refused) as refused:
        parse_quantity(raw, decimals)
    assert refused.value.code == "number_too_fine"


def test_zero_is_a_quantity_only_where_something_is_counted() -> None:
    with pytest.raises(Refused) as refused:
        parse_quantity("0.0", 3)
    assert refused.value.code == "number_zero"
    assert parse_quantity("0", 3, zero=True) == 0


@given(st.integers(1, 10**15 - 1))
def test_a_quantity_reads_back_as_it_was_written(thousandths: int) -> None:
    assert parse_quantity(format_quantity(thousandths), 3) == thousandths


def test_a_quantity_is_written_without_needless_zeros() -> None:
    written = [format_quantity(thousandths) for thousandths in (10_000, 500, 1_050, 0, -500, -10_000)]
    assert written == ["10", "0.5", "1.05", "0", "-0.5", "-10"]


def test_a_measure_may_be_negative_and_stays_exact() -> None:
    typed = ["-0.05", "0", "12.000001"]
    assert [parse_measure(raw) for raw in typed] == [Decimal(raw) for raw in typed]


@pytest.mark.parametrize("raw", ["", "NaN", "1e3", "+1", "--1", "１", "Infinity", 1.5, None])
def test_what_only_resembles_a_measure_is_refused(raw: object) -> None:
    with pytest.raises(Refused) as refused:
        parse_measure(raw)
    assert refused.value.code == "number_unreadable"


@given(PIECES)
def test_a_piece_number_says_what_it_was_made_of(piece: Piece) -> None:
    assert len(code_of(piece)) == 18
    assert read_piece(code_of(piece), KEY) == piece


@given(PIECES, st.integers(0, 17), st.integers(1, 9))
def test_every_single_wrong_digit_is_found(piece: Piece, place: int, change: int) -> None:
    code = code_of(piece)
    wrong = code[:place] + str((int(code[place]) + change) % 10) + code[place + 1 :]
    with pytest.raises(Refused) as refused:
        read_piece(wrong, KEY)
    assert refused.value.code == "piece_damaged"


@given(PIECES, st.integers(0, 16), st.integers(1, 2))
def test_every_swap_of_two_near_digits_is_found(piece: Piece, place: int, jump: int) -> None:
    code = list(code_of(piece))
    other = min(place + jump, 17)
    if code[place] == code[other]:
        code[place] = str((int(code[place]) + 1) % 10)
    else:
        code[place], code[other] = code[other], code[place]
    with pytest.raises(Refused) as refused:
        read_piece("".join(code), KEY)
    assert refused.value.code == "piece_damaged"


@given(PIECES, st.integers(1, 17))
def test_a_cut_or_doubled_piece_number_is_found(piece: Piece, length: int) -> None:
    code = code_of(piece)
    for damaged in (code[:length], code[length:] if length < 18 else code, code + code[:length]):
        with pytest.raises(Refused) as refused:
            read_piece(damaged, KEY)
        assert refused.value.code == "piece_damaged"
    with pytest.raises(Refused) as refused:
        read_piece(code + code, KEY)
    assert refused.value.code == "scanned_twice"


@pytest.mark.parametrize("code", ["", "10260000012326618x", "O02600001233266188", "１" * 18, "1" * 17 + "\n", "-" * 18])
def test_letters_in_a_piece_number_are_damage(code: str) -> None:
    with pytest.raises(Refused) as refused:
        read_piece(code, KEY)
    assert refused.value.code == "piece_damaged"


def test_two_different_piece_numbers_in_one_scan_are_damage() -> None:
    with pytest.raises(Refused) as refused:
        read_piece(compose_piece(10, 26, 1, KEY) + compose_piece(10, 26, 2, KEY), KEY)
    assert refused.value.code == "piece_damaged"


def test_a_piece_of_another_factory_is_foreign() -> None:
    with pytest.raises(Refused) as refused:
        read_piece(compose_piece(10, 26, 123, b"another factory's key"), KEY)
    assert refused.value.code == "piece_foreign"


def test_a_forger_who_knows_the_check_digits_still_lacks_our_mark() -> None:
    ours = compose_piece(10, 26, 123, KEY)
    forged = [f"1026{running:07}{ours[11:16]}" for running in range(124, 624)]
    passed = 0
    for sixteen in forged:
        code = f"{sixteen}{98 - int(sixteen) * 100 % 97:02}"
        try:
            read_piece(code, KEY)
            passed += 1
        except Refused as refused:
            assert refused.code == "piece_foreign"
    assert passed <= 1


@pytest.mark.parametrize(("kind", "year"), [(99, 26), (9, 26), (10, 100), (10, -1)])
def test_no_piece_begins_with_what_the_barcode_writer_drops(kind: int, year: int) -> None:
    with pytest.raises(ValueError, match="no piece"):
        compose_piece(kind, year, 1, KEY)


def test_a_year_has_ten_million_pieces_and_not_one_more() -> None:
    assert read_piece(compose_piece(10, 26, 9_999_999, KEY), KEY).running == 9_999_999
    with pytest.raises(Refused) as refused:
        compose_piece(10, 26, 10_000_000, KEY)
    assert refused.value.code == "piece_numbers_spent"


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("102600001233266188", "piece"),
        ("102600001233266188" * 2, "piece"),
        ("GX26-000123/4", "copy"),
        ("GX26-000123/13", "copy"),
        ("GX26-000123", "document"),
        ("GX26-000123/0", "other"),
        ("gx26-000123", "other"),
        ("GX26-000123\n", "other"),
        ("10260000123326618", "other"),
        ("6901234567892", "other"),
        ("V-DN50", "other"),
        ("", "other"),
    ],
)
def test_a_code_is_told_by_its_shape(code: str, kind: str) -> None:
    assert kind_of(code) == kind
