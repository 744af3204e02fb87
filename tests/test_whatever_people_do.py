"""Whatever people do in whatever order: it is done or refused in words, nothing is lost, and the journal tells it all.

A hundred and fifty turns of chance at a time: mostly what the card offers, sometimes something out of the way. The floor's audit
(replay, sums, pieces, inbox) runs along the way and at the end. A seed that failed is played again by its number.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

import pytest
from factory_audit import audit, say_everything
from factory_floor import PIN, ROLES, Floor, FloorMaker

from qdesk.clock import SECOND
from qdesk.errors import Refused

TURNS = 150
SETTINGS: tuple[dict[str, str], ...] = (
    {},
    {"partial_pass": "supplement"},
    {"parts_form_copies": "1", "parts_form_signed": "keeper"},
)
PAPER_ACTS = ("found_here", "send_on", "report_lost", "reprint", "reissue", "acknowledge")


@dataclass
class Chance:
    """People who do what comes to their minds."""

    floor: Floor
    random: random.Random
    done: dict[str, int] = field(default_factory=dict)

    def turn(self) -> None:
        """One thing somebody tries."""
        floor, dice = self.floor, self.random.random()
        floor.clock.advance(self.random.choice((1, 30, 200)) * SECOND)
        cases = [code for (code,) in floor.rows("SELECT code FROM cases WHERE ended = ''")]
        if not cases or dice < 0.06:
            return self.apply()
        floor.case = self.random.choice(cases)
        if dice < 0.86:
            self.step()
        elif dice < 0.89:
            self.count("reverse", floor.do("Q1", "reverse", reason="错"))
        elif dice < 0.9:
            self.count("amend", floor.do("S1", "amend", fields={"customer": "Bolt"}, lines=[self.line()], despite="改"))
        elif dice < 0.93:
            lot = self.random.choice(floor.rows("SELECT code FROM lots"))[0]
            step = self.random.choice(("hold_lot", "release_lot", "release_lot"))
            self.count(step, floor.do("Q1", step, case="", lot=lot, reason="看"))
        else:
            self.paper()

    def apply(self) -> None:
        """Write an application."""
        fields: dict[str, Any] = {}
        if self.floor.site.config.setting("partial_pass") == "supplement" and self.floor.case and self.random.random() < 0.3:
            fields["supplement_to"] = self.floor.case
        self.floor.apply(fields=fields, lines=[self.line() for _ in range(self.random.choice((1, 1, 2)))], despite="知")
        self.done["apply"] = self.done.get("apply", 0) + 1

    def line(self) -> dict[str, str]:
        """Return some line."""
        if self.random.random() < 0.2:
            return {"item": "VS-1", "becomes": "VS-2", "quantity": "1", "serial": self.random.choice(("S-0001", "S-0002"))}
        item, becomes = self.random.choice((("V-100", "V-200"), ("V-100", "V-300"), ("V-200", "V-200"), ("V-200", "V-100")))
        return {"item": item, "becomes": becomes, "quantity": self.number()}

    def number(self) -> str:
        """Return some quantity."""
        return self.random.choice(("1", "2", "5", "10"))

    def person_at(self, desk: str) -> str:
        """Return someone who works at a desk."""
        roles = self.floor.site.factory.desks[desk].roles
        badges = [badge for badge, role in ROLES.items() if role in roles]
        return f"{self.random.choice([*badges, *badges, 'X1'])}@{desk}"

    def step(self) -> None:
        """Do one of the steps that the card offers at a desk where something waits."""
        waiting = [desk for (desk,) in self.floor.rows("SELECT desk FROM waiting WHERE in_case = ?", self.floor.case)]
        who = self.person_at(self.random.choice(waiting or ["valve_shop"]))
        card = self.floor.card(who)
        likely = [step for step in card["can"] if step["step"] not in ("withdraw", "abandon")]
        offered = likely if likely and self.random.random() < 0.9 else card["can"]
        if not offered:
            return
        step = self.random.choice(offered)
        outcome = self.random.choice(step["outcomes"])
        inputs = {ask["name"]: value for ask in outcome["asks"] if (value := self.answer(ask["name"])) is not None}
        signers = [
            {"as": role, "badge": self.random.choice([badge for badge, of in ROLES.items() if of == role]), "pin": PIN}
            for role in outcome["signs"]
            if role != ROLES.get(who.partition("@")[0])
        ]
        pieces = dict(self.floor.rows("SELECT name, piece FROM copies WHERE in_case = ?", self.floor.case))
        copies = [pieces[name] for name in step["copies"]]
        made = self.floor.do(who, step["step"], copies, outcome["name"] or "", signers=signers, seen=card["digest"], **inputs)
        self.count(step["step"], made)

    def answer(self, name: str) -> object:
        """Return what is entered for a question, None for nothing."""
        lines = self.floor.rows("SELECT number, quantity FROM lines WHERE serial = ?", self.floor.case)
        rows = [{"item": self.random.choice(("NEW-PART", "OLD-PART", "OIL")), "quantity": self.number()} for _ in range(2)]
        if name == "lines":
            return [{**row, "direction": "out"} for row in rows]
        if name == "quantity_passed":
            less = self.random.choice((0, 0, 1000))
            return [{"line": number, "quantity": str(max(0, quantity - less) // 1000)} for number, quantity in lines]
        if name in ("installed", "removed", "drawn", "returned"):
            return self.random.choice((None, None, rows[:1], rows))
        return {"reason": "因", "plan_undisturbed": "yes"}.get(name)

    def paper(self) -> None:
        """Find, lose, send on or replace some paper somewhere."""
        [piece] = self.random.choice(self.floor.rows("SELECT piece FROM copies WHERE in_case = ?", self.floor.case))
        step = self.random.choice(PAPER_ACTS)
        who = self.person_at(
            self.random.choice(("sales", "planning", "shop_dispatch", "valve_shop", "finished_store", "parts_store"))
        )
        self.floor.card(who, piece)
        self.count(step, self.floor.do(who, step, [] if step == "acknowledge" else [piece], reason="因"))

    def count(self, step: str, made: object) -> None:
        """Count what was done."""
        self.done[step] = self.done.get(step, 0) + (made is not None)


@pytest.mark.parametrize("seed", range(12))
def test_whatever_people_do_nothing_is_lost_and_every_refusal_is_said_in_words(floors: FloorMaker, seed: int) -> None:
    floor: Floor = floors(SETTINGS[seed % len(SETTINGS)])
    chance = Chance(floor, random.Random(seed))
    for turn in range(TURNS):
        try:
            chance.turn()
        except Refused as refused:
            say_everything(floor.site, refused)
        if turn % 30 == 0:
            audit(floor.site)
    assert sum(chance.done.values()) > TURNS / 4
