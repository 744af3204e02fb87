"""The card on the screen: what this paper is, what may be done with it here and why not, where its copies are, who signed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from textual.content import Content

from qdesk.site import Site
from qdesk.telling import day_text, desk_title, short_time
from qdesk.words import Words
from screens.choices import Choice
from screens.lettering import fit, indented, shown, styled
from screens.rounds import BEFORE, is_far_off, vehicle_lines

Json = dict[str, Any]
MOST_FOUND = 3
"""How many of the places where a void piece turned up its card names, the newest first."""
STATES = {"in_place": "", "filed": "$quiet", "on_its_way": "$warning", "lost": "bold $error", "void": "$quiet strike"}


@dataclass(frozen=True)
class Reader:
    """For whom a card is drawn: the site, the language, how many cells there are."""

    site: Site
    words: Words
    width: int

    def say(self, key: str, /, **arguments: object) -> str:
        """Return a sentence."""
        return self.words.say(key, **arguments)

    def desk(self, name: str) -> str:
        """Return a desk's title, or the word for paper that is void or on its way."""
        return desk_title(self.site, name, self.words)

    def role(self, name: str) -> str:
        """Return a role's title; handwriting says whose."""
        role = name.removeprefix("paper:")
        known = self.site.factory.roles.get(role)
        if known is None:  # who signs on paper only holds no role here
            return self.say(f"signer.{role}") if f"signer.{role}" in self.words.keys else role
        return known.title.in_(self.words.language)

    def place(self, name: str) -> str:
        """Return a place's title."""
        known = self.site.factory.places.get(name)
        return known.title.in_(self.words.language) if known else name

    def hold(self, name: str) -> str:
        """Return why a lot is held, in words where the house names the reason."""
        return self.words.say(f"hold.{name}") if f"hold.{name}" in self.words.keys else name

    def row(self, cells: Sequence[tuple[object, int]], style: str = "") -> Content:
        """Return one line of a table: each cell in exactly its width."""
        text = " ".join(fit(shown(value), width) for value, width in cells)
        return styled(text.rstrip(), style)

    def wrapped(self, text: str, first: str = "  ", rest: str = "  ", style: str = "") -> list[Content]:
        """Return a sentence over as many lines as it needs."""
        return [styled(line, style) for line in indented(shown(text), self.width, first, rest)]

    def head(self, key: str) -> list[Content]:
        """Return the head of a section, with a blank line above it."""
        return [Content(""), styled(self.say(key), "bold $primary")]


FOLLOWING = frozenset(["copy_elsewhere", "copy_not_opened", "place_empty", "place_full", "place_not_settled"])


def case_lines(
    card: Json, reader: Reader, choices: Iterable[Choice], pieces: Iterable[str], goods: Sequence[Content] = ()
) -> list[Content]:
    """Return the whole card of a copy, a document, or a void piece; the goods come before what cannot be done."""
    choices, lines = list(choices), headline(card, reader)
    lines += choice_lines(choices, reader, set(pieces))
    lines += goods
    lines += reason_lines(card, reader, bool(choices))
    lines += document_lines(card, reader)
    lines += copies_lines(card, reader) + vehicle_lines(card, reader)
    lines += signature_lines(card, reader)
    return lines + act_lines(card, reader)


def headline(card: Json, reader: Reader) -> list[Content]:
    """Return which paper this is, and how it is with the copy that was scanned."""
    document = card["document"]
    lines = title_lines(document, reader)
    if card["case"] != document["serial"]:
        lines += reader.wrapped(reader.say("card.of_case", case=card["case"]), "", "  ")
    if card.get("ended"):
        lines += reader.wrapped(reader.say("card.ended", ending=card["ended_title"]), "", "  ", "bold")
    if document["emergency"]:
        times = {name: short_time(at) for name, at in document["emergency"].items()}
        lines += reader.wrapped(reader.say("card.emergency", **times), "", "  ", "bold $warning")
    if card["kind"] == "void" and "void" in card:
        void = card["void"]
        told = reader.say("card.void", copy=void["copy"], why=void["because"], at=day_text(void["at"]))
        lines += reader.wrapped(told, "", "  ", "bold $error")
        lines += void_lines(void, reader)
        if void["valid"]:
            told = f"{reader.say('card.replaced_by', piece=void['valid'])} {copy_sentence(card, reader)}"
            lines += reader.wrapped(told, "", "  ")
    elif card.get("copy"):
        lines += reader.wrapped(copy_sentence(card, reader), "", "  ")
    return lines + why_lines(card, reader)


