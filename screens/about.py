"""What is about to be done and signed, in full: the step, the paper it is about, what that says, the copies it takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from textual.content import Content

from qdesk.errors import Because
from screens.card import Reader, act_text, head_fields, row_lines, title_lines
from screens.intent import Intent
from screens.lettering import indented, shown, styled

Json = dict[str, Any]


def about_lines(intent: Intent, reader: Reader) -> list[Content]:
    """Return what stands above the questions."""
    lines = [styled(line, "bold $primary") for line in indented(shown(intent.title), reader.width, "", "  ")]
    card = intent.card
    if card is not None and "document" in card:
        lines += paper_lines(card, reader) + vehicle_line(intent, card, reader)
    return lines + copy_lines(intent, reader) + reversed_lines(intent, reader)


def reversed_lines(intent: Intent, reader: Reader) -> list[Content]:
    """Return which act is taken back, where one is: what was done, where, by whom, when and why."""
    acts = [each for each in (intent.card or {}).get("acts", ()) if each["act"] == intent.given.get("act")]
    return [line for each in acts for line in reader.wrapped(act_text(each, reader), "  ", "    ", "bold")]


def paper_lines(card: Json, reader: Reader) -> list[Content]:
    """Return the document: its serial and title, its head, and every line."""
    document, head = card["document"], head_fields(card["document"])
    lines = title_lines(document, reader)
    lines += reader.wrapped("   ".join(head), "  ", "    ") if head else []
    return lines + row_lines(document, reader)


def vehicle_line(intent: Intent, card: Json, reader: Reader) -> list[Content]:
    """Return the papers of the vehicle that the step is about, where the document above is that of the whole case."""
    vehicle = intent.step.partition("#")[2]
    papers = [each for each in card.get("papers", ()) if str(each["round"]) == vehicle and not each["void"]]
    if card["document"].get("round") or not papers:
        return []
    named = [f"{each['title']} {each['serial']}" for each in papers]
    return reader.wrapped("   ".join([papers[0]["plate"], *named]), "  ", "    ", "bold")


def copy_lines(intent: Intent, reader: Reader) -> list[Content]:
    """Return the copies that the step takes, each with a mark: scanned, or still missing; seen without colour, too."""
    if not intent.copies:
        return []
    titles = {copy["copy"]: copy.get("title", "") for copy in (intent.card or {}).get("copies", [])}
    if intent.scan == "named":
        named = "   ".join(f"{shown(name)} {shown(titles.get(name, ''))}".rstrip() for name in intent.copies)
        return reader.wrapped(f"{reader.say('ask.scanned')} {named}", "  ", "     ", "bold")
    told = []
    for name in intent.copies:
        mark = "[x]" if name in intent.pieces else "[ ]"
        told.append(f"{mark} {shown(number_of(name, titles))} {shown(titles.get(name, ''))}".rstrip())
    missing = bool(intent.missing)
    key = ("ask.scan_these" if intent.scan == "all" else "ask.scan_one_of") if missing else "ask.scanned"
    return reader.wrapped(f"{reader.say(key)} {'   '.join(told)}", "  ", "     ", "bold $warning" if missing else "$success")


def number_of(copy: str, titles: Mapping[str, str]) -> str:
    """Return what a copy is called where its document stands above: its number; a copy of another document is named whole."""
    return copy.partition("/")[2] or copy if copy in titles else copy


def warning_lines(warned: Sequence[Because], reader: Reader) -> list[Content]:
    """Return what a rule warns of, one warning a line."""
    if not warned:
        return []
    lines = [Content(""), styled(reader.say("ask.warnings"), "bold $warning")]
    for reason in warned:
        lines += reader.wrapped(reader.words.because(reason)["message"], "  ! ", "    ", "$warning")
    return lines
