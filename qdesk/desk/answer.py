"""What an act did, told from its journal entry alone: so the same key gives the same answer for ever."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from qdesk.journal import Body, changed, inserted
from qdesk.scan import format_quantity

Json = dict[str, Any]


@dataclass(frozen=True)
class Done:
    """One act done."""

    act: int
    case: str | None
    opened: list[Json] = field(default_factory=list)
    moves: list[Json] = field(default_factory=list)
    custody: list[Json] = field(default_factory=list)
    prints: list[Json] = field(default_factory=list)
    notices: list[Json] = field(default_factory=list)
    ended: str | None = None

    def told(self) -> Json:
        """Return it in the words of the pipe."""
        return dict(vars(self))


def answer(body: Body) -> Done:
    """Return what an entry says was done."""
    return Done(
        act=body["seq"],
        case=body.get("case"),
        opened=[opened(body, row) for row in inserted(body, "documents")],
        moves=[moved(row) for row in inserted(body, "moves")],
        custody=[custody(key[0], changes) for key, changes in changed(body, "copies")],
        prints=list(body.get("prints", [])),
        notices=[{"desk": row["desk"], "step": row["step"]} for row in inserted(body, "notices")],
        ended=body.get("ended") or None,
    )


def opened(body: Body, document: Json) -> Json:
    """Return an opened document with its copies."""
    copies = [
        {"copy": row["name"], "piece": row["piece"], "due": row["due"]}
        for row in inserted(body, "copies")
        if row["serial"] == document["serial"]
    ]
    return {"form": document["form"], "serial": document["serial"], "copies": copies}


def moved(row: Json) -> Json:
    """Return a move in the words of the pipe."""
    quantity = format_quantity(row["quantity"])
    return {"item": row["item"], "lot": row["lot"], "quantity": quantity, "from": row["source"], "to": row["target"]}


def custody(copy: str, changes: dict[str, list[Any]]) -> Json:
    """Return how the book or the sight of a copy changed."""
    told: Json = {"copy": copy}
    for column in ("due", "seen", "piece"):
        if column in changes:
            told[column] = changes[column][1]
    return told
