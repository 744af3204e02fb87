"""What a gate shows while no vehicle stands there: what is still open, what is on hold, who has passed today.

No plate of an open pass is shown anywhere: the guard types the plate of the vehicle, not that of a list.
"""

from __future__ import annotations

from typing import Any

from textual.content import Content

from screens.card import Reader
from screens.gate_words import time_of
from screens.inbox import inbox_lines
from screens.lettering import cut, shown, styled

Json = dict[str, Any]
MOST_SHOWN = 8
"""Rows of one kind on the empty desk; the list of the shift has all of them."""


def home_lines(shift: Json, notices: list[Json], cursor: int, reader: Reader) -> list[Content]:
    """Return what has to be known before the next vehicle comes, the most pressing first."""
    lines = reader.wrapped(reader.say("gate.scan_pass"), "", "", "bold")
    open_ones = [row for row in shift["emergencies"] if not row["reviewed"]]
    if open_ones:
        lines += titled("unreviewed", open_ones, reader, "bold $error")
        lines += listed([emergency_text(row, reader) for row in open_ones], reader, "$error")
    if shift["held"]:
        lines += titled("held_now", shift["held"], reader, "bold $warning")
        lines += listed([held_text(row, reader) for row in shift["held"]], reader)
    if notices:
        lines += [Content(""), *inbox_lines(notices, cursor, False, reader)]
    if shift["open"]:
        lines += titled("open_now", shift["open"], reader)
        lines += listed([open_text(row, reader) for row in shift["open"]], reader)
    return lines


def today_lines(shift: Json, reader: Reader, most: int) -> list[Content]:
    """Return who has passed today, the latest first."""
    rows = sorted(shift["today"], key=lambda row: str(row["at"]), reverse=True)
    lines = titled("today_now", rows, reader)
    if not rows:
        return [*lines, *reader.wrapped(reader.say("gate.none_today"), style="$quiet")]
    return lines + listed([today_text(row, reader) for row in rows], reader, most=most)


def titled(key: str, rows: list[Json], reader: Reader, style: str = "bold $primary") -> list[Content]:
    """Return the head of a list with how much there is."""
    return [Content(""), styled(reader.say(f"gate.{key}", count=len(rows)), style)]


def listed(texts: list[str], reader: Reader, style: str = "", most: int = MOST_SHOWN) -> list[Content]:
    """Return one line for each text, and how many more there are."""
    lines = [styled("  " + cut(shown(text), reader.width - 2), style) for text in texts[:most]]
    if len(texts) > most:
        lines.append(styled("  " + reader.say("gate.more", count=len(texts) - most), "$quiet"))
    return lines


def open_text(row: Json, reader: Reader) -> str:
    """Return one open pass: which, until when, for which gate."""
    told = {"pass": row["pass"], "valid_until": time_of(row["valid_until"]), "gate": row["gate"]}
    past = reader.say("gate.past") if row["expired"] else ""
    return "  ".join(part for part in (reader.say("gate.open_row", **told), past) if part)


def held_text(row: Json, reader: Reader) -> str:
    """Return one vehicle on hold."""
    why = row["why"] or why_of(row["kind"], reader)
    return reader.say("gate.held_row", **{"pass": row["pass"], "plate": row["plate"], "since": time_of(row["since"]), "why": why})


def why_of(kind: str, reader: Reader) -> str:
    """Return what an answer is about, in words where the gate has a name for it."""
    key = f"gate.kind_{kind}"
    return reader.say(key) if key in reader.words.keys else kind


def emergency_text(row: Json, reader: Reader) -> str:
    """Return one emergency release; one that was filled in by hand and entered afterwards is marked so."""
    told = {"serial": row["serial"], "at": time_of(row["at"]), "plate": row["plate"], "reason": row["reason"]}
    by_hand = reader.say("gate.by_hand") if row.get("by_hand") else ""
    return "  ".join(part for part in (reader.say("gate.emergency_row", **told), by_hand) if part)


def today_text(row: Json, reader: Reader) -> str:
    """Return one answer of today: when, which, of what kind, for which vehicle."""
    word = f"gate.word_{row['verdict']}"
    verdict = reader.say(word if word in reader.words.keys else "gate.emergency")
    kind = why_of(row["kind"], reader) if row["verdict"] not in ("release", "emergency") else ""
    parts = [time_of(row["at"])[6:], verdict, kind, row["pass"], row["plate"], row["person"]]
    return "  ".join(part for part in parts if part)
