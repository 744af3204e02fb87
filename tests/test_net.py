"""The net decides at the desk and in the proof; what it forbids it can always explain."""

from __future__ import annotations

import pytest
from known_names import DELIVERY_TEXT, MODIFICATION_TEXT, delivery_known, edited_step, modification_known

from qdesk.exploring import Graph
from qdesk.net import Marking, Missing, Net
from qdesk.procedure import combinations, load

MODIFICATION = Net.compile(
    load(MODIFICATION_TEXT, "product_modification.toml", modification_known()), modification_known().moves
)
DELIVERY = Net.compile(load(DELIVERY_TEXT, "delivery.toml", delivery_known()), delivery_known().moves)
TO_HAND_OUT = ("apply", "authorise", "plan", "consent.consent", "hand_out")


def after(net: Net, *names: str) -> Marking:
    """The marking after these acts, each of which must be possible."""
    marking = net.start
    for name in names:
        assert net.missing(marking, net.by_name[name]) == [], name
        marking = net.fire(marking, net.by_name[name])
    return marking


def missing(net: Net, marking: Marking, name: str) -> list[Missing]:
    """Why this may not be done."""
    return net.missing(marking, net.by_name[name])


@pytest.mark.parametrize("net", [MODIFICATION, DELIVERY], ids=["modification", "delivery"])
def test_a_step_is_enabled_exactly_when_nothing_is_missing_in_every_reachable_marking(net: Net) -> None:
    for marking in Graph(net).states:
        for transition in net.transitions:
            assert net.enabled(marking, transition) == (not net.missing(marking, transition)), transition.name


@pytest.mark.parametrize("net", [MODIFICATION, DELIVERY], ids=["modification", "delivery"])
def test_every_reachable_marking_can_be_written_down_and_read_back(net: Net) -> None:
    for marking in Graph(net).states:
        assert net.marking(net.due_of(marking), net.done_of(marking), net.floor_of(marking)) == marking


def test_every_opened_copy_is_always_at_exactly_one_desk_or_void() -> None:
    for marking in Graph(MODIFICATION).states[1:]:
        opened = [name for name in MODIFICATION.due_of(marking) if name.startswith("application.")]
        assert len(opened) == 6


def test_the_copies_travel_as_the_paper_says() -> None:
    due = MODIFICATION.due_of(after(MODIFICATION, *TO_HAND_OUT, "draw"))
    assert due == {
        "application.1": "sales",
        "application.2": "planning",
        "application.3": "shop_dispatch",
        "application.4": "finished_store",
        "application.5": "valve_shop",
        "application.6": "valve_shop",
    }


def test_the_main_line_ends_completed() -> None:
    line = ("draw", "open_parts", "draw_parts", "rework", "return_parts", "inspect.pass", "receive")
    marking = after(MODIFICATION, *TO_HAND_OUT, *line, "file_parts_form")
    assert MODIFICATION.ending(marking) is None
    ending = MODIFICATION.ending(MODIFICATION.fire(marking, MODIFICATION.by_name["return_closing_copy"]))
    assert ending is not None
    assert ending.id == "completed"


def test_a_draw_before_the_hand_out_says_which_step_and_where_the_copy_is() -> None:
    reasons = missing(MODIFICATION, after(MODIFICATION, "apply", "authorise"), "draw")
    assert reasons == [
        Missing("step_missing", step="hand_out"),
        Missing("copy_elsewhere", copy="application.4", desk="planning"),
    ]


def test_a_receipt_before_the_inspection_says_what_would_do() -> None:
    reasons = missing(MODIFICATION, after(MODIFICATION, *TO_HAND_OUT, "draw", "rework"), "receive")
    assert reasons == [Missing("step_any_missing", step="inspect.pass", steps=("inspect.pass",))]


def test_withdrawing_waits_until_the_parts_are_back_and_not_after_the_draw() -> None:
    marking = after(MODIFICATION, *TO_HAND_OUT, "open_parts", "draw_parts")
    assert missing(MODIFICATION, marking, "withdraw") == [Missing("place_not_settled", place="parts")]
    drawn = MODIFICATION.fire(marking, MODIFICATION.by_name["draw"])
    assert Missing("step_excluded", step="draw") in missing(MODIFICATION, drawn, "withdraw")


