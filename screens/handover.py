"""The hand-over: what this desk leaves to the next shift, and the way out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from textual.content import Content

from qdesk.clock import moment
from qdesk.desk.book import in_force
from qdesk.desk.fixed import FIXED
from qdesk.handing_over import handover, late_or_lost
from qdesk.site import Site
from qdesk.telling import day_text, short_time
from qdesk.words import Words
from screens.card import Reader
from screens.keybar import Action
from screens.lettering import styled
from screens.mapping import age
from screens.pageview import AskedPage

Json = dict[str, Any]
MOST_SHOWN = 50


def sheet_of(site: Site, token: object, words: Words) -> Json:
    """Return what a desk hands over, what is late there, and what the steps of its drafts are called."""
    sheet = handover(site, token, words)
    titles = {
        step.id: step.title.in_(words.language)
        for running in in_force(site).values()
        for step in running.procedure.steps.values()
    }
    titles |= {step: words.say(f"step.{step}") for step in FIXED}
    return {**sheet, "late": late_or_lost(site, words, sheet["desk"])["late"], "titles": titles}


class HandoverScreen(AskedPage):
    """What is open at this desk; logging out and leaving the program begin here, so that both have been seen."""

    def title_text(self) -> str:
        """Return what this screen is about."""
        return self.say("handover.title")

    def actions(self) -> list[Action]:
        """Log out, or leave the program: that key stands alone."""
        return [
            Action(2, self.say("menu.log_out"), self.house.log_out),
            Action(7, self.say("handover.leave"), self.leave_program),
        ]

    async def ask(self) -> Json:
        """Ask what is open."""
        return await self.house.engine.ask(sheet_of, self.token, self.house.words)

    def lines_of(self, told: Json, reader: Reader) -> list[Content]:
        """Return the sheet."""
        return sheet_lines(told, reader, moment(self.house.engine.site.clock.now()))

    async def leave_program(self) -> None:
        """Log out and end the program."""
        await self.house.log_out()
        self.house.end()


def sheet_lines(sheet: Json, reader: Reader, now: datetime) -> list[Content]:
    """Return the whole sheet: the head of the journal to be written down, then what is open, the most pressing first."""
    head, work = sheet["head"], sheet["work"]
    lines = [styled(reader.say("handover.head", act=head["seq"], hash=head["hash"]), "bold")]
    lines += reader.wrapped(reader.say("handover.write_down"), "", "", "$quiet")
    if work["count"]:
        told = {"count": work["count"], "oldest": day_text(work["oldest"]), "age": age(work["oldest"], reader, now)}
        lines += reader.wrapped(reader.say("handover.work", **told), "", "  ")
    else:
        lines += reader.wrapped(reader.say("handover.no_work"), "", "  ")
    lines += section("late", (late_text(row, reader, now) for row in sheet["late"]), reader, "bold $warning")
    lines += section("lost", (lost_text(row, reader) for row in sheet["lost"]), reader, "bold $error")
    lines += section("void", (void_text(row, reader) for row in sheet["void"]), reader)
    lines += section("found", (found_text(row, reader) for row in sheet["found"]), reader, "bold $warning")
    lines += section("astray", (astray_text(row, reader) for row in sheet["astray"]), reader)
    lines += section("prints", (print_text(row, reader) for row in sheet["prints"]), reader)
    lines += section("drafts", (draft_text(row, sheet["titles"], reader) for row in sheet["drafts"]), reader)
    kinds = ("late", "lost", "void", "found", "astray", "prints", "drafts")
    if not any(sheet[kind] for kind in kinds):
        lines += reader.wrapped(reader.say("handover.nothing"), "", "  ")
    return lines


def section(name: str, texts: Iterable[str], reader: Reader, style: str = "") -> list[Content]:
    """Return one kind of what is open, with how much of it there is; nothing at all where there is none."""
    rows = list(texts)
    if not rows:
        return []
    lines = [styled(reader.say(f"handover.{name}", count=len(rows)), style or "bold $primary")]
    for text in rows[:MOST_SHOWN]:
        lines += reader.wrapped(text, "  ", "    ")
    if len(rows) > MOST_SHOWN:
        lines += reader.wrapped(reader.say("handover.more", count=len(rows) - MOST_SHOWN), "  ", "  ", "$quiet")
    return lines


def late_text(row: Json, reader: Reader, now: datetime) -> str:
    """Return one late step."""
    return "  ".join([row["case"], row["title"], short_time(row["since"]), age(row["since"], reader, now)])


def lost_text(row: Json, reader: Reader) -> str:
    """Return one lost copy."""
    return reader.say("handover.lost_row", copy=row["copy"], seen=reader.desk(row["seen"]))


def void_text(row: Json, reader: Reader) -> str:
    """Return one void piece, why it is void and what replaced it."""
    told = reader.say("handover.void_row", copy=row["copy"], piece=row["piece"], at=short_time(row["at"]), why=row["why"])
    valid = reader.say("card.replaced_by", piece=row["replaced_by"]) if row["replaced_by"] else ""
    return "  ".join(part for part in (told, valid) if part)


def found_text(row: Json, reader: Reader) -> str:
    """Return one void piece that turned up here."""
    told = {"copy": row["copy"], "piece": row["piece"], "why": row["why"], "found": short_time(row["found"])}
    return reader.say("handover.found_row", **told)


def astray_text(row: Json, reader: Reader) -> str:
    """Return one copy that lies here and is due elsewhere."""
    return reader.say("handover.astray_row", copy=row["copy"], due=reader.desk(row["due"]), since=short_time(row["due_since"]))


def print_text(row: Json, reader: Reader) -> str:
    """Return one slip that is not on paper yet."""
    return "  ".join([row["copy"], row["piece"], reader.say(f"handover.print_{row['state']}"), short_time(row["at"])])


def draft_text(row: Json, titles: dict[str, str], reader: Reader) -> str:
    """Return what somebody has typed and not yet done."""
    about, _, rest = row["subject"].partition(":")
    step = rest.partition(":")[0]
    known = [about if about != rest and "-" in about else "", titles.get(step, step), row["person"], short_time(row["since"])]
    return "  ".join(part for part in known if part)
