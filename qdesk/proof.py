"""Proves a procedure before it is used: every case can finish, and nothing happens that the paper does not allow."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from qdesk.checks import Checks, Violation, title_of
from qdesk.exploring import Graph
from qdesk.language import Known, Procedure
from qdesk.net import Net
from qdesk.procedure import combinations, load
from qdesk.separation import Holders, counted_holders, fillable
from qdesk.words import Title, Words

__all__ = ["Proof", "Violation", "fillable", "prove", "prove_all", "trace_in_words", "verdict_digest"]

Shape = tuple[object, ...]


@dataclass(frozen=True)
class Proof:
    """What was found for one choice of the settings; no violations means proved."""

    procedure: Procedure
    states: int
    endings: tuple[str, ...]
    violations: tuple[Violation, ...]


def prove(procedure: Procedure, known: Known, people: Holders | None = None) -> list[Violation]:
    """Every violation of one procedure; a site gives its people, else as many as the roles may have are assumed."""
    return list(_prove(procedure, known, people, {}).violations)


def prove_all(text: str, file: str, known: Known, people: Holders | None = None) -> tuple[Proof, ...]:
    """One proof for every choice of the settings; choices that make the same net share one exploration."""
    graphs: dict[Shape, Graph] = {}
    return tuple(_prove(load(text, file, known, chosen), known, people, graphs) for chosen in combinations(text, file))


def verdict_digest(text: str, chosen: Mapping[str, str], known: Known) -> str:
    """Names everything a verdict depends on, so that a stored verdict saves the proof at the next start."""
    effects = {name: asdict(effect) for name, effect in known.moves.items()}
    content = [text, dict(chosen), effects, dict(known.rules), dict(known.roles)]
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def trace_in_words(violation: Violation, words: Words, desks: Mapping[str, Title] | None = None) -> list[str]:
    """The way to a violation, one line a step: desk, step, outcome."""
    titles = desks or {}
    lines = []
    for transition in violation.trace:
        desk: object = titles.get(transition.step.desk, transition.step.desk)
        lines.append(words.say("proof.trace", desk=desk, step=title_of(transition)))
    return lines


def _prove(procedure: Procedure, known: Known, people: Holders | None, graphs: dict[Shape, Graph]) -> Proof:
    net = Net.compile(procedure, known.moves)
    graph = graphs.get(net.shape) or graphs.setdefault(net.shape, Graph(net))
    checks = Checks(net, graph, known, counted_holders(known) if people is None else people)
    ended = {ending.id for ending in graph.endings.values()}
    endings = tuple(name for name in procedure.endings if name in ended)
    return Proof(procedure, len(graph.states), endings, tuple(checks.all()))
