"""What an act did, told from its journal entry alone: so the same key gives the same answer for ever."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from qdesk.journal import CHANGED, INSERTED, Body, inserted
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
    gate: Json | None = None
    """What the gate said of a pass: verdict, kind and arguments."""

    def told(self) -> Json:
        """Return it in the words of the pipe."""
        return {name: value for name, value in vars(self).items() if name != "gate" or value is not None}


def answer(body: Body) -> Done:
    """Return what an entry says was done."""
    done = Done(act=body["seq"], case=body.get("case"), prints=list(body.get("prints", [])), ended=body.get("ended") or None)
    done = replace(done, gate=body["gate"]) if "gate" in body else done
    for effect in body["effects"]:
        kind, table = effect[0], effect[1]
        if kind == CHANGED and table == "copies":
            done.custody.append(custody(effect[2][0], effect[3]))
        elif kind == INSERTED and table == "moves":
            done.moves.append(moved(effect[2]))
        elif kind == INSERTED and table == "notices":
            done.notices.append({"desk": effect[2]["desk"], "step": effect[2]["step"]})
        elif kind == INSERTED and table == "documents":
            done.opened.append(opened(body, effect[2]))
    return done


def opened(body: Body, document: Json) -> Json:
    """Return an opened document with its copies."""
    copies = [
        {"copy": row["name"], "piece": row["piece"], "due": row["due"]}
        for row in inserted(body, "copies")
        if row["serial"] == document["serial"]
    ]
    return {"form": document["form"], "serial": document["serial"], "copies": copies}


def moved(row: Json) -> Json:
    """Return a move in the words of the pipe, with the bins where any is named."""
    bins = {name: row[name] for name in ("bin", "to_bin") if row.get(name)}
    quantity = format_quantity(row["quantity"])
    return {"item": row["item"], "lot": row["lot"], "quantity": quantity, "from": row["source"], "to": row["target"], **bins}


def custody(copy: str, changes: dict[str, list[Any]]) -> Json:
    """Return how the book or the sight of a copy changed."""
    told: Json = {"copy": copy}
    for column in ("due", "seen", "piece"):
        if column in changes:
            told[column] = changes[column][1]
    return told
