"""A works with something to print of every kind: what the paper campaigns draw, send and read back."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from works import PEOPLE, PIN, Hand, Refusal, found_works, log_everyone_in, play_cases

from qdesk.site import Site


@contextlib.contextmanager
def papers_at_hand(folder: Path) -> Iterator[tuple[Site, dict[str, str]]]:
    """Open a works with one whole case, and say of every kind of paper what it may be printed of."""
    site = found_works(folder / "site")
    play_cases(site, "paper", 1)
    try:
        yield site, subjects(site)
    finally:
        site.close()


def subjects(site: Site) -> dict[str, str]:
    """Return something that each kind of paper may be printed of."""
    rows = site.database.rows
    return {
        "slip": rows("SELECT piece FROM copies WHERE number = 4")[0][0],
        "item_label": "V-100",
        "lot_label": rows("SELECT code FROM lots")[0][0],
        "place_label": "finished_store",
        "box_label": rows("SELECT serial FROM documents")[0][0],
        "stamp_label": str(rows("SELECT act FROM signatures WHERE kind = 'stamp'")[0][0]),
        "certificate": str(rows("SELECT act FROM signatures WHERE kind = 'stamp'")[0][0]),
        "inspection_report": str(rows("SELECT act FROM signatures WHERE kind = 'stamp'")[0][0]),
        "stickers": rows("SELECT serial FROM documents")[0][0],
        "badge": PEOPLE["keeper"][1],
        "scanner_sheet": "",
        "action_cards": "",
        "register": "application",
        "ledger": "item=V-100 place=finished_store",
        "monitoring": "2026-10",
        "quality_month": "2026-10",
        "bin_label": first_bin(site),
        "replenishing": "",
        "bin_plan": "finished_store",
        "test_page": "office",
        "blank_form": blanks(site),
    }


def first_bin(site: Site) -> str:
    """Return a bin of the finished store, opened for its label: the works has none."""
    hand = Hand(site)
    code, sessions = "A-01-02", log_everyone_in(hand)
    zone = next(iter(site.factory.zones))
    inputs = {"bin": code, "place": "finished_store", "zone": zone}
    asked = {"op": "act", "session": sessions["keeper"], "case": None, "step": "open_bin", "key": "bin", "inputs": inputs}
    hand.ask(asked)
    return code


def blanks(site: Site) -> str:
    """Issue a blank form and return its serial."""
    hand = Hand(site)
    sessions = log_everyone_in(hand)
    answer = hand.ask(
        {
            "op": "act", "session": sessions["administrator"], "case": None, "step": "issue_blanks", "key": "blanks",
            "inputs": {"form": "product_modification.application", "number": 1},
            "signers": [{"as": "administrator", "badge": PEOPLE["administrator"][1], "pin": PIN}],
        }
    )  # fmt: skip
    if not answer["ok"]:
        raise Refusal(str(answer["error"]))
    return str(answer["prints"][0]["subject"])
