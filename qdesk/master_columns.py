"""What is kept of items, parties and bins: the columns of their lists, as sheets have them and as acts ask for them."""

from __future__ import annotations

from dataclasses import dataclass

CODE, TEXT, WHOLE, AMOUNT, FLAG, CHOICE = "code", "text", "whole", "amount", "flag", "choice"
YES_OR_NO = ("yes", "no")
CUSTOMER, SUPPLIER = "customer", "supplier"
LONGEST_LIST = 10_000
"""Rows of a sheet, all of which become one act."""
LONGEST_LIFE = 36_500
"""Days: whoever means a hundred years means that it does not expire."""


@dataclass(frozen=True)
class MasterColumn:
    """One column: what it is called in programs, how it is read, and whether it has to be there."""

    name: str
    kind: str = TEXT
    required: bool = False
    most: int = 0
    choices: tuple[str, ...] = ()
    """Of a choice; empty where the factory names them."""


@dataclass(frozen=True)
class Subject:
    """One kind of master data: its name in programs, its table and file, the act that asks for its columns, and those."""

    name: str
    table: str
    asks: str
    columns: tuple[MasterColumn, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of the columns."""
        return tuple(column.name for column in self.columns)


CLOSED = MasterColumn("closed", FLAG)
ITEM = Subject(
    "item", "items", "add_item",
    (
        MasterColumn("code", CODE, required=True),
        MasterColumn("name", required=True),
        MasterColumn("spec"),
        MasterColumn("model"),
        MasterColumn("unit", required=True),
        MasterColumn("decimals", WHOLE, most=3),
        MasterColumn("serialised", FLAG),
        MasterColumn("certified", FLAG),
        MasterColumn("pack", AMOUNT),
        MasterColumn("shelf_days", WHOLE, most=LONGEST_LIFE),
        MasterColumn("storage", CHOICE),
        MasterColumn("purchased", FLAG),
        MasterColumn("least", AMOUNT),
        CLOSED,
    ),
)  # fmt: skip
PARTY = Subject(
    "party", "parties", "add_party",
    (
        MasterColumn("code", CODE, required=True),
        MasterColumn("kind", CHOICE, required=True, choices=(CUSTOMER, SUPPLIER)),
        MasterColumn("name", required=True),
        MasterColumn("address"),
        MasterColumn("telephone"),
        CLOSED,
    ),
)  # fmt: skip
BIN = Subject(
    "bin", "bins", "import_bins",
    (
        MasterColumn("code", CODE, required=True),
        MasterColumn("place", CHOICE, required=True),
        MasterColumn("zone", CHOICE, required=True),
        CLOSED,
    ),
)  # fmt: skip
SUBJECTS = {subject.table: subject for subject in (ITEM, PARTY, BIN)}
"""By the name of their table, which is also that of their lists and of their files."""
