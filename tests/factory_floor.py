"""A small factory for tests: people, goods and a clock in a folder of their own, played through the two verbs.

Every test that used the floor is followed by an audit: the journal replayed gives the same tables, nothing is made or lost.
"""

from __future__ import annotations

import contextlib
import shutil
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import argon2
import pytest
from factory_audit import audit, contents, say_everything

from qdesk import people
from qdesk.clock import SECOND, FixedClock
from qdesk.desk import Done, act, present
from qdesk.desk.book import in_force
from qdesk.desk.founding import found
from qdesk.errors import Refused
from qdesk.people import log_in
from qdesk.site import Site, open_site

MINUTE = 60 * SECOND
DAY = 24 * 60 * MINUTE
START = int(datetime(2026, 3, 2, 8, 0).astimezone().timestamp()) * SECOND
PIN = "918273645018"
P01 = "product_modification"
Json = dict[str, Any]
Chosen = tuple[tuple[str, str], ...]
FloorMaker = Callable[..., "Floor"]

ROLES = {
    "A1": "administrator", "S1": "sales_clerk", "S2": "sales_leader", "P1": "planner", "W1": "workshop_leader",
    "D1": "shop_dispatcher", "R1": "reworker", "R2": "reworker", "K1": "keeper", "K2": "keeper", "PK1": "parts_keeper",
    "I1": "inspector", "I2": "inspector", "Q1": "quality_manager",
    "DP1": "dispatcher", "DP2": "dispatcher", "DL1": "dispatch_leader", "G1": "guard", "G2": "guard",
    "E1": "emergency_leader", "F1": "finance_officer", "GA1": "general_affairs_officer", "PO1": "production_officer",
    "RK1": "raw_keeper", "RK2": "raw_keeper", "AS1": "assembler", "AS2": "assembler", "AL1": "shop_leader",
    "T1": "technician", "T2": "technician", "TM1": "technical_manager", "M1": "general_manager", "BU1": "buyer",
    "AF1": "after_sales_officer",
}  # fmt: skip
DESKS = {
    "A": "administration", "S": "sales", "P": "planning", "W": "shop_dispatch", "D": "shop_dispatch", "R": "valve_shop",
    "K": "finished_store", "PK": "parts_store", "I": "inspection", "Q": "quality",
    "DP": "dispatch", "DL": "dispatch", "G": "gate", "F": "finance", "GA": "general_affairs", "PO": "production",
    "RK": "raw_store", "AS": "assembly", "AL": "assembly", "T": "technical", "TM": "technical", "M": "management",
    "BU": "purchasing", "AF": "after_sales",
}  # fmt: skip
STAMPS = {"I1": "07", "I2": "08", "X1": "99"}
"""X1 holds every role: whom only the separation of duties keeps from doing everything alone."""

ITEMS_AND_STOCK = """
[site]
code = "T1"
name = "试验厂"
[[items]]
code = "V-100"
unit = "台"
[[items]]
code = "V-200"
unit = "台"
[[items]]
code = "V-300"
unit = "台"
[[items]]
code = "VS-1"
unit = "台"
serialised = true
[[items]]
code = "VS-2"
unit = "台"
serialised = true
[[items]]
code = "VC-1"
unit = "台"
certified = true
[[items]]
code = "NEW-PART"
unit = "件"
[[items]]
code = "OLD-PART"
unit = "件"
[[items]]
code = "OIL"
unit = "L"
decimals = 3
[[stock]]
item = "V-100"
place = "finished_store"
quantity = "50"
[[stock]]
item = "VS-1"
place = "finished_store"
quantity = "1"
serial = "S-0001"
[[stock]]
item = "VS-1"
place = "finished_store"
quantity = "1"
serial = "S-0002"
[[stock]]
item = "VC-1"
place = "finished_store"
quantity = "5"
[[stock]]
item = "NEW-PART"
place = "parts_store"
quantity = "100"
[[stock]]
item = "OIL"
place = "parts_store"
quantity = "2.5"
"""

