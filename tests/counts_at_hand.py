"""The count on a step's screen, as tests look at it: its rows and what stands in them."""

from __future__ import annotations

from terminal import Terminal

from screens.acting import ActScreen
from screens.counts import CountQuestion


def counter(terminal: Terminal) -> CountQuestion:
    """The count that the step on top asks for."""
    page = terminal.frame
    assert isinstance(page, ActScreen), terminal.said
    return next(each for each in page.questions if isinstance(each, CountQuestion))


def counted(terminal: Terminal) -> list[str]:
    """What stands in the rows of the count."""
    return [row.field.value for row in counter(terminal).rows]
