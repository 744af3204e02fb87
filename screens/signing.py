"""Signing: first whoever sits here, by PIN; then each further role by badge and PIN, or by whose handwriting was seen.

What is typed here stands nowhere else: a PIN is read out once and gone, and a second identity ends with the act.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from screens.card import Reader
from screens.faults import Guarded
from screens.fields import Field
from screens.lettering import stacked, styled
from screens.signer import PAPER, Json, OperatorRow, PaperRow, SecondRow, SignerRow

if TYPE_CHECKING:
    from screens.seat import Seat


class Signers(Guarded, Vertical):
    """All who sign this step."""

    DEFAULT_CSS = """
    Signers { height: auto; margin-top: 1; }
    Signers .head { height: auto; }
    """

    def __init__(self, roles: Sequence[str], stamps: Sequence[str], seat: Seat | None) -> None:
        """Ask the operator, where there is one, for the first role that he holds, others for the rest: nobody signs twice."""
        super().__init__()
        self.head = Static("", markup=False, classes="head")
        own = next((role for role in roles if seat and role in seat.roles), None)
        ordered = sorted(roles, key=lambda role: role != own)
        self.rows = [self.row(role, role in stamps, seat if role == own else None) for role in ordered]

    @staticmethod
    def row(role: str, stamps: bool, seat: Seat | None) -> SignerRow:
        """Return the row for a role."""
        if role.startswith(PAPER):
            return PaperRow(role)
        return OperatorRow(role, stamps, seat) if seat else SecondRow(role, stamps)

    def compose(self) -> ComposeResult:
        """Put the rows below each other."""
        yield self.head
        yield from self.rows

    def fields(self) -> list[Field]:
        """Return every field in the order they are gone through."""
        return [field for row in self.rows for field in row.fields()]

    def draw(self, reader: Reader) -> None:
        """Draw every row in the language of the moment."""
        self.display = bool(self.rows)
        self.head.update(stacked([styled(reader.say("sign.head"), "bold $primary")]))
        titles = [Content(row.title(reader)).cell_length for row in self.rows]
        for row in self.rows:
            row.draw(reader, max(10, min(max(titles) + 2, reader.width // 3)))

    async def also(self, role: str) -> None:
        """Ask one more role that the desk turned out to want."""
        row = self.row(role, False, None)
        self.rows.append(row)
        await self.mount(row)

    def signers(self) -> list[Json]:
        """Return everyone who signs, still without PINs; raises Unsigned for the first who is missing."""
        return [row.signer() for row in self.rows]

    def take_pins(self) -> list[str]:
        """Return the PINs, row by row, and clear them on the screen."""
        return [row.forget_pin() for row in self.rows]

    def put_pins_back(self, pins: Sequence[str]) -> None:
        """Put the PINs back where what was refused had nothing to do with who signs."""
        for row, pin in zip(self.rows, pins, strict=False):
            if isinstance(row, OperatorRow | SecondRow):
                row.pin.value = pin

    def forget(self) -> bool:
        """Forget every PIN and every second identity; return whether there was any."""
        held = any(row.holds for row in self.rows)
        for row in self.rows:
            row.forget()
        return held

    @property
    def holds(self) -> bool:
        """Tell whether there is a PIN or a second identity on the screen."""
        return any(row.holds for row in self.rows)

    def empty_badge(self) -> SecondRow | None:
        """Return the first row without a badge."""
        return next((row for row in self.rows if isinstance(row, SecondRow) and not row.badge.value.strip()), None)

    def row_of(self, name: str) -> SignerRow | None:
        """Return the row of a person named in a refusal."""
        return next((row for row in self.rows if row.is_named(name)), None)
