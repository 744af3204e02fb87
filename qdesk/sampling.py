"""Sampling: how many pieces of a lot are inspected and how many of them may be defective, by GB/T 2828.1 (ISO 2859-1).

Single sampling, normal inspection. The tables of the standard are data (sampling.toml); here they are only read.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from typing import Any

import data

TABLES = "sampling.toml"
PIECE = 1000
"""Thousandths of the unit, as every quantity is kept."""
HIGHEST_PER_CENT = 10
"""Limits above this count the faults of a hundred pieces, not the pieces that are defective."""
STEPS = {"v": 1, "^": -1}
"""Where an arrow of the table points: to the next larger or to the next smaller sample."""


@dataclass(frozen=True)
class Sample:
    """How many pieces of a lot are inspected, and how many of them may be defective."""

    lot: int
    size: int
    accepted: int
    letter: str = ""
    """The code letter of the plan that is used; empty where every piece is inspected."""

    @property
    def whole(self) -> bool:
        """Tell whether every piece is inspected."""
        return self.size == self.lot

    def passes(self, defective: int) -> bool:
        """Tell whether a lot is accepted with so many defective pieces in its sample."""
        return 0 <= defective <= self.accepted


@cache
def tables() -> dict[str, Any]:
    """Return the tables of the standard."""
    return tomllib.loads(data.read(TABLES))


def limits() -> tuple[str, ...]:
    """Return the acceptance quality limits that may be chosen for defective pieces, in per cent, as the standard writes them."""
    return tuple(aql for aql in tables()["aqls"] if float(aql) <= HIGHEST_PER_CENT)


def levels() -> tuple[str, ...]:
    """Return the inspection levels, the special ones first."""
    return tuple(tables()["levels"])


def letter_of(lot: int, level: str) -> str:
    """Return the code letter for a lot of two pieces or more at an inspection level (table 1)."""
    row = next(row for row in tables()["lots"] if lot <= row.get("upto", lot))
    letter: str = row["letters"][tables()["levels"].index(level)]
    return letter


def sample_of(lot: int, aql: str = "", level: str = "II") -> Sample:
    """Return how a lot is sampled; without a limit, or where the sample would not be smaller than the lot, whole (table 2-A).

    What is inspected whole is judged piece by piece: none of them may be defective.
    """
    if not aql or lot < 2:
        return Sample(lot, lot, 0)
    plans, column = tables()["plans"], tables()["aqls"].index(aql)
    row = next(number for number, plan in enumerate(plans) if plan["letter"] == letter_of(lot, level))
    cell = plans[row]["accept"].split()[column]
    while cell in STEPS:
        row += STEPS[cell]
        cell = plans[row]["accept"].split()[column]
    plan = plans[row]
    if plan["size"] >= lot:
        return Sample(lot, lot, 0)
    return Sample(lot, plan["size"], int(cell), plan["letter"])


def pieces_in(quantity: int) -> int:
    """Return how many pieces a quantity is; what is begun of a unit counts as one."""
    return -(-quantity // PIECE)
