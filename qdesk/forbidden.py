"""Ten things the paper does not allow, tried at the demo factory: each is refused, with its reason, and leaves nothing behind."""

from __future__ import annotations

from collections.abc import Callable

from qdesk.attempts import attempt_of, record_attempts
from qdesk.desk import act, present
from qdesk.people import log_in
from qdesk.playing import MINUTE, MODIFICATION, Player, apply, inspected, refusal_of, to_the_workshop
from qdesk.scan import compose_piece

Trial = Callable[[], object]


def ten_forbidden_things(player: Player, late: str, whole: str) -> int:
    """Try them one after another and return how many were refused."""
    trials = trials_on_a_new_case(player, late, whole)
    refused = 0
    for number, (name, trial) in enumerate(trials, 1):
        player.clock.advance(2 * MINUTE)
        refusal = refusal_of(trial)
        player.say(f"{number:>2}. {player.words.say(f'demo.{name}')}")
        if refusal is None:
            player.say("    " + player.words.say("demo.not_refused"))
            continue
        refused += 1
        record_attempts(player.site, [attempt_of(refusal, "act", name)])
        player.say(f"    → {player.words.refusal(refusal)}")
        for reason in refusal.because:
            player.say(f"      · {player.words.because(reason)['message']}")
    return refused


def trials_on_a_new_case(player: Player, late: str, whole: str) -> list[tuple[str, Trial]]:
    """Return what is tried, each by its name in the word files; a case of its own is led along for it."""
    case = apply(player, "VLV-25A", "VLV-25B", "2", "西山矿业")
    to_the_workshop(player, case)
    player.do("finished_store", "E041", "draw", case, [4], signers={"reworker": "E034"})
    player.do("valve_shop", "E034", "rework", case, [5])
    forged = compose_piece(10, 26, 5, b"somebody else's key")
    return [
        ("draw_before_consent", lambda: draw(player, late)),
        ("draw_twice", lambda: draw(player, case)),
        ("receive_without_stamp", lambda: receive(player, case, [5, 6])),
        ("stamp_own_work", lambda: inspect(player, "E034", case)),
        ("out_of_limits", lambda: inspect(player, "E051", case, leak_rate="3.0")),
        ("receive_with_one_copy", lambda: stamp_then_receive(player, case)),
        ("forged_number", lambda: present(player.site, player.log_in("finished_store", "E041"), forged, player.words)),
        ("wrong_pin", lambda: log_in(player.site, "finished_store", "E041", "000001")),
        ("more_than_there_is", lambda: apply(player, "VLV-25A", "VLV-25B", "1000", "南江")),
        ("same_key_other_contents", lambda: same_key(player)),
    ]


def draw(player: Player, case: str) -> object:
    """Draw the product of a case."""
    return player.do("finished_store", "E041", "draw", case, [4], signers={"reworker": "E034"})


def receive(player: Player, case: str, copies: list[int]) -> object:
    """Receive the modified product on some copies."""
    return player.do("finished_store", "E041", "receive", case, copies)


def inspect(player: Player, badge: str, case: str, **measured: str) -> object:
    """Pass what lies there."""
    return player.do("inspection", badge, "inspect", case, [5, 6], "pass", quantity_passed="2", **inspected(**measured))


def stamp_then_receive(player: Player, case: str) -> object:
    """Pass the inspection properly, then come with only one of the two stamped copies."""
    inspect(player, "E051", case)
    return receive(player, case, [5])


def same_key(player: Player) -> object:
    """Send the key of the first application again with another quantity."""
    line = {"item": "VLV-25A", "becomes": "VLV-25B", "quantity": "9"}
    inputs = {"fields": {"customer": "海河机械"}, "lines": [line]}
    token = player.log_in("sales", "E011")
    return act(player.site, token, {"procedure": MODIFICATION, "step": "apply", "inputs": inputs, "key": "demo-1"})
