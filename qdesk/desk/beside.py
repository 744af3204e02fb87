"""The names of what is done beside the procedures: no procedure may call a step so, or nobody could do it."""

from __future__ import annotations

BESIDE = frozenset(
    [
        "acknowledge", "add_instrument", "add_item", "add_party", "amend", "arrive", "calibrate_instrument",
        "change_bin", "change_item", "change_party", "check_at_gate", "close_bin", "close_item", "close_party",
        "confirm_clock", "confirm_pass", "delegate", "dismiss", "end_stamp_limit", "enrol", "found", "found_here",
        "give_role", "give_stamp", "hold_lot", "import_bins", "import_items", "import_parties", "issue_blanks",
        "limit_stamp", "note_climate", "open_bin", "open_pack", "put_away", "read_climate", "reissue", "release_lot",
        "renew_pin", "reopen_item", "reopen_party", "report_lost", "reprint", "restore", "reverse", "send_on",
        "take_role", "void_blank", "withdraw_instrument", "withdraw_stamp",
    ]
)  # fmt: skip
