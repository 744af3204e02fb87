"""The page in the language of the moment, over the case as it was looked at: titles change, what is signed does not."""

from __future__ import annotations

from collections.abc import Sequence

from qdesk.desk import look
from qdesk.desk.openings import openings
from screens.choices import Choice
from screens.intent import way_title
from screens.page import Json, StepPage


class SpeakingPage(StepPage):
    """A page that can be read in either language, and says when its case has changed."""

    async def changed(self) -> None:
        """Take titles in the language of the moment; what another desk has done is said and not slipped under the signature."""
        await self.name_choices()
        if self.intent.form:
            await self.rename_opening()
        elif self.intent.card is not None:
            await self.rename_step(self.intent.card)
        elif self.intent.about:
            await self.rename_way()
        self.redraw()

    async def rename_opening(self) -> None:
        """Take the titles of the form that is opened."""
        opened = await self.ask(openings, self.token, self.house.words)
        mine = [each for each in opened if (each["procedure"], each["step"]) == (self.intent.procedure, self.intent.step)]
        for opening in mine:
            by_hand = [{**ask, "title": self.say("question.filled_at")} for ask in self.intent.asks if ask["name"] == "filled_at"]
            for way in opening["outcomes"]:
                self.take_titles(way_title(opening, way), [{**way, "asks": [*by_hand, *way["asks"]]}])

    async def rename_way(self) -> None:
        """Take the titles of an opening about something that nobody is asked for, and of what is asked beside it."""
        for opening in await self.ask(openings, self.token, self.house.words):
            if (opening["procedure"], opening["step"]) == (self.intent.procedure, self.intent.step):
                way = next(each for each in opening["outcomes"] if each["name"] == self.intent.outcome)
                self.intent.title = way_title(opening, way, self.intent.about)
                self.intent.asks = self.intent.not_given(way["asks"])
                self.rename_asks(self.intent.asks)

    async def rename_step(self, before: Json) -> None:
        """Take the titles of the card and of the step, if it still is the card that was shown."""
        card = await self.look()
        if card["digest"] == before["digest"]:
            self.intent.card = card
        elif not self.outdated:
            self.outdated = True
            self.tell(self.say("ask.outdated"), "hint")
        known = f"act.{self.intent.step}"
        if known in self.house.words.keys:
            self.intent.title = self.say(known)
            self.rename_asks([{**ask, "title": self.say(f"question.{ask['name']}")} for ask in self.intent.asks])
        for step in card["can"]:
            if step["step"] == self.intent.step:
                self.take_titles(step, step["outcomes"])

    def take_titles(self, step: Json | str, outcomes: Sequence[Json]) -> None:
        """Take the titles of a step and of what its outcome asks."""
        for outcome in outcomes:
            if outcome["name"] == self.intent.outcome:
                self.intent.title = step if isinstance(step, str) else Choice(0, step, outcome).title
                self.intent.asks = list(outcome["asks"])
                self.rename_asks(outcome["asks"])

    async def look(self) -> Json:
        """Return the card as it is now."""
        card = self.intent.card or {}
        code = card.get("copy") or card["document"]["serial"]
        again: Json = await self.ask(look, self.token, code, self.house.words)
        return {**again, "kind": card.get("kind", again["kind"])}
