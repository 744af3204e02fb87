"""Samples and acceptance numbers, held against cells of the standard as it is printed (GB/T 2828.1, ISO 2859-1)."""

from __future__ import annotations

import pytest

from qdesk.sampling import Sample, letter_of, levels, limits, pieces_in, sample_of, tables

NORMAL = [
    (1000, "II", "1.0", Sample(1000, 80, 2, "J")),
    (1000, "II", "0.65", Sample(1000, 80, 1, "J")),
    (1000, "II", "2.5", Sample(1000, 80, 5, "J")),
    (1000, "II", "4.0", Sample(1000, 80, 7, "J")),
    (500, "II", "1.0", Sample(500, 50, 1, "H")),
    (500, "II", "6.5", Sample(500, 50, 7, "H")),
    (500, "I", "1.0", Sample(500, 13, 0, "E")),
    (500, "III", "1.0", Sample(500, 80, 2, "J")),
    (3200, "II", "1.5", Sample(3200, 125, 5, "K")),
    (10000, "II", "2.5", Sample(10000, 200, 10, "L")),
    (10000, "II", "0.10", Sample(10000, 125, 0, "K")),
    (150000, "II", "0.010", Sample(150000, 1250, 0, "Q")),
    (500001, "III", "0.025", Sample(500001, 2000, 1, "R")),
    (500001, "III", "0.65", Sample(500001, 2000, 21, "R")),
    (1200, "S-4", "1.0", Sample(1200, 13, 0, "E")),
    (1200, "S-1", "2.5", Sample(1200, 5, 0, "C")),
]
ARROWS = [
    (1000, "II", "0.25", Sample(1000, 50, 0, "H")),  # J stands below the plan that accepts none: up
    (1000, "II", "0.40", Sample(1000, 125, 1, "K")),  # J stands above the plan that accepts one: down
    (90, "II", "0.65", Sample(90, 20, 0, "F")),
    (500001, "III", "0.010", Sample(500001, 1250, 0, "Q")),
    (500001, "III", "0.015", Sample(500001, 800, 0, "P")),
    (500001, "III", "10", Sample(500001, 125, 21, "K")),
    (20, "II", "4.0", Sample(20, 3, 0, "B")),
    (20, "II", "6.5", Sample(20, 8, 1, "D")),
]
WHOLE = [(8, "II", "0.65"), (19, "II", "0.65"), (20, "II", "0.65"), (1250, "II", "0.010"), (2, "II", "6.5"), (1, "II", "1.0")]
SAMPLE_SIZES = [2, 3, 5, 8, 13, 20, 32, 50, 80, 125, 200, 315, 500, 800, 1250, 2000]


@pytest.mark.parametrize(("lot", "level", "aql", "sample"), NORMAL + ARROWS)
def test_sample_and_acceptance_number_are_those_of_the_standard(lot: int, level: str, aql: str, sample: Sample) -> None:
    assert sample_of(lot, aql, level) == sample


@pytest.mark.parametrize(("lot", "level", "aql"), WHOLE)
def test_a_lot_that_is_not_larger_than_its_sample_is_inspected_whole_and_none_of_it_may_be_defective(
    lot: int, level: str, aql: str
) -> None:
    sample = sample_of(lot, aql, level)
    assert sample == Sample(lot, lot, 0) and sample.whole
    assert sample.passes(0) and not sample.passes(1)


def test_one_piece_more_than_the_sample_is_sampled() -> None:
    assert not sample_of(21, "0.65").whole and sample_of(21, "0.65").size == 20


def test_without_a_limit_every_piece_is_inspected() -> None:
    assert sample_of(100_000) == Sample(100_000, 100_000, 0)


@pytest.mark.parametrize(
    ("level", "letters"),
    [
        ("S-1", "AAAABBBBCCCCDDD"), ("S-2", "AAABBBCCCDDDEEE"), ("S-3", "AABBCCDDEEFFGGH"), ("S-4", "AABCCDEEFGGHJJK"),
        ("I", "AABCCDEFGHJKLMN"), ("II", "ABCDEFGHJKLMNPQ"), ("III", "BCDEFGHJKLMNPQR"),
    ],
)  # fmt: skip
def test_code_letters_go_with_the_size_of_the_lot(level: str, letters: str) -> None:
    largest = [8, 15, 25, 50, 90, 150, 280, 500, 1200, 3200, 10_000, 35_000, 150_000, 500_000]
    smallest = [2, *(size + 1 for size in largest)]
    assert "".join(letter_of(lot, level) for lot in smallest) == letters
    assert "".join(letter_of(lot, level) for lot in [*largest, 10**9]) == letters


def test_every_lot_level_and_limit_leads_to_a_plan_with_a_sample_of_the_lot() -> None:
    for level in levels():
        for aql in limits():
            sizes = [sample_of(lot, aql, level) for lot in (*range(1, 300), 700, 5_000, 20_000, 600_000)]
            assert all(0 < sample.size <= sample.lot and sample.accepted < sample.size for sample in sizes), (level, aql)


def test_the_table_has_every_letter_every_sample_size_and_a_cell_for_each_limit() -> None:
    plans = tables()["plans"]
    assert "".join(plan["letter"] for plan in plans) == "ABCDEFGHJKLMNPQR"
    assert [plan["size"] for plan in plans] == SAMPLE_SIZES
    assert {len(plan["accept"].split()) for plan in plans} == {len(tables()["aqls"])} == {26}
    assert limits()[0] == "0.010" and limits()[-1] == "10" and len(limits()) == 16


def test_the_plans_lie_on_diagonals_with_the_same_acceptance_number() -> None:
    rows = [plan["accept"].split() for plan in tables()["plans"]]
    numbers = {(row, column): cell for row, cells in enumerate(rows) for column, cell in enumerate(cells) if cell.isdigit()}
    along: dict[int, set[str]] = {}
    for (row, column), cell in numbers.items():
        along.setdefault(row + column, set()).add(cell)
    expected = [0, 1, 2, 3, 5, 7, 10, 14, 21, 30, 44]
    assert [along[key] for key in sorted(along)] == [{str(number)} for number in expected]


def expected_cell(row: int, column: int) -> str:
    """Return what the standard has in a cell: the plans lie on diagonals, and arrows lead to them from both sides."""
    zero, last = 14 - row, 10 if row <= 4 else 8  # where none is accepted; 44 is the most up to E, then 21
    if row == 15:
        return ["^", "^", "1", "2", "3", "5", "7", "10", "14", "21"][column] if column < 10 else "^"
    if column <= zero:
        return "v" if column < zero else "0"
    if column < zero + 3:  # above A there is no plan to go up to
        return "^" if column == zero + 1 and row else "v"
    place = column - zero - 2
    return ["0", "1", "2", "3", "5", "7", "10", "14", "21", "30", "44"][place] if place <= last else "^"


def test_every_cell_of_the_table_is_that_of_the_standard() -> None:
    for row, plan in enumerate(tables()["plans"]):
        assert plan["accept"].split() == [expected_cell(row, column) for column in range(26)], plan["letter"]


def test_a_part_of_a_unit_counts_as_a_piece() -> None:
    assert [pieces_in(quantity) for quantity in (1, 1000, 1001, 80_000)] == [1, 1, 2, 80]