def void_lines(void: Json, reader: Reader) -> list[Content]:
    """Return who made a piece void and why, who agreed, and where it turned up."""
    lines: list[Content] = []
    if void["reason"]:
        told = {"person": void["person"] or "", "desk": reader.desk(void["desk"]), "reason": void["reason"]}
        lines += reader.wrapped(reader.say("card.void_by", **told), "", "  ")
    if void["approved"]:
        lines += reader.wrapped(reader.say("card.void_approved", names=void["approved"]), "", "  ")
    for each in void["found"][:MOST_FOUND]:
        told = {"at": short_time(each["at"]), "desk": reader.desk(each["desk"]), "person": each["person"]}
        lines += reader.wrapped(reader.say("card.found_at", **told), "", "  ", "$warning")
    return lines


def why_lines(card: Json, reader: Reader) -> list[Content]:
    """Return what was done last and why, where that was written: who goes on has to know why it failed, or was refused."""
    newest = next((each for each in reversed(card["acts"]) if each["step"] != "arrive"), None)
    if newest is None or not newest.get("reason"):
        return []
    told = reader.say("card.last_reason", step=newest["title"], person=newest["person"] or "", reason=newest["reason"])
    return reader.wrapped(told, "", "  ", "bold $warning")


def copy_sentence(card: Json, reader: Reader) -> str:
    """Return in one sentence how it is with the copy on the card."""
    copy = next(each for each in card["copies"] if each["copy"] == card["copy"])
    arguments = {
        "copy": copy["copy"], "title": copy["title"], "due": reader.desk(copy["due"]), "seen": reader.desk(copy["seen"]),
        "since": day_text(copy["since"]),
    }  # fmt: skip
    state = "here" if copy["state"] == "in_place" and card.get("due_here") else copy["state"]
    return reader.say(f"copy.{state}", **arguments)


def choice_lines(choices: list[Choice], reader: Reader, pieces: set[str]) -> list[Content]:
    """Return what may be done here, each with its key."""
    lines: list[Content] = reader.head("card.can") if choices else []
    for choice in choices:
        lines += choice_line(choice, reader, pieces)
    return lines


def reason_lines(card: Json, reader: Reader, choices: bool) -> list[Content]:
    """Return what may not be done here, with every reason, where and by whom it is mended."""
    lines: list[Content] = []
    void = card["kind"] == "void"  # with a void piece nothing can be done, whatever the case waits for
    cannot = [each for each in card["cannot"] if not void and all(r["code"] != "already_done" for r in each["because"])]
    cannot = [each for each in cannot if not is_far_off(each, card)]
    if cannot:
        lines += reader.head("card.cannot")
        for each in cannot:
            reasons = list(dict.fromkeys(reason_text(reason, reader) for reason in telling(each["because"])))
            lines += reader.wrapped(f"{each['title']}: {reader.words.clauses(reasons)}", "  ", "    ", "$quiet")
    if not (choices or cannot or void or card.get("ended")):
        lines += reader.wrapped(reader.say("card.nothing_here"), "  ", "  ", "$quiet")
    return lines


def telling(because: Sequence[Json]) -> list[Json]:
    """Return the reasons that tell somebody something: not those that only follow from a step that has not been done."""
    early = any(reason["code"] in BEFORE for reason in because)
    return [reason for reason in because if not (early and reason["code"] in FOLLOWING)]


def choice_line(choice: Choice, reader: Reader, pieces: set[str]) -> list[Content]:
    """Return one choice: its key, its title, who signs, and which copies have to be scanned for it."""
    notes = [choice.step["note"]] if "note" in choice.step else []
    signs = [reader.role(role) for role in choice.outcome["signs"]]
    if signs:
        notes.append(reader.say("card.signs", roles=signs))
    needed, copies = choice.step["scan"], choice.step["to_scan"]
    if copies and needed == "all":
        missing = [name for name in copies if name not in pieces]
        notes.append(reader.say("card.scan_all", copies=missing) if missing else reader.say("card.all_scanned"))
    elif copies and needed == "one" and not pieces & set(copies):
        notes.append(reader.say("card.scan_one", copies=copies))
    key = f"  F{choice.key}  " if choice.key else "      "
    text = shown(choice.title) + (f"  ({reader.words.clauses(notes)})" if notes else "")
    broken = indented(text, reader.width, key, "      ")
    first = Content.assemble(Content.styled(key, "bold $accent"), Content(broken[0][len(key) :]))
    return [first, *(Content(line) for line in broken[1:])]


def reason_text(reason: Json, reader: Reader) -> str:
    """Return one reason with desk and role, where the sentence does not say them."""
    factory = reader.site.factory
    named = [
        reader.desk(reason["where"]) if reason["where"] in factory.desks else "",
        reader.role(reason["who"]) if reason["who"] in factory.roles else "",
    ]
    missing = [name for name in named if name and name not in reason["message"]]
    return str(reason["message"]).rstrip("。.") + (f" ({reader.words.clauses(missing)})" if missing else "")


