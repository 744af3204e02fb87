"""The guide of the demo: a few lines under the title that say what happens now and which keys to press.

Where the case is, is read from the case itself after every key; nothing is counted, so a stranger may wander, try what is
forbidden and take things back, and still be told the right next thing. A point in the scan line does what a scanner would do.
"""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.content import Content
from textual.widgets import Static

from qdesk.demo import cases_of, newest_case
from qdesk.errors import Refused
from screens.choices import FIRST_KEY, LAST_KEY
from screens.desk import DeskScreen
from screens.lettering import indented, shown, stacked
from screens.login import LoginScreen
from screens.pointing import Answering
from screens.story import Now, Stage, shipped_story

if TYPE_CHECKING:
    from screens.app import DeskApp
    from screens.engine import Engine
    from screens.frame import Frame

POINTS = frozenset(".。\uff0e")
KEYS = re.compile(r"(\[[^\]]+\]|<[^>]+>)")
MOST_LINES = 4
MARGIN = "| "
"""Sets the guide apart from the screen also where there are no colours."""


@dataclass(frozen=True)
class Line:
    """What the guide says in a situation: its name, the words of the keys, what a point scans, or where it leads."""

    when: str
    text: str
    scans: str = ""
    leads: str = ""
    """"sit": to the desk of the story; "leave": away from this desk; "desk": back to it."""


