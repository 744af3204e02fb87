"""The one exception that says no: a code with its arguments, never a sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Because:
    """One reason why not, with the desk where (`where`) and the role by whom (`who`) it can be mended."""

    code: str
    arguments: Mapping[str, object] = field(default_factory=dict)
    where: str = ""
    who: str = ""


class Refused(Exception):
    """Every refusal of the house; the word files turn the code into a sentence."""

    def __init__(self, code: str, /, because: Sequence[Because] = (), **arguments: object) -> None:
        """Keep code, reasons and arguments for the word files and for the pipe."""
        super().__init__(code, arguments)
        self.code = code
        self.because = tuple(because)
        self.arguments: Mapping[str, object] = arguments
