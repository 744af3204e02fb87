"""The map of one document in lines: trouble first, then every copy, what the case waits for, who signed and when."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from textual.content import Content

from qdesk.lookups import serial_of
from qdesk.telling import age_text, day_text, short_time
from screens.card import STATES, Reader, act_lines, signature_lines
from screens.lettering import styled

Json = dict[str, Any]


def document_lines(found: Json, named: str, reader: Reader, now: datetime, roomy: bool) -> list[Content]:
    """Return where every copy of a document is and why; on a small terminal without blank lines, so that all is in sight."""
    where, card = found["where"], found["card"]
    document = card["document"]
    title = "  ".join(part for part in (document["serial"], document["title"], document["number"]) if part)
    lines = reader.wrapped(title, "", "  ", "bold")
    lines += trouble_lines(found, named, reader, now)
    lines += spaced(copies_lines(where, card, named, reader, now, roomy), roomy)
    lines += spaced(void_lines(where["void"], reader), roomy)
    lines += spaced(waits_lines(card, reader, now), roomy)
    lines += spaced(signature_lines(card, reader)[1:], roomy)
    if len(card["documents"]) > 1:
        others = [serial for serial in card["documents"] if serial != serial_of(named)]
        lines += spaced(reader.wrapped(reader.say("map.other_documents", serials=others), "", "  "), roomy)
    return lines + spaced(act_lines({**card, "waits": []}, reader)[1:], roomy)


def spaced(lines: list[Content], roomy: bool) -> list[Content]:
    """Return a section, with a blank line above it where there is room."""
    return [Content(""), *lines] if roomy and lines else lines


def age(since: str, reader: Reader, now: datetime) -> str:
    """Return how long ago something was."""
    return age_text(max(0, int((now - datetime.fromisoformat(since)).total_seconds())), reader.words)


def trouble_lines(found: Json, named: str, reader: Reader, now: datetime) -> list[Content]:
    """Return in sentences what is wrong, lost paper and late steps, or that nothing is; and how it is with the copy asked for."""
    where, card = found["where"], found["card"]
    lines: list[Content] = []
    for copy in where["copies"]:
        told = {
            "copy": copy["copy"],
            "title": copy["purpose"],
            "due": reader.desk(copy["due"]),
            "seen": reader.desk(copy["seen"]),
        }
        if copy["state"] == "lost":
            lines += reader.wrapped(
                reader.say("map.lost_copy", **told, since=day_text(copy["seen_since"])), "! ", "  ", "bold $error"
            )
        elif copy["copy"] == named:
            since = day_text(copy["due_since"] if copy["state"] == "on_its_way" else copy["seen_since"])
            lines += reader.wrapped(reader.say(f"copy.{copy['state']}", **told, since=since), "> ", "  ", "bold")
    for wait in card["waits"]:
        if wait["late"]:
            lines += reader.wrapped(wait_sentence("map.late_step", wait, reader, now), "! ", "  ", "bold $warning")
    if where["ended"]:
        lines += reader.wrapped(reader.say("card.ended", ending=card.get("ended_title", where["ended"])), "= ", "  ")
    return lines or reader.wrapped(reader.say("map.all_well"), "= ", "  ", "$quiet")


def wait_sentence(key: str, wait: Json, reader: Reader, now: datetime) -> str:
    """Return what waits, where, for whom and since when."""
    told = {"step": wait["title"], "desk": reader.desk(wait["desk"]), "role": reader.role(wait["who"])}
    return reader.say(key, **told, since=short_time(wait["since"]), age=age(wait["since"], reader, now))


def copies_lines(where: Json, card: Json, named: str, reader: Reader, now: datetime, roomy: bool) -> list[Content]:
    """Return every copy: where it is due, where it was last seen, how it is with it, for how long; `!` where it is late."""
    late = {wait["desk"] for wait in card["waits"] if wait["late"]}
    purpose, since_room = (20, 17) if roomy else (13, 0)
    desk = max(12, (reader.width - 3 - purpose - 10 - 7 - since_room - 5) // 2)
    heads = [reader.say(f"column.{name}") for name in ("purpose", "due", "seen", "state")]
    widths = (3, purpose, desk, desk, 10, 7, since_room)
    titles = ["", *heads, reader.say("map.for"), reader.say("column.since")]
    lines = [reader.row(list(zip(titles, widths, strict=True)), "$quiet")]
    for copy in where["copies"]:
        waits_late = copy["due"] in late and copy["state"] in ("in_place", "on_its_way")
        since = copy["due_since"] if copy["due"] != copy["seen"] else copy["seen_since"]
        mark = ">" if copy["copy"] == named else "!" if waits_late or copy["state"] == "lost" else " "
        cells = [f"{mark} {copy['copy'].partition('/')[2]}", copy["purpose"], reader.desk(copy["due"]), reader.desk(copy["seen"])]
        cells += [reader.say(f"map.{copy['state']}"), age(since, reader, now), day_text(since)]
        style = "bold $warning" if waits_late else STATES[copy["state"]]
        style = f"{style} reverse".strip() if mark == ">" else style
        lines.append(reader.row(list(zip(cells, widths, strict=True)), style))
    return lines


def void_lines(void: list[Json], reader: Reader) -> list[Content]:
    """Return the void pieces that may still lie about, and where each turned up last."""
    lines: list[Content] = []
    for row in void:
        copy = row["copy"].partition("/")[2]
        told = reader.say("map.void_piece", copy=copy, piece=row["piece"], at=day_text(row["at"]), why=row["why"])
        if row["found"]:
            newest = row["found"][0]
            told += f" {reader.say('map.void_found', at=short_time(newest['at']), desk=reader.desk(newest['desk']))}"
        lines += reader.wrapped(told, "  ", "    ", "$warning" if row["found"] else "$quiet")
    return lines


def waits_lines(card: Json, reader: Reader, now: datetime) -> list[Content]:
    """Return what the case waits for and is not late, which stands above."""
    waits = [wait for wait in card["waits"] if not wait["late"]]
    if not waits:
        return []
    lines = [styled(reader.say("card.waits"), "bold $primary")]
    for wait in waits:
        lines += reader.wrapped(wait_sentence("map.wait_step", wait, reader, now), "  ", "    ")
    return lines
