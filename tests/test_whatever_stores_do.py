"""Whatever people do at every desk, in every procedure: done or refused in words, nothing is lost, the journal tells it all.

A longer campaign has a size: QDESK_CHANCE_SEEDS=50 QDESK_CHANCE_TURNS=3000 pytest tests/test_whatever_stores_do.py
"""

from __future__ import annotations

import os
import random

import pytest
from any_hand import AnyHand
from bins_floor import described
from factory_audit import audit, say_everything
from factory_floor import FloorMaker, Json

from qdesk.errors import Refused
from qdesk.factory import load_factory

SEEDS, TURNS = int(os.environ.get("QDESK_CHANCE_SEEDS", "4")), int(os.environ.get("QDESK_CHANCE_TURNS", "500"))
BOUGHT = 3
"""How many of the items are bought, so that they may be returned to their supplier."""


def with_bought_goods() -> Json:
    """A store with goods of every kind, some of them bought."""
    made = described()
    for item in made["items"][:BOUGHT]:
        item["purchased"] = True
    return made


def chosen(dice: random.Random) -> dict[str, str]:
    """A site's choices, each by chance; the first site has them as they are shipped."""
    settings = load_factory().settings.values()
    return {setting.id: dice.choice(setting.choices) for setting in settings if setting.kind == "choice"}


@pytest.mark.parametrize("seed", range(SEEDS))
def test_whatever_is_done_in_whatever_procedure_nothing_is_lost_and_every_refusal_is_said(floors: FloorMaker, seed: int) -> None:
    dice = random.Random(seed)
    floor = floors(chosen(dice) if seed else {}, described=with_bought_goods())
    hand = AnyHand(floor, dice)
    for turn in range(TURNS):
        try:
            hand.turn()
        except Refused as refused:
            say_everything(floor.site, refused)
        if turn % 100 == 0:
            audit(floor.site)
    assert sum(hand.done.values()) > TURNS / 10, hand.refused.most_common(5)
    assert len({way.partition("/")[0] for way in hand.done if "/" in way}) > 8, hand.done
