"""A program outside: it speaks JSON lines with a real `qdesk pipe` and knows nothing but the contract and sheet.json."""

from __future__ import annotations

import contextlib
import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from qdesk.pipe import Pipe
from qdesk.site import Site

Json = dict[str, Any]
ROOT = Path(__file__).parent.parent
QDESK = [sys.executable, "-m", "qdesk.cli"]
STORY = (
    "authorise", "plan", "consent", "hand_out", "draw", "draw_parts", "rework", "return_parts", "inspect", "receive",
    "file_parts_form", "return_closing_copy",
)  # fmt: skip
GOOD = (None, "consent", "pass")


def environment(**more: str) -> dict[str, str]:
    """What a command is started with: nothing of the tester's own language, width or site."""
    kept = {name: value for name, value in os.environ.items() if name not in ("LANG", "COLUMNS", "QDESK_SITE", "QDESK_LANGUAGE")}
    return {**kept, "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8", "COLUMNS": "80", **more}


def qdesk(*words: str, said: str | bytes = b"", cwd: Path | None = None, **more: str) -> subprocess.CompletedProcess[str]:
    """Run one command to its end."""
    said = said.encode() if isinstance(said, str) else said
    done = subprocess.run([*QDESK, *words], input=said, capture_output=True, cwd=cwd or ROOT, env=environment(**more), timeout=60)
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


def says(site: Site, *lines: bytes | Json) -> list[Json]:
    """What a pipe within this process answers to some lines."""
    answers = io.StringIO()
    written = b"".join((line if isinstance(line, bytes) else json.dumps(line).encode()) + b"\n" for line in lines)
    Pipe(site, answers).run(io.BytesIO(written))
    return [json.loads(line, parse_constant=refuse) for line in answers.getvalue().splitlines()]


def refuse(constant: str) -> object:
    """No answer may hold what JSON does not know."""
    raise AssertionError(constant)


def heed_interrupts() -> None:
    """Let a child be interrupted even where the tests were started to ignore it, as in a shell's background or by xdist."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Line:
    """One long conversation with a process of its own."""

    def __init__(self, site: Path, *options: str) -> None:
        """Start it."""
        command = [*QDESK, "pipe", "--site", str(site), *options]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=environment(), stdin=pipe, stdout=pipe, stderr=pipe, preexec_fn=heed_interrupts
        )
        assert self.process.stdin and self.process.stdout and self.process.stderr
        self.into: IO[bytes] = self.process.stdin
        self.answers: IO[bytes] = self.process.stdout
        self.complaints: IO[bytes] = self.process.stderr
        self.number = 0

    def __enter__(self) -> Line:
        """Hand it out."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """End it and leave no handle open, however the test went."""
        self.process.kill()
        for stream in (self.into, self.answers, self.complaints):
            with contextlib.suppress(BrokenPipeError):  # what was still to be sent has nowhere to go
                stream.close()
        self.process.wait()

    def send(self, *lines: bytes | Json) -> None:
        """Send lines without waiting."""
        for line in lines:
            self.into.write((line if isinstance(line, bytes) else json.dumps(line).encode()) + b"\n")
        self.into.flush()

    def answer(self) -> Json:
        """Wait for the next answer; an end is a failure."""
        line = self.answers.readline()
        assert line, self.complaints.read().decode()
        answer: Json = json.loads(line, parse_constant=refuse)
        return answer

    def raw(self, line: bytes) -> Json:
        """Send one line as it is and return its answer."""
        self.send(line)
        return self.answer()

    def ask(self, op: str, **more: Any) -> Json:
        """Ask one thing; the number of the question must come back."""
        self.number += 1
        self.send({"id": self.number, "op": op, **more})
        answer = self.answer()
        assert answer["id"] == self.number
        return answer

    def end(self) -> tuple[int, str]:
        """Close the input and return the exit code and what was complained of."""
        self.into.close()
        return self.process.wait(30), self.complaints.read().decode()


@dataclass
class Outside:
    """A program that works at the factory of a sheet: it does what the cards say can be done."""

    line: Line
    sheet: Json
    sessions: dict[tuple[str, str], str] = field(default_factory=dict)
    answers: list[Json] = field(default_factory=list)

    def person(self, badge: str) -> Json:
        """Return a person of the sheet."""
        found: Json = next(each for each in self.sheet["people"] if each["badge"] == badge)
        return found

    def log_in(self, desk: str, badge: str) -> str:
        """Log in, once."""
        if (desk, badge) not in self.sessions:
            told = self.line.ask("login", desk=desk, badge=badge, pin=self.person(badge)["pin"])
            assert told["ok"], told
            self.sessions[desk, badge] = told["session"]
        return self.sessions[desk, badge]

    def card(self, session: str, code: str) -> Json:
        """Return the card of a code."""
        told = self.line.ask("present", session=session, code=code)
        assert told["ok"], told
        card: Json = told["card"]
        return card

    def waiting(self, case: str) -> dict[str, str]:
        """Return which steps of a case wait, by the inboxes: step and desk."""
        found: dict[str, str] = {}
        for desk in self.sheet["desks"]:
            person = next((each for each in self.sheet["people"] if desk in each["desks"]), None)
            if person is not None:
                told = self.line.ask("inbox", session=self.log_in(desk, person["badge"]))
                found |= {row["step"]: desk for row in told["waiting"] if row["case"] == case}
        return found

    def do(self, case: str, step: str, desk: str, **inputs: Any) -> Json:
        """Do a step at a desk: whoever of the desk finds it among what can be done, does it."""
        for person in self.sheet["people"]:
            if desk not in person["desks"]:
                continue
            session = self.log_in(desk, person["badge"])
            card = self.card(session, case)
            for can in card["can"]:
                if can["step"] == step:
                    return self.do_as(person, session, card, can, inputs)
        raise AssertionError(f"nobody at {desk} can {step}")

    def do_as(self, person: Json, session: str, card: Json, can: Json, inputs: Mapping[str, Any]) -> Json:
        """Do what a card offers."""
        outcome = next(each for each in can["outcomes"] if each["name"] in GOOD)
        pieces = self.pieces(session, card)
        told = self.line.ask(
            "act", session=session, case=card["case"], step=can["step"], outcome=outcome["name"],
            copies=[pieces[name] for name in can["copies"]], inputs=self.inputs(outcome["asks"], inputs), seen=card["digest"],
            signers=[self.signer(role) for role in outcome["signs"] if role not in person["roles"]], key=f"outside-{can['step']}",
        )  # fmt: skip
        assert told["ok"], told
        self.answers.append(told)
        return told

    def pieces(self, session: str, card: Json) -> dict[str, str]:
        """Return the 18 digits of every copy of a case, over all its documents."""
        cards = [self.card(session, serial) for serial in card["documents"]]
        return {copy["copy"]: copy["piece"] for each in cards for copy in each["copies"]}

    def signer(self, role: str) -> Json:
        """Return a second signer who has a role."""
        found = next(each for each in self.sheet["people"] if role in each["roles"])
        return {"as": role, "badge": found["badge"], "pin": found["pin"]}

    def inputs(self, asks: Sequence[Json], given: Mapping[str, Any]) -> Json:
        """Answer what is asked by its kind, unless a better answer is given."""
        told: Json = {}
        for ask in asks:
            name = ask["name"]
            if name in given:
                told[name] = given[name]
            elif ask["kind"] in ("check", "measure"):
                told[name] = self.sheet["inspection"][name]
            elif ask["kind"] == "choice":
                told[name] = ask["choices"][0]
        return told
