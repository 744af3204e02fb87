from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from terminal import Terminal
from textual import events
from textual.keys import _character_to_key

import data
from qdesk.demo import guided_factory
from qdesk.desk.book import known_of
from qdesk.factory import load_factory
from qdesk.procedure import load
from qdesk.site import open_site
from qdesk.verify import verify
from qdesk.words import LANGUAGES, Words
from screens.app import DeskApp, Opening
from screens.guide import GuidePanel
from screens.story import shipped_story

LEADS, TRIES = re.compile(r"\[([^\]]+)\]"), re.compile(r"<([^>]+)>")
NAMES = {"Enter": "enter", "Up": "up", "Ctrl+U": "ctrl+u", **{f"F{number}": f"f{number}" for number in range(1, 13)}}
UNSAID = re.compile(r"guide\.[a-z_]+|\{[a-z_]+\}")
CANNOT_DRAW = {"zh": "领出产品: 先要办“交改型人员”", "en": "Draw the product: “Hand out to the reworker” has to be done first"}
MOST_STEPS = 120


class Stranger(Terminal):
    """Somebody who knows nothing but what the guide says."""

    @property
    def panel(self) -> list[str]:
        """What the guide says, line by line as it is painted."""
        region = self.frame.query_one(GuidePanel).region
        return self.text.splitlines()[region.y : region.bottom]

    @property
    def told(self) -> str:
        """What the guide says, in one line."""
        blank = "" if self.app.language == "zh" else " "
        return blank.join(line.strip().removeprefix("|").strip() for line in self.panel)

    @property
    def is_whole(self) -> bool:
        """Whether all that the guide says is on the screen, and the field that is to be typed in."""
        guide, focus = self.app.guide, self.app.focused
        said = guide.text(self.frame).replace(" ", "") if guide else ""
        seen = focus is not None and focus.region.height == 1 and self.frame.region.contains_region(focus.region)
        return len(self.panel) <= 4 and self.told.replace(" ", "") == said and seen

    async def settled(self) -> None:
        """Wait until every key is answered, and the screen painted in its new shape."""
        await super().settled()
        for _ in range(2):
            painted = asyncio.Event()
            self.app.screen.call_after_refresh(painted.set)
            await painted.wait()

    async def obey(self, marked: re.Pattern[str] = LEADS) -> None:
        """Press and type what the guide has marked, all at once: keys typed ahead wait their turn."""
        for key in marked.findall(self.told):
            for name, letter in [(NAMES[key], None)] if key in NAMES else [(_character_to_key(each), each) for each in key]:
                self.app.post_message(events.Key(name, letter))
        await self.settled()

    @property
    def finished(self) -> bool:
        """Whether the guided case is at its end."""
        guide = self.app.guide
        return guide is not None and guide.now.finished

    def invited(self) -> bool:
        """Whether the guide invites to try what is forbidden."""
        return bool(TRIES.search(self.told))

    def at(self, text: str) -> Callable[[], bool]:
        """Whether the guide says something."""
        return lambda: text in self.told

    async def follow(self, until: Callable[[], bool] | None = None) -> list[str]:
        """Obey the guide until something holds, or the case is at its end; return all it said."""
        said: list[str] = []
        for _ in range(MOST_STEPS):
            if until() if until else self.finished:
                return said
            said.append(self.told)
            assert self.is_whole, self.text
            await self.obey()
        raise AssertionError("\n".join([*said[-6:], self.text]))


@asynccontextmanager
async def stranger_at(folder: Path, language: str, size: tuple[int, int] = (80, 24)) -> AsyncIterator[Stranger]:
    """Open the guided demo; when it is left no fault of our own may have been logged."""
    app = DeskApp(Opening(folder, language=language, guided=True))
    async with app.run_test(size=size) as pilot:
        stranger = Stranger(app, pilot)
        await stranger.settled()
        yield stranger
    log = folder / "faults.log"
    assert not log.exists(), log.read_text(encoding="utf-8")


Story = Callable[[Stranger], Coroutine[Any, Any, None]]