PLAIN = ("apply", "authorise", "plan", "consent", "hand_out", "draw", "rework", "inspect", "receive", "return_closing_copy")
WITH_PARTS = (
    "apply", "authorise", "plan", "consent", "hand_out", "draw", "open_parts", "draw_parts", "rework", "return_parts",
    "inspect", "receive", "file_parts_form", "return_closing_copy",
)  # fmt: skip
HAPPY: dict[str, Json] = {
    "apply": {"who": "S1", "fields": {"customer": "Acme"}},
    "authorise": {"who": "S2"},
    "plan": {"who": "P1", "copies": [2]},
    "consent": {"who": "W1", "copies": [3], "outcome": "consent"},
    "hand_out": {"who": "D1", "copies": [4]},
    "draw": {"who": "K1", "copies": [4], "signers": {"reworker": "R1"}},
    "rework": {"who": "R1", "copies": [5]},
    "inspect": {"who": "I1", "copies": [5, 6], "outcome": "pass", "quantity_passed": "10"},
    "receive": {"who": "K1", "copies": [5, 6]},
    "return_closing_copy": {"who": "D1", "copies": [6]},
    "open_parts": {"who": "R1", "lines": [{"item": "NEW-PART", "quantity": "12", "direction": "out"}]},
    "draw_parts": {"who": "PK1", "copies": ["parts"], "signers": {"reworker": "R1"}},
    "return_parts": {"who": "PK1", "copies": ["parts"], "signers": {"reworker": "R1"}},
    "file_parts_form": {"who": "PK1", "copies": ["parts"]},
}
PARTS_USED = {"installed": [{"item": "NEW-PART", "quantity": "10"}], "removed": [{"item": "OLD-PART", "quantity": "10"}]}


def description() -> Json:
    """What every floor starts with."""
    described = tomllib.loads(ITEMS_AND_STOCK)
    rows = [{"badge": badge, "name": f"人{badge}", "roles": [role], "pin": PIN} for badge, role in ROLES.items()]
    rows.append({"badge": "X1", "name": "人X1", "roles": sorted(set(ROLES.values())), "pin": PIN})
    described["people"] = [{**row, "stamp": STAMPS[row["badge"]]} if row["badge"] in STAMPS else row for row in rows]
    return described


@dataclass
class Floor:
    """One factory and the case that is being played there."""

    site: Site
    clock: FixedClock
    folder: Path
    case: str = ""
    parts: str = ""
    played: dict[str, int] = field(default_factory=dict)
    pieces: dict[str, str] = field(default_factory=dict)

    def token(self, who: str) -> str:
        """Log in: "K1" at the desk of the role, "X1@inspection" at a desk named."""
        badge, _, desk = who.partition("@")
        return log_in(self.site, desk or DESKS[badge.rstrip("0123456789")], badge, PIN)[0]

    def card(self, who: str, code: str | int = "") -> Json:
        """What is on the screen when a code is scanned, by default the case's serial."""
        return present(self.site, self.token(who), self.code(code) if code else self.case)

    def code(self, copy: str | int) -> str:
        """What is scanned for a copy: the 18 digits of its piece."""
        name = f"{self.case}/{copy}" if isinstance(copy, int) else copy
        return self.pieces.get(name, name)

    def do(
        self, who: str, step: str, /, copies: Any = (), outcome: Any = "", case: Any = None, signers: Any = (), key: Any = "",
        seen: Any = "", token: Any = "", **inputs: Any,
    ) -> Done:  # fmt: skip
        """Act as people would: log in, look at the card, do the step. What is sent may be anything: tests send bad things too."""
        token, case = token or self.token(who), self.case if case is None else case
        if isinstance(signers, Mapping):
            signers = [{"as": role, "badge": badge, "pin": PIN} for role, badge in signers.items()]
        names = [name for copy in copies for name in ([f"{self.parts}/1"] if copy == "parts" else [copy])]
        done = act(
            self.site, token,
            {
                "case": case, "procedure": P01, "step": step, "outcome": outcome, "copies": [self.code(name) for name in names],
                "inputs": inputs, "seen": seen or (present(self.site, token, case)["digest"] if case else ""),
                "signers": list(signers), "key": key,
            },
        )  # fmt: skip
        for document in done.opened:
            self.pieces |= {copy["copy"]: copy["piece"] for copy in document["copies"]}
            if document["form"] == "parts":
                self.parts = document["serial"]
        for copy in done.custody:
            if "piece" in copy:
                self.pieces[copy["copy"]] = copy["piece"]
        self.clock.advance(MINUTE)
        return done

    def apply(self, item: str = "V-100", becomes: str = "V-200", quantity: Any = "10", who: str = "S1", **more: Any) -> str:
        """Write an application; it is the case played from now on."""
        line = {"item": item, "becomes": becomes, "quantity": quantity, **more.pop("line", {})}
        fields = {"customer": "Acme", **more.pop("fields", {})}
        done = self.do(who, "apply", case="", fields=fields, lines=more.pop("lines", [line]), **more)
        self.case = done.case or ""
        self.played[self.case] = 1
        return self.case

    def step(self, step: str, **other: Any) -> Done:
        """Do one step as the happy way has it, but for what is said otherwise."""
        asked = {**HAPPY[step], **other}
        return self.do(asked.pop("who"), step, **asked)

    def play(self, upto: str, script: Sequence[str] = PLAIN, **last: Any) -> Done | None:
        """Play the case on, up to and with a step; `last` is how the last one is done."""
        done = None
        first = self.played.get(self.case, 0) if self.case else 0
        for number in range(first, script.index(upto) + 1):
            step = script[number]
            other = last if step == upto else {}
            if step == "apply":
                self.apply(**other)
            else:
                used = PARTS_USED if step == "rework" and script is WITH_PARTS else {}
                done = self.step(step, **{**used, **other})
            self.played[self.case] = number + 1
        return done

    def rows(self, sql: str, *parameters: object) -> list[tuple[Any, ...]]:
        """Look into the tables."""
        return self.site.database.rows(sql, *parameters)

    def due(self) -> dict[int, str]:
        """Where each copy of the application is due."""
        return dict(self.rows("SELECT number, due FROM copies WHERE serial = ?", self.case))

    def lies(self, item: str) -> dict[str, float]:
        """How much of an item lies where, counter-places too."""
        sql = "SELECT place, SUM(quantity) FROM balances WHERE item = ? GROUP BY place HAVING SUM(quantity) <> 0"
        return {place: quantity / 1000 for place, quantity in self.rows(sql, item)}

    def ended(self) -> str:
        """How the case has ended, empty while it has not."""
        ended: str = self.rows("SELECT ended FROM cases WHERE code = ?", self.case)[0][0]
        return ended

    def steps_possible(self, who: str) -> set[str]:
        """Which steps the card offers this person."""
        return {step["step"] for step in self.card(who)["can"]}

    @contextlib.contextmanager
    def refused(self, *codes: str) -> Iterator[list[Refused]]:
        """What happens inside must be refused with one of these codes, sayable, and must leave nothing written."""
        before = contents(self.site)
        caught: list[Refused] = []
        with pytest.raises(Refused) as raised:
            yield caught
        caught.append(raised.value)
        assert raised.value.code in codes, (raised.value.code, raised.value.arguments, raised.value.because)
        say_everything(self.site, raised.value)
        assert contents(self.site) == before


