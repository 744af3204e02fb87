"""The names and effects that the tests of the language and its proof take as known."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import data
from qdesk.procedure import Effect, Known

MODIFICATION_TEXT = data.read("procedures/product_modification.toml")
DELIVERY_TEXT = (Path(__file__).parent / "procedures" / "delivery.toml").read_text(encoding="utf-8")

MODIFICATION_MOVES: Mapping[str, Effect] = {
    "reserve": Effect(guarded=True),
    "release_reservation": Effect(),
    "issue_to_workshop": Effect(puts=("product",), guarded=True),
    "issue_parts": Effect(sets=("parts",), guarded=True),
    "convert": Effect(clears=("product",), sets=("converted", "parts"), makes=True),
    "unconvert": Effect(takes=("converted",), puts=("product",), sets=("parts",), makes=True),
    "return_parts": Effect(clears=("parts",)),
    "receive_new": Effect(takes=("converted",), inward=True),
    "receive_old": Effect(takes=("product",), inward=True),
    "scrap_product": Effect(clears=("product", "converted")),
    "leave_remainder": Effect(),
    "lift_hold": Effect(),
}
MODIFICATION_RULES = {
    "item_in_stock": True,
    "customer_named": True,
    "one_line_per_serial": True,
    "warn_certificate_scope": False,
    "parts_on_form": False,
    "plan_undisturbed": False,
    "all_passed": True,
    "within_limits": True,
    "some_passed": True,
}
MODIFICATION_ROLES = (
    *("sales_clerk", "sales_leader", "planner", "workshop_leader", "shop_dispatcher", "reworker"),
    *("keeper", "parts_keeper", "inspector", "quality_manager"),
)


MODIFICATION_QUESTIONS = frozenset(
    (
        *("reason", "plan_undisturbed", "inspection_plan", "quantity_passed", "lots"),
        *("parts_used", "parts_removed", "into_bin", "parts_returned", "parts_drawn"),
    )
)
MODIFICATION_DESKS = (
    *("sales", "planning", "shop_dispatch", "valve_shop", "finished_store", "parts_store"),
    *("inspection", "quality"),
)
DELIVERY_QUESTIONS = frozenset(
    (
        *("reason", "every_line", "plate", "driver", "carrier", "loading_count", "seal"),
        *("plate_blind", "count_blind", "seal_blind", "received_per_line"),
    )
)


def modification_known(
    moves: Mapping[str, Effect] = MODIFICATION_MOVES, roles: Mapping[str, int | None] | None = None
) -> Known:
    """What the modification may name; a test changes an effect or says how many hold a role."""
    return Known(
        moves=moves,
        rules=MODIFICATION_RULES,
        questions=frozenset(
            [
                "reason",
                "plan_undisturbed",
                "inspection_plan",
                "quantity_passed",
                "lots",
                "parts_used",
                "parts_removed",
                "into_bin",
                "parts_returned",
                "parts_drawn",
            ]
        ),
        desks=[
            "sales",
            "planning",
            "shop_dispatch",
            "valve_shop",
            "finished_store",
            "parts_store",
            "inspection",
            "quality",
        ],
        roles={role: None for role in MODIFICATION_ROLES} | dict(roles or {}),
        places=("workshop_product", "workshop_converted", "workshop_parts", "workshop_remainder"),
    )


def delivery_known() -> Known:
    """What the delivery of the tests may name."""
    return Known(
        moves={
            "pick": Effect(sets=("open_lines",)),
            "load": Effect(puts=("vehicle",)),
            "unload": Effect(takes=("vehicle",)),
            "release": Effect(takes=("vehicle",), puts=("outside",), outward=True),
            "deliver": Effect(takes=("outside",)),
            "lines_used_up": Effect(clears=("open_lines",)),
            "release_reservation": Effect(clears=("open_lines",)),
        },
        rules={"goods_received_R066": True, "shipping_notice_R096": False, "lines_used_up": True},
        questions=frozenset(
            [
                "reason",
                "every_line",
                "plate",
                "driver",
                "carrier",
                "loading_count",
                "seal",
                "plate_blind",
                "count_blind",
                "seal_blind",
                "received_per_line",
            ]
        ),
        desks=("sales", "finance", "finished_store", "dispatch", "gate"),
        roles=dict.fromkeys(
            ("sales_clerk", "sales_leader", "keeper", "dispatcher", "dispatch_leader", "pass_writer", "guard")
        ),
        places=("vehicle",),
    )


def edited(text: str, *edits: tuple[str, str]) -> str:
    """The text with each passage replaced; a passage that is not there once would make a test say nothing."""
    for old, new in edits:
        assert text.count(old) == 1, f"{text.count(old)} times: {old}"
        text = text.replace(old, new)
    return text


def edited_step(text: str, step: str, *edits: tuple[str, str]) -> str:
    """The text with passages of one step replaced."""
    head, found, rest = text.partition(f'[[step]]\nid = "{step}"')
    assert found, step
    body, next_step, tail = rest.partition("[[step]]")
    return head + found + edited(body, *edits) + next_step + tail
