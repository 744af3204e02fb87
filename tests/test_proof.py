"""The shipped procedure is proved, and switching a control off in its text is found, with the shortest way there."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from known_names import (
    DELIVERY_TEXT,
    MODIFICATION_MOVES,
    MODIFICATION_ROLES,
    MODIFICATION_TEXT,
    delivery_known,
    edited,
    edited_step,
    modification_known,
)

from qdesk.checks import Violation
from qdesk.procedure import Effect, Known, combinations, load
from qdesk.proof import fillable, prove, prove_all, trace_in_words, verdict_digest
from qdesk.showing import violation_in_words
from qdesk.words import Words

ENGLISH = Words.load("en")
TO_HAND_OUT = [
    "sales · Write the application",
    "sales · Sign the application",
    "planning · Take into the plan",
    "shop_dispatch · Decide for the workshop: consent",
    "shop_dispatch · Hand out to the reworker",
]
TO_DRAW = [*TO_HAND_OUT, "finished_store · Draw the product"]
TO_LOAD = [
    "sales · Write the delivery note",
    "sales · Sign the delivery note",
    "finished_store · Check every line",
    "dispatch · Begin a vehicle #1",
    "dispatch · Load #1",
]


def found(text: str, code: str, known: Known | None = None) -> Violation:
    """The first violation of one kind; the failure says what was found instead."""
    known = known or modification_known()
    violations = prove(load(text, "edited.toml", known), known)
    wanted = [violation for violation in violations if violation.code == f"proof.{code}"]
    assert wanted, f"{code} not among {[violation.code for violation in violations]}"
    return wanted[0]


def said(violation: Violation) -> str:
    return violation_in_words(violation, ENGLISH, {})[0]


def way(violation: Violation) -> list[str]:
    return trace_in_words(violation, ENGLISH)


@pytest.mark.parametrize("chosen", combinations(MODIFICATION_TEXT), ids=lambda chosen: ",".join(chosen.values()))
def test_the_modification_is_proved_whatever_the_settings(chosen: Mapping[str, str]) -> None:
    known = modification_known()
    assert prove(load(MODIFICATION_TEXT, "product_modification.toml", known, chosen), known) == []


def test_the_default_modification_has_382_states_and_five_endings() -> None:
    proof = prove_all(MODIFICATION_TEXT, "product_modification.toml", modification_known())[0]
    assert proof.states == 382
    assert proof.endings == ("completed", "refused", "withdrawn", "scrapped", "abandoned")


def test_the_default_of_twelve_combinations_comes_first() -> None:
    proofs = prove_all(MODIFICATION_TEXT, "product_modification.toml", modification_known())
    assert len(proofs) == 12
    assert list(proofs[0].procedure.chosen.values()) == ["hold", "2", "both"]


def test_a_delivery_with_two_vehicles_is_proved() -> None:
    known = delivery_known()
    assert prove(load(DELIVERY_TEXT, "delivery.toml", known), known) == []


def test_a_step_nobody_can_reach_is_named() -> None:
    edit = ('after_any = ["dispose.scrap", "inspect_old.scrap"]', 'after = ["dispose.scrap", "receive"]')
    text = edited_step(MODIFICATION_TEXT, "return_scrap_copies", edit)
    assert said(found(text, "dead_step")) == "“Return the copies after scrapping” can never be done."
    assert said(found(text, "ending_never_reached")) == "The ending “Scrapped” is never reached."
    stuck = found(text, "stuck")
    assert way(stuck) == [*TO_DRAW, "valve_shop · Abandon the modification", "inspection · Inspect for return: scrap"]


def test_a_copy_that_never_rests_is_named_with_where_it_lies() -> None:
    edit = ("keeps = [3]\nsends = { valve_shop = [4, 5, 6] }", "sends = { valve_shop = [3, 4, 5, 6] }")
    violation = found(edited_step(MODIFICATION_TEXT, "hand_out", edit), "copy_not_at_rest")
    assert "Product modification application, copy 3 (shop file) is left at “valve_shop”" in said(violation)
    assert way(violation)[:6] == TO_DRAW
    assert way(violation)[6:] == [
        "valve_shop · Abandon the modification",
        "inspection · Inspect for return: scrap",
        "shop_dispatch · Return the copies after scrapping",
    ]


def test_the_closing_copy_filed_though_nothing_was_drawn_is_found() -> None:
    edit = ('after = ["receive"]', 'after = ["hand_out"]')
    violation = found(edited_step(MODIFICATION_TEXT, "return_closing_copy", edit), "ending_without")
    assert said(violation) == "“Completed” is reached although “Draw the product” never happened."
    back = ["shop_dispatch · Return the closing copy", "sales · Withdraw the application"]
    assert way(violation) == [*TO_HAND_OUT, *back]


def test_a_receipt_without_a_stamp_is_found() -> None:
    old = 'after_any = ["inspect.pass", { is = "inspect.part", only_if = "partial_pass=supplement" }]'
    violation = found(edited_step(MODIFICATION_TEXT, "receive", (old, 'after = ["rework"]')), "stock_without_stamp")
    assert said(violation) == "“Receive the new model” can put goods into stock without a stamp that stands."
    assert way(violation) == [*TO_DRAW, "valve_shop · Rework", "finished_store · Receive the new model"]


def test_a_stamp_that_outlives_later_work_is_found() -> None:
    text = edited_step(MODIFICATION_TEXT, "abandon", ('reopens = ["inspect"]\n', ""))
    assert way(found(text, "stamp_outlives_work")) == [
        *TO_DRAW,
        "valve_shop · Rework",
        "inspection · Inspect: pass",
        "valve_shop · Abandon the modification",
        "valve_shop · Restore the old model",
    ]


def test_the_second_form_stranded_by_a_withdrawal_is_found() -> None:
    text = edited_step(MODIFICATION_TEXT, "withdraw", ('["application", "parts"]', '["application"]'))
    violation = found(text, "copy_not_at_rest")
    assert "copy 2 (case file) is left at “parts_store”" in said(violation)
    end = ["valve_shop · Write the parts form", "sales · Withdraw the application"]
    assert way(violation) == [*TO_HAND_OUT, *end]


def test_parts_left_on_the_floor_by_a_withdrawal_are_found() -> None:
    violation = found(edited_step(MODIFICATION_TEXT, "withdraw", ('settled = ["parts"]\n', "")), "floor_not_empty")
    assert "something is left in “parts”" in said(violation)
    end = ["valve_shop · Write the parts form", "parts_store · Draw parts", "sales · Withdraw the application"]
    assert way(violation) == [*TO_HAND_OUT, *end]


def test_an_abandoned_case_whose_converted_product_has_no_way_home_is_found() -> None:
    text = edited_step(MODIFICATION_TEXT, "dismantle", ('moves = ["unconvert"]\n', ""))
    way_in = [*TO_DRAW, "valve_shop · Rework", "valve_shop · Abandon the modification"]
    assert way(found(text, "stuck")) == way_in


def test_a_guarded_step_without_a_way_out_is_found() -> None:
    edit = ('unless = ["draw", "consent.refuse"]', 'unless = ["draw", "consent.refuse", "hand_out"]')
    violation = found(edited_step(MODIFICATION_TEXT, "withdraw", edit), "no_way_out")
    assert said(violation) == "If the rules go on refusing “Draw the product”, the case has no way out."
    assert way(violation) == TO_HAND_OUT


def test_two_guarded_outcomes_of_one_step_may_both_be_refused() -> None:
    edit = ("[step.outcome.rest_cancelled]\n", '[step.outcome.rest_cancelled]\nrules = ["lines_used_up"]\n')
    violation = found(edited_step(DELIVERY_TEXT, "all_loaded", edit), "no_way_out", delivery_known())
    assert "All loaded: every line used up, All loaded: the rest cancelled" in said(violation)
    assert way(violation) == [*TO_LOAD, "dispatch · Issue the gate pass #1", "gate · Gate #1: release"]


def test_a_case_withdrawn_after_the_goods_were_drawn_is_found() -> None:
    edits = [
        ('unless = ["draw", "consent.refuse"]', 'unless = ["consent.refuse", "rework", "abandon"]'),
        ('moves = ["release_reservation"]', 'moves = ["release_reservation", "scrap_product"]'),
    ]
    violation = found(edited_step(MODIFICATION_TEXT, "withdraw", *edits), "ending_despite")
    assert way(violation) == [*TO_DRAW, "sales · Withdraw the application"]


def test_a_form_that_must_be_written_and_never_is_gets_named() -> None:
    text = edited(MODIFICATION_TEXT, ("optional = true                                   # a modi", "# a modi"))
    violation = found(text, "form_never_opened")
    assert "“Modification parts return / issue” was never written" in said(violation)
    assert way(violation)[-1] == "sales · Withdraw the application"


def test_own_work_stamped_is_found() -> None:
    text = edited_step(MODIFICATION_TEXT, "inspect", ('"draw_parts", "rework", ', '"draw_parts", '))
    assert said(found(text, "own_work_stamped")) == "Whoever does “Rework” might stamp it at “Inspect: pass”."


TWO_WAYS = """signs = ["pass_writer"]
[step.outcome.closed]
title = { zh = "厢式车", en = "closed" }
[step.outcome.open]
title = { zh = "敞篷车", en = "open" }
"""


def test_a_pass_written_one_of_two_ways_that_nobody_refers_to_is_still_a_pass() -> None:
    text = edited_step(DELIVERY_TEXT, "issue_pass", ('signs = ["pass_writer"]\n', TWO_WAYS))
    assert [each.code for each in prove(load(text, "edited.toml", delivery_known()), delivery_known())] == []
    text = edited_step(text, "unload", ('unless = ["issue_pass", "gate.release"]', 'unless = ["gate.release"]'))
    violation = found(text, "pass_outlives_loading", delivery_known())
    assert way(violation)[-2:] == ["dispatch · Unload #1", "dispatch · Load #1"]


def test_paper_of_which_anybody_may_print_a_second_piece_is_no_pass() -> None:
    text = edited(DELIVERY_TEXT, ("guarded = true\n", ""))
    violation = found(text, "outside_without_pass", delivery_known())
    assert way(violation)[-1] == "gate · Gate #1: release"


def test_who_writes_a_form_and_alone_signs_it_is_found() -> None:
    violation = found(edited_step(MODIFICATION_TEXT, "authorise", ('not_by = ["apply"]\n', "")), "own_approval")
    assert "Whoever does “Write the application” might alone sign" in said(violation)
    assert way(violation) == TO_HAND_OUT[:2]


def test_the_keeper_alone_may_not_sign_a_parts_form_he_wrote() -> None:
    old = 'not_by = [{ is = "open_parts", only_if = "parts_form_signed=keeper" }]\n'
    text = edited_step(MODIFICATION_TEXT, "draw_parts", (old, ""))
    codes = {
        proof.procedure.chosen["parts_form_signed"]: {each.code for each in proof.violations}
        for proof in prove_all(text, "edited.toml", modification_known())
    }
    assert codes == {"both": set(), "keeper": {"proof.own_approval"}, "worker": set()}


def test_roles_that_no_two_persons_could_fill_are_found() -> None:
    violation = found(MODIFICATION_TEXT, "too_few_people", modification_known(roles={"keeper": 0}))
    assert said(violation).startswith("Nobody is left for “Draw the product”: too few people hold keeper, reworker")


def test_a_site_where_one_person_holds_both_roles_is_not_fillable() -> None:
    known = modification_known()
    procedure = load(MODIFICATION_TEXT, "product_modification.toml", known)
    plenty = dict.fromkeys(MODIFICATION_ROLES)
    alone = {**plenty, "sales_clerk": ["li"], "sales_leader": ["li"]}
    assert not fillable(procedure, alone)
    assert fillable(procedure, {**alone, "sales_leader": ["li", "wang"]})
    assert [each.code for each in prove(procedure, known, alone)] == ["proof.too_few_people"]


def test_two_signers_of_one_act_are_two_persons() -> None:
    procedure = load(MODIFICATION_TEXT, "product_modification.toml", modification_known())
    plenty = dict.fromkeys(MODIFICATION_ROLES)
    assert not fillable(procedure, {**plenty, "keeper": ["zhao"], "reworker": ["zhao"]})
    assert fillable(procedure, {**plenty, "keeper": ["zhao"], "reworker": ["sun"]})


def test_work_that_leaves_parts_behind_is_found_by_its_effect() -> None:
    moves = {**MODIFICATION_MOVES, "return_parts": Effect()}
    violation = found(MODIFICATION_TEXT, "floor_not_empty", modification_known(moves))
    assert "something is left in “parts”" in said(violation)


def test_goods_let_out_without_a_pass_are_found() -> None:
    edits = [
        ('after = ["issue_pass"]\n', ""),
        ('copies = ["pass.2"]\n', 'copies = ["slip.1"]\n'),
        ('keeps = ["pass.2"]\n', ""),
        ('sends = { dispatch = ["pass.2"] }\n', ""),
    ]
    violation = found(edited_step(DELIVERY_TEXT, "gate", *edits), "outside_without_pass", delivery_known())
    assert way(violation) == [*TO_LOAD, "gate · Gate #1: release"]


def test_a_pass_that_nobody_signed_is_no_pass() -> None:
    text = edited_step(DELIVERY_TEXT, "issue_pass", ('signs = ["pass_writer"]\n', ""))
    violation = found(text, "outside_without_pass", delivery_known())
    assert way(violation) == [*TO_LOAD, "dispatch · Issue the gate pass #1", "gate · Gate #1: release"]


def test_a_pass_that_outlives_a_new_loading_is_found() -> None:
    edit = ('unless = ["issue_pass", "gate.release"]', 'unless = ["gate.release"]')
    violation = found(edited_step(DELIVERY_TEXT, "unload", edit), "pass_outlives_loading", delivery_known())
    end = ["dispatch · Issue the gate pass #1", "dispatch · Unload #1", "dispatch · Load #1"]
    assert way(violation) == [*TO_LOAD, *end]


def test_who_made_a_pass_may_not_let_it_out() -> None:
    text = edited_step(DELIVERY_TEXT, "gate", ('not_by = ["issue_pass"]\n', ""))
    violation = found(text, "own_pass_released", delivery_known())
    assert said(violation) == "Whoever does “Issue the gate pass” might let it out at “Gate”."


def test_a_pass_voided_after_the_release_leaves_the_case_stuck() -> None:
    edit = ('unless = ["gate.release"]', 'unless = ["file_stub"]')
    violation = found(edited_step(DELIVERY_TEXT, "void_pass", edit), "stuck", delivery_known())
    end = ["dispatch · Issue the gate pass #1", "gate · Gate #1: release", "dispatch · Void the gate pass #1"]
    assert way(violation) == [*TO_LOAD, *end]


def test_a_note_withdrawn_while_a_vehicle_is_on_its_way_is_found() -> None:
    text = edited_step(DELIVERY_TEXT, "withdraw", ('unless = ["start"]', ""))
    violation = found(text, "ending_despite", delivery_known())
    assert said(violation) == "“Withdrawn” is reached although “Gate: release” has happened."
    assert "sales · Withdraw the note" in way(violation)


def test_a_vehicle_sent_away_takes_its_slip_with_it() -> None:
    text = edited_step(DELIVERY_TEXT, "cancel_vehicle", ('voids = ["slip"]\n', ""))
    violation = found(text, "copy_not_at_rest", delivery_known())
    assert "Vehicle delivery slip #1, copy 2 (signed return) is left at “dispatch”" in said(violation)
    end = ["dispatch · Send the vehicle away #1", "sales · Withdraw the note"]
    assert way(violation) == [*TO_LOAD[:4], *end]


def test_a_procedure_with_too_many_states_is_to_be_split() -> None:
    step = '[[step]]\nid = "step_{0}"\ntitle = {{ zh = "步", en = "step" }}\ndesk = "sales"\nby = "sales_clerk"\n'
    text = MODIFICATION_TEXT + "".join(f"\n{step.format(number)}" for number in range(10))
    violation = found(text, "too_many_states")
    assert said(violation) == "There are more than 50000 states; please split the procedure."


def test_a_verdict_depends_on_text_settings_and_vocabulary() -> None:
    known = modification_known()
    changed = modification_known({**MODIFICATION_MOVES, "reserve": Effect()})
    digests = {
        verdict_digest(MODIFICATION_TEXT, {}, known),
        verdict_digest(MODIFICATION_TEXT + "\n", {}, known),
        verdict_digest(MODIFICATION_TEXT, {"partial_pass": "hold"}, known),
        verdict_digest(MODIFICATION_TEXT, {}, changed),
    }
    assert len(digests) == 4
    assert verdict_digest(MODIFICATION_TEXT, {}, known) == verdict_digest(MODIFICATION_TEXT, {}, modification_known())