def test_a_withdrawn_application_is_void_and_a_form_never_opened_stays_unopened() -> None:
    marking = after(MODIFICATION, "apply", "withdraw")
    assert MODIFICATION.due_of(marking) == {f"application.{number}": "void" for number in range(1, 7)}
    assert missing(MODIFICATION, marking, "authorise")[0] == Missing("copy_void", copy="application.1")
    assert Missing("copy_not_opened", copy="parts.1") in missing(MODIFICATION, marking, "draw_parts")


def test_what_was_done_once_or_lies_there_is_named() -> None:
    marking = after(MODIFICATION, *TO_HAND_OUT, "draw")
    assert Missing("already_done", step="draw") in missing(MODIFICATION, marking, "draw")
    assert Missing("place_full", place="product") in missing(MODIFICATION, marking, "draw")
    abandoned = MODIFICATION.fire(marking, MODIFICATION.by_name["abandon"])
    assert Missing("place_empty", place="converted") in missing(MODIFICATION, abandoned, "dismantle")


def test_a_form_is_opened_once() -> None:
    text = edited_step(MODIFICATION_TEXT, "open_parts", ('opens = "parts"', 'opens = "parts"\nrepeats = true'))
    net = Net.compile(load(text, "edited.toml", modification_known()), modification_known().moves)
    marking = after(net, *TO_HAND_OUT, "open_parts")
    assert missing(net, marking, "open_parts")[0] == Missing("form_already_open", copy="parts.1", desk="parts_store")
    assert not net.enabled(marking, net.by_name["open_parts"])


def test_the_second_failure_goes_to_quality_and_rework_again_forgets_the_failures() -> None:
    failed = after(MODIFICATION, *TO_HAND_OUT, "draw", "rework", "inspect.fail", "rework", "inspect.fail")
    assert MODIFICATION.done_of(failed)["inspect.fail"] == 2
    again = after(MODIFICATION, *TO_HAND_OUT, "draw", "rework", "inspect.fail", "rework", "inspect.fail", "rework")
    assert Missing("step_excluded", step="inspect.fail", count=2) in missing(MODIFICATION, again, "inspect.pass")
    disposed = MODIFICATION.fire(failed, MODIFICATION.by_name["dispose.rework"])
    assert "inspect.fail" not in MODIFICATION.done_of(disposed)
    assert "dispose.rework" not in MODIFICATION.done_of(disposed)


def test_an_abandoned_case_lapses_the_stamp() -> None:
    marking = after(MODIFICATION, *TO_HAND_OUT, "draw", "rework", "inspect.pass", "abandon")
    assert "inspect.pass" not in MODIFICATION.done_of(marking)


def test_the_desk_can_say_what_really_lies_on_the_floor() -> None:
    marking = after(MODIFICATION, *TO_HAND_OUT, "draw")
    rework = MODIFICATION.by_name["rework"]
    assert MODIFICATION.floor_of(MODIFICATION.fire(marking, rework)) == {"converted", "parts"}
    real = MODIFICATION.fire(marking, rework, MODIFICATION.floor({"converted"}))
    assert MODIFICATION.floor_of(real) == {"converted"}


def test_all_loaded_waits_for_every_vehicle_begun() -> None:
    begun = after(DELIVERY, "write", "approve", "check", "start#1", "start#2", "load#1")
    assert missing(DELIVERY, begun, "all_loaded.used_up") == [Missing("step_missing", step="load#2")]
    cancelled = DELIVERY.fire(begun, DELIVERY.by_name["cancel_vehicle#2"])
    assert DELIVERY.enabled(cancelled, DELIVERY.by_name["all_loaded.used_up"])


def test_all_loaded_needs_at_least_one_vehicle() -> None:
    marking = after(DELIVERY, "write", "approve", "check")
    assert missing(DELIVERY, marking, "all_loaded.used_up") == [Missing("step_missing", step="load#1")]


def test_a_running_case_may_have_more_rounds_than_the_proof() -> None:
    net = Net.compile(DELIVERY.procedure, delivery_known().moves, rounds=5)
    marking = after(net, "write", "approve", "check", "start#5", "load#5")
    assert net.due_of(marking)["slip#5.2"] == "dispatch"
    assert net.floor_of(marking) == {"open_lines", "vehicle#5"}


def test_who_signs_the_parts_form_does_not_change_the_net() -> None:
    known = modification_known()
    shapes = {
        Net.compile(load(MODIFICATION_TEXT, "x", known, chosen), known.moves).shape
        for chosen in combinations(MODIFICATION_TEXT)
    }
    assert len(shapes) == 4
