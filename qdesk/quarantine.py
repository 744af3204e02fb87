"""Quarantine: what an inspector rejects, or a keeper finds damaged, is set apart by the act itself (R058)."""

from __future__ import annotations

from dataclasses import replace

from qdesk.stock import Portion
from qdesk.vocabulary import Act

QUARANTINE, UNDER_REVIEW = "quarantine", "under_review"
"""Where what was set apart waits, and where a nonconformity case has it in hand."""
NONCONFORMING = "nonconforming"


def set_apart(act: Act, portion: Portion, source: str, target: str = QUARANTINE) -> Portion:
    """Put a rejected quantity on hold and into quarantine, or where it is reviewed, and return it as it lies there."""
    apart = act.stock.hold_apart(portion, source, act.case.code, NONCONFORMING)
    act.stock.move(act.case.code, apart, source, target, act.voucher)
    return replace(apart, bin="")
