"""One act on master data being answered and done: a row that is there begins with what is kept of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from qdesk.desk import Done
from qdesk.desk.openings import row_openings
from screens.acting import ActScreen
from screens.administration import AdministeringScreen
from screens.intent import Intent
from screens.master import MasterScreen
from screens.table import Json


@dataclass
class RowIntent(Intent):
    """What is about to be done with one row: its draft is its own."""

    code: str = ""

    @property
    def subject(self) -> str:
        """Return what a draft of this is kept under."""
        return f"{self.step}:{self.code}"


def acting_screen(listed: MasterScreen, step: str, row: Json | None) -> MasterActing:
    """Return the page of an act; of a row that is there its code is given."""
    act, code = listed.acts[step], str(row["code"]) if row else ""
    asks = [ask for ask in act["asks"] if not (code and ask["name"] == "code")]
    title = f"{act['title']} {code}".strip()
    intent = RowIntent(step=step, title=title, asks=asks, given={"code": code} if code else {}, code=code)
    return MasterActing(intent, listed, row["kept"] if row and asks else {})


class MasterActing(AdministeringScreen):
    """An act on one row, or a new row."""

    def __init__(self, intent: RowIntent, listed: MasterScreen, kept: Json) -> None:
        """Ask what the act asks."""
        super().__init__(intent, listed.house.desk)
        self.listed, self.code = listed, intent.code
        self.before = {ask["name"]: as_typed(ask, kept[ask["name"]]) for ask in intent.asks} if kept else {}
        """What is kept of the row, as it would be typed."""

    def help_page(self) -> str:
        """Return the handbook page about master data."""
        return "master_data"

    async def restore(self) -> None:
        """Begin with what is kept of the row; what was typed here before goes before it."""
        for asked in self.questions:
            asked.type_again(self.before.get(asked.asked))
        await super().restore()

    def contents(self) -> Json:
        """Return what was typed; of a row that is there only what differs from it, also what was emptied."""
        contents = super().contents()
        if contents and self.before:
            now = {asked.asked: asked.typed() or "" for asked in self.questions}
            contents["typed"] = {name: value for name, value in now.items() if str(value) != self.before[name]}
        return contents if contents and contents["typed"] else {}

    async def start_empty(self) -> None:
        """Forget the draft and begin anew with what is kept of the row."""
        await super().start_empty()
        for asked in self.questions:
            asked.type_again(self.before.get(asked.asked))
        self.redraw()

    def answers(self) -> Json:
        """Return what becomes another than it was: what somebody else changed meanwhile stays changed."""
        answers = super().answers()
        if not self.before:
            return answers
        now = {asked.asked: answers.get(asked.asked, "") for asked in self.questions}
        return {name: value for name, value in now.items() if str(value) != self.before[name]}

    async def changed(self) -> None:
        """Take the titles in the language of the moment."""
        act = (await self.ask(row_openings, self.token, self.house.words)).get(self.intent.step)
        if act is not None:
            self.intent.title = f"{act['title']} {self.code}".strip()
            names = {ask["name"] for ask in self.intent.asks}
            self.intent.asks = [ask for ask in act["asks"] if ask["name"] in names]
        await self.name_choices()
        self.redraw()

    async def close_with(self, done: Done) -> None:
        """Go back to the list and say what was done, and to what; a desk that has locked meanwhile says so later."""
        subject, listed = self.code or self.subject(), self.listed
        await ActScreen.close_with(self, done)
        if self.house.frame is not self.desk:
            return
        said = self.desk.said
        shown = MasterScreen(listed.list, listed.looked_for)
        await self.app.push_screen(shown)
        shown.tell(self.house.words.clauses([said, subject]) if subject else said)


def as_typed(ask: Json, value: Any) -> str:
    """Return a value as somebody would type it."""
    if ask["kind"] == "check":
        return "yes" if value else "no"
    return "" if str(value) == "0" and ask["name"] != "decimals" else str(value)
