"""Playing people at their desks, through the two verbs: what the demo and its forbidden things are made of."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import data
from qdesk.clock import SECOND, Clock, FixedClock, moment
from qdesk.desk import Done, act, present
from qdesk.desk.book import open_under
from qdesk.desk.founding import found, make_folder, read_description, refuse_site
from qdesk.errors import Refused
from qdesk.people import log_in
from qdesk.site import Site
from qdesk.words import Words

MINUTE, DAY = 60 * SECOND, 24 * 3600 * SECOND
MODIFICATION = "product_modification"
CHECKED = {"appearance": "yes", "nameplate": "yes", "leak_rate": "0.12"}
Json = dict[str, Any]
Say = Callable[[str], None]


def description() -> Json:
    """Return the demo factory as it is shipped; what ends in so many days ends so long after today."""
    described = read_description(data.read("demo/site.toml"))
    today = moment(Clock().now()).date()
    for row in described["stock"]:
        if "expires_in" in row:
            row["expires"] = (today + timedelta(days=row.pop("expires_in"))).isoformat()
    return described


def make_factory(folder: Path, clock: Clock, language: str) -> Site:
    """Found the demo factory: a scratch site with its own inspection plan."""
    described = description()
    described["site"]["language"] = language
    refuse_site(folder)
    make_folder(folder)
    own = folder / "factory.toml"
    if not own.exists():
        own.write_text(data.read("demo/factory.toml"), encoding="utf-8")
    return found(folder, described, clock, scratch=True)


@dataclass
class Player:
    """Plays people at their desks through the two verbs, and tells each act in one line."""

    site: Site
    clock: FixedClock
    words: Words
    say: Say
    pieces: dict[str, str] = field(default_factory=dict)
    keys: int = 0

    def __post_init__(self) -> None:
        """Know everyone's PIN, as only a demo may."""
        self.people = {row["badge"]: row for row in tomllib.loads(data.read("demo/site.toml"))["people"]}

    def log_in(self, desk: str, badge: str) -> str:
        """Log a person in at a desk."""
        return log_in(self.site, desk, badge, self.people[badge]["pin"])[0]

    def code(self, name: str) -> str:
        """Return what is scanned for a copy: its 18 digits."""
        return self.pieces.get(name, name)

    def do(
        self, desk: str, badge: str, step: str, case: str = "", copies: Sequence[int | str] = (), outcome: str = "",
        signers: Mapping[str, str] | None = None, minutes: int = 7, key: str = "", procedure: str = MODIFICATION,
        handwriting: Mapping[str, str] | None = None, **inputs: Any,
    ) -> Done:
        """Do one step as its people would: log in, scan, look, act; and tell it."""
        self.clock.advance(minutes * MINUTE)
        token = self.log_in(desk, badge)
        names = [copy if isinstance(copy, str) else f"{case}/{copy}" for copy in copies]
        cards = [present(self.site, token, self.code(name), self.words) for name in names or ([case] if case else [])]
        self.keys += 1
        asked = {
            "case": case or None, "procedure": procedure, "step": step, "outcome": outcome or None,
            "copies": [self.code(name) for name in names], "inputs": inputs, "seen": cards[-1]["digest"] if cards else None,
            "signers": [
                *(self.signer(role, each) for role, each in (signers or {}).items()),
                *({"as": role, "paper": True, "name": name} for role, name in (handwriting or {}).items()),
            ],
            "key": key or f"demo-{self.keys}",
        }
        done = act(self.site, token, asked)
        for document in done.opened:
            self.pieces |= {copy["copy"]: copy["piece"] for copy in document["copies"]}
        self.tell(desk, badge, step, outcome, done, signers or {}, procedure)
        return done

    def signer(self, role: str, badge: str) -> Json:
        """Return a second signer with badge and PIN."""
        return {"as": role, "badge": badge, "pin": self.people[badge]["pin"]}

    def tell(
        self, desk: str, badge: str, step: str, outcome: str, done: Done, signers: Mapping[str, str], procedure: str
    ) -> None:
        """Tell one act in one line: who, where, what, who else signed, and what came of it."""
        known = open_under(self.site, procedure).procedure.steps.get(step.partition("#")[0])
        title = self.words.show(known.title) if known else self.words.say(f"step.{step}")
        if known and outcome:
            title += f" ({self.words.show(known.outcome(outcome).title)})"
        names = [self.people[each]["name"] for each in (badge, *signers.values())]
        where = self.site.factory.desks[desk].title
        told = self.words.say("demo.act", at=moment(self.clock.now()), desk=where, person=names, step=title)
        stamped = [self.stamped(badge)] if known and known.outcome(outcome).stamps else []
        came = [*stamped, *self.opened(done), *self.sent(done), *self.moved(done), *self.ended(done, procedure)]
        self.say(f"{told}  → {self.words.clauses(came)}" if came else told)

    def tell_line(self, desk: str, badge: str, step: str, came: str) -> None:
        """Tell in one line what someone did at a desk that is no step of a case, and what came of it."""
        where = self.site.factory.desks[desk].title
        names = [self.people[badge]["name"]]
        told = self.words.say("demo.act", at=moment(self.clock.now()), desk=where, person=names, step=step)
        self.say(f"{told}  → {came}")

    def stamped(self, badge: str) -> str:
        """Return in words whose stamp an act set."""
        return self.words.say("demo.stamped", stamp=self.people[badge]["stamp"])

    def opened(self, done: Done) -> list[str]:
        """Return in words which papers an act opened."""
        counted = [(each["serial"], len(each["copies"])) for each in done.opened]
        say = self.words.say
        return [say("demo.opened", serial=s, copies=n) if n > 1 else say("demo.opened_single", serial=s) for s, n in counted]

    def sent(self, done: Done) -> list[str]:
        """Return in words where an act sent copies: "2, 3 to planning"."""
        by_desk: dict[str, list[str]] = {}
        several = len({change["copy"].partition("/")[0] for change in done.custody}) > 1
        for change in done.custody:
            if change.get("due") in self.site.factory.desks:
                by_desk.setdefault(change["due"], []).append(change["copy"] if several else change["copy"].partition("/")[2])
        desks = self.site.factory.desks
        return [self.words.say("demo.sent", copies=copies, desk=desks[desk].title) for desk, copies in by_desk.items()]

    def moved(self, done: Done) -> list[str]:
        """Return in words what an act moved; what only passes through conversion is told where it comes out."""
        told = []
        for move in done.moves:
            source, target = (self.site.factory.places[move[end]].title for end in ("from", "to"))
            if move["to"] != "conversion":
                quantity = move["quantity"]
                told.append(self.words.say("demo.moved", item=move["item"], quantity=quantity, source=source, target=target))
        return told

    def ended(self, done: Done, procedure: str) -> list[str]:
        """Return in words how an act ended the case, if it did."""
        if not done.ended:
            return []
        ending = open_under(self.site, procedure).procedure.endings[done.ended]
        return [self.words.say("demo.ended", ending=ending.title)]