@pytest.fixture
def guided(tmp_path: Path) -> Callable[..., Path]:
    """Play a story at a demo factory of its own."""

    def play(story: Story, language: str = "en", **settings: Any) -> Path:
        async def played(folder: Path) -> None:
            async with stranger_at(folder, language, **settings) as stranger:
                await story(stranger)

        with guided_factory(tmp_path / "factory", language) as folder:
            asyncio.run(played(folder))
        return folder

    return play


@pytest.mark.parametrize("language", LANGUAGES)
def test_whoever_does_only_what_the_guide_says_ends_a_case_and_is_refused_what_it_invites_to(
    guided: Callable[..., Path], language: str
) -> None:
    words, closed = Words.load(language), list[str]()

    async def story(stranger: Stranger) -> None:
        told = "".join(await stranger.follow(stranger.invited))
        await stranger.obey(TRIES)
        assert CANNOT_DRAW[language] in stranger.text
        told += stranger.told
        await stranger.obey()
        told += "".join(await stranger.follow(stranger.invited))
        await stranger.obey(TRIES)
        assert words.say("error.scan_missing", step=stranger.app.frame.title_text()) in stranger.said
        told += "".join(await stranger.follow())
        assert [number for number in range(1, 11) if f"{number}/10" not in told] == []
        assert not UNSAID.search(told)
        closed.extend(re.findall(r"GX\d\d-\d{6}", stranger.told))
        await stranger.obey()
        assert stranger.told.replace(" ", "") == words.say("guide.over").replace(" ", "")
        assert "[F12]" in stranger.told
        stranger.app.post_message(events.Key("f12", None))
        while stranger.app.return_code is None:
            await asyncio.sleep(0.01)
        assert stranger.app.return_code == 0

    site = open_site(guided(story, language))
    assert site.database.rows("SELECT code, ended FROM cases ORDER BY opened_at")[2:] == [(closed[0], "completed")]
    assert verify(site, replay=True).findings == []
    site.close()


def test_a_stranger_who_wanders_is_told_the_right_next_thing(guided: Callable[..., Path]) -> None:
    async def story(stranger: Stranger) -> None:
        await stranger.follow(stranger.at("Quantity: [2]"))
        await stranger.type("1000\r\r")
        await stranger.press("f2", "up")
        assert "[F6]" in stranger.told
        await stranger.follow(stranger.at("3/10"))
        await stranger.press("f12", "f12")
        assert "何平" in stranger.told
        await stranger.type("。\r314159\r")
        assert stranger.app.present_seat.desk == "planning"
        for key in ("f9", "f10", "f1"):
            await stranger.press(key)
            assert "[F12]" in stranger.told
            await stranger.obey()
        await stranger.follow(stranger.at("4/10"))
        await stranger.press("f8")
        assert "3/10" in stranger.told
        await stranger.press("f11")
        assert "计划部" in stranger.told
        await stranger.follow(stranger.at("泄漏量：输 [0.12]"))
        await stranger.type("3.0\r")
        assert "[Up]" in stranger.told
        await stranger.follow()
        assert "已了结" in stranger.told

    guided(story)


def test_a_case_that_leaves_the_way_of_the_story_is_led_to_its_end_and_a_new_one_begins(guided: Callable[..., Path]) -> None:
    async def story(stranger: Stranger) -> None:
        await stranger.follow(stranger.at("Decide for the workshop: consent"))
        await stranger.press("f3")
        await stranger.type("no room\r271828\r")
        assert "has left the usual way" in stranger.told and "Planning" in stranger.told
        await stranger.follow(stranger.at("That case has ended: Refused by the workshop"))
        await stranger.follow(stranger.at("2/10"))

    folder = guided(story)
    site = open_site(folder)
    assert site.database.rows("SELECT ended FROM cases ORDER BY opened_at")[2:] == [("refused",), ("",)]
    site.close()


def test_every_stage_is_a_step_of_the_procedure_and_is_done_by_somebody_who_may() -> None:
    story = shipped_story()
    steps = load(data.read(f"procedures/{story.procedure}.toml"), story.procedure, known_of(load_factory())).steps
    for stage in story.stages:
        step = steps[stage.step]
        assert step.by in story.person(stage.person).roles
        assert stage.desk in ("", step.desk)
        assert stage.outcome in [outcome.name for outcome in step.outcomes]
