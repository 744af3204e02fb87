"""Damage found in a store: the report itself takes the damaged part out of use and sets it apart (R050, R058)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from qdesk.asking import asked_text
from qdesk.cases import Line
from qdesk.errors import Because
from qdesk.moving import write_on
from qdesk.quarantine import set_apart
from qdesk.scan import clean_code, format_quantity
from qdesk.shortfall import give_up_promises
from qdesk.stock import Portion, in_bin, read_lot
from qdesk.vocabulary import Act, Move, Question, Rule, Writing, in_line


def damaged(act: Act) -> Iterator[tuple[Line, Portion]]:
    """Yield each line of the report with the portion that it takes out of use."""
    for line in act.first_lines():
        bin_ = clean_code(line.other["bin"]) if line.other.get("bin") else ""
        yield line, Portion(line.item, str(line.other["lot"]), line.quantity, bin_)


def damage_of_this_store(act: Act) -> Iterable[Because]:
    """What is reported lies here, in that bin and so much of it, and is of the item that is named."""
    wanted: dict[tuple[str, str, str], int] = {}
    for line, portion in damaged(act):
        if read_lot(act.cursor, portion.lot).item != portion.item:
            yield Because("lot_not_of_item", {"line": line.number, "lot": portion.lot, "item": portion.item}, where=act.desk)
            continue
        key = (portion.item, portion.lot, portion.bin)
        wanted[key] = wanted.get(key, 0) + portion.quantity
        there = in_bin(act.cursor, portion.item, act.field("place"), portion.lot, portion.bin) or 0
        if wanted[key] > there:
            told = {"line": line.number, "item": portion.item, "lot": portion.lot, "there": format_quantity(there)}
            yield Because("damage_more_than_here", {**told, "wanted": format_quantity(wanted[key])}, where=act.desk)


def set_damaged_apart(act: Act) -> None:
    """R050, R058: the damaged part becomes a lot of its own, on hold, in quarantine; the rest stays usable."""
    place = act.field("place")
    for line, portion in damaged(act):
        with in_line(line.number):
            set_apart(act, portion, place)
        give_up_promises(act, portion.item, place)


def write_opinion(act: Act) -> None:
    """Write on the report what the keeper's superior says of it."""
    write_on(act, act.first_document(), opinion=act.answers["opinion"])


RULES = {"damage_of_this_store": Rule(damage_of_this_store)}
MOVES = {"set_damaged_apart": Move(set_damaged_apart), "write_opinion": Move(write_opinion)}
QUESTIONS: dict[str, Question] = {"opinion": asked_text("opinion")}
WRITINGS = {"damage_report": Writing(lambda act: {})}
"""What the superior says stands on it later."""
