"""What is about to be done and signed, in full: the step, the paper it is about, what that says, the copies it takes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from textual.content import Content

from qdesk.errors import Because
from screens.card import Reader
from screens.intent import Intent
from screens.lettering import indented, shown, styled

Json = dict[str, Any]


def about_lines(intent: Intent, reader: Reader) -> list[Content]:
    """Return what stands above the questions."""
    lines = [styled(line, "bold $primary") for line in indented(shown(intent.title), reader.width, "", "  ")]
    card = intent.card
    if card is not None and "document" in card:
        lines += paper_lines(card, reader)
    return lines + copy_lines(intent, reader)


def paper_lines(card: Json, reader: Reader) -> list[Content]:
    """Return the document: its serial and title, its head, and every line."""
    document = card["document"]
    revision = reader.say("card.revision", number=document["revision"]) if document["revision"] > 1 else ""
    title = "  ".join(part for part in (document["serial"], document["title"], document["number"], revision) if part)
    lines = [styled(line, "bold") for line in indented(shown(title), reader.width, "", "  ")]
    head = [
        f"{column['title']}: {value_text(column, document['fields'][column['name']])}"
        for column in document["head"]
        if document["fields"].get(column["name"])
    ]
    lines += reader.wrapped("   ".join(head), "  ", "    ") if head else []
    for line in document["lines"]:
        said = [(column["title"], value_text(column, line.get(column["name"]))) for column in document["columns"]]
        told = "  ".join(f"{title} {value}" for title, value in said if value)
        lines += reader.wrapped(told, f"  {line['line']}  ", "     ")
    return lines


def value_text(column: Json, value: Any) -> str:
    """Return a value as people read it: a choice in its words."""
    return str(column.get("choices", {}).get(value, value)) if value else ""


def copy_lines(intent: Intent, reader: Reader) -> list[Content]:
    """Return the copies that the step takes, each with a mark: scanned, or still missing; seen without colour, too."""
    if not intent.copies or intent.scan == "named":
        return []
    titles = {copy["copy"]: copy.get("title", "") for copy in (intent.card or {}).get("copies", [])}
    told = []
    for name in intent.copies:
        mark = "[x]" if name in intent.pieces else "[ ]"
        told.append(f"{mark} {shown(name.partition('/')[2] or name)} {shown(titles.get(name, ''))}".rstrip())
    missing = bool(intent.missing)
    key = ("ask.scan_these" if intent.scan == "all" else "ask.scan_one_of") if missing else "ask.scanned"
    return reader.wrapped(f"{reader.say(key)} {'   '.join(told)}", "  ", "     ", "bold $warning" if missing else "$success")


def warning_lines(warned: Sequence[Because], reader: Reader) -> list[Content]:
    """Return what a rule warns of, one warning a line."""
    if not warned:
        return []
    lines = [Content(""), styled(reader.say("ask.warnings"), "bold $warning")]
    for reason in warned:
        lines += reader.wrapped(reader.words.because(reason)["message"], "  ! ", "    ", "$warning")
    return lines