class Guide:
    """Knows where the guided case is and what comes next."""

    def __init__(self, house: DeskApp) -> None:
        """Begin before the site is open."""
        self.house = house
        self.story = shipped_story()
        self.known: frozenset[str] | None = None
        self.now: Now = self.story.now(None)
        self.rests = ""

    def panel(self) -> GuidePanel:
        """Return a panel for a screen."""
        return GuidePanel(self)

    def takes(self, code: str) -> bool:
        """Tell whether a code is the point that stands for the scanner."""
        return code in POINTS

    async def follow(self) -> None:
        """Look where the guided case is; called after everything that somebody did."""
        if self.house.engine_or_none is not None:
            with contextlib.suppress(Refused):  # a busy database is asked again after the next key
                await self.look(self.house.engine)
        self.show(self.house.frame)

    def show(self, frame: Frame) -> None:
        """Say on a screen what is to be done there now."""
        for panel in frame.query(GuidePanel):
            panel.draw()

    async def look(self, engine: Engine) -> None:
        """Read the case that the guided session has begun last."""
        if self.known is None:
            self.known = await engine.ask(cases_of)
        case = await engine.ask(newest_case, self.known, self.house.words)
        self.now = self.story.now(case)
        self.rests = self.where(case["copies"]) if case else ""

    def where(self, copies: list[dict[str, str]]) -> str:
        """Return where every copy rests, desk by desk."""
        by_desk: dict[str, list[str]] = {}
        for copy in copies:
            by_desk.setdefault(copy["due"], []).append(copy["copy"].partition("/")[2])
        words = self.house.words
        return words.clauses(words.say("guide.rests", copies=numbers, desk=self.desk(desk)) for desk, numbers in by_desk.items())

    def desk(self, name: str) -> str:
        """Return what a desk is called."""
        known = self.house.engine.site.factory.desks.get(name)
        return known.title.in_(self.house.language) if known else name

    def say(self, key: str, /, **arguments: object) -> str:
        """Return a sentence of the guide."""
        return self.house.words.say(key, **arguments)

    # What is said

    def text(self, frame: Frame) -> str:
        """Return all that the panel says on a screen."""
        if self.known is None:
            return self.say("guide.making_ready")
        line = self.line(frame)
        if self.now.finished:
            return line.text
        stage = self.now.stage
        forbidden = self.forbidden(line)
        told = ["" if forbidden else self.happens(line, stage), line.text, forbidden]
        return f"{self.head(stage)} {self.joined(*told)}"

    def joined(self, *sentences: str) -> str:
        """Return sentences behind each other, as the language sets them."""
        return ("" if self.house.language == "zh" else " ").join(each for each in sentences if each)

    def head(self, stage: Stage | None) -> str:
        """Return how far the story is."""
        if stage is None:
            return self.say("guide.aside", step=self.now.title)
        return self.say("guide.head", number=stage.number, of=len(self.story.stages))

    def happens(self, line: Line, stage: Stage | None) -> str:
        """Return what goes on in the factory; while a step is being done its screen has the room."""
        if stage is None or line.when in ("act", "missing"):
            return ""
        if self.now.ended:
            return self.say("guide.ended", ending=self.now.ended)
        if not self.now.case and line.when in ("sit", "pin"):
            return self.say("guide.hello")
        return stage.happens.in_(self.house.language)

    def forbidden(self, line: Line) -> str:
        """Return what forbidden thing may be tried here."""
        seat = self.house.seat
        for each in self.now.stage.tries if self.now.stage and seat else ():
            if each.when == line.when and seat and each.at == seat.desk:
                return each.text.in_(self.house.language).format(late=min(self.known or [""]))
        return ""

    def line(self, frame: Frame) -> Line:
        """Return what is to be done on a screen."""
        if isinstance(frame, LoginScreen):
            return self.login_line(frame)
        if isinstance(frame, DeskScreen):
            return self.desk_line(frame)
        return self.act_line(frame) or Line("back", self.say("guide.back"), leads="desk")

    def act_line(self, frame: Frame) -> Line | None:
        """Return what is to be answered, signed or scanned while the step of the story is being done; None anywhere else."""
        from screens.acting import ActScreen  # loaded when a step is done

        if not isinstance(frame, ActScreen) or not self.is_seated():
            return None
        outcome = self.now.stage.outcome if self.now.stage else ""
        if frame.intent.step != self.now.step or outcome not in ("", frame.intent.outcome):
            return None
        missing = [(name, piece) for name, piece in self.now.pieces if name in frame.intent.missing]
        if missing:
            return Line("missing", self.say("guide.scan_more", copy=missing[0][0]), scans=missing[0][1])
        return Line("act", *Answering(self, frame).told())

    def is_seated(self) -> bool:
        """Tell whether whoever is wanted sits where they are wanted."""
        seat = self.house.seat
        return seat is not None and (seat.desk, seat.badge) == (self.now.desk, self.now.person.badge)

    def login_line(self, login: LoginScreen) -> Line:
        """Return who sits down now."""
        now, person = self.now, self.now.person
        if now.finished:
            return Line("over", self.say("guide.over"))
        if login.badge == person.badge and login.desk == now.desk:
            return Line("pin", self.say("guide.pin", person=person.name, pin=person.pin), leads="sit")
        told = self.say("guide.sit", person=person.name, desk=self.desk(now.desk), pin=person.pin)
        return Line("sit", told, leads="sit")

    def desk_line(self, desk: DeskScreen) -> Line:
        """Return what to scan or to press at a desk."""
        now = self.now
        if now.finished:
            return Line("finished", self.say("guide.finished", case=now.case, copies=self.rests), leads="leave")
        if not self.is_seated():
            return self.leave_line()
        return self.paper_line(desk) if now.case else self.opening_line(desk)

    def leave_line(self) -> Line:
        """Return that the story goes on elsewhere, or here with somebody else."""
        seat, person, desk = self.house.seat, self.now.person.name, self.desk(self.now.desk)
        here = seat is not None and seat.desk == self.now.desk
        return Line("leave", self.say("guide.make_room" if here else "guide.leave", person=person, desk=desk), leads="leave")

    def opening_line(self, desk: DeskScreen) -> Line:
        """Return how the application is begun."""
        if desk.card is not None:
            return Line("put_aside", self.say("guide.put_aside"))
        for place, opening in enumerate(desk.opened_here[: LAST_KEY - FIRST_KEY]):
            if (opening["procedure"], opening["step"]) == (self.story.procedure, self.now.step):
                return Line("press", self.say("guide.begin", key=FIRST_KEY + place, step=opening["step_title"]))
        return self.leave_line()

    def paper_line(self, desk: DeskScreen) -> Line:
        """Return which copy to scan, and when the paper is there, which key does the step."""
        now = self.now
        missing = self.missing(desk.pieces)
        on_desk = desk.card is not None and desk.card.get("case") == now.case
        if not on_desk or missing:
            name, piece = missing[0] if missing else (now.pieces or ((now.case, now.case),))[0]
            scanned = len(now.pieces) - len(missing) if now.all_pieces and on_desk else 0
            when = "scan_more" if scanned else "scan"
            return Line(when, self.say(f"guide.{when}", copy=name), scans=piece)
        outcome = now.stage.outcome if now.stage else ""
        for choice in desk.choices():
            if choice.step["step"] == now.step and outcome in ("", choice.outcome["name"]):
                key, when = (choice.key, "press") if choice.key else (LAST_KEY, "turn")
                return Line(when, self.say(f"guide.{when}", key=key, step=choice.title))
        return Line("scan", self.say("guide.scan", copy=now.case), scans=(now.pieces or ((now.case, now.case),))[0][1])

    def missing(self, scanned: dict[str, str]) -> list[tuple[str, str]]:
        """Return the copies that are still to be scanned for the step."""
        missing = [(name, piece) for name, piece in self.now.pieces if name not in scanned]
        return missing if self.now.all_pieces or len(missing) == len(self.now.pieces) else []

    # What the point does

    async def answer(self, frame: Frame) -> None:
        """Do what a point stands for on a screen."""
        line = self.line(frame)
        if line.scans:
            frame.scanned(line.scans)
        elif line.leads == "sit":
            await self.sit_down()
        elif line.leads == "leave":
            await self.house.log_out()
        elif line.leads == "desk":
            await self.house.to_desk()
        else:
            frame.tell(self.say("guide.nothing_to_scan"), "hint")

    async def sit_down(self) -> None:
        """Choose the desk of the story and scan the badge of whoever works there; the PIN is typed by hand."""
        await self.house.to_login()
        login = self.house.frame
        if isinstance(login, LoginScreen):
            login.desk = self.now.desk
            await login.take(self.now.person.badge)


class GuidePanel(Static):
    """What the guide says, under the title of every screen."""

    DEFAULT_CSS = f"""
    GuidePanel {{ height: auto; max-height: {MOST_LINES}; background: $surface; padding: 0 1; }}
    """

    def __init__(self, guide: Guide) -> None:
        """Speak for a guide."""
        super().__init__("", markup=False)
        self.guide = guide

    def on_mount(self) -> None:
        """Speak."""
        self.draw()

    def on_resize(self) -> None:
        """Set the text anew in the new width."""
        self.draw()

    def draw(self) -> None:
        """Draw what is said, its keys marked; what leads on stands in [ ], what may be tried in < >."""
        text = shown(self.guide.text(self.guide.house.frame))
        lines = indented(text, max(20, self.app.size.width - 2), MARGIN, MARGIN)
        self.update(stacked([marked(line) for line in lines]))


def marked(line: str) -> Content:
    """Return a line with its keys in the colour of keys."""
    parts = KEYS.split(line)
    return Content("").join(Content.styled(part, "bold $accent") if KEYS.fullmatch(part) else Content(part) for part in parts)
