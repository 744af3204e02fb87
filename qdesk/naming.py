"""Naming: whatever is known by a code that can be scanned has that code alone; one code never means two things."""

from __future__ import annotations

from qdesk.database import Cursor
from qdesk.errors import Refused
from qdesk.scan import kind_of
from qdesk.site import Site

NAMED = {
    "item": ("items", "code"), "lot": ("lots", "code"), "person": ("persons", "badge"), "bin": ("bins", "code"),
    "party": ("parties", "code"), "instrument": ("instruments", "code"),
}  # fmt: skip
"""All that is known by a code, the places of the factory and paper left out: its table and the column of the code."""
PAPERS = ("piece", "copy", "document")


def refuse_taken(site: Site, cursor: Cursor, code: str, kind: str) -> None:
    """Refuse a code for something new of a kind: a scan of it would find what it means already, or look for a paper.

    Raises Refused: code_of_paper, given_twice (one of the same kind has it), code_taken.
    """
    if kind_of(code) in PAPERS:
        raise Refused("code_of_paper", code=code)
    if code in site.factory.places:
        raise Refused("code_taken", code=code, what=site.title("master.place"))
    for name, (table, column) in NAMED.items():
        cursor.execute(f'SELECT COUNT(*) FROM "{table}" WHERE "{column}" = ?', (code,))
        if cursor.fetchall()[0][0]:
            if name == kind:
                raise Refused("given_twice", value=code)
            raise Refused("code_taken", code=code, what=site.title(f"master.{name}"))
