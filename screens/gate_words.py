"""What the gate's answers are called, why they were given, and what the guard does now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qdesk.telling import short_time
from qdesk.words import Words
from screens.gate_picture import ALARMS, HOLD, RELEASE, STOP, Sign

Json = dict[str, Any]

EMERGENCY = "emergency"
"""The kind of a release without a pass, which somebody answers for and somebody else reviews."""
AGAIN = {"plate_differs": "plate", "count_differs": "count", "seal_differs": "seal"}
"""What is typed once more, by what differed."""
NAMES = (
    "pass", "plate", "count", "seal", "at", "desk", "released_plate", "since", "why", "valid", "valid_until", "gate", "step",
    "code", "document", "emergency", "alarm",
)  # fmt: skip
TIMES = frozenset(["at", "since", "valid_until"])
LENGTH_OF_A_TIME = 16
"""A time with its day and year; a shorter one is told as it came."""


def sign_of(told: Json, words: Words, other: Words | None) -> Sign:
    """Return what the banner says; a release by its pass has a name in both languages, the rest says what it is about."""
    verdict, kind = told["verdict"], told["kind"]
    if verdict == RELEASE and kind != EMERGENCY:
        return Sign(verdict, kind, words.say("gate.word_release"), other.say("gate.word_release") if other else "")
    second = f"gate.kind_{kind}"
    return Sign(verdict, kind, words.say(f"gate.word_{verdict}"), words.say(second) if second in words.keys else "")


def reasons_of(told: Json, words: Words) -> list[str]:
    """Return why the answer is what it is; of a release what was let out."""
    verdict, kind = told["verdict"], told["kind"]
    known = filled(told["arguments"], words)
    if kind == EMERGENCY:
        return [words.say("gate.said_emergency", **known, counted=counted(known, words)), words.say("gate.said_review")]
    if kind == "released":
        known |= {name: known.get(f"on_pass_{name}") or known[name] for name in AGAIN.values()}
        return [words.say("gate.said_released", **known, counted=counted(known, words))]
    if verdict == HOLD and kind in AGAIN:
        return differences(known, words)
    also = {"valid": "said_valid", "alarm": "said_alarm"} | ({"pass": "said_its_pass"} if kind == "not_a_pass" else {})
    return [said_of(kind, known, words), *(words.say(f"gate.{key}", **known) for name, key in also.items() if known[name])]


def said_of(kind: str, known: Mapping[str, str], words: Words) -> str:
    """Return the sentence of one kind of answer; the plain one where not all was told that the full one names."""
    full, plain = f"gate.said_{kind}", f"gate.said_{kind}_plain"
    if full not in words.keys:
        return kind
    whole = all(known.get(name) for name in words.placeholders(full))
    return words.say(full if whole or plain not in words.keys else plain, **known)


def filled(arguments: Json, words: Words) -> dict[str, str]:
    """Return everything a sentence may name, in the language of the moment, times as people read them; else it is empty."""
    known = {**dict.fromkeys(NAMES, ""), **{name: in_language(value, words) for name, value in arguments.items()}}
    return {name: time_of(text) if name in TIMES else text for name, text in known.items()}


def in_language(value: object, words: Words) -> str:
    """Return a text as it is, and one that is told in several languages in that of the moment."""
    if isinstance(value, Mapping):
        return str(value.get(words.language) or next(iter(value.values()), ""))
    return str(value)


def time_of(text: str) -> str:
    """Return a time to the minute, without its year."""
    return short_time(text) if len(text) >= LENGTH_OF_A_TIME else text


def counted(known: Mapping[str, str], words: Words) -> str:
    """Return what was counted on the vehicle, or the seal that stands for it."""
    return words.say("gate.sealed", **known) if known["seal"] else words.say("gate.counted", **known)


def differences(arguments: Mapping[str, str], words: Words) -> list[str]:
    """Return what the pass says beside what was seen, wherever both are told."""
    told = []
    for name in AGAIN.values():
        expected, seen = arguments.get(f"on_pass_{name}"), arguments.get(name)
        if expected:
            told.append(words.say(f"gate.on_{name}", expected=expected, seen=seen or words.say("gate.nothing_seen")))
    return told


def advice_of(told: Json, words: Words) -> str:
    """Return what the guard does now."""
    verdict, kind = told["verdict"], told["kind"]
    if kind == EMERGENCY:
        return words.say("gate.do_emergency")
    if verdict != STOP:
        return words.say(f"gate.do_{verdict}")
    if kind in AGAIN:
        return words.say("gate.do_again")
    advice = "gate.do_alarm" if kind in ALARMS else f"gate.do_{kind}"
    return words.say(advice if advice in words.keys else "gate.do_held")


def rings_of(told: Json) -> int:
    """Return how often the bell rings: once for go, twice for stop, three times for hold, and longest for paper nobody made."""
    if told["kind"] in ALARMS:
        return 5
    return {RELEASE: 1, STOP: 2, HOLD: 3}[told["verdict"]]
