"""The procedure language: from the text of a file and the names Python knows to a Procedure, or to all its problems."""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Mapping

from qdesk.building import Builder, copy_names, number_copies
from qdesk.language import (
    Asked,
    Choice,
    Column,
    CopyOf,
    Effect,
    Ending,
    Form,
    Known,
    Outcome,
    PlaceOf,
    Problem,
    Procedure,
    ProcedureBroken,
    Reference,
    Step,
)
from qdesk.reading import Problems, choose, parse, resolve, settings_of
from qdesk.references import check_references

__all__ = [
    "Asked",
    "Choice",
    "Column",
    "CopyOf",
    "Effect",
    "Ending",
    "Form",
    "Known",
    "Outcome",
    "PlaceOf",
    "Problem",
    "Procedure",
    "ProcedureBroken",
    "Reference",
    "Step",
    "combinations",
    "load",
]


def load(text: str, file: str, known: Known, chosen: Mapping[str, str] | None = None) -> Procedure:
    """The procedure written in `text` under these settings; ProcedureBroken names all that is wrong with it."""
    problems = Problems(file)
    tree = number_copies(parse(text, problems), problems)
    settings = settings_of(tree, problems)
    problems.stop_if_any()
    resolved = resolve(settings, chosen or {}, problems)
    problems.stop_if_any()
    all_copies = copy_names(tree, problems)
    builder = Builder(choose(tree, settings, resolved, problems), all_copies, problems)
    procedure = builder.procedure(text, _digest(text, resolved), settings, resolved)
    check_references(procedure, known, problems)
    problems.stop_if_any()
    return procedure


def combinations(text: str, file: str = "") -> list[dict[str, str]]:
    """Every way the settings of this procedure can be chosen, the default first."""
    problems = Problems(file)
    settings = settings_of(parse(text, problems), problems)
    problems.stop_if_any()
    return [dict(zip(settings, values, strict=True)) for values in itertools.product(*settings.values())]


def _digest(text: str, resolved: Mapping[str, str]) -> str:
    canonical = json.dumps([text, dict(resolved)], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
