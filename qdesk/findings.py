"""What a check of the books finds: values, never sentences, and all of them at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from qdesk.errors import Because
from qdesk.scan import visible
from qdesk.words import Words

MOST_OF_A_KIND = 100


@dataclass(frozen=True)
class Finding:
    """One thing that is not as the journal says; the word files have its sentence under ``verify``."""

    code: str
    arguments: Mapping[str, object]

    def because(self) -> Because:
        """Return it as a reason for a refusal."""
        return Because(f"verify.{self.code}", self.arguments)


class Findings:
    """Collects findings; of one kind only so many are kept, the rest is counted."""

    def __init__(self) -> None:
        """Start with none."""
        self.kept: list[Finding] = []
        self.times: Counter[str] = Counter()

    def add(self, code: str, **arguments: object) -> None:
        """Note one finding; what a damaged book says is made safe to show."""
        self.times[code] += 1
        if self.times[code] <= MOST_OF_A_KIND:
            shown = {name: value if isinstance(value, int) else visible(value, 80) for name, value in arguments.items()}
            self.kept.append(Finding(code, shown))

    def all(self) -> list[Finding]:
        """Return the findings, with how many more there were."""
        more = sum(self.times.values()) - len(self.kept)
        return [*self.kept, Finding("more", {"count": more})] if more else list(self.kept)


@dataclass(frozen=True)
class Report:
    """What was checked and what was found; no findings means that everything is as the journal says."""

    findings: list[Finding]
    entries: int
    head: str

    def told(self, words: Words) -> dict[str, Any]:
        """Return it in the words of the pipe."""
        said = [
            {"code": each.code, "message": words.say(f"verify.{each.code}", **each.arguments)} for each in self.findings
        ]
        return {"entries": self.entries, "head": self.head, "findings": said}
