"""What is kept of a page: what was typed, as a draft over a lock or a power cut; of who was about to sign, nothing."""

from __future__ import annotations

import contextlib
import time
import uuid

from qdesk.clock import time_text
from qdesk.drafts import drafts_of, drop_draft, is_done, keep_draft
from qdesk.errors import Refused
from qdesk.telling import short_time
from screens.asking import KnownQuestion
from screens.page import Json
from screens.speaking import SpeakingPage


class KeptPage(SpeakingPage):
    """A page that remembers answers and forgets identities."""

    def on_mount(self) -> None:
        """Watch whether anybody goes on."""
        self.set_interval(1.0, self.watch_signers)

    # Drafts

    def contents(self) -> Json:
        """Return what was typed, without anything of the signers; empty when there is nothing."""
        typed = {asked.asked: asked.typed() for asked in [*self.questions, self.despite]}
        kept = {name: value for name, value in typed.items() if value is not None}
        if not kept:
            return {}
        return {"at": time_text(self.house.engine.site.clock.now()), "typed": kept, "key": self.intent.key}

    def keep(self) -> None:
        """Keep what was typed, in the background."""
        if not self.finished:
            self.house.aside(self.keep_now())

    async def keep_now(self) -> None:
        """Keep what was typed."""
        if not self.finished and self.questions:
            await self.house.engine.ask(keep_draft, self.token, self.intent.subject, self.contents())

    async def restore(self) -> None:
        """Put back what was typed here before, and say so."""
        if not self.questions:
            return
        kept = await self.ask(drafts_of, self.token)
        contents = next((each["contents"] for each in kept if each["subject"] == self.intent.subject), None)
        if contents is None:
            return
        if await self.ask(is_done, contents.get("key")):
            await self.ask(drop_draft, self.token, self.intent.subject)
            self.tell(self.say("ask.draft_was_done"), "hint")
            return
        self.intent.key = contents.get("key", self.intent.key)
        typed = contents.get("typed", {})
        for asked in self.questions:
            if asked.asked in typed:
                asked.type_again(typed[asked.asked])
        self.restored = True
        for asked in self.questions:
            if isinstance(asked, KnownQuestion) and asked.field.value:
                with contextlib.suppress(Refused):  # said when it is entered
                    await asked.look_up()
        self.tell(self.say("ask.draft_restored", at=short_time(contents["at"])))

    async def start_empty(self) -> None:
        """Forget the draft and begin with nothing filled in."""
        await self.ask(drop_draft, self.token, self.intent.subject)
        for asked in [*self.questions, self.despite]:
            asked.type_again(None)
        self.restored, self.intent.key = False, uuid.uuid4().hex
        self.redraw()
        self.go_to_first_empty()
        self.tell(self.say("ask.emptied"))

    # Leaving

    async def leave(self) -> None:
        """Keep what was typed, and nothing of who was about to sign."""
        self.signers.forget()
        await self.keep_now()

    async def back(self) -> None:
        """Go back to the desk; what was typed is kept."""
        await self.leave()
        await super().back()

    def drop_pins(self) -> None:
        """Forget PIN and second identity together, and say so."""
        self.watch_signers()

    def watch_signers(self) -> None:
        """Forget a PIN and a second identity when nobody goes on."""
        limit = self.house.engine.site.config.duration("signing_timeout") / 1_000_000
        if time.monotonic() - self.house.typed_at >= limit and self.signers.forget():
            self.draw_signers()
            self.tell(self.say("sign.timed_out"), "hint")
