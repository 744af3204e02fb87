"""A small works for the campaigns: people, stock, P01 as requests one after another, and a real `qdesk pipe` to ask."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Generator, Iterator, Mapping
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

from qdesk.clock import Clock
from qdesk.desk.founding import found, read_description
from qdesk.errors import Refused
from qdesk.pipe import Pipe
from qdesk.site import Site

Json = dict[str, Any]
Requests = Generator[Json, Json, None]
PIN = "1357"
DESCRIPTION = """
[site]
code = "V1"
name = "第一阀门厂"
[settings]
idle_lock = "9d"
operator_pin_fresh = "9d"
[[items]]
code = "V-100"
name = "闸阀"
unit = "台"
[[items]]
code = "V-200"
name = "截止阀"
unit = "台"
[[stock]]
item = "V-100"
place = "finished_store"
quantity = "100000"
"""
# Who sits where, under which badge.
PEOPLE = {
    "sales_clerk": ("sales", "S1"),
    "sales_leader": ("sales", "S2"),
    "planner": ("planning", "P1"),
    "workshop_leader": ("shop_dispatch", "W1"),
    "shop_dispatcher": ("shop_dispatch", "D1"),
    "reworker": ("valve_shop", "R1"),
    "keeper": ("finished_store", "K1"),
    "inspector": ("inspection", "I1"),
    "administrator": ("administration", "A1"),
    "guard": ("gate", "G1"),
}
# Step, outcome, who, which copies are scanned, who signs beside the operator, what is entered.
STEPS: tuple[tuple[str, str, str, tuple[int, ...], str, Json], ...] = (
    ("authorise", "", "sales_leader", (), "", {}),
    ("plan", "", "planner", (2,), "", {}),
    ("consent", "consent", "workshop_leader", (3,), "", {}),
    ("hand_out", "", "shop_dispatcher", (4,), "", {}),
    ("draw", "", "keeper", (4,), "reworker", {}),
    ("rework", "", "reworker", (5,), "", {}),
    ("inspect", "pass", "inspector", (5, 6), "", {"quantity_passed": "2"}),
    ("receive", "", "keeper", (5, 6), "", {}),
    ("return_closing_copy", "", "shop_dispatcher", (6,), "", {}),
)


def found_works(folder: Path, clock: Clock | None = None) -> Site:
    """Found the works in a folder; with a fixed clock as a scratch site."""
    described = read_description(DESCRIPTION)
    described["people"] = [
        {"badge": badge, "name": role, "roles": [role], "pin": PIN, "stamp": "07" if role == "inspector" else ""}
        for role, (_, badge) in PEOPLE.items()
    ]
    return found(folder, described, clock or Clock(), scratch=clock is not None)


class Refusal(Exception):
    """An answer that says no, where the play allows none."""


class Hand:
    """Carries requests out within this process, the way the pipe does."""

    def __init__(self, site: Site) -> None:
        """Work at an open site."""
        self.pipe = Pipe(site, StringIO())

    def ask(self, line: Json) -> Json:
        """Carry out one line."""
        answer = self.pipe.answer(json.dumps(line).encode() + b"\n", BytesIO())
        assert answer is not None
        return answer


class PipeProcess:
    """A real `qdesk pipe` in a process of its own."""

    def __init__(self, folder: Path, environment: Mapping[str, str] | None = None) -> None:
        """Start it on a site folder."""
        program = "import sys; from qdesk.cli import main; sys.exit(main(sys.argv[1:]))"
        self.process = subprocess.Popen(
            [sys.executable, "-c", program, "pipe", "--site", str(folder)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ, **(environment or {})},
        )  # fmt: skip

    def ask(self, line: Json) -> Json:
        """Send one line and wait for its answer; raises ConnectionError when the process has died before answering."""
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write(json.dumps(line).encode() + b"\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer.endswith(b"\n"):
            complaint = self.process.stderr.read() if self.process.stderr else b""
            raise ConnectionError(f"the pipe has died: {complaint.decode('utf-8', 'replace')}")
        answered: Json = json.loads(answer)
        return answered

    def kill(self) -> None:
        """Kill it as a power switch would, and wait until it is gone."""
        self.process.kill()
        self.close()

    def close(self) -> str:
        """End it and return what it complained of."""
        try:
            _, complaints = self.process.communicate(timeout=60)
        except BrokenPipeError:
            complaints = b""
        return complaints.decode("utf-8", "replace")


def log_everyone_in(hand: Hand | PipeProcess) -> dict[str, str]:
    """Log everyone in and return their sessions by role."""
    sessions = {}
    for role, (desk, badge) in PEOPLE.items():
        answer = hand.ask({"op": "login", "desk": desk, "badge": badge, "pin": PIN})
        if not answer["ok"]:
            raise Refusal(answer["error"]["message"])
        sessions[role] = str(answer["session"])
    return sessions


def one_case(sessions: Mapping[str, str], name: str, steps: int = len(STEPS)) -> Requests:
    """Yield the lines of one whole product modification, each with its own key; expects the answer to each."""
    fields = {"customer": "Acme"}
    line = {"item": "V-100", "becomes": "V-200", "quantity": "2"}
    opened = yield {
        "op": "act", "session": sessions["sales_clerk"], "procedure": "product_modification", "step": "apply",
        "inputs": {"fields": fields, "lines": [line]}, "key": f"{name}.apply",
    }  # fmt: skip
    case = opened["case"]
    pieces = [copy["piece"] for copy in opened["opened"][0]["copies"]]
    for step, outcome, role, copies, signer, inputs in STEPS[:steps]:
        card = yield {"op": "present", "session": sessions[role], "code": pieces[copies[0] - 1] if copies else case}
        signers = [{"as": signer, "badge": PEOPLE[signer][1], "pin": PIN}] if signer else []
        yield {
            "op": "act", "session": sessions[role], "case": case, "step": step, "outcome": outcome or None,
            "copies": [pieces[number - 1] for number in copies], "inputs": inputs, "seen": card["card"]["digest"],
            "signers": signers, "key": f"{name}.{step}",
        }  # fmt: skip


def cases_without_end(sessions: Mapping[str, str], name: str) -> Requests:
    """Yield one case after another."""
    number = 0
    while True:
        number += 1
        yield from one_case(sessions, f"{name}.{number}")


def play(hand: Hand | PipeProcess, requests: Requests, most: int = 10**9) -> Iterator[tuple[Json, Json]]:
    """Carry requests out one after another; return each with its answer, which must be yes."""
    try:
        line = next(requests)
        for _ in range(most):
            answer = hand.ask(line)
            if not answer["ok"]:
                raise Refusal(f"{line}: {answer['error']}")
            yield line, answer
            line = requests.send(answer)
    except StopIteration:
        return


def play_cases(site: Site, name: str, cases: int, steps: int = len(STEPS)) -> None:
    """Play some cases within this process."""
    hand = Hand(site)
    sessions = log_everyone_in(hand)
    for number in range(cases):
        for _ in play(hand, one_case(sessions, f"{name}.{number}", steps)):
            pass


def refusal_code(work: Any, *arguments: Any) -> str:
    """Return the code of the refusal that work raises, or nothing."""
    try:
        work(*arguments)
    except Refused as refused:
        return refused.code
    return ""