def apply(player: Player, item: str, becomes: str, quantity: str, customer: str, **more: str) -> str:
    """Write an application and return its serial, which is also the name of the case."""
    line: Json = {"item": item, "becomes": becomes, "quantity": quantity, **more}
    done = player.do("sales", "E011", "apply", fields={"customer": customer}, lines=[line])
    return done.case or ""


def running_cases(player: Player) -> tuple[str, str]:
    """Two cases under way: one stuck at planning for days, late; one fresh in the valve shop."""
    late = apply(player, "VLV-25A", "VLV-25B", "5", "海河机械")
    player.do("sales", "E012", "authorise", late)
    player.clock.advance(3 * DAY)
    fresh = apply(player, "VLV-40A", "VLV-40B", "1", "北方石化", serial="40A-0091")
    to_the_workshop(player, fresh)
    return late, fresh


def to_the_workshop(player: Player, case: str) -> None:
    """The way of an application from its signature to the worker's hands."""
    player.do("sales", "E012", "authorise", case)
    player.do("planning", "E021", "plan", case, [2, 3, 4, 5, 6], plan_undisturbed="yes")
    player.do("shop_dispatch", "E031", "consent", case, [3], "consent")
    player.do("shop_dispatch", "E032", "hand_out", case, [4])


def inspected(**measured: str) -> Json:
    """Return what an inspector enters when all is well, but for what was measured otherwise."""
    return {**CHECKED, **measured}


def whole_modification(player: Player) -> str:
    """One application all the way: product and parts drawn, rework, inspection, receipt, every copy at rest."""
    case = apply(player, "VLV-25A", "VLV-25B", "10", "东海船舶")
    to_the_workshop(player, case)
    player.do("finished_store", "E041", "draw", case, [4], signers={"reworker": "E033"})
    lines = [{"item": "STEM-B", "quantity": "12", "direction": "out"}]
    form = player.do("valve_shop", "E033", "open_parts", case, lines=lines).opened[0]["serial"]
    parts = [f"{form}/1", f"{form}/2"]
    player.do("parts_store", "E042", "draw_parts", case, parts, signers={"reworker": "E033"})
    installed = [{"item": "STEM-B", "quantity": "10"}]
    player.do("valve_shop", "E033", "rework", case, [5], installed=installed, removed=[{"item": "STEM-A", "quantity": "10"}])
    player.do("parts_store", "E042", "return_parts", case, parts, signers={"reworker": "E033"})
    player.do("inspection", "E051", "inspect", case, [5, 6], "pass", quantity_passed="10", **inspected())
    player.do("finished_store", "E041", "receive", case, [5, 6])
    player.do("parts_store", "E042", "file_parts_form", case, parts)
    player.do("sales", "E011", "acknowledge", case)
    player.do("shop_dispatch", "E032", "return_closing_copy", case, [6])
    return case


def refusal_of(trial: Callable[[], object]) -> Refused | None:
    """Try something that must be refused, and return the refusal."""
    try:
        trial()
    except Refused as refused:
        return refused
    return None
