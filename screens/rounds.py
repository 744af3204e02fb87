"""The vehicles of one case on a card: the papers of each, and which of their steps are too far off to be spoken of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.content import Content

if TYPE_CHECKING:
    from screens.card import Reader

Json = dict[str, Any]
BEFORE = frozenset(["step_missing", "step_missing_times", "step_any_missing", "step_excluded", "step_excluded_times"])
"""Reasons that say what the case has gone past or not come to yet: as long as one holds, where things lie is no news."""


def is_far_off(step: Json, card: Json) -> bool:
    """Tell whether a step is of another vehicle than the paper on the desk, or waits for more than what may be done now."""
    vehicle = step["step"].partition("#")[2]
    if not vehicle:
        return False
    if card["document"].get("round") not in (0, None, int(vehicle)):
        return True
    nearest = [can["plain"] for can in card["can"] if can["step"].partition("#")[2] == vehicle]
    early = [reason["message"] for reason in step["because"] if reason["code"] in BEFORE]
    return bool(early) and not any(title in message for title in nearest for message in early)


def vehicle_lines(card: Json, reader: Reader) -> list[Content]:
    """Return the papers of each vehicle, by its number and plate; what is void says so."""
    by_vehicle: dict[tuple[int, str], list[str]] = {}
    for paper in card.get("papers", ()):
        void = f" ({reader.say('state.void')})" if paper["void"] else ""
        by_vehicle.setdefault((paper["round"], paper["plate"]), []).append(f"{paper['title']} {paper['serial']}{void}")
    key = f"card.papers_per_{next((paper['per'] for paper in card.get('papers', ())), '')}"
    lines = reader.head(key if key in reader.words.keys else "card.vehicles") if by_vehicle else []
    for (number, plate), papers in by_vehicle.items():
        mark = ">" if number == card["document"].get("round") else " "
        lines += reader.wrapped("  ".join([plate, *papers]), f"{mark} {number}  ", "     ")
    return lines
