"""How master data is kept: what is planned for a row, written as the tables have it, and told as screens and programs read it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from qdesk.journal import Entry
from qdesk.master_columns import AMOUNT, FLAG, ITEM, Subject
from qdesk.scan import format_quantity

Value = str | int
Values = dict[str, Value]


@dataclass(frozen=True)
class Planned:
    """What would become of one row: its values before, none for a new one, and after."""

    code: str
    was: Values | None
    now: Values

    @property
    def what(self) -> str:
        """Return "add", "change", or "same" where nothing would change."""
        return "add" if self.was is None else "same" if self.was == self.now else "change"


def write(entry: Entry, subject: Subject, planned: Planned) -> None:
    """Write what is planned, journalled; what stays the same is not written."""
    now = stored(planned.now, entry.at)
    if planned.was is None:
        since = {} if subject is ITEM else {"since": entry.at}
        entry.insert(subject.table, **now, **since)
        return
    was, closed_now = stored(planned.was, None), planned.now["closed"]
    if planned.was["closed"]:
        entry.cursor.execute(f"SELECT closed_at FROM {subject.table} WHERE code = ?", (planned.code,))
        was["closed_at"] = entry.cursor.fetchall()[0][0]
        now["closed_at"] = was["closed_at"] if closed_now else None
    entry.change(subject.table, (planned.code,), was, now)


def stored(values: Values, at: int | None) -> dict[str, Any]:
    """Return values as the table keeps them: when something was closed, instead of whether."""
    kept: dict[str, Any] = {name: value for name, value in values.items() if name != "closed"}
    return {**kept, "closed_at": at if values["closed"] else None}


def told(subject: Subject, values: Values) -> dict[str, Any]:
    """Return values as screens and programs are told them: quantities as texts, truths as truths."""
    kinds = {column.name: column.kind for column in subject.columns}

    def tell(name: str, value: Value) -> Any:
        if kinds[name] == FLAG:
            return bool(value)
        return format_quantity(int(value)) if kinds[name] == AMOUNT else value

    return {name: tell(name, value) for name, value in values.items()}