@pytest.fixture(scope="session")
def works(tmp_path_factory: pytest.TempPathFactory) -> Works:
    """The founder of factories."""
    return Works(tmp_path_factory.mktemp("works"))


@pytest.fixture
def floors(works: Works, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FloorMaker]:
    """Make any number of factories with cheap PIN hashes; each is audited when the test is over."""
    monkeypatch.setattr(people, "HASHER", argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    made: list[Floor] = []

    def make(settings: Mapping[str, str] | None = None, own: str = "", described: Json | None = None) -> Floor:
        made.append(works.floor(tmp_path / f"floor{len(made)}", settings or {}, own, described))
        return made[-1]

    yield make
    for floor in made:
        audit(floor.site)
        floor.site.close()


@pytest.fixture
def floor(floors: FloorMaker) -> Floor:
    """One factory with the shipped settings."""
    return floors()


@dataclass
class Works:
    """Founds factories: one for each choice of settings, once; every test gets a copy of its own."""

    folder: Path
    founded: dict[tuple[Chosen, str, str], tuple[Path, dict[str, Any]]] = field(default_factory=dict)
    verdicts: list[tuple[Any, ...]] = field(default_factory=list)
    """What the procedures were found to be, by their contents: a site need not prove again what another one has proved."""
    tried: int = 0

    def floor(self, folder: Path, settings: Mapping[str, str], own: str, described: Json | None = None) -> Floor:
        """Open a fresh factory in a folder."""
        clock = FixedClock(START)
        chosen = tuple(sorted(settings.items()))
        key = chosen, own, repr(described)
        if key not in self.founded:
            self.tried += 1  # one that was refused leaves its folder behind
            template = self.folder / str(self.tried)
            site = self.found(template, chosen, own, description() if described is None else described)
            self.prove(site)
            site.close()
            self.founded[key] = template, site.compiled
        template, compiled = self.founded[key]
        shutil.copytree(template, folder)
        site = open_site(folder, clock, synchronous="off")
        site.compiled = dict(compiled)
        return Floor(site, clock, folder)

    def prove(self, site: Site) -> None:
        """Read and prove the procedures of a site, but for what was proved before."""
        with site.database.writing() as cursor:
            cursor.executemany("INSERT OR IGNORE INTO verdicts(digest, proved, at) VALUES(?, ?, ?)", self.verdicts)
        in_force(site)
        self.verdicts = site.database.rows("SELECT digest, proved, at FROM verdicts")

    def found(self, folder: Path, chosen: Chosen, own: str, described: Json) -> Site:
        """Found a factory."""
        folder.mkdir(parents=True)
        if own:
            (folder / "factory.toml").write_text(own, encoding="utf-8")
        return found(folder, {**described, "settings": dict(chosen)}, FixedClock(START), scratch=True)
