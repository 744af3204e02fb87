"""A trace told line by line, for the screen and the terminal: how deep each stands, and what it says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from qdesk.words import Words

Json = dict[str, Any]
Line = tuple[int, str, str, str]
"""How deep, what is said, and which lot or else which paper it leads to, empty where there is none."""


def trace_lines(found: Json, words: Words) -> list[Line]:
    """Return a whole trace: what the lot is and where it lies, where it came from, where it went."""
    lines: list[Line] = [(0, lot_text(found["lot"]), "", ""), *lying_lines(found["lot"], words)]
    for name, title in (("from", "where_from"), ("to", "where_to")):
        lines.append((0, words.say(f"trace.{title}"), "", ""))
        steps = [*step_lines(found[name], found["lot"]["unit"], name, 1, words)]
        lines += steps or [(1, words.say("trace.nothing"), "", "")]
    if found["cut"]:
        lines.append((0, words.say("trace.cut"), "", ""))
    return lines


def lot_text(lot: Json) -> str:
    """Return a lot in one line: its code, serial number and maker's batch, what it is, and who delivered or made it."""
    told = (lot["code"], lot["serial"], lot["batch"], lot["item"], lot["name"], lot["party"])
    return " ".join(str(part) for part in told if part)


def lying_lines(lot: Json, words: Words) -> Iterator[Line]:
    """Yield where a lot lies."""
    yield 0, words.say("trace.lies"), "", ""
    for place in lot["lies"]:
        title = words.clauses(part for part in (place["place_title"], place["bin"]) if part)
        told = [words.say("trace.lying", quantity=place["quantity"], unit=lot["unit"], place=title), *named_texts(place, words)]
        yield 1, "  ".join(part for part in told if part), "", place["case"] or ""
    if not lot["lies"]:
        yield 1, words.say("trace.nowhere"), "", ""


def step_lines(steps: list[Json], unit: str, way: str, depth: int, words: Words) -> Iterator[Line]:
    """Yield one line for each step of a lot counted in a unit, and below it those of the lot it leads to."""
    for step in steps:
        is_end, key = step["kind"] == "place", f"trace.{step['kind']}" if way == "from" else f"trace.{step['kind']}_into"
        told = words.say(key, place=step["place_title"]) if is_end else words.say(key, lot=lot_text(step["lot"]))
        lot, paper = ("", step["voucher"] or step["case"] or "") if is_end else (step["lot"]["code"], "")
        counted = unit if is_end else step["lot"]["unit"]
        yield depth, "  ".join([told, *act_texts(step, counted, words)]), lot, paper
        if not is_end:
            yield from step_lines(step[way], counted, way, depth + 1, words)


def act_texts(step: Json, unit: str, words: Words) -> list[str]:
    """Return how much, when, by which step, on which paper, and for whom."""
    told = [f"{step['quantity']} {unit}".strip(), step["at"][:10], step["title"], step["voucher"] or step["case"] or ""]
    told += named_texts(step, words) if step["kind"] == "place" else []
    return [part for part in [*told, words.say("trace.again") if step.get("again") else ""] if part]


def named_texts(step: Json, words: Words) -> list[str]:
    """Return the customer, the vehicle and the pass."""
    told = [words.show(step["customers"]), words.show(step["vehicles"])]
    return [*told, words.say("trace.passes", passes=words.show(step["passes"])) if step["passes"] else ""]
