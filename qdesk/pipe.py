"""The pipe: JSON lines in, JSON lines out, in order, with the same two verbs as the screens; a stable contract.

Loads neither Textual nor a typesetter. A bad line gets an error answer, never an end; nothing is acknowledged before it is
committed; what was refused is written down after the answer.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from typing import IO, Any

from qdesk import ledger, lookups, registers, tracing
from qdesk.attempts import Attempt, attempt_of, record_attempts
from qdesk.desk import act, present
from qdesk.desk.emergency import ask_blanks
from qdesk.desk.openings import ask_openings
from qdesk.desk.stacks import act_on_stack
from qdesk.errors import Refused
from qdesk.people import Session, find_session, log_in, log_out
from qdesk.scan import visible
from qdesk.site import Site
from qdesk.verify import verify
from qdesk.words import Words

LONGEST_LINE = 1_000_000
DEEPEST = 32
Json = dict[str, Any]
Looking = Callable[[Site, Session, Words, Mapping[str, Any]], Json]
LOOKS: dict[str, Looking] = {
    "inbox": lookups.ask_inbox,
    "where": lookups.ask_where,
    "stock": lookups.ask_stock,
    "ledger": ledger.ask_ledger,
    "trace": tracing.ask_trace,
    "register": registers.ask_register,
    "openings": ask_openings,
    "blanks": ask_blanks,
}
ENVELOPE = ("id", "op", "session", "language")


class Pipe:
    """One conversation."""

    def __init__(self, site: Site, answers: IO[str]) -> None:
        """Answer on one stream."""
        self.site, self.answers = site, answers
        self.attempts: list[Attempt] = []

    def run(self, lines: IO[bytes]) -> None:
        """Answer every line until the input ends."""
        while line := lines.readline(LONGEST_LINE + 1):
            answer = self.answer(line, lines)
            self.answers.write(json.dumps(answer, ensure_ascii=False) + "\n")
            self.answers.flush()
            if self.attempts:
                self.write_attempts()

    def answer(self, line: bytes, lines: IO[bytes]) -> Json:
        """Return the answer to one line; what a bad line says is never kept, since a PIN may stand anywhere in it."""
        if len(line) > LONGEST_LINE:
            while line and not line.endswith(b"\n"):
                line = lines.readline(LONGEST_LINE)
            return self.refusal(None, Refused("line_too_long", longest=LONGEST_LINE), self.site.words, "line", "")
        try:
            asked = read_line(line)
        except Refused as refused:
            return self.refusal(None, refused, self.site.words, "line", "")
        number = asked.get("id")
        words = self.site.languages.get(str(asked.get("language")), self.site.words)
        verb = str(asked.get("op"))
        try:
            return {"id": number, "ok": True, **self.do(verb, asked, words)}
        except Refused as refused:
            return self.refusal(number, refused, words, verb, tried(asked), asked.get("session"))

    def do(self, verb: str, asked: Json, words: Words) -> Json:
        """Carry out one verb."""
        if verb == "login":
            return self.log_in(asked)
        if verb == "present":
            return {"card": present(self.site, asked.get("session"), asked.get("code"), words)}
        if verb == "act":
            return act(self.site, asked.get("session"), without_envelope(asked)).told()
        if verb == "stack":
            return self.stack(asked, words)
        if verb not in LOOKS and verb not in ("logout", "verify"):
            raise Refused("verb_unknown", verb=visible(verb))
        session = self.session(asked)
        if verb == "logout":
            log_out(self.site, session)
            return {}
        if verb == "verify":
            told: Json = verify(self.site).told(words)
            return told
        return LOOKS[verb](self.site, session, words, asked)

    def stack(self, asked: Json, words: Words) -> Json:
        """Do one step for a list of cases, and remember each one refused as an attempt of its own."""
        told = act_on_stack(self.site, asked.get("session"), without_envelope(asked), words)
        refused = [(each["case"], Refused(each["error"]["code"])) for each in told["acts"] if not each["ok"]]
        if refused:
            desk, person = self.at_desk(asked.get("session"))
            self.attempts += [attempt_of(why, "stack", tried({**asked, "case": case}), desk, person) for case, why in refused]
        return told

    def session(self, asked: Json) -> Session:
        """Return the session a line names."""
        with self.site.database.reading() as cursor:
            return find_session(self.site, cursor, asked.get("session"))

    def log_in(self, asked: Json) -> Json:
        """Open a session at a desk."""
        token, session = log_in(self.site, asked.get("desk"), asked.get("badge"), asked.get("pin"))
        person = session.person
        return {"session": token, "person": {"id": person.id, "name": person.name, "roles": sorted(person.roles)}}

    def refusal(
        self, number: object, refused: Refused, words: Words, verb: str, detail: str, token: object = None
    ) -> Json:
        """Return a refusal in the user's language, and remember the attempt."""
        desk, person = self.at_desk(token)
        self.attempts.append(attempt_of(refused, verb, detail, desk, person))
        because = [words.because(reason) for reason in refused.because]
        error = {"code": refused.code, "message": words.refusal(refused), "because": because}
        return {"id": number, "ok": False, "error": error}

    def at_desk(self, token: object) -> tuple[str, int | None]:
        """Return desk and person of a session; an unknown or locked one names none, and its attempts are kept all the same."""
        if token is None:
            return "", None
        try:
            session = self.session({"session": token})
        except Refused:
            return "", None
        return session.desk, session.person.id

    def write_attempts(self) -> None:
        """Write refused attempts down; where even that is refused (a full disk), the answers go on."""
        try:
            record_attempts(self.site, self.attempts)
        except Refused:
            del self.attempts[:-1000]
            return
        self.attempts.clear()


def read_line(line: bytes) -> Json:
    """Return the object in a line; raises Refused("line_unreadable")."""
    try:
        asked = json.loads(line.decode("utf-8"), parse_constant=refuse_constant, parse_float=finite)
        if line.count(b"[") + line.count(b"{") > DEEPEST and is_deeper(asked, DEEPEST):
            raise ValueError(f"nested deeper than {DEEPEST}")
    except (ValueError, RecursionError) as error:
        raise Refused("line_unreadable", reason=visible(error, 80)) from error
    if not isinstance(asked, dict):
        raise Refused("line_unreadable", reason="{ }")
    return asked


def refuse_constant(name: str) -> object:
    """Refuse NaN and the infinities, which are no JSON."""
    raise ValueError(name)


def finite(text: str) -> float:
    """Return a number, but refuse one so large that it would be answered as an infinity."""
    number = float(text)
    if math.isinf(number):
        raise ValueError(f"{text[:20]} is too large")
    return number


def is_deeper(value: object, levels: int) -> bool:
    """Tell whether a value is nested deeper than so many levels: what follows may walk through it without running out."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(levels == 0 or is_deeper(each, levels - 1) for each in inner)


def without_envelope(asked: Json) -> Json:
    """Return what a line asks for, without what only belongs to the line."""
    return {name: value for name, value in asked.items() if name not in ENVELOPE}


def tried(asked: Json) -> str:
    """Return what was tried, for the record of attempts: never a PIN."""
    inputs = asked.get("inputs")
    shown = inputs.get("code") if isinstance(inputs, dict) else None  # what was shown at a gate
    named = [*(asked.get(name) for name in ("desk", "badge", "code", "case", "step", "outcome")), shown]
    return " ".join(name for name in named if isinstance(name, str) and name)

