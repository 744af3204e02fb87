"""People who do at every desk whatever comes to their minds: what the cards and the openings offer, answered by chance.

Nothing here knows a procedure: a new one is played as soon as it is data. Mostly what is answered makes sense, for else nothing
would ever get far; sometimes it does not.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from factory_floor import DAY, DESKS, MINUTE, PIN, ROLES, Floor, Json

from qdesk.clock import moment
from qdesk.desk import Done, act, present
from qdesk.desk.openings import fixed_openings, openings
from qdesk.desk.proposing import propose
from qdesk.errors import Refused

CUSTOMERS, SUPPLIERS = ("海河机械", "Acme"), ("北方铸造", "南方化工")
TEXTS = ("因", "划伤", "RW-1", "HT-7", "余量未到")
LYING = """SELECT b.place, b.item, b.lot, b.quantity, b.bin, l.serial FROM balances b JOIN lots l ON l.code = b.lot
  WHERE b.counter = 0 AND b.quantity > 0 AND b.in_case = ''"""
"""What lies where, held or not, beside all cases."""
LOOKED_AT = {
    **dict.fromkeys(("delivery", "lent_goods", "product_modification"), "finished_store"),
    **dict.fromkeys(("nonconformity", "rejection"), "quarantine"), "material_issue": "raw_store", "replacement": "finished_store",
    "property_problem": "customer_property", "property_check": "customer_property",
}  # fmt: skip
"""Where the goods of a procedure lie, where that is not the place of the desk that begins it."""
PASSES = """SELECT c.piece, d.fields FROM copies c JOIN documents d ON d.serial = c.serial
  JOIN waiting w ON w.in_case = c.in_case AND w.step LIKE 'gate%'
  WHERE d.form = 'pass' AND c.number = 2 AND d.void_at IS NULL ORDER BY d.opened_at DESC LIMIT 3"""
"""Passes that may be shown at a gate, with what stands on them."""
SELDOM = frozenset(["withdraw", "abandon", "not_accepted", "never_arrived", "void_pass", "unload"])
"""What is done when something went wrong."""
NEVER = frozenset(["calibrate_instrument", "close_item", "delegate", "dismiss", "give_role", "renew_pin", "take_role"])
"""What would leave nobody to work."""
PAST, FUTURE = ("made_on", "arrived_on", "since"), ("due_back", "wanted_by", "good_until", "expires", "new_end")
PATIENCE = 8
"""How often a case may be refused before people think of giving it up."""


@dataclass
class AnyHand:
    """Everybody of one factory."""

    floor: Floor
    random: random.Random
    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    near: str = ""
    """The place that whoever acts looks at, where it is one."""

    # What is tried

    def turn(self) -> None:
        """One thing somebody tries; it is done, or refused."""
        floor, dice = self.floor, self.random.random()
        floor.clock.advance(self.random.choice((0, 1, 1, 5, 30)) * MINUTE)
        if self.random.random() < 0.01:
            floor.clock.advance(self.random.choice((1, 3, 20)) * DAY)
        cases = [code for (code,) in floor.rows("SELECT code FROM cases WHERE ended = ''")]
        passes = floor.rows(PASSES)
        if passes and dice < 0.04:
            self.at_the_gate(*self.random.choice(passes))
        elif dice < 0.2 or len(cases) < 4:
            self.begin()
        elif dice < 0.93:
            self.go_on(self.random.choice(cases[-25:]))
        else:
            self.beside()

    def someone(self, desk: str) -> str:
        """Return a person who works at a desk."""
        roles = self.floor.site.factory.desks[desk].roles
        badges = [badge for badge, role in ROLES.items() if role in roles]
        return f"{self.random.choice(badges)}@{desk}" if badges else f"X1@{desk}"

    def anyone(self) -> str:
        """Return a person somewhere."""
        return self.someone(self.random.choice(sorted(set(DESKS.values()))))

    def begin(self) -> None:
        """Begin something that may be begun at some desk."""
        who = self.anyone()
        token = self.floor.token(who)
        offered = openings(self.floor.site, token, self.floor.site.languages["en"])
        if offered:
            chosen = self.random.choice(offered)
            self.near = LOOKED_AT.get(chosen["procedure"], who.partition("@")[2] or DESKS[who.rstrip("0123456789")])
            self.attempt(token, "", chosen["procedure"], chosen["step"], self.random.choice(chosen["outcomes"]), [])

    def go_on(self, case: str) -> None:
        """Do one of the steps that the card offers at a desk where something waits."""
        if self.refused[case] > 3 * PATIENCE:
            return
        waiting = [desk for (desk,) in self.floor.rows("SELECT desk FROM waiting WHERE in_case = ?", case)]
        who = self.someone(self.random.choice(waiting)) if waiting and self.random.random() < 0.8 else self.anyone()
        token = self.floor.token(who)
        card = present(self.floor.site, token, case)
        stuck = self.refused[case] > PATIENCE
        offered = [step for step in card["can"] if stuck or step["step"] not in SELDOM or self.random.random() < 0.1]
        if not offered:
            return
        step = self.random.choice(offered)
        pieces = dict(self.floor.rows("SELECT name, piece FROM copies WHERE in_case = ?", case))
        copies = [pieces[name] for name in step["copies"]]
        for copy in copies if self.random.random() < 0.97 else []:
            present(self.floor.site, token, copy)
        card = present(self.floor.site, token, case)
        outcome = self.random.choice(step["outcomes"])
        self.attempt(token, case, card["procedure"], step["step"], outcome, copies, card["digest"], who.partition("@")[0])

    def at_the_gate(self, piece: str, fields: str) -> None:
        """Show a pass at a gate; mostly with the vehicle it was made for."""
        told = json.loads(fields)
        inputs = {"code": piece, "plate": told["plate"], "count": str(told["packages"] if self.random.random() < 0.8 else 9)}
        self.send(self.floor.token("G1"), {"step": "check_at_gate", "inputs": inputs}, "check_at_gate")

    def beside(self) -> None:
        """Do something beside all cases."""
        token = self.floor.token(self.anyone())
        possible = fixed_openings(self.floor.site, token, self.floor.site.languages["zh"])
        offered = [each for each in possible if each["step"] not in NEVER]
        if offered:
            chosen = self.random.choice(offered)
            inputs = {ask["name"]: value for ask in chosen["asks"] if (value := self.answer(ask, {})) is not None}
            self.send(token, {"step": chosen["step"], "inputs": {**inputs, **chosen["given"]}}, chosen["step"])

    def attempt(
        self, token: str, case: str, procedure: str, step: str, outcome: Json, copies: list[str], seen: str = "", me: str = ""
    ) -> None:
        """Answer what a step asks, let those sign who should, and do it."""
        name = outcome["name"] or ""
        proposed = self.proposed(token, case, step, name)
        inputs: Json = {}
        for ask in outcome["asks"]:
            value = self.answer(ask, proposed)
            if value is None:
                continue
            if ask["name"].startswith("fields."):
                inputs.setdefault("fields", {})[ask["name"].removeprefix("fields.")] = value
            else:
                inputs[ask["name"]] = value
        signers = [self.signer(role) for role in outcome["signs"] if role != ROLES.get(me)]
        raw = {
            "case": case or None, "procedure": procedure, "step": step, "outcome": name or None, "copies": copies,
            "inputs": inputs, "seen": seen or None, "signers": signers, "key": None,
        }  # fmt: skip
        told = f"{procedure}/{step.partition('#')[0]}{'.' + name if name else ''}"
        try:
            self.send(token, raw, told)
        except Refused as refused:
            if refused.code != "reason_needed" or self.random.random() < 0.3:
                raise
            self.send(token, {**raw, "inputs": {**inputs, "despite": "知"}}, told)

    def send(self, token: str, raw: Json, told: str) -> Done:
        """Act, and count what came of it."""
        try:
            done = act(self.floor.site, token, raw)
        except Refused as refused:
            self.refused[raw.get("case") or ""] += 1
            self.refused[f"{told}: {' '.join([refused.code, *sorted({each.code for each in refused.because})])}"] += 1
            raise
        self.done[told] += 1
        self.refused[raw.get("case") or ""] = 0
        return done

    def proposed(self, token: str, case: str, step: str, outcome: str) -> dict[str, list[Json]]:
        """Return what the desk proposes."""
        return propose(self.floor.site, token, case, step, outcome) if case else {}

    def signer(self, role: str) -> Json:
        """Return somebody of a role with badge and PIN, or a name on paper."""
        if role not in ROLES.values():
            return {"as": role, "paper": True, "name": "王工"}
        return {"as": role, "badge": self.random.choice([badge for badge, of in ROLES.items() if of == role]), "pin": PIN}

    # What is answered

    def answer(self, ask: Json, proposed: dict[str, list[Json]]) -> Any:
        """Return what somebody answers to a question, None for nothing."""
        name, kind = ask["name"], ask["kind"]
        if not ask["required"] and name not in proposed and self.random.random() < (0.95 if name == "fields.bins" else 0.5):
            return None
        if kind in ("count", "lines"):
            return self.rows(ask, proposed)
        return self.single(name.removeprefix("fields."), kind, ask)

    def single(self, name: str, kind: str, ask: Json) -> Any:
        """Return one answer of a kind."""
        choices = list(ask.get("choices") or ())
        if kind == "instrument" or name == "instrument":
            return self.one_of("SELECT code FROM instruments", "M-1")
        if "yes" in choices:
            return "yes" if self.random.random() < 0.93 else "no"
        if choices:
            return self.random.choice(choices)
        if kind in ("values", "defective"):
            value = "0" if kind == "defective" else "0.3"
            return value if kind == "defective" else [value] * ask.get("pieces", 1)
        if kind == "measure":
            return self.random.choice(("20", "22", "0.3"))
        if kind == "number":
            return self.random.choice(("1", "2", "5", "10"))
        if kind in ("date", "moment"):
            back = name in PAST or (name not in FUTURE and self.random.random() < 0.3)
            days = self.random.choice((1, 20, 90)) * (-1 if back else 1)
            return moment(self.floor.clock.now() + days * DAY).date().isoformat()
        return self.known(name, kind)

    def known(self, name: str, kind: str) -> str:
        """Return the name of something that there is."""
        if kind == "item" or name == "item" or name == "becomes":
            return self.one_of("SELECT code FROM items", "V-100")
        if kind == "lot" or name == "lot":
            return self.one_of("SELECT DISTINCT lot FROM balances WHERE quantity > 0 AND counter = 0", "L")
        if kind == "bin" or name in ("bin", "to_bin"):
            return self.one_of("SELECT code FROM bins", "A-1")
        if kind == "plate" or name == "plate":
            return "晋A12345"
        if kind == "code":
            return f"C-{self.random.randrange(50)}"
        if name in ("month", "day"):
            return moment(self.floor.clock.now()).date().isoformat()[: 7 if name == "month" else 10]
        if name in ("customer", "owner"):
            return self.random.choice(CUSTOMERS)
        return self.random.choice(SUPPLIERS if name == "supplier" else TEXTS)

    def one_of(self, sql: str, otherwise: str) -> str:
        """Return one of what is in the tables."""
        found = [code for (code, *_) in self.floor.rows(sql)]
        return str(self.random.choice(found)) if found else otherwise

    def rows(self, ask: Json, proposed: dict[str, list[Json]]) -> Any:
        """Return lines: what is proposed, what is expected with a little less here and there, or some made up."""
        columns = [each["name"] for each in ask.get("asks") or ()] or list(ask.get("columns") or ())
        given = proposed.get(ask["name"]) or proposed.get("lines" if ask["name"] == "lines" else "expected") or []
        if given and self.random.random() < 0.95:
            rows = [{name: row[name] for name in columns if row.get(name) not in (None, "")} for row in given]
            for row in rows:
                if "quantity" in columns and ("quantity" not in row or self.random.random() < 0.1):
                    row["quantity"] = self.random.choice(("0", "1", "2"))
            return rows
        return [self.made_up(ask, columns) for _ in range(self.random.choice((1, 1, 2)))]

    def made_up(self, ask: Json, columns: list[str]) -> Json:
        """Return a line that somebody makes up, mostly about goods that lie somewhere, and not more than lie there."""
        asked = {each["name"]: each for each in ask.get("asks") or ()}
        told = self.goods() | {"line": 1, "becomes": "V-200"}
        row: Json = {}
        for name in columns:
            each = asked.get(name) or {"name": name, "kind": name, "required": name in ("line", "item", "quantity")}
            if each["required"] or self.random.random() < 0.6:
                plain = {**each, "choices": each.get("choices") or ask.get("choices")}
                value = told.get(name) if name in told and self.random.random() < 0.95 else self.single(name, each["kind"], plain)
                row |= {} if value is None else {name: value}
        return row

    def goods(self) -> Json:
        """Return some goods and where they lie."""
        lying = self.floor.rows(LYING)
        near = [row for row in lying if row[0] == self.near] or lying
        item, lot, quantity, bin_, serial = self.random.choice(near if self.random.random() < 0.9 else lying)[1:]
        many = min(quantity // 1000, self.random.choice((1, 2, 5, 10))) or 1
        return {"item": item, "lot": lot, "quantity": str(many), "bin": bin_ or None, "serial": serial or None}
