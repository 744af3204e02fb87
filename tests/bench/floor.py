"""What the benchmarks share: a founded site, a played P01, and the plain sqlite3 floor of the same rows."""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from qdesk.clock import Clock, FixedClock
from qdesk.database import driver
from qdesk.desk import acting
from qdesk.desk.founding import found, read_description
from qdesk.desk.request import Request
from qdesk.desk.signing import Signer
from qdesk.desk.standing import stand
from qdesk.people import Person, Session, log_in
from qdesk.site import Site

ROLES = {
    "sales_clerk": "sales", "sales_leader": "sales", "planner": "planning", "workshop_leader": "shop_dispatch",
    "shop_dispatcher": "shop_dispatch", "reworker": "valve_shop", "keeper": "finished_store",
    "parts_keeper": "parts_store", "inspector": "inspection",
}
PIN = "2468"
STORY: tuple[tuple[str, str, str, tuple[int, ...]], ...] = (
    ("sales_leader", "authorise", "", ()),
    ("planner", "plan", "", (2, 3, 4, 5, 6)),
    ("workshop_leader", "consent", "consent", (3,)),
    ("shop_dispatcher", "hand_out", "", (4,)),
    ("keeper", "draw", "", (4,)),
    ("reworker", "rework", "", (5,)),
    ("inspector", "inspect", "pass", (5, 6)),
    ("keeper", "receive", "", (5, 6)),
    ("shop_dispatcher", "return_closing_copy", "", (6,)),
)


def founded(folder: Path, quantity: str = "9000000", synchronous: str = "full", **settings: str) -> Site:
    """Found a scratch site with one person for each role and plenty of stock."""
    people = [
        {"badge": role, "name": role, "roles": [role], "pin": PIN, **({"stamp": "1"} if role == "inspector" else {})}
        for role in [*ROLES, "administrator"]
    ]
    described = read_description("")
    described |= {
        "site": {"code": "BENCH", "name": "bench", "language": "en"},
        "settings": settings,
        "people": people,
        "items": [{"code": code, "name": code, "unit": "pc"} for code in ("OLD", "NEW")],
        "stock": [{"item": "OLD", "place": "finished_store", "quantity": quantity}],
    }
    site = found(folder, described, FixedClock(Clock().now()), scratch=True)
    if synchronous != "full":
        site.database.peewee.execute_sql(f"PRAGMA synchronous = {synchronous}")
    return site


class Story:
    """Plays P01 the whole way of `act` without checking PINs: everyone is logged in once, a second signer counts as proved."""

    def __init__(self, site: Site) -> None:
        """Log everyone in once."""
        self.site = site
        self.tokens: dict[str, str] = {}
        self.people: dict[str, Person] = {}
        for role, desk in ROLES.items():
            self.tokens[role], session = log_in(site, desk, role, PIN)
            self.people[role] = session.person
        self.times: dict[str, list[float]] = {}
        self.after_each: Callable[[], None] = lambda: None
        vars(acting)["prove_signers"] = self.proved

    def proved(self, site: Site, session: Session, request: Request) -> list[Signer]:
        """Take second signers at their word: checking a PIN is measured apart."""
        return [Signer(each["as"], self.people[each["as"]], each["as"]) for each in request.signers]

    def act(self, role: str, **asked: Any) -> Any:
        """Do one act and note how long it took."""
        asked["signers"] = [{"as": "reworker"}] if asked["step"] == "draw" else []
        started = time.perf_counter()
        done = acting.act(self.site, self.tokens[role], asked)
        self.times.setdefault(asked["step"], []).append(time.perf_counter() - started)
        self.after_each()
        return done

    def digest(self, case: str) -> str:
        """Look at the card of a case, as the desk does before it acts, and return what it is over."""
        with self.site.database.reading() as cursor:
            head = cursor.execute("SELECT MAX(seq) FROM journal").fetchall()[0][0]
            return stand(self.site, cursor, case, head).card_digest()

    def play(self, key: str, upto: int = len(STORY)) -> str:
        """Play one whole modification, or its first steps, and return the case."""
        inputs = {"fields": {"customer": "bench"}, "lines": [{"item": "OLD", "becomes": "NEW", "quantity": "1"}]}
        opened = self.act("sales_clerk", procedure="product_modification", step="apply", inputs=inputs, key=key)
        pieces = {copy["copy"]: copy["piece"] for copy in opened.opened[0]["copies"]}
        for role, step, outcome, copies in STORY[:upto]:
            self.act(
                role, case=opened.case, step=step, outcome=outcome or None, key=f"{key}/{step}",
                copies=[pieces[f"{opened.case}/{number}"] for number in copies], seen=self.digest(opened.case),
                inputs={"quantity_passed": "1"} if step == "inspect" else {},
            )
        case: str = opened.case
        return case


WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE)", re.IGNORECASE)


def recorded_writes(site: Site, story: Story, key: str) -> list[list[tuple[str, Sequence[Any]]]]:
    """Return the writes of each act of one story, with their values, by listening at the cursor."""
    acts: list[list[tuple[str, Sequence[Any]]]] = []
    original = site.database.cursor

    class Listening:
        def __init__(self) -> None:
            self.inner: Any = original()

        def execute(self, sql: str, parameters: Sequence[Any] = ()) -> Any:
            if WRITES.match(sql):
                acts[-1].append((sql, tuple(parameters)))
            return self.inner.execute(sql, parameters)

        def executemany(self, sql: str, rows: Sequence[Sequence[Any]]) -> Any:
            acts[-1].extend((sql, tuple(row)) for row in rows)
            return self.inner.executemany(sql, rows)

        def __getattr__(self, name: str) -> Any:
            return getattr(self.inner, name)

    acting = story.act

    def listening(role: str, **asked: Any) -> Any:
        acts.append([])
        return acting(role, **asked)

    site.database.cursor = Listening  # type: ignore[method-assign]  # the benchmark listens where acts write
    story.act = listening  # type: ignore[method-assign]  # one list of writes for each act
    try:
        story.play(key)
    finally:
        site.database.cursor = original  # type: ignore[method-assign]  # as above
        story.act = acting  # type: ignore[method-assign]  # as above
    return acts


class Floor:
    """The same rows written by plain prepared statements, one transaction an act, on a copy of the database."""

    def __init__(self, path: Path, acts: list[list[tuple[str, Sequence[Any]]]], synchronous: str) -> None:
        """Open the copy as the engine opens its own file."""
        self.connection = driver.connect(str(path), isolation_level=None)
        common = ("journal_mode=wal", "foreign_keys=1", "recursive_triggers=1", "cache_size=-16000")
        for pragma in (*common, f"synchronous={synchronous}"):
            self.connection.execute(f"PRAGMA {pragma}").fetchall()
        self.cursor = self.connection.cursor()
        self.acts = iter(acts)
        self.seconds: list[float] = []

    def write_next(self) -> None:
        """Write the rows of the next act and note how long it took."""
        writes = next(self.acts)
        started = time.perf_counter()
        self.cursor.execute("BEGIN IMMEDIATE")
        for sql, values in writes:
            self.cursor.execute(sql, values)
        self.cursor.execute("COMMIT")
        self.seconds.append(time.perf_counter() - started)


def median_ms(seconds: Sequence[float]) -> float:
    """Return the median in milliseconds."""
    return statistics.median(seconds) * 1000


def copy_of(site: Site, target: Path) -> Path:
    """Copy a site's database whole, as it stands."""
    copy = driver.connect(str(target))
    site.database.peewee.connection().backup(copy)
    copy.close()
    return target
