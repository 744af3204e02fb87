"""The kinds of paper: what each is set with, what stands on it, and the papers it goes on, the usual one first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from qdesk.database import Cursor
from qdesk.errors import Refused
from qdesk.site import Site
from qdesk.slips.bin_plan_sheet import bin_plan_sheet
from qdesk.slips.cards import action_cards
from qdesk.slips.checking import scanner_sheet, trial_page
from qdesk.slips.contents import slip_contents
from qdesk.slips.formats import FORMATS
from qdesk.slips.inspected import certificate, inspection_report
from qdesk.slips.ledger_sheet import ledger_sheet
from qdesk.slips.monitoring_sheet import monitoring_sheet
from qdesk.slips.quality_sheet import quality_sheet
from qdesk.slips.register_sheet import register_sheet
from qdesk.slips.replenishing_sheet import replenishing_sheet
from qdesk.slips.sets import blank_form, stickers
from qdesk.slips.sheets import badge, bin_label, box_label, item_label, lot_label, place_label, stamp_label
from qdesk.words import Words

Build = Callable[[Site, Cursor, str, Words, bool], dict[str, Any]]


@dataclass(frozen=True)
class Kind:
    """One kind of paper; `build` tells what stands on it and raises Refused for a subject that nobody knows.

    What a subject is: the words say it under `subject.NAME`; the name of the kind stands under `kind.NAME`.
    """

    name: str
    template: str
    build: Build
    papers: tuple[str, ...]


LABELS = ("label", "roll58", "roll80", "a4")
KINDS: Mapping[str, Kind] = {
    each.name: each
    for each in (
        Kind("slip", "slip", slip_contents, ("a5", "a4", "roll80", "roll58")),
        Kind("item_label", "label", item_label, LABELS),
        Kind("lot_label", "label", lot_label, LABELS),
        Kind("place_label", "label", place_label, LABELS),
        Kind("bin_label", "label", bin_label, LABELS),
        Kind("box_label", "label", box_label, LABELS),
        Kind("stamp_label", "label", stamp_label, LABELS),
        Kind("certificate", "label", certificate, LABELS),
        Kind("inspection_report", "inspected", inspection_report, ("a4", "a5")),
        Kind("stickers", "stickers", stickers, LABELS),
        Kind("badge", "badge", badge, ("card", "label", "roll58", "roll80", "a4")),
        Kind("scanner_sheet", "scanner", scanner_sheet, ("a4", "a5", "roll80")),
        Kind("action_cards", "actions", action_cards, ("a4", "card", "label", "roll80", "roll58")),
        Kind("test_page", "test", trial_page, tuple(FORMATS)),
        Kind("blank_form", "blank", blank_form, ("a5", "a4", "roll80", "roll58")),
        Kind("register", "register", register_sheet, ("a4",)),
        Kind("ledger", "register", ledger_sheet, ("a4",)),
        Kind("monitoring", "monitoring", monitoring_sheet, ("a4",)),
        Kind("quality_month", "monitoring", quality_sheet, ("a4",)),
        Kind("replenishing", "register", replenishing_sheet, ("a4",)),
        Kind("bin_plan", "register", bin_plan_sheet, ("a4",)),
    )
}


def kind_of_paper(name: str) -> Kind:
    """Return a kind of paper by its name; raises Refused("print_kind_unknown")."""
    if name not in KINDS:
        raise Refused("print_kind_unknown", name=name[:40], known=sorted(KINDS))
    return KINDS[name]
