"""Shelving: goods that come into a store with an act go into the bin that was scanned, or back into the bin they left (R051)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from qdesk.bins import against, find_bin, goods_of, read_bin
from qdesk.cases import CaseFile
from qdesk.errors import Refused
from qdesk.journal import INSERTED
from qdesk.language import Outcome
from qdesk.scan import clean_code
from qdesk.site import Site
from qdesk.stock import Portion
from qdesk.vocabulary import Act, Ask, Inputs, Question
from qdesk.zones import Objection

BIN = "bin"
"""The name of the question."""
LEFT = """SELECT bin, quantity FROM moves WHERE in_case = ? AND source = ? AND target = ? AND item = ? AND lot = ?
  ORDER BY act DESC, number DESC"""


def ask_bin(site: Site, case: CaseFile | None, outcome: Outcome | None) -> list[Ask]:
    """The bin that the goods go into; where none is named they lie in none until somebody puts them away."""
    return [Ask(BIN, "bin", required=False)]


def read_named(act: Act, inputs: Inputs, optional: bool) -> Mapping[str, Any]:
    """Read the bin; raises Refused: bin_unknown, bin_closed."""
    return {BIN: read_bin(act.cursor, clean_code(inputs[BIN])).code} if inputs.get(BIN) else {}


def bin_in(act: Act, place: str) -> str:
    """Return the bin that was named if it is one of this place, else none."""
    code = str(act.answers.get(BIN, ""))
    return code if code and read_bin(act.cursor, code).place == place else ""


def objections_of(act: Act) -> list[Objection]:
    """Return what speaks against all that this act has put into the bin that was named.

    Raises Refused("bin_elsewhere") where nothing went into it: it is a bin of another store than the goods came into.
    """
    code = str(act.answers.get(BIN, ""))
    if not code:
        return []
    rows = [row for kind, table, row in (effect[:3] for effect in act.entry.effects) if kind == INSERTED and table == "moves"]
    put = [Portion(row["item"], row["lot"], row["quantity"]) for row in rows if row.get("to_bin") == code]
    if not put:
        raise Refused("bin_elsewhere", bin=code)
    target = read_bin(act.cursor, code)
    told = [against(act.site, act.cursor, goods_of(act.cursor, each.lot, act.at), each, target, act.at) for each in put]
    return list({objection.because.code: objection for found in told for objection in found}.values())


def go_back(act: Act, floor: str, target: str) -> None:
    """Move all that lies on a floor of this case back to where it came from, each part into the bin that it left."""
    for portion in act.on_floor(floor):
        for part in into_bins_left(act, portion, floor, target):
            act.stock.move(act.case.code, replace(part, bin=""), act.places[floor], target, act.voucher, to_bin=part.bin)


def into_bins_left(act: Act, portion: Portion, floor: str, target: str) -> Iterator[Portion]:
    """Yield a portion by the bins it left for this floor, the last first; of a bin that was given up since, by none."""
    act.cursor.execute(LEFT, (act.case.code, target, act.places[floor], portion.item, portion.lot))
    left = portion.quantity
    for bin_, quantity in act.cursor.fetchall():
        part = min(left, quantity)
        if part:
            known = find_bin(act.cursor, bin_) if bin_ else None
            yield replace(portion, quantity=part, bin=bin_ if known is not None and known.closed_at is None else "")
        left -= part
    if left:
        yield replace(portion, quantity=left)


INTO_BIN = Question(ask_bin, read_named)
