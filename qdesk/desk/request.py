"""A request to act, as it came: cleaned in form, and named by a digest that holds no PIN."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from qdesk.errors import Refused
from qdesk.journal import digest_of
from qdesk.scan import clean_code, clean_text

FIELDS = frozenset(["case", "procedure", "step", "outcome", "copies", "inputs", "seen", "signers", "key"])
MOST_COPIES, MOST_SIGNERS = 200, 20


@dataclass(frozen=True)
class Request:
    """What someone wants done."""

    case: str
    procedure: str
    step: str
    outcome: str
    copies: tuple[str, ...]
    inputs: Mapping[str, Any]
    seen: str
    signers: tuple[Mapping[str, Any], ...]
    key: str | None
    pin: object = field(default=None, repr=False)
    pin_hash: str = field(default="", repr=False)
    said: str = field(default="", repr=False)
    """The digest of the request that this one was made of, where the gate goes on with the step of a case."""

    @cached_property
    def digest(self) -> str:
        """Return what the request says, without secrets: the same key must always come with the same digest."""
        if self.said:
            return self.said
        signers = [{name: signer.get(name) for name in ("as", "badge", "paper", "name", "copy")} for signer in self.signers]
        said = [self.case, self.procedure, self.step, self.outcome, list(self.copies), self.inputs, signers]
        try:
            return digest_of(said)
        except TypeError as error:  # a number beyond 64 bits, or half a character
            raise Refused("request_unreadable", name="inputs") from error


def read_request(raw: Mapping[str, Any]) -> Request:
    """Read a request; raises Refused("request_unreadable") for a wrong shape, never for what it asks."""
    unknown = sorted(set(raw) - FIELDS)
    if unknown:
        raise Refused("request_unreadable", name=clean_text(unknown[0][:40], "name"))
    copies, signers, inputs = raw.get("copies") or [], raw.get("signers") or [], raw.get("inputs") or {}
    if not isinstance(copies, list) or len(copies) > MOST_COPIES:
        raise Refused("request_unreadable", name="copies")
    if not isinstance(signers, list) or len(signers) > MOST_SIGNERS or not all(isinstance(s, dict) for s in signers):
        raise Refused("request_unreadable", name="signers")
    if not isinstance(inputs, dict):
        raise Refused("request_unreadable", name="inputs")
    return Request(
        case=name_of(raw, "case"),
        procedure=name_of(raw, "procedure"),
        step=name_of(raw, "step"),
        outcome=name_of(raw, "outcome"),
        copies=tuple(clean_code(code) for code in copies),
        inputs={name: value for name, value in inputs.items() if name != "pin"},
        seen=name_of(raw, "seen", 64),
        signers=tuple(signers),
        key=name_of(raw, "key", 100) or None,
        pin=inputs.get("pin"),
    )


def name_of(raw: Mapping[str, Any], key: str, longest: int = 64) -> str:
    """Return a short name from a request, empty when it is null or left out."""
    value = raw.get(key)
    return "" if value is None else clean_text(value, key, longest)
