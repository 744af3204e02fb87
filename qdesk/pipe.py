"""The pipe: JSON lines in, JSON lines out, in order, with the same two verbs as the screens; a stable contract.

Loads neither Textual nor a typesetter. A bad line gets an error answer, never an end; nothing is acknowledged before it is
committed; what was refused is written down after the answer.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import IO, Any

from qdesk import registers
from qdesk.attempts import Attempt, attempt_of, record_attempts
from qdesk.desk import act, present
from qdesk.desk.stacks import act_on_stack
from qdesk.errors import Refused
from qdesk.people import Session, find_session, log_in, log_out
from qdesk.scan import visible
from qdesk.site import Site
from qdesk.verify import verify
from qdesk.words import Words

LONGEST_LINE = 1_000_000
Json = dict[str, Any]
Looking = Callable[[Site, Session, Words, Mapping[str, Any]], Json]
LOOKS: dict[str, Looking] = {
    "inbox": registers.ask_inbox,
    "where": registers.ask_where,
    "stock": registers.ask_stock,
    "register": registers.ask_register,
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
            if answer is not None:
                self.answers.write(json.dumps(answer, ensure_ascii=False) + "\n")
                self.answers.flush()
            if self.attempts:
                self.write_attempts()

    def answer(self, line: bytes, lines: IO[bytes]) -> Json | None:
        """Return the answer to one line; None for a blank one."""
        if len(line) > LONGEST_LINE:
            while line and not line.endswith(b"\n"):
                line = lines.readline(LONGEST_LINE)
            return self.refusal(None, Refused("line_too_long", longest=LONGEST_LINE), self.site.words, "line", "")
        if not line.strip():
            return None
        try:
            asked = read_line(line)
        except Refused as refused:
            return self.refusal(None, refused, self.site.words, "line", line[:80].decode("utf-8", "replace"))
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
            return act_on_stack(self.site, asked.get("session"), without_envelope(asked), words)
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
        desk, person = "", None
        if token is not None:
            try:
                session = self.session({"session": token})
                desk, person = session.desk, session.person.id
            except Refused:
                pass  # an unknown or locked session has no desk to name; the attempt is kept all the same
        self.attempts.append(attempt_of(refused, verb, detail, desk, person))
        because = [words.because(reason) for reason in refused.because]
        error = {"code": refused.code, "message": words.refusal(refused), "because": because}
        return {"id": number, "ok": False, "error": error}

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
        asked = json.loads(line.decode("utf-8"), parse_constant=refuse_constant)
    except (ValueError, RecursionError) as error:
        raise Refused("line_unreadable", reason=visible(error, 80)) from error
    if not isinstance(asked, dict):
        raise Refused("line_unreadable", reason="{ }")
    return asked


def refuse_constant(name: str) -> object:
    """Refuse NaN and the infinities, which are no JSON."""
    raise ValueError(name)


def without_envelope(asked: Json) -> Json:
    """Return what a line asks for, without what only belongs to the line."""
    return {name: value for name, value in asked.items() if name not in ENVELOPE}


def tried(asked: Json) -> str:
    """Return what was tried, for the record of attempts: never a PIN."""
    named = [str(asked[name]) for name in ("desk", "badge", "code", "case", "step", "outcome") if asked.get(name)]
    return " ".join(named)