def document_lines(card: Json, reader: Reader) -> list[Content]:
    """Return the head and the lines of the document."""
    lines = reader.head("card.document")
    for said in head_fields(card["document"]):
        lines += reader.wrapped(said, "  ", "    ")
    return lines + row_lines(card["document"], reader)


def title_lines(document: Json, reader: Reader) -> list[Content]:
    """Return which document it is: serial, title, number, and the revision where there is a later one."""
    revision = reader.say("card.revision", number=document["revision"]) if document["revision"] > 1 else ""
    title = "  ".join(part for part in (document["serial"], document["title"], document["number"], revision) if part)
    return [styled(line, "bold") for line in indented(shown(title), reader.width, "", "  ")]


def head_fields(document: Json) -> list[str]:
    """Return what is filled in at the head of a document, each with what it is called."""
    filled = [(column, document["fields"].get(column["name"])) for column in document["head"]]
    return [f"{column['title']}: {choice_text(column, value)}" for column, value in filled if value]


def row_lines(document: Json, reader: Reader) -> list[Content]:
    """Return the lines of a document, numbered, each value with what it is called."""
    lines = []
    for line in document["lines"]:
        said = [(column["title"], choice_text(column, line.get(column["name"]))) for column in document["columns"]]
        parts = "  ".join(f"{title} {value}" for title, value in said if value)
        lines += reader.wrapped(parts, f"  {line['line']}  ", "     ")
    return lines


def choice_text(column: Json, value: Any) -> str:
    """Return a value as people read it: a choice by its title."""
    return str(column.get("choices", {}).get(value, value)) if value else ""


def copies_lines(card: Json, reader: Reader) -> list[Content]:
    """Return where every copy is due, where it was last seen, and how it is with it."""
    lines = reader.head("card.copies")
    desk = max(14, (reader.width - 46) // 2)
    heads = [("", 2), (reader.say("column.purpose"), 14), (reader.say("column.due"), desk), (reader.say("column.seen"), desk)]
    heads += [(reader.say("column.state"), 10), (reader.say("column.since"), 11)]
    lines.append(reader.row([("", 1), *heads], "$quiet"))
    for copy in card["copies"]:
        mark = ">" if copy["copy"] == card.get("copy") else " "
        number = copy["copy"].partition("/")[2]
        cells: list[tuple[object, int]] = [(mark, 1), (number, 2), (copy["title"], 14), (reader.desk(copy["due"]), desk)]
        cells += [(reader.desk(copy["seen"]), desk), (reader.say(f"state.{copy['state']}"), 10)]
        cells.append((short_time(copy["since"]), 11))
        lines.append(reader.row(cells, STATES[copy["state"]]))
    return lines


def signature_lines(card: Json, reader: Reader) -> list[Content]:
    """Return every signature and stamp: as whom, by whom, when; a lapsed one says so."""
    if not card["signatures"]:
        return []
    lines = reader.head("card.signatures")
    for mark in card["signatures"]:
        stamp = reader.say("card.stamp", number=mark["stamp"]) if mark["stamp"] else ""
        paper = reader.say("card.on_paper") if mark["kind"] == "paper" else ""
        lapsed = reader.say("card.lapsed") if mark["lapsed"] else ""
        title, at = mark["title"], short_time(mark["at"])
        told = [reader.role(mark["as"]), mark["person"], title, stamp, paper, at, lapsed]
        style = "$quiet strike" if mark["lapsed"] else ""
        lines += reader.wrapped("  ".join(part for part in told if part), "  ", "    ", style)
    return lines


def act_lines(card: Json, reader: Reader) -> list[Content]:
    """Return what waits, since when, and what has been done, newest first."""
    lines = reader.head("card.waits") if card["waits"] else []
    for wait in card["waits"]:
        late = reader.say("word.late") if wait["late"] else ""
        told = [wait["title"], reader.desk(wait["desk"]), reader.role(wait["who"]), short_time(wait["since"]), late]
        lines += reader.wrapped("  ".join(part for part in told if part), "  ", "    ", "bold $warning" if wait["late"] else "")
    if card["acts"]:
        lines += reader.head("card.done")
    for each in reversed(card["acts"]):
        lines += reader.wrapped(act_text(each, reader), "  ", "    ", "$quiet")
    return lines


def act_text(act: Json, reader: Reader) -> str:
    """Return when, where and by whom something was done, and why where that was written."""
    title = reader.say("card.with_reason", step=act["title"], reason=act["reason"]) if act["reason"] else act["title"]
    told = [short_time(act["at"]), reader.desk(act["desk"]), act["person"] or "", title]
    return "  ".join(part for part in told if part)
